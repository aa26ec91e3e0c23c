//! Conditions and comparisons: fused compare-and-branch, `and`, `or`, `not` by control flow, chained comparisons.

use habu_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use crate::assemble::Label;
use crate::error::Result;
use crate::fold::{small_int, truth};
use crate::regs::Reg;

impl<'a> Lowering<'a> {
    /// Jumps to `target` if the truth of `e` is `wanted`; falls through otherwise.
    pub(super) fn cond(&mut self, e: &'a Expr, target: Label, wanted: bool) -> Result<()> {
        if let Some(value) = self.constant(e) {
            if truth(&value) == wanted {
                self.goto(target, e.range());
            }
            return Ok(());
        }
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => self.cond(&u.operand, target, !wanted),
            Expr::BoolOp(b) => self.cond_bool(b, target, wanted),
            Expr::Compare(c) => self.cond_compare(c, target, wanted),
            Expr::If(i) => {
                let (orelse, end) = (self.label(), self.label());
                self.cond(&i.test, orelse, false)?;
                self.cond(&i.body, target, wanted)?;
                self.goto(end, i.range);
                self.bind(orelse);
                self.cond(&i.orelse, target, wanted)?;
                self.bind(end);
                Ok(())
            }
            e => {
                let mark = self.mark();
                let value = self.expr(e, None)?;
                self.release(mark);
                let op = if wanted { Op::JTrue } else { Op::JFalse };
                self.jump(op, value, 0, 0, target, e.range());
                Ok(())
            }
        }
    }

    fn cond_bool(&mut self, b: &'a ast::ExprBoolOp, target: Label, wanted: bool) -> Result<()> {
        let Some((last, init)) = b.values.split_last() else { return Ok(()) };
        // `and` is decided by a false operand, `or` by a true one.
        let decides = b.op == BoolOp::Or;
        if decides == wanted {
            for e in init {
                self.cond(e, target, wanted)?;
            }
            self.cond(last, target, wanted)
        } else {
            let end = self.label();
            for e in init {
                self.cond(e, end, decides)?;
            }
            self.cond(last, target, wanted)?;
            self.bind(end);
            Ok(())
        }
    }

    fn cond_compare(&mut self, c: &'a ast::ExprCompare, target: Label, wanted: bool) -> Result<()> {
        let mark = self.mark();
        if let ([op], [right]) = (&*c.ops, &*c.comparators) {
            if self.cond_immediate(c, *op, right, target, wanted)? {
                self.release(mark);
                return Ok(());
            }
            let left = self.operand(&c.left, &[right])?;
            let right = self.comparator(right, *op)?;
            self.release(mark);
            self.branch(*op, left, right, target, wanted, c.range);
            return Ok(());
        }
        let end = self.label();
        let rest: Vec<&Expr> = c.comparators.iter().collect();
        let mut left = self.operand(&c.left, &rest)?;
        let last = c.ops.len() - 1;
        for (i, (op, e)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let right = match i == last {
                true => self.comparator(e, *op)?,
                false => self.operand(e, &rest[i + 1..])?,
            };
            if i < last {
                self.branch(*op, left, right, if wanted { end } else { target }, false, c.range);
            } else {
                self.branch(*op, left, right, target, wanted, c.range);
            }
            left = right;
        }
        self.bind(end);
        self.release(mark);
        Ok(())
    }

    /// Comparisons with `None` and with small ints need no second register.
    fn cond_immediate(
        &mut self,
        c: &'a ast::ExprCompare,
        op: CmpOp,
        right: &'a Expr,
        target: Label,
        wanted: bool,
    ) -> Result<bool> {
        if matches!(op, CmpOp::Is | CmpOp::IsNot) && right.is_none_literal_expr() {
            let left = self.expr(&c.left, None)?;
            self.jump(Op::JNone, left, 0, ((op == CmpOp::Is) == wanted) as u8, target, c.range);
            return Ok(true);
        }
        let small = |e: &Expr| small_int(e).and_then(|n| i16::try_from(n).ok());
        let (operand, n, op) = match (small(&c.left), small(right)) {
            (_, Some(n)) => (&*c.left, n, op),
            (Some(n), None) => (right, n, mirrored(op)),
            (None, None) => return Ok(false),
        };
        let Some(jump) = immediate_jump(op, wanted) else { return Ok(false) };
        let reg = self.expr(operand, None)?;
        let [b, hi] = n.to_le_bytes();
        self.jump(jump, reg, b, hi, target, c.range);
        Ok(true)
    }

    /// Jumps if the comparison of two registers comes out as wanted.
    fn branch(
        &mut self,
        op: CmpOp,
        left: Reg,
        right: Reg,
        target: Label,
        wanted: bool,
        range: TextRange,
    ) {
        match op {
            CmpOp::Is => self.jump(Op::JIs, left, right, wanted as u8, target, range),
            CmpOp::IsNot => self.jump(Op::JIs, left, right, !wanted as u8, target, range),
            CmpOp::In => self.jump(Op::JIn, left, right, wanted as u8, target, range),
            CmpOp::NotIn => self.jump(Op::JIn, left, right, !wanted as u8, target, range),
            op => self.jump(compare_jump(op, wanted), left, right, 0, target, range),
        }
    }

    /// The right side of a comparison; displays of constants after `in` become constants.
    fn comparator(&mut self, e: &'a Expr, op: CmpOp) -> Result<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            let (elts, set) = match e {
                Expr::List(l) => (&l.elts, false),
                Expr::Set(s) => (&s.elts, true),
                _ => return self.expr(e, None),
            };
            if let Some(items) = elts.iter().map(|e| self.constant(e)).collect::<Option<Vec<_>>>() {
                let value =
                    if set { Const::FrozenSet(items.into()) } else { Const::Tuple(items.into()) };
                return self.const_reg(value, None, e.range());
            }
        }
        self.expr(e, None)
    }

    /// A comparison for its value.
    pub(super) fn compare(&mut self, c: &'a ast::ExprCompare, dest: Option<Reg>) -> Result<Reg> {
        if let [op] = *c.ops {
            return self.simple_compare(c, op, dest, c.range);
        }
        let reg = self.scratch(dest)?;
        let mark = self.mark();
        let end = self.label();
        let rest: Vec<&Expr> = c.comparators.iter().collect();
        let mut left = self.operand(&c.left, &rest)?;
        let last = c.ops.len() - 1;
        for (i, (op, e)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let right = match i == last {
                true => self.comparator(e, *op)?,
                false => self.operand(e, &rest[i + 1..])?,
            };
            self.op(compare_op(*op), reg, left, right, c.range);
            if i < last {
                self.jump(Op::JFalse, reg, 0, 0, end, c.range);
            }
            left = right;
        }
        self.bind(end);
        self.release(mark);
        Ok(self.deliver(reg, dest, c.range))
    }

    /// A comparison of two operands for its value, with the op given apart.
    pub(super) fn simple_compare(
        &mut self,
        c: &'a ast::ExprCompare,
        op: CmpOp,
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        let mark = self.mark();
        let right = &c.comparators[0];
        let left = self.operand(&c.left, &[right])?;
        let right = self.comparator(right, op)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(compare_op(op), reg, left, right, range);
        Ok(reg)
    }

    /// `and`, `or` for their value.
    pub(super) fn bool_op(&mut self, b: &'a ast::ExprBoolOp, dest: Option<Reg>) -> Result<Reg> {
        let Some((last, init)) = b.values.split_last() else { return self.none_reg(dest, b.range) };
        let end = self.label();
        let jump = if b.op == BoolOp::Or { Op::JTrue } else { Op::JFalse };
        // `x = x or y`: the operand stands where the result is wanted.
        if let (Some(own), [Expr::Name(name)]) = (dest, init)
            && self.plain_local(&name.id).is_some_and(|(reg, _)| reg == own)
        {
            self.load_name(&name.id, None, name.range)?;
            self.jump(jump, own, 0, 0, end, name.range);
            self.expr(last, Some(own))?;
            self.bind(end);
            return Ok(own);
        }
        let reg = self.scratch(dest)?;
        let mark = self.mark();
        for e in init {
            // A comparison that decides need not be made twice: its value is the result.
            self.expr(e, Some(reg))?;
            self.release(mark);
            self.jump(jump, reg, 0, 0, end, e.range());
        }
        self.expr(last, Some(reg))?;
        self.release(mark);
        self.bind(end);
        Ok(self.deliver(reg, dest, b.range))
    }
}

/// The comparison with its sides exchanged.
fn mirrored(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::LtE => CmpOp::GtE,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::GtE => CmpOp::LtE,
        CmpOp::In | CmpOp::NotIn => CmpOp::Is,
        op => op,
    }
}

fn compare_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}

fn compare_jump(op: CmpOp, wanted: bool) -> Op {
    match (op, wanted) {
        (CmpOp::Lt, true) => Op::JLtT,
        (CmpOp::Lt, false) => Op::JLtF,
        (CmpOp::LtE, true) => Op::JLeT,
        (CmpOp::LtE, false) => Op::JLeF,
        (CmpOp::Gt, true) => Op::JGtT,
        (CmpOp::Gt, false) => Op::JGtF,
        (CmpOp::GtE, true) => Op::JGeT,
        (CmpOp::GtE, false) => Op::JGeF,
        (CmpOp::NotEq, true) => Op::JNeT,
        (CmpOp::NotEq, false) => Op::JNeF,
        (_, true) => Op::JEqT,
        (_, false) => Op::JEqF,
    }
}

fn immediate_jump(op: CmpOp, wanted: bool) -> Option<Op> {
    Some(match (op, wanted) {
        (CmpOp::Lt, true) => Op::JLtIT,
        (CmpOp::Lt, false) => Op::JLtIF,
        (CmpOp::LtE, true) => Op::JLeIT,
        (CmpOp::LtE, false) => Op::JLeIF,
        (CmpOp::Gt, true) => Op::JGtIT,
        (CmpOp::Gt, false) => Op::JGtIF,
        (CmpOp::GtE, true) => Op::JGeIT,
        (CmpOp::GtE, false) => Op::JGeIF,
        (CmpOp::Eq, true) => Op::JEqIT,
        (CmpOp::Eq, false) => Op::JEqIF,
        (CmpOp::NotEq, true) => Op::JNeIT,
        (CmpOp::NotEq, false) => Op::JNeIF,
        _ => return None,
    })
}
