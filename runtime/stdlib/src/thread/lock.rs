//! `_thread.lock`: held or not, by nobody in particular.

use super::{Patience, wait_until};
use crate::util::{arg, native, new_class, new_native, seal};
use habu_object::{Gc, Kind, Native, Value};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

const LOCK: &str = "_thread.lock";

// The slot: whether it is held.

const HELD: usize = 0;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, args| new_native(vm, args, &[Value::FALSE])),
    NativeDef::new("acquire", "(self, /, blocking=True, timeout=-1)", acquire).doc(
        "Lock the lock.  Without argument, this blocks if the lock is already\n\
         locked (even by the same thread), waiting for another thread to release\n\
         the lock, and return True once the lock is acquired.\n\
         With an argument, this will only block if the argument is true,\n\
         and the return value reflects whether the lock is acquired.\n\
         The blocking operation is interruptible.",
    ),
    NativeDef::new("acquire_lock", "(self, /, blocking=True, timeout=-1)", acquire)
        .doc("An obsolete synonym of acquire()."),
    NativeDef::new("__enter__", "(self, /)", |vm, args| acquire(vm, &args[..1]))
        .doc("Lock the lock."),
    NativeDef::new("release", "(self, /)", release).doc(
        "Release the lock, allowing another thread that is blocked waiting for\n\
         the lock to acquire the lock.  The lock must be in the locked state,\n\
         but it needn't be locked by the same thread that unlocks it.",
    ),
    NativeDef::new("release_lock", "(self, /)", release).doc("An obsolete synonym of release()."),
    NativeDef::new("__exit__", "(self, /, *exc_info)", release).doc("Release the lock."),
    NativeDef::new("locked", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(HELD)))
        .doc("Return whether the lock is in the locked state."),
    NativeDef::new("locked_lock", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(HELD)))
        .doc("An obsolete synonym of locked()."),
    NativeDef::new("_at_fork_reinit", "(self, /)", |vm, args| {
        native(vm, args)?.set_slot(&mut vm.heap, HELD, Value::FALSE);
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let state = if this.slot(HELD) == Value::TRUE { "locked" } else { "unlocked" };
        let text =
            format!("<{state} _thread.lock object at {:#x}>", crate::util::address(this.value()));
        vm.new_str(&text)
    }),
];

/// Makes the class.
pub(super) fn class(vm: &mut Vm) -> PyResult<Value> {
    let class = new_class(vm, "_thread", "lock", Kind::Native, METHODS, &[])?;
    seal(class);
    vm.set_root(LOCK, class.value());
    Ok(class.value())
}

pub(super) fn new_lock(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let class = vm.expect_type(vm.root(LOCK));
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &[Value::FALSE])?.value())
}

/// Takes the lock if it is free.
fn take(vm: &mut Vm, lock: Gc<Native>) -> bool {
    let free = lock.slot(HELD) != Value::TRUE;
    if free {
        lock.set_slot(&mut vm.heap, HELD, Value::TRUE);
    }
    free
}

fn acquire(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let lock = native(vm, args)?;
    let patience = Patience::of_acquire(vm, args)?;
    wait_until(vm, arg(args, 0), patience, |vm| take(vm, lock)).map(Value::bool)
}

fn release(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let lock = native(vm, args)?;
    if lock.slot(HELD) != Value::TRUE {
        return Err(vm.raise_msg(Exc::RuntimeError, "release unlocked lock"));
    }
    lock.set_slot(&mut vm.heap, HELD, Value::FALSE);
    vm.wake_one(lock.value().bits());
    Ok(Value::NONE)
}
