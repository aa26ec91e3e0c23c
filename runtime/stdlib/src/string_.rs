//! Module `_string`: format strings taken apart, for `string.Formatter`.

use crate::util::{arg, new_module};
use habu_object::str::Str;
use habu_object::{Gc, List, Module, Value};
use habu_vm::{NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("formatter_parser", "(format_string, /)", parse)
        .doc("parse the argument as a format string"),
    NativeDef::new("formatter_field_name_split", "(field_name, /)", split)
        .doc("split the argument as a field name"),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    new_module(vm, "_string", "string helper module", FUNCTIONS)
}

fn text(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Str>> {
    let v = arg(args, 0);
    match v.cast::<Str>() {
        Some(s) => Ok(s),
        None => {
            let msg = format!("expected str, got {}", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;
const LEFT: u32 = '[' as u32;
const RIGHT: u32 = ']' as u32;

/// An iterator of `(literal text, field name, specification, conversion)`.
fn parse(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = text(vm, args)?;
    let out = List::new(&mut vm.heap, 4)?;
    let (mut at, end) = (0, s.len());
    while at < end {
        let start = at;
        while at < end && !matches!(s.char_at(at), OPEN | CLOSE) {
            at += 1;
        }
        if at == end {
            literal(vm, out, s, start, end)?;
            break;
        }
        let c = s.char_at(at);
        if at + 1 < end && s.char_at(at + 1) == c {
            // A doubled brace belongs to the text before it.
            literal(vm, out, s, start, at + 1)?;
            at += 2;
            continue;
        }
        if c == CLOSE {
            return Err(vm.value_error("Single '}' encountered in format string"));
        }
        if at + 1 == end {
            return Err(vm.value_error("Single '{' encountered in format string"));
        }
        let before = s.substr(&mut vm.heap, start, at)?.value();
        at = field(vm, out, s, before, at + 1)?;
    }
    vm.iter(out.value())
}

fn literal(vm: &mut Vm, out: Gc<List>, s: Gc<Str>, from: usize, to: usize) -> PyResult<()> {
    let text = s.substr(&mut vm.heap, from, to)?.value();
    let row = vm.new_tuple(&[text, Value::NONE, Value::NONE, Value::NONE])?;
    Ok(out.push(&mut vm.heap, row)?)
}

/// Parses the field that begins at `start`, behind its brace; the place behind its end.
fn field(vm: &mut Vm, out: Gc<List>, s: Gc<Str>, before: Value, start: usize) -> PyResult<usize> {
    let end = s.len();
    let mut at = start;
    let mut last = None;
    while at < end {
        let c = s.char_at(at);
        match c {
            OPEN => return Err(vm.value_error("unexpected '{' in field name")),
            LEFT => {
                while at < end && s.char_at(at) != RIGHT {
                    at += 1;
                }
                if at < end {
                    at += 1;
                }
                continue;
            }
            _ if c == CLOSE || c == ':' as u32 || c == '!' as u32 => {
                last = Some(c);
                break;
            }
            _ => at += 1,
        }
    }
    let name = s.substr(&mut vm.heap, start, at)?.value();
    let Some(last) = last else { return Err(vm.value_error("expected '}' before end of string")) };
    at += 1;
    let mut conversion = Value::NONE;
    let mut more = last == ':' as u32;
    if last == '!' as u32 {
        if at >= end {
            let msg = "end of string while looking for conversion specifier";
            return Err(vm.value_error(msg));
        }
        conversion = s.substr(&mut vm.heap, at, at + 1)?.value();
        at += 1;
        if at >= end {
            return Err(vm.value_error("unmatched '{' in format spec"));
        }
        match s.char_at(at) {
            CLOSE => {}
            c if c == ':' as u32 => more = true,
            _ => return Err(vm.value_error("expected ':' after conversion specifier")),
        }
        at += 1;
    }
    let from = at;
    let mut to = at;
    if more {
        let mut depth = 1;
        loop {
            if at >= end {
                return Err(vm.value_error("unmatched '{' in format spec"));
            }
            match s.char_at(at) {
                OPEN => depth += 1,
                CLOSE => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                to = at - 1;
                break;
            }
        }
    }
    let spec = s.substr(&mut vm.heap, from, to)?.value();
    let row = vm.new_tuple(&[before, name, spec, conversion])?;
    out.push(&mut vm.heap, row)?;
    Ok(at)
}

/// `(first, rest)` of a field name: rest is an iterator of `(is attribute, name)`.
fn split(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = text(vm, args)?;
    let end = s.len();
    let mut at = 0;
    while at < end && !matches!(char::from_u32(s.char_at(at)), Some('.' | '[')) {
        at += 1;
    }
    let first = name_or_number(vm, s, 0, at)?;
    let rest = List::new(&mut vm.heap, 2)?;
    while at < end {
        let attribute = s.char_at(at) == '.' as u32;
        if !attribute && s.char_at(at) != LEFT {
            let msg = "Only '.' or '[' may follow ']' in format field specifier";
            return Err(vm.value_error(msg));
        }
        at += 1;
        let from = at;
        while at < end {
            let c = s.char_at(at);
            if attribute && (c == '.' as u32 || c == LEFT) || !attribute && c == RIGHT {
                break;
            }
            at += 1;
        }
        if !attribute && at == end {
            return Err(vm.value_error("Missing ']' in format string"));
        }
        if from == at {
            return Err(vm.value_error("Empty attribute in format string"));
        }
        let name = match attribute {
            true => s.substr(&mut vm.heap, from, at)?.value(),
            false => name_or_number(vm, s, from, at)?,
        };
        if !attribute {
            at += 1;
        }
        let row = vm.new_tuple(&[Value::bool(attribute), name])?;
        rest.push(&mut vm.heap, row)?;
    }
    let rest = vm.iter(rest.value())?;
    vm.new_tuple(&[first, rest])
}

/// A part of a field name: an int if it is all digits.
fn name_or_number(vm: &mut Vm, s: Gc<Str>, from: usize, to: usize) -> PyResult<Value> {
    let digits = (from..to).map(|i| char::from_u32(s.char_at(i)).and_then(|c| c.to_digit(10)));
    let mut n: i64 = 0;
    for digit in digits {
        let Some(digit) = digit else { return Ok(s.substr(&mut vm.heap, from, to)?.value()) };
        n = match n.checked_mul(10).and_then(|n| n.checked_add(i64::from(digit))) {
            Some(n) => n,
            None => return Err(vm.value_error("Too many decimal digits in format string")),
        };
    }
    if from == to { Ok(s.substr(&mut vm.heap, from, to)?.value()) } else { vm.new_int(n) }
}
