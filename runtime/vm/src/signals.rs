//! Signals: the handler notes their numbers and raises the poll flag; the main thread serves them at the next back-edge.
//! A signal for the process that the system gives to another thread is passed on to the main one.
//!
//! The only process-global mutable state there is, because signal handlers have no other way to reach a runtime.

use crate::error::{Exc, PyResult};
use crate::parking::{Place, SIGNALLED};
use crate::threads::current;
use crate::vm::Vm;
use habu_object::Value;
use habu_object::dict::Dict;
use rustix::io::Errno;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// The signals that have come, a bit each: signal `n` is bit `n - 1`.
static COME: AtomicU64 = AtomicU64::new(0);
static POLL: AtomicPtr<u32> = AtomicPtr::new(std::ptr::null_mut());
/// The thread that serves signals, 0 for none, and the word on which it sleeps when it waits for other threads.
static LISTENER: AtomicU64 = AtomicU64::new(0);
static SLEEPER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
/// The descriptor that is written a byte for each signal; -1 for none.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);

/// Root of the dict from numbers to the Python functions that handle them.
pub const HANDLERS: &str = "signal.handlers";

/// One more than the greatest number of a signal.
pub const LIMIT: i32 = 65;

const INTERRUPT: u64 = 1 << (libc::SIGINT - 1);

extern "C" fn on_signal(
    number: libc::c_int,
    info: *mut libc::siginfo_t,
    _context: *mut libc::c_void,
) {
    // SAFETY: the system says where the signal comes from.
    let sent_to_thread = unsafe { (*info).si_code } == libc::SI_TKILL;
    let listener = LISTENER.load(Ordering::Acquire);
    let is_fault = matches!(number, libc::SIGSEGV | libc::SIGBUS | libc::SIGFPE | libc::SIGILL);
    if listener != 0 && listener != current() && !sent_to_thread && !is_fault {
        // It came for the process: its thread is to notice, whatever system call it is in.
        // SAFETY: the listener lives as long as the process, or hands its part on.
        unsafe { libc::pthread_kill(listener as libc::pthread_t, number) };
        return;
    }
    note(number);
}

/// Notes that a signal has come.
fn note(number: libc::c_int) {
    COME.fetch_or(1 << (number - 1), Ordering::AcqRel);
    let poll = POLL.load(Ordering::Acquire);
    if !poll.is_null() {
        // SAFETY: `install` was given the poll word of a runtime that lives as long as the process listens.
        unsafe { poll.write_volatile(1) };
    }
    let sleeper = SLEEPER.load(Ordering::Acquire);
    if !sleeper.is_null() {
        // SAFETY: words on which listeners sleep are never freed.
        Place::wake(unsafe { &*sleeper }, SIGNALLED);
    }
    let wakeup = WAKEUP.load(Ordering::Acquire);
    if wakeup >= 0 {
        let byte = number as u8;
        // SAFETY: errno is this thread's own.
        let errno = unsafe { libc::__errno_location() };
        // SAFETY: as above.
        let before = unsafe { *errno };
        // SAFETY: writes one byte; a descriptor that is not open is an error that nobody waits for.
        unsafe { libc::write(wakeup, (&raw const byte).cast(), 1) };
        // SAFETY: as above; who was interrupted may look at it.
        unsafe { *errno = before };
    }
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// What happens when a signal comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// What the system does with it.
    Default,
    /// Nothing.
    Ignore,
    /// It is noted, and served at the next poll.
    Note,
    /// Something that was not set here.
    Foreign,
}

/// Does as if a signal had come, if somebody listens to it.
pub fn simulate(number: i32) {
    if action(number) == Ok(Action::Note) {
        note(number);
    }
}

/// The calling thread, which sleeps at `place`, serves the signals from now on.
pub(crate) fn listen_here(place: &Place) {
    // What is not freed may be looked at by the handler at any time.
    let word = Arc::into_raw(Arc::clone(&place.0)).cast_mut();
    SLEEPER.store(word, Ordering::Release);
    LISTENER.store(current(), Ordering::Release);
}

/// Makes Ctrl-C interrupt the runtime, which runs on this thread.
pub fn install(vm: &mut Vm) {
    POLL.store(&raw mut vm.poll, Ordering::Release);
    listen_here(&vm.threads.place);
    if action(libc::SIGINT) != Ok(Action::Ignore) {
        // There is such a signal.
        let _ = set_action(libc::SIGINT, Action::Note);
    }
}

/// Sets what happens when a signal comes.
pub fn set_action(number: i32, to: Action) -> Result<(), Errno> {
    let handler: Handler = on_signal;
    let handler = match to {
        Action::Default => libc::SIG_DFL,
        Action::Ignore => libc::SIG_IGN,
        Action::Note | Action::Foreign => handler as *const () as usize,
    };
    // SAFETY: a zeroed sigaction is valid.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_SIGINFO;
    // SAFETY: the handler only stores to atomics and one word, and writes to a descriptor.
    let done = unsafe { libc::sigaction(number, &action, std::ptr::null_mut()) };
    if done == 0 { Ok(()) } else { Err(Errno::INVAL) }
}

/// What happens now when a signal comes.
pub fn action(number: i32) -> Result<Action, Errno> {
    // SAFETY: a zeroed sigaction is valid.
    let mut now: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: asks only.
    if unsafe { libc::sigaction(number, std::ptr::null(), &mut now) } != 0 {
        return Err(Errno::INVAL);
    }
    let own: Handler = on_signal;
    Ok(match now.sa_sigaction {
        libc::SIG_DFL => Action::Default,
        libc::SIG_IGN => Action::Ignore,
        n if n == own as *const () as usize => Action::Note,
        _ => Action::Foreign,
    })
}

/// Sets the descriptor that is written a byte for each signal; the one before.
pub fn set_wakeup(fd: i32) -> i32 {
    WAKEUP.swap(fd, Ordering::AcqRel)
}

/// Ends the process as an interrupt ends one that does not listen, so that its parent can tell.
pub fn die_of_interrupt() {
    // SAFETY: plain system calls; the process ends in the second.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::raise(libc::SIGINT);
    }
}

/// Whether an interrupt waits to be served by the calling thread.
pub fn is_interrupted() -> bool {
    COME.load(Ordering::Acquire) & INTERRUPT != 0 && LISTENER.load(Ordering::Acquire) == current()
}

/// Whether signals wait to be served.
pub(crate) fn have_come() -> bool {
    COME.load(Ordering::Acquire) != 0
}

impl Vm {
    /// Calls the Python functions of the signals that have come. An interrupt without one raises KeyboardInterrupt.
    /// Other threads than the main one leave them to it.
    pub(crate) fn serve_signals(&mut self) -> PyResult<()> {
        if !self.serves_signals() {
            return Ok(());
        }
        loop {
            let come = COME.load(Ordering::Acquire);
            if come == 0 {
                return Ok(());
            }
            let number = come.trailing_zeros() as i32 + 1;
            COME.fetch_and(!(1 << (number - 1)), Ordering::AcqRel);
            let key = Value::small_int(i64::from(number));
            let handlers = self.root(HANDLERS).cast::<Dict>();
            let handler = match handlers {
                Some(handlers) => self.dict_get(handlers, key)?,
                None => None,
            };
            let Some(handler) = handler else {
                if number == libc::SIGINT {
                    return Err(self.raise_args(Exc::KeyboardInterrupt, &[]));
                }
                continue;
            };
            let frame = self.frame_object(0)?.unwrap_or(Value::NONE);
            if let Err(e) = self.call(handler, &[key, frame]) {
                if COME.load(Ordering::Acquire) != 0 {
                    self.poll = 1;
                }
                return Err(e);
            }
        }
    }
}
