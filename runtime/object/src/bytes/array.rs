//! bytearray: a Blob of which the first `len` bytes are in use; and the iterator of both classes.
//!
//! Whether the array may be resized at all (`exports`) is for the caller to ask.

use super::layout::Bytes;
use crate::array::Blob;
use crate::kind::shape;
use crate::layouts::{ByteArray, BytesIter};
use crate::object::{Alloc, Gc};
use crate::slice::Extent;
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};
use std::cell::Cell;

impl ByteArray {
    /// A bytearray of these bytes.
    pub fn new(heap: &mut Heap, bytes: &[u8]) -> Alloc<Gc<ByteArray>> {
        ByteArray::with_shape(heap, shape::BYTEARRAY, bytes)
    }

    /// A bytearray of the class that `shape` names.
    pub fn with_shape(heap: &mut Heap, shape: u32, bytes: &[u8]) -> Alloc<Gc<ByteArray>> {
        let array = ByteArray::blank_with_shape(heap, shape)?;
        array.extend(heap, bytes)?;
        Ok(array)
    }

    /// The bytes, which can be changed through the cells. A resize may leave them behind.
    #[inline]
    pub fn cells(&self) -> &[Cell<u8>] {
        match self.blob.get().cast::<Blob>() {
            // SAFETY: the blob is a field of this array, which keeps it alive until a resize; and even then the
            // reference, which is on the stack, does.
            Some(blob) => unsafe {
                std::slice::from_raw_parts(blob.bytes().as_ptr(), self.len.get())
            },
            None => &[],
        }
    }

    /// The bytes. The slice must be let go before the array changes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        let cells = self.cells();
        // SAFETY: a Cell<u8> is laid out as a u8; the caller does not change the array meanwhile, as it must not, and
        // nothing else runs.
        unsafe { std::slice::from_raw_parts(cells.as_ptr().cast(), cells.len()) }
    }

    fn capacity(&self) -> usize {
        self.blob.get().cast::<Blob>().map_or(0, |blob| blob.capacity())
    }

    /// Whether a buffer of the array is exported, so that it must keep its size.
    pub fn is_exported(&self) -> bool {
        self.exports.get() > 0
    }

    /// Whether these bytes are in the storage of the array.
    fn holds(&self, bytes: &[u8]) -> bool {
        self.cells().as_ptr_range().contains(&bytes.as_ptr().cast())
    }
}

fn copy(to: &[Cell<u8>], from: &[u8]) {
    assert_eq!(to.len(), from.len());
    // SAFETY: both sides have the same length; `copy` allows them to overlap, and cells may be written.
    unsafe { std::ptr::copy(from.as_ptr(), to.as_ptr().cast_mut().cast(), from.len()) };
}

impl Gc<ByteArray> {
    /// Makes room for `len` bytes; the bytes in use stay.
    pub fn reserve(self, heap: &mut Heap, len: usize) -> Alloc<()> {
        if len <= self.capacity() {
            return Ok(());
        }
        let capacity = if self.len.get() == 0 { len } else { len + len / 8 + 16 };
        let blob = Blob::new(heap, capacity)?;
        copy(&blob.bytes()[..self.len.get()], self.bytes());
        self.store(heap, &self.blob, blob.value());
        Ok(())
    }

    /// Changes the length; new bytes are 0. Storage that has become much too large is given up.
    pub fn resize(self, heap: &mut Heap, len: usize) -> Alloc<()> {
        self.reserve(heap, len)?;
        let old = self.len.replace(len);
        if len > old {
            self.cells()[old..].iter().for_each(|b| b.set(0));
        } else if len < self.capacity() / 4 && self.capacity() > 256 {
            let blob = Blob::new(heap, len)?;
            copy(blob.bytes(), self.bytes());
            self.store(heap, &self.blob, blob.value());
        }
        Ok(())
    }

    /// `self.append(b)`
    #[inline]
    pub fn push(self, heap: &mut Heap, b: u8) -> Alloc<()> {
        let len = self.len.get();
        if len == self.capacity() {
            self.reserve(heap, len + 1)?;
        }
        self.len.set(len + 1);
        self.cells()[len].set(b);
        Ok(())
    }

    /// Adds bytes at the end; they may be its own.
    pub fn extend(self, heap: &mut Heap, bytes: &[u8]) -> Alloc<()> {
        let len = self.len.get();
        let all = len.checked_add(bytes.len()).ok_or(OutOfMemory)?;
        self.reserve(heap, all)?;
        self.len.set(all);
        copy(&self.cells()[len..], bytes);
        Ok(())
    }

    /// `self[from:to] = bytes`, positions in range; the bytes may be its own.
    pub fn replace_range(self, heap: &mut Heap, from: usize, to: usize, bytes: &[u8]) -> Alloc<()> {
        if self.holds(bytes) && to - from != bytes.len() {
            let own = bytes.to_vec();
            return self.replace_range(heap, from, to, &own);
        }
        let len = self.len.get();
        let new = (len - (to - from)).checked_add(bytes.len()).ok_or(OutOfMemory)?;
        if new > len {
            self.resize(heap, new)?;
        }
        let tail = &self.bytes()[to..len];
        copy(&self.cells()[from + bytes.len()..from + bytes.len() + tail.len()], tail);
        copy(&self.cells()[from..from + bytes.len()], bytes);
        if new < len {
            self.resize(heap, new)?;
        }
        Ok(())
    }

    /// `self.insert(i, b)`, `i` in range.
    pub fn insert(self, heap: &mut Heap, i: usize, b: u8) -> Alloc<()> {
        self.replace_range(heap, i, i, &[b])
    }

    /// Removes the byte at `i`, which is in range.
    pub fn remove(self, heap: &mut Heap, i: usize) -> Alloc<u8> {
        let b = self.cells()[i].get();
        self.replace_range(heap, i, i + 1, &[])?;
        Ok(b)
    }

    /// `del self[extent]`
    pub fn delete(self, heap: &mut Heap, extent: Extent) -> Alloc<()> {
        let extent = extent.ascending();
        if extent.step == 1 {
            let (from, to) = extent.range();
            return self.replace_range(heap, from, to, &[]);
        }
        let cells = self.cells();
        let first = extent.start.max(0) as usize;
        let (mut to, mut gone) = (first, extent.indices().peekable());
        for from in first..cells.len() {
            if gone.next_if_eq(&from).is_none() {
                cells[to].set(cells[from].get());
                to += 1;
            }
        }
        if extent.count > 0 { self.resize(heap, to) } else { Ok(()) }
    }

    /// `self[extent] = bytes` for a step other than 1; there must be as many bytes as positions.
    pub fn assign(self, extent: Extent, bytes: &[u8]) {
        assert_eq!(extent.count, bytes.len());
        let own = self.holds(bytes).then(|| bytes.to_vec());
        let bytes = own.as_deref().unwrap_or(bytes);
        for (i, b) in extent.indices().zip(bytes) {
            self.cells()[i].set(*b);
        }
    }

    /// `self.reverse()`
    pub fn reverse(self) {
        let cells = self.cells();
        for i in 0..cells.len() / 2 {
            cells[i].swap(&cells[cells.len() - 1 - i]);
        }
    }

    /// `self *= n`
    pub fn repeat_in_place(self, heap: &mut Heap, n: i64) -> Alloc<()> {
        let len = self.len.get();
        let all = len.checked_mul(usize::try_from(n).unwrap_or(0)).ok_or(OutOfMemory)?;
        self.resize(heap, all)?;
        let cells = self.cells();
        for i in len..all {
            cells[i].set(cells[i - len].get());
        }
        Ok(())
    }
}

impl BytesIter {
    /// `iter(bytes)`, where `bytes` is a bytes object or a bytearray.
    pub fn new(heap: &mut Heap, bytes: Value) -> Alloc<Gc<BytesIter>> {
        let it = BytesIter::blank(heap)?;
        it.bytes.set(bytes);
        Ok(it)
    }

    /// Bytes left.
    pub fn remaining(&self) -> usize {
        with_bytes(self.bytes.get(), <[u8]>::len).unwrap_or(0).saturating_sub(self.index.get())
    }

    /// The next byte; `None` at the end and ever after.
    #[inline]
    pub fn next(&self) -> Option<u8> {
        let i = self.index.get();
        match with_bytes(self.bytes.get(), |bytes| bytes.get(i).copied())? {
            Some(b) => {
                self.index.set(i + 1);
                Some(b)
            }
            None => {
                self.bytes.set(Value::UNBOUND);
                None
            }
        }
    }
}

/// Calls `f` with the bytes of a bytes object or a bytearray.
#[inline]
pub fn with_bytes<R>(v: Value, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if let Some(bytes) = v.cast::<Bytes>() {
        Some(f(bytes.bytes()))
    } else {
        v.cast::<ByteArray>().map(|array| f(array.bytes()))
    }
}
