//! The lock that the running thread holds: one thread at a time touches the runtime.
//!
//! Who waits for it longer than the switch interval raises the poll word; the interpreter and compiled code look there
//! anyway, so the running thread pays nothing for being interruptible. A thread that was asked gives the lock away and
//! comes back only when another one has had it. Nothing here knows the runtime; `threads` moves its state.

use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The lock.
#[derive(Debug)]
pub(crate) struct Gil {
    state: Mutex<State>,
    /// Rung when it is let go of.
    free: Condvar,
    /// Rung when it is taken.
    taken: Condvar,
    /// Whether somebody wants the running thread to let go.
    wanted: AtomicBool,
    /// Microseconds that are waited before the running thread is asked.
    interval: AtomicU64,
    /// The runtime's poll word.
    poll: AtomicPtr<u32>,
}

#[derive(Debug)]
struct State {
    held: bool,
    /// How often it was taken.
    turns: u64,
    waiting: usize,
    /// Nobody gets it any more.
    closed: bool,
}

impl Gil {
    /// A lock that the calling thread holds.
    pub(crate) fn held(poll: *mut u32, interval: u64) -> Gil {
        Gil {
            state: Mutex::new(State { held: true, turns: 0, waiting: 0, closed: false }),
            free: Condvar::new(),
            taken: Condvar::new(),
            wanted: AtomicBool::new(false),
            interval: AtomicU64::new(interval),
            poll: AtomicPtr::new(poll),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Microseconds that are waited before the running thread is asked.
    pub(crate) fn interval(&self) -> u64 {
        self.interval.load(Ordering::Relaxed)
    }

    /// Sets them.
    pub(crate) fn set_interval(&self, microseconds: u64) {
        self.interval.store(microseconds.max(1), Ordering::Relaxed);
    }

    /// Whether the running thread is asked to let go.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Waits for the lock. Once it is closed, this never returns.
    pub(crate) fn acquire(&self) {
        let state = self.state();
        self.take(state);
    }

    fn take(&self, mut state: MutexGuard<'_, State>) {
        state.waiting += 1;
        while state.held || state.closed {
            let turns = state.turns;
            let patience = match state.closed {
                true => Duration::MAX,
                false => Duration::from_micros(self.interval()),
            };
            let (woken, out) =
                self.free.wait_timeout(state, patience).unwrap_or_else(|e| e.into_inner());
            state = woken;
            if out.timed_out() && state.held && state.turns == turns && !state.closed {
                self.ask();
            }
        }
        state.held = true;
        state.waiting -= 1;
        state.turns += 1;
        self.wanted.store(false, Ordering::Relaxed);
        self.taken.notify_all();
    }

    /// Asks the running thread to let go. The caller holds the state, so the poll word is there.
    fn ask(&self) {
        self.wanted.store(true, Ordering::Relaxed);
        let poll = self.poll.load(Ordering::Acquire);
        if !poll.is_null() {
            // SAFETY: the word of a runtime that lives as long as it has not closed the lock; it is aligned.
            unsafe { AtomicU32::from_ptr(poll) }.store(1, Ordering::Release);
        }
    }

    /// Lets go.
    pub(crate) fn release(&self) {
        let mut state = self.state();
        state.held = false;
        self.free.notify_one();
    }

    /// Lets go, waits until another thread has had it, takes it again.
    pub(crate) fn pass(&self) {
        let mut state = self.state();
        let turns = state.turns;
        state.held = false;
        self.free.notify_one();
        while state.turns == turns && state.waiting > 0 && !state.closed {
            state = self.taken.wait(state).unwrap_or_else(|e| e.into_inner());
        }
        self.take(state);
    }

    /// The holder keeps it for good: all others wait for ever.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        self.poll.store(std::ptr::null_mut(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn one_thread_at_a_time() {
        let mut poll = Box::new(0u32);
        let gil = Arc::new(Gil::held(&raw mut *poll, 50));
        let inside = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (gil, inside) = (Arc::clone(&gil), Arc::clone(&inside));
                std::thread::spawn(move || {
                    gil.acquire();
                    for _ in 0..500 {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        gil.pass();
                    }
                    gil.release();
                })
            })
            .collect();
        gil.release();
        for t in threads {
            t.join().expect("no thread panics");
        }
    }

    #[test]
    fn who_waits_raises_the_poll_word() {
        let mut poll = Box::new(0u32);
        let word: *mut u32 = &raw mut *poll;
        let gil = Arc::new(Gil::held(word, 100));
        let other = Arc::clone(&gil);
        let thread = std::thread::spawn(move || {
            other.acquire();
            other.release();
        });
        // SAFETY: the word lives until the end of the test.
        while unsafe { AtomicU32::from_ptr(word) }.load(Ordering::Acquire) == 0 {
            std::thread::yield_now();
        }
        assert!(gil.is_wanted());
        gil.pass();
        gil.release();
        thread.join().expect("the thread does not panic");
    }
}
