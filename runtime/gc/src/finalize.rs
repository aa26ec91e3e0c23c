//! Finalizers: objects that want to be seen once more before they die.
//!
//! The heap only says which objects are due; running the finalizer is for the owner of the heap, at a safepoint.

use std::collections::VecDeque;
use std::ptr::NonNull;

use crate::header::{Header, flags};
use crate::heap::Heap;
use crate::mark::Marker;

#[derive(Debug, Default)]
pub(crate) struct Finalizers {
    /// Registered since the last collection.
    young: Vec<NonNull<Header>>,
    /// Survived a collection since.
    old: Vec<NonNull<Header>>,
    pub(crate) pending: VecDeque<NonNull<Header>>,
}

impl Finalizers {
    /// Queues registered objects that `is_marked` denies, and marks them. All of them are found before any is marked,
    /// so objects of a dead cycle are finalized together, in the order of registration.
    pub(crate) fn resurrect(
        &mut self,
        marker: &mut Marker<'_>,
        full: bool,
        is_marked: impl Fn(NonNull<Header>) -> bool,
    ) {
        let first = self.pending.len();
        let pending = &mut self.pending;
        let mut keep = |&object: &NonNull<Header>| {
            let marked = is_marked(object);
            // SAFETY: registered objects are initialised, and nothing has been swept since they were last known live.
            let bits = unsafe { &object.as_ref().flags };
            if bits.get() & flags::FINALIZER == 0 {
                return false;
            }
            if !marked {
                bits.set(bits.get() & !flags::FINALIZER);
                pending.push_back(object);
            }
            marked
        };
        if full {
            self.old.retain(&mut keep);
        }
        self.young.retain(&mut keep);
        self.old.append(&mut self.young);
        self.pending.range(first..).for_each(|&object| marker.mark_object(object));
    }
}

impl Heap {
    /// Asks for `object` to be queued once when it becomes unreachable. Sets the FINALIZER flag; clearing the flag
    /// withdraws the request. Registering again after it was queued is allowed.
    pub fn register_finalizer(&mut self, object: NonNull<Header>) {
        // SAFETY: objects given to the heap are live and initialised.
        let bits = unsafe { &object.as_ref().flags };
        if bits.get() & flags::FINALIZER == 0 {
            bits.set(bits.get() | flags::FINALIZER);
            self.finalizers.young.push(object);
        }
    }

    /// Withdraws a request, if there is one.
    pub fn withdraw_finalizer(&self, object: NonNull<Header>) {
        // SAFETY: objects given to the heap are live and initialised.
        let bits = unsafe { &object.as_ref().flags };
        bits.set(bits.get() & !flags::FINALIZER);
    }

    /// Queues every registered object, reachable or not, in the order of registration.
    pub fn finalize_all(&mut self) {
        let all = &mut self.finalizers;
        for object in all.old.drain(..).chain(all.young.drain(..)) {
            // SAFETY: registered objects are initialised, and nothing has been swept since they were last known live.
            let bits = unsafe { &object.as_ref().flags };
            if bits.get() & flags::FINALIZER != 0 {
                bits.set(bits.get() & !flags::FINALIZER);
                all.pending.push_back(object);
            }
        }
    }

    /// The next object whose finalizer is due; it is a root until it is popped.
    pub fn pop_finalizer(&mut self) -> Option<NonNull<Header>> {
        self.finalizers.pending.pop_front()
    }

    /// Whether finalizers are due or cleared weak references wait.
    pub fn has_pending(&self) -> bool {
        !self.finalizers.pending.is_empty() || !self.weak.cleared.is_empty()
    }
}
