//! `type.__new__`: arguments, the metaclass that wins, what the namespace's special entries become, hooks.
//!
//! Layout and MRO are decided in `vm::class`; class statements come here through `build_class`.

use super::call_winner;
use crate::args::{arg, forward, var_args, var_kwargs};
use habu_object::dict::Dict;
use habu_object::{
    CellObject, ClassMethod, Gc, Kind, StaticMethod, Tuple, Type, Value, type_flags,
};
use habu_vm::{Exc, PyResult, Vm};

pub(super) fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(meta) = arg(args, 0).cast::<Type>() else {
        let msg =
            format!("type.__new__(X): X is not a type object ({})", vm.type_name(arg(args, 0)));
        return Err(vm.type_error(&msg));
    };
    if !meta.has(type_flags::METACLASS) {
        let name = vm.class_name(meta);
        let msg = format!("type.__new__({name}): {name} is not a subtype of type");
        return Err(vm.type_error(&msg));
    }
    let positional = var_args(args, 1);
    let kwargs = var_kwargs(args, 2);
    let Some(given) = positional.filter(|t| t.len() == 3) else {
        return wrong_arity(vm, meta, positional, kwargs);
    };
    let (name, bases, namespace) = (given.get(0), given.get(1), given.get(2));
    let Some(bases) = bases.cast::<Tuple>() else {
        return Err(bad_argument(vm, 2, "tuple", bases));
    };
    if name.kind() != Kind::Str {
        return Err(bad_argument(vm, 1, "str", name));
    }
    if vm.text(name).contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let Some(namespace) = namespace.cast::<Dict>() else {
        return Err(bad_argument(vm, 3, "dict", namespace));
    };
    check_bases(vm, bases)?;
    let winner = vm.winner_metaclass(meta, bases)?;
    if winner != meta {
        let new_name = vm.names.__new__;
        let theirs = vm.class_lookup(winner, new_name);
        if theirs != vm.class_lookup(meta, new_name)
            && let Some(theirs) = theirs
        {
            return call_winner(vm, theirs, winner, positional, kwargs);
        }
    }
    let class = create(vm, winner, name, bases, namespace)?;
    set_names(vm, class)?;
    init_subclass(vm, class, kwargs)?;
    Ok(class.value())
}

fn wrong_arity(
    vm: &mut Vm,
    meta: Gc<Type>,
    positional: Option<Gc<Tuple>>,
    kwargs: Option<Gc<Dict>>,
) -> PyResult<Value> {
    let n = positional.map_or(0, |t| t.len());
    if n == 1 && meta == vm.types.type_() && kwargs.is_none() {
        let v = positional.map_or(Value::NONE, |t| t.get(0));
        return Ok(vm.type_of(v).value());
    }
    if meta == vm.types.type_() {
        return Err(vm.type_error("type() takes 1 or 3 arguments"));
    }
    let msg = format!("type.__new__() takes exactly 3 arguments ({n} given)");
    Err(vm.type_error(&msg))
}

fn bad_argument(vm: &mut Vm, n: usize, wanted: &str, got: Value) -> habu_vm::Raised {
    let msg = format!("type.__new__() argument {n} must be {wanted}, not {}", vm.type_name(got));
    vm.type_error(&msg)
}

fn check_bases(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<()> {
    let entries = vm.names.__mro_entries__;
    for i in 0..bases.len() {
        let b = bases.get(i);
        if b.kind() == Kind::Type {
            continue;
        }
        if vm.getattr_opt(b, entries)?.is_some() {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    Ok(())
}

/// Makes the class and gives the namespace's special entries their meaning.
fn create(
    vm: &mut Vm,
    meta: Gc<Type>,
    name: Value,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
) -> PyResult<Gc<Type>> {
    let qualname_key = vm.names.__qualname__;
    let qualname = vm.dict_get_str(namespace, qualname_key);
    if let Some(q) = qualname
        && q.kind() != Kind::Str
    {
        let msg = format!("type __qualname__ must be a str, not {}", vm.type_name(q));
        return Err(vm.type_error(&msg));
    }
    let class = vm.new_class(meta, name, bases, namespace)?;
    if let Some(q) = qualname {
        class.store(&mut vm.heap, &class.qualname, q);
        let dict = vm.class_dict(class);
        vm.dict_del_str(dict, qualname_key)?;
    }
    special_entries(vm, class)?;
    fill_cells(vm, class)?;
    custom_mro(vm, class, meta)?;
    vm.class_changed(class);
    Ok(class)
}

fn special_entries(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let dict = vm.class_dict(class);
    let module = vm.names.__module__;
    if vm.dict_get_str(dict, module).is_none() {
        let name = vm.names.__name__;
        let globals = vm.frame_at(0).and_then(|f| f.func.globals.get().cast::<Dict>());
        if let Some(v) = globals.and_then(|g| vm.dict_get_str(g, name)) {
            vm.dict_set_str(dict, module, v)?;
        }
    }
    let new = vm.names.__new__;
    if let Some(f) = vm.dict_get_str(dict, new).filter(|f| f.kind() == Kind::Function) {
        let s = StaticMethod::blank(&mut vm.heap)?;
        s.func.set(f);
        vm.dict_set_str(dict, new, s.value())?;
    }
    for name in [vm.names.__init_subclass__, vm.names.__class_getitem__] {
        if let Some(f) = vm.dict_get_str(dict, name).filter(|f| f.kind() == Kind::Function) {
            let c = ClassMethod::blank(&mut vm.heap)?;
            c.func.set(f);
            vm.dict_set_str(dict, name, c.value())?;
        }
    }
    let mut pos = 0;
    while let Some((next, key, _, _)) = dict.next_entry(pos) {
        pos = next;
        if key.kind() != Kind::Str {
            let name = vm.class_name(class);
            let msg = format!("non-string key in the __dict__ of class {name}");
            vm.warn(Exc::RuntimeWarning, &msg)?;
            break;
        }
    }
    let (eq, hash, doc) = (vm.names.__eq__, vm.names.__hash__, vm.names.__doc__);
    if vm.dict_get_str(dict, eq).is_some() && vm.dict_get_str(dict, hash).is_none() {
        vm.dict_set_str(dict, hash, Value::NONE)?;
    }
    instance_getsets(vm, class)?;
    if vm.dict_get_str(dict, doc).is_none() {
        vm.dict_set_str(dict, doc, Value::NONE)?;
    }
    Ok(())
}

/// `__dict__` and `__weakref__`, where instances have them and no base's instances did.
fn instance_getsets(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let (dict, weakref) = (vm.names.__dict__, vm.names.__weakref__);
    let is_instance = class.instance_kind.get() != Kind::Type as u8;
    if is_instance && !class.has(type_flags::NO_DICT) && vm.class_lookup(class, dict).is_none() {
        vm.add_getsets(class, crate::types::object::DICT)?;
    }
    let slotted = !class.slots.get().is_unbound();
    if !slotted {
        class.flags.set(class.flags.get() | type_flags::WEAKREFABLE);
    }
    if is_instance
        && class.has(type_flags::WEAKREFABLE)
        && vm.class_lookup(class, weakref).is_none()
    {
        vm.add_getsets(class, crate::types::object::WEAKREF)?;
    }
    Ok(())
}

/// `__classcell__`: the cell that methods read `__class__` from.
fn fill_cells(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let dict = vm.class_dict(class);
    let key = vm.names.__classcell__;
    if let Some(v) = vm.dict_get_str(dict, key) {
        let Some(cell) = v.cast::<CellObject>() else {
            let what = vm.type_of(v).value();
            let msg = format!(
                "type.__new__: __classcell__ must be a nonlocal cell, not {}",
                vm.repr_text(what)?
            );
            return Err(vm.type_error(&msg));
        };
        cell.store(&mut vm.heap, &cell.contents, class.value());
        vm.dict_del_str(dict, key)?;
    }
    let key = vm.intern("__classdictcell__")?;
    if let Some(v) = vm.dict_get_str(dict, key) {
        if let Some(cell) = v.cast::<CellObject>() {
            cell.store(&mut vm.heap, &cell.contents, dict.value());
        }
        vm.dict_del_str(dict, key)?;
    }
    Ok(())
}

/// A metaclass that overrides `mro` decides the order itself.
fn custom_mro(vm: &mut Vm, class: Gc<Type>, meta: Gc<Type>) -> PyResult<()> {
    let type_ = vm.types.type_();
    if meta == type_ {
        return Ok(());
    }
    let name = vm.intern("mro")?;
    let theirs = vm.class_lookup(meta, name);
    let (true, Some(f)) = (theirs != vm.class_lookup(type_, name), theirs) else { return Ok(()) };
    let result = vm.call_unbound(f, class.value(), &[])?;
    let mro = vm.tuple_from_iter(result)?;
    for i in 0..mro.len() {
        if mro.get(i).kind() != Kind::Type {
            let msg = format!("mro() returned a non-class ('{}')", vm.type_name(mro.get(i)));
            return Err(vm.type_error(&msg));
        }
    }
    class.store(&mut vm.heap, &class.mro, mro.value());
    Ok(())
}

/// Calls `__set_name__` of every attribute that has it.
fn set_names(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let dict = vm.class_dict(class);
    let set_name = vm.names.__set_name__;
    let mut hooked = false;
    let mut pos = 0;
    while let Some((next, _, v, _)) = dict.next_entry(pos) {
        hooked |= v.kind() != Kind::Function && vm.special(v, set_name).is_some();
        pos = next;
    }
    if !hooked {
        return Ok(());
    }
    let names = dict.copy(&mut vm.heap)?;
    let mut pos = 0;
    while let Some((next, key, v, _)) = names.next_entry(pos) {
        pos = next;
        let Some(f) = vm.special(v, set_name) else { continue };
        if let Err(e) = vm.call_unbound(f, v, &[class.value(), key]) {
            let raised = vm.take_raised(e);
            let key = vm.repr_text(key)?;
            let note = format!(
                "Error calling __set_name__ on '{}' instance {key} in '{}'",
                vm.type_name(v),
                vm.class_name(class)
            );
            let note = vm.new_str(&note)?;
            crate::types::exception::add_note_to(vm, raised, note)?;
            return Err(vm.reraise(raised));
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**kwargs)`
fn init_subclass(vm: &mut Vm, class: Gc<Type>, kwargs: Option<Gc<Dict>>) -> PyResult<()> {
    let name = vm.names.__init_subclass__;
    let mro = vm.mro(class);
    let object = vm.types.object().value();
    for i in 1..mro.len() {
        let Some(c) = mro.get(i).cast::<Type>() else { continue };
        let dict = vm.class_dict(c);
        let Some(hook) = vm.dict_get_str(dict, name) else { continue };
        if c.value() == object && kwargs.is_none() {
            return Ok(());
        }
        let f = vm.descriptor_get_unbound(hook, class)?;
        forward(vm, f, &[], None, kwargs)?;
        return Ok(());
    }
    Ok(())
}

pub(super) fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = var_args(args, 1).map_or(0, |t| t.len());
    if var_kwargs(args, 2).is_some() && n == 1 {
        return Err(vm.type_error("type.__init__() takes no keyword arguments"));
    }
    if n != 1 && n != 3 {
        return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(Value::NONE)
}
