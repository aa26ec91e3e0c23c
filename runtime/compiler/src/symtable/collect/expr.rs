//! The walk through expressions: names, assignment expressions, comprehensions, and where `yield` and `await` may stand.

use ruff_python_ast::{self as ast, Expr, ExprContext};
use ruff_text_size::TextRange;

use super::{Block, Collector, Done, Flags, ScopeId, address, part};

impl Collector<'_, '_> {
    pub(super) fn expr(&mut self, e: &Expr) -> Done {
        match e {
            Expr::Name(name) => self.name(name),
            Expr::Named(named) => self.named(named),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters)?;
                }
                let outer = self.enter(Block::Function, "<lambda>", address(lambda), part::BODY);
                if let Some(parameters) = &lambda.parameters {
                    self.parameters(parameters)?;
                }
                let annotation = self.annotation.take();
                self.function_depth += 1;
                self.expr(&lambda.body)?;
                self.function_depth -= 1;
                self.annotation = annotation;
                self.at = outer;
                Ok(())
            }
            Expr::ListComp(c) => self.comprehension(
                address(c),
                Block::Comprehension,
                "<listcomp>",
                &c.generators,
                &[&c.elt],
                c.range,
            ),
            Expr::SetComp(c) => self.comprehension(
                address(c),
                Block::Comprehension,
                "<setcomp>",
                &c.generators,
                &[&c.elt],
                c.range,
            ),
            Expr::DictComp(c) => {
                let elts: Vec<&Expr> = c.key.as_deref().into_iter().chain([&*c.value]).collect();
                self.comprehension(
                    address(c),
                    Block::Comprehension,
                    "<dictcomp>",
                    &c.generators,
                    &elts,
                    c.range,
                )
            }
            Expr::Generator(c) => self.comprehension(
                address(c),
                Block::Generator,
                "<genexpr>",
                &c.generators,
                &[&c.elt],
                c.range,
            ),
            Expr::Yield(y) => {
                self.yields("yield", y.range)?;
                self.option(y.value.as_deref())
            }
            Expr::YieldFrom(y) => {
                self.yields("yield from", y.range)?;
                self.expr(&y.value)
            }
            Expr::Await(a) => {
                self.awaits(a.range)?;
                self.expr(&a.value)
            }
            _ => self.parts(e),
        }
    }

    /// Expressions that mean nothing to scopes but for their parts.
    fn parts(&mut self, e: &Expr) -> Done {
        match e {
            Expr::BoolOp(e) => self.exprs(&e.values),
            Expr::BinOp(e) => {
                self.expr(&e.left)?;
                self.expr(&e.right)
            }
            Expr::UnaryOp(e) => self.expr(&e.operand),
            Expr::If(e) => {
                self.expr(&e.test)?;
                self.expr(&e.body)?;
                self.expr(&e.orelse)
            }
            Expr::Dict(e) => {
                for item in &e.items {
                    self.option(item.key.as_ref())?;
                    self.expr(&item.value)?;
                }
                Ok(())
            }
            Expr::Set(e) => self.exprs(&e.elts),
            Expr::Compare(e) => {
                self.expr(&e.left)?;
                self.exprs(&e.comparators)
            }
            Expr::Call(e) => {
                if let Expr::Name(name) = &*e.func
                    && matches!(&*name.id, "locals" | "vars" | "dir" | "eval" | "exec")
                {
                    self.scope().introspects = true;
                }
                self.expr(&e.func)?;
                self.exprs(&e.arguments.args)?;
                self.exprs(e.arguments.keywords.iter().map(|k| &k.value))
            }
            Expr::FString(e) => e.value.elements().try_for_each(|el| self.element(el)),
            Expr::TString(e) => e.value.elements().try_for_each(|el| self.element(el)),
            Expr::Attribute(e) => {
                if &*e.attr == "_getframe" {
                    self.scope().introspects = true;
                }
                self.expr(&e.value)
            }
            Expr::Subscript(e) => {
                self.expr(&e.value)?;
                self.expr(&e.slice)
            }
            Expr::Starred(e) => self.expr(&e.value),
            Expr::List(e) => self.exprs(&e.elts),
            Expr::Tuple(e) => self.exprs(&e.elts),
            Expr::Slice(e) => {
                self.option(e.lower.as_deref())?;
                self.option(e.upper.as_deref())?;
                self.option(e.step.as_deref())
            }
            _ => Ok(()),
        }
    }

    fn element(&mut self, element: &ast::InterpolatedStringElement) -> Done {
        if let ast::InterpolatedStringElement::Interpolation(i) = element {
            self.expr(&i.expression)?;
            if let Some(spec) = &i.format_spec {
                spec.elements.iter().try_for_each(|el| self.element(el))?;
            }
        }
        Ok(())
    }

    fn name(&mut self, name: &ast::ExprName) -> Done {
        match name.ctx {
            ExprContext::Store => self.bind(&name.id, name.range),
            ExprContext::Del => {
                if &*name.id == "__debug__" {
                    return self.error("cannot delete __debug__", name.range);
                }
                self.note(&name.id, Flags::BOUND | Flags::UNBOUND, name.range);
                Ok(())
            }
            ExprContext::Load | ExprContext::Invalid => {
                self.note(&name.id, Flags::USED, name.range);
                // `super` needs the class it is used in.
                let function = matches!(
                    self.scope().block,
                    Block::Function | Block::Generator | Block::Comprehension | Block::Annotations
                );
                if &*name.id == "super" && function {
                    self.note("__class__", Flags::USED, name.range);
                }
                Ok(())
            }
        }
    }

    fn named(&mut self, named: &ast::ExprNamed) -> Done {
        let Expr::Name(target) = &*named.target else { return self.expr(&named.value) };
        if let Some(what) = self.annotation {
            return self
                .error(format!("named expression cannot be used within {what}"), named.range);
        }
        if self.iterable_depth > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return self.error(msg, named.range);
        }
        let name = self.mangled(&target.id);
        if &*name == "__debug__" {
            return self.error("cannot assign to __debug__", target.range);
        }
        // PEP 572: inside comprehensions the target belongs to the nearest enclosing function or module.
        let mut at = self.at;
        let mut inner = Vec::new();
        while matches!(self.table.scope(at).block, Block::Comprehension | Block::Generator) {
            if self.table.scope(at).symbol(&name).is_some_and(|s| s.flags.has(Flags::ITERATED)) {
                let msg = format!(
                    "assignment expression cannot rebind comprehension iteration variable '{}'",
                    target.id
                );
                return self.error(msg, target.range);
            }
            inner.push(at);
            match self.table.scope(at).parent {
                Some(outer) => at = outer,
                None => break,
            }
        }
        if !inner.is_empty() {
            match self.table.scope(at).block {
                Block::Class => {
                    let msg = "assignment expression within a comprehension cannot be used in a class body";
                    return self.error(msg, target.range);
                }
                Block::Annotations | Block::TypeParams => {
                    let msg = "assignment expression within a comprehension cannot be used within an annotation";
                    return self.error(msg, target.range);
                }
                _ => {}
            }
        }
        let host = self.table.scope_mut(at);
        let global = host.block == Block::Module
            || host.symbol(&name).is_some_and(|s| s.flags.has(Flags::GLOBAL));
        host.note(&name, Flags::BOUND, target.range);
        host.walrus = true;
        for id in inner {
            let flag = if global { Flags::GLOBAL } else { Flags::NONLOCAL };
            let scope = self.table.scope_mut(id);
            scope.note(&name, flag, target.range);
            scope.walrus = true;
        }
        self.expr(&named.value)
    }

    fn comprehension(
        &mut self,
        node: usize,
        block: Block,
        name: &str,
        generators: &[ast::Comprehension],
        elts: &[&Expr],
        range: TextRange,
    ) -> Done {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        // The first iterable is evaluated outside.
        self.iterable(&first.iter)?;
        let within = self.comprehension;
        self.comprehension = match block {
            Block::Comprehension => within.or(Some(range)),
            _ => None,
        };
        let outer = self.enter(block, name, node, part::BODY);
        self.see_class_through(outer);
        if block == Block::Generator {
            self.scope().note(".0", Flags::PARAM | Flags::USED, TextRange::default());
            self.scope().generator = true;
        }
        if first.is_async {
            self.async_comprehension(range)?;
        }
        self.target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.iterable(&generator.iter)?;
            if generator.is_async {
                self.async_comprehension(range)?;
            }
            self.target(&generator.target)?;
            self.exprs(&generator.ifs)?;
        }
        self.exprs(elts.iter().copied())?;
        self.at = outer;
        self.comprehension = within;
        Ok(())
    }

    /// Comprehensions inside annotation scopes of a class see the class as those do.
    fn see_class_through(&mut self, outer: ScopeId) {
        let class = self.table.scope(outer).sees_class;
        if class.is_some() {
            self.scope().sees_class = class;
            self.scope().note("__classdict__", Flags::USED, TextRange::default());
        }
    }

    fn iterable(&mut self, e: &Expr) -> Done {
        self.iterable_depth += 1;
        let done = self.expr(e);
        self.iterable_depth -= 1;
        done
    }

    fn target(&mut self, e: &Expr) -> Done {
        let before = std::mem::replace(&mut self.in_target, true);
        let done = self.expr(e);
        self.in_target = before;
        done
    }

    fn yields(&mut self, word: &str, range: TextRange) -> Done {
        if let Some(what) = self.annotation {
            return self.error(format!("yield expression cannot be used within {what}"), range);
        }
        let scope = self.scope();
        match scope.block {
            Block::Function => {
                scope.generator = true;
                if scope.coroutine && word == "yield from" {
                    return self.error("'yield from' inside async function", range);
                }
                Ok(())
            }
            Block::Comprehension | Block::Generator => {
                let what = match &*scope.name {
                    "<listcomp>" => "list comprehension",
                    "<setcomp>" => "set comprehension",
                    "<dictcomp>" => "dict comprehension",
                    _ => "generator expression",
                };
                self.error(format!("'yield' inside {what}"), range)
            }
            _ => self.error(format!("'{word}' outside function"), range),
        }
    }

    fn awaits(&mut self, range: TextRange) -> Done {
        if let Some(what) = self.annotation
            && self.comprehension.is_none()
        {
            return self.error(format!("await expression cannot be used within {what}"), range);
        }
        let mut at = self.at;
        loop {
            let scope = self.table.scope_mut(at);
            match scope.block {
                Block::Generator => {
                    scope.coroutine = true;
                    return Ok(());
                }
                Block::Comprehension => match scope.parent {
                    Some(parent) => at = parent,
                    None => break,
                },
                Block::Function if scope.coroutine => return Ok(()),
                Block::Function if self.comprehension.is_some() => break,
                Block::Function => return self.error("'await' outside async function", range),
                Block::Module if self.top_level_await => {
                    scope.coroutine = true;
                    return Ok(());
                }
                _ => break,
            }
        }
        if let Some(range) = self.comprehension {
            return self.asynchronous(range);
        }
        self.error("'await' outside function", range)
    }

    /// A statement that only coroutines may have.
    pub(super) fn async_statement(&mut self, word: &str, range: TextRange) -> Done {
        let top_level = self.top_level_await && self.scope().block == Block::Module;
        let scope = self.scope();
        scope.coroutine |= top_level;
        match top_level || (scope.block == Block::Function && scope.coroutine) {
            true => Ok(()),
            false => self.error(format!("'{word}' outside async function"), range),
        }
    }

    fn async_comprehension(&mut self, range: TextRange) -> Done {
        let mut at = self.at;
        if self.scope().block == Block::Generator {
            self.scope().coroutine = true;
            return Ok(());
        }
        loop {
            let scope = self.table.scope(at);
            match scope.block {
                Block::Comprehension => match scope.parent {
                    Some(parent) => at = parent,
                    None => break,
                },
                Block::Function if scope.coroutine => return Ok(()),
                Block::Module if self.top_level_await => {
                    self.table.scope_mut(at).coroutine = true;
                    return Ok(());
                }
                Block::Generator => {
                    self.table.scope_mut(at).coroutine = true;
                    return Ok(());
                }
                _ => break,
            }
        }
        self.asynchronous(self.comprehension.unwrap_or(range))
    }

    fn asynchronous(&self, range: TextRange) -> Done {
        self.error("asynchronous comprehension outside of an asynchronous function", range)
    }
}
