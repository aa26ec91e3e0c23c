//! Exits: what compiled code left behind, described so that the interpreter's state can be rebuilt without the trace.
//!
//! The same description is used while lowering, where the leaves are SSA values, and afterwards, where they are
//! places in the context: a bridge begins with the state of the exit it hangs on, in either form.

use habu_trace::trace::{FrameInfo, Recipe, Resume, Snapshot};
use habu_trace::{FieldId, InstId, MemType, Slot, SnapId, Trace, Type, VirtId};
use rustc_hash::FxHashMap;

use super::context::JitContext;

/// A place in an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Byte offset from the untagged address.
    pub offset: i32,
    /// How the field lies in memory.
    pub ty: MemType,
}

/// A value of an exit: a leaf, or an object to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<L> {
    /// A value that exists.
    Leaf(L),
    /// An index into `State::virtuals`.
    Virtual(u32),
}

/// An object to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made<L> {
    /// Its header word.
    pub header: u64,
    /// Its size in bytes.
    pub size: u32,
    /// What to store; other words are zero.
    pub fields: Vec<(Place, Piece<L>)>,
}

/// A store to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreBack<L> {
    /// Into which object.
    pub object: Piece<L>,
    /// Where.
    pub place: Place,
    /// What.
    pub value: Piece<L>,
}

/// How the state at an exit differs from memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State<L> {
    /// Frame slots to be set.
    pub slots: Vec<(Slot, Piece<L>)>,
    /// Stores to be done before, in order, with their barriers.
    pub stores: Vec<StoreBack<L>>,
    /// The objects that the others refer to; they may refer to each other in circles.
    pub virtuals: Vec<Made<L>>,
}

impl<L> Default for State<L> {
    fn default() -> State<L> {
        State { slots: Vec::new(), stores: Vec::new(), virtuals: Vec::new() }
    }
}

impl<L: Copy> State<L> {
    /// The state of a snapshot on top of what was already pending, a leaf for each inst by `leaf`.
    pub(super) fn of(
        trace: &Trace,
        snapshot: &Snapshot,
        pending: &State<L>,
        leaf: &mut dyn FnMut(InstId) -> L,
    ) -> State<L> {
        let mut state = State { virtuals: pending.virtuals.clone(), ..State::default() };
        let set = |slot: Slot| snapshot.slots.iter().any(|s| s.0 == slot);
        state.slots.extend(pending.slots.iter().filter(|s| !set(s.0)).copied());
        let mut made = FxHashMap::default();
        for store in &snapshot.stores {
            let object = state.piece(trace, store.obj, &mut made, leaf);
            let value = state.piece(trace, store.value, &mut made, leaf);
            state.stores.push(StoreBack { object, place: place(trace, store.field), value });
        }
        for &(slot, recipe) in &snapshot.slots {
            let piece = state.piece(trace, recipe, &mut made, leaf);
            state.slots.push((slot, piece));
        }
        if !pending.virtuals.is_empty() {
            state.prune();
        }
        state
    }

    /// Drops objects that nothing refers to.
    fn prune(&mut self) {
        let mut number = vec![None; self.virtuals.len()];
        let mut kept: Vec<Made<L>> = Vec::new();
        let mut renumber = |piece: &mut Piece<L>, kept: &mut Vec<Made<L>>| {
            if let Piece::Virtual(n) = piece {
                let old = *n as usize;
                *n = *number[old].get_or_insert_with(|| {
                    kept.push(self.virtuals[old].clone());
                    kept.len() as u32 - 1
                });
            }
        };
        for (_, piece) in &mut self.slots {
            renumber(piece, &mut kept);
        }
        for store in &mut self.stores {
            renumber(&mut store.object, &mut kept);
            renumber(&mut store.value, &mut kept);
        }
        let mut at = 0;
        while at < kept.len() {
            let mut fields = std::mem::take(&mut kept[at].fields);
            fields.iter_mut().for_each(|(_, piece)| renumber(piece, &mut kept));
            kept[at].fields = fields;
            at += 1;
        }
        self.virtuals = kept;
    }

    fn piece(
        &mut self,
        trace: &Trace,
        recipe: Recipe,
        made: &mut FxHashMap<VirtId, u32>,
        leaf: &mut dyn FnMut(InstId) -> L,
    ) -> Piece<L> {
        let v = match recipe {
            Recipe::Inst(id) => return Piece::Leaf(leaf(id)),
            Recipe::Virtual(v) => v,
        };
        if let Some(&n) = made.get(&v) {
            return Piece::Virtual(n);
        }
        let (desc, n) = (&trace.virtuals[v.idx()], self.virtuals.len());
        let alloc = trace.descs.alloc(desc.alloc);
        self.virtuals.push(Made { header: alloc.header, size: alloc.size, fields: Vec::new() });
        made.insert(v, n as u32);
        for &(field, recipe) in &desc.fields {
            let piece = self.piece(trace, recipe, made, leaf);
            self.virtuals[n].fields.push((place(trace, field), piece));
        }
        Piece::Virtual(n as u32)
    }

    /// The same state with other leaves.
    pub(super) fn map<M>(&self, f: &mut dyn FnMut(L) -> M) -> State<M> {
        fn piece<L: Copy, M>(p: Piece<L>, f: &mut dyn FnMut(L) -> M) -> Piece<M> {
            match p {
                Piece::Leaf(leaf) => Piece::Leaf(f(leaf)),
                Piece::Virtual(n) => Piece::Virtual(n),
            }
        }
        State {
            slots: self.slots.iter().map(|&(slot, p)| (slot, piece(p, f))).collect(),
            stores: (self.stores.iter())
                .map(|s| StoreBack {
                    object: piece(s.object, f),
                    place: s.place,
                    value: piece(s.value, f),
                })
                .collect(),
            virtuals: (self.virtuals.iter())
                .map(|made| Made {
                    header: made.header,
                    size: made.size,
                    fields: made.fields.iter().map(|&(at, p)| (at, piece(p, f))).collect(),
                })
                .collect(),
        }
    }

    /// The pieces that are reachable, each leaf and each virtual at least once.
    pub(super) fn for_each_leaf(&self, f: &mut dyn FnMut(L)) {
        let mut seen = vec![false; self.virtuals.len()];
        let mut work: Vec<Piece<L>> = self.slots.iter().map(|s| s.1).collect();
        work.extend(self.stores.iter().flat_map(|s| [s.object, s.value]));
        work.reverse();
        while let Some(piece) = work.pop() {
            match piece {
                Piece::Leaf(leaf) => f(leaf),
                Piece::Virtual(n) if !seen[n as usize] => {
                    seen[n as usize] = true;
                    work.extend(self.virtuals[n as usize].fields.iter().map(|f| f.1));
                }
                Piece::Virtual(_) => {}
            }
        }
    }
}

fn place(trace: &Trace, field: FieldId) -> Place {
    let desc = trace.descs.field(field);
    Place { offset: desc.offset, ty: desc.ty }
}

/// Where a value of an exit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// In this slot of the context.
    Slot(u16, Type),
    /// A constant; it is not stored.
    Const(u64, Type),
}

impl Source {
    fn ty(self) -> Type {
        match self {
            Source::Slot(_, ty) | Source::Const(_, ty) => ty,
        }
    }

    /// The bits, and what they are: a tagged word, a double, a truth value (0 or 1), a machine word.
    pub fn read(self, context: &JitContext) -> (u64, Type) {
        match self {
            Source::Slot(n, ty) => (context.slots[usize::from(n)], ty),
            Source::Const(bits, ty) => (bits, ty),
        }
    }
}

/// Which exit of a tree: a snapshot of one of its traces.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExitKey {
    /// 0 is the root, `n + 1` is bridge `n`.
    pub trace: u32,
    /// The snapshot.
    pub snap: SnapId,
}

/// An exit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExitDescr {
    /// Its name.
    pub key: ExitKey,
    /// The frames, outermost first.
    pub frames: Vec<FrameInfo>,
    /// How the interpreter goes on.
    pub resume: Resume,
    /// What is to be done to memory.
    pub state: State<Source>,
    /// Slots of the context that are in use.
    pub live: u16,
}

/// The memory an exit is rebuilt in.
pub trait Rebuild {
    /// A new object with that header, all other words zero; tagged.
    fn alloc(&mut self, header: u64, size: u32) -> u64;
    /// Stores into an object (tagged) the low bits of `bits`, with the write barrier if the place holds a value.
    fn store(&mut self, object: u64, place: Place, bits: u64);
    /// The word of a float.
    fn float(&mut self, x: f64) -> u64;
    /// The word of a truth value.
    fn truth(&mut self, b: bool) -> u64;
    /// The word of an int.
    fn int(&mut self, n: i64) -> u64;
    /// Writes a frame slot.
    fn set_slot(&mut self, slot: Slot, word: u64);
}

impl ExitDescr {
    /// Brings memory up to date: makes the objects, does the stores, writes the frame slots.
    ///
    /// While it runs, the context's `slots[..live]` must be scanned by the collector. Objects made are kept alive by
    /// the context too: the leaf slots are followed by one slot for each object, if there is room.
    pub fn rebuild(&self, context: &mut JitContext, memory: &mut dyn Rebuild) {
        context.live = usize::from(self.live);
        let mut made = vec![None; self.state.virtuals.len()];
        let mut words: Vec<(Slot, u64)> = Vec::with_capacity(self.state.slots.len());
        for &(slot, piece) in &self.state.slots {
            let word = self.word(piece, &mut made, context, memory);
            if matches!(piece, Piece::Leaf(source) if matches!(source.ty(), Type::F64 | Type::Raw))
            {
                keep(context, word);
            }
            words.push((slot, word));
        }
        for store in &self.state.stores {
            let object = self.word(store.object, &mut made, context, memory);
            self.store(object, store.place, store.value, &mut made, context, memory);
        }
        for (slot, word) in words {
            memory.set_slot(slot, word);
        }
        context.live = 0;
    }

    fn word(
        &self,
        piece: Piece<Source>,
        made: &mut [Option<u64>],
        context: &mut JitContext,
        memory: &mut dyn Rebuild,
    ) -> u64 {
        let n = match piece {
            Piece::Leaf(source) => {
                let (bits, ty) = source.read(context);
                return match ty {
                    Type::F64 => memory.float(f64::from_bits(bits)),
                    Type::Bool => memory.truth(bits != 0),
                    Type::Raw => memory.int(bits as i64),
                    _ => bits,
                };
            }
            Piece::Virtual(n) => n as usize,
        };
        if let Some(object) = made[n] {
            return object;
        }
        let desc = &self.state.virtuals[n];
        let object = memory.alloc(desc.header, desc.size);
        made[n] = Some(object);
        keep(context, object);
        for &(place, value) in &desc.fields {
            self.store(object, place, value, made, context, memory);
        }
        object
    }

    fn store(
        &self,
        object: u64,
        place: Place,
        value: Piece<Source>,
        made: &mut [Option<u64>],
        context: &mut JitContext,
        memory: &mut dyn Rebuild,
    ) {
        let bits = match value {
            Piece::Leaf(source) if place.ty != MemType::Val => source.read(context).0,
            value => self.word(value, made, context, memory),
        };
        memory.store(object, place, bits);
    }
}

/// Keeps a word alive in the context.
fn keep(context: &mut JitContext, word: u64) {
    if word & 3 == 1 && context.live < context.slots.len() {
        context.slots[context.live] = word;
        context.live += 1;
    }
}
