//! Methods of bytes and bytearray that fill up to a width.

use super::buffer::Buffer;
use super::{tables, this};
use crate::args::arg;
use crate::types::sequence::ssize;
use crate::types::str::c_int_or;
use habu_gc::OutOfMemory;
use habu_object::{Kind, Value, bytes};
use habu_vm::{Exc, PyResult, Vm};

tables! {
    plain {}
    given {
        "center" "(self, width, fillchar=b' ', /)" center "Return a centered string of length width.";
        "expandtabs" "(self, /, tabsize=8)" expandtabs
            "Return a copy where all tab characters are expanded using spaces.";
        "ljust" "(self, width, fillchar=b' ', /)" ljust "Return a left-justified string of length width.";
        "rjust" "(self, width, fillchar=b' ', /)" rjust "Return a right-justified string of length width.";
        "zfill" "(self, width, /)" zfill
            "Pad a numeric string with zeros on the left, to fill a field of the given width.";
    }
}

type Pad = fn(&[u8], i64, u8) -> Result<Vec<u8>, OutOfMemory>;

fn padded(vm: &mut Vm, args: &[Value], name: &str, pad: Pad) -> PyResult<Value> {
    let width = ssize(vm, arg(args, 1))?;
    let fill = match arg(args, 2) {
        v if v.is_unbound() => b' ',
        v => fill_byte(vm, v, name)?,
    };
    let of = this(vm, args)?;
    finish(vm, &of, |of| pad(of, width, fill))
}

fn finish(
    vm: &mut Vm,
    of: &Buffer,
    pad: impl FnOnce(&[u8]) -> Result<Vec<u8>, OutOfMemory>,
) -> PyResult<Value> {
    match pad(of) {
        Ok(done) => of.like(vm, &done),
        Err(OutOfMemory) => Err(vm.raise_args(Exc::MemoryError, &[])),
    }
}

fn fill_byte(vm: &mut Vm, v: Value, name: &str) -> PyResult<u8> {
    if matches!(v.kind(), Kind::Bytes | Kind::ByteArray)
        && let [byte] = *Buffer::of(vm, v)?
    {
        return Ok(byte);
    }
    let msg =
        format!("{name}() argument 2 must be a byte string of length 1, not {}", vm.type_name(v));
    Err(vm.type_error(&msg))
}

fn center(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    padded(vm, args, "center", bytes::center)
}

fn ljust(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    padded(vm, args, "ljust", bytes::ljust)
}

fn rjust(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    padded(vm, args, "rjust", bytes::rjust)
}

fn zfill(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let width = ssize(vm, arg(args, 1))?;
    let of = this(vm, args)?;
    finish(vm, &of, |of| bytes::zfill(of, width))
}

fn expandtabs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let size = c_int_or(vm, arg(args, 1), 8)?;
    let of = this(vm, args)?;
    finish(vm, &of, |of| bytes::expandtabs(of, size))
}
