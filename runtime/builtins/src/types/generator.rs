//! `generator`: send, throw with its delegation to sub-iterators, close, attributes.
//!
//! Resumption and suspension are in `vm::generator`.

use crate::args::{address, arg, or_none};
use habu_object::array::gen_slot;
use habu_object::{Exception, Function, Gc, Generator, Kind, Traceback, Type, Value, type_flags};
use habu_vm::generator::Resumed;
use habu_vm::resume::{self, State};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};

pub(crate) static METHODS: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0))).doc("Implement iter(self)."),
    NativeDef::new("__next__", "(self, /)", next).doc("Implement next(self)."),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self)."),
    NativeDef::new("send", "(self, value, /)", send).doc(
        "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration.",
    ),
    NativeDef::new("throw", "(self, type, value=None, traceback=None, /)", throw),
    NativeDef::new("close", "(self, /)", close)
        .doc("close() -> raise GeneratorExit inside generator."),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

/// The attributes that all kinds of generators have by the same names.
pub(super) static NAMES: &[GetSetDef] = &[
    GetSetDef::with_set(
        "__name__",
        |_, v| slot(v, gen_slot::NAME),
        |vm, v, x| set_name(vm, v, x, "__name__", gen_slot::NAME),
    ),
    GetSetDef::with_set(
        "__qualname__",
        |_, v| slot(v, gen_slot::QUALNAME),
        |vm, v, x| set_name(vm, v, x, "__qualname__", gen_slot::QUALNAME),
    ),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("gi_running", |_, v| Ok(Value::bool(state(v) == State::Running))),
    GetSetDef::new("gi_suspended", suspended),
    GetSetDef::new("gi_yieldfrom", delegate),
    GetSetDef::new("gi_code", code),
    GetSetDef::new("gi_frame", frame),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Generator);
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, NAMES)?;
    vm.add_getsets(class, GETSETS)
}

pub(super) fn slot(v: Value, i: usize) -> PyResult<Value> {
    Ok(v.cast::<Generator>().map_or(Value::NONE, |g| g.get(i)))
}

pub(super) fn state(v: Value) -> State {
    v.cast::<Generator>().map_or(State::Closed, resume::state)
}

/// Marks a suspended generator as running while its delegate does, or takes the mark off.
fn mark_running(g: Gc<Generator>, running: bool) {
    let word = g.get(gen_slot::PC).bits() & !gen_slot::RUNNING;
    let mark = if running { gen_slot::RUNNING } else { 0 };
    g.items()[gen_slot::PC].set(Value::from_bits(word | mark));
}

fn set_name(vm: &mut Vm, this: Value, v: Value, name: &str, i: usize) -> PyResult<()> {
    if v.kind() != Kind::Str {
        let msg = format!("{name} must be set to a string object");
        return Err(vm.type_error(&msg));
    }
    if let Some(g) = this.cast::<Generator>() {
        g.set(&mut vm.heap, i, v);
    }
    Ok(())
}

fn function(v: Value) -> Option<Gc<Function>> {
    v.cast::<Generator>()?.get(gen_slot::FUNC).cast::<Function>()
}

/// What it waits for: another generator or the like.
pub(super) fn delegate(_vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(v.cast::<Generator>().map_or(Value::NONE, resume::delegate))
}

pub(super) fn suspended(_vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(Value::bool(matches!(state(v), State::Suspended(_))))
}

pub(super) fn code(_vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(function(v).map_or(Value::NONE, |f| f.code.get()))
}

pub(super) fn frame(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let (Some(g), Some(f)) = (v.cast::<Generator>(), function(v)) else { return Ok(Value::NONE) };
    if state(v) == State::Closed {
        return Ok(Value::NONE);
    }
    vm.generator_frame(g, f)
}

pub(super) fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Generator>> {
    match arg(args, 0).cast::<Generator>() {
        Some(g) => Ok(g),
        None => Err(vm.type_error("descriptor requires a 'generator' object")),
    }
}

/// A yielded value, or StopIteration with the returned one.
pub(super) fn finish(vm: &mut Vm, resumed: Resumed) -> PyResult<Value> {
    match resumed {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => Err(stop(vm, v)),
    }
}

/// StopIteration(v): a tuple or an exception must not be taken apart (CPython `_PyGen_SetStopIterationValue`).
fn stop(vm: &mut Vm, v: Value) -> Raised {
    vm.stop_iteration(v)
}

fn next(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let g = this(vm, args)?;
    let resumed = vm.resume_generator(g, Value::NONE)?;
    finish(vm, resumed)
}

pub(super) fn send(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let g = this(vm, args)?;
    let resumed = vm.resume_generator(g, arg(args, 1))?;
    finish(vm, resumed)
}

pub(super) fn close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let g = this(vm, args)?;
    if state(g.value()) == State::Running {
        return Err(vm.already_executing(g));
    }
    vm.close_generator(g)
}

pub(super) fn throw(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let g = this(vm, args)?;
    let exc = thrown(vm, arg(args, 1), or_none(arg(args, 2)), or_none(arg(args, 3)))?;
    let resumed = throw_into(vm, g, exc)?;
    finish(vm, resumed)
}

/// The exception that `throw(type, value, traceback)` means (CPython `_gen_throw`).
pub(super) fn thrown(vm: &mut Vm, kind: Value, value: Value, traceback: Value) -> PyResult<Value> {
    if !traceback.is_none() && traceback.cast::<Traceback>().is_none() {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    let exc = match kind.cast::<Type>().filter(|c| c.has(type_flags::EXCEPTION)) {
        Some(class) => {
            if value.cast::<Exception>().is_some_and(|_| vm.is_instance_exact(value, class)) {
                value
            } else if value.is_none() {
                vm.call(kind, &[])?
            } else if let Some(t) = value.cast::<habu_object::Tuple>() {
                crate::args::forward(vm, kind, &[], Some(t), None)?
            } else {
                vm.call(kind, &[value])?
            }
        }
        None if kind.cast::<Exception>().is_some() => {
            if !value.is_none() {
                return Err(vm.type_error("instance exception may not have a separate value"));
            }
            kind
        }
        None => {
            let msg = format!(
                "exceptions must be classes or instances deriving from BaseException, not {}",
                vm.type_name(kind)
            );
            return Err(vm.type_error(&msg));
        }
    };
    if let Some(e) = exc.cast::<Exception>()
        && !traceback.is_none()
    {
        e.store(&mut vm.heap, &e.traceback, traceback);
    }
    Ok(exc)
}

/// Throws into the innermost generator of a `yield from` chain, then outwards.
pub(super) fn throw_into(vm: &mut Vm, g: Gc<Generator>, exc: Value) -> PyResult<Resumed> {
    vm.check_native_stack()?;
    let delegate = resume::delegate(g);
    if delegate.is_none() {
        return vm.throw_generator(g, exc);
    }
    let exit = vm.exc_type(Exc::GeneratorExit);
    if vm.is_instance_exact(exc, exit) {
        let exc = match close_delegate(vm, g, delegate) {
            Ok(()) => exc,
            Err(e) => vm.take_raised(e),
        };
        return vm.throw_generator(g, exc);
    }
    let passed = match delegate.cast::<Generator>() {
        Some(inner) => {
            mark_running(g, true);
            let r = throw_into(vm, inner, exc);
            mark_running(g, false);
            r
        }
        None => {
            let name = vm.names.throw;
            let Some(f) = vm.getattr_opt(delegate, name)? else {
                return vm.throw_generator(g, exc);
            };
            mark_running(g, true);
            let r = vm.call(f, &[exc]).map(Resumed::Yielded);
            mark_running(g, false);
            r
        }
    };
    match passed {
        Ok(Resumed::Yielded(v)) => Ok(Resumed::Yielded(v)),
        Ok(Resumed::Returned(v)) => vm.resume_after_delegate(g, v),
        Err(e) => {
            let raised = vm.take_raised(e);
            let stop = vm.exc_type(Exc::StopIteration);
            match raised.cast::<Exception>().filter(|_| vm.is_instance_exact(raised, stop)) {
                Some(e) => vm.resume_after_delegate(g, or_none(e.extra0.get())),
                None => vm.throw_generator(g, raised),
            }
        }
    }
}

fn close_delegate(vm: &mut Vm, g: Gc<Generator>, delegate: Value) -> PyResult<()> {
    mark_running(g, true);
    let r = match delegate.cast::<Generator>() {
        Some(inner) => vm.close_generator(inner).map(|_| ()),
        None => {
            let name = vm.names.close;
            match vm.getattr_opt(delegate, name) {
                Ok(Some(f)) => vm.call(f, &[]).map(|_| ()),
                Ok(None) => Ok(()),
                Err(e) => Err(e),
            }
        }
    };
    mark_running(g, false);
    r
}

pub(super) fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let g = this(vm, args)?;
    let noun = vm.type_name(g.value());
    let text = format!(
        "<{noun} object {} at {:#x}>",
        vm.text(g.get(gen_slot::QUALNAME)),
        address(g.value())
    );
    vm.new_str(&text)
}
