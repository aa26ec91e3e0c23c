//! One file or folder for each builtin type.

pub mod exception;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod object;
pub mod type_;
pub mod union;

use habu_vm::{PyResult, Vm};

/// Fills every builtin class.
pub(crate) fn install_all(vm: &mut Vm) -> PyResult<()> {
    exception::install(vm)?;
    function::install(vm)?;
    generator::install(vm)?;
    generic_alias::install(vm)?;
    object::install(vm)?;
    type_::install(vm)?;
    union::install(vm)?;
    crate::build_class::install(vm)?;
    Ok(())
}
