//! Frames seen from outside the interpreter: whose they are, where they stand, unwinding, tracebacks.
//!
//! A window's callee word says what the frame is: a function, a generator (its resumed frame) or None for a
//! continuation. Unwinding walks windows towards the bottom of the stack until a handler or a native caller is found.

use crate::error::Exc;
use crate::generator::{ASYNC_GENERATOR, noun};
use crate::stack::{CALLEE, CALLER, RETURN_PC, reg, set_reg};
use crate::vm::Vm;
use habu_bytecode::Op;
use habu_object::array::gen_slot;
use habu_object::{Code, Exception, Function, Gc, Generator, Kind, Traceback, Value};

/// The function whose frame the window at `base` is; None for continuations.
///
/// # Safety
/// `base` is a live window of the value stack (not its bottom).
#[inline]
pub unsafe fn frame_function(base: *mut Value) -> Option<Gc<Function>> {
    // SAFETY: by contract there is a callee word.
    function_of(unsafe { reg(base, CALLEE) })
}

/// The function that a frame with this callee word runs.
#[inline(always)]
pub fn function_of(callee: Value) -> Option<Gc<Function>> {
    match callee.kind() {
        Kind::Function => callee.cast(),
        Kind::Generator => callee.cast::<Generator>()?.get(gen_slot::FUNC).cast(),
        _ => None,
    }
}

/// A frame on the stack, as `frames` yields it.
#[derive(Clone, Copy)]
pub struct FrameRef {
    /// Its window.
    pub base: *mut Value,
    /// Its function.
    pub func: Gc<Function>,
    /// Word index of the running instruction (some word of it).
    pub pc: u32,
}

impl Vm {
    /// The code object of a function.
    #[inline]
    pub fn function_code(f: Gc<Function>) -> Gc<Code> {
        // SAFETY: a function's code is always a code object.
        unsafe { f.code.get().cast_unchecked() }
    }

    /// Whether a function's frames are not to be seen.
    #[inline]
    pub fn is_hidden(f: Gc<Function>) -> bool {
        Vm::function_code(f).flags.get() & habu_bytecode::flags::HIDDEN != 0
    }

    /// Word index of an address in a code object; `pc` is just past some word of the instruction.
    pub fn pc_index(code: Gc<Code>, pc: *const u32) -> u32 {
        ((pc as usize).wrapping_sub(code.entry.get()) / 4).wrapping_sub(1) as u32
    }

    /// Calls `visit` for each Python frame from the innermost out until it returns false.
    pub fn visit_frames(&self, visit: impl FnMut(FrameRef) -> bool) {
        self.visit_from(self.base, self.pc, self.stack.start(), visit);
    }

    /// As `visit_frames`, of any thread: from this window on, at this instruction, down to the bottom of its stack.
    pub(crate) fn visit_from(
        &self,
        base: *mut Value,
        pc: *const u32,
        bottom: *mut Value,
        mut visit: impl FnMut(FrameRef) -> bool,
    ) {
        let (mut pc, mut base) = (pc, base);
        while base > bottom {
            // SAFETY: the chain of caller words leads through live windows to the bottom.
            if let Some(func) = unsafe { frame_function(base) }
                && !Vm::is_hidden(func)
            {
                let at = Vm::pc_index(Vm::function_code(func), pc);
                if !visit(FrameRef { base, func, pc: at }) {
                    return;
                }
            }
            // SAFETY: as above.
            (pc, base) = unsafe {
                (reg(base, RETURN_PC).bits() as *const u32, reg(base, CALLER).bits() as *mut Value)
            };
        }
    }

    /// The `n`-th Python frame from the innermost out.
    pub fn frame_at(&self, n: usize) -> Option<FrameRef> {
        let mut left = n;
        let mut found = None;
        self.visit_frames(|f| {
            if left == 0 {
                found = Some(f);
                return false;
            }
            left -= 1;
            true
        });
        found
    }

    /// Finds who handles the pending exception, raised at `pc` in the window at `base`: the handler's address and
    /// window, or None when it is the native caller of this run.
    ///
    /// # Safety
    /// `base` is the live innermost window and `pc` lies just past a word of its running instruction.
    pub unsafe fn unwind(
        &mut self,
        pc: *const u32,
        base: *mut Value,
        mut add_entry: bool,
    ) -> Option<(*const u32, *mut Value)> {
        let (mut pc, mut base) = (pc, base);
        let mut innermost = true;
        if self.raised.is_unbound() {
            self.raised = self.memory_error;
        }
        loop {
            // SAFETY: by contract, and the chain of caller words leads through live windows.
            match unsafe { frame_function(base) } {
                Some(func) => {
                    let code = Vm::function_code(func);
                    let at = Vm::pc_index(code, pc);
                    if add_entry && !Vm::is_hidden(func) {
                        self.base = base;
                        self.pc = pc;
                        self.top = base.wrapping_add(code.nregs.get() as usize);
                        self.add_traceback(self.raised, func, at);
                    }
                    add_entry = true;
                    let handler = self.code_data(code).handler(at);
                    // SAFETY: passed on.
                    unsafe { self.leave_loops(code, pc, base, handler.map(|h| h.target)) };
                    if let Some(h) = handler {
                        let e = std::mem::replace(&mut self.raised, Value::UNBOUND);
                        let target = (code.entry.get() + h.target as usize * 4) as *const u32;
                        // SAFETY: the verifier has checked the handler's register and target.
                        unsafe { set_reg(base, h.reg as isize, e) };
                        self.lower_stack_limit(base);
                        return Some((target, base));
                    }
                    // SAFETY: as above.
                    let callee = unsafe { reg(base, CALLEE) };
                    if let Some(generator) = callee.cast::<Generator>() {
                        self.fail_generator(generator);
                    }
                }
                None => {
                    // The innermost frame's own continuation op has failed: only popping is left. Of others `pc` is
                    // the stub they wait at.
                    if !innermost {
                        // SAFETY: a return address is a stub here.
                        let op = unsafe { *pc } as u8;
                        if op == Op::Halt as u8 {
                            return None;
                        }
                        if let Some(resumed) = self.unwind_continuation(op, base) {
                            return Some(resumed);
                        }
                    }
                }
            }
            innermost = false;
            // SAFETY: the window has link words.
            (pc, base) = unsafe {
                (reg(base, RETURN_PC).bits() as *const u32, reg(base, CALLER).bits() as *mut Value)
            };
        }
    }

    /// Drops the iterators of the loops that the pending exception leaves on its way to `target` or out of the frame.
    ///
    /// # Safety
    /// As `unwind`.
    unsafe fn leave_loops(
        &mut self,
        code: Gc<Code>,
        pc: *const u32,
        base: *mut Value,
        target: Option<u32>,
    ) {
        let at = Vm::pc_index(code, pc);
        for l in &self.code_data(code).loops {
            if !l.covers(at) || target.is_some_and(|t| l.covers(t)) {
                continue;
            }
            // SAFETY: the verifier has checked that the loop's iterator is there wherever it can be left.
            let it = unsafe { reg(base, l.reg as isize) };
            if it.kind() == Kind::Generator {
                (self.base, self.pc) = (base, pc);
                self.top = base.wrapping_add(code.nregs.get() as usize);
                self.drop_iterator(it);
            }
        }
    }

    /// A continuation frame that turns StopIteration into the end of a loop or of a delegation.
    fn unwind_continuation(
        &mut self,
        op: u8,
        base: *mut Value,
    ) -> Option<(*const u32, *mut Value)> {
        if op != Op::ContNext as u8 && op != Op::ContSend as u8 {
            return None;
        }
        let stop = self.exc_type(Exc::StopIteration);
        if !self.is_instance_exact(self.raised, stop) {
            return None;
        }
        let e = std::mem::replace(&mut self.raised, Value::UNBOUND);
        let value = e.cast::<Exception>().map_or(Value::NONE, |e| e.extra0.get());
        // SAFETY: a continuation's payload word 0 is the address of its op, its links name the op's frame.
        let (op_at, caller) =
            unsafe { (reg(base, 0).bits() as *const u32, reg(base, CALLER).bits() as *mut Value) };
        if op == Op::ContNext as u8 {
            // Code that only asks whether this is the way it knows has not stored the address; then it is not.
            let after = Op::ForLoop.size() + Op::ForResult.size();
            return Some((op_at.wrapping_add(after), caller));
        }
        // SAFETY: the op's word and its jump word.
        let (insn, jump) = unsafe { (habu_bytecode::Insn(*op_at), *op_at.add(1) as i32) };
        // SAFETY: register B of SEND receives the delegate's result.
        unsafe { set_reg(caller, insn.b() as isize, value) };
        Some((op_at.wrapping_offset(jump as isize), caller))
    }

    /// A generator's frame ends with an exception: PEP 479 and its state.
    fn fail_generator(&mut self, generator: Gc<Generator>) {
        generator.items()[gen_slot::PC].set(Value::from_bits(0));
        self.heap.withdraw_finalizer(generator.header());
        self.handled = generator.get(gen_slot::OUTER);
        let is_async = generator.value().shape() == ASYNC_GENERATOR;
        if is_async {
            generator.items()[gen_slot::OWNER].set(Value::NONE);
            generator.items()[gen_slot::HOOK].set(Value::TRUE);
        }
        let raises = |vm: &Vm, exc: Exc| vm.is_instance_exact(vm.raised, vm.types.exceptions(exc));
        let stop = match is_async && raises(self, Exc::StopAsyncIteration) {
            true => Exc::StopAsyncIteration,
            false => Exc::StopIteration,
        };
        if raises(self, stop) {
            let cause = std::mem::replace(&mut self.raised, Value::UNBOUND);
            let msg = format!("{} raised {stop:?}", noun(generator));
            let _ = self.raise_msg(Exc::RuntimeError, &msg);
            if let Some(e) = self.raised.cast::<Exception>() {
                e.store(&mut self.heap, &e.cause, cause);
                e.store(&mut self.heap, &e.context, cause);
                e.suppress_context.set(true);
            }
        }
    }

    /// Puts an entry for the frame in front of an exception's traceback.
    pub(crate) fn add_traceback(&mut self, e: Value, func: Gc<Function>, at: u32) {
        let Some(e) = e.cast::<Exception>() else { return };
        let code = Vm::function_code(func);
        let Ok(t) = Traceback::blank(&mut self.heap) else { return };
        t.next.set(match e.traceback.get() {
            v if v.is_unbound() => Value::NONE,
            v => v,
        });
        t.code.set(code.value());
        t.globals.set(func.globals.get());
        t.pc.set(at);
        t.line.set(self.code_data(code).position(at).map_or(0, |p| p.line));
        e.store(&mut self.heap, &e.traceback, t.value());
    }

    /// The source line the innermost Python frame stands at.
    pub fn current_line(&self) -> Option<(Gc<Code>, u32)> {
        let f = self.frame_at(0)?;
        let code = Vm::function_code(f.func);
        Some((code, self.code_data(code).position(f.pc).map_or(0, |p| p.line)))
    }
}
