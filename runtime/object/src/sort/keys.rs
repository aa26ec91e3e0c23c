//! What decides comparisons without a call: 64-bit keys, and the exact builtin types.

use super::strs;
use crate::array::{Array, Tuple};
use crate::kind::shape;
use crate::object::Gc;
use crate::value::Value;
use crate::{float, int};
use std::cell::Cell;
use std::cmp::Ordering;

/// A row to be sorted.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// Rows with different keys are ordered as their keys are.
    pub(super) key: u64,
    /// Position in the array of keys.
    pub(super) number: u32,
}

/// What equal 64-bit keys mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ties {
    /// The rows are equal.
    Equal,
    /// Both are exact strs with the same beginning.
    Strs,
    /// Both are exact strs of bytes, and the keys are `strs::narrow_key`s after this many bytes.
    Narrow(usize),
    /// Nothing.
    Ask,
}

/// What all items have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Ints,
    Floats,
    /// Ints and floats, the ints exact as floats.
    Numbers,
    Strs,
    /// Strs with one byte for each character.
    NarrowStrs,
    /// Tuples that are not empty.
    Tuples,
    Other,
}

fn class_of(v: Value) -> Class {
    if v.is_int() {
        Class::Ints
    } else if v.is_imm_float() {
        if v.as_imm_float().is_nan() { Class::Other } else { Class::Floats }
    } else {
        match v.shape() {
            shape::BOOL => Class::Ints,
            shape::STR if strs::narrow(v).is_some() => Class::NarrowStrs,
            shape::STR => Class::Strs,
            shape::TUPLE if v != Value::EMPTY_TUPLE => Class::Tuples,
            _ => Class::Other,
        }
    }
}

/// Whether the int is a float without loss, whatever its digits.
fn is_float_like(v: Value) -> bool {
    !v.is_int() || v.as_int().unsigned_abs() <= 1 << 53
}

fn class(items: impl Iterator<Item = Value> + Clone) -> Class {
    let mut all = match items.clone().next() {
        Some(v) => class_of(v),
        None => return Class::Other,
    };
    for v in items.clone().skip(1) {
        let one = class_of(v);
        if one != all {
            all = match (all, one) {
                (Class::Ints | Class::Floats | Class::Numbers, Class::Ints | Class::Floats) => {
                    Class::Numbers
                }
                (Class::Strs | Class::NarrowStrs, Class::Strs | Class::NarrowStrs) => Class::Strs,
                _ => return Class::Other,
            };
        }
    }
    if all == Class::Numbers && !items.clone().all(is_float_like) { Class::Other } else { all }
}

/// The number of an immediate int or a bool.
fn int_of(v: Value) -> i64 {
    if v.is_int() { v.as_int() } else { i64::from(v == Value::TRUE) }
}

fn int_key(n: i64) -> u64 {
    n as u64 ^ 1 << 63
}

/// Orders floats that are no NaN as `<` does, with -0.0 equal to 0.0.
fn float_key(f: f64) -> u64 {
    let bits = (f + 0.0).to_bits();
    if bits >> 63 == 0 { bits ^ 1 << 63 } else { !bits }
}

/// Makes the 64-bit keys of items.
#[derive(Clone, Copy)]
struct Keys {
    class: Class,
    /// Bytes that all strs have in common at the start.
    skip: usize,
}

impl Keys {
    fn new(items: impl Iterator<Item = Value> + Clone) -> Keys {
        let class = class(items.clone());
        let skip = if class == Class::NarrowStrs { strs::common_prefix(items) } else { 0 };
        Keys { class, skip }
    }

    #[inline]
    fn key(self, v: Value) -> u64 {
        match self.class {
            Class::Ints => int_key(int_of(v)),
            Class::Floats | Class::Numbers if v.is_imm_float() => float_key(v.as_imm_float()),
            Class::Floats | Class::Numbers => float_key(int_of(v) as f64),
            Class::NarrowStrs => strs::narrow_key(v, self.skip),
            Class::Strs => strs::wide_key(v),
            Class::Tuples | Class::Other => 0,
        }
    }
}

/// Rows for these items in their order, or None without memory.
pub(super) fn rows(items: &[Cell<Value>]) -> Option<(Vec<Row>, Ties)> {
    let count = u32::try_from(items.len()).ok()?;
    let mut rows = Vec::new();
    rows.try_reserve_exact(items.len()).ok()?;
    let keys = Keys::new(items.iter().map(Cell::get));
    let ties = match keys.class {
        Class::Ints | Class::Floats | Class::Numbers => Ties::Equal,
        Class::Strs => Ties::Strs,
        Class::NarrowStrs => Ties::Narrow(keys.skip),
        Class::Tuples | Class::Other => Ties::Ask,
    };
    if keys.class == Class::Tuples {
        let keys = Keys::new(items.iter().map(|cell| first_of(cell.get())));
        let row = |(number, cell): (u32, &Cell<Value>)| Row {
            key: keys.key(first_of(cell.get())),
            number,
        };
        rows.extend((0..count).zip(items).map(row));
    } else {
        let row = |(number, cell): (u32, &Cell<Value>)| Row { key: keys.key(cell.get()), number };
        rows.extend((0..count).zip(items).map(row));
    }
    Some((rows, ties))
}

/// The first item of a tuple.
fn first_of(v: Value) -> Value {
    v.cast::<Tuple>().map_or(Value::UNBOUND, |tuple| tuple.get(0))
}

/// Sorts immediate ints or immediate floats where they are, if the items are all of one of these; else returns false.
pub(super) fn sort_in_place(array: Gc<Array>, len: usize, reverse: bool) -> bool {
    let words = &array.items()[..len];
    let class = match words[0].get() {
        v if v.is_int() && words.iter().all(|w| w.get().is_int()) => Class::Ints,
        v if v.is_imm_float() && words.iter().all(|w| is_plain_float(w.get())) => Class::Floats,
        _ => return false,
    };
    // SAFETY: a cell of a Value is eight bytes of any pattern; the words become keys, are sorted and become values
    // again, and meanwhile nobody else looks at them: nothing is called and nothing allocated on the heap.
    let words = unsafe {
        std::slice::from_raw_parts_mut(words.as_ptr().cast_mut().cast::<i64>(), words.len())
    };
    if class == Class::Floats {
        for w in &mut *words {
            *w = flip(Value::from_bits(*w as u64).as_imm_float().to_bits() as i64);
        }
    }
    words.sort();
    if reverse {
        words.reverse();
    }
    if class == Class::Floats {
        for w in words {
            // The encoding of `Value::try_imm_float`, which all of them have come from.
            *w = f64_word(flip(*w));
        }
    }
    true
}

/// Not a NaN, and not -0.0, which equals 0.0 but must not change places with it.
fn is_plain_float(v: Value) -> bool {
    v.is_imm_float() && {
        let f = v.as_imm_float();
        !f.is_nan() && f.to_bits() != (-0.0f64).to_bits()
    }
}

/// Turns the bits of a float into an int of the same order, and back.
fn flip(bits: i64) -> i64 {
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

fn f64_word(bits: i64) -> i64 {
    Value::try_imm_float(f64::from_bits(bits as u64)).unwrap_or(Value::UNBOUND).bits() as i64
}

/// Whether `a < b`, if exact builtin types decide that without a call.
#[inline]
pub fn less_simple(a: Value, b: Value) -> Option<bool> {
    if Value::both_int(a, b) {
        return Some(a.as_int() < b.as_int());
    }
    if Value::both_imm_float(a, b) {
        return Some(a.as_imm_float() < b.as_imm_float());
    }
    match compare(a, b, 4)? {
        Order::Known(ordering) => Some(ordering == Ordering::Less),
        Order::None => Some(false),
    }
}

enum Order {
    Known(Ordering),
    /// A NaN is involved: neither less nor equal nor greater.
    None,
}

fn compare(a: Value, b: Value, depth: u32) -> Option<Order> {
    match (number_shape(a), number_shape(b)) {
        (shape::INT, shape::INT) => Some(Order::Known(int::cmp(a, b))),
        (shape::STR, shape::STR) => Some(Order::Known(strs::compare(a, b))),
        (shape::FLOAT, shape::FLOAT) => Some(known(float::get(a)?.partial_cmp(&float::get(b)?))),
        (shape::INT, shape::FLOAT) => Some(known(int::cmp_f64(a, float::get(b)?))),
        (shape::FLOAT, shape::INT) => {
            Some(known(int::cmp_f64(b, float::get(a)?).map(Ordering::reverse)))
        }
        (shape::TUPLE, shape::TUPLE) if depth > 0 => compare_tuples(a, b, depth - 1),
        _ => None,
    }
}

/// The shape, with bools as the ints they are.
fn number_shape(v: Value) -> u32 {
    match v.shape() {
        shape::BOOL => shape::INT,
        other => other,
    }
}

fn known(ordering: Option<Ordering>) -> Order {
    ordering.map_or(Order::None, Order::Known)
}

/// By the first items that are not identical or equal, else by length.
fn compare_tuples(a: Value, b: Value, depth: u32) -> Option<Order> {
    let (a, b) = (a.cast::<Tuple>()?, b.cast::<Tuple>()?);
    for (x, y) in a.items().iter().zip(b.items()) {
        let (x, y) = (x.get(), y.get());
        if x == y {
            continue;
        }
        match compare(x, y, depth)? {
            Order::Known(Ordering::Equal) => {}
            decided => return Some(decided),
        }
    }
    Some(Order::Known(a.len().cmp(&b.len())))
}
