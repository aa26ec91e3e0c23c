//! `types.GenericAlias`: `list[int]` and the like.
//!
//! Library reference "Generic Alias Type"; CPython `genericaliasobject.c`.

use crate::args::{arg, forward, or_none, read_only, var_args, var_kwargs};
use habu_object::{Gc, GenericAlias, Kind, List, Tuple, Type, Value};
use habu_vm::protocol::identity_hash;
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, origin, args, /)", new),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call),
    NativeDef::new("__getattr__", "(self, name, /)", getattr),
    NativeDef::new("__getitem__", "(self, item, /)", getitem),
    NativeDef::new("__eq__", "(self, value, /)", eq),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__or__", "(self, value, /)", |vm, args| {
        super::union::make(vm, arg(args, 0), arg(args, 1))
    }),
    NativeDef::new("__ror__", "(self, value, /)", |vm, args| {
        super::union::make(vm, arg(args, 1), arg(args, 0))
    }),
    NativeDef::new("__iter__", "(self, /)", iter),
    NativeDef::new("__mro_entries__", "(self, bases, /)", mro_entries),
    NativeDef::new("__instancecheck__", "(self, instance, /)", instancecheck),
    NativeDef::new("__subclasscheck__", "(self, subclass, /)", subclasscheck),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__dir__", "(self, /)", dir),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("__origin__", |vm, v| Ok(this(vm, v)?.origin.get()), read_only),
    GetSetDef::with_set("__args__", |vm, v| Ok(this(vm, v)?.args.get()), read_only),
    GetSetDef::new("__parameters__", parameters),
    GetSetDef::new("__unpacked__", |vm, v| Ok(Value::bool(this(vm, v)?.starred.get()))),
    GetSetDef::new("__typing_unpacked_tuple_args__", unpacked_tuple_args),
];

/// Attributes that are the alias's own; all others are the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::GenericAlias);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let module = vm.intern("types")?;
    vm.set_class_entry(class, "__module__", module)
}

/// `__class_getitem__` of generic builtin classes: signature `(cls, item, /)`.
pub(crate) fn class_getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    make(vm, arg(args, 0), arg(args, 1))
}

/// `origin[item]`
pub(crate) fn make(vm: &mut Vm, origin: Value, item: Value) -> PyResult<Value> {
    let args = match item.cast::<Tuple>() {
        Some(t) => t,
        None => Tuple::new(&mut vm.heap, &[item])?,
    };
    let a = GenericAlias::blank(&mut vm.heap)?;
    a.origin.set(origin);
    a.args.set(args.value());
    Ok(a.value())
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<GenericAlias>> {
    match v.cast::<GenericAlias>() {
        Some(a) => Ok(a),
        None => Err(vm.type_error("descriptor requires a 'types.GenericAlias' object")),
    }
}

fn args_of(a: Gc<GenericAlias>) -> Option<Gc<Tuple>> {
    a.args.get().cast::<Tuple>()
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = crate::args::new_class_arg(vm, arg(args, 0), Kind::GenericAlias)?;
    let v = make(vm, arg(args, 1), arg(args, 2))?;
    vm.set_shape(v, class.instance_shape.get());
    Ok(v)
}

/// How an argument shows: classes by their names (CPython `_Py_typing_type_repr`).
pub(crate) fn type_text(vm: &mut Vm, v: Value) -> PyResult<String> {
    if v == Value::ELLIPSIS {
        return Ok("...".to_owned());
    }
    if v == vm.types.of_kind(Kind::None).value() {
        return Ok("None".to_owned());
    }
    let (origin, args, qualname, module) =
        (vm.names.__origin__, vm.names.__args__, vm.names.__qualname__, vm.names.__module__);
    if vm.getattr_opt(v, origin)?.is_some() && vm.getattr_opt(v, args)?.is_some() {
        return vm.repr_text(v);
    }
    let Some(name) = vm.getattr_opt(v, qualname)?.filter(|n| n.kind() == Kind::Str) else {
        return vm.repr_text(v);
    };
    match vm.getattr_opt(v, module)? {
        None | Some(Value::NONE) => vm.repr_text(v),
        Some(m) if vm.text(m) == "builtins" => Ok(vm.text(name)),
        Some(m) => Ok(format!("{}.{}", vm.str_text(m)?, vm.text(name))),
    }
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let mut text = if a.starred.get() { "*".to_owned() } else { String::new() };
    text += &type_text(vm, a.origin.get())?;
    text.push('[');
    let items = args_of(a);
    for i in 0..items.map_or(0, |t| t.len()) {
        if i > 0 {
            text += ", ";
        }
        let v = items.map_or(Value::NONE, |t| t.get(i));
        match v.cast::<List>() {
            Some(list) => {
                let mut parts = Vec::new();
                let mut k = 0;
                while let Some(x) = list.get(k) {
                    parts.push(type_text(vm, x)?);
                    k += 1;
                }
                text += &format!("[{}]", parts.join(", "));
            }
            None => text += &type_text(vm, v)?,
        }
    }
    if items.is_none_or(|t| t.is_empty()) {
        text += "()";
    }
    text.push(']');
    vm.new_str(&text)
}

fn call(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let made = forward(vm, a.origin.get(), &[], var_args(args, 1), var_kwargs(args, 2))?;
    let name = vm.intern("__orig_class__")?;
    if let Err(e) = vm.setattr(made, name, a.value()) {
        let raised = vm.take_raised(e);
        let (attribute, wrong) =
            (vm.exc_type(habu_vm::Exc::AttributeError), vm.exc_type(habu_vm::Exc::TypeError));
        if !vm.is_instance_exact(raised, attribute) && !vm.is_instance_exact(raised, wrong) {
            return Err(vm.reraise(raised));
        }
    }
    Ok(made)
}

/// Attributes that the alias lacks are its origin's.
fn getattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let name = vm.intern_value(arg(args, 1))?;
    let text = vm.text(name);
    if OWN.contains(&text.as_str()) {
        return Err(vm.attribute_error(arg(args, 0), name));
    }
    vm.getattr(a.origin.get(), name)
}

/// The type variables among the arguments, in order of appearance.
pub(crate) fn collect_parameters(vm: &mut Vm, args: Option<Gc<Tuple>>) -> PyResult<Gc<Tuple>> {
    let out = List::new(&mut vm.heap, 4)?;
    let (subst, params) = (vm.intern("__typing_subst__")?, vm.names.__parameters__);
    for i in 0..args.map_or(0, |t| t.len()) {
        let v = args.map_or(Value::NONE, |t| t.get(i));
        if v.kind() == Kind::Type {
            continue;
        }
        if vm.getattr_opt(v, subst)?.is_some() {
            push_new(vm, out, v)?;
            continue;
        }
        if let Some(inner) = vm.getattr_opt(v, params)?.and_then(|p| p.cast::<Tuple>()) {
            for k in 0..inner.len() {
                push_new(vm, out, inner.get(k))?;
            }
        }
    }
    vm.list_to_tuple(out)
}

fn push_new(vm: &mut Vm, list: Gc<List>, v: Value) -> PyResult<()> {
    if !list.cells().iter().any(|c| c.get() == v) {
        list.push(&mut vm.heap, v)?;
    }
    Ok(())
}

fn parameters(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let a = this(vm, v)?;
    if let Some(p) = a.parameters.get().bound() {
        return Ok(p);
    }
    let p = collect_parameters(vm, args_of(a))?;
    a.store(&mut vm.heap, &a.parameters, p.value());
    Ok(p.value())
}

fn unpacked_tuple_args(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let a = this(vm, v)?;
    let tuple = vm.types.of_kind(Kind::Tuple).value();
    Ok(if a.starred.get() && a.origin.get() == tuple { a.args.get() } else { Value::NONE })
}

/// Replaces type variables by the arguments.
fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let params = parameters(vm, arg(args, 0))?.cast::<Tuple>();
    let new_args = substitute(vm, arg(args, 0), args_of(a), params, arg(args, 1))?;
    make(vm, a.origin.get(), new_args.value())
}

/// `alias[item]`: the arguments with type variables replaced.
pub(crate) fn substitute(
    vm: &mut Vm,
    alias: Value,
    args: Option<Gc<Tuple>>,
    params: Option<Gc<Tuple>>,
    item: Value,
) -> PyResult<Gc<Tuple>> {
    let n = params.map_or(0, |t| t.len());
    if n == 0 {
        let msg = format!("{} is not a generic class", vm.repr_text(alias)?);
        return Err(vm.type_error(&msg));
    }
    let given = match item.cast::<Tuple>() {
        Some(t) => t,
        None => Tuple::new(&mut vm.heap, &[item])?,
    };
    if given.len() != n {
        let what = if given.len() > n { "many" } else { "few" };
        let msg = format!(
            "Too {what} arguments for {}; actual {}, expected {n}",
            vm.repr_text(alias)?,
            given.len()
        );
        return Err(vm.type_error(&msg));
    }
    let out = List::new(&mut vm.heap, n)?;
    let (subst, params_name) = (vm.intern("__typing_subst__")?, vm.names.__parameters__);
    let index = |v: Value| params.and_then(|p| p.items().iter().position(|c| c.get() == v));
    for i in 0..args.map_or(0, |t| t.len()) {
        let v = args.map_or(Value::NONE, |t| t.get(i));
        let new = match index(v) {
            Some(at) => match vm.getattr_opt(v, subst)? {
                Some(f) => vm.call(f, &[given.get(at)])?,
                None => given.get(at),
            },
            None if v.kind() == Kind::Type => v,
            None => match vm.getattr_opt(v, params_name)?.and_then(|p| p.cast::<Tuple>()) {
                Some(inner) if !inner.is_empty() => {
                    let sub = List::new(&mut vm.heap, inner.len())?;
                    for k in 0..inner.len() {
                        let x = index(inner.get(k)).map_or(inner.get(k), |at| given.get(at));
                        sub.push(&mut vm.heap, x)?;
                    }
                    let key = vm.list_to_tuple(sub)?;
                    vm.getitem(v, key.value())?
                }
                _ => v,
            },
        };
        out.push(&mut vm.heap, new)?;
    }
    vm.list_to_tuple(out)
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let Some(b) = arg(args, 1).cast::<GenericAlias>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let same = a.starred.get() == b.starred.get()
        && vm.eq(a.origin.get(), b.origin.get())?
        && vm.eq(a.args.get(), b.args.get())?;
    Ok(Value::bool(same))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let h = vm.hash(a.origin.get())? ^ vm.hash(a.args.get())?;
    vm.new_int(if h == -1 { identity_hash(Value::NONE) } else { h })
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let star = GenericAlias::blank(&mut vm.heap)?;
    star.origin.set(a.origin.get());
    star.args.set(a.args.get());
    star.starred.set(true);
    let t = vm.new_tuple(&[star.value()])?;
    vm.iter(t)
}

fn mro_entries(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    vm.new_tuple(&[a.origin.get()])
}

fn instancecheck(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

fn subclasscheck(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let inner = vm.new_tuple(&[a.origin.get(), or_none(a.args.get())])?;
    let class = vm.types.of_kind(Kind::GenericAlias).value();
    vm.new_tuple(&[class, inner])
}

fn dir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let out = List::new(&mut vm.heap, 32)?;
    if let Some(class) = a.origin.get().cast::<Type>() {
        super::object::class_names(vm, class, out)?;
    }
    for name in OWN {
        let name = vm.intern(name)?;
        if !out.cells().iter().any(|c| c.get() == name) {
            out.push(&mut vm.heap, name)?;
        }
    }
    Ok(out.value())
}
