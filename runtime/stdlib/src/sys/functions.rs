//! The functions of `sys`.

use crate::structseq;
use crate::util::{arg, arg_or_none, given};
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Exception, Kind, List, Traceback, Tuple, Type, Value, int};
use habu_vm::async_gen::hook;
use habu_vm::{Exc, NativeDef, PyResult, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("exit", "(status=None, /)", exit).doc(
        "Exit the interpreter by raising SystemExit(status).\n\nIf the status is omitted or None, it defaults to zero \
         (i.e., success).",
    ),
    NativeDef::new("intern", "(string, /)", intern),
    NativeDef::new("getrecursionlimit", "()", getrecursionlimit),
    NativeDef::new("setrecursionlimit", "(limit, /)", setrecursionlimit),
    NativeDef::new("getsizeof", "(object, default=None)", getsizeof),
    NativeDef::new("getrefcount", "(object, /)", |_, _| Ok(Value::small_int(2))),
    // What CPython must clear so that a class made anew leaves no trace is not there.
    NativeDef::new("_clear_type_descriptors", "(type, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("exc_info", "()", exc_info),
    NativeDef::new("exception", "()", |vm, _| Ok(vm.handled)),
    NativeDef::new("excepthook", "(exctype, value, traceback, /)", excepthook),
    NativeDef::new("unraisablehook", "(unraisable, /)", super::unraisable::hook),
    NativeDef::new("displayhook", "(object, /)", displayhook),
    NativeDef::new("getdefaultencoding", "()", |vm, _| vm.intern("utf-8")),
    NativeDef::new("getfilesystemencoding", "()", |vm, _| vm.intern("utf-8")),
    NativeDef::new("getfilesystemencodeerrors", "()", |vm, _| vm.intern("surrogateescape")),
    NativeDef::new("_getframe", "(depth=0, /)", getframe),
    NativeDef::new("_getframemodulename", "(depth=0)", getframemodulename),
    NativeDef::new("get_int_max_str_digits", "()", |vm, _| Ok(Value::small_int(vm.int_max_str_digits as i64))),
    NativeDef::new("set_int_max_str_digits", "(maxdigits)", set_int_max_str_digits),
    NativeDef::new("getswitchinterval", "()", |vm, _| {
        let seconds = vm.threads.switch_interval();
        vm.new_float(seconds)
    }),
    NativeDef::new("setswitchinterval", "(interval, /)", |vm, args| {
        let seconds = crate::util::as_f64(vm, arg(args, 0))?;
        if seconds <= 0.0 {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        vm.threads.set_switch_interval(seconds);
        Ok(Value::NONE)
    }),
    NativeDef::new("gettrace", "()", nothing),
    NativeDef::new("settrace", "(function, /)", nothing),
    NativeDef::new("getprofile", "()", nothing),
    NativeDef::new("setprofile", "(function, /)", nothing),
    NativeDef::new("audit", "(event, /, *args)", nothing),
    NativeDef::new("addaudithook", "(hook)", nothing),
    NativeDef::new("is_finalizing", "()", |_, _| Ok(Value::FALSE)),
    NativeDef::new("_is_gil_enabled", "()", |_, _| Ok(Value::TRUE)),
    NativeDef::new("_is_interned", "(string, /)", |_, args| {
        Ok(Value::bool(arg(args, 0).cast::<Str>().is_some_and(|s| s.is_interned())))
    }),
    NativeDef::new("getallocatedblocks", "()", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("getunicodeinternedsize", "()", |vm, _| Ok(Value::small_int(vm.interner.len() as i64))),
    NativeDef::new("_clear_type_cache", "()", nothing),
    NativeDef::new("_clear_internal_caches", "()", nothing),
    NativeDef::new("_get_cpu_count_config", "()", |_, _| Ok(Value::small_int(-1))),
    NativeDef::new("_current_frames", "()", current_frames),
    NativeDef::new("_current_exceptions", "()", current_exceptions),
    NativeDef::new("_current_exceptions", "()", |vm, _| {
        let d = vm.new_dict()?;
        let ident = vm.new_int(std::ptr::from_ref(vm) as i64)?;
        let handled = vm.handled;
        vm.dict_set(d, ident, handled)?;
        Ok(d.value())
    }),
    NativeDef::new("_debugmallocstats", "()", nothing),
    NativeDef::new("_setprofileallthreads", "(function, /)", nothing),
    NativeDef::new("_settraceallthreads", "(function, /)", nothing),
    NativeDef::new("activate_stack_trampoline", "(backend, /)", |vm, _| {
        Err(vm.value_error("perf trampoline not available"))
    }),
    NativeDef::new("deactivate_stack_trampoline", "()", nothing),
    NativeDef::new("is_stack_trampoline_active", "()", |_, _| Ok(Value::FALSE)),
    NativeDef::new("is_remote_debug_enabled", "()", |_, _| Ok(Value::FALSE)),
    NativeDef::new("_is_immortal", "(op, /)", |_, args| Ok(Value::bool(!arg(args, 0).is_ptr()))),
    NativeDef::new("call_tracing", "(func, args, /)", |vm, args| {
        crate::util::forward(vm, arg(args, 0), &[], arg(args, 1), Value::UNBOUND)
    }),
    NativeDef::new("getdlopenflags", "()", |_, _| Ok(Value::small_int(2))),
    NativeDef::new("setdlopenflags", "(flags, /)", nothing),
    NativeDef::new("get_coroutine_origin_tracking_depth", "()", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("set_coroutine_origin_tracking_depth", "(depth)", nothing),
    NativeDef::new("breakpointhook", "(*args, **kwargs)", nothing),
    NativeDef::new("set_asyncgen_hooks", "(firstiter=None, finalizer=None)", set_asyncgen_hooks).doc(
        "set_asyncgen_hooks([firstiter] [, finalizer])\n\nSet a finalizer for async generators objects.",
    ),
    NativeDef::new("get_asyncgen_hooks", "()", get_asyncgen_hooks).doc(
        "Return the installed asynchronous generators hooks.\n\nThis returns a namedtuple of the form (firstiter, \
         finalizer).",
    ),
];

structseq::fields!(HOOKS: 0 "firstiter", 1 "finalizer");

fn set_asyncgen_hooks(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let given = [("firstiter", hook::FIRST), ("finalizer", hook::FINALIZER)];
    for ((name, _), v) in given.iter().zip(args) {
        let callable = v.is_unbound() || v.is_none() || {
            let call = vm.names.__call__;
            vm.special(*v, call).is_some()
        };
        if !callable {
            let kind = vm.type_name(*v);
            let msg = format!("callable {name} expected, got {kind}");
            return Err(vm.type_error(&msg));
        }
    }
    for ((_, root), v) in given.into_iter().zip(args) {
        if !v.is_unbound() {
            vm.set_thread_root(root, *v);
        }
    }
    Ok(Value::NONE)
}

fn get_asyncgen_hooks(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    const CLASS: &str = "sys.asyncgen_hooks";
    let class = match vm.root(CLASS).cast::<Type>() {
        Some(class) => class,
        None => {
            let class = structseq::new_type(vm, "", "asyncgen_hooks", HOOKS, 2)?;
            vm.set_root(CLASS, class.value());
            class
        }
    };
    let items = [hook::FIRST, hook::FINALIZER].map(|root| vm.thread_root(root).bound());
    structseq::new(vm, class, &items.map(|v| v.unwrap_or(Value::NONE)))
}

/// The innermost frame of each thread, by the thread's identity.
fn current_frames(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let d = vm.new_dict()?;
    for ident in vm.threads.idents() {
        let frame = vm.frame_of_thread(ident)?;
        let ident = vm.new_int(ident as i64)?;
        vm.dict_set(d, ident, frame.unwrap_or(Value::NONE))?;
    }
    Ok(d.value())
}

/// The exception that each thread handles, by the thread's identity.
fn current_exceptions(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let d = vm.new_dict()?;
    for ident in vm.threads.idents() {
        let handled = vm.handled_by(ident);
        let ident = vm.new_int(ident as i64)?;
        vm.dict_set(d, ident, handled)?;
    }
    Ok(d.value())
}

fn nothing(_vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(Value::NONE)
}

fn exit(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match arg(args, 0).bound() {
        None => Err(vm.raise_args(Exc::SystemExit, &[])),
        // A tuple gives the arguments of the exception.
        Some(v) => match v.cast_exact::<Tuple>() {
            Some(t) => {
                let items: Vec<Value> = t.items().iter().map(|c| c.get()).collect();
                Err(vm.raise_args(Exc::SystemExit, &items))
            }
            None => Err(vm.raise_args(Exc::SystemExit, &[v])),
        },
    }
}

fn intern(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    if v.kind() != Kind::Str {
        let msg = format!("intern() argument must be str, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    if v.shape() != habu_object::shape::STR {
        let msg = format!("can't intern {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    vm.intern_value(v)
}

fn getrecursionlimit(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(Value::small_int(vm.recursion_limit as i64))
}

fn setrecursionlimit(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = vm.index(arg(args, 0))?;
    let Some(n) = int::to_i64(n).filter(|n| *n <= i64::from(i32::MAX)) else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    if n < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    let mut depth = 0;
    vm.visit_frames(|_| {
        depth += 1;
        true
    });
    if depth >= n {
        let msg = format!(
            "cannot set the recursion limit to {n} at the recursion depth {depth}: the limit is too low"
        );
        return Err(vm.raise_msg(Exc::RecursionError, &msg));
    }
    vm.set_recursion_limit(n as usize);
    Ok(Value::NONE)
}

/// What CPython would answer for the common types.
fn getsizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let name = vm.intern("__sizeof__")?;
    if vm.special(v, name).is_some_and(|f| f.kind() == Kind::Function)
        && let Some(n) = vm.call_special(v, name, &[])?
    {
        return Ok(n);
    }
    let n = match v.kind() {
        Kind::None | Kind::Ellipsis | Kind::NotImplemented => 16,
        Kind::Int | Kind::BigInt | Kind::Bool => {
            24 + 4 * int::bit_length(v).div_ceil(30).max(1) as i64
        }
        Kind::Float => 24,
        Kind::Complex => 32,
        Kind::Str => v.cast::<Str>().map_or(0, |s| {
            let n = s.len() as i64;
            if s.is_ascii() { 41 + n } else { 57 + (n + 1) * s.width() as i64 }
        }),
        Kind::Bytes => 33 + vm.len(v)? as i64,
        Kind::ByteArray => 57 + vm.len(v)? as i64,
        Kind::Tuple => 48 + 8 * v.cast::<Tuple>().map_or(0, |t| t.len()) as i64,
        Kind::List => 56 + 8 * v.cast::<List>().map_or(0, |l| l.len()) as i64,
        Kind::Dict => match v.cast::<Dict>().map_or(0, |d| d.len()) {
            0 => 64,
            n => 64 + 24 * (n.max(5) as i64) * 3 / 2,
        },
        Kind::Set | Kind::FrozenSet => 216 + 32 * (vm.len(v)? as i64).saturating_sub(4).max(0),
        Kind::Type => 1688,
        Kind::Function => 160,
        _ => 48,
    };
    Ok(Value::small_int(n))
}

fn exc_info(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let e = vm.handled;
    match e.cast::<Exception>() {
        None => vm.new_tuple(&[Value::NONE; 3]),
        Some(exc) => {
            let class = vm.type_of(e).value();
            let traceback = exc.traceback.get();
            let traceback = if traceback.is_unbound() { Value::NONE } else { traceback };
            vm.new_tuple(&[class, e, traceback])
        }
    }
}

fn excepthook(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (e, traceback) = (arg(args, 1), arg_or_none(args, 2));
    if let Some(exc) = e.cast::<Exception>()
        && traceback.cast::<Traceback>().is_some()
        && exc.traceback.get().is_none()
    {
        exc.store(&mut vm.heap, &exc.traceback, traceback);
    }
    crate::traceback::print_exception(vm, e);
    Ok(Value::NONE)
}

fn displayhook(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    if v.is_none() {
        return Ok(Value::NONE);
    }
    let Some(builtins) = vm.builtins.cast::<Dict>() else { return Ok(Value::NONE) };
    let name = vm.intern("_")?;
    vm.dict_set_str(builtins, name, Value::NONE)?;
    let text = vm.repr_text(v)? + "\n";
    let text = vm.new_str(&text)?;
    let stdout = vm.names.stdout;
    let stream =
        vm.sys.cast::<Dict>().and_then(|d| vm.dict_get_str(d, stdout)).filter(|v| !v.is_none());
    let Some(stream) = stream else {
        return Err(vm.raise_msg(Exc::RuntimeError, "lost sys.stdout"));
    };
    let write = vm.names.write;
    vm.call_method(stream, write, &[text])?;
    vm.dict_set_str(builtins, name, v)?;
    Ok(Value::NONE)
}

fn getframe(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let depth = match given(args, 0) {
        Some(v) => vm.index_i64(v)?.max(0) as usize,
        None => 0,
    };
    match vm.frame_object(depth)? {
        Some(f) => Ok(f),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

fn getframemodulename(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let depth = match given(args, 0) {
        Some(v) => vm.index_i64(v)?.max(0) as usize,
        None => 0,
    };
    Ok(vm.frame_at(depth).map_or(Value::NONE, |f| f.func.module.get()))
}

fn set_int_max_str_digits(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = vm.index_i64(arg(args, 0))?;
    if n != 0 && n < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.int_max_str_digits = n as usize;
    Ok(Value::NONE)
}
