//! Shifts, masks and bit counts; negative numbers are two's complement of endless length.

use super::{
    BigInt, IntError, IntResult, IntView, MAX_WORDS, Operand, from_i128, is_negative, is_zero,
    to_i64,
};
use super::{to_i128, view, words};
use crate::value::Value;
use habu_gc::Heap;

/// `a << n`
#[inline]
pub fn lshift(heap: &mut Heap, a: Value, n: Value) -> IntResult {
    if Value::both_int(a, n) && n.as_int() >= 0 && n.as_int() < 64 {
        return Ok(from_i128(heap, (a.as_int() as i128) << n.as_int())?);
    }
    lshift_slow(heap, a, n)
}

fn lshift_slow(heap: &mut Heap, a: Value, n: Value) -> IntResult {
    if is_negative(n) {
        return Err(IntError::Negative);
    }
    if is_zero(a) {
        return Ok(Value::small_int(0));
    }
    let Some(count) = to_i64(n) else { return Err(IntError::TooLarge) };
    if let Some(x) = to_i128(a)
        && count < 127
        && x << count >> count == x
    {
        return Ok(from_i128(heap, x << count)?);
    }
    let x = Operand::new(a);
    let whole = count as u64 / 64;
    if whole >= MAX_WORDS as u64 {
        return Err(IntError::TooLarge);
    }
    BigInt::build(heap, x.words().len() + whole as usize + 1, |out| {
        words::shl(out, x.words(), count as u64);
        x.negative
    })
}

/// `a >> n`
#[inline]
pub fn rshift(heap: &mut Heap, a: Value, n: Value) -> IntResult {
    if Value::both_int(a, n) && n.as_int() >= 0 {
        return Ok(Value::small_int(a.as_int() >> n.as_int().min(63)));
    }
    rshift_slow(heap, a, n)
}

fn rshift_slow(heap: &mut Heap, a: Value, n: Value) -> IntResult {
    if is_negative(n) {
        return Err(IntError::Negative);
    }
    let count = to_i64(n).unwrap_or(i64::MAX) as u64;
    if let Some(x) = to_i128(a) {
        return Ok(from_i128(heap, x >> count.min(127))?);
    }
    let x = Operand::new(a);
    let w = x.words();
    let whole = usize::try_from(count / 64).unwrap_or(usize::MAX);
    if whole >= w.len() {
        return Ok(Value::small_int(if x.negative { -1 } else { 0 }));
    }
    // Floor: a negative number that loses a set bit moves one further from zero.
    let lost = x.negative && words::any_low_bits(w, count);
    BigInt::build(heap, w.len() - whole + 1, |out| {
        words::shr(out, w, count);
        if lost {
            words::increment(out);
        }
        x.negative
    })
}

/// `a & b`
#[inline]
pub fn and(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b) {
        return Ok(Value::from_bits(a.bits() & b.bits()));
    }
    bitwise(heap, a, b, |x, y| x & y, |x, y| x & y)
}

/// `a | b`
#[inline]
pub fn or(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b) {
        return Ok(Value::from_bits(a.bits() | b.bits()));
    }
    bitwise(heap, a, b, |x, y| x | y, |x, y| x | y)
}

/// `a ^ b`
#[inline]
pub fn xor(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b) {
        return Ok(Value::from_bits(a.bits() ^ b.bits()));
    }
    bitwise(heap, a, b, |x, y| x ^ y, |x, y| x ^ y)
}

fn bitwise(
    heap: &mut Heap,
    a: Value,
    b: Value,
    wide: impl Fn(i128, i128) -> i128,
    word: impl Fn(u64, u64) -> u64,
) -> IntResult {
    if let (Some(x), Some(y)) = (to_i128(a), to_i128(b)) {
        return Ok(from_i128(heap, wide(x, y))?);
    }
    let (x, y) = (Operand::new(a), Operand::new(b));
    let (p, q) = (x.words(), y.words());
    let sign = word(-(x.negative as i64) as u64, -(y.negative as i64) as u64);
    if !x.negative && !y.negative {
        let word_at = |w: &[u64], i: usize| w.get(i).copied().unwrap_or(0);
        return BigInt::build(heap, p.len().max(q.len()), |out| {
            for (i, o) in out.iter_mut().enumerate() {
                *o = word(word_at(p, i), word_at(q, i));
            }
            false
        });
    }
    let len = p.len().max(q.len()) + 1;
    let mut other = vec![0; len];
    words::twos_complement(&mut other, y.negative, q);
    BigInt::build(heap, len, |out| {
        words::twos_complement(out, x.negative, p);
        for (o, w) in out.iter_mut().zip(&other) {
            *o = word(*o, *w);
        }
        if sign != 0 {
            words::negate(out);
        }
        sign != 0
    })
}

/// `int.bit_length(a)`
#[inline]
pub fn bit_length(a: Value) -> u64 {
    match view(a) {
        IntView::Small(n) => 64 - n.unsigned_abs().leading_zeros() as u64,
        IntView::Wide(n) => 128 - n.unsigned_abs().leading_zeros() as u64,
        IntView::Big(b) => words::bit_length(b.words()),
    }
}

/// `int.bit_count(a)`: ones in the magnitude.
pub fn bit_count(a: Value) -> u64 {
    match view(a) {
        IntView::Small(n) => n.unsigned_abs().count_ones() as u64,
        IntView::Wide(n) => n.unsigned_abs().count_ones() as u64,
        IntView::Big(b) => b.words().iter().map(|w| w.count_ones() as u64).sum(),
    }
}
