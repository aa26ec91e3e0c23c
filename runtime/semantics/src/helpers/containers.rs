//! Lists, dicts, sets and the protocols of containers.

use super::Gives::{Shape, Truth, Value as Any};
use super::helpers;
use habu_object::dict::Dict;
use habu_object::slice::{Extent, adjust_indices};
use habu_object::str::Str;
use habu_object::{Gc, Kind, List, Tuple, Value, shape};
use habu_vm::{BinOp, CmpOp, Vm};
use std::cell::Cell;

/// What a slice with these parts (None or ints) names; None if a part is anything else or the step is 0.
pub(super) fn extent(start: Value, stop: Value, step: Value, len: usize) -> Option<Extent> {
    let part = |v: Value| {
        if v.is_int() {
            Some(Some(v.as_int()))
        } else if v.is_none() {
            Some(None)
        } else {
            None
        }
    };
    let step = part(step)?.unwrap_or(1);
    if step == 0 { None } else { Some(adjust_indices(part(start)?, part(stop)?, step, len)) }
}

/// A dict whose values are its own: not the namespace of a module, whose cells traces remember.
fn plain_dict(d: Value) -> Option<Gc<Dict>> {
    d.cast::<Dict>().filter(|d| !d.has_cells())
}

/// The entries of a dict that nobody changes meanwhile.
fn entries(d: Gc<Dict>) -> impl Iterator<Item = (Value, Value)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (next, key, v, _) = d.next_entry(at)?;
        at = next;
        Some((key, v))
    })
}

/// Whether a key is this interned str.
fn same_str(key: Value, name: Value) -> bool {
    let texts = (key.cast::<Str>(), name.cast::<Str>());
    key == name || matches!(texts, (Some(a), Some(b)) if a.equals(&b))
}

/// d.update(other)
fn update(vm: &mut Vm, d: Gc<Dict>, other: Gc<Dict>) -> Option<Value> {
    vm.attempt(|vm| entries(other).try_for_each(|(key, v)| vm.dict_set(d, key, v)))?;
    Some(Value::NONE)
}

helpers! {
    /// l.append(v)
    LIST_APPEND(vm, l, v) Lists, Any => {
        l.cast::<List>().and_then(|l| l.push(&mut vm.heap, v).ok()).map(|()| Value::NONE)
    };
    /// l[start:stop:step] of an exact list.
    LIST_SLICE(vm, l, start, stop, step) ReadsLists, Shape(shape::LIST) => {
        l.cast::<List>()
            .and_then(|l| Some((l, extent(start, stop, step, l.len())?)))
            .and_then(|(l, extent)| l.slice(&mut vm.heap, extent).ok())
            .map(|l| l.value())
    };
    /// l[start:stop:step] = items of an exact list or tuple.
    LIST_SET_SLICE(vm, l, start, stop, step, items) Lists, Any => {
        set_slice(vm, l, (start, stop, step), items)
    };
    /// l.extend(items) of an exact list or tuple.
    LIST_EXTEND(vm, l, items) Lists, Any => {
        l.cast::<List>().and_then(|l| vm.extend_list(l, items).ok()).map(|()| Value::NONE)
    };
    /// list(n of the same item) + ...: l * n
    LIST_REPEAT(vm, l, n) ReadsLists, Shape(shape::LIST) => {
        l.cast::<List>()
            .and_then(|l| l.repeat(&mut vm.heap, usize::try_from(n.as_int()).unwrap_or(0)).ok())
            .map(|l| l.value())
    };
    /// tuple(l)
    LIST_TO_TUPLE(vm, l) ReadsLists, Shape(shape::TUPLE) => {
        l.cast::<List>().and_then(|l| vm.list_to_tuple(l).ok()).map(|t| t.value())
    };
    /// d[key] of an exact dict, MISSING if it is not there. Namespaces of modules are left to others, because their
    /// values are in cells.
    DICT_FIND(vm, d, key) Looks, Any => {
        plain_dict(d)
            .and_then(|d| vm.attempt(|vm| vm.dict_get(d, key)))
            .map(|found| found.unwrap_or(Value::MISSING))
    };
    /// The exception that the helper called just before has declined by; declines if it was no exception.
    DECLINED(vm) Reads, Any => vm.declined.bound();
    /// o.name
    GET_ATTR(vm, o, name) Reads, Any => vm.attempt(|vm| vm.getattr(o, name));
    /// Whether a key is in an exact set, as True or False.
    SET_HAS(vm, s, key) Looks, Any => vm.attempt(|vm| vm.contains(s, key)).map(Value::bool);
    /// len(o) of a container of a builtin type.
    LEN(vm, o) Looks, Any => vm.attempt(|vm| {
        let n = vm.len(o)?;
        vm.new_int(n as i64)
    });
    /// list(o) of a container of a builtin type.
    LIST_OF(vm, o) Reads, Shape(shape::LIST) => {
        vm.attempt(|vm| vm.list_from_iter(o)).map(|l| l.value())
    };
    /// tuple(o) of a container of a builtin type.
    TUPLE_OF(vm, o) Reads, Shape(shape::TUPLE) => {
        vm.attempt(|vm| vm.tuple_from_iter(o)).map(|t| t.value())
    };
    /// set(o) of a container of a builtin type.
    SET_OF(vm, o) Reads, Shape(shape::SET) => vm.attempt(|vm| {
        let s = habu_object::Set::new(&mut vm.heap)?;
        vm.for_each(o, |vm, v| vm.set_add(s, v))?;
        Ok(s.value())
    });
    /// d[key] = v of an exact dict.
    DICT_SET(vm, d, key, v) Tables, Any => {
        plain_dict(d).and_then(|d| vm.attempt(|vm| vm.dict_set(d, key, v))).map(|()| Value::NONE)
    };
    /// del d[key] of an exact dict; declines if it is missing.
    DICT_DEL(vm, d, key) Tables, Any => {
        plain_dict(d).and_then(|d| vm.attempt(|vm| vm.dict_del(d, key)).flatten()).map(|_| Value::NONE)
    };
    /// {}
    DICT_NEW(vm) Makes, Shape(shape::DICT) => vm.new_dict().ok().map(|d| d.value());
    /// {key: v}
    DICT_OF_ONE(vm, key, v) Makes, Shape(shape::DICT) => vm.attempt(|vm| {
        let d = vm.new_dict()?;
        vm.dict_set(d, key, v)?;
        Ok(d.value())
    });
    /// {key: v, other: w}
    DICT_OF_TWO(vm, key, v, other, w) Makes, Shape(shape::DICT) => vm.attempt(|vm| {
        let d = vm.new_dict()?;
        vm.dict_set(d, key, v)?;
        vm.dict_set(d, other, w)?;
        Ok(d.value())
    });
    /// dict(zip(keys, values)) of tuples; the keys are strs.
    DICT_OF(vm, keys, values) Makes, Shape(shape::DICT) => vm.attempt(|vm| {
        let d = vm.new_dict()?;
        if let (Some(keys), Some(values)) = (keys.cast::<Tuple>(), values.cast::<Tuple>()) {
            for (key, v) in keys.items().iter().zip(values.items()) {
                vm.dict_set(d, key.get(), v.get())?;
            }
        }
        Ok(d.value())
    });
    /// d.update(other) of exact dicts.
    DICT_UPDATE(vm, d, other) Tables, Any => {
        plain_dict(d).zip(plain_dict(other)).and_then(|(d, other)| update(vm, d, other))
    };
    /// The same, of keywords: declines if a key of the other is no str, or is there already.
    DICT_MERGE(vm, d, other) Tables, Any => {
        plain_dict(d)
            .zip(plain_dict(other))
            .filter(|(d, other)| entries(*other).all(|(key, _)| {
                key.kind() == Kind::Str && vm.attempt(|vm| vm.dict_get(*d, key)) == Some(None)
            }))
            .and_then(|(d, other)| update(vm, d, other))
    };
    /// Whether the keys of an exact dict are these interned strs, in this order.
    DICT_NAMES_ARE(_vm, d, names) Looks, Truth => {
        plain_dict(d).zip(names.cast::<Tuple>()).is_some_and(|(d, names)| {
            d.len() == names.len()
                && entries(d).zip(names.items()).all(|((key, _), name)| same_str(key, name.get()))
        })
    };
    /// {v}
    SET_OF_ONE(vm, v) Makes, Shape(shape::SET) => vm.attempt(|vm| {
        let s = habu_object::Set::new(&mut vm.heap)?;
        vm.set_add(s, v)?;
        Ok(s.value())
    });
    /// s.add(v) of a set under construction.
    SET_ADD(vm, s, v) Tables, Any => {
        s.cast::<habu_object::Set>()
            .and_then(|s| vm.attempt(|vm| vm.set_add(s, v)))
            .map(|()| Value::NONE)
    };
    /// set()
    SET_NEW(vm) Makes, Shape(shape::SET) => {
        habu_object::Set::new(&mut vm.heap).ok().map(|s| s.value())
    };
    /// o[key] of an object of a builtin type.
    GET_ITEM(vm, o, key) Reads, Any => vm.attempt(|vm| vm.getitem(o, key));
    /// o[key] = v of a bytearray.
    SET_ITEM(vm, o, key, v) Tables, Any => {
        vm.attempt(|vm| vm.setitem(o, key, v)).map(|()| Value::NONE)
    };
    /// del l[key] of an exact list.
    LIST_DEL(vm, l, key) Lists, Any => vm.attempt(|vm| vm.delitem(l, key)).map(|()| Value::NONE);
    /// item in o, as True or False.
    CONTAINS(vm, o, item) Reads, Any => vm.attempt(|vm| vm.contains(o, item)).map(Value::bool);
    /// bool(o), as True or False.
    TRUTH(vm, o) Reads, Any => vm.attempt(|vm| vm.truth(o)).map(Value::bool);
    /// Whether an exact dict has no entries.
    DICT_EMPTY(_vm, d) Looks, Truth => d.cast::<Dict>().is_none_or(|d| d.is_empty());
}

fn set_slice(
    vm: &mut Vm,
    l: Value,
    (start, stop, step): (Value, Value, Value),
    items: Value,
) -> Option<Value> {
    let list = l.cast::<List>()?;
    let extent = extent(start, stop, step, list.len())?;
    match items.shape() {
        shape::TUPLE => assign(vm, list, extent, items.cast::<Tuple>()?.items()),
        shape::LIST if items == l => {
            let copy = List::from_cells(&mut vm.heap, list.cells()).ok()?;
            assign(vm, list, extent, copy.cells())
        }
        shape::LIST => assign(vm, list, extent, items.cast::<List>()?.cells()),
        _ => None,
    }
}

fn assign(vm: &mut Vm, list: Gc<List>, extent: Extent, items: &[Cell<Value>]) -> Option<Value> {
    if extent.step == 1 {
        let (start, end) = extent.range();
        list.assign_range(&mut vm.heap, start, end, items).ok()?;
    } else if items.len() == extent.count {
        list.assign_extended(&mut vm.heap, extent, items);
    } else {
        return None;
    }
    Some(Value::NONE)
}

macro_rules! binary {
    ($($name:ident $op:ident;)*) => {
        helpers! { $(
            /// The operator of this name on objects of builtin types.
            $name(vm, a, b) Reads, Any => vm.attempt(|vm| vm.binary_op(BinOp::$op, a, b));
        )* }

        /// The helper of an operator on objects of builtin types.
        pub fn operator(op: BinOp) -> Option<&'static super::Helper> {
            Some(match op {
                $(BinOp::$op => &$name,)*
                _ => return None,
            })
        }
    };
}
binary! {
    OBJECT_ADD Add;
    OBJECT_SUB Sub;
    OBJECT_MUL Mul;
    OBJECT_MOD Mod;
    OBJECT_AND And;
    OBJECT_OR Or;
    OBJECT_XOR Xor;
}

macro_rules! comparisons {
    ($($name:ident $op:ident;)*) => {
        helpers! { $(
            /// The comparison of this name of any two objects.
            $name(vm, a, b) Reads, Any => vm.attempt(|vm| vm.compare(CmpOp::$op, a, b));
        )* }

        /// The helper of a comparison of any two objects.
        pub fn comparison(op: CmpOp) -> &'static super::Helper {
            match op {
                $(CmpOp::$op => &$name,)*
            }
        }
    };
}
comparisons! {
    OBJECT_LT Lt;
    OBJECT_LE Le;
    OBJECT_GT Gt;
    OBJECT_GE Ge;
    OBJECT_EQ Eq;
    OBJECT_NE Ne;
}
