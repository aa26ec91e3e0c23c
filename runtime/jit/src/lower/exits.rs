//! The blocks that guards leave to: they store what the exit's description names and return the exit's number and the
//! tree's tag.
//!
//! One block for each snapshot of a trace. If several exits store the same numbers of words and doubles, and more than
//! a few, they jump to one block that stores for all of them.

use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use habu_trace::{SnapId, Type};
use rustc_hash::FxHashMap;

use super::LowerError;
use super::context::{FIRST_EXIT, MAX_STORED, slot_offset};
use super::emit::{Emit, Leaf, OpenExit, Region};
use super::exit::{ExitDescr, ExitKey, Source, State};

/// Up to this many values are stored by the exit itself.
const OWN_STORES: usize = 3;

/// The values an exit stores: words first, then doubles.
struct Stored {
    words: Vec<Value>,
    doubles: Vec<Value>,
}

impl Emit<'_, '_> {
    /// The block for leaving through a snapshot of the trace at hand, for a bridge if one hangs there.
    pub(super) fn exit_block(&mut self, snap: SnapId) -> Block {
        if let Some(&block) = self.at.exits.get(&snap) {
            return block;
        }
        let key = ExitKey { trace: self.at.number, snap };
        let bridge = self.input.bridges.iter().position(|bridge| bridge.at == key);
        let block = if bridge.is_some() { self.b.create_block() } else { self.cold_block() };
        self.at.exits.insert(snap, block);
        self.open_exit(key, block, bridge);
        block
    }

    /// The block for leaving the code through a snapshot, bridge or not.
    pub(super) fn way_out(&mut self, snap: SnapId) -> Block {
        let key = ExitKey { trace: self.at.number, snap };
        if !self.input.bridges.iter().any(|bridge| bridge.at == key) {
            return self.exit_block(snap);
        }
        if let Some(&block) = self.at.ways_out.get(&snap) {
            return block;
        }
        let block = self.cold_block();
        self.at.ways_out.insert(snap, block);
        self.open_exit(key, block, None);
        block
    }

    fn open_exit(&mut self, key: ExitKey, block: Block, bridge: Option<usize>) {
        let trace = self.at.trace;
        let snapshot = &trace.snapshots[key.snap.idx()];
        let state = State::of(trace, snapshot, &self.at.pending, &mut |id| self.leaf(id));
        self.open.push(OpenExit { key, block, state, bridge });
    }

    /// Fills all exits that no bridge hangs on.
    pub(super) fn fill_exits(&mut self, exits: Vec<OpenExit>) -> Result<(), LowerError> {
        let stored: Vec<Stored> = exits.iter().map(|exit| stored(&exit.state)).collect();
        let mut users: FxHashMap<(usize, usize), u32> = FxHashMap::default();
        for s in &stored {
            *users.entry(s.signature()).or_default() += 1;
        }
        let mut shared: FxHashMap<(usize, usize), Block> = FxHashMap::default();
        for (exit, stored) in exits.iter().zip(&stored) {
            if stored.len() > MAX_STORED {
                return Err(LowerError::TooManyValues(exit.key));
            }
            self.b.switch_to_block(exit.block);
            let number = self.describe(exit, stored);
            let number = self.exit_number(number);
            let values = self.widened(stored);
            if stored.len() > OWN_STORES && users[&stored.signature()] > 1 {
                let block = *shared
                    .entry(stored.signature())
                    .or_insert_with(|| self.storing_block(stored.signature()));
                self.jump(block, &[&[number], &values[..]].concat());
            } else {
                self.store_and_return(number, &values);
            }
        }
        let mut blocks: Vec<Block> = shared.into_values().collect();
        blocks.sort_unstable();
        for block in blocks {
            self.b.switch_to_block(block);
            let params = self.b.block_params(block).to_vec();
            self.store_and_return(params[0], &params[1..]);
        }
        Ok(())
    }

    fn storing_block(&mut self, (words, doubles): (usize, usize)) -> Block {
        let block = self.cold_block();
        for ty in std::iter::repeat_n(I64, words + 1).chain(std::iter::repeat_n(F64, doubles)) {
            self.b.append_block_param(block, ty);
        }
        block
    }

    fn store_and_return(&mut self, number: Value, values: &[Value]) {
        let flags = self.flags(Region::Slots);
        for (slot, &v) in values.iter().enumerate() {
            self.b.ins().store(flags, v, self.context, slot_offset(slot));
        }
        self.return_exit(number);
    }

    /// Leaves with an exit's number and the tree's tag.
    fn return_exit(&mut self, number: Value) {
        self.tell_passes();
        let tag = self.tag();
        self.b.ins().return_(&[number, tag]);
    }

    /// Truth values as words.
    fn widened(&mut self, stored: &Stored) -> Vec<Value> {
        let mut values = stored.words.clone();
        for v in &mut values {
            if self.b.func.dfg.value_type(*v) == I8 {
                *v = self.b.ins().uextend(I64, *v);
            }
        }
        values.extend(&stored.doubles);
        values
    }

    fn describe(&mut self, exit: &OpenExit, stored: &Stored) -> usize {
        let index: FxHashMap<Value, u16> =
            stored.words.iter().chain(&stored.doubles).zip(0..).map(|(&v, i)| (v, i)).collect();
        let state = exit.state.map(&mut |leaf| match leaf {
            Leaf::Const(bits, ty) => Source::Const(bits, ty),
            Leaf::Value(v, ty) => Source::Slot(index[&v], ty),
        });
        let snapshot = &self.trace(exit.key.trace).snapshots[exit.key.snap.idx()];
        self.exits.push(ExitDescr {
            key: exit.key,
            frames: snapshot.frames.clone(),
            resume: snapshot.resume,
            state,
            live: stored.len() as u16,
        });
        self.exits.len() - 1
    }

    fn exit_number(&mut self, index: usize) -> Value {
        self.iconst(FIRST_EXIT as i64 + index as i64)
    }
}

impl Stored {
    fn len(&self) -> usize {
        self.words.len() + self.doubles.len()
    }

    fn signature(&self) -> (usize, usize) {
        (self.words.len(), self.doubles.len())
    }
}

/// The distinct SSA values of a state.
fn stored(state: &State<Leaf>) -> Stored {
    let mut stored = Stored { words: Vec::new(), doubles: Vec::new() };
    let mut seen = rustc_hash::FxHashSet::default();
    state.for_each_leaf(&mut |leaf| {
        if let Leaf::Value(v, ty) = leaf
            && seen.insert(v)
        {
            if ty == Type::F64 { stored.doubles.push(v) } else { stored.words.push(v) }
        }
    });
    stored
}
