//! `except*`: each clause takes from the exception what it matches; what is left and what the clauses raise is raised at the
//! end.
//!
//! ```text
//! handler:  PUSH_EXC e, saved
//!           rest = e; errors = []
//!           for each clause:
//!             match, rest = GROUP_MATCH(rest, class)
//!             if match is None: on to the next clause
//!             body                             covered: an exception goes to `errors`, and on to the next clause
//!           errors.append(rest)
//!           raised = GROUP_RAISED(e, errors)
//!           POP_EXC saved
//!           raise it again if it is not None
//! ```

use habu_bytecode::{Op, intrinsic};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::Lowering;
use super::try_with::{Block, empty_end};
use crate::error::Result;
use crate::regs::Reg;

impl<'a> Lowering<'a> {
    pub(super) fn try_except_star(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        let g = self.guarded()?;
        let region = self.open(g.handler, g.reg);
        self.u.blocks.push(Block::Try { region });
        self.body(&s.body)?;
        let raises = self.close_top();
        self.body(&s.orelse)?;
        self.goto(g.end, s.range);

        let range = empty_end(s.range);
        let (region, again) = self.enter_handler(&g, raises, range)?;
        self.u.blocks.push(Block::StarHandler { region });
        let rest = self.alloc(1)?;
        let errors = self.alloc(1)?;
        self.op(Op::Move, rest, g.reg, 0, range);
        self.op(Op::BuildList, errors, errors, 0, range);
        for h in &s.handlers {
            let ast::ExceptHandler::ExceptHandler(h) = h;
            self.star_clause(h, rest, errors)?;
        }
        self.op(Op::ListAppend, errors, rest, 0, range);
        let first = self.alloc(2)?;
        self.op(Op::Move, first, g.reg, 0, range);
        self.op(Op::Move, first + 1, errors, 0, range);
        self.intrinsic(first, first, intrinsic::GROUP_RAISED, range);
        let raises = self.close_top();
        self.op(Op::PopExc, g.saved, 0, 0, range);
        self.jump(Op::JNone, first, 0, 1, g.end, range);
        self.op(Op::Raise, first, 0, 3, range);
        self.end_guarded(g, again, raises, range);
        Ok(())
    }

    /// One clause: takes what it matches from `rest`, and adds what it raises to the list `errors`.
    fn star_clause(
        &mut self,
        h: &'a ast::ExceptHandlerExceptHandler,
        rest: Reg,
        errors: Reg,
    ) -> Result<()> {
        let Some(class) = &h.type_ else {
            return self.error("expected one or more exception types", h.range);
        };
        let next = self.label();
        let failed = self.label();
        let mark = self.mark();
        let pair = self.alloc(2)?;
        self.op(Op::Move, pair, rest, 0, class.range());
        self.expr(class, Some(pair + 1))?;
        self.intrinsic(pair, pair, intrinsic::GROUP_MATCH, class.range());
        self.op(Op::Unpack, pair, pair, 2, class.range());
        self.op(Op::Move, rest, pair + 1, 0, class.range());
        self.jump(Op::JNone, pair, 0, 1, next, class.range());
        if let Some(name) = &h.name {
            self.store_name(name, pair, name.range)?;
        }
        let bound = self.bound_in_handler();
        let raised = self.alloc(1)?;
        let region = self.open(failed, raised);
        self.u.blocks.push(Block::StarHandler { region });
        self.body(&h.body)?;
        let raises = self.close_top();
        let range = empty_end(h.range);
        if let Some(name) = &h.name {
            self.forget_name(name, range)?;
        }
        if raises {
            self.goto(next, range);
            self.bind_handler(failed, raises, &bound);
            if let Some(name) = &h.name {
                self.forget_name(name, range)?;
            }
            self.op(Op::ListAppend, errors, raised, 0, range);
        }
        self.bind(next);
        self.release(mark);
        Ok(())
    }
}
