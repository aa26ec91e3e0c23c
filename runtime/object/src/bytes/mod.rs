//! bytes and bytearray: their storage, and the operations that both share as functions over `&[u8]`.

mod layout;

pub use layout::{Bytes, offsets};
