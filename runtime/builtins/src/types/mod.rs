//! One file or folder for each builtin type.

use habu_vm::{PyResult, Vm};

/// Fills every builtin class.
pub(crate) fn install_all(_vm: &mut Vm) -> PyResult<()> {
    Ok(())
}
