//! The table of native modules, made at their first import, and `sys.modules`.

use habu_object::dict::Dict;
use habu_object::{Gc, Module, Value};
use habu_vm::{PyResult, Vm};

/// Makes a native module.
pub(crate) type Make = fn(&mut Vm) -> PyResult<Gc<Module>>;

/// Where on the way of a search a native module stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Before all of `sys.path`: no file hides it.
    Builtin,
    /// In the library's folder, as CPython's extension modules: files before that hide it.
    Library,
}

use Place::{Builtin, Library};

/// Modules written in Rust.
pub(crate) static MODULES: &[(&str, Place, Make)] = &[
    ("_codecs", Builtin, crate::codecs::module),
    ("_collections", Builtin, crate::collections::module),
    ("_abc", Builtin, crate::abc::module),
    ("_bisect", Library, crate::bisect::module),
    ("_blake2", Library, crate::hashes::blake2_module),
    ("_contextvars", Library, crate::contextvars::module),
    ("_functools", Builtin, crate::functools::module),
    ("_heapq", Library, crate::heapq::module),
    ("_imp", Builtin, crate::imp::module),
    ("_json", Library, crate::json::module),
    ("_io", Builtin, crate::io::module),
    ("_md5", Library, crate::hashes::md5_module),
    ("_operator", Builtin, crate::operator::module),
    ("_random", Library, crate::random::module),
    ("_sha1", Library, crate::hashes::sha1_module),
    ("_sha2", Library, crate::hashes::sha2_module),
    ("_sha3", Library, crate::hashes::sha3_module),
    ("_signal", Builtin, crate::signal::module),
    ("_socket", Library, crate::socket::module),
    ("_sre", Builtin, crate::sre::module),
    ("_stat", Builtin, crate::stat_::module),
    ("_string", Builtin, crate::string_::module),
    ("_struct", Library, crate::structs::module),
    ("_thread", Builtin, crate::thread::module),
    ("_types", Builtin, crate::types_::module),
    ("_warnings", Builtin, crate::warnings::module),
    ("_weakref", Builtin, crate::weakref::module),
    ("atexit", Builtin, crate::atexit::module),
    ("binascii", Library, crate::binascii::module),
    ("cmath", Library, crate::cmath::module),
    ("errno", Builtin, crate::errno::module),
    ("fcntl", Library, crate::fcntl::module),
    ("gc", Builtin, crate::gc::module),
    ("grp", Library, crate::accounts::grp_module),
    ("itertools", Builtin, crate::itertools::module),
    ("marshal", Builtin, crate::marshal::module),
    ("math", Library, crate::math::module),
    ("posix", Builtin, crate::posix::module),
    ("pwd", Library, crate::accounts::pwd_module),
    ("resource", Library, crate::resource::module),
    ("select", Library, crate::select::module),
    ("time", Builtin, crate::time::module),
    ("unicodedata", Library, crate::unicodedata::module),
    ("zlib", Library, crate::zlib::module),
];

/// Where the native module of this name stands; None if there is none.
pub(crate) fn place(name: &str) -> Option<Place> {
    MODULES.iter().find(|m| m.0 == name).map(|m| m.1)
}

/// Root of the dict of the modules that were made, by name.
const MADE: &str = "native modules";

/// The native module of this name; None if there is none. One that was made before and left `sys.modules` gets a new
/// module of the same contents, for classes and what they refer to are there once only.
pub(crate) fn make(vm: &mut Vm, name: &str) -> PyResult<Option<Gc<Module>>> {
    let Some((name, _, make)) = MODULES.iter().find(|m| m.0 == name) else { return Ok(None) };
    let made = match vm.root(MADE).cast::<Dict>() {
        Some(made) => made,
        None => {
            let made = vm.new_dict()?;
            vm.set_root(MADE, made.value());
            made
        }
    };
    let key = vm.intern(name)?;
    if let Some(first) = vm.dict_get_str(made, key).and_then(|m| m.cast::<Module>()) {
        return copy(vm, name, first).map(Some);
    }
    let m = make(vm)?;
    vm.dict_set_str(made, key, m.value())?;
    Ok(Some(m))
}

/// A new module with what another one has.
fn copy(vm: &mut Vm, name: &str, first: Gc<Module>) -> PyResult<Gc<Module>> {
    let m = vm.new_module(name)?;
    if let Some(from) = first.dict.get().cast::<Dict>() {
        let mut pos = 0;
        while let Some((next, key, v, _)) = from.next_entry(pos) {
            vm.module_set(m, key, v)?;
            pos = next;
        }
    }
    Ok(m)
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
