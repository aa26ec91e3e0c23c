//! The language: every program of `tests/lang` in every mode, compared with what CPython prints.
//!
//! `NAME.py` must print `NAME.out`. `err_NAME.py` must end with exit code 1 and write `err_NAME.err` to standard error;
//! programs run in the root of the repository, whose absolute path is taken out of what they write.
//! Directives in a program: `#! skip MODE: reason`, `#! limit = SECONDS`, `#! args = …`, `#! stdin = …`.
//!
//! `HABU_TEST_ONLY=pattern` runs the programs whose names contain the pattern. `tests/lang/golden.sh` makes the golden
//! files with another Python.
//! `KNOWN_FAILURES.txt` lists, sorted, `name: reason` or `name@mode: reason`; what is listed and passes is a failure too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use habu_testkit::{Outcome, Program, diff, directives, in_parallel};

use crate::habu::{Binary, binaries, root};

/// A way to run a program, which must not change what it does.
struct Mode {
    name: &'static str,
    args: &'static [&'static str],
    /// One program of how many the debug binary runs; the optimised one runs all.
    sample: u64,
    /// Seconds a program may take.
    limit: u64,
}

const OFF: Mode = Mode { name: "off", args: &["-X", "jit=off"], sample: 1, limit: 60 };
const NORMAL: Mode = Mode { name: "normal", args: &[], sample: 1, limit: 60 };
const HOT: Mode = Mode {
    name: "hot",
    args: &["-X", "jit-hot=2", "-X", "jit-compile=inline"],
    sample: 1,
    limit: 60,
};
const EXITS: Mode = Mode {
    name: "exits",
    args: &["-X", "jit-hot=2", "-X", "jit-compile=inline", "-X", "jit-stress=exits"],
    sample: 1,
    limit: 60,
};
/// Code comes when it comes, a little different each time.
const BACKGROUND: Mode =
    Mode { name: "background", args: &["-X", "jit-hot=2"], sample: 1, limit: 60 };
const GC: Mode = Mode { name: "gc", args: &["-X", "gc-stress=on"], sample: 6, limit: 180 };
const GC_HOT: Mode = Mode {
    name: "gc-hot",
    args: &["-X", "jit-hot=2", "-X", "jit-compile=inline", "-X", "gc-stress=on"],
    sample: 12,
    limit: 180,
};

struct Case {
    name: String,
    text: String,
    args: Vec<String>,
    stdin: String,
    limit: Option<u64>,
}

impl Case {
    fn read(path: &Path) -> Case {
        // Sources in other encodings are test programs too.
        let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut case =
            Case { name, args: Vec::new(), stdin: String::new(), limit: None, text: String::new() };
        for d in directives(&text, "#!") {
            match d.key {
                "args" => case.args = d.value.split_whitespace().map(String::from).collect(),
                "stdin" => case.stdin = d.value.replace("\\n", "\n"),
                "limit" => case.limit = d.value.parse().ok(),
                _ => {}
            }
        }
        case.text = text;
        case
    }

    fn fails(&self) -> bool {
        self.name.starts_with("err_")
    }

    fn skipped(&self, mode: &Mode) -> bool {
        directives(&self.text, "#!").iter().any(|d| d.key == format!("skip {}", mode.name))
    }

    fn run(&self, program: Program, limit: u64) -> Outcome {
        let limit = Duration::from_secs(self.limit.unwrap_or(limit).max(limit));
        let file = format!("{}.py", self.name);
        program
            .arg(file)
            .args(self.args.clone())
            .input(self.stdin.clone())
            .folder(folder())
            .limit(limit)
            .run()
    }
}

fn folder() -> PathBuf {
    root().join("tests/lang")
}

fn cases() -> Vec<Case> {
    let only = std::env::var("HABU_TEST_ONLY").unwrap_or_default();
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in folder().read_dir().expect("tests/lang is there").flatten() {
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Names that begin with an underscore are modules that programs import.
        if name.ends_with(".py") && !name.starts_with('_') && name.contains(&only) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Case::read(path)).collect()
}

/// `name` or `name@mode` to reason.
fn known_failures() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("KNOWN_FAILURES.txt")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, why)| (name.trim().into(), why.trim().into()))
        .collect()
}

/// Absolute paths in tracebacks are the machine's, not the language's.
fn plain(text: &str) -> String {
    text.replace(&format!("{}/", root().display()), "")
}

fn expected(case: &Case, extension: &str) -> Option<String> {
    std::fs::read_to_string(folder().join(format!("{}.{extension}", case.name))).ok()
}

/// What is wrong with a run, if anything is.
fn judge(case: &Case, outcome: &Outcome) -> Option<String> {
    let want = if case.fails() { "exit 1" } else { "exit 0" };
    let mut faults = Vec::new();
    if outcome.ending() != want {
        faults.push(format!("{} instead of {want} after {:.1?}", outcome.ending(), outcome.time));
    }
    match expected(case, "out") {
        Some(text) => {
            faults.extend(Some(diff(&text, &plain(&outcome.stdout))).filter(|d| !d.is_empty()))
        }
        None if case.fails() => {}
        None => faults.push(String::from("there is no .out file (golden.sh writes it)")),
    }
    let errors = plain(&outcome.stderr);
    match expected(case, "err") {
        Some(text) => faults.extend(Some(diff(&text, &errors)).filter(|d| !d.is_empty())),
        None if case.fails() => {
            faults.push(format!("there is no .err file; standard error is:\n{errors}"))
        }
        None if outcome.code != Some(0) => faults.push(last_lines(&errors, 12)),
        None => {}
    }
    if faults.is_empty() { None } else { Some(faults.join("\n")) }
}

fn last_lines(text: &str, n: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(n)..].join("\n")
}

/// A fixed choice of programs, so that the same ones run every time.
fn sampled(name: &str, sample: u64) -> bool {
    name.starts_with("gc_")
        || name.bytes().fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into())) % sample == 0
}

fn check(mode: &Mode) {
    let cases: Vec<Case> = cases().into_iter().filter(|case| !case.skipped(mode)).collect();
    let binaries = binaries();
    let only = std::env::var_os("HABU_TEST_ONLY").is_some();
    let runs: Vec<(&Case, &Binary)> = binaries
        .iter()
        .flat_map(|binary| cases.iter().map(move |case| (case, binary)))
        .filter(|(case, binary)| only || binary.name != "debug" || sampled(&case.name, mode.sample))
        .collect();
    let known = known_failures();
    let faults = in_parallel(2, &runs, |(case, binary)| {
        let outcome = case.run(binary.program().args(mode.args.iter().copied()), mode.limit);
        let fault = judge(case, &outcome);
        let listed = known.contains_key(&case.name)
            || known.contains_key(&format!("{}@{}", case.name, mode.name));
        match (fault, listed) {
            (Some(_), true) | (None, false) => None,
            // A failure that is listed for one binary may well pass with the other.
            (None, true) if binaries.len() > 1 || !known.contains_key(&case.name) => None,
            (None, true) => {
                Some(format!("--- {}: passes, take it off KNOWN_FAILURES.txt", case.name))
            }
            (Some(fault), false) => Some(format!(
                "--- {} ({} binary, {} {})\n{fault}",
                case.name,
                binary.name,
                mode.name,
                mode.args.join(" ")
            )),
        }
    });
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(
        faults.is_empty(),
        "{}\n{} of {} runs failed in mode {}",
        faults.join("\n"),
        faults.len(),
        runs.len(),
        mode.name
    );
}

#[test]
fn a_programs_behave_under_the_interpreter() {
    check(&OFF);
}

#[test]
fn b_programs_behave_under_the_jit() {
    check(&NORMAL);
}

#[test]
fn c_programs_behave_when_everything_is_hot() {
    check(&HOT);
}

#[test]
fn d_programs_behave_when_every_guard_fails() {
    check(&EXITS);
}

#[test]
fn d_programs_behave_when_code_comes_late() {
    check(&BACKGROUND);
}

#[test]
fn e_programs_behave_when_every_allocation_collects() {
    check(&GC);
}

#[test]
fn e_programs_behave_when_every_allocation_collects_and_everything_is_hot() {
    check(&GC_HOT);
}
