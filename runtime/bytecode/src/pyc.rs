//! The `.pyc` file: a code object and the stamp of the source it was made from.
//!
//! ```text
//!  0  magic     format number and "\r\n", PEP 552's form; not CPython's numbers
//!  4  flags     0: checked against mtime and size
//!  8  mtime     of the source, low 32 bits
//! 12  size      of the source, low 32 bits
//! 16  object    the code object as `marshal` has it:
//!               'c', length of the stream (u32), checksum of op table and stream (u64), stream
//! ```
//!
//! `stream` is the form of code objects. The op table takes part in the checksum, so a build with other ops does not read
//! this build's files; a change of what the compiler emits needs a new [`FORMAT`].
//!
//! Decoding never panics and never allocates more than a multiple of the file's size; what it returns is verified.

use std::fmt;

use crate::stream;
use crate::verify::{VerifyError, verify};
use crate::{Code, OPS};

/// The number of the format and of the compiler's conventions. Raise it when either changes.
pub const FORMAT: u16 = 0x4806;

const HEADER: usize = 16;

/// The first byte of a code object.
pub const TYPE_CODE: u8 = b'c';

/// Bytes of a code object before its stream: type, length, checksum.
const PREFIX: usize = 13;

/// What identifies the source file's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceStamp {
    /// Modification time in seconds, low 32 bits.
    pub mtime: u32,
    /// Size in bytes, low 32 bits.
    pub size: u32,
}

/// Why a file cannot be used. None of these is the user's fault, and all mean: compile the source again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PycError {
    /// Shorter than a header.
    Truncated,
    /// Not this version's format.
    Foreign,
    /// Made from another version of the source.
    Stale,
    /// The checksum does not match: damaged, or of a build with other ops.
    Checksum,
    /// The checksum matches but the body is no code object: written by something else.
    Malformed(&'static str),
    /// The code object breaks a rule of the verifier.
    Invalid(VerifyError),
}

impl fmt::Display for PycError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PycError::Truncated => f.write_str("the file is cut off"),
            PycError::Foreign => f.write_str("not a bytecode file of this version"),
            PycError::Stale => f.write_str("the source has changed"),
            PycError::Checksum => f.write_str("the file is damaged"),
            PycError::Malformed(what) => write!(f, "malformed bytecode file: {what}"),
            PycError::Invalid(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PycError {}

/// The first four bytes of every file.
pub fn magic() -> [u8; 4] {
    let [low, high] = FORMAT.to_le_bytes();
    [low, high, b'\r', b'\n']
}

/// The file for `code`, which is as the compiler made it.
pub fn encode(code: &Code, stamp: SourceStamp) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(magic());
    out.extend(0u32.to_le_bytes());
    out.extend(stamp.mtime.to_le_bytes());
    out.extend(stamp.size.to_le_bytes());
    out.extend(encode_object(code));
    out
}

/// The code object alone.
pub fn encode_object(code: &Code) -> Vec<u8> {
    frame_object(&stream::write(code))
}

fn frame_object(stream: &[u8]) -> Vec<u8> {
    let mut out = vec![TYPE_CODE];
    out.extend((stream.len() as u32).to_le_bytes());
    out.extend(checksum(stream).to_le_bytes());
    out.extend(stream);
    out
}

/// The verified code object of a file that was made from the source with this stamp.
pub fn decode(file: &[u8], stamp: SourceStamp) -> Result<Code, PycError> {
    let (Some(header), Some(object)) = (file.get(..HEADER), file.get(HEADER..)) else {
        return Err(if magic().starts_with(&file[..file.len().min(4)]) {
            PycError::Truncated
        } else {
            PycError::Foreign
        });
    };
    if header[..4] != magic() || word(header, 4) != 0 {
        return Err(PycError::Foreign);
    }
    if (SourceStamp { mtime: word(header, 8), size: word(header, 12) }) != stamp {
        return Err(PycError::Stale);
    }
    let (code, rest) = decode_object(object)?;
    if rest.is_empty() { Ok(code) } else { Err(PycError::Malformed("bytes after the end")) }
}

/// The verified code object at the beginning of `bytes`, and what follows it.
pub fn decode_object(bytes: &[u8]) -> Result<(Code, &[u8]), PycError> {
    let (prefix, rest) = bytes.split_at_checked(PREFIX).ok_or(PycError::Truncated)?;
    if prefix[0] != TYPE_CODE {
        return Err(PycError::Malformed("no code object"));
    }
    let length = word(prefix, 1) as usize;
    let (stream, rest) = rest.split_at_checked(length).ok_or(PycError::Truncated)?;
    if checksum(stream).to_le_bytes() != prefix[5..] {
        return Err(PycError::Checksum);
    }
    let code = stream::read(stream, None).map_err(PycError::Malformed)?;
    verify(&code).map_err(PycError::Invalid)?;
    Ok((code, rest))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |n, byte| n << 8 | u32::from(*byte))
}

/// A 64-bit hash in which every byte counts: each step is a bijection of the state.
struct Hash(u64);

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in words.by_ref() {
            self.word(word.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte)));
        }
        let tail = words.remainder();
        self.word(tail.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte)));
        self.word(bytes.len() as u64);
    }

    fn word(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 29;
    }
}

fn checksum(stream: &[u8]) -> u64 {
    let mut hash = Hash(u64::from(FORMAT));
    for op in OPS {
        let info = op.info();
        hash.add(info.name.as_bytes());
        info.roles.iter().for_each(|role| hash.word(*role as u64));
        info.words.iter().for_each(|word| hash.word(*word as u64));
        hash.word(info.range as u64);
    }
    hash.add(stream);
    hash.0
}

#[cfg(test)]
#[path = "pyc_tests.rs"]
mod tests;
