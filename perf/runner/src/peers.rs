//! Who runs the programs: Habu with and without its JIT, and the Pythons found here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process;

pub(crate) const JIT: &str = "habu";
pub(crate) const NO_JIT: &str = "habu-nojit";
pub(crate) const CPYTHON: &str = "cpython3.13";
pub(crate) const PYPY: &str = "pypy3";

/// All names `--peers` takes, in the order of the report's columns.
pub(crate) const NAMES: [&str; 5] = [JIT, NO_JIT, CPYTHON, "python3.11", PYPY];

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    args: Vec<&'static str>,
    pub(crate) version: String,
}

impl Peer {
    /// A command in an environment without anybody's settings.
    pub(crate) fn command(&self) -> Command {
        let mut command = clean(&self.program);
        command.args(&self.args);
        command
    }
}

fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["PYTHON", "PYPY", "HABU"].iter().any(|p| name_text.starts_with(p)) {
            command.env_remove(&name);
        }
    }
    command.env("PYTHONHASHSEED", "0");
    command
}

pub(crate) fn habu(program: &Path) -> [Peer; 2] {
    let version = ask(program).map_or_else(|e| format!("unknown ({e})"), |a| a.version);
    let peer =
        |name, args| Peer { name, program: program.to_path_buf(), args, version: version.clone() };
    [peer(JIT, vec![]), peer(NO_JIT, vec!["-X", "jit=off"])]
}

/// The first of the places named that answers as the Python wanted. The program is taken from
/// its `sys.executable`, so that a pyenv shim does not add its own start-up.
pub(crate) fn python(name: &'static str) -> Result<Peer, String> {
    let (places, wanted) = match name {
        CPYTHON => {
            let mut places = vec!["python3.13".into()];
            if let Some(prefix) = pyenv_prefix("3.13.0") {
                places.insert(0, prefix.join("bin/python"));
            }
            (places, "CPython 3.13")
        }
        PYPY => (vec!["pypy3".into()], "PyPy 3"),
        _ => (vec!["python3.11".into()], "CPython 3.11"),
    };
    let mut reasons = Vec::new();
    for place in places {
        match ask(&place) {
            Ok(answer) if answer.what.starts_with(wanted) => {
                let program = answer.executable;
                return Ok(Peer { name, program, args: vec![], version: answer.version });
            }
            Ok(answer) => reasons.push(format!("{} is {}", place.display(), answer.what)),
            Err(e) => reasons.push(e),
        }
    }
    Err(reasons.join("; "))
}

fn pyenv_prefix(version: &str) -> Option<PathBuf> {
    let output = Command::new("pyenv").args(["prefix", version]).output().ok()?;
    let prefix = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !prefix.trim().is_empty()).then(|| prefix.trim().into())
}

struct Answer {
    executable: PathBuf,
    what: String,
    version: String,
}

const QUESTION: &str = "\
import sys
print(sys.executable)
print('PyPy' if 'PyPy' in sys.version else 'CPython', sys.version.split()[0])
print(sys.version.replace('\\n', ' '))";

fn ask(program: &Path) -> Result<Answer, String> {
    let mut command = clean(program);
    command.args(["-c", QUESTION]);
    let finished = process::run(command, Duration::from_secs(30))?;
    if let Some(trouble) = finished.trouble {
        return Err(format!("{}: {trouble}", program.display()));
    }
    let mut lines = finished.stdout.lines();
    match (lines.next(), lines.next(), lines.next()) {
        (Some(executable), Some(what), Some(version)) => {
            Ok(Answer { executable: executable.into(), what: what.into(), version: version.into() })
        }
        _ => Err(format!("{}: unexpected answer to a version question", program.display())),
    }
}
