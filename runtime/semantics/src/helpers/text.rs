//! Strs: concatenation, characters, formatting.

use super::Gives::{Shape, Truth, Value as Any};
use super::helpers;
use habu_object::format::format_exact;
use habu_object::shape::STR;
use habu_object::str::{Str, StrBuf};
use habu_object::{Value, int, shape};
use habu_vm::Vm;

helpers! {
    /// a + b of exact strs.
    STR_CONCAT(vm, a, b) Nothing, Shape(STR) => {
        match (a.cast::<Str>(), b.cast::<Str>()) {
            (Some(a), Some(b)) => a.concat(&mut vm.heap, b).ok().map(|s| s.value()),
            _ => None,
        }
    };
    /// The concatenation of two strs.
    STR_JOIN_2(vm, a, b) Nothing, Shape(STR) => join(vm, &[a, b]);
    /// The concatenation of three strs.
    STR_JOIN_3(vm, a, b, c) Nothing, Shape(STR) => join(vm, &[a, b, c]);
    /// The concatenation of four strs.
    STR_JOIN_4(vm, a, b, c, d) Nothing, Shape(STR) => join(vm, &[a, b, c, d]);
    /// s[i] of an exact str, `i` an immediate int; declines if out of range.
    STR_ITEM(vm, s, i) Nothing, Shape(STR) => {
        let s = s.cast::<Str>();
        let at = |s: &Str| {
            let i = i.as_int();
            usize::try_from(if i < 0 { i + s.len() as i64 } else { i }).ok().filter(|i| *i < s.len())
        };
        s.and_then(|s| Some((s, at(&s)?)))
            .and_then(|(s, i)| vm.chars.get(&mut vm.heap, s.char_at(i)).ok())
            .map(|s| s.value())
    };
    /// ord(s) of an exact str of one character.
    ORD(_vm, s) Nothing, Any => {
        s.cast::<Str>().filter(|s| s.len() == 1).map(|s| Value::small_int(s.char_at(0).into()))
    };
    /// s[start:stop:step] of an exact str, the parts None or ints.
    STR_SLICE(vm, s, start, stop, step) Nothing, Shape(STR) => {
        let s = s.cast::<Str>();
        let extent = |s: &Str| super::containers::extent(start, stop, step, s.len());
        s.and_then(|s| Some((s, extent(&s)?)))
            .and_then(|(s, extent)| s.slice(&mut vm.heap, extent).ok())
            .map(|s| s.value())
    };
    /// part in s
    STR_HAS(_vm, s, part) Nothing, Truth => {
        matches!((s.cast::<Str>(), part.cast::<Str>()), (Some(s), Some(p)) if s.contains(&p))
    };
    /// format(v, '') of an exact int, float, bool, None.
    FORMAT_PLAIN(vm, v) Nothing, Shape(STR) => vm.attempt(|vm| vm.str(v));
    /// str(v) of anything.
    STR_OF(vm, v) Reads, Any => vm.attempt(|vm| vm.str(v));
    /// format(v, spec) of an exact int, float or str.
    FORMAT_SPEC(vm, v, spec) Nothing, Shape(STR) => format(vm, v, spec);
}

fn join(vm: &mut Vm, parts: &[Value]) -> Option<Value> {
    let mut out = StrBuf::new();
    for part in parts {
        out.push_value(part.cast::<Str>()?);
    }
    out.finish(&mut vm.heap).ok().map(|s| s.value())
}

fn format(vm: &mut Vm, v: Value, spec: Value) -> Option<Value> {
    let spec_text = spec.cast::<Str>()?;
    if spec_text.is_empty() && v.shape() == shape::STR {
        return Some(v);
    }
    if spec_text.is_empty() && v.is_int() {
        return vm.new_str(&int::to_decimal(v)).ok();
    }
    match format_exact(v, spec_text.as_str()?) {
        Some(text) => vm.new_str(&text).ok(),
        None => vm.attempt(|vm| vm.format(v, spec)),
    }
}
