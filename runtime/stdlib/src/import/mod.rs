//! The import system: `__import__`, packages, relative imports, `-m`.
//!
//! `find` searches folders and the embedded `library`, `load` makes modules, `cache` keeps bytecode, `turns` makes
//! threads wait for each other's imports. These do natively what
//! `importlib` would do; `bootstrap` starts the real one when a program touches it, and asks it then.

mod bootstrap;
mod cache;
pub(crate) mod find;
pub(crate) mod library;
pub(crate) mod load;
mod main;
mod turns;

pub use bootstrap::missing_attribute;
pub(crate) use bootstrap::start;
pub(crate) use find::absolute;
pub use main::run_module;
pub(crate) use turns::forget_others as forget_other_threads;

use crate::util::arg;
use find::Found;
use habu_object::dict::Dict;
use habu_object::{Exception, Gc, Kind, List, Tuple, Value, int};
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};

static IMPORT: NativeDef = NativeDef::new(
    "__import__",
    "(name, globals=None, locals=None, fromlist=(), level=0)",
    dunder_import,
)
.doc("Import a module.");

/// Puts `__import__` among the builtins.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let f = vm.new_builtin(&IMPORT, Value::UNBOUND)?;
    vm.set_root("__import__", f);
    let key = vm.names.__import__;
    match vm.builtins.cast::<Dict>() {
        Some(builtins) => vm.dict_set_str(builtins, key, f),
        None => Ok(()),
    }
}

/// `sys.modules[name]`
pub(crate) fn loaded(vm: &mut Vm, name: &str) -> PyResult<Option<Value>> {
    let key = vm.intern(name)?;
    let table = crate::sys::attribute(vm, "modules").unwrap_or(vm.modules);
    match table.cast::<Dict>() {
        Some(d) => vm.dict_get(d, key),
        None => Ok(None),
    }
}

fn dunder_import(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = arg(args, 0);
    if name.kind() != Kind::Str {
        return Err(vm.type_error("module name must be a string"));
    }
    let name = vm.text(name);
    let level = match arg(args, 4).bound() {
        Some(v) => int::to_i64_clamped(vm.index(v)?),
        None => 0,
    };
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let full = if level > 0 {
        let package = calling_package(vm, arg(args, 1))?;
        resolve(vm, &name, &package, level as usize)?
    } else if name.is_empty() {
        return Err(vm.value_error("Empty module name"));
    } else {
        name.clone()
    };
    let module = import_module(vm, &full)?;
    let fromlist = arg(args, 3);
    let wanted = !fromlist.is_unbound() && vm.truth(fromlist)?;
    if wanted {
        return from_list(vm, module, fromlist);
    }
    if level == 0 {
        let top = name.split('.').next().unwrap_or_default();
        return if top == name { Ok(module) } else { import_module(vm, top) };
    }
    if name.is_empty() {
        return Ok(module);
    }
    // `import` statements are absolute; only calls of the function come here.
    let cut = name.len() - name.split('.').next().unwrap_or_default().len();
    import_module(vm, &full[..full.len() - cut])
}

/// The module of an absolute name, imported if need be, its parents first.
pub(crate) fn import_module(vm: &mut Vm, name: &str) -> PyResult<Value> {
    turns::wait(vm, name)?;
    match loaded(vm, name)? {
        Some(v) if v.is_none() => {
            let msg = format!("import of {name} halted; None in sys.modules");
            Err(not_found(vm, name, &msg))
        }
        Some(v) => Ok(v),
        None => {
            vm.check_native_stack()?;
            turns::make(vm, name, |vm| import_new(vm, name))
        }
    }
}

fn import_new(vm: &mut Vm, name: &str) -> PyResult<Value> {
    if !bootstrap::untouched(vm) {
        return bootstrap::find_and_load(vm, name);
    }
    let Some((parent_name, child)) = name.rsplit_once('.') else {
        let found = find::top_level(vm, name)?;
        return load(vm, name, found);
    };
    let parent = import_module(vm, parent_name)?;
    // The parent's import may have brought the child.
    if let Some(v) = loaded(vm, name)? {
        return Ok(v);
    }
    let path = vm.names.__path__;
    let Some(path) = vm.getattr_opt(parent, path)? else {
        let msg = format!("No module named '{name}'; '{parent_name}' is not a package");
        return Err(not_found(vm, name, &msg));
    };
    let found = find::in_package(vm, path, name, child)?;
    let module = load(vm, name, found)?;
    bind(vm, parent, child, module)?;
    Ok(module)
}

/// `parent.child = module`, silently not if the parent refuses.
fn bind(vm: &mut Vm, parent: Value, child: &str, module: Value) -> PyResult<()> {
    let child = vm.intern(child)?;
    let done = vm.setattr(parent, child, module);
    crate::util::quiet(vm, done);
    Ok(())
}

fn load(vm: &mut Vm, name: &str, found: Found) -> PyResult<Value> {
    match found {
        Found::Native => match load::native(vm, name)? {
            Some(v) => Ok(v),
            None => Err(no_module(vm, name)),
        },
        Found::Source { file, package } => load::source(vm, name, &file, package.as_deref()),
        Found::Namespace(_) | Found::Foreign => bootstrap::find_and_load(vm, name),
        Found::Nothing => Err(no_module(vm, name)),
    }
}

/// The names of `from module import …` that are submodules are imported.
fn from_list(vm: &mut Vm, module: Value, fromlist: Value) -> PyResult<Value> {
    let path = vm.names.__path__;
    if vm.getattr_opt(module, path)?.is_none() {
        return Ok(module);
    }
    let names = vm.list_from_iter(fromlist)?;
    import_submodules(vm, module, names, false)?;
    Ok(module)
}

fn import_submodules(vm: &mut Vm, module: Value, names: Gc<List>, from_all: bool) -> PyResult<()> {
    let key = vm.names.__name__;
    let package = vm.getattr(module, key)?;
    let package = vm.text(package);
    let mut i = 0;
    while let Some(name) = names.get(i) {
        i += 1;
        if name.kind() != Kind::Str {
            let place =
                if from_all { format!("{package}.__all__") } else { "``from list''".to_owned() };
            let msg = format!("Item in {place} must be str, not {}", vm.type_name(name));
            return Err(vm.type_error(&msg));
        }
        let text = vm.text(name);
        if text == "*" {
            let all = vm.names.__all__;
            if !from_all && let Some(all) = vm.getattr_opt(module, all)? {
                let all = vm.list_from_iter(all)?;
                import_submodules(vm, module, all, true)?;
            }
            continue;
        }
        let name = vm.intern_value(name)?;
        if vm.getattr_opt(module, name)?.is_none() {
            import_submodule(vm, &format!("{package}.{text}"))?;
        }
    }
    Ok(())
}

/// Imports a module that need not exist.
fn import_submodule(vm: &mut Vm, full: &str) -> PyResult<()> {
    let Err(e) = import_module(vm, full) else { return Ok(()) };
    let error = vm.catch(e, Exc::ModuleNotFoundError)?;
    let missing = error.cast::<Exception>().map_or(Value::NONE, |e| e.extra0.get());
    if missing.kind() == Kind::Str && vm.text(missing) == full {
        Ok(())
    } else {
        Err(vm.reraise(error))
    }
}

/// The package that relative imports of code with these globals start from.
fn calling_package(vm: &mut Vm, globals: Value) -> PyResult<String> {
    let Some(d) = globals.cast::<Dict>() else {
        return Err(vm.type_error("globals must be a dict"));
    };
    let (package, spec) = (vm.names.__package__, vm.names.__spec__);
    if let Some(p) = vm.dict_get_str(d, package).filter(|p| !p.is_none()) {
        if p.kind() != Kind::Str {
            return Err(vm.type_error("__package__ must be a string"));
        }
        return Ok(vm.text(p));
    }
    if let Some(spec) = vm.dict_get_str(d, spec).filter(|s| !s.is_none()) {
        let parent = vm.intern("parent")?;
        let parent = vm.getattr(spec, parent)?;
        return Ok(vm.text(parent));
    }
    let (name, path) = (vm.names.__name__, vm.names.__path__);
    let Some(name) = vm.dict_get_str(d, name).filter(|n| n.kind() == Kind::Str) else {
        return Err(vm.raise_msg(Exc::KeyError, "'__name__' not in globals"));
    };
    let name = vm.text(name);
    if vm.dict_get_str(d, path).is_some() {
        return Ok(name);
    }
    Ok(name.rsplit_once('.').map_or("", |p| p.0).to_owned())
}

/// The absolute name of `name` at a level above a package.
fn resolve(vm: &mut Vm, name: &str, package: &str, level: usize) -> PyResult<String> {
    if package.is_empty() {
        let msg = "attempted relative import with no known parent package";
        return Err(vm.raise_msg(Exc::ImportError, msg));
    }
    let mut base = package;
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((outer, _)) => base = outer,
            None => {
                let msg = "attempted relative import beyond top-level package";
                return Err(vm.raise_msg(Exc::ImportError, msg));
            }
        }
    }
    import_module(vm, package)?;
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

fn no_module(vm: &mut Vm, name: &str) -> Raised {
    not_found(vm, name, &format!("No module named '{name}'"))
}

/// ModuleNotFoundError with its `name`.
fn not_found(vm: &mut Vm, name: &str, msg: &str) -> Raised {
    named_error(vm, Exc::ModuleNotFoundError, name, msg)
}

/// ImportError with its `name`.
pub(crate) fn import_error(vm: &mut Vm, name: &str, msg: &str) -> Raised {
    named_error(vm, Exc::ImportError, name, msg)
}

fn named_error(vm: &mut Vm, class: Exc, name: &str, msg: &str) -> Raised {
    let raised = vm.raise_msg(class, msg);
    let Ok(name) = vm.new_str(name) else { return raised };
    if let Some(e) = vm.raised.cast::<Exception>() {
        e.store(&mut vm.heap, &e.extra0, name);
    }
    raised
}

/// Items of a path, which may be any iterable of strs.
pub(crate) fn path_entries(vm: &mut Vm, path: Value) -> PyResult<Vec<String>> {
    let list = match (path.cast::<List>(), path.cast::<Tuple>()) {
        (Some(l), _) => l,
        _ => vm.list_from_iter(path)?,
    };
    Ok(list
        .cells()
        .iter()
        .map(|c| c.get())
        .filter(|v| v.kind() == Kind::Str)
        .map(|v| vm.text(v))
        .collect())
}
