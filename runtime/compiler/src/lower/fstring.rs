//! f-strings: literal pieces and formatted values, joined at the end.

use habu_bytecode::Op;
use ruff_python_ast::{self as ast, FStringPart, InterpolatedStringElement as Element};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use super::expr::MAX_DISPLAY;
use crate::error::Result;
use crate::regs::Reg;

/// A piece of an f-string: text, or a value to format.
enum Piece<'a> {
    Text(String, TextRange),
    Value(&'a ast::InterpolatedElement),
}

impl<'a> Lowering<'a> {
    pub(super) fn fstring(&mut self, f: &'a ast::ExprFString, dest: Option<Reg>) -> Result<Reg> {
        let mut pieces = Vec::new();
        for part in f.value.iter() {
            match part {
                FStringPart::Literal(s) => add_text(&mut pieces, &s.value, s.range),
                FStringPart::FString(f) => {
                    f.elements.iter().for_each(|e| add_element(&mut pieces, e))
                }
            }
        }
        self.join(&pieces, dest, f.range)
    }

    /// Lowers pieces to one string.
    fn join(&mut self, pieces: &[Piece<'a>], dest: Option<Reg>, range: TextRange) -> Result<Reg> {
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
            Piece::Text(text, range) => return self.str_reg(text, dest, *range),
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
        spec.elements.iter().for_each(|e| add_element(&mut pieces, e));
        self.join(&pieces, Some(second), spec.range())?;
        self.release(mark);
        let reg = self.dest(dest)?;
        self.op(Op::FormatSpec, reg, first, conversion, range);
        Ok(reg)
    }
}

fn add_element<'a>(pieces: &mut Vec<Piece<'a>>, element: &'a Element) {
    match element {
        Element::Literal(l) => add_text(pieces, &l.value, l.range),
        Element::Interpolation(value) => {
            if let Some(debug) = &value.debug_text {
                add_text(pieces, debug.as_str(), value.range);
            }
            pieces.push(Piece::Value(value));
        }
    }
}

/// Adjacent texts are one.
fn add_text(pieces: &mut Vec<Piece<'_>>, text: &str, range: TextRange) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Text(before, _)) = pieces.last_mut() {
        before.push_str(text);
    } else {
        pieces.push(Piece::Text(text.to_string(), range));
    }
}
