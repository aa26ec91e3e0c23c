//! Arithmetic, comparisons and truth beyond small numbers.

use super::{Called, Frame, Jump, store_result};
use habu_bytecode::{Insn, Op, Role};
use habu_object::str::Str;
use habu_object::{Kind, Value, shape};
use habu_vm::call::CONT_WINDOW;
use habu_vm::stack::{reg, set_reg};
use habu_vm::{BinOp, CmpOp, PyResult, Vm};

/// The operator of an arithmetic op, and whether it is in-place.
pub(crate) fn operator(op: Op) -> Option<(BinOp, bool)> {
    Some(match op {
        Op::Add | Op::AddI => (BinOp::Add, false),
        Op::Sub | Op::SubI => (BinOp::Sub, false),
        Op::Mul | Op::MulI => (BinOp::Mul, false),
        Op::TrueDiv => (BinOp::TrueDiv, false),
        Op::FloorDiv | Op::FloorDivI => (BinOp::FloorDiv, false),
        Op::Mod | Op::ModI => (BinOp::Mod, false),
        Op::Pow => (BinOp::Pow, false),
        Op::LShift | Op::LShiftI => (BinOp::LShift, false),
        Op::RShift | Op::RShiftI => (BinOp::RShift, false),
        Op::BitAnd | Op::BitAndI => (BinOp::And, false),
        Op::BitOr => (BinOp::Or, false),
        Op::BitXor => (BinOp::Xor, false),
        Op::MatMul => (BinOp::MatMul, false),
        Op::IAdd | Op::IAddI => (BinOp::Add, true),
        Op::ISub | Op::ISubI => (BinOp::Sub, true),
        Op::IMul => (BinOp::Mul, true),
        Op::ITrueDiv => (BinOp::TrueDiv, true),
        Op::IFloorDiv => (BinOp::FloorDiv, true),
        Op::IMod => (BinOp::Mod, true),
        Op::IPow => (BinOp::Pow, true),
        Op::ILShift => (BinOp::LShift, true),
        Op::IRShift => (BinOp::RShift, true),
        Op::IBitAnd => (BinOp::And, true),
        Op::IBitOr => (BinOp::Or, true),
        Op::IBitXor => (BinOp::Xor, true),
        Op::IMatMul => (BinOp::MatMul, true),
        _ => return None,
    })
}

/// The comparison of a comparing op.
pub(crate) fn comparison(op: Op) -> Option<CmpOp> {
    Some(match op {
        Op::Lt | Op::JLtT | Op::JLtF | Op::JLtIT | Op::JLtIF => CmpOp::Lt,
        Op::Le | Op::JLeT | Op::JLeF | Op::JLeIT | Op::JLeIF => CmpOp::Le,
        Op::Gt | Op::JGtT | Op::JGtF | Op::JGtIT | Op::JGtIF => CmpOp::Gt,
        Op::Ge | Op::JGeT | Op::JGeF | Op::JGeIT | Op::JGeIF => CmpOp::Ge,
        Op::Eq | Op::JEqT | Op::JEqF | Op::JEqIT | Op::JEqIF => CmpOp::Eq,
        Op::Ne | Op::JNeT | Op::JNeF | Op::JNeIT | Op::JNeIF => CmpOp::Ne,
        _ => return None,
    })
}

/// Whether a jumping comparison jumps when it holds.
pub(crate) fn jumps_if_true(op: Op) -> bool {
    matches!(
        op,
        Op::JLtT
            | Op::JLeT
            | Op::JGtT
            | Op::JGeT
            | Op::JEqT
            | Op::JNeT
            | Op::JLtIT
            | Op::JLeIT
            | Op::JGtIT
            | Op::JGeIT
            | Op::JEqIT
            | Op::JNeIT
    )
}

/// The operands of an arithmetic or comparing instruction in the window at `base`.
fn operands(i: Insn, base: *mut Value) -> (Value, Value) {
    i.op().map_or((Value::NONE, Value::NONE), |op| operands_of(op, i, base))
}

/// The same when the op is known.
#[inline(always)]
fn operands_of(op: Op, i: Insn, base: *mut Value) -> (Value, Value) {
    let roles = op.info().roles;
    // SAFETY: verified code names registers of its own live window.
    let r = |n: usize| unsafe { reg(base, n as isize) };
    match roles {
        [Role::Write, Role::Read, Role::Signed] => (r(i.b()), Value::small_int(i.sc())),
        [Role::Write, Role::Read, _] => (r(i.b()), r(i.c())),
        [Role::Read, Role::WideSigned, _] => (r(i.a()), Value::small_int(i.sbx())),
        _ => (r(i.a()), r(i.b())),
    }
}

/// Exact strs, lists and tuples, which need no look-up.
fn concat(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> PyResult<Option<Value>> {
    if op == BinOp::Add
        && a.shape() == shape::STR
        && b.shape() == shape::STR
        && let (Some(x), Some(y)) = (a.cast::<Str>(), b.cast::<Str>())
    {
        return Ok(Some(x.concat(&mut vm.heap, y)?.value()));
    }
    Ok(None)
}

pub(super) fn binary(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (a, b) = operands(i, frame.base);
    let Some((op, inplace)) = i.op().and_then(operator) else { return frame.next(0) };
    if let Some(v) = frame.vm.number_op(op, a, b)? {
        return store_result(frame, i, v, 0);
    }
    if let Some(v) = concat(frame.vm, op, a, b)? {
        return store_result(frame, i, v, 0);
    }
    let first = first_method(frame.vm, op, inplace, a, b);
    if let Some(f) = first.filter(|f| f.kind() == Kind::MethodDescr) {
        // With NotImplemented the protocol begins anew: nothing has happened.
        if let Some(v) = frame.vm.call_few(f, Some(a), &[b]).transpose()?
            && v != Value::NOT_IMPLEMENTED
        {
            return store_result(frame, i, v, 0);
        }
    }
    if let Some(f) = first.filter(|f| f.kind() == Kind::Function) {
        let ret = frame.next(0)?.pc;
        return match frame.call_then(f, &[a, b], Op::ContBinary, ret)? {
            Called::Pushed(jump) => Ok(jump),
            Called::Done(v) if v == Value::NOT_IMPLEMENTED => {
                let v = rest_of_protocol(frame.vm, op, inplace, a, b)?;
                store_result(frame, i, v, 0)
            }
            Called::Done(v) => store_result(frame, i, v, 0),
        };
    }
    let v = if inplace { frame.vm.inplace_op(op, a, b)? } else { frame.vm.binary_op(op, a, b)? };
    store_result(frame, i, v, 0)
}

/// The method that the protocol tries first, when that is the left operand's.
fn first_method(vm: &mut Vm, op: BinOp, inplace: bool, a: Value, b: Value) -> Option<Value> {
    let (name, reflected, in_place) = vm.op_names(op);
    let (ta, tb) = (vm.type_of(a), vm.type_of(b));
    if inplace && let Some(f) = vm.class_lookup(ta, in_place) {
        return Some(f);
    }
    if ta != tb && vm.is_subclass(tb, ta) && vm.class_lookup(tb, reflected).is_some() {
        return None;
    }
    vm.class_lookup(ta, name)
}

/// The Python function that the protocol tries first, when that is the left operand's.
pub fn python_method(vm: &mut Vm, op: BinOp, inplace: bool, a: Value, b: Value) -> Option<Value> {
    first_method(vm, op, inplace, a, b).filter(|f| f.kind() == Kind::Function)
}

/// What remains of the protocol after the first Python method has answered NotImplemented.
fn rest_of_protocol(vm: &mut Vm, op: BinOp, inplace: bool, a: Value, b: Value) -> PyResult<Value> {
    let (name, reflected, in_place) = vm.op_names(op);
    let (ta, tb) = (vm.type_of(a), vm.type_of(b));
    if inplace && vm.class_lookup(ta, in_place).is_some() {
        let v = vm.binary_special(name, reflected, a, b)?;
        if v != Value::NOT_IMPLEMENTED {
            return Ok(v);
        }
    } else if ta != tb
        && let Some(f) = vm.class_lookup(tb, reflected)
    {
        let v = vm.call_unbound(f, b, &[a])?;
        if v != Value::NOT_IMPLEMENTED {
            return Ok(v);
        }
    }
    Err(vm.unsupported(op, a, b, inplace))
}

macro_rules! alias {
    ($body:ident: $($name:ident)*) => { $(pub(super) use $body as $name;)* };
}
alias! { binary: Add Sub Mul TrueDiv FloorDiv Mod Pow LShift RShift BitAnd BitOr BitXor MatMul IAdd ISub IMul ITrueDiv
IFloorDiv IMod IPow ILShift IRShift IBitAnd IBitOr IBitXor IMatMul AddI SubI MulI FloorDivI ModI LShiftI RShiftI
BitAndI IAddI ISubI }

pub(super) fn ContBinary(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, _, caller) = frame.continued();
    let (a, b) = operands(i, caller);
    let Some((op, inplace)) = i.op().and_then(operator) else {
        return Ok(frame.leave_continuation());
    };
    let mut v = frame.result();
    if v == Value::NOT_IMPLEMENTED {
        v = rest_of_protocol(frame.vm, op, inplace, a, b)?;
    }
    // SAFETY: register A of the continued op in its own live window.
    unsafe { set_reg(caller, i.a() as isize, v) };
    Ok(frame.leave_continuation())
}

pub(super) fn ContStore(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, _, caller) = frame.continued();
    let v = frame.result();
    // SAFETY: as above.
    unsafe { set_reg(caller, i.a() as isize, v) };
    Ok(frame.leave_continuation())
}

/// Neg, Pos, Invert.
pub(super) fn unary(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let n = &frame.vm.names;
    let name = match i.op() {
        Some(Op::Neg) => n.__neg__,
        Some(Op::Pos) => n.__pos__,
        _ => n.__invert__,
    };
    let r = frame.vm.unary_op(v, name)?;
    store_result(frame, i, r, 0)
}
alias! { unary: Neg Pos Invert }

pub(super) fn Not(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.b());
    let t = frame.vm.truth(v)?;
    store_result(frame, i, Value::bool(!t), 0)
}

/// Finishes a comparing op of the window at `base` with a truth value or, for the value forms, any object.
#[inline(always)]
fn finish_comparison(
    frame: &mut Frame<'_>,
    op: Op,
    i: Insn,
    at: *const u32,
    base: *mut Value,
    v: Value,
) -> PyResult<Jump> {
    if op.info().words.is_empty() {
        // SAFETY: register A of the op in its own live window.
        unsafe { set_reg(base, i.a() as isize, v) };
        return Ok(Jump { pc: at.wrapping_add(1), base });
    }
    let t = frame.vm.truth(v)?;
    if t == jumps_if_true(op) {
        // SAFETY: the op's jump word follows it.
        let offset = unsafe { *at.add(1) } as i32 as isize;
        return Ok(Jump { pc: at.wrapping_offset(offset), base });
    }
    Ok(Jump { pc: at.wrapping_add(2), base })
}

/// A comparing op: equality of strs here, where the op is known, everything else out of line.
#[inline(always)]
fn compare(frame: &mut Frame<'_>, i: Insn, op: Op) -> PyResult<Jump> {
    let Some(cmp) = comparison(op) else { return frame.next(0) };
    let (a, b) = operands_of(op, i, frame.base);
    let (at, base) = (frame.pc.wrapping_sub(1), frame.base);
    if matches!(cmp, CmpOp::Eq | CmpOp::Ne)
        && let (Some(x), Some(y)) = (a.cast_exact::<Str>(), b.cast_exact::<Str>())
    {
        let holds = x.equals(&y) == (cmp == CmpOp::Eq);
        return finish_comparison(frame, op, i, at, base, Value::bool(holds));
    }
    match compare_values(frame, cmp, op.size(), a, b)? {
        Called::Pushed(jump) => Ok(jump),
        Called::Done(v) => finish_comparison(frame, op, i, at, base, v),
    }
}

/// Compares any two values for an op of `size` words.
#[inline(never)]
fn compare_values(
    frame: &mut Frame<'_>,
    cmp: CmpOp,
    size: usize,
    a: Value,
    b: Value,
) -> PyResult<Called> {
    let vm = &mut *frame.vm;
    if let Some(t) = vm.simple_compare(cmp, a, b) {
        return Ok(Called::Done(Value::bool(t)));
    }
    let (ta, tb) = (vm.type_of(a), vm.type_of(b));
    if ta == tb || !vm.is_subclass(tb, ta) {
        let name = vm.cmp_name(cmp);
        let f = vm.class_lookup(ta, name).unwrap_or(Value::NONE);
        let answer = match f.kind() {
            Kind::MethodDescr => vm.call_few(f, Some(a), &[b]).transpose()?,
            Kind::Function => {
                let ret = frame.next(size - 1)?.pc;
                match frame.call_then(f, &[a, b], Op::ContCompare, ret)? {
                    Called::Done(v) => Some(v),
                    pushed => return Ok(pushed),
                }
            }
            _ => None,
        };
        if let Some(v) = answer.filter(|v| *v != Value::NOT_IMPLEMENTED) {
            return Ok(Called::Done(v));
        }
    }
    frame.vm.compare(cmp, a, b).map(Called::Done)
}

macro_rules! comparisons {
    ($($name:ident)*) => { $(
        #[inline(always)]
        pub(super) fn $name(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
            compare(frame, i, Op::$name)
        }
    )* };
}
comparisons! { Lt Le Gt Ge Eq Ne JLtT JLtF JLeT JLeF JGtT JGtF JGeT JGeF JEqT JEqF JNeT JNeF JLtIT JLtIF JLeIT JLeIF
JGtIT JGtIF JGeIT JGeIF JEqIT JEqIF JNeIT JNeIF }

pub(super) fn ContCompare(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, at, caller) = frame.continued();
    let mut v = frame.reg(CONT_WINDOW);
    if v == Value::NOT_IMPLEMENTED {
        let (a, b) = operands(i, caller);
        let Some(cmp) = i.op().and_then(comparison) else { return Ok(frame.leave_continuation()) };
        v = frame.vm.compare_reflected(cmp, a, b)?;
    }
    match i.op() {
        Some(op) => finish_comparison(frame, op, i, at, caller, v),
        None => Ok(frame.leave_continuation()),
    }
}

pub(super) fn JTrue(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.a());
    let t = frame.vm.truth(v)?;
    frame.branch(t)
}

pub(super) fn JFalse(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.reg(i.a());
    let t = frame.vm.truth(v)?;
    frame.branch(!t)
}

/// The outcome for which an op that tests or looks for something stores True or jumps.
pub fn truth_wanted(i: Insn, op: Op) -> bool {
    match op {
        Op::Not | Op::NotIn | Op::JFalse => false,
        Op::JIn => i.c() != 0,
        _ => true,
    }
}

pub(super) fn ContTruth(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let (i, at, caller) = frame.continued();
    let Some(op) = i.op() else { return Ok(frame.leave_continuation()) };
    let v = frame.reg(CONT_WINDOW);
    if matches!(op, Op::Not | Op::JTrue | Op::JFalse) && v.kind() != Kind::Bool {
        let msg = format!("__bool__ should return bool, returned {}", frame.vm.type_name(v));
        return Err(frame.vm.type_error(&msg));
    }
    let holds = frame.vm.truth(v)? == truth_wanted(i, op);
    let words = op.info().words.len();
    if words == 0 {
        // SAFETY: register A of the op in its own live window.
        unsafe { set_reg(caller, i.a() as isize, Value::bool(holds)) };
    } else if holds {
        // SAFETY: the op's jump word follows it.
        let offset = unsafe { *at.add(1) } as i32 as isize;
        return Ok(Jump { pc: at.wrapping_offset(offset), base: caller });
    }
    Ok(Jump { pc: at.wrapping_add(1 + words), base: caller })
}

pub(super) fn In(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (item, v) = (frame.reg(i.b()), frame.reg(i.c()));
    let t = frame.vm.contains(v, item)?;
    store_result(frame, i, Value::bool(t), 0)
}

pub(super) fn NotIn(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (item, v) = (frame.reg(i.b()), frame.reg(i.c()));
    let t = frame.vm.contains(v, item)?;
    store_result(frame, i, Value::bool(!t), 0)
}

pub(super) fn JIn(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let (item, v) = (frame.reg(i.a()), frame.reg(i.b()));
    let t = frame.vm.contains(v, item)?;
    frame.branch(t == (i.c() != 0))
}
