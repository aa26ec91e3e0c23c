//! Generators that are not followed into the trace: resumed as trees that are called.
//!
//! Like a call of a function's tree (`calls`), with the generator in the callee's place: its registers stay in the
//! object, from where the tree that begins at the resume point takes them, and to where it puts them back when it
//! yields. Whether it has yielded or ended is found out in a continuation (CONT_GEN).

use super::machine::Rec;
use super::state::Contents;
use super::{OpenFrame, Recorder};
use crate::reason::Abort;
use habu_bytecode::{Insn, Op};
use habu_object::array::gen_slot;
use habu_object::{Function, Generator, Value};
use habu_semantics::Machine;
use habu_semantics::fields::{GEN_HANDLED, GEN_OUTER, GEN_PC};
use habu_trace::{End, Slot};
use habu_vm::Vm;
use habu_vm::call::{CONT_WINDOW, stub};
use habu_vm::frame::function_of;
use habu_vm::resume::{ResumePoint, registers};
use habu_vm::stack::{CALLEE, CALLER, LINK, RETURN_PC, set_reg};

impl Recorder<'_> {
    /// The tree begins behind an op that suspends: its registers are in the generator.
    pub(super) fn begin_resumed(&mut self) {
        let g = self.callee();
        let Some(point) = self.resumed_at(g) else { return };
        for r in registers(point.saved()).filter(|r| point.receiver() != Some(*r)) {
            let v = self.load_register(g, r);
            self.slots.set(r as Slot, Contents::Inst(v.id));
        }
    }

    /// The tree's own frame suspends or ends with `v`.
    pub(super) fn leave_tree(&mut self, v: Rec<Value>) {
        // SAFETY: the tree's window is live and has link words.
        let jump = unsafe { habu_semantics::slow::generators::leave(self.base, v.now) };
        (self.pc, self.base) = (jump.pc, jump.base);
        self.returned = Some(v.id);
    }

    /// Steps the generator in register A by calling its tree. None, with nothing done, if that cannot be.
    pub(super) fn call_generator(
        &mut self,
        insn: Insn,
        op: Op,
    ) -> Option<Result<Option<End>, Abort>> {
        let g = self.reg(insn.a());
        let generator = g.now.cast::<Generator>()?;
        let point = ResumePoint::of(generator.get(gen_slot::PC))?;
        let f = generator.get(gen_slot::FUNC).cast::<Function>()?;
        let (next, sent, window) = match op {
            Op::ForLoop => (Op::ForLoop.size(), None, insn.a() + 1 + LINK),
            Op::Send => (Op::Send.size(), Some(self.reg(insn.b())), self.frame_size() + LINK),
            _ => return None,
        };
        let end = self.base.wrapping_add(window + LINK + f.nregs.get() as usize);
        let refused = point.is_created() && sent.is_some_and(|v| !v.now.is_none());
        if end > self.vm.stack_limit || refused {
            return None;
        }
        let pc = self.load(g, &GEN_PC);
        self.pin(pc);
        let own = self.load(g, &GEN_HANDLED);
        if !self.is(own, Value::NONE) {
            return None;
        }
        if let (true, Some(sent)) = (point.is_created(), sent) {
            self.is(sent, Value::NONE);
        }
        let next = self.op_pc.wrapping_add(next - 1);
        Some(self.call_resumed(g, point, sent, window, next))
    }

    fn call_resumed(
        &mut self,
        g: Rec<Value>,
        point: ResumePoint,
        sent: Option<Rec<Value>>,
        window: usize,
        next: *const u32,
    ) -> Result<Option<End>, Abort> {
        let at = self.slot(window);
        let none = self.konst(Value::NONE);
        let sent = point.receiver().map(|r| (r, sent.unwrap_or(none)));
        let running = self.konst(point.running());
        self.store(g, &GEN_PC, running);
        let handled = self.handled();
        self.store(g, &GEN_OUTER, handled);
        let Some(caller) = self.frames.last_mut() else { return Err(Abort::Contradiction) };
        caller.resume = next;
        let caller: OpenFrame = *caller;
        let args = sent.into_iter().collect();
        self.store_window(at, &caller, g.id, &args);
        let snap = self.snapshot_at(0, None);
        if let Some(f) = function_of(g.now) {
            self.vm.pin_code(Vm::function_code(f));
        }
        let number = self.shelf.number(point.key());
        self.callees.push(number);
        let id = self.b.call_tree(number as u32, at + LINK as Slot, |_| snap);
        let result = self.run_generator(g.now, point, at, &args);
        (self.pc, self.base) = (next, self.tree_base.wrapping_offset(caller.base as isize));
        let back = (self.pc, self.base);
        let address = self.op_address();
        let address = self.konst(address);
        self.push_continuation(window, [address, g], Op::ContGen);
        self.set(CONT_WINDOW, Rec { now: result.unwrap_or(Value::NONE), id });
        if result.is_none() {
            // The trace ends after the call, the program goes on with the handler.
            let end = self.cut();
            (self.pc, self.base) = back;
            self.unwind_program();
            return end.map(Some);
        }
        // The generator's code may have changed what the trace relies on.
        self.op_pc = self.pc.wrapping_add(1);
        self.op_snap = None;
        let snap = self.snapshot();
        self.b.guard_valid(|_| snap);
        Ok(None)
    }

    /// Runs the generator until it yields or ends; None if an exception is pending.
    fn run_generator(
        &mut self,
        g: Value,
        point: ResumePoint,
        at: Slot,
        sent: &Vec<(usize, Rec<Value>)>,
    ) -> Option<Value> {
        self.root_constants();
        let generator = g.cast::<Generator>()?;
        let caller = self.frames.last()?;
        let continuation = self.tree_base.wrapping_offset(at as isize);
        let window = continuation.wrapping_add(LINK);
        // SAFETY: the words up to the end of the generator's registers were found to be free.
        unsafe {
            let base = self.tree_base.wrapping_offset(caller.base as isize);
            set_reg(continuation, CALLEE, Value::NONE);
            set_reg(continuation, RETURN_PC, Value::from_bits(caller.resume as u64));
            set_reg(continuation, CALLER, Value::from_bits(base as u64));
            set_reg(window, CALLEE, g);
            set_reg(window, RETURN_PC, Value::from_bits(stub(Op::Halt) as u64));
            set_reg(window, CALLER, Value::from_bits(continuation as u64));
            for r in registers(point.saved()) {
                set_reg(window, r as isize, generator.get(gen_slot::REGS + r));
            }
            for (r, v) in sent {
                set_reg(window, *r as isize, v.now);
            }
        }
        let saved = (self.vm.base, self.vm.pc, self.vm.top);
        let result = (self.vm.ports.run)(self.vm, point.pc, window);
        (self.vm.base, self.vm.pc, self.vm.top) = saved;
        result.ok()
    }
}
