//! The function as a whole: entry, root, bridges, ends.

use std::sync::atomic::AtomicU64;

use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use cranelift_frontend::FunctionBuilder;
use habu_trace::{End, InstId, Op, Slot, Trace, Type};
use rustc_hash::FxHashMap;

use super::context::{HEAP, PASSES};
use super::emit::{Current, Emit, Leaf, OpenExit, Region, clif_type};
use super::exit::{ExitDescr, Piece, Source, State};
use crate::tuning::UNTOLD;

use super::{LowerError, Options, Symbols, TreeInput, Ways};

type Result<T> = std::result::Result<T, LowerError>;

fn traces<'a>(input: &TreeInput<'a>) -> impl Iterator<Item = &'a Trace> {
    std::iter::once(input.root).chain(input.bridges.iter().map(|bridge| bridge.trace))
}

pub(super) fn has(input: &TreeInput<'_>, op: impl Fn(Op) -> bool) -> bool {
    traces(input).any(|trace| trace.insts.iter().any(|inst| op(inst.op)))
}

/// The constants of a tree: the validity word, its tag, then its doubles.
pub(super) fn consts(input: &TreeInput<'_>) -> Box<[AtomicU64]> {
    let mut bits: Vec<u64> = traces(input)
        .flat_map(|trace| &trace.insts)
        .filter(|inst| inst.op == Op::ConstF64)
        .map(|inst| inst.imm)
        .collect();
    bits.sort_unstable();
    bits.dedup();
    [0, 0].into_iter().chain(bits).map(AtomicU64::new).collect()
}

/// Fills the function.
pub(super) fn emit<'a, 'f>(
    b: FunctionBuilder<'f>,
    input: &'a TreeInput<'a>,
    options: (&'a Options, Ways),
    consts: &[AtomicU64],
) -> Result<(FunctionBuilder<'f>, (Vec<ExitDescr>, Symbols))> {
    let mut emit = Emit::new(b, input, options, Current::new(0, input.root));
    emit.tree(consts)?;
    let Emit { b, exits, symbols, .. } = emit;
    Ok((b, (exits, symbols)))
}

impl<'a> Current<'a> {
    pub(super) fn new(number: u32, trace: &'a Trace) -> Current<'a> {
        Current {
            number,
            trace,
            values: vec![None; trace.insts.len()],
            tests: FxHashMap::default(),
            doubles: FxHashMap::default(),
            pointers: Default::default(),
            status: None,
            pending: State::default(),
            exits: FxHashMap::default(),
            ways_out: FxHashMap::default(),
            header: None,
            needed: needed(trace),
        }
    }
}

/// Which truth values are used by something else than a guard.
fn needed(trace: &Trace) -> Vec<bool> {
    let mut needed = vec![false; trace.insts.len()];
    for id in trace.ids() {
        let inst = trace.inst(id);
        if !matches!(inst.op, Op::GuardTrue | Op::GuardFalse) {
            trace.args(id).iter().for_each(|a| needed[a.idx()] = true);
        }
    }
    for snap in 0..trace.snapshots.len() as u32 {
        trace.snapshot_uses(habu_trace::SnapId(snap), &mut |id| needed[id.idx()] = true);
    }
    if let Some(label) = &trace.label {
        label.params.iter().for_each(|p| needed[p.init.idx()] = true);
    }
    match &trace.end {
        End::Loop(args) | End::Label(args) => args.iter().for_each(|a| needed[a.idx()] = true),
        End::Close(slots) | End::Tree { slots, .. } => {
            slots.iter().for_each(|s| needed[s.1.idx()] = true);
        }
        End::Return(v) => needed[v.idx()] = true,
        End::Open | End::Exit(_) => {}
    }
    needed
}

impl<'a> Emit<'a, '_> {
    /// A trace of the tree by number.
    pub(super) fn trace(&self, number: u32) -> &'a Trace {
        match number {
            0 => self.input.root,
            n => self.input.bridges[n as usize - 1].trace,
        }
    }

    fn tree(&mut self, consts: &[AtomicU64]) -> Result<()> {
        self.entry(consts);
        match self.input.after {
            Some(exit) => {
                let state = self.state_in_context(exit);
                self.begin_bridge(state);
            }
            None => self.root_params(),
        }
        self.body()?;
        self.root_header = self.at.header.clone();
        let mut cold = Vec::new();
        let mut placed = 0;
        while !self.open.is_empty() {
            for exit in std::mem::take(&mut self.open) {
                match exit.bridge {
                    Some(n) => {
                        self.bridge(n, exit)?;
                        placed += 1;
                    }
                    None => cold.push(exit),
                }
            }
        }
        if placed < self.input.bridges.len() {
            return Err(self.misplaced());
        }
        self.fill_exits(cold)
    }

    /// Some bridge hangs on nothing.
    fn misplaced(&self) -> LowerError {
        let missing = |key: super::ExitKey| {
            let trace = self.trace(key.trace);
            !trace.insts.iter().any(|inst| inst.snap == Some(key.snap))
        };
        let keys: Vec<_> = self.input.bridges.iter().map(|bridge| bridge.at).collect();
        LowerError::NoSuchExit(keys.iter().copied().find(|&k| missing(k)).unwrap_or(keys[0]))
    }

    /// What all of the function may need, in the first block.
    fn entry(&mut self, consts: &[AtomicU64]) {
        self.const_index =
            consts.iter().zip(0..).skip(2).map(|(w, i)| (w.as_ptr_bits(), i)).collect();
        self.consts_at = consts.as_ptr() as u64;
        if self.options.passes {
            let none = self.iconst(0);
            let passes = self.b.declare_var(I64);
            self.b.def_var(passes, none);
            self.passes = Some(passes);
        }
        if self.input.after.is_none() {
            self.begin();
            if self.input.root.label.is_none() {
                self.count_pass();
            }
        }
        if consts.len() > 2 || has(self.input, |op| op == Op::GuardValid) {
            self.consts = self.consts_address();
        }
        if has(self.input, |op| op == Op::New || op == Op::NewArray) {
            self.heap = Some(self.b.ins().load(I64, Self::fixed(), self.context, HEAP));
        }
        for id in self.at.trace.ids() {
            let inst = self.at.trace.inst(id);
            if inst.op == Op::ConstF64 {
                let v = self.double_const(inst.imm);
                self.set(id, v);
            }
        }
    }

    /// Parameters from the frame; as block parameters if something jumps back to the entry.
    fn root_params(&mut self) {
        let params: Vec<(InstId, Slot)> = params(self.at.trace);
        let values: Vec<Value> = params.iter().map(|p| self.load_slot(p.1)).collect();
        let values = if self.reentered() {
            let block = self.b.create_block();
            let inner = params.iter().map(|_| self.b.append_block_param(block, I64)).collect();
            self.jump(block, &values);
            self.b.switch_to_block(block);
            self.root_entry = Some((block, params.iter().map(|p| p.1).collect()));
            inner
        } else {
            values
        };
        for (&(id, _), v) in params.iter().zip(values) {
            self.set(id, v);
        }
    }

    fn reentered(&self) -> bool {
        let key = self.input.key;
        matches!(self.input.root.end, End::Close(_))
            || traces(self.input)
                .any(|t| matches!(t.end, End::Tree { target, .. } if target == key))
    }

    /// The values that an exit left in the context.
    fn state_in_context(&mut self, exit: &ExitDescr) -> State<Leaf> {
        let context = self.context;
        let flags = self.flags(super::emit::Region::Slots);
        let mut loaded: FxHashMap<u16, Value> = FxHashMap::default();
        exit.state.map(&mut |source| match source {
            Source::Const(bits, ty) => Leaf::Const(bits, ty),
            Source::Slot(n, ty) => {
                let at = super::context::slot_offset(usize::from(n));
                let v = *loaded.entry(n).or_insert_with(|| match ty {
                    Type::F64 => self.b.ins().load(clif_type(ty), flags, context, at),
                    Type::Bool => {
                        let word = self.b.ins().load(I64, flags, context, at);
                        self.b.ins().ireduce(clif_type(ty), word)
                    }
                    _ => self.b.ins().load(I64, flags, context, at),
                });
                Leaf::Value(v, ty)
            }
        })
    }

    fn bridge(&mut self, n: usize, exit: OpenExit) -> Result<()> {
        let next = Current::new(n as u32 + 1, self.input.bridges[n].trace);
        let before = std::mem::replace(&mut self.at, next);
        self.done.insert(before.number, before);
        self.b.switch_to_block(exit.block);
        self.begin_bridge(exit.state);
        self.body()
    }

    /// The insts and the end of the trace at hand.
    fn body(&mut self) -> Result<()> {
        let trace = self.at.trace;
        for id in trace.ids() {
            if trace.label.as_ref().is_some_and(|label| label.at == id) {
                self.label();
            }
            self.inst(id);
        }
        if trace.label.as_ref().is_some_and(|label| label.at.idx() == trace.insts.len()) {
            self.label();
        }
        self.end()
    }

    fn label(&mut self) {
        let Some(label) = &self.at.trace.label else { return };
        let types: Vec<Type> = label.params.iter().map(|p| self.inst_type(p.phi)).collect();
        let inits: Vec<Value> = label.params.iter().map(|p| self.get(p.init)).collect();
        let block = self.b.create_block();
        for (param, &ty) in label.params.iter().zip(&types) {
            let v = self.b.append_block_param(block, clif_type(ty));
            self.set(param.phi, v);
        }
        self.jump(block, &inits);
        self.b.switch_to_block(block);
        self.at.header = Some((block, types));
        self.count_pass();
    }

    /// A pass of the loop begins, or of the whole if there is no loop.
    fn count_pass(&mut self) {
        if let Some(passes) = self.passes {
            let n = self.b.use_var(passes);
            let n = self.b.ins().iadd_imm_s(n, 1);
            self.b.def_var(passes, n);
        }
    }

    /// Control leaves the function: the passes are told.
    pub(super) fn tell_passes(&mut self) {
        let n = match self.passes {
            Some(passes) => self.b.use_var(passes),
            // What does not count is not to be blamed for it.
            None if self.input.root.label.is_some() => self.iconst(UNTOLD),
            None => return,
        };
        let flags = self.flags(Region::Context);
        let told = self.b.ins().load(I64, flags, self.context, PASSES);
        let told = self.b.ins().iadd(told, n);
        self.b.ins().store(flags, told, self.context, PASSES);
    }

    fn end(&mut self) -> Result<()> {
        match &self.at.trace.end {
            End::Open => return Err(LowerError::Open),
            End::Exit(snap) => {
                let block = self.exit_block(*snap);
                self.jump(block, &[]);
            }
            End::Loop(args) => self.end_label(self.at.header.clone(), args)?,
            End::Label(args) => self.end_label(self.root_header.clone(), args)?,
            End::Return(v) => {
                let v = self.get(*v);
                self.return_value(v);
            }
            End::Close(slots) => self.end_tree(self.input.key, slots),
            End::Tree { target, slots } => self.end_tree(*target, slots),
        }
        Ok(())
    }

    /// To a loop header.
    fn end_label(&mut self, header: Option<(Block, Vec<Type>)>, args: &[InstId]) -> Result<()> {
        let (block, types) = header.ok_or(LowerError::ForeignLabel)?;
        let fits =
            |(&arg, &ty): (&InstId, &Type)| clif_type(self.at.trace.inst(arg).ty) == clif_type(ty);
        if types.len() != args.len() || !args.iter().zip(&types).all(fits) {
            return Err(LowerError::ForeignLabel);
        }
        let args: Vec<Value> = args.iter().map(|&a| self.get(a)).collect();
        self.jump(block, &args);
        Ok(())
    }

    /// Into a trace at its entry: the frame is brought up to date, and if the trace is our root, its parameters are
    /// passed along.
    fn end_tree(&mut self, target: u64, slots: &[(Slot, InstId)]) {
        let mut words: Vec<(Slot, Value)> = Vec::new();
        let pending = std::mem::take(&mut self.at.pending);
        for &(slot, piece) in &pending.slots {
            if let (Piece::Leaf(leaf), false) = (piece, slots.iter().any(|s| s.0 == slot)) {
                words.push((slot, self.leaf_word(leaf)));
            }
        }
        for &(slot, id) in slots {
            words.push((slot, self.get(id)));
        }
        for &(slot, word) in &words {
            self.store_slot(slot, word);
        }
        let entry = self.root_entry.clone().filter(|_| target == self.input.key);
        let Some((block, params)) = entry else { return self.go_to(target) };
        let known: FxHashMap<Slot, Value> = words.into_iter().collect();
        let args: Vec<Value> = (params.iter())
            .map(|&slot| match known.get(&slot) {
                Some(&word) => word,
                None => self.load_slot(slot),
            })
            .collect();
        self.count_pass();
        self.jump(block, &args);
    }
}

/// The parameters of a trace.
pub(super) fn params(trace: &Trace) -> Vec<(InstId, Slot)> {
    let ids = trace.ids().filter(|&id| trace.inst(id).op == Op::Param);
    ids.map(|id| (id, trace.inst(id).slot())).collect()
}

trait Bits {
    fn as_ptr_bits(&self) -> u64;
}

impl Bits for AtomicU64 {
    fn as_ptr_bits(&self) -> u64 {
        self.load(std::sync::atomic::Ordering::Relaxed)
    }
}
