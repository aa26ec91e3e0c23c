//! Builtin functions about iterables: `len`, `iter`, `next`, `all`, `any`, `min`, `max`, `sum`.

use super::items::Items;
use habu_object::{CallIter, Kind, Tuple, Value, complex, float, int};
use habu_vm::{BinOp, CmpOp, Effects, Intrinsic, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("aiter", "(async_iterable, /)", aiter)
        .doc("Return an AsyncIterator for an AsyncIterable object."),
    NativeDef::new("all", "(iterable, /)", all).effects(Effects::Repeatable).hosted("all").doc(
        "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.",
    ),
    NativeDef::new("anext", "(async_iterator, default=None, /)", anext).doc(
        "Return the next item from the async iterator.\n\nIf default is given and the async iterator is exhausted,\nit is \
         returned instead of raising StopAsyncIteration.",
    ),
    NativeDef::new("any", "(iterable, /)", any).effects(Effects::Repeatable).hosted("any").doc(
        "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False.",
    ),
    NativeDef::new("iter", "(object, sentinel=None, /)", iter).doc("Get an iterator from an object."),
    NativeDef::new("len", "(obj, /)", len).intrinsic(Intrinsic::Len).effects(Effects::Repeatable).doc("Return the number of items in a container."),
    NativeDef::new("max", "(*args, key=None, default=None)", max).intrinsic(Intrinsic::Max).effects(Effects::Repeatable)
        .hosted("max")
        .keyed("max_by")
        .doc("max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nReturn the biggest item."),
    NativeDef::new("min", "(*args, key=None, default=None)", min).intrinsic(Intrinsic::Min).effects(Effects::Repeatable)
        .hosted("min")
        .keyed("min_by")
        .doc("min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nReturn the smallest item."),
    NativeDef::new("next", "(iterator, default=None, /)", next).intrinsic(Intrinsic::Next)
        .doc("Return the next item from the iterator."),
    NativeDef::new("sum", "(iterable, /, start=0)", sum).effects(Effects::Repeatable)
        .hosted("sum")
        .doc("Return the sum of a 'start' value (default: 0) plus an iterable of numbers"),
];

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = vm.len(args[0])?;
    vm.new_int(n as i64)
}

fn all(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut items = Items::new(vm, args[0])?;
    while let Some(v) = items.next(vm)? {
        if !vm.truth(v)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn any(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut items = Items::new(vm, args[0])?;
    while let Some(v) = items.next(vm)? {
        if vm.truth(v)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[object, sentinel] = args else { return Ok(Value::NONE) };
    if sentinel.is_unbound() {
        return vm.iter(object);
    }
    if !super::objects::is_callable(vm, object) {
        return Err(vm.type_error("iter(v, w): v must be callable"));
    }
    let it = CallIter::blank(&mut vm.heap)?;
    it.callable.set(object);
    it.sentinel.set(sentinel);
    Ok(it.value())
}

fn aiter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (name, next) = (vm.names.__aiter__, vm.names.__anext__);
    let Some(it) = vm.call_special(args[0], name, &[])? else {
        let msg = format!("'{}' object is not an async iterable", vm.type_name(args[0]));
        return Err(vm.type_error(&msg));
    };
    if vm.special(it, next).is_none() {
        let msg = format!("aiter() returned not an async iterator of type '{}'", vm.type_name(it));
        return Err(vm.type_error(&msg));
    }
    Ok(it)
}

fn anext(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[it, default] = args else { return Ok(Value::NONE) };
    let name = vm.names.__anext__;
    let Some(awaitable) = vm.call_special(it, name, &[])? else {
        let msg = format!("'{}' object is not an async iterator", vm.type_name(it));
        return Err(vm.type_error(&msg));
    };
    if default.is_unbound() {
        return Ok(awaitable);
    }
    crate::types::async_generator::anext_awaitable(vm, awaitable, default)
}

fn next(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[it, default] = args else { return Ok(Value::NONE) };
    if default.is_unbound() {
        return vm.next_or_stop(it);
    }
    Ok(vm.next(it)?.unwrap_or(default))
}

fn max(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    extreme(vm, args, "max", CmpOp::Gt)
}

fn min(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    extreme(vm, args, "min", CmpOp::Lt)
}

/// `min` and `max`: the first item that none of the others beats.
fn extreme(vm: &mut Vm, args: &[Value], name: &str, op: CmpOp) -> PyResult<Value> {
    let &[positional, key, default] = args else { return Ok(Value::NONE) };
    let Some(given) = positional.cast::<Tuple>() else { return Ok(Value::NONE) };
    let mut items = match given.len() {
        0 => {
            let msg = format!("{name} expected at least 1 argument, got 0");
            return Err(vm.type_error(&msg));
        }
        1 => Items::new(vm, given.get(0))?,
        _ if !default.is_unbound() => {
            let msg =
                format!("Cannot specify a default for {name}() with multiple positional arguments");
            return Err(vm.type_error(&msg));
        }
        2 if key.is_unbound() => {
            let (a, b) = (given.get(0), given.get(1));
            return Ok(if beats(vm, op, b, a)? { b } else { a });
        }
        _ => Items::Tuple(given, 0),
    };
    let key = key.bound().filter(|k| !k.is_none());
    let Some(mut best) = items.next(vm)? else {
        if default.is_unbound() {
            let msg = format!("{name}() iterable argument is empty");
            return Err(vm.value_error(&msg));
        }
        return Ok(default);
    };
    let Some(key) = key else {
        while let Some(v) = items.next(vm)? {
            if beats(vm, op, v, best)? {
                best = v;
            }
        }
        return Ok(best);
    };
    let mut best_key = vm.call(key, &[best])?;
    while let Some(v) = items.next(vm)? {
        let k = vm.call(key, &[v])?;
        if beats(vm, op, k, best_key)? {
            (best, best_key) = (v, k);
        }
    }
    Ok(best)
}

#[inline]
fn beats(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> PyResult<bool> {
    match vm.simple_compare(op, a, b) {
        Some(answer) => Ok(answer),
        None => vm.compare_bool(op, a, b),
    }
}

/// A sum of floats with the error of the additions (Neumaier).
#[derive(Clone, Copy, Default)]
struct Compensated {
    sum: f64,
    error: f64,
}

impl Compensated {
    #[inline]
    fn add(&mut self, x: f64) {
        let t = self.sum + x;
        self.error +=
            if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
        self.sum = t;
    }

    fn value(self) -> f64 {
        // A non-finite error says nothing.
        if self.error != 0.0 && self.error.is_finite() { self.sum + self.error } else { self.sum }
    }
}

fn sum(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[iterable, start] = args else { return Ok(Value::NONE) };
    let mut items = Items::new(vm, iterable)?;
    let total = if start.is_unbound() { Value::small_int(0) } else { start };
    let refused = match total.kind() {
        Kind::Str => Some("strings [use ''.join(seq) instead]"),
        Kind::Bytes => Some("bytes [use b''.join(seq) instead]"),
        Kind::ByteArray => Some("bytearray [use b''.join(seq) instead]"),
        _ => None,
    };
    if let Some(refused) = refused {
        return Err(vm.type_error(&format!("sum() can't sum {refused}")));
    }
    // Each stage goes on until an item is none of its kind, and gives that sum to the next.
    let (total, done) = sum_ints(vm, &mut items, total)?;
    let (total, done) = if done { (total, true) } else { sum_floats(vm, &mut items, total)? };
    let (mut total, done) = if done { (total, true) } else { sum_complex(vm, &mut items, total)? };
    if !done {
        while let Some(v) = items.next(vm)? {
            total = vm.binary_op(BinOp::Add, total, v)?;
        }
    }
    Ok(total)
}

fn sum_ints(vm: &mut Vm, items: &mut Items, total: Value) -> PyResult<(Value, bool)> {
    if !total.is_int() {
        return Ok((total, false));
    }
    let mut sum = total.as_int();
    while let Some(v) = items.next(vm)? {
        let n = if v.is_int() {
            Some(v.as_int())
        } else if v.kind() == Kind::Bool {
            Some(i64::from(v == Value::TRUE))
        } else {
            None
        };
        match n.and_then(|n| sum.checked_add(n)) {
            Some(next) => sum = next,
            None => {
                let before = vm.new_int(sum)?;
                return Ok((vm.binary_op(BinOp::Add, before, v)?, false));
            }
        }
    }
    Ok((vm.new_int(sum)?, true))
}

fn sum_floats(vm: &mut Vm, items: &mut Items, total: Value) -> PyResult<(Value, bool)> {
    let Some(first) = float::get(total).filter(|_| float::is_exact_float(total)) else {
        return Ok((total, false));
    };
    let mut sum = Compensated { sum: first, error: 0.0 };
    while let Some(v) = items.next(vm)? {
        if v.is_imm_float() {
            sum.add(v.as_imm_float());
        } else if float::is_exact_float(v) {
            sum.add(float::get(v).unwrap_or_default());
        } else if let Some(n) = int::to_i64(v) {
            sum.sum += n as f64;
        } else {
            let before = vm.new_float(sum.value())?;
            return Ok((vm.binary_op(BinOp::Add, before, v)?, false));
        }
    }
    Ok((vm.new_float(sum.value())?, true))
}

fn sum_complex(vm: &mut Vm, items: &mut Items, total: Value) -> PyResult<(Value, bool)> {
    let exact = |v: Value| complex::get(v).filter(|_| v.shape() == habu_object::shape::COMPLEX);
    let Some((first_re, first_im)) = exact(total) else { return Ok((total, false)) };
    let mut re = Compensated { sum: first_re, error: 0.0 };
    let mut im = Compensated { sum: first_im, error: 0.0 };
    while let Some(v) = items.next(vm)? {
        if let Some((r, i)) = exact(v) {
            re.add(r);
            im.add(i);
        } else if let Some(n) = int::to_i64(v) {
            re.sum += n as f64;
        } else if let Some(f) = float::get(v) {
            re.add(f);
        } else {
            let before = complex::new(&mut vm.heap, re.value(), im.value())?;
            return Ok((vm.binary_op(BinOp::Add, before, v)?, false));
        }
    }
    Ok((complex::new(&mut vm.heap, re.value(), im.value())?, true))
}
