//! `function`: calls, binding, attributes.
//!
//! Calls themselves are prepared in `vm::call`.

use crate::args::{address, arg, forward, or_none, read_only, var_args, var_kwargs};
use habu_bytecode::flags;
use habu_object::dict::Dict;
use habu_object::{CellObject, Code, Function, Gc, Kind, Tuple, Type, Value};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};
use std::cell::Cell;

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new(
        "__new__",
        "(cls, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
        new,
    ),
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call).doc("Call self as a function."),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", get)
        .doc("Return an attribute of instance, which is of type owner."),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self)."),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("__name__", |_, v| field(v, |f| &f.name), set_name),
    GetSetDef::with_set("__qualname__", |_, v| field(v, |f| &f.qualname), set_qualname),
    GetSetDef::with_set(
        "__module__",
        |_, v| field(v, |f| &f.module),
        |vm, v, x| set_plain(vm, v, x, |f| &f.module),
    ),
    GetSetDef::with_set(
        "__doc__",
        |_, v| field(v, |f| &f.doc),
        |vm, v, x| set_plain(vm, v, x, |f| &f.doc),
    ),
    GetSetDef::with_set("__code__", |_, v| field(v, |f| &f.code), set_code),
    GetSetDef::with_set("__defaults__", |_, v| field(v, |f| &f.defaults), set_defaults),
    GetSetDef::with_set("__kwdefaults__", |_, v| field(v, |f| &f.kwdefaults), set_kwdefaults),
    GetSetDef::with_set("__annotations__", annotations, set_annotations),
    GetSetDef::with_set("__annotate__", |_, v| field(v, |f| &f.annotate), set_annotate),
    GetSetDef::with_set("__type_params__", type_params, set_type_params),
    GetSetDef::with_set("__globals__", |_, v| field(v, |f| &f.globals), read_only),
    GetSetDef::with_set("__closure__", |_, v| field(v, |f| &f.closure), read_only),
    GetSetDef::with_set("__builtins__", |_, v| field(v, |f| &f.builtins), read_only),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Function);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn function(vm: &mut Vm, v: Value) -> PyResult<Gc<Function>> {
    match v.cast::<Function>() {
        Some(f) => Ok(f),
        None => Err(vm.type_error("descriptor requires a 'function' object")),
    }
}

fn field(v: Value, get: impl Fn(&Function) -> &Cell<Value>) -> PyResult<Value> {
    Ok(v.cast::<Function>().map_or(Value::NONE, |f| or_none(get(&f).get())))
}

fn set_plain(
    vm: &mut Vm,
    this: Value,
    v: Value,
    get: impl Fn(&Function) -> &Cell<Value>,
) -> PyResult<()> {
    let f = function(vm, this)?;
    f.store(&mut vm.heap, get(&f), or_none(v));
    Ok(())
}

fn set_name(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    if v.kind() != Kind::Str {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    set_plain(vm, this, v, |f| &f.name)
}

fn set_qualname(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    if v.kind() != Kind::Str {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    set_plain(vm, this, v, |f| &f.qualname)
}

fn set_code(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let f = function(vm, this)?;
    let Some(code) = v.cast::<Code>() else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let free = vm.code_data(code).freevars.len();
    let have = f.closure.get().cast::<Tuple>().map_or(0, |t| t.len());
    if free != have {
        let msg = format!(
            "{}() requires a code object with {have} free vars, not {free}",
            vm.text(f.name.get())
        );
        return Err(vm.value_error(&msg));
    }
    const KINDS: u32 = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
    if (Vm::function_code(f).flags.get() ^ code.flags.get()) & KINDS != 0 {
        vm.warn(
            Exc::DeprecationWarning,
            "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)",
        )?;
    }
    vm.replace_code(f, code)
}

fn set_defaults(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let f = function(vm, this)?;
    let v = if v.is_none() { Value::UNBOUND } else { v };
    if !v.is_unbound() && v.kind() != Kind::Tuple {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    f.store(&mut vm.heap, &f.defaults, v);
    f.version.set(f.version.get().wrapping_add(1));
    vm.flush_caches();
    Ok(())
}

fn set_kwdefaults(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let f = function(vm, this)?;
    let v = if v.is_none() { Value::UNBOUND } else { v };
    if !v.is_unbound() && v.kind() != Kind::Dict {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    f.store(&mut vm.heap, &f.kwdefaults, v);
    f.version.set(f.version.get().wrapping_add(1));
    vm.flush_caches();
    Ok(())
}

fn annotations(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let f = function(vm, this)?;
    if let Some(v) = f.annotations.get().bound() {
        return Ok(v);
    }
    let annotate = or_none(f.annotate.get());
    let v = if annotate.is_none() {
        vm.new_dict()?.value()
    } else {
        let v = vm.call(annotate, &[Value::small_int(1)])?;
        if v.kind() != Kind::Dict {
            let msg = format!("__annotate__() must return a dict, not {}", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
        v
    };
    f.store(&mut vm.heap, &f.annotations, v);
    Ok(v)
}

fn set_annotations(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let f = function(vm, this)?;
    let v = if v.is_none() { Value::UNBOUND } else { v };
    if !v.is_unbound() && v.kind() != Kind::Dict {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    f.store(&mut vm.heap, &f.annotations, v);
    f.annotate.set(Value::NONE);
    Ok(())
}

fn set_annotate(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    let f = function(vm, this)?;
    if v.is_unbound() {
        return Err(vm.type_error("__annotate__ cannot be deleted"));
    }
    let call = vm.names.__call__;
    if !v.is_none() && vm.special(v, call).is_none() {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    f.store(&mut vm.heap, &f.annotate, v);
    if !v.is_none() {
        f.annotations.set(Value::UNBOUND);
    }
    Ok(())
}

fn type_params(_vm: &mut Vm, this: Value) -> PyResult<Value> {
    let v = this.cast::<Function>().map_or(Value::UNBOUND, |f| f.type_params.get());
    Ok(v.bound().unwrap_or(Value::EMPTY_TUPLE))
}

fn set_type_params(vm: &mut Vm, this: Value, v: Value) -> PyResult<()> {
    if v.kind() != Kind::Tuple {
        return Err(vm.type_error("__type_params__ must be set to a tuple"));
    }
    set_plain(vm, this, v, |f| &f.type_params)
}

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)`
fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let wrong = |vm: &mut Vm, n: usize, name: &str, wanted: &str, v: Value| {
        let msg = format!("arg {n} ({name}) must be {wanted}, not {}", vm.type_name(v));
        vm.type_error(&msg)
    };
    let Some(code) = arg(args, 1).cast::<Code>() else {
        let msg =
            format!("function() argument 'code' must be code, not {}", vm.type_name(arg(args, 1)));
        return Err(vm.type_error(&msg));
    };
    if arg(args, 2).cast::<Dict>().is_none() {
        let msg = format!(
            "function() argument 'globals' must be dict, not {}",
            vm.type_name(arg(args, 2))
        );
        return Err(vm.type_error(&msg));
    }
    let [name, defaults, closure, kwdefaults] = [3, 4, 5, 6].map(|i| or_none(arg(args, i)));
    if !name.is_none() && name.kind() != Kind::Str {
        return Err(wrong(vm, 3, "name", "None or string", name));
    }
    if !defaults.is_none() && defaults.kind() != Kind::Tuple {
        return Err(wrong(vm, 4, "defaults", "None or tuple", defaults));
    }
    let free = vm.code_data(code).freevars.len();
    let cells = closure.cast::<Tuple>();
    if cells.is_none() && (free > 0 || !closure.is_none()) {
        return Err(vm.type_error(if closure.is_none() {
            "arg 5 (closure) must be tuple"
        } else {
            "arg 5 (closure) must be None or tuple"
        }));
    }
    let given = cells.map_or(0, |t| t.len());
    if given != free {
        let msg =
            format!("{} requires closure of length {free}, not {given}", vm.text(code.name.get()));
        return Err(vm.value_error(&msg));
    }
    let all_cells =
        cells.is_none_or(|t| t.items().iter().all(|c| c.get().cast::<CellObject>().is_some()));
    if !all_cells {
        return Err(vm.type_error("arg 5 (closure) expected cell, found something else"));
    }
    // The caches in the code are about the globals of other functions.
    let code = vm.copy_code(code)?;
    let f = vm.new_function(code, arg(args, 2))?;
    let heap = &mut vm.heap;
    if !name.is_none() {
        f.store(heap, &f.name, name);
    }
    for (v, field) in [(defaults, &f.defaults), (closure, &f.closure), (kwdefaults, &f.kwdefaults)]
    {
        if !v.is_none() {
            f.store(heap, field, v);
        }
    }
    Ok(f.value())
}

fn call(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    forward(vm, arg(args, 0), &[], var_args(args, 1), var_kwargs(args, 2))
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let instance = arg(args, 1);
    if instance.is_none() {
        return Ok(arg(args, 0));
    }
    vm.new_method(arg(args, 0), instance)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = function(vm, arg(args, 0))?;
    let text = format!("<function {} at {:#x}>", vm.text(f.qualname.get()), address(arg(args, 0)));
    vm.new_str(&text)
}

/// `descriptor.__get__(instance, owner)` for any builtin descriptor, by the vm's protocol.
pub(crate) fn descriptor_get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (d, instance, owner) = (arg(args, 0), or_none(arg(args, 1)), or_none(arg(args, 2)));
    if instance.is_none() {
        return match owner.cast::<Type>() {
            Some(class) => vm.descriptor_get_unbound(d, class),
            None if owner.is_none() => Err(vm.type_error("__get__(None, None) is invalid")),
            None => Ok(d),
        };
    }
    let class = match owner.cast::<Type>() {
        Some(class) => class,
        None => vm.type_of(instance),
    };
    vm.descriptor_get(d, instance, class)
}
