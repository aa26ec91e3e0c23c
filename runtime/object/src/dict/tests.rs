//! Tests of dicts: random operations against a plain list of pairs, iterators, cells, comparisons that misbehave.

use super::*;
use crate::layouts::CellObject;
use crate::object::Gc;
use crate::str::{HashKey, Str};
use crate::testing::{Rng, with_heap, with_heaps};
use crate::value::Value;
use std::convert::Infallible;

/// An object that holds a number; `eq` compares the numbers.
fn boxed(heap: &mut Heap, n: i64) -> Value {
    let cell = CellObject::blank(heap).expect("memory");
    cell.contents.set(Value::small_int(n));
    cell.value()
}

fn number(v: Value) -> i64 {
    if v.is_int() {
        v.as_int()
    } else {
        v.cast::<CellObject>().expect("alive").contents.get().as_int()
    }
}

/// Even keys are immediate ints, odd ones fresh objects.
fn key(heap: &mut Heap, n: i64) -> Value {
    if n % 2 == 0 { Value::small_int(n) } else { boxed(heap, n) }
}

fn eq(a: Value, b: Value) -> Result<bool, Infallible> {
    Ok(number(a) == number(b))
}

fn eq_and_collect(heap: &mut Heap, a: Value, b: Value) -> Result<bool, OutOfMemory> {
    boxed(heap, 0);
    Ok(number(a) == number(b))
}

/// How keys are hashed in one run.
#[derive(Clone, Copy, Debug)]
enum Hashing {
    Identity,
    Strided,
    Colliding,
    Wide,
}

impl Hashing {
    const ALL: [Hashing; 4] =
        [Hashing::Identity, Hashing::Strided, Hashing::Colliding, Hashing::Wide];

    fn hash(self, n: i64) -> i64 {
        match self {
            Hashing::Identity => n,
            Hashing::Strided => n << 20,
            Hashing::Colliding => n % 5,
            Hashing::Wide => (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64,
        }
    }
}

struct Model {
    dict: Gc<Dict>,
    pairs: Vec<(i64, i64)>,
    hashing: Hashing,
}

impl Model {
    fn find(&self, n: i64) -> Option<usize> {
        self.pairs.iter().position(|(k, _)| *k == n)
    }

    fn check(&self) {
        let mut got = Vec::new();
        let mut pos = 0;
        while let Some((next, k, v, h)) = self.dict.next_entry(pos) {
            pos = next;
            assert_eq!(h, (self.hashing.hash(number(k)) << 2) >> 2);
            got.push((number(k), number(v)));
        }
        assert_eq!(got, self.pairs);
        assert_eq!(self.dict.len(), self.pairs.len());
        let mut pos = usize::MAX;
        while let Some((at, k, v, _)) = self.dict.prev_entry(pos) {
            pos = at;
            assert_eq!(got.pop(), Some((number(k), number(v))));
        }
        assert!(got.is_empty());
    }

    fn step(&mut self, heap: &mut Heap, rng: &mut Rng, keys: u64) {
        let n = rng.below(keys) as i64;
        let (hash, at) = (self.hashing.hash(n), self.find(n));
        let k = key(heap, n);
        let old = at.map(|at| self.pairs[at].1);
        match rng.below(40) {
            0..18 => {
                let x = rng.below(1000) as i64;
                let value = boxed(heap, x);
                let got = self.dict.insert(heap, k, hash, value, eq_and_collect).expect("memory");
                assert_eq!(got.map(number), old);
                match at {
                    Some(at) => self.pairs[at].1 = x,
                    None => self.pairs.push((n, x)),
                }
            }
            18..24 => {
                let Ok(got) = self.dict.get(k, hash, eq);
                assert_eq!(got.map(number), old);
            }
            24..34 => {
                let Ok(got) = self.dict.remove(k, hash, eq);
                assert_eq!(got.map(number), old);
                if let Some(at) = at {
                    self.pairs.remove(at);
                }
            }
            34 => {
                let got = self.dict.pop_item().map(|(k, v)| (number(k), number(v)));
                assert_eq!(got, self.pairs.pop());
            }
            35 | 36 => {
                let got = self.dict.pop_first().map(|(k, v)| (number(k), number(v)));
                let first = if self.pairs.is_empty() { None } else { Some(self.pairs.remove(0)) };
                assert_eq!(got, first);
            }
            37 if !self.dict.has_cells() => {
                self.dict = self.dict.copy(heap).expect("memory");
                self.check();
            }
            38 => self.dict.reserve(heap, rng.below(50) as usize).expect("memory"),
            39 if rng.below(20) == 0 => {
                self.dict.clear();
                self.pairs.clear();
            }
            _ => {
                let mut other = Model { pairs: Vec::new(), ..*self };
                other.dict = Dict::new(heap).expect("memory");
                for _ in 0..rng.below(6) {
                    let n = rng.below(keys) as i64;
                    let (k, v) = (key(heap, n), boxed(heap, -n));
                    let hash = self.hashing.hash(n);
                    other.dict.insert(heap, k, hash, v, eq_and_collect).expect("memory");
                    if other.find(n).is_none() {
                        other.pairs.push((n, -n));
                    }
                }
                let replace = rng.below(2) == 0;
                let done = self.dict.merge(heap, other.dict, replace, eq_and_collect);
                assert_eq!(done, Ok(true));
                for (n, x) in other.pairs {
                    match self.find(n) {
                        Some(at) if replace => self.pairs[at].1 = x,
                        Some(_) => {}
                        None => self.pairs.push((n, x)),
                    }
                }
            }
        }
    }
}

fn random_runs(heap: &mut Heap, steps: usize, with_cells: bool) {
    for (seed, hashing) in Hashing::ALL.into_iter().enumerate() {
        for keys in [6, 30, 400] {
            let mut rng = Rng::new(seed as u64 * 100 + keys);
            let dict =
                if with_cells { Dict::with_cells(heap) } else { Dict::new(heap) }.expect("memory");
            let mut model = Model { dict, pairs: Vec::new(), hashing };
            for i in 0..steps {
                model.step(heap, &mut rng, keys);
                if i % 16 == 0 {
                    model.check();
                }
            }
            model.check();
        }
    }
}

#[test]
fn random_operations_agree_with_a_list_of_pairs() {
    with_heap(false, |heap| random_runs(heap, 8000, false));
    with_heap(true, |heap| random_runs(heap, 250, false));
}

#[test]
fn random_operations_with_cells_agree_too() {
    with_heap(false, |heap| random_runs(heap, 8000, true));
    with_heap(true, |heap| random_runs(heap, 250, true));
}

fn filled(heap: &mut Heap, n: i64) -> Gc<Dict> {
    let dict = Dict::new(heap).expect("memory");
    for i in 0..n {
        let (k, v) = (key(heap, i), boxed(heap, i * 10));
        dict.insert(heap, k, i, v, eq_and_collect).expect("memory");
    }
    dict
}

#[test]
fn queues_stay_small_and_fast() {
    with_heap(false, |heap| {
        let dict = Dict::new(heap).expect("memory");
        for i in 0..200_000 {
            dict.insert_simple(heap, Value::small_int(i), i, Value::NONE).expect("memory");
            if i >= 100 {
                assert_eq!(dict.pop_first().map(|(k, _)| k.as_int()), Some(i - 100));
            }
        }
        assert!(dict.array().expect("storage").len() < 3 * 1000);
        // Draining from the front is linear, too.
        let big = Dict::new(heap).expect("memory");
        for i in 0..200_000 {
            big.insert_simple(heap, Value::small_int(i), i, Value::NONE).expect("memory");
        }
        for i in 0..200_000 {
            assert_eq!(big.next_entry(0).map(|e| e.1.as_int()), Some(i));
            assert!(
                big.remove_at(big.lookup_simple(Value::small_int(i), i).expect("there")).is_some()
            );
        }
        // Adding and popping at the end must not fill the index with deleted slots.
        for i in 0..20 {
            big.insert_simple(heap, Value::small_int(i), i, Value::NONE).expect("memory");
        }
        for i in 20..10_000 {
            big.insert_simple(heap, Value::small_int(i), i, Value::NONE).expect("memory");
            assert_eq!(big.get_simple(Value::small_int(-i), -i), None);
            assert_eq!(big.pop_item().map(|(k, _)| k.as_int()), Some(i));
        }
        assert_eq!(big.len(), 20);
    });
}

#[test]
fn iterators_go_both_ways_and_notice_resizing() {
    with_heaps(|heap| {
        let dict = filled(heap, 40);
        for n in (0..40).step_by(3) {
            let Ok(removed) = dict.remove(key(heap, n), n, eq);
            assert!(removed.is_some());
        }
        let wanted: Vec<i64> = (0..40).filter(|n| n % 3 != 0).collect();
        for reversed in [false, true] {
            let iter = DictItemIter::new(heap, dict, reversed).expect("memory");
            let mut got = Vec::new();
            while let IterStep::Entry(k, v) = iter.advance() {
                assert_eq!(number(v), number(k) * 10);
                got.push(number(k));
                assert_eq!(iter.length_hint(), wanted.len() - got.len());
            }
            if reversed {
                got.reverse();
            }
            assert_eq!(got, wanted);
            assert_eq!(iter.advance(), IterStep::Done);
        }
        let iter = DictKeyIter::new(heap, dict, false).expect("memory");
        assert!(matches!(iter.advance(), IterStep::Entry(..)));
        dict.pop_item();
        assert_eq!(iter.advance(), IterStep::Resized);
        assert_eq!(iter.advance(), IterStep::Resized);
        let keys = DictKeys::new(heap, dict).expect("memory");
        assert_eq!(keys.dict.get(), dict.value());
    });
}

#[test]
fn a_comparison_may_change_the_dict() {
    with_heaps(|heap| {
        for n in [3, 30] {
            // All keys are objects of one hash, so a lookup asks for each.
            let dict = Dict::new(heap).expect("memory");
            for i in 0..n {
                let (k, v) = (boxed(heap, i), Value::small_int(i));
                dict.insert(heap, k, 7, v, eq_and_collect).expect("memory");
            }
            let mut asked = 0;
            let k = boxed(heap, n - 1);
            let found: Result<_, OutOfMemory> = dict.lookup(k, 7, |a, b| {
                asked += 1;
                if asked == 2 {
                    // Everything moves; then the search must begin again.
                    dict.pop_first();
                    for i in 100..140 {
                        let k = Value::small_int(i);
                        dict.insert_simple(heap, k, i, k)?;
                    }
                }
                Ok(number(a) == number(b))
            });
            let row = found.expect("memory").expect("found");
            assert_eq!(dict.value_at(row), Some(Value::small_int(n - 1)));
            let cleared: Result<_, Infallible> = dict.lookup(k, 7, |_, _| {
                dict.clear();
                Ok(true)
            });
            assert_eq!(cleared, Ok(None));
            assert_eq!(dict.lookup(k, 7, |_, _| Err(5)), Ok(None));
        }
    });
}

#[test]
fn an_error_in_a_comparison_comes_out() {
    with_heap(false, |heap| {
        let dict = filled(heap, 10);
        let k = boxed(heap, 3);
        assert_eq!(dict.lookup(k, 3, |_, _| Err("no")), Err("no"));
    });
}

#[test]
fn cells_survive_removal_and_clear() {
    with_heaps(|heap| {
        let dict = Dict::with_cells(heap).expect("memory");
        let (a, b) = (Value::small_int(1), Value::small_int(2));
        let cell = dict.cell_at(heap, None, a, 1).expect("memory");
        assert!(dict.is_empty() && dict.get_simple(a, 1).is_none());
        assert!(dict.pop_item().is_none() && dict.next_entry(0).is_none());
        dict.insert_simple(heap, b, 2, Value::NONE).expect("memory");
        dict.insert_simple(heap, a, 1, Value::TRUE).expect("memory");
        assert_eq!(cell.contents.get(), Value::TRUE);
        // Bound late, so it comes last.
        assert_eq!(dict.next_entry(0).map(|e| e.1), Some(b));
        assert_eq!(dict.len(), 2);
        assert_eq!(dict.remove_at(dict.lookup_simple(a, 1).expect("row")), Some(Value::TRUE));
        assert!(cell.contents.get().is_unbound() && dict.len() == 1);
        dict.insert_simple(heap, a, 1, Value::FALSE).expect("memory");
        assert_eq!(cell.contents.get(), Value::FALSE);
        let plain = dict.copy(heap).expect("memory");
        assert!(!plain.has_cells() && plain.get_simple(a, 1) == Some(Value::FALSE));
        dict.clear();
        assert!(dict.is_empty() && cell.contents.get().is_unbound());
        assert!(dict.cell(dict.lookup_simple(a, 1).expect("row")) == cell);
        // And a plain dict may get cells later.
        plain.add_cells(heap).expect("memory");
        assert_eq!(plain.get_simple(a, 1), Some(Value::FALSE));
        let cell = plain.cell(plain.lookup_simple(b, 2).expect("row"));
        cell.contents.set(Value::TRUE);
        assert_eq!(plain.get_simple(b, 2), Some(Value::TRUE));
    });
}

#[test]
fn numbers_of_equal_value_are_one_key() {
    with_heap(false, |heap| {
        let dict = Dict::new(heap).expect("memory");
        dict.insert_simple(heap, Value::small_int(3), 3, Value::NONE).expect("memory");
        let three = Value::try_imm_float(3.0).expect("immediate");
        assert_eq!(dict.get_simple(three, 3), Some(Value::NONE));
        let half = Value::try_imm_float(3.5).expect("immediate");
        assert_eq!(dict.get_simple(half, 3), None);
        let big = crate::int::from_i128(heap, 1 << 100).expect("memory");
        let same = crate::int::from_i128(heap, 1 << 100).expect("memory");
        dict.insert_simple(heap, big, 9, Value::TRUE).expect("memory");
        assert_eq!(dict.get_simple(same, 9), Some(Value::TRUE));
    });
}

#[test]
fn names_are_found_by_identity_or_text() {
    with_heaps(|heap| {
        let seed = HashKey::from_seed(Some(1));
        let name = |heap: &mut Heap, text: &str| {
            let s = Str::new(heap, text).expect("memory");
            s.hash(seed);
            s
        };
        for n in [3, 100] {
            let (plain, cells) = (Dict::new(heap), Dict::with_cells(heap));
            let (plain, cells) = (plain.expect("memory"), cells.expect("memory"));
            for i in 0..n {
                let (key, v) = (name(heap, &format!("n{i}é")), Value::small_int(i));
                assert_eq!(plain.insert_str(heap, key, v), Ok(None));
                let cell = cells.cell_for(heap, key).expect("memory");
                assert!(cells.get_str(key).is_none());
                cell.contents.set(v);
            }
            for i in 0..n {
                let key = name(heap, &format!("n{i}é"));
                assert_eq!(plain.get_str(key), Some(Value::small_int(i)));
                assert_eq!(cells.get_str(key), Some(Value::small_int(i)));
                assert_eq!(cells.find_cell(key).map(|c| c.contents.get()), cells.get_str(key));
                let hash = key.hash(seed);
                let Ok(found) =
                    plain.get(key.value(), hash, |_, _| -> Result<_, Infallible> { panic!() });
                assert_eq!(found, Some(Value::small_int(i)));
            }
            let (absent, empty) = (name(heap, "absent"), name(heap, ""));
            assert!(plain.get_str(absent).is_none() && cells.find_cell(absent).is_none());
            plain.insert_str(heap, empty, Value::TRUE).expect("memory");
            assert_eq!(plain.remove_str(name(heap, "")), Some(Value::TRUE));
            assert_eq!(plain.remove_str(empty), None);
        }
    });
}
