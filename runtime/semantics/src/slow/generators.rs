//! Generators: creation, suspension, delegation, the end of their frames.

use super::{Called, Frame, Jump, store_result};
use habu_bytecode::{Insn, Op};
use habu_object::{Gc, Generator, Kind, Value, shape};
use habu_vm::call::{CONT_WINDOW, stub};
use habu_vm::generator::Resumed;
use habu_vm::resume::{State, state};
use habu_vm::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};
use habu_vm::{Exc, PyResult};

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
        Some(g) if state(g) == State::Closed => ended(jump, v),
        _ => jump,
    }
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

pub(super) fn GenRet(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.a());
    let Some(g) = running(frame) else { return frame.next(0) };
    frame.vm.finish_generator(g);
    // SAFETY: the window is the generator's frame.
    Ok(unsafe { leave(frame.base, v) })
}

pub(super) fn GetYieldFromIter(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let it = if v.shape() == shape::GENERATOR { v } else { frame.vm.iter(v)? };
    store_result(frame, i, it, 0)
}

pub(super) fn Send(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (it, v) = (frame.reg(i.a()), frame.reg(i.b()));
    if let Some(g) = it.cast::<Generator>() {
        return send_generator(frame, i, g, v);
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
        match frame.vm.next(it) {
            Ok(Some(v)) => Ok(v),
            Ok(None) => Err(frame.vm.stop_iteration(Value::NONE)),
            Err(e) => Err(e),
        }
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
    let Some(g) = it.cast::<Generator>() else { return Send(frame, i) };
    match frame.vm.resume_generator(g, v)? {
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
        State::Closed => {
            frame.set(i.b(), Value::NONE);
            return frame.jump(0);
        }
        State::Created(_) if !v.is_none() => {
            return Err(frame
                .vm
                .type_error("can't send non-None value to a just-started generator"));
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

pub(super) fn ContSend(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, _, caller) = frame.continued();
    let v = frame.reg(CONT_WINDOW);
    // SAFETY: register B of the SEND in its own live window.
    unsafe { set_reg(caller, i.b() as isize, v) };
    Ok(frame.leave_continuation())
}
