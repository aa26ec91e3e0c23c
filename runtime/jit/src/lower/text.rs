//! The texts of compiled code: CLIF and assembly, for `-X dump=clif,asm` and golden tests.

use super::Symbols;

/// The texts of one function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Texts {
    /// The function as it was handed to Cranelift, after a legend of its symbols.
    pub clif: String,
    /// The machine code with virtual registers resolved.
    pub asm: String,
}

impl Texts {
    pub(super) fn new(clif: String, asm: Option<String>, symbols: &Symbols) -> Texts {
        let mut text = String::new();
        for (n, name) in symbols.names.iter().enumerate() {
            text.push_str(&format!("; u0:{n} = {name}\n"));
        }
        Texts { clif: text + &clif, asm: asm.unwrap_or_default() }
    }
}
