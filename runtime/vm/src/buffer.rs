//! Arguments that are bytes-like: bytes, bytearray, memoryview.

use crate::error::{PyResult, Raised};
use crate::vm::Vm;
use habu_object::bytes::{ByteArray, Bytes, with_bytes};
use habu_object::{Gc, Kind, MemoryView, Value, int};
use std::ops::{Deref, Range};

/// `inspect.BufferFlags.FULL_RO`
const FULL_READ_ONLY: i64 = 0x11c;

/// Bytes at hand. Those of a bytearray must not be looked at after Python code ran; none of them may change meanwhile.
pub enum Buffer {
    /// A bytes object.
    Bytes(Gc<Bytes>),
    /// A bytearray.
    Array(Gc<ByteArray>),
    /// One byte, given as an int.
    Byte([u8; 1]),
    /// What a memoryview shows.
    Copy(Vec<u8>),
}

impl Deref for Buffer {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Bytes(bytes) => bytes.bytes(),
            Buffer::Array(array) => array.bytes(),
            Buffer::Byte(byte) => byte,
            Buffer::Copy(bytes) => bytes,
        }
    }
}

/// Whether a value has a buffer.
pub fn bytes_like(v: Value) -> bool {
    matches!(v.kind(), Kind::Bytes | Kind::ByteArray | Kind::MemoryView)
}

impl Buffer {
    /// The bytes of a bytes-like object; TypeError for others.
    #[inline]
    pub fn of(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
        match Buffer::try_of(vm, v)? {
            Some(buffer) => Ok(buffer),
            None => Err(no_buffer(vm, v)),
        }
    }

    /// The bytes of a bytes-like object; None for others.
    #[inline]
    pub fn try_of(vm: &mut Vm, v: Value) -> PyResult<Option<Buffer>> {
        if let Some(bytes) = v.cast::<Bytes>() {
            return Ok(Some(Buffer::Bytes(bytes)));
        }
        if let Some(array) = v.cast::<ByteArray>() {
            return Ok(Some(Buffer::Array(array)));
        }
        let view = match v.cast::<MemoryView>() {
            Some(view) => view,
            None => match exported(vm, v)? {
                Some(view) => view,
                None => return Ok(None),
            },
        };
        match view_bytes(&view) {
            Some(bytes) => Ok(Some(Buffer::Copy(bytes))),
            None => Err(vm.value_error("operation forbidden on released memoryview object")),
        }
    }

    /// What `find` and its relatives look for: bytes, or an int that is one byte.
    #[inline]
    pub fn needle(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
        if let Some(buffer) = Buffer::try_of(vm, v)? {
            return Ok(buffer);
        }
        if !is_index(vm, v) {
            let msg = format!(
                "argument should be integer or bytes-like object, not '{}'",
                vm.type_name(v)
            );
            return Err(vm.type_error(&msg));
        }
        Ok(Buffer::Byte([byte(vm, v, "byte must be in range(0, 256)")?]))
    }
}

impl Buffer {
    /// New bytes of the receiver's kind.
    #[inline]
    pub fn like(&self, vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        Ok(match self {
            Buffer::Array(_) => ByteArray::new(&mut vm.heap, bytes)?.value(),
            _ => Bytes::new(&mut vm.heap, bytes)?.value(),
        })
    }

    /// The receiver itself if that is exactly bytes, else a copy.
    pub fn same(&self, vm: &mut Vm) -> PyResult<Value> {
        match self {
            Buffer::Bytes(bytes) => Ok(bytes.to_exact(&mut vm.heap)?.value()),
            _ => self.like(vm, self),
        }
    }

    /// A part of the receiver.
    pub fn part(&self, vm: &mut Vm, range: Range<usize>) -> PyResult<Value> {
        if range.len() == self.len() { self.same(vm) } else { self.like(vm, &self[range]) }
    }
}

/// The view that an object's `__buffer__` gives (PEP 688).
pub fn exported(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<MemoryView>>> {
    if !matches!(v.kind(), Kind::Instance | Kind::Native) {
        return Ok(None);
    }
    let name = vm.intern("__buffer__")?;
    let Some(made) = vm.call_special(v, name, &[Value::small_int(FULL_READ_ONLY)])? else {
        return Ok(None);
    };
    match made.cast::<MemoryView>() {
        Some(view) => Ok(Some(view)),
        None => Err(vm.type_error("__buffer__ returned non-memoryview object")),
    }
}

#[cold]
/// The TypeError for what has no buffer.
pub fn no_buffer(vm: &mut Vm, v: Value) -> Raised {
    let msg = format!("a bytes-like object is required, not '{}'", vm.type_name(v));
    vm.type_error(&msg)
}

/// Whether a value has `__index__`.
pub fn is_index(vm: &mut Vm, v: Value) -> bool {
    let name = vm.names.__index__;
    int::is_int_like(v) || vm.special(v, name).is_some()
}

/// An int as a byte; ValueError with this text if it is too large.
#[inline]
pub fn byte(vm: &mut Vm, v: Value, complaint: &str) -> PyResult<u8> {
    let n = if v.is_int() { v.as_int() } else { vm.index_clamped(v)? };
    u8::try_from(n).map_err(|_| vm.value_error(complaint))
}

/// The bytes that a view shows, in order; None if it was released.
fn view_bytes(view: &MemoryView) -> Option<Vec<u8>> {
    with_bytes(view.object.get(), |bytes| {
        let mut shown = Vec::with_capacity(view.len.get() * view.itemsize.get());
        for i in 0..view.len.get() as isize {
            let at = view.start.get() + i * view.stride.get();
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let item = at.checked_add(view.itemsize.get()).and_then(|end| bytes.get(at..end));
            shown.extend_from_slice(item.unwrap_or_default());
        }
        shown
    })
}

/// Writes bytes into a writable bytes-like object, from its item `at` on.
pub fn write(vm: &mut Vm, v: Value, at: usize, bytes: &[u8]) -> PyResult<()> {
    if let Some(array) = v.cast::<ByteArray>() {
        for (cell, b) in array.cells().iter().skip(at).zip(bytes) {
            cell.set(*b);
        }
        return Ok(());
    }
    let view = match v.cast::<MemoryView>() {
        Some(view) => Some(view),
        None => exported(vm, v)?,
    };
    let Some(view) = view.filter(|view| !view.readonly.get()) else {
        let msg = format!("read-write bytes-like object expected, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    let Some(array) = view.object.get().cast::<ByteArray>() else {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    };
    let (size, cells) = (view.itemsize.get().max(1), array.cells());
    for (i, b) in bytes.iter().enumerate() {
        let (item, byte) = ((at + i) / size, (at + i) % size);
        let place = view.start.get() + item as isize * view.stride.get() + byte as isize;
        if let Some(cell) = usize::try_from(place).ok().and_then(|p| cells.get(p)) {
            cell.set(*b);
        }
    }
    Ok(())
}

/// Whether bytes can be written into a value.
pub fn is_writable(v: Value) -> bool {
    match v.cast::<MemoryView>() {
        Some(view) => !view.readonly.get(),
        None => v.kind() != Kind::Bytes,
    }
}
