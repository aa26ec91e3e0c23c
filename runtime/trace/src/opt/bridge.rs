//! Bridges: they go on with what their parents knew, and enter the root's loop at its label where they can.
//!
//! ```text
//! root     ─ a ─ guard ─ b ─ label ─ c ─ guard ─ d ─ jump_loop
//!                                          └ exit ─ e ─ guard ─ f ─ jump_label
//!                                                         └ exit ─ the bridge
//! ```
//!
//! The bridge is replayed by a builder that was led along `a b c e` first: types, ranges, known memory and equal values
//! are there. What it uses of them becomes an `outer`, the parent's value itself, since all traces of a tree are compiled
//! together. Frame slots that the exit would have written are not written: they are values, and the bridge's own exits
//! name them. Only if the bridge calls something that looks at the frame they are written first.
//!
//! At its end a bridge meets the loop's [`Contract`] if it can: each parameter gets a value of its kind, what the loop
//! takes for unchanged is unchanged. Otherwise it enters the root as from outside, through the preamble and its guards.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Passes;
use super::descs::Import;
use super::replay::Replay;
use crate::build::{Builder, Known, Place};
use crate::ops::{Effect, Op};
use crate::trace::{Carried, Contract, End, Home, Recipe, Trace, TraceKind};
use crate::types::{AliasClass, AliasSet, FieldId, InstId, MemType, Slot, SnapId, Type, VirtId};

/// Words below a frame's window that belong to it.
const LINK_WORDS: Slot = 3;

/// A trace on the way to a bridge, and the exit at which that way leaves it.
#[derive(Clone, Copy, Debug)]
pub struct Ancestor<'a> {
    /// The trace's number in the tree: 0 is the root.
    pub number: u32,
    /// The trace, optimised.
    pub trace: &'a Trace,
    /// The exit.
    pub exit: SnapId,
}

/// Where a bridge belongs.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// The way to it: the root first, last the trace it hangs on.
    pub ancestors: &'a [Ancestor<'a>],
    /// What [`End::Tree`] calls the root.
    pub root: u64,
    /// The words of False and True.
    pub truth: [u64; 2],
    /// Whether only guards that fail leave: stressed code leaves through any.
    pub honest: bool,
}

/// Optimises a bridge as a part of its tree.
pub fn optimise_bridge(trace: &Trace, passes: Passes, seat: &Seat<'_>) -> Trace {
    let Seat { ancestors, root, truth, honest } = *seat;
    let mut kind = trace.kind.clone();
    if let TraceKind::Bridge { inherits, .. } = &mut kind {
        *inherits = true;
    }
    let mut way = Way::new(Builder::with_rules(kind, trace.descs.clone(), passes.rules()));
    for &ancestor in ancestors {
        way.walk(ancestor, honest);
    }
    way.b.end_context();
    let entry = way.entry(ancestors, truth);
    let Way { b, origins, maps, .. } = way;
    let mut replay = Replay::new(trace, b);
    replay.slots = entry.slots.clone();
    if trace.looks_at_frame() {
        // What calls write into the frame must not be covered by what the exit would have written before.
        entry.changed.iter().for_each(|&(slot, v)| replay.b.frame_store(slot, v));
    } else {
        replay.carried = entry.changed.clone();
    }
    replay.run();
    let end = match &trace.end {
        _ if replay.b.is_dead() => End::Open,
        End::Tree { target, slots } => {
            let slots: Vec<_> = slots.iter().map(|&(slot, v)| (slot, replay.value(v))).collect();
            let mut landing =
                Landing { b: &mut replay.b, ancestors, entry: &entry, slots, root: &maps[0] };
            let label = if *target == root { landing.label() } else { None };
            label.unwrap_or_else(|| landing.tree(*target))
        }
        _ => replay.end(),
    };
    replay.b.close_context(&origins);
    let mut out = replay.b.finish(end);
    super::drop_idle(&mut out);
    if passes.dce {
        super::dce::run(&mut out);
    }
    super::dce::compact(&out)
}

/// The way to the bridge, being taken over into its builder.
struct Way {
    b: Builder,
    /// By inst of the builder: the trace and inst it is, as the immediate of an `outer`.
    origins: Vec<Option<u64>>,
    /// By ancestor: what stands for each of its insts.
    maps: Vec<Vec<Option<InstId>>>,
    /// By number of a trace, its index in `maps`.
    index: FxHashMap<u32, usize>,
}

impl Way {
    fn new(b: Builder) -> Way {
        Way { b, origins: Vec::new(), maps: Vec::new(), index: FxHashMap::default() }
    }

    fn walk(&mut self, ancestor: Ancestor<'_>, honest: bool) {
        let trace = ancestor.trace;
        self.index.insert(ancestor.number, self.maps.len());
        self.maps.push(vec![None; trace.insts.len()]);
        let leaves = |id: &InstId| trace.inst(*id).snap == Some(ancestor.exit);
        let guards: Vec<InstId> = trace.ids().filter(leaves).collect();
        let first = guards.first().copied().unwrap_or(InstId(trace.insts.len() as u32));
        let mut import = Import::default();
        for id in trace.ids().take_while(|&id| id < first) {
            if trace.label.as_ref().is_some_and(|label| label.at == id) {
                self.label(ancestor, &mut import);
            }
            self.inst(ancestor, id, &mut import);
        }
        if trace.label.as_ref().is_some_and(|label| label.at == first) {
            self.label(ancestor, &mut import);
        }
        if guards.iter().any(|&id| trace.inst(id).op == Op::CallTree) {
            // The callee has done something before it failed.
            self.b.forget_memory();
        }
        match guards[..] {
            _ if trace.end == End::Exit(ancestor.exit) => {
                self.forget_between(trace, first, InstId(trace.insts.len() as u32));
            }
            [only] if honest => self.failed(trace, only),
            [_] => {}
            [_, .., last] => self.forget_between(trace, first, last),
            [] => {}
        }
    }

    /// What stands for an ancestor's value.
    fn of(&self, id: InstId) -> InstId {
        let known = self.maps.last().and_then(|map| map[id.idx()]);
        known.unwrap_or(InstId(0))
    }

    fn push(&mut self, number: u32, id: InstId, new: InstId) {
        self.origins.resize(new.idx() + 1, None);
        self.origins[new.idx()] = Some(u64::from(number) << 32 | u64::from(id.0));
    }

    fn inst(&mut self, ancestor: Ancestor<'_>, id: InstId, import: &mut Import) {
        let trace = ancestor.trace;
        let inst = trace.inst(id);
        let new = match inst.op {
            Op::Nop => return,
            Op::Phi if self.maps.last().is_some_and(|map| map[id.idx()].is_some()) => return,
            Op::Outer => {
                let (number, of) = inst.outer();
                let known = self.index.get(&number).and_then(|&n| self.maps[n][of.idx()]);
                match known {
                    Some(known) => known,
                    None => return,
                }
            }
            _ => {
                let args: Vec<InstId> = trace.args(id).iter().map(|&arg| self.of(arg)).collect();
                let imm = import.imm(inst, &trace.descs, self.b.descs());
                let new = self.b.inherit(inst.op, inst.ty, &args, imm);
                self.push(ancestor.number, id, new);
                new
            }
        };
        if let Some(map) = self.maps.last_mut() {
            map[id.idx()] = Some(new);
        }
    }

    fn label(&mut self, ancestor: Ancestor<'_>, import: &mut Import) {
        let trace = ancestor.trace;
        let Some(label) = &trace.label else { return };
        match &label.contract {
            Some(contract) => self.b.enter_loop(&contract.writes, contract.calls_python),
            None => self.b.forget_memory(),
        }
        for param in &label.params {
            let new = self.b.phi(trace.inst(param.phi).ty, param.info);
            self.push(ancestor.number, param.phi, new);
            if let Some(map) = self.maps.last_mut() {
                map[param.phi.idx()] = Some(new);
            }
        }
        for (home, carried) in label.contract.iter().flat_map(|contract| &contract.carried) {
            if let (Home::Field(obj, field), Carried::Same(v) | Carried::Param(v)) = (home, carried)
            {
                let field = import.field(*field, &trace.descs, self.b.descs());
                let (obj, place, value) = (self.of(*obj), Place::Field(field), self.of(*v));
                self.b.assume_place(Known { obj, place, value, stored: true });
            }
        }
    }

    /// The guard that failed says that its condition did not hold.
    fn failed(&mut self, trace: &Trace, guard: InstId) {
        let args: Vec<InstId> = trace.args(guard).iter().map(|&arg| self.of(arg)).collect();
        let opposite = match trace.inst(guard).op {
            Op::GuardInt => Op::GuardNotInt,
            Op::GuardNotInt => Op::GuardInt,
            Op::GuardImmFloat => Op::GuardNotImmFloat,
            Op::GuardTrue => Op::GuardFalse,
            Op::GuardFalse => Op::GuardTrue,
            Op::GuardIs => Op::GuardIsNot,
            _ => return,
        };
        self.b.inherit(opposite, Type::Unit, &args, 0);
        self.origins.resize(self.b.len(), None);
    }

    /// Several guards leave here: what happens between the first and the last may have happened.
    fn forget_between(&mut self, trace: &Trace, first: InstId, last: InstId) {
        for id in trace.ids().skip(first.idx()).take_while(|&id| id < last) {
            let effect = trace.inst(id).op.effect();
            if matches!(effect, Effect::Store | Effect::Call | Effect::TreeCall | Effect::Alloc) {
                self.b.forget_memory();
                return;
            }
        }
    }

    /// The frame at the exit.
    fn entry(&mut self, ancestors: &[Ancestor<'_>], truth: [u64; 2]) -> Entry {
        let Some(&Ancestor { trace, exit, .. }) = ancestors.last() else { return Entry::default() };
        let snapshot = &trace.snapshots[exit.idx()];
        let mut pieces =
            Pieces { trace, truth, made: FxHashMap::default(), import: Import::default() };
        let mut entry = Entry::default();
        for &(slot, recipe) in &snapshot.slots {
            let v = pieces.value(self, recipe);
            entry.slots.push((slot, v));
            entry.changed.push((slot, v));
        }
        for store in &snapshot.stores {
            let obj = pieces.value(self, store.obj);
            let v = pieces.field_value(self, store.field, store.value);
            let field = pieces.import.field(store.field, &trace.descs, self.b.descs());
            if trace.descs.field(store.field).ty == MemType::Val {
                self.b.barrier(obj, v);
            }
            self.b.catch_up(obj, field, v);
        }
        // Where a call may have written the frame on its way out, memory alone says what is there; and so for the windows
        // of inlined frames, which lie over registers of the first that are no longer in use.
        let inlined = snapshot.frames.get(1).map_or(Slot::MAX, |frame| frame.base - LINK_WORDS);
        if snapshot.frames.last().is_none_or(|frame| frame.pc != 0) {
            let written = frame_stores(&ancestors[1..]);
            for (ancestor, map) in ancestors.iter().zip(&self.maps) {
                for id in ancestor.trace.ids() {
                    let inst = ancestor.trace.inst(id);
                    if let (Op::Param, Some(v)) = (inst.op, map[id.idx()])
                        && inst.slot() < inlined
                        && !written.contains(&inst.slot())
                        && !entry.changed.iter().any(|c| c.0 == inst.slot())
                    {
                        entry.slots.retain(|s| s.0 != inst.slot());
                        entry.slots.push((inst.slot(), v));
                    }
                }
            }
        }
        entry
    }
}

/// The frame where a bridge begins.
#[derive(Clone, Default)]
struct Entry {
    /// What slots hold, as far as there are values for it.
    slots: Vec<(Slot, InstId)>,
    /// Those that memory does not hold.
    changed: Vec<(Slot, InstId)>,
}

/// Values out of an exit's recipes.
struct Pieces<'a> {
    trace: &'a Trace,
    truth: [u64; 2],
    made: FxHashMap<VirtId, InstId>,
    import: Import,
}

impl Pieces<'_> {
    /// A tagged value.
    fn value(&mut self, way: &mut Way, recipe: Recipe) -> InstId {
        let v = match recipe {
            Recipe::Virtual(v) => return self.object(way, v),
            Recipe::Inst(id) => way.of(id),
        };
        match way.b.trace().inst(v).ty {
            Type::F64 => way.b.op(Op::BoxFloat, &[v]),
            Type::Raw => way.b.op(Op::RawToInt, &[v]),
            Type::Bool => {
                let [no, yes] = self.truth.map(|bits| way.b.const_val(bits));
                way.b.op(Op::BoolToVal, &[v, yes, no])
            }
            _ => v,
        }
    }

    /// A value in the type of a field that it is stored in.
    fn field_value(&mut self, way: &mut Way, field: FieldId, recipe: Recipe) -> InstId {
        match recipe {
            Recipe::Inst(id) if self.trace.descs.field(field).ty != MemType::Val => way.of(id),
            recipe => self.value(way, recipe),
        }
    }

    fn object(&mut self, way: &mut Way, v: VirtId) -> InstId {
        if let Some(&made) = self.made.get(&v) {
            return made;
        }
        let desc = &self.trace.virtuals[v.idx()];
        let alloc = self.import.alloc(desc.alloc, &self.trace.descs, way.b.descs());
        let new = way.b.new_virtual(alloc);
        self.made.insert(v, new);
        for &(field, recipe) in &desc.fields {
            let v = self.field_value(way, field, recipe);
            let field = self.import.field(field, &self.trace.descs, way.b.descs());
            way.b.store(new, field, v);
        }
        new
    }
}

/// The end of a bridge that enters a trace.
struct Landing<'a, 'b> {
    b: &'b mut Builder,
    ancestors: &'a [Ancestor<'a>],
    entry: &'a Entry,
    /// What the recording says of the slots that are live there.
    slots: Vec<(Slot, InstId)>,
    /// What stands for the root's values.
    root: &'a [Option<InstId>],
}

impl Landing<'_, '_> {
    /// Enters a trace at its entry.
    fn tree(&mut self, target: u64) -> End {
        let written = self.frame_stores();
        let mut slots = Vec::new();
        for &(slot, v) in &self.slots {
            let inst = self.b.trace().inst(self.b.resolve(v));
            let own = inst.op == Op::Param && inst.slot() == slot;
            if !own || written.contains_key(&slot) {
                slots.push((slot, v));
            }
        }
        for (_, v) in &mut slots {
            *v = self.b.escaped(*v);
        }
        End::Tree { target, slots }
    }

    /// Enters the root at its label, if its contract can be met.
    fn label(&mut self) -> Option<End> {
        let root = self.ancestors.first()?;
        let label = root.trace.label.as_ref()?;
        let contract = label.contract.as_ref()?;
        // From the preamble some of what the loop needs is not there yet.
        if exit_at(root) < label.at || !self.keeps_memory(root.trace, contract) {
            return None;
        }
        let mut bound = FxHashMap::default();
        for (home, carried) in &contract.carried {
            let v = match *home {
                Home::Slot(slot) => self.slot(slot),
                Home::Field(obj, field) => self.field(root.trace, obj, field)?,
            };
            self.bind(root.trace, v, carried, &mut bound)?;
        }
        let mut args = Vec::new();
        for param in &label.params {
            let v = *bound.get(&param.phi)?;
            let ty = root.trace.inst(param.phi).ty;
            if !self.b.type_of(v).fits(ty) || !param.info.covers(self.b.info(v)) {
                return None;
            }
            args.push(v);
        }
        self.settle_frame(root.trace, contract)?;
        Some(End::Label(args))
    }

    /// What a slot holds.
    fn slot(&mut self, slot: Slot) -> InstId {
        let known = self.slots.iter().chain(&self.entry.slots).find(|s| s.0 == slot);
        match known {
            Some(&(_, v)) => self.b.resolve(v),
            None => self.b.param(slot),
        }
    }

    fn field(&mut self, root: &Trace, obj: InstId, field: FieldId) -> Option<InstId> {
        let obj = self.b.resolve(self.root[obj.idx()]?);
        let field = Import::default().field(field, &root.descs, self.b.descs());
        let known = self.b.relied_place(obj, Place::Field(field));
        Some(known.unwrap_or_else(|| self.b.load(obj, field)))
    }

    /// Notes which value a parameter gets.
    fn bind(
        &mut self,
        root: &Trace,
        v: InstId,
        carried: &Carried,
        bound: &mut FxHashMap<InstId, InstId>,
    ) -> Option<()> {
        let v = self.b.resolve(v);
        match carried {
            Carried::Same(same) => (Some(v) == self.of_root(root, *same)).then_some(()),
            Carried::Param(phi) => {
                let v =
                    if self.b.trace().inst(v).ty.fits(Type::Val) { self.b.escaped(v) } else { v };
                bound.insert(*phi, v);
                Some(())
            }
            Carried::Float(phi) => {
                let x = self.b.unboxed(v)?;
                if root.inst(*phi).op == Op::Phi {
                    bound.insert(*phi, x);
                    return Some(());
                }
                (Some(x) == self.of_root(root, *phi)).then_some(())
            }
            Carried::Virtual(alloc, fields) => {
                let object = self.b.virtual_object(v)?.clone();
                let desc = |descs: &crate::Descs, id| descs.alloc(id).header;
                if desc(&root.descs, *alloc) != desc(&self.b.trace().descs, object.alloc) {
                    return None;
                }
                for (field, carried) in fields {
                    let field = Import::default().field(*field, &root.descs, self.b.descs());
                    let &(_, child) = object.fields.iter().find(|f| f.0 == field)?;
                    self.bind(root, child, carried, bound)?;
                }
                let more = object.fields.len() > fields.len();
                (!more).then_some(())
            }
        }
    }

    fn of_root(&mut self, root: &Trace, id: InstId) -> Option<InstId> {
        let inst = root.inst(id);
        Some(match inst.op {
            Op::ConstVal => self.b.const_val(inst.imm),
            Op::ConstF64 => self.b.const_f64(inst.f64()),
            Op::ConstRaw => self.b.const_raw(inst.imm as i64),
            _ => self.b.resolve(self.root[id.idx()]?),
        })
    }

    /// Whether the way of the bridge leaves alone what the loop remembers from before its label.
    fn keeps_memory(&self, root: &Trace, contract: &Contract) -> bool {
        let Some(label) = &root.label else { return false };
        let checked = |id: InstId| root.inst(id).op == Op::GuardValid && id < label.at;
        if !contract.calls_python && !self.b.is_valid() && root.ids().any(checked) {
            return false;
        }
        let mut writes = AliasSet::None;
        for ancestor in &self.ancestors[1..] {
            let way = ancestor.trace.ids().take_while(|&id| id < exit_at(ancestor));
            way.for_each(|id| writes.add(&ancestor.trace.writes_of(id)));
        }
        let own = self.b.trace();
        for id in own.ids().skip(self.b.context_len()) {
            writes.add(&own.writes_of(id));
        }
        let relies = |id: InstId| {
            let inst = root.inst(id);
            match inst.op {
                Op::Load => {
                    let field = root.descs.field(inst.field());
                    (!field.immutable).then_some(field.alias)
                }
                Op::Aload => {
                    let array = root.descs.array(inst.array());
                    (!array.immutable).then_some(array.alias)
                }
                Op::GuardShape if !inst.shape().1 => Some(AliasClass::SHAPE),
                _ => None,
            }
        };
        let mut before = root.ids().take_while(|&id| id < label.at).filter_map(relies);
        !before.any(|class| writes.has(class) && !contract.writes.has(class))
    }

    /// What the traces on the way, this one included, have written into the frame in memory.
    fn frame_stores(&self) -> FxHashMap<Slot, Option<InstId>> {
        let before = frame_stores(&self.ancestors[1..]);
        let mut out: FxHashMap<Slot, Option<InstId>> =
            before.into_iter().map(|slot| (slot, None)).collect();
        let own = self.b.trace();
        for id in own.ids().skip(self.b.context_len()) {
            let inst = own.inst(id);
            if inst.op == Op::FrameStore {
                out.insert(inst.slot(), Some(self.b.resolve(inst.args[0])));
            }
        }
        out
    }

    /// Brings slots up to date that the loop takes for what memory holds.
    fn settle_frame(&mut self, root: &Trace, contract: &Contract) -> Option<()> {
        let written = self.frame_stores();
        let carried = |slot| contract.carried.iter().any(|c| c.0 == Home::Slot(slot));
        for (slot, v) in self.slots.clone() {
            if carried(slot) {
                continue;
            }
            let v = self.b.resolve(v);
            let param = root.ids().find(|&id| {
                let inst = root.inst(id);
                inst.op == Op::Param && inst.slot() == slot
            });
            if let Some(param) = param {
                // The loop has this slot's value at hand: it must be the same still.
                if self.of_root(root, param) != Some(v) {
                    return None;
                }
            }
            let inst = self.b.trace().inst(v);
            let entry = param.is_some() || inst.op == Op::Param && inst.slot() == slot;
            let stored = written.get(&slot);
            let behind = match stored {
                Some(stored) => *stored != Some(v),
                None => !entry,
            };
            if behind {
                self.b.frame_store(slot, v);
            }
        }
        Some(())
    }
}

/// The slots that traces on the way have written in memory.
fn frame_stores(ancestors: &[Ancestor<'_>]) -> FxHashSet<Slot> {
    let mut out = FxHashSet::default();
    for ancestor in ancestors {
        let way = ancestor.trace.ids().take_while(|&id| id < exit_at(ancestor));
        let insts = way.map(|id| ancestor.trace.inst(id));
        out.extend(insts.filter(|inst| inst.op == Op::FrameStore).map(|inst| inst.slot()));
    }
    out
}

/// The first guard that leaves through the exit.
fn exit_at(ancestor: &Ancestor<'_>) -> InstId {
    let trace = ancestor.trace;
    let first = trace.ids().find(|&id| trace.inst(id).snap == Some(ancestor.exit));
    first.unwrap_or(InstId(trace.insts.len() as u32))
}
