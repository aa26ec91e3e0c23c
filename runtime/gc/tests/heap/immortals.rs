//! Immortal objects: outside the heap, ignored by marking, usable as keys.

use std::cell::Cell;
use std::ptr::NonNull;

use habu_gc::{Config, Header, IMMORTAL_BASE, flags, immortal_region};

use crate::world::{Object, World, name, word};

fn immortal() -> Object {
    let region = immortal_region(4096, |start| {
        // SAFETY: the region is at least a page, fresh and writable during this call.
        unsafe {
            start.cast::<Header>().write(Header {
                shape: Cell::new(1),
                slots: 0,
                flags: Cell::new(flags::IMMORTAL),
                kind: Cell::new(2),
            });
        }
    });
    NonNull::new(region.cast()).unwrap()
}

#[test]
fn immortals_are_shared_and_ignored_by_marking() {
    let object = immortal();
    assert_eq!(object.as_ptr() as usize, IMMORTAL_BASE);
    for _ in 0..2 {
        let mut world = World::new(Config::default());
        let root = world.root(1, 2);
        let holder = world.at(root);
        world.set(holder, 1, word(object));
        world.roots.push(word(object));
        world.heap.barrier(object);
        world.heap.collect(true);
        world.heap.collect(false);
        // SAFETY: the region is mapped for ever.
        assert_eq!(unsafe { object.as_ref() }.flags.get(), flags::IMMORTAL);
        assert_eq!(world.heap.object_containing(IMMORTAL_BASE), None);
    }
}

#[test]
fn side_words_of_immortals_are_roots() {
    let mut world = World::new(Config::default());
    let value = world.node(5, 2);
    world.heap.side_set(immortal(), word(value));
    world.heap.collect(true);
    assert_eq!(world.heap.side_get(immortal()), Some(word(value)));
    assert_eq!(name(value), 5);
    assert_eq!(world.heap.side_remove(immortal()), Some(word(value)));
    world.heap.collect(true);
    assert_eq!(world.heap.stats().bytes_live, 0);
}
