//! SIGINT: the handler notes it and raises the poll flag; the interpreter serves it at the next back-edge.
//!
//! The only process-global mutable state there is, because signal handlers have no other way to reach a runtime.

use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static POLL: AtomicPtr<u32> = AtomicPtr::new(std::ptr::null_mut());

extern "C" fn on_interrupt(_signal: libc::c_int) {
    INTERRUPTED.store(true, Ordering::Release);
    let poll = POLL.load(Ordering::Acquire);
    if !poll.is_null() {
        // SAFETY: `install` was given the poll word of a runtime that lives as long as the process listens.
        unsafe { poll.write_volatile(1) };
    }
}

/// Makes Ctrl-C interrupt the runtime whose poll word this is.
pub fn install(poll: *mut u32) {
    POLL.store(poll, Ordering::Release);
    let handler: extern "C" fn(libc::c_int) = on_interrupt;
    // SAFETY: a zeroed sigaction is valid; the handler only stores to atomics and one word.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        libc::sigaction(libc::SIGINT, &action, std::ptr::null_mut());
    }
}

/// Ends the process as an interrupt ends one that does not listen, so that its parent can tell.
pub fn die_of_interrupt() {
    // SAFETY: plain system calls; the process ends in the second.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::raise(libc::SIGINT);
    }
}

/// Whether an interrupt waits to be served.
pub fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Acquire)
}

/// Whether an interrupt has come since the last call.
pub fn take_interrupt() -> bool {
    INTERRUPTED.swap(false, Ordering::AcqRel)
}
