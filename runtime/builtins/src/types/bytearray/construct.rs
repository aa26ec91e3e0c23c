//! Making bytearrays, copying and pickling them.

use super::{check_resizable, this};
use crate::args::{arg, new_class_arg};
use crate::types::bytes::buffer::Buffer;
use crate::types::bytes::construct::{buffer, contents, encoded};
use crate::types::sequence::made;
use habu_object::bytes::{ByteArray, Bytes};
use habu_object::str::Str;
use habu_object::{Gc, Kind, Value, int};
use habu_vm::{Effects, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__buffer__", "(self, flags, /)", buffer),
    NativeDef::new("__release_buffer__", "(self, buffer, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("__alloc__", "(self, /)", alloc)
        .doc("B.__alloc__() -> int\n\nReturn the number of bytes actually allocated.")
        .effects(Effects::NoPython),
    NativeDef::new("__init__", "(self, /, source=b'', encoding='utf-8', errors='strict')", init)
        .doc("Initialize self.  See help(type(self)) for accurate signature."),
    NativeDef::new("__new__", "(cls, *args, **kwargs)", new).doc("Create and return a new object."),
    NativeDef::new("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
    NativeDef::new("__reduce_ex__", "(self, proto=0, /)", reduce_ex)
        .doc("Return state information for pickling."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof)
        .doc("Returns the size of the bytearray object in memory, in bytes.")
        .effects(Effects::NoPython),
    NativeDef::new("copy", "(self, /)", copy).doc("Return a copy of B.").effects(Effects::NoPython),
];

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::ByteArray)?;
    let array = ByteArray::with_shape(&mut vm.heap, class.instance_shape.get(), b"")?;
    Ok(made(vm, class, array.value()))
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    let source = arg(args, 1);
    let given = match encoded(vm, source, arg(args, 2), arg(args, 3), "bytearray")? {
        Some(bytes) => Buffer::of(vm, bytes)?,
        None if source.is_unbound() => Buffer::Copy(Vec::new()),
        None => contents(vm, source, "bytearray", "byte must be in range(0, 256)")?,
    };
    set_contents(vm, array, &given)?;
    Ok(Value::NONE)
}

fn set_contents(vm: &mut Vm, array: Gc<ByteArray>, bytes: &[u8]) -> PyResult<()> {
    let len = array.bytes().len();
    if len != bytes.len() {
        check_resizable(vm, array)?;
    }
    Ok(array.replace_range(&mut vm.heap, 0, len, bytes)?)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let array = this(vm, args)?;
    Ok(ByteArray::new(&mut vm.heap, array.bytes())?.value())
}

fn alloc(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let len = this(vm, args)?.bytes().len();
    Ok(Value::small_int(if len == 0 { 0 } else { len as i64 + 1 }))
}

fn sizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let len = this(vm, args)?.bytes().len();
    Ok(Value::small_int((size_of::<ByteArray>() + len) as i64))
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    reduced(vm, args, 2)
}

fn reduce_ex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let protocol = match arg(args, 1) {
        v if v.is_unbound() => 0,
        v => {
            let n = vm.index(v)?;
            int::to_i64_clamped(n)
        }
    };
    reduced(vm, args, protocol)
}

fn reduced(vm: &mut Vm, args: &[Value], protocol: i64) -> PyResult<Value> {
    let array = this(vm, args)?;
    let name = vm.names.__dict__;
    let state = vm.getattr_opt(array.value(), name)?.unwrap_or(Value::NONE);
    let arguments = if protocol >= 3 {
        let bytes = Bytes::new(&mut vm.heap, array.bytes())?.value();
        vm.new_tuple(&[bytes])?
    } else {
        let text = Str::from_latin1(&mut vm.heap, array.bytes())?.value();
        let encoding = vm.new_str("latin-1")?;
        vm.new_tuple(&[text, encoding])?
    };
    let class = vm.type_of(array.value()).value();
    vm.new_tuple(&[class, arguments, state])
}
