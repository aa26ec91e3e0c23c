//! Ints from and to text.

use super::words::WordDivisor;
use super::{
    IntError, IntView, Operand, afford, bit_length, from_i64, from_sign_words, to_ibig, view, words,
};
use crate::value::Value;
use dashu_int::UBig;
use habu_gc::Heap;
use std::borrow::Cow;
use std::fmt::Write;

/// Why text is no int.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseError {
    /// Not a number in this base.
    Invalid,
    /// This many decimal digits, more than the limit.
    TooManyDigits(usize),
    /// No memory, or too large for any.
    Int(IntError),
}

impl From<IntError> for ParseError {
    fn from(e: IntError) -> ParseError {
        ParseError::Int(e)
    }
}

/// First code points of the runs of ten decimal digits that Unicode 16 has beyond ASCII.
#[rustfmt::skip]
const DIGIT_ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The value of a character that Unicode calls a decimal digit.
#[inline]
pub fn decimal_digit(c: char) -> Option<u32> {
    if c.is_ascii() { c.to_digit(10) } else { wide_digit(c) }
}

fn wide_digit(c: char) -> Option<u32> {
    let c = c as u32;
    let i = DIGIT_ZEROS.partition_point(|zero| *zero <= c);
    let digit = c - DIGIT_ZEROS.get(i.checked_sub(1)?)?;
    (digit < 10).then_some(digit)
}

/// Text as `int()`, `float()` and `complex()` read it: Unicode digits and spaces become ASCII ones, everything else
/// beyond ASCII a question mark.
pub fn numeral_to_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c: char| match decimal_digit(c) {
        Some(d) => char::from(b'0' + d as u8),
        None if c.is_whitespace() || matches!(c, '\x1c'..='\x1f') => ' ',
        None if c.is_ascii() => c,
        None => '?',
    };
    Cow::Owned(text.chars().map(ascii).collect())
}

/// Without C's white space on either side.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r'])
}

/// `int(text, base)`: base 0 or 2 to 36; more than `limit` digits are refused in bases that are no powers of two,
/// unless the limit is 0. The base is the caller's to check.
pub fn parse(heap: &mut Heap, text: &str, base: u32, limit: usize) -> Result<Value, ParseError> {
    let ascii = numeral_to_ascii(text);
    let text = trim(&ascii);
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits, must_be_zero) = split_prefix(text, base);
    let digits = digits.as_bytes();
    if digits.len() <= 12 {
        // Twelve digits in base 36 stay below 2^63.
        let mut n = 0i64;
        let well_formed = scan(digits, radix, |d| n = n * radix as i64 + d as i64);
        if !well_formed || (must_be_zero && n != 0) {
            return Err(ParseError::Invalid);
        }
        return Ok(from_i64(heap, if negative { -n } else { n }).map_err(IntError::from)?);
    }
    let mut values = Vec::new();
    values.try_reserve_exact(digits.len()).map_err(|_| IntError::Memory)?;
    let well_formed = scan(digits, radix, |d| values.push(d as u8));
    if !well_formed || (must_be_zero && values.iter().any(|d| *d != 0)) {
        return Err(ParseError::Invalid);
    }
    if limit != 0 && values.len() > limit && !radix.is_power_of_two() {
        return Err(ParseError::TooManyDigits(values.len()));
    }
    if values.len() <= SHORT_TEXT {
        return Ok(from_sign_words(heap, negative, &accumulate(&values, radix))?);
    }
    let bits = values.len().saturating_mul(radix.ilog2() as usize + 1);
    afford(heap, bits / 64 + 1)?;
    let plain: String = digits.iter().filter(|b| **b != b'_').map(|b| *b as char).collect();
    let n = UBig::from_str_radix(&plain, radix).map_err(|_| ParseError::Invalid)?;
    Ok(from_sign_words(heap, negative, n.as_words())?)
}

/// Values of the digits of bases up to 36, a large number for everything else.
const DIGITS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut d = 0;
    while d < 36 {
        let base = if d < 10 { b'0' } else { b'a' - 10 };
        table[(base + d) as usize] = d;
        table[(base + d).to_ascii_uppercase() as usize] = d;
        d += 1;
    }
    table
};

/// Calls `each` with the digits; false unless there are some, with single underscores between them at most.
fn scan(text: &[u8], radix: u32, mut each: impl FnMut(u32)) -> bool {
    let mut after_digit = false;
    for b in text {
        let digit = DIGITS[*b as usize] as u32;
        if digit < radix {
            each(digit);
        } else if *b != b'_' || !after_digit {
            return false;
        }
        after_digit = digit < radix;
    }
    after_digit
}

/// Up to this many digits the quadratic way is the faster one.
const SHORT_TEXT: usize = 10_000;

/// The number of these digits, taking in as many at a time as a word holds.
fn accumulate(digits: &[u8], radix: u32) -> Vec<u64> {
    let radix = radix as u64;
    let per_word = u64::MAX.ilog(radix) as usize;
    let mut words = Vec::with_capacity(digits.len() / per_word + 1);
    for chunk in digits.chunks(per_word) {
        let n = chunk.iter().fold(0, |n, d| n * radix + *d as u64);
        let carry = words::mul_add_word(&mut words, radix.pow(chunk.len() as u32), n);
        if carry != 0 {
            words.push(carry);
        }
    }
    words
}

/// Radix, digits, and whether they must all be zero (`0777` means nothing in Python 3).
fn split_prefix(text: &str, base: u32) -> (u32, &str, bool) {
    let mut chars = text.bytes();
    let (first, second) = (chars.next(), chars.next());
    if first == Some(b'0') {
        let radix = match second {
            Some(b'x' | b'X') => 16,
            Some(b'o' | b'O') => 8,
            Some(b'b' | b'B') => 2,
            _ => 0,
        };
        if radix != 0 && (base == 0 || base == radix) {
            let digits = &text[2..];
            return (radix, digits.strip_prefix('_').unwrap_or(digits), false);
        }
        if base == 0 {
            return (10, text, true);
        }
    }
    (if base == 0 { 10 } else { base }, text, false)
}

/// The number of decimal digits is at least this; for the limit on conversions, without converting.
pub fn decimal_digits_lower_bound(v: Value) -> u64 {
    // 0.30102 is a little less than log10(2).
    bit_length(v).saturating_sub(1).saturating_mul(30102) / 100_000 + 1
}

/// Whether there is memory for the digits of an int in this radix and what making them takes.
pub fn affords_digits(heap: &Heap, v: Value, radix: u32) -> bool {
    let bits = bit_length(v) as usize;
    if bits < 1 << 20 {
        return true;
    }
    let words = bits / 64 + 1;
    let digits = bits / radix.ilog2() as usize;
    (radix.is_power_of_two() || afford(heap, 2 * words).is_ok()) && heap.affords(4 * digits)
}

/// Calls `f` with the decimal digits; immediates need no allocation.
pub fn with_decimal<R>(v: Value, f: impl FnOnce(&str) -> R) -> R {
    if let IntView::Small(n) = view(v) {
        let mut buffer = [0u8; 21];
        let mut at = write_decimal(&mut buffer, n.unsigned_abs());
        if n < 0 {
            at -= 1;
            buffer[at] = b'-';
        }
        // The bytes are ASCII digits and perhaps a sign.
        return f(str::from_utf8(&buffer[at..]).unwrap_or_default());
    }
    f(&to_decimal(v))
}

/// Calls `f` with the decimal digits of a machine word.
pub(crate) fn with_decimal_of<R>(n: u64, f: impl FnOnce(&str) -> R) -> R {
    let mut buffer = [0u8; 21];
    let at = write_decimal(&mut buffer, n);
    // The bytes are ASCII digits.
    f(str::from_utf8(&buffer[at..]).unwrap_or_default())
}

/// Writes the digits at the end of the buffer; returns where they begin.
fn write_decimal(buffer: &mut [u8; 21], n: u64) -> usize {
    const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
        2021222324252627282930313233343536373839\
        4041424344454647484950515253545556575859\
        6061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899";
    let mut left = n;
    let mut at = buffer.len();
    while left >= 10 {
        let pair = (left % 100) as usize * 2;
        left /= 100;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if left > 0 || n == 0 {
        at -= 1;
        buffer[at] = b'0' + left as u8;
    }
    at
}

/// `str(n)`
pub fn to_decimal(v: Value) -> String {
    match view(v) {
        IntView::Small(n) => n.to_string(),
        IntView::Wide(n) => n.to_string(),
        IntView::Big(b) if b.words().len() <= SHORT_NUMBER => {
            short_decimal(b.is_negative(), b.words())
        }
        IntView::Big(_) => to_ibig(v).to_string(),
    }
}

/// Up to this many words the quadratic way is the faster one.
const SHORT_NUMBER: usize = 100;

fn short_decimal(negative: bool, words: &[u64]) -> String {
    const CHUNK: u64 = 10u64.pow(19);
    let divisor = WordDivisor::new(CHUNK);
    let mut left = words.to_vec();
    let mut chunks = Vec::with_capacity(words.len() * 65 / 63 + 1);
    while !left.is_empty() {
        chunks.push(divisor.divide(&mut left));
        left.truncate(words::trimmed(&left).len());
    }
    let mut s = String::with_capacity(chunks.len() * 19 + 1);
    if negative {
        s.push('-');
    }
    let mut chunks = chunks.into_iter().rev();
    // Writing to a String cannot fail.
    let _ = write!(s, "{}", chunks.next().unwrap_or(0));
    for chunk in chunks {
        let _ = write!(s, "{chunk:019}");
    }
    s
}

/// The digits in a radix from 2 to 36, small letters, no prefix; a minus sign for negative numbers.
pub fn to_string_radix(v: Value, radix: u32) -> String {
    let mut s = String::new();
    let sign = if super::is_negative(v) { "-" } else { "" };
    // Writing to a String cannot fail.
    let _ = match (radix, view(v)) {
        (10, _) => return to_decimal(v),
        (2, IntView::Small(n)) => write!(s, "{sign}{:b}", n.unsigned_abs()),
        (8, IntView::Small(n)) => write!(s, "{sign}{:o}", n.unsigned_abs()),
        (16, IntView::Small(n)) => write!(s, "{sign}{:x}", n.unsigned_abs()),
        (16, IntView::Wide(n)) => write!(s, "{sign}{:x}", n.unsigned_abs()),
        _ => write!(s, "{sign}{}", Operand::new(v).ubig().in_radix(radix as u8)),
    };
    s
}
