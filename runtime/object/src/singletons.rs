//! The immortal objects at fixed addresses: None, True, False, Ellipsis, NotImplemented, the empty tuple,
//! and what stands for a missing value where no value of Python's may.
//!
//! They are immutable and the same for every runtime of the process.

use crate::kind::Kind;
use crate::object::header;
use crate::value::Value;
use habu_gc::{Header, VARIABLE, flags, immortal_region};

/// Maps and fills the immortal region; must run before any of the constants is dereferenced.
pub fn init() {
    immortal_region(4096, fill);
}

fn fill(base: *mut u8) {
    let rows = [
        (Value::NONE, Kind::None, 0),
        (Value::TRUE, Kind::Bool, 0),
        (Value::FALSE, Kind::Bool, 0),
        (Value::ELLIPSIS, Kind::Ellipsis, 0),
        (Value::NOT_IMPLEMENTED, Kind::NotImplemented, 0),
        (Value::EMPTY_TUPLE, Kind::Tuple, VARIABLE),
        (Value::MISSING, Kind::Unbound, 0),
    ];
    for (value, kind, slots) in rows {
        let offset = value.bits() as usize - 1 - habu_gc::IMMORTAL_BASE;
        let h = header(kind as u32, kind, slots);
        h.flags.set(flags::IMMORTAL);
        // SAFETY: the region is 4096 writable bytes and every offset is 16-aligned and below 256.
        let at = unsafe { base.add(offset) }.cast::<Header>();
        // SAFETY: as above; the count word of the empty tuple is the zero that follows.
        unsafe { at.write(h) };
    }
}
