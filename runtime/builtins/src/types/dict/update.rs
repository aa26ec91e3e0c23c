//! What `dict(...)`, `update` and `|=` accept: mappings, iterables of pairs, other dicts.

use habu_object::dict::Dict;
use habu_object::{Exception, Gc, Kind, List, Value, shape};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// CPython `dict_update_arg`: a dict, something with `keys()`, or an iterable of pairs.
pub(super) fn update(vm: &mut Vm, dict: Gc<Dict>, from: Value) -> PyResult<()> {
    if from.shape() == shape::DICT
        && let Some(other) = from.cast::<Dict>()
    {
        return merge(vm, dict, other);
    }
    let name = vm.names.keys;
    if vm.getattr_opt(from, name)?.is_some() {
        merge_mapping(vm, dict, from)
    } else {
        merge_pairs(vm, dict, from)
    }
}

/// Stores the entries of another dict.
pub(super) fn merge(vm: &mut Vm, dict: Gc<Dict>, other: Gc<Dict>) -> PyResult<()> {
    let merged = dict.merge(vm, other, true, |vm: &mut Vm, a, b| vm.eq(a, b))?;
    vm.key_added(dict);
    if merged { Ok(()) } else { Err(vm.raise_msg(Exc::RuntimeError, "dict mutated during update")) }
}

/// Stores what `keys()` and `[]` of a mapping give; a subclass of dict that iterates like dict is read directly.
fn merge_mapping(vm: &mut Vm, dict: Gc<Dict>, from: Value) -> PyResult<()> {
    if let Some(other) = from.cast::<Dict>() {
        let (name, builtin) = (vm.names.__iter__, vm.types.of_kind(Kind::Dict));
        if vm.special(from, name) == vm.class_lookup(builtin, name) {
            return merge(vm, dict, other);
        }
    }
    let name = vm.names.keys;
    let keys = vm.call_method(from, name, &[])?;
    vm.for_each(keys, |vm, key| {
        let value = vm.getitem(from, key)?;
        vm.dict_set(dict, key, value)
    })
}

fn merge_pairs(vm: &mut Vm, dict: Gc<Dict>, from: Value) -> PyResult<()> {
    let mut i = 0;
    vm.for_each(from, |vm, item| {
        let (key, value) = pair(vm, item, i)?;
        i += 1;
        vm.dict_set(dict, key, value)
    })
}

/// The two items of element number `i`.
fn pair(vm: &mut Vm, item: Value, i: usize) -> PyResult<(Value, Value)> {
    if let Some(t) = item.cast::<habu_object::Tuple>()
        && item.shape() == shape::TUPLE
        && let [key, value] = t.items()
    {
        return Ok((key.get(), value.get()));
    }
    let items = match vm.list_from_iter(item) {
        Ok(items) => items,
        Err(e) => return Err(not_a_sequence(vm, e, item, i)?),
    };
    match (items.get(0), items.get(1), items.len()) {
        (Some(key), Some(value), 2) => Ok((key, value)),
        (_, _, n) => {
            let msg =
                format!("dictionary update sequence element #{i} has length {n}; 2 is required");
            Err(vm.value_error(&msg))
        }
    }
}

/// The TypeError for an element that cannot be iterated, with CPython 3.14's note.
fn not_a_sequence(vm: &mut Vm, e: Raised, item: Value, i: usize) -> PyResult<Raised> {
    let mut error = match vm.catch(e, Exc::TypeError) {
        Ok(error) => error,
        Err(other) => return Ok(other),
    };
    let (iter, getitem) = (vm.names.__iter__, vm.names.__getitem__);
    if vm.special(item, iter).is_none() && vm.special(item, getitem).is_none() {
        let raised = vm.type_error("object is not iterable");
        error = vm.take_raised(raised);
    }
    if let Some(exception) = error.cast::<Exception>()
        && exception.notes.get().is_unbound()
    {
        let note = vm.new_str(&format!(
            "Cannot convert dictionary update sequence element #{i} to a sequence"
        ))?;
        let notes = List::from_slice(&mut vm.heap, &[note])?;
        exception.store(&mut vm.heap, &exception.notes, notes.value());
    }
    Ok(vm.reraise(error))
}
