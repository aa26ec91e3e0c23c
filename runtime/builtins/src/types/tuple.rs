//! `tuple`: everything.

use super::generic_alias::class_getitem;
use super::sequence::{
    self, Subscript, check_repeat, comparisons, made, position, push_repr, push_reprs,
    refuse_keywords, repeat_count, search_bounds, slice_extent, subscript,
};
use crate::args::{arg, new_class_arg};
use habu_object::list::slice_cells;
use habu_object::str::StrBuf;
use habu_object::{Gc, Kind, Tuple, TupleIter, Value, shape};
use habu_vm::{CmpOp, Effects, Exc, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, iterable=(), /, **kwargs)", new),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__len__", "(self, /)", len).effects(Effects::Pure),
    NativeDef::new("__iter__", "(self, /)", iter).effects(Effects::NoPython),
    NativeDef::new("__contains__", "(self, key, /)", contains),
    NativeDef::new("__getitem__", "(self, key, /)", getitem).doc("Return self[key]."),
    NativeDef::new("__add__", "(self, value, /)", add).doc("Return self+value."),
    NativeDef::new("__mul__", "(self, value, /)", mul).doc("Return self*value."),
    NativeDef::new("__rmul__", "(self, value, /)", mul).doc("Return value*self."),
    NativeDef::new("__lt__", "(self, value, /)", lt).doc("Return self<value."),
    NativeDef::new("__le__", "(self, value, /)", le).doc("Return self<=value."),
    NativeDef::new("__gt__", "(self, value, /)", gt).doc("Return self>value."),
    NativeDef::new("__ge__", "(self, value, /)", ge).doc("Return self>=value."),
    NativeDef::new("__eq__", "(self, value, /)", eq).doc("Return self==value."),
    NativeDef::new("__ne__", "(self, value, /)", ne).doc("Return self!=value."),
    NativeDef::new("__getnewargs__", "(self, /)", getnewargs),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem).doc("See PEP 585"),
    NativeDef::new("count", "(self, value, /)", count)
        .effects(Effects::Repeatable)
        .doc("Return number of occurrences of value."),
    NativeDef::new("index", "(self, value, start=0, stop=sys.maxsize, /)", index)
        .effects(Effects::Repeatable)
        .doc("Return first index of value.\n\nRaises ValueError if the value is not present."),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Tuple);
    vm.add_methods(class, METHODS)?;
    let doc = vm.new_str(
        "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable \
         is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value \
         is the same object.",
    )?;
    vm.set_class_entry(class, "__doc__", doc)
}

fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Tuple>> {
    match arg(args, 0).cast::<Tuple>() {
        Some(tuple) => Ok(tuple),
        None => Err(vm.type_error("expected a tuple")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = new_class_arg(vm, arg(args, 0), Kind::Tuple)?;
    let init = vm.names.__init__;
    refuse_keywords(vm, class, Kind::Tuple, init, arg(args, 2))?;
    let shape = class.instance_shape.get();
    let items = match arg(args, 1).bound() {
        Some(iterable) => vm.tuple_from_iter(iterable)?,
        None => Tuple::new(&mut vm.heap, &[])?,
    };
    if shape == shape::TUPLE {
        return Ok(items.value());
    }
    let tuple = Tuple::zeroed_with_shape(&mut vm.heap, shape, items.len())?;
    for (to, from) in tuple.items().iter().zip(items.items()) {
        to.set(from.get());
    }
    Ok(made(vm, class, tuple.value()))
}

/// An exact tuple of the same items.
fn exact(vm: &mut Vm, t: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if t.value().shape() == shape::TUPLE {
        return Ok(t);
    }
    joined(vm, t, None)
}

/// A new tuple: the items of both.
fn joined(vm: &mut Vm, a: Gc<Tuple>, b: Option<Gc<Tuple>>) -> PyResult<Gc<Tuple>> {
    let total = a.len() + b.map_or(0, |b| b.len());
    if total == 0 {
        return Ok(Tuple::new(&mut vm.heap, &[])?);
    }
    let tuple = Tuple::zeroed(&mut vm.heap, total)?;
    let items = a.items().iter().chain(b.iter().flat_map(|b| b.items()));
    for (to, from) in tuple.items().iter().zip(items) {
        to.set(from.get());
    }
    Ok(tuple)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    if tuple.is_empty() {
        return vm.new_str("()");
    }
    let text = vm.guard_repr(tuple.value(), |vm| {
        let mut out = StrBuf::new();
        out.push_str("(");
        if tuple.len() == 1 {
            push_repr(vm, &mut out, tuple.get(0))?;
            out.push_str(",)");
        } else {
            push_reprs(vm, &mut out, tuple)?;
            out.push_str(")");
        }
        Ok(out)
    })?;
    match text {
        Some(out) => Ok(out.finish(&mut vm.heap)?.value()),
        None => vm.new_str("(...)"),
    }
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let hash = vm.hash_tuple(arg(args, 0))?;
    vm.new_int(hash)
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = this(vm, args)?.len();
    vm.new_int(n as i64)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = TupleIter::blank(&mut vm.heap)?;
    it.tuple.set(arg(args, 0));
    Ok(it.value())
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    Ok(Value::bool(sequence::contains(vm, tuple, arg(args, 1))?))
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    let slice = match subscript(vm, arg(args, 1), "tuple")? {
        Subscript::Index(i) => {
            return match position(i, tuple.len()) {
                Some(i) => Ok(tuple.get(i)),
                None => Err(vm.raise_msg(Exc::IndexError, "tuple index out of range")),
            };
        }
        Subscript::Slice(slice) => slice,
    };
    let extent = slice_extent(vm, slice, || tuple.len())?;
    if extent.count == tuple.len() && extent.step == 1 {
        return Ok(exact(vm, tuple)?.value());
    }
    let list = slice_cells(&mut vm.heap, tuple.items(), extent)?;
    Ok(vm.list_to_tuple(list)?.value())
}

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    let Some(other) = arg(args, 1).cast::<Tuple>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let is_exact = |t: Gc<Tuple>| t.value().shape() == shape::TUPLE;
    if tuple.is_empty() && is_exact(other) {
        return Ok(other.value());
    }
    if other.is_empty() && is_exact(tuple) {
        return Ok(tuple.value());
    }
    Ok(joined(vm, tuple, Some(other))?.value())
}

fn mul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    let Some(n) = repeat_count(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    if n == 1 || tuple.is_empty() {
        return Ok(exact(vm, tuple)?.value());
    }
    check_repeat(vm, tuple.len(), n)?;
    if n == 0 {
        return vm.new_tuple(&[]);
    }
    let repeated = Tuple::zeroed(&mut vm.heap, tuple.len() * n)?;
    for chunk in repeated.items().chunks_exact(tuple.len()) {
        for (to, from) in chunk.iter().zip(tuple.items()) {
            to.set(from.get());
        }
    }
    Ok(repeated.value())
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    let (Some(a), Some(b)) = (arg(args, 0).cast::<Tuple>(), arg(args, 1).cast::<Tuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    sequence::compare(vm, op, a, b)
}
comparisons!(compare);

fn getnewargs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    let copy = exact(vm, tuple)?;
    vm.new_tuple(&[copy.value()])
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    sequence::count(vm, tuple, arg(args, 1))
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let tuple = this(vm, args)?;
    let (start, stop) = search_bounds(vm, arg(args, 2), arg(args, 3), tuple.len())?;
    match sequence::find(vm, tuple, arg(args, 1), start, stop)? {
        Some(i) => vm.new_int(i as i64),
        None => Err(vm.value_error("tuple.index(x): x not in tuple")),
    }
}
