//! Sinking of stores: what a loop writes into the same field again and again is written where the loop is left.
//!
//! ```text
//! loop(%1 = ..., %2 = ...):              loop(%1 = ..., %2 = ...):
//!   guard_true ...        s1               guard_true ...        s1 stores [%0.n = %2]
//!   %3 = add %2, 1                         %3 = add %2, 1
//!   store n, %0, %3                        guard_true ...        s2 stores [%0.n = %3]
//!   guard_true ...        s2               jump_loop(..., %3)
//!   jump_loop(..., %3)
//! ```
//!
//! The field must be one that the loop carries in a parameter, and nothing else in the loop may look at fields of its
//! alias class, unless of objects that a guard has told apart: then nobody misses the stores. An exit does its own barriers; those of the loop go if all stores into the
//! object do.

use rustc_hash::FxHashMap;

use crate::build::in_order;
use crate::ops::Op;
use crate::trace::{Carried, End, Home, Inst, LazyStore, Recipe, Trace};
use crate::types::{AliasClass, AliasSet, FieldId, InstId, SnapId, Type};

/// A field whose stores move, and what it holds where the pass stands.
struct Place {
    obj: InstId,
    field: FieldId,
    class: AliasClass,
    value: Recipe,
}

/// Moves stores out of the trace's loop.
pub(super) fn run(trace: &mut Trace) {
    let mut places = places(trace);
    let apart = apart(trace);
    let mut relied = Vec::new();
    places.retain(|place| nobody_looks(trace, place, &apart, &mut relied));
    for guard in relied {
        trace.insts[guard.idx()].imm = 1;
    }
    if places.is_empty() {
        return;
    }
    let spared = spared(trace, &places);
    let from = trace.label_at();
    let mut versions = 0;
    let mut made: FxHashMap<(SnapId, u32), SnapId> = FxHashMap::default();
    for id in trace.ids().skip(from.idx()) {
        let inst = *trace.inst(id);
        if let Some(snap) = inst.snap {
            let new = *made.entry((snap, versions)).or_insert_with(|| with(trace, snap, &places));
            trace.insts[id.idx()].snap = Some(new);
        }
        if inst.op == Op::Barrier && spared.contains(&inst.args[0]) {
            drop_inst(trace, id);
        }
        if inst.op != Op::Store {
            continue;
        }
        let at = (inst.args[0], inst.field());
        if let Some(place) = places.iter_mut().find(|p| (p.obj, p.field) == at) {
            place.value = recipe(trace, inst.args[1]);
            versions += 1;
            drop_inst(trace, id);
        }
    }
}

fn drop_inst(trace: &mut Trace, id: InstId) {
    let inst = &mut trace.insts[id.idx()];
    (inst.op, inst.nargs, inst.imm, inst.ty) = (Op::Nop, 0, 0, Type::Unit);
}

/// The objects into which the loop stores nothing but what moves.
fn spared(trace: &Trace, places: &[Place]) -> Vec<InstId> {
    let stays = |inst: &Inst, obj: InstId| match inst.op {
        Op::Store => !places.iter().any(|p| (p.obj, p.field) == (obj, inst.field())),
        op => op == Op::Astore,
    };
    let inside = || trace.insts.iter().skip(trace.label_at().idx());
    let mut objects: Vec<InstId> = places.iter().map(|place| place.obj).collect();
    objects.retain(|&obj| !inside().any(|i| i.nargs > 0 && i.args[0] == obj && stays(i, obj)));
    objects
}

/// The fields that the loop carries in parameters.
fn places(trace: &Trace) -> Vec<Place> {
    let label = trace.label.as_ref().filter(|_| matches!(trace.end, End::Loop(_)));
    let contract = label.and_then(|label| label.contract.as_ref());
    let carried = contract.iter().flat_map(|contract| &contract.carried);
    carried
        .filter_map(|(home, carried)| {
            let (Home::Field(obj, field), Carried::Param(phi) | Carried::Float(phi)) =
                (*home, carried)
            else {
                return None;
            };
            let class = trace.descs.field(field).alias;
            Some(Place { obj, field, class, value: Recipe::Inst(*phi) })
        })
        .collect()
}

/// The guards that tell objects apart, by the pair.
fn apart(trace: &Trace) -> FxHashMap<(InstId, InstId), InstId> {
    let guards = trace.ids().filter(|&id| trace.inst(id).op == Op::GuardApart);
    guards.map(|id| (trace.inst(id).args, id)).map(|(a, id)| (in_order(a[0], a[1]), id)).collect()
}

/// Whether the loop touches the place's class only by stores to the place itself, or through objects told apart from
/// it before. Adds the guards that this relies on.
fn nobody_looks(
    trace: &Trace,
    place: &Place,
    apart: &FxHashMap<(InstId, InstId), InstId>,
    relied: &mut Vec<InstId>,
) -> bool {
    let class = place.class;
    let touches = |set: &AliasSet| set.has(class);
    let first = relied.len();
    let unseen = trace.ids().skip(trace.label_at().idx()).all(|id| {
        let inst = trace.inst(id);
        let mut elsewhere = || match apart.get(&in_order(inst.args[0], place.obj)) {
            Some(&guard) if guard < id => {
                relied.push(guard);
                true
            }
            _ => false,
        };
        match inst.op {
            Op::Store | Op::Load if trace.descs.field(inst.field()).alias == class => {
                let own = (inst.args[0], inst.field()) == (place.obj, place.field);
                inst.op == Op::Store && own || elsewhere()
            }
            Op::Aload | Op::Astore => trace.descs.array(inst.array()).alias != class,
            Op::CallTree => false,
            Op::Call => {
                let effects = &trace.descs.helper(inst.helper()).effects;
                !touches(&effects.reads) && !touches(&effects.writes)
            }
            _ => true,
        }
    });
    if !unseen {
        relied.truncate(first);
    }
    unseen
}

/// A snapshot with the stores that an exit here must do.
fn with(trace: &mut Trace, snap: SnapId, places: &[Place]) -> SnapId {
    let mut snapshot = trace.snapshots[snap.idx()].clone();
    snapshot.stores.extend(places.iter().map(|place| LazyStore {
        obj: Recipe::Inst(place.obj),
        field: place.field,
        value: place.value,
    }));
    trace.snapshots.push(snapshot);
    SnapId(trace.snapshots.len() as u32 - 1)
}

/// Boxes are made by the exit.
fn recipe(trace: &Trace, v: InstId) -> Recipe {
    let inst = trace.inst(v);
    Recipe::Inst(if inst.op == Op::BoxFloat { inst.args[0] } else { v })
}
