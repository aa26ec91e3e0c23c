//! The recording machine: each primitive does what the concrete machine does and emits the instruction for it.

use super::state::Contents;
use super::{OpenFrame, Recorder};
use crate::reason::Abort;
use habu_bytecode::{Insn, Op, for_each_op};
use habu_object::array::{INSTANCE_SLOTS_OFFSET, ITEMS_OFFSET, LEN_OFFSET, gen_slot};
use habu_object::{Exception, Function, Generator, Instance, Kind, List, Tuple, Value, float};
use habu_semantics::direct::Direct;
use habu_semantics::fields::{CELL_CONTENTS, LIST_ITEMS};
use habu_semantics::machine::{Returns, done};
use habu_semantics::slow::operators::python_method;
use habu_semantics::{Field, FieldType, Flow, Layout, Machine, ops};
use habu_trace::{AllocDesc, FieldId, InstId, MemType, Op as I, Slot};
use habu_vm::call::stub;
use habu_vm::generator::owner_of_result;
use habu_vm::resume::ResumePoint;

use habu_vm::stack::{CALLEE, CALLER, RETURN_PC, reg, set_reg};
use habu_vm::{BinOp, CmpOp, Vm};

/// A value while recording: what it is now, and the instruction that makes it.
#[derive(Clone, Copy)]
pub(crate) struct Rec<T: Copy> {
    pub(super) now: T,
    pub(super) id: InstId,
}

macro_rules! fast_paths {
    ($($(#[$doc:meta])* $name:ident $a:tt $b:tt $c:tt [$($word:ident)*] $range:ident;)*) => {
        /// Runs an op's fast path on the recorder.
        pub(super) fn fast(r: &mut Recorder<'_>, op: Op, i: Insn) -> Flow {
            let flow = match op {
                $(Op::$name => ops::$name(r, i),)*
            };
            if flow == Flow::More { ops::more(op, r, i) } else { flow }
        }
    };
}
for_each_op!(fast_paths);

fn compare(op: CmpOp) -> (I, I) {
    match op {
        CmpOp::Lt => (I::Lt, I::Flt),
        CmpOp::Le => (I::Le, I::Fle),
        CmpOp::Gt => (I::Gt, I::Fgt),
        CmpOp::Ge => (I::Ge, I::Fge),
        CmpOp::Eq => (I::Eq, I::Feq),
        CmpOp::Ne => (I::Ne, I::Fne),
    }
}

impl Recorder<'_> {
    fn at<T>(o: Value, offset: u32) -> *mut T {
        (o.bits() - 1 + offset as u64) as *mut T
    }

    /// What a field that is no value holds, as a number.
    fn word_at(o: Value, f: &Field) -> i64 {
        // SAFETY: the op has decided that `o` has the layout the field belongs to.
        unsafe {
            match f.ty {
                FieldType::U32 => i64::from(*Recorder::at::<u32>(o, f.offset)),
                FieldType::Byte => i64::from(*Recorder::at::<u8>(o, f.offset)),
                _ => *Recorder::at::<i64>(o, f.offset),
            }
        }
    }

    /// Guards that the op's condition stays as it is.
    pub(super) fn decide(&mut self, cond: InstId, now: bool) -> bool {
        if let Some(known) = self.b.known_bool(cond) {
            return known;
        }
        let snap = self.guard_snapshot();
        if now {
            self.b.guard_true(cond, |_| snap);
        } else {
            self.b.guard_false(cond, |_| snap);
        }
        now
    }

    pub(super) fn guard_snapshot(&mut self) -> habu_trace::SnapId {
        debug_assert!(!self.effect, "guard after an effect within one op");
        self.snapshot()
    }

    /// Makes what kind of word `v` is known: int, immediate float, or object of its shape.
    pub(super) fn pin_kind(&mut self, v: Rec<Value>) {
        if v.now.is_int() {
            if !self.b.is_int(v.id) {
                let snap = self.guard_snapshot();
                self.b.guard_int(v.id, |_| snap);
            }
        } else if v.now.is_imm_float() {
            if !self.b.is_imm_float(v.id) {
                let snap = self.guard_snapshot();
                self.b.guard_imm_float(v.id, |_| snap);
            }
        } else if v.now.is_unbound() {
            self.pin(v);
        } else {
            let shape = v.now.shape();
            if self.b.const_bits(v.id).is_some() && Recorder::stable(shape) {
                self.b.assume_shape(v.id, shape, true);
            } else if self.b.known_shape(v.id) != Some(shape) {
                let snap = self.guard_snapshot();
                self.b.guard_shape(v.id, shape, Recorder::stable(shape), |_| snap);
            }
        }
    }

    /// Makes `v` a known word.
    pub(super) fn pin(&mut self, v: Rec<Value>) {
        if self.b.const_bits(v.id) == Some(v.now.bits()) {
            return;
        }
        let snap = self.guard_snapshot();
        let konst = self.b.const_val(v.now.bits());
        self.b.guard_is(v.id, konst, |_| snap);
    }

    pub(super) fn slot(&self, r: usize) -> Slot {
        self.depth_base() + r as Slot
    }

    pub(super) fn read_slot(&mut self, slot: Slot) -> InstId {
        match self.slots.get(slot) {
            Contents::Inst(id) => id,
            Contents::Entry => {
                let id = self.b.param(slot);
                self.slots.set(slot, Contents::Entry);
                id
            }
            Contents::Memory => {
                let id = self.b.frame_load(slot);
                self.slots.set(slot, Contents::Inst(id));
                id
            }
        }
    }

    pub(super) fn write_slot(&mut self, slot: Slot, v: Rec<Value>) {
        let at = self.tree_base.wrapping_offset(slot as isize);
        // SAFETY: the slot belongs to an open frame's window or its link words.
        unsafe { *at = v.now };
        self.slots.set(slot, Contents::Inst(v.id));
    }

    fn shape_field(&mut self) -> habu_trace::FieldId {
        self.field_at("shape", 0, MemType::Raw32, false)
    }

    fn slot_field(&mut self, offset: u32) -> habu_trace::FieldId {
        self.field_at("slot", offset, MemType::Val, false)
    }

    pub(super) fn header_word(shape: u32, slots: u16, kind: u8) -> u64 {
        shape as u64 | (slots as u64) << 32 | (kind as u64) << 56
    }

    /// The code of a function value becomes known; the function itself, if it is one that is always made anew.
    pub(super) fn pin_code(&mut self, f: Rec<Value>) {
        if self.b.const_bits(f.id).is_some() {
            return;
        }
        self.pin_kind(f);
        let Some(function) = f.now.cast::<Function>() else { return };
        let field = self.field_at(
            "function.code",
            std::mem::offset_of!(Function, code) as u32,
            MemType::Val,
            true,
        );
        let code = self.b.load(f.id, field);
        self.pin(Rec { now: function.code.get(), id: code });
    }

    /// Opens an inlined frame of `size` registers at register `base`, for which there is room: it begins at `pc` and
    /// returns to where the recording stands.
    pub(super) fn open_frame(
        &mut self,
        base: usize,
        callee: Rec<Value>,
        pc: *const u32,
        code: usize,
        size: usize,
    ) {
        let slot = self.slot(base);
        let window = self.base.wrapping_add(base);
        if let Some(outer) = self.frames.last_mut() {
            outer.resume = self.pc;
        }
        // SAFETY: callers have checked the room; the link words lie just below the window.
        unsafe {
            set_reg(window, RETURN_PC, Value::from_bits(self.pc as u64));
            set_reg(window, CALLER, Value::from_bits(self.base as u64));
        }
        self.write_slot(slot - 3, callee);
        if let Some(f) = habu_vm::frame::function_of(callee.now) {
            self.vm.pin_code(Vm::function_code(f));
        }
        (self.base, self.pc) = (window, pc);
        self.worth.frame();
        self.frames.push(OpenFrame { base: slot, resume: std::ptr::null(), code, linked: false });
        self.extent = self.extent.max(slot as usize + size + 16);
        self.check_depth();
        self.effect = true;
    }

    /// Closes the innermost frame, whose caller must be in the trace.
    pub(super) fn leave_frame(&mut self) {
        if let Some(f) = self.frames.pop() {
            self.slots.drop_from(f.base - 2);
        }
        match self.frames.last() {
            Some(outer) => {
                self.pc = outer.resume;
                self.base = self.tree_base.wrapping_offset(outer.base as isize);
            }
            None => self.abort = Some(Abort::LeftFrame),
        }
    }

    pub(super) fn fits(&self, f: habu_object::Gc<Function>, nargs: usize, base: usize) -> bool {
        f.simple_args.get() as usize == nargs && self.has_room(f, base)
    }

    /// Whether a frame of `f` fits on the stack at register `base`.
    pub(super) fn has_room(&self, f: habu_object::Gc<Function>, base: usize) -> bool {
        self.base.wrapping_add(base + f.nregs.get() as usize) <= self.vm.stack_limit
    }

    fn binary(&mut self, op: I, a: Rec<i64>, b: Rec<i64>, now: i64) -> Rec<i64> {
        let id = self.b.op(op, &[a.id, b.id]);
        Rec { now, id }
    }

    fn checked(&mut self, op: I, a: Rec<i64>, b: Rec<i64>, now: Option<i64>) -> Option<Rec<i64>> {
        let Some(now) = now else {
            // Beyond the small range now: ints of these operands are the slow path's. Pin what made it so.
            self.abort = self.abort.or(None);
            self.overflowed(op, a, b);
            return None;
        };
        let snap = self.guard_snapshot();
        let id = self.b.guarded(op, &[a.id, b.id], |_| snap);
        Some(Rec { now, id })
    }

    /// Records that an operation overflows: nothing is guarded, the residual op decides again.
    fn overflowed(&mut self, _op: I, _a: Rec<i64>, _b: Rec<i64>) {}

    fn float_op(&mut self, op: I, a: Rec<f64>, b: Rec<f64>, now: f64) -> Rec<f64> {
        let id = self.b.op(op, &[a.id, b.id]);
        Rec { now, id }
    }

    /// Guards that `o` is none of the other objects of whose field the trace knows something, if so it is now: a store
    /// then changes nothing of what is known, and a load sees no store into another.
    fn tell_apart(&mut self, o: Rec<Value>, field: FieldId, stores: bool) {
        if self.effect {
            return;
        }
        for rival in self.b.rivals(o.id, field, stores) {
            if self.objects.get(&rival).is_some_and(|&now| now != o.now.bits()) {
                let snap = self.guard_snapshot();
                self.b.guard_apart(o.id, rival, |_| snap);
            }
        }
        self.objects.insert(self.b.resolve(o.id), o.now.bits());
    }

    fn store_value(
        &mut self,
        o: Rec<Value>,
        offset: u32,
        field: habu_trace::FieldId,
        v: Rec<Value>,
    ) {
        // SAFETY: the op has decided that `o` has the layout the field belongs to.
        unsafe { *Recorder::at::<Value>(o.now, offset) = v.now };
        if v.now.is_ptr()
            && let Some(p) = o.now.object()
        {
            self.vm.heap.barrier(p);
        }
        self.b.store(o.id, field, v.id);
        self.b.barrier(o.id, v.id);
        self.effect = true;
    }

    /// An allocation descriptor for a fixed layout with these value and raw fields.
    pub(super) fn alloc_desc(
        &mut self,
        name: String,
        size: u32,
        header: u64,
        shape: u32,
        fields: Vec<habu_trace::FieldId>,
    ) -> habu_trace::AllocId {
        let stable = Recorder::stable(shape);
        self.b.descs().add_alloc(AllocDesc {
            name,
            size,
            header,
            shape,
            stable,
            fields,
            elems: None,
        })
    }
}

/// Whether a global or an attribute of a class with this value is rarely given another: then the value itself is known,
/// not only what there is to know of it.
fn is_definition(v: Value) -> bool {
    matches!(v.kind(), Kind::Function | Kind::Builtin | Kind::Type)
}

impl Machine for Recorder<'_> {
    type V = Rec<Value>;
    type I = Rec<i64>;
    type F = Rec<f64>;

    fn reg(&mut self, r: usize) -> Rec<Value> {
        let slot = self.slot(r);
        // SAFETY: verified code names registers of its own live window.
        let now = unsafe { reg(self.base, r as isize) };
        let id = self.read_slot(slot);
        Rec { now, id }
    }

    fn set(&mut self, r: usize, v: Rec<Value>) {
        let slot = self.slot(r);
        self.write_slot(slot, v);
        self.effect = true;
    }

    fn word(&self, k: usize) -> u32 {
        // SAFETY: verified code is complete: an op's words follow it.
        unsafe { *self.pc.add(k) }
    }

    fn wide(&self, k: usize) -> u64 {
        // SAFETY: as `word`.
        unsafe { self.pc.add(k).cast::<u64>().read_unaligned() }
    }

    fn skip(&mut self, n: usize) {
        self.pc = self.pc.wrapping_add(n);
    }

    fn jump(&mut self, offset: i32) {
        self.pc = self.pc.wrapping_offset(offset as isize - 1);
    }

    fn back_edge(&mut self, offset: i32, _count: usize) -> bool {
        self.jump(offset);
        true
    }

    fn ready(&mut self, _count: usize) -> bool {
        true
    }

    fn entry(&mut self, _count: usize) -> bool {
        true
    }

    fn frame_size(&mut self) -> usize {
        // SAFETY: the window is live.
        unsafe { habu_semantics::slow::window_size(self.base) }
    }

    fn continued(&mut self) -> Insn {
        // The same whenever the trace comes here: the op that pushed the frame is in it, or in the trace it continues.
        // SAFETY: R[0] of a continuation frame is the address of the op it continues.
        Insn(unsafe { *(reg(self.base, 0).bits() as *const u32) })
    }

    fn continued_at(&mut self) -> *const u32 {
        // SAFETY: as `continued`.
        unsafe { reg(self.base, 0).bits() as *const u32 }
    }

    fn stepped(&mut self) -> (Insn, *const u32) {
        // SAFETY: as `continued`.
        unsafe { done(reg(self.base, 0).bits() as *const u32) }
    }

    fn go_to(&mut self, pc: *const u32) {
        self.pc = pc;
    }

    fn konst(&mut self, v: Value) -> Rec<Value> {
        Rec { now: v, id: self.b.const_val(v.bits()) }
    }

    fn small(&mut self, n: i64) -> Rec<i64> {
        Rec { now: n << 2, id: self.b.const_int(n) }
    }

    fn is_int(&mut self, v: Rec<Value>) -> bool {
        self.pin_kind(v);
        v.now.is_int()
    }

    fn both_int(&mut self, a: Rec<Value>, b: Rec<Value>) -> bool {
        self.pin_kind(a);
        self.pin_kind(b);
        Value::both_int(a.now, b.now)
    }

    fn is_float(&mut self, v: Rec<Value>) -> bool {
        self.pin_kind(v);
        v.now.is_imm_float()
    }

    fn both_float(&mut self, a: Rec<Value>, b: Rec<Value>) -> bool {
        self.pin_kind(a);
        self.pin_kind(b);
        Value::both_imm_float(a.now, b.now)
    }

    fn has_shape(&mut self, v: Rec<Value>, shape: u32) -> bool {
        self.pin_kind(v);
        v.now.is_ptr() && !v.now.is_unbound() && v.now.shape() == shape
    }

    fn is(&mut self, v: Rec<Value>, what: Value) -> bool {
        if v.now == what {
            self.pin(v);
            return true;
        }
        if what.is_unbound() && v.now.is_ptr() {
            // Before anything looks at the object: UNBOUND has no header to look at.
            if self.b.known_shape(v.id).is_none() && self.b.const_bits(v.id).is_none() {
                let snap = self.guard_snapshot();
                let unbound = self.b.const_val(what.bits());
                self.b.guard_is_not(v.id, unbound, |_| snap);
            }
            return false;
        }
        // Another kind of word or another shape settles it; else identity itself.
        self.pin_kind(v);
        let differs = v.now.is_int() && !what.is_int()
            || v.now.is_imm_float() && !what.is_imm_float()
            || what.is_unbound()
            || v.now.is_unbound()
            || v.now.is_ptr() && (!what.is_ptr() || v.now.shape() != what.shape());
        if !differs && self.b.const_bits(v.id).is_none() {
            let snap = self.guard_snapshot();
            let other = self.b.const_val(what.bits());
            self.b.guard_is_not(v.id, other, |_| snap);
        }
        false
    }

    fn same(&mut self, a: Rec<Value>, b: Rec<Value>) -> bool {
        let cond = self.b.op(I::Is, &[a.id, b.id]);
        self.decide(cond, a.now == b.now)
    }

    fn cmp_int(&mut self, op: CmpOp, a: Rec<i64>, b: Rec<i64>) -> bool {
        let cond = self.b.op(compare(op).0, &[a.id, b.id]);
        self.decide(cond, op.holds(a.now.cmp(&b.now)))
    }

    fn cmp_float(&mut self, op: CmpOp, a: Rec<f64>, b: Rec<f64>) -> bool {
        let cond = self.b.op(compare(op).1, &[a.id, b.id]);
        let (x, y) = (a.now, b.now);
        let now = match op {
            CmpOp::Lt => x < y,
            CmpOp::Le => x <= y,
            CmpOp::Gt => x > y,
            CmpOp::Ge => x >= y,
            CmpOp::Eq => x == y,
            CmpOp::Ne => x != y,
        };
        self.decide(cond, now)
    }

    fn below(&mut self, i: Rec<i64>, n: Rec<i64>) -> bool {
        let (x, y) = (self.b.op(I::IntToRaw, &[i.id]), self.b.op(I::IntToRaw, &[n.id]));
        let cond = self.b.op(I::Rlt, &[x, y]);
        self.decide(cond, (i.now as u64) < n.now as u64)
    }

    fn shadow_unchanged(&mut self, version: u32) -> bool {
        if self.vm.shadow_version != version {
            return false;
        }
        let address = &raw const self.vm.shadow_version as i64;
        let at = self.b.const_raw(address);
        let field = self.field_at("vm.shadow_version", 0, MemType::Raw32, false);
        let now = self.b.load(at, field);
        let wanted = self.b.const_raw(version as i64);
        let cond = self.b.op(I::Req, &[now, wanted]);
        self.decide(cond, true)
    }

    fn int(&mut self, v: Rec<Value>) -> Rec<i64> {
        Rec { now: v.now.bits() as i64, id: v.id }
    }

    fn of_int(&mut self, i: Rec<i64>) -> Rec<Value> {
        Rec { now: Value::from_bits(i.now as u64), id: i.id }
    }

    fn float(&mut self, v: Rec<Value>) -> Rec<f64> {
        Rec { now: v.now.as_imm_float(), id: self.b.op(I::UnboxFloat, &[v.id]) }
    }

    fn of_float(&mut self, f: Rec<f64>) -> Option<Rec<Value>> {
        let now = float::new(&mut self.vm.heap, f.now).ok()?;
        let id = self.b.op(I::BoxFloat, &[f.id]);
        Some(self.made(now, id))
    }

    fn int_to_float(&mut self, i: Rec<i64>) -> Rec<f64> {
        Rec { now: (i.now >> 2) as f64, id: self.b.op(I::IntToF64, &[i.id]) }
    }

    fn add(&mut self, a: Rec<i64>, b: Rec<i64>) -> Option<Rec<i64>> {
        self.checked(I::AddOvf, a, b, a.now.checked_add(b.now))
    }

    fn add_within(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::Add, a, b, a.now.wrapping_add(b.now))
    }

    fn sub(&mut self, a: Rec<i64>, b: Rec<i64>) -> Option<Rec<i64>> {
        self.checked(I::SubOvf, a, b, a.now.checked_sub(b.now))
    }

    fn mul(&mut self, a: Rec<i64>, b: Rec<i64>) -> Option<Rec<i64>> {
        self.checked(I::MulOvf, a, b, (a.now >> 2).checked_mul(b.now))
    }

    fn floor_div(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::Floordiv, a, b, a.now.div_euclid(b.now) << 2)
    }

    fn modulo(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::Mod, a, b, a.now.rem_euclid(b.now))
    }

    fn shl(&mut self, a: Rec<i64>, b: Rec<i64>) -> Option<Rec<i64>> {
        let n = b.now >> 2;
        if n > 60 {
            return None;
        }
        let r = a.now << n;
        self.checked(I::LshiftOvf, a, b, (r >> n == a.now).then_some(r))
    }

    fn shr(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::Rshift, a, b, (a.now >> (b.now >> 2)) & !3)
    }

    fn and(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::And, a, b, a.now & b.now)
    }

    fn or(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::Or, a, b, a.now | b.now)
    }

    fn xor(&mut self, a: Rec<i64>, b: Rec<i64>) -> Rec<i64> {
        self.binary(I::Xor, a, b, a.now ^ b.now)
    }

    fn fadd(&mut self, a: Rec<f64>, b: Rec<f64>) -> Rec<f64> {
        self.float_op(I::Fadd, a, b, a.now + b.now)
    }

    fn fsub(&mut self, a: Rec<f64>, b: Rec<f64>) -> Rec<f64> {
        self.float_op(I::Fsub, a, b, a.now - b.now)
    }

    fn fmul(&mut self, a: Rec<f64>, b: Rec<f64>) -> Rec<f64> {
        self.float_op(I::Fmul, a, b, a.now * b.now)
    }

    fn fdiv(&mut self, a: Rec<f64>, b: Rec<f64>) -> Rec<f64> {
        self.float_op(I::Fdiv, a, b, a.now / b.now)
    }

    fn fneg(&mut self, a: Rec<f64>) -> Rec<f64> {
        Rec { now: -a.now, id: self.b.op(I::Fneg, &[a.id]) }
    }

    fn load(&mut self, o: Rec<Value>, f: &'static Field) -> Rec<Value> {
        // SAFETY: the op has decided that `o` has the layout the field belongs to.
        let now = unsafe { *Recorder::at::<Value>(o.now, f.offset) };
        let field = self.field(f);
        let v = Rec { now, id: self.b.load(o.id, field) };
        let named = f.name == CELL_CONTENTS.name && self.b.const_bits(o.id).is_some();
        if named && !self.effect && is_definition(now) {
            self.pin(v);
        }
        v
    }

    fn load_count(&mut self, o: Rec<Value>, f: &'static Field) -> Rec<i64> {
        let field = self.field(f);
        let raw = self.b.load(o.id, field);
        Rec { now: Recorder::word_at(o.now, f) << 2, id: self.b.op(I::RawToInt, &[raw]) }
    }

    fn load_float(&mut self, o: Rec<Value>, f: &'static Field) -> Rec<f64> {
        // SAFETY: as `load`.
        let now = unsafe { *Recorder::at::<f64>(o.now, f.offset) };
        let field = self.field(f);
        Rec { now, id: self.b.load(o.id, field) }
    }

    fn stores_freely(&mut self, _o: Rec<Value>, _v: Rec<Value>) -> bool {
        // Stores are recorded with their barriers.
        true
    }

    fn store(&mut self, o: Rec<Value>, f: &'static Field, v: Rec<Value>) {
        let field = self.field(f);
        self.store_value(o, f.offset, field, v);
    }

    fn store_count(&mut self, o: Rec<Value>, f: &'static Field, n: Rec<i64>) {
        // SAFETY: as `load`.
        unsafe { *Recorder::at::<i64>(o.now, f.offset) = n.now >> 2 };
        let field = self.field(f);
        let raw = self.b.op(I::IntToRaw, &[n.id]);
        self.b.store(o.id, field, raw);
        self.effect = true;
    }

    fn store_small(&mut self, o: Rec<Value>, f: &'static Field, n: u32) {
        if f.ty == FieldType::Byte {
            // SAFETY: as `load`.
            unsafe { *Recorder::at::<u8>(o.now, f.offset) = n as u8 };
        } else {
            // SAFETY: as `load`.
            unsafe { *Recorder::at::<u32>(o.now, f.offset) = n };
        }
        let field = self.field(f);
        let word = self.b.const_raw(i64::from(n));
        self.b.store(o.id, field, word);
        self.effect = true;
    }

    fn load_slot(&mut self, o: Rec<Value>, offset: u32) -> Rec<Value> {
        // SAFETY: the shape that the op has checked fixes the instance's slots.
        let now = unsafe { *Recorder::at::<Value>(o.now, offset) };
        let field = self.slot_field(offset);
        self.tell_apart(o, field, false);
        Rec { now, id: self.b.load(o.id, field) }
    }

    fn store_slot(&mut self, o: Rec<Value>, offset: u32, v: Rec<Value>) {
        let field = self.slot_field(offset);
        self.tell_apart(o, field, true);
        self.store_value(o, offset, field, v);
    }

    fn set_shape(&mut self, o: Rec<Value>, shape: u32) {
        self.vm.set_shape(o.now, shape);
        let field = self.shape_field();
        let word = self.b.const_raw(shape as i64);
        self.b.store(o.id, field, word);
        self.effect = true;
    }

    fn item(&mut self, array: Rec<Value>, i: Rec<i64>) -> Rec<Value> {
        // SAFETY: the op has decided that the index is in range.
        let now = unsafe {
            *Recorder::at::<Value>(array.now, ITEMS_OFFSET as u32).add((i.now >> 2) as usize)
        };
        let tuple = array.now.kind() == Kind::Tuple;
        if tuple && let Some(k) = self.b.int_const(i.id) {
            return self.tuple_item(array, k as usize);
        }
        let desc = self.items(tuple);
        let index = self.b.op(I::IntToRaw, &[i.id]);
        Rec { now, id: self.b.aload(array.id, desc, index) }
    }

    fn set_item(&mut self, array: Rec<Value>, i: Rec<i64>, v: Rec<Value>) {
        let at = (i.now >> 2) as usize;
        // SAFETY: as `item`.
        unsafe { *Recorder::at::<Value>(array.now, ITEMS_OFFSET as u32).add(at) = v.now };
        if v.now.is_ptr()
            && let Some(p) = array.now.object()
        {
            self.vm.heap.barrier_at(p, at);
        }
        let desc = self.items(false);
        let index = self.b.op(I::IntToRaw, &[i.id]);
        self.b.astore(array.id, desc, index, v.id);
        self.b.barrier(array.id, v.id);
        self.effect = true;
    }

    fn make_room(&mut self, list: Rec<Value>) {
        let items = self.load(list, &LIST_ITEMS);
        if self.at_bridge || self.b.const_bits(items.id).is_some() {
            return;
        }
        if let Some(list) = list.now.cast::<List>() {
            // Without memory there is no room, and the op finds out.
            let _ = list.reserve(&mut self.vm.heap, 1);
        }
    }

    fn tuple_item(&mut self, tuple: Rec<Value>, i: usize) -> Rec<Value> {
        // SAFETY: the op has decided that the tuple is long enough.
        let now = unsafe { *Recorder::at::<Value>(tuple.now, ITEMS_OFFSET as u32).add(i) };
        let field = self.field_at("tuple.item", (ITEMS_OFFSET + 8 * i) as u32, MemType::Val, true);
        Rec { now, id: self.b.load(tuple.id, field) }
    }

    fn new_object(&mut self, layout: &'static Layout, shape: u32) -> Option<Rec<Value>> {
        let now =
            self.allocate(layout.size as usize, shape, Kind::from_u8(layout.kind), layout.slots)?;
        let id = self.blank(layout, shape);
        Some(self.made(now, id))
    }

    fn new_instance(&mut self, shape: u32, slots: u16) -> Option<Rec<Value>> {
        let o = Instance::new(&mut self.vm.heap, shape, slots).ok()?.value();
        let size = (INSTANCE_SLOTS_OFFSET + slots as usize * 8) as u32;
        let header = Recorder::header_word(shape, slots + 1, Kind::Instance as u8);
        let alloc = self.alloc_desc(format!("instance.{shape}"), size, header, shape, Vec::new());
        let id = self.b.new_object(alloc);
        let unbound = self.b.const_val(Value::UNBOUND.bits());
        for offset in (8..size).step_by(8) {
            let field = self.slot_field(offset);
            self.b.store(id, field, unbound);
        }
        Some(self.made(o, id))
    }

    fn new_tuple(&mut self, first: usize, n: usize) -> Option<Rec<Value>> {
        let items: Vec<Rec<Value>> = (0..n).map(|k| self.reg(first + k)).collect();
        self.make_tuple(&items)
    }

    fn new_function(&mut self, index: usize) -> Option<Rec<Value>> {
        self.make_function(index)
    }

    fn callee(&mut self) -> Rec<Value> {
        // SAFETY: a frame has a callee word.
        let now = unsafe { reg(self.base, CALLEE) };
        let id = self.read_slot(self.depth_base() - 3);
        if now.kind() == Kind::Generator && self.b.known_shape(id).is_none() {
            // Where the frame stands says it.
            self.b.assume_shape(id, habu_object::shape::GENERATOR, true);
        }
        Rec { now, id }
    }

    fn op_address(&self) -> Value {
        Value::from_bits(self.op_pc.wrapping_sub(1) as u64)
    }

    fn is_simple_function(&mut self, f: Rec<Value>, nargs: usize, base: usize) -> bool {
        let Some(function) = f.now.cast_exact::<Function>() else {
            self.pin_kind(f);
            return false;
        };
        if !self.fits(function, nargs, base) {
            return false;
        }
        self.pin_code(f);
        true
    }

    fn hosted(&mut self, f: Rec<Value>, nargs: usize, base: usize) -> Option<Rec<Value>> {
        self.hosted_function(f, nargs, base)
    }

    fn push_frame(&mut self, f: Rec<Value>, base: usize) {
        let Some(function) = f.now.cast::<Function>() else { return };
        let code = Vm::function_code(function).data.get();
        let entry = function.entry.get() as *const u32;
        self.open_frame(base, f, entry, code, function.nregs.get() as usize);
    }

    fn push_continuation(&mut self, base: usize, payload: [Rec<Value>; 2], then: Op) {
        let none = self.konst(Value::NONE);
        self.open_frame(base, none, stub(then), 0, 8);
        for (r, v) in payload.into_iter().enumerate() {
            self.set(r, v);
        }
    }

    fn pop_frame(&mut self, v: Rec<Value>) {
        if self.frames.len() == 1 {
            return self.leave_tree(v);
        }
        let result = self.depth_base() - 3;
        self.leave_frame();
        self.write_slot(result, v);
        self.effect = true;
    }

    fn pop_continuation(&mut self) {
        self.leave_frame();
        self.effect = true;
    }

    fn plain_class(
        &mut self,
        f: Rec<Value>,
        nargs: usize,
        base: usize,
    ) -> Option<(u32, u16, Rec<Value>)> {
        let init = self.plain_init(f)?;
        if !self.fits(init.cast::<Function>()?, nargs + 1, base + ops::CONT_ARGS) {
            return None;
        }
        self.class_init(f)
    }

    fn operator_method(
        &mut self,
        op: BinOp,
        inplace: bool,
        a: Rec<Value>,
        b: Rec<Value>,
    ) -> Option<Rec<Value>> {
        let plain = |v: Value| v.is_ptr() && !v.is_unbound() && v.kind() == Kind::Instance;
        if !plain(a.now) && !plain(b.now) {
            return None;
        }
        let f = python_method(self.vm, op, inplace, a.now, b.now)?;
        let function = f.cast::<Function>()?;
        let base = self.frame_size() + habu_vm::stack::LINK + ops::CONT_ARGS;
        if !self.fits(function, 2, base) {
            return None;
        }
        self.pin_kind(a);
        self.pin_kind(b);
        for v in [a.now, b.now] {
            let class = self.vm.type_of(v);
            self.vm.rely_on_class(class);
        }
        Some(self.konst(f))
    }

    const UNWINDS: bool = true;

    fn handled(&mut self) -> Rec<Value> {
        self.load_handled()
    }

    fn set_handled(&mut self, v: Rec<Value>) {
        self.store_handled(v);
    }

    fn exception_matches(&mut self, e: Rec<Value>, wanted: Rec<Value>) -> Option<bool> {
        self.matches(e, wanted)
    }

    fn new_exception(&mut self, class: Rec<Value>, first: usize, n: usize) -> Option<Rec<Value>> {
        self.make_exception(class, first, n)
    }

    fn exception_instance(&mut self, v: Rec<Value>) -> Option<Rec<Value>> {
        if v.now.cast::<Exception>().is_some() {
            self.pin_kind(v);
            return Some(v);
        }
        self.make_exception(v, 0, 0)
    }

    fn is_new(&mut self, o: Rec<Value>) -> bool {
        self.b.is_unescaped(o.id)
    }

    fn catches(&mut self, e: Rec<Value>) -> bool {
        self.is_caught(e)
    }

    fn unwind(&mut self, e: Rec<Value>, add_entry: bool) {
        self.unwind_to_handler(e, add_entry);
    }

    fn resume_point(&mut self, g: Rec<Value>, window: usize) -> Option<ResumePoint> {
        self.pin_resume_point(g, window)
    }

    fn resumed_at(&mut self, g: Rec<Value>) -> Option<ResumePoint> {
        ResumePoint::resumed_at(g.now.cast::<Generator>()?.get(gen_slot::PC))
    }

    fn saved(&mut self, g: Rec<Value>, r: usize) -> Rec<Value> {
        self.load_register(g, r)
    }

    fn save(&mut self, g: Rec<Value>, r: usize, v: Rec<Value>) {
        self.save_register(g, r, v);
    }

    fn new_generator(&mut self, shape: u32, room: usize) -> Option<Rec<Value>> {
        self.allocate_generator(shape, room)
    }

    fn push_generator(&mut self, g: Rec<Value>, pc: *const u32, base: usize) {
        self.open_generator(g, pc, base);
    }

    fn result_owner(&mut self) -> Value {
        // SAFETY: a recording keeps the link words of open frames in memory, and what it writes into slots.
        unsafe { owner_of_result(self.base) }
    }

    fn returns_to(&mut self) -> Returns {
        if self.frames.len() == 1 {
            return Returns::Anybody;
        }
        // SAFETY: as above.
        unsafe { Returns::of(self.base) }
    }
}

impl Recorder<'_> {
    /// A new tuple of these items.
    pub(super) fn make_tuple(&mut self, items: &[Rec<Value>]) -> Option<Rec<Value>> {
        let n = items.len();
        let t = Tuple::zeroed(&mut self.vm.heap, n).ok()?;
        for (cell, v) in t.items().iter().zip(items) {
            cell.set(v.now);
        }
        let shape = Kind::Tuple as u32;
        let header = Recorder::header_word(shape, habu_gc::VARIABLE, Kind::Tuple as u8);
        let alloc = self.alloc_desc(
            format!("tuple.{n}"),
            (ITEMS_OFFSET + 8 * n) as u32,
            header,
            shape,
            Vec::new(),
        );
        let id = self.b.new_object(alloc);
        let len = self.field_at("tuple.len", LEN_OFFSET as u32, MemType::Len, true);
        let count = self.b.const_raw(n as i64);
        self.b.store(id, len, count);
        for (k, v) in items.iter().enumerate() {
            let field =
                self.field_at("tuple.item", (ITEMS_OFFSET + 8 * k) as u32, MemType::Val, true);
            self.b.store(id, field, v.id);
        }
        Some(self.made(t.value(), id))
    }

    /// The concrete half of `new_object`.
    fn allocate(&mut self, bytes: usize, shape: u32, kind: Kind, slots: u16) -> Option<Value> {
        let p = self.vm.heap.alloc_zeroed(bytes).ok()?;
        // SAFETY: the allocation is at least `bytes` long and nobody else's.
        unsafe { p.as_ptr().write(habu_object::object::header(shape, kind, slots)) };
        for i in 0..slots as usize {
            // SAFETY: as above.
            unsafe { p.as_ptr().cast::<Value>().add(1 + i).write(Value::UNBOUND) };
        }
        Some(Value::from_bits(p.as_ptr() as u64 + 1))
    }

    /// The emitted half: an object of a fixed layout with every word initialised.
    pub(super) fn blank(&mut self, layout: &'static Layout, shape: u32) -> InstId {
        let header = Recorder::header_word(shape, layout.slots, layout.kind);
        let alloc = self.alloc_desc(layout.name.to_owned(), layout.size, header, shape, Vec::new());
        let id = self.b.new_object(alloc);
        let unbound = self.b.const_val(Value::UNBOUND.bits());
        let zero = self.b.const_raw(0);
        for f in layout.fields {
            let field = self.field(f);
            match f.ty {
                FieldType::Value => self.b.store(id, field, unbound),
                _ => self.b.store(id, field, zero),
            }
        }
        id
    }
}
