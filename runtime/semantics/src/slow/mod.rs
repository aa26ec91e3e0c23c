//! Residual functions: what an op does when its fast path declines, written over a concrete frame.
//!
//! The interpreter calls them directly; compiled code calls them through the same table (`residual`). They may raise,
//! push frames and change the pc. The frame's registers are in the value stack when they run.
#![allow(non_snake_case, reason = "functions are named as the ops of the table")]

pub mod attrs;
mod build;
mod calls;
mod exceptions;
pub mod generators;
mod imports;
mod items;
mod matching;
mod names;
pub mod operators;

use habu_bytecode::{Insn, Op, for_each_op};
use habu_object::{Array, Code, Gc, Value};
use habu_vm::call::{CONT_WINDOW, Prepared, stub};
use habu_vm::frame::frame_function;
use habu_vm::stack::{LINK, reg, set_reg};
use habu_vm::{Exc, Keywords, PyResult, Vm};

/// Where execution goes on: an instruction and a window. A null pc means that an exception is pending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Jump {
    /// The next instruction.
    pub pc: *const u32,
    /// The window it runs in.
    pub base: *mut Value,
}

/// A residual function: `(vm, pc just past the op word, base, instruction)`.
///
/// # Safety
/// The window is live and belongs to the verified code that `pc` points into.
pub type Residual = unsafe fn(&mut Vm, *const u32, *mut Value, Insn) -> Jump;

/// The running frame as residual functions see it.
pub struct Frame<'a> {
    /// The runtime.
    pub vm: &'a mut Vm,
    pc: *const u32,
    base: *mut Value,
}

/// What came of calling Python on behalf of an op.
enum Called {
    /// A frame was pushed; the continuation op will see its result.
    Pushed(Jump),
    /// The result is here.
    Done(Value),
}

impl<'a> Frame<'a> {
    /// Register `i`.
    #[inline(always)]
    fn reg(&self, i: usize) -> Value {
        // SAFETY: `residual`'s contract: verified code names registers of its own live window.
        unsafe { reg(self.base, i as isize) }
    }

    /// Sets register `i`.
    #[inline(always)]
    fn set(&mut self, i: usize, v: Value) {
        // SAFETY: as `reg`.
        unsafe { set_reg(self.base, i as isize, v) };
    }

    /// Word `k` after the op word.
    #[inline(always)]
    fn word(&self, k: usize) -> u32 {
        // SAFETY: verified code is complete: an op's words follow it.
        unsafe { *self.pc.add(k) }
    }

    /// Overwrites word `k` after the op word (-1: the op word itself).
    #[inline(always)]
    fn set_word(&mut self, k: isize, w: u32) {
        // SAFETY: as `word`; instruction words are in a writable blob.
        unsafe { *self.pc.offset(k).cast_mut() = w };
    }

    /// Overwrites the op byte of the running instruction.
    fn quicken(&mut self, op: Op) {
        // SAFETY: the op word stands just before `pc`.
        let insn = unsafe { *self.pc.offset(-1) };
        self.set_word(-1, insn & !0xff | op as u32);
    }

    /// Writes a value into words `k` and `k + 1`.
    fn set_wide(&mut self, k: isize, v: Value) {
        self.set_word(k, v.bits() as u32);
        self.set_word(k + 1, (v.bits() >> 32) as u32);
    }

    /// The next instruction, after the op's `n` words.
    #[inline(always)]
    fn next(&self, n: usize) -> PyResult<Jump> {
        Ok(Jump { pc: self.pc.wrapping_add(n), base: self.base })
    }

    /// The target of the jump in word `k`.
    #[inline(always)]
    fn jump(&self, k: usize) -> PyResult<Jump> {
        let offset = self.word(k) as i32 as isize;
        Ok(Jump { pc: self.pc.wrapping_offset(offset - 1), base: self.base })
    }

    /// Jumps or goes on after the single jump word.
    #[inline(always)]
    fn branch(&self, taken: bool) -> PyResult<Jump> {
        if taken { self.jump(0) } else { self.next(1) }
    }

    /// The code object of the frame's function.
    fn code(&self) -> Gc<Code> {
        // SAFETY: ops with names or constants run in frames of functions and generators only.
        let f = unsafe { frame_function(self.base) };
        Vm::function_code(f.expect("an op with words runs in a frame of a function"))
    }

    /// The function of the frame.
    fn function(&self) -> Gc<habu_object::Function> {
        // SAFETY: as `code`.
        unsafe { frame_function(self.base) }.expect("such ops run in frames of functions")
    }

    /// The interned name in word `k`.
    fn name(&self, k: usize) -> Value {
        let names = self.code().names.get().cast::<Array>();
        names.map_or(Value::NONE, |n| n.get(self.word(k) as usize))
    }

    /// The constant in word `k`.
    fn constant(&self, k: usize) -> Value {
        let consts = self.code().consts.get().cast::<Array>();
        consts.map_or(Value::NONE, |n| n.get(self.word(k) as usize))
    }

    /// The address of the running op as a value that reads as an int.
    fn op_address(&self) -> Value {
        Value::from_bits(self.pc.wrapping_sub(1) as u64)
    }

    /// Calls `f` for an op that goes on in continuation op `then`, in a window above the frame, without recursing on
    /// the native stack if `f` is Python. `ret` is where the op's successor stands.
    fn call_then(
        &mut self,
        f: Value,
        args: &[Value],
        then: Op,
        ret: *const u32,
    ) -> PyResult<Called> {
        let kb = self.vm.top.wrapping_add(LINK);
        if kb.wrapping_add(64) > self.vm.stack_limit {
            self.vm.extend_stack(self.base, kb)?;
        }
        let payload = [self.op_address(), Value::NONE];
        // SAFETY: everything from `top` up is free, `residual` set it just above the frame.
        unsafe {
            let window = self.vm.push_continuation(kb, payload, ret, self.base);
            set_reg(window, 0, f);
            for (i, v) in args.iter().enumerate() {
                set_reg(window, (LINK + i) as isize, *v);
            }
            self.vm.top = window.wrapping_add(LINK + args.len());
            Ok(match self.vm.prepare_call(window, args.len(), Keywords::NONE, stub(then), kb)? {
                Prepared::Frame(pc, base) => Called::Pushed(Jump { pc, base }),
                Prepared::Done(v) => Called::Done(v),
            })
        }
    }

    /// In a continuation frame: the continued op's instruction and a frame to read its registers by.
    fn continued(&mut self) -> (Insn, *const u32, *mut Value) {
        let at = self.reg(0).bits() as *const u32;
        // SAFETY: R[0] of a continuation frame is the address of the op it continues.
        let insn = unsafe { *at };
        // SAFETY: a continuation frame has link words.
        let caller = unsafe { reg(self.base, habu_vm::stack::CALLER) }.bits() as *mut Value;
        (Insn(insn), at, caller)
    }

    /// Leaves a continuation frame for the instruction after its op.
    fn leave_continuation(&self) -> Jump {
        // SAFETY: a continuation frame has link words.
        unsafe {
            Jump {
                pc: reg(self.base, habu_vm::stack::RETURN_PC).bits() as *const u32,
                base: reg(self.base, habu_vm::stack::CALLER).bits() as *mut Value,
            }
        }
    }

    /// The result that a continuation frame's callee returned.
    fn result(&self) -> Value {
        self.reg(CONT_WINDOW)
    }
}

/// Publishes the frame, runs `f`, and turns an error into a null pc. `CALL`: the op is a call of the arguments it counts.
#[inline(always)]
unsafe fn run<const CALL: bool>(
    vm: &mut Vm,
    pc: *const u32,
    base: *mut Value,
    i: Insn,
    f: impl FnOnce(&mut Frame<'_>, Insn) -> PyResult<Jump>,
) -> Jump {
    vm.pc = pc;
    vm.base = base;
    vm.top = if CALL {
        // The arguments of a call are the last live words.
        base.wrapping_add(i.a() + LINK + 1 + i.b())
    } else {
        // SAFETY: the contract of `Residual`.
        base.wrapping_add(unsafe { window_size(base) })
    };
    let mut frame = Frame { vm, pc, base };
    match f(&mut frame, i) {
        Ok(jump) => jump,
        Err(_) => Jump { pc: std::ptr::null(), base: frame.base },
    }
}

const fn is_call(op: Op) -> bool {
    matches!(op, Op::Call | Op::CallMethod)
}

/// Words that the frame at `base` uses.
///
/// # Safety
/// `base` is a live window.
#[inline(always)]
pub unsafe fn window_size(base: *mut Value) -> usize {
    // SAFETY: by contract.
    match unsafe { frame_function(base) } {
        Some(f) => f.nregs.get() as usize,
        None => CONT_WINDOW + LINK + 2,
    }
}

/// An op whose fast path does everything.
fn unreachable_op(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    Err(frame.vm.raise_msg(Exc::SystemError, "an op without slow path took it"))
}

mod bodies {
    pub(super) use super::attrs::*;
    pub(super) use super::build::*;
    pub(super) use super::calls::Halt as Leave;
    pub(super) use super::calls::*;
    pub(super) use super::exceptions::*;
    pub(super) use super::generators::*;
    pub(super) use super::imports::*;
    pub(super) use super::items::*;
    pub(super) use super::matching::*;
    pub(super) use super::names::*;
    pub(super) use super::operators::*;
    macro_rules! fast_only {
        ($($name:ident)*) => { $(
            pub(super) fn $name(frame: &mut super::Frame<'_>, i: super::Insn) -> super::PyResult<super::Jump> {
                super::unreachable_op(frame, i)
            }
        )* };
    }
    fast_only! { ContNext ContDrop ContGen LoadFar Nop Move LoadK LoadInt Unbind Jump CopyFree ForResult Ret Is IsNot JNone JIs }
}

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident $a:tt $b:tt $c:tt [$($word:ident)*] $range:ident;)*) => {
        /// The residual function of every op, by op number.
        pub static RESIDUALS: &[Residual] = &[$(by_op::$name,)*];

        /// The residual functions under their ops' names.
        pub mod by_op {
            use super::{Insn, Op, Value, Vm, is_call, run};
            $(
                /// Does the op of this name.
                ///
                /// # Safety
                /// See [`Residual`].
                // Never part of a handler: with a local in memory its dispatch would not be a sibling call.
                #[inline(never)]
                pub unsafe fn $name(vm: &mut Vm, pc: *const u32, base: *mut Value, i: Insn) -> super::Jump {
                    // SAFETY: passed on.
                    unsafe {
                        run::<{ is_call(Op::$name) }>(vm, pc, base, i, super::bodies::$name)
                    }
                }
            )*
        }
    };
}
for_each_op!(table);

/// The residual function of an op as compiled code calls it. Counting is for the interpreter only: it may go on in
/// compiled code or in a recording, which expect all registers of the frame in memory.
pub fn uncounted(op: Op) -> Residual {
    /// FOR_LOOP without its count.
    unsafe fn step(vm: &mut Vm, pc: *const u32, base: *mut Value, i: Insn) -> Jump {
        // SAFETY: passed on.
        unsafe { run::<false>(vm, pc, base, i, items::step) }
    }
    if op == Op::ForLoop { step } else { RESIDUALS[op as usize] }
}

/// As `uncounted`, of an op that steps an iterator, but a generator's frame is run until it suspends or ends.
pub fn whole(op: Op) -> Residual {
    /// FOR_LOOP
    unsafe fn step(vm: &mut Vm, pc: *const u32, base: *mut Value, i: Insn) -> Jump {
        // SAFETY: passed on.
        unsafe { run::<false>(vm, pc, base, i, items::step_whole) }
    }
    /// SEND
    unsafe fn send(vm: &mut Vm, pc: *const u32, base: *mut Value, i: Insn) -> Jump {
        // SAFETY: passed on.
        unsafe { run::<false>(vm, pc, base, i, generators::send_whole) }
    }
    match op {
        Op::ForLoop => step,
        Op::Send => send,
        _ => uncounted(op),
    }
}

/// The residual function of an op.
pub fn residual(op: Op) -> Residual {
    RESIDUALS[op as usize]
}

/// The result of a finished call goes to register A, after the op's `words`.
#[inline(always)]
fn store_result(frame: &mut Frame<'_>, i: Insn, v: Value, words: usize) -> PyResult<Jump> {
    frame.set(i.a(), v);
    frame.next(words)
}
