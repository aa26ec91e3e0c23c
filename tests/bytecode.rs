//! What the compiler makes, as the rest of the house takes it: verified, written to a `.pyc` and read back, and with
//! nothing live at a function's entry that nobody put there.
//!
//! Over the programs of `tests/lang` and `perf/programs` and over random programs.

use std::path::Path;

use habu_bytecode::liveness::Liveness;
use habu_bytecode::pyc::{SourceStamp, decode, encode};
use habu_bytecode::verify::{parameters, verify};
use habu_bytecode::{Code, Const, disassemble, flags};
use habu_compiler::{Mode, Options, compile};

use crate::generator::program;
use crate::habu::root;

const STAMP: SourceStamp = SourceStamp { mtime: 1, size: 2 };

/// Checks one program; what is wrong with it, if anything is.
fn check(name: &str, source: &str) -> Option<String> {
    check_as(Mode::Module, name, source).or_else(|| check_as(Mode::Exec, name, source))
}

fn check_as(mode: Mode, name: &str, source: &str) -> Option<String> {
    let code = match compile(source, name, &Options::new(mode)) {
        Ok(code) => code,
        Err(error) => return Some(format!("{name}: {error:?}")),
    };
    if let Err(error) = verify(&code) {
        return Some(format!("{name}: {error}\n{}", around(&code, &error.code, error.pc)));
    }
    match decode(&encode(&code, STAMP), STAMP) {
        Ok(back) if disassemble(&back) == disassemble(&code) => {}
        Ok(_) => return Some(format!("{name}: reads back differently")),
        Err(error) => return Some(format!("{name}: {error}")),
    }
    entries(&code)
}

/// The disassembly near the place of an error.
fn around(code: &Code, qualname: &str, pc: Option<u32>) -> String {
    let text = disassemble(code);
    let start = text.find(&format!("code {qualname} ")).unwrap_or(0);
    let lines: Vec<&str> = text[start..].lines().collect();
    let wanted = pc.map_or(String::from("-"), |pc| format!(" {pc}  "));
    let at = lines.iter().position(|line| line.contains(&wanted)).unwrap_or(0);
    let mut shown = lines[..lines.len().min(3)].to_vec();
    shown.extend(&lines[at.saturating_sub(14)..(at + 3).min(lines.len())]);
    shown.join("\n")
}

/// Complains about registers that are read though nothing wrote them: not parameters, variables or a namespace.
fn entries(code: &Code) -> Option<String> {
    let liveness = Liveness::compute(code);
    let given =
        parameters(code).max(u64::from(code.flags & (flags::CLASS_BODY | flags::NAMESPACE) != 0));
    for register in liveness.live_in(0).iter() {
        let variable = habu_bytecode::decode::variable(code, register).is_some();
        if u64::from(register) >= given
            && !variable
            && !code.freevars.iter().any(|c| u32::from(c.reg) == register)
        {
            return Some(format!(
                "{}: r{register} is live at entry\n{}",
                code.qualname,
                disassemble(code)
            ));
        }
    }
    code.consts.iter().find_map(|constant| match constant {
        Const::Code(inner) => entries(inner),
        _ => None,
    })
}

fn check_folder(folder: &Path) {
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in folder.read_dir().expect("the folder is there").flatten() {
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(source) = std::fs::read_to_string(&path).ok().filter(|_| name.ends_with(".py"))
        {
            // Some programs are there to fail in the parser.
            if !name.starts_with("err_syntax") && !name.starts_with("err_indent") {
                count += 1;
                faults.extend(check(&name, &source));
            }
        }
    }
    assert!(faults.is_empty(), "{}\n{} of {count} programs", faults.join("\n"), faults.len());
}

#[test]
fn language_programs_become_verified_code() {
    check_folder(&root().join("tests/lang"));
}

#[test]
fn measured_programs_become_verified_code() {
    check_folder(&root().join("perf/programs"));
}

#[test]
fn random_programs_become_verified_code() {
    let faults: Vec<String> = (1..500)
        .filter_map(|seed| check(&format!("seed {seed}"), &program(seed)))
        .take(5)
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
