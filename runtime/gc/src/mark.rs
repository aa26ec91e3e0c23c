//! Marking: an explicit stack, a short prefetch queue, no recursion.
//!
//! Objects outside the reserved range (immortals, statics) are ignored by address. A marked object becomes OLD when
//! it is traced.

use std::ptr::NonNull;

use crate::arch::prefetch;
use crate::block::{BLOCK, GRANULE, Space};
use crate::header::{Header, flags, pointee, traced_words};
use crate::side::SideTable;

/// Length of the queue between "popped" and "traced", in which an object's header travels to the cache.
const AHEAD: usize = 8;

/// Receives the roots of a collection.
#[derive(Debug)]
pub struct Marker<'a> {
    space: &'a Space,
    side: &'a SideTable,
    base: usize,
    span: usize,
    stack: Vec<NonNull<Header>>,
}

impl<'a> Marker<'a> {
    pub(crate) fn new(
        space: &'a Space,
        side: &'a SideTable,
        stack: Vec<NonNull<Header>>,
    ) -> Marker<'a> {
        Marker { space, side, base: space.base(), span: space.span(), stack }
    }

    pub(crate) fn into_stack(self) -> Vec<NonNull<Header>> {
        self.stack
    }

    /// Marks what a tagged word points to, if it is a pointer into the heap.
    #[inline(always)]
    pub fn mark_word(&mut self, word: u64) {
        if let Some(address) = pointee(word) {
            self.mark_address(address);
        }
    }

    /// Marks an object given by its address, tagged or not being the caller's affair.
    #[inline(always)]
    pub fn mark_object(&mut self, object: NonNull<Header>) {
        self.mark_address(object.as_ptr() as usize);
    }

    #[inline(always)]
    fn mark_address(&mut self, address: usize) {
        let offset = address.wrapping_sub(self.base);
        if offset < self.span {
            debug_assert_eq!(
                self.space.cell_containing(address).map(|cell| cell.as_ptr() as usize),
                Some(address),
                "a tagged word points to no object"
            );
            let bits = self.space.bits((offset / BLOCK) as u32);
            if bits.mark.set(offset % BLOCK / GRANULE)
                && let Some(object) = NonNull::new(address as *mut Header)
            {
                self.stack.push(object);
            }
        }
    }

    /// Marks `n` tagged words starting at `words`.
    ///
    /// # Safety
    /// The words must be readable, and each that is a pointer into the heap must point to the start of an object.
    #[inline(always)]
    pub unsafe fn mark_range(&mut self, words: *const u64, n: usize) {
        for i in 0..n {
            // SAFETY: the caller vouches for `n` readable words.
            self.mark_word(unsafe { *words.add(i) });
        }
    }

    /// Marks whatever the words of `low..high` may point to: raw or tagged addresses, also inside objects.
    ///
    /// # Safety
    /// The range must be readable and 8-aligned. Its words may be anything.
    pub unsafe fn mark_conservative_range(&mut self, low: *const u64, high: *const u64) {
        let mut at = low;
        while at < high {
            // SAFETY: `at` is inside the readable range. Volatile, as the words belong to other frames.
            let word = unsafe { at.read_volatile() } as usize;
            if word.wrapping_sub(self.base) < self.span
                && let Some(object) = self.space.cell_containing(word)
            {
                self.mark_object(object);
            }
            at = at.wrapping_add(1);
        }
    }

    /// Marks the words of an object that is already marked, and makes it OLD.
    ///
    /// # Safety
    /// `object` must be an initialised heap object.
    #[inline(always)]
    pub(crate) unsafe fn trace(&mut self, object: NonNull<Header>) {
        // SAFETY: the caller vouches for the object; its words obey the tagging rule by the contract of the heap.
        unsafe {
            let header = object.as_ref();
            let bits = header.flags.get();
            header.flags.set(bits | flags::OLD);
            let (words, n) = traced_words(object);
            #[cfg(debug_assertions)]
            self.check_words(header, words, n);
            self.mark_range(words, n);
            if bits & flags::SIDE != 0
                && let Some(word) = self.side.get(object)
            {
                self.mark_word(word);
            }
        }
    }

    /// Names the holder of a word that points to no object.
    ///
    /// # Safety
    /// The words must be readable.
    #[cfg(debug_assertions)]
    unsafe fn check_words(&self, holder: &Header, words: *const u64, n: usize) {
        for i in 0..n {
            // SAFETY: as promised by the caller.
            let word = unsafe { words.add(i).read() };
            let Some(address) = pointee(word) else { continue };
            let inside = address.wrapping_sub(self.base) < self.span;
            let start = self.space.cell_containing(address).map(|cell| cell.as_ptr() as usize);
            assert!(
                !inside || start == Some(address),
                "word {i} of {n} of an object points to no object: {holder:?}"
            );
        }
    }

    /// Traces everything reachable from what has been marked so far.
    #[inline(never)]
    pub(crate) fn drain(&mut self) {
        let mut queue: [Option<NonNull<Header>>; AHEAD] = [None; AHEAD];
        let mut at = 0;
        let mut waiting = 0;
        loop {
            let popped = self.stack.pop();
            match popped {
                Some(object) => prefetch(object.as_ptr().cast()),
                None if waiting == 0 => return,
                None => {}
            }
            let ready = std::mem::replace(&mut queue[at], popped);
            at = (at + 1) % AHEAD;
            waiting += usize::from(popped.is_some());
            if let Some(object) = ready {
                waiting -= 1;
                // SAFETY: only marked objects are pushed, and marked objects are initialised heap objects.
                unsafe { self.trace(object) };
            }
        }
    }
}
