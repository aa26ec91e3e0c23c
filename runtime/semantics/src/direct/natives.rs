//! The meaning of native functions that are worth more than a call: `vm::native::Intrinsic` names them.

use super::{Direct, container, items, iterate, lists, number};
use crate::fields::{
    ENUMERATE, ENUMERATE_COUNT, ENUMERATE_ITER, EXCEPTION_ARGS, FILTER, FILTER_FUNC, FILTER_ITER,
    LIST_LEN, MAP, MAP_FUNC, MAP_ITERS, RANGE, RANGE_OBJECT_LENGTH, RANGE_OBJECT_START,
    RANGE_OBJECT_STEP, RANGE_OBJECT_STOP, REVERSED, REVERSED_INDEX, REVERSED_SEQUENCE, STR_LEN,
    TUPLE_LEN, ZIP, ZIP_ITERS, exact,
};
use crate::helpers::{containers, numbers, text};
use habu_object::{Kind, Value, shape};
use habu_vm::CmpOp;
use habu_vm::native::Intrinsic;
use habu_vm::types::Variant;

/// Classes in the second argument of `isinstance`.
const MAX_CLASSES: usize = 8;

/// Calls a known native function, if the arguments are of the kind its meaning is known for.
pub(super) fn run<M: Direct>(m: &mut M, f: Intrinsic, args: &[M::V]) -> Option<M::V> {
    match (f, args) {
        (Intrinsic::Len, &[v]) => len(m, v),
        (Intrinsic::Abs, &[v]) => abs(m, v),
        (Intrinsic::Ord, &[v]) => ord(m, v),
        (Intrinsic::Min, &[a, b]) => extreme(m, CmpOp::Lt, a, b),
        (Intrinsic::Max, &[a, b]) => extreme(m, CmpOp::Gt, a, b),
        (Intrinsic::IsInstance, &[v, class]) => {
            let t = is_instance(m, v, class)?;
            Some(m.konst(Value::bool(t)))
        }
        (Intrinsic::ListAppend, &[l, v]) => {
            lists::append(m, l, v)?;
            Some(m.konst(Value::NONE))
        }
        (Intrinsic::ListPop, &[l]) => lists::pop(m, l),
        (Intrinsic::DictGet, &[d, key]) => {
            let none = m.konst(Value::NONE);
            Some(items::find(m, d, key)?.unwrap_or(none))
        }
        (Intrinsic::DictGet, &[d, key, default]) => {
            Some(items::find(m, d, key)?.unwrap_or(default))
        }
        (Intrinsic::ExceptionInit, &[e, ref args @ ..]) => {
            let args = match args {
                [] => m.konst(Value::EMPTY_TUPLE),
                _ => m.tuple_of(args)?,
            };
            m.store(e, &EXCEPTION_ARGS, args);
            Some(m.konst(Value::NONE))
        }
        (Intrinsic::Next, &[it]) => iterate::next(m, it, None),
        (Intrinsic::Next, &[it, default]) => iterate::next(m, it, Some(default)),
        _ => None,
    }
}

/// `isinstance(v, class)`, `class` a class or a small tuple of classes.
fn is_instance<M: Direct>(m: &mut M, v: M::V, class: M::V) -> Option<bool> {
    if m.shape(class) != shape::TUPLE {
        return m.instance_of(v, class);
    }
    let n = m.load_count(class, &TUPLE_LEN);
    let n = (1..=MAX_CLASSES).find(|k| {
        let k = m.small(*k as i64);
        m.cmp_int(CmpOp::Eq, n, k)
    })?;
    for k in 0..n {
        let one = m.tuple_item(class, k);
        if m.instance_of(v, one)? {
            return Some(true);
        }
    }
    Some(false)
}

pub(super) fn len<M: Direct>(m: &mut M, v: M::V) -> Option<M::V> {
    let field = match m.shape(v) {
        shape::LIST => &LIST_LEN,
        shape::TUPLE => &TUPLE_LEN,
        shape::STR => &STR_LEN,
        shape::RANGE => {
            let n = m.load(v, &RANGE_OBJECT_LENGTH);
            return m.is_int(n).then_some(n);
        }
        s if container(s) => return m.call(&containers::LEN, &[v]),
        _ => return None,
    };
    let n = m.load_count(v, field);
    Some(m.of_int(n))
}

fn abs<M: Direct>(m: &mut M, v: M::V) -> Option<M::V> {
    let zero = m.small(0);
    if m.is_int(v) {
        let n = m.int(v);
        if m.cmp_int(CmpOp::Ge, n, zero) {
            return Some(v);
        }
        let n = m.sub(zero, n)?;
        return Some(m.of_int(n));
    }
    if m.is_float(v) {
        let x = m.float(v);
        let x = m.fabs(x);
        return m.of_float(x);
    }
    None
}

fn ord<M: Direct>(m: &mut M, v: M::V) -> Option<M::V> {
    if m.shape(v) != shape::STR {
        return None;
    }
    let (n, zero, one) = (m.load_count(v, &STR_LEN), m.small(0), m.small(1));
    if !m.cmp_int(CmpOp::Eq, n, one) {
        return None;
    }
    match m.narrow_char(v, zero) {
        Some((code, _)) => Some(m.of_int(code)),
        None => m.call(&text::ORD, &[v]),
    }
}

/// `min(a, b)`, `max(a, b)`: the first argument unless the second beats it.
fn extreme<M: Direct>(m: &mut M, op: CmpOp, a: M::V, b: M::V) -> Option<M::V> {
    let beats = if m.both_int(a, b) {
        let (x, y) = (m.int(a), m.int(b));
        m.cmp_int(op, y, x)
    } else if m.both_float(a, b) {
        let (x, y) = (m.float(a), m.float(b));
        m.cmp_float(op, y, x)
    } else {
        let (sa, sb) = (m.shape(a), m.shape(b));
        if !(number(sa) && number(sb) || sa == shape::STR && sb == shape::STR) {
            return None;
        }
        m.test(numbers::comparison(op), &[b, a])
    };
    Some(if beats { b } else { a })
}

/// A call of a builtin class.
pub(super) fn construct<M: Direct>(m: &mut M, kind: Kind, args: &[M::V]) -> Option<M::V> {
    match (kind, args) {
        (Kind::Range, &[stop]) => {
            let zero = m.small(0);
            let start = m.of_int(zero);
            range(m, start, stop, None)
        }
        (Kind::Range, &[start, stop]) => range(m, start, stop, None),
        (Kind::Range, &[start, stop, step]) => range(m, start, stop, Some(step)),
        (Kind::Int, &[v]) if m.is_int(v) => Some(v),
        (Kind::Int, &[v]) if m.is_float(v) => {
            let x = m.float(v);
            let n = m.truncate(x)?;
            Some(m.of_int(n))
        }
        (Kind::Float, &[v]) if m.is_float(v) => Some(v),
        (Kind::Float, &[v]) if m.is_int(v) => {
            let n = m.int(v);
            let x = m.int_to_float(n);
            m.of_float(x)
        }
        (Kind::Str, &[v]) => match m.shape(v) {
            shape::STR => Some(v),
            s if number(s) || s == shape::NONE => m.call(&text::FORMAT_PLAIN, &[v]),
            _ => m.call(&text::STR_OF, &[v]),
        },
        (Kind::Bool, &[v]) => {
            let t = super::compare::truth(m, v)?;
            Some(m.konst(Value::bool(t)))
        }
        (Kind::Type, &[v]) => {
            m.shape(v);
            let class = m.class_of(v);
            Some(m.konst(class))
        }
        (Kind::Enumerate, &[v]) => enumerate(m, v),
        (Kind::Zip, _) if !args.is_empty() => zip(m, args),
        (Kind::Reversed, &[v]) => reversed(m, v),
        (Kind::Map, &[f, ref rest @ ..]) if !rest.is_empty() => {
            let iters = iterators(m, rest)?;
            let it = m.new_object(&MAP, exact(Kind::Map))?;
            m.store(it, &MAP_FUNC, f);
            m.store(it, &MAP_ITERS, iters);
            Some(it)
        }
        (Kind::Filter, &[f, v]) => {
            let iter = iterate::iter(m, v)?;
            let it = m.new_object(&FILTER, exact(Kind::Filter))?;
            m.store(it, &FILTER_FUNC, f);
            m.store(it, &FILTER_ITER, iter);
            Some(it)
        }
        (Kind::List, &[]) => m.new_list(&[]),
        (Kind::Tuple, &[]) => Some(m.konst(Value::EMPTY_TUPLE)),
        (Kind::Dict, &[]) => m.call(&containers::DICT_NEW, &[]),
        (Kind::Set, &[]) => m.call(&containers::SET_NEW, &[]),
        (Kind::List | Kind::Tuple | Kind::Set | Kind::FrozenSet, &[v]) => {
            if !container(m.shape(v)) {
                return None;
            }
            let helper = match kind {
                Kind::List => &containers::LIST_OF,
                Kind::Tuple => &containers::TUPLE_OF,
                Kind::Set => &containers::SET_OF,
                _ => return None,
            };
            m.call(helper, &[v])
        }
        _ => None,
    }
}

/// `range(start, stop, step)` of small ints.
fn range<M: Direct>(m: &mut M, start: M::V, stop: M::V, step: Option<M::V>) -> Option<M::V> {
    if !m.is_int(start) || !m.is_int(stop) {
        return None;
    }
    let (a, b, zero, one) = (m.int(start), m.int(stop), m.small(0), m.small(1));
    let step = match step {
        Some(step) if m.is_int(step) => step,
        Some(_) => return None,
        None => m.of_int(one),
    };
    let by = m.int(step);
    let n = if m.cmp_int(CmpOp::Eq, by, one) {
        if m.cmp_int(CmpOp::Lt, a, b) { m.sub(b, a)? } else { zero }
    } else if m.cmp_int(CmpOp::Gt, by, zero) {
        if m.cmp_int(CmpOp::Lt, a, b) { steps(m, a, b, by)? } else { zero }
    } else if m.cmp_int(CmpOp::Lt, by, zero) {
        let by = m.sub(zero, by)?;
        if m.cmp_int(CmpOp::Lt, b, a) { steps(m, b, a, by)? } else { zero }
    } else {
        return None;
    };
    let length = m.of_int(n);
    let range = m.new_object(&RANGE, exact(Kind::Range))?;
    for (field, v) in [
        (&RANGE_OBJECT_START, start),
        (&RANGE_OBJECT_STOP, stop),
        (&RANGE_OBJECT_STEP, step),
        (&RANGE_OBJECT_LENGTH, length),
    ] {
        m.store(range, field, v);
    }
    Some(range)
}

/// `(high - low - 1) // by + 1`
fn steps<M: Direct>(m: &mut M, low: M::I, high: M::I, by: M::I) -> Option<M::I> {
    let one = m.small(1);
    let distance = m.sub(high, low)?;
    let distance = m.sub(distance, one)?;
    let quotient = m.floor_div(distance, by);
    m.add(quotient, one)
}

fn enumerate<M: Direct>(m: &mut M, v: M::V) -> Option<M::V> {
    let iter = iterate::iter(m, v)?;
    let it = m.new_object(&ENUMERATE, exact(Kind::Enumerate))?;
    let zero = m.small(0);
    let count = m.of_int(zero);
    m.store(it, &ENUMERATE_ITER, iter);
    m.store(it, &ENUMERATE_COUNT, count);
    Some(it)
}

fn zip<M: Direct>(m: &mut M, args: &[M::V]) -> Option<M::V> {
    let iters = iterators(m, args)?;
    let it = m.new_object(&ZIP, exact(Kind::Zip))?;
    m.store(it, &ZIP_ITERS, iters);
    Some(it)
}

/// A tuple of iterators of all arguments.
fn iterators<M: Direct>(m: &mut M, args: &[M::V]) -> Option<M::V> {
    // All decisions come before the first iterator is made: later ones must be such that nothing is left to decide.
    for (n, v) in args.iter().enumerate() {
        let s = m.shape(*v);
        if n > 0 && !iterate::iterates_plainly(s) {
            return None;
        }
    }
    let mut iters = Vec::new();
    for v in args {
        iters.push(iterate::iter(m, *v)?);
    }
    m.tuple_of(&iters)
}

fn reversed<M: Direct>(m: &mut M, v: M::V) -> Option<M::V> {
    let (n, class) = match m.shape(v) {
        shape::LIST => (m.load_count(v, &LIST_LEN), Variant::ListReverseIter.shape()),
        shape::TUPLE => (m.load_count(v, &TUPLE_LEN), exact(Kind::Reversed)),
        _ => return None,
    };
    let one = m.small(1);
    let last = m.sub(n, one)?;
    let it = m.new_object(&REVERSED, class)?;
    m.store(it, &REVERSED_SEQUENCE, v);
    m.store_count(it, &REVERSED_INDEX, last);
    Some(it)
}
