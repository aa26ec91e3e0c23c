//! Loops, calls, returns and the continuations of ops that called Python code.

use super::generators;
use crate::fields::{
    FUNCTION_ANNOTATE, FUNCTION_CLOSURE, FUNCTION_DEFAULTS, FUNCTION_KWDEFAULTS, LIST_ITEMS,
    LIST_ITER, LIST_ITER_INDEX, LIST_ITER_LIST, LIST_LEN, METHOD_FUNC, METHOD_THIS, RANGE_LEFT,
    RANGE_NEXT, RANGE_STEP, TUPLE_ITER, TUPLE_ITER_INDEX, TUPLE_ITER_TUPLE, TUPLE_LEN, exact,
};
use crate::machine::{Flow, Machine};
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value};
use habu_vm::CmpOp;
use habu_vm::call::CONT_WINDOW;
use habu_vm::stack::LINK;

/// Register, in a continuation frame, of the first argument of the frame it waits for.
pub const CONT_ARGS: usize = CONT_WINDOW + LINK;

/// Register at which an op without a window of its own may push a frame: above everything, link words included.
#[inline(always)]
pub fn frame_window<M: Machine>(m: &mut M) -> usize {
    m.frame_size() + LINK
}

/// Counts entries.
#[inline(always)]
pub fn Enter<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    if !m.entry(0) {
        return Flow::Slow;
    }
    m.skip(2);
    Flow::Next
}

/// Back-edge.
#[inline(always)]
pub fn JumpBack<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let offset = m.word(0) as i32;
    if m.back_edge(offset, 1) { Flow::Next } else { Flow::Slow }
}

/// R[A] = iter(R[B])
#[inline(always)]
pub fn GetIter<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    if m.has_shape(v, exact(Kind::Generator)) {
        generators::take(m, i, v);
        return Flow::Next;
    }
    if m.has_shape(v, exact(Kind::List)) {
        let Some(it) = m.new_object(&LIST_ITER, exact(Kind::ListIter)) else { return Flow::Slow };
        m.store(it, &LIST_ITER_LIST, v);
        m.set(i.a(), it);
        return Flow::Next;
    }
    if m.has_shape(v, exact(Kind::Tuple)) {
        let Some(it) = m.new_object(&TUPLE_ITER, exact(Kind::TupleIter)) else { return Flow::Slow };
        m.store(it, &TUPLE_ITER_TUPLE, v);
        m.set(i.a(), it);
        return Flow::Next;
    }
    Flow::Slow
}

/// Bottom of a `for` loop.
#[inline(always)]
pub fn ForLoop<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let it = m.reg(i.a());
    let v = if m.has_shape(it, exact(Kind::RangeIter)) {
        let left = m.load(it, &RANGE_LEFT);
        let left = m.int(left);
        let zero = m.small(0);
        if !m.cmp_int(CmpOp::Gt, left, zero) {
            return exhausted(m);
        }
        let v = m.load(it, &RANGE_NEXT);
        if !m.ready(1) {
            return Flow::Slow;
        }
        let one = m.small(1);
        let (Some(left), step) = (m.sub(left, one), m.load(it, &RANGE_STEP)) else {
            return Flow::Slow;
        };
        let (n, step) = (m.int(v), m.int(step));
        // `Vm::range_iter` has checked the number after the last one.
        let next = m.add_within(n, step);
        let (left, next) = (m.of_int(left), m.of_int(next));
        m.store(it, &RANGE_LEFT, left);
        m.store(it, &RANGE_NEXT, next);
        v
    } else if m.has_shape(it, exact(Kind::ListIter)) {
        let list = m.load(it, &LIST_ITER_LIST);
        if m.is(list, Value::UNBOUND) {
            return exhausted(m);
        }
        let k = m.load_count(it, &LIST_ITER_INDEX);
        // A list iterator's list may be an instance of a subclass; its layout is a list's all the same.
        let n = m.load_count(list, &LIST_LEN);
        if !m.below(k, n) {
            return Flow::Slow;
        }
        if !m.ready(1) {
            return Flow::Slow;
        }
        let items = m.load(list, &LIST_ITEMS);
        let v = m.item(items, k);
        let one = m.small(1);
        let Some(next) = m.add(k, one) else { return Flow::Slow };
        m.store_count(it, &LIST_ITER_INDEX, next);
        v
    } else if m.has_shape(it, exact(Kind::TupleIter)) {
        let tuple = m.load(it, &TUPLE_ITER_TUPLE);
        if m.is(tuple, Value::UNBOUND) {
            return exhausted(m);
        }
        let k = m.load_count(it, &TUPLE_ITER_INDEX);
        let n = m.load_count(tuple, &TUPLE_LEN);
        if !m.below(k, n) {
            return exhausted(m);
        }
        if !m.ready(1) {
            return Flow::Slow;
        }
        let v = m.item(tuple, k);
        let one = m.small(1);
        let Some(next) = m.add(k, one) else { return Flow::Slow };
        m.store_count(it, &TUPLE_ITER_INDEX, next);
        v
    } else if m.has_shape(it, exact(Kind::Generator)) {
        return Flow::More;
    } else {
        return Flow::Slow;
    };
    m.set(i.b(), v);
    let offset = m.word(0) as i32;
    m.jump(offset);
    Flow::Next
}

/// Bottom of a `for` loop over a generator.
#[inline(always)]
pub(super) fn for_generator<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let it = m.reg(i.a());
    if !m.ready(1) {
        return Flow::Slow;
    }
    // In the window above the iterator; the generator's frame returns to the FOR_RESULT behind this op.
    let window = i.a() + 1 + LINK;
    let Some(point) = generators::resumable(m, it, window) else { return Flow::Slow };
    let none = m.konst(Value::NONE);
    m.skip(Op::ForLoop.size() - 1);
    generators::resume(m, it, point, none, window);
    Flow::Next
}

/// Falls through past the FOR_RESULT.
#[inline(always)]
fn exhausted<M: Machine>(m: &mut M) -> Flow {
    const AFTER: usize = Op::ForLoop.size() + Op::ForResult.size();
    m.jump(AFTER as i32);
    Flow::Next
}

/// A Python-level step has returned.
#[inline(always)]
pub fn ForResult<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a() + 1);
    m.set(i.b(), v);
    let offset = m.word(0) as i32;
    m.jump(offset);
    Flow::Next
}

/// A call of a Python function.
#[inline(always)]
pub fn Call<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let f = m.reg(i.a());
    let base = i.a() + LINK;
    if m.is_simple_function(f, i.b(), base) {
        m.push_frame(f, base);
        return Flow::Next;
    }
    Flow::More
}

/// A call of a bound method of a Python function, or of a plain class.
#[inline(always)]
pub(super) fn call_object<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let f = m.reg(i.a());
    let base = i.a() + LINK;
    if m.has_shape(f, exact(Kind::Method)) {
        let func = m.load(f, &METHOD_FUNC);
        if !m.is_simple_function(func, i.b() + 1, base) {
            return Flow::Slow;
        }
        let this = m.load(f, &METHOD_THIS);
        for k in (0..i.b()).rev() {
            let v = m.reg(base + k);
            m.set(base + k + 1, v);
        }
        m.set(base, this);
        m.set(i.a(), func);
        m.push_frame(func, base);
        return Flow::Next;
    }
    if let Some(hosted) = m.hosted(f, i.b(), base) {
        m.set(i.a(), hosted);
        m.push_frame(hosted, base);
        return Flow::Next;
    }
    construct(m, i)
}

/// `Class(args)` where the instance is plain and `__init__` a Python function.
#[inline(always)]
fn construct<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let f = m.reg(i.a());
    let base = i.a() + LINK;
    let Some((shape, slots, init)) = m.plain_class(f, i.b(), base) else {
        return match m.new_exception(f, base, i.b()) {
            Some(e) => {
                m.set(i.a(), e);
                Flow::Next
            }
            None => Flow::Slow,
        };
    };
    let Some(o) = m.new_instance(shape, slots) else { return Flow::Slow };
    let args = base + CONT_ARGS;
    for k in (0..i.b()).rev() {
        let v = m.reg(base + k);
        m.set(args + 1 + k, v);
    }
    let none = m.konst(Value::NONE);
    m.push_continuation(base, [o, none], Op::ContInit);
    m.set(CONT_ARGS, o);
    m.push_frame(init, CONT_ARGS);
    Flow::Next
}

/// A method call after LOAD_METHOD.
#[inline(always)]
pub fn CallMethod<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let f = m.reg(i.a());
    let base = i.a() + LINK;
    let this = m.reg(base);
    if m.is(this, Value::UNBOUND) {
        return Flow::More;
    }
    if m.is_simple_function(f, i.b() + 1, base) {
        m.push_frame(f, base);
        return Flow::Next;
    }
    if let Some(hosted) = m.hosted(f, i.b() + 1, base) {
        m.set(i.a(), hosted);
        m.push_frame(hosted, base);
        return Flow::Next;
    }
    Flow::Slow
}

/// R[A] = a function of a code object.
#[inline(always)]
pub fn MakeFunction<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let Some(f) = m.new_function(m.word(0) as usize) else { return Flow::Slow };
    let parts = [&FUNCTION_DEFAULTS, &FUNCTION_KWDEFAULTS, &FUNCTION_ANNOTATE, &FUNCTION_CLOSURE];
    let mut at = i.b();
    for (bit, part) in parts.into_iter().enumerate() {
        if i.c() & (1 << bit) != 0 {
            let v = m.reg(at);
            m.store(f, part, v);
            at += 1;
        }
    }
    m.set(i.a(), f);
    m.skip(1);
    Flow::Next
}

/// The same where LOAD_METHOD found a function that takes no self.
#[inline(always)]
pub(super) fn call_plain_method<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let f = m.reg(i.a());
    let base = i.a() + LINK;
    if !m.is_simple_function(f, i.b(), base) {
        return Flow::Slow;
    }
    m.move_down(base, i.b());
    m.push_frame(f, base);
    Flow::Next
}

/// Returns R[A].
#[inline(always)]
pub fn Ret<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    m.pop_frame(v);
    Flow::Next
}

/// `__init__` has returned: the object is the call's result.
#[inline(always)]
pub fn ContInit<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let r = m.reg(CONT_WINDOW);
    if !m.is(r, Value::NONE) {
        return Flow::Slow;
    }
    let o = m.reg(0);
    m.pop_frame(o);
    Flow::Next
}

/// An operator method has returned.
#[inline(always)]
pub fn ContBinary<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let r = m.reg(CONT_WINDOW);
    if m.is(r, Value::NOT_IMPLEMENTED) {
        return Flow::Slow;
    }
    ContStore(m, i)
}

/// Python code on behalf of an op has returned: its result goes to the op's register A.
#[inline(always)]
pub fn ContStore<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let r = m.reg(CONT_WINDOW);
    let a = m.continued().a();
    m.pop_continuation();
    m.set(a, r);
    Flow::Next
}

/// Python code on behalf of an op has returned: its result is not wanted.
#[inline(always)]
pub fn ContDrop<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    m.pop_continuation();
    Flow::Next
}

/// A step in Python of what a `for` loop walks has returned the next item.
#[inline(always)]
pub fn ContNext<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let v = m.reg(CONT_WINDOW);
    let (i, at) = (m.continued(), m.continued_at());
    m.pop_continuation();
    m.set(i.b(), v);
    // SAFETY: the jump word of the FOR_LOOP follows it.
    let offset = unsafe { *at.add(1) } as i32;
    m.go_to(at.wrapping_offset(offset as isize));
    Flow::Next
}

/// The predicate of the `filter` that a `for` loop walks has returned: the item is the next one, or the loop steps again.
#[inline(always)]
pub fn ContFilter<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let (v, item) = (m.reg(CONT_WINDOW), m.reg(1));
    let Some(good) = super::compare::truth(m, v) else { return Flow::Slow };
    let (i, at) = (m.continued(), m.continued_at());
    m.pop_continuation();
    if good {
        m.set(i.b(), item);
        // SAFETY: the jump word of the FOR_LOOP follows it.
        let offset = unsafe { *at.add(1) } as i32;
        m.go_to(at.wrapping_offset(offset as isize));
    } else {
        m.go_to(at);
    }
    Flow::Next
}
