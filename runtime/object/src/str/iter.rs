//! Iteration over the characters of a str.

use super::intern::CharCache;
use super::layout::Str;
use crate::layouts::StrIter;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::Heap;

impl StrIter {
    /// `iter(s)`
    pub fn new(heap: &mut Heap, s: Gc<Str>) -> Alloc<Gc<StrIter>> {
        let it = StrIter::blank(heap)?;
        it.string.set(s.value());
        Ok(it)
    }

    /// Characters left.
    pub fn remaining(&self) -> usize {
        self.string.get().cast::<Str>().map_or(0, |s| s.len() - self.index.get().min(s.len()))
    }

    /// The next character; `None` at the end and ever after.
    #[inline]
    pub fn next(&self, heap: &mut Heap, chars: &mut CharCache) -> Alloc<Option<Gc<Str>>> {
        let Some(s) = self.string.get().cast::<Str>() else {
            return Ok(None);
        };
        let i = self.index.get();
        if i >= s.len() {
            self.string.set(Value::UNBOUND);
            return Ok(None);
        }
        let c = s.item(heap, chars, i)?;
        self.index.set(i + 1);
        Ok(Some(c))
    }
}
