//! Builtin functions about any object: attributes, classes, identity, hash, text.

use habu_object::str::Str;
use habu_object::{Kind, Value};
use habu_vm::classinfo::{is_instance, is_subclass};
use habu_vm::{Effects, Intrinsic, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("ascii", "(obj, /)", ascii).effects(Effects::Repeatable)
        .doc("Return an ASCII-only representation of an object."),
    NativeDef::new("callable", "(obj, /)", callable).doc(
        "Return whether the object is callable (i.e., some kind of function).\n\nNote that classes are callable, as \
         are instances of classes with a\n__call__() method.",
    ),
    NativeDef::new("delattr", "(obj, name, /)", delattr)
        .doc("Deletes the named attribute from the given object."),
    NativeDef::new("dir", "(object=None, /)", dir).doc("Show attributes of an object."),
    NativeDef::new("format", "(value, format_spec='', /)", format).effects(Effects::PureOfPlain)
        .doc("Return type(value).__format__(value, format_spec)"),
    NativeDef::new("getattr", "(object, name, default=None, /)", getattr)
        .doc("Get a named attribute from an object."),
    NativeDef::new("hasattr", "(obj, name, /)", hasattr)
        .doc("Return whether the object has an attribute with the given name."),
    NativeDef::new("hash", "(obj, /)", hash).effects(Effects::Repeatable).doc("Return the hash value for the given object."),
    NativeDef::new("id", "(obj, /)", id).doc("Return the identity of an object."),
    NativeDef::new("isinstance", "(obj, class_or_tuple, /)", isinstance).intrinsic(Intrinsic::IsInstance).effects(Effects::Repeatable)
        .doc("Return whether an object is an instance of a class or of a subclass thereof."),
    NativeDef::new("issubclass", "(cls_, class_or_tuple, /)", issubclass)
        .doc("Return whether 'cls' is derived from another class or is the same class."),
    NativeDef::new("repr", "(obj, /)", repr).effects(Effects::Repeatable)
        .doc("Return the canonical string representation of the object."),
    NativeDef::new("setattr", "(obj, name, value, /)", setattr)
        .doc("Sets the named attribute on the given object to the specified value."),
    NativeDef::new("vars", "(object=None, /)", vars).doc("Show vars."),
];

fn ascii(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let text = vm.repr(args[0])?;
    match text.cast::<Str>() {
        Some(s) => Ok(s.escape_non_ascii(&mut vm.heap)?.value()),
        None => Ok(text),
    }
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.repr(args[0])
}

/// `callable(v)`
pub(crate) fn is_callable(vm: &mut Vm, v: Value) -> bool {
    match v.kind() {
        Kind::Function
        | Kind::Method
        | Kind::Builtin
        | Kind::MethodDescr
        | Kind::Type
        | Kind::StaticMethod
        | Kind::GenericAlias => true,
        _ => {
            let name = vm.names.__call__;
            vm.special(v, name).is_some()
        }
    }
}

fn callable(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(is_callable(vm, args[0])))
}

fn getattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[object, name, default] = args else { return Ok(Value::NONE) };
    let name = vm.intern_value(name)?;
    if default.is_unbound() {
        return vm.getattr(object, name);
    }
    Ok(vm.getattr_opt(object, name)?.unwrap_or(default))
}

fn hasattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(args[1])?;
    Ok(Value::bool(vm.getattr_opt(args[0], name)?.is_some()))
}

fn setattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(args[1])?;
    vm.setattr(args[0], name, args[2])?;
    Ok(Value::NONE)
}

fn delattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern_value(args[1])?;
    vm.delattr(args[0], name)?;
    Ok(Value::NONE)
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let h = vm.hash(args[0])?;
    vm.new_int(h)
}

/// `id(v)` as a number: an object's address; for immediate values a number that no address is.
pub(crate) fn identity(v: Value) -> u64 {
    match v.object() {
        Some(_) => v.bits() - 1,
        None if v.is_int() => v.bits() | 1,
        None => v.bits(),
    }
}

fn id(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(habu_object::int::from_u64(&mut vm.heap, identity(args[0]))?)
}

fn format(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[value, spec] = args else { return Ok(Value::NONE) };
    let spec = if spec.is_unbound() { vm.intern("")? } else { spec };
    if spec.kind() != Kind::Str {
        let msg = format!("format() argument 2 must be str, not {}", vm.type_name(spec));
        return Err(vm.type_error(&msg));
    }
    vm.format(value, spec)
}

fn dir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let names = if args[0].is_unbound() {
        let locals = super::evaluate::current_locals(vm)?;
        let keys = vm.names.keys;
        vm.call_method(locals, keys, &[])?
    } else {
        let name = vm.names.__dir__;
        match vm.call_special(args[0], name, &[])? {
            Some(names) => names,
            None => return Err(vm.type_error("object does not provide __dir__")),
        }
    };
    let list = vm.list_from_iter(names)?;
    super::sorting::sort_list(vm, list, Value::NONE, false)?;
    Ok(list.value())
}

fn vars(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if args[0].is_unbound() {
        return super::evaluate::current_locals(vm);
    }
    let name = vm.names.__dict__;
    match vm.getattr_opt(args[0], name)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

fn isinstance(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(is_instance(vm, args[0], args[1])?))
}

fn issubclass(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(is_subclass(vm, args[0], args[1])?))
}
