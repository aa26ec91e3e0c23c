//! Integer functions: factorial, comb, perm, gcd, lcm, isqrt; floor, ceil, trunc.

use super::real::pure;
use crate::util::{arg, as_f64, given, int_done as done, items};
use habu_object::{Kind, Value, float, int};
use habu_vm::{NativeDef, PyResult, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    pure("factorial", "(n, /)", factorial),
    pure("comb", "(n, k, /)", comb),
    pure("perm", "(n, k=None, /)", perm),
    NativeDef::new("gcd", "(*integers)", |vm, args| fold(vm, args, 0, int::gcd)),
    NativeDef::new("lcm", "(*integers)", |vm, args| fold(vm, args, 1, int::lcm)),
    pure("isqrt", "(n, /)", isqrt),
    pure("floor", "(x, /)", |vm, args| round(vm, args, "__floor__", f64::floor)),
    pure("ceil", "(x, /)", |vm, args| round(vm, args, "__ceil__", f64::ceil)),
    pure("trunc", "(x, /)", trunc),
];

fn fold(
    vm: &mut Vm,
    args: &[Value],
    start: i64,
    f: fn(&mut habu_gc::Heap, Value, Value) -> int::IntResult,
) -> PyResult<Value> {
    let mut total = Value::small_int(start);
    for v in items(arg(args, 0)) {
        let n = vm.index(v)?;
        let r = f(&mut vm.heap, total, n);
        total = done(vm, r)?;
    }
    Ok(total)
}

fn isqrt(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = vm.index(arg(args, 0))?;
    if int::is_negative(n) {
        return Err(vm.value_error("isqrt() argument must be nonnegative"));
    }
    let r = int::isqrt(&mut vm.heap, n);
    done(vm, r)
}

/// The product of `from..=to`, halves multiplied with halves.
fn product(vm: &mut Vm, from: i64, to: i64) -> PyResult<Value> {
    if from > to {
        return Ok(Value::small_int(1));
    }
    if to - from < 8 {
        let mut total = vm.new_int(from)?;
        for n in from + 1..=to {
            let n = vm.new_int(n)?;
            let r = int::mul(&mut vm.heap, total, n);
            total = done(vm, r)?;
        }
        return Ok(total);
    }
    if vm.poll != 0 {
        vm.serve_poll()?;
    }
    let middle = from + (to - from) / 2;
    let low = product(vm, from, middle)?;
    let high = product(vm, middle + 1, to)?;
    let r = int::mul(&mut vm.heap, low, high);
    done(vm, r)
}

fn factorial(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = vm.index(arg(args, 0))?;
    if int::is_negative(n) {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match int::to_i64(n) {
        Some(n) => product(vm, 2, n),
        None => {
            Err(vm.overflow_error("factorial() argument should not exceed 9223372036854775807"))
        }
    }
}

/// n and k of comb and perm.
fn checked(vm: &mut Vm, args: &[Value]) -> PyResult<(Value, Value)> {
    let n = vm.index(arg(args, 0))?;
    let k = vm.index(arg(args, 1))?;
    if int::is_negative(n) {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if int::is_negative(k) {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

fn perm(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if given(args, 1).is_none() {
        return factorial(vm, args);
    }
    let (n, k) = checked(vm, args)?;
    if int::cmp(n, k).is_lt() {
        return Ok(Value::small_int(0));
    }
    match (int::to_i64(n), int::to_i64(k)) {
        (Some(n), Some(k)) => product(vm, n - k + 1, n),
        (_, Some(k)) => falling(vm, n, k),
        _ => Err(vm.overflow_error("k must not exceed 9223372036854775807")),
    }
}

/// `n * (n - 1) * ...`, k factors.
fn falling(vm: &mut Vm, n: Value, k: i64) -> PyResult<Value> {
    let mut total = Value::small_int(1);
    for i in 0..k {
        let i = vm.new_int(i)?;
        let r = int::sub(&mut vm.heap, n, i);
        let factor = done(vm, r)?;
        let r = int::mul(&mut vm.heap, total, factor);
        total = done(vm, r)?;
    }
    Ok(total)
}

fn comb(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (n, k) = checked(vm, args)?;
    if int::cmp(n, k).is_lt() {
        return Ok(Value::small_int(0));
    }
    let r = int::sub(&mut vm.heap, n, k);
    let rest = done(vm, r)?;
    let k = if int::cmp(rest, k).is_lt() { rest } else { k };
    let Some(k) = int::to_i64(k) else {
        return Err(vm.overflow_error("min(n - k, k) must not exceed 9223372036854775807"));
    };
    let numerator = match int::to_i64(n) {
        Some(n) => product(vm, n - k + 1, n)?,
        None => falling(vm, n, k)?,
    };
    let denominator = product(vm, 2, k)?;
    let r = int::floordiv(&mut vm.heap, numerator, denominator);
    done(vm, r)
}

/// The int of a whole float.
fn to_int(vm: &mut Vm, f: f64) -> PyResult<Value> {
    if f.is_nan() {
        return Err(vm.value_error("cannot convert float NaN to integer"));
    }
    if f.is_infinite() {
        return Err(vm.overflow_error("cannot convert float infinity to integer"));
    }
    let r = int::from_f64(&mut vm.heap, f);
    done(vm, r)
}

fn round(vm: &mut Vm, args: &[Value], method: &str, f: fn(f64) -> f64) -> PyResult<Value> {
    let v = arg(args, 0);
    if float::is_exact_float(v) || v.is_imm_float() {
        return to_int(vm, f(float::get(v).unwrap_or(0.0)));
    }
    if v.is_int() {
        return Ok(v);
    }
    let name = vm.intern(method)?;
    if let Some(r) = vm.call_special(v, name, &[])? {
        return Ok(r);
    }
    let x = as_f64(vm, v)?;
    to_int(vm, f(x))
}

fn trunc(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    if v.kind() == Kind::Float && (v.is_imm_float() || float::is_exact_float(v)) {
        return to_int(vm, float::get(v).unwrap_or(0.0).trunc());
    }
    let name = vm.names.__trunc__;
    if let Some(r) = vm.call_special(v, name, &[])? {
        return Ok(r);
    }
    let msg = format!("type {} doesn't define __trunc__ method", vm.type_name(v));
    Err(vm.type_error(&msg))
}
