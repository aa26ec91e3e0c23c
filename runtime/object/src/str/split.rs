//! Cutting strs up: split, rsplit, splitlines, partition.
//!
//! A separator must not be empty: the caller raises ValueError for one.

use super::chars;
use super::layout::{Str, Unit, units};
use super::search::needle;
use crate::array::Tuple;
use crate::layouts::List;
use crate::object::{Alloc, Gc};
use crate::temp_vec::TempVec;
use habu_gc::Heap;

/// The pieces found so far.
struct Pieces<'h> {
    of: Gc<Str>,
    heap: &'h mut Heap,
    list: TempVec,
}

impl<'h> Pieces<'h> {
    fn new(heap: &'h mut Heap, of: Gc<Str>) -> Alloc<Pieces<'h>> {
        let list = TempVec::new(heap, 4)?;
        Ok(Pieces { of, heap, list })
    }

    #[inline]
    fn add(&mut self, from: usize, to: usize) -> Alloc<()> {
        let piece = self.of.substr(self.heap, from, to)?;
        self.list.push(self.heap, piece.value())
    }

    fn finish(self) -> Alloc<Gc<List>> {
        self.list.into_list(self.heap)
    }

    fn finish_reversed(self) -> Alloc<Gc<List>> {
        let list = self.list.into_list(self.heap)?;
        let cells = list.cells();
        for i in 0..cells.len() / 2 {
            cells[i].swap(&cells[cells.len() - 1 - i]);
        }
        Ok(list)
    }
}

/// How many cuts a `maxsplit` argument allows.
fn limit(maxsplit: i64) -> usize {
    usize::try_from(maxsplit).unwrap_or(usize::MAX)
}

fn split_space<U: Unit>(pieces: &mut Pieces<'_>, text: &[U], most: usize) -> Alloc<()> {
    let space = |i: usize| chars::is_space(text[i].point());
    let (mut at, mut cuts) = (0, 0);
    loop {
        while at < text.len() && space(at) {
            at += 1;
        }
        if at == text.len() {
            return Ok(());
        }
        let start = at;
        if cuts == most {
            return pieces.add(start, text.len());
        }
        while at < text.len() && !space(at) {
            at += 1;
        }
        pieces.add(start, at)?;
        cuts += 1;
    }
}

fn rsplit_space<U: Unit>(pieces: &mut Pieces<'_>, text: &[U], most: usize) -> Alloc<()> {
    let space = |i: usize| chars::is_space(text[i].point());
    let (mut end, mut cuts) = (text.len(), 0);
    loop {
        while end > 0 && space(end - 1) {
            end -= 1;
        }
        if end == 0 {
            return Ok(());
        }
        if cuts == most {
            return pieces.add(0, end);
        }
        let stop = end;
        while end > 0 && !space(end - 1) {
            end -= 1;
        }
        pieces.add(end, stop)?;
        cuts += 1;
    }
}

fn split_lines<U: Unit>(pieces: &mut Pieces<'_>, text: &[U], keep: bool) -> Alloc<()> {
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let found = rest.iter().position(|c| chars::is_line_break(c.point()));
        let Some(n) = found else {
            return pieces.add(start, text.len());
        };
        let end = start + n;
        let crlf = text[end].point() == 13 && text.get(end + 1).is_some_and(|c| c.point() == 10);
        let next = end + 1 + usize::from(crlf);
        pieces.add(start, if keep { next } else { end })?;
        start = next;
    }
    Ok(())
}

impl Gc<Str> {
    /// `self.split(separator, maxsplit)`, at white space without a separator.
    pub fn split(
        self,
        heap: &mut Heap,
        separator: Option<Gc<Str>>,
        maxsplit: i64,
    ) -> Alloc<Gc<List>> {
        let most = limit(maxsplit);
        let mut pieces = Pieces::new(heap, self)?;
        let Some(separator) = separator else {
            units!(self.units(), u => split_space(&mut pieces, u, most))?;
            return pieces.finish();
        };
        debug_assert!(!separator.is_empty());
        let (mut start, mut cuts, mut result) = (0, 0, Ok(()));
        units!(self.units(), u => if let Some(needle) = needle(separator.units()) && most > 0 {
            needle.each(u, |at| {
                result = pieces.add(start, at);
                start = at + separator.len();
                cuts += 1;
                result.is_ok() && cuts < most
            });
        });
        result?;
        pieces.add(start, self.len())?;
        pieces.finish()
    }

    /// `self.rsplit(separator, maxsplit)`, at white space without a separator.
    pub fn rsplit(
        self,
        heap: &mut Heap,
        separator: Option<Gc<Str>>,
        maxsplit: i64,
    ) -> Alloc<Gc<List>> {
        let most = limit(maxsplit);
        if most == usize::MAX && separator.is_none() {
            return self.split(heap, None, -1);
        }
        let mut pieces = Pieces::new(heap, self)?;
        let Some(separator) = separator else {
            units!(self.units(), u => rsplit_space(&mut pieces, u, most))?;
            return pieces.finish_reversed();
        };
        debug_assert!(!separator.is_empty());
        let mut end = self.len();
        units!(self.units(), u => if let Some(needle) = needle(separator.units()) {
            for _ in 0..most {
                let Some(at) = needle.rfind(&u[..end]) else { break };
                pieces.add(at + separator.len(), end)?;
                end = at;
            }
        });
        pieces.add(0, end)?;
        pieces.finish_reversed()
    }

    /// `self.splitlines(keepends)`
    pub fn splitlines(self, heap: &mut Heap, keepends: bool) -> Alloc<Gc<List>> {
        let mut pieces = Pieces::new(heap, self)?;
        units!(self.units(), u => split_lines(&mut pieces, u, keepends))?;
        pieces.finish()
    }

    /// `self.partition(separator)`
    pub fn partition(self, heap: &mut Heap, separator: Gc<Str>) -> Alloc<Gc<Tuple>> {
        match self.find(&separator, 0, i64::MAX) {
            Some(at) => self.three(heap, at, separator),
            None => {
                let empty = Str::empty(heap)?.value();
                let whole = self.to_exact(heap)?.value();
                Tuple::new(heap, &[whole, empty, empty])
            }
        }
    }

    /// `self.rpartition(separator)`
    pub fn rpartition(self, heap: &mut Heap, separator: Gc<Str>) -> Alloc<Gc<Tuple>> {
        match self.rfind(&separator, 0, i64::MAX) {
            Some(at) => self.three(heap, at, separator),
            None => {
                let empty = Str::empty(heap)?.value();
                let whole = self.to_exact(heap)?.value();
                Tuple::new(heap, &[empty, empty, whole])
            }
        }
    }

    fn three(self, heap: &mut Heap, at: usize, separator: Gc<Str>) -> Alloc<Gc<Tuple>> {
        let before = self.substr(heap, 0, at)?.value();
        let after = self.substr(heap, at + separator.len(), self.len())?.value();
        Tuple::new(heap, &[before, separator.value(), after])
    }
}
