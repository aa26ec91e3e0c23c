//! The remembered set, whole objects and cards, and what old objects keep alive.

use habu_gc::{Config, flags};

use crate::world::{World, flags as flags_of, name, object, read, word, write};

#[test]
fn old_objects_keep_what_was_stored_into_them() {
    let mut world = World::new(Config::default());
    let holder = world.root(1, 3);
    world.heap.collect(false);
    let holder = world.at(holder);
    assert_ne!(flags_of(holder) & flags::OLD, 0);
    for round in 0..5 {
        let child = world.node(10 + round, 1);
        world.set(holder, 1, word(child));
        assert_eq!(flags_of(holder) & flags::OLD, 0);
        world.heap.collect(round == 3);
        assert_ne!(flags_of(holder) & flags::OLD, 0);
        assert_eq!(name(object(read(holder, 1)).unwrap()), 10 + round);
    }
}

#[test]
fn every_word_of_a_huge_array_has_a_card() {
    const WORDS: usize = 50_000;
    let mut world = World::new(Config::default());
    let array = world.array(1, WORDS);
    world.roots.push(word(array));
    world.heap.collect(false);
    let picks: Vec<usize> =
        (1..WORDS).filter(|i| i % 509 < 2 || i % 4096 < 3 || *i == WORDS - 1).collect();
    for (round, chunk) in picks.chunks(40).enumerate() {
        for &index in chunk {
            let child = world.node(index as u64, 2);
            world.heap.barrier_at(array, index);
            write(array, index, word(child));
        }
        assert_ne!(flags_of(array) & flags::OLD, 0, "cards leave the array old");
        world.heap.collect(round % 5 == 4);
        for &index in chunk {
            let child = object(read(array, index)).unwrap();
            assert_eq!(
                world.heap.object_containing(child.as_ptr() as usize),
                Some(child),
                "{index}"
            );
            assert_eq!(name(child), index as u64);
        }
    }
}

#[test]
fn cards_and_whole_object_barriers_mix() {
    let mut world = World::new(Config::default());
    let array = world.array(1, 20_000);
    world.roots.push(word(array));
    world.heap.collect(false);
    let (a, b) = (world.node(2, 1), world.node(3, 1));
    world.heap.barrier_at(array, 7);
    write(array, 7, word(a));
    world.heap.barrier(array);
    write(array, 19_999, word(b));
    world.heap.collect(false);
    for child in [a, b] {
        assert_eq!(world.heap.object_containing(child.as_ptr() as usize), Some(child));
    }
    assert_eq!(name(object(read(array, 7)).unwrap()), 2);
    assert_eq!(name(object(read(array, 19_999)).unwrap()), 3);
}

#[test]
fn a_card_is_all_that_is_scanned() {
    let mut world = World::new(Config::default());
    let array = world.array(1, 20_000);
    world.roots.push(word(array));
    world.heap.collect(false);
    let (kept, lost) = (world.node(2, 1), world.node(3, 1));
    world.heap.barrier_at(array, 600);
    write(array, 600, word(kept));
    // A store without a barrier, far away: the child is not seen. Nobody may read the word afterwards.
    write(array, 10_000, word(lost));
    world.heap.collect(false);
    assert!(world.heap.object_containing(kept.as_ptr() as usize).is_some());
    assert!(world.heap.object_containing(lost.as_ptr() as usize).is_none());
    write(array, 10_000, 0);
}

#[test]
fn small_arrays_fall_back_to_the_whole_object() {
    let mut world = World::new(Config::default());
    let array = world.array(1, 100);
    world.roots.push(word(array));
    world.heap.collect(false);
    let child = world.node(2, 1);
    world.heap.barrier_at(array, 50);
    write(array, 50, word(child));
    assert_eq!(flags_of(array) & flags::OLD, 0);
    world.heap.collect(false);
    assert_eq!(name(object(read(array, 50)).unwrap()), 2);
}

#[test]
fn a_remembered_object_may_die() {
    let mut world = World::new(Config::default());
    for words in [3, 50_000] {
        let holder = world.array(1, words);
        world.roots.push(word(holder));
        world.heap.collect(false);
        let child = world.node(2, 1);
        world.heap.barrier_at(holder, 2);
        write(holder, 2, word(child));
        world.roots.clear();
        world.heap.collect(true);
        world.heap.collect(false);
        assert_eq!(world.heap.stats().bytes_live, 0);
    }
}
