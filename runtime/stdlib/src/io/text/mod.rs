//! `io.TextIOWrapper`: text over a buffered stream. `codec` decodes and encodes, `cookie` tells positions and goes back to
//! them.

mod codec;
mod cookie;

use super::base::{call, finalizing, is_true, size_arg, unsupported};
use super::newline::{Mode, Newlines, seen_value, translate_out};
use super::string::make;
use crate::util::{arg, class_arg, given, native, slot, text_arg};
use codec::Codec;
use habu_object::bytes::Bytes;
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Kind, Native, Value};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};
use std::cell::RefCell;
use std::rc::Rc;

/// Bytes that are read at once, and written at once.
const CHUNK: usize = 8192;

/// The encoding of every locale.
const LOCALE: &str = "UTF-8";

/// What a stream holds.
struct State {
    ready: bool,
    encoding: String,
    errors: String,
    codec: Codec,
    mode: Mode,
    line_buffering: bool,
    write_through: bool,
    writable: bool,
    /// Nothing waits here: what is written goes on to the runtime's own output buffer, where `print` writes.
    console: bool,
    chunk: usize,
    /// Bytes that wait to be written.
    pending: Vec<u8>,
    /// Text that was decoded from the last chunk, and how much of it was given away.
    decoded: StrBuf,
    used: usize,
    newlines: Newlines,
    /// What the last chunk was decoded from.
    snapshot: Option<Snapshot>,
    /// Whether positions can be told, and whether they are told now: not while iterating.
    seekable: bool,
    telling: bool,
    has_read1: bool,
}

/// The state before a chunk was decoded, and the bytes of that chunk.
#[derive(Clone)]
struct Snapshot {
    flags: u64,
    input: Vec<u8>,
}

type Shared = RefCell<State>;

// Slots, behind the number of the state.

const BUFFER: usize = super::base::INNER;
/// Encoder and decoder objects of codecs that are not the core's.
const ENCODER: usize = 2;
const DECODER: usize = 3;
const FINALIZING: usize = 4;
const READABLE: usize = 5;

fn fresh() -> State {
    State {
        ready: false,
        encoding: String::new(),
        errors: String::new(),
        codec: Codec::default(),
        mode: Mode::Translate,
        line_buffering: false,
        write_through: false,
        writable: false,
        console: false,
        chunk: CHUNK,
        pending: Vec::new(),
        decoded: StrBuf::new(),
        used: 0,
        newlines: Newlines::default(),
        snapshot: None,
        seekable: false,
        telling: false,
        has_read1: false,
    }
}

/// The receiver with its state: it has been initialised and not detached.
fn parts(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Native>, Rc<Shared>)> {
    let this = native(vm, args)?;
    let Some(shared) = vm.owned::<Shared>(this.value()) else {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    };
    if !this.slot(BUFFER).is_none() {
        return Ok((this, shared));
    }
    let ready = shared.borrow().ready;
    Err(vm.value_error(match ready {
        true => "underlying buffer has been detached",
        false => "I/O operation on uninitialized object",
    }))
}

/// As `parts`, and it is open.
fn open(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Native>, Rc<Shared>)> {
    let (this, shared) = parts(vm, args)?;
    let buffer = this.slot(BUFFER);
    let closed = match super::buffered::is_closed(vm, buffer) {
        Some(closed) => closed,
        None => is_true(vm, buffer, "closed")?,
    };
    if closed {
        return Err(super::base::closed_error(vm));
    }
    Ok((this, shared))
}

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let slots = [Value::NONE, Value::NONE, Value::NONE, Value::FALSE, Value::FALSE];
        let o = vm.new_owner(class, RefCell::new(fresh()), &slots)?;
        Ok(o.value())
    }),
    NativeDef::new(
        "__init__",
        "(self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
        init,
    ),
    NativeDef::new(
        "reconfigure",
        "(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        reconfigure,
    ),
    NativeDef::new("detach", "(self, /)", |vm, args| {
        let (this, _) = parts(vm, args)?;
        call(vm, this.value(), "flush", &[])?;
        super::standard::give_up(vm, this.value());
        let buffer = this.slot(BUFFER);
        this.set_slot(&mut vm.heap, BUFFER, Value::NONE);
        super::base::release(vm, buffer);
        Ok(buffer)
    }),
    NativeDef::new("write", "(self, s, /)", write),
    NativeDef::new("read", "(self, size=-1, /)", read),
    NativeDef::new("readline", "(self, size=-1, /)", |vm, args| {
        let limit = size_arg(vm, arg(args, 1))?.unwrap_or(usize::MAX);
        let (this, shared) = open(vm, args)?;
        line(vm, this, &shared, limit)
    }),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let (this, shared) = parts(vm, args)?;
        shared.borrow_mut().telling = false;
        let exact = vm.type_of(this.value()).value() == vm.root(super::TEXT_WRAPPER);
        let text = if exact {
            let (this, shared) = open(vm, args)?;
            line(vm, this, &shared, usize::MAX)?
        } else {
            let text = call(vm, this.value(), "readline", &[])?;
            if text.kind() != Kind::Str {
                let given = vm.type_name(text);
                let msg = format!("readline() should have returned a str object, not '{given}'");
                return Err(vm.raise_msg(Exc::OSError, &msg));
            }
            text
        };
        if vm.len(text)? > 0 {
            return Ok(text);
        }
        let mut state = shared.borrow_mut();
        state.snapshot = None;
        state.telling = state.seekable;
        drop(state);
        Err(vm.stop_iteration(Value::NONE))
    }),
    NativeDef::new("flush", "(self, /)", |vm, args| {
        let (this, shared) = open(vm, args)?;
        let seekable = shared.borrow().seekable;
        shared.borrow_mut().telling = seekable;
        flush_pending(vm, this, &shared)?;
        call(vm, this.slot(BUFFER), "flush", &[])
    }),
    NativeDef::new("close", "(self, /)", |vm, args| {
        let (this, _) = parts(vm, args)?;
        let buffer = this.slot(BUFFER);
        if is_true(vm, buffer, "closed")? {
            return Ok(Value::NONE);
        }
        if this.slot(FINALIZING) == Value::TRUE {
            let warned = call(vm, buffer, "_dealloc_warn", &[this.value()]);
            crate::util::quiet(vm, warned);
        }
        super::standard::give_up(vm, this.value());
        let flushed = call(vm, this.value(), "flush", &[]);
        super::close_after(vm, flushed, buffer)
    }),
    NativeDef::new("seek", "(self, cookie, whence=0, /)", cookie::seek),
    NativeDef::new("tell", "(self, /)", cookie::tell),
    NativeDef::new("truncate", "(self, pos=None, /)", |vm, args| {
        let (this, _) = open(vm, args)?;
        call(vm, this.value(), "flush", &[])?;
        match given(args, 1) {
            Some(pos) => call(vm, this.slot(BUFFER), "truncate", &[pos]),
            None => call(vm, this.slot(BUFFER), "truncate", &[]),
        }
    }),
    NativeDef::new("fileno", "(self, /)", |vm, args| forward(vm, args, "fileno")),
    NativeDef::new("seekable", "(self, /)", |vm, args| forward(vm, args, "seekable")),
    NativeDef::new("readable", "(self, /)", |vm, args| forward(vm, args, "readable")),
    NativeDef::new("writable", "(self, /)", |vm, args| forward(vm, args, "writable")),
    NativeDef::new("isatty", "(self, /)", |vm, args| forward(vm, args, "isatty")),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__getstate__", "(self, /)", super::no_pickle),
    NativeDef::new("__reduce__", "(self, /)", super::no_pickle),
    NativeDef::new("__reduce_ex__", "(self, protocol, /)", super::no_pickle),
];

fn forward(vm: &mut Vm, args: &[Value], method: &str) -> PyResult<Value> {
    let (this, _) = parts(vm, args)?;
    call(vm, this.slot(BUFFER), method, &[])
}

fn of_buffer(vm: &mut Vm, v: Value, name: &str) -> PyResult<Value> {
    let (this, _) = parts(vm, &[v])?;
    vm.getattr_str(this.slot(BUFFER), name)
}

pub(super) static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("encoding", |vm, v| {
        let (_, shared) = parts(vm, &[v])?;
        let text = shared.borrow().encoding.clone();
        vm.new_str(&text)
    }),
    GetSetDef::new("errors", |vm, v| {
        let (_, shared) = parts(vm, &[v])?;
        let text = shared.borrow().errors.clone();
        vm.intern(&text)
    }),
    GetSetDef::new("newlines", |vm, v| {
        let (_, shared) = parts(vm, &[v])?;
        let state = shared.borrow();
        let seen = if state.mode.is_universal() { state.newlines.seen } else { 0 };
        drop(state);
        seen_value(vm, seen)
    }),
    GetSetDef::new("line_buffering", |vm, v| {
        Ok(Value::bool(parts(vm, &[v])?.1.borrow().line_buffering))
    }),
    GetSetDef::new("write_through", |vm, v| {
        Ok(Value::bool(parts(vm, &[v])?.1.borrow().write_through))
    }),
    GetSetDef::new("buffer", |_, v| Ok(slot(v, BUFFER))),
    GetSetDef::new("closed", |vm, v| of_buffer(vm, v, "closed")),
    GetSetDef::new("name", |vm, v| of_buffer(vm, v, "name")),
    GetSetDef::with_set(
        "_CHUNK_SIZE",
        |vm, v| Ok(Value::small_int(parts(vm, &[v])?.1.borrow().chunk as i64)),
        |vm, v, n| {
            let (_, shared) = parts(vm, &[v])?;
            match usize::try_from(vm.index_i64(n)?).ok().filter(|n| *n > 0) {
                Some(n) => {
                    shared.borrow_mut().chunk = n;
                    Ok(())
                }
                None => Err(vm.value_error("a strictly positive integer is required")),
            }
        },
    ),
    finalizing::<FINALIZING>(),
];

/// The name of an encoding or of an error handler.
fn name_arg(vm: &mut Vm, v: Value, what: &str) -> PyResult<String> {
    let text = text_arg(vm, v, &format!("TextIOWrapper() argument '{what}'"))?;
    if text.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(text)
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let Some(shared) = vm.owned::<Shared>(this.value()) else { return Ok(Value::NONE) };
    *shared.borrow_mut() = fresh();
    this.set_slot(&mut vm.heap, BUFFER, Value::NONE);
    let buffer = arg(args, 1);
    let encoding = match given(args, 2) {
        Some(v) => name_arg(vm, v, "encoding")?,
        None => LOCALE.to_owned(),
    };
    let encoding = if encoding == "locale" { LOCALE.to_owned() } else { encoding };
    let errors = match given(args, 3) {
        Some(v) => name_arg(vm, v, "errors")?,
        None => "strict".to_owned(),
    };
    let newline = given(args, 4).unwrap_or(Value::NONE);
    let mode = Mode::of(vm, newline, "TextIOWrapper()")?;
    let flag = |vm: &mut Vm, i: usize| match arg(args, i).bound() {
        Some(v) => vm.truth(v),
        None => Ok(false),
    };
    let (line_buffering, write_through) = (flag(vm, 5)?, flag(vm, 6)?);
    let ask = |vm: &mut Vm, method: &str| {
        let r = call(vm, buffer, method, &[])?;
        vm.truth(r)
    };
    let (readable, writable) = (ask(vm, "readable")?, ask(vm, "writable")?);
    {
        let mut state = shared.borrow_mut();
        (state.encoding, state.errors, state.mode) = (encoding, errors, mode);
        (state.line_buffering, state.write_through) = (line_buffering, write_through);
        state.writable = writable;
    }
    this.set_slot(&mut vm.heap, READABLE, Value::bool(readable));
    codec::attach(vm, this, &shared, readable, writable)?;
    let seekable = ask(vm, "seekable")?;
    let name = vm.intern("read1")?;
    let has_read1 = vm.getattr_opt(buffer, name)?.is_some();
    let mut state = shared.borrow_mut();
    (state.seekable, state.telling, state.has_read1) = (seekable, seekable, has_read1);
    state.ready = true;
    drop(state);
    this.set_slot(&mut vm.heap, BUFFER, buffer);
    super::base::entrust(vm, buffer);
    if seekable && writable {
        let at = call(vm, buffer, "tell", &[])?;
        if at != Value::small_int(0) {
            codec::not_at_start(vm, this, &shared)?;
        }
    }
    Ok(Value::NONE)
}

/// Makes a text stream the one of standard output.
pub(super) fn make_console(vm: &mut Vm, text: Value) {
    if let Some(state) = vm.owned::<Shared>(text) {
        state.borrow_mut().console = true;
    }
}

fn reconfigure(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, shared) = parts(vm, args)?;
    let read = {
        let state = shared.borrow();
        state.used > 0 || !state.decoded.is_empty() || state.snapshot.is_some()
    };
    let newline = arg(args, 3);
    let recode = given(args, 1).is_some() || given(args, 2).is_some() || !newline.is_unbound();
    if read && recode {
        let msg =
            "It is not possible to set the encoding or newline of stream after the first read";
        return Err(unsupported(vm, msg));
    }
    let new_encoding = match given(args, 1) {
        Some(v) => Some(name_arg(vm, v, "encoding")?),
        None => None,
    };
    let new_errors = match given(args, 2) {
        Some(v) => Some(name_arg(vm, v, "errors")?),
        None if new_encoding.is_some() => Some("strict".to_owned()),
        None => None,
    };
    let mode = match newline.bound() {
        Some(v) => Some(Mode::of(vm, v, "reconfigure()")?),
        None => None,
    };
    let flag = |vm: &mut Vm, i: usize| match given(args, i) {
        Some(v) => vm.truth(v).map(Some),
        None => Ok(None),
    };
    let (line_buffering, write_through) = (flag(vm, 4)?, flag(vm, 5)?);
    call(vm, this.value(), "flush", &[])?;
    {
        let mut state = shared.borrow_mut();
        if let Some(encoding) = new_encoding {
            let locale = encoding == "locale";
            state.encoding = if locale { LOCALE.to_owned() } else { encoding };
        }
        if let Some(errors) = new_errors {
            state.errors = errors;
        }
        state.mode = mode.unwrap_or(state.mode);
        state.line_buffering = line_buffering.unwrap_or(state.line_buffering);
        state.write_through = write_through.unwrap_or(state.write_through);
    }
    if recode {
        let (readable, writable) = (this.slot(READABLE) == Value::TRUE, shared.borrow().writable);
        codec::attach(vm, this, &shared, readable, writable)?;
        super::standard::give_up(vm, this.value());
    }
    let console = shared.borrow().console;
    if let Some(on) = line_buffering.filter(|_| console) {
        vm.stdout.set_line_buffered(on);
    }
    Ok(Value::NONE)
}

/// Hands what waits to the buffered stream.
fn flush_pending(vm: &mut Vm, this: Gc<Native>, shared: &Shared) -> PyResult<()> {
    let pending = std::mem::take(&mut shared.borrow_mut().pending);
    if pending.is_empty() {
        return Ok(());
    }
    let bytes = Bytes::new(&mut vm.heap, &pending)?.value();
    call(vm, this.slot(BUFFER), "write", &[bytes])?;
    Ok(())
}

/// Forgets what was read ahead.
fn forget(vm: &mut Vm, this: Gc<Native>, shared: &Shared) -> PyResult<()> {
    let had = {
        let mut state = shared.borrow_mut();
        let had = state.snapshot.take().is_some() || !state.decoded.is_empty();
        state.decoded = StrBuf::new();
        state.used = 0;
        had
    };
    if had {
        codec::reset_decoder(vm, this, shared)?;
    }
    Ok(())
}

fn write(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if super::standard::is_plain_stdout(vm, arg(args, 0))
        && let Some(s) = arg(args, 1).cast::<Str>()
        && let Some(text) = s.as_str()
    {
        super::standard::write(vm, text.as_bytes())?;
        return Ok(Value::small_int(s.len() as i64));
    }
    let (this, shared) = open(vm, args)?;
    let Some(s) = arg(args, 1).cast::<Str>() else {
        let given = vm.type_name(arg(args, 1));
        return Err(vm.type_error(&format!("write() argument must be str, not {given}")));
    };
    if !shared.borrow().writable {
        return Err(unsupported(vm, "not writable"));
    }
    let (mode, line_buffering, through, chunk) = {
        let state = shared.borrow();
        (state.mode, state.line_buffering, state.write_through, state.chunk)
    };
    let ends_line = s.contains_char(10) || s.contains_char(13);
    let text = match mode.written() {
        Some(_) if s.contains_char(10) => {
            let mut out = StrBuf::with_capacity(s.len() + 8);
            translate_out(s, mode, &mut out);
            out.finish(&mut vm.heap)?
        }
        _ => s,
    };
    if shared.borrow().console {
        return codec::encode(vm, this, &shared, text, |vm, data| {
            super::standard::write(vm, data)?;
            Ok(Value::small_int(s.len() as i64))
        });
    }
    codec::encode(vm, this, &shared, text, |_, data| {
        shared.borrow_mut().pending.extend_from_slice(data);
        Ok(Value::NONE)
    })?;
    let waiting = shared.borrow().pending.len();
    let flush_line = line_buffering && ends_line;
    if waiting >= chunk || flush_line || through {
        flush_pending(vm, this, &shared)?;
    }
    if flush_line {
        call(vm, this.slot(BUFFER), "flush", &[])?;
    }
    forget(vm, this, &shared)?;
    Ok(Value::small_int(s.len() as i64))
}

/// The receiver must be readable; what waits to be written goes first.
fn begin_read(vm: &mut Vm, this: Gc<Native>, shared: &Shared) -> PyResult<()> {
    if this.slot(READABLE) != Value::TRUE {
        return Err(unsupported(vm, "not readable"));
    }
    flush_pending(vm, this, shared)
}

/// Decodes the next chunk; false at the end.
fn read_chunk(vm: &mut Vm, this: Gc<Native>, shared: &Shared) -> PyResult<bool> {
    let (chunk, has_read1, telling) = {
        let state = shared.borrow();
        (state.chunk, state.has_read1, state.telling)
    };
    let before = if telling { Some(codec::state(vm, this, shared)?) } else { None };
    let method = if has_read1 { "read1" } else { "read" };
    let data = call(vm, this.slot(BUFFER), method, &[Value::small_int(chunk as i64)])?;
    let data = match data.cast::<Bytes>() {
        Some(b) => b.bytes().to_vec(),
        None => match habu_vm::buffer::Buffer::try_of(vm, data)? {
            Some(b) => b.to_vec(),
            None => {
                let given = vm.type_name(data);
                let msg = format!(
                    "underlying {method}() should have returned a bytes-like object, not '{given}'"
                );
                return Err(vm.type_error(&msg));
            }
        },
    };
    let end = data.is_empty();
    codec::decode(vm, this, shared, &data, end)?;
    if let Some((flags, mut input)) = before {
        input.extend(data);
        shared.borrow_mut().snapshot = Some(Snapshot { flags, input });
    }
    Ok(!end)
}

/// Takes at most `n` characters of what was decoded.
fn take(state: &mut State, n: usize, out: &mut StrBuf) -> usize {
    let to = state.used.saturating_add(n).min(state.decoded.len());
    out.push_units(state.decoded.units().range(state.used, to));
    let taken = to - state.used;
    state.used = to;
    taken
}

fn read(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let limit = size_arg(vm, arg(args, 1))?;
    let (this, shared) = open(vm, args)?;
    begin_read(vm, this, &shared)?;
    let mut out = StrBuf::new();
    let Some(n) = limit else {
        let data = call(vm, this.slot(BUFFER), "read", &[])?;
        if data.is_none() {
            let msg = "Read returned None.";
            return Err(vm.raise_msg(Exc::BlockingIOError, msg));
        }
        let data = habu_vm::buffer::Buffer::of(vm, data)?.to_vec();
        take(&mut shared.borrow_mut(), usize::MAX, &mut out);
        codec::decode(vm, this, &shared, &data, true)?;
        let mut state = shared.borrow_mut();
        take(&mut state, usize::MAX, &mut out);
        state.snapshot = None;
        state.decoded = StrBuf::new();
        state.used = 0;
        drop(state);
        return make(vm, out.units());
    };
    loop {
        let left = n - out.len();
        take(&mut shared.borrow_mut(), left, &mut out);
        if out.len() >= n || !read_chunk(vm, this, &shared)? {
            let left = n - out.len();
            take(&mut shared.borrow_mut(), left, &mut out);
            return make(vm, out.units());
        }
    }
}

fn line(vm: &mut Vm, this: Gc<Native>, shared: &Shared, limit: usize) -> PyResult<Value> {
    begin_read(vm, this, shared)?;
    let mut out = StrBuf::new();
    loop {
        {
            let mut guard = shared.borrow_mut();
            let state = &mut *guard;
            let rest = state.decoded.units().range(state.used, state.decoded.len());
            // A pair may be split between two chunks.
            let last = out.len().checked_sub(1).map(|i| out.units().get(i));
            let split = state.mode == Mode::Pair
                && last == Some(13)
                && !rest.is_empty()
                && rest.get(0) == 10;
            let end = if split { Some(1) } else { state.mode.line_end(rest) };
            let room = limit - out.len();
            let n = end.unwrap_or(rest.len()).min(room);
            if out.is_empty() && (end.is_some_and(|end| end <= room) || n == room) {
                let to = state.used + n;
                let made = make(vm, state.decoded.units().range(state.used, to));
                state.used = to;
                return made;
            }
            take(state, n, &mut out);
            if end.is_some_and(|end| end <= room) || out.len() >= limit {
                break;
            }
        }
        if !read_chunk(vm, this, shared)? {
            // The end of the input may have freed a return that was held back.
            let mut guard = shared.borrow_mut();
            let n = limit - out.len();
            take(&mut guard, n, &mut out);
            guard.snapshot = None;
            break;
        }
    }
    make(vm, out.units())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let Some(shared) = vm.owned::<Shared>(this.value()) else {
        return vm.new_str("<_io.TextIOWrapper>");
    };
    let encoding = shared.borrow().encoding.clone();
    let mut out = "<_io.TextIOWrapper".to_owned();
    let shown = vm.guard_repr(this.value(), |vm| {
        let mut parts = String::new();
        for name in ["name", "mode"] {
            let key = vm.intern(name)?;
            let found = match vm.getattr_opt(this.value(), key) {
                Ok(found) => found,
                Err(e) => {
                    vm.catch(e, Exc::ValueError)?;
                    None
                }
            };
            if let Some(v) = found {
                parts.push_str(&format!(" {name}={}", vm.repr_text(v)?));
            }
        }
        Ok(parts)
    })?;
    match shown {
        Some(parts) => out.push_str(&parts),
        None => {
            let msg = "reentrant call inside _io.TextIOWrapper.__repr__";
            return Err(vm.raise_msg(Exc::RuntimeError, msg));
        }
    }
    out.push_str(&format!(" encoding='{encoding}'>"));
    vm.new_str(&out)
}
