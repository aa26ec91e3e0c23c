//! The code that `re._compiler` makes, checked and turned into instructions with targets.
//!
//! Whatever list of numbers comes, the result is a program that the matcher can run or an error.

use super::charset::{CATEGORIES, Case, CharSet, Item};

/// A pattern of one character, which repeats may have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Single {
    Any,
    AnyAll,
    Literal(u32),
    NotLiteral(u32),
    LiteralIgnore(Case, u32),
    NotLiteralIgnore(Case, u32),
    /// A set by its number.
    Set(u32),
    SetIgnore(Case, u32),
    Category(u32),
}

/// How a repeat goes about its choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Greed {
    Max,
    Min,
    Possessive,
}

/// An instruction; targets are numbers of instructions.
#[derive(Clone, Debug)]
pub(super) enum Inst {
    Fail,
    Success,
    One(Single),
    At(u32),
    Mark(u32),
    Jump(u32),
    /// Alternatives with what their first character must be, if that is known.
    Branch(Box<[(u32, Option<Single>)]>),
    /// `body` comes next; `until` is the instruction that ends it.
    Repeat {
        until: u32,
    },
    /// The end of the body that begins at `body`.
    Until {
        greedy: bool,
        min: u32,
        max: u32,
        body: u32,
    },
    /// `single` repeated, then `tail`, which begins with `literal` if that is known.
    RepeatOne {
        greed: Greed,
        min: u32,
        max: u32,
        single: Single,
        tail: u32,
        literal: Option<u32>,
    },
    PossessiveRepeat {
        min: u32,
        max: u32,
        tail: u32,
    },
    Atomic {
        end: u32,
    },
    Assert {
        back: u32,
        end: u32,
    },
    AssertNot {
        back: u32,
        end: u32,
    },
    GroupRef(Option<Case>, u32),
    /// Goes to `no` if the group has not matched.
    GroupExists {
        group: u32,
        no: u32,
    },
}

/// Where matches can begin.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Anywhere,
    /// At the beginning of the string only.
    Beginning,
    /// With these characters.
    Literal(Vec<u32>),
    /// With a character of a set.
    Set(CharSet),
}

/// A pattern ready to run.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) insts: Vec<Inst>,
    pub(super) sets: Vec<CharSet>,
    pub(super) start: Start,
    /// The shortest match.
    pub(super) min_width: usize,
    /// Marks: two for each group.
    pub(super) marks: usize,
}

/// No limit of a repeat.
pub(super) const MAX_REPEAT: u32 = u32::MAX;

/// How deep code may nest.
const MAX_DEPTH: usize = 10_000;

/// The code is not what the compiler makes.
#[derive(Debug)]
pub(super) struct Invalid;

type Checked<T> = Result<T, Invalid>;

mod op {
    pub(super) const FAILURE: u32 = 0;
    pub(super) const SUCCESS: u32 = 1;
    pub(super) const ANY: u32 = 2;
    pub(super) const ANY_ALL: u32 = 3;
    pub(super) const ASSERT: u32 = 4;
    pub(super) const ASSERT_NOT: u32 = 5;
    pub(super) const AT: u32 = 6;
    pub(super) const BRANCH: u32 = 7;
    pub(super) const CATEGORY: u32 = 8;
    pub(super) const CHARSET: u32 = 9;
    pub(super) const BIGCHARSET: u32 = 10;
    pub(super) const GROUPREF: u32 = 11;
    pub(super) const GROUPREF_EXISTS: u32 = 12;
    pub(super) const IN: u32 = 13;
    pub(super) const INFO: u32 = 14;
    pub(super) const JUMP: u32 = 15;
    pub(super) const LITERAL: u32 = 16;
    pub(super) const MARK: u32 = 17;
    pub(super) const MAX_UNTIL: u32 = 18;
    pub(super) const MIN_UNTIL: u32 = 19;
    pub(super) const NOT_LITERAL: u32 = 20;
    pub(super) const NEGATE: u32 = 21;
    pub(super) const RANGE: u32 = 22;
    pub(super) const REPEAT: u32 = 23;
    pub(super) const REPEAT_ONE: u32 = 24;
    pub(super) const MIN_REPEAT_ONE: u32 = 26;
    pub(super) const ATOMIC_GROUP: u32 = 27;
    pub(super) const POSSESSIVE_REPEAT: u32 = 28;
    pub(super) const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub(super) const GROUPREF_IGNORE: u32 = 30;
    pub(super) const IN_IGNORE: u32 = 31;
    pub(super) const LITERAL_IGNORE: u32 = 32;
    pub(super) const NOT_LITERAL_IGNORE: u32 = 33;
    pub(super) const GROUPREF_LOC_IGNORE: u32 = 34;
    pub(super) const IN_LOC_IGNORE: u32 = 35;
    pub(super) const LITERAL_LOC_IGNORE: u32 = 36;
    pub(super) const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub(super) const GROUPREF_UNI_IGNORE: u32 = 38;
    pub(super) const IN_UNI_IGNORE: u32 = 39;
    pub(super) const LITERAL_UNI_IGNORE: u32 = 40;
    pub(super) const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub(super) const RANGE_UNI_IGNORE: u32 = 42;
}

const AT_BEGINNING: u32 = 0;
const AT_BEGINNING_STRING: u32 = 2;
const INFO_PREFIX: u32 = 1;
const INFO_CHARSET: u32 = 4;

/// Reads code of a pattern with this many groups.
pub(super) fn read(code: &[u32], groups: usize) -> Checked<Program> {
    let mut r = Reader {
        code,
        groups: groups as u32,
        insts: Vec::new(),
        sets: Vec::new(),
        at: vec![u32::MAX; code.len() + 1],
        targets: Vec::new(),
        depth: 0,
    };
    let (start, min_width, first) = r.info()?;
    let Some(last) = code.len().checked_sub(1) else { return Err(Invalid) };
    if code[last] != op::SUCCESS || first > last {
        return Err(Invalid);
    }
    if r.body(first, last)? != last {
        return Err(Invalid);
    }
    r.at[last] = r.insts.len() as u32;
    r.insts.push(Inst::Success);
    r.resolve()?;
    r.look_ahead();
    let start = match r.insts.first() {
        Some(Inst::At(AT_BEGINNING | AT_BEGINNING_STRING)) => Start::Beginning,
        _ => start,
    };
    Ok(Program { insts: r.insts, sets: r.sets, start, min_width, marks: groups * 2 })
}

struct Reader<'a> {
    code: &'a [u32],
    groups: u32,
    insts: Vec<Inst>,
    sets: Vec<CharSet>,
    /// The instruction that stands for a place in the code.
    at: Vec<u32>,
    /// Instructions whose targets are places yet.
    targets: Vec<(usize, usize)>,
    depth: usize,
}

impl Reader<'_> {
    fn word(&self, i: usize) -> Checked<u32> {
        self.code.get(i).copied().ok_or(Invalid)
    }

    /// A place that many words behind `i`, not behind `end`.
    fn skip(&self, i: usize, end: usize) -> Checked<usize> {
        let to = i.checked_add(self.word(i)? as usize).ok_or(Invalid)?;
        if to > i && to <= end { Ok(to) } else { Err(Invalid) }
    }

    /// Reads the block of facts at the start.
    fn info(&mut self) -> Checked<(Start, usize, usize)> {
        if self.word(0)? != op::INFO {
            return Ok((Start::Anywhere, 0, 0));
        }
        let end = self.skip(1, self.code.len())?;
        let (mask, min_width) = (self.word(2)?, self.word(3)? as usize);
        let mut start = Start::Anywhere;
        if mask & INFO_PREFIX != 0 {
            let n = self.word(5)? as usize;
            let from: usize = 7;
            let prefix = self.code.get(from..from.checked_add(n).ok_or(Invalid)?).ok_or(Invalid)?;
            if n > 0 {
                start = Start::Literal(prefix.to_vec());
            }
        } else if mask & INFO_CHARSET != 0 {
            start = Start::Set(self.set(5, end)?);
        }
        Ok((start, min_width, end))
    }

    /// The set whose items begin at `i` and end with FAILURE before `end`.
    fn set(&self, mut i: usize, end: usize) -> Checked<CharSet> {
        let mut items = Vec::new();
        loop {
            if i >= end {
                return Err(Invalid);
            }
            let words = |from: usize, n: usize| -> Checked<&[u32]> {
                let to = from.checked_add(n).filter(|to| *to <= end).ok_or(Invalid)?;
                self.code.get(from..to).ok_or(Invalid)
            };
            let (item, size) = match self.word(i)? {
                op::FAILURE => return Ok(CharSet::new(items)),
                op::NEGATE => (Item::Negate, 1),
                op::LITERAL => (Item::Literal(words(i + 1, 1)?[0]), 2),
                op::RANGE | op::RANGE_UNI_IGNORE => {
                    let w = words(i + 1, 2)?;
                    let item = match self.word(i)? {
                        op::RANGE => Item::Range(w[0], w[1]),
                        _ => Item::RangeIgnore(w[0], w[1]),
                    };
                    (item, 3)
                }
                op::CATEGORY => {
                    let category = words(i + 1, 1)?[0];
                    if category >= CATEGORIES {
                        return Err(Invalid);
                    }
                    (Item::Category(category), 2)
                }
                op::CHARSET => {
                    let bits = words(i + 1, 8)?.try_into().map_err(|_| Invalid)?;
                    (Item::Bits(bits), 9)
                }
                op::BIGCHARSET => {
                    let blocks = words(i + 1, 1)?[0] as usize;
                    let mut map = Box::new([0u8; 256]);
                    let bytes = words(i + 2, 64)?.iter().flat_map(|w| w.to_le_bytes());
                    map.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
                    let bits = words(i + 66, blocks.checked_mul(8).ok_or(Invalid)?)?;
                    (Item::BigBits(map, bits.into()), 66 + blocks * 8)
                }
                _ => return Err(Invalid),
            };
            items.push(item);
            i += size;
        }
    }

    fn add_set(&mut self, i: usize, end: usize) -> Checked<u32> {
        let set = self.set(i, end)?;
        self.sets.push(set);
        Ok(self.sets.len() as u32 - 1)
    }

    /// The one-character pattern at `i` and the place behind it; None if there is another instruction.
    fn single(&mut self, i: usize, end: usize) -> Checked<Option<(Single, usize)>> {
        let code = self.word(i)?;
        let case = |base: u32| match code - base {
            0 => Case::Ascii,
            4 => Case::Locale,
            _ => Case::Unicode,
        };
        let single = match code {
            op::ANY => (Single::Any, i + 1),
            op::ANY_ALL => (Single::AnyAll, i + 1),
            op::LITERAL => (Single::Literal(self.word(i + 1)?), i + 2),
            op::NOT_LITERAL => (Single::NotLiteral(self.word(i + 1)?), i + 2),
            op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE | op::LITERAL_UNI_IGNORE => {
                (Single::LiteralIgnore(case(op::LITERAL_IGNORE), self.word(i + 1)?), i + 2)
            }
            op::NOT_LITERAL_IGNORE | op::NOT_LITERAL_LOC_IGNORE | op::NOT_LITERAL_UNI_IGNORE => {
                let case = case(op::NOT_LITERAL_IGNORE);
                (Single::NotLiteralIgnore(case, self.word(i + 1)?), i + 2)
            }
            op::CATEGORY => {
                let category = self.word(i + 1)?;
                if category >= CATEGORIES {
                    return Err(Invalid);
                }
                (Single::Category(category), i + 2)
            }
            op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE => {
                let to = self.skip(i + 1, end)?;
                let set = self.add_set(i + 2, to)?;
                let single = match code {
                    op::IN => Single::Set(set),
                    _ => Single::SetIgnore(case(op::IN_IGNORE), set),
                };
                (single, to)
            }
            _ => return Ok(None),
        };
        if single.1 > end { Err(Invalid) } else { Ok(Some(single)) }
    }

    /// The next instruction will go to a place.
    fn target(&mut self, place: usize) {
        self.targets.push((self.insts.len(), place));
    }

    /// Reads instructions from `i` up to `end` or to a JUMP; where it stopped.
    fn body(&mut self, mut i: usize, end: usize) -> Checked<usize> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Invalid);
        }
        while i < end {
            self.at[i] = self.insts.len() as u32;
            if let Some((single, next)) = self.single(i, end)? {
                self.insts.push(Inst::One(single));
                i = next;
                continue;
            }
            i = match self.word(i)? {
                op::FAILURE => {
                    self.insts.push(Inst::Fail);
                    i + 1
                }
                op::SUCCESS => {
                    self.insts.push(Inst::Success);
                    i + 1
                }
                op::JUMP => break,
                op::MARK => {
                    let mark = self.word(i + 1)?;
                    if mark >= self.groups.saturating_mul(2) {
                        return Err(Invalid);
                    }
                    self.insts.push(Inst::Mark(mark));
                    i + 2
                }
                op::AT => {
                    let at = self.word(i + 1)?;
                    if at > 11 {
                        return Err(Invalid);
                    }
                    self.insts.push(Inst::At(at));
                    i + 2
                }
                op::BRANCH => self.branch(i, end)?,
                op::REPEAT => self.repeat(i, end)?,
                op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    self.repeat_one(i, end)?
                }
                op::POSSESSIVE_REPEAT | op::ATOMIC_GROUP | op::ASSERT | op::ASSERT_NOT => {
                    self.group(i, end)?
                }
                op::GROUPREF => self.reference(None, i)?,
                op::GROUPREF_IGNORE => self.reference(Some(Case::Ascii), i)?,
                op::GROUPREF_LOC_IGNORE => self.reference(Some(Case::Locale), i)?,
                op::GROUPREF_UNI_IGNORE => self.reference(Some(Case::Unicode), i)?,
                op::GROUPREF_EXISTS => self.exists(i, end)?,
                _ => return Err(Invalid),
            };
            if i > end {
                return Err(Invalid);
            }
        }
        self.depth -= 1;
        Ok(i)
    }

    fn branch(&mut self, i: usize, end: usize) -> Checked<usize> {
        let branch = self.insts.len();
        let mut alternatives = Vec::new();
        self.insts.push(Inst::Fail);
        let mut at = i + 1;
        while self.word(at)? != 0 {
            let next = self.skip(at, end)?;
            alternatives.push((self.insts.len() as u32, None));
            // The alternative ends with a jump behind the branch.
            let jump = next.checked_sub(2).filter(|j| *j > at).ok_or(Invalid)?;
            if self.body(at + 1, jump)? != jump || self.word(jump)? != op::JUMP {
                return Err(Invalid);
            }
            let to = self.skip(jump + 1, end)?;
            self.at[jump] = self.insts.len() as u32;
            self.target(to);
            self.insts.push(Inst::Jump(0));
            at = next;
        }
        self.insts[branch] = Inst::Branch(alternatives.into());
        Ok(at + 1)
    }

    fn repeat(&mut self, i: usize, end: usize) -> Checked<usize> {
        let until = self.skip(i + 1, end)?;
        let (min, max) = (self.word(i + 2)?, self.word(i + 3)?);
        if min > max {
            return Err(Invalid);
        }
        let greedy = match self.word(until)? {
            op::MAX_UNTIL => true,
            op::MIN_UNTIL => false,
            _ => return Err(Invalid),
        };
        self.target(until);
        self.insts.push(Inst::Repeat { until: 0 });
        let body = self.insts.len() as u32;
        if i + 4 > until || self.body(i + 4, until)? != until {
            return Err(Invalid);
        }
        self.at[until] = self.insts.len() as u32;
        self.insts.push(Inst::Until { greedy, min, max, body });
        Ok(until + 1)
    }

    fn repeat_one(&mut self, i: usize, end: usize) -> Checked<usize> {
        let greed = match self.word(i)? {
            op::REPEAT_ONE => Greed::Max,
            op::MIN_REPEAT_ONE => Greed::Min,
            _ => Greed::Possessive,
        };
        let tail = self.skip(i + 1, end)?;
        let (min, max) = (self.word(i + 2)?, self.word(i + 3)?);
        let Some((single, next)) = self.single(i + 4, tail)? else { return Err(Invalid) };
        if min > max || self.word(next)? != op::SUCCESS || next + 1 != tail {
            return Err(Invalid);
        }
        self.target(tail);
        self.insts.push(Inst::RepeatOne { greed, min, max, single, tail: 0, literal: None });
        Ok(tail)
    }

    /// What has a body of its own that ends with SUCCESS.
    fn group(&mut self, i: usize, end: usize) -> Checked<usize> {
        let to = self.skip(i + 1, end)?;
        // A possessive repeat has its SUCCESS behind the place that it names.
        let possessive = self.word(i)? == op::POSSESSIVE_REPEAT;
        let (last, next) = if possessive { (to, to + 1) } else { (to - 1, to) };
        if next > end || self.word(last)? != op::SUCCESS {
            return Err(Invalid);
        }
        let first = match self.word(i)? {
            op::POSSESSIVE_REPEAT => {
                let (min, max) = (self.word(i + 2)?, self.word(i + 3)?);
                if min > max {
                    return Err(Invalid);
                }
                self.target(next);
                self.insts.push(Inst::PossessiveRepeat { min, max, tail: 0 });
                i + 4
            }
            op::ATOMIC_GROUP => {
                self.target(next);
                self.insts.push(Inst::Atomic { end: 0 });
                i + 2
            }
            assertion => {
                let back = self.word(i + 2)?;
                self.target(next);
                self.insts.push(match assertion {
                    op::ASSERT => Inst::Assert { back, end: 0 },
                    _ => Inst::AssertNot { back, end: 0 },
                });
                i + 3
            }
        };
        if first > last || self.body(first, last)? != last {
            return Err(Invalid);
        }
        self.at[last] = self.insts.len() as u32;
        self.insts.push(Inst::Success);
        Ok(next)
    }

    fn reference(&mut self, case: Option<Case>, i: usize) -> Checked<usize> {
        let group = self.word(i + 1)?;
        if group >= self.groups {
            return Err(Invalid);
        }
        self.insts.push(Inst::GroupRef(case, group));
        Ok(i + 2)
    }

    fn exists(&mut self, i: usize, end: usize) -> Checked<usize> {
        let group = self.word(i + 1)?;
        let no = (i + 1).checked_add(self.word(i + 2)? as usize).ok_or(Invalid)?;
        if group >= self.groups || no <= i + 2 || no > end {
            return Err(Invalid);
        }
        self.target(no);
        self.insts.push(Inst::GroupExists { group, no: 0 });
        let stop = self.body(i + 3, no)?;
        if stop == no {
            return Ok(no);
        }
        // The first part ends with a jump over the second.
        if stop + 2 != no {
            return Err(Invalid);
        }
        let to = self.skip(stop + 1, end)?;
        self.at[stop] = self.insts.len() as u32;
        self.target(to);
        self.insts.push(Inst::Jump(0));
        if self.body(no, to)? != to {
            return Err(Invalid);
        }
        Ok(to)
    }

    /// Turns places into numbers of instructions.
    fn resolve(&mut self) -> Checked<()> {
        for (inst, place) in std::mem::take(&mut self.targets) {
            let to = self.at.get(place).copied().filter(|n| *n != u32::MAX).ok_or(Invalid)?;
            match &mut self.insts[inst] {
                Inst::Jump(field)
                | Inst::Repeat { until: field, .. }
                | Inst::RepeatOne { tail: field, .. }
                | Inst::PossessiveRepeat { tail: field, .. }
                | Inst::Atomic { end: field }
                | Inst::Assert { end: field, .. }
                | Inst::AssertNot { end: field, .. }
                | Inst::GroupExists { no: field, .. } => *field = to,
                _ => return Err(Invalid),
            }
        }
        Ok(())
    }

    /// Notes what follows repeats and begins alternatives, so that hopeless choices are not tried.
    fn look_ahead(&mut self) {
        for i in 0..self.insts.len() {
            let first = |n: u32| match self.insts.get(n as usize) {
                Some(Inst::One(single)) => Some(*single),
                _ => None,
            };
            match &self.insts[i] {
                Inst::Branch(alternatives) => {
                    let firsts: Vec<_> =
                        alternatives.iter().map(|(to, _)| (*to, first(*to))).collect();
                    self.insts[i] = Inst::Branch(firsts.into());
                }
                Inst::RepeatOne { tail, .. } => {
                    let found = match first(*tail) {
                        Some(Single::Literal(c)) => Some(c),
                        _ => None,
                    };
                    if let Inst::RepeatOne { literal, .. } = &mut self.insts[i] {
                        *literal = found;
                    }
                }
                _ => {}
            }
        }
    }
}
