//! Which part of a failed instruction's text is marked `^` while the rest is marked `~`: an operator, or the brackets
//! of a call or subscript (CPython `traceback._extract_caret_anchors_from_line_segment`, without its parser).

use super::scan::{Kind, Token, tokens};

/// The marked characters `start..end` of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Anchors {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The outermost node of an expression, as far as tracebacks care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Node {
    Binary(Anchors),
    Subscript(Anchors),
    /// A call, and whether what is called is a plain name.
    Call(Anchors, bool),
    Other,
}

/// Words and signs that, outside brackets, make the expression something else than an operator, call or subscript.
const OTHER: &[&str] = &[
    "lambda", "if", "else", "or", "and", "not", "in", "is", "for", "yield", "async", "return",
    "raise", "assert", "del", "import", "from", "with", "while", "class", "def", "global",
    "nonlocal", "try", "pass", "<", ">", "<=", ">=", "==", "!=", ":=", "=", ",", ":", ";", "->",
    "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**=", "!",
];

struct Segment<'a> {
    text: &'a [char],
    tokens: Vec<Token>,
}

impl Segment<'_> {
    fn text(&self, i: usize) -> String {
        let t = self.tokens[i];
        self.text[t.start..t.end].iter().collect()
    }

    fn is(&self, i: usize, text: &str) -> bool {
        self.tokens.get(i).is_some_and(|_| self.text(i) == text)
    }

    /// Whether token `i` ends an operand.
    fn ends_operand(&self, i: usize) -> bool {
        match self.tokens[i].kind {
            Kind::Op => {
                matches!(self.text[self.tokens[i].start], ')' | ']' | '}') || self.is(i, "...")
            }
            Kind::Name => !self.is(i, "await"),
            _ => true,
        }
    }

    /// The outermost binary operator's token.
    fn operator(&self) -> Option<usize> {
        let mut best: Option<(u8, usize)> = None;
        for i in 1..self.tokens.len() {
            let t = self.tokens[i];
            if t.depth > 0 || t.kind != Kind::Op || !self.ends_operand(i - 1) {
                continue;
            }
            let power = match self.text(i).as_str() {
                "|" => 0,
                "^" => 1,
                "&" => 2,
                "<<" | ">>" => 3,
                "+" | "-" => 4,
                "*" | "@" | "/" | "//" | "%" => 5,
                "**" => 7,
                _ => continue,
            };
            // Left-associative operators: the last one; `**`: the first one.
            if best.is_none_or(|(p, _)| power < p || (power == p && power != 7)) {
                best = Some((power, i));
            }
        }
        let (power, at) = best?;
        let unary = self.tokens[0].kind == Kind::Op
            && matches!(self.text[self.tokens[0].start], '-' | '+' | '~');
        // A sign binds looser than `**`.
        if unary && power == 7 { None } else { Some(at) }
    }

    /// Where the right operand's own text begins: inside parentheses that only group it.
    fn right_start(&self, operator: usize) -> usize {
        let (mut first, mut last) = (operator + 1, self.tokens.len() - 1);
        while first < last && self.is(first, "(") && self.closing(first) == Some(last) {
            let depth = self.tokens[first].depth + 1;
            let plain = (first + 1..last).all(|i| {
                self.tokens[i].depth != depth
                    || !(self.is(i, ",") || self.is(i, "for") || self.is(i, "async"))
            });
            if !plain || first + 1 == last {
                break;
            }
            first += 1;
            last -= 1;
        }
        self.tokens.get(first).map_or(self.text.len(), |t| t.start)
    }

    /// The bracket that closes the one at token `i`.
    fn closing(&self, i: usize) -> Option<usize> {
        let depth = self.tokens[i].depth;
        (i + 1..self.tokens.len()).find(|k| self.tokens[*k].depth == depth)
    }

    fn binary(&self, operator: usize) -> Node {
        let start = self.tokens[operator].start;
        let mut end = start + 1;
        // As CPython: a second character belongs to the operator if it is none of the right operand's.
        if let Some(c) = self.text.get(end)
            && !c.is_whitespace()
            && *c != '\\'
            && *c != '#'
            && end < self.right_start(operator)
        {
            end += 1;
        }
        Node::Binary(Anchors { start, end })
    }

    fn node(&self) -> Node {
        let n = self.tokens.len();
        if n == 0 {
            return Node::Other;
        }
        let other = (0..n).any(|i| {
            let t = self.tokens[i];
            t.depth == 0
                && t.kind != Kind::Number
                && t.kind != Kind::String
                && OTHER.contains(&self.text(i).as_str())
        });
        if other {
            return Node::Other;
        }
        if let Some(operator) = self.operator() {
            return self.binary(operator);
        }
        if matches!(self.text[self.tokens[0].start], '-' | '+' | '~' | '*') || self.is(0, "await") {
            return Node::Other;
        }
        let last = n - 1;
        let Some(open) =
            (0..last).find(|i| self.tokens[*i].depth == 0 && self.closing(*i) == Some(last))
        else {
            return Node::Other;
        };
        let open = (open..last)
            .rev()
            .find(|i| {
                self.tokens[*i].depth == 0
                    && matches!(self.text[self.tokens[*i].start], '(' | '[' | '{')
                    && self.closing(*i) == Some(last)
            })
            .unwrap_or(open);
        let anchors = Anchors { start: self.tokens[open].start, end: self.tokens[last].end };
        match self.text[self.tokens[last].start] {
            ')' if open > 0 => Node::Call(anchors, open == 1 && self.tokens[0].kind == Kind::Name),
            ']' if open > 0 => Node::Subscript(anchors),
            _ => Node::Other,
        }
    }
}

/// The outermost node of the expression that is the whole text.
pub(super) fn node(text: &[char]) -> Node {
    match tokens(text) {
        Some(tokens) => Segment { text, tokens }.node(),
        None => Node::Other,
    }
}

/// Whether the text before a call says that the call is all of a `return`, which counts for calls of plain names only,
/// or of an assignment to one name.
pub(super) fn is_whole_statement(before: &[char], plain_name: bool) -> bool {
    let Some(tokens) = tokens(before) else { return false };
    let s = Segment { text: before, tokens };
    match s.tokens.len() {
        1 => plain_name && s.is(0, "return"),
        2 => s.tokens[0].kind == Kind::Name && s.is(1, "="),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        match node(&chars) {
            Node::Binary(a) | Node::Subscript(a) | Node::Call(a, _) => (0..chars.len())
                .map(|i| if i >= a.start && i < a.end { '^' } else { '~' })
                .collect(),
            Node::Other => String::new(),
        }
    }

    #[test]
    fn the_outermost_operator_or_bracket_is_marked() {
        assert_eq!(marked("a + b"), "~~^~~");
        assert_eq!(marked("a // b * c"), "~~~~~~~^~~");
        assert_eq!(marked("a ** b ** c"), "~~^^~~~~~~~");
        assert_eq!(marked("a+(b)"), "~^^~~");
        assert_eq!(marked("a+(b)*c"), "~^~~~~~");
        assert_eq!(marked("-a * b"), "~~~^~~");
        assert_eq!(marked("-a ** b"), "");
        assert_eq!(marked("f(x)[1]"), "~~~~^^^");
        assert_eq!(marked("x[1](2)"), "~~~~^^^");
        assert_eq!(marked("a.b(')', c)"), "~~~^^^^^^^^");
        assert_eq!(marked("(a, b)"), "");
        assert_eq!(marked("a < b"), "");
        assert_eq!(marked("f'{x[\"]\"]}' % y"), "~~~~~~~~~~~~^~~");
        assert_eq!(marked("1e-5 - x"), "~~~~~^~~");
        assert_eq!(marked("a.b"), "");
    }
}
