//! Where marking starts outside the heap: the root function and the native stacks.

use std::ffi::c_void;

use crate::heap::Heap;
use crate::mark::Marker;

/// Called at each collection to mark everything the owner of the heap refers to. It must not touch the heap.
pub type RootFn = unsafe fn(*mut c_void, &mut Marker<'_>);

#[derive(Debug)]
pub(crate) struct Roots {
    precise: Option<(RootFn, *mut c_void)>,
    /// Highest address of the running thread's stack, or null.
    stack_base: *const u8,
    /// Further stacks as `(low, high)`.
    stacks: Vec<(*const u64, *const u64)>,
}

impl Roots {
    pub(crate) fn new() -> Roots {
        Roots { precise: None, stack_base: std::ptr::null(), stacks: Vec::new() }
    }

    /// Marks from all roots; `low` is the lowest live address of the running stack.
    pub(crate) fn mark(&self, marker: &mut Marker<'_>, low: *const u64) {
        if let Some((function, context)) = self.precise {
            // SAFETY: `set_roots` made its caller promise that the function may be called with this context.
            unsafe { function(context, marker) };
        }
        let ranges = [(low, self.stack_base.cast())];
        for (low, high) in ranges.into_iter().chain(self.stacks.iter().copied()) {
            if low < high {
                // SAFETY: the callers of `set_stack_base` and `add_stack_range` promised that these are readable.
                unsafe { marker.mark_conservative_range(low, high) };
            }
        }
    }
}

impl Heap {
    /// Sets the function that marks the roots at each collection.
    ///
    /// # Safety
    /// `f(ctx, _)` must be callable until the heap is dropped or other roots are set, must pass only words that obey
    /// the marker's contract, and must not touch the heap.
    pub unsafe fn set_roots(&mut self, f: RootFn, ctx: *mut c_void) {
        self.roots.precise = Some((f, ctx));
    }

    /// Declares the highest address of this thread's native stack. Without it the native stack is not scanned.
    ///
    /// # Safety
    /// Whenever a collection runs, everything from the stack pointer up to `base` must be readable.
    pub unsafe fn set_stack_base(&mut self, base: *const u8) {
        self.roots.stack_base = (base as usize & !7) as *const u8;
    }

    /// Exchanges the highest address of the running thread's native stack with another thread's, when that goes on.
    pub fn exchange_stack_end(&mut self, end: *const u8) -> *const u8 {
        std::mem::replace(&mut self.roots.stack_base, (end as usize & !7) as *const u8)
    }

    /// Adds another native stack (`low..high`) to be scanned conservatively.
    ///
    /// # Safety
    /// The range must stay readable, and unchanged while a collection runs, until it is removed.
    pub unsafe fn add_stack_range(&mut self, low: *const u8, high: *const u8) {
        let low = (low as usize).next_multiple_of(8) as *const u64;
        self.roots.stacks.push((low, (high as usize & !7) as *const u64));
    }

    /// Removes the stack that was added with this `high` end.
    pub fn remove_stack_range(&mut self, high: *const u8) {
        self.roots.stacks.retain(|range| range.1 as usize != high as usize & !7);
    }
}
