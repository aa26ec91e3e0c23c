//! `frozenset`: construction, hash, copy. What it shares with `set` is in `super::set`.

use super::sequence::{made, refuse_keywords};
use super::set::methods::SHARED;
use super::set::{algebra, this};
use crate::args::{arg, new_class_arg};
use habu_object::{Kind, Set, Value, shape};
use habu_vm::{Effects, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, iterable=(), /, **kwargs)", new),
    NativeDef::new("__hash__", "(self, /)", hash).effects(Effects::NoPython),
    NativeDef::new("copy", "(self, /)", copy)
        .effects(Effects::NoPython)
        .doc("Return a shallow copy of a set."),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::FrozenSet);
    vm.add_methods(class, SHARED)?;
    vm.add_methods(class, METHODS)?;
    let doc = vm.new_str("Build an immutable unordered collection of unique elements.")?;
    vm.set_class_entry(class, "__doc__", doc)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::FrozenSet)?;
    let init = vm.names.__init__;
    refuse_keywords(vm, class, Kind::FrozenSet, init, arg(args, 2))?;
    let iterable = arg(args, 1);
    if class.instance_shape.get() == shape::FROZENSET && iterable.shape() == shape::FROZENSET {
        return Ok(iterable);
    }
    let set = Set::with_shape(&mut vm.heap, Kind::FrozenSet, class.instance_shape.get())?;
    if !iterable.is_unbound() {
        algebra::update(vm, set, iterable)?;
    }
    Ok(made(vm, class, set.value()))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let hash = this(vm, args)?.hash();
    vm.new_int(hash)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    if set.value().shape() == shape::FROZENSET {
        return Ok(set.value());
    }
    Ok(set.copy(&mut vm.heap, Kind::FrozenSet)?.value())
}
