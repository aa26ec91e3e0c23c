//! What is wrong with a text that does not parse, in CPython's words.
//!
//! Which mistake it is the grammar says (`peg`), given the tokens of ruff's parser as CPython's tokenizer would end them:
//! at the first error of a tokenizer, at a bracket that matches nothing, at the end of a text with an open bracket. Only
//! where that grammar finds nothing wrong, and for what is wrong inside of a token (`lexical`), ruff's errors are put
//! into CPython's words.

mod indent;
mod lexical;
mod numbers;

use ruff_python_ast::Mod;
use ruff_python_ast::token::{Token, TokenFlags, TokenKind};
use ruff_python_parser::{
    InterpolatedStringErrorType as FStringError, LexicalErrorType as Lexical, ParseError,
    ParseErrorType as E, Parsed, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::Mode;
use crate::error::{Kind, Source, SyntaxError};
use crate::peg;

type Error = Box<SyntaxError>;

/// The error of a text that does not parse.
pub(crate) fn syntax_error(source: &Source<'_>, parsed: &Parsed<Mod>, mode: Mode) -> Error {
    let tokens: Vec<Token> =
        parsed.tokens().iter().copied().filter(|t| !t.kind().is_trivia()).collect();
    let p = Place { source, tokens };
    let errors = parsed.errors();
    let later = parsed.unsupported_syntax_errors().first();
    let place = match (errors.first(), later) {
        (Some(e), _) => e.location.start(),
        (None, Some(e)) => e.range.start(),
        (None, None) => return source.error("invalid syntax", TextRange::default()),
    };
    let (tokens, ending) = p.tokenize(errors.iter().find(|e| is_tokenizer_error(e)));
    let contents = errors.iter().filter(|e| is_contents_error(e));
    let contents = contents.map(|e| peg::Contents {
        at: e.location.start(),
        here: !matches!(&e.error, E::OtherError(msg) if msg.starts_with("Bytes")),
        error: p.error(e),
    });
    let contents = contents.collect();
    let tokens = peg::Tokens { source, tokens, ending, contents };
    let (start, top) = match parsed.syntax() {
        Mod::Expression(_) => (0, "eval"),
        Mod::Module(_) if mode == Mode::Single => (0, "single"),
        Mod::Module(m) => {
            // All is well before the statement before the one that is wrong.
            let at = m.body.partition_point(|s| s.start() <= place);
            let from = at.checked_sub(2).map_or(TextSize::new(0), |n| m.body[n].start());
            let first = tokens.tokens.partition_point(|(t, _)| t.start() < from);
            let dedents = tokens.tokens[first..].iter();
            let dedents = dedents.take_while(|(t, _)| t.kind() == TokenKind::Dedent).count();
            (first + dedents, "file")
        }
    };
    peg::mistake(&tokens, start, top).unwrap_or_else(|| match (errors.first(), later) {
        (Some(e), _) => p.error(e),
        (None, Some(e)) => unsupported(source, e),
        (None, None) => source.error("invalid syntax", TextRange::default()),
    })
}

/// The error of syntax that parses but does not belong to the version of the language.
fn unsupported(source: &Source<'_>, e: &UnsupportedSyntaxError) -> Error {
    use UnsupportedSyntaxErrorKind as U;
    let msg = match e.kind {
        U::UnpackingInComprehension(_) => match source.slice(e.range).starts_with("**") {
            true => "dict unpacking cannot be used in dict comprehension",
            false => "iterable unpacking cannot be used in comprehension",
        },
        U::ParenthesizedKeywordArgumentName => {
            "expression cannot contain assignment, perhaps you meant \"==\"?"
        }
        _ => "invalid syntax",
    };
    source.error(msg, e.range)
}

/// Whether CPython's tokenizer finds the error, rather than its parser.
fn is_tokenizer_error(e: &ParseError) -> bool {
    match &e.error {
        E::Lexical(Lexical::Eof) => false,
        E::Lexical(Lexical::UnrecognizedToken { tok }) => !tok.is_ascii() || tok.is_ascii_control(),
        E::Lexical(Lexical::FStringError(e) | Lexical::TStringError(e))
        | E::FStringError(e)
        | E::TStringError(e) => matches!(
            e,
            FStringError::UnterminatedString
                | FStringError::UnterminatedTripleQuotedString
                | FStringError::SingleRbrace
                | FStringError::NewlineInFormatSpec
        ),
        E::Lexical(_) => !is_contents_error(e),
        _ => false,
    }
}

/// Whether the error is about a `}` in the text of an f-string.
fn is_lone_brace(e: &ParseError) -> bool {
    matches!(
        &e.error,
        E::Lexical(
            Lexical::FStringError(FStringError::SingleRbrace)
                | Lexical::TStringError(FStringError::SingleRbrace)
        ) | E::FStringError(FStringError::SingleRbrace)
            | E::TStringError(FStringError::SingleRbrace)
    )
}

/// Whether CPython finds the error when it makes a string of a literal.
fn is_contents_error(e: &ParseError) -> bool {
    match &e.error {
        E::Lexical(e) => matches!(
            e,
            Lexical::UnicodeError
                | Lexical::MissingUnicodeLbrace
                | Lexical::MissingUnicodeRbrace
                | Lexical::InvalidByteLiteral
                | Lexical::StringError
        ),
        E::FStringError(e) | E::TStringError(e) => matches!(
            e,
            FStringError::InvalidConversionFlag
                | FStringError::ConversionFlagNotImmediatelyAfterExclamation
        ),
        E::OtherError(msg) => msg.contains("mixed") || msg.contains("mix t-string"),
        _ => false,
    }
}

/// The text and its tokens.
struct Place<'s, 'a> {
    source: &'s Source<'a>,
    tokens: Vec<Token>,
}

impl Place<'_, '_> {
    fn at(&self, msg: impl Into<String>, range: TextRange) -> Error {
        self.source.error(msg, range)
    }

    fn token_at(&self, at: TextSize) -> Option<Token> {
        let n = self
            .tokens
            .partition_point(|t| t.end() <= at && !(t.range().is_empty() && t.start() == at));
        self.tokens.get(n).copied()
    }

    /// The tokens as CPython's tokenizer gives them, with the depth of brackets behind each, and what ends them.
    fn tokenize(&self, lexical: Option<&ParseError>) -> (Vec<(Token, u32)>, peg::Ending) {
        let mut open: Vec<Token> = Vec::new();
        let mut out: Vec<(Token, u32)> = Vec::new();
        let mut strings = 0usize;
        let ended = |error: Error, strings: usize| {
            // CPython's tokenizer shows the line without its end, its parser with it.
            let by_parser = error.end_col < 1 || error.kind != Kind::Syntax;
            let error = if by_parser { error } else { error.without_newline() };
            peg::Ending::Error { error, in_string: strings > 0 }
        };
        let mut tabs = self.mixed_tabs();
        for (i, t) in self.tokens.iter().enumerate() {
            if let Some((_, error)) = tabs.take_if(|(at, _)| t.end() > *at) {
                return (out, ended(error, 0));
            }
            if let Some(error) = self.token_error(i, &open, strings) {
                return (out, ended(error, strings));
            }
            // ruff takes the brace that ends a field with a mistake in it for a lone one.
            let field = open.last().is_some_and(|o| o.kind() == TokenKind::Lbrace) && strings > 0;
            let lexical = lexical.filter(|e| !(field && is_lone_brace(e)));
            if let Some(e) = lexical.filter(|e| t.start() >= e.location.start()) {
                return (out, ended(self.ended_string(e, i, &open, strings), strings));
            }
            match t.kind() {
                TokenKind::FStringStart | TokenKind::TStringStart => strings += 1,
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    strings = strings.saturating_sub(1)
                }
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(*t),
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                    let opening = open.pop();
                    let field = strings > 0
                        && opening.is_some_and(|o| o.kind() == TokenKind::Lbrace)
                        && t.kind() != TokenKind::Rbrace;
                    if field {
                        let close = self.source.slice(t.range());
                        let msg = format!("{}: unmatched '{close}'", self.string_kind(i));
                        let error = self.at(msg, TextRange::empty(t.start()));
                        return (out, ended(error, 0));
                    }
                    if let Some(error) = self.unmatched(*t, opening) {
                        return (out, ended(error, strings));
                    }
                }
                // Within brackets lines and indentation mean nothing.
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent if !open.is_empty() => {
                    continue;
                }
                TokenKind::EndOfFile => continue,
                TokenKind::Unknown if t.range().is_empty() => continue,
                TokenKind::Unknown if self.source.slice(t.range()).starts_with('\\') => {
                    if open.is_empty() {
                        let error = self.lexical(&Lexical::LineContinuationError, t.range());
                        return (out, ended(error, strings));
                    }
                    continue;
                }
                _ => {}
            }
            out.push((*t, open.len() as u32));
        }
        if let Some(e) = lexical
            && open.is_empty()
        {
            let last = self.tokens.len();
            return (out, ended(self.ended_string(e, last, &open, strings), strings));
        }
        if let Some(t) = open.last() {
            return (out, ended(self.never_closed(*t), 0));
        }
        let end = TextRange::empty(TextSize::of(self.source.text));
        out.push((Token::new(TokenKind::EndOfFile, end, TokenFlags::empty()), 0));
        (out, peg::Ending::Text)
    }

    fn never_closed(&self, bracket: Token) -> Error {
        let msg = format!("'{}' was never closed", self.source.slice(bracket.range()));
        let error = self.at(msg, TextRange::empty(bracket.start())).ending_at(0);
        let last = self.source.text.trim_end_matches(['\n', '\r']).len() as u32;
        match self.source.line(last) > error.line {
            true => error.without_newline(),
            false => error,
        }
    }

    /// An error of the tokenizer; a string that does not end may be a field that is not closed.
    fn ended_string(&self, e: &ParseError, i: usize, open: &[Token], strings: usize) -> Error {
        let field = open.last().filter(|o| strings > 0 && o.kind() == TokenKind::Lbrace);
        match (&e.error, field) {
            (
                E::Lexical(
                    Lexical::FStringError(FStringError::UnterminatedString)
                    | Lexical::TStringError(FStringError::UnterminatedString),
                ),
                Some(field),
            ) => self.never_closed(*field),
            (E::Lexical(Lexical::UnclosedStringError), Some(_)) => {
                let quote = |range| self.source.slice(range).chars().find(|c| "'\"".contains(*c));
                let start = self.tokens[..i].iter().rev().find(|t| {
                    matches!(t.kind(), TokenKind::FStringStart | TokenKind::TStringStart)
                });
                match start.is_some_and(|s| quote(s.range()) == quote(e.location)) {
                    true => {
                        let msg = format!("{}: expecting '}}'", self.string_kind(i));
                        self.at(msg, TextRange::empty(e.location.start()))
                    }
                    false => self.error(e),
                }
            }
            _ => self.error(e),
        }
    }

    /// What the innermost string around a token is called.
    fn string_kind(&self, i: usize) -> &'static str {
        let kinds = self.tokens[..i].iter().rev().map(|t| t.kind());
        let mut starts =
            kinds.filter(|k| matches!(k, TokenKind::FStringStart | TokenKind::TStringStart));
        match starts.next() {
            Some(TokenKind::TStringStart) => "t-string",
            _ => "f-string",
        }
    }

    /// The error of a closing bracket that does not belong to the one that is open.
    fn unmatched(&self, close: Token, opening: Option<Token>) -> Option<Error> {
        let range = TextRange::empty(close.start());
        let text = self.source.slice(close.range());
        let Some(opening) = opening else {
            return Some(self.at(format!("unmatched '{text}'"), range));
        };
        let pair = (opening.kind(), close.kind());
        if let (TokenKind::Lpar, TokenKind::Rpar)
        | (TokenKind::Lsqb, TokenKind::Rsqb)
        | (TokenKind::Lbrace, TokenKind::Rbrace) = pair
        {
            return None;
        }
        let open = self.source.slice(opening.range());
        let line = self.source.line(opening.start().to_u32());
        let on = match line == self.source.line(close.start().to_u32()) {
            true => String::new(),
            false => format!(" on line {line}"),
        };
        let msg =
            format!("closing parenthesis '{text}' does not match opening parenthesis '{open}'{on}");
        Some(self.at(msg, range))
    }

    /// An error that ruff finds where CPython's grammar finds none.
    fn error(&self, e: &ParseError) -> Error {
        let range = e.location;
        match &e.error {
            E::Lexical(kind) => self.lexical(kind, range),
            E::FStringError(kind) => self.fstring(kind, range, "f-string"),
            E::TStringError(kind) => self.fstring(kind, range, "t-string"),
            E::UnexpectedIndentation => self.indentation("unexpected indent", range),
            E::ExpectedRealNumber => self.at("real number required in complex literal", range),
            E::ExpectedImaginaryNumber => {
                self.at("imaginary number required in complex literal", range)
            }
            E::InvalidStarredExpressionUsage | E::InvalidStarPatternUsage => {
                self.at("can't use starred expression here", range)
            }
            E::OtherError(msg) => self.at(other(msg), range),
            _ => self.at("invalid syntax", range),
        }
    }

    fn indentation(&self, msg: impl Into<String>, range: TextRange) -> Error {
        self.source.error_of(Kind::Indentation, msg, range)
    }
}

/// CPython's words for those of ruff's parser.
fn other(msg: &str) -> &'static str {
    const WORDS: &[(&str, &str)] = &[
        (
            "Cannot mix t-string literals with string or bytes literals",
            "cannot mix t-string literals with string or bytes literals",
        ),
        ("Bytes literal cannot be mixed", "cannot mix bytes and nonbytes literals"),
    ];
    WORDS
        .iter()
        .find(|(theirs, _)| msg.starts_with(theirs))
        .map_or("invalid syntax", |(_, ours)| ours)
}
