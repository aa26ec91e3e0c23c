//! The tests of the lowering: machine code against the evaluator, merged trees against separate bridges, golden texts.

mod basic;
mod gc;
mod generate;
mod golden;
mod heirs;
mod random;
mod timing;
mod world;
