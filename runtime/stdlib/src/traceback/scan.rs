//! A scanner for one Python expression: just enough to find its outermost operator, call or subscript.
//!
//! Tracebacks mark these inside the range of a failed instruction. The text is a segment of a program that compiled,
//! so nothing is checked; what is not understood gives no tokens and hence no marks.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Name,
    Number,
    String,
    /// An operator or a bracket.
    Op,
}

/// A token: characters `start..end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Brackets open around it; for a bracket, around the pair.
    pub(super) depth: usize,
}

/// Three-character and two-character operators.
const LONG: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", ":=",
    "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=",
];

/// The tokens of a text; None if a string or bracket is not closed.
pub(super) fn tokens(text: &[char]) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut depth = 0usize;
    let mut i = 0;
    while i < text.len() {
        let c = text[i];
        if c.is_whitespace() || c == '\\' {
            i += 1;
        } else if c == '#' {
            while i < text.len() && text[i] != '\n' {
                i += 1;
            }
        } else if let Some(quote) = string_start(text, i) {
            let end = string_end(text, i, quote)?;
            out.push(Token { kind: Kind::String, start: i, end, depth });
            i = end;
        } else if c.is_alphabetic() || c == '_' || c as u32 > 127 {
            let end = run(text, i, |c| c.is_alphanumeric() || c == '_' || c as u32 > 127);
            out.push(Token { kind: Kind::Name, start: i, end, depth });
            i = end;
        } else if c.is_ascii_digit()
            || (c == '.' && text.get(i + 1).is_some_and(char::is_ascii_digit))
        {
            let end = number_end(text, i);
            out.push(Token { kind: Kind::Number, start: i, end, depth });
            i = end;
        } else {
            let end = i + operator_len(text, i);
            if matches!(c, ')' | ']' | '}') {
                depth = depth.checked_sub(1)?;
            }
            out.push(Token { kind: Kind::Op, start: i, end, depth });
            if matches!(c, '(' | '[' | '{') {
                depth += 1;
            }
            i = end;
        }
    }
    if depth == 0 { Some(out) } else { None }
}

fn run(text: &[char], mut i: usize, belongs: impl Fn(char) -> bool) -> usize {
    while i < text.len() && belongs(text[i]) {
        i += 1;
    }
    i
}

fn number_end(text: &[char], start: usize) -> usize {
    let mut i = start;
    while let Some(&c) = text.get(i) {
        let exponent =
            matches!(c, '+' | '-') && matches!(text[i - 1], 'e' | 'E') && !hexadecimal(text, start);
        if !(c.is_alphanumeric() || c == '_' || c == '.' || (exponent && i > start)) {
            break;
        }
        i += 1;
        if i < text.len() && matches!(text[i], '+' | '-') && !matches!(text[i - 1], 'e' | 'E') {
            break;
        }
    }
    i.max(start + 1)
}

fn hexadecimal(text: &[char], start: usize) -> bool {
    text[start] == '0'
        && text.get(start + 1).is_some_and(|c| matches!(c, 'x' | 'X' | 'b' | 'B' | 'o' | 'O'))
}

fn operator_len(text: &[char], i: usize) -> usize {
    let matches = |op: &str| op.chars().enumerate().all(|(k, c)| text.get(i + k) == Some(&c));
    LONG.iter().find(|op| matches(op)).map_or(1, |op| op.len())
}

/// Where the opening quote of a string literal with its prefix is, if one starts at `i`.
fn string_start(text: &[char], i: usize) -> Option<usize> {
    let end = run(text, i, |c| c.is_ascii_alphabetic()).min(i + 3);
    let quote = *text.get(end)?;
    let prefix = text[i..end].iter().all(|c| "rRbBuUfFtT".contains(*c));
    if prefix && end - i <= 2 && (quote == '"' || quote == '\'') { Some(end) } else { None }
}

/// The end of the string literal whose prefix begins at `start`.
fn string_end(text: &[char], start: usize, quote_at: usize) -> Option<usize> {
    let formatted = text[start..quote_at].iter().any(|c| "fFtT".contains(*c));
    let quote = text[quote_at];
    let triple = text.get(quote_at + 1) == Some(&quote) && text.get(quote_at + 2) == Some(&quote);
    let mut i = quote_at + if triple { 3 } else { 1 };
    while i < text.len() {
        let c = text[i];
        if c == '\\' {
            i += 2;
        } else if c == quote
            && (!triple || (text.get(i + 1) == Some(&quote) && text.get(i + 2) == Some(&quote)))
        {
            return Some(i + if triple { 3 } else { 1 });
        } else if formatted && c == '{' && text.get(i + 1) == Some(&'{') {
            i += 2;
        } else if formatted && c == '{' {
            i = field_end(text, i + 1)?;
        } else {
            i += 1;
        }
    }
    None
}

/// The end of a replacement field of an f-string: after its closing brace.
fn field_end(text: &[char], mut i: usize) -> Option<usize> {
    let mut depth = 1;
    while i < text.len() {
        if let Some(quote) = string_start(text, i) {
            i = string_end(text, i, quote)?;
            continue;
        }
        match text[i] {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            _ => {}
        }
        i += 1;
        if depth == 0 {
            return Some(i);
        }
    }
    None
}
