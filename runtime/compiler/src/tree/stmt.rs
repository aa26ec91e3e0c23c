//! Statements, parameters, handlers, imports, type parameters.

use super::{Field, Fields, Maker, list, maybe_name, name, placeless};
use ruff_python_ast::{self as ast, Expr, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange};

impl Maker<'_> {
    pub(super) fn body(&self, body: &[Stmt]) -> Field {
        list(body, |s| self.stmt(s))
    }

    fn stmt(&self, s: &Stmt) -> Field {
        let (class, fields) = self.parts(s);
        // Decorators stand before a definition.
        let range = match s {
            Stmt::FunctionDef(f) => self.definition(f.range, &f.decorator_list),
            Stmt::ClassDef(c) => self.definition(c.range, &c.decorator_list),
            _ => s.range(),
        };
        self.node(class, range, fields)
    }

    /// Where a definition stands without its decorators.
    fn definition(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let rest = TextRange::new(last.range.end(), range.end());
        let text = self.source.slice(rest);
        let mut at = 0;
        for line in text.split_inclusive(['\n', '\r']) {
            let start = line.trim_start();
            if !start.is_empty() && !start.starts_with('#') {
                at += line.len() - start.len();
                break;
            }
            at += line.len();
        }
        TextRange::new(rest.start() + ruff_text_size::TextSize::new(at as u32), range.end())
    }

    fn parts(&self, s: &Stmt) -> (&'static str, Fields) {
        let no_comment = ("type_comment", Field::None);
        match s {
            Stmt::FunctionDef(f) => (
                if f.is_async { "AsyncFunctionDef" } else { "FunctionDef" },
                vec![
                    ("name", name(&f.name)),
                    ("args", self.parameters(Some(&f.parameters))),
                    ("body", self.body(&f.body)),
                    ("decorator_list", list(&f.decorator_list, |d| self.expr(&d.expression))),
                    ("returns", self.maybe(f.returns.as_deref())),
                    no_comment,
                    ("type_params", self.type_params(f.type_params.as_deref())),
                ],
            ),
            Stmt::ClassDef(c) => (
                "ClassDef",
                vec![
                    ("name", name(&c.name)),
                    ("bases", list(c.bases(), |e| self.expr(e))),
                    ("keywords", list(c.keywords(), |k| self.keyword(k))),
                    ("body", self.body(&c.body)),
                    ("decorator_list", list(&c.decorator_list, |d| self.expr(&d.expression))),
                    ("type_params", self.type_params(c.type_params.as_deref())),
                ],
            ),
            Stmt::Return(r) => ("Return", vec![("value", self.maybe(r.value.as_deref()))]),
            Stmt::Delete(d) => ("Delete", vec![("targets", self.exprs(&d.targets))]),
            Stmt::TypeAlias(t) => (
                "TypeAlias",
                vec![
                    ("name", self.expr(&t.name)),
                    ("type_params", self.type_params(t.type_params.as_deref())),
                    ("value", self.expr(&t.value)),
                ],
            ),
            Stmt::Assign(a) => (
                "Assign",
                vec![
                    ("targets", self.exprs(&a.targets)),
                    ("value", self.expr(&a.value)),
                    no_comment,
                ],
            ),
            Stmt::AugAssign(a) => (
                "AugAssign",
                vec![
                    ("target", self.expr(&a.target)),
                    ("op", super::expr::operator(a.op)),
                    ("value", self.expr(&a.value)),
                ],
            ),
            Stmt::AnnAssign(a) => (
                "AnnAssign",
                vec![
                    ("target", self.expr(&a.target)),
                    ("annotation", self.expr(&a.annotation)),
                    ("value", self.maybe(a.value.as_deref())),
                    ("simple", Field::Int(a.simple.into())),
                ],
            ),
            Stmt::For(f) => (
                if f.is_async { "AsyncFor" } else { "For" },
                vec![
                    ("target", self.expr(&f.target)),
                    ("iter", self.expr(&f.iter)),
                    ("body", self.body(&f.body)),
                    ("orelse", self.body(&f.orelse)),
                    no_comment,
                ],
            ),
            Stmt::While(w) => (
                "While",
                vec![
                    ("test", self.expr(&w.test)),
                    ("body", self.body(&w.body)),
                    ("orelse", self.body(&w.orelse)),
                ],
            ),
            Stmt::If(i) => (
                "If",
                vec![
                    ("test", self.expr(&i.test)),
                    ("body", self.body(&i.body)),
                    ("orelse", self.clauses(&i.elif_else_clauses)),
                ],
            ),
            Stmt::With(w) => (
                if w.is_async { "AsyncWith" } else { "With" },
                vec![
                    ("items", list(&w.items, |i| self.with_item(i))),
                    ("body", self.body(&w.body)),
                    no_comment,
                ],
            ),
            Stmt::Match(m) => (
                "Match",
                vec![
                    ("subject", self.expr(&m.subject)),
                    ("cases", list(&m.cases, |c| self.case(c))),
                ],
            ),
            Stmt::Raise(r) => (
                "Raise",
                vec![
                    ("exc", self.maybe(r.exc.as_deref())),
                    ("cause", self.maybe(r.cause.as_deref())),
                ],
            ),
            Stmt::Try(t) => (
                if t.is_star { "TryStar" } else { "Try" },
                vec![
                    ("body", self.body(&t.body)),
                    ("handlers", list(&t.handlers, |h| self.handler(h))),
                    ("orelse", self.body(&t.orelse)),
                    ("finalbody", self.body(&t.finalbody)),
                ],
            ),
            Stmt::Assert(a) => (
                "Assert",
                vec![("test", self.expr(&a.test)), ("msg", self.maybe(a.msg.as_deref()))],
            ),
            Stmt::Import(i) => ("Import", vec![("names", list(&i.names, |a| self.alias(a)))]),
            Stmt::ImportFrom(i) => (
                "ImportFrom",
                vec![
                    ("module", maybe_name(i.module.as_ref())),
                    ("names", list(&i.names, |a| self.alias(a))),
                    ("level", Field::Int(i.level.into())),
                ],
            ),
            Stmt::Global(g) => ("Global", vec![("names", list(&g.names, |n| name(n)))]),
            Stmt::Nonlocal(n) => ("Nonlocal", vec![("names", list(&n.names, |n| name(n)))]),
            Stmt::Expr(e) => ("Expr", vec![("value", self.expr(&e.value))]),
            Stmt::Break(_) => ("Break", vec![]),
            Stmt::Continue(_) => ("Continue", vec![]),
            // The parser makes no commands of another language.
            Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => ("Pass", vec![]),
        }
    }

    /// What follows an `if`: a body, or a list of one `if`.
    fn clauses(&self, clauses: &[ast::ElifElseClause]) -> Field {
        let Some((first, rest)) = clauses.split_first() else { return Field::List(Vec::new()) };
        let Some(test) = &first.test else { return self.body(&first.body) };
        let end = clauses.last().map_or(first.range.end(), |c| c.range.end());
        let fields = vec![
            ("test", self.expr(test)),
            ("body", self.body(&first.body)),
            ("orelse", self.clauses(rest)),
        ];
        let range = TextRange::new(first.range.start(), end);
        Field::List(vec![self.node("If", range, fields)])
    }

    fn with_item(&self, i: &ast::WithItem) -> Field {
        let fields = vec![
            ("context_expr", self.expr(&i.context_expr)),
            ("optional_vars", self.maybe(i.optional_vars.as_deref())),
        ];
        placeless("withitem", fields)
    }

    fn handler(&self, h: &ast::ExceptHandler) -> Field {
        let ast::ExceptHandler::ExceptHandler(h) = h;
        let fields = vec![
            ("type", self.maybe(h.type_.as_deref())),
            ("name", maybe_name(h.name.as_ref())),
            ("body", self.body(&h.body)),
        ];
        self.node("ExceptHandler", h.range, fields)
    }

    fn alias(&self, a: &ast::Alias) -> Field {
        let fields = vec![("name", name(&a.name)), ("asname", maybe_name(a.asname.as_ref()))];
        self.node("alias", a.range, fields)
    }

    pub(super) fn keyword(&self, k: &ast::Keyword) -> Field {
        let fields = vec![("arg", maybe_name(k.arg.as_ref())), ("value", self.expr(&k.value))];
        self.node("keyword", k.range, fields)
    }

    pub(super) fn parameters(&self, p: Option<&ast::Parameters>) -> Field {
        let empty = ast::Parameters::default();
        let p = p.unwrap_or(&empty);
        let all =
            |list_: &[ast::ParameterWithDefault]| list(list_, |p| self.parameter(&p.parameter));
        let one = |p: Option<&ast::Parameter>| p.map_or(Field::None, |p| self.parameter(p));
        let positional = p.posonlyargs.iter().chain(&p.args);
        let defaults = positional.filter_map(|p| p.default.as_deref());
        let fields = vec![
            ("posonlyargs", all(&p.posonlyargs)),
            ("args", all(&p.args)),
            ("vararg", one(p.vararg.as_deref())),
            ("kwonlyargs", all(&p.kwonlyargs)),
            ("kw_defaults", list(&p.kwonlyargs, |p| self.maybe(p.default.as_deref()))),
            ("kwarg", one(p.kwarg.as_deref())),
            ("defaults", list(defaults, |e| self.expr(e))),
        ];
        placeless("arguments", fields)
    }

    fn parameter(&self, p: &ast::Parameter) -> Field {
        // The stars of `*args` do not belong to it.
        let range = TextRange::new(p.name.range.start(), p.range.end());
        let fields = vec![
            ("arg", name(&p.name)),
            ("annotation", self.maybe(p.annotation.as_deref())),
            ("type_comment", Field::None),
        ];
        self.node("arg", range, fields)
    }

    fn type_params(&self, p: Option<&ast::TypeParams>) -> Field {
        let params = p.map_or(&[][..], |p| &p.type_params);
        list(params, |p| {
            let default = |e: &Option<Box<Expr>>| ("default_value", self.maybe(e.as_deref()));
            let (class, fields) = match p {
                TypeParam::TypeVar(t) => {
                    let bound = ("bound", self.maybe(t.bound.as_deref()));
                    ("TypeVar", vec![("name", name(&t.name)), bound, default(&t.default)])
                }
                TypeParam::ParamSpec(t) => {
                    ("ParamSpec", vec![("name", name(&t.name)), default(&t.default)])
                }
                TypeParam::TypeVarTuple(t) => {
                    ("TypeVarTuple", vec![("name", name(&t.name)), default(&t.default)])
                }
            };
            self.node(class, p.range(), fields)
        })
    }
}
