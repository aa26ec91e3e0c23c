//! The recording machine, trace trees, lowering to CLIF, code arena, exits and deoptimisation.
//!
//! Floor 3. `record` makes traces, `compiling` optimises them and makes machine code with `lower` and `code`, `tree` keeps what
//! was compiled and serves the ports of `vm`, `deopt` rebuilds frames. Cranelift is named in `lower` and `code` only.

pub mod code;
mod compiling;
mod deopt;
mod dump;
pub mod lower;
pub mod reason;
mod record;
pub mod report;
mod residual;
pub mod stats;
pub mod tree;
pub mod tuning;
