//! The table of native modules and of library modules in the binary; both are made at their first import.

use crate::util::{namespace, set, set_text};
use habu_object::dict::Dict;
use habu_object::{Gc, Module, Value};
use habu_vm::{PyResult, Vm};
use std::rc::Rc;

/// Makes a native module.
pub(crate) type Make = fn(&mut Vm) -> PyResult<Gc<Module>>;

/// Modules written in Rust.
pub(crate) static MODULES: &[(&str, Make)] = &[
    ("_collections", crate::collections::module),
    ("_functools", crate::functools::module),
    ("_weakref", crate::weakref::module),
    ("atexit", crate::atexit::module),
    ("errno", crate::errno::module),
    ("gc", crate::gc::module),
    ("itertools", crate::itertools::module),
    ("math", crate::math::module),
    ("operator", crate::operator::module),
    ("time", crate::time::module),
];

/// Modules written in Python whose text is in the binary.
pub(crate) static LIBRARY: &[(&str, &str)] = &[
    ("abc", include_str!("../lib/abc.py")),
    ("collections", include_str!("../lib/collections/__init__.py")),
    ("collections.abc", include_str!("../lib/collections/abc.py")),
    ("functools", include_str!("../lib/functools.py")),
    ("string", include_str!("../lib/string.py")),
    ("types", include_str!("../lib/types.py")),
    ("weakref", include_str!("../lib/weakref.py")),
];

/// The native or embedded module of this name, made and entered in `sys.modules`; None if there is none.
pub(crate) fn import(vm: &mut Vm, name: &str) -> PyResult<Option<Value>> {
    if let Some((_, make)) = MODULES.iter().find(|(n, _)| *n == name) {
        let m = make(vm)?;
        enter(vm, name, m.value())?;
        return Ok(Some(m.value()));
    }
    match LIBRARY.iter().find(|(n, _)| *n == name) {
        Some((_, source)) => run_embedded(vm, name, source).map(Some),
        None => Ok(None),
    }
}

/// `sys.modules[name] = v`
pub(crate) fn enter(vm: &mut Vm, name: &str, v: Value) -> PyResult<()> {
    match vm.modules.cast::<Dict>() {
        Some(modules) => vm.dict_set_text(modules, name, v),
        None => Ok(()),
    }
}

/// Drops `sys.modules[name]`.
pub(crate) fn forget(vm: &mut Vm, name: &str) -> PyResult<()> {
    let key = vm.intern(name)?;
    if let Some(modules) = vm.modules.cast::<Dict>() {
        vm.dict_del_str(modules, key)?;
    }
    Ok(())
}

/// Gives a module's namespace `__builtins__`.
pub(crate) fn set_builtins(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<()> {
    let (name, key) = (vm.names.builtins, vm.names.__builtins__);
    let module =
        vm.modules.cast::<Dict>().and_then(|m| vm.dict_get_str(m, name)).unwrap_or(vm.builtins);
    vm.dict_set_str(dict, key, module)
}

/// Compiles and runs a module whose text is in the binary.
fn run_embedded(vm: &mut Vm, name: &str, source: &str) -> PyResult<Value> {
    let filename = format!("<frozen {name}>");
    let code = (vm.ports.compile_module)(vm, source.as_bytes(), &filename)?;
    let m = vm.new_module(name)?;
    set_text(vm, m, "__package__", "")?;
    let spec = crate::import::new_spec(vm, name, "frozen", None)?;
    set(vm, m, "__spec__", spec)?;
    enter(vm, name, m.value())?;
    let Some(dict) = namespace(m) else { return Ok(m.value()) };
    set_builtins(vm, dict)?;
    let code = vm.load_code(&Rc::new(code))?;
    match vm.run_code(code, dict.value(), None) {
        Ok(_) => Ok(m.value()),
        Err(e) => {
            let error = vm.take_raised(e);
            forget(vm, name)?;
            Err(vm.reraise(error))
        }
    }
}
