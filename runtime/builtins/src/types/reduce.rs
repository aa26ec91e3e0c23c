//! `object.__reduce__`, `__reduce_ex__`, `__getstate__`: what `copy` and `pickle` ask for.
//!
//! The reconstructing functions are in the library's `copyreg`; CPython `reduce_newobj`.

use crate::args::arg;
use habu_object::dict::Dict;
use habu_object::{Kind, List, Member, Tuple, Type, Value, int};
use habu_vm::{NativeDef, PyResult, Vm};

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__reduce__", "(self, /)", |vm, args| common(vm, arg(args, 0), 0))
        .doc("Helper for pickle."),
    NativeDef::new("__reduce_ex__", "(self, protocol, /)", reduce_ex).doc("Helper for pickle."),
    NativeDef::new("__getstate__", "(self, /)", |vm, args| default_state(vm, arg(args, 0), false))
        .doc("Helper for pickle."),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.object();
    vm.add_methods(class, METHODS)
}

/// A function of the library's `copyreg`.
fn copyreg(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let import = vm.root("__import__");
    if import.is_unbound() {
        return Err(vm.raise_msg(habu_vm::Exc::ModuleNotFoundError, "No module named 'copyreg'"));
    }
    let module = vm.intern("copyreg")?;
    let module = vm.call(
        import,
        &[module, Value::NONE, Value::NONE, Value::EMPTY_TUPLE, Value::small_int(0)],
    )?;
    vm.getattr_str(module, name)
}

fn reduce_ex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let protocol = vm.index(arg(args, 1))?;
    let protocol = int::to_i64_clamped(protocol);
    let (reduce, object) = (vm.names.__reduce__, vm.types.object());
    let class = vm.type_of(this);
    let theirs = vm.class_lookup(class, reduce);
    if theirs != vm.class_lookup(object, reduce) {
        return vm.call_method(this, reduce, &[]);
    }
    common(vm, this, protocol)
}

fn common(vm: &mut Vm, this: Value, protocol: i64) -> PyResult<Value> {
    if protocol >= 2 {
        return reduce_newobj(vm, this);
    }
    let f = copyreg(vm, "_reduce_ex")?;
    vm.call(f, &[this, Value::small_int(protocol)])
}

fn reduce_newobj(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = vm.type_of(this);
    if class.has(habu_object::type_flags::NO_NEW) || this.kind() == Kind::Module {
        let msg = format!("cannot pickle '{}' object", vm.class_name(class));
        return Err(vm.type_error(&msg));
    }
    let (args, kwargs) = new_arguments(vm, this)?;
    let has_args = args.is_some();
    let (f, args) = match kwargs.filter(|d| !d.is_empty()) {
        None => {
            let list = List::from_slice(&mut vm.heap, &[class.value()])?;
            if let Some(t) = args {
                list.extend_from_cells(&mut vm.heap, t.items())?;
            }
            (copyreg(vm, "__newobj__")?, vm.list_to_tuple(list)?)
        }
        Some(d) => {
            let positional = args.map_or(Value::EMPTY_TUPLE, |t| t.value());
            let t = Tuple::new(&mut vm.heap, &[class.value(), positional, d.value()])?;
            (copyreg(vm, "__newobj_ex__")?, t)
        }
    };
    let getstate = vm.names.__getstate__;
    let kind = this.kind();
    let required = !has_args && !matches!(kind, Kind::List | Kind::Dict);
    let object = vm.types.object();
    let state = if vm.class_lookup(class, getstate) == vm.class_lookup(object, getstate) {
        default_state(vm, this, required)?
    } else {
        vm.call_method(this, getstate, &[])?
    };
    let items = if kind == Kind::List { vm.iter(this)? } else { Value::NONE };
    let pairs = if kind == Kind::Dict {
        let name = vm.names.items;
        let view = vm.call_method(this, name, &[])?;
        vm.iter(view)?
    } else {
        Value::NONE
    };
    vm.new_tuple(&[f, args.value(), state, items, pairs])
}

type NewArguments = (Option<habu_object::Gc<Tuple>>, Option<habu_object::Gc<Dict>>);

/// What `__getnewargs_ex__` or `__getnewargs__` say.
fn new_arguments(vm: &mut Vm, this: Value) -> PyResult<NewArguments> {
    let name = vm.intern("__getnewargs_ex__")?;
    if vm.special(this, name).is_some() {
        let r = vm.call_method(this, name, &[])?;
        let Some(t) = r.cast::<Tuple>() else {
            let msg = format!("__getnewargs_ex__ should return a tuple, not '{}'", vm.type_name(r));
            return Err(vm.type_error(&msg));
        };
        if t.len() != 2 {
            let msg =
                format!("__getnewargs_ex__ should return a tuple of length 2, not {}", t.len());
            return Err(vm.value_error(&msg));
        }
        let Some(args) = t.get(0).cast::<Tuple>() else {
            let msg = format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                vm.type_name(t.get(0))
            );
            return Err(vm.type_error(&msg));
        };
        let Some(kwargs) = t.get(1).cast::<Dict>() else {
            let msg = format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                vm.type_name(t.get(1))
            );
            return Err(vm.type_error(&msg));
        };
        return Ok((Some(args), Some(kwargs)));
    }
    let name = vm.names.__getnewargs__;
    if vm.special(this, name).is_none() {
        return Ok((None, None));
    }
    let r = vm.call_method(this, name, &[])?;
    match r.cast::<Tuple>() {
        Some(t) => Ok((Some(t), None)),
        None => {
            let msg = format!("__getnewargs__ should return a tuple, not '{}'", vm.type_name(r));
            Err(vm.type_error(&msg))
        }
    }
}

/// `object.__getstate__`: the attributes, and the slots that are filled.
fn default_state(vm: &mut Vm, this: Value, required: bool) -> PyResult<Value> {
    let class = vm.type_of(this);
    let special = !matches!(
        this.kind(),
        Kind::Instance | Kind::List | Kind::Dict | Kind::Exception | Kind::Set | Kind::FrozenSet
    );
    if required && special {
        let msg = format!("cannot pickle '{}' object", vm.class_name(class));
        return Err(vm.type_error(&msg));
    }
    let dict = match vm.instance_dict(this)?.filter(|d| !d.is_empty()) {
        Some(d) => d.copy(&mut vm.heap)?.value(),
        None => Value::NONE,
    };
    let slots = vm.new_dict()?;
    let mro = vm.mro(class);
    for i in 0..mro.len() {
        let Some(c) = mro.get(i).cast::<Type>() else { continue };
        let entries = vm.class_dict(c);
        let mut pos = 0;
        while let Some((next, key, v, _)) = entries.next_entry(pos) {
            pos = next;
            if v.cast::<Member>().is_none() {
                continue;
            }
            let key = vm.intern_value(key)?;
            if let Some(held) = vm.getattr_opt(this, key)? {
                vm.dict_set_str(slots, key, held)?;
            }
        }
    }
    if slots.is_empty() {
        return Ok(dict);
    }
    vm.new_tuple(&[dict, slots.value()])
}
