//! Test support: directives in test files, golden text, diffs, running programs with a time limit, work on two threads.
//!
//! Only `std`. Everything reports by values or by panicking with a message that a reader of test output can act on.
#![forbid(unsafe_code)]

mod diff;
mod directive;
mod golden;
mod run;

pub use diff::diff;
pub use directive::{Directive, directives, sections};
pub use golden::{blessing, check_golden, golden};
pub use run::{Outcome, Program, in_parallel};
