//! Cutting bytes up: split, rsplit, splitlines, strip. The results are ranges in the argument.

use super::predicates::is_space;
use super::search::last;
use crate::str::Side;
use memchr::memmem;
use std::ops::Range;

fn limit(maxsplit: i64) -> usize {
    usize::try_from(maxsplit).unwrap_or(usize::MAX)
}

/// `bytes.split(separator, maxsplit)`, at white space without a separator; a separator must not be empty.
pub fn split(bytes: &[u8], separator: Option<&[u8]>, maxsplit: i64) -> Vec<Range<usize>> {
    let most = limit(maxsplit);
    let mut pieces = Vec::new();
    let Some(separator) = separator else {
        split_space(bytes, most, &mut pieces);
        return pieces;
    };
    debug_assert!(!separator.is_empty());
    let mut start = 0;
    let mut cut = |at: usize| {
        pieces.push(start..at);
        start = at + separator.len();
    };
    match separator {
        [b] => memchr::memchr_iter(*b, bytes).take(most).for_each(&mut cut),
        _ => memmem::find_iter(bytes, separator).take(most).for_each(&mut cut),
    }
    pieces.push(start..bytes.len());
    pieces
}

fn split_space(bytes: &[u8], most: usize, pieces: &mut Vec<Range<usize>>) {
    let mut at = 0;
    loop {
        while at < bytes.len() && is_space(bytes[at]) {
            at += 1;
        }
        if at == bytes.len() {
            return;
        }
        if pieces.len() == most {
            pieces.push(at..bytes.len());
            return;
        }
        let start = at;
        while at < bytes.len() && !is_space(bytes[at]) {
            at += 1;
        }
        pieces.push(start..at);
    }
}

/// `bytes.rsplit(separator, maxsplit)`, at white space without a separator; a separator must not be empty.
pub fn rsplit(bytes: &[u8], separator: Option<&[u8]>, maxsplit: i64) -> Vec<Range<usize>> {
    let most = limit(maxsplit);
    let mut pieces = Vec::new();
    let mut end = bytes.len();
    if let Some(separator) = separator {
        debug_assert!(!separator.is_empty());
        while pieces.len() < most
            && let Some(at) = last(&bytes[..end], separator)
        {
            pieces.push(at + separator.len()..end);
            end = at;
        }
        pieces.push(0..end);
    } else {
        rsplit_space(bytes, most, &mut pieces);
    }
    pieces.reverse();
    pieces
}

fn rsplit_space(bytes: &[u8], most: usize, pieces: &mut Vec<Range<usize>>) {
    let mut end = bytes.len();
    loop {
        while end > 0 && is_space(bytes[end - 1]) {
            end -= 1;
        }
        if end == 0 {
            return;
        }
        if pieces.len() == most {
            pieces.push(0..end);
            return;
        }
        let stop = end;
        while end > 0 && !is_space(bytes[end - 1]) {
            end -= 1;
        }
        pieces.push(end..stop);
    }
}

/// `bytes.splitlines(keepends)`: lines end at \n, \r and \r\n only.
pub fn splitlines(bytes: &[u8], keepends: bool) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(n) = memchr::memchr2(b'\n', b'\r', &bytes[start..]) {
        let end = start + n;
        let next = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        pieces.push(start..if keepends { next } else { end });
        start = next;
    }
    if start < bytes.len() {
        pieces.push(start..bytes.len());
    }
    pieces
}

/// `bytes.strip(set)`, `lstrip` or `rstrip`: white space without a set.
pub fn strip(bytes: &[u8], set: Option<&[u8]>, side: Side) -> Range<usize> {
    let drop = |b: u8| set.map_or_else(|| is_space(b), |set| set.contains(&b));
    let (mut from, mut to) = (0, bytes.len());
    if side != Side::Right {
        while from < to && drop(bytes[from]) {
            from += 1;
        }
    }
    if side != Side::Left {
        while from < to && drop(bytes[to - 1]) {
            to -= 1;
        }
    }
    from..to
}
