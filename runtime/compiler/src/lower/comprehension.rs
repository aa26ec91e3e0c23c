//! Comprehensions, inlined (PEP 709), and generator expressions, which are generator functions.
//!
//! Registers of an inlined comprehension, from the bottom: result, variables, iterators. The iterator of the innermost
//! loop is the topmost live temporary at its FOR_LOOP.

use habu_bytecode::Op;
use ruff_python_ast::{self as ast, Comprehension, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::{Lowering, UnitKind};
use crate::error::Result;
use crate::regs::Reg;
use crate::symtable::part;

/// What is done with each element.
enum Element<'a> {
    Append(&'a Expr),
    Add(&'a Expr),
    Set(&'a Expr, &'a Expr),
    Yield(&'a Expr),
}

impl<'a> Lowering<'a> {
    pub(super) fn list_comp(&mut self, c: &'a ast::ExprListComp, dest: Option<Reg>) -> Result<Reg> {
        self.inlined(c, &c.generators, Element::Append(&c.elt), Op::BuildList, dest, c.range)
    }

    pub(super) fn set_comp(&mut self, c: &'a ast::ExprSetComp, dest: Option<Reg>) -> Result<Reg> {
        self.inlined(c, &c.generators, Element::Add(&c.elt), Op::BuildSet, dest, c.range)
    }

    pub(super) fn dict_comp(&mut self, c: &'a ast::ExprDictComp, dest: Option<Reg>) -> Result<Reg> {
        let Some(key) = &c.key else {
            return self
                .error("dict unpacking cannot be used in dict comprehension", c.value.range());
        };
        self.inlined(c, &c.generators, Element::Set(key, &c.value), Op::BuildDict, dest, c.range)
    }

    fn inlined<T>(
        &mut self,
        node: &T,
        generators: &'a [Comprehension],
        element: Element<'a>,
        build: Op,
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        let scope = self.table.of_node(node, part::BODY);
        let result = self.scratch(dest)?;
        let mark = self.mark();
        let outside = self.u.comps.len();
        self.enter_comprehension(scope)?;
        // The first iterable is evaluated where the comprehension stands.
        let frame = self.u.comps.split_off(outside);
        let iterator = self.alloc(1)?;
        if let Some(first) = generators.first() {
            self.expr(&first.iter, Some(iterator))?;
            self.get_iter(iterator, first);
        }
        self.u.comps.extend(frame);
        self.op(build, result, result, 0, range);
        self.generators(generators, iterator, &element, result)?;
        self.leave_comprehension();
        self.release(mark);
        Ok(self.deliver(result, dest, range))
    }

    /// The loop over `iterator`, and inside it the rest.
    fn generators(
        &mut self,
        generators: &'a [Comprehension],
        iterator: Reg,
        element: &Element<'a>,
        result: Reg,
    ) -> Result<()> {
        let Some((first, rest)) = generators.split_first() else {
            return self.element(element, result);
        };
        let l = self.begin_any_for(iterator, &first.target, first.is_async, first.iter.range())?;
        for e in &first.ifs {
            let mark = self.mark();
            self.cond(e, l.next(), false)?;
            self.release(mark);
        }
        match rest.first() {
            None => self.element(element, result)?,
            Some(second) => {
                let mark = self.mark();
                let inner = self.alloc(1)?;
                match one_element(&second.iter) {
                    // `for x in [value]` is an assignment.
                    Some(value) if !second.is_async => {
                        self.assign_one(&second.target, value)?;
                        let skip = self.label();
                        for e in &second.ifs {
                            self.cond(e, skip, false)?;
                        }
                        match rest[1..].first() {
                            None => self.element(element, result)?,
                            Some(third) => {
                                self.expr(&third.iter, Some(inner))?;
                                self.get_iter(inner, third);
                                self.generators(&rest[1..], inner, element, result)?;
                            }
                        }
                        self.bind(skip);
                    }
                    _ => {
                        self.expr(&second.iter, Some(inner))?;
                        self.get_iter(inner, second);
                        self.generators(rest, inner, element, result)?;
                    }
                }
                self.release(mark);
            }
        }
        self.end_any_for(l)
    }

    /// Makes the iterator of a generator's iterable.
    fn get_iter(&mut self, reg: Reg, c: &Comprehension) {
        let op = if c.is_async { Op::GetAIter } else { Op::GetIter };
        self.op(op, reg, reg, 0, c.iter.range());
    }

    fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) -> Result<()> {
        let mark = self.mark();
        let reg = self.push(value)?;
        self.assign(target, reg, value.range())?;
        self.release(mark);
        Ok(())
    }

    fn element(&mut self, element: &Element<'a>, result: Reg) -> Result<()> {
        let mark = self.mark();
        match element {
            Element::Append(e) => {
                let value = self.expr(e, None)?;
                self.op(Op::ListAppend, result, value, 0, e.range());
            }
            Element::Add(e) => {
                let value = self.expr(e, None)?;
                self.op(Op::SetAdd, result, value, 0, e.range());
            }
            Element::Set(key, value) => {
                let range = TextRange::new(key.start(), value.end());
                let key = self.operand(key, &[value])?;
                let value = self.expr(value, None)?;
                self.op(Op::DictSet, result, key, value, range);
            }
            Element::Yield(e) => {
                let value = self.expr(e, None)?;
                self.release(mark);
                let sent = self.alloc(1)?;
                self.op(self.yield_op(), sent, value, 0, e.range());
            }
        }
        self.release(mark);
        Ok(())
    }

    /// A generator expression: a function called at once with the iterator of the first iterable.
    pub(super) fn generator(
        &mut self,
        g: &'a ast::ExprGenerator,
        dest: Option<Reg>,
    ) -> Result<Reg> {
        let scope = self.table.of_node(g, part::BODY);
        let Some(first) = g.generators.first() else { return self.none_reg(dest, g.range) };
        let base = self.window(dest)?;
        let outer = self.enter_unit(UnitKind::Function, scope, "<genexpr>", g.range);
        self.u.code.flags |= self.generator_flag();
        self.u.code.argcount = 1;
        let iterator = self.alloc(1)?;
        self.op(Op::Move, iterator, 0, 0, g.range);
        self.generators(&g.generators, iterator, &Element::Yield(&g.elt), iterator)?;
        let none = self.none_reg(None, g.range)?;
        self.op(Op::Ret, none, 0, 0, g.range);
        let code = self.leave_unit(outer);
        self.make_function(code, scope, base, [None; 3], g.range)?;
        self.links()?;
        let argument = self.push(&first.iter)?;
        self.get_iter(argument, first);
        self.op(Op::Call, base, 1, 0, g.range);
        self.u.regs.release_above(base);
        Ok(self.deliver(base, dest, g.range))
    }
}

/// The element of a display of one.
fn one_element(e: &Expr) -> Option<&Expr> {
    let elts = match e {
        Expr::List(l) => &l.elts,
        Expr::Tuple(t) => &t.elts,
        _ => return None,
    };
    match elts.as_slice() {
        [one] if !one.is_starred_expr() => Some(one),
        _ => None,
    }
}
