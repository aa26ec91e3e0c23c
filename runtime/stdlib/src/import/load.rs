//! Making modules: native ones, source files, library files.

use super::bootstrap::{self, Origin};
use super::{cache, library};
use crate::registry;
use crate::util::{namespace, set, set_text};
use habu_bytecode::image::File;
use habu_object::{Gc, Module, Value};
use habu_vm::{PyResult, Vm};
use std::rc::Rc;

/// Makes a native module.
pub(crate) fn native(vm: &mut Vm, name: &str) -> PyResult<Option<Value>> {
    let Some(m) = registry::make(vm, name)? else { return Ok(None) };
    describe_native(vm, m, name)?;
    registry::enter(vm, name, m.value())?;
    Ok(Some(m.value()))
}

/// Gives a native module its spec, or leaves it to the start of `importlib`.
pub(crate) fn describe_native(vm: &mut Vm, m: Gc<Module>, name: &str) -> PyResult<()> {
    let keys = [vm.names.__loader__, vm.names.__spec__];
    if !bootstrap::started(vm) {
        if let Some(dict) = namespace(m) {
            for key in keys {
                vm.dict_del_str(dict, key)?;
            }
        }
        return Ok(());
    }
    let loader = bootstrap::loader(vm, name, &Origin::Builtin)?;
    let spec = bootstrap::spec(vm, name, loader, &Origin::Builtin, None)?;
    set(vm, m, "__loader__", loader)?;
    set(vm, m, "__spec__", spec)?;
    set_text(vm, m, "__package__", name.rsplit_once('.').map_or("", |p| p.0))
}

/// Makes a module from a source file, which may be the library's; `package` is its folder.
pub(crate) fn source(
    vm: &mut Vm,
    name: &str,
    file: &str,
    package: Option<&str>,
) -> PyResult<Value> {
    let m = vm.new_module(name)?;
    let spec = describe(vm, m, name, file, package)?;
    bootstrap::set_initializing(vm, spec, true)?;
    registry::enter(vm, name, m.value())?;
    let result = execute(vm, m, file);
    bootstrap::set_initializing(vm, spec, false)?;
    if let Err(e) = result {
        let error = vm.take_raised(e);
        registry::forget(vm, name)?;
        return Err(vm.reraise(error));
    }
    // A module may put something else in its place.
    Ok(super::loaded(vm, name)?.unwrap_or(m.value()))
}

/// Gives a module of a source file its attributes (`importlib._bootstrap._init_module_attrs`); its spec.
pub(crate) fn describe(
    vm: &mut Vm,
    m: Gc<Module>,
    name: &str,
    file: &str,
    package: Option<&str>,
) -> PyResult<Value> {
    bootstrap::start(vm)?;
    let in_library = library::file(vm, file).is_some();
    let origin = if in_library { Origin::Library(file) } else { Origin::File(file) };
    let loader = bootstrap::loader(vm, name, &origin)?;
    let spec = bootstrap::spec(vm, name, loader, &origin, package)?;
    set(vm, m, "__loader__", loader)?;
    let parent = if package.is_some() { name } else { name.rsplit_once('.').map_or("", |p| p.0) };
    set_text(vm, m, "__package__", parent)?;
    set(vm, m, "__spec__", spec)?;
    if package.is_some() {
        let path = vm.getattr_str(spec, "submodule_search_locations")?;
        set(vm, m, "__path__", path)?;
    }
    set_text(vm, m, "__file__", file)?;
    if !in_library {
        set_text(vm, m, "__cached__", &cache::path(vm, file).to_string_lossy())?;
    }
    Ok(spec)
}

/// Runs a source file, which may be the library's, in a module.
pub(crate) fn execute(vm: &mut Vm, m: Gc<Module>, file: &str) -> PyResult<()> {
    match library::file(vm, file) {
        Some(found) => run_library(vm, m, found, file),
        None => {
            let code = cache::code(vm, file)?;
            run(vm, m, code)
        }
    }
}

/// Runs a library file in a module; tracebacks know it as `filename`.
pub(crate) fn run_library(
    vm: &mut Vm,
    m: Gc<Module>,
    file: File<'_>,
    filename: &str,
) -> PyResult<()> {
    let code = library_code(vm, file, filename)?;
    run(vm, m, code)
}

/// The code of a library file, compiled now if the image does not have it as it is wanted.
pub(crate) fn library_code(
    vm: &mut Vm,
    file: File<'_>,
    filename: &str,
) -> PyResult<Rc<habu_bytecode::Code>> {
    let code = match library::code(vm, file, filename) {
        Some(code) => code,
        None => (vm.ports.compile_module)(vm, &library::contents(file), filename)?,
    };
    Ok(Rc::new(code))
}

fn run(vm: &mut Vm, m: Gc<Module>, code: Rc<habu_bytecode::Code>) -> PyResult<()> {
    let Some(dict) = namespace(m) else { return Ok(()) };
    registry::set_builtins(vm, dict)?;
    let code = vm.load_code(&code)?;
    vm.run_code(code, dict.value(), None)?;
    Ok(())
}
