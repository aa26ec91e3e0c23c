//! Bytecode of source files, kept in `__pycache__/NAME.habu-314.pyc`.
//!
//! A cache file that is missing, stale, damaged or unreadable is made again; one that cannot be written is done
//! without. Neither is ever reported.

use crate::util::os_error;
use habu_bytecode::Code;
use habu_bytecode::pyc::{SourceStamp, decode, encode};
use habu_vm::{PyResult, Vm};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::UNIX_EPOCH;

/// The cache file of a source file.
pub(crate) fn path(vm: &Vm, file: &str) -> PathBuf {
    let file = Path::new(file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let level = match vm.options.optimize {
        0 => String::new(),
        n => format!(".opt-{n}"),
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let name = format!("{stem}.habu-314{level}.pyc");
    match &vm.options.pycache_prefix {
        Some(prefix) => {
            let folder = crate::import_absolute(&folder.to_string_lossy());
            Path::new(prefix).join(folder.strip_prefix("/").unwrap_or(&folder)).join(name)
        }
        None => folder.join("__pycache__").join(name),
    }
}

fn stamp(file: &str) -> std::io::Result<SourceStamp> {
    let meta = fs::metadata(file)?;
    let seconds = match meta.modified()?.duration_since(UNIX_EPOCH) {
        Ok(d) => d.as_secs(),
        Err(before) => before.duration().as_secs().wrapping_neg(),
    };
    Ok(SourceStamp { mtime: seconds as u32, size: meta.len() as u32 })
}

/// The code of a source file.
pub(crate) fn code(vm: &mut Vm, file: &str) -> PyResult<Rc<Code>> {
    let stamp = match stamp(file) {
        Ok(s) => s,
        Err(e) => return Err(os_error(vm, &e)),
    };
    let cached = path(vm, file);
    if let Ok(bytes) = fs::read(&cached)
        && let Ok(code) = decode(&bytes, stamp)
        // The file may have been moved together with its cache.
        && *code.filename == *file
    {
        return Ok(Rc::new(code));
    }
    let source = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(e) => return Err(os_error(vm, &e)),
    };
    let code = (vm.ports.compile_module)(vm, &source, file)?;
    let off = crate::sys::attribute(vm, "dont_write_bytecode");
    let off = match off {
        Some(v) => vm.truth(v)?,
        None => vm.options.dont_write_bytecode,
    };
    // The source may have changed between the stamp and the reading.
    if !off && source.len() as u32 == stamp.size {
        let _ = write(&cached, &encode(&code, stamp));
    }
    Ok(Rc::new(code))
}

/// Writes a file so that others see it whole or not at all.
fn write(target: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        let _ = fs::create_dir_all(folder);
    }
    let mut name = target.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let temporary = PathBuf::from(name);
    let written =
        fs::OpenOptions::new().write(true).create_new(true).open(&temporary).and_then(|mut f| {
            f.write_all(bytes)?;
            drop(f);
            fs::rename(&temporary, target)
        });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}
