//! Sorting of lists. What is sorted are row numbers with a 64-bit key beside each, never values: the array of keys
//! stays as it is until the order is known, so the collector sees everything whenever a comparison calls Python, and
//! an error leaves the list as it was.
//!
//! The 64-bit keys make most comparisons one integer compare without a call: ints, floats and the two mixed are their
//! own keys, strs have their first characters, tuples the key of their first item. `keys` and `strs` make them, the
//! standard library's sort sorts by them, and `merge` is the algorithm for comparisons that may fail, among equal keys.

mod keys;
mod merge;
mod strs;
#[cfg(test)]
mod tests;

pub use keys::less_simple;

use crate::array::Array;
use crate::dict::HasHeap;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};
use keys::{Row, Ties};

/// Sorts `len` values by their keys; `values` of None means that the values are their own keys. Returns the storage
/// of the sorted values: `values` or `keys` itself, or a new array of `len` items.
///
/// `less` is called for keys that no exact builtin comparison decides. Nobody else may change the arrays meanwhile.
/// After an error both are unchanged.
pub fn sort<C: HasHeap, E: From<OutOfMemory>>(
    cx: &mut C,
    keys: Gc<Array>,
    values: Option<Gc<Array>>,
    len: usize,
    reverse: bool,
    mut less: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
) -> Result<Gc<Array>, E> {
    let target = values.unwrap_or(keys);
    if len < 2 || values.is_none() && keys::sort_in_place(keys, len, reverse) {
        return Ok(target);
    }
    let order = order(keys, len, reverse, |a, b| less(cx, a, b))?;
    Ok(apply(cx.heap(), target, &order)?)
}

/// The rows of the first `len` keys in sorted order.
fn order<E: From<OutOfMemory>>(
    keys: Gc<Array>,
    len: usize,
    reverse: bool,
    mut less: impl FnMut(Value, Value) -> Result<bool, E>,
) -> Result<Vec<Row>, E> {
    let items = &keys.items()[..len];
    let (mut rows, ties) = keys::rows(items).ok_or(OutOfMemory)?;
    if reverse {
        rows.reverse();
    }
    let value = |row: &Row| items[row.number as usize].get();
    match ties {
        Ties::Narrow(skip) => strs::sort_narrow(&mut rows, items, skip, 40),
        _ => rows.sort_by_key(|row| row.key),
    }
    // What is left to do among rows with equal keys.
    let mut less = |a: Row, b: Row| {
        let (a, b) = (value(&a), value(&b));
        match less_simple(a, b) {
            Some(less) => Ok(less),
            None => less(a, b),
        }
    };
    for group in rows.chunk_by_mut(|a, b| a.key == b.key) {
        match ties {
            Ties::Equal | Ties::Narrow(_) => break,
            Ties::Strs => group.sort_by(|a, b| strs::compare(value(a), value(b))),
            Ties::Ask => merge::sort(group, &mut less)?,
        }
    }
    if reverse {
        rows.reverse();
    }
    Ok(rows)
}

/// A new array of the values in the order of the rows.
fn apply(heap: &mut Heap, values: Gc<Array>, order: &[Row]) -> Alloc<Gc<Array>> {
    let sorted = Array::zeroed(heap, order.len())?;
    let items = values.items();
    for (to, row) in sorted.items().iter().zip(order) {
        to.set(items[row.number as usize].get());
    }
    Ok(sorted)
}

/// Sorts an array without calling anything, if all comparisons are those of exact builtin types; else returns false.
pub fn sort_simple(heap: &mut Heap, array: Gc<Array>, len: usize) -> Alloc<Option<Gc<Array>>> {
    enum Stop {
        Memory(OutOfMemory),
        Asked,
    }
    impl From<OutOfMemory> for Stop {
        fn from(e: OutOfMemory) -> Stop {
            Stop::Memory(e)
        }
    }
    match sort(heap, array, None, len, false, |_, _, _| Err(Stop::Asked)) {
        Ok(sorted) => Ok(Some(sorted)),
        Err(Stop::Asked) => Ok(None),
        Err(Stop::Memory(e)) => Err(e),
    }
}
