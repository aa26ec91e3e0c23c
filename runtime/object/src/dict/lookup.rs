//! Finding rows: by hash first, then by identity and the equality of exact builtin types, at last by the caller's `eq`.

use super::layout::{HASH, KEY, Table, hash_word};
use super::small;
use crate::kind::shape;
use crate::str::Str;
use crate::value::Value;
use crate::{float, int};
use std::cmp::Ordering;

/// What is known about two keys of equal hash without calling anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Same {
    /// Equal.
    Yes,
    /// Different.
    No,
    /// Only `__eq__` can tell.
    Ask,
}

/// Compares two keys of equal hash as far as that needs no call.
#[inline(always)]
pub fn same_key(stored: Value, key: Value) -> Same {
    if stored == key {
        Same::Yes
    } else if Value::both_int(stored, key) {
        Same::No
    } else {
        same_distinct(stored, key)
    }
}

#[inline]
fn same_distinct(stored: Value, key: Value) -> Same {
    let yes = |b| if b { Same::Yes } else { Same::No };
    if let (Some(a), Some(b)) = (stored.header(), key.header())
        && a.shape.get() == shape::STR
        && b.shape.get() == shape::STR
    {
        return yes(equal_strs(stored, key));
    }
    match (stored.shape(), key.shape()) {
        (shape::INT, shape::INT) => yes(int::eq(stored, key)),
        (shape::INT, shape::FLOAT) => yes(equal_numbers(stored, key)),
        (shape::FLOAT, shape::INT) => yes(equal_numbers(key, stored)),
        (shape::FLOAT, shape::FLOAT) => yes(float::get(stored) == float::get(key)),
        (shape::UNBOUND, _) => Same::No,
        _ => Same::Ask,
    }
}

#[inline]
fn equal_strs(a: Value, b: Value) -> bool {
    matches!((a.cast::<Str>(), b.cast::<Str>()), (Some(a), Some(b)) if Str::eq(&a, &b))
}

fn equal_numbers(n: Value, f: Value) -> bool {
    float::get(f).and_then(|f| int::cmp_f64(n, f)) == Some(Ordering::Equal)
}

enum Hit<E> {
    At(usize),
    Changed,
    Failed(E),
}

impl<const S: usize> Table<S> {
    /// Calls `visit` with the number and the key of each row whose hash is `word`, until it returns something.
    #[inline(always)]
    pub(super) fn scan<R>(
        &self,
        word: Value,
        mut visit: impl FnMut(usize, Value) -> Option<R>,
    ) -> Option<R> {
        let rows = self.rows();
        let Some(index) = self.blob() else {
            return small::scan(self.index.get(), word, |i| {
                if rows[i][HASH].get() == word { visit(i, rows[i][KEY].get()) } else { None }
            });
        };
        let slots = index.i32s();
        let mut probe = Probe::new(word, self.mask.get());
        loop {
            let at = slots[probe.slot].get();
            if at > 0 {
                let i = at as usize - 1;
                if rows[i][HASH].get() == word
                    && let Some(r) = visit(i, rows[i][KEY].get())
                {
                    return Some(r);
                }
            } else if at == 0 {
                return None;
            }
            probe.advance();
        }
    }

    /// The row of a key, found without calling anything; keys that only `eq` could tell apart count as different.
    #[inline]
    pub fn lookup_simple(&self, key: Value, hash: i64) -> Option<usize> {
        self.scan(
            hash_word(hash),
            |i, stored| if same_key(stored, key) == Same::Yes { Some(i) } else { None },
        )
    }

    /// The row of a key. `eq(stored, key)` is called only for keys of equal hash that are not identical and not both
    /// of simple exact types; it may change the table, then the search begins again.
    ///
    /// In a dict with cells the row may be one whose cell is UNBOUND: ask [`super::Dict::value`].
    #[inline]
    pub fn lookup<E>(
        &self,
        key: Value,
        hash: i64,
        mut eq: impl FnMut(Value, Value) -> Result<bool, E>,
    ) -> Result<Option<usize>, E> {
        loop {
            let version = self.version.get();
            let hit = self.scan(hash_word(hash), |i, stored| match same_key(stored, key) {
                Same::Yes => Some(Hit::At(i)),
                Same::No => None,
                Same::Ask => match eq(stored, key) {
                    Err(e) => Some(Hit::Failed(e)),
                    Ok(_) if self.version.get() != version => Some(Hit::Changed),
                    Ok(true) => Some(Hit::At(i)),
                    Ok(false) => None,
                },
            });
            match hit {
                Some(Hit::At(i)) => return Ok(Some(i)),
                Some(Hit::Failed(e)) => return Err(e),
                Some(Hit::Changed) => {}
                None => return Ok(None),
            }
        }
    }
}

/// The sequence of slots at which a hash may be found: CPython's.
pub(super) struct Probe {
    pub(super) slot: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    pub(super) fn new(word: Value, mask: u32) -> Probe {
        let (hash, mask) = ((word.bits() >> 2) as usize, mask as usize);
        Probe { slot: hash & mask, perturb: hash, mask }
    }

    #[inline(always)]
    pub(super) fn advance(&mut self) {
        self.perturb >>= 5;
        self.slot = (self.slot * 5 + self.perturb + 1) & self.mask;
    }
}
