//! What compiled code and the runtime share: the context that is its first argument, and the functions it calls for
//! allocation and the write barrier.

use std::mem::offset_of;
use std::ptr;

use habu_gc::{CLASSES, Header, Heap};

/// Words for the values of one exit.
pub const SLOTS: usize = 512;
/// Most values that one exit may store; the rest of the slots keeps rebuilt objects alive.
pub(super) const MAX_STORED: usize = 384;

/// The first argument of compiled code and of every helper.
///
/// `slots[..live]` holds tagged words while an exit is dealt with: to be scanned conservatively.
#[repr(C)]
pub struct JitContext {
    /// The runtime, first as helpers expect it.
    pub vm: *mut u8,
    /// Where to allocate.
    pub heap: *mut Heap,
    /// Not zero there: leave at the next safepoint.
    pub poll: *const u32,
    /// How far the stacks reach.
    pub bounds: Bounds,
    /// Window of the tree that runs; each sets it when it begins and after the trees it calls.
    pub base: *mut u64,
    /// Under `Force::Countdown`, each guard takes one off and leaves at zero.
    pub countdown: u64,
    /// Words of `slots` that hold an exit's values.
    pub live: usize,
    /// The values an exit stored.
    pub slots: [u64; SLOTS],
    /// Passes of loops, where they are counted.
    pub passes: u64,
    /// Number of the tree that was last entered or was to be.
    pub at: u64,
    /// What the last rare call returned.
    pub result: u64,
}

/// The ends of the stack of values and of the native stack.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Bounds {
    /// Where the address is kept beyond which no frame may reach.
    pub limit: *const *mut u64,
    /// Where the address is kept from which on the stack of values is nobody's.
    pub top: *mut *mut u64,
    /// No tree that calls others begins with a native stack pointer below this.
    pub native: u64,
}

impl JitContext {
    /// A context with nothing in it.
    pub fn new(heap: *mut Heap, poll: *const u32, vm: *mut u8, bounds: Bounds) -> JitContext {
        let base = ptr::null_mut();
        JitContext {
            heap,
            poll,
            vm,
            bounds,
            base,
            countdown: 0,
            live: 0,
            slots: [0; SLOTS],
            passes: 0,
            at: 0,
            result: 0,
        }
    }
}

impl Default for JitContext {
    fn default() -> JitContext {
        let bounds = Bounds { limit: ptr::null(), top: ptr::null_mut(), native: 0 };
        JitContext::new(ptr::null_mut(), ptr::null(), ptr::null_mut(), bounds)
    }
}

pub(super) const HEAP: i32 = offset_of!(JitContext, heap) as i32;
pub(super) const LIMIT: i32 = offset_of!(JitContext, bounds.limit) as i32;
pub(super) const TOP: i32 = offset_of!(JitContext, bounds.top) as i32;
pub(super) const NATIVE: i32 = offset_of!(JitContext, bounds.native) as i32;
pub(super) const BASE: i32 = offset_of!(JitContext, base) as i32;
pub(super) const AT: i32 = offset_of!(JitContext, at) as i32;
pub(super) const PASSES: i32 = offset_of!(JitContext, passes) as i32;
pub(super) const COUNTDOWN: i32 = offset_of!(JitContext, countdown) as i32;

/// Offset of the result of a rare call.
pub(crate) const RESULT: i32 = offset_of!(JitContext, result) as i32;

/// Offset of an exit slot.
pub(super) fn slot_offset(slot: usize) -> i32 {
    (offset_of!(JitContext, slots) + 8 * slot) as i32
}

/// Offsets of a size class's `cur` and `end` in the heap.
pub(super) fn bump_offsets(class: usize) -> (i32, i32) {
    debug_assert!(class < CLASSES);
    let at = offset_of!(Heap, bump) + class * size_of::<habu_gc::Bump>();
    ((at + offset_of!(habu_gc::Bump, cur)) as i32, (at + offset_of!(habu_gc::Bump, end)) as i32)
}

/// Offset of the flags byte in an object.
pub(super) const FLAGS: i32 = offset_of!(Header, flags) as i32;

/// What compiled code calls besides the helpers that traces name. None of them fails or unwinds.
#[derive(Clone, Copy, Debug)]
pub struct Support {
    /// Memory of that many bytes, not initialised: the address.
    pub alloc: extern "C" fn(*mut JitContext, u64) -> u64,
    /// Memory of that many bytes, all zero: the address.
    pub alloc_zeroed: extern "C" fn(*mut JitContext, u64) -> u64,
    /// The word of a float beyond the immediate range.
    pub box_float: extern "C" fn(*mut JitContext, f64) -> u64,
    /// The write barrier for an object (a tagged pointer) that has the OLD flag; the object.
    pub remember: extern "C" fn(*mut JitContext, u64) -> u64,
    /// What becomes of a called tree that did not return.
    pub tree_left: TreeLeft,
    /// The address of the helper for powers of floats, which is called only where the processor does not have them.
    pub pow: u64,
}

/// What becomes of a called tree that did not return: its window, what it left with, and its number.
pub type TreeLeft = extern "C" fn(*mut JitContext, *mut u64, Left, u64) -> Settled;

/// What compiled code gives back, in two registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Left {
    /// `RETURNED`, `NOT_RUN`, or `FIRST_EXIT` and the number of an exit.
    pub how: u64,
    /// The value returned, or the tag of the tree that was left.
    pub what: u64,
}

/// The frame returned a value.
pub const RETURNED: u64 = 0;
/// Nothing was done by the tree that `JitContext::at` names: there is no code, or no room on one of the stacks.
pub const NOT_RUN: u64 = 1;
/// The number of the first exit.
pub const FIRST_EXIT: u64 = 2;

/// What the runtime made of a called tree that did not return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Settled {
    /// The value that its frame returned after all.
    pub value: u64,
    /// Not zero if it did not: the caller leaves too.
    pub status: u64,
}

impl Support {
    /// Those that need no more than the heap; what a float object looks like and how frames are rebuilt is the
    /// caller's to know.
    pub fn new(
        box_float: extern "C" fn(*mut JitContext, f64) -> u64,
        tree_left: TreeLeft,
        pow: u64,
    ) -> Support {
        Support { alloc, alloc_zeroed, box_float, remember, tree_left, pow }
    }
}

extern "C" fn alloc(context: *mut JitContext, bytes: u64) -> u64 {
    // SAFETY: compiled code passes its own context, whose heap is live and used by this thread only.
    match unsafe { (*(*context).heap).alloc(bytes as usize) } {
        Ok(p) => p.as_ptr() as u64,
        Err(_) => beyond_limit(context, bytes),
    }
}

extern "C" fn alloc_zeroed(context: *mut JitContext, bytes: u64) -> u64 {
    // SAFETY: as in `alloc`.
    match unsafe { (*(*context).heap).alloc_zeroed(bytes as usize) } {
        Ok(p) => p.as_ptr() as u64,
        Err(_) => beyond_limit(context, bytes),
    }
}

extern "C" fn remember(context: *mut JitContext, object: u64) -> u64 {
    if let Some(object) = ptr::NonNull::new((object - 1) as *mut Header) {
        // SAFETY: as in `alloc`; the object is live.
        unsafe { (*(*context).heap).remember(object) };
    }
    object
}

/// An allocation has no exit to leave by: it takes from what the heap has for such cases, and the next safepoint leaves
/// to where MemoryError is raised.
#[cold]
fn beyond_limit(context: *mut JitContext, bytes: u64) -> u64 {
    // SAFETY: as in `alloc`; the flag is the runtime's own and written by this thread only.
    let got = unsafe {
        (*context).poll.cast_mut().write_volatile(1);
        (*(*context).heap).beyond_limit(|heap| heap.alloc_zeroed(bytes as usize))
    };
    match got {
        Ok(p) => p.as_ptr() as u64,
        Err(e) => {
            eprintln!("habu: {e} in compiled code");
            std::process::abort()
        }
    }
}
