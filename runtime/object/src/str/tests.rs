//! Tests of strs: `core` by hand and against the obvious way, the others against what CPython answers (`expect.py`).

mod characters;
mod codecs;
mod core;
mod methods;

use super::Str;
use crate::object::Gc;
use habu_gc::Heap;

/// The str that a field of an expectation file stands for.
fn field(heap: &mut Heap, text: &str) -> Gc<Str> {
    let points = text.split('.').filter(|p| !p.is_empty());
    let points = points.map(|p| u32::from_str_radix(p, 16).expect("hexadecimal"));
    Str::from_code_points(heap, points).expect("room")
}

/// A str as a field of an expectation file.
fn shown(s: &Str) -> String {
    let points: Vec<String> = s.units().iter().map(|c| format!("{c:x}")).collect();
    points.join(".")
}
