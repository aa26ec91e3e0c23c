//! The op table, code objects as plain data, and all that is generated from them.
//!
//! Floor 0: knows neither objects nor the heap. The compiler produces [`Code`], `pyc` and `image` store it, the loader in `vm`
//! makes objects of it, `dis` shows it to people.
#![forbid(unsafe_code)]

mod code;
pub mod decode;
pub mod dis;
mod flow;
pub mod image;
pub mod liveness;
mod ops;
pub mod pyc;
mod stream;
pub mod verify;

pub use code::{CellVar, Code, Const, Handler, Loop, Position, flags};
pub use decode::{Decoded, Instructions};
pub use dis::disassemble;
pub use ops::{
    Insn, OPS, Op, OpInfo, Range, Role, Word, awaited, common, generator, intrinsic, special,
};
