//! Which mistake a text that does not parse has: CPython's own way of finding it.
//!
//! CPython parses such a text twice with its grammar of alternatives in order: once as it is, to see how far it comes,
//! and once with rules for mistakes, the first of which to match says what is wrong. So does this, with the grammar in
//! `grammar` (in the notation of `notation`) and the tokens of ruff's parser. What the tokenizer finds wrong comes as an
//! [`Ending`] of the tokens and wins as soon as the parser gets there. Knows no messages but the grammar's.

mod grammar;
mod notation;
mod special;

use notation::{Action, Alternative, Grammar, Item, Place};
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

use crate::error::{Kind, Source, SyntaxError};

static TEXT: LazyLock<String> = LazyLock::new(grammar::text);
static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| notation::read(&TEXT));

/// Nested rules (CPython: `MAXSTACK`).
const MAX_DEPTH: usize = 4000;

/// What is wrong.
type Error = Box<SyntaxError>;

/// Why the tokens end where they do.
pub(crate) enum Ending {
    /// The text is at its end.
    Text,
    /// The tokenizer has found something wrong, perhaps inside of an f-string.
    Error { error: Error, in_string: bool },
}

/// The tokens of a text, without comments and what brackets make meaningless, with the depth of brackets behind each.
pub(crate) struct Tokens<'s, 'a> {
    pub(crate) source: &'s Source<'a>,
    pub(crate) tokens: Vec<(Token, u32)>,
    pub(crate) ending: Ending,
    /// What is wrong with the contents of strings.
    pub(crate) contents: Vec<Contents>,
}

/// What is wrong with the contents of a string.
pub(crate) struct Contents {
    /// Somewhere in the string.
    pub(crate) at: TextSize,
    /// Whether the error has its place; else it is at the last token that was looked at.
    pub(crate) here: bool,
    pub(crate) error: Error,
}

/// The mistake of a text of a mode (`file`, `eval`, `single`), None if the grammar finds none. `start` is the first token of a statement before which all is
/// well.
pub(crate) fn mistake(tokens: &Tokens<'_, '_>, start: usize, mode: &str) -> Option<Error> {
    let top = GRAMMAR.names.get(mode)?;
    let mut parser = Parser::new(tokens);
    let first = parser.rule(*top, start);
    let last = parser.reached;
    let failed = match first {
        Ok(Some(_)) => return None,
        Ok(None) => {
            parser.memory.clear();
            parser.mistakes = true;
            parser.rule(*top, start).err()
        }
        Err(stop) => Some(stop),
    };
    Some(match failed {
        Some(Stop::Tokenizer(error)) => error,
        Some(Stop::Mistake(error)) => parser.finished(error),
        None => parser.finished(parser.generic(last)),
    })
}

/// Why parsing is given up.
enum Stop {
    Mistake(Error),
    Tokenizer(Error),
}

/// A match, the position behind it; None if there is none.
type Matched<T> = Result<Option<T>, Stop>;

/// A node: what CPython calls it, and its tokens.
#[derive(Clone, Debug)]
struct Node {
    kind: &'static str,
    start: usize,
    end: usize,
    children: Vec<usize>,
    /// What it is but for the parentheses or the comma around it.
    same: Option<usize>,
}

/// Named parts of an alternative.
type Parts = Vec<(&'static str, usize)>;

struct Parser<'t, 's, 'a> {
    tokens: &'t Tokens<'s, 'a>,
    nodes: Vec<Node>,
    memory: FxHashMap<(usize, usize, bool), Option<usize>>,
    /// Whether the rules for mistakes are tried.
    mistakes: bool,
    /// The last token that was looked at.
    reached: usize,
    depth: usize,
}

impl<'t, 's, 'a> Parser<'t, 's, 'a> {
    fn new(tokens: &'t Tokens<'s, 'a>) -> Self {
        Parser {
            tokens,
            nodes: Vec::new(),
            memory: FxHashMap::default(),
            mistakes: false,
            reached: 0,
            depth: 0,
        }
    }

    /// The token at a position, if the tokenizer gets there.
    fn token(&mut self, at: usize) -> Result<Token, Stop> {
        match self.tokens.tokens.get(at) {
            Some((token, _)) => {
                self.reached = self.reached.max(at);
                Ok(*token)
            }
            None => {
                self.reached = self.reached.max(self.tokens.tokens.len().saturating_sub(1));
                Err(match &self.tokens.ending {
                    Ending::Error { error, .. } => Stop::Tokenizer(error.clone()),
                    Ending::Text => Stop::Mistake(self.generic(self.reached)),
                })
            }
        }
    }

    fn text(&self, token: Token) -> &'a str {
        self.tokens.source.slice(token.range())
    }

    fn add(&mut self, kind: &'static str, start: usize, end: usize, children: Vec<usize>) -> usize {
        self.nodes.push(Node { kind, start, end, children, same: None });
        self.nodes.len() - 1
    }

    fn rule(&mut self, number: usize, at: usize) -> Matched<usize> {
        let rule = &GRAMMAR.rules[number];
        if rule.mistake && !self.mistakes {
            return Ok(None);
        }
        let key = (number, at, self.mistakes);
        if let Some(known) = self.memory.get(&key) {
            return Ok(*known);
        }
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Mistake(self.too_deep(at)));
        }
        self.depth += 1;
        let found = stacker::maybe_grow(64 << 10, 1 << 20, || match rule.left {
            true => self.grow(number, at),
            false if rule.name == "expression_quietly" => {
                let before = std::mem::replace(&mut self.mistakes, false);
                let found = self.alternatives(&rule.alternatives, at);
                self.mistakes = before;
                found
            }
            false => self.alternatives(&rule.alternatives, at),
        });
        self.depth -= 1;
        let found = found?;
        if let Some(node) = found {
            self.check(rule.name, node)?;
        }
        self.memory.insert(key, found);
        Ok(found)
    }

    /// A rule that begins with itself: what it has matched is what it begins with the next time.
    fn grow(&mut self, number: usize, at: usize) -> Matched<usize> {
        let key = (number, at, self.mistakes);
        let mut best: Option<usize> = None;
        loop {
            self.memory.insert(key, best);
            let found = self.alternatives(&GRAMMAR.rules[number].alternatives, at)?;
            let end = |n: Option<usize>| n.map_or(0, |n| self.nodes[n].end);
            if found.is_none() || end(found) <= end(best) {
                return Ok(best);
            }
            best = found;
        }
    }

    fn alternatives(&mut self, all: &'static [Alternative], at: usize) -> Matched<usize> {
        for alternative in all {
            let (mut parts, mut children) = (Parts::new(), Vec::new());
            let mut cut = false;
            let mut end = Some(at);
            for item in &alternative.items {
                let Some(from) = end else { break };
                cut |= matches!(item, Item::Cut);
                end = self.item(item, from, &mut parts, &mut children)?;
            }
            if let Some(end) = end {
                return self.act(alternative, at, end, &parts, children);
            }
            if cut {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Matches an item; the position behind it.
    fn item(
        &mut self,
        item: &'static Item,
        at: usize,
        parts: &mut Parts,
        children: &mut Vec<usize>,
    ) -> Matched<usize> {
        Ok(match item {
            Item::Word(word) => {
                let token = self.token(at)?;
                (is_word(token.kind()) && self.text(token) == *word).then_some(at + 1)
            }
            Item::Soft(word) => {
                let token = self.token(at)?;
                (is_identifier(token.kind()) && self.text(token) == *word).then_some(at + 1)
            }
            Item::Kind(kind) => {
                let token = self.token(at)?;
                self.is_kind(token, kind).then_some(at + 1)
            }
            Item::Rule(rule) => match self.rule(*rule, at)? {
                Some(node) => {
                    children.push(node);
                    Some(self.nodes[node].end)
                }
                None => None,
            },
            Item::Group(all) => match self.alternatives(all, at)? {
                Some(node) => {
                    children.push(node);
                    Some(self.nodes[node].end)
                }
                None => None,
            },
            Item::Optional(inner) => Some(self.item(inner, at, parts, children)?.unwrap_or(at)),
            Item::Many(inner, least) => {
                let (mut end, mut count) = (at, 0);
                while let Some(next) = self.item(inner, end, parts, children)? {
                    count += 1;
                    if next == end {
                        break;
                    }
                    end = next;
                }
                (count >= *least).then_some(end)
            }
            Item::Separated(separator, inner) => {
                let Some(mut end) = self.item(inner, at, parts, children)? else { return Ok(None) };
                while let Some(behind) = self.item(separator, end, parts, &mut Vec::new())? {
                    match self.item(inner, behind, parts, children)? {
                        Some(next) => end = next,
                        None => break,
                    }
                }
                Some(end)
            }
            Item::Ahead(inner) => {
                self.item(inner, at, &mut Parts::new(), &mut Vec::new())?.map(|_| at)
            }
            Item::NotAhead(inner) => {
                match self.item(inner, at, &mut Parts::new(), &mut Vec::new())? {
                    Some(_) => None,
                    None => Some(at),
                }
            }
            Item::Must(word) => {
                let token = self.token(at)?;
                if !is_word(token.kind()) || self.text(token) != *word {
                    let range = self.tokens.shown(at);
                    let msg = format!("expected '{word}'");
                    return Err(Stop::Mistake(self.tokens.source.error(msg, range)));
                }
                Some(at + 1)
            }
            Item::Cut => Some(at),
            Item::Named(name, inner) => {
                let mut own = Vec::new();
                let end = self.item(inner, at, parts, &mut own)?;
                if let Some(end) = end {
                    let node = match own[..] {
                        [node] if self.nodes[node].start == at && self.nodes[node].end == end => {
                            node
                        }
                        _ => self.add("", at, end, own.clone()),
                    };
                    parts.push((name, node));
                    children.extend(own);
                }
                end
            }
        })
    }

    /// What a matched alternative means; None if it means that the rule does not match after all.
    fn act(
        &mut self,
        alternative: &'static Alternative,
        start: usize,
        end: usize,
        parts: &Parts,
        children: Vec<usize>,
    ) -> Matched<usize> {
        let part = |name: &str| parts.iter().rev().find(|(n, _)| *n == name).map(|(_, node)| *node);
        Ok(Some(match &alternative.action {
            Action::None => {
                let plain = alternative.items.iter().filter(|i| !is_lookahead(i)).count() == 1;
                match (plain, &children[..]) {
                    (true, [one]) if self.nodes[*one].end == end => *one,
                    _ => self.add("", start, end, children),
                }
            }
            Action::Node(kind) => self.add(kind, start, end, children),
            Action::Same(name) => match part(name) {
                Some(node) => {
                    let kind = self.nodes[node].kind;
                    let made = self.add(kind, start, end, vec![node]);
                    self.nodes[made].same = Some(node);
                    made
                }
                None => return Ok(None),
            },
            Action::Error(place, message) => {
                return Err(Stop::Mistake(self.error(*place, message, end, parts)?));
            }
            Action::Special(name) => {
                let (a, b) = (part("a"), part("b"));
                return match self.special(name, end, a, b)? {
                    Some(error) => Err(Stop::Mistake(error)),
                    None => Ok(None),
                };
            }
        }))
    }

    /// The range of a node, in which parentheses that only group have no part.
    fn range(&self, node: usize) -> TextRange {
        let Node { start, end, .. } = self.nodes[self.ungrouped(node)];
        let first = self.tokens.shown(start);
        match end.checked_sub(1).filter(|last| *last >= start) {
            Some(last) => {
                let end = self.tokens.shown(last).end();
                TextRange::new(first.start(), end.max(first.start()))
            }
            None => TextRange::empty(first.start()),
        }
    }

    /// What is in the parentheses that only group.
    fn ungrouped(&self, mut node: usize) -> usize {
        while let Some(inner) = self.nodes[node].same {
            node = inner;
        }
        node
    }

    fn error(
        &mut self,
        place: Place,
        message: &str,
        end: usize,
        parts: &Parts,
    ) -> Result<Error, Stop> {
        let part =
            |name: &str| parts.iter().rev().find(|(n, _)| *n == name).map_or(0, |(_, node)| *node);
        let mut text = message.replace("\\\"", "\"");
        if text.contains(['%', '$', '#']) {
            let a = part("a");
            let range = self.range(a);
            let source = self.tokens.source;
            text = text.replace("%a", &self.kind(a)).replace("$a", source.slice(range));
            text = text.replace("#a", &source.line(range.start().to_u32()).to_string());
        }
        let range = match place {
            Place::Span(a, b) => {
                let (a, b) = (self.range(part(a)), self.range(part(b)));
                TextRange::new(a.start(), b.end().max(a.start()))
            }
            Place::From(a) => return Ok(self.from(self.range(part(a)).start(), text)),
            Place::Last => return Ok(self.tokens.error_at(self.reached, Kind::Syntax, text)),
            Place::Next => {
                self.token(end)?;
                return Ok(self.tokens.error_at(end, Kind::Syntax, text));
            }
            Place::Indent => {
                return Ok(self.tokens.error_at(self.reached, Kind::Indentation, text));
            }
        };
        Ok(self.tokens.source.error(text, range))
    }

    /// "invalid syntax" at a token.
    fn generic(&self, at: usize) -> Error {
        let (kind, msg) = match self.tokens.tokens.get(at).map(|(t, _)| t.kind()) {
            Some(TokenKind::Indent) => (Kind::Indentation, "unexpected indent"),
            Some(TokenKind::Dedent) => (Kind::Indentation, "unexpected unindent"),
            _ => (Kind::Syntax, "invalid syntax"),
        };
        self.tokens.error_at(at, kind, msg)
    }

    /// An error from a place to where the tokenizer has come.
    fn from(&self, start: TextSize, msg: String) -> Error {
        let end = self.tokens.shown(self.reached).end().max(start);
        let error = self.tokens.source.error(msg, TextRange::new(start, end));
        // The end of a text is the end of a line.
        let beyond = i32::from(end > TextSize::of(self.tokens.source.text));
        let end = error.end_col - 1 + beyond;
        error.ending_at(end)
    }

    fn too_deep(&self, at: usize) -> Error {
        self.tokens.source.error("too many nested expressions", self.tokens.shown(at))
    }

    /// An error, unless the tokenizer would find one further on; a bracket that is not closed counts if it stands on a
    /// line before the last token that was looked at.
    fn unless_closed(&self, error: Error) -> Error {
        let Ending::Error { error: other, in_string } = &self.tokens.ending else { return error };
        // What is wrong in a replacement field is more to the point than how its string ends.
        if *in_string {
            return error;
        }
        let line = self.tokens.source.line(self.tokens.shown(self.reached).start().to_u32());
        match other.msg.ends_with("was never closed") && line <= other.line {
            true => error,
            false => other.clone(),
        }
    }

    /// An error as it is shown: of the line that the tokenizer is in, the end is shown as well.
    fn finished(&self, error: Error) -> Error {
        let error = self.unless_closed(error);
        let source = self.tokens.source;
        let last = source.text.trim_end_matches(['\n', '\r']).len() as u32;
        let at = self.tokens.shown(self.reached).start().to_u32();
        let line = source.line(at.min(last));
        match line > error.line {
            true => error.without_newline(),
            false => error,
        }
    }

    fn is_kind(&self, token: Token, kind: &str) -> bool {
        match kind {
            "NAME" => is_identifier(token.kind()),
            "NUMBER" => {
                matches!(token.kind(), TokenKind::Int | TokenKind::Float | TokenKind::Complex)
            }
            "STRING" => token.kind() == TokenKind::String,
            "NEWLINE" => token.kind() == TokenKind::Newline,
            "INDENT" => token.kind() == TokenKind::Indent,
            "DEDENT" => token.kind() == TokenKind::Dedent,
            "ENDMARKER" => token.kind() == TokenKind::EndOfFile,
            "FSTART" => token.kind() == TokenKind::FStringStart,
            "FMID" => token.kind() == TokenKind::FStringMiddle,
            "FEND" => token.kind() == TokenKind::FStringEnd,
            "TSTART" => token.kind() == TokenKind::TStringStart,
            "TMID" => token.kind() == TokenKind::TStringMiddle,
            "TEND" => token.kind() == TokenKind::TStringEnd,
            "SOFT_KEYWORD" => {
                is_identifier(token.kind())
                    && matches!(self.text(token), "_" | "case" | "match" | "type")
            }
            _ => false,
        }
    }
}

impl Tokens<'_, '_> {
    /// An error at a token, as CPython's parser points at it: tokens without text have no end.
    fn error_at(&self, at: usize, kind: Kind, msg: impl Into<String>) -> Error {
        let range = self.shown(at);
        let source = self.source;
        let Some((token, _)) = self.tokens.get(at) else {
            return source.error_of(kind, msg, range);
        };
        let last = TextSize::of(source.text);
        let at_end = token.kind() == TokenKind::EndOfFile
            || (token.kind() == TokenKind::Dedent && token.start() == last);
        if at_end {
            // Behind the text of the last line.
            let newline = source.text.ends_with('\n');
            let end = last - TextSize::new(u32::from(newline));
            return source.error_of(kind, msg, TextRange::empty(end)).ending_at(-1);
        }
        if matches!(token.kind(), TokenKind::Indent | TokenKind::Dedent) {
            let mut error = source.error_of(kind, msg, TextRange::empty(token.end()));
            error.col -= 1;
            return error.ending_at(-1);
        }
        let error = source.error_of(kind, msg, range);
        let end = error.end_col;
        // The end of a text is the end of a line.
        let beyond = i32::from(range.end() > last);
        error.ending_at(end + beyond)
    }

    /// Where a token is shown: the end of a line is one character wide.
    fn shown(&self, at: usize) -> TextRange {
        let Some((token, _)) = self.tokens.get(at.min(self.tokens.len().saturating_sub(1))) else {
            return TextRange::default();
        };
        match token.kind() {
            TokenKind::Newline if token.range().is_empty() => {
                TextRange::at(token.start(), TextSize::new(1))
            }
            _ => token.range(),
        }
    }
}

fn is_lookahead(item: &Item) -> bool {
    matches!(item, Item::Ahead(_) | Item::NotAhead(_) | Item::Cut)
}

/// Names, soft keywords among them.
fn is_identifier(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name | TokenKind::Match | TokenKind::Case | TokenKind::Type | TokenKind::Lazy
    )
}

/// Keywords and operators.
fn is_word(kind: TokenKind) -> bool {
    !is_identifier(kind)
        && !matches!(
            kind,
            TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::String
                | TokenKind::FStringStart
                | TokenKind::FStringMiddle
                | TokenKind::FStringEnd
                | TokenKind::TStringStart
                | TokenKind::TStringMiddle
                | TokenKind::TStringEnd
                | TokenKind::Newline
                | TokenKind::Indent
                | TokenKind::Dedent
                | TokenKind::EndOfFile
        )
}
