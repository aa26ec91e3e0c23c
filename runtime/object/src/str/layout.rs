//! What a str looks like in memory, and the only code that reads or writes it raw.
//!
//! ```text
//!  0  header   slots = 1
//!  8  owner    the Blob that holds the units, int 0 when they are inline
//! 16  hash     0 until computed
//! 24  len      code points (u32), width 1|2|4 (u8), flags (u8)
//! 32  data     address of the first unit
//! 40  inline units
//! ```
//!
//! Units are code points in the narrowest width that holds them all; lone surrogates are code points like others.

use crate::array::{BLOB_BYTES_OFFSET, Blob};
use crate::kind::{Kind, Object, shape};
use crate::object::{Alloc, Gc, header};
use crate::value::Value;
use habu_gc::{Header, Heap, OutOfMemory};
use std::cell::Cell;

/// A Python str.
#[repr(C)]
pub struct Str {
    header: Header,
    owner: Cell<Value>,
    pub(super) hash: Cell<i64>,
    len: u32,
    width: u8,
    flags: Cell<u8>,
    _pad: u16,
    data: *const u8,
    inline: [u64; 0],
}

// SAFETY: repr(C), header first; made by this file alone.
unsafe impl Object for Str {
    const KIND: Kind = Kind::Str;
}

/// Offsets for compiled code.
pub mod offsets {
    /// Cached hash, 0 when not computed.
    pub const HASH: usize = 16;
    /// Number of code points, u32.
    pub const LEN: usize = 24;
    /// Bytes of a unit, u8: 1, 2 or 4.
    pub const WIDTH: usize = 28;
    /// Flags, u8: see `super::flag`.
    pub const FLAGS: usize = 29;
    /// Address of the first unit.
    pub const DATA: usize = 32;
    /// First inline unit.
    pub const INLINE: usize = 40;
}

/// Bits of the flags byte.
pub mod flag {
    /// All units are below 128.
    pub const ASCII: u8 = 1;
    /// In the table of the runtime's `Interner`.
    pub const INTERNED: u8 = 2;
    /// Made by appending to a long str; the next append makes the storage growable.
    pub const APPENDED: u8 = 4;
}

const _: () = {
    assert!(size_of::<Str>() == offsets::INLINE);
    assert!(std::mem::offset_of!(Str, hash) == offsets::HASH);
    assert!(std::mem::offset_of!(Str, len) == offsets::LEN);
    assert!(std::mem::offset_of!(Str, width) == offsets::WIDTH);
    assert!(std::mem::offset_of!(Str, flags) == offsets::FLAGS);
    assert!(std::mem::offset_of!(Str, data) == offsets::DATA);
};

/// A code unit: u8 (latin-1), u16 (basic plane) or u32.
pub trait Unit: Copy + Ord + std::ops::BitOr<Output = Self> + Default + 'static {
    /// Bytes.
    const WIDTH: usize;
    /// The code point.
    fn point(self) -> u32;
    /// The unit of a code point that is known to fit.
    fn narrow(c: u32) -> Self;
    /// The unit of a code point, if it fits.
    #[inline(always)]
    fn fit(c: u32) -> Option<Self> {
        let unit = Self::narrow(c);
        if unit.point() == c { Some(unit) } else { None }
    }
    /// The units of a str, if they are of this type.
    fn of(units: Units<'_>) -> Option<&[Self]>;
    /// These units as bytes, in the machine's order.
    fn as_bytes(units: &[Self]) -> &[u8] {
        // SAFETY: units are plain integers, without padding.
        unsafe { std::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(units)) }
    }
}

macro_rules! unit {
    ($($ty:ty, $name:ident;)*) => { $(
        impl Unit for $ty {
            const WIDTH: usize = size_of::<$ty>();
            #[inline(always)]
            fn point(self) -> u32 {
                self as u32
            }
            #[inline(always)]
            fn narrow(c: u32) -> $ty {
                c as $ty
            }
            #[inline(always)]
            fn of(units: Units<'_>) -> Option<&[$ty]> {
                if let Units::$name(units) = units { Some(units) } else { None }
            }
        }
    )* };
}
unit! { u8, One; u16, Two; u32, Four; }

/// The units of a str.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units<'a> {
    /// All below 256.
    One(&'a [u8]),
    /// Some are above 255, all below 65536.
    Two(&'a [u16]),
    /// Some are above 65535.
    Four(&'a [u32]),
}

/// Evaluates an expression with the units of a str in their type: `units!(s.units(), u => u.len())`.
macro_rules! units {
    ($units:expr, $u:ident => $body:expr) => {
        match $units {
            $crate::str::Units::One($u) => $body,
            $crate::str::Units::Two($u) => $body,
            $crate::str::Units::Four($u) => $body,
        }
    };
}
pub(crate) use units;

/// What a str of some units has to be: width and whether it is ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    /// Bytes of a unit.
    pub width: u8,
    /// All units are below 128.
    pub ascii: bool,
}

impl Form {
    /// All ASCII.
    pub const ASCII: Form = Form { width: 1, ascii: true };

    /// The form for code points whose bitwise or is `bits`.
    #[inline(always)]
    pub fn of_bits(bits: u32) -> Form {
        let width = if bits < 0x100 {
            1
        } else if bits < 0x1_0000 {
            2
        } else {
            4
        };
        Form { width, ascii: bits < 0x80 }
    }

    /// The form that holds both.
    #[inline(always)]
    pub fn join(self, other: Form) -> Form {
        Form { width: self.width.max(other.width), ascii: self.ascii && other.ascii }
    }
}

/// Most code points of a str.
pub const MAX_LEN: usize = u32::MAX as usize;

impl Str {
    /// A str of `len` inline units, not yet written.
    #[inline]
    fn blank(heap: &mut Heap, shape: u32, len: usize, form: Form) -> Alloc<Gc<Str>> {
        if len > MAX_LEN {
            return Err(OutOfMemory);
        }
        let p = heap.alloc(offsets::INLINE + len * form.width as usize)?.cast::<Str>();
        // SAFETY: the allocation has room for the fixed part and `len` units behind it.
        unsafe {
            p.as_ptr().write(Str {
                header: header(shape, Kind::Str, 1),
                owner: Cell::new(Value::small_int(0)),
                hash: Cell::new(0),
                len: len as u32,
                width: form.width,
                flags: Cell::new(if form.ascii { flag::ASCII } else { 0 }),
                _pad: 0,
                data: p.as_ptr().byte_add(offsets::INLINE).cast(),
                inline: [],
            });
        }
        Ok(Gc::from_ptr(p))
    }

    /// A str of `len` units that `fill` writes, all of them; `ascii` must tell whether they are all below 128, and
    /// some must be too big for a narrower unit.
    #[inline]
    pub fn build<U: Unit>(
        heap: &mut Heap,
        shape: u32,
        len: usize,
        ascii: bool,
        fill: impl FnOnce(&mut [U]),
    ) -> Alloc<Gc<Str>> {
        let s = Str::blank(heap, shape, len, Form { width: U::WIDTH as u8, ascii })?;
        // SAFETY: `blank` made room for `len` units of this width at an 8-aligned address; heap memory is mapped, so
        // it has some value, and nobody else knows of the object yet.
        fill(unsafe { std::slice::from_raw_parts_mut(s.data as *mut U, len) });
        debug_assert!(s.is_well_formed());
        Ok(s)
    }

    /// A str of `len` units at the start of `blob`, in which they have been written.
    pub(super) fn in_blob(
        heap: &mut Heap,
        blob: Gc<Blob>,
        len: usize,
        form: Form,
    ) -> Alloc<Gc<Str>> {
        assert!(len <= MAX_LEN && len * form.width as usize <= blob.used.get());
        let s = Str::blank(heap, shape::STR, 0, form)?;
        s.owner.set(blob.value());
        // SAFETY: the object is new and nothing else refers to it.
        unsafe {
            (*s.as_ptr()).len = len as u32;
            (*s.as_ptr()).data = (blob.as_ptr() as *const u8).add(BLOB_BYTES_OFFSET);
        }
        debug_assert!(s.is_well_formed());
        Ok(s)
    }

    /// The Blob that holds the units, unless they are inline.
    #[inline(always)]
    pub(super) fn owner(&self) -> Option<Gc<Blob>> {
        let owner = self.owner.get();
        // SAFETY: `owner` is int 0 or a Blob: only `in_blob` writes another value.
        if owner.is_ptr() { Some(unsafe { owner.cast_unchecked() }) } else { None }
    }

    /// Whether the units end where the used part of their Blob ends, so that others may be appended in place.
    #[inline]
    pub(super) fn ends_blob(&self) -> Option<Gc<Blob>> {
        self.owner().filter(|blob| self.byte_len() == blob.used.get())
    }

    /// Number of code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of a unit: 1, 2 or 4.
    #[inline(always)]
    pub fn width(&self) -> usize {
        self.width as usize
    }

    /// Bytes of all units.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.len as usize * self.width as usize
    }

    /// Whether all code points are below 128.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.has(flag::ASCII)
    }

    /// Width and ASCII-ness.
    #[inline(always)]
    pub fn form(&self) -> Form {
        Form { width: self.width, ascii: self.is_ascii() }
    }

    /// Whether a flag is set.
    #[inline(always)]
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    /// Sets a flag other than ASCII.
    #[inline(always)]
    pub(super) fn mark(&self, flag: u8) {
        debug_assert!(flag != flag::ASCII);
        self.flags.set(self.flags.get() | flag);
    }

    /// The raw bytes of the units, in the machine's order.
    #[inline(always)]
    pub fn raw(&self) -> &[u8] {
        // SAFETY: `data` points to `byte_len` bytes, in this object or in the owner that it keeps alive.
        unsafe { std::slice::from_raw_parts(self.data, self.byte_len()) }
    }

    /// The units.
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let n = self.len();
        // SAFETY: `data` points to `len` units of `width` bytes, aligned as both places of storage are 8-aligned.
        unsafe {
            match self.width {
                1 => Units::One(std::slice::from_raw_parts(self.data, n)),
                2 => Units::Two(std::slice::from_raw_parts(self.data.cast(), n)),
                _ => Units::Four(std::slice::from_raw_parts(self.data.cast(), n)),
            }
        }
    }

    /// The units if they are bytes.
    #[inline(always)]
    pub fn latin1(&self) -> Option<&[u8]> {
        if self.width == 1 { Some(self.raw()) } else { None }
    }

    /// The text if it is ASCII.
    #[inline(always)]
    pub fn as_str(&self) -> Option<&str> {
        if self.is_ascii() {
            // SAFETY: ASCII bytes are UTF-8.
            Some(unsafe { std::str::from_utf8_unchecked(self.raw()) })
        } else {
            None
        }
    }

    /// The code point at `i`; panics if out of range.
    #[inline(always)]
    pub fn char_at(&self, i: usize) -> u32 {
        units!(self.units(), u => u[i].point())
    }

    /// Whether the class is exactly str.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape.get() == shape::STR
    }

    fn is_well_formed(&self) -> bool {
        let bits = self.units().bits();
        Form::of_bits(bits) == self.form() || self.is_empty() && self.width == 1
    }
}

impl<'a> Units<'a> {
    /// How many.
    #[inline(always)]
    pub fn len(self) -> usize {
        units!(self, u => u.len())
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at `i`; panics if out of range.
    #[inline(always)]
    pub fn get(self, i: usize) -> u32 {
        units!(self, u => u[i].point())
    }

    /// The units of positions `from..to`, in the same width.
    #[inline]
    pub fn range(self, from: usize, to: usize) -> Units<'a> {
        match self {
            Units::One(u) => Units::One(&u[from..to]),
            Units::Two(u) => Units::Two(&u[from..to]),
            Units::Four(u) => Units::Four(&u[from..to]),
        }
    }

    /// The bitwise or of all code points.
    #[inline]
    pub fn bits(self) -> u32 {
        match self {
            Units::One(u) if u.is_ascii() => 0,
            Units::One(_) => 0x80,
            Units::Two(u) => bits_of(u),
            Units::Four(u) => bits_of(u),
        }
    }

    /// The form of a str of these units.
    #[inline]
    pub fn form(self) -> Form {
        Form::of_bits(self.bits())
    }

    /// Writes the code points to units that are known to hold them.
    #[inline]
    pub fn copy_to<U: Unit>(self, to: &mut [U]) {
        match U::of(self) {
            Some(same) => to.copy_from_slice(same),
            None => units!(self, u => convert(to, u)),
        }
    }

    /// The code points.
    #[inline]
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.get(i))
    }
}

/// Copies units of one width; both sides have the same length. Short texts, as most words are, without a call.
#[inline(always)]
pub(super) fn copy_short<U: Unit>(to: &mut [U], from: &[U]) {
    #[inline(always)]
    fn ends<U: Unit, const N: usize>(to: &mut [U], from: &[U]) {
        let n = from.len();
        to[..N].copy_from_slice(&from[..N]);
        to[n - N..].copy_from_slice(&from[n - N..]);
    }
    assert_eq!(to.len(), from.len());
    match from.len() {
        0 => {}
        1 => to[0] = from[0],
        2..4 => ends::<U, 2>(to, from),
        4..8 => ends::<U, 4>(to, from),
        8..=16 => ends::<U, 8>(to, from),
        _ => to.copy_from_slice(from),
    }
}

/// The bitwise or of units.
#[inline]
pub(super) fn bits_of<U: Unit>(units: &[U]) -> u32 {
    units.iter().fold(U::default(), |a, b| a | *b).point()
}

/// Copies units into units of another width; both sides have the same length.
#[inline(always)]
pub(super) fn convert<T: Unit, F: Unit>(to: &mut [T], from: &[F]) {
    assert_eq!(to.len(), from.len());
    for (t, f) in to.iter_mut().zip(from) {
        *t = T::narrow(f.point());
    }
}

/// Writes bytes into a Blob from `at` on.
#[inline]
pub(super) fn write_blob(blob: Gc<Blob>, at: usize, bytes: &[u8]) {
    let to = &blob.bytes()[at..at + bytes.len()];
    // SAFETY: both ranges have this length, and a str's units and the unused part of a Blob do not overlap; if the
    // units are in the same Blob they are in its used part.
    unsafe { std::ptr::copy(bytes.as_ptr(), to.as_ptr() as *mut u8, bytes.len()) };
}
