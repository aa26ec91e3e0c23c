//! The matcher: a program run over a text, with an explicit stack of choices.
//!
//! What is done is undone by entries on the same stack, so going back to a choice restores marks and repeats exactly. The
//! body of an assertion or of an atomic group runs above a *barrier*; when it succeeds, the choices above the barrier are
//! dropped. Native recursion is not used, and a long run stops now and then to let signals in.

use super::charset::{Case, ascii_lower, in_category};
use super::program::{Greed, Inst, MAX_REPEAT, Program, Single};
use habu_object::str::chars;

/// A unit of a text.
pub(super) trait Unit: Copy {
    fn point(self) -> u32;
}

impl Unit for u8 {
    #[inline(always)]
    fn point(self) -> u32 {
        self.into()
    }
}

impl Unit for u16 {
    #[inline(always)]
    fn point(self) -> u32 {
        self.into()
    }
}

impl Unit for u32 {
    #[inline(always)]
    fn point(self) -> u32 {
        self
    }
}

/// No mark, no place.
pub(super) const NONE: usize = usize::MAX;

/// No repeat, no barrier.
const NOBODY: u32 = u32::MAX;

/// Steps back between looks at the outside world.
const STEPS: usize = 1 << 20;

/// Entries the stack may have: about 1 GB.
const MAX_STACK: usize = 1 << 25;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Match,
    NoMatch,
    /// Not at all: `resume` goes on.
    Paused,
    /// The stack is full.
    OutOfMemory,
}

/// A body that is under way.
#[derive(Clone, Copy)]
enum Barrier {
    Assert,
    AssertNot,
    Atomic,
    /// Iterations done.
    Possessive(u32),
}

/// What to do when the matcher goes back.
#[derive(Clone, Copy)]
enum Entry {
    /// A choice: the next alternatives of a branch.
    Branch {
        pc: u32,
        next: u32,
        at: usize,
    },
    /// A choice: fewer characters of a repeat that began at `from`; `n` is the most that is left to try.
    Fewer {
        pc: u32,
        from: usize,
        n: usize,
    },
    /// A choice: one more character than `n`.
    More {
        pc: u32,
        at: usize,
        n: u32,
    },
    /// A choice: no further iteration, the tail.
    Tail {
        repeat: u32,
        count: u32,
        last: usize,
        at: usize,
    },
    /// A choice: another iteration.
    Again {
        repeat: u32,
        count: u32,
        at: usize,
    },
    Mark {
        mark: u32,
        last_index: i32,
        old: usize,
    },
    Count {
        repeat: u32,
        count: u32,
        last: usize,
    },
    Current(u32),
    /// The newest repeat goes, and its predecessor is the current one.
    Forget,
    Barrier {
        kind: Barrier,
        pc: u32,
        outer: u32,
        at: usize,
    },
}

/// A repeat that is under way.
#[derive(Clone, Copy)]
struct Repeat {
    /// Its UNTIL.
    until: u32,
    count: u32,
    /// Where the last iteration began.
    last: usize,
    outer: u32,
}

/// How matches are wanted.
#[derive(Clone, Copy, Default)]
pub(super) struct Want {
    /// Up to the end of the text.
    pub(super) all: bool,
    /// Not an empty match at the start.
    pub(super) advance: bool,
}

/// A run of a program over a text.
pub(super) struct Matcher<'a, U> {
    program: &'a Program,
    text: &'a [U],
    pub(super) want: Want,
    /// Where the match begins.
    pub(super) from: usize,
    /// Where it ends, after a match.
    pub(super) to: usize,
    pub(super) marks: Vec<usize>,
    /// The group that closed last, 0 if none.
    pub(super) last_index: i32,
    pc: u32,
    stack: Vec<Entry>,
    repeats: Vec<Repeat>,
    current: u32,
    barrier: u32,
}

/// The memory of a matcher, for the next one.
#[derive(Default)]
pub(super) struct Scratch {
    marks: Vec<usize>,
    stack: Vec<Entry>,
    repeats: Vec<Repeat>,
}

/// Entries that are worth keeping.
const KEEP: usize = 1 << 16;

impl<'a, U: Unit> Matcher<'a, U> {
    /// A matcher of a text that ends where the search is to end.
    pub(super) fn new(
        program: &'a Program,
        text: &'a [U],
        want: Want,
        scratch: Scratch,
    ) -> Matcher<'a, U> {
        let Scratch { mut marks, stack, repeats } = scratch;
        marks.clear();
        marks.resize(program.marks, NONE);
        Matcher {
            program,
            text,
            want,
            from: 0,
            to: 0,
            marks,
            last_index: 0,
            pc: 0,
            stack,
            repeats,
            current: NOBODY,
            barrier: NOBODY,
        }
    }

    /// What the next matcher can use.
    pub(super) fn into_scratch(self) -> Scratch {
        let Matcher { marks, mut stack, mut repeats, .. } = self;
        stack.clear();
        stack.shrink_to(KEEP);
        repeats.clear();
        repeats.shrink_to(KEEP);
        Scratch { marks, stack, repeats }
    }

    /// The text.
    pub(super) fn text(&self) -> &'a [U] {
        self.text
    }

    /// Begins a match at `from`.
    pub(super) fn start(&mut self, from: usize) -> Outcome {
        self.stack.clear();
        self.repeats.clear();
        if self.last_index != 0 || self.marks.iter().any(|m| *m != NONE) {
            self.marks.fill(NONE);
            self.last_index = 0;
        }
        (self.current, self.barrier, self.pc) = (NOBODY, NOBODY, 0);
        (self.from, self.to) = (from, from);
        self.resume()
    }

    #[inline(always)]
    fn one(&self, single: Single, c: u32) -> bool {
        match single {
            Single::Any => c != 10,
            Single::AnyAll => true,
            Single::Literal(l) => c == l,
            Single::NotLiteral(l) => c != l,
            Single::Set(set) => self.program.sets[set as usize].has(c),
            Single::Category(category) => in_category(category, c),
            _ => self.one_ignoring(single, c),
        }
    }

    fn one_ignoring(&self, single: Single, c: u32) -> bool {
        let same = |case: Case, l: u32| match case {
            Case::Locale => c == l || ascii_lower(c) == ascii_lower(l),
            _ => case.lower(c) == l,
        };
        match single {
            Single::LiteralIgnore(case, l) => same(case, l),
            Single::NotLiteralIgnore(case, l) => !same(case, l),
            Single::SetIgnore(case, set) => {
                let set = &self.program.sets[set as usize];
                match case {
                    Case::Locale => {
                        let lower = ascii_lower(c);
                        let upper = if (97..=122).contains(&c) { c & !32 } else { c };
                        set.has(lower) || set.has(upper) || set.has(c)
                    }
                    _ => set.has(case.lower(c)),
                }
            }
            _ => false,
        }
    }

    /// How many characters from `at` on match, at most `max`.
    #[inline]
    fn count(&self, single: Single, at: usize, max: u32) -> usize {
        let rest = &self.text[at..];
        let room = if max == MAX_REPEAT { rest.len() } else { rest.len().min(max as usize) };
        let rest = &rest[..room];
        let while_ =
            |f: &dyn Fn(u32) -> bool| rest.iter().position(|u| !f(u.point())).unwrap_or(rest.len());
        match single {
            Single::AnyAll => room,
            Single::Any => rest.iter().position(|u| u.point() == 10).unwrap_or(room),
            Single::Literal(c) => rest.iter().position(|u| u.point() != c).unwrap_or(room),
            Single::NotLiteral(c) => rest.iter().position(|u| u.point() == c).unwrap_or(room),
            Single::Set(set) => {
                let set = &self.program.sets[set as usize];
                rest.iter().position(|u| !set.has(u.point())).unwrap_or(room)
            }
            _ => while_(&|c| self.one(single, c)),
        }
    }

    fn set_mark(&mut self, mark: u32, at: usize) {
        let old = std::mem::replace(&mut self.marks[mark as usize], at);
        self.stack.push(Entry::Mark { mark, last_index: self.last_index, old });
        if mark & 1 == 1 {
            self.last_index = mark as i32 / 2 + 1;
        }
    }

    fn at(&self, code: u32, at: usize) -> bool {
        let (text, end) = (self.text, self.text.len());
        let word = |i: usize, category: u32| in_category(category, text[i].point());
        let boundary = |category: u32| {
            let before = at > 0 && word(at - 1, category);
            let after = at < end && word(at, category);
            before != after
        };
        match code {
            // BEGINNING, BEGINNING_STRING
            0 | 2 => at == 0,
            // BEGINNING_LINE
            1 => at == 0 || text[at - 1].point() == 10,
            // END
            5 => at == end || at + 1 == end && text[at].point() == 10,
            // END_LINE
            6 => at == end || text[at].point() == 10,
            // END_STRING
            7 => at == end,
            // BOUNDARY and NON_BOUNDARY: of ASCII, of the locale, of Unicode
            3 => boundary(4),
            4 => !boundary(4),
            8 => boundary(8),
            9 => !boundary(8),
            10 => boundary(14),
            11 => !boundary(14),
            _ => false,
        }
    }

    /// Where the text goes on behind a repetition of what a group matched.
    fn reference(&self, case: Option<Case>, group: u32, at: usize) -> Option<usize> {
        let (from, to) = (self.marks[group as usize * 2], self.marks[group as usize * 2 + 1]);
        if from == NONE || to == NONE || to < from {
            return None;
        }
        let n = to - from;
        let here = self.text.get(at..at.checked_add(n)?)?;
        let same = |a: u32, b: u32| match case {
            None => a == b,
            Some(case) => case.lower(a) == case.lower(b),
        };
        let there = &self.text[from..to];
        here.iter().zip(there).all(|(a, b)| same(a.point(), b.point())).then_some(at + n)
    }

    /// The most characters, at most `n` and at least `min`, of a repeat from `from` after which `literal` comes.
    #[inline]
    fn fewer(&self, from: usize, min: usize, n: usize, literal: Option<u32>) -> Option<usize> {
        let Some(c) = literal else { return Some(n) };
        let end = (from + n + 1).min(self.text.len());
        let window = self.text.get(from + min..end)?;
        window.iter().rposition(|u| u.point() == c).map(|i| min + i)
    }

    /// Goes on with a match that was begun.
    pub(super) fn resume(&mut self) -> Outcome {
        let program = self.program;
        let insts = &program.insts[..];
        let (mut pc, mut at) = (self.pc as usize, self.to);
        let mut steps = 0;
        loop {
            let ok = match &insts[pc] {
                Inst::One(single) => match self.text.get(at) {
                    Some(u) if self.one(*single, u.point()) => {
                        at += 1;
                        pc += 1;
                        true
                    }
                    _ => false,
                },
                Inst::Mark(mark) => {
                    self.set_mark(*mark, at);
                    pc += 1;
                    true
                }
                Inst::Jump(to) => {
                    pc = *to as usize;
                    true
                }
                Inst::At(code) => {
                    pc += 1;
                    self.at(*code, at)
                }
                Inst::Branch(alternatives) => match self.alternative(alternatives, 0, pc, at) {
                    Some(to) => {
                        pc = to;
                        true
                    }
                    None => false,
                },
                Inst::RepeatOne { greed, min, max, single, tail, literal } => {
                    let limit = if *greed == Greed::Min { *min } else { *max };
                    let n = self.count(*single, at, limit);
                    let least = *min as usize;
                    let taken = match greed {
                        _ if n < least => None,
                        Greed::Possessive => Some(n),
                        Greed::Max => self.fewer(at, least, n, *literal),
                        Greed::Min => {
                            if max > min {
                                let pc = pc as u32;
                                self.stack.push(Entry::More { pc, at: at + n, n: *min });
                            }
                            Some(n)
                        }
                    };
                    match taken {
                        Some(n) => {
                            if *greed == Greed::Max && n > least {
                                self.stack.push(Entry::Fewer { pc: pc as u32, from: at, n: n - 1 });
                            }
                            at += n;
                            pc = *tail as usize;
                            true
                        }
                        None => false,
                    }
                }
                Inst::Repeat { until } => {
                    let outer = self.current;
                    self.current = self.repeats.len() as u32;
                    self.repeats.push(Repeat { until: *until, count: 0, last: NONE, outer });
                    self.stack.push(Entry::Forget);
                    match self.until(0, at) {
                        Some(to) => {
                            pc = to;
                            true
                        }
                        None => false,
                    }
                }
                Inst::Until { .. } => {
                    steps += 1;
                    if steps >= STEPS {
                        (self.pc, self.to) = (pc as u32, at);
                        return self.pause();
                    }
                    let count = self.repeats.get(self.current as usize).map(|r| r.count + 1);
                    match count.and_then(|count| self.until(count, at)) {
                        Some(to) => {
                            pc = to;
                            true
                        }
                        None => false,
                    }
                }
                Inst::Atomic { end } => {
                    self.raise(Barrier::Atomic, *end, at);
                    pc += 1;
                    true
                }
                Inst::PossessiveRepeat { max, tail, .. } => {
                    match *max {
                        0 => pc = *tail as usize,
                        _ => {
                            self.raise(Barrier::Possessive(0), pc as u32, at);
                            pc += 1;
                        }
                    }
                    true
                }
                Inst::Assert { back, end } => match at.checked_sub(*back as usize) {
                    Some(earlier) => {
                        self.raise(Barrier::Assert, *end, at);
                        at = earlier;
                        pc += 1;
                        true
                    }
                    None => false,
                },
                Inst::AssertNot { back, end } => match at.checked_sub(*back as usize) {
                    Some(earlier) => {
                        self.raise(Barrier::AssertNot, *end, at);
                        at = earlier;
                        pc += 1;
                        true
                    }
                    None => {
                        // There is nothing to look back at.
                        pc = *end as usize;
                        true
                    }
                },
                Inst::GroupRef(case, group) => match self.reference(*case, *group, at) {
                    Some(to) => {
                        at = to;
                        pc += 1;
                        true
                    }
                    None => false,
                },
                Inst::GroupExists { group, no } => {
                    let (a, b) =
                        (self.marks[*group as usize * 2], self.marks[*group as usize * 2 + 1]);
                    let matched = a != NONE && b != NONE && a <= b;
                    pc = if matched { pc + 1 } else { *no as usize };
                    true
                }
                Inst::Success => {
                    if self.barrier != NOBODY {
                        match self.success_of_body(at) {
                            Some((to, place)) => {
                                (pc, at) = (to, place);
                                true
                            }
                            None => false,
                        }
                    } else {
                        let short = self.want.all && at != self.text.len();
                        if !(short || self.want.advance && at == self.from) {
                            self.to = at;
                            return Outcome::Match;
                        }
                        false
                    }
                }
                Inst::Fail => false,
            };
            if ok {
                continue;
            }
            steps += 1;
            if steps >= STEPS {
                if self.stack.len() > MAX_STACK {
                    return Outcome::OutOfMemory;
                }
                match self.back() {
                    Some((to, place)) => {
                        self.pc = to as u32;
                        self.to = place;
                        return Outcome::Paused;
                    }
                    None => return Outcome::NoMatch,
                }
            }
            match self.back() {
                Some((to, place)) => (pc, at) = (to, place),
                None => return Outcome::NoMatch,
            }
        }
    }

    #[cold]
    fn pause(&self) -> Outcome {
        if self.stack.len() > MAX_STACK { Outcome::OutOfMemory } else { Outcome::Paused }
    }

    /// The first alternative from number `next` on that can match; the others stay as a choice.
    fn alternative(
        &mut self,
        alternatives: &[(u32, Option<Single>)],
        next: usize,
        pc: usize,
        at: usize,
    ) -> Option<usize> {
        let c = self.text.get(at).map(|u| u.point());
        let possible = |first: &Option<Single>| match (first, c) {
            (None, _) => true,
            (Some(single), Some(c)) => self.one(*single, c),
            (Some(_), None) => false,
        };
        let found = alternatives.iter().skip(next).position(|(_, first)| possible(first))? + next;
        let more = alternatives.iter().skip(found + 1).position(|(_, first)| possible(first));
        if let Some(more) = more {
            let next = (found + 1 + more) as u32;
            self.stack.push(Entry::Branch { pc: pc as u32, next, at });
        }
        Some(alternatives[found].0 as usize)
    }

    /// Enters a body above a barrier.
    fn raise(&mut self, kind: Barrier, pc: u32, at: usize) {
        let outer = std::mem::replace(&mut self.barrier, self.stack.len() as u32);
        self.stack.push(Entry::Barrier { kind, pc, outer, at });
    }

    /// The innermost body has succeeded at `at`: where to go on.
    fn success_of_body(&mut self, at: usize) -> Option<(usize, usize)> {
        let base = self.barrier as usize;
        let Entry::Barrier { kind, pc, outer, at: began } = self.stack[base] else { return None };
        if let Barrier::AssertNot = kind {
            // Undo the body, then fail.
            while self.stack.len() > base + 1 {
                if let Some(entry) = self.stack.pop() {
                    self.undo(entry);
                }
            }
            self.stack.pop();
            self.barrier = outer;
            return None;
        }
        // Keep what undoes, drop what chooses.
        let mut kept = base;
        for i in base + 1..self.stack.len() {
            let entry = self.stack[i];
            if matches!(
                entry,
                Entry::Mark { .. } | Entry::Count { .. } | Entry::Current(_) | Entry::Forget
            ) {
                self.stack[kept] = entry;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        self.barrier = outer;
        match kind {
            Barrier::Assert => Some((pc as usize, began)),
            Barrier::Possessive(done) => Some(self.possessive(pc, done + 1, began, at)),
            _ => Some((pc as usize, at)),
        }
    }

    /// Another iteration of a possessive repeat, or what comes after it.
    fn possessive(&mut self, pc: u32, done: u32, began: usize, at: usize) -> (usize, usize) {
        let Inst::PossessiveRepeat { min, max, tail } = self.program.insts[pc as usize] else {
            return (0, at);
        };
        if done < min || (done < max || max == MAX_REPEAT) && at != began {
            self.raise(Barrier::Possessive(done), pc, at);
            return (pc as usize + 1, at);
        }
        (tail as usize, at)
    }

    /// The current repeat has done `count` iterations: into its body, or on to its tail.
    fn until(&mut self, count: u32, at: usize) -> Option<usize> {
        let repeat = self.current;
        let r = *self.repeats.get(repeat as usize)?;
        let Inst::Until { greedy, min, max, body } = self.program.insts[r.until as usize] else {
            return None;
        };
        let undo = Entry::Count { repeat, count: r.count, last: r.last };
        if count < min {
            self.stack.push(undo);
            self.repeats[repeat as usize].count = count;
            return Some(body as usize);
        }
        if !greedy {
            self.stack.push(Entry::Again { repeat, count, at });
        } else if (count < max || max == MAX_REPEAT) && at != r.last {
            self.stack.push(Entry::Tail { repeat, count: r.count, last: r.last, at });
            let r = &mut self.repeats[repeat as usize];
            (r.count, r.last) = (count, at);
            return Some(body as usize);
        }
        Some(self.tail(repeat))
    }

    /// Leaves a repeat: its tail.
    fn tail(&mut self, repeat: u32) -> usize {
        let r = self.repeats[repeat as usize];
        self.stack.push(Entry::Current(self.current));
        self.current = r.outer;
        r.until as usize + 1
    }

    fn undo(&mut self, entry: Entry) {
        match entry {
            Entry::Mark { mark, last_index, old } => {
                self.marks[mark as usize] = old;
                self.last_index = last_index;
            }
            Entry::Count { repeat, count, last } | Entry::Tail { repeat, count, last, .. } => {
                if let Some(r) = self.repeats.get_mut(repeat as usize) {
                    (r.count, r.last) = (count, last);
                }
            }
            Entry::Current(repeat) => self.current = repeat,
            Entry::Forget => {
                if let Some(r) = self.repeats.pop() {
                    self.current = r.outer;
                }
            }
            Entry::Barrier { outer, .. } => self.barrier = outer,
            _ => {}
        }
    }

    /// Back to the last choice: where to go on, None if there is no choice left.
    #[inline]
    fn back(&mut self) -> Option<(usize, usize)> {
        loop {
            let entry = self.stack.pop()?;
            match entry {
                Entry::Branch { pc, next, at } => {
                    if let Inst::Branch(alternatives) = &self.program.insts[pc as usize]
                        && let Some(to) =
                            self.alternative(alternatives, next as usize, pc as usize, at)
                    {
                        return Some((to, at));
                    }
                }
                Entry::Fewer { pc, from, n } => {
                    let Inst::RepeatOne { min, tail, literal, .. } =
                        self.program.insts[pc as usize]
                    else {
                        continue;
                    };
                    let least = min as usize;
                    if let Some(n) = self.fewer(from, least, n, literal) {
                        if n > least {
                            self.stack.push(Entry::Fewer { pc, from, n: n - 1 });
                        }
                        return Some((tail as usize, from + n));
                    }
                }
                Entry::More { pc, at, n } => {
                    let Inst::RepeatOne { max, single, tail, .. } = self.program.insts[pc as usize]
                    else {
                        continue;
                    };
                    if self.text.get(at).is_some_and(|u| self.one(single, u.point())) {
                        if max == MAX_REPEAT || n + 1 < max {
                            let n = if max == MAX_REPEAT { 0 } else { n + 1 };
                            self.stack.push(Entry::More { pc, at: at + 1, n });
                        }
                        return Some((tail as usize, at + 1));
                    }
                }
                Entry::Tail { repeat, at, .. } => {
                    self.undo(entry);
                    return Some((self.tail(repeat), at));
                }
                Entry::Again { repeat, count, at } => {
                    let r = self.repeats[repeat as usize];
                    let Inst::Until { max, body, .. } = self.program.insts[r.until as usize] else {
                        continue;
                    };
                    if (count < max || max == MAX_REPEAT) && at != r.last {
                        self.stack.push(Entry::Count { repeat, count: r.count, last: r.last });
                        let r = &mut self.repeats[repeat as usize];
                        (r.count, r.last) = (count, at);
                        return Some((body as usize, at));
                    }
                }
                Entry::Barrier { kind, pc, outer, at } => {
                    self.barrier = outer;
                    match kind {
                        Barrier::AssertNot => return Some((pc as usize, at)),
                        Barrier::Possessive(done) => {
                            if let Inst::PossessiveRepeat { min, tail, .. } =
                                self.program.insts[pc as usize]
                                && done >= min
                            {
                                return Some((tail as usize, at));
                            }
                        }
                        Barrier::Assert | Barrier::Atomic => {}
                    }
                }
                _ => self.undo(entry),
            }
        }
    }
}

/// Whether a character has case, as `re._compiler` asks.
pub(super) fn is_cased(c: u32, unicode: bool) -> bool {
    match unicode {
        true => chars::simple_lower(c) != c || chars::changes_in_upper(c),
        false => u8::try_from(c).is_ok_and(|b| b.is_ascii_alphabetic()),
    }
}
