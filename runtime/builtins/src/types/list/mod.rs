//! `list`: construction, the methods, and the table of both.
//!
//! Subscripts and operators are in `operators`.

mod operators;

use super::generic_alias::class_getitem;
use super::sequence::{
    self, made, position, push_reprs, refuse_keywords, search_bounds, ssize, unhashable,
};
use crate::args::{arg, new_class_arg};
use crate::functions::sorting::sort_list;
use habu_object::str::StrBuf;
use habu_object::{Gc, Kind, List, ListIter, Reversed, Value};
use habu_vm::types::Variant;
use habu_vm::{Effects, Exc, Intrinsic, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, iterable=(), /, **kwargs)", init),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__len__", "(self, /)", len).effects(Effects::NoPython),
    NativeDef::new("__iter__", "(self, /)", iter).effects(Effects::NoPython),
    NativeDef::new("__contains__", "(self, key, /)", contains),
    NativeDef::new("__reversed__", "(self, /)", reversed)
        .effects(Effects::NoPython)
        .doc("Return a reverse iterator over the list."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof).effects(Effects::NoPython),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem).doc("See PEP 585"),
    NativeDef::new("append", "(self, object, /)", append).intrinsic(Intrinsic::ListAppend).effects(Effects::NoPython)
        .doc("Append object to the end of the list."),
    NativeDef::new("clear", "(self, /)", clear).effects(Effects::NoPython).doc("Remove all items from list."),
    NativeDef::new("copy", "(self, /)", copy)
        .effects(Effects::NoPython)
        .doc("Return a shallow copy of the list."),
    NativeDef::new("count", "(self, value, /)", count).effects(Effects::Repeatable).doc("Return number of occurrences of value."),
    NativeDef::new("extend", "(self, iterable, /)", extend)
        .doc("Extend list by appending elements from the iterable."),
    NativeDef::new("index", "(self, value, start=0, stop=sys.maxsize, /)", index).effects(Effects::Repeatable)
        .doc("Return first index of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::new("insert", "(self, index, object, /)", insert).effects(Effects::RepeatableWrites).doc("Insert object before index."),
    NativeDef::new("pop", "(self, index=-1, /)", pop).intrinsic(Intrinsic::ListPop).effects(Effects::RepeatableWrites).doc(
        "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of \
         range.",
    ),
    NativeDef::new("remove", "(self, value, /)", remove).effects(Effects::RepeatableWrites)
        .doc("Remove first occurrence of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::new("reverse", "(self, /)", reverse).effects(Effects::NoPython).doc("Reverse *IN PLACE*."),
    NativeDef::new("sort", "(self, /, *, key=None, reverse=False)", sort).keyed("sort_by").doc(
        "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) \
         and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it \
         once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe \
         reverse flag can be set to sort in descending order.",
    ),
];

/// `list(iterable)` in one step.
static CONSTRUCT: NativeDef = NativeDef::new("list", "(cls, iterable=(), /)", construct);

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::List);
    vm.set_constructor(class, &CONSTRUCT);
    vm.add_methods(class, METHODS)?;
    vm.add_methods(class, operators::METHODS)?;
    let doc = vm.new_str(
        "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe \
         argument must be an iterable if specified.",
    )?;
    vm.set_class_entry(class, "__doc__", doc)?;
    unhashable(vm, Kind::List)
}

/// The list that a method was called on.
pub(super) fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<List>> {
    match arg(args, 0).cast::<List>() {
        Some(list) => Ok(list),
        None => Err(vm.type_error("expected a list")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::List)?;
    let list = List::with_shape(&mut vm.heap, class.instance_shape.get(), 0)?;
    Ok(made(vm, class, list.value()))
}

fn construct(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = List::new(&mut vm.heap, 0)?;
    if let Some(iterable) = args[1].bound() {
        extend_from(vm, list, iterable)?;
    }
    Ok(list.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let (class, new_name) = (vm.type_of(list.value()), vm.names.__new__);
    refuse_keywords(vm, class, Kind::List, new_name, arg(args, 2))?;
    list.clear();
    if let Some(iterable) = arg(args, 1).bound() {
        extend_from(vm, list, iterable)?;
    }
    Ok(Value::NONE)
}

/// `list.extend(iterable)`, with room made as `__length_hint__` says.
pub(super) fn extend_from(vm: &mut Vm, list: Gc<List>, iterable: Value) -> PyResult<()> {
    vm.extend_list(list, iterable)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    if list.is_empty() {
        return vm.new_str("[]");
    }
    let text = vm.guard_repr(list.value(), |vm| {
        let mut out = StrBuf::new();
        out.push_str("[");
        push_reprs(vm, &mut out, list)?;
        out.push_str("]");
        Ok(out)
    })?;
    match text {
        Some(out) => Ok(out.finish(&mut vm.heap)?.value()),
        None => vm.new_str("[...]"),
    }
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = this(vm, args)?.len();
    vm.new_int(n as i64)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = ListIter::blank(&mut vm.heap)?;
    it.list.set(arg(args, 0));
    Ok(it.value())
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    Ok(Value::bool(sequence::contains(vm, list, arg(args, 1))?))
}

fn reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let it = Reversed::blank_with_shape(&mut vm.heap, Variant::ListReverseIter.shape())?;
    it.sequence.set(list.value());
    it.index.set(list.len() as i64 - 1);
    Ok(it.value())
}

fn sizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let capacity = this(vm, args)?.array().map_or(0, |a| a.len());
    vm.new_int(40 + 8 * capacity as i64)
}

fn append(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.push(&mut vm.heap, arg(args, 1))?;
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    Ok(List::from_cells(&mut vm.heap, list.cells())?.value())
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    sequence::count(vm, list, arg(args, 1))
}

fn extend(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    extend_from(vm, list, arg(args, 1))?;
    Ok(Value::NONE)
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let (start, stop) = search_bounds(vm, arg(args, 2), arg(args, 3), list.len())?;
    match sequence::find(vm, list, arg(args, 1), start, stop)? {
        Some(i) => vm.new_int(i as i64),
        None => Err(vm.value_error("list.index(x): x not in list")),
    }
}

fn insert(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let i = ssize(vm, arg(args, 1))?;
    let len = list.len() as i64;
    let i = if i < 0 { i.saturating_add(len).max(0) } else { i.min(len) };
    list.insert(&mut vm.heap, i as usize, arg(args, 2))?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let i = match arg(args, 1).bound() {
        Some(i) => ssize(vm, i)?,
        None => -1,
    };
    if i == -1
        && let Some(v) = list.pop()
    {
        return Ok(v);
    }
    match position(i, list.len()) {
        Some(i) => Ok(list.pop_at(&mut vm.heap, i)),
        None if list.is_empty() => Err(vm.raise_msg(Exc::IndexError, "pop from empty list")),
        None => Err(vm.raise_msg(Exc::IndexError, "pop index out of range")),
    }
}

fn remove(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    match sequence::find(vm, list, arg(args, 1), 0, usize::MAX)? {
        Some(i) => {
            // The comparison may have shortened the list.
            if i < list.len() {
                list.remove_range(&mut vm.heap, i, i + 1);
            }
            Ok(Value::NONE)
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

fn reverse(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.reverse(&mut vm.heap);
    Ok(Value::NONE)
}

fn sort(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let reverse = arg(args, 2);
    let reverse = !reverse.is_unbound() && vm.truth(reverse)?;
    sort_list(vm, list, arg(args, 1), reverse)?;
    Ok(Value::NONE)
}
