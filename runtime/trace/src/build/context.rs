//! What a bridge knows when it begins: the instructions on the way to its exit, taken over with what they teach.
//!
//! They are appended as they are, without folding: they have been optimised and are in machine code already. After them
//! the bridge's own begin, which share and forward as if it were one straight line, which it is.

use super::{Builder, Key, Known, Place};
use crate::desc::Effects;
use crate::ops::{Effect, Op};
use crate::types::{AliasSet, ArrayId, FieldId, InstId, Type};

impl Builder {
    /// Appends an instruction of a trace before the bridge; operands and immediate are already this builder's.
    pub(crate) fn inherit(&mut self, op: Op, ty: Type, args: &[InstId], imm: u64) -> InstId {
        let args: Vec<InstId> = args.iter().map(|&arg| self.resolve(arg)).collect();
        let args = &args[..];
        let id = self.append(op, args, imm, None);
        self.trace.insts[id.idx()].ty = ty;
        self.info[id.idx()] = self.info_of(op, ty, imm, args);
        match op.effect() {
            Effect::Const | Effect::Pure => self.inherit_value(id, op, args, imm),
            Effect::Guard => self.inherit_guard(id, op, args, imm),
            Effect::Load => self.inherit_load(id, op, args, imm),
            Effect::Store => self.inherit_store(op, args, imm),
            Effect::Alloc => self.made(id),
            Effect::Call => self.inherit_call(id, args, imm),
            Effect::TreeCall => self.called(&Effects::all()),
            Effect::FrameStore | Effect::Keep => self.inherit_escape(args),
            Effect::Param | Effect::Poll | Effect::FrameLoad => {}
        }
        id
    }

    fn inherit_value(&mut self, id: InstId, op: Op, args: &[InstId], imm: u64) {
        if op == Op::Nop {
            return;
        }
        let mut key = Key { op, args: [InstId(0); 3], imm };
        key.args[..args.len()].copy_from_slice(args);
        self.shared.insert(key, id);
        if op == Op::BoxFloat {
            self.gc_point();
        }
    }

    fn inherit_guard(&mut self, id: InstId, op: Op, args: &[InstId], imm: u64) {
        if op == Op::GuardValid {
            self.valid = true;
        } else if op.info().gives == crate::ops::Gives::Unit {
            let other = args.get(1).copied().unwrap_or(InstId(0));
            if self.rules.fold {
                self.learn_guard(op, args[0], other, imm);
            }
        } else {
            self.inherit_value(id, op, args, 0);
        }
    }

    fn inherit_load(&mut self, id: InstId, op: Op, args: &[InstId], imm: u64) {
        self.loaded(Known { obj: args[0], place: place(op, args, imm), value: id, stored: false });
    }

    fn inherit_store(&mut self, op: Op, args: &[InstId], imm: u64) {
        if op == Op::Barrier {
            self.barrier_done(args[0], args[1]);
            return;
        }
        let v = args[args.len() - 1];
        self.inherit_escape(&[v]);
        self.note_store(args[0], place(op, args, imm), v);
    }

    fn inherit_escape(&mut self, args: &[InstId]) {
        for &v in args {
            self.escape(v);
        }
    }

    /// Nothing is known of memory any more.
    pub(crate) fn forget_memory(&mut self) {
        self.enter_loop(&AliasSet::All, true);
    }

    /// Does a store that the traces before have put off: memory does not hold yet what is known of it.
    pub(crate) fn catch_up(&mut self, obj: InstId, field: FieldId, v: InstId) {
        let (obj, v) = (self.escaped(obj), self.escaped(v));
        self.note_store(obj, Place::Field(field), v);
        self.append(Op::Store, &[obj, v], field.0.into(), None);
    }

    /// Everything up to here belongs to the traces before.
    pub(crate) fn end_context(&mut self) {
        let ids = (0..self.len() as u32).map(InstId);
        self.context = ids.map(|id| self.type_of(id)).collect();
    }

    /// Everything that was inherited.
    pub(crate) fn context_len(&self) -> usize {
        self.context.len()
    }

    /// Whether a `guard_valid` holds here.
    pub(crate) fn is_valid(&self) -> bool {
        self.valid
    }

    /// Turns what was inherited into `outer`s of the values named, constants aside.
    pub(crate) fn close_context(&mut self, origins: &[Option<u64>]) {
        for (i, &ty) in self.context.iter().enumerate() {
            let inst = &mut self.trace.insts[i];
            match origins.get(i).copied().flatten() {
                _ if inst.op.effect() == Effect::Const => {}
                Some(origin) if ty != Type::Unit => {
                    (inst.op, inst.imm, inst.nargs, inst.ty) = (Op::Outer, origin, 0, ty);
                }
                _ => (inst.op, inst.imm, inst.nargs, inst.ty) = (Op::Nop, 0, 0, Type::Unit),
            }
        }
    }
}

fn place(op: Op, args: &[InstId], imm: u64) -> Place {
    match op {
        Op::Aload | Op::Astore => Place::Elem(ArrayId(imm as u32), args[1]),
        _ => Place::Field(FieldId(imm as u32)),
    }
}
