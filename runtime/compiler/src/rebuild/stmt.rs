//! Statements, parameters, handlers, imports.

use super::{Maker, Malformed, Open, Result, as_node, fields, get, int, list, name, node, text};
use crate::tree::{Field, Node};
use ruff_python_ast::{self as ast, AtomicNodeIndex, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

impl Maker {
    pub(super) fn body(&self, n: &Node, field: &str) -> Result<ast::Suite> {
        list(n, field)?.map(|s| self.stmt(s?)).collect()
    }

    fn stmt(&self, n: &Node) -> Result<Stmt> {
        stacker::maybe_grow(64 << 10, 1 << 20, || match &*n.class {
            "FunctionDef" | "AsyncFunctionDef" => self.function(n),
            "ClassDef" => self.class(n),
            "If" => self.if_(n),
            _ => self.simple_or_block(n),
        })
    }

    fn decorators<C: FromIterator<ast::Decorator>>(&self, n: &Node) -> Result<C> {
        let one = |e: &Node| {
            let expression = self.expr(e)?;
            Ok(ast::Decorator {
                range: expression.range(),
                node_index: AtomicNodeIndex::NONE,
                expression,
            })
        };
        list(n, "decorator_list")?.map(|e| one(e?)).collect()
    }

    fn function(&self, n: &Node) -> Result<Stmt> {
        let decorator_list = self.decorators(n)?;
        let open = self.open(n);
        let name = self.identifier(name(n, "name")?, open.start);
        let type_params = self.type_params(n)?;
        let parameters = Box::new(self.parameters(node(n, "args")?)?);
        let returns = self.maybe(n, "returns")?;
        let body = self.body(n, "body")?;
        Ok(Stmt::FunctionDef(ast::StmtFunctionDef {
            node_index: AtomicNodeIndex::NONE,
            range: self.close(open),
            is_async: n.class == "AsyncFunctionDef",
            decorator_list,
            name,
            type_params,
            parameters,
            returns,
            body,
        }))
    }

    fn class(&self, n: &Node) -> Result<Stmt> {
        let decorator_list = self.decorators(n)?;
        let open = self.open(n);
        let name = self.identifier(name(n, "name")?, open.start);
        let type_params = self.type_params(n)?;
        let bases: Vec<Expr> = self.exprs(n, "bases")?;
        let keywords: Vec<ast::Keyword> =
            list(n, "keywords")?.map(|k| self.keyword(k?)).collect::<Result<_>>()?;
        let first = bases.first().map(Ranged::start).or(keywords.first().map(Ranged::start));
        let last = keywords.last().map(Ranged::end).or(bases.last().map(Ranged::end));
        let arguments = first.zip(last).map(|(first, last)| {
            Box::new(ast::Arguments {
                range: TextRange::new(first, last),
                node_index: AtomicNodeIndex::NONE,
                args: bases.into(),
                keywords: keywords.into(),
            })
        });
        let body = self.body(n, "body")?;
        Ok(Stmt::ClassDef(ast::StmtClassDef {
            node_index: AtomicNodeIndex::NONE,
            range: self.close(open),
            decorator_list,
            name,
            type_params,
            arguments,
            body,
        }))
    }

    /// An `if` with its `elif`s, which are nested in the nodes and stand side by side in the parser's tree.
    fn if_(&self, n: &Node) -> Result<Stmt> {
        let open = self.open(n);
        let test = self.boxed(n, "test")?;
        let body = self.body(n, "body")?;
        let mut clauses = Vec::new();
        let mut rest = n;
        loop {
            match fields(rest, "orelse")? {
                [] => break,
                [Field::Node(inner)] if inner.class == "If" => {
                    let open = self.open(inner);
                    let test = Some(self.expr(node(inner, "test")?)?);
                    let body = self.body(inner, "body")?;
                    let range = self.close(open);
                    clauses.push(ast::ElifElseClause {
                        range,
                        node_index: AtomicNodeIndex::NONE,
                        test,
                        body,
                    });
                    rest = inner;
                }
                _ => {
                    let body = self.body(rest, "orelse")?;
                    let start = body.first().map_or(open.start, Ranged::start);
                    let end = body.last().map_or(start, Ranged::end);
                    let range = TextRange::new(start, end);
                    clauses.push(ast::ElifElseClause {
                        range,
                        node_index: AtomicNodeIndex::NONE,
                        test: None,
                        body,
                    });
                    break;
                }
            }
        }
        let range = self.close(open);
        let elif_else_clauses = clauses;
        Ok(Stmt::If(ast::StmtIf {
            node_index: AtomicNodeIndex::NONE,
            range,
            test,
            body,
            elif_else_clauses,
        }))
    }

    fn simple_or_block(&self, n: &Node) -> Result<Stmt> {
        let open = self.open(n);
        let node_index = AtomicNodeIndex::NONE;
        Ok(match &*n.class {
            "Return" => {
                let value = self.maybe(n, "value")?;
                Stmt::Return(ast::StmtReturn { node_index, range: self.close(open), value })
            }
            "Delete" => {
                let targets = self.exprs(n, "targets")?;
                Stmt::Delete(ast::StmtDelete { node_index, range: self.close(open), targets })
            }
            "TypeAlias" => {
                let name = self.boxed(n, "name")?;
                let type_params = self.type_params(n)?;
                let value = self.boxed(n, "value")?;
                let range = self.close(open);
                Stmt::TypeAlias(ast::StmtTypeAlias { node_index, range, name, type_params, value })
            }
            "Assign" => {
                let targets = self.exprs(n, "targets")?;
                let value = self.boxed(n, "value")?;
                Stmt::Assign(ast::StmtAssign {
                    node_index,
                    range: self.close(open),
                    targets,
                    value,
                })
            }
            "AugAssign" => {
                let target = self.boxed(n, "target")?;
                let op = super::expr::operator(node(n, "op")?)?;
                let value = self.boxed(n, "value")?;
                let range = self.close(open);
                Stmt::AugAssign(ast::StmtAugAssign { node_index, range, target, op, value })
            }
            "AnnAssign" => {
                let target = self.boxed(n, "target")?;
                let annotation = self.boxed(n, "annotation")?;
                let value = self.maybe(n, "value")?;
                let simple = int(n, "simple")? != 0;
                let range = self.close(open);
                Stmt::AnnAssign(ast::StmtAnnAssign {
                    node_index,
                    range,
                    target,
                    annotation,
                    value,
                    simple,
                })
            }
            "For" | "AsyncFor" => {
                let (target, iter) = (self.boxed(n, "target")?, self.boxed(n, "iter")?);
                let (body, orelse) = (self.body(n, "body")?, self.body(n, "orelse")?);
                let is_async = n.class == "AsyncFor";
                let range = self.close(open);
                Stmt::For(ast::StmtFor { node_index, range, is_async, target, iter, body, orelse })
            }
            "While" => {
                let test = self.boxed(n, "test")?;
                let (body, orelse) = (self.body(n, "body")?, self.body(n, "orelse")?);
                let range = self.close(open);
                Stmt::While(ast::StmtWhile { node_index, range, test, body, orelse })
            }
            "With" | "AsyncWith" => {
                let items = list(n, "items")?.map(|i| self.with_item(i?)).collect::<Result<_>>()?;
                let body = self.body(n, "body")?;
                let is_async = n.class == "AsyncWith";
                let range = self.close(open);
                Stmt::With(ast::StmtWith { node_index, range, is_async, items, body })
            }
            "Match" => {
                let subject = self.boxed(n, "subject")?;
                let cases = list(n, "cases")?.map(|c| self.case(c?)).collect::<Result<_>>()?;
                let range = self.close(open);
                Stmt::Match(ast::StmtMatch { node_index, range, subject, cases })
            }
            "Raise" => {
                let (exc, cause) = (self.maybe(n, "exc")?, self.maybe(n, "cause")?);
                Stmt::Raise(ast::StmtRaise { node_index, range: self.close(open), exc, cause })
            }
            "Try" | "TryStar" => self.try_(n, open)?,
            "Assert" => {
                let (test, msg) = (self.boxed(n, "test")?, self.maybe(n, "msg")?);
                Stmt::Assert(ast::StmtAssert { node_index, range: self.close(open), test, msg })
            }
            "Import" => {
                let names = self.aliases(n)?;
                let range = self.close(open);
                Stmt::Import(ast::StmtImport { node_index, range, names, is_lazy: false })
            }
            "ImportFrom" => {
                let module = self.maybe_identifier(n, "module", open.start)?;
                let names = self.aliases(n)?;
                let level = u32::try_from(int(n, "level")?).map_err(|_| Malformed)?;
                let range = self.close(open);
                let is_lazy = false;
                Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module,
                    names,
                    level,
                    is_lazy,
                })
            }
            "Global" => {
                let names = self.names(n, &open)?;
                Stmt::Global(ast::StmtGlobal { node_index, range: self.close(open), names })
            }
            "Nonlocal" => {
                let names = self.names(n, &open)?;
                Stmt::Nonlocal(ast::StmtNonlocal { node_index, range: self.close(open), names })
            }
            "Expr" => {
                let value = self.boxed(n, "value")?;
                Stmt::Expr(ast::StmtExpr { node_index, range: self.close(open), value })
            }
            "Pass" => Stmt::Pass(ast::StmtPass { node_index, range: self.close(open) }),
            "Break" => Stmt::Break(ast::StmtBreak { node_index, range: self.close(open) }),
            "Continue" => Stmt::Continue(ast::StmtContinue { node_index, range: self.close(open) }),
            _ => return Err(Malformed),
        })
    }

    fn names(&self, n: &Node, open: &Open) -> Result<Vec<ast::Identifier>> {
        fields(n, "names")?.iter().map(|f| Ok(self.identifier(text(f)?, open.start))).collect()
    }

    fn aliases(&self, n: &Node) -> Result<Vec<ast::Alias>> {
        let one = |n: &Node| {
            let open = self.open(n);
            let name = self.identifier(name(n, "name")?, open.start);
            let asname = self.maybe_identifier(n, "asname", open.start)?;
            Ok(ast::Alias {
                range: self.close(open),
                node_index: AtomicNodeIndex::NONE,
                name,
                asname,
            })
        };
        list(n, "names")?.map(|a| one(a?)).collect()
    }

    fn with_item(&self, n: &Node) -> Result<ast::WithItem> {
        let context_expr = self.expr(node(n, "context_expr")?)?;
        let optional_vars = self.maybe(n, "optional_vars")?;
        let end = optional_vars.as_deref().unwrap_or(&context_expr).end();
        let range = TextRange::new(context_expr.start(), end);
        Ok(ast::WithItem { range, node_index: AtomicNodeIndex::NONE, context_expr, optional_vars })
    }

    fn try_(&self, n: &Node, open: Open) -> Result<Stmt> {
        let body = self.body(n, "body")?;
        let handler = |n: &Node| {
            let open = self.open(n);
            let type_ = self.maybe(n, "type")?;
            let name = self.maybe_identifier(n, "name", open.start)?;
            let body = self.body(n, "body")?;
            let range = self.close(open);
            let handler = ast::ExceptHandlerExceptHandler {
                range,
                node_index: AtomicNodeIndex::NONE,
                type_,
                name,
                body,
            };
            Ok(ast::ExceptHandler::ExceptHandler(handler))
        };
        let handlers = list(n, "handlers")?.map(|h| handler(h?)).collect::<Result<_>>()?;
        let orelse = self.body(n, "orelse")?;
        let finalbody = self.body(n, "finalbody")?;
        Ok(Stmt::Try(ast::StmtTry {
            node_index: AtomicNodeIndex::NONE,
            range: self.close(open),
            body,
            handlers,
            orelse,
            finalbody,
            is_star: n.class == "TryStar",
        }))
    }

    pub(super) fn parameters(&self, n: &Node) -> Result<ast::Parameters> {
        let start = self.place(1, 0);
        let defaults = fields(n, "defaults")?;
        let posonly = fields(n, "posonlyargs")?;
        let plain = fields(n, "args")?;
        let without = (posonly.len() + plain.len()).checked_sub(defaults.len()).ok_or(Malformed)?;
        let default = |i: usize| match i.checked_sub(without).map(|i| &defaults[i]) {
            Some(Field::Node(e)) => Ok(Some(&**e)),
            None => Ok(None),
            _ => Err(Malformed),
        };
        let mut posonlyargs = Vec::new();
        for (i, p) in posonly.iter().enumerate() {
            posonlyargs.push(self.with_default(as_node(p)?, default(i)?)?);
        }
        let mut args = Vec::new();
        for (i, p) in plain.iter().enumerate() {
            args.push(self.with_default(as_node(p)?, default(posonly.len() + i)?)?);
        }
        let vararg = self.maybe_parameter(n, "vararg")?;
        let mut kwonlyargs = Vec::new();
        for (p, default) in fields(n, "kwonlyargs")?.iter().zip(fields(n, "kw_defaults")?) {
            let default = match default {
                Field::Node(e) => Some(&**e),
                _ => None,
            };
            kwonlyargs.push(self.with_default(as_node(p)?, default)?);
        }
        let kwarg = self.maybe_parameter(n, "kwarg")?;
        Ok(ast::Parameters {
            range: TextRange::new(start, self.place(1, 0)),
            node_index: AtomicNodeIndex::NONE,
            posonlyargs: posonlyargs.into(),
            args: args.into(),
            vararg,
            kwonlyargs: kwonlyargs.into(),
            kwarg,
        })
    }

    fn with_default(&self, n: &Node, default: Option<&Node>) -> Result<ast::ParameterWithDefault> {
        let parameter = self.parameter(n)?;
        let default = default.map(|e| self.expr(e).map(Box::new)).transpose()?;
        let end = default.as_deref().map_or(parameter.range.end(), Ranged::end);
        let range = TextRange::new(parameter.range.start(), end);
        Ok(ast::ParameterWithDefault {
            range,
            node_index: AtomicNodeIndex::NONE,
            parameter,
            default,
        })
    }

    fn maybe_parameter(&self, n: &Node, field: &str) -> Result<Option<Box<ast::Parameter>>> {
        match get(n, field)? {
            Field::Node(p) => Ok(Some(Box::new(self.parameter(p)?))),
            _ => Ok(None),
        }
    }

    fn parameter(&self, n: &Node) -> Result<ast::Parameter> {
        let open = self.open(n);
        let name = self.identifier(name(n, "arg")?, open.start);
        let annotation = self.maybe(n, "annotation")?;
        Ok(ast::Parameter {
            range: self.close(open),
            node_index: AtomicNodeIndex::NONE,
            name,
            annotation,
        })
    }
}
