//! Module `binascii`: bytes as text and back. `base64`, `uu` and `quoted` have the codes of those names; here are
//! hexadecimal digits, checksums and what Python sees.

mod base64;
mod quoted;
mod uu;

use crate::util::{arg, new_exception, new_module, raise_root};
use crate::zlib;
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::{Gc, Kind, Module, Value};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};

const ERROR: &str = "binascii.Error";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("a2b_uu", "(data, /)", |vm, args| {
        let text = ascii(vm, arg(args, 0))?;
        outcome(vm, uu::decode(&text))
    })
    .doc("Decode a line of uuencoded data."),
    NativeDef::new("b2a_uu", "(data, /, *, backtick=False)", |vm, args| {
        let (bytes, backtick) = (Buffer::of(vm, arg(args, 0))?.to_vec(), flag(vm, args, 1, false)?);
        outcome(vm, uu::encode(&bytes, backtick))
    })
    .doc("Uuencode line of data."),
    NativeDef::new("a2b_base64", "(data, /, *, strict_mode=False)", |vm, args| {
        let (text, strict) = (ascii(vm, arg(args, 0))?, flag(vm, args, 1, false)?);
        outcome(vm, base64::decode(&text, strict))
    })
    .doc(
        "Decode a line of base64 data.\n\n\
         \x20 strict_mode\n\
         \x20   When set to True, bytes that are not part of the base64 standard are not allowed.\n\
         \x20   The same applies to excess data after padding (= / ==).",
    ),
    NativeDef::new("b2a_base64", "(data, /, *, newline=True)", |vm, args| {
        let newline = flag(vm, args, 1, true)?;
        let code = base64::encode(&Buffer::of(vm, arg(args, 0))?, newline);
        Ok(Bytes::new(&mut vm.heap, &code)?.value())
    })
    .doc("Base64-code line of data."),
    NativeDef::new("a2b_hex", "(hexstr, /)", from_hex).doc(
        "Binary data of hexadecimal representation.\n\n\
         hexstr must contain an even number of hex digits (upper or lower case).\n\
         This function is also available as \"unhexlify()\".",
    ),
    NativeDef::new("b2a_hex", "(data, sep=<unrepresentable>, bytes_per_sep=1)", to_hex).doc(
        "Hexadecimal representation of binary data.\n\n\
         \x20 sep\n\
         \x20   An optional single character or byte to separate hex bytes.\n\
         \x20 bytes_per_sep\n\
         \x20   How many bytes between separators.  Positive values count from the\n\
         \x20   right, negative values count from the left.\n\n\
         The return value is a bytes object.  This function is also\n\
         available as \"hexlify()\".\n\n\
         Example:\n\
         >>> binascii.b2a_hex(b'\\xb9\\x01\\xef')\n\
         b'b901ef'\n\
         >>> binascii.hexlify(b'\\xb9\\x01\\xef', ':')\n\
         b'b9:01:ef'\n\
         >>> binascii.b2a_hex(b'\\xb9\\x01\\xef', b'_', 2)\n\
         b'b9_01ef'",
    ),
    NativeDef::new("hexlify", "(data, sep=<unrepresentable>, bytes_per_sep=1)", to_hex).doc(
        "Hexadecimal representation of binary data.\n\n\
         \x20 sep\n\
         \x20   An optional single character or byte to separate hex bytes.\n\
         \x20 bytes_per_sep\n\
         \x20   How many bytes between separators.  Positive values count from the\n\
         \x20   right, negative values count from the left.\n\n\
         The return value is a bytes object.  This function is also\n\
         available as \"b2a_hex()\".",
    ),
    NativeDef::new("unhexlify", "(hexstr, /)", from_hex).doc(
        "Binary data of hexadecimal representation.\n\n\
         hexstr must contain an even number of hex digits (upper or lower case).",
    ),
    NativeDef::new("crc_hqx", "(data, crc, /)", |vm, args| {
        let crc = zlib::checksum(vm, arg(args, 1), 0)?;
        let bytes = Buffer::of(vm, arg(args, 0))?;
        Ok(Value::small_int(bytes.iter().fold(crc as u16, |crc, b| ccitt(crc, *b)).into()))
    })
    .doc("Compute CRC-CCITT incrementally."),
    NativeDef::new("crc32", "(data, crc=0, /)", zlib::crc32).doc("Compute CRC-32 incrementally."),
    NativeDef::new("a2b_qp", "(data, header=False)", |vm, args| {
        let (text, header) = (ascii(vm, arg(args, 0))?, flag(vm, args, 1, false)?);
        Ok(Bytes::new(&mut vm.heap, &quoted::decode(&text, header))?.value())
    })
    .doc("Decode a string of qp-encoded data."),
    NativeDef::new("b2a_qp", "(data, quotetabs=False, istext=True, header=False)", |vm, args| {
        let style = quoted::Style {
            tabs: flag(vm, args, 1, false)?,
            text: flag(vm, args, 2, true)?,
            header: flag(vm, args, 3, false)?,
        };
        let code = quoted::encode(&Buffer::of(vm, arg(args, 0))?, &style);
        Ok(Bytes::new(&mut vm.heap, &code)?.value())
    })
    .doc(
        "Encode a string using quoted-printable encoding.\n\n\
         On encoding, when istext is set, newlines are not encoded, and white\n\
         space at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\n\
         are both encoded.  When quotetabs is set, space and tabs are encoded.",
    ),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "binascii", "Conversion between binary data and ASCII", FUNCTIONS)?;
    let error = new_exception(vm, m, "binascii", "Error", Exc::ValueError)?;
    vm.set_root(ERROR, error);
    new_exception(vm, m, "binascii", "Incomplete", Exc::Exception)?;
    Ok(m)
}

#[cold]
fn error(vm: &mut Vm, text: &str) -> Raised {
    raise_root(vm, ERROR, text)
}

fn outcome(vm: &mut Vm, r: Result<Vec<u8>, String>) -> PyResult<Value> {
    match r {
        Ok(bytes) => Ok(Bytes::new(&mut vm.heap, &bytes)?.value()),
        Err(text) => Err(error(vm, &text)),
    }
}

fn flag(vm: &mut Vm, args: &[Value], i: usize, default: bool) -> PyResult<bool> {
    match arg(args, i).bound() {
        Some(v) => vm.truth(v),
        None => Ok(default),
    }
}

/// The bytes of an argument that may be a str of ASCII characters.
fn ascii(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = v.cast::<Str>() {
        if !s.is_ascii() {
            return Err(vm.value_error("string argument should contain only ASCII characters"));
        }
        return Ok(s.raw().to_vec());
    }
    match Buffer::try_of(vm, v)? {
        Some(bytes) => Ok(bytes.to_vec()),
        None => {
            let message = format!(
                "argument should be bytes, buffer or ASCII string, not '{}'",
                vm.type_name(v)
            );
            Err(vm.type_error(&message))
        }
    }
}

fn ccitt(crc: u16, byte: u8) -> u16 {
    let step = |crc: u16, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
    (0..8).fold(crc ^ u16::from(byte) << 8, step)
}

fn hex_digit(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|d| d as u8)
}

fn from_hex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let text = ascii(vm, arg(args, 0))?;
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(error(vm, "Odd-length string"));
    }
    let pair = |[a, b]: &[u8; 2]| Some(hex_digit(*a)? << 4 | hex_digit(*b)?);
    match pairs.iter().map(pair).collect::<Option<Vec<u8>>>() {
        Some(bytes) => Ok(Bytes::new(&mut vm.heap, &bytes)?.value()),
        None => Err(error(vm, "Non-hexadecimal digit found")),
    }
}

/// As `bytes.hex`, but in bytes.
fn to_hex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut data = arg(args, 0);
    if data.kind() != Kind::Bytes {
        let bytes = Buffer::of(vm, data)?.to_vec();
        data = Bytes::new(&mut vm.heap, &bytes)?.value();
    }
    let name = vm.intern("hex")?;
    let given: Vec<Value> = args.iter().skip(1).map_while(|v| v.bound()).collect();
    let text = vm.call_method(data, name, &given)?;
    match text.cast::<Str>() {
        Some(text) => Ok(Bytes::new(&mut vm.heap, text.raw())?.value()),
        None => Ok(text),
    }
}
