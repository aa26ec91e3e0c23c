//! Golden pass tests: `tests/golden/*.trace`.
//!
//! A file holds cases between lines of `; ---`. A case is a comment with its name, `; passes: ...`, a trace, `; =>`,
//! and the trace that must come out. A case of a bridge has two traces: the root, as it is recorded, and after a line
//! `; bridge` the recorded bridge, whose head names the exit of the optimised root; what must come out is the bridge.
//! Cases share the descriptors at the head of the file (before the first case).
//! `BLESS=1` rewrites what comes out.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use habu_trace::text::parse;
use habu_trace::text::parse::symbol_bits;
use habu_trace::verify::verify;
use habu_trace::{Ancestor, Passes, Seat, Trace, TraceKind, optimise, optimise_bridge};

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
    let passes = Passes::parse(passes)?;
    let read = |text: &str| {
        let trace = parse(&format!("{head}\n{text}"))?;
        verify(&trace).map(|()| trace)
    };
    let out = match source.split_once("; bridge\n") {
        None => optimise(&read(source)?, passes),
        Some((root, bridge)) => heir(&optimise(&read(root)?, passes), &read(bridge)?, passes),
    };
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

/// A bridge of a root that `End::Tree` calls 1.
fn heir(root: &Trace, bridge: &Trace, passes: Passes) -> Trace {
    let TraceKind::Bridge { exit, .. } = bridge.kind else { return bridge.clone() };
    let ancestors = [Ancestor { number: 0, trace: root, exit }];
    let truth = [symbol_bits(100), symbol_bits(101)];
    optimise_bridge(bridge, passes, &Seat { ancestors: &ancestors, root: 1, truth, honest: true })
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
