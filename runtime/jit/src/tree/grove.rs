//! Where trees grow, and what a tree is made of.
//!
//! A `Location` is a loop header or function entry that was hot once or that a tree calls; it stays, so that its number can stand in bytecode and in other
//! trees' code, and so that what was learnt about it is not forgotten. Trees come and go: a `Grove` is the traces that
//! are compiled together there and their `Code`, which dies when nobody runs it any more.

use crate::code::Arena;
use crate::compiling::Part;
use crate::lower::{ExitKey, JitContext, Left, NOT_RUN, Tree};
use crate::report::History;
use crate::residual::Sites;
use habu_object::{Gc, List, Value};
use habu_vm::Vm;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

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
    /// What is known of trees that died.
    pub(super) history: History,
}

impl Location {
    /// A location without a tree.
    pub(super) fn bare(header: *const u32) -> Location {
        let cell = Box::new(Cell(AtomicU64::new(Cell::EMPTY as *const () as u64)));
        Location { header, state: State::Bare, cell, failures: 0, history: History::default() }
    }
}

/// The entry of a tree's code, for trees that call it.
pub(super) struct Cell(AtomicU64);

impl Cell {
    /// What is called where there is no tree.
    const EMPTY: extern "C" fn(*mut JitContext, *mut u64) -> Left = {
        extern "C" fn not_run(_: *mut JitContext, _: *mut u64) -> Left {
            Left { how: NOT_RUN, what: 0 }
        }
        not_run
    };

    /// Where compiled code reads it.
    pub(super) fn address(&self) -> u64 {
        self.0.as_ptr() as u64
    }

    /// The tree has this code now.
    pub(super) fn set(&self, code: &Code) {
        self.0.store(code.code.address() as u64, Ordering::Release);
    }

    /// There is no tree any more.
    pub(super) fn clear(&self) {
        self.0.store(Cell::EMPTY as *const () as u64, Ordering::Release);
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
}

/// A bridge of a tree.
pub(super) struct BridgeTrace {
    /// The exit it continues.
    pub(super) at: ExitKey,
    /// What happens there.
    pub(super) planted: Planted,
}

impl BridgeTrace {
    /// Length of the trace.
    pub(super) fn len(&self) -> usize {
        self.planted.part.trace.insts.len()
    }
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
    /// Times that exits of `waiting` were taken since the newest was recorded.
    pub(super) waited: u32,
    /// What is entered.
    pub(super) compiled: Rc<Code>,
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
    /// Length of all traces.
    pub(super) fn len(&self) -> usize {
        let bridges = self.bridges.iter().chain(&self.waiting).map(BridgeTrace::len).sum::<usize>();
        self.root.part.trace.insts.len() + bridges
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
    /// The instruction there.
    pub(super) header: *const u32,
    _kept: Vec<Rc<Kept>>,
}

impl Code {
    /// Code made of these traces.
    pub(super) fn new<'a>(
        tree: Tree,
        arena: &Arc<Mutex<Arena>>,
        grove: u64,
        (location, header): (usize, *const u32),
        traces: impl Iterator<Item = &'a Planted>,
    ) -> Rc<Code> {
        let kept = traces.map(|p| Rc::clone(&p.kept)).collect();
        let code =
            Rc::new(Code { tree, arena: Arc::clone(arena), grove, location, header, _kept: kept });
        code.set_tag(Rc::as_ptr(&code) as u64);
        code
    }
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
