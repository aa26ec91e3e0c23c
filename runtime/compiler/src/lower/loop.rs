//! `for` and `while`.
//!
//! ```text
//! for:    GET_ITER it            while:  header: condition, exits to `else`
//!         JUMP next                      body
//!   body: ...                      next: JUMP_BACK header
//!   next: FOR_LOOP it, x → body          else clause
//!         FOR_RESULT it, x → body  end:
//!         else clause
//!   end:
//!
//! async for: GET_AITER it
//!   header:  GET_ANEXT step, it     covered: StopAsyncIteration goes to `stop`
//!            await step
//!            body
//!   next:    JUMP_BACK header
//!   stop:    raise again unless it is a StopAsyncIteration
//!            else clause
//!   end:
//! ```

use habu_bytecode::{Const, Loop, Op, awaited, common};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use super::try_with::{Block, LEAVES_STAR};
use crate::assemble::{Bound, Label};
use crate::error::Result;
use crate::fold::truth;
use crate::regs::Reg;

/// A `for` loop under construction.
pub(super) struct ForLoop {
    iterator: Reg,
    item: Reg,
    body: Label,
    next: Label,
    held: Loop,
    range: TextRange,
}

/// An `async for` loop under construction.
pub(super) struct AsyncLoop {
    header: Label,
    next: Label,
    stop: Label,
    /// The register that receives an exception of a step.
    raised: Reg,
    raises: bool,
    bound: Bound,
    range: TextRange,
}

/// A loop of a comprehension.
pub(super) enum AnyLoop {
    Plain(ForLoop),
    Async(AsyncLoop),
}

impl AnyLoop {
    /// Where control goes on with the next item.
    pub(super) fn next(&self) -> Label {
        match self {
            AnyLoop::Plain(l) => l.next,
            AnyLoop::Async(l) => l.next,
        }
    }
}

/// Registers kept free above an iterator for the call of a `__next__`.
const FOR_WINDOW: usize = 8;

impl<'a> Lowering<'a> {
    /// Opens a loop over the iterator and assigns the item to the target.
    pub(super) fn begin_for(
        &mut self,
        iterator: Reg,
        target: &'a Expr,
        range: TextRange,
    ) -> Result<ForLoop> {
        let (body, next) = (self.label(), self.label());
        self.u.regs.reserve(FOR_WINDOW);
        let local = match target {
            Expr::Name(name) => self.plain_local(&name.id),
            _ => None,
        };
        let mut bound = self.bound_in_handler();
        let reachable = self.u.asm.reachable();
        self.goto(next, range);
        let held = self.u.asm.open_loop(iterator);
        if reachable {
            if let Some((_, v)) = local {
                bound.insert(v.slot);
            }
            self.u.asm.bind_entered(body, bound);
        }
        let item = match local {
            Some((reg, _)) => reg,
            None => {
                let mark = self.mark();
                let item = self.alloc(1)?;
                self.assign(target, item, target.range())?;
                self.release(mark);
                item
            }
        };
        Ok(ForLoop { iterator, item, body, next, held, range })
    }

    /// Closes a loop; what follows runs when the iterator is exhausted.
    pub(super) fn end_for(&mut self, l: ForLoop) -> Result<()> {
        self.bind(l.next);
        self.jump(Op::ForLoop, l.iterator, l.item, 0, l.body, l.range);
        self.jump(Op::ForResult, l.iterator, l.item, 0, l.body, l.range);
        self.u.asm.close_loop(l.held);
        Ok(())
    }

    /// Opens a loop of either kind.
    pub(super) fn begin_any_for(
        &mut self,
        iterator: Reg,
        target: &'a Expr,
        is_async: bool,
        range: TextRange,
    ) -> Result<AnyLoop> {
        Ok(match is_async {
            false => AnyLoop::Plain(self.begin_for(iterator, target, range)?),
            true => AnyLoop::Async(self.begin_async_for(iterator, target, range)?),
        })
    }

    /// Closes a loop of either kind.
    pub(super) fn end_any_for(&mut self, l: AnyLoop) -> Result<()> {
        match l {
            AnyLoop::Plain(l) => self.end_for(l),
            AnyLoop::Async(l) => self.end_async_for(l),
        }
    }

    /// Opens a loop over the async iterator and assigns the item to the target.
    fn begin_async_for(
        &mut self,
        iterator: Reg,
        target: &'a Expr,
        range: TextRange,
    ) -> Result<AsyncLoop> {
        let (header, next, stop) = (self.label(), self.label(), self.label());
        let raised = self.alloc(1)?;
        let bound = self.bound_in_handler();
        self.u.asm.bound = bound.clone();
        self.u.asm.bind_back(header);
        let mark = self.mark();
        let region = self.u.asm.open(stop, raised);
        let step = self.alloc(1)?;
        self.op(Op::GetANext, step, iterator, 0, range);
        let item = self.await_value(step, awaited::BY_ANEXT, range)?;
        let raises = self.u.asm.close(region);
        self.assign(target, item, target.range())?;
        self.release(mark);
        Ok(AsyncLoop { header, next, stop, raised, raises, bound, range })
    }

    /// Closes the loop; what follows runs when the iterator is exhausted.
    fn end_async_for(&mut self, l: AsyncLoop) -> Result<()> {
        self.bind(l.next);
        self.jump(Op::JumpBack, 0, 0, 0, l.header, l.range);
        if !l.raises {
            return Ok(());
        }
        self.u.asm.bind_entered(l.stop, l.bound);
        let (again, over) = (self.label(), self.label());
        let mark = self.mark();
        let class = self.alloc(1)?;
        self.op(Op::LoadCommon, class, common::STOP_ASYNC_ITERATION, 0, l.range);
        self.jump(Op::JNoMatch, l.raised, class, 0, again, l.range);
        self.release(mark);
        self.goto(over, l.range);
        self.bind(again);
        self.op(Op::Reraise, l.raised, 0, 0, l.range);
        self.bind(over);
        Ok(())
    }

    fn async_for(&mut self, s: &'a ast::StmtFor) -> Result<()> {
        let mark = self.mark();
        let iterator = self.alloc(1)?;
        self.expr(&s.iter, Some(iterator))?;
        self.op(Op::GetAIter, iterator, iterator, 0, s.iter.range());
        let l = self.begin_async_for(iterator, &s.target, s.iter.range())?;
        let end = self.label();
        self.enter_block(Block::Loop { end, next: l.next, iterator: None })?;
        self.body(&s.body)?;
        self.u.blocks.pop();
        self.end_async_for(l)?;
        self.release(mark);
        self.body(&s.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn for_(&mut self, s: &'a ast::StmtFor) -> Result<()> {
        if s.is_async {
            return self.async_for(s);
        }
        let mark = self.mark();
        let iterator = self.alloc(1)?;
        self.iterable(&s.iter, iterator)?;
        self.op(Op::GetIter, iterator, iterator, 0, s.iter.range());
        let l = self.begin_for(iterator, &s.target, s.iter.range())?;
        let end = self.label();
        // Nobody drops the iterator of a display or of a constant half-way with any effect.
        let plain = s.iter.is_list_expr() || s.iter.is_tuple_expr() || s.iter.is_literal_expr();
        let iterator = (!plain).then_some(iterator);
        self.enter_block(Block::Loop { end, next: l.next, iterator })?;
        self.body(&s.body)?;
        self.u.blocks.pop();
        self.end_for(l)?;
        self.release(mark);
        self.body(&s.orelse)?;
        self.bind(end);
        Ok(())
    }

    /// What a loop runs over; a list of constants need not be made.
    fn iterable(&mut self, e: &'a Expr, dest: Reg) -> Result<Reg> {
        if let Expr::List(l) = e
            && let Some(items) = l.elts.iter().map(|e| self.constant(e)).collect::<Option<Vec<_>>>()
        {
            return self.const_reg(Const::Tuple(items.into()), Some(dest), e.range());
        }
        self.expr(e, Some(dest))
    }

    pub(super) fn while_(&mut self, s: &'a ast::StmtWhile) -> Result<()> {
        let (header, next, orelse, end) = (self.label(), self.label(), self.label(), self.label());
        // What the body deletes is not bound when it comes round.
        let bound = self.bound_in_handler();
        self.u.asm.bound = bound;
        if self.constant(&s.test).is_some_and(|value| !truth(&value)) {
            // Never entered; lowered for its errors only.
            self.goto(orelse, s.test.range());
        }
        self.u.asm.bind_back(header);
        let mark = self.mark();
        self.cond(&s.test, orelse, false)?;
        self.release(mark);
        self.enter_block(Block::Loop { end, next, iterator: None })?;
        self.body(&s.body)?;
        self.u.blocks.pop();
        self.bind(next);
        self.jump(Op::JumpBack, 0, 0, 0, header, s.test.range());
        self.bind(orelse);
        self.body(&s.orelse)?;
        self.bind(end);
        Ok(())
    }

    /// `break` and `continue`.
    pub(super) fn leave_loop(&mut self, is_break: bool, range: TextRange) -> Result<()> {
        let depth = self.u.blocks.iter().rposition(|b| matches!(b, Block::Loop { .. }));
        let Some(depth) = depth else {
            if self.u.blocks.iter().any(|b| matches!(b, Block::StarHandler { .. })) {
                return self.error(LEAVES_STAR, range);
            }
            let msg =
                if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
            return self.error(msg, range);
        };
        let Block::Loop { end, next, .. } = self.u.blocks[depth] else { return Ok(()) };
        let left = self.unwind(depth + usize::from(!is_break), range)?;
        self.goto(if is_break { end } else { next }, range);
        self.rewind(left);
        Ok(())
    }
}
