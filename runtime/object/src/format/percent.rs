//! The numbers and strings of `"%..." % args`; finding the arguments is the caller's.

use super::digits::{Layout, double_to_string};
use super::{FormatError, Formatted};
use crate::int;
use crate::value::Value;

/// What stands between `%` and the conversion letter.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Percent {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// Least width in characters.
    pub width: usize,
    /// Precision, if given.
    pub precision: Option<usize>,
}

/// Conversions `d`, `i`, `u`, `o`, `x`, `X` of an int.
pub fn percent_int(n: Value, code: char, p: &Percent) -> Formatted {
    let (radix, prefix) = match code {
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let text = int::to_string_radix(n, radix);
    let text = if code == 'X' { text.to_ascii_uppercase() } else { text };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let missing = p.precision.unwrap_or(0).saturating_sub(digits.len());
    let mut padded = String::new();
    padded.try_reserve(missing.saturating_add(digits.len())).map_err(|_| FormatError::Memory)?;
    padded.extend(std::iter::repeat_n('0', missing));
    padded.push_str(digits);
    place(digits.len() < text.len(), if p.alternate { prefix } else { "" }, &padded, p)
}

/// Conversions `e`, `f`, `g` and their capitals.
pub fn percent_float(f: f64, code: char, p: &Percent) -> Formatted {
    let precision = p.precision.unwrap_or(6);
    if precision > i32::MAX as usize {
        return Err("precision too big".into());
    }
    let layout = Layout { alternate: p.alternate, ..Layout::default() };
    let text = double_to_string(f, code, precision, layout);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    place(digits.len() < text.len(), "", digits, p)
}

/// Conversions `s`, `r`, `a` of the text they yield, and `c` of its character (without precision).
pub fn percent_str(text: &str, p: &Percent) -> Formatted {
    let text = match p.precision {
        Some(n) => text.char_indices().nth(n).map_or(text, |(end, _)| &text[..end]),
        None => text,
    };
    fill("", text, ' ', text.chars().count(), p)
}

/// Sign, prefix, zeros or spaces, digits.
fn place(negative: bool, prefix: &str, digits: &str, p: &Percent) -> Formatted {
    let sign = match (negative, p.plus, p.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    };
    let head = format!("{sign}{prefix}");
    let length = head.len() + digits.len();
    // `-` overrides `0`.
    fill(&head, digits, if p.zero && !p.left { '0' } else { ' ' }, length, p)
}

fn fill(head: &str, body: &str, with: char, length: usize, p: &Percent) -> Formatted {
    let missing = p.width.saturating_sub(length);
    let mut out = String::new();
    let bytes = missing.saturating_add(head.len() + body.len());
    out.try_reserve(bytes).map_err(|_| FormatError::Memory)?;
    let padding = std::iter::repeat_n(with, missing);
    if p.left {
        out.push_str(head);
        out.push_str(body);
        out.extend(padding);
    } else if with == '0' {
        out.push_str(head);
        out.extend(padding);
        out.push_str(body);
    } else {
        out.extend(padding);
        out.push_str(head);
        out.push_str(body);
    }
    Ok(out)
}
