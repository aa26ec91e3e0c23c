//! f-strings: literal pieces and formatted values, joined at the end.

use habu_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, FStringPart, InterpolatedStringElement as Element};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use super::expr::MAX_DISPLAY;
use crate::error::Result;
use crate::regs::Reg;
use crate::surrogates;

/// A piece of an f-string: text, or a value to format.
pub(super) enum Piece<'a> {
    Text(Vec<u32>, TextRange),
    Value(&'a ast::InterpolatedElement),
}

impl<'a> Lowering<'a> {
    pub(super) fn fstring(&mut self, f: &'a ast::ExprFString, dest: Option<Reg>) -> Result<Reg> {
        let mut pieces = Vec::new();
        for part in f.value.iter() {
            match part {
                FStringPart::Literal(s) => {
                    let points = surrogates::of_literal(s, self.source.text);
                    add_text(&mut pieces, &s.value, points, s.range);
                }
                FStringPart::FString(f) => {
                    let raw = f.flags.prefix().is_raw();
                    f.elements.iter().for_each(|e| self.add_element(&mut pieces, e, raw))
                }
            }
        }
        self.join(&pieces, dest, f.range)
    }

    /// Lowers pieces to one string.
    pub(super) fn join(
        &mut self,
        pieces: &[Piece<'a>],
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        match pieces {
            [] => self.str_reg("", dest, range),
            [one] => self.piece(one, dest),
            many if many.len() <= MAX_DISPLAY => {
                let mark = self.mark();
                let first = self.alloc(0)?;
                for piece in many {
                    let reg = self.alloc(1)?;
                    self.piece(piece, Some(reg))?;
                }
                self.release(mark);
                let reg = self.dest(dest)?;
                self.op(Op::BuildString, reg, first, many.len() as u8, range);
                Ok(reg)
            }
            many => {
                // Longer ones in chunks.
                let mark = self.mark();
                let first = self.alloc(0)?;
                let size = many.len().div_ceil(MAX_DISPLAY).max(MAX_DISPLAY);
                let chunks: Vec<&[Piece<'a>]> = many.chunks(size).collect();
                for chunk in &chunks {
                    let reg = self.alloc(1)?;
                    self.join(chunk, Some(reg), range)?;
                }
                self.release(mark);
                let reg = self.dest(dest)?;
                self.op(Op::BuildString, reg, first, chunks.len() as u8, range);
                Ok(reg)
            }
        }
    }

    fn piece(&mut self, piece: &Piece<'a>, dest: Option<Reg>) -> Result<Reg> {
        let value = match piece {
            Piece::Text(points, range) => {
                let text: Option<String> = points.iter().map(|c| char::from_u32(*c)).collect();
                let value = match text {
                    Some(text) => Const::Str(text.into()),
                    None => Const::Surrogates(points.as_slice().into()),
                };
                return self.const_reg(value, dest, *range);
            }
            Piece::Value(value) => value,
        };
        let range = value.range;
        let conversion = match value.conversion {
            ast::ConversionFlag::Str => 1,
            ast::ConversionFlag::Repr => 2,
            ast::ConversionFlag::Ascii => 3,
            // `f"{x=}"` shows the repr unless told otherwise.
            ast::ConversionFlag::None
                if value.debug_text.is_some() && value.format_spec.is_none() =>
            {
                2
            }
            ast::ConversionFlag::None => 0,
        };
        let mark = self.mark();
        let Some(spec) = &value.format_spec else {
            let operand = self.expr(&value.expression, None)?;
            self.release(mark);
            let reg = self.dest(dest)?;
            self.op(Op::FormatSimple, reg, operand, conversion, range);
            return Ok(reg);
        };
        let first = self.push(&value.expression)?;
        let second = self.alloc(1)?;
        let mut pieces = Vec::new();
        // The parser has read the escapes of a raw literal's format as well.
        spec.elements.iter().for_each(|e| self.add_element(&mut pieces, e, false));
        self.join(&pieces, Some(second), spec.range())?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::FormatSpec, reg, first, conversion, range);
        Ok(reg)
    }

    pub(super) fn add_element(&self, pieces: &mut Vec<Piece<'a>>, element: &'a Element, raw: bool) {
        match element {
            Element::Literal(l) => {
                let source = self.source.slice(l.range);
                let points =
                    if raw { None } else { surrogates::code_points(&l.value, source, true) };
                add_text(pieces, &l.value, points, l.range);
            }
            Element::Interpolation(value) => {
                if let Some(debug) = &value.debug_text {
                    add_text(pieces, &without_comments(debug.as_str()), None, value.range);
                }
                pieces.push(Piece::Value(value));
            }
        }
    }
}

/// The text of `{expression=}` as it is shown: comments are not.
fn without_comments(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('#') {
        return text.into();
    }
    let (mut out, mut quote, mut comment) = (String::with_capacity(text.len()), None, false);
    for c in text.chars() {
        match (quote, c) {
            _ if comment && c != '\n' => continue,
            (None, '#') => {
                comment = true;
                continue;
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), _) if q == c => quote = None,
            _ => {}
        }
        comment = false;
        out.push(c);
    }
    out.into()
}

/// Adjacent texts are one. A text with surrogates comes with its code points.
pub(super) fn add_text(
    pieces: &mut Vec<Piece<'_>>,
    text: &str,
    points: Option<Vec<u32>>,
    range: TextRange,
) {
    if text.is_empty() {
        return;
    }
    let points = points.unwrap_or_else(|| text.chars().map(u32::from).collect());
    if let Some(Piece::Text(before, _)) = pieces.last_mut() {
        before.extend(points);
    } else {
        pieces.push(Piece::Text(points, range));
    }
}
