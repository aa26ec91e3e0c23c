//! UTF-7 (RFC 2152): runs of ASCII characters, and runs of UTF-16 in base64 between `+` and `-`.

use super::handlers::{Fault, ask};
use super::unicode::str_arg;
use super::{errors_arg, pair};
use crate::util::arg;
use habu_object::Value;
use habu_object::bytes::Bytes;
use habu_object::str::{Str, StrBuf};
use habu_vm::buffer::Buffer;
use habu_vm::{NativeDef, PyResult, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("utf_7_encode", "(str, errors=None, /)", |vm, args| {
        let s = str_arg(vm, arg(args, 0), "utf_7_encode")?;
        errors_arg(vm, arg(args, 1))?;
        let bytes = Bytes::new(&mut vm.heap, &encode(&s))?.value();
        pair(vm, bytes, s.len())
    }),
    NativeDef::new("utf_7_decode", "(data, errors=None, final=False, /)", decode),
];

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(bits: u32) -> u8 {
    ALPHABET[(bits & 63) as usize]
}

fn value(c: u8) -> Option<u32> {
    ALPHABET.iter().position(|d| *d == c).map(|n| n as u32)
}

/// Whether a character stands for itself outside of base64.
fn is_direct(c: u32) -> bool {
    matches!(c, 9 | 10 | 13 | 0x20..0x7F) && !matches!(c, 0x2B | 0x5C | 0x7E)
}

fn encode(s: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len() + 8);
    // Inside of base64: the bits that are not written yet, and how many.
    let (mut inside, mut bits, mut count) = (false, 0u32, 0);
    for c in s.units().iter() {
        if is_direct(c) {
            if inside {
                if count > 0 {
                    out.push(digit(bits << (6 - count)));
                }
                let c = c as u8;
                if value(c).is_some() || c == b'-' {
                    out.push(b'-');
                }
                (inside, bits, count) = (false, 0, 0);
            }
            out.push(c as u8);
            continue;
        }
        if !inside {
            out.push(b'+');
            if c == u32::from(b'+') {
                out.push(b'-');
                continue;
            }
            inside = true;
        }
        let mut units = [0; 2];
        let units = match char::from_u32(c) {
            Some(c) => &*c.encode_utf16(&mut units),
            None => {
                units[0] = c as u16;
                &units[..1]
            }
        };
        for unit in units {
            bits = bits << 16 | u32::from(*unit);
            count += 16;
            while count >= 6 {
                count -= 6;
                out.push(digit(bits >> count));
            }
            bits &= (1 << count) - 1;
        }
    }
    if count > 0 {
        out.push(digit(bits << (6 - count)));
    }
    if inside {
        out.push(b'-');
    }
    out
}

/// A run of base64 that is being read.
struct Run {
    /// Where its `+` stands, and how much text there was before.
    start: usize,
    text: usize,
    bits: u32,
    count: u32,
    /// A first half of a pair, which waits for the second.
    half: Option<u32>,
}

impl Run {
    fn push(&mut self, digit: u32, out: &mut StrBuf) {
        self.bits = self.bits << 6 | digit;
        self.count += 6;
        if self.count < 16 {
            return;
        }
        self.count -= 16;
        let unit = self.bits >> self.count;
        self.bits &= (1 << self.count) - 1;
        match (self.half.take(), unit) {
            (Some(half), 0xDC00..=0xDFFF) => {
                out.push(0x1_0000 + ((half - 0xD800) << 10 | (unit - 0xDC00)));
                return;
            }
            (Some(half), _) => out.push(half),
            (None, _) => {}
        }
        match unit {
            0xD800..=0xDBFF => self.half = Some(unit),
            _ => out.push(unit),
        }
    }

    /// What is wrong if the run ends here.
    fn complaint(&self) -> Option<&'static str> {
        match self.count {
            6.. => Some("partial character in shift sequence"),
            _ if self.bits != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

fn decode(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = Buffer::of(vm, arg(args, 0))?.to_vec();
    let errors = errors_arg(vm, arg(args, 1))?;
    let last = match arg(args, 2).bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let mut out = StrBuf::with_capacity(bytes.len());
    let mut run: Option<Run> = None;
    let mut at = 0;
    loop {
        let (start, reason) = match (bytes.get(at).copied(), &mut run) {
            (None, None) => break,
            (None, Some(open)) if !last => {
                // The whole run is read again when there is more.
                out.truncate(open.text);
                at = open.start;
                break;
            }
            (None, Some(open)) => {
                let (start, faulty) =
                    (open.start, open.half.is_some() || open.complaint().is_some());
                run = None;
                if !faulty {
                    break;
                }
                (start, "unterminated shift sequence")
            }
            (Some(c), Some(open)) => {
                if let Some(digit) = value(c) {
                    open.push(digit, &mut out);
                    at += 1;
                    continue;
                }
                let (start, half, complaint) = (open.start, open.half, open.complaint());
                run = None;
                match complaint {
                    Some(complaint) => {
                        at += 1;
                        (start, complaint)
                    }
                    None => {
                        if let Some(half) = half.filter(|_| c < 0x80) {
                            out.push(half);
                        }
                        at += usize::from(c == b'-');
                        continue;
                    }
                }
            }
            (Some(b'+'), None) => {
                let start = at;
                at += 1;
                match bytes.get(at).copied() {
                    Some(b'-') => {
                        out.push(u32::from(b'+'));
                        at += 1;
                        continue;
                    }
                    Some(c) if value(c).is_none() => {
                        at += 1;
                        (start, "ill-formed sequence")
                    }
                    _ => {
                        let text = out.len();
                        run = Some(Run { start, text, bits: 0, count: 0, half: None });
                        continue;
                    }
                }
            }
            (Some(c), None) => {
                at += 1;
                if c < 0x80 {
                    out.push(c.into());
                    continue;
                }
                (at - 1, "unexpected special character")
            }
        };
        let object = Bytes::new(&mut vm.heap, &bytes)?.value();
        let fault = Fault { encoding: "utf7", reason, start, end: at };
        let (text, next) = ask(vm, &errors, &fault, object, bytes.len())?;
        if let Some(text) = text.cast::<Str>() {
            out.push_value(text);
        }
        at = next;
    }
    let text = out.finish(&mut vm.heap)?.value();
    pair(vm, text, at)
}
