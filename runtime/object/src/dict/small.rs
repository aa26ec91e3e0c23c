//! The index of a table of at most 8 rows: 15 slots of four bits in one immediate int, 0 for an empty slot, else row
//! number + 1. Such a table needs no memory for its index, and a look-up stays in registers until it has the row.

use crate::value::Value;

/// Rows that such an index can hold. Half of the slots stay empty, so every probe ends.
pub(super) const ROWS: usize = 8;

const SLOTS: u32 = 15;

/// The index of no rows.
pub(super) const EMPTY: Value = Value::from_bits(0);

/// The first slot of a hash.
#[inline(always)]
fn start(word: Value) -> u32 {
    let slot = (word.bits() >> 2) as u32 & 15;
    if slot == SLOTS { 0 } else { slot }
}

/// Calls `visit` with the rows that may have the hash, until it returns something.
#[inline(always)]
pub(super) fn scan<R>(
    index: Value,
    word: Value,
    mut visit: impl FnMut(usize) -> Option<R>,
) -> Option<R> {
    let slots = index.bits() >> 2;
    let mut slot = start(word);
    loop {
        let at = (slots >> (4 * slot)) as usize & 15;
        if at == 0 {
            return None;
        }
        if let Some(r) = visit(at - 1) {
            return Some(r);
        }
        slot = if slot == SLOTS - 1 { 0 } else { slot + 1 };
    }
}

/// The index with one more row.
#[inline(always)]
pub(super) fn with_row(index: Value, word: Value, row: usize) -> Value {
    debug_assert!(row < ROWS);
    let mut slot = start(word);
    while index.bits() >> (4 * slot + 2) & 15 != 0 {
        slot = if slot == SLOTS - 1 { 0 } else { slot + 1 };
    }
    Value::from_bits(index.bits() | (row as u64 + 1) << (4 * slot + 2))
}
