//! Attribute plans: how an attribute of objects of a shape is loaded or stored, found by (shape, name).
//!
//! What inline caches cannot hold, because a site sees several shapes, is found here; the recorder asks here too. Direct
//! mapped and lossy. Cleared whenever inline caches are: a plan relies on its class. Cells named here stay alive with
//! the namespaces of their classes and modules, whose shapes are never given out again.

use habu_object::Value;

const SIZE: usize = 2048;

#[inline(always)]
fn index(shape: u32, name: Value) -> usize {
    (shape as usize).wrapping_mul(0x9e37) ^ (name.bits() >> 5) as usize
}

/// Plans of loads: a tag and its data, both the business of crate `semantics`.
pub struct LoadPlans {
    table: Vec<(u32, u8, u64, u64)>,
}

/// Plans of stores: byte offset of the slot and the shape afterwards.
pub struct StorePlans {
    table: Vec<(u32, u64, u32, u32)>,
}

impl Default for LoadPlans {
    fn default() -> LoadPlans {
        LoadPlans { table: vec![(u32::MAX, 0, 0, 0); SIZE] }
    }
}

impl Default for StorePlans {
    fn default() -> StorePlans {
        StorePlans { table: vec![(u32::MAX, 0, 0, 0); SIZE] }
    }
}

impl LoadPlans {
    /// The plan for a shape and a name (interned).
    #[inline]
    pub fn get(&self, shape: u32, name: Value) -> Option<(u8, u64)> {
        let (s, tag, n, data) = self.table[index(shape, name) & (SIZE - 1)];
        (s == shape && n == name.bits()).then_some((tag, data))
    }

    /// Remembers a plan.
    pub fn set(&mut self, shape: u32, name: Value, tag: u8, data: u64) {
        self.table[index(shape, name) & (SIZE - 1)] = (shape, tag, name.bits(), data);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.table.fill((u32::MAX, 0, 0, 0));
    }
}

impl StorePlans {
    /// The plan for a shape and a name (interned).
    #[inline]
    pub fn get(&self, shape: u32, name: Value) -> Option<(u32, u32)> {
        let (s, n, offset, after) = self.table[index(shape, name) & (SIZE - 1)];
        (s == shape && n == name.bits()).then_some((offset, after))
    }

    /// Remembers a plan.
    pub fn set(&mut self, shape: u32, name: Value, offset: u32, after: u32) {
        self.table[index(shape, name) & (SIZE - 1)] = (shape, name.bits(), offset, after);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.table.fill((u32::MAX, 0, 0, 0));
    }
}
