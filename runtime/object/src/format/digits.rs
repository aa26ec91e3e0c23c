//! Floats as decimal text: the one routine under repr, the format codes and %-formatting.
//!
//! Digits come from Rust's formatter, which is shortest for `r` and exact for a given precision.

use super::fixed;
use crate::int;
use std::fmt::Write;

/// How to lay out the digits.
#[derive(Clone, Copy, Default)]
pub struct Layout {
    /// `#`: keep the point and trailing zeros.
    pub alternate: bool,
    /// Whole numbers get `.0` (`r` and the missing format code).
    pub dot_zero: bool,
    /// Numbers that are not negative get a plus.
    pub plus: bool,
    /// What rounds to zero loses its minus.
    pub no_negative_zero: bool,
}

/// More digits than this are zeros: the exact expansion of every float has ended.
const MOST_DIGITS: usize = 1100;

/// Significant digits without trailing zeros, and where the point stands: before digit `point`.
struct Decimal<'a> {
    digits: &'a str,
    point: i64,
}

impl<'a> Decimal<'a> {
    /// Takes apart what `{:e}` wrote, in place.
    fn new(scientific: &'a mut [u8]) -> Decimal<'a> {
        let end = scientific.iter().rposition(|b| *b == b'e').unwrap_or(scientific.len());
        let negative = scientific.get(end + 1) == Some(&b'-');
        let digits =
            |n: i64, b: &u8| if b.is_ascii_digit() { n * 10 + (b - b'0') as i64 } else { n };
        let exponent = scientific[end..].iter().fold(0, digits);
        // The first digit moves over the point.
        let start = (scientific.get(1) == Some(&b'.')) as usize;
        scientific[start] = scientific[0];
        let mut digits = &scientific[start..end];
        while let [front @ .., b'0'] = digits
            && !front.is_empty()
        {
            digits = front;
        }
        let digits = str::from_utf8(digits).unwrap_or_default();
        Decimal { digits, point: if negative { -exponent } else { exponent } + 1 }
    }

    fn is_zero(&self) -> bool {
        self.digits == "0"
    }
}

/// Text on the stack, as long as shortest digits can be.
#[derive(Default)]
struct Short {
    bytes: [u8; 32],
    len: usize,
}

impl Write for Short {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + s.len()).ok_or(std::fmt::Error)?;
        room.copy_from_slice(s.as_bytes());
        self.len += s.len();
        Ok(())
    }
}

/// `f` in format code `r`, `e`, `f` or `g` (`E`, `F`, `G` for capitals); `precision` is ignored by `r`.
pub fn double_to_string(f: f64, code: char, precision: usize, layout: Layout) -> String {
    let mut out = String::with_capacity(24);
    if f.is_sign_negative() && !f.is_nan() {
        out.push('-');
    } else if layout.plus {
        out.push('+');
    }
    let signed = out.len();
    if !f.is_finite() {
        out.push_str(if f.is_nan() { "nan" } else { "inf" });
    } else {
        let magnitude = f.abs();
        let is_zero = match code.to_ascii_lowercase() {
            'f' => write_fixed(&mut out, magnitude, precision, layout),
            'e' => {
                let mut text = exact(magnitude, precision);
                let d = Decimal::new(&mut text);
                write_exponent(&mut out, &d, precision + 1, layout.alternate);
                d.is_zero()
            }
            'r' => write_shortest(&mut out, magnitude, layout),
            _ => write_general(&mut out, magnitude, precision.max(1), layout),
        };
        if is_zero && layout.no_negative_zero && out.starts_with('-') {
            out.replace_range(..signed, if layout.plus { "+" } else { "" });
        }
    }
    if code.is_ascii_uppercase() {
        out.make_ascii_uppercase();
    }
    out
}

/// `precision + 1` correctly rounded significant digits, as `{:e}` writes them.
fn exact(f: f64, precision: usize) -> Vec<u8> {
    format!("{f:.*e}", precision.min(MOST_DIGITS)).into_bytes()
}

fn write_fixed(out: &mut String, f: f64, precision: usize, layout: Layout) -> bool {
    let start = out.len();
    if let Some((whole, decimals)) = fixed::split(f, precision) {
        int::with_decimal_of(whole, |digits| out.push_str(digits));
        if precision > 0 {
            out.push('.');
            int::with_decimal_of(decimals, |digits| {
                pad_zeros(out, precision - digits.len());
                out.push_str(digits);
            });
        } else if layout.alternate {
            out.push('.');
        }
        return whole == 0 && decimals == 0;
    }
    let given = precision.min(MOST_DIGITS);
    // Writing to a String cannot fail.
    let _ = write!(out, "{f:.given$}");
    let is_zero = out.bytes().skip(start).all(|b| matches!(b, b'0' | b'.'));
    pad_zeros(out, precision - given);
    if layout.alternate && precision == 0 {
        out.push('.');
    }
    is_zero
}

/// The fewest digits that say which float it is, the nearest of those; ties go to the even digit.
fn write_shortest(out: &mut String, f: f64, layout: Layout) -> bool {
    let mut short = Short::default();
    // The longest is 17 digits, point, `e-` and three digits.
    let _ = write!(short, "{f:e}");
    let mut d = Decimal::new(&mut short.bytes[..short.len]);
    // Rust rounds ties up. There are ties near the last digits of a double only, after few binary places.
    let mut text;
    let may_tie = (1u64 << 40) as f64..(1u64 << 53) as f64;
    if d.digits.len() >= 15 && may_tie.contains(&f) {
        text = exact(f, d.digits.len() - 1);
        d = Decimal::new(&mut text);
    }
    if d.point <= -4 || d.point > 16 {
        write_exponent(out, &d, d.digits.len(), layout.alternate);
    } else {
        write_positional(out, &d, d.digits.len(), layout);
    }
    d.is_zero()
}

fn write_general(out: &mut String, f: f64, precision: usize, layout: Layout) -> bool {
    let mut text = exact(f, precision - 1);
    let d = Decimal::new(&mut text);
    let width = if layout.alternate { precision } else { d.digits.len() };
    if d.point <= -4 || d.point > (precision - layout.dot_zero as usize) as i64 {
        write_exponent(out, &d, width, layout.alternate);
    } else {
        write_positional(out, &d, width, layout);
    }
    d.is_zero()
}

/// `d.ddde+xx` with `width` digits.
fn write_exponent(out: &mut String, d: &Decimal, width: usize, keep_point: bool) {
    let (first, rest) = d.digits.split_at(1);
    out.push_str(first);
    if width > 1 || keep_point {
        out.push('.');
    }
    out.push_str(rest);
    pad_zeros(out, width.saturating_sub(d.digits.len()));
    let exponent = if d.is_zero() { 0 } else { d.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "e{sign}{:02}", exponent.abs());
}

/// The digits around the point, `width` digits of them, more where the point demands it.
fn write_positional(out: &mut String, d: &Decimal, width: usize, layout: Layout) {
    if d.point <= 0 {
        out.push_str("0.");
        pad_zeros(out, d.point.unsigned_abs() as usize);
        out.push_str(d.digits);
        pad_zeros(out, width.saturating_sub(d.digits.len()));
        return;
    }
    let point = d.point as usize;
    let width = width.max(point + layout.dot_zero as usize);
    let whole = point.min(d.digits.len());
    out.push_str(&d.digits[..whole]);
    pad_zeros(out, point - whole);
    if width > point || layout.alternate {
        out.push('.');
    }
    let rest = &d.digits[whole..];
    out.push_str(rest);
    pad_zeros(out, (width - point).saturating_sub(rest.len()));
}

fn pad_zeros(out: &mut String, n: usize) {
    out.extend(std::iter::repeat_n('0', n));
}
