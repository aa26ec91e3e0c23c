//! Roots: what happens when a place is hot for the first time, and when what its tree relies on breaks.

use super::Jit;
use super::entry::settle_recorded;
use super::grove::Grove;
use super::patch::{header_of, patch, reset_counter};
use crate::reason::Abort;
use crate::record::{Goal, Recorded, Recorder, Start};
use crate::tuning::MAX_FAILURES;
use habu_object::{List, Value};
use habu_semantics::Jump;
use habu_trace::{Trace, TraceKind, optimise};
use habu_vm::Vm;
use rustc_hash::FxHashMap;
use std::rc::Rc;

impl Jit {
    /// A loop is hot: records, compiles, installs.
    pub(super) fn hot(&mut self, vm: &mut Vm, op_at: *const u32, base: *mut Value) -> Option<Jump> {
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

    pub(super) fn record(
        &mut self,
        vm: &mut Vm,
        kind: TraceKind,
        start: &Start,
        goal: Goal,
    ) -> Recorded {
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

    /// Assumptions about classes no longer hold: every tree is given up and may be recorded anew.
    pub(super) fn invalidate(&mut self) {
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
