//! Module `_io`: only its name so far. Files are in `sys::files` and among the builtins.

use crate::util::new_module;
use habu_object::{Gc, Module};
use habu_vm::{PyResult, Vm};

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    new_module(vm, "_io", "The io module provides the Python interfaces to stream handling.", &[])
}
