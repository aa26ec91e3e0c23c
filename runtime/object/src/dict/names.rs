//! Dicts of names: lookups by a str whose hash is known, that never call anything.
//!
//! Stored keys that are not exactly strs are never found this way. That is what namespaces and keyword arguments
//! want; a Python-level lookup by a str in any dict needs [`super::Table::lookup`].

use super::layout::{Dict, hash_word};
use crate::kind::shape;
use crate::layouts::CellObject;
use crate::object::{Alloc, Gc};
use crate::str::Str;
use crate::value::Value;
use habu_gc::Heap;

/// The hash of a str, which must have been computed (as that of interned strs is).
#[inline(always)]
fn hash_of(key: Gc<Str>) -> i64 {
    let hash = key.cached_hash();
    debug_assert!(hash.is_some() || key.is_empty(), "the hash of a name must be known");
    hash.unwrap_or(0)
}

impl Dict {
    /// The row of a name.
    #[inline]
    pub fn lookup_str(&self, key: Gc<Str>) -> Option<usize> {
        let wanted = key.value();
        self.scan(hash_word(hash_of(key)), |row, stored| {
            if stored == wanted || is_same_text(stored, key) { Some(row) } else { None }
        })
    }

    /// The value of a name.
    #[inline]
    pub fn get_str(&self, key: Gc<Str>) -> Option<Value> {
        self.lookup_str(key).and_then(|row| self.value_at(row))
    }

    /// The cell of a name in a dict with cells, bound or not.
    #[inline]
    pub fn find_cell(&self, key: Gc<Str>) -> Option<Gc<CellObject>> {
        self.lookup_str(key).map(|row| self.cell(row))
    }
}

#[inline(never)]
fn is_same_text(stored: Value, key: Gc<Str>) -> bool {
    stored.shape() == shape::STR && stored.cast::<Str>().is_some_and(|s| Str::eq(&s, &key))
}

impl Gc<Dict> {
    /// Stores the value of a name; returns the value it replaces.
    #[inline]
    pub fn insert_str(self, heap: &mut Heap, key: Gc<Str>, value: Value) -> Alloc<Option<Value>> {
        let found = self.lookup_str(key);
        self.insert_at(heap, found, key.value(), hash_of(key), value)
    }

    /// Removes a name and returns its value.
    #[inline]
    pub fn remove_str(self, key: Gc<Str>) -> Option<Value> {
        self.lookup_str(key).and_then(|row| self.remove_at(row))
    }

    /// The cell of a name in a dict with cells; makes an UNBOUND one if there is none.
    #[inline]
    pub fn cell_for(self, heap: &mut Heap, key: Gc<Str>) -> Alloc<Gc<CellObject>> {
        let found = self.lookup_str(key);
        self.cell_at(heap, found, key.value(), hash_of(key))
    }
}
