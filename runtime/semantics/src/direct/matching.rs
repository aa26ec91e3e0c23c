//! Patterns: classes, keys and lengths.

use super::compare::branch;
use super::{Direct, finish, items, natives};
use habu_bytecode::Insn;
use habu_object::{Value, shape, type_flags};

/// JNO_COLLECTION
pub(super) fn collection<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let v = m.reg(i.a());
    let flag = if i.c() == 0 { type_flags::SEQUENCE } else { type_flags::MAPPING };
    let has = m.class_has(v, flag);
    branch(m, !has);
    Some(())
}

/// JNO_INSTANCE
pub(super) fn instance<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (v, class) = (m.reg(i.a()), m.reg(i.b()));
    let is = m.instance_of(v, class)?;
    branch(m, !is);
    Some(())
}

/// MATCH_KEY of a dict.
pub(super) fn key<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (d, key) = (m.reg(i.b()), m.reg(i.c()));
    if m.shape(d) != shape::DICT {
        return None;
    }
    let found = items::find(m, d, key)?;
    let none = m.konst(Value::NONE);
    branch(m, found.is_none());
    m.set(i.a(), found.unwrap_or(none));
    Some(())
}

/// LEN
pub(super) fn len<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let v = m.reg(i.b());
    let n = natives::len(m, v)?;
    finish(m, i, n)
}
