//! Sums, products, division and comparison of ints.
//!
//! Each operation tries immediates, then i128 arithmetic, then magnitudes in words.

use super::words::WordDivisor;
use super::{
    BigInt, IntError, IntResult, IntView, Operand, from_i128, from_sign_words, to_i128, view, words,
};
use crate::value::Value;
use dashu_int::ops::DivRem;
use habu_gc::Heap;
use std::cmp::Ordering;

/// Operands of fewer words than this are multiplied word by word, straight into the result.
const SHORT_PRODUCT: usize = 24;

/// `a + b`
#[inline]
pub fn add(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b)
        && let Some(v) = Value::try_small_int(a.as_int() + b.as_int())
    {
        return Ok(v);
    }
    add_slow(heap, a, b)
}

fn add_slow(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if let (Some(x), Some(y)) = (to_i128(a), to_i128(b))
        && let Some(sum) = x.checked_add(y)
    {
        return Ok(from_i128(heap, sum)?);
    }
    let (x, y) = (Operand::new(a), Operand::new(b));
    add_signed(heap, &x, &y, y.negative)
}

/// `a - b`
#[inline]
pub fn sub(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b)
        && let Some(v) = Value::try_small_int(a.as_int() - b.as_int())
    {
        return Ok(v);
    }
    sub_slow(heap, a, b)
}

fn sub_slow(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if let (Some(x), Some(y)) = (to_i128(a), to_i128(b))
        && let Some(difference) = x.checked_sub(y)
    {
        return Ok(from_i128(heap, difference)?);
    }
    let (x, y) = (Operand::new(a), Operand::new(b));
    add_signed(heap, &x, &y, !y.negative)
}

/// `x + y`, where y's sign is `y_negative`.
fn add_signed(heap: &mut Heap, x: &Operand, y: &Operand, y_negative: bool) -> IntResult {
    let (a, b) = (x.words(), y.words());
    if x.negative == y_negative {
        return BigInt::build(heap, a.len().max(b.len()) + 1, |out| {
            words::add(out, a, b);
            x.negative
        });
    }
    if words::cmp(a, b) == Ordering::Less {
        BigInt::build(heap, b.len(), |out| {
            words::sub(out, b, a);
            y_negative
        })
    } else {
        BigInt::build(heap, a.len(), |out| {
            words::sub(out, a, b);
            x.negative
        })
    }
}

/// `a * b`
#[inline]
pub fn mul(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b) {
        return Ok(from_i128(heap, a.as_int() as i128 * b.as_int() as i128)?);
    }
    mul_slow(heap, a, b)
}

fn mul_slow(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if let (Some(x), Some(y)) = (to_i128(a), to_i128(b)) {
        if let (Ok(x), Ok(y)) = (i64::try_from(x), i64::try_from(y)) {
            return Ok(from_i128(heap, x as i128 * y as i128)?);
        }
        if let Some(product) = x.checked_mul(y) {
            return Ok(from_i128(heap, product)?);
        }
    }
    let (x, y) = (Operand::new(a), Operand::new(b));
    let negative = x.negative != y.negative;
    let (p, q) = (x.words(), y.words());
    if p.len().min(q.len()) < SHORT_PRODUCT {
        let (long, short) = if p.len() >= q.len() { (p, q) } else { (q, p) };
        return BigInt::build(heap, p.len() + q.len(), |out| {
            words::mul(out, long, short);
            negative
        });
    }
    if p.len() + q.len() > super::MAX_WORDS {
        return Err(IntError::TooLarge);
    }
    super::afford(heap, p.len() + q.len())?;
    let product = if p == q { x.ubig().sqr() } else { x.ubig() * y.ubig() };
    from_sign_words(heap, negative, product.as_words())
}

/// `a // b`
#[inline]
pub fn floordiv(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b) {
        let (x, y) = (a.as_int(), b.as_int());
        if y == 0 {
            return Err(IntError::ZeroDivision);
        }
        let q = x / y;
        let q = if x % y != 0 && (x < 0) != (y < 0) { q - 1 } else { q };
        return Ok(from_i128(heap, q as i128)?);
    }
    floordiv_slow(heap, a, b)
}

fn floordiv_slow(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    match wide_divmod(a, b)? {
        Some((q, _)) => Ok(from_i128(heap, q)?),
        None => big_divmod(heap, a, b, true, false).map(|(q, _)| q),
    }
}

/// `a % b`
#[inline]
pub fn modulo(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    if Value::both_int(a, b) {
        let (x, y) = (a.as_int(), b.as_int());
        if y == 0 {
            return Err(IntError::ZeroDivision);
        }
        let r = x % y;
        // A remainder is no larger than the immediate operand it comes from.
        return Ok(Value::small_int(if r != 0 && (r < 0) != (y < 0) { r + y } else { r }));
    }
    modulo_slow(heap, a, b)
}

fn modulo_slow(heap: &mut Heap, a: Value, b: Value) -> IntResult {
    match wide_divmod(a, b)? {
        Some((_, r)) => Ok(from_i128(heap, r)?),
        None => big_divmod(heap, a, b, false, true).map(|(_, r)| r),
    }
}

/// `(a // b, a % b)`
pub fn divmod(heap: &mut Heap, a: Value, b: Value) -> Result<(Value, Value), IntError> {
    match wide_divmod(a, b)? {
        Some((q, r)) => Ok((from_i128(heap, q)?, from_i128(heap, r)?)),
        None => big_divmod(heap, a, b, true, true),
    }
}

/// Floor quotient and remainder, if all of them fit.
fn wide_divmod(a: Value, b: Value) -> Result<Option<(i128, i128)>, IntError> {
    let (Some(x), Some(y)) = (to_i128(a), to_i128(b)) else {
        return if is_zero(b) { Err(IntError::ZeroDivision) } else { Ok(None) };
    };
    if y == 0 {
        return Err(IntError::ZeroDivision);
    }
    if let (Ok(x), Ok(y)) = (u64::try_from(x), u64::try_from(y)) {
        return Ok(Some(((x / y) as i128, (x % y) as i128)));
    }
    let Some(q) = x.checked_div(y) else { return Ok(None) };
    let r = x - q * y;
    Ok(Some(if r != 0 && (r < 0) != (y < 0) { (q - 1, r + y) } else { (q, r) }))
}

/// Floor quotient and remainder of large numbers; what is not wanted is returned as 0.
fn big_divmod(
    heap: &mut Heap,
    a: Value,
    b: Value,
    want_q: bool,
    want_r: bool,
) -> Result<(Value, Value), IntError> {
    let (x, y) = (Operand::new(a), Operand::new(b));
    let signs_differ = x.negative != y.negative;
    let zero = Value::small_int(0);
    if words::cmp(x.words(), y.words()) == Ordering::Less {
        // |a| < |b|: the truncated quotient is 0.
        if !signs_differ || x.len == 0 {
            return Ok((zero, if want_r { super::pos(heap, a)? } else { zero }));
        }
        return Ok((Value::small_int(-1), if want_r { add(heap, a, b)? } else { zero }));
    }
    if let [d] = y.words() {
        return divide_by_word(heap, &x, &y, WordDivisor::new(*d), want_q);
    }
    super::afford(heap, x.len)?;
    if let Some((mut q, mut r)) = words::divide_near(x.words(), y.words()) {
        if signs_differ && r.iter().any(|w| *w != 0) {
            q += 1;
            let rest = std::mem::replace(&mut r, vec![0; y.words().len()]);
            words::sub(&mut r, y.words(), words::trimmed(&rest));
        }
        let r = if want_r { from_sign_words(heap, y.negative, &r)? } else { zero };
        return Ok((if want_q { from_sign_words(heap, signs_differ, &[q])? } else { zero }, r));
    }
    let (mut q, mut r) = x.ubig().div_rem(y.ubig());
    if signs_differ && !r.is_zero() {
        q += 1u8;
        r = y.ubig() - r;
    }
    let q = if want_q { from_sign_words(heap, signs_differ, q.as_words())? } else { zero };
    let r = if want_r { from_sign_words(heap, y.negative, r.as_words())? } else { zero };
    Ok((q, r))
}

/// As `big_divmod`, by a divisor of one word.
fn divide_by_word(
    heap: &mut Heap,
    x: &Operand,
    y: &Operand,
    d: WordDivisor,
    want_q: bool,
) -> Result<(Value, Value), IntError> {
    let signs_differ = x.negative != y.negative;
    let up = |r: u64| signs_differ && r != 0;
    let (mut q, mut r) = (Value::small_int(0), 0);
    if want_q {
        q = BigInt::build(heap, x.words().len(), |out| {
            out.copy_from_slice(x.words());
            r = d.divide(out);
            // The quotient of magnitudes with a remainder has room for one more.
            if up(r) {
                words::increment(out);
            }
            signs_differ
        })?;
    } else {
        r = d.remainder(x.words());
    }
    let r = if up(r) { y.words()[0] - r } else { r } as i128;
    Ok((q, from_i128(heap, if y.negative { -r } else { r })?))
}

/// `-a`
#[inline]
pub fn neg(heap: &mut Heap, a: Value) -> IntResult {
    match view(a) {
        IntView::Small(n) => Ok(from_i128(heap, -(n as i128))?),
        IntView::Wide(n) if n != i128::MIN => Ok(from_i128(heap, -n)?),
        IntView::Wide(_) => from_sign_words(heap, false, &[0, 1 << 63]),
        IntView::Big(b) => BigInt::build(heap, b.words().len(), |out| {
            out.copy_from_slice(b.words());
            !b.is_negative()
        }),
    }
}

/// `+a`: the same number as an exact int.
#[inline]
pub fn pos(heap: &mut Heap, a: Value) -> IntResult {
    if a.is_int() { Ok(a) } else { super::with_shape(heap, crate::kind::shape::INT, a) }
}

/// `abs(a)`
#[inline]
pub fn abs(heap: &mut Heap, a: Value) -> IntResult {
    if is_negative(a) { neg(heap, a) } else { pos(heap, a) }
}

/// `~a`
#[inline]
pub fn invert(heap: &mut Heap, a: Value) -> IntResult {
    match view(a) {
        IntView::Small(n) => Ok(from_i128(heap, !(n as i128))?),
        IntView::Wide(n) => Ok(from_i128(heap, !n)?),
        IntView::Big(_) => {
            let minus = neg(heap, a)?;
            sub(heap, minus, Value::small_int(1))
        }
    }
}

/// Compares two ints.
#[inline]
pub fn cmp(a: Value, b: Value) -> Ordering {
    if Value::both_int(a, b) {
        return a.as_int().cmp(&b.as_int());
    }
    cmp_slow(a, b)
}

fn cmp_slow(a: Value, b: Value) -> Ordering {
    match (to_i128(a), to_i128(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => {
            let (x, y) = (Operand::new(a), Operand::new(b));
            match (x.negative, y.negative) {
                (false, true) => Ordering::Greater,
                (true, false) => Ordering::Less,
                (false, false) => words::cmp(x.words(), y.words()),
                (true, true) => words::cmp(y.words(), x.words()),
            }
        }
    }
}

/// `a == b`
#[inline]
pub fn eq(a: Value, b: Value) -> bool {
    a == b || (!Value::both_int(a, b) && cmp_slow(a, b) == Ordering::Equal)
}

/// `a < 0`
#[inline]
pub fn is_negative(a: Value) -> bool {
    match view(a) {
        IntView::Small(n) => n < 0,
        IntView::Wide(n) => n < 0,
        IntView::Big(b) => b.is_negative(),
    }
}

/// `a == 0`
#[inline]
pub fn is_zero(a: Value) -> bool {
    match view(a) {
        IntView::Small(n) => n == 0,
        IntView::Wide(n) => n == 0,
        IntView::Big(_) => false,
    }
}
