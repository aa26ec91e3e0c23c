//! `property`.
//!
//! Reading and writing through exact properties has a short way in `vm::attr`.

use crate::args::{arg, items, new_class_arg, or_none, read_only, var_args};
use habu_object::{Gc, Kind, Property, Value, type_flags};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, fget=None, fset=None, fdel=None, doc=None)", init),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", get)
        .doc("Return an attribute of instance, which is of type owner."),
    NativeDef::new("__set__", "(self, instance, value, /)", |vm, args| {
        let p = this(vm, arg(args, 0))?;
        vm.property_set(p, arg(args, 1), arg(args, 2))?;
        Ok(Value::NONE)
    })
    .doc("Set an attribute of instance to value."),
    NativeDef::new("__delete__", "(self, instance, /)", |vm, args| {
        let p = this(vm, arg(args, 0))?;
        vm.property_set(p, arg(args, 1), Value::UNBOUND)?;
        Ok(Value::NONE)
    })
    .doc("Delete an attribute of instance."),
    NativeDef::new("getter", "(self, fget, /)", |vm, args| with(vm, args, 0))
        .doc("Descriptor to obtain a copy of the property with a different getter."),
    NativeDef::new("setter", "(self, fset, /)", |vm, args| with(vm, args, 1))
        .doc("Descriptor to obtain a copy of the property with a different setter."),
    NativeDef::new("deleter", "(self, fdel, /)", |vm, args| with(vm, args, 2))
        .doc("Descriptor to obtain a copy of the property with a different deleter."),
    NativeDef::new("__set_name__", "(self, /, *args)", set_name)
        .doc("Method to set name of a property."),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("fget", |vm, v| Ok(or_none(this(vm, v)?.fget.get())), read_only),
    GetSetDef::with_set("fset", |vm, v| Ok(or_none(this(vm, v)?.fset.get())), read_only),
    GetSetDef::with_set("fdel", |vm, v| Ok(or_none(this(vm, v)?.fdel.get())), read_only),
    GetSetDef::with_set("__doc__", |vm, v| Ok(or_none(this(vm, v)?.doc.get())), set_doc),
    GetSetDef::with_set("__name__", name, |vm, v, x| {
        let p = this(vm, v)?;
        p.store(&mut vm.heap, &p.name, x);
        Ok(())
    }),
    GetSetDef::new("__isabstractmethod__", is_abstract),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Property);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Property>> {
    match v.cast::<Property>() {
        Some(p) => Ok(p),
        None => Err(vm.type_error("descriptor requires a 'property' object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Property)?;
    let p = Property::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
    for field in [&p.fget, &p.fset, &p.fdel, &p.doc] {
        field.set(Value::NONE);
    }
    Ok(p.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = this(vm, arg(args, 0))?;
    for (i, field) in [&p.fget, &p.fset, &p.fdel].into_iter().enumerate() {
        p.store(&mut vm.heap, field, or_none(arg(args, i + 1)));
    }
    p.name.set(Value::UNBOUND);
    p.getter_doc.set(false);
    let mut doc = or_none(arg(args, 4));
    let getter = p.fget.get();
    if doc.is_none() && !getter.is_none() {
        let name = vm.names.__doc__;
        doc = vm.getattr_opt(getter, name)?.unwrap_or(Value::NONE);
        p.getter_doc.set(!doc.is_none());
    }
    let class = vm.type_of(p.value());
    if !class.has(type_flags::HEAP) {
        p.store(&mut vm.heap, &p.doc, doc);
        return Ok(Value::NONE);
    }
    // A subclass has a __doc__ of its own in its namespace, which would hide the field: the instance gets one.
    let name = vm.names.__doc__;
    if let Err(e) = vm.setattr(p.value(), name, doc) {
        if p.getter_doc.get() {
            return Err(e);
        }
        vm.catch(e, Exc::AttributeError)?;
    }
    Ok(Value::NONE)
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = this(vm, arg(args, 0))?;
    let instance = arg(args, 1);
    if instance.is_none() {
        return Ok(p.value());
    }
    vm.property_get(p, instance)
}

/// A copy with one of the three functions replaced.
fn with(vm: &mut Vm, args: &[Value], which: usize) -> PyResult<Value> {
    let p = this(vm, arg(args, 0))?;
    let mut fields = [p.fget.get(), p.fset.get(), p.fdel.get()].map(or_none);
    if !arg(args, 1).is_none() {
        fields[which] = arg(args, 1);
    }
    let doc =
        if p.getter_doc.get() && !fields[0].is_none() { Value::NONE } else { or_none(p.doc.get()) };
    let class = vm.type_of(p.value()).value();
    let copy = vm.call(class, &[fields[0], fields[1], fields[2], doc])?;
    if let Some(c) = copy.cast::<Property>() {
        c.store(&mut vm.heap, &c.name, p.name.get());
    }
    Ok(copy)
}

fn set_name(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = this(vm, arg(args, 0))?;
    let given = items(var_args(args, 1));
    let [_, name] = given[..] else {
        let n = given.len();
        let msg = format!("__set_name__() takes 2 positional arguments but {n} were given");
        return Err(vm.type_error(&msg));
    };
    p.store(&mut vm.heap, &p.name, name);
    Ok(Value::NONE)
}

fn set_doc(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    let p = this(vm, v)?;
    p.store(&mut vm.heap, &p.doc, or_none(x));
    Ok(())
}

fn name(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let p = this(vm, v)?;
    if let Some(name) = p.name.get().bound() {
        return Ok(name);
    }
    let key = vm.names.__name__;
    let getter = or_none(p.fget.get());
    let found = if getter.is_none() { None } else { vm.getattr_opt(getter, key)? };
    match found {
        Some(name) => Ok(name),
        None => Err(vm.attribute_error(v, key)),
    }
}

fn is_abstract(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let p = this(vm, v)?;
    for f in [p.fget.get(), p.fset.get(), p.fdel.get()].map(or_none) {
        if !f.is_none() && super::classmethod::is_abstract(vm, f)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
