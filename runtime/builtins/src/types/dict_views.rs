//! `dict_keys`, `dict_values`, `dict_items`: views of a dict, the set operations of the first and the last.

use super::sequence::{comparisons, push_reprs, unhashable};
use super::set::algebra;
use crate::args::arg;
use habu_object::dict::Dict;
use habu_object::str::StrBuf;
use habu_object::{
    DictItemIter, DictItems, DictKeyIter, DictKeys, DictValueIter, DictValues, Gc, Kind,
    MappingProxy, Set, Tuple, Value, shape, type_flags,
};
use habu_vm::types::Variant;
use habu_vm::{CmpOp, Effects, GetSetDef, NativeDef, PyResult, Vm};

/// What all views have.
static COMMON: &[NativeDef] = &[
    NativeDef::new("__len__", "(self, /)", len).effects(Effects::NoPython),
    NativeDef::new("__iter__", "(self, /)", iter).effects(Effects::NoPython),
    NativeDef::new("__reversed__", "(self, /)", reversed)
        .effects(Effects::NoPython)
        .doc("Return a reverse iterator over the dict view."),
    NativeDef::new("__repr__", "(self, /)", repr),
];

/// What views that are like sets have besides.
static SETLIKE: &[NativeDef] = &[
    NativeDef::new("__contains__", "(self, key, /)", contains),
    NativeDef::new("__and__", "(self, value, /)", and).doc("Return self&value."),
    NativeDef::new("__rand__", "(self, value, /)", and).doc("Return value&self."),
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
    NativeDef::new("isdisjoint", "(self, other, /)", isdisjoint)
        .doc("Return True if the view and the given iterable have a null intersection."),
];

static GETSETS: &[GetSetDef] = &[GetSetDef::new("mapping", mapping)];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    for kind in [Kind::DictKeys, Kind::DictValues, Kind::DictItems] {
        let class = vm.types.of_kind(kind);
        class.flags.set(class.flags.get() | type_flags::NO_NEW);
        vm.add_methods(class, COMMON)?;
        vm.add_getsets(class, GETSETS)?;
        if kind != Kind::DictValues {
            vm.add_methods(class, SETLIKE)?;
            unhashable(vm, kind)?;
        }
    }
    Ok(())
}

/// The dict behind a view.
fn dict_of(view: Value) -> Option<Gc<Dict>> {
    match view.kind() {
        Kind::DictKeys => view.cast::<DictKeys>()?.dict.get().cast(),
        Kind::DictValues => view.cast::<DictValues>()?.dict.get().cast(),
        Kind::DictItems => view.cast::<DictItems>()?.dict.get().cast(),
        _ => None,
    }
}

/// The dict of the view that a method was called on.
fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Dict>> {
    match dict_of(arg(args, 0)) {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("expected a dict view")),
    }
}

fn is_setlike_view(v: Value) -> bool {
    matches!(v.kind(), Kind::DictKeys | Kind::DictItems)
}

fn mapping(vm: &mut Vm, view: Value) -> PyResult<Value> {
    let dict = this(vm, &[view])?;
    let proxy = MappingProxy::blank(&mut vm.heap)?;
    proxy.mapping.set(dict.value());
    Ok(proxy.value())
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = this(vm, args)?.len();
    vm.new_int(n as i64)
}

fn iterator(vm: &mut Vm, args: &[Value], reversed: bool) -> PyResult<Value> {
    let dict = this(vm, args)?;
    let heap = &mut vm.heap;
    let (it, backwards) = match arg(args, 0).kind() {
        Kind::DictKeys => {
            (DictKeyIter::new(heap, dict, reversed)?.value(), Variant::DictReverseKeyIter)
        }
        Kind::DictValues => {
            (DictValueIter::new(heap, dict, reversed)?.value(), Variant::DictReverseValueIter)
        }
        _ => (DictItemIter::new(heap, dict, reversed)?.value(), Variant::DictReverseItemIter),
    };
    if reversed {
        vm.set_shape(it, backwards.shape());
    }
    Ok(it)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    iterator(vm, args, false)
}

fn reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    iterator(vm, args, true)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = arg(args, 0);
    let text = vm.guard_repr(view, |vm| {
        let items = vm.list_from_iter(view)?;
        let mut out = StrBuf::new();
        out.push_str(&vm.type_name(view));
        out.push_str("([");
        push_reprs(vm, &mut out, items)?;
        out.push_str("])");
        Ok(out)
    })?;
    match text {
        Some(out) => Ok(out.finish(&mut vm.heap)?.value()),
        None => vm.new_str("..."),
    }
}

/// Whether a view of keys or items has `v`.
fn view_contains(vm: &mut Vm, view: Value, v: Value) -> PyResult<bool> {
    let dict = this(vm, &[view])?;
    if view.kind() == Kind::DictKeys {
        return Ok(vm.dict_get(dict, v)?.is_some());
    }
    let Some(pair) = v.cast::<Tuple>() else { return Ok(false) };
    let [key, value] = pair.items() else { return Ok(false) };
    match vm.dict_get(dict, key.get())? {
        Some(found) => vm.eq(found, value.get()),
        None => Ok(false),
    }
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(view_contains(vm, arg(args, 0), arg(args, 1))?))
}

/// Whether `inner`, a view or a set, has all its items in `outer`.
fn all_in(vm: &mut Vm, inner: Value, outer: Value) -> PyResult<bool> {
    let it = vm.iter(inner)?;
    while let Some(v) = vm.next(it)? {
        if !vm.contains(outer, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (arg(args, 0), arg(args, 1));
    if b.cast::<Set>().is_none() && !is_setlike_view(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (m, n) = (vm.len(a)?, vm.len(b)?);
    let holds = match op {
        CmpOp::Eq => m == n && all_in(vm, a, b)?,
        CmpOp::Ne => !(m == n && all_in(vm, a, b)?),
        CmpOp::Lt => m < n && all_in(vm, a, b)?,
        CmpOp::Le => m <= n && all_in(vm, a, b)?,
        CmpOp::Gt => m > n && all_in(vm, b, a)?,
        CmpOp::Ge => m >= n && all_in(vm, b, a)?,
    };
    Ok(Value::bool(holds))
}
comparisons!(compare);

/// `view & other`, whichever of them is on the left (CPython `_PyDictView_Intersect`).
fn and(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (mut view, mut other) = (arg(args, 0), arg(args, 1));
    let len = this(vm, &[view])?.len();
    if other.shape() == shape::SET
        && let Some(set) = other.cast::<Set>()
        && len <= set.len()
    {
        return Ok(algebra::intersection(vm, set, view)?.value());
    }
    if is_setlike_view(other) && vm.len(other)? > len {
        std::mem::swap(&mut view, &mut other);
    }
    let result = Set::new(&mut vm.heap)?;
    vm.for_each(
        other,
        |vm, v| if view_contains(vm, view, v)? { vm.set_add(result, v) } else { Ok(()) },
    )?;
    Ok(result.value())
}

/// A new set of the left operand's items, changed by the right operand.
fn combine(
    vm: &mut Vm,
    left: Value,
    right: Value,
    op: fn(&mut Vm, Gc<Set>, Value) -> PyResult<()>,
) -> PyResult<Value> {
    let set = algebra::set_of(vm, left)?;
    op(vm, set, right)?;
    Ok(set.value())
}

fn or(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    combine(vm, arg(args, 0), arg(args, 1), algebra::update)
}

fn ror(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    combine(vm, arg(args, 1), arg(args, 0), algebra::update)
}

fn sub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    combine(vm, arg(args, 0), arg(args, 1), algebra::difference_update)
}

fn rsub(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    combine(vm, arg(args, 1), arg(args, 0), algebra::difference_update)
}

fn xor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    combine(vm, arg(args, 0), arg(args, 1), algebra::symmetric_difference_update)
}

fn rxor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    combine(vm, arg(args, 1), arg(args, 0), algebra::symmetric_difference_update)
}

fn isdisjoint(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (mut view, mut other) = (arg(args, 0), arg(args, 1));
    let len = this(vm, args)?.len();
    if view == other {
        return Ok(Value::bool(len == 0));
    }
    let sized = matches!(other.shape(), shape::SET | shape::FROZENSET) || is_setlike_view(other);
    if sized && vm.len(other)? > len {
        std::mem::swap(&mut view, &mut other);
    }
    let it = vm.iter(other)?;
    while let Some(v) = vm.next(it)? {
        if vm.contains(view, v)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}
