//! Registers of a frame: where variables live and how temporaries are handed out.
//!
//! ```text
//! 0 ..            parameters, other locals, cells of free variables      ("near")
//! .. 255          temporaries, a stack
//! 256 ..          locals that found no room below 200                    ("far": LOAD_FAR, STORE_FAR)
//! ```
//!
//! Far locals are in no window: ENTER_FAR makes an array for them, which register 200 then holds.
//!
//! Far locals are the last registers of the frame, in `varnames` order: variable `i` of a code object with far locals
//! is register `i` while `i < near`, and `256 + i - near` from there on, where `near = varnames.len() - (nregs - 256)`.

/// A register that an operand byte can name.
pub(crate) type Reg = u8;

/// Variables get registers below this number; the rest is far.
pub(crate) const NEAR: usize = 200;

/// The first far register.
pub(crate) const FAR: usize = 256;

/// Where a variable lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// A register.
    Near(Reg),
    /// A far register.
    Far(u16),
}

/// The temporaries of a frame: a stack above the variables.
#[derive(Debug, Default)]
pub(crate) struct Regs {
    first: usize,
    next: usize,
    max: usize,
    /// Temporaries that serve as variables of an inlined comprehension.
    pinned: Vec<bool>,
}

/// The height of the stack of temporaries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mark(usize);

impl Regs {
    /// Temporaries from `first` on.
    pub(crate) fn new(first: usize) -> Regs {
        Regs { first, next: first, max: first, pinned: vec![false; FAR] }
    }

    /// `n` adjacent temporaries, if there are as many.
    pub(crate) fn alloc(&mut self, n: usize) -> Option<Reg> {
        let reg = self.next;
        self.reserve(n);
        (self.next + n <= FAR).then(|| {
            self.next += n;
            reg as Reg
        })
    }

    /// Makes the frame large enough for `n` more temporaries without taking them.
    pub(crate) fn reserve(&mut self, n: usize) {
        self.max = self.max.max(self.next + n);
    }

    /// The first temporary.
    pub(crate) fn first_temp(&self) -> Reg {
        self.first.min(FAR - 1) as Reg
    }

    /// Makes the frame large enough for the first temporary.
    pub(crate) fn reserve_first(&mut self) {
        self.max = self.max.max(self.first + 1);
    }

    /// The current height.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.next)
    }

    /// Gives back all temporaries above a height.
    pub(crate) fn release(&mut self, mark: Mark) {
        self.pinned[mark.0.min(FAR)..].fill(false);
        self.next = mark.0;
    }

    /// Gives back all temporaries above `reg`.
    pub(crate) fn release_above(&mut self, reg: Reg) {
        self.release(Mark(reg as usize + 1));
    }

    /// Whether `reg` is the topmost temporary in use.
    pub(crate) fn is_top(&self, reg: Reg) -> bool {
        self.next == reg as usize + 1 && self.is_temp(reg)
    }

    /// Whether `reg` is a temporary and no variable.
    pub(crate) fn is_temp(&self, reg: Reg) -> bool {
        reg as usize >= self.first && !self.pinned[reg as usize]
    }

    /// Makes a temporary a variable until it is given back.
    pub(crate) fn pin(&mut self, reg: Reg) {
        self.pinned[reg as usize] = true;
    }

    /// Registers the frame needs.
    pub(crate) fn count(&self, far: usize) -> usize {
        if far > 0 { FAR + far } else { self.max.min(FAR) }
    }
}
