//! Making strs and turning them into text: `str(...)`, repr, `__format__`, pickling's `__getnewargs__`.

use super::errors::format_error;
use super::{codec, expect, this};
use crate::args::{arg, new_class_arg};
use crate::types::sequence::made;
use habu_object::format::{Align, Spec, format_str, parse_spec};
use habu_object::str::{Str, offsets};
use habu_object::{Gc, Kind, Value};
use habu_vm::{Effects, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__format__", "(self, format_spec, /)", format)
        .doc("Return a formatted version of the string as described by format_spec."),
    NativeDef::new("__getnewargs__", "(self, /)", getnewargs).effects(Effects::Pure),
    NativeDef::new("__new__", "(cls, object='', encoding='utf-8', errors='strict')", new)
        .effects(Effects::PureOfPlain)
        .doc("Create and return a new object."),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self).").effects(Effects::Pure),
    NativeDef::new("__sizeof__", "(self, /)", sizeof)
        .doc("Return the size of the string in memory, in bytes.")
        .effects(Effects::Pure),
    NativeDef::new("__str__", "(self, /)", str).doc("Return str(self).").effects(Effects::Pure),
];

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Str)?;
    let encoding = codec::name_arg(vm, arg(args, 2), "str", "encoding")?;
    let errors = codec::name_arg(vm, arg(args, 3), "str", "errors")?;
    let object = arg(args, 1);
    let text = if object.is_unbound() {
        Str::empty(&mut vm.heap)?.value()
    } else if encoding.is_none() && errors.is_none() {
        vm.str(object)?
    } else {
        codec::decode_object(vm, object, encoding, errors)?
    };
    if class == vm.types.of_kind(Kind::Str) {
        return Ok(text);
    }
    let text = expect(vm, text, "str() argument must be str")?;
    let made_str = text.to_shape(&mut vm.heap, class.instance_shape.get())?.value();
    Ok(made(vm, class, made_str))
}

fn str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    Ok(s.to_exact(&mut vm.heap)?.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    Ok(s.repr(&mut vm.heap)?.value())
}

fn format(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let spec = expect(vm, arg(args, 1), "__format__() argument must be str")?;
    if spec.is_empty() {
        return vm.str(s.value());
    }
    let type_name = if s.is_exact() { String::from("str") } else { vm.type_name(s.value()) };
    let text = spec.to_string_lossy();
    let parsed = parse_spec(&text, &type_name, Align::Left);
    let spec = parsed.map_err(|msg| vm.value_error(&msg))?;
    formatted(vm, s, &spec, &type_name).map(Gc::value)
}

/// The str cut and padded as a specification says.
fn formatted(vm: &mut Vm, s: Gc<Str>, spec: &Spec, type_name: &str) -> PyResult<Gc<Str>> {
    // The engine checks the specification; the text itself may have surrogates, which Rust text cannot hold.
    let bare = Spec { width: 0, precision: None, ..spec.clone() };
    format_str("", &bare, type_name).map_err(|e| format_error(vm, e))?;
    let s = match spec.precision {
        Some(n) if n < s.len() => s.slice(
            &mut vm.heap,
            habu_object::slice::adjust_indices(None, Some(n as i64), 1, s.len()),
        )?,
        _ => s.to_exact(&mut vm.heap)?,
    };
    let missing = spec.width.saturating_sub(s.len());
    let left = match spec.align {
        Align::Left | Align::AfterSign => 0,
        Align::Right => missing,
        Align::Center => missing / 2,
    };
    Ok(s.pad(&mut vm.heap, left, missing - left, spec.fill.into())?)
}

fn getnewargs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?.to_exact(&mut vm.heap)?;
    vm.new_tuple(&[s.value()])
}

fn sizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    Ok(Value::small_int((offsets::INLINE + s.byte_len()) as i64))
}
