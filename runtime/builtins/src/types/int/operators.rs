//! Operators of int: arithmetic, bits, comparisons. Operands that are no ints get NotImplemented.

use habu_object::{Value, int};
use habu_vm::{BinOp, CmpOp, Effects, NativeDef, PyResult, Vm};

macro_rules! binary {
    ($($op:ident $name:literal $plain:ident $rname:literal $reflected:ident;)*) => {
        $(
            fn $plain(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
                operate(vm, BinOp::$op, args[0], args[1], args[1])
            }

            fn $reflected(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
                operate(vm, BinOp::$op, args[1], args[0], args[1])
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
    LShift "__lshift__" lshift "__rlshift__" rlshift;
    RShift "__rshift__" rshift "__rrshift__" rrshift;
    And "__and__" and "__rand__" rand;
    Or "__or__" or "__ror__" ror;
    Xor "__xor__" xor "__rxor__" rxor;
}

macro_rules! comparisons {
    ($($op:ident $name:literal $f:ident;)*) => {
        $(
            fn $f(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
                if !int::is_int_like(args[1]) {
                    return Ok(Value::NOT_IMPLEMENTED);
                }
                Ok(Value::bool(CmpOp::$op.holds(int::cmp(args[0], args[1]))))
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
    NativeDef::new("__rdivmod__", "(self, value, /)", rdivmod).effects(Effects::Pure),
    NativeDef::new("__invert__", "(self, /)", invert).effects(Effects::Pure),
    NativeDef::new("__neg__", "(self, /)", neg).effects(Effects::Pure),
    NativeDef::new("__pos__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__pow__", "(self, value, mod=None, /)", pow).effects(Effects::Pure),
    NativeDef::new("__rpow__", "(self, value, mod=None, /)", rpow).effects(Effects::Pure),
];

/// The tables of this file.
pub(super) static TABLES: &[&[NativeDef]] = &[BINARY, COMPARISONS, OTHERS];

#[inline]
fn operate(vm: &mut Vm, op: BinOp, a: Value, b: Value, other: Value) -> PyResult<Value> {
    if !int::is_int_like(other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.int_op(op, a, b)
}

fn abs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = int::abs(&mut vm.heap, args[0]);
    crate::types::number::int_result(vm, r)
}

fn neg(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = int::neg(&mut vm.heap, args[0]);
    crate::types::number::int_result(vm, r)
}

/// `+self`, also `int(self)` and the like: the same number as an exact int.
pub(super) fn pos(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    exact(vm, args[0])
}

/// The same number as an exact int.
pub(super) fn exact(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if v.is_int() {
        return Ok(v);
    }
    let r = int::pos(&mut vm.heap, v);
    crate::types::number::int_result(vm, r)
}

fn invert(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = int::invert(&mut vm.heap, args[0]);
    crate::types::number::int_result(vm, r)
}

fn divmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    divide(vm, args[0], args[1], args[1])
}

fn rdivmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    divide(vm, args[1], args[0], args[1])
}

fn divide(vm: &mut Vm, a: Value, b: Value, other: Value) -> PyResult<Value> {
    if !int::is_int_like(other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match int::divmod(&mut vm.heap, a, b) {
        Ok((q, r)) => vm.new_tuple(&[q, r]),
        Err(e) => Err(vm.int_error(BinOp::FloorDiv, e)),
    }
}

fn pow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[a, b, modulus] = args else { return Ok(Value::NOT_IMPLEMENTED) };
    power(vm, a, b, modulus)
}

fn rpow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[b, a, modulus] = args else { return Ok(Value::NOT_IMPLEMENTED) };
    power(vm, a, b, modulus)
}

fn power(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult<Value> {
    if !int::is_int_like(a) || !int::is_int_like(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if modulus.is_unbound() || modulus.is_none() {
        return vm.int_op(BinOp::Pow, a, b);
    }
    if !int::is_int_like(modulus) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match int::pow_mod(&mut vm.heap, a, b, modulus) {
        Ok(v) => Ok(v),
        Err(int::IntError::ZeroDivision) => Err(vm.value_error("pow() 3rd argument cannot be 0")),
        Err(e) => Err(vm.int_error(BinOp::Pow, e)),
    }
}
