//! What became of each loop and function of a program, in the program's own terms: `habu trace`, `-X jit-stats`.
//!
//! The trees are asked when the program has ended, and each tree when it dies before: what is known of it then is added
//! to what is known of its place. No addresses, no times, no numbers that depend on where things lie: the text of a
//! program compiled in-line is the same in every run.

mod guards;
mod source;

pub use source::Place;

use crate::reason::Abort;
use habu_trace::{FrameInfo, SnapId, Trace};
use habu_vm::Vm;
use source::Sources;
use std::collections::BTreeMap;
use std::fmt;

/// Lines of a kind that are shown of one place.
const SHOWN: usize = 12;

/// What became of a program.
pub struct Report {
    /// What became of each place that was hot, in source order.
    pub spots: Vec<Spot>,
}

/// What became of a loop or function.
#[derive(Clone, Debug)]
pub struct Spot {
    /// Where it begins.
    pub place: Place,
    /// `loop` or `function`.
    pub kind: &'static str,
    /// What there is now.
    pub now: Now,
    /// What is known of it.
    pub history: History,
}

/// What there is at a place.
#[derive(Clone, Copy, Debug)]
pub enum Now {
    /// No code.
    Interpreted,
    /// It is being compiled.
    Compiling,
    /// A tree.
    Compiled {
        /// Bridges in it.
        bridges: usize,
    },
}

/// What is known of a place, of trees that died too.
#[derive(Clone, Default, Debug)]
pub struct History {
    /// Trees that were compiled here.
    pub trees: u64,
    /// Trees that were given up as what they relied on changed.
    pub invalidated: u64,
    /// Trees that were dropped as interpreting was faster.
    pub dropped: u64,
    /// Lines that are in its code, by file.
    pub lines: BTreeMap<String, Vec<u32>>,
    /// Where its code was left, why, and how often.
    pub exits: BTreeMap<(Option<Place>, String), Exits>,
    /// Recordings that gave up, why and where.
    pub aborts: BTreeMap<(Abort, Option<Place>), u64>,
}

/// One way to leave code.
#[derive(Clone, Copy, Default, Debug)]
pub struct Exits {
    /// How often it was taken.
    pub taken: u64,
    /// Whether it leads into a bridge now.
    pub bridge: bool,
    /// Recordings of a bridge that failed.
    pub failures: u32,
}

/// One exit of a tree, as the tree knows it.
pub(crate) struct Exit<'a> {
    /// The trace it belongs to.
    pub(crate) trace: &'a Trace,
    /// Which of the trace's.
    pub(crate) snap: SnapId,
    /// What is known of it.
    pub(crate) exits: Exits,
}

impl History {
    /// Adds what a tree knows of itself.
    pub(crate) fn add<'a>(
        &mut self,
        vm: &Vm,
        traces: impl Iterator<Item = &'a Trace>,
        exits: impl Iterator<Item = Exit<'a>>,
    ) {
        let sources = Sources::new(vm);
        for snapshot in traces.flat_map(|trace| &trace.snapshots) {
            for place in snapshot.frames.iter().filter_map(|f| sources.place(f.pc)) {
                let lines = self.lines.entry(place.file).or_default();
                if let Err(at) = lines.binary_search(&place.line) {
                    lines.insert(at, place.line);
                }
            }
        }
        for Exit { trace, snap, exits } in exits {
            // An op that went another way than recorded has no place to go on, but one where it stands; a continuation
            // stands nowhere, but the frame it belongs to does.
            let at = |f: &FrameInfo| if f.pc == 0 { f.func } else { f.pc };
            let frames = trace.snapshots[snap.idx()].frames.iter().rev();
            let place = frames.filter_map(|f| sources.place(at(f))).next();
            let key = (place, guards::reason(vm, &sources, trace, snap));
            let sum = self.exits.entry(key).or_default();
            sum.taken += exits.taken;
            sum.bridge |= exits.bridge;
            sum.failures += exits.failures;
        }
    }
}

/// The place of an instruction.
pub(crate) fn place(vm: &Vm, pc: *const u32) -> Option<Place> {
    Sources::new(vm).place(pc as u64)
}

impl Report {
    /// A report of these spots.
    pub(crate) fn new(mut spots: Vec<Spot>) -> Report {
        spots.sort_by(|a, b| a.place.cmp(&b.place));
        Report { spots }
    }

    /// The exits that were taken most, of all places.
    pub fn top_exits(&self, n: usize) -> Vec<String> {
        let exits = self.spots.iter().flat_map(|spot| &spot.history.exits);
        let mut exits: Vec<_> = exits.filter(|(_, e)| e.taken > 0).collect();
        exits.sort_by_key(|(_, e)| std::cmp::Reverse(e.taken));
        exits.truncate(n);
        exits.into_iter().map(|((place, why), e)| line(None, place.as_ref(), why, e)).collect()
    }
}

/// An exit as a line of text; the file is left out if it is the one that is understood.
fn line(file: Option<&str>, place: Option<&Place>, why: &str, e: &Exits) -> String {
    let place = place.map_or_else(|| "?".to_owned(), |p| position(file, p));
    let then = match e {
        Exits { bridge: true, .. } => ", then compiled",
        Exits { failures: 1.., .. } => ", could not be compiled",
        _ => "",
    };
    format!("{}: {why}{then} ({})", place, times(e.taken))
}

fn position(file: Option<&str>, p: &Place) -> String {
    if file == Some(&p.file) {
        format!("line {}", p.line)
    } else {
        format!("{}:{}", p.file, p.line)
    }
}

fn times(n: u64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{n} times") }
}

/// Numbers as ranges: `1-3, 7`.
fn ranges(lines: &[u32]) -> String {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &n in lines {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => out.push((n, n)),
        }
    }
    let text = |(a, b): &(u32, u32)| if a == b { a.to_string() } else { format!("{a}-{b}") };
    out.iter().map(text).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.spots.is_empty() {
            writeln!(f, "nothing was hot")?;
        }
        self.spots.iter().try_for_each(|spot| spot.fmt(f))
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line: at, function } = &self.place;
        write!(f, "{file}:{at}: {} in {function}: ", self.kind)?;
        match self.now {
            Now::Interpreted => writeln!(f, "interpreted")?,
            Now::Compiling => writeln!(f, "being compiled")?,
            Now::Compiled { bridges: 0 } => writeln!(f, "compiled")?,
            Now::Compiled { bridges: 1 } => writeln!(f, "compiled with a bridge")?,
            Now::Compiled { bridges } => writeln!(f, "compiled with {bridges} bridges")?,
        }
        self.history.write(f, file)
    }
}

impl History {
    fn write(&self, f: &mut fmt::Formatter<'_>, file: &str) -> fmt::Result {
        if self.trees > 1 {
            writeln!(f, "    compiled {}", times(self.trees))?;
        }
        if self.invalidated > 0 {
            let n = times(self.invalidated);
            writeln!(f, "    given up {n}, as a class or global that the code relies on changed")?;
        }
        if self.dropped > 0 {
            writeln!(f, "    dropped {}, as interpreting was faster", times(self.dropped))?;
        }
        for (other, lines) in &self.lines {
            let of = if other == file { String::new() } else { format!(" of {other}") };
            writeln!(f, "    has lines {}{of}", ranges(lines))?;
        }
        let mut exits: Vec<_> = self.exits.iter().filter(|(_, e)| e.taken > 0).collect();
        // The sort is stable: among equals the order is that of the source.
        exits.sort_by_key(|(_, e)| std::cmp::Reverse(e.taken));
        for ((place, why), e) in exits.iter().take(SHOWN) {
            writeln!(f, "    left at {}", line(Some(file), place.as_ref(), why, e))?;
        }
        if exits.len() > SHOWN {
            writeln!(f, "    left at {} other places", exits.len() - SHOWN)?;
        }
        for ((abort, place), n) in &self.aborts {
            let at = place
                .as_ref()
                .map_or(String::new(), |p| format!(" at {}", position(Some(file), p)));
            writeln!(f, "    not compiled{at}: {} ({})", abort.text(), times(*n))?;
        }
        Ok(())
    }
}
