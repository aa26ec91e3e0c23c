//! Compiles the library into the image that `src/lib.rs` embeds.
//!
//! Files that do not compile (syntax that the compiler does not know yet) are in the image as text, so that importing
//! them says what is wrong; they are named in `skipped.txt` beside the image and counted in a warning.

use flate2::{Compression, write::ZlibEncoder};
use habu_bytecode::image::{self, Entry};
use habu_compiler::{Mode, Options};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

/// Folders and files that have no place in the binary: they need Tk, or are other people's binaries.
const LEFT_OUT: &[&str] =
    &["idlelib", "tkinter", "turtledemo", "turtle.py", "README.md", "__pycache__"];

/// Texts that are replaced in files: what is another implementation's.
const PATCHES: &[(&str, &str, &str)] = &[
    ("sysconfig/__init__.py", "return 'RustPython'", "return 'Habu'"),
    ("site.py", "return 'RustPython'", "return 'Habu'"),
    ("site.py", "/lib/rustpython", "/lib/habu"),
    // There is no `_pickle` but for this class.
    ("pickle.py", "from _pickle import PickleBuffer", "from _picklebuffer import PickleBuffer"),
];

/// Stack of a compiling thread.
const STACK: usize = 64 << 20;

fn main() {
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("overlay");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", overlay.display());
    let mut files = BTreeMap::new();
    for root in [Path::new(rustpython_pylib::LIB_PATH), &overlay] {
        collect(root, root, &mut files);
    }
    let files: Vec<(String, PathBuf)> = files.into_iter().collect();
    let (entries, skipped) = compile_all(&files);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("library.image"), image::write(&entries)).expect("OUT_DIR is writable");
    fs::write(out.join("skipped.txt"), skipped.join("\n")).expect("OUT_DIR is writable");
    if !skipped.is_empty() {
        println!(
            "cargo:warning={} library files do not compile yet, see {}",
            skipped.len(),
            out.join("skipped.txt").display()
        );
    }
}

/// The files below `folder` by their path relative to `root`; later roots win.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|n| name == *n) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.insert(relative.to_string_lossy().into_owned(), path);
        }
    }
}

/// All entries in order, and the files that do not compile with the reason.
fn compile_all(files: &[(String, PathBuf)]) -> (Vec<Entry>, Vec<String>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, |n| n.get());
    thread::scope(|scope| {
        for _ in 0..threads {
            let work = || {
                while let Some((name, path)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = entry(name, path);
                    done.lock().expect("no thread panics while it holds the lock").push(result);
                }
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        }
    });
    let mut done = done.into_inner().expect("all threads have ended");
    done.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let skipped = done.iter_mut().filter_map(|(_, error)| error.take()).collect();
    (done.into_iter().map(|(entry, _)| entry).collect(), skipped)
}

fn entry(name: &str, path: &Path) -> (Entry, Option<String>) {
    let mut bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for (_, from, to) in PATCHES.iter().filter(|(file, ..)| *file == name) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(from), "{name} has no {from:?} to be replaced");
        bytes = text.replace(from, to).into_bytes();
    }
    let mut entry = Entry {
        path: name.to_owned(),
        code: Vec::new(),
        size: bytes.len() as u32,
        text: deflate(&bytes),
    };
    if !name.ends_with(".py") {
        return (entry, None);
    }
    let options = Options::new(Mode::Module);
    let code = habu_compiler::decode_source(&bytes, name)
        .and_then(|text| habu_compiler::compile(&text, name, &options));
    match code {
        Ok(code) => {
            entry.code = image::encode_code(&code);
            (entry, None)
        }
        Err(e) => (entry, Some(format!("{name}:{}: {}", e.line, e.msg))),
    }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a Vec takes everything")
}
