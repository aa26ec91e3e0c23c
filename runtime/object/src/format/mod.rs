//! The format mini-language for int, float, complex and str, and the numbers of %-formatting.
//!
//! `spec` parses a specification, `number` lays out digits with sign, grouping and padding, `digits` turns floats into
//! digits, `fixed` those of few decimals without a formatter, `percent` is the % operator's part.

pub mod digits;
pub(crate) mod fixed;
mod number;
pub mod percent;
mod spec;

#[cfg(test)]
mod tests;

pub use number::{format_complex, format_float, format_int, format_str};
pub use spec::{Align, Grouping, Sign, Spec, parse_spec};

use crate::kind::shape;
use crate::str::Str;
use crate::{float, value::Value};

/// Why formatting failed: the exception's class and its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatError {
    /// ValueError
    Value(String),
    /// OverflowError
    Overflow(String),
    /// MemoryError
    Memory,
}

impl From<String> for FormatError {
    fn from(text: String) -> FormatError {
        FormatError::Value(text)
    }
}

impl From<&str> for FormatError {
    fn from(text: &str) -> FormatError {
        FormatError::Value(text.to_owned())
    }
}

/// Text or the reason why there is none.
pub type Formatted = Result<String, FormatError>;

/// Memory for texts with more decimals is to be asked for first.
const LONG: usize = 1 << 16;

/// `format(v, spec)` of an exact float, immediate int or ASCII str; None for other values, for specifications that
/// something is wrong with, and for long texts.
pub fn format_exact(v: Value, spec: &str) -> Option<String> {
    if v.is_int() {
        return format_int(v, &parse_spec(spec, "int", Align::Right).ok()?, "int").ok();
    }
    match v.shape() {
        shape::FLOAT => {
            let spec = parse_spec(spec, "float", Align::Right).ok()?;
            if spec.precision.is_some_and(|n| n > LONG) {
                return None;
            }
            format_float(float::get(v)?, &spec, "float").ok()
        }
        shape::STR => {
            let s = v.cast::<Str>()?;
            format_str(s.as_str()?, &parse_spec(spec, "str", Align::Left).ok()?, "str").ok()
        }
        _ => None,
    }
}

/// The message about a type letter that a class does not know.
fn unknown_code(code: char, type_name: &str) -> FormatError {
    let shown = spec::shown(code);
    FormatError::Value(format!("Unknown format code '{shown}' for object of type '{type_name}'"))
}
