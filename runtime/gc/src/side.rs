//! The side table: one extra word per object, for the few objects that need it.
//!
//! Entries are ephemerons: the word is traced when its key is. Marking finds it through the key's SIDE flag, so no
//! fixpoint over the table is needed. Keys outside the heap never die and their words are roots.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ptr::NonNull;

use crate::block::Space;
use crate::header::{Header, flags};
use crate::heap::Heap;
use crate::mark::Marker;

/// Spreads an address over the bits that the hash table looks at.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_usize((self.0 as usize) << 8 | usize::from(byte)));
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64 >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

type Words = HashMap<usize, u64, BuildHasherDefault<AddressHasher>>;

#[derive(Debug, Default)]
pub(crate) struct SideTable {
    words: Words,
    /// Keys entered since the last collection.
    young: Vec<usize>,
    /// Entries whose keys are outside the heap.
    foreign: Words,
}

impl SideTable {
    #[inline]
    pub(crate) fn get(&self, key: NonNull<Header>) -> Option<u64> {
        self.words.get(&(key.as_ptr() as usize)).copied()
    }

    pub(crate) fn mark_foreign(&self, marker: &mut Marker<'_>) {
        self.foreign.values().for_each(|&word| marker.mark_word(word));
    }

    /// Forgets entries with unmarked keys. Must run after the last marking of the collection.
    pub(crate) fn drop_dead(&mut self, space: &Space, full: bool) {
        if full {
            self.words.retain(|&key, _| space.is_marked(key));
            self.young.clear();
        }
        for key in self.young.drain(..) {
            if !space.is_marked(key) {
                self.words.remove(&key);
            }
        }
    }
}

impl Heap {
    /// The side word of `object`.
    pub fn side_get(&self, object: NonNull<Header>) -> Option<u64> {
        let address = object.as_ptr() as usize;
        if self.space.locate(address).is_none() {
            return self.side.foreign.get(&address).copied();
        }
        self.side.get(object)
    }

    /// Sets the side word of `object`, a tagged word that lives as long as the object, and the object's SIDE flag.
    /// Objects outside the heap are not written to: their flag stays as it is.
    pub fn side_set(&mut self, object: NonNull<Header>, word: u64) {
        let address = object.as_ptr() as usize;
        if self.space.locate(address).is_none() {
            self.side.foreign.insert(address, word);
            return;
        }
        // SAFETY: objects given to the heap are live and initialised.
        let bits = unsafe { &object.as_ref().flags };
        bits.set(bits.get() | flags::SIDE);
        if self.side.words.insert(address, word).is_none() {
            self.side.young.push(address);
        }
        self.barrier(object);
    }

    /// Removes the side word of `object` and its SIDE flag.
    pub fn side_remove(&mut self, object: NonNull<Header>) -> Option<u64> {
        let address = object.as_ptr() as usize;
        if self.space.locate(address).is_none() {
            return self.side.foreign.remove(&address);
        }
        // SAFETY: objects given to the heap are live and initialised.
        let bits = unsafe { &object.as_ref().flags };
        bits.set(bits.get() & !flags::SIDE);
        self.side.words.remove(&address)
    }
}
