//! Files by descriptor: opening, reading, writing, modes, owners, times.

use super::path::{Allow, borrowed, check, decode, descriptor, failure, fd, folder, path, retry};
use crate::structseq::{self, fields};
use crate::util::{arg, given, set};
use habu_gc::OutOfMemory;
use habu_object::bytes::Bytes;
use habu_object::{Gc, List, Module, Value, int, shape};
use habu_vm::buffer::Buffer;
use habu_vm::fd::{borrow, keep};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use rustix::fs::{Access, AtFlags, Gid, Mode, OFlags, SeekFrom, Timespec, Timestamps, Uid};
use rustix::io::{Errno, FdFlags};
use rustix::pipe::PipeFlags;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("open", "(path, flags, mode=511, *, dir_fd=None)", open)
        .doc("Open a file for low level IO.  Returns a file descriptor (integer)."),
    NativeDef::new("close", "(fd)", |vm, args| {
        let fd = descriptor(vm, arg(args, 0))?;
        let r = habu_vm::fd::close(fd);
        check(vm, r)?;
        Ok(Value::NONE)
    })
    .doc("Close a file descriptor."),
    NativeDef::new("closerange", "(fd_low, fd_high, /)", |vm, args| {
        let (low, high) = (vm.index_i64(arg(args, 0))?, vm.index_i64(arg(args, 1))?);
        for n in low.max(0)..high.min(1 << 20) {
            let _ = habu_vm::fd::close(n as i32);
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("read", "(fd, length, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let n = length(vm, arg(args, 1))?;
        let mut buf = zeros(vm, n)?;
        let r = retry(vm, || rustix::io::read(fd, buf.as_mut_slice()))?;
        let n = check(vm, r)?;
        Ok(Bytes::new(&mut vm.heap, &buf[..n])?.value())
    })
    .doc("Read from a file descriptor.  Returns a bytes object."),
    NativeDef::new("pread", "(fd, length, offset, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let n = length(vm, arg(args, 1))?;
        let offset = vm.index_i64(arg(args, 2))? as u64;
        let mut buf = zeros(vm, n)?;
        let r = retry(vm, || rustix::io::pread(fd, buf.as_mut_slice(), offset))?;
        let n = check(vm, r)?;
        Ok(Bytes::new(&mut vm.heap, &buf[..n])?.value())
    }),
    NativeDef::new("readinto", "(fd, buffer, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let n = vm.len(arg(args, 1))?;
        let mut buf = zeros(vm, n)?;
        let r = retry(vm, || rustix::io::read(fd, buf.as_mut_slice()))?;
        let n = check(vm, r)?;
        habu_vm::buffer::write(vm, arg(args, 1), 0, &buf[..n])?;
        Ok(Value::small_int(n as i64))
    }),
    NativeDef::new("write", "(fd, data, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        let r = retry(vm, || rustix::io::write(fd, &data))?;
        let n = check(vm, r)?;
        Ok(Value::small_int(n as i64))
    })
    .doc("Write a bytes object to a file descriptor."),
    NativeDef::new("pwrite", "(fd, buffer, offset, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        let offset = vm.index_i64(arg(args, 2))? as u64;
        let r = retry(vm, || rustix::io::pwrite(fd, &data, offset))?;
        let n = check(vm, r)?;
        Ok(Value::small_int(n as i64))
    }),
    NativeDef::new("lseek", "(fd, position, whence, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let (position, whence) = (vm.index_i64(arg(args, 1))?, vm.index_i64(arg(args, 2))?);
        let to = match whence {
            0 => u64::try_from(position).map(SeekFrom::Start).map_err(|_| Errno::INVAL),
            1 => Ok(SeekFrom::Current(position)),
            2 => Ok(SeekFrom::End(position)),
            3 => Ok(SeekFrom::Data(position as u64)),
            4 => Ok(SeekFrom::Hole(position as u64)),
            _ => Err(Errno::INVAL),
        };
        let r = to.and_then(|to| rustix::fs::seek(fd, to));
        let at = check(vm, r)?;
        Ok(int::from_u64(&mut vm.heap, at)?)
    }),
    NativeDef::new("dup", "(fd, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let r = rustix::io::fcntl_dupfd_cloexec(fd, 0);
        let new = check(vm, r)?;
        Ok(Value::small_int(i64::from(keep(new))))
    }),
    NativeDef::new("dup2", "(fd, fd2, inheritable=True)", dup2),
    NativeDef::new("pipe", "()", |vm, _| pipe(vm, PipeFlags::CLOEXEC)),
    NativeDef::new("pipe2", "(flags, /)", |vm, args| {
        let flags = vm.index_i64(arg(args, 0))?;
        pipe(vm, PipeFlags::from_bits_retain(flags as u32))
    }),
    NativeDef::new("fsync", "(fd)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        done(vm, rustix::fs::fsync(fd))
    }),
    NativeDef::new("fdatasync", "(fd)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        done(vm, rustix::fs::fdatasync(fd))
    }),
    NativeDef::new("sync", "()", |_, _| {
        rustix::fs::sync();
        Ok(Value::NONE)
    }),
    NativeDef::new("ftruncate", "(fd, length, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let n = vm.index_i64(arg(args, 1))?;
        let r = u64::try_from(n).map_err(|_| Errno::INVAL);
        done(vm, r.and_then(|n| rustix::fs::ftruncate(fd, n)))
    }),
    NativeDef::new("truncate", "(path, length)", |vm, args| {
        let p = path(vm, arg(args, 0), "truncate", "path", Allow::Fd)?;
        let n = vm.index_i64(arg(args, 1))?;
        let truncate = |n: u64| match p.fd {
            Some(fd) => rustix::fs::ftruncate(borrow(fd)?, n),
            None => {
                let flags = OFlags::WRONLY | OFlags::CLOEXEC;
                let file = rustix::fs::open(p.bytes.as_slice(), flags, Mode::empty())?;
                rustix::fs::ftruncate(file, n)
            }
        };
        let r = u64::try_from(n).map_err(|_| Errno::INVAL).and_then(truncate);
        p.check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("isatty", "(fd, /)", |vm, args| {
        let fd = descriptor(vm, arg(args, 0))?;
        Ok(Value::bool(borrow(fd).is_ok_and(rustix::termios::isatty)))
    }),
    NativeDef::new("ttyname", "(fd, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let r = rustix::termios::ttyname(fd, Vec::new());
        let name = check(vm, r)?;
        decode(vm, name.as_bytes())
    }),
    NativeDef::new(
        "access",
        "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        access,
    ),
    NativeDef::new("chmod", "(path, mode, *, dir_fd=None, follow_symlinks=True)", chmod),
    NativeDef::new("fchmod", "(fd, mode)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let mode = super::mode(vm, args, 1, 0)?;
        done(vm, rustix::fs::fchmod(fd, mode))
    }),
    NativeDef::new(
        "chown",
        "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
        |vm, args| {
            let follow = super::flag(vm, args, 4, true)?;
            chown(vm, args, follow)
        },
    ),
    NativeDef::new("lchown", "(path, uid, gid)", |vm, args| chown(vm, args, false)),
    NativeDef::new("fchown", "(fd, uid, gid)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let (uid, gid) = owners(vm, args)?;
        done(vm, rustix::fs::fchown(fd, uid, gid))
    }),
    NativeDef::new(
        "utime",
        "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)",
        utime,
    ),
    NativeDef::new("get_inheritable", "(fd, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let r = rustix::io::fcntl_getfd(fd);
        let flags = check(vm, r)?;
        Ok(Value::bool(!flags.contains(FdFlags::CLOEXEC)))
    }),
    NativeDef::new("set_inheritable", "(fd, inheritable, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let flags = if vm.truth(arg(args, 1))? { FdFlags::empty() } else { FdFlags::CLOEXEC };
        done(vm, rustix::io::fcntl_setfd(fd, flags))
    }),
    NativeDef::new("get_blocking", "(fd, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let r = rustix::fs::fcntl_getfl(fd);
        let flags = check(vm, r)?;
        Ok(Value::bool(!flags.contains(OFlags::NONBLOCK)))
    }),
    NativeDef::new("set_blocking", "(fd, blocking, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let blocking = vm.truth(arg(args, 1))?;
        let r = rustix::fs::fcntl_getfl(fd).and_then(|mut flags| {
            flags.set(OFlags::NONBLOCK, !blocking);
            rustix::fs::fcntl_setfl(fd, flags)
        });
        done(vm, r)
    }),
    NativeDef::new("get_terminal_size", "(fd=1, /)", |vm, args| {
        let fd = match arg(args, 0).bound() {
            Some(_) => fd(vm, args, 0)?,
            None => 1,
        };
        let r = borrow(fd).and_then(rustix::termios::tcgetwinsize);
        let size = check(vm, r)?;
        let class = vm.expect_type(vm.root(TERMINAL_SIZE));
        let n = |n: u16| Value::small_int(i64::from(n));
        structseq::new(vm, class, &[n(size.ws_col), n(size.ws_row)])
    }),
    NativeDef::new("urandom", "(size, /)", |vm, args| {
        let n = vm.index(arg(args, 0))?;
        let Some(n) = int::to_i64(n) else {
            return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
        };
        let Ok(n) = usize::try_from(n) else {
            return Err(vm.value_error("negative argument not allowed"));
        };
        random(vm, n)
    }),
    NativeDef::new("getrandom", "(size, flags=0)", |vm, args| {
        let n = length(vm, arg(args, 0))?;
        random(vm, n)
    }),
    NativeDef::new(
        "copy_file_range",
        "(src, dst, count, offset_src=None, offset_dst=None)",
        |vm, args| {
            let (from, to) = (borrowed(vm, args, 0)?, borrowed(vm, args, 1)?);
            let n = length(vm, arg(args, 2))?;
            let mut offset = |i: usize| match given(args, i) {
                Some(v) => vm.index_i64(v).map(|n| Some(n as u64)),
                None => Ok(None),
            };
            let (mut a, mut b) = (offset(3)?, offset(4)?);
            let r = rustix::fs::copy_file_range(from, a.as_mut(), to, b.as_mut(), n);
            let n = check(vm, r)?;
            Ok(Value::small_int(n as i64))
        },
    ),
    NativeDef::new("sendfile", "(out_fd, in_fd, offset, count)", |vm, args| {
        let (to, from) = (borrowed(vm, args, 0)?, borrowed(vm, args, 1)?);
        let mut offset = match given(args, 2) {
            Some(v) => Some(vm.index_i64(v)? as u64),
            None => None,
        };
        let n = length(vm, arg(args, 3))?;
        let r = rustix::fs::sendfile(to, from, offset.as_mut(), n);
        let n = check(vm, r)?;
        Ok(Value::small_int(n as i64))
    }),
    NativeDef::new("memfd_create", "(name, flags=1)", |vm, args| {
        let p = path(vm, arg(args, 0), "memfd_create", "name", Allow::Path)?;
        let flags = match arg(args, 1).bound() {
            Some(v) => vm.index_i64(v)? as u32,
            None => 1,
        };
        let flags = rustix::fs::MemfdFlags::from_bits_retain(flags);
        let r = rustix::fs::memfd_create(p.bytes.as_slice(), flags);
        let fd = check(vm, r)?;
        Ok(Value::small_int(i64::from(keep(fd))))
    }),
    NativeDef::new("device_encoding", "(fd)", |vm, args| {
        let fd = descriptor(vm, arg(args, 0))?;
        if borrow(fd).is_ok_and(rustix::termios::isatty) {
            vm.new_str("UTF-8")
        } else {
            Ok(Value::NONE)
        }
    }),
    NativeDef::new("writev", "(fd, buffers, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let buffers: Gc<List> = vm.list_from_iter(arg(args, 1))?;
        let mut data = Vec::new();
        let mut i = 0;
        while let Some(v) = buffers.get(i) {
            data.extend_from_slice(&Buffer::of(vm, v)?);
            i += 1;
        }
        let r = retry(vm, || rustix::io::write(fd, &data))?;
        let n = check(vm, r)?;
        Ok(Value::small_int(n as i64))
    }),
    NativeDef::new("readv", "(fd, buffers, /)", |vm, args| {
        let fd = borrowed(vm, args, 0)?;
        let buffers: Gc<List> = vm.list_from_iter(arg(args, 1))?;
        let mut room = 0;
        let mut i = 0;
        while let Some(v) = buffers.get(i) {
            room += Buffer::of(vm, v)?.len();
            i += 1;
        }
        let mut buf = vec![0; room];
        let r = retry(vm, || rustix::io::read(fd, buf.as_mut_slice()))?;
        let n = check(vm, r)?;
        let (mut rest, mut i) = (&buf[..n], 0);
        while let Some(v) = buffers.get(i).filter(|_| !rest.is_empty()) {
            let (now, later) = rest.split_at(Buffer::of(vm, v)?.len().min(rest.len()));
            habu_vm::buffer::write(vm, v, 0, now)?;
            (rest, i) = (later, i + 1);
        }
        Ok(Value::small_int(n as i64))
    }),
];

fields! { SIZE: 0 "columns", 1 "lines" }
const TERMINAL_SIZE: &str = "os.terminal_size";

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let class = structseq::new_type(vm, "os", "terminal_size", SIZE, 2)?;
    vm.set_root(TERMINAL_SIZE, class.value());
    set(vm, m, "terminal_size", class.value())
}

fn done(vm: &mut Vm, r: Result<(), Errno>) -> PyResult<Value> {
    check(vm, r)?;
    Ok(Value::NONE)
}

/// A number of bytes to be read.
fn length(vm: &mut Vm, v: Value) -> PyResult<usize> {
    let n = vm.index_i64(v)?;
    usize::try_from(n).map_err(|_| failure(vm, Errno::INVAL, Value::NONE))
}

fn open(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "open", "path", Allow::Path)?;
    let flags = vm.index_i64(arg(args, 1))?;
    let flags = OFlags::from_bits_retain(flags as u32) | OFlags::CLOEXEC;
    let mode = super::mode(vm, args, 2, 0o777)?;
    let dir = folder(vm, arg(args, 3))?;
    let r = retry(vm, || rustix::fs::openat(dir, p.bytes.as_slice(), flags, mode))?;
    let fd = p.check(vm, r)?;
    Ok(Value::small_int(i64::from(keep(fd))))
}

fn dup2(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let from = borrowed(vm, args, 0)?;
    let to = descriptor(vm, arg(args, 1))?;
    let inheritable = super::flag(vm, args, 2, true)?;
    let r = habu_vm::fd::duplicate_onto(from, to, inheritable);
    check(vm, r)?;
    Ok(Value::small_int(i64::from(to)))
}

fn pipe(vm: &mut Vm, flags: PipeFlags) -> PyResult<Value> {
    let r = rustix::pipe::pipe_with(flags);
    let (a, b) = check(vm, r)?;
    let n = |fd| Value::small_int(i64::from(keep(fd)));
    let (a, b) = (n(a), n(b));
    vm.new_tuple(&[a, b])
}

fn access(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "access", "path", Allow::Path)?;
    let mode = vm.index_i64(arg(args, 1))?;
    let dir = folder(vm, arg(args, 2))?;
    let mut flags = AtFlags::empty();
    flags.set(AtFlags::EACCESS, super::flag(vm, args, 3, false)?);
    flags.set(AtFlags::SYMLINK_NOFOLLOW, !super::flag(vm, args, 4, true)?);
    let access = Access::from_bits_truncate(mode as u32);
    Ok(Value::bool(rustix::fs::accessat(dir, p.bytes.as_slice(), access, flags).is_ok()))
}

fn chmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "chmod", "path", Allow::Fd)?;
    let mode = super::mode(vm, args, 1, 0)?;
    let dir = folder(vm, arg(args, 2))?;
    let follow = super::flag(vm, args, 3, true)?;
    let flags = if follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let r = match p.fd {
        Some(fd) => borrow(fd).and_then(|fd| rustix::fs::fchmod(fd, mode)),
        None => rustix::fs::chmodat(dir, p.bytes.as_slice(), mode, flags),
    };
    p.check(vm, r)?;
    Ok(Value::NONE)
}

/// User and group; -1 leaves one as it is.
fn owners(vm: &mut Vm, args: &[Value]) -> PyResult<(Option<Uid>, Option<Gid>)> {
    let (uid, gid) = (vm.index_i64(arg(args, 1))?, vm.index_i64(arg(args, 2))?);
    let some = |n: i64| if n == -1 { None } else { Some(n as u32) };
    Ok((some(uid).map(Uid::from_raw), some(gid).map(Gid::from_raw)))
}

fn chown(vm: &mut Vm, args: &[Value], follow: bool) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "chown", "path", Allow::Fd)?;
    let (uid, gid) = owners(vm, args)?;
    let dir = folder(vm, arg(args, 3))?;
    let flags = if follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let r = match p.fd {
        Some(fd) => borrow(fd).and_then(|fd| rustix::fs::fchown(fd, uid, gid)),
        None => rustix::fs::chownat(dir, p.bytes.as_slice(), uid, gid, flags),
    };
    p.check(vm, r)?;
    Ok(Value::NONE)
}

/// A time in seconds, as an int or a float.
fn seconds(vm: &mut Vm, v: Value) -> PyResult<Timespec> {
    if int::is_int_like(v) {
        return Ok(Timespec { tv_sec: int::to_i64_clamped(v), tv_nsec: 0 });
    }
    let x = crate::util::as_f64(vm, v)?;
    let whole = x.floor();
    Ok(Timespec { tv_sec: whole as i64, tv_nsec: ((x - whole) * 1e9) as i64 })
}

fn nanoseconds(vm: &mut Vm, v: Value) -> PyResult<Timespec> {
    let n = int::to_i128(vm.index(v)?).unwrap_or(0);
    let (whole, rest) = (n.div_euclid(1_000_000_000), n.rem_euclid(1_000_000_000));
    Ok(Timespec { tv_sec: whole as i64, tv_nsec: rest as i64 })
}

fn utime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "utime", "path", Allow::Fd)?;
    let (times, ns) = (given(args, 1), given(args, 2));
    if times.is_some() && ns.is_some() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |vm: &mut Vm, v: Value, name: &str| match v.cast::<habu_object::Tuple>() {
        Some(t) if t.len() == 2 && v.shape() == shape::TUPLE => Ok((t.get(0), t.get(1))),
        _ => Err(vm.type_error(&format!("utime: '{name}' must be a tuple of two ints"))),
    };
    let now = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let (a, m) = match (times, ns) {
        (Some(v), _) => {
            let (a, m) = match pair(vm, v, "times") {
                Ok(pair) => pair,
                Err(e) => {
                    vm.catch(e, Exc::TypeError)?;
                    let msg = "utime: 'times' must be either a tuple of two ints or None";
                    return Err(vm.type_error(msg));
                }
            };
            (seconds(vm, a)?, seconds(vm, m)?)
        }
        (None, Some(v)) => {
            let (a, m) = pair(vm, v, "ns")?;
            (nanoseconds(vm, a)?, nanoseconds(vm, m)?)
        }
        (None, None) => (now, now),
    };
    let times = Timestamps { last_access: a, last_modification: m };
    let dir = folder(vm, arg(args, 3))?;
    let follow = super::flag(vm, args, 4, true)?;
    let flags = if follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let r = match p.fd {
        Some(fd) => borrow(fd).and_then(|fd| rustix::fs::futimens(fd, &times)),
        None => rustix::fs::utimensat(dir, p.bytes.as_slice(), &times, flags),
    };
    p.check(vm, r)?;
    Ok(Value::NONE)
}

/// Room for what the system will write.
fn zeros(vm: &Vm, n: usize) -> PyResult<Vec<u8>> {
    if vm.heap.affords(n) { Ok(vec![0; n]) } else { Err(OutOfMemory.into()) }
}

fn random(vm: &mut Vm, n: usize) -> PyResult<Value> {
    let mut buf = zeros(vm, n)?;
    let mut filled = 0;
    while filled < n {
        let flags = rustix::rand::GetRandomFlags::empty();
        let r = rustix::rand::getrandom(&mut buf[filled..], flags);
        filled += check(vm, r)?;
    }
    Ok(Bytes::new(&mut vm.heap, &buf)?.value())
}
