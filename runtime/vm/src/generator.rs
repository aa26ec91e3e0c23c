//! Generators, coroutines, async generators: creation from a running frame, resumption into a window, suspension, and the calls from Rust.
//!
//! A suspended generator keeps its registers in the object; resuming copies them into a window above the resumer's
//! frame, yielding copies them back. The window's callee word is the generator itself.

use crate::error::{Exc, PyResult, Raised};
use crate::resume::{ResumePoint, State, delegate, state};
use crate::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};
use crate::types::Variant;
use crate::vm::Vm;
use habu_bytecode::{Insn, Op};
use habu_object::array::gen_slot;
use habu_object::{Function, Gc, Generator, Value};

/// What a resumed generator did.
pub enum Resumed {
    /// It yielded this.
    Yielded(Value),
    /// It returned this.
    Returned(Value),
}

/// How a generator is resumed.
enum Entry {
    /// With this value sent.
    Sent(Value),
    /// With this exception thrown in.
    Thrown(Value),
    /// At this instruction, with a value in that register.
    At(*const u32, usize, Value),
}

impl Vm {
    /// MAKE_GENERATOR: an object with a copy of the frame at `base`, to go on at `pc`.
    ///
    /// # Safety
    /// `base` is the live window of function `f`, `pc` the instruction after the op.
    pub unsafe fn make_generator(
        &mut self,
        f: Gc<Function>,
        pc: *const u32,
        base: *mut Value,
    ) -> PyResult<Value> {
        // Fills the op's cache at the first time.
        self.saved_registers(Vm::function_code(f), pc);
        let word = Value::from_bits(pc as u64);
        let room = match ResumePoint::of(word) {
            Some(point) if point.is_masked() => point.room(),
            _ => f.nregs.get() as usize,
        };
        let data = self.code_data(Vm::function_code(f));
        let (flags, finalized) = (data.flags, !data.handlers.is_empty());
        let shape = shape_of(habu_bytecode::generator::kind(flags));
        let g = Generator::zeroed_with_shape(&mut self.heap, shape, gen_slot::REGS + room)?;
        // SAFETY: passed on.
        let owner = unsafe { owner_of_result(base) };
        // Who awaits a coroutine where it is made takes care of it: nobody else refers to it.
        let awaited = shape == COROUTINE && is_awaited(owner);
        let owner = match shape {
            COROUTINE => Value::bool(awaited),
            ASYNC_GENERATOR => Value::NONE,
            _ => owner,
        };
        let words = [
            (gen_slot::FUNC, f.value()),
            (gen_slot::PC, word),
            (gen_slot::NAME, f.name.get()),
            (gen_slot::QUALNAME, f.qualname.get()),
            (gen_slot::HANDLED, Value::NONE),
            (gen_slot::OUTER, Value::NONE),
            (gen_slot::OWNER, owner),
            (gen_slot::HOOK, Value::UNBOUND),
        ];
        for (i, v) in words {
            g.items()[i].set(v);
        }
        // SAFETY: passed on.
        unsafe { self.save_registers(g, pc, base) };
        if (finalized || shape != habu_object::shape::GENERATOR) && !awaited {
            // Dropped half-way, it has something to do.
            self.watched = true;
            self.heap.register_finalizer(g.header());
        }
        Ok(g.value())
    }

    /// GET_ITER at `pc` takes an iterator from the register that it puts it back into: if the instruction before has
    /// just made it, nobody else refers to it.
    pub fn take_iterator(&mut self, it: Value, pc: *const u32) {
        if let Some(g) = it.cast::<Generator>()
            && g.get(gen_slot::OWNER).bits() == pc as u64
        {
            g.items()[gen_slot::OWNER].set(Value::TRUE);
        }
    }

    /// A loop over `it` is left half-way. If only the loop refers to it, it is closed at once, as CPython's reference
    /// counts do; other iterators are left to the collector.
    pub fn drop_iterator(&mut self, it: Value) {
        if let Some(g) = it.cast::<Generator>()
            && g.get(gen_slot::OWNER) == Value::TRUE
        {
            self.finalize_generator(g);
        }
    }

    /// Closes a generator that nobody refers to any more.
    pub(crate) fn finalize_generator(&mut self, g: Gc<Generator>) {
        let raised = std::mem::replace(&mut self.raised, Value::UNBOUND);
        if self.ask_finalizer(g) {
            self.raised = raised;
            return;
        }
        match state(g) {
            State::Created(_) => {
                if g.value().shape() == COROUTINE {
                    (self.ports.never_awaited)(self, g.value());
                }
                self.finish_idle(g);
            }
            State::Suspended(point) if !point.cleans_up() => self.finish_idle(g),
            State::Suspended(_) => {
                if let Err(e) = self.close_generator(g) {
                    let what = format!("while closing {}", noun(g));
                    self.unraisable(e, &what, g.value());
                    if matches!(state(g), State::Suspended(_)) {
                        self.finish_idle(g);
                    }
                }
            }
            State::Running | State::Closed => {}
        }
        self.raised = raised;
    }

    /// A word of a frame that may be stale: itself if it is no pointer or points to a live object, else UNBOUND.
    pub(crate) fn sanitize(&self, v: Value) -> Value {
        match v.object() {
            Some(p) if !v.is_unbound() => {
                let inside = self.heap.object_containing(p.as_ptr() as usize);
                let immortal = (p.as_ptr() as usize) < 0x1000_1000;
                if inside == Some(p) || immortal { v } else { Value::UNBOUND }
            }
            _ => v,
        }
    }

    /// Copies the registers that are live at `pc` into a generator. The others may hold stale words, which the
    /// collector must not see in an object.
    ///
    /// # Safety
    /// `base` is the live window of the generator's frame, `pc` an instruction of its code behind one that suspends.
    unsafe fn save_registers(&mut self, g: Gc<Generator>, pc: *const u32, base: *mut Value) {
        // SAFETY: a generator's function word is a function.
        let f: Gc<Function> = unsafe { g.get(gen_slot::FUNC).cast_unchecked() };
        let saved = self.saved_registers(Vm::function_code(f), pc);
        let cells = &g.items()[gen_slot::REGS..];
        let mut next = 0;
        for r in saved.iter() {
            let r = *r as usize;
            for dead in &cells[next..r] {
                dead.set(Value::UNBOUND);
            }
            // SAFETY: liveness names registers of the frame.
            cells[r].set(unsafe { reg(base, r as isize) });
            next = r + 1;
        }
        for dead in &cells[next..] {
            dead.set(Value::UNBOUND);
        }
        self.heap.barrier(g.header());
    }

    /// Pushes the frame of a suspended generator: window at `base`, the value sent in its place.
    ///
    /// # Safety
    /// Words from `base - 3` up are free.
    pub unsafe fn push_generator(
        &mut self,
        g: Gc<Generator>,
        sent: Value,
        base: *mut Value,
        ret: *const u32,
        caller: *mut Value,
    ) -> PyResult<*const u32> {
        let Some(point) = ResumePoint::of(g.get(gen_slot::PC)) else {
            return Err(self.already_executing(g));
        };
        let size = g.get(gen_slot::FUNC).cast::<Function>().map_or(0, |f| f.nregs.get() as usize);
        if base.wrapping_add(size) > self.stack_limit {
            self.base = caller;
            self.pc = ret;
            self.top = base.wrapping_add(size);
            self.extend_stack(caller, base)?;
        }
        for (i, v) in g.items()[gen_slot::REGS..].iter().enumerate() {
            // SAFETY: the window has room, as just checked.
            unsafe { set_reg(base, i as isize, v.get()) };
        }
        if let Some(receiver) = point.receiver() {
            // SAFETY: the receiver is a register of the frame.
            unsafe { set_reg(base, receiver as isize, sent) };
        }
        g.items()[gen_slot::PC].set(point.running());
        g.set(&mut self.heap, gen_slot::OUTER, self.handled);
        let own = g.get(gen_slot::HANDLED);
        if !own.is_none() {
            self.handled = own;
        }
        // SAFETY: the three link words lie just below the window.
        unsafe {
            set_reg(base, CALLEE, g.value());
            set_reg(base, RETURN_PC, Value::from_bits(ret as u64));
            set_reg(base, CALLER, Value::from_bits(caller as u64));
        }
        Ok(point.pc)
    }

    /// YIELD: copies the registers back; the frame may then be popped.
    ///
    /// # Safety
    /// `base` is the live window of the generator's frame, `pc` the instruction after the YIELD.
    pub unsafe fn suspend_generator(&mut self, g: Gc<Generator>, pc: *const u32, base: *mut Value) {
        // SAFETY: passed on.
        unsafe { self.save_registers(g, pc, base) };
        let cells = g.items();
        cells[gen_slot::PC].set(Value::from_bits(pc as u64));
        let outer = cells[gen_slot::OUTER].get();
        let own = if self.handled == outer { Value::NONE } else { self.handled };
        cells[gen_slot::HANDLED].set(own);
        self.handled = outer;
    }

    /// The end of a generator's frame.
    pub fn finish_generator(&mut self, g: Gc<Generator>) {
        self.heap.withdraw_finalizer(g.header());
        let cells = g.items();
        if g.value().shape() == ASYNC_GENERATOR {
            cells[gen_slot::OWNER].set(Value::NONE);
            cells[gen_slot::HOOK].set(Value::TRUE);
        }
        cells[gen_slot::PC].set(Value::from_bits(0));
        for cell in &cells[gen_slot::REGS..] {
            cell.set(Value::UNBOUND);
        }
        self.handled = cells[gen_slot::OUTER].get();
    }

    /// `generator.send(value)` from Rust.
    pub fn resume_generator(&mut self, g: Gc<Generator>, sent: Value) -> PyResult<Resumed> {
        match state(g) {
            State::Created(_) if !sent.is_none() => Err(self.just_started(g)),
            State::Running => Err(self.already_executing(g)),
            State::Closed if g.value().shape() == COROUTINE => Err(self.already_awaited()),
            State::Closed => Ok(Resumed::Returned(Value::NONE)),
            _ => self.run_generator(g, Entry::Sent(sent)),
        }
    }

    /// `generator.throw(exception)` from Rust, where the generator does not delegate.
    pub fn throw_generator(&mut self, g: Gc<Generator>, exc: Value) -> PyResult<Resumed> {
        match state(g) {
            State::Running => Err(self.already_executing(g)),
            State::Closed if g.value().shape() == COROUTINE => Err(self.already_awaited()),
            State::Created(_) => {
                self.finish_idle(g);
                Err(self.reraise(exc))
            }
            State::Closed => Err(self.reraise(exc)),
            State::Suspended(_) => self.run_generator(g, Entry::Thrown(exc)),
        }
    }

    /// Resumes a suspended generator at another instruction of its code, with `v` in a register.
    pub(crate) fn resume_generator_at(
        &mut self,
        g: Gc<Generator>,
        pc: *const u32,
        register: usize,
        v: Value,
    ) -> PyResult<Resumed> {
        self.run_generator(g, Entry::At(pc, register, v))
    }

    fn run_generator(&mut self, g: Gc<Generator>, entry: Entry) -> PyResult<Resumed> {
        self.check_native_stack()?;
        self.refuse_python()?;
        let saved = (self.base, self.pc, self.top);
        let kb = self.top.wrapping_add(LINK);
        let base = kb.wrapping_add(LINK);
        if base.wrapping_add(g.len() + 16) >= self.stack.last_base() {
            return Err(self.recursion_error());
        }
        // SAFETY: everything from `top` up is free, and there is room as just checked.
        let result = unsafe {
            set_reg(kb, CALLEE, Value::NONE);
            set_reg(kb, RETURN_PC, Value::from_bits(self.pc as u64));
            set_reg(kb, CALLER, Value::from_bits(self.base as u64));
            set_reg(kb, 0, g.value());
            self.top = kb.wrapping_add(LINK);
            let sent = if let Entry::Sent(v) = entry { v } else { Value::NONE };
            match self.push_generator(g, sent, base, crate::call::stub(Op::Halt), kb) {
                Err(e) => Err(e),
                Ok(pc) => self.enter_generator(entry, pc, base),
            }
        };
        (self.base, self.pc, self.top) = saved;
        let v = result?;
        if state(g) == State::Closed { Ok(Resumed::Returned(v)) } else { Ok(Resumed::Yielded(v)) }
    }

    /// Runs the generator's frame that was just pushed.
    ///
    /// # Safety
    /// `base` is its window, `pc` where it was suspended.
    unsafe fn enter_generator(
        &mut self,
        entry: Entry,
        pc: *const u32,
        base: *mut Value,
    ) -> PyResult<Value> {
        match entry {
            Entry::Sent(_) => (self.ports.run)(self, pc, base),
            Entry::At(pc, register, v) => {
                // SAFETY: `resume_generator_at` is given a register of the frame.
                unsafe { set_reg(base, register as isize, v) };
                (self.ports.run)(self, pc, base)
            }
            Entry::Thrown(exc) => {
                let e = match exc.cast::<habu_object::Exception>() {
                    Some(e) => self.raise(e),
                    None => self.reraise(exc),
                };
                // SAFETY: by contract; the exception is pending.
                match unsafe { self.unwind(pc, base, true) } {
                    Some((pc, base)) => (self.ports.run)(self, pc, base),
                    None => Err(e),
                }
            }
        }
    }

    /// `next(generator)`: None when it returned.
    pub fn next_generator(&mut self, g: Gc<Generator>) -> PyResult<Option<Value>> {
        match self.resume_generator(g, Value::NONE)? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(_) => Ok(None),
        }
    }

    /// `generator.close()`
    pub fn close_generator(&mut self, g: Gc<Generator>) -> PyResult<Value> {
        match state(g) {
            State::Created(_) => {
                self.finish_idle(g);
                return Ok(Value::NONE);
            }
            State::Closed => return Ok(Value::NONE),
            _ => {}
        }
        let delegate = delegate(g);
        if !delegate.is_none() {
            self.close_delegate(g, delegate)?;
        }
        let class = self.exc_type(Exc::GeneratorExit);
        let exit = self.new_exception(class, &[])?;
        match self.throw_generator(g, exit.value()) {
            Ok(Resumed::Yielded(_)) => {
                let msg = format!("{} ignored GeneratorExit", noun(g));
                Err(self.raise_msg(Exc::RuntimeError, &msg))
            }
            Ok(Resumed::Returned(v)) => Ok(v),
            Err(e) => {
                let raised = self.take_raised(e);
                let stop = self.exc_type(Exc::StopIteration);
                if self.is_instance_exact(raised, class) || self.is_instance_exact(raised, stop) {
                    Ok(Value::NONE)
                } else {
                    Err(self.reraise(raised))
                }
            }
        }
    }

    /// ValueError: the generator's frame is on the stack.
    #[cold]
    pub fn already_executing(&mut self, g: Gc<Generator>) -> Raised {
        self.value_error(&format!("{} already executing", noun(g)))
    }

    /// TypeError: a generator that has not begun cannot receive anything.
    #[cold]
    pub fn just_started(&mut self, g: Gc<Generator>) -> Raised {
        let msg = format!("can't send non-None value to a just-started {}", noun(g));
        self.type_error(&msg)
    }

    /// RuntimeError: a coroutine has ended.
    #[cold]
    pub fn already_awaited(&mut self) -> Raised {
        self.raise_msg(Exc::RuntimeError, "cannot reuse already awaited coroutine")
    }

    /// Gives an async generator that nobody refers to any more to the finalizer of its event loop, if it has one.
    fn ask_finalizer(&mut self, g: Gc<Generator>) -> bool {
        let hook = g.get(gen_slot::HOOK);
        let asks = g.value().shape() == ASYNC_GENERATOR
            && !matches!(hook, Value::UNBOUND | Value::NONE | Value::TRUE)
            && matches!(state(g), State::Suspended(_));
        if asks {
            // The finalizer keeps it or not; when it dies again there is nobody left to ask.
            g.items()[gen_slot::HOOK].set(Value::NONE);
            self.heap.register_finalizer(g.header());
            if let Err(e) = self.call(hook, &[g.value()]) {
                self.unraisable(e, "while finalizing async generator", g.value());
            }
        }
        asks
    }

    /// The end of a generator that is not running.
    pub(crate) fn finish_idle(&mut self, g: Gc<Generator>) {
        g.items()[gen_slot::OUTER].set(self.handled);
        self.finish_generator(g);
    }

    fn close_delegate(&mut self, g: Gc<Generator>, delegate: Value) -> PyResult<()> {
        let result = match delegate.cast::<Generator>() {
            Some(inner) => self.close_generator(inner).map(|_| ()),
            None => {
                let close = self.names.close;
                match self.getattr_opt(delegate, close)? {
                    Some(f) => self.call(f, &[]).map(|_| ()),
                    None => Ok(()),
                }
            }
        };
        if let Err(e) = result {
            // The delegate's own exception is thrown into the generator instead.
            let exc = self.take_raised(e);
            self.throw_generator(g, exc)?;
        }
        Ok(())
    }
}

/// The shape of coroutines.
pub const COROUTINE: u32 = Variant::Coroutine.shape();
/// The shape of async generators.
pub const ASYNC_GENERATOR: u32 = Variant::AsyncGenerator.shape();

/// The shape of what MAKE_GENERATOR makes.
pub const fn shape_of(kind: u8) -> u32 {
    match kind {
        habu_bytecode::generator::COROUTINE => COROUTINE,
        habu_bytecode::generator::ASYNC => ASYNC_GENERATOR,
        _ => habu_object::shape::GENERATOR,
    }
}

/// What messages call a generator.
pub fn noun(g: Gc<Generator>) -> &'static str {
    match g.value().shape() {
        COROUTINE => "coroutine",
        ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}

/// Whether the result of a call goes to an `await` at once: `owner` is what `owner_of_result` says of the call.
#[inline(always)]
pub fn is_awaited(owner: Value) -> bool {
    if !owner.is_int() || owner.bits() == 0 {
        return false;
    }
    // SAFETY: an owner that reads as an int is the address of an instruction of live code.
    let insn = unsafe { Insn(*(owner.bits() as *const u32)) };
    insn.0 as u8 == Op::GetAwaitable as u8 && insn.a() == insn.b()
}

/// Where the result of the frame at `base` goes, as `gen_slot::OWNER` has it: the return address of the call.
///
/// # Safety
/// `base` is a live window with link words.
pub unsafe fn owner_of_result(base: *mut Value) -> Value {
    // SAFETY: by contract.
    let (ret, caller) = unsafe { (reg(base, RETURN_PC), reg(base, CALLER).bits() as *mut Value) };
    if ret.bits() != crate::call::stub(Op::ContStore) as u64 {
        return ret;
    }
    // SAFETY: the caller is the continuation frame of the op whose address is its R[0].
    let op = unsafe { Insn(*(reg(caller, 0).bits() as *const u32)) }.op();
    match op {
        // SAFETY: a continuation frame has link words.
        Some(Op::CallEx | Op::GetANext) => unsafe { reg(caller, RETURN_PC) },
        // `__iter__` is a generator function.
        Some(Op::GetIter) => Value::TRUE,
        _ => Value::NONE,
    }
}
