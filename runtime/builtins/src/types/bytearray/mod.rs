//! bytearray: what changes it. The methods that it shares with bytes are in `bytes`.

mod construct;
mod items;
mod mutate;

use super::{bytes, sequence};
use habu_object::bytes::ByteArray;
use habu_object::{Gc, Kind, Value};
use habu_vm::{Exc, PyResult, Vm};

const DOC: &str = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n\
                   bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of \
                   size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array";

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::ByteArray);
    bytes::install_shared(vm, class)?;
    for table in [construct::METHODS, items::METHODS, mutate::METHODS] {
        vm.add_methods(class, table)?;
    }
    let doc = vm.new_str(DOC)?;
    vm.set_class_entry(class, "__doc__", doc)?;
    sequence::unhashable(vm, Kind::ByteArray)
}

/// The bytearray that a method is called on; the binding has checked its class.
#[inline(always)]
fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<ByteArray>> {
    match args.first().and_then(|v| v.cast::<ByteArray>()) {
        Some(array) => Ok(array),
        None => Err(vm.type_error("expected bytearray")),
    }
}

/// BufferError if the array must keep its size.
#[inline]
fn check_resizable(vm: &mut Vm, array: Gc<ByteArray>) -> PyResult<()> {
    if array.is_exported() {
        let msg = "Existing exports of data: object cannot be re-sized";
        return Err(vm.raise_msg(Exc::BufferError, msg));
    }
    Ok(())
}
