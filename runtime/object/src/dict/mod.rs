//! dict: an insertion-ordered compact table; set and frozenset share the table (`crate::set`).
//!
//! ```text
//! entries  Array   rows of 3 (dict: hash, key, value) or 2 (set: hash, key), in insertion order
//! index    Blob    i32 slots: 0 empty, -1 deleted, else row number + 1; up to 8 rows an int, see `small`
//! ```
//!
//! A deleted row has an UNBOUND key. Nothing here calls Python: what may need `__eq__` takes a closure, and everything
//! that stores takes the row that a lookup found. `layout` says what the object looks like, `lookup` finds rows,
//! `insert` adds and removes them for both users, `ops` is what only dicts have, `cells` the module namespaces, `names`
//! the short ways for strs,
//! `iterate` iterators and views.

mod cells;
mod insert;
mod iterate;
mod layout;
mod lookup;
mod names;
mod ops;
mod small;
#[cfg(test)]
mod tests;

pub use iterate::{
    DictItemIter, DictItems, DictKeyIter, DictKeys, DictValueIter, DictValues, IterStep,
};
pub(crate) use layout::hash_word;
pub use layout::{Dict, Set, Table, offsets};
pub use lookup::{Same, same_key};
pub use ops::Entry;

use crate::object::Alloc;
use habu_gc::{Heap, OutOfMemory};

/// What gives access to the heap between two calls of Python.
pub trait HasHeap {
    /// The heap.
    fn heap(&mut self) -> &mut Heap;
}

impl HasHeap for Heap {
    fn heap(&mut self) -> &mut Heap {
        self
    }
}

/// Tables hold at most this many rows.
const MAX_ROWS: usize = i32::MAX as usize / 2;

/// Rows and index slots of a table that should take `rows` rows; 0 slots mean no index.
fn capacity_for(rows: usize) -> Alloc<(usize, usize)> {
    match rows {
        0..=4 => Ok((4, 0)),
        5..=8 => Ok((8, 0)),
        _ if rows > MAX_ROWS => Err(OutOfMemory),
        _ => {
            let slots = (rows * 8).div_ceil(5).next_power_of_two();
            Ok((slots * 5 / 8, slots))
        }
    }
}
