//! What is no error but is hardly meant: the compiler's SyntaxWarnings, found by a walk over the tree.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, CmpOp, Expr, Mod, Stmt, StringFlags};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::{Source, SyntaxError};

/// The warnings for a tree, in the order of the source.
pub(crate) fn find(source: &Source<'_>, tree: &Mod) -> Vec<SyntaxError> {
    let mut walk = Walk { source, found: Vec::new(), finally: Finally::default() };
    match tree {
        Mod::Module(m) => m.body.iter().for_each(|s| walk.visit_stmt(s)),
        Mod::Expression(e) => walk.visit_expr(&e.body),
    }
    let mut found = walk.found;
    found.sort_by_key(|w| (w.line, w.col));
    found
}

/// Where in a `finally` clause the walk is.
#[derive(Clone, Copy, Default)]
struct Finally {
    /// In the clause, and in no function inside of it.
    inside: bool,
    /// In a loop inside of the clause.
    looping: bool,
}

struct Walk<'s, 'a> {
    source: &'s Source<'a>,
    found: Vec<SyntaxError>,
    finally: Finally,
}

impl Walk<'_, '_> {
    fn warn(&mut self, msg: impl Into<String>, range: TextRange) {
        self.found.push(*self.source.error(msg, range));
    }

    fn with(&mut self, finally: Finally, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.finally, finally);
        walk(self);
        self.finally = before;
    }

    fn leaves_finally(&mut self, word: &str, range: TextRange) {
        if self.finally.inside && (word == "return" || !self.finally.looping) {
            self.warn(format!("'{word}' in a 'finally' block"), range);
        }
    }

    fn compare(&mut self, c: &ast::ExprCompare) {
        let mut left = &*c.left;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot)
                && let Some(kind) = literal(left).or_else(|| literal(right))
            {
                let (word, better) = match op {
                    CmpOp::Is => ("is", "=="),
                    _ => ("is not", "!="),
                };
                let msg = format!("\"{word}\" with '{kind}' literal. Did you mean \"{better}\"?");
                self.warn(msg, c.range);
            }
            left = right;
        }
    }

    fn call(&mut self, c: &ast::ExprCall) {
        if let Some(kind) = uncallable(&c.func) {
            let msg = format!("'{kind}' object is not callable; perhaps you missed a comma?");
            self.warn(msg, c.range());
        }
    }

    fn subscript(&mut self, s: &ast::ExprSubscript) {
        let kind = match &*s.value {
            Expr::NoneLiteral(_) => "NoneType",
            Expr::BooleanLiteral(_) => "bool",
            Expr::NumberLiteral(n) => number(n),
            Expr::EllipsisLiteral(_) => "ellipsis",
            Expr::Set(_) => "set",
            Expr::SetComp(_) => "set",
            Expr::Generator(_) => "generator",
            Expr::TString(_) => "string.templatelib.Template",
            Expr::Lambda(_) => "function",
            _ => return self.index(s),
        };
        let msg = format!("'{kind}' object is not subscriptable; perhaps you missed a comma?");
        self.warn(msg, s.range);
    }

    /// An index that the kind of a literal does not have.
    fn index(&mut self, s: &ast::ExprSubscript) {
        let of = match &*s.value {
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            _ => return,
        };
        let kind = match &*s.slice {
            Expr::NumberLiteral(n) if n.value.is_int() => return,
            Expr::BooleanLiteral(_) => return,
            Expr::NumberLiteral(n) => number(n),
            Expr::NoneLiteral(_) => "NoneType",
            Expr::EllipsisLiteral(_) => "ellipsis",
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Dict(_) | Expr::DictComp(_) => "dict",
            Expr::Set(_) | Expr::SetComp(_) => "set",
            Expr::Generator(_) => "generator",
            Expr::Lambda(_) => "function",
            _ => return,
        };
        let msg = format!(
            "{of} indices must be integers or slices, not {kind}; perhaps you missed a comma?"
        );
        self.warn(msg, s.range);
    }

    /// A keyword right behind a number: `1if x else y`.
    fn number_end(&mut self, n: &ast::ExprNumberLiteral) {
        let rest = self.source.text.get(n.range.end().to_usize()..).unwrap_or("");
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return;
        }
        let text = self.source.slice(n.range).to_ascii_lowercase();
        let kind = match text.get(..2) {
            Some("0x") => "hexadecimal",
            Some("0o") => "octal",
            Some("0b") => "binary",
            _ if text.ends_with('j') => "imaginary",
            _ => "decimal",
        };
        let last = TextRange::empty(n.range.end() - TextSize::new(1));
        self.warn(format!("invalid {kind} literal"), last);
    }

    /// Backslashes that begin no escape sequence.
    fn escapes(&mut self, range: TextRange, opener: TextSize, bytes: bool) {
        let text = self.source.slice(range);
        let start = opener.to_usize();
        let mut at = start;
        while let Some(found) = text.get(at..).and_then(|t| t.find('\\')) {
            at += found;
            let Some(c) = text.get(at + 1..).and_then(|t| t.chars().next()) else { return };
            self.escape(text, at, c, range, bytes);
            at += 1 + c.len_utf8();
        }
    }

    fn escape(&mut self, text: &str, at: usize, c: char, range: TextRange, bytes: bool) {
        let known = "\n\r\\'\"abfnrtvx01234567".contains(c) || !bytes && "NuU".contains(c);
        let octal: String = text[at + 1..].chars().take(3).take_while(|c| c.is_digit(8)).collect();
        let large = u32::from_str_radix(&octal, 8).is_ok_and(|n| n > 0o377);
        if known && !large {
            return;
        }
        let (shown, kind) = if large { (octal, "octal ") } else { (c.to_string(), "") };
        let msg = format!(
            "\"\\{shown}\" is an invalid {kind}escape sequence. Such sequences will not work in the future. Did you mean \"\\\\{shown}\"? A raw string is also an option."
        );
        // The line is that of the backslash.
        let start = range.start() + TextSize::new(at as u32);
        self.warn(msg, TextRange::new(start, range.end()));
    }

    fn element(&mut self, e: &ast::InterpolatedStringElement) {
        match e {
            ast::InterpolatedStringElement::Literal(l) => {
                self.escapes(l.range, TextSize::new(0), false);
            }
            ast::InterpolatedStringElement::Interpolation(i) => {
                if let Some(spec) = &i.format_spec {
                    spec.elements.iter().for_each(|e| self.element(e));
                }
            }
        }
    }

    fn strings(&mut self, e: &Expr) {
        match e {
            Expr::StringLiteral(s) => {
                for part in s.value.iter().filter(|p| !p.flags.prefix().is_raw()) {
                    self.escapes(part.range, part.flags.opener_len(), false);
                }
            }
            Expr::BytesLiteral(s) => {
                for part in s.value.iter().filter(|p| !p.flags.prefix().is_raw()) {
                    self.escapes(part.range, part.flags.opener_len(), true);
                }
            }
            Expr::FString(f) => {
                for part in f.value.iter() {
                    match part {
                        ast::FStringPart::Literal(s) if !s.flags.prefix().is_raw() => {
                            self.escapes(s.range, s.flags.opener_len(), false);
                        }
                        ast::FStringPart::FString(f) if !f.flags.prefix().is_raw() => {
                            f.elements.iter().for_each(|e| self.element(e));
                        }
                        _ => {}
                    }
                }
            }
            Expr::TString(t) => {
                for part in t.value.as_slice().iter().filter(|p| !p.flags.prefix().is_raw()) {
                    part.elements.iter().for_each(|e| self.element(e));
                }
            }
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_> {
    fn visit_stmt(&mut self, s: &'a Stmt) {
        let finally = self.finally;
        match s {
            Stmt::Return(r) => {
                self.leaves_finally("return", r.range);
                walk_stmt(self, s);
            }
            Stmt::Break(b) => self.leaves_finally("break", b.range),
            Stmt::Continue(c) => self.leaves_finally("continue", c.range),
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {
                self.with(Finally::default(), |w| walk_stmt(w, s));
            }
            Stmt::For(_) | Stmt::While(_) => {
                self.with(Finally { looping: true, ..finally }, |w| walk_stmt(w, s));
            }
            Stmt::Try(t) => {
                t.body.iter().for_each(|s| self.visit_stmt(s));
                t.handlers.iter().for_each(|h| self.visit_except_handler(h));
                t.orelse.iter().for_each(|s| self.visit_stmt(s));
                self.with(Finally { inside: true, looping: false }, |w| {
                    t.finalbody.iter().for_each(|s| w.visit_stmt(s));
                });
            }
            Stmt::Assert(a) => {
                if matches!(&*a.test, Expr::Tuple(t) if !t.elts.is_empty()) {
                    let msg = "assertion is always true, perhaps remove parentheses?";
                    self.warn(msg, a.range);
                }
                walk_stmt(self, s);
            }
            _ => walk_stmt(self, s),
        }
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Compare(c) => self.compare(c),
            Expr::Call(c) => self.call(c),
            Expr::Subscript(s) => self.subscript(s),
            Expr::NumberLiteral(n) => self.number_end(n),
            _ => self.strings(e),
        }
        stacker::maybe_grow(64 << 10, 1 << 20, || walk_expr(self, e));
    }
}

fn number(n: &ast::ExprNumberLiteral) -> &'static str {
    match n.value {
        ast::Number::Int(_) => "int",
        ast::Number::Float(_) => "float",
        ast::Number::Complex { .. } => "complex",
    }
}

/// The class of a literal that is compared by value.
fn literal(e: &Expr) -> Option<&'static str> {
    match e {
        Expr::StringLiteral(_) => Some("str"),
        Expr::BytesLiteral(_) => Some("bytes"),
        Expr::NumberLiteral(n) => Some(number(n)),
        Expr::Tuple(t) if t.elts.iter().all(|e| literal(e).is_some()) => Some("tuple"),
        _ => None,
    }
}

/// The class of an expression that cannot be called.
fn uncallable(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NoneLiteral(_) => "NoneType",
        Expr::BooleanLiteral(_) => "bool",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::NumberLiteral(n) => number(n),
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        _ => return None,
    })
}
