//! What a bytes object looks like.

use crate::kind::{Kind, Object, shape};
use crate::object::{Alloc, Gc, header};
use crate::slice::Extent;
use crate::str::HashKey;
use habu_gc::{Header, Heap, OutOfMemory};
use std::cell::Cell;

/// A Python bytes object: the bytes follow the count.
#[repr(C)]
pub struct Bytes {
    header: Header,
    hash: Cell<i64>,
    len: usize,
    inline: [u8; 0],
}

/// Offsets for compiled code.
pub mod offsets {
    /// Cached hash, 0 when not computed.
    pub const HASH: usize = 8;
    /// Number of bytes.
    pub const LEN: usize = 16;
    /// First byte.
    pub const DATA: usize = 24;
}

const _: () = assert!(std::mem::offset_of!(Bytes, inline) == offsets::DATA);

// SAFETY: repr(C), header first; made by `build` alone.
unsafe impl Object for Bytes {
    const KIND: Kind = Kind::Bytes;
}

impl Bytes {
    /// A bytes object of these bytes.
    #[inline]
    pub fn new(heap: &mut Heap, bytes: &[u8]) -> Alloc<Gc<Bytes>> {
        Bytes::with_shape(heap, shape::BYTES, bytes)
    }

    /// A bytes object of the class that `shape` names.
    #[inline]
    pub fn with_shape(heap: &mut Heap, shape: u32, bytes: &[u8]) -> Alloc<Gc<Bytes>> {
        Bytes::build(heap, shape, bytes.len(), |to| to.copy_from_slice(bytes))
    }

    /// A bytes object of `len` bytes that `fill` writes, all of them.
    #[inline]
    pub fn build(
        heap: &mut Heap,
        shape: u32,
        len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Alloc<Gc<Bytes>> {
        let size = len.checked_add(offsets::DATA).ok_or(OutOfMemory)?;
        let p = heap.alloc(size)?.cast::<Bytes>();
        let fixed =
            Bytes { header: header(shape, Kind::Bytes, 0), hash: Cell::new(0), len, inline: [] };
        // SAFETY: the allocation has room for the fixed part and `len` bytes behind it; heap memory is mapped, so it
        // has some value, and nobody else knows of the object yet.
        let to = unsafe {
            p.as_ptr().write(fixed);
            std::slice::from_raw_parts_mut(p.as_ptr().cast::<u8>().add(offsets::DATA), len)
        };
        fill(to);
        Ok(Gc::from_ptr(p))
    }

    /// The bytes.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `len` bytes follow the fixed part, as `build` allocated them, and never change.
        unsafe { std::slice::from_raw_parts(self.inline.as_ptr(), self.len) }
    }

    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The hash; computed once.
    #[inline]
    pub fn hash(&self, key: HashKey) -> i64 {
        match self.hash.get() {
            0 => {
                let hash = key.hash_bytes(self.bytes());
                self.hash.set(hash);
                hash
            }
            hash => hash,
        }
    }

    /// Whether the class is exactly bytes.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape.get() == shape::BYTES
    }
}

impl Gc<Bytes> {
    /// The same bytes as an instance of exactly bytes: `self` unless its class is a subclass.
    #[inline]
    pub fn to_exact(self, heap: &mut Heap) -> Alloc<Gc<Bytes>> {
        if self.is_exact() { Ok(self) } else { Bytes::new(heap, self.bytes()) }
    }
}

impl Bytes {
    /// `a + b`, whatever holds them.
    pub fn concat(heap: &mut Heap, a: &[u8], b: &[u8]) -> Alloc<Gc<Bytes>> {
        let len = a.len().checked_add(b.len()).ok_or(OutOfMemory)?;
        Bytes::build(heap, shape::BYTES, len, |to| {
            to[..a.len()].copy_from_slice(a);
            to[a.len()..].copy_from_slice(b);
        })
    }

    /// `bytes * n`
    pub fn repeat(heap: &mut Heap, bytes: &[u8], n: i64) -> Alloc<Gc<Bytes>> {
        let n = usize::try_from(n).unwrap_or(0);
        let len = bytes.len().checked_mul(n).ok_or(OutOfMemory)?;
        Bytes::build(heap, shape::BYTES, len, |to| match bytes {
            [b] => to.fill(*b),
            _ => {
                for chunk in to.chunks_exact_mut(bytes.len().max(1)) {
                    chunk.copy_from_slice(bytes);
                }
            }
        })
    }

    /// `bytes[start:stop:step]`, already clipped to the length.
    pub fn slice(heap: &mut Heap, bytes: &[u8], extent: Extent) -> Alloc<Gc<Bytes>> {
        if extent.step == 1 {
            let from = extent.start as usize;
            return Bytes::new(heap, &bytes[from..from + extent.count]);
        }
        Bytes::build(heap, shape::BYTES, extent.count, |to| {
            for (t, i) in to.iter_mut().zip(extent.indices()) {
                *t = bytes[i];
            }
        })
    }
}
