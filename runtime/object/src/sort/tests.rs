//! Tests of sorting: against the standard library's stable sort, with values that know where they came from.

use super::*;
use crate::array::Tuple;
use crate::str::Str;
use crate::testing::{Rng, with_heap, with_heaps};
use crate::{float, int};
use std::cmp::Ordering;

fn array_of(heap: &mut Heap, n: usize, mut item: impl FnMut(&mut Heap) -> Value) -> Gc<Array> {
    let array = Array::zeroed(heap, n).expect("memory");
    for i in 0..n {
        let v = item(heap);
        array.set(heap, i, v);
    }
    array
}

/// Sorts the keys with the row numbers as values; returns these.
fn rows_sorted(
    heap: &mut Heap,
    keys: Gc<Array>,
    reverse: bool,
    less: impl FnMut(&mut Heap, Value, Value) -> Result<bool, OutOfMemory>,
) -> Vec<usize> {
    let n = keys.len();
    let mut next = -1;
    let values = array_of(heap, n, |_| {
        next += 1;
        Value::small_int(next)
    });
    let sorted = sort(heap, keys, Some(values), n, reverse, less).expect("no error");
    sorted.items().iter().map(|cell| cell.get().as_int() as usize).collect()
}

fn check(heap: &mut Heap, keys: Gc<Array>, order: impl Fn(Value, Value) -> Ordering) {
    for reverse in [false, true] {
        let mut wanted: Vec<usize> = (0..keys.len()).collect();
        wanted.sort_by(|a, b| {
            let ordering = order(keys.get(*a), keys.get(*b));
            if reverse { ordering.reverse() } else { ordering }
        });
        let got = rows_sorted(heap, keys, reverse, |_, a, b| Ok(order(a, b) == Ordering::Less));
        assert_eq!(got, wanted);
        // Without values, from a copy as the array itself may be changed.
        let mut i = 0;
        let copy = array_of(heap, keys.len(), |_| {
            i += 1;
            keys.get(i - 1)
        });
        let less = |_: &mut Heap, a, b| Ok::<bool, OutOfMemory>(order(a, b) == Ordering::Less);
        let sorted = sort(heap, copy, None, keys.len(), reverse, less).expect("no error");
        for (cell, row) in sorted.items().iter().zip(wanted) {
            assert_eq!(cell.get(), keys.get(row));
        }
    }
}

fn number(v: Value) -> f64 {
    float::get(v).unwrap_or_else(|| int::to_i64(v).expect("small") as f64)
}

#[test]
fn numbers_of_all_kinds() {
    with_heaps(|heap| {
        let mut rng = Rng::new(4);
        for n in [0, 1, 2, 50, 300] {
            for kind in 0..6 {
                let keys = array_of(heap, n, |heap| {
                    let x = rng.below(40) as i64 - 20;
                    match kind {
                        0 => Value::small_int(x),
                        1 => float::new(heap, x as f64 / 4.0).expect("memory"),
                        2 if x % 2 == 0 => Value::small_int(x),
                        2 => float::new(heap, x as f64 / 2.0).expect("memory"),
                        3 => Value::bool(x % 2 == 0),
                        4 => float::new(heap, if x < 0 { -0.0 } else { 0.0 }).expect("memory"),
                        _ if x % 2 == 0 => float::new(heap, x as f64 * 1e-90).expect("memory"),
                        _ => Value::bool(x > 3),
                    }
                });
                check(heap, keys, |a, b| number(a).total_cmp_eq(number(b)));
            }
        }
    });
}

trait TotalEq {
    fn total_cmp_eq(self, other: f64) -> Ordering;
}

impl TotalEq for f64 {
    fn total_cmp_eq(self, other: f64) -> Ordering {
        self.partial_cmp(&other).expect("no NaN")
    }
}

#[test]
fn ints_beyond_the_immediates() {
    with_heaps(|heap| {
        let mut rng = Rng::new(5);
        let keys = array_of(heap, 100, |heap| {
            let n = (rng.next() as i128 - (1 << 63)) << rng.below(60);
            int::from_i128(heap, n).expect("memory")
        });
        check(heap, keys, int::cmp);
    });
}

#[test]
fn tuples_by_their_first_items_then_the_rest() {
    with_heaps(|heap| {
        let mut rng = Rng::new(6);
        let keys = array_of(heap, 200, |heap| {
            let items = [(); 3].map(|()| Value::small_int(rng.below(4) as i64));
            Tuple::new(heap, &items[..1 + rng.below(3) as usize]).expect("memory").value()
        });
        check(heap, keys, |a, b| {
            let numbers = |v: Value| -> Vec<i64> {
                let tuple = v.cast::<Tuple>().expect("a tuple");
                tuple.items().iter().map(|cell| cell.get().as_int()).collect()
            };
            numbers(a).cmp(&numbers(b))
        });
    });
}

#[test]
fn comparisons_that_allocate_see_their_keys_alive() {
    with_heaps(|heap| {
        let mut rng = Rng::new(7);
        // Cells of one item: no builtin comparison knows them.
        let keys = array_of(heap, 60, |heap| {
            let cell = crate::CellObject::blank(heap).expect("memory");
            cell.contents.set(Value::small_int(rng.below(30) as i64));
            cell.value()
        });
        let number = |v: Value| v.cast::<crate::CellObject>().expect("alive").contents.get();
        check(heap, keys, |a, b| number(a).as_int().cmp(&number(b).as_int()));
        let order = rows_sorted(heap, keys, false, |heap, a, b| {
            Array::zeroed(heap, 10)?;
            Ok(number(a).as_int() < number(b).as_int())
        });
        assert!(order.is_sorted_by_key(|row| number(keys.get(*row)).as_int()));
    });
}

#[test]
fn an_error_leaves_the_items_alone() {
    with_heap(false, |heap| {
        let mut next = 100;
        let keys = array_of(heap, 50, |heap| {
            next -= 1;
            let cell = crate::CellObject::blank(heap).expect("memory");
            cell.contents.set(Value::small_int(next));
            cell.value()
        });
        let before: Vec<u64> = keys.items().iter().map(|cell| cell.get().bits()).collect();
        let mut calls = 0;
        let done = sort(heap, keys, None, 50, true, |_, _, _| {
            calls += 1;
            if calls == 40 { Err(OutOfMemory) } else { Ok(true) }
        });
        assert!(done.is_err());
        let after: Vec<u64> = keys.items().iter().map(|cell| cell.get().bits()).collect();
        assert_eq!(before, after);
    });
}

#[test]
fn nan_is_less_than_nothing_and_nothing_panics() {
    with_heap(false, |heap| {
        let mut rng = Rng::new(8);
        let keys = array_of(heap, 300, |heap| {
            let f = if rng.below(4) == 0 { f64::NAN } else { rng.below(100) as f64 };
            float::new(heap, f).expect("memory")
        });
        let order = rows_sorted(heap, keys, false, |_, _, _| Err(OutOfMemory));
        let mut rows = order.clone();
        rows.sort();
        assert_eq!(rows, (0..300).collect::<Vec<_>>());
    });
}

fn text(rng: &mut Rng) -> String {
    let alphabet = ["a", "b", "\0", "ab", "é", "ÿ", "語", "\u{1f600}", "common prefix "];
    let widest = [4, 6, 8][rng.below(3) as usize];
    let start = if rng.below(2) == 0 { alphabet[8] } else { "" };
    let tail = (0..rng.below(12)).map(|_| alphabet[rng.below(widest) as usize]);
    std::iter::once(start).chain(tail).collect()
}

#[test]
fn strs_of_all_widths_alone_and_in_tuples() {
    with_heaps(|heap| {
        let mut rng = Rng::new(10);
        let order = |a: Value, b: Value| {
            let text = |v: Value| v.cast::<Str>().expect("a str").to_string_lossy().into_owned();
            text(a).cmp(&text(b))
        };
        for round in 0..12 {
            let texts: Vec<String> = (0..80)
                .map(|_| match round % 4 {
                    0 => format!("common prefix {}", rng.below(50)),
                    1 => format!("{:05}", rng.below(500)),
                    _ => text(&mut rng),
                })
                .collect();
            let mut next = texts.iter();
            let keys = array_of(heap, texts.len(), |heap| {
                Str::new(heap, next.next().expect("a text")).expect("memory").value()
            });
            check(heap, keys, order);
            let mut i = 0;
            let tuples = array_of(heap, texts.len(), |heap| {
                i += 1;
                let items = [keys.get(i - 1), Value::small_int(i as i64 % 3)];
                Tuple::new(heap, &items).expect("memory").value()
            });
            check(heap, tuples, |a, b| {
                let (a, b) = (a.cast::<Tuple>().expect("tuple"), b.cast::<Tuple>().expect("tuple"));
                order(a.get(0), b.get(0)).then(a.get(1).as_int().cmp(&b.get(1).as_int()))
            });
        }
    });
}
