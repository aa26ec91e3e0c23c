//! Virtual objects: allocations that are put off until somebody needs them.
//!
//! A virtual object is a `nop` in the trace and an entry here with the values of its fields. Loads and stores work on
//! the entry. When it escapes it is *forced*: allocated on the spot, its virtual fields first, and the new allocation
//! stands for it from then on. A snapshot that names it gets a description instead.

use rustc_hash::FxHashMap;

use super::{Builder, Kinds};
use crate::ops::Op;
use crate::trace::{Recipe, VirtualDesc};
use crate::types::{AliasClass, AllocId, FieldId, InstId, Type, VirtId};

/// An object not yet allocated.
#[derive(Clone)]
pub(crate) struct Virtual {
    pub(crate) alloc: AllocId,
    pub(crate) fields: Vec<(FieldId, InstId)>,
    /// Its description, and the version of all virtuals it was made of.
    described: Option<(u32, VirtId)>,
}

/// Objects not yet allocated.
#[derive(Clone, Default)]
pub(super) struct Virtuals {
    objects: FxHashMap<InstId, Virtual>,
    /// Counts changes to any of them.
    version: u32,
}

impl Builder {
    pub(crate) fn new_virtual(&mut self, alloc: AllocId) -> InstId {
        let id = self.append(Op::Nop, &[], 0, None);
        self.trace.insts[id.idx()].ty = Type::Val;
        self.info[id.idx()] = self.info_of(Op::New, Type::Val, alloc.0.into(), &[]);
        if let Some((_, false)) = self.info[id.idx()].shape {
            self.shaped.push(id);
        }
        self.virtuals.objects.insert(id, Virtual { alloc, fields: Vec::new(), described: None });
        self.virtuals.version += 1;
        id
    }

    pub(crate) fn is_virtual(&self, v: InstId) -> bool {
        self.virtuals.objects.contains_key(&v)
    }

    pub(crate) fn virtual_object(&self, v: InstId) -> Option<&Virtual> {
        self.virtuals.objects.get(&v)
    }

    pub(super) fn virtual_load(&mut self, obj: InstId, field: FieldId) -> Option<InstId> {
        let object = self.virtuals.objects.get(&obj)?;
        if let Some(&(_, v)) = object.fields.iter().find(|f| f.0 == field) {
            return Some(self.resolve(v));
        }
        Some(self.zero(self.trace.descs.field(field).ty))
    }

    /// Whether the object is virtual and took the store.
    pub(crate) fn virtual_store(&mut self, obj: InstId, field: FieldId, v: InstId) -> bool {
        let v = self.resolve(v);
        if !self.is_virtual(obj) {
            return false;
        }
        let desc = self.trace.descs.field(field);
        let (shapes, whole) = (desc.alias == AliasClass::SHAPE, self.keeps_bits(desc.ty, v));
        if shapes && self.virtual_reshape(obj, v) {
            return true;
        }
        if shapes || !whole {
            // The header becomes nobody knows what, or the store cuts the value.
            let obj = self.force(obj);
            self.store_field(obj, field, v);
            return true;
        }
        let Some(object) = self.virtuals.objects.get_mut(&obj) else {
            return false;
        };
        match object.fields.iter_mut().find(|f| f.0 == field) {
            Some(f) => f.1 = v,
            None => object.fields.push((field, v)),
        }
        self.virtuals.version += 1;
        true
    }

    /// Gives a virtual object another shape: it will be made with that one.
    fn virtual_reshape(&mut self, obj: InstId, shape: InstId) -> bool {
        let Some(shape) = self.raw_const(shape).and_then(|shape| u32::try_from(shape).ok()) else {
            return false;
        };
        let Some(object) = self.virtuals.objects.get_mut(&obj) else { return false };
        object.alloc = self.trace.descs.with_shape(object.alloc, shape);
        self.info[obj.idx()].shape = Some((shape, false));
        self.virtuals.version += 1;
        true
    }

    /// Makes the object if it is virtual; returns what stands for the value.
    pub(super) fn force(&mut self, v: InstId) -> InstId {
        let v = self.resolve(v);
        if !self.virtuals.objects.is_empty() && self.is_virtual(v) {
            let mut late = Vec::new();
            self.make(v, &mut late);
            for (obj, field, v) in late {
                self.init(obj, field, v);
            }
        }
        self.resolve(v)
    }

    /// Makes an object after the virtual objects in its fields. A field that refers back to an object under way is
    /// left to the end.
    fn make(&mut self, v: InstId, late: &mut Vec<(InstId, FieldId, InstId)>) {
        let Some(mut object) = self.virtuals.objects.remove(&v) else {
            return;
        };
        self.virtuals.version += 1;
        for i in 0..self.trace.descs.alloc(object.alloc).fields.len() {
            let field = self.trace.descs.alloc(object.alloc).fields[i];
            if !object.fields.iter().any(|f| f.0 == field) {
                let zero = self.zero(self.trace.descs.field(field).ty);
                object.fields.push((field, zero));
            }
        }
        for &(_, child) in &object.fields {
            let child = self.resolve(child);
            self.make(child, late);
        }
        let shape = self.info[v.idx()].shape;
        let new = self.allocate_now(object.alloc);
        self.repl[v.idx()] = new;
        self.info[new.idx()].shape = shape;
        for (field, child) in object.fields {
            if self.trace.inst(self.resolve(child)).op == Op::Nop {
                late.push((new, field, child));
            } else {
                self.init(new, field, child);
            }
        }
    }

    fn init(&mut self, obj: InstId, field: FieldId, v: InstId) {
        let v = self.resolve(v);
        if self.trace.inst(v).ty.fits(Type::Val) && self.info[v.idx()].kinds.and(Kinds::PTR).0 != 0
        {
            self.write_barrier(obj, v);
        }
        self.store_field(obj, field, v);
    }

    /// How an exit gets a value: boxes and virtual objects are made there.
    pub(crate) fn recipe(&mut self, v: InstId) -> Recipe {
        let v = self.resolve(v);
        if self.is_virtual(v) {
            return Recipe::Virtual(self.describe(v));
        }
        let inst = self.trace.inst(v);
        match inst.op {
            Op::BoxFloat | Op::BoolToVal if self.rules.sink => {
                Recipe::Inst(self.resolve(inst.args[0]))
            }
            _ => Recipe::Inst(v),
        }
    }

    fn describe(&mut self, v: InstId) -> VirtId {
        let version = self.virtuals.version;
        let next = VirtId(self.trace.virtuals.len() as u32);
        let Some(object) = self.virtuals.objects.get_mut(&v) else {
            return next;
        };
        if let Some((made, id)) = object.described
            && made == version
        {
            return id;
        }
        object.described = Some((version, next));
        let (alloc, fields) = (object.alloc, object.fields.clone());
        self.trace.virtuals.push(VirtualDesc { alloc, fields: Vec::new() });
        let fields = fields.into_iter().map(|(field, v)| (field, self.recipe(v))).collect();
        self.trace.virtuals[next.idx()].fields = fields;
        next
    }
}
