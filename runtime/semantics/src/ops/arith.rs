//! Arithmetic: small ints and immediate floats here, operator methods of Python classes as frames, the rest slow.

use crate::machine::{Flow, Machine};
use habu_bytecode::{Insn, Op};
use habu_vm::{BinOp, CmpOp};

/// The operands as floats, if one is an immediate float and the other a float or an int.
#[inline(always)]
fn floats<M: Machine>(m: &mut M, a: M::V, b: M::V) -> Option<(M::F, M::F)> {
    if m.both_float(a, b) {
        let x = m.float(a);
        let y = m.float(b);
        return Some((x, y));
    }
    if m.is_float(a) && m.is_int(b) {
        let x = m.float(a);
        let y = m.int(b);
        let y = m.int_to_float(y);
        return Some((x, y));
    }
    if m.is_int(a) && m.is_float(b) {
        let x = m.int(a);
        let x = m.int_to_float(x);
        let y = m.float(b);
        return Some((x, y));
    }
    None
}

#[inline(always)]
fn finish_float<M: Machine>(m: &mut M, i: Insn, f: M::F) -> Flow {
    match m.of_float(f) {
        Some(v) => {
            m.set(i.a(), v);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

#[inline(always)]
fn finish_int<M: Machine>(m: &mut M, i: Insn, n: Option<M::I>) -> Flow {
    match n {
        Some(n) => {
            let v = m.of_int(n);
            m.set(i.a(), v);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

/// Pushes the frame of the operator method that `a op b` calls, if the machine knows it.
#[inline(always)]
fn method<M: Machine>(m: &mut M, op: BinOp, inplace: bool, a: M::V, b: M::V) -> Flow {
    let Some(f) = m.operator_method(op, inplace, a, b) else { return Flow::Slow };
    let window = super::flow::frame_window(m);
    let address = m.op_address();
    let address = m.konst(address);
    let none = m.konst(habu_object::Value::NONE);
    m.push_continuation(window, [address, none], Op::ContBinary);
    let args = super::flow::CONT_ARGS;
    m.set(args, a);
    m.set(args + 1, b);
    m.push_frame(f, args);
    Flow::Next
}

macro_rules! arithmetic {
    ($($name:ident $inplace:ident $int:ident $float:ident $op:ident;)*) => { $(
        /// R[A] = R[B] op R[C]
        #[inline(always)]
        pub fn $name<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.b()), m.reg(i.c()));
            if m.both_int(a, b) {
                let (x, y) = (m.int(a), m.int(b));
                let r = m.$int(x, y);
                return finish_int(m, i, r);
            }
            if let Some((x, y)) = floats(m, a, b) {
                let r = m.$float(x, y);
                return finish_float(m, i, r);
            }
            method(m, BinOp::$op, false, a, b)
        }

        /// R[A] = R[B] op= R[C]
        #[inline(always)]
        pub fn $inplace<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.b()), m.reg(i.c()));
            if m.both_int(a, b) {
                let (x, y) = (m.int(a), m.int(b));
                let r = m.$int(x, y);
                return finish_int(m, i, r);
            }
            if let Some((x, y)) = floats(m, a, b) {
                let r = m.$float(x, y);
                return finish_float(m, i, r);
            }
            method(m, BinOp::$op, true, a, b)
        }
    )* };
}
arithmetic! {
    Add IAdd add fadd Add;
    Sub ISub sub fsub Sub;
    Mul IMul mul fmul Mul;
}

#[inline(always)]
fn true_div<M: Machine>(m: &mut M, i: Insn, inplace: bool) -> Flow {
    let (a, b) = (m.reg(i.b()), m.reg(i.c()));
    if let Some((x, y)) = floats(m, a, b) {
        let zero = m.small(0);
        let zero = m.int_to_float(zero);
        if m.cmp_float(CmpOp::Eq, y, zero) {
            return Flow::Slow;
        }
        let r = m.fdiv(x, y);
        return finish_float(m, i, r);
    }
    if m.both_int(a, b) {
        // Ints of up to 53 bits divide exactly as their floats do (CPython long_true_divide's fast case).
        let (x, y) = (m.int(a), m.int(b));
        if !exact_as_float(m, x) || !exact_as_float(m, y) {
            return Flow::Slow;
        }
        let zero = m.small(0);
        if m.cmp_int(CmpOp::Eq, y, zero) {
            return Flow::Slow;
        }
        let (x, y) = (m.int_to_float(x), m.int_to_float(y));
        let r = m.fdiv(x, y);
        return finish_float(m, i, r);
    }
    method(m, BinOp::TrueDiv, inplace, a, b)
}

#[inline(always)]
fn exact_as_float<M: Machine>(m: &mut M, x: M::I) -> bool {
    let (low, high) = (m.small(-(1 << 53)), m.small(1 << 53));
    m.cmp_int(CmpOp::Le, low, x) && m.cmp_int(CmpOp::Le, x, high)
}

/// R[A] = R[B] / R[C]
#[inline(always)]
pub fn TrueDiv<M: Machine>(m: &mut M, i: Insn) -> Flow {
    true_div(m, i, false)
}

/// R[A] = R[B] /= R[C]
#[inline(always)]
pub fn ITrueDiv<M: Machine>(m: &mut M, i: Insn) -> Flow {
    true_div(m, i, true)
}

/// Ints with a positive divisor; the floats' sign rules are left to the slow path.
#[inline(always)]
fn divide<M: Machine>(m: &mut M, i: Insn, modulo: bool) -> Flow {
    let (a, b) = (m.reg(i.b()), m.reg(i.c()));
    if !m.both_int(a, b) {
        return Flow::Slow;
    }
    let (x, y) = (m.int(a), m.int(b));
    divide_ints(m, i, x, y, modulo)
}

#[inline(always)]
fn divide_ints<M: Machine>(m: &mut M, i: Insn, x: M::I, y: M::I, modulo: bool) -> Flow {
    let zero = m.small(0);
    if !m.cmp_int(CmpOp::Gt, y, zero) {
        return Flow::Slow;
    }
    let r = if modulo { m.modulo(x, y) } else { m.floor_div(x, y) };
    finish_int(m, i, Some(r))
}

macro_rules! divisions {
    ($($name:ident $inplace:ident $imm:ident $modulo:literal;)*) => { $(
        /// R[A] = R[B] op R[C]
        #[inline(always)]
        pub fn $name<M: Machine>(m: &mut M, i: Insn) -> Flow {
            divide(m, i, $modulo)
        }

        /// R[A] = R[B] op= R[C]
        #[inline(always)]
        pub fn $inplace<M: Machine>(m: &mut M, i: Insn) -> Flow {
            divide(m, i, $modulo)
        }

        /// R[A] = R[B] op C
        #[inline(always)]
        pub fn $imm<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let a = m.reg(i.b());
            if !m.is_int(a) {
                return Flow::Slow;
            }
            let x = m.int(a);
            let y = m.small(i.sc());
            divide_ints(m, i, x, y, $modulo)
        }
    )* };
}
divisions! {
    FloorDiv IFloorDiv FloorDivI false;
    Mod IMod ModI true;
}

macro_rules! immediates {
    ($($name:ident $int:ident $float:ident $op:ident $inplace:literal;)*) => { $(
        /// R[A] = R[B] op C
        #[inline(always)]
        pub fn $name<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let a = m.reg(i.b());
            let n = m.small(i.sc());
            if m.is_int(a) {
                let x = m.int(a);
                let r = m.$int(x, n);
                return finish_int(m, i, r);
            }
            if m.is_float(a) {
                let x = m.float(a);
                let y = m.int_to_float(n);
                let r = m.$float(x, y);
                return finish_float(m, i, r);
            }
            let b = m.of_int(n);
            method(m, BinOp::$op, $inplace, a, b)
        }
    )* };
}
immediates! {
    AddI add fadd Add false;
    SubI sub fsub Sub false;
    MulI mul fmul Mul false;
    IAddI add fadd Add true;
    ISubI sub fsub Sub true;
}

macro_rules! bitwise {
    ($($name:ident $inplace:ident $int:ident;)*) => { $(
        /// R[A] = R[B] op R[C]
        #[inline(always)]
        pub fn $name<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.b()), m.reg(i.c()));
            if !m.both_int(a, b) {
                return Flow::Slow;
            }
            let (x, y) = (m.int(a), m.int(b));
            let r = m.$int(x, y);
            finish_int(m, i, Some(r))
        }

        /// R[A] = R[B] op= R[C]
        #[inline(always)]
        pub fn $inplace<M: Machine>(m: &mut M, i: Insn) -> Flow {
            $name(m, i)
        }
    )* };
}
bitwise! {
    BitAnd IBitAnd and;
    BitOr IBitOr or;
    BitXor IBitXor xor;
}

/// R[A] = R[B] & C
#[inline(always)]
pub fn BitAndI<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let a = m.reg(i.b());
    if !m.is_int(a) {
        return Flow::Slow;
    }
    let x = m.int(a);
    let n = m.small(i.sc());
    let r = m.and(x, n);
    finish_int(m, i, Some(r))
}

#[inline(always)]
fn shift<M: Machine>(m: &mut M, i: Insn, x: M::I, n: M::I, left: bool) -> Flow {
    let bound = m.small(62);
    if !m.below(n, bound) {
        return Flow::Slow;
    }
    let r = if left { m.shl(x, n) } else { Some(m.shr(x, n)) };
    finish_int(m, i, r)
}

macro_rules! shifts {
    ($($name:ident $inplace:ident $imm:ident $left:literal;)*) => { $(
        /// R[A] = R[B] op R[C]
        #[inline(always)]
        pub fn $name<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let (a, b) = (m.reg(i.b()), m.reg(i.c()));
            if !m.both_int(a, b) {
                return Flow::Slow;
            }
            let (x, n) = (m.int(a), m.int(b));
            shift(m, i, x, n, $left)
        }

        /// R[A] = R[B] op= R[C]
        #[inline(always)]
        pub fn $inplace<M: Machine>(m: &mut M, i: Insn) -> Flow {
            $name(m, i)
        }

        /// R[A] = R[B] op C
        #[inline(always)]
        pub fn $imm<M: Machine>(m: &mut M, i: Insn) -> Flow {
            let a = m.reg(i.b());
            if !m.is_int(a) {
                return Flow::Slow;
            }
            let x = m.int(a);
            let n = m.small(i.sc());
            shift(m, i, x, n, $left)
        }
    )* };
}
shifts! {
    LShift ILShift LShiftI true;
    RShift IRShift RShiftI false;
}

/// R[A] = -R[B]
#[inline(always)]
pub fn Neg<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let a = m.reg(i.b());
    if m.is_int(a) {
        let x = m.int(a);
        let zero = m.small(0);
        let r = m.sub(zero, x);
        return finish_int(m, i, r);
    }
    if m.is_float(a) {
        let x = m.float(a);
        let r = m.fneg(x);
        return finish_float(m, i, r);
    }
    Flow::Slow
}

/// R[A] = +R[B]
#[inline(always)]
pub fn Pos<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let a = m.reg(i.b());
    if m.is_int(a) || m.is_float(a) {
        m.set(i.a(), a);
        return Flow::Next;
    }
    Flow::Slow
}

/// R[A] = ~R[B]
#[inline(always)]
pub fn Invert<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let a = m.reg(i.b());
    if !m.is_int(a) {
        return Flow::Slow;
    }
    let x = m.int(a);
    let ones = m.small(-1);
    let r = m.xor(x, ones);
    finish_int(m, i, Some(r))
}
