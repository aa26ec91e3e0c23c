//! The verifier: what must hold of every trace between passes. Used in tests and under debug assertions; it changes
//! nothing and reports the first violation.

use crate::build::Kinds;
use crate::ops::{Imm, Op, Want};
use crate::trace::{End, Recipe, Trace};
use crate::types::{InstId, SnapId, Type};

/// Checks a trace.
pub fn verify(trace: &Trace) -> Result<(), String> {
    let mut v = Verifier { trace, kinds: vec![Kinds::ANY; trace.insts.len()] };
    v.label()?;
    for id in trace.ids() {
        v.inst(id).map_err(|e| format!("{id} {}: {e}", trace.inst(id).op.name()))?;
    }
    v.end()
}

struct Verifier<'a> {
    trace: &'a Trace,
    /// What the guards so far leave of each value's possible tags.
    kinds: Vec<Kinds>,
}

impl Verifier<'_> {
    fn inst(&mut self, id: InstId) -> Result<(), String> {
        let inst = self.trace.inst(id);
        let (op, args) = (inst.op, self.trace.args(id));
        if op == Op::Phi || op == Op::Nop {
            return Ok(());
        }
        for &arg in args {
            self.defined(arg, id)?;
        }
        if op == Op::Call {
            self.call_args(id)?;
        } else {
            self.operands(op, args)?;
        }
        let ty = if op == Op::Outer { inst.ty } else { self.trace.result_type(op, args, inst.imm) };
        if !(inst.ty == ty || inst.ty == Type::Int && ty == Type::Val) {
            return Err(format!("has type {}, should be {}", inst.ty.name(), ty.name()));
        }
        self.immediate(id)?;
        match (op.has_snap(), inst.snap) {
            (true, Some(snap)) => self.snapshot(snap, id)?,
            (true, None) => return Err("names no snapshot".to_string()),
            (false, Some(_)) => return Err("names a snapshot".to_string()),
            (false, None) => {}
        }
        self.order(id)?;
        self.learn(id);
        Ok(())
    }

    fn learn(&mut self, id: InstId) {
        let args = self.trace.args(id);
        let (v, kinds) = match self.trace.inst(id).op {
            Op::GuardInt => (args[0], Kinds::INT),
            Op::Select
                if self.type_of(args[1]) == self.type_of(args[2])
                    && self.type_of(args[1]) == Type::Int =>
            {
                (id, Kinds::INT)
            }
            Op::GuardNotInt => (args[0], Kinds::ANY.minus(Kinds::INT)),
            Op::GuardImmFloat => (args[0], Kinds::FLOAT),
            Op::GuardNotImmFloat => (args[0], Kinds::ANY.minus(Kinds::FLOAT)),
            Op::GuardPtr | Op::GuardShape => (args[0], Kinds::PTR),
            Op::GuardIs => match self.trace.const_bits(args[1]) {
                Some(bits) => (args[0], Kinds::of_bits(bits)),
                None => return,
            },
            Op::GuardTrue | Op::GuardFalse if self.trace.inst(args[0]).op == Op::IsInt => {
                let yes = self.trace.inst(id).op == Op::GuardTrue;
                (
                    self.trace.args(args[0])[0],
                    if yes { Kinds::INT } else { Kinds::ANY.minus(Kinds::INT) },
                )
            }
            _ => return,
        };
        self.kinds[v.idx()] = self.kinds[v.idx()].and(kinds);
    }

    fn defined(&self, arg: InstId, at: InstId) -> Result<(), String> {
        if arg >= at {
            return Err(format!("{arg} is not defined before its use"));
        }
        match self.trace.inst(arg).ty {
            Type::Unit if self.trace.inst(at).op != Op::GuardNoRaise => {
                Err(format!("{arg} has no value"))
            }
            _ => Ok(()),
        }
    }

    fn type_of(&self, id: InstId) -> Type {
        match self.trace.inst(id).ty {
            // Nothing is left after guards that contradict each other: what follows is never reached.
            Type::Val if self.kinds[id.idx()].minus(Kinds::INT).0 == 0 => Type::Int,
            ty => ty,
        }
    }

    fn operands(&self, op: Op, args: &[InstId]) -> Result<(), String> {
        let wants = op.info().wants;
        if args.len() != wants.len() {
            return Err(format!("takes {} operands", wants.len()));
        }
        let mut same = None;
        for (&arg, want) in args.iter().zip(wants) {
            let ty = self.type_of(arg);
            let ok = match want {
                Want::Val => ty.fits(Type::Val),
                Want::Int => ty == Type::Int,
                Want::Raw => ty == Type::Raw,
                Want::F64 => ty == Type::F64,
                Want::Bool => ty == Type::Bool,
                Want::Addr => ty.fits(Type::Val) || ty == Type::Raw,
                Want::Same => {
                    let other = *same.get_or_insert(ty);
                    ty.fits(other) || other.fits(ty)
                }
                Want::Any | Want::Many => true,
            };
            if !ok {
                return Err(format!("{arg} is {}, should be {want:?}", ty.name()));
            }
        }
        Ok(())
    }

    fn call_args(&self, id: InstId) -> Result<(), String> {
        let helper = self.trace.inst(id).helper();
        let desc = self.trace.descs.helpers.get(helper.idx()).ok_or("unknown helper")?;
        let args = self.trace.args(id);
        if desc.args.len() != args.len() {
            return Err(format!("{} takes {} operands", desc.name, desc.args.len()));
        }
        for (&arg, &want) in args.iter().zip(&desc.args) {
            if !self.type_of(arg).fits(want) {
                return Err(format!(
                    "{arg} is {}, should be {}",
                    self.type_of(arg).name(),
                    want.name()
                ));
            }
        }
        Ok(())
    }

    fn immediate(&self, id: InstId) -> Result<(), String> {
        let (inst, descs) = (self.trace.inst(id), &self.trace.descs);
        let i = inst.imm as usize;
        let known = match inst.op.info().imm {
            Imm::Field => i < descs.fields.len(),
            Imm::Array => i < descs.arrays.len(),
            Imm::Alloc => i < descs.allocs.len(),
            Imm::Helper => i < descs.helpers.len(),
            _ => true,
        };
        if !known {
            return Err("unknown descriptor".to_string());
        }
        let args = self.trace.args(id);
        let stored = match inst.op {
            Op::Store => (descs.fields[i].ty, args[1]),
            Op::Astore => (descs.arrays[i].elem, args[2]),
            _ => return Ok(()),
        };
        let ty = self.type_of(stored.1);
        if ty.fits(stored.0.value_type()) {
            Ok(())
        } else {
            Err(format!("stores {} as {}", ty.name(), stored.0.name()))
        }
    }

    fn order(&self, id: InstId) -> Result<(), String> {
        let inst = self.trace.inst(id);
        if inst.op == Op::Outer && !self.trace.inherits() {
            return Err("stands in a trace that does not inherit".to_string());
        }
        if matches!(inst.op, Op::Param | Op::Outer) && id >= self.trace.label_at() {
            return Err("stands in the loop".to_string());
        }
        if inst.op == Op::GuardNoRaise {
            let call = self.trace.args(id)[0];
            let since = &self.trace.insts[call.idx() + 1..id.idx()];
            if self.trace.inst(call).op != Op::Call || since.iter().any(|inst| inst.op == Op::Call)
            {
                return Err("does not follow its call".to_string());
            }
        }
        Ok(())
    }

    fn snapshot(&self, snap: SnapId, at: InstId) -> Result<(), String> {
        let snapshot =
            self.trace.snapshots.get(snap.idx()).ok_or_else(|| format!("unknown {snap}"))?;
        let mut late = None;
        self.trace.snapshot_uses(snap, &mut |id| {
            if id >= at || self.trace.inst(id).ty == Type::Unit {
                late = Some(id);
            }
        });
        if let Some(id) = late {
            return Err(format!("{snap} uses {id}, which is not defined before"));
        }
        let mut objects = snapshot.stores.iter().map(|s| s.obj);
        if objects.any(|obj| matches!(obj, Recipe::Inst(id) if !self.type_of(id).fits(Type::Val))) {
            return Err(format!("{snap} stores into something that is no object"));
        }
        Ok(())
    }

    fn label(&self) -> Result<(), String> {
        let Some(label) = &self.trace.label else {
            let phi = self.trace.insts.iter().any(|inst| inst.op == Op::Phi);
            return if phi { Err("phi without label".to_string()) } else { Ok(()) };
        };
        for (i, param) in label.params.iter().enumerate() {
            if param.phi.0 != label.at.0 + i as u32 || self.trace.inst(param.phi).op != Op::Phi {
                return Err("phis do not stand at the label".to_string());
            }
            if param.init >= label.at {
                return Err(format!("{} enters the label undefined", param.init));
            }
        }
        let phis = self.trace.insts.iter().filter(|inst| inst.op == Op::Phi).count();
        if phis == label.params.len() { Ok(()) } else { Err("stray phi".to_string()) }
    }

    fn end(&self) -> Result<(), String> {
        let end = InstId(self.trace.insts.len() as u32);
        let check = |id: InstId, want: Type| {
            let ok = id < end && self.type_of(id).fits(want);
            if ok { Ok(()) } else { Err(format!("end: {id} is no {}", want.name())) }
        };
        match &self.trace.end {
            End::Open => Ok(()),
            End::Exit(snap) => self.snapshot(*snap, end),
            End::Return(id) => check(*id, Type::Val),
            End::Close(slots) | End::Tree { slots, .. } => {
                slots.iter().try_for_each(|&(_, id)| check(id, Type::Val))
            }
            End::Label(args) => match self.trace.inherits() {
                // The types are the root's to say; the lowering checks them.
                true => args.iter().try_for_each(|&id| check(id, self.type_of(id))),
                false => Err("end: jump_label in a trace that does not inherit".to_string()),
            },
            End::Loop(args) => {
                let label = self.trace.label.as_ref().ok_or("end: jump_loop without label")?;
                if args.len() != label.params.len() {
                    return Err("end: wrong number of loop arguments".to_string());
                }
                for (&arg, param) in args.iter().zip(&label.params) {
                    check(arg, self.trace.inst(param.phi).ty)?;
                    check(param.init, self.trace.inst(param.phi).ty)?;
                }
                Ok(())
            }
        }
    }
}
