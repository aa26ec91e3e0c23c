//! Pointers to heap objects and the allocation of fixed layouts.
//!
//! `Gc<T>` is a plain address. It may live in Rust locals and arguments (the native stack is scanned conservatively)
//! and in traced fields of heap objects, nowhere else: never in a `Vec`, `Box` or map on the Rust heap.

use crate::kind::{Kind, Object};
use crate::value::Value;
use habu_gc::{Header, Heap, OutOfMemory};
use std::cell::Cell;
use std::ops::Deref;
use std::ptr::NonNull;

/// Result of an allocation.
pub type Alloc<T> = Result<T, OutOfMemory>;

/// A pointer to a live heap object.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>);

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Gc<T> {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    fn eq(&self, other: &Gc<T>) -> bool {
        self.0 == other.0
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a Gc is made from live objects only and keeps them alive by being found on the stack or in the heap;
        // all fields that change are Cells, so shared references are sound.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Gc<T> {
    /// The pointer for an address.
    #[inline(always)]
    pub(crate) fn from_ptr(p: NonNull<T>) -> Gc<T> {
        Gc(p)
    }

    /// The object's address.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// The object as a value.
    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_bits(self.0.as_ptr() as u64 + 1)
    }

    /// The object's header.
    #[inline(always)]
    pub fn header(self) -> NonNull<Header> {
        self.0.cast()
    }

    /// Stores `v` into a field of this object, telling the collector.
    #[inline(always)]
    pub fn store(self, heap: &mut Heap, field: &Cell<Value>, v: Value) {
        field.set(v);
        if v.is_ptr() {
            heap.barrier(self.header());
        }
    }
}

impl<T> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(p: Gc<T>) -> Value {
        p.value()
    }
}

/// A header for a new object.
#[inline(always)]
pub fn header(shape: u32, kind: Kind, slots: u16) -> Header {
    Header { shape: Cell::new(shape), slots, flags: Cell::new(0), kind: Cell::new(kind as u8) }
}

/// Allocates an object and moves `init` into it.
#[inline(always)]
pub fn new<T: Object>(heap: &mut Heap, init: T) -> Alloc<Gc<T>> {
    let p = heap.alloc(size_of::<T>())?.cast::<T>();
    // SAFETY: the allocation has room for a T and is 16-aligned; nothing else refers to it yet.
    unsafe { p.as_ptr().write(init) };
    Ok(Gc(p))
}

/// Allocates `bytes` of zeroed memory that begins with `header`.
#[inline(always)]
pub(crate) fn new_sized<T>(heap: &mut Heap, bytes: usize, header: Header) -> Alloc<Gc<T>> {
    debug_assert!(bytes >= size_of::<T>());
    let p = heap.alloc_zeroed(bytes)?;
    // SAFETY: the allocation is at least a header long and nothing else refers to it yet.
    unsafe { p.as_ptr().write(header) };
    Ok(Gc(p.cast()))
}
