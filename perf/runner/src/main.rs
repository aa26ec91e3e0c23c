//! Runs the programs of `perf/programs` under Habu and its peers.
fn main() {}
