//! Bytes to and from other forms: decode, hex, fromhex, translate, maketrans.

use super::buffer::Buffer;
use super::{tables, this};
use crate::args::{arg, or_none};
use crate::types::str::{c_int_or, codec};
use habu_object::bytes::{self, Bytes, FromHexError};
use habu_object::str::Str;
use habu_object::{Type, Value};
use habu_vm::{PyResult, Raised, Vm};

tables! {
    plain {}
    given {
        "decode" "(self, /, encoding='utf-8', errors='strict')" decode
            "Decode the bytes using the codec registered for encoding.";
        "fromhex" "(cls, string, /)" fromhex "Create a bytes object from a string of hexadecimal numbers.";
        "hex" "(self, /, sep=<unrepresentable>, bytes_per_sep=1)" hex
            "Create a string of hexadecimal numbers from a bytes object.";
        "maketrans" "(@frm, to, /)" maketrans
            "Return a translation table usable for the bytes or bytearray translate method.";
        "translate" "(self, table, /, delete=b'')" translate
            "Return a copy with each character mapped by the given translation table.";
    }
}

fn decode(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let encoding = codec::name_arg(vm, arg(args, 1), "decode", "encoding")?;
    let errors = codec::name_arg(vm, arg(args, 2), "decode", "errors")?;
    codec::decode(vm, arg(args, 0), encoding, errors)
}

fn hex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (separator, group) = hex_args(vm, args)?;
    let text = bytes::hex(&this(vm, args)?, separator, group);
    vm.new_str(&text)
}

/// The arguments of `hex` after the receiver: separator and size of a group.
pub(crate) fn hex_args(vm: &mut Vm, args: &[Value]) -> PyResult<(Option<char>, i64)> {
    let group = c_int_or(vm, arg(args, 2), 1)?;
    match arg(args, 1) {
        v if v.is_unbound() => Ok((None, group)),
        v => Ok((Some(hex_separator(vm, v)?), group)),
    }
}

fn hex_separator(vm: &mut Vm, v: Value) -> PyResult<char> {
    if vm.len(v)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let c = match v.cast::<Str>() {
        Some(s) => s.char_at(0),
        None => match Buffer::try_of(vm, v)?.as_deref() {
            Some([byte]) => u32::from(*byte),
            _ => return Err(vm.type_error("sep must be str or bytes.")),
        },
    };
    match char::from_u32(c).filter(char::is_ascii) {
        Some(c) => Ok(c),
        None => Err(vm.value_error("sep must be ASCII.")),
    }
}

fn fromhex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 1);
    let parsed = if let Some(s) = v.cast::<Str>() {
        bytes::fromhex(s.units().iter())
    } else if let Some(buffer) = Buffer::try_of(vm, v)? {
        bytes::fromhex(buffer.iter().map(|b| u32::from(*b)))
    } else {
        let msg = format!("fromhex() argument must be str or bytes-like, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    let parsed = parsed.map_err(|e| hex_error(vm, e))?;
    let made = Bytes::new(&mut vm.heap, &parsed)?.value();
    let class = arg(args, 0);
    match class.cast::<Type>() {
        Some(bytes) if bytes == vm.types.of_kind(habu_object::Kind::Bytes) => Ok(made),
        _ => vm.call(class, &[made]),
    }
}

#[cold]
fn hex_error(vm: &mut Vm, e: FromHexError) -> Raised {
    match e {
        FromHexError::NotHex(at) => vm.value_error(&format!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        )),
        FromHexError::Odd => {
            vm.value_error("fromhex() arg must contain an even number of hexadecimal digits")
        }
    }
}

fn translate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let table = match or_none(arg(args, 1)) {
        Value::NONE => None,
        v => Some(Buffer::of(vm, v)?),
    };
    let table: Option<&[u8; 256]> = match table.as_deref().map(<&[u8; 256]>::try_from) {
        None => None,
        Some(Ok(table)) => Some(table),
        Some(Err(_)) => {
            return Err(vm.value_error("translation table must be 256 characters long"));
        }
    };
    let delete = match arg(args, 2) {
        v if v.is_unbound() => Buffer::Copy(Vec::new()),
        v => Buffer::of(vm, v)?,
    };
    let of = this(vm, args)?;
    let done = bytes::translate(&of, table, &delete);
    of.like(vm, &done)
}

fn maketrans(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let from = Buffer::of(vm, arg(args, 0))?;
    let to = Buffer::of(vm, arg(args, 1))?;
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let table = bytes::maketrans(&from, &to);
    Ok(Bytes::new(&mut vm.heap, &table)?.value())
}
