//! Strs as sort keys: their first characters as numbers of the same order.

use super::keys::Row;
use crate::object::Gc;
use crate::str::Str;
use crate::value::Value;
use std::cell::Cell;
use std::cmp::Ordering;

/// Bytes of a str in a 64-bit key; the last byte of the key says how many follow.
const KEY_BYTES: usize = 7;

/// Groups of at most this many strs are sorted by comparing them whole.
const FEW: usize = 12;

/// A str with one byte for each character.
#[inline]
pub(super) fn narrow(v: Value) -> Option<Gc<Str>> {
    v.cast::<Str>().filter(|s| s.width() == 1)
}

/// The order of two exact strs.
pub(super) fn compare(a: Value, b: Value) -> Ordering {
    match (a.cast::<Str>(), b.cast::<Str>()) {
        (Some(a), Some(b)) => Str::cmp(&a, &b),
        _ => Ordering::Equal,
    }
}

/// How many bytes all these strs have in common at the start.
pub(super) fn common_prefix(mut items: impl Iterator<Item = Value>) -> usize {
    let Some(first) = items.next().and_then(narrow) else {
        return 0;
    };
    let mut n = first.len();
    for s in items.map_while(narrow) {
        if n == 0 {
            break;
        }
        if s.raw().get(..n) != Some(&first.raw()[..n]) {
            let pairs = first.raw()[..n].iter().zip(s.raw());
            n = pairs.take_while(|(a, b)| a == b).count();
        }
    }
    n
}

/// Seven bytes after the first `skip`, then how many there were, 8 for more than seven: equal keys that end with less
/// than 8 are those of equal strs.
#[inline]
pub(super) fn narrow_key(v: Value, skip: usize) -> u64 {
    let Some(s) = narrow(v) else {
        return 0;
    };
    let rest = s.raw().get(skip..).unwrap_or(&[]);
    if let Some(first) = rest.first_chunk::<8>() {
        return u64::from_be_bytes(*first) & !0xff | 8;
    }
    let bytes = rest.iter().enumerate().map(|(i, b)| u64::from(*b) << (56 - 8 * i));
    bytes.sum::<u64>() | rest.len() as u64
}

/// The first three code points.
pub(super) fn wide_key(v: Value) -> u64 {
    let Some(s) = v.cast::<Str>() else {
        return 0;
    };
    (0..s.len().min(3)).fold(0, |key, i| key | u64::from(s.char_at(i)) << (42 - 21 * i))
}

/// Sorts rows of narrow strs that have `skip` bytes in common and keys of what follows.
pub(super) fn sort_narrow(rows: &mut [Row], items: &[Cell<Value>], skip: usize, depth: u32) {
    let value = |row: &Row| items[row.number as usize].get();
    if rows.len() <= FEW || depth == 0 {
        let rest = |a: &Row, b: &Row| compare(value(a), value(b));
        rows.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| rest(a, b)));
        return;
    }
    rows.sort_by_key(|row| row.key);
    for group in rows.chunk_by_mut(|a, b| a.key == b.key) {
        if group.len() > 1 && group[0].key & 0xff == 8 {
            // Either all are equal, then nothing follows, or the first keys that follow differ.
            let skip = common_prefix(group.iter().map(value)).max(skip + KEY_BYTES);
            for row in &mut *group {
                row.key = narrow_key(value(row), skip);
            }
            sort_narrow(group, items, skip, depth - 1);
        }
    }
}
