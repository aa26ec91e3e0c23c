//! The watchdog: trees that lose to the interpreter are dropped.
//!
//! Entering and leaving code costs as much as interpreting some dozens of ops. A tree that is left soon each time (a loop
//! of two iterations, a generator that sleeps in each round) had better not be there. So the work that is done inside is
//! added up, in ops that the interpreter would have executed: code counts the passes of its loop, the recorder knew what
//! a pass and the way to each exit are worth. Where that is less than what the entries cost, the tree goes, and its
//! location rests, longer each time. To count costs a little in each pass: a tree whose code was made before it was
//! entered often is compiled anew to be judged.
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
    /// Others, that ended where bridges may still grow.
    growing: u64,
    /// Entries that the last judgement was made on.
    judged: u64,
    /// Ops that the interpreter was spared.
    spared: u64,
}

impl Balance {
    /// Adds an entry of code that does not count; true if it is entered so often that it should.
    fn is_often_entered(&mut self, grows: bool) -> bool {
        self.entries += u64::from(!grows);
        self.entries >= FIRST_ENTRIES
    }

    /// Adds an entry; true if enough of them say that the tree loses. Where a bridge may still grow it will not stay as
    /// it is: a tree is judged by what ends elsewhere, once that is most.
    fn add(&mut self, spared: u64, grows: bool) -> bool {
        if grows {
            self.growing += 1;
            return false;
        }
        self.entries += 1;
        self.spared += spared;
        if self.entries < self.judged.max(FIRST_ENTRIES) {
            return false;
        }
        let loses = self.spared < self.entries * BORDER && self.growing < self.entries / 4;
        *self = Balance { judged: self.entries * 2, ..Balance::default() };
        loses
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
        if entered.passes {
            let spared = last.spared(left, passes);
            let loses = self.stands(entered).is_some_and(|grove| grove.balance.add(spared, grows));
            if loses {
                return self.drop_tree(vm, entered.location);
            }
        } else {
            self.entered(vm, entered, grows);
        }
        if !std::ptr::eq(entered, last) && !last.passes {
            self.entered(vm, last, grows);
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
    fn entered(&mut self, vm: &mut Vm, code: &Code, grows: bool) {
        let room = self.jobs.has_room();
        let Some(grove) = self.stands(code) else { return };
        if grove.balance.is_often_entered(grows) && grove.merging.is_none() && room {
            grove.counted = true;
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
        Rc::make_mut(&mut self.headers).remove(&(self.locations[number].header as usize));
        self.bury(vm, number, *grove, REST_FACTOR.saturating_pow(drops));
    }
}
