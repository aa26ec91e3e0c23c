//! `io.FileIO`: a descriptor as an unbuffered stream.

use super::base::{BUFFER_SIZE, closed_error, finalizing, seek_args, size_arg, unsupported, watch};
use crate::posix::path::{Allow, check, failure, path, retry};
use crate::util::{arg, class_arg, native, slot};
use habu_object::bytes::Bytes;
use habu_object::{Gc, Kind, Native, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::fd::{borrow, keep};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use rustix::fs::{Mode, OFlags, SeekFrom};
use rustix::io::Errno;

// Slots.

/// The descriptor, -1 when closed.
const FD: usize = 0;
const READABLE: usize = 1;
const WRITABLE: usize = 2;
const CREATED: usize = 3;
const APPENDING: usize = 4;
/// Whether closing the object closes the descriptor.
const CLOSE_FD: usize = 5;
/// Whether the file can be sought; None if that is not known yet.
const SEEKABLE: usize = 6;
const FINALIZING: usize = 7;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let f = Value::FALSE;
        let slots = [Value::small_int(-1), f, f, f, f, Value::TRUE, Value::NONE, f];
        let o = Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?;
        watch(vm, o);
        Ok(o.value())
    }),
    NativeDef::new("__init__", "(self, file, mode='r', closefd=True, opener=None)", init),
    NativeDef::new("read", "(self, size=-1, /)", |vm, args| {
        let this = readable(vm, args)?;
        match size_arg(vm, arg(args, 1))? {
            Some(n) => match read(vm, this, n)? {
                Some(bytes) => Ok(Bytes::new(&mut vm.heap, &bytes)?.value()),
                None => Ok(Value::NONE),
            },
            None => read_all(vm, this),
        }
    }),
    NativeDef::new("readall", "(self, /)", |vm, args| {
        let this = readable(vm, args)?;
        read_all(vm, this)
    }),
    NativeDef::new("readinto", "(self, buffer, /)", |vm, args| {
        let this = readable(vm, args)?;
        let n = Buffer::of(vm, arg(args, 1))?.len();
        match read(vm, this, n)? {
            Some(bytes) => {
                habu_vm::buffer::write(vm, arg(args, 1), 0, &bytes)?;
                Ok(Value::small_int(bytes.len() as i64))
            }
            None => Ok(Value::NONE),
        }
    }),
    NativeDef::new("write", "(self, b, /)", |vm, args| {
        let this = writable(vm, args)?;
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        match write(vm, this, &data)? {
            Some(n) => Ok(Value::small_int(n as i64)),
            None => Ok(Value::NONE),
        }
    }),
    NativeDef::new("seek", "(self, pos, whence=0, /)", |vm, args| {
        let this = open(vm, args)?;
        let (offset, whence) = seek_args(vm, args)?;
        let at = seek(vm, this, offset, whence)?;
        vm.new_int(at)
    }),
    NativeDef::new("tell", "(self, /)", |vm, args| {
        let this = open(vm, args)?;
        let at = seek(vm, this, 0, 1)?;
        vm.new_int(at)
    }),
    NativeDef::new("truncate", "(self, size=None, /)", |vm, args| {
        let this = writable(vm, args)?;
        let size = match arg(args, 1).bound().filter(|v| !v.is_none()) {
            Some(v) => vm.index_i64(v)?,
            None => seek(vm, this, 0, 1)?,
        };
        let n = u64::try_from(size).map_err(|_| Errno::INVAL);
        let r = n.and_then(|n| rustix::fs::ftruncate(borrow(fd(this))?, n));
        check(vm, r)?;
        vm.new_int(size)
    }),
    NativeDef::new("close", "(self, /)", close),
    NativeDef::new("seekable", "(self, /)", |vm, args| {
        let this = open(vm, args)?;
        Ok(Value::bool(is_seekable(vm, this)))
    }),
    NativeDef::new("readable", "(self, /)", |vm, args| Ok(open(vm, args)?.slot(READABLE))),
    NativeDef::new("writable", "(self, /)", |vm, args| Ok(open(vm, args)?.slot(WRITABLE))),
    NativeDef::new("fileno", "(self, /)", |vm, args| Ok(open(vm, args)?.slot(FD))),
    NativeDef::new("isatty", "(self, /)", |vm, args| {
        let this = open(vm, args)?;
        Ok(Value::bool(borrow(fd(this)).is_ok_and(rustix::termios::isatty)))
    }),
    NativeDef::new("_isatty_open_only", "(self, /)", |vm, args| {
        let this = open(vm, args)?;
        Ok(Value::bool(borrow(fd(this)).is_ok_and(rustix::termios::isatty)))
    }),
    NativeDef::new("_dealloc_warn", "(self, source, /)", |vm, args| {
        let this = native(vm, args)?;
        if fd(this) >= 0 && this.slot(CLOSE_FD) == Value::TRUE {
            warn_unclosed(vm, arg(args, 1));
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__getstate__", "(self, /)", super::no_pickle),
    NativeDef::new("__reduce__", "(self, /)", super::no_pickle),
    NativeDef::new("__reduce_ex__", "(self, protocol, /)", super::no_pickle),
];

pub(super) static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("closed", |_, v| Ok(Value::bool(slot(v, FD).as_int() < 0))),
    GetSetDef::new("closefd", |_, v| Ok(slot(v, CLOSE_FD))),
    GetSetDef::new("mode", |vm, v| vm.intern(mode_text(v))),
    GetSetDef::new("_blksize", |_, _| Ok(Value::small_int(BUFFER_SIZE as i64))),
    finalizing::<FINALIZING>(),
];

fn mode_text(v: Value) -> &'static str {
    let has = |i: usize| slot(v, i) == Value::TRUE;
    match (has(CREATED), has(APPENDING), has(READABLE), has(WRITABLE)) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

pub(super) fn fd(this: Gc<Native>) -> i32 {
    this.slot(FD).as_int() as i32
}

/// The receiver, which must be open.
fn open(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Native>> {
    let this = native(vm, args)?;
    if fd(this) < 0 { Err(vm.value_error("I/O operation on closed file")) } else { Ok(this) }
}

fn readable(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Native>> {
    let this = open(vm, args)?;
    match this.slot(READABLE) == Value::TRUE {
        true => Ok(this),
        false => Err(unsupported(vm, "File not open for reading")),
    }
}

fn writable(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Native>> {
    let this = open(vm, args)?;
    match this.slot(WRITABLE) == Value::TRUE {
        true => Ok(this),
        false => Err(unsupported(vm, "File not open for writing")),
    }
}

/// Reads at most `n` bytes; None if there are none yet.
pub(super) fn read(vm: &mut Vm, this: Gc<Native>, n: usize) -> PyResult<Option<Vec<u8>>> {
    let mut buf = vec![0; n];
    let fd = match borrow(fd(this)) {
        Ok(fd) => fd,
        Err(_) => return Err(closed_error(vm)),
    };
    match retry(vm, || rustix::io::read(fd, buf.as_mut_slice()))? {
        Err(Errno::AGAIN) => Ok(None),
        r => {
            let n = check(vm, r)?;
            buf.truncate(n);
            Ok(Some(buf))
        }
    }
}

fn read_all(vm: &mut Vm, this: Gc<Native>) -> PyResult<Value> {
    let mut out = Vec::new();
    // What is left of a regular file is read in one go.
    let left = borrow(fd(this)).and_then(|fd| {
        let size = rustix::fs::fstat(fd)?.st_size as u64;
        Ok(size.saturating_sub(rustix::fs::tell(fd)?))
    });
    let mut room = left.map_or(BUFFER_SIZE, |n| n as usize + 1).clamp(1, 1 << 30);
    loop {
        match read(vm, this, room)? {
            None if out.is_empty() => return Ok(Value::NONE),
            Some(part) if !part.is_empty() => out.extend(part),
            _ => break,
        }
        room = BUFFER_SIZE.max(out.len() / 4);
    }
    Ok(Bytes::new(&mut vm.heap, &out)?.value())
}

/// Writes what the system takes; None if it takes nothing yet.
pub(super) fn write(vm: &mut Vm, this: Gc<Native>, data: &[u8]) -> PyResult<Option<usize>> {
    let fd = match borrow(fd(this)) {
        Ok(fd) => fd,
        Err(_) => return Err(closed_error(vm)),
    };
    match retry(vm, || rustix::io::write(fd, data))? {
        Err(Errno::AGAIN) => Ok(None),
        r => check(vm, r).map(Some),
    }
}

pub(super) fn seek(vm: &mut Vm, this: Gc<Native>, offset: i64, whence: i64) -> PyResult<i64> {
    let to = match whence {
        0 => u64::try_from(offset).map(SeekFrom::Start).map_err(|_| Errno::INVAL),
        1 => Ok(SeekFrom::Current(offset)),
        2 => Ok(SeekFrom::End(offset)),
        3 => Ok(SeekFrom::Data(offset as u64)),
        4 => Ok(SeekFrom::Hole(offset as u64)),
        _ => Err(Errno::INVAL),
    };
    let r = to.and_then(|to| rustix::fs::seek(borrow(fd(this))?, to));
    Ok(check(vm, r)? as i64)
}

fn is_seekable(vm: &mut Vm, this: Gc<Native>) -> bool {
    if this.slot(SEEKABLE).is_none() {
        let able = borrow(fd(this)).and_then(rustix::fs::tell).is_ok();
        this.set_slot(&mut vm.heap, SEEKABLE, Value::bool(able));
    }
    this.slot(SEEKABLE) == Value::TRUE
}

fn warn_unclosed(vm: &mut Vm, source: Value) {
    let done = (|| {
        let text = vm.repr_text(source)?;
        let message = vm.new_str(&format!("unclosed file {text}"))?;
        crate::warnings::warn_about(vm, Exc::ResourceWarning, message, source)
    })();
    crate::util::quiet(vm, done);
}

fn close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if fd(this) < 0 {
        return Ok(Value::NONE);
    }
    if this.slot(FINALIZING) == Value::TRUE && this.slot(CLOSE_FD) == Value::TRUE {
        warn_unclosed(vm, this.value());
    }
    super::standard::give_up(vm, this.value());
    // A subclass may flush.
    let flushed = super::base::call(vm, this.value(), "flush", &[]);
    let number = fd(this);
    this.set_slot(&mut vm.heap, FD, Value::small_int(-1));
    let closed = match this.slot(CLOSE_FD) == Value::TRUE {
        true => habu_vm::fd::close(number),
        false => Ok(()),
    };
    flushed?;
    check(vm, closed)?;
    Ok(Value::NONE)
}

/// What a mode says.
struct Parsed {
    readable: bool,
    writable: bool,
    created: bool,
    appending: bool,
    flags: OFlags,
}

fn parse_mode(vm: &mut Vm, mode: &str) -> PyResult<Parsed> {
    let mut p = Parsed {
        readable: false,
        writable: false,
        created: false,
        appending: false,
        flags: OFlags::empty(),
    };
    let (mut main, mut plus) = (false, false);
    let bad = |vm: &mut Vm| -> Raised {
        vm.value_error(
            "Must have exactly one of create/read/write/append mode and at most one plus",
        )
    };
    for c in mode.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' if main => return Err(bad(vm)),
            'x' => {
                (p.created, p.writable) = (true, true);
                p.flags |= OFlags::EXCL | OFlags::CREATE;
            }
            'r' => p.readable = true,
            'w' => {
                p.writable = true;
                p.flags |= OFlags::CREATE | OFlags::TRUNC;
            }
            'a' => {
                (p.appending, p.writable) = (true, true);
                p.flags |= OFlags::APPEND | OFlags::CREATE;
            }
            'b' => continue,
            '+' if plus => return Err(bad(vm)),
            '+' => {
                plus = true;
                continue;
            }
            _ => return Err(vm.value_error(&format!("invalid mode: {mode}"))),
        }
        main = true;
    }
    if !main {
        return Err(bad(vm));
    }
    if plus {
        (p.readable, p.writable) = (true, true);
    }
    p.flags |= match (p.readable, p.writable) {
        (true, true) => OFlags::RDWR,
        (true, false) => OFlags::RDONLY,
        _ => OFlags::WRONLY,
    };
    p.flags |= OFlags::CLOEXEC;
    Ok(p)
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let file = arg(args, 1);
    if fd(this) >= 0 {
        close(vm, args)?;
    }
    if file.kind() == Kind::Bool {
        let message = "bool is used as a file descriptor";
        crate::warnings::warn(vm, Exc::RuntimeWarning, message)?;
    }
    let mode = match arg(args, 2).bound() {
        Some(v) => crate::util::text_arg(vm, v, "FileIO() argument 'mode'")?,
        None => "r".to_owned(),
    };
    let p = parse_mode(vm, &mode)?;
    let close_fd = match arg(args, 3).bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    let opener = arg(args, 4).bound().filter(|v| !v.is_none());
    let index = vm.names.__index__;
    let number = if int::is_int_like(file) || vm.special(file, index).is_some() {
        let n = vm.index(file)?;
        match int::to_i64(n).and_then(|n| i32::try_from(n).ok()) {
            Some(n) if n >= 0 => Some(n),
            Some(_) => return Err(vm.value_error("negative file descriptor")),
            None => return Err(vm.overflow_error("Python int too large to convert to C int")),
        }
    } else {
        None
    };
    for (i, flag) in [
        (READABLE, p.readable),
        (WRITABLE, p.writable),
        (CREATED, p.created),
        (APPENDING, p.appending),
        (CLOSE_FD, close_fd),
    ] {
        this.set_slot(&mut vm.heap, i, Value::bool(flag));
    }
    this.set_slot(&mut vm.heap, SEEKABLE, Value::NONE);
    let number = match (number, opener) {
        (Some(n), _) => n,
        (None, _) if !close_fd => {
            return Err(vm.value_error("Cannot use closefd=False with file name"));
        }
        (None, Some(opener)) => {
            let flags = Value::small_int(i64::from(p.flags.bits()));
            let fd = vm.call(opener, &[file, flags])?;
            if !int::is_int_like(fd) {
                return Err(vm.type_error("expected integer from opener"));
            }
            match i32::try_from(int::to_i64_clamped(fd)) {
                Ok(n) if n >= 0 => n,
                _ => {
                    let msg = format!("opener returned {}", int::to_decimal(fd));
                    return Err(vm.value_error(&msg));
                }
            }
        }
        (None, None) => {
            let name = path(vm, file, "open", "path", Allow::Path)?;
            let mode = Mode::from_bits_retain(0o666);
            let r = retry(vm, || rustix::fs::open(name.bytes.as_slice(), p.flags, mode))?;
            keep(name.check(vm, r)?)
        }
    };
    // Folders cannot be read; a wrong number is told here and not at the first use.
    let kind = borrow(number).and_then(rustix::fs::fstat);
    let fault = match kind {
        Ok(stat) if stat.st_mode & 0o170_000 == 0o040_000 => Some(Errno::ISDIR),
        Err(e) => Some(e),
        Ok(_) => None,
    };
    if let Some(e) = fault {
        if !int::is_int_like(file) && e == Errno::ISDIR {
            let _ = habu_vm::fd::close(number);
        }
        return Err(failure(vm, e, file));
    }
    this.set_slot(&mut vm.heap, FD, Value::small_int(i64::from(number)));
    let name = vm.names.name;
    vm.setattr(this.value(), name, file)?;
    if p.appending {
        // Where files cannot be sought this does nothing.
        let _ = borrow(number).and_then(|fd| rustix::fs::seek(fd, SeekFrom::End(0)));
    }
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let class = vm.type_of(this.value());
    let class = format!("_io.{}", vm.class_name(class));
    if fd(this) < 0 {
        return vm.new_str(&format!("<{class} [closed]>"));
    }
    let close_fd = if this.slot(CLOSE_FD) == Value::TRUE { "True" } else { "False" };
    let mode = mode_text(this.value());
    let name = vm.names.name;
    let name = match vm.getattr_opt(this.value(), name)? {
        Some(name) => format!("name={}", vm.repr_text(name)?),
        None => format!("fd={}", fd(this)),
    };
    vm.new_str(&format!("<{class} {name} mode='{mode}' closefd={close_fd}>"))
}
