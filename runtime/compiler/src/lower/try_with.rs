//! `try`, `with`, `raise`, and the ways out of them.
//!
//! A *block* is what control leaves on its way out of a statement: `return`, `break` and `continue` unwind the blocks
//! between them and their goal, running `finally` bodies and `__exit__` on the way. Code that runs on such a path is
//! not covered by the handlers of the blocks it has left, so their regions are interrupted for its length.
//!
//! A handler starts with PUSH_EXC, which saves the exception handled until then; every way out of it restores that
//! with POP_EXC, the exceptional way through a clean-up handler.

use std::rc::Rc;

use habu_bytecode::{Op, awaited, special};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use super::call::LINK;
use crate::assemble::{Bound, Label, Region};
use crate::error::Result;
use crate::regs::{Mark, Reg};

/// What is wrong with ways out of an `except*` clause.
pub(super) const LEAVES_STAR: &str =
    "'break', 'continue' and 'return' cannot appear in an except* block";

/// What control passes on its way out.
pub(crate) enum Block {
    /// A loop: where `break` and `continue` go, and the iterator to be closed by who leaves it.
    Loop { end: Label, next: Label, iterator: Option<Reg> },
    /// The body of a `try` with handlers.
    Try { region: Region },
    /// The body of an `except` clause.
    Handler { region: Region, named: Option<(Region, Rc<str>, TextRange)>, saved: Reg },
    /// The body of an `except*` clause, which is left at its end only.
    StarHandler { region: Region },
    /// A `try` with a `finally` clause, which is number `body` of `Lowering::finals`.
    Finally { region: Region, body: usize },
    /// A `finally` body that runs because of an exception.
    FinallyHandler { region: Region, saved: Reg },
    /// The body of a `with`.
    With { region: Region, exit: Exit },
    /// The clean-up of a `with` after an exception.
    WithHandler { region: Region, saved: Reg },
}

/// How the body of a `with` is left.
#[derive(Clone, Copy)]
pub(crate) struct Exit {
    /// The register of the bound `__exit__` or `__aexit__`.
    method: Reg,
    is_async: bool,
    range: TextRange,
}

/// A statement whose body exceptions leave for a handler.
pub(super) struct Guarded {
    mark: Mark,
    pub(super) handler: Label,
    /// Where exceptions that leave the handler clean up.
    clean: Label,
    pub(super) end: Label,
    /// The exception.
    pub(super) reg: Reg,
    /// The exception handled until then.
    pub(super) saved: Reg,
    bound: Bound,
}

impl Block {
    fn regions(&mut self) -> Vec<&mut Region> {
        match self {
            Block::Loop { .. } => Vec::new(),
            Block::Handler { region, named, .. } => {
                std::iter::once(region).chain(named.iter_mut().map(|n| &mut n.0)).collect()
            }
            Block::Try { region }
            | Block::Finally { region, .. }
            | Block::FinallyHandler { region, .. }
            | Block::StarHandler { region }
            | Block::With { region, .. }
            | Block::WithHandler { region, .. } => vec![region],
        }
    }
}

impl<'a> Lowering<'a> {
    /// Runs what has to run on the way out of all blocks but the outermost `keep`. The caller emits the jump that
    /// leaves and then puts the blocks back with `rewind`.
    pub(super) fn unwind(&mut self, keep: usize, range: TextRange) -> Result<Vec<Block>> {
        let mut left = Vec::new();
        while self.u.blocks.len() > keep {
            let Some(mut block) = self.u.blocks.pop() else { break };
            for region in block.regions() {
                self.u.asm.pause(region);
            }
            match &block {
                Block::Loop { iterator: Some(iterator), .. } => {
                    self.op(Op::CloseIter, *iterator, 0, 0, range);
                }
                Block::Loop { .. } | Block::Try { .. } => {}
                Block::StarHandler { .. } => {
                    return self.error(LEAVES_STAR, range);
                }
                Block::Handler { named, saved, .. } => {
                    if let Some((_, name, range)) = named {
                        self.forget_name(name, *range)?;
                    }
                    self.op(Op::PopExc, *saved, 0, 0, range);
                }
                Block::FinallyHandler { saved, .. } | Block::WithHandler { saved, .. } => {
                    self.op(Op::PopExc, *saved, 0, 0, range);
                }
                Block::Finally { body, .. } => {
                    let body = self.finals[*body];
                    self.body(body)?;
                }
                Block::With { exit, .. } => self.call_exit_normally(*exit)?,
            }
            left.push(block);
        }
        Ok(left)
    }

    /// Puts back the blocks that `unwind` took.
    pub(super) fn rewind(&mut self, left: Vec<Block>) {
        for mut block in left.into_iter().rev() {
            for region in block.regions() {
                self.u.asm.resume(region);
            }
            self.u.blocks.push(block);
        }
    }

    /// Whether a `return` here runs code before it leaves.
    pub(super) fn unwinding_runs_code(&self) -> bool {
        self.u.blocks.iter().any(|b| !matches!(b, Block::Loop { .. } | Block::Try { .. }))
    }

    pub(super) fn open(&mut self, target: Label, reg: Reg) -> Region {
        self.u.asm.open(target, reg)
    }

    /// The block on top was just left at its end: closes its region; whether anything can raise into its handler.
    pub(super) fn close_top(&mut self) -> bool {
        match self.u.blocks.pop() {
            Some(
                Block::Try { region }
                | Block::Finally { region, .. }
                | Block::FinallyHandler { region, .. }
                | Block::With { region, .. }
                | Block::WithHandler { region, .. }
                | Block::StarHandler { region }
                | Block::Handler { region, named: None, .. },
            ) => self.u.asm.close(region),
            _ => false,
        }
    }

    /// Goes on at a handler, if it can be reached.
    pub(super) fn bind_handler(&mut self, label: Label, reachable: bool, bound: &Bound) {
        if reachable {
            self.u.asm.bind_entered(label, bound.clone());
        }
    }

    /// Makes room for a statement with a handler. The caller opens the region that `handler` covers.
    pub(super) fn guarded(&mut self) -> Result<Guarded> {
        let mark = self.mark();
        let (handler, clean, end) = (self.label(), self.label(), self.label());
        let (reg, saved) = (self.alloc(1)?, self.alloc(1)?);
        Ok(Guarded { mark, handler, clean, end, reg, saved, bound: self.bound_in_handler() })
    }

    /// Begins the handler, and the region that its clean-up covers; the exception stays where it is while the handler
    /// runs, so the clean-up gets a register of its own.
    pub(super) fn enter_handler(
        &mut self,
        g: &Guarded,
        reachable: bool,
        range: TextRange,
    ) -> Result<(Region, Reg)> {
        self.bind_handler(g.handler, reachable, &g.bound);
        self.op(Op::PushExc, g.reg, g.saved, 0, range);
        let again = self.alloc(1)?;
        Ok((self.open(g.clean, again), again))
    }

    /// The handler's end if it did not take the exception.
    fn raise_again(&mut self, g: &Guarded, range: TextRange) {
        self.op(Op::PopExc, g.saved, 0, 0, range);
        self.op(Op::Reraise, g.reg, 0, 0, range);
    }

    /// The clean-up, which restores the handled exception and goes on raising, if an exception can leave the handler
    /// for it, and the end of the statement.
    pub(super) fn end_guarded(
        &mut self,
        g: Guarded,
        again: Reg,
        reachable: bool,
        range: TextRange,
    ) {
        self.bind_handler(g.clean, reachable, &g.bound);
        self.op(Op::PopExc, g.saved, 0, 0, range);
        self.op(Op::Reraise, again, 0, 0, range);
        self.bind(g.end);
        self.release(g.mark);
    }

    pub(super) fn try_(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        if s.finalbody.is_empty() {
            return self.try_handlers(s);
        }
        let g = self.guarded()?;
        let body = self.finals.len();
        self.finals.push(&s.finalbody);
        let region = self.open(g.handler, g.reg);
        self.enter_block(Block::Finally { region, body })?;
        if s.handlers.is_empty() {
            self.body(&s.body)?;
            self.body(&s.orelse)?;
        } else {
            self.try_handlers(s)?;
        }
        let raises = self.close_top();
        self.body(&s.finalbody)?;
        self.goto(g.end, s.range);
        let range = empty_end(s.range);
        let (region, again) = self.enter_handler(&g, raises, range)?;
        self.enter_block(Block::FinallyHandler { region, saved: g.saved })?;
        self.body(&s.finalbody)?;
        let raises = self.close_top();
        self.raise_again(&g, range);
        self.end_guarded(g, again, raises, range);
        Ok(())
    }

    fn try_handlers(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        if s.is_star { self.try_except_star(s) } else { self.try_except(s) }
    }

    fn try_except(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        let g = self.guarded()?;
        let region = self.open(g.handler, g.reg);
        self.enter_block(Block::Try { region })?;
        self.body(&s.body)?;
        let raises = self.close_top();
        self.body(&s.orelse)?;
        self.goto(g.end, s.range);

        let range = empty_end(s.range);
        let (region, again) = self.enter_handler(&g, raises, range)?;
        self.enter_block(Block::Handler { region, named: None, saved: g.saved })?;
        let mut caught_all = false;
        for (i, h) in s.handlers.iter().enumerate() {
            let ast::ExceptHandler::ExceptHandler(h) = h;
            let next = self.label();
            match &h.type_ {
                Some(type_) => {
                    let mark = self.mark();
                    let class = self.expr(type_, None)?;
                    self.release(mark);
                    self.jump(Op::JNoMatch, g.reg, class, 0, next, type_.range());
                }
                None if i + 1 < s.handlers.len() => {
                    return self.error("default 'except:' must be last", h.range);
                }
                None => caught_all = true,
            }
            match &h.name {
                Some(name) => self.named_handler(h, name, g.reg)?,
                None => self.body(&h.body)?,
            }
            self.leave_handler(g.saved, g.end, h.range)?;
            self.bind(next);
        }
        let raises = {
            let Some(mut block) = self.u.blocks.pop() else { return Ok(()) };
            block.regions().into_iter().for_each(|r| self.u.asm.pause(r));
            self.enter_block(block)?;
            self.close_top()
        };
        if !caught_all {
            self.raise_again(&g, range);
        }
        self.end_guarded(g, again, raises, range);
        Ok(())
    }

    /// The normal end of an `except` clause.
    fn leave_handler(&mut self, saved: Reg, end: Label, range: TextRange) -> Result<()> {
        let Some(mut block) = self.u.blocks.pop() else { return Ok(()) };
        block.regions().into_iter().for_each(|r| self.u.asm.pause(r));
        self.op(Op::PopExc, saved, 0, 0, empty_end(range));
        self.goto(end, range);
        block.regions().into_iter().for_each(|r| self.u.asm.resume(r));
        self.enter_block(block)?;
        Ok(())
    }

    /// `except E as name`: the name is unbound at the end, whichever way it is left.
    fn named_handler(
        &mut self,
        h: &'a ast::ExceptHandlerExceptHandler,
        name: &'a ast::Identifier,
        reg: Reg,
    ) -> Result<()> {
        self.store_name(name, reg, name.range)?;
        let mut bound = self.bound_in_handler();
        let forget = self.label();
        let mark = self.mark();
        let again = self.alloc(1)?;
        let inner = self.open(forget, again);
        let spelt: Rc<str> = name.as_str().into();
        if let Some(Block::Handler { named, .. }) = self.u.blocks.last_mut() {
            *named = Some((inner, spelt, h.range));
        }
        self.body(&h.body)?;
        let inner = match self.u.blocks.last_mut() {
            Some(Block::Handler { named, .. }) => named.take(),
            _ => None,
        };
        let raises = inner.is_some_and(|(region, ..)| self.u.asm.close(region));
        self.forget_name(name, empty_end(h.range))?;
        if let Some((_, v)) = self.plain_local(name) {
            bound.remove(v.slot);
        }
        if raises {
            let over = self.label();
            self.goto(over, h.range);
            self.u.asm.bind_entered(forget, bound);
            // Still inside the outer clean-up's region, which restores the handled exception.
            self.forget_name(name, empty_end(h.range))?;
            self.op(Op::Reraise, again, 0, 0, empty_end(h.range));
            self.bind(over);
        }
        self.release(mark);
        Ok(())
    }

    pub(super) fn with(&mut self, s: &'a ast::StmtWith) -> Result<()> {
        self.with_items(&s.items, &s.body, s.is_async)
    }

    fn with_items(
        &mut self,
        items: &'a [ast::WithItem],
        body: &'a [Stmt],
        is_async: bool,
    ) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        let range = item.context_expr.range();
        let mark = self.mark();
        let exit = self.alloc(1)?;
        let mut g = self.guarded()?;
        let inner = self.mark();
        let base = self.alloc(1)?;
        let manager = self.expr(&item.context_expr, None)?;
        let (enters, exits) = match is_async {
            false => (special::ENTER, special::EXIT),
            true => (special::AENTER, special::AEXIT),
        };
        self.op(Op::LoadSpecial, exit, manager, exits, range);
        self.op(Op::LoadSpecial, base, manager, enters, range);
        self.u.regs.release_above(base);
        self.u.regs.reserve(LINK as usize + 2);
        self.op(Op::Call, base, 0, 0, range);
        let entered = match is_async {
            false => base,
            true => self.await_value(base, awaited::BY_AENTER, range)?,
        };
        g.bound = self.bound_in_handler();
        let region = self.open(g.handler, g.reg);
        let exit = Exit { method: exit, is_async, range };
        self.enter_block(Block::With { region, exit })?;
        if let Some(target) = &item.optional_vars {
            self.assign(target, entered, target.range())?;
        }
        self.release(inner);
        self.with_items(rest, body, is_async)?;
        let raises = self.close_top();
        self.call_exit_normally(exit)?;
        self.goto(g.end, range);

        let (region, again) = self.enter_handler(&g, raises, range)?;
        self.enter_block(Block::WithHandler { region, saved: g.saved })?;
        let base = self.alloc(1 + LINK as usize + 2)?;
        let first = base + LINK;
        self.op(Op::Move, base, exit.method, 0, range);
        self.op_name(Op::LoadAttr, [first, g.reg, 0], "__class__", range);
        self.op(Op::Move, first + 1, g.reg, 0, range);
        self.op_name(Op::LoadAttr, [first + 2, g.reg, 0], "__traceback__", range);
        self.op(Op::Call, base, 3, 0, range);
        let answer = self.exit_result(exit, base)?;
        let swallow = self.label();
        self.jump(Op::JTrue, answer, 0, 0, swallow, range);
        let raises = self.close_top();
        self.raise_again(&g, range);
        self.bind(swallow);
        self.op(Op::PopExc, g.saved, 0, 0, range);
        self.goto(g.end, range);
        self.end_guarded(g, again, raises, range);
        self.release(mark);
        Ok(())
    }

    /// `exit(None, None, None)`
    fn call_exit_normally(&mut self, exit: Exit) -> Result<()> {
        let range = exit.range;
        let mark = self.mark();
        let base = self.alloc(1 + LINK as usize + 2)?;
        self.op(Op::Move, base, exit.method, 0, range);
        for i in 0..3 {
            self.none_reg(Some(base + LINK + i), range)?;
        }
        self.op(Op::Call, base, 3, 0, range);
        self.exit_result(exit, base)?;
        self.release(mark);
        Ok(())
    }

    /// What `__exit__` returned into `base`, or what awaiting that gives.
    fn exit_result(&mut self, exit: Exit, base: Reg) -> Result<Reg> {
        self.u.regs.release_above(base);
        match exit.is_async {
            false => Ok(base),
            true => self.await_value(base, awaited::BY_AEXIT, exit.range),
        }
    }

    pub(super) fn raise(&mut self, s: &'a ast::StmtRaise) -> Result<()> {
        let mark = self.mark();
        let count = s.exc.is_some() as u8 + s.cause.is_some() as u8;
        let first = match (&s.exc, &s.cause) {
            (Some(exc), None) => self.expr(exc, None)?,
            (Some(exc), Some(cause)) => {
                let first = self.push(exc)?;
                self.push(cause)?;
                first
            }
            (None, _) => 0,
        };
        self.op(Op::Raise, first, 0, count, s.range);
        self.release(mark);
        Ok(())
    }

    pub(super) fn assert(&mut self, s: &'a ast::StmtAssert) -> Result<()> {
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.label();
        let mark = self.mark();
        self.cond(&s.test, end, true)?;
        self.release(mark);
        let base = self.alloc(1)?;
        self.op(Op::LoadCommon, base, habu_bytecode::common::ASSERTION_ERROR, 0, s.range);
        if let Some(msg) = &s.msg {
            self.links()?;
            self.push(msg)?;
            self.op(Op::Call, base, 1, 0, s.range);
        }
        self.op(Op::Raise, base, 0, 1, s.test.range());
        self.release(mark);
        self.bind(end);
        Ok(())
    }

    /// Whether an expression statement has no effect worth an instruction.
    pub(super) fn is_idle(&self, e: &Expr) -> bool {
        self.constant(e).is_some()
    }
}

/// The place just behind a statement, for instructions that belong to its end.
pub(super) fn empty_end(range: TextRange) -> TextRange {
    TextRange::empty(range.end())
}
