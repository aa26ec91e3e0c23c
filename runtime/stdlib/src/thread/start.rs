//! The beginning and the end of threads. `importlib` is there before the first one: nobody sees it half made.

use super::{handle, local};
use crate::util::{arg, forward, given, quiet};
use habu_object::dict::Dict;
use habu_object::{Kind, Native, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};

// What a new thread finds under its roots.

const FUNCTION: &str = "_thread.function";
const ARGS: &str = "_thread.args";
const KWARGS: &str = "_thread.kwargs";
pub(super) const HANDLE: &str = "_thread.handle";

fn is_callable(vm: &mut Vm, f: Value) -> bool {
    let call = vm.names.__call__;
    vm.special(f, call).is_some()
}

/// `start_new_thread(function, args, kwargs={})`
pub(super) fn new_thread(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = arg(args, 0);
    if !is_callable(vm, f) {
        return Err(vm.type_error("first arg must be callable"));
    }
    if arg(args, 1).kind() != Kind::Tuple {
        return Err(vm.type_error("2nd arg must be a tuple"));
    }
    if arg(args, 2).bound().is_some_and(|v| v.cast::<Dict>().is_none()) {
        return Err(vm.type_error("optional 3rd arg must be a dictionary"));
    }
    refuse_late(vm)?;
    crate::import::start(vm)?;
    let roots = [(FUNCTION, f), (ARGS, arg(args, 1)), (KWARGS, arg(args, 2))];
    let ident = vm.start_thread(&roots, body).map_err(|_| refused(vm))?;
    vm.new_int(ident as i64)
}

/// `start_joinable_thread(function, handle=None, daemon=True)`
pub(super) fn joinable(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = arg(args, 0);
    if !is_callable(vm, f) {
        return Err(vm.type_error("thread function must be callable"));
    }
    let daemon = match arg(args, 2).bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    let handle = handle::fresh(vm, given(args, 1))?;
    refuse_late(vm)?;
    crate::import::start(vm)?;
    let roots = [(FUNCTION, f), (HANDLE, handle.value())];
    let ident = vm.start_thread(&roots, body).map_err(|_| refused(vm))?;
    let ident = vm.new_int(ident as i64)?;
    handle::set_running(vm, handle, ident);
    if !daemon {
        handle::await_at_end(vm, handle)?;
    }
    Ok(handle.value())
}

/// At the end of the program there are no new threads.
fn refuse_late(vm: &mut Vm) -> PyResult<()> {
    if vm.threads.is_closed() {
        let msg = "can't create new thread at interpreter shutdown";
        return Err(vm.raise_msg(Exc::PythonFinalizationError, msg));
    }
    Ok(())
}

fn refused(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::RuntimeError, "can't start new thread")
}

/// What a thread does.
fn body(vm: &mut Vm) {
    let f = vm.thread_root(FUNCTION);
    let (args, kwargs) = (vm.thread_root(ARGS), vm.thread_root(KWARGS));
    if let Err(raised) = forward(vm, f, &[], args, kwargs) {
        let e = vm.take_raised(raised);
        let exit = vm.exc_type(Exc::SystemExit);
        let class = vm.type_of(e);
        if !vm.is_subclass(class, exit) {
            let name = vm.repr_text(f);
            let name = quiet(vm, name).unwrap_or_default();
            let text = format!("Exception ignored in thread started by {name}");
            crate::sys::unraisable(vm, e, &text);
        }
    }
    local::forget_thread(vm);
    if let Some(handle) = vm.thread_root(HANDLE).cast::<Native>() {
        handle::set_done(vm, handle);
    }
}

/// At the end of the program: waits for all threads but daemons, after which no other thread runs.
pub(crate) fn shutdown(vm: &mut Vm) {
    let threading = crate::import::loaded(vm, "threading");
    if let Some(Some(threading)) = quiet(vm, threading) {
        let done = vm.getattr_str(threading, "_shutdown").and_then(|f| vm.call(f, &[]));
        if let Err(raised) = done {
            let e = vm.take_raised(raised);
            crate::sys::unraisable(vm, e, "Exception ignored on threading shutdown");
        }
    }
    let joined = handle::join_all(vm);
    quiet(vm, joined);
}
