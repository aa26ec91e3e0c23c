//! Module `_weakref`: what exists of weak references beside their type, which crate `builtins` fills; proxies.

use crate::util::{arg, arg_or_none, forward, given, native, new_class, new_module, seal, set};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Native, Value, WeakRef, type_flags};
use habu_vm::{BinOp, CmpOp, Exc, NativeDef, PyResult, Vm};

const PROXY: &str = "weakref.ProxyType";
const CALLABLE: &str = "weakref.CallableProxyType";
const CALLBACK: &str = "weakref.callback";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("getweakrefcount", "(object, /)", |vm, args| {
        Ok(Value::small_int(references(vm, arg(args, 0))?.len() as i64))
    })
    .doc("Return the number of weak references to 'object'."),
    NativeDef::new("getweakrefs", "(object, /)", |vm, args| {
        Ok(references(vm, arg(args, 0))?.value())
    })
    .doc("Return a list of all weak reference objects pointing to 'object'."),
    NativeDef::new("proxy", "(object, callback=None, /)", proxy)
        .doc("Create a proxy object that weakly references 'object'."),
    NativeDef::new("_remove_dead_weakref", "(dct, key, /)", |vm, args| {
        let Some(d) = arg(args, 0).cast::<Dict>() else {
            return Err(vm.type_error("_remove_dead_weakref() argument 1 must be dict"));
        };
        let key = arg(args, 1);
        if let Some(r) = vm.dict_get(d, key)?
            && target(r).is_none()
        {
            vm.dict_del(d, key)?;
        }
        Ok(Value::NONE)
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_weakref", "Weak-reference support module.", FUNCTIONS)?;
    let class = vm.types.of_kind(Kind::WeakRef).value();
    set(vm, m, "ref", class)?;
    set(vm, m, "ReferenceType", class)?;
    let callback = new_class(vm, "_weakref", "callback", Kind::Native, CALLBACK_METHODS, &[])?;
    vm.set_root(CALLBACK, callback.value());
    for (name, root) in [("ProxyType", PROXY), ("CallableProxyType", CALLABLE)] {
        let class = new_class(vm, "weakref", name, Kind::Native, METHODS, &[])?;
        for table in [BINARY, REFLECTED, INPLACE, POWERS, COMPARE, UNARY] {
            vm.add_methods(class, table)?;
        }
        if root == CALLABLE {
            vm.add_methods(class, CALL)?;
        }
        vm.set_class_entry(class, "__hash__", Value::NONE)?;
        class.flags.set(class.flags.get() | type_flags::NO_NEW);
        seal(class);
        vm.set_root(root, class.value());
        set(vm, m, name, class.value())?;
    }
    Ok(m)
}

/// The weak references and proxies of an object.
fn references(vm: &mut Vm, v: Value) -> PyResult<Gc<List>> {
    let list = List::new(&mut vm.heap, 2)?;
    let Some(object) = v.object() else { return Ok(list) };
    // The shared ones first, then the newest.
    let shared = [0, SHARED].map(|purpose| vm.heap.shared_weak(object, purpose));
    let mut holders = vm.heap.weak_holders(object);
    holders.reverse();
    holders.sort_by_key(|holder| {
        shared.iter().position(|s| *s == Some(*holder)).unwrap_or(shared.len())
    });
    for holder in holders {
        let reference = Value::from_bits(holder.as_ptr() as u64 + 1);
        // The reference of a proxy stands for the proxy.
        let callback = reference.cast::<WeakRef>().map_or(Value::NONE, |r| r.callback.get());
        let of_proxy = callback.cast::<Native>().map(|c| c.slot(1));
        list.push(&mut vm.heap, of_proxy.unwrap_or(reference))?;
    }
    Ok(list)
}

fn target(reference: Value) -> Option<Value> {
    reference.cast::<WeakRef>().and_then(|r| Value::from_bits(r.target.get()).bound())
}

// Slots of a callback: the function or None, the proxy that it gets.

static CALLBACK_METHODS: &[NativeDef] =
    &[NativeDef::new("__call__", "(self, reference, /)", |vm, args| {
        let this = native(vm, args)?;
        let f = this.slot(0);
        if f.is_none() { Ok(f) } else { vm.call(f, &[this.slot(1)]) }
    })];

// Slots of a proxy: the weak reference.

/// What references of proxies without callback are shared as.
const SHARED: usize = 1;

fn proxy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let call = vm.names.__call__;
    let callable = matches!(v.kind(), Kind::Function | Kind::Method | Kind::Builtin | Kind::Type)
        || vm.special(v, call).is_some();
    let f = given(args, 1).unwrap_or(Value::NONE);
    let target = v.object().filter(|_| f.is_none());
    let shared = target.and_then(|o| vm.heap.shared_weak(o, SHARED));
    if let Some(shared) = shared.map(|s| Value::from_bits(s.as_ptr() as u64 + 1)) {
        let callback = shared.cast::<WeakRef>().and_then(|r| r.callback.get().cast::<Native>());
        if let Some(callback) = callback {
            return Ok(callback.slot(1));
        }
    }
    let class = vm.expect_type(vm.root(if callable { CALLABLE } else { PROXY }));
    let object = Native::zeroed(&mut vm.heap, class.instance_shape.get(), 1)?;
    let class = vm.expect_type(vm.root(CALLBACK));
    let slots = [f, object.value()];
    let callback = Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?;
    let class = vm.types.of_kind(Kind::WeakRef).value();
    let reference = vm.call(class, &[v, callback.value()])?;
    object.set_slot(&mut vm.heap, 0, reference);
    if let (Some(target), Some(r)) = (target, reference.cast::<WeakRef>()) {
        vm.heap.share_weak(target, r.header(), SHARED);
    }
    Ok(object.value())
}

fn is_proxy(vm: &Vm, v: Value) -> bool {
    let class = vm.type_of(v).value();
    class == vm.root(PROXY) || class == vm.root(CALLABLE)
}

/// What a proxy stands for; other values stand for themselves.
fn unwrap(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if !is_proxy(vm, v) {
        return Ok(v);
    }
    let reference = v.cast::<Native>().map_or(Value::NONE, |o| o.slot(0));
    match target(reference) {
        Some(v) => Ok(v),
        None => {
            let msg = "weakly-referenced object no longer exists";
            Err(vm.raise_msg(Exc::ReferenceError, msg))
        }
    }
}

fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    unwrap(vm, arg(args, 0))
}

macro_rules! binary {
    ($call:ident $signature:literal, $($name:literal $op:ident),* $(,)?) => {
        &[$(NativeDef::new($name, $signature, |vm, args| {
            let (a, b) = (unwrap(vm, arg(args, 0))?, unwrap(vm, arg(args, 1))?);
            $call(vm, BinOp::$op, a, b)
        }),)*]
    };
}

fn plain(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
    vm.binary_op(op, a, b)
}

fn reflected(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
    vm.binary_op(op, b, a)
}

fn inplace(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
    vm.inplace_op(op, a, b)
}

static BINARY: &[NativeDef] = binary! { plain "(self, value, /)",
    "__add__" Add, "__sub__" Sub, "__mul__" Mul, "__truediv__" TrueDiv, "__floordiv__" FloorDiv, "__mod__" Mod,
    "__lshift__" LShift, "__rshift__" RShift, "__and__" And, "__or__" Or, "__xor__" Xor,
    "__matmul__" MatMul,
};
static REFLECTED: &[NativeDef] = binary! { reflected "(self, value, /)",
    "__radd__" Add, "__rsub__" Sub, "__rmul__" Mul, "__rtruediv__" TrueDiv, "__rfloordiv__" FloorDiv, "__rmod__" Mod,
    "__rlshift__" LShift, "__rrshift__" RShift, "__rand__" And, "__ror__" Or, "__rxor__" Xor,
    "__rmatmul__" MatMul,
};
static INPLACE: &[NativeDef] = binary! { inplace "(self, value, /)",
    "__iadd__" Add, "__isub__" Sub, "__imul__" Mul, "__itruediv__" TrueDiv, "__ifloordiv__" FloorDiv, "__imod__" Mod,
    "__ipow__" Pow, "__ilshift__" LShift, "__irshift__" RShift, "__iand__" And, "__ior__" Or, "__ixor__" Xor,
    "__imatmul__" MatMul,
};

static POWERS: &[NativeDef] = &[
    NativeDef::new("__pow__", "(self, value, mod=None, /)", |vm, args| {
        let (base, exponent) = (this(vm, args)?, unwrap(vm, arg(args, 1))?);
        power(vm, base, exponent, arg(args, 2))
    }),
    NativeDef::new("__rpow__", "(self, value, mod=None, /)", |vm, args| {
        let (exponent, base) = (this(vm, args)?, unwrap(vm, arg(args, 1))?);
        power(vm, base, exponent, arg(args, 2))
    }),
    NativeDef::new("__divmod__", "(self, value, /)", |vm, args| {
        let (a, b) = (this(vm, args)?, unwrap(vm, arg(args, 1))?);
        divmod(vm, a, b)
    }),
    NativeDef::new("__rdivmod__", "(self, value, /)", |vm, args| {
        let (a, b) = (this(vm, args)?, unwrap(vm, arg(args, 1))?);
        divmod(vm, b, a)
    }),
];

fn power(vm: &mut Vm, base: Value, exponent: Value, modulus: Value) -> PyResult<Value> {
    let modulus = if modulus.is_unbound() { Value::NONE } else { unwrap(vm, modulus)? };
    let pow = crate::util::builtin(vm, "pow")?;
    vm.call(pow, &[base, exponent, modulus])
}

fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let divmod = crate::util::builtin(vm, "divmod")?;
    vm.call(divmod, &[a, b])
}

macro_rules! compare {
    ($($name:literal $op:ident),* $(,)?) => {
        &[$(NativeDef::new($name, "(self, value, /)", |vm, args| {
            let (a, b) = (unwrap(vm, arg(args, 0))?, unwrap(vm, arg(args, 1))?);
            vm.compare(CmpOp::$op, a, b)
        }),)*]
    };
}

static COMPARE: &[NativeDef] = compare! {
    "__lt__" Lt, "__le__" Le, "__gt__" Gt, "__ge__" Ge, "__eq__" Eq, "__ne__" Ne,
};

macro_rules! unary {
    ($($name:literal),* $(,)?) => {
        &[$(NativeDef::new($name, "(self, /)", |vm, args| {
            let v = this(vm, args)?;
            let name = vm.intern($name)?;
            match vm.call_special(v, name, &[])? {
                Some(r) => Ok(r),
                None => Err(vm.attribute_error(v, name)),
            }
        }),)*]
    };
}

static UNARY: &[NativeDef] = unary! {
    "__neg__", "__pos__", "__abs__", "__invert__", "__int__", "__float__", "__index__", "__bytes__", "__reversed__",
};

static CALL: &[NativeDef] =
    &[NativeDef::new("__call__", "(self, /, *args, **kwargs)", |vm, args| {
        let f = this(vm, args)?;
        forward(vm, f, &[], arg(args, 1), arg(args, 2))
    })];

static METHODS: &[NativeDef] = &[
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let at = crate::util::address(arg(args, 0));
        let reference = arg(args, 0).cast::<Native>().map_or(Value::NONE, |o| o.slot(0));
        let text = match target(reference) {
            Some(v) => {
                let (class, place) = (vm.type_name(v), crate::util::address(v));
                format!("<weakproxy at {at:#x}; to '{class}' at {place:#x}>")
            }
            None => format!("<weakproxy at {at:#x}; to 'NoneType' at 0x0>"),
        };
        vm.new_str(&text)
    }),
    NativeDef::new("__str__", "(self, /)", |vm, args| {
        let v = this(vm, args)?;
        vm.str(v)
    }),
    NativeDef::new("__getattribute__", "(self, name, /)", |vm, args| {
        let v = this(vm, args)?;
        let name = vm.intern_value(arg(args, 1))?;
        vm.getattr(v, name)
    }),
    NativeDef::new("__setattr__", "(self, name, value, /)", |vm, args| {
        let v = this(vm, args)?;
        let name = vm.intern_value(arg(args, 1))?;
        vm.setattr(v, name, arg_or_none(args, 2))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__delattr__", "(self, name, /)", |vm, args| {
        let v = this(vm, args)?;
        let name = vm.intern_value(arg(args, 1))?;
        vm.delattr(v, name)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__bool__", "(self, /)", |vm, args| {
        let v = this(vm, args)?;
        Ok(Value::bool(vm.truth(v)?))
    }),
    NativeDef::new("__len__", "(self, /)", |vm, args| {
        let v = this(vm, args)?;
        Ok(Value::small_int(vm.len(v)? as i64))
    }),
    NativeDef::new("__getitem__", "(self, key, /)", |vm, args| {
        let v = this(vm, args)?;
        vm.getitem(v, arg(args, 1))
    }),
    NativeDef::new("__setitem__", "(self, key, value, /)", |vm, args| {
        let v = this(vm, args)?;
        vm.setitem(v, arg(args, 1), arg(args, 2))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__delitem__", "(self, key, /)", |vm, args| {
        let v = this(vm, args)?;
        vm.delitem(v, arg(args, 1))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__contains__", "(self, key, /)", |vm, args| {
        let v = this(vm, args)?;
        Ok(Value::bool(vm.contains(v, arg(args, 1))?))
    }),
    NativeDef::new("__iter__", "(self, /)", |vm, args| {
        let v = this(vm, args)?;
        vm.iter(v)
    }),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let v = this(vm, args)?;
        if !vm.is_iterator(v) {
            let msg =
                format!("Weakref proxy referenced a non-iterator '{}' object", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
        match vm.next(v)? {
            Some(item) => Ok(item),
            None => Err(vm.stop_iteration(Value::NONE)),
        }
    }),
];
