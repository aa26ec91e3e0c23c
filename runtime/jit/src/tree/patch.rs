//! Writing into bytecode: counters of hot ops, and the ops that enter trees in their place.

use habu_bytecode::{Insn, Op};
use habu_vm::resume::ResumePoint;

/// Sets the counter word of an op so that it does not run out soon again.
pub(super) fn reset_counter(op_at: *const u32, n: u32) {
    if ResumePoint::is_key(op_at) {
        return;
    }
    // SAFETY: hot ops have a count word; `hot` was called for one.
    let insn = Insn(unsafe { *op_at });
    let Some(op) = insn.op() else { return };
    let Some(k) = op.info().words.iter().position(|w| *w == habu_bytecode::Word::Count) else {
        return;
    };
    // SAFETY: as above; instruction words are in a writable blob.
    unsafe { *op_at.add(1 + k).cast_mut() = n };
}

/// The header that a hot op leads to.
pub(super) fn header_of(op_at: *const u32) -> Option<*const u32> {
    // SAFETY: `hot` was called for this op.
    let op = Insn(unsafe { *op_at }).op()?;
    match op {
        Op::ForLoop | Op::ForLoopTree | Op::Enter | Op::EnterTree => Some(op_at),
        Op::JumpBack | Op::JumpBackTree => {
            // SAFETY: the jump word follows.
            let offset = unsafe { *op_at.add(1) } as i32 as isize;
            Some(op_at.wrapping_offset(offset))
        }
        _ => None,
    }
}

/// Turns a hot op into the op that enters tree `n`.
pub(super) fn patch(op_at: *const u32, n: u32) -> Option<u32> {
    if ResumePoint::is_key(op_at) {
        return None;
    }
    // SAFETY: `op_at` is an op of verified code in a writable blob.
    let word = unsafe { *op_at };
    let insn = Insn(word);
    let to = match insn.op()? {
        Op::ForLoop => Op::ForLoopTree,
        Op::JumpBack => Op::JumpBackTree,
        Op::Enter => Op::EnterTree,
        _ => return None,
    };
    let link = to.info().words.iter().position(|w| *w == habu_bytecode::Word::Link)?;
    // SAFETY: as above; both ops have the same words.
    unsafe {
        *op_at.cast_mut() = word & !0xff | to as u32;
        *op_at.add(1 + link).cast_mut() = n;
    }
    Some(word)
}

/// Gives an op back what `patch` replaced.
pub(super) fn unpatch(op_at: *const u32, word: u32) {
    // SAFETY: the code of hot ops is pinned; the op was patched by `patch`.
    unsafe { *op_at.cast_mut() = word };
}
