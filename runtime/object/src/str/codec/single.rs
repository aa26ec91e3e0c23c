//! ASCII and Latin-1.

use super::{CodecError, Replacement, run_end};
use crate::str::StrBuf;
use crate::str::layout::{Str, Units};

/// Decodes Latin-1, which has no errors.
pub fn decode_latin1(bytes: &[u8], to: &mut StrBuf) {
    to.push_units(Units::One(bytes));
}

/// Decodes ASCII.
pub fn decode_ascii<E>(
    bytes: &[u8],
    to: &mut StrBuf,
    mut on_error: impl FnMut(&CodecError, &mut StrBuf) -> Result<usize, E>,
) -> Result<(), E> {
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let n = rest.iter().position(|b| *b >= 0x80).unwrap_or(rest.len());
        to.push_units(Units::One(&rest[..n]));
        at += n;
        if at < bytes.len() {
            let reason = "ordinal not in range(128)";
            let error = CodecError { encoding: "ascii", start: at, end: at + 1, reason };
            at = on_error(&error, to)?;
        }
    }
    Ok(())
}

/// Encodes Latin-1.
pub fn encode_latin1<E: From<CodecError>>(
    s: &Str,
    on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    encode_below(s, 0x100, "latin-1", "ordinal not in range(256)", on_error)
}

/// Encodes ASCII.
pub fn encode_ascii<E: From<CodecError>>(
    s: &Str,
    on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    encode_below(s, 0x80, "ascii", "ordinal not in range(128)", on_error)
}

fn encode_below<E: From<CodecError>>(
    s: &Str,
    limit: u32,
    encoding: &'static str,
    reason: &'static str,
    mut on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    let mut bytes = Vec::with_capacity(s.len());
    let mut at = 0;
    while at < s.len() {
        let c = s.char_at(at);
        if c < limit {
            bytes.push(c as u8);
            at += 1;
            continue;
        }
        let error = CodecError { encoding, start: at, end: run_end(s, at, |c| c >= limit), reason };
        let (replacement, next) = on_error(&error)?;
        match replacement {
            Replacement::Bytes(b) => bytes.extend(b),
            Replacement::Text(text) => {
                for c in text.units().iter() {
                    if c >= limit {
                        return Err(error.into());
                    }
                    bytes.push(c as u8);
                }
            }
        }
        at = next;
    }
    Ok(bytes)
}
