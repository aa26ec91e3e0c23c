//! `from __future__ import ...`: which features there are, and where the statement may stand.

use habu_bytecode::flags;
use ruff_python_ast::{Expr, Stmt};

use crate::error::{Result, Source};

/// The features of `__future__` in 3.14.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Refuses unknown features, and imports that come too late.
pub(crate) fn check(source: &Source<'_>, body: &[Stmt]) -> Result<()> {
    let mut late = false;
    for (i, s) in body.iter().enumerate() {
        match s {
            Stmt::ImportFrom(s) if is_future(s.module.as_deref(), s.level) => {
                if late {
                    let msg = "from __future__ imports must occur at the beginning of the file";
                    return Err(source.later_error(msg, s.range));
                }
                for alias in &s.names {
                    let name = alias.name.as_str();
                    if name == "braces" {
                        return Err(source.later_error("not a chance", alias.range));
                    }
                    if !FEATURES.contains(&name) {
                        return Err(source.later_error(
                            format!("future feature {name} is not defined"),
                            alias.range,
                        ));
                    }
                }
            }
            // A docstring may come first.
            Stmt::Expr(e) if i == 0 && matches!(&*e.value, Expr::StringLiteral(_)) => {}
            _ => late = true,
        }
    }
    Ok(())
}

/// The flags of the features that change what code means.
pub(crate) fn flags(body: &[Stmt]) -> u32 {
    let names = body.iter().filter_map(|s| match s {
        Stmt::ImportFrom(s) if is_future(s.module.as_deref(), s.level) => Some(&s.names),
        _ => None,
    });
    names.flatten().fold(0, |all, n| match &*n.name {
        "annotations" => all | flags::FUTURE_ANNOTATIONS,
        "barry_as_FLUFL" => all | flags::FUTURE_BARRY_AS_BDFL,
        _ => all,
    })
}

fn is_future(module: Option<&str>, level: u32) -> bool {
    level == 0 && module == Some("__future__")
}
