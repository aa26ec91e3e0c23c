//! Immortal objects: one read-only region at a fixed low address, shared by all heaps of the process.
//!
//! The address is a constant, so compiled code can name None or True by an immediate. The region is written once, by
//! the first caller's closure, and is no part of any heap.

use std::sync::OnceLock;

/// Where the immortal region is mapped.
pub const IMMORTAL_BASE: usize = 0x1000_0000;

/// The immortal region, mapped and filled by `init` at the first call in the process and write-protected afterwards.
/// All callers must pass the same arguments.
///
/// # Panics
/// If the fixed address cannot be mapped, or a later call wants more bytes than the first.
pub fn immortal_region(bytes: usize, init: fn(*mut u8)) -> *mut u8 {
    static MAPPED: OnceLock<usize> = OnceLock::new();
    let mapped = *MAPPED.get_or_init(|| map(bytes, init));
    assert!(bytes <= mapped, "the immortal region has {mapped} bytes, {bytes} wanted");
    IMMORTAL_BASE as *mut u8
}

fn map(bytes: usize, init: fn(*mut u8)) -> usize {
    let len = bytes.next_multiple_of(64 << 10).max(64 << 10);
    let wanted = IMMORTAL_BASE as *mut libc::c_void;
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE;
    // SAFETY: NOREPLACE refuses to touch an existing mapping.
    let got = unsafe { libc::mmap(wanted, len, libc::PROT_READ | libc::PROT_WRITE, kind, -1, 0) };
    assert!(
        got == wanted,
        "cannot map the immortal region at {IMMORTAL_BASE:#x}: {}",
        std::io::Error::last_os_error()
    );
    init(got.cast());
    // SAFETY: the range is the mapping just made; from here on it is only read.
    let protected = unsafe { libc::mprotect(got, len, libc::PROT_READ) };
    assert!(
        protected == 0,
        "cannot protect the immortal region: {}",
        std::io::Error::last_os_error()
    );
    len
}
