//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654): construction, `split`, `subgroup`, `derive`.
//!
//! And what `except*` does with them: INTRINSIC `GROUP_MATCH` and `GROUP_RAISED`.

use super::{class_arg, get, make, store_args, this};
use crate::args::{arg, items, read_only, var_args, var_kwargs};
use habu_object::{Exception, Gc, Kind, List, Traceback, Tuple, Type, Value, type_flags};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, /, *args, **kwargs)", init),
    NativeDef::new("__str__", "(self, /)", str),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("derive", "(self, excs, /)", derive),
    NativeDef::new("split", "(self, matcher_value, /)", split),
    NativeDef::new("subgroup", "(self, matcher_value, /)", subgroup),
    NativeDef::new(
        "__class_getitem__",
        "(cls, item, /)",
        crate::types::generic_alias::class_getitem,
    ),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("message", |vm, v| get(vm, v, |e| &e.extra0), read_only),
    GetSetDef::with_set("exceptions", |vm, v| get(vm, v, |e| &e.extra1), read_only),
];

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let base = vm.exc_type(Exc::BaseException);
    let flags = type_flags::BASETYPE | type_flags::WEAKREFABLE | type_flags::EXCEPTION;
    let group = vm.new_builtin_type("BaseExceptionGroup", Kind::Exception, base, flags)?;
    vm.add_methods(group, METHODS)?;
    vm.add_getsets(group, GETSETS)?;
    vm.set_root("BaseExceptionGroup", group.value());
    let plain = vm.exc_type(Exc::Exception);
    let bases = Tuple::new(&mut vm.heap, &[group.value(), plain.value()])?;
    let namespace = vm.new_dict()?;
    let name = vm.intern("ExceptionGroup")?;
    let meta = vm.types.type_();
    let class = vm.new_class(meta, name, bases, namespace)?;
    class.flags.set(class.flags.get() & !type_flags::HEAP);
    let module = vm.intern("builtins")?;
    vm.set_class_entry(class, "__module__", module)?;
    vm.set_root("ExceptionGroup", class.value());
    Ok(())
}

fn root_class(vm: &Vm, name: &'static str) -> Gc<Type> {
    vm.expect_type(vm.root(name))
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut class = class_arg(vm, arg(args, 0))?;
    let given = items(var_args(args, 1));
    if given.len() != 2 {
        let msg = format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            given.len()
        );
        return Err(vm.type_error(&msg));
    }
    let (message, sequence) = (given[0], given[1]);
    if message.kind() != Kind::Str {
        let msg = format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            vm.type_name(message)
        );
        return Err(vm.type_error(&msg));
    }
    let item = vm.names.__getitem__;
    if vm.special(sequence, item).is_none() {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let excs = vm.tuple_from_iter(sequence)?;
    if excs.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let plain = vm.exc_type(Exc::Exception);
    let mut all_plain = true;
    for i in 0..excs.len() {
        if excs.get(i).cast::<Exception>().is_none() {
            let msg = format!("Item {i} of second argument (exceptions) is not an exception");
            return Err(vm.value_error(&msg));
        }
        all_plain &= vm.is_instance_exact(excs.get(i), plain);
    }
    let (base_group, group) =
        (root_class(vm, "BaseExceptionGroup"), root_class(vm, "ExceptionGroup"));
    if class == base_group && all_plain {
        class = group;
    } else if !all_plain && class == group {
        return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    } else if !all_plain && vm.is_subclass(class, plain) {
        let msg = format!("Cannot nest BaseExceptions in '{}'", vm.class_name(class));
        return Err(vm.type_error(&msg));
    }
    let e = make(vm, class, var_args(args, 1))?;
    e.store(&mut vm.heap, &e.extra0, message);
    e.store(&mut vm.heap, &e.extra1, excs.value());
    Ok(e.value())
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    if var_kwargs(args, 2).is_some() {
        let msg = format!("{}() takes no keyword arguments", vm.type_name(e.value()));
        return Err(vm.type_error(&msg));
    }
    store_args(vm, e, var_args(args, 1));
    Ok(Value::NONE)
}

/// The exceptions of a group, None if `e` is none.
fn group_of(vm: &mut Vm, e: Value) -> Option<(Gc<Exception>, Gc<Tuple>)> {
    let class = root_class(vm, "BaseExceptionGroup");
    let e = e.cast::<Exception>().filter(|e| vm.is_instance_exact(e.value(), class))?;
    Some((e, e.extra1.get().cast::<Tuple>()?))
}

fn str(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let n = e.extra1.get().cast::<Tuple>().map_or(0, |t| t.len());
    let plural = if n == 1 { "" } else { "s" };
    let text = format!("{} ({n} sub-exception{plural})", vm.text(e.extra0.get()));
    vm.new_str(&text)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    // As given: a list shows as a list.
    let given = e.args.get().cast::<Tuple>().and_then(|t| t.items().get(1).map(|c| c.get()));
    let shown = given.unwrap_or(e.extra1.get());
    let message = vm.repr_text(e.extra0.get())?;
    let text = format!("{}({message}, {})", vm.type_name(e.value()), vm.repr_text(shown)?);
    vm.new_str(&text)
}

fn derive(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let e = this(vm, arg(args, 0))?;
    let class = vm.root("BaseExceptionGroup");
    vm.call(class, &[e.extra0.get(), arg(args, 1)])
}

/// What chooses exceptions: a class, a tuple of classes or a predicate.
fn matches(vm: &mut Vm, e: Value, matcher: Value) -> PyResult<bool> {
    if let Some(class) = matcher.cast::<Type>() {
        return Ok(vm.is_instance_exact(e, class));
    }
    if let Some(t) = matcher.cast::<Tuple>() {
        let found = t
            .items()
            .iter()
            .any(|c| c.get().cast::<Type>().is_some_and(|c| vm.is_instance_exact(e, c)));
        return Ok(found);
    }
    let r = vm.call(matcher, &[e])?;
    vm.truth(r)
}

fn check_matcher(vm: &mut Vm, matcher: Value) -> PyResult<()> {
    let is_exc = |v: Value| v.cast::<Type>().is_some_and(|c| c.has(type_flags::EXCEPTION));
    let call = vm.names.__call__;
    let good = match matcher.cast::<Tuple>() {
        Some(t) => t.items().iter().all(|c| is_exc(c.get())),
        None if matcher.kind() == Kind::Type => is_exc(matcher),
        None => matcher.kind() == Kind::Function || vm.special(matcher, call).is_some(),
    };
    if good {
        return Ok(());
    }
    Err(vm.type_error(
        "expected an exception type, a tuple of exception types, or a callable (other than a class)",
    ))
}

/// `(matching, rest)`, each None where empty.
fn split_group(vm: &mut Vm, e: Value, matcher: Value) -> PyResult<(Value, Value)> {
    vm.check_native_stack()?;
    if matches(vm, e, matcher)? {
        return Ok((e, Value::NONE));
    }
    let Some((group, excs)) = group_of(vm, e) else { return Ok((Value::NONE, e)) };
    let (yes, no) = (List::new(&mut vm.heap, 4)?, List::new(&mut vm.heap, 4)?);
    for i in 0..excs.len() {
        let (a, b) = split_group(vm, excs.get(i), matcher)?;
        if !a.is_none() {
            yes.push(&mut vm.heap, a)?;
        }
        if !b.is_none() {
            no.push(&mut vm.heap, b)?;
        }
    }
    Ok((derived(vm, group, yes)?, derived(vm, group, no)?))
}

/// A group like `group` of other exceptions, None if there are none.
fn derived(vm: &mut Vm, group: Gc<Exception>, excs: Gc<List>) -> PyResult<Value> {
    if excs.is_empty() {
        return Ok(Value::NONE);
    }
    let name = vm.intern("derive")?;
    let new = vm.call_method(group.value(), name, &[excs.value()])?;
    let Some((e, _)) = group_of(vm, new) else {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    for (to, from) in
        [(&e.traceback, &group.traceback), (&e.context, &group.context), (&e.cause, &group.cause)]
    {
        e.store(&mut vm.heap, to, from.get());
    }
    if let Some(notes) = group.notes.get().cast::<List>() {
        let copy = List::from_cells(&mut vm.heap, notes.cells())?;
        e.store(&mut vm.heap, &e.notes, copy.value());
    }
    Ok(new)
}

/// An `except*` clause: `(what of e matches class, the rest)`. What matches becomes the handled exception.
pub(crate) fn match_clause(vm: &mut Vm, e: Value, class: Value) -> PyResult<Value> {
    let all = match class.cast::<Tuple>() {
        Some(t) => t.items().iter().map(|c| c.get()).collect::<Vec<Value>>(),
        None => vec![class],
    };
    let base = root_class(vm, "BaseExceptionGroup");
    for class in all {
        let class = class.cast::<Type>().filter(|c| c.has(type_flags::EXCEPTION));
        let msg = match class {
            None => "catching classes that do not inherit from BaseException is not allowed",
            Some(c) if vm.is_subclass(c, base) => {
                "catching ExceptionGroup with except* is not allowed. Use except instead."
            }
            Some(_) => continue,
        };
        return Err(vm.type_error(msg));
    }
    let (matching, rest) = match group_of(vm, e) {
        _ if e.is_none() => (Value::NONE, Value::NONE),
        group if matches(vm, e, class)? => match group {
            Some(_) => (e, Value::NONE),
            None => (wrapped(vm, e)?, Value::NONE),
        },
        Some(_) => split_by_method(vm, e, class)?,
        None => (Value::NONE, e),
    };
    if !matching.is_none() {
        vm.handled = matching;
    }
    vm.new_tuple(&[matching, rest])
}

/// A group of one exception that was raised without.
fn wrapped(vm: &mut Vm, e: Value) -> PyResult<Value> {
    let excs = vm.new_tuple(&[e])?;
    let group = new_group(vm, excs)?;
    if let (Some(group), Some(e)) = (group.cast::<Exception>(), e.cast::<Exception>())
        && let Some(frame) = e.traceback.get().cast::<Traceback>()
    {
        // Its traceback begins where the exception is handled.
        let entry = Traceback::blank(&mut vm.heap)?;
        entry.next.set(Value::NONE);
        for (to, from) in [(&entry.code, &frame.code), (&entry.globals, &frame.globals)] {
            to.set(from.get());
        }
        entry.pc.set(frame.pc.get());
        entry.line.set(frame.line.get());
        group.store(&mut vm.heap, &group.traceback, entry.value());
    }
    Ok(group)
}

fn new_group(vm: &mut Vm, excs: Value) -> PyResult<Value> {
    let class = vm.root("BaseExceptionGroup");
    let message = vm.new_str("")?;
    vm.call(class, &[message, excs])
}

/// `e.split(class)`, which a subclass may have overridden.
fn split_by_method(vm: &mut Vm, e: Value, class: Value) -> PyResult<(Value, Value)> {
    let name = vm.intern("split")?;
    let pair = vm.call_method(e, name, &[class])?;
    let own = vm.type_name(e);
    match pair.cast::<Tuple>() {
        None => {
            let msg = format!("{own}.split must return a tuple, not {}", vm.type_name(pair));
            Err(vm.type_error(&msg))
        }
        Some(t) if t.len() < 2 => {
            let n = t.len();
            let msg = format!("{own}.split must return a 2-tuple, got tuple of size {n}");
            Err(vm.type_error(&msg))
        }
        Some(t) => Ok((t.get(0), t.get(1))),
    }
}

/// What is raised after the clauses of an `except*` (CPython `_PyExc_PrepReraiseStar`): of `raised`, what comes from `e`
/// itself is put together as it was there.
pub(crate) fn raised_after(vm: &mut Vm, e: Value, raised: Value) -> PyResult<Value> {
    let Some(raised) = raised.cast::<List>() else { return Ok(Value::NONE) };
    let all: Vec<Value> = raised.cells().iter().map(|c| c.get()).filter(|v| !v.is_none()).collect();
    if group_of(vm, e).is_none() {
        // At most one clause has run.
        return Ok(all.first().copied().unwrap_or(Value::NONE));
    }
    let (new, again) = (List::new(&mut vm.heap, 4)?, List::new(&mut vm.heap, 4)?);
    for v in all {
        let list = if same_metadata(v, e) { again } else { new };
        list.push(&mut vm.heap, v)?;
    }
    let mut leaves = Vec::new();
    let again_values: Vec<Value> = again.cells().iter().map(|c| c.get()).collect();
    for v in again_values {
        collect_leaves(vm, v, &mut leaves)?;
    }
    let again = projection(vm, e, &leaves)?;
    if new.is_empty() {
        return Ok(again);
    }
    if !again.is_none() {
        new.push(&mut vm.heap, again)?;
    }
    match new.len() {
        1 => Ok(new.get(0).unwrap_or(Value::NONE)),
        _ => new_group(vm, new.value()),
    }
}

fn same_metadata(a: Value, b: Value) -> bool {
    let (Some(a), Some(b)) = (a.cast::<Exception>(), b.cast::<Exception>()) else { return false };
    [
        (&a.notes, &b.notes),
        (&a.traceback, &b.traceback),
        (&a.cause, &b.cause),
        (&a.context, &b.context),
    ]
    .iter()
    .all(|(a, b)| a.get() == b.get() || is_nothing(a.get()) && is_nothing(b.get()))
}

fn is_nothing(v: Value) -> bool {
    v.is_unbound() || v.is_none()
}

/// The exceptions in a group that are none themselves. All are reachable from it.
fn collect_leaves(vm: &mut Vm, e: Value, leaves: &mut Vec<Value>) -> PyResult<()> {
    vm.check_native_stack()?;
    match group_of(vm, e) {
        None => leaves.push(e),
        Some((_, excs)) => {
            for k in 0..excs.len() {
                collect_leaves(vm, excs.get(k), leaves)?;
            }
        }
    }
    Ok(())
}

/// The part of `e` that consists of these exceptions, None if there are none.
fn projection(vm: &mut Vm, e: Value, leaves: &[Value]) -> PyResult<Value> {
    vm.check_native_stack()?;
    let Some((group, excs)) = group_of(vm, e) else {
        return Ok(if leaves.contains(&e) { e } else { Value::NONE });
    };
    let kept = List::new(&mut vm.heap, 4)?;
    let mut whole = true;
    for k in 0..excs.len() {
        let part = projection(vm, excs.get(k), leaves)?;
        whole &= part == excs.get(k);
        if !part.is_none() {
            kept.push(&mut vm.heap, part)?;
        }
    }
    if whole && !leaves.is_empty() { Ok(e) } else { derived(vm, group, kept) }
}

fn split(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    check_matcher(vm, arg(args, 1))?;
    let (a, b) = split_group(vm, arg(args, 0), arg(args, 1))?;
    vm.new_tuple(&[a, b])
}

fn subgroup(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    check_matcher(vm, arg(args, 1))?;
    Ok(split_group(vm, arg(args, 0), arg(args, 1))?.0)
}
