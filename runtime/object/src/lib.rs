//! Values, object layouts and the raw data structures; nothing here calls back into Python.
//!
//! Floor 1. `value` is the 64-bit word, `kind` and `layouts` say what objects look like, `array` holds those of
//! variable length; `int`, `str`, `bytes`, `dict`, `list`, `float` hold the operations that need no callable.

pub mod array;
pub mod bytes;
pub mod complex;
pub mod dict;
pub mod float;
pub mod format;
pub mod int;
pub mod kind;
pub mod layouts;
pub mod list;
pub mod object;
pub mod range;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod sort;
pub mod str;
pub mod temp_vec;
#[cfg(test)]
mod testing;
pub mod value;

pub use array::{Array, Blob, Generator, Instance, Native, Tuple};
pub use dict::{
    Dict, DictItemIter, DictItems, DictKeyIter, DictKeys, DictValueIter, DictValues, HasHeap,
    IterStep, Set,
};
pub use kind::{Kind, Object, shape};
pub use layouts::*;
pub use object::{Alloc, Gc};
pub use temp_vec::TempVec;
pub use value::Value;
