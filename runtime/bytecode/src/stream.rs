//! Code objects as a stream of bytes: variable-length numbers (7 bits a byte), strings (a string met before is a
//! number) and op words.
//!
//! Inline caches, counters and links are not stored: they are zero in a fresh code object. Reading never panics and
//! never allocates more than a multiple of the stream's size; what it returns is not verified yet.

use std::collections::HashMap;
use std::rc::Rc;

use crate::verify::MAX_DEPTH;
use crate::{CellVar, Code, Const, Decoded, Handler, Insn, Loop, Position, Word};

/// The stream of a code object.
pub(crate) fn write(code: &Code) -> Vec<u8> {
    let mut w = Writer::default();
    w.code(code);
    w.out
}

/// The code object of a stream, not verified. `filename` stands in for the outermost code object's wherever that occurs.
pub(crate) fn read<'a>(stream: &'a [u8], filename: Option<&'a str>) -> Read<Code> {
    // Strings may be repeated by number: bound what they expand to.
    let budget = stream.len().saturating_mul(256) + (1 << 20);
    let mut r = Reader { rest: stream, strings: Vec::new(), budget, filename, replaced: None };
    let code = r.code(0)?;
    if r.rest.is_empty() { Ok(code) } else { Err("bytes after the end") }
}

#[derive(Default)]
pub(crate) struct Writer<'a> {
    pub(crate) out: Vec<u8>,
    strings: HashMap<&'a str, usize>,
}

impl<'a> Writer<'a> {
    pub(crate) fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn signed(&mut self, n: i64) {
        self.number((n << 1 ^ n >> 63) as u64);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.out.extend(bytes);
    }

    pub(crate) fn string(&mut self, text: &'a str) {
        match self.strings.get(text) {
            Some(n) => self.number(*n as u64 + 1),
            None => {
                self.strings.insert(text, self.strings.len());
                self.number(0);
                self.bytes(text.as_bytes());
            }
        }
    }

    fn cells(&mut self, cells: &'a [CellVar]) {
        self.number(cells.len() as u64);
        for cell in cells {
            self.string(&cell.name);
            self.number(u64::from(cell.reg));
        }
    }

    fn code(&mut self, code: &'a Code) {
        let Code {
            name,
            qualname,
            filename,
            varnames,
            cellvars,
            freevars,
            names,
            consts,
            handlers,
            loops,
            positions,
            ..
        } = code;
        [name, qualname, filename].into_iter().for_each(|text| self.string(text));
        for n in [code.first_line, code.flags, code.argcount, code.posonly, code.kwonly, code.nregs]
        {
            self.number(u64::from(n));
        }
        for texts in [varnames, names] {
            self.number(texts.len() as u64);
            texts.iter().for_each(|text| self.string(text));
        }
        self.cells(cellvars);
        self.cells(freevars);
        self.number(consts.len() as u64);
        consts.iter().for_each(|c| self.constant(c));
        self.number(code.instructions().count() as u64);
        for d in code.instructions() {
            self.out.extend(d.insn.0.to_le_bytes());
            for (role, word) in d.op.info().words.iter().zip(d.words) {
                match role {
                    Word::Jump | Word::Imm => self.signed(i64::from(*word as i32)),
                    Word::Name | Word::Index | Word::Var | Word::KonstLo => {
                        self.number(u64::from(*word))
                    }
                    Word::KonstHi | Word::Count | Word::Link | Word::Cache => {}
                }
            }
        }
        self.number(handlers.len() as u64);
        for h in handlers {
            [h.start, h.end, h.target, h.reg].into_iter().for_each(|n| self.number(u64::from(n)));
        }
        self.number(loops.len() as u64);
        for l in loops {
            [l.start, l.end, l.reg].into_iter().for_each(|n| self.number(u64::from(n)));
        }
        self.number(positions.len() as u64);
        let mut last = Position::default();
        for p in positions {
            self.signed(i64::from(p.pc) - i64::from(last.pc));
            self.signed(i64::from(p.line) - i64::from(last.line));
            self.signed(i64::from(p.end_line) - i64::from(p.line));
            self.number(u64::from(p.col));
            self.signed(i64::from(p.end_col) - i64::from(p.col));
            last = *p;
        }
    }

    fn constant(&mut self, constant: &'a Const) {
        match constant {
            Const::None => self.out.push(0),
            Const::Bool(false) => self.out.push(1),
            Const::Bool(true) => self.out.push(2),
            Const::Ellipsis => self.out.push(3),
            Const::Int(n) => {
                self.out.push(4);
                self.signed(*n);
            }
            Const::BigInt(digits) => {
                self.out.push(5);
                self.string(digits);
            }
            Const::Float(x) => {
                self.out.push(6);
                self.out.extend(x.to_bits().to_le_bytes());
            }
            Const::Complex(re, im) => {
                self.out.push(7);
                self.out.extend(re.to_bits().to_le_bytes());
                self.out.extend(im.to_bits().to_le_bytes());
            }
            Const::Str(text) => {
                self.out.push(8);
                self.string(text);
            }
            Const::Surrogates(points) => {
                self.out.push(13);
                self.number(points.len() as u64);
                points.iter().for_each(|c| self.number(u64::from(*c)));
            }
            Const::Bytes(bytes) => {
                self.out.push(9);
                self.bytes(bytes);
            }
            Const::Tuple(items) | Const::FrozenSet(items) => {
                self.out.push(if matches!(constant, Const::Tuple(_)) { 10 } else { 11 });
                self.number(items.len() as u64);
                items.iter().for_each(|c| self.constant(c));
            }
            Const::Code(code) => {
                self.out.push(12);
                self.code(code);
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    strings: Vec<&'a str>,
    budget: usize,
    /// What stands in for the outermost file name.
    filename: Option<&'a str>,
    /// That file name.
    replaced: Option<&'a str>,
}

pub(crate) type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or("too short")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Read<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            n |= bits << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err("number too long")
    }

    fn signed(&mut self) -> Read<i64> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| "number too large")
    }

    /// A number relative to `base`.
    fn near(&mut self, base: u32) -> Read<u32> {
        let n = self.signed()?.checked_add(i64::from(base)).ok_or("number too large")?;
        u32::try_from(n).map_err(|_| "number too large")
    }

    /// The length of a list whose items take a byte or more each.
    fn length(&mut self) -> Read<usize> {
        let n = usize::try_from(self.number()?).map_err(|_| "list too long")?;
        if n <= self.rest.len() { Ok(n) } else { Err("list too long") }
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let n = self.length()?;
        let mut out = Vec::with_capacity(n.min(1024));
        for _ in 0..n {
            out.push(item(self)?);
        }
        Ok(out)
    }

    fn bytes(&mut self) -> Read<&'a [u8]> {
        let n = self.length()?;
        self.take(n)
    }

    fn string(&mut self) -> Read<Box<str>> {
        Ok(self.text()?.into())
    }

    fn filename(&mut self) -> Read<Box<str>> {
        let text = self.text()?;
        let own = *self.replaced.get_or_insert(text) == text;
        Ok(self.filename.filter(|_| own).unwrap_or(text).into())
    }

    fn text(&mut self) -> Read<&'a str> {
        let text = match self.number()? {
            0 => {
                let text = str::from_utf8(self.bytes()?).map_err(|_| "text is not UTF-8")?;
                self.strings.push(text);
                text
            }
            n => {
                let n = usize::try_from(n - 1).map_err(|_| "no such string")?;
                self.strings.get(n).ok_or("no such string")?
            }
        };
        self.budget = self.budget.checked_sub(text.len()).ok_or("too much text")?;
        Ok(text)
    }

    fn float(&mut self) -> Read<f64> {
        let bits = self.take(8)?.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte));
        Ok(f64::from_bits(bits))
    }

    fn code_point(&mut self) -> Read<u32> {
        let c = self.small()?;
        if c <= u32::from(char::MAX) { Ok(c) } else { Err("no code point") }
    }

    fn cell(&mut self) -> Read<CellVar> {
        let name = self.string()?;
        let reg = u16::try_from(self.number()?).map_err(|_| "number too large")?;
        Ok(CellVar { name, reg })
    }

    fn code(&mut self, depth: usize) -> Read<Code> {
        if depth > MAX_DEPTH {
            return Err("nested too deep");
        }
        Ok(Code {
            name: self.string()?,
            qualname: self.string()?,
            filename: self.filename()?,
            first_line: self.small()?,
            flags: self.small()?,
            argcount: self.small()?,
            posonly: self.small()?,
            kwonly: self.small()?,
            nregs: self.small()?,
            varnames: self.list(Self::string)?,
            names: self.list(Self::string)?,
            cellvars: self.list(Self::cell)?,
            freevars: self.list(Self::cell)?,
            consts: self.list(|r| r.constant(depth + 1))?,
            code: self.instructions()?,
            handlers: self.list(|r| {
                Ok(Handler {
                    start: r.small()?,
                    end: r.small()?,
                    target: r.small()?,
                    reg: r.small()?,
                })
            })?,
            loops: self
                .list(|r| Ok(Loop { start: r.small()?, end: r.small()?, reg: r.small()? }))?,
            positions: self.positions()?,
        })
    }

    fn instructions(&mut self) -> Read<Vec<u32>> {
        let n = self.length()?;
        let mut code = Vec::with_capacity(n.min(1 << 16) * 2);
        for _ in 0..n {
            let word = self.take(4)?.iter().rev().fold(0, |n: u32, byte| n << 8 | u32::from(*byte));
            let op = Insn(word).op().ok_or("unknown op")?;
            code.push(word);
            for role in op.info().words {
                code.push(match role {
                    Word::Jump | Word::Imm => i32::try_from(self.signed()?)
                        .map_err(|_| "number too large")?
                        .cast_unsigned(),
                    Word::Name | Word::Index | Word::Var | Word::KonstLo => self.small()?,
                    Word::KonstHi | Word::Count | Word::Link | Word::Cache => 0,
                });
            }
        }
        debug_assert!(code.is_empty() || Decoded::at(&code, 0).is_some());
        Ok(code)
    }

    fn positions(&mut self) -> Read<Vec<Position>> {
        let mut last = Position::default();
        self.list(|r| {
            let pc = r.near(last.pc)?;
            let line = r.near(last.line)?;
            let end_line = r.near(line)?;
            let col = r.small()?;
            last = Position { pc, line, end_line, col, end_col: r.near(col)? };
            Ok(last)
        })
    }

    fn constant(&mut self, depth: usize) -> Read<Const> {
        if depth > MAX_DEPTH {
            return Err("nested too deep");
        }
        Ok(match self.byte()? {
            0 => Const::None,
            1 => Const::Bool(false),
            2 => Const::Bool(true),
            3 => Const::Ellipsis,
            4 => Const::Int(self.signed()?),
            5 => Const::BigInt(self.string()?),
            6 => Const::Float(self.float()?),
            7 => Const::Complex(self.float()?, self.float()?),
            8 => Const::Str(self.string()?),
            9 => Const::Bytes(self.bytes()?.into()),
            10 => Const::Tuple(self.list(|r| r.constant(depth + 1))?.into()),
            11 => Const::FrozenSet(self.list(|r| r.constant(depth + 1))?.into()),
            13 => Const::Surrogates(self.list(Self::code_point)?.into()),
            12 => Const::Code(Rc::new(self.code(depth)?)),
            _ => return Err("unknown kind of constant"),
        })
    }
}
