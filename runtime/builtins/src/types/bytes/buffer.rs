//! Arguments that are bytes-like: bytes, bytearray, memoryview.

use habu_object::bytes::{ByteArray, Bytes, with_bytes};
use habu_object::{Gc, Kind, MemoryView, Value, int};
use habu_vm::{PyResult, Raised, Vm};
use std::ops::Deref;

/// Bytes at hand. Those of a bytearray must not be looked at after Python code ran; none of them may change meanwhile.
pub(crate) enum Buffer {
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
pub(crate) fn bytes_like(v: Value) -> bool {
    matches!(v.kind(), Kind::Bytes | Kind::ByteArray | Kind::MemoryView)
}

impl Buffer {
    /// The bytes of a bytes-like object; TypeError for others.
    #[inline]
    pub(crate) fn of(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
        match Buffer::try_of(vm, v)? {
            Some(buffer) => Ok(buffer),
            None => Err(no_buffer(vm, v)),
        }
    }

    /// The bytes of a bytes-like object; None for others.
    #[inline]
    pub(crate) fn try_of(vm: &mut Vm, v: Value) -> PyResult<Option<Buffer>> {
        if let Some(bytes) = v.cast::<Bytes>() {
            return Ok(Some(Buffer::Bytes(bytes)));
        }
        if let Some(array) = v.cast::<ByteArray>() {
            return Ok(Some(Buffer::Array(array)));
        }
        let Some(view) = v.cast::<MemoryView>() else { return Ok(None) };
        match view_bytes(&view) {
            Some(bytes) => Ok(Some(Buffer::Copy(bytes))),
            None => Err(vm.value_error("operation forbidden on released memoryview object")),
        }
    }

    /// What `find` and its relatives look for: bytes, or an int that is one byte.
    #[inline]
    pub(crate) fn needle(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
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

#[cold]
pub(crate) fn no_buffer(vm: &mut Vm, v: Value) -> Raised {
    let msg = format!("a bytes-like object is required, not '{}'", vm.type_name(v));
    vm.type_error(&msg)
}

/// Whether a value has `__index__`.
pub(crate) fn is_index(vm: &mut Vm, v: Value) -> bool {
    let name = vm.names.__index__;
    int::is_int_like(v) || vm.special(v, name).is_some()
}

/// An int as a byte; ValueError with this text if it is too large.
#[inline]
pub(crate) fn byte(vm: &mut Vm, v: Value, complaint: &str) -> PyResult<u8> {
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
