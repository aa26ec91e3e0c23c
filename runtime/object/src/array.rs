//! Objects of variable length that hold values or raw bytes: array, tuple, native, instance, generator, blob.
//!
//! All but blob are laid out alike: header, a raw count, that many traced values (instances and natives instead give
//! their count in the header, because they are small).

use crate::kind::{Kind, Object};
use crate::object::{Alloc, Gc, header, new_sized};
use crate::value::Value;
use habu_gc::{Header, Heap, OutOfMemory, VARIABLE};
use std::cell::Cell;
use std::ptr::NonNull;

/// Storage of lists and dicts: `len` values, unused ones are int 0 or UNBOUND.
#[repr(C)]
pub struct Array {
    header: Header,
    len: usize,
    items: [Cell<Value>; 0],
}

/// A tuple; the same layout.
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: usize,
    items: [Cell<Value>; 0],
}

/// A generator: words as `gen_slot` names them, then the saved registers.
#[repr(C)]
pub struct Generator {
    header: Header,
    len: usize,
    items: [Cell<Value>; 0],
}

/// Up to this many items are copied one by one: a call of memcpy costs more.
const FEW: usize = 8;

/// Offset of the first item of an array or tuple from the object's address.
pub const ITEMS_OFFSET: usize = 16;
/// Offset of the count of an array or tuple.
pub const LEN_OFFSET: usize = 8;

// SAFETY: repr(C), header first, made by `new` alone.
unsafe impl Object for Array {
    const KIND: Kind = Kind::Array;
}
// SAFETY: as Array.
unsafe impl Object for Tuple {
    const KIND: Kind = Kind::Tuple;
}
// SAFETY: as Array.
unsafe impl Object for Generator {
    const KIND: Kind = Kind::Generator;
}

macro_rules! counted {
    ($name:ident) => {
        impl $name {
            /// A new object of `len` items, all int 0, with the shape of a class.
            pub fn zeroed_with_shape(heap: &mut Heap, shape: u32, len: usize) -> Alloc<Gc<$name>> {
                let bytes = len
                    .checked_mul(8)
                    .and_then(|n| n.checked_add(ITEMS_OFFSET))
                    .ok_or(OutOfMemory)?;
                let p = new_sized::<$name>(heap, bytes, header(shape, $name::KIND, VARIABLE))?;
                // SAFETY: the object was just allocated and nothing else refers to it.
                unsafe { (*p.as_ptr()).len = len };
                Ok(p)
            }

            /// A new object of `len` items, all int 0.
            pub fn zeroed(heap: &mut Heap, len: usize) -> Alloc<Gc<$name>> {
                $name::zeroed_with_shape(heap, $name::KIND as u32, len)
            }

            /// A new object of `len` items that begin with these; the others are int 0.
            #[inline]
            pub fn starting_with(
                heap: &mut Heap,
                shape: u32,
                len: usize,
                items: &[Cell<Value>],
            ) -> Alloc<Gc<$name>> {
                assert!(items.len() <= len);
                let bytes = len
                    .checked_mul(8)
                    .and_then(|n| n.checked_add(ITEMS_OFFSET))
                    .ok_or(OutOfMemory)?;
                let p = heap.alloc(bytes)?.cast::<$name>().as_ptr();
                // SAFETY: the allocation has room for header, count and `len` items, and nothing else refers to it;
                // all of it is written here, before anything can read it.
                unsafe {
                    p.cast::<Header>().write(header(shape, $name::KIND, VARIABLE));
                    (&raw mut (*p).len).write(len);
                    let to = (&raw mut (*p).items).cast::<Value>();
                    let from = items.as_ptr().cast::<Value>();
                    if items.len() <= FEW {
                        for i in 0..items.len() {
                            to.add(i).write(*from.add(i));
                        }
                    } else {
                        to.copy_from_nonoverlapping(from, items.len());
                    }
                    to.add(items.len()).write_bytes(0, len - items.len());
                    Ok(Gc::from_ptr(NonNull::new_unchecked(p)))
                }
            }

            /// The items.
            #[inline(always)]
            pub fn items(&self) -> &[Cell<Value>] {
                // SAFETY: `len` items follow the count, as `zeroed` allocated them.
                unsafe { std::slice::from_raw_parts(self.items.as_ptr(), self.len) }
            }

            /// Number of items.
            #[inline(always)]
            pub fn len(&self) -> usize {
                self.len
            }

            /// Whether there are none.
            #[inline(always)]
            pub fn is_empty(&self) -> bool {
                self.len == 0
            }

            /// Item `i`; panics if out of range.
            #[inline(always)]
            pub fn get(&self, i: usize) -> Value {
                self.items()[i].get()
            }
        }

        impl Gc<$name> {
            /// Replaces item `i`; panics if out of range.
            #[inline(always)]
            pub fn set(self, heap: &mut Heap, i: usize, v: Value) {
                self.items()[i].set(v);
                if v.is_ptr() {
                    heap.barrier_at(self.header(), i);
                }
            }
        }
    };
}
counted!(Array);
counted!(Tuple);
counted!(Generator);

impl Tuple {
    /// A tuple of these values.
    pub fn new(heap: &mut Heap, items: &[Value]) -> Alloc<Gc<Tuple>> {
        Tuple::with_shape(heap, Kind::Tuple as u32, items)
    }

    /// A tuple (or an instance of a subclass) of these values.
    pub fn with_shape(heap: &mut Heap, shape: u32, items: &[Value]) -> Alloc<Gc<Tuple>> {
        if items.is_empty() && shape == Kind::Tuple as u32 {
            // SAFETY: the immortal empty tuple has a tuple's layout.
            return Ok(unsafe { Value::EMPTY_TUPLE.cast_unchecked() });
        }
        // SAFETY: a cell has the layout of what it holds, and these are only read.
        let cells = unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) };
        Tuple::starting_with(heap, shape, items.len(), cells)
    }

    /// A tuple of the items of these cells (of a list, another tuple).
    pub fn from_cells(heap: &mut Heap, items: &[Cell<Value>]) -> Alloc<Gc<Tuple>> {
        if items.is_empty() {
            return Tuple::new(heap, &[]);
        }
        Tuple::starting_with(heap, Kind::Tuple as u32, items.len(), items)
    }

    /// A tuple of two.
    #[inline(always)]
    pub fn pair(heap: &mut Heap, a: Value, b: Value) -> Alloc<Gc<Tuple>> {
        Tuple::starting_with(heap, Kind::Tuple as u32, 2, &[Cell::new(a), Cell::new(b)])
    }
}

/// Words at the front of a generator.
pub mod gen_slot {
    /// The function (gives code, globals, closure).
    pub const FUNC: usize = 0;
    /// The address of the instruction to go on at, which is 4-aligned and so reads as an int; with `RUNNING` set while
    /// the frame is on the stack; 0 once it has ended.
    pub const PC: usize = 1;
    /// `__name__`
    pub const NAME: usize = 2;
    /// `__qualname__`
    pub const QUALNAME: usize = 3;
    /// The handled exception while suspended, None if none.
    pub const HANDLED: usize = 4;
    /// The exception the resumer was handling, while running.
    pub const OUTER: usize = 5;
    /// Whose the generator is: the return address of the call that made it; True once the `for` loop at that address
    /// has taken it, which is then the only one to refer to it. Of a coroutine: True if it is awaited where it was made.
    /// Of an async generator: the awaitable through which it runs now, else None.
    pub const OWNER: usize = 6;
    /// Of an async generator: None once `sys.set_asyncgen_hooks`'s hooks have been asked, or the finalizer they gave;
    /// True once it is closed. Of a coroutine: `cr_origin`. UNBOUND before.
    pub const HOOK: usize = 7;
    /// First saved register.
    pub const REGS: usize = 8;

    /// Set in the word at `PC` while the generator runs.
    pub const RUNNING: u64 = 1 << 63;
}

/// Offset of a generator's word `i` from its address.
pub const fn gen_word(i: usize) -> usize {
    ITEMS_OFFSET + 8 * i
}

/// An instance of a Python class: overflow storage, then in-object attribute slots.
#[repr(C)]
pub struct Instance {
    header: Header,
    /// Array of attributes beyond the in-object ones; the dict in dictionary mode; UNBOUND if neither.
    pub overflow: Cell<Value>,
    slots: [Cell<Value>; 0],
}

// SAFETY: repr(C), header first, made by `new` alone.
unsafe impl Object for Instance {
    const KIND: Kind = Kind::Instance;
}

/// Offset of an instance's first in-object slot.
pub const INSTANCE_SLOTS_OFFSET: usize = 16;

impl Instance {
    /// A new instance with `slots` in-object slots, all UNBOUND.
    #[inline]
    pub fn new(heap: &mut Heap, shape: u32, slots: u16) -> Alloc<Gc<Instance>> {
        let bytes = INSTANCE_SLOTS_OFFSET + slots as usize * 8;
        let p = heap.alloc(bytes)?;
        // SAFETY: the allocation has room for the header, the overflow word and `slots` words.
        unsafe { p.as_ptr().write(header(shape, Kind::Instance, slots + 1)) };
        let o: Gc<Instance> = Gc::from_ptr(p.cast());
        // SAFETY: as above; words are written before anything can read them.
        unsafe { (&raw mut (*o.as_ptr()).overflow).write(Cell::new(Value::UNBOUND)) };
        for cell in o.slots() {
            cell.set(Value::UNBOUND);
        }
        Ok(o)
    }

    /// The in-object slots.
    #[inline(always)]
    pub fn slots(&self) -> &[Cell<Value>] {
        // SAFETY: the header counts the overflow word and the slots that `new` allocated.
        unsafe { std::slice::from_raw_parts(self.slots.as_ptr(), self.header.slots as usize - 1) }
    }
}

/// An object of a native module's type: a fixed number of value slots.
#[repr(C)]
pub struct Native {
    header: Header,
    slots: [Cell<Value>; 0],
}

// SAFETY: repr(C), header first, made by `new` alone.
unsafe impl Object for Native {
    const KIND: Kind = Kind::Native;
}

impl Native {
    /// A new native object of the class that `shape` names, with these slots.
    pub fn new(heap: &mut Heap, shape: u32, slots: &[Value]) -> Alloc<Gc<Native>> {
        let n = u16::try_from(slots.len()).map_err(|_| OutOfMemory)?;
        let o = new_sized::<Native>(heap, 8 + slots.len() * 8, header(shape, Kind::Native, n))?;
        for (cell, v) in o.slots().iter().zip(slots) {
            cell.set(*v);
        }
        Ok(o)
    }

    /// A new native object of `n` slots, all int 0.
    pub fn zeroed(heap: &mut Heap, shape: u32, n: usize) -> Alloc<Gc<Native>> {
        let count = u16::try_from(n).map_err(|_| OutOfMemory)?;
        new_sized::<Native>(heap, 8 + n * 8, header(shape, Kind::Native, count))
    }

    /// The slots.
    #[inline(always)]
    pub fn slots(&self) -> &[Cell<Value>] {
        // SAFETY: the header counts the slots that `new` allocated.
        unsafe { std::slice::from_raw_parts(self.slots.as_ptr(), self.header.slots as usize) }
    }

    /// Slot `i`.
    #[inline(always)]
    pub fn slot(&self, i: usize) -> Value {
        self.slots()[i].get()
    }
}

impl Gc<Native> {
    /// Replaces slot `i`.
    #[inline(always)]
    pub fn set_slot(self, heap: &mut Heap, i: usize, v: Value) {
        self.store(heap, &self.slots()[i], v);
    }
}

/// Raw bytes owned by an object: string and bytearray buffers, dict indices, instruction words.
#[repr(C)]
pub struct Blob {
    header: Header,
    capacity: usize,
    /// Bytes in use, for buffers that several strs share.
    pub used: Cell<usize>,
    _pad: usize,
    bytes: [Cell<u8>; 0],
}

// SAFETY: repr(C), header first, made by `new` alone.
unsafe impl Object for Blob {
    const KIND: Kind = Kind::Blob;
}

/// Offset of a blob's first byte.
pub const BLOB_BYTES_OFFSET: usize = 32;

impl Blob {
    /// A new blob of `capacity` zero bytes.
    pub fn new(heap: &mut Heap, capacity: usize) -> Alloc<Gc<Blob>> {
        let bytes = capacity.checked_add(BLOB_BYTES_OFFSET).ok_or(OutOfMemory)?;
        let b = new_sized::<Blob>(heap, bytes, header(Kind::Blob as u32, Kind::Blob, 0))?;
        // SAFETY: the object was just allocated and nothing else refers to it.
        unsafe { (*b.as_ptr()).capacity = capacity };
        Ok(b)
    }

    /// Number of bytes.
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The bytes.
    #[inline(always)]
    pub fn bytes(&self) -> &[Cell<u8>] {
        // SAFETY: `capacity` bytes follow, as `new` allocated them.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr(), self.capacity) }
    }

    /// The bytes as i32 cells (dict indices).
    #[inline(always)]
    pub fn i32s(&self) -> &[Cell<i32>] {
        // SAFETY: the bytes are 16-aligned and zeroed memory; i32 has no invalid patterns.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr().cast(), self.capacity / 4) }
    }

    /// The bytes as u32 cells (instruction words).
    #[inline(always)]
    pub fn u32s(&self) -> &[Cell<u32>] {
        // SAFETY: as `i32s`.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr().cast(), self.capacity / 4) }
    }
}
