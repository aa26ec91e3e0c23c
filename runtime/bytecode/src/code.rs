//! Code objects as plain data: what the compiler makes, the `.pyc` file holds and the loader turns into objects.
//!
//! Nothing here knows the heap. Strings are UTF-8; integers beyond 64 bits are decimal text.

use std::rc::Rc;

/// A constant of a code object.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An int of 64 bits.
    Int(i64),
    /// A larger int, in decimal (perhaps with a minus sign).
    BigInt(Box<str>),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A str.
    Str(Box<str>),
    /// A str with lone surrogates, by code points.
    Surrogates(Box<[u32]>),
    /// A bytes object.
    Bytes(Box<[u8]>),
    /// A tuple of constants.
    Tuple(Box<[Const]>),
    /// A frozenset of constants.
    FrozenSet(Box<[Const]>),
    /// A nested code object.
    Code(Rc<Code>),
}

/// `Code::flags`, CPython's numbers where CPython has them.
pub mod flags {
    /// The code uses fast locals (functions, not modules or classes).
    pub const OPTIMIZED: u32 = 0x1;
    /// A new namespace belongs to each call.
    pub const NEWLOCALS: u32 = 0x2;
    /// Has `*args`.
    pub const VARARGS: u32 = 0x4;
    /// Has `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Is nested in a function.
    pub const NESTED: u32 = 0x10;
    /// A generator.
    pub const GENERATOR: u32 = 0x20;
    /// A coroutine.
    pub const COROUTINE: u32 = 0x80;
    /// A generator that may be awaited (`types.coroutine`).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An async generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// Compiled under `from __future__ import barry_as_FLUFL`.
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    /// Compiled under `from __future__ import annotations`.
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// What code that is compiled inherits from the code that compiles it.
    pub const FUTURE: u32 = FUTURE_BARRY_AS_BDFL | FUTURE_ANNOTATIONS;
    /// First constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// Habu: a class body; R[0] is the namespace.
    pub const CLASS_BODY: u32 = 0x1000_0000;
    /// Habu: code of `exec`/`eval` with a namespace in R[0]; names are looked up by LOAD_NAME.
    pub const NAMESPACE: u32 = 0x2000_0000;
    /// Habu: frames that nobody sees, of native functions written in Python.
    pub const HIDDEN: u32 = 0x4000_0000;
}

/// A range of instructions with its handler. The first entry that covers the raising op wins: inner ones stand first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First covered word.
    pub start: u32,
    /// First word no longer covered.
    pub end: u32,
    /// Where control goes.
    pub target: u32,
    /// The register that receives the exception.
    pub reg: u32,
}

/// A `for` loop: where its iterator is while control is in it, so that leaving it by an exception can close that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// First word of the body.
    pub start: u32,
    /// The word behind its FOR_RESULT.
    pub end: u32,
    /// The register of the iterator.
    pub reg: u32,
}

impl Loop {
    /// Whether the instruction at `pc` belongs to the loop.
    pub fn covers(&self, pc: u32) -> bool {
        self.start <= pc && pc < self.end
    }
}

/// Source position of an instruction, as CPython's `co_positions` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    /// First word of the instruction; the entry holds until the next one's.
    pub pc: u32,
    /// Line, from 1; 0 when the instruction has none.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Column in UTF-8 bytes, from 0.
    pub col: u32,
    /// End column.
    pub end_col: u32,
}

/// A captured variable and the register that holds its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellVar {
    /// The variable.
    pub name: Box<str>,
    /// Its register.
    pub reg: u16,
}

/// A code object.
///
/// Registers: parameters first (positional-only, positional, keyword-only, `*args`, `**kwargs`, in CPython's
/// `co_varnames` order), then the other locals, then cells of free variables, then temporaries. A captured
/// parameter or local is turned into a cell in its own register by MAKE_CELL at function entry.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Code {
    /// `co_name`
    pub name: Box<str>,
    /// `co_qualname`
    pub qualname: Box<str>,
    /// `co_filename`
    pub filename: Box<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// See [`flags`].
    pub flags: u32,
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonly: u32,
    /// Keyword-only parameters.
    pub kwonly: u32,
    /// Registers of the frame.
    pub nregs: u32,
    /// Names of registers 0.. that are variables (parameters and locals, captured ones included).
    pub varnames: Vec<Box<str>>,
    /// Variables of this function that inner functions capture.
    pub cellvars: Vec<CellVar>,
    /// Free variables in closure order, with the registers COPY_FREE puts their cells in.
    pub freevars: Vec<CellVar>,
    /// Names of globals, attributes and imports.
    pub names: Vec<Box<str>>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Instructions.
    pub code: Vec<u32>,
    /// Exception table, inner entries first.
    pub handlers: Vec<Handler>,
    /// Loops over iterators, inner ones first.
    pub loops: Vec<Loop>,
    /// Positions, by pc.
    pub positions: Vec<Position>,
}

impl Code {
    /// The position of the instruction at `pc` (any of its words).
    pub fn position(&self, pc: u32) -> Option<Position> {
        let n = self.positions.partition_point(|p| p.pc <= pc);
        n.checked_sub(1).map(|i| self.positions[i])
    }

    /// The handler for an exception raised by the instruction whose op word is at `pc`.
    pub fn handler(&self, pc: u32) -> Option<Handler> {
        self.handlers.iter().copied().find(|h| h.start <= pc && pc < h.end)
    }
}
