//! Item and slice assignment of bytearray, and its in-place operators.

use super::{check_resizable, this};
use crate::args::arg;
use crate::types::bytes::buffer::{Buffer, byte};
use crate::types::bytes::construct::items;
use crate::types::sequence::{
    Subscript, check_repeat, position, repeat_count, slice_extent, subscript,
};
use habu_object::bytes::ByteArray;
use habu_object::slice::Extent;
use habu_object::{Gc, Kind, Slice, Value};
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__delitem__", "(self, key, /)", delitem).doc("Delete self[key]."),
    NativeDef::new("__iadd__", "(self, value, /)", iadd).doc("Implement self+=value."),
    NativeDef::new("__imul__", "(self, value, /)", imul).doc("Implement self*=value."),
    NativeDef::new("__setitem__", "(self, key, value, /)", setitem).doc("Set self[key] to value."),
];

pub(super) const RANGE: &str = "byte must be in range(0, 256)";

#[cold]
fn out_of_range(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::IndexError, "bytearray index out of range")
}

fn setitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let (key, value) = (arg(args, 1), arg(args, 2));
    match subscript(vm, key, "bytearray")? {
        Subscript::Index(i) => {
            // The value's `__index__` may resize the array, so its length counts afterwards.
            let b = byte(vm, value, RANGE)?;
            match position(i, array.bytes().len()).and_then(|i| array.cells().get(i)) {
                Some(cell) => cell.set(b),
                None => return Err(out_of_range(vm)),
            }
        }
        Subscript::Slice(slice) => set_slice(vm, array, slice, value)?,
    }
    Ok(Value::NONE)
}

fn set_slice(vm: &mut Vm, array: Gc<ByteArray>, slice: Gc<Slice>, value: Value) -> PyResult<()> {
    let given = match Buffer::try_of(vm, value)? {
        Some(buffer) => buffer,
        None => Buffer::Copy(assigned(vm, value)?),
    };
    let extent = slice_extent(vm, slice, || array.bytes().len())?;
    if extent.step == 1 {
        return set_range(vm, array, extent, &given);
    }
    if extent.count != given.len() {
        let msg = format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            given.len(),
            extent.count
        );
        return Err(vm.value_error(&msg));
    }
    array.assign(extent, &given);
    Ok(())
}

fn set_range(vm: &mut Vm, array: Gc<ByteArray>, extent: Extent, bytes: &[u8]) -> PyResult<()> {
    let (from, to) = extent.range();
    if to - from != bytes.len() {
        check_resizable(vm, array)?;
    }
    Ok(array.replace_range(&mut vm.heap, from, to, bytes)?)
}

/// The bytes of an iterable that is assigned to a slice.
fn assigned(vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
    let (name, item_name) = (vm.names.__iter__, vm.names.__getitem__);
    let iterable = vm.special(value, name).is_some() || vm.special(value, item_name).is_some();
    if !iterable || value.kind() == Kind::Str {
        let msg = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
        return Err(vm.type_error(msg));
    }
    items(vm, value, RANGE)
}

fn delitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    match subscript(vm, arg(args, 1), "bytearray")? {
        Subscript::Index(i) => {
            let Some(i) = position(i, array.bytes().len()) else { return Err(out_of_range(vm)) };
            check_resizable(vm, array)?;
            array.remove(&mut vm.heap, i)?;
        }
        Subscript::Slice(slice) => {
            let extent = slice_extent(vm, slice, || array.bytes().len())?;
            if extent.count > 0 {
                check_resizable(vm, array)?;
                array.delete(&mut vm.heap, extent)?;
            }
        }
    }
    Ok(Value::NONE)
}

fn iadd(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let Some(other) = Buffer::try_of(vm, arg(args, 1))? else {
        let (other, own) = (vm.type_name(arg(args, 1)), vm.type_name(array.value()));
        return Err(vm.type_error(&format!("can't concat {other} to {own}")));
    };
    if !other.is_empty() {
        check_resizable(vm, array)?;
        array.extend(&mut vm.heap, &other)?;
    }
    Ok(array.value())
}

fn imul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let Some(n) = repeat_count(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    let len = array.bytes().len();
    check_repeat(vm, len, n)?;
    if n != 1 && len > 0 {
        check_resizable(vm, array)?;
        array.repeat_in_place(&mut vm.heap, n as i64)?;
    }
    Ok(array.value())
}
