//! Native modules, one file or folder each, and what happens at the start and end of a program.
//!
//! Floor 3: knows neither the interpreter loop nor the JIT. `registry` lists the modules, `import` finds them and
//! others, `program` begins and ends a program, `traceback` prints exceptions, `sys` is that module.
#![forbid(unsafe_code)]

mod atexit;
mod collections;
mod errno;
mod functools;
mod gc;
mod import;
mod itertools;
mod math;
mod operator;
mod program;
mod registry;
mod simple_namespace;
mod structseq;
mod sys;
mod time;
mod traceback;
mod util;
mod weakref;

pub use import::run_module;
pub use program::{exit_code, finish, report_exception, start};
pub use sys::unraisable;
pub use traceback::{format_exception, print_exception, remember_source};

use habu_vm::{PyResult, Vm};

pub(crate) use import::absolute as import_absolute;

/// Makes `sys` and `__import__`; other modules are made when they are imported.
pub fn install(vm: &mut Vm) -> PyResult<()> {
    sys::install(vm)?;
    import::install(vm)
}
