//! Raising, handling, matching.

use super::{Frame, Jump};
use habu_bytecode::Insn;
use habu_object::{Exception, Gc, Kind, Tuple, Type, Value, type_flags};
use habu_vm::{Exc, PyResult, Vm};

/// An exception object from what a `raise` statement names.
fn instance(vm: &mut Vm, v: Value) -> PyResult<Gc<Exception>> {
    if let Some(e) = v.cast::<Exception>() {
        return Ok(e);
    }
    if let Some(class) = v.cast::<Type>()
        && class.has(type_flags::EXCEPTION)
    {
        let e = vm.call(v, &[])?;
        if let Some(e) = e.cast::<Exception>() {
            return Ok(e);
        }
        let msg = format!(
            "calling {} should have returned an instance of BaseException, not {}",
            vm.repr_text(v)?,
            vm.type_name(e)
        );
        return Err(vm.type_error(&msg));
    }
    Err(vm.type_error("exceptions must derive from BaseException"))
}

pub(super) fn Raise(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    if i.c() == 0 {
        let handled = frame.vm.handled;
        if handled.is_none() {
            return Err(frame.vm.raise_msg(Exc::RuntimeError, "No active exception to reraise"));
        }
        return Err(frame.vm.reraise(handled));
    }
    let v = frame.reg(i.a());
    if i.c() == 3 && v.kind() == Kind::Exception {
        return Err(frame.vm.reraise(v));
    }
    let e = instance(frame.vm, v)?;
    if i.c() == 2 {
        let cause = frame.reg(i.a() + 1);
        let cause = if cause.is_none() {
            Value::NONE
        } else if cause.kind() == Kind::Exception
            || cause.cast::<Type>().is_some_and(|c| c.has(type_flags::EXCEPTION))
        {
            instance(frame.vm, cause)?.value()
        } else {
            return Err(frame.vm.type_error("exception causes must derive from BaseException"));
        };
        e.store(&mut frame.vm.heap, &e.cause, cause);
        e.suppress_context.set(true);
    }
    Err(frame.vm.raise(e))
}

pub(super) fn Reraise(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let e = frame.reg(i.a());
    Err(frame.vm.reraise(e))
}

pub(super) fn PushExc(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let e = frame.reg(i.a());
    let old = std::mem::replace(&mut frame.vm.handled, e);
    frame.set(i.b(), old);
    frame.next(0)
}

pub(super) fn PopExc(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    frame.vm.handled = frame.reg(i.a());
    frame.next(0)
}

/// Whether exception `e` is an instance of a class or of one of a tuple of classes.
fn matches(vm: &mut Vm, e: Value, wanted: Value) -> PyResult<bool> {
    if let Some(class) = wanted.cast::<Type>()
        && class.has(type_flags::EXCEPTION)
    {
        return Ok(vm.is_instance_exact(e, class));
    }
    if let Some(t) = wanted.cast::<Tuple>() {
        for k in 0..t.len() {
            let item = t.get(k);
            if !item.cast::<Type>().is_some_and(|c| c.has(type_flags::EXCEPTION)) {
                return Err(not_exception_class(vm));
            }
            if matches(vm, e, item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    Err(not_exception_class(vm))
}

fn not_exception_class(vm: &mut Vm) -> habu_vm::Raised {
    vm.type_error("catching classes that do not inherit from BaseException is not allowed")
}

pub(super) fn JNoMatch(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (e, wanted) = (frame.reg(i.a()), frame.reg(i.b()));
    let t = matches(frame.vm, e, wanted)?;
    frame.branch(!t)
}
