//! Methods of str that cut up and put together: split, splitlines, partition, strip, join.

use super::{count_or, expect, this};
use crate::args::{arg, or_none};
use habu_object::str::{JoinError, Side, Str};
use habu_object::{Gc, List, Tuple, Value, shape};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Raised, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("join", "(self, iterable, /)", join).effects(Effects::Repeatable)
        .hosted("join")
        .doc("Concatenate any number of strings.\n\nThe string whose method is called is inserted in between each \
              given string."),
    NativeDef::new("lstrip", "(self, chars=None, /)", lstrip)
        .doc("Return a copy of the string with leading whitespace removed.")
        .effects(Effects::Pure),
    NativeDef::new("partition", "(self, sep, /)", partition)
        .doc("Partition the string into three parts using the given separator.")
        .effects(Effects::Pure),
    NativeDef::new("rpartition", "(self, sep, /)", rpartition)
        .doc("Partition the string into three parts using the given separator, searching from the end.")
        .effects(Effects::Pure),
    NativeDef::new("rsplit", "(self, /, sep=None, maxsplit=-1)", rsplit)
        .doc("Return a list of the substrings in the string, splitting from the end, using sep as the separator.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("rstrip", "(self, chars=None, /)", rstrip)
        .doc("Return a copy of the string with trailing whitespace removed.")
        .effects(Effects::Pure),
    NativeDef::new("split", "(self, /, sep=None, maxsplit=-1)", split)
        .doc("Return a list of the substrings in the string, using sep as the separator string.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("splitlines", "(self, /, keepends=False)", splitlines)
        .doc("Return a list of the lines in the string, breaking at line boundaries.")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("strip", "(self, chars=None, /)", strip)
        .doc("Return a copy of the string with leading and trailing whitespace removed.")
        .effects(Effects::Pure),
];

/// self, separator and limit.
#[inline]
fn cuts(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Str>, Option<Gc<Str>>, i64)> {
    let s = this(vm, args)?;
    let most = count_or(vm, arg(args, 2), -1)?;
    let separator = or_none(arg(args, 1));
    if separator.is_none() {
        return Ok((s, None, most));
    }
    let separator = expect(vm, separator, "must be str or None")?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok((s, Some(separator), most))
}

fn split(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, separator, most) = cuts(vm, args)?;
    Ok(s.split(&mut vm.heap, separator, most)?.value())
}

fn rsplit(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, separator, most) = cuts(vm, args)?;
    Ok(s.rsplit(&mut vm.heap, separator, most)?.value())
}

fn splitlines(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let keep = match arg(args, 1) {
        v if v.is_unbound() => false,
        v => vm.truth(v)?,
    };
    Ok(s.splitlines(&mut vm.heap, keep)?.value())
}

fn part(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Str>, Gc<Str>)> {
    let s = this(vm, args)?;
    let separator = expect(vm, arg(args, 1), "must be str")?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok((s, separator))
}

fn partition(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, separator) = part(vm, args)?;
    Ok(s.partition(&mut vm.heap, separator)?.value())
}

fn rpartition(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, separator) = part(vm, args)?;
    Ok(s.rpartition(&mut vm.heap, separator)?.value())
}

#[inline]
fn stripped(vm: &mut Vm, args: &[Value], side: Side, name: &str) -> PyResult<Value> {
    let s = this(vm, args)?;
    let set = match or_none(arg(args, 1)) {
        Value::NONE => None,
        v => match v.cast::<Str>() {
            Some(set) => Some(set),
            None => Some(expect(vm, v, &format!("{name} arg must be None or str"))?),
        },
    };
    Ok(s.strip(&mut vm.heap, set, side)?.value())
}

fn strip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    stripped(vm, args, Side::Both, "strip")
}

fn lstrip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    stripped(vm, args, Side::Left, "lstrip")
}

fn rstrip(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    stripped(vm, args, Side::Right, "rstrip")
}

fn join(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let items = arg(args, 1);
    if items.shape() == shape::TUPLE
        && let Some(tuple) = items.cast::<Tuple>()
    {
        let joined = s.join(&mut vm.heap, tuple.items().iter().map(|c| c.get()));
        return joined.map(Gc::value).map_err(|e| join_error(vm, e, |i| tuple.get(i)));
    }
    let list = match items.cast::<List>().filter(|_| items.shape() == shape::LIST) {
        Some(list) => list,
        None => collect(vm, items)?,
    };
    let joined = s.join(&mut vm.heap, list.cells().iter().map(|c| c.get()));
    joined.map(Gc::value).map_err(|e| join_error(vm, e, |i| list.get(i).unwrap_or(Value::NONE)))
}

/// The items of an iterable; TypeError with `join`'s own text if it is none.
pub(crate) fn collect(vm: &mut Vm, items: Value) -> PyResult<Gc<List>> {
    let it = match vm.iter(items) {
        Ok(it) => it,
        Err(e) => {
            vm.catch(e, Exc::TypeError)?;
            return Err(vm.type_error("can only join an iterable"));
        }
    };
    vm.list_from_iter(it)
}

#[cold]
fn join_error(vm: &mut Vm, e: JoinError, item: impl Fn(usize) -> Value) -> Raised {
    match e {
        JoinError::Memory => vm.raise_args(Exc::MemoryError, &[]),
        JoinError::NotStr(i) => {
            let msg = format!(
                "sequence item {i}: expected str instance, {} found",
                vm.type_name(item(i))
            );
            vm.type_error(&msg)
        }
    }
}
