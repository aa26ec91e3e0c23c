//! Generators, coroutines, async generators: creation, suspension, delegation, the end of their frames.

use super::{Called, Frame, Jump, store_result};
use habu_bytecode::{Insn, Op, flags};
use habu_object::array::gen_slot;
use habu_object::{AsyncSend, Function, Gc, Generator, Kind, Value, shape};
use habu_vm::async_gen::Step;
use habu_vm::call::{CONT_WINDOW, stub};
use habu_vm::generator::{ASYNC_GENERATOR, COROUTINE, Resumed};
use habu_vm::resume::{State, state};
use habu_vm::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};
use habu_vm::{Exc, PyResult, Vm};

/// The frame at `base` is left with `v`: sets the caller's result register and says where the caller goes on. A frame of
/// a generator that has ended also ends the loop or the delegation that waits for it.
///
/// # Safety
/// `base` is a live window with link words.
pub unsafe fn leave(base: *mut Value, v: Value) -> Jump {
    // SAFETY: by contract; the callee word is the caller's result register.
    let (callee, jump) = unsafe {
        let jump = Jump {
            pc: reg(base, RETURN_PC).bits() as *const u32,
            base: reg(base, CALLER).bits() as *mut Value,
        };
        let callee = reg(base, CALLEE);
        set_reg(base, CALLEE, v);
        (callee, jump)
    };
    match callee.cast::<Generator>() {
        Some(g) if state(g) == State::Closed || gives_item(g) => ended(jump, v),
        _ => jump,
    }
}

/// Whether an async generator has suspended with an item, which is the result of the step that is awaited.
fn gives_item(g: Gc<Generator>) -> bool {
    g.value().shape() == ASYNC_GENERATOR && g.get(gen_slot::OWNER).is_none()
}

/// Where the resumer of a generator that has ended goes on, which waits at `jump`.
fn ended(jump: Jump, v: Value) -> Jump {
    // SAFETY: a return address is an instruction of live code or a stub.
    match Insn(unsafe { *jump.pc }).op() {
        // The loop is exhausted: past its FOR_RESULT.
        Some(Op::ForResult) => {
            Jump { pc: jump.pc.wrapping_add(Op::ForResult.size()), base: jump.base }
        }
        Some(Op::ContSend) => {
            // SAFETY: a continuation frame's payload word 0 is the address of its SEND, followed by its jump word;
            // register B of the SEND in its frame receives the result.
            unsafe {
                let at = reg(jump.base, 0).bits() as *const u32;
                let caller = reg(jump.base, CALLER).bits() as *mut Value;
                set_reg(caller, Insn(*at).b() as isize, v);
                let offset = *at.add(1) as i32 as isize;
                Jump { pc: at.wrapping_offset(offset), base: caller }
            }
        }
        // Resumed from native code, which looks at the generator's state.
        _ => jump,
    }
}

/// The generator whose frame is running.
fn running(frame: &Frame<'_>) -> Option<Gc<Generator>> {
    // SAFETY: the frame has a callee word.
    unsafe { reg(frame.base, CALLEE) }.cast::<Generator>()
}

pub(super) fn MakeGenerator(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let f = frame.function();
    let next = frame.next(Op::MakeGenerator.size() - 1)?;
    // SAFETY: the window is the frame of `f`.
    let g = unsafe { frame.vm.make_generator(f, next.pc, next.base)? };
    // SAFETY: as above.
    Ok(unsafe { leave(next.base, g) })
}

pub(super) fn Yield(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let next = frame.next(Op::Yield.size() - 1)?;
    let Some(g) = running(frame) else { return Ok(next) };
    // SAFETY: the window is the generator's frame.
    unsafe { frame.vm.suspend_generator(g, next.pc, next.base) };
    // SAFETY: as above.
    Ok(unsafe { leave(next.base, v) })
}

pub(super) fn AsyncYield(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    if let Some(g) = running(frame) {
        g.items()[gen_slot::OWNER].set(Value::NONE);
    }
    Yield(frame, i)
}

pub(super) fn GenRet(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.a());
    let Some(g) = running(frame) else { return frame.next(0) };
    frame.vm.finish_generator(g);
    if g.value().shape() == ASYNC_GENERATOR {
        // SAFETY: the window is the generator's frame, which has link words.
        let (to, caller) = unsafe { (reg(frame.base, RETURN_PC), reg(frame.base, CALLER)) };
        // SAFETY: a return address is an instruction of live code or a stub.
        if unsafe { Insn(*(to.bits() as *const u32)) }.op() == Some(Op::ContSend) {
            // Raised where the step is awaited: the generator's frame is gone.
            frame.base = caller.bits() as *mut Value;
            return Err(frame.vm.raise_msg(Exc::StopAsyncIteration, ""));
        }
    }
    // SAFETY: the window is the generator's frame.
    Ok(unsafe { leave(frame.base, v) })
}

pub(super) fn GetYieldFromIter(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let flags = frame.vm.code_data(frame.code()).flags;
    if flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 && !Vm::may_delegate(v) {
        let msg = "cannot 'yield from' a coroutine object in a non-coroutine generator";
        return Err(frame.vm.type_error(msg));
    }
    let own = v.shape() == shape::GENERATOR || v.shape() == COROUTINE;
    let it = if own { v } else { frame.vm.iter(v)? };
    store_result(frame, i, it, 0)
}

pub(super) fn Send(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (it, v) = (frame.reg(i.a()), frame.reg(i.b()));
    if let Some(g) = it.cast::<Generator>() {
        return send_generator(frame, i, g, v);
    }
    if it.shape() == shape::ASYNC_SEND
        && let Some(step) = it.cast::<AsyncSend>()
    {
        let (g, arg) = frame.vm.begin_step(step, v)?;
        return send_generator(frame, i, g, arg);
    }
    if v.is_none() {
        let name = frame.vm.names.__next__;
        if let Some(f) = frame.vm.special(it, name).filter(|f| f.kind() == Kind::Function) {
            let ret = frame.next(1)?.pc;
            return match frame.call_then(f, &[it], Op::ContSend, ret)? {
                Called::Pushed(jump) => Ok(jump),
                Called::Done(v) => {
                    frame.set(i.b(), v);
                    frame.next(1)
                }
            };
        }
    }
    let sent = if v.is_none() {
        frame.vm.next_or_stop(it)
    } else {
        let name = frame.vm.names.send;
        frame.vm.call_method(it, name, &[v])
    };
    match sent {
        Ok(v) => {
            frame.set(i.b(), v);
            frame.next(1)
        }
        Err(e) => {
            let stop = frame.vm.catch(e, Exc::StopIteration)?;
            let value =
                stop.cast::<habu_object::Exception>().map_or(Value::NONE, |e| e.extra0.get());
            frame.set(i.b(), value);
            frame.jump(0)
        }
    }
}

/// Sends to a generator as one operation, without frames above this one.
pub(super) fn send_whole(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (it, v) = (frame.reg(i.a()), frame.reg(i.b()));
    let resumed = if let Some(g) = it.cast::<Generator>() {
        frame.vm.resume_generator(g, v)?
    } else if it.shape() == shape::ASYNC_SEND
        && let Some(step) = it.cast::<AsyncSend>()
    {
        match frame.vm.send_step(step, v)? {
            Step::Awaits(v) => Resumed::Yielded(v),
            Step::Item(v) => Resumed::Returned(v),
        }
    } else {
        return Send(frame, i);
    };
    match resumed {
        Resumed::Yielded(v) => {
            frame.set(i.b(), v);
            frame.next(1)
        }
        Resumed::Returned(v) => {
            frame.set(i.b(), v);
            frame.jump(0)
        }
    }
}

/// Resumes a generator in a window above the frame, below which a continuation frame waits.
fn send_generator(frame: &mut Frame<'_>, i: Insn, g: Gc<Generator>, v: Value) -> PyResult<Jump> {
    match state(g) {
        State::Closed => match g.value().shape() {
            COROUTINE => return Err(frame.vm.already_awaited()),
            ASYNC_GENERATOR => {
                g.items()[gen_slot::OWNER].set(Value::NONE);
                return Err(frame.vm.raise_msg(Exc::StopAsyncIteration, ""));
            }
            _ => {
                frame.set(i.b(), Value::NONE);
                return frame.jump(0);
            }
        },
        State::Created(_) if !v.is_none() => {
            if g.value().shape() == ASYNC_GENERATOR {
                g.items()[gen_slot::OWNER].set(Value::NONE);
            }
            return Err(frame.vm.just_started(g));
        }
        _ => {}
    }
    let kb = frame.vm.top.wrapping_add(LINK);
    if kb.wrapping_add(64) > frame.vm.stack_limit {
        frame.vm.extend_stack(frame.base, kb)?;
    }
    let ret = frame.next(1)?.pc;
    let payload = [frame.op_address(), Value::NONE];
    let caller = frame.base;
    // SAFETY: everything from `top` up is free.
    unsafe {
        let window = frame.vm.push_continuation(kb, payload, ret, caller);
        let base = window.wrapping_add(LINK);
        let pc = frame.vm.push_generator(g, v, base, stub(Op::ContSend), kb)?;
        Ok(Jump { pc, base })
    }
}

pub(super) fn GetAwaitable(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let name = frame.vm.names.__await__;
    // A generator function's result is an iterator without a look at it.
    if v.kind() == Kind::Instance
        && let Some(f) = frame.vm.special(v, name)
        && f.cast::<Function>().is_some_and(|f| {
            Vm::function_code(f).flags.get() & (flags::GENERATOR | flags::ITERABLE_COROUTINE)
                == flags::GENERATOR
        })
    {
        let ret = frame.next(0)?.pc;
        return match frame.call_then(f, &[v], Op::ContStore, ret)? {
            Called::Pushed(jump) => Ok(jump),
            Called::Done(v) => store_result(frame, i, v, 0),
        };
    }
    frame.vm.check_unawaited(v)?;
    let it = frame.vm.awaitable_iter(v, i.c() as u8)?;
    store_result(frame, i, it, 0)
}

pub(super) fn GetAIter(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let it = frame.vm.async_iter(v)?;
    store_result(frame, i, it, 0)
}

pub(super) fn GetANext(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let it = frame.reg(i.b());
    if it.shape() == ASYNC_GENERATOR
        && let Some(g) = it.cast::<Generator>()
    {
        let step = frame.vm.async_step(g, Value::NONE)?;
        return store_result(frame, i, step, 0);
    }
    let name = frame.vm.names.__anext__;
    let Some(f) = frame.vm.special(it, name) else {
        let kind = frame.vm.type_name(it);
        let msg = format!("'async for' requires an iterator with __anext__ method, got {kind}");
        return Err(frame.vm.type_error(&msg));
    };
    if f.kind() == Kind::Function {
        let ret = frame.next(0)?.pc;
        return match frame.call_then(f, &[it], Op::ContStore, ret)? {
            Called::Pushed(jump) => Ok(jump),
            Called::Done(v) => store_result(frame, i, v, 0),
        };
    }
    let v = frame.vm.call_unbound(f, it, &[])?;
    store_result(frame, i, v, 0)
}

pub(super) fn ContSend(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, _, caller) = frame.continued();
    let v = frame.reg(CONT_WINDOW);
    // SAFETY: register B of the SEND in its own live window.
    unsafe { set_reg(caller, i.b() as isize, v) };
    Ok(frame.leave_continuation())
}
