//! The escapes of Python's literals as codecs: `unicode_escape`, `raw_unicode_escape`, `escape` (of bytes).

use super::handlers::{Fault, ask};
use super::unicode::str_arg;
use super::{errors_arg, pair};
use crate::util::arg;
use habu_object::bytes::Bytes;
use habu_object::str::{Str, StrBuf};
use habu_object::{Kind, Value};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use std::ops::Range;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("unicode_escape_decode", "(data, errors=None, final=True, /)", |vm, args| {
        decode(vm, args, false)
    }),
    NativeDef::new(
        "raw_unicode_escape_decode",
        "(data, errors=None, final=True, /)",
        |vm, args| decode(vm, args, true),
    ),
    NativeDef::new("unicode_escape_encode", "(str, errors=None, /)", |vm, args| {
        encode(vm, args, false)
    }),
    NativeDef::new("raw_unicode_escape_encode", "(str, errors=None, /)", |vm, args| {
        encode(vm, args, true)
    }),
    NativeDef::new("escape_decode", "(data, errors=None, /)", escape_decode),
    NativeDef::new("escape_encode", "(data, errors=None, /)", escape_encode),
];

/// The bytes of an argument that may also be a str.
fn input(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s.to_wtf8().into_owned()),
        None => Ok(Buffer::of(vm, v)?.to_vec()),
    }
}

/// The digits of a number in a base, at most `max` of them.
fn digits(bytes: &[u8], base: u32, max: usize) -> (u32, usize) {
    let mut n = 0;
    let mut value = 0u32;
    while n < max
        && let Some(d) = bytes.get(n).and_then(|b| char::from(*b).to_digit(base))
    {
        value = value * base + d;
        n += 1;
    }
    (value, n)
}

fn decode(vm: &mut Vm, args: &[Value], raw: bool) -> PyResult<Value> {
    let bytes = input(vm, arg(args, 0))?;
    let errors = errors_arg(vm, arg(args, 1))?;
    let all = match arg(args, 2).bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    let encoding = if raw { "rawunicodeescape" } else { "unicodeescape" };
    let object = Bytes::new(&mut vm.heap, &bytes)?.value();
    let mut out = StrBuf::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push(bytes[at].into());
            at += 1;
            continue;
        }
        let start = at;
        let rest = &bytes[at + 1..];
        let Some(c) = rest.first().copied() else {
            if !all {
                break;
            }
            if raw {
                out.push(b'\\'.into());
                at += 1;
                continue;
            }
            let fault = Fault { encoding, reason: "\\ at end of string", start, end: bytes.len() };
            at = mend(vm, &errors, &fault, object, bytes.len(), &mut out)?;
            continue;
        };
        let wanted = match c {
            b'x' if !raw => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        if wanted > 0 {
            let (value, n) = digits(&rest[1..], 16, wanted);
            let reason = match (n == wanted, c) {
                (true, _) if value < 0x11_0000 => {
                    out.push(value);
                    at += 2 + n;
                    continue;
                }
                (true, _) => "illegal Unicode character",
                (_, b'x') => "truncated \\xXX escape",
                (_, b'u') => "truncated \\uXXXX escape",
                _ => "truncated \\UXXXXXXXX escape",
            };
            if !all && start + 2 + n == bytes.len() && n < wanted {
                break;
            }
            let fault = Fault { encoding, reason, start, end: start + 2 + n };
            at = mend(vm, &errors, &fault, object, bytes.len(), &mut out)?;
            continue;
        }
        if raw {
            out.push(b'\\'.into());
            at += 1;
            continue;
        }
        at += 2;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c.into()),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let (value, n) = digits(rest, 8, 3);
                out.push(value);
                at = start + 1 + n;
                if value > 0o377 {
                    invalid = invalid.or(Some(start..at));
                }
            }
            b'N' => {
                let name = rest.get(1).filter(|b| **b == b'{').and_then(|_| {
                    let end = rest.iter().position(|b| *b == b'}')?;
                    Some((str::from_utf8(&rest[2..end]).ok()?, end))
                });
                let found =
                    name.and_then(|(name, end)| Some((crate::unicodedata::character(name)?, end)));
                match found {
                    Some((c, end)) => {
                        out.push(c.into());
                        at = start + 2 + end;
                    }
                    None => {
                        let (reason, end) = match name {
                            Some((_, end)) => ("unknown Unicode character name", start + 2 + end),
                            None if !all => break,
                            None => ("malformed \\N character escape", at),
                        };
                        let fault = Fault { encoding, reason, start, end };
                        at = mend(vm, &errors, &fault, object, bytes.len(), &mut out)?;
                    }
                }
            }
            c => {
                out.push(b'\\'.into());
                out.push(c.into());
                invalid = invalid.or(Some(start..at));
            }
        }
    }
    complain(vm, "", &bytes, invalid)?;
    let text = out.finish(&mut vm.heap)?.value();
    pair(vm, text, at.min(bytes.len()))
}

/// Warns of the first escape that means nothing.
fn complain(vm: &mut Vm, prefix: &str, bytes: &[u8], at: Option<Range<usize>>) -> PyResult<()> {
    let Some(at) = at else { return Ok(()) };
    let octal = if at.len() > 2 { "octal " } else { "" };
    let escape: String = bytes[at].iter().map(|b| char::from(*b)).collect();
    let message = format!(
        "{prefix}\"{escape}\" is an invalid {octal}escape sequence. Such sequences will not work in the future. "
    );
    vm.warn(Exc::DeprecationWarning, &message)
}

fn mend(
    vm: &mut Vm,
    errors: &str,
    fault: &Fault<'_>,
    object: Value,
    len: usize,
    out: &mut StrBuf,
) -> PyResult<usize> {
    let (text, at) = ask(vm, errors, fault, object, len)?;
    if let Some(text) = text.cast::<Str>() {
        out.push_value(text);
    }
    Ok(at)
}

fn encode(vm: &mut Vm, args: &[Value], raw: bool) -> PyResult<Value> {
    let s = str_arg(vm, arg(args, 0), "encode")?;
    errors_arg(vm, arg(args, 1))?;
    let mut out = Vec::with_capacity(s.len());
    for c in s.units().iter() {
        let escaped = match c {
            0x5c if !raw => "\\\\".to_owned(),
            9 if !raw => "\\t".to_owned(),
            10 if !raw => "\\n".to_owned(),
            13 if !raw => "\\r".to_owned(),
            0..0x20 | 0x7f if !raw => format!("\\x{c:02x}"),
            0x80..0x100 if !raw => format!("\\x{c:02x}"),
            0..0x100 => {
                out.push(c as u8);
                continue;
            }
            0x100..0x10000 => format!("\\u{c:04x}"),
            _ => format!("\\U{c:08x}"),
        };
        out.extend(escaped.as_bytes());
    }
    let bytes = Bytes::new(&mut vm.heap, &out)?.value();
    pair(vm, bytes, s.len())
}

fn escape_decode(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = input(vm, arg(args, 0))?;
    let errors = errors_arg(vm, arg(args, 1))?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let start = at;
        let Some(c) = bytes.get(at + 1).copied() else {
            return Err(vm.value_error("Trailing \\ in string"));
        };
        at += 2;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let (value, n) = digits(&bytes[start + 1..], 8, 3);
                out.push(value as u8);
                at = start + 1 + n;
                if value > 0o377 {
                    invalid = invalid.or(Some(start..at));
                }
            }
            b'x' => {
                let (value, n) = digits(&bytes[at..], 16, 2);
                if n == 2 {
                    out.push(value as u8);
                    at += 2;
                    continue;
                }
                match errors.as_str() {
                    "strict" => {
                        let msg = format!("invalid \\x escape at position {start}");
                        return Err(vm.value_error(&msg));
                    }
                    "replace" => out.push(b'?'),
                    "ignore" => {}
                    _ => {
                        let msg = format!("decoding error; unknown error handling code: {errors}");
                        return Err(vm.value_error(&msg));
                    }
                }
                at += n;
            }
            c => {
                out.extend([b'\\', c]);
                invalid = invalid.or(Some(start..at));
            }
        }
    }
    complain(vm, "b", &bytes, invalid)?;
    let n = bytes.len();
    let bytes = Bytes::new(&mut vm.heap, &out)?.value();
    pair(vm, bytes, n)
}

fn escape_encode(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    if v.kind() != Kind::Bytes {
        let given = vm.type_name(v);
        return Err(
            vm.type_error(&format!("escape_encode() argument 1 must be bytes, not {given}"))
        );
    }
    let bytes = input(vm, v)?;
    let mut out = Vec::with_capacity(bytes.len());
    for b in &bytes {
        match b {
            b'\\' | b'\'' => out.extend([b'\\', *b]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            0x20..0x7f => out.push(*b),
            _ => out.extend(format!("\\x{b:02x}").as_bytes()),
        }
    }
    let n = bytes.len();
    let made = Bytes::new(&mut vm.heap, &out)?.value();
    pair(vm, made, n)
}
