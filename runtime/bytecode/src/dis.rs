//! The disassembler: a code object as text for people and golden files.
//!
//! Works on unverified code: what does not decode is printed as `.word`. The text depends on the code object alone.
//!
//! ```text
//! code f "prog.py":3 args 1 regs 4 OPTIMIZED NEWLOCALS
//!   vars n
//!     3    0  Enter
//!     4    3  LoadInt         r1, 0
//!   L1:
//!          4  JLtIF           r0:n, 10 -> L2
//!   ...
//!   handlers
//!     L1..L2 -> L3 r5
//!   loops
//!     L4..L5 r6
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::decode::Decoded;
use crate::{Code, Const, Insn, Op, Range, Role, Word, common, flags, special};

/// How deep nested code objects are followed.
const MAX_DEPTH: usize = 100;

/// The text of `code` and of all code objects nested in it, outer ones first.
pub fn disassemble(code: &Code) -> String {
    let mut out = String::new();
    one(code, 0, &mut out);
    out
}

/// The text of the one instruction at `pc`, with targets as pcs; for error messages and logs.
pub fn instruction(code: &Code, pc: u32) -> String {
    match Decoded::at(&code.code, pc) {
        Some(d) => line(code, &d, &BTreeMap::new()),
        None => String::from("?"),
    }
}

fn one(code: &Code, depth: usize, out: &mut String) {
    header(code, out);
    let labels = labels(code);
    let mut pc = 0;
    let mut shown = None;
    while (pc as usize) < code.code.len() {
        if let Some(label) = labels.get(&pc) {
            let _ = writeln!(out, "  {label}:");
        }
        let line_number = code.position(pc).map_or(0, |p| p.line);
        if shown == Some(line_number) || line_number == 0 {
            let _ = write!(out, "{:>5} {pc:>4}  ", "");
        } else {
            let _ = write!(out, "{line_number:>5} {pc:>4}  ");
        }
        shown = Some(line_number);
        match Decoded::at(&code.code, pc) {
            Some(d) => {
                out.push_str(&line(code, &d, &labels));
                out.push('\n');
                pc = d.next_pc();
            }
            None => {
                let _ = writeln!(out, ".word {:#010x}", code.code[pc as usize]);
                pc += 1;
            }
        }
    }
    if let Some(label) = labels.get(&pc) {
        let _ = writeln!(out, "  {label}:");
    }
    if !code.handlers.is_empty() {
        out.push_str("  handlers\n");
        for h in &code.handlers {
            let label = |pc| name_of_target(&labels, pc);
            let (start, end, target) = (label(h.start), label(h.end), label(h.target));
            let _ = writeln!(out, "    {start}..{end} -> {target} {}", register(code, h.reg));
        }
    }
    if !code.loops.is_empty() {
        out.push_str("  loops\n");
        for l in &code.loops {
            let label = |pc| name_of_target(&labels, pc);
            let _ =
                writeln!(out, "    {}..{} {}", label(l.start), label(l.end), register(code, l.reg));
        }
    }
    if depth < MAX_DEPTH {
        code.consts.iter().for_each(|c| nested(c, depth + 1, out));
    }
}

fn nested(constant: &Const, depth: usize, out: &mut String) {
    match constant {
        Const::Code(inner) => {
            out.push('\n');
            one(inner, depth, out);
        }
        Const::Tuple(items) | Const::FrozenSet(items) if depth < MAX_DEPTH => {
            items.iter().for_each(|c| nested(c, depth + 1, out));
        }
        _ => {}
    }
}

fn header(code: &Code, out: &mut String) {
    let _ = write!(
        out,
        "code {} {:?}:{} args {}",
        code.qualname, code.filename, code.first_line, code.argcount
    );
    if code.posonly > 0 {
        let _ = write!(out, " posonly {}", code.posonly);
    }
    if code.kwonly > 0 {
        let _ = write!(out, " kwonly {}", code.kwonly);
    }
    let _ = write!(out, " regs {}", code.nregs);
    for (bit, name) in FLAGS {
        if code.flags & bit != 0 {
            let _ = write!(out, " {name}");
        }
    }
    out.push('\n');
    if !code.varnames.is_empty() {
        out.push_str("  vars");
        for name in &code.varnames {
            let _ = write!(out, " {name}");
        }
        out.push('\n');
    }
    for (title, cells) in [("cells", &code.cellvars), ("free", &code.freevars)] {
        if !cells.is_empty() {
            let _ = write!(out, "  {title}");
            for cell in cells {
                let _ = write!(out, " r{}:{}", cell.reg, cell.name);
            }
            out.push('\n');
        }
    }
}

const FLAGS: &[(u32, &str)] = &[
    (flags::OPTIMIZED, "OPTIMIZED"),
    (flags::NEWLOCALS, "NEWLOCALS"),
    (flags::VARARGS, "VARARGS"),
    (flags::VARKEYWORDS, "VARKEYWORDS"),
    (flags::NESTED, "NESTED"),
    (flags::GENERATOR, "GENERATOR"),
    (flags::COROUTINE, "COROUTINE"),
    (flags::ASYNC_GENERATOR, "ASYNC_GENERATOR"),
    (flags::HAS_DOCSTRING, "HAS_DOCSTRING"),
    (flags::CLASS_BODY, "CLASS_BODY"),
    (flags::NAMESPACE, "NAMESPACE"),
];

/// Labels of all pcs that something points at, numbered in order of pc.
fn labels(code: &Code) -> BTreeMap<u32, String> {
    let mut pcs: Vec<u32> = code.instructions().filter_map(|d| d.target()).collect();
    pcs.extend(code.handlers.iter().flat_map(|h| [h.start, h.end, h.target]));
    pcs.extend(code.loops.iter().flat_map(|l| [l.start, l.end]));
    pcs.sort_unstable();
    pcs.dedup();
    pcs.into_iter().enumerate().map(|(n, pc)| (pc, format!("L{}", n + 1))).collect()
}

fn name_of_target(labels: &BTreeMap<u32, String>, pc: u32) -> String {
    labels.get(&pc).cloned().unwrap_or_else(|| format!("pc {pc}"))
}

/// A register with the variable it holds, if it does.
fn register(code: &Code, n: u32) -> String {
    let cell = |cells: &[crate::CellVar]| {
        cells.iter().find(|c| u32::from(c.reg) == n).map(|c| c.name.clone())
    };
    let variable = crate::decode::variable(code, n).and_then(|v| code.varnames.get(v));
    match variable.cloned().or_else(|| cell(&code.freevars)) {
        Some(name) => format!("r{n}:{name}"),
        None => format!("r{n}"),
    }
}

/// `r4..r7` for three registers from 4; `-` for none.
fn span(code: &Code, first: u32, count: u32) -> String {
    match count {
        0 => String::from("-"),
        1 => register(code, first),
        _ => format!("r{first}..r{}", first + count),
    }
}

fn operands(code: &Code, d: &Decoded<'_>) -> Vec<String> {
    let insn = d.insn;
    let (a, b, c) = (insn.a() as u32, insn.b() as u32, insn.c() as u32);
    match d.op.info().range {
        Range::Call => return vec![register(code, a), span(code, a + 3, b)],
        Range::CallMethod => return vec![register(code, a), span(code, a + 3, b + 1)],
        Range::CallKw if c <= 1 => return vec![register(code, a), span(code, a + 3, b + c)],
        Range::CallEx => return vec![register(code, a), span(code, a + 3, 2)],
        Range::ReadBC => return vec![register(code, a), span(code, b, c)],
        Range::ReadB2C => return vec![register(code, a), span(code, b, 2 * c)],
        Range::ReadB3 => return vec![register(code, a), span(code, b, 3)],
        Range::WriteAC => return vec![span(code, a, c), register(code, b)],
        Range::WriteAB => return vec![span(code, a, b)],
        Range::ReadFlags => {
            return vec![register(code, a), span(code, b, c.count_ones()), format!("flags {c}")];
        }
        Range::ReadRaise if c == 3 => return vec![register(code, a), "again".to_owned()],
        Range::ReadRaise => return (a..a + c.min(2)).map(|r| register(code, r)).collect(),
        _ => {}
    }
    match d.op {
        Op::LoadCommon => return vec![register(code, a), common_name(insn.b() as u8)],
        Op::LoadSpecial => {
            return vec![register(code, a), register(code, b), special_name(insn.c() as u8)];
        }
        Op::LoadFar | Op::StoreFar => {
            return vec![register(code, a), register(code, insn.bx() as u32)];
        }
        Op::Yield if c > 0 => {
            return vec![
                register(code, a),
                register(code, b),
                format!("from {}", register(code, c - 1)),
            ];
        }
        Op::Yield => return vec![register(code, a), register(code, b)],
        Op::MakeGenerator if a == 0 => return Vec::new(),
        Op::ImportStar if c == 1 => return vec![register(code, a), register(code, b)],
        Op::ImportStar => return vec![register(code, a)],
        _ => {}
    }
    let mut out = Vec::new();
    for (role, n) in d.op.info().roles.into_iter().zip([a, b, c]) {
        match role {
            Role::Unused => {}
            Role::Write | Role::Read | Role::Both => out.push(register(code, n)),
            Role::Imm => out.push(n.to_string()),
            Role::Signed => out.push(insn.sc().to_string()),
            Role::Wide => out.push(insn.bx().to_string()),
            Role::WideSigned => out.push(insn.sbx().to_string()),
        }
    }
    out
}

fn line(code: &Code, d: &Decoded<'_>, labels: &BTreeMap<u32, String>) -> String {
    let mut parts = operands(code, d);
    let mut jump = String::new();
    for (role, word) in d.op.info().words.iter().zip(d.words) {
        match role {
            Word::Name => parts.push(pick(&code.names, *word, |n| n.to_string())),
            Word::Var => parts.push(pick(&code.varnames, *word, |n| n.to_string())),
            Word::KonstLo | Word::Index => parts.push(pick(&code.consts, *word, show)),
            Word::Imm => parts.push((*word as i32).to_string()),
            Word::Jump => {
                let target = d.target().map_or(String::from("?"), |pc| name_of_target(labels, pc));
                jump = format!("-> {target}");
            }
            Word::KonstHi | Word::Count | Word::Link | Word::Cache => {}
        }
    }
    let mut text = format!("{:<16}{}", d.op.info().name, parts.join(", "));
    if !jump.is_empty() {
        if !parts.is_empty() {
            text.push(' ');
        }
        text.push_str(&jump);
    }
    text.truncate(text.trim_end().len());
    text
}

fn pick<T>(table: &[T], index: u32, text: impl Fn(&T) -> String) -> String {
    table.get(index as usize).map_or_else(|| format!("?{index}"), text)
}

fn common_name(id: u8) -> String {
    match id {
        common::ASSERTION_ERROR => String::from("AssertionError"),
        common::NOT_IMPLEMENTED_ERROR => String::from("NotImplementedError"),
        _ => format!("?{id}"),
    }
}

fn special_name(id: u8) -> String {
    match id {
        special::ENTER => String::from("__enter__"),
        special::EXIT => String::from("__exit__"),
        special::AENTER => String::from("__aenter__"),
        special::AEXIT => String::from("__aexit__"),
        _ => format!("?{id}"),
    }
}

/// A constant as Python would write it, nearly.
pub fn show(constant: &Const) -> String {
    show_at(constant, 0)
}

fn show_at(constant: &Const, depth: usize) -> String {
    let list = |items: &[Const]| {
        if depth > MAX_DEPTH {
            return String::from("...");
        }
        items.iter().map(|c| show_at(c, depth + 1)).collect::<Vec<_>>().join(", ")
    };
    match constant {
        Const::None => String::from("None"),
        Const::Bool(true) => String::from("True"),
        Const::Bool(false) => String::from("False"),
        Const::Ellipsis => String::from("..."),
        Const::Int(n) => n.to_string(),
        Const::BigInt(digits) => digits.to_string(),
        Const::Float(x) => format!("{x:?}"),
        Const::Complex(re, im) => format!("({re:?}{im:+?}j)"),
        Const::Str(s) => format!("{s:?}"),
        Const::Surrogates(points) => {
            let shown = points.iter().map(|c| match char::from_u32(*c) {
                Some(c) => c.escape_debug().to_string(),
                None => format!("\\u{{{c:x}}}"),
            });
            format!("\"{}\"", shown.collect::<String>())
        }
        Const::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        Const::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) => format!("frozenset({{{}}})", list(items)),
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}

impl std::fmt::Debug for Insn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.op() {
            Some(op) => write!(f, "{} {} {} {}", op.info().name, self.a(), self.b(), self.c()),
            None => write!(f, ".word {:#010x}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Handler, Position};

    #[test]
    fn a_function_reads_like_assembler() {
        let word = |op, a, b, c| Insn::abc(op, a, b, c).0;
        let code = Code {
            name: "f".into(),
            qualname: "f".into(),
            filename: "prog.py".into(),
            first_line: 3,
            flags: flags::OPTIMIZED | flags::NEWLOCALS,
            argcount: 1,
            nregs: 6,
            varnames: vec!["n".into()],
            names: vec!["step".into()],
            consts: vec![Const::Str("a\nb".into())],
            code: vec![
                word(Op::Enter, 0, 0, 0),
                0,
                0,
                word(Op::JFalse, 0, 0, 0),
                13,
                word(Op::LoadMethod, 1, 0, 0),
                0,
                0,
                0,
                0,
                0,
                word(Op::CallMethod, 1, 0, 0),
                word(Op::JumpBack, 0, 0, 0),
                (-9i32) as u32,
                0,
                0,
                word(Op::LoadK, 1, 0, 0),
                0,
                0,
                word(Op::Ret, 1, 0, 0),
            ],
            handlers: vec![Handler { start: 5, end: 12, target: 16, reg: 5 }],
            positions: vec![
                Position { pc: 0, line: 3, ..Position::default() },
                Position { pc: 5, line: 4, ..Position::default() },
            ],
            ..Code::default()
        };
        let expected = "\
code f \"prog.py\":3 args 1 regs 6 OPTIMIZED NEWLOCALS
  vars n
    3    0  Enter
  L1:
         3  JFalse          r0:n -> L4
  L2:
    4    5  LoadMethod      r1, r0:n, step
        11  CallMethod      r1, r4
  L3:
        12  JumpBack        -> L1
  L4:
        16  LoadK           r1, \"a\\nb\"
        19  Ret             r1
  handlers
    L2..L3 -> L4 r5
";
        assert_eq!(disassemble(&code), expected);
    }

    #[test]
    fn garbage_is_shown_as_words() {
        let code = Code { code: vec![0xff], ..Code::default() };
        assert!(disassemble(&code).contains(".word 0x000000ff"));
    }
}
