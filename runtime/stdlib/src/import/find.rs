//! Where a module is: native, a source file, a package's folder, or folders that make a namespace package.
//!
//! This is `importlib`'s path finder for what is nearly always there: folders on disk and the embedded library. What else
//! stands on a path (archives, entries with hooks of their own) is left to `importlib`.

use super::{library, path_entries};
use crate::registry::{self, Place};
use habu_object::Value;
use habu_vm::{PyResult, Vm};
use std::path::{Path, PathBuf};

/// What was found.
pub(crate) enum Found {
    /// In the binary, written in Rust.
    Native,
    /// A source file; the folder if it is a package's `__init__.py`.
    Source {
        file: String,
        package: Option<String>,
    },
    /// Folders without `__init__.py`.
    Namespace(Vec<String>),
    /// Something that only `importlib` can tell.
    Foreign,
    Nothing,
}

/// Finds a module that is in no package.
pub(crate) fn top_level(vm: &mut Vm, name: &str) -> PyResult<Found> {
    if registry::place(name) == Some(Place::Builtin) {
        return Ok(Found::Native);
    }
    let entries = match crate::sys::attribute(vm, "path") {
        Some(path) => path_entries(vm, path)?,
        None => Vec::new(),
    };
    Ok(in_folders(vm, &entries, name, name))
}

/// Finds `child` in a package with this `__path__`.
pub(crate) fn in_package(vm: &mut Vm, path: Value, name: &str, child: &str) -> PyResult<Found> {
    let entries = path_entries(vm, path)?;
    Ok(in_folders(vm, &entries, name, child))
}

fn in_folders(vm: &mut Vm, entries: &[String], full: &str, name: &str) -> Found {
    let mut portions = Vec::new();
    for entry in entries {
        let found = match library::subfolder(vm, entry) {
            Some(folder) => in_library(vm, &folder, full, name),
            None => in_folder(&absolute(entry), name),
        };
        match found {
            Found::Nothing => {}
            Found::Namespace(more) => portions.extend(more),
            found => return found,
        }
    }
    if portions.is_empty() { Found::Nothing } else { Found::Namespace(portions) }
}

pub(crate) fn in_library(vm: &mut Vm, folder: &str, full: &str, name: &str) -> Found {
    if folder.is_empty() && registry::place(full).is_some() {
        return Found::Native;
    }
    let image = library::image(vm);
    let base = library::folder(vm).to_owned();
    let package = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let init = format!("{package}/__init__.py");
    if image.find(&init).is_some() {
        let package = Some(format!("{base}/{package}"));
        return Found::Source { file: format!("{base}/{init}"), package };
    }
    let file = format!("{package}.py");
    if image.find(&file).is_some() {
        return Found::Source { file: format!("{base}/{file}"), package: None };
    }
    if image.has_folder(&package) {
        return Found::Namespace(vec![format!("{base}/{package}")]);
    }
    Found::Nothing
}

fn in_folder(folder: &Path, name: &str) -> Found {
    let package = folder.join(name);
    let init = package.join("__init__.py");
    if init.is_file() {
        return Found::Source { file: text(&init), package: Some(text(&package)) };
    }
    let file = folder.join(format!("{name}.py"));
    if file.is_file() {
        return Found::Source { file: text(&file), package: None };
    }
    let compiled = |folder: &Path, name: &str| folder.join(format!("{name}.pyc")).is_file();
    if compiled(&package, "__init__") || compiled(folder, name) || folder.is_file() {
        return Found::Foreign;
    }
    if package.is_dir() { Found::Namespace(vec![text(&package)]) } else { Found::Nothing }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// An entry of a path as an absolute folder; empty means the current one.
pub(crate) fn absolute(entry: &str) -> PathBuf {
    let path = Path::new(entry);
    if path.is_absolute() {
        return path.to_path_buf();
    }
    let here = std::env::current_dir().unwrap_or_default();
    if entry.is_empty() || entry == "." { here } else { here.join(path) }
}
