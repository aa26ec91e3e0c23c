//! The `habu` command line.
fn main() {}
