//! What a function looks like from outside: enough to say whether a call of it is inlined and whether it is worth a tree.

use super::plain;
use crate::tuning::{MAX_LEAF_OPS, MAX_RECURSION, MAX_RECURSIVE_BRANCHES};
use habu_bytecode::{Code, Decoded, Op, Word};

/// A function's outline.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline {
    /// Instructions.
    ops: usize,
    /// Conditional jumps.
    branches: usize,
    /// Calls by name.
    calls: usize,
    /// Whether it has a loop.
    pub(crate) loops: bool,
}

impl Outline {
    /// The outline of a function's code.
    pub(super) fn of(code: &Code) -> Outline {
        code.instructions().fold(Outline::default(), Outline::with)
    }

    fn with(mut self, d: Decoded<'_>) -> Outline {
        self.ops += 1;
        match plain(d.op) {
            Op::JumpBack | Op::ForLoop => self.loops = true,
            Op::Call | Op::CallMethod | Op::CallKw | Op::CallEx => self.calls += 1,
            Op::Jump | Op::ForResult => {}
            op => self.branches += usize::from(op.info().words.contains(&Word::Jump)),
        }
        self
    }

    /// Whether interpreting it is cheaper than entering code: a few instructions that call nothing.
    pub(crate) fn is_leaf(&self) -> bool {
        !self.loops && self.calls == 0 && self.ops <= MAX_LEAF_OPS
    }

    /// How many of its frames may be open in a trace. Each copy has all the ways through it, and calls as many again.
    pub(super) fn copies(&self) -> usize {
        if self.loops || self.branches > MAX_RECURSIVE_BRANCHES {
            return 1;
        }
        match self.calls {
            0..=2 => MAX_RECURSION,
            3..=4 => MAX_RECURSION - 1,
            _ => 1,
        }
    }
}
