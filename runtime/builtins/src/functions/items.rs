//! Stepping through any iterable from Rust: lists and tuples by index, the rest by the iterator protocol.

use habu_object::{Gc, List, Tuple, Value, shape};
use habu_vm::{PyResult, Vm};

/// The items of an iterable that are still to come. Must stay a local, so that the collector sees it.
pub(crate) enum Items {
    /// An exact list, which may change meanwhile.
    List(Gc<List>, usize),
    /// An exact tuple.
    Tuple(Gc<Tuple>, usize),
    /// An iterator.
    Iter(Value),
}

impl Items {
    /// The items of `iterable`; TypeError if it is none.
    pub(crate) fn new(vm: &mut Vm, iterable: Value) -> PyResult<Items> {
        match iterable.shape() {
            shape::LIST => {
                if let Some(list) = iterable.cast::<List>() {
                    return Ok(Items::List(list, 0));
                }
            }
            shape::TUPLE => {
                if let Some(tuple) = iterable.cast::<Tuple>() {
                    return Ok(Items::Tuple(tuple, 0));
                }
            }
            _ => {}
        }
        Ok(Items::Iter(vm.iter(iterable)?))
    }

    /// The next item.
    #[inline]
    pub(crate) fn next(&mut self, vm: &mut Vm) -> PyResult<Option<Value>> {
        match self {
            Items::List(list, at) => {
                let item = list.get(*at);
                *at += 1;
                Ok(item)
            }
            Items::Tuple(tuple, at) => {
                let item = tuple.items().get(*at).map(|cell| cell.get());
                *at += 1;
                Ok(item)
            }
            Items::Iter(it) => vm.next(*it),
        }
    }
}
