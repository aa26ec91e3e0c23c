//! The targets: the host's processor, and aarch64 for golden tests anywhere.

use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use target_lexicon::Triple;

use super::arch;
use super::compile::CodeError;

/// How much Cranelift's middle end does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OptLevel {
    /// Nothing: for first compiles.
    None,
    /// The e-graph: for merged trees.
    Speed,
}

fn flags(opt: OptLevel, verify: bool) -> Result<settings::Flags, CodeError> {
    let mut builder = settings::builder();
    let opt = if opt == OptLevel::None { "none" } else { "speed" };
    for (name, value) in [
        ("opt_level", opt),
        ("regalloc_algorithm", "backtracking"),
        ("enable_verifier", if verify { "true" } else { "false" }),
        ("unwind_info", "false"),
        ("preserve_frame_pointers", "true"),
        ("is_pic", "false"),
    ] {
        builder.set(name, value).map_err(CodeError::target)?;
    }
    Ok(settings::Flags::new(builder))
}

/// The processor this program runs on. `verify` runs Cranelift's verifier on each function (tests).
pub fn host_isa(opt: OptLevel, verify: bool) -> Result<OwnedTargetIsa, CodeError> {
    let mut builder = isa::lookup(Triple::host()).map_err(CodeError::target)?;
    arch::features(&mut builder).map_err(CodeError::target)?;
    builder.finish(flags(opt, verify)?).map_err(CodeError::target)
}

/// A plain aarch64, to look at its code.
pub fn aarch64_isa(opt: OptLevel) -> Result<OwnedTargetIsa, CodeError> {
    let triple = "aarch64-unknown-linux-gnu".parse().map_err(CodeError::target)?;
    let builder = isa::lookup(triple).map_err(CodeError::target)?;
    builder.finish(flags(opt, true)?).map_err(CodeError::target)
}
