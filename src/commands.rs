//! `habu tokens|ast|dis|trace FILE`: each stage of a program's way, as text; and what `-X jit-stats` prints.

use habu_compiler::{Mode, Options, SyntaxError};
use habu_vm::Vm;

/// Exits that `-X jit-stats` names.
const TOP_EXITS: usize = 10;

/// The text of a stage.
pub fn show(stage: &str, source: &str, filename: &str) -> Result<String, Box<SyntaxError>> {
    match stage {
        "tokens" => habu_compiler::dump_tokens(source),
        "ast" => habu_compiler::dump_ast(source),
        _ => {
            let code = habu_compiler::compile(source, filename, &Options::new(Mode::Module))?;
            Ok(habu_bytecode::disassemble(&code))
        }
    }
}

/// What the JIT made of the program that has run, loop by loop and function by function.
pub fn trace_report(vm: &Vm) -> String {
    match habu_jit::tree::report(vm) {
        Some(report) => format!("\n{}", relative(&report.to_string())),
        None => "\nthe JIT is off\n".to_owned(),
    }
}

/// The JIT's counters, and the exits that were taken most.
pub fn jit_stats(vm: &Vm) -> String {
    let Some(stats) = habu_jit::tree::stats(vm) else { return String::new() };
    let exits = habu_jit::tree::report(vm).map(|r| r.top_exits(TOP_EXITS)).unwrap_or_default();
    let exits: String = exits.iter().map(|exit| format!("jit: left at {exit}\n")).collect();
    relative(&format!("{stats}{exits}"))
}

/// Without the path of the current directory.
fn relative(text: &str) -> String {
    match std::env::current_dir() {
        Ok(here) => text.replace(&format!("{}/", here.display()), ""),
        Err(_) => text.to_owned(),
    }
}
