//! Calls: windows, method calls, keywords, starred arguments, zero-argument `super`.
//!
//! ```text
//! R[A]    callee, then result       R[A+3]  first argument (plain) or self (method form)
//! R[A+1]  link                      R[A+4]  second argument       or first argument
//! R[A+2]  link
//! ```

use habu_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, Expr, Keyword};
use ruff_text_size::{Ranged, TextRange};

use super::expr::MAX_DISPLAY;
use super::{Lowering, UnitKind};
use crate::error::Result;
use crate::regs::Reg;
use crate::symtable::Kind;

/// Words between a callee and its first argument.
pub(super) const LINK: u8 = 3;

impl<'a> Lowering<'a> {
    /// The base of a call window: `dest` where that is the topmost temporary, else a new one.
    pub(super) fn window(&mut self, dest: Option<Reg>) -> Result<Reg> {
        match dest {
            Some(reg) if self.u.regs.is_top(reg) => Ok(reg),
            _ => self.alloc(1),
        }
    }

    /// Takes the two link words above the window's base.
    pub(super) fn links(&mut self) -> Result<()> {
        self.alloc(LINK as usize - 1).map(|_| ())
    }

    /// A call.
    pub(super) fn call(&mut self, c: &'a ast::ExprCall, dest: Option<Reg>) -> Result<Reg> {
        let range = c.range();
        check_keywords(self, &c.arguments)?;
        let base = self.window(dest)?;
        if self.is_zero_super(c) {
            self.zero_super(c, base)?;
        } else if let (Expr::Attribute(a), true) = (&*c.func, is_plain(&c.arguments)) {
            self.method_call(c, a, base)?;
        } else {
            self.expr(&c.func, Some(base))?;
            self.arguments(base, &c.arguments, range)?;
        }
        self.u.regs.release_above(base);
        Ok(self.deliver(base, dest, range))
    }

    fn method_call(
        &mut self,
        c: &'a ast::ExprCall,
        a: &'a ast::ExprAttribute,
        base: Reg,
    ) -> Result<()> {
        // The traceback of a failing attribute lookup points at the attribute, the call's at the whole.
        let object = match &*a.value {
            Expr::Name(_) => {
                let mark = self.mark();
                let reg = self.expr(&a.value, None)?;
                self.release(mark);
                reg
            }
            value => self.expr(value, Some(base))?,
        };
        self.links()?;
        self.alloc(1)?;
        let place = self.attribute_range(a);
        self.op_name(Op::LoadMethod, [base, object, 0], &a.attr, place);
        for e in &c.arguments.args {
            self.push(e)?;
        }
        let names = self.push_keywords(&c.arguments.keywords)?;
        let count = (c.arguments.args.len() + names.len()) as u8;
        let range = TextRange::new(place.start(), c.end());
        if names.is_empty() {
            self.op(Op::CallMethod, base, count, 0, range);
        } else {
            let index = self.u.pool.constant(Const::Tuple(names.into()));
            self.op_words(Op::CallKw, [base, count, 1], [index, 0], range);
        }
        Ok(())
    }

    fn push_keywords(&mut self, keywords: &'a [Keyword]) -> Result<Vec<Const>> {
        let mut names = Vec::new();
        for keyword in keywords {
            self.push(&keyword.value)?;
            if let Some(name) = &keyword.arg {
                names.push(Const::Str((&*self.mangled(name)).into()));
            }
        }
        Ok(names)
    }

    /// The arguments of a call whose callee is in R[base], and the call. Nothing but the base is taken above it.
    pub(super) fn arguments(
        &mut self,
        base: Reg,
        arguments: &'a ast::Arguments,
        range: TextRange,
    ) -> Result<()> {
        self.links()?;
        self.arguments_after(base, 0, &arguments.args, &arguments.keywords, range)
    }

    /// As `arguments`, with `given` arguments in place already.
    pub(super) fn arguments_after(
        &mut self,
        base: Reg,
        given: u8,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        range: TextRange,
    ) -> Result<()> {
        self.arguments_and(base, given, args, None, keywords, range)
    }

    /// As `arguments_after`, with the register of one more positional argument.
    pub(super) fn arguments_and(
        &mut self,
        base: Reg,
        given: u8,
        args: &'a [Expr],
        last: Option<Reg>,
        keywords: &'a [Keyword],
        range: TextRange,
    ) -> Result<()> {
        let many = given as usize + args.len() + keywords.len() > MAX_DISPLAY;
        let starred =
            args.iter().any(Expr::is_starred_expr) || keywords.iter().any(|k| k.arg.is_none());
        if many || starred {
            return self.call_ex(base, given, args, last, keywords, range);
        }
        for e in args {
            self.push(e)?;
        }
        if let Some(last) = last {
            let reg = self.alloc(1)?;
            self.op(Op::Move, reg, last, 0, range);
        }
        let names = self.push_keywords(keywords)?;
        let count = given + (args.len() + usize::from(last.is_some()) + names.len()) as u8;
        if names.is_empty() {
            self.op(Op::Call, base, count, 0, range);
        } else {
            let index = self.u.pool.constant(Const::Tuple(names.into()));
            self.op_words(Op::CallKw, [base, count, 0], [index, 0], range);
        }
        Ok(())
    }

    /// `f(a, *b, c=d, **e)`: an iterable and a dict.
    fn call_ex(
        &mut self,
        base: Reg,
        given: u8,
        args: &'a [Expr],
        last: Option<Reg>,
        keywords: &'a [Keyword],
        range: TextRange,
    ) -> Result<()> {
        let list = base + LINK;
        if given == 0 {
            self.alloc(1)?;
        }
        match args {
            // The call itself takes an only iterable apart.
            [Expr::Starred(s)] if given == 0 && last.is_none() => {
                self.expr(&s.value, Some(list))?;
            }
            args => self.argument_list(list, given, args, last, range)?,
        }
        let dict = self.alloc(1)?;
        if keywords.is_empty() {
            self.op(Op::Unbind, dict, 0, 0, range);
        } else {
            self.op(Op::BuildDict, dict, dict, 0, range);
            self.keyword_dict(base, dict, keywords, range)?;
        }
        self.op(Op::CallEx, base, 0, 0, range);
        Ok(())
    }

    /// The positional arguments as a tuple in R[list], `given` of which are there already.
    fn argument_list(
        &mut self,
        list: Reg,
        given: u8,
        args: &'a [Expr],
        last: Option<Reg>,
        range: TextRange,
    ) -> Result<()> {
        self.op(Op::BuildList, list, list, given, range);
        self.u.regs.release_above(list);
        let mark = self.mark();
        for e in args {
            match e {
                Expr::Starred(s) => {
                    let item = self.expr(&s.value, None)?;
                    self.op(Op::ListExtend, list, item, 1, range);
                }
                e => {
                    let item = self.expr(e, None)?;
                    self.op(Op::ListAppend, list, item, 0, range);
                }
            }
            self.release(mark);
        }
        if let Some(last) = last {
            self.op(Op::ListAppend, list, last, 0, range);
        }
        self.op(Op::ListToTuple, list, list, 0, range);
        Ok(())
    }

    fn keyword_dict(
        &mut self,
        base: Reg,
        dict: Reg,
        keywords: &'a [Keyword],
        range: TextRange,
    ) -> Result<()> {
        let mark = self.mark();
        let mut merged = false;
        for keyword in keywords {
            match &keyword.arg {
                Some(name) => {
                    // After `**mapping` a name must be checked against it.
                    let into = if merged { self.alloc(1)? } else { dict };
                    if merged {
                        self.op(Op::BuildDict, into, into, 0, range);
                    }
                    let name = self.mangled(name);
                    let key = self.str_reg(&name, None, keyword.range)?;
                    let value = self.expr(&keyword.value, None)?;
                    self.op(Op::DictSet, into, key, value, keyword.range);
                    if merged {
                        self.op(Op::DictMerge, dict, into, base, range);
                    }
                }
                None => {
                    let value = self.expr(&keyword.value, None)?;
                    self.op(Op::DictMerge, dict, value, base, range);
                    merged = true;
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    /// `super()` in a method: the class's cell is at hand and there is a first parameter.
    fn is_zero_super(&self, c: &ast::ExprCall) -> bool {
        let Expr::Name(name) = &*c.func else { return false };
        if &*name.id != "super" || !c.arguments.is_empty() || self.u.kind != UnitKind::Function {
            return false;
        }
        let scope = self.table.scope(self.u.scope);
        let global = scope.symbol("super").is_none_or(|s| s.kind == Kind::Global);
        // A deleted first parameter is left to the function `super` to complain about.
        let first = self.u.varnames.first().and_then(|n| self.u.vars.get(n));
        let bound = first.is_some_and(|v| v.cell || self.u.asm.bound.contains(v.slot));
        global && bound && self.u.code.argcount > 0 && self.cell_of("__class__").is_some()
    }

    fn zero_super(&mut self, c: &'a ast::ExprCall, base: Reg) -> Result<()> {
        let range = c.range();
        self.expr(&c.func, Some(base))?;
        let Some(class) = self.cell_of("__class__") else { return Ok(()) };
        let mark = self.mark();
        let first = self.u.varnames.first().cloned().unwrap_or_default();
        let captured = self.u.vars.get(&first).is_some_and(|v| v.cell);
        let object = match captured {
            true => self.load_name(&first, None, range)?,
            false => 0,
        };
        self.op(Op::LoadSuper, base, class, object, range);
        self.release(mark);
        Ok(())
    }
}

/// Whether arguments can be laid out in the window: no stars, not too many.
fn is_plain(arguments: &ast::Arguments) -> bool {
    arguments.len() <= MAX_DISPLAY
        && !arguments.args.iter().any(Expr::is_starred_expr)
        && arguments.keywords.iter().all(|k| k.arg.is_some())
}

/// `f(a=1, a=2)` is an error.
pub(super) fn check_keywords(l: &Lowering<'_>, arguments: &ast::Arguments) -> Result<()> {
    for (i, keyword) in arguments.keywords.iter().enumerate() {
        let Some(name) = &keyword.arg else { continue };
        if name.as_str() == "__debug__" {
            return l.error("cannot assign to __debug__", keyword.range);
        }
        let repeated =
            arguments.keywords[..i].iter().any(|k| k.arg.as_ref().is_some_and(|n| n.id == name.id));
        if repeated {
            return l.error(format!("keyword argument repeated: {name}"), keyword.range);
        }
    }
    Ok(())
}
