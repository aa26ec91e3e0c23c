//! Arithmetic on numbers of any size, and the operators of other builtin types.

use super::{Direct, builtin, finish, number};
use crate::helpers::{Helper, containers, numbers, text};
use crate::slow::operators::operator;
use habu_bytecode::{Insn, Op, Role};
use habu_object::shape;
use habu_vm::{BinOp, CmpOp};

/// The operands of a binary operator; a small constant counts as a value.
pub(super) fn operands<M: Direct>(m: &mut M, op: Op, i: Insn) -> (M::V, M::V) {
    let a = m.reg(i.b());
    let b = if op.info().roles[2] == Role::Signed {
        let n = m.small(i.sc());
        m.of_int(n)
    } else {
        m.reg(i.c())
    };
    (a, b)
}

/// A binary operator.
pub(super) fn run<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let (operator, inplace) = operator(op)?;
    let (a, b) = operands(m, op, i);
    let (sa, sb) = (m.shape(a), m.shape(b));
    if number(sa) && number(sb) {
        let v = numeric(m, operator, a, b)?;
        return finish(m, i, v);
    }
    if !builtin(sa) || !builtin(sb) {
        return None;
    }
    if inplace && matches!(sa, shape::LIST | shape::DICT | shape::SET | shape::BYTEARRAY) {
        if operator != BinOp::Add || sa != shape::LIST || !matches!(sb, shape::LIST | shape::TUPLE)
        {
            return None;
        }
        m.call(&containers::LIST_EXTEND, &[a, b])?;
        return finish(m, i, a);
    }
    let helper: &'static Helper = match (operator, sa, sb) {
        (BinOp::Add, shape::STR, shape::STR) => &text::STR_CONCAT,
        (BinOp::Mul, shape::LIST, shape::INT) if m.is_int(b) => &containers::LIST_REPEAT,
        _ => containers::operator(operator)?,
    };
    let v = m.call(helper, &[a, b])?;
    finish(m, i, v)
}

/// An operator on ints, bools and floats.
fn numeric<M: Direct>(m: &mut M, op: BinOp, a: M::V, b: M::V) -> Option<M::V> {
    if m.both_int(a, b) {
        if op == BinOp::Pow {
            let (x, n) = (m.int(a), m.int(b));
            let two = m.small(2);
            if m.cmp_int(CmpOp::Eq, n, two)
                && let Some(square) = m.mul(x, x)
            {
                return Some(m.of_int(square));
            }
        }
    } else if let Some(helper) = float_helper(op)
        && let Some((x, y)) = floats(m, a, b)
        && let Some(r) = m.call_float(helper, &[x, y])
    {
        return m.of_float(r);
    }
    m.call(numbers::arithmetic(op)?, &[a, b])
}

fn float_helper(op: BinOp) -> Option<&'static Helper> {
    match op {
        BinOp::Pow => Some(&numbers::FLOAT_POW),
        BinOp::FloorDiv => Some(&numbers::FLOAT_FLOORDIV),
        BinOp::Mod => Some(&numbers::FLOAT_MOD),
        _ => None,
    }
}

/// The operands as floats, if each is an immediate float or a small int.
fn floats<M: Direct>(m: &mut M, a: M::V, b: M::V) -> Option<(M::F, M::F)> {
    let mut one = |v: M::V| {
        if m.is_float(v) {
            Some(m.float(v))
        } else if m.is_int(v) {
            let n = m.int(v);
            Some(m.int_to_float(n))
        } else {
            None
        }
    };
    Some((one(a)?, one(b)?))
}

/// `-a`, `~a` of an int beyond the small ones or a bool.
pub(super) fn unary<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let a = m.reg(i.b());
    let s = m.shape(a);
    let helper = match op {
        Op::Neg if number(s) => &numbers::NUMBER_NEG,
        Op::Invert if s == shape::INT => &numbers::NUMBER_INVERT,
        _ => return None,
    };
    let v = m.call(helper, &[a])?;
    finish(m, i, v)
}
