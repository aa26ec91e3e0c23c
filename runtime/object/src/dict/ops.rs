//! What dicts do. Every operation that may need `__eq__` has two halves: a lookup with the caller's `eq`, and an `_at`
//! operation on the row that was found; nothing may run between the halves.

use super::HasHeap;
use super::layout::{Dict, HASH, KEY, VALUE, hash_word};
use crate::kind::{Kind, shape};
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};

/// A live entry: key, value, hash.
pub type Entry = (Value, Value, i64);

impl Dict {
    /// An empty dict.
    #[inline]
    pub fn new(heap: &mut Heap) -> Alloc<Gc<Dict>> {
        Dict::with_shape(heap, shape::DICT)
    }

    /// An empty dict of the class that `shape` names.
    #[inline]
    pub fn with_shape(heap: &mut Heap, shape: u32) -> Alloc<Gc<Dict>> {
        Dict::with_kind(heap, Kind::Dict, shape, 0)
    }

    /// An empty dict with room for `n` entries.
    pub fn with_capacity(heap: &mut Heap, n: usize) -> Alloc<Gc<Dict>> {
        let dict = Dict::new(heap)?;
        dict.reserve(heap, n)?;
        Ok(dict)
    }

    /// Number of entries; with cells this counts them.
    #[inline]
    pub fn len(&self) -> usize {
        if self.has_cells() { self.count_bound() } else { self.used() }
    }

    /// Whether there are no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row that a lookup found; None if it is a cell that is UNBOUND.
    #[inline(always)]
    pub fn value_at(&self, row: usize) -> Option<Value> {
        let value = self.rows()[row][VALUE].get();
        if self.has_cells() { self.cell_in(value).contents.get().bound() } else { Some(value) }
    }

    /// The entry of a row, None if it is deleted, unbound or beyond the last.
    #[inline(always)]
    pub fn entry(&self, row: usize) -> Option<Entry> {
        let cells = self.rows().get(row)?;
        let key = cells[KEY].get().bound()?;
        Some((key, self.value_at(row)?, cells[HASH].get().as_int()))
    }

    /// The first entry at or after position `pos`, with the position after it: `(next, key, value, hash)`.
    #[inline]
    pub fn next_entry(&self, pos: usize) -> Option<(usize, Value, Value, i64)> {
        let mut i = pos.max(self.first());
        while i < self.fill() {
            if let Some((key, value, hash)) = self.entry(i) {
                return Some((i + 1, key, value, hash));
            }
            i += 1;
        }
        None
    }

    /// The last entry before position `pos`, with its own position: `(pos, key, value, hash)`.
    #[inline]
    pub fn prev_entry(&self, pos: usize) -> Option<(usize, Value, Value, i64)> {
        let mut i = pos.min(self.fill());
        while i > self.first() {
            i -= 1;
            if let Some((key, value, hash)) = self.entry(i) {
                return Some((i, key, value, hash));
            }
        }
        None
    }

    /// The value of a key.
    #[inline]
    pub fn get<E>(
        &self,
        key: Value,
        hash: i64,
        eq: impl FnMut(Value, Value) -> Result<bool, E>,
    ) -> Result<Option<Value>, E> {
        Ok(self.lookup(key, hash, eq)?.and_then(|row| self.value_at(row)))
    }

    /// The value of a key, found without calling anything; see [`super::Table::lookup_simple`].
    #[inline]
    pub fn get_simple(&self, key: Value, hash: i64) -> Option<Value> {
        self.lookup_simple(key, hash).and_then(|row| self.value_at(row))
    }
}

impl Gc<Dict> {
    /// Stores the value of a key for which a lookup gave `found`; returns the value it replaces.
    #[inline]
    pub fn insert_at(
        self,
        heap: &mut Heap,
        found: Option<usize>,
        key: Value,
        hash: i64,
        value: Value,
    ) -> Alloc<Option<Value>> {
        if self.has_cells() {
            return self.insert_in_cell(heap, found, key, hash, value);
        }
        let Some(row) = found else {
            self.append(heap, [hash_word(hash), key, value])?;
            return Ok(None);
        };
        let old = self.rows()[row][VALUE].get();
        self.set_column(heap, row, value);
        Ok(Some(old))
    }

    /// Replaces the third value of a row.
    #[inline(always)]
    pub(super) fn set_column(self, heap: &mut Heap, row: usize, value: Value) {
        if let Some(array) = self.array() {
            array.set(heap, row * 3 + VALUE, value);
        }
    }

    /// Lookup and [`Gc::insert_at`] in one.
    pub fn insert<C: HasHeap, E: From<OutOfMemory>>(
        self,
        cx: &mut C,
        key: Value,
        hash: i64,
        value: Value,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<Option<Value>, E> {
        let found = self.lookup(key, hash, |a, b| eq(cx, a, b))?;
        Ok(self.insert_at(cx.heap(), found, key, hash, value)?)
    }

    /// Stores the value of a key that [`super::Table::lookup_simple`] can find; see there.
    pub fn insert_simple(
        self,
        heap: &mut Heap,
        key: Value,
        hash: i64,
        value: Value,
    ) -> Alloc<Option<Value>> {
        let found = self.lookup_simple(key, hash);
        self.insert_at(heap, found, key, hash, value)
    }

    /// Removes the row that a lookup found and returns its value; None if it was an UNBOUND cell.
    pub fn remove_at(self, row: usize) -> Option<Value> {
        let old = self.value_at(row);
        if self.has_cells() {
            self.unbind(row);
        } else {
            self.remove_row(row);
        }
        old
    }

    /// Removes a key and returns its value.
    pub fn remove<E>(
        self,
        key: Value,
        hash: i64,
        eq: impl FnMut(Value, Value) -> Result<bool, E>,
    ) -> Result<Option<Value>, E> {
        Ok(self.lookup(key, hash, eq)?.and_then(|row| self.remove_at(row)))
    }

    /// Removes the last entry: `(key, value)`.
    pub fn pop_item(self) -> Option<(Value, Value)> {
        let (row, key, value, _) = self.prev_entry(usize::MAX)?;
        self.remove_at(row);
        Some((key, value))
    }

    /// Removes the first entry: `(key, value)`.
    pub fn pop_first(self) -> Option<(Value, Value)> {
        let (next, key, value, _) = self.next_entry(0)?;
        self.remove_at(next - 1);
        Some((key, value))
    }

    /// Removes all entries; cells stay, unbound.
    pub fn clear(self) {
        if self.has_cells() {
            (0..self.fill()).for_each(|row| self.unbind(row));
        } else {
            self.remove_all();
        }
    }

    /// A new dict of exactly the builtin type with the same entries, without cells.
    pub fn copy(self, heap: &mut Heap) -> Alloc<Gc<Dict>> {
        let copy = Dict::new(heap)?;
        copy.copy_from(heap, self)?;
        Ok(copy)
    }

    /// Fills this empty dict with the entries of another.
    pub fn copy_from(self, heap: &mut Heap, from: Gc<Dict>) -> Alloc<()> {
        if !from.has_cells() && !self.has_cells() && self.fill() == 0 {
            return self.copy_rows(heap, from);
        }
        self.reserve(heap, from.used())?;
        let mut pos = 0;
        while let Some((next, key, value, hash)) = from.next_entry(pos) {
            pos = next;
            self.insert_at(heap, None, key, hash, value)?;
        }
        Ok(())
    }

    /// Stores the entries of another dict, without hashing; entries that are there are kept unless `replace`.
    /// Returns false if `from` changed its size meanwhile.
    pub fn merge<C: HasHeap, E: From<OutOfMemory>>(
        self,
        cx: &mut C,
        from: Gc<Dict>,
        replace: bool,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        if self == from || from.is_empty() {
            return Ok(true);
        }
        if self.fill() == 0 {
            self.copy_from(cx.heap(), from)?;
            return Ok(true);
        }
        let (expected, mut pos) = (from.used(), 0);
        while let Some((next, key, value, hash)) = from.next_entry(pos) {
            pos = next;
            let found = self.lookup(key, hash, |a, b| eq(cx, a, b))?;
            if replace || found.is_none_or(|row| self.value_at(row).is_none()) {
                self.insert_at(cx.heap(), found, key, hash, value)?;
            }
            if from.used() != expected {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
