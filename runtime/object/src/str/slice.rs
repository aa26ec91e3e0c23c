//! Parts of strs: slices and single characters.

use super::intern::CharCache;
use super::layout::{Form, Str, Unit, Units, units};
use crate::kind::shape;
use crate::object::{Alloc, Gc};
use crate::slice::Extent;
use habu_gc::Heap;

impl Gc<Str> {
    /// The code points of positions `from..to`; panics if out of range.
    #[inline]
    pub fn substr(self, heap: &mut Heap, from: usize, to: usize) -> Alloc<Gc<Str>> {
        if to - from == self.len() {
            return self.to_exact(heap);
        }
        let part = self.units().range(from, to);
        let form = if self.is_ascii() { Form::ASCII } else { part.form() };
        Str::from_units_as(heap, shape::STR, part, form)
    }

    /// `self[start:stop:step]`, already clipped to this str's length.
    pub fn slice(self, heap: &mut Heap, extent: Extent) -> Alloc<Gc<Str>> {
        if extent.step == 1 {
            let (from, to) = extent.range();
            return if from >= to { Str::empty(heap) } else { self.substr(heap, from, to) };
        }
        match self.units() {
            Units::One(u) => {
                let ascii = self.is_ascii() || extent.indices().all(|i| u[i] < 0x80);
                Str::build(heap, shape::STR, extent.count, ascii, |to: &mut [u8]| {
                    pick(to, u, extent)
                })
            }
            wide => {
                let bits = units!(wide, u => extent.indices().fold(0, |b, i| b | u[i].point()));
                units!(wide, u => pick_as(heap, Form::of_bits(bits), u, extent))
            }
        }
    }

    /// The str of the code point at `i`; panics if out of range.
    #[inline]
    pub fn item(self, heap: &mut Heap, chars: &mut CharCache, i: usize) -> Alloc<Gc<Str>> {
        chars.get(heap, self.char_at(i))
    }
}

#[inline]
fn pick<T: Unit, F: Unit>(to: &mut [T], from: &[F], extent: Extent) {
    for (t, i) in to.iter_mut().zip(extent.indices()) {
        *t = T::narrow(from[i].point());
    }
}

fn pick_as<F: Unit>(heap: &mut Heap, form: Form, from: &[F], extent: Extent) -> Alloc<Gc<Str>> {
    let (n, s) = (extent.count, shape::STR);
    match form.width {
        1 => Str::build(heap, s, n, form.ascii, |to: &mut [u8]| pick(to, from, extent)),
        2 => Str::build(heap, s, n, false, |to: &mut [u16]| pick(to, from, extent)),
        _ => Str::build(heap, s, n, false, |to: &mut [u32]| pick(to, from, extent)),
    }
}
