//! The few system calls that no safe library offers: signals by number, the environment, forking.

use rustix::io::Errno;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;

/// The result of a C function that returns -1 and sets errno.
fn checked(n: i64) -> Result<i64, Errno> {
    if n == -1 { Err(last_error()) } else { Ok(n) }
}

fn last_error() -> Errno {
    Errno::from_raw_os_error(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// `kill(2)`, with any numbers.
pub fn kill(pid: i32, signal: i32) -> Result<(), Errno> {
    // SAFETY: takes numbers only.
    checked(unsafe { libc::kill(pid, signal) }.into()).map(|_| ())
}

/// `raise(3)`
pub fn raise(signal: i32) -> Result<(), Errno> {
    // SAFETY: takes a number only.
    checked(unsafe { libc::raise(signal) }.into()).map(|_| ())
}

/// `alarm(2)`: the seconds that were left of the alarm before.
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: takes a number only.
    unsafe { libc::alarm(seconds) }
}

/// `pause(2)`: returns when a signal was handled.
pub fn pause() {
    // SAFETY: waits only.
    unsafe { libc::pause() };
}

/// `strsignal(3)`
pub fn signal_text(signal: i32) -> Option<String> {
    // SAFETY: takes a number only; who asks holds the runtime's lock.
    let text = unsafe { libc::strsignal(signal) };
    if text.is_null() {
        return None;
    }
    // SAFETY: a text that the C library made, ended by a zero.
    Some(unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// A timer of `setitimer(2)`: seconds until it ends, and between its ends afterwards.
pub type Timer = (f64, f64);

fn timeval(seconds: f64) -> libc::timeval {
    libc::timeval {
        tv_sec: seconds.trunc() as libc::time_t,
        tv_usec: (seconds.fract() * 1e6).round() as libc::suseconds_t,
    }
}

fn timer(t: &libc::itimerval) -> Timer {
    let seconds = |t: &libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    (seconds(&t.it_value), seconds(&t.it_interval))
}

/// `setitimer(2)`: the timer before.
pub fn set_timer(which: i32, to: Timer) -> Result<Timer, Errno> {
    let new = libc::itimerval { it_interval: timeval(to.1), it_value: timeval(to.0) };
    let mut old = libc::itimerval { it_interval: timeval(0.0), it_value: timeval(0.0) };
    // SAFETY: both timers live until the call returns.
    checked(unsafe { libc::setitimer(which as _, &new, &mut old) }.into())?;
    Ok(timer(&old))
}

/// `getitimer(2)`
pub fn get_timer(which: i32) -> Result<Timer, Errno> {
    let mut now = libc::itimerval { it_interval: timeval(0.0), it_value: timeval(0.0) };
    // SAFETY: there is room for a timer.
    checked(unsafe { libc::getitimer(which as _, &mut now) }.into())?;
    Ok(timer(&now))
}

/// A set of signals, a bit each: signal `n` is bit `n - 1`.
pub type SignalSet = u64;

fn sigset(signals: SignalSet) -> libc::sigset_t {
    // SAFETY: a set without members is valid.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    for n in (1..=64).filter(|n| signals >> (n - 1) & 1 == 1) {
        // SAFETY: the set is initialised; numbers that are none are refused.
        unsafe { libc::sigaddset(&mut set, n) };
    }
    set
}

fn members(set: &libc::sigset_t) -> SignalSet {
    // SAFETY: the set is initialised.
    let is_member = |n: i32| unsafe { libc::sigismember(set, n) } == 1;
    (1..=64).filter(|n| is_member(*n)).fold(0, |all, n| all | 1 << (n - 1))
}

/// `pthread_sigmask(3)`: the signals that were blocked before.
pub fn block_signals(how: i32, signals: SignalSet) -> Result<SignalSet, Errno> {
    let (new, mut old) = (sigset(signals), sigset(0));
    // SAFETY: both sets live until the call returns.
    match unsafe { libc::pthread_sigmask(how, &new, &mut old) } {
        0 => Ok(members(&old)),
        e => Err(Errno::from_raw_os_error(e)),
    }
}

/// Leaves all signals to other threads: to the one that runs Python code.
pub fn block_all_signals() {
    // The system takes any set; what cannot be blocked it leaves alone.
    let _ = block_signals(libc::SIG_BLOCK, !0);
}

/// `sigpending(2)`
pub fn pending_signals() -> Result<SignalSet, Errno> {
    let mut set = sigset(0);
    // SAFETY: there is room for a set.
    checked(unsafe { libc::sigpending(&mut set) }.into())?;
    Ok(members(&set))
}

/// `sysconf(3)`; None where the system has no limit.
pub fn sysconf(name: i32) -> Result<i64, Errno> {
    // SAFETY: errno is this thread's own.
    unsafe { *libc::__errno_location() = 0 };
    // SAFETY: takes a number only.
    let n = unsafe { libc::sysconf(name) };
    if n == -1 && last_error().raw_os_error() != 0 { Err(last_error()) } else { Ok(n) }
}

/// `getloadavg(3)`
pub fn load_average() -> Option<[f64; 3]> {
    let mut out = [0.0; 3];
    // SAFETY: there is room for three numbers.
    let n = unsafe { libc::getloadavg(out.as_mut_ptr(), 3) };
    (n == 3).then_some(out)
}

/// Sets a variable of the environment that child processes and C libraries see.
pub fn set_variable(name: &[u8], value: &[u8]) {
    // SAFETY: the one thread that runs Python code is the only one that reads or writes the environment.
    unsafe { std::env::set_var(OsStr::from_bytes(name), OsStr::from_bytes(value)) };
}

/// Removes a variable of the environment.
pub fn remove_variable(name: &[u8]) {
    // SAFETY: as `set_variable`.
    unsafe { std::env::remove_var(OsStr::from_bytes(name)) };
}

/// `fork(2)`: 0 in the child. Of the threads only the calling one lives on in the child.
pub fn fork(vm: &mut crate::Vm) -> Result<i32, Errno> {
    // SAFETY: the child goes on with this thread alone; whatever it relies on is this thread's.
    let fork = || unsafe { libc::fork() };
    let child = checked((vm.ports.fork)(vm, fork).into())? as i32;
    if child == 0 {
        vm.forget_threads();
    }
    Ok(child)
}

/// Ends the process at once.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: nothing runs afterwards.
    unsafe { libc::_exit(code) }
}

/// `execve(2)`; returns only if that fails.
pub fn execute(path: &[u8], args: &[Vec<u8>], environment: &[Vec<u8>]) -> Errno {
    let c = |b: &[u8]| CString::new(b).unwrap_or_default();
    let path = c(path);
    let args: Vec<CString> = args.iter().map(|a| c(a)).collect();
    let environment: Vec<CString> = environment.iter().map(|a| c(a)).collect();
    let pointers = |list: &[CString]| {
        let mut out: Vec<*const libc::c_char> = list.iter().map(|s| s.as_ptr()).collect();
        out.push(std::ptr::null());
        out
    };
    let (argv, envp) = (pointers(&args), pointers(&environment));
    // SAFETY: both lists end with null and their strings live until the call returns.
    unsafe { libc::execve(path.as_ptr(), argv.as_ptr(), envp.as_ptr()) };
    last_error()
}

/// `setuid(2)` and its relatives, by name.
pub fn set_identity(what: Identity, id: u32) -> Result<(), Errno> {
    // SAFETY: each takes a number only.
    let n = unsafe {
        match what {
            Identity::User => libc::setuid(id),
            Identity::Group => libc::setgid(id),
            Identity::EffectiveUser => libc::seteuid(id),
            Identity::EffectiveGroup => libc::setegid(id),
        }
    };
    checked(n.into()).map(|_| ())
}

/// What `set_identity` sets.
#[derive(Clone, Copy, Debug)]
pub enum Identity {
    /// The user.
    User,
    /// The group.
    Group,
    /// The effective user.
    EffectiveUser,
    /// The effective group.
    EffectiveGroup,
}
