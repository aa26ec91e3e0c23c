//! Running patterns over Python's strings: subjects, matching at a place, searching.

use super::engine::{Matcher, NONE, Outcome, Scratch, Unit, Want};
use super::program::{Program, Start};
use habu_object::bytes::Bytes;
use habu_object::str::{Str, Units};
use habu_object::{Gc, Value, shape};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, PyResult, Vm};

/// A string that is searched.
pub(super) struct Subject {
    pub(super) value: Value,
    text: Text,
}

enum Text {
    Str(Gc<Str>),
    Bytes(Gc<Bytes>),
    /// A copy of what can change.
    Copy(Vec<u8>),
}

impl Subject {
    /// The subject in an argument; `wants_bytes` is None if the pattern is neither str nor bytes.
    pub(super) fn new(vm: &mut Vm, v: Value, wants_bytes: Option<bool>) -> PyResult<Subject> {
        let text = if let Some(s) = v.cast::<Str>() {
            Text::Str(s)
        } else if let Some(b) = v.cast::<Bytes>() {
            Text::Bytes(b)
        } else {
            match Buffer::try_of(vm, v)? {
                Some(buffer) => Text::Copy(buffer.to_vec()),
                None => {
                    let given = vm.type_name(v);
                    let msg = format!("expected string or bytes-like object, got '{given}'");
                    return Err(vm.type_error(&msg));
                }
            }
        };
        let is_bytes = !matches!(text, Text::Str(_));
        match wants_bytes {
            Some(true) if !is_bytes => {
                Err(vm.type_error("cannot use a bytes pattern on a string-like object"))
            }
            Some(false) if is_bytes => {
                Err(vm.type_error("cannot use a string pattern on a bytes-like object"))
            }
            _ => Ok(Subject { value: v, text }),
        }
    }

    /// Number of characters.
    pub(super) fn len(&self) -> usize {
        match &self.text {
            Text::Str(s) => s.len(),
            Text::Bytes(b) => b.len(),
            Text::Copy(b) => b.len(),
        }
    }

    /// A part, of type str or bytes.
    pub(super) fn slice(&self, vm: &mut Vm, from: usize, to: usize) -> PyResult<Value> {
        let to = to.min(self.len());
        let from = from.min(to);
        let whole = from == 0 && to == self.len();
        match &self.text {
            Text::Str(s) if whole && s.value().shape() == shape::STR => Ok(s.value()),
            Text::Str(s) => Ok(s.substr(&mut vm.heap, from, to)?.value()),
            Text::Bytes(b) if whole && b.value().shape() == shape::BYTES => Ok(b.value()),
            Text::Bytes(b) => Ok(Bytes::new(&mut vm.heap, &b.bytes()[from..to])?.value()),
            Text::Copy(b) => Ok(Bytes::new(&mut vm.heap, &b[from..to])?.value()),
        }
    }

    /// Joins parts, which have the subject's type, and those in `list` may be of others.
    pub(super) fn join(&self, vm: &mut Vm, list: Value) -> PyResult<Value> {
        let empty = match self.text {
            Text::Str(_) => Str::new(&mut vm.heap, "")?.value(),
            _ => Bytes::new(&mut vm.heap, b"")?.value(),
        };
        let name = vm.intern("join")?;
        vm.call_method(empty, name, &[list])
    }
}

/// How a pattern is applied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// At the place itself.
    Match,
    /// At the place itself and up to the end.
    FullMatch,
    /// At the place or later.
    Search,
}

/// A match.
pub(super) struct Found {
    /// Beginning and end of the match, then of each group; NONE for groups that did not match.
    pub(super) marks: Vec<usize>,
    pub(super) last_index: i32,
}

impl Found {
    pub(super) fn from(&self) -> usize {
        self.marks[0]
    }

    pub(super) fn to(&self) -> usize {
        self.marks[1]
    }

    /// Beginning and end of a group; None if it did not match.
    pub(super) fn group(&self, i: usize) -> Option<(usize, usize)> {
        match (self.marks.get(2 * i), self.marks.get(2 * i + 1)) {
            (Some(from), Some(to)) if *from != NONE && *to != NONE && from <= to => {
                Some((*from, *to))
            }
            _ => None,
        }
    }

    /// A group as a part of the subject.
    pub(super) fn part(
        &self,
        vm: &mut Vm,
        subject: &Subject,
        i: usize,
        default: Value,
    ) -> PyResult<Value> {
        match self.group(i) {
            Some((from, to)) => subject.slice(vm, from, to),
            None => Ok(default),
        }
    }
}

/// The memory of the last matcher.
#[derive(Default)]
struct Kept(Scratch);

/// Applies a pattern to the characters of a subject from `at` to `end`. With `advance` the match is not empty at `at`.
pub(super) fn apply(
    vm: &mut Vm,
    program: &Program,
    subject: &Subject,
    (at, end): (usize, usize),
    mode: Mode,
    advance: bool,
) -> PyResult<Option<Found>> {
    if at > end {
        return Ok(None);
    }
    let want = Want { all: mode == Mode::FullMatch, advance };
    let searching = mode == Mode::Search;
    match &subject.text {
        Text::Str(s) => match s.units() {
            Units::One(u) => run(vm, program, &u[..end], at, want, searching),
            Units::Two(u) => run(vm, program, &u[..end], at, want, searching),
            Units::Four(u) => run(vm, program, &u[..end], at, want, searching),
        },
        Text::Bytes(b) => run(vm, program, &b.bytes()[..end], at, want, searching),
        Text::Copy(b) => run(vm, program, &b[..end], at, want, searching),
    }
}

fn run<U: Find>(
    vm: &mut Vm,
    program: &Program,
    text: &[U],
    at: usize,
    want: Want,
    searching: bool,
) -> PyResult<Option<Found>> {
    let scratch = std::mem::take(&mut vm.state::<Kept>().0);
    let mut m = Matcher::new(program, text, want, scratch);
    let done = if searching { search(vm, &mut m, program, at) } else { attempt(vm, &mut m, at) };
    let found = done.map(|matched| {
        matched.then(|| {
            let mut marks = Vec::with_capacity(m.marks.len() + 2);
            marks.extend([m.from, m.to]);
            marks.extend(&m.marks);
            Found { marks, last_index: m.last_index }
        })
    });
    vm.state::<Kept>().0 = m.into_scratch();
    found
}

/// Matches at a place; signals are served meanwhile.
fn attempt<U: Unit>(vm: &mut Vm, m: &mut Matcher<'_, U>, at: usize) -> PyResult<bool> {
    let mut outcome = m.start(at);
    loop {
        match outcome {
            Outcome::Match => return Ok(true),
            Outcome::NoMatch => return Ok(false),
            Outcome::OutOfMemory => return Err(vm.raise_args(Exc::MemoryError, &[])),
            Outcome::Paused => {
                vm.serve_poll()?;
                outcome = m.resume();
            }
        }
    }
}

fn search<U: Find>(
    vm: &mut Vm,
    m: &mut Matcher<'_, U>,
    program: &Program,
    mut at: usize,
) -> PyResult<bool> {
    let text = m.text();
    let Some(last) = text.len().checked_sub(program.min_width) else { return Ok(false) };
    let mut since = 0;
    while at <= last {
        let next = match &program.start {
            Start::Anywhere => Some(at),
            Start::Beginning => (at == 0).then_some(0),
            Start::Literal(prefix) => U::find(&text[at..], prefix).map(|i| at + i),
            Start::Set(set) => text[at..].iter().position(|u| set.has(u.point())).map(|i| at + i),
        };
        let Some(next) = next.filter(|n| *n <= last) else { return Ok(false) };
        m.want.advance &= next == at && since == 0;
        if attempt(vm, m, next)? {
            return Ok(true);
        }
        at = next + 1;
        since += 1;
        if since & 0xffff == 0 {
            vm.serve_poll()?;
        }
    }
    Ok(false)
}

/// Finding a run of characters.
trait Find: Unit {
    fn find(text: &[Self], wanted: &[u32]) -> Option<usize>;
}

impl Find for u8 {
    fn find(text: &[u8], wanted: &[u32]) -> Option<usize> {
        if let [c] = wanted {
            return memchr::memchr(u8::try_from(*c).ok()?, text);
        }
        let mut short = [0; 16];
        let long: Vec<u8>;
        let bytes = match short.get_mut(..wanted.len()) {
            Some(bytes) => {
                for (to, c) in bytes.iter_mut().zip(wanted) {
                    *to = u8::try_from(*c).ok()?;
                }
                &*bytes
            }
            None => {
                long = wanted.iter().map(|c| u8::try_from(*c)).collect::<Result<_, _>>().ok()?;
                &long
            }
        };
        memchr::memmem::find(text, bytes)
    }
}

/// The first place where wider characters are as wanted.
fn find_wide<U: Unit>(text: &[U], wanted: &[u32]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut at = 0;
    loop {
        at += text.get(at..)?.iter().position(|u| u.point() == *first)?;
        let here = text.get(at + 1..at + wanted.len())?;
        if here.iter().zip(rest).all(|(u, c)| u.point() == *c) {
            return Some(at);
        }
        at += 1;
    }
}

impl Find for u16 {
    fn find(text: &[u16], wanted: &[u32]) -> Option<usize> {
        find_wide(text, wanted)
    }
}

impl Find for u32 {
    fn find(text: &[u32], wanted: &[u32]) -> Option<usize> {
        find_wide(text, wanted)
    }
}
