//! Where a module is: native, a source file, a package's folder, or folders that make a namespace package.

use super::path_entries;
use crate::registry::{LIBRARY, MODULES};
use habu_object::Value;
use habu_vm::{PyResult, Vm};
use std::path::{Path, PathBuf};

/// What was found.
pub(crate) enum Found {
    /// In the binary.
    Native,
    /// A source file; the folder if it is a package's `__init__.py`.
    Source {
        file: String,
        package: Option<String>,
    },
    /// Folders without `__init__.py`.
    Namespace(Vec<String>),
    Nothing,
}

/// Native modules that a file of the same name hides, because CPython has them as files.
const HIDDEN_BY_FILES: &[&str] = &["math", "random", "array", "select", "readline"];

/// Finds a module that is in no package.
pub(crate) fn top_level(vm: &mut Vm, name: &str) -> PyResult<Found> {
    let native = MODULES.iter().any(|m| m.0 == name);
    let embedded = LIBRARY.iter().any(|m| m.0 == name);
    if native && !HIDDEN_BY_FILES.contains(&name) {
        return Ok(Found::Native);
    }
    let entries = match crate::sys::attribute(vm, "path") {
        Some(path) => path_entries(vm, path)?,
        None => Vec::new(),
    };
    Ok(match in_folders(&entries, name) {
        Found::Source { file, package } => Found::Source { file, package },
        _ if native || embedded => Found::Native,
        found => found,
    })
}

/// Finds `child` in a package with this `__path__`.
pub(crate) fn in_package(vm: &mut Vm, path: Value, name: &str, child: &str) -> PyResult<Found> {
    if MODULES.iter().any(|m| m.0 == name) || LIBRARY.iter().any(|m| m.0 == name) {
        return Ok(Found::Native);
    }
    let entries = path_entries(vm, path)?;
    Ok(in_folders(&entries, child))
}

fn in_folders(entries: &[String], name: &str) -> Found {
    let mut portions = Vec::new();
    for entry in entries {
        let folder = absolute(entry);
        let package = folder.join(name);
        let init = package.join("__init__.py");
        if init.is_file() {
            return Found::Source { file: text(&init), package: Some(text(&package)) };
        }
        let file = folder.join(format!("{name}.py"));
        if file.is_file() {
            return Found::Source { file: text(&file), package: None };
        }
        if package.is_dir() {
            portions.push(text(&package));
        }
    }
    if portions.is_empty() { Found::Nothing } else { Found::Namespace(portions) }
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
