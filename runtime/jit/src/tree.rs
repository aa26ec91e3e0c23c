//! The trees: what was compiled, where it is entered, what happens at its exits.
//!
//! ```text
//! counter ─ hot ─→ record ─→ optimise ─→ lower ─→ install (the header's op becomes *Tree)
//!                                           ▲
//! *Tree op ─ enter ─→ code ─ exit ─→ deopt ─┴─ exit is hot ─→ record a bridge, recompile the tree
//! ```

use crate::code::OwnedTargetIsa;
use crate::code::{Arena, CodeGen, host_isa, isa::OptLevel};
use crate::deopt;
use crate::dump::Dump;
use crate::lower::{
    self, Bridge, ExitDescr, ExitKey, Force, JitContext, Leads, Support, Tree, TreeInput,
};
use crate::reason::Abort;
use crate::record::{Divergence, Goal, Headers, Recorded, Recorder, Shelf, Start};
use crate::residual::Shared;
use crate::stats::Stats;
use crate::tuning::{BRIDGE_HOT, CODE_BYTES, EXITS_PER_INST, MAX_BRIDGES, MAX_FAILURES};
use habu_bytecode::{Insn, Op};
use habu_object::{List, Value, float};
use habu_semantics::{Jump, slow};
use habu_trace::{Passes, Trace, TraceKind, optimise};
use habu_vm::Vm;
use habu_vm::call::stub;
use habu_vm::stack::{CALLER, reg};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Mutex;

/// A bridge of a tree.
struct BridgeTrace {
    at: ExitKey,
    trace: Trace,
}

/// A tree of traces with one header.
struct Grove {
    header: *const u32,
    root: Trace,
    bridges: Vec<BridgeTrace>,
    /// Recorded, not yet compiled.
    pending: Vec<BridgeTrace>,
    pending_extent: usize,
    /// Times that exits of `pending` were taken since the newest was recorded.
    waited: u32,
    compiled: Rc<Tree>,
    /// Slots that frames of its traces reach above the tree's window.
    extent: usize,
    /// Times each exit was taken, and recordings that failed there.
    counts: FxHashMap<ExitKey, (u32, u32)>,
    /// The op word that the header had, and where it is patched.
    patched: Vec<(*const u32, u32)>,
}

/// The JIT of a runtime.
pub struct Jit {
    shared: Box<Shared>,
    shelf: Shelf,
    headers: Headers,
    groves: Vec<Grove>,
    failures: FxHashMap<usize, u32>,
    gen_: CodeGen,
    isa: OwnedTargetIsa,
    arena: Mutex<Arena>,
    passes: Passes,
    options: lower::Options,
    /// Writes stages as text, as `-X dump` asks.
    dump: Dump,
    /// Counters.
    pub stats: Stats,
    /// Whether compiled code is not to be entered: while recording.
    recording: bool,
    /// State of the numbers by which `-X jit-stress=exits` counts down.
    stress: u64,
}

extern "C" fn box_float(context: *mut JitContext, x: f64) -> u64 {
    // SAFETY: compiled code passes its own context, whose runtime waits for it.
    let vm = unsafe { &mut *(*context).vm.cast::<Vm>() };
    deopt::make(vm, |heap| float::new(heap, x)).bits()
}

impl Jit {
    /// A JIT for the runtime; None if the processor or the system does not allow one.
    pub fn new(vm: &mut Vm) -> Option<Jit> {
        let isa = host_isa(OptLevel::Speed, false).ok()?;
        let arena = Arena::new(CODE_BYTES).ok()?;
        let context = JitContext::new(&raw mut *vm.heap, &raw const vm.poll, (&raw mut *vm).cast());
        let shared = Box::new(Shared {
            context,
            base: std::ptr::null_mut(),
            jump: Jump { pc: std::ptr::null(), base: std::ptr::null_mut() },
        });
        let key =
            |name: &str| vm.options.x.iter().rev().find(|(k, _)| k == name).map(|(_, v)| v.clone());
        let passes = key("jit-opt").and_then(|v| Passes::parse(&v).ok()).unwrap_or(Passes::ALL);
        let force = if key("jit-stress").as_deref() == Some("exits") {
            Force::Countdown
        } else {
            Force::No
        };
        let lo = shared.context.slots.as_ptr();
        let hi = lo.wrapping_add(shared.context.slots.len());
        // SAFETY: the context is boxed and lives as long as the JIT, which the runtime owns.
        unsafe { vm.heap.add_stack_range(lo.cast(), hi.cast()) };
        Some(Jit {
            shared,
            shelf: Shelf::default(),
            headers: Headers::default(),
            groves: Vec::new(),
            failures: FxHashMap::default(),
            gen_: CodeGen::new(),
            isa,
            arena: Mutex::new(arena),
            passes,
            options: lower::Options {
                support: Support::new(box_float),
                truth: [Value::FALSE.bits(), Value::TRUE.bits()],
                force,
                texts: false,
            },
            dump: Dump::new(key("dump").as_deref()),
            stats: Stats::default(),
            recording: false,
            stress: 0x2545_f491_4f6c_dd1d,
        })
    }
}

/// Takes the JIT out of the runtime for the time of a call.
fn with<R>(vm: &mut Vm, f: impl FnOnce(&mut Jit, &mut Vm) -> R) -> Option<R> {
    let boxed = vm.jit.take()?;
    let mut jit = boxed.downcast::<Jit>().ok()?;
    let r = f(&mut jit, vm);
    vm.jit = Some(jit);
    Some(r)
}

/// The JIT of a runtime, for statistics.
pub fn stats(vm: &Vm) -> Option<&Stats> {
    vm.jit.as_ref()?.downcast_ref::<Jit>().map(|j| &j.stats)
}

/// Sets the counter word of an op so that it does not run out soon again.
fn reset_counter(op_at: *const u32, n: u32) {
    // SAFETY: hot ops have a count word; `hot` was called for one.
    let insn = Insn(unsafe { *op_at });
    let Some(op) = insn.op() else { return };
    let Some(k) = op.info().words.iter().position(|w| *w == habu_bytecode::Word::Count) else {
        return;
    };
    // SAFETY: as above; instruction words are in a writable blob.
    unsafe { *op_at.add(1 + k).cast_mut() = n };
}

/// The header that a hot op leads to.
fn header_of(op_at: *const u32) -> Option<*const u32> {
    // SAFETY: `hot` was called for this op.
    let op = Insn(unsafe { *op_at }).op()?;
    match op {
        Op::ForLoop | Op::ForLoopTree => Some(op_at),
        Op::JumpBack | Op::JumpBackTree => {
            // SAFETY: the jump word follows.
            let offset = unsafe { *op_at.add(1) } as i32 as isize;
            Some(op_at.wrapping_offset(offset))
        }
        _ => None,
    }
}

/// Turns a hot op into the op that enters tree `n`.
fn patch(op_at: *const u32, n: u32) -> Option<u32> {
    // SAFETY: `op_at` is an op of verified code in a writable blob.
    let word = unsafe { *op_at };
    let insn = Insn(word);
    let to = match insn.op()? {
        Op::ForLoop => Op::ForLoopTree,
        Op::JumpBack => Op::JumpBackTree,
        _ => return None,
    };
    // SAFETY: as above; both ops have jump, count and link words.
    unsafe {
        *op_at.cast_mut() = word & !0xff | to as u32;
        *op_at.add(3).cast_mut() = n;
    }
    Some(word)
}

/// The port `hot`.
pub fn hot(vm: &mut Vm, op_at: *const u32, base: *mut Value) -> (*const u32, *mut Value) {
    let hot = vm.options.jit_hot.max(2);
    reset_counter(op_at, hot.saturating_mul(4).max(64));
    let jump = with(vm, |jit, vm| if jit.recording { None } else { jit.hot(vm, op_at, base) });
    match jump.flatten() {
        Some(jump) => (jump.pc, jump.base),
        None => (op_at, base),
    }
}

/// The port `enter`.
pub fn enter(
    vm: &mut Vm,
    tree: u32,
    op_at: *const u32,
    base: *mut Value,
) -> (*const u32, *mut Value) {
    let jump = with_entry(vm, tree, op_at, base);
    (jump.pc, jump.base)
}

/// The port `invalidate`.
pub fn invalidate(vm: &mut Vm) {
    with(vm, |jit, _| jit.invalidate());
}

/// Enters a tree, follows links to other trees, deals with the exit.
fn with_entry(vm: &mut Vm, tree: u32, op_at: *const u32, base: *mut Value) -> Jump {
    let mut number = tree as usize;
    let mut at = op_at;
    let Some(jit) = with(vm, |jit, _| &raw mut *jit) else { return interpret(vm, at, base) };
    loop {
        // SAFETY: the JIT is boxed and stays where it is while the runtime lives; `with` only moves the box. Nothing
        // else uses it between here and the entry of the code.
        let ready = unsafe { (*jit).prepare(vm, number, base) };
        let Some((code, old)) = ready else { return interpret(vm, at, base) };
        // SAFETY: the shared block is boxed in the JIT.
        let shared: *mut Shared = unsafe { &raw mut *(*jit).shared };
        // SAFETY: the frame is the header's, as the traces were recorded; the code is kept alive by `code`.
        let exit = unsafe { code.enter(&mut (*shared).context, base.cast()) };
        // SAFETY: as above.
        unsafe { (*shared).base = old };
        let exit = &code.exits[exit];
        match exit.leads {
            Leads::Tree(to) => {
                number = to as usize;
                // SAFETY: as above; trees are never removed.
                at = unsafe { (&(*jit).groves)[number].header };
            }
            Leads::Out(key) => {
                // SAFETY: as above.
                let jump = deopt::leave(vm, unsafe { &mut *shared }, exit, base);
                let jump = with(vm, |jit, vm| jit.after_exit(vm, number, exit, key, jump, base))
                    .unwrap_or(jump);
                return settle(vm, jump);
            }
        }
    }
}

/// A place the interpreter can go on from: pending exceptions unwound, headers stepped over.
fn settle(vm: &mut Vm, jump: Jump) -> Jump {
    if jump.pc.is_null() {
        return raise(vm, vm.pc, jump.base);
    }
    // SAFETY: an instruction of verified code or a stub.
    if Insn(unsafe { *jump.pc }).op() == Some(Op::ForLoopTree) {
        return interpret(vm, jump.pc, jump.base);
    }
    jump
}

/// Executes the op that a `*Tree` op stands for, once.
fn interpret(vm: &mut Vm, op_at: *const u32, base: *mut Value) -> Jump {
    // SAFETY: an op of verified code.
    let insn = Insn(unsafe { *op_at });
    let op = match insn.op() {
        Some(Op::ForLoopTree) => Op::ForLoop,
        Some(Op::JumpBackTree) => Op::JumpBack,
        Some(Op::EnterTree) => Op::Enter,
        _ => return Jump { pc: op_at, base },
    };
    reset_counter(op_at, u32::MAX - 1);
    // SAFETY: the window is live; the words of both ops are alike.
    let jump = unsafe { slow::RESIDUALS[op as usize](vm, op_at.wrapping_add(1), base, insn) };
    if jump.pc.is_null() { raise(vm, op_at.wrapping_add(1), jump.base) } else { jump }
}

/// On to the handler of the pending exception, or out of this run of the interpreter.
fn raise(vm: &mut Vm, pc: *const u32, base: *mut Value) -> Jump {
    // SAFETY: the exception is pending in the window at `base`, at `pc`.
    match unsafe { vm.unwind(pc, base, true) } {
        Some((pc, base)) => Jump { pc, base },
        None => Jump { pc: stub(Op::Leave), base },
    }
}

impl Jit {
    /// A loop is hot: records, compiles, installs.
    fn hot(&mut self, vm: &mut Vm, op_at: *const u32, base: *mut Value) -> Option<Jump> {
        let header = header_of(op_at)?;
        if let Some(&n) = self.headers.get(&(header as usize)) {
            if let Some(old) = patch(op_at, n as u32) {
                self.groves[n as usize].patched.push((op_at, old));
            }
            return None;
        }
        if self.failures.get(&(header as usize)).is_some_and(|n| *n >= MAX_FAILURES) {
            reset_counter(op_at, u32::MAX - 1);
            return None;
        }
        let number = self.groves.len() as u64;
        let goal = Goal { header, root: number, bridge: false };
        let start = Start { pc: header, base, tree_base: base, divergence: None };
        let kind = TraceKind::Root { name: name(vm, header, base) };
        let recorded = self.record(vm, kind, &start, goal);
        let at = recorded.at;
        match recorded.trace {
            Ok(trace) => {
                if let Err(a) = self.plant(vm, header, op_at, &trace, recorded.extent) {
                    self.failed(header, a);
                }
            }
            Err(a) => self.failed(header, a),
        }
        Some(settle_recorded(vm, at))
    }

    fn record(&mut self, vm: &mut Vm, kind: TraceKind, start: &Start, goal: Goal) -> Recorded {
        self.recording = true;
        let epoch = vm.class_epoch;
        // Until `keep_alive` knows them, the objects of the trace live in this list.
        let Ok(roots) = List::new(&mut vm.heap, 64) else {
            self.recording = false;
            return Recorded::nothing(Abort::NoMemory, start);
        };
        vm.set_root("jit.recording", roots.value());
        let mut recorded =
            Recorder::new(vm, &mut self.shelf, &self.headers, kind, start, roots).record(goal);
        self.recording = false;
        if vm.class_epoch != epoch {
            // The port could not reach the JIT while it was recording.
            self.invalidate();
            recorded.trace = Err(Abort::Stale);
        }
        self.stats.recorded += recorded.steps as u64;
        if recorded.trace.is_ok() {
            for op in &recorded.residuals {
                *self.stats.residuals.entry(format!("{op:?}")).or_default() += 1;
            }
        }
        recorded
    }

    fn failed(&mut self, header: *const u32, a: Abort) {
        *self.stats.aborts.entry(a).or_default() += 1;
        let n = self.failures.entry(header as usize).or_default();
        // An outer loop that only waits for its inner loop is tried again and again.
        *n += if a == Abort::InnerLoop { 0 } else { 1 };
    }

    /// Compiles a root trace and makes its header enter it.
    fn plant(
        &mut self,
        vm: &mut Vm,
        header: *const u32,
        op_at: *const u32,
        trace: &Trace,
        extent: usize,
    ) -> Result<(), Abort> {
        let number = self.groves.len();
        self.dump.stage("trace", trace);
        let root = optimise(trace, self.passes);
        self.dump.stage("opt", &root);
        let compiled = self.compile(vm, number as u64, &root, &[]).map_err(|_| Abort::Lowering)?;
        let mut patched = Vec::new();
        if let Some(old) = patch(op_at, number as u32) {
            patched.push((op_at, old));
        }
        self.headers.insert(header as usize, number as u64);
        self.groves.push(Grove {
            header,
            root,
            bridges: Vec::new(),
            pending: Vec::new(),
            pending_extent: 0,
            waited: 0,
            compiled: Rc::new(compiled),
            extent,
            counts: FxHashMap::default(),
            patched,
        });
        self.stats.roots += 1;
        Ok(())
    }

    fn compile(
        &mut self,
        vm: &mut Vm,
        key: u64,
        root: &Trace,
        bridges: &[BridgeTrace],
    ) -> Result<Tree, lower::LowerError> {
        let bridges: Vec<Bridge<'_>> =
            bridges.iter().map(|b| Bridge { at: b.at, trace: &b.trace }).collect();
        let input = TreeInput { key, root, after: None, bridges: &bridges };
        let tree = lower::compile(&mut self.gen_, &*self.isa, &self.arena, &input, &self.options)?;
        crate::code::arena::synchronise();
        self.stats.compilations += 1;
        keep_alive(vm, &tree.objects);
        Ok(tree)
    }

    /// What is needed to enter a tree: its code and the base that the shared block had.
    fn prepare(
        &mut self,
        vm: &mut Vm,
        number: usize,
        base: *mut Value,
    ) -> Option<(Rc<Tree>, *mut Value)> {
        let grove = self.groves.get(number)?;
        let end = base.wrapping_add(grove.extent);
        if self.recording || !grove.compiled.is_valid() || end > vm.stack_limit {
            return None;
        }
        self.stats.entries += 1;
        vm.base = base;
        vm.top = end;
        let old = std::mem::replace(&mut self.shared.base, base);
        let code = Rc::clone(&grove.compiled);
        if self.options.force == Force::Countdown {
            self.shared.context.countdown = self.guards_to_pass();
        }
        Some((code, old))
    }

    /// After how many guards stressed code leaves: mostly a few, sometimes many, the same in every run.
    fn guards_to_pass(&mut self) -> u64 {
        self.stress ^= self.stress << 13;
        self.stress ^= self.stress >> 7;
        self.stress ^= self.stress << 17;
        let most = 8 << (self.stress & 7);
        1 + (self.stress >> 8) % most
    }

    /// Counts an exit and grows a bridge there when it is hot.
    fn after_exit(
        &mut self,
        vm: &mut Vm,
        number: usize,
        exit: &ExitDescr,
        key: ExitKey,
        jump: Jump,
        base: *mut Value,
    ) -> Jump {
        self.stats.exits += 1;
        if self.groves[number].pending.iter().any(|b| b.at == key) {
            if !self.recording {
                self.wait(vm, number);
            }
            return jump;
        }
        let grove = &mut self.groves[number];
        let (count, failures) = grove.counts.entry(key).or_default();
        *count += 1;
        let hot = *count >= BRIDGE_HOT.min(vm.options.jit_hot.max(1));
        if !hot
            || *failures >= MAX_FAILURES
            || grove.bridges.len() >= MAX_BRIDGES
            || jump.pc.is_null()
            || self.recording
        {
            return jump;
        }
        *count = 0;
        if jump.base < base || !leads_to(jump.base, base) || vm.poll != 0 {
            *failures += 1;
            return jump;
        }
        let header = grove.header;
        let goal = Goal { header, root: number as u64, bridge: true };
        let divergence = exit.frames.last().filter(|f| f.pc == 0).map(|_| Divergence {
            note: &raw const self.shared.jump as u64,
            window: &raw const self.shared.base as u64,
            frames: exit.frames.clone(),
        });
        let start = Start { pc: jump.pc, base: jump.base, tree_base: base, divergence };
        let kind = TraceKind::Bridge { parent: number as u64, exit: key.snap };
        let recorded = self.record(vm, kind, &start, goal);
        let at = recorded.at;
        if self.groves[number].compiled.is_valid() {
            self.grow_or_count(vm, number, key, recorded);
        }
        settle_recorded(vm, at)
    }

    fn grow_or_count(&mut self, vm: &mut Vm, number: usize, key: ExitKey, recorded: Recorded) {
        let grown = match recorded.trace {
            // Nothing but another exit: the frame ends here, and what follows is the caller's.
            Ok(trace) if trace.insts.is_empty() => {
                self.groves[number].counts.entry(key).or_default().1 = MAX_FAILURES;
                Ok(())
            }
            Ok(trace) => self.grow(vm, number, key, &trace, recorded.extent),
            Err(a) => Err(a),
        };
        if let Err(a) = grown {
            *self.stats.aborts.entry(a).or_default() += 1;
            self.groves[number].counts.entry(key).or_default().1 += 1;
        }
    }

    /// Adds a bridge and compiles the tree anew.
    fn grow(
        &mut self,
        vm: &mut Vm,
        number: usize,
        at: ExitKey,
        trace: &Trace,
        extent: usize,
    ) -> Result<(), Abort> {
        self.dump.stage("trace", trace);
        let trace = optimise(trace, self.passes);
        self.dump.stage("opt", &trace);
        let grove = &mut self.groves[number];
        grove.pending.push(BridgeTrace { at, trace });
        grove.pending_extent = grove.pending_extent.max(extent);
        grove.waited = 0;
        // In batches that grow with the tree, so that all compilations together cost little more than the last.
        if grove.pending.len() > grove.bridges.len() / 2 { self.merge(vm, number) } else { Ok(()) }
    }

    /// Compiles the tree with the bridges that wait.
    fn merge(&mut self, vm: &mut Vm, number: usize) -> Result<(), Abort> {
        let grove = &mut self.groves[number];
        let root = grove.root.clone();
        let mut bridges = std::mem::take(&mut grove.bridges);
        let merged = bridges.len();
        bridges.append(&mut grove.pending);
        let compiled = self.compile(vm, number as u64, &root, &bridges);
        let grove = &mut self.groves[number];
        match compiled {
            Ok(tree) => {
                grove.compiled = Rc::new(tree);
                grove.extent = grove.extent.max(grove.pending_extent);
                self.stats.bridges += (bridges.len() - merged) as u64;
                grove.bridges = bridges;
                Ok(())
            }
            Err(_) => {
                for dropped in bridges.drain(merged..) {
                    grove.counts.entry(dropped.at).or_default().1 += MAX_FAILURES;
                }
                grove.bridges = bridges;
                Err(Abort::Lowering)
            }
        }
    }

    /// An exit for which a bridge waits was taken: merges when waiting has cost as much as compiling will.
    fn wait(&mut self, vm: &mut Vm, number: usize) {
        let grove = &mut self.groves[number];
        grove.waited += 1;
        let size = |b: &BridgeTrace| b.trace.insts.len();
        let insts = grove.root.insts.len()
            + grove.bridges.iter().chain(&grove.pending).map(size).sum::<usize>();
        if grove.waited as usize > insts * EXITS_PER_INST
            && let Err(a) = self.merge(vm, number)
        {
            *self.stats.aborts.entry(a).or_default() += 1;
        }
    }

    /// Assumptions about classes no longer hold: every tree is given up and may be recorded anew.
    fn invalidate(&mut self) {
        if self.headers.is_empty() {
            return;
        }
        self.stats.invalidations += 1;
        for grove in &mut self.groves {
            grove.compiled.invalidate();
            for (at, word) in grove.patched.drain(..) {
                // SAFETY: the words of code objects live as long as the process; the op was patched by `patch`.
                unsafe { *at.cast_mut() = word };
                reset_counter(at, 1000);
            }
        }
        self.headers.clear();
    }
}

/// Whether the windows from `at` lead down to `base`.
fn leads_to(at: *mut Value, base: *mut Value) -> bool {
    let mut at = at;
    while at > base {
        // SAFETY: an exit has just written the link words of its frames.
        at = unsafe { reg(at, CALLER) }.bits() as *mut Value;
    }
    at == base
}

/// A recording has left the program at `at`.
fn settle_recorded(vm: &mut Vm, at: Jump) -> Jump {
    // SAFETY: an instruction of verified code or a stub.
    if Insn(unsafe { *at.pc }).op() == Some(Op::ForLoopTree) {
        // Entering compiled code from here would nest; one step is interpreted instead.
        return interpret(vm, at.pc, at.base);
    }
    at
}

/// Object constants of compiled code stay alive with the runtime.
fn keep_alive(vm: &mut Vm, objects: &[u64]) {
    let root = vm.root("jit.objects");
    let list = match root.cast::<List>() {
        Some(list) => list,
        None => match List::new(&mut vm.heap, 64) {
            Ok(list) => {
                vm.set_root("jit.objects", list.value());
                list
            }
            Err(_) => return,
        },
    };
    for bits in objects {
        let v = Value::from_bits(*bits);
        if v.object().is_some() && !v.is_unbound() {
            let _ = list.push(&mut vm.heap, v);
        }
    }
}

/// How a loop is named: file, line and function.
fn name(vm: &Vm, header: *const u32, base: *mut Value) -> String {
    // SAFETY: the window is live.
    let Some(f) = (unsafe { habu_vm::frame::frame_function(base) }) else { return "?".to_owned() };
    let code = Vm::function_code(f);
    let data = vm.code_data(code);
    let pc = Vm::pc_index(code, header.wrapping_add(1));
    let line = data.position(pc).map_or(0, |p| p.line);
    format!("\"{}\":{} {}", data.filename, line, data.name)
}
