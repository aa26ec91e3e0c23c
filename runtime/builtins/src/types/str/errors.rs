//! Failures of codecs and formatting as exceptions.

use habu_object::format::FormatError;
use habu_object::str::codec::{CodecError, CodecFailure};
use habu_object::{Kind, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// Raises what formatting complained about.
#[cold]
pub(crate) fn format_error(vm: &mut Vm, e: FormatError) -> Raised {
    match e {
        FormatError::Value(msg) => vm.value_error(&msg),
        FormatError::Overflow(msg) => vm.overflow_error(&msg),
        FormatError::Memory => vm.raise_args(Exc::MemoryError, &[]),
    }
}

/// A UnicodeEncodeError or UnicodeDecodeError about `object`, made by calling its class, not raised.
pub(crate) fn codec_exception(vm: &mut Vm, e: &CodecError, object: Value) -> PyResult<Value> {
    let exc =
        if object.kind() == Kind::Str { Exc::UnicodeEncodeError } else { Exc::UnicodeDecodeError };
    let encoding = vm.new_str(e.encoding)?;
    let reason = vm.new_str(e.reason)?;
    let (start, end) = (Value::small_int(e.start as i64), Value::small_int(e.end as i64));
    let class = vm.exc_type(exc).value();
    vm.call(class, &[encoding, object, start, end, reason])
}

/// Raises what a codec complained about.
#[cold]
pub(crate) fn codec_failure(vm: &mut Vm, e: CodecFailure, object: Value) -> Raised {
    let CodecFailure::Error(e) = e else { return vm.raise_args(Exc::MemoryError, &[]) };
    match codec_exception(vm, &e, object) {
        Ok(exception) => raise_value(vm, exception),
        Err(raised) => raised,
    }
}

/// Raises an exception object.
fn raise_value(vm: &mut Vm, exception: Value) -> Raised {
    match exception.cast::<habu_object::Exception>() {
        Some(e) => vm.raise(e),
        None => vm.type_error("exceptions must derive from BaseException"),
    }
}
