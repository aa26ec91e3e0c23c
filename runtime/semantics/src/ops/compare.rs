//! Comparisons, truth tests and the jumps fused with them.

use crate::machine::{Flow, Machine};
use habu_bytecode::Insn;
use habu_object::Value;
use habu_vm::CmpOp;

/// The outcome of a comparison of small ints or immediate floats.
#[inline(always)]
fn compare<M: Machine>(m: &mut M, op: CmpOp, a: M::V, b: M::V) -> Option<bool> {
    if m.both_int(a, b) {
        let (x, y) = (m.int(a), m.int(b));
        return Some(m.cmp_int(op, x, y));
    }
    if m.both_float(a, b) {
        let (x, y) = (m.float(a), m.float(b));
        return Some(m.cmp_float(op, x, y));
    }
    None
}

/// Compares with a small int constant.
#[inline(always)]
fn compare_small<M: Machine>(m: &mut M, op: CmpOp, a: M::V, n: i64) -> Option<bool> {
    if m.is_int(a) {
        let (x, y) = (m.int(a), m.small(n));
        return Some(m.cmp_int(op, x, y));
    }
    if m.is_float(a) {
        let x = m.float(a);
        let y = m.small(n);
        let y = m.int_to_float(y);
        return Some(m.cmp_float(op, x, y));
    }
    None
}

/// Jumps or falls through, by the op's single jump word.
#[inline(always)]
pub(super) fn branch<M: Machine>(m: &mut M, taken: bool) {
    if taken {
        let offset = m.word(0) as i32;
        m.jump(offset);
    } else {
        m.skip(1);
    }
}

macro_rules! comparisons {
    ($($op:ident $jump_true:ident $jump_false:ident $imm_true:ident $imm_false:ident;)*) => { $(
        /// R[A] = R[B] op R[C]
        #[inline(always)]
        pub fn $op<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.b()), m.reg(i.c()));
            match compare(m, CmpOp::$op, a, b) {
                Some(t) => {
                    let v = m.konst(Value::bool(t));
                    m.set(i.a(), v);
                    Flow::Next
                }
                None => Flow::Slow,
            }
        }

        /// Jumps if R[A] op R[B].
        #[inline(always)]
        pub fn $jump_true<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.a()), m.reg(i.b()));
            match compare(m, CmpOp::$op, a, b) {
                Some(t) => {
                    branch(m, t);
                    Flow::Next
                }
                None => Flow::Slow,
            }
        }

        /// Jumps unless R[A] op R[B].
        #[inline(always)]
        pub fn $jump_false<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.a()), m.reg(i.b()));
            match compare(m, CmpOp::$op, a, b) {
                Some(t) => {
                    branch(m, !t);
                    Flow::Next
                }
                None => Flow::Slow,
            }
        }

        /// Jumps if R[A] op sBx.
        #[inline(always)]
        pub fn $imm_true<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let a = m.reg(i.a());
            match compare_small(m, CmpOp::$op, a, i.sbx()) {
                Some(t) => {
                    branch(m, t);
                    Flow::Next
                }
                None => Flow::Slow,
            }
        }

        /// Jumps unless R[A] op sBx.
        #[inline(always)]
        pub fn $imm_false<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let a = m.reg(i.a());
            match compare_small(m, CmpOp::$op, a, i.sbx()) {
                Some(t) => {
                    branch(m, !t);
                    Flow::Next
                }
                None => Flow::Slow,
            }
        }
    )* };
}
comparisons! {
    Lt JLtT JLtF JLtIT JLtIF;
    Le JLeT JLeF JLeIT JLeIF;
    Gt JGtT JGtF JGtIT JGtIF;
    Ge JGeT JGeF JGeIT JGeIF;
    Eq JEqT JEqF JEqIT JEqIF;
    Ne JNeT JNeF JNeIT JNeIF;
}

/// The truth of a value that is a bool, None, a small int or an immediate float.
#[inline(always)]
pub(super) fn truth<M: Machine>(m: &mut M, v: M::V) -> Option<bool> {
    if m.is(v, Value::TRUE) {
        return Some(true);
    }
    if m.is(v, Value::FALSE) || m.is(v, Value::NONE) {
        return Some(false);
    }
    if m.is_int(v) {
        let (x, zero) = (m.int(v), m.small(0));
        return Some(m.cmp_int(CmpOp::Ne, x, zero));
    }
    None
}

/// R[A] = not R[B]
#[inline(always)]
pub fn Not<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    match truth(m, v) {
        Some(t) => {
            let v = m.konst(Value::bool(!t));
            m.set(i.a(), v);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

/// Jumps if R[A] is true.
#[inline(always)]
pub fn JTrue<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    match truth(m, v) {
        Some(t) => {
            branch(m, t);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

/// Jumps if R[A] is false.
#[inline(always)]
pub fn JFalse<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    match truth(m, v) {
        Some(t) => {
            branch(m, !t);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

/// R[A] = R[B] is R[C]
#[inline(always)]
pub fn Is<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (a, b) = (m.reg(i.b()), m.reg(i.c()));
    let t = m.same(a, b);
    let v = m.konst(Value::bool(t));
    m.set(i.a(), v);
    Flow::Next
}

/// R[A] = R[B] is not R[C]
#[inline(always)]
pub fn IsNot<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (a, b) = (m.reg(i.b()), m.reg(i.c()));
    let t = m.same(a, b);
    let v = m.konst(Value::bool(!t));
    m.set(i.a(), v);
    Flow::Next
}

/// Jumps if (R[A] is None) == C.
#[inline(always)]
pub fn JNone<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let a = m.reg(i.a());
    let t = m.is(a, Value::NONE);
    branch(m, t == (i.c() != 0));
    Flow::Next
}

/// Jumps if (R[A] is R[B]) == C.
#[inline(always)]
pub fn JIs<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (a, b) = (m.reg(i.a()), m.reg(i.b()));
    let t = m.same(a, b);
    branch(m, t == (i.c() != 0));
    Flow::Next
}
