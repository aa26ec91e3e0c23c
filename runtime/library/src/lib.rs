//! CPython's pure-Python library as one image: bytecode and compressed source text of every module.
//!
//! `build.rs` makes it with our own compiler from the `Lib/` of the crate `rustpython-pylib` and the files in `overlay/`,
//! which replace or add to it. `habu_bytecode::image` is the format. Nothing here knows what is done with it: the front
//! door hands the bytes to `habu-stdlib`.
#![forbid(unsafe_code)]

/// The image. It lies in the binary and is read where it lies.
pub static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.image"));
