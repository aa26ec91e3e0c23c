//! Size classes: which cell size serves a request.
//!
//! Classes 1..=32 are the multiples of 16 up to 512 bytes; the rest divide a block into 2..=51 equal cells. Class 0
//! does not exist, so that a class below 33 times 16 is its size.

use crate::block::{BLOCK, GRANULE};

/// Length of the class tables; class 0 is unused.
pub const CLASSES: usize = 33 + MEDIUM.len();
/// Largest size on the inlined allocation path.
pub const SMALL_MAX: usize = 512;
/// Largest size that is served from a size class; anything above is a large object.
pub const MEDIUM_MAX: usize = 16 << 10;

const MEDIUM: [u16; 17] = [
    640, 768, 896, 1024, 1280, 1536, 1808, 2048, 2336, 2720, 3264, 4096, 5456, 6544, 8192, 10912,
    16384,
];

static CELL_SIZE: [u16; CLASSES] = {
    let mut table = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        table[class] = if class <= 32 { (class * GRANULE) as u16 } else { MEDIUM[class - 33] };
        class += 1;
    }
    table
};

/// Class by size in granules.
static CLASS_OF: [u8; MEDIUM_MAX / GRANULE + 1] = {
    let mut table = [1; MEDIUM_MAX / GRANULE + 1];
    let mut granules = 1;
    let mut class = 1;
    while granules <= MEDIUM_MAX / GRANULE {
        if granules * GRANULE > CELL_SIZE[class] as usize {
            class += 1;
        }
        table[granules] = class as u8;
        granules += 1;
    }
    table
};

/// The class that serves `bytes`, or `None` for the large path. Always below [`CLASSES`].
#[inline(always)]
pub const fn size_class(bytes: usize) -> Option<usize> {
    if bytes <= SMALL_MAX {
        let class = bytes.div_ceil(GRANULE);
        Some(if class == 0 { 1 } else { class })
    } else if bytes <= MEDIUM_MAX {
        Some(CLASS_OF[bytes.div_ceil(GRANULE)] as usize)
    } else {
        None
    }
}

/// Bytes in a cell of `class`.
#[inline(always)]
pub const fn class_size(class: usize) -> usize {
    CELL_SIZE[class] as usize
}

/// Bytes that an allocation of `bytes` really gets.
pub const fn allocation_size(bytes: usize) -> usize {
    match size_class(bytes) {
        Some(class) => class_size(class),
        None => bytes.next_multiple_of(BLOCK),
    }
}

/// `ceil(2^32 / cell)`: turns "offset divided by cell size" into one multiplication, exact for offsets in a block.
pub(crate) const fn reciprocal(class: usize) -> u32 {
    ((1u64 << 32) / class_size(class) as u64 + 1) as u32
}

/// Cells in a block of `class`.
pub(crate) const fn cells(class: usize) -> u32 {
    (BLOCK / class_size(class)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        for bytes in 0..=MEDIUM_MAX {
            let class = size_class(bytes).unwrap();
            assert!(class_size(class) >= bytes, "{bytes}");
            assert!(class == 1 || class_size(class - 1) < bytes, "{bytes}");
            assert_eq!(class_size(class) % GRANULE, 0);
        }
        assert_eq!(size_class(MEDIUM_MAX + 1), None);
    }

    #[test]
    fn reciprocals_divide_exactly() {
        for class in 1..CLASSES {
            for offset in 0..BLOCK as u64 {
                let quotient = (offset * u64::from(reciprocal(class))) >> 32;
                assert_eq!(quotient, offset / class_size(class) as u64);
            }
        }
    }
}
