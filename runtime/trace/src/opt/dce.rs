//! Dead code, and the compaction that closes the gaps.
//!
//! Live is what a guard, an effect, a snapshot or the end needs; a loop parameter lives only if something in the loop
//! other than its own next value does, or if the loop relies on what is known of it. A store is always live; an
//! allocation lives if its value does, and then its initialising stores are already there.

use rustc_hash::FxHashMap;

use crate::build::Info;
use crate::ops::{Effect, Op};
use crate::trace::{Carried, Contract, End, Home, Label, Recipe, Trace};
use crate::types::{InstId, SnapId, Type, VirtId};

/// Turns what is not needed into `nop`s and drops loop parameters that nobody reads.
pub(super) fn run(trace: &mut Trace) {
    let mut live = Liveness {
        trace,
        live: vec![false; trace.insts.len()],
        work: Vec::new(),
        stored: stored_into(trace),
    };
    live.roots();
    live.spread();
    let live = live.live;
    drop_params(trace, &live);
    for (inst, live) in trace.insts.iter_mut().zip(&live) {
        if !live {
            inst.op = Op::Nop;
            inst.snap = None;
            inst.nargs = 0;
            inst.ty = Type::Unit;
        }
    }
}

/// Stores whose object is an allocation: they live only if the object does.
fn stored_into(trace: &Trace) -> FxHashMap<InstId, Vec<InstId>> {
    let mut out: FxHashMap<InstId, Vec<InstId>> = FxHashMap::default();
    for id in trace.ids() {
        if let Some(obj) = store_to_new(trace, id) {
            out.entry(obj).or_default().push(id);
        }
    }
    out
}

fn store_to_new(trace: &Trace, id: InstId) -> Option<InstId> {
    if trace.inst(id).op.effect() != Effect::Store {
        return None;
    }
    let obj = trace.args(id)[0];
    (trace.inst(obj).op.effect() == Effect::Alloc).then_some(obj)
}

fn drop_params(trace: &mut Trace, live: &[bool]) {
    let Some(label) = &mut trace.label else {
        return;
    };
    let keep: Vec<bool> = label.params.iter().map(|p| live[p.phi.idx()]).collect();
    let mut flags = keep.iter();
    label.params.retain(|_| flags.next().is_some_and(|&keep| keep));
    if let End::Loop(args) = &mut trace.end {
        let mut flags = keep.iter();
        args.retain(|_| flags.next().is_some_and(|&keep| keep));
    }
}

struct Liveness<'a> {
    trace: &'a Trace,
    live: Vec<bool>,
    work: Vec<InstId>,
    stored: FxHashMap<InstId, Vec<InstId>>,
}

impl Liveness<'_> {
    fn mark(&mut self, id: InstId) {
        if !std::mem::replace(&mut self.live[id.idx()], true) {
            self.work.push(id);
        }
    }

    fn roots(&mut self) {
        for id in self.trace.ids() {
            let inst = self.trace.inst(id);
            let pure_call =
                inst.op == Op::Call && self.trace.descs.helper(inst.helper()).effects.pure;
            if !inst.op.is_removable() && !pure_call && store_to_new(self.trace, id).is_none() {
                self.mark(id);
            }
        }
        match &self.trace.end {
            End::Close(slots) | End::Tree { slots, .. } => {
                slots.iter().for_each(|&(_, v)| self.mark(v))
            }
            End::Exit(snap) => self.mark_snapshot(*snap),
            End::Label(args) => args.iter().for_each(|&v| self.mark(v)),
            End::Return(v) => self.mark(*v),
            End::Loop(_) | End::Open => {}
        }
        let contract = self.trace.label.as_ref().and_then(|label| label.contract.as_ref());
        for (_, carried) in contract.iter().flat_map(|contract| &contract.carried) {
            self.mark_carried(carried);
        }
    }

    /// What the loop takes for known of a value it may have used without reading it: guards and comparisons that then
    /// were not needed. A bridge that enters the loop must bring it all the same.
    fn mark_carried(&mut self, carried: &Carried) {
        match carried {
            Carried::Same(v) | Carried::Float(v) => self.mark(*v),
            Carried::Param(phi) => {
                let params = self.trace.label.iter().flat_map(|label| &label.params);
                let mut known = params.filter(|p| p.phi == *phi).map(|p| p.info);
                if known.any(|info| info != Info::of_type(Type::Val)) {
                    self.mark(*phi);
                }
            }
            Carried::Virtual(_, fields) => fields.iter().for_each(|(_, c)| self.mark_carried(c)),
        }
    }

    fn mark_snapshot(&mut self, snap: SnapId) {
        let mut uses = Vec::new();
        self.trace.snapshot_uses(snap, &mut |id| uses.push(id));
        uses.into_iter().for_each(|id| self.mark(id));
    }

    fn spread(&mut self) {
        let mut seen = vec![false; self.trace.snapshots.len()];
        while let Some(id) = self.work.pop() {
            for &arg in self.trace.args(id) {
                self.mark(arg);
            }
            if let Some(snap) = self.trace.inst(id).snap
                && !std::mem::replace(&mut seen[snap.idx()], true)
            {
                self.mark_snapshot(snap);
            }
            if self.trace.inst(id).op == Op::Phi {
                self.spread_phi(id);
            }
            for store in self.stored.remove(&id).unwrap_or_default() {
                self.mark(store);
            }
        }
    }

    fn spread_phi(&mut self, phi: InstId) {
        let Some(label) = &self.trace.label else {
            return;
        };
        let index = (phi.0 - label.at.0) as usize;
        self.mark(label.params[index].init);
        if let End::Loop(args) = &self.trace.end {
            self.mark(args[index]);
        }
    }
}

/// The trace without `nop`s, unused snapshots and unused virtuals, renumbered.
pub fn compact(src: &Trace) -> Trace {
    let mut out = Trace::new(src.kind.clone(), src.descs.clone());
    let mut c = Compactor {
        src,
        insts: vec![InstId(u32::MAX); src.insts.len()],
        snaps: vec![None; src.snapshots.len()],
        virtuals: vec![None; src.virtuals.len()],
    };
    c.run(&mut out);
    out
}

struct Compactor<'a> {
    src: &'a Trace,
    insts: Vec<InstId>,
    snaps: Vec<Option<SnapId>>,
    virtuals: Vec<Option<VirtId>>,
}

impl Compactor<'_> {
    fn run(&mut self, out: &mut Trace) {
        for id in self.src.ids() {
            if self.src.label.as_ref().is_some_and(|label| label.at == id) {
                out.label = Some(self.new_label(out));
            }
            self.inst(id, out);
        }
        if let Some(label) = &self.src.label {
            let contract = label.contract.as_ref().map(|contract| self.contract(contract));
            let new = match out.label.take() {
                Some(new) => new,
                None => self.new_label(out),
            };
            let new = out.label.insert(Label { contract, ..new });
            for param in label.params.iter().filter(|p| self.fixed_param(p.phi).is_none()) {
                let (phi, init) = (self.insts[param.phi.idx()], self.insts[param.init.idx()]);
                new.params.push(crate::LabelParam { phi, init, info: param.info });
            }
        }
        let slots = |slots: &[(i32, InstId)]| {
            slots.iter().map(|&(s, v)| (s, self.insts[v.idx()])).collect()
        };
        out.end = match &self.src.end {
            End::Open => End::Open,
            End::Close(list) => End::Close(slots(list)),
            End::Loop(args) => {
                let label = self.src.label.as_ref().expect("a loop has a label");
                let varying = args
                    .iter()
                    .zip(&label.params)
                    .filter(|(_, p)| self.fixed_param(p.phi).is_none());
                End::Loop(varying.map(|(a, _)| self.insts[a.idx()]).collect())
            }
            End::Label(args) => End::Label(args.iter().map(|a| self.insts[a.idx()]).collect()),
            End::Tree { target, slots: list } => End::Tree { target: *target, slots: slots(list) },
            End::Exit(snap) => End::Exit(self.snap(*snap, out)),
            End::Return(v) => End::Return(self.insts[v.idx()]),
        };
    }

    fn new_label(&self, out: &Trace) -> Label {
        Label { at: InstId(out.insts.len() as u32), params: Vec::new(), contract: None }
    }

    /// The contract in new numbers. Of values that are no longer there nothing was known: they bind nobody.
    fn contract(&self, src: &Contract) -> Contract {
        let kept = |id: &InstId| self.insts[id.idx()].idx() < self.insts.len();
        let carried = src.carried.iter().filter_map(|(home, carried)| {
            let home = match home {
                Home::Field(obj, _) if !kept(obj) => return None,
                Home::Field(obj, field) => Home::Field(self.insts[obj.idx()], *field),
                slot => *slot,
            };
            Some((home, self.carried(carried)?))
        });
        Contract {
            carried: carried.collect(),
            writes: src.writes.clone(),
            calls_python: src.calls_python,
        }
    }

    fn carried(&self, src: &Carried) -> Option<Carried> {
        let new = |id: &InstId| Some(self.insts[id.idx()]).filter(|id| id.idx() < self.insts.len());
        Some(match src {
            Carried::Same(v) => Carried::Same(new(v)?),
            Carried::Param(phi) if self.fixed_param(*phi).is_some() => Carried::Same(new(phi)?),
            Carried::Param(phi) => Carried::Param(new(phi)?),
            Carried::Float(phi) => Carried::Float(new(phi)?),
            Carried::Virtual(alloc, fields) => {
                let fields = fields.iter().filter_map(|(f, c)| Some((*f, self.carried(c)?)));
                Carried::Virtual(*alloc, fields.collect())
            }
        })
    }

    /// What a loop parameter always is, if it never changes.
    fn fixed_param(&self, phi: InstId) -> Option<InstId> {
        let label = self.src.label.as_ref()?;
        let index = label.params.iter().position(|p| p.phi == phi)?;
        let init = label.params[index].init;
        match &self.src.end {
            End::Loop(args) if args[index] == phi || args[index] == init => Some(init),
            _ => None,
        }
    }

    fn inst(&mut self, id: InstId, out: &mut Trace) {
        let inst = self.src.inst(id);
        if inst.op == Op::Nop {
            return;
        }
        if inst.op == Op::Phi
            && let Some(init) = self.fixed_param(id)
        {
            self.insts[id.idx()] = self.insts[init.idx()];
            return;
        }
        let args: Vec<InstId> = self.src.args(id).iter().map(|a| self.insts[a.idx()]).collect();
        let snap = inst.snap.map(|snap| self.snap(snap, out));
        let new = out.push(inst.op, &args, inst.imm, snap);
        out.insts[new.idx()].ty = inst.ty;
        self.insts[id.idx()] = new;
    }

    fn snap(&mut self, id: SnapId, out: &mut Trace) -> SnapId {
        if let Some(new) = self.snaps[id.idx()] {
            return new;
        }
        let mut snapshot = self.src.snapshots[id.idx()].clone();
        for (_, recipe) in &mut snapshot.slots {
            *recipe = self.recipe(*recipe, out);
        }
        for store in &mut snapshot.stores {
            store.obj = self.recipe(store.obj, out);
            store.value = self.recipe(store.value, out);
        }
        out.snapshots.push(snapshot);
        let new = SnapId(out.snapshots.len() as u32 - 1);
        self.snaps[id.idx()] = Some(new);
        new
    }

    fn recipe(&mut self, recipe: Recipe, out: &mut Trace) -> Recipe {
        match recipe {
            Recipe::Inst(id) => Recipe::Inst(self.insts[id.idx()]),
            Recipe::Virtual(v) => Recipe::Virtual(self.virt(v, out)),
        }
    }

    fn virt(&mut self, v: VirtId, out: &mut Trace) -> VirtId {
        if let Some(new) = self.virtuals[v.idx()] {
            return new;
        }
        let new = VirtId(out.virtuals.len() as u32);
        self.virtuals[v.idx()] = Some(new);
        let desc = &self.src.virtuals[v.idx()];
        out.virtuals.push(crate::VirtualDesc { alloc: desc.alloc, fields: Vec::new() });
        let fields = desc.fields.iter().map(|&(field, r)| (field, self.recipe(r, out))).collect();
        out.virtuals[new.idx()].fields = fields;
        new
    }
}
