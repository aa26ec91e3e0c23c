//! What a recording knows of the frames: which are open and what their slots hold.
//!
//! A slot is a word of the value stack counted from the tree's base; an inlined frame is a range of slots.

use habu_trace::{InstId, Slot};
use rustc_hash::FxHashMap;

/// What stands for a slot's contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Contents {
    /// What it held when the trace was entered.
    Entry,
    /// This value; memory may be behind.
    Inst(InstId),
    /// What memory holds: a residual op wrote it.
    Memory,
}

/// An open frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenFrame {
    /// Its window.
    pub(super) base: Slot,
    /// Where its callee returns to, once there is one.
    pub(super) resume: *const u32,
    /// Address of its code object's data, 0 for continuations.
    pub(super) code: usize,
    /// Whether the trace has stored its link words.
    pub(super) linked: bool,
}

/// The slots.
#[derive(Default, Clone)]
pub(super) struct Slots {
    map: FxHashMap<Slot, Contents>,
}

impl Slots {
    pub(super) fn get(&self, slot: Slot) -> Contents {
        self.map.get(&slot).copied().unwrap_or(Contents::Entry)
    }

    pub(super) fn set(&mut self, slot: Slot, contents: Contents) {
        self.map.insert(slot, contents);
    }

    /// Forgets everything from a slot up: those words belong to nobody now.
    pub(super) fn drop_from(&mut self, slot: Slot) {
        self.map.retain(|s, _| *s < slot);
    }

    /// The slots whose value is an instruction's, in order.
    pub(super) fn insts(&self) -> Vec<(Slot, InstId)> {
        let mut out: Vec<(Slot, InstId)> = self
            .map
            .iter()
            .filter_map(|(slot, c)| match c {
                Contents::Inst(id) => Some((*slot, *id)),
                _ => None,
            })
            .collect();
        out.sort_unstable_by_key(|s| s.0);
        out
    }

    /// The slots that only memory has, in order.
    pub(super) fn in_memory(&self) -> Vec<Slot> {
        let mut out: Vec<Slot> =
            self.map.iter().filter(|(_, c)| **c == Contents::Memory).map(|(s, _)| *s).collect();
        out.sort_unstable();
        out
    }
}
