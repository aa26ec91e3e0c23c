//! Iterators and views of dicts, as far as they need no call.

use super::layout::Dict;
use crate::kind::{Kind, Object};
use crate::layouts::layout;
use crate::object::{Alloc, Gc, header, new};
use crate::value::Value;
use habu_gc::{Header, Heap};
use std::cell::Cell;

/// What a step of an iterator gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IterStep {
    /// The next key and value.
    Entry(Value, Value),
    /// The end; also every later step.
    Done,
    /// The dict has changed its size since iteration began.
    Resized,
    /// The dict has as many entries as when iteration began, but more of them have been seen.
    Rekeyed,
}

layout! {
    /// dict.keys().
    DictKeys DictKeys { values { /// The dict.
        dict } raw {} }
    /// dict.values().
    DictValues DictValues { values { /// The dict.
        dict } raw {} }
    /// dict.items().
    DictItems DictItems { values { /// The dict.
        dict } raw {} }
    /// Iterator of a dict's keys.
    DictKeyIter DictKeyIter { values { /// The dict, UNBOUND when exhausted.
        dict } raw { /// Next position; when reversed, the one after it.
        index: usize, /// Length when iteration began, usize::MAX after it was seen to have changed.
        expected: usize, /// Entries left.
        left: usize, /// Whether from last to first.
        reversed: bool } }
    /// Iterator of a dict's values.
    DictValueIter DictValueIter { values { /// The dict, UNBOUND when exhausted.
        dict } raw { /// Next position; when reversed, the one after it.
        index: usize, /// Length when iteration began, usize::MAX after it was seen to have changed.
        expected: usize, /// Entries left.
        left: usize, /// Whether from last to first.
        reversed: bool } }
    /// Iterator of a dict's items.
    DictItemIter DictItemIter { values { /// The dict, UNBOUND when exhausted.
        dict } raw { /// Next position; when reversed, the one after it.
        index: usize, /// Length when iteration began, usize::MAX after it was seen to have changed.
        expected: usize, /// Entries left.
        left: usize, /// Whether from last to first.
        reversed: bool } }
}

macro_rules! views {
    ($($view:ident)*) => { $(
        impl $view {
            /// The view of a dict.
            pub fn new(heap: &mut Heap, dict: Gc<Dict>) -> Alloc<Gc<$view>> {
                let view = $view::blank(heap)?;
                view.dict.set(dict.value());
                Ok(view)
            }
        }
    )* };
}
views!(DictKeys DictValues DictItems);

macro_rules! iterators {
    ($($iter:ident)*) => { $(
        impl $iter {
            /// An iterator over a dict.
            #[inline]
            pub fn new(heap: &mut Heap, dict: Gc<Dict>, reversed: bool) -> Alloc<Gc<$iter>> {
                let iter = $iter::blank(heap)?;
                iter.dict.set(dict.value());
                iter.index.set(if reversed { dict.fill() } else { 0 });
                iter.expected.set(dict.len());
                iter.left.set(dict.len());
                iter.reversed.set(reversed);
                Ok(iter)
            }

            /// One step.
            #[inline]
            pub fn advance(&self) -> IterStep {
                advance(&self.dict, &self.index, &self.expected, &self.left, self.reversed.get())
            }

            /// What `__length_hint__` says.
            pub fn length_hint(&self) -> usize {
                match self.dict.get().cast::<Dict>() {
                    Some(dict) if dict.len() == self.expected.get() => self.left.get(),
                    _ => 0,
                }
            }
        }
    )* };
}
iterators!(DictKeyIter DictValueIter DictItemIter);

#[inline(always)]
fn advance(
    dict: &Cell<Value>,
    index: &Cell<usize>,
    expected: &Cell<usize>,
    left: &Cell<usize>,
    reversed: bool,
) -> IterStep {
    let Some(d) = dict.get().cast::<Dict>() else {
        return IterStep::Done;
    };
    if d.len() != expected.get() {
        expected.set(usize::MAX);
        return IterStep::Resized;
    }
    let entry = match reversed {
        false => d.next_entry(index.get()),
        // A dict that was emptied and filled anew has nothing where the iterator was.
        true if index.get() > d.fill() => None,
        true => d.prev_entry(index.get()),
    };
    match entry {
        Some((pos, key, value, _)) => {
            // Nothing is changed then: compiled code leaves it to the interpreter to find it again.
            let Some(rest) = left.get().checked_sub(1) else { return IterStep::Rekeyed };
            index.set(pos);
            left.set(rest);
            IterStep::Entry(key, value)
        }
        None => {
            dict.set(Value::UNBOUND);
            IterStep::Done
        }
    }
}
