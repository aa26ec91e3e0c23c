//! A generator of random traces: it appends without any rule, keeps pools of values by type, and makes a snapshot at
//! each guard that lists every slot it has changed. (The optimiser's tests have one that plays a stricter recorder.)
//!
//! Slot 7 counts iterations and bounds them, since machine code has no fuel.

use habu_trace::build::Rules;
use habu_trace::text::parse;
use habu_trace::text::parse::symbol_bits as object;
use habu_trace::types::Slot;
use habu_trace::{
    Builder, Descs, End, FrameInfo, InstId, Op, Recipe, Resume, SnapId, Snapshot, Trace, TraceKind,
    value,
};

mod memory;

/// A small random number generator.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

const DESCS: &str = "
field shape +0 raw32 alias 0
field x +8 val alias 3
field y +16 val alias 4
field n +40 raw64 alias 5
field f +48 f64 alias 6
field b +56 u8 alias 7
field link +24 val alias 8 immutable
field z +32 val alias 3
field len +8 len alias 10
array items +16 val alias 9
alloc Box size 64 header 0x400000007 shape 7 [x, y, n, f, b, link, z]
alloc Pair size 24 header 0x20000000b shape 11! [x, y]
alloc Arr size 16 header 0xffff00000009 shape 9 [len] elems items
helper mix (val, val) -> val pure
helper poke (val) -> val reads 3 writes 3
helper any (val) -> val reads all writes all raises python
helper half (f64) -> f64 pure
helper root (f64) -> f64 raises
helper odd (raw, bool) -> bool pure
trace root random
";

/// Slots that traces use.
pub(crate) const SLOTS: i32 = 8;
/// The slot that counts.
const COUNTER: Slot = 7;
/// Slots that are free to use.
const FREE: usize = 7;

struct Gen {
    rng: Rng,
    b: Builder,
    ints: Vec<InstId>,
    vals: Vec<InstId>,
    raws: Vec<InstId>,
    floats: Vec<InstId>,
    bools: Vec<InstId>,
    objs: Vec<InstId>,
    /// What each slot holds, if changed.
    slots: Vec<Option<InstId>>,
    stored: Vec<bool>,
    pc: u64,
}

fn descs() -> Descs {
    parse(DESCS).expect("descriptors parse").descs
}

impl Gen {
    fn new(seed: u64) -> Gen {
        let kind = TraceKind::Root { name: "random".to_string() };
        let mut rng = Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        rng.next();
        Gen {
            rng,
            b: Builder::with_rules(kind, descs(), Rules::NONE),
            ints: Vec::new(),
            vals: Vec::new(),
            raws: Vec::new(),
            floats: Vec::new(),
            bools: Vec::new(),
            objs: Vec::new(),
            slots: vec![None; SLOTS as usize],
            stored: vec![false; SLOTS as usize],
            pc: 0,
        }
    }

    /// A snapshot of the slots as they are.
    fn snap(&mut self) -> SnapId {
        self.snap_resuming(Resume::Normal)
    }

    fn snap_resuming(&mut self, resume: Resume) -> SnapId {
        if resume == Resume::Raise || self.rng.below(3) > 0 {
            self.pc += 1;
        }
        let frames = vec![FrameInfo { func: 1, pc: self.pc, base: 0 }];
        let slots =
            (0..SLOTS).filter_map(|s| Some((s, Recipe::Inst(self.slots[s as usize]?)))).collect();
        self.b.add_snapshot(Snapshot { frames, slots, stores: Vec::new(), resume })
    }

    fn int(&mut self) -> InstId {
        if self.ints.is_empty() || self.rng.below(5) == 0 {
            let n = self.rng.pick(&[
                0,
                1,
                2,
                3,
                5,
                8,
                -1,
                -7,
                100,
                value::INT_MAX,
                value::INT_MIN,
                1 << 40,
            ]);
            return self.b.const_int(n);
        }
        recent(&mut self.rng, &self.ints)
    }

    fn raw(&mut self) -> InstId {
        if self.raws.is_empty() || self.rng.below(4) == 0 {
            let n = self.rng.pick(&[0, 1, 2, 4, 63, -1, 1 << 33]);
            return self.b.const_raw(n);
        }
        recent(&mut self.rng, &self.raws)
    }

    fn float(&mut self) -> InstId {
        if self.floats.is_empty() || self.rng.below(4) == 0 {
            let x = self.rng.pick(&[0.0, -0.0, 1.0, 0.5, 2.0, -3.25, 1e10]);
            return self.b.const_f64(x);
        }
        recent(&mut self.rng, &self.floats)
    }

    fn bool(&mut self) -> InstId {
        if self.bools.is_empty() {
            let (a, b) = (self.int(), self.int());
            let v = self.b.op(Op::Le, &[a, b]);
            self.bools.push(v);
        }
        recent(&mut self.rng, &self.bools)
    }

    fn obj(&mut self) -> InstId {
        if self.objs.is_empty() || self.rng.below(4) == 0 {
            let n = self.rng.pick(&[2, 3, 4, 6]);
            return self.b.const_val(object(n));
        }
        recent(&mut self.rng, &self.objs)
    }

    fn val(&mut self) -> InstId {
        match self.rng.below(5) {
            0 => self.int(),
            1 => self.obj(),
            2 => {
                let x = self.float();
                self.b.op(Op::BoxFloat, &[x])
            }
            _ if self.vals.is_empty() => self.int(),
            _ => recent(&mut self.rng, &self.vals),
        }
    }

    fn param(&mut self, slot: Slot) -> InstId {
        match self.slots[slot as usize] {
            Some(v) => v,
            None => self.b.param(slot),
        }
    }

    /// Slots 0 to 2 hold ints, 3 and 4 floats, 5 and 6 objects, mostly.
    fn read_slot(&mut self) {
        let slot = self.rng.below(FREE) as i32;
        let v = self.param(slot);
        let snap = self.snap();
        match slot {
            0..=2 => {
                self.b.guard_int(v, |_| snap);
                self.ints.push(v);
            }
            3..=4 => {
                self.b.guard_imm_float(v, |_| snap);
                let x = self.b.op(Op::UnboxFloat, &[v]);
                self.floats.push(x);
            }
            _ => {
                self.b.guard_shape(v, 7, false, |_| snap);
                self.objs.push(v);
            }
        }
        self.vals.push(v);
    }

    fn write_slot(&mut self) {
        let slot = self.rng.below(FREE);
        let v = match (slot, self.rng.below(12)) {
            (_, 0) => self.val(),
            (0..=2, _) => self.int(),
            (3..=4, _) => {
                let x = self.float();
                self.b.op(Op::BoxFloat, &[x])
            }
            _ => self.obj(),
        };
        self.slots[slot] = Some(v);
    }

    fn steps(&mut self, most: usize) {
        for _ in 0..3 + self.rng.below(most) {
            self.step();
        }
    }

    fn step(&mut self) {
        match self.rng.below(26) {
            24 => self.array(),
            25 => self.float_call(),
            0..=2 => self.read_slot(),
            3..=4 => self.write_slot(),
            5..=7 => self.int_op(),
            8 => self.raw_op(),
            9..=10 => self.float_op(),
            11..=12 => self.condition(),
            13..=15 => self.field(),
            16 => self.element(),
            17..=18 => self.allocate(),
            19 => self.call(),
            20 => self.misc(),
            21 => self.load_guarded(),
            22 => self.counter(),
            _ => {
                let snap = self.snap();
                self.b.guard_valid(|_| snap);
            }
        }
    }

    fn int_op(&mut self) {
        let (a, b) = (self.int(), self.int());
        let v = match self.rng.below(8) {
            0..=2 => {
                let op = self.rng.pick(&[Op::AddOvf, Op::SubOvf, Op::MulOvf, Op::LshiftOvf]);
                let snap = self.snap();
                self.b.guarded(op, &[a, b], |_| snap)
            }
            3 => {
                let snap = self.snap();
                self.b.guarded(Op::NegOvf, &[a], |_| snap)
            }
            4 => {
                let op = self.rng.pick(&[Op::And, Op::Or, Op::Xor]);
                self.b.op(op, &[a, b])
            }
            5 => {
                let n = self.rng.pick(&[1, 2, 3, 4, 16, 1000]);
                let c = self.b.const_int(n);
                let op = self.rng.pick(&[Op::Floordiv, Op::Mod, Op::Rshift]);
                self.b.op(op, &[a, c])
            }
            6 => self.b.op(Op::Invert, &[a]),
            _ => {
                let mask = self.b.const_int(0xff);
                let (a, b) = (self.b.op(Op::And, &[a, mask]), self.b.op(Op::And, &[b, mask]));
                let op = self.rng.pick(&[Op::Add, Op::Sub, Op::Mul]);
                self.b.op(op, &[a, b])
            }
        };
        self.ints.push(v);
    }

    fn raw_op(&mut self) {
        let (a, b) = (self.raw(), self.raw());
        let v = match self.rng.below(4) {
            0 => {
                let i = self.int();
                self.b.op(Op::IntToRaw, &[i])
            }
            1 => {
                let mask = self.b.const_raw(0xffff);
                let small = self.b.op(Op::Rand, &[a, mask]);
                let int = self.b.op(Op::RawToInt, &[small]);
                self.ints.push(int);
                small
            }
            _ => {
                use Op::*;
                let op = self.rng.pick(&[Radd, Rsub, Rmul, Rand, Ror, Rxor, Rshl, Rshr, Rsar]);
                self.b.op(op, &[a, b])
            }
        };
        self.raws.push(v);
    }

    fn float_op(&mut self) {
        let (a, b) = (self.float(), self.float());
        let v = match self.rng.below(6) {
            0 => {
                let op = self.rng.pick(&[Op::Fneg, Op::Fabs, Op::Ffloor]);
                self.b.op(op, &[a])
            }
            1 => {
                let i = self.int();
                self.b.op(Op::IntToF64, &[i])
            }
            2 => {
                let snap = self.snap();
                let i = self.b.guarded(Op::F64ToInt, &[a], |_| snap);
                self.ints.push(i);
                a
            }
            _ => {
                let op = self.rng.pick(&[Op::Fadd, Op::Fsub, Op::Fmul, Op::Fdiv]);
                self.b.op(op, &[a, b])
            }
        };
        self.floats.push(v);
    }

    fn condition(&mut self) {
        use Op::*;
        let v = match self.rng.below(7) {
            0..=2 => {
                let (a, b) = (self.int(), self.int());
                let op = self.rng.pick(&[Lt, Le, Gt, Ge, Eq, Ne]);
                self.b.op(op, &[a, b])
            }
            3 => {
                let (a, b) = (self.raw(), self.raw());
                let op = self.rng.pick(&[Rlt, Rslt, Req]);
                self.b.op(op, &[a, b])
            }
            4 => {
                let (a, b) = (self.float(), self.float());
                let op = self.rng.pick(&[Flt, Fle, Fgt, Fge, Feq, Fne]);
                self.b.op(op, &[a, b])
            }
            5 => {
                let (a, b) = (self.val(), self.val());
                self.b.op(Is, &[a, b])
            }
            _ => {
                let c = self.bool();
                self.b.op(Not, &[c])
            }
        };
        self.bools.push(v);
        match self.rng.below(6) {
            0 => {
                let snap = self.snap();
                self.b.guard_true(v, |_| snap);
            }
            1 => {
                let snap = self.snap();
                self.b.guard_false(v, |_| snap);
            }
            2 => {
                let (t, f) = (self.b.const_val(object(0)), self.b.const_val(object(1)));
                let boxed = self.b.op(BoolToVal, &[v, t, f]);
                self.vals.push(boxed);
            }
            3 => {
                let (a, b) = (self.int(), self.int());
                let chosen = self.b.op(Select, &[v, a, b]);
                self.ints.push(chosen);
            }
            _ => {}
        }
    }

    /// A counter that stays in range for long: the usual loop.
    fn counter(&mut self) {
        let slot = self.rng.below(3) as i32;
        let v = self.param(slot);
        let snap = self.snap();
        self.b.guard_int(v, |_| snap);
        let bound = self.rng.pick(&[20, 30, 1000]);
        let bound = self.b.const_int(bound);
        let below = self.b.op(Op::Lt, &[v, bound]);
        self.b.guard_true(below, |_| snap);
        let one = self.b.const_int(1);
        let next = self.b.guarded(Op::AddOvf, &[v, one], |_| snap);
        self.slots[slot as usize] = Some(next);
        self.ints.push(next);
    }

    fn misc(&mut self) {
        let snap = self.snap();
        match self.rng.below(7) {
            0 => self.b.safepoint(|_| snap),
            1 => {
                let (v, c) = (self.val(), self.rng.pick(&[2, 3, 4]));
                let c = self.b.const_val(object(c));
                self.b.guard_is(v, c, |_| snap);
            }
            2 => {
                let (v, c) = (self.val(), self.rng.pick(&[0, 6]));
                let c = self.b.const_val(object(c));
                self.b.guard_is_not(v, c, |_| snap);
            }
            3 => {
                let v = self.val();
                self.b.guard_not_int(v, |_| snap);
            }
            4 => {
                let v = self.val();
                self.b.guard_int(v, |_| snap);
                self.ints.push(v);
            }
            5 => {
                let obj = self.obj();
                self.b.guard_not_shape(obj, 8, |_| snap);
            }
            _ => {
                let (a, b) = (self.int(), self.int());
                let less = self.b.op(Op::Lt, &[a, b]);
                self.b.guard_true(less, |_| snap);
            }
        }
    }

    /// Ends in an exit, or goes on at the entry of `target` after counting.
    fn finish(mut self, target: Option<Option<u64>>) -> Trace {
        let snap = self.snap();
        let Some(target) = target else { return self.b.finish(End::Exit(snap)) };
        let v = self.param(COUNTER);
        self.b.guard_int(v, |_| snap);
        let (bound, one) = (self.b.const_int(25), self.b.const_int(1));
        let below = self.b.op(Op::Lt, &[v, bound]);
        self.b.guard_true(below, |_| snap);
        let next = self.b.guarded(Op::AddOvf, &[v, one], |_| snap);
        self.b.safepoint(|_| snap);
        self.slots[COUNTER as usize] = Some(next);
        if let Some(target) = target {
            // A bridge names every slot: its parents may have changed those that it leaves alone.
            let slots = (0..SLOTS).map(|s| (s, self.param(s))).collect();
            return self.b.finish(End::Tree { target, slots });
        }
        let slots = (0..SLOTS).filter_map(|s| Some((s, self.slots[s as usize]?))).collect();
        self.b.finish(End::Close(slots))
    }
}

/// Prefers what was made lately.
fn recent(rng: &mut Rng, pool: &[InstId]) -> InstId {
    let window = pool.len().min(1 + rng.below(8));
    pool[pool.len() - 1 - rng.below(window)]
}

/// A root that loops, mostly.
pub(crate) fn root(seed: u64) -> Trace {
    let mut g = Gen::new(seed);
    g.steps(40);
    let looping = g.rng.below(4) > 0;
    g.finish(looping.then_some(None))
}

/// A bridge that goes on at the root `target`, mostly.
pub(crate) fn bridge(seed: u64, target: u64, exit: SnapId) -> Trace {
    let mut g = Gen::new(seed);
    g.b = Builder::with_rules(
        TraceKind::Bridge { parent: target, exit, inherits: false },
        descs(),
        Rules::NONE,
    );
    g.steps(15);
    let back = g.rng.below(4) > 0;
    g.finish(back.then_some(Some(target)))
}

/// What slots hold at first, as words of the text form.
pub(crate) fn frame(rng: &mut Rng) -> Vec<u64> {
    let mut frame = Vec::new();
    for slot in 0..FREE {
        let odd = rng.below(40) == 0;
        frame.push(match slot {
            _ if odd => object(2),
            0..=2 => value::from_int(rng.pick(&[0, 0, 1, 3, 17, -4, 1 << 45])),
            3..=4 => value::from_f64(rng.pick(&[0.0, 1.5, -2.0, 1e6])).expect("small"),
            _ => object(rng.pick(&[2, 3, 4, 6])),
        });
    }
    frame.push(value::from_int(0));
    frame
}
