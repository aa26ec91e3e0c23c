//! What a slice of a sequence names: clipping as `PySlice_AdjustIndices` does it, and the positions that result.

pub use crate::layouts::Slice;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::Heap;

/// The positions `start, start + step, ...`, `count` of them, all in range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extent {
    /// First position; when there are none, where an insertion would go.
    pub start: i64,
    /// Bound, not included; as Python's `slice.indices` gives it.
    pub stop: i64,
    /// Distance, not 0.
    pub step: i64,
    /// How many.
    pub count: usize,
}

/// Clips a slice with these bounds (`None` for Python's None) to a sequence of `len` items. `step` must not be 0.
#[inline]
pub fn adjust_indices(start: Option<i64>, stop: Option<i64>, step: i64, len: usize) -> Extent {
    debug_assert!(step != 0);
    let (len, step) = (len as i64, step.max(-i64::MAX));
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clip = |i: i64| if i < 0 { (i.saturating_add(len)).max(low) } else { i.min(high) };
    let start = start.map_or(if step < 0 { high } else { low }, clip);
    let stop = stop.map_or(if step < 0 { low } else { high }, clip);
    let count = if step < 0 && stop < start {
        (start - stop - 1) / -step + 1
    } else if step > 0 && start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    Extent { start, stop, step, count: count as usize }
}

impl Extent {
    /// The positions.
    #[inline]
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |k| (self.start + k * self.step) as usize)
    }

    /// The same positions from the smallest to the largest.
    pub fn ascending(self) -> Extent {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let last = self.start + (self.count as i64 - 1) * self.step;
        Extent { start: last, stop: self.start + 1, step: -self.step, count: self.count }
    }

    /// For a step of 1: the range of positions, empty at `start` if there are none.
    #[inline]
    pub fn range(self) -> (usize, usize) {
        debug_assert_eq!(self.step, 1);
        (self.start as usize, self.start as usize + self.count)
    }
}

impl Slice {
    /// slice(start, stop, step)
    #[inline]
    pub fn new(heap: &mut Heap, start: Value, stop: Value, step: Value) -> Alloc<Gc<Slice>> {
        let slice = Slice::blank(heap)?;
        slice.start.set(start);
        slice.stop.set(stop);
        slice.step.set(step);
        Ok(slice)
    }

    /// The positions when all three parts are None or immediate ints, and the step is not 0; else the caller must
    /// evaluate `__index__`, or complain.
    #[inline]
    pub fn extent(&self, len: usize) -> Option<Extent> {
        let part = |v: Value| {
            if v.is_int() {
                Some(Some(v.as_int()))
            } else if v.is_none() {
                Some(None)
            } else {
                None
            }
        };
        let step = part(self.step.get())?.unwrap_or(1);
        if step == 0 {
            return None;
        }
        Some(adjust_indices(part(self.start.get())?, part(self.stop.get())?, step, len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The positions by the definition: step through everything, keep what is inside.
    fn model(start: Option<i64>, stop: Option<i64>, step: i64, len: i64) -> Vec<usize> {
        let place = |i: i64| if i < 0 { i + len } else { i };
        let (first, bound) = if step > 0 { (0, len) } else { (len - 1, -1) };
        let start = start.map_or(first, place);
        let start = if step > 0 { start.max(0) } else { start.min(len - 1) };
        let stop =
            stop.map_or(bound, |i| if step > 0 { place(i).min(len) } else { place(i).max(-1) });
        let mut positions = Vec::new();
        let mut i = start;
        while if step > 0 { i < stop } else { i > stop } {
            if (0..len).contains(&i) {
                positions.push(i as usize);
            }
            i += step;
        }
        positions
    }

    #[test]
    fn slices_name_what_stepping_finds() {
        let bounds: Vec<Option<i64>> = (-7..8).map(Some).chain([None]).collect();
        for len in 0..6 {
            for start in &bounds {
                for stop in &bounds {
                    for step in [1, 2, 3, 9, -1, -2, -5] {
                        let extent = adjust_indices(*start, *stop, step, len);
                        let positions: Vec<usize> = extent.indices().collect();
                        let wanted = model(*start, *stop, step, len as i64);
                        assert_eq!(positions, wanted, "{start:?}:{stop:?}:{step} of {len}");
                        let mut up: Vec<usize> = extent.ascending().indices().collect();
                        assert!(up.is_sorted());
                        up.sort();
                        assert_eq!(up.len(), positions.len());
                    }
                }
            }
        }
    }

    #[test]
    fn extreme_bounds_do_not_overflow() {
        for a in [i64::MIN, i64::MAX] {
            for b in [i64::MIN, i64::MAX] {
                for step in [i64::MIN, i64::MAX, 1, -1] {
                    let extent = adjust_indices(Some(a), Some(b), step, 10);
                    assert!(extent.count <= 10);
                }
            }
        }
    }
}
