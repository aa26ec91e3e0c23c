//! `super`.
//!
//! The search along the MRO is in `vm::attr`, what no arguments mean in `vm::inspect`.

use crate::args::{arg, new_class_arg, or_none, read_only};
use habu_object::{Gc, Kind, Super, Type, Value};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, type=None, object_or_type=None, /)", init),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", get),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__getattribute__", "(self, name, /)", getattribute),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("__thisclass__", |vm, v| Ok(or_none(this(vm, v)?.class.get())), read_only),
    GetSetDef::with_set("__self__", |vm, v| Ok(or_none(this(vm, v)?.object.get())), read_only),
    GetSetDef::with_set(
        "__self_class__",
        |vm, v| Ok(or_none(this(vm, v)?.object_type.get())),
        read_only,
    ),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Super);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Super>> {
    match v.cast::<Super>() {
        Some(s) => Ok(s),
        None => Err(vm.type_error("descriptor requires a 'super' object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Super)?;
    let s = Super::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
    Ok(s.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, arg(args, 0))?;
    let (class, object) = match arg(args, 1).bound() {
        Some(class) => (class, or_none(arg(args, 2))),
        None => vm.super_arguments()?,
    };
    fill(vm, s, class, object)?;
    Ok(Value::NONE)
}

fn fill(vm: &mut Vm, s: Gc<Super>, class: Value, object: Value) -> PyResult<()> {
    let Some(start) = class.cast::<Type>() else {
        let msg = format!("super() argument 1 must be a type, not {}", vm.type_name(class));
        return Err(vm.type_error(&msg));
    };
    s.store(&mut vm.heap, &s.class, class);
    s.store(&mut vm.heap, &s.object, object);
    let object_type = if object.is_none() { Value::NONE } else { check(vm, start, object)? };
    s.store(&mut vm.heap, &s.object_type, object_type);
    Ok(())
}

/// The class whose MRO is searched (CPython `supercheck`).
fn check(vm: &mut Vm, start: Gc<Type>, object: Value) -> PyResult<Value> {
    if let Some(c) = object.cast::<Type>()
        && vm.is_subclass(c, start)
    {
        return Ok(object);
    }
    let own = vm.type_of(object);
    if vm.is_subclass(own, start) {
        return Ok(own.value());
    }
    let name = vm.names.__class__;
    if let Some(claimed) = vm.getattr_opt(object, name)?.and_then(|c| c.cast::<Type>())
        && claimed != own
        && vm.is_subclass(claimed, start)
    {
        return Ok(claimed.value());
    }
    let (what, who) = match object.cast::<Type>() {
        Some(c) => ("type", vm.class_name(c)),
        None => ("instance of", vm.class_name(own)),
    };
    let msg = format!(
        "super(type, obj): obj ({what} {who}) is not an instance or subtype of type ({}).",
        vm.class_name(start)
    );
    Err(vm.type_error(&msg))
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, arg(args, 0))?;
    let object = arg(args, 1);
    if object.is_none() || !or_none(s.object.get()).is_none() {
        return Ok(s.value());
    }
    let class = vm.type_of(s.value());
    let bound = Super::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
    fill(vm, bound, s.class.get(), object)?;
    Ok(bound.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, arg(args, 0))?;
    let class = match s.class.get().cast::<Type>() {
        Some(c) => vm.class_name(c),
        None => "NULL".to_owned(),
    };
    let object = match s.object_type.get().cast::<Type>() {
        Some(c) => format!("<{} object>", vm.class_name(c)),
        None => "NULL".to_owned(),
    };
    let text = format!("<super: <class '{class}'>, {object}>");
    vm.new_str(&text)
}

fn getattribute(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(arg(args, 1))?;
    match vm.lookup_attr_generic(arg(args, 0), name)? {
        Some(v) => Ok(v),
        None => Err(vm.attribute_error(arg(args, 0), name)),
    }
}
