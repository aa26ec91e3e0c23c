//! Exceptions as users see them: CPython's traceback format, with chains, notes, suggestions and marks.
//!
//! `frames` shows entries, `anchors` finds what is marked, `suggest` the names meant. Nothing here raises: whatever
//! fails on the way is left out.

mod anchors;
mod candidates;
mod frames;
mod scan;
mod source;
mod suggest;
mod syntax;
mod width;

pub use source::remember_source;

use crate::util::quiet;
use habu_object::dict::Dict;
use habu_object::{Exception, Kind, List, Traceback, Tuple, Value, int};
use habu_vm::{Exc, Vm};
use source::Sources;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// Root of the exceptions being printed.
const CHAIN: &str = "exceptions being printed";

/// A line of a source file, as tracebacks show it; empty if there is none.
pub(crate) fn source_line(vm: &mut Vm, filename: &str, line: u32) -> String {
    Sources::default().line(vm, filename, line).to_owned()
}

/// Prints an exception with its traceback and its chain to `sys.stderr`.
pub fn print_exception(vm: &mut Vm, e: Value) {
    let text = format_exception(vm, e);
    crate::io::write_stderr(vm, &text);
}

/// The text that `print_exception` prints.
pub fn format_exception(vm: &mut Vm, e: Value) -> String {
    let handled = std::mem::replace(&mut vm.handled, Value::NONE);
    let mut out = String::new();
    let mut sources = Sources::default();
    let limit = limit(vm);
    let links = chain(e);
    // Python code that runs meanwhile may take the chain apart.
    let values: Vec<Value> = links.iter().map(|l| l.1).collect();
    let kept = vm.new_list(&values);
    let kept = quiet(vm, kept).unwrap_or(Value::NONE);
    let outer = vm.root(CHAIN);
    vm.set_root(CHAIN, kept);
    for (message, link) in links.into_iter().rev() {
        let Some(exc) = link.cast::<Exception>() else { continue };
        let traceback = exc.traceback.get();
        if traceback.cast::<Traceback>().is_some() && limit != Some(0) {
            out.push_str("Traceback (most recent call last):\n");
            let mut entries = frames::entries(vm, traceback, limit);
            if vm.options.flags.no_debug_ranges {
                entries = frames::unmarked(entries);
            }
            frames::format(vm, &mut sources, &entries, &mut out);
        }
        format_only(vm, link, &mut out);
        out.push_str(message);
    }
    vm.set_root(CHAIN, outer);
    vm.handled = handled;
    out
}

/// The text of an exception that cannot be passed on: without its chain and without marks.
pub(crate) fn format_plainly(vm: &mut Vm, e: Value) -> String {
    let handled = std::mem::replace(&mut vm.handled, Value::NONE);
    let mut out = String::new();
    let traceback = e.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get());
    if traceback.cast::<Traceback>().is_some() {
        out.push_str("Traceback (most recent call last):\n");
        let limit = limit(vm);
        let entries = frames::unmarked(frames::entries(vm, traceback, limit));
        frames::format(vm, &mut Sources::default(), &entries, &mut out);
    }
    let class = class_name(vm, e);
    let text = safe_str(vm, e, "exception");
    let separator = if text.is_empty() { "" } else { ": " };
    out.push_str(&format!("{class}{separator}{text}\n"));
    vm.handled = handled;
    out
}

/// The exceptions of a chain, the last one first, each with the text that stands between it and the next one shown.
fn chain(e: Value) -> Vec<(&'static str, Value)> {
    let mut out = vec![("", e)];
    let mut at = e;
    while let Some(exc) = at.cast::<Exception>() {
        let unseen =
            |v: Value| v.cast::<Exception>().is_some() && !out.iter().any(|(_, s)| *s == v);
        let (message, next) = match (exc.cause.get(), exc.context.get()) {
            (cause, _) if unseen(cause) => (CAUSE, cause),
            (_, context) if !exc.suppress_context.get() && unseen(context) => (CONTEXT, context),
            _ => break,
        };
        out.push((message, next));
        at = next;
    }
    out
}

/// `sys.tracebacklimit`
fn limit(vm: &mut Vm) -> Option<usize> {
    let name = vm.intern("tracebacklimit");
    let name = quiet(vm, name)?;
    let v = vm.sys.cast::<Dict>().and_then(|d| vm.dict_get_str(d, name))?;
    if int::is_int_like(v) {
        Some(usize::try_from(int::to_i64_clamped(v)).unwrap_or(0))
    } else {
        None
    }
}

/// An attribute, None where there is none or it fails.
fn attribute(vm: &mut Vm, v: Value, name: &str) -> Option<Value> {
    let name = vm.intern(name);
    let name = quiet(vm, name)?;
    let found = vm.getattr_opt(v, name);
    quiet(vm, found).flatten().filter(|v| !v.is_none() && !v.is_unbound())
}

/// The last lines of an exception: class, text, notes.
fn format_only(vm: &mut Vm, e: Value, out: &mut String) {
    let class = class_name(vm, e);
    let syntax_error = vm.exc_type(Exc::SyntaxError);
    if vm.is_instance_exact(e, syntax_error) {
        syntax::format(vm, e, &class, out);
    } else {
        let text = safe_str(vm, e, "exception");
        let text = text + &candidates::suggestion(vm, e);
        if text.is_empty() {
            out.push_str(&format!("{class}\n"));
        } else {
            out.push_str(&format!("{class}: {text}\n"));
        }
    }
    notes(vm, e, out);
}

/// `str(v)`, or what CPython shows if that fails.
fn safe_str(vm: &mut Vm, v: Value, what: &str) -> String {
    let text = vm.str_text(v);
    quiet(vm, text).unwrap_or_else(|| format!("<{what} str() failed>"))
}

/// The qualified name of an exception's class, with its module unless that is builtins or `__main__`.
fn class_name(vm: &mut Vm, e: Value) -> String {
    let class = vm.type_of(e);
    let name = vm.text(class.qualname.get());
    match attribute(vm, class.value(), "__module__") {
        Some(m) if m.kind() == Kind::Str => match vm.text(m).as_str() {
            "builtins" | "__main__" => name,
            module => format!("{module}.{name}"),
        },
        Some(_) => format!("<unknown>.{name}"),
        None => name,
    }
}

fn notes(vm: &mut Vm, e: Value, out: &mut String) {
    let Some(notes) = attribute(vm, e, "__notes__") else { return };
    let items = match (notes.cast::<List>(), notes.cast::<Tuple>()) {
        (Some(_), _) | (_, Some(_)) => vm.list_from_iter(notes),
        _ => {
            let text = vm.repr_text(notes);
            let text = quiet(vm, text).unwrap_or_else(|| "<__notes__ repr() failed>".to_owned());
            out.push_str(&format!("{text}\n"));
            return;
        }
    };
    let Some(items) = quiet(vm, items) else { return };
    let mut i = 0;
    while let Some(note) = items.get(i) {
        i += 1;
        let text = safe_str(vm, note, "note");
        for line in text.split('\n') {
            out.push_str(&format!("{line}\n"));
        }
    }
}
