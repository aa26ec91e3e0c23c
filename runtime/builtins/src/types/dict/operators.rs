//! `dict`: `|`, `|=`, comparison.

use super::{this, update};
use crate::args::arg;
use habu_object::dict::Dict;
use habu_object::{Gc, Value};
use habu_vm::{NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__or__", "(self, value, /)", or).doc("Return self|value."),
    NativeDef::new("__ror__", "(self, value, /)", ror).doc("Return value|self."),
    NativeDef::new("__ior__", "(self, value, /)", ior).doc("Return self|=value."),
    NativeDef::new("__eq__", "(self, value, /)", eq).doc("Return self==value."),
    NativeDef::new("__ne__", "(self, value, /)", ne).doc("Return self!=value."),
];

fn union(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let (Some(a), Some(b)) = (a.cast::<Dict>(), b.cast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let result = a.copy(&mut vm.heap)?;
    update::update(vm, result, b.value())?;
    Ok(result.value())
}

fn or(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    union(vm, arg(args, 0), arg(args, 1))
}

fn ror(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    union(vm, arg(args, 1), arg(args, 0))
}

fn ior(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    update::update(vm, dict, arg(args, 1))?;
    Ok(dict.value())
}

/// Whether both have the same keys with equal values.
fn equal(vm: &mut Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some((next, key, value, hash)) = a.next_entry(pos) {
        pos = next;
        let Some(other) = b.get(key, hash, |x, y| vm.eq(x, y))? else { return Ok(false) };
        if !vm.eq(other, value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match (arg(args, 0).cast::<Dict>(), arg(args, 1).cast::<Dict>()) {
        (Some(a), Some(b)) => Ok(Value::bool(equal(vm, a, b)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn ne(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match (arg(args, 0).cast::<Dict>(), arg(args, 1).cast::<Dict>()) {
        (Some(a), Some(b)) => Ok(Value::bool(!equal(vm, a, b)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
