//! `io.BytesIO`: a stream over bytes in memory.

use super::base::{given_state, seek_args, size_arg, take_attributes};
use crate::util::{arg, class_arg, native, slot};
use habu_object::bytes::{ByteArray, Bytes};
use habu_object::{Gc, Kind, List, Native, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};

// Slots: the bytearray (None when closed), the position.

const DATA: usize = 0;
const AT: usize = 1;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let data = ByteArray::new(&mut vm.heap, b"")?.value();
        let slots = [data, Value::small_int(0)];
        Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?.value())
    }),
    NativeDef::new("__init__", "(self, initial_bytes=b'')", |vm, args| {
        let this = native(vm, args)?;
        let bytes = match arg(args, 1).bound().filter(|v| !v.is_none()) {
            Some(v) => Buffer::of(vm, v)?.to_vec(),
            None => Vec::new(),
        };
        let data = ByteArray::new(&mut vm.heap, &bytes)?.value();
        this.set_slot(&mut vm.heap, DATA, data);
        set_at(vm, this, 0);
        Ok(Value::NONE)
    }),
    NativeDef::new("read", "(self, size=-1, /)", read),
    NativeDef::new("read1", "(self, size=-1, /)", read),
    NativeDef::new("readinto", "(self, buffer, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        if !habu_vm::buffer::is_writable(arg(args, 1)) {
            let msg = "readinto() argument must be read-write bytes-like object, not bytes";
            return Err(vm.type_error(msg));
        }
        let room = Buffer::of(vm, arg(args, 1))?.len();
        let bytes = rest(this, data, Some(room));
        habu_vm::buffer::write(vm, arg(args, 1), 0, &bytes)?;
        set_at(vm, this, at(this) + bytes.len());
        Ok(Value::small_int(bytes.len() as i64))
    }),
    NativeDef::new("readline", "(self, size=-1, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        let limit = size_arg(vm, arg(args, 1))?;
        let line = line(this, data, limit);
        set_at(vm, this, at(this) + line.len());
        Ok(Bytes::new(&mut vm.heap, &line)?.value())
    }),
    NativeDef::new("readlines", "(self, size=None, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        let hint = size_arg(vm, arg(args, 1))?.filter(|n| *n > 0);
        let list = List::new(&mut vm.heap, 8)?;
        let mut total = 0;
        loop {
            let line = line(this, data, None);
            if line.is_empty() {
                break;
            }
            set_at(vm, this, at(this) + line.len());
            total += line.len();
            let line = Bytes::new(&mut vm.heap, &line)?.value();
            list.push(&mut vm.heap, line)?;
            if hint.is_some_and(|hint| total >= hint) {
                break;
            }
        }
        Ok(list.value())
    }),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        let line = line(this, data, None);
        if line.is_empty() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        set_at(vm, this, at(this) + line.len());
        Ok(Bytes::new(&mut vm.heap, &line)?.value())
    }),
    NativeDef::new("__iter__", "(self, /)", |vm, args| {
        parts(vm, args)?;
        Ok(arg(args, 0))
    }),
    NativeDef::new("write", "(self, b, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        if arg(args, 1).kind() == Kind::Str {
            return Err(vm.type_error("a bytes-like object is required, not 'str'"));
        }
        let bytes = Buffer::of(vm, arg(args, 1))?.to_vec();
        let n = write(vm, this, data, &bytes)?;
        Ok(Value::small_int(n as i64))
    }),
    NativeDef::new("writelines", "(self, lines, /)", |vm, args| {
        parts(vm, args)?;
        let this = arg(args, 0);
        vm.for_each(arg(args, 1), |vm, line| {
            let (this, data) = parts(vm, &[this])?;
            let bytes = Buffer::of(vm, line)?.to_vec();
            write(vm, this, data, &bytes)?;
            Ok(())
        })?;
        Ok(Value::NONE)
    }),
    NativeDef::new("seek", "(self, pos, whence=0, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        let (offset, whence) = seek_args(vm, args)?;
        let base = match whence {
            0 if offset < 0 => {
                return Err(vm.value_error(&format!("negative seek value {offset}")));
            }
            0 => 0,
            1 => at(this) as i64,
            2 => data.len.get() as i64,
            _ => {
                let msg = format!("invalid whence ({whence}, should be 0, 1 or 2)");
                return Err(vm.value_error(&msg));
            }
        };
        let Some(to) = base.checked_add(offset) else {
            return Err(vm.overflow_error("new position too large"));
        };
        set_at(vm, this, to.max(0) as usize);
        Ok(Value::small_int(to.max(0)))
    }),
    NativeDef::new("tell", "(self, /)", |vm, args| Ok(parts(vm, args)?.0.slot(AT))),
    NativeDef::new("truncate", "(self, size=None, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        let size = match arg(args, 1).bound().filter(|v| !v.is_none()) {
            Some(v) => vm.index_i64(v)?,
            None => at(this) as i64,
        };
        let Ok(n) = usize::try_from(size) else {
            return Err(vm.value_error(&format!("negative size value {size}")));
        };
        if n < data.len.get() {
            unexported(vm, data)?;
            data.resize(&mut vm.heap, n)?;
        }
        Ok(Value::small_int(size))
    }),
    NativeDef::new("getvalue", "(self, /)", |vm, args| {
        let (_, data) = parts(vm, args)?;
        let bytes = data.bytes().to_vec();
        Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
    }),
    NativeDef::new("getbuffer", "(self, /)", |vm, args| {
        let (_, data) = parts(vm, args)?;
        let class = vm.types.of_kind(Kind::MemoryView).value();
        vm.call(class, &[data.value()])
    }),
    NativeDef::new("close", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        if let Some(data) = this.slot(DATA).cast::<ByteArray>() {
            unexported(vm, data)?;
        }
        this.set_slot(&mut vm.heap, DATA, Value::NONE);
        Ok(Value::NONE)
    }),
    NativeDef::new("flush", "(self, /)", |vm, args| {
        parts(vm, args)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("isatty", "(self, /)", |vm, args| {
        parts(vm, args)?;
        Ok(Value::FALSE)
    }),
    NativeDef::new("seekable", "(self, /)", yes),
    NativeDef::new("readable", "(self, /)", yes),
    NativeDef::new("writable", "(self, /)", yes),
    NativeDef::new("__getstate__", "(self, /)", |vm, args| {
        let (this, data) = parts(vm, args)?;
        let bytes = data.bytes().to_vec();
        let bytes = Bytes::new(&mut vm.heap, &bytes)?.value();
        let dict = match vm.instance_dict(this.value())?.filter(|d| !d.is_empty()) {
            Some(d) => d.copy(&mut vm.heap)?.value(),
            None => Value::NONE,
        };
        vm.new_tuple(&[bytes, this.slot(AT), dict])
    }),
    NativeDef::new("__setstate__", "(self, state, /)", set_state),
];

pub(super) static GETSETS: &[GetSetDef] =
    &[GetSetDef::new("closed", |_, v| Ok(Value::bool(slot(v, DATA).is_none())))];

/// The receiver and its bytes; ValueError if it is closed.
fn parts(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Native>, Gc<ByteArray>)> {
    let this = native(vm, args)?;
    match this.slot(DATA).cast::<ByteArray>() {
        Some(data) => Ok((this, data)),
        None => Err(vm.value_error("I/O operation on closed file.")),
    }
}

fn yes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    parts(vm, args)?;
    Ok(Value::TRUE)
}

fn at(this: Gc<Native>) -> usize {
    this.slot(AT).as_int() as usize
}

fn set_at(vm: &mut Vm, this: Gc<Native>, at: usize) {
    this.set_slot(&mut vm.heap, AT, Value::small_int(at as i64));
}

fn unexported(vm: &mut Vm, data: Gc<ByteArray>) -> PyResult<()> {
    if data.is_exported() {
        let msg = "Existing exports of data: object cannot be re-sized";
        return Err(vm.raise_msg(Exc::BufferError, msg));
    }
    Ok(())
}

/// What is to be read next.
fn rest(this: Gc<Native>, data: Gc<ByteArray>, limit: Option<usize>) -> Vec<u8> {
    let bytes = data.bytes();
    let from = at(this).min(bytes.len());
    let n = limit.unwrap_or(usize::MAX).min(bytes.len() - from);
    bytes[from..from + n].to_vec()
}

fn line(this: Gc<Native>, data: Gc<ByteArray>, limit: Option<usize>) -> Vec<u8> {
    let bytes = data.bytes();
    let from = at(this).min(bytes.len());
    let rest = &bytes[from..];
    let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
    rest[..n.min(limit.unwrap_or(usize::MAX))].to_vec()
}

fn read(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, data) = parts(vm, args)?;
    let limit = size_arg(vm, arg(args, 1))?;
    let bytes = rest(this, data, limit);
    set_at(vm, this, at(this) + bytes.len());
    Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
}

fn write(vm: &mut Vm, this: Gc<Native>, data: Gc<ByteArray>, bytes: &[u8]) -> PyResult<usize> {
    let (from, len) = (at(this), data.len.get());
    if bytes.is_empty() {
        return Ok(0);
    }
    let end = from + bytes.len();
    if end > len {
        unexported(vm, data)?;
    }
    if from == len {
        data.extend(&mut vm.heap, bytes)?;
    } else {
        if end > len {
            data.resize(&mut vm.heap, end)?;
            data.cells()[len..from.max(len)].iter().for_each(|c| c.set(0));
        }
        for (cell, b) in data.cells()[from..end].iter().zip(bytes) {
            cell.set(*b);
        }
    }
    set_at(vm, this, end);
    Ok(bytes.len())
}

fn set_state(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let t = given_state(vm, this.value(), arg(args, 1), 3)?;
    let bytes = Buffer::of(vm, t.get(0))?.to_vec();
    let data = ByteArray::new(&mut vm.heap, &bytes)?.value();
    this.set_slot(&mut vm.heap, DATA, data);
    let position = t.get(1);
    if !int::is_int_like(position) {
        let msg =
            format!("second item of state must be an integer, not {}", vm.type_name(position));
        return Err(vm.type_error(&msg));
    }
    let Ok(position) = usize::try_from(int::to_i64_clamped(position)) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    set_at(vm, this, position);
    take_attributes(vm, this.value(), t.get(2))?;
    Ok(Value::NONE)
}
