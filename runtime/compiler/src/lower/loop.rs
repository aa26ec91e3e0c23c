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
//! ```

use habu_bytecode::{Const, Loop, Op};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use super::try_with::Block;
use crate::assemble::Label;
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

impl ForLoop {
    /// Where `continue` goes.
    pub(super) fn next(&self) -> Label {
        self.next
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

    pub(super) fn for_(&mut self, s: &'a ast::StmtFor) -> Result<()> {
        if s.is_async {
            return self.unsupported("async for", s.range);
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
        self.u.blocks.push(Block::Loop { end, next: l.next, iterator });
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
        self.u.blocks.push(Block::Loop { end, next, iterator: None });
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
