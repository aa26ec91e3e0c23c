//! Deoptimisation: what an exit left in the context becomes frames and objects in memory again.
//!
//! `ExitDescr::rebuild` walks the description; here is the memory it walks into, and the link words of inlined frames.

use crate::lower::{ExitDescr, Place, Rebuild};
use crate::residual::Shared;
use habu_gc::{Header, Heap, OutOfMemory};
use habu_object::{Value, float, int};
use habu_semantics::Jump;
use habu_trace::{MemType, Slot};
use habu_vm::Vm;
use habu_vm::stack::{CALLER, RETURN_PC, set_reg};
use std::ptr::NonNull;

/// The runtime's memory as an exit sees it.
struct Memory<'a> {
    vm: &'a mut Vm,
    base: *mut Value,
}

impl Rebuild for Memory<'_> {
    fn alloc(&mut self, header: u64, size: u32) -> u64 {
        let p = make(self.vm, |heap| heap.alloc_zeroed(size as usize));
        // SAFETY: the object is at least a header long and nobody else's.
        unsafe { p.as_ptr().cast::<u64>().write(header) };
        p.as_ptr() as u64 + 1
    }

    fn store(&mut self, object: u64, place: Place, bits: u64) {
        let at = (object - 1).wrapping_add(place.offset as u64);
        // SAFETY: the description names fields of the object's own layout.
        unsafe {
            match place.ty {
                MemType::Val | MemType::Raw64 | MemType::Len | MemType::F64 => {
                    (at as *mut u64).write(bits)
                }
                MemType::Raw32 => (at as *mut u32).write(bits as u32),
                MemType::Raw16 => (at as *mut u16).write(bits as u16),
                MemType::U8 => (at as *mut u8).write(bits as u8),
            }
        }
        if place.ty == MemType::Val
            && Value::from_bits(bits).is_ptr()
            && let Some(p) = NonNull::new((object - 1) as *mut Header)
        {
            self.vm.heap.barrier(p);
        }
    }

    fn float(&mut self, x: f64) -> u64 {
        make(self.vm, |heap| float::new(heap, x)).bits()
    }

    fn truth(&mut self, b: bool) -> u64 {
        Value::bool(b).bits()
    }

    fn int(&mut self, n: i64) -> u64 {
        make(self.vm, |heap| int::from_i64(heap, n)).bits()
    }

    fn set_slot(&mut self, slot: Slot, word: u64) {
        // SAFETY: slots of an exit lie in the windows of its frames, for which entering the tree checked the room.
        unsafe { *self.base.wrapping_offset(slot as isize) = Value::from_bits(word) };
    }
}

/// Makes an object that must be made: without memory from what the heap has for such cases. MemoryError is then raised
/// at the next safepoint.
pub(crate) fn make<T>(vm: &mut Vm, f: impl Fn(&mut Heap) -> Result<T, OutOfMemory>) -> T {
    if let Ok(made) = f(&mut vm.heap) {
        return made;
    }
    vm.poll = 1;
    match vm.heap.beyond_limit(f) {
        Ok(made) => made,
        Err(e) => {
            eprintln!("habu: {e} while leaving compiled code");
            std::process::abort()
        }
    }
}

/// Rebuilds the interpreter's state at an exit; where it goes on.
pub(crate) fn leave(vm: &mut Vm, shared: &mut Shared, exit: &ExitDescr, base: *mut Value) -> Jump {
    exit.rebuild(&mut shared.context, &mut Memory { vm, base });
    let at = |slot: Slot| base.wrapping_offset(slot as isize);
    for pair in exit.frames.windows(2) {
        let window = at(pair[1].base);
        // SAFETY: the words below an inlined frame's window are its own.
        unsafe {
            set_reg(window, RETURN_PC, Value::from_bits(pair[0].pc));
            set_reg(window, CALLER, Value::from_bits(at(pair[0].base) as u64));
        }
    }
    match exit.frames.last() {
        // A residual op went another way than recorded: the runtime noted where.
        Some(frame) if frame.pc == 0 => shared.jump,
        Some(frame) => Jump { pc: frame.pc as *const u32, base: at(frame.base) },
        None => shared.jump,
    }
}
