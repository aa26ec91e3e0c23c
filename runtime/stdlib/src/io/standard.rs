//! The standard streams: `sys.stdin`, `sys.stdout` and `sys.stderr`, made of the same classes as other files.
//!
//! Standard output has no buffer of its own: it ends in the runtime's output buffer, where `print` writes without coming
//! here. As long as it is as it was made, it is the root `sys.stdout`, by which `print` knows it.

use super::base::call;
use super::{READER, TEXT_WRAPPER, WRITER, buffered, text};
use crate::util::os_error;
use habu_object::{Tuple, Value};
use habu_vm::{PyResult, Vm};

/// Root of a tuple of all that the standard streams consist of.
const PARTS: &str = "io.standard";

/// Root of the standard output that `print` need not ask.
const STDOUT: &str = "sys.stdout";

/// Makes the three streams; None where the process has no such descriptor.
pub(crate) fn new_streams(vm: &mut Vm) -> PyResult<[Value; 3]> {
    let mut streams = [Value::NONE; 3];
    let mut parts = [Value::NONE; 9];
    for (number, name) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
        if habu_vm::fd::borrow(number as i32).and_then(rustix::fs::fstat).is_err() {
            continue;
        }
        let made = stream(vm, number, &format!("<{name}>"))?;
        parts[number * 3..][..3].copy_from_slice(&made);
        streams[number] = made[2];
        // Keeps what was made so far.
        let kept = Tuple::new(&mut vm.heap, &parts)?;
        vm.set_root(PARTS, kept.value());
    }
    // `print` writes UTF-8.
    if vm.options.io_encoding.is_none() {
        vm.set_root(STDOUT, streams[1]);
    }
    vm.set_root("sys.stderr", streams[2]);
    Ok(streams)
}

/// The raw stream, the buffer and the text of a descriptor.
fn stream(vm: &mut Vm, number: usize, name: &str) -> PyResult<[Value; 3]> {
    let (raw_mode, mode, class) =
        if number == 0 { ("rb", "r", READER) } else { ("wb", "w", WRITER) };
    let raw_mode = vm.intern(raw_mode)?;
    let raw_class = vm.root(super::FILE_IO);
    let raw = vm.call(raw_class, &[Value::small_int(number as i64), raw_mode, Value::FALSE])?;
    let (key, name) = (vm.names.name, vm.intern(name)?);
    vm.setattr(raw, key, name)?;
    let buffer = if number == 2 && vm.options.flags.unbuffered {
        raw
    } else {
        let class = vm.root(class);
        vm.call(class, &[raw])?
    };
    let wanted = vm.options.io_encoding.clone().unwrap_or_default();
    let (encoding, errors) = wanted.split_once(':').unwrap_or((wanted.as_str(), ""));
    let encoding = vm.new_str(if encoding.is_empty() { "utf-8" } else { encoding })?;
    let errors = match errors {
        _ if number == 2 => "backslashreplace",
        "" => "strict",
        named => named,
    };
    let errors = vm.new_str(errors)?;
    let newline = if number == 0 { Value::NONE } else { vm.intern("\n")? };
    let at_once = match number {
        0 => false,
        1 => vm.stdout.is_line_buffered(),
        _ => true,
    };
    let through = Value::bool(number != 0 && vm.options.flags.unbuffered);
    let class = vm.root(TEXT_WRAPPER);
    let args = [buffer, encoding, errors, newline, Value::bool(at_once), through];
    let stream = vm.call(class, &args)?;
    let (key, mode) = (vm.intern("mode")?, vm.intern(mode)?);
    vm.setattr(stream, key, mode)?;
    if number == 1 {
        buffered::make_console(vm, buffer);
        text::make_console(vm, stream);
    }
    Ok([raw, buffer, stream])
}

/// Whether an object belongs to the standard streams, which outlive all others.
pub(super) fn is_part(vm: &Vm, v: Value) -> bool {
    let parts = vm.root(PARTS).cast::<Tuple>();
    parts.is_some_and(|parts| parts.items().iter().any(|p| p.get() == v))
}

/// Standard output changes: from now on `print` has to ask it.
pub(super) fn give_up(vm: &mut Vm, v: Value) {
    let is_stdout = vm.root(PARTS).cast::<Tuple>().is_some_and(|p| (3..6).any(|i| p.get(i) == v));
    if is_stdout {
        vm.set_root(STDOUT, Value::UNBOUND);
    }
}

/// Whether a stream is standard output as it was made: open, UTF-8, nothing waiting in it.
pub(super) fn is_plain_stdout(vm: &Vm, v: Value) -> bool {
    vm.root(STDOUT) == v
}

/// Writes to the runtime's output buffer.
pub(super) fn write(vm: &mut Vm, data: &[u8]) -> PyResult<()> {
    let done = vm.stdout.write_bytes(data);
    done.map_err(|e| os_error(vm, &e))
}

/// Passes on what the runtime's output buffer holds.
pub(super) fn flush(vm: &mut Vm) -> PyResult<()> {
    let done = vm.stdout.flush();
    done.map_err(|e| os_error(vm, &e))
}

/// Writes to what `sys.stderr` is now; nothing if that fails.
pub(crate) fn write_stderr(vm: &mut Vm, text: &str) {
    let _ = vm.stdout.flush();
    let stream = crate::sys::attribute(vm, "stderr").unwrap_or(Value::UNBOUND);
    if stream.is_none() {
        return;
    }
    if !stream.is_unbound() && stream != vm.root("sys.stderr") {
        let result = vm.new_str(text).and_then(|s| call(vm, stream, "write", &[s]));
        crate::util::quiet(vm, result);
        return;
    }
    flush_stderr(vm);
    let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
}

/// Passes on what waits in `sys.stderr`.
pub(crate) fn flush_stderr(vm: &mut Vm) {
    if let Some(stream) = crate::sys::attribute(vm, "stderr").filter(|s| !s.is_none()) {
        let flushed = call(vm, stream, "flush", &[]);
        crate::util::quiet(vm, flushed);
    }
}
