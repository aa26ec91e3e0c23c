//! Lists that grow and shrink at their ends.

use super::Direct;
use crate::fields::{ARRAY_LEN, LIST_ITEMS, LIST_LEN, exact};
use crate::helpers::containers;
use habu_bytecode::Insn;
use habu_object::{Kind, Value};
use habu_vm::CmpOp;

/// R[A].append(R[B]) on a list under construction.
pub(super) fn append_op<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (l, v) = (m.reg(i.a()), m.reg(i.b()));
    if !m.has_shape(l, exact(Kind::List)) {
        return None;
    }
    append(m, l, v)
}

/// `l.append(v)` of an exact list.
pub(super) fn append<M: Direct>(m: &mut M, l: M::V, v: M::V) -> Option<()> {
    if !has_room(m, l) {
        m.call(&containers::LIST_APPEND, &[l, v])?;
        return Some(());
    }
    let (n, items) = (m.load_count(l, &LIST_LEN), m.load(l, &LIST_ITEMS));
    let one = m.small(1);
    let next = m.add(n, one)?;
    m.set_item(items, n, v);
    m.store_count(l, &LIST_LEN, next);
    Some(())
}

/// Whether the storage has a free place. Where it happens to have none while the common case is sought, it is enlarged
/// first: nobody can see that.
fn has_room<M: Direct>(m: &mut M, l: M::V) -> bool {
    m.make_room(l);
    let items = m.load(l, &LIST_ITEMS);
    if m.is(items, Value::UNBOUND) {
        return false;
    }
    let (n, room) = (m.load_count(l, &LIST_LEN), m.load_count(items, &ARRAY_LEN));
    m.below(n, room)
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
