//! Attributes of classes: `__name__`, `__bases__`, `__dict__`, `__annotations__` and the like.

use crate::docs;
use habu_object::{Gc, Kind, List, MappingProxy, Tuple, Type, Value, type_flags};
use habu_vm::{GetSetDef, PyResult, Raised, Vm};

pub(super) static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("__name__", |vm, v| Ok(vm.expect_type(v).name.get()), set_name),
    GetSetDef::with_set("__qualname__", qualname, set_qualname),
    GetSetDef::with_set("__module__", module, set_module),
    GetSetDef::with_set("__bases__", |vm, v| Ok(vm.expect_type(v).bases.get()), set_bases),
    GetSetDef::new("__base__", |vm, v| Ok(vm.expect_type(v).base.get())),
    GetSetDef::new("__mro__", |vm, v| Ok(vm.expect_type(v).mro.get())),
    GetSetDef::new("__dict__", dict),
    GetSetDef::with_set("__doc__", doc, set_doc),
    GetSetDef::with_set("__annotations__", annotations, set_annotations),
    GetSetDef::with_set("__annotate__", annotate, set_annotate),
    GetSetDef::with_set("__type_params__", type_params, set_type_params),
    GetSetDef::with_set("__abstractmethods__", abstract_methods, set_abstract_methods),
    GetSetDef::new("__flags__", flags),
    GetSetDef::new("__basicsize__", basic_size),
    GetSetDef::new("__itemsize__", item_size),
    GetSetDef::new("__dictoffset__", |vm, v| {
        Ok(Value::small_int(if vm.expect_type(v).has(type_flags::NO_DICT) { 0 } else { -1 }))
    }),
    GetSetDef::new("__weakrefoffset__", |vm, v| {
        Ok(Value::small_int(if vm.expect_type(v).has(type_flags::WEAKREFABLE) { -1 } else { 0 }))
    }),
    GetSetDef::new("__text_signature__", text_signature),
];

/// Complains about a change of an immutable class or about deletion.
fn check_set(vm: &mut Vm, class: Gc<Type>, name: &str, v: Value) -> PyResult<()> {
    if !class.has(type_flags::HEAP) {
        let msg = format!(
            "cannot set '{name}' attribute of immutable type '{}'",
            vm.full_class_name(class)
        );
        return Err(vm.type_error(&msg));
    }
    if v.is_unbound() {
        let msg = format!(
            "cannot delete '{name}' attribute of immutable type '{}'",
            vm.class_name(class)
        );
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

/// The entry of a class's own namespace.
fn own(vm: &mut Vm, v: Value, name: &str) -> PyResult<Option<Value>> {
    let name = vm.intern(name)?;
    let dict = vm.class_dict(vm.expect_type(v));
    Ok(vm.dict_get_str(dict, name))
}

fn set_own(vm: &mut Vm, class: Gc<Type>, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    let dict = vm.class_dict(class);
    if v.is_unbound() {
        vm.dict_del_str(dict, name)?;
    } else {
        vm.dict_set_str(dict, name, v)?;
    }
    vm.class_changed(class);
    Ok(())
}

fn missing(vm: &mut Vm, v: Value, name: &str) -> Raised {
    match vm.intern(name) {
        Ok(name) => vm.attribute_error(v, name),
        Err(e) => e,
    }
}

fn set_name(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    check_set(vm, class, "__name__", v)?;
    if v.kind() != Kind::Str {
        let msg = format!(
            "can only assign string to {}.__name__, not '{}'",
            vm.class_name(class),
            vm.type_name(v)
        );
        return Err(vm.type_error(&msg));
    }
    if vm.text(v).contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    class.store(&mut vm.heap, &class.name, v);
    Ok(())
}

fn qualname(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.expect_type(this);
    Ok(if class.has(type_flags::HEAP) { class.qualname.get() } else { class.name.get() })
}

fn set_qualname(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    check_set(vm, class, "__qualname__", v)?;
    if v.kind() != Kind::Str {
        let msg = format!(
            "can only assign string to {}.__qualname__, not '{}'",
            vm.class_name(class),
            vm.type_name(v)
        );
        return Err(vm.type_error(&msg));
    }
    class.store(&mut vm.heap, &class.qualname, v);
    Ok(())
}

fn module(vm: &mut Vm, this: Value) -> PyResult<Value> {
    match own(vm, this, "__module__")? {
        // Some builtin classes have a descriptor of that name for their instances.
        Some(v) if v.kind() != Kind::GetSet => Ok(v),
        None if vm.expect_type(this).has(type_flags::HEAP) => Err(missing(vm, this, "__module__")),
        _ => vm.intern("builtins"),
    }
}

fn set_module(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    check_set(vm, class, "__module__", v)?;
    set_own(vm, class, "__module__", v)
}

fn dict(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let p = MappingProxy::blank(&mut vm.heap)?;
    p.mapping.set(vm.expect_type(this).dict.get());
    Ok(p.value())
}

fn doc(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.expect_type(this);
    match own(vm, this, "__doc__")? {
        Some(v) if v.kind() != Kind::GetSet => vm.descriptor_get_unbound(v, class),
        _ => builtin_text(vm, class, docs::type_doc),
    }
}

/// What the table of builtin classes says of a class, None if nothing.
fn builtin_text(
    vm: &mut Vm,
    class: Gc<Type>,
    table: fn(&str) -> Option<&'static str>,
) -> PyResult<Value> {
    if class.has(type_flags::HEAP) {
        return Ok(Value::NONE);
    }
    match table(&vm.full_class_name(class)) {
        Some(text) => vm.new_str(text),
        None => Ok(Value::NONE),
    }
}

fn text_signature(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.expect_type(this);
    match own(vm, this, "__text_signature__")?.filter(|v| v.kind() == Kind::Str) {
        Some(text) => Ok(text),
        None => builtin_text(vm, class, docs::type_signature),
    }
}

fn set_doc(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    check_set(vm, class, "__doc__", v)?;
    set_own(vm, class, "__doc__", v)
}

fn annotations(vm: &mut Vm, this: Value) -> PyResult<Value> {
    if !vm.expect_type(this).has(type_flags::HEAP) {
        return Err(missing(vm, this, "__annotations__"));
    }
    for name in ["__annotations__", "__annotations_cache__"] {
        if let Some(v) = own(vm, this, name)? {
            let class = vm.expect_type(this);
            return vm.descriptor_get_unbound(v, class);
        }
    }
    let f = annotate(vm, this)?;
    let v = if f.is_none() {
        vm.new_dict()?.value()
    } else {
        let v = vm.call(f, &[Value::small_int(1)])?;
        if v.kind() != Kind::Dict {
            let msg = format!("__annotate__() must return a dict, not {}", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
        v
    };
    let class = vm.expect_type(this);
    set_own(vm, class, "__annotations_cache__", v)?;
    Ok(v)
}

fn set_annotations(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    if !class.has(type_flags::HEAP) {
        return check_set(vm, class, "__annotations__", v);
    }
    let had = own(vm, this, "__annotations__")?.is_some()
        || own(vm, this, "__annotations_cache__")?.is_some();
    if v.is_unbound() && !had {
        return Err(missing(vm, this, "__annotations__"));
    }
    set_own(vm, class, "__annotations_cache__", Value::UNBOUND)?;
    set_own(vm, class, "__annotations__", v)?;
    set_own(vm, class, "__annotate_func__", Value::NONE)
}

fn annotate(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.expect_type(this);
    if !class.has(type_flags::HEAP) {
        return Err(missing(vm, this, "__annotate__"));
    }
    for name in ["__annotate_func__", "__annotate__"] {
        if let Some(v) = own(vm, this, name)? {
            return vm.descriptor_get_unbound(v, class);
        }
    }
    Ok(Value::NONE)
}

fn set_annotate(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    if v.is_unbound() {
        return Err(vm.type_error("cannot delete __annotate__ attribute"));
    }
    check_set(vm, class, "__annotate__", v)?;
    let call = vm.names.__call__;
    if !v.is_none() && vm.special(v, call).is_none() {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    set_own(vm, class, "__annotate_func__", v)?;
    if !v.is_none() {
        set_own(vm, class, "__annotations_cache__", Value::UNBOUND)?;
        set_own(vm, class, "__annotations__", Value::UNBOUND)?;
    }
    Ok(())
}

fn type_params(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let found = own(vm, this, "__type_params__")?.filter(|v| v.kind() == Kind::Tuple);
    Ok(found.unwrap_or(Value::EMPTY_TUPLE))
}

fn set_type_params(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    check_set(vm, class, "__type_params__", v)?;
    set_own(vm, class, "__type_params__", v)
}

fn abstract_methods(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let found =
        if this == vm.types.type_().value() { None } else { own(vm, this, "__abstractmethods__")? };
    match found {
        Some(v) => Ok(v),
        None => Err(missing(vm, this, "__abstractmethods__")),
    }
}

fn set_abstract_methods(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    if v.is_unbound() && own(vm, this, "__abstractmethods__")?.is_none() {
        return Err(missing(vm, this, "__abstractmethods__"));
    }
    let is_abstract = !v.is_unbound() && vm.truth(v)?;
    set_own(vm, class, "__abstractmethods__", v)?;
    let rest = class.flags.get() & !type_flags::ABSTRACT;
    class.flags.set(rest | if is_abstract { type_flags::ABSTRACT } else { 0 });
    Ok(())
}

/// CPython's `tp_flags`, as far as Python code looks at them.
fn flags(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.expect_type(this);
    let mut bits: i64 = 1 << 12 | 1 << 18;
    let mut add = |on: bool, bit: u32| bits |= (on as i64) << bit;
    add(!class.has(type_flags::HEAP), 8);
    add(class.has(type_flags::HEAP), 9);
    add(class.has(type_flags::BASETYPE), 10);
    add(class.has(type_flags::ABSTRACT), 20);
    add(class.has(type_flags::NO_NEW), 7);
    add(class.has(type_flags::SEQUENCE), 5);
    add(class.has(type_flags::MAPPING), 6);
    add(class.has(type_flags::EXCEPTION), 30);
    add(class.has(type_flags::METACLASS), 31);
    let bit = match Kind::from_u8(class.instance_kind.get()) {
        Kind::Int | Kind::Bool => Some(24),
        Kind::List => Some(25),
        Kind::Tuple => Some(26),
        Kind::Bytes => Some(27),
        Kind::Str => Some(28),
        Kind::Dict => Some(29),
        _ => None,
    };
    if let Some(bit) = bit {
        add(true, bit);
    }
    Ok(Value::small_int(bits))
}

fn basic_size(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.expect_type(this);
    Ok(Value::small_int(16 + 8 * class.inline_slots.get() as i64))
}

fn item_size(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let size = match Kind::from_u8(vm.expect_type(this).instance_kind.get()) {
        Kind::Tuple => 8,
        Kind::Int | Kind::Bool => 4,
        Kind::Bytes => 1,
        Kind::Type => 40,
        _ => 0,
    };
    Ok(Value::small_int(size))
}

/// `class.__bases__ = (...)` for bases of the same layout.
fn set_bases(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let class = vm.expect_type(this);
    check_set(vm, class, "__bases__", v)?;
    let name = vm.class_name(class);
    let Some(bases) = v.cast::<Tuple>() else {
        let msg = format!("can only assign tuple to {name}.__bases__, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    if bases.is_empty() {
        let msg = format!("can only assign non-empty tuple to {name}.__bases__, not ()");
        return Err(vm.type_error(&msg));
    }
    for i in 0..bases.len() {
        let b = bases.get(i);
        let Some(b) = b.cast::<Type>() else {
            let msg =
                format!("{name}.__bases__ must be tuple of classes, not '{}'", vm.type_name(b));
            return Err(vm.type_error(&msg));
        };
        if vm.is_subclass(b, class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let base = vm.best_base(bases)?;
    let alike = class.base.get().cast::<Type>().is_some_and(|old| {
        old.instance_kind.get() == base.instance_kind.get()
            && vm.fixed_slots(old) == vm.fixed_slots(base)
    });
    if !alike {
        let old = class.base.get().cast::<Type>().map(|b| vm.class_name(b)).unwrap_or_default();
        let msg = format!(
            "__bases__ assignment: '{}' object layout differs from '{old}'",
            vm.class_name(base)
        );
        return Err(vm.type_error(&msg));
    }
    let old_bases = class.bases.get();
    let old_base = class.base.get();
    class.store(&mut vm.heap, &class.bases, v);
    class.store(&mut vm.heap, &class.base, base.value());
    if let Err(e) = refresh_mro(vm, class) {
        class.store(&mut vm.heap, &class.bases, old_bases);
        class.store(&mut vm.heap, &class.base, old_base);
        return Err(e);
    }
    forget_subclass(vm, class, old_bases)?;
    for i in 0..bases.len() {
        if let Some(b) = bases.get(i).cast::<Type>() {
            remember_subclass(vm, b, class)?;
        }
    }
    vm.class_changed(class);
    Ok(())
}

fn refresh_mro(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let Some(bases) = class.bases.get().cast::<Tuple>() else { return Ok(()) };
    let mro = vm.compute_mro(class, bases)?;
    class.store(&mut vm.heap, &class.mro, mro.value());
    for sub in vm.subclasses_of(class) {
        if let Some(sub) = sub.cast::<Type>() {
            refresh_mro(vm, sub)?;
        }
    }
    Ok(())
}

fn forget_subclass(vm: &mut Vm, class: Gc<Type>, bases: Value) -> PyResult<()> {
    let Some(bases) = bases.cast::<Tuple>() else { return Ok(()) };
    for i in 0..bases.len() {
        let list = bases.get(i).cast::<Type>().and_then(|b| b.subclasses.get().cast::<List>());
        let Some(list) = list else { continue };
        if let Some(at) = list.cells().iter().position(|c| c.get() == class.value()) {
            list.remove_range(&mut vm.heap, at, at + 1);
        }
    }
    Ok(())
}

fn remember_subclass(vm: &mut Vm, base: Gc<Type>, class: Gc<Type>) -> PyResult<()> {
    match base.subclasses.get().cast::<List>() {
        Some(list) => list.push(&mut vm.heap, class.value())?,
        None => {
            let list = List::from_slice(&mut vm.heap, &[class.value()])?;
            base.store(&mut vm.heap, &base.subclasses, list.value());
        }
    }
    Ok(())
}
