//! str: its methods, one file a subject. The algorithms are in `habu_object::str`; here are arguments and errors.

mod case;
pub(crate) mod codec;
mod construct;
pub(crate) mod errors;
mod format;
mod operators;
mod pad;
pub(crate) mod percent;
mod search;
mod split;
mod translate;

use habu_object::str::Str;
use habu_object::{Gc, Kind, Value, int};
use habu_vm::{NativeDef, PyResult, Vm};

pub(crate) use split::collect;

static TABLES: &[&[NativeDef]] = &[
    construct::METHODS,
    operators::METHODS,
    search::METHODS,
    split::METHODS,
    case::METHODS,
    pad::METHODS,
    codec::METHODS,
    translate::METHODS,
    format::METHODS,
];

const DOC: &str = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string \
                   object from the given object.";

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Str);
    for table in TABLES {
        vm.add_methods(class, table)?;
    }
    let doc = vm.new_str(DOC)?;
    vm.set_class_entry(class, "__doc__", doc)
}

/// The str that a method is called on; the binding has checked its class.
#[inline(always)]
fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Str>> {
    match args.first().and_then(|v| v.cast::<Str>()) {
        Some(s) => Ok(s),
        None => Err(vm.type_error("expected str")),
    }
}

/// An argument that has to be a str; `complaint` comes before "not" and the name of its class.
#[inline]
fn expect(vm: &mut Vm, v: Value, complaint: &str) -> PyResult<Gc<Str>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s),
        None => {
            let got = if v.is_none() { "None".to_owned() } else { vm.type_name(v) };
            Err(vm.type_error(&format!("{complaint}, not {got}")))
        }
    }
}

/// An optional argument that is a `Py_ssize_t` in CPython.
#[inline]
pub(crate) fn count_or(vm: &mut Vm, v: Value, default: i64) -> PyResult<i64> {
    if v.is_unbound() { Ok(default) } else { super::sequence::ssize(vm, v) }
}

/// An optional C int.
pub(crate) fn c_int_or(vm: &mut Vm, v: Value, default: i64) -> PyResult<i64> {
    if v.is_unbound() {
        return Ok(default);
    }
    let n = vm.index(v)?;
    match int::to_i64(n).filter(|n| i32::try_from(*n).is_ok()) {
        Some(n) => Ok(n),
        None => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

/// A bound of a search: an index, or the default where it was omitted or None.
#[inline]
pub(crate) fn bound(vm: &mut Vm, v: Value, default: i64) -> PyResult<i64> {
    if v.is_int() {
        return Ok(v.as_int());
    }
    if v.is_unbound() || v.is_none() {
        return Ok(default);
    }
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    vm.index_clamped(v)
}
