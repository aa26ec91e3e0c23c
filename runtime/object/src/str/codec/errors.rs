//! The error handlers that every Python has.

use super::{CodecError, Replacement, is_surrogate};
use crate::str::StrBuf;
use crate::str::layout::Str;
use crate::str::repr::push_escape;
use crate::str::text::push_wtf8;
use std::fmt::Write;

/// A handler by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errors {
    /// Raise.
    Strict,
    /// Leave out.
    Ignore,
    /// `?` or U+FFFD.
    Replace,
    /// `\x..`, `\u....`
    BackslashReplace,
    /// `&#...;`, when encoding.
    XmlCharRefReplace,
    /// `\N{...}`, when encoding.
    NameReplace,
    /// Bytes as U+DC80 to U+DCFF.
    SurrogateEscape,
    /// Surrogates as if they were characters, in the UTF encodings.
    SurrogatePass,
}

impl Errors {
    /// The handler of this name, if it is one of these.
    pub fn from_name(name: &str) -> Option<Errors> {
        Some(match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "namereplace" => Errors::NameReplace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            _ => return None,
        })
    }

    /// Mends a decoding error: adds text and says where to go on.
    pub fn decode(
        self,
        error: &CodecError,
        input: &[u8],
        to: &mut StrBuf,
    ) -> Result<usize, CodecError> {
        let bad = &input[error.start..error.end];
        match self {
            Errors::Ignore => {}
            Errors::Replace => to.push(0xFFFD),
            Errors::BackslashReplace => bad.iter().for_each(|b| push_escape(to, u32::from(*b))),
            Errors::SurrogateEscape => {
                let n = bad.iter().take_while(|b| **b >= 0x80).count();
                if n == 0 {
                    return Err(*error);
                }
                to.extend(bad[..n].iter().map(|b| 0xDC00 + u32::from(*b)));
                return Ok(error.start + n);
            }
            Errors::SurrogatePass => {
                let (c, n) = passed(error.encoding, &input[error.start..]).ok_or(*error)?;
                to.push(c);
                return Ok(error.start + n);
            }
            Errors::Strict | Errors::XmlCharRefReplace | Errors::NameReplace => {
                return Err(*error);
            }
        }
        Ok(error.end)
    }

    /// Mends an encoding error: what to put in place and where to go on.
    pub fn encode(
        self,
        error: &CodecError,
        input: &Str,
    ) -> Result<(Replacement, usize), CodecError> {
        let bad = input.units().range(error.start, error.end);
        let mut text = StrBuf::new();
        match self {
            Errors::Strict => return Err(*error),
            Errors::Ignore => {}
            Errors::Replace => text.extend(bad.iter().map(|_| u32::from(b'?'))),
            Errors::BackslashReplace => bad.iter().for_each(|c| push_escape(&mut text, c)),
            Errors::XmlCharRefReplace => bad.iter().for_each(|c| {
                // Writing to a buffer cannot fail.
                let _ = write!(text, "&#{c};");
            }),
            Errors::NameReplace => bad.iter().for_each(|c| push_name(&mut text, c)),
            Errors::SurrogateEscape => {
                let escaped = |c: &u32| (0xDC80..0xDD00).contains(c);
                let bytes: Vec<u8> = bad.iter().take_while(escaped).map(|c| c as u8).collect();
                let end = error.start + bytes.len();
                // What follows that is not escaped is the next error.
                return if bytes.is_empty() {
                    Err(*error)
                } else {
                    Ok((Replacement::Bytes(bytes), end))
                };
            }
            Errors::SurrogatePass => {
                let mut bytes = Vec::new();
                for c in bad.iter() {
                    if !is_surrogate(c) || !push_passed(&mut bytes, error.encoding, c) {
                        return Err(*error);
                    }
                }
                return Ok((Replacement::Bytes(bytes), error.end));
            }
        }
        Ok((Replacement::Text(text), error.end))
    }
}

/// The name of a character in `\N{}`, or its escape.
fn push_name(to: &mut StrBuf, c: u32) {
    match char::from_u32(c).and_then(unicode_names2::name) {
        Some(name) => {
            let _ = write!(to, "\\N{{{name}}}");
        }
        None => push_escape(to, c),
    }
}

/// The surrogate that these bytes begin with in an encoding that has them, and its length.
fn passed(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (c, n) = match (encoding, bytes) {
        ("utf-8", [a, b, c, ..]) if *a == 0xED && b & 0xC0 == 0x80 && c & 0xC0 == 0x80 => {
            (0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F), 3)
        }
        ("utf-16-le", [a, b, ..]) => (u32::from(u16::from_le_bytes([*a, *b])), 2),
        ("utf-16-be", [a, b, ..]) => (u32::from(u16::from_be_bytes([*a, *b])), 2),
        ("utf-32-le", [a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
        ("utf-32-be", [a, b, c, d, ..]) => (u32::from_be_bytes([*a, *b, *c, *d]), 4),
        _ => return None,
    };
    if is_surrogate(c) { Some((c, n)) } else { None }
}

/// Adds a surrogate in an encoding that has them.
fn push_passed(to: &mut Vec<u8>, encoding: &str, c: u32) -> bool {
    match encoding {
        "utf-8" => push_wtf8(to, c),
        "utf-16" | "utf-16-le" => to.extend((c as u16).to_le_bytes()),
        "utf-16-be" => to.extend((c as u16).to_be_bytes()),
        "utf-32" | "utf-32-le" => to.extend(c.to_le_bytes()),
        "utf-32-be" => to.extend(c.to_be_bytes()),
        _ => return false,
    }
    true
}
