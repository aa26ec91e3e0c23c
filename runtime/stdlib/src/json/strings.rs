//! JSON strings: read from a text, written with escapes.

use crate::util::{arg, text_arg};
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Value, int};
use habu_vm::{NativeDef, PyResult, Raised, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("scanstring", "(string, end, strict=True, /)", |vm, args| {
        let s = text(vm, arg(args, 0))?;
        let end = int::to_i64_clamped(vm.index(arg(args, 1))?);
        let strict = match arg(args, 2).bound() {
            Some(v) => vm.truth(v)?,
            None => true,
        };
        let Some(end) = usize::try_from(end).ok().filter(|end| *end <= s.len()) else {
            return Err(vm.value_error("end is out of bounds"));
        };
        let (v, after) = scan(vm, s, end, strict)?;
        vm.new_tuple(&[v, Value::small_int(after as i64)])
    }),
    NativeDef::new("encode_basestring", "(string, /)", |vm, args| quoted(vm, args, false)),
    NativeDef::new("encode_basestring_ascii", "(string, /)", |vm, args| quoted(vm, args, true)),
];

/// The str in an argument.
pub(super) fn text(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s),
        None => {
            let msg = format!("first argument must be a string, not {}", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

/// Raises `json.JSONDecodeError`.
#[cold]
pub(super) fn fault(vm: &mut Vm, msg: &str, s: Gc<Str>, at: usize) -> Raised {
    let made = (|| {
        let module = crate::import::import_module(vm, "json.decoder")?;
        let class = vm.getattr_str(module, "JSONDecodeError")?;
        let msg = vm.new_str(msg)?;
        vm.call(class, &[msg, s.value(), Value::small_int(at as i64)])
    })();
    match made.map(|e| e.cast::<habu_object::Exception>()) {
        Ok(Some(e)) => vm.raise(e),
        Ok(None) => vm.value_error(msg),
        Err(raised) => raised,
    }
}

const QUOTE: u32 = '"' as u32;
const BACKSLASH: u32 = '\\' as u32;

/// The string whose characters begin at `start`, behind its quote, and the place behind it.
pub(super) fn scan(
    vm: &mut Vm,
    s: Gc<Str>,
    start: usize,
    strict: bool,
) -> PyResult<(Value, usize)> {
    let units = s.units();
    let end = s.len();
    let special = |c: u32| c == QUOTE || c == BACKSLASH || c < 0x20;
    let plain = units.range(start, end).iter().position(special).map_or(end, |i| start + i);
    if plain < end && units.get(plain) == QUOTE {
        return Ok((s.substr(&mut vm.heap, start, plain)?.value(), plain + 1));
    }
    let mut out = StrBuf::with_capacity(plain - start + 16);
    let mut at = start;
    loop {
        let stop = units.range(at, end).iter().position(special).map_or(end, |i| at + i);
        out.push_units(units.range(at, stop));
        if stop == end {
            return Err(fault(vm, "Unterminated string starting at", s, start - 1));
        }
        at = stop + 1;
        match units.get(stop) {
            QUOTE => return Ok((out.finish(&mut vm.heap)?.value(), at)),
            BACKSLASH => {
                if at >= end {
                    return Err(fault(vm, "Unterminated string starting at", s, start - 1));
                }
                let c = units.get(at);
                at += 1;
                let plain = match char::from_u32(c) {
                    Some(c @ ('"' | '\\' | '/')) => c as u32,
                    Some('b') => 8,
                    Some('f') => 12,
                    Some('n') => 10,
                    Some('r') => 13,
                    Some('t') => 9,
                    Some('u') => {
                        let mut c = hex(vm, s, at)?;
                        at += 4;
                        let pair = at + 1 < end
                            && units.get(at) == BACKSLASH
                            && units.get(at + 1) == 'u' as u32;
                        if (0xd800..0xdc00).contains(&c) && pair {
                            let low = hex(vm, s, at + 2)?;
                            if (0xdc00..0xe000).contains(&low) {
                                c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
                                at += 6;
                            }
                        }
                        c
                    }
                    _ => return Err(fault(vm, "Invalid \\escape", s, at - 2)),
                };
                out.push(plain);
            }
            c => {
                if strict {
                    return Err(fault(vm, "Invalid control character at", s, stop));
                }
                out.push(c);
            }
        }
    }
}

/// Four hexadecimal digits.
fn hex(vm: &mut Vm, s: Gc<Str>, at: usize) -> PyResult<u32> {
    let mut n = 0;
    for i in at..at + 4 {
        let digit = if i < s.len() { char::from_u32(s.char_at(i)) } else { None };
        match digit.filter(char::is_ascii).and_then(|c| c.to_digit(16)) {
            Some(digit) => n = n * 16 + digit,
            None => return Err(fault(vm, "Invalid \\uXXXX escape", s, at - 1)),
        }
    }
    Ok(n)
}

fn quoted(vm: &mut Vm, args: &[Value], ascii: bool) -> PyResult<Value> {
    let v = arg(args, 0);
    let Some(s) = v.cast::<Str>() else {
        text_arg(vm, v, "first argument")?;
        return Ok(v);
    };
    let mut out = StrBuf::with_capacity(s.len() + 2);
    quote(s, ascii, &mut out);
    Ok(out.finish(&mut vm.heap)?.value())
}

/// Writes a string with its quotes.
pub(super) fn quote(s: Gc<Str>, ascii: bool, out: &mut StrBuf) {
    let units = s.units();
    let special = |c: u32| c < 0x20 || c == QUOTE || c == BACKSLASH || ascii && c > 0x7e;
    out.push(QUOTE);
    let (mut at, end) = (0, s.len());
    loop {
        let stop = units.range(at, end).iter().position(special).map_or(end, |i| at + i);
        out.push_units(units.range(at, stop));
        if stop == end {
            break;
        }
        at = stop + 1;
        match units.get(stop) {
            QUOTE => out.push_str("\\\""),
            BACKSLASH => out.push_str("\\\\"),
            8 => out.push_str("\\b"),
            9 => out.push_str("\\t"),
            10 => out.push_str("\\n"),
            12 => out.push_str("\\f"),
            13 => out.push_str("\\r"),
            c if c > 0xffff => {
                let c = c - 0x10000;
                let (high, low) = (0xd800 | c >> 10, 0xdc00 | (c & 0x3ff));
                out.push_str(&format!("\\u{high:04x}\\u{low:04x}"));
            }
            c => out.push_str(&format!("\\u{c:04x}")),
        }
    }
    out.push(QUOTE);
}
