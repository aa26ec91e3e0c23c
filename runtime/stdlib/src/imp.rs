//! Module `_imp`: what `importlib` asks of the runtime. There are no extension modules; frozen are `importlib`'s own files.
//!
//! The functions `_library_…` are for `overlay/_library_importer.py`, which stands for the embedded library.

use crate::import::{library, load};
use crate::registry::{self, MODULES};
use crate::util::{arg, given, new_module, set, set_text, text_arg};
use habu_bytecode::pyc;
use habu_object::bytes::Bytes;
use habu_object::{Code, Gc, Module, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};
use siphasher::sip::SipHasher13;
use std::collections::BTreeMap;
use std::hash::Hasher;
use std::rc::Rc;

/// Frozen modules with their files in the library.
const FROZEN: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib/_bootstrap.py"),
    ("_frozen_importlib_external", "importlib/_bootstrap_external.py"),
    ("zipimport", "zipimport.py"),
];

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("extension_suffixes", "()", |vm, _| vm.new_list(&[])),
    NativeDef::new("lock_held", "()", |vm, _| Ok(Value::bool(vm.state::<Lock>().0 > 0))),
    NativeDef::new("acquire_lock", "()", |vm, _| {
        vm.state::<Lock>().0 += 1;
        Ok(Value::NONE)
    }),
    NativeDef::new("release_lock", "()", release_lock),
    NativeDef::new("find_frozen", "(name, /, *, withdata=False)", find_frozen),
    NativeDef::new("get_frozen_object", "(name, data=None, /)", get_frozen_object),
    NativeDef::new("is_frozen_package", "(name, /)", is_frozen_package),
    NativeDef::new("is_frozen", "(name, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "name")?;
        Ok(Value::bool(frozen_file(&name).is_some()))
    }),
    NativeDef::new("init_frozen", "(name, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("_frozen_module_names", "()", |vm, _| {
        let names: Vec<String> = FROZEN.iter().map(|(name, _)| (*name).to_owned()).collect();
        crate::sys::text_list(vm, &names)
    }),
    NativeDef::new("_override_frozen_modules_for_tests", "(override, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("_override_multi_interp_extensions_check", "(override, /)", |_, _| {
        Ok(Value::small_int(0))
    }),
    NativeDef::new("is_builtin", "(name, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "name")?;
        let own = matches!(name.as_str(), "sys" | "builtins");
        Ok(Value::small_int(match registry::place(&name) {
            _ if own => -1,
            Some(_) => 1,
            None => 0,
        }))
    }),
    NativeDef::new("create_builtin", "(spec, /)", create_builtin),
    NativeDef::new("exec_builtin", "(mod, /)", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("create_dynamic", "(spec, file=None, /)", no_extensions),
    NativeDef::new("exec_dynamic", "(mod, /)", no_extensions),
    NativeDef::new("_fix_co_filename", "(code, path, /)", fix_filename),
    NativeDef::new("source_hash", "(key, source)", source_hash),
    NativeDef::new("_library_find", "(folder, fullname, /)", library_find),
    NativeDef::new("_library_code", "(path, /)", library_code),
    NativeDef::new("_library_data", "(path, /)", library_data),
    NativeDef::new("_library_has", "(folder, /)", |vm, args| {
        let path = text_arg(vm, arg(args, 0), "folder")?;
        Ok(Value::bool(library::subfolder(vm, &path).is_some()))
    }),
    NativeDef::new("_library_modules", "(folder, /)", library_modules),
    NativeDef::new("_library_files", "(folder, /)", library_files),
];

/// How often the import lock is held.
#[derive(Default)]
struct Lock(usize);

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "(Extremely) low-level import machinery bits as used by importlib.";
    let m = new_module(vm, "_imp", doc, FUNCTIONS)?;
    set_text(vm, m, "check_hash_based_pycs", "default")?;
    let magic = u32::from_le_bytes(pyc::magic());
    set(vm, m, "pyc_magic_number_token", Value::small_int(i64::from(magic)))?;
    Ok(m)
}

fn release_lock(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let lock = vm.state::<Lock>();
    if lock.0 == 0 {
        return Err(vm.raise_msg(Exc::RuntimeError, "not holding the import lock"));
    }
    lock.0 -= 1;
    Ok(Value::NONE)
}

fn no_extensions(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Err(vm.raise_msg(Exc::ImportError, "extension modules cannot be loaded"))
}

fn frozen_file(name: &str) -> Option<&'static str> {
    FROZEN.iter().find(|(frozen, _)| *frozen == name).map(|(_, file)| *file)
}

fn not_frozen(vm: &mut Vm, name: &str) -> Raised {
    crate::import::import_error(vm, name, &format!("No such frozen object named {name}"))
}

fn find_frozen(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = text_arg(vm, arg(args, 0), "name")?;
    let Some(file) = frozen_file(&name) else { return Ok(Value::NONE) };
    let origin = vm.new_str(&file.trim_end_matches(".py").replace('/', "."))?;
    vm.new_tuple(&[Value::NONE, Value::FALSE, origin])
}

fn get_frozen_object(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = text_arg(vm, arg(args, 0), "name")?;
    let file = frozen_file(&name).and_then(|path| library::image(vm).find(path));
    let Some(file) = file else { return Err(not_frozen(vm, &name)) };
    let stem = file.path.trim_end_matches(".py").replace('/', ".");
    let code = load::library_code(vm, file, &format!("<frozen {stem}>"))?;
    Ok(vm.load_code(&code)?.value())
}

fn is_frozen_package(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = text_arg(vm, arg(args, 0), "name")?;
    match frozen_file(&name) {
        Some(_) => Ok(Value::FALSE),
        None => Err(not_frozen(vm, &name)),
    }
}

fn create_builtin(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.getattr_str(arg(args, 0), "name")?;
    let name = text_arg(vm, name, "name")?;
    if let Some(loaded) = crate::import::loaded(vm, &name)? {
        return Ok(loaded);
    }
    Ok(registry::make(vm, &name)?.map_or(Value::NONE, |m| m.value()))
}

/// Gives a code object and those in it another file name.
fn fix_filename(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (code, path) = (arg(args, 0).cast::<Code>(), arg(args, 1));
    if let Some(code) = code {
        let old = code.filename.get();
        rename(vm, code, old, path)?;
    }
    Ok(Value::NONE)
}

fn rename(vm: &mut Vm, code: Gc<Code>, old: Value, new: Value) -> PyResult<()> {
    vm.check_native_stack()?;
    if !vm.eq(code.filename.get(), old)? {
        return Ok(());
    }
    code.store(&mut vm.heap, &code.filename, new);
    let Some(consts) = code.consts.get().cast::<habu_object::Array>() else { return Ok(()) };
    for i in 0..consts.len() {
        if let Some(inner) = consts.get(i).cast::<Code>() {
            rename(vm, inner, old, new)?;
        }
    }
    Ok(())
}

/// The hash of PEP 552's hash-based files.
fn source_hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let key = int::to_u64_wrapping(vm.index(arg(args, 0))?);
    let source = Buffer::of(vm, arg(args, 1))?;
    let mut hasher = SipHasher13::new_with_keys(key, 0);
    hasher.write(&source);
    let hash = hasher.finish().to_le_bytes();
    Ok(Bytes::new(&mut vm.heap, &hash)?.value())
}

/// `(kind, path)` of a module in a folder of the library.
fn library_find(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let folder = text_arg(vm, arg(args, 0), "folder")?;
    let name = text_arg(vm, arg(args, 1), "fullname")?;
    let Some(relative) = library::subfolder(vm, &folder) else { return Ok(Value::NONE) };
    use crate::import::find::{Found, in_library};
    let child = name.rsplit_once('.').map_or(name.as_str(), |p| p.1);
    let (kind, path) = match in_library(vm, &relative, &name, child) {
        Found::Native => ("native", String::new()),
        Found::Source { file, package: Some(_) } => ("package", file),
        Found::Source { file, package: None } => ("module", file),
        Found::Namespace(mut folders) => ("namespace", folders.pop().unwrap_or_default()),
        Found::Foreign | Found::Nothing => return Ok(Value::NONE),
    };
    let (kind, path) = (vm.intern(kind)?, vm.new_str(&path)?);
    vm.new_tuple(&[kind, path])
}

fn library_code(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let path = text_arg(vm, arg(args, 0), "path")?;
    let Some(file) = library::file(vm, &path) else { return Ok(Value::NONE) };
    let code: Rc<habu_bytecode::Code> = load::library_code(vm, file, &path)?;
    Ok(vm.load_code(&code)?.value())
}

fn library_data(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let path = text_arg(vm, arg(args, 0), "path")?;
    match library::file(vm, &path) {
        Some(file) => Ok(Bytes::new(&mut vm.heap, &library::contents(file))?.value()),
        None => Ok(Value::NONE),
    }
}

/// Names of what lies in a folder of the library, and whether each is a folder.
fn children(vm: &mut Vm, args: &[Value]) -> PyResult<BTreeMap<String, bool>> {
    let folder = text_arg(vm, given(args, 0).unwrap_or(Value::NONE), "folder")?;
    let mut out = BTreeMap::new();
    let Some(relative) = library::relative(vm, &folder).map(str::to_owned) else { return Ok(out) };
    let skip = if relative.is_empty() { 0 } else { relative.len() + 1 };
    for file in library::image(vm).folder(&relative) {
        let rest = &file.path[skip..];
        let (name, inside) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
        out.insert(name.to_owned(), inside);
    }
    Ok(out)
}

fn library_modules(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let names = children(vm, args)?;
    let top = arg(args, 0);
    let folder = text_arg(vm, top, "folder")?;
    let mut found: BTreeMap<String, bool> = BTreeMap::new();
    if folder == library::folder(vm) {
        let native = MODULES.iter().filter(|m| m.1 == registry::Place::Library);
        found.extend(native.map(|m| (m.0.to_owned(), false)));
    }
    let image = library::image(vm);
    for (name, is_folder) in names {
        let inner = library::relative(vm, &folder).unwrap_or_default().to_owned();
        let path = if inner.is_empty() { name.clone() } else { format!("{inner}/{name}") };
        if is_folder && image.find(&format!("{path}/__init__.py")).is_some() {
            found.insert(name, true);
        } else if let Some(stem) = name.strip_suffix(".py").filter(|s| *s != "__init__") {
            found.insert(stem.to_owned(), false);
        }
    }
    pairs(vm, &found)
}

fn library_files(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let names = children(vm, args)?;
    pairs(vm, &names)
}

fn pairs(vm: &mut Vm, names: &BTreeMap<String, bool>) -> PyResult<Value> {
    let list = habu_object::List::new(&mut vm.heap, names.len())?;
    for (name, flag) in names {
        let name = vm.new_str(name)?;
        let pair = vm.new_tuple(&[name, Value::bool(*flag)])?;
        list.push(&mut vm.heap, pair)?;
    }
    Ok(list.value())
}
