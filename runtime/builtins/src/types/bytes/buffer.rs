//! Arguments that are bytes-like: bytes, bytearray, memoryview.

use habu_object::bytes::{ByteArray, Bytes, with_bytes};
use habu_object::{Kind, MemoryView, Value};
use habu_vm::{PyResult, Vm};

/// Whether a value has a buffer.
pub(crate) fn bytes_like(v: Value) -> bool {
    matches!(v.kind(), Kind::Bytes | Kind::ByteArray | Kind::MemoryView)
}

/// Calls `f` with the bytes of a buffer; TypeError if there is none. `f` must not run Python code that could resize a
/// bytearray.
#[inline]
pub(crate) fn with_buffer<R>(
    vm: &mut Vm,
    v: Value,
    f: impl FnOnce(&mut Vm, &[u8]) -> R,
) -> PyResult<R> {
    if let Some(bytes) = v.cast::<Bytes>() {
        return Ok(f(vm, bytes.bytes()));
    }
    if let Some(array) = v.cast::<ByteArray>() {
        return Ok(f(vm, array.bytes()));
    }
    let Some(view) = v.cast::<MemoryView>() else {
        let msg = format!("a bytes-like object is required, not '{}'", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    match view_bytes(&view) {
        Some(bytes) => Ok(f(vm, &bytes)),
        None => Err(vm.value_error("operation forbidden on released memoryview object")),
    }
}

/// The bytes that a view shows, in order; None if it was released.
fn view_bytes(view: &MemoryView) -> Option<Vec<u8>> {
    with_bytes(view.object.get(), |bytes| {
        let mut shown = Vec::with_capacity(view.len.get() * view.itemsize.get());
        for i in 0..view.len.get() as isize {
            let at = view.start.get() + i * view.stride.get();
            let item =
                usize::try_from(at).ok().and_then(|at| bytes.get(at..at + view.itemsize.get()));
            shown.extend_from_slice(item.unwrap_or_default());
        }
        shown
    })
}

/// The bytes of a buffer, copied: for arguments that must survive calls.
pub(crate) fn copied(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    with_buffer(vm, v, |_, bytes| bytes.to_vec())
}
