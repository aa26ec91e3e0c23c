//! The 64-bit value: an int, a float or a pointer to a heap object, told apart by its two low bits.
//!
//! ```text
//! int      n<<2               ....00   -2^61 .. 2^61-1
//! pointer  addr+1             ....01   16-aligned address; UNBOUND = 0x1
//! float    rotl(bits,4)+3     ....1x   immediate iff bit 1 of the encoding is set; the rest is a heap float
//! ```
//!
//! Floats: Melançon, Serrano, Feeley, "Float Self-Tagging", OOPSLA 2025; the `+3` carry is ours.
//! This file knows encodings only; what objects look like is in the files beside it.

use crate::kind::{Kind, Object, shape};
use crate::object::Gc;
use habu_gc::{Header, IMMORTAL_BASE};
use std::ptr::NonNull;

/// A Python value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

/// Smallest int that needs no heap object.
pub const MIN_SMALL_INT: i64 = -(1 << 61);
/// Largest int that needs no heap object.
pub const MAX_SMALL_INT: i64 = (1 << 61) - 1;

impl Value {
    /// No value: an unassigned variable, an absent argument, a deleted entry.
    pub const UNBOUND: Value = Value(1);
    /// `None`
    pub const NONE: Value = Value(IMMORTAL_BASE as u64 + 1);
    /// `True`
    pub const TRUE: Value = Value(IMMORTAL_BASE as u64 + 0x21);
    /// `False`
    pub const FALSE: Value = Value(IMMORTAL_BASE as u64 + 0x41);
    /// `Ellipsis`
    pub const ELLIPSIS: Value = Value(IMMORTAL_BASE as u64 + 0x61);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Value = Value(IMMORTAL_BASE as u64 + 0x81);
    /// `()`
    pub const EMPTY_TUPLE: Value = Value(IMMORTAL_BASE as u64 + 0xa1);
    /// What stands for a missing value where UNBOUND has another meaning; never seen by Python.
    pub const MISSING: Value = Value(IMMORTAL_BASE as u64 + 0xc1);

    /// The value with these bits.
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    /// The value's bits.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// An int that is known to fit.
    #[inline(always)]
    pub const fn small_int(n: i64) -> Value {
        debug_assert!(n >= MIN_SMALL_INT && n <= MAX_SMALL_INT);
        Value((n << 2) as u64)
    }

    /// An int, if it fits without a heap object.
    #[inline(always)]
    pub const fn try_small_int(n: i64) -> Option<Value> {
        if n >= MIN_SMALL_INT && n <= MAX_SMALL_INT { Some(Value((n << 2) as u64)) } else { None }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    /// A float, if it fits without a heap object.
    #[inline(always)]
    pub const fn try_imm_float(f: f64) -> Option<Value> {
        let bits = f.to_bits().rotate_left(4).wrapping_add(3);
        if bits & 2 != 0 { Some(Value(bits)) } else { None }
    }

    /// Whether this is an immediate int.
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.0 & 3 == 0
    }

    /// Whether this is an immediate float.
    #[inline(always)]
    pub const fn is_imm_float(self) -> bool {
        self.0 & 2 != 0
    }

    /// Whether this is a pointer or UNBOUND.
    #[inline(always)]
    pub const fn is_ptr(self) -> bool {
        self.0 & 3 == 1
    }

    /// Whether both are immediate ints.
    #[inline(always)]
    pub const fn both_int(a: Value, b: Value) -> bool {
        (a.0 | b.0) & 3 == 0
    }

    /// Whether both are immediate floats.
    #[inline(always)]
    pub const fn both_imm_float(a: Value, b: Value) -> bool {
        (a.0 & b.0) & 2 != 0
    }

    /// Whether this is the absence of a value.
    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.0 == 1
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Value::NONE.0
    }

    /// Whether this is a pointer that the collector may ask about: neither an immediate nor one of the constants here.
    #[inline(always)]
    pub const fn is_heap_ptr(self) -> bool {
        self.is_ptr() && self.0.wrapping_sub(Value::NONE.0) > Value::EMPTY_TUPLE.0 - Value::NONE.0
    }

    /// The immediate int's number; only meaningful when [`Value::is_int`].
    #[inline(always)]
    pub const fn as_int(self) -> i64 {
        (self.0 as i64) >> 2
    }

    /// The immediate float's number; only meaningful when [`Value::is_imm_float`].
    #[inline(always)]
    pub const fn as_imm_float(self) -> f64 {
        f64::from_bits(self.0.wrapping_sub(3).rotate_right(4))
    }

    /// The value unless it is UNBOUND.
    #[inline(always)]
    pub fn bound(self) -> Option<Value> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// The object's header.
    #[inline(always)]
    pub fn header(self) -> Option<&'static Header> {
        if self.is_ptr() && !self.is_unbound() {
            // SAFETY: a bound pointer value is the address + 1 of a live object; objects do not move, and the value
            // itself, on the stack or in the heap, keeps it alive (crate invariant: no Value outlives its root).
            Some(unsafe { &*((self.0 - 1) as *const Header) })
        } else {
            None
        }
    }

    /// The object's address, if the value is a pointer to one.
    #[inline(always)]
    pub fn object(self) -> Option<NonNull<Header>> {
        if self.is_ptr() { NonNull::new((self.0 - 1) as *mut Header) } else { None }
    }

    /// The layout kind: immediate ints are `Kind::Int`, immediate floats `Kind::Float`.
    #[inline(always)]
    pub fn kind(self) -> Kind {
        if self.is_int() {
            Kind::Int
        } else if self.is_imm_float() {
            Kind::Float
        } else {
            match self.header() {
                Some(h) => Kind::from_u8(h.kind.get()),
                None => Kind::Unbound,
            }
        }
    }

    /// The shape id: class and layout in one number. Exact builtin types have their kind as shape.
    #[inline(always)]
    pub fn shape(self) -> u32 {
        if self.is_int() {
            shape::INT
        } else if self.is_imm_float() {
            shape::FLOAT
        } else {
            match self.header() {
                Some(h) => h.shape.get(),
                None => Kind::Unbound as u32,
            }
        }
    }

    /// The object as a `T`, if its layout is a `T`'s (subclasses included).
    #[inline(always)]
    pub fn cast<T: Object>(self) -> Option<Gc<T>> {
        match self.header() {
            Some(h) if T::is_kind(Kind::from_u8(h.kind.get())) => {
                // SAFETY: the kind byte says that the object has T's layout.
                Some(unsafe { self.cast_unchecked() })
            }
            _ => None,
        }
    }

    /// The object as a `T`, if its class is exactly the builtin one.
    #[inline(always)]
    pub fn cast_exact<T: Object>(self) -> Option<Gc<T>> {
        match self.header() {
            Some(h) if h.shape.get() == T::KIND as u32 => {
                // SAFETY: the shape number of an exact builtin type is its kind.
                Some(unsafe { self.cast_unchecked() })
            }
            _ => None,
        }
    }

    /// The object as a `T`.
    ///
    /// # Safety
    /// The value must be a pointer to an object whose layout is `T`'s.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T>(self) -> Gc<T> {
        // SAFETY: by contract the value is the non-null address of a T, plus 1.
        Gc::from_ptr(unsafe { NonNull::new_unchecked((self.0 - 1) as *mut T) })
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_int() {
            write!(f, "{}", self.as_int())
        } else if self.is_imm_float() {
            write!(f, "{:?}", self.as_imm_float())
        } else if self.is_unbound() {
            write!(f, "UNBOUND")
        } else {
            write!(f, "<{:?} at {:#x}>", self.kind(), self.0 - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn immediate_floats_round_trip_and_are_no_ints_or_pointers() {
        for f in [0.0, -0.0, 1.0, -1.5, f64::INFINITY, f64::NEG_INFINITY, 5e-324, 1e70, -1e-70] {
            let v = Value::try_imm_float(f).expect("in range");
            assert!(v.is_imm_float() && !v.is_int() && !v.is_ptr());
            assert_eq!(v.as_imm_float().to_bits(), f.to_bits());
        }
        assert!(Value::try_imm_float(1e-100).is_none());
        assert!(Value::try_imm_float(f64::NAN).expect("nan").as_imm_float().is_nan());
    }

    #[test]
    fn small_ints_keep_their_range() {
        assert_eq!(Value::small_int(MIN_SMALL_INT).as_int(), MIN_SMALL_INT);
        assert_eq!(Value::small_int(MAX_SMALL_INT).as_int(), MAX_SMALL_INT);
        assert!(Value::try_small_int(MAX_SMALL_INT + 1).is_none());
    }
}
