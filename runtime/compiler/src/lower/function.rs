//! Functions and lambdas: entering and leaving a unit, parameters, defaults, closures, decorators.

use std::rc::Rc;

use habu_bytecode::{Code, Const, Op, flags};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::call::LINK;
use super::stmt::{clean_doc, split_docstring};
use super::{Lowering, Unit, UnitKind};
use crate::error::Result;
use crate::regs::Reg;
use crate::symtable::{Block, Kind, ScopeId, part};

/// Free variables of one function: their cells need near registers, and so do those of whoever makes it.
const MAX_FREE: usize = 100;

/// Variables of one function: their registers are named by 16 bits.
const MAX_LOCALS: usize = (1 << 16) - 256;

impl<'a> Lowering<'a> {
    /// Starts a unit; gives the one that stood before.
    pub(super) fn enter_unit(
        &mut self,
        kind: UnitKind,
        scope: ScopeId,
        name: &str,
        range: TextRange,
    ) -> Unit {
        let qualname = self.qualified(name, kind);
        let mut unit = Unit::new(kind, scope, self.table, self.source, name, qualname);
        unit.place = range;
        unit.code.first_line = self.source.line(range.start().to_u32());
        unit.code.flags |= self.options.future;
        if kind == UnitKind::Function && self.is_nested() {
            unit.code.flags |= flags::NESTED;
        }
        std::mem::replace(&mut self.u, unit)
    }

    /// The flag that says what a call of the unit makes, 0 if it runs at once.
    pub(super) fn generator_flag(&self) -> u32 {
        let scope = self.table.scope(self.u.scope);
        match (scope.generator, scope.coroutine) {
            (true, false) => flags::GENERATOR,
            (false, true) => flags::COROUTINE,
            (true, true) => flags::ASYNC_GENERATOR,
            (false, false) => 0,
        }
    }

    /// Completes the unit and goes back to the one before.
    pub(super) fn leave_unit(&mut self, outer: Unit) -> Rc<Code> {
        let unit = std::mem::replace(&mut self.u, outer);
        Rc::new(unit.finish(self.source))
    }

    fn is_nested(&self) -> bool {
        let mut at = Some(self.u.scope);
        while let Some(id) = at {
            let scope = self.table.scope(id);
            if matches!(scope.block, Block::Function | Block::Generator) {
                return true;
            }
            at = scope.parent;
        }
        false
    }

    fn qualified(&self, name: &str, kind: UnitKind) -> String {
        let mangled = self.mangled(name);
        let symbol = self.table.scope(self.u.scope).symbol(&mangled);
        let declared = symbol.is_some_and(|s| s.kind == Kind::Declared);
        if declared && matches!(kind, UnitKind::Function | UnitKind::Class) {
            return name.to_string();
        }
        format!("{}{name}", self.u.prefix)
    }

    pub(super) fn function_def(&mut self, f: &'a ast::StmtFunctionDef) -> Result<()> {
        let base = self.decorators(&f.decorator_list)?;
        let dest = self.alloc(1)?;
        let range = self.definition_range(&f.decorator_list, f.range);
        let defaults = self.defaults(&f.parameters, range)?;
        if let Some(params) = &f.type_params {
            self.generic_function(f, params, defaults, dest, range)?;
            self.apply_decorators(&f.decorator_list, base, dest);
            return self.store_name(&f.name, base, range);
        }
        if let (Some((own, v)), []) = (self.plain_local(&f.name), f.decorator_list.as_slice()) {
            self.function_object(f, defaults, own, range)?;
            self.u.asm.bound.insert(v.slot);
            return Ok(());
        }
        self.function_object(f, defaults, dest, range)?;
        self.apply_decorators(&f.decorator_list, base, dest);
        self.store_name(&f.name, base, range)
    }

    /// The function itself in `dest`, of registers with its default values.
    pub(super) fn function_object(
        &mut self,
        f: &'a ast::StmtFunctionDef,
        defaults: [Option<Reg>; 2],
        dest: Reg,
        range: TextRange,
    ) -> Result<()> {
        let annotate = self.function_annotations(f)?;
        let scope = self.table.of_node(f, part::BODY);
        let outer = self.enter_unit(UnitKind::Function, scope, &f.name, self.first_line_range(f));
        self.set_parameters(&f.parameters)?;
        self.u.code.flags |= self.generator_flag();
        self.function_body(&f.body)?;
        let code = self.leave_unit(outer);
        let [positional, keyword] = defaults;
        let parts = [positional, keyword, annotate];
        self.make_function(code, scope, dest, parts, range)
    }

    /// A definition without its decorators, which belong to the statement's range.
    pub(super) fn definition_range(
        &self,
        decorators: &[ast::Decorator],
        range: TextRange,
    ) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        if self.source.made().is_some() {
            return range;
        }
        let mut at = last.range.end().to_usize();
        let text = self.source.text;
        while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
            match c {
                '#' => at += text[at..].find('\n').unwrap_or(1),
                c if c.is_whitespace() || c == '\\' => at += c.len_utf8(),
                _ => break,
            }
        }
        TextRange::new(TextSize::new(at as u32).min(range.end()), range.end())
    }

    /// `co_firstlineno` is the first decorator's line.
    fn first_line_range(&self, f: &ast::StmtFunctionDef) -> TextRange {
        match f.decorator_list.first() {
            Some(decorator) => decorator.range,
            None => f.range,
        }
    }

    fn function_body(&mut self, body: &'a [Stmt]) -> Result<()> {
        let mut body = body;
        if let Some((doc, rest)) = split_docstring(body) {
            body = rest;
            if self.options.optimize < 2 {
                self.u.pool.push(Const::Str(clean_doc(doc.value.to_str()).into()));
                self.u.code.flags |= flags::HAS_DOCSTRING;
            }
        }
        self.body(body)?;
        if self.u.asm.reachable() {
            let range = TextRange::empty(body.last().map_or(self.u.place.end(), |s| s.end()));
            let none = self.none_reg(None, range)?;
            self.op(Op::Ret, none, 0, 0, range);
        }
        Ok(())
    }

    fn set_parameters(&mut self, p: &ast::Parameters) -> Result<()> {
        let code = &mut self.u.code;
        code.posonly = p.posonlyargs.len() as u32;
        code.argcount = (p.posonlyargs.len() + p.args.len()) as u32;
        code.kwonly = p.kwonlyargs.len() as u32;
        if p.vararg.is_some() {
            code.flags |= flags::VARARGS;
        }
        if p.kwarg.is_some() {
            code.flags |= flags::VARKEYWORDS;
        }
        Ok(())
    }

    /// The default values: registers of a tuple and a dict, if there are any.
    fn defaults(&mut self, p: &'a ast::Parameters, range: TextRange) -> Result<[Option<Reg>; 2]> {
        let values: Vec<&'a Expr> =
            p.posonlyargs.iter().chain(&p.args).filter_map(|p| p.default()).collect();
        let positional = match values.is_empty() {
            true => None,
            false => Some(self.tuple_of(&values, range)?),
        };
        let mut keyword = None;
        if p.kwonlyargs.iter().any(|p| p.default.is_some()) {
            let dict = self.alloc(1)?;
            self.op(Op::BuildDict, dict, dict, 0, range);
            let mark = self.mark();
            for p in &p.kwonlyargs {
                if let Some(default) = p.default() {
                    let name = self.mangled(&p.parameter.name);
                    let key = self.push_str(&name, p.range)?;
                    let value = self.expr(default, None)?;
                    self.op(Op::DictSet, dict, key, value, range);
                    self.release(mark);
                }
            }
            keyword = Some(dict);
        }
        Ok([positional, keyword])
    }

    fn tuple_of(&mut self, values: &[&'a Expr], range: TextRange) -> Result<Reg> {
        if let Some(items) = values.iter().map(|e| self.constant(e)).collect::<Option<Vec<_>>>() {
            return self.const_reg(Const::Tuple(items.into()), None, range);
        }
        let reg = self.alloc(1)?;
        let mark = self.mark();
        if values.len() > super::expr::MAX_DISPLAY {
            self.op(Op::BuildList, reg, reg, 0, range);
            for e in values {
                let value = self.expr(e, None)?;
                self.op(Op::ListAppend, reg, value, 0, range);
                self.release(mark);
            }
            self.op(Op::ListToTuple, reg, reg, 0, range);
            return Ok(reg);
        }
        let first = self.alloc(0)?;
        for e in values {
            self.push(e)?;
        }
        self.op(Op::BuildTuple, reg, first, values.len() as u8, range);
        self.release(mark);
        Ok(reg)
    }

    /// A function object in `dest`: of its code, defaults, keyword defaults and annotate function.
    pub(super) fn make_function(
        &mut self,
        code: Rc<Code>,
        scope: ScopeId,
        dest: Reg,
        parts: [Option<Reg>; 3],
        range: TextRange,
    ) -> Result<()> {
        if code.varnames.len() > MAX_LOCALS {
            return self.error("too many local variables", range);
        }
        let mark = self.mark();
        let mut which = 0;
        let first = self.alloc(0)?;
        for (part, flag) in parts.into_iter().zip([1, 2, 4]) {
            if let Some(reg) = part {
                let next = self.alloc(1)?;
                self.op(Op::Move, next, reg, 0, range);
                which |= flag;
            }
        }
        let free = &self.table.scope(scope).free;
        if free.len() > MAX_FREE {
            return self.error("too many free variables", range);
        }
        if !free.is_empty() {
            let closure = self.alloc(1)?;
            let inner = self.mark();
            let cells = self.alloc(free.len())?;
            for (i, name) in free.iter().enumerate() {
                self.load_closure(name, cells + i as u8, range);
            }
            self.op(Op::BuildTuple, closure, cells, free.len() as u8, range);
            self.release(inner);
            which |= 8;
        }
        let index = self.u.pool.constant(Const::Code(code));
        self.op_words(Op::MakeFunction, [dest, first, which], [index, 0], range);
        self.release(mark);
        Ok(())
    }

    pub(super) fn lambda(&mut self, l: &'a ast::ExprLambda, dest: Option<Reg>) -> Result<Reg> {
        let mark = self.mark();
        let defaults = match &l.parameters {
            Some(p) => self.defaults(p, l.range)?,
            None => [None; 2],
        };
        let scope = self.table.of_node(l, part::BODY);
        let outer = self.enter_unit(UnitKind::Function, scope, "<lambda>", l.range);
        if let Some(p) = &l.parameters {
            self.set_parameters(p)?;
        }
        self.u.code.flags |= self.generator_flag();
        let value = self.expr(&l.body, None)?;
        self.op(Op::Ret, value, 0, 0, l.body.range());
        let code = self.leave_unit(outer);
        let [positional, keyword] = defaults;
        let first = match dest {
            Some(dest) => dest,
            None => self.alloc(1)?,
        };
        self.make_function(code, scope, first, [positional, keyword, None], l.range)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.move_to(reg, first, l.range);
        Ok(reg)
    }

    /// Lowers decorators into nested call windows; the register where all ends up. The value to decorate belongs into
    /// the next temporary.
    pub(super) fn decorators(&mut self, list: &'a [ast::Decorator]) -> Result<Reg> {
        let base = self.alloc(0)?;
        for decorator in list {
            self.push(&decorator.expression)?;
            self.links()?;
        }
        Ok(base)
    }

    /// Calls the decorators, the last one first. The decorated value is in `value`.
    pub(super) fn apply_decorators(&mut self, list: &'a [ast::Decorator], base: Reg, value: Reg) {
        debug_assert_eq!(base as usize + list.len() * LINK as usize, value as usize);
        let mut at = value;
        for decorator in list.iter().rev() {
            at -= LINK;
            self.op(Op::Call, at, 1, 0, decorator.expression.range());
        }
    }
}
