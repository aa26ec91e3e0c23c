//! Decompressing: `zlib.decompress`, `zlib.decompressobj` and the class that `gzip` reads with.

use super::{
    BUFFER_ERROR, DATA_ERROR, MAX_WINDOW, STREAM_ERROR, dictionary, error, failure, number,
};
use crate::util::{arg, class_arg, new_owner_class, seal, seal_made, set};
use habu_object::bytes::Bytes;
use habu_object::{Gc, Module, Type, Value};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use std::cell::RefCell;
use std::rc::Rc;
use zlib_rs::{Inflate, InflateError, InflateFlush, Status};

const CLASS: &str = "zlib.Decompress";

/// A decompressor and what it has left over.
struct Stream {
    inflate: Inflate,
    dictionary: Option<Vec<u8>>,
    ended: bool,
    /// Bytes behind the end of the stream.
    unused: Vec<u8>,
    /// Input that was not needed yet.
    tail: Vec<u8>,
    /// Of `_ZlibDecompressor`: whether nothing more comes without input.
    needs_input: bool,
}

type State = RefCell<Stream>;

/// Why there is no output: zlib's code and words.
struct Fault(i32, Option<String>);

/// Bytes that output grows by at first.
const ROOM: usize = 16 * 1024;

impl Stream {
    /// A decompressor for a kind of window; None if there is no such kind.
    fn new(window: i64, dictionary: Option<Vec<u8>>) -> Option<Result<Stream, Fault>> {
        if !matches!(window, 0 | 8..=15 | 24..=31 | 32 | 40..=47 | -15..=-8) {
            return None;
        }
        let mut inflate = Inflate::new(window >= 0, window.unsigned_abs() as u8);
        if window < 0
            && let Some(dictionary) = &dictionary
            && inflate.set_dictionary(dictionary).is_err()
        {
            return Some(Err(Fault(DATA_ERROR, None)));
        }
        let (unused, tail) = (Vec::new(), Vec::new());
        Some(Ok(Stream { inflate, dictionary, ended: false, unused, tail, needs_input: true }))
    }

    /// What comes out for this input, `limit` bytes at most, and how many bytes of the input were read.
    fn run(&mut self, input: &[u8], limit: usize) -> Result<(Vec<u8>, usize), Fault> {
        let mut out = Vec::new();
        let mut at = 0;
        while out.len() < limit && !self.ended {
            let start = out.len();
            let room = ROOM.max(start).min(limit - start);
            out.resize(start + room, 0);
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status =
                self.inflate.decompress(&input[at..], &mut out[start..], InflateFlush::SyncFlush);
            at += (self.inflate.total_in() - read) as usize;
            let made = (self.inflate.total_out() - written) as usize;
            out.truncate(start + made);
            match status {
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(_) if made < room && at == input.len() => break,
                Ok(Status::BufError) if made == 0 => break,
                Ok(_) => {}
                Err(InflateError::NeedDict { .. }) => match &self.dictionary {
                    Some(dictionary) if self.inflate.set_dictionary(dictionary).is_ok() => {}
                    Some(_) => return Err(Fault(DATA_ERROR, None)),
                    None => return Err(Fault(2, Some("need dictionary".into()))),
                },
                Err(e) => {
                    let code = match e {
                        InflateError::DataError => DATA_ERROR,
                        InflateError::MemError => -4,
                        _ => STREAM_ERROR,
                    };
                    return Err(Fault(code, self.inflate.error_message().map(str::to_owned)));
                }
            }
        }
        Ok((out, at))
    }
}

fn raise(vm: &mut Vm, fault: Fault, when: &str) -> Raised {
    failure(vm, fault.0, when, fault.1.as_deref())
}

/// `zlib.decompress(…)`
pub(super) fn at_once(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let data = Buffer::of(vm, arg(args, 0))?.to_vec();
    let window = number(vm, arg(args, 1), MAX_WINDOW)?;
    let size = number(vm, arg(args, 2), ROOM as i64)?;
    if size <= 0 {
        return Err(vm.value_error("bufsize must be greater than zero"));
    }
    let mut stream = match Stream::new(window, None) {
        Some(Ok(stream)) => stream,
        _ => return Err(failure(vm, STREAM_ERROR, "while preparing to decompress data", None)),
    };
    match stream.run(&data, usize::MAX) {
        Ok((out, _)) if stream.ended => Ok(Bytes::new(&mut vm.heap, &out)?.value()),
        Ok(_) => Err(failure(vm, BUFFER_ERROR, "while decompressing data", None)),
        Err(fault) => Err(raise(vm, fault, "while decompressing data")),
    }
}

fn state(vm: &mut Vm, v: Value) -> PyResult<Rc<State>> {
    match vm.owned::<State>(v) {
        Some(state) => Ok(state),
        None => Err(vm.type_error("descriptor requires a zlib decompressor")),
    }
}

fn start(vm: &mut Vm, class: Gc<Type>, window: i64, zdict: Value) -> PyResult<Value> {
    let dictionary = dictionary(vm, zdict)?.filter(|d| !d.is_empty());
    match Stream::new(window, dictionary) {
        Some(Ok(stream)) => {
            let state: State = RefCell::new(stream);
            Ok(vm.new_owner(class, state, &[])?.value())
        }
        Some(Err(fault)) => Err(raise(vm, fault, "while setting zdict")),
        None => Err(vm.value_error("Invalid initialization option")),
    }
}

/// `zlib.decompressobj(…)`
pub(super) fn make(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let window = number(vm, arg(args, 0), MAX_WINDOW)?;
    match vm.root(CLASS).cast::<Type>() {
        Some(class) => start(vm, class, window, arg(args, 1)),
        None => Err(vm.type_error("module zlib is gone")),
    }
}

static METHODS: &[NativeDef] = &[
    NativeDef::new("decompress", "(self, data, /, max_length=0)", |vm, args| {
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        let limit = match number(vm, arg(args, 2), 0)? {
            0 => usize::MAX,
            n => match usize::try_from(n) {
                Ok(n) => n,
                Err(_) => return Err(vm.value_error("max_length must be non-negative")),
            },
        };
        go_on(vm, args, &data, limit, "while decompressing data")
    })
    .doc(
        "Return a bytes object containing the decompressed version of the data.\n\n\
         \x20 data\n\
         \x20   The binary data to decompress.\n\
         \x20 max_length\n\
         \x20   The maximum allowable length of the decompressed data.\n\
         \x20   Unconsumed input data will be stored in\n\
         \x20   the unconsumed_tail attribute.\n\n\
         After calling this function, some of the input data may still be\n\
         stored in internal buffers for later processing.\n\
         Call the flush() method to clear these buffers.",
    ),
    NativeDef::new("flush", "(self, length=16384, /)", |vm, args| {
        if number(vm, arg(args, 1), 1)? <= 0 {
            return Err(vm.value_error("length must be greater than zero"));
        }
        let tail = std::mem::take(&mut state(vm, arg(args, 0))?.borrow_mut().tail);
        go_on(vm, args, &tail, usize::MAX, "while flushing")
    })
    .doc(
        "Return a bytes object containing any remaining decompressed data.\n\n\
         \x20 length\n\
         \x20   the initial size of the output buffer.",
    ),
];

/// Decompresses, and keeps what was not read.
fn go_on(vm: &mut Vm, args: &[Value], data: &[u8], limit: usize, when: &str) -> PyResult<Value> {
    let state = state(vm, arg(args, 0))?;
    let done = {
        let mut stream = state.borrow_mut();
        stream.run(data, limit).map(|(out, read)| {
            let rest = &data[read..];
            stream.tail.clear();
            match stream.ended {
                true => stream.unused.extend_from_slice(rest),
                false => stream.tail.extend_from_slice(rest),
            }
            out
        })
    };
    match done {
        Ok(out) => Ok(Bytes::new(&mut vm.heap, &out)?.value()),
        Err(fault) => Err(raise(vm, fault, when)),
    }
}

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("unused_data", |vm, v| {
        let state = state(vm, v)?;
        Ok(Bytes::new(&mut vm.heap, &state.borrow().unused)?.value())
    }),
    GetSetDef::new("unconsumed_tail", |vm, v| {
        let state = state(vm, v)?;
        Ok(Bytes::new(&mut vm.heap, &state.borrow().tail)?.value())
    }),
    GetSetDef::new("eof", |vm, v| Ok(Value::bool(state(vm, v)?.borrow().ended))),
];

static READER_METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, wbits=15, zdict=b'')", |vm, args| {
        let class = class_arg(vm, args)?;
        let window = number(vm, arg(args, 1), MAX_WINDOW)?;
        start(vm, class, window, arg(args, 2))
    }),
    NativeDef::new("decompress", "(self, data, max_length=-1)", read).doc(
        "Decompress *data*, returning uncompressed data as bytes.\n\n\
         If *max_length* is nonnegative, returns at most *max_length* bytes\n\
         of decompressed data.  If this limit is reached and further output\n\
         can be produced, *self.needs_input* will be set to ``False``.  In\n\
         this case, the next call to *decompress()* may provide *data* as b''\n\
         to obtain more of the output.\n\n\
         If all of the input data was decompressed and returned (either\n\
         because this was less than *max_length* bytes, or because\n\
         *max_length* was negative), *self.needs_input* will be set to True.\n\n\
         Attempting to decompress data after the end of stream is reached\n\
         raises an EOFError.  Any data found after the end of the stream is\n\
         ignored and saved in the unused_data attribute.",
    ),
];

static READER_GETSETS: &[GetSetDef] = &[
    GetSetDef::new("eof", |vm, v| Ok(Value::bool(state(vm, v)?.borrow().ended))),
    GetSetDef::new("unused_data", |vm, v| {
        let state = state(vm, v)?;
        Ok(Bytes::new(&mut vm.heap, &state.borrow().unused)?.value())
    }),
    GetSetDef::new("needs_input", |vm, v| Ok(Value::bool(state(vm, v)?.borrow().needs_input))),
];

/// `_ZlibDecompressor.decompress`: what is not read is kept inside.
fn read(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let data = Buffer::of(vm, arg(args, 1))?.to_vec();
    let limit = usize::try_from(number(vm, arg(args, 2), -1)?).unwrap_or(usize::MAX);
    let state = state(vm, arg(args, 0))?;
    if state.borrow().ended {
        return Err(vm.raise_msg(Exc::EOFError, "End of stream already reached"));
    }
    let done = {
        let mut stream = state.borrow_mut();
        let mut input = std::mem::take(&mut stream.tail);
        input.extend(data);
        stream.run(&input, limit).map(|(out, read)| {
            let rest = input[read..].to_vec();
            // At the limit, more may come of what was read already.
            stream.needs_input = !stream.ended && rest.is_empty() && out.len() < limit;
            match stream.ended {
                true => stream.unused = rest,
                false => stream.tail = rest,
            }
            out
        })
    };
    match done {
        Ok(out) => Ok(Bytes::new(&mut vm.heap, &out)?.value()),
        Err(Fault(2, _)) => Err(error(vm, "Error 2 while decompressing data: need dictionary")),
        Err(fault) => Err(raise(vm, fault, "while decompressing data")),
    }
}

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let class = new_owner_class(vm, "zlib", "Decompress", METHODS, GETSETS)?;
    seal_made(class);
    vm.set_root(CLASS, class.value());
    let reader = new_owner_class(vm, "zlib", "_ZlibDecompressor", READER_METHODS, READER_GETSETS)?;
    seal(reader);
    set(vm, m, "_ZlibDecompressor", reader.value())
}
