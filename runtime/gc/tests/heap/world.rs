//! A tiny mutator: a heap with one array of precise roots, and objects with an integer name in their first word.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::NonNull;

use habu_gc::{Config, Header, Heap, Marker, OutOfMemory, VARIABLE};

/// An object of the test heap.
pub(crate) type Object = NonNull<Header>;

pub(crate) const UNBOUND: u64 = 1;

/// The tagged word that points to `object`.
pub(crate) fn word(object: Object) -> u64 {
    object.as_ptr() as u64 + 1
}

/// The object a word points to, if it is a pointer.
pub(crate) fn object(word: u64) -> Option<Object> {
    if word & 3 == 1 && word != UNBOUND { NonNull::new((word - 1) as *mut Header) } else { None }
}

/// The word for an integer.
pub(crate) fn int(value: u64) -> u64 {
    value << 2
}

pub(crate) fn flags(object: Object) -> u8 {
    // SAFETY: the tests only ask about live objects.
    unsafe { object.as_ref().flags.get() }
}

pub(crate) struct World {
    pub(crate) heap: Box<Heap>,
    #[expect(clippy::box_collection, reason = "the root function is given its address")]
    pub(crate) roots: Box<Vec<u64>>,
}

unsafe fn mark_roots(context: *mut c_void, marker: &mut Marker<'_>) {
    // SAFETY: `World::new` passed its boxed vector, which lives as long as the heap; the words are tagged.
    unsafe {
        let roots = &*context.cast::<Vec<u64>>();
        marker.mark_range(roots.as_ptr(), roots.len());
    }
}

impl World {
    pub(crate) fn new(config: Config) -> World {
        let mut roots = Box::new(Vec::new());
        let mut heap = Heap::new(config);
        // SAFETY: the box outlives the heap's last collection and holds tagged words only.
        unsafe { heap.set_roots(mark_roots, (&raw mut *roots).cast()) };
        World { heap, roots }
    }

    /// An object with `words` traced words, the first of them its name; `variable` chooses the layout.
    pub(crate) fn try_node(
        &mut self,
        name: u64,
        words: usize,
        variable: bool,
    ) -> Result<Object, OutOfMemory> {
        let lead = if variable { 2 } else { 1 };
        let object = self.heap.alloc((lead + words) * 8)?;
        let slots = if variable { VARIABLE } else { words as u16 };
        // SAFETY: the allocation has room for the header, the count and the words.
        unsafe {
            object.write(Header {
                shape: Cell::new(7),
                slots,
                flags: Cell::new(0),
                kind: Cell::new(9),
            });
            let base = object.cast::<u64>();
            if variable {
                base.add(1).write(words as u64);
            }
            for i in 0..words {
                base.add(lead + i).write(int(if i == 0 { name } else { 0 }));
            }
        }
        Ok(object)
    }

    pub(crate) fn node(&mut self, name: u64, words: usize) -> Object {
        self.try_node(name, words, false).unwrap()
    }

    pub(crate) fn array(&mut self, name: u64, words: usize) -> Object {
        self.try_node(name, words, true).unwrap()
    }

    /// Allocates a node and makes it a root; returns the index of the root.
    pub(crate) fn root(&mut self, name: u64, words: usize) -> usize {
        let node = self.node(name, words);
        self.roots.push(word(node));
        self.roots.len() - 1
    }

    pub(crate) fn at(&self, root: usize) -> Object {
        object(self.roots[root]).unwrap()
    }

    pub(crate) fn set(&mut self, object: Object, index: usize, value: u64) {
        self.heap.barrier(object);
        write(object, index, value);
    }
}

fn first_word(object: Object) -> *mut u64 {
    // SAFETY: the tests only look into live objects.
    let lead = if unsafe { object.as_ref() }.slots == VARIABLE { 2 } else { 1 };
    object.as_ptr().cast::<u64>().wrapping_add(lead)
}

pub(crate) fn len(object: Object) -> usize {
    // SAFETY: the tests only look into live objects.
    unsafe {
        match object.as_ref().slots {
            VARIABLE => *object.as_ptr().cast::<u64>().add(1) as usize,
            slots => slots.into(),
        }
    }
}

pub(crate) fn read(object: Object, index: usize) -> u64 {
    assert!(index < len(object));
    // SAFETY: the index was just checked.
    unsafe { *first_word(object).add(index) }
}

/// Stores without a barrier.
pub(crate) fn write(object: Object, index: usize, value: u64) {
    assert!(index < len(object));
    // SAFETY: the index was just checked.
    unsafe { *first_word(object).add(index) = value }
}

/// The name of a live object.
pub(crate) fn name(object: Object) -> u64 {
    read(object, 0) >> 2
}

/// A small seeded generator (xorshift64*).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n as u64) as usize
    }
}
