//! The public face of the heap: configuration, allocation, barriers, lookup.
//!
//! The fast paths are here and are meant to be inlined into Rust and JIT code alike. How a collection works is in
//! `collect`, `mark` and `sweep`.

use std::ptr::{self, NonNull};

use crate::block::{BLOCK, CARD, GRANULE, Space, State};
use crate::class::{CLASSES, SMALL_MAX, cells, class_size, size_class};
use crate::finalize::Finalizers;
use crate::header::{Header, flags, traced_words};
use crate::registry::Registry;
use crate::roots::Roots;
use crate::side::SideTable;
use crate::stats::Stats;
use crate::sweep::Idle;
use crate::weak::WeakTable;

/// Used bytes below which no automatic collection is a full one.
pub(crate) const MAJOR_FLOOR: usize = 32 << 20;

/// How a heap behaves.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Bytes allocated between two automatic collections.
    pub nursery_bytes: usize,
    /// Most bytes of blocks in use before allocation fails.
    pub max_heap: Option<usize>,
    /// Collect at every allocation and poison what is freed.
    pub stress: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config { nursery_bytes: 4 << 20, max_heap: None, stress: false }
    }
}

/// The heap limit or the reserved address space is exhausted. The heap remains usable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory;

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of heap memory")
    }
}

impl std::error::Error for OutOfMemory {}

/// The current free interval of a size class: `cur..end` is unallocated.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Bump {
    /// Next cell.
    pub cur: *mut u8,
    /// End of the interval; a whole number of cells after `cur`.
    pub end: *mut u8,
}

impl Bump {
    pub(crate) const EMPTY: Bump = Bump { cur: ptr::null_mut(), end: ptr::null_mut() };
}

/// Where the search for a class's next free interval goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    pub(crate) block: u32,
    pub(crate) granule: usize,
}

/// A garbage-collected heap. It stays at one address, so that compiled code may refer to its fields.
#[repr(C)]
#[derive(Debug)]
pub struct Heap {
    /// Allocation state by size class, at offset 0 for compiled code; entry 0 is unused.
    pub bump: [Bump; CLASSES],
    pub(crate) cursors: [Option<Cursor>; CLASSES],
    /// Swept small blocks with room, by class.
    pub(crate) partial: [Vec<u32>; CLASSES],
    pub(crate) space: Space,
    pub(crate) config: Config,
    /// Bytes handed out since the last collection.
    pub(crate) young: usize,
    /// Bytes of large objects allocated since.
    pub(crate) young_large: usize,
    pub(crate) major_threshold: usize,
    pub(crate) requested: bool,
    pub(crate) enabled: bool,
    pub(crate) stress_ticks: u32,
    /// Whether the limit is lifted a little: see `beyond_limit`.
    beyond: bool,
    exhausted: bool,
    /// Asked by long computations that never come to a safepoint; true ends them.
    pub interrupted: fn() -> bool,
    pub(crate) idle: Idle,
    /// Small blocks allocated into since the last collection.
    pub(crate) touched: Vec<u32>,
    /// First blocks of large objects allocated since the last collection.
    pub(crate) large_young: Vec<u32>,
    /// Old objects that were stored into, with OLD cleared.
    pub(crate) remembered: Vec<NonNull<Header>>,
    /// Blocks of large objects with card bits set.
    pub(crate) carded: Vec<u32>,
    pub(crate) mark_stack: Vec<NonNull<Header>>,
    pub(crate) roots: Roots,
    pub(crate) weak: WeakTable,
    pub(crate) finalizers: Finalizers,
    pub(crate) side: SideTable,
    pub(crate) registry: Registry,
    pub(crate) stats: Stats,
}

/// Bytes beyond the limit of the heap that `Heap::beyond_limit` gives.
const RESERVE: usize = 4 << 20;

impl Heap {
    /// Makes an empty heap: three reservations of address space and no memory.
    ///
    /// # Panics
    /// If the system grants not even 64 MiB of address space.
    pub fn new(config: Config) -> Box<Heap> {
        let space = Space::reserve().expect("no address space for a heap");
        let config = Config { nursery_bytes: config.nursery_bytes.max(BLOCK), ..config };
        Box::new(Heap {
            bump: [Bump::EMPTY; CLASSES],
            cursors: [None; CLASSES],
            partial: [const { Vec::new() }; CLASSES],
            stats: Stats { bytes_reserved: space.reserved_bytes(), ..Stats::default() },
            space,
            config,
            young: 0,
            young_large: 0,
            major_threshold: MAJOR_FLOOR,
            requested: false,
            enabled: true,
            stress_ticks: 0,
            beyond: false,
            exhausted: false,
            interrupted: || false,
            idle: Idle::default(),
            touched: Vec::new(),
            large_young: Vec::new(),
            remembered: Vec::new(),
            carded: Vec::new(),
            mark_stack: Vec::new(),
            roots: Roots::new(),
            weak: WeakTable::default(),
            finalizers: Finalizers::default(),
            side: SideTable::default(),
            registry: Registry::default(),
        })
    }

    /// Allocates an object of at least `bytes` bytes, 16-aligned. The memory is not zeroed: the caller must initialise
    /// the header and every traced word before the next allocation.
    #[inline(always)]
    pub fn alloc(&mut self, bytes: usize) -> Result<NonNull<Header>, OutOfMemory> {
        if bytes > SMALL_MAX {
            return self.alloc_big(bytes, false);
        }
        let class = bytes.div_ceil(GRANULE).max(1);
        self.alloc_cell(class, class * GRANULE)
    }

    /// As [`Heap::alloc`], with every byte zero.
    #[inline]
    pub fn alloc_zeroed(&mut self, bytes: usize) -> Result<NonNull<Header>, OutOfMemory> {
        if bytes > SMALL_MAX {
            return self.alloc_big(bytes, true);
        }
        let class = bytes.div_ceil(GRANULE).max(1);
        let cell = self.alloc_cell(class, class * GRANULE)?;
        // SAFETY: the cell has `class * GRANULE` bytes and nobody else knows of it yet.
        unsafe { cell.cast::<u8>().write_bytes(0, class * GRANULE) };
        Ok(cell)
    }

    #[inline(always)]
    fn alloc_cell(&mut self, class: usize, size: usize) -> Result<NonNull<Header>, OutOfMemory> {
        let bump = &mut self.bump[class];
        let cell = bump.cur;
        if bump.end as usize - cell as usize >= size {
            bump.cur = cell.wrapping_add(size);
            // SAFETY: the interval was not empty, so `cell` is an address in the heap and not null.
            return Ok(unsafe { NonNull::new_unchecked(cell.cast()) });
        }
        self.alloc_slow(class)
    }

    /// The slow path for one cell of a size class, as compiled code calls it when its inlined bump fails.
    #[cold]
    #[inline(never)]
    pub fn alloc_slow(&mut self, class: usize) -> Result<NonNull<Header>, OutOfMemory> {
        if self.config.stress {
            self.collect_stress();
        }
        let mut last_resort = false;
        loop {
            if let Some(cell) = self.next_interval(class) {
                return Ok(cell);
            }
            if self.young >= self.config.nursery_bytes || self.requested {
                self.collect_automatic();
                continue;
            }
            let block = match self.partial[class].pop() {
                Some(block) => Some(block),
                None => self.take_small(class),
            };
            if let Some(block) = block {
                let info = self.space.info(block);
                if !info.touched.replace(true) {
                    self.touched.push(block);
                }
                self.cursors[class] = Some(Cursor { block, granule: 0 });
            } else if last_resort {
                return Err(OutOfMemory);
            } else {
                last_resort = true;
                self.collect_last_resort();
            }
        }
    }

    /// Moves the class to its next free interval in the current block and allocates the first cell of it.
    fn next_interval(&mut self, class: usize) -> Option<NonNull<Header>> {
        let size = class_size(class);
        let Cursor { block, granule } = self.cursors[class]?;
        let bits = self.space.bits(block);
        let step = size / GRANULE;
        let limit = cells(class) as usize * step;
        let mut from = granule;
        while from < limit && bits.mark.get(from) {
            from += step;
        }
        if from >= limit {
            self.cursors[class] = None;
            self.bump[class] = Bump::EMPTY;
            return None;
        }
        let to = if self.config.stress { from + step } else { bits.mark.next_set(from).min(limit) };
        bits.alloc.fill(from, to, true);
        let start = self.space.block_start(block);
        let cell = start.wrapping_add(from * GRANULE);
        self.bump[class] =
            Bump { cur: cell.wrapping_add(size), end: start.wrapping_add(to * GRANULE) };
        self.cursors[class] = Some(Cursor { block, granule: to });
        self.young += (to - from) * GRANULE;
        self.stats.bytes_allocated += ((to - from) * GRANULE) as u64;
        NonNull::new(cell.cast())
    }

    fn take_small(&mut self, class: usize) -> Option<u32> {
        let block = self.take_blocks(1)?;
        self.space.format_small(block, class);
        Some(block)
    }

    /// Takes blocks from the pool unless that would exceed the limit of the heap.
    pub(crate) fn take_blocks(&mut self, blocks: u32) -> Option<u32> {
        let used = (self.space.pool.used() + blocks as usize) * BLOCK;
        let extra = if self.beyond { RESERVE } else { 0 };
        if self.config.max_heap.is_some_and(|max| used > max.saturating_add(extra)) {
            return None;
        }
        self.space.pool.take(blocks)
    }

    /// Whether this many bytes outside the heap, needed for a while, would keep the process within the heap's limit and
    /// are to be had at all.
    #[cold]
    pub fn affords(&self, bytes: usize) -> bool {
        let used = self.space.pool.used() * BLOCK;
        let allowed = self.config.max_heap.is_none_or(|max| used.saturating_add(bytes) <= max);
        allowed && Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
    }

    /// Runs `f` with a little memory beyond the limit of the heap, for those who cannot fail. [`Heap::take_exhausted`]
    /// then tells the runtime to raise MemoryError at the next opportunity.
    #[cold]
    pub fn beyond_limit<R>(&mut self, f: impl FnOnce(&mut Heap) -> R) -> R {
        self.exhausted = true;
        let before = std::mem::replace(&mut self.beyond, true);
        let r = f(self);
        self.beyond = before;
        r
    }

    /// Whether somebody went beyond the limit since this was asked.
    pub fn take_exhausted(&mut self) -> bool {
        std::mem::take(&mut self.exhausted)
    }

    /// Medium and large objects: everything above [`SMALL_MAX`].
    #[inline(never)]
    fn alloc_big(&mut self, bytes: usize, zeroed: bool) -> Result<NonNull<Header>, OutOfMemory> {
        let Some(class) = size_class(bytes) else {
            return self.alloc_large(bytes, zeroed);
        };
        let size = class_size(class);
        let cell = self.alloc_cell(class, size)?;
        if zeroed {
            // SAFETY: the cell has `size` bytes and nobody else knows of it yet.
            unsafe { cell.cast::<u8>().write_bytes(0, size) };
        }
        Ok(cell)
    }

    /// Must be called before or after storing a pointer into `object`, with no allocation between it and the store.
    #[inline(always)]
    pub fn barrier(&mut self, object: NonNull<Header>) {
        // SAFETY: an object that is stored into is live and initialised.
        if unsafe { object.as_ref() }.flags.get() & flags::OLD != 0 {
            self.remember(object);
        }
    }

    /// As [`Heap::barrier`], for a store to the traced word `index`. In a large object it remembers only the card of
    /// 512 words around it, so that stores into a huge list do not make each collection scan all of it.
    #[inline(always)]
    pub fn barrier_at(&mut self, object: NonNull<Header>, index: usize) {
        // SAFETY: as in `barrier`.
        if unsafe { object.as_ref() }.flags.get() & flags::OLD != 0 {
            self.remember_at(object, index);
        }
    }

    /// The slow path of [`Heap::barrier`], as compiled code calls it: `object` must have the OLD flag.
    #[cold]
    #[inline(never)]
    pub fn remember(&mut self, object: NonNull<Header>) {
        // SAFETY: as in `barrier`.
        let bits = unsafe { &object.as_ref().flags };
        bits.set(bits.get() & !flags::OLD);
        self.remembered.push(object);
    }

    /// The slow path of [`Heap::barrier_at`]: `object` must have the OLD flag.
    #[inline(never)]
    pub fn remember_at(&mut self, object: NonNull<Header>, index: usize) {
        let head = self.space.locate(object.as_ptr() as usize);
        if head.is_none_or(|(block, _)| self.space.info(block).state.get() != State::Large) {
            return self.remember(object);
        }
        // SAFETY: as in `barrier`.
        let address = unsafe { traced_words(object) }.0 as usize + index * size_of::<u64>();
        if let Some((block, granule)) = self.space.locate(address) {
            let cards = &self.space.info(block).cards;
            if cards.get() == 0 {
                self.carded.push(block);
            }
            cards.set(cards.get() | 1 << (granule / (CARD / GRANULE)));
        }
    }

    /// The object whose memory contains `address`, if any: any address may be asked about.
    pub fn object_containing(&self, address: usize) -> Option<NonNull<Header>> {
        let cell = self.space.cell_containing(address)?;
        let (block, _) = self.space.locate(address)?;
        let info = self.space.info(block);
        if info.state.get() == State::Small {
            let bump = &self.bump[usize::from(info.class.get())];
            if (bump.cur as usize..bump.end as usize).contains(&(cell.as_ptr() as usize)) {
                return None;
            }
        }
        Some(cell)
    }

    /// What the heap has done and how big it is.
    pub fn stats(&self) -> Stats {
        Stats { bytes_used: self.space.pool.used() * BLOCK, ..self.stats }
    }

    /// The switch behind `gc.enable()` and `gc.disable()`. A façade: memory is reclaimed under pressure all the same.
    pub fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    /// What [`Heap::set_enabled`] last said.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Switches stress mode, for instance once a program has started.
    pub fn set_stress(&mut self, stress: bool) {
        self.retire();
        self.config.stress = stress;
    }

    /// Makes the next allocation slow path a full collection.
    pub fn request_collection(&mut self) {
        self.requested = true;
    }
}
