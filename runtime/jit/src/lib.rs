//! The recording machine, trace trees, lowering to CLIF, code arena, exits and deoptimisation.

pub mod code;
pub mod lower;
