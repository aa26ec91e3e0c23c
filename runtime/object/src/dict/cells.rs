//! Dicts with cells: namespaces of modules, whose values are cells that code refers to directly.
//!
//! A cell is never taken out while the dict exists: removing a key unbinds its cell, and an UNBOUND cell counts as
//! absent. Code may store into a bound cell directly; a cell that is UNBOUND should be bound by an insertion, which
//! moves the entry to the end.

use super::layout::{Dict, HASH, KEY, VALUE, hash_word};
use crate::layouts::CellObject;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::Heap;

/// Flag of a dict: its values are cells.
pub(crate) const CELLS: u64 = 1;

impl Dict {
    /// An empty dict with cells.
    pub fn with_cells(heap: &mut Heap) -> Alloc<Gc<Dict>> {
        let dict = Dict::new(heap)?;
        dict.tag.set(CELLS);
        Ok(dict)
    }

    /// Whether the values are cells.
    #[inline(always)]
    pub fn has_cells(&self) -> bool {
        self.tag.get() & CELLS != 0
    }

    #[inline(always)]
    pub(super) fn cell_in(&self, value: Value) -> Gc<CellObject> {
        debug_assert!(self.has_cells() && value.cast::<CellObject>().is_some());
        // SAFETY: every value of a dict with cells is a cell: `insert_in_cell`, `cell_at` and `add_cells` see to it.
        unsafe { value.cast_unchecked() }
    }

    #[inline(never)]
    pub(super) fn count_bound(&self) -> usize {
        (0..self.fill()).filter(|row| self.entry(*row).is_some()).count()
    }

    /// The cell of a row that a lookup found.
    #[inline(always)]
    pub fn cell(&self, row: usize) -> Gc<CellObject> {
        self.cell_in(self.rows()[row][VALUE].get())
    }
}

impl Gc<Dict> {
    /// Turns a dict into one with cells.
    pub fn add_cells(self, heap: &mut Heap) -> Alloc<()> {
        if self.has_cells() {
            return Ok(());
        }
        // All cells first: when memory runs out the dict must still be one or the other.
        let cells = crate::array::Array::zeroed(heap, self.fill())?;
        for (row, cells_of_row) in self.rows().iter().enumerate() {
            if !cells_of_row[KEY].get().is_unbound() {
                let cell = CellObject::blank(heap)?;
                cell.store(heap, &cell.contents, cells_of_row[VALUE].get());
                cells.set(heap, row, cell.value());
            }
        }
        for row in 0..self.fill() {
            self.set_column(heap, row, cells.get(row));
        }
        self.tag.set(self.tag.get() | CELLS);
        self.bump();
        Ok(())
    }

    /// The cell of a key for which a lookup gave `found`; a new UNBOUND one if there is none.
    pub fn cell_at(
        self,
        heap: &mut Heap,
        found: Option<usize>,
        key: Value,
        hash: i64,
    ) -> Alloc<Gc<CellObject>> {
        if let Some(row) = found {
            return Ok(self.cell(row));
        }
        let cell = CellObject::blank(heap)?;
        self.append(heap, [hash_word(hash), key, cell.value()])?;
        Ok(cell)
    }

    pub(super) fn insert_in_cell(
        self,
        heap: &mut Heap,
        found: Option<usize>,
        key: Value,
        hash: i64,
        value: Value,
    ) -> Alloc<Option<Value>> {
        let Some(row) = found else {
            let cell = self.cell_at(heap, None, key, hash)?;
            cell.store(heap, &cell.contents, value);
            return Ok(None);
        };
        let cell = self.cell(row);
        let old = cell.contents.get().bound();
        if old.is_none() && row + 1 != self.fill() {
            let row_now = self.rows()[row].each_ref().map(|c| c.get());
            self.append_moved(heap, row, [row_now[HASH], key, row_now[VALUE]])?;
        }
        cell.store(heap, &cell.contents, value);
        Ok(old)
    }

    /// Removes a row and adds it again at the end.
    fn append_moved(self, heap: &mut Heap, row: usize, values: [Value; 3]) -> Alloc<()> {
        // With room for one more the second step cannot fail after the first.
        self.reserve(heap, 1)?;
        let found = self.scan(values[HASH], |i, _| {
            if self.rows()[i][VALUE].get() == values[VALUE] { Some(i) } else { None }
        });
        debug_assert!(found.is_some_and(|i| i <= row));
        if let Some(row) = found {
            self.remove_row(row);
        }
        self.append(heap, values)
    }

    pub(super) fn unbind(self, row: usize) {
        if !self.rows()[row][KEY].get().is_unbound() {
            self.cell(row).contents.set(Value::UNBOUND);
            self.bump();
        }
    }
}
