//! Blocks and their side metadata: the address arithmetic of the heap.
//!
//! The heap is one reserved range of 32 KB blocks. For each block there is an [`Info`] and a pair of bitmaps in two
//! more reserved ranges, found by the block's index. Nothing here decides when to allocate or to collect.

use std::cell::Cell;
use std::ptr::NonNull;

use crate::class::{cells, class_size, reciprocal};
use crate::header::Header;
use crate::map::Mapping;
use crate::pool::Pool;

pub(crate) const BLOCK: usize = 32 << 10;
pub(crate) const GRANULE: usize = 16;
/// Bytes covered by one card bit of [`Info::cards`].
pub(crate) const CARD: usize = BLOCK / 8;
const GRANULES: usize = BLOCK / GRANULE;
const WORDS: usize = GRANULES / 64;

/// What a block is used for. Zero, the state of untouched metadata, is [`State::Free`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum State {
    Free = 0,
    /// Cells of one size class.
    Small = 1,
    /// First block of a large object.
    Large = 2,
    /// Any other block of a large object.
    Tail = 3,
}

/// Per-block facts. All-zero bytes are a free, clean block.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) state: Cell<State>,
    /// Size class of a small block.
    pub(crate) class: Cell<u8>,
    /// Something was allocated here since the last collection.
    pub(crate) touched: Cell<bool>,
    /// The memory may be other than zero.
    pub(crate) dirty: Cell<bool>,
    /// Cards of a large object's block that were stored into since the last collection.
    pub(crate) cards: Cell<u8>,
    /// Small: reciprocal of the cell size. Large: blocks in the run. Tail: index of the first block.
    pub(crate) aux: Cell<u32>,
    /// Small: cells that survived the last collection.
    pub(crate) live: Cell<u32>,
}

/// One bit per granule of a block.
#[repr(transparent)]
#[derive(Debug)]
pub(crate) struct Bitmap([Cell<u64>; WORDS]);

/// The bitmaps of a block. Only bits at cell starts mean anything; `alloc` may have others set.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Bits {
    /// Found reachable by the last collection that looked, and hence old.
    pub(crate) mark: Bitmap,
    /// Holds an initialised object, or lies in the current free interval of an allocator.
    pub(crate) alloc: Bitmap,
}

impl Bitmap {
    #[inline(always)]
    pub(crate) fn get(&self, bit: usize) -> bool {
        self.0[(bit / 64) % WORDS].get() >> (bit % 64) & 1 != 0
    }

    /// Sets a bit; true if it was clear.
    #[inline(always)]
    pub(crate) fn set(&self, bit: usize) -> bool {
        let word = &self.0[(bit / 64) % WORDS];
        let old = word.get();
        let new = old | 1 << (bit % 64);
        word.set(new);
        old != new
    }

    /// The first set bit at or after `from`, or the end of the block.
    pub(crate) fn next_set(&self, from: usize) -> usize {
        let mut index = from / 64;
        if index >= WORDS {
            return GRANULES;
        }
        let mut word = self.0[index].get() & (!0 << (from % 64));
        while word == 0 {
            index += 1;
            if index == WORDS {
                return GRANULES;
            }
            word = self.0[index].get();
        }
        index * 64 + word.trailing_zeros() as usize
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|word| word.get().count_ones()).sum()
    }

    pub(crate) fn clear(&self) {
        self.0.iter().for_each(|word| word.set(0));
    }

    pub(crate) fn copy_from(&self, other: &Bitmap) {
        self.0.iter().zip(&other.0).for_each(|(to, from)| to.set(from.get()));
    }

    /// Sets or clears the bits `from..to`.
    pub(crate) fn fill(&self, from: usize, to: usize, value: bool) {
        let mut at = from;
        while at < to {
            let word = &self.0[at / 64];
            let end = to.min((at / 64 + 1) * 64);
            let mask = (!0u64 >> (64 - (end - at))) << (at % 64);
            word.set(if value { word.get() | mask } else { word.get() & !mask });
            at = end;
        }
    }
}

/// The reserved range, its metadata and its free blocks.
#[derive(Debug)]
pub(crate) struct Space {
    memory: Mapping,
    infos: Mapping,
    bits: Mapping,
    base: usize,
    pub(crate) pool: Pool,
    /// Free blocks whose memory has not been given back to the system.
    dirty_free: usize,
}

impl Space {
    /// Reserves address space: 64 GiB, or less where the system limits it. `None` if not even 64 MiB are to be had.
    pub(crate) fn reserve() -> Option<Space> {
        const MOST: usize = 64 << 30;
        let mut size = MOST;
        while size >= 64 << 20 {
            match Space::with_blocks(size / BLOCK) {
                None => size /= 2,
                Some(space) if size == MOST => return Some(space),
                Some(space) => {
                    // A limit is in force; half of what it allows is left to everybody else.
                    drop(space);
                    return Space::with_blocks(size / 2 / BLOCK);
                }
            }
        }
        None
    }

    fn with_blocks(blocks: usize) -> Option<Space> {
        let memory = Mapping::reserve((blocks + 1) * BLOCK)?;
        let infos = Mapping::reserve(blocks * size_of::<Info>())?;
        let bits = Mapping::reserve(blocks * size_of::<Bits>())?;
        let base = (memory.start() as usize).next_multiple_of(BLOCK);
        Some(Space { memory, infos, bits, base, pool: Pool::new(blocks as u32), dirty_free: 0 })
    }

    pub(crate) fn reserved_bytes(&self) -> usize {
        self.memory.len()
    }

    #[inline(always)]
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// Bytes from the base that blocks have ever been taken from.
    #[inline(always)]
    pub(crate) fn span(&self) -> usize {
        self.pool.frontier() as usize * BLOCK
    }

    #[inline(always)]
    pub(crate) fn info(&self, block: u32) -> &Info {
        debug_assert!((block as usize) < self.infos.len() / size_of::<Info>());
        // SAFETY: block indexes come from the pool or from addresses inside the span, so they are below the number
        // of entries mapped; zero bytes are a valid `Info`, and all its fields are cells.
        unsafe { &*self.infos.start().cast::<Info>().add(block as usize) }
    }

    #[inline(always)]
    pub(crate) fn bits(&self, block: u32) -> &Bits {
        debug_assert!((block as usize) < self.bits.len() / size_of::<Bits>());
        // SAFETY: as for `info`.
        unsafe { &*self.bits.start().cast::<Bits>().add(block as usize) }
    }

    #[inline(always)]
    pub(crate) fn block_start(&self, block: u32) -> *mut u8 {
        let pad = self.base - self.memory.start() as usize;
        // SAFETY: the mapping has room for every block index the pool hands out, after at most one block of padding.
        unsafe { self.memory.start().add(pad + block as usize * BLOCK) }
    }

    /// Block and granule of an address inside the span.
    #[inline(always)]
    pub(crate) fn locate(&self, address: usize) -> Option<(u32, usize)> {
        let offset = address.wrapping_sub(self.base);
        if offset < self.span() {
            Some(((offset / BLOCK) as u32, offset % BLOCK / GRANULE))
        } else {
            None
        }
    }

    /// Whether the object at `address` is marked; objects outside the heap always are.
    #[inline(always)]
    pub(crate) fn is_marked(&self, address: usize) -> bool {
        match self.locate(address) {
            Some((block, granule)) => self.bits(block).mark.get(granule),
            None => true,
        }
    }

    /// The start of the allocated cell or large object that contains `address`, by the alloc bitmap alone.
    pub(crate) fn cell_containing(&self, address: usize) -> Option<NonNull<Header>> {
        let (block, _) = self.locate(address)?;
        let info = self.info(block);
        let (block, start) = match info.state.get() {
            State::Free => return None,
            State::Small => {
                let offset = (address - self.base) % BLOCK;
                let index = (offset as u64 * u64::from(info.aux.get())) >> 32;
                if index >= u64::from(cells(info.class.get().into())) {
                    return None;
                }
                (block, index as usize * class_size(info.class.get().into()))
            }
            State::Large => (block, 0),
            State::Tail => (info.aux.get(), 0),
        };
        if !self.bits(block).alloc.get(start / GRANULE) {
            return None;
        }
        // SAFETY: `start` is below the block size, so the address is inside the mapping.
        NonNull::new(unsafe { self.block_start(block).add(start) }.cast())
    }

    /// Turns a block taken from the pool into an empty small block.
    pub(crate) fn format_small(&mut self, block: u32, class: usize) {
        self.dirty_free -= usize::from(self.info(block).dirty.get());
        let info = self.info(block);
        info.state.set(State::Small);
        info.class.set(class as u8);
        info.dirty.set(true);
        info.aux.set(reciprocal(class));
        info.live.set(0);
        let bits = self.bits(block);
        bits.mark.clear();
        bits.alloc.clear();
    }

    /// Turns a run of blocks taken from the pool into one allocated large object; true if its memory reads as zero.
    pub(crate) fn format_large(&mut self, first: u32, blocks: u32) -> bool {
        let mut dirty = 0;
        for block in first..first + blocks {
            let info = self.info(block);
            dirty += usize::from(info.dirty.get());
            info.state.set(if block == first { State::Large } else { State::Tail });
            info.aux.set(if block == first { blocks } else { first });
            info.dirty.set(true);
            info.cards.set(0);
        }
        let bits = self.bits(first);
        bits.mark.clear();
        bits.alloc.clear();
        bits.alloc.set(0);
        self.dirty_free -= dirty;
        dirty == 0
    }

    /// Returns a small block or the run of a large object to the pool.
    pub(crate) fn free(&mut self, first: u32) {
        let blocks = if self.info(first).state.get() == State::Large {
            self.info(first).aux.get()
        } else {
            1
        };
        for block in first..first + blocks {
            self.info(block).state.set(State::Free);
            self.info(block).touched.set(false);
            self.info(block).cards.set(0);
        }
        self.dirty_free += blocks as usize;
        self.pool.give(first, blocks);
    }

    pub(crate) fn dirty_free(&self) -> usize {
        self.dirty_free
    }

    /// Gives dirty free memory back to the system until at most `keep` blocks of it remain.
    pub(crate) fn release_free(&mut self, keep: usize) {
        self.pool.coalesce();
        let mut kept = 0;
        let mut released = 0;
        for (first, blocks) in self.pool.runs() {
            let mut at = first;
            let end = first + blocks;
            while at < end {
                let from = at;
                let dirty = self.info(at).dirty.get();
                while at < end && self.info(at).dirty.get() == dirty {
                    at += 1;
                }
                let len = (at - from) as usize;
                if !dirty {
                    continue;
                }
                if kept + len <= keep {
                    kept += len;
                    continue;
                }
                let offset = self.block_start(from) as usize - self.memory.start() as usize;
                if self.memory.release(offset, len * BLOCK) {
                    (from..at).for_each(|block| self.info(block).dirty.set(false));
                    released += len;
                }
            }
        }
        self.dirty_free -= released;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitmap_ranges_and_search() {
        let bitmap = Bitmap([const { Cell::new(0) }; WORDS]);
        bitmap.fill(3, 200, true);
        assert_eq!((bitmap.next_set(0), bitmap.count()), (3, 197));
        bitmap.fill(60, 130, false);
        assert_eq!(bitmap.next_set(60), 130);
        assert_eq!(bitmap.next_set(200), GRANULES);
        assert!(bitmap.set(GRANULES - 1) && !bitmap.set(GRANULES - 1));
        assert_eq!(bitmap.next_set(200), GRANULES - 1);
        assert_eq!(bitmap.next_set(GRANULES), GRANULES);
    }

    #[test]
    fn metadata_stays_small() {
        assert_eq!(size_of::<Info>(), 16);
        assert_eq!(size_of::<Bits>(), 512);
    }
}
