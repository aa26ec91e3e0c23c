//! Module `zlib`: zlib-rs behind the interface of CPython. `compress` and `decompress` have the objects that take data bit
//! by bit; here are the functions that take it at once, checksums and errors.

mod compress;
mod decompress;

use crate::util::{arg, new_exception, new_module, raise_root, set, set_text};
use compress::Settings;
use habu_object::bytes::Bytes;
use habu_object::{Gc, Module, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};

const ERROR: &str = "zlib.error";
/// The largest window: 2^15 bytes.
const MAX_WINDOW: i64 = 15;

/// Codes that stand in messages.
const STREAM_ERROR: i32 = -2;
const DATA_ERROR: i32 = -3;
const BUFFER_ERROR: i32 = -5;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("adler32", "(data, value=1, /)", |vm, args| {
        let start = checksum(vm, arg(args, 1), 1)?;
        let bytes = Buffer::of(vm, arg(args, 0))?;
        Ok(Value::small_int(zlib_rs::adler32::adler32(start, &bytes).into()))
    })
    .doc(
        "Compute an Adler-32 checksum of data.\n\n\
         \x20 value\n\
         \x20   Starting value of the checksum.\n\n\
         The returned checksum is an integer.",
    ),
    NativeDef::new("crc32", "(data, value=0, /)", crc32).doc(
        "Compute a CRC-32 checksum of data.\n\n\
         \x20 value\n\
         \x20   Starting value of the checksum.\n\n\
         The returned checksum is an integer.",
    ),
    NativeDef::new("compress", "(data, /, level=-1, wbits=15)", |vm, args| {
        let level = number(vm, arg(args, 1), -1)?;
        let window = number(vm, arg(args, 2), MAX_WINDOW)?;
        let bytes = Buffer::of(vm, arg(args, 0))?.to_vec();
        let Some(settings) = Settings::new(level, window) else {
            return Err(error(vm, "Bad compression level"));
        };
        let out = settings.start().and_then(|mut deflate| {
            compress::run(&mut deflate, &bytes, zlib_rs::DeflateFlush::Finish)
        });
        match out {
            Ok(out) => Ok(Bytes::new(&mut vm.heap, &out)?.value()),
            Err(_) => Err(failure(vm, STREAM_ERROR, "while compressing data", None)),
        }
    })
    .doc(
        "Returns a bytes object containing compressed data.\n\n\
         \x20 data\n\
         \x20   Binary data to be compressed.\n\
         \x20 level\n\
         \x20   Compression level, in 0-9 or -1.\n\
         \x20 wbits\n\
         \x20   The window buffer size and container format.",
    ),
    NativeDef::new(
        "compressobj",
        "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=<unrepresentable>)",
        compress::make,
    )
    .doc(
        "Return a compressor object.\n\n\
         \x20 level\n\
         \x20   The compression level (an integer in the range 0-9 or -1; default is\n\
         \x20   currently equivalent to 6).  Higher compression levels are slower,\n\
         \x20   but produce smaller results.\n\
         \x20 method\n\
         \x20   The compression algorithm.  If given, this must be DEFLATED.\n\
         \x20 wbits\n\
         \x20   +9 to +15: The base-two logarithm of the window size.  Include a zlib\n\
         \x20       container.\n\
         \x20   -9 to -15: Generate a raw stream.\n\
         \x20   +25 to +31: Include a gzip container.\n\
         \x20 memLevel\n\
         \x20   Controls the amount of memory used for internal compression state.\n\
         \x20   Valid values range from 1 to 9.  Higher values result in higher memory\n\
         \x20   usage, faster compression, and smaller output.\n\
         \x20 strategy\n\
         \x20   Used to tune the compression algorithm.  Possible values are\n\
         \x20   Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.\n\
         \x20 zdict\n\
         \x20   The predefined compression dictionary - a sequence of bytes\n\
         \x20   containing subsequences that are likely to occur in the input data.",
    ),
    NativeDef::new("decompress", "(data, /, wbits=15, bufsize=16384)", decompress::at_once).doc(
        "Returns a bytes object containing the uncompressed data.\n\n\
         \x20 data\n\
         \x20   Compressed data.\n\
         \x20 wbits\n\
         \x20   The window buffer size and container format.\n\
         \x20 bufsize\n\
         \x20   The initial output buffer size.",
    ),
    NativeDef::new("decompressobj", "(wbits=15, zdict=b'')", decompress::make).doc(
        "Return a decompressor object.\n\n\
         \x20 wbits\n\
         \x20   The window buffer size and container format.\n\
         \x20 zdict\n\
         \x20   The predefined compression dictionary.  This must be the same\n\
         \x20   dictionary as used by the compressor that produced the input data.",
    ),
];

/// The numbers that the module names.
const NUMBERS: &[(&str, i64)] = &[
    ("MAX_WBITS", MAX_WINDOW),
    ("DEFLATED", 8),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", 16384),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_SYNC_FLUSH", 2),
    ("Z_FULL_FLUSH", 3),
    ("Z_FINISH", 4),
    ("Z_BLOCK", 5),
    ("Z_TREES", 6),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "The functions in this module allow compression and decompression using the\n\
               zlib library, which is based on GNU zip.\n\n\
               adler32(string[, start]) -- Compute an Adler-32 checksum.\n\
               compress(data[, level]) -- Compress data, with compression level 0-9 or -1.\n\
               compressobj([level[, ...]]) -- Return a compressor object.\n\
               crc32(string[, start]) -- Compute a CRC-32 checksum.\n\
               decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\n\
               decompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n\
               'wbits' is window buffer size and container format.\n\
               Compressor objects support compress() and flush() methods; decompressor\n\
               objects support decompress() and flush().";
    let m = new_module(vm, "zlib", doc, FUNCTIONS)?;
    let error = new_exception(vm, m, "zlib", "error", Exc::Exception)?;
    vm.set_root(ERROR, error);
    compress::install(vm)?;
    decompress::install(vm, m)?;
    for (name, n) in NUMBERS {
        set(vm, m, name, Value::small_int(*n))?;
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        set_text(vm, m, name, "1.3.1")?;
    }
    Ok(m)
}

#[cold]
fn error(vm: &mut Vm, text: &str) -> Raised {
    raise_root(vm, ERROR, text)
}

/// The error of a code, with zlib's own words if it has any.
#[cold]
fn failure(vm: &mut Vm, code: i32, when: &str, words: Option<&str>) -> Raised {
    let words = words.or(match code {
        BUFFER_ERROR => Some("incomplete or truncated stream"),
        STREAM_ERROR => Some("inconsistent stream state"),
        DATA_ERROR => Some("invalid input data"),
        _ => None,
    });
    let text = match words {
        Some(words) => format!("Error {code} {when}: {words}"),
        None => format!("Error {code} {when}"),
    };
    error(vm, &text)
}

fn number(vm: &mut Vm, v: Value, default: i64) -> PyResult<i64> {
    match v.bound() {
        Some(v) => vm.index_i64(v),
        None => Ok(default),
    }
}

/// `crc32(data, value)`, also that of `binascii`.
pub(crate) fn crc32(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let start = checksum(vm, arg(args, 1), 0)?;
    let bytes = Buffer::of(vm, arg(args, 0))?;
    Ok(Value::small_int(zlib_rs::crc32::crc32(start, &bytes).into()))
}

/// The checksum to go on from: the low 32 bits of an int.
pub(crate) fn checksum(vm: &mut Vm, v: Value, default: u32) -> PyResult<u32> {
    match v.bound() {
        Some(v) => Ok(int::to_u64_wrapping(vm.index(v)?) as u32),
        None => Ok(default),
    }
}

/// The bytes of a dictionary.
fn dictionary(vm: &mut Vm, v: Value) -> PyResult<Option<Vec<u8>>> {
    let Some(v) = v.bound() else { return Ok(None) };
    match Buffer::try_of(vm, v)? {
        Some(bytes) => Ok(Some(bytes.to_vec())),
        None => Err(vm.type_error("zdict argument must support the buffer protocol")),
    }
}
