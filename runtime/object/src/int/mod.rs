//! Python ints: immediates, heap ints of up to 128 bits, big ints, and bools, which are ints too.
//!
//! A result of exact type int always has the smallest representation, so equality of immediates is equality of bits
//! and `BigInt` means "beyond i128". Instances of subclasses are heap objects whatever their size. Operations accept
//! any mixture (bools and subclass instances included) and yield exact ints.
//!
//! `arith` adds to divides, `power` has pow, gcd and roots, `bits` shifts and masks, `real` meets floats and hashes,
//! `bytes` and `text` convert, `words` is the arithmetic of magnitudes in heap words.

mod arith;
mod bits;
mod bytes;
mod power;
pub(crate) mod real;
pub(crate) mod text;
mod words;

#[cfg(test)]
mod tests;

pub use arith::{
    abs, add, cmp, divmod, eq, floordiv, invert, is_negative, is_zero, modulo, mul, neg, pos, sub,
};
pub use bits::{and, bit_count, bit_length, lshift, or, rshift, xor};
pub use bytes::{from_bytes, to_bytes};
pub use power::{gcd, isqrt, lcm, pow, pow_mod};
pub use real::{cmp_f64, from_f64, hash, hash_i64, ratio_of_f64, to_f64, truediv};
pub(crate) use text::with_decimal_of;
pub use text::{
    ParseError, affords_digits, decimal_digit, decimal_digits_lower_bound, numeral_to_ascii, parse,
    to_decimal, to_string_radix, with_decimal,
};

use crate::kind::{Kind, Object, shape};
use crate::object::{Alloc, Gc, header, new};
use crate::value::Value;
use dashu_int::{IBig, Sign};
use habu_gc::{Header, Heap, OutOfMemory};

/// Why an int operation has no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntError {
    /// Division or modulo by zero.
    ZeroDivision,
    /// A negative shift count, or a negative number where none may be.
    Negative,
    /// Nothing so large is made: OverflowError "too many digits in integer".
    TooLarge,
    /// The result does not fit its type (float, bytes).
    Overflow,
    /// A float that is not a number.
    NotANumber,
    /// The base has no inverse for the modulus.
    NotInvertible,
    /// No memory.
    Memory,
    /// [`Heap::interrupted`] ended a long computation.
    Interrupted,
}

impl From<OutOfMemory> for IntError {
    fn from(_: OutOfMemory) -> IntError {
        IntError::Memory
    }
}

/// An int or the reason why there is none.
pub type IntResult = Result<Value, IntError>;

/// A heap int of up to 128 bits.
#[repr(C)]
pub struct WideInt {
    header: Header,
    _pad: u64,
    number: i128,
}

/// A larger int: sign and length, then the words of the magnitude, least significant first.
///
/// As an exact int it is beyond i128 and has no leading zero word; as an instance of a subclass likewise, because
/// small ones are `WideInt`s.
#[repr(C)]
pub struct BigInt {
    header: Header,
    /// Number of words, negative for negative numbers.
    size: i64,
    words: [u64; 0],
}

/// Offset of the number of a `WideInt`.
pub const WIDE_NUMBER_OFFSET: usize = 16;

// SAFETY: repr(C), header first, made by `from_i128_with_shape` alone; immediates are no pointers.
unsafe impl Object for WideInt {
    const KIND: Kind = Kind::Int;
}

// SAFETY: repr(C), header first, made by `BigInt::build` alone.
unsafe impl Object for BigInt {
    const KIND: Kind = Kind::BigInt;
}

/// Magnitudes beyond this many words are refused (8 GB).
pub const MAX_WORDS: usize = 1 << 30;

impl BigInt {
    const WORDS_OFFSET: usize = 16;

    /// Whether the number is negative.
    #[inline]
    pub fn is_negative(&self) -> bool {
        self.size < 0
    }

    /// The magnitude, least significant word first.
    #[inline]
    pub fn words(&self) -> &[u64] {
        // SAFETY: `size` words follow, as `build` allocated them; nothing writes them afterwards.
        unsafe {
            std::slice::from_raw_parts(self.words.as_ptr(), self.size.unsigned_abs() as usize)
        }
    }

    /// An int of at most `len` words, all of which `fill` writes; `fill` says whether it is negative.
    fn build(heap: &mut Heap, len: usize, fill: impl FnOnce(&mut [u64]) -> bool) -> IntResult {
        BigInt::build_with_shape(heap, shape::INT, len, fill)
    }

    fn build_with_shape(
        heap: &mut Heap,
        shape: u32,
        len: usize,
        fill: impl FnOnce(&mut [u64]) -> bool,
    ) -> IntResult {
        if len > MAX_WORDS {
            return Err(IntError::TooLarge);
        }
        let p = heap.alloc(Self::WORDS_OFFSET + len * 8)?.cast::<BigInt>();
        // SAFETY: the allocation has room for the fixed part and `len` words behind it; nothing else refers to it.
        unsafe {
            p.as_ptr().write(BigInt { header: header(shape, Kind::BigInt, 0), size: 0, words: [] });
        }
        let o: Gc<BigInt> = Gc::from_ptr(p);
        // SAFETY: as above; heap memory is mapped, so the words have some value until `fill` writes them.
        let words =
            unsafe { std::slice::from_raw_parts_mut((&raw mut (*o.as_ptr()).words).cast(), len) };
        let negative = fill(words);
        let used = words::trimmed(words).len();
        if used <= 2 {
            let magnitude = words::low_u128(&words[..used]);
            if let Some(n) = words::signed_i128(negative, magnitude) {
                return Ok(from_i128_with_shape(heap, shape, n)?);
            }
        }
        let size = if negative { -(used as i64) } else { used as i64 };
        // SAFETY: as above; the slice is no longer used.
        unsafe { (*o.as_ptr()).size = size };
        Ok(o.value())
    }
}

/// An int taken apart for matching.
#[derive(Clone, Copy)]
pub enum IntView {
    /// Any number of 64 bits that is an immediate or a bool.
    Small(i64),
    /// A heap number of up to 128 bits.
    Wide(i128),
    /// Beyond 128 bits.
    Big(Gc<BigInt>),
}

/// Whether `v` is an int, a bool or an instance of a subclass of int.
#[inline]
pub fn is_int_like(v: Value) -> bool {
    v.is_int() || (v.is_ptr() && matches!(v.kind(), Kind::Int | Kind::BigInt | Kind::Bool))
}

/// Whether the class of `v` is int itself.
#[inline]
pub fn is_exact_int(v: Value) -> bool {
    v.is_int() || v.shape() == shape::INT
}

/// The number behind an int-like value.
#[inline]
pub fn try_view(v: Value) -> Option<IntView> {
    if v.is_int() { Some(IntView::Small(v.as_int())) } else { view_object(v) }
}

fn view_object(v: Value) -> Option<IntView> {
    if v == Value::TRUE || v == Value::FALSE {
        return Some(IntView::Small((v == Value::TRUE) as i64));
    }
    wide(v).map(IntView::Wide).or_else(|| v.cast::<BigInt>().map(IntView::Big))
}

/// The number of a `WideInt`.
#[inline(always)]
fn wide(v: Value) -> Option<i128> {
    v.cast::<WideInt>().map(|o| o.number)
}

/// The number behind a value that the caller knows to be int-like.
#[inline]
pub fn view(v: Value) -> IntView {
    let found = try_view(v);
    debug_assert!(found.is_some(), "not an int: {v:?}");
    found.unwrap_or(IntView::Small(0))
}

/// The number as an i64, if `v` is int-like and it fits.
#[inline]
pub fn to_i64(v: Value) -> Option<i64> {
    if v.is_int() { Some(v.as_int()) } else { to_i128(v).and_then(|n| n.try_into().ok()) }
}

/// The number as an i128, if `v` is int-like and it fits.
#[inline(always)]
pub fn to_i128(v: Value) -> Option<i128> {
    if v.is_int() {
        Some(v.as_int() as i128)
    } else if let Some(n) = wide(v) {
        Some(n)
    } else if v == Value::TRUE || v == Value::FALSE {
        Some((v == Value::TRUE) as i128)
    } else {
        None
    }
}

/// The number, pressed into i64's range (for slice indices).
pub fn to_i64_clamped(v: Value) -> i64 {
    match view(v) {
        IntView::Small(n) => n,
        IntView::Wide(n) => n.clamp(i64::MIN as i128, i64::MAX as i128) as i64,
        IntView::Big(b) if b.is_negative() => i64::MIN,
        IntView::Big(_) => i64::MAX,
    }
}

/// The number modulo 2^64 (for `ctypes`-like masks and hashes).
pub fn to_u64_wrapping(v: Value) -> u64 {
    match view(v) {
        IntView::Small(n) => n as u64,
        IntView::Wide(n) => n as u64,
        IntView::Big(b) => {
            let low = b.words()[0];
            if b.is_negative() { low.wrapping_neg() } else { low }
        }
    }
}

/// The number as dashu's int.
pub fn to_ibig(v: Value) -> IBig {
    match view(v) {
        IntView::Small(n) => IBig::from(n),
        IntView::Wide(n) => IBig::from(n),
        IntView::Big(b) => IBig::from_sign_words(Sign::from(b.is_negative()), b.words()),
    }
}

/// An int.
#[inline]
pub fn from_i64(heap: &mut Heap, n: i64) -> Alloc<Value> {
    match Value::try_small_int(n) {
        Some(v) => Ok(v),
        None => new_wide(heap, shape::INT, n as i128),
    }
}

/// An int.
#[inline]
pub fn from_u64(heap: &mut Heap, n: u64) -> Alloc<Value> {
    from_i128(heap, n as i128)
}

/// An int.
#[inline]
pub fn from_usize(heap: &mut Heap, n: usize) -> Alloc<Value> {
    from_i128(heap, n as i128)
}

/// An int.
#[inline]
pub fn from_i128(heap: &mut Heap, n: i128) -> Alloc<Value> {
    match i64::try_from(n).ok().and_then(Value::try_small_int) {
        Some(v) => Ok(v),
        None => new_wide(heap, shape::INT, n),
    }
}

/// An int.
pub fn from_u128(heap: &mut Heap, n: u128) -> IntResult {
    match i128::try_from(n) {
        Ok(n) => Ok(from_i128(heap, n)?),
        Err(_) => from_sign_words(heap, false, &[n as u64, (n >> 64) as u64]),
    }
}

/// An int.
pub fn from_ibig(heap: &mut Heap, n: &IBig) -> IntResult {
    let (sign, words) = n.as_sign_words();
    from_sign_words(heap, sign == Sign::Negative, words)
}

/// An int of this sign and magnitude, the least significant word first; leading zeros are allowed.
pub fn from_sign_words(heap: &mut Heap, negative: bool, words: &[u64]) -> IntResult {
    let words = words::trimmed(words);
    if words.len() <= 2
        && let Some(n) = words::signed_i128(negative, words::low_u128(words))
    {
        return Ok(from_i128(heap, n)?);
    }
    BigInt::build(heap, words.len(), |out| {
        out.copy_from_slice(words);
        negative
    })
}

/// The same number as an instance of the class that `shape` names: `int` itself or a subclass of it.
pub fn with_shape(heap: &mut Heap, shape: u32, v: Value) -> IntResult {
    match view(v) {
        IntView::Small(n) => Ok(from_i128_with_shape(heap, shape, n as i128)?),
        IntView::Wide(n) => Ok(from_i128_with_shape(heap, shape, n)?),
        IntView::Big(b) if v.shape() == shape => Ok(b.value()),
        IntView::Big(b) => BigInt::build_with_shape(heap, shape, b.words().len(), |out| {
            out.copy_from_slice(b.words());
            b.is_negative()
        }),
    }
}

/// An int or an instance of a subclass.
pub fn from_i128_with_shape(heap: &mut Heap, shape: u32, n: i128) -> Alloc<Value> {
    if shape == shape::INT { from_i128(heap, n) } else { new_wide(heap, shape, n) }
}

fn new_wide(heap: &mut Heap, shape: u32, number: i128) -> Alloc<Value> {
    Ok(new(heap, WideInt { header: header(shape, Kind::Int, 0), _pad: 0, number })?.value())
}

/// Sign and magnitude of any int, as words.
struct Operand {
    negative: bool,
    len: usize,
    near: [u64; 2],
    far: Option<Gc<BigInt>>,
}

/// The library's products are wrong beyond this many words: it counts their bits in 32 bits (dashu-int 0.6.2,
/// `mul/ntt/mod.rs`).
const LIBRARY_WORDS: usize = 1 << 26;
/// Scratch of less than this many bytes is always there.
const SMALL_SCRATCH: usize = 16 << 20;

/// Whether the library can compute with this many words, those of a product or a dividend: it aborts if there is no
/// memory.
#[inline]
fn afford(heap: &Heap, words: usize) -> Result<(), IntError> {
    // The transforms take six numbers of eight bytes for every 16 bits, their count rounded up to a power of two;
    // operands and results are copied.
    let transforms = 48 * (4 * words.min(LIBRARY_WORDS) + 2).next_power_of_two();
    let bytes = transforms + words.saturating_mul(32);
    if bytes <= SMALL_SCRATCH || words < LIBRARY_WORDS && heap.affords(bytes) {
        Ok(())
    } else {
        Err(IntError::Memory)
    }
}

/// Between the steps of a long computation.
fn go_on(heap: &Heap) -> Result<(), IntError> {
    if (heap.interrupted)() { Err(IntError::Interrupted) } else { Ok(()) }
}

impl Operand {
    fn new(v: Value) -> Operand {
        match view(v) {
            IntView::Small(n) => Operand::near(n as i128),
            IntView::Wide(n) => Operand::near(n),
            IntView::Big(b) => Operand {
                negative: b.is_negative(),
                len: b.words().len(),
                near: [0; 2],
                far: Some(b),
            },
        }
    }

    fn near(n: i128) -> Operand {
        let m = n.unsigned_abs();
        let near = [m as u64, (m >> 64) as u64];
        Operand { negative: n < 0, len: words::trimmed(&near).len(), near, far: None }
    }

    fn words(&self) -> &[u64] {
        match &self.far {
            Some(b) => b.words(),
            None => &self.near[..self.len],
        }
    }

    fn ubig(&self) -> dashu_int::UBig {
        dashu_int::UBig::from_words(self.words())
    }
}
