//! Making strs from Rust text, from code points and piece by piece.

use super::layout::{Form, Str, Unit, Units, bits_of, convert, units};
use crate::kind::shape;
use crate::object::{Alloc, Gc};
use habu_gc::{Heap, OutOfMemory};

impl Str {
    /// A str of this text.
    #[inline]
    pub fn new(heap: &mut Heap, text: &str) -> Alloc<Gc<Str>> {
        Str::with_shape(heap, shape::STR, text)
    }

    /// A str of this text, of the class that `shape` names.
    pub fn with_shape(heap: &mut Heap, shape: u32, text: &str) -> Alloc<Gc<Str>> {
        if text.is_ascii() {
            return Str::build(heap, shape, text.len(), true, |to: &mut [u8]| {
                to.copy_from_slice(text.as_bytes());
            });
        }
        // The first byte of a character tells how wide it is; the others are 0x80 to 0xBF.
        let most = text.as_bytes().iter().fold(0, |a, b| a.max(*b));
        let len = text.as_bytes().iter().filter(|b| **b & 0xC0 != 0x80).count();
        fn fill<U: Unit>(to: &mut [U], text: &str) {
            for (t, c) in to.iter_mut().zip(text.chars()) {
                *t = U::narrow(c.into());
            }
        }
        match most {
            0..=0xC3 => Str::build(heap, shape, len, false, |to: &mut [u8]| fill(to, text)),
            0xC4..=0xEF => Str::build(heap, shape, len, false, |to: &mut [u16]| fill(to, text)),
            _ => Str::build(heap, shape, len, false, |to: &mut [u32]| fill(to, text)),
        }
    }

    /// The empty str.
    pub fn empty(heap: &mut Heap) -> Alloc<Gc<Str>> {
        Str::from_latin1(heap, b"")
    }

    /// A str of the characters U+0000 to U+00FF that these bytes number.
    #[inline]
    pub fn from_latin1(heap: &mut Heap, bytes: &[u8]) -> Alloc<Gc<Str>> {
        Str::from_bytes(heap, bytes, bytes.is_ascii())
    }

    /// As `from_latin1` when it is known whether the bytes are ASCII.
    #[inline]
    pub(super) fn from_bytes(heap: &mut Heap, bytes: &[u8], ascii: bool) -> Alloc<Gc<Str>> {
        let fill = |to: &mut [u8]| to.copy_from_slice(bytes);
        Str::build(heap, shape::STR, bytes.len(), ascii, fill)
    }

    /// A str of one code point.
    #[inline]
    pub fn from_char(heap: &mut Heap, c: u32) -> Alloc<Gc<Str>> {
        match Form::of_bits(c) {
            Form { width: 1, ascii } => {
                Str::build(heap, shape::STR, 1, ascii, |to: &mut [u8]| to[0] = c as u8)
            }
            Form { width: 2, .. } => {
                Str::build(heap, shape::STR, 1, false, |to: &mut [u16]| to[0] = c as u16)
            }
            _ => Str::build(heap, shape::STR, 1, false, |to: &mut [u32]| to[0] = c),
        }
    }

    /// A str of these code points, each below 0x110000.
    pub fn from_code_points(
        heap: &mut Heap,
        points: impl IntoIterator<Item = u32>,
    ) -> Alloc<Gc<Str>> {
        let mut buf = StrBuf::new();
        buf.extend(points);
        buf.finish(heap)
    }

    /// A str of these units, of the class that `shape` names, in the narrowest width.
    pub fn from_units(heap: &mut Heap, shape: u32, from: Units<'_>) -> Alloc<Gc<Str>> {
        Str::from_units_as(heap, shape, from, from.form())
    }

    /// As `from_units` when the form is known.
    #[inline]
    pub(super) fn from_units_as(
        heap: &mut Heap,
        shape: u32,
        from: Units<'_>,
        form: Form,
    ) -> Alloc<Gc<Str>> {
        let n = from.len();
        match form.width {
            1 => Str::build(heap, shape, n, form.ascii, |to: &mut [u8]| from.copy_to(to)),
            2 => Str::build(heap, shape, n, false, |to: &mut [u16]| from.copy_to(to)),
            _ => Str::build(heap, shape, n, false, |to: &mut [u32]| from.copy_to(to)),
        }
    }
}

impl Gc<Str> {
    /// The same text as an instance of another class.
    pub fn to_shape(self, heap: &mut Heap, shape: u32) -> Alloc<Gc<Str>> {
        Str::from_units_as(heap, shape, self.units(), self.form())
    }

    /// The same text as an exact str: `self` unless its class is a subclass.
    #[inline]
    pub fn to_exact(self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        if self.is_exact() { Ok(self) } else { self.to_shape(heap, shape::STR) }
    }
}

/// Code points that become a str, widened as needed. It holds no values, so it may live anywhere.
///
/// Where memory runs out it drops what it has and takes nothing more; [`StrBuf::finish`] then says so.
#[derive(Clone, Debug)]
pub struct StrBuf {
    units: Buffer,
    /// The bitwise or of all code points.
    bits: u32,
    /// Whether memory ran out.
    failed: bool,
}

#[derive(Clone, Debug)]
enum Buffer {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// Evaluates an expression with the vector of a buffer.
macro_rules! vector {
    ($buffer:expr, $v:ident => $body:expr) => {
        match $buffer {
            Buffer::One($v) => $body,
            Buffer::Two($v) => $body,
            Buffer::Four($v) => $body,
        }
    };
}

impl Default for StrBuf {
    fn default() -> StrBuf {
        StrBuf::new()
    }
}

impl StrBuf {
    /// An empty buffer.
    pub fn new() -> StrBuf {
        StrBuf::with_capacity(0)
    }

    /// An empty buffer with room for some narrow code points.
    pub fn with_capacity(n: usize) -> StrBuf {
        let mut buf = StrBuf { units: Buffer::One(Vec::new()), bits: 0, failed: false };
        buf.reserve(n);
        buf
    }

    /// Number of code points.
    pub fn len(&self) -> usize {
        vector!(&self.units, v => v.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code points.
    pub fn units(&self) -> Units<'_> {
        match &self.units {
            Buffer::One(v) => Units::One(v),
            Buffer::Two(v) => Units::Two(v),
            Buffer::Four(v) => Units::Four(v),
        }
    }

    /// Drops all code points from `len` on.
    pub fn truncate(&mut self, len: usize) {
        vector!(&mut self.units, v => v.truncate(len));
        self.bits = self.units().bits();
    }

    /// Adds a code point.
    #[inline(always)]
    pub fn push(&mut self, c: u32) {
        match &mut self.units {
            Buffer::One(v) if c < 0x100 && v.len() < v.capacity() => v.push(c as u8),
            Buffer::Two(v) if c < 0x1_0000 && v.len() < v.capacity() => v.push(c as u16),
            Buffer::Four(v) if v.len() < v.capacity() => v.push(c),
            _ => return self.push_slowly(c),
        }
        self.bits |= c;
    }

    #[cold]
    fn push_slowly(&mut self, c: u32) {
        self.widen(Form::of_bits(c).width);
        if self.reserve(1) {
            self.push(c);
        }
    }

    /// Makes room for `n` more code points of the present width; false if there is none.
    fn reserve(&mut self, n: usize) -> bool {
        if !self.failed && vector!(&mut self.units, v => v.try_reserve(n)).is_err() {
            self.fail();
        }
        !self.failed
    }

    #[cold]
    fn fail(&mut self) {
        *self = StrBuf { units: Buffer::One(Vec::new()), bits: 0, failed: true };
    }

    /// Adds text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_units(Units::One(text.as_bytes()));
        } else {
            self.extend(text.chars().map(u32::from));
        }
    }

    /// Adds code points.
    pub fn push_units(&mut self, from: Units<'_>) {
        let bits = from.bits();
        self.widen(Form::of_bits(bits).width);
        if !self.reserve(from.len()) {
            return;
        }
        self.bits |= bits;
        fn append<U: Unit>(v: &mut Vec<U>, from: Units<'_>) {
            let at = v.len();
            v.resize(at + from.len(), U::default());
            from.copy_to(&mut v[at..]);
        }
        vector!(&mut self.units, v => append(v, from));
    }

    /// Adds a str.
    pub fn push_value(&mut self, s: Gc<Str>) {
        self.push_units(s.units());
    }

    /// Makes room for units of `width` bytes.
    #[cold]
    fn widen_to(&mut self, width: u8) {
        fn wider<T: Unit, F: Unit>(from: &[F]) -> Option<Vec<T>> {
            let mut to = Vec::new();
            to.try_reserve_exact(from.len() + from.len() / 2 + 8).ok()?;
            to.resize(from.len(), T::default());
            convert(&mut to, from);
            Some(to)
        }
        let wider = match width {
            2 => units!(self.units(), u => wider(u)).map(Buffer::Two),
            _ => units!(self.units(), u => wider(u)).map(Buffer::Four),
        };
        match wider {
            Some(units) => self.units = units,
            None => self.fail(),
        }
    }

    #[inline(always)]
    fn widen(&mut self, width: u8) {
        let now = match &self.units {
            Buffer::One(_) => 1,
            Buffer::Two(_) => 2,
            Buffer::Four(_) => 4,
        };
        if width > now {
            self.widen_to(width);
        }
    }

    /// The str.
    pub fn finish(&self, heap: &mut Heap) -> Alloc<Gc<Str>> {
        self.finish_with_shape(heap, shape::STR)
    }

    /// The str, of the class that `shape` names.
    pub fn finish_with_shape(&self, heap: &mut Heap, shape: u32) -> Alloc<Gc<Str>> {
        if self.failed {
            return Err(OutOfMemory);
        }
        debug_assert_eq!(
            Form::of_bits(self.bits),
            vector!(&self.units, v => Form::of_bits(bits_of(v)))
        );
        Str::from_units_as(heap, shape, self.units(), Form::of_bits(self.bits))
    }
}

impl Extend<u32> for StrBuf {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, points: I) {
        let points = points.into_iter();
        if !self.reserve(points.size_hint().0) {
            return;
        }
        for c in points {
            self.push(c);
            if self.failed {
                break;
            }
        }
    }
}

impl std::fmt::Write for StrBuf {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
