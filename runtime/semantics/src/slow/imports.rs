//! Import statements.

use super::{Frame, Jump, store_result};
use habu_bytecode::Insn;
use habu_object::dict::Dict;
use habu_object::{Exception, Value};
use habu_vm::{Exc, PyResult, Vm};

pub(super) fn ImportName(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let fromlist = frame.reg(i.b());
    let level = frame.word(1) as i64;
    let f = frame.function();
    let (globals, builtins) = (f.globals.get(), f.builtins.get().cast::<Dict>());
    let key = frame.vm.names.__import__;
    let import = builtins.and_then(|b| frame.vm.dict_get_str(b, key));
    let Some(import) = import else {
        return Err(frame.vm.raise_msg(Exc::ImportError, "__import__ not found"));
    };
    let args = [name, globals, Value::NONE, fromlist, Value::small_int(level)];
    let module = frame.vm.call(import, &args)?;
    store_result(frame, i, module, 2)
}

pub(super) fn ImportFrom(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let module = frame.reg(i.b());
    if let Some(v) = frame.vm.getattr_opt(module, name)? {
        return store_result(frame, i, v, 1);
    }
    let v = from_modules(frame.vm, module, name)?;
    store_result(frame, i, v, 1)
}

/// A submodule that is in `sys.modules` but not yet an attribute (circular imports), else ImportError.
fn from_modules(vm: &mut Vm, module: Value, name: Value) -> PyResult<Value> {
    let key = vm.names.__name__;
    let package = vm.getattr_opt(module, key)?;
    let package = package.map(|p| vm.text(p)).unwrap_or_else(|| "<unknown module name>".to_owned());
    let wanted = vm.text(name);
    let full = vm.intern(&format!("{package}.{wanted}"))?;
    if let Some(modules) = vm.modules.cast::<Dict>()
        && let Some(v) = vm.dict_get_str(modules, full)
    {
        return Ok(v);
    }
    let key = vm.names.__file__;
    let file = match vm.getattr_opt(module, key)? {
        Some(f) => vm.text(f),
        None => "unknown location".to_owned(),
    };
    let msg = format!("cannot import name '{wanted}' from '{package}' ({file})");
    let raised = vm.raise_msg(Exc::ImportError, &msg);
    if let Some(e) = vm.raised.cast::<Exception>() {
        let package = vm.new_str(&package)?;
        e.store(&mut vm.heap, &e.extra0, package);
        e.store(&mut vm.heap, &e.extra2, name);
    }
    Err(raised)
}

pub(super) fn ImportStar(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let module = frame.reg(i.a());
    let target = if i.c() == 1 { frame.reg(i.b()) } else { frame.function().globals.get() };
    let vm = &mut *frame.vm;
    let (all, dict) = (vm.names.__all__, vm.names.__dict__);
    let (names, public) = match vm.getattr_opt(module, all)? {
        Some(names) => (names, false),
        None => {
            let d = vm.getattr(module, dict)?;
            (vm.list_from_iter(d)?.value(), true)
        }
    };
    vm.for_each(names, |vm, name| {
        if public && vm.text(name).starts_with('_') {
            return Ok(());
        }
        let name = vm.intern_value(name)?;
        let v = vm.getattr(module, name)?;
        match Vm::exact_dict(target) {
            Some(d) => vm.dict_set_str(d, name, v),
            None => vm.setitem(target, name, v),
        }
    })?;
    frame.next(0)
}
