//! Bytes to values.
//!
//! Objects that later ones may refer to are kept in a Python list, where the collector sees them.

use super::{FLAG_REF, MAX_DEPTH};
use habu_bytecode::pyc::{self, PycError};
use habu_object::bytes::Bytes;
use habu_object::dict::Dict;
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Kind, List, Set, Slice, Tuple, Value, int};
use habu_vm::{Exc, PyResult, Raised, Vm};
use std::rc::Rc;

struct Reader<'a> {
    input: &'a [u8],
    at: usize,
    refs: Gc<List>,
    allow_code: bool,
}

/// A value and how many bytes it took.
pub(super) fn loads(vm: &mut Vm, input: &[u8], allow_code: bool) -> PyResult<(Value, usize)> {
    let refs = List::new(&mut vm.heap, 8)?;
    let mut r = Reader { input, at: 0, refs, allow_code };
    match r.value(vm, 0)? {
        Some(v) => Ok((v, r.at)),
        None => Err(vm.type_error("NULL object in marshal data for object")),
    }
}

fn bad(vm: &mut Vm, what: &str) -> Raised {
    vm.value_error(&format!("bad marshal data ({what})"))
}

impl<'a> Reader<'a> {
    fn take(&mut self, vm: &mut Vm, n: usize) -> PyResult<&'a [u8]> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.input.len());
        let Some(end) = end else {
            return Err(vm.raise_msg(Exc::EOFError, "marshal data too short"));
        };
        let taken = &self.input[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self, vm: &mut Vm) -> PyResult<u8> {
        if self.at >= self.input.len() {
            let msg = "EOF read where object expected";
            return Err(vm.raise_msg(Exc::EOFError, msg));
        }
        Ok(self.take(vm, 1)?[0])
    }

    fn long(&mut self, vm: &mut Vm) -> PyResult<i32> {
        let bytes = self.take(vm, 4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn size(&mut self, vm: &mut Vm, what: &str) -> PyResult<usize> {
        match usize::try_from(self.long(vm)?) {
            Ok(n) => Ok(n),
            Err(_) => Err(bad(vm, &format!("{what} size out of range"))),
        }
    }

    fn double(&mut self, vm: &mut Vm) -> PyResult<f64> {
        let bytes = self.take(vm, 8)?;
        Ok(f64::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    fn float_text(&mut self, vm: &mut Vm) -> PyResult<f64> {
        let n = self.take(vm, 1)?[0];
        let text = self.take(vm, usize::from(n))?;
        let x = str::from_utf8(text).ok().and_then(|t| t.parse().ok());
        x.ok_or_else(|| bad(vm, "float"))
    }

    /// Enters an object among those that may be referred to.
    fn note(&self, vm: &mut Vm, v: Value, flag: bool) -> PyResult<Value> {
        if flag {
            self.refs.push(&mut vm.heap, v)?;
        }
        Ok(v)
    }

    /// Keeps a place for an object that is not made yet; its items come first.
    fn reserve(&self, vm: &mut Vm, flag: bool) -> PyResult<Option<usize>> {
        if !flag {
            return Ok(None);
        }
        let place = self.refs.len();
        self.refs.push(&mut vm.heap, Value::UNBOUND)?;
        Ok(Some(place))
    }

    fn fill(&self, vm: &mut Vm, place: Option<usize>, v: Value) -> Value {
        if let Some(place) = place {
            self.refs.set(&mut vm.heap, place, v);
        }
        v
    }

    /// An item, which must be there.
    fn item(&mut self, vm: &mut Vm, what: &str, depth: usize) -> PyResult<Value> {
        match self.value(vm, depth + 1)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error(&format!("NULL object in marshal data for {what}"))),
        }
    }

    /// A value; None for the mark that ends a dict.
    fn value(&mut self, vm: &mut Vm, depth: usize) -> PyResult<Option<Value>> {
        if depth > MAX_DEPTH {
            return Err(bad(vm, "object nested too deep"));
        }
        let start = self.at;
        let code = self.byte(vm)?;
        let flag = code & FLAG_REF != 0;
        let v = match code & !FLAG_REF {
            b'0' => return Ok(None),
            b'N' => Value::NONE,
            b'.' => Value::ELLIPSIS,
            b'F' => Value::FALSE,
            b'T' => Value::TRUE,
            b'S' => vm.exc_type(Exc::StopIteration).value(),
            b'i' => {
                let n = self.long(vm)?;
                self.note(vm, Value::small_int(i64::from(n)), flag)?
            }
            b'I' => {
                let bytes = self.take(vm, 8)?;
                let n = i64::from_le_bytes(bytes.try_into().unwrap_or_default());
                let v = vm.new_int(n)?;
                self.note(vm, v, flag)?
            }
            b'l' => {
                let v = self.int(vm)?;
                self.note(vm, v, flag)?
            }
            b'g' | b'f' => {
                let text = code & !FLAG_REF == b'f';
                let x = if text { self.float_text(vm)? } else { self.double(vm)? };
                let v = vm.new_float(x)?;
                self.note(vm, v, flag)?
            }
            b'y' | b'x' => {
                let text = code & !FLAG_REF == b'x';
                let mut part = || if text { self.float_text(vm) } else { self.double(vm) };
                let (re, im) = (part()?, part()?);
                let v = habu_object::complex::new(&mut vm.heap, re, im)?;
                self.note(vm, v, flag)?
            }
            b's' => {
                let n = self.size(vm, "bytes object")?;
                let bytes = self.take(vm, n)?;
                let v = Bytes::new(&mut vm.heap, bytes)?.value();
                self.note(vm, v, flag)?
            }
            b'z' | b'Z' | b'a' | b'A' | b'u' | b't' => {
                let v = self.text(vm, code & !FLAG_REF)?;
                self.note(vm, v, flag)?
            }
            b')' | b'(' => {
                let small = code & !FLAG_REF == b')';
                let n =
                    if small { usize::from(self.take(vm, 1)?[0]) } else { self.size(vm, "tuple")? };
                self.tuple(vm, n, flag, depth)?
            }
            b'[' => {
                let n = self.size(vm, "list")?;
                let list = List::new(&mut vm.heap, n.min(1024))?;
                self.note(vm, list.value(), flag)?;
                for _ in 0..n {
                    let item = self.item(vm, "list", depth)?;
                    list.push(&mut vm.heap, item)?;
                }
                list.value()
            }
            b'{' => self.dict(vm, flag, depth)?,
            b'<' | b'>' => self.set(vm, code & !FLAG_REF, flag, depth)?,
            b':' => {
                let place = self.reserve(vm, flag)?;
                let start = self.item(vm, "slice", depth)?;
                let stop = self.item(vm, "slice", depth)?;
                let step = self.item(vm, "slice", depth)?;
                let s = Slice::blank(&mut vm.heap)?;
                for (cell, v) in [(&s.start, start), (&s.stop, stop), (&s.step, step)] {
                    s.store(&mut vm.heap, cell, v);
                }
                self.fill(vm, place, s.value())
            }
            b'r' => {
                let n = self.long(vm)?;
                let found = usize::try_from(n).ok().and_then(|n| self.refs.get(n));
                match found.filter(|v| !v.is_unbound()) {
                    Some(v) => v,
                    None => return Err(bad(vm, "invalid reference")),
                }
            }
            pyc::TYPE_CODE => {
                self.at = start;
                let v = self.code(vm)?;
                self.note(vm, v, flag)?
            }
            _ => return Err(bad(vm, "unknown type code")),
        };
        Ok(Some(v))
    }

    fn int(&mut self, vm: &mut Vm) -> PyResult<Value> {
        let n = self.long(vm)?;
        let count = n.unsigned_abs() as usize;
        let digits = self.take(vm, count.saturating_mul(2))?;
        let mut bytes = vec![0u8; (count * 15).div_ceil(8)];
        for (i, digit) in digits.chunks_exact(2).enumerate() {
            let digit = u16::from_le_bytes([digit[0], digit[1]]);
            if digit >> 15 != 0 {
                return Err(bad(vm, "digit out of range in long"));
            }
            if i + 1 == count && digit == 0 {
                return Err(bad(vm, "unnormalized long data"));
            }
            for bit in (0..15).filter(|bit| digit >> bit & 1 == 1) {
                let at = i * 15 + bit;
                bytes[at / 8] |= 1 << (at % 8);
            }
        }
        let add = habu_vm::BinOp::Add;
        let v = int::from_bytes(&mut vm.heap, &bytes, false, false)
            .map_err(|e| vm.int_error(add, e))?;
        if n >= 0 {
            return Ok(v);
        }
        int::neg(&mut vm.heap, v).map_err(|e| vm.int_error(add, e))
    }

    fn text(&mut self, vm: &mut Vm, code: u8) -> PyResult<Value> {
        let short = matches!(code, b'z' | b'Z');
        let n = if short { usize::from(self.take(vm, 1)?[0]) } else { self.size(vm, "string")? };
        let bytes = self.take(vm, n)?;
        let intern = matches!(code, b'Z' | b'A' | b't');
        let ascii = !matches!(code, b'u' | b't');
        if ascii && !bytes.is_ascii() {
            return Err(bad(vm, "non-ASCII character in ASCII string"));
        }
        if let Ok(text) = str::from_utf8(bytes) {
            return if intern { vm.intern(text) } else { vm.new_str(text) };
        }
        use habu_object::str::codec::{Encoding, Errors};
        match Str::decode(&mut vm.heap, bytes, Encoding::Utf8, Errors::SurrogatePass) {
            Ok(s) => Ok(s.value()),
            Err(_) => {
                let _: StrBuf = StrBuf::new();
                Err(bad(vm, "invalid UTF-8"))
            }
        }
    }

    fn tuple(&mut self, vm: &mut Vm, n: usize, flag: bool, depth: usize) -> PyResult<Value> {
        if n > self.input.len() - self.at {
            return Err(vm.raise_msg(Exc::EOFError, "EOF read where object expected"));
        }
        let place = self.reserve(vm, flag)?;
        let t = Tuple::zeroed(&mut vm.heap, n)?;
        for i in 0..n {
            let item = self.item(vm, "tuple", depth)?;
            t.set(&mut vm.heap, i, item);
        }
        let v = if n == 0 { Value::EMPTY_TUPLE } else { t.value() };
        Ok(self.fill(vm, place, v))
    }

    fn dict(&mut self, vm: &mut Vm, flag: bool, depth: usize) -> PyResult<Value> {
        let d: Gc<Dict> = vm.new_dict()?;
        self.note(vm, d.value(), flag)?;
        while let Some(key) = self.value(vm, depth + 1)? {
            let Some(v) = self.value(vm, depth + 1)? else { break };
            vm.dict_set(d, key, v)?;
        }
        Ok(d.value())
    }

    fn set(&mut self, vm: &mut Vm, code: u8, flag: bool, depth: usize) -> PyResult<Value> {
        let n = self.size(vm, "set")?;
        let set = match code {
            b'<' => Set::new(&mut vm.heap)?,
            _ => Set::new_frozen(&mut vm.heap)?,
        };
        debug_assert!(matches!(set.value().kind(), Kind::Set | Kind::FrozenSet));
        let place = self.reserve(vm, flag)?;
        for _ in 0..n {
            let item = self.item(vm, "set", depth)?;
            vm.set_add(set, item)?;
        }
        Ok(self.fill(vm, place, set.value()))
    }

    fn code(&mut self, vm: &mut Vm) -> PyResult<Value> {
        if !self.allow_code {
            return Err(vm.value_error("unmarshalling code objects is disallowed"));
        }
        let mut object = self.input[self.at..].to_vec();
        object[0] &= !FLAG_REF;
        match pyc::decode_object(&object) {
            Ok((code, rest)) => {
                self.at = self.input.len() - rest.len();
                Ok(vm.load_code(&Rc::new(code))?.value())
            }
            Err(PycError::Truncated) => Err(vm.raise_msg(Exc::EOFError, "marshal data too short")),
            Err(e) => Err(bad(vm, &e.to_string())),
        }
    }
}
