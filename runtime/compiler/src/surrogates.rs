//! Lone surrogates in string literals: `'\ud800'`.
//!
//! The parser's texts are UTF-8 and have U+FFFD in their place. Where a text has that character, the literal's source is
//! walked beside it: each escape there is one character of the text, or none, or two.

use ruff_python_ast::{self as ast, StringFlags};

/// What stands in the parser's text for a surrogate.
const REPLACEMENT: char = '\u{fffd}';

/// The code points of a string literal of `source` that has surrogates.
pub(crate) fn of_literal(literal: &ast::StringLiteral, source: &str) -> Option<Vec<u32>> {
    if literal.flags.prefix().is_raw() {
        return None;
    }
    let text = source.get(literal.range.start().to_usize()..literal.range.end().to_usize())?;
    code_points(&literal.value, text.get(literal.flags.opener_len().to_usize()..)?, false)
}

/// The code points of a text that has surrogates, None if it has none. The source is what it was read from, without
/// the opening quotes; `doubled` says whether braces in it are written twice.
pub(crate) fn code_points(text: &str, source: &str, doubled: bool) -> Option<Vec<u32>> {
    if !text.contains(REPLACEMENT) {
        return None;
    }
    let mut found = false;
    let mut at = source;
    let points = text
        .chars()
        .map(|c| {
            let (rest, surrogate) = step(at, c, doubled);
            at = rest;
            found |= surrogate.is_some();
            surrogate.unwrap_or(u32::from(c))
        })
        .collect();
    found.then_some(points)
}

/// What is left of the source behind the character `c` of the text, and the surrogate that it stands for.
fn step(source: &str, c: char, doubled: bool) -> (&str, Option<u32>) {
    let mut rest = source;
    // A backslash before the end of a line means nothing.
    while let Some(next) = ["\\\r\n", "\\\n", "\\\r"].iter().find_map(|end| rest.strip_prefix(end))
    {
        rest = next;
    }
    let after = |n: usize| {
        let end = rest.char_indices().nth(n).map_or(rest.len(), |(i, _)| i);
        &rest[end..]
    };
    let mut chars = rest.chars();
    match chars.next() {
        Some('\\') => {}
        Some('\r') if rest.starts_with("\r\n") && c == '\n' => return (after(2), None),
        Some('{' | '}') if doubled => return (after(2), None),
        _ => return (after(1), None),
    }
    let digits = |n: usize| {
        let text = rest.get(2..2 + n)?;
        u32::from_str_radix(text, 16).ok()
    };
    match chars.next() {
        Some('u') => surrogate(digits(4), after(6), c),
        Some('U') => surrogate(digits(8), after(10), c),
        Some('x') => (after(4), None),
        Some('N') => (rest.find('}').map_or("", |i| &rest[i + 1..]), None),
        Some('0'..='7') => {
            let n = rest[1..].bytes().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            (after(1 + n), None)
        }
        Some('\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v') => (after(2), None),
        // Any other backslash is itself.
        _ => (after(1), None),
    }
}

fn surrogate(value: Option<u32>, rest: &str, c: char) -> (&str, Option<u32>) {
    (rest, value.filter(|n| c == REPLACEMENT && (0xd800..0xe000).contains(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_are_found_beside_all_other_escapes() {
        let source = r"a\ud800\\ud801\x41\101\N{BULLET}\U0000dfff\q\
\ufffd{{\'";
        let text = "a\u{fffd}\\ud801AA\u{2022}\u{fffd}\\q\u{fffd}{{'";
        let points = code_points(text, source, false).expect("has surrogates");
        let got: Vec<u32> = points.into_iter().filter(|c| *c > 0x2100).collect();
        assert_eq!(got, [0xd800, 0xdfff, 0xfffd]);
        assert_eq!(code_points("{\u{fffd}}", r"{{\udc80}}", true), Some(vec![123, 0xdc80, 125]));
        assert_eq!(code_points("\u{fffd}", "\u{fffd}", false), None);
    }
}
