//! The natives that set and frozenset have in common.

use super::algebra;
use super::{copy_basetype, lookup_key, this};
use crate::args::{arg, items, var_args};
use crate::types::generic_alias::class_getitem;
use crate::types::sequence::comparisons;
use habu_object::str::StrBuf;
use habu_object::{Gc, Kind, List, Set, SetIter, Value};
use habu_vm::{CmpOp, Effects, NativeDef, PyResult, Vm};

pub(in crate::types) static SHARED: &[NativeDef] = &[
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__len__", "(self, /)", len).effects(Effects::NoPython),
    NativeDef::new("__iter__", "(self, /)", iter).effects(Effects::NoPython),
    NativeDef::new("__contains__", "(self, object, /)", contains)
        .effects(Effects::Repeatable)
        .doc("x.__contains__(y) <==> y in x."),
    NativeDef::new("__and__", "(self, value, /)", and).doc("Return self&value."),
    NativeDef::new("__rand__", "(self, value, /)", rand).doc("Return value&self."),
    NativeDef::new("__or__", "(self, value, /)", or).doc("Return self|value."),
    NativeDef::new("__ror__", "(self, value, /)", ror).doc("Return value|self."),
    NativeDef::new("__sub__", "(self, value, /)", sub).doc("Return self-value."),
    NativeDef::new("__rsub__", "(self, value, /)", rsub).doc("Return value-self."),
    NativeDef::new("__xor__", "(self, value, /)", xor).doc("Return self^value."),
    NativeDef::new("__rxor__", "(self, value, /)", rxor).doc("Return value^self."),
    NativeDef::new("__lt__", "(self, value, /)", lt).doc("Return self<value."),
    NativeDef::new("__le__", "(self, value, /)", le).doc("Return self<=value."),
    NativeDef::new("__gt__", "(self, value, /)", gt).doc("Return self>value."),
    NativeDef::new("__ge__", "(self, value, /)", ge).doc("Return self>=value."),
    NativeDef::new("__eq__", "(self, value, /)", eq).doc("Return self==value."),
    NativeDef::new("__ne__", "(self, value, /)", ne).doc("Return self!=value."),
    NativeDef::new("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof).effects(Effects::NoPython),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem).doc("See PEP 585"),
    NativeDef::new("difference", "(self, /, *others)", difference)
        .effects(Effects::Repeatable)
        .doc("Return a new set with elements in the set that are not in the others."),
    NativeDef::new("intersection", "(self, /, *others)", intersection)
        .effects(Effects::Repeatable)
        .doc("Return a new set with elements common to the set and all others."),
    NativeDef::new("isdisjoint", "(self, other, /)", isdisjoint)
        .effects(Effects::Repeatable)
        .doc("Return True if two sets have a null intersection."),
    NativeDef::new("issubset", "(self, other, /)", issubset)
        .effects(Effects::Repeatable)
        .doc("Report whether another set contains this set."),
    NativeDef::new("issuperset", "(self, other, /)", issuperset)
        .effects(Effects::Repeatable)
        .doc("Report whether this set contains another set."),
    NativeDef::new("symmetric_difference", "(self, other, /)", symmetric_difference)
        .effects(Effects::Repeatable)
        .doc("Return a new set with elements in either the set or other but not both."),
    NativeDef::new("union", "(self, /, *others)", union)
        .effects(Effects::Repeatable)
        .doc("Return a new set with elements from the set and all others."),
];

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let class = vm.type_of(set.value());
    let name = vm.class_name(class);
    if set.is_empty() {
        return vm.new_str(&format!("{name}()"));
    }
    let plain = class == vm.types.of_kind(Kind::Set);
    let text = vm.guard_repr(set.value(), |vm| {
        let keys = keys(vm, set)?;
        let mut out = StrBuf::new();
        if !plain {
            out.push_str(&name);
            out.push_str("(");
        }
        out.push_str("{");
        crate::types::sequence::push_reprs(vm, &mut out, keys)?;
        out.push_str(if plain { "}" } else { "})" });
        Ok(out)
    })?;
    match text {
        Some(out) => Ok(out.finish(&mut vm.heap)?.value()),
        None => vm.new_str(&format!("{name}(...)")),
    }
}

/// The keys as a list.
pub(crate) fn keys(vm: &mut Vm, set: Gc<Set>) -> PyResult<Gc<List>> {
    let list = List::new(&mut vm.heap, set.len())?;
    let mut pos = 0;
    while let Some((next, key, _)) = set.next_key(pos) {
        pos = next;
        list.push(&mut vm.heap, key)?;
    }
    Ok(list)
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = this(vm, args)?.len();
    vm.new_int(n as i64)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    Ok(SetIter::new(&mut vm.heap, set)?.value())
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let (key, hash) = lookup_key(vm, arg(args, 1))?;
    Ok(Value::bool(set.contains(key, hash, |a, b| vm.eq(a, b))?))
}

/// An operator whose operands must both be sets.
fn operator(
    vm: &mut Vm,
    left: Value,
    right: Value,
    op: fn(&mut Vm, Gc<Set>, Value) -> PyResult<Gc<Set>>,
) -> PyResult<Value> {
    match (left.cast::<Set>(), right.cast::<Set>()) {
        (Some(a), Some(b)) => Ok(op(vm, a, b.value())?.value()),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn and(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 0), arg(args, 1), algebra::intersection)
}

fn rand(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 1), arg(args, 0), algebra::intersection)
}

fn or(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 0), arg(args, 1), algebra::union)
}

fn ror(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 1), arg(args, 0), algebra::union)
}

fn sub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 0), arg(args, 1), algebra::difference)
}

fn rsub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 1), arg(args, 0), algebra::difference)
}

fn xor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 0), arg(args, 1), algebra::symmetric_difference)
}

fn rxor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operator(vm, arg(args, 1), arg(args, 0), algebra::symmetric_difference)
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    match (arg(args, 0).cast::<Set>(), arg(args, 1).cast::<Set>()) {
        (Some(a), Some(b)) => Ok(Value::bool(algebra::compare(vm, op, a, b)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
comparisons!(compare);

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let keys = keys(vm, set)?;
    let arguments = vm.new_tuple(&[keys.value()])?;
    let state = match vm.instance_dict(set.value())? {
        Some(dict) if !dict.is_empty() => dict.value(),
        _ => Value::NONE,
    };
    let class = vm.type_of(set.value()).value();
    vm.new_tuple(&[class, arguments, state])
}

fn sizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let rows = this(vm, args)?.fill();
    vm.new_int(200 + if rows > 5 { 32 * rows.next_power_of_two() as i64 } else { 0 })
}

fn union(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let result = copy_basetype(vm, set)?;
    for other in items(var_args(args, 1)) {
        algebra::update(vm, result, other)?;
    }
    Ok(result.value())
}

fn intersection(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let others = items(var_args(args, 1));
    let Some((first, rest)) = others.split_first() else {
        return Ok(copy_basetype(vm, set)?.value());
    };
    let mut result = algebra::intersection(vm, set, *first)?;
    for other in rest {
        result = algebra::intersection(vm, result, *other)?;
    }
    Ok(result.value())
}

fn difference(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let others = items(var_args(args, 1));
    let Some((first, rest)) = others.split_first() else {
        return Ok(copy_basetype(vm, set)?.value());
    };
    let result = algebra::difference(vm, set, *first)?;
    for other in rest {
        algebra::difference_update(vm, result, *other)?;
    }
    Ok(result.value())
}

fn symmetric_difference(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    Ok(algebra::symmetric_difference(vm, set, arg(args, 1))?.value())
}

fn isdisjoint(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    Ok(Value::bool(algebra::is_disjoint(vm, set, arg(args, 1))?))
}

fn issubset(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    let other = algebra::as_set(vm, arg(args, 1))?;
    Ok(Value::bool(algebra::compare(vm, CmpOp::Le, set, other)?))
}

fn issuperset(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let set = this(vm, args)?;
    Ok(Value::bool(algebra::is_superset(vm, set, arg(args, 1))?))
}
