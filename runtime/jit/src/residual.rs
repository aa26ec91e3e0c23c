//! Residual ops in compiled code: the op's residual function, called on the frame in memory.
//!
//! The trace has put into memory what the op reads. The helper completes the link words of inlined frames (memory has
//! them only when somebody could look), runs the op, and says whether it went where the recording went.

use crate::lower::JitContext;
use habu_bytecode::Insn;
use habu_object::{Exception, Value};
use habu_semantics::{Jump, Residual, slow};
use habu_vm::Vm;
use habu_vm::stack::{CALLER, RETURN_PC, set_reg};
use std::cell::Cell;
use std::rc::Rc;

/// An inlined frame that memory must have link words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its window, in words from the tree's base.
    pub base: i32,
    /// Its return address.
    pub pc: *const u32,
    /// Its caller's window, in words from the tree's base.
    pub caller: i32,
}

/// A residual op in a trace.
#[derive(Debug)]
pub(crate) struct Site {
    /// The residual function.
    pub function: Residual,
    /// The instruction.
    pub insn: Insn,
    /// Just past its op word.
    pub pc: *const u32,
    /// Its frame, in words from the tree's base.
    pub base: i32,
    /// The inlined frames, outermost first.
    pub links: Vec<Link>,
    /// Where the recording went on: instruction, and window in words from the tree's base.
    pub expected: (*const u32, i32),
    /// Whether the recorded op raised and was unwound to `expected`.
    pub raises: bool,
    /// Whether the exception's traceback gets an entry for this frame.
    pub add_entry: bool,
    /// What the statistics call it: the op and, of calls, the callee.
    pub what: String,
    /// Times it ran in compiled code.
    pub runs: Rc<Cell<u64>>,
}

/// The sites of a trace: its code holds their addresses.
#[allow(clippy::vec_box, reason = "compiled code holds the addresses")]
pub(crate) type Sites = Vec<Box<Site>>;

/// What compiled code shares with the runtime beyond the context; the context comes first, so its address is this one's.
#[repr(C)]
pub(crate) struct Shared {
    /// The context.
    pub context: JitContext,
    /// Where the last residual op or called tree went, if not on in the trace.
    pub jump: Jump,
}

/// Runs a residual op; 0 if it went where the recording went, 1 if `Shared::jump` says where.
pub(crate) extern "C" fn residual(context: *mut JitContext, site: u64) -> u64 {
    let shared = context.cast::<Shared>();
    // SAFETY: compiled code passes its own context, which is the first field of the `Shared` it was entered with.
    let shared = unsafe { &mut *shared };
    // SAFETY: the number in the code is the address of a site, which lives as long as the code.
    let site = unsafe { &*(site as *const Site) };
    site.runs.set(site.runs.get() + 1);
    let tree_base = shared.context.base.cast::<Value>();
    let at = |slot: i32| tree_base.wrapping_offset(slot as isize);
    // SAFETY: the context's runtime is the one that entered this code and waits for it.
    let vm = unsafe { &mut *shared.context.vm.cast::<Vm>() };
    for link in &site.links {
        let window = at(link.base);
        // SAFETY: the words below an inlined frame's window are its own.
        unsafe {
            set_reg(window, RETURN_PC, Value::from_bits(link.pc as u64));
            set_reg(window, CALLER, Value::from_bits(at(link.caller) as u64));
        }
    }
    let base = at(site.base);
    // Up to here compiled code keeps values in the stack; the op publishes its own frame only.
    let top = vm.top;
    let expected =
        Jump { pc: site.expected.0, base: tree_base.wrapping_offset(site.expected.1 as isize) };
    // SAFETY: the frame is live and the trace has stored what the op reads.
    let mut jump = unsafe { (site.function)(vm, site.pc, base, site.insn) };
    if jump.pc.is_null() && site.raises {
        jump = unwind(vm, site, jump, |to| to == expected);
    }
    // SAFETY: as above; the op may have entered other trees, which restored the base when they left.
    let shared = unsafe { &mut *context.cast::<Shared>() };
    debug_assert_eq!(shared.context.base, tree_base.cast());
    // The trace may end here even if the op went the recorded way.
    shared.jump = jump;
    if jump == expected {
        vm.top = top;
        return 0;
    }
    // SAFETY: where the op went is a live window.
    vm.top = top.max(jump.base.wrapping_add(unsafe { slow::window_size(jump.base) }));
    1
}

/// Unwinds to the handler if that is where the recording went. Otherwise the exception stays pending where it was
/// raised: an exit writes registers, the handler's own among them, so unwinding comes after it.
fn unwind(vm: &mut Vm, site: &Site, jump: Jump, expected: impl Fn(Jump) -> bool) -> Jump {
    if vm.raised.is_unbound() {
        vm.raised = vm.memory_error;
    }
    let raised = vm.raised;
    let traceback = raised.cast::<Exception>().map(|e| e.traceback.get());
    // SAFETY: the exception is pending in this frame.
    if let Some((pc, base)) = unsafe { vm.unwind(site.pc, jump.base, site.add_entry) } {
        let to = Jump { pc, base };
        if expected(to) {
            return to;
        }
    }
    if let (Some(e), Some(traceback)) = (raised.cast::<Exception>(), traceback) {
        e.store(&mut vm.heap, &e.traceback, traceback);
    }
    vm.raised = raised;
    vm.pc = site.pc;
    jump
}
