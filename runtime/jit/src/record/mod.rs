//! The recorder: executes the program op by op and writes down, as trace IR, what it did.
//!
//! `machine` is the second implementation of `semantics::Machine`: the ops themselves are not described again. Here is
//! the rest: stepping, residual ops, snapshots, frames, and where a recording ends. A recording leaves the program
//! where it stands then; nothing is undone.

mod attributes;
mod calls;
mod closures;
mod descs;
mod direct;
mod generators;
mod machine;
mod outline;
mod resumed;
mod snapshots;
mod state;
mod unwind;
mod worth;

use crate::lower::JitContext;
use crate::reason::Abort;
use crate::residual::{Link, Site, Sites};
use crate::tuning::{
    MAX_GENERATOR_PASSES, MAX_INLINE_DEPTH, MAX_INNER_PASSES, MAX_RECORDED_OPS, MAX_RECURSION,
    MAX_TRACE_INSTS, MIN_STEPS_TO_YIELD,
};
use habu_bytecode::liveness::Liveness;
use habu_bytecode::{Code, Insn, Op, Word, decode};
use habu_object::{Gc, Kind, List, MethodDescr, Value};
use habu_semantics::helpers::Touches;
use habu_semantics::{Flow, Jump, slow};
use habu_trace::{
    AliasClass, AliasSet, ArrayId, Builder, Descs, Effects, End, FieldId, FrameInfo, HelperDesc,
    HelperId, InstId, MemType, Resume, Slot, SnapId, Snapshot, Trace, TraceKind, Type,
};
use habu_vm::Vm;
use habu_vm::call::stub;
use habu_vm::frame::frame_function;
use habu_vm::resume::ResumePoint;
use habu_vm::stack::{CALLER, RETURN_PC, reg};
use habu_vm::types::native_def;
use outline::Outline;
use rustc_hash::{FxHashMap, FxHashSet};
use snapshots::LiveRegisters;
use state::{Contents, OpenFrame, Slots};
use std::rc::Rc;
pub(crate) use worth::Worth;

/// What a recording is to reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    /// The root's header.
    pub(crate) header: *const u32,
    /// The root's number, by which bridges jump to it.
    pub(crate) root: u64,
    /// Whether this is a bridge.
    pub(crate) bridge: bool,
}

impl Goal {
    /// Whether the tree is of a generator that is resumed: then it does not come back to its header.
    fn resumes(&self) -> bool {
        ResumePoint::is_key(self.header)
    }
}

/// A finished recording.
pub(crate) struct Recorded {
    /// The trace, or why there is none.
    pub(crate) trace: Result<Trace, Abort>,
    /// Where the program stands.
    pub(crate) at: Jump,
    /// Highest slot that the trace's frames reach.
    pub(crate) extent: usize,
    /// Bytecode instructions executed.
    pub(crate) steps: usize,
    /// What the code of residual ops refers to by address.
    pub(crate) sites: Sites,
    /// The trees it calls, by number.
    pub(crate) callees: Vec<usize>,
    /// What the trace is worth.
    pub(crate) worth: Worth,
    /// Headers of compiled loops around the tree's own that the trace passes.
    pub(crate) passed: Vec<*const u32>,
}

/// Where a recorded trace begins: the windows of the open frames, outermost first, with the return addresses.
pub(crate) struct Start {
    /// The instruction.
    pub(crate) pc: *const u32,
    /// The innermost window.
    pub(crate) base: *mut Value,
    /// The tree's window.
    pub(crate) tree_base: *mut Value,
    /// The exit was a residual op going another way than recorded: the bridge holds for this way only.
    pub(crate) divergence: Option<Divergence>,
    /// What the traces on the way to a bridge passed (`Recorded::passed`).
    pub(crate) passed: Vec<*const u32>,
}

/// A way that a residual op went, to be checked where a bridge for it begins.
pub(crate) struct Divergence {
    /// Address of the runtime's note of the way (`Shared::jump`).
    pub(crate) note: u64,
    /// Address of the tree's window (`JitContext::base`).
    pub(crate) window: u64,
    /// The frames of the exit.
    pub(crate) frames: Vec<FrameInfo>,
}

/// Things recordings share over the JIT's life.
#[derive(Default)]
pub(crate) struct Shelf {
    /// Liveness by address of code data.
    liveness: FxHashMap<usize, Rc<Liveness>>,
    /// Alias classes by field name and offset.
    classes: FxHashMap<(&'static str, u32), u16>,
    /// Resume points of generators that loop for long before they yield: they are not followed into traces.
    looping: FxHashSet<usize>,
    /// The numbers of the headers of trees, and the headers by number.
    numbers: FxHashMap<usize, usize>,
    numbered: Vec<*const u32>,
    /// What functions look like, by address of code data.
    outlines: FxHashMap<usize, Outline>,
}

impl Shelf {
    /// The number of a header, given out at first sight.
    pub(crate) fn number(&mut self, header: *const u32) -> usize {
        *self.numbers.entry(header as usize).or_insert_with(|| {
            self.numbered.push(header);
            self.numbered.len() - 1
        })
    }

    /// The outline of the function whose code data lie at an address (0 for a continuation).
    pub(crate) fn outline(&mut self, code: usize) -> Outline {
        *self.outlines.entry(code).or_insert_with(|| match code {
            0 => Outline::default(),
            // SAFETY: code whose frame is in a trace is pinned.
            code => Outline::of(unsafe { &*(code as *const Code) }),
        })
    }

    /// The headers that have this number or a higher one.
    pub(crate) fn headers_from(&self, number: usize) -> Vec<*const u32> {
        self.numbered[number.min(self.numbered.len())..].to_vec()
    }

    /// The alias class of a field: the same in all traces, because traces of one tree are compiled together.
    fn alias(&mut self, name: &'static str, offset: u32) -> AliasClass {
        let next = self.classes.len() as u16 + 1;
        AliasClass(*self.classes.entry((name, offset)).or_insert(next))
    }
}

/// Which compiled trees wait at which headers.
pub(crate) type Headers = FxHashMap<usize, u64>;

/// The recorder.
pub(crate) struct Recorder<'a> {
    vm: &'a mut Vm,
    shelf: &'a mut Shelf,
    headers: &'a Headers,
    b: Builder,
    pc: *const u32,
    base: *mut Value,
    tree_base: *mut Value,
    frames: Vec<OpenFrame>,
    slots: Slots,
    /// Word just past the running op's op word.
    op_pc: *const u32,
    /// Snapshot of the running op's start, once made.
    op_snap: Option<SnapId>,
    /// Whether the running op has had an effect: no guard may follow.
    effect: bool,
    /// Whether the running op is to step a generator without opening its frame.
    step_whole: bool,
    /// What the tree's own frame has returned or yielded.
    returned: Option<InstId>,
    fields: FxHashMap<(&'static str, u32), FieldId>,
    arrays: [Option<ArrayId>; 2],
    /// The words of objects whose slots were read or written: only to tell them apart, they may be dead.
    objects: FxHashMap<InstId, u64>,
    helper: Option<HelperId>,
    /// Helpers called so far, by address and name.
    helpers: FxHashMap<(usize, &'static str, Touches), HelperId>,
    /// Constant tables by name.
    tables: FxHashMap<&'static str, ArrayId>,
    /// Whether this is the first op of a bridge.
    at_bridge: bool,
    /// The helper call of the running op that has declined last.
    declined: Option<direct::Declined>,
    extent: usize,
    inner: FxHashMap<usize, u32>,
    /// As in `Start` and `Recorded`.
    before: Vec<*const u32>,
    passed: Vec<*const u32>,
    abort: Option<Abort>,
    /// What the code of residual ops will refer to by address.
    sites: Sites,
    /// The trees that the trace calls, by number.
    callees: Vec<usize>,
    worth: Worth,
    alive: Alive,
    /// How many of the trace's names are among `alive.named`.
    rooted: usize,
}

/// Lists that keep objects alive while a recording runs: roots of the runtime.
#[derive(Clone, Copy)]
pub(crate) struct Alive {
    /// What the trace names.
    pub(crate) named: Gc<List>,
    /// What the running op has made: the meaning of an op may keep it where the collector does not look.
    pub(crate) fresh: Gc<List>,
}

/// The op that a tree-entering op stands for.
fn plain(op: Op) -> Op {
    match op {
        Op::ForLoopTree => Op::ForLoop,
        Op::JumpBackTree => Op::JumpBack,
        Op::EnterTree => Op::Enter,
        _ => op,
    }
}

/// Whether an instruction that jumps back, at the bottom of a loop, has another one in this loop.
fn encloses(bottom: *const u32, other: *const u32) -> bool {
    // SAFETY: an instruction of verified code.
    let Some(op) = Insn(unsafe { *bottom }).op() else { return false };
    let Some(word) = op.info().words.iter().position(|w| *w == Word::Jump) else { return false };
    // SAFETY: the words of the instruction.
    let offset = unsafe { *bottom.add(1 + word) } as i32;
    let top = bottom.wrapping_offset(offset as isize);
    (top..bottom).contains(&other)
}

/// Whether an op's residual function looks at registers that the instruction does not name: generators save their
/// frames, continuations work on the frame below.
fn needs_whole_frame(op: Op) -> bool {
    matches!(
        op,
        Op::MakeGenerator
            | Op::Yield
            | Op::AsyncYield
            | Op::GenRet
            | Op::Send
            | Op::ContInit
            | Op::ContStore
            | Op::ContBinary
            | Op::ContCompare
            | Op::ContTruth
            | Op::ContSend
            | Op::ContNext
            | Op::ContFilter
            | Op::ContDrop
    )
}

impl<'a> Recorder<'a> {
    /// A recorder that begins at `start`.
    pub(crate) fn new(
        vm: &'a mut Vm,
        shelf: &'a mut Shelf,
        headers: &'a Headers,
        kind: TraceKind,
        start: &Start,
        alive: Alive,
    ) -> Recorder<'a> {
        let mut r = Recorder {
            vm,
            shelf,
            headers,
            b: Builder::new(kind, Descs::default()),
            pc: start.pc,
            base: start.base,
            tree_base: start.tree_base,
            frames: Vec::new(),
            slots: Slots::default(),
            op_pc: start.pc.wrapping_add(1),
            op_snap: None,
            effect: false,
            step_whole: false,
            returned: None,
            fields: FxHashMap::default(),
            arrays: [None; 2],
            objects: FxHashMap::default(),
            helper: None,
            helpers: FxHashMap::default(),
            tables: FxHashMap::default(),
            at_bridge: false,
            declined: None,
            extent: 0,
            inner: FxHashMap::default(),
            before: start.passed.clone(),
            passed: Vec::new(),
            abort: None,
            sites: Vec::new(),
            callees: Vec::new(),
            worth: Worth::default(),
            alive,
            rooted: 0,
        };
        r.open_frames(start.base);
        if let Some(d) = &start.divergence {
            r.check_way(d);
        }
        r
    }

    /// Leaves as the parent's exit would, unless the residual op before went the way this bridge is for.
    fn check_way(&mut self, d: &Divergence) {
        let snapshot =
            Snapshot { frames: d.frames.clone(), resume: Resume::Raise, ..Snapshot::default() };
        let snap = self.b.add_snapshot(snapshot);
        let word = |r: &mut Self, name: &'static str, address: u64| {
            let at = r.b.const_raw(address as i64);
            let field = r.field_at(name, 0, MemType::Raw64, false);
            r.b.load(at, field)
        };
        let pc = word(self, "shared.jump.pc", d.note);
        let wanted = self.b.const_raw(self.pc as i64);
        let same = self.b.op(habu_trace::Op::Req, &[pc, wanted]);
        self.b.guard_true(same, |_| snap);
        let base = word(self, "shared.jump.base", d.note + 8);
        let window = word(self, "shared.base", d.window);
        let offset = self.b.op(habu_trace::Op::Rsub, &[base, window]);
        let wanted = self.b.const_raw(self.slot_of(self.base) as i64 * 8);
        let same = self.b.op(habu_trace::Op::Req, &[offset, wanted]);
        self.b.guard_true(same, |_| snap);
    }

    /// Notes the open frames from the tree's window to `base`, by the link words in memory.
    fn open_frames(&mut self, base: *mut Value) {
        let mut chain = Vec::new();
        let mut at = base;
        loop {
            chain.push(at);
            if at <= self.tree_base {
                break;
            }
            // SAFETY: frames above the tree's window have link words in memory.
            at = unsafe { reg(at, CALLER) }.bits() as *mut Value;
        }
        chain.reverse();
        self.frames.clear();
        for (i, window) in chain.iter().enumerate() {
            if i > 0
                && let Some(outer) = self.frames.last_mut()
            {
                // SAFETY: as above.
                outer.resume = unsafe { reg(*window, RETURN_PC) }.bits() as *const u32;
            }
            self.note_frame(*window);
        }
    }

    fn note_frame(&mut self, window: *mut Value) {
        let base = self.slot_of(window);
        // SAFETY: the window is live.
        unsafe { self.vm.pin_running(window) };
        // SAFETY: the window is live.
        let function = unsafe { frame_function(window) };
        let code = function.map_or(0, |f| Vm::function_code(f).data.get());
        // SAFETY: as above.
        let size = unsafe { slow::window_size(window) };
        self.extent = self.extent.max(base as usize + size + 16);
        self.frames.push(OpenFrame { base, resume: std::ptr::null(), code, linked: false });
    }

    /// The slot at which a window begins.
    fn slot_of(&self, window: *mut Value) -> Slot {
        ((window as isize - self.tree_base as isize) / 8) as Slot
    }

    fn depth_base(&self) -> Slot {
        self.frames.last().map_or(0, |f| f.base)
    }

    /// Records until the goal, an end, or an abort.
    pub(crate) fn record(mut self, goal: Goal) -> Recorded {
        if goal.resumes() && !goal.bridge {
            self.begin_resumed();
        }
        if !goal.bridge {
            let snap = self.snapshot();
            self.b.guard_valid(|_| snap);
            self.b.safepoint(|_| snap);
        }
        let mut steps = 0;
        let end = loop {
            steps += 1;
            self.at_bridge = goal.bridge && steps == 1;
            // SAFETY: the machine's pc is an instruction of verified code.
            let insn = Insn(unsafe { *self.pc });
            let Some(raw) = insn.op() else { break Err(Abort::Contradiction) };
            if steps > 1
                && let Some(end) = self.arrived(goal, raw)
            {
                break end;
            }
            if steps > MAX_RECORDED_OPS || self.b.len() > MAX_TRACE_INSTS {
                break self.cut();
            }
            if let Some(end) = self.leaves_first_frame(insn, plain(raw)) {
                if plain(raw) == Op::MakeGenerator && !goal.bridge {
                    break Err(Abort::Yields);
                }
                break end;
            }
            let op = plain(raw);
            let step = if self.calls_tree(op) { self.call_tree() } else { self.step(insn, op) };
            match step {
                Ok(None) => {}
                Ok(Some(end)) => break Ok(end),
                Err(a) => break Err(a),
            }
            if let Some(a) = self.abort {
                break Err(a);
            }
            if let Some(id) = self.returned {
                let soon = matches!(op, Op::Yield | Op::AsyncYield) && steps < MIN_STEPS_TO_YIELD;
                break if soon && !goal.bridge && !goal.resumes() {
                    Err(Abort::Yields)
                } else {
                    Ok(End::Return(id))
                };
            }
            if self.b.is_dead() {
                break Err(Abort::Contradiction);
            }
        };
        self.root_constants();
        let at = Jump { pc: self.pc, base: self.base };
        let end = self.abort.map_or(end, Err);
        Recorded {
            trace: end.map(|end| self.b.finish(end)),
            at,
            extent: self.extent,
            steps,
            sites: self.sites,
            callees: self.callees,
            worth: self.worth,
            passed: self.passed,
        }
    }

    /// Whether the recording is where it wants to be, or at another tree.
    fn arrived(&mut self, goal: Goal, raw: Op) -> Option<Result<End, Abort>> {
        if self.base == self.tree_base && self.pc == goal.header {
            return Some(Ok(if goal.bridge {
                End::Tree { target: goal.root, slots: self.brought() }
            } else {
                End::Close(self.carried())
            }));
        }
        // At a function's entry there is the choice to inline it.
        let tree = self.headers.get(&(self.pc as usize)).copied();
        let link = |t: &u64| *t != goal.root && plain(raw) != Op::Enter;
        if let Some(target) = tree.filter(link)
            && self.base == self.tree_base
            && !(goal.bridge && self.passes(goal))
        {
            let slots = if goal.bridge { self.brought() } else { self.carried() };
            return Some(Ok(End::Tree { target, slots }));
        }
        if matches!(plain(raw), Op::ForLoop | Op::JumpBack) {
            let passes = self.inner.entry(self.pc as usize).or_default();
            *passes += 1;
            let most = if tree.is_some() { MAX_GENERATOR_PASSES } else { MAX_INNER_PASSES };
            if *passes > most {
                self.step_whole_next_time();
                return Some(if goal.bridge { self.cut() } else { Err(Abort::InnerLoop) });
            }
        }
        None
    }

    /// Whether the trace goes on past the header of a compiled loop: one that the tree's own loop lies in leads back to
    /// it, and the tree is the better for having all of the way. Once; then that loop's tree is the way.
    fn passes(&mut self, goal: Goal) -> bool {
        let new = !self.before.contains(&self.pc) && !self.passed.contains(&self.pc);
        let passes = new && encloses(self.pc, goal.header);
        if passes {
            self.passed.push(self.pc);
        }
        passes
    }

    /// Ends the trace here: the interpreter goes on, and what follows may become a bridge.
    fn cut(&mut self) -> Result<End, Abort> {
        self.op_pc = self.pc.wrapping_add(1);
        self.op_snap = None;
        let snap = self.snapshot();
        Ok(End::Exit(snap))
    }

    /// Whether the op would leave the tree's own frame. A return ends the trace; the trace ends before others.
    fn leaves_first_frame(&mut self, insn: Insn, op: Op) -> Option<Result<End, Abort>> {
        if self.frames.len() > 1 {
            return None;
        }
        match op {
            Op::Ret => Some(Ok(self.return_from_tree(insn))),
            Op::MakeGenerator | Op::Halt | Op::Leave => Some(self.cut()),
            _ => None,
        }
    }

    /// Executes and records one instruction.
    fn step(&mut self, insn: Insn, op: Op) -> Result<Option<End>, Abort> {
        self.worth.at(self.pc);
        self.op_pc = self.pc.wrapping_add(1);
        self.pc = self.op_pc;
        self.op_snap = None;
        self.effect = false;
        self.step_whole = false;
        // Before anything that may collect garbage: the op before may have opened a frame.
        self.publish();
        self.root_constants();
        self.alive.fresh.truncate(0);
        let flow = match self.attribute(insn, op) {
            Some(flow) => flow,
            None => machine::fast(self, op, insn),
        };
        if flow == Flow::Next {
            self.worth.op();
            return Ok(None);
        }
        if self.frames.len() == 1 && matches!(op, Op::Yield | Op::AsyncYield | Op::GenRet) {
            self.pc = self.op_pc.wrapping_sub(1);
            return self.cut().map(Some);
        }
        self.pc = self.op_pc;
        if self.step_whole
            && let Some(stepped) = self.call_generator(insn, op)
        {
            return stepped;
        }
        self.pc = self.op_pc;
        self.declined = None;
        if habu_semantics::direct::run(self, op, insn) == Flow::Next || self.raise_declined() {
            self.worth.op();
            return Ok(None);
        }
        self.pc = self.op_pc;
        self.residual(insn, op)
    }

    /// Tells the runtime where the program stands: what ops call may collect garbage and use the stack above.
    fn publish(&mut self) {
        self.vm.base = self.base;
        self.vm.pc = self.op_pc;
        // SAFETY: the window is live.
        let size = unsafe { slow::window_size(self.base) };
        self.vm.top = self.base.wrapping_add(size);
    }

    /// Keeps the objects that the trace names alive: were one to die, another could come to lie at its address.
    fn root_constants(&mut self) {
        while let Some(&bits) = self.b.trace().symbols.bits().get(self.rooted) {
            let v = Value::from_bits(bits);
            self.rooted += 1;
            if v.object().is_some()
                && !v.is_unbound()
                && self.alive.named.push(&mut self.vm.heap, v).is_err()
            {
                self.abort = Some(Abort::NoMemory);
            }
        }
    }

    /// An object that the running op has just made, kept alive until the op is done.
    fn made(&mut self, now: Value, id: InstId) -> machine::Rec<Value> {
        if now.object().is_some() && self.alive.fresh.push(&mut self.vm.heap, now).is_err() {
            self.abort = Some(Abort::NoMemory);
        }
        machine::Rec { now, id }
    }

    /// Records the op as a call of its residual function.
    fn residual(&mut self, insn: Insn, op: Op) -> Result<Option<End>, Abort> {
        let what = self.op_text(insn, op);
        let stored = self.flush(insn, op);
        let before = (self.frames.clone(), self.slots.clone());
        let continued = self.continued_writes(op);
        let pc = self.op_pc;
        let function = if self.step_whole { slow::whole(op) } else { slow::uncounted(op) };
        // SAFETY: the recorder's window is live and runs verified code.
        let mut jump = unsafe { function(self.vm, pc, self.base, insn) };
        let mut raises = false;
        let add_entry = !insn.reraises();
        if jump.pc.is_null() {
            raises = true;
            // SAFETY: the exception is pending in this frame.
            match unsafe { self.vm.unwind(pc, jump.base, add_entry) } {
                Some((pc, base)) => jump = Jump { pc, base },
                None => {
                    self.pc = stub(Op::Leave);
                    return Err(Abort::Raised);
                }
            }
        }
        (self.pc, self.base) = (jump.pc, jump.base);
        // Out of the tree's frames an exception is unwound after the exit.
        let handled = raises && jump.base >= self.tree_base;
        let status = self.call_site(insn, function, handled, add_entry, what);
        // The exit for another way than the recorded one: the frames before the op, what it may have written in memory.
        let other_way = self.other_way(before, stored.iter().chain(&continued));
        if jump.base < self.tree_base || !self.resync(insn, op, raises) {
            // The recorded way leads out of the tree's frames.
            return Ok(Some(End::Exit(other_way)));
        }
        if !raises {
            for slot in continued {
                self.slots.set(slot, Contents::Memory);
            }
        }
        let ok = self.b.const_raw(0);
        let same = self.b.op(habu_trace::Op::Req, &[status, ok]);
        self.b.guard_true(same, |_| other_way);
        // The op may have run Python code that changed what the trace relies on.
        self.op_pc = self.pc.wrapping_add(1);
        self.op_snap = None;
        let snap = self.snapshot();
        self.b.guard_valid(|_| snap);
        Ok(None)
    }

    /// The registers that the op a continuation frame waits for will have written when the frame is gone.
    fn continued_writes(&self, op: Op) -> Vec<Slot> {
        let n = self.frames.len();
        let waiting = match op {
            Op::GenRet | Op::AsyncYield if n >= 3 && self.frames[n - 2].code == 0 => n - 2,
            _ if self.frames[n - 1].code == 0 && n >= 2 => n - 1,
            _ => return Vec::new(),
        };
        let outer = self.frames[waiting - 1].base;
        let window = self.tree_base.wrapping_offset(self.frames[waiting].base as isize);
        // SAFETY: R[0] of an open continuation frame is the address of the op it continues.
        let at = unsafe { reg(window, 0) }.bits() as *const u32;
        if op == Op::ContInit {
            return Vec::new();
        }
        // SAFETY: as above.
        let insn = Insn(unsafe { *at });
        let Some(continued) = insn.op() else { return Vec::new() };
        // SAFETY: verified code is complete.
        let words = unsafe { std::slice::from_raw_parts(at.add(1), continued.size() - 1) };
        let d = decode::Decoded { pc: 0, op: continued, insn, words };
        let mut out = Vec::new();
        decode::writes(&d, |r| out.push(outer + r as Slot));
        out
    }

    /// The snapshot for leaving after a residual op: slots that were stored before it are what memory says.
    fn other_way<'s>(
        &mut self,
        (frames, slots): (Vec<OpenFrame>, Slots),
        stored: impl Iterator<Item = &'s Slot>,
    ) -> SnapId {
        let pc = self.op_pc.wrapping_sub(1);
        let now = (
            std::mem::replace(&mut self.frames, frames),
            std::mem::replace(&mut self.slots, slots),
        );
        for slot in stored {
            self.slots.set(*slot, Contents::Memory);
        }
        let snap = self.snapshot_at(0, Some(pc));
        (self.frames, self.slots) = now;
        snap
    }

    /// Emits the call; its result is the status.
    fn call_site(
        &mut self,
        insn: Insn,
        function: habu_semantics::Residual,
        raises: bool,
        add_entry: bool,
        what: String,
    ) -> InstId {
        let mut links = Vec::new();
        for pair in self.frames.windows(2) {
            links.push(Link { base: pair[1].base, pc: pair[0].resume, caller: pair[0].base });
        }
        let expected = (self.pc, self.slot_of(self.base));
        let site = Box::new(Site {
            function,
            insn,
            pc: self.op_pc,
            base: self.depth_base(),
            links,
            expected,
            raises,
            add_entry,
            what,
            runs: Rc::default(),
        });
        let address = &raw const *site as u64;
        self.sites.push(site);
        let helper = self.residual_helper();
        let arg = self.b.const_raw(address as i64);
        self.b.call(helper, &[arg])
    }

    /// What the statistics call the running op.
    fn op_text(&self, insn: Insn, op: Op) -> String {
        if !matches!(op, Op::Call | Op::CallMethod | Op::CallKw) {
            return format!("{op:?}");
        }
        // SAFETY: verified code names registers of its own live window.
        let callee = unsafe { reg(self.base, insn.a() as isize) };
        let name = match (native_def(callee), callee.kind()) {
            (Some(def), _) => def.name,
            (_, Kind::Type) => return format!("{op:?} of class {}", self.class_text(callee)),
            _ => return format!("{op:?} of {}", self.vm.type_name(callee)),
        };
        match callee.cast::<MethodDescr>() {
            Some(m) => format!("{op:?} of {}.{name}", self.class_text(m.class.get())),
            None => format!("{op:?} of {name}"),
        }
    }

    fn class_text(&self, class: Value) -> String {
        class.cast::<habu_object::Type>().map_or_else(String::new, |c| self.vm.class_name(c))
    }

    fn residual_helper(&mut self) -> HelperId {
        if let Some(h) = self.helper {
            return h;
        }
        let address = crate::residual::residual as extern "C" fn(*mut JitContext, u64) -> u64;
        let h = self.b.descs().add_helper(HelperDesc {
            name: "residual".to_owned(),
            args: vec![Type::Raw],
            ret: Type::Raw,
            shape: None,
            effects: Effects {
                pure: false,
                shared: false,
                reads: AliasSet::All,
                writes: AliasSet::All,
                may_raise: false,
                may_call_python: true,
            },
            addr: address as usize as u64,
        });
        self.helper = Some(h);
        h
    }

    /// Stores what the op reads, and what it may overwrite, into the frame in memory; the slots.
    fn flush(&mut self, insn: Insn, op: Op) -> Vec<Slot> {
        let base = self.depth_base();
        let mut wanted: Vec<Slot> = Vec::new();
        let code = self.frames.last().map_or(0, |f| f.code);
        let live = self.live_at(code, self.op_pc.wrapping_sub(1));
        if needs_whole_frame(op) || live.as_ref().is_some_and(LiveRegisters::reveal) {
            wanted.extend(self.slots.insts().iter().map(|s| s.0));
            // Registers that nobody wrote yet may be loop-carried later: memory must not be behind then either.
            if let Some(live) = live {
                // SAFETY: the window is live.
                let size = unsafe { slow::window_size(self.base) } as u32;
                wanted.extend((0..size).filter(|r| live.has(*r)).map(|r| base + r as Slot));
            }
        }
        let words = self.words_of(op);
        let d = decode::Decoded { pc: 0, op, insn, words };
        decode::reads(&d, |r| wanted.push(base + r as Slot));
        if self.frames.last().is_some_and(|f| f.code != 0) {
            decode::writes(&d, |r| wanted.push(base + r as Slot));
        }
        // Frames that the op could look at have their callee words in memory too.
        wanted.extend(self.frames[1..].iter().map(|f| f.base - 3));
        wanted.sort_unstable();
        wanted.dedup();
        for slot in &wanted {
            match self.slots.get(*slot) {
                Contents::Inst(id) => self.b.frame_store(*slot, id),
                Contents::Entry => {
                    let id = self.b.param(*slot);
                    self.b.frame_store(*slot, id);
                }
                Contents::Memory => {}
            }
        }
        wanted
    }

    /// The words after the running op.
    fn words_of(&self, op: Op) -> &'static [u32] {
        // SAFETY: verified code is complete, and instruction words outlive the recording.
        unsafe { std::slice::from_raw_parts(self.op_pc, op.size() - 1) }
    }

    /// After a residual op: the open frames and what memory now holds. False if the op left the tree's frames.
    fn resync(&mut self, insn: Insn, op: Op, raised: bool) -> bool {
        let to = self.slot_of(self.base);
        let current = self.depth_base();
        if to > current {
            // A frame was pushed, perhaps over a continuation.
            let mut chain = Vec::new();
            let mut at = self.base;
            while self.slot_of(at) > current {
                chain.push(at);
                // SAFETY: frames that the op pushed have link words in memory.
                at = unsafe { reg(at, CALLER) }.bits() as *mut Value;
            }
            for window in chain.into_iter().rev() {
                if let Some(outer) = self.frames.last_mut() {
                    // SAFETY: as above.
                    outer.resume = unsafe { reg(window, RETURN_PC) }.bits() as *const u32;
                }
                self.note_frame(window);
                let slot = self.slot_of(window);
                self.slots.set(slot - 3, Contents::Memory);
                // SAFETY: the window is live.
                let size = unsafe { slow::window_size(window) } as Slot;
                for s in slot..slot + size {
                    self.slots.set(s, Contents::Memory);
                }
            }
            self.check_depth();
            return true;
        }
        if to < current {
            while self.frames.last().is_some_and(|f| f.base > to) {
                if let Some(f) = self.frames.pop() {
                    self.slots.drop_from(f.base - 2);
                    self.slots.set(f.base - 3, Contents::Memory);
                }
            }
            if self.frames.last().is_none_or(|f| f.base != to) {
                return false;
            }
            self.returned_to(to, op, raised);
            return true;
        }
        if raised || op.is_internal() && needs_whole_frame(op) {
            self.returned_to(to, op, raised);
            return true;
        }
        let words = self.words_of(op);
        let d = decode::Decoded { pc: 0, op, insn, words };
        let mut written: Vec<Slot> = Vec::new();
        decode::writes(&d, |r| written.push(to + r as Slot));
        let clobbered = decode::clobbers(&d);
        if !clobbered.is_empty() {
            self.slots.drop_from(to + clobbered.start as Slot);
        }
        for slot in written {
            self.slots.set(slot, Contents::Memory);
        }
        true
    }

    /// Control is in an outer frame, or in a handler: which of its registers memory alone has now.
    fn returned_to(&mut self, base: Slot, op: Op, raised: bool) {
        if raised {
            if let Some(reg) = self.handler_register() {
                self.slots.set(base + reg as Slot, Contents::Memory);
            }
            return;
        }
        if needs_whole_frame(op) {
            // All of it was stored before, so all of it may be taken from memory.
            for (slot, _) in self.slots.insts() {
                self.slots.set(slot, Contents::Memory);
            }
        }
    }

    /// The register that receives the exception at the handler where the recording stands.
    fn handler_register(&self) -> Option<u32> {
        let f = self.frames.last().filter(|f| f.code != 0)?;
        let at = self.entry_of(f.code, self.pc)?;
        // SAFETY: code whose frame is in a trace is pinned.
        let data = unsafe { &*(f.code as *const Code) };
        data.handlers.iter().find(|h| h.target == at).map(|h| h.reg)
    }

    /// A frame was opened. At a function's entry there is still the choice to call its tree.
    fn check_depth(&mut self) {
        // SAFETY: an instruction of verified code or a stub.
        if Insn(unsafe { *self.pc }).op().map(plain) == Some(Op::Enter) {
            return;
        }
        if self.frames.len() > MAX_INLINE_DEPTH + 1 {
            self.abort = Some(Abort::TooDeep);
        }
        let code = self.frames.last().map_or(0, |f| f.code);
        if code != 0 && self.frames.iter().filter(|f| f.code == code).count() > MAX_RECURSION {
            self.abort = Some(Abort::TooDeep);
        }
    }
}
