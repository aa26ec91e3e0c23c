//! System calls about what a process may use and has used, and about descriptors: `resource` and `fcntl` stand on them.

use rustix::io::Errno;

fn checked(n: i64) -> Result<i64, Errno> {
    if n == -1 {
        let code = std::io::Error::last_os_error().raw_os_error();
        return Err(Errno::from_raw_os_error(code.unwrap_or(0)));
    }
    Ok(n)
}

/// What `getrusage(2)` tells: seconds in user and system mode, then the fourteen numbers in their order.
pub type Usage = (f64, f64, [i64; 14]);

/// `getrusage(2)`
pub fn usage(who: i32) -> Result<Usage, Errno> {
    // SAFETY: numbers only, zero is a value of each.
    let mut u: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `u` is a place for the answer.
    checked(unsafe { libc::getrusage(who, &mut u) }.into())?;
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let numbers = [
        u.ru_maxrss,
        u.ru_ixrss,
        u.ru_idrss,
        u.ru_isrss,
        u.ru_minflt,
        u.ru_majflt,
        u.ru_nswap,
        u.ru_inblock,
        u.ru_oublock,
        u.ru_msgsnd,
        u.ru_msgrcv,
        u.ru_nsignals,
        u.ru_nvcsw,
        u.ru_nivcsw,
    ];
    Ok((seconds(u.ru_utime), seconds(u.ru_stime), numbers))
}

/// `prlimit(2)`: the limits, soft and hard, of a process (0 is this one) before they are set to others, if any.
pub fn limits(pid: i32, which: u32, to: Option<(u64, u64)>) -> Result<(u64, u64), Errno> {
    let new = to.map(|(soft, hard)| libc::rlimit { rlim_cur: soft, rlim_max: hard });
    let new = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `new` is null or limits that outlive the call, `old` is a place for the answer.
    checked(unsafe { libc::prlimit(pid, which, new, &mut old) }.into())?;
    Ok((old.rlim_cur, old.rlim_max))
}

/// `fcntl(2)` with a number.
pub fn fcntl(fd: i32, command: i32, value: i32) -> Result<i64, Errno> {
    // SAFETY: commands that take an address fail for such small ones, for nothing is mapped there.
    checked(unsafe { libc::fcntl(fd, command, value) }.into())
}

/// `fcntl(2)` with a block that the kernel reads and writes; it must be larger than any command needs.
pub fn fcntl_block(fd: i32, command: i32, block: &mut [u8; 1024]) -> Result<i64, Errno> {
    // SAFETY: no command's structure is larger than the block.
    checked(unsafe { libc::fcntl(fd, command, block.as_mut_ptr()) }.into())
}

/// `ioctl(2)` with a number.
pub fn ioctl(fd: i32, request: u64, value: i32) -> Result<i64, Errno> {
    // SAFETY: as `fcntl`.
    checked(unsafe { libc::ioctl(fd, request, value) }.into())
}

/// `ioctl(2)` with a block, as `fcntl_block`.
pub fn ioctl_block(fd: i32, request: u64, block: &mut [u8; 1024]) -> Result<i64, Errno> {
    // SAFETY: as `fcntl_block`.
    checked(unsafe { libc::ioctl(fd, request, block.as_mut_ptr()) }.into())
}

/// `flock(2)`
pub fn flock(fd: i32, operation: i32) -> Result<(), Errno> {
    // SAFETY: takes numbers only.
    checked(unsafe { libc::flock(fd, operation) }.into()).map(|_| ())
}

/// A lock on a part of a file by `fcntl(2)`: `kind` is `F_RDLCK`, `F_WRLCK` or `F_UNLCK`.
pub fn lock_part(
    fd: i32,
    wait: bool,
    kind: i32,
    whence: i32,
    start: i64,
    len: i64,
) -> Result<(), Errno> {
    let lock = libc::flock {
        l_type: kind as i16,
        l_whence: whence as i16,
        l_start: start,
        l_len: len,
        l_pid: 0,
    };
    let command = if wait { libc::F_SETLKW } else { libc::F_SETLK };
    // SAFETY: the command reads the structure, which outlives the call.
    checked(unsafe { libc::fcntl(fd, command, &lock) }.into()).map(|_| ())
}
