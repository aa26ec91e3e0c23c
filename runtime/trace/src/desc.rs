//! Descriptors: what the trace must know of fields, arrays, allocations and helpers, supplied by the runtime.
//!
//! A trace carries its own table ([`Descs`]), filled by the recorder as it meets things, so that a trace is one plain
//! value that can be sent to the compiling thread, printed, and parsed again. Nothing here names a Python type.

use crate::types::{AliasClass, AliasSet, AllocId, ArrayId, FieldId, HelperId, MemType, Type};

/// A field of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldDesc {
    /// The name in the text form (no spaces).
    pub name: String,
    /// Byte offset from the untagged address; a load from a tagged pointer uses `offset - 1`.
    pub offset: i32,
    /// How the field lies in memory.
    pub ty: MemType,
    /// The class of locations it belongs to.
    pub alias: AliasClass,
    /// Never written after the object is initialised.
    pub immutable: bool,
}

/// The elements of an object or buffer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArrayDesc {
    /// The name in the text form (no spaces).
    pub name: String,
    /// Byte offset of element 0 from the untagged address.
    pub base: i32,
    /// How an element lies in memory.
    pub elem: MemType,
    /// The class of locations it belongs to.
    pub alias: AliasClass,
    /// Never written after the object is initialised.
    pub immutable: bool,
}

/// A kind of object that traces allocate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllocDesc {
    /// The name in the text form (no spaces).
    pub name: String,
    /// Bytes, header included, elements not.
    pub size: u32,
    /// The header word the allocation writes.
    pub header: u64,
    /// The shape id in that header, as `guard_shape` compares it.
    pub shape: u32,
    /// Whether the shape of such an object never changes.
    pub stable: bool,
    /// Every field that must be stored before the object may be seen. When it is rebuilt at an exit, fields that the
    /// trace did not store are zero words.
    pub fields: Vec<FieldId>,
    /// For `new_array`: the elements.
    pub elems: Option<ArrayId>,
}

/// What a helper does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Effects {
    /// The result depends on the operands only; calls may be shared and dropped. Excludes all that follows.
    pub pure: bool,
    /// Equal calls give the same until something that it reads is written. It writes nothing.
    pub shared: bool,
    /// What it reads.
    pub reads: AliasSet,
    /// What it writes.
    pub writes: AliasSet,
    /// It may raise: `guard_no_raise` follows.
    pub may_raise: bool,
    /// It may run Python code: assumptions may be invalidated, the frame may be looked at.
    pub may_call_python: bool,
}

impl Effects {
    /// A function of its operands.
    pub fn pure() -> Effects {
        Effects { pure: true, ..Effects::default() }
    }

    /// Anything at all.
    pub fn all() -> Effects {
        Effects {
            pure: false,
            shared: false,
            reads: AliasSet::All,
            writes: AliasSet::All,
            may_raise: true,
            may_call_python: true,
        }
    }
}

/// A runtime function that machine code calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HelperDesc {
    /// The name in the text form (no spaces).
    pub name: String,
    /// The types of the operands.
    pub args: Vec<Type>,
    /// The type of the result (`Unit` if none).
    pub ret: Type,
    /// The stable shape of the result, where that is an object and not the word by which a helper declines.
    pub shape: Option<u32>,
    /// What it does.
    pub effects: Effects,
    /// Its address, for the lowering; opaque here.
    pub addr: u64,
}

/// The descriptors a trace refers to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Descs {
    /// Fields, by `FieldId`.
    pub fields: Vec<FieldDesc>,
    /// Arrays, by `ArrayId`.
    pub arrays: Vec<ArrayDesc>,
    /// Allocations, by `AllocId`.
    pub allocs: Vec<AllocDesc>,
    /// Helpers, by `HelperId`.
    pub helpers: Vec<HelperDesc>,
}

impl Descs {
    /// Adds a field. The caller sees to it that each is added once.
    pub fn add_field(&mut self, desc: FieldDesc) -> FieldId {
        self.fields.push(desc);
        FieldId(self.fields.len() as u32 - 1)
    }

    /// Adds an array.
    pub fn add_array(&mut self, desc: ArrayDesc) -> ArrayId {
        self.arrays.push(desc);
        ArrayId(self.arrays.len() as u32 - 1)
    }

    /// Adds an allocation.
    pub fn add_alloc(&mut self, desc: AllocDesc) -> AllocId {
        self.allocs.push(desc);
        AllocId(self.allocs.len() as u32 - 1)
    }

    /// The allocation of objects that are as those of another but for their shape.
    pub fn with_shape(&mut self, alloc: AllocId, shape: u32) -> AllocId {
        let mut desc = self.alloc(alloc).clone();
        desc.header = desc.header & !0xffff_ffff | u64::from(shape);
        (desc.shape, desc.stable) = (shape, false);
        match self.allocs.iter().position(|d| *d == desc) {
            Some(i) => AllocId(i as u32),
            None => self.add_alloc(desc),
        }
    }

    /// Adds a helper.
    pub fn add_helper(&mut self, desc: HelperDesc) -> HelperId {
        self.helpers.push(desc);
        HelperId(self.helpers.len() as u32 - 1)
    }

    /// The field descriptor.
    #[inline]
    pub fn field(&self, id: FieldId) -> &FieldDesc {
        &self.fields[id.idx()]
    }

    /// The array descriptor.
    #[inline]
    pub fn array(&self, id: ArrayId) -> &ArrayDesc {
        &self.arrays[id.idx()]
    }

    /// The allocation descriptor.
    #[inline]
    pub fn alloc(&self, id: AllocId) -> &AllocDesc {
        &self.allocs[id.idx()]
    }

    /// The helper descriptor.
    #[inline]
    pub fn helper(&self, id: HelperId) -> &HelperDesc {
        &self.helpers[id.idx()]
    }
}
