//! What a guard that failed means, in the words of the program.

use super::source::Sources;
use habu_bytecode::Op as B;
use habu_object::{Function, Type, Value};
use habu_trace::{Inst, InstId, Op, Slot, SnapId, Trace};
use habu_vm::Vm;

/// What it means that a trace was left through a snapshot: the ways its guards can fail.
pub(super) fn reason(vm: &Vm, sources: &Sources, trace: &Trace, snap: SnapId) -> String {
    let frames = &trace.snapshots[snap.idx()].frames;
    let pc = frames.last().map_or(0, |f| f.pc);
    let guards = trace.ids().filter(|id| trace.inst(*id).snap == Some(snap));
    let teller = Teller { vm, sources, trace, snap };
    let mut texts: Vec<String> = guards.map(|id| teller.failure(id)).collect();
    texts.sort();
    texts.dedup();
    match sources.op(pc) {
        Some(B::Ret) if texts.is_empty() => "the function returned".to_owned(),
        Some(B::GenRet | B::Yield) if texts.is_empty() => "the generator went to sleep".to_owned(),
        _ if texts.is_empty() => "the trace ends here".to_owned(),
        Some(B::ForLoop) if texts.iter().any(|t| t == CONDITION || t == INDEX) => {
            "the loop ended".to_owned()
        }
        _ => texts.join(", or "),
    }
}

const CONDITION: &str = "the condition went the other way";
const INDEX: &str = "an index was out of range";

struct Teller<'a> {
    vm: &'a Vm,
    sources: &'a Sources,
    trace: &'a Trace,
    snap: SnapId,
}

impl Teller<'_> {
    fn failure(&self, id: InstId) -> String {
        let inst = self.trace.inst(id);
        let args = self.trace.args(id);
        let what = || self.what(args[0]);
        match inst.op {
            Op::GuardInt => format!("{} was not an int", what()),
            Op::GuardNotInt => format!("{} was an int", what()),
            Op::GuardImmFloat => format!("{} was not a float", what()),
            Op::GuardNotImmFloat => format!("{} was a float", what()),
            Op::GuardPtr => format!("{} was a number", what()),
            Op::GuardShape => format!("{} was not {} as before", what(), self.class(inst)),
            Op::GuardNotShape => format!("{} was {}", what(), self.class(inst)),
            Op::GuardIs => format!("{} was not {}", what(), self.constant(args[1])),
            Op::GuardIsNot => format!("{} was {}", what(), self.constant(args[1])),
            Op::GuardApart => format!("{} was {}", what(), self.what(args[1])),
            Op::GuardTrue | Op::GuardFalse => self.condition(args[0]).to_owned(),
            Op::GuardValid => "a class or global that the code relies on changed".to_owned(),
            Op::Safepoint => "a signal, a finalizer or a collection was due".to_owned(),
            Op::GuardNoRaise => "an exception was raised".to_owned(),
            Op::F64ToInt => format!("{} did not fit a small int", what()),
            op => match op.info().wants.len() {
                2 => "the result did not fit a small int".to_owned(),
                _ => format!("{} failed", op.name()),
            },
        }
    }

    /// What a condition that was not as recorded means.
    fn condition(&self, cond: InstId) -> &'static str {
        let inst = self.trace.inst(cond);
        let called = self.trace.args(cond).iter().any(|a| self.trace.inst(*a).op == Op::Call);
        match inst.op {
            Op::Req | Op::Rslt | Op::Rlt if called => "the call went another way",
            Op::Rlt => INDEX,
            Op::Call => "the call went another way",
            _ => CONDITION,
        }
    }

    /// What a value is called in the program.
    fn what(&self, id: InstId) -> String {
        let name = self.slot_of(id).and_then(|slot| self.variable(slot));
        name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`"))
    }

    /// The frame slot that a value stands for.
    fn slot_of(&self, id: InstId) -> Option<Slot> {
        let inst = self.trace.inst(id);
        match inst.op {
            Op::Param | Op::FrameLoad => Some(inst.slot()),
            Op::Phi => {
                let label = self.trace.label.as_ref()?;
                let param = label.params.iter().find(|p| p.phi == id)?;
                self.slot_of(param.init)
            }
            _ => None,
        }
    }

    fn variable(&self, slot: Slot) -> Option<&'static str> {
        let frames = &self.trace.snapshots[self.snap.idx()].frames;
        let frame = frames.iter().rev().find(|f| f.base <= slot)?;
        self.sources.variable(frame.pc, slot - frame.base)
    }

    fn class(&self, inst: &Inst) -> String {
        let class = self.vm.shapes.get(inst.shape().0).class;
        let name = class.cast::<Type>().map(|t| self.vm.class_name(t));
        format!("an object of class {}", name.as_deref().unwrap_or("?"))
    }

    fn constant(&self, id: InstId) -> String {
        let Some(bits) = self.trace.const_bits(id) else { return "the same object".to_owned() };
        let v = Value::from_bits(bits);
        if v == Value::NONE {
            "None".to_owned()
        } else if v == Value::TRUE {
            "True".to_owned()
        } else if v == Value::FALSE {
            "False".to_owned()
        } else if v.is_int() {
            format!("{}", v.bits() as i64 >> 2)
        } else if let Some(t) = v.cast::<Type>() {
            format!("the class {}", self.vm.class_name(t))
        } else if let Some(f) = v.cast::<Function>() {
            format!("the function {}", self.vm.code_data(Vm::function_code(f)).qualname)
        } else if v.object().is_some() {
            format!("the same {}", self.vm.type_name(v))
        } else {
            "the same value".to_owned()
        }
    }
}
