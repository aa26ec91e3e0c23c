//! Module `_io`: streams. `base` has what all share, `file` descriptors, `buffered` buffers over raw streams, `text` text
//! over those, `bytes` and `string` streams in memory, `newline` the ends of lines, `standard`
//! standard input and output.

mod base;
mod buffered;
mod bytes;
mod file;
mod newline;
mod standard;
mod string;
mod text;

pub(crate) use standard::{flush_stderr, write_stderr};

use crate::util::{arg, given, new_module, set, text_arg};
use base::call;
use habu_object::{Gc, Kind, Module, Type, Value, int, type_flags};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

// Roots of the classes.

const FILE_IO: &str = "io.FileIO";
const READER: &str = "io.BufferedReader";
const WRITER: &str = "io.BufferedWriter";
const RANDOM: &str = "io.BufferedRandom";
const STRING_IO: &str = "io.StringIO";
const TEXT_WRAPPER: &str = "io.TextIOWrapper";

static OPEN: NativeDef = NativeDef::new(
    "open",
    "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
    open,
)
.doc("Open file and return a stream.  Raise OSError upon failure.");

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("open_code", "(path)", |vm, args| {
        let mode = vm.intern("rb")?;
        let mut all = [Value::UNBOUND; 8];
        (all[0], all[1]) = (arg(args, 0), mode);
        open(vm, &all)
    })
    .doc("Opens the provided file with the intent to import the contents."),
    NativeDef::new("text_encoding", "(encoding, stacklevel=2, /)", |vm, args| {
        match given(args, 0) {
            Some(v) => Ok(v),
            None => vm.intern("locale"),
        }
    })
    .doc("A helper function to choose the text encoding."),
];

/// Puts `open` among the builtins and makes the standard streams.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let f = vm.new_builtin(&OPEN, Value::UNBOUND)?;
    if let Some(b) = f.cast::<habu_object::Builtin>() {
        let module = vm.intern("_io")?;
        b.module.set(module);
    }
    vm.set_root("open", f);
    if let Some(builtins) = vm.builtins.cast::<habu_object::dict::Dict>() {
        vm.dict_set_text(builtins, "open", f)?;
    }
    crate::import::import_module(vm, "_io")?;
    let streams = standard::new_streams(vm)?;
    crate::sys::add_streams(vm, streams)
}

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "The io module provides the Python interfaces to stream handling.";
    let m = new_module(vm, "_io", doc, FUNCTIONS)?;
    let open = vm.root("open");
    set(vm, m, "open", open)?;
    set(vm, m, "DEFAULT_BUFFER_SIZE", Value::small_int(base::BUFFER_SIZE as i64))?;
    errors(vm, m)?;
    let io = base::new_class(vm, "_IOBase", None, &[base::METHODS], base::GETSETS)?;
    let raw = base::new_class(vm, "_RawIOBase", Some(io), &[base::RAW], &[])?;
    let buffered = base::new_class(vm, "_BufferedIOBase", Some(io), &[base::BUFFERED], &[])?;
    let text = base::new_class(vm, "_TextIOBase", Some(io), &[base::TEXT], base::TEXT_GETSETS)?;
    let file = base::new_class(vm, "FileIO", Some(raw), &[file::METHODS], file::GETSETS)?;
    let bytes = base::new_class(vm, "BytesIO", Some(buffered), &[bytes::METHODS], bytes::GETSETS)?;
    let string = owner(vm, "StringIO", text, &[string::METHODS], string::GETSETS)?;
    let shared = buffered::SHARED;
    let read: &[&[NativeDef]] = &[shared, buffered::READER, buffered::READER_INIT];
    let write: &[&[NativeDef]] = &[shared, buffered::WRITER, buffered::WRITER_INIT];
    let both: &[&[NativeDef]] =
        &[shared, buffered::READER, buffered::WRITER, buffered::RANDOM_INIT];
    let getsets = buffered::GETSETS;
    let reader = owner(vm, "BufferedReader", buffered, read, getsets)?;
    let writer = owner(vm, "BufferedWriter", buffered, write, getsets)?;
    let random = owner(vm, "BufferedRandom", buffered, both, getsets)?;
    let pair = [buffered::PAIR];
    let pair =
        base::new_class(vm, "BufferedRWPair", Some(buffered), &pair, buffered::PAIR_GETSETS)?;
    let wrapper = owner(vm, "TextIOWrapper", text, &[text::METHODS], text::GETSETS)?;
    let decoder = base::new_class(
        vm,
        "IncrementalNewlineDecoder",
        None,
        &[newline::METHODS],
        newline::GETSETS,
    )?;
    for (class, root) in [
        (file, FILE_IO),
        (reader, READER),
        (writer, WRITER),
        (random, RANDOM),
        (string, STRING_IO),
        (wrapper, TEXT_WRAPPER),
    ] {
        vm.set_root(root, class.value());
    }
    for class in [
        io, raw, buffered, text, file, bytes, string, reader, writer, random, pair, wrapper,
        decoder,
    ] {
        let name = vm.class_name(class);
        set(vm, m, &name, class.value())?;
    }
    Ok(m)
}

/// A class whose objects own a state.
fn owner(
    vm: &mut Vm,
    name: &str,
    base: Gc<Type>,
    methods: &[&'static [NativeDef]],
    getsets: &'static [habu_vm::GetSetDef],
) -> PyResult<Gc<Type>> {
    let class = base::new_class(vm, name, Some(base), methods, getsets)?;
    class.flags.set(class.flags.get() | type_flags::OWNER);
    Ok(class)
}

fn errors(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let blocking = vm.exc_type(Exc::BlockingIOError).value();
    set(vm, m, "BlockingIOError", blocking)?;
    let name = vm.intern("UnsupportedOperation")?;
    let (os, value) = (vm.exc_type(Exc::OSError), vm.exc_type(Exc::ValueError));
    let bases = habu_object::Tuple::new(&mut vm.heap, &[os.value(), value.value()])?;
    let namespace = vm.new_dict()?;
    let module = vm.intern("io")?;
    let key = vm.names.__module__;
    vm.dict_set_str(namespace, key, module)?;
    let meta = vm.types.type_();
    let class = vm.new_class(meta, name, bases, namespace)?;
    vm.set_root(base::UNSUPPORTED, class.value());
    set(vm, m, "UnsupportedOperation", class.value())
}

/// `__getstate__` and `__reduce__` of what cannot be pickled.
fn no_pickle(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = vm.type_of(arg(args, 0));
    let msg = format!("cannot pickle '_io.{}' instances", vm.class_name(class));
    Err(vm.type_error(&msg))
}

/// `<_io.CLASS name='…'>`
fn repr_named(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let class = format!("_io.{}", vm.type_name(v));
    let name = vm.names.name;
    let found = match vm.getattr_opt(v, name) {
        Ok(found) => found,
        Err(e) => {
            vm.catch(e, Exc::ValueError)?;
            None
        }
    };
    let Some(name) = found else { return vm.new_str(&format!("<{class}>")) };
    let text = vm.guard_repr(v, |vm| vm.repr_text(name))?;
    match text {
        Some(text) => vm.new_str(&format!("<{class} name={text}>")),
        None => {
            let msg = format!("reentrant call inside {class}.__repr__");
            Err(vm.raise_msg(Exc::RuntimeError, &msg))
        }
    }
}

/// Closes a stream after another step; the first failure is raised, with the second as its context's successor.
fn close_after(vm: &mut Vm, step: PyResult<Value>, stream: Value) -> PyResult<Value> {
    let Err(e) = step else { return call(vm, stream, "close", &[]) };
    let first = vm.take_raised(e);
    // The list keeps the exception while Python code runs.
    let kept = vm.new_list(&[first])?;
    match call(vm, stream, "close", &[]) {
        Ok(_) => Err(vm.reraise(first)),
        Err(e) => {
            let second = vm.take_raised(e);
            if let Some(exc) = second.cast::<habu_object::Exception>()
                && exc.context.get().is_none()
                && second != first
            {
                exc.store(&mut vm.heap, &exc.context, first);
            }
            debug_assert!(kept.kind() == Kind::List);
            Err(vm.reraise(second))
        }
    }
}

/// What the mode of `open` says.
#[derive(Default)]
struct Mode {
    raw: String,
    writing: bool,
    updating: bool,
    binary: bool,
}

fn parse_mode(vm: &mut Vm, text: &str) -> PyResult<Mode> {
    let mut m = Mode::default();
    let (mut main, mut is_text) = (0, false);
    for (i, c) in text.chars().enumerate() {
        match c {
            'x' | 'r' | 'w' | 'a' => {
                main += 1;
                m.writing |= c != 'r';
            }
            '+' => m.updating = true,
            't' => is_text = true,
            'b' => m.binary = true,
            _ => return Err(vm.value_error(&format!("invalid mode: '{text}'"))),
        }
        // Each letter once.
        if text.chars().take(i).any(|before| before == c) {
            return Err(vm.value_error(&format!("invalid mode: '{text}'")));
        }
        if c != 't' && c != 'b' {
            m.raw.push(c);
        }
    }
    if is_text && m.binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    // That there is one is for the raw stream to say.
    if main > 1 {
        let msg = "must have exactly one of create/read/write/append mode";
        return Err(vm.value_error(msg));
    }
    Ok(m)
}

fn open(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mode_text = match arg(args, 1).bound() {
        Some(v) => text_arg(vm, v, "open() argument 'mode'")?,
        None => "r".to_owned(),
    };
    let buffering = match arg(args, 2).bound() {
        Some(v) => vm.index_i64(v)?,
        None => -1,
    };
    for (i, name) in [(3, "encoding"), (4, "errors"), (5, "newline")] {
        if let Some(v) = given(args, i).filter(|v| v.kind() != Kind::Str) {
            let given = vm.type_name(v);
            let msg = format!("open() argument '{name}' must be str or None, not {given}");
            return Err(vm.type_error(&msg));
        }
    }
    let mut file = arg(args, 0);
    let index = vm.names.__index__;
    if !int::is_int_like(file) && vm.special(file, index).is_none() {
        file = crate::posix::path::fspath(vm, file)?;
    }
    let mode = parse_mode(vm, &mode_text)?;
    if mode.binary {
        for (i, name) in [(3, "an encoding"), (4, "an errors"), (5, "a newline")] {
            if given(args, i).is_some() {
                let msg = format!("binary mode doesn't take {name} argument");
                return Err(vm.value_error(&msg));
            }
        }
        if buffering == 1 {
            let msg = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will \
                       be used";
            crate::warnings::warn(vm, Exc::RuntimeWarning, msg)?;
        }
    }
    let raw_mode = vm.new_str(&mode.raw)?;
    let class = vm.root(FILE_IO);
    let close_fd = arg(args, 6).bound().unwrap_or(Value::TRUE);
    let opener = given(args, 7).unwrap_or(Value::NONE);
    let raw = vm.call(class, &[file, raw_mode, close_fd, opener])?;
    let made = finish(vm, args, raw, &mode, &mode_text, buffering);
    made.or_else(|e| {
        let error = vm.take_raised(e);
        let kept = vm.new_list(&[error])?;
        let closed = call(vm, raw, "close", &[]);
        crate::util::quiet(vm, closed);
        debug_assert!(kept.kind() == Kind::List);
        Err(vm.reraise(error))
    })
}

/// Puts buffer and text over a raw stream as the arguments of `open` say.
fn finish(
    vm: &mut Vm,
    args: &[Value],
    raw: Value,
    mode: &Mode,
    mode_text: &str,
    mut buffering: i64,
) -> PyResult<Value> {
    let mut line_buffering = buffering == 1;
    if buffering < 0 && !mode.binary {
        let tty = call(vm, raw, "isatty", &[])?;
        line_buffering = vm.truth(tty)?;
    }
    if buffering < 0 || buffering == 1 {
        buffering = base::BUFFER_SIZE as i64;
    }
    if buffering == 0 {
        if mode.binary {
            return Ok(raw);
        }
        return Err(vm.value_error("can't have unbuffered text I/O"));
    }
    let class = match () {
        _ if mode.updating => RANDOM,
        _ if mode.writing => WRITER,
        _ => READER,
    };
    let class = vm.root(class);
    let buffer = vm.call(class, &[raw, Value::small_int(buffering)])?;
    if mode.binary {
        return Ok(buffer);
    }
    let or_none = |i: usize| given(args, i).unwrap_or(Value::NONE);
    let class = vm.root(TEXT_WRAPPER);
    let text_args = [buffer, or_none(3), or_none(4), or_none(5), Value::bool(line_buffering)];
    let text = vm.call(class, &text_args)?;
    let (name, value) = (vm.intern("mode")?, vm.new_str(mode_text)?);
    vm.setattr(text, name, value)?;
    Ok(text)
}
