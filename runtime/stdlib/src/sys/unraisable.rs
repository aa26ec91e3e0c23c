//! Exceptions that nobody can handle: those of finalizers, of generators that are closed, of exit functions.

use crate::structseq;
use crate::traceback::format_plainly;
use crate::util::arg;
use habu_object::{Exception, Gc, Tuple, Type, Value};
use habu_vm::{PyResult, Vm};

structseq::fields!(FIELDS: 0 "exc_type", 1 "exc_value", 2 "exc_traceback", 3 "err_msg", 4 "object");

/// Root of the class of the hook's argument.
const CLASS: &str = "sys.UnraisableHookArgs";

/// Makes `sys.UnraisableHookArgs`.
pub(super) fn new_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let class = structseq::new_type(vm, "", "UnraisableHookArgs", FIELDS, 5)?;
    vm.set_root(CLASS, class.value());
    Ok(class)
}

/// Hands an exception to `sys.unraisablehook`, or prints it; `message` says what was going on.
pub fn unraisable(vm: &mut Vm, e: Value, message: &str) {
    let hook = super::attribute(vm, "unraisablehook");
    let own = super::attribute(vm, "__unraisablehook__");
    let Some(hook) = hook.filter(|h| !h.is_none() && Some(*h) != own) else {
        return print(vm, e, message);
    };
    let text = vm.new_str(message);
    let called = text
        .and_then(|text| hook_args(vm, e, text, Value::NONE))
        .and_then(|args| vm.call(hook, &[args]));
    if let Err(raised) = called {
        let error = vm.take_raised(raised);
        let name = vm.repr_text(hook);
        let name = crate::util::quiet(vm, name).unwrap_or_default();
        print(vm, error, &format!("Exception ignored in sys.unraisablehook: {name}"));
    }
}

/// As `unraisable`, of an exception raised by an object of which there is no more to say.
pub(crate) fn unraisable_in(vm: &mut Vm, e: Value, object: Value) {
    let hook = super::attribute(vm, "unraisablehook");
    let own = super::attribute(vm, "__unraisablehook__");
    if let Some(hook) = hook.filter(|h| !h.is_none() && Some(*h) != own) {
        let called = hook_args(vm, e, Value::NONE, object).and_then(|args| vm.call(hook, &[args]));
        if called.is_ok() {
            return;
        }
    }
    let name = vm.repr_text(object);
    let name = crate::util::quiet(vm, name).unwrap_or_default();
    unraisable(vm, e, &format!("Exception ignored in: {name}"));
}

fn hook_args(vm: &mut Vm, e: Value, message: Value, object: Value) -> PyResult<Value> {
    let class = vm.type_of(e).value();
    let traceback = e.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get());
    let traceback = if traceback.is_unbound() { Value::NONE } else { traceback };
    let Some(of) = vm.root(CLASS).cast::<Type>() else { return Ok(Value::NONE) };
    structseq::new(vm, of, &[class, e, traceback, message, object])
}

fn print(vm: &mut Vm, e: Value, message: &str) {
    let separator = if message.is_empty() { "" } else { ":\n" };
    let text = format_plainly(vm, e);
    crate::io::write_stderr(vm, &format!("{message}{separator}{text}"));
}

/// `sys.unraisablehook(unraisable)`
pub(super) fn hook(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let own = vm.root(CLASS);
    let Some(t) = this.cast::<Tuple>().filter(|_| vm.type_of(this).value() == own) else {
        return Err(vm.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    };
    let (e, message, object) = (t.get(1), t.get(3), t.get(4));
    let mut text = if message.is_none() {
        if object.is_none() { String::new() } else { "Exception ignored in".to_owned() }
    } else {
        vm.str_text(message)?
    };
    if !object.is_none() {
        text.push_str(&format!(": {}", vm.repr_text(object)?));
    }
    print(vm, e, &text);
    Ok(Value::NONE)
}
