//! Methods of bytes and bytearray that cut up and put together: split, splitlines, partition, strip, join.

use super::buffer::Buffer;
use super::{tables, this};
use crate::args::{arg, or_none};
use crate::types::str::{collect, count_or};
use habu_gc::OutOfMemory;
use habu_object::bytes::{self, ByteArray, Bytes};
use habu_object::str::Side;
use habu_object::{Gc, List, TempVec, Tuple, Value, shape};
use habu_vm::{PyResult, Vm};
use std::ops::Range;

tables! {
    plain {}
    given {
        "join" "(self, iterable_of_bytes, /)" join "Concatenate any number of bytes objects.";
        "lstrip" "(self, bytes=None, /)" lstrip "Strip leading bytes contained in the argument.";
        "partition" "(self, sep, /)" partition "Partition the bytes into three parts using the given separator.";
        "rpartition" "(self, sep, /)" rpartition
            "Partition the bytes into three parts using the given separator, searching from the end.";
        "rsplit" "(self, /, sep=None, maxsplit=-1)" rsplit
            "Return a list of the sections in the bytes, using sep as the delimiter, splitting from the end.";
        "rstrip" "(self, bytes=None, /)" rstrip "Strip trailing bytes contained in the argument.";
        "split" "(self, /, sep=None, maxsplit=-1)" split
            "Return a list of the sections in the bytes, using sep as the delimiter.";
        "splitlines" "(self, /, keepends=False)" splitlines
            "Return a list of the lines in the bytes, breaking at line boundaries.";
        "strip" "(self, bytes=None, /)" strip "Strip leading and trailing bytes contained in the argument.";
    }
}

/// A list of parts of the receiver.
fn list(vm: &mut Vm, of: &Buffer, ranges: Vec<Range<usize>>) -> PyResult<Value> {
    let mut parts = TempVec::new(&mut vm.heap, ranges.len())?;
    for range in ranges {
        let part = of.like(vm, &of[range])?;
        parts.push(&mut vm.heap, part)?;
    }
    Ok(parts.into_list(&mut vm.heap)?.value())
}

type Cut = fn(&[u8], Option<&[u8]>, i64) -> Vec<Range<usize>>;

fn cut(vm: &mut Vm, args: &[Value], cut: Cut) -> PyResult<Value> {
    let most = count_or(vm, arg(args, 2), -1)?;
    let separator = match or_none(arg(args, 1)) {
        Value::NONE => None,
        v => Some(separator(vm, v)?),
    };
    let of = this(vm, args)?;
    let ranges = cut(&of, separator.as_deref(), most);
    list(vm, &of, ranges)
}

/// A separator, which must not be empty.
fn separator(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
    let separator = Buffer::of(vm, v)?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok(separator)
}

fn split(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    cut(vm, args, bytes::split)
}

fn rsplit(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    cut(vm, args, bytes::rsplit)
}

fn splitlines(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let keep = match arg(args, 1) {
        v if v.is_unbound() => false,
        v => vm.truth(v)?,
    };
    let of = this(vm, args)?;
    let ranges = bytes::splitlines(&of, keep);
    list(vm, &of, ranges)
}

fn partition(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let separator = separator(vm, arg(args, 1))?;
    let of = this(vm, args)?;
    let parts = match bytes::find(&of, &separator, 0, i64::MAX) {
        Some(at) => three(vm, &of, &separator, at)?,
        None => [of.same(vm)?, of.like(vm, b"")?, of.like(vm, b"")?],
    };
    vm.new_tuple(&parts)
}

fn rpartition(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let separator = separator(vm, arg(args, 1))?;
    let of = this(vm, args)?;
    let parts = match bytes::rfind(&of, &separator, 0, i64::MAX) {
        Some(at) => three(vm, &of, &separator, at)?,
        None => [of.like(vm, b"")?, of.like(vm, b"")?, of.same(vm)?],
    };
    vm.new_tuple(&parts)
}

fn three(vm: &mut Vm, of: &Buffer, separator: &Buffer, at: usize) -> PyResult<[Value; 3]> {
    let before = of.like(vm, &of[..at])?;
    let between = of.like(vm, separator)?;
    Ok([before, between, of.like(vm, &of[at + separator.len()..])?])
}

fn stripped(vm: &mut Vm, args: &[Value], side: Side) -> PyResult<Value> {
    let set = match or_none(arg(args, 1)) {
        Value::NONE => None,
        v => Some(Buffer::of(vm, v)?),
    };
    let of = this(vm, args)?;
    let range = bytes::strip(&of, set.as_deref(), side);
    of.part(vm, range)
}

fn strip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    stripped(vm, args, Side::Both)
}

fn lstrip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    stripped(vm, args, Side::Left)
}

fn rstrip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    stripped(vm, args, Side::Right)
}

fn join(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let items = arg(args, 1);
    let separator = this(vm, args)?;
    let exact_tuple = items.cast::<Tuple>().filter(|_| items.shape() == shape::TUPLE);
    if let Some(tuple) = exact_tuple {
        return join_values(vm, &separator, |i| Some(tuple.items().get(i)?.get()));
    }
    let list: Gc<List> = match items.cast::<List>().filter(|_| items.shape() == shape::LIST) {
        Some(list) => list,
        None => collect(vm, items)?,
    };
    join_values(vm, &separator, |i| list.get(i))
}

/// Joins items, which are asked for by number until there are no more.
fn join_values(
    vm: &mut Vm,
    separator: &Buffer,
    item: impl Fn(usize) -> Option<Value>,
) -> PyResult<Value> {
    if let (Some(only), None) = (item(0), item(1))
        && only.shape() == shape::BYTES
        && matches!(separator, Buffer::Bytes(_))
    {
        return Ok(only);
    }
    let mut joined = Vec::new();
    let mut add = |bytes: &[u8]| {
        joined.try_reserve(bytes.len()).map_err(|_| OutOfMemory)?;
        joined.extend_from_slice(bytes);
        PyResult::Ok(())
    };
    let mut i = 0;
    while let Some(v) = item(i) {
        if i > 0 {
            add(separator)?;
        }
        if let Some(bytes) = v.cast::<Bytes>() {
            add(bytes.bytes())?;
        } else if let Some(array) = v.cast::<ByteArray>() {
            add(array.bytes())?;
        } else {
            match Buffer::try_of(vm, v)? {
                Some(view) => add(&view)?,
                None => return Err(bad_item(vm, i, v)),
            }
        }
        i += 1;
    }
    separator.like(vm, &joined)
}

#[cold]
fn bad_item(vm: &mut Vm, i: usize, v: Value) -> habu_vm::Raised {
    let msg = format!("sequence item {i}: expected a bytes-like object, {} found", vm.type_name(v));
    vm.type_error(&msg)
}
