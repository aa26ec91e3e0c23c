//! What the unit tests of this crate share.

use crate::singletons;
use habu_gc::{Config, Heap};

/// A small random generator (xorshift64*), so that every run tests the same.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }
}

/// Runs `f` with a heap that scans the native stack from here on.
#[inline(never)]
pub(crate) fn with_heap<R>(stress: bool, f: impl FnOnce(&mut Heap) -> R) -> R {
    singletons::init();
    let mut heap = Heap::new(Config { stress, ..Config::default() });
    let base = [0u64; 8];
    let base = std::hint::black_box(&base);
    // SAFETY: the stack of this thread is readable from any stack pointer below up to this frame, which outlives `f`.
    unsafe { heap.set_stack_base(base.as_ptr().wrapping_add(8).cast()) };
    inner(&mut heap, f)
}

#[inline(never)]
fn inner<R>(heap: &mut Heap, f: impl FnOnce(&mut Heap) -> R) -> R {
    f(heap)
}

/// Runs `f` with a plain heap and with one that collects at every allocation.
pub(crate) fn with_heaps(mut f: impl FnMut(&mut Heap)) {
    with_heap(false, &mut f);
    with_heap(true, &mut f);
}
