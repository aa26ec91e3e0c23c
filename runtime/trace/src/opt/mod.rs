//! The optimiser: a recorded trace in, an equivalent shorter one in labelled form out.
//!
//! ```text
//! recorded ─ replay through the builder (fold cse heap virtuals range) ─ peel ─ sink ─ dce ─ compact ─→ lowering
//! ```
//!
//! Most rules live in the builder, since they need only what came before. Here are the rules that look at a whole
//! trace: the loop (`peel`), stores that it repeats (`sink`) and what nobody uses (`dce`). Each can be switched off by name.

use crate::build::Rules;
use crate::ops::Op;
use crate::trace::{Inst, Trace};

mod bridge;
mod dce;
mod descs;
mod peel;
mod replay;
mod sink;

pub use bridge::{Ancestor, Seat, optimise_bridge};
pub use dce::compact;

/// Which passes run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passes {
    /// Constant folding, algebra, type knowledge.
    pub fold: bool,
    /// Sharing of equal pure instructions.
    pub cse: bool,
    /// Load forwarding.
    pub heap: bool,
    /// Removal of allocations.
    pub virtuals: bool,
    /// Ranges: overflow and bounds guards.
    pub range: bool,
    /// Loop peeling. Without it a loop is only brought into labelled form.
    pub peel: bool,
    /// Boxes are made in exits only, and so are stores that a loop repeats.
    pub sink: bool,
    /// Dead code.
    pub dce: bool,
}

impl Passes {
    /// Everything.
    pub const ALL: Passes = Passes {
        fold: true,
        cse: true,
        heap: true,
        virtuals: true,
        range: true,
        peel: true,
        sink: true,
        dce: true,
    };
    /// Nothing.
    pub const NONE: Passes = Passes {
        fold: false,
        cse: false,
        heap: false,
        virtuals: false,
        range: false,
        peel: false,
        sink: false,
        dce: false,
    };

    /// The passes named in a list separated by commas or spaces; `all` and `none` are lists too, and `-name` takes a
    /// pass out.
    pub fn parse(list: &str) -> Result<Passes, String> {
        let mut passes = Passes::NONE;
        for word in list.split([',', ' ']).filter(|word| !word.is_empty()) {
            let (name, on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            match name {
                "all" => passes = Passes::ALL,
                "none" => passes = Passes::NONE,
                "fold" => passes.fold = on,
                "cse" => passes.cse = on,
                "heap" => passes.heap = on,
                "virtuals" => passes.virtuals = on,
                "range" => passes.range = on,
                "peel" => passes.peel = on,
                "sink" => passes.sink = on,
                "dce" => passes.dce = on,
                _ => return Err(format!("no pass is named `{name}`")),
            }
        }
        Ok(passes)
    }

    fn rules(self) -> Rules {
        Rules {
            fold: self.fold,
            cse: self.cse,
            heap: self.heap,
            virtuals: self.virtuals,
            range: self.range && self.fold,
            sink: self.sink,
        }
    }
}

/// Drops the guards that tell objects apart for nobody.
fn drop_idle(trace: &mut Trace) {
    for inst in &mut trace.insts {
        if inst.op == Op::GuardApart && inst.imm == 0 {
            *inst = Inst { op: Op::Nop, nargs: 0, snap: None, ..*inst };
        }
    }
}

/// Optimises a trace. A recorded loop comes out in labelled form, whatever the passes.
pub fn optimise(trace: &Trace, passes: Passes) -> Trace {
    let mut out = peel::run(trace, passes);
    if passes.sink {
        sink::run(&mut out);
    }
    drop_idle(&mut out);
    if passes.dce {
        dce::run(&mut out);
    }
    compact(&out)
}
