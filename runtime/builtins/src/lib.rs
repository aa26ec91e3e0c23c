//! Python-visible builtin types' methods, functions and exceptions.
//!
//! Floor 3: fills the classes that `vm::types` makes, and the `builtins` module. Knows neither the interpreter loop nor
//! the JIT. `types` has one file or folder a type, `functions` the builtin functions.
#![forbid(unsafe_code)]

mod args;
mod build_class;
pub mod functions;
pub mod types;

use habu_vm::{PyResult, Vm};

/// Fills every builtin class and the `builtins` module.
pub fn install(vm: &mut Vm) -> PyResult<()> {
    types::install_all(vm)?;
    functions::install(vm)
}
