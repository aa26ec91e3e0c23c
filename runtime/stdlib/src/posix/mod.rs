//! Module `posix`: the operating system. `files`, `folders`, `process` and `stat` have the functions, `path` the arguments
//! they share, `constants` the numbers.

mod constants;
mod files;
mod folders;
mod fork;
pub(crate) mod path;
mod process;
mod stat;

use crate::util::{arg, new_module, set};
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::{Gc, Module, Value};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use rustix::fs::Mode;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("fspath", "(path)", |vm, args| path::fspath(vm, arg(args, 0)))
        .doc("Return the file system path representation of the object."),
    NativeDef::new("_path_normpath", "(path)", normpath),
    NativeDef::new("_path_splitroot_ex", "(p)", splitroot),
    NativeDef::new("_inputhook", "()", |_, _| Ok(Value::NONE)),
    NativeDef::new("_is_inputhook_installed", "()", |_, _| Ok(Value::FALSE)),
    NativeDef::new("_create_environ", "()", |vm, _| {
        let m = crate::import::import_module(vm, "posix")?;
        vm.getattr_str(m, "environ")
    }),
];

/// What `os` may take for granted of the functions.
const HAVE: &[&str] = &[
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module provides access to operating system functionality that is\nstandardized by the C Standard \
               and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\n\
               corresponding Unix manual entries for more information on calls.";
    let m = new_module(vm, "posix", doc, FUNCTIONS)?;
    for table in
        [files::FUNCTIONS, folders::FUNCTIONS, fork::FUNCTIONS, process::FUNCTIONS, stat::FUNCTIONS]
    {
        vm.add_functions(m, table)?;
    }
    stat::install(vm, m)?;
    files::install(vm, m)?;
    folders::install(vm, m)?;
    process::install(vm, m)?;
    for (name, n) in constants::CONSTANTS {
        set(vm, m, name, Value::small_int(*n))?;
    }
    let error = vm.exc_type(Exc::OSError).value();
    set(vm, m, "error", error)?;
    let have: Vec<String> = HAVE.iter().map(|h| (*h).to_owned()).collect();
    let have = crate::sys::text_list(vm, &have)?;
    set(vm, m, "_have_functions", have)?;
    Ok(m)
}

/// Argument `i` as a truth value.
fn flag(vm: &mut Vm, args: &[Value], i: usize, default: bool) -> PyResult<bool> {
    match arg(args, i).bound() {
        Some(v) => vm.truth(v),
        None => Ok(default),
    }
}

/// Argument `i` as permissions.
fn mode(vm: &mut Vm, args: &[Value], i: usize, default: u32) -> PyResult<Mode> {
    let n = match arg(args, i).bound() {
        Some(v) => vm.index_i64(v)? as u32,
        None => default,
    };
    Ok(Mode::from_bits_retain(n))
}

/// The bytes of a str or bytes object, and a function that makes one of the same type.
fn text(vm: &mut Vm, v: Value) -> PyResult<(Vec<u8>, bool)> {
    if let Some(s) = v.cast::<Str>() {
        return Ok((path::encode(vm, s)?, false));
    }
    match v.cast::<Bytes>() {
        Some(b) => Ok((b.bytes().to_vec(), true)),
        None => {
            let msg = format!("expected str, bytes or os.PathLike object, not {}", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

fn like(vm: &mut Vm, bytes: &[u8], wants_bytes: bool) -> PyResult<Value> {
    if wants_bytes {
        return Ok(Bytes::new(&mut vm.heap, bytes)?.value());
    }
    path::decode(vm, bytes)
}

/// How many leading slashes a normalised path keeps.
fn root_len(p: &[u8]) -> usize {
    match p.iter().take_while(|b| **b == b'/').count() {
        2 => 2,
        0 => 0,
        _ => 1,
    }
}

fn normpath(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = path::fspath(vm, arg(args, 0))?;
    let (p, wants_bytes) = text(vm, v)?;
    if p.is_empty() {
        return like(vm, b".", wants_bytes);
    }
    let root = root_len(&p);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in p.split(|b| *b == b'/').filter(|part| !part.is_empty() && *part != b".") {
        if part != b".." || root == 0 && parts.last().is_none_or(|last| *last == b"..") {
            parts.push(part);
        } else {
            parts.pop();
        }
    }
    let mut out = vec![b'/'; root];
    out.extend(parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    like(vm, &out, wants_bytes)
}

fn splitroot(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = path::fspath(vm, arg(args, 0))?;
    let (p, wants_bytes) = text(vm, v)?;
    let slashes = p.iter().take_while(|b| **b == b'/').count();
    let root = if slashes == 2 { 2 } else { slashes.min(1) };
    let drive = like(vm, b"", wants_bytes)?;
    let (a, b) = (like(vm, &p[..root], wants_bytes)?, like(vm, &p[root..], wants_bytes)?);
    vm.new_tuple(&[drive, a, b])
}
