//! What int, float and complex share: operands as floats, errors of arithmetic, `__format__`.

use habu_gc::OutOfMemory;
use habu_object::format::{FormatError, Formatted, Spec, parse_spec};
use habu_object::int::{IntError, IntResult};
use habu_object::str::Str;
use habu_object::{Value, float, int};
use habu_vm::{BinOp, Exc, PyResult, Raised, Vm};

/// The result of an int operation that cannot fail but for memory and size.
pub(crate) fn int_result(vm: &mut Vm, result: IntResult) -> PyResult<Value> {
    result.map_err(|e| vm.int_error(BinOp::Add, e))
}

/// MemoryError unless there is room for the digits of an int in this radix, and for making them.
pub(crate) fn afford_digits(vm: &mut Vm, n: Value, radix: u32) -> PyResult<()> {
    if n.is_int() || int::affords_digits(&vm.heap, n, radix) {
        Ok(())
    } else {
        Err(OutOfMemory.into())
    }
}

/// MemoryError unless there is room for this many digits, and for laying them out.
pub(crate) fn afford_precision(vm: &mut Vm, precision: Option<usize>) -> PyResult<()> {
    match precision {
        // Beyond that it is an error of its own.
        Some(n) if n <= i32::MAX as usize && !vm.heap.affords(4 * n) => Err(OutOfMemory.into()),
        _ => Ok(()),
    }
}

/// An operand of float arithmetic: floats and ints; None for anything else.
#[inline]
pub(crate) fn real_operand(vm: &mut Vm, v: Value) -> PyResult<Option<f64>> {
    if let Some(f) = float::get(v) {
        return Ok(Some(f));
    }
    if int::is_int_like(v) { int_as_float(vm, v).map(Some) } else { Ok(None) }
}

/// An int as a float.
pub(crate) fn int_as_float(vm: &mut Vm, v: Value) -> PyResult<f64> {
    int::to_f64(v).map_err(|_| vm.overflow_error("int too large to convert to float"))
}

/// `float(v)` for numbers: the value of `__float__` or `__index__`; None if `v` has neither.
pub(crate) fn as_float(vm: &mut Vm, v: Value) -> PyResult<Option<f64>> {
    if let Some(f) = real_operand(vm, v)? {
        return Ok(Some(f));
    }
    let (float_name, index_name) = (vm.names.__float__, vm.names.__index__);
    if let Some(r) = vm.call_special(v, float_name, &[])? {
        return match float::get(r) {
            Some(f) => Ok(Some(f)),
            None => {
                let msg = format!(
                    "{}.__float__() must return a float, not {}",
                    vm.type_name(v),
                    vm.type_name(r)
                );
                Err(vm.type_error(&msg))
            }
        };
    }
    if vm.special(v, index_name).is_some() {
        let n = vm.index(v)?;
        return int_as_float(vm, n).map(Some);
    }
    Ok(None)
}

/// The error of turning an infinite float or a NaN into an int.
pub(crate) fn float_to_int_error(vm: &mut Vm, e: IntError) -> Raised {
    match e {
        IntError::Overflow => vm.overflow_error("cannot convert float infinity to integer"),
        IntError::NotANumber => vm.value_error("cannot convert float NaN to integer"),
        e => vm.int_error(BinOp::Add, e),
    }
}

/// `v.__format__(spec)` by a formatter of the object crate.
pub(crate) fn format_number(
    vm: &mut Vm,
    v: Value,
    spec: Value,
    format: impl FnOnce(&Spec, &str) -> Formatted,
) -> PyResult<Value> {
    let Some(text) = spec.cast::<Str>() else {
        let msg = format!("__format__() argument must be str, not {}", vm.type_name(spec));
        return Err(vm.type_error(&msg));
    };
    if text.is_empty() {
        return vm.str(v);
    }
    let name = vm.type_name(v);
    let text = text.to_string_lossy();
    let parsed = match parse_spec(&text, &name, habu_object::format::Align::Right) {
        Ok(parsed) => parsed,
        Err(msg) => return Err(vm.value_error(&msg)),
    };
    if int::is_int_like(v) {
        let radix = match parsed.code {
            Some('b') => 2,
            Some('o') => 8,
            Some('x' | 'X') => 16,
            _ => 10,
        };
        afford_digits(vm, v, radix)?;
    }
    afford_precision(vm, parsed.precision)?;
    let formatted = format(&parsed, &name);
    formatted_str(vm, formatted)
}

/// The str that formatting yielded.
pub(crate) fn formatted_str(vm: &mut Vm, formatted: Formatted) -> PyResult<Value> {
    match formatted {
        Ok(text) => vm.new_str(&text),
        Err(FormatError::Value(msg)) => Err(vm.value_error(&msg)),
        Err(FormatError::Overflow(msg)) => Err(vm.overflow_error(&msg)),
        Err(FormatError::Memory) => Err(vm.raise_args(Exc::MemoryError, &[])),
    }
}
