//! All tests of the root package, in one binary.
