//! Random traces and trees, in machine code and by the evaluator, in equal worlds: same exit, same frame, same heap,
//! same calls. `TRACES=n` runs more.

use habu_jit::code::OptLevel;
use habu_jit::lower::{Bridge, ExitKey, FIRST_EXIT, Force, Tree, TreeInput};
use habu_trace::eval::{Outcome, eval};
use habu_trace::{End, Op, Passes, SnapId, Trace, optimise};

use crate::generate::{Rng, bridge, frame, root};
use crate::world::{Jit, World, options, plant, tree};

/// The root's name.
pub(crate) const ROOT: u64 = 2;

pub(crate) fn count() -> u64 {
    std::env::var("TRACES").ok().and_then(|n| n.parse().ok()).unwrap_or(600)
}

pub(crate) fn passes(rng: &mut Rng) -> Passes {
    match rng.below(4) {
        0 => Passes::parse("none").unwrap_or(Passes::ALL),
        _ => Passes::ALL,
    }
}

pub(crate) fn new_world(frame: &[u64]) -> Box<World> {
    let mut world = World::new();
    for (slot, &word) in frame.iter().enumerate() {
        let word = world.word(word);
        world.set(slot as i32, word);
    }
    world
}

/// Traces, the first the root, and where the others hang.
struct Chain {
    traces: Vec<Trace>,
    at: Vec<ExitKey>,
}

impl Chain {
    fn next(&self, key: ExitKey) -> Option<usize> {
        self.at.iter().position(|&at| at == key).map(|n| n + 1)
    }

    /// The evaluator; where it left and what is to be seen.
    fn eval(&self, frame: &[u64]) -> (Option<ExitKey>, String, bool) {
        let mut world = new_world(frame);
        let traces: Vec<Trace> = self.traces.iter().map(|t| world.load(t)).collect();
        let mut at = 0;
        let left = loop {
            match eval(&traces[at], &mut *world, 100_000) {
                Outcome::Tree(_) => at = 0,
                Outcome::Exit { snap, for_good, .. } => {
                    let key = ExitKey { trace: at as u32, snap };
                    match self.next(key).filter(|_| !for_good) {
                        Some(next) => at = next,
                        None => break Some(key),
                    }
                }
                other => panic!("{other:?}\n{self}"),
            }
        };
        (left, world.full_digest(), world.heap_floats > 0)
    }

    fn merged(
        &self,
        jit: &mut Jit,
        frame: &[u64],
        force: Force,
        stress: bool,
    ) -> (ExitKey, String) {
        let mut world = new_world(frame);
        if stress {
            world.stress((&raw const stress).cast());
        }
        let traces: Vec<Trace> = self.traces.iter().map(|t| world.load(t)).collect();
        let bridges: Vec<Bridge<'_>> =
            self.at.iter().zip(&traces[1..]).map(|(&at, trace)| Bridge { at, trace }).collect();
        let input = TreeInput { key: ROOT, ..tree(&traces[0], &bridges) };
        let compiled = [jit.compile(&input, &options(&world, force))];
        world.watch(&compiled);
        let leads = world.run(&compiled[0]);
        compiled.into_iter().for_each(|tree| jit.free(tree));
        (leads, world.full_digest())
    }

    /// Each trace a function; between them the frame is rebuilt, or bridges take over the context. Whether an exit is
    /// for good a function alone does not say: it is, if that was expected and there is a reason.
    fn separate(
        &self,
        jit: &mut Jit,
        frame: &[u64],
        through_context: bool,
        expected: ExitKey,
    ) -> (ExitKey, String) {
        let mut world = new_world(frame);
        let mut trees: Vec<Tree> = Vec::new();
        for (n, trace) in self.traces.iter().enumerate() {
            let trace = world.load(trace);
            let key = n.checked_sub(1).map(|n| self.at[n]);
            let after = key.filter(|_| through_context).and_then(|key| {
                let exits = &trees[key.trace as usize].exits;
                exits.iter().find(|exit| exit.key == own(key.snap))
            });
            let input =
                TreeInput { key: if n == 0 { ROOT } else { 100 }, after, ..tree(&trace, &[]) };
            trees.push(jit.compile(&input, &options(&world, Force::No)));
        }
        world.watch(&trees);
        plant(&trees[0]);
        trees.iter().zip(0..).for_each(|(tree, n)| tree.set_tag(n));
        let mut at = 0;
        let leads = loop {
            let left = world.leave(&trees[at]);
            // It may have ended in the root.
            at = left.what as usize;
            let exit = trees[at].exits[(left.how - FIRST_EXIT) as usize].clone();
            let key = ExitKey { trace: at as u32, snap: exit.key.snap };
            let for_good = key == expected && (world.is_polled() || !trees[at].is_valid());
            let next = self.next(key).filter(|_| !for_good);
            if next.is_none() || !through_context {
                world.rebuild(&exit);
            }
            match next {
                Some(next) => at = next,
                None => break key,
            }
        };
        trees.into_iter().for_each(|tree| jit.free(tree));
        (leads, world.full_digest())
    }
}

/// An exit of a function of one trace.
fn own(snap: SnapId) -> ExitKey {
    ExitKey { trace: 0, snap }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, trace) in self.traces.iter().enumerate() {
            writeln!(f, "--- {n} at {:?}\n{trace}", n.checked_sub(1).map(|n| self.at[n]))?;
        }
        Ok(())
    }
}

fn check(what: &str, seed: u64, chain: &Chain, expected: (ExitKey, &str), got: (ExitKey, String)) {
    let (key, digest) = expected;
    assert!(
        got.0 == key && got.1 == digest,
        "{what}, seed {seed}\n{chain}\nexpected {key:?}\n{digest}\ngot {:?}\n{}",
        got.0,
        got.1
    );
}

fn jits() -> [Jit; 2] {
    [Jit::new(OptLevel::None), Jit::new(OptLevel::Speed)]
}

#[test]
fn traces_do_what_the_evaluator_does() {
    let mut jits = jits();
    for seed in 0..count() {
        let mut rng = Rng(seed * 77 + 1);
        let trace = optimise(&root(seed), passes(&mut rng));
        let chain = Chain { traces: vec![trace], at: Vec::new() };
        for _ in 0..3 {
            let frame = frame(&mut rng);
            let (key, digest, _) = chain.eval(&frame);
            let jit = &mut jits[seed as usize % 2];
            let got = chain.merged(jit, &frame, Force::No, seed % 3 == 0);
            check("alone", seed, &chain, (key.expect("an exit"), &digest), got);
        }
    }
}

#[test]
fn trees_do_what_their_traces_do_one_by_one() {
    let mut jits = jits();
    for seed in 0..count() / 2 {
        let mut rng = Rng(seed * 91 + 1);
        let trace = optimise(&root(seed + 500_000), passes(&mut rng));
        let mut chain = Chain { traces: vec![trace], at: Vec::new() };
        for round in 0..6 {
            let frame = frame(&mut rng);
            let (key, digest, heap_floats) = chain.eval(&frame);
            let key = key.expect("an exit");
            if !heap_floats {
                let jit = &mut jits[round % 2];
                let got = chain.merged(jit, &frame, Force::No, seed % 3 == 0);
                check("merged", seed, &chain, (key, &digest), got);
                let got = chain.separate(jit, &frame, false, key);
                check("separate", seed, &chain, (key, &digest), got);
                let got = chain.separate(jit, &frame, true, key);
                check("through the context", seed, &chain, (key, &digest), got);
            }
            let snap = &chain.traces[key.trace as usize].snapshots[key.snap.idx()];
            if snap.resume == habu_trace::Resume::Normal {
                let new = bridge(seed * 100 + round as u64, ROOT, key.snap);
                chain.traces.push(optimise(&new, passes(&mut rng)));
                chain.at.push(key);
            }
        }
    }
}

/// The trace that leaves for certain where the other has the guard.
fn cut(trace: &Trace, guard: usize) -> Trace {
    let mut cut = trace.clone();
    let snap = trace.insts[guard].snap.expect("a guard");
    cut.insts.truncate(guard);
    cut.end = End::Exit(snap);
    if cut.label.as_ref().is_some_and(|label| label.at.idx() > guard) {
        cut.label = None;
    }
    cut
}

#[test]
fn each_guard_can_be_forced() {
    let mut jits = jits();
    for seed in 0..count() / 10 {
        let mut rng = Rng(seed * 33 + 1);
        let trace = optimise(&root(seed + 900_000), passes(&mut rng));
        let frame = frame(&mut rng);
        for guard in trace.ids() {
            let op = trace.inst(guard).op;
            if !op.has_snap() || matches!(op, Op::GuardNoRaise | Op::CallTree) {
                continue;
            }
            let short = Chain { traces: vec![cut(&trace, guard.idx())], at: Vec::new() };
            let (key, digest, _) = short.eval(&frame);
            let chain = Chain { traces: vec![trace.clone()], at: Vec::new() };
            let force = Force::Guard { trace: 0, inst: guard };
            let got = chain.merged(&mut jits[seed as usize % 2], &frame, force, seed % 3 == 0);
            check("forced", seed, &chain, (key.expect("an exit"), &digest), got);
        }
    }
}
