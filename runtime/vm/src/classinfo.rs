//! `isinstance` and `issubclass` in full: tuples and unions of classes, `__instancecheck__`, abstract classes.
//!
//! What classes alone decide is `Vm::is_subclass`.

use crate::error::{Exc, PyResult};
use crate::vm::Vm;
use habu_object::{Gc, Kind, Tuple, Type, Union, Value, shape, type_flags};

/// The classes of a tuple or union of classes.
fn alternatives(info: Value) -> Option<Gc<Tuple>> {
    match info.cast::<Union>() {
        Some(union) => union.args.get().cast::<Tuple>(),
        None => info.cast::<Tuple>(),
    }
}

/// How deep tuples of classes may be nested.
const MAX_NESTING: usize = 20_000;

/// How much deeper a nested tuple may be.
fn descend(vm: &mut Vm, left: usize, place: &str) -> PyResult<usize> {
    vm.check_native_stack()?;
    left.checked_sub(1).ok_or_else(|| {
        vm.raise_msg(Exc::RecursionError, &format!("maximum recursion depth exceeded in {place}"))
    })
}

/// `isinstance(v, info)`
pub fn is_instance(vm: &mut Vm, v: Value, info: Value) -> PyResult<bool> {
    instance_of(vm, v, info, MAX_NESTING)
}

fn instance_of(vm: &mut Vm, v: Value, info: Value, left: usize) -> PyResult<bool> {
    if vm.type_of(v).value() == info {
        return Ok(true);
    }
    if info.shape() == shape::TYPE {
        return plain_is_instance(vm, v, info);
    }
    if let Some(all) = alternatives(info) {
        let left = descend(vm, left, "__instancecheck__")?;
        for one in all.items() {
            // None in a union stands for its class.
            let one = match one.get() {
                v if v.is_none() && info.kind() == Kind::Union => vm.type_of(Value::NONE).value(),
                v => v,
            };
            if instance_of(vm, v, one, left)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let name = vm.names.__instancecheck__;
    match vm.special(info, name) {
        Some(f) if f.kind() != Kind::MethodDescr || info.kind() != Kind::Type => {
            let r = vm.call_unbound(f, info, &[v])?;
            vm.truth(r)
        }
        _ => plain_is_instance(vm, v, info),
    }
}

/// `type.__instancecheck__` (CPython `object_isinstance`).
fn plain_is_instance(vm: &mut Vm, v: Value, info: Value) -> PyResult<bool> {
    let name = vm.names.__class__;
    if let Some(class) = info.cast::<Type>() {
        let own = vm.type_of(v);
        if vm.is_subclass(own, class) {
            return Ok(true);
        }
        // A proxy may claim another class.
        if !own.has(type_flags::HEAP) && !own.has(type_flags::CUSTOM_GETATTRIBUTE) {
            return Ok(false);
        }
        let claimed = vm.getattr_opt(v, name)?.and_then(|c| c.cast::<Type>());
        return Ok(claimed.is_some_and(|c| c != own && vm.is_subclass(c, class)));
    }
    check_class(vm, info, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match vm.getattr_opt(v, name)? {
        Some(class) => abstract_is_subclass(vm, class, info),
        None => Ok(false),
    }
}

/// TypeError unless `v` has the `__bases__` of a class.
fn check_class(vm: &mut Vm, v: Value, complaint: &str) -> PyResult<()> {
    match bases_of(vm, v)? {
        Some(_) => Ok(()),
        None => Err(vm.type_error(complaint)),
    }
}

fn bases_of(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Tuple>>> {
    let name = vm.names.__bases__;
    Ok(vm.getattr_opt(v, name)?.and_then(|b| b.cast::<Tuple>()))
}

/// Whether `info` is reached from `class` along `__bases__`.
fn abstract_is_subclass(vm: &mut Vm, class: Value, info: Value) -> PyResult<bool> {
    vm.check_native_stack()?;
    if class == info {
        return Ok(true);
    }
    let Some(bases) = bases_of(vm, class)? else { return Ok(false) };
    for base in bases.items() {
        if abstract_is_subclass(vm, base.get(), info)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `issubclass(class, info)`
pub fn is_subclass(vm: &mut Vm, class: Value, info: Value) -> PyResult<bool> {
    subclass_of(vm, class, info, MAX_NESTING)
}

fn subclass_of(vm: &mut Vm, class: Value, info: Value, left: usize) -> PyResult<bool> {
    if info.shape() == shape::TYPE {
        return if class == info { Ok(true) } else { plain_is_subclass(vm, class, info) };
    }
    if let Some(all) = alternatives(info) {
        let left = descend(vm, left, "__subclasscheck__")?;
        for one in all.items() {
            if subclass_of(vm, class, one.get(), left)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let name = vm.names.__subclasscheck__;
    match vm.special(info, name) {
        Some(f) if f.kind() != Kind::MethodDescr || info.kind() != Kind::Type => {
            let r = vm.call_unbound(f, info, &[class])?;
            vm.truth(r)
        }
        _ => plain_is_subclass(vm, class, info),
    }
}

/// `type.__subclasscheck__` (CPython `recursive_issubclass`).
fn plain_is_subclass(vm: &mut Vm, class: Value, info: Value) -> PyResult<bool> {
    if let (Some(a), Some(b)) = (class.cast::<Type>(), info.cast::<Type>()) {
        return Ok(vm.is_subclass(a, b));
    }
    check_class(vm, class, "issubclass() arg 1 must be a class")?;
    check_class(vm, info, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_is_subclass(vm, class, info)
}
