//! Free blocks: which block indexes are available, and where a run of them is.
//!
//! Single blocks freed by sweeping wait in a stack and are joined with their neighbours only when a run is asked for.
//! The pool deals in indexes and never touches memory.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
pub(crate) struct Pool {
    /// Blocks at and above this index have never been used.
    frontier: u32,
    capacity: u32,
    used: u32,
    singles: Vec<u32>,
    /// Free runs by start; no two touch.
    by_start: BTreeMap<u32, u32>,
    /// The same as `(length, start)`, for best fit.
    by_length: BTreeSet<(u32, u32)>,
}

impl Pool {
    pub(crate) fn new(capacity: u32) -> Pool {
        Pool {
            frontier: 0,
            capacity,
            used: 0,
            singles: Vec::new(),
            by_start: BTreeMap::new(),
            by_length: BTreeSet::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn frontier(&self) -> u32 {
        self.frontier
    }

    /// Blocks handed out and not given back.
    pub(crate) fn used(&self) -> usize {
        self.used as usize
    }

    /// Takes a run of `blocks` adjacent blocks, or `None` when the reserved range is exhausted.
    pub(crate) fn take(&mut self, blocks: u32) -> Option<u32> {
        let first = self.find(blocks)?;
        self.used += blocks;
        Some(first)
    }

    fn find(&mut self, blocks: u32) -> Option<u32> {
        if blocks == 1
            && let Some(block) = self.singles.pop()
        {
            return Some(block);
        }
        if let Some(first) = self.best_fit(blocks) {
            return Some(first);
        }
        if !self.singles.is_empty() {
            self.coalesce();
            if let Some(first) = self.best_fit(blocks) {
                return Some(first);
            }
        }
        if blocks > self.capacity - self.frontier {
            return None;
        }
        let first = self.frontier;
        self.frontier += blocks;
        Some(first)
    }

    fn best_fit(&mut self, blocks: u32) -> Option<u32> {
        let &(length, start) = self.by_length.range((blocks, 0)..).next()?;
        self.remove(start, length);
        if length > blocks {
            self.insert(start + blocks, length - blocks);
        }
        Some(start)
    }

    /// Returns a run to the pool.
    pub(crate) fn give(&mut self, first: u32, blocks: u32) {
        self.used -= blocks;
        if blocks == 1 {
            self.singles.push(first);
        } else {
            self.join(first, blocks);
        }
    }

    /// Moves the waiting single blocks into the runs.
    pub(crate) fn coalesce(&mut self) {
        let mut singles = std::mem::take(&mut self.singles);
        singles.sort_unstable();
        for run in singles.chunk_by(|a, b| a + 1 == *b) {
            self.join(run[0], run.len() as u32);
        }
        singles.clear();
        self.singles = singles;
    }

    /// The free runs as `(first, length)`, without the waiting singles.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.by_start.iter().map(|(&first, &length)| (first, length))
    }

    fn join(&mut self, mut first: u32, mut length: u32) {
        if let Some((&before, &len)) = self.by_start.range(..first).next_back() {
            debug_assert!(before + len <= first, "a block was freed twice");
            if before + len == first {
                self.remove(before, len);
                first = before;
                length += len;
            }
        }
        if let Some(&len) = self.by_start.get(&(first + length)) {
            self.remove(first + length, len);
            length += len;
        }
        self.insert(first, length);
    }

    fn insert(&mut self, first: u32, length: u32) {
        self.by_start.insert(first, length);
        self.by_length.insert((length, first));
    }

    fn remove(&mut self, first: u32, length: u32) {
        self.by_start.remove(&first);
        self.by_length.remove(&(length, first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_join_and_are_reused() {
        let mut pool = Pool::new(100);
        let a = pool.take(10).unwrap();
        let b = pool.take(10).unwrap();
        let c = pool.take(10).unwrap();
        pool.give(a, 10);
        pool.give(c, 10);
        pool.give(b, 10);
        assert_eq!(pool.runs().collect::<Vec<_>>(), [(0, 30)]);
        assert_eq!(pool.take(25), Some(0));
        assert_eq!(pool.frontier(), 30);
    }

    #[test]
    fn singles_coalesce_when_a_run_is_wanted() {
        let mut pool = Pool::new(8);
        let blocks: Vec<_> = (0..8).map(|_| pool.take(1).unwrap()).collect();
        assert_eq!(pool.take(1), None);
        blocks.iter().rev().for_each(|&block| pool.give(block, 1));
        assert_eq!(pool.take(8), Some(0));
        assert_eq!(pool.used(), 8);
    }
}
