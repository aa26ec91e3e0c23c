//! Liveness: which registers may still be read from an instruction on.
//!
//! A backward analysis over the register roles of the op table. Used by the recorder (what a snapshot must hold, what a
//! loop carries) and by generators (what a yield must save). Registers of captured variables hold cells and are live
//! like any other. An instruction that may raise keeps alive what its handler reads, and the iterators of the loops that
//! the exception may leave.
//!
//! What Python can see through frame objects counts too: in code that names `locals`, `exec` and their like all
//! variables are live everywhere, and the namespace of a class body always is.

use crate::decode::{
    LoopMap, NO_HANDLER, clobbers, handler_map, never_raises, reads, writes, writes_when_taken,
};
use crate::{Code, Decoded, Op, flags};

/// Names whose use may show the variables of the running function.
const REVEALING: &[&str] = &[
    "locals",
    "vars",
    "dir",
    "eval",
    "exec",
    "_getframe",
    "currentframe",
    "f_locals",
    "breakpoint",
];

/// The registers live before each instruction of a code object.
pub struct Liveness {
    /// Index of the instruction that starts at each word; `NONE` for the words inside instructions.
    index: Vec<u32>,
    words: Vec<u64>,
    stride: usize,
    /// Whether the code names what may show its variables.
    reveals: bool,
}

const NONE: u32 = u32::MAX;

/// A set of registers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BitSet<'a>(&'a [u64]);

impl<'a> BitSet<'a> {
    /// Whether a register is in the set.
    pub fn contains(self, register: u32) -> bool {
        self.0.get(register as usize / 64).is_some_and(|word| word >> (register % 64) & 1 != 0)
    }

    /// The registers in order.
    pub fn iter(self) -> impl Iterator<Item = u32> + 'a {
        self.0.iter().enumerate().flat_map(|(n, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                rest &= rest.checked_sub(1)?;
                Some(n as u32 * 64 + bit)
            })
        })
    }

    /// How many registers are in the set.
    pub fn len(self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no register is in the set.
    pub fn is_empty(self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

impl std::fmt::Debug for BitSet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

fn reveals(code: &Code) -> bool {
    code.names.iter().any(|name| REVEALING.contains(&&**name))
}

fn set(words: &mut [u64], register: u32) {
    words[register as usize / 64] |= 1 << (register % 64);
}

fn clear(words: &mut [u64], register: u32) {
    words[register as usize / 64] &= !(1 << (register % 64));
}

impl Liveness {
    /// Analyses a verified code object; its instructions may have been specialised since.
    pub fn compute(code: &Code) -> Liveness {
        let stride = (code.nregs as usize).div_ceil(64).max(1);
        let instructions: Vec<Decoded<'_>> = code.instructions().collect();
        let mut index = vec![NONE; code.code.len() + 1];
        for (n, d) in instructions.iter().enumerate() {
            index[d.pc as usize] = n as u32;
        }
        let handlers = handler_map(code);
        let loops = LoopMap::new(code);
        let words = vec![0; stride * instructions.len()];
        let mut live = Liveness { index, words, stride, reveals: reveals(code) };
        let always = always_live(code, stride);
        let mut now = vec![0u64; stride];
        let mut changed = true;
        while changed {
            changed = false;
            for (n, d) in instructions.iter().enumerate().rev() {
                live.before(code, d, &handlers, &mut now);
                // Unwinding closes the iterators of the loops it leaves.
                if !never_raises(d.op) {
                    loops.iterators(code, d.pc).for_each(|r| set(&mut now, r));
                }
                for (word, more) in now.iter_mut().zip(&always) {
                    *word |= more;
                }
                let old = &mut live.words[n * stride..(n + 1) * stride];
                if old != now.as_slice() {
                    old.copy_from_slice(&now);
                    changed = true;
                }
            }
        }
        live
    }

    /// Whether the code names `locals` or the like: what it calls may look at all its variables.
    pub fn reveals(&self) -> bool {
        self.reveals
    }

    /// The registers live before the instruction at `pc`; none where no instruction starts.
    pub fn live_in(&self, pc: u32) -> BitSet<'_> {
        match self.index.get(pc as usize) {
            Some(&n) if n != NONE => BitSet(&self.words[n as usize * self.stride..][..self.stride]),
            _ => BitSet(&[]),
        }
    }

    /// Whether a register is live before the instruction at `pc`.
    pub fn is_live(&self, pc: u32, register: u32) -> bool {
        self.live_in(pc).contains(register)
    }

    /// The start of the instruction that ends before `pc`.
    pub fn start_before(&self, pc: u32) -> Option<u32> {
        (0..pc).rev().find(|at| self.index.get(*at as usize).is_some_and(|n| *n != NONE))
    }

    fn include(&self, pc: u32, but: Option<u32>, now: &mut [u64]) {
        let from = self.live_in(pc);
        let except = |n: usize| match but {
            Some(r) if r as usize / 64 == n => 1u64 << (r % 64),
            _ => 0,
        };
        for (n, (word, more)) in now.iter_mut().zip(from.0).enumerate() {
            *word |= more & !except(n);
        }
    }

    /// What is live before `d`, given what is live elsewhere.
    fn before(&self, code: &Code, d: &Decoded<'_>, handlers: &[u32], now: &mut [u64]) {
        now.fill(0);
        let limit = code.nregs;
        match d.op {
            // The exhausted loop goes on behind FOR_RESULT; a Python-level step goes on at it.
            _ if writes_when_taken(d.op) => {
                let after = d.next_pc();
                self.include(after, None, now);
                if let Some(result) =
                    Decoded::at(&code.code, after).filter(|r| r.op == Op::ForResult)
                {
                    self.include(result.next_pc(), None, now);
                }
            }
            _ if !d.op.ends_block() => self.include(d.next_pc(), None, now),
            _ => {}
        }
        if !writes_when_taken(d.op) {
            if let Some(target) = d.target() {
                self.include(target, None, now);
            }
            writes(d, |r| clear(now, r));
        } else if let Some(target) = d.target() {
            self.include(target, Some(d.insn.b() as u32), now);
        }
        for r in clobbers(d).take_while(|r| *r < limit) {
            clear(now, r);
        }
        if !never_raises(d.op) {
            let handler = handlers[d.pc as usize];
            if handler != NO_HANDLER {
                let handler = code.handlers[handler as usize];
                self.include(handler.target, Some(handler.reg), now);
            }
        }
        reads(d, |r| set(now, r));
    }
}

fn always_live(code: &Code, stride: usize) -> Vec<u64> {
    let mut out = vec![0; stride];
    if code.flags & (flags::CLASS_BODY | flags::NAMESPACE) != 0 {
        set(&mut out, 0);
    }
    if reveals(code) {
        (0..code.nregs.min(crate::decode::FAR as u32))
            .filter(|r| crate::decode::variable(code, *r).is_some())
            .for_each(|r| set(&mut out, r));
        if code.nregs > crate::decode::FAR as u32 {
            set(&mut out, crate::decode::FAR_STORE);
        }
        code.freevars.iter().for_each(|cell| set(&mut out, u32::from(cell.reg)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Handler, Insn};

    fn word(op: Op, a: u8, b: u8, c: u8) -> u32 {
        Insn::abc(op, a, b, c).0
    }

    fn live(l: &Liveness, pc: u32) -> Vec<u32> {
        l.live_in(pc).iter().collect()
    }

    #[test]
    fn a_loop_carries_what_its_body_reads() {
        // s = 0; for r1 in r2: s = s + r1; return s
        let code = Code {
            nregs: 8,
            code: vec![
                Insn::abx(Op::LoadInt, 0, 0).0,
                word(Op::Jump, 0, 0, 0),
                3,
                word(Op::Add, 0, 0, 1),
                word(Op::ForLoop, 2, 1, 0),
                (-1i32) as u32,
                0,
                0,
                word(Op::ForResult, 2, 1, 0),
                (-5i32) as u32,
                word(Op::Ret, 0, 0, 0),
            ],
            ..Code::default()
        };
        let l = Liveness::compute(&code);
        assert_eq!(live(&l, 0), vec![2]);
        assert_eq!(live(&l, 3), vec![0, 1, 2]);
        assert_eq!(live(&l, 4), vec![0, 2]);
        assert_eq!(live(&l, 8), vec![0, 2, 3]);
        assert_eq!(live(&l, 10), vec![0]);
    }

    #[test]
    fn the_loop_variable_survives_an_exhausted_loop() {
        let code = Code {
            nregs: 8,
            code: vec![
                word(Op::ForLoop, 2, 1, 0),
                0,
                0,
                0,
                word(Op::ForResult, 2, 1, 0),
                (-4i32) as u32,
                word(Op::Ret, 1, 0, 0),
            ],
            ..Code::default()
        };
        assert_eq!(live(&Liveness::compute(&code), 0), vec![1, 2]);
    }

    #[test]
    fn handlers_keep_their_variables_alive_through_what_raises() {
        let code = Code {
            nregs: 8,
            code: vec![
                word(Op::Move, 1, 0, 0),
                word(Op::Neg, 1, 0, 0),
                word(Op::Ret, 0, 0, 0),
                word(Op::Ret, 1, 0, 0),
            ],
            handlers: vec![Handler { start: 0, end: 2, target: 3, reg: 5 }],
            ..Code::default()
        };
        let l = Liveness::compute(&code);
        assert_eq!(live(&l, 1), vec![0, 1], "the old r1 is what the handler would read");
        assert_eq!(live(&l, 0), vec![0], "a move cannot raise");
    }

    #[test]
    fn calls_end_the_life_of_what_lies_above() {
        let code = Code {
            nregs: 8,
            code: vec![word(Op::Call, 2, 1, 0), word(Op::Ret, 2, 0, 0)],
            ..Code::default()
        };
        assert_eq!(live(&Liveness::compute(&code), 0), vec![2, 5]);
    }

    #[test]
    fn locals_keeps_all_variables() {
        let code = Code {
            nregs: 4,
            varnames: vec!["a".into(), "b".into()],
            names: vec!["locals".into()],
            code: vec![word(Op::LoadGlobal, 2, 0, 0), 0, 0, 0, 0, word(Op::Ret, 2, 0, 0)],
            ..Code::default()
        };
        assert_eq!(live(&Liveness::compute(&code), 0), vec![0, 1]);
    }
}
