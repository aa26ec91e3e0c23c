//! The walk that fills the scopes, and the errors CPython's symbol table finds on the way.

mod expr;

use std::rc::Rc;

use ruff_python_ast::{self as ast, Expr, ExprContext, Pattern, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange};

use super::{Block, Flags, Scope, ScopeId, SymbolTable, address, mangle, part};
use crate::Options;
use crate::error::{Result, Source};
use habu_bytecode::flags;

/// What is compiled.
pub(crate) enum Tree<'a> {
    /// Statements.
    Body(&'a [Stmt]),
    /// One expression.
    Expression(&'a Expr),
}

/// Builds the symbol table of a source text.
pub(crate) fn collect(
    source: &Source<'_>,
    tree: &Tree<'_>,
    options: &Options,
) -> Result<SymbolTable> {
    let mut table = SymbolTable::default();
    table.add(Scope::new(Block::Module, None, "<module>".into(), None));
    let mut collector = Collector {
        source,
        table,
        at: ScopeId::TOP,
        iterable_depth: 0,
        in_target: false,
        annotation: None,
        future_annotations: options.future & flags::FUTURE_ANNOTATIONS != 0,
        top_level_await: options.top_level_await,
        comprehension: None,
        function_depth: 0,
    };
    match tree {
        Tree::Body(body) => collector.body(body)?,
        Tree::Expression(e) => collector.expr(e)?,
    }
    collector.check_nonlocals()?;
    let mut table = collector.table;
    table.settle();
    Ok(table)
}

struct Collector<'s, 'a> {
    source: &'s Source<'a>,
    table: SymbolTable,
    at: ScopeId,
    /// Inside the iterable of a comprehension.
    iterable_depth: u32,
    /// Inside the target of a comprehension's `for`.
    in_target: bool,
    /// Inside an annotation or the like: what to call it in error messages.
    annotation: Option<&'static str>,
    future_annotations: bool,
    top_level_await: bool,
    /// The outermost comprehension that the walk is in, within its function.
    comprehension: Option<TextRange>,
    function_depth: u32,
}

type Done = Result<()>;

impl Collector<'_, '_> {
    fn scope(&mut self) -> &mut Scope {
        self.table.scope_mut(self.at)
    }

    fn error<T>(&self, msg: impl Into<String>, range: TextRange) -> Result<T> {
        Err(self.source.later_error(msg, range))
    }

    fn enter(&mut self, block: Block, name: &str, node: usize, part: u8) -> ScopeId {
        let outer = self.at;
        let private = self.table.scope(outer).private.clone();
        let id = self.table.add(Scope::new(block, Some(outer), name.into(), private));
        self.table.by_node.insert((node, part), id);
        self.at = id;
        outer
    }

    fn mangled(&self, name: &str) -> Rc<str> {
        match mangle(self.table.scope(self.at).private.as_deref(), name) {
            Some(name) => name.into(),
            None => name.into(),
        }
    }

    fn note(&mut self, name: &str, flags: u16, range: TextRange) {
        let name = self.mangled(name);
        self.scope().note(&name, flags, range);
    }

    /// A name is bound in the current scope.
    fn bind(&mut self, name: &str, range: TextRange) -> Done {
        if name == "__debug__" {
            return self.error("cannot assign to __debug__", range);
        }
        let mut flags = Flags::BOUND;
        if self.in_target {
            flags = Flags::ITERATED;
            let name = self.mangled(name);
            if let Some(symbol) = self.scope().symbol(&name)
                && symbol.flags.has(Flags::NONLOCAL | Flags::GLOBAL)
            {
                let msg = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{name}'"
                );
                return self.error(msg, range);
            }
        }
        self.note(name, flags, range);
        Ok(())
    }

    fn body(&mut self, body: &[Stmt]) -> Done {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn exprs<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>) -> Done {
        list.into_iter().try_for_each(|e| self.expr(e))
    }

    fn option(&mut self, e: Option<&Expr>) -> Done {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Done {
        match stmt {
            Stmt::FunctionDef(f) => self.function_def(f),
            Stmt::ClassDef(c) => self.class_def(c),
            Stmt::Return(s) => {
                if s.value.is_some() {
                    self.scope().returns_value = true;
                }
                self.option(s.value.as_deref())
            }
            Stmt::Delete(s) => self.exprs(&s.targets),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => {
                self.expr(&s.value)?;
                self.exprs(&s.targets)
            }
            Stmt::AugAssign(s) => {
                self.expr(&s.target)?;
                self.expr(&s.value)
            }
            Stmt::AnnAssign(s) => self.ann_assign(s),
            Stmt::For(s) => {
                if s.is_async {
                    self.async_statement("async for", s.range)?;
                }
                self.expr(&s.target)?;
                self.expr(&s.iter)?;
                self.body(&s.body)?;
                self.body(&s.orelse)
            }
            Stmt::While(s) => {
                self.expr(&s.test)?;
                self.body(&s.body)?;
                self.body(&s.orelse)
            }
            Stmt::If(s) => {
                self.expr(&s.test)?;
                self.body(&s.body)?;
                for clause in &s.elif_else_clauses {
                    self.option(clause.test.as_ref())?;
                    self.body(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(s) => {
                if s.is_async {
                    self.async_statement("async with", s.range)?;
                }
                for item in &s.items {
                    self.expr(&item.context_expr)?;
                    self.option(item.optional_vars.as_deref())?;
                }
                self.body(&s.body)
            }
            Stmt::Match(s) => {
                self.expr(&s.subject)?;
                for case in &s.cases {
                    self.pattern(&case.pattern)?;
                    self.option(case.guard.as_deref())?;
                    self.body(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(s) => {
                self.option(s.exc.as_deref())?;
                self.option(s.cause.as_deref())
            }
            Stmt::Try(s) => {
                self.body(&s.body)?;
                for handler in &s.handlers {
                    let ast::ExceptHandler::ExceptHandler(h) = handler;
                    self.option(h.type_.as_deref())?;
                    if let Some(name) = &h.name {
                        self.bind(name, name.range)?;
                        self.note(name, Flags::UNBOUND, name.range);
                    }
                    self.body(&h.body)?;
                }
                self.body(&s.orelse)?;
                self.body(&s.finalbody)
            }
            Stmt::Assert(s) => {
                self.expr(&s.test)?;
                self.option(s.msg.as_deref())
            }
            Stmt::Import(s) => {
                for alias in &s.names {
                    let name = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.split('.').next().unwrap_or(""),
                    };
                    self.bind(name, alias.range)?;
                }
                Ok(())
            }
            Stmt::ImportFrom(s) => {
                for alias in &s.names {
                    if &*alias.name == "*" {
                        if self.scope().block != Block::Module {
                            return self
                                .error("import * only allowed at module level", alias.range);
                        }
                        continue;
                    }
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name), alias.range)?;
                }
                Ok(())
            }
            Stmt::Global(s) => {
                s.names.iter().try_for_each(|n| self.declare(n, s.range, Flags::GLOBAL))
            }
            Stmt::Nonlocal(s) => {
                s.names.iter().try_for_each(|n| self.declare(n, s.range, Flags::NONLOCAL))
            }
            Stmt::Expr(s) => self.expr(&s.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {
                Ok(())
            }
        }
    }

    fn declare(&mut self, name: &str, range: TextRange, flag: u16) -> Done {
        let global = flag == Flags::GLOBAL;
        let word = if global { "global" } else { "nonlocal" };
        if !global && self.scope().block == Block::Module {
            return self.error("nonlocal declaration not allowed at module level", range);
        }
        let mangled = self.mangled(name);
        if let Some(symbol) = self.scope().symbol(&mangled) {
            let flags = symbol.flags;
            if flags.has(Flags::GLOBAL | Flags::NONLOCAL) && !flags.has(flag) {
                let first = symbol.place;
                return self.error(format!("name '{name}' is nonlocal and global"), first);
            }
            let msg = if flags.has(Flags::PARAM) {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if flags.has(flag) {
                None
            } else if flags.has(Flags::ANNOTATED) {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if flags.has(Flags::BOUND) {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else if flags.has(Flags::USED) {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else {
                None
            };
            if let Some(msg) = msg {
                return self.error(msg, range);
            }
        }
        self.scope().note(&mangled, flag, range).place = range;
        // A module's name declared global anywhere is one of the module's.
        if global {
            self.table.scope_mut(ScopeId::TOP).note(&mangled, Flags::GLOBAL, range);
        }
        Ok(())
    }

    fn check_nonlocals(&self) -> Done {
        for (i, scope) in self.table.scopes.iter().enumerate() {
            if scope.block == Block::Comprehension {
                continue;
            }
            for name in &scope.names {
                let Some(symbol) = scope.symbol(name) else { continue };
                if !symbol.flags.has(Flags::NONLOCAL) {
                    continue;
                }
                let id = ScopeId(i as u32);
                if self.table.is_type_param_outside(id, name) {
                    let msg = format!("nonlocal binding not allowed for type parameter '{name}'");
                    return self.error(msg, symbol.place);
                }
                if !self.table.is_bound_outside(id, name) {
                    return self
                        .error(format!("no binding for nonlocal '{name}' found"), symbol.place);
                }
            }
        }
        Ok(())
    }

    fn ann_assign(&mut self, s: &ast::StmtAnnAssign) -> Done {
        if let Expr::Name(name) = &*s.target {
            let mangled = self.mangled(&name.id);
            if let Some(symbol) = self.scope().symbol(&mangled) {
                let at_top = self.scope().block == Block::Module;
                if s.simple && symbol.flags.has(Flags::GLOBAL | Flags::NONLOCAL) && !at_top {
                    let word = if symbol.flags.has(Flags::GLOBAL) { "global" } else { "nonlocal" };
                    return self
                        .error(format!("annotated name '{}' can't be {word}", name.id), s.range);
                }
            }
            if s.simple || s.value.is_some() {
                let flags = if s.simple { Flags::ANNOTATED } else { 0 };
                self.bind(&name.id, name.range)?;
                self.note(&name.id, flags, name.range);
            }
        } else {
            self.expr(&s.target)?;
        }
        let holder = self.at;
        if matches!(self.scope().block, Block::Module | Block::Class) {
            let inner = match self.table.scope(holder).annotations {
                Some(inner) => inner,
                None => {
                    self.enter_annotations("__annotate__", address(s), part::ANNOTATIONS);
                    let inner = self.at;
                    self.table.scope_mut(holder).annotations = Some(inner);
                    inner
                }
            };
            self.at = inner;
            let done = self.annotation(&s.annotation, "an annotation");
            self.at = holder;
            done?;
        } else {
            // Never evaluated, but its names are looked at for errors.
            self.enter_annotations("__annotate__", address(s), part::ANNOTATIONS);
            let done = self.annotation(&s.annotation, "an annotation");
            self.at = holder;
            done?;
        }
        self.option(s.value.as_deref())
    }

    /// Enters the scope of an annotate function, type parameter bound or alias value.
    fn enter_annotations(&mut self, name: &str, node: usize, part: u8) -> ScopeId {
        let outer = self.enter(Block::Annotations, name, node, part);
        self.scope().note(".format", Flags::PARAM | Flags::USED, TextRange::default());
        self.see_class(outer);
        outer
    }

    /// In a class, names are looked up in its namespace first.
    fn see_class(&mut self, outer: ScopeId) {
        let class = match self.table.scope(outer).block {
            Block::Class => Some(outer),
            Block::TypeParams => self.table.scope(outer).sees_class,
            _ => None,
        };
        if class.is_some() {
            self.scope().sees_class = class;
            self.scope().note("__classdict__", Flags::USED, TextRange::default());
        }
    }

    fn annotation(&mut self, e: &Expr, what: &'static str) -> Done {
        if self.future_annotations {
            return Ok(());
        }
        let before = self.annotation.replace(what);
        let done = self.expr(e);
        self.annotation = before;
        done
    }

    fn parameters(&mut self, parameters: &ast::Parameters) -> Done {
        let positional =
            parameters.posonlyargs.iter().chain(&parameters.args).map(|p| &p.parameter);
        let keyword = parameters.kwonlyargs.iter().map(|p| &p.parameter);
        let rest = [&parameters.vararg, &parameters.kwarg].into_iter().flatten().map(|p| &**p);
        for p in positional.chain(keyword).chain(rest) {
            let name = self.mangled(&p.name);
            if &*name == "__debug__" {
                return self.error("cannot assign to __debug__", p.range);
            }
            if self.scope().symbol(&name).is_some_and(|s| s.flags.has(Flags::PARAM)) {
                let msg = format!("duplicate argument '{}' in function definition", p.name);
                return self.error(msg, TextRange::new(p.name.start(), p.end()));
            }
            self.scope().note(&name, Flags::PARAM, p.range);
        }
        Ok(())
    }

    fn defaults(&mut self, parameters: &ast::Parameters) -> Done {
        for p in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs)
        {
            self.option(p.default())?;
        }
        Ok(())
    }

    fn function_def(&mut self, f: &ast::StmtFunctionDef) -> Done {
        self.bind(&f.name, f.name.range)?;
        self.exprs(f.decorator_list.iter().map(|d| &d.expression))?;
        self.defaults(&f.parameters)?;
        let outside = self.at;
        if let Some(type_params) = &f.type_params {
            self.enter(Block::TypeParams, &f.name, address(f), part::TYPE_PARAMS);
            let p = &f.parameters;
            let positional = p.posonlyargs.iter().chain(&p.args);
            for (name, given) in [
                (".defaults", positional.into_iter().any(|p| p.default.is_some())),
                (".kwdefaults", p.kwonlyargs.iter().any(|p| p.default.is_some())),
            ] {
                if given {
                    self.scope().note(name, Flags::PARAM | Flags::USED, TextRange::default());
                }
            }
            self.see_class(outside);
            self.type_params(type_params)?;
        }
        let outer = self.enter_annotations("__annotate__", address(f), part::ANNOTATIONS);
        for p in f.parameters.iter_source_order() {
            if let Some(annotation) = p.annotation() {
                self.annotation(annotation, "an annotation")?;
            }
        }
        if let Some(returns) = &f.returns {
            self.annotation(returns, "an annotation")?;
        }
        self.at = outer;
        self.enter(Block::Function, &f.name, address(f), part::BODY);
        self.scope().coroutine = f.is_async;
        self.parameters(&f.parameters)?;
        let (depth, annotation) = (self.iterable_depth, self.annotation.take());
        self.iterable_depth = 0;
        self.function_depth += 1;
        self.body(&f.body)?;
        self.function_depth -= 1;
        self.iterable_depth = depth;
        self.annotation = annotation;
        self.static_attributes(f);
        self.at = outside;
        Ok(())
    }

    /// Notes the `self.NAME = ...` of a method for its class.
    fn static_attributes(&mut self, f: &ast::StmtFunctionDef) {
        let mut at = self.table.scope(self.at).parent;
        while let Some(id) = at {
            let scope = self.table.scope(id);
            match scope.block {
                Block::Class => break,
                Block::TypeParams => at = scope.parent,
                _ => return,
            }
        }
        let Some(class) = at else { return };
        let Some(first) = f.parameters.posonlyargs.iter().chain(&f.parameters.args).next() else {
            return;
        };
        let mut found = Vec::new();
        let mut visitor = SelfAttributes { name: first.parameter.name.as_str(), found: &mut found };
        for stmt in &f.body {
            ast::visitor::Visitor::visit_stmt(&mut visitor, stmt);
        }
        let scope = self.table.scope_mut(class);
        for name in found {
            if !scope.static_attributes.contains(&name) {
                scope.static_attributes.push(name);
            }
        }
    }

    fn class_def(&mut self, c: &ast::StmtClassDef) -> Done {
        self.bind(&c.name, c.name.range)?;
        self.exprs(c.decorator_list.iter().map(|d| &d.expression))?;
        let outside = self.at;
        if let Some(type_params) = &c.type_params {
            self.enter(Block::TypeParams, &c.name, address(c), part::TYPE_PARAMS);
            self.see_class(outside);
            self.scope().private = Some(c.name.as_str().into());
            self.scope().note(".type_params", Flags::BOUND | Flags::USED, TextRange::default());
            self.scope().note(".generic_base", Flags::BOUND | Flags::USED, TextRange::default());
            self.type_params(type_params)?;
        }
        if let Some(arguments) = &c.arguments {
            let before = self.annotation;
            if c.type_params.is_some() {
                self.annotation = Some("the definition of a generic");
            }
            self.exprs(&arguments.args)?;
            self.exprs(arguments.keywords.iter().map(|k| &k.value))?;
            self.annotation = before;
        }
        self.enter(Block::Class, &c.name, address(c), part::BODY);
        self.scope().private = Some(c.name.as_str().into());
        if c.type_params.is_some() {
            self.scope().note(".type_params", Flags::USED, TextRange::default());
        }
        let (depth, annotation) = (self.iterable_depth, self.annotation.take());
        self.iterable_depth = 0;
        self.body(&c.body)?;
        self.iterable_depth = depth;
        self.annotation = annotation;
        self.at = outside;
        Ok(())
    }

    fn type_params(&mut self, params: &ast::TypeParams) -> Done {
        for param in &params.type_params {
            let (name, bound, default) = match param {
                TypeParam::TypeVar(p) => (&p.name, p.bound.as_deref(), p.default.as_deref()),
                TypeParam::ParamSpec(p) => (&p.name, None, p.default.as_deref()),
                TypeParam::TypeVarTuple(p) => (&p.name, None, p.default.as_deref()),
            };
            let mangled = self.mangled(name);
            if name.as_str() == "__classdict__" {
                let msg = format!("reserved name '{name}' cannot be used for type parameter");
                return self.error(msg, param.range());
            }
            if name.as_str() == "__debug__" {
                return self.error("cannot assign to __debug__", param.range());
            }
            if self.scope().symbol(&mangled).is_some_and(|s| s.flags.has(Flags::TYPE_PARAM)) {
                return self.error(format!("duplicate type parameter '{name}'"), param.range());
            }
            self.scope().note(&mangled, Flags::TYPE_PARAM | Flags::BOUND, name.range);
            let constrained = bound.is_some_and(Expr::is_tuple_expr);
            let of_value = if constrained { "a TypeVar constraint" } else { "a TypeVar bound" };
            let of_default = match param {
                TypeParam::TypeVar(_) => "a TypeVar default",
                TypeParam::ParamSpec(_) => "a ParamSpec default",
                TypeParam::TypeVarTuple(_) => "a TypeVarTuple default",
            };
            for (value, part, what) in
                [(bound, part::VALUE, of_value), (default, part::DEFAULT, of_default)]
            {
                if let Some(value) = value {
                    let outer = self.enter_annotations(name, address(param), part);
                    let before = self.annotation.replace(what);
                    let done = self.expr(value);
                    self.annotation = before;
                    self.at = outer;
                    done?;
                }
            }
        }
        Ok(())
    }

    fn type_alias(&mut self, s: &ast::StmtTypeAlias) -> Done {
        self.expr(&s.name)?;
        let outside = self.at;
        let name = match &*s.name {
            Expr::Name(name) => name.id.as_str(),
            _ => "<unknown>",
        };
        if let Some(type_params) = &s.type_params {
            self.enter(Block::TypeParams, name, address(s), part::TYPE_PARAMS);
            self.see_class(outside);
            self.type_params(type_params)?;
        }
        self.enter_annotations(name, address(s), part::VALUE);
        let before = self.annotation.replace("a type alias");
        let done = self.expr(&s.value);
        self.annotation = before;
        self.at = outside;
        done
    }

    fn pattern(&mut self, pattern: &Pattern) -> Done {
        match pattern {
            Pattern::MatchValue(p) => self.expr(&p.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(p) => {
                self.exprs(&p.keys)?;
                p.patterns.iter().try_for_each(|p| self.pattern(p))?;
                p.rest.as_ref().map_or(Ok(()), |rest| self.bind(rest, rest.range))
            }
            Pattern::MatchClass(p) => {
                self.expr(&p.cls)?;
                p.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                p.arguments.keywords.iter().try_for_each(|k| self.pattern(&k.pattern))
            }
            Pattern::MatchStar(p) => {
                p.name.as_ref().map_or(Ok(()), |name| self.bind(name, name.range))
            }
            Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(inner)?;
                }
                p.name.as_ref().map_or(Ok(()), |name| self.bind(name, name.range))
            }
            Pattern::MatchOr(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }
}

/// Finds `self.NAME` targets.
struct SelfAttributes<'n> {
    name: &'n str,
    found: &'n mut Vec<Rc<str>>,
}

impl<'a> ast::visitor::Visitor<'a> for SelfAttributes<'_> {
    fn visit_expr(&mut self, e: &'a Expr) {
        if let Expr::Attribute(attribute) = e
            && let (Expr::Name(name), ExprContext::Store) = (&*attribute.value, attribute.ctx)
            && &*name.id == self.name
        {
            self.found.push(attribute.attr.as_str().into());
        }
        ast::visitor::walk_expr(self, e);
    }
}
