//! Habu: a Python 3.14 runtime with a tracing JIT.
