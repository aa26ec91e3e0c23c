//! Lowering: a trace tree becomes one CLIF function `(context, base) -> Left` of the tail convention.
//!
//! The root's preamble is the function's entry, its loop a block with parameters; a bridge is blocks reached from the
//! guard it hangs on, its inputs are that guard's values. Guards leave to cold blocks, one for each snapshot, which
//! store the values the snapshot names into the context and return the exit's number; [`ExitDescr`] says what to make
//! of them. The optimiser has done what can be done: each inst becomes the few machine instructions it stands for.
//!
//! Conventions that others rely on:
//!
//! * helpers are `extern "C" fn(context, operands...)`; a `Bool` is a `u64` (0 or 1). A helper that cannot raise
//!   returns its result; one that may raise returns `(result, status)` in two registers, a `F64` as its bits, and
//!   status 0 for success.
//! * `base` points at slot 0; frames of bridges have the same base as their root's.
//! * The first word of a tree's constants is its validity: not zero means invalid. The second is its tag, by which the
//!   runtime knows whose exit a number is.

pub mod context;
pub mod exit;
pub mod text;

mod alloc;
mod bridge;
mod calls;
mod emit;
mod exits;
mod floats;
mod guards;
mod ints;
mod memory;
mod powers;
mod tree;
mod tree_calls;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use cranelift_codegen::isa::{CallConv, TargetIsa};
use habu_trace::{InstId, Trace};

use crate::code::{Arena, ArenaError, CodeError, CodeGen, CodeRef, Rare, Stubs, signature};
pub(crate) use context::RESULT;
pub use context::{
    Bounds, FIRST_EXIT, JitContext, Left, NOT_RUN, RETURNED, Settled, Support, TreeLeft,
};
pub use exit::{ExitDescr, ExitKey, Piece, Place, Rebuild, Source, State};
pub use text::Texts;

/// A bridge and the exit it hangs on.
#[derive(Clone, Copy, Debug)]
pub struct Bridge<'a> {
    /// The exit of the root or of another bridge.
    pub at: ExitKey,
    /// What happens there.
    pub trace: &'a Trace,
}

/// What to compile together.
#[derive(Clone, Copy, Debug)]
pub struct TreeInput<'a> {
    /// The name by which `End::Tree` knows the root.
    pub key: u64,
    /// The trace that is entered.
    pub root: &'a Trace,
    /// If the root is itself a bridge compiled alone: the exit it hangs on. Its inputs are then in the context, as
    /// that exit left them. Otherwise they are in the frame.
    pub after: Option<&'a ExitDescr>,
    /// The bridges, parents before children.
    pub bridges: &'a [Bridge<'a>],
    /// Words above the base that the frames of its traces may reach.
    pub extent: usize,
    /// Addresses of the words that hold the entries of the trees it calls or ends in, by their numbers.
    pub cells: &'a [u64],
}

/// Which guards leave though they hold: the stress mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Force {
    /// None.
    #[default]
    No,
    /// This one always.
    Guard {
        /// The trace, numbered as in `ExitKey`.
        trace: u32,
        /// The guard.
        inst: InstId,
    },
    /// The one that takes `JitContext::countdown` to zero.
    Countdown,
}

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What code calls.
    pub support: Support,
    /// The words of True and False.
    pub truth: [u64; 2],
    /// The address that safepoints look at: not zero there means to leave.
    pub poll: u64,
    /// Whether code counts in `JitContext::passes` the passes of its loop, or how often it is entered if it has none.
    pub passes: bool,
    /// Stress.
    pub force: Force,
    /// Whether to make the texts.
    pub texts: bool,
}

/// Why a tree was not compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LowerError {
    /// The trace has no end.
    Open,
    /// A bridge jumps to a label that is not in the function.
    ForeignLabel,
    /// A bridge hangs on an exit that no guard has.
    NoSuchExit(ExitKey),
    /// An exit has more values than the context has slots.
    TooManyValues(ExitKey),
    /// Code generation failed.
    Code(CodeError),
}

impl LowerError {
    /// Whether there was no room for the code.
    pub fn is_full(&self) -> bool {
        matches!(self, LowerError::Code(CodeError::Arena(ArenaError::Full { .. })))
    }
}

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = |k: &ExitKey| format!("trace {} {}", k.trace, k.snap);
        match self {
            LowerError::Open => f.write_str("the trace has no end"),
            LowerError::ForeignLabel => {
                f.write_str("the bridge jumps to a loop that is not in the function")
            }
            LowerError::NoSuchExit(k) => write!(f, "nothing leaves at {}", key(k)),
            LowerError::TooManyValues(k) => write!(f, "too many values at {}", key(k)),
            LowerError::Code(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for LowerError {}

impl From<CodeError> for LowerError {
    fn from(e: CodeError) -> LowerError {
        LowerError::Code(e)
    }
}

/// A compiled tree. Its code is freed by `Arena::free(tree.code)` once nobody executes it.
#[derive(Debug)]
pub struct Tree {
    /// The code.
    pub code: CodeRef,
    /// The exits, by the number that the code returns.
    pub exits: Vec<ExitDescr>,
    /// Object constants, which must be kept alive as long as the code.
    pub objects: Vec<u64>,
    /// Validity and float constants; code refers to them by address.
    consts: Box<[AtomicU64]>,
    /// Whether it counts passes.
    pub passes: bool,
    /// The texts, if asked for.
    pub texts: Option<Texts>,
}

impl Tree {
    /// Makes the code leave at its next validity check.
    pub fn invalidate(&self) {
        self.consts[0].store(1, Ordering::Release);
    }

    /// Sets the word that comes with the exits.
    pub fn set_tag(&self, tag: u64) {
        self.consts[1].store(tag, Ordering::Release);
    }

    /// Whether nobody called `invalidate`.
    pub fn is_valid(&self) -> bool {
        self.consts[0].load(Ordering::Acquire) == 0
    }

    /// Runs the code until it leaves.
    ///
    /// # Safety
    /// The context and the frame at `base` are what the traces were recorded for. If the tree was compiled `after` an
    /// exit, the code just left through that exit. The code was not freed, and on this thread
    /// `code::arena::synchronise` was called since it was placed.
    pub unsafe fn enter(&self, stubs: &Stubs, context: &mut JitContext, base: *mut u64) -> Left {
        let context = std::ptr::from_mut(context).cast();
        // SAFETY: as promised by the caller.
        unsafe { stubs.enter(self.code.address(), context, base) }
    }
}

/// Compiles a tree. Run it on any thread; `gen` is the thread's own.
pub fn compile(
    gen_: &mut CodeGen,
    isa: &dyn TargetIsa,
    arena: &std::sync::Mutex<Arena>,
    input: &TreeInput<'_>,
    options: &Options,
) -> Result<Tree, LowerError> {
    let lowered = lower(gen_, isa, input, options)?;
    gen_.disasm = options.texts;
    let clif = options.texts.then(|| gen_.clif());
    let artifact = gen_.compile(isa, &lowered.symbols.addresses)?;
    let code = artifact.link(&mut arena.lock().unwrap_or_else(|e| e.into_inner()))?;
    let texts = clif.map(|clif| Texts::new(clif, artifact.asm.clone(), &lowered.symbols));
    let Lowered { exits, objects, consts, .. } = lowered;
    Ok(Tree { code, exits, objects, consts, passes: options.passes, texts })
}

/// The texts of a tree for any processor, without code.
pub fn texts(
    gen_: &mut CodeGen,
    isa: &dyn TargetIsa,
    input: &TreeInput<'_>,
    options: &Options,
) -> Result<Texts, LowerError> {
    let lowered = lower(gen_, isa, input, options)?;
    gen_.disasm = true;
    let clif = gen_.clif();
    let artifact = gen_.compile(isa, &lowered.symbols.addresses)?;
    Ok(Texts::new(clif, artifact.asm, &lowered.symbols))
}

/// What lowering leaves besides the function in the `CodeGen`.
struct Lowered {
    symbols: Symbols,
    exits: Vec<ExitDescr>,
    objects: Vec<u64>,
    consts: Box<[AtomicU64]>,
}

fn lower(
    gen_: &mut CodeGen,
    isa: &dyn TargetIsa,
    input: &TreeInput<'_>,
    options: &Options,
) -> Result<Lowered, LowerError> {
    let consts = tree::consts(input);
    let convention = CallConv::triple_default(isa.triple());
    let options = (options, Ways { convention, rare: Rare::stubs()? });
    let (exits, symbols) =
        gen_.build(isa, signature(CallConv::Tail), |b| tree::emit(b, input, options, &consts))?;
    let mut objects: Vec<u64> = input.root.symbols.bits().to_vec();
    objects.extend(input.bridges.iter().flat_map(|b| b.trace.symbols.bits()));
    objects.sort_unstable();
    objects.dedup();
    Ok(Lowered { symbols, exits, objects, consts })
}

/// How code calls the runtime: the convention of its functions, and the stubs for rare calls.
#[derive(Clone, Copy)]
struct Ways {
    convention: CallConv,
    rare: [u64; 3],
}

/// The addresses that code refers to, and their names for the texts.
#[derive(Default)]
struct Symbols {
    addresses: Vec<u64>,
    names: Vec<String>,
}
