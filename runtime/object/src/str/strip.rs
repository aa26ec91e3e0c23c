//! Methods about the edges of a str: strip, justification, tabs; and translate.

use super::build::StrBuf;
use super::chars;
use super::layout::{Str, Unit, units};
use crate::object::{Alloc, Gc};
use habu_gc::{Heap, OutOfMemory};

/// What to strip.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Both ends.
    Both,
    /// The beginning.
    Left,
    /// The end.
    Right,
}

fn edges<U: Unit>(text: &[U], side: Side, drop: impl Fn(u32) -> bool) -> (usize, usize) {
    let (mut from, mut to) = (0, text.len());
    if side != Side::Right {
        while from < to && drop(text[from].point()) {
            from += 1;
        }
    }
    if side != Side::Left {
        while from < to && drop(text[to - 1].point()) {
            to -= 1;
        }
    }
    (from, to)
}

/// What a character becomes in `translate`.
#[derive(Clone, Copy)]
pub enum Translated {
    /// Itself.
    Same,
    /// Nothing.
    Deleted,
    /// Another character.
    Char(u32),
    /// Text.
    Text(Gc<Str>),
}

impl Gc<Str> {
    /// `self.strip(characters)`, `lstrip` or `rstrip`: white space without characters.
    pub fn strip(self, heap: &mut Heap, characters: Option<Gc<Str>>, side: Side) -> Alloc<Gc<Str>> {
        let (from, to) = match characters {
            None => units!(self.units(), u => edges(u, side, chars::is_space)),
            Some(set) => match set.as_str() {
                Some(set) => {
                    let bits = set.bytes().fold(0u128, |bits, c| bits | 1 << c);
                    let has = |c: u32| c < 128 && bits >> c & 1 != 0;
                    units!(self.units(), u => edges(u, side, has))
                }
                None => units!(self.units(), u => edges(u, side, |c| set.contains_char(c))),
            },
        };
        if from == to { Str::empty(heap) } else { self.substr(heap, from, to) }
    }

    /// `self.ljust(width, fill)`
    pub fn ljust(self, heap: &mut Heap, width: i64, fill: u32) -> Alloc<Gc<Str>> {
        let pad = self.missing(width);
        self.pad(heap, 0, pad, fill)
    }

    /// `self.rjust(width, fill)`
    pub fn rjust(self, heap: &mut Heap, width: i64, fill: u32) -> Alloc<Gc<Str>> {
        let pad = self.missing(width);
        self.pad(heap, pad, 0, fill)
    }

    /// `self.center(width, fill)`
    pub fn center(self, heap: &mut Heap, width: i64, fill: u32) -> Alloc<Gc<Str>> {
        let pad = self.missing(width);
        let left = pad / 2 + (pad & width as usize & 1);
        self.pad(heap, left, pad - left, fill)
    }

    /// `self.zfill(width)`
    pub fn zfill(self, heap: &mut Heap, width: i64) -> Alloc<Gc<Str>> {
        let pad = self.missing(width);
        let signed = !self.is_empty() && matches!(self.char_at(0), 0x2B | 0x2D);
        if pad == 0 || !signed {
            return self.pad(heap, pad, 0, 0x30);
        }
        let mut buf = StrBuf::with_capacity(self.len() + pad);
        buf.push(self.char_at(0));
        buf.extend(std::iter::repeat_n(0x30, pad));
        buf.push_units(self.units().range(1, self.len()));
        buf.finish(heap)
    }

    fn missing(self, width: i64) -> usize {
        usize::try_from(width).unwrap_or(0).saturating_sub(self.len())
    }

    /// `self.expandtabs(tabsize)`
    pub fn expandtabs(self, heap: &mut Heap, tabsize: i64) -> Alloc<Gc<Str>> {
        if !self.contains_char(9) {
            return self.to_exact(heap);
        }
        let size = usize::try_from(tabsize).unwrap_or(0);
        let mut buf = StrBuf::with_capacity(self.len());
        let mut column = 0;
        for c in self.units().iter() {
            if c == 9 {
                if size > 0 {
                    let n = size - column % size;
                    if buf.len().saturating_add(n) > super::MAX_LEN {
                        return Err(OutOfMemory);
                    }
                    buf.extend(std::iter::repeat_n(0x20, n));
                    column += n;
                }
            } else {
                buf.push(c);
                column = if c == 10 || c == 13 { 0 } else { column + 1 };
            }
        }
        buf.finish(heap)
    }

    /// `self.translate(table)` where `look_up` asks the table, at most once for each ASCII character. What it says of
    /// a `Text` is copied at once, so nothing else needs to keep it alive.
    pub fn translate<E>(
        self,
        mut look_up: impl FnMut(u32) -> Result<Translated, E>,
    ) -> Result<StrBuf, E> {
        const UNKNOWN: i16 = -2;
        const DELETED: i16 = -1;
        let mut known = [UNKNOWN; 128];
        let mut buf = StrBuf::with_capacity(self.len());
        for i in 0..self.len() {
            let c = self.char_at(i);
            match known.get(c as usize) {
                Some(&DELETED) => continue,
                Some(&UNKNOWN) | None => {}
                Some(&to) => {
                    buf.push(to as u32);
                    continue;
                }
            }
            let to = look_up(c)?;
            let short = match to {
                Translated::Same => Some(c),
                Translated::Char(c) => Some(c),
                _ => None,
            };
            if let Some(slot) = known.get_mut(c as usize) {
                *slot = match (to, short) {
                    (Translated::Deleted, _) => DELETED,
                    (_, Some(c)) if c < 128 => c as i16,
                    _ => UNKNOWN,
                };
            }
            match to {
                Translated::Deleted => {}
                Translated::Text(s) => buf.push_value(s),
                _ => buf.push(short.unwrap_or(c)),
            }
        }
        Ok(buf)
    }
}
