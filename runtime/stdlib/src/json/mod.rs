//! Module `_json`: the fast parts of `json`. `scan` reads, `encode` writes, `strings` does both for strings.

mod encode;
mod scan;
mod strings;

use crate::util::{new_class, new_module, seal, set};
use habu_object::{Gc, Kind, Module};
use habu_vm::{PyResult, Vm};

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_json", "json speedups\n", strings::FUNCTIONS)?;
    let scanner = new_class(vm, "_json", "Scanner", Kind::Native, scan::METHODS, scan::ATTRIBUTES)?;
    let encoder =
        new_class(vm, "_json", "Encoder", Kind::Native, encode::METHODS, encode::ATTRIBUTES)?;
    for (class, name) in [(scanner, "make_scanner"), (encoder, "make_encoder")] {
        seal(class);
        set(vm, m, name, class.value())?;
    }
    Ok(m)
}
