//! The builder: appends instructions while folding, sharing and dropping what is already known.
//!
//! The recorder drives it op by op, and the optimiser replays whole traces through it: both get the same rules. What
//! it knows about each value (`know`) only grows along the trace, because a trace is straight-line code. It forwards
//! loads (`heap`), folds (`fold`), and, when the optimiser asks, keeps allocations virtual (`virtuals`). Snapshots
//! are made by a closure that runs only when a guard is really emitted.
//!
//! It does not look ahead: dead code, loops and sinking belong to `opt`.

use rustc_hash::FxHashMap;

use crate::desc::{Descs, Effects};
use crate::ops::{Effect, Op};
use crate::trace::{End, Label, Recipe, Snapshot, Trace, TraceKind, VirtualDesc};
use crate::types::{AllocId, ArrayId, FieldId, HelperId, InstId, Slot, SnapId, Type, VirtId};
use crate::value;

mod context;
mod fold;
mod heap;
mod know;
mod virtuals;

pub(crate) use heap::{Known, Place, in_order};
pub use know::{Info, Kinds};

/// Which rules the builder applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Constant folding, algebra, type knowledge: guards known to hold are dropped.
    pub fold: bool,
    /// Equal pure instructions are shared.
    pub cse: bool,
    /// Loads are forwarded from earlier stores and loads.
    pub heap: bool,
    /// Allocations are removed until they escape; boxes are rebuilt at exits.
    pub virtuals: bool,
    /// Ranges drop overflow and bounds guards.
    pub range: bool,
    /// Boxes are made in exits.
    pub sink: bool,
}

impl Rules {
    /// What pays while recording.
    pub const RECORD: Rules =
        Rules { fold: true, cse: true, heap: true, virtuals: false, range: true, sink: false };
    /// Nothing: instructions are appended as they come.
    pub const NONE: Rules =
        Rules { fold: false, cse: false, heap: false, virtuals: false, range: false, sink: false };
}

/// Appends to a trace.
#[derive(Clone)]
pub struct Builder {
    trace: Trace,
    rules: Rules,
    info: Vec<Info>,
    /// What stands for an instruction from now on: itself, a constant it was found to be, a forced allocation.
    repl: Vec<InstId>,
    /// Values whose shape is known but not stable.
    shaped: Vec<InstId>,
    /// Equal instructions: constants always, pure ones under `cse`.
    shared: FxHashMap<Key, InstId>,
    /// Comparisons decided by guards.
    facts: FxHashMap<(Op, InstId, InstId), bool>,
    params: FxHashMap<Slot, InstId>,
    heap: heap::Heap,
    virtuals: virtuals::Virtuals,
    /// A `guard_valid` holds since here.
    valid: bool,
    /// Raised at every point where the collector may run.
    epoch: u32,
    /// The instructions that belong to the traces before a bridge: what was known of their types where it begins.
    context: Vec<Type>,
    /// A guard that is known to fail, and the number of instructions before it: nothing after it runs.
    dead: Option<(usize, SnapId)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    op: Op,
    args: [InstId; 3],
    imm: u64,
}

/// Queries and bookkeeping.
impl Builder {
    /// A builder for the recorder.
    pub fn new(kind: TraceKind, descs: Descs) -> Builder {
        Builder::with_rules(kind, descs, Rules::RECORD)
    }

    /// A builder that applies these rules.
    pub fn with_rules(kind: TraceKind, descs: Descs, rules: Rules) -> Builder {
        Builder {
            trace: Trace::new(kind, descs),
            rules,
            info: Vec::new(),
            repl: Vec::new(),
            shaped: Vec::new(),
            shared: FxHashMap::default(),
            facts: FxHashMap::default(),
            params: FxHashMap::default(),
            heap: heap::Heap::default(),
            virtuals: virtuals::Virtuals::default(),
            valid: false,
            epoch: 0,
            context: Vec::new(),
            dead: None,
        }
    }

    /// The trace so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The number of instructions so far.
    pub fn len(&self) -> usize {
        self.trace.insts.len()
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.trace.insts.is_empty()
    }

    /// The descriptor table, to look up and to add to.
    pub fn descs(&mut self) -> &mut Descs {
        &mut self.trace.descs
    }

    /// The type of a value as far as is known here: `Int` once a guard has shown it.
    pub fn type_of(&self, id: InstId) -> Type {
        match self.trace.inst(id).ty {
            Type::Val if self.is_int(id) => Type::Int,
            ty => ty,
        }
    }

    /// What is known of a value.
    pub fn info(&self, id: InstId) -> &Info {
        &self.info[self.resolve(id).idx()]
    }

    /// Known to be a tagged int.
    pub fn is_int(&self, id: InstId) -> bool {
        self.info[self.resolve(id).idx()].kinds == Kinds::INT
    }

    /// Known to be an immediate float.
    pub fn is_imm_float(&self, id: InstId) -> bool {
        self.info[self.resolve(id).idx()].kinds == Kinds::FLOAT
    }

    /// Known to be a pointer.
    pub fn is_ptr(&self, id: InstId) -> bool {
        self.info[self.resolve(id).idx()].kinds == Kinds::PTR
    }

    /// The shape of the object, if known here.
    pub fn known_shape(&self, id: InstId) -> Option<u32> {
        self.info[self.resolve(id).idx()].shape.map(|(shape, _)| shape)
    }

    /// The word of a tagged constant.
    pub fn const_bits(&self, id: InstId) -> Option<u64> {
        self.trace.const_bits(self.resolve(id))
    }

    /// The int of a constant.
    pub fn int_const(&self, id: InstId) -> Option<i64> {
        self.const_bits(id).filter(|&bits| value::is_int(bits)).map(value::to_int)
    }

    /// The word of a raw constant.
    pub fn raw_const(&self, id: InstId) -> Option<i64> {
        let inst = self.trace.inst(self.resolve(id));
        (inst.op == Op::ConstRaw).then_some(inst.imm as i64)
    }

    /// The value of a double constant.
    pub fn f64_const(&self, id: InstId) -> Option<f64> {
        let inst = self.trace.inst(self.resolve(id));
        (inst.op == Op::ConstF64).then(|| inst.f64())
    }

    /// The truth of a Bool value, if known here.
    pub fn known_bool(&self, id: InstId) -> Option<bool> {
        let id = self.resolve(id);
        let info = &self.info[id.idx()];
        (self.trace.inst(id).ty == Type::Bool && info.lo == info.hi).then_some(info.lo != 0)
    }

    /// Adds a snapshot, or finds the newest if it is equal.
    pub fn add_snapshot(&mut self, snapshot: Snapshot) -> SnapId {
        if self.trace.snapshots.last() != Some(&snapshot) {
            self.trace.snapshots.push(snapshot);
        }
        SnapId(self.trace.snapshots.len() as u32 - 1)
    }

    /// Whether an object was made here and nothing else can know it yet.
    pub fn is_unescaped(&self, id: InstId) -> bool {
        let id = self.resolve(id);
        self.is_virtual(id) || self.heap.is_unescaped(id)
    }

    /// Whether a guard is known to fail: what follows is never reached.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    pub(crate) fn add_virtual(&mut self, desc: VirtualDesc) -> VirtId {
        self.trace.virtuals.push(desc);
        VirtId(self.trace.virtuals.len() as u32 - 1)
    }

    pub(crate) fn set_virtual_fields(&mut self, v: VirtId, fields: Vec<(FieldId, Recipe)>) {
        self.trace.virtuals[v.idx()].fields = fields;
    }

    /// A value that leaves the trace: a virtual object is made.
    pub(crate) fn escaped(&mut self, v: InstId) -> InstId {
        self.escape(v)
    }

    /// A loop parameter, of which this is taken for known.
    pub(crate) fn phi(&mut self, ty: Type, info: Info) -> InstId {
        let id = self.append(Op::Phi, &[], 0, None);
        self.trace.insts[id.idx()].ty = ty;
        self.info[id.idx()] = info;
        if let Some((_, false)) = info.shape {
            self.shaped.push(id);
        }
        id
    }

    /// A guard op without a value, by name.
    pub fn guard_with(
        &mut self,
        op: Op,
        args: &[InstId],
        imm: u64,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        self.guard(op, args, imm, snap);
    }

    pub(crate) fn set_label(&mut self, label: Label) {
        self.trace.label = Some(label);
    }

    /// Ends the trace.
    pub fn finish(mut self, end: End) -> Trace {
        self.trace.end = end;
        if let Some((len, snap)) = self.dead {
            self.trace.insts.truncate(len);
            self.trace.end = End::Exit(snap);
        }
        self.trace
    }

    /// What stands for a value now.
    #[inline]
    pub fn resolve(&self, id: InstId) -> InstId {
        let next = self.repl[id.idx()];
        if next == id { id } else { self.resolve(next) }
    }

    /// From here on, `with` stands for `id`.
    pub(crate) fn replace(&mut self, id: InstId, with: InstId) {
        if self.rules.fold && self.resolve(with) != id {
            self.repl[id.idx()] = with;
        }
    }

    /// Takes a value for a tagged int without a guard: a bridge inherits what its parent knew.
    pub fn assume_int(&mut self, id: InstId) {
        self.narrow_kinds(id, Kinds::INT);
        if self.trace.inst(id).ty == Type::Val {
            self.trace.insts[id.idx()].ty = Type::Int;
        }
    }

    /// Takes a value for an immediate float without a guard.
    pub fn assume_imm_float(&mut self, id: InstId) {
        self.narrow_kinds(id, Kinds::FLOAT);
    }

    /// Takes an object's shape for known without a guard.
    pub fn assume_shape(&mut self, id: InstId, shape: u32, stable: bool) {
        self.set_shape(id, shape, stable);
    }
}

/// Values without effects.
impl Builder {
    /// A tagged constant.
    pub fn const_val(&mut self, bits: u64) -> InstId {
        self.constant(Op::ConstVal, bits)
    }

    /// A tagged int constant.
    pub fn const_int(&mut self, n: i64) -> InstId {
        self.constant(Op::ConstVal, value::from_int(n))
    }

    /// A machine word constant.
    pub fn const_raw(&mut self, n: i64) -> InstId {
        self.constant(Op::ConstRaw, n as u64)
    }

    /// A double constant.
    pub fn const_f64(&mut self, x: f64) -> InstId {
        self.constant(Op::ConstF64, x.to_bits())
    }

    /// A truth constant.
    pub fn const_bool(&mut self, b: bool) -> InstId {
        self.constant(Op::ConstBool, b.into())
    }

    fn constant(&mut self, op: Op, imm: u64) -> InstId {
        let key = Key { op, args: [InstId(0); 3], imm };
        if let Some(&id) = self.shared.get(&key) {
            return id;
        }
        let id = self.append(op, &[], imm, None);
        self.shared.insert(key, id);
        id
    }

    /// What a frame slot held at entry.
    pub fn param(&mut self, slot: Slot) -> InstId {
        if let Some(&id) = self.params.get(&slot) {
            return id;
        }
        let id = self.append(Op::Param, &[], slot as u32 as u64, None);
        self.params.insert(slot, id);
        id
    }

    /// A pure op.
    pub fn op(&mut self, op: Op, args: &[InstId]) -> InstId {
        debug_assert!(op.effect() == Effect::Pure, "{op:?} is not pure");
        self.pure(op, args)
    }

    /// The double in a value known to be a float.
    pub(crate) fn unboxed(&mut self, v: InstId) -> Option<InstId> {
        let v = self.resolve(v);
        let inst = self.trace.inst(v);
        if inst.op == Op::BoxFloat {
            return Some(self.resolve(inst.args[0]));
        }
        self.is_imm_float(v).then(|| self.op(Op::UnboxFloat, &[v]))
    }

    /// Keeps a value alive.
    pub fn keep(&mut self, v: InstId) {
        let v = self.escape(v);
        self.append(Op::Keep, &[v], 0, None);
    }

    /// Appends an instruction and starts what is known of it.
    fn append(&mut self, op: Op, args: &[InstId], imm: u64, snap: Option<SnapId>) -> InstId {
        let id = self.trace.push(op, args, imm, snap);
        let info = self.initial_info(id);
        self.info.push(info);
        self.repl.push(id);
        id
    }
}

/// Guards. Each takes a closure that makes the snapshot, or names one made before: `|_| snap`.
impl Builder {
    /// A value that leaves when it cannot be had: `add_ovf`, `sub_ovf`, `mul_ovf`, `neg_ovf`, `lshift_ovf`,
    /// `f64_to_int`.
    pub fn guarded(
        &mut self,
        op: Op,
        args: &[InstId],
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) -> InstId {
        self.guarded_value(op, args, snap)
    }

    /// Leaves unless `v` is a tagged int.
    pub fn guard_int(&mut self, v: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardInt, &[v], 0, snap);
    }

    /// Leaves if `v` is a tagged int.
    pub fn guard_not_int(&mut self, v: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardNotInt, &[v], 0, snap);
    }

    /// Leaves unless `v` is an immediate float.
    pub fn guard_imm_float(&mut self, v: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardImmFloat, &[v], 0, snap);
    }

    /// Leaves if `v` is an immediate float.
    pub fn guard_not_imm_float(&mut self, v: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardNotImmFloat, &[v], 0, snap);
    }

    /// Leaves unless `v` is a pointer.
    pub fn guard_ptr(&mut self, v: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardPtr, &[v], 0, snap);
    }

    /// Leaves unless `v` points to an object of the shape. `stable`: an object of this shape never changes it.
    pub fn guard_shape(
        &mut self,
        v: InstId,
        shape: u32,
        stable: bool,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        self.guard(Op::GuardShape, &[v], shape as u64 | (stable as u64) << 32, snap);
    }

    /// Leaves if `v`, a pointer, points to an object of the shape.
    pub fn guard_not_shape(
        &mut self,
        v: InstId,
        shape: u32,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        self.guard(Op::GuardNotShape, &[v], shape as u64, snap);
    }

    /// Leaves unless `cond`.
    pub fn guard_true(&mut self, cond: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardTrue, &[cond], 0, snap);
    }

    /// Leaves if `cond`.
    pub fn guard_false(&mut self, cond: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardFalse, &[cond], 0, snap);
    }

    /// Leaves unless `v` is the constant word `konst`.
    pub fn guard_is(
        &mut self,
        v: InstId,
        konst: InstId,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        self.guard(Op::GuardIs, &[v, konst], 0, snap);
    }

    /// Leaves if `v` is the word `other`.
    pub fn guard_is_not(
        &mut self,
        v: InstId,
        other: InstId,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        self.guard(Op::GuardIsNot, &[v, other], 0, snap);
    }

    /// Leaves if two objects are the same one, if anything relies on it: see `rivals`.
    pub fn guard_apart(&mut self, a: InstId, b: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        self.guard(Op::GuardApart, &[a, b], 0, snap);
    }

    /// Leaves if the code was invalidated.
    pub fn guard_valid(&mut self, snap: impl FnOnce(&mut Builder) -> SnapId) {
        if !(self.valid && self.rules.fold) {
            let snap = snap(self);
            self.append(Op::GuardValid, &[], 0, Some(snap));
            self.valid = true;
        }
    }

    /// Leaves if the call raised. To follow each call to a helper that may raise at once.
    pub fn guard_no_raise(&mut self, call: InstId, snap: impl FnOnce(&mut Builder) -> SnapId) {
        if self.trace.inst(call).op == Op::Call && !self.is_pure_call(call) {
            let snap = snap(self);
            self.append(Op::GuardNoRaise, &[call], 0, Some(snap));
        }
    }

    fn is_pure_call(&self, call: InstId) -> bool {
        self.trace.descs.helper(self.trace.inst(call).helper()).effects.pure
    }

    /// Leaves if the poll flag is set.
    pub fn safepoint(&mut self, snap: impl FnOnce(&mut Builder) -> SnapId) {
        let snap = snap(self);
        self.append(Op::Safepoint, &[], 0, Some(snap));
    }
}

/// Memory, allocation, calls, the frame.
impl Builder {
    /// A field of an object.
    pub fn load(&mut self, obj: InstId, field: FieldId) -> InstId {
        self.load_field(obj, field)
    }

    /// Stores into a field. A store of a pointer into an object needs a `barrier` too.
    pub fn store(&mut self, obj: InstId, field: FieldId, v: InstId) {
        self.store_field(obj, field, v);
    }

    /// An array element; the index is known to be in bounds.
    pub fn aload(&mut self, arr: InstId, array: ArrayId, index: InstId) -> InstId {
        self.load_elem(arr, array, index)
    }

    /// Stores an array element.
    pub fn astore(&mut self, arr: InstId, array: ArrayId, index: InstId, v: InstId) {
        self.store_elem(arr, array, index, v);
    }

    /// The write barrier for storing `v` into `obj`.
    pub fn barrier(&mut self, obj: InstId, v: InstId) {
        self.write_barrier(obj, v);
    }

    /// A new object. All its fields must be stored before it may be seen.
    pub fn new_object(&mut self, alloc: AllocId) -> InstId {
        self.allocate(alloc)
    }

    /// A new object with `len` elements, all zero words.
    pub fn new_array(&mut self, alloc: AllocId, len: InstId) -> InstId {
        self.allocate_array(alloc, len)
    }

    /// Calls a helper.
    pub fn call(&mut self, helper: HelperId, args: &[InstId]) -> InstId {
        self.call_helper(helper, args)
    }

    /// Calls a tree in the window at a slot.
    pub fn call_tree(
        &mut self,
        tree: u32,
        window: Slot,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) -> InstId {
        let snap = snap(self);
        self.called(&Effects::all());
        let imm = u64::from(tree) << 32 | u64::from(window as u32);
        self.append(Op::CallTree, &[], imm, Some(snap))
    }

    /// The address of a frame slot.
    pub fn frame_addr(&mut self, slot: Slot) -> InstId {
        let key = Key { op: Op::FrameAddr, args: [InstId(0); 3], imm: slot as u32 as u64 };
        if self.rules.cse
            && let Some(&id) = self.shared.get(&key)
        {
            return id;
        }
        let id = self.append(Op::FrameAddr, &[], key.imm, None);
        self.shared.insert(key, id);
        id
    }

    /// Writes a frame slot, for a call that may look at the frame.
    pub fn frame_store(&mut self, slot: Slot, v: InstId) {
        let v = self.escape(v);
        self.append(Op::FrameStore, &[v], slot as u32 as u64, None);
    }

    /// Reads a frame slot, after a call that may have written it.
    pub fn frame_load(&mut self, slot: Slot) -> InstId {
        self.append(Op::FrameLoad, &[], slot as u32 as u64, None)
    }
}
