//! The registry: objects that are known by a number as long as they live.
//!
//! It keeps nothing alive. When an object dies its number is vacated, and whoever keeps something under that number is
//! told before it is given out again.

use std::ptr::NonNull;

use crate::block::Space;
use crate::header::Header;
use crate::heap::Heap;

#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// By number; None when the number is vacated or free.
    objects: Vec<Option<NonNull<Header>>>,
    /// Numbers given out since the last collection.
    young: Vec<u32>,
    /// Numbers of objects that have died, not yet taken.
    vacated: Vec<u32>,
    free: Vec<u32>,
}

impl Registry {
    /// Vacates the numbers of unmarked objects. Must run after the last marking of the collection.
    pub(crate) fn drop_dead(&mut self, space: &Space, full: bool) {
        let Registry { objects, young, vacated, .. } = self;
        let count = objects.len() as u32;
        let mut look = |n: u32| {
            let slot = &mut objects[n as usize];
            if slot.is_some_and(|object| !space.is_marked(object.as_ptr() as usize)) {
                *slot = None;
                vacated.push(n);
            }
        };
        match full {
            true => (0..count).for_each(&mut look),
            false => young.iter().copied().for_each(&mut look),
        }
        young.clear();
    }
}

impl Heap {
    /// Gives `object` a number.
    pub fn enrol(&mut self, object: NonNull<Header>) -> u32 {
        let registry = &mut self.registry;
        let n = match registry.free.pop() {
            Some(n) => n,
            None => {
                registry.objects.push(None);
                registry.objects.len() as u32 - 1
            }
        };
        registry.objects[n as usize] = Some(object);
        registry.young.push(n);
        n
    }

    /// The object with this number, if it lives.
    pub fn enrolled(&self, n: u32) -> Option<NonNull<Header>> {
        *self.registry.objects.get(n as usize)?
    }

    /// One more than the highest number given out.
    pub fn numbers(&self) -> u32 {
        self.registry.objects.len() as u32
    }

    /// The numbers of objects that have died since this was last asked: they may be given out again from now on.
    pub fn take_vacated(&mut self) -> Vec<u32> {
        let vacated = std::mem::take(&mut self.registry.vacated);
        self.registry.free.extend(&vacated);
        vacated
    }
}
