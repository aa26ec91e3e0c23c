//! Attributes without an inline cache: methods by `super()`, those of exceptions, and what a look-up finds that runs no
//! Python code.

use super::invoke::run_special;
use super::{Direct, finish};
use crate::fields::{
    CELL_CONTENTS, EXCEPTION_ARGS, EXCEPTION_DICT, FUNCTION_DICT, SUPER, SUPER_CLASS, SUPER_OBJECT,
    SUPER_TYPE, exact,
};
use crate::helpers::containers;
use crate::machine::Field;
use crate::ops::CONT_ARGS;
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value, shape};
use habu_vm::stack::LINK;

/// Words of the ops that look attributes up.
const WORDS: usize = Op::LoadAttr.size() - 1;

/// R[A] = super(R[B] the class's cell, R[C])
pub(super) fn load_super<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (callee, cell, this) = (m.reg(i.a()), m.reg(i.b()), m.reg(i.c()));
    let builtin = m.class_of_kind(Kind::Super);
    if !m.is(callee, builtin) {
        return None;
    }
    let class = m.load(cell, &CELL_CONTENTS);
    m.promote(class);
    m.shape(this);
    let object_type = m.super_type(class, this)?;
    let object_type = m.konst(object_type);
    let s = m.new_object(&SUPER, exact(Kind::Super))?;
    m.store(s, &SUPER_CLASS, class);
    m.store(s, &SUPER_OBJECT, this);
    m.store(s, &SUPER_TYPE, object_type);
    finish(m, i, s)
}

/// R[A] = the function and R[A+3] = self of the method R[B].name of a `super` object.
pub(super) fn load_method<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let s = m.reg(i.b());
    if m.hint(s).kind() != Kind::Super || !m.has_shape(s, shape::SUPER) {
        return None;
    }
    let (class, object_type) = (m.load(s, &SUPER_CLASS), m.load(s, &SUPER_TYPE));
    let (class, object_type) = (m.promote(class), m.promote(object_type));
    let this = m.load(s, &SUPER_OBJECT);
    m.shape(this);
    // Where it stands for a class itself, functions are not bound.
    if m.hint(this).kind() == Kind::Type {
        return None;
    }
    let name = m.name();
    let f = m.super_method(class, object_type, name)?;
    let f = m.konst(f);
    m.set(i.a(), f);
    m.set(i.a() + LINK, this);
    m.skip(WORDS);
    Some(())
}

/// R[A] = R[B].name
pub(super) fn load<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let o = m.reg(i.b());
    let name = m.name();
    m.shape(o);
    let v = match m.hint(o).kind() {
        Kind::Exception => load_exception(m, o, name)?,
        Kind::Function => load_from_dict(m, o, name, &FUNCTION_DICT)?,
        _ => look_up(m, o, name)?,
    };
    m.set(i.a(), v);
    m.skip(WORDS);
    Some(())
}

/// By a helper, unless looking makes something that traces know of: a dict of attributes, say.
fn look_up<M: Direct>(m: &mut M, o: M::V, name: Value) -> Option<M::V> {
    if !m.is_plain_name(name) {
        return None;
    }
    let name = m.konst(name);
    m.call(&containers::GET_ATTR, &[o, name])
}

fn load_exception<M: Direct>(m: &mut M, e: M::V, name: Value) -> Option<M::V> {
    if m.is_exception_args(e, name) {
        return Some(m.load(e, &EXCEPTION_ARGS));
    }
    load_from_dict(m, e, name, &EXCEPTION_DICT)
}

/// What is in the dict of attributes, or else what is found at large.
fn load_from_dict<M: Direct>(
    m: &mut M,
    o: M::V,
    name: Value,
    field: &'static Field,
) -> Option<M::V> {
    if m.is_instance_attribute(o, name) {
        let dict = m.load(o, field);
        if !m.is(dict, Value::UNBOUND)
            && m.has_shape(dict, shape::DICT)
            && let key = m.konst(name)
            && let Some(v) = super::items::find(m, dict, key)?
        {
            return Some(v);
        }
    }
    look_up(m, o, name)
}

/// R[A].name = R[B] of an exception or a function, or by a property.
pub(super) fn store<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let (o, v) = (m.reg(i.a()), m.reg(i.b()));
    let name = m.name();
    let field = match m.hint(o).kind() {
        Kind::Instance => {
            m.shape(o);
            let f = m.setter(o, name)?;
            return run_special(m, f, &[o, v], WORDS, Op::ContDrop);
        }
        Kind::Exception => &EXCEPTION_DICT,
        Kind::Function => &FUNCTION_DICT,
        _ => return None,
    };
    m.shape(o);
    if !m.is_instance_attribute(o, name) {
        return None;
    }
    let key = m.konst(name);
    let dict = m.load(o, field);
    if m.is(dict, Value::UNBOUND) {
        let dict = m.call(&containers::DICT_OF_ONE, &[key, v])?;
        m.store(o, field, dict);
    } else {
        if !m.has_shape(dict, shape::DICT) {
            return None;
        }
        m.call(&containers::DICT_SET, &[dict, key, v])?;
    }
    m.skip(WORDS);
    Some(())
}

/// `Class(args)` of an exception whose `__init__` is a Python function.
pub(super) fn construct_exception<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let f = m.reg(i.a());
    let base = i.a() + LINK;
    let args: Vec<M::V> = (0..i.b()).map(|k| m.reg(base + k)).collect();
    let init = m.exception_init(f, i.b(), base)?;
    let e = m.blank_exception(f, &args)?;
    for (k, v) in args.into_iter().enumerate().rev() {
        m.set(base + CONT_ARGS + 1 + k, v);
    }
    let none = m.konst(Value::NONE);
    m.push_continuation(base, [e, none], Op::ContInit);
    m.set(CONT_ARGS, e);
    m.push_frame(init, CONT_ARGS);
    Some(())
}
