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
pub fn fork() -> Result<i32, Errno> {
    // SAFETY: the child goes on with this thread alone; whatever it relies on is this thread's.
    checked(unsafe { libc::fork() }.into()).map(|n| n as i32)
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
