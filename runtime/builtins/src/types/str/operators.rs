//! Operators of str: concatenation, repetition, %, comparison, subscripts, containment, length, iteration, hash.

use super::{expect, percent, this};
use crate::args::arg;
use crate::types::sequence::{check_repeat, comparisons, position, repeat_count, slice_extent};
use habu_object::str::{Str, StrIter};
use habu_object::{Gc, Slice, Value, int};
use habu_vm::types::Variant;
use habu_vm::{CmpOp, Effects, Exc, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__add__", "(self, value, /)", add)
        .doc("Return self+value.")
        .effects(Effects::Pure),
    NativeDef::new("__contains__", "(self, key, /)", contains)
        .doc("Return bool(key in self).")
        .effects(Effects::Pure),
    NativeDef::new("__eq__", "(self, value, /)", eq)
        .doc("Return self==value.")
        .effects(Effects::Pure),
    NativeDef::new("__ge__", "(self, value, /)", ge)
        .doc("Return self>=value.")
        .effects(Effects::Pure),
    NativeDef::new("__getitem__", "(self, key, /)", getitem)
        .doc("Return self[key].")
        .effects(Effects::PureOfPlain),
    NativeDef::new("__gt__", "(self, value, /)", gt)
        .doc("Return self>value.")
        .effects(Effects::Pure),
    NativeDef::new("__hash__", "(self, /)", hash).doc("Return hash(self).").effects(Effects::Pure),
    NativeDef::new("__iter__", "(self, /)", iter)
        .doc("Implement iter(self).")
        .effects(Effects::NoPython),
    NativeDef::new("__le__", "(self, value, /)", le)
        .doc("Return self<=value.")
        .effects(Effects::Pure),
    NativeDef::new("__len__", "(self, /)", len).doc("Return len(self).").effects(Effects::Pure),
    NativeDef::new("__lt__", "(self, value, /)", lt)
        .doc("Return self<value.")
        .effects(Effects::Pure),
    NativeDef::new("__mod__", "(self, value, /)", modulo)
        .doc("Return self%value.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("__mul__", "(self, value, /)", mul)
        .doc("Return self*value.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("__ne__", "(self, value, /)", ne)
        .doc("Return self!=value.")
        .effects(Effects::Pure),
    NativeDef::new("__rmod__", "(self, value, /)", rmod)
        .doc("Return value%self.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("__rmul__", "(self, value, /)", mul)
        .doc("Return value*self.")
        .effects(Effects::PureOfPlain),
];

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    match arg(args, 1).cast::<Str>() {
        Some(other) => Ok(s.concat(&mut vm.heap, other)?.value()),
        // The operator then asks the other class, and complains itself.
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn mul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let Some(n) = repeat_count(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    check_repeat(vm, s.len() * s.width(), n)?;
    Ok(s.repeat(&mut vm.heap, n as i64)?.value())
}

fn modulo(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    percent::format(vm, s, arg(args, 1))
}

fn rmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    match arg(args, 1).cast::<Str>() {
        Some(format) => percent::format(vm, format, s.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let sub = expect(vm, arg(args, 1), "'in <string>' requires string as left operand")?;
    Ok(Value::bool(s.contains(&sub)))
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let key = arg(args, 1);
    if key.is_int() {
        return character(vm, s, key.as_int());
    }
    if let Some(slice) = key.cast::<Slice>() {
        let extent = match slice.extent(s.len()) {
            Some(extent) => extent,
            None => slice_extent(vm, slice, || s.len())?,
        };
        return part(vm, s, extent);
    }
    let name = vm.names.__index__;
    if int::is_int_like(key) || vm.special(key, name).is_some() {
        let i = vm.index_i64(key)?;
        return character(vm, s, i);
    }
    let msg = format!("string indices must be integers, not '{}'", vm.type_name(key));
    Err(vm.type_error(&msg))
}

#[inline]
fn character(vm: &mut Vm, s: Gc<Str>, i: i64) -> PyResult<Value> {
    match position(i, s.len()) {
        Some(i) => vm.char_str(s.char_at(i)),
        None => Err(vm.raise_msg(Exc::IndexError, "string index out of range")),
    }
}

fn part(vm: &mut Vm, s: Gc<Str>, extent: habu_object::slice::Extent) -> PyResult<Value> {
    if extent.count == 1
        && let Ok(i) = usize::try_from(extent.start)
    {
        return vm.char_str(s.char_at(i));
    }
    Ok(s.slice(&mut vm.heap, extent)?.value())
}

#[inline]
fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let Some(other) = arg(args, 1).cast::<Str>() else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(match op {
        CmpOp::Eq => s.equals(&other),
        CmpOp::Ne => !s.equals(&other),
        _ => op.holds(s.compare(&other)),
    }))
}

comparisons!(compare);

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let hash = this(vm, args)?.hash(vm.hash_key);
    vm.new_int(hash)
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::small_int(this(vm, args)?.len() as i64))
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let it = StrIter::new(&mut vm.heap, s)?.value();
    if !s.is_ascii() {
        vm.set_shape(it, Variant::StrIter.shape());
    }
    Ok(it)
}
