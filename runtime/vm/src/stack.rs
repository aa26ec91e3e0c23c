//! The value stack: one contiguous reservation of words in which every frame is a window.
//!
//! Each thread has one. Reserved once and committed by the system as it is touched, so addresses never change. How deep Python may recurse
//! is a count of frames (`sys.setrecursionlimit`); to keep calls cheap they compare only an address, `Vm::stack_limit`,
//! and frames are counted when that address is crossed. It is set back when an exception has been caught further down,
//! and when native code calls Python there: after a deep dive the next one ends at the same depth.

use crate::error::PyResult;
use crate::vm::Vm;
use habu_object::Value;

/// Words between a frame's callee register and its first register.
pub const LINK: usize = 3;
/// Offset of the callee (result) word from a frame's base.
pub const CALLEE: isize = -3;
/// Offset of the return address.
pub const RETURN_PC: isize = -2;
/// Offset of the caller's base.
pub const CALLER: isize = -1;

/// Largest window a frame may have, in words: 2^16 far registers, 256 near ones, a call window.
pub const MAX_WINDOW: usize = 66_000;

/// Words of the first thread's stack (512 MB of address space).
const WORDS: usize = 1 << 26;
/// Words of the other threads' (16 MB).
const THREAD_WORDS: usize = 1 << 21;

/// The reservation.
pub struct Stack {
    start: *mut Value,
    end: *mut Value,
}

impl Stack {
    /// Reserves the stack of the first thread.
    pub(crate) fn new() -> Stack {
        Stack::reserve(WORDS).expect("cannot reserve address space for the value stack")
    }

    /// Reserves the stack of another thread; None if the system does not grant it.
    pub(crate) fn of_thread() -> Option<Stack> {
        Stack::reserve(THREAD_WORDS)
    }

    fn reserve(words: usize) -> Option<Stack> {
        let bytes = words * 8;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a fresh anonymous mapping, not at a fixed address.
        let p = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                flags,
                -1,
                0,
            )
        };
        if p == libc::MAP_FAILED {
            return None;
        }
        let start = p.cast::<Value>();
        Some(Stack { start, end: start.wrapping_add(words) })
    }

    /// No stack: what is there while no thread runs.
    pub(crate) fn none() -> Stack {
        Stack { start: std::ptr::null_mut(), end: std::ptr::null_mut() }
    }

    /// First word.
    pub fn start(&self) -> *mut Value {
        self.start
    }

    /// Last address at which a frame of the largest window may begin.
    pub fn last_base(&self) -> *mut Value {
        self.end.wrapping_sub(2 * MAX_WINDOW)
    }

    /// `p + extra` words, but not past the end.
    pub fn clamp(&self, p: *mut Value, extra: usize) -> *mut Value {
        self.end.min(p.wrapping_add(extra))
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if self.start.is_null() {
            return;
        }
        // SAFETY: unmaps exactly what `reserve` mapped; no frame is alive when the Vm is dropped or a thread has ended.
        unsafe { libc::munmap(self.start.cast(), self.end as usize - self.start as usize) };
    }
}

/// Register `i` of the window at `base` (negative: link words).
///
/// # Safety
/// The word must lie in the stack reservation.
#[inline(always)]
pub unsafe fn reg(base: *mut Value, i: isize) -> Value {
    // SAFETY: by contract.
    unsafe { *base.offset(i) }
}

/// Sets register `i` of the window at `base`.
///
/// # Safety
/// The word must lie in the stack reservation.
#[inline(always)]
pub unsafe fn set_reg(base: *mut Value, i: isize, v: Value) {
    // SAFETY: by contract.
    unsafe { *base.offset(i) = v };
}

impl Vm {
    /// Sets how many Python frames may be active.
    pub fn set_recursion_limit(&mut self, limit: usize) {
        self.recursion_limit = limit;
        let depth = self.depth(self.base);
        self.grant_stack(self.base, limit.saturating_sub(depth));
    }

    /// Lets `frames` more frames of the smallest size be pushed above the one at `base` before the next count.
    fn grant_stack(&mut self, base: *mut Value, frames: usize) {
        // A callee's window begins at least its link words above its caller's; one more would be at the next multiple.
        let words = (frames.saturating_mul(LINK) + LINK - 1).min(WORDS);
        self.granted_at = base;
        self.stack_limit = base.wrapping_add(words).min(self.stack.last_base());
    }

    /// Counts anew if the window at `base` lies below the one from which the limit was granted: frames that were left
    /// may have been larger than those that will take their place.
    #[inline]
    pub(crate) fn lower_stack_limit(&mut self, base: *mut Value) {
        if base < self.granted_at {
            self.grant_stack(base, self.recursion_limit.saturating_sub(self.depth(base)));
        }
    }

    /// Number of Python frames below and including the window at `base`; continuations do not count.
    pub fn depth(&self, base: *mut Value) -> usize {
        let mut n = 0;
        let mut at = base;
        while at > self.stack.start() {
            // SAFETY: every base but the bottom one has a callee word.
            n += !unsafe { reg(at, CALLEE) }.is_none() as usize;
            // SAFETY: every base but the bottom one has link words, written when its frame was pushed.
            at = unsafe { reg(at, CALLER) }.bits() as *mut Value;
        }
        n
    }

    /// Called when a frame at `new_base` would reach beyond `stack_limit`: counts, then grants or raises RecursionError.
    #[cold]
    pub fn extend_stack(&mut self, caller: *mut Value, new_base: *mut Value) -> PyResult<()> {
        let depth = self.depth(caller);
        if depth >= self.recursion_limit || new_base >= self.stack.last_base() {
            // Room for handlers and messages while the error travels.
            return Err(self.recursion_error());
        }
        self.grant_stack(new_base, self.recursion_limit - depth - 1);
        Ok(())
    }
}

/// The highest address of the calling thread's native stack.
pub(crate) fn native_stack_end() -> Option<*const u8> {
    // SAFETY: a zeroed attribute object is what the call fills.
    let mut attributes: libc::pthread_attr_t = unsafe { std::mem::zeroed() };
    // SAFETY: the calling thread exists.
    if unsafe { libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) } != 0 {
        return None;
    }
    let mut lowest = std::ptr::null_mut();
    let mut size = 0;
    // SAFETY: the attributes were just filled; both results are written on success.
    let ok = unsafe {
        libc::pthread_attr_getstack(&raw const attributes, &raw mut lowest, &raw mut size)
    } == 0;
    // SAFETY: what `pthread_getattr_np` initialised is released once.
    unsafe { libc::pthread_attr_destroy(&raw mut attributes) };
    ok.then(|| lowest.cast::<u8>().wrapping_add(size).cast_const())
}
