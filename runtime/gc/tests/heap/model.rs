//! Random mutation checked against a shadow graph made of plain vectors.

use std::collections::{HashMap, HashSet};

use habu_gc::{Config, flags};

use crate::world::{Object, Random, World, int, len, name, object, read, word, write};

const ROOTS: usize = 24;

/// The shadow: for each name the names its words point to; zero is "no pointer".
struct Model {
    world: World,
    shadow: HashMap<u64, Vec<u64>>,
    roots: [u64; ROOTS],
    random: Random,
    next: u64,
    biggest: usize,
}

impl Model {
    fn new(seed: u64, config: Config, biggest: usize) -> Model {
        let mut world = World::new(config);
        world.roots.resize(ROOTS, 0);
        let random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        Model { world, shadow: HashMap::new(), roots: [0; ROOTS], random, next: 1, biggest }
    }

    /// A random reachable object, by a short walk from a random root.
    fn pick(&mut self) -> Option<(u64, Object)> {
        let root = self.random.below(ROOTS);
        let mut at = object(self.world.roots[root])?;
        for _ in 0..self.random.below(12) {
            let index = self.random.below(len(at));
            match object(read(at, index)) {
                Some(next) => at = next,
                None => break,
            }
        }
        Some((name(at), at))
    }

    fn store(&mut self, holder: (u64, Object), index: usize, value: Option<(u64, Object)>) {
        if self.random.below(2) == 0 {
            self.world.heap.barrier(holder.1);
        } else {
            self.world.heap.barrier_at(holder.1, index);
        }
        write(holder.1, index, value.map_or(int(5), |(_, target)| word(target)));
        self.shadow.get_mut(&holder.0).unwrap()[index] = value.map_or(0, |(name, _)| name);
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..55 => {
                let words = match self.random.below(200) {
                    0 => 1 + self.random.below(self.biggest),
                    1..20 => 1 + self.random.below(self.biggest.min(300)),
                    _ => 1 + self.random.below(6),
                };
                let variable = self.random.below(2) == 0;
                let name = self.next;
                self.next += 1;
                let node = self.world.try_node(name, words, variable).unwrap();
                self.shadow.insert(name, vec![0; words]);
                // The fresh node is young: its first stores need no barrier.
                for index in 1..words.min(4) {
                    if let Some((target_name, target)) = self.pick() {
                        write(node, index, word(target));
                        self.shadow.get_mut(&name).unwrap()[index] = target_name;
                    }
                }
                let holder =
                    self.pick().filter(|&(_, holder)| len(holder) > 1 && self.random.below(4) != 0);
                match holder {
                    Some(holder) => {
                        let index = 1 + self.random.below(len(holder.1) - 1);
                        self.store(holder, index, Some((name, node)));
                    }
                    None => {
                        let root = self.random.below(ROOTS);
                        self.world.roots[root] = word(node);
                        self.roots[root] = name;
                    }
                }
            }
            55..90 => {
                let (Some(holder), value) = (self.pick(), self.pick()) else { return };
                if len(holder.1) > 1 {
                    let index = 1 + self.random.below(len(holder.1) - 1);
                    self.store(holder, index, value);
                }
            }
            90..99 => {
                let root = self.random.below(ROOTS);
                self.world.roots[root] = 0;
                self.roots[root] = 0;
            }
            _ => {
                let full = self.random.below(3) == 0;
                self.world.heap.collect(full);
            }
        }
    }

    /// Walks heap and shadow together; returns the number of reachable objects.
    fn check(&mut self) -> usize {
        let mut seen = HashMap::new();
        let mut todo = Vec::new();
        for (root, &name) in self.roots.iter().enumerate() {
            assert_eq!(object(self.world.roots[root]).is_some(), name != 0);
            todo.extend(object(self.world.roots[root]).map(|object| (name, object)));
        }
        while let Some((expected, at)) = todo.pop() {
            assert_eq!(name(at), expected, "the object was overwritten");
            if let Some(previous) = seen.insert(expected, at) {
                assert_eq!(previous, at, "one object at two addresses");
                continue;
            }
            // SAFETY: the object is reachable, hence live.
            let header = unsafe { at.as_ref() };
            assert_eq!((header.shape.get(), header.kind.get()), (7, 9));
            let shadow = &self.shadow[&expected];
            assert_eq!(len(at), shadow.len());
            for (index, &target) in shadow.iter().enumerate().skip(1) {
                let found = object(read(at, index));
                assert_eq!(found.is_some(), target != 0);
                todo.extend(found.map(|found| (target, found)));
            }
        }
        self.shadow.retain(|name, _| seen.contains_key(name));
        seen.len()
    }

    /// After a full collection the heap holds exactly the reachable objects, all old.
    fn check_exact(&mut self) {
        let reachable = self.check();
        self.world.heap.collect(true);
        let mut found = HashSet::new();
        self.world.heap.for_each_object(&mut |object| {
            // SAFETY: everything left after a full collection is live.
            assert_ne!(unsafe { object.as_ref() }.flags.get() & flags::OLD, 0);
            assert!(found.insert(name(object)));
        });
        assert_eq!(found.len(), reachable);
        assert!(found.iter().all(|name| self.shadow.contains_key(name)));
    }
}

fn run(seed: u64, config: Config, biggest: usize, steps: usize) {
    let mut model = Model::new(seed, config, biggest);
    for step in 1..=steps {
        model.step();
        if step % (steps / 20) == 0 {
            model.check();
        }
        if step % (steps / 5) == 0 {
            model.check_exact();
        }
    }
}

#[test]
fn random_graphs_survive_with_a_tiny_nursery() {
    for seed in 1..=6 {
        run(seed, Config { nursery_bytes: 64 << 10, ..Config::default() }, 2000, 40_000);
    }
}

#[test]
fn random_graphs_with_large_arrays_survive() {
    for seed in 10..=12 {
        run(seed, Config { nursery_bytes: 1 << 20, ..Config::default() }, 60_000, 20_000);
    }
}

#[test]
fn random_graphs_survive_stress() {
    for seed in 20..=22 {
        run(seed, Config { stress: true, ..Config::default() }, 5000, 2000);
    }
}

#[test]
fn random_graphs_survive_under_a_limit() {
    run(
        30,
        Config { nursery_bytes: 1 << 20, max_heap: Some(256 << 20), stress: false },
        3000,
        60_000,
    );
}
