//! Descriptors of one trace in the table of another.

use crate::desc::Descs;
use crate::ops::Imm;
use crate::trace::Inst;
use crate::types::{AllocId, ArrayId, FieldId, HelperId};

/// Takes descriptors over: equal ones are found, others added.
#[derive(Default)]
pub(super) struct Import {
    fields: Vec<Option<FieldId>>,
}

fn find<T: PartialEq + Clone>(table: &mut Vec<T>, wanted: &T) -> u32 {
    match table.iter().position(|d| d == wanted) {
        Some(i) => i as u32,
        None => {
            table.push(wanted.clone());
            table.len() as u32 - 1
        }
    }
}

impl Import {
    /// An instruction's immediate.
    pub(super) fn imm(&mut self, inst: &Inst, from: &Descs, to: &mut Descs) -> u64 {
        match inst.op.info().imm {
            Imm::Field => self.field(inst.field(), from, to).0.into(),
            Imm::Array => self.array(inst.array(), from, to).0.into(),
            Imm::Alloc => self.alloc(inst.alloc(), from, to).0.into(),
            Imm::Helper => HelperId(find(&mut to.helpers, from.helper(inst.helper()))).0.into(),
            _ => inst.imm,
        }
    }

    pub(super) fn field(&mut self, id: FieldId, from: &Descs, to: &mut Descs) -> FieldId {
        if self.fields.len() <= id.idx() {
            self.fields.resize(id.idx() + 1, None);
        }
        *self.fields[id.idx()].get_or_insert_with(|| FieldId(find(&mut to.fields, from.field(id))))
    }

    fn array(&mut self, id: ArrayId, from: &Descs, to: &mut Descs) -> ArrayId {
        ArrayId(find(&mut to.arrays, from.array(id)))
    }

    pub(super) fn alloc(&mut self, id: AllocId, from: &Descs, to: &mut Descs) -> AllocId {
        let mut desc = from.alloc(id).clone();
        for field in &mut desc.fields {
            *field = self.field(*field, from, to);
        }
        desc.elems = desc.elems.map(|array| self.array(array, from, to));
        AllocId(find(&mut to.allocs, &desc))
    }
}
