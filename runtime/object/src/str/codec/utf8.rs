//! UTF-8.

use super::{CodecError, Replacement, is_surrogate, run_end};
use crate::str::StrBuf;
use crate::str::layout::{Str, Unit, units};

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
            // The beginning of a surrogate, which some error handlers let pass.
            Some(_) if !last && matches!(bad, [0xED, 0xA0..=0xBF]) => return Ok(start),
            None => (bytes.len(), "unexpected end of data"),
            Some(n) if matches!(bad[0], 0xC2..=0xF4) => (start + n, "invalid continuation byte"),
            Some(_) => (start + 1, "invalid start byte"),
        };
        at = on_error(&CodecError { encoding: ENCODING, start, end, reason }, to)?;
    }
    Ok(at)
}

/// Encodes units up to the first surrogate and returns how many.
fn encode_units<U: Unit>(units: &[U], to: &mut Vec<u8>) -> usize {
    const CHUNK: usize = 256;
    let mut done = 0;
    for chunk in units.chunks(CHUNK) {
        let mut bytes = [0u8; CHUNK * 4];
        let mut n = 0;
        for unit in chunk {
            let c = unit.point();
            let tail = |shift: u32| 0x80 | (c >> shift & 0x3F) as u8;
            if c < 0x80 {
                bytes[n] = c as u8;
                n += 1;
            } else if c < 0x800 {
                bytes[n..n + 2].copy_from_slice(&[0xC0 | (c >> 6) as u8, tail(0)]);
                n += 2;
            } else if c < 0x1_0000 {
                if is_surrogate(c) {
                    to.extend_from_slice(&bytes[..n]);
                    return done;
                }
                bytes[n..n + 3].copy_from_slice(&[0xE0 | (c >> 12) as u8, tail(6), tail(0)]);
                n += 3;
            } else {
                let four = [0xF0 | (c >> 18) as u8, tail(12), tail(6), tail(0)];
                bytes[n..n + 4].copy_from_slice(&four);
                n += 4;
            }
            done += 1;
        }
        to.extend_from_slice(&bytes[..n]);
    }
    done
}

/// Encodes UTF-8.
pub fn encode_utf8<E: From<CodecError>>(
    s: &Str,
    mut on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    if s.is_ascii() {
        return Ok(s.raw().to_vec());
    }
    let mut bytes = Vec::with_capacity(s.len() * s.width().min(2));
    let mut at = 0;
    loop {
        at += units!(s.units().range(at, s.len()), u => encode_units(u, &mut bytes));
        if at == s.len() {
            return Ok(bytes);
        }
        let end = run_end(s, at, is_surrogate);
        let reason = "surrogates not allowed";
        let error = CodecError { encoding: ENCODING, start: at, end, reason };
        let (replacement, next) = on_error(&error)?;
        push_replacement(&mut bytes, &replacement, error)?;
        at = next;
    }
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
