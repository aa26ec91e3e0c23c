//! Functions that are not inlined: calls of other trees, and the return from the tree's own frame.
//!
//! Whether a call is inlined is decided when the recording stands at the callee's entry, its frame open like that of any
//! inlined call. If its tree is to be called instead, the frame is closed again: registers and link words are stored
//! where the callee will find them, behind a continuation frame as for calls from native code (`tree::calls`), and the
//! program runs the callee to its end in an interpreter run of its own. A loop in an inlined function that has a tree is
//! called the same way, with the registers it finds there: it too goes on to the function's end.

use super::machine::Rec;
use super::{OpenFrame, Recorder};
use crate::reason::Abort;
use crate::tuning::{MAX_INLINE_DEPTH, MAX_RECURSIVE_INSTS};
use habu_bytecode::{Code, Insn, Op, flags};
use habu_object::{Function, Value};
use habu_semantics::slow;
use habu_trace::{End, InstId, Slot};
use habu_vm::call::stub;
use habu_vm::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};

/// Whether calling a function does no more than make a generator.
fn makes_generator(code: usize) -> bool {
    // SAFETY: code whose frame is in a trace is pinned.
    code != 0 && unsafe { &*(code as *const Code) }.flags & GENERATES != 0
}

const GENERATES: u32 = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;

/// What the callee's entry reads: register, value.
pub(super) type Arguments = Vec<(usize, Rec<Value>)>;

impl Recorder<'_> {
    /// The tree's own frame returns.
    pub(super) fn return_from_tree(&mut self, insn: Insn) -> End {
        let id = self.read_slot(insn.a() as Slot);
        // SAFETY: verified code returns a register of its own live window; its link words lie just below, of which the
        // callee's is the caller's result register.
        unsafe {
            let v = reg(self.base, insn.a() as isize);
            set_reg(self.base, CALLEE, v);
            self.pc = reg(self.base, RETURN_PC).bits() as *const u32;
            self.base = reg(self.base, CALLER).bits() as *mut Value;
        }
        End::Return(id)
    }

    /// Whether the recording stands where a tree begins that is to be called: at the entry of a function that is not
    /// inlined, or at a loop of one that is.
    pub(super) fn calls_tree(&mut self, op: Op) -> bool {
        if self.frames.len() < 2 {
            return false;
        }
        if op != Op::Enter {
            return self.headers.contains_key(&(self.pc as usize)) && self.in_function();
        }
        let code = self.frames.last().map_or(0, |f| f.code);
        if makes_generator(code) {
            return false;
        }
        let open = self.frames.iter().filter(|f| f.code == code).count();
        let outline = self.shelf.outline(code);
        open > 1 && (open > outline.copies() || self.b.len() > MAX_RECURSIVE_INSTS)
            || self.frames.len() > MAX_INLINE_DEPTH
            || outline.loops && self.has_compiled_loop(code)
    }

    /// Whether the innermost frame is a function's own, which it returns from only once.
    fn in_function(&self) -> bool {
        // SAFETY: a recording keeps the callee words of open frames in memory.
        unsafe { reg(self.base, CALLEE) }.cast::<Function>().is_some()
    }

    /// Whether a loop of the function at whose entry the recording stands has a tree.
    fn has_compiled_loop(&self, code: usize) -> bool {
        // SAFETY: code whose frame is in a trace is pinned.
        let words = unsafe { &*(code as *const Code) }.code.len();
        let inside = self.pc as usize + 4..self.pc as usize + 4 * words;
        self.headers.keys().any(|header| inside.contains(header))
    }

    /// Calls the tree that begins where the recording stands, in the innermost frame, which it brings to its end.
    pub(super) fn call_tree(&mut self) -> Result<Option<End>, Abort> {
        let (entry, continuation) = (self.pc, self.base);
        // SAFETY: the window is live.
        let size = unsafe { slow::window_size(continuation) };
        if continuation.wrapping_add(LINK + size) > self.vm.stack_limit {
            return Err(Abort::TooDeep);
        }
        let args = self.arguments(size);
        let at = self.depth_base();
        let function = Rec {
            // SAFETY: as above; a window has a callee word.
            now: unsafe { reg(continuation, CALLEE) },
            id: self.read_slot(at - 3),
        };
        self.frames.pop();
        self.slots.drop_from(at - 3);
        let Some(&caller) = self.frames.last() else { return Err(Abort::Contradiction) };
        self.store_window(at, &caller, function.id, &args);
        let snap = self.snapshot_at(0, None);
        let number = self.shelf.number(entry);
        self.callees.push(number);
        let id = self.b.call_tree(number as u32, at + LINK as Slot, |_| snap);
        let result = self.run_callee(entry, continuation, function.now, &args);
        self.pc = caller.resume;
        self.base = self.tree_base.wrapping_offset(caller.base as isize);
        let now = result.unwrap_or(Value::NONE);
        self.write_slot(at - 3, Rec { now, id });
        if result.is_none() {
            return self.callee_raised().map(Some);
        }
        // The callee may have changed what the trace relies on.
        self.op_pc = self.pc.wrapping_add(1);
        self.op_snap = None;
        let snap = self.snapshot();
        self.b.guard_valid(|_| snap);
        Ok(None)
    }

    fn arguments(&mut self, size: usize) -> Arguments {
        let Some(&callee) = self.frames.last() else { return Vec::new() };
        let live = self.live_at(callee.code, self.pc);
        let read = |r: &usize| live.as_ref().is_none_or(|live| live.has(*r as u32));
        let read: Vec<usize> = (0..size).filter(read).collect();
        let mut args = Vec::new();
        for r in read {
            let id = self.read_slot(callee.base + r as Slot);
            // SAFETY: a register of the live window.
            args.push((r, Rec { now: unsafe { reg(self.base, r as isize) }, id }));
        }
        args
    }

    /// Stores the callee's window behind a continuation frame whose window begins at `at`.
    pub(super) fn store_window(
        &mut self,
        at: Slot,
        caller: &OpenFrame,
        function: InstId,
        args: &Arguments,
    ) {
        self.store_links();
        let none = self.b.const_val(Value::NONE.bits());
        self.b.frame_store(at + CALLEE as Slot, none);
        self.store_link(at, caller.resume, caller.base);
        let window = at + LINK as Slot;
        self.b.frame_store(window + CALLEE as Slot, function);
        self.store_link(window, stub(Op::Halt), at);
        for (r, v) in args {
            self.b.frame_store(window + *r as Slot, v.id);
        }
    }

    /// Completes the links of the open frames in memory: whoever walks the stack finds all of them.
    fn store_links(&mut self) {
        for n in 1..self.frames.len() {
            let (outer, f) = (self.frames[n - 1], self.frames[n]);
            if f.linked {
                continue;
            }
            self.frames[n].linked = true;
            if let super::Contents::Inst(callee) = self.slots.get(f.base + CALLEE as Slot) {
                self.b.frame_store(f.base + CALLEE as Slot, callee);
            }
            self.store_link(f.base, outer.resume, outer.base);
        }
    }

    fn store_link(&mut self, window: Slot, pc: *const u32, caller: Slot) {
        let pc = self.b.const_val(pc as u64);
        self.b.frame_store(window + RETURN_PC as Slot, pc);
        let caller = self.b.frame_addr(caller);
        self.b.frame_store(window + CALLER as Slot, caller);
    }

    /// Runs the callee to its end; None if an exception is pending.
    fn run_callee(
        &mut self,
        entry: *const u32,
        continuation: *mut Value,
        function: Value,
        args: &Arguments,
    ) -> Option<Value> {
        self.root_constants();
        let window = continuation.wrapping_add(LINK);
        // SAFETY: the words up to the end of the callee's registers were found to be free; the continuation's own link
        // words are those that the callee's frame had.
        unsafe {
            set_reg(continuation, CALLEE, Value::NONE);
            set_reg(window, CALLEE, function);
            set_reg(window, RETURN_PC, Value::from_bits(stub(Op::Halt) as u64));
            set_reg(window, CALLER, Value::from_bits(continuation as u64));
            for (r, v) in args {
                set_reg(window, *r as isize, v.now);
            }
        }
        let saved = (self.vm.base, self.vm.pc, self.vm.top);
        let result = (self.vm.ports.run)(self.vm, entry, window);
        (self.vm.base, self.vm.pc, self.vm.top) = saved;
        result.ok()
    }

    /// The callee raised where the recording went on: the trace ends after the call, the program with the handler.
    fn callee_raised(&mut self) -> Result<End, Abort> {
        let end = self.cut();
        self.unwind_program();
        end
    }

    /// The program goes on at the handler of the exception that a call has raised where the recording stands.
    pub(super) fn unwind_program(&mut self) {
        // SAFETY: the exception is pending in the caller's live window, at the call.
        match unsafe { self.vm.unwind(self.pc, self.base, true) } {
            Some((pc, base)) => (self.pc, self.base) = (pc, base),
            None => self.pc = stub(Op::Leave),
        }
    }
}
