//! Formatting against `golden.tsv`: kind, value, specification, and what CPython 3.13 made of them (`=text` or
//! `!Exception: text`); what is new in 3.14 is spelled out below.

use super::percent::{Percent, percent_float, percent_int, percent_str};
use super::*;
use crate::{float, int};
use habu_gc::{Config, Heap};

fn parse_percent(text: &str) -> (Percent, char) {
    let mut p = Percent::default();
    let code = text.chars().last().expect("a code");
    let body = &text[..text.len() - code.len_utf8()];
    let numbers = body.trim_start_matches(['-', '+', ' ', '#', '0']);
    for c in body[..body.len() - numbers.len()].chars() {
        match c {
            '-' => p.left = true,
            '+' => p.plus = true,
            ' ' => p.space = true,
            '#' => p.alternate = true,
            _ => p.zero = true,
        }
    }
    let (width, precision) = numbers.split_once('.').map_or((numbers, None), |(w, p)| (w, Some(p)));
    p.width = width.parse().unwrap_or(0);
    p.precision = precision.map(|p| p.parse().unwrap_or(0));
    (p, code)
}

fn evaluate(heap: &mut Heap, kind: &str, value: &str, spec: &str) -> Formatted {
    let float = |text: &str| float::fromhex(text).expect("a float");
    let mut int = |text: &str| int::parse(heap, text, 10, 0).expect("an int");
    if let Some(kind) = kind.strip_prefix('%') {
        let (p, code) = parse_percent(spec);
        return match kind {
            "i" => percent_int(int(value), code, &p),
            "f" => percent_float(float(value), code, &p),
            _ => percent_str(value, &p),
        };
    }
    let spec = &spec.replace("\\1", "\x01");
    match kind {
        "i" => format_int(int(value), &parse_spec(spec, "int", Align::Right)?, "int"),
        "f" => format_float(float(value), &parse_spec(spec, "float", Align::Right)?, "float"),
        "s" => format_str(value, &parse_spec(spec, "str", Align::Left)?, "str"),
        _ => {
            let (re, im) = value.split_once(' ').expect("two parts");
            format_complex(
                float(re),
                float(im),
                &parse_spec(spec, "complex", Align::Right)?,
                "complex",
            )
        }
    }
}

fn shown(r: Formatted) -> String {
    match r {
        Ok(text) => format!("={text}"),
        Err(FormatError::Value(text)) => format!("!ValueError: {text}"),
        Err(FormatError::Overflow(text)) => format!("!OverflowError: {text}"),
        Err(FormatError::Memory) => "!MemoryError: ".into(),
    }
}

#[test]
fn golden_cases() {
    crate::singletons::init();
    let mut heap = Heap::new(Config::default());
    for line in include_str!("golden.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, value, spec, result] = fields[..] else { panic!("malformed: {line}") };
        assert_eq!(
            shown(evaluate(&mut heap, kind, value, spec)),
            result,
            "{kind} {value} {spec:?}"
        );
    }
}

#[test]
fn decimals_may_be_grouped() {
    let format = |f: f64, spec: &str| {
        shown(
            parse_spec(spec, "float", Align::Right)
                .map_err(FormatError::from)
                .and_then(|s| format_float(f, &s, "float")),
        )
    };
    for (f, spec, text) in [
        (123456.123456, ".6_f", "=123456.123_456"),
        (123456.123456, "_.6_f", "=123_456.123_456"),
        (123456.123456, ",._f", "=123,456.123_456"),
        (123456.1234567, ",.7,f", "=123,456.123,456,7"),
        (1.5, "._", "=1.5"),
        (1234.5678, ".,", "=1234.567,8"),
        (1234.5678, "020.4,f", "=00000000001234.567,8"),
        (1.5e20, ".,e", "=1.500,000e+20"),
        (1.5, ".,_f", "!ValueError: Cannot specify both ',' and '_'."),
        (1.5, "._,f", "!ValueError: Cannot specify both ',' and '_'."),
        (1.5, ".,n", "!ValueError: Cannot specify ',' with 'n'."),
        (1.5, ".", "!ValueError: Format specifier missing precision"),
        (f64::INFINITY, ".,f", "=inf"),
    ] {
        assert_eq!(format(f, spec), text, "{f} {spec}");
    }
}

#[test]
fn absurd_widths_are_memory_errors() {
    let spec = parse_spec("9000000000000000000", "str", Align::Left).expect("a width");
    assert_eq!(format_str("x", &spec, "str"), Err(FormatError::Memory));
}
