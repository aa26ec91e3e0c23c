//! The binaries under test and how they are started.
//!
//! `cargo test` builds the development binary, whose interpreter is a `match` loop with assertions. If
//! `target/release/habu` is there and not older than the sources, it is tested as well: it is the one with sibling-call
//! handlers. `.ci/run` has just built it and sets `HABU_TEST_RELEASE=require`; `HABU_TEST_RELEASE=off` leaves it out.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use habu_testkit::Program;

/// A binary and its name in messages.
#[derive(Clone, Debug)]
pub(crate) struct Binary {
    /// `debug` or `release`.
    pub(crate) name: &'static str,
    /// Where it is.
    pub(crate) path: PathBuf,
}

impl Binary {
    /// A run of it, shielded from the caller's environment.
    pub(crate) fn program(&self) -> Program {
        shielded(Program::new(&self.path))
    }
}

fn shielded(mut program: Program) -> Program {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let ours = text.starts_with("HABU_") || text.starts_with("PYTHON");
        if ours || matches!(&*text, "NO_COLOR" | "FORCE_COLOR" | "RUST_BACKTRACE") {
            program = program.without_env(&name);
        }
    }
    program.env("LC_ALL", "C.UTF-8").env("TZ", "UTC")
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The binary that `cargo test` built.
pub(crate) fn built() -> Binary {
    let path = PathBuf::from(env!("CARGO_BIN_EXE_habu"));
    let release = path.components().any(|c| c.as_os_str() == "release");
    Binary { name: if release { "release" } else { "debug" }, path }
}

/// A run of the binary that `cargo test` built.
pub(crate) fn habu() -> Program {
    built().program()
}

/// The optimised binary, or why it is not tested.
pub(crate) fn release() -> Result<Binary, String> {
    static FOUND: OnceLock<Result<Binary, String>> = OnceLock::new();
    FOUND.get_or_init(find_release).clone()
}

fn find_release() -> Result<Binary, String> {
    let built = built();
    if built.name == "release" {
        return Ok(built);
    }
    let wish = std::env::var("HABU_TEST_RELEASE").unwrap_or_default();
    let found = if wish == "off" {
        Err(String::from("HABU_TEST_RELEASE=off"))
    } else {
        fresh_release(&built.path)
    };
    assert!(wish != "require" || found.is_ok(), "HABU_TEST_RELEASE=require: {found:?}");
    found
}

fn fresh_release(debug: &Path) -> Result<Binary, String> {
    let target = debug.parent().and_then(Path::parent).ok_or("no target folder")?;
    let path = target.join("release").join("habu");
    let missing = |_| format!("{} is not built", path.display());
    let made = path.metadata().and_then(|m| m.modified()).map_err(missing)?;
    let mut newest = (SystemTime::UNIX_EPOCH, PathBuf::new());
    for folder in ["src", "runtime", "Cargo.toml"] {
        newest_in(&root().join(folder), &mut newest);
    }
    if newest.0 > made {
        return Err(format!("{} is older than {}", path.display(), newest.1.display()));
    }
    Ok(Binary { name: "release", path })
}

/// The newest file that goes into the binary.
fn newest_in(path: &Path, newest: &mut (SystemTime, PathBuf)) {
    if path.is_dir() {
        // Tests and documents of the floors do not go into it.
        let name = path.file_name().unwrap_or_default();
        if name == "tests" || name == "docs" || name == "target" || name == "testkit" {
            return;
        }
        for entry in path.read_dir().into_iter().flatten().flatten() {
            newest_in(&entry.path(), newest);
        }
    } else if path.extension().is_some_and(|e| e != "md")
        && let Ok(time) = path.metadata().and_then(|m| m.modified())
        && time > newest.0
    {
        *newest = (time, path.to_path_buf());
    }
}

/// All binaries to be tested; says on standard error if the optimised one is left out.
pub(crate) fn binaries() -> Vec<Binary> {
    let built = built();
    match release() {
        Ok(release) if release.path != built.path => vec![built, release],
        Ok(_) => vec![built],
        Err(why) => {
            eprintln!("the release binary is not tested: {why}");
            vec![built]
        }
    }
}

/// An empty folder for one test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    folder
}
