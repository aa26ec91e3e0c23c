//! What the JIT does with a program: the log of events, the counters and `habu trace`, against golden text.
//!
//! Each `tests/jit/NAME.py` is compiled in-line with a fixed threshold, so it takes the same way in every run and with
//! every binary; `NAME.golden` holds what was said of it. A silent loss of compilation fails here. `BLESS=1` rewrites
//! the golden files; how long compilations took is left out.

use std::fmt::Write;

use habu_testkit::{golden, in_parallel};

use crate::habu::{binaries, root};

const FIXED: &[&str] = &["-X", "jit-hot=20", "-X", "jit-compile=inline"];

/// Without the time of compilations and where the repository lies.
fn timeless(stderr: &str) -> String {
    let mut out = String::new();
    let folder = format!("{}/", root().join("tests/jit").display());
    for line in stderr.lines() {
        let line = line.split_once(" compilations in ").map_or(line, |(head, _)| head);
        let _ = writeln!(out, "{}", line.replace(&folder, ""));
    }
    out
}

#[test]
fn programs_are_compiled_as_they_were() {
    let folder = root().join("tests/jit");
    let entries = folder.read_dir().expect("the folder is there").flatten().map(|e| e.path());
    let mut files: Vec<_> = entries.filter(|p| p.extension().is_some_and(|e| e == "py")).collect();
    files.sort();
    for binary in binaries() {
        let texts = in_parallel(2, &files, |path| {
            let file = path.file_name().unwrap_or_default();
            let run = binary.program().args(FIXED.iter().copied()).folder(&folder);
            let log = ["-X", "jit-stats", "-X", "dump=events"];
            let logged = run.clone().args(log).arg(file).run();
            let traced = run.arg("trace").arg(file).run();
            assert_eq!(logged.code, Some(0), "{logged:?}");
            format!("{}\n{}", timeless(&logged.stderr), traced.stdout)
        });
        for (path, text) in files.iter().zip(texts) {
            golden(path.with_extension("golden"), &text);
        }
    }
}

/// A program that goes on making functions and classes that become hot, in little room for code.
#[test]
fn the_memory_for_code_is_capped() {
    let code = "\
total = 0
for k in range(300):
    space = {'K': k}
    exec('def f(n):\\n t = 0\\n for i in range(n): t += i * K % 7\\n return t\\nr = f(60)', space)
    total += space['r']
print(total)";
    for binary in binaries() {
        let run = binary.program().args(FIXED.iter().copied());
        let capped = run.args(["-X", "jit-code=64K", "-X", "jit-stats", "-c", code]).run();
        assert_eq!((capped.code, capped.stdout.as_str()), (Some(0), "45870\n"), "{capped:?}");
        assert!(capped.stderr.contains("the memory for code was full"), "{}", capped.stderr);
    }
}
