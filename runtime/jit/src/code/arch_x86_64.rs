//! What x86-64 wants done when code is placed: nothing for caches, two kinds of relocations.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::isa;

/// Makes code written through the view at `_rw` visible to execution at `_rx`.
pub(super) fn publish(_rw: *const u8, _rx: *const u8, _len: usize) {
    // Instruction fetch is coherent with stores.
}

/// Before the first execution of code that another thread published.
pub(super) fn synchronise() {}

/// Patches a relocation in `code`, at `offset`, for code that will run at address `rx`. `false` if it cannot.
pub(super) fn relocate(
    code: &mut [u8],
    offset: usize,
    rx: usize,
    kind: Reloc,
    target: u64,
) -> bool {
    match kind {
        Reloc::X86CallPCRel4 | Reloc::X86PCRel4 => {
            let delta = (target as i64).wrapping_sub((rx + offset) as i64);
            let Ok(delta) = i32::try_from(delta) else { return false };
            code[offset..offset + 4].copy_from_slice(&delta.to_le_bytes());
            true
        }
        _ => false,
    }
}

/// Enables the features of this processor that scalar code uses.
pub(super) fn features(
    builder: &mut isa::Builder,
) -> Result<(), cranelift_codegen::settings::SetError> {
    use cranelift_codegen::settings::Configurable;
    let found = [
        ("has_sse3", is_x86_feature_detected!("sse3")),
        ("has_ssse3", is_x86_feature_detected!("ssse3")),
        ("has_sse41", is_x86_feature_detected!("sse4.1")),
        ("has_sse42", is_x86_feature_detected!("sse4.2")),
        ("has_popcnt", is_x86_feature_detected!("popcnt")),
        ("has_avx", is_x86_feature_detected!("avx")),
        ("has_bmi1", is_x86_feature_detected!("bmi1")),
        ("has_bmi2", is_x86_feature_detected!("bmi2")),
        ("has_lzcnt", is_x86_feature_detected!("lzcnt")),
    ];
    found.iter().filter(|f| f.1).try_for_each(|f| builder.enable(f.0))
}
