//! product, permutations, combinations, combinations_with_replacement.
//!
//! Each keeps a list of indices, from which the next result is made; it is None before the first one.

use super::simple::not_negative;
use super::{index, iterator};
use crate::util::{arg, given, items, new_native};
use habu_object::{Gc, List, Native, Tuple, Value};
use habu_vm::{NativeDef, PyResult, Vm};

pub(super) static CLASSES: &[(&str, &[NativeDef])] = &[
    ("product", PRODUCT),
    ("permutations", PERMUTATIONS),
    ("combinations", COMBINATIONS),
    ("combinations_with_replacement", REPLACEMENT),
];

/// The pool of all four but product: slots pool, indices or None, length of results or None at the end.
fn new(vm: &mut Vm, args: &[Value], r: usize) -> PyResult<Value> {
    let pool = vm.tuple_from_iter(arg(args, 1))?;
    new_native(vm, args, &[pool.value(), Value::NONE, Value::small_int(r as i64), Value::NONE])
}

fn read(list: Gc<List>, i: usize) -> usize {
    list.get(i).map_or(0, |v| if v.is_int() { v.as_int() as usize } else { 0 })
}

fn write(vm: &mut Vm, list: Gc<List>, i: usize, n: usize) {
    list.set(&mut vm.heap, i, Value::small_int(n as i64));
}

fn numbers(vm: &mut Vm, all: impl Iterator<Item = usize>) -> PyResult<Gc<List>> {
    let list = List::new(&mut vm.heap, 4)?;
    for n in all {
        list.push(&mut vm.heap, Value::small_int(n as i64))?;
    }
    Ok(list)
}

/// The result that the first `r` indices stand for.
fn pick(vm: &mut Vm, pool: Gc<Tuple>, indices: Gc<List>, r: usize) -> PyResult<Value> {
    let t = Tuple::zeroed(&mut vm.heap, r)?;
    for i in 0..r {
        let at = read(indices, i);
        t.set(&mut vm.heap, i, pool.items().get(at).map_or(Value::NONE, |c| c.get()));
    }
    Ok(if r == 0 { Value::EMPTY_TUPLE } else { t.value() })
}

fn state(this: Gc<Native>) -> Option<(Gc<Tuple>, usize)> {
    let r = this.slot(2);
    if r.is_none() { None } else { Some((this.slot(0).cast::<Tuple>()?, r.as_int() as usize)) }
}

fn end(vm: &mut Vm, this: Gc<Native>) -> PyResult<Option<Value>> {
    this.set_slot(&mut vm.heap, 2, Value::NONE);
    Ok(None)
}

/// The first indices.
fn begin(vm: &mut Vm, this: Gc<Native>, indices: Gc<List>) -> Gc<List> {
    this.set_slot(&mut vm.heap, 1, indices.value());
    indices
}

// Slots: tuple of pools, indices or None.
iterator!(
    PRODUCT,
    "(cls, *iterables, repeat=1)",
    |vm, args| {
        let repeat = match arg(args, 2).bound() {
            Some(v) => index(vm, v)?,
            None => 1,
        };
        if repeat < 0 {
            return Err(vm.value_error("repeat argument cannot be negative"));
        }
        let once = List::new(&mut vm.heap, 4)?;
        if repeat > 0 {
            for v in items(arg(args, 1)) {
                let pool = vm.tuple_from_iter(v)?;
                once.push(&mut vm.heap, pool.value())?;
            }
        }
        let all = once.repeat(&mut vm.heap, repeat as usize)?;
        let n = all.len();
        let pools = vm.list_to_tuple(all)?;
        new_native(vm, args, &[pools.value(), Value::NONE, Value::small_int(n as i64)])
    },
    |vm, this| {
        let Some((pools, n)) = state(this) else { return Ok(None) };
        let pool_len = |i: usize| pools.get(i).cast::<Tuple>().map_or(0, |p| p.len());
        let indices = match this.slot(1).cast::<List>() {
            None => {
                let all = numbers(vm, (0..n).map(|_| 0))?;
                if (0..n).any(|i| pool_len(i) == 0) {
                    return end(vm, this);
                }
                begin(vm, this, all)
            }
            Some(indices) => {
                let mut i = n;
                loop {
                    if i == 0 {
                        return end(vm, this);
                    }
                    i -= 1;
                    let next = read(indices, i) + 1;
                    if next < pool_len(i) {
                        write(vm, indices, i, next);
                        break;
                    }
                    write(vm, indices, i, 0);
                }
                indices
            }
        };
        let t = Tuple::zeroed(&mut vm.heap, n)?;
        for i in 0..n {
            let v = pools.get(i).cast::<Tuple>().map_or(Value::NONE, |p| p.get(read(indices, i)));
            t.set(&mut vm.heap, i, v);
        }
        Ok(Some(if n == 0 { Value::EMPTY_TUPLE } else { t.value() }))
    }
);

iterator!(
    COMBINATIONS,
    "(cls, iterable, r)",
    |vm, args| {
        let r = index(vm, arg(args, 2))?;
        let r = not_negative(vm, r, "r")?;
        new(vm, args, r)
    },
    |vm, this| {
        let Some((pool, r)) = state(this) else { return Ok(None) };
        let n = pool.len();
        let indices = match this.slot(1).cast::<List>() {
            None if r > n => return end(vm, this),
            None => {
                let all = numbers(vm, 0..r)?;
                begin(vm, this, all)
            }
            Some(indices) => {
                let Some(i) = (0..r).rev().find(|i| read(indices, *i) != i + n - r) else {
                    return end(vm, this);
                };
                let first = read(indices, i) + 1;
                for k in i..r {
                    write(vm, indices, k, first + k - i);
                }
                indices
            }
        };
        pick(vm, pool, indices, r).map(Some)
    }
);

iterator!(
    REPLACEMENT,
    "(cls, iterable, r)",
    |vm, args| {
        let r = index(vm, arg(args, 2))?;
        let r = not_negative(vm, r, "r")?;
        new(vm, args, r)
    },
    |vm, this| {
        let Some((pool, r)) = state(this) else { return Ok(None) };
        let n = pool.len();
        let indices = match this.slot(1).cast::<List>() {
            None if n == 0 && r > 0 => return end(vm, this),
            None => {
                let all = numbers(vm, (0..r).map(|_| 0))?;
                begin(vm, this, all)
            }
            Some(indices) => {
                let Some(i) = (0..r).rev().find(|i| read(indices, *i) + 1 != n) else {
                    return end(vm, this);
                };
                let next = read(indices, i) + 1;
                for k in i..r {
                    write(vm, indices, k, next);
                }
                indices
            }
        };
        pick(vm, pool, indices, r).map(Some)
    }
);

// Slot 3: the cycles.
iterator!(
    PERMUTATIONS,
    "(cls, iterable, r=None)",
    |vm, args| {
        let pool = vm.tuple_from_iter(arg(args, 1))?;
        let r = match given(args, 2) {
            None => pool.len(),
            Some(v) if habu_object::int::is_int_like(v) => {
                let r = index(vm, v)?;
                not_negative(vm, r, "r")?
            }
            Some(_) => return Err(vm.type_error("Expected int as r")),
        };
        new_native(vm, args, &[pool.value(), Value::NONE, Value::small_int(r as i64), Value::NONE])
    },
    |vm, this| {
        let Some((pool, r)) = state(this) else { return Ok(None) };
        let n = pool.len();
        let (indices, cycles) = match (this.slot(1).cast::<List>(), this.slot(3).cast::<List>()) {
            (Some(indices), Some(cycles)) => (indices, cycles),
            _ if r > n => return end(vm, this),
            _ => {
                let all = numbers(vm, 0..n)?;
                let indices = begin(vm, this, all);
                let cycles = numbers(vm, (0..r).map(|i| n - i))?;
                this.set_slot(&mut vm.heap, 3, cycles.value());
                return pick(vm, pool, indices, r).map(Some);
            }
        };
        for i in (0..r).rev() {
            let left = read(cycles, i) - 1;
            if left == 0 {
                // Rotate the tail back.
                let first = read(indices, i);
                for k in i..n - 1 {
                    let moved = read(indices, k + 1);
                    write(vm, indices, k, moved);
                }
                write(vm, indices, n - 1, first);
                write(vm, cycles, i, n - i);
            } else {
                write(vm, cycles, i, left);
                let (a, b) = (read(indices, i), read(indices, n - left));
                write(vm, indices, i, b);
                write(vm, indices, n - left, a);
                return pick(vm, pool, indices, r).map(Some);
            }
        }
        end(vm, this)
    }
);
