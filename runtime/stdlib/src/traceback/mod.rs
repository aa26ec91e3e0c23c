//! Exceptions as users see them: CPython's traceback format, with chains, notes, suggestions and marks.
//!
//! `frames` shows entries, `anchors` finds what is marked, `suggest` the names meant, `page`
//! indents the members of groups. Nothing here raises: whatever
//! fails on the way is left out.

mod anchors;
mod candidates;
mod frames;
mod page;
mod scan;
mod source;
mod suggest;
mod syntax;
mod width;

pub use source::remember_source;

use crate::util::quiet;
use habu_object::dict::Dict;
use habu_object::{Exception, Gc, Kind, List, Traceback, Tuple, Value, int};
use habu_vm::{Exc, Vm};
use page::Page;
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
    // Python code that runs meanwhile may take the chain apart.
    let seen = vm.new_list(&[]).and_then(|list| vm.list_from_iter(list));
    let Some(seen) = quiet(vm, seen) else { return String::new() };
    let outer = vm.root(CHAIN);
    vm.set_root(CHAIN, seen.value());
    let limit = limit(vm);
    let mut printer =
        Printer { vm, page: Page::default(), sources: Sources::default(), limit, seen };
    printer.chain(e);
    let out = printer.page.out;
    vm.set_root(CHAIN, outer);
    vm.handled = handled;
    out
}

/// Prints one exception with all that belongs to it.
struct Printer<'a> {
    vm: &'a mut Vm,
    page: Page,
    sources: Sources,
    limit: Option<usize>,
    /// The exceptions that have been or are being printed.
    seen: Gc<List>,
}

impl Printer<'_> {
    /// An exception after those that led to it.
    fn chain(&mut self, e: Value) {
        for (message, link) in self.links(e).into_iter().rev() {
            let Some(exc) = link.cast::<Exception>() else { continue };
            match page::members(self.vm, link) {
                None => self.one(link, exc, "Traceback (most recent call last):\n", None),
                Some(_) if self.page.depth > page::MAX_DEPTH => {
                    self.page
                        .emit(&format!("... (max_group_depth is {})\n", page::MAX_DEPTH), None);
                }
                Some(members) => self.group(link, exc, members),
            }
            self.page.emit(message, None);
        }
    }

    /// The exceptions of a chain, the last one first, each with the text that stands between it and the next one shown.
    fn links(&mut self, e: Value) -> Vec<(&'static str, Value)> {
        let mut out = Vec::new();
        let mut at = ("", e);
        loop {
            out.push(at);
            let kept = self.seen.push(&mut self.vm.heap, at.1);
            let Some(exc) = at.1.cast::<Exception>().filter(|_| kept.is_ok()) else { return out };
            let seen = self.seen;
            let unseen = |v: Value| {
                v.cast::<Exception>().is_some() && !seen.cells().iter().any(|s| s.get() == v)
            };
            at = match (exc.cause.get(), exc.context.get()) {
                (cause, _) if unseen(cause) => (CAUSE, cause),
                (_, context) if !exc.suppress_context.get() && unseen(context) => {
                    (CONTEXT, context)
                }
                _ => return out,
            };
        }
    }

    /// The traceback under a header, and the exception itself.
    fn one(&mut self, e: Value, exc: Gc<Exception>, header: &str, margin: Option<char>) {
        let traceback = exc.traceback.get();
        if traceback.cast::<Traceback>().is_some() && self.limit != Some(0) {
            self.page.emit(header, margin);
            let mut entries = frames::entries(self.vm, traceback, self.limit);
            if self.vm.options.flags.no_debug_ranges {
                entries = frames::unmarked(entries);
            }
            let mut text = String::new();
            frames::format(self.vm, &mut self.sources, &entries, &mut text);
            self.page.emit(&text, None);
        }
        let mut text = String::new();
        format_only(self.vm, e, &mut text);
        self.page.emit(&text, None);
    }

    /// A group and its members, in boxes.
    fn group(&mut self, e: Value, exc: Gc<Exception>, members: Gc<Tuple>) {
        let outermost = self.page.depth == 0;
        self.page.depth += usize::from(outermost);
        let margin = outermost.then_some('+');
        self.one(e, exc, "Exception Group Traceback (most recent call last):\n", margin);
        let count = members.len();
        let shown = if count <= page::MAX_WIDTH { count } else { page::MAX_WIDTH + 1 };
        self.page.open = false;
        for i in 0..shown {
            let last = i + 1 == shown;
            self.page.open |= last;
            let cut = i >= page::MAX_WIDTH;
            let title = if cut { "...".to_owned() } else { (i + 1).to_string() };
            self.page.rule(i == 0, &title);
            self.page.depth += 1;
            if cut {
                let more = count - page::MAX_WIDTH;
                let plural = if more > 1 { "s" } else { "" };
                self.page.emit(&format!("and {more} more exception{plural}\n"), None);
            } else if self.vm.check_native_stack().is_ok() {
                self.chain(members.get(i));
            }
            if last && self.page.open {
                self.page.close();
            }
            self.page.depth -= 1;
        }
        self.page.depth -= usize::from(outermost);
    }
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
