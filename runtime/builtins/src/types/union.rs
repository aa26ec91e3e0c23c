//! `types.UnionType` (`typing.Union` in 3.14): `int | str`.
//!
//! CPython `unionobject.c`.

use super::generic_alias::{collect_parameters, substitute, type_text};
use crate::args::arg;
use habu_object::{Gc, Kind, List, Tuple, Type, Union, Value, type_flags};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__or__", "(self, value, /)", |vm, args| make(vm, arg(args, 0), arg(args, 1))),
    NativeDef::new("__ror__", "(self, value, /)", |vm, args| make(vm, arg(args, 1), arg(args, 0))),
    NativeDef::new("__eq__", "(self, value, /)", eq),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__instancecheck__", "(self, instance, /)", instancecheck),
    NativeDef::new("__subclasscheck__", "(self, subclass, /)", subclasscheck),
    NativeDef::new("__getitem__", "(self, item, /)", getitem),
    NativeDef::new("__class_getitem__", "(cls, item, /)", class_getitem),
    NativeDef::new("__mro_entries__", "(self, bases, /)", mro_entries),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("__args__", |vm, v| Ok(this(vm, v)?.value())),
    GetSetDef::new("__origin__", |vm, _| Ok(vm.types.of_kind(Kind::Union).value())),
    GetSetDef::new("__name__", |vm, _| vm.intern("Union")),
    GetSetDef::new("__qualname__", |vm, _| vm.intern("Union")),
    GetSetDef::new("__parameters__", |vm, v| {
        let args = this(vm, v)?;
        Ok(collect_parameters(vm, Some(args))?.value())
    }),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Union);
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let module = vm.intern("typing")?;
    vm.set_class_entry(class, "__module__", module)
}

/// The members of a union.
fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Tuple>> {
    match v.cast::<Union>().and_then(|u| u.args.get().cast::<Tuple>()) {
        Some(t) => Ok(t),
        None => Err(vm.type_error("descriptor requires a 'typing.Union' object")),
    }
}

/// Whether a value may stand in a union made by `|`.
fn unionable(vm: &mut Vm, v: Value) -> bool {
    if matches!(v.kind(), Kind::None | Kind::Type | Kind::GenericAlias | Kind::Union) {
        return true;
    }
    let class = vm.type_of(v);
    let name = vm.class_name(class);
    matches!(
        name.as_str(),
        "TypeVar" | "ParamSpec" | "TypeVarTuple" | "TypeAliasType" | "_GenericAlias" | "ForwardRef"
    )
}

/// `a | b`; NotImplemented where one is no type.
pub(crate) fn make(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    if !unionable(vm, a) || !unionable(vm, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let members = List::new(&mut vm.heap, 4)?;
    add(vm, members, a)?;
    add(vm, members, b)?;
    from_members(vm, members)
}

fn from_members(vm: &mut Vm, members: Gc<List>) -> PyResult<Value> {
    if members.len() == 1 {
        return Ok(members.get(0).unwrap_or(Value::NONE));
    }
    let t = vm.list_to_tuple(members)?;
    let u = Union::blank(&mut vm.heap)?;
    u.args.set(t.value());
    Ok(u.value())
}

/// Adds a member: unions are flattened, None is NoneType, duplicates are dropped.
fn add(vm: &mut Vm, members: Gc<List>, v: Value) -> PyResult<()> {
    if let Some(inner) = v.cast::<Union>().and_then(|u| u.args.get().cast::<Tuple>()) {
        for i in 0..inner.len() {
            add(vm, members, inner.get(i))?;
        }
        return Ok(());
    }
    let v = if v.is_none() { vm.types.of_kind(Kind::None).value() } else { v };
    let mut i = 0;
    while let Some(old) = members.get(i) {
        if old == v || (old.kind() != Kind::Type && vm.eq(old, v)?) {
            return Ok(());
        }
        i += 1;
    }
    Ok(members.push(&mut vm.heap, v)?)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let members = this(vm, arg(args, 0))?;
    let mut parts = Vec::new();
    for i in 0..members.len() {
        parts.push(type_text(vm, members.get(i))?);
    }
    vm.new_str(&parts.join(" | "))
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let Some(b) = arg(args, 1).cast::<Union>().and_then(|u| u.args.get().cast::<Tuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.len() != b.len() {
        return Ok(Value::FALSE);
    }
    for i in 0..a.len() {
        if !vm.contains(b.value(), a.get(i))? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let members = this(vm, arg(args, 0))?;
    // Order must not matter.
    let mut h = 0x5bd1_e995_i64;
    for i in 0..members.len() {
        let member = vm.hash(members.get(i))?;
        h ^= member.wrapping_mul(0x9e37_79b9).rotate_left(13) ^ member;
    }
    vm.new_int(if h == -1 { -2 } else { h })
}

fn instancecheck(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let members = this(vm, arg(args, 0))?;
    check(vm, members, "isinstance")?;
    let name = vm.names.__instancecheck__;
    any(vm, members, name, arg(args, 1))
}

fn subclasscheck(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if arg(args, 1).kind() != Kind::Type {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    }
    let members = this(vm, arg(args, 0))?;
    check(vm, members, "issubclass")?;
    let name = vm.names.__subclasscheck__;
    any(vm, members, name, arg(args, 1))
}

fn check(vm: &mut Vm, members: Gc<Tuple>, what: &str) -> PyResult<()> {
    if members.items().iter().any(|m| m.get().kind() == Kind::GenericAlias) {
        let msg = format!("{what}() argument 2 cannot be a parameterized generic");
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

fn any(vm: &mut Vm, members: Gc<Tuple>, hook: Value, v: Value) -> PyResult<Value> {
    for i in 0..members.len() {
        let member = members.get(i);
        if member.cast::<Type>().is_some_and(|c| vm.type_of(v) == c) {
            return Ok(Value::TRUE);
        }
        if let Some(r) = vm.call_special(member, hook, &[v])?
            && vm.truth(r)?
        {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let members = this(vm, arg(args, 0))?;
    let params = collect_parameters(vm, Some(members))?;
    let new = substitute(vm, arg(args, 0), Some(members), Some(params), arg(args, 1))?;
    let list = List::new(&mut vm.heap, 4)?;
    for i in 0..new.len() {
        add(vm, list, new.get(i))?;
    }
    from_members(vm, list)
}

/// `Union[int, str]`
fn class_getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let item = arg(args, 1);
    let given = match item.cast::<Tuple>() {
        Some(t) => t,
        None => Tuple::new(&mut vm.heap, &[item])?,
    };
    if given.is_empty() {
        return Err(vm.type_error("Cannot take a Union of no types."));
    }
    let list = List::new(&mut vm.heap, 4)?;
    for i in 0..given.len() {
        add(vm, list, given.get(i))?;
    }
    from_members(vm, list)
}

fn mro_entries(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let text = vm.repr_text(arg(args, 0))?;
    let msg = format!("Cannot subclass {text}");
    Err(vm.type_error(&msg))
}
