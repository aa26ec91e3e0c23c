//! The text form of a trace: what dumps show and tests are written in.
//!
//! ```text
//! field x +16 val alias 3
//! trace root "sum.py":4
//! entry:
//!   %0: val = param 0
//!   guard_int %0                       s0
//! loop(%1: int = %0):
//!   %2: int = const_val 1
//!   %3: int = add_ovf %1, %2           s1
//!   jump_loop(%3)
//! s0: f1@12+0 []
//! s1: f1@20+0 [0 = %1]
//! ```
//!
//! One inst a line: value and type, name, immediate, operands, snapshot. Printing renumbers values; parsing accepts
//! what printing produces. Object constants are `@n` in order of first sight. A `;` begins a comment. Only the
//! descriptors that the trace uses are printed; a descriptor whose name is not unique is printed as `name#id`.

pub mod parse;
pub mod print;

pub use parse::parse;
