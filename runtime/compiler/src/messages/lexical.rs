//! The tokenizer's complaints: unterminated strings, bad characters, escapes and numbers.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{
    InterpolatedStringErrorType as FStringError, LexicalErrorType as Lexical,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Error, Place, numbers};

impl Place<'_, '_> {
    pub(super) fn lexical(&self, kind: &Lexical, range: TextRange) -> Error {
        match kind {
            Lexical::UnclosedStringError => self.unterminated("string", range),
            Lexical::IndentationError => {
                let msg = "unindent does not match any outer indentation level";
                // CPython points behind the line.
                let line = self.source.line(range.end().to_u32());
                let mut e = self.indentation(msg, range);
                e.line = line;
                let text = self.source.line_text(line).unwrap_or("");
                e.col = text.trim_end_matches(['\n', '\r']).chars().count() as u32 + 1;
                (e.end_line, e.end_col) = (e.line, -1);
                e.text = Some(format!("{}\n", text.trim_end_matches(['\n', '\r'])));
                e
            }
            Lexical::UnrecognizedToken { tok } => self.invalid_character(*tok, range),
            Lexical::LineContinuationError => {
                let at = TextRange::empty(range.start() + TextSize::new(1));
                let behind = self.source.text.get(at.start().to_usize()..).unwrap_or("");
                if behind.trim_start_matches(['\r', '\n']).is_empty() {
                    let end = at.start().min(TextSize::of(self.source.text));
                    let mut error = self.at("unexpected EOF while parsing", TextRange::empty(end));
                    error.col = self.at("", TextRange::empty(range.start())).col + 1;
                    return error.ending_at(-1);
                }
                self.at("unexpected character after line continuation character", at).ending_at(0)
            }
            Lexical::Eof => self.at("unexpected EOF while parsing", range),
            Lexical::InvalidByteLiteral => {
                let token = self.token_at(range.start()).map_or(range, |t| t.range());
                self.at("bytes can only contain ASCII literal characters", token)
            }
            Lexical::UnicodeError
            | Lexical::MissingUnicodeLbrace
            | Lexical::MissingUnicodeRbrace => self.escape(kind, range),
            Lexical::FStringError(kind) => self.fstring(kind, range, "f-string"),
            Lexical::TStringError(kind) => self.fstring(kind, range, "t-string"),
            Lexical::OtherError(_) => {
                let text = self.source.text.get(range.start().to_usize()..).unwrap_or("");
                let at = |n: usize| range.start() + TextSize::new(n as u32);
                match numbers::wrong(text) {
                    Some(numbers::Wrong::At(n, msg)) => {
                        self.at(msg, TextRange::empty(at(n.saturating_sub(1))))
                    }
                    Some(numbers::Wrong::Zeros(n)) => {
                        let msg = "leading zeros in decimal integer literals are not permitted; \
                                   use an 0o prefix for octal integers";
                        self.at(msg, TextRange::new(range.start(), at(n)))
                    }
                    None => self.at("invalid decimal literal", TextRange::empty(range.start())),
                }
            }
            Lexical::StringError => self.at("invalid syntax", range),
        }
    }

    /// A string without its end: "detected" is where the tokenizer gave up.
    fn unterminated(&self, what: &str, range: TextRange) -> Error {
        let text = self.source.text.get(range.start().to_usize()..).unwrap_or("");
        let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let triple = body.starts_with("\"\"\"") || body.starts_with("'''");
        let start = TextRange::empty(range.start());
        if triple {
            let whole = self.source.text.trim_end_matches('\n').len() as u32;
            let last = self.source.line(whole);
            let what = if what == "string" { "string literal" } else { what };
            return self
                .at(format!("unterminated triple-quoted {what} (detected at line {last})"), start);
        }
        // Continued by backslashes, it ends on a later line.
        let end = body.find(['\n', '\r']).unwrap_or(body.len());
        let mut line = self.source.line(range.start().to_u32());
        let mut rest = &body[end..];
        let mut head = &body[..end];
        while head.ends_with('\\') && !rest.is_empty() {
            line += 1;
            rest = &rest[1..];
            let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            (head, rest) = rest.split_at(end);
        }
        // `"...\"`: the quote that was to end it was taken away.
        let quote = body.chars().next().unwrap_or('"');
        let hint = match head.ends_with(&format!("\\{quote}")) {
            true if what == "string" => "; perhaps you escaped the end quote?",
            _ => "",
        };
        let what = if what == "string" { "string literal" } else { what };
        self.at(format!("unterminated {what} (detected at line {line}){hint}"), start)
    }

    pub(super) fn fstring(&self, kind: &FStringError, range: TextRange, what: &str) -> Error {
        match kind {
            FStringError::UnterminatedString | FStringError::UnterminatedTripleQuotedString => {
                let start = self.string_start(range.start());
                self.unterminated(&format!("{what} literal"), TextRange::at(start, range.len()))
            }
            FStringError::UnclosedLbrace => self.at(format!("{what}: expecting '}}'"), range),
            FStringError::SingleRbrace => self
                .at(format!("{what}: single '}}' is not allowed"), TextRange::empty(range.start())),
            FStringError::InvalidConversionFlag => {
                let token = self.token_at(range.start()).map_or(range, |t| t.range());
                let text = self.source.slice(token);
                if text.starts_with(['}', ':']) {
                    return self.at(format!("{what}: missing conversion character"), token);
                }
                let msg = format!(
                    "{what}: invalid conversion character '{text}': expected 's', 'r', or 'a'"
                );
                self.at(msg, token)
            }
            FStringError::ConversionFlagNotImmediatelyAfterExclamation => {
                // From the mark to the letter.
                let before = self.source.text.get(..range.start().to_usize()).unwrap_or("");
                let mark = before.rfind('!').map_or(range.start(), |n| TextSize::new(n as u32));
                let letter = self.tokens.iter().find(|t| t.start() > mark);
                let end = letter.map_or(range.end(), |t| t.end());
                let msg = "conversion type must come right after the exclamation mark";
                self.at(format!("{what}: {msg}"), TextRange::new(mark, end.max(mark)))
            }
            FStringError::LambdaWithoutParentheses => {
                let msg = format!("{what}: lambda expressions are not allowed without parentheses");
                self.at(msg, range)
            }
            FStringError::NewlineInFormatSpec => {
                let msg = format!(
                    "{what}: newlines are not allowed in format specifiers for single quoted {what}s"
                );
                let start = (range.start() + TextSize::new(1)).min(range.end());
                self.at(msg, TextRange::new(start, range.end()))
            }
        }
    }

    /// Where the f-string around an offset begins.
    fn string_start(&self, at: TextSize) -> TextSize {
        let mut open = Vec::new();
        for t in self.tokens.iter().take_while(|t| t.start() <= at) {
            match t.kind() {
                TokenKind::FStringStart | TokenKind::TStringStart => open.push(t.start()),
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.pop().unwrap_or(at)
    }

    fn invalid_character(&self, c: char, range: TextRange) -> Error {
        if c.is_ascii() && !c.is_ascii_control() {
            return self.at("invalid syntax", TextRange::at(range.start(), TextSize::of(c)));
        }
        let at = TextRange::empty(range.start());
        let code = format!("U+{:04X}", c as u32);
        match c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{a0}' | '\u{feff}') {
            true => self.at(format!("invalid non-printable character {code}"), at),
            false => self.at(format!("invalid character '{c}' ({code})"), at),
        }
    }

    /// A bad escape in a string.
    fn escape(&self, kind: &Lexical, range: TextRange) -> Error {
        let found = self.token_at(range.start());
        // The errors of a piece of an f-string may stand behind it.
        let piece =
            |t: &Token| matches!(t.kind(), TokenKind::FStringMiddle | TokenKind::TStringMiddle);
        let before = self.tokens.iter().rev().find(|t| t.end() <= range.start());
        let is_string = found.is_some_and(|t| t.kind() == TokenKind::String || piece(&t));
        let found = if is_string { found } else { before.copied().filter(piece).or(found) };
        let token = found.map_or(range, |t| t.range());
        let text = self.source.slice(token);
        let piece = found.is_some_and(|t| piece(&t));
        let text_of = if piece { "" } else { text };
        let head = text_of.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let prefix = text_of.len() - head.len();
        let quotes = if piece {
            0
        } else if head.starts_with("\"\"\"") || head.starts_with("'''") {
            3
        } else {
            1
        };
        let body = prefix + quotes;
        let upto =
            (range.start().to_usize() + 1).saturating_sub(token.start().to_usize()).min(text.len());
        let slash = text.get(..upto).and_then(|t| t.rfind('\\')).unwrap_or(body);
        let escape = text.get(slash..).unwrap_or("");
        let position = slash.saturating_sub(body);
        let (digits, what) = match escape.chars().nth(1) {
            Some('x') => (2, "truncated \\xXX escape"),
            Some('u') => (4, "truncated \\uXXXX escape"),
            Some('U') => (8, "truncated \\UXXXXXXXX escape"),
            _ => (0, "malformed \\N character escape"),
        };
        if text[..prefix].contains(['b', 'B']) {
            return self
                .at(format!("(value error) invalid \\x escape at position {position}"), token);
        }
        let hex = escape.chars().skip(2).take_while(char::is_ascii_hexdigit).take(digits).count();
        let (end, what) = match (digits, escape.find('}')) {
            (0, Some(close)) if *kind == Lexical::UnicodeError => {
                (position + close, "unknown Unicode character name")
            }
            (0, None) if escape.starts_with("\\N{") => {
                let quoted = escape.len().saturating_sub(quotes);
                (position + quoted.max(3) - 1, what)
            }
            (0, _) => (position + 1, what),
            (8, _) if hex == 8 => (position + 9, "illegal Unicode character"),
            _ => (position + 1 + hex, what),
        };
        let msg = format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{end}: {what}"
        );
        self.at(msg, token)
    }

    /// What is wrong with a token that ruff's lexer has let pass, or has read otherwise.
    pub(super) fn token_error(&self, i: usize, open: &[Token], strings: usize) -> Option<Error> {
        let t = self.tokens[i];
        let point = |at: TextSize| TextRange::empty(at);
        match t.kind() {
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => {
                let text = self.source.text.get(t.start().to_usize()..)?;
                let wrong = numbers::wrong(text)?;
                let at = |n: usize| t.start() + TextSize::new(n as u32);
                Some(match wrong {
                    numbers::Wrong::At(n, msg) => self.at(msg, point(at(n.saturating_sub(1)))),
                    numbers::Wrong::Zeros(n) => {
                        let text = "leading zeros in decimal integer literals are not permitted; \
                                    use an 0o prefix for octal integers";
                        self.at(text, TextRange::new(t.start(), at(n)))
                    }
                })
            }
            TokenKind::Name => {
                let next = self.tokens.get(i + 1).filter(|next| next.start() == t.end())?;
                let string = matches!(
                    next.kind(),
                    TokenKind::String | TokenKind::FStringStart | TokenKind::TStringStart
                );
                let text = self.source.slice(next.range());
                let more = text.find(['"', '\'']).unwrap_or(0);
                let end = next.start() + TextSize::new(more as u32);
                let range = TextRange::new(t.start(), end);
                let (a, b) = incompatible(self.source.slice(range)).filter(|_| string)?;
                Some(self.at(format!("'{a}' and '{b}' prefixes are incompatible"), range))
            }
            // The quotes of the string in which a replacement field is still open.
            TokenKind::FStringEnd | TokenKind::TStringEnd if strings > 0 => {
                let start = self.tokens[..i].iter().rev().scan(0, |depth, t| {
                    match t.kind() {
                        TokenKind::FStringEnd | TokenKind::TStringEnd => *depth += 1,
                        TokenKind::FStringStart | TokenKind::TStringStart => *depth -= 1,
                        _ => {}
                    }
                    Some((*depth, *t))
                });
                let start = start.into_iter().find(|(depth, _)| *depth < 0)?.1;
                let field = open.last().filter(|o| o.start() > start.start())?;
                let within =
                    self.tokens[..i].iter().rev().take_while(|t| t.start() > field.start());
                let formats = within.into_iter().any(|t| t.kind() == TokenKind::Colon);
                if field.kind() != TokenKind::Lbrace || formats {
                    return None;
                }
                let what = if t.kind() == TokenKind::FStringEnd { "f" } else { "t" };
                Some(self.at(format!("{what}-string: expecting '}}'"), point(t.start())))
            }
            _ => None,
        }
    }
}

/// Two letters before a string that do not go together.
fn incompatible(prefix: &str) -> Option<(char, char)> {
    let letters = prefix.to_ascii_lowercase();
    if letters.chars().any(|c| !"burft".contains(c) || letters.matches(c).count() > 1) {
        return None;
    }
    const PAIRS: [(char, char); 7] =
        [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')];
    PAIRS.into_iter().find(|(a, b)| letters.contains(*a) && letters.contains(*b))
}
