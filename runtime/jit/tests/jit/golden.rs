//! Golden texts: what the traces in `tests/golden/*.trace` become. `BLESS=1` rewrites them.
//!
//! Beside each trace lie its CLIF and its aarch64 code. A file may hold several traces between lines of `; ---`: the
//! first is the root, each other begins with `; at TRACE sSNAP`. `; speed` asks for the optimising compiler.

use std::path::{Path, PathBuf};

use habu_jit::code::{CodeGen, OptLevel, aarch64_isa};
use habu_jit::lower::{
    Bridge, ExitKey, Force, JitContext, Left, Options, Settled, Support, TreeInput, texts,
};
use habu_testkit::golden;
use habu_trace::text::parse;
use habu_trace::verify::verify;
use habu_trace::{SnapId, Trace};

/// No helper of these traces is that for powers.
const POW: u64 = u64::MAX;

/// What safepoints look at.
const POLL: u64 = 0x2000;

fn files() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = std::fs::read_dir(dir).expect("the golden folder is there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "trace"));
    files.sort();
    files
}

fn place(text: &str) -> Option<ExitKey> {
    let line = text.lines().find_map(|line| line.strip_prefix("; at "))?;
    let (trace, snap) = line.split_once(" s")?;
    Some(ExitKey { trace: trace.parse().ok()?, snap: SnapId(snap.parse().ok()?) })
}

extern "C" fn no_box(_: *mut JitContext, _: f64) -> u64 {
    0
}

extern "C" fn no_tree(_: *mut JitContext, _: *mut u64, _: Left, _: u64) -> Settled {
    Settled { value: 0, status: 0 }
}

fn input<'a>(root: &'a Trace, bridges: &'a [Bridge<'a>]) -> TreeInput<'a> {
    TreeInput { key: 1, root, after: None, bridges, extent: 30, cells: &[0x1000, 0x1008] }
}

#[test]
fn lowering_gives_what_the_golden_files_say() {
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let mut traces: Vec<Trace> = Vec::new();
        for part in text.split("; ---\n") {
            let trace = parse(part).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            verify(&trace).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            traces.push(trace);
        }
        let places = text.split("; ---\n").filter_map(place);
        let bridges: Vec<Bridge<'_>> =
            places.zip(&traces[1..]).map(|(at, trace)| Bridge { at, trace }).collect();
        let input = input(&traces[0], &bridges);
        let options = Options {
            support: Support::new(no_box, no_tree, POW),
            truth: [0x1000_0041, 0x1000_0021],
            poll: POLL,
            force: Force::No,
            passes: false,
            texts: true,
        };
        let opt = if text.contains("; speed") { OptLevel::Speed } else { OptLevel::None };
        let isa = aarch64_isa(opt).expect("a target");
        let texts = texts(&mut CodeGen::new(), &*isa, &input, &options).expect("compiles");
        golden(path.with_extension("clif"), &texts.clif);
        golden(path.with_extension("asm"), &texts.asm);
    }
}

/// With the exit as the first target, everything that does not vary leaves the loop, past any number of guards.
#[test]
fn invariants_leave_the_loop_past_guards() {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/licm.trace"),
    )
    .expect("readable");
    let trace = parse(&text).expect("parses");
    let input = input(&trace, &[]);
    let support = Support::new(no_box, no_tree, POW);
    let force = Force::No;
    let options = Options { support, truth: [0, 0], poll: POLL, force, passes: false, texts: true };
    let isa = habu_jit::code::host_isa(OptLevel::Speed, true).expect("a target");
    let texts = texts(&mut CodeGen::new(), &*isa, &input, &options).expect("compiles");
    // The loop begins where the counter is stepped; all multiplications are in the blocks before.
    let loop_at = texts.asm.find("leaq 4(").expect("the counter");
    let (before, after) = texts.asm.split_at(loop_at);
    assert!(before.matches("imul").count() == 3 && !after.contains("imul"), "{}", texts.asm);
}
