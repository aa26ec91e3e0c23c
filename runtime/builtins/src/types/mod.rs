//! One file or folder for each builtin type.

pub mod bool_;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod classmethod;
pub mod code;
pub mod complex;
pub mod dict;
pub mod dict_views;
pub mod exception;
pub mod float;
pub mod frame;
pub mod frozenset;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod getset;
pub mod int;
pub mod iterators;
pub mod list;
pub mod mapping_proxy;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod none;
pub mod number;
pub mod object;
pub mod property;
pub mod range;
pub mod reduce;
pub mod sequence;
pub mod set;
pub mod slice;
pub mod str;
pub mod super_;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod union;
pub mod weakref;

use habu_vm::{PyResult, Vm};

/// Fills every builtin class.
pub(crate) fn install_all(vm: &mut Vm) -> PyResult<()> {
    bool_::install(vm)?;
    bytearray::install(vm)?;
    bytes::install(vm)?;
    cell::install(vm)?;
    classmethod::install(vm)?;
    code::install(vm)?;
    complex::install(vm)?;
    dict::install(vm)?;
    dict_views::install(vm)?;
    exception::install(vm)?;
    float::install(vm)?;
    frame::install(vm)?;
    frozenset::install(vm)?;
    function::install(vm)?;
    generator::install(vm)?;
    generic_alias::install(vm)?;
    getset::install(vm)?;
    int::install(vm)?;
    iterators::install(vm)?;
    list::install(vm)?;
    mapping_proxy::install(vm)?;
    memoryview::install(vm)?;
    method::install(vm)?;
    module::install(vm)?;
    none::install(vm)?;
    object::install(vm)?;
    property::install(vm)?;
    range::install(vm)?;
    reduce::install(vm)?;
    set::install(vm)?;
    slice::install(vm)?;
    str::install(vm)?;
    super_::install(vm)?;
    traceback::install(vm)?;
    tuple::install(vm)?;
    type_::install(vm)?;
    union::install(vm)?;
    weakref::install(vm)?;
    crate::build_class::install(vm)?;
    Ok(())
}
