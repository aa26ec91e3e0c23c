//! Module `_functools`: reduce, partial, the lru_cache wrapper, cmp_to_key. The rest of `functools` is in Python
//! (`lib/functools.py`).

use crate::util::{
    DICT, arg, class_getitem, describe, forward, given, items, native, new_class, new_module,
    new_native, seal, set, slot,
};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Native, Tuple, Value, int, shape, type_flags};
use habu_vm::{CmpOp, GetSetDef, NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("reduce", "(function, iterable, /, initial=None)", reduce),
    NativeDef::new("cmp_to_key", "(mycmp)", cmp_to_key),
];

const PLACEHOLDER: &str = "functools.Placeholder";
const KEY: &str = "functools.KeyWrapper";
const LINK: &str = "functools._lru_list_elem";

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_functools", "Tools that operate on functions.", FUNCTIONS)?;
    let partial = new_class(vm, "functools", "partial", Kind::Native, PARTIAL, PARTIAL_ATTRIBUTES)?;
    let wrapper =
        new_class(vm, "functools", "_lru_cache_wrapper", Kind::Native, CACHE, CACHE_ATTRIBUTES)?;
    for class in [partial, wrapper] {
        class.flags.set(class.flags.get() & !type_flags::NO_DICT);
    }
    let key = new_class(vm, "functools", "KeyWrapper", Kind::Native, KEY_METHODS, KEY_ATTRIBUTES)?;
    seal(key);
    vm.set_root(KEY, key.value());
    let link = new_class(vm, "functools", "_lru_list_elem", Kind::Native, &[], &[])?;
    seal(link);
    vm.set_root(LINK, link.value());
    describe(
        vm,
        partial,
        "(func, /, *args, **keywords)",
        "Create a new function with partial application of the given arguments and keywords.",
    )?;
    describe(vm, wrapper, "", "Create a cached callable that wraps another function.")?;
    describe(vm, key, "", "A comparison function and an object that it compares.")?;
    vm.set_class_entry(key, "__hash__", Value::NONE)?;
    let hole =
        new_class(vm, "functools", "_PlaceholderType", Kind::Native, PLACEHOLDER_METHODS, &[])?;
    seal(hole);
    let placeholder = Native::new(&mut vm.heap, hole.instance_shape.get(), &[])?.value();
    vm.set_root(PLACEHOLDER, placeholder);
    set(vm, m, "partial", partial.value())?;
    set(vm, m, "_lru_cache_wrapper", wrapper.value())?;
    set(vm, m, "_PlaceholderType", hole.value())?;
    set(vm, m, "Placeholder", placeholder)?;
    Ok(m)
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = arg(args, 0);
    let it = match vm.iter(arg(args, 1)) {
        Ok(it) => it,
        Err(e) => {
            vm.catch(e, habu_vm::Exc::TypeError)?;
            return Err(vm.type_error("reduce() arg 2 must support iteration"));
        }
    };
    let mut total = match arg(args, 2).bound() {
        Some(v) => v,
        None => match vm.next(it)? {
            Some(v) => v,
            None => return Err(vm.type_error("reduce() of empty iterable with no initial value")),
        },
    };
    while let Some(v) = vm.next(it)? {
        total = vm.call(f, &[total, v])?;
    }
    Ok(total)
}

// Slots of a partial: function, tuple of arguments, dict of keywords.

static PARTIAL: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, func, /, *args, **keywords)", new_partial),
    NativeDef::new("__call__", "(self, /, *args, **keywords)", call_partial),
    NativeDef::new("__get__", "(self, obj, type=None, /)", bind),
    NativeDef::new("__repr__", "(self, /)", repr_partial),
    NativeDef::new("__reduce__", "(self, /)", reduce_partial),
    NativeDef::new("__setstate__", "(self, object, /)", set_partial),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem),
];

static PARTIAL_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("func", |_, v| Ok(slot(v, 0))),
    GetSetDef::new("args", |_, v| Ok(slot(v, 1))),
    GetSetDef::new("keywords", |_, v| Ok(slot(v, 2))),
    DICT,
];

fn reduce_partial(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let class = vm.type_of(this.value()).value();
    let first = vm.new_tuple(&[this.slot(0)])?;
    let dict = match vm.instance_dict(this.value())? {
        Some(d) if !d.is_empty() => d.value(),
        _ => Value::NONE,
    };
    let state = vm.new_tuple(&[this.slot(0), this.slot(1), this.slot(2), dict])?;
    vm.new_tuple(&[class, first, state])
}

/// `__setstate__`: function, arguments, keywords and attributes are replaced.
fn set_partial(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let state = arg(args, 1).cast::<Tuple>().map(|t| items(t.value())).unwrap_or_default();
    let &[f, values, keywords, dict] = &state[..] else {
        return Err(vm.type_error("invalid partial state"));
    };
    let optional = |v: Value| v.is_none() || v.cast::<Dict>().is_some();
    if !is_callable(vm, f)
        || values.cast::<Tuple>().is_none()
        || !optional(keywords)
        || !optional(dict)
    {
        return Err(vm.type_error("invalid partial state"));
    }
    let all = items(values);
    if all.last() == Some(&vm.root(PLACEHOLDER)) {
        return Err(vm.type_error("trailing Placeholders are not allowed"));
    }
    let values = vm.new_tuple(&all)?;
    let own = vm.new_dict()?;
    let mut keywords_held = keywords;
    if let Some(d) = keywords.cast::<Dict>() {
        if keywords.shape() != shape::DICT {
            vm.dict_copy_into(d, own)?;
            keywords_held = own.value();
        }
    } else {
        keywords_held = own.value();
    }
    for (slot, v) in [f, values, keywords_held].into_iter().enumerate() {
        this.set_slot(&mut vm.heap, slot, v);
    }
    match dict.cast::<Dict>() {
        Some(d) => vm.set_instance_dict(this.value(), d)?,
        None => {
            if let Some(d) = vm.instance_dict(this.value())? {
                d.clear();
            }
        }
    }
    Ok(Value::NONE)
}

fn is_callable(vm: &mut Vm, f: Value) -> bool {
    let call = vm.names.__call__;
    matches!(
        f.kind(),
        Kind::Function | Kind::Method | Kind::Builtin | Kind::Type | Kind::MethodDescr
    ) || vm.special(f, call).is_some()
}

fn new_partial(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut f = arg(args, 1);
    if !is_callable(vm, f) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let hole = vm.root(PLACEHOLDER);
    let mut values = items(arg(args, 2));
    if values.last() == Some(&hole) {
        return Err(vm.type_error("trailing Placeholders are not allowed"));
    }
    if let Some(d) = arg(args, 3).cast::<Dict>()
        && vm.dict_values(d).contains(&hole)
    {
        return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
    }
    let keywords = vm.new_dict()?;
    // A partial of a partial is one partial.
    let class = vm.type_of(f);
    if let Some(inner) = f.cast::<Native>()
        && arg(args, 0) == class.value()
        && inner.slots().len() == 3
        && vm.instance_dict(f)?.is_none_or(|d| d.is_empty())
    {
        let mut rest = values.into_iter();
        let mut all: Vec<Value> = items(inner.slot(1))
            .into_iter()
            .map(|v| if v == hole { rest.next().unwrap_or(hole) } else { v })
            .collect();
        all.extend(rest);
        values = all;
        f = inner.slot(0);
        if let Some(d) = inner.slot(2).cast::<Dict>() {
            vm.dict_copy_into(d, keywords)?;
        }
    }
    if let Some(d) = arg(args, 3).cast::<Dict>() {
        vm.dict_copy_into(d, keywords)?;
    }
    let t = vm.new_tuple(&values)?;
    new_native(vm, args, &[f, t, keywords.value()])
}

fn call_partial(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if let Some(result) = call_plain(vm, this, args) {
        return result;
    }
    let hole = vm.root(PLACEHOLDER);
    let mut first = items(this.slot(1));
    let given = items(arg(args, 1));
    let holes = first.iter().filter(|v| **v == hole).count();
    if given.len() < holes {
        let msg = format!(
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            given.len()
        );
        return Err(vm.type_error(&msg));
    }
    let mut rest = given.into_iter();
    if holes > 0 {
        for v in first.iter_mut().filter(|v| **v == hole) {
            *v = rest.next().unwrap_or(hole);
        }
    }
    first.extend(rest);
    let own = this.slot(2).cast::<Dict>().filter(|d| !d.is_empty());
    let more = arg(args, 2).cast::<Dict>().filter(|d| !d.is_empty());
    let keywords = match (own, more) {
        (None, None) => return vm.call(this.slot(0), &first),
        (Some(d), None) | (None, Some(d)) => d,
        (Some(own), Some(more)) => {
            let d = own.copy(&mut vm.heap)?;
            vm.dict_copy_into(more, d)?;
            d
        }
    };
    forward(vm, this.slot(0), &first, Value::EMPTY_TUPLE, keywords.value())
}

/// The call of a partial with few arguments, without keywords and holes; None if it is another.
fn call_plain(vm: &mut Vm, this: Gc<Native>, args: &[Value]) -> Option<PyResult<Value>> {
    const FEW: usize = 6;
    let none = |v: Value| v.cast::<Dict>().is_none_or(|d| d.is_empty());
    if !none(this.slot(2)) || !none(arg(args, 2)) {
        return None;
    }
    let (own, more) = (this.slot(1).cast::<Tuple>()?, arg(args, 1).cast::<Tuple>()?);
    let n = own.len() + more.len();
    if n > FEW {
        return None;
    }
    let mut all = [Value::NONE; FEW];
    for (to, v) in all.iter_mut().zip(own.items().iter().chain(more.items())) {
        *to = v.get();
    }
    let hole = vm.root(PLACEHOLDER);
    if all[..own.len()].contains(&hole) {
        return None;
    }
    Some(vm.call(this.slot(0), &all[..n]))
}

/// `__get__`: methods of the class are bound.
fn bind(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, object) = (arg(args, 0), arg(args, 1));
    if object.is_none() || object.is_unbound() { Ok(this) } else { vm.new_method(this, object) }
}

fn repr_partial(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    // What is shown is what was there at first: a repr may change the state.
    let (f, positional, keywords) = (this.slot(0), this.slot(1), this.slot(2));
    let text = vm.guard_repr(this.value(), |vm| {
        let mut texts = vec![vm.repr_text(f)?];
        for v in items(positional) {
            texts.push(vm.repr_text(v)?);
        }
        if let Some(d) = keywords.cast::<Dict>() {
            let mut pos = 0;
            while let Some((next, key, v, _)) = d.next_entry(pos) {
                let key = vm.str_text(key)?;
                texts.push(format!("{key}={}", vm.repr_text(v)?));
                pos = next;
            }
        }
        Ok(texts.join(", "))
    })?;
    let Some(text) = text else { return vm.intern("...") };
    let name = vm.full_class_name(vm.type_of(this.value()));
    vm.new_str(&format!("{name}({text})"))
}

// Slots of a cache: function, maxsize or None, typed, entries, hits, misses, class of cache_info's result, root of the
// ring if it is bounded (the entries are links then, else results).

static CACHE: &[NativeDef] = &[
    NativeDef::new(
        "__new__",
        "(cls, user_function, maxsize, typed, cache_info_type, /)",
        new_cache,
    ),
    NativeDef::new("__call__", "(self, /, *args, **kwargs)", call_cache),
    NativeDef::new("__get__", "(self, obj, type=None, /)", bind),
    NativeDef::new("cache_info", "(self, /)", cache_info),
    NativeDef::new("cache_clear", "(self, /)", cache_clear),
    NativeDef::new("__copy__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__deepcopy__", "(self, memo, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__reduce__", "(self, /)", |vm, args| {
        let name = vm.names.__qualname__;
        vm.getattr(arg(args, 0), name)
    }),
];

static CACHE_ATTRIBUTES: &[GetSetDef] = &[DICT];

fn new_cache(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let maxsize = match arg(args, 2) {
        v if v.is_none() => v,
        v => Value::small_int(vm.index_i64(v)?.clamp(0, 1 << 60)),
    };
    let typed = Value::bool(vm.truth(arg(args, 3))?);
    let entries = vm.new_dict()?;
    let zero = Value::small_int(0);
    let ring = if maxsize.is_int() { new_ring(vm)? } else { Value::NONE };
    let slots = [arg(args, 1), maxsize, typed, entries.value(), zero, zero, arg(args, 4), ring];
    new_native(vm, args, &slots)
}

/// The key of a call: one plain argument stands for itself, others for the tuple of all.
fn cache_key(vm: &mut Vm, args: Value, kwargs: Value, typed: bool) -> PyResult<Value> {
    let Some(t) = args.cast::<Tuple>() else { return Ok(Value::NONE) };
    let kwargs = kwargs.cast::<Dict>().filter(|d| !d.is_empty());
    if kwargs.is_none() && !typed {
        if t.len() == 1 {
            let v = t.get(0);
            if v.is_int() || v.shape() == habu_object::shape::STR {
                return Ok(v);
            }
        }
        return Ok(args);
    }
    let key = List::new(&mut vm.heap, t.len() + 4)?;
    key.extend_from_cells(&mut vm.heap, t.items())?;
    let mut count = t.len();
    if let Some(d) = kwargs {
        // Something no argument is separates positions from names.
        let mark = vm.root(KEY);
        key.push(&mut vm.heap, mark)?;
        let mut pos = 0;
        while let Some((next, name, v, _)) = d.next_entry(pos) {
            key.push(&mut vm.heap, name)?;
            key.push(&mut vm.heap, v)?;
            count += 1;
            pos = next;
        }
    }
    if typed {
        for i in 0..t.len() {
            let class = vm.type_of(t.get(i)).value();
            key.push(&mut vm.heap, class)?;
        }
        if let Some(d) = kwargs {
            let mut pos = 0;
            while let Some((next, _, v, _)) = d.next_entry(pos) {
                let class = vm.type_of(v).value();
                key.push(&mut vm.heap, class)?;
                pos = next;
            }
        }
        key.push(&mut vm.heap, Value::small_int(count as i64))?;
    }
    Ok(vm.list_to_tuple(key)?.value())
}

fn count(vm: &mut Vm, this: Gc<Native>, slot: usize) {
    let n = this.slot(slot);
    if n.is_int() {
        this.set_slot(&mut vm.heap, slot, Value::small_int(n.as_int() + 1));
    }
}

fn call_cache(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let (f, maxsize) = (this.slot(0), this.slot(1));
    if maxsize == Value::small_int(0) {
        count(vm, this, 5);
        return forward(vm, f, &[], arg(args, 1), arg(args, 2));
    }
    let Some(entries) = this.slot(3).cast::<Dict>() else { return Ok(Value::NONE) };
    let key = cache_key(vm, arg(args, 1), arg(args, 2), this.slot(2) == Value::TRUE)?;
    let hash = vm.hash(key)?;
    let found = entries.get(key, hash, |a, b| vm.eq(a, b))?;
    let root = this.slot(7).cast::<Native>().filter(|_| maxsize.is_int());
    if let Some(found) = found {
        count(vm, this, 4);
        let (Some(root), Some(link)) = (root, found.cast::<Native>()) else { return Ok(found) };
        detach(vm, link);
        append(vm, root, link);
        return Ok(link.slot(link::RESULT));
    }
    count(vm, this, 5);
    let result = forward(vm, f, &[], arg(args, 1), arg(args, 2))?;
    let Some(root) = root else {
        vm.dict_set_hashed(entries, key, hash, result)?;
        return Ok(result);
    };
    if entries.get(key, hash, |a, b| vm.eq(a, b))?.is_some() {
        // The function has called itself with the same arguments.
        return Ok(result);
    }
    if entries.len() as i64 >= maxsize.as_int()
        && let Some(oldest) = root.slot(link::NEXT).cast::<Native>().filter(|l| *l != root)
    {
        detach(vm, oldest);
        let old_hash = int::to_i64(oldest.slot(link::HASH)).unwrap_or(0);
        entries.remove(oldest.slot(link::KEY), old_hash, |a, b| vm.eq(a, b))?;
    }
    let class = vm.expect_type(vm.root(LINK));
    let hash_value = vm.new_int(hash)?;
    let slots = [Value::NONE, Value::NONE, key, result, hash_value];
    let new = Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?;
    append(vm, root, new);
    vm.dict_set_hashed(entries, key, hash, new.value())?;
    Ok(result)
}

/// Slots of a link of the ring that a bounded cache keeps its results in, behind its root from the one used longest ago.
mod link {
    pub(super) const PREVIOUS: usize = 0;
    pub(super) const NEXT: usize = 1;
    pub(super) const KEY: usize = 2;
    pub(super) const RESULT: usize = 3;
    pub(super) const HASH: usize = 4;
}

/// A ring of nothing but its root.
fn new_ring(vm: &mut Vm) -> PyResult<Value> {
    let class = vm.expect_type(vm.root(LINK));
    let root = Native::new(&mut vm.heap, class.instance_shape.get(), &[Value::NONE; 5])?;
    clear_ring(vm, root);
    Ok(root.value())
}

fn clear_ring(vm: &mut Vm, root: Gc<Native>) {
    root.set_slot(&mut vm.heap, link::PREVIOUS, root.value());
    root.set_slot(&mut vm.heap, link::NEXT, root.value());
}

fn detach(vm: &mut Vm, this: Gc<Native>) {
    let (previous, next) = (this.slot(link::PREVIOUS), this.slot(link::NEXT));
    if let (Some(p), Some(n)) = (previous.cast::<Native>(), next.cast::<Native>()) {
        p.set_slot(&mut vm.heap, link::NEXT, next);
        n.set_slot(&mut vm.heap, link::PREVIOUS, previous);
    }
}

/// Puts a link where the one used last stands.
fn append(vm: &mut Vm, root: Gc<Native>, this: Gc<Native>) {
    let last = root.slot(link::PREVIOUS);
    this.set_slot(&mut vm.heap, link::PREVIOUS, last);
    this.set_slot(&mut vm.heap, link::NEXT, root.value());
    root.set_slot(&mut vm.heap, link::PREVIOUS, this.value());
    if let Some(last) = last.cast::<Native>() {
        last.set_slot(&mut vm.heap, link::NEXT, this.value());
    }
}

fn cache_info(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let size = this.slot(3).cast::<Dict>().map_or(0, |d| d.len());
    let info = [this.slot(4), this.slot(5), this.slot(1), Value::small_int(size as i64)];
    vm.call(this.slot(6), &info)
}

fn cache_clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if let Some(d) = this.slot(3).cast::<Dict>() {
        d.clear();
    }
    if let Some(root) = this.slot(7).cast::<Native>() {
        clear_ring(vm, root);
    }
    this.set_slot(&mut vm.heap, 4, Value::small_int(0));
    this.set_slot(&mut vm.heap, 5, Value::small_int(0));
    Ok(Value::NONE)
}

// Slots of a key: comparison function, object or UNBOUND.

macro_rules! compare {
    ($($name:literal $op:ident),*) => {
        &[
            NativeDef::new("__new__", "(cls, /)", |vm, _| Err(vm.type_error("cannot create 'functools.KeyWrapper' instances"))),
            NativeDef::new("__call__", "(self, obj)", call_key),
            $(NativeDef::new($name, "(self, other, /)", |vm, args| compare_keys(vm, args, CmpOp::$op)),)*
        ]
    };
}

static KEY_METHODS: &[NativeDef] =
    compare! { "__lt__" Lt, "__le__" Le, "__gt__" Gt, "__ge__" Ge, "__eq__" Eq, "__ne__" Ne };

static KEY_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("obj", |_, v| Ok(slot(v, 1))),
    GetSetDef::new("__text_signature__", |vm, _| vm.intern("(obj)")),
];

fn new_key(vm: &mut Vm, f: Value, object: Value) -> PyResult<Value> {
    let class = vm.root(KEY);
    new_native(vm, &[class], &[f, object])
}

fn cmp_to_key(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    new_key(vm, arg(args, 0), Value::UNBOUND)
}

fn call_key(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = native(vm, args)?.slot(0);
    new_key(vm, f, arg(args, 1))
}

fn compare_keys(vm: &mut Vm, args: &[Value], op: CmpOp) -> PyResult<Value> {
    let this = native(vm, args)?;
    let other = given(args, 1).filter(|o| vm.type_of(*o).value() == vm.root(KEY));
    let Some(other) = other else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    let (x, y) = (this.slot(1), slot(other, 1));
    if x.is_unbound() || y.is_unbound() {
        return Err(vm.raise_msg(habu_vm::Exc::AttributeError, "object"));
    }
    let r = vm.call(this.slot(0), &[x, y])?;
    if r.is_int() {
        return Ok(Value::bool(op.holds(int::cmp(r, Value::small_int(0)))));
    }
    vm.compare(op, r, Value::small_int(0))
}

static PLACEHOLDER_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /)", |vm, _| Ok(vm.root(PLACEHOLDER))),
    NativeDef::new("__repr__", "(self, /)", |vm, _| vm.intern("Placeholder")),
    NativeDef::new("__reduce__", "(self, /)", |vm, _| vm.intern("Placeholder")),
];
