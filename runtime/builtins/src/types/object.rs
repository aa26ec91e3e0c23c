//! `object`: construction, comparison, attribute access, `__class__`.
//!
//! Pickling support is in `reduce`.

use crate::args::{address, arg, new_class_arg, var_args, var_kwargs};
use habu_object::str::Str;
use habu_object::{Gc, Instance, Kind, List, Type, Value, type_flags};
use habu_vm::protocol::identity_hash;
use habu_vm::{Effects, GetSetDef, NativeDef, PyResult, Vm};

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init)
        .doc("Initialize self.  See help(type(self)) for accurate signature."),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self)."),
    NativeDef::new("__str__", "(self, /)", str).doc("Return str(self)."),
    NativeDef::new("__eq__", "(self, value, /)", eq)
        .effects(Effects::Pure)
        .doc("Return self==value."),
    NativeDef::new("__ne__", "(self, value, /)", ne).doc("Return self!=value."),
    NativeDef::new("__lt__", "(self, value, /)", not_implemented)
        .effects(Effects::Pure)
        .doc("Return self<value."),
    NativeDef::new("__le__", "(self, value, /)", not_implemented)
        .effects(Effects::Pure)
        .doc("Return self<=value."),
    NativeDef::new("__gt__", "(self, value, /)", not_implemented)
        .effects(Effects::Pure)
        .doc("Return self>value."),
    NativeDef::new("__ge__", "(self, value, /)", not_implemented)
        .effects(Effects::Pure)
        .doc("Return self>=value."),
    NativeDef::new("__hash__", "(self, /)", hash).effects(Effects::Pure).doc("Return hash(self)."),
    NativeDef::new("__format__", "(self, format_spec, /)", format),
    NativeDef::new("__getattribute__", "(self, name, /)", getattribute)
        .doc("Return getattr(self, name)."),
    NativeDef::new("__setattr__", "(self, name, value, /)", setattr)
        .doc("Implement setattr(self, name, value)."),
    NativeDef::new("__delattr__", "(self, name, /)", delattr).doc("Implement delattr(self, name)."),
    NativeDef::new("__dir__", "(self, /)", dir).doc("Default dir() implementation."),
    NativeDef::new("__sizeof__", "(self, /)", sizeof).doc("Size of object in memory, in bytes."),
    NativeDef::new("__init_subclass__", "(cls, /, *args, **kwargs)", init_subclass),
    NativeDef::new("__subclasshook__", "(cls, object, /)", not_implemented),
];

static GETSETS: &[GetSetDef] = &[GetSetDef::with_set("__class__", class, set_class)];

/// `__dict__` of classes whose instances have one.
pub(crate) static DICT: &[GetSetDef] = &[GetSetDef::with_set("__dict__", dict, set_dict)];

/// `__weakref__` of classes whose instances may be weakly referenced.
pub(crate) static WEAKREF: &[GetSetDef] = &[GetSetDef::new("__weakref__", |_, _| Ok(Value::NONE))];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.object();
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let doc = vm.new_str(
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\n\
         instance that has no instance attributes and cannot be given any.\n",
    )?;
    vm.set_class_entry(class, "__doc__", doc)?;
    for name in ["object.__new__", "object.__init__", "object.__hash__"] {
        let attr = vm.intern(&name["object.".len()..])?;
        let dict = vm.class_dict(class);
        let v = vm.dict_get_str(dict, attr).unwrap_or(Value::NONE);
        vm.set_root(name, v);
    }
    for kind in
        [Kind::Function, Kind::Module, Kind::Exception, Kind::ClassMethod, Kind::StaticMethod]
    {
        let class = vm.types.of_kind(kind);
        vm.add_getsets(class, DICT)?;
    }
    Ok(())
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Instance)?;
    let excess = var_args(args, 1).is_some_and(|t| !t.is_empty()) || var_kwargs(args, 2).is_some();
    if excess {
        check_excess(vm, class)?;
    }
    if class.has(type_flags::ABSTRACT) {
        return Err(abstract_error(vm, class)?);
    }
    vm.new_instance(class)
}

/// CPython `object_new`: arguments are wrong unless exactly one of `__new__` and `__init__` is overridden.
fn check_excess(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let (new_name, init_name) = (vm.names.__new__, vm.names.__init__);
    if vm.class_lookup(class, new_name) != Some(vm.root("object.__new__")) {
        return Err(
            vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
        );
    }
    if vm.class_lookup(class, init_name) == Some(vm.root("object.__init__")) {
        let msg = format!("{}() takes no arguments", vm.class_name(class));
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

fn abstract_error(vm: &mut Vm, class: Gc<Type>) -> PyResult<habu_vm::Raised> {
    let methods = vm.getattr_str(class.value(), "__abstractmethods__")?;
    let list = vm.list_from_iter(methods)?;
    let mut names: Vec<String> = list.cells().iter().map(|c| vm.text(c.get())).collect();
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    let msg = format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} '{}'",
        vm.class_name(class),
        names.join("', '")
    );
    Ok(vm.type_error(&msg))
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let excess = var_args(args, 1).is_some_and(|t| !t.is_empty()) || var_kwargs(args, 2).is_some();
    if excess {
        let class = vm.type_of(arg(args, 0));
        let (new_name, init_name) = (vm.names.__new__, vm.names.__init__);
        if vm.class_lookup(class, init_name) != Some(vm.root("object.__init__")) {
            return Err(vm.type_error(
                "object.__init__() takes exactly one argument (the instance to initialize)",
            ));
        }
        if vm.class_lookup(class, new_name) == Some(vm.root("object.__new__")) {
            let msg = format!("{}() takes no arguments", vm.class_name(class));
            return Err(vm.type_error(&msg));
        }
    }
    Ok(Value::NONE)
}

/// `<module.Class object at 0x...>`
pub(crate) fn default_repr(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let class = vm.type_of(v);
    let name = match vm.class_module(class) {
        Some(_) => vm.full_class_name(class),
        None => vm.class_name(class),
    };
    let text = format!("<{name} object at {:#x}>", address(v));
    vm.new_str(&text)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    default_repr(vm, arg(args, 0))
}

fn str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.repr(arg(args, 0))
}

fn eq(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(if arg(args, 0) == arg(args, 1) { Value::TRUE } else { Value::NOT_IMPLEMENTED })
}

fn ne(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (arg(args, 0), arg(args, 1));
    let name = vm.names.__eq__;
    match vm.call_special(a, name, &[b])? {
        None | Some(Value::NOT_IMPLEMENTED) => Ok(Value::NOT_IMPLEMENTED),
        Some(equal) => Ok(Value::bool(!vm.truth(equal)?)),
    }
}

fn not_implemented(_vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(Value::NOT_IMPLEMENTED)
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_int(identity_hash(arg(args, 0)))
}

fn format(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, spec) = (arg(args, 0), arg(args, 1));
    match spec.cast::<Str>() {
        Some(s) if s.is_empty() => vm.str(this),
        Some(_) => {
            let msg =
                format!("unsupported format string passed to {}.__format__", vm.type_name(this));
            Err(vm.type_error(&msg))
        }
        None => {
            let msg = format!("__format__() argument must be str, not {}", vm.type_name(spec));
            Err(vm.type_error(&msg))
        }
    }
}

fn getattribute(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let name = vm.intern_value(arg(args, 1))?;
    match vm.lookup_object_attr(this, name)? {
        Some(v) => Ok(v),
        None => Err(vm.attribute_error(this, name)),
    }
}

fn setattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    check_wrapper(vm, arg(args, 0), "__setattr__")?;
    let name = vm.intern_value(arg(args, 1))?;
    vm.setattr_generic(arg(args, 0), name, arg(args, 2))?;
    Ok(Value::NONE)
}

fn delattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    check_wrapper(vm, arg(args, 0), "__delattr__")?;
    let name = vm.intern_value(arg(args, 1))?;
    vm.setattr_generic(arg(args, 0), name, Value::UNBOUND)?;
    Ok(Value::NONE)
}

/// CPython `hackcheck`: `object.__setattr__` must not be used on classes.
fn check_wrapper(vm: &mut Vm, this: Value, name: &str) -> PyResult<()> {
    if this.kind() == Kind::Type {
        let msg = format!("can't apply this {name} to {} object", vm.type_name(this));
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

/// Adds the names of the object's own attributes to a list; does not force dictionary mode.
fn own_names(vm: &mut Vm, v: Value, out: Gc<List>) -> PyResult<()> {
    if let Some(o) = v.cast::<Instance>()
        && !vm.shapes.get(v.shape()).dict_mode
    {
        let keys = vm.shapes.get(v.shape()).keys.clone();
        for (slot, key) in keys.iter().enumerate() {
            if !key.is_unbound() && habu_vm::attr::instance_slot(o, slot).is_some() {
                out.push(&mut vm.heap, *key)?;
            }
        }
        return Ok(());
    }
    let name = vm.names.__dict__;
    if let Some(d) = vm.getattr_opt(v, name)? {
        vm.extend_list(out, d)?;
    }
    Ok(())
}

/// Adds the names in the namespaces of a class and its ancestors to a list, duplicates left out.
pub(crate) fn class_names(vm: &mut Vm, class: Gc<Type>, out: Gc<List>) -> PyResult<()> {
    let seen = vm.new_dict()?;
    for c in out.cells() {
        vm.dict_set(seen, c.get(), Value::NONE)?;
    }
    let mro = vm.mro(class);
    for c in mro.items() {
        let Some(c) = c.get().cast::<Type>() else { continue };
        let dict = vm.class_dict(c);
        let mut pos = 0;
        while let Some((next, key, _, _)) = dict.next_entry(pos) {
            if vm.dict_get(seen, key)?.is_none() {
                vm.dict_set(seen, key, Value::NONE)?;
                out.push(&mut vm.heap, key)?;
            }
            pos = next;
        }
    }
    Ok(())
}

fn dir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let out = List::new(&mut vm.heap, 32)?;
    own_names(vm, this, out)?;
    let name = vm.names.__class__;
    let class = vm.getattr_opt(this, name)?.and_then(|c| c.cast::<Type>());
    if let Some(class) = class {
        class_names(vm, class, out)?;
    }
    Ok(out.value())
}

fn sizeof(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let slots =
        arg(args, 0).header().map_or(0, |h| if h.slots == u16::MAX { 1 } else { h.slots as i64 });
    Ok(Value::small_int(16 + slots * 8))
}

fn init_subclass(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = arg(args, 0).cast::<Type>().map(|c| vm.class_name(c)).unwrap_or_default();
    if var_kwargs(args, 2).is_some() {
        let msg = format!("{name}.__init_subclass__() takes no keyword arguments");
        return Err(vm.type_error(&msg));
    }
    match var_args(args, 1) {
        Some(t) if !t.is_empty() => {
            let msg = format!("{name}.__init_subclass__() takes no arguments ({} given)", t.len());
            Err(vm.type_error(&msg))
        }
        _ => Ok(Value::NONE),
    }
}

fn class(vm: &mut Vm, this: Value) -> PyResult<Value> {
    Ok(vm.type_of(this).value())
}

fn dict(vm: &mut Vm, this: Value) -> PyResult<Value> {
    match vm.instance_dict(this)? {
        Some(d) => Ok(d.value()),
        None => {
            let name = vm.names.__dict__;
            Err(vm.attribute_error(this, name))
        }
    }
}

fn set_dict(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    if v.is_unbound() {
        if this.kind() == Kind::Function {
            return Err(vm.type_error("cannot delete __dict__"));
        }
        let d = vm.new_dict()?;
        return vm.set_instance_dict(this, d);
    }
    match v.cast::<habu_object::dict::Dict>() {
        Some(d) => vm.set_instance_dict(this, d),
        None => {
            let msg = format!("__dict__ must be set to a dictionary, not a '{}'", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

fn set_class(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    if v.is_unbound() {
        return Err(vm.type_error("can't delete __class__ attribute"));
    }
    let Some(new) = v.cast::<Type>() else {
        let msg = format!("__class__ must be set to a class, not '{}' object", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    let old = vm.type_of(this);
    if old == new {
        return Ok(());
    }
    let module = this.kind() == Kind::Module && new.instance_kind.get() == Kind::Module as u8;
    let mutable = old.has(type_flags::HEAP) && new.has(type_flags::HEAP);
    if !(module || mutable) {
        return Err(vm.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    let no_dict = |c: Gc<Type>| c.flags.get() & type_flags::NO_DICT;
    let fixed = (vm.fixed_slots(old), vm.fixed_slots(new));
    let alike = old.instance_kind.get() == new.instance_kind.get()
        && fixed.0 == fixed.1
        && no_dict(old) == no_dict(new);
    if !alike {
        let msg = format!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            vm.class_name(new),
            vm.class_name(old)
        );
        return Err(vm.type_error(&msg));
    }
    let shape = new.instance_shape.get();
    let shape = match this.kind() {
        Kind::Module => vm.shapes.add_root(new, Kind::Module, 0, 0),
        Kind::Instance if !new.has(type_flags::NO_DICT) => {
            vm.instance_dict(this)?;
            vm.shapes.dict_shape(shape)
        }
        _ => shape,
    };
    vm.set_shape(this, shape);
    Ok(())
}
