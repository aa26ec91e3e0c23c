//! Comparisons and truth of objects that are no small numbers.

use super::invoke::run_special;
use super::{Direct, builtin, finish, number};
use crate::fields::{LIST_LEN, TUPLE_LEN};
use crate::helpers::{containers, numbers};
use crate::slow::operators::{comparison, jumps_if_true, truth_wanted};
use habu_bytecode::{Insn, Op, Role};
use habu_object::str::Str;
use habu_object::{Kind, Value, shape};
use habu_vm::CmpOp;
use habu_vm::call::CONT_WINDOW;

/// What is compared: a truth value already decided, or an object.
enum Outcome<V> {
    Truth(bool),
    Object(V),
}

/// A comparison, as a value or as a jump.
pub(super) fn run<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let cmp = comparison(op)?;
    let (a, b) = match op.info().roles {
        [Role::Write, ..] => (m.reg(i.b()), m.reg(i.c())),
        [_, Role::WideSigned, _] => {
            let a = m.reg(i.a());
            let n = m.small(i.sbx());
            (a, m.of_int(n))
        }
        _ => (m.reg(i.a()), m.reg(i.b())),
    };
    if m.hint(a).kind() == Kind::Instance {
        m.shape(a);
        m.shape(b);
        if let Some(f) = m.comparison_method(cmp, a, b) {
            return run_special(m, f, &[a, b], op.size() - 1, Op::ContCompare);
        }
    }
    let outcome = compare(m, cmp, a, b)?;
    if op.info().words.is_empty() {
        let v = match outcome {
            Outcome::Truth(t) => m.konst(Value::bool(t)),
            Outcome::Object(v) => v,
        };
        return finish(m, i, v);
    }
    let t = match outcome {
        Outcome::Truth(t) => t,
        Outcome::Object(v) => truth(m, v)?,
    };
    branch(m, t == jumps_if_true(op));
    Some(())
}

fn compare<M: Direct>(m: &mut M, cmp: CmpOp, a: M::V, b: M::V) -> Option<Outcome<M::V>> {
    let (sa, sb) = (m.shape(a), m.shape(b));
    if number(sa) && number(sb) {
        return Some(Outcome::Truth(m.test(numbers::comparison(cmp), &[a, b])));
    }
    if sa == shape::STR && sb == shape::STR {
        // Interned strs are equal only if they are the same.
        if matches!(cmp, CmpOp::Eq | CmpOp::Ne)
            && [a, b].into_iter().all(|v| looks_interned(m, v))
            && m.is_interned(a)
            && m.is_interned(b)
        {
            let same = m.same(a, b);
            return Some(Outcome::Truth(same == (cmp == CmpOp::Eq)));
        }
        return Some(Outcome::Truth(m.test(numbers::comparison(cmp), &[a, b])));
    }
    m.call(containers::comparison(cmp), &[a, b]).map(Outcome::Object)
}

/// A comparison method in Python has returned.
pub(super) fn finish_method<M: Direct>(m: &mut M) -> Option<()> {
    let v = m.reg(CONT_WINDOW);
    if m.is(v, Value::NOT_IMPLEMENTED) {
        return None;
    }
    let (i, at) = (m.continued(), m.continued_at());
    let op = i.op()?;
    if op.info().words.is_empty() {
        m.pop_continuation();
        m.set(i.a(), v);
        return Some(());
    }
    let taken = truth(m, v)? == jumps_if_true(op);
    m.pop_continuation();
    if taken {
        jump_from(m, at);
    }
    Some(())
}

/// Goes where the jumping op at this address leads.
fn jump_from<M: Direct>(m: &mut M, at: *const u32) {
    // SAFETY: the op's jump word follows it.
    let offset = unsafe { *at.add(1) } as i32;
    m.go_to(at.wrapping_offset(offset as isize));
}

/// `__contains__` or `__bool__` in Python has returned.
pub(super) fn finish_truth<M: Direct>(m: &mut M) -> Option<()> {
    let v = m.reg(CONT_WINDOW);
    let (i, at) = (m.continued(), m.continued_at());
    let op = i.op()?;
    let tests = matches!(op, Op::Not | Op::JTrue | Op::JFalse);
    if tests && m.shape(v) != shape::BOOL {
        return None;
    }
    let holds = truth(m, v)? == truth_wanted(i, op);
    m.pop_continuation();
    if op.info().words.is_empty() {
        let v = m.konst(Value::bool(holds));
        m.set(i.a(), v);
    } else if holds {
        jump_from(m, at);
    }
    Some(())
}

/// Whether a str is interned this time.
fn looks_interned<M: Direct>(m: &mut M, v: M::V) -> bool {
    m.hint(v).cast::<Str>().is_some_and(|s| s.is_interned())
}

/// Jumps or falls through, by the op's single jump word.
pub(super) fn branch<M: Direct>(m: &mut M, taken: bool) {
    if taken {
        let offset = m.word(0) as i32;
        m.jump(offset);
    } else {
        m.skip(1);
    }
}

/// The truth of a value of a builtin type.
pub(super) fn truth<M: Direct>(m: &mut M, v: M::V) -> Option<bool> {
    let zero = m.small(0);
    Some(match m.shape(v) {
        shape::BOOL => m.is(v, Value::TRUE),
        shape::NONE => false,
        shape::INT if m.is_int(v) => {
            let n = m.int(v);
            m.cmp_int(CmpOp::Ne, n, zero)
        }
        shape::FLOAT if m.is_float(v) => {
            let (x, zero) = (m.float(v), m.int_to_float(zero));
            m.cmp_float(CmpOp::Ne, x, zero)
        }
        shape::LIST => {
            let n = m.load_count(v, &LIST_LEN);
            m.cmp_int(CmpOp::Ne, n, zero)
        }
        shape::TUPLE => {
            let n = m.load_count(v, &TUPLE_LEN);
            m.cmp_int(CmpOp::Ne, n, zero)
        }
        shape::DICT => !m.test(&containers::DICT_EMPTY, &[v]),
        s if builtin(s) => {
            let t = m.call(&containers::TRUTH, &[v])?;
            m.is(t, Value::TRUE)
        }
        _ if m.hint(v).kind() == Kind::Instance => {
            if !m.lacks(v, |n| n.__bool__) || !m.lacks(v, |n| n.__len__) {
                return None;
            }
            true
        }
        _ => return None,
    })
}

/// `not`, and the jumps on truth.
pub(super) fn truth_op<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let v = m.reg(if op == Op::Not { i.b() } else { i.a() });
    if m.hint(v).kind() == Kind::Instance {
        m.shape(v);
        if let Some(f) = m.special(v, |n| n.__bool__) {
            return run_special(m, f, &[v], op.size() - 1, Op::ContTruth);
        }
    }
    let holds = truth(m, v)? == truth_wanted(i, op);
    if op == Op::Not {
        let r = m.konst(Value::bool(holds));
        return finish(m, i, r);
    }
    branch(m, holds);
    Some(())
}
