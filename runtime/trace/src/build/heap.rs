//! What is known of memory.

use super::Builder;
use crate::ops::Op;
use crate::types::{AllocId, ArrayId, FieldId, HelperId, InstId};

/// Known memory.
#[derive(Clone, Default)]
pub(super) struct Heap {}

impl Builder {
    pub(super) fn load_field(&mut self, obj: InstId, field: FieldId) -> InstId {
        self.append(Op::Load, &[obj], field.0.into(), None)
    }

    pub(super) fn store_field(&mut self, obj: InstId, field: FieldId, v: InstId) {
        self.append(Op::Store, &[obj, v], field.0.into(), None);
    }

    pub(super) fn load_elem(&mut self, arr: InstId, array: ArrayId, index: InstId) -> InstId {
        self.append(Op::Aload, &[arr, index], array.0.into(), None)
    }

    pub(super) fn store_elem(&mut self, arr: InstId, array: ArrayId, index: InstId, v: InstId) {
        self.append(Op::Astore, &[arr, index, v], array.0.into(), None);
    }

    pub(super) fn write_barrier(&mut self, obj: InstId, v: InstId) {
        self.append(Op::Barrier, &[obj, v], 0, None);
    }

    pub(super) fn allocate(&mut self, alloc: AllocId) -> InstId {
        self.append(Op::New, &[], alloc.0.into(), None)
    }

    pub(super) fn allocate_array(&mut self, alloc: AllocId, len: InstId) -> InstId {
        self.append(Op::NewArray, &[len], alloc.0.into(), None)
    }

    pub(super) fn call_helper(&mut self, helper: HelperId, args: &[InstId]) -> InstId {
        self.append(Op::Call, args, helper.0.into(), None)
    }
}
