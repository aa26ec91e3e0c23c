//! The tokenizer's complaints: unterminated strings, bad characters, escapes and numbers.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{
    InterpolatedStringErrorType as FStringError, LexicalErrorType as Lexical,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Error, Place};

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
                (e.end_line, e.end_col) = (e.line, e.col);
                e.text = Some(text.to_string());
                e
            }
            Lexical::UnrecognizedToken { tok } => self.invalid_character(*tok, range),
            Lexical::LineContinuationError => {
                let at = TextRange::empty(range.start() + TextSize::new(1));
                self.at("unexpected character after line continuation character", at)
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
            Lexical::OtherError(msg) => self.number(msg, range),
            Lexical::StringError => self.generic(range),
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
        let what = if what == "string" { "string literal" } else { what };
        self.at(format!("unterminated {what} (detected at line {line})"), start)
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
            FStringError::ConversionFlagNotImmediatelyAfterExclamation => self.at(
                format!("{what}: conversion type must come right after the exclamation mark"),
                range,
            ),
            FStringError::LambdaWithoutParentheses => {
                let msg = format!("{what}: lambda expressions are not allowed without parentheses");
                self.at(msg, range)
            }
            FStringError::NewlineInFormatSpec => {
                let msg = format!(
                    "{what}: newlines are not allowed in format specifiers for single quoted {what}s"
                );
                self.at(msg, range)
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
        let at = TextRange::at(range.start(), TextSize::of(c));
        if c.is_ascii() && !c.is_ascii_control() {
            return self.at("invalid syntax", at);
        }
        let code = format!("U+{:04X}", c as u32);
        match c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{a0}' | '\u{feff}') {
            true => self.at(format!("invalid non-printable character {code}"), at),
            false => self.at(format!("invalid character '{c}' ({code})"), at),
        }
    }

    /// A bad escape in a string.
    fn escape(&self, kind: &Lexical, range: TextRange) -> Error {
        let token = self.token_at(range.start()).map_or(range, |t| t.range());
        let text = self.source.slice(token);
        let head = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let prefix = text.len() - head.len();
        let quotes = if head.starts_with("\"\"\"") || head.starts_with("'''") { 3 } else { 1 };
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
            (0, _) => (position + 1, what),
            (8, _) if hex == 8 => (position + 9, "illegal Unicode character"),
            _ => (position + 1 + hex, what),
        };
        let msg = format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{end}: {what}"
        );
        self.at(msg, token)
    }

    /// A malformed number.
    fn number(&self, msg: &str, range: TextRange) -> Error {
        let start = range.start().to_usize();
        let text = self.source.text.get(start..).unwrap_or("");
        let lower = text.to_ascii_lowercase();
        let bad = |digits: &str| {
            text.char_indices().skip(2).find(|(_, c)| !digits.contains(*c) && *c != '_')
        };
        let point = |at: usize| TextRange::empty(TextSize::new((start + at) as u32));
        for (prefix, name, digits) in [
            ("0x", "hexadecimal", "0123456789abcdefABCDEF"),
            ("0o", "octal", "01234567"),
            ("0b", "binary", "01"),
        ] {
            if lower.starts_with(prefix) {
                let (at, c) = bad(digits).unwrap_or((text.len(), ' '));
                if c.is_ascii_digit() {
                    return self.at(format!("invalid digit '{c}' in {name} literal"), point(at));
                }
                return self.at(format!("invalid {name} literal"), point(at.saturating_sub(1)));
            }
        }
        if msg.contains("leading zeros") || msg.contains("Invalid decimal integer literal") {
            let text = "leading zeros in decimal integer literals are not permitted; \
                        use an 0o prefix for octal integers";
            return self.at(text, range);
        }
        self.at("invalid decimal literal", point(text.len().min(1).saturating_sub(1)))
    }
}
