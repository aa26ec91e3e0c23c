//! Hashing, equality and order of strs.

use super::layout::{Str, Unit, Units, units};
use siphasher::sip::SipHasher13;
use std::cmp::Ordering;

/// The key of the hashes of str and bytes, as `PYTHONHASHSEED` asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashKey {
    /// First half.
    pub k0: u64,
    /// Second half.
    pub k1: u64,
}

impl HashKey {
    /// The key that CPython derives from a seed; a random one without.
    pub fn from_seed(seed: Option<u32>) -> HashKey {
        let mut bytes = [0u8; 16];
        match seed {
            Some(0) => {}
            Some(seed) => {
                let mut x = seed;
                for b in &mut bytes {
                    x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                    *b = (x >> 16) as u8;
                }
            }
            None => return HashKey::random(),
        }
        let half = |i: usize| bytes[i..i + 8].iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        HashKey { k0: half(0), k1: half(8) }
    }

    fn random() -> HashKey {
        use std::hash::{BuildHasher, RandomState};
        // std seeds its own hash maps from the operating system's random numbers.
        let draw = || RandomState::new().hash_one(0x6861_6275_u64);
        HashKey { k0: draw(), k1: draw() }
    }

    /// The hash of the raw bytes of a str or bytes object: 0 for none, never -1.
    #[inline]
    pub fn hash_bytes(self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() {
            return 0;
        }
        match SipHasher13::new_with_keys(self.k0, self.k1).hash(bytes) as i64 {
            -1 => -2,
            h => h,
        }
    }
}

/// Whether bytes of the same number are the same. Short texts, as most words are, without a call.
#[inline(always)]
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    #[inline(always)]
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        let n = a.len();
        a[..N] == b[..N] && a[n - N..] == b[n - N..]
    }
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        0 => true,
        1 => a[0] == b[0],
        2..4 => ends::<2>(a, b),
        4..8 => ends::<4>(a, b),
        8..=16 => ends::<8>(a, b),
        _ => a == b,
    }
}

impl Str {
    /// The hash; computed once.
    #[inline(always)]
    pub fn hash(&self, key: HashKey) -> i64 {
        let hash = self.hash.get();
        if hash != 0 { hash } else { self.compute_hash(key) }
    }

    #[inline(never)]
    fn compute_hash(&self, key: HashKey) -> i64 {
        let hash = key.hash_bytes(self.raw());
        self.hash.set(hash);
        hash
    }

    /// The hash if it has been computed.
    #[inline(always)]
    pub fn cached_hash(&self) -> Option<i64> {
        Some(self.hash.get()).filter(|h| *h != 0)
    }

    /// Whether both have the same code points (`Gc`'s own `eq` tells whether they are one object).
    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        let (h, k) = (self.hash.get(), other.hash.get());
        self.len() == other.len()
            && self.width() == other.width()
            && (h == k || h == 0 || k == 0)
            && same_bytes(self.raw(), other.raw())
    }

    /// Whether this has the code points of `text`.
    pub fn eq_text(&self, text: &str) -> bool {
        match self.as_str() {
            Some(s) => s == text,
            None => self.units().iter().eq(text.chars().map(u32::from)),
        }
    }

    /// The order of the code points.
    #[inline]
    pub fn compare(&self, other: &Str) -> Ordering {
        match (self.units(), other.units()) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (a, b) => units!(a, a => units!(b, b => cmp_units(a, b))),
        }
    }
}

impl PartialEq for Str {
    #[inline]
    fn eq(&self, other: &Str) -> bool {
        self.equals(other)
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Str) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Str) -> Ordering {
        self.compare(other)
    }
}

fn cmp_units<A: Unit, B: Unit>(a: &[A], b: &[B]) -> Ordering {
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x.point(), y.point());
        if x != y {
            return x.cmp(&y);
        }
    }
    a.len().cmp(&b.len())
}
