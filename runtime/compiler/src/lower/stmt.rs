//! Statements: the dispatcher, `if`, `return`, expression statements, imports.

use habu_bytecode::{Const, Op, intrinsic};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::{Lowering, UnitKind};
use crate::Mode;
use crate::error::Result;

impl<'a> Lowering<'a> {
    /// The body of the outermost unit.
    pub(super) fn module_body(&mut self, body: &'a [Stmt]) -> Result<()> {
        let mut body = body;
        if self.options.mode != Mode::Single
            && let Some((doc, rest)) = split_docstring(body)
        {
            body = rest;
            if self.options.optimize < 2 {
                let value = self.str_reg(&clean_doc(doc.value.to_str()), None, doc.range)?;
                self.store_name("__doc__", value, doc.range)?;
                self.u.regs.release_above(value);
            }
        }
        self.body(body)?;
        self.class_annotations(body)
    }

    /// A list of statements.
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &'a Stmt) -> Result<()> {
        let mark = self.mark();
        self.u.place = s.range();
        match s {
            Stmt::Expr(s) => self.expr_stmt(s)?,
            Stmt::Assign(s) => self.assign_stmt(s)?,
            Stmt::AugAssign(s) => self.aug_assign(s)?,
            Stmt::AnnAssign(s) => self.ann_assign(s)?,
            Stmt::If(s) => self.if_(s)?,
            Stmt::For(s) => self.for_(s)?,
            Stmt::While(s) => self.while_(s)?,
            Stmt::Return(s) => self.return_(s)?,
            Stmt::FunctionDef(s) => self.function_def(s)?,
            Stmt::ClassDef(s) => self.class_def(s)?,
            Stmt::Try(s) => self.try_(s)?,
            Stmt::With(s) => self.with(s)?,
            Stmt::Raise(s) => self.raise(s)?,
            Stmt::Assert(s) => self.assert(s)?,
            Stmt::Delete(s) => s.targets.iter().try_for_each(|t| self.delete(t))?,
            Stmt::Import(s) => self.import(s)?,
            Stmt::ImportFrom(s) => self.import_from(s)?,
            Stmt::Break(s) => self.leave_loop(true, s.range)?,
            Stmt::Continue(s) => self.leave_loop(false, s.range)?,
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::Match(s) => self.match_(s)?,
            Stmt::TypeAlias(s) => self.type_alias(s)?,
            Stmt::IpyEscapeCommand(s) => return self.error("invalid syntax", s.range),
        }
        self.release(mark);
        Ok(())
    }

    fn expr_stmt(&mut self, s: &'a ast::StmtExpr) -> Result<()> {
        if self.options.mode == Mode::Single && self.u.kind == UnitKind::Namespace {
            let value = self.push(&s.value)?;
            self.intrinsic(value, value, intrinsic::DISPLAY, s.range);
            return Ok(());
        }
        if !self.is_idle(&s.value) {
            self.expr(&s.value, None)?;
        }
        Ok(())
    }

    fn if_(&mut self, s: &'a ast::StmtIf) -> Result<()> {
        let end = self.label();
        let clauses = std::iter::once((Some(&*s.test), &s.body))
            .chain(s.elif_else_clauses.iter().map(|c| (c.test.as_ref(), &c.body)));
        let count = 1 + s.elif_else_clauses.len();
        for (i, (test, body)) in clauses.enumerate() {
            let next = self.label();
            if let Some(test) = test {
                let mark = self.mark();
                self.cond(test, next, false)?;
                self.release(mark);
            }
            self.body(body)?;
            if i + 1 < count {
                self.goto(end, s.range);
            }
            self.bind(next);
        }
        self.bind(end);
        Ok(())
    }

    fn return_(&mut self, s: &'a ast::StmtReturn) -> Result<()> {
        if self.u.kind != UnitKind::Function {
            return self.error("'return' outside function", s.range);
        }
        let scope = self.table.scope(self.u.scope);
        if s.value.is_some() && scope.generator && scope.coroutine {
            return self.error("'return' with value in async generator", s.range);
        }
        let constant = match &s.value {
            None => Some(Const::None),
            Some(e) => self.constant(e),
        };
        let value = match (&s.value, &constant) {
            (Some(e), None) if self.unwinding_runs_code() => Some(self.push(e)?),
            (Some(e), None) => Some(self.expr(e, None)?),
            _ => None,
        };
        let range = s.value.as_ref().map_or(s.range, |e| e.range());
        let left = self.unwind(0, if constant.is_some() { range } else { s.range })?;
        let value = match value {
            Some(value) => value,
            None => self.const_reg(constant.unwrap_or(Const::None), None, range)?,
        };
        self.op(Op::Ret, value, 0, 0, s.range);
        self.rewind(left);
        Ok(())
    }

    fn import(&mut self, s: &'a ast::StmtImport) -> Result<()> {
        for alias in &s.names {
            let mark = self.mark();
            let reg = self.alloc(1)?;
            self.none_reg(Some(reg), s.range)?;
            let name = alias.name.as_str();
            let index = self.u.pool.name(name);
            self.op_words(Op::ImportName, [reg, reg, 0], [index, 0], s.range);
            match &alias.asname {
                None => self.store_name(name.split('.').next().unwrap_or(name), reg, s.range)?,
                Some(asname) => {
                    // `import a.b as c` binds the submodule.
                    for part in name.split('.').skip(1) {
                        let index = self.u.pool.name(part);
                        self.op_words(Op::ImportFrom, [reg, reg, 0], [index, 0], s.range);
                    }
                    self.store_name(asname, reg, s.range)?;
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    fn import_from(&mut self, s: &'a ast::StmtImportFrom) -> Result<()> {
        let names = s.names.iter().map(|alias| Const::Str(alias.name.as_str().into())).collect();
        let module = self.const_reg(Const::Tuple(names), None, s.range)?;
        let index = self.u.pool.name(s.module.as_deref().unwrap_or(""));
        self.op_words(Op::ImportName, [module, module, 0], [index, s.level], s.range);
        for alias in &s.names {
            if &*alias.name == "*" {
                let namespace = self.u.kind == UnitKind::Namespace;
                self.op(Op::ImportStar, module, 0, namespace as u8, s.range);
                continue;
            }
            let mark = self.mark();
            let target = alias.asname.as_ref().unwrap_or(&alias.name);
            let local = self.plain_local(target);
            let reg = self.dest(local.map(|(reg, _)| reg))?;
            let index = self.u.pool.name(&alias.name);
            self.op_words(Op::ImportFrom, [reg, module, 0], [index, 0], s.range);
            self.store_name(target, reg, s.range)?;
            self.release(mark);
        }
        Ok(())
    }
}

/// A docstring and the statements after it.
pub(super) fn split_docstring(body: &[Stmt]) -> Option<(&ast::ExprStringLiteral, &[Stmt])> {
    match body.split_first() {
        Some((Stmt::Expr(s), rest)) => match &*s.value {
            Expr::StringLiteral(doc) => Some((doc, rest)),
            _ => None,
        },
        _ => None,
    }
}

/// A docstring without its common indentation, as the compiler of 3.13 and later stores it.
pub(super) fn clean_doc(doc: &str) -> String {
    let doc = expand_tabs(doc);
    let mut lines = doc.split('\n');
    let first = lines.next().unwrap_or("");
    let rest: Vec<&str> = lines.collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = rest
        .iter()
        .filter(|l| !l.trim_start_matches(' ').is_empty())
        .map(|l| indent(l))
        .min()
        .unwrap_or(0);
    let mut out = String::with_capacity(doc.len());
    out.push_str(first.trim_start_matches(' '));
    for line in rest {
        out.push('\n');
        out.push_str(line.get(margin.min(indent(line))..).unwrap_or(""));
    }
    out
}

fn expand_tabs(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\t') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let width = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            c => {
                out.push(c);
                column += 1;
            }
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::clean_doc;

    #[test]
    fn docstrings_lose_their_margin() {
        assert_eq!(clean_doc("One.\n\n    Two.\n      Three.\n    "), "One.\n\nTwo.\n  Three.\n");
        assert_eq!(clean_doc("  One."), "One.");
        assert_eq!(clean_doc("One\n\tTwo"), "One\nTwo");
    }
}
