//! Source text to the abstract syntax tree that Python code sees (module `ast`), as plain data.
//!
//! Classes and fields are CPython's. `stmt` has statements and what belongs to them, `expr` expressions and strings,
//! `pattern` the patterns of `match`. The compiler itself works on the parser's own tree.

mod expr;
mod pattern;
mod stmt;

use crate::error::{Result, Source};
use crate::{Mode, on_large_stack, parse};
use habu_bytecode::Const;
use ruff_python_ast::Mod;
use ruff_text_size::TextRange;
use std::borrow::Cow;

/// A node: the name of its class, its fields in order, and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// The name of the class.
    pub class: Cow<'static, str>,
    /// Names and values.
    pub fields: Vec<(Cow<'static, str>, Field)>,
    /// First line, column in bytes, last line, column in bytes; None for classes that have no place.
    pub span: Option<[i32; 4]>,
}

/// The value of a field.
#[derive(Clone, PartialEq, Debug)]
pub enum Field {
    /// An optional field without a value.
    None,
    /// A node.
    Node(Box<Node>),
    /// A list.
    List(Vec<Field>),
    /// An identifier.
    Name(Box<str>),
    /// A number that the grammar has.
    Int(i64),
    /// A value of Python.
    Const(Const),
}

/// Parses source text.
pub fn tree(source: &str, filename: &str, mode: Mode) -> Result<Node> {
    let source = Source::new(source, filename);
    let parsed = parse::parse(&source, mode)?;
    on_large_stack(&source, parsed, |tree| {
        let maker = Maker { source: &source };
        Ok(match tree {
            Mod::Expression(e) => bare("Expression", vec![("body", maker.expr(&e.body))]),
            Mod::Module(m) if mode == Mode::Single => {
                bare("Interactive", vec![("body", maker.body(&m.body))])
            }
            Mod::Module(m) => {
                let none = Field::List(Vec::new());
                bare("Module", vec![("body", maker.body(&m.body)), ("type_ignores", none)])
            }
        })
    })
}

/// Makes nodes of the parser's.
struct Maker<'a> {
    source: &'a Source<'a>,
}

/// Names and values of fields.
type Fields = Vec<(&'static str, Field)>;

impl Maker<'_> {
    fn span(&self, range: TextRange) -> [i32; 4] {
        let (line, col) = self.source.place(range.start().to_u32());
        let (end_line, end_col) = self.source.place(range.end().to_u32());
        [line as i32, col as i32, end_line as i32, end_col as i32]
    }

    fn node(&self, class: &'static str, range: TextRange, fields: Fields) -> Field {
        let span = Some(self.span(range));
        Field::Node(Box::new(Node { span, ..bare(class, fields) }))
    }
}

/// A node without a place.
fn bare(class: &'static str, fields: Fields) -> Node {
    let fields = fields.into_iter().map(|(name, f)| (name.into(), f)).collect();
    Node { class: class.into(), fields, span: None }
}

/// A field that is a node without a place.
fn placeless(class: &'static str, fields: Fields) -> Field {
    Field::Node(Box::new(bare(class, fields)))
}

/// A list of what a function makes of items.
fn list<T>(items: impl IntoIterator<Item = T>, make: impl Fn(T) -> Field) -> Field {
    Field::List(items.into_iter().map(make).collect())
}

/// An identifier.
fn name(id: &str) -> Field {
    Field::Name(id.into())
}

/// An identifier that may be missing.
fn maybe_name(id: Option<&ruff_python_ast::Identifier>) -> Field {
    id.map_or(Field::None, |id| name(id))
}
