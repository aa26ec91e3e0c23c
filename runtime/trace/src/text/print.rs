//! Prints a trace in the text form.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter, Write};

use crate::desc::{AllocDesc, Effects};
use crate::ops::{Imm, Op};
use crate::trace::{End, Recipe, Resume, Trace, TraceKind};
use crate::types::{
    AliasSet, AllocId, ArrayId, FieldId, HelperId, InstId, Slot, SnapId, Type, VirtId,
};
use crate::value;

/// Where the snapshot's name stands.
const SNAP_COLUMN: usize = 40;

impl Display for Trace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let printer = Printer::new(self);
        printer.descriptors(f)?;
        printer.header(f)?;
        printer.body(f)?;
        printer.end(f)?;
        printer.snapshots(f)
    }
}

struct Printer<'a> {
    trace: &'a Trace,
    /// The printed number of each inst that has a value.
    names: Vec<u32>,
}

impl<'a> Printer<'a> {
    fn new(trace: &'a Trace) -> Printer<'a> {
        let mut next = 0;
        let mut names = Vec::with_capacity(trace.insts.len());
        for inst in &trace.insts {
            names.push(next);
            next += u32::from(has_name(inst.op, inst.ty));
        }
        Printer { trace, names }
    }

    fn name(&self, id: InstId) -> String {
        match self.names.get(id.idx()) {
            Some(n) if has_name(self.trace.inst(id).op, self.trace.inst(id).ty) => format!("%{n}"),
            _ => format!("%bad{}", id.0),
        }
    }

    fn names(&self, ids: &[InstId]) -> String {
        ids.iter().map(|&id| self.name(id)).collect::<Vec<_>>().join(", ")
    }

    fn slots(&self, slots: &[(Slot, InstId)]) -> String {
        slots
            .iter()
            .map(|&(s, id)| format!("{s} = {}", self.name(id)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn recipe(&self, recipe: Recipe) -> String {
        match recipe {
            Recipe::Inst(id) => self.name(id),
            Recipe::Virtual(v) => v.to_string(),
        }
    }

    fn header(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.trace.kind {
            TraceKind::Root { name } => writeln!(f, "trace root {name}")?,
            TraceKind::Bridge { parent, exit, inherits } => {
                let inherits = if *inherits { " inherits" } else { "" };
                writeln!(f, "trace bridge {parent}/{exit}{inherits}")?;
            }
        }
        writeln!(f, "entry:")
    }

    fn body(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for id in self.trace.ids() {
            if let Some(label) = self.trace.label.as_ref().filter(|label| label.at == id) {
                let params = label.params.iter().map(|p| {
                    let ty = self.trace.inst(p.phi).ty.name();
                    format!("{}: {ty} = {}", self.name(p.phi), self.name(p.init))
                });
                writeln!(f, "loop({}):", params.collect::<Vec<_>>().join(", "))?;
            }
            self.inst(f, id)?;
        }
        if self.trace.label.as_ref().is_some_and(|label| label.at.idx() == self.trace.insts.len()) {
            writeln!(f, "loop():")?;
        }
        Ok(())
    }

    fn inst(&self, f: &mut Formatter<'_>, id: InstId) -> fmt::Result {
        let inst = self.trace.inst(id);
        if matches!(inst.op, Op::Nop | Op::Phi) {
            return Ok(());
        }
        let mut line = String::from("  ");
        if inst.ty != Type::Unit {
            write!(line, "{}: {} = ", self.name(id), inst.ty.name())?;
        }
        line.push_str(inst.op.name());
        let imm = self.imm(inst.op, inst.imm);
        let args = self.names(self.trace.args(id));
        match (imm.is_empty(), args.is_empty()) {
            (false, false) => write!(line, " {imm}, {args}")?,
            (false, true) => write!(line, " {imm}")?,
            (true, false) => write!(line, " {args}")?,
            (true, true) => {}
        }
        match inst.snap {
            Some(snap) => writeln!(f, "{line:<SNAP_COLUMN$} {snap}"),
            None => writeln!(f, "{line}"),
        }
    }

    fn imm(&self, op: Op, imm: u64) -> String {
        match op.info().imm {
            Imm::None => String::new(),
            Imm::Bits => self.bits(imm),
            Imm::Raw => (imm as i64).to_string(),
            Imm::F64 => float(f64::from_bits(imm)),
            Imm::Bool => (imm != 0).to_string(),
            Imm::Slot => (imm as u32 as i32).to_string(),
            Imm::Outer => format!("{}/{}", imm >> 32, imm as u32),
            Imm::Tree => format!("{} @ {}", imm >> 32, imm as u32 as i32),
            Imm::Shape => format!("{}{}", imm as u32, if imm >> 32 & 1 != 0 { "!" } else { "" }),
            Imm::Field => self.field(FieldId(imm as u32)),
            Imm::Array => self.array(ArrayId(imm as u32)),
            Imm::Alloc => self.alloc(AllocId(imm as u32)),
            Imm::Helper => self.helper(HelperId(imm as u32)),
        }
    }

    fn bits(&self, bits: u64) -> String {
        if value::is_int(bits) {
            value::to_int(bits).to_string()
        } else if value::is_ptr(bits) {
            match self.trace.symbols.get(bits) {
                Some(n) => format!("@{n}"),
                None => "@?".to_string(),
            }
        } else {
            float(value::to_f64(bits))
        }
    }

    fn end(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.trace.end {
            End::Open => writeln!(f, "  open"),
            End::Close(slots) => writeln!(f, "  close [{}]", self.slots(slots)),
            End::Loop(args) => writeln!(f, "  jump_loop({})", self.names(args)),
            End::Label(args) => writeln!(f, "  jump_label({})", self.names(args)),
            End::Tree { target, slots } => {
                writeln!(f, "  jump_tree {target} [{}]", self.slots(slots))
            }
            End::Exit(snap) => writeln!(f, "  exit {snap}"),
            End::Return(v) => writeln!(f, "  return {}", self.name(*v)),
        }
    }

    fn snapshots(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, snap) in self.trace.snapshots.iter().enumerate() {
            write!(f, "{}:", SnapId(i as u32))?;
            for frame in &snap.frames {
                write!(f, " f{}@{}+{}", frame.func, frame.pc, frame.base)?;
            }
            let slots = snap.slots.iter().map(|&(s, r)| format!("{s} = {}", self.recipe(r)));
            write!(f, " [{}]", slots.collect::<Vec<_>>().join(", "))?;
            if !snap.stores.is_empty() {
                let stores = snap.stores.iter().map(|s| {
                    format!(
                        "{}.{} = {}",
                        self.recipe(s.obj),
                        self.field(s.field),
                        self.recipe(s.value)
                    )
                });
                write!(f, " stores [{}]", stores.collect::<Vec<_>>().join(", "))?;
            }
            if snap.resume == Resume::Raise {
                write!(f, " raise")?;
            }
            writeln!(f)?;
        }
        for (i, v) in self.trace.virtuals.iter().enumerate() {
            let fields =
                v.fields.iter().map(|&(fd, r)| format!("{} = {}", self.field(fd), self.recipe(r)));
            let fields = fields.collect::<Vec<_>>().join(", ");
            writeln!(f, "{}: {} [{fields}]", VirtId(i as u32), self.alloc(v.alloc))?;
        }
        Ok(())
    }
}

/// Descriptors.
impl Printer<'_> {
    fn field(&self, id: FieldId) -> String {
        let fields = &self.trace.descs.fields;
        unique(fields[id.idx()].name.as_str(), id.0, fields.iter().map(|d| d.name.as_str()))
    }

    fn array(&self, id: ArrayId) -> String {
        let arrays = &self.trace.descs.arrays;
        unique(arrays[id.idx()].name.as_str(), id.0, arrays.iter().map(|d| d.name.as_str()))
    }

    fn alloc(&self, id: AllocId) -> String {
        let allocs = &self.trace.descs.allocs;
        unique(allocs[id.idx()].name.as_str(), id.0, allocs.iter().map(|d| d.name.as_str()))
    }

    fn helper(&self, id: HelperId) -> String {
        let helpers = &self.trace.descs.helpers;
        unique(helpers[id.idx()].name.as_str(), id.0, helpers.iter().map(|d| d.name.as_str()))
    }

    fn used(&self) -> [BTreeSet<u32>; 4] {
        let mut used: [BTreeSet<u32>; 4] = Default::default();
        let [fields, arrays, allocs, helpers] = &mut used;
        for inst in &self.trace.insts {
            match inst.op.info().imm {
                Imm::Field => fields.insert(inst.imm as u32),
                Imm::Array => arrays.insert(inst.imm as u32),
                Imm::Alloc => allocs.insert(inst.imm as u32),
                Imm::Helper => helpers.insert(inst.imm as u32),
                _ => false,
            };
        }
        allocs.extend(self.trace.virtuals.iter().map(|v| v.alloc.0));
        fields.extend(self.trace.virtuals.iter().flat_map(|v| v.fields.iter().map(|f| f.0.0)));
        fields.extend(self.trace.snapshots.iter().flat_map(|s| s.stores.iter().map(|s| s.field.0)));
        for &alloc in allocs.iter() {
            let desc = &self.trace.descs.allocs[alloc as usize];
            fields.extend(desc.fields.iter().map(|f| f.0));
            arrays.extend(desc.elems.map(|a| a.0));
        }
        used
    }

    fn descriptors(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let [fields, arrays, allocs, helpers] = self.used();
        let descs = &self.trace.descs;
        for i in fields {
            let d = &descs.fields[i as usize];
            let (name, imm) = (self.field(FieldId(i)), if d.immutable { " immutable" } else { "" });
            writeln!(f, "field {name} {:+} {} alias {}{imm}", d.offset, d.ty.name(), d.alias.0)?;
        }
        for i in arrays {
            let d = &descs.arrays[i as usize];
            let (name, imm) = (self.array(ArrayId(i)), if d.immutable { " immutable" } else { "" });
            writeln!(f, "array {name} {:+} {} alias {}{imm}", d.base, d.elem.name(), d.alias.0)?;
        }
        for i in allocs {
            self.alloc_desc(f, AllocId(i), &descs.allocs[i as usize])?;
        }
        for i in helpers {
            let d = &descs.helpers[i as usize];
            let args = d.args.iter().map(|t| t.name()).collect::<Vec<_>>().join(", ");
            let name = self.helper(HelperId(i));
            let shape = d.shape.map(|shape| format!(" shape {shape}")).unwrap_or_default();
            let (ret, effects) = (d.ret.name(), effects(&d.effects));
            writeln!(f, "helper {name} ({args}) -> {ret}{shape}{effects}")?;
        }
        Ok(())
    }

    fn alloc_desc(&self, f: &mut Formatter<'_>, id: AllocId, d: &AllocDesc) -> fmt::Result {
        let fields = d.fields.iter().map(|&id| self.field(id)).collect::<Vec<_>>().join(", ");
        let stable = if d.stable { "!" } else { "" };
        write!(
            f,
            "alloc {} size {} header {:#x} shape {}{stable}",
            self.alloc(id),
            d.size,
            d.header,
            d.shape
        )?;
        write!(f, " [{fields}]")?;
        match d.elems {
            Some(array) => writeln!(f, " elems {}", self.array(array)),
            None => writeln!(f),
        }
    }
}

fn has_name(op: Op, ty: Type) -> bool {
    ty != Type::Unit && op != Op::Nop
}

fn unique<'a>(name: &str, id: u32, mut all: impl Iterator<Item = &'a str>) -> String {
    let first = all.position(|other| other == name);
    let again = all.any(|other| other == name);
    if first.is_some() && !again { name.to_string() } else { format!("{name}#{id}") }
}

fn effects(e: &Effects) -> String {
    let mut text = String::new();
    if e.pure {
        text.push_str(" pure");
    }
    if e.shared {
        text.push_str(" shared");
    }
    for (word, set) in [("reads", &e.reads), ("writes", &e.writes)] {
        match set {
            AliasSet::None => {}
            AliasSet::All => text.push_str(&format!(" {word} all")),
            AliasSet::Some(classes) => {
                let classes = classes.iter().map(|c| c.0.to_string()).collect::<Vec<_>>().join(",");
                text.push_str(&format!(" {word} {classes}"));
            }
        }
    }
    if e.may_raise {
        text.push_str(" raises");
    }
    if e.may_call_python {
        text.push_str(" python");
    }
    text
}

/// A double such that it is not taken for an int and every bit of it comes back.
fn float(x: f64) -> String {
    if x.is_nan() { format!("nan:{:#x}", x.to_bits()) } else { format!("{x:?}") }
}
