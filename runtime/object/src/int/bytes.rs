//! `int.to_bytes` and `int.from_bytes`.

use super::{
    IntError, IntResult, Operand, bit_length, from_i128, from_sign_words, is_negative, to_i64,
    words,
};
use crate::value::Value;
use habu_gc::Heap;

/// The bytes of `v` in `len` bytes. Errors: `Negative` (unsigned wanted), `Overflow` (too big).
pub fn to_bytes(v: Value, len: usize, big_endian: bool, signed: bool) -> Result<Vec<u8>, IntError> {
    let negative = is_negative(v);
    if negative && !signed {
        return Err(IntError::Negative);
    }
    let fits = match (signed, len.saturating_mul(8) as u64) {
        (false, room) => bit_length(v) <= room,
        // CPython packs -1 into no bytes at all. -2^(room-1) is the one number of `room` bits that fits.
        (true, 0) => matches!(to_i64(v), Some(-1 | 0)),
        (true, room) => bit_length(v) < room || is_lowest(v, room),
    };
    if !fits {
        return Err(IntError::Overflow);
    }
    let x = Operand::new(v);
    let mut spread = vec![0; x.words().len() + 1];
    words::twos_complement(&mut spread, negative, x.words());
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| IntError::Memory)?;
    bytes.resize(len, if negative { 0xff } else { 0 });
    for (b, s) in bytes.iter_mut().zip(spread.iter().flat_map(|w| w.to_le_bytes())) {
        *b = s;
    }
    if big_endian {
        bytes.reverse();
    }
    Ok(bytes)
}

fn is_lowest(v: Value, room: u64) -> bool {
    is_negative(v) && bit_length(v) == room && super::bit_count(v) == 1
}

/// The int of these bytes.
pub fn from_bytes(heap: &mut Heap, bytes: &[u8], big_endian: bool, signed: bool) -> IntResult {
    let byte = |i: usize| bytes[if big_endian { bytes.len() - 1 - i } else { i }];
    let negative = signed && !bytes.is_empty() && byte(bytes.len() - 1) >= 0x80;
    let fill = if negative { 0xff } else { 0 };
    let word = |at: usize| {
        let mut w = [fill; 8];
        for (k, b) in w.iter_mut().enumerate() {
            if at + k < bytes.len() {
                *b = byte(at + k);
            }
        }
        u64::from_le_bytes(w)
    };
    if bytes.len() <= 15 || (signed && bytes.len() == 16) {
        return Ok(from_i128(heap, (word(0) as u128 | (word(8) as u128) << 64) as i128)?);
    }
    let mut spread: Vec<u64> = (0..bytes.len()).step_by(8).map(word).collect();
    if negative {
        words::negate(&mut spread);
    }
    from_sign_words(heap, negative, &spread)
}
