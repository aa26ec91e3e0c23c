//! How a bridge begins: with the state of the exit it hangs on.
//!
//! Slots that the exit would have written stay pending: their values are passed along to the bridge's own exits, and
//! reach the frame only if the bridge calls something that may look at it, or ends in another trace. Stores and
//! objects that the exit would have made are made here, where the bridge needs them.

use cranelift_codegen::ir::{MemFlagsData, Value};
use habu_trace::{End, InstId, MemType, Type};

use super::emit::{Emit, Leaf};
use super::exit::{Piece, Place, State};
use super::tree::params;

impl Emit<'_, '_> {
    /// Sets the parameters of the trace at hand from the state of its parent's exit.
    pub(super) fn begin_bridge(&mut self, mut state: State<Leaf>) {
        let trace = self.at.trace;
        if trace.inherits() {
            // What the exit would have written are values of the bridge.
            for (id, slot) in params(trace) {
                let v = self.load_slot(slot);
                self.set(id, v);
            }
            return;
        }
        let flush = trace.looks_at_frame();
        self.make_needed(&mut state, flush);
        for store in std::mem::take(&mut state.stores) {
            let object = self.piece_word(store.object);
            self.store_piece(object, store.place, store.value);
            if store.place.ty == MemType::Val {
                self.barrier(object);
            }
        }
        for (id, slot) in params(trace) {
            let known = state.slots.iter().find(|s| s.0 == slot).map(|s| s.1);
            match known {
                Some(Piece::Leaf(Leaf::Value(v, Type::F64))) => {
                    self.at.doubles.insert(id, v);
                }
                Some(piece) => {
                    let v = self.piece_word(piece);
                    self.set(id, v);
                }
                None => {
                    let v = self.load_slot(slot);
                    self.set(id, v);
                }
            }
        }
        if flush {
            for &(slot, piece) in &state.slots {
                let v = self.piece_word(piece);
                self.store_slot(slot, v);
            }
            state = State::default();
        }
        self.at.pending = state;
    }

    /// A value of a trace before. A comparison is made anew: where the parent made it may lie past the exit.
    pub(super) fn outer(&mut self, id: InstId, (number, of): (u32, InstId)) {
        let Some(from) = self.done.get(&number) else {
            unreachable!("a bridge comes after its parents")
        };
        let (test, value) = (from.tests.get(&of).copied(), from.values[of.idx()]);
        match (test, value) {
            (Some(test), _) => {
                self.at.tests.insert(id, test);
                if self.at.needed[id.idx()] {
                    let v = self.emit_test(test);
                    self.set(id, v);
                }
            }
            (None, Some(v)) => self.set(id, v),
            (None, None) => unreachable!("{of} of trace {number} has no value"),
        }
    }

    /// Makes the objects that the bridge needs, and all objects if one is needed: they may refer to each other.
    fn make_needed(&mut self, state: &mut State<Leaf>, flush: bool) {
        let trace = self.at.trace;
        let inputs = params(trace);
        let wanted = |slot| inputs.iter().any(|p| p.1 == slot);
        let ends = match &trace.end {
            End::Tree { slots, .. } | End::Close(slots) => Some(slots),
            _ => None,
        };
        let left = |slot| ends.is_some_and(|slots| !slots.iter().any(|s| s.0 == slot));
        let made = |piece: &Piece<Leaf>| matches!(piece, Piece::Virtual(_));
        let needed = state
            .slots
            .iter()
            .any(|(slot, piece)| made(piece) && (flush || wanted(*slot) || left(*slot)))
            || state.stores.iter().any(|s| made(&s.object) || made(&s.value));
        if needed {
            self.make_all(state);
        }
    }

    fn make_all(&mut self, state: &mut State<Leaf>) {
        let virtuals = std::mem::take(&mut state.virtuals);
        let mut objects: Vec<Leaf> = Vec::new();
        for made in &virtuals {
            let v = self.new_object(made.header, made.size);
            self.zero(v, (8..made.size as i32).step_by(8).collect(), &[]);
            objects.push(Leaf::Value(v, Type::Val));
        }
        let resolve = |piece: Piece<Leaf>| match piece {
            Piece::Virtual(n) => Piece::Leaf(objects[n as usize]),
            leaf => leaf,
        };
        for (n, made) in virtuals.iter().enumerate() {
            for &(place, value) in &made.fields {
                let object = self.leaf_value(objects[n]);
                self.store_piece(object, place, resolve(value));
                let pointer = !matches!(value, Piece::Leaf(Leaf::Value(_, Type::Int | Type::Raw)));
                if place.ty == MemType::Val && pointer {
                    // A later allocation may have made the object old.
                    self.barrier(object);
                }
            }
        }
        state.slots.iter_mut().for_each(|s| s.1 = resolve(s.1));
        for store in &mut state.stores {
            (store.object, store.value) = (resolve(store.object), resolve(store.value));
        }
    }

    fn store_piece(&mut self, object: Value, place: Place, piece: Piece<Leaf>) {
        let v = match piece {
            Piece::Leaf(leaf) if place.ty != MemType::Val => self.leaf_value(leaf),
            piece => self.piece_word(piece),
        };
        // No region: the state does not say which class the field is of.
        self.store(place.ty, MemFlagsData::trusted(), v, object, place.offset - 1);
    }

    fn piece_word(&mut self, piece: Piece<Leaf>) -> Value {
        match piece {
            Piece::Leaf(leaf) => self.leaf_word(leaf),
            Piece::Virtual(_) => unreachable!("objects that are needed were made"),
        }
    }
}
