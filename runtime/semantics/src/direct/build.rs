//! Displays and formatted strings.

use super::{Direct, finish};
use crate::fields::exact;
use crate::helpers::{containers, text};
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value, shape};

/// R[A] = [R[B], ...]
pub(super) fn list<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let items: Vec<M::V> = (0..i.c()).map(|k| m.reg(i.b() + k)).collect();
    let l = m.new_list(&items)?;
    finish(m, i, l)
}

/// R[A] = ()
pub(super) fn empty_tuple<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    if i.c() != 0 {
        return None;
    }
    let v = m.konst(Value::EMPTY_TUPLE);
    finish(m, i, v)
}

/// R[A] = {}, or with one entry.
pub(super) fn dict<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let v = match i.c() {
        0 => m.call(&containers::DICT_NEW, &[])?,
        1 => {
            let (key, v) = (m.reg(i.b()), m.reg(i.b() + 1));
            m.call(&containers::DICT_OF_ONE, &[key, v])?
        }
        2 => {
            let [a, b, c, d] = [0, 1, 2, 3].map(|k| m.reg(i.b() + k));
            m.call(&containers::DICT_OF_TWO, &[a, b, c, d])?
        }
        _ => return None,
    };
    finish(m, i, v)
}

/// R[A] = {R[B]}, or an empty set to be filled.
pub(super) fn set<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let v = match i.c() {
        0 => m.call(&containers::SET_NEW, &[])?,
        1 => {
            let v = m.reg(i.b());
            m.call(&containers::SET_OF_ONE, &[v])?
        }
        _ => return None,
    };
    finish(m, i, v)
}

/// R[A].add(R[B])
pub(super) fn set_add<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (s, v) = (m.reg(i.a()), m.reg(i.b()));
    m.call(&containers::SET_ADD, &[s, v]).map(|_| ())
}

/// R[A][R[B]] = R[C]
pub(super) fn dict_set<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (d, key, v) = (m.reg(i.a()), m.reg(i.b()), m.reg(i.c()));
    m.call(&containers::DICT_SET, &[d, key, v]).map(|_| ())
}

/// R[A].update(R[B]) of a dict.
pub(super) fn dict_update<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (d, other) = (m.reg(i.a()), m.reg(i.b()));
    if !m.has_shape(other, shape::DICT) {
        return None;
    }
    m.call(&containers::DICT_UPDATE, &[d, other]).map(|_| ())
}

/// The same for the keywords of a call, which must be strs that are not there yet.
pub(super) fn dict_merge<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (d, other) = (m.reg(i.a()), m.reg(i.b()));
    if !m.has_shape(other, shape::DICT) {
        return None;
    }
    m.call(&containers::DICT_MERGE, &[d, other]).map(|_| ())
}

/// R[A].extend(R[B]) of an exact list or tuple.
pub(super) fn extend<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (l, v) = (m.reg(i.a()), m.reg(i.b()));
    if !matches!(m.shape(v), shape::LIST | shape::TUPLE) {
        return None;
    }
    m.call(&containers::LIST_EXTEND, &[l, v]).map(|_| ())
}

/// R[A] = tuple(R[B])
pub(super) fn to_tuple<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let l = m.reg(i.b());
    if !m.has_shape(l, exact(Kind::List)) {
        return None;
    }
    let t = m.call(&containers::LIST_TO_TUPLE, &[l])?;
    finish(m, i, t)
}

/// R[A] = the concatenation of strs. Sharing of the intermediate ones costs less than a call that takes many.
pub(super) fn string<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let parts: Vec<M::V> = (0..i.c()).map(|k| m.reg(i.b() + k)).collect();
    let v = match parts[..] {
        [a, b] => m.call(&text::STR_JOIN_2, &[a, b])?,
        [a, b, c] => m.call(&text::STR_JOIN_3, &[a, b, c])?,
        [a, b, c, d] => m.call(&text::STR_JOIN_4, &[a, b, c, d])?,
        [a, b, c, d, ref rest @ ..] => {
            let mut v = m.call(&text::STR_JOIN_4, &[a, b, c, d])?;
            for part in rest.chunks(3) {
                v = match *part {
                    [a] => m.call(&text::STR_JOIN_2, &[v, a])?,
                    [a, b] => m.call(&text::STR_JOIN_3, &[v, a, b])?,
                    [a, b, c] => m.call(&text::STR_JOIN_4, &[v, a, b, c])?,
                    _ => v,
                };
            }
            v
        }
        _ => return None,
    };
    finish(m, i, v)
}

/// R[A] = format(conv(R[B]), spec) of a value of a builtin type without conversion.
pub(super) fn format<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let v = m.reg(i.b());
    let s = m.shape(v);
    let r = match i.c() {
        2 | 3 => return None,
        _ if op == Op::FormatSimple && s == shape::STR => v,
        _ if op == Op::FormatSimple && (super::number(s) || s == shape::NONE) => {
            m.call(&text::FORMAT_PLAIN, &[v])?
        }
        0 if op == Op::FormatSpec && (super::number(s) || s == shape::STR) => {
            let spec = m.reg(i.b() + 1);
            if !m.has_shape(spec, shape::STR) {
                return None;
            }
            m.call(&text::FORMAT_SPEC, &[v, spec])?
        }
        _ => return None,
    };
    finish(m, i, r)
}
