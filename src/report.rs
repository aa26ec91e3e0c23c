//! Errors as users see them: uncaught exceptions with CPython's traceback format, syntax errors, exit codes.

use habu_compiler::SyntaxError;
use habu_vm::{Exc, Raised, Vm};

/// The text of an operating system error without Rust's suffix.
pub fn os_error_text(e: &std::io::Error) -> String {
    let text = e.to_string();
    match text.find(" (os error") {
        Some(i) => text[..i].to_owned(),
        None => text,
    }
}

/// A syntax error as CPython prints it.
pub fn syntax_error(e: &SyntaxError) -> String {
    let mut out = format!("  File \"{}\", line {}\n", e.filename, e.line);
    if let Some(text) = &e.text {
        let line = text.trim_end_matches(['\n', '\r']);
        let stripped = line.trim_start();
        out.push_str(&format!("    {}\n", stripped.trim_end()));
        if e.col > 0 {
            let indent = line.chars().count() - stripped.chars().count();
            let from = (e.col as usize - 1).saturating_sub(indent);
            let end = e.end_col.max(0) as u32;
            let end = if e.end_line == e.line && end > e.col { end } else { e.col + 1 };
            let width = (end - e.col).max(1) as usize;
            let room = stripped.trim_end().chars().count().saturating_sub(from).max(1);
            let width = if e.end_line > e.line { room } else { width };
            out.push_str(&format!("    {}{}\n", " ".repeat(from), "^".repeat(width)));
        }
    }
    out.push_str(&format!("{}: {}\n", e.kind.name(), e.msg));
    out
}

/// Prints an uncaught exception and gives the exit code, None after a KeyboardInterrupt; SystemExit is quiet.
pub fn uncaught(vm: &mut Vm, raised: Raised) -> Option<u8> {
    let e = vm.take_raised(raised);
    let exit = vm.exc_type(Exc::SystemExit);
    if vm.is_instance_exact(e, exit) {
        return Some(habu_stdlib::exit_code(vm, e));
    }
    let interrupt = vm.exc_type(Exc::KeyboardInterrupt);
    let interrupted = vm.is_instance_exact(e, interrupt);
    habu_stdlib::report_exception(vm, e);
    if interrupted { None } else { Some(1) }
}
