//! `sys._jit`: what a program may ask about just-in-time compilation. The statistics are `-X jit-stats`.

use crate::util::new_module;
use habu_object::Value;
use habu_vm::{NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("is_available", "()", |_, _| Ok(Value::TRUE)).doc(
        "Return True if the current Python executable supports JIT compilation, and False otherwise.",
    ),
    NativeDef::new("is_enabled", "()", |vm, _| Ok(Value::bool(vm.options.jit))).doc(
        "Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), \
         and False otherwise.",
    ),
    // A frame that can be looked at is the interpreter's: compiled code writes its frames before it calls out.
    NativeDef::new("is_active", "()", |_, _| Ok(Value::FALSE)).doc(
        "Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), \
         and False otherwise.",
    ),
];

/// Makes the module and enters it in `sys.modules`.
pub(super) fn new(vm: &mut Vm) -> PyResult<Value> {
    let m =
        new_module(vm, "sys._jit", "Utilities for observing just-in-time compilation.", FUNCTIONS)?;
    crate::registry::enter(vm, "sys._jit", m.value())?;
    Ok(m.value())
}
