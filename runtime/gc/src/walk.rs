//! The heap seen from outside: which objects are alive, and the words an object consists of.
//!
//! For programs that look at their own objects; nothing of the collector relies on it.

use std::ptr::NonNull;

use crate::block::{BLOCK, GRANULE, State};
use crate::header::{Header, traced_words};
use crate::heap::Heap;

impl Heap {
    /// Collects, and gives every object that is alive. They stay so until the next allocation, as far as they were
    /// reachable.
    pub fn survivors(&mut self) -> Vec<NonNull<Header>> {
        self.collect(true);
        let space = &self.space;
        let mut found = Vec::new();
        for block in 0..space.pool.frontier() {
            if !matches!(space.info(block).state.get(), State::Small | State::Large) {
                continue;
            }
            let marks = &space.bits(block).mark;
            let mut at = marks.next_set(0);
            while at < BLOCK / GRANULE {
                let address = space.block_start(block).wrapping_add(at * GRANULE);
                found.extend(NonNull::new(address.cast::<Header>()));
                at = marks.next_set(at + 1);
            }
        }
        found
    }

    /// The traced words of an object, and the one beside it.
    ///
    /// # Safety
    /// The object must be alive.
    pub unsafe fn words(&self, object: NonNull<Header>) -> Vec<u64> {
        // SAFETY: by contract the object is initialised, and its traced words are readable.
        let words = unsafe {
            let (first, n) = traced_words(object);
            std::slice::from_raw_parts(first, n)
        };
        words.iter().copied().chain(self.side.get(object)).collect()
    }
}
