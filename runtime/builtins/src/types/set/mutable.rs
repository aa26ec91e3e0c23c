//! `set`: construction, and the methods that change it.

use super::algebra;
use super::methods::SHARED;
use super::{copy_basetype, lookup_key, this};
use crate::args::{arg, items, new_class_arg, var_args};
use crate::types::sequence::{made, unhashable};
use habu_object::{Gc, Kind, Set, Value};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, iterable=(), /, **kwargs)", init),
    NativeDef::new("__iand__", "(self, value, /)", iand).doc("Return self&=value."),
    NativeDef::new("__ior__", "(self, value, /)", ior).doc("Return self|=value."),
    NativeDef::new("__isub__", "(self, value, /)", isub).doc("Return self-=value."),
    NativeDef::new("__ixor__", "(self, value, /)", ixor).doc("Return self^=value."),
    NativeDef::new("add", "(self, object, /)", add).effects(Effects::RepeatableWrites)
        .doc("Add an element to a set.\n\nThis has no effect if the element is already present."),
    NativeDef::new("clear", "(self, /)", clear)
        .effects(Effects::NoPython)
        .doc("Remove all elements from this set."),
    NativeDef::new("copy", "(self, /)", copy).effects(Effects::Repeatable).doc("Return a shallow copy of a set."),
    NativeDef::new("discard", "(self, object, /)", discard).effects(Effects::RepeatableWrites).doc(
        "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\n\
         an exception when an element is missing from the set.",
    ),
    NativeDef::new("pop", "(self, /)", pop).effects(Effects::NoPython).doc(
        "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
    ),
    NativeDef::new("remove", "(self, object, /)", remove).effects(Effects::RepeatableWrites).doc(
        "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
    ),
    NativeDef::new("update", "(self, /, *others)", update).doc("Update the set, adding elements from all others."),
    NativeDef::new("difference_update", "(self, /, *others)", difference_update)
        .doc("Update the set, removing elements found in others."),
    NativeDef::new("intersection_update", "(self, /, *others)", intersection_update)
        .doc("Update the set, keeping only elements found in it and all others."),
    NativeDef::new("symmetric_difference_update", "(self, other, /)", symmetric_difference_update)
        .doc("Update the set, keeping only elements found in either set, but not in both."),
];

/// `set(iterable)` in one step.
static CONSTRUCT: NativeDef = NativeDef::new("set", "(cls, iterable=(), /)", construct);

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Set);
    vm.set_constructor(class, &CONSTRUCT);
    vm.add_methods(class, SHARED)?;
    vm.add_methods(class, METHODS)?;
    let doc = vm.new_str("Build an unordered collection of unique elements.")?;
    vm.set_class_entry(class, "__doc__", doc)?;
    unhashable(vm, Kind::Set)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Set)?;
    let set = Set::with_shape(&mut vm.heap, Kind::Set, class.instance_shape.get())?;
    Ok(made(vm, class, set.value()))
}

fn construct(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = Set::new(&mut vm.heap)?;
    if let Some(iterable) = args[1].bound() {
        algebra::update(vm, set, iterable)?;
    }
    Ok(set.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    if arg(args, 2).bound().is_some() {
        return Err(vm.type_error("set() takes no keyword arguments"));
    }
    set.clear();
    if let Some(iterable) = arg(args, 1).bound() {
        algebra::update(vm, set, iterable)?;
    }
    Ok(Value::NONE)
}

/// An in-place operator whose right operand must be a set.
fn in_place(
    vm: &mut Vm,
    args: &[Value],
    op: fn(&mut Vm, Gc<Set>, Value) -> PyResult<()>,
) -> PyResult<Value> {
    let set = this(vm, args)?;
    match arg(args, 1).cast::<Set>() {
        Some(other) => {
            op(vm, set, other.value())?;
            Ok(set.value())
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn iand(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_place(vm, args, |vm, set, other| {
        let result = algebra::intersection(vm, set, other)?;
        replace(vm, set, result)
    })
}

fn ior(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_place(vm, args, algebra::update)
}

fn isub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_place(vm, args, algebra::difference_update)
}

fn ixor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_place(vm, args, algebra::symmetric_difference_update)
}

/// Gives a set the keys of another.
fn replace(vm: &mut Vm, set: Gc<Set>, by: Gc<Set>) -> PyResult<()> {
    set.clear();
    Ok(set.copy_from(&mut vm.heap, by)?)
}

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    vm.set_add(set, arg(args, 1))?;
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    Ok(copy_basetype(vm, set)?.value())
}

fn discard(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let (key, hash) = lookup_key(vm, arg(args, 1))?;
    set.discard(key, hash, |a, b| vm.eq(a, b))?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match this(vm, args)?.pop() {
        Some(key) => Ok(key),
        None => Err(vm.raise_msg(Exc::KeyError, "pop from an empty set")),
    }
}

fn remove(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let (key, hash) = lookup_key(vm, arg(args, 1))?;
    if set.discard(key, hash, |a, b| vm.eq(a, b))? {
        Ok(Value::NONE)
    } else {
        Err(vm.key_error(arg(args, 1)))
    }
}

fn update(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    for other in items(var_args(args, 1)) {
        algebra::update(vm, set, other)?;
    }
    Ok(Value::NONE)
}

fn difference_update(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    for other in items(var_args(args, 1)) {
        algebra::difference_update(vm, set, other)?;
    }
    Ok(Value::NONE)
}

fn intersection_update(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let others = items(var_args(args, 1));
    let Some((first, rest)) = others.split_first() else { return Ok(Value::NONE) };
    let mut result = algebra::intersection(vm, set, *first)?;
    for other in rest {
        result = algebra::intersection(vm, result, *other)?;
    }
    replace(vm, set, result)?;
    Ok(Value::NONE)
}

fn symmetric_difference_update(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    algebra::symmetric_difference_update(vm, set, arg(args, 1))?;
    Ok(Value::NONE)
}
