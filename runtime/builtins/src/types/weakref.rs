//! `weakref.ref`.
//!
//! The collector clears references; callbacks are run by `vm::finalize` at the next safepoint. Proxies are not here.

use crate::args::{address, arg, new_class_arg, or_none, read_only};
use habu_object::{Gc, Kind, Value, WeakRef, type_flags};
use habu_vm::{CmpOp, GetSetDef, NativeDef, PyResult, Vm};
use std::mem::offset_of;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, object, callback=None, /, **kwargs)", new),
    NativeDef::new("__init__", "(self, object, callback=None, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("__call__", "(self, /)", |vm, args| {
        Ok(or_none(target(this(vm, arg(args, 0))?)))
    }),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Eq)),
    NativeDef::new("__ne__", "(self, value, /)", |vm, args| compare(vm, args, CmpOp::Ne)),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

static GETSETS: &[GetSetDef] = &[GetSetDef::with_set(
    "__callback__",
    |vm, v| {
        let r = this(vm, v)?;
        Ok(if target(r).is_unbound() { Value::NONE } else { or_none(r.callback.get()) })
    },
    read_only,
)];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::WeakRef);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let module = vm.intern("weakref")?;
    vm.set_class_entry(class, "__module__", module)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<WeakRef>> {
    match v.cast::<WeakRef>() {
        Some(r) => Ok(r),
        None => Err(vm.type_error("descriptor requires a 'weakref.ReferenceType' object")),
    }
}

/// The target, UNBOUND when it is dead.
pub(crate) fn target(r: Gc<WeakRef>) -> Value {
    Value::from_bits(r.target.get())
}

/// What exact references without callback are shared as.
const PLAIN: usize = 0;

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::WeakRef)?;
    let v = arg(args, 1);
    let own = vm.type_of(v);
    if !v.is_ptr() || !own.has(type_flags::WEAKREFABLE) {
        let msg = format!("cannot create weak reference to '{}' object", vm.class_name(own));
        return Err(vm.type_error(&msg));
    }
    let exact = class == vm.types.of_kind(Kind::WeakRef);
    if exact && arg(args, 3).bound().is_some() {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    let callback = or_none(arg(args, 2));
    // Plain references to one object are one reference.
    let target = v.object().filter(|_| exact && callback.is_none());
    if let Some(shared) = target.and_then(|o| vm.heap.shared_weak(o, PLAIN)) {
        return Ok(Value::from_bits(shared.as_ptr() as u64 + 1));
    }
    let r = WeakRef::blank_with_shape(&mut vm.heap, class.instance_shape.get())?;
    r.callback.set(callback);
    r.target.set(v.bits());
    vm.watched = true;
    vm.heap.register_weak(r.header(), offset_of!(WeakRef, target));
    if let Some(target) = target {
        vm.heap.share_weak(target, r.header(), PLAIN);
    }
    Ok(r.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = this(vm, arg(args, 0))?;
    let v = target(r);
    if v.is_unbound() {
        let text = format!("<weakref at {:#x}; dead>", address(r.value()));
        return vm.new_str(&text);
    }
    let name = vm.names.__name__;
    let name = match vm.getattr_opt(v, name) {
        Ok(name) => name.filter(|n| n.kind() == Kind::Str),
        Err(e) => {
            vm.take_raised(e);
            None
        }
    };
    let named = name.map(|n| format!(" ({})", vm.text(n))).unwrap_or_default();
    let text = format!(
        "<weakref at {:#x}; to '{}' at {:#x}{named}>",
        address(r.value()),
        vm.type_name(v),
        address(v)
    );
    vm.new_str(&text)
}

/// By the targets while both are alive, else by identity.
fn compare(vm: &mut Vm, args: &[Value], op: CmpOp) -> PyResult<Value> {
    let a = this(vm, arg(args, 0))?;
    let Some(b) = arg(args, 1).cast::<WeakRef>() else { return Ok(Value::NOT_IMPLEMENTED) };
    match (target(a).bound(), target(b).bound()) {
        (Some(a), Some(b)) => vm.compare(op, a, b),
        _ => Ok(Value::bool((a == b) == (op == CmpOp::Eq))),
    }
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = this(vm, arg(args, 0))?;
    if let Some(h) = r.hash.get().bound() {
        return Ok(h);
    }
    let v = target(r);
    if v.is_unbound() {
        return Err(vm.type_error("weak object has gone away"));
    }
    let h = vm.hash(v)?;
    let h = vm.new_int(h)?;
    r.store(&mut vm.heap, &r.hash, h);
    Ok(h)
}
