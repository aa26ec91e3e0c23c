//! Measurements, ignored by default: `cargo test --release -p habu-gc -- --ignored --nocapture speed`.

use std::hint::black_box;
use std::time::Instant;

use habu_gc::{Config, Heap};

use crate::world::{Object, Random, World, object, read, word, write};

#[test]
#[ignore = "a measurement"]
fn speed_of_start_up() {
    let rounds = 200;
    let start = Instant::now();
    for _ in 0..rounds {
        let mut heap = Heap::new(Config::default());
        black_box(heap.alloc(32).unwrap());
    }
    println!("new + first object + drop: {:?}", start.elapsed() / rounds);
}

#[test]
#[ignore = "a measurement"]
fn speed_of_small_garbage() {
    for nursery in [1, 4, 8, 16] {
        let mut world = World::new(Config { nursery_bytes: nursery << 20, ..Config::default() });
        let objects = 50_000_000u32;
        let start = Instant::now();
        for i in 0..objects {
            black_box(world.node(u64::from(i), 3));
        }
        let time = start.elapsed();
        println!(
            "garbage, 32 bytes, nursery {nursery} MB: {:.2} ns",
            time.as_nanos() as f64 / f64::from(objects)
        );
        println!("  {:?}", world.heap.stats());
    }
}

fn tree(world: &mut World, depth: u32) -> Object {
    if depth == 0 {
        return world.node(0, 3);
    }
    let left = tree(world, depth - 1);
    let right = tree(world, depth - 1);
    let node = world.node(u64::from(depth), 3);
    write(node, 1, word(left));
    write(node, 2, word(right));
    node
}

fn count(node: Object) -> u32 {
    1 + [1, 2].into_iter().filter_map(|i| object(read(node, i))).map(count).sum::<u32>()
}

#[test]
#[ignore = "a measurement"]
fn speed_of_binary_trees() {
    for nursery in [4, 8] {
        let mut world = World::new(Config { nursery_bytes: nursery << 20, ..Config::default() });
        let anchor = 0u64;
        // SAFETY: collections run only below this frame.
        unsafe { world.heap.set_stack_base((&raw const anchor).cast()) };
        let start = Instant::now();
        let max = 16;
        let long = tree(&mut world, max);
        let mut nodes = 0;
        for depth in (4..=max).step_by(4) {
            for _ in 0..1 << (max - depth + 4) {
                let tree = tree(&mut world, depth);
                nodes += count(tree);
            }
        }
        println!(
            "binary trees, nursery {nursery} MB: {:?}, {nodes} nodes, {}",
            start.elapsed(),
            count(long)
        );
        println!("  {:?}", world.heap.stats());
    }
}

#[test]
#[ignore = "a measurement"]
fn speed_of_a_big_live_heap() {
    let mut world = World::new(Config::default());
    let array = world.array(1, 1_000_000);
    world.roots.push(word(array));
    let mut random = Random(7);
    let start = Instant::now();
    for i in 0..20_000_000u64 {
        let node = world.node(i, 3);
        if i % 10 == 0 {
            let index = 1 + random.below(999_999);
            world.heap.barrier_at(array, index);
            write(array, index, word(node));
        }
    }
    println!("20M objects, 2M stored at random into a list of 1M: {:?}", start.elapsed());
    println!("  {:?}", world.heap.stats());
    let start = Instant::now();
    world.heap.collect(true);
    println!("  full collection: {:?}", start.elapsed());
}
