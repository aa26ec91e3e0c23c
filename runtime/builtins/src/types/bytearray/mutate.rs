//! Methods of bytearray that change it: append, extend, insert, pop, remove, reverse, clear, resize.

use super::items::RANGE;
use super::{check_resizable, this};
use crate::args::arg;
use crate::types::bytes::buffer::{Buffer, byte};
use crate::types::bytes::construct::items;
use crate::types::sequence::{position, ssize};
use habu_object::bytes::ByteArray;
use habu_object::{Gc, Kind, Value};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("append", "(self, item, /)", append)
        .doc("Append a single item to the end of the bytearray.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("clear", "(self, /)", clear)
        .doc("Remove all items from the bytearray.")
        .effects(Effects::NoPython),
    NativeDef::new("extend", "(self, iterable_of_ints, /)", extend)
        .doc("Append all the items from the iterator or sequence to the end of the bytearray.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("insert", "(self, index, item, /)", insert)
        .doc("Insert a single item into the bytearray before the given index.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("pop", "(self, index=-1, /)", pop)
        .doc("Remove and return a single item from B.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("remove", "(self, value, /)", remove)
        .doc("Remove the first occurrence of a value in the bytearray.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("resize", "(self, size, /)", resize)
        .doc("Resize the internal buffer of bytearray to len.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("reverse", "(self, /)", reverse)
        .doc("Reverse the order of the values in B in place.")
        .effects(Effects::NoPython),
];

fn append(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let b = byte(vm, arg(args, 1), RANGE)?;
    check_resizable(vm, array)?;
    array.push(&mut vm.heap, b)?;
    Ok(Value::NONE)
}

fn extend(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let source = arg(args, 1);
    let given = match Buffer::try_of(vm, source)? {
        Some(buffer) => buffer,
        None => Buffer::Copy(extension(vm, source)?),
    };
    if !given.is_empty() {
        check_resizable(vm, array)?;
        array.extend(&mut vm.heap, &given)?;
    }
    Ok(Value::NONE)
}

fn extension(vm: &mut Vm, source: Value) -> PyResult<Vec<u8>> {
    if source.kind() == Kind::Str && vm.len(source)? > 0 {
        return Err(vm.type_error("expected iterable of integers; got: 'str'"));
    }
    let it = match vm.iter(source) {
        Ok(it) => it,
        Err(e) => {
            vm.catch(e, Exc::TypeError)?;
            let msg = format!("can't extend bytearray with {}", vm.type_name(source));
            return Err(vm.type_error(&msg));
        }
    };
    items(vm, it, RANGE)
}

fn insert(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let i = ssize(vm, arg(args, 1))?;
    let b = byte(vm, arg(args, 2), RANGE)?;
    check_resizable(vm, array)?;
    let len = array.bytes().len() as i64;
    let at = if i < 0 { i.saturating_add(len).max(0) } else { i.min(len) };
    array.insert(&mut vm.heap, at as usize, b)?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let i = crate::types::str::count_or(vm, arg(args, 1), -1)?;
    let len = array.bytes().len();
    if len == 0 {
        return Err(vm.raise_msg(Exc::IndexError, "pop from empty bytearray"));
    }
    let Some(i) = position(i, len) else {
        return Err(vm.raise_msg(Exc::IndexError, "pop index out of range"));
    };
    check_resizable(vm, array)?;
    let b = array.remove(&mut vm.heap, i)?;
    Ok(Value::small_int(i64::from(b)))
}

fn remove(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let b = byte(vm, arg(args, 1), RANGE)?;
    let Some(i) = habu_object::bytes::find(array.bytes(), &[b], 0, i64::MAX) else {
        return Err(vm.value_error("value not found in bytearray"));
    };
    check_resizable(vm, array)?;
    array.remove(&mut vm.heap, i)?;
    Ok(Value::NONE)
}

fn set_len(vm: &mut Vm, array: Gc<ByteArray>, len: usize) -> PyResult<()> {
    if len != array.bytes().len() {
        check_resizable(vm, array)?;
    }
    Ok(array.resize(&mut vm.heap, len)?)
}

fn clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    set_len(vm, array, 0)?;
    Ok(Value::NONE)
}

fn resize(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let size = ssize(vm, arg(args, 1))?;
    let Ok(len) = usize::try_from(size) else {
        let msg = format!("bytearray.resize(): new size must be >= 0, got {size}");
        return Err(vm.value_error(&msg));
    };
    set_len(vm, array, len)?;
    Ok(Value::NONE)
}

fn reverse(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.reverse();
    Ok(Value::NONE)
}
