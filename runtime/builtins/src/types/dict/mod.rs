//! `dict`: construction, subscripts, the plain methods.
//!
//! What `update` accepts is in `update`, the operators are in `operators`.

mod operators;
mod update;

use super::generic_alias::class_getitem;
use super::sequence::{made, push_repr, unhashable};
use crate::args::{arg, new_class_arg, or_none};
use habu_object::dict::Dict;
use habu_object::str::StrBuf;
use habu_object::{
    DictItems, DictKeyIter, DictKeys, DictValues, Gc, Kind, Set, Type, Value, shape,
};
use habu_vm::types::Variant;
use habu_vm::{Effects, Exc, Intrinsic, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, iterable=(), /, **kwargs)", init),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__len__", "(self, /)", len).effects(Effects::NoPython),
    NativeDef::new("__iter__", "(self, /)", iter).effects(Effects::NoPython),
    NativeDef::new("__reversed__", "(self, /)", reversed)
        .effects(Effects::NoPython)
        .doc("Return a reverse iterator over the dict keys."),
    NativeDef::new("__contains__", "(self, key, /)", contains)
        .doc("True if the dictionary has the specified key, else False."),
    NativeDef::new("__getitem__", "(self, key, /)", getitem).doc("Return self[key]."),
    NativeDef::new("__setitem__", "(self, key, value, /)", setitem).doc("Set self[key] to value."),
    NativeDef::new("__delitem__", "(self, key, /)", delitem).doc("Delete self[key]."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof).effects(Effects::NoPython),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem).doc("See PEP 585"),
    NativeDef::new("clear", "(self, /)", clear).effects(Effects::NoPython).doc("Remove all items from the dict."),
    NativeDef::new("copy", "(self, /)", copy).effects(Effects::Repeatable)
        .doc("Return a shallow copy of the dict."),
    NativeDef::new("fromkeys", "(cls, iterable, value=None, /)", fromkeys)
        .doc("Create a new dictionary with keys from iterable and values set to value."),
    NativeDef::new("get", "(self, key, default=None, /)", get).intrinsic(Intrinsic::DictGet).effects(Effects::Repeatable)
        .doc("Return the value for key if key is in the dictionary, else default."),
    NativeDef::new("items", "(self, /)", items).effects(Effects::Repeatable)
        .doc("Return a set-like object providing a view on the dict's items."),
    NativeDef::new("keys", "(self, /)", keys).effects(Effects::Repeatable)
        .doc("Return a set-like object providing a view on the dict's keys."),
    NativeDef::new("values", "(self, /)", values).effects(Effects::Repeatable)
        .doc("Return an object providing a view on the dict's values."),
    NativeDef::new("pop", "(self, key, default=None, /)", pop).effects(Effects::RepeatableWrites).doc(
        "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, \
         return the default if given; otherwise,\nraise a KeyError.",
    ),
    NativeDef::new("popitem", "(self, /)", popitem).effects(Effects::RepeatableWrites).doc(
        "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) \
         order.\nRaises KeyError if the dict is empty.",
    ),
    NativeDef::new("setdefault", "(self, key, default=None, /)", setdefault).effects(Effects::RepeatableWrites).doc(
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in \
         the dictionary, else default.",
    ),
    NativeDef::new("update", "(self, iterable=(), /, **kwargs)", update_method)
        .doc("D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F."),
];

/// `dict(mapping)` in one step.
static CONSTRUCT: NativeDef = NativeDef::new("dict", "(cls, mapping=(), /)", construct);

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Dict);
    vm.set_constructor(class, &CONSTRUCT);
    vm.add_methods(class, METHODS)?;
    vm.add_methods(class, operators::METHODS)?;
    let doc = vm.new_str(
        "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    \
         (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in \
         iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in \
         the keyword argument list.  For example:  dict(one=1, two=2)",
    )?;
    vm.set_class_entry(class, "__doc__", doc)?;
    unhashable(vm, Kind::Dict)
}

/// The dict that a method was called on.
fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Dict>> {
    match arg(args, 0).cast::<Dict>() {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("expected a dict")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Dict)?;
    let dict = Dict::with_shape(&mut vm.heap, class.instance_shape.get())?;
    Ok(made(vm, class, dict.value()))
}

fn construct(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = vm.new_dict()?;
    if let Some(from) = args[1].bound() {
        update::update(vm, dict, from)?;
    }
    Ok(dict.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    update_method(vm, args)
}

fn update_method(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    if let Some(from) = arg(args, 1).bound() {
        update::update(vm, dict, from)?;
    }
    if let Some(kwargs) = arg(args, 2).cast::<Dict>() {
        update::merge(vm, dict, kwargs)?;
    }
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    if dict.is_empty() {
        return vm.new_str("{}");
    }
    let text = vm.guard_repr(dict.value(), |vm| {
        let mut out = StrBuf::new();
        out.push_str("{");
        let (mut pos, mut separator) = (0, "");
        while let Some((next, key, value, _)) = dict.next_entry(pos) {
            pos = next;
            out.push_str(separator);
            separator = ", ";
            push_repr(vm, &mut out, key)?;
            out.push_str(": ");
            push_repr(vm, &mut out, value)?;
        }
        out.push_str("}");
        Ok(out)
    })?;
    match text {
        Some(out) => Ok(out.finish(&mut vm.heap)?.value()),
        None => vm.new_str("{...}"),
    }
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = this(vm, args)?.len();
    vm.new_int(n as i64)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(DictKeyIter::new(&mut vm.heap, dict, false)?.value())
}

fn reversed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    let it = DictKeyIter::new(&mut vm.heap, dict, true)?.value();
    vm.set_shape(it, Variant::DictReverseKeyIter.shape());
    Ok(it)
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(Value::bool(vm.dict_get(dict, arg(args, 1))?.is_some()))
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (dict, key) = (this(vm, args)?, arg(args, 1));
    if let Some(v) = vm.dict_get(dict, key)? {
        return Ok(v);
    }
    if dict.value().shape() != shape::DICT {
        let name = vm.names.__missing__;
        if let Some(v) = vm.call_special(dict.value(), name, &[key])? {
            return Ok(v);
        }
    }
    Err(vm.key_error(key))
}

fn setitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    vm.dict_set(dict, arg(args, 1), arg(args, 2))?;
    Ok(Value::NONE)
}

fn delitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (dict, key) = (this(vm, args)?, arg(args, 1));
    match vm.dict_del(dict, key)? {
        Some(_) => Ok(Value::NONE),
        None => Err(vm.key_error(key)),
    }
}

fn sizeof(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let rows = this(vm, args)?.fill() as i64;
    vm.new_int(if rows == 0 { 64 } else { 88 + 29 * rows.max(5) })
}

fn clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, args)?.clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(dict.copy(&mut vm.heap)?.value())
}

fn fromkeys(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (class, iterable, value) = (arg(args, 0), arg(args, 1), or_none(arg(args, 2)));
    let exact = class.cast::<Type>() == Some(vm.types.of_kind(Kind::Dict));
    let target = if exact { vm.new_dict()?.value() } else { vm.call(class, &[])? };
    match Vm::exact_dict(target) {
        // Hashes at hand are not asked for again.
        Some(dict) if matches!(iterable.shape(), shape::SET | shape::FROZENSET) => {
            let Some(set) = iterable.cast::<Set>() else { return Ok(target) };
            let mut pos = 0;
            while let Some((next, key, hash)) = set.next_key(pos) {
                pos = next;
                vm.dict_set_hashed(dict, key, hash, value)?;
            }
        }
        Some(dict) => vm.for_each(iterable, |vm, key| vm.dict_set(dict, key, value))?,
        None => vm.for_each(iterable, |vm, key| vm.setitem(target, key, value))?,
    }
    Ok(target)
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(vm.dict_get(dict, arg(args, 1))?.unwrap_or(or_none(arg(args, 2))))
}

fn keys(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(DictKeys::new(&mut vm.heap, dict)?.value())
}

fn values(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(DictValues::new(&mut vm.heap, dict)?.value())
}

fn items(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let dict = this(vm, args)?;
    Ok(DictItems::new(&mut vm.heap, dict)?.value())
}

fn pop(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (dict, key, default) = (this(vm, args)?, arg(args, 1), arg(args, 2));
    // An empty dict does not hash the key.
    let found = if dict.is_empty() { None } else { vm.dict_del(dict, key)? };
    match found.or(default.bound()) {
        Some(v) => Ok(v),
        None => Err(vm.key_error(key)),
    }
}

fn popitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match this(vm, args)?.pop_item() {
        Some((key, value)) => vm.new_tuple(&[key, value]),
        None => Err(vm.raise_msg(Exc::KeyError, "popitem(): dictionary is empty")),
    }
}

fn setdefault(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (dict, key, default) = (this(vm, args)?, arg(args, 1), or_none(arg(args, 2)));
    let hash = vm.key_hash(key)?;
    let found = dict.lookup(key, hash, |a, b| vm.eq(a, b))?;
    if let Some(v) = found.and_then(|row| dict.value_at(row)) {
        return Ok(v);
    }
    dict.insert_at(&mut vm.heap, found, key, hash, default)?;
    vm.key_added(dict);
    Ok(default)
}
