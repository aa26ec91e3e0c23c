//! The tests of the whole: the house, the command line, the language in every mode, random programs.
//!
//! One binary, because each further one would link Cranelift again. Each module opens with what it proves.

mod bytecode;
mod cli;
mod generator;
mod habu;
mod handlers;
mod jit;
mod lang;
mod random;
mod tidy;
