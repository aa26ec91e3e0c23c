//! `-m NAME`: a module or a package's `__main__` as the program.

use super::find::{self, Found};
use super::{bootstrap, import_module, load, loaded};
use crate::registry;
use habu_object::{List, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// Runs a module as `__main__`.
pub fn run_module(vm: &mut Vm, name: &str) -> PyResult<Value> {
    if !bootstrap::untouched(vm) {
        return run_foreign(vm, name);
    }
    let Some((full, file)) = locate(vm, name)? else { return run_foreign(vm, name) };
    let m = vm.new_module("__main__")?;
    registry::enter(vm, "__main__", m.value())?;
    load::describe(vm, m, &full, &file, None)?;
    if let Some(argv) = crate::sys::attribute(vm, "argv").and_then(|a| a.cast::<List>())
        && !argv.is_empty()
    {
        let file = vm.new_str(&file)?;
        argv.set(&mut vm.heap, 0, file);
    }
    load::execute(vm, m, &file)?;
    Ok(Value::NONE)
}

/// Leaves it to the library's `runpy`.
fn run_foreign(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let runpy = import_module(vm, "runpy")?;
    let f = vm.getattr_str(runpy, "_run_module_as_main")?;
    let name = vm.new_str(name)?;
    vm.call(f, &[name])
}

/// The full name and the file of the code to run; None if only `importlib` can tell.
fn locate(vm: &mut Vm, name: &str) -> PyResult<Option<(String, String)>> {
    match search(vm, name)? {
        Found::Source { file, package: None } => Ok(Some((name.to_owned(), file))),
        Found::Foreign => Ok(None),
        Found::Source { .. } | Found::Namespace(_) => {
            import_module(vm, name)?;
            let main = format!("{name}.__main__");
            match search(vm, &main)? {
                Found::Source { file, .. } => Ok(Some((main, file))),
                Found::Foreign => Ok(None),
                _ => {
                    let text = format!(
                        "No module named {main}; '{name}' is a package and cannot be directly executed"
                    );
                    Err(refuse(vm, &text))
                }
            }
        }
        Found::Native => Err(refuse(vm, &format!("No code object available for {name}"))),
        Found::Nothing => Err(refuse(vm, &format!("No module named {name}"))),
    }
}

fn search(vm: &mut Vm, name: &str) -> PyResult<Found> {
    let Some((parent, child)) = name.rsplit_once('.') else { return find::top_level(vm, name) };
    if let Err(e) = import_module(vm, parent) {
        let error = vm.catch(e, Exc::ImportError)?;
        let text = vm.str_text(error)?;
        let class = vm.type_name(error);
        let text =
            format!("Error while finding module specification for '{name}' ({class}: {text})");
        return Err(refuse(vm, &text));
    }
    let path = vm.names.__path__;
    let package = loaded(vm, parent)?.unwrap_or(Value::NONE);
    match vm.getattr_opt(package, path)? {
        Some(path) => find::in_package(vm, path, name, child),
        None => {
            let text = format!(
                "Error while finding module specification for '{name}' (ModuleNotFoundError: __path__ attribute not \
                 found on '{parent}' while trying to find '{name}')"
            );
            Err(refuse(vm, &text))
        }
    }
}

/// A complaint on stderr and exit code 1.
fn refuse(vm: &mut Vm, text: &str) -> Raised {
    let executable = std::env::current_exe().unwrap_or_default();
    let text = format!("{}: {text}\n", executable.display());
    crate::io::write_stderr(vm, &text);
    vm.raise_args(Exc::SystemExit, &[Value::small_int(1)])
}
