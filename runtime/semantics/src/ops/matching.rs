//! Patterns: what is decided at sight. The rest of a pattern is ordinary comparisons, subscripts and unpacking.

use crate::fields::{LIST_LEN, TUPLE_LEN, exact};
use crate::machine::{Flow, Machine};
use crate::ops::compare::branch;
use crate::ops::data::attr_slot;
use habu_bytecode::{Insn, Op};
use habu_object::Kind;

/// Jumps if R[A] is no sequence, or no mapping.
#[inline(always)]
pub fn JNoCollection<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    let kinds: &[Kind] = if i.c() == 0 { &[Kind::List, Kind::Tuple] } else { &[Kind::Dict] };
    for kind in kinds {
        if m.has_shape(v, exact(*kind)) {
            branch(m, false);
            return Flow::Next;
        }
    }
    Flow::Slow
}

/// R[A] = len(R[B])
#[inline(always)]
pub fn Len<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    let field = if m.has_shape(v, exact(Kind::List)) {
        &LIST_LEN
    } else if m.has_shape(v, exact(Kind::Tuple)) {
        &TUPLE_LEN
    } else {
        return Flow::Slow;
    };
    let n = m.load_count(v, field);
    let n = m.of_int(n);
    m.set(i.a(), n);
    Flow::Next
}

/// MATCH_ATTR and MATCH_ARG of an in-object slot of R[B].
#[inline(always)]
pub fn match_slot<M: Machine>(m: &mut M, op: Op, i: Insn, shape: u32, offset: u32) -> Flow {
    let Some(v) = attr_slot(m, i, shape, offset) else { return Flow::Slow };
    m.set(i.a(), v);
    m.skip(op.size() - 1);
    Flow::Next
}
