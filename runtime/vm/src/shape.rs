//! Shapes (hidden classes): the class of an object and where its attributes are, in one number.
//!
//! Shapes form a tree per class: the root has no attributes, storing attribute `x` moves an instance along the edge
//! `x`. A shape in dictionary mode says only the class; attributes are then in the dict in `Instance::overflow`.
//! Maps and customised object layouts: Chambers, Ungar, Lee, OOPSLA 1989.

use habu_gc::Marker;
use habu_object::kind::{FIRST_FREE_SHAPE, KINDS};
use habu_object::{Gc, Kind, Type, Value};
use rustc_hash::FxHashMap;

/// Attributes an instance may have before it goes to dictionary mode.
pub const MAX_SHAPE_ATTRS: usize = 64;

/// A shape.
pub struct Shape {
    /// The class.
    pub class: Value,
    /// Layout of the objects.
    pub kind: Kind,
    /// In-object slots of instances with this shape.
    pub inline_slots: u16,
    /// Whether attributes are in a dict.
    pub dict_mode: bool,
    /// Attribute names (interned strs) in slot order.
    pub keys: Vec<Value>,
    index: FxHashMap<u64, u32>,
    next: FxHashMap<u64, u32>,
    dict_shape: Option<u32>,
}

impl Shape {
    /// Slot of the attribute with this interned name.
    #[inline]
    pub fn slot(&self, name: Value) -> Option<usize> {
        if self.keys.len() <= 6 {
            return self.keys.iter().position(|k| *k == name);
        }
        self.index.get(&name.bits()).map(|i| *i as usize)
    }
}

/// All shapes of a runtime, by number.
pub struct Shapes {
    #[allow(clippy::vec_box, reason = "inline caches hold the addresses")]
    table: Vec<Box<Shape>>,
}

impl Default for Shapes {
    fn default() -> Shapes {
        Shapes::new()
    }
}

impl Shapes {
    /// A table with the shapes of the exact builtin types, their classes still missing.
    pub fn new() -> Shapes {
        let table = KINDS
            .iter()
            .map(|(kind, _)| Box::new(Shapes::root(Value::UNBOUND, *kind, 0)))
            .collect();
        Shapes { table }
    }

    fn root(class: Value, kind: Kind, inline_slots: u16) -> Shape {
        Shape {
            class,
            kind,
            inline_slots,
            dict_mode: false,
            keys: Vec::new(),
            index: FxHashMap::default(),
            next: FxHashMap::default(),
            dict_shape: None,
        }
    }

    /// The shape with this number.
    #[inline(always)]
    pub fn get(&self, id: u32) -> &Shape {
        &self.table[id as usize]
    }

    /// Number of shapes.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are no shapes (never).
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Gives the exact builtin type's shape its class.
    pub fn set_builtin(&mut self, kind: Kind, class: Gc<Type>) {
        self.table[kind as usize].class = class.value();
    }

    /// A new root shape for a class. The first `fixed` slots belong to `__slots__` descriptors and have no key.
    pub fn add_root(&mut self, class: Gc<Type>, kind: Kind, inline_slots: u16, fixed: u16) -> u32 {
        debug_assert!(self.table.len() >= FIRST_FREE_SHAPE as usize);
        let mut shape = Shapes::root(class.value(), kind, inline_slots);
        shape.keys = vec![Value::UNBOUND; fixed as usize];
        self.push(shape)
    }

    fn push(&mut self, shape: Shape) -> u32 {
        self.table.push(Box::new(shape));
        (self.table.len() - 1) as u32
    }

    /// Makes another class the class of a builtin-like root shape.
    pub fn set_class(&mut self, id: u32, class: Gc<Type>) {
        self.table[id as usize].class = class.value();
    }

    /// The shape after adding attribute `name` (interned), or None when dictionary mode is due.
    pub fn add_attr(&mut self, id: u32, name: Value) -> Option<u32> {
        let from = &self.table[id as usize];
        if let Some(to) = from.next.get(&name.bits()) {
            return Some(*to);
        }
        if from.dict_mode || from.keys.len() >= MAX_SHAPE_ATTRS {
            return None;
        }
        let mut to = Shapes::root(from.class, from.kind, from.inline_slots);
        to.keys = from.keys.clone();
        to.keys.push(name);
        if to.keys.len() > 6 {
            to.index = to.keys.iter().enumerate().map(|(i, k)| (k.bits(), i as u32)).collect();
        }
        let to = self.push(to);
        self.table[id as usize].next.insert(name.bits(), to);
        Some(to)
    }

    /// The dictionary-mode shape of the same class.
    pub fn dict_shape(&mut self, id: u32) -> u32 {
        let from = &self.table[id as usize];
        if from.dict_mode {
            return id;
        }
        if let Some(d) = from.dict_shape {
            return d;
        }
        let mut shape = Shapes::root(from.class, from.kind, from.inline_slots);
        shape.dict_mode = true;
        let d = self.push(shape);
        self.table[id as usize].dict_shape = Some(d);
        d
    }

    /// Reports the classes to the collector (attribute names are kept alive by the interner).
    pub fn trace(&self, marker: &mut Marker<'_>) {
        for shape in &self.table {
            marker.mark_word(shape.class.bits());
        }
    }
}
