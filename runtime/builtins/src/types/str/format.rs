//! `str.format` and `format_map`: replacement fields, their names, conversions and nested specifications.
//!
//! Library reference, "Format String Syntax"; CPython `unicode_format.h`. What a specification means is the business
//! of each object's `__format__`.

use super::percent::push_plain;
use super::this;
use crate::args::{arg, var_args};
use habu_object::format::format_exact;
use habu_object::str::{Str, StrBuf, Units, chars};
use habu_object::{Gc, Tuple, Value};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use std::ops::Range;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("format", "(self, /, *args, **kwargs)", format_method)
        .doc("Return a formatted version of the string, using substitutions from args and kwargs."),
    NativeDef::new("format_map", "(self, mapping, /)", format_map)
        .doc("Return a formatted version of the string, using substitutions from mapping."),
];

fn format_method(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let positional = var_args(args, 1);
    let keywords = arg(args, 2).bound();
    run(vm, s, positional.or(Value::EMPTY_TUPLE.cast()), keywords)
}

fn format_map(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    run(vm, s, None, Some(arg(args, 1)))
}

fn run(
    vm: &mut Vm,
    s: Gc<Str>,
    args: Option<Gc<Tuple>>,
    keywords: Option<Value>,
) -> PyResult<Value> {
    let mut formatter =
        Formatter { text: s, args, keywords, numbering: Numbering::Unknown, next: 0 };
    let mut out = StrBuf::with_capacity(s.len() + 32);
    formatter.expand(vm, 0..s.len(), 2, &mut out)?;
    Ok(out.finish(&mut vm.heap)?.value())
}

/// How fields without names are numbered; the two ways must not be mixed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

struct Formatter {
    text: Gc<Str>,
    args: Option<Gc<Tuple>>,
    keywords: Option<Value>,
    numbering: Numbering,
    next: usize,
}

/// A replacement field: ranges of the text.
struct Field {
    name: Range<usize>,
    conversion: Option<u32>,
    spec: Range<usize>,
    nested: bool,
}

fn is(c: Option<u32>, wanted: char) -> bool {
    c == Some(u32::from(wanted))
}

/// The first brace at or after `from` and before `to`.
fn find_brace(units: Units<'_>, from: usize, to: usize) -> Option<usize> {
    let brace = |c: u32| c == u32::from('{') || c == u32::from('}');
    match units.range(from, to) {
        Units::One(u) => u.iter().position(|c| matches!(c, b'{' | b'}')).map(|i| from + i),
        rest => rest.iter().position(brace).map(|i| from + i),
    }
}

impl Formatter {
    /// Adds the text of a range with its fields replaced.
    fn expand(
        &mut self,
        vm: &mut Vm,
        range: Range<usize>,
        depth: u32,
        out: &mut StrBuf,
    ) -> PyResult<()> {
        if depth == 0 {
            return Err(vm.value_error("Max string recursion exceeded"));
        }
        let text = self.text;
        let (mut at, end) = (range.start, range.end);
        while let Some(brace) = find_brace(text.units(), at, end) {
            out.push_units(text.units().range(at, brace));
            let c = text.char_at(brace);
            at = brace + 1;
            if at < end && text.char_at(at) == c {
                out.push(c);
                at += 1;
                continue;
            }
            if c == u32::from('}') {
                return Err(vm.value_error("Single '}' encountered in format string"));
            }
            if at >= end {
                return Err(vm.value_error("Single '{' encountered in format string"));
            }
            let field = self.parse_field(vm, &mut at, end)?;
            self.replace(vm, &field, depth, out)?;
        }
        out.push_units(text.units().range(at, end));
        Ok(())
    }

    /// Parses the field whose `{` lies before `at`; afterwards `at` is behind its `}`.
    fn parse_field(&self, vm: &mut Vm, at: &mut usize, end: usize) -> PyResult<Field> {
        let peek = |i: usize| if i < end { Some(self.text.char_at(i)) } else { None };
        let start = *at;
        let mut last = None;
        while let Some(c) = peek(*at) {
            *at += 1;
            last = Some(c);
            match char::from_u32(c) {
                Some('{') => return Err(vm.value_error("unexpected '{' in field name")),
                Some('[') => {
                    while peek(*at).is_some_and(|c| c != u32::from(']')) {
                        *at += 1;
                    }
                }
                Some('}' | ':' | '!') => break,
                _ => {}
            }
        }
        let name_end = (*at - 1).max(start);
        let mut field =
            Field { name: start..name_end, conversion: None, spec: 0..0, nested: false };
        if is(last, '!') {
            let Some(conversion) = peek(*at) else {
                return Err(vm.value_error("end of string while looking for conversion specifier"));
            };
            field.conversion = Some(conversion);
            *at += 1;
            if let Some(c) = peek(*at) {
                *at += 1;
                if c == u32::from('}') {
                    return Ok(field);
                }
                if c != u32::from(':') {
                    return Err(vm.value_error("expected ':' after conversion specifier"));
                }
            }
        } else if !is(last, ':') {
            return match is(last, '}') {
                true => Ok(field),
                false => Err(vm.value_error("expected '}' before end of string")),
            };
        }
        let spec = *at;
        let mut open = 1;
        while let Some(c) = peek(*at) {
            *at += 1;
            if c == u32::from('{') {
                field.nested = true;
                open += 1;
            } else if c == u32::from('}') {
                open -= 1;
                if open == 0 {
                    field.spec = spec..*at - 1;
                    return Ok(field);
                }
            }
        }
        Err(vm.value_error("unmatched '{' in format spec"))
    }

    /// Adds what a field stands for.
    fn replace(
        &mut self,
        vm: &mut Vm,
        field: &Field,
        depth: u32,
        out: &mut StrBuf,
    ) -> PyResult<()> {
        let v = self.object(vm, field.name.clone())?;
        let v = match field.conversion {
            None => v,
            Some(c) => convert(vm, v, c)?,
        };
        if field.spec.is_empty() && push_plain(out, v) {
            return Ok(());
        }
        if !field.nested
            && !field.spec.is_empty()
            && let Some(text) = self.text.as_str()
            && let Some(done) = format_exact(v, text.get(field.spec.clone()).unwrap_or_default())
        {
            out.push_str(&done);
            return Ok(());
        }
        let spec = if field.nested {
            let mut inner = StrBuf::new();
            self.expand(vm, field.spec.clone(), depth - 1, &mut inner)?;
            inner.finish(&mut vm.heap)?.value()
        } else {
            self.part(vm, field.spec.clone())?
        };
        let done = vm.format(v, spec)?;
        if let Some(s) = done.cast::<Str>() {
            out.push_units(s.units());
        }
        Ok(())
    }

    /// A range of the text as a str.
    fn part(&self, vm: &mut Vm, range: Range<usize>) -> PyResult<Value> {
        if range.is_empty() {
            return vm.new_str("");
        }
        Ok(self.text.substr(&mut vm.heap, range.start, range.end)?.value())
    }

    /// The number that a range spells; None if it is none.
    fn number(&self, vm: &mut Vm, range: Range<usize>) -> PyResult<Option<usize>> {
        if range.is_empty() {
            return Ok(None);
        }
        let mut n = 0usize;
        for i in range {
            let Some(digit) = chars::decimal_value(self.text.char_at(i)) else { return Ok(None) };
            let grown = n.checked_mul(10).and_then(|n| n.checked_add(digit as usize));
            n = match grown.filter(|n| *n <= isize::MAX as usize) {
                Some(n) => n,
                None => return Err(vm.value_error("Too many decimal digits in format string")),
            };
        }
        Ok(Some(n))
    }

    /// The object that a field name denotes.
    fn object(&mut self, vm: &mut Vm, name: Range<usize>) -> PyResult<Value> {
        let mut at = name.start;
        while at < name.end && !matches!(char::from_u32(self.text.char_at(at)), Some('.' | '[')) {
            at += 1;
        }
        let mut v = self.first(vm, name.start..at)?;
        while at < name.end {
            v = self.step(vm, v, &mut at, name.end)?;
        }
        Ok(v)
    }

    /// The argument that the beginning of a field name denotes.
    fn first(&mut self, vm: &mut Vm, name: Range<usize>) -> PyResult<Value> {
        let number = self.number(vm, name.clone())?;
        let automatic = name.is_empty();
        if !automatic && number.is_none() {
            let key = self.part(vm, name)?;
            return match self.keywords {
                Some(keywords) => vm.getitem(keywords, key),
                None => Err(vm.key_error(key)),
            };
        }
        let wanted = if automatic { Numbering::Automatic } else { Numbering::Manual };
        if self.numbering == Numbering::Unknown {
            self.numbering = wanted;
        } else if self.numbering != wanted {
            return Err(vm.value_error(match automatic {
                true => {
                    "cannot switch from manual field specification to automatic field numbering"
                }
                false => {
                    "cannot switch from automatic field numbering to manual field specification"
                }
            }));
        }
        let i = match number {
            Some(i) => i,
            None => {
                self.next += 1;
                self.next - 1
            }
        };
        let Some(args) = self.args else {
            return Err(vm.value_error("Format string contains positional fields"));
        };
        match args.items().get(i) {
            Some(v) => Ok(v.get()),
            None => {
                let msg = format!("Replacement index {i} out of range for positional args tuple");
                Err(vm.raise_msg(Exc::IndexError, &msg))
            }
        }
    }

    /// Goes one `.name` or `[key]` further.
    fn step(&self, vm: &mut Vm, v: Value, at: &mut usize, end: usize) -> PyResult<Value> {
        const EMPTY: &str = "Empty attribute in format string";
        let opening = char::from_u32(self.text.char_at(*at));
        *at += 1;
        let start = *at;
        if opening == Some('.') {
            while *at < end && !matches!(char::from_u32(self.text.char_at(*at)), Some('.' | '[')) {
                *at += 1;
            }
            if start == *at {
                return Err(vm.value_error(EMPTY));
            }
            let name = self.part(vm, start..*at)?;
            let name = vm.intern_value(name)?;
            return vm.getattr(v, name);
        }
        if opening != Some('[') {
            return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
        while *at < end && self.text.char_at(*at) != u32::from(']') {
            *at += 1;
        }
        if *at >= end {
            return Err(vm.value_error("Missing ']' in format string"));
        }
        let key = start..*at;
        *at += 1;
        if key.is_empty() {
            return Err(vm.value_error(EMPTY));
        }
        let key = match self.number(vm, key.clone())? {
            Some(n) => vm.new_int(n as i64)?,
            None => self.part(vm, key)?,
        };
        vm.getitem(v, key)
    }
}

/// `!r`, `!s`, `!a`
fn convert(vm: &mut Vm, v: Value, conversion: u32) -> PyResult<Value> {
    match char::from_u32(conversion) {
        Some('r') => vm.repr(v),
        Some('s') => vm.str(v),
        Some('a') => vm.ascii(v),
        Some(c @ '!'..='~') => Err(vm.value_error(&format!("Unknown conversion specifier {c}"))),
        _ => Err(vm.value_error(&format!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}
