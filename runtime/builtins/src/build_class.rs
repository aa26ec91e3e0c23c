//! `__build_class__`: what a class statement calls with the function of its body.
//!
//! Data model, "Customizing class creation"; CPython `builtin___build_class__`.

use crate::args::{arg, forward, items, var_args, var_kwargs};
use habu_object::dict::Dict;
use habu_object::{CellObject, Function, Gc, Kind, Tuple, Type, Value};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

static BUILD_CLASS: NativeDef = NativeDef::new(
    "__build_class__",
    "(func, name, /, *bases, metaclass=None, **kwds)",
    build_class,
)
.doc("Internal helper function used by the class statement.");

/// Makes the function and keeps it where LOAD_BUILD_CLASS finds it.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let f = vm.new_builtin(&BUILD_CLASS, Value::UNBOUND)?;
    vm.set_root("__build_class__", f);
    Ok(())
}

fn build_class(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (func, name) = (arg(args, 0), arg(args, 1));
    if func.cast::<Function>().is_none() {
        return Err(vm.type_error("__build_class__: func must be a function"));
    }
    if name.kind() != Kind::Str {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let original = match var_args(args, 2) {
        Some(t) => t,
        None => Tuple::new(&mut vm.heap, &[])?,
    };
    let kwds = var_kwargs(args, 4);
    let bases = resolve_bases(vm, original)?;
    let meta = metaclass(vm, arg(args, 3), bases)?;
    let namespace = prepare(vm, meta, name, bases, kwds)?;
    let cell = vm.call(func, &[namespace])?;
    if bases != original {
        let key = vm.intern("__orig_bases__")?;
        vm.setitem(namespace, key, original.value())?;
    }
    let class = forward(vm, meta, &[name, bases.value(), namespace], None, kwds)?;
    check_cell(vm, name, class, cell)?;
    Ok(class)
}

/// PEP 560: bases that are no classes may stand for others.
fn resolve_bases(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if bases.items().iter().all(|b| b.get().kind() == Kind::Type) {
        return Ok(bases);
    }
    let out = habu_object::List::new(&mut vm.heap, bases.len())?;
    let entries = vm.names.__mro_entries__;
    let mut changed = false;
    for i in 0..bases.len() {
        let b = bases.get(i);
        let hook = if b.kind() == Kind::Type { None } else { vm.getattr_opt(b, entries)? };
        let Some(hook) = hook else {
            out.push(&mut vm.heap, b)?;
            continue;
        };
        let new = vm.call(hook, &[bases.value()])?;
        let Some(new) = new.cast::<Tuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        changed = true;
        out.extend_from_cells(&mut vm.heap, new.items())?;
    }
    if changed { vm.list_to_tuple(out) } else { Ok(bases) }
}

/// The metaclass: given or that of the first base, then the most derived one.
fn metaclass(vm: &mut Vm, given: Value, bases: Gc<Tuple>) -> PyResult<Value> {
    let meta = match given.bound() {
        Some(m) => m,
        None => match items(Some(bases)).first() {
            Some(b) => vm.type_of(*b).value(),
            None => vm.types.type_().value(),
        },
    };
    match meta.cast::<Type>() {
        Some(m) => Ok(vm.winner_metaclass(m, bases)?.value()),
        _ => Ok(meta),
    }
}

fn prepare(
    vm: &mut Vm,
    meta: Value,
    name: Value,
    bases: Gc<Tuple>,
    kwds: Option<Gc<Dict>>,
) -> PyResult<Value> {
    if meta == vm.types.type_().value() {
        return Ok(vm.new_dict()?.value());
    }
    let prepare = vm.names.__prepare__;
    let Some(f) = vm.getattr_opt(meta, prepare)? else { return Ok(vm.new_dict()?.value()) };
    let namespace = forward(vm, f, &[name, bases.value()], None, kwds)?;
    let item = vm.names.__getitem__;
    if namespace.kind() != Kind::Dict && vm.special(namespace, item).is_none() {
        let who = match meta.cast::<Type>() {
            Some(m) => vm.class_name(m),
            None => "<metaclass>".to_owned(),
        };
        let msg =
            format!("{who}.__prepare__() must return a mapping, not {}", vm.type_name(namespace));
        return Err(vm.type_error(&msg));
    }
    Ok(namespace)
}

/// The class cell must have reached `type.__new__`.
fn check_cell(vm: &mut Vm, name: Value, class: Value, cell: Value) -> PyResult<()> {
    let Some(cell) = cell.cast::<CellObject>() else { return Ok(()) };
    let held = cell.contents.get();
    if class.kind() != Kind::Type || held == class {
        return Ok(());
    }
    let (name, class) = (vm.repr_text(name)?, vm.repr_text(class)?);
    if held.is_unbound() {
        let msg = format!(
            "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
        );
        return Err(vm.raise_msg(Exc::RuntimeError, &msg));
    }
    let held = vm.repr_text(held)?;
    let msg = format!("__class__ set to {held} defining {name} as {class}");
    Err(vm.type_error(&msg))
}
