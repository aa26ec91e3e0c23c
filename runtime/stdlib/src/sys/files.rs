//! The standard streams as file objects: `sys.stdin`, `sys.stdout`, `sys.stderr` and their `buffer`s.
//!
//! Standard output goes through the runtime's own buffer, which `print` also uses.

use crate::util::{arg, arg_or_none, given, native, new_class, os_error, seal};
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::{ByteArray, Gc, Kind, Native, Value, float, int};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};
use std::io::{self, BufRead, IsTerminal, Read, Write};

/// Slots of a stream: descriptor, whether it is open, the attached object (its `buffer` or `raw`).
const FD: usize = 0;
const OPEN: usize = 1;
const BUFFER: usize = 2;

static TEXT_METHODS: &[NativeDef] = &[
    NativeDef::new("write", "(self, text, /)", write),
    NativeDef::new("writelines", "(self, lines, /)", writelines),
    NativeDef::new("flush", "(self, /)", flush),
    NativeDef::new("isatty", "(self, /)", isatty),
    NativeDef::new("fileno", "(self, /)", fileno),
    NativeDef::new("readable", "(self, /)", readable),
    NativeDef::new("writable", "(self, /)", writable),
    NativeDef::new("seekable", "(self, /)", no),
    NativeDef::new("read", "(self, size=-1, /)", read),
    NativeDef::new("readline", "(self, size=-1, /)", readline),
    NativeDef::new("readlines", "(self, hint=-1, /)", readlines),
    NativeDef::new("close", "(self, /)", close),
    NativeDef::new(
        "reconfigure",
        "(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        reconfigure,
    ),
    NativeDef::new("__iter__", "(self, /)", iter),
    NativeDef::new("__next__", "(self, /)", next),
    NativeDef::new("__enter__", "(self, /)", iter),
    NativeDef::new("__exit__", "(self, /, *args)", close),
    NativeDef::new("__repr__", "(self, /)", repr),
];

static BYTE_METHODS: &[NativeDef] = &[
    NativeDef::new("write", "(self, data, /)", write_bytes),
    NativeDef::new("flush", "(self, /)", flush),
    NativeDef::new("isatty", "(self, /)", isatty),
    NativeDef::new("fileno", "(self, /)", fileno),
    NativeDef::new("readable", "(self, /)", readable),
    NativeDef::new("writable", "(self, /)", writable),
    NativeDef::new("seekable", "(self, /)", no),
    NativeDef::new("read", "(self, size=-1, /)", read_bytes),
    NativeDef::new("read1", "(self, size=-1, /)", read_bytes),
    NativeDef::new("readline", "(self, size=-1, /)", readline_bytes),
    NativeDef::new("readlines", "(self, hint=-1, /)", readlines_bytes),
    NativeDef::new("close", "(self, /)", close),
    NativeDef::new("__iter__", "(self, /)", iter),
    NativeDef::new("__next__", "(self, /)", next_bytes),
    NativeDef::new("__enter__", "(self, /)", iter),
    NativeDef::new("__exit__", "(self, /, *args)", close),
    NativeDef::new("__repr__", "(self, /)", repr_bytes),
];

static TEXT_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("encoding", |vm, _| vm.intern("utf-8")),
    GetSetDef::new("errors", |vm, v| {
        let name = if stream_fd(v) == 2 { "backslashreplace" } else { "strict" };
        vm.intern(name)
    }),
    GetSetDef::new("name", |vm, v| vm.intern(stream_name(v))),
    GetSetDef::new("mode", |vm, v| vm.intern(if stream_fd(v) == 0 { "r" } else { "w" })),
    GetSetDef::new("closed", |_, v| Ok(Value::bool(!is_open(v)))),
    GetSetDef::new("newlines", |_, _| Ok(Value::NONE)),
    GetSetDef::new("line_buffering", |vm, v| {
        Ok(Value::bool(stream_fd(v) == 2 || (stream_fd(v) == 1 && vm.stdout.is_line_buffered())))
    }),
    GetSetDef::new("write_through", |_, _| Ok(Value::FALSE)),
    GetSetDef::new("buffer", |_, v| Ok(slot(v, BUFFER))),
];

static BYTE_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("name", |vm, v| vm.intern(stream_name(v))),
    GetSetDef::new("mode", |vm, v| vm.intern(if stream_fd(v) == 0 { "rb" } else { "wb" })),
    GetSetDef::new("closed", |_, v| Ok(Value::bool(!is_open(v)))),
    GetSetDef::new("raw", |_, v| Ok(v)),
];

/// Makes the three streams, text over bytes.
pub(super) fn new_streams(vm: &mut Vm) -> PyResult<[Value; 3]> {
    let text = new_class(vm, "_io", "TextIOWrapper", Kind::Native, TEXT_METHODS, TEXT_ATTRIBUTES)?;
    let writer =
        new_class(vm, "_io", "BufferedWriter", Kind::Native, BYTE_METHODS, BYTE_ATTRIBUTES)?;
    let reader =
        new_class(vm, "_io", "BufferedReader", Kind::Native, BYTE_METHODS, BYTE_ATTRIBUTES)?;
    let mut out = [Value::NONE; 3];
    for (fd, v) in out.iter_mut().enumerate() {
        let class = if fd == 0 { reader } else { writer };
        let number = Value::small_int(fd as i64);
        let bytes = Native::new(
            &mut vm.heap,
            class.instance_shape.get(),
            &[number, Value::TRUE, Value::NONE],
        )?;
        let shape = text.instance_shape.get();
        *v = Native::new(&mut vm.heap, shape, &[number, Value::TRUE, bytes.value()])?.value();
    }
    for class in [text, reader, writer] {
        seal(class);
    }
    Ok(out)
}

fn slot(v: Value, i: usize) -> Value {
    v.cast::<Native>().and_then(|o| o.slots().get(i).map(|c| c.get())).unwrap_or(Value::NONE)
}

fn stream_fd(v: Value) -> i64 {
    let fd = slot(v, FD);
    if fd.is_int() { fd.as_int() } else { -1 }
}

fn stream_name(v: Value) -> &'static str {
    match stream_fd(v) {
        0 => "<stdin>",
        1 => "<stdout>",
        _ => "<stderr>",
    }
}

fn is_open(v: Value) -> bool {
    slot(v, OPEN) == Value::TRUE
}

/// The receiver's descriptor; ValueError if the stream is closed.
fn open_fd(vm: &mut Vm, args: &[Value]) -> PyResult<i64> {
    let this = native(vm, args)?;
    if !is_open(this.value()) {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(stream_fd(this.value()))
}

fn unsupported(vm: &mut Vm, what: &str) -> habu_vm::Raised {
    vm.raise_msg(Exc::OSError, what)
}

fn output_fd(vm: &mut Vm, args: &[Value]) -> PyResult<i64> {
    match open_fd(vm, args)? {
        0 => Err(unsupported(vm, "not writable")),
        fd => Ok(fd),
    }
}

fn input_fd(vm: &mut Vm, args: &[Value]) -> PyResult<()> {
    if open_fd(vm, args)? != 0 {
        return Err(unsupported(vm, "not readable"));
    }
    // What was printed so far should be seen before the program waits.
    let flushed = vm.stdout.flush();
    flushed.map_err(|e| os_error(vm, &e))
}

fn put(vm: &mut Vm, fd: i64, bytes: &[u8]) -> PyResult<()> {
    let result = if fd == 1 {
        vm.stdout.write_bytes(bytes)
    } else {
        let _ = vm.stdout.flush();
        io::stderr().write_all(bytes)
    };
    result.map_err(|e| os_error(vm, &e))
}

fn write(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let fd = output_fd(vm, args)?;
    let v = arg(args, 1);
    let Some(s) = v.cast::<Str>() else {
        let msg = format!("write() argument must be str, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    if let Some(text) = s.as_str() {
        put(vm, fd, text.as_bytes())?;
    } else if fd == 2 {
        let text = backslash_replaced(&s);
        put(vm, fd, text.as_bytes())?;
    } else {
        let bytes = encode(vm, s)?;
        put(vm, fd, &bytes)?;
    }
    Ok(Value::small_int(s.len() as i64))
}

/// UTF-8, or UnicodeEncodeError.
fn encode(vm: &mut Vm, s: Gc<Str>) -> PyResult<Vec<u8>> {
    if let Some(at) = s.surrogate_at() {
        let (encoding, reason) = (vm.new_str("utf-8")?, vm.new_str("surrogates not allowed")?);
        let (start, end) = (Value::small_int(at as i64), Value::small_int(at as i64 + 1));
        let class = vm.exc_type(Exc::UnicodeEncodeError).value();
        let e = vm.call(class, &[encoding, s.value(), start, end, reason])?;
        return Err(vm.reraise(e));
    }
    Ok(s.to_string_lossy().into_owned().into_bytes())
}

fn backslash_replaced(s: &Str) -> String {
    let mut out = String::new();
    for c in s.units().iter() {
        match char::from_u32(c) {
            Some(c) => out.push(c),
            None => out.push_str(&format!("\\u{c:04x}")),
        }
    }
    out
}

fn write_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let fd = output_fd(vm, args)?;
    let v = arg(args, 1);
    let bytes = match (v.cast::<Bytes>(), v.cast::<ByteArray>()) {
        (Some(b), _) => b.bytes().to_vec(),
        (_, Some(b)) => {
            let blob = b.blob.get().cast::<habu_object::Blob>();
            blob.map(|blob| blob.bytes().iter().take(b.len.get()).map(|c| c.get()).collect())
                .unwrap_or_default()
        }
        _ => {
            let msg = format!("a bytes-like object is required, not '{}'", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
    };
    put(vm, fd, &bytes)?;
    Ok(Value::small_int(bytes.len() as i64))
}

fn writelines(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    vm.for_each(arg(args, 1), |vm, line| write(vm, &[this, line]).map(|_| ()))?;
    Ok(Value::NONE)
}

fn flush(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if open_fd(vm, args)? == 1 {
        let flushed = vm.stdout.flush();
        flushed.map_err(|e| os_error(vm, &e))?;
    }
    Ok(Value::NONE)
}

fn isatty(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(match open_fd(vm, args)? {
        0 => io::stdin().is_terminal(),
        1 => io::stdout().is_terminal(),
        _ => io::stderr().is_terminal(),
    }))
}

fn fileno(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::small_int(open_fd(vm, args)?))
}

fn readable(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(open_fd(vm, args)? == 0))
}

fn writable(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(open_fd(vm, args)? != 0))
}

fn no(_vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(Value::FALSE)
}

fn close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    if is_open(this.value()) {
        flush(vm, &args[..1])?;
        this.set_slot(&mut vm.heap, OPEN, Value::FALSE);
    }
    Ok(Value::NONE)
}

fn reconfigure(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if open_fd(vm, args)? == 1
        && let Some(on) = given(args, 4)
    {
        let on = vm.truth(on)?;
        vm.stdout.set_line_buffered(on);
    }
    Ok(Value::NONE)
}

/// A size argument: None and negative numbers mean all.
fn size(vm: &mut Vm, args: &[Value]) -> PyResult<Option<usize>> {
    let v = arg_or_none(args, 1);
    if v.is_none() {
        return Ok(None);
    }
    if float::is_float_like(v) {
        return Err(vm.type_error("argument should be integer or None, not 'float'"));
    }
    let n = vm.index(v)?;
    Ok(usize::try_from(int::to_i64_clamped(n)).ok())
}

fn text(vm: &mut Vm, bytes: Vec<u8>) -> PyResult<Value> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
    };
    // Universal newlines.
    let text =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    vm.new_str(&text)
}

fn read_input(vm: &mut Vm, args: &[Value]) -> PyResult<Vec<u8>> {
    input_fd(vm, args)?;
    let mut out = Vec::new();
    let mut input = io::stdin().lock();
    let result = match size(vm, args)? {
        None => input.read_to_end(&mut out),
        Some(n) => input.take(n as u64).read_to_end(&mut out),
    };
    match result {
        Ok(_) => Ok(out),
        Err(e) => Err(os_error(vm, &e)),
    }
}

fn read_line(vm: &mut Vm, args: &[Value]) -> PyResult<Vec<u8>> {
    input_fd(vm, args)?;
    let mut out = Vec::new();
    let mut input = io::stdin().lock();
    let result = match size(vm, args)? {
        None => input.read_until(b'\n', &mut out),
        Some(n) => input.take(n as u64).read_until(b'\n', &mut out),
    };
    match result {
        Ok(_) => Ok(out),
        Err(e) => Err(os_error(vm, &e)),
    }
}

fn read(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut bytes = read_input(vm, args)?;
    // A size counts characters: complete the last one and add what multi-byte ones took.
    if let Some(n) = size(vm, args)? {
        let mut input = io::stdin().lock();
        let mut byte = [0];
        loop {
            let chars = bytes.iter().filter(|b| **b & 0xc0 != 0x80).count();
            let missing = match std::str::from_utf8(&bytes) {
                Err(e) if e.error_len().is_none() => true,
                _ => chars < n,
            };
            if !missing || !matches!(input.read(&mut byte), Ok(1)) {
                break;
            }
            bytes.extend(byte);
        }
    }
    text(vm, bytes)
}

fn readline(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = read_line(vm, args)?;
    text(vm, bytes)
}

fn lines(vm: &mut Vm, args: &[Value], as_text: bool) -> PyResult<Value> {
    let list = habu_object::List::new(&mut vm.heap, 0)?;
    loop {
        let bytes = read_line(vm, &args[..1])?;
        if bytes.is_empty() {
            return Ok(list.value());
        }
        let line =
            if as_text { text(vm, bytes)? } else { Bytes::new(&mut vm.heap, &bytes)?.value() };
        list.push(&mut vm.heap, line)?;
    }
}

fn readlines(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    lines(vm, args, true)
}

fn readlines_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    lines(vm, args, false)
}

fn read_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = read_input(vm, args)?;
    Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
}

fn readline_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = read_line(vm, args)?;
    Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
}

fn iter(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(arg(args, 0))
}

fn next(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = read_line(vm, args)?;
    if bytes.is_empty() { Err(vm.stop_iteration(Value::NONE)) } else { text(vm, bytes) }
}

fn next_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let bytes = read_line(vm, args)?;
    if bytes.is_empty() {
        return Err(vm.stop_iteration(Value::NONE));
    }
    Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let mode = if stream_fd(v) == 0 { "r" } else { "w" };
    let text =
        format!("<_io.TextIOWrapper name='{}' mode='{mode}' encoding='utf-8'>", stream_name(v));
    vm.new_str(&text)
}

fn repr_bytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let text = format!("<_io.{} name='{}'>", vm.type_name(v), stream_name(v));
    vm.new_str(&text)
}

/// Writes to what `sys.stderr` is now; nothing if that fails.
pub(crate) fn write_stderr(vm: &mut Vm, text: &str) {
    let _ = vm.stdout.flush();
    let name = vm.names.stderr;
    let stream = vm.sys.cast::<habu_object::dict::Dict>().and_then(|d| vm.dict_get_str(d, name));
    match stream {
        Some(v) if v.is_none() => {}
        Some(v) if v != vm.root("sys.stderr") => {
            let result = vm.new_str(text).and_then(|s| {
                let name = vm.names.write;
                vm.call_method(v, name, &[s])
            });
            crate::util::quiet(vm, result);
        }
        _ => {
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }
}
