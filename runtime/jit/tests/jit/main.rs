//! The tests of the lowering: machine code against the evaluator, merged trees against separate bridges, golden texts.

mod basic;
#[path = "gen.rs"]
mod gen_;
mod random;
mod world;
