//! `io.StringIO`: a stream over text in memory.

use super::base::{given_state, seek_args, size_arg, take_attributes};
use super::newline::{Mode, Newlines, seen_value, translate_out};
use crate::util::{arg, class_arg, native};
use habu_object::str::{Str, StrBuf, Units};
use habu_object::{Gc, Kind, Value, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};
use std::cell::RefCell;
use std::rc::Rc;

/// What a stream holds.
struct State {
    text: StrBuf,
    at: usize,
    closed: bool,
    mode: Mode,
    newlines: Newlines,
}

type Shared = RefCell<State>;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let state = State {
            text: StrBuf::new(),
            at: 0,
            closed: false,
            mode: Mode::Feed,
            newlines: Newlines::default(),
        };
        Ok(vm.new_owner(class, RefCell::new(state), &[])?.value())
    }),
    NativeDef::new("__init__", "(self, initial_value='', newline='\\n')", init),
    NativeDef::new("read", "(self, size=-1, /)", |vm, args| {
        let state = open(vm, args)?;
        let limit = size_arg(vm, arg(args, 1))?;
        let mut state = state.borrow_mut();
        let from = state.at.min(state.text.len());
        let to = from.saturating_add(limit.unwrap_or(usize::MAX)).min(state.text.len());
        state.at = to.max(state.at);
        make(vm, state.text.units().range(from, to))
    }),
    NativeDef::new("readline", "(self, size=-1, /)", |vm, args| {
        let state = open(vm, args)?;
        let limit = size_arg(vm, arg(args, 1))?;
        line(vm, &state, limit)
    }),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let class = vm.type_of(this.value()).value();
        // A subclass may read in its own way.
        if class != vm.root(super::STRING_IO) {
            let line = super::base::call(vm, this.value(), "readline", &[])?;
            return if vm.len(line)? == 0 { Err(vm.stop_iteration(Value::NONE)) } else { Ok(line) };
        }
        let state = open(vm, args)?;
        let line = line(vm, &state, None)?;
        if vm.len(line)? == 0 { Err(vm.stop_iteration(Value::NONE)) } else { Ok(line) }
    }),
    NativeDef::new("write", "(self, s, /)", |vm, args| {
        let state = open(vm, args)?;
        let Some(s) = arg(args, 1).cast::<Str>() else {
            let given = vm.type_name(arg(args, 1));
            return Err(vm.type_error(&format!("string argument expected, got '{given}'")));
        };
        write(&mut state.borrow_mut(), s);
        Ok(Value::small_int(s.len() as i64))
    }),
    NativeDef::new("seek", "(self, pos, whence=0, /)", |vm, args| {
        let state = open(vm, args)?;
        let (offset, whence) = seek_args(vm, args)?;
        let mut state = state.borrow_mut();
        state.at = match whence {
            0 => match usize::try_from(offset) {
                Ok(at) => at,
                Err(_) => return Err(vm.value_error(&format!("Negative seek position {offset}"))),
            },
            1 | 2 if offset != 0 => {
                let msg = "Can't do nonzero cur-relative seeks";
                return Err(vm.raise_msg(habu_vm::Exc::OSError, msg));
            }
            1 => state.at,
            2 => state.text.len(),
            _ => {
                let msg = format!("Invalid whence ({whence}, should be 0, 1 or 2)");
                return Err(vm.value_error(&msg));
            }
        };
        Ok(Value::small_int(state.at as i64))
    }),
    NativeDef::new("tell", "(self, /)", |vm, args| {
        let state = open(vm, args)?;
        Ok(Value::small_int(state.borrow().at as i64))
    }),
    NativeDef::new("truncate", "(self, pos=None, /)", |vm, args| {
        let state = open(vm, args)?;
        let size = match arg(args, 1).bound().filter(|v| !v.is_none()) {
            Some(v) => vm.index_i64(v)?,
            None => state.borrow().at as i64,
        };
        match usize::try_from(size) {
            Ok(n) => {
                let mut state = state.borrow_mut();
                if n < state.text.len() {
                    state.text.truncate(n);
                }
            }
            Err(_) => return Err(vm.value_error(&format!("Negative size value {size}"))),
        }
        Ok(Value::small_int(size))
    }),
    NativeDef::new("getvalue", "(self, /)", |vm, args| {
        let state = open(vm, args)?;
        let state = state.borrow();
        make(vm, state.text.units())
    }),
    NativeDef::new("close", "(self, /)", |vm, args| {
        let state = state(vm, arg(args, 0))?;
        let mut state = state.borrow_mut();
        state.closed = true;
        state.text = StrBuf::new();
        Ok(Value::NONE)
    }),
    NativeDef::new("seekable", "(self, /)", yes),
    NativeDef::new("readable", "(self, /)", yes),
    NativeDef::new("writable", "(self, /)", yes),
    NativeDef::new("__getstate__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let shared = open(vm, args)?;
        let text = make(vm, shared.borrow().text.units())?;
        let newline = newline_value(vm, shared.borrow().mode)?;
        let at = Value::small_int(shared.borrow().at as i64);
        let dict = match vm.instance_dict(this.value())?.filter(|d| !d.is_empty()) {
            Some(d) => d.copy(&mut vm.heap)?.value(),
            None => Value::NONE,
        };
        vm.new_tuple(&[text, newline, at, dict])
    }),
    NativeDef::new("__setstate__", "(self, state, /)", set_state),
];

pub(super) static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("closed", |vm, v| {
        let state = state(vm, v)?;
        Ok(Value::bool(state.borrow().closed))
    }),
    GetSetDef::new("line_buffering", |vm, v| {
        open(vm, &[v])?;
        Ok(Value::FALSE)
    }),
    GetSetDef::new("newlines", |vm, v| {
        let state = open(vm, &[v])?;
        let state = state.borrow();
        let seen = if state.mode.is_universal() { state.newlines.seen } else { 0 };
        seen_value(vm, seen)
    }),
];

fn state(vm: &mut Vm, v: Value) -> PyResult<Rc<Shared>> {
    match vm.owned::<Shared>(v) {
        Some(state) => Ok(state),
        None => Err(vm.value_error("I/O operation on uninitialized object")),
    }
}

/// The receiver's state; ValueError if it is closed.
fn open(vm: &mut Vm, args: &[Value]) -> PyResult<Rc<Shared>> {
    let state = state(vm, arg(args, 0))?;
    if state.borrow().closed {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(state)
}

fn yes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    open(vm, args)?;
    Ok(Value::TRUE)
}

/// A str of units.
pub(super) fn make(vm: &mut Vm, units: Units<'_>) -> PyResult<Value> {
    Ok(Str::from_units(&mut vm.heap, Kind::Str as u32, units)?.value())
}

fn newline_value(vm: &mut Vm, mode: Mode) -> PyResult<Value> {
    match mode {
        Mode::Translate => Ok(Value::NONE),
        Mode::Universal => vm.intern(""),
        Mode::Feed => vm.intern("\n"),
        Mode::Return => vm.intern("\r"),
        Mode::Pair => vm.intern("\r\n"),
    }
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let newline = match arg(args, 2).bound() {
        Some(v) => v,
        None => vm.intern("\n")?,
    };
    let mode = Mode::of(vm, newline, "StringIO()")?;
    let shared = state(vm, arg(args, 0))?;
    let mut state = shared.borrow_mut();
    (state.text, state.at, state.closed) = (StrBuf::new(), 0, false);
    (state.mode, state.newlines) = (mode, Newlines::default());
    let Some(v) = arg(args, 1).bound().filter(|v| !v.is_none()) else { return Ok(Value::NONE) };
    match v.cast::<Str>() {
        Some(s) => write(&mut state, s),
        None => {
            let msg = format!("initial_value must be str or None, not {}", vm.type_name(v));
            return Err(vm.type_error(&msg));
        }
    }
    state.at = 0;
    Ok(Value::NONE)
}

fn write(state: &mut State, s: Gc<Str>) {
    let end_only = state.at == state.text.len();
    if end_only && state.mode == Mode::Feed {
        state.text.push_value(s);
        state.at += s.len();
        return;
    }
    let mut decoded = StrBuf::with_capacity(s.len());
    if state.mode.is_universal() {
        let translate = state.mode == Mode::Translate;
        state.newlines.push(s.units(), translate, true, &mut decoded);
    } else {
        translate_out(s, state.mode, &mut decoded);
    }
    if decoded.is_empty() {
        return;
    }
    if !end_only {
        // Overwriting: what is before, zeros up to the position, the text, what is behind.
        let old = std::mem::replace(&mut state.text, StrBuf::new());
        let (at, len) = (state.at, old.len());
        let mut new = StrBuf::with_capacity(len.max(at + decoded.len()));
        new.push_units(old.units().range(0, at.min(len)));
        (len..at).for_each(|_| new.push(0));
        new.push_units(decoded.units());
        if at + decoded.len() < len {
            new.push_units(old.units().range(at + decoded.len(), len));
        }
        state.text = new;
    } else {
        state.text.push_units(decoded.units());
    }
    state.at += decoded.len();
}

fn line(vm: &mut Vm, shared: &Shared, limit: Option<usize>) -> PyResult<Value> {
    let mut state = shared.borrow_mut();
    let (from, len) = (state.at.min(state.text.len()), state.text.len());
    let rest = state.text.units().range(from, len);
    let n = state.mode.line_end(rest).unwrap_or(rest.len()).min(limit.unwrap_or(usize::MAX));
    state.at = (from + n).max(state.at);
    make(vm, state.text.units().range(from, from + n))
}

fn set_state(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let t = given_state(vm, this.value(), arg(args, 1), 4)?;
    init(vm, &[this.value(), t.get(0), t.get(1)])?;
    let shared = state(vm, this.value())?;
    let at = int::to_i64_clamped(vm.index(t.get(2))?);
    let Ok(at) = usize::try_from(at) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    {
        // The text is what was written, translated already.
        let mut state = shared.borrow_mut();
        if let Some(s) = t.get(0).cast::<Str>() {
            state.text = StrBuf::new();
            state.text.push_value(s);
        }
        state.at = at;
    }
    take_attributes(vm, this.value(), t.get(3))?;
    Ok(Value::NONE)
}
