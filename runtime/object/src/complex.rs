//! Python complex numbers: arithmetic with C's rules for infinities, powers, text, hash.

#[cfg(test)]
mod tests;

use crate::float;
use crate::float::parse_ascii as parse_part;
use crate::format::digits::{Layout, double_to_string};
use crate::int::numeral_to_ascii;
use crate::int::text::trim;
use crate::kind::shape;
use crate::layouts::Complex;
use crate::object::Alloc;
use crate::value::Value;
use habu_gc::Heap;

/// Real and imaginary part.
pub type Parts = (f64, f64);

/// A complex number.
pub fn new(heap: &mut Heap, re: f64, im: f64) -> Alloc<Value> {
    with_shape(heap, shape::COMPLEX, re, im)
}

/// An instance of the class that `shape` names.
pub fn with_shape(heap: &mut Heap, shape: u32, re: f64, im: f64) -> Alloc<Value> {
    let o = Complex::blank_with_shape(heap, shape)?;
    o.re.set(re);
    o.im.set(im);
    Ok(o.value())
}

/// The parts, if `v` is complex or an instance of a subclass.
#[inline]
pub fn get(v: Value) -> Option<Parts> {
    v.cast::<Complex>().map(|o| (o.re.get(), o.im.get()))
}

/// Why an operation has no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ComplexError {
    /// Division by zero, or zero to a negative or complex power.
    ZeroDivision,
    /// Too large.
    Overflow,
}

/// An operand: complex, or real without an imaginary part (which is not the same as one of zero).
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Operand {
    /// int or float.
    Real(f64),
    /// complex.
    Complex(f64, f64),
}

impl Operand {
    fn parts(self) -> Parts {
        match self {
            Operand::Real(re) => (re, 0.0),
            Operand::Complex(re, im) => (re, im),
        }
    }
}

/// `a + b`
pub fn add(a: Operand, b: Operand) -> Parts {
    match (a, b) {
        (Operand::Complex(re, im), Operand::Real(r)) => (re + r, im),
        (Operand::Real(r), Operand::Complex(re, im)) => (r + re, im),
        _ => (a.parts().0 + b.parts().0, a.parts().1 + b.parts().1),
    }
}

/// `a - b`
pub fn sub(a: Operand, b: Operand) -> Parts {
    match (a, b) {
        (Operand::Complex(re, im), Operand::Real(r)) => (re - r, im),
        (Operand::Real(r), Operand::Complex(re, im)) => (r - re, -im),
        _ => (a.parts().0 - b.parts().0, a.parts().1 - b.parts().1),
    }
}

/// `a * b`
pub fn mul(a: Operand, b: Operand) -> Parts {
    match (a, b) {
        (Operand::Complex(re, im), Operand::Real(r))
        | (Operand::Real(r), Operand::Complex(re, im)) => (re * r, im * r),
        _ => product(a.parts(), b.parts()),
    }
}

/// An infinite part becomes 1, a finite one 0.
fn boxed(x: f64) -> f64 {
    (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x)
}

fn nan_to_zero(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

/// C99 annex G: infinities survive a product of NaNs.
fn product((mut a, mut b): Parts, (mut c, mut d): Parts) -> Parts {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let plain = (ac - bd, ad + bc);
    if !(plain.0.is_nan() && plain.1.is_nan()) {
        return plain;
    }
    let mut again = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (boxed(a), boxed(b), nan_to_zero(c), nan_to_zero(d));
        again = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d) = (nan_to_zero(a), nan_to_zero(b), boxed(c), boxed(d));
        again = true;
    }
    if !again && [ac, bd, ad, bc].iter().any(|x| x.is_infinite()) {
        (a, b, c, d) = (nan_to_zero(a), nan_to_zero(b), nan_to_zero(c), nan_to_zero(d));
        again = true;
    }
    if again { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { plain }
}

/// `a / b`
pub fn div(a: Operand, b: Operand) -> Result<Parts, ComplexError> {
    match (a, b) {
        (Operand::Complex(..), Operand::Real(0.0)) => Err(ComplexError::ZeroDivision),
        (Operand::Complex(re, im), Operand::Real(r)) => Ok((re / r, im / r)),
        (Operand::Real(r), Operand::Complex(re, im)) => real_quotient(r, (re, im)),
        _ => quotient(a.parts(), b.parts()),
    }
}

fn quotient((a, b): Parts, (c, d): Parts) -> Result<Parts, ComplexError> {
    let (mut re, mut im) = (f64::NAN, f64::NAN);
    if c.abs() >= d.abs() {
        if c == 0.0 {
            return Err(ComplexError::ZeroDivision);
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        re = (a + b * ratio) / denominator;
        im = (b - a * ratio) / denominator;
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        re = (a * ratio + b) / denominator;
        im = (b * ratio - a) / denominator;
    }
    if re.is_nan() && im.is_nan() {
        if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
            let (x, y) = (boxed(a), boxed(b));
            re = f64::INFINITY * (x * c + y * d);
            im = f64::INFINITY * (y * c - x * d);
        } else if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
            let (x, y) = (boxed(c), boxed(d));
            re = 0.0 * (a * x + b * y);
            im = 0.0 * (b * x - a * y);
        }
    }
    Ok((re, im))
}

fn real_quotient(a: f64, (c, d): Parts) -> Result<Parts, ComplexError> {
    let (mut re, mut im) = (f64::NAN, f64::NAN);
    if c.abs() >= d.abs() {
        if c == 0.0 {
            return Err(ComplexError::ZeroDivision);
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        re = a / denominator;
        im = (-a * ratio) / denominator;
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        re = (a * ratio) / denominator;
        im = -a / denominator;
    }
    if re.is_nan() && im.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let (x, y) = (boxed(c), boxed(d));
        re = 0.0 * (a * x);
        im = 0.0 * (-a * y);
    }
    Ok((re, im))
}

/// `a ** b`
pub fn pow(a: Parts, b: Parts) -> Result<Parts, ComplexError> {
    let (re, im) = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        whole_power(a, b.0 as i32)?
    } else {
        general_power(a, b)?
    };
    if re.is_infinite() || im.is_infinite() { Err(ComplexError::Overflow) } else { Ok((re, im)) }
}

fn whole_power(a: Parts, n: i32) -> Result<Parts, ComplexError> {
    let (mut result, mut square) = ((1.0, 0.0), a);
    let mut left = n.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result = product(result, square);
        }
        left >>= 1;
        square = product(square, square);
    }
    if n > 0 { Ok(result) } else { quotient((1.0, 0.0), result) }
}

fn general_power(a: Parts, b: Parts) -> Result<Parts, ComplexError> {
    if b == (0.0, 0.0) {
        return Ok((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        let zero_division = b.1 != 0.0 || b.0 < 0.0;
        return if zero_division { Err(ComplexError::ZeroDivision) } else { Ok((0.0, 0.0)) };
    }
    let size = a.0.hypot(a.1);
    let angle = a.1.atan2(a.0);
    let mut length = size.powf(b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length *= (-angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    // The C library has no cosine of infinity, and CPython takes its complaint for this one.
    if phase.is_infinite() {
        return Err(ComplexError::ZeroDivision);
    }
    Ok((length * phase.cos(), length * phase.sin()))
}

/// `abs(z)`; None if it is out of range.
pub fn abs((re, im): Parts) -> Option<f64> {
    if re.is_infinite() || im.is_infinite() {
        return Some(f64::INFINITY);
    }
    let size = re.hypot(im);
    if size.is_infinite() { None } else { Some(size) }
}

/// `hash(z)`; None if a part is NaN.
pub fn hash((re, im): Parts) -> Option<i64> {
    const IMAGINARY: i64 = 1000003;
    let h = float::hash(re)?.wrapping_add(float::hash(im)?.wrapping_mul(IMAGINARY));
    Some(if h == -1 { -2 } else { h })
}

/// `repr(z)`
pub fn repr((re, im): Parts) -> String {
    let part =
        |f: f64, plus: bool| double_to_string(f, 'r', 0, Layout { plus, ..Layout::default() });
    if re == 0.0 && re.is_sign_positive() {
        format!("{}j", part(im, false))
    } else {
        format!("({}{}j)", part(re, false), part(im, true))
    }
}

/// `complex(text)`
pub fn parse(text: &str) -> Option<Parts> {
    let ascii = numeral_to_ascii(text);
    let mut text = trim(&ascii);
    if let Some(inner) = text.strip_prefix('(') {
        text = trim(inner.strip_suffix(')')?);
    }
    let Some(body) = text.strip_suffix(['j', 'J']) else {
        return Some((parse_part(text)?, 0.0));
    };
    let imaginary = |s: &str| match s {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        _ => parse_part(s),
    };
    // The imaginary part begins at the last sign that is no exponent's.
    let b = body.as_bytes();
    let is_split = |i: &usize| {
        matches!(b[*i], b'+' | b'-')
            && !(matches!(b[i - 1], b'e' | b'E') && b[..i - 1].iter().any(u8::is_ascii_digit))
    };
    match (1..b.len()).rev().find(is_split) {
        Some(i) => Some((parse_part(&body[..i])?, imaginary(&body[i..])?)),
        None => Some((0.0, imaginary(body)?)),
    }
}
