//! Compressing: `zlib.compressobj` and what it makes.

use super::{STREAM_ERROR, dictionary, failure, number};
use crate::util::{arg, new_owner_class, seal_made};
use habu_object::bytes::Bytes;
use habu_object::{Type, Value};
use habu_vm::buffer::Buffer;
use habu_vm::{NativeDef, PyResult, Raised, Vm};
use std::cell::RefCell;
use zlib_rs::{Deflate, DeflateConfig, DeflateError, DeflateFlush, Method, Status, Strategy};

const CLASS: &str = "zlib.Compress";

/// What a compressor is made with, in bounds.
pub(super) struct Settings {
    level: i32,
    window: i32,
    memory: i32,
    strategy: Strategy,
}

impl Settings {
    /// The usual settings with a level and a window; None if they are out of bounds.
    pub(super) fn new(level: i64, window: i64) -> Option<Settings> {
        let fits = (-1..=9).contains(&level)
            && (matches!(window, 8) || matches!(window.abs(), 9..=15) || matches!(window, 25..=31));
        let strategy = Strategy::Default;
        fits.then_some(Settings { level: level as i32, window: window as i32, memory: 8, strategy })
    }

    pub(super) fn start(&self) -> Result<Deflate, DeflateError> {
        Ok(Deflate::new_with_config(DeflateConfig {
            level: self.level,
            method: Method::Deflated,
            window_bits: self.window,
            mem_level: self.memory,
            strategy: self.strategy,
        }))
    }
}

/// A compressor; None when it has ended.
type State = RefCell<Option<Deflate>>;

/// Bytes that output grows by at first.
const ROOM: usize = 16 * 1024;

/// All that comes out for this input.
pub(super) fn run(
    deflate: &mut Deflate,
    mut input: &[u8],
    flush: DeflateFlush,
) -> Result<Vec<u8>, DeflateError> {
    let mut out = Vec::new();
    loop {
        let start = out.len();
        let room = ROOM.max(start);
        out.resize(start + room, 0);
        let (read, written) = (deflate.total_in(), deflate.total_out());
        let status = deflate.compress(input, &mut out[start..], flush)?;
        input = &input[(deflate.total_in() - read) as usize..];
        let made = (deflate.total_out() - written) as usize;
        out.truncate(start + made);
        if status == Status::StreamEnd || made < room && input.is_empty() {
            return Ok(out);
        }
    }
}

static METHODS: &[NativeDef] = &[
    NativeDef::new("compress", "(self, data, /)", |vm, args| {
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        go_on(vm, args, &data, DeflateFlush::NoFlush, "while compressing data")
    })
    .doc(
        "Returns a bytes object containing compressed data.\n\n\
         \x20 data\n\
         \x20   Binary data to be compressed.\n\n\
         After calling this function, some of the input data may still\n\
         be stored in internal buffers for later processing.\n\
         Call the flush() method to clear these buffers.",
    ),
    NativeDef::new("flush", "(self, mode=4, /)", |vm, args| {
        let flush = match number(vm, arg(args, 1), 4)? {
            0 => return Ok(Bytes::new(&mut vm.heap, b"")?.value()),
            1 => DeflateFlush::PartialFlush,
            2 => DeflateFlush::SyncFlush,
            3 => DeflateFlush::FullFlush,
            4 => DeflateFlush::Finish,
            5 => DeflateFlush::Block,
            _ => return Err(inconsistent(vm, "while flushing")),
        };
        go_on(vm, args, b"", flush, "while flushing")
    })
    .doc(
        "Return a bytes object containing any remaining compressed data.\n\n\
         \x20 mode\n\
         \x20   One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n\
         \x20   If mode == Z_FINISH, the compressor object can no longer be\n\
         \x20   used after calling the flush() method.  Otherwise, more data\n\
         \x20   can still be compressed.",
    ),
];

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = new_owner_class(vm, "zlib", "Compress", METHODS, &[])?;
    seal_made(class);
    vm.set_root(CLASS, class.value());
    Ok(())
}

#[cold]
fn inconsistent(vm: &mut Vm, when: &str) -> Raised {
    failure(vm, STREAM_ERROR, when, None)
}

fn go_on(
    vm: &mut Vm,
    args: &[Value],
    data: &[u8],
    flush: DeflateFlush,
    when: &str,
) -> PyResult<Value> {
    let Some(state) = vm.owned::<State>(arg(args, 0)) else {
        return Err(vm.type_error("descriptor requires a 'zlib.Compress' object"));
    };
    let out = state.borrow_mut().as_mut().map(|deflate| run(deflate, data, flush));
    let Some(Ok(out)) = out else { return Err(inconsistent(vm, when)) };
    if flush == DeflateFlush::Finish {
        *state.borrow_mut() = None;
    }
    Ok(Bytes::new(&mut vm.heap, &out)?.value())
}

/// `zlib.compressobj(…)`
pub(super) fn make(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut numbers = [-1, 8, 15, 8, 0];
    for (i, n) in numbers.iter_mut().enumerate() {
        *n = number(vm, arg(args, i), *n)?;
    }
    let [level, method, window, memory, strategy] = numbers;
    let dictionary = dictionary(vm, arg(args, 5))?;
    let strategy = match strategy {
        0 => Some(Strategy::Default),
        1 => Some(Strategy::Filtered),
        2 => Some(Strategy::HuffmanOnly),
        3 => Some(Strategy::Rle),
        4 => Some(Strategy::Fixed),
        _ => None,
    };
    let settings =
        Settings::new(level, window).filter(|_| method == 8 && (1..=9).contains(&memory));
    let (Some(settings), Some(strategy)) = (settings, strategy) else {
        return Err(vm.value_error("Invalid initialization option"));
    };
    let Ok(mut deflate) = (Settings { memory: memory as i32, strategy, ..settings }).start() else {
        return Err(vm.value_error("Invalid initialization option"));
    };
    if let Some(dictionary) = dictionary
        && deflate.set_dictionary(&dictionary).is_err()
    {
        return Err(vm.value_error("Invalid dictionary"));
    }
    let Some(class) = vm.root(CLASS).cast::<Type>() else {
        return Err(vm.type_error("module zlib is gone"));
    };
    let state: State = RefCell::new(Some(deflate));
    Ok(vm.new_owner(class, state, &[])?.value())
}
