//! Where trees grow, and what a tree is made of.
//!
//! A `Location` is a loop header or function entry that was hot once or that a tree calls; it stays, so that its number can stand in bytecode and in other
//! trees' code, and so that what was learnt about it is not forgotten. Trees come and go: a `Grove` is the traces that
//! are compiled together there and their `Code`, which dies when nobody runs it any more.

use super::watch::Balance;
use crate::code::Arena;
use crate::compiling::Part;
use crate::lower::{ExitKey, FIRST_EXIT, Left, NOT_RUN, RETURNED, Tree};
use crate::record::Worth;
use crate::report::History;
use crate::residual::Sites;
use crate::tuning::MAX_BRIDGES;
use habu_object::{Gc, List, Value};
use habu_trace::FrameInfo;
use habu_vm::Vm;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A place where a tree may grow.
pub(super) struct Location {
    /// The instruction.
    pub(super) header: *const u32,
    /// What stands there now.
    pub(super) state: State,
    /// Where other trees find the entry of its code.
    pub(super) cell: Box<Cell>,
    /// Recordings that failed here.
    pub(super) failures: u32,
    /// Trees that were dropped here.
    pub(super) drops: u32,
    /// Calls that the root of a resumed generator still waits for.
    pub(super) rest: u32,
    /// What is known of trees that died.
    pub(super) history: History,
}

impl Location {
    /// A location without a tree; `empty` is what its cell holds then.
    pub(super) fn bare(header: *const u32, empty: u64) -> Location {
        let cell = Box::new(Cell { entry: AtomicU64::new(empty), empty });
        Location {
            header,
            state: State::Bare,
            cell,
            failures: 0,
            drops: 0,
            rest: 0,
            history: History::default(),
        }
    }
}

/// The entry of a tree's code, for trees that call it.
pub(super) struct Cell {
    entry: AtomicU64,
    /// What is called where there is no tree: it does nothing and says so.
    empty: u64,
}

impl Cell {
    /// Where compiled code reads it.
    pub(super) fn address(&self) -> u64 {
        self.entry.as_ptr() as u64
    }

    /// The tree has this code now.
    pub(super) fn set(&self, code: &Code) {
        self.entry.store(code.code.address() as u64, Ordering::Release);
    }

    /// There is no tree any more.
    pub(super) fn clear(&self) {
        self.entry.store(self.empty, Ordering::Release);
    }
}

/// What stands at a location.
pub(super) enum State {
    /// Nothing: its counter runs.
    Bare,
    /// A root trace that is being compiled.
    Sown(Box<Seed>),
    /// A tree.
    Grown(Box<Grove>),
}

/// A root trace that is being compiled.
pub(super) struct Seed {
    /// The job.
    pub(super) serial: u64,
    /// The hot op, to be patched.
    pub(super) op_at: *const u32,
    /// The trace.
    pub(super) root: Planted,
}

/// A recorded trace in a tree.
pub(super) struct Planted {
    /// The trace.
    pub(super) part: Part,
    /// What it refers to.
    pub(super) kept: Rc<Kept>,
    /// Slots that its frames reach above the tree's window.
    pub(super) extent: usize,
    /// What it is worth.
    pub(super) worth: Worth,
    /// Headers of compiled loops that it passes.
    pub(super) passed: Vec<*const u32>,
}

/// A bridge of a tree.
pub(super) struct BridgeTrace {
    /// The exit it continues.
    pub(super) at: ExitKey,
    /// What happens there.
    pub(super) planted: Planted,
}

/// A tree of traces with one header.
pub(super) struct Grove {
    /// Number of the job that made its first code: names the tree, as exits of its code are named alike in all of them.
    pub(super) serial: u64,
    /// The trace that is entered.
    pub(super) root: Planted,
    /// The compiled ones, parents before children.
    pub(super) bridges: Vec<BridgeTrace>,
    /// Being compiled with the others: the job's number and how many of `waiting`, from the front.
    pub(super) merging: Option<(u64, usize)>,
    /// Recorded, not yet compiled.
    pub(super) waiting: Vec<BridgeTrace>,
    /// Instructions of all its traces.
    pub(super) size: usize,
    /// Times that exits of `waiting` were taken since the last merge, or since it was last asked for.
    pub(super) waited: u32,
    /// When that was.
    pub(super) since: Instant,
    /// The tree, itself or one it leads to, that is to grow before the interpreter enters this one again.
    pub(super) paused: Option<usize>,
    /// What is entered.
    pub(super) compiled: Rc<Code>,
    /// Whether the code made from now on counts its passes.
    pub(super) counted: bool,
    /// Whether it is worth it.
    pub(super) balance: Balance,
    /// What is known of the exits that were taken.
    pub(super) counts: FxHashMap<ExitKey, ExitCount>,
    /// The op words that jumps to the header had, and where they are patched.
    pub(super) patched: Vec<(*const u32, u32)>,
}

/// What is known of an exit.
#[derive(Clone, Copy, Default)]
pub(super) struct ExitCount {
    /// Times it was taken.
    pub(super) taken: u64,
    /// Times since a bridge was last recorded there.
    pub(super) since: u32,
    /// Recordings that failed.
    pub(super) failures: u32,
}

impl Grove {
    /// Whether bridges wait for their compilation.
    pub(super) fn waits(&self) -> bool {
        self.merging.is_some() || !self.waiting.is_empty()
    }

    /// Whether it has all the bridges it may have.
    pub(super) fn is_full(&self) -> bool {
        self.bridges.len() + self.waiting.len() >= MAX_BRIDGES
    }
}

/// The code of a tree: whoever runs it holds it; the last one frees it.
pub(super) struct Code {
    tree: Tree,
    arena: Arc<Mutex<Arena>>,
    /// `Grove::serial`.
    pub(super) grove: u64,
    /// Number of the tree's location.
    pub(super) location: usize,
    /// Whether it has a loop.
    loops: bool,
    /// Ops that a pass of its loop, or of the whole, spares the interpreter.
    pass: u64,
    /// And the way to each exit.
    ways: Vec<u32>,
    _kept: Vec<Rc<Kept>>,
}

impl Code {
    /// Code made of a root and bridges.
    pub(super) fn new(
        tree: Tree,
        arena: &Arc<Mutex<Arena>>,
        grove: u64,
        location: usize,
        root: &Planted,
        bridges: &[BridgeTrace],
    ) -> Rc<Code> {
        let traces = std::iter::once(root).chain(bridges.iter().map(|b| &b.planted));
        let code = Rc::new(Code {
            ways: ways(&tree, root, bridges),
            tree,
            arena: Arc::clone(arena),
            grove,
            location,
            loops: root.part.trace.label.is_some(),
            pass: u64::from(root.worth.whole),
            _kept: traces.map(|p| Rc::clone(&p.kept)).collect(),
        });
        code.set_tag(Rc::as_ptr(&code) as u64);
        code
    }

    /// How an entry ended for the interpreter: at an exit, or without one if the frame returned. None if it did not.
    pub(super) fn end(&self, left: Left) -> Option<Option<ExitKey>> {
        match left.how {
            NOT_RUN => None,
            RETURNED => Some(None),
            how => Some(Some(self.exits[(how - FIRST_EXIT) as usize].key)),
        }
    }

    /// Whether it is known how many passes each entry made.
    pub(super) fn knows_worth(&self) -> bool {
        self.passes || !self.loops
    }

    /// Ops that the interpreter was spared by an entry with so many passes.
    pub(super) fn spared(&self, left: Left, passes: u64) -> u64 {
        // Without a loop the last pass is the one that ended.
        let passes = passes.saturating_sub(u64::from(!self.loops));
        let last = match left.how {
            RETURNED => self.pass,
            NOT_RUN => 0,
            how => u64::from(self.ways[(how - FIRST_EXIT) as usize]),
        };
        passes.saturating_mul(self.pass).saturating_add(last)
    }
}

/// The instruction that an exit with these frames is at.
pub(super) fn place_of(frames: &[FrameInfo]) -> u64 {
    // An op that went another way than recorded has no place to go on, but one where it stands.
    frames.last().map_or(0, |f| if f.pc == 0 { f.func } else { f.pc })
}

/// What the way to each exit is worth, without passes of the loop.
fn ways(tree: &Tree, root: &Planted, bridges: &[BridgeTrace]) -> Vec<u32> {
    // Parents come before children.
    let mut starts = vec![0];
    let way = |key: ExitKey, starts: &[u32]| {
        let n = key.trace as usize;
        let planted = if n == 0 { root } else { &bridges[n - 1].planted };
        let frames = &planted.part.trace.snapshots[key.snap.idx()].frames;
        starts[n] + planted.worth.way(place_of(frames))
    };
    for bridge in bridges {
        starts.push(way(bridge.at, &starts));
    }
    tree.exits.iter().map(|exit| way(exit.key, &starts)).collect()
}

impl Deref for Code {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        let code = std::mem::take(&mut self.tree.code);
        let mut arena = self.arena.lock().unwrap_or_else(|e| e.into_inner());
        // SAFETY: this was the last holder; code is entered through a holder, or by code, and then it is held until
        // none runs.
        unsafe { arena.free(code) };
    }
}

/// What a trace refers to by address: kept alive as long as the trace or code made of it may be used.
pub(super) struct Kept {
    /// Called in the code of residual ops.
    _sites: Sites,
    /// Place of its objects among the keeper's.
    place: usize,
    dead: Rc<RefCell<Vec<usize>>>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.dead.borrow_mut().push(self.place);
    }
}

/// Keeps the objects of traces alive: a list in the heap of one list for each trace.
#[derive(Default)]
pub(super) struct Keeper {
    /// Places whose traces are gone, their objects not yet let go.
    dead: Rc<RefCell<Vec<usize>>>,
    free: Vec<usize>,
}

impl Keeper {
    const ROOT: &'static str = "jit.kept";

    /// Keeps what a recording refers to; None without memory.
    pub(super) fn keep(
        &mut self,
        vm: &mut Vm,
        objects: Gc<List>,
        sites: Sites,
    ) -> Option<Rc<Kept>> {
        self.let_go(vm);
        let list = match vm.root(Keeper::ROOT).cast::<List>() {
            Some(list) => list,
            None => {
                let list = List::new(&mut vm.heap, 64).ok()?;
                vm.set_root(Keeper::ROOT, list.value());
                list
            }
        };
        let place = match self.free.pop() {
            Some(place) => {
                list.set(&mut vm.heap, place, objects.value());
                place
            }
            None => {
                list.push(&mut vm.heap, objects.value()).ok()?;
                list.len() - 1
            }
        };
        Some(Rc::new(Kept { _sites: sites, place, dead: Rc::clone(&self.dead) }))
    }

    /// Lets go of the objects whose traces are gone.
    pub(super) fn let_go(&mut self, vm: &mut Vm) {
        let Some(list) = vm.root(Keeper::ROOT).cast::<List>() else { return };
        for place in self.dead.borrow_mut().drain(..) {
            list.set(&mut vm.heap, place, Value::NONE);
            self.free.push(place);
        }
    }
}
