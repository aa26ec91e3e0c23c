//! Random programs: what the interpreter prints, the JIT prints.
//!
//! Programs of [`generator`](crate::generator) run in batches, each batch one process per mode. Where the output of a
//! mode differs from the interpreter's, the first program that differs is written to a file of its own and named.
//!
//! The optimised binary runs every program in every mode: on two cores, 2,000 programs take about three minutes, two
//! thirds of them in mode `exits`. The debug binary, several times slower, is there for its assertions and runs one
//! batch in ten; if it is the only one (see `habu`), that is all.
//!
//! `HABU_RANDOM_N` is the number of programs (2,000 unless told), `HABU_RANDOM_SEED` the first seed,
//! `HABU_ORACLE=/path/to/python` compares with another Python as well.

use std::path::PathBuf;
use std::time::Duration;

use habu_testkit::{Outcome, Program, diff, in_parallel};

use crate::generator::{PRELUDE, program};
use crate::habu::{Binary, binaries, scratch};

/// Programs of one process.
const BATCH: u64 = 20;
/// The debug binary runs one batch in so many.
const DEBUG_SAMPLE: u64 = 10;

const MODES: &[(&str, &[&str])] = &[
    ("hot", &["-X", "jit-hot=2", "-X", "jit-compile=inline"]),
    ("exits", &["-X", "jit-hot=2", "-X", "jit-compile=inline", "-X", "jit-stress=exits"]),
    ("background", &["-X", "jit-hot=2"]),
    ("normal", &[]),
];

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
    let count = number("HABU_RANDOM_N", 2_000);
    let first = number("HABU_RANDOM_SEED", 1);
    let folder = scratch("random");
    let binaries = binaries();
    let mut runs = Vec::new();
    for (n, start) in (first..first + count).step_by(BATCH as usize).enumerate() {
        let seeds = start..(start + BATCH).min(first + count);
        let runs_it =
            |binary: &&Binary| binary.name != "debug" || (n as u64).is_multiple_of(DEBUG_SAMPLE);
        runs.extend(binaries.iter().filter(runs_it).map(|binary| (binary, seeds.clone())));
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
