//! complex: construction, operators, methods and attributes.

use super::number::{as_float, format_number, int_as_float};
use habu_object::complex::{ComplexError, Operand, Parts};
use habu_object::format::format_complex;
use habu_object::str::Str;
use habu_object::{Kind, Value, complex, float, int, shape};
use habu_vm::{Effects, Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use std::cmp::Ordering;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__abs__", "(self, /)", abs).effects(Effects::Pure),
    NativeDef::new("__add__", "(self, value, /)", add).effects(Effects::Pure),
    NativeDef::new("__bool__", "(self, /)", truth).effects(Effects::Pure),
    NativeDef::new("__complex__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__eq__", "(self, value, /)", eq).effects(Effects::Pure),
    NativeDef::new("__format__", "(self, format_spec, /)", format),
    NativeDef::new("__getnewargs__", "(self, /)", getnewargs),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__mul__", "(self, value, /)", mul).effects(Effects::Pure),
    NativeDef::new("__ne__", "(self, value, /)", ne).effects(Effects::Pure),
    NativeDef::new("__neg__", "(self, /)", neg).effects(Effects::Pure),
    NativeDef::new("__new__", "(cls, real=0, imag=0)", new),
    NativeDef::new("__pos__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__pow__", "(self, value, mod=None, /)", pow).effects(Effects::Pure),
    NativeDef::new("__radd__", "(self, value, /)", radd).effects(Effects::Pure),
    NativeDef::new("__repr__", "(self, /)", repr).effects(Effects::Pure),
    NativeDef::new("__rmul__", "(self, value, /)", rmul).effects(Effects::Pure),
    NativeDef::new("__rpow__", "(self, value, mod=None, /)", rpow).effects(Effects::Pure),
    NativeDef::new("__rsub__", "(self, value, /)", rsub).effects(Effects::Pure),
    NativeDef::new("__rtruediv__", "(self, value, /)", rtruediv).effects(Effects::Pure),
    NativeDef::new("__sub__", "(self, value, /)", sub).effects(Effects::Pure),
    NativeDef::new("__truediv__", "(self, value, /)", truediv).effects(Effects::Pure),
    NativeDef::new("conjugate", "(self, /)", conjugate)
        .doc("Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.")
        .effects(Effects::Pure),
    NativeDef::new("from_number", "(cls, number, /)", from_number)
        .doc("Convert number to a complex floating-point number."),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("real", |vm, v| vm.new_float(parts(v).0)),
    GetSetDef::new("imag", |vm, v| vm.new_float(parts(v).1)),
];

const DOC: &str = "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex \
                   number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' \
                   arguments are given, create a complex number\nwith the specified real and imaginary components.";

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Complex);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let doc = vm.new_str(DOC)?;
    vm.set_class_entry(class, "__doc__", doc)
}

fn parts(v: Value) -> Parts {
    complex::get(v).unwrap_or_default()
}

fn make(vm: &mut Vm, (re, im): Parts) -> PyResult<Value> {
    Ok(complex::new(&mut vm.heap, re, im)?)
}

/// A number as an operand of complex arithmetic; None for anything else.
fn operand(vm: &mut Vm, v: Value) -> PyResult<Option<Operand>> {
    if let Some((re, im)) = complex::get(v) {
        return Ok(Some(Operand::Complex(re, im)));
    }
    if let Some(f) = float::get(v) {
        return Ok(Some(Operand::Real(f)));
    }
    if int::is_int_like(v) {
        return Ok(Some(Operand::Real(int_as_float(vm, v)?)));
    }
    Ok(None)
}

fn operate(
    vm: &mut Vm,
    a: Value,
    b: Value,
    op: impl FnOnce(Operand, Operand) -> Result<Parts, ComplexError>,
) -> PyResult<Value> {
    let Some(x) = operand(vm, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    match op(x, y) {
        Ok(z) => make(vm, z),
        Err(ComplexError::ZeroDivision) => {
            Err(vm.raise_msg(Exc::ZeroDivisionError, "division by zero"))
        }
        Err(ComplexError::Overflow) => Err(vm.overflow_error("complex division")),
    }
}

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[0], args[1], |a, b| Ok(complex::add(a, b)))
}

fn radd(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[1], args[0], |a, b| Ok(complex::add(a, b)))
}

fn sub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[0], args[1], |a, b| Ok(complex::sub(a, b)))
}

fn rsub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[1], args[0], |a, b| Ok(complex::sub(a, b)))
}

fn mul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[0], args[1], |a, b| Ok(complex::mul(a, b)))
}

fn rmul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[1], args[0], |a, b| Ok(complex::mul(a, b)))
}

fn truediv(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[0], args[1], complex::div)
}

fn rtruediv(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, args[1], args[0], complex::div)
}

fn pow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    power(vm, args[0], args[1], args[2])
}

fn rpow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    power(vm, args[1], args[0], args[2])
}

fn power(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult<Value> {
    let pair = |o: Operand| match o {
        Operand::Real(re) => (re, 0.0),
        Operand::Complex(re, im) => (re, im),
    };
    let Some(x) = operand(vm, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    if !modulus.is_unbound() && !modulus.is_none() {
        return Err(vm.value_error("complex modulo"));
    }
    match complex::pow(pair(x), pair(y)) {
        Ok(z) => make(vm, z),
        Err(ComplexError::ZeroDivision) => {
            Err(vm.raise_msg(Exc::ZeroDivisionError, "zero to a negative or complex power"))
        }
        Err(ComplexError::Overflow) => Err(vm.overflow_error("complex exponentiation")),
    }
}

/// Whether two numbers are equal; None if the other is no number.
fn equals(a: Value, b: Value) -> Option<bool> {
    let (re, im) = parts(a);
    if let Some(other) = complex::get(b) {
        return Some((re, im) == other);
    }
    if let Some(f) = float::get(b) {
        return Some(re == f && im == 0.0);
    }
    int::is_int_like(b).then(|| im == 0.0 && int::cmp_f64(b, re) == Some(Ordering::Equal))
}

fn eq(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(equals(args[0], args[1]).map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

fn ne(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(equals(args[0], args[1]).map_or(Value::NOT_IMPLEMENTED, |e| Value::bool(!e)))
}

fn abs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match complex::abs(parts(args[0])) {
        Some(f) => vm.new_float(f),
        None => Err(vm.overflow_error("absolute value too large")),
    }
}

fn neg(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (re, im) = parts(args[0]);
    make(vm, (-re, -im))
}

fn pos(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if args[0].shape() == shape::COMPLEX { Ok(args[0]) } else { make(vm, parts(args[0])) }
}

fn conjugate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (re, im) = parts(args[0]);
    make(vm, (re, -im))
}

fn truth(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(parts(args[0]) != (0.0, 0.0)))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let identity = habu_vm::protocol::identity_hash(args[0]);
    vm.new_int(complex::hash(parts(args[0])).unwrap_or(identity))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_str(&complex::repr(parts(args[0])))
}

fn format(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[z, spec] = args else { return Ok(Value::NONE) };
    let (re, im) = parts(z);
    format_number(vm, z, spec, |spec, name| format_complex(re, im, spec, name))
}

fn getnewargs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (re, im) = parts(args[0]);
    let (re, im) = (vm.new_float(re)?, vm.new_float(im)?);
    vm.new_tuple(&[re, im])
}

/// What an argument of `complex()` is: complex, or real without an imaginary part; None if no number.
fn number(vm: &mut Vm, v: Value) -> PyResult<Option<Operand>> {
    if let Some((re, im)) = complex::get(v) {
        return Ok(Some(Operand::Complex(re, im)));
    }
    let name = vm.names.__complex__;
    if let Some(r) = vm.call_special(v, name, &[])? {
        return match complex::get(r) {
            Some((re, im)) => Ok(Some(Operand::Complex(re, im))),
            None => {
                let msg = format!(
                    "{}.__complex__() must return a complex, not {}",
                    vm.type_name(v),
                    vm.type_name(r)
                );
                Err(vm.type_error(&msg))
            }
        };
    }
    Ok(as_float(vm, v)?.map(Operand::Real))
}

fn component_error(vm: &mut Vm, which: &str, v: Value) -> Raised {
    let name = vm.type_name(v);
    let msg = format!("complex() argument '{which}' must be a real number, not {name}");
    vm.type_error(&msg)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, real, imag] = args else { return Ok(Value::NONE) };
    let class = crate::args::new_class_arg(vm, cls, Kind::Complex)?;
    let exact = class == vm.types.of_kind(Kind::Complex);
    if exact && imag.is_unbound() && real.shape() == shape::COMPLEX {
        return Ok(real);
    }
    let (re, im) = if imag.is_unbound() { from_one(vm, real)? } else { from_two(vm, real, imag)? };
    Ok(complex::with_shape(&mut vm.heap, class.instance_shape.get(), re, im)?)
}

/// `complex(x)`
fn from_one(vm: &mut Vm, x: Value) -> PyResult<Parts> {
    if x.is_unbound() {
        return Ok((0.0, 0.0));
    }
    if let Some(s) = x.cast::<Str>() {
        let text = s.to_string_lossy();
        if let Some(parts) = complex::parse(&text) {
            return Ok(parts);
        }
        let digit = |c: Option<u8>| c.is_some_and(|c| c.is_ascii_digit());
        let bytes = text.as_bytes();
        let misplaced = |i: usize| {
            bytes[i] == b'_'
                && !(digit(i.checked_sub(1).map(|i| bytes[i])) && digit(bytes.get(i + 1).copied()))
        };
        if (0..bytes.len()).any(misplaced) {
            let shown = vm.repr_text(x)?;
            return Err(vm.value_error(&format!("could not convert string to complex: {shown}")));
        }
        return Err(vm.value_error("complex() arg is a malformed string"));
    }
    match number(vm, x)? {
        Some(Operand::Real(re)) => Ok((re, 0.0)),
        Some(Operand::Complex(re, im)) => Ok((re, im)),
        None => {
            let name = vm.type_name(x);
            Err(vm.type_error(&format!(
                "complex() argument must be a string or a number, not {name}"
            )))
        }
    }
}

/// `complex(real, imag)`, either of which may be complex.
fn from_two(vm: &mut Vm, real: Value, imag: Value) -> PyResult<Parts> {
    // No imaginary part is not zero: `0.0 + -0.0` would lose the sign.
    let (mut re, mut im) = (0.0, None);
    if !real.is_unbound() {
        match number(vm, real)? {
            Some(Operand::Real(x)) => re = x,
            Some(Operand::Complex(x, y)) => (re, im) = (x, Some(y)),
            None => return Err(component_error(vm, "real", real)),
        }
    }
    let imaginary = match complex::get(imag) {
        Some((x, y)) => Some(Operand::Complex(x, y)),
        None => as_float(vm, imag)?.map(Operand::Real),
    };
    match imaginary {
        Some(Operand::Real(y)) => Ok((re, im.map_or(y, |im| im + y))),
        Some(Operand::Complex(x, y)) => {
            re -= y;
            Ok((re, im.map_or(x, |im| im + x)))
        }
        None => Err(component_error(vm, "imag", imag)),
    }
}

fn from_number(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, x] = args else { return Ok(Value::NONE) };
    let exact = cls == vm.types.of_kind(Kind::Complex).value();
    if exact && x.shape() == shape::COMPLEX {
        return Ok(x);
    }
    let z = match number(vm, x)? {
        Some(Operand::Real(re)) => make(vm, (re, 0.0))?,
        Some(Operand::Complex(re, im)) => make(vm, (re, im))?,
        None => {
            let msg = format!("must be real number, not {}", vm.type_name(x));
            return Err(vm.type_error(&msg));
        }
    };
    if exact { Ok(z) } else { vm.call(cls, &[z]) }
}
