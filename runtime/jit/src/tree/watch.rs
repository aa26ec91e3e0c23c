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
use super::grove::{Code, State};
use crate::lower::ExitKey;
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
    /// An entry by the interpreter is over: what it was worth. `exit` is where it ended, if the frame did not return.
    pub(super) fn weigh(&mut self, vm: &mut Vm, code: &Code, exit: Option<ExitKey>, spared: u64) {
        let number = code.location;
        let State::Grown(grove) = &mut self.locations[number].state else { return };
        if grove.serial != code.grove {
            return;
        }
        let hopeful = |key| grove.counts.get(&key).is_none_or(|count| count.failures == 0);
        let grows = !grove.is_full() && exit.is_some_and(hopeful);
        if code.passes {
            if grove.balance.add(spared, grows) {
                self.drop_tree(vm, number);
            }
        } else if grove.balance.is_often_entered(grows)
            && grove.merging.is_none()
            && self.jobs.has_room()
        {
            grove.counted = true;
            self.merge(vm, number);
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
