//! File descriptors as Python has them: plain numbers that the system checks at each use.

use rustix::fd::{BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use rustix::io::Errno;

/// The descriptor with this number, for one system call. If nothing is open under it, the call says so.
pub fn borrow(fd: i32) -> Result<BorrowedFd<'static>, Errno> {
    if fd < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: the number is not -1. That it may be closed or opened anew at any time is Python's contract with the
    // system: a system call on it fails with EBADF or reaches what is open then, and no memory is concerned.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

/// Closes a descriptor.
pub fn close(fd: i32) -> Result<(), Errno> {
    // Whether it is open is asked first: closing through an owner does not tell.
    rustix::io::fcntl_getfd(borrow(fd)?)?;
    // SAFETY: the number is open, and who asks for it to be closed gives it up.
    drop(unsafe { OwnedFd::from_raw_fd(fd) });
    Ok(())
}

/// Takes the number out of an owned descriptor, which stays open.
pub fn keep(fd: OwnedFd) -> i32 {
    fd.into_raw_fd()
}

/// Makes the number `to` another one of `from` (`dup2`).
pub fn duplicate_onto(from: BorrowedFd<'_>, to: i32, inheritable: bool) -> Result<(), Errno> {
    if to < 0 {
        return Err(Errno::BADF);
    }
    use rustix::fd::AsRawFd;
    if from.as_raw_fd() == to {
        return Ok(());
    }
    // SAFETY: the number is not -1; it is let go of below without being closed.
    let mut target = unsafe { OwnedFd::from_raw_fd(to) };
    let flags =
        if inheritable { rustix::io::DupFlags::empty() } else { rustix::io::DupFlags::CLOEXEC };
    let done = rustix::io::dup3(from, &mut target, flags);
    keep(target);
    done
}
