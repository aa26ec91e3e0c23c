//! Finding strs in strs: find, rfind, count, startswith, replace.
//!
//! Positions come as Python gives them: negative ones count from the end, `0` and `i64::MAX` are the defaults.

use super::concat::{Fill, build_as};
use super::layout::{Str, Unit, Units, convert, units};
use crate::object::{Alloc, Gc};
use habu_gc::{Heap, OutOfMemory};
use memchr::memmem;

/// The range that `start` and `end` mean in a sequence of `len` items; `None` if the start lies behind the end.
#[inline]
pub fn clip(start: i64, end: i64, len: usize) -> Option<(usize, usize)> {
    let len = len as i64;
    let end = if end < 0 { end.saturating_add(len).max(0) } else { end.min(len) };
    let start = if start < 0 { start.saturating_add(len).max(0) } else { start };
    if start <= end { Some((start as usize, end as usize)) } else { None }
}

/// A needle prepared for searching units of one width.
pub(super) struct Needle<'a, U: Unit> {
    units: std::borrow::Cow<'a, [U]>,
}

impl<'a, U: Unit> Needle<'a, U> {
    /// The first position at or after `from` where the needle, which is not empty, occurs.
    #[inline]
    pub(super) fn find(&self, hay: &[U], from: usize) -> Option<usize> {
        let (hay, needle) = (U::as_bytes(&hay[from..]), U::as_bytes(&self.units));
        if U::WIDTH == 1 {
            return Some(from + find_bytes(hay, needle)?);
        }
        if hay.len() < needle.len() {
            return None;
        }
        let finder = memmem::Finder::new(needle);
        let mut at = 0;
        loop {
            at += finder.find(&hay[at..])?;
            if at % U::WIDTH == 0 {
                return Some(from + at / U::WIDTH);
            }
            at += 1;
        }
    }

    /// The last position where the needle, which is not empty, occurs.
    pub(super) fn rfind(&self, hay: &[U]) -> Option<usize> {
        let (hay, needle) = (U::as_bytes(hay), U::as_bytes(&self.units));
        if needle.len() == 1 {
            return memchr::memrchr(needle[0], hay);
        }
        let finder = memmem::FinderRev::new(needle);
        let mut end = hay.len();
        loop {
            let at = finder.rfind(&hay[..end])?;
            if at % U::WIDTH == 0 {
                return Some(at / U::WIDTH);
            }
            end = at + needle.len() - 1;
        }
    }

    /// Calls `f` with the positions of occurrences that do not overlap, until it returns false.
    #[inline]
    pub(super) fn each(&self, hay: &[U], mut f: impl FnMut(usize) -> bool) {
        let n = self.units.len();
        let (bytes, needle) = (U::as_bytes(hay), U::as_bytes(&self.units));
        if U::WIDTH == 1 && n == 1 {
            memchr::memchr_iter(needle[0], bytes).all(f);
        } else if U::WIDTH == 1 && bytes.len() <= SHORT {
            let mut at = 0;
            while let Some(found) = find_bytes(&bytes[at..], needle) {
                if !f(at + found) {
                    return;
                }
                at += found + n;
            }
        } else if U::WIDTH == 1 {
            memmem::find_iter(bytes, needle).all(f);
        } else {
            let finder = memmem::Finder::new(needle);
            let mut at = 0;
            while let Some(found) = finder.find(&bytes[at..]) {
                at += found;
                if at % U::WIDTH != 0 {
                    at += 1;
                } else if f(at / U::WIDTH) {
                    at += needle.len();
                } else {
                    return;
                }
            }
        }
    }
}

/// Up to this many bytes a plain search is done before a searcher would be prepared.
const SHORT: usize = 64;

/// `find` for bytes; short haystacks are not worth preparing a searcher.
#[inline]
pub(crate) fn find_bytes(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [c] => memchr::memchr(*c, hay),
        _ if needle.len() > hay.len() => None,
        [first, rest @ ..] if hay.len() <= SHORT => {
            let starts = hay.len() - rest.len();
            (0..starts).find(|at| hay[*at] == *first && hay[at + 1..at + needle.len()] == *rest)
        }
        _ => memmem::find(hay, needle),
    }
}

/// The needle in the width of the haystack; `None` if it cannot occur there.
#[inline]
pub(super) fn needle<'a, U: Unit>(of: Units<'a>) -> Option<Needle<'a, U>> {
    if let Some(units) = U::of(of) {
        return Some(Needle { units: units.into() });
    }
    units!(of, u => if width_of(u) > U::WIDTH {
        None
    } else {
        let mut wide = vec![U::default(); u.len()];
        convert(&mut wide, u);
        Some(Needle { units: wide.into() })
    })
}

fn width_of<U: Unit>(_: &[U]) -> usize {
    U::WIDTH
}

fn find_in(hay: Units<'_>, sub: Units<'_>) -> Option<usize> {
    if sub.is_empty() {
        return Some(0);
    }
    if sub.len() > hay.len() {
        return None;
    }
    units!(hay, h => needle(sub)?.find(h, 0))
}

/// Whether `hay` has `sub` at `at`.
#[inline]
pub(super) fn matches_at(hay: Units<'_>, sub: Units<'_>, at: usize) -> bool {
    fn same<A: Unit, B: Unit>(a: &[A], b: &[B]) -> bool {
        a.iter().zip(b).all(|(x, y)| x.point() == y.point())
    }
    match (hay, sub) {
        (Units::One(h), Units::One(s)) => h[at..at + s.len()] == *s,
        (h, s) => {
            let part = h.range(at, at + s.len());
            units!(part, h => units!(s, s => same(h, s)))
        }
    }
}

impl Str {
    /// `sub in self`
    #[inline]
    pub fn contains(&self, sub: &Str) -> bool {
        find_in(self.units(), sub.units()).is_some()
    }

    /// Whether a code point occurs.
    pub fn contains_char(&self, c: u32) -> bool {
        fn has<U: Unit>(units: &[U], c: u32) -> bool {
            U::fit(c).is_some_and(|c| units.contains(&c))
        }
        match self.units() {
            Units::One(u) => c < 256 && memchr::memchr(c as u8, u).is_some(),
            wide => units!(wide, u => has(u, c)),
        }
    }

    /// `self.find(sub, start, end)`
    #[inline]
    pub fn find(&self, sub: &Str, start: i64, end: i64) -> Option<usize> {
        let (from, to) = clip(start, end, self.len())?;
        Some(from + find_in(self.units().range(from, to), sub.units())?)
    }

    /// `self.rfind(sub, start, end)`
    pub fn rfind(&self, sub: &Str, start: i64, end: i64) -> Option<usize> {
        let (from, to) = clip(start, end, self.len())?;
        if sub.is_empty() {
            return Some(to);
        }
        if sub.len() > to - from {
            return None;
        }
        let hay = self.units().range(from, to);
        Some(from + units!(hay, h => needle(sub.units())?.rfind(h))?)
    }

    /// `self.count(sub, start, end)`
    pub fn count(&self, sub: &Str, start: i64, end: i64) -> usize {
        fn occurrences<U: Unit>(hay: &[U], sub: Units<'_>) -> usize {
            let mut n = 0;
            if let Some(needle) = needle(sub) {
                needle.each(hay, |_| {
                    n += 1;
                    true
                });
            }
            n
        }
        let Some((from, to)) = clip(start, end, self.len()) else {
            return 0;
        };
        if sub.is_empty() {
            return to - from + 1;
        }
        match (self.units().range(from, to), sub.units()) {
            (Units::One(h), Units::One([c])) => memchr::memchr_iter(*c, h).count(),
            (hay, sub) => units!(hay, h => occurrences(h, sub)),
        }
    }

    /// `self.startswith(prefix, start, end)` for one prefix.
    #[inline]
    pub fn startswith(&self, prefix: &Str, start: i64, end: i64) -> bool {
        clip(start, end, self.len()).is_some_and(|(from, to)| {
            prefix.len() <= to - from && matches_at(self.units(), prefix.units(), from)
        })
    }

    /// `self.endswith(suffix, start, end)` for one suffix.
    #[inline]
    pub fn endswith(&self, suffix: &Str, start: i64, end: i64) -> bool {
        clip(start, end, self.len()).is_some_and(|(from, to)| {
            let n = suffix.len();
            n <= to - from && matches_at(self.units(), suffix.units(), to - n)
        })
    }
}

impl Gc<Str> {
    /// `self.removeprefix(prefix)`
    pub fn removeprefix(self, heap: &mut Heap, prefix: Gc<Str>) -> Alloc<Gc<Str>> {
        if self.startswith(&prefix, 0, i64::MAX) {
            self.substr(heap, prefix.len(), self.len())
        } else {
            self.to_exact(heap)
        }
    }

    /// `self.removesuffix(suffix)`
    pub fn removesuffix(self, heap: &mut Heap, suffix: Gc<Str>) -> Alloc<Gc<Str>> {
        if self.endswith(&suffix, 0, i64::MAX) {
            self.substr(heap, 0, self.len() - suffix.len())
        } else {
            self.to_exact(heap)
        }
    }

    /// `self.replace(old, new, count)`, all occurrences if `count` is negative.
    pub fn replace(
        self,
        heap: &mut Heap,
        old: Gc<Str>,
        new: Gc<Str>,
        count: i64,
    ) -> Alloc<Gc<Str>> {
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        if most == 0 || old.len() > self.len() || old.equals(&new) {
            return self.to_exact(heap);
        }
        if let (Units::One(text), Units::One(&[old]), Units::One(&[new])) =
            (self.units(), old.units(), new.units())
            && most >= text.len()
            && self.is_ascii()
            && new.is_ascii()
        {
            return self.replace_byte(heap, text, old, new);
        }
        let mut places = Vec::new();
        if old.is_empty() {
            places.extend(0..(self.len() + 1).min(most));
        } else {
            units!(self.units(), h => if let Some(needle) = needle(old.units()) {
                needle.each(h, |at| {
                    places.push(at);
                    places.len() < most
                });
            });
        }
        if places.is_empty() {
            return self.to_exact(heap);
        }
        let grown = new.len().checked_mul(places.len()).ok_or(OutOfMemory)?;
        let len = self.len() - old.len() * places.len();
        let len = len.checked_add(grown).ok_or(OutOfMemory)?;
        let form = self.form().join(new.form());
        let places = Replaced { text: self.units(), old: old.len(), new: new.units(), places };
        if form == new.form() || old.form() != self.form() {
            return build_as(heap, len, form, places);
        }
        // What was replaced may have been what made the text wide.
        let mut wide = vec![0u32; len];
        places.fill(&mut wide);
        Str::from_units(heap, crate::kind::shape::STR, Units::Four(&wide))
    }
}

impl Gc<Str> {
    /// `self.replace(old, new)` of a text in ASCII and single characters.
    fn replace_byte(self, heap: &mut Heap, text: &[u8], old: u8, new: u8) -> Alloc<Gc<Str>> {
        if memchr::memchr(old, text).is_none() {
            return self.to_exact(heap);
        }
        Str::build(heap, crate::kind::shape::STR, text.len(), true, |to: &mut [u8]| {
            for (to, c) in to.iter_mut().zip(text) {
                *to = if *c == old { new } else { *c };
            }
        })
    }
}

struct Replaced<'a> {
    text: Units<'a>,
    old: usize,
    new: Units<'a>,
    places: Vec<usize>,
}

impl Fill for Replaced<'_> {
    fn fill<U: Unit>(self, to: &mut [U]) {
        let (mut at, mut done) = (0, 0);
        for place in self.places {
            let kept = place - done;
            self.text.range(done, place).copy_to(&mut to[at..at + kept]);
            at += kept;
            self.new.copy_to(&mut to[at..at + self.new.len()]);
            at += self.new.len();
            done = place + self.old;
        }
        self.text.range(done, self.text.len()).copy_to(&mut to[at..]);
    }
}
