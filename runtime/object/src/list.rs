//! list: an `Array` of which the first `len` items are in use; the others are int 0, so that they keep nothing alive.
//!
//! Positions are in range when they come here: what an index or a slice means is said by `crate::slice`.

use crate::array::Array;
use crate::kind::{Kind, shape};
pub use crate::layouts::List;
use crate::object::{Alloc, Gc};
use crate::slice::Extent;
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};
use std::cell::Cell;

/// Copies items; both sides must have the same length.
#[inline(always)]
pub(crate) fn copy_items(to: &[Cell<Value>], from: &[Cell<Value>]) {
    for (t, f) in to.iter().zip(from) {
        t.set(f.get());
    }
}

/// Moves `n` items from `from` to `to` in one array; the ranges may overlap.
#[inline]
pub(crate) fn move_items(heap: &mut Heap, array: Gc<Array>, from: usize, to: usize, n: usize) {
    let items = array.items();
    assert!(from + n <= items.len() && to + n <= items.len());
    // SAFETY: both ranges are inside the array; cells allow writing through a shared reference.
    unsafe {
        let base = items.as_ptr().cast_mut();
        base.add(from).copy_to(base.add(to), n);
    }
    heap.barrier(array.header());
}

/// Capacity for a list that grew to `len` items.
#[inline]
pub(crate) fn grown(len: usize) -> usize {
    let more = if len < 1 << 20 { len / 2 } else { len / 4 };
    (len + more + 3) & !1
}

impl List {
    /// An empty list with room for `capacity` items.
    #[inline]
    pub fn new(heap: &mut Heap, capacity: usize) -> Alloc<Gc<List>> {
        List::with_shape(heap, shape::LIST, capacity)
    }

    /// An empty list of the class that `shape` names.
    pub fn with_shape(heap: &mut Heap, shape: u32, capacity: usize) -> Alloc<Gc<List>> {
        let list = List::blank_with_shape(heap, shape)?;
        if capacity > 0 {
            let array = Array::zeroed(heap, capacity)?;
            list.store(heap, &list.items, array.value());
        }
        Ok(list)
    }

    /// A list of these items.
    #[inline]
    pub fn from_slice(heap: &mut Heap, items: &[Value]) -> Alloc<Gc<List>> {
        // SAFETY: a cell has the layout of what it holds, and these are only read.
        let cells = unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) };
        List::from_cells(heap, cells)
    }

    /// A list of the items of these cells (of a tuple, an array, another list).
    pub fn from_cells(heap: &mut Heap, items: &[Cell<Value>]) -> Alloc<Gc<List>> {
        if items.is_empty() {
            return List::blank(heap);
        }
        let array = Array::starting_with(heap, Kind::Array as u32, items.len(), items)?;
        List::from_array(heap, array, items.len())
    }

    /// A list that takes over an array of which `len` items are in use and the others int 0.
    pub fn from_array(heap: &mut Heap, array: Gc<Array>, len: usize) -> Alloc<Gc<List>> {
        assert!(len <= array.len());
        let list = List::blank(heap)?;
        list.items.set(array.value());
        list.len.set(len);
        Ok(list)
    }

    /// The storage, if there is any.
    #[inline(always)]
    pub fn array(&self) -> Option<Gc<Array>> {
        // SAFETY: `items` is UNBOUND or an Array: only this file writes it.
        self.items.get().bound().map(|v| unsafe { v.cast_unchecked() })
    }

    /// The items in use.
    #[inline(always)]
    pub fn cells(&self) -> &[Cell<Value>] {
        match self.array() {
            Some(array) => {
                debug_assert!(self.len.get() <= array.len());
                // SAFETY: `len` never exceeds the length of the array: each function here that sets one sees to it.
                unsafe { std::slice::from_raw_parts(array.items().as_ptr(), self.len.get()) }
            }
            None => &[],
        }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    /// Item `i`, if there is one.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Value> {
        Some(self.cells().get(i)?.get())
    }
}

impl Gc<List> {
    /// Replaces item `i`; panics if out of range.
    #[inline(always)]
    pub fn set(self, heap: &mut Heap, i: usize, v: Value) {
        self.cells()[i].set(v);
        if v.is_ptr()
            && let Some(array) = self.array()
        {
            heap.barrier_at(array.header(), i);
        }
    }

    /// Adds an item at the end.
    #[inline(always)]
    pub fn push(self, heap: &mut Heap, v: Value) -> Alloc<()> {
        let len = self.len();
        let array = match self.array() {
            Some(array) if len < array.len() => array,
            _ => self.grow(heap, len + 1)?,
        };
        array.set(heap, len, v);
        self.len.set(len + 1);
        Ok(())
    }

    /// Makes the storage large enough for `len` items, with room to grow.
    #[inline(never)]
    fn grow(self, heap: &mut Heap, len: usize) -> Alloc<Gc<Array>> {
        self.reallocate(heap, grown(len))
    }

    fn reallocate(self, heap: &mut Heap, capacity: usize) -> Alloc<Gc<Array>> {
        let array = Array::starting_with(heap, Kind::Array as u32, capacity, self.cells())?;
        self.store(heap, &self.items, array.value());
        Ok(array)
    }

    /// The storage, large enough for `len` items.
    fn room_for(self, heap: &mut Heap, len: usize) -> Alloc<Gc<Array>> {
        match self.array() {
            Some(array) if len <= array.len() => Ok(array),
            None => self.reallocate(heap, len),
            Some(_) => self.grow(heap, len),
        }
    }

    /// Makes room for `more` further items.
    pub fn reserve(self, heap: &mut Heap, more: usize) -> Alloc<()> {
        let len = self.len().checked_add(more).ok_or(OutOfMemory)?;
        if more > 0 {
            self.room_for(heap, len)?;
        }
        Ok(())
    }

    /// Removes the last item.
    #[inline]
    pub fn pop(self) -> Option<Value> {
        let last = self.cells().last()?;
        self.len.set(self.len() - 1);
        Some(last.replace(Value::small_int(0)))
    }

    /// Removes item `i`; panics if out of range.
    #[inline]
    pub fn pop_at(self, heap: &mut Heap, i: usize) -> Value {
        let v = self.cells()[i].get();
        self.remove_range(heap, i, i + 1);
        v
    }

    /// Inserts an item before item `i <= len`.
    #[inline]
    pub fn insert(self, heap: &mut Heap, i: usize, v: Value) -> Alloc<()> {
        let array = self.open_gap(heap, i, 1)?;
        array.set(heap, i, v);
        Ok(())
    }

    /// Moves the items from `i` on up by `n`; what the gap holds is stale until the caller fills it.
    fn open_gap(self, heap: &mut Heap, i: usize, n: usize) -> Alloc<Gc<Array>> {
        let len = self.len();
        let array = self.room_for(heap, len.checked_add(n).ok_or(OutOfMemory)?)?;
        if i < len {
            move_items(heap, array, i, i + n, len - i);
        }
        self.len.set(len + n);
        Ok(array)
    }

    /// Removes the items `start..end`.
    pub fn remove_range(self, heap: &mut Heap, start: usize, end: usize) {
        let len = self.len();
        assert!(start <= end && end <= len);
        if let Some(array) = self.array().filter(|_| start < end) {
            if end < len {
                move_items(heap, array, end, start, len - end);
            }
            self.truncate(len - (end - start));
        }
    }

    /// Drops all items from `len` on.
    #[inline]
    pub fn truncate(self, len: usize) {
        if len < self.len() {
            for cell in &self.cells()[len..] {
                cell.set(Value::small_int(0));
            }
            self.len.set(len);
        }
    }

    /// Drops all items and the storage.
    pub fn clear(self) {
        self.len.set(0);
        self.items.set(Value::UNBOUND);
    }

    /// Takes the items out: the storage and how many items are in use. The list is empty afterwards.
    pub fn take(self) -> (Option<Gc<Array>>, usize) {
        let taken = (self.array(), self.len());
        self.clear();
        taken
    }

    /// Replaces all items by the first `len` of an array, which the list takes over; the others must be int 0.
    pub fn put(self, heap: &mut Heap, array: Option<Gc<Array>>, len: usize) {
        assert!(len <= array.map_or(0, |a| a.len()));
        self.store(heap, &self.items, array.map_or(Value::UNBOUND, Gc::value));
        self.len.set(len);
    }

    /// Adds items at the end.
    pub fn extend_from_slice(self, heap: &mut Heap, items: &[Value]) -> Alloc<()> {
        let len = self.len();
        if items.is_empty() {
            return Ok(());
        }
        let array = self.room_for(heap, len.checked_add(items.len()).ok_or(OutOfMemory)?)?;
        for (cell, v) in array.items()[len..].iter().zip(items) {
            cell.set(*v);
        }
        heap.barrier(array.header());
        self.len.set(len + items.len());
        Ok(())
    }

    /// Adds the items of these cells at the end; they may be the list's own.
    pub fn extend_from_cells(self, heap: &mut Heap, items: &[Cell<Value>]) -> Alloc<()> {
        let len = self.len();
        if items.is_empty() {
            return Ok(());
        }
        let array = self.room_for(heap, len.checked_add(items.len()).ok_or(OutOfMemory)?)?;
        copy_items(&array.items()[len..len + items.len()], items);
        heap.barrier(array.header());
        self.len.set(len + items.len());
        Ok(())
    }

    /// Adds the items of another list (or the same) at the end.
    pub fn extend(self, heap: &mut Heap, other: Gc<List>) -> Alloc<()> {
        self.extend_from_cells(heap, other.cells())
    }

    /// Reverses the order of the items.
    pub fn reverse(self, heap: &mut Heap) {
        let (cells, n) = (self.cells(), self.len());
        for i in 0..n / 2 {
            cells[i].swap(&cells[n - 1 - i]);
        }
        if let Some(array) = self.array() {
            heap.barrier(array.header());
        }
    }

    /// A new list of the items that a slice names.
    pub fn slice(self, heap: &mut Heap, extent: Extent) -> Alloc<Gc<List>> {
        slice_cells(heap, self.cells(), extent)
    }

    /// `self[start:end] = items`; the cells may be the list's own.
    pub fn assign_range(
        self,
        heap: &mut Heap,
        start: usize,
        end: usize,
        items: &[Cell<Value>],
    ) -> Alloc<()> {
        assert!(start <= end && end <= self.len());
        if start == self.len() {
            return self.extend_from_cells(heap, items);
        }
        if self.array().is_some_and(|a| a.items().as_ptr_range().contains(&items.as_ptr())) {
            let copy = List::from_cells(heap, items)?;
            return self.assign_range(heap, start, end, copy.cells());
        }
        let both = items.len().min(end - start);
        if items.len() < end - start {
            self.remove_range(heap, start + both, end);
        } else if items.len() > end - start {
            self.open_gap(heap, end, items.len() - both)?;
        }
        copy_items(&self.cells()[start..start + items.len()], items);
        if let Some(array) = self.array() {
            heap.barrier(array.header());
        }
        Ok(())
    }

    /// `self[extent] = items` for a step other than 1: as many items as the slice names, not the list's own.
    pub fn assign_extended(self, heap: &mut Heap, extent: Extent, items: &[Cell<Value>]) {
        assert_eq!(items.len(), extent.count);
        for (i, item) in extent.indices().zip(items) {
            self.cells()[i].set(item.get());
        }
        if let Some(array) = self.array() {
            heap.barrier(array.header());
        }
    }

    /// `del self[extent]`
    pub fn delete_slice(self, heap: &mut Heap, extent: Extent) {
        let extent = extent.ascending();
        if extent.count == 0 {
            return;
        }
        let start = extent.start as usize;
        if extent.step == 1 {
            return self.remove_range(heap, start, start + extent.count);
        }
        let (cells, mut to, mut skip) = (self.cells(), start, extent.indices().peekable());
        for i in start..cells.len() {
            if skip.next_if_eq(&i).is_none() {
                cells[to].set(cells[i].get());
                to += 1;
            }
        }
        if let Some(array) = self.array() {
            heap.barrier(array.header());
        }
        self.truncate(to);
    }

    /// A new list: the items of both.
    pub fn concat(self, heap: &mut Heap, other: Gc<List>) -> Alloc<Gc<List>> {
        let (n, more) = (self.len(), other.len());
        let total = n.checked_add(more).ok_or(OutOfMemory)?;
        if total == 0 {
            return List::blank(heap);
        }
        let array = Array::starting_with(heap, Kind::Array as u32, total, self.cells())?;
        copy_items(&array.items()[n..], other.cells());
        List::from_array(heap, array, total)
    }

    /// A new list: the items `n` times over.
    pub fn repeat(self, heap: &mut Heap, n: usize) -> Alloc<Gc<List>> {
        let list = List::new(heap, self.len().checked_mul(n).ok_or(OutOfMemory)?)?;
        match self.cells() {
            // Unused items are int 0 already.
            [zero] if zero.get() == Value::small_int(0) => list.len.set(n),
            items => list.fill_repeated(heap, items, n)?,
        }
        Ok(list)
    }

    /// Makes the list its items `n` times over.
    pub fn repeat_in_place(self, heap: &mut Heap, n: usize) -> Alloc<()> {
        if n == 0 || self.is_empty() {
            self.clear();
            return Ok(());
        }
        self.reserve(heap, self.len().checked_mul(n - 1).ok_or(OutOfMemory)?)?;
        let len = self.len();
        self.fill_repeated(heap, &self.cells()[..len], n - 1)
    }

    fn fill_repeated(self, heap: &mut Heap, items: &[Cell<Value>], n: usize) -> Alloc<()> {
        let (len, more) = (self.len(), items.len() * n);
        if more == 0 {
            return Ok(());
        }
        let array = self.room_for(heap, len + more)?;
        let to = &array.items()[len..len + more];
        if let [item] = items {
            let v = item.get();
            to.iter().for_each(|cell| cell.set(v));
        } else {
            to.chunks_exact(items.len()).for_each(|chunk| copy_items(chunk, items));
        }
        heap.barrier(array.header());
        self.len.set(len + more);
        Ok(())
    }
}

/// A new list of the items that a slice of these cells names.
pub fn slice_cells(heap: &mut Heap, cells: &[Cell<Value>], extent: Extent) -> Alloc<Gc<List>> {
    if extent.step == 1 {
        let start = extent.start as usize;
        return List::from_cells(heap, &cells[start..start + extent.count]);
    }
    let list = List::new(heap, extent.count)?;
    if let Some(array) = list.array() {
        if extent.step == -1 && extent.count > 0 {
            let last = extent.start as usize;
            let from = &cells[last + 1 - extent.count..=last];
            array.items().iter().zip(from.iter().rev()).for_each(|(to, from)| to.set(from.get()));
        } else {
            for (to, i) in array.items().iter().zip(extent.indices()) {
                to.set(cells[i].get());
            }
        }
        heap.barrier(array.header());
        list.len.set(extent.count);
    }
    Ok(list)
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
