//! The concrete machine: dispatch, counters, unwinding.
//!
//! Floor 3. `concrete` is the machine, `ops` its handlers; `run` is what `vm::Ports::run` is set to. Knows neither the
//! JIT nor the builtins: hot counters go through `Ports::hot`.

mod concrete;
mod ops;

use habu_object::Value;
use habu_vm::{PyResult, Raised, Vm};

/// Runs the interpreter; see [`habu_vm::Ports::run`].
#[allow(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "a port is a safe function; vm::call keeps its contract"
)]
pub fn run(vm: &mut Vm, pc: *const u32, base: *mut Value) -> PyResult<Value> {
    // SAFETY: the port's contract: `vm::call` has pushed the frame above a HALT continuation.
    let v = unsafe { ops::run(vm, pc, base) };
    if v.is_unbound() { Err(Raised::pending()) } else { Ok(v) }
}
