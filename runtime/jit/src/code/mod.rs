//! From CLIF to running code: the target, the compilation, the arena that code lives in, the static stubs.
//!
//! Nothing here knows what a trace is. Everything is `Send`, so that compilation runs on a background thread; code is
//! published by whoever stores its address.

#[cfg(target_arch = "aarch64")]
mod arch_aarch64;
#[cfg(target_arch = "x86_64")]
mod arch_x86_64;
pub mod arena;
pub mod compile;
pub mod isa;
pub mod rare;
pub mod stubs;

#[cfg(target_arch = "aarch64")]
use arch_aarch64 as arch;
#[cfg(target_arch = "x86_64")]
use arch_x86_64 as arch;

pub use arena::{Arena, ArenaError, ArenaStats, CodeRef};
pub use compile::{Artifact, CodeError, CodeGen};
/// The target that code is made for.
pub use cranelift_codegen::isa::OwnedTargetIsa;
pub use isa::{OptLevel, aarch64_isa, host_isa};
pub use rare::Rare;
pub(crate) use stubs::signature;
pub use stubs::{Native, Stubs};
