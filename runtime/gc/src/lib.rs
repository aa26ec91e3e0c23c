//! The heap: non-moving, sticky-mark-bit generational, conservative on native stacks.
//!
//! Objects carry an 8-byte [`Header`] followed by tagged 64-bit words that the collector traces; what those words
//! mean beyond "pointer or not" is none of this crate's business. Small objects live in size-segregated 32 KB blocks
//! and are allocated by bumping a pointer inside free intervals; large ones are runs of whole blocks. Collections
//! happen only at allocation slow paths or on request. This crate knows no Python type and starts no thread.
//!
//! The contract, without which nothing here is sound: a `NonNull<Header>` given to the heap is a live, initialised
//! object; every traced word of an object obeys the tagging rule (`w & 3 == 1`, `w != 1` is the address of an object
//! plus one); every store of a pointer into an object that may be OLD goes with a [`Heap::barrier`].

mod arch;
mod block;
mod class;
mod collect;
mod finalize;
mod header;
mod heap;
mod immortal;
mod large;
mod map;
mod mark;
mod pool;
mod registry;
mod roots;
mod side;
mod stats;
mod sweep;
mod walk;
mod weak;

pub use arch::with_spilled_registers;
pub use class::{CLASSES, MEDIUM_MAX, SMALL_MAX, allocation_size, class_size, size_class};
pub use header::{Header, VARIABLE, flags};
pub use heap::{Bump, Config, Heap, OutOfMemory};
pub use immortal::{IMMORTAL_BASE, immortal_region};
pub use mark::Marker;
pub use roots::RootFn;
pub use stats::Stats;
