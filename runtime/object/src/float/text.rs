//! Floats from and to text: `float()`, `repr`, decimal rounding, hexadecimal form.

use crate::format::digits::{Layout, double_to_string};
use crate::int::numeral_to_ascii;
use crate::int::real::round_scaled;
use crate::int::text::trim;

/// `repr(f)`
pub fn repr(f: f64) -> String {
    double_to_string(f, 'r', 0, Layout { dot_zero: true, ..Layout::default() })
}

/// `float(text)`
pub fn parse(text: &str) -> Option<f64> {
    let ascii = numeral_to_ascii(text);
    parse_ascii(trim(&ascii))
}

/// As `parse`, without white space and Unicode digits.
pub(crate) fn parse_ascii(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return text.parse().ok();
    }
    // An underscore stands between two digits or not at all.
    let b = text.as_bytes();
    let digit = |i: usize| b.get(i).is_some_and(u8::is_ascii_digit);
    let well_placed = |(i, c): (usize, &u8)| *c != b'_' || (i > 0 && digit(i - 1) && digit(i + 1));
    if !b.iter().enumerate().all(well_placed) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// The float nearest to `f` rounded half to even after `digits` decimals.
pub(super) fn round_fraction(f: f64, digits: usize) -> f64 {
    // The text is exact, and so is the way back.
    format!("{f:.digits$}").parse().unwrap_or(f)
}

/// The float nearest to `f` rounded half to even to a multiple of `10**zeros`.
pub(super) fn round_whole(f: f64, zeros: usize) -> f64 {
    let whole = f.abs().trunc();
    let text = format!("{whole:.0}");
    let zero = 0f64.copysign(f);
    let Some(keep) = text.len().checked_sub(zeros) else { return zero };
    let (kept, rest) = text.as_bytes().split_at(keep);
    let tail = rest[1..].iter().any(|b| *b != b'0') || f.abs() != whole;
    let odd = kept.last().is_some_and(|b| b & 1 == 1);
    let up = rest[0] > b'5' || (rest[0] == b'5' && (tail || odd));
    let mut digits: Vec<u8> = std::iter::once(b'0').chain(kept.iter().copied()).collect();
    if up {
        for d in digits.iter_mut().rev() {
            if *d != b'9' {
                *d += 1;
                break;
            }
            *d = b'0';
        }
    }
    let mut text: String = digits.into_iter().map(char::from).collect();
    text.push_str(&format!("e{zeros}"));
    text.parse::<f64>().unwrap_or(zero).copysign(f)
}

/// `f.hex()`
pub fn hex(f: f64) -> String {
    if !f.is_finite() {
        return repr(f);
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    let bits = f.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52) as i32 & 0x7ff);
    match (exponent, fraction) {
        (0, 0) => format!("{sign}0x0.0p+0"),
        (0, _) => format!("{sign}0x0.{fraction:013x}p-1022"),
        _ => format!("{sign}0x1.{fraction:013x}p{:+}", exponent - 1023),
    }
}

/// Why text is no hexadecimal float.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HexError {
    /// ValueError: invalid hexadecimal floating-point string.
    Invalid,
    /// OverflowError: hexadecimal value too large to represent as a float.
    Overflow,
}

/// `float.fromhex(text)`
pub fn fromhex(text: &str) -> Result<f64, HexError> {
    let text = trim(text);
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |f: f64| if negative { -f } else { f };
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("inf") || is("infinity") {
        return Ok(signed(f64::INFINITY));
    }
    if is("nan") {
        return Ok(signed(f64::NAN));
    }
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let (number, power) = match text.find(['p', 'P']) {
        Some(i) => (&text[..i], parse_exponent(&text[i + 1..]).ok_or(HexError::Invalid)?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = || whole.chars().chain(fraction.chars());
    if digits().next().is_none() || !digits().all(|c| c.is_ascii_hexdigit()) {
        return Err(HexError::Invalid);
    }
    let (mut m, mut e) = (0u128, power.saturating_sub(fraction.len() as i64 * 4));
    for d in digits().filter_map(|c| c.to_digit(16)) {
        if m >> 120 == 0 {
            m = m << 4 | d as u128;
        } else {
            // Beyond the precision: all that matters is whether it is zero.
            m |= (d != 0) as u128;
            e = e.saturating_add(4);
        }
    }
    let top = e.saturating_add(128 - m.leading_zeros() as i64);
    if m == 0 || top < -1080 {
        return Ok(signed(0.0));
    }
    if top > 1024 {
        return Err(HexError::Overflow);
    }
    let f = round_scaled(m, e as i32);
    if f.is_finite() { Ok(signed(f)) } else { Err(HexError::Overflow) }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -n } else { n })
}
