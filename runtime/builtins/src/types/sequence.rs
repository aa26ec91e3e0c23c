//! What list, tuple and their relatives share: subscripts, searching, comparison, repetition counts, reprs.
//!
//! Nothing here knows how a sequence stores its items beyond [`Sequence`]; every loop asks for the next item anew,
//! because comparing may run Python code that changes the sequence.

use habu_object::slice::{Extent, adjust_indices};
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Kind, List, Slice, Tuple, Type, Value, int, type_flags};
use habu_vm::{CmpOp, Exc, PyResult, Vm};

/// Items by number; the length may change between two questions.
pub(crate) trait Sequence: Copy {
    /// Item `i`, None beyond the end.
    fn at(self, i: usize) -> Option<Value>;
    /// Number of items now.
    fn size(self) -> usize;
}

impl Sequence for Gc<List> {
    #[inline]
    fn at(self, i: usize) -> Option<Value> {
        self.get(i)
    }
    #[inline]
    fn size(self) -> usize {
        self.len()
    }
}

impl Sequence for Gc<Tuple> {
    #[inline]
    fn at(self, i: usize) -> Option<Value> {
        Some(self.items().get(i)?.get())
    }
    #[inline]
    fn size(self) -> usize {
        self.len()
    }
}

/// What a subscript means.
pub(crate) enum Subscript {
    /// One item, negative from the end.
    Index(i64),
    /// Several.
    Slice(Gc<Slice>),
}

/// The meaning of a subscript of a `what` (CPython `list_subscript`).
pub(crate) fn subscript(vm: &mut Vm, key: Value, what: &str) -> PyResult<Subscript> {
    if key.is_int() {
        return Ok(Subscript::Index(key.as_int()));
    }
    if let Some(slice) = key.cast::<Slice>() {
        return Ok(Subscript::Slice(slice));
    }
    let name = vm.names.__index__;
    if int::is_int_like(key) || vm.special(key, name).is_some() {
        return Ok(Subscript::Index(vm.index_i64(key)?));
    }
    let msg = format!("{what} indices must be integers or slices, not {}", vm.type_name(key));
    Err(vm.type_error(&msg))
}

/// The position that an index means in a sequence of `len` items, if it is in range.
#[inline]
pub(crate) fn position(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 { i.checked_add(len as i64)? } else { i };
    usize::try_from(i).ok().filter(|i| *i < len)
}

/// The parts of a slice as numbers (CPython `PySlice_Unpack`); may run `__index__` methods.
pub(crate) fn unpack_slice(
    vm: &mut Vm,
    slice: Gc<Slice>,
) -> PyResult<(Option<i64>, Option<i64>, i64)> {
    let step = slice_part(vm, slice.step.get())?.unwrap_or(1);
    if step == 0 {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let start = slice_part(vm, slice.start.get())?;
    let stop = slice_part(vm, slice.stop.get())?;
    Ok((start, stop, step))
}

/// The positions that a slice names in a sequence, whose length is taken after the slice's parts were evaluated.
pub(crate) fn slice_extent(
    vm: &mut Vm,
    slice: Gc<Slice>,
    len: impl FnOnce() -> usize,
) -> PyResult<Extent> {
    let (start, stop, step) = unpack_slice(vm, slice)?;
    Ok(adjust_indices(start, stop, step, len()))
}

fn slice_part(vm: &mut Vm, v: Value) -> PyResult<Option<i64>> {
    if v.is_none() {
        return Ok(None);
    }
    slice_index(vm, v, "slice indices must be integers or None or have an __index__ method")
        .map(Some)
}

fn slice_index(vm: &mut Vm, v: Value, complaint: &str) -> PyResult<i64> {
    if v.is_int() {
        return Ok(v.as_int());
    }
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        return Err(vm.type_error(complaint));
    }
    vm.index_clamped(v)
}

/// Arguments `start` and `stop` of `index()`: clamped numbers, still to be fitted to the length.
pub(crate) fn search_bounds(
    vm: &mut Vm,
    start: Value,
    stop: Value,
    len: usize,
) -> PyResult<(usize, usize)> {
    const COMPLAINT: &str = "slice indices must be integers or have an __index__ method";
    let fit = |i: i64| if i < 0 { i.saturating_add(len as i64).max(0) } else { i } as usize;
    let start = if start.is_unbound() { 0 } else { slice_index(vm, start, COMPLAINT)? };
    let stop = if stop.is_unbound() { i64::MAX } else { slice_index(vm, stop, COMPLAINT)? };
    Ok((fit(start), fit(stop)))
}

/// An argument that is a `Py_ssize_t` in CPython.
pub(crate) fn ssize(vm: &mut Vm, v: Value) -> PyResult<i64> {
    if v.is_int() {
        return Ok(v.as_int());
    }
    let n = vm.index(v)?;
    match int::to_i64(n) {
        Some(n) => Ok(n),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// The count of a repetition; None if the operand is no integer.
pub(crate) fn repeat_count(vm: &mut Vm, v: Value) -> PyResult<Option<usize>> {
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        return Ok(None);
    }
    let n = vm.index(v)?;
    match int::to_i64(n) {
        Some(n) => Ok(Some(n.max(0) as usize)),
        None => {
            let msg = format!("cannot fit '{}' into an index-sized integer", vm.type_name(v));
            Err(vm.overflow_error(&msg))
        }
    }
}

/// MemoryError unless `count` copies of `len` items can be thought of.
pub(crate) fn check_repeat(vm: &mut Vm, len: usize, count: usize) -> PyResult<()> {
    match len.checked_mul(count) {
        Some(total) if total < isize::MAX as usize / 8 => Ok(()),
        _ => Err(vm.raise_args(Exc::MemoryError, &[])),
    }
}

/// Whether an item equals `v`.
pub(crate) fn contains(vm: &mut Vm, s: impl Sequence, v: Value) -> PyResult<bool> {
    Ok(find(vm, s, v, 0, usize::MAX)?.is_some())
}

/// The first position from `start` to before `stop` whose item equals `v`.
pub(crate) fn find(
    vm: &mut Vm,
    s: impl Sequence,
    v: Value,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(item) = s.at(i)
    {
        if vm.eq(item, v)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// How many items equal `v`.
pub(crate) fn count(vm: &mut Vm, s: impl Sequence, v: Value) -> PyResult<Value> {
    let (mut i, mut n) = (0, 0);
    while let Some(item) = s.at(i) {
        n += vm.eq(item, v)? as i64;
        i += 1;
    }
    vm.new_int(n)
}

/// `a op b`: the first items that differ decide, else the lengths.
pub(crate) fn compare(
    vm: &mut Vm,
    op: CmpOp,
    a: impl Sequence,
    b: impl Sequence,
) -> PyResult<Value> {
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.at(i), b.at(i)) {
        if !vm.eq(x, y)? {
            return match op {
                CmpOp::Eq => Ok(Value::FALSE),
                CmpOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(op, x, y),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(a.size().cmp(&b.size()))))
}

/// Adds `repr(v)` to a text.
pub(crate) fn push_repr(vm: &mut Vm, out: &mut StrBuf, v: Value) -> PyResult<()> {
    let repr = vm.repr(v)?;
    if let Some(s) = repr.cast::<Str>() {
        out.push_value(s);
    }
    Ok(())
}

/// Adds the reprs of all items, with commas between them.
pub(crate) fn push_reprs(vm: &mut Vm, out: &mut StrBuf, s: impl Sequence) -> PyResult<()> {
    let mut i = 0;
    while let Some(v) = s.at(i) {
        if i > 0 {
            out.push_str(", ");
        }
        push_repr(vm, out, v)?;
        i += 1;
    }
    Ok(())
}

/// Whether `__init__` and `__new__` of the builtin class `kind` must refuse keywords: the one that a subclass does not
/// replace (`replaced` names the other).
pub(crate) fn refuse_keywords(
    vm: &mut Vm,
    class: Gc<Type>,
    kind: Kind,
    other: Value,
    kwargs: Value,
) -> PyResult<()> {
    if kwargs.is_unbound() {
        return Ok(());
    }
    let builtin = vm.types.of_kind(kind);
    if class == builtin || vm.class_lookup(class, other) == vm.class_lookup(builtin, other) {
        let msg = format!("{}() takes no keyword arguments", vm.class_name(builtin));
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

/// What every new instance of a class needs that may be a Python subclass of a builtin one.
#[inline]
pub(crate) fn made(vm: &mut Vm, class: Gc<Type>, v: Value) -> Value {
    if class.has(type_flags::HAS_DEL)
        && let Some(object) = v.object()
    {
        vm.watched = true;
        vm.heap.register_finalizer(object);
    }
    v
}

/// Forbids hashing the instances of a class.
pub(crate) fn unhashable(vm: &mut Vm, kind: Kind) -> PyResult<()> {
    let class = vm.types.of_kind(kind);
    vm.set_class_entry(class, "__hash__", Value::NONE)
}

/// Declares the six rich comparisons by one function `compare(vm, op, args)`.
macro_rules! comparisons {
    ($compare:path) => {
        fn lt(vm: &mut habu_vm::Vm, args: &[habu_object::Value]) -> habu_vm::PyResult {
            $compare(vm, habu_vm::CmpOp::Lt, args)
        }
        fn le(vm: &mut habu_vm::Vm, args: &[habu_object::Value]) -> habu_vm::PyResult {
            $compare(vm, habu_vm::CmpOp::Le, args)
        }
        fn gt(vm: &mut habu_vm::Vm, args: &[habu_object::Value]) -> habu_vm::PyResult {
            $compare(vm, habu_vm::CmpOp::Gt, args)
        }
        fn ge(vm: &mut habu_vm::Vm, args: &[habu_object::Value]) -> habu_vm::PyResult {
            $compare(vm, habu_vm::CmpOp::Ge, args)
        }
        fn eq(vm: &mut habu_vm::Vm, args: &[habu_object::Value]) -> habu_vm::PyResult {
            $compare(vm, habu_vm::CmpOp::Eq, args)
        }
        fn ne(vm: &mut habu_vm::Vm, args: &[habu_object::Value]) -> habu_vm::PyResult {
            $compare(vm, habu_vm::CmpOp::Ne, args)
        }
    };
}
pub(crate) use comparisons;
