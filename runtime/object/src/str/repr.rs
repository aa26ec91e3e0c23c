//! repr() and ascii() of strs.

use super::build::StrBuf;
use super::chars::is_printable;
use super::layout::{Str, Units};
use crate::object::{Alloc, Gc};
use habu_gc::Heap;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Adds a backslash, `kind` and `digits` hexadecimal digits.
fn push_hex(buf: &mut StrBuf, kind: u8, digits: u32, c: u32) {
    buf.push(u32::from(b'\\'));
    buf.push(u32::from(kind));
    for i in (0..digits).rev() {
        buf.push(u32::from(HEX[(c >> (4 * i) & 15) as usize]));
    }
}

/// Adds the escape of a code point: `\x..`, `\u....` or `\U........`.
pub(crate) fn push_escape(buf: &mut StrBuf, c: u32) {
    match c {
        0..0x100 => push_hex(buf, b'x', 2, c),
        0x100..0x1_0000 => push_hex(buf, b'u', 4, c),
        _ => push_hex(buf, b'U', 8, c),
    }
}

/// Adds a code point as it stands inside of quotes.
#[inline]
fn push_quoted(buf: &mut StrBuf, c: u32, quote: u8, ascii: bool) {
    let short = match c {
        0x5C => b'\\',
        0x0A => b'n',
        0x0D => b'r',
        0x09 => b't',
        _ if c == u32::from(quote) => quote,
        _ if if ascii { (0x20..0x7F).contains(&c) } else { is_printable(c) } => {
            return buf.push(c);
        }
        _ => return push_escape(buf, c),
    };
    buf.push(u32::from(b'\\'));
    buf.push(u32::from(short));
}

impl Str {
    /// The quote that `repr` puts around.
    fn quote(&self) -> u8 {
        let single = self.contains_char(u32::from(b'\''));
        if single && !self.contains_char(u32::from(b'"')) { b'"' } else { b'\'' }
    }

    fn push_quoted(&self, buf: &mut StrBuf, ascii: bool) {
        let quote = self.quote();
        buf.push(u32::from(quote));
        let plain = |c: &u8| matches!(c, 0x20..=0x7E) && *c != b'\\' && *c != quote;
        match self.units() {
            Units::One(u) if u.iter().all(plain) => buf.push_units(Units::One(u)),
            any => any.iter().for_each(|c| push_quoted(buf, c, quote, ascii)),
        }
        buf.push(u32::from(quote));
    }

    /// Adds `repr(self)` to a buffer.
    pub fn push_repr(&self, buf: &mut StrBuf) {
        self.push_quoted(buf, false);
    }
}

impl Gc<Str> {
    /// `repr(self)`
    pub fn repr(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        let mut buf = StrBuf::with_capacity(self.len() + 2);
        self.push_quoted(&mut buf, false);
        buf.finish(heap)
    }

    /// `ascii(self)`
    pub fn ascii(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        let mut buf = StrBuf::with_capacity(self.len() + 2);
        self.push_quoted(&mut buf, true);
        buf.finish(heap)
    }

    /// `self`, which is a repr, with all that is not ASCII escaped: `ascii()` of other objects.
    pub fn escape_non_ascii(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.to_exact(heap);
        }
        let mut buf = StrBuf::with_capacity(self.len() + 8);
        for c in self.units().iter() {
            if c < 0x80 { buf.push(c) } else { push_escape(&mut buf, c) }
        }
        buf.finish(heap)
    }
}
