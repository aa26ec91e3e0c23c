//! Bound methods, native functions and native methods: names, `__self__`, repr, binding.
//!
//! Calls are prepared in `vm::call`; signatures are read by `vm::native`.

use super::function::descriptor_get;
use crate::args::{address, arg, forward, or_none, read_only, var_args, var_kwargs};
use crate::docs;
use habu_object::dict::Dict;
use habu_object::{Builtin, Gc, Kind, Method, MethodDescr, Type, Value, type_flags};
use habu_vm::protocol::identity_hash;
use habu_vm::types::{Variant, is_slot, native_def};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHOD: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, function, instance, /)", new),
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call).doc("Call self as a function."),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__eq__", "(self, value, /)", eq),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__getattr__", "(self, name, /)", getattr),
    NativeDef::new("__reduce__", "(self, /)", reduce),
];

static METHOD_FIELDS: &[GetSetDef] = &[
    GetSetDef::with_set(
        "__func__",
        |_, v| Ok(v.cast::<Method>().map_or(Value::NONE, |m| m.func.get())),
        read_only,
    ),
    GetSetDef::with_set(
        "__self__",
        |_, v| Ok(v.cast::<Method>().map_or(Value::NONE, |m| m.this.get())),
        read_only,
    ),
    GetSetDef::new("__doc__", |vm, v| {
        let name = vm.names.__doc__;
        of_function(vm, v, name)
    }),
];

static BUILTIN: &[NativeDef] = &[
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call).doc("Call self as a function."),
    NativeDef::new("__repr__", "(self, /)", builtin_repr),
    NativeDef::new("__eq__", "(self, value, /)", builtin_eq),
    NativeDef::new("__hash__", "(self, /)", builtin_hash),
    NativeDef::new("__reduce__", "(self, /)", builtin_reduce),
];

static BUILTIN_FIELDS: &[GetSetDef] = &[
    GetSetDef::new("__name__", name),
    GetSetDef::new("__qualname__", qualname),
    GetSetDef::new("__self__", builtin_self),
    GetSetDef::new("__module__", |_, v| {
        let module = v.cast::<Builtin>().map_or(Value::NONE, |b| or_none(b.module.get()));
        Ok(if module.kind() == Kind::Type { Value::NONE } else { module })
    }),
    GetSetDef::new("__doc__", doc),
    GetSetDef::new("__text_signature__", text_signature),
];

/// A slot bound to an object.
static WRAPPER: &[NativeDef] = &[
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call).doc("Call self as a function."),
    NativeDef::new("__repr__", "(self, /)", wrapper_repr),
    NativeDef::new("__eq__", "(self, value, /)", builtin_eq),
    NativeDef::new("__hash__", "(self, /)", builtin_hash),
    NativeDef::new("__reduce__", "(self, /)", builtin_reduce),
];

static WRAPPER_FIELDS: &[GetSetDef] = &[
    GetSetDef::new("__name__", name),
    GetSetDef::new("__qualname__", qualname),
    GetSetDef::new("__self__", builtin_self),
    GetSetDef::new("__objclass__", wrapper_class),
    GetSetDef::new("__doc__", doc),
    GetSetDef::new("__text_signature__", text_signature),
];

static DESCR: &[NativeDef] = &[
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call).doc("Call self as a function."),
    NativeDef::new("__get__", "(self, instance, owner=None, /)", get),
    NativeDef::new("__repr__", "(self, /)", descr_repr),
    NativeDef::new("__reduce__", "(self, /)", descr_reduce),
];

static DESCR_FIELDS: &[GetSetDef] = &[
    GetSetDef::new("__name__", name),
    GetSetDef::new("__qualname__", qualname),
    GetSetDef::with_set(
        "__objclass__",
        |_, v| Ok(v.cast::<MethodDescr>().map_or(Value::NONE, |m| m.class.get())),
        read_only,
    ),
    GetSetDef::new("__doc__", doc),
    GetSetDef::new("__text_signature__", text_signature),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let rows: [(Kind, &'static [NativeDef], &'static [GetSetDef]); 3] = [
        (Kind::Method, METHOD, METHOD_FIELDS),
        (Kind::Builtin, BUILTIN, BUILTIN_FIELDS),
        (Kind::MethodDescr, DESCR, DESCR_FIELDS),
    ];
    let rows = rows.map(|(kind, methods, fields)| (vm.types.of_kind(kind), methods, fields));
    let slots = [
        (vm.types.variant(Variant::WrapperDescr), DESCR, DESCR_FIELDS),
        (vm.types.variant(Variant::MethodWrapper), WRAPPER, WRAPPER_FIELDS),
    ];
    let method = vm.types.of_kind(Kind::Method);
    for (class, methods, fields) in rows.into_iter().chain(slots) {
        if class != method {
            class.flags.set(class.flags.get() | type_flags::NO_NEW);
        }
        vm.add_methods(class, methods)?;
        vm.add_getsets(class, fields)?;
    }
    Ok(())
}

fn method(vm: &mut Vm, v: Value) -> PyResult<Gc<Method>> {
    match v.cast::<Method>() {
        Some(m) => Ok(m),
        None => Err(vm.type_error("descriptor requires a 'method' object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (f, this) = (arg(args, 1), arg(args, 2));
    let call = vm.names.__call__;
    if !matches!(f.kind(), Kind::Function | Kind::Builtin | Kind::Type)
        && vm.special(f, call).is_none()
    {
        return Err(vm.type_error("first argument must be callable"));
    }
    if this.is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    vm.new_method(f, this)
}

fn call(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    forward(vm, arg(args, 0), &[], var_args(args, 1), var_kwargs(args, 2))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = method(vm, arg(args, 0))?;
    let (qualname, name) = (vm.names.__qualname__, vm.names.__name__);
    let found = match vm.getattr_opt(m.func.get(), qualname)? {
        Some(v) => Some(v),
        None => vm.getattr_opt(m.func.get(), name)?,
    };
    let shown = match found.filter(|v| v.kind() == Kind::Str) {
        Some(v) => vm.text(v),
        None => "?".to_owned(),
    };
    let text = format!("<bound method {shown} of {}>", vm.repr_text(m.this.get())?);
    vm.new_str(&text)
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = method(vm, arg(args, 0))?;
    let Some(b) = arg(args, 1).cast::<Method>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let same = a.this.get() == b.this.get() && vm.eq(a.func.get(), b.func.get())?;
    Ok(Value::bool(same))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = method(vm, arg(args, 0))?;
    let h = identity_hash(m.this.get()) ^ vm.hash(m.func.get())?;
    vm.new_int(if h == -1 { -2 } else { h })
}

/// Attributes that a bound method lacks are its function's.
fn getattr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = method(vm, arg(args, 0))?;
    let name = vm.intern_value(arg(args, 1))?;
    vm.getattr(m.func.get(), name)
}

fn of_function(vm: &mut Vm, v: Value, name: Value) -> PyResult<Value> {
    let m = method(vm, v)?;
    vm.getattr(m.func.get(), name)
}

/// `getattr(object, name)` for pickles.
fn getattr_call(vm: &mut Vm, object: Value, name: Value) -> PyResult<Value> {
    let getattr = vm.intern("getattr")?;
    let f =
        vm.builtins.cast::<Dict>().and_then(|d| vm.dict_get_str(d, getattr)).unwrap_or(Value::NONE);
    let args = vm.new_tuple(&[object, name])?;
    vm.new_tuple(&[f, args])
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let m = method(vm, arg(args, 0))?;
    let name = vm.names.__name__;
    let name = vm.getattr(m.func.get(), name)?;
    getattr_call(vm, m.this.get(), name)
}

fn name(vm: &mut Vm, v: Value) -> PyResult<Value> {
    vm.intern(native_def(v).map_or("", |d| d.name))
}

/// The object a native function is bound to, unless that is a module.
fn bound_to(v: Value) -> Option<Value> {
    v.cast::<Builtin>()?.this.get().bound().filter(|t| t.kind() != Kind::Module)
}

/// The class whose static function this is.
fn static_of(v: Value) -> Option<Value> {
    Some(v.cast::<Builtin>()?.module.get()).filter(|m| m.kind() == Kind::Type)
}

fn qualname(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let name = native_def(v).map_or("", |d| d.name);
    let class = match (v.cast::<MethodDescr>(), bound_to(v).or_else(|| static_of(v))) {
        (Some(m), _) => vm.expect_type(m.class.get()),
        (None, Some(this)) => match this.cast::<Type>() {
            Some(class) => class,
            None => vm.type_of(this),
        },
        (None, None) => return vm.intern(name),
    };
    let text = format!("{}.{name}", vm.text(class.qualname.get()));
    vm.new_str(&text)
}

fn builtin_self(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let Some(b) = v.cast::<Builtin>() else { return Ok(Value::NONE) };
    if let Some(this) = b.this.get().bound() {
        return Ok(this);
    }
    let module = or_none(b.module.get());
    if module.kind() == Kind::Type {
        return Ok(if native_def(v).is_some_and(|d| d.name == "__new__") {
            module
        } else {
            Value::NONE
        });
    }
    let modules = vm.modules.cast::<Dict>();
    Ok(match modules {
        Some(d) if module.kind() == Kind::Str => vm.dict_get(d, module)?.unwrap_or(Value::NONE),
        _ => Value::NONE,
    })
}

fn doc(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let Some(def) = native_def(v) else { return Ok(Value::NONE) };
    match Some(def.doc).filter(|doc| !doc.is_empty()).or_else(|| docs::special_doc(def.name)) {
        Some(doc) => vm.new_str(doc),
        None => Ok(Value::NONE),
    }
}

/// The signature as `inspect` reads it: what is passed implicitly is marked.
fn text_signature(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let Some(def) = native_def(v) else { return Ok(Value::NONE) };
    let shape = v.shape();
    let is_slot = shape == Variant::WrapperDescr.shape() || shape == Variant::MethodWrapper.shape();
    if let Some(text) = docs::slot_signature(def.name)
        && (is_slot || def.name == "__new__")
    {
        return vm.new_str(text);
    }
    let given = def.signature;
    let text = if let Some(rest) = given.strip_prefix("(self") {
        mark("$self", rest)
    } else if let Some(rest) = given.strip_prefix("(cls") {
        mark("$type", rest)
    } else if given.starts_with("(@") || static_of(v).is_some() {
        given.replacen("(@", "(", 1)
    } else {
        let rest = given.trim_start_matches('(');
        mark("$module", &if rest == ")" { rest.to_owned() } else { format!(", {rest}") })
    };
    vm.new_str(&text)
}

/// A signature with this implicit parameter, which is positional only, before the `rest`.
fn mark(implicit: &str, rest: &str) -> String {
    if rest.contains("/,") || rest.ends_with("/)") {
        format!("({implicit}{rest}")
    } else {
        format!("({implicit}, /{rest}")
    }
}

fn builtin_repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let name = native_def(v).map_or("", |d| d.name);
    let text = match bound_to(v).or_else(|| static_of(v)) {
        Some(this) => format!(
            "<built-in method {name} of {} object at {:#x}>",
            vm.type_name(this),
            address(this)
        ),
        None => format!("<built-in function {name}>"),
    };
    vm.new_str(&text)
}

fn wrapper_repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let name = native_def(v).map_or("", |d| d.name);
    let this = bound_to(v).unwrap_or(Value::NONE);
    let text = format!(
        "<method-wrapper '{name}' of {} object at {:#x}>",
        vm.type_name(this),
        address(this)
    );
    vm.new_str(&text)
}

/// The class in whose namespace the slot stands.
fn wrapper_class(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let name = name(vm, v)?;
    let class = vm.type_of(bound_to(v).unwrap_or(Value::NONE));
    let found = vm.class_lookup(class, name).and_then(|f| f.cast::<MethodDescr>());
    Ok(found.map_or(Value::NONE, |m| m.class.get()))
}

fn builtin_eq(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (Some(a), Some(b)) = (arg(args, 0).cast::<Builtin>(), arg(args, 1).cast::<Builtin>())
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(a.def.get() == b.def.get() && a.this.get() == b.this.get()))
}

fn builtin_hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(b) = arg(args, 0).cast::<Builtin>() else { return Ok(Value::small_int(0)) };
    vm.new_int(identity_hash(b.this.get()) ^ (b.def.get() as i64 >> 4))
}

fn builtin_reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    match bound_to(v) {
        Some(this) => {
            let name = name(vm, v)?;
            getattr_call(vm, this, name)
        }
        None => name(vm, v),
    }
}

fn get(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (d, instance) = (arg(args, 0), arg(args, 1));
    if !instance.is_none()
        && let Some(m) = d.cast::<MethodDescr>()
    {
        let class = vm.expect_type(m.class.get());
        if !vm.is_instance_exact(instance, class) {
            let msg = format!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                native_def(d).map_or("", |d| d.name),
                vm.class_name(class),
                vm.type_name(instance)
            );
            return Err(vm.type_error(&msg));
        }
    }
    descriptor_get(vm, args)
}

fn descr_repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let name = native_def(v).map_or("", |d| d.name);
    let class = v.cast::<MethodDescr>().map_or(Value::NONE, |m| m.class.get());
    let class = vm.expect_type(class);
    let what = if is_slot(name) { "slot wrapper" } else { "method" };
    let text = format!("<{what} '{name}' of '{}' objects>", vm.class_name(class));
    vm.new_str(&text)
}

fn descr_reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let class = v.cast::<MethodDescr>().map_or(Value::NONE, |m| m.class.get());
    let name = name(vm, v)?;
    getattr_call(vm, class, name)
}
