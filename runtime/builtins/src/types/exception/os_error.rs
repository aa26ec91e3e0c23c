//! `OSError`: errno, strerror, filenames; which subclass an errno means.
//!
//! PEP 3151; CPython `oserror_parse_args`, `oserror_init`.

use super::{
    args_of, class_arg, default_str, get, has_init_of, make, reduce_with, set, store_args, this,
};
use crate::args::{arg, items, or_none, var_args, var_kwargs};
use habu_object::{Exception, Gc, Tuple, Value};
use habu_vm::error::os_error_class;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init),
    NativeDef::new("__str__", "(self, /)", str),
    NativeDef::new("__reduce__", "(self, /)", reduce),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "errno",
        |vm, v| get(vm, v, |e| &e.extra0),
        |vm, v, x| set(vm, v, x, |e| &e.extra0),
    ),
    GetSetDef::with_set(
        "strerror",
        |vm, v| get(vm, v, |e| &e.extra1),
        |vm, v, x| set(vm, v, x, |e| &e.extra1),
    ),
    GetSetDef::with_set(
        "filename",
        |vm, v| get(vm, v, |e| &e.extra2),
        |vm, v, x| set(vm, v, x, |e| &e.extra2),
    ),
    GetSetDef::with_set(
        "filename2",
        |vm, v| get(vm, v, |e| &e.extra3),
        |vm, v, x| set(vm, v, x, |e| &e.extra3),
    ),
    GetSetDef::with_set("characters_written", written, set_written),
];

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.exc_type(Exc::OSError);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn check_keywords(vm: &mut Vm, args: &[Value]) -> PyResult<()> {
    if var_kwargs(args, 2).is_some() {
        return Err(vm.type_error("OSError() takes no keyword arguments"));
    }
    Ok(())
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut class = class_arg(vm, arg(args, 0))?;
    let os_error = vm.exc_type(Exc::OSError);
    let positional = var_args(args, 1);
    if !has_init_of(vm, class, os_error) {
        // A Python `__init__` will say what the arguments are.
        return Ok(make(vm, class, None)?.value());
    }
    check_keywords(vm, args)?;
    if class == os_error
        && let Some(t) = positional.filter(|t| (2..=5).contains(&t.len()))
        && t.get(0).is_int()
        && let Some(exc) = os_error_class(t.get(0).as_int())
    {
        class = vm.exc_type(exc);
    }
    let e = make(vm, class, positional)?;
    Ok(e.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let os_error = vm.exc_type(Exc::OSError);
    let class = vm.type_of(e.value());
    if has_init_of(vm, class, os_error) {
        return Ok(Value::NONE);
    }
    check_keywords(vm, args)?;
    store_args(vm, e, var_args(args, 1));
    vm.fill_exception(class, e);
    Ok(Value::NONE)
}

fn str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let [errno, strerror, file, file2] =
        [&e.extra0, &e.extra1, &e.extra2, &e.extra3].map(|f| or_none(f.get()));
    if file.is_none() && (errno.is_none() || strerror.is_none()) {
        return default_str(vm, arg(args, 0));
    }
    let mut text = format!("[Errno {}] {}", vm.str_text(errno)?, vm.str_text(strerror)?);
    if !file.is_none() {
        text += &format!(": {}", vm.repr_text(file)?);
        if !file2.is_none() {
            text += &format!(" -> {}", vm.repr_text(file2)?);
        }
    }
    vm.new_str(&text)
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let full = full_args(vm, e)?;
    reduce_with(vm, e, full)
}

/// `args` with the filenames that `__init__` took off.
fn full_args(vm: &mut Vm, e: Gc<Exception>) -> PyResult<Value> {
    let (file, file2) = (or_none(e.extra2.get()), or_none(e.extra3.get()));
    let Some(t) = args_of(e).filter(|t| t.len() == 2 && !file.is_none()) else {
        return Ok(e.args.get());
    };
    let mut all = items(Some(t));
    all.push(file);
    if !file2.is_none() {
        all.push(Value::NONE);
        all.push(file2);
    }
    Ok(Tuple::new(&mut vm.heap, &all)?.value())
}

fn written(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let n = this(vm, v)?.extra4.get();
    match n.bound() {
        Some(n) => Ok(n),
        None => {
            let name = vm.intern("characters_written")?;
            Err(vm.attribute_error(v, name))
        }
    }
}

fn set_written(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    let e = this(vm, v)?;
    if x.is_unbound() {
        written(vm, v)?;
        e.extra4.set(Value::UNBOUND);
        return Ok(());
    }
    let n = vm.index(x)?;
    e.store(&mut vm.heap, &e.extra4, n);
    Ok(())
}
