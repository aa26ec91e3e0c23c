//! Generators: creation from a running frame, resumption into a window, suspension, and the calls from Rust.
//!
//! A suspended generator keeps its registers in the object; resuming copies them into a window above the resumer's
//! frame, yielding copies them back. The window's callee word is the generator itself.

use crate::error::{Exc, PyResult};
use crate::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};
use crate::vm::Vm;
use habu_bytecode::{Insn, Op};
use habu_object::array::{gen_slot, gen_state};
use habu_object::{Function, Gc, Generator, Value};
use std::rc::Rc;

/// What a resumed generator did.
pub enum Resumed {
    /// It yielded this.
    Yielded(Value),
    /// It returned this.
    Returned(Value),
}

impl Vm {
    /// MAKE_GENERATOR: an object with a copy of the frame at `base`, to go on at `pc`.
    ///
    /// # Safety
    /// `base` is the live window of function `f`.
    pub unsafe fn make_generator(
        &mut self,
        f: Gc<Function>,
        pc: *const u32,
        base: *mut Value,
    ) -> PyResult<Value> {
        let n = f.nregs.get() as usize;
        let g = Generator::zeroed(&mut self.heap, gen_slot::REGS + n)?;
        // SAFETY: passed on.
        let owner = unsafe { owner_of_result(base) };
        let words = [
            (gen_slot::FUNC, f.value()),
            (gen_slot::PC, Value::from_bits(pc as u64)),
            (gen_slot::STATE, Value::small_int(gen_state::CREATED)),
            (gen_slot::NAME, f.name.get()),
            (gen_slot::QUALNAME, f.qualname.get()),
            (gen_slot::HANDLED, Value::NONE),
            (gen_slot::DELEGATE, Value::NONE),
            (gen_slot::OUTER, Value::NONE),
            (gen_slot::OWNER, owner),
        ];
        for (i, v) in words {
            g.items()[i].set(v);
        }
        // SAFETY: passed on.
        unsafe { self.save_registers(g, pc, base) };
        if !self.code_data(Vm::function_code(f)).handlers.is_empty() {
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
        let state = g.get(gen_slot::STATE).as_int();
        if state == gen_state::CREATED || state == gen_state::SUSPENDED && !self.cleans_up(g) {
            self.finish_idle(g);
        } else if state == gen_state::SUSPENDED
            && let Err(e) = self.close_generator(g)
        {
            self.unraisable(e, "while closing generator", g.value());
            if g.get(gen_slot::STATE).as_int() == gen_state::SUSPENDED {
                self.finish_idle(g);
            }
        }
        self.raised = raised;
    }

    /// Whether a suspended generator notices that it is closed.
    fn cleans_up(&self, g: Gc<Generator>) -> bool {
        let Some(f) = g.get(gen_slot::FUNC).cast::<Function>() else { return false };
        let code = Vm::function_code(f);
        let data = self.code_data(code);
        let at = Vm::pc_index(code, g.get(gen_slot::PC).bits() as *const u32);
        !g.get(gen_slot::DELEGATE).is_none()
            || data.handler(at).is_some()
            || data.loops.iter().any(|l| l.covers(at))
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
    /// `base` is the live window of the generator's frame, `pc` an instruction of its code.
    unsafe fn save_registers(&mut self, g: Gc<Generator>, pc: *const u32, base: *mut Value) {
        let live = self.live_registers(g, pc);
        let cells = &g.items()[gen_slot::REGS..];
        let mut next = 0;
        for r in live.iter() {
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

    /// The registers that are live before the instruction at `pc`, found once for each place.
    fn live_registers(&mut self, g: Gc<Generator>, pc: *const u32) -> Rc<[u32]> {
        if let Some(live) = self.live_at.get(&(pc as usize)) {
            return Rc::clone(live);
        }
        // SAFETY: a generator's function word is a function.
        let f: Gc<Function> = unsafe { g.get(gen_slot::FUNC).cast_unchecked() };
        let code = Vm::function_code(f);
        let at = ((pc as usize - code.entry.get()) / 4) as u32;
        let liveness = habu_bytecode::liveness::Liveness::compute(self.code_data(code));
        // An exception may be thrown in: what the handler reads is live as well.
        let thrown = self.code_data(code).handler(at.saturating_sub(1)).map(|h| h.target);
        let mut live: Vec<u32> = liveness.live_in(at).iter().collect();
        live.extend(thrown.into_iter().flat_map(|pc| liveness.live_in(pc).iter()));
        live.sort_unstable();
        live.dedup();
        let live: Rc<[u32]> = live.into();
        self.live_at.insert(pc as usize, Rc::clone(&live));
        live
    }

    /// Pushes the frame of a generator that is not running: window at `base`, the value sent in its place.
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
        let regs = &g.items()[gen_slot::REGS..];
        if base.wrapping_add(regs.len()) > self.stack_limit {
            self.base = caller;
            self.pc = ret;
            self.top = base.wrapping_add(regs.len());
            self.extend_stack(caller, self.top)?;
        }
        for (i, v) in regs.iter().enumerate() {
            // SAFETY: the window has room, as just checked.
            unsafe { set_reg(base, i as isize, v.get()) };
        }
        if g.get(gen_slot::STATE).as_int() == gen_state::SUSPENDED {
            let receiver = g.get(gen_slot::RECEIVER).as_int();
            // SAFETY: the receiver is a register of the frame.
            unsafe { set_reg(base, receiver as isize, sent) };
        }
        g.items()[gen_slot::STATE].set(Value::small_int(gen_state::RUNNING));
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
        Ok(g.get(gen_slot::PC).bits() as *const u32)
    }

    /// YIELD: copies the registers back; the frame may then be popped.
    ///
    /// # Safety
    /// `base` is the live window of the generator's frame, `pc` the instruction after the YIELD.
    pub unsafe fn suspend_generator(
        &mut self,
        g: Gc<Generator>,
        pc: *const u32,
        base: *mut Value,
        receiver: usize,
        delegate: Value,
    ) {
        // SAFETY: passed on.
        unsafe { self.save_registers(g, pc, base) };
        let cells = g.items();
        self.heap.barrier(g.header());
        cells[gen_slot::PC].set(Value::from_bits(pc as u64));
        cells[gen_slot::STATE].set(Value::small_int(gen_state::SUSPENDED));
        cells[gen_slot::RECEIVER].set(Value::small_int(receiver as i64));
        cells[gen_slot::DELEGATE].set(delegate);
        let outer = cells[gen_slot::OUTER].get();
        let own = if self.handled == outer { Value::NONE } else { self.handled };
        cells[gen_slot::HANDLED].set(own);
        self.handled = outer;
    }

    /// The end of a generator's frame.
    pub fn finish_generator(&mut self, g: Gc<Generator>) {
        self.heap.withdraw_finalizer(g.header());
        let cells = g.items();
        cells[gen_slot::STATE].set(Value::small_int(gen_state::CLOSED));
        cells[gen_slot::DELEGATE].set(Value::NONE);
        for cell in &cells[gen_slot::REGS..] {
            cell.set(Value::UNBOUND);
        }
        self.handled = cells[gen_slot::OUTER].get();
    }

    /// `generator.send(value)` from Rust.
    pub fn resume_generator(&mut self, g: Gc<Generator>, sent: Value) -> PyResult<Resumed> {
        match g.get(gen_slot::STATE).as_int() {
            gen_state::CREATED if !sent.is_none() => {
                return Err(
                    self.type_error("can't send non-None value to a just-started generator")
                );
            }
            gen_state::RUNNING => return Err(self.value_error("generator already executing")),
            gen_state::CLOSED => return Ok(Resumed::Returned(Value::NONE)),
            _ => {}
        }
        self.run_generator(g, sent, None)
    }

    /// `generator.throw(exception)` from Rust, where the generator does not delegate.
    pub fn throw_generator(&mut self, g: Gc<Generator>, exc: Value) -> PyResult<Resumed> {
        match g.get(gen_slot::STATE).as_int() {
            gen_state::RUNNING => Err(self.value_error("generator already executing")),
            gen_state::CREATED | gen_state::CLOSED => {
                g.items()[gen_slot::STATE].set(Value::small_int(gen_state::CLOSED));
                Err(self.reraise(exc))
            }
            _ => self.run_generator(g, Value::NONE, Some(exc)),
        }
    }

    fn run_generator(
        &mut self,
        g: Gc<Generator>,
        sent: Value,
        throw: Option<Value>,
    ) -> PyResult<Resumed> {
        self.check_native_stack()?;
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
            match self.push_generator(g, sent, base, crate::call::stub(Op::Halt), kb) {
                Err(e) => Err(e),
                Ok(pc) => match throw {
                    None => (self.ports.run)(self, pc, base),
                    Some(exc) => {
                        let e = match exc.cast::<habu_object::Exception>() {
                            Some(e) => self.raise(e),
                            None => self.reraise(exc),
                        };
                        match self.unwind(pc, base, true) {
                            Some((pc, base)) => (self.ports.run)(self, pc, base),
                            None => Err(e),
                        }
                    }
                },
            }
        };
        (self.base, self.pc, self.top) = saved;
        let v = result?;
        if g.get(gen_slot::STATE).as_int() == gen_state::CLOSED {
            Ok(Resumed::Returned(v))
        } else {
            Ok(Resumed::Yielded(v))
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
        match g.get(gen_slot::STATE).as_int() {
            gen_state::CREATED => {
                self.finish_idle(g);
                return Ok(Value::NONE);
            }
            gen_state::CLOSED => return Ok(Value::NONE),
            _ => {}
        }
        let delegate = g.get(gen_slot::DELEGATE);
        if !delegate.is_none() {
            self.close_delegate(g, delegate)?;
        }
        let class = self.exc_type(Exc::GeneratorExit);
        let exit = self.new_exception(class, &[])?;
        match self.throw_generator(g, exit.value()) {
            Ok(Resumed::Yielded(_)) => {
                Err(self.raise_msg(Exc::RuntimeError, "generator ignored GeneratorExit"))
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

    /// The end of a generator that is not running.
    fn finish_idle(&mut self, g: Gc<Generator>) {
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

/// Where the result of the frame at `base` goes, as `gen_slot::OWNER` has it: the return address of the call.
///
/// # Safety
/// `base` is a live window with link words.
unsafe fn owner_of_result(base: *mut Value) -> Value {
    // SAFETY: by contract.
    let (ret, caller) = unsafe { (reg(base, RETURN_PC), reg(base, CALLER).bits() as *mut Value) };
    if ret.bits() != crate::call::stub(Op::ContStore) as u64 {
        return ret;
    }
    // SAFETY: the caller is the continuation frame of the op whose address is its R[0].
    let op = unsafe { Insn(*(reg(caller, 0).bits() as *const u32)) }.op();
    match op {
        // SAFETY: a continuation frame has link words.
        Some(Op::CallEx) => unsafe { reg(caller, RETURN_PC) },
        // `__iter__` is a generator function.
        Some(Op::GetIter) => Value::TRUE,
        _ => Value::NONE,
    }
}
