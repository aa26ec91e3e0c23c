//! `enumerate`, `zip`, `map`, `filter` and `reversed`: construction, measures, pickling.

use crate::args::{items, new_class_arg, var_args};
use crate::types::sequence::refuse_keywords;
use habu_object::{
    Enumerate, Filter, Gc, Kind, Map, Reversed, TempVec, Tuple, Type, Value, Zip, int,
};
use habu_vm::{NativeDef, PyResult, Vm};

static ENUMERATE: &[NativeDef] = &[
    NativeDef::new(
        "__class_getitem__",
        "(cls, item, /)",
        crate::types::generic_alias::class_getitem,
    ),
    NativeDef::new("__new__", "(cls, iterable, start=0)", new_enumerate),
    NativeDef::new("__reduce__", "(self, /)", reduce_enumerate),
];

static ZIP: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, *iterables, strict=False)", new_zip),
    NativeDef::new("__reduce__", "(self, /)", reduce_zip),
    NativeDef::new("__setstate__", "(self, state, /)", setstate_zip),
];

static MAP: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, *args, strict=False)", new_map),
    NativeDef::new("__reduce__", "(self, /)", reduce_map),
    NativeDef::new("__setstate__", "(self, state, /)", setstate_map),
];

static FILTER: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, function, iterable, /, **kwargs)", new_filter),
    NativeDef::new("__reduce__", "(self, /)", reduce_filter),
];

static REVERSED: &[NativeDef] = &[
    NativeDef::new("__length_hint__", "(self, /)", hint_reversed),
    NativeDef::new("__new__", "(cls, sequence, /)", new_reversed),
    NativeDef::new("__reduce__", "(self, /)", reduce_reversed),
    NativeDef::new("__setstate__", "(self, state, /)", setstate_reversed),
];

/// `reversed` of a list, a class of its own.
pub(super) static LIST_REVERSED: &[NativeDef] = &[
    NativeDef::new("__length_hint__", "(self, /)", hint_reversed),
    NativeDef::new("__reduce__", "(self, /)", reduce_list_reversed),
    NativeDef::new("__setstate__", "(self, state, /)", setstate_reversed),
];

const ENUMERATE_DOC: &str = "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe \
                             enumerate object yields pairs containing a count (from start, which\ndefaults to zero) \
                             and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an \
                             indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...";
const ZIP_DOC: &str = "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional \
                       arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to \
                       zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one \
                       of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> \
                       list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]";
const MAP_DOC: &str = "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops \
                       when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is \
                       exhausted before the others,\nraise a ValueError.";
const FILTER_DOC: &str = "Return an iterator yielding those items of iterable for which function(item)\nis true. If \
                          function is None, return the items that are true.";
const REVERSED_DOC: &str = "Return a reverse iterator over the values of the given sequence.";

/// Fills the classes.
pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    for (kind, methods, doc) in [
        (Kind::Enumerate, ENUMERATE, ENUMERATE_DOC),
        (Kind::Zip, ZIP, ZIP_DOC),
        (Kind::Map, MAP, MAP_DOC),
        (Kind::Filter, FILTER, FILTER_DOC),
        (Kind::Reversed, REVERSED, REVERSED_DOC),
    ] {
        let class = vm.types.of_kind(kind);
        vm.add_methods(class, super::STEPS)?;
        vm.add_methods(class, methods)?;
        let doc = vm.new_str(doc)?;
        vm.set_class_entry(class, "__doc__", doc)?;
    }
    Ok(())
}

/// The shape of the instances that a `__new__` is to make.
fn shape(vm: &mut Vm, cls: Value, kind: Kind) -> PyResult<u32> {
    let class: Gc<Type> = new_class_arg(vm, cls, kind)?;
    Ok(class.instance_shape.get())
}

fn new_enumerate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, iterable, start] = args else { return Ok(Value::NONE) };
    let shape = shape(vm, cls, Kind::Enumerate)?;
    let count = if start.is_unbound() {
        Value::small_int(0)
    } else {
        let n = vm.index(start)?;
        let r = int::pos(&mut vm.heap, n);
        crate::types::number::int_result(vm, r)?
    };
    let iter = vm.iter(iterable)?;
    let it = Enumerate::blank_with_shape(&mut vm.heap, shape)?;
    it.iter.set(iter);
    it.count.set(count);
    Ok(it.value())
}

fn reduce_enumerate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Enumerate>() else { return Ok(Value::NONE) };
    let class = vm.type_of(args[0]).value();
    let parts = vm.new_tuple(&[it.iter.get(), it.count.get()])?;
    vm.new_tuple(&[class, parts])
}

/// A tuple of the iterators of these iterables.
fn iterators(vm: &mut Vm, iterables: Gc<Tuple>, skip: usize) -> PyResult<Value> {
    let mut iters = TempVec::new(&mut vm.heap, iterables.len())?;
    for v in iterables.items().iter().skip(skip) {
        let it = vm.iter(v.get())?;
        iters.push(&mut vm.heap, it)?;
    }
    if iters.is_empty() {
        return Ok(Value::EMPTY_TUPLE);
    }
    Ok(iters.to_tuple(&mut vm.heap)?.value())
}

fn new_zip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, _, strict] = args else { return Ok(Value::NONE) };
    let shape = shape(vm, cls, Kind::Zip)?;
    let strict = !strict.is_unbound() && vm.truth(strict)?;
    let iters = match var_args(args, 1) {
        Some(iterables) => iterators(vm, iterables, 0)?,
        None => Value::EMPTY_TUPLE,
    };
    let it = Zip::blank_with_shape(&mut vm.heap, shape)?;
    it.iters.set(iters);
    it.strict.set(strict);
    Ok(it.value())
}

fn with_strictness(vm: &mut Vm, class: Value, parts: Value, strict: bool) -> PyResult<Value> {
    if strict { vm.new_tuple(&[class, parts, Value::TRUE]) } else { vm.new_tuple(&[class, parts]) }
}

fn reduce_zip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Zip>() else { return Ok(Value::NONE) };
    let class = vm.type_of(args[0]).value();
    with_strictness(vm, class, it.iters.get(), it.strict.get())
}

fn setstate_zip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let strict = vm.truth(args[1])?;
    if let Some(it) = args[0].cast::<Zip>() {
        it.strict.set(strict);
    }
    Ok(Value::NONE)
}

fn new_map(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, _, strict] = args else { return Ok(Value::NONE) };
    let shape = shape(vm, cls, Kind::Map)?;
    let strict = !strict.is_unbound() && vm.truth(strict)?;
    let Some(given) = var_args(args, 1).filter(|t| t.len() >= 2) else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    let iters = iterators(vm, given, 1)?;
    let it = Map::blank_with_shape(&mut vm.heap, shape)?;
    it.func.set(given.get(0));
    it.iters.set(iters);
    it.strict.set(strict);
    Ok(it.value())
}

fn reduce_map(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Map>() else { return Ok(Value::NONE) };
    let class = vm.type_of(args[0]).value();
    let mut parts = vec![it.func.get()];
    parts.extend(items(it.iters.get().cast::<Tuple>()));
    let parts = vm.new_tuple(&parts)?;
    with_strictness(vm, class, parts, it.strict.get())
}

fn setstate_map(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let strict = vm.truth(args[1])?;
    if let Some(it) = args[0].cast::<Map>() {
        it.strict.set(strict);
    }
    Ok(Value::NONE)
}

fn new_filter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, func, iterable, kwargs] = args else { return Ok(Value::NONE) };
    if let Some(class) = cls.cast::<Type>() {
        let init = vm.names.__init__;
        refuse_keywords(vm, class, Kind::Filter, init, kwargs)?;
    }
    let shape = shape(vm, cls, Kind::Filter)?;
    let iter = vm.iter(iterable)?;
    let it = Filter::blank_with_shape(&mut vm.heap, shape)?;
    it.func.set(func);
    it.iter.set(iter);
    Ok(it.value())
}

fn reduce_filter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Filter>() else { return Ok(Value::NONE) };
    let class = vm.type_of(args[0]).value();
    let parts = vm.new_tuple(&[it.func.get(), it.iter.get()])?;
    vm.new_tuple(&[class, parts])
}

fn new_reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, sequence] = args else { return Ok(Value::NONE) };
    let shape = shape(vm, cls, Kind::Reversed)?;
    let name = vm.names.__reversed__;
    let (len_name, item_name) = (vm.names.__len__, vm.names.__getitem__);
    let reversible = match vm.special(sequence, name) {
        Some(f) if f.is_none() => false,
        Some(f) => return vm.call_unbound(f, sequence, &[]),
        None => vm.special(sequence, item_name).is_some() && sequence.kind() != Kind::Dict,
    };
    if !reversible {
        let msg = format!("'{}' object is not reversible", vm.type_name(sequence));
        return Err(vm.type_error(&msg));
    }
    if vm.special(sequence, len_name).is_none() {
        let msg = format!("object of type '{}' has no len()", vm.type_name(sequence));
        return Err(vm.type_error(&msg));
    }
    let len = vm.len(sequence)?;
    let it = Reversed::blank_with_shape(&mut vm.heap, shape)?;
    it.sequence.set(sequence);
    it.index.set(len as i64 - 1);
    Ok(it.value())
}

fn hint_reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Reversed>() else { return Ok(Value::NONE) };
    let Some(sequence) = it.sequence.get().bound() else { return Ok(Value::small_int(0)) };
    let left = it.index.get() + 1;
    // A sequence that has shrunk will end the iteration at once.
    let len = vm.len(sequence)? as i64;
    vm.new_int(if len < left { 0 } else { left })
}

fn reduce_reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Reversed>() else { return Ok(Value::NONE) };
    let class = vm.type_of(args[0]).value();
    match it.sequence.get().bound() {
        Some(sequence) => {
            let parts = vm.new_tuple(&[sequence])?;
            let index = vm.new_int(it.index.get())?;
            vm.new_tuple(&[class, parts, index])
        }
        None => {
            let parts = vm.new_tuple(&[Value::EMPTY_TUPLE])?;
            vm.new_tuple(&[class, parts])
        }
    }
}

fn reduce_list_reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Reversed>() else { return Ok(Value::NONE) };
    match it.sequence.get().bound() {
        Some(sequence) => {
            let reversed = super::builtin(vm, "reversed")?;
            let parts = vm.new_tuple(&[sequence])?;
            let index = vm.new_int(it.index.get())?;
            vm.new_tuple(&[reversed, parts, index])
        }
        None => {
            let (iter, empty) = (super::builtin(vm, "iter")?, vm.new_list(&[])?);
            let parts = vm.new_tuple(&[empty])?;
            vm.new_tuple(&[iter, parts])
        }
    }
}

fn setstate_reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let index = vm.index_clamped(args[1])?;
    if let Some(it) = args[0].cast::<Reversed>()
        && let Some(sequence) = it.sequence.get().bound()
    {
        let len = vm.len(sequence)? as i64;
        it.index.set(index.clamp(-1, len - 1));
    }
    Ok(Value::NONE)
}
