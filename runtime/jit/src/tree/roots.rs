//! Roots: what happens when a place is hot for the first time, and when what its tree relies on breaks.

use super::Jit;
use super::entry::settle_recorded;
use super::grove::{Location, Planted, State};
use super::patch::{header_of, patch, reset_counter, unpatch};
use crate::compiling::Part;
use crate::reason::Abort;
use crate::record::{Goal, Recorder, Start};
use crate::report::History;
use crate::tuning::{COMPILING_PASSES, MAX_REST, REST_FACTOR};
use habu_object::{List, Value};
use habu_semantics::Jump;
use habu_trace::TraceKind;
use habu_vm::Vm;
use std::sync::Arc;

impl Jit {
    /// A loop is hot: records it and hands the trace in to be compiled.
    pub(super) fn hot(&mut self, vm: &mut Vm, op_at: *const u32, base: *mut Value) -> Option<Jump> {
        self.collect(vm);
        let header = header_of(op_at)?;
        let number = self.number(header);
        match &mut self.locations[number].state {
            State::Grown(grove) => {
                grove.patched.extend(patch(op_at, number as u32).map(|old| (op_at, old)));
                return None;
            }
            State::Sown(_) => {
                reset_counter(op_at, COMPILING_PASSES);
                return None;
            }
            State::Bare if !self.jobs.has_room() => {
                self.rest(vm, op_at, 0);
                return None;
            }
            State::Bare => {}
        }
        let goal = Goal { header, root: number as u64, bridge: false };
        let start = Start { pc: header, base, tree_base: base, divergence: None };
        let kind = TraceKind::Root { name: name(vm, header, base) };
        let (at, planted) = self.record(vm, kind, &start, goal);
        match planted {
            Ok(planted) => {
                reset_counter(op_at, COMPILING_PASSES);
                self.sow(vm, number, op_at, planted);
            }
            Err(a) => {
                self.aborted(vm, number, a, at.pc);
                self.failed(vm, number, op_at, a);
            }
        }
        Some(settle_recorded(vm, at))
    }

    /// The number of the location of a header.
    fn number(&mut self, header: *const u32) -> usize {
        *self.numbers.entry(header as usize).or_insert_with(|| {
            self.locations.push(Location {
                header,
                state: State::Bare,
                failures: 0,
                history: History::default(),
            });
            self.locations.len() - 1
        })
    }

    /// Records from `start`: where the program stands then, and the trace on its way into code.
    pub(super) fn record(
        &mut self,
        vm: &mut Vm,
        kind: TraceKind,
        start: &Start,
        goal: Goal,
    ) -> (Jump, Result<Planted, Abort>) {
        self.recording = true;
        let epoch = vm.class_epoch;
        // Until the keeper has them, the objects of the trace live in this list.
        let Ok(objects) = List::new(&mut vm.heap, 16) else {
            self.recording = false;
            return (Jump { pc: start.pc, base: start.base }, Err(Abort::NoMemory));
        };
        vm.set_root("jit.recording", objects.value());
        let recorded =
            Recorder::new(vm, &mut self.shelf, &self.headers, kind, start, objects).record(goal);
        self.recording = false;
        self.stats.recorded += recorded.steps as u64;
        let mut trace = recorded.trace;
        if vm.class_epoch != epoch {
            // The port could not reach the JIT while it was recording.
            self.invalidate(vm);
            trace = Err(Abort::Stale);
        }
        let planted = trace.and_then(|trace| {
            let kept = self.keeper.keep(vm, objects, recorded.sites).ok_or(Abort::NoMemory)?;
            self.dump.stage("trace", &trace);
            for op in &recorded.residuals {
                *self.stats.residuals.entry(format!("{op:?}")).or_default() += 1;
            }
            let part = Part { trace: Arc::new(trace), raw: true };
            Ok(Planted { part, kept, extent: recorded.extent })
        });
        vm.set_root("jit.recording", Value::NONE);
        (recorded.at, planted)
    }

    /// A recording or compilation failed: the next one is further away each time.
    pub(super) fn failed(&mut self, vm: &mut Vm, number: usize, op_at: *const u32, a: Abort) {
        let failures = &mut self.locations[number].failures;
        *failures += 1;
        // An outer loop that only waits for its inner loop will not wait for long.
        let factor = if a == Abort::InnerLoop { 2 } else { REST_FACTOR };
        let times = factor.saturating_pow(*failures);
        self.rest(vm, op_at, times);
    }

    /// Leaves a place alone for a while: some times the usual number of passes, and a few, so that places that run
    /// in step do not stay so.
    fn rest(&mut self, vm: &Vm, op_at: *const u32, times: u32) {
        let passes = vm.options.jit_hot.max(2).saturating_mul(times.max(1)).min(MAX_REST);
        let more = self.random(u64::from(passes / 8)) as u32;
        reset_counter(op_at, passes + more);
    }

    /// Assumptions about classes no longer hold: every tree is given up and may be recorded anew.
    pub(super) fn invalidate(&mut self, vm: &mut Vm) {
        let mut any = false;
        for number in 0..self.locations.len() {
            match std::mem::replace(&mut self.locations[number].state, State::Bare) {
                State::Bare => continue,
                State::Sown(_) => {}
                State::Grown(grove) => {
                    grove.compiled.invalidate();
                    self.locations[number].history.invalidated += 1;
                    self.remember(vm, number, &grove);
                    for (at, word) in grove.patched {
                        unpatch(at, word, vm.options.jit_hot.clamp(2, 1000));
                    }
                }
            }
            any = true;
        }
        self.headers.clear();
        self.keeper.let_go(vm);
        self.stats.invalidations += u64::from(any);
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
