//! Module `math`. `real` has the functions of floats, `special` their formulas, `integer` those of ints, `sums` sums.

mod integer;
mod real;
mod special;
mod sums;

pub(crate) use special::asinh;

use crate::util::{new_module, set};
use habu_object::{Gc, Module};
use habu_vm::{PyResult, Vm};

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc =
        "This module provides access to the mathematical functions\ndefined by the C standard.";
    let m = new_module(vm, "math", doc, real::UNARY)?;
    for table in [real::FUNCTIONS, integer::FUNCTIONS, sums::FUNCTIONS] {
        vm.add_functions(m, table)?;
    }
    use std::f64::consts::{E, PI, TAU};
    for (name, x) in [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)]
    {
        let v = vm.new_float(x)?;
        set(vm, m, name, v)?;
    }
    Ok(m)
}
