//! `_thread.RLock`: a lock that its owner may take again.

use super::{Patience, ident, wait_until};
use crate::util::{arg, native, new_native};
use habu_object::{Gc, Native, Tuple, Value, int};
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};

// Slots.

/// How often it is held.
const COUNT: usize = 0;
/// The identity of the owner, 0 if it is free.
const OWNER: usize = 1;

const FREE: Value = Value::small_int(0);

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        new_native(vm, args, &[FREE, FREE])
    }),
    NativeDef::new("acquire", "(self, /, blocking=True, timeout=-1)", acquire).doc(
        "Lock the lock.  `blocking` indicates whether we should wait\n\
         for the lock to be available or not.  If `blocking` is False\n\
         and another thread holds the lock, the method will return False\n\
         immediately.  If `blocking` is True and another thread holds\n\
         the lock, the method will wait for the lock to be released,\n\
         take it and then return True.\n\
         (note: the blocking operation is interruptible.)\n\n\
         In all other cases, the method will return True immediately.\n\
         Precisely, if the current thread already holds the lock, its\n\
         internal counter is simply incremented. If nobody holds the lock,\n\
         the lock is taken and its internal counter initialized to 1.",
    ),
    NativeDef::new("__enter__", "(self, /)", |vm, args| acquire(vm, &args[..1]))
        .doc("Lock the lock."),
    NativeDef::new("release", "(self, /)", release).doc(
        "Release the lock, allowing another thread that is blocked waiting for\n\
         the lock to acquire the lock.  The lock must be in the locked state,\n\
         and must be locked by the same thread that unlocks it; otherwise a\n\
         `RuntimeError` is raised.\n\n\
         Do note that if the lock was acquire()d several times in a row by the\n\
         current thread, release() needs to be called as many times for the lock\n\
         to be available for other threads.",
    ),
    NativeDef::new("__exit__", "(self, /, *exc_info)", release).doc("Release the lock."),
    NativeDef::new("locked", "(self, /)", |vm, args| {
        Ok(Value::bool(native(vm, args)?.slot(COUNT) != FREE))
    })
    .doc("Return a boolean indicating whether this object is locked right now."),
    NativeDef::new("_is_owned", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        Ok(Value::bool(is_owned(vm, this)?))
    })
    .doc("For internal use by `threading.Condition`."),
    NativeDef::new("_recursion_count", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        Ok(if is_owned(vm, this)? { this.slot(COUNT) } else { FREE })
    })
    .doc("For internal use by reentrancy checks."),
    NativeDef::new("_acquire_restore", "(self, state, /)", |vm, args| {
        let this = native(vm, args)?;
        let Some(state) = arg(args, 1).cast::<Tuple>().filter(|t| t.len() == 2) else {
            let given = vm.type_name(arg(args, 1));
            let msg = format!("_acquire_restore() argument 1 must be 2-item tuple, not {given}");
            return Err(vm.type_error(&msg));
        };
        let (count, owner) = (state.get(0), state.get(1));
        wait_until(vm, arg(args, 0), Patience::Endless, |vm| take(vm, this, owner))?;
        this.set_slot(&mut vm.heap, COUNT, count);
        Ok(Value::NONE)
    })
    .doc("For internal use by `threading.Condition`."),
    NativeDef::new("_release_save", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        if this.slot(COUNT) == FREE {
            return Err(not_acquired(vm));
        }
        let state = vm.new_tuple(&[this.slot(COUNT), this.slot(OWNER)])?;
        free(vm, this);
        Ok(state)
    })
    .doc("For internal use by `threading.Condition`."),
    NativeDef::new("_at_fork_reinit", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        this.set_slot(&mut vm.heap, COUNT, FREE);
        this.set_slot(&mut vm.heap, OWNER, FREE);
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let (count, owner) = (this.slot(COUNT).as_int(), int::to_i64_clamped(this.slot(OWNER)));
        let state = if count > 0 { "locked" } else { "unlocked" };
        let (class, at) = (vm.type_of(this.value()), crate::util::address(this.value()));
        let module = vm.getattr_str(class.value(), "__module__")?;
        let (module, class) = (vm.text(module), vm.class_name(class));
        let text =
            format!("<{state} {module}.{class} object owner={owner} count={count} at {at:#x}>");
        vm.new_str(&text)
    }),
];

fn is_owned(vm: &mut Vm, lock: Gc<Native>) -> PyResult<bool> {
    Ok(lock.slot(COUNT) != FREE && lock.slot(OWNER) == ident(vm)?)
}

fn not_acquired(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::RuntimeError, "cannot release un-acquired lock")
}

/// Takes the lock once more if it is free or the taker's.
fn take(vm: &mut Vm, lock: Gc<Native>, taker: Value) -> bool {
    let count = lock.slot(COUNT).as_int();
    let may = count == 0 || lock.slot(OWNER) == taker;
    if may {
        lock.set_slot(&mut vm.heap, OWNER, taker);
        lock.set_slot(&mut vm.heap, COUNT, Value::small_int(count + 1));
    }
    may
}

fn acquire(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let lock = native(vm, args)?;
    let patience = Patience::of_acquire(vm, args)?;
    let taker = ident(vm)?;
    wait_until(vm, arg(args, 0), patience, |vm| take(vm, lock, taker)).map(Value::bool)
}

fn release(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let lock = native(vm, args)?;
    if !is_owned(vm, lock)? {
        return Err(not_acquired(vm));
    }
    match lock.slot(COUNT).as_int() {
        1 => free(vm, lock),
        n => lock.set_slot(&mut vm.heap, COUNT, Value::small_int(n - 1)),
    }
    Ok(Value::NONE)
}

fn free(vm: &mut Vm, lock: Gc<Native>) {
    lock.set_slot(&mut vm.heap, COUNT, FREE);
    lock.set_slot(&mut vm.heap, OWNER, FREE);
    vm.wake_one(lock.value().bits());
}
