//! `_io._IOBase` and the three kinds of streams below it: what every file has.
//!
//! Python code derives from them, so nothing here looks at how an object is made: all goes through its methods.

use crate::util::{DICT, arg, class_arg, given, slot};
use habu_object::bytes::{ByteArray, Bytes};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Native, Tuple, Type, Value, int, type_flags};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};

/// Root of `io.UnsupportedOperation`.
pub(super) const UNSUPPORTED: &str = "io.UnsupportedOperation";

/// The size of buffers.
pub(super) const BUFFER_SIZE: usize = 128 << 10;

/// The slot that says whether a stream without a state of its own is closed.
const CLOSED: usize = 0;

/// `_finalizing`, which the finalizer sets before it closes; kept in a slot.
pub(super) const fn finalizing<const SLOT: usize>() -> GetSetDef {
    GetSetDef::with_set(
        "_finalizing",
        |_, v| Ok(slot(v, SLOT)),
        |vm, v, x| {
            if let Some(o) = v.cast::<Native>() {
                o.set_slot(&mut vm.heap, SLOT, x);
            }
            Ok(())
        },
    )
}

/// What `__setstate__` is given: a tuple with at least `n` items.
pub(super) fn given_state(vm: &mut Vm, this: Value, given: Value, n: usize) -> PyResult<Gc<Tuple>> {
    match given.cast::<Tuple>().filter(|t| t.len() >= n) {
        Some(t) => Ok(t),
        None => {
            let msg = format!(
                "{}.__setstate__ argument should be {n}-tuple, got {}",
                vm.type_name(this),
                vm.type_name(given)
            );
            Err(vm.type_error(&msg))
        }
    }
}

/// Takes over the attributes that `__getstate__` gave, if it gave any.
pub(super) fn take_attributes(vm: &mut Vm, this: Value, given: Value) -> PyResult<()> {
    if let Some(from) = given.cast::<Dict>()
        && let Some(to) = vm.instance_dict(this)?
    {
        vm.dict_copy_into(from, to)?;
    }
    Ok(())
}

/// A class of streams below another.
pub(super) fn new_class(
    vm: &mut Vm,
    name: &str,
    base: Option<Gc<Type>>,
    methods: &[&'static [NativeDef]],
    getsets: &'static [GetSetDef],
) -> PyResult<Gc<Type>> {
    let base = base.unwrap_or(vm.types.object());
    let inherited = base.flags.get() & type_flags::OWNER;
    let flags = type_flags::BASETYPE | type_flags::WEAKREFABLE | inherited;
    let class = vm.new_builtin_type(name, Kind::Native, base, flags)?;
    let module = vm.intern("_io")?;
    vm.set_class_entry(class, "__module__", module)?;
    for table in methods {
        vm.add_methods(class, table)?;
    }
    vm.add_getsets(class, getsets)?;
    Ok(class)
}

/// Raises `io.UnsupportedOperation`.
#[cold]
pub(super) fn unsupported(vm: &mut Vm, what: &str) -> Raised {
    let class = vm.root(UNSUPPORTED);
    let made = vm.new_str(what).and_then(|text| vm.call(class, &[text]));
    match made.map(|e| e.cast::<habu_object::Exception>()) {
        Ok(Some(e)) => vm.raise(e),
        Ok(None) => vm.raise_msg(Exc::OSError, what),
        Err(raised) => raised,
    }
}

/// ValueError for what a closed file cannot do.
#[cold]
pub(super) fn closed_error(vm: &mut Vm) -> Raised {
    vm.value_error("I/O operation on closed file.")
}

/// Calls a method by name.
pub(super) fn call(vm: &mut Vm, v: Value, name: &str, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern(name)?;
    vm.call_method(v, name, args)
}

/// Whether an attribute is true.
pub(super) fn is_true(vm: &mut Vm, v: Value, name: &str) -> PyResult<bool> {
    let v = vm.getattr_str(v, name)?;
    vm.truth(v)
}

/// Fails if a stream says that it is closed.
pub(super) fn check_closed(vm: &mut Vm, v: Value) -> PyResult<()> {
    if is_true(vm, v, "closed")? { Err(closed_error(vm)) } else { Ok(()) }
}

/// An argument `size`: None for all there is.
pub(super) fn size_arg(vm: &mut Vm, v: Value) -> PyResult<Option<usize>> {
    if v.is_unbound() || v.is_none() {
        return Ok(None);
    }
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        let msg = format!("argument should be integer or None, not '{}'", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    Ok(usize::try_from(vm.index_clamped(v)?).ok())
}

fn refuse(vm: &mut Vm, what: &str) -> PyResult<Value> {
    Err(unsupported(vm, what))
}

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let o = Native::new(&mut vm.heap, class.instance_shape.get(), &[Value::FALSE])?;
        watch(vm, o);
        Ok(o.value())
    }),
    NativeDef::new("seek", "(self, offset, whence=0, /)", |vm, _| refuse(vm, "seek")),
    NativeDef::new("tell", "(self, /)", |vm, args| {
        let (zero, one) = (Value::small_int(0), Value::small_int(1));
        call(vm, arg(args, 0), "seek", &[zero, one])
    }),
    NativeDef::new("truncate", "(self, size=None, /)", |vm, _| refuse(vm, "truncate")),
    NativeDef::new("fileno", "(self, /)", |vm, _| refuse(vm, "fileno")),
    NativeDef::new("flush", "(self, /)", |vm, args| {
        check_closed(vm, arg(args, 0))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("close", "(self, /)", |vm, args| {
        let this = arg(args, 0);
        if is_true(vm, this, "closed")? {
            return Ok(Value::NONE);
        }
        let flushed = call(vm, this, "flush", &[]);
        if let Some(o) = this.cast::<Native>().filter(|o| !o.slots().is_empty()) {
            o.set_slot(&mut vm.heap, CLOSED, Value::TRUE);
        }
        flushed.map(|_| Value::NONE)
    }),
    NativeDef::new("seekable", "(self, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("readable", "(self, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("writable", "(self, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("isatty", "(self, /)", |vm, args| {
        check_closed(vm, arg(args, 0))?;
        Ok(Value::FALSE)
    }),
    NativeDef::new("_checkClosed", "(self, /, msg=None)", |vm, args| {
        check_closed(vm, arg(args, 0))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("_checkSeekable", "(self, /, msg=None)", |vm, args| {
        check_able(vm, arg(args, 0), "seekable", "File or stream is not seekable.")
    }),
    NativeDef::new("_checkReadable", "(self, /, msg=None)", |vm, args| {
        check_able(vm, arg(args, 0), "readable", "File or stream is not readable.")
    }),
    NativeDef::new("_checkWritable", "(self, /, msg=None)", |vm, args| {
        check_able(vm, arg(args, 0), "writable", "File or stream is not writable.")
    }),
    NativeDef::new("__enter__", "(self, /)", |vm, args| {
        check_closed(vm, arg(args, 0))?;
        Ok(arg(args, 0))
    }),
    NativeDef::new("__exit__", "(self, /, *args)", |vm, args| {
        call(vm, arg(args, 0), "close", &[])?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__iter__", "(self, /)", |vm, args| {
        check_closed(vm, arg(args, 0))?;
        Ok(arg(args, 0))
    }),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let line = call(vm, arg(args, 0), "readline", &[])?;
        if vm.len(line)? == 0 { Err(vm.stop_iteration(Value::NONE)) } else { Ok(line) }
    }),
    NativeDef::new("readline", "(self, size=-1, /)", readline),
    NativeDef::new("readlines", "(self, hint=-1, /)", readlines),
    NativeDef::new("writelines", "(self, lines, /)", |vm, args| {
        let this = arg(args, 0);
        check_closed(vm, this)?;
        vm.for_each(arg(args, 1), |vm, line| {
            call(vm, this, "write", &[line])?;
            Ok(())
        })?;
        Ok(Value::NONE)
    }),
    NativeDef::new("__del__", "(self, /)", finalize),
];

pub(super) static GETSETS: &[GetSetDef] =
    &[GetSetDef::new("closed", |_, v| Ok(Value::bool(slot(v, CLOSED) == Value::TRUE))), DICT];

/// Has an object finalized when it dies.
pub(super) fn watch(vm: &mut Vm, o: Gc<Native>) {
    vm.watched = true;
    vm.heap.register_finalizer(o.header());
}

/// The slot of the stream below, in those that stand over one.
pub(super) const INNER: usize = 1;

/// Leaves the closing of a stream to the one that is made over it, so that what waits in that one is written first.
pub(super) fn entrust(vm: &mut Vm, inner: Value) {
    if let Some(o) = own_stream(vm, inner) {
        vm.heap.withdraw_finalizer(o.header());
    }
}

/// The stream over this one is gone.
pub(super) fn release(vm: &mut Vm, inner: Value) {
    if let Some(o) = own_stream(vm, inner) {
        watch(vm, o);
    }
}

/// A stream of exactly a class that has no finalizer but ours.
fn own_stream(vm: &Vm, v: Value) -> Option<Gc<Native>> {
    let class = vm.type_of(v).value();
    let own = [super::FILE_IO, super::READER, super::WRITER, super::RANDOM];
    v.cast::<Native>().filter(|_| own.iter().any(|root| vm.root(root) == class))
}

/// Closes a stream that nobody closed.
fn finalize(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    if super::standard::is_part(vm, this) {
        return Ok(Value::NONE);
    }
    release(vm, slot(this, INNER));
    let name = vm.intern("closed")?;
    let closed = match vm.getattr_opt(this, name) {
        Ok(Some(v)) => vm.truth(v)?,
        Ok(None) => true,
        Err(e) => {
            // An object whose making failed half-way.
            vm.take_raised(e);
            true
        }
    };
    if !closed {
        let name = vm.intern("_finalizing")?;
        let marked = vm.setattr(this, name, Value::TRUE);
        crate::util::quiet(vm, marked);
        call(vm, this, "close", &[])?;
    }
    Ok(Value::NONE)
}

fn check_able(vm: &mut Vm, this: Value, ask: &str, complaint: &str) -> PyResult<Value> {
    match call(vm, this, ask, &[])? {
        v if v == Value::TRUE => Ok(v),
        _ => Err(unsupported(vm, complaint)),
    }
}

/// The bytes that a method of a stream returned.
pub(super) fn bytes_of(vm: &mut Vm, v: Value, method: &str) -> PyResult<Gc<Bytes>> {
    match v.cast::<Bytes>() {
        Some(b) => Ok(b),
        None => {
            let given = vm.type_name(v);
            let msg = format!("{method}() should have returned a bytes object, not '{given}'");
            Err(vm.raise_msg(Exc::OSError, &msg))
        }
    }
}

fn readline(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let limit = size_arg(vm, arg(args, 1))?.unwrap_or(usize::MAX);
    let peek = vm.intern("peek")?;
    let peek = vm.getattr_opt(this, peek)?;
    let mut line = Vec::new();
    while line.len() < limit {
        let mut wanted = 1;
        if let Some(peek) = peek {
            let ahead = vm.call(peek, &[Value::small_int(1)])?;
            let ahead = bytes_of(vm, ahead, "peek")?;
            let ahead = ahead.bytes();
            if !ahead.is_empty() {
                let n = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |i| i + 1);
                wanted = n.min(limit - line.len());
            }
        }
        let part = call(vm, this, "read", &[Value::small_int(wanted as i64)])?;
        let part = bytes_of(vm, part, "read")?;
        if part.bytes().is_empty() {
            break;
        }
        line.extend_from_slice(part.bytes());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(Bytes::new(&mut vm.heap, &line)?.value())
}

pub(super) fn readlines(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let hint = size_arg(vm, arg(args, 1))?.filter(|n| *n > 0);
    let list = List::new(&mut vm.heap, 8)?;
    let mut total = 0;
    let it = vm.iter(this)?;
    while let Some(line) = vm.next(it)? {
        list.push(&mut vm.heap, line)?;
        total += vm.len(line)?;
        if hint.is_some_and(|hint| total >= hint) {
            break;
        }
    }
    Ok(list.value())
}

pub(super) static RAW: &[NativeDef] = &[
    NativeDef::new("read", "(self, size=-1, /)", |vm, args| {
        let this = arg(args, 0);
        let Some(n) = size_arg(vm, arg(args, 1))? else { return call(vm, this, "readall", &[]) };
        let array = ByteArray::new(&mut vm.heap, &vec![0; n])?;
        let got = call(vm, this, "readinto", &[array.value()])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = vm.index_clamped(got)?.clamp(0, n as i64) as usize;
        let bytes = array.bytes()[..got].to_vec();
        Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
    }),
    NativeDef::new("readall", "(self, /)", |vm, args| {
        let mut out = Vec::new();
        loop {
            let n = Value::small_int(BUFFER_SIZE as i64);
            let part = call(vm, arg(args, 0), "read", &[n])?;
            if part.is_none() {
                if out.is_empty() {
                    return Ok(part);
                }
                break;
            }
            let part = bytes_of(vm, part, "read")?;
            if part.bytes().is_empty() {
                break;
            }
            out.extend_from_slice(part.bytes());
        }
        Ok(Bytes::new(&mut vm.heap, &out)?.value())
    }),
];

pub(super) static BUFFERED: &[NativeDef] = &[
    NativeDef::new("detach", "(self, /)", |vm, _| refuse(vm, "detach")),
    NativeDef::new("read", "(self, size=-1, /)", |vm, _| refuse(vm, "read")),
    NativeDef::new("read1", "(self, size=-1, /)", |vm, _| refuse(vm, "read1")),
    NativeDef::new("write", "(self, b, /)", |vm, _| refuse(vm, "write")),
    NativeDef::new("readinto", "(self, buffer, /)", |vm, args| read_into(vm, args, "read")),
    NativeDef::new("readinto1", "(self, buffer, /)", |vm, args| read_into(vm, args, "read1")),
];

/// Fills a buffer with what a method reads.
fn read_into(vm: &mut Vm, args: &[Value], method: &str) -> PyResult<Value> {
    let target = arg(args, 1);
    if !habu_vm::buffer::is_writable(target) {
        let msg =
            format!("{method}into() argument must be read-write bytes-like object, not bytes");
        return Err(vm.type_error(&msg));
    }
    let n = Buffer::of(vm, target)?.len();
    let data = call(vm, arg(args, 0), method, &[Value::small_int(n as i64)])?;
    if data.is_none() {
        return Ok(data);
    }
    let data = bytes_of(vm, data, method)?;
    if data.bytes().len() > n {
        let msg = format!(
            "{method}() returned too much data: {n} bytes requested, {} returned",
            data.bytes().len()
        );
        return Err(vm.value_error(&msg));
    }
    habu_vm::buffer::write(vm, target, 0, data.bytes())?;
    Ok(Value::small_int(data.bytes().len() as i64))
}

pub(super) static TEXT: &[NativeDef] = &[
    NativeDef::new("detach", "(self, /)", |vm, _| refuse(vm, "detach")),
    NativeDef::new("read", "(self, size=-1, /)", |vm, _| refuse(vm, "read")),
    NativeDef::new("readline", "(self, size=-1, /)", |vm, _| refuse(vm, "readline")),
    NativeDef::new("write", "(self, s, /)", |vm, _| refuse(vm, "write")),
];

pub(super) static TEXT_GETSETS: &[GetSetDef] = &[
    GetSetDef::new("encoding", |_, _| Ok(Value::NONE)),
    GetSetDef::new("newlines", |_, _| Ok(Value::NONE)),
    GetSetDef::new("errors", |_, _| Ok(Value::NONE)),
];

/// The position and direction of a `seek`.
pub(super) fn seek_args(vm: &mut Vm, args: &[Value]) -> PyResult<(i64, i64)> {
    let offset = vm.index_i64(arg(args, 1))?;
    let whence = match given(args, 2) {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    Ok((offset, whence))
}
