//! Failures of formatting as exceptions.

use habu_object::format::FormatError;
use habu_vm::{Exc, Raised, Vm};

/// Raises what formatting complained about.
#[cold]
pub(crate) fn format_error(vm: &mut Vm, e: FormatError) -> Raised {
    match e {
        FormatError::Value(msg) => vm.value_error(&msg),
        FormatError::Overflow(msg) => vm.overflow_error(&msg),
        FormatError::Memory => vm.raise_args(Exc::MemoryError, &[]),
    }
}
