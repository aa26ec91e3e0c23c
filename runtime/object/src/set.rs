//! set and frozenset: the table of dicts with rows of hash and key.
//!
//! As for dicts, what may need `__eq__` takes a closure. Operations on two sets make sets of exactly the builtin types;
//! they reuse the hashes in the rows.

use crate::dict::HasHeap;
pub use crate::dict::Set;
use crate::kind::{Kind, shape};
use crate::layouts::SetIter;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};

/// `Table::tag` of a set whose hash is unknown; -1 is never a hash.
const UNHASHED: u64 = u64::MAX;

/// What a step of a set's iterator gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetStep {
    /// The next key.
    Key(Value),
    /// The end; also every later step.
    Done,
    /// The set has changed its size since iteration began.
    Resized,
}

impl Set {
    /// An empty set.
    #[inline]
    pub fn new(heap: &mut Heap) -> Alloc<Gc<Set>> {
        Set::with_shape(heap, Kind::Set, shape::SET)
    }

    /// An empty frozenset, to be filled by its maker before anybody sees it.
    pub fn new_frozen(heap: &mut Heap) -> Alloc<Gc<Set>> {
        Set::with_shape(heap, Kind::FrozenSet, shape::FROZENSET)
    }

    /// An empty set or frozenset of the class that `shape` names.
    pub fn with_shape(heap: &mut Heap, kind: Kind, shape: u32) -> Alloc<Gc<Set>> {
        Set::with_kind(heap, kind, shape, UNHASHED)
    }

    /// Number of keys.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used()
    }

    /// Whether there are no keys.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.used() == 0
    }

    /// The first key at or after position `pos`, with the position after it: `(next, key, hash)`.
    #[inline]
    pub fn next_key(&self, pos: usize) -> Option<(usize, Value, i64)> {
        let rows = self.rows();
        for (i, row) in rows.iter().enumerate().skip(pos) {
            if let Some(key) = row[1].get().bound() {
                return Some((i + 1, key, row[0].get().as_int()));
            }
        }
        None
    }

    /// Whether a key is in the set.
    #[inline]
    pub fn contains<E>(
        &self,
        key: Value,
        hash: i64,
        eq: impl FnMut(Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        Ok(self.lookup(key, hash, eq)?.is_some())
    }

    /// A frozenset's hash by CPython's algorithm.
    pub fn hash(&self) -> i64 {
        if self.tag.get() == UNHASHED {
            self.tag.set(self.compute_hash());
        }
        self.tag.get() as i64
    }

    fn compute_hash(&self) -> u64 {
        let shuffle = |h: u64| ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
        let mut hash = (self.len() as u64 + 1).wrapping_mul(1_927_868_237);
        let mut pos = 0;
        while let Some((next, _, h)) = self.next_key(pos) {
            pos = next;
            hash ^= shuffle(h as u64);
        }
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX { 590_923_713 } else { hash }
    }
}

impl Gc<Set> {
    /// Adds a key for which a lookup gave `found`; returns whether it is new.
    #[inline]
    pub fn add_at(
        self,
        heap: &mut Heap,
        found: Option<usize>,
        key: Value,
        hash: i64,
    ) -> Alloc<bool> {
        if found.is_none() {
            self.append(heap, [crate::dict::hash_word(hash), key])?;
        }
        Ok(found.is_none())
    }

    /// Adds a key; returns whether it is new.
    #[inline]
    pub fn add<C: HasHeap, E: From<OutOfMemory>>(
        self,
        cx: &mut C,
        key: Value,
        hash: i64,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let found = self.lookup(key, hash, |a, b| eq(cx, a, b))?;
        Ok(self.add_at(cx.heap(), found, key, hash)?)
    }

    /// Removes the row that a lookup found.
    pub fn remove_at(self, row: usize) {
        self.remove_row(row);
    }

    /// Removes a key; returns whether it was there.
    pub fn discard<E>(
        self,
        key: Value,
        hash: i64,
        eq: impl FnMut(Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let found = self.lookup(key, hash, eq)?;
        if let Some(row) = found {
            self.remove_row(row);
        }
        Ok(found.is_some())
    }

    /// Removes some key and returns it.
    pub fn pop(self) -> Option<Value> {
        let key = self.rows().last()?[1].get();
        self.remove_row(self.fill() - 1);
        Some(key)
    }

    /// Removes all keys.
    pub fn clear(self) {
        self.remove_all();
    }

    /// Fills this empty set with the keys of another.
    pub fn copy_from(self, heap: &mut Heap, from: Gc<Set>) -> Alloc<()> {
        self.copy_rows(heap, from)
    }

    /// A new set of exactly the builtin type of this `kind` with the same keys.
    pub fn copy(self, heap: &mut Heap, kind: Kind) -> Alloc<Gc<Set>> {
        let copy = Set::with_shape(heap, kind, kind as u32)?;
        copy.copy_rows(heap, self)?;
        Ok(copy)
    }

    /// Adds the keys of another set.
    pub fn update<C: HasHeap, E: From<OutOfMemory>>(
        self,
        cx: &mut C,
        from: Gc<Set>,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<(), E> {
        if self == from {
            return Ok(());
        }
        if self.fill() == 0 {
            return Ok(self.copy_rows(cx.heap(), from)?);
        }
        let mut pos = 0;
        while let Some((next, key, hash)) = from.next_key(pos) {
            pos = next;
            self.add(cx, key, hash, &mut eq)?;
        }
        Ok(())
    }

    /// Adds to this set the keys of `from` that are (`wanted`) or are not in `other`.
    pub fn add_filtered<C: HasHeap, E: From<OutOfMemory>>(
        self,
        cx: &mut C,
        from: Gc<Set>,
        other: Gc<Set>,
        wanted: bool,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut pos = 0;
        while let Some((next, key, hash)) = from.next_key(pos) {
            pos = next;
            if other.contains(key, hash, |a, b| eq(cx, a, b))? == wanted {
                self.add(cx, key, hash, &mut eq)?;
            }
        }
        Ok(())
    }

    /// Removes the keys of another set.
    pub fn subtract<C, E>(
        self,
        cx: &mut C,
        other: Gc<Set>,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<(), E> {
        if self == other {
            self.clear();
            return Ok(());
        }
        let mut pos = 0;
        while let Some((next, key, hash)) = other.next_key(pos) {
            pos = next;
            self.discard(key, hash, |a, b| eq(cx, a, b))?;
        }
        Ok(())
    }

    /// Whether `other` has all keys of this set.
    pub fn is_subset<C, E>(
        self,
        cx: &mut C,
        other: Gc<Set>,
        eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        Ok(self.len() <= other.len() && self.all(cx, other, true, eq)?)
    }

    /// Whether the sets have no common key.
    pub fn is_disjoint<C, E>(
        self,
        cx: &mut C,
        other: Gc<Set>,
        eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        if self.len() > other.len() {
            return other.all(cx, self, false, eq);
        }
        self.all(cx, other, false, eq)
    }

    /// Whether each key of this set is (`wanted`) or is not in `other`.
    fn all<C, E>(
        self,
        cx: &mut C,
        other: Gc<Set>,
        wanted: bool,
        mut eq: impl FnMut(&mut C, Value, Value) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let mut pos = 0;
        while let Some((next, key, hash)) = self.next_key(pos) {
            pos = next;
            if other.contains(key, hash, |a, b| eq(cx, a, b))? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl SetIter {
    /// An iterator over a set.
    pub fn new(heap: &mut Heap, set: Gc<Set>) -> Alloc<Gc<SetIter>> {
        let iter = SetIter::blank(heap)?;
        iter.set.set(set.value());
        iter.expected.set(set.len());
        Ok(iter)
    }

    /// One step.
    #[inline]
    pub fn advance(&self) -> SetStep {
        let Some(set) = self.set.get().cast::<Set>() else {
            return SetStep::Done;
        };
        if set.len() != self.expected.get() {
            self.expected.set(usize::MAX);
            return SetStep::Resized;
        }
        match set.next_key(self.index.get()) {
            Some((next, key, _)) => {
                self.index.set(next);
                SetStep::Key(key)
            }
            None => {
                self.set.set(Value::UNBOUND);
                SetStep::Done
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layouts::CellObject;
    use crate::testing::{Rng, with_heap, with_heaps};
    use std::collections::BTreeSet;

    fn key(heap: &mut Heap, n: i64) -> Value {
        if n % 2 == 0 {
            return Value::small_int(n);
        }
        let cell = CellObject::blank(heap).expect("memory");
        cell.contents.set(Value::small_int(n));
        cell.value()
    }

    fn number(v: Value) -> i64 {
        let contents = |v: Value| v.cast::<CellObject>().expect("alive").contents.get().as_int();
        if v.is_int() { v.as_int() } else { contents(v) }
    }

    fn eq(heap: &mut Heap, a: Value, b: Value) -> Result<bool, OutOfMemory> {
        key(heap, 1);
        Ok(number(a) == number(b))
    }

    fn keys(set: Gc<Set>) -> Vec<i64> {
        let mut keys = Vec::new();
        let mut pos = 0;
        while let Some((next, key, _)) = set.next_key(pos) {
            pos = next;
            keys.push(number(key));
        }
        keys
    }

    fn sorted(set: Gc<Set>) -> Vec<i64> {
        let mut keys = keys(set);
        keys.sort();
        keys
    }

    fn random(heap: &mut Heap, rng: &mut Rng, n: u64) -> (Gc<Set>, BTreeSet<i64>) {
        let (set, mut model) = (Set::new(heap).expect("memory"), BTreeSet::new());
        for _ in 0..rng.below(n) {
            let n = rng.below(40) as i64;
            let k = key(heap, n);
            let added = set.add(heap, k, n % 11, eq).expect("memory");
            assert_eq!(added, model.insert(n));
            if rng.below(4) == 0 {
                let n = rng.below(40) as i64;
                let k = key(heap, n);
                let found = set.discard(k, n % 11, |a, b| eq(heap, a, b)).expect("memory");
                assert_eq!(found, model.remove(&n));
            }
        }
        assert_eq!(set.len(), model.len());
        (set, model)
    }

    #[test]
    fn set_algebra_agrees_with_the_standard_library() {
        with_heaps(|heap| {
            let mut rng = Rng::new(9);
            for _ in 0..60 {
                let (a, model_a) = random(heap, &mut rng, 50);
                let (b, model_b) = random(heap, &mut rng, 50);
                let check = |set: Gc<Set>, model: BTreeSet<i64>| {
                    assert_eq!(sorted(set), model.into_iter().collect::<Vec<_>>());
                };
                let union = a.copy(heap, Kind::Set).expect("memory");
                assert_eq!(keys(union), keys(a));
                union.update(heap, b, eq).expect("memory");
                check(union, &model_a | &model_b);
                for (wanted, model) in [(true, &model_a & &model_b), (false, &model_a - &model_b)] {
                    let set = Set::new_frozen(heap).expect("memory");
                    set.add_filtered(heap, a, b, wanted, eq).expect("memory");
                    check(set, model);
                }
                let rest = a.copy(heap, Kind::FrozenSet).expect("memory");
                rest.subtract(heap, b, eq).expect("memory");
                check(rest, &model_a - &model_b);
                assert_eq!(a.is_subset(heap, b, eq), Ok(model_a.is_subset(&model_b)));
                assert_eq!(a.is_subset(heap, union, eq), Ok(true));
                assert_eq!(a.is_disjoint(heap, b, eq), Ok(model_a.is_disjoint(&model_b)));
                assert_eq!(rest.is_disjoint(heap, b, eq), Ok(true));
                let mut left = sorted(union);
                while let Some(k) = union.pop() {
                    left.retain(|n| *n != number(k));
                    assert_eq!(union.len(), left.len());
                }
                assert!(left.is_empty());
            }
        });
    }

    #[test]
    fn iteration_notices_resizing() {
        with_heaps(|heap| {
            let set = Set::new(heap).expect("memory");
            for n in 0..20 {
                let k = key(heap, n);
                set.add(heap, k, n, eq).expect("memory");
            }
            let iter = SetIter::new(heap, set).expect("memory");
            for n in 0..20 {
                let SetStep::Key(k) = iter.advance() else { panic!("too short") };
                assert_eq!(number(k), n);
            }
            assert_eq!(iter.advance(), SetStep::Done);
            let iter = SetIter::new(heap, set).expect("memory");
            set.pop();
            assert_eq!(iter.advance(), SetStep::Resized);
            set.clear();
            assert!(set.is_empty() && keys(set).is_empty());
        });
    }

    #[test]
    fn frozensets_hash_as_in_cpython() {
        with_heap(false, |heap| {
            // hash(frozenset(...)) of CPython 3.13.
            let cases: [(&[i64], i64); 4] = [
                (&[], 133_146_708_735_736),
                (&[1], -558_064_481_276_695_278),
                (&[1, 2, 3], -272_375_401_224_217_160),
                (&[-1, 1_000_000_000_000_000, 7], -5_873_634_323_977_657_296),
            ];
            for (items, hash) in cases {
                let set = Set::new_frozen(heap).expect("memory");
                for n in items {
                    let word = Value::small_int(*n);
                    assert_eq!(set.add_at(heap, None, word, crate::int::hash_i64(*n)), Ok(true));
                }
                assert_eq!(set.hash(), hash);
                assert_eq!(set.hash(), hash);
            }
        });
    }
}
