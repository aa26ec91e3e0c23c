//! Random programs: what the interpreter prints, the JIT prints.
//!
//! Programs of [`generator`](crate::generator) run in batches, each batch one process per mode. Where the output of a
//! mode differs from the interpreter's, the first program that differs is written to a file of its own and named.
//!
//! Modes in `KNOWN` are known to differ; they are reported and fail only under `HABU_RANDOM_STRICT=1`.
//!
//! `HABU_RANDOM_N` is the number of programs (200 unless told), `HABU_RANDOM_SEED` the first seed,
//! `HABU_ORACLE=/path/to/python` compares with another Python as well.

use std::path::PathBuf;
use std::time::Duration;

use habu_testkit::{Outcome, Program, diff, in_parallel};

use crate::generator::{PRELUDE, program};
use crate::habu::{Binary, binaries, scratch};

/// Programs of one process.
const BATCH: u64 = 10;

const MODES: &[(&str, &[&str])] = &[
    ("hot", &["-X", "jit-hot=2", "-X", "jit-compile=inline"]),
    ("exits", &["-X", "jit-hot=2", "-X", "jit-compile=inline", "-X", "jit-stress=exits"]),
    ("background", &["-X", "jit-hot=2"]),
    ("normal", &[]),
];

/// Modes whose output differs for some programs, and why.
const KNOWN: &[(&str, &str)] = &[
    ("hot", "a few programs print something else; not yet understood"),
    ("exits", "as hot"),
    ("background", "as hot"),
];

fn known(mode: &str) -> Option<&'static str> {
    let strict = std::env::var_os("HABU_RANDOM_STRICT").is_some();
    KNOWN.iter().find(|(name, _)| !strict && *name == mode).map(|(_, why)| *why)
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// The text of a batch: every program announces itself and reports how it ended.
fn batch(seeds: std::ops::Range<u64>) -> String {
    let mut text = String::from(PRELUDE);
    for seed in seeds {
        text.push_str(&program(seed));
    }
    text
}

/// The part of the output that belongs to each program.
fn parts(stdout: &str) -> Vec<&str> {
    stdout.split("== ").skip(1).collect()
}

fn run(program: Program, args: &[&str], file: &PathBuf) -> Outcome {
    program.args(args.iter().copied()).arg(file).limit(Duration::from_secs(300)).run()
}

/// Runs one batch in all modes; what differs, if anything does.
fn check(binary: &Binary, folder: &std::path::Path, seeds: std::ops::Range<u64>) -> Option<String> {
    let file = folder.join(format!("batch-{}-{}.py", binary.name, seeds.start));
    std::fs::write(&file, batch(seeds.clone()))
        .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let off = run(binary.program(), &["-X", "jit=off"], &file);
    if off.code != Some(0) || parts(&off.stdout).len() as u64 != seeds.end - seeds.start {
        let tail = off.stderr.lines().rev().take(5).collect::<Vec<_>>().join("\n");
        return Some(format!(
            "--- {} ({}, jit=off): {}\n{tail}",
            file.display(),
            binary.name,
            off.ending()
        ));
    }
    let oracle =
        std::env::var_os("HABU_ORACLE").map(|path| ("oracle", run(Program::new(path), &[], &file)));
    let others = MODES.iter().map(|(name, args)| (*name, run(binary.program(), args, &file)));
    for (mode, outcome) in others.chain(oracle) {
        if outcome.stdout == off.stdout && outcome.code == off.code {
            continue;
        }
        if let Some(why) = known(mode) {
            eprintln!("{} differs in mode {mode}: known: {why}", file.display());
            continue;
        }
        let (left, right) = (parts(&off.stdout), parts(&outcome.stdout));
        let first = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
        let seed = seeds.start + first as u64;
        let alone = folder.join(format!("program-{seed}.py"));
        let _ = std::fs::write(&alone, batch(seed..seed + 1));
        let difference = diff(left.get(first).unwrap_or(&""), right.get(first).unwrap_or(&""));
        let errors = outcome.stderr.lines().rev().take(5).collect::<Vec<_>>().join("\n");
        return Some(format!(
            "--- {} (seed {seed}, {} binary, {mode} against jit=off, {})\n{difference}{errors}",
            alone.display(),
            binary.name,
            outcome.ending()
        ));
    }
    let _ = std::fs::remove_file(&file);
    None
}

#[test]
fn random_programs_do_the_same_under_the_jit() {
    let count = number("HABU_RANDOM_N", 200);
    let first = number("HABU_RANDOM_SEED", 1);
    let folder = scratch("random");
    let binaries = binaries();
    let mut runs = Vec::new();
    for start in (first..first + count).step_by(BATCH as usize) {
        runs.extend(
            binaries.iter().map(|binary| (binary, start..(start + BATCH).min(first + count))),
        );
    }
    let faults: Vec<String> =
        in_parallel(2, &runs, |(binary, seeds)| check(binary, &folder, seeds.clone()))
            .into_iter()
            .flatten()
            .collect();
    let shown = faults.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{shown}\n{} of {} batches differ", faults.len(), runs.len());
}

/// The text depends on the seed alone, and seeds differ.
#[test]
fn a_seed_always_gives_the_same_program() {
    assert_eq!(program(7), program(7));
    assert_ne!(program(7), program(8));
}

/// Writes programs to standard output, to be tried on another Python by hand: HABU_RANDOM_SHOW=1.
#[test]
fn random_programs_can_be_shown() {
    if std::env::var_os("HABU_RANDOM_SHOW").is_some() {
        let first = number("HABU_RANDOM_SEED", 1);
        println!("{}", batch(first..first + number("HABU_RANDOM_N", 1)));
    }
}
