//! `format % arguments` of bytes and bytearray; directives and numbers are those of str.

use super::buffer::Buffer;
use super::construct::special_bytes;
use crate::types::str::percent::{
    Arguments, Directive, Source, directive, number_text, unsupported,
};
use habu_object::bytes::Bytes;
use habu_object::format::percent::Percent;
use habu_object::{Kind, Value, int};
use habu_vm::{PyResult, Raised, Vm};

impl Source for &[u8] {
    #[inline]
    fn at(self, i: usize) -> Option<u32> {
        self.get(i).map(|b| u32::from(*b))
    }
    fn key(self, vm: &mut Vm, from: usize, to: usize) -> PyResult<Value> {
        let key = self.get(from..to).unwrap_or_default();
        Ok(Bytes::new(&mut vm.heap, key)?.value())
    }
    const PRECISION: &'static str = "prec too big";
}

/// `format % args`
pub(super) fn format(vm: &mut Vm, format: &Buffer, args: Value) -> PyResult<Value> {
    let mut args = Arguments::new(vm, args, &[Kind::Bytes, Kind::ByteArray, Kind::Str]);
    // Arguments may run Python code that changes a bytearray.
    let source = match format {
        Buffer::Bytes(bytes) => Buffer::Bytes(*bytes),
        other => Buffer::Copy(other.to_vec()),
    };
    let mut out = Vec::with_capacity(source.len() + 32);
    let mut at = 0;
    while let Some(n) = source.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'%')) {
        out.extend_from_slice(&source[at..at + n]);
        at += n + 1;
        if source.get(at) == Some(&b'%') {
            out.push(b'%');
            at += 1;
            continue;
        }
        let d = directive(vm, &*source, at, &mut args)?;
        convert(vm, &d, &mut args, &mut out)?;
        at = d.at + 1;
    }
    out.extend_from_slice(source.get(at..).unwrap_or_default());
    args.finish(vm, "bytes")?;
    format.like(vm, &out)
}

fn convert(vm: &mut Vm, d: &Directive, args: &mut Arguments, out: &mut Vec<u8>) -> PyResult<()> {
    let v = args.next(vm)?;
    match char::from_u32(d.code) {
        Some('s' | 'b') => {
            let text = bytes_of(vm, v)?;
            push_padded(out, &text, &d.p);
        }
        Some('r' | 'a') => {
            let text = vm.ascii(v)?;
            let text = vm.text(text);
            push_padded(out, text.as_bytes(), &d.p);
        }
        Some('c') => {
            let b = character(vm, v)?;
            push_padded(out, &[b], &Percent { precision: None, ..d.p });
        }
        _ => match number_text(vm, d, v, "float argument required")? {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => return Err(unsupported(vm, d)),
        },
    }
    Ok(())
}

fn bytes_of(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
    if let Some(bytes) = v.cast::<Bytes>() {
        return Ok(Buffer::Bytes(bytes));
    }
    if let Some(bytes) = special_bytes(vm, v)? {
        return Ok(Buffer::Bytes(bytes));
    }
    match Buffer::try_of(vm, v)? {
        Some(buffer) => Ok(buffer),
        None => {
            let msg = format!(
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                vm.type_name(v)
            );
            Err(vm.type_error(&msg))
        }
    }
}

fn push_padded(out: &mut Vec<u8>, text: &[u8], p: &Percent) {
    let len = p.precision.map_or(text.len(), |n| n.min(text.len()));
    let missing = p.width.saturating_sub(len);
    if !p.left {
        out.resize(out.len() + missing, b' ');
    }
    out.extend_from_slice(&text[..len]);
    if p.left {
        out.resize(out.len() + missing, b' ');
    }
}

/// The byte of a `%c`.
fn character(vm: &mut Vm, v: Value) -> PyResult<u8> {
    if matches!(v.kind(), Kind::Bytes | Kind::ByteArray) {
        let buffer = Buffer::of(vm, v)?;
        if let [b] = *buffer {
            return Ok(b);
        }
        let (kind, len) = (vm.type_name(v), buffer.len());
        return Err(bad_character(vm, &format!("a {kind} object of length {len}")));
    }
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        let kind = vm.type_name(v);
        return Err(bad_character(vm, &kind));
    }
    let n = vm.index_clamped(v)?;
    u8::try_from(n).map_err(|_| vm.overflow_error("%c arg not in range(256)"))
}

#[cold]
fn bad_character(vm: &mut Vm, got: &str) -> Raised {
    vm.type_error(&format!("%c requires an integer in range(256) or a single byte, not {got}"))
}
