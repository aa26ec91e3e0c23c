//! What needs the processor's own words: spilling callee-saved registers and prefetching.

use std::hint::black_box;

/// Runs `f` with the address below which nothing of the callers' lives, after storing every register a caller may
/// keep a pointer in above that address.
#[inline(never)]
pub fn with_spilled_registers<R>(f: impl FnOnce(*const u64) -> R) -> R {
    let mut registers = [0u64; 20];
    let low: *const u64;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: stores six registers into the array, which has room for twenty words, and reads the stack pointer.
    unsafe {
        std::arch::asm!(
            "mov [{to}], rbx",
            "mov [{to} + 8], rbp",
            "mov [{to} + 16], r12",
            "mov [{to} + 24], r13",
            "mov [{to} + 32], r14",
            "mov [{to} + 40], r15",
            "mov {low}, rsp",
            to = in(reg) registers.as_mut_ptr(),
            low = lateout(reg) low,
            options(nostack, preserves_flags),
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: stores twelve general and eight vector registers, twenty words in all, and reads the stack pointer.
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{to}]",
            "stp x21, x22, [{to}, #16]",
            "stp x23, x24, [{to}, #32]",
            "stp x25, x26, [{to}, #48]",
            "stp x27, x28, [{to}, #64]",
            "stp x29, x30, [{to}, #80]",
            "stp d8, d9, [{to}, #96]",
            "stp d10, d11, [{to}, #112]",
            "stp d12, d13, [{to}, #128]",
            "stp d14, d15, [{to}, #144]",
            "mov {low}, sp",
            to = in(reg) registers.as_mut_ptr(),
            low = lateout(reg) low,
            options(nostack, preserves_flags),
        );
    }
    let result = f(low);
    black_box(&mut registers);
    result
}

/// Asks for the cache line at `address`; any address is allowed.
#[inline(always)]
pub(crate) fn prefetch(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch never faults and changes nothing that a program can see.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address.cast());
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
}
