//! bytes: its own methods, and those that it shares with bytearray, one file a subject.
//!
//! A shared method returns an object of its receiver's kind, never of a subclass. The algorithms are in
//! `habu_object::bytes`; here are arguments and errors.

pub(crate) mod buffer;

use habu_object::Kind;
use habu_vm::{PyResult, Vm};

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let _ = vm.types.of_kind(Kind::Bytes);
    Ok(())
}
