//! `__format__` of int, float, complex and str.

use super::digits::{Layout, double_to_string};
use super::spec::{Align, Sign, Spec};
use super::{FormatError, Formatted, unknown_code};
use crate::int;
use crate::value::Value;
use std::borrow::Cow;

/// A number's text in pieces: sign, prefix, digits before the point, everything after them.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    whole: &'a str,
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes apart what a float conversion wrote.
    fn of_float(text: &'a str) -> Parts<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
        Parts { negative, prefix: "", whole: &text[..end], rest: &text[end..] }
    }

    /// Everything but the padding.
    fn write(&self, spec: &Spec, sign: Option<Sign>, width: usize) -> Formatted {
        let sign = match (self.negative, sign) {
            (true, _) => "-",
            (false, Some(Sign::Plus)) => "+",
            (false, Some(Sign::Space)) => " ",
            (false, _) => "",
        };
        let rest = group_fraction(self.rest, spec);
        let around = sign.len() + self.prefix.len() + rest.len();
        let zeros = if spec.fill == '0' && spec.align == Align::AfterSign {
            width.saturating_sub(around)
        } else {
            0
        };
        let whole = group_whole(self.whole, spec, zeros)?;
        let mut out = String::new();
        let length = around + whole.len();
        let inner = if spec.align == Align::AfterSign { width.saturating_sub(length) } else { 0 };
        reserve(&mut out, length + inner.saturating_mul(spec.fill.len_utf8()))?;
        out.push_str(sign);
        out.push_str(self.prefix);
        out.extend(std::iter::repeat_n(spec.fill, inner));
        out.push_str(&whole);
        out.push_str(&rest);
        Ok(out)
    }

    fn format(&self, spec: &Spec) -> Formatted {
        let text = self.write(spec, spec.sign, spec.width)?;
        if text.len() >= spec.width { Ok(text) } else { pad(&text, spec) }
    }
}

fn reserve(out: &mut String, bytes: usize) -> Result<(), FormatError> {
    out.try_reserve(bytes).map_err(|_| FormatError::Memory)
}

/// Digits of a number in groups, with zeros before them up to a width.
fn group_whole<'a>(
    digits: &'a str,
    spec: &Spec,
    width: usize,
) -> Result<Cow<'a, str>, FormatError> {
    let Some(separator) = spec.grouping.map(|g| g.separator()).filter(|_| !digits.is_empty())
    else {
        if digits.is_empty() || width <= digits.len() {
            return Ok(Cow::Borrowed(digits));
        }
        let mut out = String::new();
        reserve(&mut out, width)?;
        out.extend(std::iter::repeat_n('0', width - digits.len()));
        out.push_str(digits);
        return Ok(Cow::Owned(out));
    };
    let group = if matches!(spec.code, Some('b' | 'o' | 'x' | 'X')) { 4 } else { 3 };
    let mut reversed = String::new();
    reserve(&mut reversed, width.max(digits.len() * 4 / 3) + 2)?;
    let mut left = digits.bytes().rev();
    let mut in_group = 0;
    // At least one digit; a separator is always followed by one more, even if that exceeds the width.
    while left.len() > 0 || reversed.len() < width || reversed.ends_with(separator) {
        if in_group == group {
            reversed.push(separator);
            in_group = 0;
        }
        reversed.push(left.next().map_or('0', char::from));
        in_group += 1;
    }
    Ok(Cow::Owned(reversed.chars().rev().collect()))
}

/// What follows the whole digits, its decimals in groups of three.
fn group_fraction<'a>(rest: &'a str, spec: &Spec) -> Cow<'a, str> {
    let (Some(g), Some(after)) = (spec.fraction_grouping, rest.strip_prefix('.')) else {
        return Cow::Borrowed(rest);
    };
    let end = after.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(after.len());
    let mut out = String::from(".");
    for (i, c) in after[..end].chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            out.push(g.separator());
        }
        out.push(c);
    }
    out.push_str(&after[end..]);
    Cow::Owned(out)
}

/// Pads to the width; `=` counts as `<` here.
fn pad(text: &str, spec: &Spec) -> Formatted {
    let length = text.chars().count();
    let missing = spec.width.saturating_sub(length);
    let before = match spec.align {
        Align::Left | Align::AfterSign => 0,
        Align::Right => missing,
        Align::Center => missing / 2,
    };
    let mut out = String::new();
    reserve(&mut out, missing.saturating_mul(spec.fill.len_utf8()).saturating_add(text.len()))?;
    out.extend(std::iter::repeat_n(spec.fill, before));
    out.push_str(text);
    out.extend(std::iter::repeat_n(spec.fill, missing - before));
    Ok(out)
}

/// `format(s, spec)` of a str.
pub fn format_str(s: &str, spec: &Spec, type_name: &str) -> Formatted {
    match spec.code {
        None | Some('s') => {}
        Some(code) => return Err(unknown_code(code, type_name)),
    }
    match spec.sign {
        Some(Sign::Space) => return Err("Space not allowed in string format specifier".into()),
        Some(_) => return Err("Sign not allowed in string format specifier".into()),
        None => {}
    }
    if spec.no_negative_zero {
        return Err("Negative zero coercion (z) not allowed in string format specifier".into());
    }
    if spec.alternate {
        return Err("Alternate form (#) not allowed in string format specifier".into());
    }
    if spec.align == Align::AfterSign {
        return Err("'=' alignment not allowed in string format specifier".into());
    }
    let s = match spec.precision {
        Some(n) => s.char_indices().nth(n).map_or(s, |(end, _)| &s[..end]),
        None => s,
    };
    pad(s, spec)
}

/// `format(n, spec)` of an int.
pub fn format_int(n: Value, spec: &Spec, type_name: &str) -> Formatted {
    let code = spec.code.unwrap_or('d');
    match code {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let too_large = || FormatError::Overflow("int too large to convert to float".into());
            return format_float(int::to_f64(n).map_err(|_| too_large())?, spec, type_name);
        }
        _ => return Err(unknown_code(code, type_name)),
    }
    if spec.precision.is_some() {
        return Err("Precision not allowed in integer format specifier".into());
    }
    if spec.no_negative_zero {
        return Err("Negative zero coercion (z) not allowed in integer format specifier".into());
    }
    let (radix, prefix) = match code {
        'b' => (2, "0b"),
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        'c' => return format_char(n, spec),
        _ => (10, ""),
    };
    if radix == 10 {
        return int::with_decimal(n, |text| {
            let whole = text.strip_prefix('-').unwrap_or(text);
            Parts { negative: whole.len() < text.len(), prefix: "", whole, rest: "" }.format(spec)
        });
    }
    let text = int::to_string_radix(n, radix);
    let text = if code == 'X' { text.to_ascii_uppercase() } else { text };
    let whole = text.strip_prefix('-').unwrap_or(&text);
    let prefix = if spec.alternate { prefix } else { "" };
    Parts { negative: whole.len() < text.len(), prefix, whole, rest: "" }.format(spec)
}

fn format_char(n: Value, spec: &Spec) -> Formatted {
    if spec.sign.is_some() {
        return Err("Sign not allowed with integer format specifier 'c'".into());
    }
    if spec.alternate {
        return Err("Alternate form (#) not allowed with integer format specifier 'c'".into());
    }
    let overflow = |text: &str| FormatError::Overflow(text.into());
    let code =
        int::to_i64(n).ok_or_else(|| overflow("Python int too large to convert to C long"))?;
    if !(0..=0x10ffff).contains(&code) {
        return Err(overflow("%c arg not in range(0x110000)"));
    }
    // A Rust String has no place for lone surrogates.
    let c = char::from_u32(code as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    let spec = Spec { grouping: None, ..spec.clone() };
    if spec.align == Align::AfterSign {
        return pad(c.encode_utf8(&mut [0; 4]), &Spec { align: Align::Right, ..spec });
    }
    pad(c.encode_utf8(&mut [0; 4]), &spec)
}

/// How a float code converts: letter and precision for `double_to_string`, and whether `.0` is added.
fn float_conversion(spec: &Spec) -> (char, usize, bool) {
    match (spec.code, spec.precision) {
        (None, None) => ('r', 0, true),
        (None, Some(p)) => ('g', p, true),
        (Some('n'), p) => ('g', p.unwrap_or(6), false),
        (Some('%'), p) => ('f', p.unwrap_or(6), false),
        (Some(code), p) => (code, p.unwrap_or(6), false),
    }
}

fn check_precision(spec: &Spec) -> Result<(), FormatError> {
    match spec.precision {
        Some(p) if p > i32::MAX as usize => Err("precision too big".into()),
        _ => Ok(()),
    }
}

/// `format(f, spec)` of a float.
pub fn format_float(f: f64, spec: &Spec, type_name: &str) -> Formatted {
    match spec.code {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {}
        Some(code) => return Err(unknown_code(code, type_name)),
    }
    check_precision(spec)?;
    let percent = spec.code == Some('%');
    let (code, precision, dot_zero) = float_conversion(spec);
    let layout = Layout {
        alternate: spec.alternate,
        dot_zero,
        plus: false,
        no_negative_zero: spec.no_negative_zero,
    };
    let mut text = double_to_string(if percent { f * 100.0 } else { f }, code, precision, layout);
    if percent {
        text.push('%');
    }
    Parts::of_float(&text).format(spec)
}

/// `format(z, spec)` of a complex number.
pub fn format_complex(re: f64, im: f64, spec: &Spec, type_name: &str) -> Formatted {
    match spec.code {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') => {}
        Some(code) => return Err(unknown_code(code, type_name)),
    }
    check_precision(spec)?;
    if spec.fill == '0' {
        return Err("Zero padding is not allowed in complex format specifier".into());
    }
    if spec.align == Align::AfterSign {
        return Err("'=' alignment flag is not allowed in complex format specifier".into());
    }
    let (code, precision, _) = float_conversion(spec);
    let layout = Layout {
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        ..Layout::default()
    };
    let part = |f: f64, sign: Option<Sign>| {
        Parts::of_float(&double_to_string(f, code, precision, layout)).write(spec, sign, 0)
    };
    let plain = spec.code.is_none();
    let skip_real = plain && re == 0.0 && re.is_sign_positive();
    let mut out = String::new();
    if plain && !skip_real {
        out.push('(');
    }
    if !skip_real {
        out.push_str(&part(re, spec.sign)?);
    }
    out.push_str(&part(im, if skip_real { spec.sign } else { Some(Sign::Plus) })?);
    out.push('j');
    if plain && !skip_real {
        out.push(')');
    }
    pad(&out, spec)
}
