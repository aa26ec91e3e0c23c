//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: encoding, object, start, end, reason.
//!
//! Codecs raise them through `Vm::raise_args`, which fills the same fields.

use super::{get, set, store_args, this};
use crate::args::{arg, items, or_none, var_args, var_kwargs};
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::{Kind, Value, int};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

static ENCODE: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", |vm, args| {
        init(vm, args, Exc::UnicodeEncodeError)
    }),
    NativeDef::new("__str__", "(self, /)", |vm, args| str(vm, args, "encode")),
];

static DECODE: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", |vm, args| {
        init(vm, args, Exc::UnicodeDecodeError)
    }),
    NativeDef::new("__str__", "(self, /)", decode_str),
];

static TRANSLATE: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", |vm, args| {
        init(vm, args, Exc::UnicodeTranslateError)
    }),
    NativeDef::new("__str__", "(self, /)", |vm, args| str(vm, args, "translate")),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "encoding",
        |vm, v| get(vm, v, |e| &e.extra0),
        |vm, v, x| set(vm, v, x, |e| &e.extra0),
    ),
    GetSetDef::with_set(
        "object",
        |vm, v| get(vm, v, |e| &e.extra1),
        |vm, v, x| set(vm, v, x, |e| &e.extra1),
    ),
    GetSetDef::with_set(
        "start",
        |vm, v| get(vm, v, |e| &e.extra2),
        |vm, v, x| set(vm, v, x, |e| &e.extra2),
    ),
    GetSetDef::with_set(
        "end",
        |vm, v| get(vm, v, |e| &e.extra3),
        |vm, v, x| set(vm, v, x, |e| &e.extra3),
    ),
    GetSetDef::with_set(
        "reason",
        |vm, v| get(vm, v, |e| &e.extra4),
        |vm, v, x| set(vm, v, x, |e| &e.extra4),
    ),
];

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let rows: [(Exc, &'static [NativeDef]); 3] = [
        (Exc::UnicodeEncodeError, ENCODE),
        (Exc::UnicodeDecodeError, DECODE),
        (Exc::UnicodeTranslateError, TRANSLATE),
    ];
    for (exc, methods) in rows {
        let class = vm.exc_type(exc);
        vm.add_methods(class, methods)?;
        vm.add_getsets(class, GETSETS)?;
    }
    Ok(())
}

fn init(vm: &mut Vm, args: &[Value], exc: Exc) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let class = vm.exc_type(exc);
    if var_kwargs(args, 2).is_some() {
        let msg = format!("{}() takes no keyword arguments", vm.class_name(class));
        return Err(vm.type_error(&msg));
    }
    let positional = var_args(args, 1);
    let given = items(positional);
    let wanted: &[&str] = match exc {
        Exc::UnicodeEncodeError => &["str", "str", "int", "int", "str"],
        Exc::UnicodeDecodeError => &["str", "bytes", "int", "int", "str"],
        _ => &["str", "int", "int", "str"],
    };
    if given.len() != wanted.len() {
        let msg =
            format!("function takes exactly {} arguments ({} given)", wanted.len(), given.len());
        return Err(vm.type_error(&msg));
    }
    for (i, (v, kind)) in given.iter().zip(wanted).enumerate() {
        let good = match *kind {
            "str" => v.kind() == Kind::Str,
            "bytes" => matches!(v.kind(), Kind::Bytes | Kind::ByteArray | Kind::MemoryView),
            _ => int::is_int_like(*v),
        };
        if !good && *kind == "bytes" {
            let msg = format!("a bytes-like object is required, not '{}'", vm.type_name(*v));
            return Err(vm.type_error(&msg));
        }
        if !good {
            let msg = format!("argument {} must be {kind}, not {}", i + 1, vm.type_name(*v));
            return Err(vm.type_error(&msg));
        }
    }
    store_args(vm, e, positional);
    vm.fill_exception(class, e);
    Ok(Value::NONE)
}

/// `codec`, start, end and reason for a message.
fn parts(vm: &mut Vm, v: Value) -> PyResult<(String, i64, i64, String)> {
    let e = this(vm, v)?;
    let [encoding, start, end, reason] =
        [&e.extra0, &e.extra2, &e.extra3, &e.extra4].map(|f| or_none(f.get()));
    let encoding = vm.str_text(encoding)?;
    let reason = vm.str_text(reason)?;
    Ok((encoding, int::to_i64(start).unwrap_or(0), int::to_i64(end).unwrap_or(0), reason))
}

fn str(vm: &mut Vm, args: &[Value], verb: &str) -> PyResult<Value> {
    let v = arg(args, 0);
    let object = get(vm, v, |e| &e.extra1)?;
    let Some(s) = object.cast::<Str>() else { return vm.new_str("") };
    let (encoding, start, end, reason) = parts(vm, v)?;
    let who = if verb == "encode" {
        format!("'{encoding}' codec can't encode")
    } else {
        format!("can't {verb}")
    };
    let at = usize::try_from(start).ok().filter(|i| *i < s.len() && end == start + 1);
    let text = match at {
        Some(i) => {
            let c = s.char_at(i);
            let shown = match c {
                c if c <= 0xff => format!("\\x{c:02x}"),
                c if c <= 0xffff => format!("\\u{c:04x}"),
                c => format!("\\U{c:08x}"),
            };
            format!("{who} character '{shown}' in position {start}: {reason}")
        }
        None => format!("{who} characters in position {start}-{}: {reason}", end - 1),
    };
    vm.new_str(&text)
}

fn decode_str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let object = get(vm, v, |e| &e.extra1)?;
    if object.is_none() {
        return vm.new_str("");
    }
    let (encoding, start, end, reason) = parts(vm, v)?;
    let byte = usize::try_from(start)
        .ok()
        .filter(|_| end == start + 1)
        .and_then(|i| object.cast::<Bytes>()?.bytes().get(i).copied());
    let text = match byte {
        Some(b) => {
            format!("'{encoding}' codec can't decode byte 0x{b:02x} in position {start}: {reason}")
        }
        None => format!(
            "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
            end - 1
        ),
    };
    vm.new_str(&text)
}
