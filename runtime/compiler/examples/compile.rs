//! Compiles files and directories and reports what goes wrong: `compile [-d] PATH...`; `-d` shows the bytecode.

use std::path::Path;

use habu_compiler::{Mode, Options, compile, decode_source};

fn main() {
    let mut show = false;
    let mut mode = Mode::Module;
    let mut counts = [0usize; 3];
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "-d" => show = true,
            "-x" => mode = Mode::Exec,
            path => visit(Path::new(path), show, mode, &mut counts),
        }
    }
    let [good, bad, broken] = counts;
    eprintln!("{good} compiled, {bad} syntax errors, {broken} that do not verify");
}

fn visit(path: &Path, show: bool, mode: Mode, counts: &mut [usize; 3]) {
    if path.is_dir() {
        let mut entries: Vec<_> =
            std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        for entry in entries {
            if entry.is_dir() || entry.extension().is_some_and(|e| e == "py") {
                visit(&entry, show, mode, counts);
            }
        }
        return;
    }
    let name = path.display().to_string();
    let Ok(bytes) = std::fs::read(path) else { return };
    let code =
        decode_source(&bytes, &name).and_then(|text| compile(&text, &name, &Options::new(mode)));
    match code {
        Err(e) => {
            counts[1] += 1;
            println!("{e}");
        }
        Ok(code) => {
            counts[0] += 1;
            if show {
                println!("{}", habu_bytecode::disassemble(&code));
            }
            if let Err(e) = habu_bytecode::verify::verify(&code) {
                counts[2] += 1;
                println!("{name}: {e:?}");
            }
        }
    }
}
