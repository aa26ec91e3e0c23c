//! One file or folder for each builtin type.

pub mod bool_;
pub mod complex;
pub mod dict;
pub mod dict_views;
pub mod exception;
pub mod float;
pub mod frozenset;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod int;
pub mod list;
pub mod number;
pub mod object;
pub mod range;
pub mod sequence;
pub mod set;
pub mod slice;
pub mod tuple;
pub mod type_;
pub mod union;

use habu_vm::{PyResult, Vm};

/// Fills every builtin class.
pub(crate) fn install_all(vm: &mut Vm) -> PyResult<()> {
    bool_::install(vm)?;
    complex::install(vm)?;
    dict::install(vm)?;
    dict_views::install(vm)?;
    exception::install(vm)?;
    float::install(vm)?;
    frozenset::install(vm)?;
    function::install(vm)?;
    generator::install(vm)?;
    generic_alias::install(vm)?;
    int::install(vm)?;
    list::install(vm)?;
    object::install(vm)?;
    range::install(vm)?;
    set::install(vm)?;
    slice::install(vm)?;
    tuple::install(vm)?;
    type_::install(vm)?;
    union::install(vm)?;
    crate::build_class::install(vm)?;
    Ok(())
}
