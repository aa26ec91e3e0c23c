//! Where generators suspend: what the PC word of a generator says, and which registers are saved there.
//!
//! A generator's PC word is all of its state: the address behind the MAKE_GENERATOR or YIELD that suspended it, the same
//! with a flag while it runs, 0 once it has ended. The cache words of those two ops say which registers are live behind
//! them. `generator` moves the registers; fast paths and the recorder do so by the same masks.

use crate::vm::Vm;
use habu_bytecode::liveness::Liveness;
use habu_bytecode::{self as bc, Insn, Op, flags};
use habu_object::array::gen_slot;
use habu_object::{Code, Gc, Generator, Value};
use std::rc::Rc;

/// Words of the ops that suspend.
const WORDS: usize = 5;
/// Set in a mask of saved registers that can be relied on.
const MASKED: u64 = 1 << 63;
/// Set in a mask of saved registers: the code has handlers, so a generator dropped half-way may have something to do.
const FINALIZED: u64 = 1 << 62;
/// Set in a mask of saved registers: a generator that is closed here notices.
const CLEANS_UP: u64 = 1 << 61;
/// Registers below this one fit the masks.
const REGISTERS: u32 = 61;

/// An instruction at which a generator goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResumePoint {
    /// Its address.
    pub pc: *const u32,
    /// The op before it: MAKE_GENERATOR, YIELD or ASYNC_YIELD.
    op: Insn,
    saved: u64,
    elsewhere: u64,
}

/// What a generator is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Not started.
    Created(ResumePoint),
    /// Between resumptions.
    Suspended(ResumePoint),
    /// Its frame is on the stack.
    Running,
    /// Ended.
    Closed,
}

impl ResumePoint {
    /// The point at `pc`, just behind an op that suspends.
    #[inline(always)]
    fn at(pc: *const u32) -> ResumePoint {
        let op_at = pc.wrapping_sub(WORDS);
        // SAFETY: the PC word of a generator is 0 or the address behind such an op of its code, whose words live as
        // long as it does.
        unsafe {
            ResumePoint {
                pc,
                op: Insn(*op_at),
                saved: op_at.add(1).cast::<u64>().read_unaligned(),
                elsewhere: op_at.add(3).cast::<u64>().read_unaligned(),
            }
        }
    }

    /// The point that a PC word means; None if the generator runs or has ended.
    #[inline(always)]
    pub fn of(word: Value) -> Option<ResumePoint> {
        ((word.bits() as i64) > 0).then(|| ResumePoint::at(word.bits() as *const u32))
    }

    /// The point at which a running generator was resumed; None if it has ended.
    #[inline(always)]
    pub fn resumed_at(word: Value) -> Option<ResumePoint> {
        let pc = word.bits() & !gen_slot::RUNNING;
        (pc != 0).then(|| ResumePoint::at(pc as *const u32))
    }

    /// The PC word of a generator resumed here.
    #[inline(always)]
    pub fn running(self) -> Value {
        Value::from_bits(self.pc as u64 | gen_slot::RUNNING)
    }

    /// What stands for the point where instructions are named by their addresses: no instruction's address, as the
    /// instruction at `pc` may be a place of its own.
    pub fn key(self) -> *const u32 {
        self.pc.wrapping_byte_sub(1)
    }

    /// Whether an address is the key of a resume point.
    pub fn is_key(address: *const u32) -> bool {
        !address.addr().is_multiple_of(4)
    }

    /// Whether the masks are to be relied on: not in frames that save many registers.
    #[inline(always)]
    pub fn is_masked(self) -> bool {
        self.saved & MASKED != 0
    }

    /// Whether generators of this code are finalized when they die; but coroutines that are awaited where they are made
    /// are not.
    #[inline(always)]
    pub fn is_finalized(self) -> bool {
        self.saved & FINALIZED != 0
    }

    /// Whether a generator that is closed here notices.
    #[inline(always)]
    pub fn cleans_up(self) -> bool {
        self.saved & CLEANS_UP != 0
    }

    /// The registers saved here, as a mask.
    #[inline(always)]
    pub fn saved(self) -> u64 {
        self.saved & !(MASKED | FINALIZED | CLEANS_UP)
    }

    /// The registers saved by other ops of the same code and not here, as a mask.
    #[inline(always)]
    pub fn elsewhere(self) -> u64 {
        self.elsewhere
    }

    /// Number of registers that a generator of this code has room for.
    #[inline(always)]
    pub fn room(self) -> usize {
        64 - (self.saved() | self.elsewhere).leading_zeros() as usize
    }

    /// Whether the generator is new.
    #[inline(always)]
    pub fn is_created(self) -> bool {
        self.op.0 as u8 == Op::MakeGenerator as u8
    }

    /// The register that receives what is sent.
    #[inline(always)]
    pub fn receiver(self) -> Option<usize> {
        if self.is_created() { None } else { Some(self.op.a()) }
    }

    /// The register of the iterator that the generator delegates to.
    pub fn delegate(self) -> Option<usize> {
        if self.is_created() { None } else { self.op.c().checked_sub(1) }
    }
}

/// The registers of a mask.
#[inline(always)]
pub fn registers(mask: u64) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        let r = rest.trailing_zeros() as usize;
        rest &= rest.checked_sub(1)?;
        Some(r)
    })
}

/// What a generator is doing.
pub fn state(g: Gc<Generator>) -> State {
    let word = g.get(gen_slot::PC);
    match ResumePoint::of(word) {
        Some(point) if point.is_created() => State::Created(point),
        Some(point) => State::Suspended(point),
        None if word.bits() == 0 => State::Closed,
        None => State::Running,
    }
}

/// What a suspended generator delegates to, None if nothing.
pub fn delegate(g: Gc<Generator>) -> Value {
    match state(g) {
        State::Suspended(point) => {
            point.delegate().map_or(Value::NONE, |r| g.get(gen_slot::REGS + r))
        }
        _ => Value::NONE,
    }
}

impl Vm {
    /// The registers that are live at the resume point at `pc`, in order.
    pub(crate) fn saved_registers(&mut self, code: Gc<Code>, pc: *const u32) -> Rc<[u32]> {
        if let Some(saved) = self.saved_at.get(&(pc as usize)) {
            return Rc::clone(saved);
        }
        self.find_resume_points(code);
        self.saved_at.get(&(pc as usize)).map_or_else(|| Rc::from([]), Rc::clone)
    }

    /// Forgets what was found for code whose words begin at `entry`.
    pub(crate) fn forget_resume_points(&mut self, data: &bc::Code, entry: *const u32) {
        const RESUMES: u32 = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        if data.flags & RESUMES == 0 || self.saved_at.is_empty() {
            return;
        }
        for d in data.instructions() {
            self.saved_at.remove(&(entry.wrapping_add(d.pc as usize + WORDS) as usize));
        }
    }

    /// Finds what each op that suspends must save, and fills their cache words.
    fn find_resume_points(&mut self, code: Gc<Code>) {
        let entry = code.entry.get() as *const u32;
        let data = self.code_data(code);
        let liveness = Liveness::compute(data);
        let is_async = data.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        let finalized = if data.handlers.is_empty() && !is_async { 0 } else { FINALIZED };
        let mut points = Vec::new();
        for d in data.instructions() {
            if !matches!(d.op, Op::MakeGenerator | Op::Yield | Op::AsyncYield) {
                continue;
            }
            let mut live: Vec<u32> = liveness.live_in(d.pc + WORDS as u32).iter().collect();
            let mut flags = finalized;
            if d.op != Op::MakeGenerator {
                // What is sent replaces it.
                live.retain(|r| *r != d.insn.a() as u32);
                // An exception may be thrown in: what the handler reads is live as well, and the iterators of the
                // loops that it leaves.
                let thrown = data.handler(d.pc).map(|h| h.target);
                let loops = data.loops.iter().filter(|l| l.covers(d.pc));
                let delegate = d.insn.c().checked_sub(1).map(|r| r as u32);
                live.extend(thrown.into_iter().flat_map(|pc| liveness.live_in(pc).iter()));
                let before = live.len();
                live.extend(loops.map(|l| l.reg));
                live.extend(delegate);
                if thrown.is_some() || live.len() > before {
                    flags |= CLEANS_UP;
                }
                live.sort_unstable();
                live.dedup();
            }
            points.push((entry.wrapping_add(d.pc as usize), live, flags));
        }
        let mask = |live: &Vec<u32>| live.iter().fold(0u64, |m, r| m | 1 << (r % 64));
        let union = points.iter().fold(0, |m, p| m | mask(&p.1));
        let masked = points.iter().all(|p| p.1.last().is_none_or(|r| *r < REGISTERS));
        for (op_at, live, flags) in points {
            let saved = mask(&live);
            let words = if masked { [saved | MASKED | flags, union & !saved] } else { [flags, 0] };
            // SAFETY: the op's words follow it; instruction words are in a writable blob.
            unsafe {
                op_at.add(1).cast_mut().cast::<u64>().write_unaligned(words[0]);
                op_at.add(3).cast_mut().cast::<u64>().write_unaligned(words[1]);
            }
            self.saved_at.insert(op_at.wrapping_add(WORDS) as usize, live.into());
        }
    }
}
