//! The thread that compiles, and the two queues between it and the runtime's thread.
//!
//! Roots go before merges: a loop that is interpreted gains more from code than one that has some. The thread blocks all
//! signals, touches nothing of the runtime, and is not waited for when the runtime ends: what it works on is its own or
//! shared by counted references, so it finishes the job at hand into memory that goes away with it.

use super::{Compiler, Finished, Job};
use crate::tuning::MAX_QUEUED;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What both threads see.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Rung when there is something to do.
    bell: Condvar,
    /// Whether `State::done` has something in it.
    ready: AtomicBool,
}

#[derive(Default)]
struct State {
    roots: VecDeque<Job>,
    merges: VecDeque<Job>,
    done: Vec<Finished>,
    /// The runtime is gone.
    over: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The next job, once there is one; None when the runtime is gone.
    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if state.over {
                return None;
            }
            let State { roots, merges, .. } = &mut *state;
            if let Some(job) = roots.pop_front().or_else(|| merges.pop_front()) {
                return Some(job);
            }
            state = self.bell.wait(state).unwrap_or_else(|e| e.into_inner());
        }
    }

    fn work(&self, mut compiler: Compiler) {
        while let Some(job) = self.next() {
            let finished = compiler.run(&job);
            self.state().done.push(finished);
            self.ready.store(true, Ordering::Release);
        }
    }
}

/// The runtime's end.
pub(crate) struct Queue {
    shared: Arc<Shared>,
    worker: Worker,
}

enum Worker {
    /// No job came yet.
    Waiting(Box<Compiler>),
    Running,
    /// The system gives no thread: jobs are done here.
    Refused(Box<Compiler>),
}

impl Queue {
    pub(super) fn new(compiler: Compiler) -> Queue {
        Queue { shared: Arc::default(), worker: Worker::Waiting(Box::new(compiler)) }
    }

    pub(super) fn has_room(&self) -> bool {
        let state = self.shared.state();
        state.roots.len() + state.merges.len() < MAX_QUEUED
    }

    pub(super) fn submit(&mut self, job: Job) -> Option<Finished> {
        if let Worker::Waiting(_) = self.worker {
            self.start();
        }
        if let Worker::Refused(compiler) = &mut self.worker {
            return Some(compiler.run(&job));
        }
        let mut state = self.shared.state();
        if job.bridges.is_empty() {
            state.roots.push_back(job);
        } else {
            state.merges.push_back(job);
        }
        drop(state);
        self.shared.bell.notify_one();
        None
    }

    pub(super) fn undisturbed<R>(&self, f: impl FnOnce() -> R) -> R {
        let _state = self.shared.state();
        f()
    }

    /// From the next job on, jobs are done by this compiler on a new thread.
    pub(super) fn set_worker(&mut self, compiler: Compiler) {
        self.worker = Worker::Waiting(Box::new(compiler));
    }

    #[inline]
    pub(super) fn finished(&mut self) -> Option<Finished> {
        if !self.shared.ready.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.shared.state();
        let finished = state.done.pop();
        self.shared.ready.store(!state.done.is_empty(), Ordering::Relaxed);
        finished
    }

    fn start(&mut self) {
        let Worker::Waiting(compiler) = std::mem::replace(&mut self.worker, Worker::Running) else {
            return;
        };
        // The compiler travels through a place that both ends can take it from, should there be no thread.
        let parcel = Arc::new(Mutex::new(Some(compiler)));
        let (taken, shared) = (Arc::clone(&parcel), Arc::clone(&self.shared));
        let take = |parcel: &Mutex<Option<Box<Compiler>>>| {
            parcel.lock().unwrap_or_else(|e| e.into_inner()).take()
        };
        let thread = std::thread::Builder::new().name("habu-jit".to_owned());
        let started = thread.spawn(move || {
            block_signals();
            if let Some(compiler) = take(&taken) {
                shared.work(*compiler);
            }
        });
        if started.is_err()
            && let Some(compiler) = take(&parcel)
        {
            self.worker = Worker::Refused(compiler);
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.shared.state().over = true;
        self.shared.bell.notify_one();
    }
}

/// Signals are for the threads of the program.
fn block_signals() {
    // SAFETY: a full set is made before it is used; only this thread's mask changes.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}
