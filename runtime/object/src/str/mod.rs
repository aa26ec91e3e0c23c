//! str: immutable text in units of 1, 2 or 4 bytes, the narrowest that fits, with constant-time indexing.
//!
//! `layout` is the object and the only raw access to it; `build`, `concat` and `slice` make strs; `search`, `split`,
//! `strip`, `case` and `predicates` are Python's methods; `chars` says what a character is; `repr` and `codec` turn
//! strs into text for programmers and into bytes; `hash` and `intern` serve look-ups. Nothing here calls Python.

mod build;
mod case;
pub mod chars;
pub mod codec;
mod concat;
mod hash;
mod intern;
mod iter;
mod layout;
mod predicates;
mod repr;
mod search;
mod slice;
mod split;
mod strip;
mod tables;
#[cfg(test)]
mod tests;
mod text;

pub use crate::layouts::StrIter;
pub use build::StrBuf;
pub use concat::JoinError;
pub use hash::HashKey;
pub use intern::{CharCache, Interner};
pub use layout::{Form, MAX_LEN, Str, Unit, Units, flag, offsets};
pub use search::clip;
pub use strip::{Side, Translated};
