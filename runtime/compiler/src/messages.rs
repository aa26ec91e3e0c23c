//! What is wrong with a text that does not parse, in CPython's words.
//!
//! ruff recovers from errors and reports many; CPython stops at the first, then looks for something better to say: an
//! error of its tokenizer anywhere in the text, a bracket that was never closed, a mistake it knows. In that order
//! here, too.

mod generic;
mod lexical;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, Mod};
use ruff_python_parser::{
    InterpolatedStringErrorType as FStringError, LexicalErrorType as Lexical, ParseError,
    ParseErrorType as E, Parsed, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::{Kind, Source, SyntaxError};

type Error = Box<SyntaxError>;

/// The error of a text that does not parse.
pub(crate) fn syntax_error(source: &Source<'_>, parsed: &Parsed<Mod>) -> Error {
    let tokens: Vec<Token> =
        parsed.tokens().iter().copied().filter(|t| !t.kind().is_trivia()).collect();
    let p = Place { source, tree: parsed.syntax(), tokens };
    let lexical = parsed.errors().iter().find(|e| is_tokenizer_error(e));
    let first = parsed.errors().first();
    let (brackets, unclosed) = p.brackets();
    // The tokenizer's errors win wherever they are; of two the first.
    if let Some((at, error)) = brackets
        && lexical.is_none_or(|e| at < e.location.start())
    {
        return error;
    }
    if let Some(e) = lexical {
        return p.error(e);
    }
    let Some(first) = first else { return source.error("invalid syntax", TextRange::default()) };
    if let Some(open) = unclosed {
        let end = TextSize::of(source.text);
        let known = matches!(
            first.error,
            E::InvalidAssignmentTarget
                | E::PositionalAfterKeywordArgument
                | E::UnparenthesizedGeneratorExpression
        );
        let found = p.token_at(first.location.start()).map_or(TokenKind::EndOfFile, |t| t.kind());
        let at_end = matches!(found, TokenKind::EndOfFile | TokenKind::Newline)
            || first.location.end() == end;
        let later_line =
            source.line(first.location.start().to_u32()) > source.line(open.start().to_u32());
        if (at_end || later_line) && !known {
            return source.error(format!("'{}' was never closed", source.slice(open)), open);
        }
    }
    p.error(first)
}

/// The error of syntax that parses but does not belong to the version of the language.
pub(crate) fn unsupported(source: &Source<'_>, e: &UnsupportedSyntaxError) -> Error {
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
        E::Lexical(e) => !matches!(e, Lexical::UnrecognizedToken { tok } if tok.is_ascii()),
        E::FStringError(e) | E::TStringError(e) => matches!(
            e,
            FStringError::UnterminatedString
                | FStringError::UnterminatedTripleQuotedString
                | FStringError::SingleRbrace
        ),
        _ => false,
    }
}

/// The text, its tokens and what tree there is.
struct Place<'s, 'a> {
    source: &'s Source<'a>,
    tree: &'s Mod,
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

    fn token_before(&self, at: TextSize) -> Option<Token> {
        let n = self.tokens.partition_point(|t| t.start() < at);
        n.checked_sub(1).map(|n| self.tokens[n])
    }

    /// The first bracket that matches nothing, and the innermost one that is never closed.
    fn brackets(&self) -> (Option<(TextSize, Error)>, Option<TextRange>) {
        let mut open: Vec<Token> = Vec::new();
        for t in &self.tokens {
            let want = match t.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                    open.push(*t);
                    continue;
                }
                TokenKind::Rpar => TokenKind::Lpar,
                TokenKind::Rsqb => TokenKind::Lsqb,
                TokenKind::Rbrace => TokenKind::Lbrace,
                _ => continue,
            };
            let close = self.source.slice(t.range());
            let range = TextRange::empty(t.start());
            match open.pop() {
                Some(o) if o.kind() == want => {}
                None => {
                    return (
                        Some((t.start(), self.at(format!("unmatched '{close}'"), range))),
                        None,
                    );
                }
                Some(o) => {
                    let opening = self.source.slice(o.range());
                    let line = self.source.line(o.start().to_u32());
                    let on = match line == self.source.line(t.start().to_u32()) {
                        true => String::new(),
                        false => format!(" on line {line}"),
                    };
                    let msg = format!(
                        "closing parenthesis '{close}' does not match opening parenthesis '{opening}'{on}"
                    );
                    return (Some((t.start(), self.at(msg, range))), None);
                }
            }
        }
        (None, open.last().map(|t| t.range()))
    }

    fn error(&self, e: &ParseError) -> Error {
        let range = e.location;
        match &e.error {
            E::Lexical(kind) => self.lexical(kind, range),
            E::FStringError(kind) => self.fstring(kind, range, "f-string"),
            E::TStringError(kind) => self.fstring(kind, range, "t-string"),
            E::InvalidAssignmentTarget => self.target(range, "cannot assign to "),
            E::InvalidDeleteTarget => self.target(range, "cannot delete "),
            E::InvalidNamedAssignmentTarget => {
                self.target(range, "cannot use assignment expressions with ")
            }
            E::InvalidAugmentedAssignmentTarget => {
                let name = self.node(range).map_or("expression", expr_name);
                self.at(
                    format!("'{name}' is an illegal expression for augmented assignment"),
                    range,
                )
            }
            E::InvalidAnnotatedAssignmentTarget => self.at("illegal target for annotation", range),
            E::UnexpectedIndentation => self.indentation("unexpected indent", range),
            E::PositionalAfterKeywordArgument => self
                .at("positional argument follows keyword argument", self.last_of_arguments(range)),
            E::PositionalAfterKeywordUnpacking => self.at(
                "positional argument follows keyword argument unpacking",
                self.last_of_arguments(range),
            ),
            E::InvalidArgumentUnpackingOrder => {
                self.at("iterable argument unpacking follows keyword argument unpacking", range)
            }
            E::UnparenthesizedGeneratorExpression => {
                self.at("Generator expression must be parenthesized", range)
            }
            E::IterableUnpackingInComprehension => {
                self.at("iterable unpacking cannot be used in comprehension", range)
            }
            E::NonDefaultParamAfterDefaultParam => {
                self.at("parameter without a default follows parameter with a default", range)
            }
            E::VarParameterWithDefault => {
                // Two tokens back stands the star: `**a=1`.
                let star = self.tokens.iter().rev().filter(|t| t.end() <= range.start()).nth(1);
                let double = star.is_some_and(|t| t.kind() == TokenKind::DoubleStar);
                let what = if double { "var-keyword" } else { "var-positional" };
                self.at(format!("{what} argument cannot have default value"), range)
            }
            E::ExpectedKeywordParam => self.at("named arguments must follow bare *", range),
            E::ParamAfterVarKeywordParam => {
                self.at("arguments cannot follow var-keyword argument", range)
            }
            E::EmptyImportNames => self.empty_import(range),
            E::EmptyTypeParams => self.at("Type parameter list cannot be empty", range),
            E::InvalidStarredExpressionUsage => self.at("can't use starred expression here", range),
            E::InvalidMatchPatternTarget => self.at("cannot use '_' as a target", range),
            E::ExpectedRealNumber => self.at("real number required in complex literal", range),
            E::ExpectedImaginaryNumber => {
                self.at("imaginary number required in complex literal", range)
            }
            E::InvalidStarPatternUsage => self.at("can't use starred expression here", range),
            E::ExpectedToken { expected, found } => self.expected(*expected, *found, range),
            E::OtherError(msg) => self.other(msg, range),
            _ => self.generic(range),
        }
    }

    fn indentation(&self, msg: impl Into<String>, range: TextRange) -> Error {
        self.source.error_of(Kind::Indentation, msg, range)
    }

    fn empty_import(&self, range: TextRange) -> Error {
        let token = self.token_at(range.start());
        match token.map(|t| t.kind()) {
            Some(TokenKind::Newline | TokenKind::EndOfFile) => {
                let range = if range.is_empty() {
                    TextRange::at(range.start(), TextSize::new(1))
                } else {
                    range
                };
                self.at("Expected one or more names after 'import'", range)
            }
            _ => self.generic(range),
        }
    }

    fn expected(&self, expected: TokenKind, found: TokenKind, range: TextRange) -> Error {
        let before = self.token_before(range.start()).map(|t| t.kind());
        match expected {
            TokenKind::Colon if self.expects_colon(found, range) => self.at("expected ':'", range),
            TokenKind::Lpar if before == Some(TokenKind::Name) && found == TokenKind::Newline => {
                self.at("expected '('", range)
            }
            TokenKind::Else => match self.expr_ending(range.start()) {
                Some(e) => self.at("expected 'else' after 'if' expression", e.range()),
                None => self.generic(range),
            },
            TokenKind::In if found != TokenKind::Newline && self.is_in_brackets(range.start()) => {
                self.at("'in' expected after for-loop variables", range)
            }
            TokenKind::Indent => self.indentation("expected an indented block", range),
            _ => self.generic(range),
        }
    }

    /// CPython says what it expected only where the header is complete.
    fn expects_colon(&self, found: TokenKind, range: TextRange) -> bool {
        let line = self.source.line(range.start().to_u32());
        let head = self
            .tokens
            .iter()
            .find(|t| self.source.line(t.start().to_u32()) == line && !t.range().is_empty());
        let head = head.map_or(TokenKind::Unknown, |t| t.kind());
        let any = matches!(
            head,
            TokenKind::Def
                | TokenKind::Class
                | TokenKind::Else
                | TokenKind::Try
                | TokenKind::Finally
                | TokenKind::Async
        );
        any || found == TokenKind::Newline
    }

    fn other(&self, msg: &str, range: TextRange) -> Error {
        if let Some(clause) = msg.strip_prefix("Expected an indented block after ") {
            return self.expected_block(clause, range);
        }
        let known = match msg {
            "Expected `except` or `finally` after `try` block" => {
                "expected 'except' or 'finally' block"
            }
            "Trailing comma not allowed" => {
                "trailing comma not allowed without surrounding parentheses"
            }
            "Only one '*' parameter allowed" | "Only one '*' separator allowed" => {
                "* argument may appear only once"
            }
            "Only one '/' separator allowed" => "/ may appear only once",
            "Only one '**' parameter allowed" => "arguments cannot follow var-keyword argument",
            "'/' parameter must appear before '*' parameter" => "/ must be ahead of *",
            "Position-only parameter separator not allowed as first parameter" => {
                "at least one argument must precede /"
            }
            "Only single target (not tuple) can be annotated" => {
                "only single target (not tuple) can be annotated"
            }
            "Only single target (not list) can be annotated" => {
                "only single target (not list) can be annotated"
            }
            "Multiple exception types must be parenthesized when using `as`" => {
                "multiple exception types must be parenthesized when using 'as'"
            }
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                "cannot have both 'except' and 'except*' on the same 'try'"
            }
            "Expected one or more exception types" => "expected one or more exception types",
            "Positional patterns cannot follow keyword patterns" => {
                "positional patterns follow keyword patterns"
            }
            "Cannot mix t-string literals with string or bytes literals" => {
                "cannot mix t-string literals with string or bytes literals"
            }
            "Bytes literal cannot be mixed with non-bytes literals" => {
                "cannot mix bytes and nonbytes literals"
            }
            _ => "",
        };
        if !known.is_empty() {
            return self.at(known, range);
        }
        if msg.contains("cannot mix") || msg.contains("cannot be mixed") {
            return self.at("cannot mix bytes and nonbytes literals", range);
        }
        self.generic(range)
    }

    fn expected_block(&self, clause: &str, range: TextRange) -> Error {
        let clause = clause.replace('`', "'");
        let clause = clause.replace("'class' definition", "class definition");
        let clause = match &*clause {
            c if c.contains("class") => "class definition".to_string(),
            c if c.contains("function") => "function definition".to_string(),
            c => c.replace(" clause", " statement").replace(" block", " statement"),
        };
        let word = clause.split('\'').nth(1).unwrap_or(match clause.starts_with("class") {
            true => "class",
            false => "def",
        });
        // The header is the last line before that begins with the word.
        let line = self.source.line(range.start().to_u32());
        let header = (1..=line).rev().find(|n| {
            let text = self.source.line_text(*n).unwrap_or("").trim_start();
            let text = text.strip_prefix("async ").map_or(text, str::trim_start);
            text.strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        let header = header.unwrap_or(line.saturating_sub(1).max(1));
        self.indentation(
            format!("expected an indented block after {clause} on line {header}"),
            range,
        )
    }

    /// "cannot assign to ..."
    fn target(&self, range: TextRange, verb: &str) -> Error {
        let Some(node) = self.node(range) else { return self.generic(range) };
        let name = expr_name(node);
        let next = self.tokens.iter().find(|t| t.start() >= range.end()).map(|t| t.kind());
        let in_brackets = self.is_in_brackets(range.start());
        let singleton = matches!(node, Expr::NoneLiteral(_) | Expr::BooleanLiteral(_));
        let simple = !matches!(
            node,
            Expr::List(_)
                | Expr::Tuple(_)
                | Expr::Generator(_)
                | Expr::Compare(_)
                | Expr::BoolOp(_)
                | Expr::Lambda(_)
                | Expr::If(_)
                | Expr::UnaryOp(ruff_python_ast::ExprUnaryOp {
                    op: ruff_python_ast::UnaryOp::Not,
                    ..
                })
        );
        let again = self
            .tokens
            .iter()
            .skip_while(|t| t.start() < range.end())
            .skip(1)
            .take_while(|t| t.kind() != TokenKind::Newline)
            .any(|t| t.kind() == TokenKind::Equal);
        let before = self.tokens.iter().rev().find(|t| t.end() <= range.start()).map(|t| t.kind());
        let chained = again || before == Some(TokenKind::Equal);
        let hint = verb == "cannot assign to "
            && next == Some(TokenKind::Equal)
            && simple
            && !singleton
            && !in_brackets
            && !chained;
        let hint = if hint { " here. Maybe you meant '==' instead of '='?" } else { "" };
        self.at(format!("{verb}{name}{hint}"), range)
    }

    /// The expression with exactly this range.
    fn node(&self, range: TextRange) -> Option<&Expr> {
        self.find(|e| e.range() == range)
    }

    /// The largest expression whose last token stands right before `at`.
    fn expr_ending(&self, at: TextSize) -> Option<&Expr> {
        let end = self.token_before(at)?.end();
        self.find(|e| {
            e.end() == end
                && !e.range().is_empty()
                && !matches!(e, Expr::Tuple(t) if !t.parenthesized)
        })
    }

    /// The largest expression that starts at `at`.
    fn expr_starting(&self, at: TextSize) -> Option<&Expr> {
        self.find(|e| e.start() == at && !e.range().is_empty())
    }

    /// The first expression, outer ones first, that a test accepts.
    fn find(&self, test: impl Fn(&Expr) -> bool) -> Option<&Expr> {
        struct Finder<'f, 'a> {
            test: &'f dyn Fn(&Expr) -> bool,
            found: Option<&'a Expr>,
        }
        impl<'a> Visitor<'a> for Finder<'_, 'a> {
            fn visit_expr(&mut self, e: &'a Expr) {
                if self.found.is_none() && (self.test)(e) {
                    self.found = Some(e);
                }
                if self.found.is_none() {
                    stacker::maybe_grow(64 << 10, 1 << 20, || walk_expr(self, e));
                }
            }
        }
        let mut finder = Finder { test: &test, found: None };
        match self.tree {
            Mod::Module(m) => m.body.iter().for_each(|s| finder.visit_stmt(s)),
            Mod::Expression(e) => finder.visit_expr(&e.body),
        }
        finder.found
    }
}

fn is_number(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Int | TokenKind::Float | TokenKind::Complex)
}

fn starts_expression(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::TStringStart
            | TokenKind::Lbrace
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Ellipsis
            | TokenKind::Lambda
            | TokenKind::Tilde
            | TokenKind::Await
            | TokenKind::Match
            | TokenKind::Case
            | TokenKind::Type
    )
}

/// What CPython calls an expression (`_PyPegen_get_expr_name`).
pub(crate) fn expr_name(e: &Expr) -> &'static str {
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::NoneLiteral(_) => "None",
        Expr::BooleanLiteral(b) if b.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}
