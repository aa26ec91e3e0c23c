//! The concrete machine: ops on real registers and real memory.
//!
//! A value of it lives for one op; everything is `inline(always)`, so a handler is what the op's fast path needs and no
//! more. Nothing here allocates beyond a bump: what needs the collector goes the slow way, which publishes the frame.

use habu_bytecode::{Insn, Op};
use habu_gc::size_class;
use habu_object::array::{INSTANCE_SLOTS_OFFSET, ITEMS_OFFSET, LEN_OFFSET, gen_slot, gen_word};
use habu_object::object::header;
use habu_object::{Function, Gc, Kind, Type, Value, type_flags};
use habu_semantics::fields::{GEN_FUNC, GEN_PC};
use habu_semantics::machine::{Returns, done};
use habu_semantics::{Field, FieldType, Layout, Machine};
use habu_vm::call::stub;
use habu_vm::generator::owner_of_result;
use habu_vm::resume::ResumePoint;
use habu_vm::stack::{CALLEE, CALLER, RETURN_PC, reg, set_reg};
use habu_vm::{BinOp, CmpOp, Vm};
use std::ptr::NonNull;

/// The machine's state while an op runs.
pub(crate) struct Concrete {
    /// The word after the op word, later the next instruction.
    pub(crate) pc: *const u32,
    /// The running frame's window.
    pub(crate) base: *mut Value,
    /// The runtime.
    pub(crate) vm: *mut Vm,
}

impl Concrete {
    /// The runtime, for reading.
    #[inline(always)]
    fn vm(&self) -> &Vm {
        // SAFETY: the interpreter's `run` holds the runtime exclusively while handlers run.
        unsafe { &*self.vm }
    }

    /// The address of a field of an object.
    #[inline(always)]
    fn field<T>(o: Value, offset: u32) -> *mut T {
        (o.bits() - 1 + offset as u64) as *mut T
    }

    /// Memory for a small object, if the free interval has room.
    #[inline(always)]
    fn bump(&mut self, bytes: usize) -> Option<NonNull<u8>> {
        let class = size_class(bytes)?;
        // SAFETY: as `vm`.
        let heap = unsafe { &mut *(*self.vm).heap };
        let slot = heap.bump.get_mut(class)?;
        let end = slot.cur.wrapping_add(class * 16);
        if class > 32 || end > slot.end {
            return None;
        }
        let p = slot.cur;
        slot.cur = end;
        NonNull::new(p)
    }

    /// A new object with a header and `words` words of `fill` after it.
    #[inline(always)]
    fn new_words(
        &mut self,
        shape: u32,
        kind: Kind,
        slots: u16,
        bytes: usize,
        fill: Value,
    ) -> Option<Value> {
        let p = self.bump(bytes)?;
        // SAFETY: the cell is at least `bytes` long, 16-aligned and nobody else's.
        unsafe { p.cast().write(header(shape, kind, slots)) };
        for i in 1..bytes / 8 {
            // SAFETY: as above.
            unsafe { p.cast::<Value>().add(i).write(fill) };
        }
        Some(Value::from_bits(p.as_ptr() as u64 + 1))
    }

    #[inline(always)]
    fn function(&self, f: Value) -> Option<Gc<Function>> {
        f.cast_exact::<Function>()
    }
}

impl Machine for Concrete {
    type V = Value;
    type I = i64; // tagged: n << 2
    type F = f64;

    #[inline(always)]
    fn reg(&mut self, r: usize) -> Value {
        // SAFETY: verified code names registers of its own live window.
        unsafe { reg(self.base, r as isize) }
    }

    #[inline(always)]
    fn set(&mut self, r: usize, v: Value) {
        // SAFETY: as `reg`.
        unsafe { set_reg(self.base, r as isize, v) };
    }

    #[inline(always)]
    fn word(&self, k: usize) -> u32 {
        // SAFETY: verified code is complete: an op's words follow it.
        unsafe { *self.pc.add(k) }
    }

    #[inline(always)]
    fn wide(&self, k: usize) -> u64 {
        // SAFETY: as `word`.
        unsafe { self.pc.add(k).cast::<u64>().read_unaligned() }
    }

    #[inline(always)]
    fn skip(&mut self, n: usize) {
        self.pc = self.pc.wrapping_add(n);
    }

    #[inline(always)]
    fn jump(&mut self, offset: i32) {
        self.pc = self.pc.wrapping_offset(offset as isize - 1);
    }

    #[inline(always)]
    fn back_edge(&mut self, offset: i32, count: usize) -> bool {
        if !self.ready(count) {
            return false;
        }
        self.jump(offset);
        true
    }

    #[inline(always)]
    fn ready(&mut self, count: usize) -> bool {
        let left = self.word(count);
        if left <= 1 || self.vm().poll != 0 {
            return false;
        }
        // SAFETY: as `word`; instruction words are in a writable blob.
        unsafe { *self.pc.add(count).cast_mut() = left - 1 };
        true
    }

    #[inline(always)]
    fn entry(&mut self, count: usize) -> bool {
        self.ready(count)
    }

    #[inline(always)]
    fn frame_size(&mut self) -> usize {
        // SAFETY: the window is live.
        unsafe { habu_semantics::slow::window_size(self.base) }
    }

    #[inline(always)]
    fn continued(&mut self) -> Insn {
        let at = self.reg(0).bits() as *const u32;
        // SAFETY: R[0] of a continuation frame is the address of the op it continues.
        Insn(unsafe { *at })
    }

    #[inline(always)]
    fn continued_at(&mut self) -> *const u32 {
        self.reg(0).bits() as *const u32
    }

    #[inline(always)]
    fn stepped(&mut self) -> (Insn, *const u32) {
        let at = self.reg(0).bits() as *const u32;
        // SAFETY: R[0] of this continuation frame is the address of such an op.
        unsafe { done(at) }
    }

    #[inline(always)]
    fn go_to(&mut self, pc: *const u32) {
        self.pc = pc;
    }

    #[inline(always)]
    fn konst(&mut self, v: Value) -> Value {
        v
    }

    #[inline(always)]
    fn small(&mut self, n: i64) -> i64 {
        n << 2
    }

    #[inline(always)]
    fn is_int(&mut self, v: Value) -> bool {
        v.is_int()
    }

    #[inline(always)]
    fn both_int(&mut self, a: Value, b: Value) -> bool {
        Value::both_int(a, b)
    }

    #[inline(always)]
    fn is_float(&mut self, v: Value) -> bool {
        v.is_imm_float()
    }

    #[inline(always)]
    fn both_float(&mut self, a: Value, b: Value) -> bool {
        Value::both_imm_float(a, b)
    }

    #[inline(always)]
    fn has_shape(&mut self, v: Value, shape: u32) -> bool {
        // SAFETY: a bound pointer is the address + 1 of a live object, which begins with its shape.
        v.is_ptr() && !v.is_unbound() && unsafe { *Concrete::field::<u32>(v, 0) } == shape
    }

    #[inline(always)]
    fn is(&mut self, v: Value, what: Value) -> bool {
        v == what
    }

    #[inline(always)]
    fn same(&mut self, a: Value, b: Value) -> bool {
        a == b
    }

    #[inline(always)]
    fn cmp_int(&mut self, op: CmpOp, a: i64, b: i64) -> bool {
        match op {
            CmpOp::Lt => a < b,
            CmpOp::Le => a <= b,
            CmpOp::Gt => a > b,
            CmpOp::Ge => a >= b,
            CmpOp::Eq => a == b,
            CmpOp::Ne => a != b,
        }
    }

    #[inline(always)]
    fn cmp_float(&mut self, op: CmpOp, a: f64, b: f64) -> bool {
        match op {
            CmpOp::Lt => a < b,
            CmpOp::Le => a <= b,
            CmpOp::Gt => a > b,
            CmpOp::Ge => a >= b,
            CmpOp::Eq => a == b,
            CmpOp::Ne => a != b,
        }
    }

    #[inline(always)]
    fn below(&mut self, i: i64, n: i64) -> bool {
        (i as u64) < n as u64
    }

    #[inline(always)]
    fn shadow_unchanged(&mut self, version: u32) -> bool {
        self.vm().shadow_version == version
    }

    #[inline(always)]
    fn int(&mut self, v: Value) -> i64 {
        v.bits() as i64
    }

    #[inline(always)]
    fn of_int(&mut self, i: i64) -> Value {
        // SAFETY: an int of this machine carries its tag. Said so that storing it needs no barrier.
        unsafe { std::hint::assert_unchecked(i & 3 == 0) };
        Value::from_bits(i as u64)
    }

    #[inline(always)]
    fn float(&mut self, v: Value) -> f64 {
        v.as_imm_float()
    }

    #[inline(always)]
    fn of_float(&mut self, f: f64) -> Option<Value> {
        Value::try_imm_float(f)
    }

    #[inline(always)]
    fn int_to_float(&mut self, i: i64) -> f64 {
        (i >> 2) as f64
    }

    #[inline(always)]
    fn add(&mut self, a: i64, b: i64) -> Option<i64> {
        a.checked_add(b)
    }

    #[inline(always)]
    fn add_within(&mut self, a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    #[inline(always)]
    fn sub(&mut self, a: i64, b: i64) -> Option<i64> {
        a.checked_sub(b)
    }

    #[inline(always)]
    fn mul(&mut self, a: i64, b: i64) -> Option<i64> {
        (a >> 2).checked_mul(b)
    }

    #[inline(always)]
    fn floor_div(&mut self, a: i64, b: i64) -> i64 {
        // b > 0, so Euclidean and floor division agree.
        a.div_euclid(b) << 2
    }

    #[inline(always)]
    fn modulo(&mut self, a: i64, b: i64) -> i64 {
        a.rem_euclid(b)
    }

    #[inline(always)]
    fn shl(&mut self, a: i64, b: i64) -> Option<i64> {
        let n = b >> 2;
        let r = a << n;
        if r >> n == a { Some(r) } else { None }
    }

    #[inline(always)]
    fn shr(&mut self, a: i64, b: i64) -> i64 {
        (a >> (b >> 2)) & !3
    }

    #[inline(always)]
    fn and(&mut self, a: i64, b: i64) -> i64 {
        a & b
    }

    #[inline(always)]
    fn or(&mut self, a: i64, b: i64) -> i64 {
        a | b
    }

    #[inline(always)]
    fn xor(&mut self, a: i64, b: i64) -> i64 {
        a ^ b
    }

    #[inline(always)]
    fn fadd(&mut self, a: f64, b: f64) -> f64 {
        a + b
    }

    #[inline(always)]
    fn fsub(&mut self, a: f64, b: f64) -> f64 {
        a - b
    }

    #[inline(always)]
    fn fmul(&mut self, a: f64, b: f64) -> f64 {
        a * b
    }

    #[inline(always)]
    fn fdiv(&mut self, a: f64, b: f64) -> f64 {
        a / b
    }

    #[inline(always)]
    fn fneg(&mut self, a: f64) -> f64 {
        -a
    }

    #[inline(always)]
    fn load(&mut self, o: Value, f: &'static Field) -> Value {
        // SAFETY: the op has decided that `o` has the layout the field belongs to.
        unsafe { *Concrete::field::<Value>(o, f.offset) }
    }

    #[inline(always)]
    fn load_count(&mut self, o: Value, f: &'static Field) -> i64 {
        // SAFETY: as `load`.
        unsafe { *Concrete::field::<i64>(o, f.offset) << 2 }
    }

    #[inline(always)]
    fn load_float(&mut self, o: Value, f: &'static Field) -> f64 {
        // SAFETY: as `load`.
        unsafe { *Concrete::field::<f64>(o, f.offset) }
    }

    #[inline(always)]
    fn stores_freely(&mut self, o: Value, v: Value) -> bool {
        o.header().is_some_and(|h| h.flags.get() & habu_gc::flags::OLD == 0) || !v.is_heap_ptr()
    }

    #[inline(always)]
    fn store(&mut self, o: Value, f: &'static Field, v: Value) {
        debug_assert!(self.stores_freely(o, v));
        // SAFETY: as `load`.
        unsafe { *Concrete::field::<Value>(o, f.offset) = v };
    }

    #[inline(always)]
    fn store_count(&mut self, o: Value, f: &'static Field, n: i64) {
        // SAFETY: as `load`.
        unsafe { *Concrete::field::<i64>(o, f.offset) = n >> 2 };
    }

    #[inline(always)]
    fn store_small(&mut self, o: Value, f: &'static Field, n: u32) {
        if f.ty == FieldType::Byte {
            // SAFETY: as `load`.
            unsafe { *Concrete::field::<u8>(o, f.offset) = n as u8 };
        } else {
            // SAFETY: as `load`.
            unsafe { *Concrete::field::<u32>(o, f.offset) = n };
        }
    }

    #[inline(always)]
    fn load_slot(&mut self, o: Value, offset: u32) -> Value {
        // SAFETY: the shape that the op has checked fixes the instance's slots.
        unsafe { *Concrete::field::<Value>(o, offset) }
    }

    #[inline(always)]
    fn store_slot(&mut self, o: Value, offset: u32, v: Value) {
        // SAFETY: as `load_slot`.
        unsafe { *Concrete::field::<Value>(o, offset) = v };
    }

    #[inline(always)]
    fn set_shape(&mut self, o: Value, shape: u32) {
        // SAFETY: `o` is a live instance; the new shape has the same layout.
        unsafe { *Concrete::field::<u32>(o, 0) = shape };
    }

    #[inline(always)]
    fn item(&mut self, array: Value, i: i64) -> Value {
        let offset = ITEMS_OFFSET as u32;
        // SAFETY: the op has decided that the index is in range.
        unsafe { *Concrete::field::<Value>(array, offset).add((i >> 2) as usize) }
    }

    #[inline(always)]
    fn set_item(&mut self, array: Value, i: i64, v: Value) {
        let at = (i >> 2) as usize;
        // SAFETY: as `item`.
        unsafe { *Concrete::field::<Value>(array, ITEMS_OFFSET as u32).add(at) = v };
    }

    #[inline(always)]
    fn make_room(&mut self, _list: Value) {}

    #[inline(always)]
    fn tuple_item(&mut self, tuple: Value, i: usize) -> Value {
        // SAFETY: the op has decided that the tuple is long enough. Volatile, or loops over items would become long
        // vector code that gives handlers a prologue.
        unsafe { Concrete::field::<Value>(tuple, ITEMS_OFFSET as u32).add(i).read_volatile() }
    }

    #[inline(always)]
    fn new_object(&mut self, layout: &'static Layout, shape: u32) -> Option<Value> {
        let bytes = layout.size as usize;
        let p = self.bump(bytes)?;
        // SAFETY: the cell is at least `bytes` long, 16-aligned and nobody else's.
        unsafe { p.cast().write(header(shape, Kind::from_u8(layout.kind), layout.slots)) };
        for i in 1..bytes / 8 {
            let fill =
                if i <= layout.slots as usize { Value::UNBOUND } else { Value::from_bits(0) };
            // SAFETY: as above.
            unsafe { p.cast::<Value>().add(i).write(fill) };
        }
        Some(Value::from_bits(p.as_ptr() as u64 + 1))
    }

    #[inline(always)]
    fn new_instance(&mut self, shape: u32, slots: u16) -> Option<Value> {
        let bytes = INSTANCE_SLOTS_OFFSET + slots as usize * 8;
        self.new_words(shape, Kind::Instance, slots + 1, bytes, Value::UNBOUND)
    }

    #[inline(always)]
    fn new_tuple(&mut self, first: usize, n: usize) -> Option<Value> {
        let p = self.bump(ITEMS_OFFSET + n * 8)?;
        // SAFETY: the cell has room for header, count and `n` items and is nobody else's.
        unsafe { p.cast().write(header(Kind::Tuple as u32, Kind::Tuple, habu_gc::VARIABLE)) };
        // SAFETY: as above.
        unsafe { p.add(LEN_OFFSET).cast::<usize>().write(n) };
        for i in 0..n {
            // SAFETY: as above and as `reg`. Volatile, or the loop would become a call of memcpy and the handler get a
            // prologue.
            unsafe {
                let v = self.base.add(first + i).read_volatile();
                p.add(ITEMS_OFFSET + i * 8).cast::<Value>().write(v);
            }
        }
        Some(Value::from_bits(p.as_ptr() as u64 + 1))
    }

    #[inline(always)]
    fn new_function(&mut self, _index: usize) -> Option<Value> {
        None
    }

    #[inline(always)]
    fn callee(&mut self) -> Value {
        // SAFETY: a frame has a callee word.
        unsafe { reg(self.base, CALLEE) }
    }

    #[inline(always)]
    fn op_address(&self) -> Value {
        Value::from_bits(self.pc.wrapping_sub(1) as u64)
    }

    #[inline(always)]
    fn is_simple_function(&mut self, f: Value, nargs: usize, base: usize) -> bool {
        let Some(f) = self.function(f) else { return false };
        let end = self.base.wrapping_add(base + f.nregs.get() as usize);
        f.simple_args.get() as usize == nargs && end <= self.vm().stack_limit
    }

    #[inline(always)]
    fn hosted(&mut self, _f: Value, _nargs: usize, _base: usize) -> Option<Value> {
        None
    }

    #[inline(always)]
    fn move_down(&mut self, to: usize, n: usize) {
        for k in 0..n {
            // SAFETY: as `reg`. Volatile, or the loop would become a call of memmove and the handler get a prologue.
            unsafe {
                let from = self.base.add(to + k + 1);
                from.sub(1).write_volatile(from.read_volatile());
            }
        }
    }

    #[inline(always)]
    fn push_frame(&mut self, f: Value, base: usize) {
        let window = self.base.wrapping_add(base);
        // SAFETY: `is_simple_function` has checked the room; the link words lie just below the window.
        unsafe {
            set_reg(window, CALLEE, f);
            set_reg(window, RETURN_PC, Value::from_bits(self.pc as u64));
            set_reg(window, CALLER, Value::from_bits(self.base as u64));
        }
        if let Some(f) = self.function(f) {
            self.pc = f.entry.get() as *const u32;
        }
        self.base = window;
    }

    #[inline(always)]
    fn push_continuation(&mut self, base: usize, payload: [Value; 2], then: Op) {
        let window = self.base.wrapping_add(base);
        // SAFETY: the words are free; callers have checked the room.
        unsafe {
            set_reg(window, CALLEE, Value::NONE);
            set_reg(window, RETURN_PC, Value::from_bits(self.pc as u64));
            set_reg(window, CALLER, Value::from_bits(self.base as u64));
            set_reg(window, 0, payload[0]);
            set_reg(window, 1, payload[1]);
        }
        self.base = window;
        self.pc = stub(then);
    }

    #[inline(always)]
    fn pop_frame(&mut self, v: Value) {
        let window = self.base;
        // SAFETY: a frame has link words; the callee word is the caller's result register.
        unsafe {
            self.pc = reg(window, RETURN_PC).bits() as *const u32;
            self.base = reg(window, CALLER).bits() as *mut Value;
            set_reg(window, CALLEE, v);
        }
    }

    #[inline(always)]
    fn pop_continuation(&mut self) {
        let window = self.base;
        // SAFETY: a continuation frame has link words.
        unsafe {
            self.pc = reg(window, RETURN_PC).bits() as *const u32;
            self.base = reg(window, CALLER).bits() as *mut Value;
        }
    }

    #[inline(always)]
    fn plain_class(&mut self, _f: Value, _nargs: usize, _base: usize) -> Option<(u32, u16, Value)> {
        None
    }

    #[inline(always)]
    fn operator_method(
        &mut self,
        _op: BinOp,
        _inplace: bool,
        _a: Value,
        _b: Value,
    ) -> Option<Value> {
        None
    }

    const UNWINDS: bool = false;

    #[inline(always)]
    fn handled(&mut self) -> Value {
        self.vm().handled
    }

    #[inline(always)]
    fn set_handled(&mut self, v: Value) {
        // SAFETY: as `vm`.
        unsafe { (*self.vm).handled = v };
    }

    #[inline(always)]
    fn exception_matches(&mut self, e: Value, wanted: Value) -> Option<bool> {
        if wanted.kind() != Kind::Type {
            return None;
        }
        // SAFETY: the kind was just checked.
        let class: Gc<Type> = unsafe { wanted.cast_unchecked() };
        if !class.has(type_flags::EXCEPTION) {
            return None;
        }
        if self.has_shape(e, class.instance_shape.get()) {
            return Some(true);
        }
        Some(self.vm().is_instance_exact(e, class))
    }

    #[inline(always)]
    fn new_exception(&mut self, _class: Value, _first: usize, _n: usize) -> Option<Value> {
        None
    }

    #[inline(always)]
    fn exception_instance(&mut self, _v: Value) -> Option<Value> {
        None
    }

    #[inline(always)]
    fn is_new(&mut self, _o: Value) -> bool {
        false
    }

    #[inline(always)]
    fn catches(&mut self, _e: Value) -> bool {
        false
    }

    #[inline(always)]
    fn unwind(&mut self, _e: Value, _add_entry: bool) {}

    #[inline(always)]
    fn resume_point(&mut self, g: Value, window: usize) -> Option<ResumePoint> {
        let point = ResumePoint::of(self.load(g, &GEN_PC)).filter(|point| point.is_masked())?;
        // SAFETY: a generator's function word is a function.
        let f: Gc<Function> = unsafe { self.load(g, &GEN_FUNC).cast_unchecked() };
        let end = self.base.wrapping_add(window + f.nregs.get() as usize);
        if end <= self.vm().stack_limit { Some(point) } else { None }
    }

    #[inline(always)]
    fn resumed_at(&mut self, g: Value) -> Option<ResumePoint> {
        ResumePoint::resumed_at(self.load(g, &GEN_PC))
    }

    #[inline(always)]
    fn saved(&mut self, g: Value, r: usize) -> Value {
        // SAFETY: a resume point names registers that its generators have room for.
        unsafe { *Concrete::field::<Value>(g, gen_word(gen_slot::REGS + r) as u32) }
    }

    #[inline(always)]
    fn save(&mut self, g: Value, r: usize, v: Value) {
        // SAFETY: as `saved`.
        unsafe { *Concrete::field::<Value>(g, gen_word(gen_slot::REGS + r) as u32) = v };
    }

    #[inline(always)]
    fn new_generator(&mut self, shape: u32, room: usize) -> Option<Value> {
        let n = gen_slot::REGS + room;
        let p = self.bump(gen_word(n))?;
        // SAFETY: the cell has room for header, count and `n` words and is nobody else's.
        unsafe { p.cast().write(header(shape, Kind::Generator, habu_gc::VARIABLE)) };
        // SAFETY: as above.
        unsafe { p.add(LEN_OFFSET).cast::<usize>().write(n) };
        for i in 0..n {
            // SAFETY: as above.
            unsafe { p.add(gen_word(i)).cast::<Value>().write(Value::UNBOUND) };
        }
        Some(Value::from_bits(p.as_ptr() as u64 + 1))
    }

    #[inline(always)]
    fn push_generator(&mut self, g: Value, pc: *const u32, base: usize) {
        let window = self.base.wrapping_add(base);
        // SAFETY: `resume_point` has checked the room; the link words lie just below the window.
        unsafe {
            set_reg(window, CALLEE, g);
            set_reg(window, RETURN_PC, Value::from_bits(self.pc as u64));
            set_reg(window, CALLER, Value::from_bits(self.base as u64));
        }
        self.base = window;
        self.pc = pc;
    }

    #[inline(always)]
    fn result_owner(&mut self) -> Value {
        // SAFETY: the window is live, and the interpreter keeps all link words in memory.
        unsafe { owner_of_result(self.base) }
    }

    #[inline(always)]
    fn returns_to(&mut self) -> Returns {
        // SAFETY: the window is live, and the interpreter keeps all link words in memory.
        unsafe { Returns::of(self.base) }
    }
}
