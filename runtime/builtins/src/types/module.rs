//! `types.ModuleType`.
//!
//! Attribute look-up is in `vm::attr`, import in `vm` and `stdlib`.

use crate::args::{arg, new_class_arg, or_none};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Value};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, name, doc=None)", init),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__dir__", "(self, /)", dir),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("__dict__", |_, v| {
        Ok(v.cast::<Module>().map_or(Value::NONE, |m| or_none(m.dict.get())))
    }),
    GetSetDef::with_set("__annotations__", annotations, |vm, v, x| {
        set_entry(vm, v, "__annotations__", x)?;
        set_entry(vm, v, "__annotate__", Value::NONE)
    }),
    GetSetDef::with_set("__annotate__", annotate, |vm, v, x| {
        set_entry(vm, v, "__annotate__", x)?;
        let d = namespace(vm, v)?;
        let name = vm.names.__annotations__;
        if !x.is_none() {
            vm.dict_del_str(d, name)?;
        }
        Ok(())
    }),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Module);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Module>> {
    match v.cast::<Module>() {
        Some(m) => Ok(m),
        None => Err(vm.type_error("descriptor requires a 'module' object")),
    }
}

fn namespace(vm: &mut Vm, v: Value) -> PyResult<Gc<Dict>> {
    match this(vm, v)?.dict.get().cast::<Dict>() {
        Some(d) => Ok(d),
        None => Err(vm.type_error("module.__dict__ is not a dictionary")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Module)?;
    // A module's attributes are cached by its shape, so each has one of its own.
    let shape = vm.shapes.add_root(class, Kind::Module, 0, 0);
    let m = Module::blank_with_shape(&mut vm.heap, shape)?;
    m.name.set(Value::NONE);
    let dict = Dict::with_cells(&mut vm.heap)?;
    m.store(&mut vm.heap, &m.dict, dict.value());
    Ok(m.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = this(vm, arg(args, 0))?;
    let name = arg(args, 1);
    if name.kind() != Kind::Str {
        let msg = format!("module() argument 'name' must be str, not {}", vm.type_name(name));
        return Err(vm.type_error(&msg));
    }
    m.store(&mut vm.heap, &m.name, name);
    let d = namespace(vm, m.value())?;
    let n = &vm.names;
    let keys = [n.__name__, n.__doc__, n.__package__, n.__loader__, n.__spec__];
    let values = [name, or_none(arg(args, 2)), Value::NONE, Value::NONE, Value::NONE];
    for (key, v) in keys.into_iter().zip(values) {
        vm.dict_set_str(d, key, v)?;
    }
    Ok(Value::NONE)
}

fn set_entry(vm: &mut Vm, v: Value, name: &str, x: Value) -> PyResult<()> {
    let d = namespace(vm, v)?;
    let name = vm.intern(name)?;
    if x.is_unbound() {
        if !vm.dict_del_str(d, name)? {
            return Err(vm.attribute_error(v, name));
        }
        return Ok(());
    }
    vm.dict_set_str(d, name, x)
}

fn annotations(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let d = namespace(vm, v)?;
    let name = vm.names.__annotations__;
    if let Some(found) = vm.dict_get_str(d, name) {
        return Ok(found);
    }
    let f = annotate(vm, v)?;
    let made =
        if f.is_none() { vm.new_dict()?.value() } else { vm.call(f, &[Value::small_int(1)])? };
    if made.kind() != Kind::Dict {
        let msg = format!("__annotate__() must return a dict, not {}", vm.type_name(made));
        return Err(vm.type_error(&msg));
    }
    vm.dict_set_str(d, name, made)?;
    Ok(made)
}

fn annotate(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let d = namespace(vm, v)?;
    let name = vm.names.__annotate__;
    Ok(vm.dict_get_str(d, name).unwrap_or(Value::NONE))
}

/// `importlib._bootstrap._module_repr`
fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = this(vm, arg(args, 0))?;
    let v = m.value();
    let (name_key, spec_key, file_key, loader_key) =
        (vm.names.__name__, vm.names.__spec__, vm.names.__file__, vm.names.__loader__);
    let spec = vm.own_attr(v, spec_key).unwrap_or(Value::NONE);
    if !spec.is_none()
        && let Some(text) = spec_repr(vm, spec)?
    {
        return vm.new_str(&text);
    }
    let name = match vm.own_attr(v, name_key) {
        Some(n) => vm.repr_text(n)?,
        None => "'?'".to_owned(),
    };
    let file = vm.own_attr(v, file_key).unwrap_or(Value::NONE);
    let loader = vm.own_attr(v, loader_key).unwrap_or(Value::NONE);
    let text = if !file.is_none() {
        format!("<module {name} from {}>", vm.repr_text(file)?)
    } else if !loader.is_none() {
        format!("<module {name} ({})>", vm.repr_text(loader)?)
    } else if vm.text(m.name.get()) == "builtins" || vm.text(m.name.get()) == "sys" {
        format!("<module {name} (built-in)>")
    } else {
        format!("<module {name}>")
    };
    vm.new_str(&text)
}

fn spec_repr(vm: &mut Vm, spec: Value) -> PyResult<Option<String>> {
    let name = vm.names.name;
    let Some(name) = vm.getattr_opt(spec, name)? else { return Ok(None) };
    let name = if name.is_none() { "'?'".to_owned() } else { vm.repr_text(name)? };
    let (origin, loader, located) =
        (vm.intern("origin")?, vm.intern("loader")?, vm.intern("has_location")?);
    let origin = vm.getattr_opt(spec, origin)?.unwrap_or(Value::NONE);
    if origin.is_none() {
        let loader = vm.getattr_opt(spec, loader)?.unwrap_or(Value::NONE);
        return Ok(Some(match loader.is_none() {
            true => format!("<module {name}>"),
            false => format!("<module {name} ({})>", vm.repr_text(loader)?),
        }));
    }
    let located = match vm.getattr_opt(spec, located)? {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    Ok(Some(match located {
        true => format!("<module {name} from {}>", vm.repr_text(origin)?),
        false => format!("<module {name} ({})>", vm.str_text(origin)?),
    }))
}

fn dir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let dict = vm.names.__dict__;
    let d = vm.getattr(v, dict)?;
    if d.cast::<Dict>().is_none() {
        let msg = "<module>.__dict__ is not a dictionary";
        return Err(vm.raise_msg(Exc::TypeError, msg));
    }
    let name = vm.names.__dir__;
    if let Some(hook) = vm.own_attr(v, name) {
        return vm.call(hook, &[]);
    }
    let out: Gc<List> = vm.list_from_iter(d)?;
    Ok(out.value())
}
