//! Module `_collections`: deque, defaultdict, OrderedDict and what the Python part of `collections` needs to be fast.

mod defaultdict;
mod deque;
mod ordered;

use crate::util::{arg, native, new_class, new_module, new_native, set, slot};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Module, Native, Tuple, Value, int};
use habu_vm::attr::TUPLE_GETTER;
use habu_vm::{BinOp, Exc, GetSetDef, NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] =
    &[NativeDef::new("_count_elements", "(mapping, iterable, /)", count_elements)];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_collections", "High performance data structures.", FUNCTIONS)?;
    deque::install(vm, m)?;
    defaultdict::install(vm, m)?;
    ordered::install(vm, m)?;
    let getter =
        new_class(vm, "collections", "_tuplegetter", Kind::Native, GETTER, GETTER_ATTRIBUTES)?;
    vm.set_root(TUPLE_GETTER, getter.value());
    set(vm, m, "_tuplegetter", getter.value())?;
    Ok(m)
}

/// Counts the items of an iterable in a dict (or another mapping).
fn count_elements(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mapping = arg(args, 0);
    let one = Value::small_int(1);
    let name = vm.names.__setitem__;
    let native = |f: Option<Value>| f.is_some_and(|f| f.kind() == Kind::MethodDescr);
    let get = vm.intern("get")?;
    let plain = native(vm.special(mapping, name)) && native(vm.special(mapping, get));
    let Some(d) = mapping.cast::<Dict>().filter(|_| plain) else {
        let get = vm.getattr_str(mapping, "get")?;
        vm.for_each(arg(args, 1), |vm, v| {
            let old = vm.call(get, &[v, Value::small_int(0)])?;
            let new = vm.binary_op(BinOp::Add, old, one)?;
            vm.setitem(mapping, v, new)
        })?;
        return Ok(Value::NONE);
    };
    vm.for_each(arg(args, 1), |vm, v| {
        let hash = vm.key_hash(v)?;
        let old = d.get(v, hash, |a, b| vm.eq(a, b))?;
        let new = match old {
            None => one,
            Some(n) if n.is_int() => vm.new_int(n.as_int() + 1)?,
            Some(n) => vm.binary_op(BinOp::Add, n, one)?,
        };
        vm.dict_set_hashed(d, v, hash, new)
    })?;
    Ok(Value::NONE)
}

static GETTER_ATTRIBUTES: &[GetSetDef] = &[GetSetDef::with_set(
    "__doc__",
    |_, v| Ok(slot(v, 1)),
    |vm, v, doc| {
        if let Some(o) = v.cast::<Native>() {
            o.set_slot(&mut vm.heap, 1, doc);
        }
        Ok(())
    },
)];

// A field of a named tuple; slots: index, docstring.
static GETTER: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, index, doc, /)", |vm, args| {
        let n = vm.index_i64(arg(args, 1))?;
        new_native(vm, args, &[Value::small_int(n.clamp(0, 1 << 32)), arg(args, 2)])
    }),
    NativeDef::new("__get__", "(self, obj, type=None, /)", |vm, args| {
        let this = native(vm, args)?;
        let object = arg(args, 1);
        if object.is_none() {
            return Ok(this.value());
        }
        let i = int::to_i64_clamped(this.slot(0)) as usize;
        match object.cast::<Tuple>() {
            Some(t) if i < t.len() => Ok(t.get(i)),
            Some(_) => Err(vm.raise_msg(Exc::IndexError, "tuple index out of range")),
            None => {
                let msg = format!(
                    "descriptor for index '{i}' for tuple subclasses doesn't apply to '{}' object",
                    vm.type_name(object)
                );
                Err(vm.type_error(&msg))
            }
        }
    }),
    NativeDef::new("__set__", "(self, obj, value, /)", |vm, _| {
        Err(vm.raise_msg(Exc::AttributeError, "can't set attribute"))
    }),
    NativeDef::new("__delete__", "(self, obj, /)", |vm, _| {
        Err(vm.raise_msg(Exc::AttributeError, "can't delete attribute"))
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let (i, doc) = (vm.repr_text(this.slot(0))?, vm.repr_text(this.slot(1))?);
        vm.new_str(&format!("_tuplegetter({i}, {doc})"))
    }),
];
