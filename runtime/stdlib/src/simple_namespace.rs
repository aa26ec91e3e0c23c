//! `types.SimpleNamespace`, which `sys.implementation` and module specs are.

use crate::util::{arg, items};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Tuple, Type, Value};
use habu_vm::{NativeDef, PyResult, Vm};

const ROOT: &str = "types.SimpleNamespace";

static METHODS: &[NativeDef] = &[
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__eq__", "(self, value, /)", eq),
    NativeDef::new("__replace__", "(self, /, **changes)", replace),
];

/// The class, made on first use.
pub(crate) fn class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    if let Some(c) = vm.root(ROOT).cast::<Type>() {
        return Ok(c);
    }
    let name = vm.intern("SimpleNamespace")?;
    let module = vm.intern("types")?;
    let namespace = vm.new_dict()?;
    let key = vm.names.__module__;
    vm.dict_set_str(namespace, key, module)?;
    let hash = vm.names.__hash__;
    vm.dict_set_str(namespace, hash, Value::NONE)?;
    let meta = vm.types.type_();
    let bases = Tuple::new(&mut vm.heap, &[])?;
    let class = vm.new_class(meta, name, bases, namespace)?;
    vm.set_root(ROOT, class.value());
    vm.add_methods(class, METHODS)?;
    Ok(class)
}

/// `SimpleNamespace(**entries)`
pub(crate) fn new(vm: &mut Vm, entries: &[(&str, Value)]) -> PyResult<Value> {
    let class = class(vm)?;
    let o = vm.new_instance(class)?;
    for (name, v) in entries {
        let name = vm.intern(name)?;
        vm.setattr_generic(o, name, *v)?;
    }
    Ok(o)
}

fn update(vm: &mut Vm, this: Value, from: Gc<Dict>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((next, key, v, _)) = from.next_entry(pos) {
        if key.kind() != Kind::Str {
            return Err(vm.type_error("keywords must be strings"));
        }
        let key = vm.intern_value(key)?;
        vm.setattr(this, key, v)?;
        pos = next;
    }
    Ok(())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let positional = items(arg(args, 1));
    match positional.as_slice() {
        [] => {}
        [mapping] => {
            let d = vm.types.of_kind(Kind::Dict).value();
            let d = vm.call(d, &[*mapping])?;
            if let Some(d) = d.cast::<Dict>() {
                update(vm, this, d)?;
            }
        }
        more => {
            let msg = format!("SimpleNamespace expected at most 1 argument, got {}", more.len());
            return Err(vm.type_error(&msg));
        }
    }
    if let Some(d) = arg(args, 2).cast::<Dict>() {
        update(vm, this, d)?;
    }
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this);
    let name = match vm.root(ROOT) == class.value() {
        true => "namespace".to_owned(),
        false => vm.class_name(class),
    };
    let text = vm.guard_repr(this, |vm| {
        let mut out = Vec::new();
        if let Some(d) = vm.instance_dict(this)? {
            let mut pos = 0;
            while let Some((next, key, v, _)) = d.next_entry(pos) {
                let text = vm.repr_text(v)?;
                out.push(format!("{}={text}", vm.text(key)));
                pos = next;
            }
        }
        Ok(out.join(", "))
    })?;
    let text = format!("{name}({})", text.unwrap_or_else(|| "...".to_owned()));
    vm.new_str(&text)
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (arg(args, 0), arg(args, 1));
    let class = class(vm)?;
    if !vm.is_instance_exact(b, class) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match (vm.instance_dict(a)?, vm.instance_dict(b)?) {
        (Some(x), Some(y)) => Ok(Value::bool(vm.eq(x.value(), y.value())?)),
        _ => Ok(Value::FALSE),
    }
}

fn replace(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this);
    let o = vm.call(class.value(), &[])?;
    if let Some(d) = vm.instance_dict(this)? {
        update(vm, o, d)?;
    }
    if let Some(d) = arg(args, 1).cast::<Dict>() {
        update(vm, o, d)?;
    }
    Ok(o)
}
