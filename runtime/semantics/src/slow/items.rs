//! Subscripts, slices and iteration.

use super::{Called, Frame, Jump, store_result};
use habu_bytecode::{Insn, Op, flags};
use habu_object::dict::Dict;
use habu_object::{Function, Generator, Kind, Map, Slice, Tuple, Value, shape};
use habu_vm::call::CONT_WINDOW;
use habu_vm::resume::{State, state};
use habu_vm::stack::{LINK, set_reg};
use habu_vm::{PyResult, Vm};

#[inline(never)]
fn getitem(frame: &mut Frame<'_>, i: Insn, o: Value, key: Value) -> PyResult<Jump> {
    if o.kind() == Kind::Instance {
        let name = frame.vm.names.__getitem__;
        if let Some(f) = frame.vm.special(o, name).filter(|f| f.kind() == Kind::Function) {
            let ret = frame.next(0)?.pc;
            return match frame.call_then(f, &[o, key], Op::ContStore, ret)? {
                Called::Pushed(jump) => Ok(jump),
                Called::Done(v) => store_result(frame, i, v, 0),
            };
        }
    }
    let v = frame.vm.getitem(o, key)?;
    store_result(frame, i, v, 0)
}

#[inline(always)]
pub(super) fn GetItem(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (o, key) = (frame.reg(i.b()), frame.reg(i.c()));
    if let Some(d) = o.cast_exact::<Dict>() {
        return match frame.vm.dict_get(d, key)? {
            Some(v) => store_result(frame, i, v, 0),
            None => Err(frame.vm.key_error(key)),
        };
    }
    getitem(frame, i, o, key)
}

pub(super) fn GetItemI(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let o = frame.reg(i.b());
    getitem(frame, i, o, Value::small_int(i.c() as i64))
}

#[inline(always)]
pub(super) fn SetItem(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (o, key, v) = (frame.reg(i.a()), frame.reg(i.b()), frame.reg(i.c()));
    if let Some(d) = o.cast_exact::<Dict>() {
        frame.vm.dict_set(d, key, v)?;
        return frame.next(0);
    }
    setitem(frame, o, key, v)
}

#[inline(never)]
fn setitem(frame: &mut Frame<'_>, o: Value, key: Value, v: Value) -> PyResult<Jump> {
    if o.kind() == Kind::Instance {
        let name = frame.vm.names.__setitem__;
        if let Some(f) = frame.vm.special(o, name).filter(|f| f.kind() == Kind::Function) {
            let ret = frame.next(0)?.pc;
            return match frame.call_then(f, &[o, key, v], Op::ContDrop, ret)? {
                Called::Pushed(jump) => Ok(jump),
                Called::Done(_) => frame.next(0),
            };
        }
    }
    frame.vm.setitem(o, key, v)?;
    frame.next(0)
}

pub(super) fn DelItem(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (o, key) = (frame.reg(i.a()), frame.reg(i.b()));
    frame.vm.delitem(o, key)?;
    frame.next(0)
}

pub(super) fn BuildSlice(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let s = Slice::blank(&mut frame.vm.heap)?;
    s.start.set(frame.reg(i.b()));
    s.stop.set(frame.reg(i.b() + 1));
    s.step.set(frame.reg(i.b() + 2));
    store_result(frame, i, s.value(), 0)
}

pub(super) fn GetIter(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    if i.a() == i.b() && v.shape() == shape::GENERATOR {
        let pc = frame.op_address().bits() as *const u32;
        frame.vm.take_iterator(v, pc);
        return frame.next(0);
    }
    let name = frame.vm.names.__iter__;
    if v.kind() == Kind::Instance
        && let Some(f) = frame.vm.special(v, name).and_then(Value::cast::<Function>)
        && Vm::function_code(f).flags.get() & flags::GENERATOR != 0
    {
        let ret = frame.next(0)?.pc;
        return match frame.call_then(f.value(), &[v], Op::ContStore, ret)? {
            Called::Pushed(jump) => Ok(jump),
            Called::Done(it) => store_result(frame, i, it, 0),
        };
    }
    let it = frame.vm.iter(v)?;
    store_result(frame, i, it, 0)
}

pub(super) fn CloseIter(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let it = frame.reg(i.a());
    frame.vm.drop_iterator(it);
    frame.next(0)
}

/// The exhausted loop falls through past its FOR_RESULT.
fn exhausted(frame: &Frame<'_>) -> PyResult<Jump> {
    frame.next(Op::ForLoop.size() - 1 + Op::ForResult.size())
}

#[inline(always)]
pub(super) fn ForLoop(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    if let Some(jump) = super::calls::count(frame, 1)? {
        return Ok(jump);
    }
    step(frame, i)
}

/// The step itself, without counting.
pub(super) fn step(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let it = frame.reg(i.a());
    if it.shape() == shape::GENERATOR
        && let Some(g) = it.cast::<Generator>()
    {
        return resume(frame, i, g);
    }
    if let Some(map) = it.cast_exact::<Map>()
        && map.func.get().shape() == shape::FUNCTION
        && let Some(iters) = map.iters.get().cast::<Tuple>().filter(|iters| iters.len() == 1)
    {
        let Some(v) = frame.vm.next(iters.get(0))? else { return exhausted(frame) };
        return step_by(frame, i, map.func.get(), v);
    }
    if let Some(stepped) = frame.vm.next_builtin(it)? {
        return match stepped {
            Some(v) => {
                frame.set(i.b(), v);
                frame.jump(0)
            }
            None => exhausted(frame),
        };
    }
    let name = frame.vm.names.__next__;
    if let Some(f) = frame.vm.special(it, name).filter(|f| f.kind() == Kind::Function) {
        return step_by(frame, i, f, it);
    }
    match frame.vm.next(it)? {
        Some(v) => {
            frame.set(i.b(), v);
            frame.jump(0)
        }
        None => exhausted(frame),
    }
}

/// A step in Python: what `f(v)` returns is the next item.
fn step_by(frame: &mut Frame<'_>, i: Insn, f: Value, v: Value) -> PyResult<Jump> {
    let ret = frame.next(Op::ForLoop.size() - 1)?.pc;
    match frame.call_then(f, &[v], Op::ContNext, ret)? {
        Called::Pushed(jump) => Ok(jump),
        Called::Done(v) => {
            frame.set(i.b(), v);
            frame.jump(0)
        }
    }
}

/// The step of a generator as one operation, without a frame of its own above this one.
pub(super) fn step_whole(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let Some(g) = frame.reg(i.a()).cast::<Generator>() else { return step(frame, i) };
    match frame.vm.next_generator(g)? {
        Some(v) => {
            frame.set(i.b(), v);
            frame.jump(0)
        }
        None => exhausted(frame),
    }
}

/// Pushes the frame of a generator that a loop steps; it returns to the FOR_RESULT.
fn resume(frame: &mut Frame<'_>, i: Insn, g: habu_object::Gc<Generator>) -> PyResult<Jump> {
    if state(g) == State::Closed {
        return exhausted(frame);
    }
    let ret = frame.next(Op::ForLoop.size() - 1)?.pc;
    let caller = frame.base;
    let base = caller.wrapping_add(i.a() + 1 + LINK);
    // SAFETY: the registers above the iterator are a free call window.
    let pc = unsafe { frame.vm.push_generator(g, Value::NONE, base, ret, caller)? };
    Ok(Jump { pc, base })
}

pub(super) fn ContFilter(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, at, caller) = frame.continued();
    let (v, item) = (frame.reg(CONT_WINDOW), frame.reg(1));
    if !frame.vm.truth(v)? {
        return Ok(Jump { pc: at, base: caller });
    }
    // SAFETY: register B of the FOR_LOOP in its own live window, and its jump word.
    unsafe {
        set_reg(caller, i.b() as isize, item);
        let offset = *at.add(1) as i32 as isize;
        Ok(Jump { pc: at.wrapping_offset(offset), base: caller })
    }
}
