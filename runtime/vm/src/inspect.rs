//! Frames as Python objects: locals, line, caller; what `super()` without arguments means; resumption after a delegate.
//!
//! A frame object remembers the window it was made for and reads it for as long as that window is live; afterwards it
//! has what was read last. Unwinding and the walk itself are in `frame`.

use crate::error::{Exc, PyResult};
use crate::frame::FrameRef;
use crate::generator::Resumed;
use crate::resume::{ResumePoint, State, state};
use crate::stack::reg;
use crate::vm::Vm;
use habu_bytecode::decode::{FAR, FAR_STORE, register_of};
use habu_bytecode::{Insn, Op, flags};
use habu_object::array::gen_slot;
use habu_object::dict::Dict;
use habu_object::{Array, CellObject, Code, Frame, Function, Gc, Generator, Tuple, Type, Value};

impl Vm {
    /// `sys._getframe(n)`: None if there are not that many frames.
    pub fn frame_object(&mut self, n: usize) -> PyResult<Option<Value>> {
        match self.frame_at(n) {
            Some(f) => Ok(Some(self.new_frame(f.func, f.base as usize, f.pc)?.value())),
            None => Ok(None),
        }
    }

    /// The innermost frame of a thread that is at `pc` in the window at `base`, with its callers.
    pub(crate) fn innermost_frame(
        &mut self,
        base: *mut Value,
        pc: *const u32,
        bottom: *mut Value,
    ) -> PyResult<Option<Value>> {
        let mut chain = Vec::new();
        self.visit_from(base, pc, bottom, |f| {
            chain.push((f.func, f.base as usize, f.pc));
            true
        });
        // The functions are kept alive by their thread's stack. Other threads' frames cannot be followed later.
        let mut back = Value::NONE;
        for (func, base, pc) in chain.into_iter().rev() {
            let frame = self.new_frame(func, base, pc)?;
            frame.back.set(back);
            back = frame.value();
        }
        Ok(if back.is_none() { None } else { Some(back) })
    }

    fn new_frame(&mut self, func: Gc<Function>, base: usize, pc: u32) -> PyResult<Gc<Frame>> {
        let code = Vm::function_code(func);
        let frame = Frame::blank(&mut self.heap)?;
        frame.code.set(code.value());
        frame.globals.set(func.globals.get());
        frame.func.set(func.value());
        frame.base.set(base);
        frame.pc.set(pc);
        frame.line.set(self.code_data(code).position(pc).map_or(0, |p| p.line));
        Ok(frame)
    }

    /// A frame object that only says where something happened.
    pub fn dead_frame(
        &mut self,
        code: Value,
        globals: Value,
        pc: u32,
        line: u32,
    ) -> PyResult<Value> {
        let frame = Frame::blank(&mut self.heap)?;
        frame.code.set(code);
        frame.globals.set(globals);
        frame.func.set(Value::NONE);
        frame.back.set(Value::NONE);
        frame.pc.set(pc);
        frame.line.set(line);
        Ok(frame.value())
    }

    /// `generator.gi_frame`
    pub fn generator_frame(&mut self, g: Gc<Generator>, func: Gc<Function>) -> PyResult<Value> {
        let code = Vm::function_code(func);
        let at = ResumePoint::resumed_at(g.get(gen_slot::PC)).map_or(std::ptr::null(), |p| p.pc);
        let pc = Vm::pc_index(code, at);
        let frame = self.new_frame(func, 0, pc)?;
        frame.back.set(Value::NONE);
        let locals =
            self.variables(func, |i| g.items().get(gen_slot::REGS + i).map(|c| c.get()))?;
        frame.store(&mut self.heap, &frame.locals, locals);
        Ok(frame.value())
    }

    /// The live frame that a frame object stands for, and the one that called it.
    fn live_frame(&self, frame: Gc<Frame>) -> Option<(FrameRef, Option<FrameRef>)> {
        if frame.base.get() == 0 {
            return None;
        }
        let (mut found, mut caller) = (None, None);
        self.visit_frames(|f| {
            if found.is_some() {
                caller = Some(f);
                return false;
            }
            if f.base as usize == frame.base.get() && f.func.value() == frame.func.get() {
                found = Some(f);
            }
            true
        });
        found.map(|f| (f, caller))
    }

    /// Whether the frame has not ended.
    pub fn frame_is_live(&self, frame: Gc<Frame>) -> bool {
        self.live_frame(frame).is_some()
    }

    /// `frame.f_back`
    pub fn frame_back(&mut self, frame: Gc<Frame>) -> PyResult<Value> {
        if let Some(back) = frame.back.get().bound() {
            return Ok(back);
        }
        let back = match self.live_frame(frame) {
            Some((_, Some(caller))) => {
                self.new_frame(caller.func, caller.base as usize, caller.pc)?.value()
            }
            _ => Value::NONE,
        };
        frame.store(&mut self.heap, &frame.back, back);
        Ok(back)
    }

    /// Word index and line at which the frame stands.
    pub fn frame_position(&mut self, frame: Gc<Frame>) -> (u32, u32) {
        if let Some((live, _)) = self.live_frame(frame) {
            let code = Vm::function_code(live.func);
            frame.pc.set(live.pc);
            frame.line.set(self.code_data(code).position(live.pc).map_or(0, |p| p.line));
        }
        (frame.pc.get(), frame.line.get())
    }

    /// `frame.f_locals`
    pub fn frame_locals(&mut self, frame: Gc<Frame>) -> PyResult<Value> {
        let live = self.live_frame(frame);
        let Some((live, _)) = live else {
            if frame.locals.get().is_unbound() {
                let empty = self.new_dict()?;
                frame.store(&mut self.heap, &frame.locals, empty.value());
            }
            return Ok(frame.locals.get());
        };
        let v = self.locals_of(live)?;
        frame.store(&mut self.heap, &frame.locals, v);
        Ok(v)
    }

    /// `locals()` of a live frame: the namespace of module and class code, a new dict for functions.
    pub fn locals_of(&mut self, frame: FrameRef) -> PyResult<Value> {
        let code = Vm::function_code(frame.func);
        let code_flags = code.flags.get();
        if code_flags & (flags::CLASS_BODY | flags::NAMESPACE) != 0 {
            // SAFETY: register 0 of such code is the namespace; the frame is live.
            return Ok(unsafe { reg(frame.base, 0) });
        }
        if code_flags & flags::OPTIMIZED == 0 {
            return Ok(frame.func.globals.get());
        }
        let base = frame.base;
        let nregs = code.nregs.get() as usize;
        // SAFETY: the window has `nregs` registers.
        self.variables(frame.func, |i| (i < nregs).then(|| unsafe { reg(base, i as isize) }))
    }

    /// The bound variables of a function's frame, read by register.
    fn variables(
        &mut self,
        func: Gc<Function>,
        read: impl Fn(usize) -> Option<Value>,
    ) -> PyResult<Value> {
        let code = Vm::function_code(func);
        let data = self.code_data(code);
        let dict = self.new_dict()?;
        let fars = (data.nregs as usize > FAR)
            .then(|| self.sanitize(read(FAR_STORE as usize).unwrap_or(Value::UNBOUND)))
            .and_then(|v| v.cast::<Array>());
        for (i, name) in data.varnames.iter().enumerate() {
            let register = register_of(data, i);
            let captured = data.cellvars.iter().any(|c| c.reg as usize == register);
            let v = match register.checked_sub(FAR) {
                Some(k) => fars.map_or(Value::UNBOUND, |fars| fars.get(k)),
                None => self.sanitize(read(i).unwrap_or(Value::UNBOUND)),
            };
            let v = match v.cast::<CellObject>().filter(|_| captured) {
                Some(cell) => cell.contents.get(),
                None => v,
            };
            if !v.is_unbound() && !name.starts_with('.') {
                self.dict_set_text(dict, name, v)?;
            }
        }
        if let Some(closure) = func.closure.get().cast::<Tuple>() {
            for (free, cell) in data.freevars.iter().zip(closure.items()) {
                if let Some(v) = Vm::cell_contents(cell.get()).bound() {
                    self.dict_set_text(dict, &free.name, v)?;
                }
            }
        }
        Ok(dict.value())
    }

    /// `super()`: the class and the first argument of the calling method (CPython `super_init_without_args`).
    pub fn super_arguments(&mut self) -> PyResult<(Value, Value)> {
        let Some(frame) = self.frame_at(0) else {
            return Err(self.raise_msg(Exc::RuntimeError, "super(): no current frame"));
        };
        let code = Vm::function_code(frame.func);
        if code.argcount.get() == 0 {
            return Err(self.raise_msg(Exc::RuntimeError, "super(): no arguments"));
        }
        let data = self.code_data(code);
        // SAFETY: the frame is live and has a register for its first parameter.
        let mut this = unsafe { reg(frame.base, 0) };
        if data.cellvars.iter().any(|c| c.reg == 0)
            && let Some(cell) = this.cast::<CellObject>()
        {
            this = cell.contents.get();
        }
        if this.is_unbound() {
            return Err(self.raise_msg(Exc::RuntimeError, "super(): arg[0] deleted"));
        }
        let at = data.freevars.iter().position(|f| &*f.name == "__class__");
        let cell = at.and_then(|i| {
            frame.func.closure.get().cast::<Tuple>()?.items().get(i).map(|c| c.get())
        });
        let Some(cell) = cell else {
            return Err(self.raise_msg(Exc::RuntimeError, "super(): __class__ cell not found"));
        };
        let class = Vm::cell_contents(cell);
        if class.is_unbound() {
            return Err(self.raise_msg(Exc::RuntimeError, "super(): empty __class__ cell"));
        }
        if class.cast::<Type>().is_none() {
            let msg = format!("super(): __class__ is not a type ({})", self.type_name(class));
            return Err(self.raise_msg(Exc::RuntimeError, &msg));
        }
        Ok((class, this))
    }

    /// Resumes a generator that is suspended in `yield from`, whose delegate has just returned `v` to somebody else:
    /// goes on behind the SEND.
    pub fn resume_after_delegate(&mut self, g: Gc<Generator>, v: Value) -> PyResult<Resumed> {
        let (Some(func), State::Suspended(point)) =
            (g.get(gen_slot::FUNC).cast::<Function>(), state(g))
        else {
            return self.resume_generator(g, v);
        };
        let code = Vm::function_code(func);
        let blob = code.words.get().cast::<habu_object::Blob>();
        let words = blob.as_ref().map_or(&[][..], |b| b.u32s());
        let at = Vm::pc_index(code, point.pc).wrapping_add(1) as usize;
        // The YIELD of a delegation is followed by the jump back to its SEND.
        if let Some(send) = jump_target(words, at)
            && let Some(insn) = words.get(send).map(|w| Insn(w.get()))
            && insn.op() == Some(Op::Send)
            && let Some(exit) = jump_target(words, send)
        {
            let pc = (code.entry.get() as *const u32).wrapping_add(exit);
            return self.resume_generator_at(g, pc, insn.b(), v);
        }
        self.resume_generator(g, v)
    }

    /// The globals of the innermost Python frame.
    pub fn current_globals(&self) -> Option<Gc<Dict>> {
        self.frame_at(0)?.func.globals.get().cast::<Dict>()
    }

    /// The code of the innermost Python frame.
    pub fn current_code(&self) -> Option<Gc<Code>> {
        Some(Vm::function_code(self.frame_at(0)?.func))
    }
}

/// Where the instruction at `at` jumps to, by its first word.
fn jump_target(words: &[std::cell::Cell<u32>], at: usize) -> Option<usize> {
    let insn = Insn(words.get(at)?.get());
    let op = insn.op()?;
    if !matches!(op, Op::Send | Op::Jump | Op::JumpBack | Op::JumpBackTree) {
        return None;
    }
    let offset = words.get(at + 1)?.get() as i32;
    at.checked_add_signed(offset as isize)
}
