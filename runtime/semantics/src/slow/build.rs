//! Container displays, formatted strings, unpacking.

use super::calls::list;
use super::{Frame, Jump, store_result};
use habu_bytecode::Insn;
use habu_object::Set;
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{List, Tuple, Value, shape};
use habu_vm::stack::reg;
use habu_vm::{PyResult, Vm};

pub(super) fn BuildTuple(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let t = Tuple::zeroed(&mut frame.vm.heap, i.c())?;
    for (k, cell) in t.items().iter().enumerate() {
        cell.set(frame.reg(i.b() + k));
    }
    let v = if i.c() == 0 { Value::EMPTY_TUPLE } else { t.value() };
    store_result(frame, i, v, 0)
}

#[inline(always)]
pub(super) fn BuildList(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    // SAFETY: verified code names registers of its own live window.
    let items = unsafe { std::slice::from_raw_parts(frame.base.wrapping_add(i.b()).cast(), i.c()) };
    let l = List::from_cells(&mut frame.vm.heap, items)?;
    store_result(frame, i, l.value(), 0)
}

pub(super) fn BuildSet(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let s = Set::new(&mut frame.vm.heap)?;
    for k in 0..i.c() {
        let v = frame.reg(i.b() + k);
        frame.vm.set_add(s, v)?;
    }
    store_result(frame, i, s.value(), 0)
}

pub(super) fn BuildDict(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let d = frame.vm.new_dict()?;
    for k in 0..i.c() {
        let (key, v) = (frame.reg(i.b() + 2 * k), frame.reg(i.b() + 2 * k + 1));
        frame.vm.dict_set(d, key, v)?;
    }
    store_result(frame, i, d.value(), 0)
}

pub(super) fn BuildString(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let base = frame.base;
    // SAFETY: verified code names registers of its own live window.
    let parts = (0..i.c()).map(|k| unsafe { reg(base, (i.b() + k) as isize) });
    match Str::concat_all(&mut frame.vm.heap, parts) {
        Ok(s) => store_result(frame, i, s.value(), 0),
        Err(_) => Err(habu_gc::OutOfMemory.into()),
    }
}

pub(super) fn Intrinsic(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let args = [0, 1, 2, 3].map(|k| match k < i.c() {
        true => frame.reg(i.b() + k),
        false => Value::UNBOUND,
    });
    let which = frame.word(0);
    let v = (frame.vm.ports.intrinsic)(frame.vm, which, &args[..i.c().min(4)])?;
    store_result(frame, i, v, 1)
}

#[inline(always)]
pub(super) fn ListAppend(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    if let Some(l) = list(frame, i.a()) {
        l.push(&mut frame.vm.heap, v)?;
    }
    frame.next(0)
}

pub(super) fn ListExtend(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    if let Some(l) = list(frame, i.a()) {
        let sequence = matches!(v.shape(), shape::LIST | shape::TUPLE);
        let vm = &mut *frame.vm;
        let (iter, item) = (vm.names.__iter__, vm.names.__getitem__);
        if !sequence && vm.special(v, iter).is_none() && vm.special(v, item).is_none() {
            let name = vm.type_name(v);
            let msg = format!("Value after * must be an iterable, not {name}");
            return Err(vm.type_error(&msg));
        }
        vm.extend_list(l, v)?;
    }
    frame.next(0)
}

pub(super) fn ListToTuple(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let Some(l) = list(frame, i.b()) else { return frame.next(0) };
    let t = frame.vm.list_to_tuple(l)?;
    store_result(frame, i, t.value(), 0)
}

pub(super) fn SetAdd(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    if let Some(s) = frame.reg(i.a()).cast::<Set>() {
        frame.vm.set_add(s, v)?;
    }
    frame.next(0)
}

pub(super) fn SetUpdate(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    if let Some(s) = frame.reg(i.a()).cast::<Set>() {
        frame.vm.for_each(v, |vm, item| vm.set_add(s, item))?;
    }
    frame.next(0)
}

pub(super) fn DictSet(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (key, v) = (frame.reg(i.b()), frame.reg(i.c()));
    if let Some(d) = frame.reg(i.a()).cast::<Dict>() {
        frame.vm.dict_set(d, key, v)?;
    }
    frame.next(0)
}

/// Calls `f` with every key and value of a mapping; None if it is none.
fn each_item(
    vm: &mut Vm,
    mapping: Value,
    mut f: impl FnMut(&mut Vm, Value, Value) -> PyResult<()>,
) -> PyResult<Option<()>> {
    if let Some(d) = Vm::exact_dict(mapping) {
        let mut pos = 0;
        while let Some((next, key, v, _)) = d.next_entry(pos) {
            f(vm, key, v)?;
            pos = next;
        }
        return Ok(Some(()));
    }
    let name = vm.names.keys;
    let Some(keys) = vm.getattr_opt(mapping, name)? else { return Ok(None) };
    let keys = vm.call(keys, &[])?;
    vm.for_each(keys, |vm, key| {
        let v = vm.getitem(mapping, key)?;
        f(vm, key, v)
    })?;
    Ok(Some(()))
}

pub(super) fn DictUpdate(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let mapping = frame.reg(i.b());
    if let Some(d) = frame.reg(i.a()).cast::<Dict>()
        && each_item(frame.vm, mapping, |vm, key, v| vm.dict_set(d, key, v))?.is_none()
    {
        let msg = format!("'{}' object is not a mapping", frame.vm.type_name(mapping));
        return Err(frame.vm.type_error(&msg));
    }
    frame.next(0)
}

pub(super) fn DictMerge(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (mapping, callee) = (frame.reg(i.b()), frame.reg(i.c()));
    let Some(d) = frame.reg(i.a()).cast::<Dict>() else { return frame.next(0) };
    let done = each_item(frame.vm, mapping, |vm, key, v| {
        // That keywords are strs is checked by the call.
        if vm.dict_get(d, key)?.is_some() {
            let name = vm.callable_name(callee)?;
            let key = vm.str(key)?;
            let msg = format!("{name} got multiple values for keyword argument '{}'", vm.text(key));
            return Err(vm.type_error(&msg));
        }
        vm.dict_set(d, key, v)
    })?;
    if done.is_none() {
        let (name, kind) = (frame.vm.callable_name(callee)?, frame.vm.type_name(mapping));
        let msg = format!("{name} argument after ** must be a mapping, not {kind}");
        return Err(frame.vm.type_error(&msg));
    }
    frame.next(0)
}

/// `!s`, `!r`, `!a`.
fn convert(vm: &mut Vm, v: Value, conversion: usize) -> PyResult<Value> {
    match conversion {
        1 => vm.str(v),
        2 => vm.repr(v),
        3 => vm.ascii(v),
        _ => Ok(v),
    }
}

pub(super) fn FormatSimple(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let v = convert(frame.vm, v, i.c())?;
    let s = if v.shape() == shape::STR { v } else { frame.vm.format_plain(v)? };
    store_result(frame, i, s, 0)
}

pub(super) fn FormatSpec(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (v, spec) = (frame.reg(i.b()), frame.reg(i.b() + 1));
    let v = convert(frame.vm, v, i.c())?;
    let s = frame.vm.format(v, spec)?;
    store_result(frame, i, s, 0)
}

/// The iterator of a value to be unpacked.
fn unpack_iter(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let (iter, item) = (vm.names.__iter__, vm.names.__getitem__);
    if vm.special(v, iter).is_none() && vm.special(v, item).is_none() {
        let msg = format!("cannot unpack non-iterable {} object", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    vm.iter(v)
}

pub(super) fn Unpack(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let wanted = i.c();
    let sized = match v.shape() {
        shape::LIST => v.cast::<List>().map(|l| l.len()),
        shape::TUPLE => v.cast::<Tuple>().map(|t| t.len()),
        shape::DICT => v.cast::<Dict>().map(|d| d.len()),
        _ => None,
    };
    let too_many = |vm: &mut Vm, got: Option<usize>| {
        let got = got.map_or(String::new(), |n| format!(", got {n}"));
        vm.value_error(&format!("too many values to unpack (expected {wanted}{got})"))
    };
    if let Some(n) = sized
        && n > wanted
    {
        return Err(too_many(frame.vm, Some(n)));
    }
    let it = unpack_iter(frame.vm, v)?;
    for k in 0..wanted {
        match frame.vm.next(it)? {
            Some(x) => frame.set(i.a() + k, x),
            None => {
                let msg = format!("not enough values to unpack (expected {wanted}, got {k})");
                return Err(frame.vm.value_error(&msg));
            }
        }
    }
    if frame.vm.next(it)?.is_some() {
        return Err(too_many(frame.vm, None));
    }
    frame.next(0)
}

pub(super) fn UnpackEx(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let (before, after) = (frame.word(0) as usize, frame.word(1) as usize);
    let it = unpack_iter(frame.vm, v)?;
    for k in 0..before {
        match frame.vm.next(it)? {
            Some(x) => frame.set(i.a() + k, x),
            None => {
                let least = before + after;
                let msg =
                    format!("not enough values to unpack (expected at least {least}, got {k})");
                return Err(frame.vm.value_error(&msg));
            }
        }
    }
    let rest = frame.vm.list_from_iter(it)?;
    let n = rest.len();
    if n < after {
        let (least, got) = (before + after, before + n);
        let msg = format!("not enough values to unpack (expected at least {least}, got {got})");
        return Err(frame.vm.value_error(&msg));
    }
    for k in 0..after {
        let x = rest.get(n - after + k).unwrap_or(Value::NONE);
        frame.set(i.a() + before + 1 + k, x);
    }
    rest.truncate(n - after);
    frame.set(i.a() + before, rest.value());
    frame.next(2)
}
