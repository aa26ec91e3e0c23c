//! Replays a trace through the builder, with other values for its parameters.

use crate::build::Builder;
use crate::ops::{Effect, Op};
use crate::trace::{End, Inst, LazyStore, Recipe, Snapshot, Trace, VirtualDesc};
use crate::types::{InstId, Slot, SnapId, VirtId};

/// A replay under way. Cloned where the loop begins, to try again.
#[derive(Clone)]
pub(super) struct Replay<'a> {
    pub(super) src: &'a Trace,
    pub(super) b: Builder,
    /// What stands for each source inst.
    map: Vec<Option<InstId>>,
    snaps: Vec<Option<SnapId>>,
    virtuals: Vec<Option<VirtId>>,
    /// What each parameter slot holds: filled from the frame where nothing is said.
    pub(super) slots: Vec<(Slot, InstId)>,
    /// Slots that exits must restore even where the source's snapshots do not name them.
    pub(super) carried: Vec<(Slot, InstId)>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(src: &'a Trace, b: Builder) -> Replay<'a> {
        Replay {
            src,
            b,
            map: vec![None; src.insts.len()],
            snaps: vec![None; src.snapshots.len()],
            virtuals: vec![None; src.virtuals.len()],
            slots: Vec::new(),
            carried: Vec::new(),
        }
    }

    /// Forgets the values of the iteration before.
    pub(super) fn restart(&mut self) {
        self.map.fill(None);
        self.snaps.fill(None);
        self.virtuals.fill(None);
    }

    /// Replays every instruction.
    pub(super) fn run(&mut self) {
        for id in self.src.ids() {
            if self.b.is_dead() {
                return;
            }
            self.inst(id);
        }
    }

    /// What stands for a source value.
    pub(super) fn value(&mut self, id: InstId) -> InstId {
        match self.map[id.idx()] {
            Some(v) => v,
            None => {
                // The trace is dead here, or badly formed: any value will do.
                self.b.const_int(0)
            }
        }
    }

    fn inst(&mut self, id: InstId) {
        let src = self.src;
        let inst = *src.inst(id);
        let mut buffer = [InstId(0); 8];
        let args = src.args(id);
        let value = if args.len() <= 8 {
            for (to, &from) in buffer.iter_mut().zip(args) {
                *to = self.value(from);
            }
            self.emit(&inst, &buffer[..args.len()])
        } else {
            let args: Vec<InstId> = args.iter().map(|&arg| self.value(arg)).collect();
            self.emit(&inst, &args)
        };
        if let Some(v) = value {
            self.map[id.idx()] = Some(v);
        }
    }

    fn emit(&mut self, inst: &Inst, args: &[InstId]) -> Option<InstId> {
        match inst.op.effect() {
            Effect::Const => Some(match inst.op {
                Op::ConstVal => self.b.const_val(inst.imm),
                Op::ConstRaw => self.b.const_raw(inst.imm as i64),
                Op::ConstF64 => self.b.const_f64(f64::from_bits(inst.imm)),
                _ => self.b.const_bool(inst.imm != 0),
            }),
            Effect::Param => Some(self.param(inst)),
            Effect::Pure if inst.op == Op::Nop => None,
            Effect::Pure if inst.op == Op::FrameAddr => Some(self.b.frame_addr(inst.slot())),
            Effect::Pure => Some(self.b.op(inst.op, args)),
            Effect::Guard | Effect::Poll | Effect::TreeCall => self.guard(inst, args),
            _ => self.effect(inst, args),
        }
    }

    fn param(&mut self, inst: &Inst) -> InstId {
        let slot = inst.slot();
        if let Some(&(_, v)) = self.slots.iter().find(|s| s.0 == slot) {
            return v;
        }
        let v = self.b.param(slot);
        if inst.ty == crate::Type::Int {
            self.b.assume_int(v);
        }
        v
    }

    /// What a slot held at entry, with the type that the source gives it.
    pub(super) fn slot_param(&mut self, slot: Slot) -> InstId {
        let typed = self.src.insts.iter().find(|inst| inst.op == Op::Param && inst.slot() == slot);
        match typed.copied() {
            Some(inst) => self.param(&inst),
            None => self.b.param(slot),
        }
    }

    fn guard(&mut self, inst: &Inst, args: &[InstId]) -> Option<InstId> {
        let from = inst.snap.expect("a guard has a snapshot");
        let (map, snaps, virtuals) = (&self.map, &mut self.snaps, &mut self.virtuals);
        let mut importer = Importer { src: self.src, map, snaps, virtuals, carried: &self.carried };
        let snap = move |b: &mut Builder| importer.snapshot(b, from);
        match inst.op {
            Op::CallTree => {
                let (tree, window) = inst.tree();
                return Some(self.b.call_tree(tree, window, snap));
            }
            Op::GuardValid => self.b.guard_valid(snap),
            Op::GuardNoRaise => self.b.guard_no_raise(args[0], snap),
            Op::Safepoint => self.b.safepoint(snap),
            op if op.info().gives == crate::ops::Gives::Unit => {
                self.b.guard_with(op, args, inst.imm, snap)
            }
            op => return Some(self.b.guarded(op, args, snap)),
        }
        None
    }

    fn effect(&mut self, inst: &Inst, args: &[InstId]) -> Option<InstId> {
        match inst.op {
            Op::Load => return Some(self.b.load(args[0], inst.field())),
            Op::Aload => return Some(self.b.aload(args[0], inst.array(), args[1])),
            Op::New => return Some(self.b.new_object(inst.alloc())),
            Op::NewArray => return Some(self.b.new_array(inst.alloc(), args[0])),
            Op::Call => return Some(self.b.call(inst.helper(), args)),
            Op::FrameLoad => return Some(self.b.frame_load(inst.slot())),
            Op::Store => self.b.store(args[0], inst.field(), args[1]),
            Op::Astore => self.b.astore(args[0], inst.array(), args[1], args[2]),
            Op::Barrier => self.b.barrier(args[0], args[1]),
            Op::FrameStore => self.b.frame_store(inst.slot(), args[0]),
            Op::Keep => self.b.keep(args[0]),
            _ => {}
        }
        None
    }

    /// A source snapshot with what its values are now.
    pub(super) fn snapshot(&mut self, from: SnapId) -> SnapId {
        let (map, snaps, virtuals) = (&self.map, &mut self.snaps, &mut self.virtuals);
        Importer { src: self.src, map, snaps, virtuals, carried: &self.carried }
            .snapshot(&mut self.b, from)
    }

    /// The end of a trace that is not a loop.
    pub(super) fn end(&mut self) -> End {
        match &self.src.end {
            End::Tree { target, slots } => {
                let mut out: Vec<_> =
                    slots.iter().map(|&(slot, v)| (slot, self.value(v))).collect();
                for (_, v) in &mut out {
                    *v = self.b.escaped(*v);
                }
                End::Tree { target: *target, slots: out }
            }
            End::Exit(snap) => End::Exit(self.snapshot(*snap)),
            End::Return(v) => {
                let v = self.value(*v);
                End::Return(self.b.escaped(v))
            }
            _ => End::Open,
        }
    }
}

/// Brings snapshots over. Apart from `Replay`, so that a guard can run it while the builder is borrowed.
struct Importer<'r> {
    src: &'r Trace,
    map: &'r [Option<InstId>],
    snaps: &'r mut [Option<SnapId>],
    virtuals: &'r mut [Option<VirtId>],
    carried: &'r [(Slot, InstId)],
}

impl Importer<'_> {
    /// A snapshot is made anew for each guard unless nothing changed since: values are described as they are now.
    fn snapshot(&mut self, b: &mut Builder, from: SnapId) -> SnapId {
        let src = &self.src.snapshots[from.idx()];
        self.virtuals.fill(None);
        let mut snapshot =
            Snapshot { frames: src.frames.clone(), resume: src.resume, ..Snapshot::default() };
        for &(slot, recipe) in &src.slots {
            let recipe = self.recipe(b, recipe);
            snapshot.slots.push((slot, recipe));
        }
        for &(slot, v) in self.carried {
            if !src.slots.iter().any(|s| s.0 == slot) {
                snapshot.slots.push((slot, b.recipe(v)));
            }
        }
        for store in &src.stores {
            let (obj, value) = (self.recipe(b, store.obj), self.recipe(b, store.value));
            snapshot.stores.push(LazyStore { obj, field: store.field, value });
        }
        let id = match self.snaps[from.idx()] {
            Some(id) if b.trace().snapshots[id.idx()] == snapshot => id,
            _ => b.add_snapshot(snapshot),
        };
        self.snaps[from.idx()] = Some(id);
        id
    }

    fn recipe(&mut self, b: &mut Builder, recipe: Recipe) -> Recipe {
        match recipe {
            Recipe::Inst(id) => match self.map[id.idx()] {
                Some(v) => b.recipe(v),
                None => Recipe::Inst(b.const_int(0)),
            },
            Recipe::Virtual(v) => Recipe::Virtual(self.virtual_(b, v)),
        }
    }

    fn virtual_(&mut self, b: &mut Builder, v: VirtId) -> VirtId {
        if let Some(id) = self.virtuals[v.idx()] {
            return id;
        }
        let src = &self.src.virtuals[v.idx()];
        let id = b.add_virtual(VirtualDesc { alloc: src.alloc, fields: Vec::new() });
        self.virtuals[v.idx()] = Some(id);
        let fields = src.fields.iter().map(|&(field, r)| (field, self.recipe(b, r))).collect();
        b.set_virtual_fields(id, fields);
        id
    }
}
