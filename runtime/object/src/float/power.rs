//! Float powers: the C library's, as CPython's are, with Python's errors.
//!
//! Square roots and squares are what programs raise to most, and the processor has them, correctly rounded. The C
//! library's `pow` is not: but what it rounds is never further from the exact value than a few hundredths of a unit in
//! the last place: glibc's `e_pow.c` states that the result is off by 0.511 units at most, and by up to 0.033 more in
//! proportion to the logarithm of the result, which `SIZES` keeps small. So both agree unless the exact value lies
//! close to the middle between two floats, and how close it lies integers tell exactly. Only then `pow` is asked.

/// Bits of a float's mantissa that are stored.
const STORED: u32 = 52;

/// The exponent fields of the bases that are dealt with: from 2^-128 up to 2^128.
pub const SIZES: std::ops::Range<u32> = 1023 - 128..1023 + 128;

/// A result is sure if the exact value is this part of half a unit away from the middle between two floats: a root's
/// must be off by less than 0.515 units, a square's, whose logarithm is four times as large, by less than 0.531.
pub const ROOT_MARGIN: u64 = 32;
/// As `ROOT_MARGIN`.
pub const SQUARE_MARGIN: u64 = 16;

/// Why a power has no float value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PowError {
    /// Zero to a negative power.
    ZeroDivision,
    /// Too large.
    Overflow,
    /// A negative number to a fractional power: the result is complex.
    Complex,
}

/// `v ** w`
pub fn pow(v: f64, w: f64) -> Result<f64, PowError> {
    let quick = if w == 0.5 {
        square_root(v)
    } else if w == 2.0 {
        square(v)
    } else {
        None
    };
    if let Some(p) = quick {
        return Ok(p);
    }
    let odd = || w.abs() % 2.0 == 1.0;
    if w == 0.0 || v == 1.0 {
        return Ok(1.0);
    }
    if v.is_nan() || w.is_nan() {
        return Ok(f64::NAN);
    }
    if w.is_infinite() {
        let v = v.abs();
        return Ok(if v == 1.0 {
            1.0
        } else if (w > 0.0) == (v > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    if v.is_infinite() {
        let magnitude = if w > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(if odd() { magnitude.copysign(v) } else { magnitude });
    }
    if v == 0.0 {
        return match w < 0.0 {
            true => Err(PowError::ZeroDivision),
            false => Ok(if odd() { v } else { 0.0 }),
        };
    }
    if v < 0.0 && w != w.floor() {
        return Err(PowError::Complex);
    }
    let p = v.abs().powf(w);
    if p.is_infinite() {
        return Err(PowError::Overflow);
    }
    Ok(if v < 0.0 && odd() { -p } else { p })
}

/// The mantissa of a normal number, with the bit that is not stored.
fn mantissa(x: f64) -> u64 {
    x.to_bits() & ((1 << STORED) - 1) | 1 << STORED
}

/// Sign and exponent field.
fn exponent(x: f64) -> u32 {
    (x.to_bits() >> STORED) as u32
}

/// `v ** 0.5`, if the square root is sure to be that.
#[inline]
fn square_root(v: f64) -> Option<f64> {
    if !SIZES.contains(&exponent(v)) {
        return None;
    }
    let root = v.sqrt();
    let m = mantissa(root);
    // In squares of the root's last place: v - root², which is small, so that its low bits are enough.
    let shift = exponent(v) + 1075 - 2 * exponent(root);
    let rest = (mantissa(v) << shift).wrapping_sub(m.wrapping_mul(m)) as i64;
    // rest / (2 m) is how far the exact root lies from the float, in last places: less than a half.
    (rest.unsigned_abs() < m - m / ROOT_MARGIN).then_some(root)
}

/// `v ** 2.0`, if the product is sure to be that.
#[inline]
fn square(v: f64) -> Option<f64> {
    if !SIZES.contains(&exponent(v.abs())) {
        return None;
    }
    let m = u128::from(mantissa(v));
    let exact = m * m;
    // The product has 105 or 106 bits, of which the float keeps 53.
    let cut = if exact >> 105 == 0 { 52 } else { 53 };
    let half = 1i64 << (cut - 1);
    let lost = (exact as u64 & ((1 << cut) - 1)) as i64;
    ((lost - half).abs() > half / SQUARE_MARGIN as i64).then_some(v * v)
}

#[cfg(test)]
mod tests {
    use super::{SIZES, square, square_root};

    /// Numbers of all sizes that are dealt with and some others, the same in every run.
    fn numbers() -> impl Iterator<Item = f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let sizes = SIZES.start as u64 - 2..SIZES.end as u64 + 2;
            let exponent = sizes.start + (state >> 52) % (sizes.end - sizes.start);
            f64::from_bits((state & (1 << 63)) | (exponent << 52) | (state & ((1 << 52) - 1)))
        })
    }

    /// The C library's power, not what the compiler makes of it.
    fn libm(v: f64, w: f64) -> f64 {
        std::hint::black_box(v).powf(std::hint::black_box(w))
    }

    #[test]
    fn roots_and_squares_are_the_c_librarys_powers() {
        let (mut roots, mut squares) = (0, 0);
        for v in numbers().take(2_000_000) {
            if let Some(root) = square_root(v) {
                assert_eq!(root.to_bits(), libm(v, 0.5).to_bits(), "{v:e} ** 0.5");
                roots += 1;
            }
            if let Some(product) = square(v) {
                assert_eq!(product.to_bits(), libm(v, 2.0).to_bits(), "{v:e} ** 2");
                squares += 1;
            }
        }
        // Half of the numbers are positive, and few lie near a middle.
        assert!(roots > 900_000 && squares > 1_700_000, "{roots} {squares}");
    }
}
