//! Module `_abc`: what `abc.ABCMeta` is made of (CPython `_abc.c`).
//!
//! The data of an abstract class are three dicts from the address of a class to a weak reference to it, so that neither
//! hashing nor comparing runs Python code: registered subclasses, known subclasses, known others.

use crate::util::{arg, builtin, new_class, new_module, seal};
use habu_object::dict::Dict;
use habu_object::{
    Gc, Kind, List, Module, Native, Set, Tuple, Type, Value, WeakRef, int, type_flags,
};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

const DATA: &str = "_abc._abc_data";

/// `Py_TPFLAGS_SEQUENCE` and `Py_TPFLAGS_MAPPING` of CPython.
const SEQUENCE_BIT: i64 = 1 << 5;
const MAPPING_BIT: i64 = 1 << 6;

const REGISTRY: usize = 0;
const CACHE: usize = 1;
const OTHERS: usize = 2;
/// What the registrations counted when `OTHERS` began.
const SINCE: usize = 3;

/// Counts registrations: each may turn a class that was no subclass into one.
#[derive(Default)]
struct Registrations(i64);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("get_cache_token", "()", |vm, _| {
        let n = vm.state::<Registrations>().0;
        Ok(Value::small_int(n))
    })
    .doc("Returns the current ABC cache token."),
    NativeDef::new("_abc_init", "(self, /)", init),
    NativeDef::new("_abc_register", "(self, subclass, /)", register),
    NativeDef::new("_abc_instancecheck", "(self, instance, /)", instance_check),
    NativeDef::new("_abc_subclasscheck", "(self, subclass, /)", |vm, args| {
        Ok(Value::bool(subclass_check(vm, arg(args, 0), arg(args, 1))?))
    }),
    NativeDef::new("_get_dump", "(self, /)", dump),
    NativeDef::new("_reset_registry", "(self, /)", |vm, args| {
        let data = data(vm, arg(args, 0))?;
        clear(vm, data, REGISTRY);
        Ok(Value::NONE)
    }),
    NativeDef::new("_reset_caches", "(self, /)", |vm, args| {
        let data = data(vm, arg(args, 0))?;
        clear(vm, data, CACHE);
        clear(vm, data, OTHERS);
        Ok(Value::NONE)
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "Module contains faster C implementation of abc.ABCMeta";
    let m = new_module(vm, "_abc", doc, FUNCTIONS)?;
    let class = new_class(vm, "_abc", "_abc_data", Kind::Native, &[], &[])?;
    seal(class);
    vm.set_root(DATA, class.value());
    Ok(m)
}

fn data(vm: &mut Vm, class: Value) -> PyResult<Gc<Native>> {
    let v = vm.getattr_str(class, "_abc_impl")?;
    match v.cast::<Native>().filter(|d| d.slots().len() == 4) {
        Some(data) => Ok(data),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn table(data: Gc<Native>, which: usize) -> Option<Gc<Dict>> {
    data.slot(which).cast::<Dict>()
}

fn clear(_vm: &mut Vm, data: Gc<Native>, which: usize) {
    if let Some(d) = table(data, which) {
        d.clear();
    }
}

fn key(class: Value) -> Value {
    Value::small_int(class.bits() as i64 >> 4)
}

fn target(reference: Value) -> Option<Value> {
    reference.cast::<WeakRef>().and_then(|r| Value::from_bits(r.target.get()).bound())
}

fn add(vm: &mut Vm, data: Gc<Native>, which: usize, class: Value) -> PyResult<()> {
    let Some(d) = table(data, which) else { return Ok(()) };
    let weak = vm.types.of_kind(Kind::WeakRef).value();
    let reference = vm.call(weak, &[class])?;
    vm.dict_set(d, key(class), reference)
}

fn has(vm: &mut Vm, data: Gc<Native>, which: usize, class: Value) -> PyResult<bool> {
    let Some(d) = table(data, which) else { return Ok(false) };
    Ok(vm.dict_get(d, key(class))?.and_then(target) == Some(class))
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let names = abstract_names(vm, this)?;
    let key = vm.intern("__abstractmethods__")?;
    vm.setattr(this, key, names.value())?;
    let mut slots = [Value::NONE, Value::NONE, Value::NONE, Value::small_int(0)];
    for slot in &mut slots[..3] {
        *slot = vm.new_dict()?.value();
    }
    slots[SINCE] = Value::small_int(vm.state::<Registrations>().0);
    let class = vm.expect_type(vm.root(DATA));
    let data = Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?;
    let key = vm.intern("_abc_impl")?;
    vm.setattr(this, key, data.value())?;
    collection(vm, this)?;
    Ok(Value::NONE)
}

/// `__abc_tpflags__`: whether the class's instances match sequence or mapping patterns, in CPython's bits.
fn collection(vm: &mut Vm, this: Value) -> PyResult<()> {
    let key = vm.intern("__abc_tpflags__")?;
    let Some(class) = this.cast::<Type>() else { return Ok(()) };
    let namespace = vm.class_dict(class);
    let Some(bits) = vm.dict_get_str(namespace, key).and_then(int::to_i64) else {
        return Ok(());
    };
    match bits {
        SEQUENCE_BIT => vm.set_collection(class, type_flags::SEQUENCE),
        MAPPING_BIT => vm.set_collection(class, type_flags::MAPPING),
        _ => {
            let msg = "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING";
            return Err(vm.type_error(msg));
        }
    }
    vm.delattr(this, key)
}

fn is_abstract(vm: &mut Vm, v: Value) -> PyResult<bool> {
    let key = vm.intern("__isabstractmethod__")?;
    match vm.getattr_opt(v, key)? {
        Some(flag) => vm.truth(flag),
        None => Ok(false),
    }
}

/// Names of the abstract methods that a class has or inherits.
fn abstract_names(vm: &mut Vm, this: Value) -> PyResult<Gc<Set>> {
    let class = vm.expect_type(this);
    let names = Set::new_frozen(&mut vm.heap)?;
    let items = vm.list_from_iter(vm.class_dict(class).value())?;
    let namespace = vm.class_dict(class);
    let mut i = 0;
    while let Some(name) = items.get(i) {
        i += 1;
        if let Some(v) = vm.dict_get(namespace, name)?
            && is_abstract(vm, v)?
        {
            vm.set_add(names, name)?;
        }
    }
    let Some(bases) = class.bases.get().cast::<Tuple>() else { return Ok(names) };
    let key = vm.intern("__abstractmethods__")?;
    for i in 0..bases.len() {
        let Some(inherited) = vm.getattr_opt(bases.get(i), key)? else { continue };
        let inherited: Gc<List> = vm.list_from_iter(inherited)?;
        let mut j = 0;
        while let Some(name) = inherited.get(j) {
            j += 1;
            let name = vm.intern_value(name)?;
            if let Some(v) = vm.getattr_opt(this, name)?
                && is_abstract(vm, v)?
            {
                vm.set_add(names, name)?;
            }
        }
    }
    Ok(names)
}

fn is_subclass(vm: &mut Vm, class: Value, other: Value) -> PyResult<bool> {
    let f = builtin(vm, "issubclass")?;
    let r = vm.call(f, &[class, other])?;
    vm.truth(r)
}

fn register(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, class) = (arg(args, 0), arg(args, 1));
    if class.cast::<Type>().is_none() {
        return Err(vm.type_error("Can only register classes"));
    }
    if is_subclass(vm, class, this)? {
        return Ok(class);
    }
    if is_subclass(vm, this, class)? {
        let msg = "Refusing to create an inheritance cycle";
        return Err(vm.raise_msg(Exc::RuntimeError, msg));
    }
    let data = data(vm, this)?;
    add(vm, data, REGISTRY, class)?;
    vm.state::<Registrations>().0 += 1;
    let registered = class.cast::<Type>().filter(|c| c.has(type_flags::HEAP));
    if let (Some(this), Some(c)) = (this.cast::<Type>(), registered) {
        let flags = this.flags.get() & (type_flags::SEQUENCE | type_flags::MAPPING);
        if flags != 0 {
            vm.set_collection(c, flags);
        }
    }
    Ok(class)
}

fn instance_check(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, instance) = (arg(args, 0), arg(args, 1));
    let data = data(vm, this)?;
    let name = vm.names.__class__;
    let class = vm.getattr(instance, name)?;
    if has(vm, data, CACHE, class)? {
        return Ok(Value::TRUE);
    }
    let own = vm.type_of(instance).value();
    let name = vm.intern("__subclasscheck__")?;
    let ask = |vm: &mut Vm, class: Value| {
        let r = vm.call_method(this, name, &[class])?;
        vm.truth(r)
    };
    if own == class {
        let current = vm.state::<Registrations>().0;
        if data.slot(SINCE) == Value::small_int(current) && has(vm, data, OTHERS, class)? {
            return Ok(Value::FALSE);
        }
        return Ok(Value::bool(ask(vm, class)?));
    }
    Ok(Value::bool(ask(vm, class)? || ask(vm, own)?))
}

fn subclass_check(vm: &mut Vm, this: Value, class: Value) -> PyResult<bool> {
    let Some(c) = class.cast::<Type>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data(vm, this)?;
    if has(vm, data, CACHE, class)? {
        return Ok(true);
    }
    let current = Value::small_int(vm.state::<Registrations>().0);
    if data.slot(SINCE) != current {
        clear(vm, data, OTHERS);
        data.set_slot(&mut vm.heap, SINCE, current);
    } else if has(vm, data, OTHERS, class)? {
        return Ok(false);
    }
    let yes = decide(vm, this, data, c)?;
    add(vm, data, if yes { CACHE } else { OTHERS }, class)?;
    Ok(yes)
}

fn decide(vm: &mut Vm, this: Value, data: Gc<Native>, class: Gc<Type>) -> PyResult<bool> {
    let name = vm.intern("__subclasshook__")?;
    let answer = vm.call_method(this, name, &[class.value()])?;
    if answer == Value::TRUE || answer == Value::FALSE {
        return Ok(answer == Value::TRUE);
    }
    if answer != Value::NOT_IMPLEMENTED {
        let msg = "__subclasshook__ must return either False, True, or NotImplemented";
        return Err(vm.raise_msg(Exc::AssertionError, msg));
    }
    if vm.mro(class).items().iter().any(|c| c.get() == this) {
        return Ok(true);
    }
    if let Some(registry) = table(data, REGISTRY) {
        let name = vm.names.values;
        let references = vm.call_method(registry.value(), name, &[])?;
        let references = vm.list_from_iter(references)?;
        let mut i = 0;
        while let Some(reference) = references.get(i) {
            i += 1;
            if let Some(registered) = target(reference)
                && is_subclass(vm, class.value(), registered)?
            {
                return Ok(true);
            }
        }
    }
    let name = vm.intern("__subclasses__")?;
    let derived = vm.call_method(this, name, &[])?;
    let Some(derived) = derived.cast::<List>() else {
        return Err(vm.type_error("__subclasses__() must return a list"));
    };
    let mut i = 0;
    while let Some(d) = derived.get(i) {
        i += 1;
        if is_subclass(vm, class.value(), d)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `(registry, cache, negative cache, its version)`, for `_dump_registry`.
fn dump(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let data = data(vm, arg(args, 0))?;
    let mut out = [Value::NONE, Value::NONE, Value::NONE, data.slot(SINCE)];
    for which in [REGISTRY, CACHE, OTHERS] {
        let set = Set::new(&mut vm.heap)?;
        if let Some(d) = table(data, which) {
            let mut pos = 0;
            while let Some((next, _, reference, _)) = d.next_entry(pos) {
                vm.set_add(set, reference)?;
                pos = next;
            }
        }
        out[which] = set.value();
    }
    vm.new_tuple(&out)
}
