//! Ints and floats: exact comparison, correctly rounded conversion and division; hashes.

use super::{IntError, IntView, Operand, from_i128, is_zero, lshift, view, words};
use crate::float::scale;
use crate::value::Value;
use dashu_int::UBig;
use dashu_int::ops::DivRem;
use habu_gc::Heap;
use std::cmp::Ordering;

/// The nearest float, ties to even; `Overflow` if it is out of range.
#[inline]
pub fn to_f64(v: Value) -> Result<f64, IntError> {
    match view(v) {
        IntView::Small(n) => Ok(n as f64),
        IntView::Wide(n) => Ok(n as f64),
        IntView::Big(b) => {
            let f = magnitude_to_f64(b.words()).ok_or(IntError::Overflow)?;
            Ok(if b.is_negative() { -f } else { f })
        }
    }
}

/// The nearest float to a magnitude of more than 64 bits.
fn magnitude_to_f64(w: &[u64]) -> Option<f64> {
    let at = words::bit_length(w) - 64;
    if at > 1024 - 64 {
        return None;
    }
    // 64 bits of which the last also stands for all below: the conversion then rounds as if it saw them.
    let top = words::bits_at(w, at) | words::any_low_bits(w, at) as u64;
    let f = scale(top as f64, at as i32);
    f.is_finite().then_some(f)
}

/// The int towards zero from `f`. Errors: `Overflow` (infinite), `NotANumber`.
pub fn from_f64(heap: &mut Heap, f: f64) -> Result<Value, IntError> {
    if f.abs() < (1u64 << 63) as f64 {
        return Ok(from_i128(heap, f as i64 as i128)?);
    }
    if f.is_nan() {
        return Err(IntError::NotANumber);
    }
    if f.is_infinite() {
        return Err(IntError::Overflow);
    }
    let (mantissa, exponent) = decompose(f.abs());
    let n = from_i128(heap, if f < 0.0 { -(mantissa as i128) } else { mantissa as i128 })?;
    lshift(heap, n, Value::small_int(exponent as i64))
}

/// `m` and `e` with `f = m * 2**e`, for finite `f >= 0`.
fn decompose(f: f64) -> (u64, i32) {
    let bits = f.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52) as i32 & 0x7ff);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// `float.as_integer_ratio(f)`. Errors as `from_f64`.
pub fn ratio_of_f64(heap: &mut Heap, f: f64) -> Result<(Value, Value), IntError> {
    let whole = |heap: &mut Heap| Ok((from_f64(heap, f)?, Value::small_int(1)));
    if !f.is_finite() || f.fract() == 0.0 {
        return whole(heap);
    }
    let (mantissa, exponent) = decompose(f.abs());
    let spare = mantissa.trailing_zeros() as i32;
    let n = (mantissa >> spare) as i64;
    let n = Value::small_int(if f < 0.0 { -n } else { n });
    let d = lshift(heap, Value::small_int(1), Value::small_int(-(exponent + spare) as i64))?;
    Ok((n, d))
}

/// One beyond the largest i128.
const WIDE: f64 = (1u128 << 127) as f64;

/// Compares an int with a float exactly; None if the float is not a number.
pub fn cmp_f64(v: Value, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if let IntView::Small(n) = view(v)
        && n.unsigned_abs() <= 1 << 53
    {
        return (n as f64).partial_cmp(&f);
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let wide = match view(v) {
        IntView::Small(n) => Some(n as i128),
        IntView::Wide(n) => Some(n),
        IntView::Big(_) => None,
    };
    let whole = f.trunc();
    let tie = || 0.0f64.partial_cmp(&(f - whole));
    match wide {
        Some(n) if (-WIDE..WIDE).contains(&f) => match n.cmp(&(whole as i128)) {
            Ordering::Equal => tie(),
            order => Some(order),
        },
        Some(_) => 0.0.partial_cmp(&f),
        None => {
            let x = Operand::new(v);
            if x.negative != (f < 0.0) || f.abs() < 2f64.powi(64) {
                return Some(if x.negative { Ordering::Less } else { Ordering::Greater });
            }
            let order = cmp_magnitude(x.words(), f.abs());
            Some(if x.negative { order.reverse() } else { order })
        }
    }
}

/// Compares a magnitude with a whole float of at least 2**64.
fn cmp_magnitude(w: &[u64], f: f64) -> Ordering {
    let (mantissa, exponent) = decompose(f);
    let (mantissa, exponent) = (mantissa << 11, (exponent - 11) as u64);
    let at = words::bit_length(w) - 64;
    at.cmp(&exponent)
        .then_with(|| words::bits_at(w, at).cmp(&mantissa))
        .then_with(|| words::any_low_bits(w, at).cmp(&false))
}

/// `a / b`, correctly rounded. Errors: `ZeroDivision`, `Overflow`.
pub fn truediv(a: Value, b: Value) -> Result<f64, IntError> {
    const EXACT: u64 = 1 << 53;
    if is_zero(b) {
        return Err(IntError::ZeroDivision);
    }
    if let (IntView::Small(x), IntView::Small(y)) = (view(a), view(b))
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Ok(x as f64 / y as f64);
    }
    let (x, y) = (Operand::new(a), Operand::new(b));
    let negative = x.negative != y.negative;
    let quotient = divide_magnitudes(x.words(), y.words()).ok_or(IntError::Overflow)?;
    Ok(if negative { -quotient } else { quotient })
}

fn divide_magnitudes(x: &[u64], y: &[u64]) -> Option<f64> {
    if x.is_empty() {
        return Some(0.0);
    }
    let difference = words::bit_length(x) as i64 - words::bit_length(y) as i64;
    if difference > 1025 {
        return None;
    }
    if difference < -1076 {
        return Some(0.0);
    }
    // Scaled so that the quotient has 65 or 66 bits; the last then also stands for the remainder.
    let shift = 65 - difference;
    let (mut x, mut y) = (UBig::from_words(x), UBig::from_words(y));
    if shift >= 0 {
        x <<= shift as usize;
    } else {
        y <<= -shift as usize;
    }
    let (q, r) = x.div_rem(y);
    let q = words::low_u128(q.as_words()) | !r.is_zero() as u128;
    let f = round_scaled(q, -shift as i32);
    f.is_finite().then_some(f)
}

/// The float nearest to `m * 2**e`, ties to even, denormals and overflow to infinity included.
pub(crate) fn round_scaled(m: u128, e: i32) -> f64 {
    if m == 0 {
        return 0.0;
    }
    let bits = 128 - m.leading_zeros() as i32;
    let last = (e + bits - 53).max(-1074);
    let drop = last - e;
    if drop <= 0 {
        return scale(m as f64, e);
    }
    if drop > 128 {
        return 0.0;
    }
    let kept = if drop == 128 { 0 } else { m >> drop };
    let rest = if drop == 128 { m } else { m & ((1 << drop) - 1) };
    let half = 1u128 << (drop - 1);
    let up = rest > half || (rest == half && kept & 1 == 1);
    scale((kept + up as u128) as f64, last)
}

const PRIME: u64 = (1 << 61) - 1;

/// `hash(n)` of an int.
#[inline]
pub fn hash(v: Value) -> i64 {
    match view(v) {
        IntView::Small(n) => hash_i64(n),
        IntView::Wide(n) => signed_hash(n < 0, (n.unsigned_abs() % PRIME as u128) as u64),
        IntView::Big(b) => signed_hash(b.is_negative(), words::mod_mersenne_61(b.words())),
    }
}

/// `hash(n)`
#[inline]
pub fn hash_i64(n: i64) -> i64 {
    signed_hash(n < 0, n.unsigned_abs() % PRIME)
}

#[inline]
fn signed_hash(negative: bool, h: u64) -> i64 {
    match (negative, h) {
        (true, 1) => -2,
        (true, h) => -(h as i64),
        (false, h) => h as i64,
    }
}
