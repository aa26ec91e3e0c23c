//! Large objects: runs of whole blocks in the same range as everything else.

use std::ptr::NonNull;

use crate::block::BLOCK;
use crate::header::Header;
use crate::heap::{Heap, OutOfMemory};

impl Heap {
    /// Allocates an object above the size classes. Its bytes count before the next large one, so that a program that
    /// allocates mostly large arrays is collected as often as any other; they are not counted among those of small
    /// objects: the next of these would trace the large one, which is hardly dead yet and costs most when it is old.
    pub(crate) fn alloc_large(
        &mut self,
        bytes: usize,
        zeroed: bool,
    ) -> Result<NonNull<Header>, OutOfMemory> {
        let blocks = u32::try_from(bytes.div_ceil(BLOCK)).map_err(|_| OutOfMemory)?;
        let size = blocks as usize * BLOCK;
        let young = self.young + self.young_large;
        if self.config.stress {
            self.collect_stress();
        } else if self.requested
            || self.wants_major()
            || (young > 0 && young + size > self.config.nursery_bytes)
        {
            self.collect_automatic();
        }
        let first = match self.take_blocks(blocks) {
            Some(first) => first,
            None => {
                self.collect_last_resort();
                self.take_blocks(blocks).ok_or(OutOfMemory)?
            }
        };
        let clean = self.space.format_large(first, blocks);
        self.large_young.push(first);
        self.young_large += size;
        self.stats.bytes_allocated += size as u64;
        let start = self.space.block_start(first);
        if zeroed && !clean {
            // SAFETY: the run has `size` bytes and nobody else knows of it yet.
            unsafe { start.write_bytes(0, size) };
        }
        NonNull::new(start.cast()).ok_or(OutOfMemory)
    }
}
