//! The object header and the rule that tells pointers from other words.
//!
//! Everything the collector knows about an object's inside is here: where its traced words start and how many they
//! are. Shape and kind are carried for the object floor and never interpreted.

use std::cell::Cell;
use std::ptr::NonNull;

/// The first eight bytes of every heap object.
#[repr(C)]
#[derive(Debug)]
pub struct Header {
    /// Shape id; opaque to the collector.
    pub shape: Cell<u32>,
    /// Number of tagged words directly after the header, or [`VARIABLE`].
    pub slots: u16,
    /// Bits of [`flags`].
    pub flags: Cell<u8>,
    /// Kind byte; opaque to the collector.
    pub kind: Cell<u8>,
}

/// `slots` value of an object whose word at +8 is a raw count `n`, and whose `n` tagged words start at +16.
pub const VARIABLE: u16 = 0xFFFF;

/// Header flag bits. Bits 32, 64 and 128 belong to the users of the heap.
pub mod flags {
    /// Survived a collection and is not in the remembered set: a store into it must be logged.
    pub const OLD: u8 = 1;
    /// Weak references to the object may exist; for the users, the collector never reads it.
    pub const WEAKREF: u8 = 2;
    /// A finalizer is registered and has not run. Clearing the bit withdraws the registration.
    pub const FINALIZER: u8 = 4;
    /// The side table has an entry for the object.
    pub const SIDE: u8 = 8;
    /// Lives outside the heap and for ever; for the users, the collector goes by the address.
    pub const IMMORTAL: u8 = 16;
}

/// The address a tagged word points to: `w & 3 == 1`, except that UNBOUND (1) yields the never mapped address 0.
#[inline(always)]
pub(crate) fn pointee(word: u64) -> Option<usize> {
    if word & 3 == 1 { Some((word - 1) as usize) } else { None }
}

/// The traced words of an object as `(first, count)`.
///
/// # Safety
/// `object` must point to an initialised object.
#[inline(always)]
pub(crate) unsafe fn traced_words(object: NonNull<Header>) -> (*const u64, usize) {
    let base = object.as_ptr().cast::<u64>();
    // SAFETY: an initialised object has a header, and a count at +8 when it is VARIABLE; its words follow.
    unsafe {
        let slots = object.as_ref().slots;
        if slots == VARIABLE {
            (base.add(2), *base.add(1) as usize)
        } else {
            (base.add(1), slots as usize)
        }
    }
}
