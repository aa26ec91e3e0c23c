//! Interning: one str for equal names; and the one-character strs.
//!
//! Both are owned by a runtime and traced as its roots.

use super::hash::HashKey;
use super::layout::{Str, flag};
use crate::array::Array;
use crate::kind::shape;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::{Heap, Marker};

/// A table of strs no two of which are equal. What is in it lives as long as the table.
#[derive(Default)]
pub struct Interner {
    /// Open addressing, int 0 where nothing is; its length is a power of two.
    table: Option<Gc<Array>>,
    used: usize,
}

const FIRST_SLOTS: usize = 2048;

impl Interner {
    /// An empty table.
    pub fn new() -> Interner {
        Interner::default()
    }

    /// Marks the table as a root.
    pub fn trace(&self, marker: &mut Marker<'_>) {
        if let Some(table) = self.table {
            marker.mark_object(table.header());
        }
    }

    /// Number of strs.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The interned str of this text.
    pub fn intern(&mut self, heap: &mut Heap, key: HashKey, text: &str) -> Alloc<Gc<Str>> {
        if text.is_ascii() {
            let hash = key.hash_bytes(text.as_bytes());
            let found = self.find(hash, |s| s.is_ascii() && s.raw() == text.as_bytes());
            if let Some(s) = found {
                return Ok(s);
            }
        }
        let s = Str::new(heap, text)?;
        self.intern_value(heap, key, s)
    }

    /// The interned str that equals `s`: `s` itself if it is the first one and its class is exactly str.
    pub fn intern_value(&mut self, heap: &mut Heap, key: HashKey, s: Gc<Str>) -> Alloc<Gc<Str>> {
        if s.is_interned() {
            return Ok(s);
        }
        let hash = s.hash(key);
        if let Some(found) = self.find(hash, |t| t.equals(&s)) {
            return Ok(found);
        }
        let s = if s.is_exact() && s.owner().is_none() {
            s
        } else {
            Str::from_units(heap, shape::STR, s.units())?
        };
        s.hash(key);
        self.insert(heap, s, hash)?;
        s.mark(flag::INTERNED);
        Ok(s)
    }

    #[inline]
    fn find(&self, hash: i64, same: impl Fn(Gc<Str>) -> bool) -> Option<Gc<Str>> {
        let items = self.table?;
        let mask = items.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let s = items.get(at).cast::<Str>()?;
            if s.cached_hash().unwrap_or(0) == hash && same(s) {
                return Some(s);
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, heap: &mut Heap, s: Gc<Str>, hash: i64) -> Alloc<()> {
        let table = match self.table {
            Some(table) if (self.used + 1) * 2 <= table.len() => table,
            old => self.grow(heap, old)?,
        };
        place(heap, table, s, hash);
        self.used += 1;
        Ok(())
    }

    fn grow(&mut self, heap: &mut Heap, old: Option<Gc<Array>>) -> Alloc<Gc<Array>> {
        let slots = old.map_or(FIRST_SLOTS, |t| t.len() * 2);
        let table = Array::zeroed(heap, slots)?;
        for cell in old.iter().flat_map(|t| t.items()) {
            if let Some(s) = cell.get().cast::<Str>() {
                place(heap, table, s, s.cached_hash().unwrap_or(0));
            }
        }
        self.table = Some(table);
        Ok(table)
    }
}

fn place(heap: &mut Heap, table: Gc<Array>, s: Gc<Str>, hash: i64) {
    let mask = table.len() - 1;
    let mut at = hash as usize & mask;
    while table.get(at).is_ptr() {
        at = (at + 1) & mask;
    }
    table.set(heap, at, s.value());
}

impl Str {
    /// Whether this is the runtime's one str of its text.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.has(flag::INTERNED)
    }
}

/// The strs of the 256 latin-1 characters, made when first wanted.
pub struct CharCache {
    chars: [Value; 256],
}

impl Default for CharCache {
    fn default() -> CharCache {
        CharCache::new()
    }
}

impl CharCache {
    /// An empty cache.
    pub fn new() -> CharCache {
        CharCache { chars: [Value::small_int(0); 256] }
    }

    /// Marks the strs as roots.
    pub fn trace(&self, marker: &mut Marker<'_>) {
        for v in &self.chars {
            marker.mark_word(v.bits());
        }
    }

    /// The values by character, int 0 where none has been made, for compiled code.
    pub fn as_ptr(&self) -> *const Value {
        self.chars.as_ptr()
    }

    /// Makes all strs at once, interned.
    pub fn fill(&mut self, heap: &mut Heap, interner: &mut Interner, key: HashKey) -> Alloc<()> {
        for c in 0..=255u8 {
            let s = Str::from_latin1(heap, &[c])?;
            self.chars[c as usize] = interner.intern_value(heap, key, s)?.value();
        }
        Ok(())
    }

    /// The str of one code point.
    #[inline]
    pub fn get(&mut self, heap: &mut Heap, c: u32) -> Alloc<Gc<Str>> {
        let Some(slot) = self.chars.get_mut(c as usize) else {
            return Str::from_char(heap, c);
        };
        match slot.cast::<Str>() {
            Some(s) => Ok(s),
            None => {
                let s = Str::from_char(heap, c)?;
                *slot = s.value();
                Ok(s)
            }
        }
    }
}
