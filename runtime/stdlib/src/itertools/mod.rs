//! Module `itertools`. `simple` has the iterators that take items one by one, `combine` the combinatoric ones, `group`
//! groupby, tee and batched.
//!
//! An iterator is a native object whose slots are its state; its class has `__next__`, and state that an exhausted
//! iterator no longer needs is None.

mod combine;
mod group;
mod simple;

use crate::util::{arg, native, new_class, new_module, set};
use habu_object::{Gc, Kind, Module, Native, Value};
use habu_vm::{NativeDef, PyResult, Vm};

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(
        vm,
        "itertools",
        "Functional tools for creating and using iterators.",
        group::FUNCTIONS,
    )?;
    for (name, methods) in simple::CLASSES.iter().chain(combine::CLASSES).chain(group::CLASSES) {
        let class = new_class(vm, "itertools", name, Kind::Native, methods, &[])?;
        if *name == "_tee" || *name == "_grouper" {
            vm.set_root(if *name == "_tee" { group::TEE } else { group::GROUPER }, class.value());
        }
        set(vm, m, name, class.value())?;
    }
    Ok(m)
}

/// `__iter__` of iterators.
fn itself(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(arg(args, 0))
}

const ITER: NativeDef = NativeDef::new("__iter__", "(self, /)", itself);

/// The step of an iterator: its next item, None at its end.
type Step = fn(&mut Vm, Gc<Native>) -> PyResult<Option<Value>>;

/// `__next__` of an iterator with this step.
fn next(vm: &mut Vm, args: &[Value], step: Step) -> PyResult<Value> {
    let this = native(vm, args)?;
    match step(vm, this)? {
        Some(v) => Ok(v),
        None => Err(vm.stop_iteration(Value::NONE)),
    }
}

/// The methods of an iterator class: construction, step, and what else there is.
macro_rules! iterator {
    ($name:ident, $signature:literal, $new:expr, $step:expr $(, $more:expr)* $(,)?) => {
        static $name: &[habu_vm::NativeDef] = &[
            habu_vm::NativeDef::new("__new__", $signature, $new),
            super::ITER,
            habu_vm::NativeDef::new("__next__", "(self, /)", |vm, args| super::next(vm, args, $step)),
            $($more,)*
        ];
    };
}
use iterator;

/// An int argument that must fit an index.
fn index(vm: &mut Vm, v: Value) -> PyResult<i64> {
    let n = vm.index(v)?;
    Ok(habu_object::int::to_i64_clamped(n))
}
