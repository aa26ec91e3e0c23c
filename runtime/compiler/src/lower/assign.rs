//! Assignment in all its forms: plain, unpacking, starred, augmented, annotated; and `del`.

use habu_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::expr::MAX_DISPLAY;
use super::{Lowering, UnitKind};
use crate::error::Result;
use crate::fold::small_int;
use crate::regs::Reg;

impl<'a> Lowering<'a> {
    pub(super) fn assign_stmt(&mut self, s: &'a ast::StmtAssign) -> Result<()> {
        if let [target] = s.targets.as_slice() {
            if let Expr::Name(name) = target
                && let Some((reg, v)) = self.plain_local(&name.id)
            {
                self.expr(&s.value, Some(reg))?;
                self.u.asm.bound.insert(v.slot);
                return Ok(());
            }
            if self.parallel(target, &s.value)? {
                return Ok(());
            }
        }
        let value = self.expr(&s.value, None)?;
        let value = match s.targets.len() > 1 && !self.u.regs.is_temp(value) {
            // `a = b = b_changing_target = x`: the value is taken once.
            true => {
                let copy = self.alloc(1)?;
                self.op(Op::Move, copy, value, 0, s.value.range());
                copy
            }
            false => value,
        };
        for target in &s.targets {
            self.assign(target, value, target.range())?;
        }
        Ok(())
    }

    /// `a, b = x, y` without making a tuple.
    fn parallel(&mut self, target: &'a Expr, value: &'a Expr) -> Result<bool> {
        let (Some(targets), Expr::Tuple(values)) = (sequence(target), value) else {
            return Ok(false);
        };
        let values = &values.elts;
        let starred = targets.iter().chain(values).any(Expr::is_starred_expr);
        if targets.len() != values.len()
            || starred
            || values.len() > MAX_DISPLAY
            || values.is_empty()
        {
            return Ok(false);
        }
        let mut regs = Vec::new();
        for (i, e) in values.iter().enumerate() {
            let later: Vec<&Expr> = values[i + 1..].iter().collect();
            let reg = self.operand(e, &later)?;
            // A variable that an earlier target is about to overwrite must be copied.
            let overwritten = !self.u.regs.is_temp(reg)
                && targets[..i].iter().any(|t| match t {
                    Expr::Name(name) => {
                        self.plain_local(&name.id).is_some_and(|(own, _)| own == reg)
                    }
                    Expr::Tuple(_) | Expr::List(_) => true,
                    _ => false,
                });
            regs.push(match overwritten {
                true => {
                    let copy = self.alloc(1)?;
                    self.op(Op::Move, copy, reg, 0, e.range());
                    copy
                }
                false => reg,
            });
        }
        for (target, reg) in targets.iter().zip(regs) {
            self.assign(target, reg, target.range())?;
        }
        Ok(true)
    }

    /// Assigns what is in a register to a target.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Reg, range: TextRange) -> Result<()> {
        let mark = self.mark();
        match target {
            Expr::Name(name) => self.store_name(&name.id, value, range)?,
            Expr::Attribute(a) => {
                let object = self.expr(&a.value, None)?;
                self.store_attr(object, a, value)?;
            }
            Expr::Subscript(s) => {
                let object = self.operand(&s.value, &[&s.slice])?;
                let index = self.expr(&s.slice, None)?;
                self.op(Op::SetItem, object, index, value, s.range);
            }
            Expr::Tuple(t) => self.unpack(&t.elts, value, t.range)?,
            Expr::List(l) => self.unpack(&l.elts, value, l.range)?,
            Expr::Starred(s) => {
                return self.error("starred assignment target must be in a list or tuple", s.range);
            }
            e => return self.error("cannot assign to expression", e.range()),
        }
        self.release(mark);
        Ok(())
    }

    fn store_attr(&mut self, object: Reg, a: &'a ast::ExprAttribute, value: Reg) -> Result<()> {
        if &*a.attr == "__debug__" {
            return self.error("cannot assign to __debug__", a.range);
        }
        let range = self.attribute_range(a);
        self.op_name(Op::StoreAttr, [object, value, 0], &a.attr, range);
        Ok(())
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Reg, range: TextRange) -> Result<()> {
        let star = targets.iter().position(Expr::is_starred_expr);
        if let Some(star) = star {
            if targets[star + 1..].iter().any(Expr::is_starred_expr) {
                return self.error("multiple starred expressions in assignment", range);
            }
            if star >= 1 << 8 || targets.len() - star > 1 << 24 {
                return self.error("too many expressions in star-unpacking assignment", range);
            }
        }
        if targets.len() > 128 {
            return self.unpack_many(targets, value, star, range);
        }
        let first = self.alloc(targets.len())?;
        match star {
            None => self.op(Op::Unpack, first, value, targets.len() as u8, range),
            Some(star) => {
                let words = [star as u32, (targets.len() - star - 1) as u32];
                self.op_words(Op::UnpackEx, [first, value, 0], words, range);
            }
        }
        for (i, target) in targets.iter().enumerate() {
            let target = match target {
                Expr::Starred(s) => &s.value,
                target => target,
            };
            self.assign(target, first + i as u8, target.range())?;
        }
        Ok(())
    }

    /// More targets than registers: the first of them, then the rest by way of a list.
    fn unpack_many(
        &mut self,
        targets: &'a [Expr],
        value: Reg,
        star: Option<usize>,
        range: TextRange,
    ) -> Result<()> {
        const CHUNK: usize = 64;
        if star.is_some() {
            return self.error("too many expressions in star-unpacking assignment", range);
        }
        let mut rest = targets;
        let list = self.alloc(1)?;
        self.op(Op::Move, list, value, 0, range);
        while rest.len() > CHUNK {
            let mark = self.mark();
            let first = self.alloc(CHUNK + 1)?;
            self.op_words(Op::UnpackEx, [first, list, 0], [CHUNK as u32, 0], range);
            for (i, target) in rest[..CHUNK].iter().enumerate() {
                self.assign(target, first + i as u8, target.range())?;
            }
            self.op(Op::Move, list, first + CHUNK as u8, 0, range);
            self.release(mark);
            rest = &rest[CHUNK..];
        }
        self.unpack(rest, list, range)
    }

    pub(super) fn aug_assign(&mut self, s: &'a ast::StmtAugAssign) -> Result<()> {
        match &*s.target {
            Expr::Name(name) => {
                let later: [&Expr; 1] = [&s.value];
                let old = self.operand(&s.target, &later)?;
                let dest = self.plain_local(&name.id).map(|(reg, _)| reg);
                let new = self.in_place(s, old, dest)?;
                self.store_name(&name.id, new, s.range)
            }
            Expr::Attribute(a) => {
                let object = self.operand(&a.value, &[&s.value])?;
                let old = self.alloc(1)?;
                let range = self.attribute_range(a);
                self.op_name(Op::LoadAttr, [old, object, 0], &a.attr, range);
                let new = self.in_place(s, old, Some(old))?;
                self.store_attr(object, a, new)
            }
            Expr::Subscript(t) => {
                let object = self.operand(&t.value, &[&t.slice, &s.value])?;
                let index = self.operand(&t.slice, &[&s.value])?;
                let old = self.alloc(1)?;
                self.op(Op::GetItem, old, object, index, t.range);
                let new = self.in_place(s, old, Some(old))?;
                self.op(Op::SetItem, object, index, new, t.range);
                Ok(())
            }
            e => self.error("illegal target for augmented assignment", e.range()),
        }
    }

    fn in_place(&mut self, s: &'a ast::StmtAugAssign, old: Reg, dest: Option<Reg>) -> Result<Reg> {
        let small = small_int(&s.value).and_then(|n| i8::try_from(n).ok());
        let immediate = match s.op {
            Operator::Add => Some(Op::IAddI),
            Operator::Sub => Some(Op::ISubI),
            _ => None,
        };
        if let (Some(n), Some(op)) = (small, immediate) {
            let reg = self.dest(dest)?;
            self.op(op, reg, old, n as u8, s.range);
            return Ok(reg);
        }
        let mark = self.mark();
        let value = self.expr(&s.value, None)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(in_place(s.op), reg, old, value, s.range);
        Ok(reg)
    }

    pub(super) fn ann_assign(&mut self, s: &'a ast::StmtAnnAssign) -> Result<()> {
        if let Some(value) = &s.value {
            if let Expr::Name(name) = &*s.target
                && let Some((reg, v)) = self.plain_local(&name.id)
            {
                self.expr(value, Some(reg))?;
                self.u.asm.bound.insert(v.slot);
                return Ok(());
            }
            let value = self.expr(value, None)?;
            return self.assign(&s.target, value, s.target.range());
        }
        // The parts of a target that is not assigned are still evaluated.
        let in_function = self.u.kind == UnitKind::Function;
        match &*s.target {
            Expr::Attribute(a) => {
                self.expr(&a.value, None)?;
            }
            Expr::Subscript(t) if !in_function => {
                self.expr(&t.value, None)?;
                self.expr(&t.slice, None)?;
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &'a Expr) -> Result<()> {
        let mark = self.mark();
        match target {
            Expr::Name(name) => self.delete_name(&name.id, name.range)?,
            Expr::Attribute(a) => {
                if &*a.attr == "__debug__" {
                    return self.error("cannot delete __debug__", a.range);
                }
                let object = self.expr(&a.value, None)?;
                self.op_name(Op::DelAttr, [object, 0, 0], &a.attr, a.range);
            }
            Expr::Subscript(s) => {
                let object = self.operand(&s.value, &[&s.slice])?;
                let index = self.expr(&s.slice, None)?;
                self.op(Op::DelItem, object, index, 0, s.range);
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|t| self.delete(t))?,
            Expr::List(l) => l.elts.iter().try_for_each(|t| self.delete(t))?,
            e => return self.error("cannot delete expression", e.range()),
        }
        self.release(mark);
        Ok(())
    }

    /// A constant str in a new temporary.
    pub(super) fn push_str(&mut self, value: &str, range: TextRange) -> Result<Reg> {
        self.const_reg(Const::Str(value.into()), None, range)
    }
}

/// The targets of an unpacking.
fn sequence(target: &Expr) -> Option<&[Expr]> {
    match target {
        Expr::Tuple(t) => Some(&t.elts),
        Expr::List(l) => Some(&l.elts),
        _ => None,
    }
}

fn in_place(op: Operator) -> Op {
    match op {
        Operator::Add => Op::IAdd,
        Operator::Sub => Op::ISub,
        Operator::Mult => Op::IMul,
        Operator::Div => Op::ITrueDiv,
        Operator::FloorDiv => Op::IFloorDiv,
        Operator::Mod => Op::IMod,
        Operator::Pow => Op::IPow,
        Operator::LShift => Op::ILShift,
        Operator::RShift => Op::IRShift,
        Operator::BitAnd => Op::IBitAnd,
        Operator::BitOr => Op::IBitOr,
        Operator::BitXor => Op::IBitXor,
        Operator::MatMult => Op::IMatMul,
    }
}
