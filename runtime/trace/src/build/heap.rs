//! What is known of memory: which value each field or element holds, by alias class.
//!
//! A load of a known place is the value known; a store drops what it may overwrite. Two places may overlap only within
//! one alias class, and not if they belong to different objects: an object made in this trace that was not yet stored
//! or passed anywhere, one made after the other was already known, different constants, different shapes. A raw
//! address operand is taken for the start of a buffer, never for a place inside one.
//!
//! Where only chance could make two objects the same, the recorder asks for a guard that they are not (`rivals`,
//! `guard_apart`). Which of these guards are of use shows only later: what is known because of one owes to it, and
//! marks it when it is used.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Builder, Key, Kinds};
use crate::desc::Effects;
use crate::ops::Op;
use crate::types::{AliasClass, AliasSet, AllocId, ArrayId, FieldId, HelperId, InstId, MemType};
use crate::value;

/// How many places are remembered per class.
const PLACES: usize = 64;

/// A place within an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Field(FieldId),
    Elem(ArrayId, InstId),
}

/// A place and what it holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) obj: InstId,
    pub(crate) place: Place,
    pub(crate) value: InstId,
    /// Whether it was stored here; memory itself may come to be behind.
    pub(crate) stored: bool,
}

/// Known memory.
#[derive(Clone, Default)]
pub(super) struct Heap {
    classes: FxHashMap<AliasClass, Vec<Known>>,
    immutable: Vec<Known>,
    /// Objects made here, with the epoch of their making.
    born: FxHashMap<InstId, u32>,
    /// Those of them that nothing else can know yet.
    unescaped: FxHashSet<InstId>,
    /// Calls that give the same until something they read is written.
    calls: Vec<KnownCall>,
    /// Barriers done in this epoch: the object, and the value unless it was known to be a pointer.
    barriers: Vec<(InstId, Option<InstId>)>,
    /// Pairs of objects, each in order, that a guard has shown to be two.
    apart: FxHashMap<(InstId, InstId), InstId>,
    /// Places that are known only because of such a guard.
    owed: Vec<(InstId, Place, InstId)>,
}

/// A call whose result is known to be what the same call would give now.
#[derive(Clone)]
struct KnownCall {
    helper: HelperId,
    args: Vec<InstId>,
    result: InstId,
    reads: AliasSet,
}

/// Whether two places may be one.
enum Overlap {
    Never,
    Maybe,
    /// Not since this guard.
    Ruled(InstId),
}

/// A pair of objects, whichever is named first.
pub(crate) fn in_order(a: InstId, b: InstId) -> (InstId, InstId) {
    (a.min(b), a.max(b))
}

impl Heap {
    /// Whether nothing else can know an object made here.
    pub(super) fn is_unescaped(&self, id: InstId) -> bool {
        self.unescaped.contains(&id)
    }
}

/// Loads and stores.
impl Builder {
    pub(super) fn load_field(&mut self, obj: InstId, field: FieldId) -> InstId {
        let obj = self.resolve(obj);
        if let Some(v) = self.virtual_load(obj, field) {
            return v;
        }
        self.load_place(obj, Place::Field(field), |b| {
            b.append(Op::Load, &[obj], field.0.into(), None)
        })
    }

    pub(super) fn load_elem(&mut self, arr: InstId, array: ArrayId, index: InstId) -> InstId {
        let (arr, index) = (self.force(arr), self.resolve(index));
        let place = Place::Elem(array, index);
        self.load_place(arr, place, |b| b.append(Op::Aload, &[arr, index], array.0.into(), None))
    }

    fn load_place(
        &mut self,
        obj: InstId,
        place: Place,
        emit: impl FnOnce(&mut Builder) -> InstId,
    ) -> InstId {
        if let Some(v) = self.relied_place(obj, place) {
            return v;
        }
        let value = emit(self);
        self.loaded(Known { obj, place, value, stored: false });
        value
    }

    /// A place was looked at.
    pub(super) fn loaded(&mut self, known: Known) {
        match self.place_info(known.place) {
            (_, _, true) => self.heap.immutable.push(known),
            (class, ..) => self.remember(class, known),
        }
    }

    /// The value that a place is known to hold.
    pub(crate) fn known_place(&self, obj: InstId, place: Place) -> Option<InstId> {
        if !self.rules.heap {
            return None;
        }
        let (class, _, immutable) = self.place_info(place);
        let places =
            if immutable { Some(&self.heap.immutable) } else { self.heap.classes.get(&class) };
        let found =
            places?.iter().rev().find(|k| self.resolve(k.obj) == obj && k.place == place)?;
        Some(self.resolve(found.value))
    }

    /// The value that a place is known to hold, which is relied on from here.
    pub(crate) fn relied_place(&mut self, obj: InstId, place: Place) -> Option<InstId> {
        let v = self.known_place(obj, place)?;
        self.rely(obj, place);
        Some(v)
    }

    pub(super) fn store_field(&mut self, obj: InstId, field: FieldId, v: InstId) {
        let obj = self.resolve(obj);
        if self.virtual_store(obj, field, v) {
            return;
        }
        let v = self.escape_into(obj, v);
        if self.note_store(obj, Place::Field(field), v) {
            self.append(Op::Store, &[obj, v], field.0.into(), None);
        }
    }

    pub(super) fn store_elem(&mut self, arr: InstId, array: ArrayId, index: InstId, v: InstId) {
        let (arr, index) = (self.force(arr), self.resolve(index));
        let v = self.escape_into(arr, v);
        if self.note_store(arr, Place::Elem(array, index), v) {
            self.append(Op::Astore, &[arr, index, v], array.0.into(), None);
        }
    }

    /// A value that goes into an object in memory. If it is an object that is made only now, the other one is no longer
    /// the youngest, as it was when its barrier was left out.
    fn escape_into(&mut self, obj: InstId, v: InstId) -> InstId {
        let made_now = self.is_virtual(self.resolve(v));
        let v = self.escape(v);
        // Words of the runtime are no objects.
        if made_now && self.trace.inst(obj).ty.fits(crate::Type::Val) {
            self.write_barrier(obj, v);
        }
        v
    }

    /// Brings what is known up to date with a store; says whether the store is needed.
    pub(super) fn note_store(&mut self, obj: InstId, place: Place, v: InstId) -> bool {
        if self.known_place(obj, place) == Some(v) {
            self.rely(obj, place);
            return false;
        }
        let (class, ty, immutable) = self.place_info(place);
        if class == AliasClass::SHAPE {
            self.shape_stored(obj, v);
        }
        let known = Known { obj, place, value: v, stored: true };
        if immutable {
            if self.keeps_bits(ty, v) {
                self.heap.immutable.push(known);
            }
            return true;
        }
        self.heap.calls.retain(|call| !call.reads.has(class));
        if let Some(mut places) = self.heap.classes.remove(&class) {
            let mut owed = Vec::new();
            places.retain(|k| match self.overlap(k, &known) {
                Overlap::Never => true,
                Overlap::Maybe => false,
                Overlap::Ruled(guard) => {
                    owed.push((k.obj, k.place, guard));
                    true
                }
            });
            self.heap.owed.extend(owed);
            self.heap.classes.insert(class, places);
        }
        if self.keeps_bits(ty, v) {
            self.remember(class, known);
        }
        true
    }

    fn remember(&mut self, class: AliasClass, known: Known) {
        self.heap.owed.retain(|owed| (owed.0, owed.1) != (known.obj, known.place));
        let places = self.heap.classes.entry(class).or_default();
        if places.len() == PLACES {
            places.remove(0);
        }
        places.push(known);
    }

    fn place_info(&self, place: Place) -> (AliasClass, MemType, bool) {
        match place {
            Place::Field(id) => {
                let d = self.trace.descs.field(id);
                (d.alias, d.ty, d.immutable)
            }
            Place::Elem(id, _) => {
                let d = self.trace.descs.array(id);
                (d.alias, d.elem, d.immutable)
            }
        }
    }

    /// Whether a load gives back just what was stored.
    pub(super) fn keeps_bits(&self, ty: MemType, v: InstId) -> bool {
        let bits = ty.bytes() * 8;
        let info = &self.info[v.idx()];
        bits == 64 || (info.lo >= 0 && info.hi < 1 << bits)
    }

    /// An object's shape word was stored.
    fn shape_stored(&mut self, obj: InstId, shape: InstId) {
        let old = self.info[obj.idx()].shape;
        let shaped = std::mem::take(&mut self.shaped);
        for &other in &shaped {
            let known = self.info[other.idx()].shape;
            if !(self.are_distinct(other, obj) || (old.is_some() && known != old)) {
                self.info[other.idx()].shape = None;
            }
        }
        self.shaped = shaped;
        self.shaped.retain(|id| self.info[id.idx()].shape.is_some());
        self.info[obj.idx()].shape = None;
        if let Some(shape) = self.raw_const(shape) {
            self.set_shape(obj, shape as u32, false);
        }
    }
}

/// Aliasing.
impl Builder {
    fn overlap(&self, a: &Known, b: &Known) -> Overlap {
        let (x, y) = (self.resolve(a.obj), self.resolve(b.obj));
        match () {
            _ if !self.may_meet(a.place, b.place) => Overlap::Never,
            _ if x == y => Overlap::Maybe,
            _ if self.are_distinct(x, y) => Overlap::Never,
            _ => self
                .heap
                .apart
                .get(&in_order(x, y))
                .map_or(Overlap::Maybe, |&guard| Overlap::Ruled(guard)),
        }
    }

    /// Whether two places of one alias class have bytes in common if they belong to one object.
    fn may_meet(&self, a: Place, b: Place) -> bool {
        match (a, b) {
            (Place::Field(f), Place::Field(g)) => {
                let (f, g) = (self.trace.descs.field(f), self.trace.descs.field(g));
                f.offset < g.offset + g.ty.bytes() as i32
                    && g.offset < f.offset + f.ty.bytes() as i32
            }
            (Place::Elem(x, i), Place::Elem(y, j)) if x == y => {
                let (i, j) = (&self.info[i.idx()], &self.info[j.idx()]);
                i.lo <= j.hi && j.lo <= i.hi
            }
            _ => true,
        }
    }

    /// The objects to be told apart from `obj` before its field is stored, or loaded, if that is to leave alone what is
    /// known of theirs: `guard_apart`. For a load these are the ones stored into, so that the stores may be put off.
    pub fn rivals(&self, obj: InstId, field: FieldId, stores: bool) -> Vec<InstId> {
        let (obj, place) = (self.resolve(obj), Place::Field(field));
        let (class, _, immutable) = self.place_info(place);
        if immutable || !self.rules.heap || (!stores && self.known_place(obj, place).is_some()) {
            return Vec::new();
        }
        let at = Known { obj, place, value: obj, stored: stores };
        let known = self.heap.classes.get(&class).into_iter().flatten();
        let mut rivals: Vec<InstId> = known
            .filter(|k| (stores || k.stored) && k.obj != obj)
            .filter(|k| matches!(self.overlap(k, &at), Overlap::Maybe))
            .map(|k| self.resolve(k.obj))
            .collect();
        rivals.dedup();
        rivals
    }

    /// Two objects are not one: the guard that shows it was just appended.
    pub(super) fn set_apart(&mut self, a: InstId, b: InstId) {
        let guard = InstId(self.len() as u32 - 1);
        self.heap.apart.insert(in_order(a, b), guard);
    }

    /// What is known of a place is used: the guards that it owes to are needed.
    pub(crate) fn rely(&mut self, obj: InstId, place: Place) {
        let obj = self.resolve(obj);
        for i in 0..self.heap.owed.len() {
            let (of, at, guard) = self.heap.owed[i];
            if at == place && self.resolve(of) == obj {
                self.trace.insts[guard.idx()].imm = 1;
            }
        }
    }

    /// Whether two values are certainly not the same object.
    pub(super) fn are_distinct(&self, a: InstId, b: InstId) -> bool {
        if a == b {
            return false;
        }
        if self.is_virtual(a) || self.is_virtual(b) {
            return true;
        }
        let made = |x: InstId, y: InstId| match self.heap.born.get(&x) {
            Some(_) => y < x || self.heap.unescaped.contains(&x) || self.heap.born.contains_key(&y),
            None => false,
        };
        let (x, y) = (&self.info[a.idx()], &self.info[b.idx()]);
        let shapes = matches!((x.shape, y.shape), (Some(s), Some(t)) if s.0 != t.0);
        let consts =
            matches!((self.const_bits(a), self.const_bits(b)), (Some(s), Some(t)) if s != t);
        made(a, b) || made(b, a) || shapes || consts
    }

    /// A value that others may know from here on; a virtual object is made.
    pub(super) fn escape(&mut self, v: InstId) -> InstId {
        let v = self.force(v);
        self.heap.unescaped.remove(&v);
        v
    }

    /// Forgets what a call may have changed.
    fn clobber(&mut self, writes: &AliasSet) {
        let unescaped = std::mem::take(&mut self.heap.unescaped);
        let keep = |known: &Known| unescaped.contains(&known.obj);
        match writes {
            AliasSet::None => {}
            AliasSet::All => {
                self.heap.calls.clear();
                self.heap.classes.values_mut().for_each(|places| places.retain(keep));
            }
            AliasSet::Some(classes) => {
                self.heap.calls.retain(|call| !classes.iter().any(|class| call.reads.has(*class)));
                for class in classes {
                    if let Some(places) = self.heap.classes.get_mut(class) {
                        places.retain(keep);
                    }
                }
            }
        }
        if writes.has(AliasClass::SHAPE) {
            for id in std::mem::take(&mut self.shaped) {
                if unescaped.contains(&id) || self.is_virtual(id) {
                    self.shaped.push(id);
                } else if self.info[id.idx()].shape.is_some_and(|(_, stable)| !stable) {
                    self.info[id.idx()].shape = None;
                }
            }
        }
        self.heap.unescaped = unescaped;
    }
}

/// Barriers, allocation, calls.
impl Builder {
    /// The collector may run here.
    pub(super) fn gc_point(&mut self) {
        self.epoch += 1;
        self.heap.barriers.clear();
    }

    pub(super) fn write_barrier(&mut self, obj: InstId, v: InstId) {
        let (obj, v) = (self.resolve(obj), self.resolve(v));
        if self.is_virtual(obj) {
            return;
        }
        let kinds = self.info[v.idx()].kinds;
        if self.rules.fold && kinds.and(Kinds::PTR).0 == 0 {
            return;
        }
        let v = self.force(v);
        if self.rules.heap {
            let fresh = self.heap.born.get(&obj) == Some(&self.epoch);
            let done =
                |&(o, by): &(InstId, Option<InstId>)| o == obj && (by.is_none() || by == Some(v));
            if fresh || self.heap.barriers.iter().any(done) {
                return;
            }
            self.barrier_done(obj, v);
        }
        self.append(Op::Barrier, &[obj, v], 0, None);
    }

    /// A barrier was done: another for the same object is not needed in this epoch.
    pub(super) fn barrier_done(&mut self, obj: InstId, v: InstId) {
        let pointer = self.info[v.idx()].kinds == Kinds::PTR;
        self.heap.barriers.push((obj, (!pointer).then_some(v)));
    }

    pub(super) fn allocate(&mut self, alloc: AllocId) -> InstId {
        if self.rules.virtuals { self.new_virtual(alloc) } else { self.allocate_now(alloc) }
    }

    pub(super) fn allocate_now(&mut self, alloc: AllocId) -> InstId {
        let id = self.append(Op::New, &[], alloc.0.into(), None);
        self.made(id);
        id
    }

    pub(super) fn allocate_array(&mut self, alloc: AllocId, len: InstId) -> InstId {
        let len = self.resolve(len);
        let id = self.append(Op::NewArray, &[len], alloc.0.into(), None);
        self.made(id);
        id
    }

    /// An object was made.
    pub(super) fn made(&mut self, id: InstId) {
        self.gc_point();
        self.heap.born.insert(id, self.epoch);
        self.heap.unescaped.insert(id);
        if let Some((_, false)) = self.info[id.idx()].shape {
            self.shaped.push(id);
        }
    }

    pub(super) fn call_helper(&mut self, helper: HelperId, args: &[InstId]) -> InstId {
        let args: Vec<InstId> = args.iter().map(|&arg| self.escape(arg)).collect();
        let effects = self.trace.descs.helper(helper).effects.clone();
        if effects.shared
            && self.rules.heap
            && let Some(known) = self.known_call(helper, &args)
        {
            return known;
        }
        if !effects.pure {
            self.called(&effects);
            let id = self.append(Op::Call, &args, helper.0.into(), None);
            if effects.shared {
                self.heap.calls.push(KnownCall { helper, args, result: id, reads: effects.reads });
            }
            return id;
        }
        let mut key = Key { op: Op::Call, args: [InstId(0); 3], imm: helper.0.into() };
        if self.rules.cse && args.len() <= 3 {
            key.args[..args.len()].copy_from_slice(&args);
            if let Some(&id) = self.shared.get(&key) {
                return self.resolve(id);
            }
        }
        self.gc_point();
        let id = self.append(Op::Call, &args, helper.0.into(), None);
        if args.len() <= 3 {
            self.shared.insert(key, id);
        }
        id
    }
}

/// Calls.
impl Builder {
    /// The result of an equal call before, if nothing it read was written since.
    fn known_call(&self, helper: HelperId, args: &[InstId]) -> Option<InstId> {
        let same = |a: &[InstId]| a.iter().zip(args).all(|(x, y)| self.resolve(*x) == *y);
        let known = self.heap.calls.iter().find(|c| c.helper == helper && same(&c.args))?;
        Some(self.resolve(known.result))
    }

    /// A call that is not pure was made.
    pub(super) fn called(&mut self, effects: &Effects) {
        self.gc_point();
        self.clobber(&effects.writes);
        self.valid &= !effects.may_call_python;
    }

    /// A call on a trace that is taken over.
    pub(super) fn inherit_call(&mut self, id: InstId, args: &[InstId], helper: u64) {
        for &arg in args {
            self.escape(arg);
        }
        let effects = self.trace.descs.helper(HelperId(helper as u32)).effects.clone();
        if !effects.pure {
            self.called(&effects);
        } else if args.len() <= 3 {
            let mut key = Key { op: Op::Call, args: [InstId(0); 3], imm: helper };
            key.args[..args.len()].copy_from_slice(args);
            self.shared.insert(key, id);
        }
    }
}

/// Around the loop.
impl Builder {
    /// What is known of places that the loop may write.
    pub(crate) fn changed_places(&self, writes: &AliasSet) -> Vec<Known> {
        let mut classes: Vec<_> =
            self.heap.classes.iter().filter(|(class, _)| writes.has(**class)).collect();
        classes.sort_by_key(|(class, _)| **class);
        classes.into_iter().flat_map(|(_, places)| places.iter().copied()).collect()
    }

    /// Begins the loop: keeps of memory only what no iteration changes.
    pub(crate) fn enter_loop(&mut self, writes: &AliasSet, may_call_python: bool) {
        self.heap.unescaped.clear();
        self.clobber(writes);
        self.gc_point();
        self.valid &= !may_call_python;
    }

    /// Takes a place for known.
    pub(crate) fn assume_place(&mut self, known: Known) {
        let class = self.place_info(known.place).0;
        self.remember(class, known);
    }

    /// The place's type in memory.
    pub(crate) fn place_type(&self, place: Place) -> MemType {
        self.place_info(place).1
    }
}

/// A zero word of a memory type.
impl Builder {
    pub(super) fn zero(&mut self, ty: MemType) -> InstId {
        match ty {
            MemType::Val => self.const_val(value::from_int(0)),
            MemType::F64 => self.const_f64(0.0),
            _ => self.const_raw(0),
        }
    }
}
