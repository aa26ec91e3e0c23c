//! range: a sequence of ints of any size, and its iterator beyond small ints.

use super::iterators::reduce_range;
use super::number::int_result;
use super::slice::long_indices;
use crate::functions::items::Items;
use habu_object::{Gc, Kind, Native, Range, RangeIter, Slice, Type, Value, int, type_flags};
use habu_vm::{BinOp, CmpOp, Effects, Exc, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__bool__", "(self, /)", truth).effects(Effects::Pure),
    NativeDef::new("__contains__", "(self, key, /)", contains),
    NativeDef::new("__eq__", "(self, value, /)", eq).effects(Effects::Pure),
    NativeDef::new("__getitem__", "(self, key, /)", getitem),
    NativeDef::new("__hash__", "(self, /)", hash).effects(Effects::Pure),
    NativeDef::new("__iter__", "(self, /)", iter).effects(Effects::NoPython),
    NativeDef::new("__len__", "(self, /)", len).effects(Effects::Pure),
    NativeDef::new("__ne__", "(self, value, /)", ne).effects(Effects::Pure),
    NativeDef::new("__new__", "(cls, start, stop=None, step=None, /)", new),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__reversed__", "(self, /)", reversed)
        .doc("Return a reverse iterator.")
        .effects(Effects::NoPython),
    NativeDef::new("count", "(self, value, /)", count)
        .doc("rangeobject.count(value) -> integer -- return number of occurrences of value"),
    NativeDef::new("index", "(self, value, /)", index).doc(
        "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
    ),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("start", |_, v| Ok(range(v).map_or(Value::NONE, |r| r.start.get()))),
    GetSetDef::new("stop", |_, v| Ok(range(v).map_or(Value::NONE, |r| r.stop.get()))),
    GetSetDef::new("step", |_, v| Ok(range(v).map_or(Value::NONE, |r| r.step.get()))),
];

static LONG_ITER: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(args[0])),
    NativeDef::new("__length_hint__", "(self, /)", |_, args| {
        Ok(args[0].cast::<Native>().map_or(Value::NONE, |it| it.slot(LEFT)))
    }),
    NativeDef::new("__next__", "(self, /)", long_next),
    NativeDef::new("__reduce__", "(self, /)", |vm, args| match args[0].cast::<Native>() {
        Some(it) => reduce_range(vm, [it.slot(NEXT), it.slot(LEFT), it.slot(STEP)]),
        None => Ok(Value::NONE),
    }),
    NativeDef::new("__setstate__", "(self, state, /)", long_setstate),
];

/// Slots of the iterator of large ranges.
const NEXT: usize = 0;
const LEFT: usize = 1;
const STEP: usize = 2;

const DOC: &str = "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that \
                   produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.";

/// Fills the class, and makes that of the iterator of large ranges.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Range);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let doc = vm.new_str(DOC)?;
    vm.set_class_entry(class, "__doc__", doc)?;
    let object = vm.types.object();
    let flags = type_flags::NO_DICT | type_flags::NO_NEW;
    let long = vm.new_builtin_type("longrange_iterator", Kind::Native, object, flags)?;
    vm.add_methods(long, LONG_ITER)?;
    vm.set_root("longrange_iterator", long.value());
    Ok(())
}

fn range(v: Value) -> Option<Gc<Range>> {
    v.cast::<Range>()
}

/// An argument as an exact int.
fn argument(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if v.is_int() {
        return Ok(v);
    }
    let n = vm.index(v)?;
    let r = int::pos(&mut vm.heap, n);
    int_result(vm, r)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[_, start, stop, step] = args else { return Ok(Value::NONE) };
    let (start, stop) = match stop.bound() {
        Some(stop) => (argument(vm, start)?, argument(vm, stop)?),
        None => (Value::small_int(0), argument(vm, start)?),
    };
    let step = if step.is_unbound() { Value::small_int(1) } else { argument(vm, step)? };
    if int::is_zero(step) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    make(vm, start, stop, step)
}

fn make(vm: &mut Vm, start: Value, stop: Value, step: Value) -> PyResult<Value> {
    match Range::new(&mut vm.heap, start, stop, step) {
        Ok(r) => Ok(r.value()),
        Err(e) => Err(vm.int_error(BinOp::Add, e)),
    }
}

fn truth(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(range(args[0]).is_some_and(|r| !r.is_empty())))
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let length = range(args[0]).map_or(Value::small_int(0), |r| r.length.get());
    if int::to_i64(length).is_none() {
        return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
    }
    Ok(length)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(r) = range(args[0]) else { return Ok(Value::NONE) };
    let start = vm.repr_text(r.start.get())?;
    let stop = vm.repr_text(r.stop.get())?;
    if r.step.get() == Value::small_int(1) {
        return vm.new_str(&format!("range({start}, {stop})"));
    }
    let step = vm.repr_text(r.step.get())?;
    vm.new_str(&format!("range({start}, {stop}, {step})"))
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(r) = range(args[0]) else { return Ok(Value::NONE) };
    let parts = vm.new_tuple(&[r.start.get(), r.stop.get(), r.step.get()])?;
    let class = vm.types.of_kind(Kind::Range).value();
    vm.new_tuple(&[class, parts])
}

fn eq(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(equals(args).map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

fn ne(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(equals(args).map_or(Value::NOT_IMPLEMENTED, |e| Value::bool(!e)))
}

fn equals(args: &[Value]) -> Option<bool> {
    let (a, b) = (range(args[0])?, range(args[1])?);
    Some(a.equals(&b))
}

/// The hash of (length, start, step), of which what cannot matter is None.
fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(r) = range(args[0]) else { return Ok(Value::NONE) };
    let length = r.length.get();
    let start = if r.is_empty() { Value::NONE } else { r.start.get() };
    let single = length == Value::small_int(1);
    let step = if r.is_empty() || single { Value::NONE } else { r.step.get() };
    let key = vm.new_tuple(&[length, start, step])?;
    let h = vm.hash_tuple(key)?;
    vm.new_int(h)
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[this, key] = args else { return Ok(Value::NONE) };
    let Some(r) = range(this) else { return Ok(Value::NONE) };
    if let Some(slice) = key.cast::<Slice>() {
        return subrange(vm, r, slice);
    }
    let name = vm.names.__index__;
    if !int::is_int_like(key) && vm.special(key, name).is_none() {
        let msg = format!("range indices must be integers or slices, not {}", vm.type_name(key));
        return Err(vm.type_error(&msg));
    }
    let i = vm.index(key)?;
    match r.item(&mut vm.heap, i) {
        Ok(Some(v)) => Ok(v),
        Ok(None) => Err(vm.raise_msg(Exc::IndexError, "range object index out of range")),
        Err(e) => Err(vm.int_error(BinOp::Add, e)),
    }
}

/// `range[slice]` (CPython `compute_slice`).
fn subrange(vm: &mut Vm, r: Gc<Range>, slice: Gc<Slice>) -> PyResult<Value> {
    let (start, stop, step) = long_indices(vm, slice, r.length.get())?;
    let own = r.step.get();
    let place = |vm: &mut Vm, i: Value| -> PyResult<Value> {
        let offset = vm.int_op(BinOp::Mul, i, own)?;
        vm.int_op(BinOp::Add, r.start.get(), offset)
    };
    let start = place(vm, start)?;
    let stop = place(vm, stop)?;
    let step = vm.int_op(BinOp::Mul, step, own)?;
    make(vm, start, stop, step)
}

/// Whether equality with the items can be computed rather than asked for.
fn is_plain_int(v: Value) -> bool {
    int::is_exact_int(v) || v.kind() == Kind::Bool
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[this, key] = args else { return Ok(Value::NONE) };
    let Some(r) = range(this) else { return Ok(Value::FALSE) };
    if is_plain_int(key) {
        let key = argument(vm, key)?;
        let found = r.contains(&mut vm.heap, key);
        return match found {
            Ok(found) => Ok(Value::bool(found)),
            Err(e) => Err(vm.int_error(BinOp::Add, e)),
        };
    }
    let mut items = Items::new(vm, this)?;
    while let Some(v) = items.next(vm)? {
        if vm.eq(v, key)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn position(vm: &mut Vm, r: Gc<Range>, key: Value) -> PyResult<Option<Value>> {
    let key = argument(vm, key)?;
    r.position(&mut vm.heap, key).map_err(|e| vm.int_error(BinOp::Add, e))
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[this, key] = args else { return Ok(Value::NONE) };
    let Some(r) = range(this) else { return Ok(Value::NONE) };
    if is_plain_int(key) {
        let found = position(vm, r, key)?.is_some();
        return Ok(Value::small_int(i64::from(found)));
    }
    let mut n = 0;
    let mut items = Items::new(vm, this)?;
    while let Some(v) = items.next(vm)? {
        n += i64::from(vm.eq(v, key)?);
    }
    vm.new_int(n)
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[this, key] = args else { return Ok(Value::NONE) };
    let Some(r) = range(this) else { return Ok(Value::NONE) };
    if is_plain_int(key) {
        if let Some(i) = position(vm, r, key)? {
            return Ok(i);
        }
        let msg = format!("{} is not in range", vm.repr_text(key)?);
        return Err(vm.value_error(&msg));
    }
    let mut i = 0;
    let mut items = Items::new(vm, this)?;
    while let Some(v) = items.next(vm)? {
        if vm.compare_bool(CmpOp::Eq, v, key)? {
            return vm.new_int(i);
        }
        i += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if let Some(it) = vm.range_iter(args[0])? {
        return Ok(it);
    }
    match range(args[0]) {
        Some(r) => long_iter(vm, r.start.get(), r.length.get(), r.step.get()),
        None => Ok(Value::NONE),
    }
}

fn reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(r) = range(args[0]) else { return Ok(Value::NONE) };
    let length = r.length.get();
    let before = vm.int_op(BinOp::Sub, length, Value::small_int(1))?;
    let offset = vm.int_op(BinOp::Mul, before, r.step.get())?;
    let last = vm.int_op(BinOp::Add, r.start.get(), offset)?;
    let step = vm.int_op(BinOp::Sub, Value::small_int(0), r.step.get())?;
    // The number after the last one must be an immediate too.
    let past = vm.int_op(BinOp::Add, r.start.get(), step)?;
    if !(Value::both_int(last, past) && Value::both_int(length, step)) {
        return long_iter(vm, last, length, step);
    }
    let it = RangeIter::blank(&mut vm.heap)?;
    it.next.set(last);
    it.left.set(length);
    it.step.set(step);
    Ok(it.value())
}

/// The iterator over ints of any size.
fn long_iter(vm: &mut Vm, next: Value, left: Value, step: Value) -> PyResult<Value> {
    let class = vm.root("longrange_iterator").cast::<Type>();
    let shape = class.map_or(0, |c| c.instance_shape.get());
    Ok(Native::new(&mut vm.heap, shape, &[next, left, step])?.value())
}

fn long_next(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(it) = args[0].cast::<Native>() else { return Ok(Value::NONE) };
    let (next, left) = (it.slot(NEXT), it.slot(LEFT));
    if int::is_zero(left) {
        return Err(vm.stop_iteration(Value::NONE));
    }
    let after = vm.int_op(BinOp::Add, next, it.slot(STEP))?;
    let left = vm.int_op(BinOp::Sub, left, Value::small_int(1))?;
    it.set_slot(&mut vm.heap, NEXT, after);
    it.set_slot(&mut vm.heap, LEFT, left);
    Ok(next)
}

/// Leaves out as many numbers as the state says.
fn long_setstate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[it, state] = args else { return Ok(Value::NONE) };
    let Some(it) = it.cast::<Native>() else { return Ok(Value::NONE) };
    if !int::is_int_like(state) {
        let msg = format!("state must be an int, not {}", vm.type_name(state));
        return Err(vm.type_error(&msg));
    }
    let left = it.slot(LEFT);
    let skipped = match int::is_negative(state) {
        true => Value::small_int(0),
        false if int::cmp(state, left).is_gt() => left,
        false => state,
    };
    let distance = vm.int_op(BinOp::Mul, skipped, it.slot(STEP))?;
    let next = vm.int_op(BinOp::Add, it.slot(NEXT), distance)?;
    let left = vm.int_op(BinOp::Sub, left, skipped)?;
    it.set_slot(&mut vm.heap, NEXT, next);
    it.set_slot(&mut vm.heap, LEFT, left);
    Ok(Value::NONE)
}
