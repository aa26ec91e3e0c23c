//! Threads that wait for something another thread does: for a lock, for the end of a thread.
//!
//! All decisions are made while the runtime's lock is held: who waits notes its place under the address of what it waits
//! for, and goes to sleep on a word of its own; who lets go wakes the first one. A signal wakes the thread that serves
//! signals, whatever it waits for.

use crate::vm::Vm;
use rustix::thread::futex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// Set in the word of a place when what was waited for may be there.
const WOKEN: u32 = 1;
/// Set in the word of a place when a signal has come.
pub(crate) const SIGNALLED: u32 = 2;

/// Where a thread sleeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place(pub(crate) Arc<AtomicU32>);

/// The places of the threads that wait, by what they wait for.
pub(crate) type Waiting = rustc_hash::FxHashMap<u64, VecDeque<Place>>;

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Another thread has let go.
    pub woken: bool,
    /// A signal has come.
    pub signalled: bool,
}

impl Place {
    /// Wakes the thread that sleeps here. May be called in a signal handler.
    pub(crate) fn wake(word: &AtomicU32, why: u32) {
        word.fetch_or(why, Ordering::AcqRel);
        // At most one thread sleeps here; if none does, it will see the word.
        let _ = futex::wake(word, futex::Flags::PRIVATE, 1);
    }

    /// Sleeps until it is woken or the moment has come.
    fn sleep(&self, until: Option<Instant>) {
        while self.0.load(Ordering::Acquire) == 0 {
            let left = until.map(|u| u.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return;
            }
            let left = left.and_then(|left| rustix::time::Timespec::try_from(left).ok());
            // Whatever ends the wait, the word tells.
            let _ = futex::wait(&self.0, futex::Flags::PRIVATE, 0, left.as_ref());
        }
    }
}

impl Vm {
    /// Waits until [`Vm::wake_one`] or [`Vm::wake_all`] is called with this key, until the moment has come, or a signal.
    /// What is waited for must be looked at anew afterwards.
    pub fn wait_for(&mut self, key: u64, until: Option<Instant>) -> Ended {
        let place = self.threads.place.clone();
        place.0.store(0, Ordering::Release);
        if self.serves_signals() && crate::signals::have_come() {
            return Ended { woken: false, signalled: true };
        }
        self.threads.waiting.entry(key).or_default().push_back(place.clone());
        self.without_gil(|| place.sleep(until));
        if let Some(queue) = self.threads.waiting.get_mut(&key) {
            queue.retain(|p| !Arc::ptr_eq(&p.0, &place.0));
            if queue.is_empty() {
                self.threads.waiting.remove(&key);
            }
        }
        let word = place.0.load(Ordering::Acquire);
        Ended { woken: word & WOKEN != 0, signalled: word & SIGNALLED != 0 }
    }

    /// Sleeps for so long, or until a signal comes, while other threads may run.
    pub fn pause(&mut self, length: std::time::Duration) {
        let place = self.threads.place.clone();
        place.0.store(0, Ordering::Release);
        if !(self.serves_signals() && crate::signals::have_come()) {
            let until = Instant::now().checked_add(length);
            self.without_gil(|| place.sleep(until));
        }
    }

    /// Wakes the thread that has waited longest for something; whether there is one.
    pub fn wake_one(&mut self, key: u64) -> bool {
        let place = self.threads.waiting.get_mut(&key).and_then(VecDeque::pop_front);
        if let Some(place) = &place {
            Place::wake(&place.0, WOKEN);
        }
        place.is_some()
    }

    /// Wakes all threads that wait for something.
    pub fn wake_all(&mut self, key: u64) {
        for place in self.threads.waiting.remove(&key).unwrap_or_default() {
            Place::wake(&place.0, WOKEN);
        }
    }
}
