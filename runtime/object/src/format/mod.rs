//! The format mini-language for int, float, complex and str, and the numbers of %-formatting.
//!
//! `spec` parses a specification, `number` lays out digits with sign, grouping and padding, `digits` turns floats into
//! digits, `percent` is the % operator's part.

pub mod digits;
mod number;
pub mod percent;
mod spec;

#[cfg(test)]
mod tests;

pub use number::{format_complex, format_float, format_int, format_str};
pub use spec::{Align, Grouping, Sign, Spec, parse_spec};

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

/// The message about a type letter that a class does not know.
fn unknown_code(code: char, type_name: &str) -> FormatError {
    let shown = spec::shown(code);
    FormatError::Value(format!("Unknown format code '{shown}' for object of type '{type_name}'"))
}
