//! Module `marshal`: CPython's binary format for values of builtin types. Code objects have our own form inside it
//! (`bytecode::pyc`).

mod read;
mod write;

use crate::util::{arg, new_module, set};
use habu_object::bytes::Bytes;
use habu_object::{Gc, Module, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{NativeDef, PyResult, Vm};

/// The newest version of the format.
const VERSION: i64 = 5;

/// Set in the type byte of an object that later ones may refer to.
const FLAG_REF: u8 = 0x80;

/// How deep values may nest.
const MAX_DEPTH: usize = 2000;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("dumps", "(value, version=5, /, *, allow_code=True)", |vm, args| {
        let bytes = dumped(vm, arg(args, 0), arg(args, 1), arg(args, 2))?;
        Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
    })
    .doc("Return the bytes object that would be written to a file by dump(value, file)."),
    NativeDef::new("dump", "(value, file, version=5, /, *, allow_code=True)", |vm, args| {
        let bytes = dumped(vm, arg(args, 0), arg(args, 2), arg(args, 3))?;
        let bytes = Bytes::new(&mut vm.heap, &bytes)?.value();
        let name = vm.names.write;
        vm.call_method(arg(args, 1), name, &[bytes])
    })
    .doc("Write the value on the open file."),
    NativeDef::new("loads", "(bytes, /, *, allow_code=True)", |vm, args| {
        let allow = allowed(vm, arg(args, 1))?;
        let input = Buffer::of(vm, arg(args, 0))?.to_vec();
        read::loads(vm, &input, allow).map(|(v, _)| v)
    })
    .doc("Convert the bytes-like object to a value."),
    NativeDef::new("load", "(file, /, *, allow_code=True)", load)
        .doc("Read one value from the open file and return it."),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc =
        "This module contains functions that can read and write Python values in\na binary format.";
    let m = new_module(vm, "marshal", doc, FUNCTIONS)?;
    set(vm, m, "version", Value::small_int(VERSION))?;
    Ok(m)
}

fn allowed(vm: &mut Vm, v: Value) -> PyResult<bool> {
    if v.is_unbound() { Ok(true) } else { vm.truth(v) }
}

fn dumped(vm: &mut Vm, v: Value, version: Value, allow: Value) -> PyResult<Vec<u8>> {
    let version =
        if version.is_unbound() { VERSION } else { int::to_i64_clamped(vm.index(version)?) };
    let allow = allowed(vm, allow)?;
    write::dumps(vm, v, version, allow)
}

/// Reads as much as the value needs; a file that can be sought is left behind the value.
fn load(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let file = arg(args, 0);
    let allow = allowed(vm, arg(args, 1))?;
    let (tell, seek) = (vm.intern("tell")?, vm.intern("seek")?);
    let start = vm.call_method(file, tell, &[])?;
    let name = vm.names.read;
    let data = vm.call_method(file, name, &[])?;
    if data.cast::<Bytes>().is_none() {
        let msg = format!("file.read() returned not bytes but {}", vm.type_name(data));
        return Err(vm.type_error(&msg));
    }
    let input = Buffer::of(vm, data)?.to_vec();
    let (v, used) = read::loads(vm, &input, allow)?;
    let start = int::to_i64_clamped(start);
    let end = vm.new_int(start.saturating_add(used as i64))?;
    vm.call_method(file, seek, &[end])?;
    Ok(v)
}
