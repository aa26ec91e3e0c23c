//! The trace itself: instructions, snapshots, the loop label and the end, as plain data.
//!
//! ```text
//! recorded            optimised loop
//!
//! entry:              entry:             the preamble: one iteration, with all guards
//!   insts               insts
//!   close [slots]     loop(phis = ...):  only what varies
//!                       insts
//!                       jump_loop(...)
//! ```
//!
//! A recorded loop ends in [`End::Close`], which says what the frame slots hold when control is back where the trace
//! began. The optimiser turns it into the labelled form (with or without peeling), which is the only form the lowering
//! sees. Other traces end in [`End::Tree`] (enter another trace), [`End::Return`] or [`End::Exit`].
//!
//! What must hold (checked by `verify`): an operand is defined before its use; an inst that names a snapshot has one,
//! and all the values in it are defined before; `phi`s stand right at the label; `param`s stand before it. A `Val`
//! counts as an `Int` after a `guard_int` on it.

use rustc_hash::FxHashMap;

use crate::build::Info;
use crate::desc::Descs;
use crate::ops::{Effect, Gives, Imm, Op};
use crate::types::{
    AliasSet, AllocId, ArrayId, FieldId, HelperId, InstId, Slot, SnapId, Type, VirtId,
};
use crate::value;

/// One instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inst {
    /// What to do.
    pub op: Op,
    /// The type of the value.
    pub ty: Type,
    /// Number of operands in `args`; calls keep theirs in the pool.
    pub nargs: u8,
    /// The operands; for a call, start and length in `Trace::pool`. Read them through `Trace::args`.
    pub args: [InstId; 3],
    /// The immediate, as the op's row says.
    pub imm: u64,
    /// Where to leave to.
    pub snap: Option<SnapId>,
}

impl Inst {
    /// A frame slot immediate.
    pub fn slot(&self) -> Slot {
        debug_assert_eq!(self.op.info().imm, Imm::Slot);
        self.imm as u32 as i32
    }

    /// A field immediate.
    pub fn field(&self) -> FieldId {
        debug_assert_eq!(self.op.info().imm, Imm::Field);
        FieldId(self.imm as u32)
    }

    /// An array immediate.
    pub fn array(&self) -> ArrayId {
        debug_assert_eq!(self.op.info().imm, Imm::Array);
        ArrayId(self.imm as u32)
    }

    /// An allocation immediate.
    pub fn alloc(&self) -> AllocId {
        debug_assert_eq!(self.op.info().imm, Imm::Alloc);
        AllocId(self.imm as u32)
    }

    /// A tree immediate: its number, and the window it is called in.
    pub fn tree(&self) -> (u32, Slot) {
        debug_assert_eq!(self.op.info().imm, Imm::Tree);
        ((self.imm >> 32) as u32, self.imm as u32 as i32)
    }

    /// A helper immediate.
    pub fn helper(&self) -> HelperId {
        debug_assert_eq!(self.op.info().imm, Imm::Helper);
        HelperId(self.imm as u32)
    }

    /// An immediate that names a value of another trace of the tree: the trace's number and the inst.
    pub fn outer(&self) -> (u32, InstId) {
        debug_assert_eq!(self.op.info().imm, Imm::Outer);
        ((self.imm >> 32) as u32, InstId(self.imm as u32))
    }

    /// A shape immediate: the id, and whether it is stable.
    pub fn shape(&self) -> (u32, bool) {
        debug_assert_eq!(self.op.info().imm, Imm::Shape);
        (self.imm as u32, self.imm >> 32 & 1 != 0)
    }

    /// A double immediate.
    pub fn f64(&self) -> f64 {
        debug_assert_eq!(self.op.info().imm, Imm::F64);
        f64::from_bits(self.imm)
    }
}

/// One interpreter frame to be rebuilt at an exit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FrameInfo {
    /// The function, opaque.
    pub func: u64,
    /// Where it resumes (for outer frames: after the call), opaque.
    pub pc: u64,
    /// Where its window begins.
    pub base: Slot,
}

/// Where a value comes from when an exit rebuilds the interpreter's state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Recipe {
    /// An inst's value. Its type says how to make a word of it: Val and Int as they are, F64 is boxed, Bool becomes
    /// True or False, Raw becomes an int.
    Inst(InstId),
    /// An object whose allocation was removed; made once per exit, shared by all who name it.
    Virtual(VirtId),
}

/// A removed allocation. May refer to itself through others.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct VirtualDesc {
    /// What to allocate.
    pub alloc: AllocId,
    /// What to store; fields not named are zero words.
    pub fields: Vec<(FieldId, Recipe)>,
}

/// A store that was moved into the exits: to be done, with its write barrier, in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LazyStore {
    /// The object.
    pub obj: Recipe,
    /// The field.
    pub field: FieldId,
    /// The value; for a raw field a Raw or F64 inst, stored as it is.
    pub value: Recipe,
}

/// How the interpreter goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Resume {
    /// It executes the op at the innermost frame's pc.
    #[default]
    Normal,
    /// It raises the pending exception there.
    Raise,
}

/// The interpreter's state at an exit.
///
/// `slots` lists every slot that is live there and whose value is not what the slot held when the trace was entered,
/// and every live slot that the trace wrote with `frame_store`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Snapshot {
    /// The frames, outermost first.
    pub frames: Vec<FrameInfo>,
    /// The slots that differ from the frame in memory.
    pub slots: Vec<(Slot, Recipe)>,
    /// Stores still to be done.
    pub stores: Vec<LazyStore>,
    /// How to go on.
    pub resume: Resume,
}

/// A parameter of the loop header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LabelParam {
    /// The `phi` inst; its type is the parameter's.
    pub phi: InstId,
    /// The value on entry from the preamble.
    pub init: InstId,
    /// What the loop takes for known of it.
    pub info: Info,
}

/// How a loop carries a value round, and how a bridge that enters it at the label must bring it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Carried {
    /// It is always this value.
    Same(InstId),
    /// As this parameter. The loop may have dropped it: nobody reads it then.
    Param(InstId),
    /// Unboxed, as this parameter.
    Float(InstId),
    /// As the fields of an object that is never made.
    Virtual(AllocId, Vec<(FieldId, Carried)>),
}

/// What a loop keeps in its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    /// A frame slot.
    Slot(Slot),
    /// A field of an object.
    Field(InstId, FieldId),
}

/// What must hold when a bridge enters a loop at its label. Slots that are parameters of the trace and not carried are
/// taken for unchanged since entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contract {
    /// What varies, and how it is carried.
    pub carried: Vec<(Home, Carried)>,
    /// Memory that the loop takes for changed by an iteration.
    pub writes: AliasSet,
    /// Whether an iteration checks validity anew.
    pub calls_python: bool,
}

/// The loop header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The first inst of the loop: the first phi. Insts before it are the preamble.
    pub at: InstId,
    /// The parameters.
    pub params: Vec<LabelParam>,
    /// For bridges that enter here; `None` if none may.
    pub contract: Option<Contract>,
}

/// How the trace ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// Not yet ended.
    Open,
    /// A recorded loop is back at its start: the slots whose values are not those at entry. Slots that the loop no
    /// longer needs may be left out.
    Close(Vec<(Slot, InstId)>),
    /// To the own label, with a value for each parameter.
    Loop(Vec<InstId>),
    /// A bridge: to the root's label, with a value for each of its parameters.
    Label(Vec<InstId>),
    /// Into another trace at its entry, after these slots are set.
    Tree {
        /// The trace entered, opaque.
        target: u64,
        /// The slots that differ from the frame in memory.
        slots: Vec<(Slot, InstId)>,
    },
    /// To the interpreter.
    Exit(SnapId),
    /// The frame that the tree was entered in returns this value: to the tree that called this one, or to the
    /// interpreter.
    Return(InstId),
}

/// Where the trace begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TraceKind {
    /// At a place in the program, named for people.
    Root {
        /// Such as `"sum.py":4 total`.
        name: String,
    },
    /// At an exit of another trace.
    Bridge {
        /// The parent trace, opaque.
        parent: u64,
        /// The snapshot of the parent.
        exit: SnapId,
        /// Whether it goes on with the parent's values and knowledge: it can be compiled in the parent's tree only.
        /// Otherwise its inputs are the frame as the exit leaves it.
        inherits: bool,
    },
}

/// A trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Where it begins.
    pub kind: TraceKind,
    /// The instructions.
    pub insts: Vec<Inst>,
    /// Operands of calls.
    pub pool: Vec<InstId>,
    /// The snapshots.
    pub snapshots: Vec<Snapshot>,
    /// The removed allocations.
    pub virtuals: Vec<VirtualDesc>,
    /// The loop header, once the trace is in labelled form.
    pub label: Option<Label>,
    /// How it ends.
    pub end: End,
    /// What it refers to.
    pub descs: Descs,
    /// Object constants in order of first sight: `@n` in the text form.
    pub symbols: Symbols,
}

/// Object constants in order of first sight.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Symbols {
    bits: Vec<u64>,
    index: FxHashMap<u64, u32>,
}

impl Symbols {
    /// The number of a word, given out at first sight.
    pub fn intern(&mut self, bits: u64) -> u32 {
        let next = self.bits.len() as u32;
        let n = *self.index.entry(bits).or_insert(next);
        if n == next {
            self.bits.push(bits);
        }
        n
    }

    /// The number of a word seen before.
    pub fn get(&self, bits: u64) -> Option<u32> {
        self.index.get(&bits).copied()
    }

    /// The words, by number.
    pub fn bits(&self) -> &[u64] {
        &self.bits
    }
}

impl Trace {
    /// An empty trace.
    pub fn new(kind: TraceKind, descs: Descs) -> Trace {
        Trace {
            kind,
            insts: Vec::new(),
            pool: Vec::new(),
            snapshots: Vec::new(),
            virtuals: Vec::new(),
            label: None,
            end: End::Open,
            descs,
            symbols: Symbols::default(),
        }
    }

    /// The instruction.
    #[inline]
    pub fn inst(&self, id: InstId) -> &Inst {
        &self.insts[id.idx()]
    }

    /// The operands of an instruction.
    #[inline]
    pub fn args(&self, id: InstId) -> &[InstId] {
        self.args_of(&self.insts[id.idx()])
    }

    /// The operands of an instruction that may not be in the trace (yet).
    #[inline]
    pub fn args_of<'a>(&'a self, inst: &'a Inst) -> &'a [InstId] {
        if inst.op == Op::Call {
            &self.pool[inst.args[0].idx()..][..inst.args[1].idx()]
        } else {
            &inst.args[..inst.nargs as usize]
        }
    }

    /// All instruction ids, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = InstId> + use<> {
        (0..self.insts.len() as u32).map(InstId)
    }

    /// The id of the first inst of the loop, or one past the last inst.
    pub fn label_at(&self) -> InstId {
        self.label.as_ref().map_or(InstId(self.insts.len() as u32), |l| l.at)
    }

    /// The result type of an op with these operands and immediate.
    pub fn result_type(&self, op: Op, args: &[InstId], imm: u64) -> Type {
        match op.info().gives {
            Gives::Same => {
                let (a, b) =
                    (self.inst(args[args.len() - 2]).ty, self.inst(args[args.len() - 1]).ty);
                if a == b { a } else { Type::Val }
            }
            Gives::Mem if op.info().imm == Imm::Field => {
                self.descs.fields[imm as usize].ty.value_type()
            }
            Gives::Mem => self.descs.arrays[imm as usize].elem.value_type(),
            Gives::Ret => self.descs.helpers[imm as usize].ret,
            _ if op == Op::ConstVal && value::is_int(imm) => Type::Int,
            fixed => fixed.fixed().unwrap_or(Type::Unit),
        }
    }

    /// Appends an instruction as it is, without folding. `ty` overrides the op's own result type (phis).
    pub fn push(&mut self, op: Op, args: &[InstId], imm: u64, snap: Option<SnapId>) -> InstId {
        let ty = self.result_type(op, args, imm);
        let mut inst = Inst { op, ty, nargs: 0, args: [InstId(0); 3], imm, snap };
        if op == Op::Call {
            inst.args[0] = InstId(self.pool.len() as u32);
            inst.args[1] = InstId(args.len() as u32);
            self.pool.extend_from_slice(args);
        } else {
            inst.nargs = args.len() as u8;
            inst.args[..args.len()].copy_from_slice(args);
        }
        if op == Op::ConstVal && value::is_ptr(imm) {
            self.symbols.intern(imm);
        }
        self.insts.push(inst);
        InstId(self.insts.len() as u32 - 1)
    }

    /// Whether this is a bridge that goes on with its parent's values.
    pub fn inherits(&self) -> bool {
        matches!(self.kind, TraceKind::Bridge { inherits: true, .. })
    }

    /// Appends a phi of the type.
    pub fn push_phi(&mut self, ty: Type) -> InstId {
        let id = self.push(Op::Phi, &[], 0, None);
        self.insts[id.idx()].ty = ty;
        id
    }

    /// The constant's bits, if the inst is a tagged constant.
    #[inline]
    pub fn const_bits(&self, id: InstId) -> Option<u64> {
        let inst = self.inst(id);
        (inst.op == Op::ConstVal).then_some(inst.imm)
    }

    /// Whether the inst is a constant of any type.
    #[inline]
    pub fn is_const(&self, id: InstId) -> bool {
        self.inst(id).op.effect() == Effect::Const
    }

    /// The memory that an inst writes of what was there before it: stores into an object made by the same trace change
    /// nothing that was known.
    pub fn writes_of(&self, id: InstId) -> AliasSet {
        let inst = self.inst(id);
        let own = || self.inst(self.args(id)[0]).op.effect() == Effect::Alloc;
        match inst.op {
            Op::Store if !own() => AliasSet::Some(vec![self.descs.field(inst.field()).alias]),
            Op::Astore if !own() => AliasSet::Some(vec![self.descs.array(inst.array()).alias]),
            Op::CallTree => AliasSet::All,
            Op::Call => self.descs.helper(inst.helper()).effects.writes.clone(),
            _ => AliasSet::None,
        }
    }

    /// Whether an inst may run Python code.
    pub fn may_call_python(&self, id: InstId) -> bool {
        let inst = self.inst(id);
        match inst.op {
            Op::CallTree => true,
            Op::Call => self.descs.helper(inst.helper()).effects.may_call_python,
            _ => false,
        }
    }

    /// Whether something in the trace reads or writes the frame in memory behind its back.
    pub fn looks_at_frame(&self) -> bool {
        self.ids().any(|id| self.inst(id).op == Op::FrameLoad || self.may_call_python(id))
    }

    /// Calls `f` with every inst that the snapshot needs, through virtuals too.
    pub fn snapshot_uses(&self, snap: SnapId, f: &mut dyn FnMut(InstId)) {
        let mut seen = Vec::new();
        let snap = &self.snapshots[snap.idx()];
        for &(_, recipe) in &snap.slots {
            self.recipe_uses(recipe, &mut seen, f);
        }
        for store in &snap.stores {
            self.recipe_uses(store.obj, &mut seen, f);
            self.recipe_uses(store.value, &mut seen, f);
        }
    }

    fn recipe_uses(&self, recipe: Recipe, seen: &mut Vec<VirtId>, f: &mut dyn FnMut(InstId)) {
        match recipe {
            Recipe::Inst(id) => f(id),
            Recipe::Virtual(v) if !seen.contains(&v) => {
                seen.push(v);
                for &(_, field) in &self.virtuals[v.idx()].fields {
                    self.recipe_uses(field, seen, f);
                }
            }
            Recipe::Virtual(_) => {}
        }
    }
}
