//! Loads and stores: fields, elements, frame slots.

use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use habu_trace::{Inst, InstId, MemType, Op, Slot, Type};

use super::emit::{Emit, Region};

impl Emit<'_, '_> {
    /// `load store aload astore frame_load frame_store`.
    pub(super) fn memory_inst(&mut self, id: InstId, inst: &Inst) {
        let args = self.at.trace.args(id);
        match inst.op {
            Op::FrameLoad => {
                let v = self.load_slot(inst.slot());
                self.set(id, v);
            }
            Op::FrameStore => {
                let v = self.get(args[0]);
                self.store_slot(inst.slot(), v);
            }
            Op::Load | Op::Store => {
                let desc = self.at.trace.descs.field(inst.field());
                let (offset, ty, class) = (desc.offset, desc.ty, desc.alias);
                let flags = self.flags(Region::Class(class));
                let (p, offset) = self.address(args[0], offset);
                if inst.op == Op::Load {
                    let v = self.load(ty, flags, p, offset);
                    self.set(id, v);
                } else {
                    let v = self.get(args[1]);
                    self.store(ty, flags, v, p, offset);
                }
            }
            _ => {
                let desc = self.at.trace.descs.array(inst.array());
                let (base, ty, class) = (desc.base, desc.elem, desc.alias);
                let flags = self.flags(Region::Class(class));
                let (p, offset) = self.address(args[0], base);
                let (p, offset) = self.element(p, offset, args[1], ty);
                if inst.op == Op::Aload {
                    let v = self.load(ty, flags, p, offset);
                    self.set(id, v);
                } else {
                    let v = self.get(args[2]);
                    self.store(ty, flags, v, p, offset);
                }
            }
        }
    }

    /// The pointer and the displacement for an offset from the untagged address.
    fn address(&mut self, object: InstId, offset: i32) -> (Value, i32) {
        let tag = if self.inst_type(object) == Type::Raw { 0 } else { 1 };
        (self.get(object), offset - tag)
    }

    fn element(&mut self, p: Value, offset: i32, index: InstId, ty: MemType) -> (Value, i32) {
        let inst = self.at.trace.inst(index);
        if inst.op == Op::ConstRaw {
            let at = (inst.imm as i64).checked_mul(i64::from(ty.bytes()));
            let at = at.and_then(|at| at.checked_add(i64::from(offset)));
            if let Some(at) = at.and_then(|at| i32::try_from(at).ok()) {
                return (p, at);
            }
        }
        let index = self.get(index);
        let bytes = self.b.ins().ishl_imm_u(index, i64::from(ty.bytes().trailing_zeros()));
        (self.b.ins().iadd(p, bytes), offset)
    }

    pub(super) fn load(
        &mut self,
        ty: MemType,
        flags: MemFlagsData,
        p: Value,
        offset: i32,
    ) -> Value {
        match ty {
            MemType::Val | MemType::Raw64 | MemType::Len => {
                self.b.ins().load(I64, flags, p, offset)
            }
            MemType::F64 => self.b.ins().load(F64, flags, p, offset),
            MemType::Raw32 => self.b.ins().uload32(flags, p, offset),
            MemType::Raw16 => self.b.ins().uload16(I64, flags, p, offset),
            MemType::U8 => self.b.ins().uload8(I64, flags, p, offset),
        }
    }

    pub(super) fn store(
        &mut self,
        ty: MemType,
        flags: MemFlagsData,
        v: Value,
        p: Value,
        offset: i32,
    ) {
        match ty {
            MemType::Val | MemType::Raw64 | MemType::Len | MemType::F64 => {
                self.b.ins().store(flags, v, p, offset)
            }
            MemType::Raw32 => self.b.ins().istore32(flags, v, p, offset),
            MemType::Raw16 => self.b.ins().istore16(flags, v, p, offset),
            MemType::U8 => self.b.ins().istore8(flags, v, p, offset),
        };
    }

    pub(super) fn slot_address(&mut self, slot: Slot) -> Value {
        self.b.ins().iadd_imm_s(self.base, 8 * i64::from(slot))
    }

    pub(super) fn load_slot(&mut self, slot: Slot) -> Value {
        let flags = self.flags(Region::Frame);
        self.b.ins().load(I64, flags, self.base, 8 * slot)
    }

    pub(super) fn store_slot(&mut self, slot: Slot, v: Value) {
        let flags = self.flags(Region::Frame);
        self.b.ins().store(flags, v, self.base, 8 * slot);
    }
}
