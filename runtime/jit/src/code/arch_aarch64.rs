//! What aarch64 wants done when code is placed: cache maintenance by hand, one kind of relocation.

use std::arch::asm;

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::isa;

/// The smallest cache line any implementation has.
const LINE: usize = 16;

/// Makes code written through the view at `rw` visible to execution at `rx`.
pub(super) fn publish(rw: *const u8, rx: *const u8, len: usize) {
    for at in (0..len).step_by(LINE) {
        // SAFETY: cleans a data cache line of memory that the caller mapped and wrote.
        unsafe {
            asm!("dc cvau, {}", in(reg) rw.wrapping_add(at), options(nostack, preserves_flags))
        };
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    for at in (0..len).step_by(LINE) {
        // SAFETY: invalidates an instruction cache line of memory that the caller mapped.
        unsafe {
            asm!("ic ivau, {}", in(reg) rx.wrapping_add(at), options(nostack, preserves_flags))
        };
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
}

/// Before the first execution of code that another thread published.
pub(super) fn synchronise() {
    // SAFETY: a barrier.
    unsafe { asm!("isb", options(nostack, preserves_flags)) };
}

/// Patches a relocation in `code`, at `offset`, for code that will run at address `rx`. `false` if it cannot.
pub(super) fn relocate(
    code: &mut [u8],
    offset: usize,
    rx: usize,
    kind: Reloc,
    target: u64,
) -> bool {
    if kind != Reloc::Arm64Call {
        return false;
    }
    let delta = (target as i64).wrapping_sub((rx + offset) as i64);
    if !(-(1 << 27)..1 << 27).contains(&delta) {
        return false;
    }
    let word = &mut code[offset..offset + 4];
    let insn = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
    let insn = insn & 0xfc00_0000 | (delta >> 2) as u32 & 0x03ff_ffff;
    word.copy_from_slice(&insn.to_le_bytes());
    true
}

/// Enables the features of this processor that scalar code uses.
pub(super) fn features(
    builder: &mut isa::Builder,
) -> Result<(), cranelift_codegen::settings::SetError> {
    use cranelift_codegen::settings::Configurable;
    if std::arch::is_aarch64_feature_detected!("lse") {
        builder.enable("has_lse")?;
    }
    Ok(())
}
