//! Module `_signal`: Python functions as handlers of signals, alarms, masks. What is called when is in `vm::signals`.

use crate::posix::path::{check, failure};
use crate::util::{arg, given, new_module, set};
use habu_object::dict::Dict;
use habu_object::{Gc, Module, Value, int};
use habu_vm::signals::{Action, HANDLERS, LIMIT, action, set_action, set_wakeup};
use habu_vm::system::{self, SignalSet};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use rustix::io::Errno;

const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

/// Root of `default_int_handler`.
const INTERRUPT: &str = "signal.default_int_handler";

/// Root of `ItimerError`.
const TIMER_ERROR: &str = "signal.ItimerError";

static NUMBERS: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGABRT", libc::SIGABRT),
    ("SIGIOT", libc::SIGABRT),
    ("SIGBUS", libc::SIGBUS),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGIO", libc::SIGIO),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPWR", libc::SIGPWR),
    ("SIGSYS", libc::SIGSYS),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
    ("SIG_DFL", DEFAULT as i32),
    ("SIG_IGN", IGNORE as i32),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("ITIMER_REAL", 0),
    ("ITIMER_VIRTUAL", 1),
    ("ITIMER_PROF", 2),
    ("NSIG", LIMIT),
];

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("signal", "(signalnum, handler, /)", signal)
        .doc("Set the action for the given signal."),
    NativeDef::new("getsignal", "(signalnum, /)", |vm, args| {
        let number = number(vm, arg(args, 0))?;
        current(vm, number)
    })
    .doc("Return the current action for the given signal."),
    NativeDef::new("default_int_handler", "(signalnum, frame, /)", |vm, _| {
        Err(vm.raise_args(Exc::KeyboardInterrupt, &[]))
    })
    .doc("The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt."),
    NativeDef::new("raise_signal", "(signalnum, /)", |vm, args| {
        let n = vm.index_i64(arg(args, 0))?;
        let r = system::raise(n as i32);
        check(vm, r)?;
        vm.serve_poll()?;
        Ok(Value::NONE)
    }),
    NativeDef::new("alarm", "(seconds, /)", |vm, args| {
        let seconds = vm.index_i64(arg(args, 0))?;
        Ok(Value::small_int(i64::from(system::alarm(seconds.clamp(0, 1 << 31) as u32))))
    }),
    NativeDef::new("pause", "()", |vm, _| {
        vm.without_gil(system::pause);
        vm.serve_poll()?;
        Ok(Value::NONE)
    }),
    NativeDef::new("setitimer", "(which, seconds, interval=0.0, /)", |vm, args| {
        let which = vm.index_i64(arg(args, 0))? as i32;
        let seconds = crate::util::as_f64(vm, arg(args, 1))?;
        let interval = match given(args, 2) {
            Some(v) => crate::util::as_f64(vm, v)?,
            None => 0.0,
        };
        timer(vm, system::set_timer(which, (seconds, interval)))
    }),
    NativeDef::new("getitimer", "(which, /)", |vm, args| {
        let which = vm.index_i64(arg(args, 0))? as i32;
        timer(vm, system::get_timer(which))
    }),
    NativeDef::new("strsignal", "(signalnum, /)", |vm, args| {
        let number = number(vm, arg(args, 0))?;
        match system::signal_text(number).filter(|text| !text.starts_with("Unknown signal")) {
            Some(text) => vm.new_str(&text),
            None => Ok(Value::NONE),
        }
    }),
    NativeDef::new("valid_signals", "()", |vm, _| {
        // 32 and 33 belong to the C library.
        let all = (1..LIMIT).filter(|n| !(32..34).contains(n)).fold(0, |all, n| all | 1 << (n - 1));
        set_of(vm, all)
    }),
    NativeDef::new("pthread_sigmask", "(how, mask, /)", |vm, args| {
        let how = vm.index_i64(arg(args, 0))? as i32;
        let mask = mask(vm, arg(args, 1))?;
        let r = system::block_signals(how, mask);
        let before = check(vm, r)?;
        vm.serve_poll()?;
        set_of(vm, before)
    }),
    NativeDef::new("sigpending", "()", |vm, _| {
        let r = system::pending_signals();
        let pending = check(vm, r)?;
        set_of(vm, pending)
    }),
    NativeDef::new("siginterrupt", "(signalnum, flag, /)", |vm, args| {
        number(vm, arg(args, 0))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("set_wakeup_fd", "(fd, /, *, warn_on_full_buffer=True)", |vm, args| {
        if !vm.serves_signals() {
            let msg = "set_wakeup_fd only works in main thread of the main interpreter";
            return Err(vm.value_error(msg));
        }
        let fd = vm.index_i64(arg(args, 0))? as i32;
        if fd >= 0 {
            let known = habu_vm::fd::borrow(fd).and_then(rustix::fs::fstat);
            if known.is_err() {
                return Err(vm.value_error("invalid fd"));
            }
        }
        Ok(Value::small_int(i64::from(set_wakeup(fd.max(-1)))))
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module provides mechanisms to use signal handlers in Python.";
    let m = new_module(vm, "_signal", doc, FUNCTIONS)?;
    for (name, n) in NUMBERS {
        set(vm, m, name, Value::small_int(i64::from(*n)))?;
    }
    let interrupt = vm.getattr_str(m.value(), "default_int_handler")?;
    vm.set_root(INTERRUPT, interrupt);
    let (name, namespace) = (vm.intern("itimer_error")?, vm.new_dict()?);
    let module = vm.intern("signal")?;
    let key = vm.names.__module__;
    vm.dict_set_str(namespace, key, module)?;
    let os_error = vm.exc_type(Exc::OSError).value();
    let bases = habu_object::Tuple::new(&mut vm.heap, &[os_error])?;
    let meta = vm.types.type_();
    let error = vm.new_class(meta, name, bases, namespace)?;
    vm.set_root(TIMER_ERROR, error.value());
    set(vm, m, "ItimerError", error.value())?;
    Ok(m)
}

fn number(vm: &mut Vm, v: Value) -> PyResult<i32> {
    match vm.index_i64(v)? {
        n if (1..i64::from(LIMIT)).contains(&n) => Ok(n as i32),
        _ => Err(vm.value_error("signal number out of range")),
    }
}

fn handlers(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    if let Some(d) = vm.root(HANDLERS).cast::<Dict>() {
        return Ok(d);
    }
    let d = vm.new_dict()?;
    vm.set_root(HANDLERS, d.value());
    Ok(d)
}

/// What handles a signal now, as `signal()` would be given it; None if it was not set here.
fn current(vm: &mut Vm, number: i32) -> PyResult<Value> {
    let table = handlers(vm)?;
    Ok(match action(number) {
        Ok(Action::Default) | Err(_) => Value::small_int(DEFAULT),
        Ok(Action::Ignore) => Value::small_int(IGNORE),
        Ok(Action::Foreign) => Value::NONE,
        Ok(Action::Note) => {
            let found = vm.dict_get(table, Value::small_int(i64::from(number)))?;
            found.unwrap_or(vm.root(INTERRUPT))
        }
    })
}

fn signal(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if !vm.serves_signals() {
        let msg = "signal only works in main thread of the main interpreter";
        return Err(vm.value_error(msg));
    }
    let (number, handler) = (number(vm, arg(args, 0))?, arg(args, 1));
    let before = current(vm, number)?;
    let table = handlers(vm)?;
    let key = Value::small_int(i64::from(number));
    let callable = crate::util::builtin(vm, "callable")?;
    let to = if vm.call(callable, &[handler])? == Value::TRUE {
        Action::Note
    } else {
        match int::is_int_like(handler).then(|| int::to_i64_clamped(handler)) {
            Some(DEFAULT) => Action::Default,
            Some(IGNORE) => Action::Ignore,
            _ => {
                let msg =
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object";
                return Err(vm.type_error(msg));
            }
        }
    };
    // Before it can come.
    if to == Action::Note {
        vm.dict_set(table, key, handler)?;
    }
    if let Err(e) = set_action(number, to) {
        vm.dict_del(table, key)?;
        return Err(failure(vm, e, Value::NONE));
    }
    if to != Action::Note {
        vm.dict_del(table, key)?;
    }
    Ok(before)
}

fn timer(vm: &mut Vm, r: Result<system::Timer, Errno>) -> PyResult<Value> {
    match r {
        Ok((left, interval)) => {
            let left = vm.new_float(left)?;
            let interval = vm.new_float(interval)?;
            vm.new_tuple(&[left, interval])
        }
        Err(e) => {
            let text = std::io::Error::from_raw_os_error(e.raw_os_error());
            let text = vm.new_str(&crate::util::os_error_text(&text))?;
            let class = vm.root(TIMER_ERROR);
            let error = vm.call(class, &[Value::small_int(i64::from(e.raw_os_error())), text])?;
            Err(vm.reraise(error))
        }
    }
}

fn mask(vm: &mut Vm, v: Value) -> PyResult<SignalSet> {
    let mut all = 0;
    vm.for_each(v, |vm, item| {
        let n = vm.index_i64(item)?;
        if !(1..i64::from(LIMIT)).contains(&n) {
            let msg = format!("signal number {n} out of range [1; {}]", LIMIT - 1);
            return Err(vm.value_error(&msg));
        }
        all |= 1 << (n - 1);
        Ok(())
    })?;
    Ok(all)
}

fn set_of(vm: &mut Vm, signals: SignalSet) -> PyResult<Value> {
    let numbers: Vec<Value> = (1..i64::from(LIMIT))
        .filter(|n| signals >> (n - 1) & 1 == 1)
        .map(Value::small_int)
        .collect();
    let list = vm.new_list(&numbers)?;
    let class = crate::util::builtin(vm, "set")?;
    vm.call(class, &[list])
}
