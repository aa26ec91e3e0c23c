//! Text to tree, by ruff's parser; its first error becomes CPython's.

use ruff_python_ast::PythonVersion;
use ruff_python_parser::{Mode, ParseOptions, Parsed};

use crate::error::{Result, Source};

/// The version of the language.
pub(crate) const VERSION: PythonVersion = PythonVersion { major: 3, minor: 14 };

/// Parses a module.
pub(crate) fn module(source: &Source<'_>) -> Result<Parsed<ruff_python_ast::Mod>> {
    parse(source, Mode::Module)
}

/// Parses one expression.
pub(crate) fn expression(source: &Source<'_>) -> Result<Parsed<ruff_python_ast::Mod>> {
    parse(source, Mode::Expression)
}

fn parse(source: &Source<'_>, mode: Mode) -> Result<Parsed<ruff_python_ast::Mod>> {
    let options = ParseOptions::from(mode).with_target_version(VERSION);
    let parsed = ruff_python_parser::parse_unchecked(source.text, options);
    if let Some(e) = parsed.errors().first() {
        return Err(source.error(e.error.to_string(), e.location));
    }
    if let Some(e) = parsed.unsupported_syntax_errors().first() {
        return Err(source.error(e.to_string(), e.range));
    }
    Ok(parsed)
}
