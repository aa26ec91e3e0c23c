//! The scanner behind `json.loads`.

use super::strings::{fault, scan, text};
use crate::util::{arg, native, new_native, slot};
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Gc, Kind, List, Native, Value, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Raised, Vm};

// Slots of a scanner.

const FIELDS: [&str; 6] =
    ["strict", "object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant"];

const STRICT: usize = 0;
const OBJECT_HOOK: usize = 1;
const PAIRS_HOOK: usize = 2;
const PARSE_FLOAT: usize = 3;
const PARSE_INT: usize = 4;
const PARSE_CONSTANT: usize = 5;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, context)", |vm, args| {
        let mut slots = [Value::NONE; 6];
        for (slot, name) in slots.iter_mut().zip(FIELDS) {
            *slot = vm.getattr_str(arg(args, 1), name)?;
        }
        slots[STRICT] = Value::bool(vm.truth(slots[STRICT])?);
        new_native(vm, args, &slots)
    }),
    NativeDef::new("__call__", "(self, /, string, idx)", |vm, args| {
        let this = native(vm, args)?;
        let s = text(vm, arg(args, 1))?;
        let at = vm.index_i64(arg(args, 2))?;
        let Ok(at) = usize::try_from(at) else {
            return Err(vm.value_error("idx cannot be negative"));
        };
        let memo = vm.new_dict()?;
        let scanner = Scanner { this, s, end: s.len(), memo };
        let (v, after) = scanner.value(vm, at)?;
        vm.new_tuple(&[v, Value::small_int(after as i64)])
    }),
];

pub(super) static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("strict", |_, v| Ok(slot(v, STRICT))),
    GetSetDef::new("object_hook", |_, v| Ok(slot(v, OBJECT_HOOK))),
    GetSetDef::new("object_pairs_hook", |_, v| Ok(slot(v, PAIRS_HOOK))),
    GetSetDef::new("parse_float", |_, v| Ok(slot(v, PARSE_FLOAT))),
    GetSetDef::new("parse_int", |_, v| Ok(slot(v, PARSE_INT))),
    GetSetDef::new("parse_constant", |_, v| Ok(slot(v, PARSE_CONSTANT))),
];

#[derive(Clone, Copy)]
struct Scanner {
    this: Gc<Native>,
    s: Gc<Str>,
    end: usize,
    /// Keys of objects, each once.
    memo: Gc<Dict>,
}

impl Scanner {
    #[inline]
    fn peek(&self, at: usize) -> u32 {
        if at < self.end { self.s.char_at(at) } else { 0 }
    }

    #[inline]
    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.peek(at), 0x20 | 0x09 | 0x0a | 0x0d) {
            at += 1;
        }
        at
    }

    fn has(&self, at: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(i, b)| self.peek(at + i) == u32::from(b))
    }

    /// There is no value here.
    #[cold]
    fn nothing(&self, vm: &mut Vm, at: usize) -> Raised {
        vm.stop_iteration(Value::small_int(at as i64))
    }

    /// The value at a place, and the place behind it.
    fn value(&self, vm: &mut Vm, at: usize) -> PyResult<(Value, usize)> {
        if at >= self.end {
            return Err(self.nothing(vm, at));
        }
        match char::from_u32(self.s.char_at(at)) {
            Some('"') => {
                let strict = self.this.slot(STRICT) == Value::TRUE;
                scan(vm, self.s, at + 1, strict)
            }
            Some('{') => {
                vm.check_native_stack()?;
                self.object(vm, at + 1)
            }
            Some('[') => {
                vm.check_native_stack()?;
                self.array(vm, at + 1)
            }
            Some('n') if self.has(at, "null") => Ok((Value::NONE, at + 4)),
            Some('t') if self.has(at, "true") => Ok((Value::TRUE, at + 4)),
            Some('f') if self.has(at, "false") => Ok((Value::FALSE, at + 5)),
            Some('N') if self.has(at, "NaN") => self.constant(vm, "NaN", at),
            Some('I') if self.has(at, "Infinity") => self.constant(vm, "Infinity", at),
            Some('-') if self.has(at, "-Infinity") => self.constant(vm, "-Infinity", at),
            _ => self.number(vm, at),
        }
    }

    fn constant(&self, vm: &mut Vm, name: &str, at: usize) -> PyResult<(Value, usize)> {
        let v = vm.intern(name)?;
        let v = vm.call(self.this.slot(PARSE_CONSTANT), &[v])?;
        Ok((v, at + name.len()))
    }

    fn digits(&self, mut at: usize) -> usize {
        while (0x30..0x3a).contains(&self.peek(at)) {
            at += 1;
        }
        at
    }

    fn number(&self, vm: &mut Vm, start: usize) -> PyResult<(Value, usize)> {
        let first = if self.peek(start) == '-' as u32 { start + 1 } else { start };
        let mut at = match self.peek(first) {
            0x30 => first + 1,
            0x31..0x3a => self.digits(first),
            _ => return Err(self.nothing(vm, start)),
        };
        let mut is_float = false;
        if self.peek(at) == '.' as u32 && self.digits(at + 1) > at + 1 {
            is_float = true;
            at = self.digits(at + 1);
        }
        if matches!(self.peek(at), 0x45 | 0x65) {
            let sign = usize::from(matches!(self.peek(at + 1), 0x2b | 0x2d));
            let digits = at + 1 + sign;
            if self.digits(digits) > digits {
                is_float = true;
                at = self.digits(digits);
            }
        }
        let v = if is_float { self.float(vm, start, at)? } else { self.int(vm, start, at)? };
        Ok((v, at))
    }

    fn numeral(&self, start: usize, end: usize) -> String {
        (start..end).filter_map(|i| char::from_u32(self.s.char_at(i))).collect()
    }

    fn float(&self, vm: &mut Vm, start: usize, end: usize) -> PyResult<Value> {
        let f = self.this.slot(PARSE_FLOAT);
        if f == vm.types.of_kind(Kind::Float).value() {
            let x = habu_object::float::parse(&self.numeral(start, end)).unwrap_or(f64::NAN);
            return vm.new_float(x);
        }
        let text = self.s.substr(&mut vm.heap, start, end)?;
        vm.call(f, &[text.value()])
    }

    fn int(&self, vm: &mut Vm, start: usize, end: usize) -> PyResult<Value> {
        let f = self.this.slot(PARSE_INT);
        if f == vm.types.of_kind(Kind::Int).value() && end - start <= 18 {
            let negative = self.peek(start) == '-' as u32;
            let digits = start + usize::from(negative);
            let n = (digits..end).fold(0, |n: i64, i| n * 10 + i64::from(self.s.char_at(i) - 0x30));
            return vm.new_int(if negative { -n } else { n });
        }
        let text = self.s.substr(&mut vm.heap, start, end)?;
        vm.call(f, &[text.value()])
    }

    fn array(&self, vm: &mut Vm, start: usize) -> PyResult<(Value, usize)> {
        let list = List::new(&mut vm.heap, 4)?;
        let mut at = self.skip_space(start);
        if self.peek(at) == ']' as u32 {
            return Ok((list.value(), at + 1));
        }
        loop {
            let (v, after) = self.expected(vm, at)?;
            list.push(&mut vm.heap, v)?;
            at = self.skip_space(after);
            match char::from_u32(self.peek(at)) {
                Some(']') => return Ok((list.value(), at + 1)),
                Some(',') => {}
                _ => return Err(fault(vm, "Expecting ',' delimiter", self.s, at)),
            }
            let comma = at;
            at = self.skip_space(at + 1);
            if self.peek(at) == ']' as u32 {
                return Err(fault(vm, "Illegal trailing comma before end of array", self.s, comma));
            }
        }
    }

    /// A value that has to be there.
    fn expected(&self, vm: &mut Vm, at: usize) -> PyResult<(Value, usize)> {
        match self.value(vm, at) {
            Ok(found) => Ok(found),
            Err(e) => {
                let stop = vm.catch(e, habu_vm::Exc::StopIteration)?;
                let at = vm.getattr_str(stop, "value")?;
                let at = int::to_i64_clamped(at).max(0) as usize;
                Err(fault(vm, "Expecting value", self.s, at))
            }
        }
    }

    fn object(&self, vm: &mut Vm, start: usize) -> PyResult<(Value, usize)> {
        let pairs_hook = self.this.slot(PAIRS_HOOK);
        let wants_pairs = !pairs_hook.is_none();
        let pairs = List::new(&mut vm.heap, 0)?;
        let dict = vm.new_dict()?;
        let mut at = self.skip_space(start);
        let mut open = self.peek(at) != '}' as u32;
        if !open {
            at += 1;
        }
        while open {
            if self.peek(at) != '"' as u32 {
                let msg = "Expecting property name enclosed in double quotes";
                return Err(fault(vm, msg, self.s, at));
            }
            let strict = self.this.slot(STRICT) == Value::TRUE;
            let (key, after) = scan(vm, self.s, at + 1, strict)?;
            let key = match vm.dict_get(self.memo, key)? {
                Some(known) => known,
                None => {
                    vm.dict_set(self.memo, key, key)?;
                    key
                }
            };
            at = self.skip_space(after);
            if self.peek(at) != ':' as u32 {
                return Err(fault(vm, "Expecting ':' delimiter", self.s, at));
            }
            at = self.skip_space(at + 1);
            let (v, after) = self.expected(vm, at)?;
            if wants_pairs {
                let pair = vm.new_tuple(&[key, v])?;
                pairs.push(&mut vm.heap, pair)?;
            } else {
                vm.dict_set_str(dict, key, v)?;
            }
            at = self.skip_space(after);
            match char::from_u32(self.peek(at)) {
                Some('}') => {
                    at += 1;
                    open = false;
                }
                Some(',') => {
                    let comma = at;
                    at = self.skip_space(at + 1);
                    if self.peek(at) == '}' as u32 {
                        let msg = "Illegal trailing comma before end of object";
                        return Err(fault(vm, msg, self.s, comma));
                    }
                }
                _ => return Err(fault(vm, "Expecting ',' delimiter", self.s, at)),
            }
        }
        let hook = self.this.slot(OBJECT_HOOK);
        let v = match () {
            _ if wants_pairs => vm.call(pairs_hook, &[pairs.value()])?,
            _ if !hook.is_none() => vm.call(hook, &[dict.value()])?,
            _ => dict.value(),
        };
        Ok((v, at))
    }
}
