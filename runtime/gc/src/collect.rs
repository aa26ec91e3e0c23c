//! One collection from start to end, and when to make which kind.
//!
//! Minor: marks from the roots, the remembered objects and the carded words, and sweeps what was allocated into since
//! the last collection; everything marked before stays so. Full: forgets all marks first and sweeps every block.

use std::time::Instant;

use crate::arch::with_spilled_registers;
use crate::block::{BLOCK, CARD, State};
use crate::class::CLASSES;
use crate::header::traced_words;
use crate::heap::{Bump, Heap, MAJOR_FLOOR};
use crate::mark::Marker;

/// In stress mode one collection in this many is a full one.
const STRESS_FULL: u32 = 4;
/// Entries of the mark stack that are kept allocated between collections.
const MARK_STACK_KEPT: usize = 64 << 10;

impl Heap {
    /// Collects now: everything unreachable if `full`, else only what is young.
    pub fn collect(&mut self, full: bool) {
        self.run(full, false);
    }

    /// A collection because enough was allocated.
    pub(crate) fn collect_automatic(&mut self) {
        let full = self.requested || self.wants_major();
        self.run(full, false);
    }

    /// Whether the heap has grown enough since the last full collection.
    pub(crate) fn wants_major(&self) -> bool {
        self.space.pool.used() * BLOCK >= self.major_threshold
    }

    /// A collection because allocation would fail: full, and every free cell becomes available.
    pub(crate) fn collect_last_resort(&mut self) {
        self.run(true, true);
    }

    pub(crate) fn collect_stress(&mut self) {
        self.stress_ticks = self.stress_ticks.wrapping_add(1);
        self.run(self.stress_ticks.is_multiple_of(STRESS_FULL), false);
    }

    #[inline(never)]
    fn run(&mut self, full: bool, thorough: bool) {
        let start = Instant::now();
        self.retire();
        if full {
            self.forget_marks();
        }
        with_spilled_registers(|low| self.mark(full, low));
        if full {
            self.sweep_all(thorough);
            self.major_threshold = MAJOR_FLOOR.max(self.space.pool.used() * BLOCK * 2);
            self.requested = false;
        } else {
            self.sweep_young();
        }
        (self.young, self.young_large) = (0, 0);
        let pause = start.elapsed();
        let stats = &mut self.stats;
        stats.total_pause += pause;
        let (count, longest) = if full {
            (&mut stats.major, &mut stats.max_major_pause)
        } else {
            (&mut stats.minor, &mut stats.max_minor_pause)
        };
        *count += 1;
        *longest = (*longest).max(pause);
    }

    /// Closes all free intervals: cells that were not allocated are no objects any more.
    pub(crate) fn retire(&mut self) {
        self.set_unallocated(false);
        self.bump = [Bump::EMPTY; CLASSES];
        self.cursors = [None; CLASSES];
    }

    /// Sets the alloc bits of what is left of the current free intervals.
    pub(crate) fn set_unallocated(&mut self, value: bool) {
        for (cursor, bump) in self.cursors.iter().zip(&self.bump) {
            if let Some(cursor) = cursor
                && bump.cur < bump.end
                && let Some((_, from)) = self.space.locate(bump.cur as usize)
            {
                self.space.bits(cursor.block).alloc.fill(from, cursor.granule, value);
            }
        }
    }

    fn forget_marks(&mut self) {
        for block in 0..self.space.pool.frontier() {
            if matches!(self.space.info(block).state.get(), State::Small | State::Large) {
                self.space.bits(block).mark.clear();
            }
        }
    }

    fn mark(&mut self, full: bool, low: *const u64) {
        let space = &self.space;
        let mut marker = Marker::new(space, &self.side, std::mem::take(&mut self.mark_stack));
        self.roots.mark(&mut marker, low);
        self.weak.cleared.iter().for_each(|&object| marker.mark_object(object));
        self.finalizers.pending.iter().for_each(|&object| marker.mark_object(object));
        self.side.mark_foreign(&mut marker);
        for object in self.remembered.drain(..) {
            if !full {
                // SAFETY: remembered objects are old, and old objects are not freed before a full collection.
                unsafe { marker.trace(object) };
            }
        }
        for block in self.carded.drain(..) {
            let info = space.info(block);
            let cards = info.cards.replace(0);
            if full {
                continue;
            }
            let head = if info.state.get() == State::Large { block } else { info.aux.get() };
            let Some(object) = space.cell_containing(space.block_start(head) as usize) else {
                continue;
            };
            // SAFETY: a carded object is an old large object, initialised and not freed before a full collection.
            let (words, n) = unsafe { traced_words(object) };
            let (first, end) = (words as usize, words as usize + n * size_of::<u64>());
            for card in (0..8).filter(|card| cards >> card & 1 != 0) {
                let start = space.block_start(block) as usize + card * CARD;
                let (low, high) = (start.max(first), (start + CARD).min(end));
                if low < high {
                    // SAFETY: the range lies inside the object's traced words.
                    unsafe {
                        marker.mark_range(low as *const u64, (high - low) / size_of::<u64>())
                    };
                }
            }
        }
        marker.drain();
        self.weak.clear_dead(space, full);
        self.finalizers
            .resurrect(&mut marker, full, |object| space.is_marked(object.as_ptr() as usize));
        marker.drain();
        self.mark_stack = marker.into_stack();
        self.mark_stack.shrink_to(MARK_STACK_KEPT);
        self.weak.drop_dead(space, full);
        self.side.drop_dead(space, full);
        self.registry.drop_dead(space, full);
    }
}
