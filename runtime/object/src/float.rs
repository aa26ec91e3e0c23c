//! Python floats: immediates and heap floats, arithmetic with Python's rules, rounding, hashes.
//!
//! `text` reads and writes them; the format codes are in `crate::format`.

pub mod power;
mod text;

#[cfg(test)]
pub(crate) mod tests;

pub use power::{PowError, pow};
pub(crate) use text::parse_ascii;
pub use text::{HexError, fromhex, hex, parse, repr};

use crate::int::{self, IntError};
use crate::kind::{Kind, shape};
use crate::layouts::Float;
use crate::object::Alloc;
use crate::value::Value;
use habu_gc::Heap;

/// A float.
#[inline]
pub fn new(heap: &mut Heap, f: f64) -> Alloc<Value> {
    match Value::try_imm_float(f) {
        Some(v) => Ok(v),
        None => with_shape(heap, shape::FLOAT, f),
    }
}

/// A float as a heap object of the class that `shape` names: a subclass of float, or float for the numbers that have
/// no immediate.
pub fn with_shape(heap: &mut Heap, shape: u32, f: f64) -> Alloc<Value> {
    if shape == shape::FLOAT
        && let Some(v) = Value::try_imm_float(f)
    {
        return Ok(v);
    }
    let o = Float::blank_with_shape(heap, shape)?;
    o.number.set(f);
    Ok(o.value())
}

/// What the payload of a [`numbered_nan`] begins with, in bits 32 to 48.
const NUMBERED: u64 = 0x4861 << 32;

/// A NaN with a payload of its own. Immediate floats are identical when their bits are: two NaNs that CPython would
/// make as two objects must differ in bits, or a set would take them for one.
pub fn numbered_nan(n: u32, negative: bool) -> f64 {
    let f = f64::from_bits(f64::NAN.to_bits() | NUMBERED | u64::from(n));
    if negative { -f } else { f }
}

/// The bits of a number as the outside sees them: numbered NaNs are plain ones.
pub fn outer_bits(f: f64) -> u64 {
    let bits = f.to_bits();
    let numbered = f.is_nan() && bits & 0x0007_ffff_0000_0000 == NUMBERED;
    if numbered { bits & !(NUMBERED | 0xffff_ffff) } else { bits }
}

/// The number, if `v` is a float or an instance of a subclass.
#[inline(always)]
pub fn get(v: Value) -> Option<f64> {
    if v.is_imm_float() { Some(v.as_imm_float()) } else { get_object(v) }
}

#[inline]
fn get_object(v: Value) -> Option<f64> {
    v.cast::<Float>().map(|o| o.number.get())
}

/// Whether `v` is a float or an instance of a subclass.
#[inline]
pub fn is_float_like(v: Value) -> bool {
    v.is_imm_float() || (v.is_ptr() && v.kind() == Kind::Float)
}

/// Whether the class of `v` is float itself.
#[inline]
pub fn is_exact_float(v: Value) -> bool {
    v.is_imm_float() || v.shape() == shape::FLOAT
}

/// `m * 2**e`, exact unless it overflows to infinity or underflows; `m` is not negative.
pub(crate) fn scale(m: f64, e: i32) -> f64 {
    if m == 0.0 {
        0.0
    } else if e > 1023 {
        if m < 1.0 {
            m * power_of_2(1023) * power_of_2((e - 1023).min(1023))
        } else {
            f64::INFINITY
        }
    } else if e < -1074 {
        m * power_of_2(-1000) * power_of_2((e + 1000).max(-1074))
    } else {
        m * power_of_2(e)
    }
}

fn power_of_2(e: i32) -> f64 {
    debug_assert!((-1074..=1023).contains(&e));
    f64::from_bits(if e >= -1022 { ((e + 1023) as u64) << 52 } else { 1 << (e + 1074) })
}

/// `hash(f)`; None for NaN, whose hash is its identity's.
pub fn hash(f: f64) -> Option<i64> {
    const PRIME: u64 = (1 << 61) - 1;
    if f == f.trunc() && f.abs() < (1u64 << 60) as f64 {
        return Some(int::hash_i64(f as i64));
    }
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { 314159 } else { -314159 });
    }
    let bits = f.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52) as i32 & 0x7ff);
    let (m, e) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // 2^61 = 1 modulo the prime, so a power of two rotates 61 bits.
    let turn = e.rem_euclid(61) as u32;
    let h = ((m << turn) & PRIME) | if turn == 0 { 0 } else { m >> (61 - turn) };
    let h = if f < 0.0 { -(h as i64) } else { h as i64 };
    Some(if h == -1 { -2 } else { h })
}

/// `f.is_integer()`
pub fn is_integer(f: f64) -> bool {
    f.is_finite() && f.trunc() == f
}

/// `v // w` and `v % w`; None if `w` is zero.
pub fn divmod(v: f64, w: f64) -> Option<(f64, f64)> {
    if w == 0.0 {
        return None;
    }
    let mut remainder = v % w;
    // What is left is (nearly) a multiple of w.
    let mut quotient = (v - remainder) / w;
    if remainder == 0.0 {
        remainder = 0f64.copysign(w);
    } else if (w < 0.0) != (remainder < 0.0) {
        remainder += w;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Some((0f64.copysign(v / w), remainder));
    }
    let floor = quotient.floor();
    Some((if quotient - floor > 0.5 { floor + 1.0 } else { floor }, remainder))
}

/// `v // w`; None if `w` is zero.
#[inline]
pub fn floordiv(v: f64, w: f64) -> Option<f64> {
    divmod(v, w).map(|(q, _)| q)
}

/// `v % w`; None if `w` is zero.
#[inline]
pub fn modulo(v: f64, w: f64) -> Option<f64> {
    if w == 0.0 {
        return None;
    }
    let r = v % w;
    Some(if r == 0.0 {
        0f64.copysign(w)
    } else if (w < 0.0) != (r < 0.0) {
        r + w
    } else {
        r
    })
}

/// `round(f, digits)`, correctly rounded; None if the result is out of range.
pub fn round(f: f64, digits: i64) -> Option<f64> {
    if !f.is_finite() || digits > 323 || f == 0.0 {
        return Some(f);
    }
    if digits < -308 {
        return Some(0f64.copysign(f));
    }
    if (0..=15).contains(&digits)
        && let Some(rounded) = crate::format::fixed::round(f, digits as usize)
    {
        return Some(rounded);
    }
    let rounded = if digits >= 0 {
        text::round_fraction(f, digits as usize)
    } else {
        text::round_whole(f, -digits as usize)
    };
    rounded.is_finite().then_some(rounded)
}

/// `round(f)`. Errors as `int::from_f64`.
pub fn round_to_int(heap: &mut Heap, f: f64) -> Result<Value, IntError> {
    int::from_f64(heap, f.round_ties_even())
}

/// `math.floor(f)`. Errors as `int::from_f64`.
pub fn floor(heap: &mut Heap, f: f64) -> Result<Value, IntError> {
    int::from_f64(heap, f.floor())
}

/// `math.ceil(f)`. Errors as `int::from_f64`.
pub fn ceil(heap: &mut Heap, f: f64) -> Result<Value, IntError> {
    int::from_f64(heap, f.ceil())
}

/// `int(f)`. Errors as `int::from_f64`.
pub fn trunc(heap: &mut Heap, f: f64) -> Result<Value, IntError> {
    int::from_f64(heap, f)
}

/// `f.as_integer_ratio()`. Errors as `int::from_f64`.
pub fn as_integer_ratio(heap: &mut Heap, f: f64) -> Result<(Value, Value), IntError> {
    int::ratio_of_f64(heap, f)
}
