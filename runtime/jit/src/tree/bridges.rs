//! Bridges: which exits of a tree get one, and when the tree is compiled anew with those that wait.

use super::Jit;
use super::entry::settle_recorded;
use super::grove::{BridgeTrace, Code, Grove, Planted, State};
use super::patch::{patch, unpatch};
use super::ports::with;
use super::recording::{Plan, record};
use crate::compiling::Purpose;
use crate::lower::{ExitDescr, ExitKey};
use crate::reason::Abort;
use crate::record::{Divergence, Goal, Start};
use crate::tuning::{BRIDGE_HOT, EXIT_FACTOR, EXITS_PER_INST, HINDRANCE, HOPELESS, USUAL_HOT};
use habu_object::Value;
use habu_semantics::Jump;
use habu_trace::TraceKind;
use habu_vm::Vm;
use habu_vm::stack::{CALLER, reg};
use std::time::Instant;

/// An exit that was taken.
pub(super) struct Exit<'a> {
    /// The code that was left.
    pub(super) code: &'a Code,
    /// Where.
    pub(super) exit: &'a ExitDescr,
    /// The same, by name.
    pub(super) key: ExitKey,
    /// Where the interpreter is to go on.
    pub(super) jump: Jump,
    /// The tree's window.
    pub(super) base: *mut Value,
}

impl Jit {
    /// Counts an exit; the bridge to be recorded there, if it is hot.
    pub(super) fn after_exit(
        &mut self,
        vm: &mut Vm,
        number: usize,
        left: &Exit<'_>,
    ) -> Option<Plan> {
        self.stats.exits += 1;
        let Exit { exit, key, jump, base, .. } = *left;
        if self.recording || !self.is_hot(vm, number, left) {
            return None;
        }
        if jump.base < base || !leads_to(jump.base, base) || vm.poll != 0 {
            self.fruitless(number, key, 1);
            return None;
        }
        let header = self.locations[number].header;
        let goal = Goal { header, root: number as u64, bridge: true };
        let divergence = exit.frames.last().filter(|f| f.pc == 0).map(|_| Divergence {
            note: &raw const self.shared.jump as u64,
            window: &raw const self.shared.context.base as u64,
            frames: exit.frames.clone(),
        });
        let passed = self.passed(number, key);
        let start = Start { pc: jump.pc, base: jump.base, tree_base: base, divergence, passed };
        let kind = TraceKind::Bridge { parent: number as u64, exit: key.snap, inherits: false };
        Some(Plan { kind, start, goal })
    }

    /// The headers that the traces on the way to an exit pass.
    fn passed(&mut self, number: usize, key: ExitKey) -> Vec<*const u32> {
        let mut passed = Vec::new();
        let Some(grove) = self.grove(number) else { return passed };
        let mut next = key.trace as usize;
        while let Some(bridge) = next.checked_sub(1).and_then(|n| grove.bridges.get(n)) {
            passed.extend(&bridge.planted.passed);
            next = bridge.at.trace as usize;
        }
        passed
    }

    /// Takes what was recorded at an exit.
    fn recorded(
        &mut self,
        vm: &mut Vm,
        left: &Exit<'_>,
        (at, planted): (Jump, Result<Planted, Abort>),
    ) {
        let (number, key) = (left.code.location, left.key);
        match planted {
            // Nothing but another exit: the frame ends here, and what follows is the caller's.
            Ok(planted) if planted.part.trace.insts.is_empty() => {
                self.fruitless(number, key, HOPELESS);
            }
            Ok(planted) => self.grow(vm, number, left, planted),
            Err(a) => {
                self.aborted(vm, number, a, at.pc);
                self.fruitless(number, key, 1);
            }
        }
    }

    /// The tree of a location.
    fn grove(&mut self, number: usize) -> Option<&mut Grove> {
        match &mut self.locations[number].state {
            State::Grown(grove) => Some(grove),
            _ => None,
        }
    }

    /// Counts an exit: whether a bridge is to be recorded now.
    fn is_hot(&mut self, vm: &mut Vm, number: usize, left: &Exit<'_>) -> bool {
        let hot = BRIDGE_HOT.min(vm.options.jit_hot.max(1));
        let Some(grove) = self.grove(number).filter(|g| g.serial == left.code.grove) else {
            return false;
        };
        let full = grove.is_full();
        let count = grove.counts.entry(left.key).or_default();
        count.taken += 1;
        if grove.waiting.iter().any(|b| b.at == left.key) {
            grove.waited += 1;
            self.merge_if_due(vm, number);
            return false;
        }
        count.since += 1;
        let enough = hot.saturating_mul(EXIT_FACTOR.saturating_pow(count.failures));
        if count.since < enough || left.jump.pc.is_null() || full {
            return false;
        }
        count.since = 0;
        true
    }

    /// No bridge came of an exit.
    fn fruitless(&mut self, number: usize, key: ExitKey, failures: u32) {
        if let Some(grove) = self.grove(number) {
            grove.counts.entry(key).or_default().failures += failures;
        }
    }

    /// Adds a bridge, if the tree still stands.
    fn grow(&mut self, vm: &mut Vm, number: usize, left: &Exit<'_>, planted: Planted) {
        let grove = self.grove(number).filter(|g| g.serial == left.code.grove);
        let Some(grove) = grove else { return };
        grove.size += planted.part.trace.insts.len();
        grove.waiting.push(BridgeTrace { at: left.key, planted });
        self.event(vm, number, "has a bridge recorded");
        self.merge_if_due(vm, number);
    }

    /// Compiles a tree anew with the bridges that wait, if waiting has cost as much as compiling will. If it is left again
    /// and again at once, the interpreter goes on without it until then.
    pub(super) fn merge_if_due(&mut self, vm: &mut Vm, number: usize) {
        // Where everything is hot sooner, this is too.
        let haste = (USUAL_HOT / vm.options.jit_hot.max(1)).max(1);
        let Some(grove) = self.grove(number) else { return };
        let due = grove.waited.saturating_mul(haste) as usize >= grove.size * EXITS_PER_INST;
        if !due || grove.waiting.is_empty() {
            return;
        }
        let hinders =
            !grove.compiled.knows_worth() && grove.since.elapsed() < HINDRANCE * grove.waited;
        (grove.waited, grove.since) = (0, Instant::now());
        if hinders {
            self.pause(vm, number, number);
        } else {
            self.ask(vm, number);
        }
    }

    /// Compiles a tree anew with the bridges that wait, if that can be now.
    fn ask(&mut self, vm: &mut Vm, number: usize) {
        let allowed = self.may_compile(Purpose::Bridges);
        let Some(grove) = self.grove(number) else { return };
        if allowed && grove.merging.is_none() && !grove.waiting.is_empty() {
            self.merge(vm, number);
        }
    }

    /// The interpreter does not enter a tree any more until another, or the same, has the bridges it waits for.
    pub(super) fn pause(&mut self, vm: &mut Vm, number: usize, other: usize) {
        let waits = self.grove(other).is_some_and(|grove| grove.waits());
        let Some(grove) = self.grove(number) else { return };
        if !waits || grove.paused.is_some() {
            return;
        }
        grove.paused = Some(other);
        for (at, word) in grove.patched.clone() {
            unpatch(at, word);
            self.rest(vm, at, 1);
        }
        self.ask(vm, other);
    }

    /// A tree would be entered if it were not paused: whether it is to wait still.
    pub(super) fn is_paused(&mut self, vm: &mut Vm, number: usize) -> bool {
        let Some(other) = self.grove(number).and_then(|grove| grove.paused) else { return false };
        if self.grove(other).is_some_and(|grove| grove.waits()) {
            self.ask(vm, other);
        } else {
            self.go_on(other);
        }
        self.grove(number).is_some_and(|grove| grove.paused.is_some())
    }

    /// Trees that were paused until this one has grown are entered again.
    pub(super) fn go_on(&mut self, other: usize) {
        for (number, location) in self.locations.iter_mut().enumerate() {
            let State::Grown(grove) = &mut location.state else { continue };
            if grove.paused == Some(other) {
                grove.paused = None;
                grove.patched.iter().for_each(|(at, _)| _ = patch(*at, number as u32));
            }
        }
    }
}

/// Records the bridge for an exit. Where the program stands then.
pub(super) fn record_bridge(vm: &mut Vm, left: &Exit<'_>, plan: Plan) -> Jump {
    let recorded = record(vm, plan);
    let at = recorded.0;
    with(vm, |jit, vm| jit.recorded(vm, left, recorded));
    settle_recorded(vm, at)
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
