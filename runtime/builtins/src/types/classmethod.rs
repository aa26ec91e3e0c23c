//! `classmethod` and `staticmethod`.
//!
//! Binding of exact ones has a short way in `vm::attr`.

use crate::args::{arg, forward, new_class_arg, or_none, read_only, var_args, var_kwargs};
use habu_object::{ClassMethod, Kind, StaticMethod, Value};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static CLASS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = new_class_arg(vm, arg(args, 0), Kind::ClassMethod)?;
        let c = ClassMethod::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
        c.func.set(Value::NONE);
        Ok(c.value())
    }),
    NativeDef::new("__init__", "(self, function, /)", init),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", get_class),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__getattr__", "(self, name, /)", getattr),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

static STATIC: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = new_class_arg(vm, arg(args, 0), Kind::StaticMethod)?;
        let s = StaticMethod::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
        s.func.set(Value::NONE);
        Ok(s.value())
    }),
    NativeDef::new("__init__", "(self, function, /)", init),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", |_, args| Ok(func(arg(args, 0)))),
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", |vm, args| {
        forward(vm, func(arg(args, 0)), &[], var_args(args, 1), var_kwargs(args, 2))
    }),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__getattr__", "(self, name, /)", getattr),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("__func__", |_, v| Ok(func(v)), read_only),
    GetSetDef::with_set("__wrapped__", |_, v| Ok(func(v)), read_only),
    GetSetDef::with_set(
        "__annotations__",
        |vm, v| of_function(vm, v, "__annotations__"),
        |vm, v, x| set_own(vm, v, "__annotations__", x),
    ),
    GetSetDef::with_set(
        "__annotate__",
        |vm, v| of_function(vm, v, "__annotate__"),
        |vm, v, x| set_own(vm, v, "__annotate__", x),
    ),
    GetSetDef::new("__isabstractmethod__", |vm, v| Ok(Value::bool(is_abstract(vm, func(v))?))),
    GetSetDef::new("__doc__", |vm, v| {
        let name = vm.names.__doc__;
        Ok(vm.getattr_opt(func(v), name)?.unwrap_or(Value::NONE))
    }),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    for (kind, methods) in [(Kind::ClassMethod, CLASS), (Kind::StaticMethod, STATIC)] {
        let class = vm.types.of_kind(kind);
        class.flags.set(class.flags.get() & !habu_object::type_flags::NO_DICT);
        vm.add_methods(class, methods)?;
        vm.add_getsets(class, GETSETS)?;
    }
    Ok(())
}

/// The function inside.
fn func(v: Value) -> Value {
    match (v.cast::<ClassMethod>(), v.cast::<StaticMethod>()) {
        (Some(c), _) => or_none(c.func.get()),
        (_, Some(s)) => or_none(s.func.get()),
        _ => Value::NONE,
    }
}

/// An attribute that is the function's until another is set; what was read is kept.
fn of_function(vm: &mut Vm, v: Value, name: &str) -> PyResult<Value> {
    let name = vm.intern(name)?;
    let Some(dict) = vm.instance_dict(v)? else { return Ok(Value::NONE) };
    if let Some(own) = vm.dict_get_str(dict, name) {
        return Ok(own);
    }
    let found = vm.getattr(func(v), name)?;
    vm.dict_set_str(dict, name, found)?;
    Ok(found)
}

fn set_own(vm: &mut Vm, v: Value, name: &str, x: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    let Some(dict) = vm.instance_dict(v)? else { return Ok(()) };
    if !x.is_unbound() {
        return vm.dict_set_str(dict, name, x);
    }
    if vm.dict_del_str(dict, name)? { Ok(()) } else { Err(vm.attribute_error(v, name)) }
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = arg(args, 1);
    if let Some(c) = arg(args, 0).cast::<ClassMethod>() {
        c.store(&mut vm.heap, &c.func, f);
    }
    if let Some(s) = arg(args, 0).cast::<StaticMethod>() {
        s.store(&mut vm.heap, &s.func, f);
    }
    Ok(Value::NONE)
}

fn get_class(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let owner = or_none(arg(args, 2));
    let class = if owner.is_none() { vm.type_of(arg(args, 1)).value() } else { owner };
    vm.class_method_get(func(arg(args, 0)), class)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let name = if v.kind() == Kind::ClassMethod { "classmethod" } else { "staticmethod" };
    let text = format!("<{name}({})>", vm.repr_text(func(v))?);
    vm.new_str(&text)
}

/// Name and module are the function's.
fn getattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    const COPIED: &[&str] = &["__name__", "__qualname__", "__module__", "__type_params__"];
    let name = vm.intern_value(arg(args, 1))?;
    let text = vm.text(name);
    if COPIED.contains(&text.as_str())
        && let Some(v) = vm.getattr_opt(func(arg(args, 0)), name)?
    {
        return Ok(v);
    }
    Err(vm.attribute_error(arg(args, 0), name))
}

/// `bool(getattr(f, "__isabstractmethod__", False))`
pub(super) fn is_abstract(vm: &mut Vm, f: Value) -> PyResult<bool> {
    let name = vm.intern("__isabstractmethod__")?;
    match vm.getattr_opt(f, name)? {
        Some(v) => vm.truth(v),
        None => Ok(false),
    }
}
