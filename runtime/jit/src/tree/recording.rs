//! Running the recorder: what it is lent, and what its trace becomes.
//!
//! The JIT is in its place meanwhile: what the recorded program calls may be compiled code. Nothing else is recorded.

use super::Jit;
use super::grove::Planted;
use super::patch::reset_counter;
use super::ports::with;
use crate::compiling::Part;
use crate::reason::Abort;
use crate::record::{Alive, Goal, Headers, Recorded, Recorder, Shelf, Start};
use habu_object::{Gc, List, Value};
use habu_semantics::Jump;
use habu_trace::TraceKind;
use habu_vm::Vm;
use std::rc::Rc;
use std::sync::Arc;

/// A recording to be made.
pub(super) struct Plan {
    /// What it is.
    pub(super) kind: TraceKind,
    /// Where it begins.
    pub(super) start: Start,
    /// Where it wants to be.
    pub(super) goal: Goal,
}

/// What a recorder is lent.
struct Tools {
    shelf: Shelf,
    headers: Rc<Headers>,
    /// Until the keeper has them, the objects of the trace live in this list.
    objects: Gc<List>,
    /// What the op that is being recorded has made.
    fresh: Gc<List>,
    epoch: u32,
}

/// Records: where the program stands then, and the trace on its way into code.
pub(super) fn record(vm: &mut Vm, plan: Plan) -> (Jump, Result<Planted, Abort>) {
    let Plan { kind, start, goal } = plan;
    let Some(mut tools) = with(vm, Jit::begin_recording).flatten() else {
        return (Jump { pc: start.pc, base: start.base }, Err(Abort::NoMemory));
    };
    let alive = Alive { named: tools.objects, fresh: tools.fresh };
    let recorder = Recorder::new(vm, &mut tools.shelf, &tools.headers, kind, &start, alive);
    let recorded = recorder.record(goal);
    let at = recorded.at;
    let planted = with(vm, |jit, vm| jit.end_recording(vm, tools, recorded));
    (at, planted.unwrap_or(Err(Abort::NoMemory)))
}

impl Jit {
    fn begin_recording(&mut self, vm: &mut Vm) -> Option<Tools> {
        let objects = List::new(&mut vm.heap, 16).ok()?;
        vm.set_root("jit.recording", objects.value());
        let fresh = List::new(&mut vm.heap, 16).ok()?;
        vm.set_root("jit.fresh", fresh.value());
        self.recording = true;
        Some(Tools {
            shelf: std::mem::take(&mut self.shelf),
            headers: Rc::clone(&self.headers),
            objects,
            fresh,
            epoch: vm.class_epoch,
        })
    }

    fn end_recording(
        &mut self,
        vm: &mut Vm,
        tools: Tools,
        recorded: Recorded,
    ) -> Result<Planted, Abort> {
        self.recording = false;
        self.shelf = tools.shelf;
        self.add_locations();
        vm.set_root("jit.recording", Value::NONE);
        vm.set_root("jit.fresh", Value::NONE);
        self.stats.recorded += recorded.steps as u64;
        let trace = recorded.trace?;
        if vm.class_epoch != tools.epoch {
            return Err(Abort::Stale);
        }
        for site in &recorded.sites {
            self.stats.residuals.entry(site.what.clone()).or_default().push(site.runs.clone());
        }
        let kept = self.keeper.keep(vm, tools.objects, recorded.sites).ok_or(Abort::NoMemory)?;
        self.dump.stage("trace", &trace);
        for number in recorded.callees {
            self.hurry(number);
        }
        let part = Part { trace: Arc::new(trace), raw: true };
        Ok(Planted {
            part,
            kept,
            extent: recorded.extent,
            worth: recorded.worth,
            passed: recorded.passed,
        })
    }

    /// A tree is called that may not be there yet: its function is hot the next time it is entered.
    fn hurry(&mut self, number: usize) {
        if matches!(self.locations[number].state, super::grove::State::Bare) {
            reset_counter(self.locations[number].header, 1);
        }
    }
}
