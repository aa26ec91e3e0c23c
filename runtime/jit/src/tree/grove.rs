//! A tree of traces: its traces, its code, what is known of its exits.

use crate::lower::{ExitKey, Tree};
use habu_trace::Trace;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A bridge of a tree.
pub(super) struct BridgeTrace {
    pub(super) at: ExitKey,
    pub(super) trace: Trace,
}

/// A tree of traces with one header.
pub(super) struct Grove {
    pub(super) header: *const u32,
    pub(super) root: Trace,
    pub(super) bridges: Vec<BridgeTrace>,
    /// Recorded, not yet compiled.
    pub(super) pending: Vec<BridgeTrace>,
    pub(super) pending_extent: usize,
    /// Times that exits of `pending` were taken since the newest was recorded.
    pub(super) waited: u32,
    pub(super) compiled: Rc<Tree>,
    /// Slots that frames of its traces reach above the tree's window.
    pub(super) extent: usize,
    /// Times each exit was taken, and recordings that failed there.
    pub(super) counts: FxHashMap<ExitKey, (u32, u32)>,
    /// The op word that the header had, and where it is patched.
    pub(super) patched: Vec<(*const u32, u32)>,
}
