//! `BaseException` and the fields that every exception has.
//!
//! The classes with fields of their own are in the files beside this one; the hierarchy is in `vm::error`.

pub(crate) mod group;
mod os_error;
mod special;
mod syntax_error;
mod unicode;

use crate::args::{arg, or_none, var_args, var_kwargs};
use habu_object::dict::Dict;
use habu_object::{Exception, Gc, Kind, List, Traceback, Tuple, Type, Value, type_flags};
use habu_vm::{GetSetDef, Intrinsic, NativeDef, PyResult, Raised, Vm};
use std::cell::Cell;

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init)
        .intrinsic(Intrinsic::ExceptionInit),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self)."),
    NativeDef::new("__str__", "(self, /)", str).doc("Return str(self)."),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__setstate__", "(self, state, /)", setstate),
    NativeDef::new("with_traceback", "(self, tb, /)", with_traceback)
        .doc("Set self.__traceback__ to tb and return self."),
    NativeDef::new("add_note", "(self, note, /)", add_note).doc("Add a note to the exception"),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("args", |vm, v| get(vm, v, |e| &e.args), set_args),
    GetSetDef::with_set("__cause__", |vm, v| get(vm, v, |e| &e.cause), set_cause),
    GetSetDef::with_set("__context__", |vm, v| get(vm, v, |e| &e.context), set_context),
    GetSetDef::with_set("__traceback__", |vm, v| get(vm, v, |e| &e.traceback), set_traceback),
    GetSetDef::with_set("__suppress_context__", suppress_context, set_suppress_context),
    GetSetDef::with_set("__notes__", notes, set_notes),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Exception);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    for root in ["BaseException.__new__", "BaseException.__init__"] {
        let name = vm.intern(&root["BaseException.".len()..])?;
        let v = vm.class_lookup(class, name).unwrap_or(Value::NONE);
        vm.set_root(root, v);
    }
    special::install(vm)?;
    os_error::install(vm)?;
    syntax_error::install(vm)?;
    unicode::install(vm)?;
    group::install(vm)
}

/// The exception that a method was called on.
pub(super) fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Exception>> {
    match v.cast::<Exception>() {
        Some(e) => Ok(e),
        None => Err(vm.type_error("descriptor requires a 'BaseException' object")),
    }
}

/// A field, None while it is unset.
pub(super) fn get(
    vm: &mut Vm,
    v: Value,
    field: impl Fn(&Exception) -> &Cell<Value>,
) -> PyResult<Value> {
    let e = this(vm, v)?;
    Ok(or_none(field(&e).get()))
}

/// Sets a field; deleting makes it None.
pub(super) fn set(
    vm: &mut Vm,
    v: Value,
    x: Value,
    field: impl Fn(&Exception) -> &Cell<Value>,
) -> PyResult<()> {
    let e = this(vm, v)?;
    e.store(&mut vm.heap, field(&e), or_none(x));
    Ok(())
}

/// The class given to an exception's `__new__`.
pub(super) fn class_arg(vm: &mut Vm, v: Value) -> PyResult<Gc<Type>> {
    match v.cast::<Type>() {
        Some(class) if class.has(type_flags::EXCEPTION) => Ok(class),
        Some(class) => {
            let name = vm.class_name(class);
            let msg =
                format!("BaseException.__new__({name}): {name} is not a subtype of BaseException");
            Err(vm.type_error(&msg))
        }
        None => {
            let msg =
                format!("BaseException.__new__(X): X is not a type object ({})", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

/// A new exception whose `args` is this very tuple; fields of special classes filled from it.
pub(super) fn make(
    vm: &mut Vm,
    class: Gc<Type>,
    args: Option<Gc<Tuple>>,
) -> PyResult<Gc<Exception>> {
    let e = Exception::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
    e.args.set(args.map_or(Value::EMPTY_TUPLE, |t| t.value()));
    e.cause.set(Value::NONE);
    e.context.set(Value::NONE);
    e.traceback.set(Value::NONE);
    if class.has(type_flags::HAS_DEL) {
        vm.watched = true;
        vm.heap.register_finalizer(e.header());
    }
    vm.fill_exception(class, e);
    Ok(e)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = class_arg(vm, arg(args, 0))?;
    Ok(make(vm, class, var_args(args, 1))?.value())
}

/// Makes the tuple the `args` of the exception.
pub(super) fn store_args(vm: &mut Vm, e: Gc<Exception>, args: Option<Gc<Tuple>>) {
    let v = args.map_or(Value::EMPTY_TUPLE, |t| t.value());
    e.store(&mut vm.heap, &e.args, v);
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    if var_kwargs(args, 2).is_some() {
        let msg = format!("{}() takes no keyword arguments", vm.type_name(arg(args, 0)));
        return Err(vm.type_error(&msg));
    }
    store_args(vm, e, var_args(args, 1));
    Ok(Value::NONE)
}

/// The `args` tuple.
pub(super) fn args_of(e: Gc<Exception>) -> Option<Gc<Tuple>> {
    e.args.get().cast::<Tuple>()
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let name = vm.type_name(arg(args, 0));
    let text = match args_of(e) {
        Some(t) if t.len() == 1 => format!("{name}({})", vm.repr_text(t.get(0))?),
        _ => format!("{name}{}", vm.repr_text(e.args.get())?),
    };
    vm.new_str(&text)
}

fn str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    default_str(vm, arg(args, 0))
}

/// `BaseException.__str__`
pub(super) fn default_str(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let e = this(vm, v)?;
    match args_of(e) {
        Some(t) if t.is_empty() => vm.new_str(""),
        Some(t) if t.len() == 1 => vm.str(t.get(0)),
        _ => vm.str(e.args.get()),
    }
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    reduce_with(vm, e, e.args.get())
}

/// `(type, args)` or `(type, args, dict)`; the dict has the notes too.
pub(super) fn reduce_with(vm: &mut Vm, e: Gc<Exception>, args: Value) -> PyResult<Value> {
    let class = vm.type_of(e.value()).value();
    let own = e.dict.get().cast::<Dict>().filter(|d| !d.is_empty());
    let state = match (own, e.notes.get().bound()) {
        (None, None) => return vm.new_tuple(&[class, args]),
        (Some(d), None) => d,
        (own, Some(notes)) => {
            let d = match own {
                Some(d) => d.copy(&mut vm.heap)?,
                None => vm.new_dict()?,
            };
            let key = vm.names.__notes__;
            vm.dict_set_str(d, key, notes)?;
            d
        }
    };
    vm.new_tuple(&[class, args, state.value()])
}

fn setstate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let state = arg(args, 1);
    if state.is_none() {
        return Ok(Value::NONE);
    }
    let Some(state) = state.cast::<Dict>() else {
        return Err(vm.type_error("state is not a dictionary"));
    };
    let mut pos = 0;
    while let Some((next, key, v, _)) = state.next_entry(pos) {
        let key = vm.intern_value(key)?;
        vm.setattr(arg(args, 0), key, v)?;
        pos = next;
    }
    Ok(Value::NONE)
}

fn with_traceback(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    set_traceback(vm, arg(args, 0), arg(args, 1))?;
    Ok(arg(args, 0))
}

fn add_note(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let note = arg(args, 1);
    if note.kind() != Kind::Str {
        let msg = format!("note must be a str, not '{}'", vm.type_name(note));
        return Err(vm.type_error(&msg));
    }
    add_note_to(vm, arg(args, 0), note)?;
    Ok(Value::NONE)
}

/// `exception.add_note(note)`
pub(crate) fn add_note_to(vm: &mut Vm, v: Value, note: Value) -> PyResult<()> {
    let Some(e) = v.cast::<Exception>() else { return Ok(()) };
    match e.notes.get().bound() {
        None => {
            let list = vm.new_list(&[note])?;
            e.store(&mut vm.heap, &e.notes, list);
            Ok(())
        }
        Some(notes) => match notes.cast::<List>() {
            Some(list) => Ok(list.push(&mut vm.heap, note)?),
            None => Err(vm.type_error("Cannot add note: __notes__ is not a list")),
        },
    }
}

fn set_args(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return Err(vm.type_error("args may not be deleted"));
    }
    let t = vm.tuple_from_iter(x)?;
    set(vm, v, t.value(), |e| &e.args)
}

fn not_deleted(vm: &mut Vm, x: Value, name: &str) -> PyResult<()> {
    if x.is_unbound() {
        let msg = format!("{name} may not be deleted");
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

fn set_cause(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    not_deleted(vm, x, "__cause__")?;
    if !x.is_none() && x.cast::<Exception>().is_none() {
        return Err(vm.type_error("exception cause must be None or derive from BaseException"));
    }
    let e = this(vm, v)?;
    e.suppress_context.set(true);
    set(vm, v, x, |e| &e.cause)
}

fn set_context(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    not_deleted(vm, x, "__context__")?;
    if !x.is_none() && x.cast::<Exception>().is_none() {
        return Err(vm.type_error("exception context must be None or derive from BaseException"));
    }
    set(vm, v, x, |e| &e.context)
}

fn set_traceback(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    not_deleted(vm, x, "__traceback__")?;
    if !x.is_none() && x.cast::<Traceback>().is_none() {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    set(vm, v, x, |e| &e.traceback)
}

fn suppress_context(vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(Value::bool(this(vm, v)?.suppress_context.get()))
}

fn set_suppress_context(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    if x.kind() != Kind::Bool {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    this(vm, v)?.suppress_context.set(x == Value::TRUE);
    Ok(())
}

fn no_notes(vm: &mut Vm, v: Value) -> Raised {
    let name = vm.names.__notes__;
    vm.attribute_error(v, name)
}

fn notes(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let notes = this(vm, v)?.notes.get();
    match notes.bound() {
        Some(notes) => Ok(notes),
        None => Err(no_notes(vm, v)),
    }
}

fn set_notes(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    let e = this(vm, v)?;
    if x.is_unbound() && e.notes.get().is_unbound() {
        return Err(no_notes(vm, v));
    }
    e.store(&mut vm.heap, &e.notes, x);
    Ok(())
}

/// Whether the class inherits this `__init__` (a method descriptor of a builtin class) unchanged.
pub(super) fn has_init_of(vm: &mut Vm, class: Gc<Type>, owner: Gc<Type>) -> bool {
    let name = vm.names.__init__;
    vm.class_lookup(class, name) == vm.class_lookup(owner, name)
}
