//! The code arena: one reservation, written through one view and executed through another.
//!
//! Dual mapping of a memfd keeps every page either writable or executable at any address. Where memfd is not to be
//! had, one anonymous mapping is made readable, writable and executable instead. Pages are only used up as code is
//! placed. Pieces are 64-byte aligned, come from a bump pointer, and are kept in free lists by size class once freed.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::fmt;
use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::FileExt;

use memmap2::{Mmap, MmapMut, MmapOptions};

use super::arch;

const ALIGN: usize = 64;

/// What the arena's memory is.
enum Pages {
    /// A writable and an executable view of the same memory.
    Dual { rw: MmapMut, rx: Mmap },
    /// One view for all.
    Single(MmapMut),
}

/// A place in the arena. Not `Clone`: whoever has it may free it.
/// The default is no place at all.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CodeRef {
    address: usize,
    len: usize,
    size: usize,
}

impl CodeRef {
    /// Where the code is executed.
    pub fn address(&self) -> usize {
        self.address
    }

    /// Length of the code in bytes.
    pub fn code_len(&self) -> usize {
        self.len
    }
}

/// Why code could not be placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ArenaError {
    /// The cap is reached.
    Full {
        /// Bytes asked for.
        wanted: usize,
        /// Bytes in use.
        used: usize,
        /// The cap.
        cap: usize,
    },
    /// The system grants no such memory.
    System(String),
}

impl fmt::Display for ArenaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArenaError::Full { wanted, used, cap } => {
                write!(f, "the code arena is full: {wanted} bytes wanted, {used} of {cap} in use")
            }
            ArenaError::System(e) => write!(f, "no executable memory: {e}"),
        }
    }
}

impl std::error::Error for ArenaError {}

/// What the arena holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ArenaStats {
    /// Bytes of live code, rounded up to size classes.
    pub used: usize,
    /// Bytes ever taken from the reservation.
    pub touched: usize,
    /// Live pieces.
    pub pieces: usize,
    /// Bytes reserved.
    pub cap: usize,
}

/// Memory for code.
pub struct Arena {
    pages: Pages,
    next: usize,
    free: BTreeMap<usize, Vec<usize>>,
    stats: ArenaStats,
}

impl Arena {
    /// Reserves address space for `cap` bytes of code, with separate views if the system allows.
    pub fn new(cap: usize) -> Result<Arena, ArenaError> {
        let cap = cap.next_multiple_of(1 << 16);
        let pages =
            dual(cap).or_else(|_| single(cap)).map_err(|e| ArenaError::System(e.to_string()))?;
        Ok(Arena::over(pages, cap))
    }

    /// As `new`, with one writable and executable view.
    pub fn new_single(cap: usize) -> Result<Arena, ArenaError> {
        let cap = cap.next_multiple_of(1 << 16);
        let pages = single(cap).map_err(|e| ArenaError::System(e.to_string()))?;
        Ok(Arena::over(pages, cap))
    }

    fn over(pages: Pages, cap: usize) -> Arena {
        let stats = ArenaStats { cap, ..ArenaStats::default() };
        Arena { pages, next: 0, free: BTreeMap::new(), stats }
    }

    /// Whether no page is writable and executable at once.
    pub fn is_dual(&self) -> bool {
        matches!(self.pages, Pages::Dual { .. })
    }

    /// What the arena holds.
    pub fn stats(&self) -> ArenaStats {
        self.stats
    }

    /// Whether the address is in the arena.
    pub fn contains(&self, address: usize) -> bool {
        (self.rx() as usize..self.rx() as usize + self.stats.cap).contains(&address)
    }

    /// Takes a place for `len` bytes, writes them by `fill` (the bytes, and the address they will run at), and makes
    /// them executable.
    pub fn place(
        &mut self,
        len: usize,
        fill: impl FnOnce(&mut [u8], usize),
    ) -> Result<CodeRef, ArenaError> {
        let size = size_class(len);
        let offset = self.take(size)?;
        let rx = self.rx().wrapping_add(offset);
        let bytes = &mut self.rw()[offset..offset + len];
        let rw = bytes.as_ptr();
        fill(bytes, rx as usize);
        arch::publish(rw, rx, len);
        self.stats.used += size;
        self.stats.pieces += 1;
        Ok(CodeRef { address: rx as usize, len, size })
    }

    /// Gives a place back.
    ///
    /// # Safety
    /// Nobody executes the code, or ever will.
    pub unsafe fn free(&mut self, code: CodeRef) {
        if code.size == 0 {
            return;
        }
        let offset = code.address - self.rx() as usize;
        self.free.entry(code.size).or_default().push(offset);
        self.stats.used -= code.size;
        self.stats.pieces -= 1;
    }

    /// A copy of the memory, if a forked process would share it.
    pub fn copy(&self) -> std::io::Result<Option<File>> {
        let Pages::Dual { rw, .. } = &self.pages else { return Ok(None) };
        let file = memory_file(self.stats.cap)?;
        file.write_all_at(&rw[..self.next], 0)?;
        Ok(Some(file))
    }

    /// In a forked process: puts the copy in the place of the memory.
    pub fn adopt(&mut self, copy: Option<File>) -> std::io::Result<()> {
        let (Some(file), Pages::Dual { rw, rx }) = (copy, &self.pages) else { return Ok(()) };
        let views = [
            (rw.as_ptr(), libc::PROT_READ | libc::PROT_WRITE),
            (rx.as_ptr(), libc::PROT_READ | libc::PROT_EXEC),
        ];
        for (at, protection) in views {
            let flags = libc::MAP_SHARED | libc::MAP_FIXED;
            // SAFETY: exactly the range of the view, which stays mapped with the same protection and contents.
            let p = unsafe {
                libc::mmap(
                    at.cast_mut().cast::<c_void>(),
                    self.stats.cap,
                    protection,
                    flags,
                    file.as_raw_fd(),
                    0,
                )
            };
            if p == libc::MAP_FAILED {
                return Err(std::io::Error::last_os_error());
            }
        }
        Ok(())
    }

    fn take(&mut self, size: usize) -> Result<usize, ArenaError> {
        if let Some(offset) = self.free.get_mut(&size).and_then(Vec::pop) {
            return Ok(offset);
        }
        if size > self.stats.cap - self.next {
            return self.take_larger(size);
        }
        let offset = self.next;
        self.next += size;
        self.stats.touched = self.next;
        Ok(offset)
    }

    /// At the cap: any freed place that is large enough, its rest given to the lists.
    fn take_larger(&mut self, size: usize) -> Result<usize, ArenaError> {
        let found = self.free.range_mut(size..).find_map(|(&s, list)| list.pop().map(|at| (s, at)));
        let Some((mut whole, offset)) = found else {
            let ArenaStats { used, cap, .. } = self.stats;
            return Err(ArenaError::Full { wanted: size, used, cap });
        };
        whole -= size;
        let mut at = offset + size;
        while whole >= ALIGN {
            let piece = largest_class(whole);
            self.free.entry(piece).or_default().push(at);
            at += piece;
            whole -= piece;
        }
        Ok(offset)
    }

    fn rw(&mut self) -> &mut [u8] {
        match &mut self.pages {
            Pages::Dual { rw, .. } | Pages::Single(rw) => rw,
        }
    }

    fn rx(&self) -> *const u8 {
        match &self.pages {
            Pages::Dual { rx, .. } => rx.as_ptr(),
            Pages::Single(rw) => rw.as_ptr(),
        }
    }
}

/// To be called on a thread before it first executes code that another thread placed.
pub fn synchronise() {
    arch::synchronise();
}

/// Sizes are eighths of powers of two, and multiples of 64.
fn size_class(len: usize) -> usize {
    let step = (len.max(1).next_power_of_two() / 16).max(ALIGN);
    len.max(1).next_multiple_of(step)
}

/// The largest class that is not larger than `size`, a multiple of 64.
fn largest_class(size: usize) -> usize {
    let step = (size.next_power_of_two() / 16).max(ALIGN);
    let down = size / step * step;
    if size_class(down) <= size { size_class(down) } else { ALIGN }
}

/// A file of this size in memory, and nowhere else.
fn memory_file(cap: usize) -> std::io::Result<File> {
    // SAFETY: the name is a C string; the result is checked.
    let fd = unsafe { libc::memfd_create(c"habu-code".as_ptr(), libc::MFD_CLOEXEC) };
    if fd < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the descriptor was just made and is owned by nobody else.
    let file = unsafe { File::from_raw_fd(fd) };
    file.set_len(cap as u64)?;
    Ok(file)
}

fn dual(cap: usize) -> std::io::Result<Pages> {
    let file = memory_file(cap)?;
    // SAFETY: the file is anonymous, so nobody else changes its size or its content.
    let rw = unsafe { MmapOptions::new().len(cap).map_mut(&file)? };
    // SAFETY: as above. Rust code never reads through this view; the processor does.
    let rx = unsafe { MmapOptions::new().len(cap).map_exec(&file)? };
    Ok(Pages::Dual { rw, rx })
}

fn single(cap: usize) -> std::io::Result<Pages> {
    let mut map = MmapOptions::new().len(cap).map_anon()?;
    let all = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    // SAFETY: the range is the mapping just made; it stays readable and writable.
    let ok = unsafe { libc::mprotect(map.as_mut_ptr().cast::<c_void>(), cap, all) } == 0;
    if ok { Ok(Pages::Single(map)) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_aligned_and_tight() {
        for len in 1..100_000 {
            let size = size_class(len);
            assert!(size >= len && size.is_multiple_of(ALIGN) && size_class(size) == size);
            assert!(size - len < ALIGN.max(len / 7 + 1), "{len} {size}");
            let down = largest_class(size);
            assert!(down <= size && size_class(down) == down, "{size} {down}");
        }
    }

    #[test]
    fn freed_places_are_used_again_and_the_cap_holds() {
        for mut arena in [Arena::new(1 << 16).unwrap(), Arena::new_single(1 << 16).unwrap()] {
            let a = arena.place(1000, |bytes, _| bytes.fill(1)).unwrap();
            let address = a.address();
            assert!(arena.contains(address) && address.is_multiple_of(ALIGN));
            // SAFETY: nothing runs.
            unsafe { arena.free(a) };
            assert_eq!(arena.place(990, |_, _| {}).unwrap().address(), address);
            let mut kept = Vec::new();
            let full = loop {
                match arena.place(300, |_, _| {}) {
                    Ok(code) => kept.push(code),
                    Err(e) => break e,
                }
            };
            assert!(matches!(full, ArenaError::Full { cap: 65536, .. }), "{full}");
            // SAFETY: nothing runs.
            kept.drain(..).for_each(|code| unsafe { arena.free(code) });
            assert_eq!(arena.stats().pieces, 1);
            arena.place(64, |_, _| {}).unwrap();
        }
    }
}
