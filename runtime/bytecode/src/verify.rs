//! The verifier: what the interpreter may rely on without looking.
//!
//! Runs on every code object that comes from a file and, in debug builds, on what the compiler makes. Afterwards:
//!
//! - every instruction is complete, its op known, its registers lie inside the frame, its indices inside their tables;
//! - control goes only to instruction boundaries and never runs off the end; a FOR_RESULT is reached only through the
//!   FOR_LOOP before it;
//! - link, counter and cache words are zero: a file cannot name machine code or a cell's address;
//! - a frame that yields has become a generator first;
//! - parameters, cells and free variables have registers; nested code obeys the same rules, to a limited depth.
//!
//! [`flow`](crate::flow) adds what needs a data-flow analysis: which registers hold values, cells and half-built
//! containers where they are used as such.

use std::fmt;

use crate::decode::{Decoded, clobbers, reads, writes};
use crate::{Code, Const, Op, Range, Role, Word, flags};

/// How deep code objects and tuples of constants may nest.
pub const MAX_DEPTH: usize = 100;
/// Registers of a frame, far ones included.
pub const MAX_REGISTERS: u32 = 1 << 16;
/// Words of one code object: offsets are signed 32-bit numbers.
const MAX_WORDS: usize = 1 << 28;

/// What is wrong with a code object, and where. Always a damaged file or a bug of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// `co_qualname` of the code object.
    pub code: String,
    /// The word index, where one can be named.
    pub pc: Option<u32>,
    /// What is wrong.
    pub problem: Problem,
}

/// The rules, by what breaks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No instructions, or too many.
    CodeSize,
    /// A frame too large, or too small for what must be in it.
    FrameSize,
    /// More positional-only than positional parameters, or parameters without a name.
    Parameters,
    /// A captured or free variable whose register lies outside the frame.
    CellRegister,
    /// The op byte names no op.
    UnknownOp,
    /// The instruction is cut off by the end of the code.
    Incomplete,
    /// A register outside the frame.
    Register,
    /// An operand with a value the op does not know.
    Operand,
    /// An index outside its table, or to a constant of the wrong kind.
    Index,
    /// A link, counter or cache word that is not zero.
    RuntimeWord,
    /// A jump that does not go to an instruction.
    Target,
    /// Control can run off the end.
    RunsOff,
    /// FOR_LOOP without its FOR_RESULT or the other way round.
    ForPair,
    /// Yields without being a generator, or becomes one too late or twice.
    Generator,
    /// An exception table entry that covers nothing or points nowhere.
    Handler,
    /// A loop that covers nothing, or whose iterator may not be there.
    Loop,
    /// Positions not in order, or outside the code.
    Position,
    /// A large int that is not one.
    Constant,
    /// Nested too deep.
    Depth,
    /// A register is used that may hold nothing there.
    Unbound,
    /// A register is used as a cell, list, dict or set and may hold something else there.
    Kind,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid bytecode in {}", self.code)?;
        if let Some(pc) = self.pc {
            write!(f, " at {pc}")?;
        }
        write!(f, ": {:?}", self.problem)
    }
}

impl std::error::Error for VerifyError {}

/// Checks `code` and everything nested in it.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    at_depth(code, 0)
}

fn at_depth(code: &Code, depth: usize) -> Result<(), VerifyError> {
    let fail = |(pc, problem)| VerifyError { code: code.qualname.to_string(), pc, problem };
    if depth > MAX_DEPTH {
        return Err(fail((None, Problem::Depth)));
    }
    frame(code).map_err(|problem| fail((None, problem)))?;
    let starts = instructions(code).map_err(|(pc, problem)| fail((Some(pc), problem)))?;
    tables(code, &starts).map_err(&fail)?;
    crate::flow::check(code).map_err(|(pc, problem)| fail((Some(pc), problem)))?;
    code.consts.iter().try_for_each(|c| constant(code, c, depth + 1))
}

fn constant(code: &Code, constant_: &Const, depth: usize) -> Result<(), VerifyError> {
    let fail = |problem| Err(VerifyError { code: code.qualname.to_string(), pc: None, problem });
    match constant_ {
        Const::Code(inner) => at_depth(inner, depth),
        Const::Tuple(_) | Const::FrozenSet(_) if depth > MAX_DEPTH => fail(Problem::Depth),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            items.iter().try_for_each(|c| constant(code, c, depth + 1))
        }
        Const::BigInt(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let fine = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if fine { Ok(()) } else { fail(Problem::Constant) }
        }
        _ => Ok(()),
    }
}

/// The number of registers that arguments arrive in.
pub fn parameters(code: &Code) -> u64 {
    u64::from(code.argcount)
        + u64::from(code.kwonly)
        + u64::from(code.flags & flags::VARARGS != 0)
        + u64::from(code.flags & flags::VARKEYWORDS != 0)
}

/// Whether R[0] holds a namespace when the frame starts.
pub(crate) fn has_namespace(code: &Code) -> bool {
    code.flags & (flags::CLASS_BODY | flags::NAMESPACE) != 0
}

fn frame(code: &Code) -> Result<(), Problem> {
    if code.nregs > MAX_REGISTERS {
        return Err(Problem::FrameSize);
    }
    if has_namespace(code) && code.nregs == 0 || code.varnames.len() > code.nregs as usize {
        return Err(Problem::FrameSize);
    }
    if code.posonly > code.argcount || parameters(code) > code.varnames.len() as u64 {
        return Err(Problem::Parameters);
    }
    if code.cellvars.iter().chain(&code.freevars).any(|c| u32::from(c.reg) >= code.nregs) {
        return Err(Problem::CellRegister);
    }
    if code.code.is_empty() || code.code.len() > MAX_WORDS {
        return Err(Problem::CodeSize);
    }
    Ok(())
}

/// A bit for every word at which an instruction starts that may be jumped to.
struct Starts(Vec<u64>);

impl Starts {
    fn insert(&mut self, pc: u32) {
        self.0[pc as usize / 64] |= 1 << (pc % 64);
    }

    fn contains(&self, pc: u32) -> bool {
        self.0.get(pc as usize / 64).is_some_and(|w| w >> (pc % 64) & 1 != 0)
    }
}

/// Checks every instruction by itself and with its neighbours.
fn instructions(code: &Code) -> Result<Starts, (u32, Problem)> {
    let mut starts = Starts(vec![0; code.code.len() / 64 + 1]);
    let mut all = code.instructions();
    let mut previous: Option<Decoded<'_>> = None;
    let mut generator: Option<u32> = None;
    let mut jumped = false;
    for d in all.by_ref() {
        one(code, &d).map_err(|problem| (d.pc, problem))?;
        if d.op == Op::ForResult {
            let loop_ = previous.filter(|p| p.op == Op::ForLoop).ok_or((d.pc, Problem::ForPair))?;
            let same = (loop_.insn.a(), loop_.insn.b(), loop_.target())
                == (d.insn.a(), d.insn.b(), d.target());
            if !same {
                return Err((d.pc, Problem::ForPair));
            }
        } else {
            if let Some(p) = previous.filter(|p| p.op == Op::ForLoop) {
                return Err((p.pc, Problem::ForPair));
            }
            starts.insert(d.pc);
        }
        let may_yield =
            code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        match d.op {
            Op::MakeGenerator if jumped || generator.is_some() || !may_yield => {
                return Err((d.pc, Problem::Generator));
            }
            Op::MakeGenerator => generator = Some(d.pc),
            Op::Yield | Op::AsyncYield if generator.is_none() => {
                return Err((d.pc, Problem::Generator));
            }
            _ => {}
        }
        jumped |= d.target().is_some() || d.op.ends_block();
        previous = Some(d);
    }
    if (all.pc() as usize) < code.code.len() {
        let known = crate::Insn(code.code[all.pc() as usize]).op().is_some();
        return Err((all.pc(), if known { Problem::Incomplete } else { Problem::UnknownOp }));
    }
    // FOR_RESULT always jumps, but the exhausted FOR_LOOP before it goes on behind it.
    match previous {
        Some(d) if d.op.ends_block() && d.op != Op::ForResult => {}
        _ => return Err((all.pc(), Problem::RunsOff)),
    }
    for d in code.instructions().filter(|d| d.op.info().words.contains(&Word::Jump)) {
        match d.target() {
            Some(target) if !starts.contains(target) => return Err((d.pc, Problem::Target)),
            None => return Err((d.pc, Problem::Target)),
            Some(target) if generator.is_some_and(|pc| target <= pc) => {
                return Err((d.pc, Problem::Generator));
            }
            Some(_) => {}
        }
    }
    if let Some(pc) = generator
        && code.handlers.iter().any(|h| h.target <= pc || h.start <= pc)
    {
        return Err((pc, Problem::Generator));
    }
    Ok(starts)
}

/// Checks one instruction's operands and words.
fn one(code: &Code, d: &Decoded<'_>) -> Result<(), Problem> {
    if d.op.is_internal() {
        return Err(Problem::UnknownOp);
    }
    let mut top = 0;
    reads(d, |r| top = top.max(r));
    writes(d, |r| top = top.max(r));
    let (a, b, c) = (d.insn.a() as u32, d.insn.b() as u32, d.insn.c() as u32);
    // A call window has its two link words; that of a `for` loop lies one above the iterator and has one argument.
    match d.op.info().range {
        Range::Call | Range::CallMethod | Range::CallKw | Range::CallEx => top = top.max(a + 2),
        Range::ForWindow => top = top.max(a + 1),
        _ => {}
    }
    debug_assert!(clobbers(d).start <= 258);
    let touches =
        d.op.info().roles.iter().any(|r| matches!(r, Role::Read | Role::Write | Role::Both))
            || top > 0;
    if touches && top >= code.nregs {
        return Err(Problem::Register);
    }
    for (role, word) in d.op.info().words.iter().zip(d.words) {
        let size = match role {
            Word::Name => code.names.len(),
            Word::Var => code.varnames.len(),
            Word::KonstLo | Word::Index => code.consts.len(),
            Word::KonstHi | Word::Count | Word::Link | Word::Cache if *word != 0 => {
                return Err(Problem::RuntimeWord);
            }
            _ => continue,
        };
        if *word as usize >= size {
            return Err(Problem::Index);
        }
    }
    let index = d.word(Word::Index).and_then(|k| code.consts.get(k as usize));
    let fine = match (d.op, index) {
        (Op::MakeFunction, Some(Const::Code(inner))) => {
            return if c < 16 && (c & 8 == 0) == inner.freevars.is_empty() {
                Ok(())
            } else {
                Err(Problem::Operand)
            };
        }
        (Op::CallKw, Some(Const::Tuple(names))) => {
            if !names.iter().all(|n| matches!(n, Const::Str(_))) || names.len() > b as usize {
                return Err(Problem::Index);
            }
            c <= 1
        }
        (Op::MatchArg, Some(Const::Tuple(names))) => {
            if !names.iter().all(|n| matches!(n, Const::Str(_))) {
                return Err(Problem::Index);
            }
            d.words[0] & 0xffff < d.words[0] >> 16
        }
        (Op::MakeFunction | Op::CallKw | Op::MatchArg, _) => return Err(Problem::Index),
        (Op::LoadFar | Op::StoreFar, _) => {
            (crate::decode::FAR as u32..code.nregs).contains(&(d.insn.bx() as u32))
        }
        (Op::EnterFar, _) => {
            code.nregs > crate::decode::FAR as u32
                && d.words[0] as usize == crate::decode::near_variables(code)
                && u64::from(d.words[1]) == parameters(code)
        }
        (Op::LoadCommon, _) => b <= u32::from(crate::common::STOP_ASYNC_ITERATION),
        (Op::MakeGenerator, _) => a == u32::from(crate::generator::kind(code.flags)),
        (Op::AsyncYield, _) => code.flags & flags::ASYNC_GENERATOR != 0,
        (Op::GetAwaitable, _) => c <= 3,
        (Op::LoadSpecial, _) => c <= u32::from(crate::special::AEXIT),
        (Op::FormatSimple | Op::FormatSpec, _) => c <= 3,
        (
            Op::JNone | Op::JIs | Op::JIn | Op::JNoCollection | Op::ListExtend | Op::ImportStar,
            _,
        ) => c <= 1,
        (Op::Raise, _) => c <= 3,
        (Op::Intrinsic, _) => {
            let arguments = crate::intrinsic::ARGUMENTS.get(d.words[0] as usize);
            arguments.is_some_and(|n| u32::from(*n) == c)
        }
        (Op::CopyFree, _) => b as usize == code.freevars.len(),
        (Op::UnpackEx, _) => d.words.iter().all(|w| *w < 256),
        _ => true,
    };
    if fine { Ok(()) } else { Err(Problem::Operand) }
}

fn tables(code: &Code, starts: &Starts) -> Result<(), (Option<u32>, Problem)> {
    let end_of_code = code.code.len() as u32;
    for h in &code.handlers {
        let bounds = h.start < h.end
            && starts.contains(h.start)
            && (h.end == end_of_code || starts.contains(h.end));
        if !bounds || !starts.contains(h.target) || h.reg >= code.nregs {
            return Err((Some(h.start), Problem::Handler));
        }
    }
    for l in &code.loops {
        let bounds = l.start < l.end
            && starts.contains(l.start)
            && (l.end == end_of_code || starts.contains(l.end));
        if !bounds || l.reg >= code.nregs {
            return Err((Some(l.start), Problem::Loop));
        }
    }
    let mut next = 0;
    for p in &code.positions {
        if p.pc < next || p.pc >= end_of_code {
            return Err((Some(p.pc), Problem::Position));
        }
        next = p.pc + 1;
    }
    Ok(())
}
