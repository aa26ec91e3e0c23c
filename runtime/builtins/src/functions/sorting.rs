//! `sorted` and `list.sort`: one driver over `habu_object::sort`.

use habu_object::{Array, Gc, List, TempVec, Value};
use habu_vm::{CmpOp, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] =
    &[NativeDef::new("sorted", "(iterable, /, *, key=None, reverse=False)", sorted).doc(
        "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be \
         supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending \
         order.",
    )];

fn sorted(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[iterable, key, reverse] = args else { return Ok(Value::NONE) };
    let list = vm.list_from_iter(iterable)?;
    let reverse = !reverse.is_unbound() && vm.truth(reverse)?;
    sort_list(vm, list, key, reverse)?;
    Ok(list.value())
}

/// Sorts a list in place; `key` may be UNBOUND or None. While Python code runs, the list is empty, and ValueError
/// says so if it has been changed.
pub(crate) fn sort_list(vm: &mut Vm, list: Gc<List>, key: Value, reverse: bool) -> PyResult<()> {
    let len = list.len();
    let key = key.bound().filter(|k| !k.is_none());
    if len < 2 && key.is_none() {
        return Ok(());
    }
    let values = TempVec::from_cells(&mut vm.heap, list.cells())?.array();
    list.clear();
    let result = sort_values(vm, values, len, key, reverse);
    // Whatever happened, the list gets all its items back.
    let modified = !list.is_empty();
    let items = match &result {
        Ok(sorted) => &sorted.items()[..len],
        Err(_) => &values.items()[..len],
    };
    list.clear();
    list.extend_from_cells(&mut vm.heap, items)?;
    result?;
    if modified {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(())
}

fn sort_values(
    vm: &mut Vm,
    values: Gc<Array>,
    len: usize,
    key: Option<Value>,
    reverse: bool,
) -> PyResult<Gc<Array>> {
    let less = |vm: &mut Vm, a: Value, b: Value| vm.compare_bool(CmpOp::Lt, a, b);
    let Some(key) = key else {
        return habu_object::sort::sort(vm, values, None, len, reverse, less);
    };
    let keys = Array::zeroed(&mut vm.heap, len)?;
    for i in 0..len {
        let k = vm.call(key, &[values.get(i)])?;
        keys.set(&mut vm.heap, i, k);
    }
    habu_object::sort::sort(vm, keys, Some(values), len, reverse, less)
}
