//! Expressions: operators, attributes, subscripts, displays, conditional expressions, yields.

use habu_bytecode::{Const, Op, awaited, flags};
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::{Lowering, UnitKind};
use crate::error::Result;
use crate::fold::{fold, small_int};
use crate::regs::Reg;

/// Displays with more elements are built by appending.
pub(super) const MAX_DISPLAY: usize = 30;

impl<'a> Lowering<'a> {
    /// Lowers an expression into `dest`, or wherever it comes to lie.
    pub(super) fn expr(&mut self, e: &'a Expr, dest: Option<Reg>) -> Result<Reg> {
        if let Some(value) = self.constant(e) {
            return self.const_reg(value, dest, e.range());
        }
        let range = e.range();
        match e {
            Expr::Name(name) => self.load_name(&name.id, dest, range),
            Expr::Call(call) => self.call(call, dest),
            Expr::Attribute(a) => {
                let mark = self.mark();
                let value = self.attribute_base(&a.value)?;
                self.release(mark);
                let reg = self.dest(dest)?;
                let range = self.attribute_range(a);
                self.op_name(Op::LoadAttr, [reg, value, 0], &a.attr, range);
                Ok(reg)
            }
            Expr::Subscript(s) => self.subscript(s, dest),
            Expr::BinOp(b) => self.bin_op(b, dest),
            Expr::UnaryOp(u) => self.unary_op(u, dest),
            Expr::Compare(c) => self.compare(c, dest),
            Expr::BoolOp(b) => self.bool_op(b, dest),
            Expr::If(i) => self.conditional(i, dest),
            Expr::Named(n) => self.named(n, dest),
            Expr::Lambda(l) => self.lambda(l, dest),
            Expr::List(l) => self.list_display(&l.elts, dest, range),
            Expr::Tuple(t) => self.tuple_display(&t.elts, dest, range),
            Expr::Set(s) => self.set_display(&s.elts, dest, range),
            Expr::Dict(d) => self.dict_display(d, dest),
            Expr::ListComp(c) => self.list_comp(c, dest),
            Expr::SetComp(c) => self.set_comp(c, dest),
            Expr::DictComp(c) => self.dict_comp(c, dest),
            Expr::Generator(g) => self.generator(g, dest),
            Expr::FString(f) => self.fstring(f, dest),
            Expr::Slice(s) => self.slice(s, dest),
            Expr::Yield(y) => self.yield_(y, dest),
            Expr::YieldFrom(y) => self.yield_from(y, dest),
            Expr::Starred(s) => self.error("can't use starred expression here", s.range),
            Expr::Await(a) => self.await_(a, dest),
            Expr::TString(t) => self.template(t, dest),
            Expr::IpyEscapeCommand(c) => self.error("invalid syntax", c.range),
            _ => self.const_reg(Const::None, dest, range),
        }
    }

    /// The value of an expression that is a constant.
    pub(super) fn constant(&self, e: &Expr) -> Option<Const> {
        match e {
            Expr::Name(name) if &*name.id != "__debug__" => None,
            Expr::Call(_) | Expr::Attribute(_) | Expr::Subscript(_) => None,
            _ => fold(e, self.source, self.options.optimize),
        }
    }

    /// Lowers an operand; one in a variable's own register is copied if a later operand may rebind the variable.
    pub(super) fn operand(&mut self, e: &'a Expr, later: &[&'a Expr]) -> Result<Reg> {
        let reg = self.expr(e, None)?;
        if self.u.walrus && !self.u.regs.is_temp(reg) && later.iter().any(|e| rebinds(e)) {
            let copy = self.alloc(1)?;
            self.op(Op::Move, copy, reg, 0, e.range());
            return Ok(copy);
        }
        Ok(reg)
    }

    /// Where an attribute access is: in a chain over several lines, its own line.
    pub(super) fn attribute_range(&self, a: &ast::ExprAttribute) -> TextRange {
        let start = self.source.line(a.range.start().to_u32());
        match start == self.source.line(a.attr.range.start().to_u32()) {
            true => a.range,
            false => a.attr.range,
        }
    }

    /// The object of an attribute access.
    pub(super) fn attribute_base(&mut self, e: &'a Expr) -> Result<Reg> {
        self.expr(e, None)
    }

    fn bin_op(&mut self, b: &'a ast::ExprBinOp, dest: Option<Reg>) -> Result<Reg> {
        let mark = self.mark();
        let left = self.operand(&b.left, &[&b.right])?;
        if let Some((op, n)) = immediate(b.op, &b.right) {
            self.release(mark);
            let reg = self.dest(dest)?;
            self.op(op, reg, left, n, b.range);
            return Ok(reg);
        }
        let right = self.expr(&b.right, None)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(binary(b.op), reg, left, right, b.range);
        Ok(reg)
    }

    fn unary_op(&mut self, u: &'a ast::ExprUnaryOp, dest: Option<Reg>) -> Result<Reg> {
        if u.op == UnaryOp::Not
            && let Expr::Compare(c) = &*u.operand
            && let Some(op) = inverted(c)
        {
            return self.simple_compare(c, op, dest, u.range);
        }
        let mark = self.mark();
        let operand = self.expr(&u.operand, None)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        let op = match u.op {
            UnaryOp::USub => Op::Neg,
            UnaryOp::UAdd => Op::Pos,
            UnaryOp::Invert => Op::Invert,
            UnaryOp::Not => Op::Not,
        };
        self.op(op, reg, operand, 0, u.range);
        Ok(reg)
    }

    fn subscript(&mut self, s: &'a ast::ExprSubscript, dest: Option<Reg>) -> Result<Reg> {
        let mark = self.mark();
        let value = self.operand(&s.value, &[&s.slice])?;
        if let Some(n) = small_int(&s.slice).and_then(|n| u8::try_from(n).ok()) {
            self.release(mark);
            let reg = self.dest(dest)?;
            self.op(Op::GetItemI, reg, value, n, s.range);
            return Ok(reg);
        }
        let index = self.expr(&s.slice, None)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::GetItem, reg, value, index, s.range);
        Ok(reg)
    }

    fn slice(&mut self, s: &'a ast::ExprSlice, dest: Option<Reg>) -> Result<Reg> {
        let mark = self.mark();
        let first = self.alloc(3)?;
        for (i, part) in [&s.lower, &s.upper, &s.step].into_iter().enumerate() {
            let reg = first + i as u8;
            match part {
                Some(e) => self.expr(e, Some(reg))?,
                None => self.none_reg(Some(reg), s.range)?,
            };
        }
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::BuildSlice, reg, first, 0, s.range);
        Ok(reg)
    }

    fn conditional(&mut self, i: &'a ast::ExprIf, dest: Option<Reg>) -> Result<Reg> {
        let reg = self.dest(dest)?;
        let (orelse, end) = (self.label(), self.label());
        let mark = self.mark();
        self.cond(&i.test, orelse, false)?;
        self.release(mark);
        self.expr(&i.body, Some(reg))?;
        self.release(mark);
        self.goto(end, i.range);
        self.bind(orelse);
        self.expr(&i.orelse, Some(reg))?;
        self.release(mark);
        self.bind(end);
        Ok(reg)
    }

    fn named(&mut self, n: &'a ast::ExprNamed, dest: Option<Reg>) -> Result<Reg> {
        let Expr::Name(target) = &*n.target else {
            return self
                .error("cannot use assignment expressions with this target", n.target.range());
        };
        if let Some((own, v)) = self.plain_local(&target.id) {
            self.expr(&n.value, Some(own))?;
            self.u.asm.bound.insert(v.slot);
            return Ok(self.deliver(own, dest, n.range));
        }
        let reg = self.expr(&n.value, dest)?;
        self.store_name(&target.id, reg, target.range)?;
        Ok(reg)
    }

    /// The elements of a display in adjacent new temporaries; the first of them.
    pub(super) fn elements(&mut self, elts: &'a [Expr]) -> Result<Reg> {
        let first = self.alloc(0)?;
        for e in elts {
            self.push(e)?;
        }
        Ok(first)
    }

    pub(super) fn list_display(
        &mut self,
        elts: &'a [Expr],
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        if elts.len() > MAX_DISPLAY
            || elts.iter().any(Expr::is_starred_expr)
            || self.constants(elts).is_some()
        {
            let reg = self.scratch(dest)?;
            self.build_list(elts, reg, range)?;
            return Ok(self.deliver(reg, dest, range));
        }
        let mark = self.mark();
        let first = self.elements(elts)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::BuildList, reg, first, elts.len() as u8, range);
        Ok(reg)
    }

    /// The elements of a long display of constants.
    fn constants(&self, elts: &[Expr]) -> Option<Vec<Const>> {
        if elts.len() < 4 {
            return None;
        }
        elts.iter().map(|e| self.constant(e)).collect()
    }

    /// Builds a list of any length, with starred elements, in `reg`.
    pub(super) fn build_list(
        &mut self,
        elts: &'a [Expr],
        reg: Reg,
        range: TextRange,
    ) -> Result<()> {
        let mark = self.mark();
        self.op(Op::BuildList, reg, reg, 0, range);
        if let Some(items) = self.constants(elts) {
            let tuple = self.const_reg(Const::Tuple(items.into()), None, range)?;
            self.op(Op::ListExtend, reg, tuple, 0, range);
            self.release(mark);
            return Ok(());
        }
        for e in elts {
            match e {
                Expr::Starred(s) => {
                    let item = self.expr(&s.value, None)?;
                    self.op(Op::ListExtend, reg, item, 0, range);
                }
                e => {
                    let item = self.expr(e, None)?;
                    self.op(Op::ListAppend, reg, item, 0, range);
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    pub(super) fn tuple_display(
        &mut self,
        elts: &'a [Expr],
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        if elts.len() > MAX_DISPLAY || elts.iter().any(Expr::is_starred_expr) {
            let reg = self.scratch(dest)?;
            self.build_list(elts, reg, range)?;
            self.op(Op::ListToTuple, reg, reg, 0, range);
            return Ok(self.deliver(reg, dest, range));
        }
        let mark = self.mark();
        let first = self.elements(elts)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::BuildTuple, reg, first, elts.len() as u8, range);
        Ok(reg)
    }

    fn set_display(
        &mut self,
        elts: &'a [Expr],
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        if elts.len() > MAX_DISPLAY || elts.iter().any(Expr::is_starred_expr) {
            let reg = self.scratch(dest)?;
            let mark = self.mark();
            self.op(Op::BuildSet, reg, reg, 0, range);
            for e in elts {
                match e {
                    Expr::Starred(s) => {
                        let item = self.expr(&s.value, None)?;
                        self.op(Op::SetUpdate, reg, item, 0, s.range);
                    }
                    e => {
                        let item = self.expr(e, None)?;
                        self.op(Op::SetAdd, reg, item, 0, range);
                    }
                }
                self.release(mark);
            }
            return Ok(self.deliver(reg, dest, range));
        }
        let mark = self.mark();
        let first = self.elements(elts)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::BuildSet, reg, first, elts.len() as u8, range);
        Ok(reg)
    }

    fn dict_display(&mut self, d: &'a ast::ExprDict, dest: Option<Reg>) -> Result<Reg> {
        let range = d.range;
        if d.items.len() > MAX_DISPLAY / 2 || d.items.iter().any(|item| item.key.is_none()) {
            let reg = self.scratch(dest)?;
            let mark = self.mark();
            self.op(Op::BuildDict, reg, reg, 0, range);
            for item in &d.items {
                match &item.key {
                    Some(key) => {
                        let key = self.operand(key, &[&item.value])?;
                        let value = self.expr(&item.value, None)?;
                        self.op(Op::DictSet, reg, key, value, range);
                    }
                    None => {
                        let value = self.expr(&item.value, None)?;
                        self.op(Op::DictUpdate, reg, value, 0, range);
                    }
                }
                self.release(mark);
            }
            return Ok(self.deliver(reg, dest, range));
        }
        let mark = self.mark();
        let first = self.alloc(0)?;
        for item in &d.items {
            if let Some(key) = &item.key {
                self.push(key)?;
            }
            self.push(&item.value)?;
        }
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::BuildDict, reg, first, d.items.len() as u8, range);
        Ok(reg)
    }

    fn in_function(&self) -> bool {
        self.u.kind == UnitKind::Function
    }

    /// Whether what runs the unit can wait.
    fn may_await(&self) -> bool {
        self.in_function() || self.u.code.flags & flags::COROUTINE != 0
    }

    fn yield_(&mut self, y: &'a ast::ExprYield, dest: Option<Reg>) -> Result<Reg> {
        if !self.in_function() {
            return self.error("'yield' outside function", y.range);
        }
        let mark = self.mark();
        let value = match &y.value {
            Some(value) => self.expr(value, None)?,
            None => self.none_reg(None, y.range)?,
        };
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(self.yield_op(), reg, value, 0, y.range);
        Ok(reg)
    }

    /// The op that gives an element of the generator that the unit makes.
    pub(super) fn yield_op(&self) -> Op {
        if self.u.code.flags & flags::ASYNC_GENERATOR != 0 { Op::AsyncYield } else { Op::Yield }
    }

    fn await_(&mut self, a: &'a ast::ExprAwait, dest: Option<Reg>) -> Result<Reg> {
        if !self.may_await() {
            return self.error("'await' outside function", a.range);
        }
        let mark = self.mark();
        let iterator = self.alloc(1)?;
        self.expr(&a.value, Some(iterator))?;
        let value = self.await_value(iterator, awaited::PLAIN, a.range)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.move_to(reg, value, a.range);
        Ok(reg)
    }

    /// Awaits what is in the topmost temporary; the register of the result.
    pub(super) fn await_value(&mut self, of: Reg, by: u8, range: TextRange) -> Result<Reg> {
        self.op(Op::GetAwaitable, of, of, by, range);
        let value = self.alloc(1)?;
        self.none_reg(Some(value), range)?;
        self.send_loop(of, value, range);
        Ok(value)
    }

    fn yield_from(&mut self, y: &'a ast::ExprYieldFrom, dest: Option<Reg>) -> Result<Reg> {
        if !self.in_function() {
            return self.error("'yield from' outside function", y.range);
        }
        let mark = self.mark();
        let iterator = self.alloc(1)?;
        let value = self.alloc(1)?;
        self.expr(&y.value, Some(iterator))?;
        self.op(Op::GetYieldFromIter, iterator, iterator, 0, y.range);
        self.none_reg(Some(value), y.range)?;
        self.send_loop(iterator, value, y.range);
        self.release(mark);
        let reg = self.dest(dest)?;
        self.move_to(reg, value, y.range);
        Ok(reg)
    }

    /// Passes on what `iterator` yields until it is done; its result is left in `value`.
    pub(super) fn send_loop(&mut self, iterator: Reg, value: Reg, range: TextRange) {
        let (again, done) = (self.label(), self.label());
        self.u.asm.bind_back(again);
        self.jump(Op::Send, iterator, value, 0, done, range);
        self.op(Op::Yield, value, value, iterator + 1, range);
        self.goto(again, range);
        self.bind(done);
    }
}

/// The op of a binary operator.
pub(super) fn binary(op: Operator) -> Op {
    match op {
        Operator::Add => Op::Add,
        Operator::Sub => Op::Sub,
        Operator::Mult => Op::Mul,
        Operator::Div => Op::TrueDiv,
        Operator::FloorDiv => Op::FloorDiv,
        Operator::Mod => Op::Mod,
        Operator::Pow => Op::Pow,
        Operator::LShift => Op::LShift,
        Operator::RShift => Op::RShift,
        Operator::BitAnd => Op::BitAnd,
        Operator::BitOr => Op::BitOr,
        Operator::BitXor => Op::BitXor,
        Operator::MatMult => Op::MatMul,
    }
}

/// The op and operand of an operator with a small constant at its right.
fn immediate(op: Operator, right: &Expr) -> Option<(Op, u8)> {
    let n = i8::try_from(small_int(right)?).ok()? as u8;
    let op = match op {
        Operator::Add => Op::AddI,
        Operator::Sub => Op::SubI,
        Operator::Mult => Op::MulI,
        Operator::FloorDiv => Op::FloorDivI,
        Operator::Mod => Op::ModI,
        Operator::LShift => Op::LShiftI,
        Operator::RShift => Op::RShiftI,
        Operator::BitAnd => Op::BitAndI,
        _ => return None,
    };
    Some((op, n))
}

/// `not a is b`, `not a in b`: the op that says it at once.
fn inverted(c: &ast::ExprCompare) -> Option<ast::CmpOp> {
    match *c.ops {
        [ast::CmpOp::Is] => Some(ast::CmpOp::IsNot),
        [ast::CmpOp::IsNot] => Some(ast::CmpOp::Is),
        [ast::CmpOp::In] => Some(ast::CmpOp::NotIn),
        [ast::CmpOp::NotIn] => Some(ast::CmpOp::In),
        _ => None,
    }
}

/// Whether an expression may rebind a variable of the frame.
fn rebinds(e: &Expr) -> bool {
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn visit_expr(&mut self, e: &'a Expr) {
            if self.0 || e.is_named_expr() {
                self.0 = true;
            } else {
                walk_expr(self, e);
            }
        }
    }
    let mut finder = Finder(false);
    finder.visit_expr(e);
    finder.0
}
