//! int: methods and attributes. Operators are in `operators`, construction and text in `convert`.

mod convert;
mod operators;

use super::number::{format_number, int_as_float, int_result};
use habu_object::bytes::{Bytes, with_bytes};
use habu_object::format::format_int;
use habu_object::int::IntError;
use habu_object::{Kind, Value, int};
use habu_vm::{BinOp, Effects, GetSetDef, NativeDef, PyResult, Vm};
use operators::{exact, pos};
use std::cmp::Ordering;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__bool__", "(self, /)", truth).effects(Effects::Pure),
    NativeDef::new("__ceil__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__float__", "(self, /)", float).effects(Effects::Pure),
    NativeDef::new("__floor__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__format__", "(self, format_spec, /)", format)
        .doc("Convert to a string according to format_spec."),
    NativeDef::new("__getnewargs__", "(self, /)", getnewargs),
    NativeDef::new("__hash__", "(self, /)", hash).effects(Effects::Pure),
    NativeDef::new("__index__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__int__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__new__", "(cls, x=0, /, base=10)", convert::new).effects(Effects::PureOfPlain),
    NativeDef::new("__repr__", "(self, /)", convert::repr).effects(Effects::Pure),
    NativeDef::new("__round__", "(self, ndigits=None, /)", round)
        .doc("Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof).doc("Returns size in memory, in bytes."),
    NativeDef::new("__trunc__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("as_integer_ratio", "(self, /)", as_integer_ratio)
        .doc("Return a pair of integers, whose ratio is equal to the original int."),
    NativeDef::new("bit_count", "(self, /)", bit_count)
        .doc("Number of ones in the binary representation of the absolute value of self.")
        .effects(Effects::Pure),
    NativeDef::new("bit_length", "(self, /)", bit_length)
        .doc("Number of bits necessary to represent self in binary.")
        .effects(Effects::Pure),
    NativeDef::new("conjugate", "(self, /)", pos)
        .doc("Returns self, the complex conjugate of any int.")
        .effects(Effects::Pure),
    NativeDef::new("from_bytes", "(cls, bytes, byteorder='big', *, signed=False)", from_bytes)
        .doc("Return the integer represented by the given array of bytes."),
    NativeDef::new("is_integer", "(self, /)", is_integer)
        .doc("Returns True. Exists for duck type compatibility with float.is_integer.")
        .effects(Effects::Pure),
    NativeDef::new("to_bytes", "(self, length=1, byteorder='big', *, signed=False)", to_bytes)
        .doc("Return an array of bytes representing an integer."),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("real", exact),
    GetSetDef::new("imag", |_, _| Ok(Value::small_int(0))),
    GetSetDef::new("numerator", exact),
    GetSetDef::new("denominator", |_, _| Ok(Value::small_int(1))),
];

const DOC: &str = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return \
                   0 if no arguments\nare given.";

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Int);
    for table in operators::TABLES {
        vm.add_methods(class, table)?;
    }
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let doc = vm.new_str(DOC)?;
    vm.set_class_entry(class, "__doc__", doc)
}

/// `int(x)`, as other types' methods want it.
#[allow(unused_imports, reason = "for the types that convert")]
pub(crate) use convert::from_object;

fn truth(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(!int::is_zero(args[0])))
}

fn float(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = int_as_float(vm, args[0])?;
    vm.new_float(f)
}

fn format(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[n, spec] = args else { return Ok(Value::NONE) };
    format_number(vm, n, spec, |spec, name| format_int(n, spec, name))
}

fn getnewargs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = exact(vm, args[0])?;
    vm.new_tuple(&[n])
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_int(int::hash(args[0]))
}

fn sizeof(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    // CPython's digits have 30 bits.
    let digits = int::bit_length(args[0]).div_ceil(30).max(1);
    Ok(Value::small_int(24 + 4 * digits as i64))
}

fn is_integer(_vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(Value::TRUE)
}

fn as_integer_ratio(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = exact(vm, args[0])?;
    vm.new_tuple(&[n, Value::small_int(1)])
}

fn bit_count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_int(int::bit_count(args[0]) as i64)
}

fn bit_length(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_int(int::bit_length(args[0]) as i64)
}

/// `round(n, ndigits)`: to a multiple of a power of ten, ties to even.
fn round(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[n, digits] = args else { return Ok(Value::NONE) };
    if digits.is_unbound() || digits.is_none() {
        return exact(vm, n);
    }
    let digits = vm.index(digits)?;
    if !int::is_negative(digits) {
        return exact(vm, n);
    }
    match to_multiple_of_power(vm, n, digits) {
        Ok(v) => Ok(v),
        Err(e) => Err(vm.int_error(BinOp::Pow, e)),
    }
}

fn to_multiple_of_power(vm: &mut Vm, n: Value, digits: Value) -> int::IntResult {
    let heap = &mut vm.heap;
    let places = int::neg(heap, digits)?;
    // More places than digits: zero, without the power.
    let needed = int::bit_length(n) / 3 + 2;
    if int::to_i64(places).is_none_or(|p| p as u64 > needed) {
        return Ok(Value::small_int(0));
    }
    let unit = int::pow(heap, Value::small_int(10), places)?;
    let (quotient, rest) = int::divmod(heap, n, unit)?;
    let twice = int::add(heap, rest, rest)?;
    let up = match int::cmp(twice, unit) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => int::to_u64_wrapping(quotient) & 1 == 1,
    };
    let down = int::sub(heap, n, rest)?;
    if up { int::add(heap, down, unit) } else { Ok(down) }
}

/// The `byteorder` argument: whether it is "big".
fn is_big_endian(vm: &mut Vm, order: Value) -> PyResult<bool> {
    if order.is_unbound() {
        return Ok(true);
    }
    if order.kind() != Kind::Str {
        let msg = format!("byteorder must be str, not {}", vm.type_name(order));
        return Err(vm.type_error(&msg));
    }
    match vm.text(order).as_str() {
        "big" => Ok(true),
        "little" => Ok(false),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn from_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, source, order, signed] = args else { return Ok(Value::NONE) };
    let big_endian = is_big_endian(vm, order)?;
    let signed = !signed.is_unbound() && vm.truth(signed)?;
    let bytes = match with_bytes(source, |b| b.to_vec()) {
        Some(bytes) => bytes,
        None if source.kind() == Kind::Str || int::is_int_like(source) => {
            let msg = format!("cannot convert '{}' object to bytes", vm.type_name(source));
            return Err(vm.type_error(&msg));
        }
        None => {
            let class = vm.types.of_kind(Kind::Bytes).value();
            let made = vm.call(class, &[source])?;
            with_bytes(made, |b| b.to_vec()).unwrap_or_default()
        }
    };
    let r = int::from_bytes(&mut vm.heap, &bytes, big_endian, signed);
    let n = int_result(vm, r)?;
    if cls == vm.types.of_kind(Kind::Int).value() { Ok(n) } else { vm.call(cls, &[n]) }
}

fn to_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[n, length, order, signed] = args else { return Ok(Value::NONE) };
    let length = if length.is_unbound() { 1 } else { vm.index_i64(length)? };
    let big_endian = is_big_endian(vm, order)?;
    let signed = !signed.is_unbound() && vm.truth(signed)?;
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    if length > isize::MAX as usize >> 8 {
        return Err(vm.raise_args(habu_vm::Exc::MemoryError, &[]));
    }
    match int::to_bytes(n, length, big_endian, signed) {
        Ok(bytes) => Ok(Bytes::new(&mut vm.heap, &bytes)?.value()),
        Err(IntError::Negative) => Err(vm.overflow_error("can't convert negative int to unsigned")),
        Err(IntError::Overflow) => Err(vm.overflow_error("int too big to convert")),
        Err(e) => Err(vm.int_error(BinOp::Add, e)),
    }
}
