//! `types.MappingProxyType`.
//!
//! Everything is the mapping's; writes have no methods here.

use crate::args::arg;
use habu_object::dict::Dict;
use habu_object::{Gc, GenericAlias, Kind, List, MappingProxy, Tuple, Value};
use habu_vm::{BinOp, CmpOp, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, mapping)", new),
    NativeDef::new("__getitem__", "(self, key, /)", |vm, args| {
        let m = mapping(vm, args)?;
        vm.getitem(m, arg(args, 1))
    }),
    NativeDef::new("__contains__", "(self, key, /)", |vm, args| {
        let m = mapping(vm, args)?;
        Ok(Value::bool(vm.contains(m, arg(args, 1))?))
    }),
    NativeDef::new("__len__", "(self, /)", |vm, args| {
        let m = mapping(vm, args)?;
        let n = vm.len(m)?;
        vm.new_int(n as i64)
    }),
    NativeDef::new("__iter__", "(self, /)", |vm, args| {
        let m = mapping(vm, args)?;
        vm.iter(m)
    }),
    NativeDef::new("__reversed__", "(self, /)", |vm, args| method(vm, args, "__reversed__", &[])),
    NativeDef::new("get", "(self, key, default=None, /)", get),
    NativeDef::new("keys", "(self, /)", |vm, args| method(vm, args, "keys", &[])),
    NativeDef::new("values", "(self, /)", |vm, args| method(vm, args, "values", &[])),
    NativeDef::new("items", "(self, /)", |vm, args| method(vm, args, "items", &[])),
    NativeDef::new("copy", "(self, /)", |vm, args| method(vm, args, "copy", &[])),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__str__", "(self, /)", |vm, args| {
        let m = mapping(vm, args)?;
        vm.str(m)
    }),
    NativeDef::new("__hash__", "(self, /)", |vm, args| {
        let m = mapping(vm, args)?;
        let h = vm.hash(m)?;
        vm.new_int(h)
    }),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Eq)),
    NativeDef::new("__ne__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ne)),
    NativeDef::new("__lt__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Lt)),
    NativeDef::new("__le__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Le)),
    NativeDef::new("__gt__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Gt)),
    NativeDef::new("__ge__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ge)),
    NativeDef::new("__or__", "(self, value, /)", |vm, args| or(vm, arg(args, 0), arg(args, 1))),
    NativeDef::new("__ror__", "(self, value, /)", |vm, args| or(vm, arg(args, 1), arg(args, 0))),
    NativeDef::new("__ior__", "(self, value, /)", ior),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::MappingProxy);
    vm.add_methods(class, METHODS)
}

fn inner(v: Value) -> Value {
    v.cast::<MappingProxy>().map_or(v, |p| p.mapping.get())
}

fn mapping(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match arg(args, 0).cast::<MappingProxy>() {
        Some(p) => Ok(p.mapping.get()),
        None => Err(vm.type_error("descriptor requires a 'mappingproxy' object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = arg(args, 1);
    let item = vm.names.__getitem__;
    let sequence = m.cast::<List>().is_some() || m.cast::<Tuple>().is_some();
    if sequence || m.cast::<GenericAlias>().is_some() || vm.special(m, item).is_none() {
        let msg = format!("mappingproxy() argument must be a mapping, not {}", vm.type_name(m));
        return Err(vm.type_error(&msg));
    }
    let p: Gc<MappingProxy> = MappingProxy::blank(&mut vm.heap)?;
    p.mapping.set(m);
    Ok(p.value())
}

fn method(vm: &mut Vm, args: &[Value], name: &str, rest: &[Value]) -> PyResult<Value> {
    let m = mapping(vm, args)?;
    let name = vm.intern(name)?;
    vm.call_method(m, name, rest)
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = mapping(vm, args)?;
    let default = crate::args::or_none(arg(args, 2));
    if let Some(d) = Vm::exact_dict(m) {
        return Ok(vm.dict_get(d, arg(args, 1))?.unwrap_or(default));
    }
    method(vm, args, "get", &[arg(args, 1), default])
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = mapping(vm, args)?;
    let text = format!("mappingproxy({})", vm.repr_text(m)?);
    vm.new_str(&text)
}

fn compare(vm: &mut Vm, args: &[Value], op: CmpOp) -> PyResult<Value> {
    let m = mapping(vm, args)?;
    vm.compare(op, m, inner(arg(args, 1)))
}

fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let (a, b) = (inner(a), inner(b));
    if a.cast::<Dict>().is_none() && b.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.binary_op(BinOp::Or, a, b)
}

fn ior(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let msg = format!("'|=' is not supported by {}; use '|' instead", vm.type_name(arg(args, 0)));
    Err(vm.type_error(&msg))
}
