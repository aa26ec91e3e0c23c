//! Module `_thread`: threads, locks, attributes of a thread's own. What a thread is to the runtime, `vm::threads` says.
//!
//! `start` begins and ends threads, `handle` is how others wait for their end, `lock` and `rlock` are the locks,
//! `local` is `threading.local`.

mod handle;
mod local;
mod lock;
mod rlock;
mod start;

pub(crate) use handle::{of_other_threads, set_all_done};
pub(crate) use start::shutdown;

use crate::structseq::{self, fields};
use crate::util::{arg, given, new_class, new_module, set};
use habu_object::{Gc, Kind, Module, Tuple, Value, type_flags};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use std::time::{Duration, Instant};

/// Longest wait in seconds: what fits in 64 bits of nanoseconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// Longest name of a thread that the system keeps.
const NAME_MAX: usize = 15;
/// The least native stack that the system takes.
const LEAST_STACK: i64 = 53_248;

const HOOK_CLASS: &str = "_thread._ExceptHookArgs";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("allocate_lock", "()", lock::new_lock).doc(
        "Create a new lock object. See help(type(threading.Lock())) for\ninformation about locks.",
    ),
    NativeDef::new("allocate", "()", lock::new_lock).doc("An obsolete synonym of allocate_lock()."),
    NativeDef::new("get_ident", "()", |vm, _| ident(vm)).doc(
        "Return a non-zero integer that uniquely identifies the current thread\n\
         amongst other threads that exist simultaneously.",
    ),
    NativeDef::new("get_native_id", "()", |_, _| {
        Ok(Value::small_int(i64::from(rustix::thread::gettid().as_raw_nonzero().get())))
    }),
    NativeDef::new("_get_main_thread_ident", "()", |vm, _| {
        let main = vm.threads.main();
        vm.new_int(main as i64)
    }),
    NativeDef::new("_count", "()", |vm, _| Ok(Value::small_int(vm.threads.count() as i64))),
    NativeDef::new("_is_main_interpreter", "()", |_, _| Ok(Value::TRUE)),
    NativeDef::new("daemon_threads_allowed", "()", |_, _| Ok(Value::TRUE)),
    NativeDef::new("_shutdown", "()", |vm, _| handle::join_all(vm)),
    NativeDef::new("start_new_thread", "(function, args, kwargs={}, /)", start::new_thread),
    NativeDef::new("start_new", "(function, args, kwargs={}, /)", start::new_thread),
    NativeDef::new(
        "start_joinable_thread",
        "(function, handle=None, daemon=True)",
        start::joinable,
    ),
    NativeDef::new("_make_thread_handle", "(ident, /)", handle::of_ident),
    NativeDef::new("interrupt_main", "(signum=2, /)", interrupt_main),
    NativeDef::new("exit", "()", |vm, _| Err(vm.raise_args(Exc::SystemExit, &[]))),
    NativeDef::new("exit_thread", "()", |vm, _| Err(vm.raise_args(Exc::SystemExit, &[]))),
    NativeDef::new("stack_size", "(size=0, /)", stack_size),
    NativeDef::new("set_name", "(name)", |vm, args| {
        let name = crate::util::text_arg(vm, arg(args, 0), "set_name() argument 'name'")?;
        let cut = (0..=NAME_MAX.min(name.len())).rev().find(|n| name.is_char_boundary(*n));
        // What the system does not take is of no consequence.
        let name = &name.as_bytes()[..cut.unwrap_or(0)];
        let name = name.split(|b| *b == 0).next().unwrap_or_default();
        let name = std::ffi::CString::new(name).unwrap_or_default();
        let _ = rustix::thread::set_name(&name);
        Ok(Value::NONE)
    }),
    NativeDef::new("_get_name", "()", |vm, _| {
        let name = rustix::thread::name().unwrap_or_default();
        vm.new_str(&name.to_string_lossy())
    }),
    NativeDef::new("_excepthook", "(args, /)", excepthook)
        .doc("Handle uncaught Thread.run() exception."),
];

fields! { HOOK_ARGS: 0 "exc_type", 1 "exc_value", 2 "exc_traceback", 3 "thread" }

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module provides primitive operations to write multi-threaded programs.\n\
               The 'threading' module provides a more convenient interface.";
    let m = new_module(vm, "_thread", doc, FUNCTIONS)?;
    let lock = lock::class(vm)?;
    set(vm, m, "lock", lock)?;
    set(vm, m, "LockType", lock)?;
    let rlock = new_class(vm, "_thread", "RLock", Kind::Native, rlock::METHODS, &[])?;
    set(vm, m, "RLock", rlock.value())?;
    let handle = handle::class(vm)?;
    set(vm, m, "_ThreadHandle", handle)?;
    let local = new_class(vm, "_thread", "_local", Kind::Native, local::METHODS, local::GETSETS)?;
    local.flags.set(local.flags.get() & !type_flags::NO_DICT);
    vm.refresh_flags(local);
    set(vm, m, "_local", local.value())?;
    let error = vm.exc_type(Exc::RuntimeError).value();
    set(vm, m, "error", error)?;
    let max = vm.new_float(TIMEOUT_MAX)?;
    set(vm, m, "TIMEOUT_MAX", max)?;
    set(vm, m, "_NAME_MAXLEN", Value::small_int(NAME_MAX as i64))?;
    let args = structseq::new_type(vm, "_thread", "_ExceptHookArgs", HOOK_ARGS, HOOK_ARGS.len())?;
    vm.set_root(HOOK_CLASS, args.value());
    set(vm, m, "_ExceptHookArgs", args.value())?;
    Ok(m)
}

/// The identity of the running thread.
fn ident(vm: &mut Vm) -> PyResult<Value> {
    let ident = vm.threads.ident();
    vm.new_int(ident as i64)
}

/// As if a signal had come. One that nobody handles is ignored.
fn interrupt_main(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let number = match arg(args, 0).bound() {
        Some(v) => vm.index_i64(v)?,
        None => i64::from(libc::SIGINT),
    };
    if !(1..i64::from(habu_vm::signals::LIMIT)).contains(&number) {
        return Err(vm.value_error("signal number out of range"));
    }
    habu_vm::signals::simulate(number as i32);
    vm.serve_poll()?;
    Ok(Value::NONE)
}

fn stack_size(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let before = vm.threads.stack_size;
    if let Some(v) = arg(args, 0).bound() {
        let size = vm.index_i64(v)?;
        if size < 0 {
            return Err(vm.value_error("size must be 0 or a positive value"));
        }
        if size != 0 && size < LEAST_STACK {
            return Err(vm.value_error(&format!("size must be at least {LEAST_STACK} bytes")));
        }
        vm.threads.stack_size = size as usize;
    }
    Ok(Value::small_int(before as i64))
}

/// Prints what a thread has died of, with its name.
fn excepthook(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let own = vm.root(HOOK_CLASS);
    let this = arg(args, 0);
    let Some(t) = this.cast::<Tuple>().filter(|_| vm.type_of(this).value() == own) else {
        return Err(vm.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
    };
    let (class, e, thread) = (t.get(0), t.get(1), t.get(3));
    if class == vm.exc_type(Exc::SystemExit).value() {
        return Ok(Value::NONE);
    }
    let name = match thread.is_none() {
        true => None,
        false => {
            let key = vm.intern("_name")?;
            vm.getattr_opt(thread, key)?
        }
    };
    let name = match name {
        Some(name) => vm.str_text(name)?,
        None => vm.threads.ident().to_string(),
    };
    let text =
        format!("Exception in thread {name}:\n{}", crate::traceback::format_exception(vm, e));
    // Where the program has none, the one that the thread was made with.
    if crate::sys::attribute(vm, "stderr").is_none_or(|v| v.is_none()) {
        let key = vm.intern("_stderr")?;
        let own = if thread.is_none() { None } else { vm.getattr_opt(thread, key)? };
        if let Some(stream) = own.filter(|v| !v.is_none()) {
            let (write, text) = (vm.intern("write")?, vm.new_str(&text)?);
            vm.call_method(stream, write, &[text])?;
        }
        return Ok(Value::NONE);
    }
    crate::io::write_stderr(vm, &text);
    Ok(Value::NONE)
}

/// A timeout in seconds.
fn timeout(vm: &mut Vm, v: Value) -> PyResult<f64> {
    let t = crate::util::as_f64(vm, v)?;
    if t.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    Ok(t)
}

/// How long a wait may last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Patience {
    /// Not at all.
    None,
    Until(Instant),
    Endless,
}

impl Patience {
    /// So many seconds from now.
    fn seconds(s: f64) -> Patience {
        if s <= 0.0 {
            return Patience::None;
        }
        let length = Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX);
        Instant::now().checked_add(length).map_or(Patience::Endless, Patience::Until)
    }

    /// What the arguments `blocking` and `timeout` of `acquire` say.
    fn of_acquire(vm: &mut Vm, args: &[Value]) -> PyResult<Patience> {
        let blocking = match arg(args, 1).bound() {
            Some(v) => vm.truth(v)?,
            None => true,
        };
        let length = match given(args, 2) {
            Some(v) => timeout(vm, v)?,
            None => -1.0,
        };
        if !blocking && length != -1.0 {
            return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
        }
        if length < 0.0 && length != -1.0 {
            return Err(vm.value_error("timeout value must be a non-negative number"));
        }
        if length >= i64::MAX as f64 / 1e9 {
            return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
        }
        if length > TIMEOUT_MAX {
            return Err(vm.overflow_error("timeout value is too large"));
        }
        Ok(match length {
            _ if !blocking => Patience::None,
            t if t < 0.0 => Patience::Endless,
            t => Patience::seconds(t),
        })
    }

    fn until(self) -> Option<Instant> {
        match self {
            Patience::Until(moment) => Some(moment),
            Patience::None | Patience::Endless => None,
        }
    }

    fn is_over(self) -> bool {
        match self {
            Patience::None => true,
            Patience::Until(moment) => Instant::now() >= moment,
            Patience::Endless => false,
        }
    }
}

/// Waits until `ready` says so; false if that does not happen in time. Whoever makes it so calls `Vm::wake_one` or
/// `Vm::wake_all` with the object. `ready` may take what it finds.
fn wait_until(
    vm: &mut Vm,
    object: Value,
    patience: Patience,
    mut ready: impl FnMut(&mut Vm) -> bool,
) -> PyResult<bool> {
    loop {
        if ready(vm) {
            return Ok(true);
        }
        if patience.is_over() {
            return Ok(false);
        }
        let ended = vm.wait_for(object.bits(), patience.until());
        if ended.signalled
            && let Err(e) = vm.serve_poll()
        {
            // Another thread may have been passed over.
            if ended.woken {
                vm.wake_one(object.bits());
            }
            return Err(e);
        }
    }
}
