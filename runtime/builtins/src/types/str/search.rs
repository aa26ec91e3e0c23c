//! Methods of str that look for strs: find and its relatives, startswith, replace, removeprefix.

use super::{bound, count_or, expect, this};
use crate::args::arg;
use habu_object::str::Str;
use habu_object::{Gc, Tuple, Value};
use habu_vm::{Effects, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("count", "(self, sub, start=None, end=None, /)", count)
        .doc("Return the number of non-overlapping occurrences of substring sub in string S[start:end].")
        .effects(Effects::PureOfPlain),
    NativeDef::new("endswith", "(self, suffix, start=None, end=None, /)", endswith)
        .doc("Return True if the string ends with the specified suffix, False otherwise.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("find", "(self, sub, start=None, end=None, /)", find)
        .doc("Return the lowest index in S where substring sub is found, -1 on failure.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("index", "(self, sub, start=None, end=None, /)", index)
        .doc("Return the lowest index in S where substring sub is found; ValueError if there is none.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("removeprefix", "(self, prefix, /)", removeprefix)
        .doc("Return a str with the given prefix string removed if present.")
        .effects(Effects::Pure),
    NativeDef::new("removesuffix", "(self, suffix, /)", removesuffix)
        .doc("Return a str with the given suffix string removed if present.")
        .effects(Effects::Pure),
    NativeDef::new("replace", "(self, old, new, /, count=-1)", replace)
        .doc("Return a copy with all occurrences of substring old replaced by new.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("rfind", "(self, sub, start=None, end=None, /)", rfind)
        .doc("Return the highest index in S where substring sub is found, -1 on failure.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("rindex", "(self, sub, start=None, end=None, /)", rindex)
        .doc("Return the highest index in S where substring sub is found; ValueError if there is none.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("startswith", "(self, prefix, start=None, end=None, /)", startswith)
        .doc("Return True if the string starts with the specified prefix, False otherwise.")
        .effects(Effects::PureOfPlain),
];

/// self, the wanted str and the bounds.
#[inline]
fn wanted(vm: &mut Vm, args: &[Value], name: &str) -> PyResult<(Gc<Str>, Gc<Str>, i64, i64)> {
    let s = this(vm, args)?;
    let sub = match arg(args, 1).cast::<Str>() {
        Some(sub) => sub,
        None => expect(vm, arg(args, 1), &format!("{name}() argument 1 must be str"))?,
    };
    let start = bound(vm, arg(args, 2), 0)?;
    let end = bound(vm, arg(args, 3), i64::MAX)?;
    Ok((s, sub, start, end))
}

fn found(at: Option<usize>) -> Value {
    Value::small_int(at.map_or(-1, |i| i as i64))
}

fn found_or_raise(vm: &mut Vm, at: Option<usize>) -> PyResult<Value> {
    match at {
        Some(i) => Ok(Value::small_int(i as i64)),
        None => Err(vm.value_error("substring not found")),
    }
}

fn find(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, sub, start, end) = wanted(vm, args, "find")?;
    Ok(found(s.find(&sub, start, end)))
}

fn rfind(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, sub, start, end) = wanted(vm, args, "rfind")?;
    Ok(found(s.rfind(&sub, start, end)))
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, sub, start, end) = wanted(vm, args, "index")?;
    found_or_raise(vm, s.find(&sub, start, end))
}

fn rindex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, sub, start, end) = wanted(vm, args, "rindex")?;
    found_or_raise(vm, s.rfind(&sub, start, end))
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, sub, start, end) = wanted(vm, args, "count")?;
    Ok(Value::small_int(s.count(&sub, start, end) as i64))
}

/// startswith and endswith: one affix or a tuple of them.
#[inline]
fn affix(
    vm: &mut Vm,
    args: &[Value],
    name: &str,
    test: impl Fn(&Str, &Str, i64, i64) -> bool,
) -> PyResult<Value> {
    let s = this(vm, args)?;
    let start = bound(vm, arg(args, 2), 0)?;
    let end = bound(vm, arg(args, 3), i64::MAX)?;
    if let Some(one) = arg(args, 1).cast::<Str>() {
        return Ok(Value::bool(test(&s, &one, start, end)));
    }
    let Some(several) = arg(args, 1).cast::<Tuple>() else {
        let complaint = format!("{name} first arg must be str or a tuple of str");
        return expect(vm, arg(args, 1), &complaint).map(Gc::value);
    };
    for item in several.items() {
        let Some(one) = item.get().cast::<Str>() else {
            let complaint = format!("tuple for {name} must only contain str");
            return expect(vm, item.get(), &complaint).map(Gc::value);
        };
        if test(&s, &one, start, end) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn startswith(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    affix(vm, args, "startswith", Str::startswith)
}

fn endswith(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    affix(vm, args, "endswith", Str::endswith)
}

fn replace(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let old = expect(vm, arg(args, 1), "replace() argument 1 must be str")?;
    let new = expect(vm, arg(args, 2), "replace() argument 2 must be str")?;
    let count = count_or(vm, arg(args, 3), -1)?;
    Ok(s.replace(&mut vm.heap, old, new, count)?.value())
}

fn removeprefix(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let prefix = expect(vm, arg(args, 1), "removeprefix() argument must be str")?;
    Ok(s.removeprefix(&mut vm.heap, prefix)?.value())
}

fn removesuffix(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let suffix = expect(vm, arg(args, 1), "removesuffix() argument must be str")?;
    Ok(s.removesuffix(&mut vm.heap, suffix)?.value())
}
