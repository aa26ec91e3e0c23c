//! Weak references, finalizers and side words together, at random, against reachability computed by hand.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use habu_gc::{Config, Header};

use crate::world::{Object, Random, UNBOUND, World, int, name, object, read, word, write};

/// A node is a name, two links, and a weak word after the traced ones.
const LINKS: std::ops::Range<usize> = 1..3;
const WEAK: usize = 8 + 3 * 8;

#[derive(Default)]
struct Shadow {
    links: [u64; 2],
    weak: u64,
    side: u64,
    finalizer: bool,
    address: usize,
}

struct Mixed {
    world: World,
    shadow: BTreeMap<u64, Shadow>,
    random: Random,
    next: u64,
}

impl Mixed {
    fn node(&mut self) -> (u64, Object) {
        let node = self.world.heap.alloc(WEAK + 8).unwrap();
        let name = self.next;
        self.next += 1;
        // SAFETY: the allocation has room for the header and four words.
        unsafe {
            node.write(Header {
                shape: Cell::new(0),
                slots: 3,
                flags: Cell::new(0),
                kind: Cell::new(0),
            });
            node.cast::<[u64; 5]>().cast::<u64>().add(1).cast::<[u64; 4]>().write([
                int(name),
                0,
                0,
                UNBOUND,
            ]);
        }
        self.shadow.insert(name, Shadow { address: node.as_ptr() as usize, ..Shadow::default() });
        (name, node)
    }

    fn pick(&mut self) -> (u64, Object) {
        let root = self.random.below(self.world.roots.len());
        let mut at = self.world.at(root);
        for _ in 0..self.random.below(6) {
            let index = LINKS.start + self.random.below(LINKS.len());
            at = object(read(at, index)).unwrap_or(at);
        }
        (name(at), at)
    }

    fn link(&mut self, (holder, at): (u64, Object), value: Option<(u64, Object)>) {
        let index = self.random.below(LINKS.len());
        self.world.heap.barrier(at);
        write(at, LINKS.start + index, value.map_or(0, |(_, target)| word(target)));
        self.shadow.get_mut(&holder).unwrap().links[index] = value.map_or(0, |(name, _)| name);
    }

    fn step(&mut self) {
        let (at, value) = match self.random.below(10) {
            0..5 => {
                let fresh = self.node();
                (self.pick(), Some(fresh))
            }
            5..8 => (self.pick(), Some(self.pick())),
            _ => (self.pick(), None),
        };
        self.link(at, value);
        let (holder, target) = (self.pick(), self.pick());
        match self.random.below(12) {
            0 if self.shadow[&holder.0].weak == 0 => {
                // SAFETY: every node has a word there.
                unsafe { holder.1.byte_add(WEAK).cast::<u64>().write(word(target.1)) };
                self.world.heap.register_weak(holder.1, WEAK);
                self.shadow.get_mut(&holder.0).unwrap().weak = target.0;
            }
            1 => {
                self.world.heap.side_set(holder.1, word(target.1));
                self.shadow.get_mut(&holder.0).unwrap().side = target.0;
            }
            2 => {
                self.world.heap.register_finalizer(holder.1);
                self.shadow.get_mut(&holder.0).unwrap().finalizer = true;
            }
            _ => {}
        }
    }

    fn reach(&self, from: impl Iterator<Item = u64>) -> BTreeSet<u64> {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<u64> = from.collect();
        while let Some(name) = todo.pop() {
            if name != 0 && seen.insert(name) {
                let node = &self.shadow[&name];
                todo.extend(node.links.into_iter().chain([node.side]));
            }
        }
        seen
    }

    /// Runs a full collection and compares everything it did with what it should have done.
    fn check(&mut self) {
        let strong = self.reach(self.world.roots.iter().map(|&root| name(object(root).unwrap())));
        let due: BTreeSet<u64> = self
            .shadow
            .iter()
            .filter(|(name, node)| node.finalizer && !strong.contains(name))
            .map(|(&n, _)| n)
            .collect();
        let kept = self.reach(strong.iter().chain(&due).copied());
        self.world.heap.collect(true);

        let mut finalized = BTreeSet::new();
        let mut cleared = BTreeSet::new();
        while let Some(object) = self.world.heap.pop_finalizer() {
            assert!(finalized.insert(name(object)), "queued twice");
        }
        while let Some(object) = self.world.heap.pop_cleared() {
            assert!(cleared.insert(name(object)), "reported twice");
        }
        assert_eq!(finalized, due);
        let mut alive = BTreeSet::new();
        self.world.heap.for_each_object(&mut |object| assert!(alive.insert(name(object))));
        assert_eq!(alive, kept);

        self.shadow.retain(|name, _| kept.contains(name));
        for (name, node) in &mut self.shadow {
            let at = self.world.heap.object_containing(node.address).unwrap();
            node.finalizer &= !due.contains(name);
            // SAFETY: every node has a word there.
            let weak = unsafe { at.byte_add(WEAK).cast::<u64>().read() };
            let dead = node.weak != 0 && !strong.contains(&node.weak);
            assert_eq!(cleared.contains(name), dead && strong.contains(name));
            if dead {
                node.weak = 0;
            }
            assert_eq!(object(weak).map_or(0, crate::world::name), node.weak);
            let side = self.world.heap.side_get(at);
            assert_eq!(side.and_then(object).map_or(0, crate::world::name), node.side);
        }
    }
}

fn run(seed: u64, rounds: usize, steps: usize) {
    let world = World::new(Config { nursery_bytes: 1 << 30, ..Config::default() });
    let mut mixed = Mixed {
        world,
        shadow: BTreeMap::new(),
        random: Random(seed.wrapping_mul(0x9E37_79B9) | 1),
        next: 1,
    };
    for _ in 0..8 {
        let (_, node) = mixed.node();
        mixed.world.roots.push(word(node));
    }
    for _ in 0..rounds {
        (0..steps).for_each(|_| mixed.step());
        mixed.check();
    }
}

#[test]
fn everything_at_once_agrees_with_reachability() {
    for seed in 1..=30 {
        run(seed, 30, 200);
    }
    run(99, 5, 20_000);
}
