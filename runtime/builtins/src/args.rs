//! Small helpers that natives share: optional arguments, forwarding of `*args, **kwargs`, class names in messages.
//!
//! Binding itself is in `vm::bind`.

use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Tuple, Type, Value, type_flags};
use habu_vm::{Keywords, PyResult, Vm};

/// The argument, or None where it was omitted.
#[inline]
pub(crate) fn or_none(v: Value) -> Value {
    if v.is_unbound() { Value::NONE } else { v }
}

/// Argument `i`, UNBOUND if there is none.
#[inline]
pub(crate) fn arg(args: &[Value], i: usize) -> Value {
    args.get(i).copied().unwrap_or(Value::UNBOUND)
}

/// The tuple of `*args`.
pub(crate) fn var_args(args: &[Value], i: usize) -> Option<Gc<Tuple>> {
    arg(args, i).cast::<Tuple>()
}

/// Items of a `*args` tuple. The tuple keeps them alive, so the Vec hides nothing as long as the tuple is at hand.
pub(crate) fn items(t: Option<Gc<Tuple>>) -> Vec<Value> {
    t.map(|t| t.items().iter().map(|c| c.get()).collect()).unwrap_or_default()
}

/// The dict of `**kwargs`, None if there are no keywords.
pub(crate) fn var_kwargs(args: &[Value], i: usize) -> Option<Gc<Dict>> {
    arg(args, i).cast::<Dict>().filter(|d| !d.is_empty())
}

/// `f(first, *args, **kwargs)`; the tuple and the dict stay alive in the caller's arguments.
pub(crate) fn forward(
    vm: &mut Vm,
    f: Value,
    first: &[Value],
    args: Option<Gc<Tuple>>,
    kwargs: Option<Gc<Dict>>,
) -> PyResult<Value> {
    let names = keyword_names(vm, kwargs)?;
    let mut values: Vec<Value> = first.to_vec();
    values.extend(items(args));
    if let Some(d) = kwargs {
        values.extend(vm.dict_values(d));
    }
    match names {
        Some(names) => vm.call_kw(f, &values, names),
        None => vm.call(f, &values),
    }
}

/// The names of `**kwargs`, interned, None if there are none.
pub(crate) fn keyword_names(vm: &mut Vm, kwargs: Option<Gc<Dict>>) -> PyResult<Option<Gc<Tuple>>> {
    let Some(d) = kwargs.filter(|d| !d.is_empty()) else { return Ok(None) };
    let names = Tuple::zeroed(&mut vm.heap, d.len())?;
    let (mut pos, mut n) = (0, 0);
    while let Some((next, key, _, _)) = d.next_entry(pos) {
        let key = vm.intern_value(key)?;
        names.set(&mut vm.heap, n, key);
        pos = next;
        n += 1;
    }
    Ok(Some(names))
}

/// The keywords of a call for [`Vm::call_with_first`].
pub(crate) fn keywords(names: Option<Gc<Tuple>>) -> Keywords {
    names.map_or(Keywords::NONE, Keywords::new)
}

/// The class given to a `__new__` whose instances have layout `kind`, with CPython's complaints (`tp_new_wrapper`).
pub(crate) fn new_class_arg(vm: &mut Vm, v: Value, kind: Kind) -> PyResult<Gc<Type>> {
    let owner = vm.types.of_kind(kind);
    if v == owner.value() {
        return Ok(owner);
    }
    let owner_name = vm.class_name(owner);
    let Some(class) = v.cast::<Type>() else {
        let msg = format!("{owner_name}.__new__(X): X is not a type object ({})", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    if !vm.is_subclass(class, owner) {
        let name = vm.class_name(class);
        let msg = format!("{owner_name}.__new__({name}): {name} is not a subtype of {owner_name}");
        return Err(vm.type_error(&msg));
    }
    if class.instance_kind.get() != kind as u8 {
        let name = vm.class_name(class);
        let safe = safe_base(vm, class);
        let msg = format!("{owner_name}.__new__({name}) is not safe, use {safe}.__new__()");
        return Err(vm.type_error(&msg));
    }
    Ok(class)
}

/// The name of the builtin class that decides how instances are laid out.
fn safe_base(vm: &Vm, class: Gc<Type>) -> String {
    let mut at = class;
    while at.has(type_flags::HEAP) {
        match at.base.get().cast::<Type>() {
            Some(base) => at = base,
            None => break,
        }
    }
    vm.class_name(at)
}

/// The address that `id()` gives and reprs show.
pub(crate) fn address(v: Value) -> u64 {
    if v.is_ptr() { v.bits() - 1 } else { v.bits() }
}

/// The setter of attributes that CPython calls read-only members.
pub(crate) fn read_only(vm: &mut Vm, _this: Value, _v: Value) -> PyResult<()> {
    Err(vm.raise_msg(habu_vm::Exc::AttributeError, "readonly attribute"))
}
