//! Reserved address space: the only place that talks to `mmap` for the heap.
//!
//! A mapping is readable and writable from the start and costs memory only where it is touched.

use std::ptr::{self, NonNull};

/// An anonymous private mapping, zero-filled on first touch, unmapped on drop.
#[derive(Debug)]
pub(crate) struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

impl Mapping {
    /// Reserves `len` bytes, or `None` when the system refuses.
    pub(crate) fn reserve(len: usize) -> Option<Mapping> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: an anonymous mapping at an address of the kernel's choice disturbs nothing that exists.
        let start = unsafe { libc::mmap(ptr::null_mut(), len, protection, kind, -1, 0) };
        if start == libc::MAP_FAILED {
            return None;
        }
        NonNull::new(start.cast()).map(|start| Mapping { start, len })
    }

    pub(crate) fn start(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Gives the pages of `offset..offset + len` back to the system; they read as zero afterwards.
    pub(crate) fn release(&self, offset: usize, len: usize) -> bool {
        assert!(offset <= self.len && len <= self.len - offset);
        // SAFETY: the range was just checked to lie inside this mapping.
        unsafe { libc::madvise(self.start().add(offset).cast(), len, libc::MADV_DONTNEED) == 0 }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: `start` and `len` are exactly what mmap returned, and nothing borrows from a dropped mapping.
        unsafe { libc::munmap(self.start().cast(), self.len) };
    }
}
