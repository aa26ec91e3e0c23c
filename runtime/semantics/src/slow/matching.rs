//! Patterns: tests of classes, keys and attributes.

use super::attrs::{Plan, plan_load};
use super::{Frame, Jump, store_result};
use habu_bytecode::{Insn, Op};
use habu_object::array::INSTANCE_SLOTS_OFFSET;
use habu_object::dict::Dict;
use habu_object::{Instance, Tuple, Value, int, type_flags};
use habu_vm::{PyResult, Vm};

pub(super) fn JNoCollection(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let flag = if i.c() == 0 { type_flags::SEQUENCE } else { type_flags::MAPPING };
    let class = frame.vm.type_of(frame.reg(i.a()));
    frame.branch(!class.has(flag))
}

pub(super) fn Len(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let n = frame.vm.len(v)?;
    let n = int::from_u64(&mut frame.vm.heap, n as u64)?;
    store_result(frame, i, n, 0)
}

pub(super) fn JNoInstance(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (v, class) = (frame.reg(i.a()), frame.reg(i.b()));
    let is_instance = frame.vm.matches_class(v, class)?;
    frame.branch(!is_instance)
}

pub(super) fn MatchKey(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (mapping, key) = (frame.reg(i.b()), frame.reg(i.c()));
    let found = match mapping.cast_exact::<Dict>() {
        Some(d) => frame.vm.dict_get(d, key)?,
        None => frame.vm.get_or_nothing(mapping, key)?,
    };
    frame.set(i.a(), found.unwrap_or(Value::NONE));
    frame.branch(found.is_none())
}

pub(super) fn CheckKeys(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let seen = frame.vm.new_dict()?;
    for k in 0..i.c() {
        let key = frame.reg(i.b() + k);
        if frame.vm.dict_get(seen, key)?.is_some() {
            let key = frame.vm.repr_text(key)?;
            let msg = format!("mapping pattern checks duplicate key ({key})");
            return Err(frame.vm.value_error(&msg));
        }
        frame.vm.dict_set(seen, key, Value::NONE)?;
    }
    frame.next(0)
}

/// `o.name`, None if it has no such attribute.
fn attribute(vm: &mut Vm, o: Value, name: Value) -> PyResult<Option<Value>> {
    let v = match plan_load(vm, o, name) {
        Plan::Slot(offset) => {
            let slot = (offset as usize - INSTANCE_SLOTS_OFFSET) / 8;
            o.cast::<Instance>().and_then(|o| o.slots().get(slot)?.get().bound())
        }
        Plan::Cell(cell) => Vm::cell_contents(cell).bound(),
        _ => None,
    };
    if v.is_some() { Ok(v) } else { vm.getattr_opt(o, name) }
}

/// The attribute, or the jump in word `jump`.
fn found(frame: &mut Frame<'_>, i: Insn, op: Op, v: Option<Value>, jump: usize) -> PyResult<Jump> {
    match v {
        Some(v) => store_result(frame, i, v, op.size() - 1),
        None => {
            frame.set(i.a(), Value::NONE);
            frame.jump(jump)
        }
    }
}

pub(super) fn MatchAttr(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (o, name) = (frame.reg(i.b()), frame.name(0));
    let v = attribute(frame.vm, o, name)?;
    found(frame, i, Op::MatchAttr, v, 1)
}

pub(super) fn MatchArg(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (o, class) = (frame.reg(i.b()), frame.reg(i.c()));
    let (which, keywords) = (frame.word(0), frame.constant(1));
    let (position, count) = ((which & 0xffff) as usize, (which >> 16) as usize);
    let keywords = keywords.cast::<Tuple>();
    let v = match frame.vm.match_arg(class, position, count, keywords)? {
        Some(name) => attribute(frame.vm, o, name)?,
        None => Some(o),
    };
    found(frame, i, Op::MatchArg, v, 2)
}
