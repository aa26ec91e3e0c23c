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
mod error;
mod fold;
mod lower;
mod parse;
mod regs;
mod source;
mod symtable;

use habu_bytecode::Code;
use ruff_python_ast::{Mod, Stmt};

pub use error::{Kind, SyntaxError};
pub use source::decode_source;

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
    /// Interactive input: as `Exec`, and values of expression statements go to `__habu_display__`.
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

/// Compiles source text.
pub fn compile(source: &str, filename: &str, options: &Options) -> Result<Code> {
    let source = Source::new(source, filename);
    if options.mode == Mode::Eval {
        let parsed = parse::expression(&source)?;
        let Mod::Expression(e) = parsed.syntax() else {
            return Err(source.error("invalid syntax", Default::default()));
        };
        let table = symtable::collect(
            &source,
            &symtable::Tree::Expression(&e.body),
            options.future_annotations,
        )?;
        return lower::expression(&source, &table, options, &e.body);
    }
    let parsed = parse::module(&source)?;
    let Mod::Module(module) = parsed.syntax() else {
        return Err(source.error("invalid syntax", Default::default()));
    };
    let future = options.future_annotations || has_future_annotations(&module.body);
    let table = symtable::collect(&source, &symtable::Tree::Body(&module.body), future)?;
    lower::module(&source, &table, options, &module.body, future)
}

/// Whether the module begins with `from __future__ import annotations`.
fn has_future_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|s| match s {
        Stmt::ImportFrom(s) => {
            s.module.as_deref() == Some("__future__")
                && s.names.iter().any(|n| &*n.name == "annotations")
        }
        _ => false,
    })
}
