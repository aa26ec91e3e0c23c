//! `collections.defaultdict`: a dict whose missing keys are made by `default_factory`.
//!
//! The factory is in the object's side dict under its own name.

use crate::util::{arg, class_arg, class_getitem, describe, forward, items, new_class, set};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Module, Value};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init),
    NativeDef::new("__missing__", "(self, key, /)", missing),
    NativeDef::new("__getitem__", "(self, key, /)", getitem),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("copy", "(self, /)", copy).doc("Return a shallow copy."),
    NativeDef::new("__copy__", "(self, /)", copy),
    NativeDef::new("__or__", "(self, other, /)", or),
    NativeDef::new("__ror__", "(self, other, /)", ror),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem),
];

static ATTRIBUTES: &[GetSetDef] = &[GetSetDef::with_set("default_factory", factory, set_factory)];

const ROOT: &str = "collections.defaultdict";
const NAME: &str = "default_factory";

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let class = new_class(vm, "collections", "defaultdict", Kind::Dict, METHODS, ATTRIBUTES)?;
    vm.set_root(ROOT, class.value());
    describe(vm, class, "", "A dict that calls default_factory for the values of missing keys.")?;
    set(vm, m, "defaultdict", class.value())
}

fn side(vm: &mut Vm, v: Value) -> Option<Gc<Dict>> {
    let bits = vm.heap.side_get(v.object()?)?;
    Value::from_bits(bits).cast::<Dict>()
}

fn factory(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let name = vm.intern(NAME)?;
    Ok(side(vm, v).and_then(|d| vm.dict_get_str(d, name)).unwrap_or(Value::NONE))
}

fn set_factory(vm: &mut Vm, v: Value, f: Value) -> PyResult<()> {
    let d = match side(vm, v) {
        Some(d) => d,
        None => {
            let d = vm.new_dict()?;
            if let Some(o) = v.object() {
                vm.heap.side_set(o, d.value().bits());
            }
            d
        }
    };
    vm.dict_set_text(d, NAME, if f.is_unbound() { Value::NONE } else { f })
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = class_arg(vm, args)?;
    Ok(Dict::with_shape(&mut vm.heap, class.instance_shape.get())?.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let positional = items(arg(args, 1));
    let f = positional.first().copied().unwrap_or(Value::NONE);
    let call = vm.names.__call__;
    let callable = matches!(
        f.kind(),
        Kind::Type | Kind::Function | Kind::Builtin | Kind::Method | Kind::MethodDescr
    );
    if !f.is_none() && !callable && vm.special(f, call).is_none() {
        return Err(vm.type_error("first argument must be callable or None"));
    }
    set_factory(vm, this, f)?;
    let rest = positional.get(1..).unwrap_or_default().to_vec();
    if rest.is_empty() && arg(args, 2).is_unbound() {
        return Ok(Value::NONE);
    }
    let name = vm.names.__init__;
    let dict = vm.types.of_kind(Kind::Dict);
    let init = vm.class_lookup(dict, name).unwrap_or(Value::NONE);
    let rest = vm.new_tuple(&rest)?;
    forward(vm, init, &[this], rest, arg(args, 2))
}

fn missing(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, key) = (arg(args, 0), arg(args, 1));
    let f = factory(vm, this)?;
    if f.is_none() {
        return Err(vm.key_error(key));
    }
    let v = vm.call(f, &[])?;
    let Some(d) = this.cast::<Dict>() else { return Ok(v) };
    // The factory may have made the entry meanwhile: then that one counts.
    if let Some(there) = vm.dict_get(d, key)? {
        return Ok(there);
    }
    vm.dict_set(d, key, v)?;
    Ok(v)
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, key) = (arg(args, 0), arg(args, 1));
    let Some(d) = this.cast::<Dict>() else { return Ok(Value::NONE) };
    if let Some(v) = vm.dict_get(d, key)? {
        return Ok(v);
    }
    let name = vm.names.__missing__;
    match vm.call_special(this, name, &[key])? {
        Some(v) => Ok(v),
        None => Err(vm.key_error(key)),
    }
}

/// The repr of the items alone.
fn dict_repr(vm: &mut Vm, this: Value) -> PyResult<String> {
    let dict = vm.types.of_kind(Kind::Dict);
    let name = vm.names.__repr__;
    let f = vm.class_lookup(dict, name).unwrap_or(Value::NONE);
    let text = vm.call(f, &[this])?;
    Ok(vm.text(text))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let f = factory(vm, this)?;
    let f = match vm.guard_repr(f, |vm| vm.repr_text(f))? {
        Some(text) => text,
        None => "...".to_owned(),
    };
    let text = format!("{}({f}, {})", vm.type_name(this), dict_repr(vm, this)?);
    vm.new_str(&text)
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this).value();
    let f = factory(vm, this)?;
    vm.call(class, &[f, this])
}

fn merged(vm: &mut Vm, like: Value, a: Value, b: Value) -> PyResult<Value> {
    if b.kind() != Kind::Dict || a.kind() != Kind::Dict {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let class = vm.type_of(like).value();
    let f = factory(vm, like)?;
    let new = vm.call(class, &[f, a])?;
    let update = vm.names.update;
    vm.call_method(new, update, &[b])?;
    Ok(new)
}

fn or(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    merged(vm, arg(args, 0), arg(args, 0), arg(args, 1))
}

fn ror(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    merged(vm, arg(args, 0), arg(args, 1), arg(args, 0))
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let f = factory(vm, this)?;
    let first = if f.is_none() { Value::EMPTY_TUPLE } else { vm.new_tuple(&[f])? };
    let class = vm.type_of(this).value();
    let name = vm.names.items;
    let pairs = vm.call_method(this, name, &[])?;
    let pairs = vm.iter(pairs)?;
    vm.new_tuple(&[class, first, Value::NONE, Value::NONE, pairs])
}
