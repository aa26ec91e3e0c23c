//! Running compiled code: entering a tree, and a place for the interpreter to go on from
//! when it left.

use super::Jit;
use super::bridges::{Exit, record_bridge};
use super::grove::{Code, State};
use super::patch::reset_counter;
use super::ports::with;
use crate::code::Stubs;
use crate::deopt;
use crate::lower::{FIRST_EXIT, Force, Left, NOT_RUN, RETURNED};
use habu_bytecode::{Insn, Op};
use habu_object::Value;
use habu_semantics::{Jump, slow};
use habu_vm::Vm;
use habu_vm::call::stub;
use std::rc::Rc;

/// Enters a tree, deals with the exit: of this tree or one that it led to.
pub(super) fn with_entry(vm: &mut Vm, tree: u32, op_at: *const u32, base: *mut Value) -> Jump {
    let Some(jit) = with(vm, |jit, _| &raw mut *jit) else { return interpret(vm, op_at, base) };
    // SAFETY: the JIT is boxed and stays where it is while the runtime lives; `with` only moves the box. Nothing else
    // uses it between here and the entry of the code.
    let ready = unsafe { (*jit).prepare(vm, tree as usize) };
    let Some((code, stubs)) = ready else { return interpret(vm, op_at, base) };
    vm.base = base;
    // SAFETY: the context is boxed in the JIT.
    let context = unsafe { &raw mut (*jit).shared.context };
    // SAFETY: as above.
    let outer = unsafe { ((*context).base, (*context).passes) };
    // SAFETY: as above.
    unsafe { (*context).at = tree.into() };
    // SAFETY: as above; nobody counts while code runs.
    unsafe { (*jit).running += 1 };
    // SAFETY: the stubs stay in the JIT, once made.
    let stubs = unsafe { &*stubs };
    // SAFETY: the frame is the header's, as the traces were recorded; the code is kept alive by `code`.
    let left = unsafe { code.enter(stubs, &mut *context, base.cast()) };
    // SAFETY: as above.
    let passes = unsafe { (*context).passes.wrapping_sub(outer.1) };
    // SAFETY: as above.
    unsafe { ((*context).base, (*context).passes) = outer };
    let last = left_in(&code, left);
    with(vm, |jit, vm| jit.weigh(vm, &code, last, left, passes));
    let jump = after(vm, last, left, base);
    // SAFETY: as above.
    unsafe { (*jit).stopped() };
    settle(vm, jump)
}

/// The code that was left: the one entered, or one that it ended in.
pub(super) fn left_in(entered: &Code, left: Left) -> &Code {
    match left.how {
        RETURNED | NOT_RUN => entered,
        // SAFETY: the tag that comes with an exit is the address of its code, which is not freed while any code runs.
        _ => unsafe { &*(left.what as *const Code) },
    }
}

/// Deals with what code left with.
pub(super) fn after(vm: &mut Vm, code: &Code, left: Left, base: *mut Value) -> Jump {
    let number = code.location;
    match left.how {
        RETURNED => {
            let v = Value::from_bits(left.what);
            // SAFETY: the tree was entered in a live frame, which has link words.
            return unsafe { slow::generators::leave(base, v) };
        }
        NOT_RUN => {
            let at = not_run_at(vm);
            return interpret(vm, at, base);
        }
        _ => {}
    }
    let exit = &code.exits[(left.how - FIRST_EXIT) as usize];
    let jump = with(vm, |jit, vm| deopt::leave(vm, &mut jit.shared, exit, base));
    let Some(jump) = jump else { unreachable!("code runs while the JIT is in its place") };
    let left = Exit { code, exit, key: exit.key, jump, base };
    let plan = with(vm, |jit, vm| jit.after_exit(vm, number, &left)).flatten();
    match plan {
        Some(plan) => record_bridge(vm, &left, plan),
        None => jump,
    }
}

/// The header of the tree that did nothing.
pub(super) fn not_run_at(vm: &mut Vm) -> *const u32 {
    let header = with(vm, |jit, _| jit.locations[jit.shared.context.at as usize].header);
    header.unwrap_or_else(|| unreachable!("code runs while the JIT is in its place"))
}

/// A place the interpreter can go on from: pending exceptions unwound, headers stepped over.
pub(super) fn settle(vm: &mut Vm, jump: Jump) -> Jump {
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

/// On to the handler of the exception pending at `pc`, just past an op word, or out of this run of the interpreter.
fn raise(vm: &mut Vm, pc: *const u32, base: *mut Value) -> Jump {
    // SAFETY: an instruction of verified code or a stub.
    let insn = Insn(unsafe { *pc.sub(1) });
    // SAFETY: the exception is pending in the window at `base`, at `pc`.
    match unsafe { vm.unwind(pc, base, !insn.reraises()) } {
        Some((pc, base)) => Jump { pc, base },
        None => Jump { pc: stub(Op::Leave), base },
    }
}

impl Jit {
    /// The code of a tree, if it is to be entered.
    fn prepare(&mut self, vm: &mut Vm, number: usize) -> Option<(Rc<Code>, *const Stubs)> {
        self.collect(vm);
        let State::Grown(grove) = &self.locations.get(number)?.state else { return None };
        if !grove.compiled.is_valid() {
            return None;
        }
        let code = Rc::clone(&grove.compiled);
        let stubs: *const Stubs = self.stubs()?;
        self.stats.entries += 1;
        self.stress();
        Some((code, stubs))
    }

    /// Under `-X jit-stress=exits`: after how many guards code leaves. Mostly a few, sometimes many, the same in every
    /// run.
    pub(super) fn stress(&mut self) {
        if self.force == Force::Countdown {
            let most = 8 << self.random(8);
            self.shared.context.countdown = 1 + self.random(most);
        }
    }

    /// Code that was entered by the interpreter has been left. Once none runs, what was replaced meanwhile goes: trees
    /// that were called natively hold nothing.
    fn stopped(&mut self) {
        self.running -= 1;
        if self.running == 0 {
            self.retired.clear();
        }
    }
}
