//! Template strings (PEP 750): the literal parts and the interpolations between them.

use habu_bytecode::{Const, Op, intrinsic};
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Lowering;
use super::fstring::Piece;
use crate::error::Result;
use crate::regs::Reg;

impl<'a> Lowering<'a> {
    pub(super) fn template(&mut self, t: &'a ast::ExprTString, dest: Option<Reg>) -> Result<Reg> {
        let mut pieces = Vec::new();
        for part in &t.value {
            let raw = part.flags.prefix().is_raw();
            part.elements.iter().for_each(|e| self.add_element(&mut pieces, e, raw));
        }
        let mark = self.mark();
        let first = self.alloc(2)?;
        // As many strings as interpolations, and one more.
        let mut strings = vec![Const::Str("".into())];
        let list = first + 1;
        self.op(Op::BuildList, list, list, 0, t.range);
        for piece in pieces {
            match piece {
                Piece::Text(points, _) => {
                    if let Some(last) = strings.last_mut() {
                        *last = text(&points);
                    }
                }
                Piece::Value(value) => {
                    let mark = self.mark();
                    let made = self.interpolation(value)?;
                    self.op(Op::ListAppend, list, made, 0, value.range);
                    self.release(mark);
                    strings.push(Const::Str("".into()));
                }
            }
        }
        self.op(Op::ListToTuple, list, list, 0, t.range);
        self.const_reg(Const::Tuple(strings.into()), Some(first), t.range)?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.intrinsic(reg, first, intrinsic::TEMPLATE, t.range);
        Ok(reg)
    }

    fn interpolation(&mut self, value: &'a ast::InterpolatedElement) -> Result<Reg> {
        let range = value.range;
        let first = self.alloc(4)?;
        self.expr(&value.expression, Some(first))?;
        let expression = match self.source.made() {
            Some(made) => made.texts.get(&range.start().to_u32()).map_or("", |text| &**text),
            None => self.source.slice(self.expression_range(value)).trim(),
        };
        self.str_reg(expression, Some(first + 1), range)?;
        let conversion = match value.conversion {
            ast::ConversionFlag::Str => Some("s"),
            ast::ConversionFlag::Repr => Some("r"),
            ast::ConversionFlag::Ascii => Some("a"),
            ast::ConversionFlag::None => {
                // `t"{x=}"` shows the repr unless told otherwise.
                (value.debug_text.is_some() && value.format_spec.is_none()).then_some("r")
            }
        };
        match conversion {
            Some(c) => self.str_reg(c, Some(first + 2), range)?,
            None => self.none_reg(Some(first + 2), range)?,
        };
        match &value.format_spec {
            None => {
                self.str_reg("", Some(first + 3), range)?;
            }
            Some(spec) => {
                let mut pieces = Vec::new();
                spec.elements.iter().for_each(|e| self.add_element(&mut pieces, e, false));
                self.join(&pieces, Some(first + 3), spec.range())?;
            }
        }
        self.intrinsic(first, first, intrinsic::INTERPOLATION, range);
        Ok(first)
    }

    /// Where the text of the expression is: between the brace and what follows it.
    fn expression_range(&self, value: &ast::InterpolatedElement) -> TextRange {
        let start = value.range.start() + TextSize::new(1);
        let text = self.source.text;
        let mut end = value.expression.range().end().to_usize();
        // Its closing parentheses do not belong to the expression's own range.
        while let Some(c) = text.get(end..).and_then(|t| t.chars().next()) {
            if !c.is_whitespace() && c != ')' && c != ',' {
                break;
            }
            end += c.len_utf8();
        }
        TextRange::new(start, TextSize::new(end as u32).max(start))
    }
}

fn text(points: &[u32]) -> Const {
    match points.iter().map(|c| char::from_u32(*c)).collect::<Option<String>>() {
        Some(text) => Const::Str(text.into()),
        None => Const::Surrogates(points.into()),
    }
}
