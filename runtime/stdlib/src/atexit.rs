//! Module `atexit`: functions to be called when the program ends.

use crate::util::{arg, forward, new_module};
use habu_object::{Gc, List, Module, Tuple, Value};
use habu_vm::{NativeDef, PyResult, Vm};

/// Root of the list of `(function, args, kwargs)`.
const FUNCTIONS: &str = "atexit functions";

static DEFS: &[NativeDef] = &[
    NativeDef::new("register", "(func, /, *args, **kwargs)", register)
        .doc("Register a function to be executed upon normal program termination"),
    NativeDef::new("unregister", "(func, /)", unregister),
    NativeDef::new("_clear", "()", clear),
    NativeDef::new("_run_exitfuncs", "()", run_all),
    NativeDef::new("_ncallbacks", "()", count),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    new_module(
        vm,
        "atexit",
        "allow programmer to define multiple exit functions to be executed",
        DEFS,
    )
}

fn functions(vm: &mut Vm) -> PyResult<Gc<List>> {
    if let Some(list) = vm.root(FUNCTIONS).cast::<List>() {
        return Ok(list);
    }
    let list = List::new(&mut vm.heap, 4)?;
    vm.set_root(FUNCTIONS, list.value());
    Ok(list)
}

fn register(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = arg(args, 0);
    if vm.special(f, vm.names.__call__).is_none() {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let kwargs = if arg(args, 2).is_unbound() { Value::NONE } else { arg(args, 2) };
    let entry = vm.new_tuple(&[f, arg(args, 1), kwargs])?;
    let list = functions(vm)?;
    list.push(&mut vm.heap, entry)?;
    Ok(f)
}

fn unregister(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = functions(vm)?;
    let mut i = 0;
    while let Some(entry) = list.get(i) {
        let f = entry.cast::<Tuple>().map_or(Value::NONE, |t| t.get(0));
        if vm.eq(f, arg(args, 0))? && i < list.len() {
            list.pop_at(&mut vm.heap, i);
        } else {
            i += 1;
        }
    }
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    functions(vm)?.clear();
    Ok(Value::NONE)
}

fn count(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let n = functions(vm)?.len();
    Ok(Value::small_int(n as i64))
}

fn run_all(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    run(vm);
    Ok(Value::NONE)
}

/// Calls the registered functions, the last one first; what they raise is printed.
pub(crate) fn run(vm: &mut Vm) {
    let Some(list) = vm.root(FUNCTIONS).cast::<List>() else { return };
    while let Some(entry) = list.pop() {
        let Some(t) = entry.cast::<Tuple>() else { continue };
        vm.set_root("atexit entry", entry);
        if let Err(raised) = forward(vm, t.get(0), &[], t.get(1), t.get(2)) {
            let e = vm.take_raised(raised);
            let name = vm.repr_text(t.get(0));
            let name = crate::util::quiet(vm, name).unwrap_or_default();
            let text = format!("Exception ignored in atexit callback {name}");
            crate::sys::unraisable(vm, e, &text);
        }
    }
}
