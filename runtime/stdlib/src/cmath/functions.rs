//! The formulas of complex functions, after Kahan, "Branch Cuts for Complex Elementary Functions" (1987): the signs of
//! zeros decide on which side of a cut an argument lies.

use super::{Parts, special};
use std::f64::consts::{FRAC_PI_2, LN_2, LN_10};

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// The function is not defined there.
    Domain,
    /// The result is beyond what floats hold.
    Range,
}

type Outcome = Result<Parts, Fault>;

/// Beyond, sums of squares of parts are not trusted.
const LARGE: f64 = f64::MAX / 4.0;
/// Beyond, exponentials overflow before they are multiplied.
const LOG_LARGE: f64 = 708.0;

fn finite((re, im): Parts) -> bool {
    re.is_finite() && im.is_finite()
}

fn is_large((re, im): Parts) -> bool {
    re.abs() > LARGE || im.abs() > LARGE
}

/// `i * z`
fn times_i((re, im): Parts) -> Parts {
    (-im, re)
}

/// `-i * z`
fn over_i((re, im): Parts) -> Parts {
    (im, -re)
}

fn checked(z: Parts) -> Outcome {
    if z.0.is_infinite() || z.1.is_infinite() { Err(Fault::Range) } else { Ok(z) }
}

pub(super) fn sqrt(z: Parts) -> Parts {
    if !finite(z) {
        return special::sqrt(z);
    }
    let (re, im) = z;
    if re == 0.0 && im == 0.0 {
        return (0.0, im);
    }
    let (x, y) = (re.abs(), im.abs());
    // Scaled by a power of four, so that nothing overflows and no bits of denormals are lost.
    let half_sum = |x: f64, y: f64| (x + x.hypot(y)) / 2.0;
    let s = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        let up = 2f64.powi(54);
        half_sum(x * up, y * up).sqrt() * 2f64.powi(-27)
    } else {
        half_sum(x / 16.0, y / 16.0).sqrt() * 4.0
    };
    let d = y / (2.0 * s);
    if re >= 0.0 { (s, d.copysign(im)) } else { (d, s.copysign(im)) }
}

/// `log(hypot(x, y))`, exact enough near 1, of no zero.
fn log_abs((re, im): Parts) -> f64 {
    let (x, y) = (re.abs().max(im.abs()), re.abs().min(im.abs()));
    if x > LARGE {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE {
        let up = 2f64.powi(53);
        (x * up).hypot(y * up).ln() - 53.0 * LN_2
    } else {
        let size = x.hypot(y);
        if (0.71..=1.73).contains(&size) {
            ((x - 1.0) * (x + 1.0) + y * y).ln_1p() / 2.0
        } else {
            size.ln()
        }
    }
}

pub(super) fn log(z: Parts) -> Outcome {
    if !finite(z) {
        return Ok(special::log(z));
    }
    if z.0 == 0.0 && z.1 == 0.0 {
        return Err(Fault::Domain);
    }
    Ok((log_abs(z), z.1.atan2(z.0)))
}

pub(super) fn log10(z: Parts) -> Outcome {
    let (re, im) = log(z)?;
    Ok((re / LN_10, im / LN_10))
}

pub(super) fn log_to(z: Parts, base: Parts) -> Outcome {
    use habu_object::complex::{Operand, div};
    let (a, b) = (log(z)?, log(base)?);
    div(Operand::Complex(a.0, a.1), Operand::Complex(b.0, b.1)).map_err(|_| Fault::Domain)
}

pub(super) fn exp(z: Parts) -> Outcome {
    let (re, im) = z;
    if !finite(z) {
        let undefined = im.is_infinite() && (re.is_finite() || re == f64::INFINITY);
        return if undefined { Err(Fault::Domain) } else { Ok(special::exp(z)) };
    }
    // One factor e is kept back where the exponential alone would overflow.
    let (size, more) =
        if re > LOG_LARGE { ((re - 1.0).exp(), std::f64::consts::E) } else { (re.exp(), 1.0) };
    checked((size * im.cos() * more, size * im.sin() * more))
}

pub(super) fn cosh(z: Parts) -> Outcome {
    let (re, im) = z;
    if !finite(z) {
        let undefined = im.is_infinite() && !re.is_nan();
        return if undefined { Err(Fault::Domain) } else { Ok(special::cosh(z)) };
    }
    if re.abs() > LOG_LARGE {
        let (size, sign, e) =
            ((re.abs() - 1.0).exp() / 2.0, 1f64.copysign(re), std::f64::consts::E);
        return checked((im.cos() * size * e, sign * im.sin() * size * e));
    }
    checked((im.cos() * re.cosh(), im.sin() * re.sinh()))
}

pub(super) fn sinh(z: Parts) -> Outcome {
    let (re, im) = z;
    if !finite(z) {
        let undefined = im.is_infinite() && !re.is_nan();
        return if undefined { Err(Fault::Domain) } else { Ok(special::sinh(z)) };
    }
    if re.abs() > LOG_LARGE {
        let (size, sign, e) =
            ((re.abs() - 1.0).exp() / 2.0, 1f64.copysign(re), std::f64::consts::E);
        return checked((sign * im.cos() * size * e, im.sin() * size * e));
    }
    checked((im.cos() * re.sinh(), im.sin() * re.cosh()))
}

pub(super) fn tanh(z: Parts) -> Outcome {
    let (re, im) = z;
    if !finite(z) {
        let undefined = im.is_infinite() && re.is_finite();
        return if undefined { Err(Fault::Domain) } else { Ok(special::tanh(z)) };
    }
    if re.abs() > LOG_LARGE {
        return Ok((1f64.copysign(re), 4.0 * im.sin() * im.cos() * (-2.0 * re.abs()).exp()));
    }
    let (tx, ty) = (re.tanh(), im.tan());
    let inverse = 1.0 / re.cosh();
    let product = tx * ty;
    let below = 1.0 + product * product;
    Ok((tx * (1.0 + ty * ty) / below, ty / below * inverse * inverse))
}

pub(super) fn cos(z: Parts) -> Outcome {
    cosh(times_i(z))
}

pub(super) fn sin(z: Parts) -> Outcome {
    sinh(times_i(z)).map(over_i)
}

pub(super) fn tan(z: Parts) -> Outcome {
    tanh(times_i(z)).map(over_i)
}

/// `log(|z|) + log(2)` of a large number.
fn log_double((re, im): Parts) -> f64 {
    (re / 2.0).hypot(im / 2.0).ln() + 2.0 * LN_2
}

pub(super) fn acos(z: Parts) -> Outcome {
    let (re, im) = z;
    Ok(if !finite(z) {
        special::acos(z)
    } else if is_large(z) {
        (im.abs().atan2(re), -log_double(z).copysign(im))
    } else {
        let (a, b) = (sqrt((1.0 - re, -im)), sqrt((1.0 + re, im)));
        (2.0 * a.0.atan2(b.0), asinh_real(b.0 * a.1 - b.1 * a.0))
    })
}

pub(super) fn acosh(z: Parts) -> Outcome {
    let (re, im) = z;
    Ok(if !finite(z) {
        special::acosh(z)
    } else if is_large(z) {
        (log_double(z), im.atan2(re))
    } else {
        let (a, b) = (sqrt((re - 1.0, im)), sqrt((re + 1.0, im)));
        (asinh_real(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0))
    })
}

pub(super) fn asinh(z: Parts) -> Outcome {
    let (re, im) = z;
    Ok(if !finite(z) {
        special::asinh(z)
    } else if is_large(z) {
        (log_double(z).copysign(re), im.atan2(re.abs()))
    } else {
        let (a, b) = (sqrt((1.0 + im, -re)), sqrt((1.0 - im, re)));
        (asinh_real(a.0 * b.1 - b.0 * a.1), im.atan2(a.0 * b.0 - a.1 * b.1))
    })
}

pub(super) fn asin(z: Parts) -> Outcome {
    asinh(times_i(z)).map(over_i)
}

pub(super) fn atanh(z: Parts) -> Outcome {
    let (re, im) = z;
    if !finite(z) {
        return Ok(special::atanh(z));
    }
    if re < 0.0 || (re == 0.0 && re.is_sign_negative()) {
        // The function is odd.
        return atanh((-re, -im)).map(|(re, im)| (-re, -im));
    }
    let y = im.abs();
    if re > LARGE.sqrt() || y > LARGE.sqrt() {
        let half = (re / 2.0).hypot(y / 2.0);
        return Ok((re / 4.0 / half / half, -FRAC_PI_2.copysign(-im)));
    }
    if re == 1.0 && y < f64::MIN_POSITIVE.sqrt() {
        if y == 0.0 {
            return Err(Fault::Domain);
        }
        let real = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
        return Ok((real, (2f64.atan2(-y) / 2.0).copysign(im)));
    }
    let real = (4.0 * re / ((1.0 - re) * (1.0 - re) + y * y)).ln_1p() / 4.0;
    let angle = -(-2.0 * im).atan2((1.0 - re) * (1.0 + re) - y * y) / 2.0;
    Ok((real, angle))
}

pub(super) fn atan(z: Parts) -> Outcome {
    atanh(times_i(z)).map(over_i)
}

pub(super) fn rect(r: f64, phi: f64) -> Outcome {
    if r.is_finite() && phi.is_finite() {
        // The sign of a zero angle is the sign of the part.
        return Ok(if phi == 0.0 { (r, r * phi) } else { (r * phi.cos(), r * phi.sin()) });
    }
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(Fault::Domain);
    }
    Ok(special::rect(r, phi))
}

/// `asinh(x)` of a real number, without loss near zero.
fn asinh_real(x: f64) -> f64 {
    crate::math::asinh(x)
}
