//! Tests of strs.

mod core;
