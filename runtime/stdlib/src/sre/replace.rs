//! `sub`, `subn`, `expand` and the templates they use.

use super::matched;
use super::pattern::Pattern;
use super::search::{Mode, Subject};
use crate::util::{arg, new_class, seal};
use habu_object::bytes::with_bytes;
use habu_object::str::Str;
use habu_object::{Gc, Kind, List, Native, Value, int, type_flags};
use habu_vm::{PyResult, Vm};

const TEMPLATE: &str = "_sre.SRE_Template";

// Slots of a template: a text, then pairs of a group's number and a text.

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = new_class(vm, "_sre", "SRE_Template", Kind::Native, &[], &[])?;
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
    seal(class);
    vm.set_root(TEMPLATE, class.value());
    Ok(())
}

/// `_sre.template(pattern, [text, group, text, …])`
pub(super) fn template(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(list) = arg(args, 1).cast::<List>().filter(|l| l.len() % 2 == 1) else {
        return Err(vm.type_error("invalid template"));
    };
    for i in (1..list.len()).step_by(2) {
        let group = list.get(i).unwrap_or(Value::NONE);
        if !group.is_int() || group.as_int() < 0 {
            return Err(vm.type_error("invalid template"));
        }
    }
    let class = vm.expect_type(vm.root(TEMPLATE));
    let object = Native::zeroed(&mut vm.heap, class.instance_shape.get(), list.len())?;
    for i in 0..list.len() {
        let v = list.get(i).unwrap_or(Value::NONE);
        object.set_slot(&mut vm.heap, i, v);
    }
    Ok(object.value())
}

/// The template of a replacement text.
fn parsed(vm: &mut Vm, pattern: Value, text: Value) -> PyResult<Gc<Native>> {
    let re = crate::import::import_module(vm, "re")?;
    let f = vm.getattr_str(re, "_compile_template")?;
    let made = vm.call(f, &[pattern, text])?;
    let class = vm.expect_type(vm.root(TEMPLATE));
    match made.cast::<Native>().filter(|t| vm.is_instance_exact(t.value(), class)) {
        Some(template) => Ok(template),
        None => {
            let msg =
                format!("re._compile_template returned {}, not a template", vm.type_name(made));
            Err(vm.type_error(&msg))
        }
    }
}

/// Adds what a template makes of a match to a list.
fn fill(vm: &mut Vm, template: Gc<Native>, m: Gc<Native>, out: Gc<List>) -> PyResult<()> {
    for (i, cell) in template.slots().iter().enumerate() {
        let v = cell.get();
        let part = if i % 2 == 0 {
            v
        } else {
            let n = int::to_i64_clamped(v).max(0) as usize;
            if n >= (m.slots().len() - 5) / 2 {
                return Err(vm.raise_msg(habu_vm::Exc::IndexError, "no such group"));
            }
            matched::group(vm, m, n, Value::NONE)?
        };
        if !part.is_none() {
            out.push(&mut vm.heap, part)?;
        }
    }
    Ok(())
}

/// `match.expand(template)`
pub(super) fn expand(vm: &mut Vm, m: Gc<Native>, text: Value) -> PyResult<Value> {
    let template = parsed(vm, m.slot(0), text)?;
    if template.slots().len() == 1 {
        return Ok(template.slot(0));
    }
    let out = List::new(&mut vm.heap, template.slots().len())?;
    fill(vm, template, m, out)?;
    let subject = Subject::new(vm, m.slot(1), None)?;
    subject.join(vm, out.value())
}

/// What a match is replaced by.
enum Replacement {
    Text(Value),
    Template(Gc<Native>),
    Function(Value),
}

fn has_backslash(v: Value) -> bool {
    match v.cast::<Str>() {
        Some(s) => s.contains_char('\\' as u32),
        None => with_bytes(v, |b| b.contains(&b'\\')).unwrap_or(true),
    }
}

fn replacement(vm: &mut Vm, pattern: &Pattern, repl: Value) -> PyResult<Replacement> {
    let call = vm.names.__call__;
    let callable =
        matches!(repl.kind(), Kind::Function | Kind::Method | Kind::Builtin | Kind::Type)
            || vm.special(repl, call).is_some();
    if callable {
        return Ok(Replacement::Function(repl));
    }
    if matches!(repl.kind(), Kind::Str | Kind::Bytes) && !has_backslash(repl) {
        return Ok(Replacement::Text(repl));
    }
    let template = parsed(vm, pattern.object.value(), repl)?;
    Ok(match template.slots().len() {
        1 => Replacement::Text(template.slot(0)),
        _ => Replacement::Template(template),
    })
}

/// The new text and the number of replacements.
pub(super) fn sub(vm: &mut Vm, args: &[Value]) -> PyResult<(Value, usize)> {
    let pattern = Pattern::of(vm, arg(args, 0))?;
    let replacement = replacement(vm, &pattern, arg(args, 1))?;
    let subject = pattern.subject(vm, arg(args, 2))?;
    let max = match arg(args, 3).bound() {
        Some(v) => vm.index_clamped(v)?,
        None => 0,
    };
    let end = subject.len();
    let out = List::new(&mut vm.heap, 8)?;
    let (mut at, mut advance, mut n) = (0, false, 0);
    let mut copied = 0;
    while max == 0 || (n as i64) < max {
        let Some(found) = pattern.apply(vm, &subject, (at, end), Mode::Search, advance)? else {
            break;
        };
        if copied < found.from() {
            let part = subject.slice(vm, copied, found.from())?;
            out.push(&mut vm.heap, part)?;
        }
        match &replacement {
            Replacement::Text(text) => out.push(&mut vm.heap, *text)?,
            Replacement::Template(template) => {
                let m = matched::new(vm, &pattern, &subject, (0, end), &found)?;
                if let Some(m) = m.cast::<Native>() {
                    fill(vm, *template, m, out)?;
                }
            }
            Replacement::Function(f) => {
                let m = matched::new(vm, &pattern, &subject, (0, end), &found)?;
                let item = vm.call(*f, &[m])?;
                if !item.is_none() {
                    out.push(&mut vm.heap, item)?;
                }
            }
        }
        n += 1;
        copied = found.to();
        advance = found.to() == found.from();
        at = found.to();
    }
    if n == 0 {
        return Ok((subject.slice(vm, 0, end)?, 0));
    }
    if copied < end {
        let part = subject.slice(vm, copied, end)?;
        out.push(&mut vm.heap, part)?;
    }
    Ok((subject.join(vm, out.value())?, n))
}
