//! `types.CellType`: the variables that closures share.
//!
//! Cells of module namespaces are never seen by Python code.

use crate::args::{address, arg};
use habu_object::{CellObject, Gc, Kind, Value};
use habu_vm::{CmpOp, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, contents=None, /)", new),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Eq)),
    NativeDef::new("__ne__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ne)),
    NativeDef::new("__lt__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Lt)),
    NativeDef::new("__le__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Le)),
    NativeDef::new("__gt__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Gt)),
    NativeDef::new("__ge__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ge)),
];

static GETSETS: &[GetSetDef] = &[GetSetDef::with_set("cell_contents", contents, set_contents)];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Cell);
    vm.add_methods(class, METHODS)?;
    vm.set_class_entry(class, "__hash__", Value::NONE)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<CellObject>> {
    match v.cast::<CellObject>() {
        Some(c) => Ok(c),
        None => Err(vm.type_error("descriptor requires a 'cell' object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let c = CellObject::blank(&mut vm.heap)?;
    c.contents.set(arg(args, 1));
    Ok(c.value())
}

fn contents(vm: &mut Vm, v: Value) -> PyResult<Value> {
    match this(vm, v)?.contents.get().bound() {
        Some(v) => Ok(v),
        None => Err(vm.value_error("Cell is empty")),
    }
}

fn set_contents(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    let c = this(vm, v)?;
    c.store(&mut vm.heap, &c.contents, x);
    Ok(())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let c = this(vm, arg(args, 0))?;
    let held = c.contents.get();
    let text = if held.is_unbound() {
        format!("<cell at {:#x}: empty>", address(c.value()))
    } else {
        format!(
            "<cell at {:#x}: {} object at {:#x}>",
            address(c.value()),
            vm.type_name(held),
            address(held)
        )
    };
    vm.new_str(&text)
}

/// Cells compare by what they hold; empty ones come first.
fn compare(vm: &mut Vm, args: &[Value], op: CmpOp) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let Some(b) = arg(args, 1).cast::<CellObject>() else { return Ok(Value::NOT_IMPLEMENTED) };
    match (a.contents.get().bound(), b.contents.get().bound()) {
        (Some(a), Some(b)) => vm.compare(op, a, b),
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}
