//! The stages: the text of a program becomes tokens, a tree, bytecode, a `.pyc`; a runtime starts; the heap allocates;
//! a trace becomes machine code.

use habu::Runtime;
use habu_bytecode::pyc::{SourceStamp, decode, encode};
use habu_bytecode::verify::verify;
use habu_compiler::{Mode, Options, compile, dump_tokens};
use habu_gc::{Config, Heap};

use crate::{Measured, measure};

/// Something to be measured, by name.
pub(crate) struct Stage {
    /// The word that selects it.
    pub(crate) name: &'static str,
    /// Measures it.
    pub(crate) run: fn() -> Vec<Measured>,
}

/// All of them, in the order of a program's way.
pub(crate) const STAGES: &[Stage] = &[
    Stage { name: "compiler", run: compiler },
    Stage { name: "pyc", run: pyc },
    Stage { name: "runtime", run: runtime },
    Stage { name: "heap", run: heap },
    Stage { name: "programs", run: programs },
];

/// A program of ordinary code: classes, loops, strings, exceptions.
const SOURCE: &str = concat!(
    include_str!("../perf/programs/richards.py"),
    include_str!("../perf/programs/deltablue.py"),
    include_str!("../perf/programs/raytrace.py"),
);

fn options() -> Options {
    Options::new(Mode::Module)
}

fn compiler() -> Vec<Measured> {
    let bytes = SOURCE.len();
    vec![
        measure("tokens, as text", bytes, "byte", || dump_tokens(SOURCE).is_ok()),
        measure("source to bytecode", bytes, "byte", || compile(SOURCE, "b", &options()).is_ok()),
    ]
}

fn pyc() -> Vec<Measured> {
    let Ok(code) = compile(SOURCE, "b", &options()) else { return Vec::new() };
    let stamp = SourceStamp { mtime: 1, size: SOURCE.len() as u32 };
    let file = encode(&code, stamp);
    let bytes = file.len();
    vec![
        measure("encode", bytes, "byte", || encode(&code, stamp)),
        measure("decode and verify", bytes, "byte", || decode(&file, stamp).is_ok()),
        measure("verify", bytes, "byte", || verify(&code).is_ok()),
    ]
}

fn runtime() -> Vec<Measured> {
    let start = || Runtime::new(habu_vm::Options::default()).is_ok();
    vec![measure("start", 1, "runtime", start)]
}

fn heap() -> Vec<Measured> {
    const OBJECTS: usize = 100_000;
    let mut heap = Heap::new(Config::default());
    let mut allocate = |bytes: usize| (0..OBJECTS).filter(|_| heap.alloc(bytes).is_ok()).count();
    vec![
        measure("objects of 32 bytes", OBJECTS, "object", || allocate(32)),
        measure("objects of 256 bytes", OBJECTS, "object", || allocate(256)),
    ]
}

/// Runs a program in a runtime with or without the JIT.
fn run(jit: bool, source: &str) -> bool {
    let options = habu_vm::Options { jit, ..habu_vm::Options::default() };
    Runtime::new(options).is_ok_and(|mut runtime| runtime.run_main(source, "<bench>").is_ok())
}

fn programs() -> Vec<Measured> {
    const CALLS: usize = 100_000;
    let calls = "def f(x): return x\nfor i in range(100_000): f(i)\n";
    const ROUNDS: usize = 1_000_000;
    let sum = "t = 0\nfor i in range(1_000_000): t += i & 7\n";
    vec![
        measure("interpreted calls", CALLS, "call", || run(false, calls)),
        measure("interpreted loop", ROUNDS, "iteration", || run(false, sum)),
        measure("compiled loop", ROUNDS, "iteration", || run(true, sum)),
    ]
}
