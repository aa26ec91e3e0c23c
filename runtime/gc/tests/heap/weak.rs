//! Weak references and the side table.

use std::cell::Cell;

use habu_gc::{Config, Header, flags};

use crate::world::{Object, UNBOUND, World, flags as flags_of, int, name, object, word};

/// Offset of the weak word, after the header and one traced word.
const WEAK: usize = 16;

/// Allocates an unrooted weak reference to what `root` holds.
fn weak_to(world: &mut World, root: usize) -> Object {
    let holder = unregistered(world, root);
    world.heap.register_weak(holder, WEAK);
    holder
}

fn unregistered(world: &mut World, root: usize) -> Object {
    let holder = world.heap.alloc(24).unwrap();
    // SAFETY: the allocation has room for the header and two words.
    unsafe {
        holder.write(Header {
            shape: Cell::new(7),
            slots: 1,
            flags: Cell::new(0),
            kind: Cell::new(9),
        });
        holder.cast::<u64>().add(1).write(int(100));
        holder.byte_add(WEAK).cast::<u64>().write(word(world.at(root)));
    }
    holder
}

fn target(holder: Object) -> u64 {
    // SAFETY: holders made by `weak_to` have a word there.
    unsafe { holder.byte_add(WEAK).cast::<u64>().read() }
}

#[test]
fn dead_targets_are_cleared_and_reported_once() {
    for full in [false, true] {
        let mut world = World::new(Config::default());
        let strong = world.root(1, 2);
        let weak = weak_to(&mut world, strong);
        world.roots.push(word(weak));
        world.heap.collect(full);
        assert_eq!(name(object(target(weak)).unwrap()), 1);
        assert!(!world.heap.has_pending());
        world.roots[strong] = 0;
        // The target is old by now: only a full collection finds it dead.
        world.heap.collect(false);
        assert_ne!(target(weak), UNBOUND);
        world.heap.collect(true);
        assert_eq!(target(weak), UNBOUND);
        assert_eq!(world.heap.take_cleared(), [weak]);
        world.heap.collect(true);
        assert_eq!(world.heap.pop_cleared(), None);
    }
}

#[test]
fn young_targets_die_in_a_minor_collection() {
    let mut world = World::new(Config::default());
    let strong = world.root(1, 2);
    let weak = weak_to(&mut world, strong);
    world.roots[strong] = word(weak);
    world.heap.collect(false);
    assert_eq!(target(weak), UNBOUND);
    // Unreachable from now on, but waiting to be taken.
    world.roots[strong] = 0;
    world.heap.collect(true);
    assert_eq!(world.heap.pop_cleared(), Some(weak));
    assert_eq!(name(weak), 100);
    world.heap.collect(true);
    assert_eq!(world.heap.object_containing(weak.as_ptr() as usize), None);
}

#[test]
fn dead_holders_are_forgotten() {
    let mut world = World::new(Config::default());
    let strong = world.root(1, 2);
    for i in 0..1000 {
        let holder = weak_to(&mut world, strong);
        // Half of them get old before they die.
        if i % 2 == 0 {
            world.roots.push(word(holder));
        }
    }
    world.heap.collect(false);
    world.roots.truncate(1);
    for full in [false, true] {
        world.heap.collect(full);
        // New objects take the cells; what they keep in place of a weak word is theirs.
        for _ in 0..1000 {
            let object = world.node(3, 1);
            world.roots.push(word(object));
            let object = unregistered(&mut world, strong);
            world.roots.push(word(object));
        }
    }
    let dangling = word(world.at(strong));
    let holders: Vec<u64> = world.roots.iter().skip(2).step_by(2).copied().collect();
    world.roots[strong] = 0;
    world.heap.collect(true);
    assert!(world.heap.take_cleared().is_empty());
    assert!(holders.iter().all(|&holder| target(object(holder).unwrap()) == dangling));
}

#[test]
fn references_are_cleared_before_finalizers_run() {
    let mut world = World::new(Config::default());
    let strong = world.root(1, 2);
    let outside = weak_to(&mut world, strong);
    world.roots.push(word(outside));
    let inside = weak_to(&mut world, strong);
    let victim = world.at(strong);
    world.set(victim, 1, word(inside));
    world.heap.register_finalizer(victim);
    world.heap.collect(false);
    world.roots[strong] = 0;
    world.heap.collect(true);
    assert_eq!(world.heap.take_cleared(), [outside]);
    assert_eq!(world.heap.pop_finalizer(), Some(victim));
    // The holder inside the garbage came back with its target, and is cleared without a report.
    assert_eq!((target(outside), target(inside)), (UNBOUND, UNBOUND));
}

#[test]
fn a_holder_that_only_a_finalizer_reaches_keeps_watching() {
    let mut world = World::new(Config::default());
    let strong = world.root(1, 2);
    let holder = weak_to(&mut world, strong);
    let victim = world.root(2, 2);
    let victim_object = world.at(victim);
    world.set(victim_object, 1, word(holder));
    world.heap.register_finalizer(victim_object);
    world.roots[victim] = 0;
    world.heap.collect(false);
    assert_eq!(world.heap.pop_finalizer(), Some(victim_object));
    world.roots[victim] = word(victim_object);
    assert_eq!(target(holder), word(world.at(strong)));
    world.roots[strong] = 0;
    world.heap.collect(true);
    assert_eq!(target(holder), UNBOUND);
    assert_eq!(world.heap.take_cleared(), [holder]);
}

#[test]
fn side_words_live_as_long_as_their_keys() {
    let mut world = World::new(Config::default());
    let key = world.root(1, 2);
    for old in [false, true] {
        if old {
            world.heap.collect(false);
        }
        let value = world.node(2, 2);
        let key = world.at(key);
        world.heap.side_set(key, word(value));
        assert_ne!(flags_of(key) & flags::SIDE, 0);
        world.heap.collect(false);
        assert_eq!(world.heap.side_get(key), Some(word(value)));
        world.heap.collect(true);
        assert_eq!(name(object(world.heap.side_get(key).unwrap()).unwrap()), 2);
        assert!(world.heap.object_containing(value.as_ptr() as usize).is_some());
    }
    let object = world.at(key);
    let value = world.heap.side_get(object).unwrap() as usize - 1;
    world.roots[key] = 0;
    world.heap.collect(true);
    assert_eq!(world.heap.side_get(object), None);
    assert_eq!(world.heap.object_containing(value), None);
}

#[test]
fn side_words_may_refer_to_keys_in_a_cycle() {
    let mut world = World::new(Config::default());
    let a = world.root(1, 2);
    let b = world.root(2, 2);
    let (a_object, b_object) = (world.at(a), world.at(b));
    world.heap.side_set(a_object, word(b_object));
    world.heap.side_set(b_object, word(a_object));
    world.roots[b] = 0;
    world.heap.collect(true);
    assert_eq!(world.heap.side_get(b_object), Some(word(a_object)));
    world.roots[a] = 0;
    world.heap.collect(true);
    assert_eq!((world.heap.side_get(a_object), world.heap.side_get(b_object)), (None, None));
    let mut objects = 0;
    world.heap.for_each_object(&mut |_| objects += 1);
    assert_eq!(objects, 0);
}

#[test]
fn side_words_of_young_keys_die_young_and_can_be_removed() {
    let mut world = World::new(Config::default());
    let dead = world.node(1, 2);
    world.heap.side_set(dead, int(4));
    world.heap.collect(false);
    assert_eq!(world.heap.side_get(dead), None);
    let key = world.root(2, 2);
    let key = world.at(key);
    world.heap.side_set(key, int(5));
    assert_eq!(world.heap.side_remove(key), Some(int(5)));
    assert_eq!((world.heap.side_get(key), flags_of(key) & flags::SIDE), (None, 0));
}
