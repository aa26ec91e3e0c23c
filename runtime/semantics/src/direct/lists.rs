//! Lists that grow and shrink at their ends.

use super::Direct;
use crate::fields::{LIST_ITEMS, LIST_LEN, exact};
use crate::helpers::containers;
use crate::ops::data::append_in_place;
use habu_bytecode::Insn;
use habu_object::Kind;
use habu_vm::CmpOp;

/// R[A].append(R[B]) on a list under construction, which has no room.
pub(super) fn append_op<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (l, v) = (m.reg(i.a()), m.reg(i.b()));
    if !m.has_shape(l, exact(Kind::List)) {
        return None;
    }
    append(m, l, v)
}

/// `l.append(v)` of an exact list.
pub(super) fn append<M: Direct>(m: &mut M, l: M::V, v: M::V) -> Option<()> {
    if !append_in_place(m, l, v) {
        m.call(&containers::LIST_APPEND, &[l, v])?;
    }
    Some(())
}

/// `l.pop()` of an exact list; None if it is empty.
pub(super) fn pop<M: Direct>(m: &mut M, l: M::V) -> Option<M::V> {
    let (n, zero, one) = (m.load_count(l, &LIST_LEN), m.small(0), m.small(1));
    if !m.cmp_int(CmpOp::Gt, n, zero) {
        return None;
    }
    let last = m.sub(n, one)?;
    let items = m.load(l, &LIST_ITEMS);
    let v = m.item(items, last);
    let unused = m.of_int(zero);
    m.set_item(items, last, unused);
    m.store_count(l, &LIST_LEN, last);
    Some(v)
}
