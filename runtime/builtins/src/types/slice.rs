//! slice: construction, `indices`, comparison; and the bounds of a slice of a sequence of any length.

use habu_object::{Gc, Kind, Slice, Tuple, Value, int};
use habu_vm::{BinOp, CmpOp, GetSetDef, NativeDef, PyResult, Vm};
use std::cmp::Ordering;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__eq__", "(self, value, /)", eq),
    NativeDef::new("__ge__", "(self, value, /)", ge),
    NativeDef::new("__gt__", "(self, value, /)", gt),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__le__", "(self, value, /)", le),
    NativeDef::new("__lt__", "(self, value, /)", lt),
    NativeDef::new("__ne__", "(self, value, /)", ne),
    NativeDef::new("__new__", "(cls, start, stop=None, step=None, /)", new),
    NativeDef::new("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("indices", "(self, length, /)", indices).doc(
        "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\n\
         indices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a \
         manner consistent with the\nhandling of normal slices.",
    ),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("start", |_, v| Ok(parts(v)[0])),
    GetSetDef::new("stop", |_, v| Ok(parts(v)[1])),
    GetSetDef::new("step", |_, v| Ok(parts(v)[2])),
];

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Slice);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let doc = vm.new_str(
        "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. \
         a[0:10:2]).",
    )?;
    vm.set_class_entry(class, "__doc__", doc)
}

fn parts(v: Value) -> [Value; 3] {
    match v.cast::<Slice>() {
        Some(s) => [s.start.get(), s.stop.get(), s.step.get()],
        None => [Value::NONE; 3],
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[_, start, stop, step] = args else { return Ok(Value::NONE) };
    let or_none = crate::args::or_none;
    let (start, stop) = if stop.is_unbound() { (Value::NONE, start) } else { (start, stop) };
    Ok(Slice::new(&mut vm.heap, start, stop, or_none(step))?.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let [start, stop, step] = parts(args[0]);
    let start = vm.repr_text(start)?;
    let stop = vm.repr_text(stop)?;
    let step = vm.repr_text(step)?;
    vm.new_str(&format!("slice({start}, {stop}, {step})"))
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = vm.type_of(args[0]).value();
    let parts = vm.new_tuple(&parts(args[0]))?;
    vm.new_tuple(&[class, parts])
}

/// CPython `slicehash`: as a tuple's, but the length is not part of it.
fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    let mut acc = P5;
    for v in parts(args[0]) {
        let lane = vm.hash(v)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    vm.new_int(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    let &[a, b] = args else { return Ok(Value::NOT_IMPLEMENTED) };
    if b.kind() != Kind::Slice {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (parts(a), parts(b));
    let (a, b) = (vm.new_tuple(&a)?, vm.new_tuple(&b)?);
    vm.compare(op, a, b)
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Eq, args)
}

fn ne(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Ne, args)
}

fn lt(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Lt, args)
}

fn le(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Le, args)
}

fn gt(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Gt, args)
}

fn ge(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Ge, args)
}

fn indices(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let length = vm.index(args[1])?;
    if int::is_negative(length) {
        return Err(vm.value_error("length should not be negative"));
    }
    let Some(slice) = args[0].cast::<Slice>() else { return Ok(Value::NONE) };
    let (start, stop, step) = long_indices(vm, slice, length)?;
    Ok(Tuple::new(&mut vm.heap, &[start, stop, step])?.value())
}

fn part(vm: &mut Vm, v: Value) -> PyResult<Option<Value>> {
    if v.is_none() {
        return Ok(None);
    }
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    let n = vm.index(v)?;
    exact(vm, n).map(Some)
}

fn exact(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let r = int::pos(&mut vm.heap, v);
    super::number::int_result(vm, r)
}

fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    vm.int_op(BinOp::Add, a, b)
}

/// Start, stop and step of a slice of a sequence of any length, clipped (CPython `_PySlice_GetLongIndices`).
pub(crate) fn long_indices(
    vm: &mut Vm,
    slice: Gc<Slice>,
    length: Value,
) -> PyResult<(Value, Value, Value)> {
    let (zero, minus_one) = (Value::small_int(0), Value::small_int(-1));
    let length = exact(vm, length)?;
    let step = part(vm, slice.step.get())?.unwrap_or(Value::small_int(1));
    if int::is_zero(step) {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let backwards = int::is_negative(step);
    let (lower, upper) =
        if backwards { (minus_one, add(vm, length, minus_one)?) } else { (zero, length) };
    let (first, last) = if backwards { (upper, lower) } else { (lower, upper) };
    let mut bounds = [first, last];
    for (bound, given) in bounds.iter_mut().zip([slice.start.get(), slice.stop.get()]) {
        let Some(mut n) = part(vm, given)? else { continue };
        if int::is_negative(n) {
            n = add(vm, n, length)?;
            *bound = if int::cmp(n, lower) == Ordering::Less { lower } else { n };
        } else {
            *bound = if int::cmp(n, upper) == Ordering::Greater { upper } else { n };
        }
    }
    Ok((bounds[0], bounds[1], step))
}
