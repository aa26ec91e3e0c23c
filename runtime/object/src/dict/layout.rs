//! The table object that dicts and sets share, and the raw access to its parts.

use super::small;
use crate::array::{Array, Blob};
use crate::kind::{Kind, Object};
use crate::object::{Alloc, Gc, header, new};
use crate::value::Value;
use habu_gc::{Header, Heap};
use std::cell::Cell;

/// A hash table whose rows have `S` values.
#[repr(C)]
pub struct Table<const S: usize> {
    header: Header,
    /// Array of rows, or UNBOUND before the first insertion.
    pub(super) entries: Cell<Value>,
    /// Blob of slots, or an int (see `small`) while the table is small.
    pub(super) index: Cell<Value>,
    /// Live rows.
    pub(super) used: Cell<u32>,
    /// Rows in use, deleted ones included.
    pub(super) fill: Cell<u32>,
    /// Slots of the index minus one.
    pub(super) mask: Cell<u32>,
    /// Changes whenever a row appears, moves or disappears.
    pub(super) version: Cell<u32>,
    /// dict: flags, and in the upper half a row before which all rows are deleted. frozenset: its hash, -1 if unknown.
    pub(crate) tag: Cell<u64>,
}

/// dict: rows of hash, key, value.
pub type Dict = Table<3>;
/// set and frozenset: rows of hash, key.
pub type Set = Table<2>;

// SAFETY: repr(C), header first; objects of this kind are made by `with_kind` alone.
unsafe impl Object for Dict {
    const KIND: Kind = Kind::Dict;
}

// SAFETY: as Dict; both kinds of sets have this layout.
unsafe impl Object for Set {
    const KIND: Kind = Kind::Set;
    #[inline(always)]
    fn is_kind(k: Kind) -> bool {
        matches!(k, Kind::Set | Kind::FrozenSet)
    }
}

/// Where the parts of a dict or set are, for compiled code: offsets from the object's address.
pub mod offsets {
    use super::Dict;
    use std::mem::offset_of;
    /// Array of rows or UNBOUND.
    pub const ENTRIES: usize = offset_of!(Dict, entries);
    /// Blob of slots, or while the table is small an int that is its index.
    pub const INDEX: usize = offset_of!(Dict, index);
    /// u32: live rows.
    pub const USED: usize = offset_of!(Dict, used);
    /// u32: rows in use.
    pub const FILL: usize = offset_of!(Dict, fill);
    /// u32: slots minus one.
    pub const MASK: usize = offset_of!(Dict, mask);
    /// u32: structural version.
    pub const VERSION: usize = offset_of!(Dict, version);
    /// u32 (of dicts): flags.
    pub const FLAGS: usize = offset_of!(Dict, tag);
}

/// Column of the hash in a row.
pub(super) const HASH: usize = 0;
/// Column of the key.
pub(crate) const KEY: usize = 1;
/// Column of the value (dicts only).
pub(super) const VALUE: usize = 2;

/// A hash as the rows hold it: a small int, so the two upper bits are lost.
#[inline(always)]
pub(crate) fn hash_word(hash: i64) -> Value {
    Value::from_bits((hash << 2) as u64)
}

impl<const S: usize> Table<S> {
    /// Values the collector traces.
    pub const SLOTS: u16 = 2;

    /// An empty table; `kind` must be one that has this layout.
    pub(crate) fn with_kind(heap: &mut Heap, kind: Kind, shape: u32, tag: u64) -> Alloc<Gc<Self>>
    where
        Self: Object,
    {
        debug_assert!(Self::is_kind(kind));
        new(
            heap,
            Table {
                header: header(shape, kind, Self::SLOTS),
                entries: Cell::new(Value::UNBOUND),
                index: Cell::new(small::EMPTY),
                used: Cell::new(0),
                fill: Cell::new(0),
                mask: Cell::new(0),
                version: Cell::new(0),
                tag: Cell::new(tag),
            },
        )
    }

    /// The storage of the rows.
    #[inline(always)]
    pub(crate) fn array(&self) -> Option<Gc<Array>> {
        // SAFETY: `entries` is UNBOUND or an Array: only `insert` writes it.
        self.entries.get().bound().map(|v| unsafe { v.cast_unchecked() })
    }

    /// The index.
    #[inline(always)]
    pub(super) fn blob(&self) -> Option<Gc<Blob>> {
        let index = self.index.get();
        // SAFETY: `index` is an int or a Blob: only `insert` writes it.
        if index.is_int() { None } else { Some(unsafe { index.cast_unchecked() }) }
    }

    /// The rows in use, deleted ones included.
    #[inline(always)]
    pub(crate) fn rows(&self) -> &[[Cell<Value>; S]] {
        match self.array() {
            // SAFETY: the array has room for `fill` rows: `append` checks it, and arrays of cells have no padding.
            Some(array) => unsafe {
                std::slice::from_raw_parts(array.items().as_ptr().cast(), self.fill.get() as usize)
            },
            None => &[],
        }
    }

    /// Live rows; for a dict with cells also those whose cell is UNBOUND.
    #[inline(always)]
    pub(crate) fn used(&self) -> usize {
        self.used.get() as usize
    }

    /// Rows in use, deleted ones included: an upper bound of positions.
    #[inline(always)]
    pub fn fill(&self) -> usize {
        self.fill.get() as usize
    }

    /// Changes whenever a row appears, moves or disappears, not when a value is replaced.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    #[inline(always)]
    pub(super) fn bump(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }

    /// A row before which all rows are deleted.
    #[inline(always)]
    pub(super) fn first(&self) -> usize {
        if S == 3 { (self.tag.get() >> 32) as usize } else { 0 }
    }

    #[inline(always)]
    pub(super) fn set_first(&self, row: usize) {
        if S == 3 {
            self.tag.set(self.tag.get() & 0xffff_ffff | (row as u64) << 32);
        }
    }
}
