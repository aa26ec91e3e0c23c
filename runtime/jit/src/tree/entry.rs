//! Running compiled code: entering a tree, following its links to others, and a place for the interpreter to go on from
//! when it left.

use super::Jit;
use super::bridges::Left;
use super::grove::{Code, State};
use super::patch::reset_counter;
use super::ports::with;
use crate::deopt;
use crate::lower::{Force, Leads};
use crate::residual::Shared;
use habu_bytecode::{Insn, Op};
use habu_object::Value;
use habu_semantics::{Jump, slow};
use habu_vm::Vm;
use habu_vm::call::stub;
use std::rc::Rc;

/// Enters a tree, follows links to other trees, deals with the exit.
pub(super) fn with_entry(vm: &mut Vm, tree: u32, op_at: *const u32, base: *mut Value) -> Jump {
    let mut number = tree as usize;
    let mut at = op_at;
    let Some(jit) = with(vm, |jit, _| &raw mut *jit) else { return interpret(vm, at, base) };
    loop {
        // SAFETY: the JIT is boxed and stays where it is while the runtime lives; `with` only moves the box. Nothing
        // else uses it between here and the entry of the code.
        let ready = unsafe { (*jit).prepare(vm, number, base) };
        let Some((code, old)) = ready else { return interpret(vm, at, base) };
        // SAFETY: the shared block is boxed in the JIT.
        let shared: *mut Shared = unsafe { &raw mut *(*jit).shared };
        // SAFETY: the frame is the header's, as the traces were recorded; the code is kept alive by `code`.
        let exit = unsafe { code.enter(&mut (*shared).context, base.cast()) };
        // SAFETY: as above.
        unsafe { (*shared).base = old };
        let exit = &code.exits[exit];
        match exit.leads {
            Leads::Tree(to) => {
                number = to as usize;
                // SAFETY: as above.
                at = unsafe { (&(*jit).locations)[number].header };
            }
            Leads::Out(key) => {
                // SAFETY: as above.
                let jump = deopt::leave(vm, unsafe { &mut *shared }, exit, base);
                let left = Left { code: &code, exit, key, jump, base };
                let jump = with(vm, |jit, vm| jit.after_exit(vm, number, &left)).unwrap_or(jump);
                return settle(vm, jump);
            }
        }
    }
}

/// A place the interpreter can go on from: pending exceptions unwound, headers stepped over.
fn settle(vm: &mut Vm, jump: Jump) -> Jump {
    if jump.pc.is_null() {
        return raise(vm, vm.pc, jump.base);
    }
    // SAFETY: an instruction of verified code or a stub.
    if Insn(unsafe { *jump.pc }).op() == Some(Op::ForLoopTree) {
        return interpret(vm, jump.pc, jump.base);
    }
    jump
}

/// A recording has left the program at `at`.
pub(super) fn settle_recorded(vm: &mut Vm, at: Jump) -> Jump {
    // SAFETY: an instruction of verified code or a stub.
    if Insn(unsafe { *at.pc }).op() == Some(Op::ForLoopTree) {
        // Entering compiled code from here would nest; one step is interpreted instead.
        return interpret(vm, at.pc, at.base);
    }
    at
}

/// Executes the op that a `*Tree` op stands for, once.
fn interpret(vm: &mut Vm, op_at: *const u32, base: *mut Value) -> Jump {
    // SAFETY: an op of verified code.
    let insn = Insn(unsafe { *op_at });
    let op = match insn.op() {
        Some(Op::ForLoopTree) => Op::ForLoop,
        Some(Op::JumpBackTree) => Op::JumpBack,
        Some(Op::EnterTree) => Op::Enter,
        _ => return Jump { pc: op_at, base },
    };
    reset_counter(op_at, u32::MAX - 1);
    // SAFETY: the window is live; the words of both ops are alike.
    let jump = unsafe { slow::RESIDUALS[op as usize](vm, op_at.wrapping_add(1), base, insn) };
    if jump.pc.is_null() { raise(vm, op_at.wrapping_add(1), jump.base) } else { jump }
}

/// On to the handler of the pending exception, or out of this run of the interpreter.
fn raise(vm: &mut Vm, pc: *const u32, base: *mut Value) -> Jump {
    // SAFETY: the exception is pending in the window at `base`, at `pc`.
    match unsafe { vm.unwind(pc, base, true) } {
        Some((pc, base)) => Jump { pc, base },
        None => Jump { pc: stub(Op::Leave), base },
    }
}

impl Jit {
    /// What is needed to enter a tree: its code and the base that the shared block had.
    fn prepare(
        &mut self,
        vm: &mut Vm,
        number: usize,
        base: *mut Value,
    ) -> Option<(Rc<Code>, *mut Value)> {
        self.collect(vm);
        let State::Grown(grove) = &self.locations.get(number)?.state else { return None };
        let end = base.wrapping_add(grove.compiled.extent);
        if self.recording || !grove.compiled.is_valid() || end > vm.stack_limit {
            return None;
        }
        self.stats.entries += 1;
        vm.base = base;
        vm.top = end;
        let old = std::mem::replace(&mut self.shared.base, base);
        let code = Rc::clone(&grove.compiled);
        if self.force == Force::Countdown {
            self.shared.context.countdown = self.guards_to_pass();
        }
        Some((code, old))
    }

    /// After how many guards stressed code leaves: mostly a few, sometimes many, the same in every run.
    fn guards_to_pass(&mut self) -> u64 {
        let most = 8 << self.random(8);
        1 + self.random(most)
    }
}
