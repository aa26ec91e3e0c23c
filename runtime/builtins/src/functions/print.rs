//! `print` and `input`, and how text reaches standard output. Files are objects of the library's `io`.

use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Kind, Tuple, Value, int};
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};
use std::io;

pub(crate) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("print", "(*args, sep=' ', end='\\n', file=None, flush=False)", print)
        .doc("Prints the values to a stream, or to sys.stdout by default."),
    NativeDef::new("input", "(prompt='', /)", input).doc(
        "Read a string from standard input.  The trailing newline is stripped.\n\nThe prompt string, if given, is \
         printed to standard output without a\ntrailing newline before reading input.",
    ),
];

/// Turns a failure of the system into an OSError.
pub(crate) fn os_error(vm: &mut Vm, e: &io::Error) -> Raised {
    let class = match e.kind() {
        io::ErrorKind::BrokenPipe => Exc::BrokenPipeError,
        io::ErrorKind::NotFound => Exc::FileNotFoundError,
        io::ErrorKind::PermissionDenied => Exc::PermissionError,
        io::ErrorKind::AlreadyExists => Exc::FileExistsError,
        io::ErrorKind::IsADirectory => Exc::IsADirectoryError,
        io::ErrorKind::NotADirectory => Exc::NotADirectoryError,
        io::ErrorKind::Interrupted => Exc::InterruptedError,
        io::ErrorKind::WouldBlock => Exc::BlockingIOError,
        io::ErrorKind::TimedOut => Exc::TimeoutError,
        _ => Exc::OSError,
    };
    let text = e.to_string();
    // Rust appends " (os error N)".
    let text = text.split(" (os error").next().unwrap_or_default();
    let message = match vm.new_str(text) {
        Ok(s) => s,
        Err(raised) => return raised,
    };
    let errno = Value::small_int(i64::from(e.raw_os_error().unwrap_or(0)));
    vm.raise_args(class, &[errno, message])
}

/// `sys.<name>`, if the module has it.
pub(crate) fn sys_attr(vm: &Vm, name: Value) -> Option<Value> {
    vm.dict_get_str(vm.sys.cast::<Dict>()?, name)
}

/// Where print writes.
#[derive(Clone, Copy)]
enum Target {
    /// The runtime's own buffer.
    Buffer,
    /// A file object's `write`.
    File(Value),
}

impl Target {
    /// `file`, or what `sys.stdout` is; None if there is no standard output.
    fn find(vm: &Vm, file: Value) -> Option<Target> {
        let name = vm.names.stdout;
        let (wanted, own) = (file.bound().filter(|f| !f.is_none()), vm.root("sys.stdout"));
        let file = match wanted {
            Some(file) => file,
            None => match sys_attr(vm, name) {
                None => return Some(Target::Buffer),
                Some(v) if v.is_none() => return None,
                Some(v) => v,
            },
        };
        Some(if file == own { Target::Buffer } else { Target::File(file) })
    }

    fn write(self, vm: &mut Vm, text: Value) -> PyResult<()> {
        match self {
            Target::Buffer => write_stdout(vm, text),
            Target::File(file) => {
                let name = vm.names.write;
                vm.call_method(file, name, &[text]).map(|_| ())
            }
        }
    }

    fn write_char(self, vm: &mut Vm, c: char) -> PyResult<()> {
        match self {
            Target::Buffer => {
                let result = vm.stdout.write(c.encode_utf8(&mut [0; 4]));
                result.map_err(|e| os_error(vm, &e))
            }
            Target::File(_) => {
                let text = vm.char_str(c as u32)?;
                self.write(vm, text)
            }
        }
    }

    fn flush(self, vm: &mut Vm) -> PyResult<()> {
        match self {
            Target::Buffer => flush_stdout(vm),
            Target::File(file) => {
                let name = vm.names.flush;
                vm.call_method(file, name, &[]).map(|_| ())
            }
        }
    }
}

/// Writes a str to the runtime's standard output, as UTF-8.
pub(crate) fn write_stdout(vm: &mut Vm, text: Value) -> PyResult<()> {
    let Some(s) = text.cast::<Str>() else { return Ok(()) };
    let result = match s.as_str() {
        Some(ascii) => vm.stdout.write(ascii),
        None => {
            if let Some(at) = s.units().iter().position(|c| (0xD800..0xE000).contains(&c)) {
                return Err(surrogate_error(vm, text, at));
            }
            vm.stdout.write(&s.to_string_lossy())
        }
    };
    result.map_err(|e| os_error(vm, &e))
}

fn surrogate_error(vm: &mut Vm, text: Value, at: usize) -> Raised {
    let made = vm.new_str("utf-8").and_then(|encoding| {
        let reason = vm.new_str("surrogates not allowed")?;
        let (start, end) = (Value::small_int(at as i64), Value::small_int(at as i64 + 1));
        let class = vm.exc_type(Exc::UnicodeEncodeError).value();
        vm.call(class, &[encoding, text, start, end, reason])
    });
    match made {
        Ok(e) => vm.reraise(e),
        Err(raised) => raised,
    }
}

/// Flushes the runtime's standard output.
pub(crate) fn flush_stdout(vm: &mut Vm) -> PyResult<()> {
    let result = vm.stdout.flush();
    result.map_err(|e| os_error(vm, &e))
}

/// `sep` or `end`: None and absent mean the default.
fn separator(vm: &mut Vm, v: Value, name: &str) -> PyResult<Option<Value>> {
    if v.is_unbound() || v.is_none() {
        return Ok(None);
    }
    if v.kind() == Kind::Str {
        return Ok(Some(v));
    }
    let msg = format!("{name} must be None or a string, not {}", vm.type_name(v));
    Err(vm.type_error(&msg))
}

fn print(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[items, sep, end, file, flush] = args else { return Ok(Value::NONE) };
    let Some(target) = Target::find(vm, file) else { return Ok(Value::NONE) };
    let sep = separator(vm, sep, "sep")?;
    let end = separator(vm, end, "end")?;
    if let Some(items) = items.cast::<Tuple>() {
        for (i, item) in items.items().iter().enumerate() {
            if i > 0 {
                match sep {
                    Some(sep) => target.write(vm, sep)?,
                    None => target.write_char(vm, ' ')?,
                }
            }
            print_item(vm, target, item.get())?;
        }
    }
    match end {
        Some(end) => target.write(vm, end)?,
        None => target.write_char(vm, '\n')?,
    }
    if !flush.is_unbound() && vm.truth(flush)? {
        target.flush(vm)?;
    }
    Ok(Value::NONE)
}

fn print_item(vm: &mut Vm, target: Target, item: Value) -> PyResult<()> {
    if let (Target::Buffer, true) = (target, item.is_int()) {
        let stdout = &mut vm.stdout;
        let result = int::with_decimal(item, |text| stdout.write(text));
        return result.map_err(|e| os_error(vm, &e));
    }
    let text = vm.str(item)?;
    target.write(vm, text)
}

fn input(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[prompt] = args else { return Ok(Value::NONE) };
    let (stdin, stdout) = (vm.names.stdin, vm.names.stdout);
    let reader = sys_attr(vm, stdin);
    for (found, name) in [(reader, "stdin"), (sys_attr(vm, stdout), "stdout")] {
        if found.is_some_and(Value::is_none) {
            let msg = format!("input(): lost sys.{name}");
            return Err(vm.raise_msg(Exc::RuntimeError, &msg));
        }
    }
    if let Some(target) = Target::find(vm, Value::UNBOUND) {
        if !prompt.is_unbound() {
            let text = vm.str(prompt)?;
            target.write(vm, text)?;
        }
        target.flush(vm)?;
    }
    match reader {
        Some(reader) => input_from(vm, reader),
        None => Err(vm.raise_msg(Exc::RuntimeError, "input(): lost sys.stdin")),
    }
}

/// A line of a file object.
fn input_from(vm: &mut Vm, reader: Value) -> PyResult<Value> {
    let name = vm.intern("readline")?;
    let line = vm.call_method(reader, name, &[])?;
    let Some(s) = line.cast::<Str>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    match s.len() {
        0 => Err(vm.raise_msg(Exc::EOFError, "EOF when reading a line")),
        n if s.char_at(n - 1) == '\n' as u32 => Ok(s.substr(&mut vm.heap, 0, n - 1)?.value()),
        _ => Ok(line),
    }
}
