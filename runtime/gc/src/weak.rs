//! Weak references: words that do not keep their target alive.
//!
//! The table knows where the words are. What a cleared reference means (callbacks) is for the owner of the heap.

use std::collections::VecDeque;
use std::ptr::NonNull;

use crate::block::Space;
use crate::header::{Header, pointee};
use crate::heap::Heap;

/// What a cleared weak word holds.
const UNBOUND: u64 = 1;

#[derive(Clone, Copy, Debug)]
struct Weak {
    holder: NonNull<Header>,
    offset: usize,
}

#[derive(Debug, Default)]
pub(crate) struct WeakTable {
    /// Registered since the last collection.
    young: Vec<Weak>,
    /// Holder and target have both survived a collection.
    old: Vec<Weak>,
    pub(crate) cleared: VecDeque<NonNull<Header>>,
}

impl WeakTable {
    /// Clears references to unmarked targets. Must run before finalizers resurrect anything.
    pub(crate) fn clear_dead(&mut self, space: &Space, full: bool) {
        let cleared = &mut self.cleared;
        let mut keep = |weak: &Weak| {
            // SAFETY: holders are heap objects, not yet swept, and the offset was vouched for at registration.
            let word = unsafe { weak.holder.as_ptr().byte_add(weak.offset).cast::<u64>() };
            // SAFETY: as above.
            let target =
                pointee(unsafe { *word }).filter(|&address| space.locate(address).is_some());
            match target {
                None => false,
                Some(address) if space.is_marked(address) => true,
                Some(_) => {
                    // SAFETY: as above. An unmarked holder is cleared too: a finalizer may bring it back.
                    unsafe { *word = UNBOUND };
                    if space.is_marked(weak.holder.as_ptr() as usize) {
                        cleared.push_back(weak.holder);
                    }
                    false
                }
            }
        };
        self.young.retain(&mut keep);
        if full {
            self.old.retain(&mut keep);
        }
    }

    /// Forgets unmarked holders. Must run after the last marking of the collection.
    pub(crate) fn drop_dead(&mut self, space: &Space, full: bool) {
        let alive = |weak: &Weak| space.is_marked(weak.holder.as_ptr() as usize);
        if full {
            self.old.retain(alive);
        }
        self.young.retain(alive);
        self.old.append(&mut self.young);
    }
}

impl Heap {
    /// The objects that hold a registered weak reference to `target`.
    pub fn weak_holders(&self, target: NonNull<Header>) -> Vec<NonNull<Header>> {
        let of_target = |weak: &&Weak| {
            // SAFETY: holders are live heap objects, and the offset was vouched for at registration.
            let word = unsafe { *weak.holder.as_ptr().byte_add(weak.offset).cast::<u64>() };
            pointee(word) == Some(target.as_ptr() as usize)
        };
        self.weak.young.iter().chain(&self.weak.old).filter(of_target).map(|w| w.holder).collect()
    }

    /// Registers the tagged word at `offset` of `weakref` as weak. The word must already hold the target and lie
    /// outside the traced words. When the target dies the word becomes UNBOUND (1) and `weakref`, if itself alive,
    /// is reported as cleared. Storing UNBOUND withdraws the registration.
    pub fn register_weak(&mut self, weakref: NonNull<Header>, offset: usize) {
        self.weak.young.push(Weak { holder: weakref, offset });
    }

    /// The next weak reference whose target died; it is a root until it is popped.
    pub fn pop_cleared(&mut self) -> Option<NonNull<Header>> {
        self.weak.cleared.pop_front()
    }

    /// All weak references whose targets died. They are roots only until they are taken.
    pub fn take_cleared(&mut self) -> Vec<NonNull<Header>> {
        std::mem::take(&mut self.weak.cleared).into()
    }
}
