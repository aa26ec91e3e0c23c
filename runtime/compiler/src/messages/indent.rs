//! Tabs and spaces that do not agree: CPython's tokenizer measures indentation with tabs of eight columns and of one, and
//! both measures must say the same.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Error, Place};
use crate::error::Kind;

/// Columns with tabs of eight and of one.
fn measure(indent: &str) -> (usize, usize) {
    indent.chars().fold((0, 0), |(wide, narrow), c| match c {
        '\t' => ((wide / 8 + 1) * 8, narrow + 1),
        '\x0c' => (0, 0),
        _ => (wide + 1, narrow + 1),
    })
}

impl Place<'_, '_> {
    /// The first line whose indentation is one with tabs and another with spaces, and its error.
    pub(super) fn mixed_tabs(&self) -> Option<(TextSize, Error)> {
        let mut levels = vec![(0, 0)];
        let (mut depth, mut at_start) = (0usize, true);
        for t in &self.tokens {
            match t.kind() {
                TokenKind::Newline => at_start = depth == 0,
                TokenKind::Indent | TokenKind::Dedent | TokenKind::EndOfFile => {}
                kind => {
                    if at_start && let Some(error) = self.line(*t, &mut levels)? {
                        return Some(error);
                    }
                    at_start = false;
                    match kind {
                        TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                        TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                            depth = depth.saturating_sub(1);
                        }
                        _ => {}
                    }
                }
            }
        }
        None
    }

    /// Looks at the line that a token begins; None when there is no sense in going on.
    fn line(
        &self,
        first: Token,
        levels: &mut Vec<(usize, usize)>,
    ) -> Option<Option<(TextSize, Error)>> {
        let (line, col) = self.source.place(first.start().to_u32());
        let start = first.start() - TextSize::new(col);
        let indent = self.source.slice(TextRange::new(start, first.start()));
        if !indent.chars().all(|c| matches!(c, ' ' | '\t' | '\x0c')) {
            return None;
        }
        let (wide, narrow) = measure(indent);
        while levels.last().is_some_and(|(top, _)| *top > wide) {
            levels.pop();
        }
        let &(top, top_narrow) = levels.last()?;
        let good = match top == wide {
            true => top_narrow == narrow,
            false => top_narrow < narrow,
        };
        if good {
            if top != wide {
                levels.push((wide, narrow));
            }
            return Some(None);
        }
        let msg = "inconsistent use of tabs and spaces in indentation";
        let mut error = self.source.error_of(Kind::Tab, msg, TextRange::empty(start));
        error.line = line;
        Some(Some((start, error.ending_at(0))))
    }
}
