//! Exceptions while recording: made, matched and unwound to their handler within the trace.
//!
//! What the runtime does in `Vm::unwind`, done to the trace's frames: an entry of the traceback for each frame, the
//! frames popped, the handler's register set. All that is decided here is known from the frames themselves and from the
//! class of the exception. An exception that leaves the trace's frames, or whose way out runs Python code, is left to
//! the residual op.

use super::Recorder;
use super::machine::Rec;
use habu_bytecode::{Code, Op};
use habu_object::array::gen_slot;
use habu_object::{Exception, Function, Gc, Generator, Kind, Tuple, Type, Value, type_flags};
use habu_semantics::Machine;
use habu_semantics::fields::{
    EXCEPTION, EXCEPTION_ARGS, EXCEPTION_CAUSE, EXCEPTION_CONTEXT, EXCEPTION_TRACEBACK,
    FUNCTION_GLOBALS, GEN_OUTER, GEN_PC, TRACEBACK, TRACEBACK_CODE, TRACEBACK_GLOBALS,
    TRACEBACK_LINE, TRACEBACK_NEXT, TRACEBACK_PC, TUPLE_LEN, exact,
};
use habu_trace::Slot;
use habu_vm::generator::COROUTINE;
use habu_vm::resume::ResumePoint;
use habu_vm::stack::{CALLEE, reg};
use habu_vm::{Exc, Vm};

/// A frame on the way of an exception.
struct Left {
    /// Its function; None for continuations.
    function: Option<Gc<Function>>,
    /// The word of the instruction that raised or called.
    at: u32,
    /// Where its handler begins and which register receives the exception, in the frame that has one.
    handler: Option<(u32, u32)>,
    /// Whether it is a step of a loop, which ends by the exception.
    ends_loop: bool,
}

impl Recorder<'_> {
    /// The class of an exception whose shape this pins; None if it is none.
    fn pin_exception(&mut self, e: Rec<Value>) -> Option<Gc<Type>> {
        e.now.cast::<Exception>()?;
        self.pin_kind(e);
        let class = self.vm.type_of(e.now);
        self.vm.rely_on_class(class);
        Some(class)
    }

    /// Whether an exception matches what an `except` clause names; None if that is an error.
    pub(super) fn matches(&mut self, e: Rec<Value>, wanted: Rec<Value>) -> Option<bool> {
        let class = self.pin_exception(e)?;
        let Some(several) = wanted.now.cast_exact::<Tuple>() else {
            return self.matches_one(class, wanted);
        };
        self.pin_kind(wanted);
        let n = self.load_count(wanted, &TUPLE_LEN);
        let len = self.small(several.len() as i64);
        if !self.cmp_int(habu_vm::CmpOp::Eq, n, len) {
            return None;
        }
        for k in 0..several.len() {
            let item = self.tuple_item(wanted, k);
            if self.matches_one(class, item)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn matches_one(&mut self, class: Gc<Type>, wanted: Rec<Value>) -> Option<bool> {
        let other = wanted.now.cast::<Type>().filter(|c| c.has(type_flags::EXCEPTION))?;
        self.pin(wanted);
        Some(self.vm.is_subclass(class, other))
    }

    /// A new exception of a class whose instances take nothing but `args`, from `n` registers.
    pub(super) fn make_exception(
        &mut self,
        class: Rec<Value>,
        first: usize,
        n: usize,
    ) -> Option<Rec<Value>> {
        let c = class.now.cast::<Type>()?;
        if !self.vm.is_plain_exception(c) {
            return None;
        }
        self.pin(class);
        self.vm.rely_on_class(c);
        let args = match n {
            0 => self.konst(Value::EMPTY_TUPLE),
            _ => self.new_tuple(first, n)?,
        };
        self.new_blank_exception(c, args)
    }

    /// As `BaseException.__new__` makes it.
    pub(super) fn new_blank_exception(
        &mut self,
        class: Gc<Type>,
        args: Rec<Value>,
    ) -> Option<Rec<Value>> {
        let e = self.new_object(&EXCEPTION, class.instance_shape.get())?;
        let none = self.konst(Value::NONE);
        self.store(e, &EXCEPTION_ARGS, args);
        for f in [&EXCEPTION_CAUSE, &EXCEPTION_CONTEXT, &EXCEPTION_TRACEBACK] {
            self.store(e, f, none);
        }
        // Nobody has seen the object: these stores are no effects after which nothing may be decided.
        self.effect = false;
        Some(e)
    }

    /// The frames that an exception raised at the running op leaves, innermost first, down to the one that handles it;
    /// None if that is not in the trace, or something on the way is not to be done here.
    fn way_out(&mut self, class: Gc<Type>) -> Option<Vec<Left>> {
        let stop = self.vm.exc_type(Exc::StopIteration);
        let stops = self.vm.is_subclass(class, stop);
        let mut way = Vec::new();
        let mut pc = self.op_pc;
        for k in (0..self.frames.len()).rev() {
            let frame = self.frames[k];
            let window = self.tree_base.wrapping_offset(frame.base as isize);
            // SAFETY: the frame is open.
            let function = unsafe { habu_vm::frame::frame_function(window) };
            let Some(f) = function else {
                // SAFETY: continuation frames are left at the stub they wait at.
                let op = unsafe { *pc } as u8;
                if stops && op == Op::ContSend as u8 {
                    return None;
                }
                let ends_loop = stops && op == Op::ContNext as u8;
                way.push(Left { function: None, at: 0, handler: None, ends_loop });
                if ends_loop {
                    return Some(way);
                }
                pc = self.return_address(k)?;
                continue;
            };
            let at = Vm::pc_index(Vm::function_code(f), pc);
            // SAFETY: code whose frame is in a trace is pinned.
            let data = unsafe { &*(frame.code as *const Code) };
            let handler = data.handler(at).map(|h| (h.target, h.reg));
            for l in &data.loops {
                if l.covers(at) && !handler.is_some_and(|h| l.covers(h.0)) {
                    self.pin_left_iterator(frame.base + l.reg as Slot)?;
                }
            }
            way.push(Left { function, at, handler, ends_loop: false });
            if handler.is_some() {
                return Some(way);
            }
            // SAFETY: the frame is open.
            if let Some(g) = unsafe { reg(window, CALLEE) }.cast::<Generator>() {
                let point = ResumePoint::resumed_at(g.get(gen_slot::PC))?;
                let own = g.value().shape() == COROUTINE && g.get(gen_slot::OWNER) == Value::TRUE;
                if stops || point.is_finalized() && !own {
                    return None;
                }
            }
            pc = self.return_address(k)?;
        }
        None
    }

    /// Where the frame that called frame `k` goes on.
    fn return_address(&self, k: usize) -> Option<*const u32> {
        Some(self.frames.get(k.checked_sub(1)?)?.resume)
    }

    /// The iterator of a loop that is left must not be a generator, which might have to be closed.
    fn pin_left_iterator(&mut self, slot: Slot) -> Option<()> {
        // SAFETY: the slot is a register of an open frame.
        let now = unsafe { *self.tree_base.wrapping_offset(slot as isize) };
        if now.kind() == Kind::Generator {
            return None;
        }
        let id = self.read_slot(slot);
        self.pin_kind(Rec { now, id });
        Some(())
    }

    /// Whether an exception raised at the running op is caught in the trace.
    pub(super) fn is_caught(&mut self, e: Rec<Value>) -> bool {
        let Some(class) = self.pin_exception(e) else { return false };
        let traceback = self.load(e, &EXCEPTION_TRACEBACK);
        !self.is(traceback, Value::UNBOUND) && self.way_out(class).is_some()
    }

    /// Unwinds to the handler; `is_caught` has found that there is one.
    pub(super) fn unwind_to_handler(&mut self, e: Rec<Value>, add_entry: bool) {
        let class = self.vm.type_of(e.now);
        let Some(way) = self.way_out(class) else { return };
        for (n, left) in way.into_iter().enumerate() {
            if let Some(f) = left.function
                && (n > 0 || add_entry)
                && !Vm::is_hidden(f)
            {
                self.add_traceback(e, f, left.at);
            }
            if left.ends_loop {
                let (_, done) = self.stepped();
                self.pop_continuation();
                self.go_to(done);
                return;
            }
            let Some((target, register)) = left.handler else {
                self.end_frame();
                continue;
            };
            self.set(register as usize, e);
            let code = left.function.map(Vm::function_code);
            self.pc = code.map_or(self.pc, |c| (c.entry.get() + target as usize * 4) as *const u32);
        }
    }

    /// The innermost frame ends by an exception.
    fn end_frame(&mut self) {
        let callee = self.callee();
        if callee.now.kind() == Kind::Generator {
            let ended = self.konst(Value::from_bits(0));
            self.store(callee, &GEN_PC, ended);
            let outer = self.load(callee, &GEN_OUTER);
            self.store_handled(outer);
        }
        let base = self.depth_base();
        self.leave_frame();
        self.slots.drop_from(base - 3);
    }

    /// Puts an entry for the innermost frame in front of the exception's traceback.
    fn add_traceback(&mut self, e: Rec<Value>, f: Gc<Function>, at: u32) {
        let code = Vm::function_code(f);
        let Some(t) = self.new_object(&TRACEBACK, exact(Kind::Traceback)) else {
            self.abort = Some(crate::reason::Abort::NoMemory);
            return;
        };
        let function = self.running_function();
        let next = self.load(e, &EXCEPTION_TRACEBACK);
        let code_value = self.konst(code.value());
        let globals = self.load(function, &FUNCTION_GLOBALS);
        let line = self.vm.code_data(code).position(at).map_or(0, |p| p.line);
        self.store(t, &TRACEBACK_NEXT, next);
        self.store(t, &TRACEBACK_CODE, code_value);
        self.store(t, &TRACEBACK_GLOBALS, globals);
        self.store_small(t, &TRACEBACK_PC, at);
        self.store_small(t, &TRACEBACK_LINE, line);
        self.store(e, &EXCEPTION_TRACEBACK, t);
    }
}
