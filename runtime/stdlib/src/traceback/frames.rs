//! The entries of a traceback as text (CPython `traceback.StackSummary.format`).

use super::anchors::{Anchors, Node, is_whole_statement, node};
use super::source::Sources;
use super::width::{display_width, width};
use habu_object::{Code, Traceback, Value};
use habu_vm::Vm;
use std::collections::BTreeSet;

/// Equal entries shown before they are counted.
const REPEATS: usize = 3;

/// One entry.
#[derive(Clone, PartialEq)]
pub(super) struct Entry {
    filename: String,
    name: String,
    line: u32,
    /// Last line, column and end column in bytes; None if the instruction has no columns.
    range: Option<(u32, u32, u32)>,
}

/// The entries of a traceback object, outermost first.
pub(super) fn entries(vm: &mut Vm, traceback: Value, limit: Option<usize>) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut at = traceback;
    while let Some(t) = at.cast::<Traceback>() {
        if limit.is_some_and(|n| out.len() >= n) {
            break;
        }
        at = t.next.get();
        let Some(code) = t.code.get().cast::<Code>() else { continue };
        let position = vm.code_data(code).position(t.pc.get());
        let line = t.line.get();
        let range = position
            .filter(|p| p.line == line && p.line > 0 && p.end_line >= p.line)
            .filter(|p| p.end_line > p.line || p.end_col >= p.col)
            .map(|p| (p.end_line, p.col, p.end_col));
        out.push(Entry {
            filename: vm.text(code.filename.get()),
            name: vm.text(code.name.get()),
            line,
            range,
        });
    }
    out
}

/// The entries without columns, so that nothing is marked.
pub(super) fn unmarked(entries: Vec<Entry>) -> Vec<Entry> {
    entries.into_iter().map(|e| Entry { range: None, ..e }).collect()
}

/// The entries as text, runs of equal ones shortened.
pub(super) fn format(vm: &mut Vm, sources: &mut Sources, entries: &[Entry], out: &mut String) {
    let mut count = 0;
    for (i, entry) in entries.iter().enumerate() {
        let same = i > 0 && {
            let last = &entries[i - 1];
            last.filename == entry.filename && last.line == entry.line && last.name == entry.name
        };
        if !same {
            repeated(count, out);
            count = 0;
        }
        count += 1;
        if count <= REPEATS {
            format_entry(vm, sources, entry, out);
        }
    }
    repeated(count, out);
}

fn repeated(count: usize, out: &mut String) {
    if count > REPEATS {
        let more = count - REPEATS;
        let plural = if more > 1 { "s" } else { "" };
        out.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
    }
}

fn format_entry(vm: &mut Vm, sources: &mut Sources, entry: &Entry, out: &mut String) {
    out.push_str(&format!(
        "  File \"{}\", line {}, in {}\n",
        entry.filename, entry.line, entry.name
    ));
    let last = entry.range.map_or(entry.line, |r| r.0);
    let lines: Vec<Vec<char>> = (entry.line..=last)
        .map(|n| sources.line(vm, &entry.filename, n).chars().collect())
        .collect();
    if lines.iter().all(|l| l.is_empty()) {
        return;
    }
    match entry.range {
        None => {
            let text: String = lines[0].iter().collect();
            out.push_str(&format!("    {}\n", text.trim()));
        }
        Some((_, col, end_col)) => {
            let excerpt = Excerpt::new(lines, col as usize, end_col as usize);
            for line in dedent(&excerpt.marked_lines()) {
                out.push_str(&format!("    {line}\n"));
            }
        }
    }
}

/// Characters in the first `bytes` bytes of a line.
fn char_offset(line: &[char], bytes: usize) -> usize {
    let mut n = 0;
    line.iter()
        .take_while(|c| {
            n += c.len_utf8();
            n <= bytes
        })
        .count()
}

fn indent(line: &[char]) -> usize {
    line.iter().take_while(|c| c.is_whitespace()).count()
}

/// Removes the white space that all lines begin with (`textwrap.dedent`).
fn dedent(lines: &[String]) -> Vec<String> {
    let chars: Vec<Vec<char>> = lines.iter().map(|l| l.chars().collect()).collect();
    let n = common_indent(&chars);
    let cut =
        |l: &Vec<char>| if indent(l) == l.len() { String::new() } else { l[n..].iter().collect() };
    chars.iter().map(cut).collect()
}

fn common_indent(lines: &[Vec<char>]) -> usize {
    let mut common: Option<&[char]> = None;
    for line in lines {
        let n = indent(line);
        if n == line.len() {
            continue;
        }
        let own = &line[..n];
        common = Some(match common {
            None => own,
            Some(c) => &own[..own.iter().zip(c).take_while(|(a, b)| a == b).count()],
        });
    }
    common.map_or(0, |c| c.len())
}

/// The source lines of an instruction and the part of them that is the instruction.
struct Excerpt {
    lines: Vec<Vec<char>>,
    start: usize,
    end: usize,
    node: Node,
    /// The marked part: line and character from, line and character to.
    anchors: Option<(usize, usize, usize, usize)>,
}

impl Excerpt {
    fn new(lines: Vec<Vec<char>>, col: usize, end_col: usize) -> Excerpt {
        let start = char_offset(&lines[0], col);
        let end = char_offset(&lines[lines.len() - 1], end_col);
        let n = common_indent(&lines);
        let lines: Vec<Vec<char>> =
            lines.iter().map(|l| l.get(n..).map(<[char]>::to_vec).unwrap_or_default()).collect();
        let mut e = Excerpt {
            lines,
            start: start.saturating_sub(n),
            end: end.saturating_sub(n),
            node: Node::Other,
            anchors: None,
        };
        let segment = e.segment();
        e.node = node(&segment);
        if let Node::Binary(a) | Node::Subscript(a) | Node::Call(a, _) = e.node {
            e.anchors = Some(e.place(&segment, a));
        }
        e
    }

    fn segment(&self) -> Vec<char> {
        let last = self.lines.len() - 1;
        let mut out = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            let from = if i == 0 { self.start.min(line.len()) } else { 0 };
            let to = if i == last { self.end.min(line.len()) } else { line.len() };
            if i > 0 {
                out.push('\n');
            }
            out.extend(line.get(from..to).unwrap_or_default());
        }
        out
    }

    /// Anchors of the segment as lines and characters.
    fn place(&self, segment: &[char], a: Anchors) -> (usize, usize, usize, usize) {
        let at = |i: usize| {
            let line = segment[..i].iter().filter(|c| **c == '\n').count();
            let col = i - segment[..i].iter().rposition(|c| *c == '\n').map_or(0, |p| p + 1);
            (line, if line == 0 { col + self.start } else { col })
        };
        let (from, to) = (at(a.start), at(a.end));
        let width = |(line, col): (usize, usize)| (line, display_width(&self.lines[line], col));
        let (from, to) = (width(from), width(to));
        (from.0, from.1, to.0, to.1)
    }

    fn shows_marks(&self) -> bool {
        let first = &self.lines[0];
        let last = &self.lines[self.lines.len() - 1];
        let before = first.get(..self.start.min(first.len())).unwrap_or_default();
        let after = last.get(self.end.min(last.len())..).unwrap_or_default();
        if let Node::Call(_, plain_name) = self.node {
            let rest = after.iter().find(|c| !c.is_whitespace());
            if rest.is_none_or(|c| matches!(c, '#' | ';')) && is_whole_statement(before, plain_name)
            {
                return false;
            }
        }
        if self.anchors.is_some() {
            return true;
        }
        before.iter().any(|c| !c.is_whitespace()) || after.iter().any(|c| !c.is_whitespace())
    }

    /// The lines to show, each followed by its marks.
    fn marked_lines(&self) -> Vec<String> {
        let n = self.lines.len();
        let mut shown = BTreeSet::from([0, n - 1]);
        if let Some((from, _, to, _)) = self.anchors {
            for line in [from, to] {
                shown.extend((line.saturating_sub(1)..=line + 1).filter(|i| *i < n));
            }
        }
        let marks = self.shows_marks();
        let mut out = Vec::new();
        let mut last: Option<usize> = None;
        for line in shown {
            match last.map_or(0, |l| line - l) {
                2 => self.push_line(line - 1, marks, &mut out),
                d if d > 2 => out.push(format!("...<{} lines>...", d - 1)),
                _ => {}
            }
            self.push_line(line, marks, &mut out);
            last = Some(line);
        }
        out
    }

    fn push_line(&self, line: usize, marks: bool, out: &mut Vec<String>) {
        let text = &self.lines[line];
        out.push(text.iter().collect());
        if !marks {
            return;
        }
        let spaces = indent(text);
        let end =
            if line == self.lines.len() - 1 { display_width(text, self.end) } else { width(text) };
        let start = display_width(&self.lines[0], self.start);
        let mark = |col: usize| {
            if col < spaces || (line == 0 && col < start) {
                return ' ';
            }
            match self.anchors {
                None => '^',
                Some((from, from_col, to, to_col)) => {
                    let after = line > from || (line == from && col >= from_col);
                    let before = line < to || (line == to && col < to_col);
                    if after && before { '^' } else { '~' }
                }
            }
        };
        out.push((0..end).map(mark).collect());
    }
}
