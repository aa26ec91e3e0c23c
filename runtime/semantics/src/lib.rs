//! What each op means, written once.
//!
//! Floor 2½: `ops` holds the fast paths, generic over `machine::Machine`; `slow` the residual functions that complete
//! what fast paths decline; `fields` the object layouts both touch. Who executes them is not known here.

pub mod direct;
pub mod fields;
pub mod helpers;
pub mod machine;
pub mod ops;
pub mod slow;

pub use machine::{Field, FieldType, Flow, Layout, Machine};
pub use slow::{Jump, Residual, residual};
