//! Parses the text form. Meant for tests and tools: the first mistake is reported with its line, and the result is
//! only as well-formed as `verify` finds it.

use rustc_hash::FxHashMap;

use crate::build::Info;
use crate::desc::{AllocDesc, ArrayDesc, Descs, Effects, FieldDesc, HelperDesc};
use crate::ops::{Imm, Op};
use crate::trace::{
    End, FrameInfo, Label, LabelParam, LazyStore, Recipe, Resume, Snapshot, Trace, TraceKind,
    VirtualDesc,
};
use crate::types::{
    AliasClass, AliasSet, AllocId, ArrayId, FieldId, InstId, MemType, SnapId, Type, VirtId,
};
use crate::value;

type Res<T> = Result<T, String>;

/// Parses a trace.
pub fn parse(text: &str) -> Result<Trace, String> {
    let mut parser = Parser {
        trace: Trace::new(TraceKind::Root { name: String::new() }, Descs::default()),
        values: FxHashMap::default(),
        tokens: Vec::new(),
        at: 0,
    };
    for (number, line) in text.lines().enumerate() {
        let line = line.split(';').next().unwrap_or("").trim();
        if !line.is_empty() {
            parser.line(line).map_err(|e| format!("line {}: {e}: {line}", number + 1))?;
        }
    }
    Ok(parser.trace)
}

struct Parser {
    trace: Trace,
    values: FxHashMap<String, InstId>,
    tokens: Vec<String>,
    at: usize,
}

/// Cuts a line into words and single punctuation characters.
fn tokens(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    for c in line.chars() {
        let punct = "=,()[]{}".contains(c);
        if (c.is_whitespace() || punct) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if punct {
            out.push(c.to_string());
        } else if !c.is_whitespace() {
            word.push(c);
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// Reading tokens.
impl Parser {
    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> Res<String> {
        let token = self.tokens.get(self.at).cloned().ok_or("line ends early")?;
        self.at += 1;
        Ok(token)
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) -> Res<()> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(format!("expected `{token}`, found `{}`", self.peek()))
        }
    }

    fn number<T: std::str::FromStr>(&mut self) -> Res<T> {
        let token = self.next()?;
        token.parse().map_err(|_| format!("`{token}` is not a number"))
    }

    fn prefixed(&mut self, prefix: char) -> Res<u32> {
        let token = self.next()?;
        let rest = token.trim_end_matches(':').strip_prefix(prefix);
        rest.and_then(|n| n.parse().ok())
            .ok_or_else(|| format!("`{token}` is not a `{prefix}` name"))
    }

    fn value(&mut self) -> Res<InstId> {
        let token = self.next()?;
        self.values.get(&token).copied().ok_or_else(|| format!("`{token}` is not defined"))
    }

    fn recipe(&mut self) -> Res<Recipe> {
        if self.peek().starts_with('v') {
            Ok(Recipe::Virtual(VirtId(self.prefixed('v')?)))
        } else {
            Ok(Recipe::Inst(self.value()?))
        }
    }

    fn list<T>(
        &mut self,
        open: &str,
        close: &str,
        mut item: impl FnMut(&mut Parser) -> Res<T>,
    ) -> Res<Vec<T>> {
        self.expect(open)?;
        let mut out = Vec::new();
        while !self.eat(close) {
            out.push(item(self)?);
            self.eat(",");
        }
        Ok(out)
    }

    fn slots(&mut self) -> Res<Vec<(i32, InstId)>> {
        self.list("[", "]", |p| {
            let slot = p.number()?;
            p.expect("=")?;
            Ok((slot, p.value()?))
        })
    }

    fn type_(&mut self) -> Res<Type> {
        let token = self.next()?;
        Type::from_name(&token).ok_or_else(|| format!("`{token}` is not a type"))
    }

    fn mem_type(&mut self) -> Res<MemType> {
        let token = self.next()?;
        MemType::from_name(&token).ok_or_else(|| format!("`{token}` is not a memory type"))
    }
}

/// Lines.
impl Parser {
    fn line(&mut self, line: &str) -> Res<()> {
        if let Some(kind) = line.strip_prefix("trace ") {
            return self.kind(kind);
        }
        self.tokens = tokens(line);
        self.at = 0;
        let first = self.tokens[0].clone();
        match first.as_str() {
            "field" | "array" | "alloc" | "helper" => self.descriptor(&first),
            "entry:" => Ok(()),
            "loop" => self.label(),
            "open" | "close" | "jump_loop" | "jump_label" | "jump_tree" | "exit" | "return" => {
                self.end(&first)
            }
            _ if first.starts_with('s') && first.ends_with(':') => self.snapshot(),
            _ if first.starts_with('v') && first.ends_with(':') => self.virtual_(),
            _ => self.inst(),
        }
    }

    fn kind(&mut self, text: &str) -> Res<()> {
        self.trace.kind = if let Some(name) = text.strip_prefix("root") {
            TraceKind::Root { name: name.trim().to_string() }
        } else {
            let rest = text.strip_prefix("bridge ").ok_or("expected `root` or `bridge`")?;
            let (rest, inherits) =
                rest.trim().strip_suffix(" inherits").map_or((rest, false), |rest| (rest, true));
            let (parent, exit) = rest.trim().split_once("/s").ok_or("expected `parent/sN`")?;
            TraceKind::Bridge {
                parent: parent.parse().map_err(|_| "bad parent")?,
                exit: SnapId(exit.parse().map_err(|_| "bad exit")?),
                inherits,
            }
        };
        Ok(())
    }

    fn label(&mut self) -> Res<()> {
        self.expect("loop")?;
        let at = InstId(self.trace.insts.len() as u32);
        let params = self.list("(", ")", |p| {
            let name = p.next()?;
            let ty = p.type_()?;
            p.expect("=")?;
            let init = p.value()?;
            Ok((name.trim_end_matches(':').to_string(), ty, init))
        })?;
        let mut label = Label { at, params: Vec::new(), contract: None };
        for (name, ty, init) in params {
            let phi = self.trace.push_phi(ty);
            self.values.insert(name, phi);
            label.params.push(LabelParam { phi, init, info: Info::of_type(ty) });
        }
        self.trace.label = Some(label);
        Ok(())
    }

    fn inst(&mut self) -> Res<()> {
        let mut def = None;
        if self.peek().starts_with('%') {
            let name = self.next()?.trim_end_matches(':').to_string();
            def = Some((name, self.type_()?));
            self.expect("=")?;
        }
        let name = self.next()?;
        let op = Op::from_name(&name).ok_or_else(|| format!("`{name}` is not an op"))?;
        let imm = self.imm(op)?;
        let mut args = Vec::new();
        while self.eat(",") || self.peek().starts_with('%') {
            args.push(self.value()?);
        }
        let snap = if op.has_snap() { Some(SnapId(self.prefixed('s')?)) } else { None };
        if op != Op::Call && args.len() != op.info().wants.len() {
            return Err(format!("`{name}` takes {} operands", op.info().wants.len()));
        }
        let id = self.trace.push(op, &args, imm, snap);
        if let Some((name, ty)) = def {
            self.trace.insts[id.idx()].ty = ty;
            self.values.insert(name, id);
        }
        Ok(())
    }

    fn imm(&mut self, op: Op) -> Res<u64> {
        Ok(match op.info().imm {
            Imm::None => 0,
            Imm::Bits => self.bits()?,
            Imm::Raw => self.number::<i64>()? as u64,
            Imm::F64 => float(&self.next()?)?.to_bits(),
            Imm::Bool => u64::from(self.next()? == "true"),
            Imm::Slot => self.number::<i32>()? as u32 as u64,
            Imm::Outer => {
                let token = self.next()?;
                let (number, id) = token.split_once('/').ok_or("expected `trace/inst`")?;
                let number: u32 = number.parse().map_err(|_| "bad trace")?;
                let id: u32 = id.parse().map_err(|_| "bad inst")?;
                u64::from(number) << 32 | u64::from(id)
            }
            Imm::Tree => {
                let tree: u32 = self.number()?;
                self.expect("@")?;
                u64::from(tree) << 32 | u64::from(self.number::<i32>()? as u32)
            }
            Imm::Shape => {
                let (shape, stable) = self.shape()?;
                shape as u64 | (stable as u64) << 32
            }
            Imm::Field => self.field()?.0.into(),
            Imm::Array => self.array()?.0.into(),
            Imm::Alloc => self.alloc()?.0.into(),
            Imm::Helper => {
                let name = self.next()?;
                find(self.trace.descs.helpers.iter().map(|d| d.name.as_str()), &name)?.into()
            }
        })
    }

    fn bits(&mut self) -> Res<u64> {
        let token = self.next()?;
        if let Some(n) = token.strip_prefix('@') {
            let n: u64 = n.parse().map_err(|_| "bad symbol")?;
            return Ok(symbol_bits(n));
        }
        match token.parse::<i64>() {
            Ok(n) if value::fits_int(n) => Ok(value::from_int(n)),
            Ok(_) => Err("int out of range".to_string()),
            Err(_) => {
                value::from_f64(float(&token)?).ok_or_else(|| "float out of range".to_string())
            }
        }
    }

    fn shape(&mut self) -> Res<(u32, bool)> {
        let token = self.next()?;
        let stable = token.ends_with('!');
        Ok((token.trim_end_matches('!').parse().map_err(|_| "bad shape")?, stable))
    }

    fn end(&mut self, word: &str) -> Res<()> {
        self.at = 1;
        self.trace.end = match word {
            "open" => End::Open,
            "close" => End::Close(self.slots()?),
            "jump_loop" => End::Loop(self.list("(", ")", Parser::value)?),
            "jump_label" => End::Label(self.list("(", ")", Parser::value)?),
            "return" => End::Return(self.value()?),
            "jump_tree" => End::Tree { target: self.number()?, slots: self.slots()? },
            _ => End::Exit(SnapId(self.prefixed('s')?)),
        };
        Ok(())
    }

    fn snapshot(&mut self) -> Res<()> {
        if self.prefixed('s')? as usize != self.trace.snapshots.len() {
            return Err("snapshots must be numbered in order".to_string());
        }
        let mut snap = Snapshot::default();
        while self.peek() != "[" {
            snap.frames.push(frame(&self.next()?)?);
        }
        snap.slots = self.list("[", "]", |p| {
            let slot = p.number()?;
            p.expect("=")?;
            Ok((slot, p.recipe()?))
        })?;
        if self.eat("stores") {
            snap.stores = self.list("[", "]", Parser::lazy_store)?;
        }
        if self.eat("raise") {
            snap.resume = Resume::Raise;
        }
        self.trace.snapshots.push(snap);
        Ok(())
    }

    fn lazy_store(&mut self) -> Res<LazyStore> {
        let token = self.next()?;
        let (obj, field) = token.split_once('.').ok_or("expected `object.field`")?;
        let (obj, field) = (obj.to_string(), field.to_string());
        let obj = match obj.strip_prefix('v') {
            Some(v) => Recipe::Virtual(VirtId(v.parse().map_err(|_| "bad virtual")?)),
            None => Recipe::Inst(*self.values.get(&obj).ok_or("object is not defined")?),
        };
        let field = FieldId(find(self.trace.descs.fields.iter().map(|d| d.name.as_str()), &field)?);
        self.expect("=")?;
        Ok(LazyStore { obj, field, value: self.recipe()? })
    }

    fn virtual_(&mut self) -> Res<()> {
        if self.prefixed('v')? as usize != self.trace.virtuals.len() {
            return Err("virtuals must be numbered in order".to_string());
        }
        let alloc = self.alloc()?;
        let fields = self.list("[", "]", |p| {
            let field = p.field()?;
            p.expect("=")?;
            Ok((field, p.recipe()?))
        })?;
        self.trace.virtuals.push(VirtualDesc { alloc, fields });
        Ok(())
    }
}

/// Descriptors.
impl Parser {
    fn field(&mut self) -> Res<FieldId> {
        let name = self.next()?;
        find(self.trace.descs.fields.iter().map(|d| d.name.as_str()), &name).map(FieldId)
    }

    fn array(&mut self) -> Res<ArrayId> {
        let name = self.next()?;
        find(self.trace.descs.arrays.iter().map(|d| d.name.as_str()), &name).map(ArrayId)
    }

    fn alloc(&mut self) -> Res<AllocId> {
        let name = self.next()?;
        find(self.trace.descs.allocs.iter().map(|d| d.name.as_str()), &name).map(AllocId)
    }

    fn descriptor(&mut self, word: &str) -> Res<()> {
        self.at = 1;
        let name = self.next()?;
        match word {
            "field" => {
                let offset = self.number()?;
                let (ty, alias, immutable) = self.place()?;
                self.trace.descs.add_field(FieldDesc { name, offset, ty, alias, immutable });
            }
            "array" => {
                let base = self.number()?;
                let (elem, alias, immutable) = self.place()?;
                self.trace.descs.add_array(ArrayDesc { name, base, elem, alias, immutable });
            }
            "alloc" => self.alloc_desc(name)?,
            _ => {
                let args = self.list("(", ")", Parser::type_)?;
                self.expect("->")?;
                let ret = self.type_()?;
                let shape = if self.eat("shape") { Some(self.number()?) } else { None };
                let effects = self.effects()?;
                let desc = HelperDesc { name, args, ret, shape, effects, addr: 0 };
                self.trace.descs.add_helper(desc);
            }
        }
        Ok(())
    }

    fn place(&mut self) -> Res<(MemType, AliasClass, bool)> {
        let ty = self.mem_type()?;
        self.expect("alias")?;
        let alias = AliasClass(self.number()?);
        Ok((ty, alias, self.eat("immutable")))
    }

    fn alloc_desc(&mut self, name: String) -> Res<()> {
        self.expect("size")?;
        let size = self.number()?;
        self.expect("header")?;
        let header = self.next()?;
        let header =
            u64::from_str_radix(header.trim_start_matches("0x"), 16).map_err(|_| "bad header")?;
        self.expect("shape")?;
        let (shape, stable) = self.shape()?;
        let fields = self.list("[", "]", Parser::field)?;
        let elems = if self.eat("elems") { Some(self.array()?) } else { None };
        self.trace.descs.add_alloc(AllocDesc { name, size, header, shape, stable, fields, elems });
        Ok(())
    }

    fn effects(&mut self) -> Res<Effects> {
        let mut effects = Effects::default();
        while self.at < self.tokens.len() {
            match self.next()?.as_str() {
                "pure" => effects.pure = true,
                "shared" => effects.shared = true,
                "reads" => effects.reads = self.alias_set()?,
                "writes" => effects.writes = self.alias_set()?,
                "raises" => effects.may_raise = true,
                "python" => effects.may_call_python = true,
                other => return Err(format!("`{other}` is not an effect")),
            }
        }
        Ok(effects)
    }

    fn alias_set(&mut self) -> Res<AliasSet> {
        if self.eat("all") {
            return Ok(AliasSet::All);
        }
        let mut classes = vec![AliasClass(self.number()?)];
        while self.eat(",") {
            classes.push(AliasClass(self.number()?));
        }
        Ok(AliasSet::Some(classes))
    }
}

/// The word that stands for `@n` in a parsed trace: a 16-aligned address, tagged.
pub fn symbol_bits(n: u64) -> u64 {
    (n + 1) * 4096 + 1
}

fn find<'a>(mut names: impl Iterator<Item = &'a str>, name: &str) -> Res<u32> {
    names
        .position(|other| other == name)
        .map(|i| i as u32)
        .ok_or_else(|| format!("`{name}` is not declared"))
}

fn frame(token: &str) -> Res<FrameInfo> {
    let parts = token.strip_prefix('f').and_then(|rest| rest.split_once('@'));
    let (func, rest) = parts.ok_or_else(|| format!("`{token}` is not a frame"))?;
    let (pc, base) = rest.split_once('+').ok_or("a frame has a base")?;
    Ok(FrameInfo {
        func: func.parse().map_err(|_| "bad function")?,
        pc: pc.parse().map_err(|_| "bad pc")?,
        base: base.parse().map_err(|_| "bad base")?,
    })
}

fn float(token: &str) -> Res<f64> {
    if let Some(bits) = token.strip_prefix("nan:0x") {
        return u64::from_str_radix(bits, 16)
            .map(f64::from_bits)
            .map_err(|_| "bad NaN".to_string());
    }
    token.parse().map_err(|_| format!("`{token}` is not a number"))
}
