//! Complex functions where a part is infinite or NaN: what annex G of the C standard says. Only called there.

use super::Parts;
use std::f64::consts::FRAC_PI_2;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// The result for an argument from the result for its absolute imaginary part: `f(conj z) = conj f(z)`.
fn conjugate(z: Parts, f: impl Fn(f64, f64) -> Parts) -> Parts {
    let (re, im) = f(z.0, z.1.abs());
    (re, if z.1.is_sign_negative() && !z.1.is_nan() { -im } else { im })
}

/// The same of functions that are odd, too: `f` is asked for parts that are not negative.
fn odd(z: Parts, f: impl Fn(f64, f64) -> Parts) -> Parts {
    let (re, im) = f(z.0.abs(), z.1.abs());
    let flip = |x: f64, by: f64| if by.is_sign_negative() && !by.is_nan() { -x } else { x };
    (flip(re, z.0), flip(im, z.1))
}

pub(super) fn sqrt(z: Parts) -> Parts {
    conjugate(z, |x, y| {
        if y == INF {
            (INF, INF)
        } else if x == INF {
            (INF, if y.is_nan() { NAN } else { 0.0 })
        } else if x == -INF {
            if y.is_nan() { (NAN, INF) } else { (0.0, INF) }
        } else {
            (NAN, NAN)
        }
    })
}

pub(super) fn log(z: Parts) -> Parts {
    let (x, y) = z;
    let size = if x.is_infinite() || y.is_infinite() { INF } else { NAN };
    (size, if x.is_nan() || y.is_nan() { NAN } else { y.atan2(x) })
}

/// `size * (cos(y) + i sin(y))` of an infinite or zero size.
fn around(size: f64, y: f64) -> Parts {
    if y == 0.0 { (size, y) } else { (size * y.cos(), size * y.sin()) }
}

pub(super) fn exp((x, y): Parts) -> Parts {
    if x == -INF {
        if y.is_finite() { around(0.0, y) } else { (0.0, 0.0) }
    } else if x == INF {
        if y.is_finite() { around(INF, y) } else { (INF, NAN) }
    } else if x.is_nan() && y == 0.0 {
        (NAN, y)
    } else {
        (NAN, NAN)
    }
}

pub(super) fn cosh((x, y): Parts) -> Parts {
    if x.is_infinite() {
        let (re, im) = if y.is_finite() { around(INF, y) } else { (INF, NAN) };
        (re, if x < 0.0 { -im } else { im })
    } else if x == 0.0 || y == 0.0 {
        (NAN, 0.0)
    } else {
        (NAN, NAN)
    }
}

pub(super) fn sinh(z: Parts) -> Parts {
    if z.1.is_nan() {
        // The sign of the first part is nobody's: it is positive.
        let known = z.0.is_infinite() || z.0 == 0.0;
        return (if known { z.0.abs() } else { NAN }, NAN);
    }
    odd(z, |x, y| {
        if x == INF {
            if y.is_finite() { around(INF, y) } else { (INF, NAN) }
        } else if x.is_nan() && y == 0.0 {
            (NAN, y)
        } else {
            (NAN, NAN)
        }
    })
}

pub(super) fn tanh(z: Parts) -> Parts {
    if z.0.is_infinite() && !z.1.is_finite() {
        return (1f64.copysign(z.0), 0.0);
    }
    odd(z, |x, y| {
        if x == INF {
            (1.0, 0f64.copysign((2.0 * y).sin()))
        } else if x == 0.0 && y.is_nan() {
            (0.0, NAN)
        } else if x.is_nan() && y == 0.0 {
            (NAN, y)
        } else {
            (NAN, NAN)
        }
    })
}

pub(super) fn acos(z: Parts) -> Parts {
    conjugate(z, |x, y| match (x, y) {
        (x, y) if x.is_nan() && y == INF => (NAN, -INF),
        (x, y) if y.is_nan() && x.is_infinite() => (NAN, INF),
        (x, y) if y.is_nan() && x == 0.0 => (FRAC_PI_2, NAN),
        (x, y) if x.is_nan() || y.is_nan() => (NAN, NAN),
        (x, y) => (y.atan2(x), -INF),
    })
}

pub(super) fn acosh(z: Parts) -> Parts {
    conjugate(z, |x, y| {
        let size = if x.is_infinite() || y.is_infinite() { INF } else { NAN };
        let angle = match x == 0.0 && y.is_nan() {
            true => FRAC_PI_2,
            false if x.is_nan() || y.is_nan() => NAN,
            false => y.atan2(x),
        };
        (size, angle)
    })
}

pub(super) fn asinh(z: Parts) -> Parts {
    odd(z, |x, y| {
        if x.is_nan() {
            (if y == INF { INF } else { NAN }, if y == 0.0 { 0.0 } else { NAN })
        } else if y.is_nan() {
            (if x == INF { INF } else { NAN }, NAN)
        } else {
            (INF, y.atan2(x))
        }
    })
}

pub(super) fn atanh(z: Parts) -> Parts {
    odd(z, |x, y| {
        if y == INF {
            (0.0, FRAC_PI_2)
        } else if x == INF {
            (0.0, if y.is_nan() { NAN } else { FRAC_PI_2 })
        } else if x == 0.0 {
            (0.0, NAN)
        } else {
            (NAN, NAN)
        }
    })
}

pub(super) fn rect(r: f64, phi: f64) -> Parts {
    if r.is_infinite() {
        if phi.is_finite() { around(r, phi) } else { (INF, NAN) }
    } else if r == 0.0 {
        (0.0, 0.0)
    } else if phi == 0.0 {
        (NAN, 0.0)
    } else {
        (NAN, NAN)
    }
}
