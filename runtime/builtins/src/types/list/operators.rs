//! `list`: subscripts, `+`, `*`, and comparisons.

use super::{extend_from, this};
use crate::args::arg;
use crate::types::sequence::{
    self, Subscript, check_repeat, comparisons, position, repeat_count, slice_extent, subscript,
    unpack_slice,
};
use habu_object::slice::adjust_indices;
use habu_object::{Gc, Kind, List, Slice, Value};
use habu_vm::{CmpOp, Exc, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__getitem__", "(self, index, /)", getitem).doc("Return self[index]."),
    NativeDef::new("__setitem__", "(self, key, value, /)", setitem).doc("Set self[key] to value."),
    NativeDef::new("__delitem__", "(self, key, /)", delitem).doc("Delete self[key]."),
    NativeDef::new("__add__", "(self, value, /)", add).doc("Return self+value."),
    NativeDef::new("__iadd__", "(self, value, /)", iadd).doc("Implement self+=value."),
    NativeDef::new("__mul__", "(self, value, /)", mul).doc("Return self*value."),
    NativeDef::new("__rmul__", "(self, value, /)", mul).doc("Return value*self."),
    NativeDef::new("__imul__", "(self, value, /)", imul).doc("Implement self*=value."),
    NativeDef::new("__lt__", "(self, value, /)", lt).doc("Return self<value."),
    NativeDef::new("__le__", "(self, value, /)", le).doc("Return self<=value."),
    NativeDef::new("__gt__", "(self, value, /)", gt).doc("Return self>value."),
    NativeDef::new("__ge__", "(self, value, /)", ge).doc("Return self>=value."),
    NativeDef::new("__eq__", "(self, value, /)", eq).doc("Return self==value."),
    NativeDef::new("__ne__", "(self, value, /)", ne).doc("Return self!=value."),
];

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    match subscript(vm, arg(args, 1), "list")? {
        Subscript::Index(i) => match position(i, list.len()).and_then(|i| list.get(i)) {
            Some(v) => Ok(v),
            None => Err(vm.raise_msg(Exc::IndexError, "list index out of range")),
        },
        Subscript::Slice(slice) => {
            let extent = slice_extent(vm, slice, || list.len())?;
            Ok(list.slice(&mut vm.heap, extent)?.value())
        }
    }
}

fn setitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    match subscript(vm, arg(args, 1), "list")? {
        Subscript::Index(i) => {
            let Some(i) = position(i, list.len()) else { return Err(assignment_range(vm)) };
            list.set(&mut vm.heap, i, arg(args, 2));
        }
        Subscript::Slice(slice) => set_slice(vm, list, slice, arg(args, 2))?,
    }
    Ok(Value::NONE)
}

fn assignment_range(vm: &mut Vm) -> habu_vm::Raised {
    vm.raise_msg(Exc::IndexError, "list assignment index out of range")
}

fn set_slice(vm: &mut Vm, list: Gc<List>, slice: Gc<Slice>, value: Value) -> PyResult<()> {
    let (start, stop, step) = unpack_slice(vm, slice)?;
    let items = slice_items(vm, list, value)?;
    // Making a list of the value may have changed this one.
    let extent = adjust_indices(start, stop, step, list.len());
    if step == 1 {
        let (start, end) = extent.range();
        return Ok(list.assign_range(&mut vm.heap, start, end, items.cells())?);
    }
    if items.len() != extent.count {
        let msg = format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            extent.count
        );
        return Err(vm.value_error(&msg));
    }
    list.assign_extended(&mut vm.heap, extent, items.cells());
    Ok(())
}

/// The items to be assigned to a slice, as a list other than the target.
fn slice_items(vm: &mut Vm, target: Gc<List>, value: Value) -> PyResult<Gc<List>> {
    if let Some(list) = value.cast::<List>().filter(|l| l.value().shape() == Kind::List as u32) {
        return if list == target {
            Ok(List::from_cells(&mut vm.heap, list.cells())?)
        } else {
            Ok(list)
        };
    }
    match vm.list_from_iter(value) {
        Ok(list) => Ok(list),
        Err(e) => {
            if !is_iterable(vm, value) {
                vm.take_raised(e);
                return Err(vm.type_error("must assign iterable to extended slice"));
            }
            Err(e)
        }
    }
}

fn is_iterable(vm: &mut Vm, v: Value) -> bool {
    let (iter, item) = (vm.names.__iter__, vm.names.__getitem__);
    vm.special(v, iter).is_some_and(|f| !f.is_none()) || vm.special(v, item).is_some()
}

fn delitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    match subscript(vm, arg(args, 1), "list")? {
        Subscript::Index(i) => {
            let Some(i) = position(i, list.len()) else { return Err(assignment_range(vm)) };
            list.remove_range(&mut vm.heap, i, i + 1);
        }
        Subscript::Slice(slice) => {
            let extent = slice_extent(vm, slice, || list.len())?;
            list.delete_slice(&mut vm.heap, extent);
        }
    }
    Ok(Value::NONE)
}

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    match arg(args, 1).cast::<List>() {
        Some(other) => Ok(list.concat(&mut vm.heap, other)?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn iadd(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    extend_from(vm, list, arg(args, 1))?;
    Ok(list.value())
}

fn mul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let Some(n) = repeat_count(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    check_repeat(vm, list.len(), n)?;
    Ok(list.repeat(&mut vm.heap, n)?.value())
}

fn imul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = this(vm, args)?;
    let Some(n) = repeat_count(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    check_repeat(vm, list.len(), n)?;
    list.repeat_in_place(&mut vm.heap, n)?;
    Ok(list.value())
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    match (arg(args, 0).cast::<List>(), arg(args, 1).cast::<List>()) {
        // Lists of different lengths differ (tuples ask their items even then).
        (Some(a), Some(b)) if matches!(op, CmpOp::Eq | CmpOp::Ne) && a.len() != b.len() => {
            Ok(Value::bool(op == CmpOp::Ne))
        }
        (Some(a), Some(b)) => sequence::compare(vm, op, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
comparisons!(compare);
