//! Attributes while recording: each op by the plan for the object's own shape, whatever its inline cache holds.

use super::Recorder;
use habu_bytecode::{Insn, Op};
use habu_object::{Array, Tuple, Type, Value, shape};
use habu_semantics::slow::attrs::{Plan, plan_load};
use habu_semantics::{Flow, Machine, ops};
use habu_vm::Vm;
use habu_vm::frame::frame_function;
use habu_vm::stack::reg;

impl Recorder<'_> {
    /// Attribute ops by the plan for the object's own shape, whatever shape the inline cache holds. None: as the op
    /// stands.
    pub(super) fn attribute(&mut self, i: Insn, op: Op) -> Option<Flow> {
        if matches!(op, Op::MatchAttr | Op::MatchArg) {
            return self.matched_attribute(i, op);
        }
        let load =
            matches!(op, Op::LoadAttr | Op::LoadAttrSlot | Op::LoadAttrCell | Op::LoadAttrProperty);
        let method = matches!(
            op,
            Op::LoadMethod | Op::LoadMethodCell | Op::LoadMethodSlot | Op::LoadMethodPlain
        );
        let store = matches!(op, Op::StoreAttr | Op::StoreAttrSlot);
        if !load && !method && !store {
            return None;
        }
        let name = self.op_name()?;
        let register = if store { i.a() } else { i.b() };
        // SAFETY: verified code names registers of its own live window.
        let o = unsafe { reg(self.base, register as isize) };
        let shape = o.shape();
        if store {
            let (offset, after) = self.vm.store_plans.get(shape, name)?;
            return Some(ops::store_attr_slot(self, i, shape, offset, after));
        }
        match plan_load(self.vm, o, name) {
            Plan::Slot(offset) if load => Some(ops::load_attr_slot(self, i, shape, offset)),
            Plan::Cell(cell) if load => Some(ops::load_attr_cell(self, i, shape, cell)),
            Plan::Property(cell) if load => Some(ops::load_attr_property(self, i, shape, cell)),
            Plan::Item(index) if load => Some(ops::load_attr_item(self, i, shape, index)),
            Plan::Class if load => {
                let class = self.vm.type_of(o).value();
                Some(ops::load_attr_class(self, i, shape, class))
            }
            Plan::Slot(offset) if method => Some(ops::load_method_slot(self, i, shape, offset)),
            Plan::Cell(cell) if method => Some(ops::load_method_plain(self, i, shape, cell)),
            Plan::Method(cell) if method => Some(ops::load_method_cell(self, i, shape, cell)),
            _ => None,
        }
    }

    /// An attribute that a class pattern asks for, if it is in a slot of the object; or the object itself.
    fn matched_attribute(&mut self, i: Insn, op: Op) -> Option<Flow> {
        // SAFETY: verified code names registers of its own live window.
        let (o, class) =
            unsafe { (reg(self.base, i.b() as isize), reg(self.base, i.c() as isize)) };
        let name = if op == Op::MatchAttr {
            self.op_name()?
        } else {
            if class.shape() != shape::TYPE {
                return None;
            }
            let (position, count) = (self.word(0) & 0xffff, self.word(0) >> 16);
            let keywords = self.op_constant(1)?.cast::<Tuple>();
            let found = self.vm.match_arg(class, position as usize, count as usize, keywords);
            let name = match found {
                Ok(name) => name,
                Err(e) => {
                    self.vm.take_raised(e);
                    return None;
                }
            };
            self.vm.rely_on_class(class.cast::<Type>()?);
            let class = self.reg(i.c());
            self.pin(class);
            let Some(name) = name else {
                let o = self.reg(i.b());
                self.set(i.a(), o);
                self.skip(op.size() - 1);
                return Some(Flow::Next);
            };
            name
        };
        match plan_load(self.vm, o, name) {
            Plan::Slot(offset) => Some(ops::match_slot(self, op, i, o.shape(), offset)),
            _ => None,
        }
    }

    /// The constant that the running op's word `k` names.
    fn op_constant(&self, k: usize) -> Option<Value> {
        // SAFETY: the window is live.
        let f = unsafe { frame_function(self.base) }?;
        let consts = Vm::function_code(f).consts.get().cast::<Array>()?;
        Some(consts.get(self.word(k) as usize))
    }

    /// The interned name in the running op's first word.
    pub(super) fn op_name(&self) -> Option<Value> {
        // SAFETY: the window is live.
        let f = unsafe { frame_function(self.base) }?;
        let names = Vm::function_code(f).names.get().cast::<Array>()?;
        Some(names.get(self.word(0) as usize))
    }
}
