//! `async_generator` and what its methods return to be awaited: steps (`__anext__`, `asend`), throws (`athrow`, `aclose`)
//! and `anext` with a default.
//!
//! How steps drive the generator is in `vm::async_gen`; here are the throws, which have the same layout: their argument
//! is the exception to throw, UNBOUND for `aclose`.

use super::generator::{self, code, delegate, frame, slot, suspended, throw_into, thrown};
use crate::args::{arg, or_none};
use habu_object::array::gen_slot;
use habu_object::{AsyncSend, Exception, Gc, Generator, Value};
use habu_vm::async_gen::{Step, stage};
use habu_vm::generator::Resumed;
use habu_vm::resume::{self, State};
use habu_vm::types::Variant;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__aiter__", "(self, /)", |_, args| Ok(arg(args, 0)))
        .doc("Return an awaitable, that resolves in asynchronous iterator."),
    NativeDef::new("__anext__", "(self, /)", |vm, args| {
        let g = generator::this(vm, args)?;
        vm.async_step(g, Value::NONE)
    })
    .doc("Return a value or raise StopAsyncIteration."),
    NativeDef::new("asend", "(self, value, /)", |vm, args| {
        let g = generator::this(vm, args)?;
        vm.async_step(g, arg(args, 1))
    })
    .doc("asend(v) -> send 'v' in generator."),
    NativeDef::new("athrow", "(self, type, value=None, traceback=None, /)", athrow),
    NativeDef::new("aclose", "(self, /)", |vm, args| {
        let g = generator::this(vm, args)?;
        new_throw(vm, g, Value::UNBOUND)
    })
    .doc("aclose() -> raise GeneratorExit inside generator."),
    NativeDef::new("__repr__", "(self, /)", generator::repr).doc("Return repr(self)."),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("ag_await", delegate),
    GetSetDef::new("ag_running", |_, v| Ok(Value::bool(!slot(v, gen_slot::OWNER)?.is_none()))),
    GetSetDef::new("ag_suspended", suspended),
    GetSetDef::new("ag_frame", frame),
    GetSetDef::new("ag_code", code),
];

/// An awaitable's own methods.
macro_rules! awaitable {
    ($name:ident: $send:ident $throw:ident $close:ident) => {
        static $name: &[NativeDef] = &[
            NativeDef::new("__await__", "(self, /)", |_, args| Ok(arg(args, 0))),
            NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0))),
            NativeDef::new("__next__", "(self, /)", |vm, args| {
                $send(vm, &[arg(args, 0), Value::NONE])
            }),
            NativeDef::new("send", "(self, value, /)", $send),
            NativeDef::new("throw", "(self, type, value=None, traceback=None, /)", $throw),
            NativeDef::new("close", "(self, /)", $close),
        ];
    };
}
awaitable!(STEP_METHODS: step_send step_throw step_close);
awaitable!(THROW_METHODS: throw_send throw_throw throw_close);
awaitable!(ANEXT_METHODS: anext_send anext_throw anext_close);

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.variant(Variant::AsyncGenerator);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, generator::NAMES)?;
    vm.add_getsets(class, GETSETS)?;
    let class = vm.types.of_kind(habu_object::Kind::AsyncSend);
    class.flags.set(class.flags.get() | habu_object::type_flags::NO_NEW);
    vm.add_methods(class, STEP_METHODS)?;
    let class = vm.types.variant(Variant::AsyncThrow);
    vm.add_methods(class, THROW_METHODS)?;
    let class = vm.types.variant(Variant::AnextAwaitable);
    vm.add_methods(class, ANEXT_METHODS)
}

fn this(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<AsyncSend>, Gc<Generator>)> {
    let op = arg(args, 0).cast::<AsyncSend>();
    match op.and_then(|op| Some((op, op.target.get().cast::<Generator>()?))) {
        Some(both) => Ok(both),
        None => Err(vm.type_error("descriptor requires an awaitable of an async generator")),
    }
}

fn runtime_error(vm: &mut Vm, msg: &str) -> Raised {
    vm.raise_msg(Exc::RuntimeError, msg)
}

/// What awaiting goes on with: a value passes through, an item ends it.
fn finish(vm: &mut Vm, step: Step) -> PyResult<Value> {
    match step {
        Step::Awaits(v) => Ok(v),
        Step::Item(v) => Err(vm.stop_iteration(v)),
    }
}

// Steps.

fn step_send(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (step, _) = this(vm, args)?;
    let result = vm.send_step(step, arg(args, 1))?;
    finish(vm, result)
}

fn step_throw(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (step, _) = this(vm, args)?;
    let exc = thrown(vm, arg(args, 1), or_none(arg(args, 2)), or_none(arg(args, 3)))?;
    let (g, _) = vm.begin_step(step, Value::NONE)?;
    let resumed = throw_into(vm, g, exc);
    let result = vm.step_result(g, resumed);
    if !matches!(result, Ok(Step::Awaits(_))) {
        step.state.set(stage::OVER);
    }
    finish(vm, result?)
}

fn step_close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (step, g) = this(vm, args)?;
    let under_way =
        step.state.get() == stage::AWAITED && slot(g.value(), gen_slot::OWNER)? == step.value();
    if step.state.get() != stage::NEW && !under_way {
        step.state.set(stage::OVER);
        return Ok(Value::NONE);
    }
    close_by(vm, args, step_throw)
}

/// `close()` of an awaitable by its `throw`.
fn close_by(
    vm: &mut Vm,
    args: &[Value],
    throw: fn(&mut Vm, &[Value]) -> PyResult<Value>,
) -> PyResult<Value> {
    let class = vm.exc_type(Exc::GeneratorExit).value();
    match throw(vm, &[arg(args, 0), class, Value::UNBOUND, Value::UNBOUND]) {
        Ok(_) => Err(runtime_error(vm, "coroutine ignored GeneratorExit")),
        Err(e) => {
            let fine = [Exc::StopIteration, Exc::StopAsyncIteration, Exc::GeneratorExit];
            ended_by(vm, e, &fine).map(|()| Value::NONE)
        }
    }
}

/// Swallows an exception of one of these classes.
fn ended_by(vm: &mut Vm, e: Raised, classes: &[Exc]) -> PyResult<()> {
    let raised = vm.take_raised(e);
    for exc in classes {
        let class = vm.exc_type(*exc);
        if vm.is_instance_exact(raised, class) {
            return Ok(());
        }
    }
    Err(vm.reraise(raised))
}

// Throws.

fn athrow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let g = generator::this(vm, args)?;
    let arguments = [1, 2, 3].map(|k| or_none(arg(args, k)));
    let arguments = vm.new_tuple(&arguments)?;
    new_throw(vm, g, arguments)
}

fn new_throw(vm: &mut Vm, g: Gc<Generator>, arguments: Value) -> PyResult<Value> {
    vm.ask_first(g)?;
    let op = AsyncSend::blank_with_shape(&mut vm.heap, Variant::AsyncThrow.shape())?;
    op.target.set(g.value());
    op.arg.set(arguments);
    Ok(op.value())
}

fn is_close(op: Gc<AsyncSend>) -> bool {
    op.arg.get().is_unbound()
}

/// The exception of an `athrow`, or GeneratorExit.
fn exception(vm: &mut Vm, op: Gc<AsyncSend>) -> PyResult<Value> {
    match op.arg.get().cast::<habu_object::Tuple>() {
        Some(t) => thrown(vm, t.get(0), t.get(1), t.get(2)),
        None => {
            let class = vm.exc_type(Exc::GeneratorExit).value();
            thrown(vm, class, Value::NONE, Value::NONE)
        }
    }
}

/// The generator begins to run through `op`; RuntimeError if it runs through another awaitable.
fn begin(vm: &mut Vm, op: Gc<AsyncSend>, g: Gc<Generator>) -> PyResult<()> {
    if !g.get(gen_slot::OWNER).is_none() {
        op.state.set(stage::OVER);
        let what = if is_close(op) { "aclose" } else { "athrow" };
        return Err(runtime_error(
            vm,
            &format!("{what}(): asynchronous generator is already running"),
        ));
    }
    op.state.set(stage::AWAITED);
    g.set(&mut vm.heap, gen_slot::OWNER, op.value());
    Ok(())
}

/// What a resumption of the generator means for the throw.
fn result(
    vm: &mut Vm,
    op: Gc<AsyncSend>,
    g: Gc<Generator>,
    resumed: PyResult<Resumed>,
) -> PyResult<Value> {
    let step = vm.step_result(g, resumed);
    if !matches!(step, Ok(Step::Awaits(_))) {
        op.state.set(stage::OVER);
    }
    if !is_close(op) {
        return finish(vm, step?);
    }
    match step {
        Ok(Step::Awaits(v)) => Ok(v),
        Ok(Step::Item(_)) => Err(runtime_error(vm, "async generator ignored GeneratorExit")),
        Err(e) => {
            ended_by(vm, e, &[Exc::StopAsyncIteration, Exc::GeneratorExit])?;
            Err(vm.stop_iteration(Value::NONE))
        }
    }
}

const REUSED: &str = "cannot reuse already awaited aclose()/athrow()";

fn throw_send(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (op, g) = this(vm, args)?;
    if op.state.get() == stage::OVER {
        return Err(runtime_error(vm, REUSED));
    }
    if resume::state(g) == State::Closed {
        op.state.set(stage::OVER);
        return Err(vm.stop_iteration(Value::NONE));
    }
    if op.state.get() == stage::AWAITED {
        let resumed = vm.resume_generator(g, arg(args, 1));
        return result(vm, op, g, resumed);
    }
    let closed = g.get(gen_slot::HOOK) == Value::TRUE && g.get(gen_slot::OWNER).is_none();
    if closed {
        op.state.set(stage::OVER);
        return Err(vm.raise_msg(Exc::StopAsyncIteration, ""));
    }
    begin(vm, op, g)?;
    if !arg(args, 1).is_none() {
        op.state.set(stage::NEW);
        g.items()[gen_slot::OWNER].set(Value::NONE);
        return Err(runtime_error(vm, "can't send non-None value to a just-started coroutine"));
    }
    if is_close(op) {
        g.items()[gen_slot::HOOK].set(Value::TRUE);
    }
    let resumed = match exception(vm, op) {
        Ok(exc) => throw_into(vm, g, exc),
        Err(e) => Err(e),
    };
    result(vm, op, g, resumed)
}

fn throw_throw(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (op, g) = this(vm, args)?;
    match op.state.get() {
        stage::OVER => return Err(runtime_error(vm, REUSED)),
        stage::NEW => begin(vm, op, g)?,
        _ => {}
    }
    let resumed = match thrown(vm, arg(args, 1), or_none(arg(args, 2)), or_none(arg(args, 3))) {
        Ok(exc) => throw_into(vm, g, exc),
        Err(e) => Err(e),
    };
    result(vm, op, g, resumed)
}

fn throw_close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (op, _) = this(vm, args)?;
    if op.state.get() == stage::OVER {
        return Ok(Value::NONE);
    }
    close_by(vm, args, throw_throw)
}

// `anext(iterator, default)`.

/// An awaitable that gives `default` where `awaitable` raises StopAsyncIteration.
pub(crate) fn anext_awaitable(vm: &mut Vm, awaitable: Value, default: Value) -> PyResult<Value> {
    let op = AsyncSend::blank_with_shape(&mut vm.heap, Variant::AnextAwaitable.shape())?;
    op.target.set(awaitable);
    op.arg.set(default);
    Ok(op.value())
}

/// Calls a method of the iterator that drives the awaitable.
fn drive(vm: &mut Vm, args: &[Value], method: &str, arguments: &[Value]) -> PyResult<Value> {
    let Some(op) = arg(args, 0).cast::<AsyncSend>() else { return Ok(Value::NONE) };
    let it = vm.awaitable_iter(op.target.get(), 0)?;
    let name = vm.intern(method)?;
    let done = match vm.getattr_opt(it, name)? {
        Some(f) => vm.call(f, arguments),
        None if method == "send" => {
            let next = vm.names.__next__;
            vm.call_method(it, next, &[])
        }
        None => vm.getattr(it, name),
    };
    match done {
        Ok(v) => Ok(v),
        Err(e) => {
            let raised = vm.take_raised(e);
            let class = vm.exc_type(Exc::StopAsyncIteration);
            if raised.cast::<Exception>().is_some() && vm.is_instance_exact(raised, class) {
                return Err(vm.stop_iteration(op.arg.get()));
            }
            Err(vm.reraise(raised))
        }
    }
}

fn anext_send(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    drive(vm, args, "send", &[arg(args, 1)])
}

fn anext_throw(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let given: Vec<Value> = args[1..].iter().copied().filter(|v| !v.is_unbound()).collect();
    drive(vm, args, "throw", &given)
}

fn anext_close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    drive(vm, args, "close", &[])
}
