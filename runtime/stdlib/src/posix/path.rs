//! Paths, descriptors and folders as arguments, names as results, and system errors with the path they are about.

use crate::util::{arg, os_error_text};
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::str::codec::{Encoding, Errors};
use habu_object::{Gc, Kind, Value, int};
use habu_vm::{Exc, PyResult, Raised, Vm};
use rustix::fd::BorrowedFd;
use rustix::fs::CWD;
use rustix::io::Errno;

/// A path argument.
pub(crate) struct Path {
    /// As the system gets it.
    pub(crate) bytes: Vec<u8>,
    /// The descriptor, where one may stand for a path.
    pub(crate) fd: Option<i32>,
    /// As it was given, for error messages.
    pub(crate) given: Value,
    /// Whether results are bytes.
    pub(crate) wants_bytes: bool,
}

/// What else than a path may stand for one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allow {
    /// Nothing.
    Path,
    /// A descriptor.
    Fd,
    /// A descriptor, or None for the current folder.
    FdOrNone,
}

/// A str as the system has it: UTF-8, lone surrogates from U+DC80 the bytes they stand for.
pub(crate) fn encode(vm: &mut Vm, s: Gc<Str>) -> PyResult<Vec<u8>> {
    if let Ok(text) = s.to_utf8() {
        return Ok(text.into_owned().into_bytes());
    }
    match s.encode(&mut vm.heap, Encoding::Utf8, Errors::SurrogateEscape) {
        Ok(bytes) => Ok(bytes.bytes().to_vec()),
        Err(_) => {
            let (name, errors) = (vm.intern("utf-8")?, vm.intern("strict")?);
            let method = vm.intern("encode")?;
            // Raises what encoding raises.
            vm.call_method(s.value(), method, &[name, errors])?;
            Err(vm.value_error("path cannot be encoded"))
        }
    }
}

/// Bytes from the system as a str.
pub(crate) fn decode(vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
    if let Ok(text) = str::from_utf8(bytes) {
        return vm.new_str(text);
    }
    match Str::decode(&mut vm.heap, bytes, Encoding::Utf8, Errors::SurrogateEscape) {
        Ok(s) => Ok(s.value()),
        Err(_) => vm.new_str(&String::from_utf8_lossy(bytes)),
    }
}

/// `os.fspath(v)`
pub(crate) fn fspath(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if matches!(v.kind(), Kind::Str | Kind::Bytes) {
        return Ok(v);
    }
    let name = vm.intern("__fspath__")?;
    let Some(path) = vm.call_special(v, name, &[])? else {
        let given = vm.type_name(v);
        let msg = format!("expected str, bytes or os.PathLike object, not {given}");
        return Err(vm.type_error(&msg));
    };
    if matches!(path.kind(), Kind::Str | Kind::Bytes) {
        return Ok(path);
    }
    let (own, given) = (vm.type_name(v), vm.type_name(path));
    let msg = format!("expected {own}.__fspath__() to return str or bytes, not {given}");
    Err(vm.type_error(&msg))
}

/// The path in an argument of a function.
pub(crate) fn path(
    vm: &mut Vm,
    v: Value,
    function: &str,
    name: &str,
    allow: Allow,
) -> PyResult<Path> {
    let given = v;
    if allow == Allow::FdOrNone && (v.is_none() || v.is_unbound()) {
        let given = Value::NONE;
        return Ok(Path { bytes: b".".to_vec(), fd: None, given, wants_bytes: false });
    }
    let index = vm.names.__index__;
    if allow != Allow::Path && (int::is_int_like(v) || vm.special(v, index).is_some()) {
        let fd = descriptor(vm, v)?;
        return Ok(Path { bytes: Vec::new(), fd: Some(fd), given, wants_bytes: false });
    }
    let hook = vm.intern("__fspath__")?;
    let plain = match v.kind() {
        Kind::Str | Kind::Bytes => v,
        _ if vm.special(v, hook).is_some() => fspath(vm, v)?,
        _ => {
            let allowed = match allow {
                Allow::Path => "string, bytes or os.PathLike",
                Allow::Fd => "string, bytes, os.PathLike or integer",
                Allow::FdOrNone => "string, bytes, os.PathLike, integer or None",
            };
            let msg = format!("{function}: {name} should be {allowed}, not {}", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
    };
    let wants_bytes = plain.kind() == Kind::Bytes;
    let bytes = match (plain.cast::<Str>(), plain.cast::<Bytes>()) {
        (Some(s), _) => encode(vm, s)?,
        (_, Some(b)) => b.bytes().to_vec(),
        _ => Vec::new(),
    };
    if bytes.contains(&0) {
        let what = if wants_bytes { "byte" } else { "character" };
        return Err(vm.value_error(&format!("{function}: embedded null {what} in {name}")));
    }
    Ok(Path { bytes, fd: None, given, wants_bytes })
}

impl Path {
    /// A name in the form of the argument.
    pub(crate) fn name(&self, vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        if self.wants_bytes {
            return Ok(Bytes::new(&mut vm.heap, bytes)?.value());
        }
        decode(vm, bytes)
    }

    /// The result of a system call on this path.
    pub(crate) fn check<T>(&self, vm: &mut Vm, r: Result<T, Errno>) -> PyResult<T> {
        r.map_err(|e| failure(vm, e, self.given))
    }
}

/// A descriptor argument.
pub(crate) fn descriptor(vm: &mut Vm, v: Value) -> PyResult<i32> {
    let n = vm.index(v)?;
    match int::to_i64(n).map(i32::try_from) {
        Some(Ok(fd)) => Ok(fd),
        _ if int::is_negative(n) => Err(vm.overflow_error("fd is less than minimum")),
        _ => Err(vm.overflow_error("fd is greater than maximum")),
    }
}

/// Argument `i` as a descriptor, or as an object with `fileno()`.
pub(crate) fn fd(vm: &mut Vm, args: &[Value], i: usize) -> PyResult<i32> {
    let v = arg(args, i);
    let index = vm.names.__index__;
    if int::is_int_like(v) || vm.special(v, index).is_some() {
        return descriptor(vm, v);
    }
    let name = vm.names.fileno;
    match vm.getattr_opt(v, name)? {
        Some(f) => {
            let n = vm.call(f, &[])?;
            if !int::is_int_like(n) {
                return Err(vm.type_error("fileno() returned a non-integer"));
            }
            descriptor(vm, n)
        }
        None => Err(vm.type_error("argument must be an int, or have a fileno() method")),
    }
}

/// The descriptor of argument `i`, to be used in one system call.
pub(crate) fn borrowed(vm: &mut Vm, args: &[Value], i: usize) -> PyResult<BorrowedFd<'static>> {
    let fd = fd(vm, args, i)?;
    habu_vm::fd::borrow(fd).map_err(|e| failure(vm, e, Value::NONE))
}

/// A `dir_fd` argument.
pub(crate) fn folder(vm: &mut Vm, v: Value) -> PyResult<BorrowedFd<'static>> {
    if v.is_unbound() || v.is_none() {
        return Ok(CWD);
    }
    let index = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, index).is_none() {
        let msg = format!("argument should be integer or None, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    let fd = descriptor(vm, v)?;
    habu_vm::fd::borrow(fd).map_err(|e| failure(vm, e, Value::NONE))
}

/// OSError about a file, which may be None.
pub(crate) fn failure(vm: &mut Vm, e: Errno, filename: Value) -> Raised {
    let errno = e.raw_os_error();
    let text = os_error_text(&std::io::Error::from_raw_os_error(errno));
    vm.raise_os_error(errno, &text, filename)
}

/// OSError about two files.
pub(crate) fn failure_of_two(vm: &mut Vm, e: Errno, a: Value, b: Value) -> Raised {
    let errno = e.raw_os_error();
    let text = os_error_text(&std::io::Error::from_raw_os_error(errno));
    let text = match vm.new_str(&text) {
        Ok(text) => text,
        Err(raised) => return raised,
    };
    let class = vm.exc_type(Exc::OSError).value();
    let args = [Value::small_int(i64::from(errno)), text, a, Value::NONE, b];
    match vm.call(class, &args) {
        Ok(e) => match e.cast::<habu_object::Exception>() {
            Some(e) => vm.raise(e),
            None => vm.reraise(e),
        },
        Err(raised) => raised,
    }
}

/// The result of a system call that is about no path.
pub(crate) fn check<T>(vm: &mut Vm, r: Result<T, Errno>) -> PyResult<T> {
    r.map_err(|e| failure(vm, e, Value::NONE))
}

/// Makes a system call, again and again as long as signals interrupt it (PEP 475). Other threads may run meanwhile.
pub(crate) fn retry<T>(
    vm: &mut Vm,
    mut call: impl FnMut() -> Result<T, Errno>,
) -> PyResult<Result<T, Errno>> {
    loop {
        match vm.without_gil(&mut call) {
            Err(Errno::INTR) => vm.serve_poll()?,
            done => return Ok(done),
        }
    }
}
