//! Attributes of memoryview.

use super::this;
use habu_object::{MemoryView, Value};
use habu_vm::{GetSetDef, PyResult, Vm};

pub(super) static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("c_contiguous", contiguous),
    GetSetDef::new("contiguous", contiguous),
    GetSetDef::new("f_contiguous", contiguous),
    GetSetDef::new("format", |vm, v| Ok(this(vm, v)?.format.get())),
    GetSetDef::new("itemsize", |vm, v| number(vm, v, |view| view.itemsize.get() as i64)),
    GetSetDef::new("nbytes", |vm, v| {
        number(vm, v, |view| (view.len.get() * view.itemsize.get()) as i64)
    }),
    GetSetDef::new("ndim", |vm, v| number(vm, v, |_| 1)),
    GetSetDef::new("obj", |vm, v| Ok(this(vm, v)?.object.get())),
    GetSetDef::new("readonly", |vm, v| Ok(Value::bool(this(vm, v)?.readonly.get()))),
    GetSetDef::new("shape", |vm, v| {
        let n = number(vm, v, |view| view.len.get() as i64)?;
        vm.new_tuple(&[n])
    }),
    GetSetDef::new("strides", |vm, v| {
        let n = number(vm, v, |view| view.stride.get() as i64)?;
        vm.new_tuple(&[n])
    }),
    GetSetDef::new("suboffsets", |vm, v| this(vm, v).map(|_| Value::EMPTY_TUPLE)),
];

fn number(vm: &mut Vm, v: Value, f: impl FnOnce(&MemoryView) -> i64) -> PyResult<Value> {
    let n = f(&*this(vm, v)?);
    vm.new_int(n)
}

fn contiguous(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let view = this(vm, v)?;
    Ok(Value::bool(view.len.get() <= 1 || view.stride.get() == view.itemsize.get() as isize))
}
