//! Native modules, one file or folder each, and what happens at the start and end of a program.
//!
//! Floor 3: knows neither the interpreter loop nor the JIT.

use habu_object::Value;
use habu_vm::{PyResult, Vm};

/// Registers every native module.
pub fn install(_vm: &mut Vm) -> PyResult<()> {
    Ok(())
}

/// Sets `sys.argv`, `sys.path` and the like before the program runs.
pub fn start(_vm: &mut Vm, _argv: &[String]) -> PyResult<()> {
    Ok(())
}

/// `-m name`
pub fn run_module(vm: &mut Vm, name: &str) -> PyResult<Value> {
    Err(vm.raise_msg(habu_vm::Exc::ImportError, &format!("No module named {name}")))
}

/// Runs exit functions, flushes output; the process's exit code.
pub fn finish(_vm: &mut Vm, code: u8) -> u8 {
    code
}

/// The exit code that a SystemExit asks for; its message goes to stderr.
pub fn exit_code(_vm: &mut Vm, _e: Value) -> u8 {
    0
}

/// Prints an exception with its traceback to stderr.
pub fn print_exception(vm: &mut Vm, e: Value) {
    let name = vm.type_name(e);
    let text = vm.str_text(e).unwrap_or_default();
    eprintln!("{name}: {text}");
}
