//! `stat` and its relatives, and the struct types of their results.

use super::path::{Allow, Path, borrowed, check, folder, path};
use crate::structseq::{self, Layout, fields};
use crate::util::{arg, set};
use habu_object::{Gc, Module, Type, Value, int};
use habu_vm::{NativeDef, PyResult, Vm};
use rustix::fs::{AtFlags, Stat};
use rustix::io::Errno;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("stat", "(path, *, dir_fd=None, follow_symlinks=True)", |vm, args| {
        let follow = super::flag(vm, args, 2, true)?;
        at(vm, args, "stat", follow, true)
    })
    .doc("Perform a stat system call on the given path."),
    NativeDef::new("lstat", "(path, *, dir_fd=None)", |vm, args| {
        at(vm, args, "lstat", false, false)
    })
    .doc("Perform a stat system call on the given path, without following symbolic links."),
    NativeDef::new("fstat", "(fd)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let r = rustix::fs::fstat(fd);
        let stat = check(vm, r)?;
        stat_result(vm, &stat)
    })
    .doc("Perform a stat system call on the given file descriptor."),
    NativeDef::new("statvfs", "(path)", statvfs),
    NativeDef::new("fstatvfs", "(fd)", statvfs),
    NativeDef::new("major", "(device, /)", |vm, args| {
        let device = int::to_u64_wrapping(vm.index(arg(args, 0))?);
        Ok(Value::small_int(i64::from(rustix::fs::major(device))))
    }),
    NativeDef::new("minor", "(device, /)", |vm, args| {
        let device = int::to_u64_wrapping(vm.index(arg(args, 0))?);
        Ok(Value::small_int(i64::from(rustix::fs::minor(device))))
    }),
    NativeDef::new("makedev", "(major, minor, /)", |vm, args| {
        let (a, b) = (vm.index_i64(arg(args, 0))?, vm.index_i64(arg(args, 1))?);
        let device = rustix::fs::makedev(a as u32, b as u32);
        Ok(int::from_u64(&mut vm.heap, device)?)
    }),
];

fields! { STAT: 0 "st_mode", 1 "st_ino", 2 "st_dev", 3 "st_nlink", 4 "st_uid", 5 "st_gid", 6 "st_size",
10 "st_atime", 11 "st_mtime", 12 "st_ctime", 13 "st_atime_ns", 14 "st_mtime_ns", 15 "st_ctime_ns",
16 "st_blksize", 17 "st_blocks", 18 "st_rdev" }
fields! { STATVFS: 0 "f_bsize", 1 "f_frsize", 2 "f_blocks", 3 "f_bfree", 4 "f_bavail", 5 "f_files", 6 "f_ffree",
7 "f_favail", 8 "f_flag", 9 "f_namemax", 10 "f_fsid" }

const STAT_RESULT: &str = "os.stat_result";
const STATVFS_RESULT: &str = "os.statvfs_result";

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let layout = Layout { visible: 10, all: 19, unnamed: 3 };
    let class = structseq::new_type_with(vm, "os", "stat_result", STAT, layout)?;
    vm.set_root(STAT_RESULT, class.value());
    set(vm, m, "stat_result", class.value())?;
    let class = structseq::new_type(vm, "os", "statvfs_result", STATVFS, 10)?;
    vm.set_root(STATVFS_RESULT, class.value());
    set(vm, m, "statvfs_result", class.value())
}

fn at(
    vm: &mut Vm,
    args: &[Value],
    function: &str,
    follow: bool,
    allow_fd: bool,
) -> PyResult<Value> {
    let allow = if allow_fd { Allow::Fd } else { Allow::Path };
    let p = path(vm, arg(args, 0), function, "path", allow)?;
    let dir = arg(args, 1);
    if p.fd.is_some() && !dir.is_none() && !dir.is_unbound() {
        return Err(vm.value_error("stat: can't specify dir_fd without matching path"));
    }
    if p.fd.is_some() && !follow {
        return Err(vm.value_error("stat: cannot use fd and follow_symlinks together"));
    }
    let stat = of_path(vm, &p, dir, follow)?;
    stat_result(vm, &stat)
}

/// What the system knows of a path.
pub(super) fn of_path(vm: &mut Vm, p: &Path, dir: Value, follow: bool) -> PyResult<Stat> {
    if let Some(fd) = p.fd {
        let r = habu_vm::fd::borrow(fd).and_then(rustix::fs::fstat);
        return p.check(vm, r);
    }
    let dir = folder(vm, dir)?;
    let flags = if follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let r = rustix::fs::statat(dir, p.bytes.as_slice(), flags);
    p.check(vm, r)
}

/// An `os.stat_result`.
#[allow(clippy::unnecessary_cast, reason = "how wide the fields are depends on the architecture")]
pub(super) fn stat_result(vm: &mut Vm, s: &Stat) -> PyResult<Value> {
    let number = |vm: &mut Vm, n: u64| int::from_u64(&mut vm.heap, n);
    let times = [
        (s.st_atime, s.st_atime_nsec as u64),
        (s.st_mtime, s.st_mtime_nsec as u64),
        (s.st_ctime, s.st_ctime_nsec as u64),
    ];
    let mut items = [Value::NONE; 19];
    let plain = [
        u64::from(s.st_mode),
        s.st_ino,
        s.st_dev,
        s.st_nlink as u64,
        u64::from(s.st_uid),
        u64::from(s.st_gid),
        s.st_size as u64,
    ];
    for (slot, n) in items.iter_mut().zip(plain) {
        *slot = number(vm, n)?;
    }
    for (i, (seconds, nanoseconds)) in times.into_iter().enumerate() {
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        items[7 + i] = vm.new_int(seconds)?;
        items[10 + i] = vm.new_float(seconds as f64 + 1e-9 * nanoseconds as f64)?;
        items[13 + i] = int::from_i128(&mut vm.heap, total)?;
    }
    items[16] = vm.new_int(s.st_blksize as i64)?;
    items[17] = vm.new_int(s.st_blocks)?;
    items[18] = number(vm, s.st_rdev)?;
    let class: Gc<Type> = vm.expect_type(vm.root(STAT_RESULT));
    structseq::new(vm, class, &items)
}

fn statvfs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "statvfs", "path", Allow::Fd)?;
    let r: Result<_, Errno> = match p.fd {
        Some(fd) => habu_vm::fd::borrow(fd).and_then(rustix::fs::fstatvfs),
        None => rustix::fs::statvfs(p.bytes.as_slice()),
    };
    let s = p.check(vm, r)?;
    let numbers = [
        s.f_bsize,
        s.f_frsize,
        s.f_blocks,
        s.f_bfree,
        s.f_bavail,
        s.f_files,
        s.f_ffree,
        s.f_favail,
        s.f_flag.bits(),
        s.f_namemax,
        s.f_fsid,
    ];
    let mut items = [Value::NONE; 11];
    for (slot, n) in items.iter_mut().zip(numbers) {
        *slot = int::from_u64(&mut vm.heap, n)?;
    }
    let class = vm.expect_type(vm.root(STATVFS_RESULT));
    structseq::new(vm, class, &items)
}
