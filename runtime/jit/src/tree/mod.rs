//! The trees: what was compiled, where it is entered, what happens at its exits.
//!
//! ```text
//! counter ─ hot ─→ record ─→ optimise ─→ lower ─→ install (the header's op becomes *Tree)
//!                                           ▲
//! *Tree op ─ enter ─→ code ─ exit ─→ deopt ─┴─ exit is hot ─→ record a bridge, recompile the tree
//! ```
//!
//! `ports` is how the runtime calls, `entry` runs compiled code, `roots` records and plants what is hot, `bridges`
//! decides what grows at exits, `grove` is one tree and `compile` makes its code; `patch` writes into bytecode.

mod bridges;
mod compile;
mod entry;
mod grove;
mod patch;
mod ports;
mod roots;

use crate::code::OwnedTargetIsa;
use crate::code::{Arena, CodeGen, host_isa, isa::OptLevel};
use crate::deopt;
use crate::dump::Dump;
use crate::lower::{self, Force, JitContext, Support};
use crate::record::{Headers, Shelf};
use crate::residual::Shared;
use crate::stats::Stats;
use crate::tuning::CODE_BYTES;
use grove::Grove;
use habu_object::{Value, float};
use habu_semantics::Jump;
use habu_trace::Passes;
use habu_vm::Vm;
use rustc_hash::FxHashMap;
use std::sync::Mutex;

pub use ports::{enter, hot, invalidate};

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

/// The JIT of a runtime, for statistics.
pub fn stats(vm: &Vm) -> Option<&Stats> {
    vm.jit.as_ref()?.downcast_ref::<Jit>().map(|j| &j.stats)
}
