//! Codecs of one byte a character by tables: `charmap_decode`, `charmap_encode`, `charmap_build`.

use super::handlers::{Fault, ask};
use super::unicode::str_arg;
use super::{errors_arg, pair};
use crate::util::{arg, given};
use habu_object::bytes::Bytes;
use habu_object::str::{Str, StrBuf};
use habu_object::{Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, NativeDef, PyResult, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("charmap_build", "(map, /)", |vm, args| {
        let s = str_arg(vm, arg(args, 0), "charmap_build")?;
        let table = vm.new_dict()?;
        for i in 0..s.len().min(256) {
            let c = s.char_at(i);
            if c != 0xfffe {
                vm.dict_set(table, Value::small_int(c.into()), Value::small_int(i as i64))?;
            }
        }
        Ok(table.value())
    }),
    NativeDef::new("charmap_decode", "(data, errors=None, mapping=None, /)", decode),
    NativeDef::new("charmap_encode", "(str, errors=None, mapping=None, /)", encode),
];

const UNDEFINED: &str = "character maps to <undefined>";

/// An entry of a mapping; None if there is none.
fn entry(vm: &mut Vm, mapping: Value, n: u32) -> PyResult<Option<Value>> {
    match vm.getitem(mapping, Value::small_int(n.into())) {
        Ok(v) if v.is_none() => Ok(None),
        Ok(v) => Ok(Some(v)),
        Err(e) => {
            vm.catch(e, Exc::LookupError)?;
            Ok(None)
        }
    }
}

fn decode(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let data = arg(args, 0);
    let errors = errors_arg(vm, arg(args, 1))?;
    let input = Buffer::of(vm, data)?.to_vec();
    let Some(mapping) = given(args, 2) else {
        let text = Str::from_latin1(&mut vm.heap, &input)?.value();
        return pair(vm, text, input.len());
    };
    let object = match data.cast::<Bytes>() {
        Some(bytes) => bytes.value(),
        None => Bytes::new(&mut vm.heap, &input)?.value(),
    };
    let mut out = StrBuf::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let b = input[at];
        let ok = match mapping.cast::<Str>() {
            Some(table) if usize::from(b) < table.len() => {
                let c = table.char_at(b.into());
                if c != 0xfffe {
                    out.push(c);
                }
                c != 0xfffe
            }
            Some(_) => false,
            None => mapped(vm, mapping, b, &mut out)?,
        };
        if ok {
            at += 1;
            continue;
        }
        let fault = Fault { encoding: "charmap", reason: UNDEFINED, start: at, end: at + 1 };
        let (text, next) = ask(vm, &errors, &fault, object, input.len())?;
        if let Some(text) = text.cast::<Str>() {
            out.push_value(text);
        }
        at = next;
    }
    let text = out.finish(&mut vm.heap)?.value();
    pair(vm, text, input.len())
}

/// Adds what a mapping has for a byte; false if it has nothing.
fn mapped(vm: &mut Vm, mapping: Value, b: u8, out: &mut StrBuf) -> PyResult<bool> {
    let Some(v) = entry(vm, mapping, b.into())? else { return Ok(false) };
    if let Some(text) = v.cast::<Str>() {
        if text.len() == 1 && text.char_at(0) == 0xfffe {
            return Ok(false);
        }
        out.push_value(text);
        return Ok(true);
    }
    if !int::is_int_like(v) {
        return Err(vm.type_error("character mapping must return integer, None or str"));
    }
    match int::to_i64_clamped(v) {
        0xfffe => Ok(false),
        n @ 0..0x11_0000 => {
            out.push(n as u32);
            Ok(true)
        }
        _ => Err(vm.type_error("character mapping must be in range(0x110000)")),
    }
}

/// Adds the bytes of a character; false if the mapping has none.
fn put(vm: &mut Vm, mapping: Value, c: u32, out: &mut Vec<u8>) -> PyResult<bool> {
    let Some(v) = entry(vm, mapping, c)? else { return Ok(false) };
    if let Some(bytes) = v.cast::<Bytes>() {
        out.extend(bytes.bytes());
        return Ok(true);
    }
    if !int::is_int_like(v) {
        let msg = format!(
            "character mapping must return integer, bytes or None, not {}",
            vm.type_name(v)
        );
        return Err(vm.type_error(&msg));
    }
    match u8::try_from(int::to_i64_clamped(v)) {
        Ok(b) => {
            out.push(b);
            Ok(true)
        }
        Err(_) => Err(vm.type_error("character mapping must be in range(256)")),
    }
}

fn encode(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = str_arg(vm, arg(args, 0), "charmap_encode")?;
    let errors = errors_arg(vm, arg(args, 1))?;
    let Some(mapping) = given(args, 2) else {
        let name = vm.intern("encode")?;
        let (latin, errors) = (vm.intern("latin-1")?, vm.new_str(&errors)?);
        let bytes = vm.call_method(s.value(), name, &[latin, errors])?;
        return pair(vm, bytes, s.len());
    };
    let mut out = Vec::with_capacity(s.len());
    let mut at = 0;
    while at < s.len() {
        if put(vm, mapping, s.char_at(at), &mut out)? {
            at += 1;
            continue;
        }
        // A run of characters without bytes is one fault.
        let mut end = at + 1;
        while end < s.len() && entry(vm, mapping, s.char_at(end))?.is_none() {
            end += 1;
        }
        let fault = Fault { encoding: "charmap", reason: UNDEFINED, start: at, end };
        let (mended, next) = ask(vm, &errors, &fault, s.value(), s.len())?;
        if let Some(bytes) = mended.cast::<Bytes>() {
            out.extend(bytes.bytes());
        } else if let Some(text) = mended.cast::<Str>() {
            for i in 0..text.len() {
                if !put(vm, mapping, text.char_at(i), &mut out)? {
                    // What the handler gave cannot be encoded either.
                    ask(vm, "strict", &fault, s.value(), s.len())?;
                }
            }
        }
        at = next;
    }
    let bytes = Bytes::new(&mut vm.heap, &out)?.value();
    pair(vm, bytes, s.len())
}
