//! What is awaited: the iterators that drive coroutines, and the steps of async generators.
//!
//! A step is an `AsyncSend` object: awaited, it resumes the generator; what the generator awaits passes through, and the
//! item it yields is the step's result. The generator notes the step through which it runs (`gen_slot::OWNER`), so at
//! any time at most one of them is under way.

use crate::error::{Exc, PyResult};
use crate::generator::{ASYNC_GENERATOR, COROUTINE, Resumed};
use crate::resume::{State, delegate, state};
use crate::vm::Vm;
use habu_bytecode::{awaited, flags};
use habu_object::array::gen_slot;
use habu_object::{AsyncSend, Function, Gc, Generator, Value, shape};

/// Before, while and after an awaitable of the runtime's own is awaited (`AsyncSend::state`).
pub mod stage {
    /// Not awaited yet.
    pub const NEW: usize = 0;
    /// Under way.
    pub const AWAITED: usize = 1;
    /// Over.
    pub const OVER: usize = 2;
}

/// The hooks of `sys.set_asyncgen_hooks`, by the names of their roots: each thread has its own.
pub mod hook {
    /// Called with an async generator when it is iterated for the first time.
    pub const FIRST: &str = "sys.asyncgen_firstiter";
    /// Called with an async generator that is to be finalized.
    pub const FINALIZER: &str = "sys.asyncgen_finalizer";
}

/// What a step of an async generator came to.
pub enum Step {
    /// The generator awaits something, which has yielded this.
    Awaits(Value),
    /// The item.
    Item(Value),
}

/// Whether a generator may be awaited: a coroutine, or one made by a function that `types.coroutine` has marked.
fn is_coroutine(v: Value) -> bool {
    let Some(g) = v.cast::<Generator>() else { return false };
    g.value().shape() == COROUTINE
        || g.value().shape() == shape::GENERATOR
            && g.get(gen_slot::FUNC)
                .cast::<Function>()
                .is_some_and(|f| Vm::function_code(f).flags.get() & flags::ITERABLE_COROUTINE != 0)
}

impl Vm {
    /// The iterator that drives what is awaited; `by` says for whom (GET_AWAITABLE's operand C).
    pub fn awaitable_iter(&mut self, v: Value, by: u8) -> PyResult<Value> {
        if is_coroutine(v) || v.shape() == shape::ASYNC_SEND {
            return Ok(v);
        }
        let name = self.names.__await__;
        let iter = match self.call_special(v, name, &[]) {
            Ok(Some(iter)) => iter,
            Ok(None) => {
                let kind = self.type_name(v);
                let msg = match by {
                    awaited::BY_AENTER => format!(
                        "'async with' received an object from __aenter__ that does not implement __await__: {kind}"
                    ),
                    awaited::BY_AEXIT => format!(
                        "'async with' received an object from __aexit__ that does not implement __await__: {kind}"
                    ),
                    _ => format!("'{kind}' object can't be awaited"),
                };
                let raised = self.type_error(&msg);
                return if by == awaited::BY_ANEXT {
                    self.invalid_step(v, raised)
                } else {
                    Err(raised)
                };
            }
            Err(raised) if by == awaited::BY_ANEXT => return self.invalid_step(v, raised),
            Err(raised) => return Err(raised),
        };
        let next = self.names.__next__;
        let msg = if is_coroutine(iter) {
            "__await__() returned a coroutine".to_string()
        } else if self.special(iter, next).is_none() {
            format!("__await__() returned non-iterator of type '{}'", self.type_name(iter))
        } else {
            return Ok(iter);
        };
        let raised = self.type_error(&msg);
        if by == awaited::BY_ANEXT { self.invalid_step(v, raised) } else { Err(raised) }
    }

    /// RuntimeError if somebody awaits a coroutine already.
    pub fn check_unawaited(&mut self, v: Value) -> PyResult<()> {
        let awaits =
            |g: Gc<Generator>| matches!(state(g), State::Suspended(_)) && !delegate(g).is_none();
        if v.shape() == COROUTINE && v.cast::<Generator>().is_some_and(awaits) {
            let msg = "coroutine is being awaited already";
            return Err(self.raise_msg(Exc::RuntimeError, msg));
        }
        Ok(())
    }

    /// TypeError: what `__anext__` returned cannot be awaited, because of `cause`.
    fn invalid_step(&mut self, v: Value, cause: crate::error::Raised) -> PyResult<Value> {
        let cause = self.take_raised(cause);
        let msg =
            format!("'async for' received an invalid object from __anext__: {}", self.type_name(v));
        let raised = self.type_error(&msg);
        if let Some(e) = self.raised.cast::<habu_object::Exception>() {
            e.store(&mut self.heap, &e.cause, cause);
            e.store(&mut self.heap, &e.context, cause);
            e.suppress_context.set(true);
        }
        Err(raised)
    }

    /// Whether `yield from` may delegate to `v` in a generator that is no coroutine.
    pub fn may_delegate(v: Value) -> bool {
        v.shape() != COROUTINE && !is_coroutine(v)
    }

    /// `aiter(v)` as `async for` wants it.
    pub fn async_iter(&mut self, v: Value) -> PyResult<Value> {
        if v.shape() == ASYNC_GENERATOR {
            return Ok(v);
        }
        let (name, next) = (self.names.__aiter__, self.names.__anext__);
        let Some(it) = self.call_special(v, name, &[])? else {
            let kind = self.type_name(v);
            let msg = format!("'async for' requires an object with __aiter__ method, got {kind}");
            return Err(self.type_error(&msg));
        };
        if self.special(it, next).is_none() {
            let msg = format!(
                "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                self.type_name(it)
            );
            return Err(self.type_error(&msg));
        }
        Ok(it)
    }

    /// A step of an async generator that sends `arg`.
    pub fn async_step(&mut self, g: Gc<Generator>, arg: Value) -> PyResult<Value> {
        self.ask_first(g)?;
        let step = AsyncSend::blank(&mut self.heap)?;
        step.target.set(g.value());
        step.arg.set(arg);
        Ok(step.value())
    }

    /// Tells the event loop of an async generator that is iterated for the first time, and asks it for a finalizer.
    pub fn ask_first(&mut self, g: Gc<Generator>) -> PyResult<()> {
        if !g.get(gen_slot::HOOK).is_unbound() {
            return Ok(());
        }
        let finalizer = self.thread_root(hook::FINALIZER).bound().unwrap_or(Value::NONE);
        g.set(&mut self.heap, gen_slot::HOOK, finalizer);
        match self.thread_root(hook::FIRST).bound() {
            Some(first) if !first.is_none() => self.call(first, &[g.value()]).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// A step is awaited, perhaps further: the generator and what it is sent.
    pub fn begin_step(
        &mut self,
        step: Gc<AsyncSend>,
        sent: Value,
    ) -> PyResult<(Gc<Generator>, Value)> {
        let Some(g) = step.target.get().cast::<Generator>() else {
            return Err(self.type_error("not a step of an async generator"));
        };
        let owner = g.get(gen_slot::OWNER);
        match step.state.get() {
            stage::NEW if !owner.is_none() => {
                step.state.set(stage::OVER);
                let msg = "anext(): asynchronous generator is already running";
                Err(self.raise_msg(Exc::RuntimeError, msg))
            }
            stage::NEW => {
                step.state.set(stage::AWAITED);
                g.set(&mut self.heap, gen_slot::OWNER, step.value());
                Ok((g, if sent.is_none() { step.arg.get() } else { sent }))
            }
            stage::AWAITED if owner == step.value() => Ok((g, sent)),
            _ => {
                step.state.set(stage::OVER);
                let msg = "cannot reuse already awaited __anext__()/asend()";
                Err(self.raise_msg(Exc::RuntimeError, msg))
            }
        }
    }

    /// What a resumption of an async generator came to.
    pub fn step_result(&mut self, g: Gc<Generator>, resumed: PyResult<Resumed>) -> PyResult<Step> {
        match resumed {
            // Whoever yields an item has nobody any more through whom he runs.
            Ok(Resumed::Yielded(v)) if g.get(gen_slot::OWNER).is_none() => Ok(Step::Item(v)),
            Ok(Resumed::Yielded(v)) => Ok(Step::Awaits(v)),
            Ok(Resumed::Returned(_)) => {
                g.items()[gen_slot::OWNER].set(Value::NONE);
                Err(self.raise_msg(Exc::StopAsyncIteration, ""))
            }
            Err(e) => {
                if !matches!(state(g), State::Running) {
                    g.items()[gen_slot::OWNER].set(Value::NONE);
                }
                Err(e)
            }
        }
    }

    /// `step.send(sent)` as one operation.
    pub fn send_step(&mut self, step: Gc<AsyncSend>, sent: Value) -> PyResult<Step> {
        let (g, arg) = self.begin_step(step, sent)?;
        let resumed = self.resume_generator(g, arg);
        let result = self.step_result(g, resumed);
        if !matches!(result, Ok(Step::Awaits(_))) {
            step.state.set(stage::OVER);
        }
        result
    }
}
