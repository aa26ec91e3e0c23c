//! Union, intersection, difference, symmetric difference and the order of sets, against any iterable.

use super::{copy_basetype, empty_like, keys_equal};
use habu_object::dict::Dict;
use habu_object::{Gc, Set, Value, shape};
use habu_vm::{CmpOp, Exc, PyResult, Vm};

/// `set |= iterable`
pub(crate) fn update(vm: &mut Vm, set: Gc<Set>, iterable: Value) -> PyResult<()> {
    if let Some(other) = iterable.cast::<Set>() {
        return set.update(vm, other, keys_equal);
    }
    if iterable.shape() == shape::DICT
        && let Some(dict) = iterable.cast::<Dict>()
    {
        return update_from_dict(vm, set, dict);
    }
    vm.for_each(iterable, |vm, v| vm.set_add(set, v))
}

/// Adds the keys of a dict, whose hashes are at hand.
fn update_from_dict(vm: &mut Vm, set: Gc<Set>, dict: Gc<Dict>) -> PyResult<()> {
    let (mut pos, len) = (0, dict.len());
    while let Some((next, key, _, hash)) = dict.next_entry(pos) {
        pos = next;
        set.add(vm, key, hash, keys_equal)?;
        if dict.len() != len {
            return Err(vm.raise_msg(Exc::RuntimeError, "dictionary changed size during iteration"));
        }
    }
    Ok(())
}

/// A new set of exactly type `set` with the items of an iterable.
pub(crate) fn set_of(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Set>> {
    let set = Set::new(&mut vm.heap)?;
    update(vm, set, iterable)?;
    Ok(set)
}

/// The set itself, or a new one of an iterable's items.
pub(crate) fn as_set(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Set>> {
    match iterable.cast::<Set>() {
        Some(set) => Ok(set),
        None => set_of(vm, iterable),
    }
}

/// `a | iterable`
pub(crate) fn union(vm: &mut Vm, a: Gc<Set>, iterable: Value) -> PyResult<Gc<Set>> {
    let result = copy_basetype(vm, a)?;
    update(vm, result, iterable)?;
    Ok(result)
}

/// `a & iterable`
pub(crate) fn intersection(vm: &mut Vm, a: Gc<Set>, iterable: Value) -> PyResult<Gc<Set>> {
    let Some(b) = iterable.cast::<Set>() else { return intersection_of_items(vm, a, iterable) };
    if a == b {
        return copy_basetype(vm, a);
    }
    let result = empty_like(vm, a)?;
    let (small, large) = if b.len() > a.len() { (a, b) } else { (b, a) };
    result.add_filtered(vm, small, large, true, keys_equal)?;
    Ok(result)
}

fn intersection_of_items(vm: &mut Vm, a: Gc<Set>, iterable: Value) -> PyResult<Gc<Set>> {
    let result = empty_like(vm, a)?;
    vm.for_each(iterable, |vm, v| {
        let hash = vm.element_hash(v)?;
        if a.contains(v, hash, |x, y| vm.eq(x, y))? {
            result.add(vm, v, hash, keys_equal)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// `a - iterable`
pub(crate) fn difference(vm: &mut Vm, a: Gc<Set>, iterable: Value) -> PyResult<Gc<Set>> {
    if let Some(b) = iterable.cast::<Set>() {
        let result = empty_like(vm, a)?;
        result.add_filtered(vm, a, b, false, keys_equal)?;
        return Ok(result);
    }
    if iterable.shape() == shape::DICT
        && let Some(dict) = iterable.cast::<Dict>()
    {
        return difference_from_dict(vm, a, dict);
    }
    let result = copy_basetype(vm, a)?;
    difference_update(vm, result, iterable)?;
    Ok(result)
}

fn difference_from_dict(vm: &mut Vm, a: Gc<Set>, dict: Gc<Dict>) -> PyResult<Gc<Set>> {
    let result = empty_like(vm, a)?;
    let mut pos = 0;
    while let Some((next, key, hash)) = a.next_key(pos) {
        pos = next;
        if dict.get(key, hash, |x, y| vm.eq(x, y))?.is_none() {
            result.add(vm, key, hash, keys_equal)?;
        }
    }
    Ok(result)
}

/// `set -= iterable`
pub(crate) fn difference_update(vm: &mut Vm, set: Gc<Set>, iterable: Value) -> PyResult<()> {
    if let Some(other) = iterable.cast::<Set>() {
        return set.subtract(vm, other, keys_equal);
    }
    vm.for_each(iterable, |vm, v| {
        let hash = vm.element_hash(v)?;
        set.discard(v, hash, |x, y| vm.eq(x, y))?;
        Ok(())
    })
}

/// `set ^= iterable`
pub(crate) fn symmetric_difference_update(
    vm: &mut Vm,
    set: Gc<Set>,
    iterable: Value,
) -> PyResult<()> {
    let other = as_set(vm, iterable)?;
    if other == set {
        set.clear();
        return Ok(());
    }
    let mut pos = 0;
    while let Some((next, key, hash)) = other.next_key(pos) {
        pos = next;
        if !set.discard(key, hash, |x, y| vm.eq(x, y))? {
            set.add(vm, key, hash, keys_equal)?;
        }
    }
    Ok(())
}

/// `a ^ iterable`: what is left of `a`, then what is new.
pub(crate) fn symmetric_difference(vm: &mut Vm, a: Gc<Set>, iterable: Value) -> PyResult<Gc<Set>> {
    let result = copy_basetype(vm, a)?;
    symmetric_difference_update(vm, result, iterable)?;
    Ok(result)
}

/// Whether no item of the iterable is in the set.
pub(crate) fn is_disjoint(vm: &mut Vm, set: Gc<Set>, iterable: Value) -> PyResult<bool> {
    if let Some(other) = iterable.cast::<Set>() {
        return if set == other {
            Ok(set.is_empty())
        } else {
            set.is_disjoint(vm, other, keys_equal)
        };
    }
    let it = vm.iter(iterable)?;
    while let Some(v) = vm.next(it)? {
        let hash = vm.element_hash(v)?;
        if set.contains(v, hash, |x, y| vm.eq(x, y))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether every item of the iterable is in the set.
pub(crate) fn is_superset(vm: &mut Vm, set: Gc<Set>, iterable: Value) -> PyResult<bool> {
    if let Some(other) = iterable.cast::<Set>() {
        return other.is_subset(vm, set, keys_equal);
    }
    let it = vm.iter(iterable)?;
    while let Some(v) = vm.next(it)? {
        let hash = vm.element_hash(v)?;
        if !set.contains(v, hash, |x, y| vm.eq(x, y))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Comparison of two sets: `<=` means subset.
pub(crate) fn compare(vm: &mut Vm, op: CmpOp, a: Gc<Set>, b: Gc<Set>) -> PyResult<bool> {
    Ok(match op {
        CmpOp::Eq => a.len() == b.len() && a.is_subset(vm, b, keys_equal)?,
        CmpOp::Ne => !(a.len() == b.len() && a.is_subset(vm, b, keys_equal)?),
        CmpOp::Le => a.is_subset(vm, b, keys_equal)?,
        CmpOp::Ge => b.is_subset(vm, a, keys_equal)?,
        CmpOp::Lt => a.len() < b.len() && a.is_subset(vm, b, keys_equal)?,
        CmpOp::Gt => b.len() < a.len() && b.is_subset(vm, a, keys_equal)?,
    })
}
