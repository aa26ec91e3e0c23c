//! "invalid syntax", and the mistakes for which CPython knows something better to say.

use ruff_python_ast::Expr;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Error, Place, expr_name, is_number, starts_expression};

impl Place<'_, '_> {
    /// The last argument of the call around a range, which is where CPython points.
    pub(super) fn last_of_arguments(&self, range: TextRange) -> TextRange {
        let mut depth = 0;
        for t in self.tokens.iter().filter(|t| t.start() >= range.end()) {
            match t.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace if depth == 0 => {
                    return t.range();
                }
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
                _ => {}
            }
        }
        range
    }

    pub(super) fn is_in_brackets(&self, at: TextSize) -> bool {
        self.bracket_around(at).is_some()
    }

    fn bracket_around(&self, at: TextSize) -> Option<Token> {
        let mut open = Vec::new();
        for t in self.tokens.iter().take_while(|t| t.start() < at) {
            match t.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(*t),
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.pop()
    }

    /// "invalid syntax", or something better.
    pub(super) fn generic(&self, range: TextRange) -> Error {
        let at = self
            .token_at(range.start())
            .filter(|t| t.start() >= range.start())
            .map_or(range, |t| t.range());
        let token = self.token_at(range.start()).map_or(TokenKind::EndOfFile, |t| t.kind());
        if token == TokenKind::Indent {
            return self.indentation("unexpected indent", at);
        }
        let before = self.token_before(at.start());
        if let Some(n) = before.filter(|t| is_number(t.kind()) && t.end() == at.start())
            && matches!(token, TokenKind::Name | TokenKind::Int | TokenKind::Unknown)
        {
            let last = TextRange::empty(n.end() - TextSize::new(1));
            return self.at("invalid decimal literal", last);
        }
        if let Some(error) = self.in_brackets(at, token) {
            return error;
        }
        if let Some(bracket) = self.bracket_around(at.start()) {
            if let (Some(a), Some(b)) =
                (self.expr_ending(at.start()), self.expr_starting(at.start()))
            {
                let inside = a.start() > bracket.start();
                let odd = before
                    .is_some_and(|t| t.kind() == TokenKind::Name && token == TokenKind::String);
                if inside && starts_expression(token) && !odd {
                    let range = TextRange::new(a.start(), b.end());
                    return self.at("invalid syntax. Perhaps you forgot a comma?", range);
                }
            }
        } else if let Some(name) = before.filter(|t| t.kind() == TokenKind::Name) {
            let word = self.source.slice(name.range());
            if matches!(word, "print" | "exec") && starts_expression(token) {
                let end = self.expr_starting(at.start()).map_or(at.end(), |e| e.end());
                let msg =
                    format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
                return self.at(msg, TextRange::new(name.start(), end));
            }
        }
        if token == TokenKind::Equal {
            let head = self.tokens.iter().rev().filter(|t| t.end() <= at.start());
            let head = head.take_while(|t| t.kind() != TokenKind::Newline).last().map(|t| t.kind());
            if matches!(head, Some(TokenKind::If | TokenKind::While | TokenKind::Elif))
                && let Some(left) = self.expr_ending(at.start())
            {
                let end = self
                    .tokens
                    .iter()
                    .find(|t| t.start() >= at.end())
                    .map_or(at.end(), |t| t.end());
                let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                return self.at(msg, TextRange::new(left.start(), end));
            }
        }
        let at = match at.is_empty() && token == TokenKind::Newline {
            true => TextRange::at(at.start(), TextSize::new(1)),
            false => at,
        };
        self.at("invalid syntax", at)
    }

    /// Mistakes known inside brackets.
    fn in_brackets(&self, at: TextRange, token: TokenKind) -> Option<Error> {
        let bracket = self.bracket_around(at.start())?;
        let before = self.token_before(at.start())?;
        let function = self
            .tokens
            .iter()
            .rev()
            .filter(|t| t.end() <= bracket.start())
            .nth(1)
            .map(|t| t.kind());
        let is_parameters = function == Some(TokenKind::Def);
        if bracket.kind() == TokenKind::Lpar && !is_parameters {
            if token == TokenKind::Equal {
                let left = self.expr_ending(at.start())?;
                let range = TextRange::new(left.start(), at.end());
                return Some(match left {
                    Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) => {
                        self.at(format!("cannot assign to {}", expr_name(left)), range)
                    }
                    _ => self.at(
                        "expression cannot contain assignment, perhaps you meant \"==\"?",
                        range,
                    ),
                });
            }
            if before.kind() == TokenKind::Equal
                && matches!(token, TokenKind::Rpar | TokenKind::Comma)
            {
                let name = self.tokens.iter().rev().find(|t| t.end() <= before.start())?;
                return Some(self.at(
                    "expected argument value expression",
                    TextRange::new(name.start(), before.end()),
                ));
            }
        }
        if is_parameters
            && before.kind() == TokenKind::Equal
            && matches!(token, TokenKind::Rpar | TokenKind::Comma)
        {
            return Some(self.at("expected default value expression", before.range()));
        }
        if is_parameters && token == TokenKind::Lpar {
            let close = self
                .tokens
                .iter()
                .find(|t| t.start() > at.start() && t.kind() == TokenKind::Rpar)?;
            let range = TextRange::new(at.start(), close.end());
            return Some(self.at("Function parameters cannot be parenthesized", range));
        }
        if bracket.kind() == TokenKind::Lbrace {
            if before.kind() == TokenKind::Colon
                && matches!(token, TokenKind::Rbrace | TokenKind::Comma)
            {
                return Some(
                    self.at("expression expected after dictionary key and ':'", before.range()),
                );
            }
            let f_string = self.token_before(bracket.start()).map(|t| t.kind());
            let what = match f_string {
                Some(TokenKind::FStringStart | TokenKind::FStringMiddle) => "f-string",
                Some(TokenKind::TStringStart | TokenKind::TStringMiddle) => "t-string",
                _ => "",
            };
            if !what.is_empty()
                && before.kind() == TokenKind::Lbrace
                && matches!(token, TokenKind::Rbrace)
            {
                let msg = format!("{what}: valid expression required before '}}'");
                return Some(self.at(msg, at));
            }
        }
        if token == TokenKind::For && matches!(bracket.kind(), TokenKind::Lsqb | TokenKind::Lbrace)
        {
            let first = self.tokens.iter().find(|t| t.start() >= bracket.end())?;
            let commas = self
                .tokens
                .iter()
                .filter(|t| t.start() > bracket.start() && t.start() < at.start());
            let mut commas =
                commas.filter(|t| matches!(t.kind(), TokenKind::Comma | TokenKind::Colon));
            if commas.next().is_some_and(|t| t.kind() == TokenKind::Comma) {
                let msg = "did you forget parentheses around the comprehension target?";
                return Some(self.at(msg, TextRange::new(first.start(), before.end())));
            }
        }
        None
    }
}
