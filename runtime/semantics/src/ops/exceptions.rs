//! Raising, handling, matching.
//!
//! The concrete machine leaves raising to the slow paths. The recorder unwinds by itself when one of the trace's frames
//! catches the exception, so that neither the exception nor its traceback need be made unless somebody keeps them.

use crate::fields::{EXCEPTION_CAUSE, EXCEPTION_CONTEXT, EXCEPTION_SUPPRESS};
use crate::machine::{Flow, Machine};
use habu_bytecode::Insn;
use habu_object::Value;

/// Enters a handler.
#[inline(always)]
pub fn PushExc<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let e = m.reg(i.a());
    let old = m.handled();
    m.set_handled(e);
    m.set(i.b(), old);
    Flow::Next
}

/// Leaves a handler.
#[inline(always)]
pub fn PopExc<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    m.set_handled(v);
    Flow::Next
}

/// Jumps if the exception R[A] does not match R[B].
#[inline(always)]
pub fn JNoMatch<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (e, wanted) = (m.reg(i.a()), m.reg(i.b()));
    match m.exception_matches(e, wanted) {
        Some(matches) => {
            super::compare::branch(m, !matches);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

/// Raises R[A] again.
#[inline(always)]
pub fn Reraise<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let e = m.reg(i.a());
    again(m, e)
}

#[inline(always)]
fn again<M: Machine>(m: &mut M, e: M::V) -> Flow {
    if !m.catches(e) {
        return Flow::Slow;
    }
    m.unwind(e, false);
    Flow::Next
}

/// `raise`, `raise e`, `raise e from cause`
#[inline(always)]
pub fn Raise<M: Machine>(m: &mut M, i: Insn) -> Flow {
    if !M::UNWINDS {
        return Flow::Slow;
    }
    let handled = m.handled();
    if i.c() == 0 {
        return if m.is(handled, Value::NONE) { Flow::Slow } else { again(m, handled) };
    }
    if i.c() == 3 {
        return Flow::Slow;
    }
    let v = m.reg(i.a());
    let Some(e) = m.exception_instance(v) else { return Flow::Slow };
    let cause = if i.c() == 2 {
        let v = m.reg(i.a() + 1);
        let cause = if m.is(v, Value::NONE) { Some(v) } else { m.exception_instance(v) };
        if cause.is_none() {
            return Flow::Slow;
        }
        cause
    } else {
        None
    };
    let Some(linked) = links_context(m, e, handled) else { return Flow::Slow };
    if !m.catches(e) {
        return Flow::Slow;
    }
    if let Some(cause) = cause {
        m.store(e, &EXCEPTION_CAUSE, cause);
        m.store_small(e, &EXCEPTION_SUPPRESS, 1);
    }
    if linked {
        m.store(e, &EXCEPTION_CONTEXT, handled);
    }
    m.unwind(e, true);
    Flow::Next
}

/// Whether the handled exception becomes the context of `e`. None: cycles may have to be broken.
#[inline(always)]
fn links_context<M: Machine>(m: &mut M, e: M::V, handled: M::V) -> Option<bool> {
    if m.is(handled, Value::NONE) || m.same(handled, e) {
        return Some(false);
    }
    let context = m.load(e, &EXCEPTION_CONTEXT);
    if !m.is(context, Value::NONE) {
        return Some(false);
    }
    if m.is_new(e) { Some(true) } else { None }
}
