//! From any address to the object around it, and walking all objects.

use habu_gc::{CLASSES, Config, allocation_size, class_size};

use crate::world::{Random, World, name, word};

#[test]
fn interior_addresses_find_their_object_in_every_class() {
    let mut world = World::new(Config { nursery_bytes: 1 << 30, ..Config::default() });
    let mut random = Random(42);
    let sizes = (1..CLASSES).map(class_size).chain([20_000, 33_000, 500_000]);
    for size in sizes {
        world.roots.clear();
        for i in 0..70 {
            let array = world.array(i, (size - 16).div_ceil(8).max(1));
            world.roots.push(word(array));
        }
        let objects: Vec<_> = (0..70).map(|i| world.at(i)).collect();
        for (i, &object) in objects.iter().enumerate() {
            let start = object.as_ptr() as usize;
            assert_eq!(start % 16, 0);
            for offset in [0, 1, 8, size - 1, random.below(size)] {
                assert_eq!(
                    world.heap.object_containing(start + offset),
                    Some(object),
                    "{size} + {offset}"
                );
            }
            assert_eq!(name(object), i as u64);
        }
    }
}

#[test]
fn what_is_no_object_is_not_found() {
    let mut world = World::new(Config::default());
    let root = world.root(1, 3);
    let start = world.at(root).as_ptr() as usize;
    let end = start + allocation_size(32);
    for address in
        [0, 1, 8, end, end + 1, start - (start % 32768) - 1, usize::MAX, &raw const world as usize]
    {
        assert_eq!(world.heap.object_containing(address), None, "{address:#x}");
    }
    world.roots.clear();
    world.heap.collect(true);
    assert_eq!(world.heap.object_containing(start), None);
}

#[test]
fn walking_sees_each_object_once_also_inside_free_intervals() {
    let mut world = World::new(Config::default());
    let mut names = Vec::new();
    for round in 0..4 {
        for i in 0..500 {
            let id = round * 1000 + i;
            let root = world.root(id, 1 + (i as usize * 7) % 90);
            names.push(id);
            if i % 3 == 0 {
                world.roots.swap_remove(root);
                names.swap_remove(root);
            }
        }
        world.heap.collect(round % 2 == 0);
        for i in 0..50 {
            world.root(round * 1000 + 900 + i, 3);
            names.push(round * 1000 + 900 + i);
        }
    }
    let mut seen = Vec::new();
    world.heap.for_each_object(&mut |object| seen.push(name(object)));
    // Old garbage may still be there; everything reachable must be.
    seen.sort_unstable();
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(names.iter().all(|name| seen.binary_search(name).is_ok()));
    let fresh = world.root(77_777, 3);
    assert_eq!(world.roots[fresh], word(world.at(fresh)));
    assert_eq!(name(world.at(fresh)), 77_777);
}
