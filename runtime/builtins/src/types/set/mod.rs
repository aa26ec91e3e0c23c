//! `set` and `frozenset`: what both share. Their tables are in `mutable` and `super::frozenset`.
//!
//! `algebra` has the operations as functions of a set and any iterable, `methods` the natives that both types have.

pub(super) mod algebra;
pub(super) mod methods;
mod mutable;

pub(crate) use mutable::install;

use crate::args::arg;
use habu_object::{Gc, Kind, Set, Value};
use habu_vm::{PyResult, Vm};

/// The set or frozenset that a method was called on.
pub(super) fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Set>> {
    match arg(args, 0).cast::<Set>() {
        Some(set) => Ok(set),
        None => Err(vm.type_error("expected a set")),
    }
}

/// Equality of keys, for the engine.
#[inline]
pub(super) fn keys_equal(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    vm.eq(a, b)
}

/// An empty set of exactly the builtin type that `like` is of or derives from.
pub(super) fn empty_like(vm: &mut Vm, like: Gc<Set>) -> PyResult<Gc<Set>> {
    let kind = like.value().kind();
    Ok(Set::with_shape(&mut vm.heap, kind, kind as u32)?)
}

/// A copy of exactly the builtin type that the set is of or derives from.
pub(super) fn copy_basetype(vm: &mut Vm, set: Gc<Set>) -> PyResult<Gc<Set>> {
    let kind = set.value().kind();
    Ok(set.copy(&mut vm.heap, kind)?)
}

/// A key as sets look it up: a set stands for the frozenset with its keys (CPython `set_contains`).
pub(super) fn lookup_key(vm: &mut Vm, key: Value) -> PyResult<(Value, i64)> {
    let unhashable_set = key.kind() == Kind::Set && {
        let name = vm.names.__hash__;
        vm.special(key, name).is_none_or(|f| f.is_none())
    };
    if unhashable_set && let Some(set) = key.cast::<Set>() {
        let frozen = set.copy(&mut vm.heap, Kind::FrozenSet)?;
        return Ok((frozen.value(), frozen.hash()));
    }
    let hash = vm.element_hash(key)?;
    Ok((key, hash))
}
