//! Folders: listing, scanning, making and removing; links; the current folder.

use super::path::{Allow, Path, decode, failure_of_two, folder, path};
use super::stat::{of_path, stat_result};
use crate::util::{CLASS_GETITEM, arg, native, new_class, seal, set, slot};
use habu_object::bytes::Bytes;
use habu_object::{Gc, Kind, List, Module, Native, Value, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("listdir", "(path=None)", listdir)
        .doc("Return a list containing the names of the files in the directory."),
    NativeDef::new("scandir", "(path=None)", scandir)
        .doc("Return an iterator of DirEntry objects for given path."),
    NativeDef::new("mkdir", "(path, mode=511, *, dir_fd=None)", |vm, args| {
        let p = path(vm, arg(args, 0), "mkdir", "path", Allow::Path)?;
        let mode = super::mode(vm, args, 1, 0o777)?;
        let dir = folder(vm, arg(args, 2))?;
        let r = rustix::fs::mkdirat(dir, p.bytes.as_slice(), mode);
        p.check(vm, r)?;
        Ok(Value::NONE)
    })
    .doc("Create a directory."),
    NativeDef::new("rmdir", "(path, *, dir_fd=None)", |vm, args| {
        remove(vm, args, "rmdir", AtFlags::REMOVEDIR)
    })
    .doc("Remove a directory."),
    NativeDef::new("unlink", "(path, *, dir_fd=None)", |vm, args| {
        remove(vm, args, "unlink", AtFlags::empty())
    })
    .doc("Remove a file (same as remove())."),
    NativeDef::new("remove", "(path, *, dir_fd=None)", |vm, args| {
        remove(vm, args, "remove", AtFlags::empty())
    })
    .doc("Remove a file (same as unlink())."),
    NativeDef::new("rename", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", |vm, args| {
        rename(vm, args, "rename")
    })
    .doc("Rename a file or directory."),
    NativeDef::new("replace", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", |vm, args| {
        rename(vm, args, "replace")
    })
    .doc("Rename a file or directory, overwriting the destination."),
    NativeDef::new(
        "link",
        "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
        link,
    )
    .doc("Create a hard link to a file."),
    NativeDef::new("symlink", "(src, dst, target_is_directory=False, *, dir_fd=None)", symlink)
        .doc("Create a symbolic link pointing to src named dst."),
    NativeDef::new("readlink", "(path, *, dir_fd=None)", |vm, args| {
        let p = path(vm, arg(args, 0), "readlink", "path", Allow::Path)?;
        let dir = folder(vm, arg(args, 1))?;
        let r = rustix::fs::readlinkat(dir, p.bytes.as_slice(), Vec::new());
        let target = p.check(vm, r)?;
        p.name(vm, target.as_bytes())
    })
    .doc("Return a string representing the path to which the symbolic link points."),
    NativeDef::new("getcwd", "()", |vm, _| {
        let r = rustix::process::getcwd(Vec::new());
        let path = super::path::check(vm, r)?;
        decode(vm, path.as_bytes())
    })
    .doc("Return a unicode string representing the current working directory."),
    NativeDef::new("getcwdb", "()", |vm, _| {
        let r = rustix::process::getcwd(Vec::new());
        let path = super::path::check(vm, r)?;
        Ok(Bytes::new(&mut vm.heap, path.as_bytes())?.value())
    })
    .doc("Return a bytes string representing the current working directory."),
    NativeDef::new("chdir", "(path)", |vm, args| {
        let p = path(vm, arg(args, 0), "chdir", "path", Allow::Fd)?;
        let r = match p.fd {
            Some(fd) => habu_vm::fd::borrow(fd).and_then(rustix::process::fchdir),
            None => rustix::process::chdir(p.bytes.as_slice()),
        };
        p.check(vm, r)?;
        Ok(Value::NONE)
    })
    .doc("Change the current working directory to the specified path."),
    NativeDef::new("fchdir", "(fd)", |vm, args| {
        let fd = super::path::borrowed(vm, args, 0)?;
        let r = rustix::process::fchdir(fd);
        super::path::check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("mkfifo", "(path, mode=438, *, dir_fd=None)", |vm, args| {
        let p = path(vm, arg(args, 0), "mkfifo", "path", Allow::Path)?;
        let mode = super::mode(vm, args, 1, 0o666)?;
        let dir = folder(vm, arg(args, 2))?;
        let r = rustix::fs::mknodat(dir, p.bytes.as_slice(), FileType::Fifo, mode, 0);
        p.check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("mknod", "(path, mode=384, device=0, *, dir_fd=None)", |vm, args| {
        let p = path(vm, arg(args, 0), "mknod", "path", Allow::Path)?;
        let raw = match arg(args, 1).bound() {
            Some(v) => vm.index_i64(v)? as u32,
            None => 0o600,
        };
        let device = match arg(args, 2).bound() {
            Some(v) => int::to_u64_wrapping(vm.index(v)?),
            None => 0,
        };
        let kind = match raw & 0o170_000 {
            0 => FileType::RegularFile,
            bits => FileType::from_raw_mode(bits),
        };
        let dir = folder(vm, arg(args, 3))?;
        let mode = Mode::from_bits_truncate(raw);
        let r = rustix::fs::mknodat(dir, p.bytes.as_slice(), kind, mode, device);
        p.check(vm, r)?;
        Ok(Value::NONE)
    }),
];

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let entry = new_class(vm, "posix", "DirEntry", Kind::Native, ENTRY_METHODS, ENTRY_FIELDS)?;
    seal(entry);
    vm.set_root(ENTRY, entry.value());
    set(vm, m, "DirEntry", entry.value())?;
    let scan = new_class(vm, "posix", "ScandirIterator", Kind::Native, SCAN_METHODS, &[])?;
    seal(scan);
    vm.set_root(SCAN, scan.value());
    Ok(())
}

fn remove(vm: &mut Vm, args: &[Value], function: &str, flags: AtFlags) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), function, "path", Allow::Path)?;
    let dir = folder(vm, arg(args, 1))?;
    let r = rustix::fs::unlinkat(dir, p.bytes.as_slice(), flags);
    p.check(vm, r)?;
    Ok(Value::NONE)
}

/// The two paths of a function.
fn two(vm: &mut Vm, args: &[Value], function: &str) -> PyResult<(Path, Path)> {
    let from = path(vm, arg(args, 0), function, "src", Allow::Path)?;
    let to = path(vm, arg(args, 1), function, "dst", Allow::Path)?;
    Ok((from, to))
}

fn rename(vm: &mut Vm, args: &[Value], function: &str) -> PyResult<Value> {
    let (from, to) = two(vm, args, function)?;
    let (a, b) = (folder(vm, arg(args, 2))?, folder(vm, arg(args, 3))?);
    match rustix::fs::renameat(a, from.bytes.as_slice(), b, to.bytes.as_slice()) {
        Ok(()) => Ok(Value::NONE),
        Err(e) => Err(failure_of_two(vm, e, from.given, to.given)),
    }
}

fn link(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (from, to) = two(vm, args, "link")?;
    let (a, b) = (folder(vm, arg(args, 2))?, folder(vm, arg(args, 3))?);
    let follow = !arg(args, 4).is_unbound() && super::flag(vm, args, 4, true)?;
    let flags = if follow { AtFlags::SYMLINK_FOLLOW } else { AtFlags::empty() };
    match rustix::fs::linkat(a, from.bytes.as_slice(), b, to.bytes.as_slice(), flags) {
        Ok(()) => Ok(Value::NONE),
        Err(e) => Err(failure_of_two(vm, e, from.given, to.given)),
    }
}

fn symlink(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (from, to) = two(vm, args, "symlink")?;
    let dir = folder(vm, arg(args, 3))?;
    match rustix::fs::symlinkat(from.bytes.as_slice(), dir, to.bytes.as_slice()) {
        Ok(()) => Ok(Value::NONE),
        Err(e) => Err(failure_of_two(vm, e, from.given, to.given)),
    }
}

/// What a folder holds: name, inode, kind.
type Found = (Vec<u8>, u64, FileType);

fn entries(p: &Path) -> Result<Vec<Found>, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let fd = match p.fd {
        Some(fd) => rustix::fs::openat(habu_vm::fd::borrow(fd)?, ".", flags, Mode::empty())?,
        None => rustix::fs::open(p.bytes.as_slice(), flags, Mode::empty())?,
    };
    let mut out = Vec::new();
    for entry in Dir::new(fd)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            out.push((name.to_vec(), entry.ino(), entry.file_type()));
        }
    }
    Ok(out)
}

fn listdir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "listdir", "path", Allow::FdOrNone)?;
    let r = entries(&p);
    let found = p.check(vm, r)?;
    let list = List::new(&mut vm.heap, found.len())?;
    for (name, ..) in found {
        let name = p.name(vm, &name)?;
        list.push(&mut vm.heap, name)?;
    }
    Ok(list.value())
}

const ENTRY: &str = "posix.DirEntry";
const SCAN: &str = "posix.ScandirIterator";

// Slots of a scan: the list of entries still to come, the last first.

fn scandir(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "scandir", "path", Allow::FdOrNone)?;
    let r = entries(&p);
    let found = p.check(vm, r)?;
    let list = List::new(&mut vm.heap, found.len())?;
    let class = vm.expect_type(vm.root(ENTRY));
    for (name, inode, kind) in found.into_iter().rev() {
        let mut full = p.bytes.clone();
        if p.fd.is_some() {
            full.clear();
        } else if !full.ends_with(b"/") {
            full.push(b'/');
        }
        if p.given.is_none() {
            full = b"./".to_vec();
        }
        full.extend_from_slice(&name);
        let (name, full) = (p.name(vm, &name)?, p.name(vm, &full)?);
        let inode = int::from_u64(&mut vm.heap, inode)?;
        let fd = p.fd.map_or(Value::NONE, |fd| Value::small_int(i64::from(fd)));
        let kind = Value::small_int(i64::from(kind.as_raw_mode()));
        let slots = [name, full, inode, kind, Value::UNBOUND, Value::UNBOUND, fd];
        let entry = Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?;
        list.push(&mut vm.heap, entry.value())?;
    }
    let class = vm.expect_type(vm.root(SCAN));
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &[list.value()])?.value())
}

static SCAN_METHODS: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        match this.slot(0).cast::<List>().and_then(|list| list.pop()) {
            Some(entry) => Ok(entry),
            None => Err(vm.stop_iteration(Value::NONE)),
        }
    }),
    NativeDef::new("__enter__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__exit__", "(self, /, *args)", close_scan),
    NativeDef::new("close", "(self, /)", close_scan),
];

fn close_scan(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    this.set_slot(&mut vm.heap, 0, Value::NONE);
    Ok(Value::NONE)
}

// Slots of an entry: name, path, inode, mode bits of its kind (0: unknown), cached stat and lstat, folder's descriptor.

const NAME: usize = 0;
const PATH: usize = 1;
const INODE: usize = 2;
const KIND: usize = 3;
const STAT: usize = 4;
const LSTAT: usize = 5;
const FOLDER: usize = 6;

const FORMAT: u32 = 0o170_000;
const IS_DIR: u32 = 0o040_000;
const IS_FILE: u32 = 0o100_000;
const IS_LINK: u32 = 0o120_000;

static ENTRY_METHODS: &[NativeDef] = &[
    NativeDef::new("is_dir", "(self, /, *, follow_symlinks=True)", |vm, args| is(vm, args, IS_DIR)),
    NativeDef::new("is_file", "(self, /, *, follow_symlinks=True)", |vm, args| {
        is(vm, args, IS_FILE)
    }),
    NativeDef::new("is_symlink", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        Ok(Value::bool(kind(vm, this, false)? == IS_LINK))
    }),
    NativeDef::new("is_junction", "(self, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("stat", "(self, /, *, follow_symlinks=True)", |vm, args| {
        let this = native(vm, args)?;
        let follow = super::flag(vm, args, 1, true)?;
        entry_stat(vm, this, follow)
    }),
    NativeDef::new("inode", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(INODE))),
    NativeDef::new("__fspath__", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(PATH))),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let name = native(vm, args)?.slot(NAME);
        let name = vm.repr_text(name)?;
        vm.new_str(&format!("<DirEntry {name}>"))
    }),
    CLASS_GETITEM,
];

static ENTRY_FIELDS: &[GetSetDef] = &[
    GetSetDef::new("name", |_, v| Ok(slot(v, NAME))),
    GetSetDef::new("path", |_, v| Ok(slot(v, PATH))),
];

fn entry_stat(vm: &mut Vm, this: Gc<Native>, follow: bool) -> PyResult<Value> {
    let link = this.slot(KIND).as_int() as u32 & FORMAT == IS_LINK;
    let cache = if follow && (link || this.slot(KIND).as_int() == 0) { STAT } else { LSTAT };
    if let Some(known) = this.slot(cache).bound() {
        return Ok(known);
    }
    let dir = this.slot(FOLDER);
    let which = if dir.is_none() { PATH } else { NAME };
    let p = path(vm, this.slot(which), "stat", "path", Allow::Path)?;
    let stat = of_path(vm, &p, dir, cache == STAT)?;
    let v = stat_result(vm, &stat)?;
    this.set_slot(&mut vm.heap, cache, v);
    Ok(v)
}

/// The format bits of an entry's mode; 0 if it is gone.
fn kind(vm: &mut Vm, this: Gc<Native>, follow: bool) -> PyResult<u32> {
    let known = this.slot(KIND).as_int() as u32 & FORMAT;
    if known != 0 && !(follow && known == IS_LINK) {
        return Ok(known);
    }
    let stat = match entry_stat(vm, this, follow) {
        Ok(stat) => stat,
        Err(e) => {
            vm.catch(e, habu_vm::Exc::FileNotFoundError)?;
            return Ok(0);
        }
    };
    let mode = vm.getattr_str(stat, "st_mode")?;
    Ok(int::to_i64_clamped(mode) as u32 & FORMAT)
}

fn is(vm: &mut Vm, args: &[Value], wanted: u32) -> PyResult<Value> {
    let this = native(vm, args)?;
    let follow = super::flag(vm, args, 1, true)?;
    Ok(Value::bool(kind(vm, this, follow)? == wanted))
}
