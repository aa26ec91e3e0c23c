//! Annotations, evaluated lazily (PEP 649): `__annotate__` functions.
//!
//! An annotate function takes the format wanted; asked for a format it cannot give it raises NotImplementedError, else
//! it returns a dict. Under `from __future__ import annotations` the dict holds source text.

use habu_bytecode::{Op, common, flags};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Lowering, UnitKind};
use crate::error::Result;
use crate::regs::Reg;
use crate::symtable::{ScopeId, part};

/// The format above which annotate functions refuse: VALUE is 1, VALUE_WITH_FAKE_GLOBALS 2 (`annotationlib.Format`).
const MAX_FORMAT: i16 = 2;

impl<'a> Lowering<'a> {
    /// The annotate function of a function, in a new temporary.
    pub(super) fn function_annotations(
        &mut self,
        f: &'a ast::StmtFunctionDef,
    ) -> Result<Option<Reg>> {
        let mut items: Vec<(std::rc::Rc<str>, &'a Expr)> = Vec::new();
        let p = &*f.parameters;
        let positional = p.posonlyargs.iter().chain(&p.args).map(|p| &p.parameter);
        let rest = p.vararg.iter().map(|p| &**p);
        let keyword = p.kwonlyargs.iter().map(|p| &p.parameter);
        let kwargs = p.kwarg.iter().map(|p| &**p);
        for p in positional.chain(rest).chain(keyword).chain(kwargs) {
            if let Some(annotation) = p.annotation() {
                items.push((self.mangled(&p.name), annotation));
            }
        }
        if let Some(returns) = &f.returns {
            items.push(("return".into(), returns));
        }
        if items.is_empty() {
            return Ok(None);
        }
        let scope = self.table.of_node(f, part::ANNOTATIONS);
        let reg = self.alloc(1)?;
        self.annotate_function(scope, &items, reg, TextRange::empty(f.name.start()))?;
        Ok(Some(reg))
    }

    /// The annotate function of a module or class, stored in its namespace.
    pub(super) fn class_annotations(&mut self, body: &'a [Stmt]) -> Result<()> {
        let Some(scope) = self.table.scope(self.u.scope).annotations else { return Ok(()) };
        let mut found = Vec::new();
        find(body, &mut found);
        let items: Vec<_> = found
            .into_iter()
            .filter_map(|s| match &*s.target {
                Expr::Name(name) if s.simple => Some((self.mangled(&name.id), &*s.annotation)),
                _ => None,
            })
            .collect();
        if items.is_empty() {
            return Ok(());
        }
        let range = TextRange::empty(items[0].1.start());
        let mark = self.mark();
        let reg = self.alloc(1)?;
        self.annotate_function(scope, &items, reg, range)?;
        self.store_name("__annotate__", reg, range)?;
        self.release(mark);
        Ok(())
    }

    fn annotate_function(
        &mut self,
        scope: ScopeId,
        items: &[(std::rc::Rc<str>, &'a Expr)],
        dest: Reg,
        range: TextRange,
    ) -> Result<()> {
        let outer = self.enter_unit(UnitKind::Function, scope, "__annotate__", range);
        self.u.code.argcount = 1;
        self.u.code.posonly = 1;
        if let Some(first) = self.u.varnames.first_mut() {
            *first = "format".into();
        }
        self.check_format(range)?;
        let dict = self.alloc(1)?;
        self.op(Op::BuildDict, dict, dict, 0, range);
        for (name, annotation) in items {
            let mark = self.mark();
            let key = self.push_str(name, annotation.range())?;
            let value = self.annotation(annotation)?;
            self.op(Op::DictSet, dict, key, value, annotation.range());
            self.release(mark);
        }
        self.op(Op::Ret, dict, 0, 0, range);
        let code = self.leave_unit(outer);
        self.make_function(code, scope, dest, [None; 3], range)
    }

    /// Raises NotImplementedError for formats beyond those an annotate function serves itself.
    pub(super) fn check_format(&mut self, range: TextRange) -> Result<()> {
        let good = self.label();
        let [b, c] = MAX_FORMAT.to_le_bytes();
        self.jump(Op::JGtIF, 0, b, c, good, range);
        let mark = self.mark();
        let reg = self.alloc(1)?;
        self.op(Op::LoadCommon, reg, common::NOT_IMPLEMENTED_ERROR, 0, range);
        self.op(Op::Raise, reg, 0, 1, range);
        self.release(mark);
        self.bind(good);
        Ok(())
    }

    fn annotation(&mut self, e: &'a Expr) -> Result<Reg> {
        if self.options.future & flags::FUTURE_ANNOTATIONS != 0 {
            let text = source_text(self.source.slice(e.range()));
            return self.push_str(&text, e.range());
        }
        match e {
            // `*args: *Ts` is the one element of the unpacked iterable.
            Expr::Starred(s) => {
                let iterable = self.push(&s.value)?;
                self.op(Op::Unpack, iterable, iterable, 1, s.range);
                Ok(iterable)
            }
            e => self.expr(e, None),
        }
    }
}

/// The annotated assignments of a module or class body, those in nested statements included.
fn find<'a>(body: &'a [Stmt], found: &mut Vec<&'a ast::StmtAnnAssign>) {
    for s in body {
        match s {
            Stmt::AnnAssign(s) => found.push(s),
            Stmt::If(s) => {
                find(&s.body, found);
                s.elif_else_clauses.iter().for_each(|c| find(&c.body, found));
            }
            Stmt::For(s) => {
                find(&s.body, found);
                find(&s.orelse, found);
            }
            Stmt::While(s) => {
                find(&s.body, found);
                find(&s.orelse, found);
            }
            Stmt::With(s) => find(&s.body, found),
            Stmt::Try(s) => {
                find(&s.body, found);
                for handler in &s.handlers {
                    let ast::ExceptHandler::ExceptHandler(h) = handler;
                    find(&h.body, found);
                }
                find(&s.orelse, found);
                find(&s.finalbody, found);
            }
            Stmt::Match(s) => s.cases.iter().for_each(|c| find(&c.body, found)),
            _ => {}
        }
    }
}

/// The text of an annotation on one line.
fn source_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.lines().enumerate() {
        let line = if i > 0 { line.trim_start() } else { line };
        let glue = i > 0 && !out.ends_with(['[', '(', ' ']) && !line.starts_with([']', ')', ',']);
        if glue {
            out.push(' ');
        }
        out.push_str(line.trim_end());
    }
    out
}
