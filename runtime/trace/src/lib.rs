//! The trace IR: ops, text form, verifier, evaluator and optimiser.
//!
//! A trace is a straight line of typed SSA instructions that ends in a jump or an exit. The recorder appends to it
//! through [`Builder`], the optimiser rewrites it ([`opt`]), the lowering turns it into machine code. This crate knows
//! neither Python objects, nor bytecode, nor Cranelift: a value is a tagged 64-bit word, an object is an address with
//! described fields, a runtime function is a described helper.
//!
//! Read in this order: [`types`], [`value`], [`ops`] (the table), [`desc`], [`trace`], [`build`], [`opt`], [`text`],
//! [`mod@verify`], [`mod@eval`].

#![forbid(unsafe_code)]

pub mod types;
pub mod value;
#[macro_use]
pub mod ops;
pub mod build;
pub mod desc;
pub mod eval;
pub mod opt;
pub mod text;
pub mod trace;
pub mod verify;

pub use build::Builder;
pub use desc::{AllocDesc, ArrayDesc, Descs, Effects, FieldDesc, HelperDesc};
pub use ops::Op;
pub use opt::{Ancestor, Passes, Seat, optimise, optimise_bridge};
pub use trace::{
    Carried, Contract, End, FrameInfo, Home, Inst, Label, LabelParam, LazyStore, Recipe, Resume,
    Snapshot, Trace, TraceKind, VirtualDesc,
};
pub use types::{
    AliasClass, AliasSet, AllocId, ArrayId, FieldId, HelperId, InstId, MemType, Slot, SnapId, Type,
    VirtId,
};
