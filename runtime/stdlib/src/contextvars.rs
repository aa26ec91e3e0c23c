//! Module `_contextvars`: context variables (PEP 567).
//!
//! A context holds a dict from variables to values; copying a context copies that. The current one is a root of its thread.

use crate::util::{
    CLASS_GETITEM, arg, forward, given, native, new_class, new_module, new_native, seal, set, slot,
};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Module, Native, Value};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

const CURRENT: &str = "_contextvars.current";
const CONTEXT: &str = "_contextvars.Context";
const TOKEN: &str = "_contextvars.Token";
const VARIABLE: &str = "_contextvars.ContextVar";
const MISSING: &str = "_contextvars.Token.MISSING";

static FUNCTIONS: &[NativeDef] = &[NativeDef::new("copy_context", "()", |vm, _| {
    let current = current(vm)?;
    copy(vm, current)
})];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_contextvars", "Context Variables", FUNCTIONS)?;
    let context = new_class(vm, "_contextvars", "Context", Kind::Native, CONTEXT_METHODS, &[])?;
    let variable = new_class(
        vm,
        "_contextvars",
        "ContextVar",
        Kind::Native,
        VARIABLE_METHODS,
        VARIABLE_FIELDS,
    )?;
    let token = new_class(vm, "_contextvars", "Token", Kind::Native, TOKEN_METHODS, TOKEN_FIELDS)?;
    let missing =
        new_class(vm, "_contextvars", "_MISSING_TYPE", Kind::Native, MISSING_METHODS, &[])?;
    for (class, name, root) in
        [(context, "Context", CONTEXT), (variable, "ContextVar", VARIABLE), (token, "Token", TOKEN)]
    {
        seal(class);
        vm.set_root(root, class.value());
        set(vm, m, name, class.value())?;
    }
    let missing = Native::new(&mut vm.heap, missing.instance_shape.get(), &[])?.value();
    vm.set_root(MISSING, missing);
    vm.set_class_entry(token, "MISSING", missing)?;
    vm.set_class_entry(context, "__hash__", Value::NONE)?;
    Ok(m)
}

static MISSING_METHODS: &[NativeDef] =
    &[NativeDef::new("__repr__", "(self, /)", |vm, _| vm.new_str("<Token.MISSING>"))];

// Slots of a context: its dict, the context that was current when it was entered (UNBOUND if it is not).

const DATA: usize = 0;
const OUTER: usize = 1;

fn new_context(vm: &mut Vm, data: Gc<Dict>) -> PyResult<Gc<Native>> {
    let class = vm.expect_type(vm.root(CONTEXT));
    let shape = class.instance_shape.get();
    Ok(Native::new(&mut vm.heap, shape, &[data.value(), Value::UNBOUND])?)
}

fn current(vm: &mut Vm) -> PyResult<Gc<Native>> {
    if let Some(context) = vm.thread_root(CURRENT).cast::<Native>() {
        return Ok(context);
    }
    let data = vm.new_dict()?;
    let context = new_context(vm, data)?;
    vm.set_thread_root(CURRENT, context.value());
    Ok(context)
}

fn copy(vm: &mut Vm, of: Gc<Native>) -> PyResult<Value> {
    let data = data(vm, of)?;
    let data = data.copy(&mut vm.heap)?;
    Ok(new_context(vm, data)?.value())
}

fn data(vm: &mut Vm, context: Gc<Native>) -> PyResult<Gc<Dict>> {
    match context.slot(DATA).cast::<Dict>() {
        Some(d) => Ok(d),
        None => Err(vm.type_error("a context is required")),
    }
}

fn own_data(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Dict>> {
    let this = native(vm, args)?;
    data(vm, this)
}

fn key(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let class = vm.expect_type(vm.root(VARIABLE));
    if vm.is_instance_exact(v, class) {
        return Ok(v);
    }
    let text = vm.repr_text(v)?;
    Err(vm.type_error(&format!("a ContextVar key was expected, got {text}")))
}

static CONTEXT_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, args| {
        let data = vm.new_dict()?;
        new_native(vm, args, &[data.value(), Value::UNBOUND])
    }),
    NativeDef::new("run", "(self, callable, /, *args, **kwargs)", run),
    NativeDef::new("copy", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        copy(vm, this)
    }),
    NativeDef::new("get", "(self, key, default=None, /)", |vm, args| {
        let (d, key) = (own_data(vm, args)?, key(vm, arg(args, 1))?);
        let found = vm.dict_get(d, key)?;
        Ok(found.unwrap_or(given(args, 2).unwrap_or(Value::NONE)))
    }),
    NativeDef::new("__getitem__", "(self, key, /)", |vm, args| {
        let (d, key) = (own_data(vm, args)?, key(vm, arg(args, 1))?);
        match vm.dict_get(d, key)? {
            Some(v) => Ok(v),
            None => Err(vm.key_error(key)),
        }
    }),
    NativeDef::new("__contains__", "(self, key, /)", |vm, args| {
        let (d, key) = (own_data(vm, args)?, key(vm, arg(args, 1))?);
        Ok(Value::bool(vm.dict_get(d, key)?.is_some()))
    }),
    NativeDef::new("__len__", "(self, /)", |vm, args| {
        Ok(Value::small_int(own_data(vm, args)?.len() as i64))
    }),
    NativeDef::new("__iter__", "(self, /)", |vm, args| {
        let d = own_data(vm, args)?;
        let keys = vm.list_from_iter(d.value())?;
        vm.iter(keys.value())
    }),
    NativeDef::new("keys", "(self, /)", |vm, args| view(vm, args, "keys")),
    NativeDef::new("values", "(self, /)", |vm, args| view(vm, args, "values")),
    NativeDef::new("items", "(self, /)", |vm, args| view(vm, args, "items")),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| {
        let class = vm.expect_type(vm.root(CONTEXT));
        let (this, other) = (native(vm, args)?, arg(args, 1));
        match other.cast::<Native>().filter(|o| vm.is_instance_exact(o.value(), class)) {
            Some(other) => Ok(Value::bool(vm.eq(this.slot(DATA), other.slot(DATA))?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }),
];

fn view(vm: &mut Vm, args: &[Value], name: &str) -> PyResult<Value> {
    let d = own_data(vm, args)?;
    let d = d.copy(&mut vm.heap)?;
    let name = vm.intern(name)?;
    vm.call_method(d.value(), name, &[])
}

fn run(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if !this.slot(OUTER).is_unbound() {
        let text = vm.repr_text(this.value())?;
        let msg = format!("cannot enter context: {text} is already entered");
        return Err(vm.raise_msg(Exc::RuntimeError, &msg));
    }
    let outer = current(vm)?;
    this.set_slot(&mut vm.heap, OUTER, outer.value());
    vm.set_thread_root(CURRENT, this.value());
    let result = forward(vm, arg(args, 1), &[], arg(args, 2), arg(args, 3));
    this.set_slot(&mut vm.heap, OUTER, Value::UNBOUND);
    vm.set_thread_root(CURRENT, outer.value());
    result
}

// Slots of a variable: name, default (UNBOUND if none).

const NAME: usize = 0;
const DEFAULT: usize = 1;

static VARIABLE_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, name, /, *, default=None)", |vm, args| {
        if arg(args, 1).kind() != Kind::Str {
            return Err(vm.type_error("context variable name must be a str"));
        }
        new_native(vm, args, &[arg(args, 1), arg(args, 2)])
    }),
    NativeDef::new("get", "(self, default=None, /)", |vm, args| {
        let this = native(vm, args)?;
        let context = current(vm)?;
        let d = data(vm, context)?;
        if let Some(v) = vm.dict_get(d, this.value())? {
            return Ok(v);
        }
        match arg(args, 1).bound().or(this.slot(DEFAULT).bound()) {
            Some(v) => Ok(v),
            None => Err(vm.raise_args(Exc::LookupError, &[this.value()])),
        }
    }),
    NativeDef::new("set", "(self, value, /)", |vm, args| {
        let this = native(vm, args)?;
        let context = current(vm)?;
        let d = data(vm, context)?;
        let old = vm.dict_get(d, this.value())?;
        vm.dict_set(d, this.value(), arg(args, 1))?;
        let old = old.unwrap_or(vm.root(MISSING));
        let class = vm.expect_type(vm.root(TOKEN));
        let slots = [context.value(), this.value(), old, Value::FALSE];
        Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?.value())
    }),
    NativeDef::new("reset", "(self, token, /)", |vm, args| {
        let this = native(vm, args)?;
        let class = vm.expect_type(vm.root(TOKEN));
        let token = arg(args, 1).cast::<Native>();
        let Some(token) = token.filter(|t| vm.is_instance_exact(t.value(), class)) else {
            let given = vm.type_name(arg(args, 1));
            return Err(vm.type_error(&format!("expected an instance of Token, got {given}")));
        };
        reset(vm, this, token)
    }),
    CLASS_GETITEM,
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let name = vm.repr_text(this.slot(NAME))?;
        let default = match this.slot(DEFAULT).bound() {
            Some(v) => format!(" default={}", vm.repr_text(v)?),
            None => String::new(),
        };
        let at = crate::util::address(this.value());
        vm.new_str(&format!("<ContextVar name={name}{default} at {at:#x}>"))
    }),
];

static VARIABLE_FIELDS: &[GetSetDef] = &[GetSetDef::new("name", |_, v| Ok(slot(v, NAME)))];

fn reset(vm: &mut Vm, variable: Gc<Native>, token: Gc<Native>) -> PyResult<Value> {
    let text = vm.repr_text(token.value())?;
    if token.slot(USED) == Value::TRUE {
        let msg = format!("{text} has already been used once");
        return Err(vm.raise_msg(Exc::RuntimeError, &msg));
    }
    if token.slot(OWNER) != variable.value() {
        return Err(vm.value_error(&format!("{text} was created by a different ContextVar")));
    }
    let context = current(vm)?;
    if token.slot(MADE_IN) != context.value() {
        return Err(vm.value_error(&format!("{text} was created in a different Context")));
    }
    token.set_slot(&mut vm.heap, USED, Value::TRUE);
    let d = data(vm, context)?;
    let old = token.slot(OLD);
    if old == vm.root(MISSING) {
        vm.dict_del(d, variable.value())?;
    } else {
        vm.dict_set(d, variable.value(), old)?;
    }
    Ok(Value::NONE)
}

// Slots of a token: the context, the variable, its old value, whether the token was used.

const MADE_IN: usize = 0;
const OWNER: usize = 1;
const OLD: usize = 2;
const USED: usize = 3;

static TOKEN_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, _| {
        Err(vm.raise_msg(Exc::RuntimeError, "Tokens can only be created by ContextVars"))
    }),
    NativeDef::new("__enter__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__exit__", "(self, type, value, traceback, /)", |vm, args| {
        let this = native(vm, args)?;
        match this.slot(OWNER).cast::<Native>() {
            Some(variable) => reset(vm, variable, this),
            None => Ok(Value::NONE),
        }
    }),
    CLASS_GETITEM,
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let used = if this.slot(USED) == Value::TRUE { " used" } else { "" };
        let variable = vm.repr_text(this.slot(OWNER))?;
        let at = crate::util::address(this.value());
        vm.new_str(&format!("<Token{used} var={variable} at {at:#x}>"))
    }),
];

static TOKEN_FIELDS: &[GetSetDef] = &[
    GetSetDef::new("var", |_, v| Ok(slot(v, OWNER))),
    GetSetDef::new("old_value", |_, v| Ok(slot(v, OLD))),
];
