//! Instructions with labels in, words out: jump threading, dead code, positions, the exception table.
//!
//! Instructions are appended in program order. The assembler knows whether the next one can be reached, drops it if
//! not, and carries along which variables are certainly bound (a structured definite-assignment analysis: every jump
//! merges the set into its label, every label continues with what all its jumps agree on).

use habu_bytecode::{Handler, Insn, Loop, Op, Position, Word};
use ruff_text_size::TextRange;

use crate::error::Source;

/// A place in the code that jumps can name before it exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Label(u32);

/// The variables that are certainly bound, by slot number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Bound(Vec<u64>);

impl Bound {
    pub(crate) fn insert(&mut self, slot: u32) {
        let word = slot as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (slot % 64);
    }

    pub(crate) fn remove(&mut self, slot: u32) {
        if let Some(word) = self.0.get_mut(slot as usize / 64) {
            *word &= !(1 << (slot % 64));
        }
    }

    pub(crate) fn contains(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word & 1 << (slot % 64) != 0)
    }

    fn intersect(&mut self, other: &Bound) {
        self.0.truncate(other.0.len());
        for (word, theirs) in self.0.iter_mut().zip(&other.0) {
            *word &= theirs;
        }
    }

    /// Removes what `other` holds.
    pub(crate) fn subtract(&mut self, other: &Bound) {
        for (word, theirs) in self.0.iter_mut().zip(&other.0) {
            *word &= !theirs;
        }
    }
}

#[derive(Clone)]
struct Ins {
    op: Op,
    /// A, B, C; or A and the 16-bit operand split in two.
    abc: [u8; 3],
    /// Values of the name, index, var, imm and constant words, in order.
    words: [u32; 2],
    target: Option<Label>,
    pos: TextRange,
}

#[derive(Default)]
struct Target {
    at: Option<u32>,
    jumps: u32,
    bound: Option<Bound>,
}

/// A covered range of instructions, before layout.
struct Covered {
    start: u32,
    end: u32,
    target: Label,
    reg: u8,
}

/// The range of a `try` body under construction; it is interrupted where an exit path runs outside of it.
pub(crate) struct Region {
    target: Label,
    reg: u8,
    open: Option<u32>,
    parts: Vec<(u32, u32)>,
}

/// What `Assembler::finish` gives.
pub(crate) struct Assembled {
    pub(crate) code: Vec<u32>,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) positions: Vec<Position>,
}

/// The instructions of one code object under construction.
#[derive(Default)]
pub(crate) struct Assembler {
    ins: Vec<Ins>,
    targets: Vec<Target>,
    covered: Vec<Covered>,
    /// Loops by instruction index, inner ones first.
    loops: Vec<Loop>,
    unreachable: bool,
    /// Variables certainly bound here; meaningless where nothing can be reached.
    pub(crate) bound: Bound,
}

impl Assembler {
    /// Whether the next instruction can be reached.
    pub(crate) fn reachable(&self) -> bool {
        !self.unreachable
    }

    /// Appends an instruction.
    pub(crate) fn emit(&mut self, op: Op, abc: [u8; 3], words: [u32; 2], pos: TextRange) {
        self.push(Ins { op, abc, words, target: None, pos });
    }

    /// Appends a jump.
    pub(crate) fn jump(&mut self, op: Op, abc: [u8; 3], label: Label, pos: TextRange) {
        self.jump_words(op, abc, [0; 2], label, pos);
    }

    /// Appends a jump with other words before its target.
    pub(crate) fn jump_words(
        &mut self,
        op: Op,
        abc: [u8; 3],
        words: [u32; 2],
        label: Label,
        pos: TextRange,
    ) {
        if self.unreachable {
            return;
        }
        let target = &mut self.targets[label.0 as usize];
        target.jumps += 1;
        match &mut target.bound {
            None => target.bound = Some(self.bound.clone()),
            Some(bound) => bound.intersect(&self.bound),
        }
        self.push(Ins { op, abc, words, target: Some(label), pos });
    }

    fn push(&mut self, ins: Ins) {
        if self.unreachable {
            return;
        }
        // FORLOOP and FORRESULT stand together: the second is reached by the runtime only.
        self.unreachable = ins.op.ends_block() && ins.op != Op::ForResult;
        self.ins.push(ins);
    }

    /// The index of the next instruction.
    fn here(&self) -> u32 {
        self.ins.len() as u32
    }

    /// A new label, bound nowhere yet.
    pub(crate) fn label(&mut self) -> Label {
        self.targets.push(Target::default());
        Label(self.targets.len() as u32 - 1)
    }

    /// Binds a label that earlier jumps name.
    pub(crate) fn bind(&mut self, label: Label) {
        let here = self.here();
        let target = &mut self.targets[label.0 as usize];
        target.at = Some(here);
        if let Some(bound) = target.bound.take() {
            if self.unreachable {
                self.bound = bound;
            } else {
                self.bound.intersect(&bound);
            }
            self.unreachable = false;
        }
    }

    /// Binds a label that later jumps will name (a loop header): reachable if the code before it is.
    pub(crate) fn bind_back(&mut self, label: Label) {
        self.targets[label.0 as usize].at = Some(self.here());
    }

    /// Binds a label entered in a way the assembler does not see, with what is bound there.
    pub(crate) fn bind_entered(&mut self, label: Label, bound: Bound) {
        self.targets[label.0 as usize].at = Some(self.here());
        self.bound = bound;
        self.unreachable = false;
    }

    /// Opens a covered range whose handler is at `target` and receives the exception in `reg`.
    pub(crate) fn open(&mut self, target: Label, reg: u8) -> Region {
        Region { target, reg, open: Some(self.here()), parts: Vec::new() }
    }

    /// Interrupts a covered range.
    pub(crate) fn pause(&self, region: &mut Region) {
        if let Some(start) = region.open.take()
            && start < self.here()
        {
            region.parts.push((start, self.here()));
        }
    }

    /// Goes on with an interrupted range.
    pub(crate) fn resume(&self, region: &mut Region) {
        region.open = Some(self.here());
    }

    /// Closes a covered range; whether it covers anything, that is, whether its handler can be reached.
    pub(crate) fn close(&mut self, mut region: Region) -> bool {
        self.pause(&mut region);
        let Region { target, reg, parts, .. } = region;
        let any = !parts.is_empty();
        self.covered.extend(parts.into_iter().map(|(start, end)| Covered {
            start,
            end,
            target,
            reg,
        }));
        any
    }

    /// Begins a loop over the iterator in `reg`; `close_loop` ends it.
    pub(crate) fn open_loop(&self, reg: u8) -> Loop {
        Loop { start: self.here(), end: self.here(), reg: u32::from(reg) }
    }

    /// The loop ends with the last instruction.
    pub(crate) fn close_loop(&mut self, l: Loop) {
        self.loops.push(Loop { end: self.here(), ..l });
    }

    /// A `Nop` to be replaced later, or dropped.
    pub(crate) fn placeholder(&mut self) -> Option<u32> {
        if self.unreachable {
            return None;
        }
        self.push(Ins {
            op: Op::Nop,
            abc: [0; 3],
            words: [0; 2],
            target: None,
            pos: TextRange::default(),
        });
        Some(self.here() - 1)
    }

    /// Fills a placeholder.
    pub(crate) fn fill(&mut self, at: u32, op: Op, abc: [u8; 3]) {
        let ins = &mut self.ins[at as usize];
        ins.op = op;
        ins.abc = abc;
    }

    /// Follows unconditional jumps from an instruction index.
    fn thread(&self, mut at: u32) -> u32 {
        for _ in 0..16 {
            while self.ins.get(at as usize).is_some_and(|ins| ins.op == Op::Nop) {
                at += 1;
            }
            match self.ins.get(at as usize) {
                Some(Ins { op: Op::Jump, target: Some(label), .. }) => {
                    match self.targets[label.0 as usize].at {
                        Some(next) if next != at => at = next,
                        _ => break,
                    }
                }
                _ => break,
            }
        }
        at
    }

    fn resolve(&self, label: Label) -> u32 {
        self.targets[label.0 as usize].at.unwrap_or(0)
    }

    /// Lays the code out behind `prologue`.
    pub(crate) fn finish(mut self, prologue: Assembler, source: &Source<'_>) -> Assembled {
        let shift = prologue.here();
        for target in &mut self.targets {
            target.at = target.at.map(|at| at + shift);
        }
        for covered in &mut self.covered {
            covered.start += shift;
            covered.end += shift;
        }
        for l in &mut self.loops {
            l.start += shift;
            l.end += shift;
        }
        self.ins.splice(0..0, prologue.ins);
        let count = self.ins.len();
        let mut goals: Vec<u32> = vec![0; count];
        for (i, ins) in self.ins.iter().enumerate() {
            if let Some(label) = ins.target {
                let at = self.resolve(label);
                goals[i] = if ins.op == Op::JumpBack { at } else { self.thread(at) };
            }
        }
        self.invert_branches(&mut goals);
        let dead = self.dead(&goals);
        // Word offsets, one more than instructions so that ends of ranges are defined.
        let mut offsets = Vec::with_capacity(count + 1);
        let mut at = 0u32;
        for (i, ins) in self.ins.iter().enumerate() {
            offsets.push(at);
            if !dead[i] {
                at += ins.op.size() as u32;
            }
        }
        offsets.push(at);
        let mut code = Vec::with_capacity(at as usize);
        let mut positions: Vec<Position> = Vec::new();
        for (i, ins) in self.ins.iter().enumerate() {
            if dead[i] {
                continue;
            }
            let position = position(ins, offsets[i], source);
            if positions.last().is_none_or(|last| Position { pc: position.pc, ..*last } != position)
            {
                positions.push(position);
            }
            let delta = (offsets[goals[i] as usize] as i32).wrapping_sub(offsets[i] as i32);
            write_ins(ins, delta, &mut code);
        }
        let handlers = self
            .covered
            .iter()
            .map(|c| Handler {
                start: offsets[c.start as usize],
                end: offsets[c.end as usize],
                target: offsets[self.thread(self.resolve(c.target)) as usize],
                reg: c.reg as u32,
            })
            .filter(|h| h.start < h.end)
            .collect();
        let loops = self
            .loops
            .iter()
            .map(|l| Loop {
                start: offsets[l.start as usize],
                end: offsets[l.end as usize],
                reg: l.reg,
            })
            .filter(|l| l.start < l.end)
            .collect();
        Assembled { code, handlers, loops, positions }
    }

    /// A conditional jump over an unconditional one becomes the opposite jump: `if c: continue` is one instruction.
    fn invert_branches(&mut self, goals: &mut [u32]) {
        let mut entered = vec![false; self.ins.len() + 1];
        goals.iter().for_each(|goal| entered[*goal as usize] = true);
        for i in 0..self.ins.len().saturating_sub(2) {
            let over = self.thread(i as u32 + 2);
            let is_over = self.ins[i].target.is_some() && goals[i] == over && over >= i as u32 + 2;
            if !is_over || self.ins[i + 1].op != Op::Jump || entered[i + 1] {
                continue;
            }
            let Ins { op, abc: [a, b, c], .. } = self.ins[i];
            let Some((op, c)) = inverse(op, c) else { continue };
            self.ins[i].op = op;
            self.ins[i].abc = [a, b, c];
            goals[i] = goals[i + 1];
            self.ins[i + 1].op = Op::Nop;
            self.ins[i + 1].target = None;
        }
    }

    /// Which instructions are not to be written: `Nop`s, jumps to the next instruction, what nothing reaches.
    fn dead(&self, goals: &[u32]) -> Vec<bool> {
        let count = self.ins.len();
        let mut live = vec![false; count];
        let mut work = vec![0u32];
        loop {
            while let Some(start) = work.pop() {
                let mut at = start as usize;
                while at < count && !live[at] {
                    live[at] = true;
                    let ins = &self.ins[at];
                    if ins.target.is_some() {
                        work.push(goals[at]);
                    }
                    if ins.op.ends_block() && ins.op != Op::ForResult {
                        break;
                    }
                    at += 1;
                }
            }
            for c in &self.covered {
                let target = self.thread(self.resolve(c.target));
                if (target as usize) < count && !live[target as usize] {
                    let mut range = c.start as usize..c.end as usize;
                    if range.any(|i| live[i]) {
                        work.push(target);
                    }
                }
            }
            if work.is_empty() {
                break;
            }
        }
        let mut dead: Vec<bool> = live.iter().map(|live| !live).collect();
        for i in (0..count).rev() {
            if self.ins[i].op == Op::Nop {
                dead[i] = true;
            }
            if self.ins[i].op == Op::Jump && !dead[i] {
                let goal = goals[i] as usize;
                dead[i] = goal > i && (i + 1..goal).all(|j| dead[j]);
            }
        }
        dead
    }
}

/// The conditional jump that is taken when this one is not.
fn inverse(op: Op, c: u8) -> Option<(Op, u8)> {
    let first = Op::JLtT as u8;
    match op {
        Op::JTrue => Some((Op::JFalse, c)),
        Op::JFalse => Some((Op::JTrue, c)),
        Op::JNone | Op::JIs | Op::JIn => Some((op, c ^ 1)),
        op if (first..=Op::JNeIF as u8).contains(&(op as u8)) => {
            Op::from_u8(((op as u8 - first) ^ 1) + first).map(|op| (op, c))
        }
        _ => None,
    }
}

fn position(ins: &Ins, pc: u32, source: &Source<'_>) -> Position {
    if ins.pos.is_empty() && ins.pos.start().to_u32() == 0 {
        return Position { pc, ..Position::default() };
    }
    let (line, col) = source.place(ins.pos.start().to_u32());
    let (end_line, end_col) = source.place(ins.pos.end().to_u32());
    Position { pc, line, end_line, col, end_col }
}

fn write_ins(ins: &Ins, delta: i32, code: &mut Vec<u32>) {
    let [a, b, c] = ins.abc;
    code.push(Insn::abc(ins.op, a, b, c).0);
    let mut values = ins.words.iter();
    for word in ins.op.info().words {
        code.push(match word {
            Word::Jump => delta as u32,
            Word::Name | Word::Index | Word::Var | Word::Imm | Word::KonstLo => {
                values.next().copied().unwrap_or(0)
            }
            _ => 0,
        });
    }
}
