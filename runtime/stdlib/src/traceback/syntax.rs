//! SyntaxErrors with the line and the place (CPython `TracebackException._format_syntax_error`).

use super::{attribute, safe_str};
use habu_object::{Kind, Value, int};
use habu_vm::Vm;

fn number(vm: &mut Vm, e: Value, name: &str) -> Option<i64> {
    attribute(vm, e, name).filter(|v| int::is_int_like(*v)).map(int::to_i64_clamped)
}

fn text(vm: &mut Vm, e: Value, name: &str) -> Option<String> {
    attribute(vm, e, name).filter(|v| v.kind() == Kind::Str).map(|v| vm.text(v))
}

/// Adds the lines of a SyntaxError to `out`.
pub(super) fn format(vm: &mut Vm, e: Value, class: &str, out: &mut String) {
    let filename = text(vm, e, "filename");
    let mut suffix = String::new();
    let line = number(vm, e, "lineno");
    match (line, &filename) {
        (Some(line), _) => {
            let name = filename.as_deref().unwrap_or("<string>");
            out.push_str(&format!("  File \"{name}\", line {line}\n"));
        }
        (None, Some(name)) => suffix = format!(" ({name})"),
        (None, None) => {}
    }
    if let Some(source) = text(vm, e, "text") {
        show_line(vm, e, line, &source, out);
    }
    let msg = match attribute(vm, e, "msg") {
        Some(v) => safe_str(vm, v, "exception"),
        None => "<no detail available>".to_owned(),
    };
    out.push_str(&format!("{class}: {msg}{suffix}\n"));
}

fn show_line(vm: &mut Vm, e: Value, line: Option<i64>, source: &str, out: &mut String) {
    let right = source.trim_end_matches('\n');
    let left = right.trim_start_matches([' ', '\n', '\x0c']);
    let length = right.chars().count() as i64;
    let spaces = length - left.chars().count() as i64;
    let Some(mut offset) = number(vm, e, "offset") else {
        out.push_str(&format!("    {left}\n"));
        return;
    };
    let Some(line) = line else { return };
    let mut end = if Some(line) == number(vm, e, "end_lineno") {
        number(vm, e, "end_offset").filter(|n| *n != 0).unwrap_or(offset)
    } else {
        length + 1
    };
    let whole = source.chars().count() as i64;
    if whole > 0 && offset > whole {
        offset = whole + 1;
        end = end.max(offset);
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (from, to) = (offset - 1 - spaces, end - 1 - spaces);
    out.push_str(&format!("    {left}\n"));
    if from >= 0 {
        let pad: String = left
            .chars()
            .take(from as usize)
            .map(|c| if c.is_whitespace() { c } else { ' ' })
            .collect();
        out.push_str(&format!("    {pad}{}\n", "^".repeat((to - from).max(0) as usize)));
    }
}
