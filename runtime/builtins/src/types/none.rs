//! `None`, `Ellipsis`, `NotImplemented`: their classes.
//!
//! The objects are immortal and at fixed addresses (`object::singletons`).

use crate::args::{arg, var_args, var_kwargs};
use habu_object::{Kind, Value};
use habu_vm::{Effects, NativeDef, PyResult, Vm};

static NONE: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        single(vm, args, "NoneType", Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, _| vm.intern("None")).effects(Effects::NoPython),
    NativeDef::new("__bool__", "(self, /)", |_, _| Ok(Value::FALSE)).effects(Effects::Pure),
    NativeDef::new("__hash__", "(self, /)", |vm, _| {
        let h = vm.hash(Value::NONE)?;
        vm.new_int(h)
    }),
];

static ELLIPSIS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        single(vm, args, "ellipsis", Value::ELLIPSIS)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, _| vm.intern("Ellipsis"))
        .effects(Effects::NoPython),
    NativeDef::new("__reduce__", "(self, /)", |vm, _| vm.intern("Ellipsis"))
        .effects(Effects::NoPython),
];

static NOT_IMPLEMENTED: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        single(vm, args, "NotImplementedType", Value::NOT_IMPLEMENTED)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, _| vm.intern("NotImplemented"))
        .effects(Effects::NoPython),
    NativeDef::new("__reduce__", "(self, /)", |vm, _| vm.intern("NotImplemented"))
        .effects(Effects::NoPython),
    NativeDef::new("__bool__", "(self, /)", |vm, _| {
        Err(vm.type_error("NotImplemented should not be used in a boolean context"))
    }),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let rows: [(Kind, &'static [NativeDef]); 3] =
        [(Kind::None, NONE), (Kind::Ellipsis, ELLIPSIS), (Kind::NotImplemented, NOT_IMPLEMENTED)];
    for (kind, methods) in rows {
        let class = vm.types.of_kind(kind);
        vm.add_methods(class, methods)?;
    }
    Ok(())
}

/// The only object of its class.
fn single(vm: &mut Vm, args: &[Value], name: &str, v: Value) -> PyResult<Value> {
    let _ = arg(args, 0);
    if var_args(args, 1).is_some_and(|t| !t.is_empty()) || var_kwargs(args, 2).is_some() {
        let msg = format!("{name} takes no arguments");
        return Err(vm.type_error(&msg));
    }
    Ok(v)
}
