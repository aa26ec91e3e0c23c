//! The tests of the trace IR: golden pass tests, and random traces run before and after the optimiser.

mod golden;
mod random;
mod world;
