//! The ports of `vm`: how the interpreter tells of hot places, enters trees and reports broken assumptions.

use super::Jit;
use super::calls::native_bound;
use super::entry::with_entry;
use super::patch::reset_counter;
use super::roots::record_root;
use habu_object::Value;
use habu_semantics::Jump;
use habu_vm::Vm;
use habu_vm::threads::Kept;

/// Takes the JIT out of the runtime for the time of a call.
pub(super) fn with<R>(vm: &mut Vm, f: impl FnOnce(&mut Jit, &mut Vm) -> R) -> Option<R> {
    let boxed = vm.jit.take()?;
    let mut jit = boxed.downcast::<Jit>().ok()?;
    let r = f(&mut jit, vm);
    vm.jit = Some(jit);
    Some(r)
}

/// The port `hot`.
pub fn hot(vm: &mut Vm, op_at: *const u32, base: *mut Value) -> (*const u32, *mut Value) {
    let hot = vm.options.jit_hot.max(2);
    reset_counter(op_at, hot.saturating_mul(4).max(64));
    match with(vm, |jit, vm| jit.hot(vm, op_at, base)).flatten() {
        Some(plan) => {
            let jump = record_root(vm, op_at, plan);
            (jump.pc, jump.base)
        }
        None => (op_at, base),
    }
}

/// The port `enter`.
pub fn enter(
    vm: &mut Vm,
    tree: u32,
    op_at: *const u32,
    base: *mut Value,
) -> (*const u32, *mut Value) {
    let jump = with_entry(vm, tree, op_at, base);
    (jump.pc, jump.base)
}

/// The port `exchange`: all of the context that outlives an entry, an exit or a call. For a new thread the bound of the
/// native stack is found.
pub fn exchange(vm: &mut Vm, kept: &mut Kept) {
    let bound = native_bound(vm) as u64;
    with(vm, |jit, _| {
        let shared = &mut *jit.shared;
        let context = &mut shared.context;
        let [base, native, passes, at, pc, jump_base] = *kept;
        *kept = [
            context.base as u64,
            context.bounds.native,
            context.passes,
            context.at,
            shared.jump.pc as u64,
            shared.jump.base as u64,
        ];
        context.base = base as *mut u64;
        context.bounds.native = if native == 0 { bound } else { native };
        (context.passes, context.at) = (passes, at);
        shared.jump = Jump { pc: pc as *const u32, base: jump_base as *mut Value };
    });
}

/// The port `fork`: the process's copy must neither find locks that a thread holds which it does not have, nor share the
/// memory of its code.
pub fn fork(vm: &mut Vm, fork: fn() -> i32) -> i32 {
    with(vm, |jit, _| jit.fork(fork)).unwrap_or_else(fork)
}

/// The port `invalidate`.
pub fn invalidate(vm: &mut Vm) {
    with(vm, |jit, vm| jit.invalidate(vm));
}
