//! Trees that were called by compiled code and did not return.
//!
//! The caller waits on the native stack. Whatever the callee did, its frame is brought to an end here, by an
//! interpreter run of its own if need be; the caller then goes on with the value or leaves with the exception. In the
//! stack of values a continuation frame lies between the two, as for any call from native code:
//!
//! ```text
//! None  return address  caller's window │ callee  HALT  the continuation's window │ registers of the callee
//! ```
//!
//! Compiled code nests no deeper than to half of the native stack: beyond, trees do nothing when entered, and the
//! interpreter does all of it without nesting.

use super::entry::{after, not_run_at, settle};
use super::grove::Code;
use super::ports::with;
use super::roots::record_root;
use crate::lower::{JitContext, Left, NOT_RUN, Settled};
use crate::residual::Shared;
use habu_object::array::gen_slot;
use habu_object::{Gc, Generator, Value};
use habu_semantics::{Jump, slow};
use habu_vm::call::stub;
use habu_vm::resume::{ResumePoint, registers};
use habu_vm::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};
use habu_vm::{PyResult, Vm};

/// The native stack pointer below which compiled code calls no compiled code.
pub(super) fn native_bound(vm: &Vm) -> usize {
    let here = 0u8;
    let here = &raw const here as usize;
    here - here.saturating_sub(vm.native_limit) / 2
}

/// Brings the frame of a called tree to its end.
pub(super) extern "C" fn tree_left(
    context: *mut JitContext,
    window: *mut u64,
    left: Left,
    tree: u64,
) -> Settled {
    let window = window.cast::<Value>();
    // SAFETY: compiled code passes its own context, whose runtime waits for it.
    let vm = unsafe { &mut *(*context).vm.cast::<Vm>() };
    // SAFETY: as above.
    let caller = unsafe { (*context).base };
    let saved = (vm.base, vm.pc, vm.top);
    let result = finish(vm, window, left, tree as usize);
    (vm.base, vm.pc, vm.top) = saved;
    let continuation = window.wrapping_sub(LINK);
    // SAFETY: the context is the first field of the `Shared` that the code was entered with.
    let shared = unsafe { &mut *context.cast::<Shared>() };
    shared.context.base = caller;
    match result {
        Ok(v) => Settled { value: v.bits(), status: 0 },
        Err(_) => {
            // SAFETY: the trace has stored the continuation's link words.
            unsafe {
                vm.pc = reg(continuation, RETURN_PC).bits() as *const u32;
                let base = reg(continuation, CALLER).bits() as *mut Value;
                shared.jump = Jump { pc: std::ptr::null(), base };
            }
            Settled { value: Value::NONE.bits(), status: 1 }
        }
    }
}

/// Runs the frame in the window to its end.
fn finish(vm: &mut Vm, window: *mut Value, left: Left, tree: usize) -> PyResult<Value> {
    let jump = if left.how == NOT_RUN {
        make_room(vm, window)?;
        begin(vm, tree, window)
    } else {
        // SAFETY: the tag of a tree is the address of its code, which is not freed while any code runs.
        let code = unsafe { &*(left.what as *const Code) };
        let jump = after(vm, code, left, window);
        settle(vm, jump)
    };
    with(vm, |jit, _| jit.stress());
    (vm.ports.run)(vm, jump.pc, jump.base)
}

/// Where the interpreter begins what a tree would have done: at its header, or with a generator whose frame was pushed
/// without its registers, if it was the called tree and not one that this led to.
fn begin(vm: &mut Vm, tree: usize, window: *mut Value) -> Jump {
    let called = with(vm, |jit, _| jit.shared.context.at == tree as u64) == Some(true);
    // SAFETY: the trace has stored the callee.
    match unsafe { reg(window, CALLEE) }.cast::<Generator>() {
        Some(g) if called => begin_generator(vm, g, window),
        _ => Jump { pc: not_run_at(vm), base: window },
    }
}

/// The interpreter resumes the generator, or a tree for it is recorded.
fn begin_generator(vm: &mut Vm, g: Gc<Generator>, window: *mut Value) -> Jump {
    let Some(point) = ResumePoint::resumed_at(g.get(gen_slot::PC)) else {
        unreachable!("a generator is called that has not ended")
    };
    for r in registers(point.saved()).filter(|r| point.receiver() != Some(*r)) {
        // SAFETY: there is room for the registers of the frame.
        unsafe { set_reg(window, r as isize, g.get(gen_slot::REGS + r)) };
    }
    match with(vm, |jit, vm| jit.called(vm, point, window)).flatten() {
        Some(plan) => record_root(vm, point.key(), plan),
        None => Jump { pc: point.pc, base: window },
    }
}

/// Sees to it that there is room for the frame.
fn make_room(vm: &mut Vm, window: *mut Value) -> PyResult<()> {
    // SAFETY: the trace has stored the callee.
    let end = window.wrapping_add(unsafe { slow::window_size(window) });
    if end > vm.stack_limit {
        let continuation = window.wrapping_sub(LINK);
        vm.base = continuation;
        vm.pc = stub(habu_bytecode::Op::Halt);
        vm.top = end;
        vm.extend_stack(continuation, window)?;
    }
    Ok(())
}
