//! Numbers of objects.

use habu_gc::Config;

use crate::world::World;

#[test]
fn numbers_are_vacated_when_their_objects_die() {
    for full in [false, true] {
        let mut world = World::new(Config::default());
        let roots = [1, 2, 3].map(|name| world.root(name, 1));
        let numbers = roots.map(|root| {
            let object = world.at(root);
            world.heap.enrol(object)
        });
        world.heap.collect(full);
        assert!(world.heap.take_vacated().is_empty());
        world.roots[roots[1]] = 0;
        world.heap.collect(true);
        assert_eq!(world.heap.enrolled(numbers[0]), Some(world.at(roots[0])));
        assert_eq!(world.heap.enrolled(numbers[1]), None);
        let other = world.root(4, 1);
        let object = world.at(other);
        // A vacated number is given out again only after its owner has heard of it.
        assert!(!numbers.contains(&world.heap.enrol(object)));
        assert_eq!(world.heap.take_vacated(), [numbers[1]]);
        assert_eq!(world.heap.enrol(object), numbers[1]);
    }
}

#[test]
fn young_objects_vacate_their_numbers_in_a_minor_collection() {
    let mut world = World::new(Config::default());
    let root = world.root(1, 1);
    let object = world.at(root);
    let number = world.heap.enrol(object);
    world.roots[root] = 0;
    world.heap.collect(false);
    assert_eq!(world.heap.enrolled(number), None);
    assert_eq!(world.heap.take_vacated(), [number]);
}
