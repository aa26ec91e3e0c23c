//! Methods of bytes and bytearray that look for bytes: find and its relatives, startswith, replace, removeprefix.

use super::buffer::Buffer;
use super::{tables, this};
use crate::args::arg;
use crate::types::str::{bound, count_or};
use habu_object::{Tuple, Value, bytes};
use habu_vm::{PyResult, Vm};

tables! {
    plain {}
    given {
        "count" "(self, sub, start=None, end=None, /)" count
            "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].";
        "endswith" "(self, suffix, start=None, end=None, /)" endswith
            "Return True if the bytes ends with the specified suffix, False otherwise.";
        "find" "(self, sub, start=None, end=None, /)" find
            "Return the lowest index in B where subsection 'sub' is found, -1 on failure.";
        "index" "(self, sub, start=None, end=None, /)" index
            "Return the lowest index in B where subsection 'sub' is found; ValueError if there is none.";
        "removeprefix" "(self, prefix, /)" removeprefix
            "Return a bytes object with the given prefix string removed if present.";
        "removesuffix" "(self, suffix, /)" removesuffix
            "Return a bytes object with the given suffix string removed if present.";
        "replace" "(self, old, new, count=-1, /)" replace
            "Return a copy with all occurrences of substring old replaced by new.";
        "rfind" "(self, sub, start=None, end=None, /)" rfind
            "Return the highest index in B where subsection 'sub' is found, -1 on failure.";
        "rindex" "(self, sub, start=None, end=None, /)" rindex
            "Return the highest index in B where subsection 'sub' is found; ValueError if there is none.";
        "startswith" "(self, prefix, start=None, end=None, /)" startswith
            "Return True if the bytes starts with the specified prefix, False otherwise.";
    }
}

/// The bounds, the needle, the receiver; in this order, because bounds may run Python code.
#[inline]
fn wanted(vm: &mut Vm, args: &[Value]) -> PyResult<(Buffer, Buffer, i64, i64)> {
    let start = bound(vm, arg(args, 2), 0)?;
    let end = bound(vm, arg(args, 3), i64::MAX)?;
    let needle = Buffer::needle(vm, arg(args, 1))?;
    Ok((this(vm, args)?, needle, start, end))
}

fn found(at: Option<usize>) -> Value {
    Value::small_int(at.map_or(-1, |i| i as i64))
}

fn found_or_raise(vm: &mut Vm, at: Option<usize>) -> PyResult<Value> {
    match at {
        Some(i) => Ok(Value::small_int(i as i64)),
        None => Err(vm.value_error("subsection not found")),
    }
}

fn find(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (hay, needle, start, end) = wanted(vm, args)?;
    Ok(found(bytes::find(&hay, &needle, start, end)))
}

fn rfind(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (hay, needle, start, end) = wanted(vm, args)?;
    Ok(found(bytes::rfind(&hay, &needle, start, end)))
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (hay, needle, start, end) = wanted(vm, args)?;
    found_or_raise(vm, bytes::find(&hay, &needle, start, end))
}

fn rindex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (hay, needle, start, end) = wanted(vm, args)?;
    found_or_raise(vm, bytes::rfind(&hay, &needle, start, end))
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (hay, needle, start, end) = wanted(vm, args)?;
    Ok(Value::small_int(bytes::count(&hay, &needle, start, end) as i64))
}

fn affix(
    vm: &mut Vm,
    args: &[Value],
    name: &str,
    test: impl Fn(&[u8], &[u8], i64, i64) -> bool,
) -> PyResult<Value> {
    let start = bound(vm, arg(args, 2), 0)?;
    let end = bound(vm, arg(args, 3), i64::MAX)?;
    let hay = this(vm, args)?;
    if let Some(several) = arg(args, 1).cast::<Tuple>() {
        for item in several.items() {
            let one = Buffer::of(vm, item.get())?;
            if test(&hay, &one, start, end) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    match Buffer::try_of(vm, arg(args, 1))? {
        Some(one) => Ok(Value::bool(test(&hay, &one, start, end))),
        None => {
            let given = vm.type_name(arg(args, 1));
            let msg = format!("{name} first arg must be bytes or a tuple of bytes, not {given}");
            Err(vm.type_error(&msg))
        }
    }
}

fn startswith(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    affix(vm, args, "startswith", bytes::startswith)
}

fn endswith(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    affix(vm, args, "endswith", bytes::endswith)
}

fn replace(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let count = count_or(vm, arg(args, 3), -1)?;
    let old = Buffer::of(vm, arg(args, 1))?;
    let new = Buffer::of(vm, arg(args, 2))?;
    let hay = this(vm, args)?;
    match bytes::replace(&hay, &old, &new, count)? {
        Some(replaced) => hay.like(vm, &replaced),
        None => hay.same(vm),
    }
}

fn removeprefix(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let prefix = Buffer::of(vm, arg(args, 1))?;
    let hay = this(vm, args)?;
    let from = if hay.starts_with(&prefix) { prefix.len() } else { 0 };
    hay.part(vm, from..hay.len())
}

fn removesuffix(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let suffix = Buffer::of(vm, arg(args, 1))?;
    let hay = this(vm, args)?;
    let cut = if hay.ends_with(&suffix) { suffix.len() } else { 0 };
    hay.part(vm, 0..hay.len() - cut)
}
