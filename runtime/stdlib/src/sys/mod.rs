//! Module `sys`: what the interpreter knows of itself. `info` has the facts, `functions`
//! the functions; the standard streams are of `io`.

mod functions;
mod info;
mod jit;
pub(crate) mod names;
mod unraisable;

pub use unraisable::unraisable;
pub(crate) use unraisable::unraisable_in;

use crate::util::{new_module, set};
use habu_object::dict::Dict;
use habu_object::{List, Value};
use habu_vm::{PyResult, Vm};

/// Makes `sys` and enters it in `sys.modules`.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    if vm.modules.cast::<Dict>().is_none() {
        vm.modules = vm.new_dict()?.value();
    }
    let doc = "This module provides access to some objects used or maintained by the\ninterpreter and to functions \
               that interact strongly with the interpreter.";
    let m = new_module(vm, "sys", doc, functions::FUNCTIONS)?;
    vm.sys = m.dict.get();
    let modules = vm.modules;
    set(vm, m, "modules", modules)?;
    crate::registry::enter(vm, "sys", m.value())?;
    info::fill(vm, m)?;
    let jit = jit::new(vm)?;
    set(vm, m, "_jit", jit)?;
    for name in ["argv", "path", "meta_path", "path_hooks"] {
        let list = vm.new_list(&[])?;
        set(vm, m, name, list)?;
    }
    let class = unraisable::new_class(vm)?;
    set(vm, m, "UnraisableHookArgs", class.value())?;
    let cache = vm.new_dict()?;
    set(vm, m, "path_importer_cache", cache.value())?;
    for name in ["excepthook", "displayhook", "unraisablehook", "breakpointhook"] {
        if let Some(v) = attribute(vm, name) {
            set(vm, m, &format!("__{name}__"), v)?;
        }
    }
    Ok(())
}

/// Sets `sys.stdin` and the like.
pub(crate) fn add_streams(vm: &mut Vm, streams: [Value; 3]) -> PyResult<()> {
    for (name, v) in ["stdin", "stdout", "stderr"].into_iter().zip(streams) {
        set_attribute(vm, name, v)?;
        set_attribute(vm, &format!("__{name}__"), v)?;
    }
    Ok(())
}

/// `sys.name`, if it is there.
pub(crate) fn attribute(vm: &mut Vm, name: &str) -> Option<Value> {
    let name = vm.intern(name);
    let name = crate::util::quiet(vm, name)?;
    vm.sys.cast::<Dict>().and_then(|d| vm.dict_get_str(d, name))
}

/// A list of strs.
pub(crate) fn text_list(vm: &mut Vm, items: &[String]) -> PyResult<Value> {
    let list = List::new(&mut vm.heap, items.len())?;
    for item in items {
        let v = vm.new_str(item)?;
        list.push(&mut vm.heap, v)?;
    }
    Ok(list.value())
}

/// `sys.name = v`
pub(crate) fn set_attribute(vm: &mut Vm, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    match vm.sys.cast::<Dict>() {
        Some(d) => vm.dict_set_str(d, name, v),
        None => Ok(()),
    }
}
