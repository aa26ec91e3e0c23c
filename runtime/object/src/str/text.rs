//! Strs as Rust text: UTF-8, and WTF-8 when there are lone surrogates.

use super::layout::Str;
use std::borrow::Cow;

impl Str {
    /// The text; the position of the first surrogate if there is one.
    pub fn to_utf8(&self) -> Result<Cow<'_, str>, usize> {
        if let Some(text) = self.as_str() {
            return Ok(Cow::Borrowed(text));
        }
        let mut text = String::with_capacity(self.len() * 2);
        for (i, c) in self.units().iter().enumerate() {
            text.push(char::from_u32(c).ok_or(i)?);
        }
        Ok(Cow::Owned(text))
    }

    /// The text with U+FFFD for each surrogate.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => {
                let chars = self.units().iter();
                Cow::Owned(chars.map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect())
            }
        }
    }

    /// UTF-8 in which surrogates are encoded as if they were characters.
    pub fn to_wtf8(&self) -> Cow<'_, [u8]> {
        if self.is_ascii() {
            return Cow::Borrowed(self.raw());
        }
        let mut bytes = Vec::with_capacity(self.len() * 2);
        for c in self.units().iter() {
            push_wtf8(&mut bytes, c);
        }
        Cow::Owned(bytes)
    }

    /// The position of the first surrogate.
    pub fn surrogate_at(&self) -> Option<usize> {
        match self.width() {
            1 => None,
            _ => self.units().iter().position(|c| (0xD800..0xE000).contains(&c)),
        }
    }
}

/// Adds the generalised UTF-8 of a code point.
#[inline]
pub(crate) fn push_wtf8(to: &mut Vec<u8>, c: u32) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3F) as u8;
    match c {
        0..0x80 => to.push(c as u8),
        0x80..0x800 => to.extend([0xC0 | (c >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => to.extend([0xE0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => to.extend([0xF0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}
