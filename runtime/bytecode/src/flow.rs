//! The data-flow half of the verifier: what each register holds wherever control can be.
//!
//! A forward analysis over a small lattice. It finds registers read before they are written or after a call destroyed
//! them, variables used without CHECK_BOUND, and cells, lists, dicts, sets and closures that may be something else where
//! an op takes them for granted. Facts only get weaker, so the first complaint stands.
//!
//! ```text
//!            Junk                 never written here, or destroyed by a callee's frame
//!              |
//!            Maybe                a value or UNBOUND
//!           /     \
//!      Unbound    Bound           a value
//!                /  |  \  \
//!             Cell List Dict Set Tuple Str Exc Handled  Cells(n): a tuple of n cells
//! ```

use crate::decode::{
    Decoded, FAR, FAR_STORE, LoopMap, NO_HANDLER, clobbers, handler_map, never_raises, reads,
    writes,
};
use crate::verify::{Problem, has_namespace, parameters};
use crate::{Code, Const, Op, Range};

type Fact = u8;

const JUNK: Fact = 0;
const MAYBE: Fact = 1;
const UNBOUND: Fact = 2;
const BOUND: Fact = 3;
const CELL: Fact = 4;
const LIST: Fact = 5;
const DICT: Fact = 6;
const SET: Fact = 7;
const TUPLE: Fact = 8;
const STR: Fact = 9;
/// An exception instance.
const EXC: Fact = 10;
/// What PUSH_EXC saves: an exception or none.
const HANDLED: Fact = 11;
/// The storage of far registers.
const FARS: Fact = 12;
/// This and n: a tuple of n cells.
const CELLS: Fact = 16;

/// Bytes of facts that one code object may need.
const MAX_FACTS: usize = 1 << 26;

fn join(a: Fact, b: Fact) -> Fact {
    match (a, b) {
        _ if a == b => a,
        (JUNK, _) | (_, JUNK) => JUNK,
        _ if a.min(b) >= CELLS || (a.max(b) >= CELLS && a.min(b) == TUPLE) => TUPLE,
        _ if a.min(b) >= BOUND => BOUND,
        _ => MAYBE,
    }
}

/// Whether a register with fact `have` can stand where `want` is asked for.
fn is(have: Fact, want: Fact) -> bool {
    match want {
        JUNK => true,
        MAYBE => have != JUNK,
        BOUND => have >= BOUND,
        TUPLE => have == TUPLE || have >= CELLS,
        HANDLED => have == HANDLED || have == EXC,
        _ => have == want,
    }
}

/// The facts at places that jumps and handlers lead to.
struct Entries {
    pcs: Vec<u32>,
    facts: Vec<Option<Box<[Fact]>>>,
}

impl Entries {
    fn new(code: &Code) -> Entries {
        let mut pcs: Vec<u32> = code.instructions().filter_map(|d| d.target()).collect();
        pcs.extend(code.handlers.iter().map(|h| h.target));
        pcs.sort_unstable();
        pcs.dedup();
        let facts = vec![None; pcs.len()];
        Entries { pcs, facts }
    }

    fn index(&self, pc: u32) -> Option<usize> {
        self.pcs.binary_search(&pc).ok()
    }

    /// Merges `facts` in at `pc`; whether that changed anything.
    fn merge(&mut self, pc: u32, facts: &[Fact]) -> bool {
        let Some(n) = self.index(pc) else { return false };
        match &mut self.facts[n] {
            None => {
                self.facts[n] = Some(facts.into());
                true
            }
            Some(old) => {
                let mut changed = false;
                for (old, new) in old.iter_mut().zip(facts) {
                    let both = join(*old, *new);
                    changed |= both != *old;
                    *old = both;
                }
                changed
            }
        }
    }

    /// Merges one register in at `pc`, which has facts already.
    fn merge_one(&mut self, pc: u32, register: usize, fact: Fact) -> bool {
        let Some(facts) = self.index(pc).and_then(|n| self.facts[n].as_mut()) else { return false };
        let both = join(facts[register], fact);
        let changed = both != facts[register];
        facts[register] = both;
        changed
    }
}

/// Checks every reachable instruction of a code object whose structure is already verified.
pub(crate) fn check(code: &Code) -> Result<(), (u32, Problem)> {
    let mut entries = Entries::new(code);
    if entries.pcs.len().saturating_mul(code.nregs as usize) > MAX_FACTS {
        return Err((0, Problem::CodeSize));
    }
    let handlers = handler_map(code);
    let loops = LoopMap::new(code);
    while pass(code, &handlers, &loops, &mut entries)? {}
    Ok(())
}

fn at_entry(code: &Code) -> Vec<Fact> {
    let mut facts = vec![JUNK; code.nregs as usize];
    facts[..code.varnames.len()].fill(UNBOUND);
    facts[FAR.min(code.nregs as usize)..].fill(UNBOUND);
    // Beyond the near registers parameters are where they arrive until ENTER_FAR moves them.
    let bound = parameters(code).max(u64::from(has_namespace(code)));
    facts[..bound as usize].fill(BOUND);
    facts
}

/// One walk over the code; whether facts changed at a place that it had passed already.
fn pass(
    code: &Code,
    handlers: &[u32],
    loops: &LoopMap,
    entries: &mut Entries,
) -> Result<bool, (u32, Problem)> {
    let mut again = false;
    let mut facts = at_entry(code);
    let mut reachable = true;
    let mut covered = NO_HANDLER;
    let mut touched: Vec<u32> = Vec::new();
    let mut previous: Option<Decoded<'_>> = None;
    for d in code.instructions() {
        let entry = entries.index(d.pc);
        if let Some(n) = entry {
            if reachable {
                entries.merge(d.pc, &facts);
            }
            reachable = entries.facts[n].is_some();
            if let Some(merged) = &entries.facts[n] {
                facts.copy_from_slice(merged);
            }
            covered = NO_HANDLER;
            previous = None;
        }
        if !reachable {
            continue;
        }
        let inner = if never_raises(d.op) { NO_HANDLER } else { handlers[d.pc as usize] };
        if inner != NO_HANDLER && inner != covered {
            let handler = code.handlers[inner as usize];
            let saved = std::mem::replace(&mut facts[handler.reg as usize], EXC);
            again |= entries.merge(handler.target, &facts) && handler.target <= d.pc;
            facts[handler.reg as usize] = saved;
        }
        if handlers[d.pc as usize] != covered {
            covered = inner;
        }
        needs(code, &d, &facts).map_err(|problem| (d.pc, problem))?;
        // Whoever unwinds looks at the iterators of the loops that are left.
        if !never_raises(d.op) && loops.iterators(code, d.pc).any(|r| facts[r as usize] < BOUND) {
            return Err((d.pc, Problem::Loop));
        }
        touched.clear();
        effect(code, &d, &mut facts, &mut touched);
        // A far variable that was just loaded is as bound as its copy.
        if let Some(far) = previous.filter(|p| p.op == Op::LoadFar && p.insn.a() == d.insn.a())
            && d.op == Op::CheckBound
            && !is(facts[far.insn.bx()], BOUND)
        {
            facts[far.insn.bx()] = BOUND;
            touched.push(far.insn.bx() as u32);
        }
        previous = Some(d);
        if let Some(target) = d.target() {
            let loop_variable = matches!(d.op, Op::ForLoop | Op::ForResult).then(|| d.insn.b());
            let saved = loop_variable.map(|r| (r, std::mem::replace(&mut facts[r], BOUND)));
            again |= entries.merge(target, &facts) && target <= d.pc;
            if let Some((r, fact)) = saved {
                facts[r] = fact;
                touched.push(r as u32);
            }
        }
        if covered != NO_HANDLER {
            let handler = code.handlers[covered as usize];
            for &r in touched.iter().filter(|r| **r != handler.reg) {
                again |= entries.merge_one(handler.target, r as usize, facts[r as usize])
                    && handler.target <= d.pc;
            }
        }
        reachable = !d.op.ends_block() || d.op == Op::ForResult;
    }
    Ok(again)
}

/// Checks what an instruction takes for granted.
fn needs(code: &Code, d: &Decoded<'_>, facts: &[Fact]) -> Result<(), Problem> {
    let (a, b, c) = (d.insn.a(), d.insn.b(), d.insn.c());
    // The step of a `for` loop fills the register that FOR_RESULT reads.
    if d.op == Op::ForResult {
        return Ok(());
    }
    let mut fine = true;
    reads(d, |r| {
        let r = r as usize;
        let want = match d.op {
            Op::CheckBound | Op::MakeCell | Op::Move | Op::StoreFar | Op::LoadFar => MAYBE,
            Op::CallMethod if r == a + 3 => MAYBE,
            Op::CallKw if c == 1 && r == a + 3 => MAYBE,
            Op::CallEx if r == a + 4 => MAYBE,
            _ => BOUND,
        };
        fine &= is(facts[r], want);
    });
    if !fine {
        return Err(Problem::Unbound);
    }
    let kinds: &[(usize, Fact)] = match d.op {
        Op::LoadFar | Op::StoreFar => &[(FAR_STORE as usize, FARS)],
        Op::LoadCell => &[(b, CELL)],
        Op::LoadNameCell => &[(c, CELL)],
        Op::StoreCell | Op::DelCell => &[(a, CELL)],
        Op::LoadSuper => &[(b, CELL)],
        Op::ListAppend | Op::ListExtend => &[(a, LIST)],
        Op::ListToTuple => &[(b, LIST)],
        Op::SetAdd | Op::SetUpdate => &[(a, SET)],
        Op::DictSet | Op::DictUpdate | Op::DictMerge => &[(a, DICT)],
        Op::CallEx if facts[a + 4] != UNBOUND => &[(a + 4, DICT)],
        Op::FormatSpec => &[(b + 1, STR)],
        Op::PushExc | Op::Reraise | Op::JNoMatch => &[(a, EXC)],
        Op::PopExc => &[(a, HANDLED)],
        _ => &[],
    };
    let strings = d.op == Op::BuildString && facts[b..b + c].iter().any(|f| *f != STR);
    if strings
        || kinds.iter().any(|(r, want)| !is(facts[*r], *want))
        || !function_parts(code, d, facts)
    {
        return Err(Problem::Kind);
    }
    Ok(())
}

/// Whether MAKE_FUNCTION gets a tuple of defaults, a dict of keyword defaults and a closure of the right length.
fn function_parts(code: &Code, d: &Decoded<'_>, facts: &[Fact]) -> bool {
    if d.op != Op::MakeFunction {
        return true;
    }
    let Some(Const::Code(inner)) =
        d.word(crate::Word::Index).and_then(|k| code.consts.get(k as usize))
    else {
        return false;
    };
    let closure = CELLS as usize + inner.freevars.len();
    // More cells than a fact can count come from a list; the runtime looks at them.
    let closure = if closure > Fact::MAX as usize { TUPLE } else { closure as Fact };
    let mut next = d.insn.b();
    for (bit, want) in [(1, TUPLE), (2, DICT), (4, BOUND), (8, closure)] {
        if d.insn.c() & bit != 0 {
            if !is(facts[next], want) {
                return false;
            }
            next += 1;
        }
    }
    true
}

/// The facts after an instruction that completed without jumping, and the registers it touched.
fn effect(code: &Code, d: &Decoded<'_>, facts: &mut [Fact], touched: &mut Vec<u32>) {
    let (a, b, c) = (d.insn.a(), d.insn.b(), d.insn.c());
    let result = match d.op {
        Op::Move => facts[b],
        Op::LoadFar => facts[d.insn.bx()],
        Op::StoreFar => {
            facts[d.insn.bx()] = facts[a];
            touched.push(d.insn.bx() as u32);
            return;
        }
        Op::EnterFar => {
            let moved = (d.words[1].saturating_sub(d.words[0])) as usize;
            facts[FAR..].fill(UNBOUND);
            facts[FAR..FAR + moved].fill(BOUND);
            FARS
        }
        Op::Unbind => UNBOUND,
        Op::MakeCell | Op::CopyFree => CELL,
        Op::BuildList => LIST,
        Op::BuildDict => DICT,
        Op::BuildSet => SET,
        Op::BuildTuple
            if c > 0
                && c < (Fact::MAX - CELLS) as usize
                && facts[b..b + c].iter().all(|f| *f == CELL) =>
        {
            CELLS + c as Fact
        }
        Op::BuildTuple | Op::ListToTuple => TUPLE,
        Op::BuildString | Op::FormatSimple | Op::FormatSpec => STR,
        Op::PushExc => HANDLED,
        Op::LoadK => match d.konst().and_then(|k| code.consts.get(k as usize)) {
            Some(Const::Str(_) | Const::Surrogates(_)) => STR,
            Some(Const::Tuple(_)) => TUPLE,
            _ => BOUND,
        },
        _ => BOUND,
    };
    for r in clobbers(d) {
        if (r as usize) < facts.len() {
            facts[r as usize] = JUNK;
            touched.push(r);
        }
    }
    if matches!(d.op, Op::ForLoop | Op::ForResult) {
        return;
    }
    writes(d, |r| {
        facts[r as usize] = result;
        touched.push(r);
    });
    if d.op == Op::CheckBound {
        facts[a] = if facts[a] >= BOUND { facts[a] } else { BOUND };
    }
    if d.op.info().range == Range::WriteMethod {
        facts[a + 3] = MAYBE;
    }
}
