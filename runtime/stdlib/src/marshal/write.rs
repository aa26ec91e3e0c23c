//! Values to bytes.

use super::{FLAG_REF, MAX_DEPTH};
use habu_bytecode::pyc;
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Code, Gc, Kind, List, Set, Slice, Tuple, Value, float, int, shape};
use habu_vm::buffer::{Buffer, bytes_like};
use habu_vm::{Exc, PyResult, Vm};
use std::collections::HashMap;

struct Writer {
    out: Vec<u8>,
    version: i64,
    allow_code: bool,
    /// Numbers of the objects written, by address.
    seen: HashMap<u64, u32>,
}

pub(super) fn dumps(vm: &mut Vm, v: Value, version: i64, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut w = Writer { out: Vec::new(), version, allow_code, seen: HashMap::new() };
    w.value(vm, v, 0)?;
    Ok(w.out)
}

impl Writer {
    fn long(&mut self, n: usize) {
        self.out.extend((n as u32).to_le_bytes());
    }

    /// Writes a reference to an object written before, or says which flag its type byte gets.
    fn reference(&mut self, v: Value) -> Option<u8> {
        if self.version < 3 || !v.is_ptr() {
            return Some(0);
        }
        if let Some(n) = self.seen.get(&v.bits()).copied() {
            self.out.push(b'r');
            self.out.extend(n.to_le_bytes());
            return None;
        }
        let n = self.seen.len() as u32;
        self.seen.insert(v.bits(), n);
        Some(FLAG_REF)
    }

    fn value(&mut self, vm: &mut Vm, v: Value, depth: usize) -> PyResult<()> {
        if depth > MAX_DEPTH {
            return Err(vm.value_error("object too deeply nested to marshal"));
        }
        let stop = vm.exc_type(Exc::StopIteration).value();
        let simple = match v.kind() {
            Kind::None => b'N',
            Kind::Ellipsis => b'.',
            Kind::Bool if v == Value::TRUE => b'T',
            Kind::Bool => b'F',
            _ if v == stop => b'S',
            _ => 0,
        };
        if simple != 0 {
            self.out.push(simple);
            return Ok(());
        }
        let Some(flag) = self.reference(v) else { return Ok(()) };
        match v.shape() {
            shape::INT => self.int(vm, v, flag)?,
            shape::FLOAT => self.float(float::get(v).unwrap_or(0.0), flag),
            shape::COMPLEX => {
                let Some(c) = v.cast::<habu_object::Complex>() else { return Ok(()) };
                let (re, im) = (c.re.get(), c.im.get());
                if self.version > 1 {
                    self.out.push(b'y' | flag);
                    self.out.extend(re.to_le_bytes());
                    self.out.extend(im.to_le_bytes());
                } else {
                    self.out.push(b'x' | flag);
                    for part in [re, im] {
                        self.float_text(part);
                    }
                }
            }
            shape::STR => self.text(v, flag),
            shape::TUPLE => {
                let Some(t) = v.cast::<Tuple>() else { return Ok(()) };
                if t.len() < 256 && self.version >= 4 {
                    self.out.extend([b')' | flag, t.len() as u8]);
                } else {
                    self.out.push(b'(' | flag);
                    self.long(t.len());
                }
                for i in 0..t.len() {
                    self.value(vm, t.get(i), depth + 1)?;
                }
            }
            shape::LIST => {
                let Some(list) = v.cast::<List>() else { return Ok(()) };
                self.out.push(b'[' | flag);
                self.long(list.len());
                let mut i = 0;
                while let Some(item) = list.get(i) {
                    self.value(vm, item, depth + 1)?;
                    i += 1;
                }
            }
            shape::DICT => {
                let Some(d) = v.cast::<Dict>() else { return Ok(()) };
                self.out.push(b'{' | flag);
                let mut pos = 0;
                while let Some((next, key, item, _)) = d.next_entry(pos) {
                    self.value(vm, key, depth + 1)?;
                    self.value(vm, item, depth + 1)?;
                    pos = next;
                }
                self.out.push(b'0');
            }
            shape::SET | shape::FROZENSET => self.set(vm, v, flag, depth)?,
            shape::SLICE if self.version >= 5 => {
                let Some(s) = v.cast::<Slice>() else { return Ok(()) };
                self.out.push(b':' | flag);
                for part in [s.start.get(), s.stop.get(), s.step.get()] {
                    self.value(vm, part, depth + 1)?;
                }
            }
            _ => return self.rest(vm, v, flag),
        }
        Ok(())
    }

    /// Code objects, and what is written as bytes.
    fn rest(&mut self, vm: &mut Vm, v: Value, flag: u8) -> PyResult<()> {
        if let Some(code) = v.cast::<Code>() {
            if !self.allow_code {
                return Err(vm.value_error("marshalling code objects is disallowed"));
            }
            let mut object = pyc::encode_object(vm.code_data(code));
            object[0] |= flag;
            self.out.extend(object);
            return Ok(());
        }
        if v.shape() == shape::BYTES || bytes_like(v) && v.shape() == v.kind() as u32 {
            let bytes = Buffer::of(vm, v)?;
            self.out.push(b's' | flag);
            self.long(bytes.len());
            self.out.extend(&*bytes);
            return Ok(());
        }
        Err(vm.value_error("unmarshallable object"))
    }

    fn int(&mut self, vm: &mut Vm, v: Value, flag: u8) -> PyResult<()> {
        if let Some(n) = int::to_i64(v).and_then(|n| i32::try_from(n).ok()) {
            self.out.push(b'i' | flag);
            self.out.extend(n.to_le_bytes());
            return Ok(());
        }
        let magnitude =
            int::abs(&mut vm.heap, v).map_err(|e| vm.int_error(habu_vm::BinOp::Add, e))?;
        let bits = int::bit_length(magnitude) as usize;
        let bytes = int::to_bytes(magnitude, bits.div_ceil(8), false, false).unwrap_or_default();
        let digits = bits.div_ceil(15);
        self.out.push(b'l' | flag);
        let count = if int::is_negative(v) { -(digits as i32) } else { digits as i32 };
        self.out.extend(count.to_le_bytes());
        for i in 0..digits {
            let mut digit = 0u16;
            for bit in 0..15 {
                let at = i * 15 + bit;
                let set = bytes.get(at / 8).is_some_and(|b| b >> (at % 8) & 1 == 1);
                digit |= u16::from(set) << bit;
            }
            self.out.extend(digit.to_le_bytes());
        }
        Ok(())
    }

    fn float(&mut self, x: f64, flag: u8) {
        if self.version > 1 {
            self.out.push(b'g' | flag);
            self.out.extend(x.to_le_bytes());
        } else {
            self.out.push(b'f' | flag);
            self.float_text(x);
        }
    }

    fn float_text(&mut self, x: f64) {
        let text = float::repr(x);
        self.out.push(text.len() as u8);
        self.out.extend(text.as_bytes());
    }

    fn text(&mut self, v: Value, flag: u8) {
        let Some(s) = v.cast::<Str>() else { return };
        let interned = s.is_interned();
        if self.version >= 4 && s.is_ascii() {
            let bytes = s.raw();
            if bytes.len() < 256 {
                self.out.extend([if interned { b'Z' } else { b'z' } | flag, bytes.len() as u8]);
            } else {
                self.out.push(if interned { b'A' } else { b'a' } | flag);
                self.long(bytes.len());
            }
            self.out.extend(bytes);
            return;
        }
        let bytes = s.to_wtf8();
        self.out.push(if self.version >= 3 && interned { b't' } else { b'u' } | flag);
        self.long(bytes.len());
        self.out.extend(&*bytes);
    }

    /// A set's items in the order of their forms, so that equal sets have equal forms.
    fn set(&mut self, vm: &mut Vm, v: Value, flag: u8, depth: usize) -> PyResult<()> {
        let Some(set) = v.cast::<Set>() else { return Ok(()) };
        self.out.push(if v.shape() == shape::SET { b'<' } else { b'>' } | flag);
        let list: Gc<List> = vm.list_from_iter(v)?;
        self.long(list.len());
        debug_assert_eq!(list.len(), set.len());
        let mut order: Vec<(Vec<u8>, usize)> = Vec::with_capacity(list.len());
        for i in 0..list.len() {
            let Some(item) = list.get(i) else { break };
            order.push((dumps(vm, item, self.version, self.allow_code)?, i));
        }
        order.sort();
        for (_, i) in order {
            if let Some(item) = list.get(i) {
                self.value(vm, item, depth + 1)?;
            }
        }
        Ok(())
    }
}
