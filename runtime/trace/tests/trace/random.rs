//! Random traces, run before and after the optimiser on the same worlds: same exit, same frame, same heap, same calls.
//!
//! The generator plays the recorder: it appends without any rule, keeps pools of values by type, and makes a snapshot
//! at each guard that lists every slot it has changed. Seeds are fixed, so a failure is repeatable: the message holds
//! the seed, the passes and both traces.

use habu_trace::build::Rules;
use habu_trace::eval::{self, Outcome};
use habu_trace::text::parse;
use habu_trace::types::Slot;
use habu_trace::verify::verify;
use habu_trace::{
    Builder, Descs, End, FieldId, FrameInfo, InstId, Op, Passes, Recipe, Resume, SnapId, Snapshot,
    Trace, TraceKind, Type, optimise, value,
};

use crate::world::{PRESET, World, object};

struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

const DESCS: &str = "
field shape +0 raw32 alias 0
field x +16 val alias 3
field y +24 val alias 4
field n +32 raw64 alias 5
field f +40 f64 alias 6
field b +48 u8 alias 7
field link +56 val alias 8 immutable
field z +64 val alias 3
array items +72 val alias 9
alloc Box size 128 header 0x7 shape 7 [x, y, n, f, b, link]
alloc Pair size 128 header 0xb shape 11! [x, y]
alloc Arr size 72 header 0x9 shape 9 [n] elems items
helper mix (val, val) -> val pure
helper poke (val) -> val reads 3 writes 3
helper any (val) -> val reads all writes all raises python
trace root random
";

const SLOTS: i32 = 7;

struct Gen {
    rng: Rng,
    /// The world in which the trace is recorded: its guards hold there, the first time round.
    world: World,
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
        let world = world(&mut rng);
        Gen {
            rng,
            world,
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

    /// What a value is in the recording world.
    fn actual(&self, id: InstId) -> u64 {
        eval::values(self.b.trace(), &mut self.world.clone())[id.idx()]
    }

    /// The shape of an object in the recording world, now.
    fn shape(&self, bits: u64) -> Option<u32> {
        let mut world = self.world.clone();
        eval::values(self.b.trace(), &mut world);
        world.shape_of(bits)
    }

    /// A guarded op, if its guard holds in the recording world.
    fn guarded(&mut self, op: Op, args: &[InstId], snap: SnapId) -> InstId {
        let word = |i: usize| args.get(i).map_or(0, |&a| self.actual(a));
        if self.rng.0 & 63 != 0 && eval::guarded(op, word(0), word(1)).is_none() {
            return self.b.const_int(1);
        }
        self.b.guarded(op, args, |_| snap)
    }

    /// A guard on the type that a value has in the recording world; the value goes to its pool.
    fn guard_type(&mut self, v: InstId, snap: SnapId) {
        let bits = self.actual(v);
        if value::is_int(bits) {
            self.b.guard_int(v, |_| snap);
            self.ints.push(v);
        } else if value::is_imm_float(bits) {
            self.b.guard_imm_float(v, |_| snap);
            let x = self.b.op(Op::UnboxFloat, &[v]);
            self.floats.push(x);
        } else if bits > 1 && self.shape(bits) == Some(7) {
            self.b.guard_shape(v, 7, false, |_| snap);
            self.objs.push(v);
        } else {
            self.b.guard_ptr(v, |_| snap);
        }
        self.vals.push(v);
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
        let slot = self.rng.below(SLOTS as usize) as i32;
        let v = self.param(slot);
        let snap = self.snap();
        self.guard_type(v, snap);
    }

    fn write_slot(&mut self) {
        let slot = self.rng.below(SLOTS as usize);
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

    fn step(&mut self) {
        match self.rng.below(25) {
            0..=2 => self.read_slot(),
            24 => self.through_memory(),
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
                self.guarded(op, &[a, b], snap)
            }
            3 => {
                let snap = self.snap();
                self.guarded(Op::NegOvf, &[a], snap)
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
                let i = self.guarded(Op::F64ToInt, &[a], snap);
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
            0 | 1 => {
                let snap = self.snap();
                if self.actual(v) != 0 {
                    self.b.guard_true(v, |_| snap);
                } else {
                    self.b.guard_false(v, |_| snap);
                }
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
        if !value::is_int(self.actual(v)) || self.actual(v) as i64 >= value::from_int(18) as i64 {
            return;
        }
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

    fn field(&mut self) {
        let obj = self.obj();
        let store = self.rng.below(2) == 0;
        let field = FieldId(self.rng.pick(&[1, 1, 2, 3, 4, 5, 6, 7]));
        match (store, field.0) {
            (true, 1 | 2 | 7) => {
                let v = if self.rng.below(3) > 0 && field.0 != 2 { self.int() } else { self.val() };
                self.b.store(obj, field, v);
                self.b.barrier(obj, v);
            }
            (true, 3 | 5) => {
                let v = self.raw();
                self.b.store(obj, field, v);
            }
            (true, 4) => {
                let v = self.float();
                self.b.store(obj, field, v);
            }
            _ => {
                let v = self.b.load(obj, field);
                match self.b.trace().inst(v).ty {
                    Type::Val => self.vals.push(v),
                    Type::F64 => self.floats.push(v),
                    _ => self.raws.push(v),
                }
            }
        }
    }

    fn load_guarded(&mut self) {
        let obj = self.obj();
        let v = self.b.load(obj, FieldId(self.rng.pick(&[1, 1, 2])));
        let snap = self.snap();
        self.guard_type(v, snap);
        if value::is_int(self.actual(v)) && self.rng.below(2) == 0 {
            let one = self.b.const_int(1);
            let sum = self.guarded(Op::AddOvf, &[v, one], snap);
            self.b.store(obj, FieldId(1), sum);
        }
    }

    /// A new object goes into memory and comes back under another name; both are written.
    fn through_memory(&mut self) {
        let (arr, items) = (self.b.const_val(object(5)), habu_trace::ArrayId(0));
        self.allocate();
        let obj = self.obj();
        let index = self.raw();
        let mask = self.b.const_raw(3);
        let (i, j) = (self.b.op(Op::Rand, &[index, mask]), self.rng.below(4) as i64);
        let j = self.b.const_raw(j);
        self.b.astore(arr, items, i, obj);
        self.b.barrier(arr, obj);
        let again = self.b.aload(arr, items, j);
        let snap = self.snap();
        self.guard_type(again, snap);
        if self.objs.last() == Some(&again) {
            for obj in [obj, again, obj] {
                let v = self.b.load(obj, FieldId(1));
                self.vals.push(v);
                let v = self.int();
                self.b.store(obj, FieldId(1), v);
            }
        }
    }

    fn element(&mut self) {
        let arr = self.b.const_val(object(5));
        let index = self.raw();
        let mask = self.b.const_raw(3);
        let index = self.b.op(Op::Rand, &[index, mask]);
        let items = habu_trace::ArrayId(0);
        if self.rng.below(2) == 0 {
            let v = self.b.aload(arr, items, index);
            self.vals.push(v);
        } else {
            let v = self.val();
            self.b.astore(arr, items, index, v);
            self.b.barrier(arr, v);
        }
    }

    fn allocate(&mut self) {
        let pair = self.rng.below(3) == 0;
        let obj = self.b.new_object(habu_trace::AllocId(pair.into()));
        for field in [1, 2] {
            let v = self.val();
            self.b.store(obj, FieldId(field), v);
            self.b.barrier(obj, v);
        }
        if pair {
            self.vals.push(obj);
            return;
        }
        let (n, f, link) = (self.raw(), self.float(), self.val());
        self.b.store(obj, FieldId(3), n);
        self.b.store(obj, FieldId(4), f);
        let b = self.b.const_raw(9);
        self.b.store(obj, FieldId(5), b);
        self.b.store(obj, FieldId(6), link);
        self.b.barrier(obj, link);
        self.objs.push(obj);
        if self.rng.below(3) == 0 {
            let slot = 5 + self.rng.below(2);
            self.slots[slot] = Some(obj);
        }
    }

    fn call(&mut self) {
        let (a, b) = (self.val(), self.val());
        match self.rng.below(4) {
            3 => self.call_tree(a),
            0 => {
                let v = self.b.call(habu_trace::HelperId(0), &[a, b]);
                self.vals.push(v);
            }
            1 => {
                let v = self.b.call(habu_trace::HelperId(1), &[a]);
                self.vals.push(v);
            }
            _ => {
                let slot = self.rng.below(SLOTS as usize);
                let now = self.param(slot as i32);
                if self.rng.below(2) == 0 {
                    self.slots[slot] = Some(now);
                    self.stored[slot] = true;
                    self.b.frame_store(slot as i32, now);
                }
                let v = self.b.call(habu_trace::HelperId(2), &[a]);
                let snap = self.snap_resuming(Resume::Raise);
                self.b.guard_no_raise(v, |_| snap);
                self.vals.push(v);
                if self.stored[slot] {
                    let v = self.b.frame_load(slot as i32);
                    self.slots[slot] = Some(v);
                }
            }
        }
    }

    /// A call of a tree in a window above the slots, with a link word.
    fn call_tree(&mut self, argument: InstId) {
        let window = 20 + self.rng.below(3) as Slot;
        self.b.frame_store(window, argument);
        let address = self.b.frame_addr(self.rng.below(3) as Slot);
        self.b.frame_store(window - 1, address);
        let snap = self.snap_resuming(Resume::Raise);
        let v = self.b.call_tree(self.rng.below(3) as u32, window, |_| snap);
        self.vals.push(v);
        if self.rng.below(4) > 0 {
            let snap = self.snap();
            self.b.guard_valid(|_| snap);
        }
    }

    fn misc(&mut self) {
        let snap = self.snap();
        match self.rng.below(7) {
            0 => self.b.safepoint(|_| snap),
            1 => {
                let v = self.val();
                let bits = self.actual(v);
                if (2..=PRESET as u64).any(|n| object(n - 1) == bits) {
                    let c = self.b.const_val(bits);
                    self.b.guard_is(v, c, |_| snap);
                }
            }
            2 => {
                let (v, c) = (self.val(), object(self.rng.pick(&[0, 6])));
                if self.actual(v) != c {
                    let c = self.b.const_val(c);
                    self.b.guard_is_not(v, c, |_| snap);
                }
            }
            3 => {
                let v = self.val();
                if !value::is_int(self.actual(v)) {
                    self.b.guard_not_int(v, |_| snap);
                }
            }
            4 => {
                let v = self.val();
                self.guard_type(v, snap);
            }
            5 => {
                let obj = self.obj();
                self.b.guard_not_shape(obj, 8, |_| snap);
            }
            _ => {
                let (a, b) = (self.int(), self.int());
                let less = self.b.op(Op::Lt, &[a, b]);
                if self.actual(less) != 0 {
                    self.b.guard_true(less, |_| snap);
                } else {
                    self.b.guard_false(less, |_| snap);
                }
            }
        }
    }

    fn finish(mut self, looping: bool) -> Trace {
        let snap = self.snap();
        if !looping && self.rng.below(3) == 0 {
            let v = self.val();
            return self.b.finish(End::Return(v));
        }
        if !looping {
            return self.b.finish(End::Exit(snap));
        }
        self.b.safepoint(|_| snap);
        // Values move from slot to slot, so that what a slot holds takes some iterations to show.
        for _ in 0..self.rng.below(4) {
            let (to, from) = (self.rng.below(SLOTS as usize), self.rng.below(SLOTS as usize));
            let v = self.param(from as i32);
            self.slots[to] = Some(v);
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

fn generate(seed: u64) -> Trace {
    record(seed).0
}

/// A trace, and the world it was recorded in.
fn record(seed: u64) -> (Trace, World) {
    let mut g = Gen::new(seed);
    let steps = 3 + g.rng.below(40);
    for _ in 0..steps {
        g.step();
    }
    let looping = g.rng.below(4) > 0;
    let world = g.world.clone();
    (g.finish(looping), world)
}

fn world(rng: &mut Rng) -> World {
    let mut world = World::new();
    for slot in 0..SLOTS {
        let odd = rng.below(40) == 0;
        let v = match slot {
            _ if odd => object(2),
            0..=2 => value::from_int(rng.pick(&[0, 0, 1, 3, 17, -4, 1 << 45])),
            3..=4 => value::from_f64(rng.pick(&[0.0, 1.5, -2.0, 1e6])).expect("small"),
            _ => object(rng.pick(&[2, 3, 4, 6])),
        };
        world.frame.insert(slot, v);
    }
    world
}

/// What a run shows, or nothing if it went where floats need heap objects.
fn observe(trace: &Trace, mut world: World) -> Option<String> {
    let outcome = eval::eval(trace, &mut world, 20_000);
    if world.heap_floats > 0 {
        return None;
    }
    let end = match outcome {
        Outcome::Returned(v) => {
            world.frame.insert(-1, v);
            "return".to_string()
        }
        Outcome::Exit { frames, resume, .. } => format!("exit {frames:?} {resume:?}"),
        other => format!("{other:?}"),
    };
    let missed = if world.missed_barrier { "missed barrier" } else { "" };
    Some(format!("{end} {missed}\n{}\n{:?}", world.digest(), world.log))
}

fn check(seed: u64, passes: Passes) {
    let (trace, recorded) = record(seed);
    if let Err(e) = verify(&trace) {
        panic!("seed {seed}: generated badly: {e}\n{trace}");
    }
    let out = optimise(&trace, passes);
    if let Err(e) = verify(&out) {
        panic!("seed {seed}: {e}\n{trace}\n=> {passes:?}\n{out}");
    }
    assert!(!matches!(out.end, End::Close(_)), "seed {seed}: not in labelled form");
    let printed = out.to_string();
    let again = parse(&printed).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{printed}"));
    assert_eq!(again.to_string(), printed, "seed {seed}");
    let mut rng = Rng(seed | 1);
    for i in 0..4 {
        let mut world = if i == 3 { world(&mut rng) } else { recorded.clone() };
        if i > 0 {
            world
                .frame
                .insert(rng.below(3) as i32, value::from_int(rng.pick(&[-2, 0, 1, 2, 9, 25])));
        }
        let (Some(before), Some(after)) = (observe(&trace, world.clone()), observe(&out, world))
        else {
            continue;
        };
        if before.contains("Fuel") && after.contains("Fuel") {
            continue;
        }
        assert!(
            before == after,
            "seed {seed} {passes:?}\n{trace}\n=>\n{out}\nbefore: {before}\nafter:  {after}"
        );
    }
}

fn count() -> u64 {
    std::env::var("TRACES").ok().and_then(|n| n.parse().ok()).unwrap_or(4000)
}

#[test]
fn optimised_traces_do_the_same() {
    for seed in 0..count() {
        check(seed, Passes::ALL);
    }
}

#[test]
fn any_choice_of_passes_does_the_same() {
    for seed in 0..count() / 2 {
        let bits = seed.wrapping_mul(0x9e37_79b9) >> 8;
        let on = |n: u32| bits >> n & 1 != 0;
        let passes = Passes {
            fold: on(0),
            cse: on(1),
            heap: on(2),
            virtuals: on(3),
            range: on(4),
            peel: on(5),
            sink: on(6),
            dce: on(7),
        };
        check(seed + 1_000_000, passes);
    }
}

#[test]
fn optimising_twice_does_the_same() {
    for seed in 0..count() / 8 {
        let trace = generate(seed + 2_000_000);
        if matches!(trace.end, End::Close(_)) {
            continue;
        }
        let once = optimise(&trace, Passes::ALL);
        let twice = optimise(&once, Passes::ALL);
        verify(&twice).unwrap_or_else(|e| panic!("{e}\n{once}\n{twice}"));
        let world = world(&mut Rng(seed | 1));
        let (a, b) = (observe(&once, world.clone()), observe(&twice, world));
        assert!(a.is_none() || b.is_none() || a == b, "{once}\n=>\n{twice}\n{a:?}\n{b:?}");
    }
}
