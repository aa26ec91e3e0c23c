//! Iterators of builtin collections: how Python steps, measures and pickles them. `lazy` has those that drive other
//! iterators; the steps themselves are in `vm`.

mod lazy;

use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{
    BytesIter, CallIter, DictItemIter, DictKeyIter, DictValueIter, Kind, List, ListIter, RangeIter,
    SeqIter, SetIter, StrIter, Tuple, TupleIter, Value, bytes, type_flags,
};
use habu_vm::types::VARIANTS;
use habu_vm::{BinOp, Effects, NativeDef, PyResult, Vm};

/// `__iter__` and `__next__`, which all iterators have.
static STEPS: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", itself).effects(Effects::Pure),
    NativeDef::new("__next__", "(self, /)", next),
];

static MEASURES: &[NativeDef] = &[
    NativeDef::new("__length_hint__", "(self, /)", length_hint)
        .doc("Private method returning an estimate of len(list(it))."),
    NativeDef::new("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
];

static CALL_ITER: &[NativeDef] = &[NativeDef::new("__reduce__", "(self, /)", reduce)];

static SET_STATE: &[NativeDef] = &[NativeDef::new("__setstate__", "(self, state, /)", setstate)
    .doc("Set state information for unpickling.")];

/// Kinds whose position `__setstate__` can set.
const INDEXED: &[Kind] = &[
    Kind::RangeIter,
    Kind::ListIter,
    Kind::TupleIter,
    Kind::StrIter,
    Kind::BytesIter,
    Kind::SeqIter,
];

/// Kinds whose iterators only know the way forward.
const HASHED: &[Kind] =
    &[Kind::DictKeyIter, Kind::DictValueIter, Kind::DictItemIter, Kind::SetIter];

/// Fills the classes.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    for kind in INDEXED.iter().chain(HASHED).chain(&[Kind::CallIter]) {
        let class = vm.types.of_kind(*kind);
        class.flags.set(class.flags.get() | type_flags::NO_NEW);
        vm.add_methods(class, STEPS)?;
        vm.add_methods(class, if *kind == Kind::CallIter { CALL_ITER } else { MEASURES })?;
        if INDEXED.contains(kind) {
            vm.add_methods(class, SET_STATE)?;
        }
    }
    for (variant, kind, _) in VARIANTS {
        let class = vm.types.variant(*variant);
        if *kind == Kind::Reversed {
            vm.add_methods(class, STEPS)?;
            vm.add_methods(class, lazy::LIST_REVERSED)?;
        } else if INDEXED.contains(kind) || HASHED.contains(kind) {
            vm.add_methods(class, STEPS)?;
            vm.add_methods(class, MEASURES)?;
            if INDEXED.contains(kind) {
                vm.add_methods(class, SET_STATE)?;
            }
        }
    }
    lazy::install(vm)
}

fn itself(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(args[0])
}

fn next(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let step = match vm.next_builtin(args[0])? {
        Some(step) => step,
        // A subclass of one of the lazy iterators.
        None => vm.next_composite(args[0])?.flatten(),
    };
    step.ok_or_else(|| vm.stop_iteration(Value::NONE))
}

/// What an iterator over positions goes through, and where it is; None if exhausted.
fn position(it: Value) -> Option<(Value, i64)> {
    let (source, index) = match it.kind() {
        Kind::ListIter => it.cast::<ListIter>().map(|i| (i.list.get(), i.index.get() as i64))?,
        Kind::TupleIter => it.cast::<TupleIter>().map(|i| (i.tuple.get(), i.index.get() as i64))?,
        Kind::StrIter => it.cast::<StrIter>().map(|i| (i.string.get(), i.index.get() as i64))?,
        Kind::BytesIter => it.cast::<BytesIter>().map(|i| (i.bytes.get(), i.index.get() as i64))?,
        Kind::SeqIter => it.cast::<SeqIter>().map(|i| (i.sequence.get(), i.index.get()))?,
        _ => return None,
    };
    Some((source.bound()?, index))
}

/// Items that a dict's or set's iterator still has.
fn remaining_entries(it: Value) -> Option<usize> {
    match it.kind() {
        Kind::DictKeyIter => Some(it.cast::<DictKeyIter>()?.length_hint()),
        Kind::DictValueIter => Some(it.cast::<DictValueIter>()?.length_hint()),
        Kind::DictItemIter => Some(it.cast::<DictItemIter>()?.length_hint()),
        Kind::SetIter => {
            let it = it.cast::<SetIter>()?;
            let set = it.set.get().cast::<habu_object::Set>()?;
            let (mut n, mut pos) = (0, it.index.get());
            while let Some((next, _, _)) = set.next_key(pos) {
                n += 1;
                pos = next;
            }
            Some(n)
        }
        _ => None,
    }
}

fn length_hint(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = args[0];
    if let Some(range) = it.cast::<RangeIter>() {
        return Ok(range.left.get());
    }
    if let Some(n) = remaining_entries(it) {
        return vm.new_int(n as i64);
    }
    let Some((source, index)) = position(it) else { return Ok(Value::small_int(0)) };
    let len = match source.kind() {
        Kind::List => source.cast::<List>().map_or(0, |l| l.len()),
        Kind::Tuple => source.cast::<Tuple>().map_or(0, |t| t.len()),
        Kind::Str => source.cast::<Str>().map_or(0, |s| s.len()),
        Kind::Bytes | Kind::ByteArray => bytes::with_bytes(source, <[u8]>::len).unwrap_or(0),
        _ => {
            let name = vm.names.__len__;
            if vm.special(source, name).is_none() {
                return Ok(Value::NOT_IMPLEMENTED);
            }
            vm.len(source)?
        }
    };
    vm.new_int((len as i64 - index).max(0))
}

/// The builtin function of this name.
pub(super) fn builtin(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern(name)?;
    let found = vm.builtins.cast::<Dict>().and_then(|d| vm.dict_get_str(d, name));
    Ok(found.unwrap_or(Value::NONE))
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = args[0];
    let iter = builtin(vm, "iter")?;
    if let Some(it) = it.cast::<RangeIter>() {
        return reduce_range(vm, [it.next.get(), it.left.get(), it.step.get()]);
    }
    if let Some((source, index)) = position(it) {
        let source = vm.new_tuple(&[source])?;
        let index = vm.new_int(index)?;
        return vm.new_tuple(&[iter, source, index]);
    }
    if let Some(call) = it.cast::<CallIter>()
        && let Some(callable) = call.callable.get().bound()
    {
        let parts = vm.new_tuple(&[callable, call.sentinel.get()])?;
        return vm.new_tuple(&[iter, parts]);
    }
    let rest = match HASHED.contains(&it.kind()) {
        true => rest_of(vm, it)?,
        false => exhausted_source(vm, it)?,
    };
    let rest = vm.new_tuple(&[rest])?;
    vm.new_tuple(&[iter, rest])
}

/// An empty collection of the kind that an exhausted iterator had.
fn exhausted_source(vm: &mut Vm, it: Value) -> PyResult<Value> {
    match it.kind() {
        Kind::StrIter => vm.intern(""),
        Kind::BytesIter | Kind::TupleIter | Kind::SeqIter | Kind::CallIter => {
            Ok(Value::EMPTY_TUPLE)
        }
        _ => vm.new_list(&[]),
    }
}

/// What a dict's or set's iterator still has, as a list; the iterator stays where it is.
fn rest_of(vm: &mut Vm, it: Value) -> PyResult<Value> {
    let list = List::new(&mut vm.heap, 0)?;
    /// Steps the iterator to its end and puts it back.
    macro_rules! rewind {
        ($($iter:ident $source:ident;)*) => {
            $(if let Some(it) = it.cast::<$iter>() {
                let (source, index) = (it.$source.get(), it.index.get());
                let expected = it.expected.get();
                vm.extend_list(list, it.value())?;
                it.store(&mut vm.heap, &it.$source, source);
                it.index.set(index);
                it.expected.set(expected);
            })*
        };
    }
    let left = remaining_entries(it);
    rewind! {
        DictKeyIter dict;
        DictValueIter dict;
        DictItemIter dict;
        SetIter set;
    }
    restore_left(it, left.unwrap_or(0));
    Ok(list.value())
}

/// Puts back the count of entries that a dict's iterator keeps.
fn restore_left(it: Value, left: usize) {
    match it.kind() {
        Kind::DictKeyIter => set(it.cast::<DictKeyIter>().map(|i| i.left.set(left))),
        Kind::DictValueIter => set(it.cast::<DictValueIter>().map(|i| i.left.set(left))),
        Kind::DictItemIter => set(it.cast::<DictItemIter>().map(|i| i.left.set(left))),
        _ => {}
    }
}

/// What remakes an iterator that has `left` numbers more: the range of them.
pub(super) fn reduce_range(vm: &mut Vm, [next, left, step]: [Value; 3]) -> PyResult<Value> {
    let iter = builtin(vm, "iter")?;
    let distance = vm.int_op(BinOp::Mul, left, step)?;
    let stop = vm.int_op(BinOp::Add, next, distance)?;
    let class = vm.types.of_kind(Kind::Range).value();
    let range = vm.call(class, &[next, stop, step])?;
    let range = vm.new_tuple(&[range])?;
    vm.new_tuple(&[iter, range, Value::NONE])
}

fn setstate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[it, state] = args else { return Ok(Value::NONE) };
    let index = vm.index_clamped(state)?.max(0);
    if let Some(range) = it.cast::<RangeIter>() {
        let skipped = Value::small_int(index.min(range.left.get().as_int()));
        let distance = vm.int_op(BinOp::Mul, skipped, range.step.get())?;
        let next = vm.int_op(BinOp::Add, range.next.get(), distance)?;
        if next.is_int() {
            range.next.set(next);
            range.left.set(Value::small_int(range.left.get().as_int() - skipped.as_int()));
        }
        return Ok(Value::NONE);
    }
    if position(it).is_none() {
        return Ok(Value::NONE);
    }
    let at = index as usize;
    match it.kind() {
        Kind::ListIter => set(it.cast::<ListIter>().map(|i| i.index.set(at))),
        Kind::TupleIter => set(it.cast::<TupleIter>().map(|i| i.index.set(at))),
        Kind::StrIter => set(it.cast::<StrIter>().map(|i| i.index.set(at))),
        Kind::BytesIter => set(it.cast::<BytesIter>().map(|i| i.index.set(at))),
        _ => set(it.cast::<SeqIter>().map(|i| i.index.set(index))),
    }
    Ok(Value::NONE)
}

/// Ends a chain of casts whose effect is all that is wanted.
fn set(_done: Option<()>) {}
