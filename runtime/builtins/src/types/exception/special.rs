//! Exceptions with one or two fields: StopIteration, SystemExit, KeyError, ImportError, AttributeError, NameError.
//!
//! Which `extra` field holds what is said in `vm::error` (`fill_exception`).

use super::{args_of, default_str, get, reduce_with, set, store_args, this};
use crate::args::{arg, var_args, var_kwargs};
use habu_object::dict::Dict;
use habu_object::{Exception, Gc, Kind, Value};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};
use std::cell::Cell;

static VALUE: &[GetSetDef] = &[GetSetDef::with_set(
    "value",
    |vm, v| get(vm, v, |e| &e.extra0),
    |vm, v, x| set(vm, v, x, |e| &e.extra0),
)];

static CODE: &[GetSetDef] = &[GetSetDef::with_set(
    "code",
    |vm, v| get(vm, v, |e| &e.extra0),
    |vm, v, x| set(vm, v, x, |e| &e.extra0),
)];

static FILLED: &[NativeDef] =
    &[NativeDef::new("__init__", "(self, /, *args, **kwargs)", init_filled)];

static KEY_ERROR: &[NativeDef] = &[NativeDef::new("__str__", "(self, /)", key_error_str)];

static IMPORT_ERROR: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init_import),
    NativeDef::new("__str__", "(self, /)", import_str),
    NativeDef::new("__reduce__", "(self, /)", import_reduce),
];

static IMPORT_FIELDS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "name",
        |vm, v| get(vm, v, |e| &e.extra0),
        |vm, v, x| set(vm, v, x, |e| &e.extra0),
    ),
    GetSetDef::with_set(
        "path",
        |vm, v| get(vm, v, |e| &e.extra1),
        |vm, v, x| set(vm, v, x, |e| &e.extra1),
    ),
    GetSetDef::with_set(
        "name_from",
        |vm, v| get(vm, v, |e| &e.extra2),
        |vm, v, x| set(vm, v, x, |e| &e.extra2),
    ),
    GetSetDef::with_set(
        "msg",
        |vm, v| get(vm, v, |e| &e.extra3),
        |vm, v, x| set(vm, v, x, |e| &e.extra3),
    ),
];

static ATTRIBUTE_ERROR: &[NativeDef] =
    &[NativeDef::new("__init__", "(self, /, *args, **kwargs)", init_attribute)];

static ATTRIBUTE_FIELDS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "name",
        |vm, v| get(vm, v, |e| &e.extra0),
        |vm, v, x| set(vm, v, x, |e| &e.extra0),
    ),
    GetSetDef::with_set(
        "obj",
        |vm, v| get(vm, v, |e| &e.extra1),
        |vm, v, x| set(vm, v, x, |e| &e.extra1),
    ),
];

static NAME_ERROR: &[NativeDef] =
    &[NativeDef::new("__init__", "(self, /, *args, **kwargs)", init_name)];

static NAME_FIELDS: &[GetSetDef] = &[GetSetDef::with_set(
    "name",
    |vm, v| get(vm, v, |e| &e.extra0),
    |vm, v, x| set(vm, v, x, |e| &e.extra0),
)];

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let rows: [(Exc, &'static [NativeDef], &'static [GetSetDef]); 6] = [
        (Exc::StopIteration, FILLED, VALUE),
        (Exc::SystemExit, FILLED, CODE),
        (Exc::KeyError, KEY_ERROR, &[]),
        (Exc::ImportError, IMPORT_ERROR, IMPORT_FIELDS),
        (Exc::AttributeError, ATTRIBUTE_ERROR, ATTRIBUTE_FIELDS),
        (Exc::NameError, NAME_ERROR, NAME_FIELDS),
    ];
    for (exc, methods, getsets) in rows {
        let class = vm.exc_type(exc);
        vm.add_methods(class, methods)?;
        vm.add_getsets(class, getsets)?;
    }
    Ok(())
}

/// Stores `args` and what the class takes from them.
fn init_filled(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    if var_kwargs(args, 2).is_some() {
        let msg = format!("{}() takes no keyword arguments", vm.type_name(arg(args, 0)));
        return Err(vm.type_error(&msg));
    }
    store_args(vm, e, var_args(args, 1));
    let class = vm.type_of(arg(args, 0));
    vm.fill_exception(class, e);
    Ok(Value::NONE)
}

fn key_error_str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    match args_of(e) {
        Some(t) if t.len() == 1 => vm.repr(t.get(0)),
        _ => default_str(vm, arg(args, 0)),
    }
}

/// Takes the keywords that the class knows into their fields; TypeError for others.
fn take_keywords(
    vm: &mut Vm,
    e: Gc<Exception>,
    kwargs: Option<Gc<Dict>>,
    who: &str,
    fields: &[(&str, &Cell<Value>)],
) -> PyResult<()> {
    let Some(kwargs) = kwargs else { return Ok(()) };
    let mut pos = 0;
    while let Some((next, key, v, _)) = kwargs.next_entry(pos) {
        let text = vm.text(key);
        match fields.iter().find(|(name, _)| *name == text) {
            Some((_, field)) => e.store(&mut vm.heap, field, v),
            None => {
                let msg = format!("{who}() got an unexpected keyword argument '{text}'");
                return Err(vm.type_error(&msg));
            }
        }
        pos = next;
    }
    Ok(())
}

fn init_import(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let positional = var_args(args, 1);
    store_args(vm, e, positional);
    for field in [&e.extra0, &e.extra1, &e.extra2, &e.extra3] {
        field.set(Value::NONE);
    }
    let fields = [("name", &e.extra0), ("path", &e.extra1), ("name_from", &e.extra2)];
    take_keywords(vm, e, var_kwargs(args, 2), "ImportError", &fields)?;
    if let Some(t) = positional.filter(|t| t.len() == 1) {
        e.store(&mut vm.heap, &e.extra3, t.get(0));
    }
    Ok(Value::NONE)
}

fn import_str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let msg = get(vm, arg(args, 0), |e| &e.extra3)?;
    if msg.shape() == Kind::Str as u32 { Ok(msg) } else { default_str(vm, arg(args, 0)) }
}

fn import_reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let state = vm.new_dict()?;
    if let Some(own) = e.dict.get().cast::<Dict>() {
        vm.dict_copy_into(own, state)?;
    }
    for (name, field) in [("name", &e.extra0), ("path", &e.extra1), ("name_from", &e.extra2)] {
        if let Some(v) = field.get().bound().filter(|v| !v.is_none()) {
            vm.dict_set_text(state, name, v)?;
        }
    }
    if state.is_empty() {
        return reduce_with(vm, e, e.args.get());
    }
    let class = vm.type_of(e.value()).value();
    vm.new_tuple(&[class, e.args.get(), state.value()])
}

fn init_attribute(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    store_args(vm, e, var_args(args, 1));
    let fields = [("name", &e.extra0), ("obj", &e.extra1)];
    take_keywords(vm, e, var_kwargs(args, 2), "AttributeError", &fields)?;
    Ok(Value::NONE)
}

fn init_name(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    store_args(vm, e, var_args(args, 1));
    take_keywords(vm, e, var_kwargs(args, 2), "NameError", &[("name", &e.extra0)])?;
    Ok(Value::NONE)
}
