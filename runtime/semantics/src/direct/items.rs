//! Subscripts, slices and `in`.

use super::compare::branch;
use super::invoke::run_special;
use super::{Direct, builtin, container, finish};
use crate::fields::{SLICE, SLICE_START, SLICE_STEP, SLICE_STOP, STR_LEN, TUPLE_LEN, exact};
use crate::helpers::{containers, text};
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value, shape};
use habu_vm::CmpOp;

/// R[A] = R[B][R[C]], R[A] = R[B][C]
pub(super) fn get<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let o = m.reg(i.b());
    let key = if op == Op::GetItemI {
        let n = m.small(i.c() as i64);
        m.of_int(n)
    } else {
        m.reg(i.c())
    };
    let (so, sk) = (m.shape(o), m.shape(key));
    let v = match (so, sk) {
        (shape::DICT, _) => match find(m, o, key) {
            Some(Some(v)) => v,
            // The KeyError, or a namespace.
            _ => m.call(&containers::GET_ITEM, &[o, key])?,
        },
        (shape::STR, shape::INT) if m.is_int(key) => str_item(m, o, key)?,
        (shape::LIST | shape::STR, shape::SLICE) => {
            let [start, stop, step] = slice_parts(m, key);
            let helper = if so == shape::LIST { &containers::LIST_SLICE } else { &text::STR_SLICE };
            m.call(helper, &[o, start, stop, step])?
        }
        _ if builtin(so) && so != shape::TYPE => m.call(&containers::GET_ITEM, &[o, key])?,
        _ if m.hint(o).kind() == Kind::Tuple && m.is_int(key) => {
            if !m.inherits(o, |n| n.__getitem__) {
                return None;
            }
            let (k, n) = (m.int(key), m.load_count(o, &TUPLE_LEN));
            if !m.below(k, n) {
                return None;
            }
            m.item(o, k)
        }
        _ if m.hint(o).kind() == Kind::Instance => {
            let f = m.special(o, |n| n.__getitem__)?;
            return run_special(m, f, &[o, key], 0, Op::ContStore);
        }
        _ => return None,
    };
    finish(m, i, v)
}

/// `d.get(key)` of an exact dict, decided; the outer None where that cannot be said.
pub(super) fn find<M: Direct>(m: &mut M, d: M::V, key: M::V) -> Option<Option<M::V>> {
    let found = m.call(&containers::DICT_FIND, &[d, key])?;
    let missing = m.konst(Value::MISSING);
    Some(if m.same(found, missing) { None } else { Some(found) })
}

/// A character of an exact str.
fn str_item<M: Direct>(m: &mut M, s: M::V, key: M::V) -> Option<M::V> {
    let (k, n) = (m.int(key), m.load_count(s, &STR_LEN));
    if m.below(k, n)
        && let Some((_, c)) = m.narrow_char(s, k)
    {
        return Some(c);
    }
    m.call(&text::STR_ITEM, &[s, key])
}

/// The parts of an exact slice.
fn slice_parts<M: Direct>(m: &mut M, slice: M::V) -> [M::V; 3] {
    [&SLICE_START, &SLICE_STOP, &SLICE_STEP].map(|f| m.load(slice, f))
}

/// R[A] = slice(R[B], R[B+1], R[B+2])
pub(super) fn build_slice<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let parts = [0, 1, 2].map(|k| m.reg(i.b() + k));
    let slice = m.new_object(&SLICE, exact(Kind::Slice))?;
    for (f, v) in [&SLICE_START, &SLICE_STOP, &SLICE_STEP].into_iter().zip(parts) {
        m.store(slice, f, v);
    }
    finish(m, i, slice)
}

/// R[A][R[B]] = R[C]
pub(super) fn set<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (o, key, v) = (m.reg(i.a()), m.reg(i.b()), m.reg(i.c()));
    match (m.shape(o), m.shape(key)) {
        (shape::DICT, _) => m.call(&containers::DICT_SET, &[o, key, v]),
        (shape::LIST, shape::SLICE) => {
            if !matches!(m.shape(v), shape::LIST | shape::TUPLE) {
                return None;
            }
            let [start, stop, step] = slice_parts(m, key);
            m.call(&containers::LIST_SET_SLICE, &[o, start, stop, step, v])
        }
        (shape::BYTEARRAY, shape::INT) if m.shape(v) == shape::INT => {
            m.call(&containers::SET_ITEM, &[o, key, v])
        }
        _ if m.hint(o).kind() == Kind::Instance => {
            let f = m.special(o, |n| n.__setitem__)?;
            return run_special(m, f, &[o, key, v], 0, Op::ContDrop);
        }
        _ => None,
    }?;
    Some(())
}

/// del R[A][R[B]]
pub(super) fn delete<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (o, key) = (m.reg(i.a()), m.reg(i.b()));
    match (m.shape(o), m.shape(key)) {
        (shape::DICT, _) => m.call(&containers::DICT_DEL, &[o, key]),
        (shape::LIST, shape::INT) => m.call(&containers::LIST_DEL, &[o, key]),
        _ => None,
    }?;
    Some(())
}

/// `in`, as a value or as a jump.
pub(super) fn contains<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let (item, o) =
        if op == Op::JIn { (m.reg(i.a()), m.reg(i.b())) } else { (m.reg(i.b()), m.reg(i.c())) };
    let found = match m.shape(o) {
        shape::DICT => {
            let found = find(m, o, item)?.is_some();
            m.konst(Value::bool(found))
        }
        shape::SET | shape::FROZENSET => m.call(&containers::SET_HAS, &[o, item])?,
        shape::STR if m.shape(item) == shape::STR => {
            let found = m.test(&text::STR_HAS, &[o, item]);
            m.konst(Value::bool(found))
        }
        s if container(s) => m.call(&containers::CONTAINS, &[o, item])?,
        _ if m.hint(o).kind() == Kind::Instance => {
            let f = m.special(o, |n| n.__contains__)?;
            return run_special(m, f, &[o, item], op.size() - 1, Op::ContTruth);
        }
        _ => return None,
    };
    match op {
        Op::In => finish(m, i, found),
        Op::NotIn => {
            let t = m.is(found, Value::TRUE);
            let v = m.konst(Value::bool(!t));
            finish(m, i, v)
        }
        _ => {
            let t = m.is(found, Value::TRUE);
            branch(m, t == (i.c() != 0));
            Some(())
        }
    }
}

/// R[A] .. = the C items of an instance of a subclass of tuple.
pub(super) fn unpack<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let o = m.reg(i.b());
    if m.hint(o).kind() != Kind::Tuple {
        return None;
    }
    m.shape(o);
    let (n, wanted) = (m.load_count(o, &TUPLE_LEN), m.small(i.c() as i64));
    if !m.inherits(o, |n| n.__iter__) || !m.cmp_int(CmpOp::Eq, n, wanted) {
        return None;
    }
    let items: Vec<M::V> = (0..i.c()).map(|k| m.tuple_item(o, k)).collect();
    for (k, v) in items.into_iter().enumerate() {
        m.set(i.a() + k, v);
    }
    Some(())
}
