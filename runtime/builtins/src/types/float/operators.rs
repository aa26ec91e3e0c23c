//! Operators of float: arithmetic with floats and ints, comparisons.

use crate::types::number::real_operand;
use habu_object::{Value, float, int};
use habu_vm::{BinOp, CmpOp, Effects, Exc, NativeDef, PyResult, Vm};
use std::cmp::Ordering;

macro_rules! binary {
    ($($op:ident $name:literal $plain:ident $rname:literal $reflected:ident;)*) => {
        $(
            fn $plain(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
                operate(vm, BinOp::$op, args[0], args[1])
            }

            fn $reflected(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
                operate(vm, BinOp::$op, args[1], args[0])
            }
        )*

        static BINARY: &[NativeDef] = &[$(
            NativeDef::new($name, "(self, value, /)", $plain).effects(Effects::Pure),
            NativeDef::new($rname, "(self, value, /)", $reflected).effects(Effects::Pure),
        )*];
    };
}

binary! {
    Add "__add__" add "__radd__" radd;
    Sub "__sub__" sub "__rsub__" rsub;
    Mul "__mul__" mul "__rmul__" rmul;
    TrueDiv "__truediv__" truediv "__rtruediv__" rtruediv;
    FloorDiv "__floordiv__" floordiv "__rfloordiv__" rfloordiv;
    Mod "__mod__" modulo "__rmod__" rmodulo;
}

macro_rules! comparisons {
    ($($op:ident $name:literal $f:ident;)*) => {
        $(
            fn $f(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
                Ok(compare(CmpOp::$op, args[0], args[1]))
            }
        )*

        static COMPARISONS: &[NativeDef] = &[$(
            NativeDef::new($name, "(self, value, /)", $f).effects(Effects::Pure),
        )*];
    };
}

comparisons! {
    Lt "__lt__" lt;
    Le "__le__" le;
    Gt "__gt__" gt;
    Ge "__ge__" ge;
    Eq "__eq__" eq;
    Ne "__ne__" ne;
}

static OTHERS: &[NativeDef] = &[
    NativeDef::new("__abs__", "(self, /)", abs).effects(Effects::Pure),
    NativeDef::new("__divmod__", "(self, value, /)", divmod).effects(Effects::Pure),
    NativeDef::new("__neg__", "(self, /)", neg).effects(Effects::Pure),
    NativeDef::new("__pos__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__pow__", "(self, value, mod=None, /)", pow).effects(Effects::Pure),
    NativeDef::new("__rdivmod__", "(self, value, /)", rdivmod).effects(Effects::Pure),
    NativeDef::new("__rpow__", "(self, value, mod=None, /)", rpow).effects(Effects::Pure),
];

/// The tables of this file.
pub(super) static TABLES: &[&[NativeDef]] = &[BINARY, COMPARISONS, OTHERS];

/// Both operands as floats.
#[inline]
fn operands(vm: &mut Vm, a: Value, b: Value) -> PyResult<Option<(f64, f64)>> {
    let Some(x) = real_operand(vm, a)? else { return Ok(None) };
    let Some(y) = real_operand(vm, b)? else { return Ok(None) };
    Ok(Some((x, y)))
}

fn operate(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
    let Some((x, y)) = operands(vm, a, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(vm.float_op(op, x, y)?.unwrap_or(Value::NOT_IMPLEMENTED))
}

fn compare(op: CmpOp, a: Value, b: Value) -> Value {
    let Some(x) = float::get(a) else { return Value::NOT_IMPLEMENTED };
    let ordering = if let Some(y) = float::get(b) {
        x.partial_cmp(&y)
    } else if int::is_int_like(b) {
        int::cmp_f64(b, x).map(Ordering::reverse)
    } else {
        return Value::NOT_IMPLEMENTED;
    };
    // With a NaN all is false but "not equal".
    Value::bool(ordering.map_or(op == CmpOp::Ne, |o| op.holds(o)))
}

fn number(args: &[Value]) -> f64 {
    args.first().and_then(|v| float::get(*v)).unwrap_or_default()
}

fn abs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_float(number(args).abs())
}

fn neg(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_float(-number(args))
}

/// `+self`, also `float(self)` and the like: the same number as an exact float.
pub(super) fn pos(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_float(number(args))
}

fn divmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    divide(vm, args[0], args[1])
}

fn rdivmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    divide(vm, args[1], args[0])
}

fn divide(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let Some((x, y)) = operands(vm, a, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some((q, r)) = float::divmod(x, y) else {
        return Err(vm.raise_msg(Exc::ZeroDivisionError, "division by zero"));
    };
    let (q, r) = (vm.new_float(q)?, vm.new_float(r)?);
    vm.new_tuple(&[q, r])
}

fn pow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    power(vm, args[0], args[1], args[2])
}

fn rpow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    power(vm, args[1], args[0], args[2])
}

fn power(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult<Value> {
    if !modulus.is_unbound() && !modulus.is_none() {
        return Err(
            vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    operate(vm, BinOp::Pow, a, b)
}
