//! `sorted` and `list.sort`: one driver over `habu_object::sort`.

use habu_object::{Array, Gc, List, Value};
use habu_vm::{CmpOp, Effects, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] =
    &[NativeDef::new("sorted", "(iterable, /, *, key=None, reverse=False, **kwargs)", sorted).effects(Effects::Repeatable).hosted("sorted").keyed("sorted_by").doc(
        "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be \
         supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending \
         order.",
    )];

/// What the bodies in the prelude call.
pub(crate) static FOR_PRELUDE: &[NativeDef] = &[
    NativeDef::new("sort_with", "(items, keys, reverse, /)", sort_with),
    NativeDef::new("take_items", "(items, /)", take_items),
    NativeDef::new("put_items", "(items, taken, /)", put_items),
];

/// Sorts a list that nobody else has by the keys of its items.
fn sort_with(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[items, keys, reverse] = args else { return Ok(Value::NONE) };
    let (Some(list), Some(keys)) = (items.cast::<List>(), keys.cast::<List>()) else {
        return Ok(Value::NONE);
    };
    let reverse = vm.truth(reverse)?;
    let (Some(values), Some(keys), len) = (list.array(), keys.array(), list.len()) else {
        return Ok(Value::NONE);
    };
    let less = |vm: &mut Vm, a: Value, b: Value| vm.compare_bool(CmpOp::Lt, a, b);
    let sorted = habu_object::sort::sort(vm, keys, Some(values), len, reverse, less)?;
    list.put(&mut vm.heap, Some(sorted), len);
    Ok(Value::NONE)
}

/// A list of all items of a list, which is empty then.
fn take_items(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(list) = args[0].cast::<List>() else { return Ok(Value::NONE) };
    let taken = vm.new_list(&[])?;
    let (items, len) = list.take();
    taken.cast::<List>().unwrap_or(list).put(&mut vm.heap, items, len);
    Ok(taken)
}

/// Gives a list its items back; whether it has got others meanwhile.
fn put_items(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[list, taken] = args else { return Ok(Value::NONE) };
    let (Some(list), Some(taken)) = (list.cast::<List>(), taken.cast::<List>()) else {
        return Ok(Value::NONE);
    };
    let modified = list.array().is_some();
    let (items, len) = taken.take();
    list.put(&mut vm.heap, items, len);
    Ok(Value::bool(modified))
}

fn sorted(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[iterable, key, reverse, _] = args else { return Ok(Value::NONE) };
    if let Some(others) = crate::args::var_kwargs(args, 3)
        && let Some((_, name, _, _)) = others.next_entry(0)
    {
        // The complaint is that of `list.sort`, to which CPython passes the keywords on.
        let name = vm.text(name);
        return Err(vm.type_error(&format!("sort() got an unexpected keyword argument '{name}'")));
    }
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
    let (Some(values), len) = list.take() else { return Ok(()) };
    let result = sort_values(vm, values, len, key, reverse);
    // Whatever happened, the list gets all its items back.
    let modified = list.array().is_some();
    list.put(&mut vm.heap, Some(*result.as_ref().unwrap_or(&values)), len);
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
