//! Weak references: words that do not keep their target alive.
//!
//! The table knows where the words are. What a cleared reference means (callbacks) is for the owner of the heap.

use std::collections::{HashMap, VecDeque};
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

/// The references to one target that are handed out again instead of making others, by their purpose.
type Shared = [Option<NonNull<Header>>; 2];

#[derive(Debug, Default)]
pub(crate) struct WeakTable {
    /// Registered since the last collection.
    young: Vec<Weak>,
    /// Holder and target have both survived a collection.
    old: Vec<Weak>,
    /// By the target's address.
    shared: HashMap<usize, Shared>,
    pub(crate) cleared: VecDeque<NonNull<Header>>,
}

impl WeakTable {
    /// Clears references to unmarked targets. Must run before finalizers resurrect anything.
    pub(crate) fn clear_dead(&mut self, space: &Space, full: bool) {
        let mut cleared = Vec::new();
        let shared = &mut self.shared;
        let mut keep = |weak: &Weak| {
            // SAFETY: holders are heap objects, not yet swept, and the offset was vouched for at registration.
            let word = unsafe { weak.holder.as_ptr().byte_add(weak.offset).cast::<u64>() };
            // SAFETY: as above.
            let target =
                pointee(unsafe { *word }).filter(|&address| space.locate(address).is_some());
            match target {
                None => false,
                Some(address) if space.is_marked(address) => true,
                Some(address) => {
                    // SAFETY: as above. An unmarked holder is cleared too: a finalizer may bring it back.
                    unsafe { *word = UNBOUND };
                    shared.remove(&address);
                    if space.is_marked(weak.holder.as_ptr() as usize) {
                        cleared.push(weak.holder);
                    }
                    false
                }
            }
        };
        if full {
            self.old.retain(&mut keep);
        }
        self.young.retain(&mut keep);
        // The newest first, as callbacks are called.
        self.cleared.extend(cleared.into_iter().rev());
    }

    /// Forgets unmarked holders. Must run after the last marking of the collection.
    pub(crate) fn drop_dead(&mut self, space: &Space, full: bool) {
        let shared = &mut self.shared;
        let mut alive = |weak: &Weak| {
            let alive = space.is_marked(weak.holder.as_ptr() as usize);
            if !alive && !shared.is_empty() {
                // SAFETY: the holder has not been swept yet, and the offset was vouched for at registration.
                let word = unsafe { *weak.holder.as_ptr().byte_add(weak.offset).cast::<u64>() };
                if let Some(all) = pointee(word).and_then(|address| shared.get_mut(&address)) {
                    all.iter_mut().for_each(|s| *s = s.filter(|holder| *holder != weak.holder));
                }
            }
            alive
        };
        if full {
            self.old.retain(&mut alive);
        }
        self.young.retain(&mut alive);
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

    /// The weak reference to `target` that was shared for a purpose (0 or 1), if there still is one.
    pub fn shared_weak(&self, target: NonNull<Header>, purpose: usize) -> Option<NonNull<Header>> {
        *self.weak.shared.get(&(target.as_ptr() as usize))?.get(purpose)?
    }

    /// Makes a registered weak reference the one that is shared for a purpose.
    pub fn share_weak(
        &mut self,
        target: NonNull<Header>,
        weakref: NonNull<Header>,
        purpose: usize,
    ) {
        let address = target.as_ptr() as usize;
        if self.space.locate(address).is_some()
            && let Some(place) = self.weak.shared.entry(address).or_default().get_mut(purpose)
        {
            *place = Some(weakref);
        }
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
