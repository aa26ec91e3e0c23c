//! Sweeping: what is not marked is not allocated. No dead object is visited, except to be poisoned in stress mode.

use std::ptr::NonNull;

use crate::block::{BLOCK, GRANULE, State};
use crate::class::{cells, class_size};
use crate::header::Header;
use crate::heap::Heap;

/// What freed memory is filled with in stress mode.
const POISON: u8 = 0xDB;
/// Dirty free bytes that are kept whatever the size of the heap.
const KEEP_FREE: usize = 32 << 20;

/// How much dirty free memory nobody has wanted lately.
#[derive(Debug)]
pub(crate) struct Idle {
    /// Least number of dirty free blocks seen, just before sweeping.
    least: usize,
    collections: u32,
}

impl Idle {
    /// Minor collections between two decisions.
    const WINDOW: u32 = 16;
}

impl Default for Idle {
    fn default() -> Idle {
        Idle { least: usize::MAX, collections: 0 }
    }
}

impl Heap {
    /// Sweeps what was allocated into since the last collection.
    pub(crate) fn sweep_young(&mut self) {
        self.release_idle();
        let mut touched = std::mem::take(&mut self.touched);
        for block in touched.drain(..) {
            self.sweep_small(block, false);
        }
        self.touched = touched;
        let mut large = std::mem::take(&mut self.large_young);
        for block in large.drain(..) {
            self.sweep_large(block);
        }
        self.large_young = large;
    }

    /// Sweeps every block. Blocks that are nearly full are offered for allocation only if `thorough`.
    pub(crate) fn sweep_all(&mut self, thorough: bool) {
        self.touched.clear();
        self.large_young.clear();
        self.partial.iter_mut().for_each(Vec::clear);
        self.stats.bytes_live = 0;
        // Downwards, so that the lowest blocks end up on top of the lists and the heap stays compact.
        for block in (0..self.space.pool.frontier()).rev() {
            match self.space.info(block).state.get() {
                State::Small => {
                    self.space.info(block).live.set(0);
                    self.sweep_small(block, thorough);
                }
                State::Large => self.sweep_large(block),
                State::Free | State::Tail => {}
            }
        }
        let used = self.space.pool.used() * BLOCK;
        let keep = KEEP_FREE.max(used / 2);
        if self.space.dirty_free() * BLOCK > keep {
            self.space.release_free(keep / BLOCK);
        }
        self.idle = Idle::default();
    }

    /// Gives back free memory that stayed unused over several minor collections. What is freed and taken again each
    /// time is left alone.
    fn release_idle(&mut self) {
        let Idle { least, collections } = &mut self.idle;
        *least = (*least).min(self.space.dirty_free());
        *collections += 1;
        if *collections == Idle::WINDOW {
            let excess = least.saturating_sub(KEEP_FREE / BLOCK);
            if excess > 0 {
                self.space.release_free(self.space.dirty_free() - excess);
            }
            self.idle = Idle::default();
        }
    }

    fn sweep_small(&mut self, block: u32, thorough: bool) {
        let info = self.space.info(block);
        let bits = self.space.bits(block);
        let class = usize::from(info.class.get());
        if self.config.stress {
            self.poison_small(block);
        }
        info.touched.set(false);
        bits.alloc.copy_from(&bits.mark);
        let live = bits.mark.count();
        let before = info.live.replace(live);
        self.stats.bytes_live += live as usize * class_size(class);
        self.stats.bytes_live -= before as usize * class_size(class);
        let capacity = cells(class);
        if live == 0 {
            self.space.free(block);
        } else if live < if thorough { capacity } else { capacity - capacity / 8 } {
            self.partial[class].push(block);
        }
    }

    fn sweep_large(&mut self, block: u32) {
        let size = self.space.info(block).aux.get() as usize * BLOCK;
        if self.space.bits(block).mark.get(0) {
            self.stats.bytes_live += size;
            return;
        }
        if self.config.stress {
            // SAFETY: the object is dead, and its run of blocks has `size` bytes.
            unsafe { self.space.block_start(block).write_bytes(POISON, size) };
        }
        self.space.free(block);
    }

    fn poison_small(&self, block: u32) {
        let bits = self.space.bits(block);
        let class = usize::from(self.space.info(block).class.get());
        let size = class_size(class);
        for offset in (0..cells(class) as usize).map(|cell| cell * size) {
            if bits.alloc.get(offset / GRANULE) && !bits.mark.get(offset / GRANULE) {
                // SAFETY: the cell lies in the block and its object is dead.
                unsafe { self.space.block_start(block).add(offset).write_bytes(POISON, size) };
            }
        }
    }

    /// Calls `f` with every object, reachable or not yet swept. `f` must not allocate.
    pub fn for_each_object(&mut self, f: &mut dyn FnMut(NonNull<Header>)) {
        self.set_unallocated(false);
        for block in 0..self.space.pool.frontier() {
            let info = self.space.info(block);
            let (count, size) = match info.state.get() {
                State::Small => {
                    (cells(info.class.get().into()) as usize, class_size(info.class.get().into()))
                }
                State::Large => (1, 0),
                State::Free | State::Tail => continue,
            };
            let start = self.space.block_start(block);
            for offset in (0..count).map(|cell| cell * size) {
                if self.space.bits(block).alloc.get(offset / GRANULE)
                    && let Some(object) = NonNull::new(start.wrapping_add(offset).cast())
                {
                    f(object);
                }
            }
        }
        self.set_unallocated(true);
    }
}
