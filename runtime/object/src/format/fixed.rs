//! Fixed-point digits by exact integer arithmetic: the short way of `%.2f`, `format(x, '.3f')` and `round(x, 2)`.
//!
//! A float is m / 2^k, so its decimals are m * 10^p / 2^k, which 128 bits hold for the few decimals that programs
//! print. Everything else is for Rust's formatter in `digits`.

/// Most decimals that are done here.
const MOST_DECIMALS: usize = 15;

/// The whole part of a finite number that is not negative, and its decimals as a number below 10^precision, rounded as
/// exactly as possible, ties to the even digit. None if that is too large to be done here.
pub(crate) fn split(f: f64, precision: usize) -> Option<(u64, u64)> {
    if precision > MOST_DECIMALS || f >= (1u64 << 63) as f64 {
        return None;
    }
    let bits = f.to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (m, k) = match exponent {
        0 => (fraction, 1074),
        _ => (fraction | 1 << 52, 1075 - exponent),
    };
    if k <= 0 {
        return Some((m << -k, 0));
    }
    let (whole, part) = if k < 64 { (m >> k, m & ((1 << k) - 1)) } else { (0, m) };
    let scale = 10u64.pow(precision as u32);
    // Below 2^53 * 10^15 < 2^103: a larger k leaves nothing.
    if k > 110 {
        return Some((whole, 0));
    }
    let product = part as u128 * scale as u128;
    let (down, rest, half) = ((product >> k) as u64, product & ((1 << k) - 1), 1u128 << (k - 1));
    let last = if precision == 0 { whole } else { down };
    let decimals = down + (rest > half || rest == half && last & 1 == 1) as u64;
    if decimals == scale { Some((whole + 1, 0)) } else { Some((whole, decimals)) }
}

/// `round(f, digits)` of a finite number; None if that cannot be done here.
pub(crate) fn round(f: f64, digits: usize) -> Option<f64> {
    let (whole, decimals) = split(f.abs(), digits)?;
    let scale = 10u64.pow(digits as u32);
    let n = whole.checked_mul(scale)?.checked_add(decimals)?;
    // Both are exact, so the quotient is the float nearest to the decimal number.
    (n < 1 << 53).then(|| (n as f64 / scale as f64).copysign(f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_general_formatter() {
        let mut state = 0x1234_5678_9abc_def1u64;
        for i in 0..200_000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let f = match i % 4 {
                0 => f64::from_bits(state >> 1),
                1 => (state >> 40) as f64 / 8.0,
                2 => (state >> 30) as f64 / 1000.0,
                _ => f64::from_bits(0x3f00_0000_0000_0000 + (state >> 8 & 0x01ff_ffff_ffff_ffff)),
            };
            if !f.is_finite() {
                continue;
            }
            let precision = (state % 16) as usize;
            let Some((whole, decimals)) = split(f, precision) else { continue };
            let text = if precision == 0 {
                whole.to_string()
            } else {
                format!("{whole}.{decimals:0precision$}")
            };
            assert_eq!(text, format!("{f:.precision$}"), "{f:e}");
            if let Some(rounded) = round(f, precision) {
                assert_eq!(Ok(rounded), text.parse(), "{f:e}");
            }
        }
    }
}
