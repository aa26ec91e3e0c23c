//! Instructions of a code vector, one by one, with the registers each of them reads and writes.
//!
//! Everything here is computed from the op table: roles of A, B and C, the row's `Range`, the words. It works on
//! unverified code too: what does not decode ends the iteration.

use crate::{Code, Insn, Op, Range, Role, Word};

/// One decoded instruction.
#[derive(Clone, Copy)]
pub struct Decoded<'a> {
    /// Index of the op word.
    pub pc: u32,
    /// The op.
    pub op: Op,
    /// The op word with A, B and C.
    pub insn: Insn,
    /// The words that follow, as many as the op's row says.
    pub words: &'a [u32],
}

impl<'a> Decoded<'a> {
    /// The instruction at `pc`, or nothing if `pc` is outside, the op unknown or the instruction cut off.
    pub fn at(code: &'a [u32], pc: u32) -> Option<Decoded<'a>> {
        let insn = Insn(*code.get(pc as usize)?);
        let op = insn.op()?;
        let words = code.get(pc as usize + 1..pc as usize + op.size())?;
        Some(Decoded { pc, op, insn, words })
    }

    /// The pc of the instruction that follows in the code.
    pub fn next_pc(&self) -> u32 {
        self.pc + self.op.size() as u32
    }

    /// The value of the first word with this role.
    pub fn word(&self, role: Word) -> Option<u32> {
        let at = self.op.info().words.iter().position(|w| *w == role)?;
        self.words.get(at).copied()
    }

    /// Where the instruction jumps to, if it can jump; nothing as well if the target lies before the code.
    pub fn target(&self) -> Option<u32> {
        let offset = self.word(Word::Jump)? as i32;
        u32::try_from(i64::from(self.pc) + i64::from(offset)).ok()
    }

    /// The index of the constant that LOAD_K and its like load; meaningful on disk only (see the op table).
    pub fn konst(&self) -> Option<u32> {
        self.word(Word::KonstLo)
    }
}

/// The instructions of a code vector in order; ends at the end of the code or at the first word that does not decode.
#[derive(Clone)]
pub struct Instructions<'a> {
    code: &'a [u32],
    pc: u32,
}

impl Instructions<'_> {
    /// Where the next instruction is looked for; the code's length once all of it was decoded.
    pub fn pc(&self) -> u32 {
        self.pc
    }
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Decoded<'a>;

    fn next(&mut self) -> Option<Decoded<'a>> {
        let decoded = Decoded::at(self.code, self.pc)?;
        self.pc = decoded.next_pc();
        Some(decoded)
    }
}

/// The instructions of `code` from its start.
pub fn instructions(code: &[u32]) -> Instructions<'_> {
    Instructions { code, pc: 0 }
}

impl Code {
    /// The instructions in order.
    pub fn instructions(&self) -> Instructions<'_> {
        instructions(&self.code)
    }
}

/// The operand fields A, B, C with their roles.
fn fields(d: &Decoded<'_>) -> [(Role, u32); 3] {
    let roles = d.op.info().roles;
    [(roles[0], d.insn.a() as u32), (roles[1], d.insn.b() as u32), (roles[2], d.insn.c() as u32)]
}

fn each(registers: std::ops::Range<u32>, f: &mut impl FnMut(u32)) {
    registers.for_each(f);
}

/// Calls `f` with every register the instruction reads (some perhaps twice).
pub fn reads(d: &Decoded<'_>, mut f: impl FnMut(u32)) {
    for (role, register) in fields(d) {
        if matches!(role, Role::Read | Role::Both) {
            f(register);
        }
    }
    let (a, b, c) = (d.insn.a() as u32, d.insn.b() as u32, d.insn.c() as u32);
    let call = |method: u32, f: &mut dyn FnMut(u32)| {
        f(a);
        (a + 3..a + 3 + method + b).for_each(f);
    };
    match d.op.info().range {
        Range::No
        | Range::WriteMethod
        | Range::WriteAC
        | Range::WriteAB
        | Range::WriteUnpackEx
        | Range::ForWindow => {}
        Range::ReadBC => each(b..b + c, &mut f),
        Range::ReadB2C => each(b..b + 2 * c, &mut f),
        Range::ReadB2 => each(b..b + 2, &mut f),
        Range::ReadB3 => each(b..b + 3, &mut f),
        Range::ReadRaise => each(a..a + if c == 3 { 1 } else { c.min(2) }, &mut f),
        Range::Call => call(0, &mut f),
        Range::CallMethod => call(1, &mut f),
        Range::CallKw => call(c.min(1), &mut f),
        Range::CallEx => {
            f(a);
            each(a + 3..a + 5, &mut f);
        }
        Range::ReadFlags => each(b..b + c.count_ones(), &mut f),
        Range::ForResult => f(a + 1),
    }
    match d.op {
        Op::LoadFar | Op::StoreFar => f(FAR_STORE),
        Op::EnterFar => each(d.words[0]..d.words[1].max(d.words[0]), &mut f),
        Op::ImportStar if c == 1 => f(b),
        Op::Yield if c > 0 => f(c - 1),
        _ => {}
    }
}

/// Calls `f` with every register the instruction gives a value, if it completes and, for ops that jump, whatever way
/// it goes except where [`writes_when_taken`] says otherwise.
pub fn writes(d: &Decoded<'_>, mut f: impl FnMut(u32)) {
    for (role, register) in fields(d) {
        if matches!(role, Role::Write | Role::Both) {
            f(register);
        }
    }
    let (a, b, c) = (d.insn.a() as u32, d.insn.b() as u32, d.insn.c() as u32);
    match d.op.info().range {
        Range::WriteMethod => f(a + 3),
        Range::WriteAC => each(a..a + c, &mut f),
        Range::WriteAB => each(a..a + b, &mut f),
        Range::WriteUnpackEx => {
            let count = d.words.iter().fold(1u32, |sum, word| sum.saturating_add(*word));
            each(a..a.saturating_add(count), &mut f);
        }
        Range::Call | Range::CallMethod | Range::CallKw | Range::CallEx => f(a),
        _ => {}
    }
    if d.op == Op::EnterFar {
        f(FAR_STORE);
    }
}

/// Whether the registers of [`writes`] are written only if the instruction jumps: the `for` ops leave the loop
/// variable alone when the iterator is exhausted.
pub fn writes_when_taken(op: Op) -> bool {
    matches!(op, Op::ForLoop | Op::ForLoopTree)
}

/// The registers whose contents the instruction may destroy, because a callee's frame or its link words lie there; what
/// [`writes`] names has a value again afterwards.
pub fn clobbers(d: &Decoded<'_>) -> std::ops::Range<u32> {
    let a = d.insn.a() as u32;
    match d.op.info().range {
        Range::Call | Range::CallMethod | Range::CallKw | Range::CallEx | Range::ForWindow => {
            a + 1..256
        }
        Range::WriteMethod => a + 1..a + 3,
        _ => 0..0,
    }
}

/// Whether the instruction can never raise: it neither polls for signals nor passes on what Python code raises.
pub fn never_raises(op: Op) -> bool {
    matches!(
        op,
        Op::Nop
            | Op::Move
            | Op::LoadK
            | Op::LoadInt
            | Op::LoadFar
            | Op::StoreFar
            | Op::Unbind
            | Op::LoadCommon
            | Op::StoreCell
            | Op::CopyFree
            | Op::Is
            | Op::IsNot
            | Op::Jump
            | Op::JNone
            | Op::JIs
            | Op::CloseIter
            | Op::LoadBuildClass
            | Op::PushExc
            | Op::PopExc
    )
}

/// The first far register. Frames with more variables than near registers keep the others in an array in the heap,
/// which [`FAR_STORE`] holds; their numbers begin here, and none of the functions above names them.
pub const FAR: usize = 256;

/// The register of the array of far registers.
pub const FAR_STORE: u32 = 200;

/// How many variables of a code object with far registers have near ones.
pub fn near_variables(code: &Code) -> usize {
    let far = (code.nregs as usize).saturating_sub(FAR);
    code.varnames.len().saturating_sub(far)
}

/// The register of the variable at an index into `Code::varnames`.
pub fn register_of(code: &Code, variable: usize) -> usize {
    match variable.checked_sub(near_variables(code)) {
        Some(far) if code.nregs as usize > FAR => FAR + far,
        _ => variable,
    }
}

/// The index into `Code::varnames` of the variable that lives in a register.
pub fn variable(code: &Code, register: u32) -> Option<usize> {
    let register = register as usize;
    let near = near_variables(code);
    if register < near {
        Some(register)
    } else {
        register.checked_sub(FAR).map(|n| near + n).filter(|n| *n < code.varnames.len())
    }
}

/// Stands in [`handler_map`] for no handler, in [`LoopMap`] for no loop.
pub const NO_HANDLER: u32 = u32::MAX;

/// For every word the index of the exception table entry that covers it, or [`NO_HANDLER`].
pub fn handler_map(code: &Code) -> Vec<u32> {
    let mut map = vec![NO_HANDLER; code.code.len()];
    for (n, h) in code.handlers.iter().enumerate().rev() {
        if let Some(range) = map.get_mut(h.start as usize..h.end as usize) {
            range.fill(n as u32);
        }
    }
    map
}

/// Which loops an instruction is in.
pub struct LoopMap {
    /// For every word the index of the innermost loop it is in.
    inner: Vec<u32>,
    /// For every loop the next one around it.
    outer: Vec<u32>,
}

impl LoopMap {
    /// The map of a code object's loops.
    pub fn new(code: &Code) -> LoopMap {
        let mut inner = vec![NO_HANDLER; code.code.len()];
        let mut outer = vec![NO_HANDLER; code.loops.len()];
        for (n, l) in code.loops.iter().enumerate().rev() {
            if let Some(range) = inner.get_mut(l.start as usize..l.end as usize) {
                outer[n] = range.first().copied().unwrap_or(NO_HANDLER);
                range.fill(n as u32);
            }
        }
        LoopMap { inner, outer }
    }

    /// The registers of the iterators of all loops around the instruction at `pc`, that of the innermost first.
    pub fn iterators<'a>(&'a self, code: &'a Code, pc: u32) -> impl Iterator<Item = u32> + 'a {
        let first = self.inner.get(pc as usize).copied().unwrap_or(NO_HANDLER);
        std::iter::successors(Some(first), |n| self.outer.get(*n as usize).copied())
            .map_while(|n| code.loops.get(n as usize).map(|l| l.reg))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(code: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let d = Decoded::at(code, 0).expect("decodes");
        let (mut read, mut written) = (Vec::new(), Vec::new());
        reads(&d, |r| read.push(r));
        writes(&d, |r| written.push(r));
        (read, written)
    }

    #[test]
    fn call_reads_callee_and_arguments_and_writes_the_result() {
        let code = [Insn::abc(Op::Call, 5, 2, 0).0];
        let (mut read, mut written) = lists(&code);
        read.sort_unstable();
        read.dedup();
        written.dedup();
        assert_eq!((read, written), (vec![5, 8, 9], vec![5]));
        let d = Decoded::at(&code, 0).expect("decodes");
        assert_eq!(clobbers(&d), 6..256);
    }

    #[test]
    fn method_call_reads_self_as_well() {
        let (mut read, _) = lists(&[Insn::abc(Op::CallMethod, 1, 1, 0).0]);
        read.sort_unstable();
        read.dedup();
        assert_eq!(read, vec![1, 4, 5]);
    }

    #[test]
    fn unpack_ex_writes_before_star_and_after() {
        let (read, mut written) = lists(&[Insn::abc(Op::UnpackEx, 4, 1, 0).0, 1, 2]);
        written.sort_unstable();
        written.dedup();
        assert_eq!((read, written), (vec![1], vec![4, 5, 6, 7]));
    }

    #[test]
    fn a_cut_off_instruction_ends_the_iteration() {
        let code = [Insn::abc(Op::Nop, 0, 0, 0).0, Insn::abc(Op::LoadK, 0, 0, 0).0, 0];
        let mut all = instructions(&code);
        assert!(all.next().is_some());
        assert!(all.next().is_none());
        assert_eq!(all.pc(), 1);
    }

    #[test]
    fn targets_are_relative_to_the_op_word() {
        let code = [Insn::abc(Op::Nop, 0, 0, 0).0, Insn::abc(Op::Jump, 0, 0, 0).0, (-1i32) as u32];
        let d = Decoded::at(&code, 1).expect("decodes");
        assert_eq!(d.target(), Some(0));
    }
}
