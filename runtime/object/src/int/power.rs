//! Powers, modular powers, common divisors and square roots.

use super::{
    IntError, IntResult, IntView, MAX_WORDS, Operand, afford, arith, bit_length, from_i128,
    from_ibig, from_sign_words, from_u128, go_on, is_negative, is_zero, lshift, to_i64, to_i128,
    to_ibig, view,
};
use crate::value::Value;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, DivRem, ExtendedGcd, Gcd, SquareRoot};
use dashu_int::{IBig, UBig};
use habu_gc::Heap;

/// `base ** exponent`; a negative exponent is the caller's (the result is a float), here it is an error.
pub fn pow(heap: &mut Heap, base: Value, exponent: Value) -> IntResult {
    if is_negative(exponent) {
        return Err(IntError::Negative);
    }
    let odd = super::to_u64_wrapping(exponent) & 1 == 1;
    match to_i64(base) {
        _ if is_zero(exponent) => return Ok(Value::small_int(1)),
        Some(n @ 0..=1) => return Ok(Value::small_int(n)),
        Some(-1) => return Ok(Value::small_int(if odd { -1 } else { 1 })),
        Some(2) => return lshift(heap, Value::small_int(1), exponent),
        _ => {}
    }
    let Some(e) = to_i64(exponent).and_then(|e| u32::try_from(e).ok()) else {
        return Err(IntError::TooLarge);
    };
    if let Some(b) = to_i128(base)
        && let Some(n) = pow_i128(b, e)
    {
        return Ok(from_i128(heap, n)?);
    }
    if (bit_length(base) - 1).saturating_mul(e as u64) / 64 > MAX_WORDS as u64 {
        return Err(IntError::TooLarge);
    }
    let x = Operand::new(base);
    afford(heap, (bit_length(base).saturating_mul(e as u64) / 64) as usize + 1)?;
    let n = pow_large(heap, &x.ubig(), e)?;
    from_sign_words(heap, x.negative && odd, n.as_words())
}

/// From the exponent's most significant bit down, so that most factors are the small base.
fn pow_large(heap: &Heap, base: &UBig, e: u32) -> Result<UBig, IntError> {
    let mut n = base.clone();
    for bit in (0..e.ilog2()).rev() {
        go_on(heap)?;
        n = n.sqr();
        if e >> bit & 1 == 1 {
            n *= base;
        }
    }
    Ok(n)
}

fn pow_i128(base: i128, mut e: u32) -> Option<i128> {
    if let Ok(small) = i64::try_from(base)
        && let Some(n) = small.checked_pow(e)
    {
        return Some(n as i128);
    }
    let (mut result, mut square) = (1i128, base);
    loop {
        if e & 1 == 1 {
            result = result.checked_mul(square)?;
        }
        e >>= 1;
        if e == 0 {
            return Some(result);
        }
        square = square.checked_mul(square)?;
    }
}

/// `pow(base, exponent, modulus)`; negative exponents invert the base.
pub fn pow_mod(heap: &mut Heap, base: Value, exponent: Value, modulus: Value) -> IntResult {
    if is_zero(modulus) {
        return Err(IntError::ZeroDivision);
    }
    if !is_negative(exponent)
        && let (Some(b), Some(e), Some(m)) = (to_i64(base), to_i64(exponent), to_i64(modulus))
        && m > 0
    {
        let n = pow_mod_u64(b.rem_euclid(m) as u64, e as u64, m as u64);
        return Ok(from_i128(heap, n as i128)?);
    }
    let m = Operand::new(modulus);
    afford(heap, Operand::new(base).len.max(2 * m.len))?;
    let m = m.ubig();
    let mut b = residue(&to_ibig(base), &m);
    let e = Operand::new(exponent);
    if e.negative {
        b = inverse(&b, &m)?;
    }
    let mut n = if m.is_one() { UBig::ZERO } else { pow_mod_large(heap, b, &e.ubig(), &m)? };
    let negative = is_negative(modulus) && !n.is_zero();
    if negative {
        n = m - n;
    }
    from_sign_words(heap, negative, n.as_words())
}

/// Word products that take the library a second or so.
const LONG_POWER: usize = 1 << 30;

/// What may take long goes bit by bit and can be interrupted; the library's windows are a little faster.
fn pow_mod_large(heap: &Heap, b: UBig, e: &UBig, m: &UBig) -> Result<UBig, IntError> {
    let words = m.as_words().len();
    let ring = ConstDivisor::new(m.clone());
    let b = ring.reduce(b);
    if words.saturating_mul(words).saturating_mul(e.bit_len()) < LONG_POWER {
        return Ok(b.pow(e).residue());
    }
    let mut n = ring.reduce(UBig::ONE);
    for bit in (0..e.bit_len()).rev() {
        go_on(heap)?;
        n = n.sqr();
        if e.bit(bit) {
            n *= &b;
        }
    }
    Ok(n.residue())
}

fn pow_mod_u64(base: u64, mut e: u64, m: u64) -> u64 {
    let times = |a: u64, b: u64| {
        if (a | b) >> 32 == 0 { a * b % m } else { (a as u128 * b as u128 % m as u128) as u64 }
    };
    let (mut result, mut square) = (1 % m, base);
    while e != 0 {
        if e & 1 == 1 {
            result = times(result, square);
        }
        e >>= 1;
        if e != 0 {
            square = times(square, square);
        }
    }
    result
}

/// `n` modulo `m`, not negative.
fn residue(n: &IBig, m: &UBig) -> UBig {
    let (sign, magnitude) = n.clone().into_parts();
    let (_, r) = magnitude.div_rem(m.clone());
    if sign == dashu_int::Sign::Negative && !r.is_zero() { m - r } else { r }
}

fn inverse(n: &UBig, m: &UBig) -> Result<UBig, IntError> {
    if m.is_one() {
        return Ok(UBig::ZERO);
    }
    if n.is_zero() {
        return Err(IntError::NotInvertible);
    }
    let (g, x, _) = n.clone().gcd_ext(m.clone());
    if g.is_one() { Ok(residue(&x, m)) } else { Err(IntError::NotInvertible) }
}

/// `math.gcd(a, b)`
pub fn gcd(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if let (Some(x), Some(y)) = (to_i128(a), to_i128(b)) {
        return from_u128(heap, gcd_u128(x.unsigned_abs(), y.unsigned_abs()));
    }
    if is_zero(a) || is_zero(b) {
        return arith::abs(heap, if is_zero(a) { b } else { a });
    }
    let (x, y) = (Operand::new(a), Operand::new(b));
    afford(heap, x.len + y.len)?;
    let g = x.ubig().gcd(y.ubig());
    from_sign_words(heap, false, g.as_words())
}

fn gcd_u128(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if (a | b) >> 64 == 0 {
            return gcd_u64(a as u64, b as u64) as u128;
        }
        (a, b) = (b, a % b);
    }
    a
}

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << shift
}

/// `math.lcm(a, b)`
pub fn lcm(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if is_zero(a) || is_zero(b) {
        return Ok(Value::small_int(0));
    }
    let g = gcd(heap, a, b)?;
    let q = arith::floordiv(heap, a, g)?;
    let n = arith::mul(heap, q, b)?;
    arith::abs(heap, n)
}

/// `math.isqrt(n)`; a negative number is an error.
pub fn isqrt(heap: &mut Heap, n: Value) -> IntResult {
    if is_negative(n) {
        return Err(IntError::Negative);
    }
    match view(n) {
        IntView::Small(n) => Ok(from_i128(heap, n.isqrt() as i128)?),
        IntView::Wide(n) => Ok(from_i128(heap, n.isqrt())?),
        IntView::Big(_) => {
            let n = Operand::new(n);
            afford(heap, n.len)?;
            from_ibig(heap, &IBig::from(n.ubig().sqrt()))
        }
    }
}
