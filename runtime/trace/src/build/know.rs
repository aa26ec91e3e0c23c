//! What is known of a value: tags, shape, range. Filled when an inst is appended, narrowed by guards.

use super::Builder;
use crate::ops::Op;
use crate::types::{InstId, Type};
use crate::value::{self, INT_MAX, INT_MIN};

/// A set of tags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kinds(pub u8);

impl Kinds {
    /// A tagged int.
    pub const INT: Kinds = Kinds(1);
    /// An immediate float.
    pub const FLOAT: Kinds = Kinds(2);
    /// A pointer.
    pub const PTR: Kinds = Kinds(4);
    /// Any word.
    pub const ANY: Kinds = Kinds(7);

    /// The tag of a word.
    pub fn of_bits(bits: u64) -> Kinds {
        if value::is_int(bits) {
            Kinds::INT
        } else if value::is_ptr(bits) {
            Kinds::PTR
        } else {
            Kinds::FLOAT
        }
    }

    /// The tags in both.
    pub fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    /// The tags in one but not the other.
    pub fn minus(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }
}

/// What is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Info {
    /// The possible tags of a Val.
    pub kinds: Kinds,
    /// The shape of the object, and whether it is stable.
    pub shape: Option<(u32, bool)>,
    /// The least value of an Int (untagged), Raw (signed) or Bool (0).
    pub lo: i64,
    /// The greatest.
    pub hi: i64,
}

impl Info {
    /// Nothing known but the type.
    pub fn of_type(ty: Type) -> Info {
        let (kinds, lo, hi) = match ty {
            Type::Val => (Kinds::ANY, INT_MIN, INT_MAX),
            Type::Int => (Kinds::INT, INT_MIN, INT_MAX),
            Type::Bool => (Kinds(0), 0, 1),
            _ => (Kinds(0), i64::MIN, i64::MAX),
        };
        Info { kinds, shape: None, lo, hi }
    }

    /// Whether everything known here also holds for `other`.
    pub fn covers(&self, other: &Info) -> bool {
        let shape = self.shape.is_none() || self.shape == other.shape;
        shape && other.kinds.minus(self.kinds).0 == 0 && self.lo <= other.lo && other.hi <= self.hi
    }
}

impl Builder {
    pub(super) fn initial_info(&self, id: InstId) -> Info {
        let inst = self.trace.inst(id);
        let mut info = Info::of_type(inst.ty);
        match inst.op {
            Op::ConstVal => {
                info.kinds = Kinds::of_bits(inst.imm);
                if value::is_int(inst.imm) {
                    (info.lo, info.hi) = (value::to_int(inst.imm), value::to_int(inst.imm));
                }
            }
            Op::ConstRaw | Op::ConstBool => (info.lo, info.hi) = (inst.imm as i64, inst.imm as i64),
            _ => {}
        }
        info
    }

    pub(super) fn narrow_kinds(&mut self, id: InstId, kinds: Kinds) {
        let info = &mut self.info[id.idx()];
        info.kinds = info.kinds.and(kinds);
    }
}
