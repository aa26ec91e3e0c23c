//! Universal newlines: the translation that text streams share, and `io.IncrementalNewlineDecoder`.

use crate::util::{arg, class_arg, native, slot};
use habu_object::str::{Str, StrBuf, Units};
use habu_object::{Gc, Native, Tuple, Value, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

/// The ends of lines that were seen, as bits.
pub(super) const CR: u8 = 1;
pub(super) const LF: u8 = 2;
pub(super) const CRLF: u8 = 4;

const RETURN: u32 = 13;
const FEED: u32 = 10;

/// A text on its way through a decoder of newlines.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Newlines {
    /// A carriage return is held back, because a line feed may follow.
    pub(super) pending: bool,
    pub(super) seen: u8,
}

impl Newlines {
    /// Adds a text, with its ends of lines made `\n` if that is wanted. `last` says that nothing follows.
    pub(super) fn push(&mut self, text: Units<'_>, translate: bool, last: bool, out: &mut StrBuf) {
        let mut from = 0;
        let n = text.len();
        if n == 0 && !(last && self.pending) {
            return;
        }
        let held = std::mem::take(&mut self.pending);
        if held {
            if n > 0 && text.get(0) == FEED {
                self.seen |= CRLF;
                if !translate {
                    out.push(RETURN);
                }
                out.push(FEED);
                from = 1;
            } else {
                self.seen |= CR;
                out.push(if translate { FEED } else { RETURN });
            }
        }
        let mut at = from;
        while at < n {
            let stop = text.range(at, n).iter().position(|c| c == RETURN || c == FEED);
            let Some(stop) = stop.map(|i| at + i) else { break };
            at = stop + 1;
            if text.get(stop) == FEED {
                self.seen |= LF;
                continue;
            }
            if at == n && !last {
                out.push_units(text.range(from, stop));
                self.pending = true;
                return;
            }
            let pair = at < n && text.get(at) == FEED;
            self.seen |= if pair { CRLF } else { CR };
            if translate {
                out.push_units(text.range(from, stop));
                out.push(FEED);
                from = at + usize::from(pair);
            }
            at += usize::from(pair);
        }
        out.push_units(text.range(from, n));
    }
}

/// The attribute `newlines`: what was seen.
pub(super) fn seen_value(vm: &mut Vm, seen: u8) -> PyResult<Value> {
    let mut names = Vec::new();
    for (bit, text) in [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")] {
        if seen & bit != 0 {
            names.push(text);
        }
    }
    match names.as_slice() {
        [] => Ok(Value::NONE),
        [one] => vm.intern(one),
        several => {
            let t = Tuple::zeroed(&mut vm.heap, several.len())?;
            for (i, text) in several.iter().enumerate() {
                let text = vm.intern(text)?;
                t.set(&mut vm.heap, i, text);
            }
            Ok(t.value())
        }
    }
}

// Slots of a decoder: the decoder below or None, whether it translates, errors, whether a return is pending, what was
// seen.

const DECODER: usize = 0;
const TRANSLATE: usize = 1;
const PENDING: usize = 3;
const SEEN: usize = 4;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let slots = [Value::NONE, Value::FALSE, Value::NONE, Value::FALSE, Value::small_int(0)];
        Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?.value())
    }),
    NativeDef::new("__init__", "(self, decoder, translate, errors='strict')", |vm, args| {
        let this = native(vm, args)?;
        let translate = Value::bool(vm.truth(arg(args, 2))?);
        this.set_slot(&mut vm.heap, DECODER, arg(args, 1));
        this.set_slot(&mut vm.heap, TRANSLATE, translate);
        set(vm, this, Newlines::default());
        Ok(Value::NONE)
    }),
    NativeDef::new("decode", "(self, /, input, final=False)", |vm, args| {
        let this = native(vm, args)?;
        let last = match arg(args, 2).bound() {
            Some(v) => vm.truth(v)?,
            None => false,
        };
        let decoder = this.slot(DECODER);
        let text = match decoder.is_none() {
            true => arg(args, 1),
            false => super::base::call(vm, decoder, "decode", &[arg(args, 1), Value::bool(last)])?,
        };
        let Some(text) = text.cast::<Str>() else {
            let msg =
                format!("decoder should return a string result, not '{}'", vm.type_name(text));
            return Err(vm.type_error(&msg));
        };
        let mut state = get(this);
        let mut out = StrBuf::with_capacity(text.len() + 1);
        state.push(text.units(), this.slot(TRANSLATE) == Value::TRUE, last, &mut out);
        set(vm, this, state);
        Ok(out.finish(&mut vm.heap)?.value())
    }),
    NativeDef::new("getstate", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let decoder = this.slot(DECODER);
        let (buffer, flag) = if decoder.is_none() {
            (habu_object::bytes::Bytes::new(&mut vm.heap, b"")?.value(), 0)
        } else {
            let state = super::base::call(vm, decoder, "getstate", &[])?;
            match state.cast::<Tuple>().filter(|t| t.len() == 2) {
                Some(t) => (t.get(0), int::to_i64_clamped(t.get(1))),
                None => return Err(vm.type_error("illegal decoder state")),
            }
        };
        let flag = flag << 1 | i64::from(get(this).pending);
        let flag = vm.new_int(flag)?;
        vm.new_tuple(&[buffer, flag])
    }),
    NativeDef::new("setstate", "(self, state, /)", |vm, args| {
        let this = native(vm, args)?;
        let Some(t) = arg(args, 1).cast::<Tuple>().filter(|t| t.len() == 2) else {
            return Err(vm.type_error("state argument must be a tuple"));
        };
        let flag = int::to_i64_clamped(vm.index(t.get(1))?);
        let state = Newlines { pending: flag & 1 == 1, ..get(this) };
        set(vm, this, state);
        let decoder = this.slot(DECODER);
        if !decoder.is_none() {
            let flag = vm.new_int(flag >> 1)?;
            let below = vm.new_tuple(&[t.get(0), flag])?;
            super::base::call(vm, decoder, "setstate", &[below])?;
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("reset", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        set(vm, this, Newlines::default());
        let decoder = this.slot(DECODER);
        if decoder.is_none() { Ok(decoder) } else { super::base::call(vm, decoder, "reset", &[]) }
    }),
];

pub(super) static GETSETS: &[GetSetDef] = &[GetSetDef::new("newlines", |vm, v| {
    let seen = slot(v, SEEN);
    seen_value(vm, if seen.is_int() { seen.as_int() as u8 } else { 0 })
})];

fn get(this: Gc<Native>) -> Newlines {
    Newlines { pending: this.slot(PENDING) == Value::TRUE, seen: this.slot(SEEN).as_int() as u8 }
}

fn set(vm: &mut Vm, this: Gc<Native>, state: Newlines) {
    this.set_slot(&mut vm.heap, PENDING, Value::bool(state.pending));
    this.set_slot(&mut vm.heap, SEEN, Value::small_int(state.seen.into()));
}

/// How a text stream treats ends of lines, as its argument `newline` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// None: all ends are lines' and become `\n`; `\n` is written as the system's, which is the same.
    Translate,
    /// The empty str: all ends are lines', and stay.
    Universal,
    /// `\n`.
    Feed,
    /// `\r`.
    Return,
    /// `\r\n`.
    Pair,
}

impl Mode {
    /// The mode of an argument `newline`.
    pub(super) fn of(vm: &mut Vm, v: Value, function: &str) -> PyResult<Mode> {
        if v.is_none() {
            return Ok(Mode::Translate);
        }
        if v.kind() != habu_object::Kind::Str {
            let given = vm.type_name(v);
            let msg = format!("{function} argument 'newline' must be str or None, not {given}");
            return Err(vm.type_error(&msg));
        }
        match vm.text(v).as_str() {
            "" => Ok(Mode::Universal),
            "\n" => Ok(Mode::Feed),
            "\r" => Ok(Mode::Return),
            "\r\n" => Ok(Mode::Pair),
            _ => {
                let text = vm.repr_text(v)?;
                Err(vm.value_error(&format!("illegal newline value: {text}")))
            }
        }
    }

    /// Whether reading recognises all ends of lines.
    pub(super) fn is_universal(self) -> bool {
        matches!(self, Mode::Translate | Mode::Universal)
    }

    /// What `\n` is written as, if not as itself.
    pub(super) fn written(self) -> Option<&'static str> {
        match self {
            Mode::Return => Some("\r"),
            Mode::Pair => Some("\r\n"),
            _ => None,
        }
    }

    /// The end of the first line of a text, behind its end of line; None if no line ends in it. In universal mode a
    /// return at the very end is an end.
    pub(super) fn line_end(self, text: Units<'_>) -> Option<usize> {
        let find = |wanted: u32, from: usize| match text.range(from, text.len()) {
            Units::One(u) => memchr::memchr(wanted as u8, u).map(|i| from + i),
            rest => rest.iter().position(|c| c == wanted).map(|i| from + i),
        };
        match self {
            Mode::Translate | Mode::Feed => find(FEED, 0).map(|i| i + 1),
            Mode::Return => find(RETURN, 0).map(|i| i + 1),
            Mode::Pair => {
                let mut from = 0;
                loop {
                    let i = find(RETURN, from)?;
                    if i + 1 < text.len() && text.get(i + 1) == FEED {
                        return Some(i + 2);
                    }
                    from = i + 1;
                }
            }
            Mode::Universal => {
                let i = text.iter().position(|c| c == FEED || c == RETURN)?;
                let pair = text.get(i) == RETURN && i + 1 < text.len() && text.get(i + 1) == FEED;
                Some(i + 1 + usize::from(pair))
            }
        }
    }
}

/// Adds a text with its `\n` as a mode writes them.
pub(super) fn translate_out(text: Gc<Str>, mode: Mode, out: &mut StrBuf) {
    let Some(end) = mode.written() else { return out.push_value(text) };
    let units = text.units();
    let mut from = 0;
    while let Some(i) = units.range(from, units.len()).iter().position(|c| c == FEED) {
        out.push_units(units.range(from, from + i));
        out.push_str(end);
        from += i + 1;
    }
    out.push_units(units.range(from, units.len()));
}
