//! One handler an op, from the op table, and the dispatch between them.
//!
//! In optimised builds a handler ends in a plain sibling call to the next one, which LLVM emits as an indirect jump:
//! threaded code without assembler. The slow half of each op is a function of the same signature that dispatches on.
//! With debug assertions there are no sibling calls and the stack would grow, so handlers return to a loop instead.

use crate::concrete::Concrete;
use habu_bytecode::{Insn, Op, for_each_op};
use habu_object::Value;
use habu_semantics::{Flow, ops, slow};
use habu_vm::Vm;

/// A handler: `(pc just past the op word, window, runtime, instruction, table)`. The result is the bits of the value
/// that the run ends with, UNBOUND if an exception is pending.
pub(crate) type Handler = unsafe fn(*const u32, *mut Value, *mut Vm, u64, *const ()) -> u64;

/// What a handler returns to the loop when it does not call the next one itself.
#[cfg(debug_assertions)]
const GO_ON: u64 = 5;

/// Goes to the instruction at `pc` in the window at `base`.
macro_rules! dispatch {
    ($pc:expr, $base:expr, $vm:expr, $table:expr) => {{
        #[cfg(debug_assertions)]
        {
            let _ = $table;
            (*$vm).pc = $pc;
            (*$vm).base = $base;
            return GO_ON;
        }
        #[cfg(not(debug_assertions))]
        {
            let pc: *const u32 = $pc;
            let insn = *pc as u64;
            let handler = *($table as *const Handler).add(insn as u8 as usize);
            return handler(pc.add(1), $base, $vm, insn, $table);
        }
    }};
}

macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident $a:tt $b:tt $c:tt [$($word:ident)*] $range:ident;)*) => {
        $(
            #[allow(non_snake_case, reason = "named as the op")]
            mod $name {
                use super::*;

                // SAFETY (of the whole function): handlers run verified code in a live window of the runtime that
                // `run` holds exclusively.
                #[unsafe(export_name = concat!("habu_op_", stringify!($name)))]
                pub(super) unsafe fn fast(
                    pc: *const u32,
                    base: *mut Value,
                    vm: *mut Vm,
                    insn: u64,
                    table: *const (),
                ) -> u64 {
                    let mut m = Concrete { pc, base, vm };
                    match ops::$name(&mut m, Insn(insn as u32)) {
                        // SAFETY: see above.
                        Flow::Next => unsafe { dispatch!(m.pc, m.base, vm, table) },
                        // SAFETY: see above.
                        Flow::Slow => unsafe { slowly(pc, base, vm, insn, table) },
                        // SAFETY: see above.
                        Flow::More => unsafe { further(pc, base, vm, insn, table) },
                    }
                }

                /// The op's second part: a function of its own, so that the first needs few registers.
                #[inline(never)]
                unsafe fn further(
                    pc: *const u32,
                    base: *mut Value,
                    vm: *mut Vm,
                    insn: u64,
                    table: *const (),
                ) -> u64 {
                    let mut m = Concrete { pc, base, vm };
                    match ops::more(Op::$name, &mut m, Insn(insn as u32)) {
                        // SAFETY: see `fast`.
                        Flow::Next => unsafe { dispatch!(m.pc, m.base, vm, table) },
                        // SAFETY: see `fast`.
                        _ => unsafe { slowly(pc, base, vm, insn, table) },
                    }
                }

                #[cold]
                #[inline(never)]
                unsafe fn slowly(
                    pc: *const u32,
                    base: *mut Value,
                    vm: *mut Vm,
                    insn: u64,
                    table: *const (),
                ) -> u64 {
                    // SAFETY: see `fast`.
                    unsafe {
                        let jump = slow::by_op::$name(&mut *vm, pc, base, Insn(insn as u32));
                        if jump.pc.is_null() {
                            return stop(pc, jump.base, vm, insn, table);
                        }
                        dispatch!(jump.pc, jump.base, vm, table)
                    }
                }
            }
        )*

        static HANDLERS: [Handler; 256] = {
            let mut t = [stop as Handler; 256];
            $( t[Op::$name as usize] = $name::fast as Handler; )*
            t
        };
    };
}
for_each_op!(handlers);

/// HALT, or an exception: the run's result, or on to the handler.
#[cold]
#[inline(never)]
unsafe fn stop(pc: *const u32, base: *mut Value, vm: *mut Vm, insn: u64, table: *const ()) -> u64 {
    let i = Insn(insn as u32);
    if i.op() == Some(Op::Halt) {
        // SAFETY: HALT runs in the continuation frame that `Vm::call` pushed; R[0] is the result.
        return unsafe { habu_vm::stack::reg(base, 0) }.bits();
    }
    if i.op() == Some(Op::Leave) {
        return Value::UNBOUND.bits();
    }
    // SAFETY: the window is live and the exception pending; see the handlers.
    unsafe {
        let (pc, base) = handler_of(&mut *vm, pc, base, !i.reraises());
        if pc.is_null() {
            return Value::UNBOUND.bits();
        }
        let _ = table;
        dispatch!(pc, base, vm, table)
    }
}

/// Where the pending exception is handled; a null pc if nowhere in this run. Apart from `stop`, and returning two
/// words in registers, because a local of `stop` in memory would make its dispatch a call that never returns.
///
/// # Safety
/// As `Vm::unwind`.
#[inline(never)]
unsafe fn handler_of(
    vm: &mut Vm,
    pc: *const u32,
    base: *mut Value,
    add_entry: bool,
) -> (*const u32, *mut Value) {
    // SAFETY: passed on.
    unsafe { vm.unwind(pc, base, add_entry) }.unwrap_or((std::ptr::null(), base))
}

/// Runs from `pc` in the window at `base` until the run's HALT or an exception nobody in it handles.
///
/// # Safety
/// `pc` is an instruction of verified code whose frame's window is `base`; below it lies a HALT continuation frame.
pub(crate) unsafe fn run(vm: &mut Vm, pc: *const u32, base: *mut Value) -> Value {
    let vm: *mut Vm = vm;
    let table = HANDLERS.as_ptr().cast::<()>();
    #[cfg(not(debug_assertions))]
    {
        // SAFETY: by contract.
        unsafe {
            let insn = *pc as u64;
            let handler = HANDLERS[insn as u8 as usize];
            Value::from_bits(handler(pc.add(1), base, vm, insn, table))
        }
    }
    #[cfg(debug_assertions)]
    {
        let (mut pc, mut base) = (pc, base);
        loop {
            // SAFETY: by contract, and handlers leave the next pc and base in the runtime.
            unsafe {
                let insn = *pc as u64;
                let r = HANDLERS[insn as u8 as usize](pc.add(1), base, vm, insn, table);
                if r != GO_ON {
                    return Value::from_bits(r);
                }
                (pc, base) = ((*vm).pc, (*vm).base);
            }
        }
    }
}
