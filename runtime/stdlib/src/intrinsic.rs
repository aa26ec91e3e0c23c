//! What the compiler calls of the library: type parameters and aliases, template strings, the display of interactive values.
//!
//! The functions of the first two are those of `_typing` and `_template`, modules of the library in Python.

use habu_bytecode::intrinsic as which;
use habu_object::Value;
use habu_object::dict::Dict;
use habu_vm::{Exc, PyResult, Vm};

/// The module and the function that INTRINSIC `n` calls.
fn function(n: u32) -> Option<(&'static str, &'static str)> {
    Some(match n {
        which::TYPE_VAR => ("_typing", "_make_typevar"),
        which::PARAM_SPEC => ("_typing", "_make_paramspec"),
        which::TYPE_VAR_TUPLE => ("_typing", "_make_typevartuple"),
        which::SET_DEFAULT => ("_typing", "_set_default"),
        which::GENERIC => ("_typing", "_subscript_generic"),
        which::TYPE_ALIAS => ("_typing", "_make_alias"),
        which::TEMPLATE => ("_template", "_make_template"),
        which::INTERPOLATION => ("_template", "_make_interpolation"),
        _ => return None,
    })
}

/// INTRINSIC.
pub fn intrinsic(vm: &mut Vm, n: u32, args: &[Value]) -> PyResult<Value> {
    if n == which::DISPLAY {
        return display(vm, args);
    }
    let Some((module, name)) = function(n) else {
        return Err(vm.raise_msg(Exc::SystemError, "unknown intrinsic function"));
    };
    let module = crate::import::import_module(vm, module)?;
    let f = vm.getattr_str(module, name)?;
    vm.call(f, args)
}

/// Shows the value of an expression statement of interactive input.
fn display(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.names.displayhook;
    match vm.sys.cast::<Dict>().and_then(|sys| vm.dict_get_str(sys, name)) {
        Some(hook) => vm.call(hook, args).map(|_| Value::NONE),
        None => Err(vm.raise_msg(Exc::RuntimeError, "lost sys.displayhook")),
    }
}
