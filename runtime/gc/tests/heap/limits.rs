//! Running out of memory, reuse of freed memory, and what triggers collections.

use habu_gc::{Config, MEDIUM_MAX, OutOfMemory, allocation_size, size_class};

use crate::world::{Object, World, name, object, read, word};

const MB: usize = 1 << 20;

#[test]
fn a_limited_heap_fails_and_recovers() {
    let mut world = World::new(Config { max_heap: Some(8 * MB), ..Config::default() });
    for round in 0..3 {
        world.roots.clear();
        let mut count = 0;
        let error = loop {
            match world.try_node(count, 5, false) {
                Ok(node) => world.roots.push(word(node)),
                Err(error) => break error,
            }
            count += 1;
        };
        assert_eq!(error, OutOfMemory);
        assert!(count as usize * 48 > 7 * MB, "round {round}: only {count} objects fit");
        assert!(world.heap.stats().bytes_used <= 8 * MB);
        assert_eq!(world.try_node(0, 9000, true), Err(OutOfMemory));
        for (index, &root) in world.roots.iter().enumerate() {
            assert_eq!(name(object(root).unwrap()), index as u64);
        }
        // A few holes are enough to go on.
        world.roots.truncate(count as usize - 1000);
        world.node(7, 5);
    }
}

#[test]
fn absurd_sizes_are_refused() {
    let mut world = World::new(Config::default());
    for bytes in [usize::MAX, usize::MAX - 100, isize::MAX as usize, 1 << 47, 80 << 30] {
        assert_eq!(world.heap.alloc(bytes), Err(OutOfMemory), "{bytes:#x}");
    }
    assert_eq!(name(world.node(3, 1)), 3);
}

#[test]
fn garbage_of_every_size_fits_in_a_limit() {
    let mut world = World::new(Config { max_heap: Some(24 * MB), ..Config::default() });
    for round in 0..40 {
        for words in [1, 2, 3, 7, 20, 60, 100, 500, 1500, 2500, 5000, 70_000, 200_000] {
            let node = world.array(round, words);
            assert_eq!(read(node, words - 1), if words == 1 { round << 2 } else { 0 });
        }
    }
}

#[test]
fn large_garbage_alone_triggers_full_collections_and_is_reused() {
    let mut world = World::new(Config::default());
    world.roots.push(0);
    for round in 0..200 {
        // Each array survives one minor collection before it is dropped.
        let array = world.array(round, MB / 8);
        world.roots[0] = word(array);
        world.heap.collect(false);
    }
    let stats = world.heap.stats();
    assert!(stats.major >= 3, "{stats:?}");
    assert!(stats.bytes_used <= 40 * MB, "{stats:?}");
}

#[test]
fn neighbouring_large_objects_coalesce() {
    let mut world = World::new(Config { max_heap: Some(20 * MB), ..Config::default() });
    for i in 0..16 {
        let array = world.array(i, MB / 8 - 16);
        world.roots.push(word(array));
    }
    world.roots.clear();
    let big = world.array(1, 2 * MB);
    assert_eq!(name(big), 1);
}

#[test]
fn freed_memory_goes_back_to_the_system() {
    let mut world = World::new(Config::default());
    let big = world.heap.alloc(200 * MB).unwrap();
    // SAFETY: the object has that many bytes, and no collection looks at it before it is given a header.
    unsafe { big.cast::<u8>().write_bytes(0, 200 * MB) };
    assert_eq!(resident_pages(big, 200 * MB), 200 * MB / 4096);
    world.heap.collect(true);
    assert!(resident_pages(big, 200 * MB) <= 40 * MB / 4096);
    let again = world.heap.alloc_zeroed(200 * MB).unwrap();
    assert_eq!(again, big);
}

#[test]
fn idle_memory_goes_back_without_a_full_collection() {
    let mut world = World::new(Config::default());
    let big = world.heap.alloc(200 * MB).unwrap();
    // SAFETY: the object has that many bytes; as a header, zero means "nothing to trace".
    unsafe { big.cast::<u8>().write_bytes(0, 200 * MB) };
    assert_eq!(resident_pages(big, 200 * MB), 200 * MB / 4096);
    (0..40).for_each(|_| world.heap.collect(false));
    assert!(resident_pages(big, 200 * MB) <= 40 * MB / 4096);
    assert_eq!(world.heap.stats().major, 0);
}

/// Pages of `object..object + bytes` that are in memory.
fn resident_pages(object: Object, bytes: usize) -> usize {
    const PAGE: usize = 4096;
    let mut pages = vec![0u8; bytes / PAGE];
    // SAFETY: large objects start at a page, heap memory stays mapped, and there is a byte for each page.
    let result = unsafe { libc::mincore(object.as_ptr().cast(), bytes, pages.as_mut_ptr().cast()) };
    assert_eq!(result, 0);
    pages.iter().filter(|&&page| page & 1 != 0).count()
}

#[test]
fn zeroed_memory_is_zero_after_reuse() {
    let mut world = World::new(Config::default());
    for bytes in [16, 40, 512, 700, 8000, MEDIUM_MAX, 100_000] {
        for _ in 0..3 {
            let size = allocation_size(bytes);
            let object = world.heap.alloc_zeroed(bytes).unwrap();
            // SAFETY: the object has `size` bytes; as a header, zero means "nothing to trace", and it is garbage.
            unsafe {
                let memory = std::slice::from_raw_parts_mut(object.cast::<u8>().as_ptr(), size);
                assert!(memory.iter().all(|&byte| byte == 0), "{bytes}");
                memory.fill(0xFF);
                memory[..16].fill(0);
            }
            world.heap.collect(true);
        }
    }
}

#[test]
fn classes_round_up_a_little() {
    for bytes in 1..100_000 {
        let size = allocation_size(bytes);
        assert!(size >= bytes && size.is_multiple_of(16));
        assert!(
            size_class(bytes).is_none() || size <= bytes + 15 || size * 2 <= bytes * 3 + 32,
            "{bytes} {size}"
        );
    }
}

#[test]
fn a_requested_collection_happens_at_the_next_slow_path() {
    let mut world = World::new(Config::default());
    world.node(1, 1);
    world.heap.request_collection();
    while world.heap.stats().major == 0 {
        world.node(1, 1);
    }
    assert_eq!(world.heap.stats().minor, 0);
    assert!(world.heap.is_enabled());
    world.heap.set_enabled(false);
    assert!(!world.heap.is_enabled());
}
