//! A growable vector of values for Rust code that runs between collections.

use crate::array::{Array, Tuple};
use crate::layouts::List;
use crate::list::{copy_items, grown};
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::Heap;
use std::cell::Cell;

/// A vector whose storage is a heap array. The collector finds it because the `TempVec` is a local of a running
/// function; it must not be put on the Rust heap.
pub struct TempVec {
    array: Gc<Array>,
    len: usize,
}

impl TempVec {
    /// An empty vector with room for `capacity` items.
    pub fn new(heap: &mut Heap, capacity: usize) -> Alloc<TempVec> {
        Ok(TempVec { array: Array::zeroed(heap, capacity.max(4))?, len: 0 })
    }

    /// A vector of the items of these cells.
    pub fn from_cells(heap: &mut Heap, items: &[Cell<Value>]) -> Alloc<TempVec> {
        let array = Array::zeroed(heap, items.len().max(4))?;
        copy_items(array.items(), items);
        Ok(TempVec { array, len: items.len() })
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The items.
    #[inline(always)]
    pub fn cells(&self) -> &[Cell<Value>] {
        &self.array.items()[..self.len]
    }

    /// The storage; items beyond the length are int 0.
    #[inline(always)]
    pub fn array(&self) -> Gc<Array> {
        self.array
    }

    /// Item `i`; panics if out of range.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Value {
        self.cells()[i].get()
    }

    /// The last item.
    #[inline(always)]
    pub fn last(&self) -> Option<Value> {
        Some(self.cells().last()?.get())
    }

    /// Replaces item `i`; panics if out of range.
    #[inline(always)]
    pub fn set(&mut self, heap: &mut Heap, i: usize, v: Value) {
        assert!(i < self.len);
        self.array.set(heap, i, v);
    }

    /// Adds an item at the end.
    #[inline]
    pub fn push(&mut self, heap: &mut Heap, v: Value) -> Alloc<()> {
        if self.len == self.array.len() {
            self.grow(heap, self.len + 1)?;
        }
        self.array.set(heap, self.len, v);
        self.len += 1;
        Ok(())
    }

    /// Adds the items of these cells at the end.
    pub fn extend_from_cells(&mut self, heap: &mut Heap, items: &[Cell<Value>]) -> Alloc<()> {
        let len = self.len + items.len();
        if len > self.array.len() {
            self.grow(heap, len)?;
        }
        copy_items(&self.array.items()[self.len..len], items);
        heap.barrier(self.array.header());
        self.len = len;
        Ok(())
    }

    #[inline(never)]
    fn grow(&mut self, heap: &mut Heap, len: usize) -> Alloc<()> {
        let array = Array::zeroed(heap, grown(len))?;
        copy_items(array.items(), self.cells());
        self.array = array;
        Ok(())
    }

    /// Removes the last item.
    #[inline]
    pub fn pop(&mut self) -> Option<Value> {
        let last = self.cells().last()?.replace(Value::small_int(0));
        self.len -= 1;
        Some(last)
    }

    /// Drops all items from `len` on.
    pub fn truncate(&mut self, len: usize) {
        while self.len > len {
            self.pop();
        }
    }

    /// A tuple of the items.
    pub fn to_tuple(&self, heap: &mut Heap) -> Alloc<Gc<Tuple>> {
        if self.is_empty() {
            return Tuple::new(heap, &[]);
        }
        let tuple = Tuple::zeroed(heap, self.len)?;
        copy_items(tuple.items(), self.cells());
        Ok(tuple)
    }

    /// A list that takes over the storage.
    pub fn into_list(self, heap: &mut Heap) -> Alloc<Gc<List>> {
        List::from_array(heap, self.array, self.len)
    }
}
