//! What the trees have to tell: to the report when the program ends, to their location when they die.

use super::Jit;
use super::grove::{ExitCount, Grove, State};
use crate::lower::ExitKey;
use crate::reason::Abort;
use crate::report::{self, Exit, Exits, Now, Place, Report, Spot};
use habu_bytecode::{Insn, Op};
use habu_trace::Trace;
use habu_vm::Vm;
use habu_vm::resume::ResumePoint;
use std::fmt::Display;

impl Jit {
    /// What became of the places that were hot.
    pub(super) fn report(&self, vm: &Vm) -> Report {
        let spots = self.locations.iter().map(|location| {
            let mut history = location.history.clone();
            let now = match &location.state {
                State::Bare => Now::Interpreted,
                State::Sown(_) => Now::Compiling,
                State::Grown(grove) => {
                    history.add(vm, grove.traces(), grove.exits());
                    Now::Compiled { bridges: grove.bridges.len() }
                }
            };
            let (place, kind) = identify(vm, location.header);
            Spot { place, kind, now, history }
        });
        Report::new(spots.collect())
    }

    /// Notes in the log of events what became of a location.
    pub(super) fn event(&self, vm: &Vm, number: usize, what: impl Display) {
        if self.dump.wants("events") {
            let (place, kind) = identify(vm, self.locations[number].header);
            self.dump.event(&format_args!("{place}: {kind} {what}"));
        }
    }

    /// A tree is about to die: its location remembers it, if anybody will ask.
    pub(super) fn remember(&mut self, vm: &Vm, number: usize, grove: &Grove) {
        if self.observed {
            self.locations[number].history.add(vm, grove.traces(), grove.exits());
        }
    }

    /// A recording that began at a location, or at an exit of its tree, gave up.
    pub(super) fn aborted(&mut self, vm: &Vm, number: usize, a: Abort, at: *const u32) {
        *self.stats.aborts.entry(a).or_default() += 1;
        if self.dump.wants("events") {
            let place = report::place(vm, at).map_or_else(String::new, |at| format!(" at {at}"));
            self.event(vm, number, format_args!("given up{place}: {}", a.text()));
        }
        if self.observed {
            let key = (a, report::place(vm, at));
            *self.locations[number].history.aborts.entry(key).or_default() += 1;
        }
    }
}

impl Grove {
    /// Its compiled traces, as exits number them.
    fn traces(&self) -> impl Iterator<Item = &Trace> {
        let bridges = self.bridges.iter().map(|b| &b.planted);
        std::iter::once(&self.root).chain(bridges).map(|p| &*p.part.trace)
    }

    fn exits(&self) -> impl Iterator<Item = Exit<'_>> {
        self.counts.iter().filter_map(|(&at, count)| {
            let ExitKey { trace, snap } = at;
            let &ExitCount { taken, failures, .. } = count;
            let bridge = self.bridges.iter().any(|b| b.at == at);
            let trace = self.traces().nth(trace as usize)?;
            Some(Exit { trace, snap, exits: Exits { taken, bridge, failures } })
        })
    }
}

/// The place of a header, and what begins there.
fn identify(vm: &Vm, header: *const u32) -> (Place, &'static str) {
    let place = report::place(vm, header).unwrap_or(Place {
        file: "?".to_owned(),
        line: 0,
        function: "?".to_owned(),
    });
    if ResumePoint::is_key(header) {
        return (place, "generator");
    }
    // SAFETY: a header is an instruction of verified code that is pinned.
    let kind = match Insn(unsafe { *header }).op() {
        Some(Op::Enter | Op::EnterTree) => "function",
        _ => "loop",
    };
    (place, kind)
}
