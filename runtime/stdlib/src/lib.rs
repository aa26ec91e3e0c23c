//! Native modules, one file or folder each, and what happens at the start and end of a program.
//!
//! Floor 3: knows neither the interpreter loop nor the JIT. `registry` lists the modules, `import` finds them and
//! others, `program` begins and ends a program, `traceback` prints exceptions, `sys` is that module.
#![forbid(unsafe_code)]

mod abc;
mod accounts;
mod atexit;
mod binascii;
mod bisect;
mod cmath;
mod codecs;
mod collections;
mod contextvars;
mod errno;
mod fcntl;
mod functools;
mod gc;
mod hashes;
mod heapq;
mod imp;
mod import;
mod intrinsic;
mod io;
mod itertools;
mod json;
mod marshal;
mod math;
mod operator;
mod places;
mod posix;
mod program;
mod random;
mod registry;
mod resource;
mod select;
mod signal;
mod simple_namespace;
mod socket;
mod sre;
mod stat_;
mod string_;
mod structs;
mod structseq;
mod sys;
mod thread;
mod time;
mod traceback;
mod types_;
mod unicodedata;
mod util;
mod warnings;
mod weakref;
mod zlib;

pub use import::{missing_attribute, run_module};
pub use intrinsic::intrinsic;
pub use program::{exit_code, finish, report_exception, start};
pub use sys::unraisable;
pub use traceback::{format_exception, print_exception, remember_source};
pub use warnings::{never_awaited, syntax_warning, warn};

use habu_vm::{PyResult, Vm};

pub(crate) use import::absolute as import_absolute;

/// Makes `sys` and `__import__`; other modules are made when they are imported. `image` is the library.
pub fn install(vm: &mut Vm, image: &'static [u8]) -> PyResult<()> {
    import::library::install(vm, image);
    sys::install(vm)?;
    import::install(vm)?;
    io::install(vm)
}
