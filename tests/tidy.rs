//! The house rules that lints cannot check: opening comments, sizes, floors, where `unsafe` may stand, golden files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::habu::root;

/// Lines a source file may have.
const BUDGET: usize = 1000;

/// Files that are tables, with the lines each may have.
const TABLES: &[(&str, usize)] = &[];

/// Files larger than their budget today, to be split; none may be added.
const TO_SPLIT: &[(&str, usize)] = &[];

/// Crates that may contain `unsafe`, and single files beside them.
const UNSAFE_CRATES: &[&str] = &["gc", "object", "vm", "semantics", "interp", "jit"];
const UNSAFE_FILES: &[&str] = &["perf/runner/src/process.rs"];

/// The floors of DESIGN section 2: each crate with the crates of ours it may name (and all that those may name), and
/// the foreign crates it may name.
const FLOORS: &[(&str, &[&str], &[&str])] = &[
    ("bytecode", &[], &[]),
    ("trace", &[], &["rustc-hash"]),
    ("gc", &[], &["libc"]),
    ("testkit", &[], &[]),
    (
        "compiler",
        &["bytecode"],
        &["ruff_python_parser", "ruff_python_ast", "ruff_text_size", "rustc-hash", "stacker"],
    ),
    (
        "object",
        &["gc", "bytecode"],
        &[
            "dashu-int",
            "siphasher",
            "libc",
            "rustc-hash",
            "memchr",
            "unicode-properties",
            "unicode-ident",
            "unicode_names2",
        ],
    ),
    ("library", &[], &[]),
    ("vm", &["object", "bytecode"], &["dashu-int", "rustc-hash", "libc", "rustix"]),
    ("semantics", &["vm"], &["dashu-int"]),
    ("interp", &["semantics"], &["libc"]),
    (
        "jit",
        &["semantics", "trace"],
        &[
            "cranelift-codegen",
            "cranelift-frontend",
            "cranelift-jit",
            "cranelift-module",
            "target-lexicon",
            "memmap2",
            "rustc-hash",
            "libc",
        ],
    ),
    ("builtins", &["vm", "compiler"], &["dashu-int", "rustc-hash", "libc"]),
    (
        "stdlib",
        &["vm"],
        &[
            "libc",
            "dashu-int",
            "rustc-hash",
            "rustix",
            "flate2",
            "memchr",
            "siphasher",
            "unicode_names2",
            "unicode-properties",
            "rustpython-unicode",
            "rustpython-wtf8",
            "half",
            "md-5",
            "sha1",
            "sha2",
            "sha3",
            "shake",
            "blake2b_simd",
            "blake2s_simd",
            "zlib-rs",
        ],
    ),
];

/// All files under `folder` with one of these extensions, in order.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                if name != "target" && !name.to_string_lossy().starts_with('.') {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

#[test]
fn every_source_file_says_what_it_is() {
    let silent = |path: &PathBuf| !read(path).starts_with("//! ");
    let faults: Vec<String> =
        files(root(), &["rs"]).iter().filter(|path| silent(path)).map(|p| name(p)).collect();
    none("files that do not open with `//! `", &faults);
}

#[test]
fn source_files_keep_to_their_size() {
    let mut faults = Vec::new();
    for path in files(root(), &["rs"]) {
        let lines = read(&path).lines().count();
        let name = name(&path);
        let exception = TABLES.iter().chain(TO_SPLIT).find(|(file, _)| *file == name);
        let budget = exception.map_or(BUDGET, |(_, lines)| *lines);
        if lines > budget {
            faults.push(format!("{name}: {lines} lines, {budget} are allowed"));
        }
    }
    for (file, lines) in TABLES.iter().chain(TO_SPLIT) {
        let actual = fs::read_to_string(root().join(file)).map_or(0, |text| text.lines().count());
        if actual <= BUDGET {
            faults
                .push(format!("{file} no longer needs its exception ({actual} of {lines} lines)"));
        }
    }
    none("files too long", &faults);
}

/// The names in the `[dependencies]` table of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table == "dependencies"
                || table.starts_with("target.") && table.ends_with(".dependencies");
            if let Some(name) = table.strip_prefix("dependencies.") {
                out.push(name.to_string());
            }
        } else if inside && !line.starts_with('#') {
            let end = line.find(['.', ' ', '=']).unwrap_or(line.len());
            if end > 0 {
                out.push(line[..end].trim_matches('"').to_string());
            }
        }
    }
    out
}

/// What a crate may name, with all that lies below it.
fn below(crate_: &str, out: &mut BTreeSet<String>) {
    if let Some((_, ours, _)) = FLOORS.iter().find(|(name, ..)| *name == crate_) {
        for one in *ours {
            out.insert(format!("habu-{one}"));
            below(one, out);
        }
    }
}

#[test]
fn every_floor_rests_on_lower_floors_only() {
    let mut faults = Vec::new();
    let mut crates: Vec<String> = Vec::new();
    for entry in root().join("runtime").read_dir().expect("runtime/ is there").flatten() {
        if entry.path().join("Cargo.toml").exists() {
            crates.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    crates.sort();
    for name in &crates {
        let Some((_, _, foreign)) = FLOORS.iter().find(|(known, ..)| known == name) else {
            faults.push(format!("{name} has no floor in tests/tidy.rs"));
            continue;
        };
        let mut allowed = BTreeSet::new();
        below(name, &mut allowed);
        allowed.extend(foreign.iter().map(|f| (*f).to_string()));
        let manifest = read(&root().join("runtime").join(name).join("Cargo.toml"));
        if !manifest.contains(&format!("name = \"habu-{name}\"")) {
            faults.push(format!("the folder {name} should hold the crate habu-{name}"));
        }
        for dependency in dependencies(&manifest) {
            if !allowed.contains(&dependency) {
                faults.push(format!("{name} may not name {dependency}"));
            }
        }
    }
    for (name, ..) in FLOORS {
        if !crates.iter().any(|c| c == name) {
            faults.push(format!("{name} has a floor but no crate"));
        }
    }
    none("floors", &faults);
}

#[test]
fn dependencies_are_read_from_manifests() {
    let manifest = "[dependencies]\na.workspace = true\nb = \"1\" # why\n# c = 1\n\n[dependencies.d]\nx = 1\n[dev-dependencies]\ne = 1\n";
    assert_eq!(dependencies(manifest), ["a", "b", "d"]);
}

/// Whether a line of code, outside of comments and strings, holds the word.
fn has_word(line: &str, word: &str) -> bool {
    let code = line.split("//").next().unwrap_or("");
    let mut text = String::new();
    for (n, part) in code.split('"').enumerate() {
        if n % 2 == 0 {
            text.push_str(part);
        }
    }
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
}

#[test]
fn unsafe_code_stays_in_its_crates() {
    let mut faults = Vec::new();
    for (crate_, ..) in FLOORS {
        let open = UNSAFE_CRATES.contains(crate_);
        let lib = read(&root().join("runtime").join(crate_).join("src/lib.rs"));
        let corner = UNSAFE_FILES.iter().any(|f| f.starts_with(&format!("runtime/{crate_}/")));
        if !open && !corner && !lib.contains("#![forbid(unsafe_code)]") {
            faults.push(format!("{crate_} does not say #![forbid(unsafe_code)]"));
        }
    }
    let allowed: Vec<String> =
        UNSAFE_CRATES.iter().map(|name| format!("runtime/{name}/")).collect();
    for path in files(root(), &["rs"]) {
        let name = name(&path);
        if allowed.iter().any(|folder| name.starts_with(folder))
            || UNSAFE_FILES.contains(&name.as_str())
        {
            continue;
        }
        if let Some(n) = read(&path).lines().position(|line| has_word(line, "unsafe")) {
            faults.push(format!("{name}:{}", n + 1));
        }
    }
    none("unsafe code where there should be none", &faults);
}

#[test]
fn cranelift_is_named_in_lower_and_code_only() {
    let mut faults = Vec::new();
    for path in files(root(), &["rs"]) {
        let name = name(&path);
        let allowed =
            name.starts_with("runtime/jit/src/lower") || name.starts_with("runtime/jit/src/code");
        let named = |line: &str| {
            ["cranelift_codegen", "cranelift_frontend", "cranelift_jit", "cranelift_module"]
                .iter()
                .any(|c| has_word(line, c))
        };
        if !allowed && !name.starts_with("runtime/jit/tests") && read(&path).lines().any(named) {
            faults.push(name);
        }
    }
    none("files that name Cranelift", &faults);
}

#[test]
fn no_golden_file_is_an_orphan() {
    let mut faults = Vec::new();
    for folder in [root().join("tests"), root().join("runtime")] {
        for path in files(&folder, &["out", "err", "golden", "expected"]) {
            let stem = path.file_stem().unwrap_or_default().to_owned();
            let siblings =
                path.parent().and_then(|p| p.read_dir().ok()).into_iter().flatten().flatten();
            let found = siblings.map(|e| e.path()).any(|p| {
                let golden = p
                    .extension()
                    .is_none_or(|e| e == "out" || e == "err" || e == "golden" || e == "expected");
                !golden && p.file_stem() == Some(&stem)
            });
            if !found && path.components().any(|c| c.as_os_str() == "tests") {
                faults.push(name(&path));
            }
        }
    }
    none("golden files whose test is gone", &faults);
}

#[test]
fn known_failures_are_sorted() {
    let text = fs::read_to_string(root().join("tests/lang/KNOWN_FAILURES.txt")).unwrap_or_default();
    let names: Vec<&str> =
        text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert!(names.is_sorted(), "tests/lang/KNOWN_FAILURES.txt is not sorted");
}
