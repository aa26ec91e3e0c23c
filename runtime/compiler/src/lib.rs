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
mod regs;
mod source;
mod surrogates;
mod symtable;
mod tree;
mod warn;

use habu_bytecode::Code;
use ruff_python_ast::Mod;

pub use dump::{dump_ast, dump_tokens};
pub use error::{Kind, SyntaxError};
pub use source::decode_source;
pub use tree::{Field, Node, tree};

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
    /// Whether annotations stay text, as if the source began with `from __future__ import annotations`.
    pub future_annotations: bool,
}

impl Options {
    /// The usual options for a mode.
    pub fn new(mode: Mode) -> Options {
        Options { optimize: 0, mode, future_annotations: false }
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
    let mode = match options.mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        _ => ruff_python_parser::Mode::Module,
    };
    let parsed = parse::parse(&source, mode)?;
    on_large_stack(&source, parsed, |tree| {
        let code = lower_tree(&source, options, tree)?;
        Ok((code, warn::find(&source, tree)))
    })
}

/// The code of a tree.
fn lower_tree(source: &Source<'_>, options: &Options, tree: &Mod) -> Result<Code> {
    match tree {
        Mod::Expression(e) => {
            let tree = symtable::Tree::Expression(&e.body);
            let table = symtable::collect(source, &tree, options.future_annotations)?;
            lower::expression(source, &table, options, &e.body)
        }
        Mod::Module(module) => {
            future::check(source, &module.body)?;
            let future = options.future_annotations || future::has_annotations(&module.body);
            let table = symtable::collect(source, &symtable::Tree::Body(&module.body), future)?;
            lower::module(source, &table, options, &module.body, future)
        }
    }
}

/// Works on a tree with as much stack as its depth asks for, and drops it there.
fn on_large_stack<T>(
    source: &Source<'_>,
    parsed: ruff_python_parser::Parsed<Mod>,
    work: impl FnOnce(&Mod) -> Result<T>,
) -> Result<T> {
    match parse::depth(source, parsed.syntax()) {
        Ok(depth) if depth <= SHALLOW => work(parsed.syntax()),
        Ok(depth) => stacker::maybe_grow(depth * LEVEL, depth * LEVEL + (1 << 20), || {
            let result = work(parsed.syntax());
            drop(parsed);
            result
        }),
        Err(e) => {
            // Dropping it would need the stack that there is not.
            std::mem::forget(parsed);
            Err(e)
        }
    }
}
