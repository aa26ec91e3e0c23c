//! `SyntaxError`: the place in the source.
//!
//! The layout has six fields: msg, filename, lineno, offset, text, and a tuple of the rest.

use super::{get, set, store_args, this};
use crate::args::{arg, or_none, var_args, var_kwargs};
use habu_object::{Exception, Gc, Kind, Tuple, Value, int};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init),
    NativeDef::new("__str__", "(self, /)", str),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "msg",
        |vm, v| get(vm, v, |e| &e.extra0),
        |vm, v, x| set(vm, v, x, |e| &e.extra0),
    ),
    GetSetDef::with_set(
        "filename",
        |vm, v| get(vm, v, |e| &e.extra1),
        |vm, v, x| set(vm, v, x, |e| &e.extra1),
    ),
    GetSetDef::with_set(
        "lineno",
        |vm, v| get(vm, v, |e| &e.extra2),
        |vm, v, x| set(vm, v, x, |e| &e.extra2),
    ),
    GetSetDef::with_set(
        "offset",
        |vm, v| get(vm, v, |e| &e.extra3),
        |vm, v, x| set(vm, v, x, |e| &e.extra3),
    ),
    GetSetDef::with_set(
        "text",
        |vm, v| get(vm, v, |e| &e.extra4),
        |vm, v, x| set(vm, v, x, |e| &e.extra4),
    ),
    GetSetDef::with_set("end_lineno", |vm, v| rest(vm, v, 0), |vm, v, x| set_rest(vm, v, 0, x)),
    GetSetDef::with_set("end_offset", |vm, v| rest(vm, v, 1), |vm, v, x| set_rest(vm, v, 1, x)),
    GetSetDef::with_set(
        "print_file_and_line",
        |vm, v| rest(vm, v, 2),
        |vm, v, x| set_rest(vm, v, 2, x),
    ),
    GetSetDef::with_set("_metadata", |vm, v| rest(vm, v, 3), |vm, v, x| set_rest(vm, v, 3, x)),
];

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.exc_type(Exc::SyntaxError);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn rest(vm: &mut Vm, v: Value, i: usize) -> PyResult<Value> {
    let t = this(vm, v)?.extra5.get().cast::<Tuple>();
    Ok(t.and_then(|t| t.items().get(i).map(|c| c.get())).unwrap_or(Value::NONE))
}

fn set_rest(vm: &mut Vm, v: Value, i: usize, x: Value) -> PyResult<()> {
    let e = this(vm, v)?;
    let mut fields = [Value::NONE; 4];
    for (k, field) in fields.iter_mut().enumerate() {
        *field = if k == i { or_none(x) } else { rest(vm, v, k)? };
    }
    let t = vm.new_tuple(&fields)?;
    e.store(&mut vm.heap, &e.extra5, t);
    Ok(())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    if var_kwargs(args, 2).is_some() {
        let msg = format!("{}() takes no keyword arguments", vm.type_name(arg(args, 0)));
        return Err(vm.type_error(&msg));
    }
    let positional = var_args(args, 1);
    store_args(vm, e, positional);
    let Some(t) = positional.filter(|t| !t.is_empty()) else { return Ok(Value::NONE) };
    e.store(&mut vm.heap, &e.extra0, t.get(0));
    if t.len() == 2 {
        take_place(vm, e, t.get(1))?;
    }
    Ok(Value::NONE)
}

/// `(filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])`
fn take_place(vm: &mut Vm, e: Gc<Exception>, place: Value) -> PyResult<()> {
    let place = vm.tuple_from_iter(place)?;
    let n = place.len();
    if !(4..=7).contains(&n) {
        let how = if n < 4 { "at least 4" } else { "at most 7" };
        let msg = format!("function takes {how} arguments ({n} given)");
        return Err(vm.type_error(&msg));
    }
    if n == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    for (i, field) in [&e.extra1, &e.extra2, &e.extra3, &e.extra4].into_iter().enumerate() {
        e.store(&mut vm.heap, field, place.get(i));
    }
    for i in 4..n {
        let at = if i == 6 { 3 } else { i - 4 };
        set_rest(vm, e.value(), at, place.get(i))?;
    }
    Ok(())
}

fn str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let [msg, file, line] = [&e.extra0, &e.extra1, &e.extra2].map(|f| or_none(f.get()));
    let file = if file.kind() == Kind::Str { Some(vm.text(file)) } else { None };
    let line = if line.shape() == Kind::Int as u32 { int::to_i64(line) } else { None };
    let msg = vm.str(msg)?;
    let base = file.as_deref().map(|f| f.rsplit('/').next().unwrap_or(f));
    let place = match (base, line) {
        (None, None) => return Ok(msg),
        (Some(f), Some(n)) => format!("{f}, line {n}"),
        (Some(f), None) => f.to_owned(),
        (None, Some(n)) => format!("line {n}"),
    };
    let text = format!("{} ({place})", vm.text(msg));
    vm.new_str(&text)
}
