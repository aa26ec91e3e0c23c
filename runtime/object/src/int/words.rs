//! Arithmetic of magnitudes: slices of 64-bit words, least significant first.
//!
//! Linear operations and short products are done here, straight into the result's words; long products and divisions
//! are dashu's.

use std::cmp::Ordering;

/// The slice without leading zero words.
pub(super) fn trimmed(words: &[u64]) -> &[u64] {
    let mut n = words.len();
    while n > 0 && words[n - 1] == 0 {
        n -= 1;
    }
    &words[..n]
}

/// The low two words as a number.
pub(super) fn low_u128(words: &[u64]) -> u128 {
    let word = |i: usize| words.get(i).copied().unwrap_or(0) as u128;
    word(0) | word(1) << 64
}

/// Sign and magnitude as an i128, if it fits.
pub(super) fn signed_i128(negative: bool, magnitude: u128) -> Option<i128> {
    if !negative {
        i128::try_from(magnitude).ok()
    } else if magnitude <= 1 << 127 {
        Some((magnitude as i128).wrapping_neg())
    } else {
        None
    }
}

/// Compares two trimmed magnitudes.
pub(super) fn cmp(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Number of significant bits of a trimmed magnitude.
pub(super) fn bit_length(words: &[u64]) -> u64 {
    match words.last() {
        Some(top) => words.len() as u64 * 64 - top.leading_zeros() as u64,
        None => 0,
    }
}

/// Whether any of the low `n` bits is set.
pub(super) fn any_low_bits(words: &[u64], n: u64) -> bool {
    let whole = (n / 64) as usize;
    if whole >= words.len() {
        return words.iter().any(|w| *w != 0);
    }
    words[..whole].iter().any(|w| *w != 0) || words[whole] & ((1u64 << (n % 64)) - 1) != 0
}

/// The 64 bits from bit `at` upwards.
pub(super) fn bits_at(words: &[u64], at: u64) -> u64 {
    let (i, shift) = ((at / 64) as usize, at % 64);
    let word = |i: usize| words.get(i).copied().unwrap_or(0);
    if shift == 0 { word(i) } else { word(i) >> shift | word(i + 1) << (64 - shift) }
}

/// `out = a + b`; `out` is one longer than the longer operand.
pub(super) fn add(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let (low, high) = long.split_at(short.len());
    let mut carry = false;
    for ((o, x), y) in out.iter_mut().zip(low).zip(short) {
        (*o, carry) = x.carrying_add(*y, carry);
    }
    for (o, x) in out[short.len()..].iter_mut().zip(high) {
        (*o, carry) = x.carrying_add(0, carry);
    }
    out[long.len()] = carry as u64;
}

/// `out = a - b`, where `a >= b`; `out` is as long as `a`.
pub(super) fn sub(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (low, high) = a.split_at(b.len());
    let mut borrow = false;
    for ((o, x), y) in out.iter_mut().zip(low).zip(b) {
        (*o, borrow) = x.borrowing_sub(*y, borrow);
    }
    for (o, x) in out[b.len()..].iter_mut().zip(high) {
        (*o, borrow) = x.borrowing_sub(0, borrow);
    }
    debug_assert!(!borrow);
}

/// `out = a * b`; `out` is as long as both together.
pub(super) fn mul(out: &mut [u64], a: &[u64], b: &[u64]) {
    let Some((first, rest)) = b.split_first() else { return out.fill(0) };
    let mut carry = 0;
    for (o, y) in out.iter_mut().zip(a) {
        (*o, carry) = first.carrying_mul(*y, carry);
    }
    out[a.len()] = carry;
    for (i, x) in (1..).zip(rest) {
        let mut carry = 0;
        for (o, y) in out[i..].iter_mut().zip(a) {
            (*o, carry) = x.carrying_mul_add(*y, *o, carry);
        }
        out[i + a.len()] = carry;
    }
}

/// Quotient and remainder of trimmed magnitudes whose quotient is a good deal smaller than a word; None if it is not.
/// The divisor has two words or more and is not the larger one.
pub(super) fn divide_near(a: &[u64], b: &[u64]) -> Option<(u64, Vec<u64>)> {
    let bits = bit_length(b);
    if bit_length(a) - bits > 60 {
        return None;
    }
    // From the top 64 bits of the divisor: the quotient or a little less.
    let low = bits - 64;
    let top = bits_at(a, low) as u128 | (bits_at(a, low + 64) as u128) << 64;
    let mut quotient = (top / (bits_at(b, low) as u128 + 1)) as u64;
    let mut rest = vec![0; a.len()];
    let (mut carry, mut borrow) = (0, false);
    for (i, (r, x)) in rest.iter_mut().zip(a).enumerate() {
        let product;
        (product, carry) = b.get(i).copied().unwrap_or(0).carrying_mul(quotient, carry);
        (*r, borrow) = x.borrowing_sub(product, borrow);
    }
    debug_assert!(!borrow && carry == 0);
    while cmp(trimmed(&rest), b) != Ordering::Less {
        let mut borrow = false;
        for (i, r) in rest.iter_mut().enumerate() {
            (*r, borrow) = r.borrowing_sub(b.get(i).copied().unwrap_or(0), borrow);
        }
        quotient += 1;
    }
    Some((quotient, rest))
}

/// `words = words * factor + carry`; returns the word that overflows.
pub(super) fn mul_add_word(words: &mut [u64], factor: u64, mut carry: u64) -> u64 {
    for w in words {
        (*w, carry) = w.carrying_mul(factor, carry);
    }
    carry
}

/// A divisor of one word, prepared: Möller and Granlund, "Improved division by invariant integers", 2011.
pub(super) struct WordDivisor {
    normal: u64,
    shift: u32,
    reciprocal: u64,
}

impl WordDivisor {
    /// For a divisor that is not zero.
    pub(super) fn new(divisor: u64) -> WordDivisor {
        let shift = divisor.leading_zeros();
        let normal = divisor << shift;
        WordDivisor { normal, shift, reciprocal: (u128::MAX / normal as u128) as u64 }
    }

    /// Quotient and remainder of `high * 2^64 + low`, where `high` is less than the normalised divisor.
    fn step(&self, high: u64, low: u64) -> (u64, u64) {
        let q = self.reciprocal as u128 * high as u128 + (((high as u128) << 64) | low as u128);
        let mut quotient = ((q >> 64) as u64).wrapping_add(1);
        let mut remainder = low.wrapping_sub(quotient.wrapping_mul(self.normal));
        if remainder > q as u64 {
            quotient = quotient.wrapping_sub(1);
            remainder = remainder.wrapping_add(self.normal);
        }
        if remainder >= self.normal {
            quotient = quotient.wrapping_add(1);
            remainder -= self.normal;
        }
        (quotient, remainder)
    }

    /// Divides in place, the most significant word first; returns the remainder.
    pub(super) fn divide(&self, words: &mut [u64]) -> u64 {
        let (shift, mut rest) = (self.shift, 0);
        if shift > 0
            && let Some(top) = words.last()
        {
            rest = top >> (64 - shift);
        }
        for i in (0..words.len()).rev() {
            let below = if i > 0 && shift > 0 { words[i - 1] >> (64 - shift) } else { 0 };
            (words[i], rest) = self.step(rest, words[i] << shift | below);
        }
        rest >> shift
    }

    /// The remainder alone.
    pub(super) fn remainder(&self, words: &[u64]) -> u64 {
        let (shift, mut rest) = (self.shift, 0);
        if shift > 0
            && let Some(top) = words.last()
        {
            rest = top >> (64 - shift);
        }
        for i in (0..words.len()).rev() {
            let below = if i > 0 && shift > 0 { words[i - 1] >> (64 - shift) } else { 0 };
            (_, rest) = self.step(rest, words[i] << shift | below);
        }
        rest >> shift
    }
}

/// `out = a << n`; `out` has `n / 64 + 1` words more than `a`.
pub(super) fn shl(out: &mut [u64], a: &[u64], n: u64) {
    let (whole, shift) = ((n / 64) as usize, n % 64);
    let (low, out) = out.split_at_mut(whole);
    low.fill(0);
    if shift == 0 {
        out[..a.len()].copy_from_slice(a);
        out[a.len()..].fill(0);
        return;
    }
    let mut carry = 0;
    for (o, x) in out.iter_mut().zip(a) {
        *o = x << shift | carry;
        carry = x >> (64 - shift);
    }
    out[a.len()] = carry;
}

/// `out = a >> n`; `out` has `n / 64` words less than `a`.
pub(super) fn shr(out: &mut [u64], a: &[u64], n: u64) {
    for (i, o) in out.iter_mut().enumerate() {
        *o = bits_at(a, n + i as u64 * 64);
    }
}

/// Adds one; the caller left room for a carry.
pub(super) fn increment(words: &mut [u64]) {
    for w in words {
        let (s, carry) = w.overflowing_add(1);
        *w = s;
        if !carry {
            return;
        }
    }
}

/// Two's complement negation in place.
pub(super) fn negate(words: &mut [u64]) {
    for w in words.iter_mut() {
        *w = !*w;
    }
    increment(words);
}

/// `out` = the two's complement of sign and magnitude, sign extended.
pub(super) fn twos_complement(out: &mut [u64], negative: bool, a: &[u64]) {
    out[..a.len()].copy_from_slice(a);
    out[a.len()..].fill(0);
    if negative {
        negate(out);
    }
}

/// The magnitude modulo 2^61 - 1.
pub(super) fn mod_mersenne_61(words: &[u64]) -> u64 {
    const P: u64 = (1 << 61) - 1;
    let mut h = 0u64;
    for w in words.iter().rev() {
        // 2^64 = 8 (mod P), so h * 2^64 is a rotation by 3 within 61 bits.
        let rotated = (h << 3 & P) | h >> 58;
        let sum = rotated as u128 + *w as u128;
        let folded = (sum as u64 & P) + (sum >> 61) as u64;
        h = if folded >= P { folded - P } else { folded };
    }
    if h == P { 0 } else { h }
}
