//! Case conversion with Unicode's full mappings.

use super::build::StrBuf;
use super::chars::{
    each_fold, each_lower, each_title, each_upper, is_case_ignorable, is_cased, is_lower, is_upper,
};
use super::layout::{Str, Unit, Units, units};
use crate::kind::shape;
use crate::object::{Alloc, Gc};
use habu_gc::Heap;

const SIGMA: u32 = 0x3A3;

/// Whether the capital sigma at `i` ends a word.
fn is_final_sigma(text: Units<'_>, i: usize) -> bool {
    let before = text.range(0, i).iter().rev().find(|c| !is_case_ignorable(*c));
    let mut after = text.range(i + 1, text.len()).iter();
    before.is_some_and(is_cased) && !after.find(|c| !is_case_ignorable(*c)).is_some_and(is_cased)
}

/// Adds the lower case of the character at `i`.
#[inline]
fn push_lower(buf: &mut StrBuf, text: Units<'_>, i: usize, c: u32) {
    if c == SIGMA {
        buf.push(if is_final_sigma(text, i) { 0x3C2 } else { 0x3C3 });
    } else {
        each_lower(c, |c| buf.push(c));
    }
}

impl Gc<Str> {
    /// The same length of ASCII, each byte mapped.
    fn map_ascii(self, heap: &mut Heap, f: impl FnOnce(&mut [u8])) -> Alloc<Gc<Str>> {
        Str::build(heap, shape::STR, self.len(), true, |to: &mut [u8]| {
            to.copy_from_slice(self.raw());
            f(to);
        })
    }

    #[inline]
    fn map(self, heap: &mut Heap, mut f: impl FnMut(&mut StrBuf, usize, u32)) -> Alloc<Gc<Str>> {
        let mut buf = StrBuf::with_capacity(self.len());
        units!(self.units(), u => for (i, c) in u.iter().enumerate() {
            f(&mut buf, i, c.point());
        });
        buf.finish(heap)
    }

    /// `self.lower()`
    pub fn lower(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.map_ascii(heap, <[u8]>::make_ascii_lowercase);
        }
        if let Units::One(from) = self.units() {
            return Str::build(heap, shape::STR, self.len(), false, |to: &mut [u8]| {
                for (t, c) in to.iter_mut().zip(from) {
                    let capital = matches!(c, b'A'..=b'Z' | 0xC0..=0xD6 | 0xD8..=0xDE);
                    *t = if capital { c | 0x20 } else { *c };
                }
            });
        }
        self.map(heap, |buf, i, c| push_lower(buf, self.units(), i, c))
    }

    /// `self.upper()`
    pub fn upper(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.map_ascii(heap, <[u8]>::make_ascii_uppercase);
        }
        self.map(heap, |buf, _, c| each_upper(c, |c| buf.push(c)))
    }

    /// `self.casefold()`
    pub fn casefold(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.map_ascii(heap, <[u8]>::make_ascii_lowercase);
        }
        self.map(heap, |buf, _, c| each_fold(c, |c| buf.push(c)))
    }

    /// `self.swapcase()`
    pub fn swapcase(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.map_ascii(heap, crate::bytes::swap_case);
        }
        self.map(heap, |buf, i, c| {
            if is_upper(c) {
                push_lower(buf, self.units(), i, c);
            } else if is_lower(c) {
                each_upper(c, |c| buf.push(c));
            } else {
                buf.push(c);
            }
        })
    }

    /// `self.capitalize()`
    pub fn capitalize(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.map_ascii(heap, crate::bytes::capitalize);
        }
        self.map(heap, |buf, i, c| match i {
            0 => each_title(c, |c| buf.push(c)),
            _ => push_lower(buf, self.units(), i, c),
        })
    }

    /// `self.title()`
    pub fn title(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_ascii() {
            return self.map_ascii(heap, crate::bytes::title_case);
        }
        let mut inside = false;
        self.map(heap, |buf, i, c| {
            if inside {
                push_lower(buf, self.units(), i, c);
            } else {
                each_title(c, |c| buf.push(c));
            }
            inside = is_cased(c);
        })
    }
}
