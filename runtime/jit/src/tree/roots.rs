//! Roots: what happens when a place is hot for the first time, and when what its tree relies on breaks.

use super::Jit;
use super::entry::settle_recorded;
use super::grove::{Grove, Location, Planted, State};
use super::patch::{header_of, patch, reset_counter, unpatch};
use super::ports::with;
use super::recording::{Plan, record};
use crate::compiling::Purpose;
use crate::reason::Abort;
use crate::record::{Goal, Start};
use crate::tuning::{COMPILING_PASSES, GENERATOR_REST, MAX_REST, REST_FACTOR};
use habu_bytecode::{Insn, Op};
use habu_object::Value;
use habu_semantics::Jump;
use habu_trace::TraceKind;
use habu_vm::Vm;
use habu_vm::resume::ResumePoint;
use std::rc::Rc;

impl Jit {
    /// A place is hot: the root to be recorded there, if it is time.
    pub(super) fn hot(&mut self, vm: &mut Vm, op_at: *const u32, base: *mut Value) -> Option<Plan> {
        if self.recording {
            return None;
        }
        self.collect(vm);
        let header = header_of(op_at)?;
        // From here on trees know the addresses of its instructions.
        // SAFETY: the port is called with the running window.
        unsafe { vm.pin_running(base) };
        let number = self.number(header);
        if self.is_paused(vm, number) {
            return None;
        }
        let allowed = self.may_compile(Purpose::Root);
        match &mut self.locations[number].state {
            State::Grown(grove) => {
                grove.patched.extend(patch(op_at, number as u32).map(|old| (op_at, old)));
                return None;
            }
            State::Sown(_) => {
                reset_counter(op_at, COMPILING_PASSES);
                return None;
            }
            State::Bare if !allowed => {
                self.rest(vm, op_at, 0);
                return None;
            }
            State::Bare => {}
        }
        if self.is_leaf(op_at, base) {
            // Whoever calls it often inlines it.
            reset_counter(op_at, MAX_REST);
            return None;
        }
        let goal = Goal { header, root: number as u64, bridge: false };
        let start =
            Start { pc: header, base, tree_base: base, divergence: None, passed: Vec::new() };
        let kind = TraceKind::Root { name: name(vm, header, base) };
        Some(Plan { kind, start, goal })
    }

    /// A generator is resumed by compiled code that calls a tree which is not there: its root, if it is time.
    pub(super) fn called(
        &mut self,
        vm: &mut Vm,
        point: ResumePoint,
        base: *mut Value,
    ) -> Option<Plan> {
        let header = point.key();
        let number = self.number(header);
        let location = &mut self.locations[number];
        location.rest = location.rest.saturating_sub(1);
        if self.recording
            || location.rest > 0
            || !matches!(location.state, State::Bare)
            || !self.may_compile(Purpose::Root)
        {
            return None;
        }
        let goal = Goal { header, root: number as u64, bridge: false };
        let start =
            Start { pc: point.pc, base, tree_base: base, divergence: None, passed: Vec::new() };
        let kind = TraceKind::Root { name: name(vm, point.pc, base) };
        Some(Plan { kind, start, goal })
    }

    /// Takes what was recorded at a hot place: hands it in to be compiled.
    fn root_recorded(
        &mut self,
        vm: &mut Vm,
        number: usize,
        op_at: *const u32,
        (at, planted): (Jump, Result<Planted, Abort>),
    ) {
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
    }

    /// Whether this is the entry of a function that is not worth a tree.
    fn is_leaf(&mut self, op_at: *const u32, base: *mut Value) -> bool {
        // SAFETY: an instruction of verified code.
        let op = Insn(unsafe { *op_at }).op();
        // SAFETY: the window is live.
        let f = unsafe { habu_vm::frame::frame_function(base) };
        let code = f.map_or(0, |f| Vm::function_code(f).data.get());
        op == Some(Op::Enter) && self.shelf.outline(code).is_leaf()
    }

    /// The number of the location of a header.
    fn number(&mut self, header: *const u32) -> usize {
        let number = self.shelf.number(header);
        self.add_locations();
        number
    }

    /// Brings the locations up to date with the numbers that were given out.
    pub(super) fn add_locations(&mut self) {
        for header in self.shelf.headers_from(self.locations.len()) {
            let empty = self.stubs().map_or(0, |stubs| stubs.native(0) as u64);
            self.locations.push(Location::bare(header, empty));
        }
    }

    /// A recording or compilation failed: the next one is further away each time.
    pub(super) fn failed(&mut self, vm: &mut Vm, number: usize, op_at: *const u32, a: Abort) {
        let failures = &mut self.locations[number].failures;
        *failures += 1;
        // An outer loop that only waits for its inner loop will not wait for long.
        let factor = if a == Abort::InnerLoop { 2 } else { REST_FACTOR };
        let times = factor.saturating_pow(*failures);
        self.locations[number].rest = times.saturating_mul(GENERATOR_REST).min(MAX_REST);
        self.rest(vm, op_at, times);
    }

    /// A tree is given up; its location rests for that many times the usual number of passes.
    pub(super) fn bury(&mut self, vm: &mut Vm, number: usize, grove: Grove, times: u32) {
        grove.compiled.invalidate();
        self.locations[number].cell.clear();
        self.remember(vm, number, &grove);
        self.retire(grove.compiled);
        self.locations[number].rest = GENERATOR_REST.saturating_mul(times).min(MAX_REST);
        for (at, word) in grove.patched {
            unpatch(at, word);
            self.rest(vm, at, times);
        }
    }

    /// Leaves a place alone for a while: some times the usual number of passes, and a few, so that places that run
    /// in step do not stay so.
    pub(super) fn rest(&mut self, vm: &Vm, op_at: *const u32, times: u32) {
        let passes = vm.options.jit_hot.max(2).saturating_mul(times.max(1)).min(MAX_REST);
        let more = self.random(u64::from(passes / 8)) as u32;
        reset_counter(op_at, passes + more);
    }

    /// The arena is full: every tree is given up, and what is still hot will be compiled again.
    pub(super) fn clear_out(&mut self, vm: &mut Vm) {
        for number in 0..self.locations.len() {
            if let State::Grown(_) = self.locations[number].state
                && let State::Grown(grove) =
                    std::mem::replace(&mut self.locations[number].state, State::Bare)
            {
                Rc::make_mut(&mut self.headers).remove(&(self.locations[number].header as usize));
                self.bury(vm, number, *grove, 1);
                self.event(vm, number, "given up: the memory for code is full");
            }
        }
        self.keeper.let_go(vm);
        self.stats.clearings += 1;
    }

    /// Assumptions about classes no longer hold: every tree is given up and may be recorded anew, later each time: a
    /// program that goes on changing its classes is not worth compiling.
    pub(super) fn invalidate(&mut self, vm: &mut Vm) {
        let mut any = false;
        for number in 0..self.locations.len() {
            match std::mem::replace(&mut self.locations[number].state, State::Bare) {
                State::Bare => continue,
                State::Sown(_) => {}
                State::Grown(grove) => {
                    let before = self.locations[number].history.invalidated;
                    self.locations[number].history.invalidated += 1;
                    self.bury(vm, number, *grove, 2u32.saturating_pow(before as u32));
                }
            }
            self.event(vm, number, "invalidated");
            any = true;
        }
        Rc::make_mut(&mut self.headers).clear();
        self.keeper.let_go(vm);
        self.stats.invalidations += u64::from(any);
    }
}

/// Records the root at a hot place. Where the program stands then.
pub(super) fn record_root(vm: &mut Vm, op_at: *const u32, plan: Plan) -> Jump {
    let number = plan.goal.root as usize;
    let recorded = record(vm, plan);
    let at = recorded.0;
    with(vm, |jit, vm| jit.root_recorded(vm, number, op_at, recorded));
    settle_recorded(vm, at)
}

/// How a place is named: file, line and function.
fn name(vm: &Vm, header: *const u32, base: *mut Value) -> String {
    // SAFETY: the window is live.
    let Some(f) = (unsafe { habu_vm::frame::frame_function(base) }) else { return "?".to_owned() };
    let code = Vm::function_code(f);
    let data = vm.code_data(code);
    let pc = Vm::pc_index(code, header.wrapping_add(1));
    let line = data.position(pc).map_or(0, |p| p.line);
    format!("\"{}\":{} {}", data.filename, line, data.name)
}
