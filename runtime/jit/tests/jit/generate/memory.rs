//! Memory, allocation and calls in random traces.

use habu_trace::text::parse::symbol_bits as object;
use habu_trace::{FieldId, HelperId, Op, Resume, Type};

use super::{FREE, Gen};

impl Gen {
    pub(super) fn field(&mut self) {
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

    pub(super) fn load_guarded(&mut self) {
        let obj = self.obj();
        let v = self.b.load(obj, FieldId(self.rng.pick(&[1, 1, 2])));
        let snap = self.snap();
        match self.rng.below(4) {
            0 => {
                self.b.guard_imm_float(v, |_| snap);
                let x = self.b.op(Op::UnboxFloat, &[v]);
                self.floats.push(x);
            }
            1 => {
                self.b.guard_ptr(v, |_| snap);
                self.b.guard_shape(v, 7, false, |_| snap);
                self.objs.push(v);
            }
            _ => {
                self.b.guard_int(v, |_| snap);
                self.ints.push(v);
                if self.rng.below(2) == 0 {
                    let one = self.b.const_int(1);
                    let sum = self.b.guarded(Op::AddOvf, &[v, one], |_| snap);
                    self.b.store(obj, FieldId(1), sum);
                }
            }
        }
    }

    pub(super) fn element(&mut self) {
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

    pub(super) fn allocate(&mut self) {
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
        let (b, z) = (self.b.const_raw(9), self.b.const_int(0));
        self.b.store(obj, FieldId(5), b);
        self.b.store(obj, FieldId(7), z);
        self.b.store(obj, FieldId(6), link);
        self.b.barrier(obj, link);
        self.objs.push(obj);
        if self.rng.below(3) == 0 {
            let slot = 5 + self.rng.below(2);
            self.slots[slot] = Some(obj);
        }
    }

    pub(super) fn call(&mut self) {
        let (a, b) = (self.val(), self.val());
        match self.rng.below(4) {
            3 => {
                let window = 20 + self.rng.below(3) as i32;
                self.b.frame_store(window, a);
                let snap = self.snap_resuming(Resume::Raise);
                let v = self.b.call_tree(self.rng.below(2) as u32, window, |_| snap);
                self.vals.push(v);
            }
            0 => {
                let v = self.b.call(habu_trace::HelperId(0), &[a, b]);
                self.vals.push(v);
            }
            1 => {
                let v = self.b.call(habu_trace::HelperId(1), &[a]);
                self.vals.push(v);
            }
            _ => {
                let slot = self.rng.below(FREE);
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

    pub(super) fn array(&mut self) {
        let n = self.rng.pick(&[0, 1, 3, 20]);
        let len = self.b.const_raw(n);
        let len = if self.rng.below(2) == 0 {
            len
        } else {
            let (i, mask) = (self.int(), self.b.const_raw(3));
            let i = self.b.op(Op::IntToRaw, &[i]);
            let i = self.b.op(Op::Rand, &[i, mask]);
            self.b.op(Op::Radd, &[i, len])
        };
        let v = self.b.new_array(habu_trace::AllocId(2), len);
        self.b.store(v, FieldId(8), len);
        self.vals.push(v);
    }

    pub(super) fn float_call(&mut self) {
        let x = self.float();
        match self.rng.below(3) {
            0 => {
                let v = self.b.call(HelperId(3), &[x]);
                self.floats.push(v);
            }
            1 => {
                let v = self.b.call(HelperId(4), &[x]);
                let snap = self.snap_resuming(Resume::Raise);
                self.b.guard_no_raise(v, |_| snap);
                self.floats.push(v);
            }
            _ => {
                let (n, c) = (self.raw(), self.bool());
                let v = self.b.call(HelperId(5), &[n, c]);
                self.bools.push(v);
            }
        }
    }
}
