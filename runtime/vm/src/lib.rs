//! What everyone above shares: the runtime's state, frames, calls, the attribute protocol, operators, errors.
//!
//! Floor 2. Knows neither the interpreter loop nor the JIT: they plug in through [`vm::Ports`]. Read in this order:
//! `vm` (the state), `stack` and `call` (frames), `native` (Rust functions in Python), `attr`, `operator`, `protocol`.

pub mod async_gen;
pub mod attempt;
pub mod attr;
pub mod bind;
pub mod buffer;
pub mod call;
pub mod class;
pub mod classinfo;
pub mod clock;
pub mod codec;
pub mod collect;
pub mod control;
pub mod dicts;
pub mod direct;
pub mod error;
pub mod fd;
pub mod finalize;
pub mod frame;
pub mod generator;
mod gil;
pub mod hosted;
pub mod index;
pub mod inspect;
pub mod iterate;
pub mod loader;
pub mod local_time;
pub mod names;
pub mod native;
pub mod operator;
pub mod output;
pub mod owned;
pub mod parameters;
pub mod parking;
pub mod pattern;
pub mod plans;
pub mod protocol;
mod recode;
pub mod resume;
pub mod shape;
pub mod signals;
pub mod stack;
pub mod system;
pub mod threads;
pub mod types;
pub mod vm;

pub use bind::Keywords;
pub use call::Prepared;
pub use error::{Exc, PyResult, Raised};
pub use native::{Effects, GetSetDef, Intrinsic, NativeDef, NativeFn};
pub use operator::{BinOp, CmpOp};
pub use vm::{CompileRequest, Options, Ports, Vm};
