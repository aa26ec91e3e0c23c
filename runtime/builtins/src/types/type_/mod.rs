//! `type`: calls of classes, the MRO, instance and subclass checks, names of a class.
//!
//! Creation is in `new`, attributes are in `attrs`.

mod attrs;
pub(crate) mod new;

use crate::args::{arg, forward, items, keyword_names, keywords, var_args, var_kwargs};
use habu_object::{Gc, Kind, List, Tuple, Type, Value};
use habu_vm::{NativeDef, PyResult, Vm};

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(metatype, /, *args, **kwargs)", new::new),
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", new::init),
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call).doc("Call self as a function."),
    NativeDef::new("__prepare__", "(cls, /, *args, **kwargs)", prepare)
        .doc("Create the namespace for the class statement"),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self)."),
    NativeDef::new("__getattribute__", "(self, name, /)", getattribute),
    NativeDef::new("__setattr__", "(self, name, value, /)", setattr),
    NativeDef::new("__delattr__", "(self, name, /)", delattr),
    NativeDef::new("mro", "(self, /)", mro).doc("Return a type's method resolution order."),
    NativeDef::new("__subclasses__", "(self, /)", subclasses)
        .doc("Return a list of immediate subclasses."),
    NativeDef::new("__instancecheck__", "(self, instance, /)", instancecheck),
    NativeDef::new("__subclasscheck__", "(self, subclass, /)", subclasscheck),
    NativeDef::new("__dir__", "(self, /)", dir)
        .doc("Specialized __dir__ implementation for types."),
    NativeDef::new("__sizeof__", "(self, /)", |_, _| Ok(Value::small_int(1064))),
    NativeDef::new("__or__", "(self, value, /)", or),
    NativeDef::new("__ror__", "(self, value, /)", ror),
];

/// `type(object)`.
static CLASS_OF: NativeDef =
    NativeDef::new("type", "(cls, object, /)", |vm, args| Ok(vm.type_of(args[1]).value()));

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.type_();
    vm.set_constructor(class, &CLASS_OF);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, attrs::GETSETS)
}

/// The class that a method of `type` was called on; its descriptor has checked that it is one.
pub(crate) fn this(vm: &Vm, args: &[Value]) -> Gc<Type> {
    vm.expect_type(arg(args, 0))
}

fn call(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    let positional = var_args(args, 1);
    let kwargs = var_kwargs(args, 2);
    if class == vm.types.type_() && kwargs.is_none() && positional.is_some_and(|t| t.len() == 1) {
        return Ok(vm.type_of(items(positional)[0]).value());
    }
    let names = keyword_names(vm, kwargs)?;
    let mut values = items(positional);
    if let Some(d) = kwargs {
        values.extend(vm.dict_values(d));
    }
    vm.construct(class, &values, keywords(names))
}

fn prepare(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(vm.new_dict()?.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    let name = vm.full_class_name(class);
    vm.new_str(&format!("<class '{name}'>"))
}

fn getattribute(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(arg(args, 1))?;
    match vm.lookup_attr_generic(arg(args, 0), name)? {
        Some(v) => Ok(v),
        None => Err(vm.attribute_error(arg(args, 0), name)),
    }
}

fn setattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(arg(args, 1))?;
    vm.setattr_generic(arg(args, 0), name, arg(args, 2))?;
    Ok(Value::NONE)
}

fn delattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(arg(args, 1))?;
    vm.setattr_generic(arg(args, 0), name, Value::UNBOUND)?;
    Ok(Value::NONE)
}

fn mro(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    let bases = match class.bases.get().cast::<Tuple>() {
        Some(b) => b,
        None => Tuple::new(&mut vm.heap, &[])?,
    };
    let mro = vm.compute_mro(class, bases)?;
    Ok(List::from_cells(&mut vm.heap, mro.items())?.value())
}

fn subclasses(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    let subs = vm.subclasses_of(class);
    vm.new_list(&subs)
}

fn instancecheck(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    Ok(Value::bool(is_instance(vm, arg(args, 1), class)?))
}

/// `type.__instancecheck__`: by the MRO of type(v), else of `v.__class__`.
pub(crate) fn is_instance(vm: &mut Vm, v: Value, class: Gc<Type>) -> PyResult<bool> {
    if vm.is_instance_exact(v, class) {
        return Ok(true);
    }
    let name = vm.names.__class__;
    let found = vm.getattr_opt(v, name)?.and_then(|c| c.cast::<Type>());
    Ok(found.is_some_and(|c| c != vm.type_of(v) && vm.is_subclass(c, class)))
}

fn subclasscheck(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    let sub = arg(args, 1);
    if let Some(sub) = sub.cast::<Type>() {
        return Ok(Value::bool(vm.is_subclass(sub, class)));
    }
    let bases = vm.names.__bases__;
    match vm.getattr_opt(sub, bases)?.filter(|b| b.kind() == Kind::Tuple) {
        Some(_) => Ok(Value::bool(abstract_subclass(vm, sub, class.value())?)),
        None => Err(vm.type_error("issubclass() arg 1 must be a class")),
    }
}

/// Whether `class` is reached from `sub` through `__bases__` (CPython `abstract_issubclass`).
pub(crate) fn abstract_subclass(vm: &mut Vm, sub: Value, class: Value) -> PyResult<bool> {
    vm.check_native_stack()?;
    if sub == class {
        return Ok(true);
    }
    let name = vm.names.__bases__;
    let Some(bases) = vm.getattr_opt(sub, name)?.and_then(|b| b.cast::<Tuple>()) else {
        return Ok(false);
    };
    for i in 0..bases.len() {
        if abstract_subclass(vm, bases.get(i), class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn dir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = this(vm, args);
    let out = List::new(&mut vm.heap, 32)?;
    super::object::class_names(vm, class, out)?;
    Ok(out.value())
}

fn or(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    super::union::make(vm, arg(args, 0), arg(args, 1))
}

fn ror(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    super::union::make(vm, arg(args, 1), arg(args, 0))
}

/// Calls a metaclass's own `__new__` with the arguments that `type.__new__` got.
pub(super) fn call_winner(
    vm: &mut Vm,
    new: Value,
    winner: Gc<Type>,
    args: Option<Gc<Tuple>>,
    kwargs: Option<Gc<habu_object::dict::Dict>>,
) -> PyResult<Value> {
    let f = vm.descriptor_get_unbound(new, winner)?;
    forward(vm, f, &[winner.value()], args, kwargs)
}
