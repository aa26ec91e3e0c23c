//! Finalizers: resurrection, once, with everything reachable.

use habu_gc::{Config, flags};

use crate::world::{World, flags as flags_of, name, object, read, word};

#[test]
fn the_dead_come_back_once_with_all_they_reach() {
    for full in [false, true] {
        let mut world = World::new(Config::default());
        let child = world.root(2, 1);
        let parent = world.node(1, 2);
        let child = world.roots.remove(child);
        world.set(parent, 1, child);
        world.heap.register_finalizer(parent);
        world.heap.collect(full);
        assert!(world.heap.has_pending());
        // Pending objects are roots.
        world.heap.collect(true);
        assert_eq!(world.heap.pop_finalizer(), Some(parent));
        assert_eq!(name(object(read(parent, 1)).unwrap()), 2);
        assert_eq!(flags_of(parent) & flags::FINALIZER, 0);
        world.heap.collect(true);
        assert!(!world.heap.has_pending());
        assert_eq!(world.heap.object_containing(parent.as_ptr() as usize), None);
    }
}

#[test]
fn a_dead_cycle_is_finalized_together_in_order() {
    let mut world = World::new(Config::default());
    let first = world.root(1, 2);
    let second = world.root(2, 2);
    let (a, b) = (world.at(first), world.at(second));
    world.set(a, 1, word(b));
    world.set(b, 1, word(a));
    world.heap.register_finalizer(a);
    world.heap.register_finalizer(b);
    world.heap.register_finalizer(b);
    world.heap.collect(true);
    assert!(!world.heap.has_pending());
    world.roots.clear();
    world.heap.collect(true);
    assert_eq!([world.heap.pop_finalizer(), world.heap.pop_finalizer()], [Some(a), Some(b)]);
    assert_eq!(world.heap.pop_finalizer(), None);
}

#[test]
fn registering_again_after_resurrection_works_and_withdrawing_too() {
    let mut world = World::new(Config::default());
    let victim = world.node(1, 2);
    world.heap.register_finalizer(victim);
    for _ in 0..3 {
        world.heap.collect(true);
        assert_eq!(world.heap.pop_finalizer(), Some(victim));
        world.heap.register_finalizer(victim);
    }
    // SAFETY: the object is still allocated; no collection has run since it was popped.
    let bits = unsafe { &victim.as_ref().flags };
    bits.set(bits.get() & !flags::FINALIZER);
    world.heap.collect(true);
    assert!(!world.heap.has_pending());
}
