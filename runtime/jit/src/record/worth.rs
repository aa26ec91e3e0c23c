//! What a trace spares the interpreter: the ops that were recorded, without the residual ones, which cost the same.

use crate::tuning::FRAME_WORTH;
use rustc_hash::FxHashMap;

/// Work in ops, along a trace.
#[derive(Default, Debug)]
pub(crate) struct Worth {
    /// All of it.
    pub(crate) whole: u32,
    /// Up to where an instruction was first executed, by address.
    ways: FxHashMap<u64, u32>,
}

impl Worth {
    /// The recorder is at an instruction.
    pub(super) fn at(&mut self, pc: *const u32) {
        self.ways.entry(pc as u64).or_insert(self.whole);
    }

    /// An op was recorded that is not residual.
    pub(super) fn op(&mut self) {
        self.whole += 1;
    }

    /// A frame was opened.
    pub(super) fn frame(&mut self) {
        self.whole += FRAME_WORTH;
    }

    /// The way to an instruction: an exit's.
    pub(crate) fn way(&self, pc: u64) -> u32 {
        self.ways.get(&pc).copied().unwrap_or(self.whole)
    }
}
