//! Codec functions of UTF-8, UTF-16, UTF-32, Latin-1 and ASCII.

use super::handlers::{Fault, ask};
use super::{errors_arg, pair};
use crate::util::arg;
use habu_object::bytes::Bytes;
use habu_object::str::codec::{
    CodecError, CodecFailure, Encoding, Errors, Order, Replacement, decode_ascii, decode_latin1,
    decode_utf8, decode_utf16, decode_utf32, encode_with,
};
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::codec::Stop;
use habu_vm::{Exc, NativeDef, PyResult, Vm};

macro_rules! codecs {
    ($($encode:literal $decode:literal $encoding:expr;)*) => { &[$(
        NativeDef::new($encode, "(str, errors=None, /)", |vm, args| encode(vm, args, $encoding)),
        NativeDef::new($decode, "(data, errors=None, final=False, /)", |vm, args| {
            decode(vm, args, $encoding)
        }),
    )*] };
}

pub(super) static CODECS: &[NativeDef] = codecs! {
    "utf_8_encode" "utf_8_decode" Encoding::Utf8;
    "latin_1_encode" "latin_1_decode" Encoding::Latin1;
    "ascii_encode" "ascii_decode" Encoding::Ascii;
    "utf_16_le_encode" "utf_16_le_decode" Encoding::Utf16(Order::Little);
    "utf_16_be_encode" "utf_16_be_decode" Encoding::Utf16(Order::Big);
    "utf_32_le_encode" "utf_32_le_decode" Encoding::Utf32(Order::Little);
    "utf_32_be_encode" "utf_32_be_decode" Encoding::Utf32(Order::Big);
};

pub(super) static MARKED: &[NativeDef] = &[
    NativeDef::new("utf_16_decode", "(data, errors=None, final=False, /)", |vm, args| {
        decode(vm, args, Encoding::Utf16(Order::Marked))
    }),
    NativeDef::new("utf_32_decode", "(data, errors=None, final=False, /)", |vm, args| {
        decode(vm, args, Encoding::Utf32(Order::Marked))
    }),
    NativeDef::new("utf_16_encode", "(str, errors=None, byteorder=0, /)", |vm, args| {
        let order = order_arg(vm, arg(args, 2))?;
        encode(vm, args, Encoding::Utf16(order))
    }),
    NativeDef::new("utf_32_encode", "(str, errors=None, byteorder=0, /)", |vm, args| {
        let order = order_arg(vm, arg(args, 2))?;
        encode(vm, args, Encoding::Utf32(order))
    }),
    NativeDef::new(
        "utf_16_ex_decode",
        "(data, errors=None, byteorder=0, final=False, /)",
        |vm, args| decode_marked(vm, args, Encoding::Utf16),
    ),
    NativeDef::new(
        "utf_32_ex_decode",
        "(data, errors=None, byteorder=0, final=False, /)",
        |vm, args| decode_marked(vm, args, Encoding::Utf32),
    ),
    NativeDef::new("readbuffer_encode", "(data, errors=None, /)", |vm, args| {
        let v = arg(args, 0);
        let bytes = match v.cast::<Str>() {
            Some(s) => s.to_string_lossy().into_owned().into_bytes(),
            None => Buffer::of(vm, v)?.to_vec(),
        };
        let n = bytes.len();
        let bytes = Bytes::new(&mut vm.heap, &bytes)?.value();
        pair(vm, bytes, n)
    }),
];

fn order_arg(vm: &mut Vm, v: Value) -> PyResult<Order> {
    let n = match v.bound() {
        Some(v) => int::to_i64_clamped(vm.index(v)?),
        None => 0,
    };
    Ok(match n {
        0 => Order::Marked,
        n if n < 0 => Order::Little,
        _ => Order::Big,
    })
}

fn fault(e: &CodecError) -> Fault<'static> {
    Fault { encoding: e.encoding, reason: e.reason, start: e.start, end: e.end }
}

pub(super) fn str_arg(vm: &mut Vm, v: Value, function: &str) -> PyResult<Gc<Str>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s),
        None => {
            let given = vm.type_name(v);
            Err(vm.type_error(&format!("{function}() argument 1 must be str, not {given}")))
        }
    }
}

fn encode(vm: &mut Vm, args: &[Value], encoding: Encoding) -> PyResult<Value> {
    let s = str_arg(vm, arg(args, 0), "encode")?;
    let errors = errors_arg(vm, arg(args, 1))?;
    if let Some(known) = Errors::from_name(&errors) {
        return match s.encode(&mut vm.heap, encoding, known) {
            Ok(bytes) => pair(vm, bytes.value(), s.len()),
            Err(CodecFailure::Error(e)) => Err(vm.codec_failure(e.into(), s.value())),
            Err(CodecFailure::Memory) => Err(vm.raise_args(Exc::MemoryError, &[])),
        };
    }
    let done: Result<Vec<u8>, Stop> = encode_with(&s, encoding, |e| {
        let (mended, at) = ask(vm, &errors, &fault(e), s.value(), s.len())?;
        if let Some(text) = mended.cast::<Str>() {
            let mut buf = StrBuf::new();
            buf.push_value(text);
            return Ok((Replacement::Text(buf), at));
        }
        let bytes = mended.cast::<Bytes>().map(|b| b.bytes().to_vec()).unwrap_or_default();
        Ok((Replacement::Bytes(bytes), at))
    });
    match done {
        Ok(bytes) => {
            let bytes = Bytes::new(&mut vm.heap, &bytes)?.value();
            pair(vm, bytes, s.len())
        }
        Err(stop) => Err(vm.codec_stopped(stop, s.value())),
    }
}

/// The text and the bytes consumed.
fn decode_part(
    vm: &mut Vm,
    data: Value,
    errors: &str,
    encoding: Encoding,
    all: bool,
) -> PyResult<(Value, usize)> {
    let input = match data.cast::<Bytes>() {
        Some(bytes) => bytes,
        None => {
            let copy = Buffer::of(vm, data)?.to_vec();
            Bytes::new(&mut vm.heap, &copy)?
        }
    };
    let bytes = input.bytes();
    let mut out = StrBuf::with_capacity(bytes.len());
    let known = Errors::from_name(errors);
    let mut on_error = |e: &CodecError, to: &mut StrBuf| -> Result<usize, Stop> {
        if let Some(known) = known {
            return Ok(known.decode(e, bytes, to)?);
        }
        let (mended, at) = ask(vm, errors, &fault(e), input.value(), bytes.len())?;
        if let Some(text) = mended.cast::<Str>() {
            to.push_value(text);
        }
        Ok(at)
    };
    let done = match encoding {
        Encoding::Utf8 | Encoding::Utf8Sig => decode_utf8(bytes, 0, all, &mut out, on_error),
        Encoding::Latin1 => {
            decode_latin1(bytes, &mut out);
            Ok(bytes.len())
        }
        Encoding::Ascii => decode_ascii(bytes, &mut out, &mut on_error).map(|()| bytes.len()),
        Encoding::Utf16(order) => decode_utf16(bytes, order, all, &mut out, on_error).map(|d| d.0),
        Encoding::Utf32(order) => decode_utf32(bytes, order, all, &mut out, on_error).map(|d| d.0),
    };
    match done {
        Ok(consumed) => Ok((out.finish(&mut vm.heap)?.value(), consumed)),
        Err(stop) => Err(vm.codec_stopped(stop, input.value())),
    }
}

fn decode(vm: &mut Vm, args: &[Value], encoding: Encoding) -> PyResult<Value> {
    let errors = errors_arg(vm, arg(args, 1))?;
    let all = match arg(args, 2).bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let (text, consumed) = decode_part(vm, arg(args, 0), &errors, encoding, all)?;
    pair(vm, text, consumed)
}

/// As `decode`, with the byte order given, and returned as it turned out.
fn decode_marked(vm: &mut Vm, args: &[Value], of: fn(Order) -> Encoding) -> PyResult<Value> {
    let errors = errors_arg(vm, arg(args, 1))?;
    let order = order_arg(vm, arg(args, 2))?;
    let all = match arg(args, 3).bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let start: Vec<u8> = Buffer::of(vm, arg(args, 0))?.iter().take(4).copied().collect();
    let (text, consumed) = decode_part(vm, arg(args, 0), &errors, of(order), all)?;
    let wide = matches!(of(order), Encoding::Utf32(_));
    let found = match order {
        Order::Little => -1,
        Order::Big => 1,
        Order::Marked if wide && start == [0xff, 0xfe, 0, 0] => -1,
        Order::Marked if wide && start == [0, 0, 0xfe, 0xff] => 1,
        Order::Marked if !wide && start.starts_with(&[0xff, 0xfe]) => -1,
        Order::Marked if !wide && start.starts_with(&[0xfe, 0xff]) => 1,
        Order::Marked => 0,
    };
    vm.new_tuple(&[text, Value::small_int(consumed as i64), Value::small_int(found)])
}
