//! Bridges that go on with their parents' values do what bridges that begin with the frame do: random trees, by the
//! evaluator in both forms and in machine code, in equal worlds.

use habu_jit::code::OptLevel;
use habu_jit::lower::{Bridge, ExitKey, Force, LowerError, TreeInput};
use habu_trace::eval::{Outcome, eval_tree};
use habu_trace::text::parse::symbol_bits;
use habu_trace::types::InstId;
use habu_trace::{
    Ancestor, End, FrameInfo, Passes, Seat, SnapId, Trace, optimise, optimise_bridge,
};

use crate::generate::{Rng, bridge, frame, root};
use crate::random::{ROOT, count, new_world, passes};
use crate::world::{Jit, options};

/// Bridges of one tree.
const MOST: usize = 40;

/// A recorded bridge: whose it is, and the frames of the exit that it continues.
struct Recorded {
    parent: usize,
    frames: Vec<FrameInfo>,
    trace: Trace,
    passes: Passes,
}

/// A tree: what was recorded, and the traces that came of it, one for each exit in the optimised parents.
struct Tree {
    traces: Vec<Trace>,
    at: Vec<ExitKey>,
}

impl Tree {
    /// The tree of a root and recorded bridges; `heirs`: they inherit.
    fn grow(root: &Trace, recorded: &[Recorded], heirs: bool) -> Tree {
        let mut tree = Tree { traces: vec![root.clone()], at: Vec::new() };
        let mut made_of = vec![0];
        for (n, bridge) in recorded.iter().enumerate() {
            for parent in 0..tree.traces.len() {
                if made_of[parent] != bridge.parent {
                    continue;
                }
                for snap in exits(&tree.traces[parent], &bridge.frames) {
                    if tree.at.len() == MOST {
                        return tree;
                    }
                    let at = ExitKey { trace: parent as u32, snap };
                    let trace = match heirs {
                        true => tree.heir(bridge, at),
                        false => optimise(&bridge.trace, bridge.passes),
                    };
                    tree.traces.push(trace);
                    tree.at.push(at);
                    made_of.push(n + 1);
                }
            }
        }
        tree
    }

    fn heir(&self, bridge: &Recorded, at: ExitKey) -> Trace {
        let mut ancestors = Vec::new();
        let mut next = Some(at);
        while let Some(key) = next {
            let n = key.trace as usize;
            ancestors.push(Ancestor { number: key.trace, trace: &self.traces[n], exit: key.snap });
            next = n.checked_sub(1).map(|n| self.at[n]);
        }
        ancestors.reverse();
        let truth = [symbol_bits(1), symbol_bits(0)];
        let seat = Seat { ancestors: &ancestors, root: ROOT, truth, honest: true };
        optimise_bridge(&bridge.trace, bridge.passes, &seat)
    }

    fn next(&self, key: ExitKey) -> Option<usize> {
        self.at.iter().position(|&at| at == key).map(|n| n + 1)
    }

    /// The evaluator: the frames at the exit, and what is to be seen.
    fn eval(&self, frame: &[u64]) -> (ExitKey, Vec<FrameInfo>, String) {
        let mut world = new_world(frame);
        let traces: Vec<Trace> = self.traces.iter().map(|t| world.load(t)).collect();
        let mut refs: Vec<&Trace> = traces.iter().collect();
        let next = |n: usize, snap| self.next(ExitKey { trace: n as u32, snap });
        loop {
            match eval_tree(&refs, &next, &mut *world, 100_000) {
                (_, Outcome::Tree(_)) => refs = traces.iter().collect(),
                (n, Outcome::Exit { snap, frames, .. }) => {
                    return (ExitKey { trace: n as u32, snap }, frames, world.digest());
                }
                (_, other) => panic!("{other:?}\n{self}"),
            }
        }
    }

    /// Machine code; `None` if the lowering has found a guard that a bridge hangs on to hold always.
    fn machine(&self, jit: &mut Jit, frame: &[u64]) -> Option<(ExitKey, String)> {
        let mut world = new_world(frame);
        let traces: Vec<Trace> = self.traces.iter().map(|t| world.load(t)).collect();
        let bridges: Vec<Bridge<'_>> =
            self.at.iter().zip(&traces[1..]).map(|(&at, trace)| Bridge { at, trace }).collect();
        let input = TreeInput { key: ROOT, ..crate::world::tree(&traces[0], &bridges) };
        let tree = match jit.try_compile(&input, &options(&world, Force::No)) {
            Ok(tree) => [tree],
            Err(LowerError::NoSuchExit(_)) => return None,
            Err(e) => panic!("{e}\n{self}"),
        };
        world.watch(&tree);
        let leads = world.run(&tree[0]);
        tree.into_iter().for_each(|tree| jit.free(tree));
        Some((leads, world.digest()))
    }
}

/// The exits of a trace with these frames.
fn exits(trace: &Trace, frames: &[FrameInfo]) -> Vec<SnapId> {
    let used = |snap| {
        let leaves = |id: InstId| trace.inst(id).snap == Some(snap);
        trace.ids().any(leaves) || trace.end == End::Exit(snap)
    };
    (0..trace.snapshots.len() as u32)
        .map(SnapId)
        .filter(|&snap| trace.snapshots[snap.idx()].frames == frames && used(snap))
        .collect()
}

impl std::fmt::Display for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, trace) in self.traces.iter().enumerate() {
            writeln!(f, "--- {n} at {:?}\n{trace}", n.checked_sub(1).map(|n| self.at[n]))?;
        }
        Ok(())
    }
}

#[test]
fn bridges_that_inherit_do_what_others_do() {
    let mut jits = [Jit::new(OptLevel::None), Jit::new(OptLevel::Speed)];
    let (mut labels, mut ran) = (0, 0);
    for seed in 0..count() / 2 {
        let mut rng = Rng(seed * 57 + 1);
        let root = optimise(&root(seed + 300_000), passes(&mut rng));
        let mut recorded: Vec<Recorded> = Vec::new();
        for round in 0..6u64 {
            let frame = frame(&mut rng);
            let plain = Tree::grow(&root, &recorded, false);
            let heirs = Tree::grow(&root, &recorded, true);
            labels += heirs.traces.iter().filter(|t| matches!(t.end, End::Label(_))).count();
            let (key, frames, digest) = plain.eval(&frame);
            let context = || format!("seed {seed} round {round}\n{plain}\n=====\n{heirs}");
            let (heir_key, heir_frames, heir_digest) = heirs.eval(&frame);
            assert_eq!((&heir_frames, &heir_digest), (&frames, &digest), "{}", context());
            if let Some((leads, machine)) = heirs.machine(&mut jits[round as usize % 2], &frame) {
                assert_eq!((leads, &machine), (heir_key, &digest), "{}", context());
                ran += 1;
            }
            let snap = &plain.traces[key.trace as usize].snapshots[key.snap.idx()];
            if snap.resume == habu_trace::Resume::Normal {
                let trace = bridge(seed * 100 + round, ROOT, key.snap);
                let parent = origin(&plain, &recorded, key.trace as usize);
                recorded.push(Recorded { parent, frames, trace, passes: passes(&mut rng) });
            }
        }
    }
    assert!(labels > 0 && ran > 0, "{labels} bridges entered a loop at its label, {ran} trees ran");
}

/// Which recorded trace one of a tree came of: 0 is the root.
fn origin(tree: &Tree, recorded: &[Recorded], n: usize) -> usize {
    let mut made_of = vec![0];
    for (at, _) in tree.at.iter().zip(1..) {
        let frames = &tree.traces[at.trace as usize].snapshots[at.snap.idx()].frames;
        let parent = made_of[at.trace as usize];
        let found = recorded.iter().position(|r| r.parent == parent && r.frames == *frames);
        made_of.push(found.map_or(0, |n| n + 1));
    }
    made_of[n]
}
