//! `habu tokens|ast|dis|trace FILE`: each stage of a program's way, as text.

use habu_compiler::{Mode, Options, SyntaxError};

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
