//! `collections.OrderedDict`: dicts are ordered, so this adds what is asked of the order.

use crate::util::{DICT, arg, forward, items, new_class, set};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Tuple, Value, type_flags};
use habu_vm::{BinOp, Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};

const ROOT: &str = "collections.OrderedDict";

static METHODS: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", |vm, args| {
        update(vm, args, "__init__")
    }),
    NativeDef::new("update", "(self, /, *args, **kwargs)", |vm, args| update(vm, args, "update")),
    NativeDef::new("popitem", "(self, /, last=True)", popitem)
        .doc("Remove and return a (key, value) pair from the dictionary."),
    NativeDef::new("pop", "(self, /, key, default=<unrepresentable>)", pop)
        .doc("Remove the key and return its value, or the default if there is no such key."),
    NativeDef::new("setdefault", "(self, /, key, default=None)", set_default)
        .doc("Insert key with a value of default if key is not in the dictionary."),
    NativeDef::new("__sizeof__", "(self, /)", |vm, args| {
        let dict = of_dict(vm, "__sizeof__")?;
        let of_items = vm.call(dict, &[arg(args, 0)])?;
        let links = 96 + 24 * this(vm, args)?.len() as i64;
        vm.binary_op(BinOp::Add, of_items, Value::small_int(links))
    }),
    NativeDef::new("move_to_end", "(self, /, key, last=True)", move_to_end)
        .doc("Move an existing element to the end (or beginning if last is false)."),
    NativeDef::new("copy", "(self, /)", copy).doc("A shallow copy of ordered dict."),
    NativeDef::new("__copy__", "(self, /)", copy),
    NativeDef::new("fromkeys", "(cls, /, iterable, value=None)", from_keys)
        .doc("Create a new ordered dictionary with keys from iterable and values set to value."),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| equal(vm, args, true)),
    NativeDef::new("__ne__", "(self, value, /)", |vm, args| equal(vm, args, false)),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__or__", "(self, value, /)", |vm, args| {
        merged(vm, arg(args, 0), arg(args, 0), arg(args, 1))
    }),
    NativeDef::new("__ror__", "(self, value, /)", |vm, args| {
        merged(vm, arg(args, 0), arg(args, 1), arg(args, 0))
    }),
    NativeDef::new("__ior__", "(self, value, /)", |vm, args| {
        let name = vm.names.update;
        vm.call_method(arg(args, 0), name, &[arg(args, 1)])?;
        Ok(arg(args, 0))
    }),
];

static ATTRIBUTES: &[GetSetDef] = &[DICT];

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let class = new_class(vm, "collections", "OrderedDict", Kind::Dict, METHODS, ATTRIBUTES)?;
    class.flags.set(class.flags.get() & !type_flags::NO_DICT);
    vm.set_class_entry(class, "__hash__", Value::NONE)?;
    let doc = vm.new_str("Dictionary that remembers insertion order")?;
    vm.set_class_entry(class, "__doc__", doc)?;
    vm.set_root(ROOT, class.value());
    set(vm, m, "OrderedDict", class.value())
}

fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Dict>> {
    match arg(args, 0).cast::<Dict>() {
        Some(d) => Ok(d),
        None => Err(vm.type_error("descriptor requires a 'collections.OrderedDict' object")),
    }
}

/// A method of dict, whatever the class says.
fn of_dict(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let class = vm.types.of_kind(Kind::Dict);
    let name = vm.intern(name)?;
    Ok(vm.class_lookup(class, name).unwrap_or(Value::NONE))
}

/// Whether a class has a method of dict as it is.
fn inherits(vm: &mut Vm, v: Value, name: &str) -> PyResult<bool> {
    let own = of_dict(vm, name)?;
    let name = vm.intern(name)?;
    let class = vm.type_of(v);
    Ok(vm.class_lookup(class, name) == Some(own))
}

/// Adds what the arguments hold, through `__setitem__` if a subclass has its own.
fn update(vm: &mut Vm, args: &[Value], function: &str) -> PyResult<Value> {
    let d = this(vm, args)?;
    let given = items(arg(args, 1));
    if given.len() > 1 {
        let msg = match function {
            "update" => {
                format!("update() takes at most 1 positional argument ({} given)", given.len())
            }
            _ => format!("expected at most 1 arguments, got {}", given.len()),
        };
        return Err(vm.type_error(&msg));
    }
    if inherits(vm, d.value(), "__setitem__")? {
        let f = of_dict(vm, "update")?;
        return forward(vm, f, &[d.value()], arg(args, 1), arg(args, 2));
    }
    // What a dict would make of the arguments, item by item.
    let class = vm.types.of_kind(Kind::Dict).value();
    let made = forward(vm, class, &[], arg(args, 1), arg(args, 2))?;
    let name = vm.names.items;
    let pairs = vm.call_method(made, name, &[])?;
    let pairs: Gc<List> = vm.list_from_iter(pairs)?;
    let mut i = 0;
    while let Some(pair) = pairs.get(i) {
        i += 1;
        if let Some(t) = pair.cast::<Tuple>() {
            vm.setitem(d.value(), t.get(0), t.get(1))?;
        }
    }
    Ok(Value::NONE)
}

fn last_arg(vm: &mut Vm, v: Value) -> PyResult<bool> {
    match v.bound() {
        Some(v) => vm.truth(v),
        None => Ok(true),
    }
}

fn popitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let d = this(vm, args)?;
    let last = last_arg(vm, arg(args, 1))?;
    match if last { d.pop_item() } else { d.pop_first() } {
        Some((key, v)) => vm.new_tuple(&[key, v]),
        None => Err(vm.raise_msg(Exc::KeyError, "dictionary is empty")),
    }
}

fn pop(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (d, key) = (this(vm, args)?, arg(args, 1));
    let found = match inherits(vm, d.value(), "__delitem__")? {
        true => vm.dict_del(d, key)?,
        false => {
            let found = vm.dict_get(d, key)?;
            if found.is_some() {
                vm.delitem(d.value(), key)?;
            }
            found
        }
    };
    match found.or(arg(args, 2).bound()) {
        Some(v) => Ok(v),
        None => {
            let name = vm.names.__missing__;
            match vm.call_special(d.value(), name, &[key])? {
                Some(v) => Ok(v),
                None => Err(vm.key_error(key)),
            }
        }
    }
}

fn set_default(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (d, key) = (this(vm, args)?, arg(args, 1));
    if let Some(v) = vm.dict_get(d, key)? {
        return Ok(v);
    }
    let default = arg(args, 2).bound().unwrap_or(Value::NONE);
    vm.setitem(d.value(), key, default)?;
    Ok(default)
}

fn move_to_end(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let d = this(vm, args)?;
    let key = arg(args, 1);
    let last = last_arg(vm, arg(args, 2))?;
    let Some(v) = vm.dict_del(d, key)? else { return Err(vm.key_error(key)) };
    if last {
        vm.dict_set(d, key, v)?;
        return Ok(Value::NONE);
    }
    // To the beginning: all others are entered anew behind it.
    let others = d.copy(&mut vm.heap)?;
    d.clear();
    vm.dict_set(d, key, v)?;
    vm.dict_copy_into(others, d)?;
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let d = this(vm, args)?;
    let class = vm.type_of(d.value()).value();
    let new = vm.call(class, &[])?;
    if let Some(own) = vm.instance_dict(d.value())?.filter(|own| !own.is_empty())
        && let Some(to) = vm.instance_dict(new)?
    {
        vm.dict_copy_into(own, to)?;
    }
    let name = vm.names.items;
    let pairs = vm.call_method(d.value(), name, &[])?;
    let pairs = vm.list_from_iter(pairs)?;
    let plain = inherits(vm, d.value(), "__getitem__")?;
    let version = d.version();
    let mut i = 0;
    while let Some(pair) = pairs.get(i) {
        i += 1;
        if let Some(t) = pair.cast::<Tuple>() {
            let v = if plain { t.get(1) } else { vm.getitem(d.value(), t.get(0))? };
            vm.setitem(new, t.get(0), v)?;
        }
        if d.version() != version {
            return Err(mutated(vm));
        }
    }
    Ok(new)
}

fn from_keys(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let new = vm.call(arg(args, 0), &[])?;
    let v = arg(args, 2).bound().unwrap_or(Value::NONE);
    vm.for_each(arg(args, 1), |vm, key| vm.setitem(new, key, v))?;
    Ok(new)
}

fn equal(vm: &mut Vm, args: &[Value], wanted: bool) -> PyResult<Value> {
    let (a, b) = (this(vm, args)?, arg(args, 1));
    let f = of_dict(vm, "__eq__")?;
    let same = vm.call(f, &[a.value(), b])?;
    if same == Value::NOT_IMPLEMENTED {
        return Ok(same);
    }
    let mut same = vm.truth(same)?;
    let class = vm.expect_type(vm.root(ROOT));
    if same
        && vm.is_instance_exact(b, class)
        && let Some(b) = b.cast::<Dict>()
    {
        same = same_order(vm, a, b)?;
    }
    Ok(Value::bool(same == wanted))
}

/// Whether two dicts have the same keys one after the other; RuntimeError if a comparison changes one.
fn same_order(vm: &mut Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    let versions = (a.version(), b.version());
    let (mut i, mut k) = (0, 0);
    while let (Some((after_i, x, _, _)), Some((after_k, y, _, _))) =
        (a.next_entry(i), b.next_entry(k))
    {
        let same = vm.eq(x, y)?;
        if (a.version(), b.version()) != versions {
            return Err(mutated(vm));
        }
        if !same {
            return Ok(false);
        }
        (i, k) = (after_i, after_k);
    }
    Ok(true)
}

fn mutated(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::RuntimeError, "OrderedDict mutated during iteration")
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let d = this(vm, args)?;
    let class = vm.type_name(d.value());
    if d.is_empty() {
        return vm.new_str(&format!("{class}()"));
    }
    let text = vm.guard_repr(d.value(), |vm| {
        let name = vm.names.items;
        let pairs = vm.call_method(d.value(), name, &[])?;
        let dict = vm.types.of_kind(Kind::Dict).value();
        let plain = vm.call(dict, &[pairs])?;
        vm.repr_text(plain)
    })?;
    match text {
        Some(text) => vm.new_str(&format!("{class}({text})")),
        None => vm.new_str("..."),
    }
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let d = this(vm, args)?;
    let class = vm.type_of(d.value()).value();
    let name = vm.names.__getstate__;
    let state = vm.call_method(d.value(), name, &[])?;
    let name = vm.names.items;
    let pairs = vm.call_method(d.value(), name, &[])?;
    let pairs = vm.iter(pairs)?;
    vm.new_tuple(&[class, Value::EMPTY_TUPLE, state, Value::NONE, pairs])
}

fn merged(vm: &mut Vm, like: Value, a: Value, b: Value) -> PyResult<Value> {
    if a.kind() != Kind::Dict || b.kind() != Kind::Dict {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let class = vm.type_of(like).value();
    let new = vm.call(class, &[a])?;
    let update = vm.names.update;
    vm.call_method(new, update, &[b])?;
    Ok(new)
}
