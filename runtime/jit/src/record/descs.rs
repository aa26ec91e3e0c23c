//! Descriptors: what a trace says of the fields and items that its loads and stores name.
//!
//! Each is added to the trace once. Alias classes are the same in all traces, so that those of one tree can be compiled
//! together; what the fields are is said in `semantics::fields`.

use super::Recorder;
use habu_object::Kind;
use habu_semantics::{Field, FieldType};
use habu_trace::{AliasClass, ArrayDesc, ArrayId, FieldDesc, FieldId, MemType};

impl Recorder<'_> {
    /// The descriptor of a field.
    pub(super) fn field(&mut self, f: &Field) -> FieldId {
        let ty = match f.ty {
            FieldType::Value => MemType::Val,
            FieldType::Count => MemType::Len,
            FieldType::Float => MemType::F64,
            FieldType::U32 => MemType::Raw32,
            FieldType::Byte => MemType::U8,
            FieldType::Signed | FieldType::Address => MemType::Raw64,
        };
        self.field_at(f.name, f.offset, ty, f.immutable)
    }

    pub(super) fn field_at(
        &mut self,
        name: &'static str,
        offset: u32,
        ty: MemType,
        immutable: bool,
    ) -> FieldId {
        if let Some(id) = self.fields.get(&(name, offset)) {
            return *id;
        }
        let alias =
            if name == "shape" { AliasClass::SHAPE } else { self.shelf.alias(name, offset) };
        let name_text = if name == "slot" { format!("slot.{offset}") } else { name.to_owned() };
        let id = self.b.descs().add_field(FieldDesc {
            name: name_text,
            offset: offset as i32,
            ty,
            alias,
            immutable,
        });
        self.fields.insert((name, offset), id);
        id
    }

    /// The items of arrays (0) or of tuples (1), which never change.
    pub(super) fn items(&mut self, tuple: bool) -> ArrayId {
        if let Some(id) = self.arrays[tuple as usize] {
            return id;
        }
        let alias = self.shelf.alias(if tuple { "tuple.items" } else { "array.items" }, 0);
        let id = self.b.descs().add_array(ArrayDesc {
            name: if tuple { "tuple.items" } else { "array.items" }.to_owned(),
            base: habu_object::array::ITEMS_OFFSET as i32,
            elem: MemType::Val,
            alias,
            immutable: tuple,
        });
        self.arrays[tuple as usize] = Some(id);
        id
    }

    /// Whether objects of a shape never change it.
    pub(super) fn stable(shape: u32) -> bool {
        shape < habu_object::kind::FIRST_FREE_SHAPE && shape != Kind::Instance as u32
    }
}
