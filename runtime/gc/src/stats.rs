//! Counters of the heap, as plain data.

use std::time::Duration;

/// What the heap has done so far and how big it is.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Minor collections.
    pub minor: u64,
    /// Full collections.
    pub major: u64,
    /// Bytes in cells and large objects that survived the last collection.
    pub bytes_live: usize,
    /// Bytes in blocks that are in use.
    pub bytes_used: usize,
    /// Bytes of address space reserved for objects.
    pub bytes_reserved: usize,
    /// Bytes handed to the allocators since the heap was made, to the granularity of free intervals.
    pub bytes_allocated: u64,
    /// Longest minor collection.
    pub max_minor_pause: Duration,
    /// Longest full collection.
    pub max_major_pause: Duration,
    /// Time spent in all collections.
    pub total_pause: Duration,
}
