//! Folding.

use super::Builder;
use crate::ops::Op;
use crate::types::{InstId, SnapId};

impl Builder {
    pub(super) fn pure(&mut self, op: Op, args: &[InstId]) -> InstId {
        self.append(op, args, 0, None)
    }

    pub(super) fn guarded_value(
        &mut self,
        op: Op,
        args: &[InstId],
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) -> InstId {
        let snap = snap(self);
        self.append(op, args, 0, Some(snap))
    }

    pub(super) fn guard(
        &mut self,
        op: Op,
        args: &[InstId],
        imm: u64,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        let snap = snap(self);
        self.append(op, args, imm, Some(snap));
    }
}
