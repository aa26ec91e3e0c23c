//! `_thread._local`: an object whose attributes each thread has its own of.
//!
//! It keeps a dict for each thread that has used it. The one of the thread that uses it now is its instance dict: every
//! access comes through here and sees to that first.

use super::ident;
use crate::util::{arg, class_arg, forward, items, native, new_native};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Native, Value, WeakRef};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};

/// Root of a thread: weak references to the objects that keep a dict for it. The main thread has none, it never ends.
const USED: &str = "_thread.locals";

// Slots.

/// What `__init__` is called with in each thread.
const ARGS: usize = 0;
const KWARGS: usize = 1;
/// Dict from identities of threads to their dicts.
const DICTS: usize = 2;
/// The identity of the thread whose dict is the instance dict now.
const SHOWN: usize = 3;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let init = vm.names.__init__;
        let inherits = vm.class_lookup(class, init) == Some(vm.object_methods.init);
        let some = !items(arg(args, 1)).is_empty()
            || arg(args, 2).cast::<Dict>().is_some_and(|d| !d.is_empty());
        if inherits && some {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        let kwargs = arg(args, 2).bound().unwrap_or(Value::NONE);
        let dicts = vm.new_dict()?;
        let slots = [arg(args, 1), kwargs, dicts.value(), Value::small_int(0)];
        let this = new_native(vm, args, &slots)?;
        // Its creator calls `__init__` itself.
        if let Some(this) = this.cast::<Native>() {
            new_dict(vm, this)?;
        }
        Ok(this)
    }),
    NativeDef::new("__getattribute__", "(self, name, /)", |vm, args| {
        let this = show(vm, args)?;
        let name = name(vm, args)?;
        match vm.lookup_object_attr(this, name)? {
            Some(v) => Ok(v),
            None => Err(vm.attribute_error(this, name)),
        }
    }),
    NativeDef::new("__setattr__", "(self, name, value, /)", |vm, args| {
        let this = show(vm, args)?;
        let name = writable(vm, args)?;
        vm.setattr_generic(this, name, arg(args, 2))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__delattr__", "(self, name, /)", |vm, args| {
        let this = show(vm, args)?;
        let name = writable(vm, args)?;
        vm.setattr_generic(this, name, Value::UNBOUND)?;
        Ok(Value::NONE)
    }),
];

pub(super) static GETSETS: &[GetSetDef] = &[GetSetDef::new("__dict__", |vm, v| {
    show(vm, &[v])?;
    Ok(vm.instance_dict(v)?.map_or(Value::NONE, |d| d.value()))
})];

fn name(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = arg(args, 1);
    if name.kind() != Kind::Str {
        let msg = format!("attribute name must be string, not '{}'", vm.type_name(name));
        return Err(vm.type_error(&msg));
    }
    vm.intern_value(name)
}

/// The name of an attribute to be changed.
fn writable(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = name(vm, args)?;
    if name == vm.names.__dict__ { Err(read_only(vm, arg(args, 0))) } else { Ok(name) }
}

fn read_only(vm: &mut Vm, this: Value) -> Raised {
    let class = vm.type_of(this);
    let class = vm.class_name(class);
    let msg = format!("'{class}' object attribute '__dict__' is read-only");
    vm.raise_msg(Exc::AttributeError, &msg)
}

/// Makes the running thread's dict the object's.
fn show(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let own = ident(vm)?;
    if this.slot(SHOWN) == own {
        return Ok(this.value());
    }
    let Some(dicts) = this.slot(DICTS).cast::<Dict>() else {
        return Err(vm.type_error("descriptor requires a '_thread._local' object"));
    };
    if let Some(dict) = vm.dict_get(dicts, own)?.and_then(|d| d.cast::<Dict>()) {
        vm.set_instance_dict(this.value(), dict)?;
        this.set_slot(&mut vm.heap, SHOWN, own);
        return Ok(this.value());
    }
    new_dict(vm, this)?;
    // What `__init__` does it does through here.
    let (class, init) = (vm.type_of(this.value()), vm.names.__init__);
    if let Some(init) = vm.class_lookup(class, init).filter(|f| *f != vm.object_methods.init)
        && let Err(e) = forward(vm, init, &[this.value()], this.slot(ARGS), this.slot(KWARGS))
    {
        vm.dict_del(dicts, own)?;
        this.set_slot(&mut vm.heap, SHOWN, Value::small_int(0));
        return Err(e);
    }
    // It may have let other threads run.
    show(vm, args)
}

/// Gives the object a dict for the running thread.
fn new_dict(vm: &mut Vm, this: Gc<Native>) -> PyResult<()> {
    let own = ident(vm)?;
    let dict = vm.new_dict()?;
    if let Some(dicts) = this.slot(DICTS).cast::<Dict>() {
        vm.dict_set(dicts, own, dict.value())?;
    }
    vm.set_instance_dict(this.value(), dict)?;
    this.set_slot(&mut vm.heap, SHOWN, own);
    if vm.threads.ident() == vm.threads.main() {
        return Ok(());
    }
    let used = match vm.thread_root(USED).cast::<List>() {
        Some(list) => list,
        None => {
            let list = List::new(&mut vm.heap, 4)?;
            vm.set_thread_root(USED, list.value());
            list
        }
    };
    if used.len().is_power_of_two() {
        let mut i = 0;
        while let Some(r) = used.get(i) {
            match target(r) {
                Some(_) => i += 1,
                None => _ = used.pop_at(&mut vm.heap, i),
            }
        }
    }
    let class = vm.types.of_kind(Kind::WeakRef).value();
    let reference = vm.call(class, &[this.value()])?;
    used.push(&mut vm.heap, reference)?;
    Ok(())
}

fn target(reference: Value) -> Option<Gc<Native>> {
    Value::from_bits(reference.cast::<WeakRef>()?.target.get()).bound()?.cast()
}

/// The running thread ends: drops what it has in such objects.
pub(super) fn forget_thread(vm: &mut Vm) {
    let Some(used) = vm.thread_root(USED).cast::<List>() else { return };
    let own = vm.threads.ident();
    let Ok(own) = vm.new_int(own as i64) else { return };
    let mut i = 0;
    while let Some(r) = used.get(i) {
        i += 1;
        let Some(this) = target(r) else { continue };
        if let Some(dicts) = this.slot(DICTS).cast::<Dict>() {
            let done = vm.dict_del(dicts, own);
            crate::util::quiet(vm, done);
        }
        if this.slot(SHOWN) == own {
            let shown = vm.new_dict().and_then(|none| vm.set_instance_dict(this.value(), none));
            crate::util::quiet(vm, shown);
            this.set_slot(&mut vm.heap, SHOWN, Value::small_int(0));
        }
    }
}
