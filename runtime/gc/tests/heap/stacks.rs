//! Conservative scanning of native stacks, and stress mode.

use std::hint::black_box;

use habu_gc::Config;

use crate::world::{Object, World, name, object, read, word, write};

/// Runs `f` with a heap that scans the stack below this frame.
fn with_stack(config: Config, f: fn(&mut World)) {
    let mut world = World::new(config);
    let anchor = 0u64;
    // SAFETY: collections run only inside `f`, below this frame.
    unsafe { world.heap.set_stack_base((&raw const anchor).cast()) };
    f(&mut world);
    black_box(&anchor);
}

#[inline(never)]
fn list(world: &mut World, length: u64) -> Object {
    let mut head = world.node(0, 2);
    for i in 1..length {
        let node = world.node(i, 2);
        write(node, 1, word(head));
        head = node;
    }
    head
}

fn check_list(head: Object, length: u64) {
    let mut at = Some(head);
    for i in (0..length).rev() {
        let node = at.unwrap();
        assert_eq!(name(node), i);
        at = object(read(node, 1));
    }
    assert_eq!(at, None);
}

#[test]
fn locals_are_roots() {
    with_stack(Config { nursery_bytes: 64 << 10, ..Config::default() }, |world| {
        let kept = list(world, 20_000);
        for _ in 0..5 {
            list(world, 10_000);
        }
        assert!(world.heap.stats().minor > 10);
        world.heap.collect(true);
        check_list(kept, 20_000);
    });
}

#[test]
fn locals_are_roots_under_stress() {
    with_stack(Config { stress: true, ..Config::default() }, |world| {
        let kept = list(world, 400);
        list(world, 200);
        check_list(kept, 400);
        assert!(
            world.heap.stats().minor + world.heap.stats().major >= 600,
            "one collection per allocation"
        );
    });
}

#[test]
fn tagged_and_interior_words_on_other_stacks_are_roots() {
    let mut world = World::new(Config::default());
    let nodes = [world.node(1, 2), world.node(2, 2), world.node(3, 40), world.array(4, 30_000)];
    let address = |i: usize| nodes[i].as_ptr() as u64;
    let stack = [address(0), address(1) + 1, address(2) + 200, address(3) + 200_001, 12, u64::MAX];
    let range = stack.as_ptr_range();
    // SAFETY: the array stays where it is until the range is removed.
    unsafe { world.heap.add_stack_range(range.start.cast(), range.end.cast()) };
    world.heap.collect(true);
    assert_eq!(nodes.map(name), [1, 2, 3, 4]);
    world.heap.remove_stack_range(range.end.cast());
    world.heap.collect(true);
    assert_eq!(world.heap.stats().bytes_live, 0);
    black_box(&stack);
}

#[test]
fn cells_that_were_not_allocated_are_no_objects() {
    let mut world = World::new(Config::default());
    let node = world.node(1, 3);
    let start = node.as_ptr() as u64;
    let stack = [start, start + 32, start + 64 + 1, start + 1000];
    let range = stack.as_ptr_range();
    // SAFETY: the array stays where it is until the world is dropped.
    unsafe { world.heap.add_stack_range(range.start.cast(), range.end.cast()) };
    world.heap.collect(false);
    assert_eq!(world.heap.stats().bytes_live, 32);
    world.heap.collect(true);
    assert_eq!(world.heap.stats().bytes_live, 32);
    black_box(&stack);
}

#[test]
fn stress_poisons_what_it_frees() {
    let mut world = World::new(Config { stress: true, ..Config::default() });
    world.root(1, 3);
    let dead = world.node(2, 3);
    world.heap.collect(false);
    // SAFETY: the block is still mapped; nothing has been allocated since.
    assert_eq!(unsafe { dead.cast::<u64>().read() }, 0xDBDB_DBDB_DBDB_DBDB);
}

#[test]
fn stress_can_be_switched() {
    let mut world = World::new(Config::default());
    world.node(1, 1);
    world.heap.set_stress(true);
    (0..10).for_each(|i| _ = world.node(i, 1));
    let stats = world.heap.stats();
    assert_eq!(stats.minor + stats.major, 10);
    world.heap.set_stress(false);
    (0..10).for_each(|i| _ = world.node(i, 1));
    assert_eq!(world.heap.stats().minor + world.heap.stats().major, 10);
}
