//! Joining strs: concatenation that stays linear in loops, repetition, join, padding.

use super::layout::{Form, MAX_LEN, Str, Unit, Units, copy_short, flag, write_blob};
use crate::array::Blob;
use crate::kind::shape;
use crate::object::{Alloc, Gc};
use crate::value::Value;
use habu_gc::{Heap, OutOfMemory};

/// Bytes from which a result that is appended to again gets growable storage.
const GROWABLE: usize = 256;

impl Gc<Str> {
    /// `self + other`
    #[inline]
    pub fn concat(self, heap: &mut Heap, other: Gc<Str>) -> Alloc<Gc<Str>> {
        let len = self.len() + other.len();
        let form = self.form().join(other.form());
        if self.is_empty() {
            return other.to_exact(heap);
        }
        if other.is_empty() {
            return self.to_exact(heap);
        }
        if len * form.width as usize > GROWABLE {
            return self.append(heap, other, len, form);
        }
        concat_inline(heap, self, other, len, form)
    }

    /// Concatenation with a long result.
    #[inline(never)]
    fn append(self, heap: &mut Heap, other: Gc<Str>, len: usize, form: Form) -> Alloc<Gc<Str>> {
        if len > MAX_LEN {
            return Err(OutOfMemory);
        }
        let same_width = form.width as usize == self.width();
        let (at, total) = (self.byte_len(), len * form.width as usize);
        if same_width
            && let Some(blob) = self.ends_blob()
            && total <= blob.capacity()
        {
            blob.used.set(total);
            write_units(blob, at, other.units(), form);
            return Str::in_blob(heap, blob, len, form);
        }
        if self.has(flag::APPENDED) || self.owner().is_some() {
            let capacity = if total < 1 << 20 { total * 2 } else { total + total / 2 };
            let blob = Blob::new(heap, capacity)?;
            write_units(blob, 0, self.units(), form);
            write_units(blob, self.len() * form.width as usize, other.units(), form);
            blob.used.set(total);
            return Str::in_blob(heap, blob, len, form);
        }
        let s = concat_inline(heap, self, other, len, form)?;
        if self.byte_len() >= other.byte_len() {
            s.mark(flag::APPENDED);
        }
        Ok(s)
    }

    /// `self * n`
    pub fn repeat(self, heap: &mut Heap, n: i64) -> Alloc<Gc<Str>> {
        let n = usize::try_from(n).unwrap_or(0);
        if n == 1 {
            return self.to_exact(heap);
        }
        if n == 0 || self.is_empty() {
            return Str::empty(heap);
        }
        let len = self.len().checked_mul(n).ok_or(OutOfMemory)?;
        match self.units() {
            Units::One(u) => {
                Str::build(heap, shape::STR, len, self.is_ascii(), |to| repeat_units(to, u))
            }
            Units::Two(u) => Str::build(heap, shape::STR, len, false, |to| repeat_units(to, u)),
            Units::Four(u) => Str::build(heap, shape::STR, len, false, |to| repeat_units(to, u)),
        }
    }

    /// `fill * left + self + fill * right`
    pub fn pad(self, heap: &mut Heap, left: usize, right: usize, fill: u32) -> Alloc<Gc<Str>> {
        if left == 0 && right == 0 {
            return self.to_exact(heap);
        }
        let len = left.checked_add(right).and_then(|n| n.checked_add(self.len()));
        let len = len.ok_or(OutOfMemory)?;
        let form = self.form().join(Form::of_bits(fill));
        build_as(heap, len, form, Padded { text: self.units(), left, fill })
    }
}

/// Something that writes the units of a new str of whatever width is wanted.
pub(super) trait Fill {
    fn fill<U: Unit>(self, to: &mut [U]);
}

/// A str of this form whose units `f` writes.
#[inline]
pub(super) fn build_as(heap: &mut Heap, len: usize, form: Form, f: impl Fill) -> Alloc<Gc<Str>> {
    match form.width {
        1 => Str::build(heap, shape::STR, len, form.ascii, |to: &mut [u8]| f.fill(to)),
        2 => Str::build(heap, shape::STR, len, false, |to: &mut [u16]| f.fill(to)),
        _ => Str::build(heap, shape::STR, len, false, |to: &mut [u32]| f.fill(to)),
    }
}

struct Two<'a>(Units<'a>, Units<'a>);

impl Fill for Two<'_> {
    #[inline]
    fn fill<U: Unit>(self, to: &mut [U]) {
        let (a, b) = to.split_at_mut(self.0.len());
        self.0.copy_to(a);
        self.1.copy_to(b);
    }
}

struct Padded<'a> {
    text: Units<'a>,
    left: usize,
    fill: u32,
}

impl Fill for Padded<'_> {
    fn fill<U: Unit>(self, to: &mut [U]) {
        let end = self.left + self.text.len();
        to[..self.left].fill(U::narrow(self.fill));
        self.text.copy_to(&mut to[self.left..end]);
        to[end..].fill(U::narrow(self.fill));
    }
}

#[inline]
fn concat_inline(
    heap: &mut Heap,
    a: Gc<Str>,
    b: Gc<Str>,
    len: usize,
    form: Form,
) -> Alloc<Gc<Str>> {
    build_as(heap, len, form, Two(a.units(), b.units()))
}

/// Writes units into a Blob, widened to the form.
fn write_units(blob: Gc<Blob>, at: usize, from: Units<'_>, form: Form) {
    fn widened<U: Unit>(blob: Gc<Blob>, at: usize, from: Units<'_>) {
        let mut chunk = [U::default(); 256];
        let mut done = 0;
        while done < from.len() {
            let n = (from.len() - done).min(chunk.len());
            from.range(done, done + n).copy_to(&mut chunk[..n]);
            write_blob(blob, at + done * U::WIDTH, U::as_bytes(&chunk[..n]));
            done += n;
        }
    }
    match (from, form.width) {
        (Units::One(u), 1) => write_blob(blob, at, u),
        (Units::Two(u), 2) => write_blob(blob, at, u16::as_bytes(u)),
        (Units::Four(u), 4) => write_blob(blob, at, u32::as_bytes(u)),
        (_, 2) => widened::<u16>(blob, at, from),
        _ => widened::<u32>(blob, at, from),
    }
}

fn repeat_units<U: Unit>(to: &mut [U], unit: &[U]) {
    if let [c] = unit {
        return to.fill(*c);
    }
    to[..unit.len()].copy_from_slice(unit);
    let mut done = unit.len();
    while done < to.len() {
        let n = done.min(to.len() - done);
        to.copy_within(..n, done);
        done += n;
    }
}

/// Why a join failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinError {
    /// The item at this position is no str.
    NotStr(usize),
    /// Too long.
    Memory,
}

impl From<OutOfMemory> for JoinError {
    fn from(_: OutOfMemory) -> JoinError {
        JoinError::Memory
    }
}

struct Joined<'a, I> {
    separator: Units<'a>,
    items: I,
}

/// Writes units to the beginning; what is left.
#[inline(always)]
fn put<'a, U: Unit>(to: &'a mut [U], part: Units<'_>) -> &'a mut [U] {
    let (to, rest) = to.split_at_mut(part.len());
    match U::of(part) {
        Some(same) => copy_short(to, same),
        None => part.copy_to(to),
    }
    rest
}

impl<I: Iterator<Item = Value>> Fill for Joined<'_, I> {
    fn fill<U: Unit>(self, to: &mut [U]) {
        let mut rest = to;
        let mut first = true;
        for v in self.items {
            let Some(s) = v.cast::<Str>() else { continue };
            if !first && !self.separator.is_empty() {
                rest = put(rest, self.separator);
            }
            first = false;
            rest = put(rest, s.units());
        }
    }
}

impl Gc<Str> {
    /// `self.join(items)`; the items must not change meanwhile.
    pub fn join<I>(self, heap: &mut Heap, items: I) -> Result<Gc<Str>, JoinError>
    where
        I: Iterator<Item = Value> + Clone,
    {
        join(heap, self.units(), self.form(), items)
    }
}

impl Str {
    /// The concatenation of strs; they must not change meanwhile.
    pub fn concat_all<I>(heap: &mut Heap, items: I) -> Result<Gc<Str>, JoinError>
    where
        I: Iterator<Item = Value> + Clone,
    {
        join(heap, Units::One(&[]), Form::ASCII, items)
    }
}

#[inline]
fn join<I>(
    heap: &mut Heap,
    separator: Units<'_>,
    separator_form: Form,
    items: I,
) -> Result<Gc<Str>, JoinError>
where
    I: Iterator<Item = Value> + Clone,
{
    let (mut form, mut len, mut count) = (Form::ASCII, 0usize, 0);
    let mut first = None;
    for (i, v) in items.clone().enumerate() {
        let s = v.cast::<Str>().ok_or(JoinError::NotStr(i))?;
        if i == 0 {
            first = Some(s);
        }
        form = form.join(s.form());
        len = len.checked_add(s.len()).ok_or(OutOfMemory)?;
        count += 1;
    }
    match first {
        None => return Ok(Str::empty(heap)?),
        Some(first) if count == 1 => return Ok(first.to_exact(heap)?),
        Some(_) => {}
    }
    if !separator.is_empty() {
        form = form.join(separator_form);
        let between = separator.len().checked_mul(count - 1).ok_or(OutOfMemory)?;
        len = len.checked_add(between).ok_or(OutOfMemory)?;
    }
    Ok(build_as(heap, len, form, Joined { separator, items })?)
}
