//! UTF-16.

use super::{CodecError, Order, Replacement, is_surrogate};
use crate::str::StrBuf;
use crate::str::layout::Str;

/// The name that errors give, and whether the order is big-endian.
fn decoder(order: Order) -> (&'static str, bool) {
    if order == Order::Big { ("utf-16-be", true) } else { ("utf-16-le", false) }
}

/// Decodes UTF-16 and returns how far it came and the order: to the end, unless the input is not the last part and
/// ends inside of a character.
pub fn decode_utf16<E>(
    bytes: &[u8],
    mut order: Order,
    last: bool,
    to: &mut StrBuf,
    mut on_error: impl FnMut(&CodecError, &mut StrBuf) -> Result<usize, E>,
) -> Result<(usize, Order), E> {
    let mut at = 0;
    if order == Order::Marked {
        match bytes {
            [0xFF, 0xFE, ..] => (at, order) = (2, Order::Little),
            [0xFE, 0xFF, ..] => (at, order) = (2, Order::Big),
            _ => {}
        }
    }
    let (encoding, big) = decoder(order);
    let unit = |at: usize| {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(u32::from(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }))
    };
    while at < bytes.len() {
        let (end, reason) = match unit(at) {
            None if !last => break,
            None => (bytes.len(), "truncated data"),
            Some(high @ 0xD800..0xDC00) => match unit(at + 2) {
                None if !last => break,
                None => (bytes.len(), "unexpected end of data"),
                Some(low @ 0xDC00..0xE000) => {
                    to.push(0x1_0000 + ((high & 0x3FF) << 10) + (low & 0x3FF));
                    at += 4;
                    continue;
                }
                Some(_) => (at + 2, "illegal UTF-16 surrogate"),
            },
            Some(0xDC00..0xE000) => (at + 2, "illegal encoding"),
            Some(c) => {
                to.push(c);
                at += 2;
                continue;
            }
        };
        at = on_error(&CodecError { encoding, start: at, end, reason }, to)?;
    }
    Ok((at, order))
}

/// Encodes UTF-16.
pub fn encode_utf16<E: From<CodecError>>(
    s: &Str,
    order: Order,
    mut on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E> {
    let big = order == Order::Big;
    let encoding = match order {
        Order::Marked => "utf-16",
        Order::Little => "utf-16-le",
        Order::Big => "utf-16-be",
    };
    let mut bytes = Vec::with_capacity(2 + s.len() * 2);
    let put = |bytes: &mut Vec<u8>, c: u32| {
        let unit = c as u16;
        bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    };
    if order == Order::Marked {
        put(&mut bytes, 0xFEFF);
    }
    let mut at = 0;
    while at < s.len() {
        let c = s.char_at(at);
        if c >= 0x1_0000 {
            put(&mut bytes, 0xD7C0 + (c >> 10));
            put(&mut bytes, 0xDC00 | (c & 0x3FF));
            at += 1;
        } else if !is_surrogate(c) {
            put(&mut bytes, c);
            at += 1;
        } else {
            let reason = "surrogates not allowed";
            let error = CodecError { encoding, start: at, end: at + 1, reason };
            let (replacement, next) = on_error(&error)?;
            match replacement {
                Replacement::Bytes(b) if b.len() % 2 == 0 => bytes.extend(b),
                Replacement::Text(text) if text.units().bits() < 0x80 => {
                    text.units().iter().for_each(|c| put(&mut bytes, c));
                }
                _ => return Err(error.into()),
            }
            at = next;
        }
    }
    Ok(bytes)
}
