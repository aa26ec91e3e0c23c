//! Making bytes: `bytes(...)`, and the contents that bytearray takes from its arguments too.

use super::buffer::{Buffer, byte, is_index};
use super::this;
use crate::args::{arg, new_class_arg};
use crate::types::sequence::made;
use crate::types::str::codec;
use habu_object::bytes::{Bytes, offsets};
use habu_object::str::Str;
use habu_object::{Gc, Kind, Value, int, shape};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__buffer__", "(self, flags, /)", buffer),
    NativeDef::new("__bytes__", "(self, /)", exact)
        .doc("Convert this value to exact type bytes.")
        .effects(Effects::Pure),
    NativeDef::new("__getnewargs__", "(self, /)", getnewargs).effects(Effects::Pure),
    NativeDef::new("__hash__", "(self, /)", hash).doc("Return hash(self).").effects(Effects::Pure),
    NativeDef::new("__new__", "(cls, source=b'', encoding='utf-8', errors='strict')", new)
        .doc("Create and return a new object."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof).effects(Effects::Pure),
];

/// A view of bytes or of a bytearray.
pub(in crate::types) fn buffer(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = vm.types.of_kind(Kind::MemoryView).value();
    vm.call(view, &[arg(args, 0)])
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Bytes)?;
    let made_bytes = source(vm, args)?;
    if class == vm.types.of_kind(Kind::Bytes) {
        return Ok(made_bytes);
    }
    let bytes = Buffer::of(vm, made_bytes)?;
    let copy = Bytes::with_shape(&mut vm.heap, class.instance_shape.get(), &bytes)?.value();
    Ok(made(vm, class, copy))
}

/// The bytes object that the arguments describe.
fn source(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 1);
    let encoded = encoded(vm, v, arg(args, 2), arg(args, 3), "bytes")?;
    if let Some(encoded) = encoded {
        return Ok(encoded);
    }
    if v.is_unbound() {
        return Ok(Bytes::new(&mut vm.heap, b"")?.value());
    }
    if v.shape() == shape::BYTES {
        return Ok(v);
    }
    if let Some(bytes) = special_bytes(vm, v)? {
        return Ok(bytes.value());
    }
    let contents = contents(vm, v, "bytes", "bytes must be in range(0, 256)")?;
    Ok(Bytes::new(&mut vm.heap, &contents)?.value())
}

/// `v.__bytes__()`; None if there is no such method.
pub(super) fn special_bytes(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Bytes>>> {
    let name = vm.names.__bytes__;
    let Some(made) = vm.call_special(v, name, &[])? else { return Ok(None) };
    match made.cast::<Bytes>() {
        Some(bytes) => Ok(Some(bytes)),
        None => {
            let msg = format!("__bytes__ returned non-bytes (type {})", vm.type_name(made));
            Err(vm.type_error(&msg))
        }
    }
}

/// A str source encoded; None for other sources, which must come without encoding and errors.
pub(crate) fn encoded(
    vm: &mut Vm,
    v: Value,
    encoding: Value,
    errors: Value,
    function: &str,
) -> PyResult<Option<Value>> {
    let encoding = codec::name_arg(vm, encoding, function, "encoding")?;
    let errors = codec::name_arg(vm, errors, function, "errors")?;
    let Some(s) = v.cast::<Str>() else {
        return match (encoding, errors) {
            (Some(_), _) => Err(vm.type_error("encoding without a string argument")),
            (None, Some(_)) => Err(vm.type_error("errors without a string argument")),
            (None, None) => Ok(None),
        };
    };
    if encoding.is_none() {
        return Err(vm.type_error("string argument without an encoding"));
    }
    codec::encode(vm, s, encoding, errors).map(Some)
}

/// The contents that a source other than str describes: a size, a buffer, or an iterable of ints.
pub(crate) fn contents(vm: &mut Vm, v: Value, class: &str, range: &str) -> PyResult<Buffer> {
    if let Some(buffer) = Buffer::try_of(vm, v)? {
        return Ok(buffer);
    }
    if is_index(vm, v) {
        return zeros(vm, v).map(Buffer::Copy);
    }
    let it = match vm.iter(v) {
        Ok(it) => it,
        Err(e) => {
            vm.catch(e, Exc::TypeError)?;
            let msg = format!("cannot convert '{}' object to {class}", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
    };
    // The short ways of `for_each` want the sequence itself.
    let from = if matches!(v.shape(), shape::LIST | shape::TUPLE) { v } else { it };
    items(vm, from, range).map(Buffer::Copy)
}

/// The ints of an iterable as bytes.
pub(crate) fn items(vm: &mut Vm, iterable: Value, range: &str) -> PyResult<Vec<u8>> {
    let mut contents = Vec::new();
    vm.for_each(iterable, |vm, v| {
        contents.push(byte(vm, v, range)?);
        Ok(())
    })?;
    Ok(contents)
}

fn zeros(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    let n = vm.index(v)?;
    let Some(n) = int::to_i64(n) else {
        let msg = format!("cannot fit '{}' into an index-sized integer", vm.type_name(v));
        return Err(vm.overflow_error(&msg));
    };
    let Ok(n) = usize::try_from(n) else { return Err(vm.value_error("negative count")) };
    let mut zeros = Vec::new();
    if zeros.try_reserve_exact(n).is_err() {
        return Err(vm.raise_args(Exc::MemoryError, &[]));
    }
    zeros.resize(n, 0);
    Ok(zeros)
}

fn exact(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.same(vm)
}

fn getnewargs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = exact(vm, args)?;
    vm.new_tuple(&[bytes])
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let hash = arg(args, 0).cast::<Bytes>().map_or(0, |b| b.hash(vm.hash_key));
    vm.new_int(hash)
}

fn sizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let len = this(vm, args)?.len();
    Ok(Value::small_int((offsets::DATA + len) as i64))
}
