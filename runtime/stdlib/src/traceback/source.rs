//! Lines of source files for tracebacks, and of program text that is in no file.

use crate::import::library;
use crate::util::quiet;
use habu_object::dict::Dict;
use habu_object::{Kind, List, Value};
use habu_vm::{PyResult, Vm};
use std::collections::HashMap;
use std::path::Path;

/// Name of the root that holds the texts of programs that are in no file.
const TEXTS: &str = "source texts";

/// Keeps program text that tracebacks may show, under its file name (`<string>`, `<stdin>`).
pub fn remember_source(vm: &mut Vm, filename: &str, text: &str) -> PyResult<()> {
    let texts = match vm.root(TEXTS).cast::<Dict>() {
        Some(d) => d,
        None => {
            let d = vm.new_dict()?;
            vm.set_root(TEXTS, d.value());
            d
        }
    };
    let text = vm.new_str(text)?;
    vm.dict_set_text(texts, filename, text)
}

/// The lines of files, read once for each traceback.
#[derive(Default)]
pub(super) struct Sources {
    files: HashMap<String, Option<Vec<String>>>,
}

impl Sources {
    /// Line `line` (from 1) of a file without white space at its end; empty if there is none.
    pub(super) fn line(&mut self, vm: &mut Vm, filename: &str, line: u32) -> &str {
        if !self.files.contains_key(filename) {
            let lines = read(vm, filename).map(|text| split(&text));
            self.files.insert(filename.to_owned(), lines);
        }
        let lines = self.files.get(filename).and_then(|lines| lines.as_ref());
        lines
            .and_then(|lines| lines.get((line as usize).wrapping_sub(1)))
            .map_or("", |l| l.trim_end())
    }
}

fn split(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(str::to_owned).collect()
}

fn read(vm: &mut Vm, filename: &str) -> Option<String> {
    if filename.starts_with('<') && filename.ends_with('>') {
        let name = vm.intern(filename);
        let name = quiet(vm, name)?;
        let text = vm.root(TEXTS).cast::<Dict>().and_then(|d| vm.dict_get_str(d, name))?;
        return Some(vm.text(text));
    }
    let in_library = library::file(vm, filename).map(library::contents);
    let bytes = match in_library.map_or_else(|| std::fs::read(filename), Ok) {
        Ok(bytes) => bytes,
        Err(_) if Path::new(filename).is_absolute() => return None,
        Err(_) => search_path(vm, filename)?,
    };
    Some(match String::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
        Err(e) => e.into_bytes().iter().map(|b| char::from(*b)).collect(),
    })
}

/// A relative file name may be relative to an entry of `sys.path`.
fn search_path(vm: &mut Vm, filename: &str) -> Option<Vec<u8>> {
    let base = Path::new(filename).file_name()?;
    let name = vm.intern("path");
    let name = quiet(vm, name)?;
    let path = vm.sys.cast::<Dict>().and_then(|d| vm.dict_get_str(d, name))?;
    let path = path.cast::<List>()?;
    let folders: Vec<Value> = path.cells().iter().map(|c| c.get()).collect();
    folders.iter().filter(|v| v.kind() == Kind::Str).find_map(|v| {
        let folder = vm.text(*v);
        std::fs::read(Path::new(&folder).join(base)).ok()
    })
}
