//! The encoding of a value in one 64-bit word, as far as the IR must know it to fold constants.
//!
//! ```text
//! int      n<<2               ....00   -2^61 .. 2^61-1
//! pointer  addr+1             ....01   16-aligned heap address
//! float    rotl(bits,4)+3     ....1x   immediate iff bit 1 of the encoding is set, else a heap object
//! ```

/// The smallest tagged int.
pub const INT_MIN: i64 = -(1 << 61);
/// The largest tagged int.
pub const INT_MAX: i64 = (1 << 61) - 1;

/// Whether `n` can be a tagged int.
#[inline]
pub fn fits_int(n: i64) -> bool {
    (INT_MIN..=INT_MAX).contains(&n)
}

/// The word of a tagged int; `n` must be in range.
#[inline]
pub fn from_int(n: i64) -> u64 {
    debug_assert!(fits_int(n));
    (n << 2) as u64
}

/// Whether the word is a tagged int.
#[inline]
pub fn is_int(bits: u64) -> bool {
    bits & 3 == 0
}

/// The int in a word that is one.
#[inline]
pub fn to_int(bits: u64) -> i64 {
    debug_assert!(is_int(bits));
    bits as i64 >> 2
}

/// Whether the word is a pointer.
#[inline]
pub fn is_ptr(bits: u64) -> bool {
    bits & 3 == 1
}

/// Whether the word is an immediate float.
#[inline]
pub fn is_imm_float(bits: u64) -> bool {
    bits & 2 != 0
}

/// The word of a float, unless it needs a heap object.
#[inline]
pub fn from_f64(x: f64) -> Option<u64> {
    let bits = x.to_bits().rotate_left(4).wrapping_add(3);
    is_imm_float(bits).then_some(bits)
}

/// The float in a word that is an immediate one.
#[inline]
pub fn to_f64(bits: u64) -> f64 {
    debug_assert!(is_imm_float(bits));
    f64::from_bits(bits.wrapping_sub(3).rotate_right(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_round_trip() {
        for x in
            [0.0, -0.0, 1.5, -2.75, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE / 4.0, 1e70]
        {
            let bits = from_f64(x).expect("an immediate float");
            assert_eq!(to_f64(bits).to_bits(), x.to_bits());
        }
        assert!(from_f64(f64::NAN).is_some());
        assert!(from_f64(1e200).is_none());
    }

    #[test]
    fn tags_are_disjoint() {
        assert!(is_int(from_int(-5)) && !is_ptr(from_int(-5)) && !is_imm_float(from_int(-5)));
        assert_eq!(to_int(from_int(INT_MIN)), INT_MIN);
    }
}
