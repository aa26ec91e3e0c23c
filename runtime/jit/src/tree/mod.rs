//! The trees: what was compiled, where it is entered, what happens at its exits.
//!
//! ```text
//! counter ─ hot ─→ record ─→ job: optimise, lower ─→ install (the header's op becomes *Tree)
//!                               ▲
//! *Tree op ─ enter ─→ code ─ exit ─→ deopt ─ exit is hot ─→ record a bridge, compile the tree anew with it
//! ```
//!
//! `ports` is how the runtime calls, `entry` runs compiled code, `calls` settles what code that was called by code left
//! behind, `roots` decides what is recorded where the interpreter is hot, `bridges` what grows at exits, `watch` what is
//! not worth it, `recording` runs the recorder; `install` hands jobs in and takes their results; `grove` is what all of
//! them work on, `history` what they
//! tell people, `patch` writes
//! into bytecode. Jobs are done in `crate::compiling`.

mod bridges;
mod calls;
mod entry;
mod grove;
mod history;
mod install;
mod patch;
mod ports;
mod recording;
mod roots;
mod watch;

use crate::code::{Arena, OptLevel, Stubs, host_isa};
use crate::compiling::{Budget, Jobs, Purpose};
use crate::deopt;
use crate::dump::Dump;
use crate::lower::{self, Bounds, Force, JitContext, Left, NOT_RUN, Support};
use crate::record::{Headers, Shelf};
use crate::report::Report;
use crate::residual::Shared;
use crate::stats::Stats;
use crate::tuning::CODE_BYTES;
use grove::{Code, Keeper, Location};
use habu_object::{Value, float};
use habu_semantics::Jump;
use habu_semantics::helpers::numbers::FLOAT_POW;
use habu_trace::Passes;
use habu_vm::Vm;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

pub use ports::{enter, exchange, fork, hot, invalidate};

/// The JIT of a runtime.
pub struct Jit {
    shared: Box<Shared>,
    shelf: Shelf,
    keeper: Keeper,
    /// The headers that have a tree or will have one soon, with the numbers of their locations.
    headers: Rc<Headers>,
    locations: Vec<Location>,
    jobs: Jobs,
    budget: Budget,
    /// Number of the last job.
    serial: u64,
    arena: Arc<Mutex<Arena>>,
    /// How jobs are done.
    passes: Passes,
    options: lower::Options,
    /// Made when something is hot; None inside if that failed: then no code is entered.
    stubs: OnceCell<Option<Stubs>>,
    force: Force,
    /// Writes stages as text, as `-X dump` asks.
    dump: Dump,
    /// Whether a report will be asked for.
    observed: bool,
    /// Counters.
    pub stats: Stats,
    /// Whether the recorder runs.
    recording: bool,
    /// How often compiled code is being run by the interpreter.
    running: usize,
    /// Code that was replaced or given up while some ran: it may have been called by other code, which holds nothing.
    retired: Vec<Rc<Code>>,
    /// State of the random numbers.
    random: u64,
}

extern "C" fn box_float(context: *mut JitContext, x: f64) -> u64 {
    // SAFETY: compiled code passes its own context, whose runtime waits for it.
    let vm = unsafe { &mut *(*context).vm.cast::<Vm>() };
    deopt::make(vm, |heap| float::new(heap, x)).bits()
}

impl Jit {
    /// A JIT for the runtime; None if the processor or the system does not allow one.
    pub fn new(vm: &mut Vm) -> Option<Jit> {
        let given = vm.options.x.clone();
        let key = |name: &str| given.iter().rev().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        let cap = key("jit-code").and_then(|v| v.parse().ok()).unwrap_or(CODE_BYTES);
        let arena = Arc::new(Mutex::new(Arena::new(cap).ok()?));
        let bounds = Bounds {
            limit: (&raw const vm.stack_limit).cast(),
            top: (&raw mut vm.top).cast(),
            native: calls::native_bound(vm) as u64,
        };
        let (heap, poll) = (&raw mut *vm.heap, &raw const vm.poll);
        let context = JitContext::new(heap, poll, (&raw mut *vm).cast(), bounds);
        let shared = Box::new(Shared {
            context,
            jump: Jump { pc: std::ptr::null(), base: std::ptr::null_mut() },
        });
        let passes = key("jit-opt").and_then(|v| Passes::parse(v).ok()).unwrap_or(Passes::ALL);
        let force = if key("jit-stress") == Some("exits") { Force::Countdown } else { Force::No };
        let dump = Dump::new(key("dump"));
        let options = lower::Options {
            support: Support::new(box_float, calls::tree_left, (FLOAT_POW.address)() as u64),
            truth: [Value::FALSE.bits(), Value::TRUE.bits()],
            poll: poll as u64,
            force,
            passes: false,
            texts: dump.wants("clif") || dump.wants("asm"),
        };
        let inline = key("jit-compile") == Some("inline");
        let jobs = Jobs::new(inline, &arena, passes, options).ok()?;
        let lo = shared.context.slots.as_ptr();
        let hi = lo.wrapping_add(shared.context.slots.len());
        // SAFETY: the context is boxed and lives as long as the JIT, which the runtime owns.
        unsafe { vm.heap.add_stack_range(lo.cast(), hi.cast()) };
        Some(Jit {
            shared,
            shelf: Shelf::default(),
            keeper: Keeper::default(),
            headers: Rc::default(),
            locations: Vec::new(),
            jobs,
            budget: Budget::new(),
            serial: 0,
            arena,
            passes,
            options,
            stubs: OnceCell::new(),
            force,
            observed: key("jit-stats") == Some("on"),
            dump,
            stats: Stats::default(),
            recording: false,
            running: 0,
            retired: Vec::new(),
            random: 0x2545_f491_4f6c_dd1d,
        })
    }

    /// The port `fork`.
    fn fork(&mut self, fork: fn() -> i32) -> i32 {
        let arena = Arc::clone(&self.arena);
        let mut arena = arena.lock().unwrap_or_else(|e| e.into_inner());
        let Ok(copy) = arena.copy() else { return -1 };
        let child = self.jobs.undisturbed(fork);
        if child == 0 {
            if arena.adopt(copy).is_err() {
                eprintln!("habu: no memory for the code of a forked process");
                std::process::abort();
            }
            self.jobs.forget_worker(&self.arena, self.passes, self.options);
        }
        child
    }

    /// How code is entered. The only native is the tree that is none.
    fn stubs(&self) -> Option<&Stubs> {
        extern "C" fn not_run(_: *mut u8, _: *mut u64) -> Left {
            Left { how: NOT_RUN, what: 0 }
        }
        let make = || Stubs::new(host_isa(OptLevel::None, false).ok()?, &[not_run]).ok();
        self.stubs.get_or_init(make).as_ref()
    }

    /// Whether another job may be handed in.
    fn may_compile(&self, purpose: Purpose) -> bool {
        self.jobs.has_room() && (self.jobs.is_inline() || self.budget.allows(purpose))
    }

    /// A random number below `n`; the same ones in every run.
    fn random(&mut self, n: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 8) % n.max(1)
    }
}

/// The JIT of a runtime, for statistics.
pub fn stats(vm: &Vm) -> Option<&Stats> {
    vm.jit.as_ref()?.downcast_ref::<Jit>().map(|j| &j.stats)
}

/// What became of the places of a program that were hot; needs `-X jit-stats`.
pub fn report(vm: &Vm) -> Option<Report> {
    vm.jit.as_ref()?.downcast_ref::<Jit>().map(|j| j.report(vm))
}
