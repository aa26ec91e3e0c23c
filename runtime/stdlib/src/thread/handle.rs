//! `_thread._ThreadHandle`: how others know whether a thread runs, and wait for its end.

use super::{Patience, ident, wait_until};
use crate::util::{arg, given, native, new_class, new_native, seal};
use habu_object::{Gc, Kind, List, Native, Value, int};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

const HANDLE: &str = "_thread._ThreadHandle";
/// Root of the list of the handles whose threads the program waits for at its end.
const AWAITED: &str = "_thread.awaited";
/// Root of the list of the handles of threads that were not started here: the main one.
const FOREIGN: &str = "_thread.foreign";

// Slots.

/// The identity of the thread, 0 before it is started.
const IDENT: usize = 0;
/// One of the states.
const STATE: usize = 1;

const NOT_STARTED: Value = Value::small_int(0);
const RUNNING: Value = Value::small_int(1);
const DONE: Value = Value::small_int(2);

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, args| {
        new_native(vm, args, &[Value::small_int(0), NOT_STARTED])
    }),
    NativeDef::new("is_done", "(self, /)", |vm, args| {
        Ok(Value::bool(native(vm, args)?.slot(STATE) == DONE))
    }),
    NativeDef::new("_set_done", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        if this.slot(STATE) == NOT_STARTED {
            return Err(vm.raise_msg(Exc::RuntimeError, "thread not started"));
        }
        set_done(vm, this);
        Ok(Value::NONE)
    }),
    NativeDef::new("join", "(self, timeout=None, /)", |vm, args| {
        let this = native(vm, args)?;
        let patience = match given(args, 1) {
            Some(v) => match super::timeout(vm, v)? {
                t if t < 0.0 => Patience::Endless,
                t => Patience::seconds(t),
            },
            None => Patience::Endless,
        };
        join(vm, this, patience)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let ident = int::to_i64_clamped(this.slot(IDENT));
        vm.new_str(&format!("<_thread._ThreadHandle object: ident={ident}>"))
    }),
];

static GETSETS: &[GetSetDef] = &[GetSetDef::new("ident", |_, v| {
    Ok(v.cast::<Native>().map_or(Value::NONE, |o| o.slot(IDENT)))
})];

/// Makes the class.
pub(super) fn class(vm: &mut Vm) -> PyResult<Value> {
    let class = new_class(vm, "_thread", "_ThreadHandle", Kind::Native, METHODS, GETSETS)?;
    seal(class);
    vm.set_root(HANDLE, class.value());
    Ok(class.value())
}

/// A handle of no thread yet.
pub(super) fn new(vm: &mut Vm) -> PyResult<Gc<Native>> {
    let class = vm.expect_type(vm.root(HANDLE));
    let slots = [Value::small_int(0), NOT_STARTED];
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?)
}

/// `_make_thread_handle(ident)`
pub(super) fn of_ident(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if !int::is_int_like(arg(args, 0)) {
        return Err(vm.type_error("ident must be an integer"));
    }
    let this = new(vm)?;
    set_running(vm, this, arg(args, 0));
    let list = roots(vm, FOREIGN)?;
    list.push(&mut vm.heap, this.value())?;
    Ok(this.value())
}

/// The argument as a handle of a thread that was not started; a new one if it is omitted or None.
pub(super) fn fresh(vm: &mut Vm, v: Option<Value>) -> PyResult<Gc<Native>> {
    let Some(v) = v else { return new(vm) };
    let class = vm.expect_type(vm.root(HANDLE));
    let Some(handle) = v.cast::<Native>().filter(|_| vm.is_instance_exact(v, class)) else {
        return Err(vm.type_error("'handle' must be a _ThreadHandle"));
    };
    if handle.slot(STATE) != NOT_STARTED {
        return Err(vm.raise_msg(Exc::RuntimeError, "thread already started"));
    }
    Ok(handle)
}

pub(super) fn set_running(vm: &mut Vm, handle: Gc<Native>, ident: Value) {
    handle.set_slot(&mut vm.heap, IDENT, ident);
    handle.set_slot(&mut vm.heap, STATE, RUNNING);
}

/// The thread has ended.
pub(super) fn set_done(vm: &mut Vm, handle: Gc<Native>) {
    handle.set_slot(&mut vm.heap, STATE, DONE);
    vm.wake_all(handle.value().bits());
}

fn join(vm: &mut Vm, handle: Gc<Native>, patience: Patience) -> PyResult<bool> {
    let state = handle.slot(STATE);
    if state == NOT_STARTED {
        return Err(vm.raise_msg(Exc::RuntimeError, "thread not started"));
    }
    if state != DONE && handle.slot(IDENT) == ident(vm)? {
        return Err(vm.raise_msg(Exc::RuntimeError, "Cannot join current thread"));
    }
    if state != DONE && vm.threads.is_closed() {
        let msg = "cannot join thread at interpreter shutdown";
        return Err(vm.raise_msg(Exc::PythonFinalizationError, msg));
    }
    wait_until(vm, handle.value(), patience, |_| handle.slot(STATE) == DONE)
}

/// The list under a root.
fn roots(vm: &mut Vm, root: &'static str) -> PyResult<Gc<List>> {
    if let Some(list) = vm.root(root).cast::<List>() {
        return Ok(list);
    }
    let list = List::new(&mut vm.heap, 4)?;
    vm.set_root(root, list.value());
    Ok(list)
}

/// The handles of all threads but the running one.
pub(crate) fn of_other_threads(vm: &mut Vm) -> PyResult<Gc<List>> {
    let own = ident(vm)?;
    let all = roots(vm, FOREIGN)?;
    let all = vm.list_from_iter(all.value())?;
    vm.others_roots(super::start::HANDLE, all)?;
    let mut i = 0;
    while let Some(v) = all.get(i) {
        if v.cast::<Native>().is_none_or(|h| h.slot(IDENT) == own) {
            all.pop_at(&mut vm.heap, i);
        } else {
            i += 1;
        }
    }
    Ok(all)
}

/// After a fork: these threads have ended.
pub(crate) fn set_all_done(vm: &mut Vm, handles: Gc<List>) {
    let mut i = 0;
    while let Some(v) = handles.get(i) {
        i += 1;
        if let Some(handle) = v.cast::<Native>() {
            set_done(vm, handle);
        }
    }
}

/// The program is to wait for this thread at its end.
pub(super) fn await_at_end(vm: &mut Vm, handle: Gc<Native>) -> PyResult<()> {
    let list = roots(vm, AWAITED)?;
    // Those that have ended need not be waited for.
    let mut i = 0;
    while let Some(v) = list.get(i) {
        if v.cast::<Native>().is_some_and(|h| h.slot(STATE) == DONE) {
            list.pop_at(&mut vm.heap, i);
        } else {
            i += 1;
        }
    }
    list.push(&mut vm.heap, handle.value())?;
    Ok(())
}

/// Waits for the threads that are not daemons.
pub(super) fn join_all(vm: &mut Vm) -> PyResult<Value> {
    let list = roots(vm, AWAITED)?;
    let own = ident(vm)?;
    let mut i = 0;
    while let Some(v) = list.get(i) {
        match v.cast::<Native>() {
            Some(handle) if handle.slot(IDENT) == own && handle.slot(STATE) != DONE => i += 1,
            Some(handle) => {
                join(vm, handle, Patience::Endless)?;
                // Others may have started threads meanwhile.
                match list.get(i) == Some(v) {
                    true => _ = list.pop_at(&mut vm.heap, i),
                    false => i = 0,
                }
            }
            None => i += 1,
        }
    }
    Ok(Value::NONE)
}
