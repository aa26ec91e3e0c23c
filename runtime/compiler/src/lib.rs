//! Python source text to register bytecode.
//!
//! ```text
//! bytes ─ source ─→ str ─ parse (ruff) ─→ tree ─ symtable ─→ scopes ─┐
//!                                          └───────── lower ─────────┴→ instructions ─ assemble ─→ habu_bytecode::Code
//! ```
//!
//! Knows nothing of objects or the heap. The one error is [`SyntaxError`]; no input makes this crate panic.
#![forbid(unsafe_code)]

mod assemble;
mod dump;
mod error;
mod fold;
mod future;
mod lower;
mod messages;
mod parse;
mod peg;
mod rebuild;
mod regs;
mod source;
mod surrogates;
mod symtable;
mod tree;
mod validate;
mod warn;

use habu_bytecode::Code;
use ruff_python_ast::Mod;

pub use dump::{dump_ast, dump_tokens};
pub use error::{Kind, SyntaxError};
pub use source::decode_source;
pub use tree::{Field, Node, tree};
pub use validate::Invalid;

use error::{Result, Source};

/// What kind of code is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A module: its names are globals.
    Module,
    /// The code of `exec` and of `compile(..., "exec")`: R[0] holds the namespace.
    Exec,
    /// An expression: as `Exec`, and returns its value.
    Eval,
    /// Interactive input: as `Exec`, and values of expression statements go to `sys.displayhook`.
    Single,
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    /// 0; 1 drops `assert` (`-O`); 2 also drops docstrings (`-OO`).
    pub optimize: u8,
    /// What kind of code.
    pub mode: Mode,
    /// Flags of the features of `__future__` that hold from the beginning (`bytecode::flags::FUTURE`).
    pub future: u32,
    /// Whether code that is no function may await (`PyCF_ALLOW_TOP_LEVEL_AWAIT`); it is a coroutine then.
    pub top_level_await: bool,
}

impl Options {
    /// The usual options for a mode.
    pub fn new(mode: Mode) -> Options {
        Options { optimize: 0, mode, future: 0, top_level_await: false }
    }
}

/// Trees deeper than this are walked on a stack of their own.
const SHALLOW: usize = 100;

/// Stack for one level of the tree, generously.
const LEVEL: usize = if cfg!(debug_assertions) { 16 << 10 } else { 6 << 10 };

/// Compiles source text.
pub fn compile(source: &str, filename: &str, options: &Options) -> Result<Code> {
    compile_and_warn(source, filename, options).map(|(code, _)| code)
}

/// Compiles source text; also what is no error but is hardly meant.
pub fn compile_and_warn(
    source: &str,
    filename: &str,
    options: &Options,
) -> Result<(Code, Vec<SyntaxError>)> {
    let source = Source::new(source, filename);
    let parsed = parse::parse(&source, options.mode)?;
    on_large_stack(&source, parsed, |tree| {
        let code = lower_tree(&source, options, tree)?;
        Ok((code, warn::find(&source, tree)))
    })
}

/// Why a tree of nodes gives no code.
#[derive(Debug)]
pub enum TreeError {
    /// It is no tree of the grammar.
    Invalid(Invalid),
    /// It is one, and means nothing.
    Syntax(Box<SyntaxError>),
}

/// Compiles a tree of nodes, as Python code makes them.
pub fn compile_tree(
    root: &Node,
    filename: &str,
    options: &Options,
) -> std::result::Result<Code, TreeError> {
    validate::check(root).map_err(TreeError::Invalid)?;
    let (tree, made) = rebuild::rebuild(root)
        .map_err(|_| TreeError::Invalid(Invalid::Value("malformed node or tree".to_string())))?;
    let source = Source::of_tree(filename, made);
    with_room(&source, tree, |tree| lower_tree(&source, options, tree)).map_err(TreeError::Syntax)
}

/// The code of a tree.
fn lower_tree(source: &Source<'_>, options: &Options, tree: &Mod) -> Result<Code> {
    match tree {
        Mod::Expression(e) => {
            let tree = symtable::Tree::Expression(&e.body);
            let table = symtable::collect(source, &tree, options)?;
            lower::expression(source, &table, options, &e.body)
        }
        Mod::Module(module) => {
            future::check(source, &module.body)?;
            let future = options.future | future::flags(&module.body);
            let options = &Options { future, ..options.clone() };
            let table = symtable::collect(source, &symtable::Tree::Body(&module.body), options)?;
            lower::module(source, &table, options, &module.body)
        }
    }
}

/// Works on a tree with as much stack as its depth asks for, and drops it there.
fn on_large_stack<T>(
    source: &Source<'_>,
    parsed: ruff_python_parser::Parsed<Mod>,
    work: impl FnOnce(&Mod) -> Result<T>,
) -> Result<T> {
    with_room(source, parsed.into_syntax(), work)
}

/// As `on_large_stack`, for a tree alone.
fn with_room<T>(source: &Source<'_>, tree: Mod, work: impl FnOnce(&Mod) -> Result<T>) -> Result<T> {
    match parse::depth(source, &tree) {
        Ok(depth) if depth <= SHALLOW => work(&tree),
        Ok(depth) => stacker::maybe_grow(depth * LEVEL, depth * LEVEL + (1 << 20), || {
            let result = work(&tree);
            drop(tree);
            result
        }),
        Err(e) => {
            // Dropping it would need the stack that there is not.
            std::mem::forget(tree);
            Err(e)
        }
    }
}
