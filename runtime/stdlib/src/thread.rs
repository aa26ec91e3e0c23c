//! Module `_thread`: locks, and the identity of the one thread that a runtime has so far. Starting another one fails.
//!
//! A lock that is waited for is held by the thread that waits: that lasts until a timeout or a signal ends it.

use crate::structseq::{self, fields};
use crate::util::{
    arg, class_arg, given, items, native, new_class, new_module, new_native, seal, set,
};
use habu_object::{Gc, Kind, Module, Native, Value, int, type_flags};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};
use std::time::{Duration, Instant};

/// Longest wait in seconds: what fits in 64 bits of nanoseconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

const LOCK: &str = "_thread.lock";
const HANDLE: &str = "_thread._ThreadHandle";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("allocate_lock", "()", new_lock),
    NativeDef::new("allocate", "()", new_lock),
    NativeDef::new("get_ident", "()", |vm, _| ident(vm)),
    NativeDef::new("get_native_id", "()", |_, _| {
        Ok(Value::small_int(i64::from(rustix::thread::gettid().as_raw_nonzero().get())))
    }),
    NativeDef::new("_get_main_thread_ident", "()", |vm, _| ident(vm)),
    NativeDef::new("_count", "()", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("_is_main_interpreter", "()", |_, _| Ok(Value::TRUE)),
    NativeDef::new("daemon_threads_allowed", "()", |_, _| Ok(Value::TRUE)),
    NativeDef::new("_shutdown", "()", |_, _| Ok(Value::NONE)),
    NativeDef::new("start_new_thread", "(function, args, kwargs={}, /)", no_threads),
    NativeDef::new("start_new", "(function, args, kwargs={}, /)", no_threads),
    NativeDef::new("start_joinable_thread", "(function, handle=None, daemon=True)", no_threads),
    NativeDef::new("_make_thread_handle", "(ident, /)", |vm, args| {
        let class = vm.expect_type(vm.root(HANDLE));
        let shape = class.instance_shape.get();
        Ok(Native::new(&mut vm.heap, shape, &[arg(args, 0), Value::FALSE])?.value())
    }),
    NativeDef::new("interrupt_main", "(signum=2, /)", |vm, _| {
        Err(vm.raise_args(Exc::KeyboardInterrupt, &[]))
    }),
    NativeDef::new("exit", "()", |vm, _| Err(vm.raise_args(Exc::SystemExit, &[]))),
    NativeDef::new("exit_thread", "()", |vm, _| Err(vm.raise_args(Exc::SystemExit, &[]))),
    NativeDef::new("stack_size", "(size=0, /)", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("set_name", "(name)", |_, _| Ok(Value::NONE)),
    NativeDef::new("_excepthook", "(args, /)", excepthook),
];

fields! { HOOK_ARGS: 0 "exc_type", 1 "exc_value", 2 "exc_traceback", 3 "thread" }

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module provides primitive operations to write multi-threaded programs.\n\
               The 'threading' module provides a more convenient interface.";
    let m = new_module(vm, "_thread", doc, FUNCTIONS)?;
    let lock = new_class(vm, "_thread", "lock", Kind::Native, LOCK_METHODS, &[])?;
    seal(lock);
    vm.set_root(LOCK, lock.value());
    set(vm, m, "lock", lock.value())?;
    set(vm, m, "LockType", lock.value())?;
    let rlock = new_class(vm, "_thread", "RLock", Kind::Native, RLOCK_METHODS, &[])?;
    set(vm, m, "RLock", rlock.value())?;
    let handle =
        new_class(vm, "_thread", "_ThreadHandle", Kind::Native, HANDLE_METHODS, HANDLE_ATTRIBUTES)?;
    seal(handle);
    vm.set_root(HANDLE, handle.value());
    set(vm, m, "_ThreadHandle", handle.value())?;
    let local = new_class(vm, "_thread", "_local", Kind::Native, LOCAL_METHODS, LOCAL_ATTRIBUTES)?;
    local.flags.set(local.flags.get() & !type_flags::NO_DICT);
    set(vm, m, "_local", local.value())?;
    let error = vm.exc_type(Exc::RuntimeError).value();
    set(vm, m, "error", error)?;
    let max = vm.new_float(TIMEOUT_MAX)?;
    set(vm, m, "TIMEOUT_MAX", max)?;
    let args = structseq::new_type(vm, "_thread", "_ExceptHookArgs", HOOK_ARGS, HOOK_ARGS.len())?;
    set(vm, m, "_ExceptHookArgs", args.value())?;
    Ok(m)
}

/// The identity of the thread.
fn ident(vm: &mut Vm) -> PyResult<Value> {
    // `sys._current_frames` has the same.
    let address = std::ptr::from_ref(vm) as i64;
    vm.new_int(address)
}

fn no_threads(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Err(vm.raise_msg(Exc::RuntimeError, "can't start new thread"))
}

fn excepthook(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = vm.getattr_str(arg(args, 0), "exc_value")?;
    crate::traceback::print_exception(vm, e);
    Ok(Value::NONE)
}

fn new_lock(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let class = vm.expect_type(vm.root(LOCK));
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &[Value::FALSE])?.value())
}

/// How long `acquire` may wait: None for ever.
fn patience(vm: &mut Vm, args: &[Value]) -> PyResult<Option<Duration>> {
    let blocking = match arg(args, 1).bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    let timeout = match given(args, 2) {
        Some(v) => crate::util::as_f64(vm, v)?,
        None => -1.0,
    };
    if !blocking {
        if timeout != -1.0 {
            return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(Some(Duration::ZERO));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok(if timeout < 0.0 { None } else { Some(Duration::from_secs_f64(timeout)) })
}

/// Waits for a lock that nobody can release but a signal handler.
fn wait(vm: &mut Vm, lock: Gc<Native>, patience: Option<Duration>) -> PyResult<bool> {
    let start = Instant::now();
    while lock.slot(0) == Value::TRUE {
        if patience.is_some_and(|p| start.elapsed() >= p) {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(1));
        vm.serve_poll()?;
    }
    Ok(true)
}

// Slots of a lock: whether it is held.

static LOCK_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, args| new_native(vm, args, &[Value::FALSE])),
    NativeDef::new("acquire", "(self, /, blocking=True, timeout=-1)", acquire),
    NativeDef::new("acquire_lock", "(self, /, blocking=True, timeout=-1)", acquire),
    NativeDef::new("__enter__", "(self, /)", |vm, args| acquire(vm, &args[..1])),
    NativeDef::new("release", "(self, /)", release),
    NativeDef::new("release_lock", "(self, /)", release),
    NativeDef::new("__exit__", "(self, /, *args)", release),
    NativeDef::new("locked", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(0))),
    NativeDef::new("locked_lock", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(0))),
    NativeDef::new("_at_fork_reinit", "(self, /)", |vm, args| {
        native(vm, args)?.set_slot(&mut vm.heap, 0, Value::FALSE);
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let state = if this.slot(0) == Value::TRUE { "locked" } else { "unlocked" };
        let text =
            format!("<{state} _thread.lock object at {:#x}>", crate::util::address(this.value()));
        vm.new_str(&text)
    }),
];

fn acquire(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let lock = native(vm, args)?;
    let patience = patience(vm, args)?;
    if lock.slot(0) == Value::TRUE && !wait(vm, lock, patience)? {
        return Ok(Value::FALSE);
    }
    lock.set_slot(&mut vm.heap, 0, Value::TRUE);
    Ok(Value::TRUE)
}

fn release(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let lock = native(vm, args)?;
    if lock.slot(0) != Value::TRUE {
        return Err(vm.raise_msg(Exc::RuntimeError, "release unlocked lock"));
    }
    lock.set_slot(&mut vm.heap, 0, Value::FALSE);
    Ok(Value::NONE)
}

// Slots of a re-entrant lock: how often it is held.

static RLOCK_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, args| new_native(vm, args, &[Value::small_int(0)])),
    NativeDef::new("acquire", "(self, /, blocking=True, timeout=-1)", |vm, args| {
        patience(vm, args)?;
        count(vm, args, 1)?;
        Ok(Value::TRUE)
    }),
    NativeDef::new("__enter__", "(self, /)", |vm, args| {
        count(vm, args, 1)?;
        Ok(Value::TRUE)
    }),
    NativeDef::new("release", "(self, /)", |vm, args| {
        count(vm, args, -1)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__exit__", "(self, /, *args)", |vm, args| {
        count(vm, args, -1)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("locked", "(self, /)", |vm, args| {
        Ok(Value::bool(native(vm, args)?.slot(0).as_int() > 0))
    }),
    NativeDef::new("_is_owned", "(self, /)", |vm, args| {
        Ok(Value::bool(native(vm, args)?.slot(0).as_int() > 0))
    }),
    NativeDef::new("_recursion_count", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(0))),
    NativeDef::new("_acquire_restore", "(self, state, /)", |vm, args| {
        let this = native(vm, args)?;
        let state = items(arg(args, 1));
        let held = state.first().copied().filter(|v| v.is_int());
        this.set_slot(&mut vm.heap, 0, held.unwrap_or(Value::small_int(0)));
        Ok(Value::NONE)
    }),
    NativeDef::new("_release_save", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let held = this.slot(0);
        if held.as_int() == 0 {
            return Err(vm.raise_msg(Exc::RuntimeError, "cannot release un-acquired lock"));
        }
        this.set_slot(&mut vm.heap, 0, Value::small_int(0));
        let owner = ident(vm)?;
        vm.new_tuple(&[held, owner])
    }),
    NativeDef::new("_at_fork_reinit", "(self, /)", |vm, args| {
        native(vm, args)?.set_slot(&mut vm.heap, 0, Value::small_int(0));
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let held = this.slot(0).as_int();
        let owner = if held > 0 { int::to_i64_clamped(ident(vm)?) } else { 0 };
        let state = if held > 0 { "locked" } else { "unlocked" };
        let (class, at) = (vm.type_name(this.value()), crate::util::address(this.value()));
        let text =
            format!("<{state} _thread.{class} object owner={owner} count={held} at {at:#x}>");
        vm.new_str(&text)
    }),
];

fn count(vm: &mut Vm, args: &[Value], by: i64) -> PyResult<()> {
    let this = native(vm, args)?;
    let held = this.slot(0).as_int() + by;
    if held < 0 {
        return Err(vm.raise_msg(Exc::RuntimeError, "cannot release un-acquired lock"));
    }
    this.set_slot(&mut vm.heap, 0, Value::small_int(held));
    Ok(())
}

// Slots of a thread handle: the thread's identity, whether it has ended.

static HANDLE_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, args| {
        new_native(vm, args, &[Value::small_int(0), Value::FALSE])
    }),
    NativeDef::new("is_done", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(1))),
    NativeDef::new("_set_done", "(self, /)", |vm, args| {
        native(vm, args)?.set_slot(&mut vm.heap, 1, Value::TRUE);
        Ok(Value::NONE)
    }),
    NativeDef::new("join", "(self, timeout=None, /)", |vm, args| {
        let this = native(vm, args)?;
        if this.slot(1) == Value::TRUE {
            return Ok(Value::NONE);
        }
        Err(vm.raise_msg(Exc::RuntimeError, "Cannot join current thread"))
    }),
];

static HANDLE_ATTRIBUTES: &[GetSetDef] =
    &[GetSetDef::new("ident", |_, v| Ok(v.cast::<Native>().map_or(Value::NONE, |o| o.slot(0))))];

// With one thread the attributes of a thread's own are those of the object.

static LOCAL_METHODS: &[NativeDef] =
    &[NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let init = vm.names.__init__;
        let inherits = vm.class_lookup(class, init) == Some(vm.object_methods.init);
        let some = !items(arg(args, 1)).is_empty() || !arg(args, 2).is_unbound();
        if inherits && some {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        new_native(vm, args, &[])
    })];

static LOCAL_ATTRIBUTES: &[GetSetDef] = &[crate::util::DICT];
