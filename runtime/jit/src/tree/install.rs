//! Handing in jobs and taking their results.
//!
//! A result may come when nobody wants it any more: the tree was invalidated meanwhile, or compiled anew. Then the
//! serial number of the job is not the one that is waited for, and the code is freed.

use super::Jit;
use super::grove::{Code, Grove, Planted, Seed, State};
use super::patch::patch;
use super::watch::Balance;
use crate::compiling::{Finished, Job, Part, Ticket};
use crate::lower::{LowerError, Tree};
use crate::reason::Abort;
use crate::tuning::HOPELESS;
use habu_trace::Trace;
use habu_vm::Vm;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

type Built = Result<(Vec<Arc<Trace>>, Tree), LowerError>;

impl Jit {
    /// Has a root trace compiled.
    pub(super) fn sow(&mut self, vm: &mut Vm, number: usize, op_at: *const u32, root: Planted) {
        self.event(vm, number, "recorded");
        let ticket = self.ticket(number);
        let (part, extent) = (root.part.clone(), root.extent);
        let cells = self.cells();
        let location = &mut self.locations[number];
        // Other recordings may lead here already: until there is code, what enters it is interpreted.
        Rc::make_mut(&mut self.headers).insert(location.header as usize, number as u64);
        location.state = State::Sown(Box::new(Seed { serial: ticket.serial, op_at, root }));
        let job = Job { ticket, root: part, bridges: Vec::new(), extent, cells, counted: false };
        self.submit(vm, job);
    }

    /// The addresses of all cells, by number.
    fn cells(&self) -> Vec<u64> {
        self.locations.iter().map(|location| location.cell.address()).collect()
    }

    /// Has a tree compiled anew with the bridges that wait.
    pub(super) fn merge(&mut self, vm: &mut Vm, number: usize) {
        let ticket = self.ticket(number);
        let cells = self.cells();
        let State::Grown(grove) = &mut self.locations[number].state else { return };
        (grove.waited, grove.since) = (0, Instant::now());
        grove.merging = Some((ticket.serial, grove.waiting.len()));
        let bridges = grove.bridges.iter().chain(&grove.waiting);
        let extent = bridges.clone().map(|b| b.planted.extent).fold(grove.root.extent, usize::max);
        let bridges = bridges.map(|b| (b.at, b.planted.part.clone())).collect();
        let root = grove.root.part.clone();
        let counted = grove.counted;
        self.submit(vm, Job { ticket, root, bridges, extent, cells, counted });
    }

    fn ticket(&mut self, location: usize) -> Ticket {
        self.serial += 1;
        Ticket { location, serial: self.serial }
    }

    fn submit(&mut self, vm: &mut Vm, job: Job) {
        if let Some(finished) = self.jobs.submit(job) {
            self.install(vm, finished);
        }
    }

    /// Installs what was compiled meanwhile.
    #[inline]
    pub(super) fn collect(&mut self, vm: &mut Vm) {
        while let Some(finished) = self.jobs.finished() {
            self.install(vm, finished);
        }
    }

    fn install(&mut self, vm: &mut Vm, finished: Finished) {
        let Finished { ticket, built, cost } = finished;
        self.stats.compilations += 1;
        self.stats.compiling += cost.processor;
        self.budget.spend(cost);
        if let Ok((_, Tree { texts: Some(texts), .. })) = &built {
            self.dump.stage("clif", &texts.clif);
            self.dump.stage("asm", &texts.asm);
        }
        // Placed perhaps by another thread, to be executed by this one.
        crate::code::arena::synchronise();
        let number = ticket.location;
        if built.as_ref().is_err_and(LowerError::is_full) {
            self.clear_out(vm);
        }
        match &mut self.locations[number].state {
            State::Sown(seed) if seed.serial == ticket.serial => {
                if let State::Sown(seed) =
                    std::mem::replace(&mut self.locations[number].state, State::Bare)
                {
                    self.plant(vm, number, *seed, built);
                }
            }
            State::Grown(grove) => match grove.merging {
                Some((serial, n)) if serial == ticket.serial => self.regrow(vm, number, n, built),
                _ => self.drop_unwanted(built),
            },
            _ => self.drop_unwanted(built),
        }
    }

    /// Code is replaced or given up. Other code that runs may have called it and holds nothing.
    pub(super) fn retire(&mut self, code: Rc<Code>) {
        if self.running > 0 {
            self.retired.push(code);
        }
    }

    fn drop_unwanted(&self, built: Built) {
        if let Ok((_, tree)) = built {
            let mut arena = self.arena.lock().unwrap_or_else(|e| e.into_inner());
            // SAFETY: nobody has entered it.
            unsafe { arena.free(tree.code) };
        }
    }

    /// A root trace has its code: its header enters it from now on.
    fn plant(&mut self, vm: &mut Vm, number: usize, seed: Seed, built: Built) {
        let Seed { serial, op_at, mut root } = seed;
        let (mut traces, tree) = match built {
            Ok(built) => built,
            Err(_) => {
                Rc::make_mut(&mut self.headers).remove(&(self.locations[number].header as usize));
                self.aborted(vm, number, Abort::Lowering, self.locations[number].header);
                return self.failed(vm, number, op_at, Abort::Lowering);
            }
        };
        self.optimised(&mut root, &mut traces.drain(..));
        let size = root.part.trace.insts.len();
        let compiled = Code::new(tree, &self.arena, serial, number, &root, &[]);
        let patched = patch(op_at, number as u32).map(|old| (op_at, old)).into_iter().collect();
        let location = &mut self.locations[number];
        location.failures = 0;
        location.history.trees += 1;
        location.cell.set(&compiled);
        location.state = State::Grown(Box::new(Grove {
            serial,
            root,
            bridges: Vec::new(),
            merging: None,
            waiting: Vec::new(),
            size,
            waited: 0,
            since: Instant::now(),
            paused: None,
            compiled,
            counted: false,
            balance: Balance::default(),
            counts: FxHashMap::default(),
            patched,
        }));
        self.stats.roots += 1;
        self.event(vm, number, "compiled");
    }

    /// A tree has new code, with its first `n` waiting bridges.
    fn regrow(&mut self, vm: &mut Vm, number: usize, n: usize, built: Built) {
        let State::Grown(mut grove) =
            std::mem::replace(&mut self.locations[number].state, State::Bare)
        else {
            return;
        };
        grove.merging = None;
        grove.balance = Balance::default();
        match built {
            Ok((traces, tree)) => {
                grove.bridges.extend(grove.waiting.drain(..n));
                let mut traces = traces.into_iter();
                self.optimised(&mut grove.root, &mut traces);
                for bridge in &mut grove.bridges {
                    self.optimised(&mut bridge.planted, &mut traces);
                }
                let Grove { serial, root, bridges, waiting, .. } = &*grove;
                let code = Code::new(tree, &self.arena, *serial, number, root, bridges);
                let traces = bridges.iter().chain(waiting).map(|b| &b.planted).chain([root]);
                grove.size = traces.map(|p| p.part.trace.insts.len()).sum();
                self.locations[number].cell.set(&code);
                let old = std::mem::replace(&mut grove.compiled, code);
                self.retire(old);
                self.stats.bridges += n as u64;
                let bridges = grove.bridges.len();
                self.event(vm, number, format_args!("compiled with {bridges} bridges"));
            }
            Err(_) => {
                self.aborted(vm, number, Abort::Lowering, self.locations[number].header);
                for dropped in grove.waiting.drain(..n) {
                    grove.size -= dropped.planted.part.trace.insts.len();
                    grove.counts.entry(dropped.at).or_default().failures += HOPELESS;
                }
            }
        }
        self.locations[number].state = State::Grown(grove);
        self.go_on(number);
        self.merge_if_due(vm, number);
    }

    /// A trace comes back from its first compilation as the optimiser left it.
    fn optimised(&self, planted: &mut Planted, traces: &mut dyn Iterator<Item = Arc<Trace>>) {
        let Some(trace) = traces.next() else { return };
        if planted.part.raw {
            self.dump.stage("opt", &trace);
            planted.part = Part { trace, raw: false };
        }
    }
}
