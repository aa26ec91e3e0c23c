//! Module `cmath`. `functions` has the formulas, `special` what they give where infinities and NaN are involved; here is
//! what Python sees, with its errors.

mod functions;
mod special;

use crate::util::{arg, as_f64, new_module, set};
use functions::Fault;
use habu_object::{Gc, Module, Value, complex, float};
use habu_vm::{Effects, NativeDef, PyResult, Vm};

/// A complex number.
type Parts = (f64, f64);

macro_rules! rows {
    ($($name:literal $f:expr, $doc:literal;)*) => {
        &[$(NativeDef::new($name, "(z, /)", |vm, args| one(vm, args, $f))
            .effects(Effects::PureOfPlain)
            .doc($doc),)*]
    };
}

static UNARY: &[NativeDef] = rows! {
    "acos" functions::acos, "Return the arc cosine of z.";
    "acosh" functions::acosh, "Return the inverse hyperbolic cosine of z.";
    "asin" functions::asin, "Return the arc sine of z.";
    "asinh" functions::asinh, "Return the inverse hyperbolic sine of z.";
    "atan" functions::atan, "Return the arc tangent of z.";
    "atanh" functions::atanh, "Return the inverse hyperbolic tangent of z.";
    "cos" functions::cos, "Return the cosine of z.";
    "cosh" functions::cosh, "Return the hyperbolic cosine of z.";
    "exp" functions::exp, "Return the exponential value e**z.";
    "log10" functions::log10, "Return the base-10 logarithm of z.";
    "sin" functions::sin, "Return the sine of z.";
    "sinh" functions::sinh, "Return the hyperbolic sine of z.";
    "sqrt" |z| Ok(functions::sqrt(z)), "Return the square root of z.";
    "tan" functions::tan, "Return the tangent of z.";
    "tanh" functions::tanh, "Return the hyperbolic tangent of z.";
};

static OTHERS: &[NativeDef] = &[
    NativeDef::new("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", is_close).doc(
        "Determine whether two complex numbers are close in value.\n\n\
         \x20 rel_tol\n\
         \x20   maximum difference for being considered \"close\", relative to the\n\
         \x20   magnitude of the input values\n\
         \x20 abs_tol\n\
         \x20   maximum difference for being considered \"close\", regardless of the\n\
         \x20   magnitude of the input values\n\n\
         Return True if a is close in value to b, and False otherwise.\n\n\
         For the values to be considered close, the difference between them must\n\
         be smaller than at least one of the tolerances.\n\n\
         -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,\n\
         NaN is not close to anything, even itself. inf and -inf are only close\n\
         to themselves.",
    ),
    NativeDef::new("isfinite", "(z, /)", |vm, args| {
        let (re, im) = complex_arg(vm, arg(args, 0))?;
        Ok(Value::bool(re.is_finite() && im.is_finite()))
    })
    .doc("Return True if both the real and imaginary parts of z are finite, else False."),
    NativeDef::new("isinf", "(z, /)", |vm, args| {
        let (re, im) = complex_arg(vm, arg(args, 0))?;
        Ok(Value::bool(re.is_infinite() || im.is_infinite()))
    })
    .doc("Checks if the real or imaginary part of z is infinite."),
    NativeDef::new("isnan", "(z, /)", |vm, args| {
        let (re, im) = complex_arg(vm, arg(args, 0))?;
        Ok(Value::bool(re.is_nan() || im.is_nan()))
    })
    .doc("Checks if the real or imaginary part of z not a number (NaN)."),
    NativeDef::new("log", "(z, base=<unrepresentable>, /)", |vm, args| {
        let z = complex_arg(vm, arg(args, 0))?;
        let r = match arg(args, 1).bound() {
            None => functions::log(z),
            Some(base) => {
                let base = complex_arg(vm, base)?;
                functions::log_to(z, base)
            }
        };
        done(vm, r)
    })
    .doc(
        "log(z[, base]) -> the logarithm of z to the given base.\n\n\
         If the base is not specified, returns the natural logarithm (base e)\nof z.",
    ),
    NativeDef::new("phase", "(z, /)", |vm, args| {
        let (re, im) = complex_arg(vm, arg(args, 0))?;
        vm.new_float(im.atan2(re))
    })
    .doc("Return argument, also known as the phase angle, of a complex."),
    NativeDef::new("polar", "(z, /)", |vm, args| {
        let z = complex_arg(vm, arg(args, 0))?;
        let Some(r) = complex::abs(z) else { return done(vm, Err(Fault::Range)) };
        let (r, phi) = (vm.new_float(r)?, vm.new_float(z.1.atan2(z.0))?);
        vm.new_tuple(&[r, phi])
    })
    .doc(
        "Convert a complex from rectangular coordinates to polar coordinates.\n\n\
         r is the distance from 0 and phi the phase angle.",
    ),
    NativeDef::new("rect", "(r, phi, /)", |vm, args| {
        let (r, phi) = (as_f64(vm, arg(args, 0))?, as_f64(vm, arg(args, 1))?);
        done(vm, functions::rect(r, phi))
    })
    .doc("Convert from polar coordinates to rectangular coordinates."),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module provides access to mathematical functions for complex\nnumbers.";
    let m = new_module(vm, "cmath", doc, UNARY)?;
    vm.add_functions(m, OTHERS)?;
    use std::f64::consts::{E, PI, TAU};
    for (name, x) in [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)]
    {
        let v = vm.new_float(x)?;
        set(vm, m, name, v)?;
    }
    for (name, im) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
        let v = complex::new(&mut vm.heap, 0.0, im)?;
        set(vm, m, name, v)?;
    }
    Ok(m)
}

/// The complex number that an argument is.
fn complex_arg(vm: &mut Vm, v: Value) -> PyResult<Parts> {
    if let Some(z) = complex::get(v) {
        return Ok(z);
    }
    if float::get(v).is_none() {
        let name = vm.names.__complex__;
        if let Some(r) = vm.call_special(v, name, &[])? {
            return match complex::get(r) {
                Some(z) => Ok(z),
                None => {
                    let (of, given) = (vm.type_name(v), vm.type_name(r));
                    let message = format!("{of}.__complex__() must return a complex, not {given}");
                    Err(vm.type_error(&message))
                }
            };
        }
    }
    Ok((as_f64(vm, v)?, 0.0))
}

fn done(vm: &mut Vm, r: Result<Parts, Fault>) -> PyResult<Value> {
    match r {
        Ok((re, im)) => Ok(complex::new(&mut vm.heap, re, im)?),
        Err(Fault::Domain) => Err(vm.value_error("math domain error")),
        Err(Fault::Range) => Err(vm.overflow_error("math range error")),
    }
}

fn one(vm: &mut Vm, args: &[Value], f: fn(Parts) -> Result<Parts, Fault>) -> PyResult<Value> {
    let z = complex_arg(vm, arg(args, 0))?;
    done(vm, f(z))
}

fn is_close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (complex_arg(vm, arg(args, 0))?, complex_arg(vm, arg(args, 1))?);
    let mut tolerances = [1e-9, 0.0];
    for (i, tolerance) in tolerances.iter_mut().enumerate() {
        if let Some(v) = arg(args, 2 + i).bound() {
            *tolerance = as_f64(vm, v)?;
        }
    }
    let [relative, absolute] = tolerances;
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if [a, b].iter().any(|z| z.0.is_infinite() || z.1.is_infinite()) {
        return Ok(Value::FALSE);
    }
    let size = |z: Parts| z.0.hypot(z.1);
    let difference = size((a.0 - b.0, a.1 - b.1));
    let near = |z: Parts| difference <= relative * size(z);
    Ok(Value::bool(near(b) || near(a) || difference <= absolute))
}
