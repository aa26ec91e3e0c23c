//! Module `operator`: the operators as functions, and `itemgetter`, `attrgetter`, `methodcaller`.

use crate::util::{
    arg, describe, forward, items, native, new_class, new_module, new_native, seal, set,
};
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Gc, Kind, Module, Tuple, Value, int};
use habu_vm::buffer::{Buffer, no_buffer};
use habu_vm::{BinOp, CmpOp, Exc, GetSetDef, NativeDef, PyResult, Vm};

macro_rules! binary {
    ($($name:literal $op:ident $sign:literal),* $(,)?) => {
        &[$(NativeDef::new($name, "(a, b, /)", |vm, args| vm.binary_op(BinOp::$op, arg(args, 0), arg(args, 1)))
            .doc(concat!("Same as a ", $sign, " b.")),)*]
    };
}
macro_rules! inplace {
    ($($name:literal $op:ident $sign:literal),* $(,)?) => {
        &[$(NativeDef::new($name, "(a, b, /)", |vm, args| vm.inplace_op(BinOp::$op, arg(args, 0), arg(args, 1)))
            .doc(concat!("Same as a ", $sign, " b.")),)*]
    };
}
macro_rules! compare {
    ($($name:literal $op:ident $sign:literal),* $(,)?) => {
        &[$(NativeDef::new($name, "(a, b, /)", |vm, args| vm.compare(CmpOp::$op, arg(args, 0), arg(args, 1)))
            .doc(concat!("Same as a ", $sign, " b.")),)*]
    };
}

static BINARY: &[NativeDef] = binary! {
    "add" Add "+", "sub" Sub "-", "mul" Mul "*", "truediv" TrueDiv "/",
    "floordiv" FloorDiv "//", "mod" Mod "%", "pow" Pow "**",
    "lshift" LShift "<<", "rshift" RShift ">>", "and_" And "&",
    "or_" Or "|", "xor" Xor "^", "matmul" MatMul "@",
};
static INPLACE: &[NativeDef] = inplace! {
    "iadd" Add "+=", "isub" Sub "-=", "imul" Mul "*=", "itruediv" TrueDiv "/=",
    "ifloordiv" FloorDiv "//=", "imod" Mod "%=", "ipow" Pow "**=",
    "ilshift" LShift "<<=", "irshift" RShift ">>=", "iand" And "&=",
    "ior" Or "|=", "ixor" Xor "^=", "imatmul" MatMul "@=",
};
static COMPARE: &[NativeDef] = compare! {
    "lt" Lt "<", "le" Le "<=", "gt" Gt ">", "ge" Ge ">=", "eq" Eq "==",
    "ne" Ne "!=",
};

static OTHER: &[NativeDef] = &[
    NativeDef::new("_compare_digest", "(a, b, /)", compare_digest)
        .doc("Return 'a == b' in a time that does not depend on what is in them."),
    NativeDef::new("neg", "(a, /)", neg).doc("Same as -a."),
    NativeDef::new("pos", "(a, /)", pos).doc("Same as +a."),
    NativeDef::new("abs", "(a, /)", abs).doc("Same as abs(a)."),
    NativeDef::new("inv", "(a, /)", invert).doc("Same as ~a."),
    NativeDef::new("invert", "(a, /)", invert).doc("Same as ~a."),
    NativeDef::new("not_", "(a, /)", not).doc("Same as not a."),
    NativeDef::new("truth", "(a, /)", |vm, args| Ok(Value::bool(vm.truth(arg(args, 0))?)))
        .doc("Return True if a is true, False otherwise."),
    NativeDef::new("is_", "(a, b, /)", |_, args| Ok(Value::bool(arg(args, 0) == arg(args, 1))))
        .doc("Same as a is b."),
    NativeDef::new("is_not", "(a, b, /)", |_, args| Ok(Value::bool(arg(args, 0) != arg(args, 1))))
        .doc("Same as a is not b."),
    NativeDef::new("is_none", "(a, /)", |_, args| Ok(Value::bool(arg(args, 0).is_none())))
        .doc("Same as a is None."),
    NativeDef::new("is_not_none", "(a, /)", |_, args| Ok(Value::bool(!arg(args, 0).is_none())))
        .doc("Same as a is not None."),
    NativeDef::new("index", "(a, /)", |vm, args| vm.index(arg(args, 0)))
        .doc("Same as a.__index__()"),
    NativeDef::new("concat", "(a, b, /)", concat).doc("Same as a + b, for a and b sequences."),
    NativeDef::new("iconcat", "(a, b, /)", iconcat).doc("Same as a += b, for a and b sequences."),
    NativeDef::new("contains", "(a, b, /)", contains)
        .doc("Same as b in a (note reversed operands)."),
    NativeDef::new("getitem", "(a, b, /)", |vm, args| vm.getitem(arg(args, 0), arg(args, 1)))
        .doc("Same as a[b]."),
    NativeDef::new("setitem", "(a, b, c, /)", setitem).doc("Same as a[b] = c."),
    NativeDef::new("delitem", "(a, b, /)", delitem).doc("Same as del a[b]."),
    NativeDef::new("countOf", "(a, b, /)", count_of)
        .doc("Return the number of items in a which are, or which equal, b."),
    NativeDef::new("indexOf", "(a, b, /)", index_of).doc("Return the first index of b in a."),
    NativeDef::new("length_hint", "(obj, default=0, /)", length_hint)
        .doc("Return an estimate of the number of items in obj."),
    NativeDef::new("call", "(obj, /, *args, **kwargs)", |vm, args| {
        forward(vm, arg(args, 0), &[], arg(args, 1), arg(args, 2))
    })
    .doc("Same as obj(*args, **kwargs)."),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_operator", "Operator interface.", BINARY)?;
    for table in [INPLACE, COMPARE, OTHER] {
        vm.add_functions(m, table)?;
    }
    for (name, methods) in
        [("itemgetter", ITEMGETTER), ("attrgetter", ATTRGETTER), ("methodcaller", METHODCALLER)]
    {
        let class = new_class(vm, "operator", name, Kind::Native, methods, GETTER_ATTRIBUTES)?;
        let doc = match name {
            "itemgetter" => {
                "Return a callable object that fetches the given items from its operand."
            }
            "attrgetter" => {
                "Return a callable object that fetches the given attributes from its operand."
            }
            _ => "Return a callable object that calls the given method on its operand.",
        };
        describe(vm, class, "", doc)?;
        seal(class);
        set(vm, m, name, class.value())?;
    }
    Ok(m)
}

/// The signature of calls, for `inspect`.
static GETTER_ATTRIBUTES: &[GetSetDef] =
    &[GetSetDef::new("__text_signature__", |vm, _| vm.intern("(obj, /)"))];

fn neg(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.names.__neg__;
    vm.unary_op(arg(args, 0), name)
}

fn pos(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.names.__pos__;
    vm.unary_op(arg(args, 0), name)
}

fn invert(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.names.__invert__;
    vm.unary_op(arg(args, 0), name)
}

fn abs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let name = vm.names.__abs__;
    match vm.call_special(v, name, &[])? {
        Some(r) => Ok(r),
        None => {
            let msg = format!("bad operand type for abs(): '{}'", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

fn not(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(!vm.truth(arg(args, 0))?))
}

fn sequence(vm: &mut Vm, a: Value) -> PyResult<()> {
    let name = vm.names.__getitem__;
    if a.kind() == Kind::Dict || vm.special(a, name).is_none() {
        let msg = format!("'{}' object can't be concatenated", vm.type_name(a));
        return Err(vm.type_error(&msg));
    }
    Ok(())
}

fn concat(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    sequence(vm, arg(args, 0))?;
    vm.binary_op(BinOp::Add, arg(args, 0), arg(args, 1))
}

fn iconcat(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    sequence(vm, arg(args, 0))?;
    vm.inplace_op(BinOp::Add, arg(args, 0), arg(args, 1))
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(vm.contains(arg(args, 0), arg(args, 1))?))
}

fn setitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.setitem(arg(args, 0), arg(args, 1), arg(args, 2))?;
    Ok(Value::NONE)
}

fn delitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.delitem(arg(args, 0), arg(args, 1))?;
    Ok(Value::NONE)
}

fn count_of(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut n = 0;
    let wanted = arg(args, 1);
    vm.for_each(arg(args, 0), |vm, v| {
        n += i64::from(vm.eq(v, wanted)?);
        Ok(())
    })?;
    Ok(Value::small_int(n))
}

fn index_of(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = vm.iter(arg(args, 0))?;
    let mut i = 0;
    while let Some(v) = vm.next(it)? {
        if vm.eq(v, arg(args, 1))? {
            return Ok(Value::small_int(i));
        }
        i += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

fn length_hint(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (v, default) = (arg(args, 0), arg(args, 1));
    let default = if default.is_unbound() { Value::small_int(0) } else { default };
    if !int::is_int_like(default) {
        let msg = format!("'{}' object cannot be interpreted as an integer", vm.type_name(default));
        return Err(vm.type_error(&msg));
    }
    let (len, hint) = (vm.names.__len__, vm.names.__length_hint__);
    if vm.special(v, len).is_some() {
        match vm.len(v) {
            Ok(n) => return Ok(Value::small_int(n as i64)),
            Err(e) => vm.catch(e, Exc::TypeError)?,
        };
    }
    let hint = match vm.call_special(v, hint, &[]) {
        Ok(Some(h)) if h != Value::NOT_IMPLEMENTED => h,
        Ok(_) => return Ok(default),
        Err(e) => {
            vm.catch(e, Exc::TypeError)?;
            return Ok(default);
        }
    };
    if !int::is_int_like(hint) {
        let msg = format!("__length_hint__ must be an integer, not {}", vm.type_name(hint));
        return Err(vm.type_error(&msg));
    }
    if int::is_negative(hint) {
        return Err(vm.value_error("__length_hint__() should return >= 0"));
    }
    Ok(hint)
}

static ITEMGETTER: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, item, /, *items)", new_getter),
    NativeDef::new("__call__", "(self, obj, /)", get_items),
    NativeDef::new("__repr__", "(self, /)", repr_getter),
    NativeDef::new("__reduce__", "(self, /)", reduce_getter),
];

/// A getter's one slot is the tuple of items or of dotted names.
fn new_getter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut all = vec![arg(args, 1)];
    all.extend(items(arg(args, 2)));
    let t = vm.new_tuple(&all)?;
    new_native(vm, args, &[t])
}

fn slot(vm: &mut Vm, args: &[Value], i: usize) -> PyResult<Value> {
    let this = native(vm, args)?;
    Ok(this.slots().get(i).map_or(Value::NONE, |c| c.get()))
}

fn get_items(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let keys = slot(vm, args, 0)?;
    each(vm, keys, arg(args, 1), |vm, v, key| vm.getitem(v, key))
}

/// The result for one item alone, or the tuple of the results for all.
fn each(
    vm: &mut Vm,
    keys: Value,
    v: Value,
    get: fn(&mut Vm, Value, Value) -> PyResult<Value>,
) -> PyResult<Value> {
    let Some(keys) = keys.cast::<Tuple>() else { return Ok(Value::NONE) };
    if keys.len() == 1 {
        return get(vm, v, keys.get(0));
    }
    let out = Tuple::zeroed(&mut vm.heap, keys.len())?;
    for i in 0..keys.len() {
        let found = get(vm, v, keys.get(i))?;
        out.set(&mut vm.heap, i, found);
    }
    Ok(out.value())
}

fn repr_getter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let keys = slot(vm, args, 0)?;
    let mut texts = Vec::new();
    for key in items(keys) {
        texts.push(vm.repr_text(key)?);
    }
    let text = format!("operator.{}({})", vm.type_name(arg(args, 0)), texts.join(", "));
    vm.new_str(&text)
}

fn reduce_getter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = vm.type_of(arg(args, 0)).value();
    let keys = slot(vm, args, 0)?;
    vm.new_tuple(&[class, keys])
}

static ATTRGETTER: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, attr, /, *attrs)", new_attrgetter),
    NativeDef::new("__call__", "(self, obj, /)", get_attrs),
    NativeDef::new("__repr__", "(self, /)", repr_getter),
    NativeDef::new("__reduce__", "(self, /)", reduce_getter),
];

fn new_attrgetter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut names = vec![arg(args, 1)];
    names.extend(items(arg(args, 2)));
    for name in &mut names {
        if name.kind() != Kind::Str {
            return Err(vm.type_error("attribute name must be a string"));
        }
        *name = vm.intern_value(*name)?;
    }
    let t = vm.new_tuple(&names)?;
    new_native(vm, args, &[t])
}

fn get_attrs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let keys = slot(vm, args, 0)?;
    each(vm, keys, arg(args, 1), |vm, v, path| {
        if !path.cast::<Str>().is_some_and(|s| s.contains_char('.' as u32)) {
            return vm.getattr(v, path);
        }
        let text = vm.text(path);
        let mut at = v;
        for part in text.split('.') {
            at = vm.getattr_str(at, part)?;
        }
        Ok(at)
    })
}

static METHODCALLER: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, name, /, *args, **kwargs)", new_methodcaller),
    NativeDef::new("__call__", "(self, obj, /)", call_method),
    NativeDef::new("__repr__", "(self, /)", repr_methodcaller),
    NativeDef::new("__reduce__", "(self, /)", reduce_methodcaller),
];

fn new_methodcaller(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if arg(args, 1).kind() != Kind::Str {
        return Err(vm.type_error("method name must be a string"));
    }
    let name = vm.intern_value(arg(args, 1))?;
    let kwargs = if arg(args, 3).is_unbound() { Value::NONE } else { arg(args, 3) };
    new_native(vm, args, &[name, arg(args, 2), kwargs])
}

fn call_method(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let (name, positional, kwargs) = (this.slot(0), this.slot(1), this.slot(2));
    if kwargs.is_none() {
        let values = items(positional);
        return vm.call_method(arg(args, 1), name, &values);
    }
    let f = vm.getattr(arg(args, 1), name)?;
    forward(vm, f, &[], positional, kwargs)
}

fn repr_methodcaller(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let mut texts = vec![vm.repr_text(this.slot(0))?];
    for v in items(this.slot(1)) {
        texts.push(vm.repr_text(v)?);
    }
    if let Some(d) = this.slot(2).cast::<Dict>() {
        let mut pos = 0;
        while let Some((next, key, v, _)) = d.next_entry(pos) {
            let text = vm.repr_text(v)?;
            texts.push(format!("{}={text}", vm.text(key)));
            pos = next;
        }
    }
    vm.new_str(&format!("operator.methodcaller({})", texts.join(", ")))
}

/// Whether two strs of ASCII characters or two bytes-like objects are equal, in a time that their length alone decides.
fn compare_digest(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (arg(args, 0), arg(args, 1));
    let same = |a: &[u8], b: &[u8]| {
        let different = a.iter().zip(b).fold(0, |all, (a, b)| std::hint::black_box(all | (a ^ b)));
        Value::bool(a.len() == b.len() && different == 0)
    };
    if let (Some(a), Some(b)) = (a.cast::<Str>(), b.cast::<Str>()) {
        if !a.is_ascii() || !b.is_ascii() {
            let message = "comparing strings with non-ASCII characters is not supported";
            return Err(vm.type_error(message));
        }
        return Ok(same(a.raw(), b.raw()));
    }
    let Some(first) = Buffer::try_of(vm, a)? else {
        if Buffer::try_of(vm, b)?.is_some() {
            return Err(no_buffer(vm, a));
        }
        let (a, b) = (vm.type_name(a), vm.type_name(b));
        let message =
            format!("unsupported operand types(s) or combination of types: '{a}' and '{b}'");
        return Err(vm.type_error(&message));
    };
    let second = Buffer::of(vm, b)?;
    Ok(same(&first, &second))
}

fn reduce_methodcaller(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let class = vm.type_of(this.value()).value();
    if this.slot(2).is_none() {
        let mut all = vec![this.slot(0)];
        all.extend(items(this.slot(1)));
        let all = vm.new_tuple(&all)?;
        return vm.new_tuple(&[class, all]);
    }
    // Keywords need a call to carry them.
    let functools = crate::import::import_module(vm, "functools")?;
    let partial = vm.getattr_str(functools, "partial")?;
    let first = vm.new_tuple(&[class, this.slot(0)])?;
    let constructor = forward(vm, partial, &[], first, this.slot(2))?;
    vm.new_tuple(&[constructor, this.slot(1)])
}
