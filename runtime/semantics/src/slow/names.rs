//! Globals, namespaces, cells, local variables.

use super::{Frame, Jump, store_result};
use habu_bytecode::decode::{FAR, FAR_STORE};
use habu_bytecode::{Insn, Op, common};
use habu_object::dict::Dict;
use habu_object::{Array, CellObject, Exception, Gc, List, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// Raises NameError with its `name` set.
fn name_error(vm: &mut Vm, exc: Exc, msg: &str, name: Value) -> Raised {
    let raised = vm.raise_msg(exc, msg);
    if let Some(e) = vm.raised.cast::<Exception>() {
        e.store(&mut vm.heap, &e.extra0, name);
    }
    raised
}

fn not_defined(frame: &mut Frame<'_>, name: Value) -> Raised {
    let msg = format!("name '{}' is not defined", frame.vm.text(name));
    name_error(frame.vm, Exc::NameError, &msg, name)
}

fn unbound_local(frame: &mut Frame<'_>, name: Value) -> Raised {
    let msg = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        frame.vm.text(name)
    );
    // Without a name: what it may have been meant for is no question.
    frame.vm.raise_msg(Exc::UnboundLocalError, &msg)
}

fn globals(frame: &Frame<'_>) -> Option<Gc<Dict>> {
    frame.function().globals.get().cast::<Dict>()
}

fn builtins(frame: &Frame<'_>) -> Option<Gc<Dict>> {
    frame.function().builtins.get().cast::<Dict>()
}

/// Keeps an object alive that an inline cache of this code refers to.
fn keep(frame: &mut Frame<'_>, v: Value) -> PyResult<()> {
    if let Some(refs) = frame.code().refs.get().cast::<List>() {
        refs.push(&mut frame.vm.heap, v)?;
    }
    Ok(())
}

pub(super) fn CheckBound(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let names = frame.code().varnames.get().cast::<habu_object::Array>();
    let name = names.map_or(Value::NONE, |n| n.get(frame.word(0) as usize));
    Err(unbound_local(frame, name))
}

pub(super) fn EnterFar(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let data = frame.vm.code_data(frame.code());
    let (near, params) = (frame.word(0) as usize, frame.word(1) as usize);
    let fars = Array::zeroed(&mut frame.vm.heap, data.nregs as usize - FAR)?;
    for (k, cell) in fars.items().iter().enumerate() {
        let moves = near + k < params;
        cell.set(if moves { frame.reg(near + k) } else { Value::UNBOUND });
    }
    frame.set(FAR_STORE as usize, fars.value());
    frame.next(2)
}

pub(super) fn LoadCommon(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let exc = match i.b() as u8 {
        common::ASSERTION_ERROR => Exc::AssertionError,
        common::STOP_ASYNC_ITERATION => Exc::StopAsyncIteration,
        _ => Exc::NotImplementedError,
    };
    let v = frame.vm.exc_type(exc).value();
    store_result(frame, i, v, 0)
}

pub(super) fn LoadGlobal(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let words = Op::LoadGlobal.size() - 1;
    if let Some(g) = globals(frame) {
        if g.has_cells() {
            if let Some(cell) = frame.vm.find_cell(g, name) {
                keep(frame, cell.value())?;
                frame.set_wide(1, cell.value());
                frame.quicken(Op::LoadGlobalCell);
                return store_result(frame, i, cell.contents.get(), words);
            }
        } else if let Some(v) = frame.vm.dict_get_str(g, name) {
            return store_result(frame, i, v, words);
        }
        // A subclass may have `__missing__`.
        if Vm::exact_dict(g.value()).is_none()
            && let Some(v) = namespace_get(frame, g.value(), name)?
        {
            return store_result(frame, i, v, words);
        }
        if let Some(b) = builtins(frame).filter(|b| b.has_cells())
            && let Some(cell) = frame.vm.find_cell(b, name)
        {
            if g.has_cells() {
                keep(frame, cell.value())?;
                frame.set_wide(1, cell.value());
                frame.set_word(3, frame.vm.shadow_version);
                frame.quicken(Op::LoadGlobalBuiltin);
            }
            return store_result(frame, i, cell.contents.get(), words);
        }
    }
    Err(not_defined(frame, name))
}

pub(super) use LoadGlobal as LoadGlobalCell;
pub(super) use LoadGlobal as LoadGlobalBuiltin;

pub(super) fn StoreGlobal(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let v = frame.reg(i.a());
    let words = Op::StoreGlobal.size() - 1;
    let Some(g) = globals(frame) else { return frame.next(words) };
    frame.vm.dict_set_str(g, name, v)?;
    if g.has_cells()
        && let Some(cell) = frame.vm.find_cell(g, name)
    {
        keep(frame, cell.value())?;
        frame.set_wide(1, cell.value());
        frame.quicken(Op::StoreGlobalCell);
    }
    frame.next(words)
}

pub(super) use StoreGlobal as StoreGlobalCell;

pub(super) fn DelGlobal(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    if let Some(g) = globals(frame)
        && frame.vm.dict_del_str(g, name)?
    {
        return frame.next(1);
    }
    Err(not_defined(frame, name))
}

/// A name in a namespace that may be any mapping.
fn namespace_get(frame: &mut Frame<'_>, ns: Value, name: Value) -> PyResult<Option<Value>> {
    if let Some(d) = Vm::exact_dict(ns) {
        return Ok(frame.vm.dict_get_str(d, name));
    }
    match frame.vm.getitem(ns, name) {
        Ok(v) => Ok(Some(v)),
        Err(e) => {
            frame.vm.catch(e, Exc::KeyError)?;
            Ok(None)
        }
    }
}

fn global_or_builtin(frame: &mut Frame<'_>, name: Value) -> PyResult<Value> {
    for d in [globals(frame), builtins(frame)].into_iter().flatten() {
        if let Some(v) = namespace_get(frame, d.value(), name)? {
            return Ok(v);
        }
    }
    Err(not_defined(frame, name))
}

pub(super) fn LoadName(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let ns = frame.reg(i.b());
    let v = match namespace_get(frame, ns, name)? {
        Some(v) => v,
        None => global_or_builtin(frame, name)?,
    };
    store_result(frame, i, v, 1)
}

pub(super) fn StoreName(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let (ns, v) = (frame.reg(i.a()), frame.reg(i.b()));
    match Vm::exact_dict(ns) {
        Some(d) => frame.vm.dict_set_str(d, name, v)?,
        None => frame.vm.setitem(ns, name, v)?,
    }
    frame.next(1)
}

pub(super) fn DelName(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let ns = frame.reg(i.a());
    let deleted = match Vm::exact_dict(ns) {
        Some(d) => frame.vm.dict_del_str(d, name)?,
        None => match frame.vm.delitem(ns, name) {
            Ok(()) => true,
            Err(e) => {
                frame.vm.catch(e, Exc::KeyError)?;
                false
            }
        },
    };
    if deleted { frame.next(1) } else { Err(not_defined(frame, name)) }
}

pub(super) fn LoadNameCell(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let ns = frame.reg(i.b());
    let v = match namespace_get(frame, ns, name)? {
        Some(v) => v,
        None => {
            let v = Vm::cell_contents(frame.reg(i.c()));
            if v.is_unbound() {
                return Err(free_error(frame, name));
            }
            v
        }
    };
    store_result(frame, i, v, 1)
}

fn free_error(frame: &mut Frame<'_>, name: Value) -> Raised {
    let msg = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        frame.vm.text(name)
    );
    name_error(frame.vm, Exc::NameError, &msg, name)
}

/// The error for an empty cell: a free variable's, or an own captured variable's.
fn cell_error(frame: &mut Frame<'_>, name: Value) -> Raised {
    let text = frame.vm.text(name);
    let data = frame.vm.code_data(frame.code());
    if data.freevars.iter().any(|v| *v.name == *text) {
        free_error(frame, name)
    } else {
        unbound_local(frame, name)
    }
}

pub(super) fn LoadCell(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    Err(cell_error(frame, name))
}

pub(super) fn StoreFar(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.a());
    if let Some(fars) = frame.reg(FAR_STORE as usize).cast::<Array>() {
        fars.set(&mut frame.vm.heap, i.bx() - FAR, v);
    }
    frame.next(0)
}

pub(super) fn StoreCell(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    if let Some(cell) = frame.reg(i.a()).cast::<CellObject>() {
        cell.store(&mut frame.vm.heap, &cell.contents, v);
    }
    frame.next(0)
}

pub(super) fn DelCell(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    match frame.reg(i.a()).cast::<CellObject>() {
        Some(c) if !c.contents.get().is_unbound() => {
            c.contents.set(Value::UNBOUND);
            frame.next(1)
        }
        _ => Err(cell_error(frame, name)),
    }
}

pub(super) fn MakeCell(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let cell = CellObject::blank(&mut frame.vm.heap)?;
    cell.contents.set(frame.reg(i.a()));
    store_result(frame, i, cell.value(), 0)
}
