//! Python-visible builtin types' methods, functions and exceptions.
//!
//! Floor 3: fills the classes that `vm::types` makes, and the `builtins` module. Knows neither the interpreter loop nor
//! the JIT. `types` has one file or folder a type, `functions` the builtin functions.
#![forbid(unsafe_code)]

mod args;
mod build_class;
mod docs;
pub mod functions;
pub mod types;

use habu_object::Value;
use habu_object::dict::Dict;
use habu_vm::{PyResult, Vm};

/// Fills every builtin class and the `builtins` module.
pub fn install(vm: &mut Vm) -> PyResult<()> {
    types::install_all(vm)?;
    functions::install(vm)?;
    let mut called = Vec::new();
    for (name, function) in [("sum_on", "sum"), ("isinstance", "isinstance")] {
        let Some(builtins) = vm.builtins.cast::<Dict>() else { continue };
        let function = vm.intern(function)?;
        called.push((name, vm.dict_get_str(builtins, function).unwrap_or(Value::NONE)));
    }
    for def in functions::sorting::FOR_PRELUDE {
        called.push((def.name, vm.new_builtin(def, Value::UNBOUND)?));
    }
    vm.set_prelude(include_str!("prelude.py"), called);
    Ok(())
}

/// INTRINSIC `GROUP_MATCH`.
pub fn group_match(vm: &mut Vm, e: Value, class: Value) -> PyResult<Value> {
    types::exception::group::match_clause(vm, e, class)
}

/// INTRINSIC `GROUP_RAISED`.
pub fn group_raised(vm: &mut Vm, e: Value, raised: Value) -> PyResult<Value> {
    types::exception::group::raised_after(vm, e, raised)
}
