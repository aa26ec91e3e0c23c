//! Golden tests of this floor: source text in, bytecode text or an error out; `BLESS=1` rewrites the expectations.
//!
//! `golden/NAME.py` is compiled and disassembled into `golden/NAME.dis`. `errors.txt` holds wrong texts, each followed
//! by the message and place CPython gives. Whatever compiles must pass the verifier.

use std::fs;
use std::path::{Path, PathBuf};

use habu_bytecode::{disassemble, verify};
use habu_compiler::{Mode, Options, compile, decode_source};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "py")).collect();
    files.sort();
    files
}

/// Compares with a file, or writes it.
fn check(path: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("BLESS").is_some() {
        return fs::write(path, actual).map_err(|e| e.to_string());
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let differing = expected.lines().zip(actual.lines()).position(|(a, b)| a != b);
    let line = differing.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
    Err(format!(
        "{} differs at line {}:\n  expected: {}\n  actual:   {}",
        path.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or("(end)"),
        actual.lines().nth(line).unwrap_or("(end)")
    ))
}

#[test]
fn bytecode_is_as_recorded() {
    let mut problems = Vec::new();
    for path in python_files(&root().join("tests/golden")) {
        let text = fs::read_to_string(&path).expect("readable");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let mode = match name.split('_').next() {
            Some("exec") => Mode::Exec,
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            _ => Mode::Module,
        };
        let shown = match compile(&text, &name, &Options::new(mode)) {
            Ok(code) => {
                if let Err(e) = verify::verify(&code) {
                    problems.push(format!("{name}: {e:?}"));
                }
                disassemble(&code)
            }
            Err(e) => format!("{e}\n"),
        };
        problems.extend(check(&path.with_extension("dis"), &shown).err());
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_language_test_compiles_and_verifies() {
    let mut problems = Vec::new();
    for path in python_files(&root().join("../../tests/lang")) {
        let name = path.display().to_string();
        // These are wrong on purpose.
        if name.contains("err_syntax") {
            continue;
        }
        let bytes = fs::read(&path).expect("readable");
        let code = decode_source(&bytes, &name)
            .and_then(|text| compile(&text, &name, &Options::new(Mode::Module)));
        match code {
            Ok(code) => {
                problems.extend(verify::verify(&code).err().map(|e| format!("{name}: {e:?}")))
            }
            Err(e) if e.msg.ends_with("is not supported yet") => {}
            Err(e) => problems.push(e.to_string()),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// `errors.txt`: records of a line `=== [exception] line:col message` and the text.
#[test]
fn errors_are_worded_and_placed_as_by_cpython() {
    let path = root().join("tests/errors.txt");
    let records = fs::read_to_string(&path).unwrap_or_default();
    let mut actual = String::new();
    for record in records.split("=== ").skip(1) {
        let (_, text) = record.split_once('\n').unwrap_or((record, ""));
        let verdict = match compile(text, "f", &Options::new(Mode::Module)) {
            Ok(_) => "compiles".to_string(),
            Err(e) => format!("{} {}:{} {}", e.kind.name(), e.line, e.col, e.msg),
        };
        actual.push_str(&format!("=== {verdict}\n{text}"));
    }
    if let Err(e) = check(&path, &actual) {
        panic!("{e}");
    }
}

#[test]
fn deep_nesting_is_an_error_or_compiles_and_never_overflows() {
    let deep = |open: &str, middle: &str, close: &str, n: usize| {
        let text = format!("{}{middle}{}\n", open.repeat(n), close.repeat(n));
        compile(&text, "deep", &Options::new(Mode::Module)).map(|_| ()).map_err(|e| e.msg)
    };
    assert_eq!(deep("(", "1", ")", 150), Ok(()));
    assert_eq!(deep("(", "1", ")", 1000), Err("too many nested parentheses".into()));
    assert_eq!(deep("", "x", " + x", 5000), Ok(()));
    assert_eq!(deep("", "x", ".a", 5000), Ok(()));
    assert_eq!(deep("not ", "x", "", 3000), Ok(()));
    assert_eq!(deep("lambda: ", "x", "", 60), Ok(()));
    assert_eq!(
        deep("", "x", " + x", 200_000),
        Err("maximum recursion depth exceeded during compilation".into())
    );
    let blocks: String = (0..120).map(|n| format!("{}if x:\n", " ".repeat(n))).collect();
    let error =
        compile(&format!("{blocks}{}pass\n", " ".repeat(120)), "deep", &Options::new(Mode::Module));
    assert_eq!(error.map(|_| ()).map_err(|e| e.msg), Err("too many levels of indentation".into()));
}

#[test]
fn functions_with_many_locals_use_far_registers() {
    let mut text = String::from("def f():\n");
    for n in 0..300 {
        text.push_str(&format!("    v{n} = {n}\n"));
    }
    text.push_str("    del v250\n    return v0 + v299 + v250 + (lambda: v298)()\n");
    let code = compile(&text, "far", &Options::new(Mode::Module)).expect("compiles");
    assert_eq!(verify::verify(&code), Ok(()));
}

#[test]
fn long_displays_and_calls_are_built_in_pieces() {
    let items: Vec<String> = (0..400).map(|n| format!("x{n}")).collect();
    let items = items.join(", ");
    let pairs: Vec<String> = (0..400).map(|n| format!("k{n}: v{n}")).collect();
    let pairs = pairs.join(", ");
    let text =
        format!("[{items}]\n({items})\n{{{items}}}\n{{{pairs}}}\nf({items})\n({items}) = y\n");
    let code = compile(&text, "long", &Options::new(Mode::Module)).expect("compiles");
    assert_eq!(verify::verify(&code), Ok(()));
}
