//! The loop: peeling by copy-substitution.
//!
//! The recorded iteration is replayed twice. The first copy is the preamble, with every guard. The second is the loop:
//! replayed by the same builder, it finds invariant values, guards and loads already there, and only what varies is
//! emitted again. What varies is carried by loop parameters; each has a plan:
//!
//! ```text
//! Invariant   the value does not change
//! Phi         a parameter of some type, of which something is assumed (tag, shape, range)
//! Float       an unboxed parameter, boxed only where somebody wants the box
//! Virtual     an object that is never made, carried as its fields
//! ```
//!
//! Slots of the frame are carried, and so are memory places that the loop writes (an attribute it counts in). The plan
//! is a guess from the first copy. When the second copy is done, each guess is checked against the values at its end;
//! a wrong one is weakened and the second copy is thrown away and made again. The weakest plan is always right.

use rustc_hash::FxHashMap;

use super::Passes;
use super::replay::Replay;
use crate::build::{Builder, Info, Kinds, Known, Place};
use crate::ops::Op;
use crate::trace::{Carried, Contract, End, Home, Label, LabelParam, Trace};
use crate::types::{AliasSet, AllocId, FieldId, InstId, MemType, Slot, Type};

/// Attempts before the weakest plan is taken.
const ATTEMPTS: usize = 6;
/// Memory places carried at most.
const PLACES: usize = 16;

/// Replays a trace, as a loop if it is one.
pub(super) fn run(src: &Trace, passes: Passes) -> Trace {
    let builder = Builder::with_rules(src.kind.clone(), src.descs.clone(), passes.rules());
    let mut pre = Replay::new(src, builder);
    let End::Close(slots) = &src.end else {
        pre.run();
        let end = if pre.b.is_dead() { End::Open } else { pre.end() };
        return pre.b.finish(end);
    };
    for inst in src.insts.iter().filter(|inst| inst.op == Op::Param) {
        pre.slot_param(inst.slot());
    }
    let mut plan = Plan::default();
    let ends: Vec<(Slot, InstId)> = if passes.peel {
        pre.run();
        slots.iter().map(|&(slot, v)| (slot, pre.value(v))).collect()
    } else {
        slots.iter().map(|&(slot, _)| (slot, pre.slot_param(slot))).collect()
    };
    if pre.b.is_dead() {
        return pre.b.finish(End::Open);
    }
    let loop_ = LoopEffects::of(src);
    plan.slots(&mut pre, &ends, slots, passes.peel);
    if passes.peel && passes.heap {
        plan.places(&pre, &loop_.writes);
    }
    for attempt in 0.. {
        if attempt >= ATTEMPTS {
            plan.weaken_all();
        }
        if let Some(trace) = plan.attempt(&pre, slots, &loop_) {
            return trace;
        }
    }
    unreachable!("the weakest plan holds")
}

/// What one iteration may change.
struct LoopEffects {
    writes: AliasSet,
    may_call_python: bool,
}

impl LoopEffects {
    fn of(src: &Trace) -> LoopEffects {
        let mut out = LoopEffects { writes: AliasSet::None, may_call_python: false };
        for id in src.ids() {
            out.writes.add(&src.writes_of(id));
            out.may_call_python |= src.may_call_python(id);
        }
        out
    }
}

#[derive(Clone, Debug)]
enum Carry {
    Invariant,
    Phi(Type, Info),
    Float,
    Virtual(AllocId, Vec<(FieldId, usize)>),
}

#[derive(Clone, Debug)]
struct Node {
    /// The value at the end of the preamble.
    init: InstId,
    /// The type that any value of it has: Val for ints too.
    ty: Type,
    carry: Carry,
}

impl Node {
    /// The plan that always holds.
    fn weakest(&self) -> Carry {
        Carry::Phi(self.ty, Info::of_type(self.ty))
    }
}

#[derive(Default)]
struct Plan {
    nodes: Vec<Node>,
    tops: Vec<(Home, usize)>,
    /// Slots that do not change, and whether exits must restore them all the same.
    fixed: Vec<(Slot, InstId, bool)>,
    virtuals: FxHashMap<InstId, usize>,
}

/// Making the plan.
impl Plan {
    fn slots(
        &mut self,
        pre: &mut Replay<'_>,
        ends: &[(Slot, InstId)],
        src: &[(Slot, InstId)],
        peeled: bool,
    ) {
        for (&(slot, v), &(_, from)) in ends.iter().zip(src) {
            let inst = pre.src.inst(from);
            if inst.op == Op::Param && inst.slot() == slot {
                let stored = |inst: &crate::Inst| inst.op == Op::FrameStore && inst.slot() == slot;
                let param = pre.slot_param(slot);
                self.fixed.push((slot, param, pre.src.insts.iter().any(stored)));
                continue;
            }
            let node = if peeled { self.node(&pre.b, v) } else { self.plain(&pre.b, v) };
            self.tops.push((Home::Slot(slot), node));
        }
    }

    fn places(&mut self, pre: &Replay<'_>, writes: &AliasSet) {
        let most = self.tops.len() + PLACES;
        for known in pre.b.changed_places(writes) {
            let ty = pre.b.place_type(known.place);
            let plain = matches!(ty, MemType::Val | MemType::F64 | MemType::Raw64 | MemType::Len);
            if let Place::Field(field) = known.place
                && self.tops.len() < most
                && plain
            {
                let node = self.node(&pre.b, known.value);
                self.tops.push((Home::Field(pre.b.resolve(known.obj), field), node));
            }
        }
    }

    fn plain(&mut self, b: &Builder, v: InstId) -> usize {
        let ty = b.type_of(v);
        self.add(b, b.resolve(v), Carry::Phi(ty, Info::of_type(ty)))
    }

    fn add(&mut self, b: &Builder, init: InstId, carry: Carry) -> usize {
        let ty = b.trace().inst(init).ty;
        let ty = if ty == Type::Int { Type::Val } else { ty };
        self.nodes.push(Node { init, ty, carry });
        self.nodes.len() - 1
    }

    /// The most hopeful plan for a value.
    fn node(&mut self, b: &Builder, v: InstId) -> usize {
        let v = b.resolve(v);
        if let Some(object) = b.virtual_object(v) {
            if let Some(&node) = self.virtuals.get(&v) {
                return node;
            }
            let node = self.add(b, v, Carry::Invariant);
            self.virtuals.insert(v, node);
            let fields = object.fields.iter().map(|&(field, v)| (field, self.node(b, v))).collect();
            self.nodes[node].carry = Carry::Virtual(object.alloc, fields);
            return node;
        }
        let inst = b.trace().inst(v);
        let carry = match inst.ty {
            _ if b.trace().is_const(v) => Carry::Invariant,
            Type::Val if inst.op == Op::BoxFloat || b.is_imm_float(v) => Carry::Float,
            _ => Carry::Phi(b.type_of(v), assumed(b, v)),
        };
        self.add(b, v, carry)
    }

    /// The plan that always holds.
    fn weaken_all(&mut self) {
        self.tops.retain(|(home, _)| matches!(home, Home::Slot(_)));
        for &(_, node) in &self.tops {
            self.nodes[node].carry = self.nodes[node].weakest();
        }
    }

    /// The nodes in use, parents first.
    fn reachable(&self) -> Vec<usize> {
        let mut seen = vec![false; self.nodes.len()];
        let mut out = Vec::new();
        let mut work: Vec<usize> = self.tops.iter().rev().map(|top| top.1).collect();
        while let Some(node) = work.pop() {
            if !std::mem::replace(&mut seen[node], true) {
                out.push(node);
                if let Carry::Virtual(_, fields) = &self.nodes[node].carry {
                    work.extend(fields.iter().rev().map(|f| f.1));
                }
            }
        }
        out
    }
}

/// What is assumed of a parameter: what is known of its first value, except that a counter may go on counting.
fn assumed(b: &Builder, v: InstId) -> Info {
    let mut info = *b.info(v);
    let full = Info::of_type(b.type_of(v));
    let inst = b.trace().inst(v);
    let step = |i: usize| b.info(inst.args[i]);
    let (up, down) = match inst.op {
        Op::Add | Op::AddOvf | Op::Radd => (step(1).lo >= 0, step(1).hi <= 0),
        Op::Sub | Op::SubOvf | Op::Rsub => (step(1).hi <= 0, step(1).lo >= 0),
        _ => return info,
    };
    if !down {
        info.hi = full.hi;
    }
    if !up {
        info.lo = full.lo;
    }
    info
}

/// A guess that was wrong.
enum Change {
    Weaken(usize, Option<Info>),
    DropPlace(usize),
}

/// One attempt.
struct Attempt<'a, 'p> {
    plan: &'p Plan,
    r: Replay<'a>,
    /// By node: the value in the loop, the parameter, its first value, the value at the end.
    values: Vec<Option<InstId>>,
    params: Vec<Option<LabelParam>>,
    ends: Vec<Option<InstId>>,
    changes: Vec<Change>,
}

impl Plan {
    /// Makes the second copy; `None` if the plan was wrong, which it then no longer is in the same way.
    fn attempt(
        &mut self,
        pre: &Replay<'_>,
        slots: &[(Slot, InstId)],
        effects: &LoopEffects,
    ) -> Option<Trace> {
        let order = self.reachable();
        let n = self.nodes.len();
        let mut a = Attempt {
            plan: self,
            r: pre.clone(),
            values: vec![None; n],
            params: vec![None; n],
            ends: vec![None; n],
            changes: Vec::new(),
        };
        let inits = a.inits(&order);
        let mut end = End::Open;
        if a.changes.is_empty() {
            let at = a.header(&order, &inits, effects);
            a.r.restart();
            a.r.run();
            let dead = a.r.b.is_dead();
            let mut args = Vec::new();
            if !dead {
                a.tops_end(slots);
                args = a.args(&order);
            }
            if a.changes.is_empty() {
                let params = order.iter().filter_map(|&node| a.params[node]).collect();
                let contract = a.contract(effects);
                a.r.b.set_label(Label { at, params, contract });
                if !dead {
                    end = End::Loop(args);
                }
                return Some(a.r.b.finish(end));
            }
        }
        let changes = a.changes;
        self.apply(changes);
        None
    }

    fn apply(&mut self, changes: Vec<Change>) {
        let mut dropped = Vec::new();
        for change in changes {
            match change {
                Change::DropPlace(top) => dropped.push(top),
                Change::Weaken(node, info) => {
                    let weakest = self.nodes[node].weakest();
                    let carry = &mut self.nodes[node].carry;
                    *carry = match (&*carry, info) {
                        (Carry::Phi(ty, old), Some(new)) => widen(*ty, old, &new),
                        (Carry::Invariant, Some(new)) => Carry::Phi(type_of(&new), new),
                        _ => weakest,
                    };
                }
            }
        }
        dropped.sort_unstable();
        for top in dropped.into_iter().rev() {
            self.tops.remove(top);
        }
    }
}

fn type_of(info: &Info) -> Type {
    if info.kinds == Kinds::INT { Type::Int } else { Type::Val }
}

/// Weakens an assumption by what was found at the end.
fn widen(ty: Type, old: &Info, new: &Info) -> Carry {
    let ty =
        if matches!(ty, Type::Int | Type::Val) && new.kinds != Kinds::INT { Type::Val } else { ty };
    let full = Info::of_type(ty);
    let kinds = Kinds(old.kinds.0 | new.kinds.0);
    let shape = old.shape.filter(|_| old.shape == new.shape);
    let lo = if new.lo < old.lo { full.lo } else { old.lo };
    let hi = if new.hi > old.hi { full.hi } else { old.hi };
    let info = Info { kinds, shape, lo, hi };
    Carry::Phi(ty, info)
}

/// The header.
impl Attempt<'_, '_> {
    /// The first values of the parameters.
    fn inits(&mut self, order: &[usize]) -> Vec<InstId> {
        let mut inits = Vec::new();
        for &node in order {
            let Node { init, carry, .. } = &self.plan.nodes[node];
            let init = match carry {
                Carry::Invariant | Carry::Virtual(..) => *init,
                Carry::Float => self.r.b.unboxed(*init).unwrap_or(*init),
                Carry::Phi(Type::Val | Type::Int, _) => self.r.b.escaped(*init),
                Carry::Phi(..) => *init,
            };
            inits.push(init);
        }
        for &node in order {
            let Node { init, carry, .. } = &self.plan.nodes[node];
            if matches!(carry, Carry::Virtual(..)) && !self.r.b.is_virtual(*init) {
                self.changes.push(Change::Weaken(node, None));
            }
        }
        inits
    }

    fn header(&mut self, order: &[usize], inits: &[InstId], effects: &LoopEffects) -> InstId {
        let at = InstId(self.r.b.len() as u32);
        self.r.b.enter_loop(&effects.writes, effects.may_call_python);
        for (&node, &init) in order.iter().zip(inits) {
            let phi = match self.plan.nodes[node].carry {
                Carry::Phi(ty, info) => self.r.b.phi(ty, info),
                Carry::Float => self.r.b.phi(Type::F64, Info::of_type(Type::F64)),
                _ => continue,
            };
            self.values[node] = Some(phi);
            let info = *self.r.b.info(phi);
            self.params[node] = Some(LabelParam { phi, init, info });
        }
        for &node in order {
            let Node { init, carry, .. } = &self.plan.nodes[node];
            self.values[node] = match (carry, self.values[node]) {
                (Carry::Invariant, _) => Some(*init),
                (Carry::Float, Some(phi)) => Some(self.r.b.op(Op::BoxFloat, &[phi])),
                (Carry::Virtual(alloc, _), _) => Some(self.r.b.new_virtual(*alloc)),
                (_, value) => value,
            };
        }
        self.fill_virtuals(order);
        self.homes();
        at
    }

    fn fill_virtuals(&mut self, order: &[usize]) {
        for &node in order {
            if let (Carry::Virtual(_, fields), Some(obj)) =
                (&self.plan.nodes[node].carry, self.values[node])
            {
                for &(field, child) in fields {
                    if let Some(v) = self.values[child] {
                        let obj = self.r.b.resolve(obj);
                        self.r.b.store(obj, field, v);
                    }
                }
            }
        }
    }

    /// Puts the values where the loop finds them.
    fn homes(&mut self) {
        self.r.slots.clear();
        self.r.carried.clear();
        for &(slot, param, restore) in &self.plan.fixed {
            self.r.slots.push((slot, param));
            if restore {
                self.r.carried.push((slot, param));
            }
        }
        for &(home, node) in &self.plan.tops {
            let Some(value) = self.values[node] else {
                continue;
            };
            match home {
                Home::Slot(slot) => {
                    self.r.slots.push((slot, value));
                    self.r.carried.push((slot, value));
                }
                Home::Field(obj, field) => {
                    let place = Place::Field(field);
                    self.r.b.rely(obj, place);
                    self.r.b.assume_place(Known { obj, place, value, stored: true });
                }
            }
        }
    }
}

/// What bridges that enter at the label must bring.
impl Attempt<'_, '_> {
    fn contract(&self, effects: &LoopEffects) -> Option<Contract> {
        let mut objects = Vec::new();
        let mut carried = Vec::new();
        for &(home, node) in &self.plan.tops {
            carried.push((home, self.carried(node, &mut objects)?));
        }
        Some(Contract {
            carried,
            writes: effects.writes.clone(),
            calls_python: effects.may_call_python,
        })
    }

    /// How a node is carried; `None` if an object is carried in two places or holds itself.
    fn carried(&self, node: usize, objects: &mut Vec<usize>) -> Option<Carried> {
        let phi = self.params[node].map(|param| param.phi);
        Some(match &self.plan.nodes[node].carry {
            Carry::Invariant => Carried::Same(self.plan.nodes[node].init),
            Carry::Phi(..) => Carried::Param(phi?),
            Carry::Float => Carried::Float(phi?),
            Carry::Virtual(..) if objects.contains(&node) => return None,
            Carry::Virtual(alloc, fields) => {
                objects.push(node);
                let fields = fields.iter().map(|&(f, n)| Some((f, self.carried(n, objects)?)));
                Carried::Virtual(*alloc, fields.collect::<Option<_>>()?)
            }
        })
    }
}

/// The end of the second copy.
impl Attempt<'_, '_> {
    fn tops_end(&mut self, slots: &[(Slot, InstId)]) {
        for (i, &(home, node)) in self.plan.tops.iter().enumerate() {
            let end = match home {
                Home::Slot(slot) => {
                    let close =
                        slots.iter().find(|s| s.0 == slot).expect("a carried slot is closed");
                    Some(self.r.value(close.1))
                }
                Home::Field(obj, field) => {
                    let obj = self.r.b.resolve(obj);
                    self.r.b.relied_place(obj, Place::Field(field))
                }
            };
            match end {
                Some(end) => self.node_end(node, end),
                None => self.changes.push(Change::DropPlace(i)),
            }
        }
        self.check_shared();
    }

    /// Notes what a node's value is at the end, down through virtual objects.
    fn node_end(&mut self, node: usize, end: InstId) {
        let end = self.r.b.resolve(end);
        if let Some(other) = self.ends[node] {
            if other != end {
                self.changes.push(Change::Weaken(node, None));
            }
            return;
        }
        self.ends[node] = Some(end);
        let Carry::Virtual(alloc, fields) = &self.plan.nodes[node].carry else {
            return;
        };
        let Some(object) = self.r.b.virtual_object(end).cloned() else {
            self.changes.push(Change::Weaken(node, None));
            return;
        };
        let same = object.alloc == *alloc && object.fields.len() == fields.len();
        let children: Option<Vec<_>> = fields
            .iter()
            .map(|&(f, child)| Some((child, object.fields.iter().find(|x| x.0 == f)?.1)))
            .collect();
        match children.filter(|_| same) {
            Some(children) => children.into_iter().for_each(|(child, v)| self.node_end(child, v)),
            None => self.changes.push(Change::Weaken(node, None)),
        }
    }

    /// Different nodes must not end as one object: they would part company.
    fn check_shared(&mut self) {
        let mut owner: FxHashMap<InstId, usize> = FxHashMap::default();
        for (node, end) in self.ends.iter().enumerate() {
            let (Some(end), Carry::Virtual(..)) = (end, &self.plan.nodes[node].carry) else {
                continue;
            };
            if owner.insert(*end, node).is_some() {
                self.changes.push(Change::Weaken(node, None));
            }
        }
    }

    /// The jump's arguments.
    fn args(&mut self, order: &[usize]) -> Vec<InstId> {
        let mut args = Vec::new();
        for &node in order {
            let Some(end) = self.ends[node] else {
                continue;
            };
            match &self.plan.nodes[node].carry {
                Carry::Invariant if self.r.b.resolve(end) != self.plan.nodes[node].init => {
                    let found = *self.r.b.info(end);
                    let first = *self.r.b.info(self.plan.nodes[node].init);
                    self.changes.push(Change::Weaken(node, self.joined(node, end, &first, &found)));
                }
                Carry::Float => match self.r.b.unboxed(end) {
                    Some(v) => args.push(v),
                    None => self.changes.push(Change::Weaken(node, None)),
                },
                Carry::Phi(ty, assumed) => self.phi_arg(node, *ty, assumed, end, &mut args),
                _ => {}
            }
        }
        for &node in order {
            if let (Carry::Virtual(..), Some(end)) = (&self.plan.nodes[node].carry, self.ends[node])
                && !self.r.b.is_virtual(self.r.b.resolve(end))
            {
                self.changes.push(Change::Weaken(node, None));
            }
        }
        args
    }

    /// What a constant that turned out to vary becomes.
    fn joined(&self, node: usize, end: InstId, first: &Info, found: &Info) -> Option<Info> {
        let trace = self.r.b.trace();
        let (a, b) =
            (trace.inst(self.plan.nodes[node].init).ty, trace.inst(self.r.b.resolve(end)).ty);
        let words = a.fits(Type::Val) && b.fits(Type::Val);
        if !words {
            return None;
        }
        match widen(Type::Int, first, found) {
            Carry::Phi(_, info) if first.kinds == Kinds::INT && found.kinds == Kinds::INT => {
                Some(info)
            }
            _ => Some(Info {
                kinds: Kinds(first.kinds.0 | found.kinds.0),
                ..Info::of_type(Type::Val)
            }),
        }
    }

    fn phi_arg(
        &mut self,
        node: usize,
        ty: Type,
        assumed: &Info,
        end: InstId,
        args: &mut Vec<InstId>,
    ) {
        let end = if ty.fits(Type::Val) { self.r.b.escaped(end) } else { self.r.b.resolve(end) };
        let found = *self.r.b.info(end);
        if self.r.b.type_of(end).fits(ty) && assumed.covers(&found) {
            args.push(end);
        } else {
            self.changes.push(Change::Weaken(node, Some(found)));
        }
    }
}
