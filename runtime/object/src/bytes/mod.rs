//! bytes and bytearray: their storage, and the operations that both share as functions over `&[u8]`.
//!
//! `layout` is the bytes object, `array` the bytearray and its growth; the rest are methods of both. What returns
//! several pieces returns ranges, so that the caller makes objects of the class it wants.

mod array;
mod case;
mod layout;
mod pad;
mod predicates;
mod search;
mod split;
#[cfg(test)]
mod tests;
mod text;

pub use crate::layouts::{ByteArray, BytesIter};
pub use array::with_bytes;
pub use case::{capitalize, swap_case, title_case};
pub use layout::{Bytes, offsets};
pub use pad::{center, expandtabs, ljust, rjust, zfill};
pub use predicates::{is_space, isalnum, isalpha, isdigit, islower, isspace, istitle, isupper};
pub use search::{
    contains, count, endswith, find, join, maketrans, replace, rfind, startswith, translate,
};
pub use split::{rsplit, split, splitlines, strip};
pub use text::{FromHexError, fromhex, hex, repr};
