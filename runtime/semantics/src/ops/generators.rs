//! Generators, coroutines and async generators: creation, resumption, suspension, delegation, their end.
//!
//! A resumed generator's frame is a window like a called function's; its registers come from the generator object and
//! go back there. Which ones, the resume point says, so nothing here depends on more than the generator's PC word. What
//! is rare (an exception handled across a `yield`, frames that save many registers) is left to the slow paths.

use crate::fields::{
    ASYNC_SEND, ASYNC_SEND_ARG, ASYNC_SEND_STATE, ASYNC_SEND_TARGET, FUNCTION_NAME,
    FUNCTION_QUALNAME, GEN_FUNC, GEN_HANDLED, GEN_HOOK, GEN_NAME, GEN_OUTER, GEN_OWNER, GEN_PC,
    GEN_QUALNAME, exact,
};
use crate::machine::{Flow, Machine, Returns};
use crate::ops::flow::{CONT_ARGS, frame_window};
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value};
use habu_vm::CmpOp;
use habu_vm::async_gen::stage;
use habu_vm::call::CONT_WINDOW;
use habu_vm::generator::{ASYNC_GENERATOR, COROUTINE, is_awaited, shape_of};
use habu_vm::resume::{ResumePoint, registers};

/// The resume point behind the running op, if its masks are known.
#[inline(always)]
fn point_behind<M: Machine>(m: &M, op: Op) -> Option<ResumePoint> {
    let next = m.op_address().bits() + 4 * op.size() as u64;
    ResumePoint::of(Value::from_bits(next)).filter(|point| point.is_masked())
}

/// Where `g` goes on if it is suspended and its frame may be pushed at register `window`.
#[inline(always)]
pub(super) fn resumable<M: Machine>(m: &mut M, g: M::V, window: usize) -> Option<ResumePoint> {
    let point = m.resume_point(g, window)?;
    let own = m.load(g, &GEN_HANDLED);
    let handled = m.handled();
    if m.is(own, Value::NONE) && m.stores_freely(g, handled) { Some(point) } else { None }
}

/// Pushes the frame of a generator found to be resumable; it returns to the machine's pc.
#[inline(always)]
pub(super) fn resume<M: Machine>(
    m: &mut M,
    g: M::V,
    point: ResumePoint,
    sent: M::V,
    window: usize,
) {
    // What other points save must not be a stale word of the stack when one of them is reached.
    let unbound = m.konst(Value::UNBOUND);
    for r in registers(point.elsewhere()) {
        m.set(window + r, unbound);
    }
    for r in registers(point.saved()) {
        let v = m.saved(g, r);
        m.set(window + r, v);
    }
    if let Some(r) = point.receiver() {
        m.set(window + r, sent);
    }
    let running = m.konst(point.running());
    m.store(g, &GEN_PC, running);
    let handled = m.handled();
    m.store(g, &GEN_OUTER, handled);
    m.push_generator(g, point.pc, window);
}

/// Returns a generator with a copy of the frame.
#[inline(always)]
pub fn MakeGenerator<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let Some(point) = point_behind(m, Op::MakeGenerator) else { return Flow::Slow };
    let shape = shape_of(i.a() as u8);
    let mut owner = m.result_owner();
    if shape == COROUTINE && is_awaited(owner) {
        owner = Value::TRUE;
    } else if point.is_finalized() {
        return Flow::Slow;
    }
    let f = m.callee();
    let Some(g) = m.new_generator(shape, point.room()) else { return Flow::Slow };
    let unbound = m.konst(Value::UNBOUND);
    let none = m.konst(Value::NONE);
    let pc = m.konst(Value::from_bits(point.pc as u64));
    let name = m.load(f, &FUNCTION_NAME);
    let qualname = m.load(f, &FUNCTION_QUALNAME);
    m.store(g, &GEN_FUNC, f);
    m.store(g, &GEN_PC, pc);
    m.store(g, &GEN_NAME, name);
    m.store(g, &GEN_QUALNAME, qualname);
    m.store(g, &GEN_HANDLED, none);
    m.store(g, &GEN_OUTER, none);
    let owner = m.konst(owner);
    m.store(g, &GEN_OWNER, owner);
    m.store(g, &GEN_HOOK, unbound);
    for r in registers(point.saved()) {
        let v = m.reg(r);
        m.save(g, r, v);
    }
    m.pop_frame(g);
    Flow::Next
}

/// Suspends the frame and gives its resumer a value.
#[inline(always)]
pub fn Yield<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    if suspend(m, Op::Yield).is_none() {
        return Flow::Slow;
    }
    m.pop_frame(v);
    Flow::Next
}

/// Suspends the frame of an async generator; who awaits the step gets the value as its result.
#[inline(always)]
pub fn AsyncYield<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    let to = m.returns_to();
    let Some(g) = suspend(m, Op::AsyncYield) else { return Flow::Slow };
    let none = m.konst(Value::NONE);
    m.store(g, &GEN_OWNER, none);
    m.pop_frame(v);
    if let Returns::Send { receiver, done } = to {
        m.pop_continuation();
        m.set(receiver, v);
        m.go_to(done);
    }
    Flow::Next
}

/// Saves the running frame in its generator, which is to be suspended behind the op.
#[inline(always)]
fn suspend<M: Machine>(m: &mut M, op: Op) -> Option<M::V> {
    let point = point_behind(m, op)?;
    let g = m.callee();
    let handled = m.handled();
    let outer = m.load(g, &GEN_OUTER);
    if !m.same(handled, outer) || !m.stores_freely(g, g) {
        return None;
    }
    for r in registers(point.saved()) {
        let v = m.reg(r);
        m.save(g, r, v);
    }
    let unbound = m.konst(Value::UNBOUND);
    for r in registers(point.elsewhere()) {
        m.save(g, r, unbound);
    }
    let pc = m.konst(Value::from_bits(point.pc as u64));
    m.store(g, &GEN_PC, pc);
    Some(g)
}

/// A generator ends that has saved registers at a point.
#[inline(always)]
fn end<M: Machine>(m: &mut M, g: M::V, point: ResumePoint) {
    let unbound = m.konst(Value::UNBOUND);
    for r in registers(point.saved() | point.elsewhere()) {
        m.save(g, r, unbound);
    }
    let ended = m.konst(Value::from_bits(0));
    m.store(g, &GEN_PC, ended);
}

/// The generator's frame returns.
#[inline(always)]
pub fn GenRet<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let to = m.returns_to();
    if to == Returns::Elsewhere {
        return Flow::Slow;
    }
    let g = m.callee();
    let Some(point) = m.resumed_at(g).filter(|point| point.is_masked()) else { return Flow::Slow };
    if point.is_finalized() {
        let owner = m.load(g, &GEN_OWNER);
        if !m.has_shape(g, COROUTINE) || !m.is(owner, Value::TRUE) {
            return Flow::Slow;
        }
    }
    let v = m.reg(i.a());
    end(m, g, point);
    let outer = m.load(g, &GEN_OUTER);
    m.set_handled(outer);
    m.pop_frame(v);
    match to {
        // The loop is exhausted: past its FOR_RESULT.
        Returns::ForResult => m.skip(Op::ForResult.size()),
        Returns::Send { receiver, done } => {
            m.pop_continuation();
            m.set(receiver, v);
            m.go_to(done);
        }
        Returns::Elsewhere | Returns::Anybody => {}
    }
    Flow::Next
}

/// Sends R[B] to the generator R[A]; other iterators are stepped by the slow path.
#[inline(always)]
pub fn Send<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let g = m.reg(i.a());
    if !m.has_shape(g, exact(Kind::Generator)) && !m.has_shape(g, COROUTINE) {
        return send_step(m, i);
    }
    let sent = m.reg(i.b());
    let window = frame_window(m);
    let Some(point) = resumable(m, g, window + CONT_ARGS) else { return Flow::Slow };
    if point.is_created() && !m.is(sent, Value::NONE) {
        return Flow::Slow;
    }
    let address = m.op_address();
    let address = m.konst(address);
    let none = m.konst(Value::NONE);
    m.skip(Op::Send.size() - 1);
    m.push_continuation(window, [address, none], Op::ContSend);
    resume(m, g, point, sent, CONT_ARGS);
    Flow::Next
}

/// SEND to a step of an async generator.
#[inline(always)]
fn send_step<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let step = m.reg(i.a());
    if !m.has_shape(step, exact(Kind::AsyncSend)) {
        return Flow::Slow;
    }
    let sent = m.reg(i.b());
    let g = m.load(step, &ASYNC_SEND_TARGET);
    let owner = m.load(g, &GEN_OWNER);
    let state = m.load_count(step, &ASYNC_SEND_STATE);
    let new = m.small(stage::NEW as i64);
    let arg = if m.cmp_int(CmpOp::Eq, state, new) {
        if !m.is(owner, Value::NONE) || !m.is(sent, Value::NONE) {
            return Flow::Slow;
        }
        m.load(step, &ASYNC_SEND_ARG)
    } else {
        if !m.same(owner, step) {
            return Flow::Slow;
        }
        sent
    };
    let window = frame_window(m);
    let Some(point) = resumable(m, g, window + CONT_ARGS) else { return Flow::Slow };
    if point.is_created() && !m.is(arg, Value::NONE) || !m.stores_freely(g, step) {
        return Flow::Slow;
    }
    let address = m.op_address();
    let address = m.konst(address);
    let none = m.konst(Value::NONE);
    m.skip(Op::Send.size() - 1);
    let awaited = m.small(stage::AWAITED as i64);
    m.store_count(step, &ASYNC_SEND_STATE, awaited);
    m.store(g, &GEN_OWNER, step);
    m.push_continuation(window, [address, none], Op::ContSend);
    resume(m, g, point, arg, CONT_ARGS);
    Flow::Next
}

/// R[A] = R[B] if that is a coroutine that has not begun, or a step of an async generator.
#[inline(always)]
pub fn GetAwaitable<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    if m.has_shape(v, COROUTINE) {
        match m.resume_point(v, 0) {
            Some(point) if point.is_created() => {}
            _ => return Flow::Slow,
        }
    } else if !m.has_shape(v, exact(Kind::AsyncSend)) {
        return Flow::Slow;
    }
    m.set(i.a(), v);
    Flow::Next
}

/// R[A] = aiter(R[B]) of an async generator: itself.
#[inline(always)]
pub fn GetAIter<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    if !m.has_shape(v, ASYNC_GENERATOR) {
        return Flow::Slow;
    }
    m.set(i.a(), v);
    Flow::Next
}

/// R[A] = the next step of an async generator.
#[inline(always)]
pub fn GetANext<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let g = m.reg(i.b());
    if !m.has_shape(g, ASYNC_GENERATOR) {
        return Flow::Slow;
    }
    let hook = m.load(g, &GEN_HOOK);
    if m.is(hook, Value::UNBOUND) {
        return Flow::Slow;
    }
    let Some(step) = m.new_object(&ASYNC_SEND, exact(Kind::AsyncSend)) else { return Flow::Slow };
    let none = m.konst(Value::NONE);
    m.store(step, &ASYNC_SEND_TARGET, g);
    m.store(step, &ASYNC_SEND_ARG, none);
    m.set(i.a(), step);
    Flow::Next
}

/// The delegate has yielded: on behind the SEND.
#[inline(always)]
pub fn ContSend<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let v = m.reg(CONT_WINDOW);
    let r = m.continued().b();
    m.pop_continuation();
    m.set(r, v);
    Flow::Next
}

/// A generator that ran in a tree of its own has yielded or ended.
#[inline(always)]
pub fn ContGen<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let (g, v) = (m.reg(1), m.reg(CONT_WINDOW));
    let pc = m.load(g, &GEN_PC);
    let ended = m.is(pc, Value::from_bits(0));
    let (insn, done) = m.stepped();
    m.pop_continuation();
    if insn.op() == Some(Op::Send) {
        m.set(insn.b(), v);
    } else if !ended {
        m.set(insn.a() + 1, v);
    }
    if ended {
        m.go_to(done);
    }
    Flow::Next
}

/// R[A] = R[B] if that is a generator.
#[inline(always)]
pub fn GetYieldFromIter<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    if !m.has_shape(v, exact(Kind::Generator)) {
        return Flow::Slow;
    }
    m.set(i.a(), v);
    Flow::Next
}

/// R[A] = iter(R[B]) of a generator: itself. In the register that it came in, it is the loop's own if the instruction
/// before has just made it.
#[inline(always)]
pub(super) fn take<M: Machine>(m: &mut M, i: Insn, g: M::V) {
    if i.a() == i.b() {
        let owner = m.load(g, &GEN_OWNER);
        let here = m.op_address();
        if m.is(owner, here) {
            let own = m.konst(Value::TRUE);
            m.store(g, &GEN_OWNER, own);
        }
    }
    m.set(i.a(), g);
}

/// A `for` loop is left half-way: closes the iterator if it is a generator that only the loop has.
#[inline(always)]
pub fn CloseIter<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let g = m.reg(i.a());
    if !m.has_shape(g, exact(Kind::Generator)) {
        return Flow::Next;
    }
    let owner = m.load(g, &GEN_OWNER);
    if !m.is(owner, Value::TRUE) {
        return Flow::Next;
    }
    let Some(point) = m.resume_point(g, 0) else { return Flow::Slow };
    if point.cleans_up() || point.is_finalized() {
        return Flow::Slow;
    }
    end(m, g, point);
    Flow::Next
}
