//! `collections.deque`: a ring of items in one array.
//!
//! Slots: array, index of the first item, number of items, maxlen or None, a number that changes with every
//! structural change (iterators watch it).

use crate::util::{arg, class_getitem, describe, given, native, new_class, new_native, seal, set};
use habu_object::{Array, Gc, Kind, List, Module, Native, Type, Value, int, type_flags};
use habu_vm::{CmpOp, Exc, GetSetDef, NativeDef, PyResult, Vm};

const ARRAY: usize = 0;
const HEAD: usize = 1;
const LEN: usize = 2;
const MAXLEN: usize = 3;
const VERSION: usize = 4;

const ROOT: &str = "collections.deque";
const ITER: &str = "collections._deque_iterator";
const REVERSE_ITER: &str = "collections._deque_reverse_iterator";

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, iterable=(), maxlen=None)", init),
    NativeDef::new("append", "(self, item, /)", append)
        .doc("Add an element to the right side of the deque."),
    NativeDef::new("appendleft", "(self, item, /)", appendleft)
        .doc("Add an element to the left side of the deque."),
    NativeDef::new("pop", "(self, /)", pop).doc("Remove and return the rightmost element."),
    NativeDef::new("popleft", "(self, /)", popleft).doc("Remove and return the leftmost element."),
    NativeDef::new("extend", "(self, iterable, /)", extend)
        .doc("Extend the right side of the deque with elements from the iterable."),
    NativeDef::new("extendleft", "(self, iterable, /)", extendleft)
        .doc("Extend the left side of the deque with elements from the iterable."),
    NativeDef::new("clear", "(self, /)", clear).doc("Remove all elements from the deque."),
    NativeDef::new("copy", "(self, /)", copy).doc("Return a shallow copy of a deque."),
    NativeDef::new("__copy__", "(self, /)", copy),
    NativeDef::new("rotate", "(self, n=1, /)", rotate)
        .doc("Rotate the deque n steps to the right.  If n is negative, rotates left."),
    NativeDef::new("reverse", "(self, /)", reverse).doc("Reverse *IN PLACE*."),
    NativeDef::new("count", "(self, value, /)", count)
        .doc("Return number of occurrences of value."),
    NativeDef::new("index", "(self, value, start=0, stop=9223372036854775807, /)", index)
        .doc("Return first index of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::new("insert", "(self, index, value, /)", insert).doc("Insert value before index."),
    NativeDef::new("remove", "(self, value, /)", remove).doc("Remove first occurrence of value."),
    NativeDef::new("__len__", "(self, /)", len),
    NativeDef::new("__bool__", "(self, /)", |vm, args| {
        Ok(Value::bool(length(native(vm, args)?) > 0))
    }),
    NativeDef::new("__getitem__", "(self, key, /)", getitem),
    NativeDef::new("__setitem__", "(self, key, value, /)", setitem),
    NativeDef::new("__delitem__", "(self, key, /)", delitem),
    NativeDef::new("__contains__", "(self, key, /)", contains),
    NativeDef::new("__iter__", "(self, /)", |vm, args| iter(vm, args, false)),
    NativeDef::new("__reversed__", "(self, /)", |vm, args| iter(vm, args, true)),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__add__", "(self, value, /)", add),
    NativeDef::new("__iadd__", "(self, value, /)", iadd),
    NativeDef::new("__mul__", "(self, value, /)", mul),
    NativeDef::new("__rmul__", "(self, value, /)", mul),
    NativeDef::new("__imul__", "(self, value, /)", imul),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Eq)),
    NativeDef::new("__ne__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ne)),
    NativeDef::new("__lt__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Lt)),
    NativeDef::new("__le__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Le)),
    NativeDef::new("__gt__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Gt)),
    NativeDef::new("__ge__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ge)),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem),
];

static ATTRIBUTES: &[GetSetDef] = &[GetSetDef::new("maxlen", |_, v| {
    Ok(v.cast::<Native>().map_or(Value::NONE, |d| d.slot(MAXLEN)))
})];

static ITER_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, deque, index=0, /)", new_iter),
    NativeDef::new("__reduce__", "(self, /)", reduce_iter),
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__next__", "(self, /)", next),
    NativeDef::new("__length_hint__", "(self, /)", |vm, args| {
        let it = native(vm, args)?;
        let n = it.slot(0).cast::<Native>().map_or(0, length);
        Ok(Value::small_int((n as i64 - it.slot(1).as_int()).max(0)))
    }),
];

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let class = new_class(vm, "collections", "deque", Kind::Native, METHODS, ATTRIBUTES)?;
    vm.set_class_entry(class, "__hash__", Value::NONE)?;
    vm.set_collection(class, type_flags::SEQUENCE);
    vm.set_root(ROOT, class.value());
    describe(
        vm,
        class,
        "([iterable[, maxlen]])",
        "A list-like sequence optimized for data accesses near its endpoints.",
    )?;
    set(vm, m, "deque", class.value())?;
    for (root, name) in [(ITER, "_deque_iterator"), (REVERSE_ITER, "_deque_reverse_iterator")] {
        let iter = new_class(vm, "collections", name, Kind::Native, ITER_METHODS, &[])?;
        seal(iter);
        vm.set_root(root, iter.value());
        set(vm, m, name, iter.value())?;
    }
    Ok(())
}

fn number(this: Gc<Native>, i: usize) -> usize {
    let v = this.slot(i);
    if v.is_int() { v.as_int() as usize } else { 0 }
}

fn length(this: Gc<Native>) -> usize {
    number(this, LEN)
}

fn set_number(vm: &mut Vm, this: Gc<Native>, i: usize, n: usize) {
    this.set_slot(&mut vm.heap, i, Value::small_int(n as i64));
}

fn array(vm: &mut Vm, this: Gc<Native>) -> PyResult<Gc<Array>> {
    match this.slot(ARRAY).cast::<Array>() {
        Some(a) => Ok(a),
        None => Ok(Array::zeroed(&mut vm.heap, 0)?),
    }
}

/// Item `i` of a deque that has it.
fn get(this: Gc<Native>, i: usize) -> Value {
    match this.slot(ARRAY).cast::<Array>() {
        Some(a) if i < length(this) => a.get((number(this, HEAD) + i) & (a.len() - 1)),
        _ => Value::NONE,
    }
}

fn put(vm: &mut Vm, this: Gc<Native>, i: usize, v: Value) {
    if let Some(a) = this.slot(ARRAY).cast::<Array>()
        && !a.is_empty()
    {
        a.set(&mut vm.heap, (number(this, HEAD) + i) & (a.len() - 1), v);
    }
}

fn changed(vm: &mut Vm, this: Gc<Native>) {
    let n = number(this, VERSION).wrapping_add(1) & 0xffff_ffff;
    set_number(vm, this, VERSION, n);
}

fn maxlen(this: Gc<Native>) -> Option<usize> {
    let v = this.slot(MAXLEN);
    if v.is_int() { Some(v.as_int() as usize) } else { None }
}

/// Makes room for one more item; capacities are powers of two.
fn grow(vm: &mut Vm, this: Gc<Native>) -> PyResult<Gc<Array>> {
    let a = array(vm, this)?;
    let n = length(this);
    if n < a.len() {
        return Ok(a);
    }
    let new = Array::zeroed(&mut vm.heap, (a.len() * 2).max(8))?;
    for i in 0..n {
        new.set(&mut vm.heap, i, get(this, i));
    }
    this.set_slot(&mut vm.heap, ARRAY, new.value());
    set_number(vm, this, HEAD, 0);
    Ok(new)
}

fn push(vm: &mut Vm, this: Gc<Native>, v: Value) -> PyResult<()> {
    let limit = maxlen(this);
    if limit == Some(0) {
        return Ok(());
    }
    if limit.is_some_and(|m| length(this) >= m) {
        take_first(vm, this);
    }
    grow(vm, this)?;
    let n = length(this);
    put(vm, this, n, v);
    set_number(vm, this, LEN, n + 1);
    changed(vm, this);
    Ok(())
}

fn push_left(vm: &mut Vm, this: Gc<Native>, v: Value) -> PyResult<()> {
    let limit = maxlen(this);
    if limit == Some(0) {
        return Ok(());
    }
    if limit.is_some_and(|m| length(this) >= m) {
        take_last(vm, this);
    }
    let a = grow(vm, this)?;
    let head = number(this, HEAD).wrapping_sub(1) & (a.len() - 1);
    set_number(vm, this, HEAD, head);
    put(vm, this, 0, v);
    set_number(vm, this, LEN, length(this) + 1);
    changed(vm, this);
    Ok(())
}

fn take_first(vm: &mut Vm, this: Gc<Native>) -> Option<Value> {
    let (n, a) = (length(this), this.slot(ARRAY).cast::<Array>()?);
    if n == 0 {
        return None;
    }
    let v = get(this, 0);
    put(vm, this, 0, Value::small_int(0));
    set_number(vm, this, HEAD, (number(this, HEAD) + 1) & (a.len() - 1));
    set_number(vm, this, LEN, n - 1);
    changed(vm, this);
    Some(v)
}

fn take_last(vm: &mut Vm, this: Gc<Native>) -> Option<Value> {
    let n = length(this);
    if n == 0 {
        return None;
    }
    let v = get(this, n - 1);
    put(vm, this, n - 1, Value::small_int(0));
    set_number(vm, this, LEN, n - 1);
    changed(vm, this);
    Some(v)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let zero = Value::small_int(0);
    new_native(vm, args, &[Value::NONE, zero, zero, Value::NONE, zero])
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let limit = match given(args, 2) {
        None => Value::NONE,
        Some(v) if int::is_int_like(v) => match int::to_i64(v) {
            Some(n) if n >= 0 => Value::small_int(n.min(1 << 60)),
            Some(_) => return Err(vm.value_error("maxlen must be non-negative")),
            None => return Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        },
        Some(_) => return Err(vm.type_error("an integer is required")),
    };
    this.set_slot(&mut vm.heap, MAXLEN, limit);
    reset(vm, this);
    if let Some(v) = arg(args, 1).bound() {
        fill(vm, this, v)?;
    }
    Ok(Value::NONE)
}

fn reset(vm: &mut Vm, this: Gc<Native>) {
    this.set_slot(&mut vm.heap, ARRAY, Value::NONE);
    set_number(vm, this, HEAD, 0);
    set_number(vm, this, LEN, 0);
    changed(vm, this);
}

fn fill(vm: &mut Vm, this: Gc<Native>, iterable: Value) -> PyResult<()> {
    if iterable == this.value() {
        let list = vm.list_from_iter(iterable)?;
        return vm.for_each(list.value(), |vm, v| push(vm, this, v));
    }
    vm.for_each(iterable, |vm, v| push(vm, this, v))
}

fn append(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    push(vm, this, arg(args, 1))?;
    Ok(Value::NONE)
}

fn appendleft(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    push_left(vm, this, arg(args, 1))?;
    Ok(Value::NONE)
}

fn popped(vm: &mut Vm, v: Option<Value>) -> PyResult<Value> {
    match v {
        Some(v) => Ok(v),
        None => Err(vm.raise_msg(Exc::IndexError, "pop from an empty deque")),
    }
}

fn pop(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let v = take_last(vm, this);
    popped(vm, v)
}

fn popleft(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let v = take_first(vm, this);
    popped(vm, v)
}

fn extend(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    fill(vm, this, arg(args, 1))?;
    Ok(Value::NONE)
}

fn extendleft(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let list = vm.list_from_iter(arg(args, 1))?;
    vm.for_each(list.value(), |vm, v| push_left(vm, this, v))?;
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    reset(vm, this);
    Ok(Value::NONE)
}

/// A list of the items.
fn to_list(vm: &mut Vm, this: Gc<Native>) -> PyResult<Gc<List>> {
    let list = List::new(&mut vm.heap, length(this))?;
    for i in 0..length(this) {
        list.push(&mut vm.heap, get(this, i))?;
    }
    Ok(list)
}

/// Another deque of the class of this one.
fn like(vm: &mut Vm, this: Gc<Native>, list: Gc<List>) -> PyResult<Value> {
    let class = vm.type_of(this.value()).value();
    match this.slot(MAXLEN) {
        m if m.is_none() => vm.call(class, &[list.value()]),
        m => vm.call(class, &[list.value(), m]),
    }
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let list = to_list(vm, this)?;
    like(vm, this, list)
}

fn refill(vm: &mut Vm, this: Gc<Native>, items: Gc<List>) -> PyResult<()> {
    reset(vm, this);
    vm.for_each(items.value(), |vm, v| push(vm, this, v))
}

fn rotate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let n = length(this) as i64;
    let by = match arg(args, 1).bound() {
        Some(v) => vm.index_i64(v)?,
        None => 1,
    };
    if n <= 1 {
        return Ok(Value::NONE);
    }
    let by = by.rem_euclid(n);
    // The shorter way round; each step moves one item.
    if by <= n / 2 {
        for _ in 0..by {
            if let Some(v) = take_last(vm, this) {
                push_left(vm, this, v)?;
            }
        }
    } else {
        for _ in 0..n - by {
            if let Some(v) = take_first(vm, this) {
                push(vm, this, v)?;
            }
        }
    }
    Ok(Value::NONE)
}

fn reverse(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let n = length(this);
    for i in 0..n / 2 {
        let (a, b) = (get(this, i), get(this, n - 1 - i));
        put(vm, this, i, b);
        put(vm, this, n - 1 - i, a);
    }
    Ok(Value::NONE)
}

fn mutated(vm: &mut Vm) -> habu_vm::Raised {
    vm.raise_msg(Exc::RuntimeError, "deque mutated during iteration")
}

/// The first index from `start` to before `stop` whose item equals `v`.
fn find(
    vm: &mut Vm,
    this: Gc<Native>,
    v: Value,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let version = number(this, VERSION);
    for i in start..stop.min(length(this)) {
        let equal = vm.eq(get(this, i), v)?;
        if number(this, VERSION) != version {
            return Err(mutated(vm));
        }
        if equal {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(vm, this, arg(args, 1), from, usize::MAX)? {
        n += 1;
        from = i + 1;
    }
    Ok(Value::small_int(n))
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let n = length(this) as i64;
    let mut bound = |v: Value, default: i64| -> PyResult<usize> {
        let Some(v) = v.bound() else { return Ok(default as usize) };
        let i = vm.index_clamped(v)?;
        Ok((if i < 0 { i + n } else { i }).clamp(0, n) as usize)
    };
    let (start, stop) = (bound(arg(args, 2), 0)?, bound(arg(args, 3), n)?);
    match find(vm, this, arg(args, 1), start, stop)? {
        Some(i) => Ok(Value::small_int(i as i64)),
        None => {
            let msg = format!("{} is not in deque", vm.repr_text(arg(args, 1))?);
            Err(vm.value_error(&msg))
        }
    }
}

fn insert(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if maxlen(this).is_some_and(|m| length(this) >= m) {
        return Err(vm.raise_msg(Exc::IndexError, "deque already at its maximum size"));
    }
    let n = length(this) as i64;
    let i = vm.index_clamped(arg(args, 1))?;
    let at = (if i < 0 { i + n } else { i }).clamp(0, n) as usize;
    push(vm, this, arg(args, 2))?;
    for k in (at..n as usize).rev() {
        let moved = get(this, k);
        put(vm, this, k + 1, moved);
    }
    put(vm, this, at, arg(args, 2));
    Ok(Value::NONE)
}

fn delete(vm: &mut Vm, this: Gc<Native>, i: usize) {
    for k in i..length(this) - 1 {
        let moved = get(this, k + 1);
        put(vm, this, k, moved);
    }
    take_last(vm, this);
}

fn remove(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let before = this.slot(VERSION);
    let found = find(vm, this, arg(args, 1), 0, usize::MAX);
    if found.is_err() && this.slot(VERSION) != before {
        return Err(vm.raise_msg(Exc::IndexError, "deque mutated during iteration"));
    }
    match found? {
        Some(i) => {
            delete(vm, this, i);
            Ok(Value::NONE)
        }
        None => {
            let msg = format!("{} is not in deque", vm.repr_text(arg(args, 1))?);
            Err(vm.value_error(&msg))
        }
    }
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::small_int(length(native(vm, args)?) as i64))
}

/// A checked index.
fn position(vm: &mut Vm, this: Gc<Native>, key: Value) -> PyResult<usize> {
    if !int::is_int_like(key) && vm.special(key, vm.names.__index__).is_none() {
        let msg = format!("sequence index must be integer, not '{}'", vm.type_name(key));
        return Err(vm.type_error(&msg));
    }
    let i = vm.index_i64(key)?;
    let n = length(this) as i64;
    let i = if i < 0 { i + n } else { i };
    if i < 0 || i >= n {
        return Err(vm.raise_msg(Exc::IndexError, "deque index out of range"));
    }
    Ok(i as usize)
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let i = position(vm, this, arg(args, 1))?;
    Ok(get(this, i))
}

fn setitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let i = position(vm, this, arg(args, 1))?;
    put(vm, this, i, arg(args, 2));
    Ok(Value::NONE)
}

fn delitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let i = position(vm, this, arg(args, 1))?;
    delete(vm, this, i);
    Ok(Value::NONE)
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    Ok(Value::bool(find(vm, this, arg(args, 1), 0, usize::MAX)?.is_some()))
}

/// An iterator's slots: deque or None, items given, version, whether backwards.
fn iter(vm: &mut Vm, args: &[Value], reversed: bool) -> PyResult<Value> {
    let this = native(vm, args)?;
    let class = vm.root(if reversed { REVERSE_ITER } else { ITER });
    let Some(class) = class.cast::<Type>() else { return Ok(Value::NONE) };
    let slots = [this.value(), Value::small_int(0), this.slot(VERSION), Value::bool(reversed)];
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?.value())
}

/// An iterator that has gone over the first `index` items.
fn new_iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = vm.root(ROOT).cast::<Type>();
    let deque = arg(args, 1);
    if !class.is_some_and(|class| vm.is_instance_exact(deque, class)) {
        let msg = format!("argument 1 must be collections.deque, not {}", vm.type_name(deque));
        return Err(vm.type_error(&msg));
    }
    let skipped = match arg(args, 2).bound() {
        Some(n) => vm.index_clamped(n)?.max(0),
        None => 0,
    };
    let it = iter(vm, &[deque], arg(args, 0) == vm.root(REVERSE_ITER))?;
    if let (Some(it), Some(deque)) = (it.cast::<Native>(), deque.cast::<Native>()) {
        set_number(vm, it, 1, length(deque).min(skipped as usize));
    }
    Ok(it)
}

fn reduce_iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = native(vm, args)?;
    let class = vm.type_of(it.value()).value();
    let deque = match it.slot(0) {
        v if v.is_none() => vm.call(vm.root(ROOT), &[])?,
        v => v,
    };
    let parts = vm.new_tuple(&[deque, it.slot(1)])?;
    vm.new_tuple(&[class, parts])
}

fn next(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = native(vm, args)?;
    let Some(this) = it.slot(0).cast::<Native>() else {
        return Err(vm.stop_iteration(Value::NONE));
    };
    if this.slot(VERSION) != it.slot(2) {
        it.set_slot(&mut vm.heap, 0, Value::NONE);
        return Err(mutated(vm));
    }
    let (i, n) = (it.slot(1).as_int() as usize, length(this));
    if i >= n {
        it.set_slot(&mut vm.heap, 0, Value::NONE);
        return Err(vm.stop_iteration(Value::NONE));
    }
    set_number(vm, it, 1, i + 1);
    Ok(get(this, if it.slot(3) == Value::TRUE { n - 1 - i } else { i }))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let text = vm.guard_repr(this.value(), |vm| {
        let list = to_list(vm, this)?;
        vm.repr_text(list.value())
    })?;
    let name = vm.type_name(this.value());
    let text = match (text, maxlen(this)) {
        (None, _) => "[...]".to_owned(),
        (Some(items), None) => format!("{name}({items})"),
        (Some(items), Some(m)) => format!("{name}({items}, maxlen={m})"),
    };
    vm.new_str(&text)
}

/// The other operand as a deque.
fn other(vm: &mut Vm, args: &[Value]) -> Option<Gc<Native>> {
    let class = vm.root(ROOT).cast::<Type>()?;
    arg(args, 1).cast::<Native>().filter(|o| vm.is_instance_exact(o.value(), class))
}

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let Some(more) = other(vm, args) else {
        let msg =
            format!("can only concatenate deque (not \"{}\") to deque", vm.type_name(arg(args, 1)));
        return Err(vm.type_error(&msg));
    };
    let list = to_list(vm, this)?;
    let more = to_list(vm, more)?;
    list.extend(&mut vm.heap, more)?;
    like(vm, this, list)
}

fn iadd(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    extend(vm, args)?;
    Ok(arg(args, 0))
}

fn repeated(vm: &mut Vm, this: Gc<Native>, times: Value) -> PyResult<Gc<List>> {
    let n = vm.index_i64(times)?.max(0) as usize;
    let list = to_list(vm, this)?;
    Ok(list.repeat(&mut vm.heap, n)?)
}

fn mul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if !int::is_int_like(arg(args, 1)) && vm.special(arg(args, 1), vm.names.__index__).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let list = repeated(vm, this, arg(args, 1))?;
    like(vm, this, list)
}

fn imul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let list = repeated(vm, this, arg(args, 1))?;
    refill(vm, this, list)?;
    Ok(this.value())
}

fn compare(vm: &mut Vm, args: &[Value], op: CmpOp) -> PyResult<Value> {
    let this = native(vm, args)?;
    let Some(o) = other(vm, args) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (to_list(vm, this)?, to_list(vm, o)?);
    vm.compare(op, a.value(), b.value())
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let class = vm.type_of(this.value()).value();
    let first = match this.slot(MAXLEN) {
        m if m.is_none() => Value::EMPTY_TUPLE,
        m => vm.new_tuple(&[Value::EMPTY_TUPLE, m])?,
    };
    let name = vm.names.__getstate__;
    let state = vm.call_method(this.value(), name, &[])?;
    let it = iter(vm, args, false)?;
    vm.new_tuple(&[class, first, state, it])
}
