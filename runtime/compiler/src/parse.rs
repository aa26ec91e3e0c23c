//! Text to tree, by ruff's parser, and the limits CPython's tokenizer sets.
//!
//! What leaves here is a tree without errors that is no deeper than the walks over it can stand. The first error of a
//! text that has some is put into CPython's words by `messages`.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{Expr, Mod, Pattern, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions, Parsed};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::{Kind, Result, Source};
use crate::messages;

/// The version of the language.
const VERSION: PythonVersion = PythonVersion { major: 3, minor: 14 };

/// Open brackets at one place (CPython: `MAXLEVEL`).
const MAX_BRACKETS: usize = 200;

/// Levels of indentation (CPython: `MAXINDENT`).
const MAX_INDENT: usize = 100;

/// Nested tree nodes; long chains of operators nest, too.
const MAX_DEPTH: usize = 20_000;

/// Parses a text.
pub(crate) fn parse(source: &Source<'_>, how: crate::Mode) -> Result<Parsed<Mod>> {
    let mode = match how {
        crate::Mode::Eval => Mode::Expression,
        _ => Mode::Module,
    };
    check_nesting(source, mode)?;
    let options = ParseOptions::from(mode).with_target_version(VERSION);
    let parsed = ruff_python_parser::parse_unchecked(source.text, options);
    if !parsed.errors().is_empty() || !parsed.unsupported_syntax_errors().is_empty() {
        return Err(messages::syntax_error(source, &parsed, how));
    }
    if how == crate::Mode::Single {
        check_single(source, parsed.syntax())?;
    }
    Ok(parsed)
}

/// Interactive input is one statement, or several on one line.
fn check_single(source: &Source<'_>, tree: &Mod) -> Result<()> {
    let Mod::Module(m) = tree else { return Ok(()) };
    let [first, .., last] = &m.body[..] else { return Ok(()) };
    let end = first.range().end().to_usize();
    let line = source.text.get(end..).and_then(|rest| rest.find('\n')).map_or(0, |n| end + n);
    match last.range().start().to_usize() > line && line > 0 {
        true => {
            let msg = "multiple statements found while compiling a single statement";
            let range = TextRange::at(TextSize::new(line as u32), TextSize::new(1));
            Err(source.error(msg, range))
        }
        false => Ok(()),
    }
}

/// How deep a tree is; the error when too deep, in which case the tree must not be dropped recursively.
pub(crate) fn depth(source: &Source<'_>, tree: &Mod) -> Result<usize> {
    let mut meter = Meter { depth: 0, max: 0, too_deep: None };
    match tree {
        Mod::Module(m) => m.body.iter().for_each(|s| meter.visit_stmt(s)),
        Mod::Expression(e) => meter.visit_expr(&e.body),
    }
    match meter.too_deep {
        None => Ok(meter.max),
        Some(range) => {
            Err(source.error("maximum recursion depth exceeded during compilation", range))
        }
    }
}

/// Refuses brackets and indentation nested beyond CPython's limits. Looks at tokens only if a quick count is suspicious.
fn check_nesting(source: &Source<'_>, mode: Mode) -> Result<()> {
    let (mut depth, mut indent, mut at_start) = (0usize, 0usize, true);
    let (mut deep, mut wide) = (None, None);
    for (i, b) in source.text.bytes().enumerate() {
        match b {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_BRACKETS && deep.is_none() {
                    deep = Some(i);
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match b {
            b'\n' => (indent, at_start) = (0, true),
            b' ' | b'\t' if at_start => {
                indent += 1;
                if indent >= MAX_INDENT && wide.is_none() {
                    wide = Some(i);
                }
            }
            _ => at_start = false,
        }
    }
    if deep.is_none() && wide.is_none() {
        return Ok(());
    }
    let range =
        |at: Option<usize>| TextRange::at(TextSize::new(at.unwrap_or(0) as u32), TextSize::new(1));
    let mut lexer = ruff_python_parser::lexer::lex(source.text, mode);
    let (mut brackets, mut blocks) = (0usize, 0usize);
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => brackets += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                brackets = brackets.saturating_sub(1)
            }
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        if brackets > MAX_BRACKETS {
            return Err(source.error("too many nested parentheses", range(deep)));
        }
        if blocks >= MAX_INDENT {
            return Err(source.error_of(
                Kind::Indentation,
                "too many levels of indentation",
                range(wide),
            ));
        }
    }
}

/// Measures a tree.
struct Meter {
    depth: usize,
    max: usize,
    too_deep: Option<TextRange>,
}

impl Meter {
    fn enter(&mut self, range: TextRange, walk: impl FnOnce(&mut Self)) {
        if self.too_deep.is_some() {
            return;
        }
        if self.depth >= MAX_DEPTH {
            self.too_deep = Some(TextRange::at(range.start(), TextSize::new(0)));
            return;
        }
        self.depth += 1;
        self.max = self.max.max(self.depth);
        match self.depth > crate::SHALLOW {
            true => stacker::maybe_grow(64 << 10, 1 << 20, || walk(self)),
            false => walk(self),
        }
        self.depth -= 1;
    }
}

impl<'a> Visitor<'a> for Meter {
    fn visit_stmt(&mut self, s: &'a Stmt) {
        self.enter(ruff_text_size::Ranged::range(s), |m| walk_stmt(m, s));
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        self.enter(ruff_text_size::Ranged::range(e), |m| walk_expr(m, e));
    }

    fn visit_pattern(&mut self, p: &'a Pattern) {
        self.enter(ruff_text_size::Ranged::range(p), |m| walk_pattern(m, p));
    }
}
