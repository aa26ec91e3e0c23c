//! The watchdog: trees that lose to the interpreter are dropped.
//!
//! Entering and leaving code costs as much as interpreting some dozens of ops. A tree that is left soon each time (a loop
//! of two iterations, a generator that sleeps in each round) had better not be there. So the work that is done inside is
//! added up, in ops that the interpreter would have executed: code counts the passes of its loop, the recorder knew what
//! a pass and the way to each exit are worth. Where that is less than what the entries cost, the tree goes, and its
//! location rests, longer each time; where bridges wait for their compilation, the tree rests until it has them. To
//! count costs a little in each pass: a tree whose code was made before it was entered often is compiled anew to be
//! judged.
//!
//! No clock is read: what is dropped depends on the program alone.

use super::Jit;
use super::grove::{Code, Grove, State};
use crate::lower::Left;
use crate::tuning::{BORDER, FIRST_ENTRIES, REST_FACTOR};
use habu_vm::Vm;
use std::rc::Rc;

/// What the entries of a tree add up to since the last judgement.
#[derive(Clone, Copy, Default)]
pub(super) struct Balance {
    entries: u64,
    /// Those that ended where bridges may still grow.
    growing: u64,
    /// Entries that the last judgement was made on.
    judged: u64,
    /// Ops that the interpreter was spared.
    spared: u64,
}

/// What the entries of a tree say of it.
enum Verdict {
    /// It is worth it, or it is too early to say.
    Worth,
    /// It loses as it is, and may still grow.
    Waits,
    /// It loses.
    Loses,
}

impl Balance {
    /// Adds an entry of code that does not count; true if it is entered so often that it should.
    fn is_often_entered(&mut self) -> bool {
        self.entries += 1;
        self.entries >= FIRST_ENTRIES
    }

    /// Adds an entry.
    fn add(&mut self, spared: u64, grows: bool) -> Verdict {
        self.entries += 1;
        self.growing += u64::from(grows);
        self.spared += spared;
        if self.entries < self.judged.max(FIRST_ENTRIES) {
            return Verdict::Worth;
        }
        let loses = self.spared < self.entries * BORDER;
        let grows = self.growing > self.entries / 5;
        *self = Balance { judged: self.entries * 2, ..Balance::default() };
        match (loses, grows) {
            (false, _) => Verdict::Worth,
            (true, true) => Verdict::Waits,
            (true, false) => Verdict::Loses,
        }
    }
}

impl Jit {
    /// An entry by the interpreter is over: what it was worth. It ended in the tree it began with or in another one.
    pub(super) fn weigh(
        &mut self,
        vm: &mut Vm,
        entered: &Code,
        last: &Code,
        left: Left,
        passes: u64,
    ) {
        let Some(exit) = last.end(left) else { return };
        let grows = self.stands(last).is_some_and(|grove| {
            let hopeful = |key| grove.counts.get(&key).is_none_or(|count| count.failures == 0);
            !grove.is_full() && exit.is_some_and(hopeful)
        });
        if !last.knows_worth() {
            self.entered(vm, last);
        }
        if !entered.knows_worth() && !std::ptr::eq(entered, last) {
            self.entered(vm, entered);
        }
        if !entered.knows_worth() || !last.knows_worth() {
            return;
        }
        let Some(grove) = self.stands(entered) else { return };
        match grove.balance.add(last.spared(left, passes), grows) {
            Verdict::Worth => {}
            Verdict::Waits => self.pause(vm, entered.location, last.location),
            Verdict::Loses => self.drop_tree(vm, entered.location),
        }
    }

    /// The tree that the code is of, if it has not gone.
    fn stands(&mut self, code: &Code) -> Option<&mut Grove> {
        match &mut self.locations[code.location].state {
            State::Grown(grove) if grove.serial == code.grove => Some(grove),
            _ => None,
        }
    }

    /// Code that does not count was entered: if that is often so, it is to count.
    fn entered(&mut self, vm: &mut Vm, code: &Code) {
        let room = self.jobs.has_room();
        let Some(grove) = self.stands(code) else { return };
        if grove.counted || grove.merging.is_some() || !grove.balance.is_often_entered() {
            return;
        }
        grove.counted = true;
        if grove.waiting.is_empty() && room {
            self.merge(vm, code.location);
        }
    }

    /// Gives up a tree that is not worth it.
    fn drop_tree(&mut self, vm: &mut Vm, number: usize) {
        let location = &mut self.locations[number];
        let State::Grown(grove) = std::mem::replace(&mut location.state, State::Bare) else {
            return;
        };
        location.history.dropped += 1;
        location.drops += 1;
        let drops = location.drops;
        self.stats.dropped += 1;
        self.event(vm, number, "dropped");
        Rc::make_mut(&mut self.headers).remove(&(self.locations[number].header as usize));
        self.bury(vm, number, *grove, REST_FACTOR.saturating_pow(drops));
    }
}
