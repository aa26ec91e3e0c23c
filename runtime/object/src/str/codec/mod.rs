//! Strs from and to bytes: the codecs of the core, and their error handlers.
//!
//! A decoder or encoder is given what to do about errors as a closure, so that handlers registered from Python work
//! like the ones here ([`Errors`]): a decoder's puts replacement text into the output and says where to go on, an
//! encoder's returns what to put in place. `encode` and `decode` are the whole thing for the handlers known here.

mod errors;
mod single;
mod utf16;
mod utf32;
mod utf8;

pub use errors::Errors;
pub use single::{decode_ascii, decode_latin1, encode_ascii, encode_latin1};
pub use utf8::{decode_utf8, encode_utf8};
pub use utf16::{decode_utf16, encode_utf16};
pub use utf32::{decode_utf32, encode_utf32};

use super::build::StrBuf;
use super::layout::Str;
use crate::bytes::Bytes;
use crate::object::{Alloc, Gc};
use habu_gc::{Heap, OutOfMemory};

/// What UnicodeEncodeError and UnicodeDecodeError tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodecError {
    /// Name of the encoding.
    pub encoding: &'static str,
    /// First bad byte or character.
    pub start: usize,
    /// After the last bad one.
    pub end: usize,
    /// Why.
    pub reason: &'static str,
}

/// What an error handler of an encoder wants instead.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// These bytes, as they are.
    Bytes(Vec<u8>),
    /// This text, which must be encodable.
    Text(StrBuf),
}

/// Byte order of UTF-16 and UTF-32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// As a byte order mark says; little without one. The encoder writes one.
    Marked,
    /// Little-endian, no mark.
    Little,
    /// Big-endian, no mark.
    Big,
}

/// The encodings of the core.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a mark at the start.
    Utf8Sig,
    /// Latin-1.
    Latin1,
    /// ASCII.
    Ascii,
    /// UTF-16.
    Utf16(Order),
    /// UTF-32.
    Utf32(Order),
}

impl Encoding {
    /// The encoding of this name, if it is one of the core's.
    pub fn from_name(name: &str) -> Option<Encoding> {
        let mut key = [0u8; 16];
        let mut n = 0;
        for b in name.bytes() {
            let b = if matches!(b, b'-' | b' ') { b'_' } else { b.to_ascii_lowercase() };
            *key.get_mut(n)? = b;
            n += 1;
        }
        Some(match &key[..n] {
            b"utf_8" | b"utf8" | b"u8" | b"utf" | b"cp65001" | b"utf8_ucs2" | b"utf8_ucs4" => {
                Encoding::Utf8
            }
            b"utf_8_sig" => Encoding::Utf8Sig,
            b"latin_1" | b"latin1" | b"iso_8859_1" | b"iso8859_1" | b"8859" | b"cp819" | b"l1"
            | b"latin" | b"iso8859" => Encoding::Latin1,
            b"ascii" | b"us_ascii" | b"646" => Encoding::Ascii,
            b"utf_16" | b"utf16" | b"u16" => Encoding::Utf16(Order::Marked),
            b"utf_16_le" | b"utf_16le" | b"utf16_le" => Encoding::Utf16(Order::Little),
            b"utf_16_be" | b"utf_16be" | b"utf16_be" => Encoding::Utf16(Order::Big),
            b"utf_32" | b"utf32" | b"u32" => Encoding::Utf32(Order::Marked),
            b"utf_32_le" | b"utf_32le" | b"utf32_le" => Encoding::Utf32(Order::Little),
            b"utf_32_be" | b"utf_32be" | b"utf32_be" => Encoding::Utf32(Order::Big),
            _ => return None,
        })
    }
}

/// An error that no handler mended, or no memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodecFailure {
    /// The error.
    Error(CodecError),
    /// Too long.
    Memory,
}

impl From<OutOfMemory> for CodecFailure {
    fn from(_: OutOfMemory) -> CodecFailure {
        CodecFailure::Memory
    }
}

impl From<CodecError> for CodecFailure {
    fn from(error: CodecError) -> CodecFailure {
        CodecFailure::Error(error)
    }
}

/// Decodes into a buffer with any handler; bytes consumed are all.
pub fn decode_into<E>(
    bytes: &[u8],
    encoding: Encoding,
    to: &mut StrBuf,
    on_error: impl FnMut(&CodecError, &mut StrBuf) -> Result<usize, E>,
) -> Result<(), E> {
    match encoding {
        Encoding::Utf8 => decode_utf8(bytes, 0, true, to, on_error).map(drop),
        Encoding::Utf8Sig => {
            let skip = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
            decode_utf8(bytes, skip, true, to, on_error).map(drop)
        }
        Encoding::Latin1 => {
            decode_latin1(bytes, to);
            Ok(())
        }
        Encoding::Ascii => decode_ascii(bytes, to, on_error),
        Encoding::Utf16(order) => decode_utf16(bytes, order, true, to, on_error).map(drop),
        Encoding::Utf32(order) => decode_utf32(bytes, order, true, to, on_error).map(drop),
    }
}

/// Encodes with any handler.
pub fn encode_with<E>(
    s: &Str,
    encoding: Encoding,
    on_error: impl FnMut(&CodecError) -> Result<(Replacement, usize), E>,
) -> Result<Vec<u8>, E>
where
    E: From<CodecError>,
{
    match encoding {
        Encoding::Utf8 => encode_utf8(s, on_error),
        Encoding::Utf8Sig => {
            let mut bytes = b"\xEF\xBB\xBF".to_vec();
            bytes.extend(encode_utf8(s, on_error)?);
            Ok(bytes)
        }
        Encoding::Latin1 => encode_latin1(s, on_error),
        Encoding::Ascii => encode_ascii(s, on_error),
        Encoding::Utf16(order) => encode_utf16(s, order, on_error),
        Encoding::Utf32(order) => encode_utf32(s, order, on_error),
    }
}

impl Str {
    /// `bytes.decode(encoding, errors)`
    pub fn decode(
        heap: &mut Heap,
        bytes: &[u8],
        encoding: Encoding,
        errors: Errors,
    ) -> Result<Gc<Str>, CodecFailure> {
        match encoding {
            Encoding::Latin1 => return Ok(Str::from_latin1(heap, bytes)?),
            Encoding::Utf8 | Encoding::Ascii if bytes.is_ascii() => {
                return Ok(Str::from_bytes(heap, bytes, true)?);
            }
            Encoding::Utf8 => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    return Ok(Str::new(heap, text)?);
                }
            }
            _ => {}
        }
        let mut buf = StrBuf::with_capacity(bytes.len());
        decode_into(bytes, encoding, &mut buf, |error, to| errors.decode(error, bytes, to))
            .map_err(CodecFailure::Error)?;
        Ok(buf.finish(heap)?)
    }

    /// A str of the operating system's bytes: file names, arguments, environment.
    pub fn from_os_bytes(heap: &mut Heap, bytes: &[u8]) -> Alloc<Gc<Str>> {
        let decoded = Str::decode(heap, bytes, Encoding::Utf8, Errors::SurrogateEscape);
        decoded.map_err(|_| OutOfMemory)
    }

    /// The operating system's bytes.
    pub fn to_os_bytes(&self) -> Result<Vec<u8>, CodecError> {
        encode_utf8(self, |error| Errors::SurrogateEscape.encode(error, self))
    }
}

impl Gc<Str> {
    /// `self.encode(encoding, errors)`
    pub fn encode(
        self,
        heap: &mut Heap,
        encoding: Encoding,
        errors: Errors,
    ) -> Result<Gc<Bytes>, CodecFailure> {
        match encoding {
            Encoding::Utf8 | Encoding::Ascii if self.is_ascii() => {
                return Ok(Bytes::new(heap, self.raw())?);
            }
            Encoding::Latin1 if self.width() == 1 => return Ok(Bytes::new(heap, self.raw())?),
            _ => {}
        }
        let bytes: Result<Vec<u8>, CodecError> =
            encode_with(&self, encoding, |error| errors.encode(error, &self));
        Ok(Bytes::new(heap, &bytes?)?)
    }
}

/// The end of the run of characters from `start` on that satisfy a predicate.
fn run_end(s: &Str, start: usize, bad: impl Fn(u32) -> bool) -> usize {
    (start..s.len()).find(|i| !bad(s.char_at(*i))).unwrap_or(s.len())
}

/// Whether a code point is a surrogate.
fn is_surrogate(c: u32) -> bool {
    (0xD800..0xE000).contains(&c)
}
