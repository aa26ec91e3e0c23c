//! Module `fcntl`: commands to descriptors, and locks on files.

use crate::posix::path::{check, fd, retry};
use crate::util::{arg, new_module, set};
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::{Gc, Module, Value, int};
use habu_vm::buffer::{self, Buffer};
use habu_vm::{NativeDef, PyResult, Vm, control};
use rustix::io::Errno;

const NUMBERS: &[(&str, i64)] = &[
    ("LOCK_SH", 1),
    ("LOCK_EX", 2),
    ("LOCK_NB", 4),
    ("LOCK_UN", 8),
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_WRITE", 128),
    ("LOCK_RW", 192),
    ("F_DUPFD", 0),
    ("F_DUPFD_CLOEXEC", 1030),
    ("F_GETFD", 1),
    ("F_SETFD", 2),
    ("F_GETFL", 3),
    ("F_SETFL", 4),
    ("F_GETLK", 5),
    ("F_SETLK", 6),
    ("F_SETLKW", 7),
    ("F_OFD_GETLK", 36),
    ("F_OFD_SETLK", 37),
    ("F_OFD_SETLKW", 38),
    ("F_GETOWN", 9),
    ("F_SETOWN", 8),
    ("F_GETSIG", 11),
    ("F_SETSIG", 10),
    ("F_RDLCK", 0),
    ("F_WRLCK", 1),
    ("F_UNLCK", 2),
    ("F_GETLK64", 5),
    ("F_SETLK64", 6),
    ("F_SETLKW64", 7),
    ("FASYNC", 8192),
    ("F_SETLEASE", 1024),
    ("F_GETLEASE", 1025),
    ("F_NOTIFY", 1026),
    ("F_DUPFD_QUERY", 1027),
    ("F_EXLCK", 4),
    ("F_SHLCK", 8),
    ("F_SETPIPE_SZ", 1031),
    ("F_GETPIPE_SZ", 1032),
    ("FICLONE", 1_074_041_865),
    ("FICLONERANGE", 1_075_876_877),
    ("F_GETOWN_EX", 16),
    ("F_SETOWN_EX", 15),
    ("F_OWNER_TID", 0),
    ("F_OWNER_PID", 1),
    ("F_OWNER_PGRP", 2),
    ("F_GET_RW_HINT", 1035),
    ("F_SET_RW_HINT", 1036),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_SET_FILE_RW_HINT", 1038),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_SHORT", 2),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("FD_CLOEXEC", 1),
    ("DN_ACCESS", 1),
    ("DN_MODIFY", 2),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_RENAME", 16),
    ("DN_ATTRIB", 32),
    ("DN_MULTISHOT", 2_147_483_648),
    ("F_ADD_SEALS", 1033),
    ("F_GET_SEALS", 1034),
    ("F_SEAL_SEAL", 1),
    ("F_SEAL_SHRINK", 2),
    ("F_SEAL_GROW", 4),
    ("F_SEAL_WRITE", 8),
    ("F_SEAL_FUTURE_WRITE", 16),
];

const SHARED: i64 = 1;
const EXCLUSIVE: i64 = 2;
const NO_WAIT: i64 = 4;
const UNLOCK: i64 = 8;

/// The largest argument that is bytes.
const BLOCK: usize = 1024;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("fcntl", "(fd, cmd, arg=0, /)", |vm, args| {
        let (fd, command) = (fd(vm, args, 0)?, vm.index_i64(arg(args, 1))? as i32);
        match argument(vm, arg(args, 2), "fcntl")? {
            Argument::Number(n) => {
                let r = retry(vm, || control::fcntl(fd, command, n))?;
                let n = check(vm, r)?;
                vm.new_int(n)
            }
            Argument::Block(mut block, len) => {
                let r = retry(vm, || control::fcntl_block(fd, command, &mut block))?;
                check(vm, r)?;
                Ok(Bytes::new(&mut vm.heap, &block[..len])?.value())
            }
        }
    })
    .doc("Perform the operation `cmd` on file descriptor fd."),
    NativeDef::new("ioctl", "(fd, request, arg=0, mutate_flag=True, /)", ioctl)
        .doc("Perform the operation request on file descriptor fd."),
    NativeDef::new("flock", "(fd, operation, /)", |vm, args| {
        let (fd, operation) = (fd(vm, args, 0)?, vm.index_i64(arg(args, 1))? as i32);
        let r = retry(vm, || control::flock(fd, operation))?;
        check(vm, r)?;
        Ok(Value::NONE)
    })
    .doc("Perform the lock operation `operation` on file descriptor `fd`."),
    NativeDef::new("lockf", "(fd, cmd, len=0, start=0, whence=0, /)", |vm, args| {
        let (fd, command) = (fd(vm, args, 0)?, vm.index_i64(arg(args, 1))?);
        let mut numbers = [0; 3];
        for (i, n) in numbers.iter_mut().enumerate() {
            if let Some(v) = arg(args, 2 + i).bound() {
                *n = vm.index_i64(v)?;
            }
        }
        let [len, start, whence] = numbers;
        let kind = match command {
            n if n == UNLOCK => libc::F_UNLCK,
            n if n & SHARED != 0 => libc::F_RDLCK,
            n if n & EXCLUSIVE != 0 => libc::F_WRLCK,
            _ => return Err(vm.value_error("unrecognized lockf argument")),
        };
        let wait = command & NO_WAIT == 0;
        let lock = || control::lock_part(fd, wait, kind, whence as i32, start, len);
        let r: Result<(), Errno> = retry(vm, lock)?;
        check(vm, r)?;
        Ok(Value::NONE)
    })
    .doc("A wrapper around the fcntl() locking calls."),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module performs file control and I/O control on file\n\
               descriptors.  It is an interface to the fcntl() and ioctl() Unix\n\
               routines.  File descriptors can be obtained with the fileno() method of\n\
               a file or socket object.";
    let m = new_module(vm, "fcntl", doc, FUNCTIONS)?;
    for (name, n) in NUMBERS {
        set(vm, m, name, Value::small_int(*n))?;
    }
    Ok(m)
}

/// The last argument of a command.
enum Argument {
    Number(i32),
    /// Bytes with room behind them, and how many they are.
    Block(Box<[u8; BLOCK]>, usize),
}

fn argument(vm: &mut Vm, v: Value, function: &str) -> PyResult<Argument> {
    let Some(v) = v.bound() else { return Ok(Argument::Number(0)) };
    let bytes = match v.cast::<Str>() {
        Some(s) => s.to_wtf8().into_owned(),
        None => match Buffer::try_of(vm, v)? {
            Some(bytes) => bytes.to_vec(),
            None if buffer::is_index(vm, v) => {
                return Ok(Argument::Number(int::to_u64_wrapping(vm.index(v)?) as i32));
            }
            None => {
                let message = format!(
                    "{function}() argument 3 must be an integer, a bytes-like object, or a string"
                );
                return Err(vm.type_error(&message));
            }
        },
    };
    if bytes.len() > BLOCK {
        return Err(vm.value_error(&format!("{function} argument 3 is too long")));
    }
    let mut block = Box::new([0; BLOCK]);
    block[..bytes.len()].copy_from_slice(&bytes);
    Ok(Argument::Block(block, bytes.len()))
}

fn ioctl(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let fd = fd(vm, args, 0)?;
    let request = int::to_u64_wrapping(vm.index(arg(args, 1))?);
    let mutate = match arg(args, 3).bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    match argument(vm, arg(args, 2), "ioctl")? {
        Argument::Number(n) => {
            let r = retry(vm, || control::ioctl(fd, request, n))?;
            let n = check(vm, r)?;
            vm.new_int(n)
        }
        Argument::Block(mut block, len) => {
            let r = retry(vm, || control::ioctl_block(fd, request, &mut block))?;
            let n = check(vm, r)?;
            let target = arg(args, 2);
            if mutate && buffer::is_writable(target) {
                buffer::write(vm, target, 0, &block[..len])?;
                return vm.new_int(n);
            }
            Ok(Bytes::new(&mut vm.heap, &block[..len])?.value())
        }
    }
}
