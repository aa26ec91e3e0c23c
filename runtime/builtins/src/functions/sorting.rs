//! `sorted` and `list.sort`: one driver over `habu_object::sort`.

use habu_object::{Array, Gc, List, Value};
use habu_vm::{CmpOp, Effects, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] =
    &[NativeDef::new("sorted", "(iterable, /, *, key=None, reverse=False, **kwargs)", sorted).effects(Effects::Repeatable).hosted("sorted").doc(
        "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be \
         supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending \
         order.",
    )];

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
    let modified = !list.is_empty();
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
