//! Mistakes that take more than a message: what is assigned to, what a call has been given, what stands in strings.

use super::{Error, Node, Parser, Stop};
use crate::error::Kind;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::{TextRange, TextSize};

/// What targets are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Assignment,
    Deletion,
    Loop,
}

impl Parser<'_, '_, '_> {
    /// The error of an alternative with a special meaning; None if it is none after all.
    pub(super) fn special(
        &mut self,
        name: &str,
        end: usize,
        a: Option<usize>,
        b: Option<usize>,
    ) -> Result<Option<Error>, Stop> {
        let (Some(a), b) = (a, b.unwrap_or(0)) else { return Ok(None) };
        let span = |p: &Self| {
            let (a, b) = (p.range(a), p.range(b));
            TextRange::new(a.start(), b.end().max(a.start()))
        };
        let source = self.tokens.source;
        Ok(match name {
            "assign_to" => self.target(a, Use::Assignment),
            "delete" => self.target(a, Use::Deletion),
            "loop_over" => self.target(a, Use::Loop),
            "forgotten_comma" => {
                let level =
                    end.checked_sub(1).and_then(|n| self.tokens.tokens.get(n)).map_or(0, |t| t.1);
                let wrong = level > 0 && !self.is_legacy(a);
                let msg = "invalid syntax. Perhaps you forgot a comma?";
                wrong.then(|| source.error(msg, span(self)))
            }
            "legacy" => self.is_legacy(a).then(|| {
                let word = source.slice(self.range(a));
                let msg =
                    format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
                source.error(msg, span(self))
            }),
            "diamond" => {
                let (a, b) = (self.range(a), self.range(b));
                (a.end() == b.start()).then(|| {
                    let msg = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
                    source.error(msg, TextRange::new(a.start(), b.end()))
                })
            }
            "generator_among_arguments" => {
                let mut arguments = self.arguments(a);
                arguments.retain(|n| !self.is_keyword(*n));
                match arguments[..] {
                    [] | [_] => None,
                    [.., last] => {
                        let range = TextRange::new(self.range(last).start(), self.range(b).end());
                        Some(source.error("Generator expression must be parenthesized", range))
                    }
                }
            }
            "positional_follows" => {
                let unpacking =
                    self.arguments(a).iter().any(|n| self.nodes[*n].kind == "double_starred");
                let what = if unpacking { " unpacking" } else { "" };
                let msg = format!("positional argument follows keyword argument{what}");
                Some(self.tokens.error_at(self.reached, Kind::Syntax, msg))
            }
            "starred_bound" | "double_starred_bound" => {
                let what = if name == "starred_bound" { "TypeVarTuple" } else { "ParamSpec" };
                let how = if self.kind(b) == "tuple" { "constraints" } else { "bound" };
                let msg = format!("cannot use {how} with {what}");
                Some(self.from(self.range(a).start(), msg))
            }
            "missing_value" => {
                let end = self.range(a).end();
                let range = TextRange::empty(end.checked_sub(TextSize::new(1)).unwrap_or(end));
                let error = source.error("':' expected after dictionary key", range);
                Some(error.ending_at(0))
            }
            _ => None,
        })
    }

    /// The arguments of a call, in order.
    fn arguments(&self, node: usize) -> Vec<usize> {
        let Node { kind, children, .. } = &self.nodes[node];
        match *kind {
            "" => children.iter().flat_map(|n| self.arguments(*n)).collect(),
            _ => vec![node],
        }
    }

    fn is_keyword(&self, node: usize) -> bool {
        matches!(self.nodes[node].kind, "keyword" | "double_starred")
    }

    /// `print x`, `exec x`.
    fn is_legacy(&self, node: usize) -> bool {
        matches!(self.tokens.source.slice(self.range(node)), "print" | "exec")
    }

    /// What CPython calls a node.
    pub(super) fn kind(&self, node: usize) -> String {
        let Node { kind, start, end, children, .. } = &self.nodes[node];
        match *kind {
            "strings" => {
                let tokens = self.tokens.tokens.get(*start..*end).unwrap_or_default();
                let has = |kind| tokens.iter().any(|(t, _)| t.kind() == kind);
                if has(TokenKind::TStringStart) {
                    return "t-string expression".to_string();
                }
                let f_string = has(TokenKind::FStringStart);
                if f_string { "f-string expression" } else { "literal" }.to_string()
            }
            "" => match children[..] {
                [one] => self.kind(one),
                _ => "expression".to_string(),
            },
            kind => kind.replace('_', " "),
        }
    }

    /// The error of an expression that cannot be a target.
    fn target(&self, node: usize, for_: Use) -> Option<Error> {
        let wrong = self.wrong_target(node, for_)?;
        let verb = if for_ == Use::Deletion { "delete" } else { "assign to" };
        let msg = format!("cannot {verb} {}", self.kind(wrong));
        Some(self.tokens.source.error(msg, self.range(wrong)))
    }

    fn wrong_target(&self, node: usize, for_: Use) -> Option<usize> {
        let node = self.ungrouped(node);
        let Node { kind, children, .. } = &self.nodes[node];
        match *kind {
            "name" | "attribute" | "subscript" => None,
            "list" | "tuple" => {
                self.elements(node).into_iter().find_map(|n| self.wrong_target(n, for_))
            }
            "starred" if for_ == Use::Deletion => Some(node),
            "starred" => children.first().and_then(|n| self.wrong_target(*n, for_)),
            "comparison" if for_ == Use::Loop => {
                let left = *children.first()?;
                let op = self.tokens.tokens.get(self.nodes[left].end)?.0;
                match op.kind() {
                    TokenKind::In => self.wrong_target(left, for_),
                    _ => None,
                }
            }
            "" => match children[..] {
                [one] => self.wrong_target(one, for_),
                _ => Some(node),
            },
            _ => Some(node),
        }
    }

    /// The elements of a list or tuple.
    fn elements(&self, node: usize) -> Vec<usize> {
        let mut out = Vec::new();
        for child in &self.nodes[node].children {
            match self.nodes[*child].kind {
                "" => out.extend(self.elements(*child)),
                _ => out.push(*child),
            }
        }
        out
    }

    /// What is wrong in the strings of a match.
    pub(super) fn check(&mut self, rule: &str, node: usize) -> Result<(), Stop> {
        if rule != "strings" || self.tokens.contents.is_empty() {
            return Ok(());
        }
        let range = self.range(node);
        match self.tokens.contents.iter().find(|c| range.contains_inclusive(c.at)) {
            Some(c) if c.here => Err(Stop::Mistake(c.error.clone())),
            Some(c) => {
                let error = self.tokens.error_at(self.reached, Kind::Syntax, &*c.error.msg);
                Err(Stop::Mistake(error))
            }
            None => Ok(()),
        }
    }
}
