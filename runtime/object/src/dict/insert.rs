//! Adding and removing rows, growing, shrinking and copying: for dicts and sets alike.

use super::layout::{HASH, KEY, Table};
use super::lookup::Probe;
use super::{MAX_ROWS, capacity_for, small};
use crate::array::{Array, Blob};
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};

/// Rows from which on a table that is full grows by less.
const LARGE: usize = 50_000;

/// Marks the slot of a deleted row.
const DELETED: i32 = -1;

/// Puts a row into an index; its key must not be there.
#[inline(always)]
fn place(index: Gc<Blob>, mask: u32, word: Value, row: usize) {
    let slots = index.i32s();
    let mut probe = Probe::new(word, mask);
    while slots[probe.slot].get() > 0 {
        probe.advance();
    }
    if slots[probe.slot].replace(row as i32 + 1) == 0 {
        index.used.set(index.used.get() + 1);
    }
}

impl<const S: usize> Gc<Table<S>> {
    /// Adds a row at the end; its key must be absent.
    #[inline]
    pub(crate) fn append(self, heap: &mut Heap, row: [Value; S]) -> Alloc<()> {
        let array = match self.array() {
            Some(array) if self.has_room(array) => array,
            _ => self.make_room(heap)?,
        };
        let fill = self.fill();
        for (k, v) in row.into_iter().enumerate() {
            array.set(heap, fill * S + k, v);
        }
        match self.blob() {
            Some(index) => place(index, self.mask.get(), row[HASH], fill),
            None => self.index.set(small::with_row(self.index.get(), row[HASH], fill)),
        }
        self.fill.set(fill as u32 + 1);
        self.used.set(self.used.get() + 1);
        self.bump();
        Ok(())
    }

    #[inline(always)]
    fn has_room(self, array: Gc<Array>) -> bool {
        (self.fill() + 1) * S <= array.len()
            && self.blob().is_none_or(|b| b.used.get() < (self.mask.get() as usize + 1) / 4 * 3)
    }

    #[inline(never)]
    fn make_room(self, heap: &mut Heap) -> Alloc<Gc<Array>> {
        let times = if self.used() < LARGE { 3 } else { 2 };
        self.resize(heap, (self.used() * times).max(self.used() + 1))
    }

    /// Makes room for `more` further rows.
    pub fn reserve(self, heap: &mut Heap, more: usize) -> Alloc<()> {
        let want = self.used().checked_add(more).ok_or(OutOfMemory)?;
        let room = self.array().map_or(0, |a| a.len() / S) - self.fill();
        if room < more && want > 0 {
            self.resize(heap, want)?;
        }
        Ok(())
    }

    /// Moves the live rows into storage for `rows` rows, without gaps.
    fn resize(self, heap: &mut Heap, rows: usize) -> Alloc<Gc<Array>> {
        let (capacity, slots) = capacity_for(rows)?;
        debug_assert!(capacity <= MAX_ROWS * 2);
        if let Some(array) = self.array()
            && array.len() == capacity * S
        {
            self.close_gaps(heap, array);
            return Ok(array);
        }
        let index = if slots > 0 { Some(Blob::new(heap, slots * 4)?) } else { None };
        let array = Array::zeroed(heap, capacity * S)?;
        let mask = (slots as u32).wrapping_sub(1);
        let (mut n, mut small) = (0, small::EMPTY);
        for row in self.rows() {
            if row[KEY].get().is_unbound() {
                continue;
            }
            let to = &array.items()[n * S..(n + 1) * S];
            for k in 0..S {
                to[k].set(row[k].get());
            }
            match index {
                Some(index) => place(index, mask, row[HASH].get(), n),
                None => small = small::with_row(small, row[HASH].get(), n),
            }
            n += 1;
        }
        debug_assert_eq!(n, self.used());
        self.store(heap, &self.entries, array.value());
        self.store(heap, &self.index, index.map_or(small, Gc::value));
        self.mask.set(mask);
        self.fill.set(n as u32);
        self.set_first(0);
        self.bump();
        Ok(array)
    }

    /// Moves the live rows down to where deleted ones were.
    fn close_gaps(self, heap: &mut Heap, array: Gc<Array>) {
        let mut n = 0;
        for i in 0..self.fill() {
            if array.get(i * S + KEY).is_unbound() {
                continue;
            }
            if n != i {
                for k in 0..S {
                    array.set(heap, n * S + k, array.get(i * S + k));
                }
            }
            n += 1;
        }
        for cell in &array.items()[n * S..self.fill() * S] {
            cell.set(Value::small_int(0));
        }
        self.fill.set(n as u32);
        self.set_first(0);
        self.bump();
        match self.blob() {
            Some(index) => {
                index.i32s().iter().for_each(|slot| slot.set(0));
                index.used.set(0);
                for (i, row) in self.rows().iter().enumerate() {
                    place(index, self.mask.get(), row[HASH].get(), i);
                }
            }
            None => self.rebuild_small(),
        }
    }

    /// Makes the index of a small table anew.
    fn rebuild_small(self) {
        let live = self.rows().iter().enumerate().filter(|(_, row)| !row[KEY].get().is_unbound());
        self.index.set(
            live.fold(small::EMPTY, |index, (i, row)| small::with_row(index, row[HASH].get(), i)),
        );
    }

    /// Removes a live row.
    pub(crate) fn remove_row(self, i: usize) {
        let row = &self.rows()[i];
        debug_assert!(!row[KEY].get().is_unbound());
        row[KEY].set(Value::UNBOUND);
        for cell in &row[KEY + 1..] {
            cell.set(Value::small_int(0));
        }
        if let Some(index) = self.blob() {
            let slots = index.i32s();
            let mut probe = Probe::new(row[HASH].get(), self.mask.get());
            while slots[probe.slot].get() != i as i32 + 1 {
                probe.advance();
            }
            slots[probe.slot].set(DELETED);
        } else {
            self.rebuild_small();
        }
        self.used.set(self.used.get() - 1);
        self.bump();
        if self.used.get() == 0 {
            if self.index.get().is_int() { self.rewind() } else { self.drop_storage() }
        } else if i + 1 == self.fill() {
            let live = |row: &[std::cell::Cell<Value>; S]| !row[KEY].get().is_unbound();
            self.fill.set(self.rows().iter().rposition(live).map_or(0, |last| last + 1) as u32);
        } else if i == self.first() {
            let rows = &self.rows()[i..];
            let gap = rows.iter().take_while(|row| row[KEY].get().is_unbound()).count();
            self.set_first(i + gap);
        }
    }

    fn rewind(self) {
        self.fill.set(0);
        self.set_first(0);
    }

    fn drop_storage(self) {
        self.entries.set(Value::UNBOUND);
        self.index.set(small::EMPTY);
        self.mask.set(0);
        self.rewind();
    }

    /// Removes all rows and the storage.
    pub(crate) fn remove_all(self) {
        self.used.set(0);
        self.drop_storage();
        self.bump();
    }

    /// Makes this empty table a copy of another.
    pub(crate) fn copy_rows(self, heap: &mut Heap, from: Gc<Table<S>>) -> Alloc<()> {
        debug_assert_eq!(self.fill(), 0);
        if from.used() == 0 {
            return Ok(());
        }
        let Some(old) = from.array().filter(|_| from.used() == from.fill()) else {
            self.reserve(heap, from.used())?;
            for row in from.rows() {
                if !row[KEY].get().is_unbound() {
                    self.append(heap, row.each_ref().map(|cell| cell.get()))?;
                }
            }
            return Ok(());
        };
        let index = match from.blob() {
            Some(old) => {
                let index = Blob::new(heap, old.capacity())?;
                for (to, slot) in index.i32s().iter().zip(old.i32s()) {
                    to.set(slot.get());
                }
                index.used.set(old.used.get());
                index.value()
            }
            None => from.index.get(),
        };
        let array = Array::zeroed(heap, old.len())?;
        for (to, cell) in array.items().iter().zip(old.items()) {
            to.set(cell.get());
        }
        self.store(heap, &self.entries, array.value());
        self.store(heap, &self.index, index);
        self.mask.set(from.mask.get());
        self.fill.set(from.fill.get());
        self.used.set(from.used.get());
        self.bump();
        Ok(())
    }
}
