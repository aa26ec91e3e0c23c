//! Times to look at, not to hold: `cargo test --release -p habu-jit -- --ignored --nocapture timing`.

use std::time::Instant;

use habu_jit::code::OptLevel;
use habu_jit::lower::Force;
use habu_trace::text::parse;
use habu_trace::value::from_int;
use habu_trace::{Passes, optimise};

use crate::generate::root;
use crate::world::{Jit, World, alone, options};

#[test]
#[ignore = "prints times"]
fn an_iteration_and_an_inst() {
    let sum = include_str!("../golden/sum.trace").replace("1000", "0");
    let trace = parse(&sum).unwrap();
    for opt in [OptLevel::None, OptLevel::Speed] {
        let mut jit = Jit::with(opt, false);
        let mut world = World::new();
        let tree = jit.compile(&alone(&trace), &options(&world, Force::No));
        const N: i64 = 20_000_000;
        let mut best = f64::MAX;
        for _ in 0..5 {
            (0..3).for_each(|slot| world.set(slot, from_int(if slot == 2 { N } else { 0 })));
            let start = Instant::now();
            world.run(&tree);
            best = best.min(start.elapsed().as_nanos() as f64 / N as f64);
        }
        println!("{opt:?}: {best:.3} ns an iteration, {} bytes", tree.code.code_len());
        let traces: Vec<_> =
            (0..200).map(|seed| world.load(&optimise(&root(seed), Passes::ALL))).collect();
        let insts: usize = traces.iter().map(|t| t.insts.len()).sum();
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            for trace in &traces {
                let tree = jit.compile(&alone(trace), &options(&world, Force::No));
                jit.free(tree);
            }
            best = best.min(start.elapsed().as_micros() as f64 / insts as f64);
        }
        println!("{opt:?}: {best:.2} us an inst ({} a trace)", insts / traces.len());
    }
}
