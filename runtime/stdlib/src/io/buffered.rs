//! `io.BufferedReader`, `BufferedWriter` and `BufferedRandom`: a buffer over a raw stream.
//!
//! One state serves all three: what was read ahead and what waits to be written. A raw stream that is exactly a `FileIO`
//! is read and written without calling its methods.

use super::base::{call, finalizing, is_true, seek_args, size_arg, unsupported};
use super::file;
use crate::util::{arg, class_arg, given, native, slot};
use habu_object::bytes::{ByteArray, Bytes};
use habu_object::{Exception, Gc, Kind, Native, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use std::cell::RefCell;
use std::rc::Rc;

/// What a stream holds.
#[derive(Default)]
struct State {
    read: Vec<u8>,
    /// How much of it was given away.
    at: usize,
    write: Vec<u8>,
    size: usize,
    readable: bool,
    writable: bool,
    /// What is written goes to the runtime's own output buffer, where `print` writes.
    console: bool,
    /// The thread that uses it, 0 for none.
    user: u64,
}

type Shared = RefCell<State>;

impl State {
    fn ahead(&self) -> &[u8] {
        &self.read[self.at..]
    }

    fn drop_ahead(&mut self) {
        self.read.clear();
        self.at = 0;
    }
}

// Slots, behind the number of the state.

/// The raw stream; None before `__init__` and after `detach`.
const RAW: usize = super::base::INNER;
const FINALIZING: usize = 2;

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = class_arg(vm, args)?;
    let slots = [Value::NONE, Value::FALSE];
    Ok(vm.new_owner(class, RefCell::new(State::default()), &slots)?.value())
}

fn init(vm: &mut Vm, args: &[Value], readable: bool, writable: bool) -> PyResult<Value> {
    let this = native(vm, args)?;
    let raw = arg(args, 1);
    let size = match arg(args, 2).bound() {
        Some(v) => vm.index_i64(v)?,
        None => super::base::BUFFER_SIZE as i64,
    };
    this.set_slot(&mut vm.heap, RAW, Value::NONE);
    if readable && writable && !asks(vm, raw, "seekable")? {
        return Err(unsupported(vm, "File or stream is not seekable."));
    }
    if readable && !asks(vm, raw, "readable")? {
        return Err(unsupported(vm, "File or stream is not readable."));
    }
    if writable && !asks(vm, raw, "writable")? {
        return Err(unsupported(vm, "File or stream is not writable."));
    }
    let Some(size) = usize::try_from(size).ok().filter(|n| *n > 0) else {
        return Err(vm.value_error("buffer size must be strictly positive"));
    };
    let shared = state(vm, this.value())?;
    let user = shared.borrow().user;
    *shared.borrow_mut() = State { size, readable, writable, user, ..State::default() };
    this.set_slot(&mut vm.heap, RAW, raw);
    super::base::entrust(vm, raw);
    Ok(Value::NONE)
}

/// Makes a writer the one of standard output.
pub(super) fn make_console(vm: &mut Vm, writer: Value) {
    if let Some(state) = vm.owned::<Shared>(writer) {
        state.borrow_mut().console = true;
    }
}

/// Whether a stream that is exactly one of ours over a `FileIO` is closed; None for others.
pub(super) fn is_closed(vm: &Vm, v: Value) -> Option<bool> {
    let class = vm.type_of(v).value();
    let own = [super::WRITER, super::READER, super::RANDOM];
    if !own.iter().any(|root| vm.root(root) == class) {
        return None;
    }
    own_file(vm, slot(v, RAW)).map(|f| file::fd(f) < 0)
}

fn asks(vm: &mut Vm, raw: Value, method: &str) -> PyResult<bool> {
    let r = call(vm, raw, method, &[])?;
    vm.truth(r)
}

pub(super) static READER_INIT: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, raw, buffer_size=131072)", |vm, args| {
        init(vm, args, true, false)
    }),
];

pub(super) static WRITER_INIT: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, raw, buffer_size=131072)", |vm, args| {
        init(vm, args, false, true)
    }),
];

pub(super) static RANDOM_INIT: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", new),
    NativeDef::new("__init__", "(self, raw, buffer_size=131072)", |vm, args| {
        init(vm, args, true, true)
    }),
];

fn state(vm: &mut Vm, v: Value) -> PyResult<Rc<Shared>> {
    match vm.owned::<Shared>(v) {
        Some(state) => Ok(state),
        None => Err(vm.value_error("I/O operation on uninitialized object")),
    }
}

/// In place of a user: the buffer waits for a thread that was woken.
const PROMISED: u64 = u64::MAX;

/// Uses the receiver's buffer while other threads wait. The same thread comes here again only from a raw stream's own
/// code or from a handler of signals, and is refused.
fn alone(
    vm: &mut Vm,
    args: &[Value],
    f: impl FnOnce(&mut Vm) -> PyResult<Value>,
) -> PyResult<Value> {
    let this = arg(args, 0);
    let Some(shared) = vm.owned::<Shared>(this) else { return f(vm) };
    let own = vm.threads.ident();
    let mut woken = false;
    loop {
        let user = shared.borrow().user;
        if user == own {
            let text = vm.repr_text(this)?;
            return Err(vm.raise_msg(Exc::RuntimeError, &format!("reentrant call inside {text}")));
        }
        // In a forked process the others are gone, at the end of the program they stand still.
        let others = || {
            vm.threads.idents().iter().any(|&t| if user == PROMISED { t != own } else { t == user })
        };
        if user == 0 || user == PROMISED && woken || vm.threads.is_closed() || !others() {
            break;
        }
        let ended = vm.wait_for(this.bits(), None);
        woken |= ended.woken;
        if ended.signalled
            && let Err(e) = vm.serve_poll()
        {
            if woken {
                pass_on(vm, this, &shared);
            }
            return Err(e);
        }
    }
    shared.borrow_mut().user = own;
    let result = f(vm);
    pass_on(vm, this, &shared);
    result
}

/// Leaves a buffer to the thread that has waited longest: were it free, who has just used it would be the first to come.
fn pass_on(vm: &mut Vm, this: Value, shared: &Shared) {
    let promised = vm.wake_one(this.bits());
    shared.borrow_mut().user = if promised { PROMISED } else { 0 };
}

/// The raw stream of the receiver.
fn raw(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    match this.slot(RAW) {
        raw if !raw.is_none() => Ok(raw),
        _ => {
            let made = state(vm, this.value())?.borrow().size > 0;
            Err(vm.value_error(match made {
                true => "raw stream has been detached",
                false => "I/O operation on uninitialized object",
            }))
        }
    }
}

/// State and raw stream of the receiver; ValueError with a text if it is closed.
fn open(vm: &mut Vm, args: &[Value], complaint: &str) -> PyResult<(Rc<Shared>, Value)> {
    let raw = raw(vm, args)?;
    let closed = match own_file(vm, raw) {
        Some(f) => file::fd(f) < 0,
        None => is_true(vm, raw, "closed")?,
    };
    if closed {
        return Err(vm.value_error(complaint));
    }
    Ok((state(vm, arg(args, 0))?, raw))
}

/// The raw stream if it is exactly a FileIO.
fn own_file(vm: &Vm, raw: Value) -> Option<Gc<Native>> {
    let own = vm.type_of(raw).value() == vm.root(super::FILE_IO);
    raw.cast::<Native>().filter(|_| own)
}

/// Reads at most `n` bytes of the raw stream; None if there are none yet.
fn raw_read(vm: &mut Vm, raw: Value, n: usize) -> PyResult<Option<Vec<u8>>> {
    if let Some(f) = own_file(vm, raw) {
        return file::read(vm, f, n);
    }
    let array = ByteArray::new(&mut vm.heap, &vec![0; n])?;
    let view = vm.types.of_kind(Kind::MemoryView).value();
    let view = vm.call(view, &[array.value()])?;
    let got = call(vm, raw, "readinto", &[view])?;
    if got.is_none() {
        return Ok(None);
    }
    let got = vm.index_clamped(got)?;
    match usize::try_from(got).ok().filter(|got| *got <= n) {
        Some(got) => Ok(Some(array.bytes()[..got].to_vec())),
        None => {
            let msg = format!(
                "raw readinto() returned invalid length {got} (should have been between 0 and {n})"
            );
            Err(vm.raise_msg(Exc::OSError, &msg))
        }
    }
}

/// Writes what the raw stream takes; None if it takes nothing yet.
fn raw_write(vm: &mut Vm, raw: Value, data: &[u8]) -> PyResult<Option<usize>> {
    if let Some(f) = own_file(vm, raw) {
        return file::write(vm, f, data);
    }
    let bytes = Bytes::new(&mut vm.heap, data)?.value();
    let n = call(vm, raw, "write", &[bytes])?;
    if n.is_none() {
        return Ok(None);
    }
    let n = vm.index_clamped(n)?;
    match usize::try_from(n).ok().filter(|n| *n <= data.len()) {
        Some(n) => Ok(Some(n)),
        None => {
            let msg = format!(
                "raw write() returned invalid length {n} (should have been between 0 and {})",
                data.len()
            );
            Err(vm.raise_msg(Exc::OSError, &msg))
        }
    }
}

fn raw_seek(vm: &mut Vm, raw: Value, offset: i64, whence: i64) -> PyResult<i64> {
    if let Some(f) = own_file(vm, raw) {
        return file::seek(vm, f, offset, whence);
    }
    let offset = vm.new_int(offset)?;
    let at = call(vm, raw, "seek", &[offset, Value::small_int(whence)])?;
    position(vm, at, "seek")
}

fn raw_tell(vm: &mut Vm, raw: Value) -> PyResult<i64> {
    if let Some(f) = own_file(vm, raw) {
        return file::seek(vm, f, 0, 1);
    }
    let at = call(vm, raw, "tell", &[])?;
    position(vm, at, "tell")
}

fn position(vm: &mut Vm, at: Value, _method: &str) -> PyResult<i64> {
    let at = int::to_i64_clamped(vm.index(at)?);
    if at < 0 {
        let msg = format!("Raw stream returned invalid position {at}");
        return Err(vm.raise_msg(Exc::OSError, &msg));
    }
    Ok(at)
}

fn bytes(vm: &mut Vm, data: &[u8]) -> PyResult<Value> {
    Ok(Bytes::new(&mut vm.heap, data)?.value())
}

/// BlockingIOError: so many bytes were written.
fn blocked(vm: &mut Vm, written: usize) -> Raised {
    let made = (|| {
        let text = vm.new_str("write could not complete without blocking")?;
        let class = vm.exc_type(Exc::BlockingIOError).value();
        let errno = Value::small_int(i64::from(rustix::io::Errno::AGAIN.raw_os_error()));
        vm.call(class, &[errno, text, Value::small_int(written as i64)])
    })();
    match made.map(|e| e.cast::<Exception>()) {
        Ok(Some(e)) => vm.raise(e),
        Ok(None) => vm.raise_msg(Exc::OSError, "write could not complete without blocking"),
        Err(raised) => raised,
    }
}

/// Writes out what waits.
fn flush(vm: &mut Vm, shared: &Shared, raw: Value) -> PyResult<()> {
    if shared.borrow().console {
        return super::standard::flush(vm);
    }
    loop {
        let waiting = std::mem::take(&mut shared.borrow_mut().write);
        if waiting.is_empty() {
            return Ok(());
        }
        let done = raw_write(vm, raw, &waiting);
        let n = match &done {
            Ok(Some(n)) => *n,
            _ => 0,
        };
        // What was written meanwhile, by a raw stream's own code, comes behind.
        let mut state = shared.borrow_mut();
        let mut rest = waiting[n..].to_vec();
        rest.append(&mut state.write);
        state.write = rest;
        drop(state);
        match done {
            Ok(Some(_)) => vm.serve_poll()?,
            Ok(None) => return Err(blocked(vm, 0)),
            Err(e) => return Err(e),
        }
    }
}

/// Before reading: what waits is written. Before writing: what was read ahead is given back.
fn turn(vm: &mut Vm, shared: &Shared, raw: Value, to_write: bool) -> PyResult<()> {
    if !to_write {
        return flush(vm, shared, raw);
    }
    let ahead = shared.borrow().ahead().len();
    if ahead > 0 {
        raw_seek(vm, raw, -(ahead as i64), 1)?;
    }
    shared.borrow_mut().drop_ahead();
    Ok(())
}

/// Reads once into an empty buffer; whether there is anything now (None: not yet).
fn fill(vm: &mut Vm, shared: &Shared, raw: Value) -> PyResult<Option<bool>> {
    let size = shared.borrow().size;
    let part = raw_read(vm, raw, size)?;
    let mut state = shared.borrow_mut();
    let at = state.at;
    state.read.drain(..at);
    state.at = 0;
    match part {
        Some(part) => {
            state.read.extend(&part);
            Ok(Some(!part.is_empty()))
        }
        None => Ok(None),
    }
}

/// `read(n)`; None if nothing is there yet.
fn read(vm: &mut Vm, shared: &Shared, raw: Value, n: usize) -> PyResult<Option<Vec<u8>>> {
    let mut out = Vec::new();
    {
        let mut state = shared.borrow_mut();
        let take = n.min(state.ahead().len());
        out.extend_from_slice(&state.ahead()[..take]);
        state.at += take;
    }
    while out.len() < n {
        let (size, left) = (shared.borrow().size, n - out.len());
        if left >= size {
            // As much as whole buffers hold goes past the buffer.
            match raw_read(vm, raw, left - left % size)? {
                Some(part) if !part.is_empty() => out.extend(part),
                Some(_) => break,
                None if out.is_empty() => return Ok(None),
                None => break,
            }
            continue;
        }
        match fill(vm, shared, raw)? {
            Some(true) => {
                let mut state = shared.borrow_mut();
                let take = left.min(state.ahead().len());
                out.extend_from_slice(&state.ahead()[..take]);
                state.at += take;
            }
            Some(false) => break,
            None if out.is_empty() => return Ok(None),
            None => break,
        }
    }
    Ok(Some(out))
}

fn read_all(vm: &mut Vm, shared: &Shared, raw: Value) -> PyResult<Value> {
    let mut out = {
        let mut state = shared.borrow_mut();
        let ahead = state.ahead().to_vec();
        state.drop_ahead();
        ahead
    };
    let name = vm.intern("readall")?;
    if let Some(readall) = vm.getattr_opt(raw, name)? {
        let rest = vm.call(readall, &[])?;
        if rest.is_none() {
            return if out.is_empty() { Ok(rest) } else { bytes(vm, &out) };
        }
        let Some(rest) = rest.cast::<Bytes>() else {
            return Err(vm.type_error("readall() should return bytes"));
        };
        out.extend_from_slice(rest.bytes());
        return bytes(vm, &out);
    }
    loop {
        let part = call(vm, raw, "read", &[])?;
        let Some(part) = part.cast::<Bytes>() else {
            if part.is_none() {
                return if out.is_empty() { Ok(part) } else { bytes(vm, &out) };
            }
            return Err(vm.type_error("read() should return bytes"));
        };
        if part.bytes().is_empty() {
            return bytes(vm, &out);
        }
        out.extend_from_slice(part.bytes());
    }
}

/// A line, with its end.
fn line(vm: &mut Vm, shared: &Shared, raw: Value, limit: usize) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        {
            let mut state = shared.borrow_mut();
            let room = limit - out.len();
            let ahead = state.ahead();
            let end = memchr::memchr(b'\n', ahead).map(|i| i + 1);
            let take = end.unwrap_or(ahead.len()).min(room);
            out.extend_from_slice(&ahead[..take]);
            state.at += take;
            if end.is_some() || out.len() >= limit {
                return Ok(out);
            }
        }
        if fill(vm, shared, raw)? != Some(true) {
            return Ok(out);
        }
    }
}

pub(super) static READER: &[NativeDef] = &[
    NativeDef::new("read", "(self, size=-1, /)", |vm, args| {
        alone(vm, args, |vm| {
            let n = match given(args, 1) {
                None => None,
                Some(v) => {
                    let n = vm.index_clamped(v)?;
                    if n < -1 {
                        return Err(vm.value_error("read length must be non-negative or -1"));
                    }
                    usize::try_from(n).ok()
                }
            };
            let (shared, raw) = open(vm, args, "read of closed file")?;
            turn(vm, &shared, raw, false)?;
            let Some(n) = n else { return read_all(vm, &shared, raw) };
            match read(vm, &shared, raw, n)? {
                Some(data) => bytes(vm, &data),
                None => Ok(Value::NONE),
            }
        })
    }),
    NativeDef::new("read1", "(self, size=-1, /)", |vm, args| {
        alone(vm, args, |vm| {
            let n = size_arg(vm, arg(args, 1))?;
            let (shared, raw) = open(vm, args, "read of closed file")?;
            turn(vm, &shared, raw, false)?;
            let n = n.unwrap_or(shared.borrow().size);
            if n == 0 {
                return bytes(vm, b"");
            }
            if shared.borrow().ahead().is_empty() {
                shared.borrow_mut().drop_ahead();
                let part = raw_read(vm, raw, n)?.unwrap_or_default();
                return bytes(vm, &part);
            }
            let part = {
                let mut state = shared.borrow_mut();
                let take = n.min(state.ahead().len());
                let part = state.ahead()[..take].to_vec();
                state.at += take;
                part
            };
            bytes(vm, &part)
        })
    }),
    NativeDef::new("readinto", "(self, buffer, /)", |vm, args| {
        alone(vm, args, |vm| read_into(vm, args, false))
    }),
    NativeDef::new("readinto1", "(self, buffer, /)", |vm, args| {
        alone(vm, args, |vm| read_into(vm, args, true))
    }),
    NativeDef::new("peek", "(self, size=0, /)", |vm, args| {
        alone(vm, args, |vm| {
            let (shared, raw) = open(vm, args, "peek of closed file")?;
            turn(vm, &shared, raw, false)?;
            if shared.borrow().ahead().is_empty() {
                fill(vm, &shared, raw)?;
            }
            let ahead = shared.borrow().ahead().to_vec();
            bytes(vm, &ahead)
        })
    }),
    NativeDef::new("readline", "(self, size=-1, /)", |vm, args| {
        alone(vm, args, |vm| {
            let limit = size_arg(vm, arg(args, 1))?.unwrap_or(usize::MAX);
            let (shared, raw) = open(vm, args, "readline of closed file")?;
            turn(vm, &shared, raw, false)?;
            let line = line(vm, &shared, raw, limit)?;
            bytes(vm, &line)
        })
    }),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        alone(vm, args, |vm| {
            let this = native(vm, args)?;
            let class = vm.type_of(this.value()).value();
            if class != vm.root(super::READER) && class != vm.root(super::RANDOM) {
                // A subclass may read in its own way.
                let line = call(vm, this.value(), "readline", &[])?;
                return if vm.len(line)? == 0 {
                    Err(vm.stop_iteration(Value::NONE))
                } else {
                    Ok(line)
                };
            }
            let (shared, raw) = open(vm, args, "readline of closed file")?;
            turn(vm, &shared, raw, false)?;
            let line = line(vm, &shared, raw, usize::MAX)?;
            if line.is_empty() { Err(vm.stop_iteration(Value::NONE)) } else { bytes(vm, &line) }
        })
    }),
];

fn read_into(vm: &mut Vm, args: &[Value], once: bool) -> PyResult<Value> {
    let target = arg(args, 1);
    if !habu_vm::buffer::is_writable(target) {
        let msg = format!(
            "readinto{}() argument must be read-write bytes-like object, not {}",
            if once { "1" } else { "" },
            vm.type_name(target)
        );
        return Err(vm.type_error(&msg));
    }
    let room = Buffer::of(vm, target)?.len();
    let (shared, raw) = open(vm, args, "readinto of closed file")?;
    turn(vm, &shared, raw, false)?;
    let data = if once && !shared.borrow().ahead().is_empty() {
        let mut state = shared.borrow_mut();
        let take = room.min(state.ahead().len());
        let part = state.ahead()[..take].to_vec();
        state.at += take;
        Some(part)
    } else if once {
        raw_read(vm, raw, room)?
    } else {
        read(vm, &shared, raw, room)?
    };
    match data {
        Some(data) => {
            habu_vm::buffer::write(vm, target, 0, &data)?;
            Ok(Value::small_int(data.len() as i64))
        }
        None => Ok(Value::NONE),
    }
}

pub(super) static WRITER: &[NativeDef] =
    &[NativeDef::new("write", "(self, buffer, /)", |vm, args| {
        alone(vm, args, |vm| {
            if arg(args, 1).kind() == Kind::Str {
                return Err(vm.type_error("a bytes-like object is required, not 'str'"));
            }
            let data = Buffer::of(vm, arg(args, 1))?.to_vec();
            let (shared, raw) = open(vm, args, "write to closed file")?;
            turn(vm, &shared, raw, true)?;
            write(vm, &shared, raw, &data)?;
            Ok(Value::small_int(data.len() as i64))
        })
    })];

fn write(vm: &mut Vm, shared: &Shared, raw: Value, data: &[u8]) -> PyResult<()> {
    if shared.borrow().console {
        return super::standard::write(vm, data);
    }
    let (waiting, size) = {
        let state = shared.borrow();
        (state.write.len(), state.size)
    };
    if waiting > size {
        flush(vm, shared, raw)?;
    }
    shared.borrow_mut().write.extend_from_slice(data);
    if shared.borrow().write.len() <= size {
        return Ok(());
    }
    let Err(e) = flush(vm, shared, raw) else { return Ok(()) };
    vm.catch(e, Exc::BlockingIOError)?;
    let mut state = shared.borrow_mut();
    if state.write.len() <= size {
        // What could not be written fits in the buffer.
        return Ok(());
    }
    let over = state.write.len() - size;
    state.write.truncate(size);
    drop(state);

    Err(blocked(vm, data.len().saturating_sub(over)))
}

pub(super) static SHARED: &[NativeDef] = &[
    NativeDef::new("flush", "(self, /)", |vm, args| {
        let (shared, raw) = open(vm, args, "flush of closed file")?;
        let writable = shared.borrow().writable;
        if !writable {
            call(vm, raw, "flush", &[])?;
            return Ok(Value::NONE);
        }
        alone(vm, args, |vm| {
            turn(vm, &shared, raw, true)?;
            flush(vm, &shared, raw)?;
            call(vm, raw, "flush", &[])?;
            Ok(Value::NONE)
        })
    }),
    NativeDef::new("seek", "(self, target, whence=0, /)", |vm, args| {
        alone(vm, args, |vm| {
            let (mut offset, whence) = seek_args(vm, args)?;
            if !(0..=4).contains(&whence) {
                let msg = format!("whence value {whence} unsupported");
                return Err(vm.value_error(&msg));
            }
            let (shared, raw) = open(vm, args, "seek of closed file")?;
            if !asks(vm, raw, "seekable")? {
                return Err(unsupported(vm, "File or stream is not seekable."));
            }
            flush(vm, &shared, raw)?;
            if whence == 1 {
                offset -= shared.borrow().ahead().len() as i64;
            }
            let at = raw_seek(vm, raw, offset, whence)?;
            shared.borrow_mut().drop_ahead();
            vm.new_int(at)
        })
    }),
    NativeDef::new("tell", "(self, /)", |vm, args| {
        let raw = raw(vm, args)?;
        let shared = state(vm, arg(args, 0))?;
        let at = raw_tell(vm, raw)?;
        let state = shared.borrow();
        let at = at - state.ahead().len() as i64 + state.write.len() as i64;
        vm.new_int(at.max(0))
    }),
    NativeDef::new("truncate", "(self, pos=None, /)", |vm, args| {
        alone(vm, args, |vm| {
            let (shared, raw) = open(vm, args, "truncate of closed file")?;
            let writable = shared.borrow().writable;
            if !writable {
                return Err(unsupported(vm, "truncate"));
            }
            flush(vm, &shared, raw)?;
            let pos = match given(args, 1) {
                Some(pos) => pos,
                None => {
                    let ahead = shared.borrow().ahead().len() as i64;
                    let at = raw_tell(vm, raw)? - ahead;
                    vm.new_int(at)?
                }
            };
            call(vm, raw, "truncate", &[pos])
        })
    }),
    NativeDef::new("detach", "(self, /)", |vm, args| {
        let raw = raw(vm, args)?;
        super::standard::give_up(vm, arg(args, 0));
        call(vm, arg(args, 0), "flush", &[])?;
        native(vm, args)?.set_slot(&mut vm.heap, RAW, Value::NONE);
        super::base::release(vm, raw);
        Ok(raw)
    }),
    NativeDef::new("close", "(self, /)", close),
    NativeDef::new("seekable", "(self, /)", |vm, args| forward(vm, args, "seekable")),
    NativeDef::new("readable", "(self, /)", |vm, args| {
        raw(vm, args)?;
        let readable = state(vm, arg(args, 0))?.borrow().readable;
        if readable { forward(vm, args, "readable") } else { Ok(Value::FALSE) }
    }),
    NativeDef::new("writable", "(self, /)", |vm, args| {
        raw(vm, args)?;
        let writable = state(vm, arg(args, 0))?.borrow().writable;
        if writable { forward(vm, args, "writable") } else { Ok(Value::FALSE) }
    }),
    NativeDef::new("fileno", "(self, /)", |vm, args| forward(vm, args, "fileno")),
    NativeDef::new("isatty", "(self, /)", |vm, args| forward(vm, args, "isatty")),
    NativeDef::new("_dealloc_warn", "(self, source, /)", |vm, args| {
        let raw = native(vm, args)?.slot(RAW);
        if !raw.is_none() {
            let warned = call(vm, raw, "_dealloc_warn", &[arg(args, 1)]);
            crate::util::quiet(vm, warned);
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| super::repr_named(vm, arg(args, 0))),
    NativeDef::new("__getstate__", "(self, /)", super::no_pickle),
    NativeDef::new("__reduce__", "(self, /)", super::no_pickle),
    NativeDef::new("__reduce_ex__", "(self, protocol, /)", super::no_pickle),
];

fn forward(vm: &mut Vm, args: &[Value], method: &str) -> PyResult<Value> {
    let raw = raw(vm, args)?;
    call(vm, raw, method, &[])
}

fn close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let raw = raw(vm, args)?;
    let this = arg(args, 0);
    if is_true(vm, raw, "closed")? {
        return Ok(Value::NONE);
    }
    if slot(this, FINALIZING) == Value::TRUE {
        let warned = call(vm, raw, "_dealloc_warn", &[this]);
        crate::util::quiet(vm, warned);
    }
    super::standard::give_up(vm, this);
    let flushed = call(vm, this, "flush", &[]);
    super::close_after(vm, flushed, raw)
}

pub(super) static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("closed", |vm, v| {
        let raw = raw(vm, &[v])?;
        vm.getattr_str(raw, "closed")
    }),
    GetSetDef::new("name", |vm, v| {
        let raw = raw(vm, &[v])?;
        vm.getattr_str(raw, "name")
    }),
    GetSetDef::new("mode", |vm, v| {
        let raw = raw(vm, &[v])?;
        vm.getattr_str(raw, "mode")
    }),
    GetSetDef::new("raw", |_, v| Ok(slot(v, RAW))),
    finalizing::<FINALIZING>(),
];

// Slots of a pair: reader, writer.

pub(super) static PAIR: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let slots = [Value::NONE, Value::NONE];
        Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?.value())
    }),
    NativeDef::new("__init__", "(self, reader, writer, buffer_size=131072, /)", |vm, args| {
        let this = native(vm, args)?;
        let (reader, writer) = (arg(args, 1), arg(args, 2));
        if !asks(vm, reader, "readable")? {
            return Err(unsupported(vm, "File or stream is not readable."));
        }
        if !asks(vm, writer, "writable")? {
            return Err(unsupported(vm, "File or stream is not writable."));
        }
        for (i, class, raw) in [(0, super::READER, reader), (1, super::WRITER, writer)] {
            let class = vm.root(class);
            let size = arg(args, 3).bound();
            let made = match size {
                Some(size) => vm.call(class, &[raw, size])?,
                None => vm.call(class, &[raw])?,
            };
            this.set_slot(&mut vm.heap, i, made);
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("read", "(self, size=-1, /)", |vm, args| of_pair(vm, args, 0, "read")),
    NativeDef::new("peek", "(self, size=0, /)", |vm, args| of_pair(vm, args, 0, "peek")),
    NativeDef::new("read1", "(self, size=-1, /)", |vm, args| of_pair(vm, args, 0, "read1")),
    NativeDef::new("readinto", "(self, buffer, /)", |vm, args| of_pair(vm, args, 0, "readinto")),
    NativeDef::new("readinto1", "(self, buffer, /)", |vm, args| of_pair(vm, args, 0, "readinto1")),
    NativeDef::new("readable", "(self, /)", |vm, args| of_pair(vm, args, 0, "readable")),
    NativeDef::new("write", "(self, buffer, /)", |vm, args| of_pair(vm, args, 1, "write")),
    NativeDef::new("flush", "(self, /)", |vm, args| of_pair(vm, args, 1, "flush")),
    NativeDef::new("writable", "(self, /)", |vm, args| of_pair(vm, args, 1, "writable")),
    NativeDef::new("close", "(self, /)", |vm, args| {
        let written = of_pair(vm, args, 1, "close");
        let reader = native(vm, args)?.slot(0);
        super::close_after(vm, written, reader)
    }),
    NativeDef::new("isatty", "(self, /)", |vm, args| {
        let a = of_pair(vm, args, 1, "isatty")?;
        if vm.truth(a)? { Ok(a) } else { of_pair(vm, args, 0, "isatty") }
    }),
];

fn of_pair(vm: &mut Vm, args: &[Value], which: usize, method: &str) -> PyResult<Value> {
    let stream = native(vm, args)?.slot(which);
    if stream.is_none() {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    match arg(args, 1).bound() {
        Some(v) => call(vm, stream, method, &[v]),
        None => call(vm, stream, method, &[]),
    }
}

pub(super) static PAIR_GETSETS: &[GetSetDef] = &[GetSetDef::new("closed", |vm, v| {
    let writer = slot(v, 1);
    if writer.is_none() {
        let msg = "the BufferedRWPair object is being garbage-collected";
        return Err(vm.raise_msg(Exc::RuntimeError, msg));
    }
    vm.getattr_str(writer, "closed")
})];
