//! Floats as decimal text: the one routine under repr, the format codes and %-formatting.
//!
//! Digits come from Rust's formatter, which is shortest for `r` and exact for a given precision.

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
struct Decimal {
    digits: String,
    point: i64,
}

impl Decimal {
    /// Takes apart what `{:e}` wrote.
    fn new(scientific: &str) -> Decimal {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        let mut digits: String = mantissa.chars().filter(|c| *c != '.').collect();
        digits.truncate(digits.trim_end_matches('0').len().max(1));
        Decimal { digits, point: exponent.parse::<i64>().unwrap_or(0) + 1 }
    }

    fn is_zero(&self) -> bool {
        self.digits == "0"
    }
}

/// `f` in format code `r`, `e`, `f` or `g` (`E`, `F`, `G` for capitals); `precision` is ignored by `r`.
pub fn double_to_string(f: f64, code: char, precision: usize, layout: Layout) -> String {
    let upper = code.is_ascii_uppercase();
    let magnitude = f.abs();
    let mut negative = f.is_sign_negative() && !f.is_nan();
    let mut body = String::new();
    if f.is_finite() {
        let is_zero = match code.to_ascii_lowercase() {
            'f' => write_fixed(&mut body, magnitude, precision, layout),
            'e' => {
                let d = exact(magnitude, precision);
                write_exponent(&mut body, &d, precision + 1, layout.alternate);
                d.is_zero()
            }
            'r' => write_shortest(&mut body, magnitude, layout),
            _ => write_general(&mut body, magnitude, precision.max(1), layout),
        };
        negative &= !(is_zero && layout.no_negative_zero);
    } else {
        body.push_str(if f.is_nan() { "nan" } else { "inf" });
    }
    if upper {
        body.make_ascii_uppercase();
    }
    match (negative, layout.plus) {
        (true, _) => body.insert(0, '-'),
        (false, true) => body.insert(0, '+'),
        (false, false) => {}
    }
    body
}

/// `precision + 1` correctly rounded significant digits.
fn exact(f: f64, precision: usize) -> Decimal {
    Decimal::new(&format!("{f:.*e}", precision.min(MOST_DIGITS)))
}

/// The fewest digits that say which float it is, the nearest of those; ties go to the even digit.
fn shortest(f: f64) -> Decimal {
    let d = Decimal::new(&format!("{f:e}"));
    // Rust rounds ties up. There are ties near the last digits of a double only, after few binary places.
    let may_tie = (1u64 << 40) as f64..(1u64 << 53) as f64;
    if d.digits.len() >= 15 && may_tie.contains(&f) { exact(f, d.digits.len() - 1) } else { d }
}

fn write_fixed(out: &mut String, f: f64, precision: usize, layout: Layout) -> bool {
    let given = precision.min(MOST_DIGITS);
    // Writing to a String cannot fail.
    let _ = write!(out, "{f:.given$}");
    let is_zero = out.bytes().all(|b| matches!(b, b'0' | b'.'));
    pad_zeros(out, precision - given);
    if layout.alternate && precision == 0 {
        out.push('.');
    }
    is_zero
}

fn write_shortest(out: &mut String, f: f64, layout: Layout) -> bool {
    let d = shortest(f);
    if d.point <= -4 || d.point > 16 {
        write_exponent(out, &d, d.digits.len(), layout.alternate);
    } else {
        write_positional(out, &d, d.digits.len(), layout);
    }
    d.is_zero()
}

fn write_general(out: &mut String, f: f64, precision: usize, layout: Layout) -> bool {
    let d = exact(f, precision - 1);
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
        out.push_str(&d.digits);
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
