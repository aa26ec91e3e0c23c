//! `getset_descriptor` and `member_descriptor`: native attributes and `__slots__`, as objects.
//!
//! Reading and writing through them is in `vm::attr`.

use super::function::descriptor_get;
use crate::args::{arg, read_only};
use habu_object::{Gc, GetSet, Kind, Member, Type, Value, type_flags};
use habu_vm::types::getset_def;
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__get__", "(self, instance, owner=None, /)", get),
    NativeDef::new("__set__", "(self, instance, value, /)", |vm, args| set(vm, args, arg(args, 2))),
    NativeDef::new("__delete__", "(self, instance, /)", |vm, args| set(vm, args, Value::UNBOUND)),
    NativeDef::new("__repr__", "(self, /)", repr),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "__name__",
        |vm, v| {
            let name = name(vm, v);
            vm.intern(&name)
        },
        read_only,
    ),
    GetSetDef::new("__qualname__", |vm, v| {
        let text = format!("{}.{}", vm.text(class(vm, v).qualname.get()), name(vm, v));
        vm.new_str(&text)
    }),
    GetSetDef::with_set("__objclass__", |vm, v| Ok(class(vm, v).value()), read_only),
    GetSetDef::new("__doc__", |vm, v| match v.cast::<GetSet>().map(getset_def) {
        Some(def) if !def.doc.is_empty() => vm.new_str(def.doc),
        _ => Ok(Value::NONE),
    }),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    for kind in [Kind::GetSet, Kind::Member] {
        let class = vm.types.of_kind(kind);
        class.flags.set(class.flags.get() | type_flags::NO_NEW);
        vm.add_methods(class, METHODS)?;
        vm.add_getsets(class, GETSETS)?;
    }
    Ok(())
}

/// The class that the descriptor belongs to.
fn class(vm: &Vm, v: Value) -> Gc<Type> {
    let class = match (v.cast::<GetSet>(), v.cast::<Member>()) {
        (Some(g), _) => g.class.get(),
        (_, Some(m)) => m.class.get(),
        _ => Value::NONE,
    };
    vm.expect_type(class)
}

fn name(vm: &Vm, v: Value) -> String {
    match (v.cast::<GetSet>(), v.cast::<Member>()) {
        (Some(g), _) => getset_def(g).name.to_owned(),
        (_, Some(m)) => vm.text(m.name.get()),
        _ => String::new(),
    }
}

fn check(vm: &mut Vm, d: Value, instance: Value) -> PyResult<()> {
    let class = class(vm, d);
    if !vm.is_instance_exact(instance, class) {
        let msg = format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            name(vm, d),
            vm.class_name(class),
            vm.type_name(instance)
        );
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    // None is an instance only where its class is the owner.
    let (d, instance) = (arg(args, 0), arg(args, 1));
    if !instance.is_none() {
        check(vm, d, instance)?;
    }
    descriptor_get(vm, args)
}

fn set(vm: &mut Vm, args: &[Value], v: Value) -> PyResult<Value> {
    let (d, instance) = (arg(args, 0), arg(args, 1));
    check(vm, d, instance)?;
    vm.descriptor_set(d, instance, v)?;
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let d = arg(args, 0);
    let what = if d.kind() == Kind::GetSet { "attribute" } else { "member" };
    let class = class(vm, d);
    let text = format!("<{what} '{}' of '{}' objects>", name(vm, d), vm.class_name(class));
    vm.new_str(&text)
}
