//! range: bounds and steps of any size, with a fast path when all are immediates.

use crate::int::{self, IntError, IntResult};
pub use crate::layouts::Range;
use crate::layouts::RangeIter;
use crate::object::{Alloc, Gc};
use crate::slice::Extent;
use crate::value::Value;
use habu_gc::Heap;
use std::cmp::Ordering;

const ZERO: Value = Value::small_int(0);
const ONE: Value = Value::small_int(1);

/// Number of steps from `start` to `stop` for immediates; `step` must not be 0.
#[inline]
pub fn length_i64(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 && start < stop {
        stop.abs_diff(start).wrapping_sub(1) / step.unsigned_abs() + 1
    } else if step < 0 && stop < start {
        start.abs_diff(stop).wrapping_sub(1) / step.unsigned_abs() + 1
    } else {
        0
    }
}

/// `len(range(start, stop, step))` for ints of any size; `step` must not be 0.
pub fn length(heap: &mut Heap, start: Value, stop: Value, step: Value) -> IntResult {
    if Value::both_int(start, stop) && step.is_int() {
        let n = length_i64(start.as_int(), stop.as_int(), step.as_int());
        return Ok(int::from_u64(heap, n)?);
    }
    let up = !int::is_negative(step);
    let (low, high) = if up { (start, stop) } else { (stop, start) };
    if int::cmp(low, high) != Ordering::Less {
        return Ok(ZERO);
    }
    let step = int::abs(heap, step)?;
    let distance = int::sub(heap, high, low)?;
    let distance = int::sub(heap, distance, ONE)?;
    let steps = int::floordiv(heap, distance, step)?;
    int::add(heap, steps, ONE)
}

/// `start + index * step`
#[inline]
fn item(heap: &mut Heap, start: Value, step: Value, index: Value) -> IntResult {
    if let (true, true) = (Value::both_int(start, step), index.is_int()) {
        let n = start.as_int() as i128 + step.as_int() as i128 * index.as_int() as i128;
        return Ok(int::from_i128(heap, n)?);
    }
    let offset = int::mul(heap, index, step)?;
    int::add(heap, start, offset)
}

impl Range {
    /// range(start, stop, step) of exact ints; `step` must not be 0.
    pub fn new(
        heap: &mut Heap,
        start: Value,
        stop: Value,
        step: Value,
    ) -> Result<Gc<Range>, IntError> {
        let length = length(heap, start, stop, step)?;
        let range = Range::blank(heap)?;
        range.start.set(start);
        range.stop.set(stop);
        range.step.set(step);
        range.length.set(length);
        Ok(range)
    }

    /// The length as a number of Rust, None if it is too large.
    #[inline]
    pub fn len(&self) -> Option<usize> {
        int::to_i64(self.length.get()).map(|n| n as usize)
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.length.get() == ZERO
    }

    /// Item `index`, an int that may be negative; None if out of range.
    pub fn item(&self, heap: &mut Heap, index: Value) -> Result<Option<Value>, IntError> {
        let length = self.length.get();
        let index = if int::is_negative(index) { int::add(heap, index, length)? } else { index };
        if int::is_negative(index) || int::cmp(index, length) != Ordering::Less {
            return Ok(None);
        }
        item(heap, self.start.get(), self.step.get(), index).map(Some)
    }

    /// The index of an int; None if it is not in the range.
    pub fn position(&self, heap: &mut Heap, n: Value) -> Result<Option<Value>, IntError> {
        let (start, step, length) = (self.start.get(), self.step.get(), self.length.get());
        let (quotient, rest) = if Value::both_int(n, start) && step.is_int() {
            let (distance, step) = (n.as_int() - start.as_int(), step.as_int());
            (int::from_i64(heap, distance / step)?, Value::small_int(distance % step))
        } else {
            let distance = int::sub(heap, n, start)?;
            int::divmod(heap, distance, step)?
        };
        let inside = int::is_zero(rest)
            && !int::is_negative(quotient)
            && int::cmp(quotient, length) == Ordering::Less;
        Ok(if inside { Some(quotient) } else { None })
    }

    /// Whether an int is in the range.
    #[inline]
    pub fn contains(&self, heap: &mut Heap, n: Value) -> Result<bool, IntError> {
        let (start, stop, step) = (self.start.get(), self.stop.get(), self.step.get());
        if Value::both_int(start, stop) && Value::both_int(step, n) {
            let (start, stop, step, n) = (start.as_int(), stop.as_int(), step.as_int(), n.as_int());
            let inside = if step > 0 { start <= n && n < stop } else { stop < n && n <= start };
            return Ok(inside && (n - start) % step == 0);
        }
        Ok(self.position(heap, n)?.is_some())
    }

    /// The range that a slice names; only for lengths that fit `usize`.
    pub fn slice(&self, heap: &mut Heap, extent: Extent) -> Result<Gc<Range>, IntError> {
        let (start, step) = (self.start.get(), self.step.get());
        let first = int::from_i64(heap, extent.start)?;
        let bound = int::from_i64(heap, extent.stop)?;
        let stride = int::from_i64(heap, extent.step)?;
        let first = item(heap, start, step, first)?;
        let bound = item(heap, start, step, bound)?;
        let stride = int::mul(heap, step, stride)?;
        Range::new(heap, first, bound, stride)
    }

    /// Whether both have the same items.
    pub fn equals(&self, other: &Range) -> bool {
        let (a, b) = (self.length.get(), other.length.get());
        int::eq(a, b)
            && (a == ZERO
                || int::eq(self.start.get(), other.start.get())
                    && (a == ONE || int::eq(self.step.get(), other.step.get())))
    }
}

impl RangeIter {
    /// An iterator over a range.
    #[inline]
    pub fn new(heap: &mut Heap, range: Gc<Range>) -> Alloc<Gc<RangeIter>> {
        let iter = RangeIter::blank(heap)?;
        iter.next.set(range.start.get());
        iter.left.set(range.length.get());
        iter.step.set(range.step.get());
        Ok(iter)
    }

    /// An iterator over a range from its last item to its first.
    pub fn reversed(heap: &mut Heap, range: Gc<Range>) -> Result<Gc<RangeIter>, IntError> {
        let last = int::sub(heap, range.length.get(), ONE)?;
        let next = item(heap, range.start.get(), range.step.get(), last)?;
        let step = int::neg(heap, range.step.get())?;
        let iter = RangeIter::blank(heap)?;
        iter.next.set(next);
        iter.left.set(range.length.get());
        iter.step.set(step);
        Ok(iter)
    }
}

impl Gc<RangeIter> {
    /// The next item; None at the end.
    #[inline]
    pub fn advance(self, heap: &mut Heap) -> Result<Option<Value>, IntError> {
        let (next, left, step) = (self.next.get(), self.left.get(), self.step.get());
        if left == ZERO {
            return Ok(None);
        }
        if Value::both_int(next, step)
            && left.is_int()
            && let Some(after) = Value::try_small_int(next.as_int() + step.as_int())
        {
            self.next.set(after);
            self.left.set(Value::small_int(left.as_int() - 1));
        } else {
            let after = int::add(heap, next, step)?;
            let left = int::sub(heap, left, ONE)?;
            self.store(heap, &self.next, after);
            self.store(heap, &self.left, left);
        }
        Ok(Some(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slice::adjust_indices;
    use crate::testing::{Rng, with_heaps};
    use crate::value::{MAX_SMALL_INT, MIN_SMALL_INT};

    fn items(heap: &mut Heap, range: Gc<Range>) -> Vec<i128> {
        let iter = RangeIter::new(heap, range).expect("memory");
        let mut items = Vec::new();
        while let Some(v) = iter.advance(heap).expect("memory") {
            items.push(int::to_i128(v).expect("128 bits"));
        }
        items
    }

    fn range(heap: &mut Heap, start: i128, stop: i128, step: i128) -> Gc<Range> {
        let start = int::from_i128(heap, start).expect("memory");
        let stop = int::from_i128(heap, stop).expect("memory");
        let step = int::from_i128(heap, step).expect("memory");
        Range::new(heap, start, stop, step).expect("memory")
    }

    fn model(start: i128, stop: i128, step: i128) -> Vec<i128> {
        let mut items = Vec::new();
        let mut n = start;
        while if step > 0 { n < stop } else { n > stop } {
            items.push(n);
            n += step;
        }
        items
    }

    #[test]
    fn ranges_agree_with_counting() {
        with_heaps(|heap| {
            let mut rng = Rng::new(3);
            let anchors =
                [0, 5, MAX_SMALL_INT as i128 - 9, MIN_SMALL_INT as i128, 1 << 63, 1 << 100];
            for _ in 0..300 {
                let base = anchors[rng.below(6) as usize];
                let start = base + rng.below(20) as i128 - 10;
                let stop = base + rng.below(20) as i128 - 10;
                let step = [1, -1, 2, -3, 7, 1 << 90][rng.below(6) as usize];
                let expected = model(start, stop, step);
                let r = range(heap, start, stop, step);
                assert_eq!(items(heap, r), expected);
                assert_eq!(r.len(), Some(expected.len()));
                for n in base - 12..base + 12 {
                    let v = int::from_i128(heap, n).expect("memory");
                    let at = expected.iter().position(|m| *m == n);
                    assert_eq!(r.contains(heap, v), Ok(at.is_some()));
                    let found = r.position(heap, v).expect("memory");
                    assert_eq!(found, at.map(|i| Value::small_int(i as i64)));
                }
                for i in -25..25 {
                    let n = expected.len() as i64;
                    let at = if i < 0 { i + n } else { i };
                    let wanted = expected.get(at as usize).copied().filter(|_| at >= 0);
                    let got = r.item(heap, Value::small_int(i)).expect("memory");
                    assert_eq!(got.and_then(int::to_i128), wanted);
                }
                let back = RangeIter::reversed(heap, r).expect("memory");
                for wanted in expected.iter().rev() {
                    let got = back.advance(heap).expect("memory");
                    assert_eq!(got.and_then(int::to_i128), Some(*wanted));
                }
                assert_eq!(back.advance(heap), Ok(None));
                let extent = adjust_indices(Some(-3), None, -2, expected.len());
                let part = r.slice(heap, extent).expect("memory");
                let wanted: Vec<_> = extent.indices().map(|i| expected[i]).collect();
                assert_eq!(items(heap, part), wanted);
            }
        });
    }

    #[test]
    fn a_range_over_all_immediates_has_a_length() {
        with_heaps(|heap| {
            let r = range(heap, MIN_SMALL_INT as i128, MAX_SMALL_INT as i128 + 1, 1);
            assert_eq!(int::to_i128(r.length.get()), Some(1 << 62));
            let other = range(heap, 0, 0, 5);
            let empty = range(heap, 7, 3, 1);
            assert!(other.equals(&empty) && !r.equals(&empty));
        });
    }
}
