//! The tree that Python code made (module `ast`) to the parser's own tree, so that it can be compiled.
//!
//! The way back from `tree`. Nodes get numbers for places, in the order in which the parser would have met them, and
//! [`Made`] says which line and column a number is: the source of such a tree has no text. What is checked first, and
//! in which words a tree is refused, is in `validate`; here a node that has not what its class has is [`Malformed`].

mod expr;
mod pattern;
mod stmt;

use crate::error::Made;
use crate::tree::{Field, Node};
use ruff_python_ast::{self as ast, AtomicNodeIndex, Expr, Identifier, Mod};
use ruff_text_size::{TextRange, TextSize};
use std::cell::RefCell;

/// A node has not what its class has.
#[derive(Debug)]
pub(crate) struct Malformed;

type Result<T> = std::result::Result<T, Malformed>;

/// The parser's tree of a tree of nodes, and its places.
pub(crate) fn rebuild(root: &Node) -> Result<(Mod, Made)> {
    let maker = Maker { made: RefCell::default() };
    // Place 0 is the beginning, for what has no place.
    maker.place(1, 0);
    let node_index = AtomicNodeIndex::NONE;
    let tree = match &*root.class {
        "Expression" => {
            let body = Box::new(maker.expr(node(root, "body")?)?);
            Mod::Expression(ast::ModExpression { node_index, range: TextRange::default(), body })
        }
        _ => {
            let body = maker.body(root, "body")?;
            let end = maker.place(1, 0);
            let range = TextRange::new(TextSize::new(0), end);
            Mod::Module(ast::ModModule { node_index, range, body })
        }
    };
    Ok((tree, maker.made.into_inner()))
}

/// Makes the parser's nodes.
struct Maker {
    made: RefCell<Made>,
}

/// A place that is begun.
struct Open {
    start: TextSize,
    end: (u32, u32),
}

impl Maker {
    fn place(&self, line: u32, col: u32) -> TextSize {
        let places = &mut self.made.borrow_mut().places;
        places.push((line, col));
        TextSize::new(places.len() as u32 - 1)
    }

    /// Begins a node; what is made until [`Maker::close`] stands within it.
    fn open(&self, n: &Node) -> Open {
        let span = n.span.unwrap_or([1, 0, 1, 0]);
        let [line, col, end_line, end_col] = span.map(|n| n.max(0) as u32);
        Open { start: self.place(line, col), end: (end_line, end_col) }
    }

    fn close(&self, open: Open) -> TextRange {
        TextRange::new(open.start, self.place(open.end.0, open.end.1))
    }

    fn identifier(&self, text: &str, at: TextSize) -> Identifier {
        Identifier::new(text, TextRange::empty(at))
    }

    fn maybe_identifier(&self, n: &Node, field: &str, at: TextSize) -> Result<Option<Identifier>> {
        match get(n, field)? {
            Field::None => Ok(None),
            f => Ok(Some(self.identifier(text(f)?, at))),
        }
    }

    fn maybe(&self, n: &Node, field: &str) -> Result<Option<Box<Expr>>> {
        match get(n, field)? {
            Field::None => Ok(None),
            Field::Node(e) => Ok(Some(Box::new(self.expr(e)?))),
            _ => Err(Malformed),
        }
    }

    fn boxed(&self, n: &Node, field: &str) -> Result<Box<Expr>> {
        Ok(Box::new(self.expr(node(n, field)?)?))
    }

    fn exprs<C: FromIterator<Expr>>(&self, n: &Node, field: &str) -> Result<C> {
        list(n, field)?.map(|e| self.expr(e?)).collect()
    }
}

/// The value of a field.
fn get<'n>(n: &'n Node, field: &str) -> Result<&'n Field> {
    n.fields.iter().find(|(name, _)| *name == field).map(|(_, f)| f).ok_or(Malformed)
}

fn node<'n>(n: &'n Node, field: &str) -> Result<&'n Node> {
    as_node(get(n, field)?)
}

fn as_node(f: &Field) -> Result<&Node> {
    match f {
        Field::Node(n) => Ok(n),
        _ => Err(Malformed),
    }
}

/// The nodes of a list.
fn list<'n>(
    n: &'n Node,
    field: &str,
) -> Result<impl ExactSizeIterator<Item = Result<&'n Node>> + DoubleEndedIterator> {
    Ok(fields(n, field)?.iter().map(as_node))
}

fn fields<'n>(n: &'n Node, field: &str) -> Result<&'n [Field]> {
    match get(n, field)? {
        Field::List(items) => Ok(items),
        _ => Err(Malformed),
    }
}

fn text(f: &Field) -> Result<&str> {
    match f {
        Field::Name(name) => Ok(name),
        _ => Err(Malformed),
    }
}

fn name<'n>(n: &'n Node, field: &str) -> Result<&'n str> {
    text(get(n, field)?)
}

fn int(n: &Node, field: &str) -> Result<i64> {
    match get(n, field)? {
        Field::Int(n) => Ok(*n),
        Field::None => Ok(0),
        _ => Err(Malformed),
    }
}
