//! Small helpers that native modules share: arguments, modules, classes, errors. No module's own logic.

use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Module, Native, Tuple, Type, Value, float, int, type_flags};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use std::io;

/// Argument `i`, UNBOUND if there is none.
#[inline]
pub(crate) fn arg(args: &[Value], i: usize) -> Value {
    args.get(i).copied().unwrap_or(Value::UNBOUND)
}

/// Argument `i`, None where it was omitted.
#[inline]
pub(crate) fn arg_or_none(args: &[Value], i: usize) -> Value {
    let v = arg(args, i);
    if v.is_unbound() { Value::NONE } else { v }
}

/// Argument `i` unless it was omitted or is None.
#[inline]
pub(crate) fn given(args: &[Value], i: usize) -> Option<Value> {
    arg(args, i).bound().filter(|v| !v.is_none())
}

/// Items of a `*args` tuple. The tuple is among the arguments and keeps them alive, so the Vec hides nothing.
pub(crate) fn items(v: Value) -> Vec<Value> {
    v.cast::<Tuple>().map(|t| t.items().iter().map(|c| c.get()).collect()).unwrap_or_default()
}

/// The receiver as a native object.
#[inline]
pub(crate) fn native(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Native>> {
    match arg(args, 0).cast::<Native>() {
        Some(o) => Ok(o),
        None => Err(vm.type_error("descriptor requires another kind of object")),
    }
}

/// `f(*args, **kwargs)` with arguments in front; the tuple and the dict stay alive in the caller.
pub(crate) fn forward(
    vm: &mut Vm,
    f: Value,
    first: &[Value],
    args: Value,
    kwargs: Value,
) -> PyResult<Value> {
    let mut values: Vec<Value> = first.to_vec();
    values.extend(items(args));
    let Some(d) = kwargs.cast::<Dict>().filter(|d| !d.is_empty()) else {
        return vm.call(f, &values);
    };
    let names = Tuple::zeroed(&mut vm.heap, d.len())?;
    let (mut pos, mut n) = (0, 0);
    while let Some((next, key, v, _)) = d.next_entry(pos) {
        let key = vm.intern_value(key)?;
        names.set(&mut vm.heap, n, key);
        values.push(v);
        pos = next;
        n += 1;
    }
    vm.call_kw(f, &values, names)
}

/// A new native module with functions, in no table yet.
pub(crate) fn new_module(
    vm: &mut Vm,
    name: &str,
    doc: &str,
    functions: &'static [NativeDef],
) -> PyResult<Gc<Module>> {
    let m = vm.new_module(name)?;
    let text = vm.new_str(doc)?;
    let key = vm.names.__doc__;
    vm.module_set(m, key, text)?;
    vm.add_functions(m, functions)?;
    Ok(m)
}

/// `module.name = v`
pub(crate) fn set(vm: &mut Vm, m: Gc<Module>, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    vm.module_set(m, name, v)
}

/// `module.name = "text"`
pub(crate) fn set_text(vm: &mut Vm, m: Gc<Module>, name: &str, text: &str) -> PyResult<()> {
    let v = vm.new_str(text)?;
    set(vm, m, name, v)
}

/// The namespace of a module.
pub(crate) fn namespace(m: Gc<Module>) -> Option<Gc<Dict>> {
    m.dict.get().cast::<Dict>()
}

/// A class of a native module: `base` decides nothing but the MRO, instances have layout `kind`.
pub(crate) fn new_class(
    vm: &mut Vm,
    module: &str,
    name: &str,
    kind: Kind,
    methods: &'static [NativeDef],
    getsets: &'static [GetSetDef],
) -> PyResult<Gc<Type>> {
    let base = if kind == Kind::Native { vm.types.object() } else { vm.types.of_kind(kind) };
    let inherited = type_flags::EXCEPTION & base.flags.get();
    let flags = type_flags::BASETYPE | type_flags::NO_DICT | type_flags::WEAKREFABLE | inherited;
    let class = vm.new_builtin_type(name, kind, base, flags)?;
    let module = vm.intern(module)?;
    vm.set_class_entry(class, "__module__", module)?;
    vm.add_methods(class, methods)?;
    vm.add_getsets(class, getsets)?;
    Ok(class)
}

/// Gives a class its docstring and, unless empty, the signature that `inspect` shows.
pub(crate) fn describe(vm: &mut Vm, class: Gc<Type>, signature: &str, doc: &str) -> PyResult<()> {
    let doc = vm.new_str(doc)?;
    vm.set_class_entry(class, "__doc__", doc)?;
    if !signature.is_empty() {
        let signature = vm.new_str(signature)?;
        vm.set_class_entry(class, "__text_signature__", signature)?;
    }
    Ok(())
}

/// `__class_getitem__`: `C[item]` as a generic alias.
pub(crate) fn class_getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let alias = vm.types.of_kind(Kind::GenericAlias).value();
    vm.call(alias, &[arg(args, 0), arg(args, 1)])
}

/// Makes the class final: `class X(C)` is refused.
pub(crate) fn seal(class: Gc<Type>) {
    class.flags.set(class.flags.get() & !type_flags::BASETYPE);
}

/// A new exception class of a native module, which is there as `name`.
pub(crate) fn new_exception(
    vm: &mut Vm,
    m: Gc<Module>,
    module: &str,
    name: &str,
    base: Exc,
) -> PyResult<Value> {
    let (text, namespace) = (vm.intern(name)?, vm.new_dict()?);
    let (key, module) = (vm.names.__module__, vm.intern(module)?);
    vm.dict_set_str(namespace, key, module)?;
    let base = vm.exc_type(base).value();
    let bases = Tuple::new(&mut vm.heap, &[base])?;
    let meta = vm.types.type_();
    let class = vm.new_class(meta, text, bases, namespace)?.value();
    set(vm, m, name, class)?;
    Ok(class)
}

/// Raises an exception of the class that is a root of this name.
#[cold]
pub(crate) fn raise_root(vm: &mut Vm, root: &'static str, text: &str) -> Raised {
    let class = vm.root(root);
    match vm.new_str(text).and_then(|text| vm.call(class, &[text])) {
        Ok(e) => vm.reraise(e),
        Err(raised) => raised,
    }
}

/// Makes the class final, and its objects come from functions of the module only.
pub(crate) fn seal_made(class: Gc<Type>) {
    seal(class);
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
}

/// The class argument of a `__new__`.
pub(crate) fn class_arg(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Type>> {
    match arg(args, 0).cast::<Type>() {
        Some(c) => Ok(c),
        None => Err(vm.type_error("__new__(X): X is not a type object")),
    }
}

/// A native object of the class that is argument 0 of `__new__`.
pub(crate) fn new_native(vm: &mut Vm, args: &[Value], slots: &[Value]) -> PyResult<Value> {
    let class = class_arg(vm, args)?;
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), slots)?.value())
}

/// `float(v)` as C functions want it (CPython `PyFloat_AsDouble`).
pub(crate) fn as_f64(vm: &mut Vm, v: Value) -> PyResult<f64> {
    if let Some(f) = float::get(v) {
        return Ok(f);
    }
    if int::is_int_like(v) {
        return int::to_f64(v).map_err(|_| vm.overflow_error("int too large to convert to float"));
    }
    let name = vm.names.__float__;
    if let Some(r) = vm.call_special(v, name, &[])? {
        return match float::get(r) {
            Some(f) => Ok(f),
            None => {
                let msg = format!(
                    "{}.__float__() must return a float, not {}",
                    vm.type_name(v),
                    vm.type_name(r)
                );
                Err(vm.type_error(&msg))
            }
        };
    }
    let name = vm.names.__index__;
    if vm.special(v, name).is_some() {
        let n = vm.index(v)?;
        return int::to_f64(n).map_err(|_| vm.overflow_error("int too large to convert to float"));
    }
    let msg = format!("must be real number, not {}", vm.type_name(v));
    Err(vm.type_error(&msg))
}

/// The result of an operation on ints.
pub(crate) fn int_done(vm: &mut Vm, r: int::IntResult) -> PyResult<Value> {
    r.map_err(|e| vm.int_error(habu_vm::BinOp::Mul, e))
}

/// A class whose objects own a Rust value ([`Vm::new_owner`]).
pub(crate) fn new_owner_class(
    vm: &mut Vm,
    module: &str,
    name: &str,
    methods: &'static [NativeDef],
    getsets: &'static [GetSetDef],
) -> PyResult<Gc<Type>> {
    let class = new_class(vm, module, name, Kind::Native, methods, getsets)?;
    class.flags.set(class.flags.get() | type_flags::OWNER);
    Ok(class)
}

/// The result, or None after dropping the exception.
pub(crate) fn quiet<T>(vm: &mut Vm, r: PyResult<T>) -> Option<T> {
    match r {
        Ok(v) => Some(v),
        Err(e) => {
            vm.take_raised(e);
            None
        }
    }
}

/// Text of an argument that must be a str.
pub(crate) fn text_arg(vm: &mut Vm, v: Value, what: &str) -> PyResult<String> {
    if v.kind() == Kind::Str {
        return Ok(vm.text(v));
    }
    let msg = format!("{what} must be str, not {}", vm.type_name(v));
    Err(vm.type_error(&msg))
}

/// The text of an operating system error without Rust's suffix.
pub(crate) fn os_error_text(e: &io::Error) -> String {
    let text = e.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// Turns a failure of the system into an OSError.
pub(crate) fn os_error(vm: &mut Vm, e: &io::Error) -> Raised {
    let class = match e.kind() {
        io::ErrorKind::BrokenPipe => Exc::BrokenPipeError,
        io::ErrorKind::NotFound => Exc::FileNotFoundError,
        io::ErrorKind::PermissionDenied => Exc::PermissionError,
        io::ErrorKind::AlreadyExists => Exc::FileExistsError,
        io::ErrorKind::IsADirectory => Exc::IsADirectoryError,
        io::ErrorKind::NotADirectory => Exc::NotADirectoryError,
        io::ErrorKind::Interrupted => Exc::InterruptedError,
        io::ErrorKind::WouldBlock => Exc::BlockingIOError,
        io::ErrorKind::TimedOut => Exc::TimeoutError,
        _ => Exc::OSError,
    };
    let message = match vm.new_str(&os_error_text(e)) {
        Ok(s) => s,
        Err(raised) => return raised,
    };
    let errno = Value::small_int(i64::from(e.raw_os_error().unwrap_or(0)));
    vm.raise_args(class, &[errno, message])
}

/// The address that `repr` shows.
pub(crate) fn address(v: Value) -> u64 {
    v.bits() & !3
}

/// `__dict__` of native objects that have one.
pub(crate) const DICT: GetSetDef = GetSetDef::with_set(
    "__dict__",
    |vm, v| Ok(vm.instance_dict(v)?.map_or(Value::NONE, |d| d.value())),
    |vm, v, dict| match dict.cast::<Dict>() {
        Some(d) => vm.set_instance_dict(v, d),
        None => Err(vm.type_error("__dict__ must be set to a dictionary")),
    },
);

/// A builtin function or class.
pub(crate) fn builtin(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let key = vm.intern(name)?;
    match vm.builtins.cast::<Dict>().and_then(|d| vm.dict_get_str(d, key)) {
        Some(v) => Ok(v),
        None => Err(vm.raise_msg(Exc::NameError, &format!("name '{name}' is not defined"))),
    }
}

/// Slot `i` of a native object, None if it has no such slot.
pub(crate) fn slot(v: Value, i: usize) -> Value {
    v.cast::<Native>().and_then(|o| o.slots().get(i).map(|c| c.get())).unwrap_or(Value::NONE)
}

/// `C[item]` of a class that is generic for type checkers only.
pub(crate) const CLASS_GETITEM: NativeDef =
    NativeDef::new("__class_getitem__", "(cls, key, /)", |vm, args| {
        let alias = vm.types.of_kind(Kind::GenericAlias).value();
        vm.call(alias, &[arg(args, 0), arg(args, 1)])
    });
