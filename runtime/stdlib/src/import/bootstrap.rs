//! `importlib`, started when it is first needed, and the specs and loaders that modules have.
//!
//! Its classes come from the library's `importlib/_bootstrap.py` and `_bootstrap_external.py`, as in CPython. As long as
//! nobody has touched `sys.meta_path` and `sys.path_hooks`, modules are found and loaded natively, with the same result;
//! else `importlib` is asked.

use super::{library, load};
use crate::registry;
use crate::sys::{attribute, set_attribute};
use habu_object::dict::Dict;
use habu_object::{Exception, Gc, List, Module, Traceback, Type, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// Where `importlib` looks for modules, in `sys`.
const LISTS: [&str; 2] = ["meta_path", "path_hooks"];

/// Roots: copies of these lists as `importlib` leaves them.
const COPIES: [&str; 2] = ["importlib.meta_path", "importlib.path_hooks"];

const CORE: &str = "importlib.core";
const EXTERNAL: &str = "importlib.external";
const LIBRARY: &str = "importlib.library";

/// Whether `importlib` runs, or is just being started.
pub(crate) fn started(vm: &Vm) -> bool {
    !vm.root(CORE).is_unbound()
}

/// Starts `importlib` unless it runs.
pub(crate) fn start(vm: &mut Vm) -> PyResult<()> {
    if started(vm) {
        return Ok(());
    }
    for name in LISTS {
        let list = vm.new_list(&[])?;
        set_attribute(vm, name, list)?;
    }
    let cache = vm.new_dict()?.value();
    set_attribute(vm, "path_importer_cache", cache)?;
    let core = frozen(vm, CORE, "_frozen_importlib", "importlib/_bootstrap.py")?;
    let imp = super::import_module(vm, "_imp")?;
    let sys = super::import_module(vm, "sys")?;
    call(vm, core, "_install", &[sys, imp])?;
    frozen(vm, EXTERNAL, "_frozen_importlib_external", "importlib/_bootstrap_external.py")?;
    call(vm, core, "_install_external_importers", &[])?;
    frozen(vm, LIBRARY, "_library_importer", "_library_importer.py")?;
    for (name, copy) in LISTS.into_iter().zip(COPIES) {
        let list = attribute(vm, name).unwrap_or(Value::NONE);
        let list = vm.list_from_iter(list)?;
        vm.set_root(copy, list.value());
    }
    Ok(())
}

/// Runs a library file as a module that is not in any folder.
fn frozen(vm: &mut Vm, root: &'static str, name: &str, path: &str) -> PyResult<Value> {
    let Some(file) = library::image(vm).find(path) else {
        let msg = format!("the library lacks {path}");
        return Err(vm.raise_msg(Exc::SystemError, &msg));
    };
    let m: Gc<Module> = vm.new_module(name)?;
    vm.set_root(root, m.value());
    registry::enter(vm, name, m.value())?;
    let stem = path.trim_end_matches(".py").replace('/', ".");
    crate::util::set_text(vm, m, "__origname__", &stem)?;
    load::run_library(vm, m, file, &format!("<frozen {stem}>"))?;
    Ok(m.value())
}

fn call(vm: &mut Vm, module: Value, name: &str, args: &[Value]) -> PyResult<Value> {
    let f = vm.getattr_str(module, name)?;
    vm.call(f, args)
}

/// Whether modules can be found natively: nobody has put finders or hooks of their own in.
pub(crate) fn untouched(vm: &mut Vm) -> bool {
    if !started(vm) {
        return true;
    }
    LISTS.into_iter().zip(COPIES).all(|(name, copy)| {
        let (now, copy) = (attribute(vm, name).and_then(|l| l.cast::<List>()), vm.root(copy));
        match (now, copy.cast::<List>()) {
            (Some(now), Some(copy)) => {
                now.len() == copy.len()
                    && now.cells().iter().zip(copy.cells()).all(|(a, b)| a.get() == b.get())
            }
            // `importlib` is being started.
            (_, None) => true,
            (None, _) => false,
        }
    })
}

/// Has `importlib` find and load a module.
pub(crate) fn find_and_load(vm: &mut Vm, name: &str) -> PyResult<Value> {
    start(vm)?;
    let core = vm.root(CORE);
    let import = vm.getattr_str(core, "_gcd_import")?;
    let text = vm.new_str(name)?;
    call(vm, core, "_find_and_load", &[text, import]).map_err(|e| trim(vm, e))
}

/// Cuts the frames of `importlib` out of a traceback (CPython `remove_importlib_frames`).
fn trim(vm: &mut Vm, raised: Raised) -> Raised {
    let error = vm.take_raised(raised);
    let Some(e) = error.cast::<Exception>() else { return vm.reraise(error) };
    let import_error = vm.exc_type(Exc::ImportError);
    let always = vm.is_instance_exact(error, import_error);
    // Entries that stay, outermost first; all are reachable from the exception.
    let mut kept: Vec<Gc<Traceback>> = Vec::new();
    let mut chunk: Vec<Gc<Traceback>> = Vec::new();
    let mut at = e.traceback.get();
    while let Some(entry) = at.cast::<Traceback>() {
        at = entry.next.get();
        let code = entry.code.get().cast::<habu_object::Code>();
        let file = code.map(|c| vm.text(c.filename.get())).unwrap_or_default();
        if matches!(
            file.as_str(),
            "<frozen importlib._bootstrap>" | "<frozen importlib._bootstrap_external>"
        ) {
            chunk.push(entry);
            let name = code.map(|c| vm.text(c.name.get())).unwrap_or_default();
            if always || name == "_call_with_frames_removed" {
                chunk.clear();
            }
        } else {
            kept.append(&mut chunk);
            kept.push(entry);
        }
    }
    kept.append(&mut chunk);
    let mut next = Value::NONE;
    for entry in kept.into_iter().rev() {
        entry.store(&mut vm.heap, &entry.next, next);
        next = entry.value();
    }
    e.store(&mut vm.heap, &e.traceback, next);
    vm.reraise(error)
}

/// Where the code of a module comes from.
pub(crate) enum Origin<'a> {
    Builtin,
    File(&'a str),
    Library(&'a str),
}

/// The loader that `importlib` would have made.
pub(crate) fn loader(vm: &mut Vm, name: &str, origin: &Origin<'_>) -> PyResult<Value> {
    let (module, class, path) = match origin {
        Origin::Builtin => {
            let core = vm.root(CORE);
            return vm.getattr_str(core, "BuiltinImporter");
        }
        Origin::File(path) => (EXTERNAL, "SourceFileLoader", path),
        Origin::Library(path) => (LIBRARY, "LibraryLoader", path),
    };
    let module = vm.root(module);
    let class = vm.getattr_str(module, class)?;
    let (name, path) = (vm.new_str(name)?, vm.new_str(path)?);
    vm.call(class, &[name, path])
}

/// The spec of a module; `folder` of a package.
pub(crate) fn spec(
    vm: &mut Vm,
    name: &str,
    loader: Value,
    origin: &Origin<'_>,
    folder: Option<&str>,
) -> PyResult<Value> {
    let core = vm.root(CORE);
    let class = vm.getattr_str(core, "ModuleSpec")?;
    debug_assert!(class.cast::<Type>().is_some());
    let name = vm.new_str(name)?;
    let spec = vm.call(class, &[name, loader])?;
    let (text, located) = match origin {
        Origin::Builtin => ("built-in", false),
        Origin::File(path) | Origin::Library(path) => (*path, true),
    };
    let text = vm.new_str(text)?;
    put(vm, spec, "origin", text)?;
    put(vm, spec, "_set_fileattr", Value::bool(located))?;
    if let Some(folder) = folder {
        let list = crate::sys::text_list(vm, &[folder.to_owned()])?;
        put(vm, spec, "submodule_search_locations", list)?;
    }
    Ok(spec)
}

fn put(vm: &mut Vm, o: Value, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    vm.setattr(o, name, v)
}

/// Marks a module as being, or no longer being, initialised.
pub(crate) fn set_initializing(vm: &mut Vm, spec: Value, on: bool) -> PyResult<()> {
    put(vm, spec, "_initializing", Value::bool(on))
}

/// The port for attributes that modules do not have yet: those that come with `importlib`.
pub fn missing_attribute(vm: &mut Vm, m: Value, name: Value) -> PyResult<Option<Value>> {
    if m.cast::<Module>().is_some_and(|m| m.dict.get() == vm.sys) && vm.text(name) == "monitoring" {
        let made = super::import_module(vm, "_monitoring")?;
        set_attribute(vm, "monitoring", made)?;
        return Ok(Some(made));
    }
    if started(vm) || m.cast::<Module>().is_none() {
        return Ok(None);
    }
    let text = vm.text(name);
    let of_sys = m.cast::<Module>().is_some_and(|m| m.dict.get() == vm.sys);
    let ours = match text.as_str() {
        "__spec__" | "__loader__" => true,
        "meta_path" | "path_hooks" | "path_importer_cache" => of_sys,
        _ => false,
    };
    if !ours {
        return Ok(None);
    }
    start(vm)?;
    let namespace = m.cast::<Module>().and_then(|m| m.dict.get().cast::<Dict>());
    Ok(namespace.and_then(|d| vm.dict_get_str(d, name)))
}
