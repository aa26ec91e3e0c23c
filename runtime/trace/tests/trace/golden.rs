//! Golden pass tests: `tests/golden/*.trace`.
//!
//! A file holds cases between lines of `; ---`. A case is a comment with its name, `; passes: ...`, a trace, `; =>`,
//! and the trace that must come out. Cases share the descriptors at the head of the file (before the first case).
//! `BLESS=1` rewrites what comes out.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use habu_trace::text::parse;
use habu_trace::verify::verify;
use habu_trace::{Passes, optimise};

fn files() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .expect("the golden folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "trace"))
        .collect();
    files.sort();
    files
}

/// The case with its result made new.
fn run(head: &str, case: &str) -> Result<String, String> {
    let source = case.split("; =>").next().unwrap_or("").trim_end();
    let passes = source
        .lines()
        .find_map(|line| line.strip_prefix("; passes:"))
        .ok_or("no `; passes:` line")?;
    let trace = parse(&format!("{head}\n{source}"))?;
    verify(&trace)?;
    let out = optimise(&trace, Passes::parse(passes)?);
    verify(&out).map_err(|e| format!("{e}\n{out}"))?;
    let words = ["field", "array", "alloc", "helper", "trace"];
    let mut body = String::new();
    for line in out.to_string().lines() {
        if !words.contains(&line.split(' ').next().unwrap_or("")) {
            writeln!(body, "{line}").expect("a String takes it");
        }
    }
    Ok(format!("{source}\n; =>\n{body}"))
}

#[test]
fn passes_give_what_the_golden_files_say() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = String::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let mut parts = text.split("; ---\n");
        let head = parts.next().unwrap_or("");
        let mut new = head.to_string();
        for case in parts {
            let name = case.lines().next().unwrap_or("");
            let out = run(head, case).unwrap_or_else(|e| panic!("{}: {name}: {e}", path.display()));
            if out.trim_end() != case.trim_end() {
                write!(failures, "{}: {name}\nshould be\n{case}\nis\n{out}\n", path.display())
                    .expect("a String");
            }
            write!(new, "; ---\n{out}\n").expect("a String takes it");
        }
        if bless {
            std::fs::write(&path, new.trim_end().to_string() + "\n").expect("writable");
        }
    }
    assert!(bless || failures.is_empty(), "{failures}");
}
