//! Tests of lists and `TempVec`: random operations against a Rust vector.

use super::*;
use crate::layouts::CellObject;
use crate::slice::adjust_indices;
use crate::temp_vec::TempVec;
use crate::testing::{Rng, with_heap, with_heaps};

fn item(heap: &mut Heap, n: i64) -> Value {
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

fn numbers(cells: &[Cell<Value>]) -> Vec<i64> {
    cells.iter().map(|cell| number(cell.get())).collect()
}

fn check(list: Gc<List>, model: &[i64]) {
    assert_eq!(numbers(list.cells()), model);
    if let Some(array) = list.array() {
        // What is not in use keeps nothing alive.
        assert!(array.items()[list.len()..].iter().all(|c| c.get() == Value::small_int(0)));
    }
}

fn fresh(heap: &mut Heap, rng: &mut Rng, n: u64) -> (Gc<List>, Vec<i64>) {
    let (list, mut model) = (List::new(heap, 0).expect("memory"), Vec::new());
    for _ in 0..rng.below(n) {
        let n = rng.below(1000) as i64;
        let v = item(heap, n);
        list.push(heap, v).expect("memory");
        model.push(n);
    }
    (list, model)
}

fn step(heap: &mut Heap, rng: &mut Rng, list: Gc<List>, model: &mut Vec<i64>) {
    let len = model.len() as u64;
    let n = rng.below(1000) as i64;
    let v = item(heap, n);
    let (a, b) = (rng.below(len + 1) as usize, rng.below(len + 1) as usize);
    let (a, b) = (a.min(b), a.max(b));
    match rng.below(18) {
        0..4 => {
            list.push(heap, v).expect("memory");
            model.push(n);
        }
        4 => assert_eq!(list.pop().map(number), model.pop()),
        5 => {
            list.insert(heap, a, v).expect("memory");
            model.insert(a, n);
        }
        6 if a < model.len() => assert_eq!(number(list.pop_at(heap, a)), model.remove(a)),
        7 if a < model.len() => {
            list.set(heap, a, v);
            model[a] = n;
        }
        8 => {
            list.remove_range(heap, a, b);
            model.drain(a..b);
        }
        9 => {
            let (other, numbers) = fresh(heap, rng, 8);
            list.assign_range(heap, a, b, other.cells()).expect("memory");
            model.splice(a..b, numbers);
        }
        10 => {
            let own = model.clone();
            if own.len() < 100 {
                list.assign_range(heap, a, b, list.cells()).expect("memory");
                model.splice(a..b, own);
            }
        }
        11 if model.len() < 100 => {
            list.extend(heap, list).expect("memory");
            model.extend_from_within(..);
        }
        12 => {
            let (other, numbers) = fresh(heap, rng, 8);
            list.extend(heap, other).expect("memory");
            model.extend(numbers);
        }
        13 => {
            list.reverse(heap);
            model.reverse();
        }
        14 | 15 => {
            let bound = |rng: &mut Rng| Some(rng.below(20) as i64 - 10).filter(|n| *n != 0);
            let (start, stop) = (bound(rng), bound(rng));
            let extent = adjust_indices(start, stop, bound(rng).unwrap_or(1), model.len());
            let wanted: Vec<i64> = extent.indices().map(|i| model[i]).collect();
            let part = list.slice(heap, extent).expect("memory");
            check(part, &wanted);
            if rng.below(2) == 0 {
                let items: Vec<i64> = (0..extent.count as i64).map(|i| n + i).collect();
                let new = List::new(heap, 0).expect("memory");
                for n in &items {
                    let v = item(heap, *n);
                    new.push(heap, v).expect("memory");
                }
                list.assign_extended(heap, extent, new.cells());
                extent.indices().zip(items).for_each(|(i, n)| model[i] = n);
            } else {
                list.delete_slice(heap, extent);
                let gone: Vec<usize> = extent.indices().collect();
                let mut i = 0;
                model.retain(|_| {
                    i += 1;
                    !gone.contains(&(i - 1))
                });
            }
        }
        16 if model.len() < 50 => {
            let times = rng.below(4) as usize;
            check(list.repeat(heap, times).expect("memory"), &model.repeat(times));
            let both = list.concat(heap, list).expect("memory");
            check(both, &model.repeat(2));
            list.repeat_in_place(heap, times).expect("memory");
            *model = model.repeat(times);
        }
        _ => {
            list.truncate(a);
            model.truncate(a);
        }
    }
}

#[test]
fn random_operations_agree_with_a_vector() {
    let run = |heap: &mut Heap, steps: usize| {
        for seed in 0..10 {
            let mut rng = Rng::new(seed);
            let (list, mut model) = fresh(heap, &mut rng, 20);
            for _ in 0..steps {
                step(heap, &mut rng, list, &mut model);
                check(list, &model);
            }
        }
    };
    with_heap(false, |heap| run(heap, 3000));
    with_heap(true, |heap| run(heap, 200));
}

#[test]
fn big_old_lists_keep_their_young_items() {
    with_heap(false, |heap| {
        let list = List::new(heap, 0).expect("memory");
        for n in 0..20_000 {
            let v = item(heap, n);
            list.push(heap, v).expect("memory");
        }
        heap.collect(false);
        heap.collect(false);
        for n in 0..2000 {
            let v = item(heap, 2 * n + 1);
            match n % 4 {
                0 => list.set(heap, (n * 7 % 20_000) as usize, v),
                1 => list.insert(heap, 3, v).expect("memory"),
                2 => drop(list.pop_at(heap, 5)),
                _ => list.push(heap, v).expect("memory"),
            }
            if n % 100 == 0 {
                heap.collect(false);
            }
        }
        assert_eq!(numbers(list.cells()).len(), 20_500);
    });
}

/// Stores a young item somewhere and moves it. Not inlined, so that no copy of the item is left on the stack.
#[inline(never)]
fn store_and_move(heap: &mut Heap, list: Gc<List>, model: &mut Vec<i64>, n: usize) {
    let (at, odd) = ((n * 37) % 20_000, 2 * n as i64 + 1);
    let from = List::from_slice(heap, &[Value::NONE]).expect("memory");
    let v = item(heap, odd);
    list.set(heap, at, v);
    model[at] = odd;
    // Only the operation in question may tell the collector where the item is now, so the rest is ints.
    let eight = Value::small_int(8);
    match n % 5 {
        0 => {
            list.remove_range(heap, 0, 600);
            model.drain(0..600);
            (0..600).for_each(|_| list.push(heap, eight).expect("memory"));
            model.extend([8; 600]);
        }
        1 => {
            list.reverse(heap);
            model.reverse();
        }
        2 => {
            let range = at..(at + 600).min(20_000);
            list.extend_from_cells(heap, &list.cells()[range.clone()]).expect("memory");
            model.extend_from_within(range);
            list.set(heap, at, eight);
            model[at] = 8;
        }
        3 => {
            from.set(heap, 0, v);
            list.set(heap, at, eight);
            list.assign_range(heap, 19_001, 19_002, from.cells()).expect("memory");
            model[at] = 8;
            model[19_001] = odd;
        }
        _ => {
            list.delete_slice(heap, adjust_indices(Some(0), Some(1400), 2, model.len()));
            let mut i = 0;
            model.retain(|_| {
                i += 1;
                i > 1400 || i % 2 == 0
            });
            (0..700).for_each(|_| list.push(heap, eight).expect("memory"));
            model.extend([8; 700]);
        }
    }
}

#[test]
fn young_items_survive_being_moved_in_a_big_old_list() {
    with_heap(true, |heap| {
        let list = List::from_slice(heap, &vec![Value::small_int(8); 20_000]).expect("memory");
        let mut model = numbers(list.cells());
        list.reserve(heap, 60_000).expect("memory");
        for n in 0..400 {
            heap.collect(false);
            store_and_move(heap, list, &mut model, n);
            assert_eq!(model.len(), list.len());
        }
        assert_eq!(numbers(list.cells()), model);
    });
}

#[test]
fn a_list_may_be_emptied_while_its_items_are_elsewhere() {
    with_heaps(|heap| {
        let (list, model) = fresh(heap, &mut Rng::new(3), 30);
        let (array, len) = list.take();
        assert!(list.is_empty() && list.get(0).is_none());
        list.put(heap, array, len);
        check(list, &model);
    });
}

#[test]
fn temp_vecs_become_tuples_and_lists() {
    with_heaps(|heap| {
        let mut vec = TempVec::new(heap, 0).expect("memory");
        for n in 0..100 {
            let v = item(heap, n);
            vec.push(heap, v).expect("memory");
        }
        assert_eq!(vec.pop().map(number), Some(99));
        vec.truncate(50);
        let v = item(heap, 7);
        vec.set(heap, 0, v);
        let tuple = vec.to_tuple(heap).expect("memory");
        vec.extend_from_cells(heap, tuple.items()).expect("memory");
        assert_eq!((vec.len(), vec.last().map(number)), (100, Some(49)));
        let copy = TempVec::from_cells(heap, vec.cells()).expect("memory");
        let list = vec.into_list(heap).expect("memory");
        assert_eq!(numbers(copy.cells()), numbers(list.cells()));
        assert_eq!(numbers(&list.cells()[50..]), numbers(tuple.items()));
        let empty = TempVec::new(heap, 9).expect("memory");
        assert_eq!(empty.to_tuple(heap).expect("memory").value(), Value::EMPTY_TUPLE);
    });
}
