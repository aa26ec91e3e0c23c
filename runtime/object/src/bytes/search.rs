//! Finding, replacing, translating and joining bytes.
//!
//! `start` and `end` come as Python gives them; `0` and `i64::MAX` are the defaults.

use crate::str::clip;
use habu_gc::OutOfMemory;
use memchr::memmem;

/// `needle in hay`
#[inline]
pub fn contains(hay: &[u8], needle: &[u8]) -> bool {
    first(hay, needle).is_some()
}

#[inline]
fn first(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [b] => memchr::memchr(*b, hay),
        _ => memmem::find(hay, needle),
    }
}

/// `hay.find(needle, start, end)`
pub fn find(hay: &[u8], needle: &[u8], start: i64, end: i64) -> Option<usize> {
    let (from, to) = clip(start, end, hay.len())?;
    Some(from + first(&hay[from..to], needle)?)
}

/// `hay.rfind(needle, start, end)`
pub fn rfind(hay: &[u8], needle: &[u8], start: i64, end: i64) -> Option<usize> {
    let (from, to) = clip(start, end, hay.len())?;
    Some(from + last(&hay[from..to], needle)?)
}

#[inline]
pub(super) fn last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [b] => memchr::memrchr(*b, hay),
        _ => memmem::rfind(hay, needle),
    }
}

/// `hay.count(needle, start, end)`
pub fn count(hay: &[u8], needle: &[u8], start: i64, end: i64) -> usize {
    let Some((from, to)) = clip(start, end, hay.len()) else {
        return 0;
    };
    match needle {
        [] => to - from + 1,
        [b] => memchr::memchr_iter(*b, &hay[from..to]).count(),
        _ => memmem::find_iter(&hay[from..to], needle).count(),
    }
}

/// `hay.startswith(prefix, start, end)` for one prefix.
pub fn startswith(hay: &[u8], prefix: &[u8], start: i64, end: i64) -> bool {
    clip(start, end, hay.len()).is_some_and(|(from, to)| hay[from..to].starts_with(prefix))
}

/// `hay.endswith(suffix, start, end)` for one suffix.
pub fn endswith(hay: &[u8], suffix: &[u8], start: i64, end: i64) -> bool {
    clip(start, end, hay.len()).is_some_and(|(from, to)| hay[from..to].ends_with(suffix))
}

/// `hay.replace(old, new, count)`, all occurrences if `count` is negative; `None` if there is nothing to replace.
pub fn replace(
    hay: &[u8],
    old: &[u8],
    new: &[u8],
    count: i64,
) -> Result<Option<Vec<u8>>, OutOfMemory> {
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    if most == 0 || old.len() > hay.len() {
        return Ok(None);
    }
    if let ([old], [new]) = (old, new) {
        return Ok(replace_byte(hay, *old, *new, most));
    }
    let places: Vec<usize> = match old {
        [] => (0..(hay.len() + 1).min(most)).collect(),
        [b] => memchr::memchr_iter(*b, hay).take(most).collect(),
        _ => memmem::find_iter(hay, old).take(most).collect(),
    };
    if places.is_empty() {
        return Ok(None);
    }
    let grown = places.len().checked_mul(new.len()).ok_or(OutOfMemory)?;
    let len = grown.checked_add(hay.len() - places.len() * old.len()).ok_or(OutOfMemory)?;
    let mut result = Vec::new();
    result.try_reserve_exact(len).map_err(|_| OutOfMemory)?;
    let mut done = 0;
    for place in places {
        result.extend_from_slice(&hay[done..place]);
        result.extend_from_slice(new);
        done = place + old.len();
    }
    result.extend_from_slice(&hay[done..]);
    Ok(Some(result))
}

fn replace_byte(hay: &[u8], old: u8, new: u8, most: usize) -> Option<Vec<u8>> {
    let mut places = memchr::memchr_iter(old, hay).take(most).peekable();
    places.peek()?;
    let mut result = hay.to_vec();
    for i in places {
        result[i] = new;
    }
    Some(result)
}

/// `hay.translate(table, delete)`
pub fn translate(hay: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut gone = [false; 256];
    for b in delete {
        gone[*b as usize] = true;
    }
    let map = |b: u8| table.map_or(b, |t| t[b as usize]);
    hay.iter().filter(|b| !gone[**b as usize]).map(|b| map(*b)).collect()
}

/// `bytes.maketrans(from, to)`; the lengths must be equal.
pub fn maketrans(from: &[u8], to: &[u8]) -> [u8; 256] {
    let mut table = std::array::from_fn(|i| i as u8);
    for (f, t) in from.iter().zip(to) {
        table[*f as usize] = *t;
    }
    table
}

/// `separator.join(parts)`
pub fn join<'a>(
    separator: &[u8],
    parts: impl Iterator<Item = &'a [u8]> + Clone,
) -> Result<Vec<u8>, OutOfMemory> {
    let mut len = 0usize;
    for (i, part) in parts.clone().enumerate() {
        let between = if i > 0 { separator.len() } else { 0 };
        len = len.checked_add(part.len() + between).ok_or(OutOfMemory)?;
    }
    let mut result = Vec::new();
    result.try_reserve_exact(len).map_err(|_| OutOfMemory)?;
    for (i, part) in parts.enumerate() {
        if i > 0 {
            result.extend_from_slice(separator);
        }
        result.extend_from_slice(part);
    }
    Ok(result)
}
