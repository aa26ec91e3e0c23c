//! Iteration: `iter()` of builtin containers and the steps of their iterators.
//!
//! A step is looked at first (`peek`), which decides everything, and taken afterwards (`take`): an iterator that drives
//! others must know that all of them have an item before any of them moves.

use super::compare::truth;
use super::invoke::{bind_special, push_special, run_special};
use super::{Direct, container};
use crate::fields::{
    ENUMERATE_COUNT, ENUMERATE_ITER, FILTER_FUNC, FILTER_ITER, LIST_ITEMS, LIST_ITER,
    LIST_ITER_INDEX, LIST_ITER_LIST, LIST_LEN, MAP_FUNC, MAP_ITERS, MAP_STRICT, RANGE_ITER,
    RANGE_LEFT, RANGE_NEXT, RANGE_OBJECT_LENGTH, RANGE_OBJECT_START, RANGE_OBJECT_STEP,
    RANGE_OBJECT_STOP, RANGE_STEP, REVERSED_INDEX, REVERSED_SEQUENCE, STR_ITER, STR_ITER_INDEX,
    STR_ITER_STRING, STR_LEN, TUPLE_ITER, TUPLE_ITER_INDEX, TUPLE_ITER_TUPLE, TUPLE_LEN, ZIP_ITERS,
    ZIP_STRICT, exact,
};
use crate::helpers::{iterators, text};
use crate::machine::{Field, Layout, Machine};
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value, shape};
use habu_vm::CmpOp;

/// Words of a FOR_LOOP.
const WORDS: usize = Op::ForLoop.size() - 1;

/// Iterators that one `zip` or `map` may drive in a trace.
const MAX_ZIPPED: usize = 4;

/// What looking at the next step shows.
enum Peek<M: Machine> {
    /// The item, and what taking it does.
    Item(M::V, Take<M>),
    /// There is none. What seeing that does.
    Done(Take<M>),
}

/// What a step changes.
enum Take<M: Machine> {
    Nothing,
    Store(M::V, &'static Field, M::V),
    Count(M::V, &'static Field, M::I),
    Range { it: M::V, left: M::V, next: M::V },
    Advance(M::V),
    All(Vec<Take<M>>),
}

impl<M: Direct> Take<M> {
    fn take(self, m: &mut M) {
        match self {
            Take::Nothing => {}
            Take::Store(o, field, v) => m.store(o, field, v),
            Take::Count(o, field, n) => m.store_count(o, field, n),
            Take::Range { it, left, next } => {
                m.store(it, &RANGE_LEFT, left);
                m.store(it, &RANGE_NEXT, next);
            }
            Take::Advance(it) => m.perform(&iterators::DICT_ADVANCE, &[it]),
            Take::All(all) => all.into_iter().for_each(|t| t.take(m)),
        }
    }
}

/// R[A] = iter(R[B])
pub(super) fn get_iter<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let v = m.reg(i.b());
    let it = iter(m, v)?;
    super::finish(m, i, it)
}

/// The iterator of an object of a builtin type.
pub(super) fn iter<M: Direct>(m: &mut M, v: M::V) -> Option<M::V> {
    let over = |m: &mut M, layout: &'static Layout, kind: Kind, field: &'static Field| {
        let it = m.new_object(layout, exact(kind))?;
        m.store(it, field, v);
        Some(it)
    };
    match m.shape(v) {
        shape::LIST => over(m, &LIST_ITER, Kind::ListIter, &LIST_ITER_LIST),
        shape::TUPLE => over(m, &TUPLE_ITER, Kind::TupleIter, &TUPLE_ITER_TUPLE),
        shape::STR => over(m, &STR_ITER, Kind::StrIter, &STR_ITER_STRING),
        shape::RANGE => range_iter(m, v),
        shape::LIST_ITER
        | shape::TUPLE_ITER
        | shape::STR_ITER
        | shape::BYTES_ITER
        | shape::RANGE_ITER
        | shape::DICT_KEY_ITER
        | shape::DICT_VALUE_ITER
        | shape::DICT_ITEM_ITER
        | shape::SET_ITER
        | shape::ENUMERATE
        | shape::ZIP
        | shape::MAP
        | shape::FILTER
        | shape::REVERSED
        | shape::GENERATOR => Some(v),
        s if container(s) => m.call(&iterators::ITER, &[v]),
        _ => None,
    }
}

/// Whether `iter` decides nothing about an object beyond its shape.
pub(super) fn iterates_plainly(s: u32) -> bool {
    matches!(s, shape::LIST | shape::TUPLE | shape::STR | shape::LIST_ITER | shape::TUPLE_ITER)
}

/// As `Vm::range_iter`.
fn range_iter<M: Direct>(m: &mut M, range: M::V) -> Option<M::V> {
    let [start, stop, step, length] =
        [&RANGE_OBJECT_START, &RANGE_OBJECT_STOP, &RANGE_OBJECT_STEP, &RANGE_OBJECT_LENGTH]
            .map(|f| m.load(range, f));
    if !m.is_int(start) || !m.is_int(stop) || !m.is_int(step) || !m.is_int(length) {
        return None;
    }
    // The number after the last one must be representable too: with a step of 1 it is a bound of the range.
    let (first, by, one, n) = (m.int(start), m.int(step), m.small(1), m.int(length));
    if !m.cmp_int(CmpOp::Eq, by, one) {
        let distance = m.mul(by, n)?;
        m.add(first, distance)?;
    }
    let it = m.new_object(&RANGE_ITER, exact(Kind::RangeIter))?;
    for (field, v) in [(&RANGE_NEXT, start), (&RANGE_LEFT, length), (&RANGE_STEP, step)] {
        m.store(it, field, v);
    }
    Some(it)
}

/// The step of a `for` loop.
pub(super) fn step<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let it = m.reg(i.a());
    if matches!(
        m.shape(it),
        shape::DICT_KEY_ITER | shape::DICT_VALUE_ITER | shape::SET_ITER | shape::BYTES_ITER
    ) {
        if let Some(v) = m.call(&iterators::ITER_STEP, &[it]) {
            return item(m, i, v);
        }
        return if m.test(&iterators::ITER_DONE, &[it]) { exhausted(m) } else { None };
    }
    match m.shape(it) {
        shape::MAP => return step_map(m, it),
        shape::FILTER => return step_filter(m, i, it),
        _ => {}
    }
    if m.hint(it).kind() == Kind::Instance {
        let f = m.special(it, |n| n.__next__)?;
        return run_special(m, f, &[it], WORDS, Op::ContNext);
    }
    match peek(m, it, &mut Vec::new())? {
        Peek::Item(v, take) => {
            take.take(m);
            item(m, i, v)
        }
        Peek::Done(take) => {
            take.take(m);
            exhausted(m)
        }
    }
}

/// A step of a `map` of a Python function.
fn step_map<M: Direct>(m: &mut M, it: M::V) -> Option<()> {
    let (f, iters) = (m.load(it, &MAP_FUNC), m.load(it, &MAP_ITERS));
    match peek_all(m, iters, &MAP_STRICT, it, &mut vec![it])? {
        Rows::Row(items, takes) => {
            let params = bind_special(m, f, &items)?;
            Take::All(takes).take(m);
            let none = m.konst(Value::NONE);
            push_special(m, f, params, none, WORDS, Op::ContNext);
            Some(())
        }
        Rows::Done(takes) => {
            Take::All(takes).take(m);
            exhausted(m)
        }
    }
}

/// A step of a `filter`.
fn step_filter<M: Direct>(m: &mut M, i: Insn, it: M::V) -> Option<()> {
    let (f, inner) = (m.load(it, &FILTER_FUNC), m.load(it, &FILTER_ITER));
    match peek(m, inner, &mut vec![it])? {
        Peek::Item(v, take) if m.is(f, Value::NONE) => {
            if truth(m, v)? {
                take.take(m);
                return item(m, i, v);
            }
            // Once more.
            let at = m.op_address().bits() as *const u32;
            take.take(m);
            m.go_to(at);
            Some(())
        }
        Peek::Item(v, take) => {
            let params = bind_special(m, f, &[v])?;
            take.take(m);
            push_special(m, f, params, v, WORDS, Op::ContFilter);
            Some(())
        }
        Peek::Done(take) => {
            take.take(m);
            exhausted(m)
        }
    }
}

/// `next(it)`, `next(it, default)`
pub(super) fn next<M: Direct>(m: &mut M, it: M::V, default: Option<M::V>) -> Option<M::V> {
    match peek(m, it, &mut Vec::new())? {
        Peek::Item(v, take) => {
            take.take(m);
            Some(v)
        }
        Peek::Done(take) => {
            let default = default?;
            take.take(m);
            Some(default)
        }
    }
}

fn item<M: Direct>(m: &mut M, i: Insn, v: M::V) -> Option<()> {
    m.set(i.b(), v);
    let offset = m.word(0) as i32;
    m.jump(offset);
    Some(())
}

fn exhausted<M: Direct>(m: &mut M) -> Option<()> {
    m.jump((Op::ForLoop.size() + Op::ForResult.size()) as i32);
    Some(())
}

/// Looks at the next step of an iterator. One that was looked at already in the same step is none whose next item this
/// could tell.
fn peek<M: Direct>(m: &mut M, it: M::V, seen: &mut Vec<M::V>) -> Option<Peek<M>> {
    if seen.iter().any(|other| m.same(*other, it)) {
        return None;
    }
    seen.push(it);
    match m.shape(it) {
        shape::RANGE_ITER => peek_range(m, it),
        shape::LIST_ITER => peek_list(m, it),
        shape::TUPLE_ITER => peek_tuple(m, it),
        shape::STR_ITER => peek_str(m, it),
        shape::REVERSED => peek_reversed(m, it),
        shape::ENUMERATE => peek_enumerate(m, it, seen),
        shape::ZIP => peek_zip(m, it, seen),
        shape::DICT_ITEM_ITER => peek_items(m, it),
        _ => None,
    }
}

fn peek_range<M: Direct>(m: &mut M, it: M::V) -> Option<Peek<M>> {
    let left = m.load(it, &RANGE_LEFT);
    let (left, zero, one) = (m.int(left), m.small(0), m.small(1));
    if !m.cmp_int(CmpOp::Gt, left, zero) {
        return Some(Peek::Done(Take::Nothing));
    }
    let (v, by) = (m.load(it, &RANGE_NEXT), m.load(it, &RANGE_STEP));
    let (n, by) = (m.int(v), m.int(by));
    let (left, next) = (m.sub(left, one)?, m.add(n, by)?);
    let (left, next) = (m.of_int(left), m.of_int(next));
    Some(Peek::Item(v, Take::Range { it, left, next }))
}

fn peek_list<M: Direct>(m: &mut M, it: M::V) -> Option<Peek<M>> {
    let list = m.load(it, &LIST_ITER_LIST);
    if m.is(list, Value::UNBOUND) {
        return Some(Peek::Done(Take::Nothing));
    }
    let (k, n) = (m.load_count(it, &LIST_ITER_INDEX), m.load_count(list, &LIST_LEN));
    if !m.below(k, n) {
        // A list may grow again, its iterator does not revive.
        let none = m.konst(Value::UNBOUND);
        return Some(Peek::Done(Take::Store(it, &LIST_ITER_LIST, none)));
    }
    let items = m.load(list, &LIST_ITEMS);
    let v = m.item(items, k);
    let one = m.small(1);
    let next = m.add(k, one)?;
    Some(Peek::Item(v, Take::Count(it, &LIST_ITER_INDEX, next)))
}

fn peek_tuple<M: Direct>(m: &mut M, it: M::V) -> Option<Peek<M>> {
    let tuple = m.load(it, &TUPLE_ITER_TUPLE);
    if m.is(tuple, Value::UNBOUND) {
        return Some(Peek::Done(Take::Nothing));
    }
    let (k, n) = (m.load_count(it, &TUPLE_ITER_INDEX), m.load_count(tuple, &TUPLE_LEN));
    if !m.below(k, n) {
        return Some(Peek::Done(Take::Nothing));
    }
    let v = m.item(tuple, k);
    let one = m.small(1);
    let next = m.add(k, one)?;
    Some(Peek::Item(v, Take::Count(it, &TUPLE_ITER_INDEX, next)))
}

fn peek_str<M: Direct>(m: &mut M, it: M::V) -> Option<Peek<M>> {
    let s = m.load(it, &STR_ITER_STRING);
    if m.is(s, Value::UNBOUND) {
        return Some(Peek::Done(Take::Nothing));
    }
    if !m.has_shape(s, shape::STR) {
        return None;
    }
    let (k, n) = (m.load_count(it, &STR_ITER_INDEX), m.load_count(s, &STR_LEN));
    if !m.below(k, n) {
        return Some(Peek::Done(Take::Nothing));
    }
    let c = match m.narrow_char(s, k) {
        Some((_, c)) => c,
        None => {
            let at = m.of_int(k);
            m.call(&text::STR_ITEM, &[s, at])?
        }
    };
    let one = m.small(1);
    let next = m.add(k, one)?;
    Some(Peek::Item(c, Take::Count(it, &STR_ITER_INDEX, next)))
}

fn peek_reversed<M: Direct>(m: &mut M, it: M::V) -> Option<Peek<M>> {
    let sequence = m.load(it, &REVERSED_SEQUENCE);
    if m.is(sequence, Value::UNBOUND) {
        return Some(Peek::Done(Take::Nothing));
    }
    let k = m.load_count(it, &REVERSED_INDEX);
    let v = match m.shape(sequence) {
        shape::LIST => {
            let n = m.load_count(sequence, &LIST_LEN);
            if !m.below(k, n) {
                return None;
            }
            let items = m.load(sequence, &LIST_ITEMS);
            m.item(items, k)
        }
        shape::TUPLE => {
            let n = m.load_count(sequence, &TUPLE_LEN);
            if !m.below(k, n) {
                return None;
            }
            m.item(sequence, k)
        }
        _ => return None,
    };
    let one = m.small(1);
    let next = m.sub(k, one)?;
    Some(Peek::Item(v, Take::Count(it, &REVERSED_INDEX, next)))
}

fn peek_enumerate<M: Direct>(m: &mut M, it: M::V, seen: &mut Vec<M::V>) -> Option<Peek<M>> {
    let (inner, count) = (m.load(it, &ENUMERATE_ITER), m.load(it, &ENUMERATE_COUNT));
    if !m.is_int(count) {
        return None;
    }
    let (n, one) = (m.int(count), m.small(1));
    let next = m.add(n, one)?;
    match peek(m, inner, seen)? {
        Peek::Item(v, take) => {
            let pair = m.tuple_of(&[count, v])?;
            let next = m.of_int(next);
            let count = Take::Store(it, &ENUMERATE_COUNT, next);
            Some(Peek::Item(pair, Take::All(vec![take, count])))
        }
        done => Some(done),
    }
}

fn peek_zip<M: Direct>(m: &mut M, it: M::V, seen: &mut Vec<M::V>) -> Option<Peek<M>> {
    let iters = m.load(it, &ZIP_ITERS);
    Some(match peek_all(m, iters, &ZIP_STRICT, it, seen)? {
        Rows::Row(items, takes) => Peek::Item(m.tuple_of(&items)?, Take::All(takes)),
        Rows::Done(takes) => Peek::Done(Take::All(takes)),
    })
}

/// What looking at all iterators of a `zip` or `map` shows, and what taking that does.
enum Rows<M: Machine> {
    Row(Vec<M::V>, Vec<Take<M>>),
    Done(Vec<Take<M>>),
}

/// Looks at the iterators in a tuple; the field of `it` says whether they must end together, which is left alone.
fn peek_all<M: Direct>(
    m: &mut M,
    iters: M::V,
    strict: &'static Field,
    it: M::V,
    seen: &mut Vec<M::V>,
) -> Option<Rows<M>> {
    let (strict, zero) = (m.load_count(it, strict), m.small(0));
    if !m.cmp_int(CmpOp::Eq, strict, zero) || !m.has_shape(iters, shape::TUPLE) {
        return None;
    }
    let n = m.load_count(iters, &TUPLE_LEN);
    let count = (1..=MAX_ZIPPED).find(|k| {
        let k = m.small(*k as i64);
        m.cmp_int(CmpOp::Eq, n, k)
    })?;
    let (mut items, mut takes) = (Vec::new(), Vec::new());
    for k in 0..count {
        let inner = m.tuple_item(iters, k);
        match peek(m, inner, seen)? {
            Peek::Item(v, take) => {
                items.push(v);
                takes.push(take);
            }
            Peek::Done(take) => {
                takes.push(take);
                return Some(Rows::Done(takes));
            }
        }
    }
    Some(Rows::Row(items, takes))
}

fn peek_items<M: Direct>(m: &mut M, it: M::V) -> Option<Peek<M>> {
    let Some(key) = m.call(&iterators::DICT_PEEK_KEY, &[it]) else {
        return m.test(&iterators::ITER_DONE, &[it]).then_some(Peek::Done(Take::Nothing));
    };
    let value = m.call(&iterators::DICT_PEEK_VALUE, &[it])?;
    let pair = m.tuple_of(&[key, value])?;
    Some(Peek::Item(pair, Take::Advance(it)))
}
