//! UTF-8.

use super::{CodecError, Replacement, is_surrogate, run_end};
use crate::str::StrBuf;
use crate::str::layout::{Str, Units};
use crate::str::text::push_wtf8;

const ENCODING: &str = "utf-8";

/// Decodes UTF-8 from position `at` on and returns how far it came: to the end, unless the input is not the last part
/// and ends inside of a character.
pub fn decode_utf8<E>(
    bytes: &[u8],
    mut at: usize,
    last: bool,
    to: &mut StrBuf,
    mut on_error: impl FnMut(&CodecError, &mut StrBuf) -> Result<usize, E>,
) -> Result<usize, E> {
    while at < bytes.len() {
        let rest = &bytes[at..];
        let error = match std::str::from_utf8(rest) {
            Ok(text) => {
                to.push_str(text);
                return Ok(bytes.len());
            }
            Err(error) => error,
        };
        let (good, bad) = rest.split_at(error.valid_up_to());
        to.push_str(std::str::from_utf8(good).unwrap_or_default());
        let start = at + good.len();
        let (end, reason) = match error.error_len() {
            None if !last => return Ok(start),
            None => (bytes.len(), "unexpected end of data"),
            Some(n) if matches!(bad[0], 0xC2..=0xF4) => (start + n, "invalid continuation byte"),
            Some(_) => (start + 1, "invalid start byte"),
        };
        at = on_error(&CodecError { encoding: ENCODING, start, end, reason }, to)?;
    }
    Ok(at)
}

/// Encodes UTF-8.
pub fn encode_utf8<E: From<CodecError>>(
    s: &Str,
    mut on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    let mut bytes = Vec::with_capacity(s.len() + s.len() / 2);
    match s.units() {
        Units::One(u) if s.is_ascii() => bytes.extend_from_slice(u),
        Units::One(u) => u.iter().for_each(|c| push_wtf8(&mut bytes, u32::from(*c))),
        wide => {
            let mut at = 0;
            while at < wide.len() {
                let c = wide.get(at);
                if !is_surrogate(c) {
                    push_wtf8(&mut bytes, c);
                    at += 1;
                    continue;
                }
                let end = run_end(s, at, is_surrogate);
                let reason = "surrogates not allowed";
                let error = CodecError { encoding: ENCODING, start: at, end, reason };
                let (replacement, next) = on_error(&error)?;
                push_replacement(&mut bytes, &replacement, error)?;
                at = next;
            }
        }
    }
    Ok(bytes)
}

fn push_replacement(
    to: &mut Vec<u8>,
    replacement: &Replacement,
    error: CodecError,
) -> Result<(), CodecError> {
    match replacement {
        Replacement::Bytes(bytes) => to.extend_from_slice(bytes),
        Replacement::Text(text) => {
            for c in text.units().iter() {
                if c >= 0x80 {
                    return Err(error);
                }
                to.push(c as u8);
            }
        }
    }
    Ok(())
}
