//! Iterators of builtin types that have no traced fields.

use super::Gives::{Truth, Value as Any};
use super::helpers;
use habu_object::dict::{Dict, DictItemIter, DictKeyIter, DictValueIter, IterStep};
use habu_object::{Set, SetIter, Value, shape};

helpers! {
    /// iter(o) of a container of a builtin type.
    ITER(vm, o) Reads, Any => vm.attempt(|vm| vm.iter(o));
    /// The next value of an iterator of a dict or set; declines when it is exhausted or the container was resized.
    ITER_STEP(vm, it) Tables, Any => {
        vm.attempt(|vm| vm.next_builtin(it)).flatten().flatten()
    };
    /// The key that an iterator of a dict's items comes to next; declines as ITER_STEP does.
    DICT_PEEK_KEY(_vm, it) Looks, Any => peek(it).map(|e| e.1);
    /// Its value.
    DICT_PEEK_VALUE(_vm, it) Looks, Any => peek(it).map(|e| e.2);
    /// Steps an iterator of a dict's items that was found to have a next one.
    DICT_ADVANCE(_vm, it) Tables, Truth => {
        it.cast::<DictItemIter>().is_some_and(|i| matches!(i.advance(), IterStep::Entry(..)))
    };
    /// Whether an iterator of a dict or set is exhausted.
    ITER_DONE(_vm, it) Looks, Truth => done(it);
}

fn peek(it: Value) -> Option<(usize, Value, Value, i64)> {
    let i = it.cast::<DictItemIter>()?;
    let d =
        i.dict.get().cast::<Dict>().filter(|d| d.len() == i.expected.get() && i.left.get() > 0)?;
    if i.reversed.get() { d.prev_entry(i.index.get()) } else { d.next_entry(i.index.get()) }
}

/// As the iterators' own steps find it, without stepping.
fn done(it: Value) -> bool {
    macro_rules! of_dict {
        ($iter:ident) => {
            it.cast::<$iter>().is_none_or(|i| {
                i.dict.get().cast::<Dict>().is_none_or(|d| {
                    let at = i.index.get();
                    let next = if i.reversed.get() { d.prev_entry(at) } else { d.next_entry(at) };
                    d.len() == i.expected.get() && next.is_none()
                })
            })
        };
    }
    match it.shape() {
        shape::DICT_KEY_ITER => of_dict!(DictKeyIter),
        shape::DICT_VALUE_ITER => of_dict!(DictValueIter),
        shape::DICT_ITEM_ITER => of_dict!(DictItemIter),
        shape::SET_ITER => it.cast::<SetIter>().is_none_or(|i| {
            i.set
                .get()
                .cast::<Set>()
                .is_none_or(|s| s.len() == i.expected.get() && s.next_key(i.index.get()).is_none())
        }),
        _ => false,
    }
}
