//! Module `_heapq`: lists as heaps.

use crate::util::{arg, new_module, set_text};
use habu_object::{Gc, List, Module, Value};
use habu_vm::{CmpOp, Exc, NativeDef, PyResult, Raised, Vm};

/// What stands above what.
#[derive(Clone, Copy)]
enum Top {
    Least,
    Greatest,
}

use Top::{Greatest, Least};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("heappush", "(heap, item, /)", |vm, args| push(vm, args, Least))
        .doc("Push item onto heap, maintaining the heap invariant."),
    NativeDef::new("heappop", "(heap, /)", |vm, args| pop(vm, args, Least))
        .doc("Pop the smallest item off the heap, maintaining the heap invariant."),
    NativeDef::new("heapreplace", "(heap, item, /)", |vm, args| replace(vm, args, Least)),
    NativeDef::new("heappushpop", "(heap, item, /)", |vm, args| push_pop(vm, args, Least)),
    NativeDef::new("heapify", "(heap, /)", |vm, args| heapify(vm, args, Least))
        .doc("Transform list into a heap, in-place, in O(len(heap)) time."),
    NativeDef::new("heappush_max", "(heap, item, /)", |vm, args| push(vm, args, Greatest)),
    NativeDef::new("heappop_max", "(heap, /)", |vm, args| pop(vm, args, Greatest)),
    NativeDef::new("heapreplace_max", "(heap, item, /)", |vm, args| replace(vm, args, Greatest)),
    NativeDef::new("heappushpop_max", "(heap, item, /)", |vm, args| push_pop(vm, args, Greatest)),
    NativeDef::new("heapify_max", "(heap, /)", |vm, args| heapify(vm, args, Greatest)),
    NativeDef::new("_heappop_max", "(heap, /)", |vm, args| pop(vm, args, Greatest)),
    NativeDef::new("_heapreplace_max", "(heap, item, /)", |vm, args| replace(vm, args, Greatest)),
    NativeDef::new("_heapify_max", "(heap, /)", |vm, args| heapify(vm, args, Greatest)),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_heapq", "Heap queue algorithm (a.k.a. priority queue).", FUNCTIONS)?;
    set_text(vm, m, "__about__", "Heap queues")?;
    Ok(m)
}

fn heap(vm: &mut Vm, args: &[Value], function: &str) -> PyResult<Gc<List>> {
    let v = arg(args, 0);
    match v.cast::<List>() {
        Some(list) => Ok(list),
        None => {
            let msg = format!("{function}() argument must be list, not {}", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

fn empty(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::IndexError, "index out of range")
}

fn changed(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::RuntimeError, "list changed size during iteration")
}

fn get(vm: &mut Vm, list: Gc<List>, i: usize) -> PyResult<Value> {
    match list.get(i) {
        Some(v) => Ok(v),
        None => Err(changed(vm)),
    }
}

/// Whether `a` belongs above `b`.
fn above(vm: &mut Vm, a: Value, b: Value, top: Top) -> PyResult<bool> {
    match top {
        Least => vm.compare_bool(CmpOp::Lt, a, b),
        Greatest => vm.compare_bool(CmpOp::Lt, b, a),
    }
}

/// Lets the item at `at` rise to where it belongs, not above `start`.
fn rise(vm: &mut Vm, list: Gc<List>, start: usize, mut at: usize, top: Top) -> PyResult<()> {
    let size = list.len();
    let item = get(vm, list, at)?;
    while at > start {
        let parent_at = (at - 1) / 2;
        let parent = get(vm, list, parent_at)?;
        let rises = above(vm, item, parent, top)?;
        if list.len() != size {
            return Err(changed(vm));
        }
        if !rises {
            break;
        }
        list.set(&mut vm.heap, at, parent);
        list.set(&mut vm.heap, parent_at, item);
        at = parent_at;
    }
    Ok(())
}

/// Lets the item at `at` sink to a leaf along the better children, then rise to where it belongs.
fn sink(vm: &mut Vm, list: Gc<List>, mut at: usize, top: Top) -> PyResult<()> {
    let (start, size) = (at, list.len());
    let item = get(vm, list, at)?;
    while 2 * at + 1 < size {
        let mut child = 2 * at + 1;
        if child + 1 < size {
            let (a, b) = (get(vm, list, child)?, get(vm, list, child + 1)?);
            let left = above(vm, a, b, top)?;
            if list.len() != size {
                return Err(changed(vm));
            }
            child += usize::from(!left);
        }
        let moved = get(vm, list, child)?;
        list.set(&mut vm.heap, at, moved);
        list.set(&mut vm.heap, child, item);
        at = child;
    }
    rise(vm, list, start, at, top)
}

fn push(vm: &mut Vm, args: &[Value], top: Top) -> PyResult<Value> {
    let list = heap(vm, args, "heappush")?;
    list.push(&mut vm.heap, arg(args, 1))?;
    rise(vm, list, 0, list.len() - 1, top)?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, args: &[Value], top: Top) -> PyResult<Value> {
    let list = heap(vm, args, "heappop")?;
    let Some(last) = list.pop() else { return Err(empty(vm)) };
    let Some(first) = list.get(0) else { return Ok(last) };
    list.set(&mut vm.heap, 0, last);
    sink(vm, list, 0, top)?;
    Ok(first)
}

fn replace(vm: &mut Vm, args: &[Value], top: Top) -> PyResult<Value> {
    let list = heap(vm, args, "heapreplace")?;
    let Some(first) = list.get(0) else { return Err(empty(vm)) };
    list.set(&mut vm.heap, 0, arg(args, 1));
    sink(vm, list, 0, top)?;
    Ok(first)
}

fn push_pop(vm: &mut Vm, args: &[Value], top: Top) -> PyResult<Value> {
    let list = heap(vm, args, "heappushpop")?;
    let item = arg(args, 1);
    let Some(first) = list.get(0) else { return Ok(item) };
    if !above(vm, first, item, top)? {
        return Ok(item);
    }
    let Some(first) = list.get(0) else { return Err(empty(vm)) };
    list.set(&mut vm.heap, 0, item);
    sink(vm, list, 0, top)?;
    Ok(first)
}

fn heapify(vm: &mut Vm, args: &[Value], top: Top) -> PyResult<Value> {
    let list = heap(vm, args, "heapify")?;
    for i in (0..list.len() / 2).rev() {
        sink(vm, list, i, top)?;
    }
    Ok(Value::NONE)
}
