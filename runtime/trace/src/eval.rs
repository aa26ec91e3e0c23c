//! The evaluator: runs a trace over any [`Memory`], in its recorded or its optimised form.
//!
//! It is the meaning of the IR, written as plainly as possible: the optimiser is tested by running a trace before and
//! after, machine code by running it here and there. It keeps no clock and does no boxing of its own.

use crate::desc::{AllocDesc, Descs, HelperDesc};
use crate::ops::Op;
use crate::trace::{End, FrameInfo, Inst, Recipe, Resume, Trace};
use crate::types::{InstId, MemType, Slot, SnapId, Type, VirtId};
use crate::value::{self, fits_int};

/// The world outside the trace. Objects are tagged pointers; `addr` is an untagged address.
pub trait Memory {
    /// Loads zero-extended bits.
    fn load(&mut self, addr: u64, offset: i64, ty: MemType) -> u64;
    /// Stores the low bits.
    fn store(&mut self, addr: u64, offset: i64, ty: MemType, bits: u64);
    /// Makes an object with a header and zero words.
    fn alloc(&mut self, desc: &AllocDesc, len: u64) -> u64;
    /// The shape of an object.
    fn shape(&mut self, obj: u64) -> u32;
    /// Calls a helper; `None` if it raised.
    fn call(&mut self, helper: &HelperDesc, args: &[u64]) -> Option<u64>;
    /// Calls a tree in the window at a slot; `None` if it did not return.
    fn call_tree(&mut self, tree: u32, window: Slot) -> Option<u64>;
    /// The word of a float beyond the immediate range.
    fn box_float(&mut self, x: f64) -> u64;
    /// The True or False object.
    fn truth(&mut self, b: bool) -> u64;
    /// The write barrier.
    fn barrier(&mut self, _obj: u64, _v: u64) {}
    /// Reads a frame slot.
    fn frame(&mut self, slot: Slot) -> u64;
    /// Writes a frame slot.
    fn set_frame(&mut self, slot: Slot, v: u64);
    /// The address of a frame slot.
    fn frame_addr(&mut self, slot: Slot) -> u64;
    /// Whether the poll flag is set.
    fn poll(&mut self) -> bool {
        false
    }
    /// Whether the code is still valid.
    fn valid(&mut self) -> bool {
        true
    }
}

/// Why the evaluation stopped. The frame in memory is up to date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Through a snapshot.
    Exit {
        /// Which.
        snap: SnapId,
        /// Its frames.
        frames: Vec<FrameInfo>,
        /// How the interpreter goes on.
        resume: Resume,
        /// Whether a bridge that hangs there is passed by: something is due, or the code is not valid any more.
        for_good: bool,
    },
    /// Into another trace.
    Tree(u64),
    /// The frame returned this.
    Returned(u64),
    /// The trace is not ended.
    Open,
    /// Too many instructions.
    Fuel,
}

/// Runs a trace, at most `fuel` instructions.
pub fn eval(trace: &Trace, memory: &mut dyn Memory, fuel: usize) -> Outcome {
    Eval::new(&[trace], memory).run(&|_, _| None, fuel).1
}

/// Runs a tree: the root and its bridges, where `bridge` says which trace hangs on which exit of which. The trace that
/// was left, and how.
pub fn eval_tree(
    traces: &[&Trace],
    bridge: &dyn Fn(usize, SnapId) -> Option<usize>,
    memory: &mut dyn Memory,
    fuel: usize,
) -> (usize, Outcome) {
    Eval::new(traces, memory).run(bridge, fuel)
}

/// Runs an open trace once and returns what each instruction gave, by `InstId`; zero past the place where it left.
pub fn values(trace: &Trace, memory: &mut dyn Memory) -> Vec<u64> {
    let traces = [trace];
    let mut eval = Eval::new(&traces, memory);
    eval.run(&|_, _| None, trace.insts.len() + 1);
    eval.values.swap_remove(0)
}

struct Eval<'a> {
    traces: &'a [&'a Trace],
    /// The trace that runs.
    trace: &'a Trace,
    number: usize,
    memory: &'a mut dyn Memory,
    /// By trace.
    values: Vec<Vec<u64>>,
    raised: bool,
}

/// What an instruction does.
enum Step {
    Value(u64),
    Leave,
}

impl<'a> Eval<'a> {
    fn new(traces: &'a [&'a Trace], memory: &'a mut dyn Memory) -> Eval<'a> {
        let values = traces.iter().map(|trace| vec![0; trace.insts.len()]).collect();
        Eval { traces, trace: traces[0], number: 0, memory, values, raised: false }
    }

    fn run(
        &mut self,
        bridge: &dyn Fn(usize, SnapId) -> Option<usize>,
        mut fuel: usize,
    ) -> (usize, Outcome) {
        self.start(0);
        let mut at = 0;
        loop {
            match self.straight(at, &mut fuel) {
                Ok(next) => at = next,
                Err(Outcome::Exit { snap, frames, resume, for_good }) => {
                    let next = bridge(self.number, snap).filter(|_| !for_good);
                    let Some(next) = next else {
                        self.rebuild(snap);
                        return (self.number, Outcome::Exit { snap, frames, resume, for_good });
                    };
                    if !self.traces[next].inherits() {
                        self.rebuild(snap);
                    }
                    self.start(next);
                    at = 0;
                }
                Err(outcome) => return (self.number, outcome),
            }
        }
    }

    /// From an inst to the end of the trace: where to go on, or why not.
    fn straight(&mut self, mut at: usize, fuel: &mut usize) -> Result<usize, Outcome> {
        while at < self.trace.insts.len() {
            *fuel = fuel.checked_sub(1).ok_or(Outcome::Fuel)?;
            if self.trace.label.as_ref().is_some_and(|l| l.at.idx() == at) {
                self.enter_loop();
            }
            let id = InstId(at as u32);
            let inst = *self.trace.inst(id);
            match self.step(id, &inst) {
                Step::Value(bits) if !matches!(inst.op, Op::Phi | Op::Param | Op::Outer) => {
                    self.set(id, bits);
                }
                Step::Value(_) => {}
                Step::Leave => {
                    let for_good = matches!(inst.op, Op::Safepoint | Op::GuardValid);
                    return Err(self.exit(inst.snap.expect("a guard has a snapshot"), for_good));
                }
            }
            at += 1;
        }
        *fuel = fuel.checked_sub(1).ok_or(Outcome::Fuel)?;
        let trace = self.trace;
        match &trace.end {
            End::Open => Err(Outcome::Open),
            End::Exit(snap) => Err(self.exit(*snap, false)),
            End::Return(v) => Err(Outcome::Returned(self.get(*v))),
            End::Tree { target, slots } => {
                self.write_slots(slots);
                Err(Outcome::Tree(*target))
            }
            End::Close(slots) => {
                self.write_slots(slots);
                self.start(self.number);
                Ok(0)
            }
            End::Loop(args) => Ok(self.loop_back(args)),
            End::Label(args) => {
                let args: Vec<u64> = args.iter().map(|&a| self.get(a)).collect();
                (self.trace, self.number) = (self.traces[0], 0);
                Ok(self.enter_label(args))
            }
        }
    }

    fn loop_back(&mut self, args: &[InstId]) -> usize {
        let args = args.iter().map(|&a| self.get(a)).collect();
        self.enter_label(args)
    }

    /// Past the parameters of the trace's label, which get these values.
    fn enter_label(&mut self, args: Vec<u64>) -> usize {
        let label = self.trace.label.as_ref().expect("a loop has a label");
        for (param, v) in label.params.iter().zip(args) {
            self.values[self.number][param.phi.idx()] = v;
        }
        label.at.idx() + label.params.len()
    }

    /// Begins a trace. Params are the frame at entry, wherever they stand.
    fn start(&mut self, number: usize) {
        (self.trace, self.number) = (self.traces[number], number);
        for id in self.trace.ids() {
            let inst = self.trace.inst(id);
            match inst.op {
                Op::Param => self.values[number][id.idx()] = self.memory.frame(inst.slot()),
                Op::Outer => {
                    let (of, outer) = inst.outer();
                    self.values[number][id.idx()] = self.values[of as usize][outer.idx()];
                }
                _ => {}
            }
        }
    }

    fn enter_loop(&mut self) {
        if let Some(label) = &self.trace.label {
            for param in &label.params {
                self.values[self.number][param.phi.idx()] = self.get(param.init);
            }
        }
    }

    fn get(&self, id: InstId) -> u64 {
        self.values[self.number][id.idx()]
    }

    fn set(&mut self, id: InstId, bits: u64) {
        self.values[self.number][id.idx()] = bits;
    }

    fn write_slots(&mut self, slots: &[(Slot, InstId)]) {
        let words: Vec<u64> = slots.iter().map(|&(_, v)| self.get(v)).collect();
        for (&(slot, _), word) in slots.iter().zip(words) {
            self.memory.set_frame(slot, word);
        }
    }

    fn step(&mut self, id: InstId, inst: &Inst) -> Step {
        let trace = self.trace;
        let args = trace.args(id);
        if inst.op == Op::Call {
            let words: Vec<u64> = args.iter().map(|&a| self.get(a)).collect();
            let result = self.memory.call(trace.descs.helper(inst.helper()), &words);
            self.raised = result.is_none();
            return Step::Value(result.unwrap_or(0));
        }
        if inst.op == Op::CallTree {
            let (tree, window) = inst.tree();
            return self.memory.call_tree(tree, window).map_or(Step::Leave, Step::Value);
        }
        let word = |i: usize| args.get(i).map_or(0, |&a| self.get(a));
        let (a, b, c) = (word(0), word(1), word(2));
        if let Some(holds) = self.guard(inst, a, b) {
            return if holds { Step::Value(0) } else { Step::Leave };
        }
        if inst.op.has_snap() {
            return guarded(inst.op, a, b).map_or(Step::Leave, Step::Value);
        }
        if let Some(bits) = pure(inst.op, inst.imm, a, b, c) {
            return Step::Value(bits);
        }
        Step::Value(self.effect(
            inst,
            &trace.descs,
            args.first().map(|&x| trace.inst(x).ty),
            [a, b, c],
        ))
    }

    fn guard(&mut self, inst: &Inst, a: u64, b: u64) -> Option<bool> {
        Some(match inst.op {
            Op::GuardInt => value::is_int(a),
            Op::GuardNotInt => !value::is_int(a),
            Op::GuardImmFloat => value::is_imm_float(a),
            Op::GuardNotImmFloat => !value::is_imm_float(a),
            Op::GuardPtr => value::is_ptr(a),
            Op::GuardShape => value::is_ptr(a) && self.memory.shape(a) == inst.shape().0,
            Op::GuardNotShape => self.memory.shape(a) != inst.shape().0,
            Op::GuardTrue => a != 0,
            Op::GuardFalse => a == 0,
            Op::GuardIs => a == b,
            Op::GuardIsNot | Op::GuardApart => a != b,
            Op::GuardValid => self.memory.valid(),
            Op::GuardNoRaise => !self.raised,
            Op::Safepoint => !self.memory.poll(),
            _ => return None,
        })
    }

    fn effect(
        &mut self,
        inst: &Inst,
        descs: &Descs,
        base: Option<Type>,
        [a, b, c]: [u64; 3],
    ) -> u64 {
        let addr = if base == Some(Type::Raw) { a } else { a.wrapping_sub(1) };
        match inst.op {
            Op::Load => {
                let d = descs.field(inst.field());
                return self.memory.load(addr, d.offset.into(), d.ty);
            }
            Op::Store => {
                let d = descs.field(inst.field());
                self.memory.store(addr, d.offset.into(), d.ty, b);
            }
            Op::Aload | Op::Astore => {
                let d = descs.array(inst.array());
                let offset =
                    (b as i64).wrapping_mul(d.elem.bytes().into()).wrapping_add(d.base.into());
                if inst.op == Op::Aload {
                    return self.memory.load(addr, offset, d.elem);
                }
                self.memory.store(addr, offset, d.elem, c);
            }
            Op::Barrier => self.memory.barrier(a, b),
            Op::New => return self.memory.alloc(descs.alloc(inst.alloc()), 0),
            Op::NewArray => return self.memory.alloc(descs.alloc(inst.alloc()), a),
            Op::BoxFloat => return self.box_float(f64::from_bits(a)),
            Op::FrameStore => self.memory.set_frame(inst.slot(), a),
            Op::FrameLoad => return self.memory.frame(inst.slot()),
            Op::FrameAddr => return self.memory.frame_addr(inst.slot()),
            _ => {}
        }
        0
    }

    fn box_float(&mut self, x: f64) -> u64 {
        value::from_f64(x).unwrap_or_else(|| self.memory.box_float(x))
    }
}

/// Leaving.
impl Eval<'_> {
    fn exit(&self, id: SnapId, for_good: bool) -> Outcome {
        let snap = &self.trace.snapshots[id.idx()];
        Outcome::Exit { snap: id, frames: snap.frames.clone(), resume: snap.resume, for_good }
    }

    /// Brings the frame up to date for leaving through a snapshot.
    fn rebuild(&mut self, id: SnapId) {
        let snap = &self.trace.snapshots[id.idx()];
        let mut made = vec![None; self.trace.virtuals.len()];
        let words: Vec<u64> = snap.slots.iter().map(|&(_, r)| self.recipe(r, &mut made)).collect();
        for store in &snap.stores {
            let obj = self.recipe(store.obj, &mut made);
            self.store_recipe(obj, store.field, store.value, &mut made);
        }
        for (&(slot, _), word) in snap.slots.iter().zip(words) {
            self.memory.set_frame(slot, word);
        }
    }

    fn store_recipe(
        &mut self,
        obj: u64,
        field: crate::FieldId,
        v: Recipe,
        made: &mut Vec<Option<u64>>,
    ) {
        let desc = self.trace.descs.field(field);
        let bits = match v {
            Recipe::Inst(id) if desc.ty != MemType::Val => self.get(id),
            v => self.recipe(v, made),
        };
        self.memory.store(obj - 1, desc.offset.into(), desc.ty, bits);
        if desc.ty == MemType::Val {
            self.memory.barrier(obj, bits);
        }
    }

    fn recipe(&mut self, recipe: Recipe, made: &mut Vec<Option<u64>>) -> u64 {
        match recipe {
            Recipe::Inst(id) => {
                let bits = self.get(id);
                match self.trace.inst(id).ty {
                    Type::F64 => self.box_float(f64::from_bits(bits)),
                    Type::Bool => self.memory.truth(bits != 0),
                    Type::Raw => value::from_int(bits as i64),
                    _ => bits,
                }
            }
            Recipe::Virtual(v) => self.make(v, made),
        }
    }

    fn make(&mut self, v: VirtId, made: &mut Vec<Option<u64>>) -> u64 {
        if let Some(obj) = made[v.idx()] {
            return obj;
        }
        let desc = &self.trace.virtuals[v.idx()];
        let obj = self.memory.alloc(self.trace.descs.alloc(desc.alloc), 0);
        made[v.idx()] = Some(obj);
        for &(field, value) in &desc.fields {
            self.store_recipe(obj, field, value, made);
        }
        obj
    }
}

/// A pure op on its operands' bits; `None` if the op is not pure or needs memory.
pub fn pure(op: Op, imm: u64, a: u64, b: u64, c: u64) -> Option<u64> {
    let (x, y) = (a as i64, b as i64);
    let (f, g) = (f64::from_bits(a), f64::from_bits(b));
    Some(match op {
        Op::ConstVal | Op::ConstRaw | Op::ConstF64 | Op::ConstBool => imm,
        Op::Add | Op::Radd => a.wrapping_add(b),
        Op::Sub | Op::Rsub => a.wrapping_sub(b),
        Op::Mul => (x >> 2).wrapping_mul(y) as u64,
        Op::Rmul => a.wrapping_mul(b),
        Op::Neg => a.wrapping_neg(),
        Op::And | Op::Rand => a & b,
        Op::Or | Op::Ror => a | b,
        Op::Xor | Op::Rxor => a ^ b,
        Op::Invert => a ^ !3,
        Op::Rshift => (x >> (y >> 2).clamp(0, 63)) as u64 & !3,
        Op::Floordiv => tag(floordiv(x >> 2, y >> 2)?),
        Op::Mod => tag(modulo(x >> 2, y >> 2)?),
        Op::Lt | Op::Rslt => (x < y).into(),
        Op::Le => (x <= y).into(),
        Op::Gt => (x > y).into(),
        Op::Ge => (x >= y).into(),
        Op::Eq | Op::Req | Op::Is => (a == b).into(),
        Op::Ne => (a != b).into(),
        Op::Rshl => a.wrapping_shl(b as u32),
        Op::Rshr => a.wrapping_shr(b as u32),
        Op::Rsar => x.wrapping_shr(b as u32) as u64,
        Op::Rlt => (a < b).into(),
        Op::IntToRaw => (x >> 2) as u64,
        Op::RawToInt => a << 2,
        Op::ValToRaw | Op::RawToVal => a,
        Op::Fadd => (f + g).to_bits(),
        Op::Fsub => (f - g).to_bits(),
        Op::Fmul => (f * g).to_bits(),
        Op::Fdiv => (f / g).to_bits(),
        Op::Fneg => (-f).to_bits(),
        Op::Fabs => f.abs().to_bits(),
        Op::Fsqrt => f.sqrt().to_bits(),
        Op::Ffloor => f.floor().to_bits(),
        Op::Flt => (f < g).into(),
        Op::Fle => (f <= g).into(),
        Op::Fgt => (f > g).into(),
        Op::Fge => (f >= g).into(),
        Op::Feq => (f == g).into(),
        Op::Fne => (f != g).into(),
        Op::IntToF64 => ((x >> 2) as f64).to_bits(),
        Op::RawToF64 => (x as f64).to_bits(),
        Op::UnboxFloat => value_f64(a).to_bits(),
        Op::Select | Op::BoolToVal => {
            if a != 0 {
                b
            } else {
                c
            }
        }
        Op::Not => u64::from(a == 0),
        Op::IsInt => value::is_int(a).into(),
        _ => return None,
    })
}

/// A guarded op on its operands' bits; `None` if it leaves.
pub fn guarded(op: Op, a: u64, b: u64) -> Option<u64> {
    let (x, y) = (a as i64, b as i64);
    let bits = match op {
        Op::AddOvf => x.checked_add(y)?,
        Op::SubOvf => x.checked_sub(y)?,
        Op::MulOvf => (x >> 2).checked_mul(y)?,
        Op::NegOvf => x.checked_neg()?,
        Op::LshiftOvf => {
            let count = u32::try_from(y >> 2).ok().filter(|&n| n <= 60)?;
            let shifted = x.wrapping_shl(count);
            (shifted.wrapping_shr(count) == x).then_some(shifted)?
        }
        Op::F64ToInt => {
            let f = f64::from_bits(a).trunc();
            let n = f as i64;
            (f.abs() < 2f64.powi(61) && fits_int(n)).then_some(n << 2)?
        }
        _ => return None,
    };
    Some(bits as u64)
}

fn tag(n: i64) -> u64 {
    (n << 2) as u64
}

fn value_f64(bits: u64) -> f64 {
    f64::from_bits(bits.wrapping_sub(3).rotate_right(4))
}

/// Python's `//`. Language reference 6.7.
pub fn floordiv(x: i64, y: i64) -> Option<i64> {
    let q = x.checked_div(y)?;
    Some(if x % y != 0 && (x < 0) != (y < 0) { q - 1 } else { q })
}

/// Python's `%`. Language reference 6.7.
pub fn modulo(x: i64, y: i64) -> Option<i64> {
    let r = x.checked_rem(y)?;
    Some(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
}
