//! Functions of one or two floats, with the domain and range errors of CPython 3.14.

use super::special;
use crate::util::{arg, as_f64};
use habu_object::{Value, float, int};
use habu_vm::{Effects, NativeDef, NativeFn, PyResult, Raised, Vm};

/// A function that depends on its arguments alone, numbers given.
pub(super) const fn pure(name: &'static str, signature: &'static str, f: NativeFn) -> NativeDef {
    NativeDef::new(name, signature, f).effects(Effects::PureOfPlain)
}

/// `f(x)`; ranges beyond what floats hold are errors (`overflows`), or else domain errors with this text.
fn one(
    vm: &mut Vm,
    args: &[Value],
    f: fn(f64) -> f64,
    overflows: bool,
    text: &str,
) -> PyResult<Value> {
    let x = as_f64(vm, arg(args, 0))?;
    let r = f(x);
    if r.is_nan() && !x.is_nan() {
        return Err(domain(vm, text, x));
    }
    if r.is_infinite() && x.is_finite() {
        return Err(if overflows { range(vm) } else { domain(vm, text, x) });
    }
    vm.new_float(r)
}

pub(super) fn range(vm: &mut Vm) -> Raised {
    vm.overflow_error("math range error")
}

pub(super) fn domain(vm: &mut Vm, text: &str, x: f64) -> Raised {
    if text.is_empty() {
        return vm.value_error("math domain error");
    }
    let msg = format!("{text}, got {}", float::repr(x));
    vm.value_error(&msg)
}

macro_rules! unary {
    ($($name:literal $f:expr, $overflows:literal, $text:literal;)*) => {
        &[$(pure($name, "(x, /)", |vm, args| one(vm, args, $f, $overflows, $text)),)*]
    };
}

pub(super) static UNARY: &[NativeDef] = unary! {
    "acos" f64::acos, false, "expected a number between -1 and 1";
    "acosh" special::acosh, false, "expected argument value not less than 1";
    "asin" f64::asin, false, "expected a number between -1 and 1";
    "asinh" special::asinh, false, "";
    "atan" f64::atan, false, "";
    "atanh" special::atanh, false, "expected a number between -1 and 1";
    "cbrt" f64::cbrt, false, "";
    "cos" f64::cos, false, "expected a finite input";
    "cosh" f64::cosh, true, "";
    "erf" special::erf, false, "";
    "erfc" special::erfc, false, "";
    "exp" f64::exp, true, "";
    "exp2" f64::exp2, true, "";
    "expm1" f64::exp_m1, true, "";
    "fabs" f64::abs, false, "";
    "log1p" f64::ln_1p, false, "expected argument value > -1";
    "sin" f64::sin, false, "expected a finite input";
    "sinh" f64::sinh, true, "";
    "sqrt" f64::sqrt, false, "expected a nonnegative input";
    "tan" f64::tan, false, "expected a finite input";
    "tanh" f64::tanh, false, "";
};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    pure("gamma", "(x, /)", gamma),
    pure("lgamma", "(x, /)", lgamma),
    pure("atan2", "(y, x, /)", |vm, args| two(vm, args, f64::atan2)),
    pure("copysign", "(x, y, /)", |vm, args| two(vm, args, f64::copysign)),
    pure("fmod", "(x, y, /)", |vm, args| {
        two(vm, args, |x, y| if y.is_infinite() && x.is_finite() { x } else { x % y })
    }),
    pure("remainder", "(x, y, /)", |vm, args| two(vm, args, remainder)),
    pure("pow", "(x, y, /)", pow),
    pure("degrees", "(x, /)", |vm, args| {
        let x = as_f64(vm, arg(args, 0))?;
        vm.new_float(x * (180.0 / std::f64::consts::PI))
    }),
    pure("radians", "(x, /)", |vm, args| {
        let x = as_f64(vm, arg(args, 0))?;
        vm.new_float(x * (std::f64::consts::PI / 180.0))
    }),
    pure("isnan", "(x, /)", |vm, args| Ok(Value::bool(as_f64(vm, arg(args, 0))?.is_nan()))),
    pure("isinf", "(x, /)", |vm, args| Ok(Value::bool(as_f64(vm, arg(args, 0))?.is_infinite()))),
    pure("isfinite", "(x, /)", |vm, args| Ok(Value::bool(as_f64(vm, arg(args, 0))?.is_finite()))),
    pure("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", isclose),
    pure("log", "(x, base=None, /)", log),
    pure("log2", "(x, /)", |vm, args| log_of(vm, arg(args, 0), f64::log2)),
    pure("log10", "(x, /)", |vm, args| log_of(vm, arg(args, 0), f64::log10)),
    pure("frexp", "(x, /)", frexp),
    pure("ldexp", "(x, i, /)", ldexp),
    pure("modf", "(x, /)", modf),
    pure("nextafter", "(x, y, /, *, steps=None)", nextafter),
    pure("ulp", "(x, /)", ulp),
    pure("fma", "(x, y, z, /)", fma),
];

fn two(vm: &mut Vm, args: &[Value], f: fn(f64, f64) -> f64) -> PyResult<Value> {
    let (x, y) = (as_f64(vm, arg(args, 0))?, as_f64(vm, arg(args, 1))?);
    let r = f(x, y);
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(vm.value_error("math domain error"));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range(vm));
    }
    vm.new_float(r)
}

fn gamma(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    gamma_like(vm, args, special::gamma)
}

fn lgamma(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    gamma_like(vm, args, special::lgamma)
}

fn gamma_like(
    vm: &mut Vm,
    args: &[Value],
    f: fn(f64) -> Result<f64, special::Fault>,
) -> PyResult<Value> {
    let x = as_f64(vm, arg(args, 0))?;
    match f(x) {
        Ok(r) => vm.new_float(r),
        Err(special::Fault::Domain) => {
            Err(domain(vm, "expected a noninteger or positive integer", x))
        }
        Err(special::Fault::Range) => Err(range(vm)),
    }
}

fn remainder(x: f64, y: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    if y.is_infinite() {
        return x;
    }
    let (ax, ay) = (x.abs(), y.abs());
    let m = ax % ay;
    let c = ay - m;
    let r = if m < c {
        m
    } else if m > c {
        -c
    } else {
        m - 2.0 * ((0.5 * (ax - m)) % ay)
    };
    1f64.copysign(x) * r
}

fn pow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (x, y) = (as_f64(vm, arg(args, 0))?, as_f64(vm, arg(args, 1))?);
    let r = x.powf(y);
    if x.is_finite() && y.is_finite() && !r.is_finite() {
        if r.is_nan() || x == 0.0 {
            return Err(vm.value_error("math domain error"));
        }
        return Err(range(vm));
    }
    vm.new_float(r)
}

fn isclose(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (as_f64(vm, arg(args, 0))?, as_f64(vm, arg(args, 1))?);
    let relative = if arg(args, 2).is_unbound() { 1e-9 } else { as_f64(vm, arg(args, 2))? };
    let absolute = if arg(args, 3).is_unbound() { 0.0 } else { as_f64(vm, arg(args, 3))? };
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::FALSE);
    }
    let diff = (b - a).abs();
    let close = diff <= (relative * b).abs() || diff <= (relative * a).abs() || diff <= absolute;
    Ok(Value::bool(close))
}

/// A logarithm of an int of any size or of a float.
fn log_f64(vm: &mut Vm, v: Value, f: fn(f64) -> f64) -> PyResult<f64> {
    if int::is_int_like(v) {
        if int::is_negative(v) || int::is_zero(v) {
            return Err(vm.value_error("expected a positive input"));
        }
        if let Ok(x) = int::to_f64(v) {
            return Ok(f(x));
        }
        // Too large for a float: take the exponent apart.
        let bits = int::bit_length(v) as i64;
        let shift = Value::small_int(bits - 64);
        let high = int::rshift(&mut vm.heap, v, shift);
        let high = high.ok().and_then(|h| int::to_f64(h).ok()).unwrap_or(1.0);
        let mantissa = high / 2f64.powi(64);
        return Ok(f(mantissa) + f(2.0) * bits as f64);
    }
    let x = as_f64(vm, v)?;
    if x.is_nan() || x > 0.0 {
        return Ok(f(x));
    }
    Err(domain(vm, "expected a positive input", x))
}

fn log_of(vm: &mut Vm, v: Value, f: fn(f64) -> f64) -> PyResult<Value> {
    let r = log_f64(vm, v, f)?;
    vm.new_float(r)
}

fn log(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let x = log_f64(vm, arg(args, 0), f64::ln)?;
    let Some(base) = crate::util::given(args, 1) else { return vm.new_float(x) };
    let base = log_f64(vm, base, f64::ln)?;
    if base == 0.0 {
        return Err(vm.raise_msg(habu_vm::Exc::ZeroDivisionError, "division by zero"));
    }
    vm.new_float(x / base)
}

/// Mantissa and exponent of a float.
pub(super) fn split(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (x, bias) = if x.abs() < f64::MIN_POSITIVE { (x * 2f64.powi(54), -54) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64 - 1022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent + bias)
}

/// `x * 2**n`, rounded once.
pub(super) fn scale(x: f64, n: i64) -> f64 {
    let (m, e) = split(x);
    if m == 0.0 || !m.is_finite() {
        return x;
    }
    let e = e.saturating_add(n);
    if e > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if e < -1080 {
        return 0f64.copysign(x);
    }
    if e >= -1021 {
        // 2**1024 itself is no float.
        return m * 2.0 * 2f64.powi((e - 1) as i32);
    }
    m * 2f64.powi((e + 200) as i32) * 2f64.powi(-200)
}

fn frexp(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let x = as_f64(vm, arg(args, 0))?;
    let (m, e) = split(x);
    let m = vm.new_float(m)?;
    vm.new_tuple(&[m, Value::small_int(e)])
}

fn ldexp(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let x = as_f64(vm, arg(args, 0))?;
    if !int::is_int_like(arg(args, 1)) {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    }
    let r = scale(x, int::to_i64_clamped(arg(args, 1)).clamp(-10_000, 10_000));
    if r.is_infinite() && x.is_finite() {
        return Err(range(vm));
    }
    vm.new_float(r)
}

fn modf(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let x = as_f64(vm, arg(args, 0))?;
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    let (fraction, whole) = (vm.new_float(fraction)?, vm.new_float(whole)?);
    vm.new_tuple(&[fraction, whole])
}

fn nextafter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (x, y) = (as_f64(vm, arg(args, 0))?, as_f64(vm, arg(args, 1))?);
    let steps = match crate::util::given(args, 2) {
        None => 1,
        Some(v) => {
            let n = vm.index(v)?;
            if int::is_negative(n) {
                return Err(vm.value_error("steps must be a non-negative integer"));
            }
            int::to_i64(n).unwrap_or(i64::MAX) as u64
        }
    };
    vm.new_float(step(x, y, steps))
}

/// `x` moved `steps` floats towards `y`.
fn step(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == y || steps == 0 {
        return if steps == 0 { x } else { y };
    }
    // Floats in order as ints in order.
    let key = |f: f64| {
        let bits = f.to_bits() as i64;
        i128::from(if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits })
    };
    let (from, to) = (key(x), key(y));
    let moved = if from < to {
        (from + i128::from(steps)).min(to)
    } else {
        (from - i128::from(steps)).max(to)
    };
    if moved == 0 {
        return 0f64.copysign(x);
    }
    if moved == to {
        return y;
    }
    let bits = moved as i64;
    f64::from_bits((if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }) as u64)
}

fn ulp(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let x = as_f64(vm, arg(args, 0))?.abs();
    let r = if x.is_nan() || x.is_infinite() {
        x
    } else {
        let up = x.next_up();
        if up.is_infinite() { x - x.next_down() } else { up - x }
    };
    vm.new_float(r)
}

fn fma(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (x, y) = (as_f64(vm, arg(args, 0))?, as_f64(vm, arg(args, 1))?);
    let z = as_f64(vm, arg(args, 2))?;
    let r = x.mul_add(y, z);
    if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(vm.value_error("invalid operation in fma"));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(vm.overflow_error("overflow in fma"));
    }
    vm.new_float(r)
}
