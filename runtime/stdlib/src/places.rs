//! Where things are: the executable, prefixes, the library, site-packages (what CPython's `getpath` finds out).
//!
//! ```text
//! PREFIX/bin/habu                              the executable
//! PREFIX/lib/habu3.14                          the library: in the binary, this folder need not exist
//! PREFIX/lib/habu3.14/site-packages            packages of others
//! ```
//!
//! A `pyvenv.cfg` beside the executable or above it makes PREFIX that folder, for site-packages only. With PYTHONHOME the
//! library is not the binary's but `PYTHONHOME/lib/python3.14`.

use crate::import::library;
use crate::sys::set_attribute;
use habu_vm::{PyResult, Vm};
use std::path::{Path, PathBuf};

/// The library's folder in a prefix.
const FOLDER: &str = "lib/habu3.14";

struct Places {
    executable: PathBuf,
    /// Where the installation is.
    base: PathBuf,
    /// Where site-packages are.
    prefix: PathBuf,
    /// PYTHONHOME.
    home: Option<PathBuf>,
}

/// Sets the places in `sys`; the part of `sys.path` that they make.
pub(crate) fn library_path(vm: &mut Vm) -> PyResult<Vec<String>> {
    let places = find();
    let text = |p: &Path| p.to_string_lossy().into_owned();
    let folder = match &places.home {
        Some(home) => home.join("lib/python3.14"),
        None => {
            let folder = places.base.join(FOLDER);
            library::set_folder(vm, text(&folder));
            folder
        }
    };
    let entries = [
        ("executable", &places.executable),
        ("_base_executable", &places.executable),
        ("prefix", &places.prefix),
        ("exec_prefix", &places.prefix),
        ("base_prefix", &places.base),
        ("base_exec_prefix", &places.base),
        ("_stdlib_dir", &folder),
    ];
    for (name, path) in entries {
        let v = vm.new_str(&path.to_string_lossy())?;
        set_attribute(vm, name, v)?;
    }
    let mut out = vec![text(&folder)];
    let site = places.prefix.join(FOLDER).join("site-packages");
    if site.is_dir() {
        out.push(text(&site));
    }
    Ok(out)
}

fn find() -> Places {
    let executable = executable();
    let home = std::env::var_os("PYTHONHOME").filter(|h| !h.is_empty()).map(PathBuf::from);
    let above = |p: &Path| p.parent().and_then(Path::parent).map(Path::to_path_buf);
    // The installation is where the binary really lies; an environment has a link to it.
    let real = std::fs::canonicalize(&executable).unwrap_or_else(|_| executable.clone());
    let base = home.clone().or_else(|| above(&real)).unwrap_or_else(|| PathBuf::from("/usr"));
    let environment = environment(&executable);
    Places { prefix: environment.unwrap_or_else(|| base.clone()), executable, base, home }
}

/// The path by which the program was started.
fn executable() -> PathBuf {
    let running = std::env::current_exe().unwrap_or_default();
    let Some(name) = std::env::args_os().next() else { return running };
    let name = PathBuf::from(name);
    let same = |p: &Path| std::fs::canonicalize(p).is_ok_and(|p| p == running);
    if name.components().count() > 1 {
        let path = crate::import_absolute(&name.to_string_lossy());
        return if same(&path) { path } else { running };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|p| same(p));
    found.unwrap_or(running)
}

/// The folder of the virtual environment that an executable belongs to.
fn environment(executable: &Path) -> Option<PathBuf> {
    let folder = executable.parent()?;
    let candidates = [Some(folder), folder.parent()];
    candidates.into_iter().flatten().find(|f| f.join("pyvenv.cfg").is_file()).map(Path::to_path_buf)
}
