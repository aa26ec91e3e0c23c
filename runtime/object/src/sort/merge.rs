//! A stable merge sort that makes few comparisons and may fail in any of them: CPython's, with natural runs, the
//! merge order of powersort, and galloping.
//!
//! It sorts plain `Copy` items (numbers of rows), never values, so nothing here matters to the collector. After an
//! error the items are in no particular state. A comparison that is no order gives some permutation.

/// A mode in which one run keeps winning begins after this many wins.
const MIN_GALLOP: usize = 7;

/// Sorts `v` by a comparison "is the first less than the second".
pub(super) fn sort<T: Copy, E>(
    v: &mut [T],
    less: &mut impl FnMut(T, T) -> Result<bool, E>,
) -> Result<(), E> {
    let n = v.len();
    if n < 2 {
        return Ok(());
    }
    let mut merger = Merger { scratch: Vec::new(), min_gallop: MIN_GALLOP, less };
    if n < 64 {
        let sorted = merger.natural_run(v)?;
        return merger.insertion_sort(v, sorted);
    }
    let min_run = min_run(n);
    // Pending runs: start, length and the power of the boundary after the run.
    let mut runs: Vec<(usize, usize, u32)> = Vec::new();
    let mut start = 0;
    while start < n {
        let mut len = merger.natural_run(&mut v[start..])?;
        if len < min_run {
            let forced = min_run.min(n - start);
            merger.insertion_sort(&mut v[start..start + forced], len)?;
            len = forced;
        }
        if let Some(&(s, l, _)) = runs.last() {
            let power = power(s, l, len, n);
            while let [.., (left, left_len, p), (right, right_len, _)] = runs[..]
                && p > power
            {
                merger.merge(&mut v[left..right + right_len], left_len)?;
                runs.pop();
                runs.pop();
                runs.push((left, left_len + right_len, 0));
            }
            if let Some(last) = runs.last_mut() {
                last.2 = power;
            }
        }
        runs.push((start, len, 0));
        start += len;
    }
    while let [.., (left, left_len, _), (right, right_len, _)] = runs[..] {
        merger.merge(&mut v[left..right + right_len], left_len)?;
        runs.pop();
        runs.pop();
        runs.push((left, left_len + right_len, 0));
    }
    Ok(())
}

/// Shortest run worth merging: n / 2^k in 32..=64, rounded up.
fn min_run(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= 64 {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// Depth of the boundary between two neighbouring runs in the ideal merge tree.
fn power(start: usize, len: usize, next_len: usize, n: usize) -> u32 {
    let n = n as u128;
    let a = (2 * start + len) as u128;
    let b = a + (len + next_len) as u128;
    // Midpoints a/2n and b/2n: the power is the first binary digit in which they differ.
    let (a, b) = ((a << 63) / n, (b << 63) / n);
    (a ^ b).leading_zeros() - 63
}

struct Merger<'a, T, F> {
    scratch: Vec<T>,
    min_gallop: usize,
    less: &'a mut F,
}

impl<T: Copy, E, F: FnMut(T, T) -> Result<bool, E>> Merger<'_, T, F> {
    /// Length of the run at the start; a strictly descending one is reversed.
    fn natural_run(&mut self, v: &mut [T]) -> Result<usize, E> {
        if v.len() < 2 {
            return Ok(v.len());
        }
        let descending = (self.less)(v[1], v[0])?;
        let mut len = 2;
        while len < v.len() && (self.less)(v[len], v[len - 1])? == descending {
            len += 1;
        }
        if descending {
            v[..len].reverse();
        }
        Ok(len)
    }

    /// Sorts `v`, of which the first `sorted` items are in order.
    fn insertion_sort(&mut self, v: &mut [T], sorted: usize) -> Result<(), E> {
        for i in sorted..v.len() {
            let pivot = v[i];
            let (mut low, mut high) = (0, i);
            while low < high {
                let mid = low.midpoint(high);
                if (self.less)(pivot, v[mid])? {
                    high = mid;
                } else {
                    low = mid + 1;
                }
            }
            v.copy_within(low..i, low + 1);
            v[low] = pivot;
        }
        Ok(())
    }

    /// Merges the runs `v[..mid]` and `v[mid..]`.
    fn merge(&mut self, v: &mut [T], mid: usize) -> Result<(), E> {
        let (first, last) = (v[mid], v[mid - 1]);
        let low = self.gallop_right(first, &v[..mid], 0)?;
        if low == mid {
            return Ok(());
        }
        let right = v.len() - mid;
        let high = mid + self.gallop_left(last, &v[mid..], right - 1)?;
        if high == mid {
            return Ok(());
        }
        let v = &mut v[low..high];
        let mid = mid - low;
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let done = if mid <= v.len() - mid {
            scratch.extend_from_slice(&v[..mid]);
            self.merge_up(v, mid, &scratch)
        } else {
            scratch.extend_from_slice(&v[mid..]);
            self.merge_down(v, mid, &scratch)
        };
        self.scratch = scratch;
        done
    }

    /// Where `key` belongs in `a`, before its equals.
    fn gallop_left(&mut self, key: T, a: &[T], hint: usize) -> Result<usize, E> {
        gallop(a, hint, |x| (self.less)(x, key))
    }

    /// Where `key` belongs in `a`, after its equals.
    fn gallop_right(&mut self, key: T, a: &[T], hint: usize) -> Result<usize, E> {
        gallop(a, hint, |x| Ok(!(self.less)(key, x)?))
    }

    /// Merges `left` (a copy of `v[..mid]`) with `v[mid..]` from the start. The first of the right run is the first
    /// of all, the last of the left run the last of all.
    fn merge_up(&mut self, v: &mut [T], mid: usize, left: &[T]) -> Result<(), E> {
        let n = v.len();
        v[0] = v[mid];
        // Next of left, next of right, next to be written: to == i + j - mid.
        let (mut i, mut j, mut to) = (0, mid + 1, 1);
        'outer: while left.len() - i > 1 && j < n {
            let (mut wins_left, mut wins_right) = (0, 0);
            loop {
                if (self.less)(v[j], left[i])? {
                    v[to] = v[j];
                    (to, j) = (to + 1, j + 1);
                    (wins_right, wins_left) = (wins_right + 1, 0);
                    if j == n {
                        break 'outer;
                    }
                } else {
                    v[to] = left[i];
                    (to, i) = (to + 1, i + 1);
                    (wins_left, wins_right) = (wins_left + 1, 0);
                    if left.len() - i == 1 {
                        break 'outer;
                    }
                }
                if wins_left.max(wins_right) >= self.min_gallop {
                    break;
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop = (self.min_gallop - 1).max(1);
                let k = self.gallop_right(v[j], &left[i..], 0)?;
                v[to..to + k].copy_from_slice(&left[i..i + k]);
                (to, i) = (to + k, i + k);
                if left.len() - i <= 1 {
                    break 'outer;
                }
                v[to] = v[j];
                (to, j) = (to + 1, j + 1);
                if j == n {
                    break 'outer;
                }
                let m = self.gallop_left(left[i], &v[j..], 0)?;
                v.copy_within(j..j + m, to);
                (to, j) = (to + m, j + m);
                if j == n {
                    break 'outer;
                }
                v[to] = left[i];
                (to, i) = (to + 1, i + 1);
                if left.len() - i == 1 {
                    break 'outer;
                }
                if k < MIN_GALLOP && m < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
        // If right items are left over, all of them come before what is left of `left` (one item).
        v.copy_within(j..n, to);
        let rest = &left[i..];
        v[n - rest.len()..].copy_from_slice(rest);
        Ok(())
    }

    /// Merges `v[..mid]` with `right` (a copy of `v[mid..]`) from the end; otherwise as `merge_up`.
    fn merge_down(&mut self, v: &mut [T], mid: usize, right: &[T]) -> Result<(), E> {
        let n = v.len();
        v[n - 1] = v[mid - 1];
        // How many are left of left and right, and how many of all: to == i + j.
        let (mut i, mut j, mut to) = (mid - 1, right.len(), n - 1);
        'outer: while i > 0 && j > 1 {
            let (mut wins_left, mut wins_right) = (0, 0);
            loop {
                if (self.less)(right[j - 1], v[i - 1])? {
                    v[to - 1] = v[i - 1];
                    (to, i) = (to - 1, i - 1);
                    (wins_left, wins_right) = (wins_left + 1, 0);
                    if i == 0 {
                        break 'outer;
                    }
                } else {
                    v[to - 1] = right[j - 1];
                    (to, j) = (to - 1, j - 1);
                    (wins_right, wins_left) = (wins_right + 1, 0);
                    if j == 1 {
                        break 'outer;
                    }
                }
                if wins_left.max(wins_right) >= self.min_gallop {
                    break;
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop = (self.min_gallop - 1).max(1);
                let k = i - self.gallop_right(right[j - 1], &v[..i], i - 1)?;
                v.copy_within(i - k..i, to - k);
                (to, i) = (to - k, i - k);
                if i == 0 {
                    break 'outer;
                }
                v[to - 1] = right[j - 1];
                (to, j) = (to - 1, j - 1);
                if j == 1 {
                    break 'outer;
                }
                let m = j - self.gallop_left(v[i - 1], &right[..j], j - 1)?;
                v[to - m..to].copy_from_slice(&right[j - m..j]);
                (to, j) = (to - m, j - m);
                if j <= 1 {
                    break 'outer;
                }
                v[to - 1] = v[i - 1];
                (to, i) = (to - 1, i - 1);
                if i == 0 {
                    break 'outer;
                }
                if k < MIN_GALLOP && m < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
        v.copy_within(0..i, to - i);
        v[..j].copy_from_slice(&right[..j]);
        Ok(())
    }
}

/// The first position of `a` for which `before` is false, searched in growing steps from `hint`.
fn gallop<T: Copy, E>(
    a: &[T],
    hint: usize,
    mut before: impl FnMut(T) -> Result<bool, E>,
) -> Result<usize, E> {
    let (mut low, mut high);
    let mut step = 1;
    if before(a[hint])? {
        // Everything up to `low` is before; look for `high` to the right.
        (low, high) = (hint + 1, a.len());
        while low < a.len() && hint + step < a.len() {
            if !before(a[hint + step])? {
                high = hint + step;
                break;
            }
            low = hint + step + 1;
            step = 2 * step + 1;
        }
    } else {
        (low, high) = (0, hint);
        while step <= hint {
            if before(a[hint - step])? {
                low = hint - step + 1;
                break;
            }
            high = hint - step;
            step = 2 * step + 1;
        }
    }
    while low < high {
        let mid = low.midpoint(high);
        if before(a[mid])? {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Rng;

    fn sorted_like_std(v: &[(u32, u32)]) {
        let mut ours = v.to_vec();
        let mut count = 0u64;
        let mut less = |a: (u32, u32), b: (u32, u32)| -> Result<bool, ()> {
            count += 1;
            Ok(a.0 < b.0)
        };
        sort(&mut ours, &mut less).expect("no error");
        let mut std = v.to_vec();
        std.sort_by_key(|e| e.0);
        assert_eq!(ours, std);
        let n = v.len() as f64;
        assert!((count as f64) <= n * n.max(2.0).log2() + n, "{count} comparisons for {n}");
    }

    #[test]
    fn sorts_as_std_does_on_many_patterns() {
        let mut rng = Rng::new(1);
        for n in [0, 1, 2, 3, 10, 31, 63, 64, 65, 100, 500, 1000, 5000] {
            for spread in [1, 2, 10, 1000, 1 << 30] {
                let random: Vec<_> = (0..n).map(|i| (rng.below(spread) as u32, i)).collect();
                sorted_like_std(&random);
                let mut runs = random.clone();
                for chunk in runs.chunks_mut(1 + n as usize / 5) {
                    chunk.sort();
                    if rng.below(2) == 0 {
                        chunk.reverse();
                    }
                }
                sorted_like_std(&runs);
                let mut nearly = random;
                nearly.sort();
                if n > 2 {
                    let (a, b) = (rng.below(n as u64), rng.below(n as u64));
                    nearly.swap(a as usize, b as usize);
                }
                sorted_like_std(&nearly);
                nearly.rotate_left(n as usize / 3);
                sorted_like_std(&nearly);
            }
        }
    }

    #[test]
    fn sorted_input_takes_one_comparison_per_pair() {
        let mut v: Vec<u32> = (0..1000).collect();
        let mut count = 0;
        sort(&mut v, &mut |a, b| -> Result<bool, ()> {
            count += 1;
            Ok(a < b)
        })
        .expect("no error");
        assert_eq!(count, 999);
    }

    #[test]
    fn a_comparison_that_is_no_order_or_fails_does_not_panic() {
        let mut rng = Rng::new(2);
        for round in 0..200 {
            let mut v: Vec<u32> = (0..rng.below(400) as u32).collect();
            let fail_at = if round % 2 == 0 { u64::MAX } else { rng.below(300) };
            let (mut calls, n) = (0, v.len());
            let done = sort(&mut v, &mut |_, _| {
                calls += 1;
                if calls > fail_at { Err(()) } else { Ok(rng.below(3) == 0) }
            });
            if done.is_ok() {
                v.sort();
                assert_eq!(v, (0..n as u32).collect::<Vec<_>>());
            }
        }
    }
}
