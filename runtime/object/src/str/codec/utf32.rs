//! UTF-32.

use super::{CodecError, Order, Replacement, is_surrogate};
use crate::str::StrBuf;
use crate::str::layout::Str;

/// Decodes UTF-32 and returns how far it came and the order: to the end, unless the input is not the last part and
/// ends inside of a character.
pub fn decode_utf32<E>(
    bytes: &[u8],
    mut order: Order,
    last: bool,
    to: &mut StrBuf,
    mut on_error: impl FnMut(&CodecError, &mut StrBuf) -> Result<usize, E>,
) -> Result<(usize, Order), E> {
    let mut at = 0;
    if order == Order::Marked {
        match bytes {
            [0xFF, 0xFE, 0, 0, ..] => (at, order) = (4, Order::Little),
            [0, 0, 0xFE, 0xFF, ..] => (at, order) = (4, Order::Big),
            _ => {}
        }
    }
    let big = order == Order::Big;
    let encoding = if big { "utf-32-be" } else { "utf-32-le" };
    while at < bytes.len() {
        let (end, reason) = match bytes[at..].first_chunk::<4>() {
            None if !last => break,
            None => (bytes.len(), "truncated data"),
            Some(four) => {
                let c = if big { u32::from_be_bytes(*four) } else { u32::from_le_bytes(*four) };
                if is_surrogate(c) {
                    (at + 4, "code point in surrogate code point range(0xd800, 0xe000)")
                } else if c > 0x10_FFFF {
                    (at + 4, "code point not in range(0x110000)")
                } else {
                    to.push(c);
                    at += 4;
                    continue;
                }
            }
        };
        at = on_error(&CodecError { encoding, start: at, end, reason }, to)?;
    }
    Ok((at, order))
}

/// Encodes UTF-32.
pub fn encode_utf32<E: From<CodecError>>(
    s: &Str,
    order: Order,
    mut on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    let big = order == Order::Big;
    let encoding = match order {
        Order::Marked => "utf-32",
        Order::Little => "utf-32-le",
        Order::Big => "utf-32-be",
    };
    let mut bytes = Vec::with_capacity(4 + s.len() * 4);
    let put = |bytes: &mut Vec<u8>, c: u32| {
        bytes.extend(if big { c.to_be_bytes() } else { c.to_le_bytes() });
    };
    if order == Order::Marked {
        put(&mut bytes, 0xFEFF);
    }
    let mut at = 0;
    while at < s.len() {
        let c = s.char_at(at);
        if !is_surrogate(c) {
            put(&mut bytes, c);
            at += 1;
            continue;
        }
        let reason = "surrogates not allowed";
        let error = CodecError { encoding, start: at, end: at + 1, reason };
        let (replacement, next) = on_error(&error)?;
        match replacement {
            Replacement::Bytes(b) if b.len() % 4 == 0 => bytes.extend(b),
            Replacement::Text(text) if text.units().bits() < 0x80 => {
                text.units().iter().for_each(|c| put(&mut bytes, c));
            }
            _ => return Err(error.into()),
        }
        at = next;
    }
    Ok(bytes)
}
