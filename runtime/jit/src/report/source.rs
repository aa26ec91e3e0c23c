//! From addresses of instructions to what the user wrote.

use habu_bytecode::{Code, Insn, Op};
use habu_vm::Vm;
use std::fmt;

/// A line of a function.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Its file.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// The function, qualified.
    pub function: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.file, self.line, self.function)
    }
}

/// Where all loaded code lies.
pub(super) struct Sources {
    /// First address, one past the last, whose: in order.
    ranges: Vec<(usize, usize, &'static Code)>,
}

impl Sources {
    pub(super) fn new(vm: &Vm) -> Sources {
        let mut ranges: Vec<_> = vm
            .codes()
            .map(|code| {
                let data = vm.code_data(code);
                let start = code.entry.get();
                (start, start + 4 * data.code.len(), data)
            })
            .collect();
        ranges.sort_unstable_by_key(|r| r.0);
        Sources { ranges }
    }

    /// The code around an address, and the word of it.
    pub(super) fn code(&self, pc: u64) -> Option<(&'static Code, u32)> {
        let pc = pc as usize;
        let n = self.ranges.partition_point(|r| r.0 <= pc).checked_sub(1)?;
        let (start, end, code) = self.ranges[n];
        (pc < end).then_some((code, ((pc - start) / 4) as u32))
    }

    /// The place of an instruction.
    pub(super) fn place(&self, pc: u64) -> Option<Place> {
        let (code, at) = self.code(pc)?;
        let line = code.position(at).map_or(0, |p| p.line);
        let line = if line == 0 { code.first_line } else { line };
        Some(Place { file: code.filename.to_string(), line, function: code.qualname.to_string() })
    }

    /// The op at an address, as it was before it was patched or quickened.
    pub(super) fn op(&self, pc: u64) -> Option<Op> {
        let (code, at) = self.code(pc)?;
        Insn(code.code[at as usize]).op()
    }

    /// The variable that a register of the code around an address holds.
    pub(super) fn variable(&self, pc: u64, register: i32) -> Option<&'static str> {
        let (code, _) = self.code(pc)?;
        code.varnames.get(usize::try_from(register).ok()?).map(|name| &**name)
    }
}
