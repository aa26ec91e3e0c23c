//! Bridges: which exits of a tree get one, and when the tree is compiled anew with those that wait.

use super::Jit;
use super::entry::settle_recorded;
use super::grove::BridgeTrace;
use crate::lower::{ExitDescr, ExitKey};
use crate::reason::Abort;
use crate::record::{Divergence, Goal, Recorded, Start};
use crate::tuning::{BRIDGE_HOT, EXITS_PER_INST, MAX_BRIDGES, MAX_FAILURES};
use habu_object::Value;
use habu_semantics::Jump;
use habu_trace::{Trace, TraceKind, optimise};
use habu_vm::Vm;
use habu_vm::stack::{CALLER, reg};
use std::rc::Rc;

impl Jit {
    /// Counts an exit and grows a bridge there when it is hot.
    pub(super) fn after_exit(
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
