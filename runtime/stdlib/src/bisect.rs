//! Module `_bisect`: places in sorted sequences.

use crate::util::{arg, given, new_module};
use habu_object::{Gc, Kind, List, Module, Value, shape};
use habu_vm::{CmpOp, NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("bisect_right", "(a, x, lo=0, hi=None, *, key=None)", |vm, args| {
        found(vm, args, false)
    })
    .doc("Return the index where to insert item x in list a, assuming a is sorted."),
    NativeDef::new("bisect", "(a, x, lo=0, hi=None, *, key=None)", |vm, args| {
        found(vm, args, false)
    }),
    NativeDef::new("bisect_left", "(a, x, lo=0, hi=None, *, key=None)", |vm, args| {
        found(vm, args, true)
    })
    .doc("Return the index where to insert item x in list a, assuming a is sorted."),
    NativeDef::new("insort_right", "(a, x, lo=0, hi=None, *, key=None)", |vm, args| {
        insert(vm, args, false)
    }),
    NativeDef::new("insort", "(a, x, lo=0, hi=None, *, key=None)", |vm, args| {
        insert(vm, args, false)
    }),
    NativeDef::new("insort_left", "(a, x, lo=0, hi=None, *, key=None)", |vm, args| {
        insert(vm, args, true)
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\n\
               having to sort the list after each insertion.";
    new_module(vm, "_bisect", doc, FUNCTIONS)
}

/// The place of an item that is compared as it is, as an int.
fn found(vm: &mut Vm, args: &[Value], left: bool) -> PyResult<Value> {
    let at = find(vm, args, left, true)?;
    vm.new_int(at as i64)
}

/// The place of an item; `keyed` says that `x` is compared with keys as it is.
fn find(vm: &mut Vm, args: &[Value], left: bool, keyed: bool) -> PyResult<usize> {
    let (a, mut x) = (arg(args, 0), arg(args, 1));
    let key = given(args, 4);
    if let Some(key) = key.filter(|_| !keyed) {
        x = vm.call(key, &[x])?;
    }
    let low = match arg(args, 2).bound() {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    if low < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let mut low = low as usize;
    let mut high = match given(args, 3) {
        Some(v) => match vm.index_i64(v)? {
            // As CPython: -1 means that there is none.
            -1 => vm.len(a)?,
            n => n.max(0) as usize,
        },
        None => vm.len(a)?,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let mut item = item(vm, a, middle)?;
        if let Some(key) = key {
            item = vm.call(key, &[item])?;
        }
        let go_right = match left {
            true => vm.compare_bool(CmpOp::Lt, item, x)?,
            false => !vm.compare_bool(CmpOp::Lt, x, item)?,
        };
        if go_right { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

fn item(vm: &mut Vm, a: Value, i: usize) -> PyResult<Value> {
    if a.shape() == shape::LIST
        && let Some(v) = a.cast::<List>().and_then(|l| l.get(i))
    {
        return Ok(v);
    }
    let i = vm.new_int(i as i64)?;
    vm.getitem(a, i)
}

fn insert(vm: &mut Vm, args: &[Value], left: bool) -> PyResult<Value> {
    let at = find(vm, args, left, false)?;
    let (a, x) = (arg(args, 0), arg(args, 1));
    if a.shape() == Kind::List as u32
        && let Some(list) = a.cast::<List>()
    {
        list.insert(&mut vm.heap, at, x)?;
        return Ok(Value::NONE);
    }
    let name = vm.intern("insert")?;
    let at = vm.new_int(at as i64)?;
    vm.call_method(a, name, &[at, x])?;
    Ok(Value::NONE)
}
