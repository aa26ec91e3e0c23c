//! Generators while recording: a resumed generator's frame is an inlined frame of the trace.
//!
//! A guard on the PC word settles everything: the code, which registers are saved, where they go. They are then plain
//! loads and stores of the object's words, each word an alias class of its own, so that forwarding and virtual objects
//! do the rest. What a frame that is already open was resumed at needs no guard: the path to it has had that one.

use super::Recorder;
use super::machine::Rec;
use crate::tuning::MAX_INLINE_DEPTH;
use habu_object::array::{ITEMS_OFFSET, LEN_OFFSET, gen_slot, gen_word};
use habu_object::{Function, Gc, Generator, Kind, Value, shape};
use habu_semantics::Machine;
use habu_semantics::fields::{FILTER_FUNC, GEN_FUNC, GEN_PC, MAP_FUNC};
use habu_trace::{FieldId, MemType};
use habu_vm::Vm;
use habu_vm::resume::ResumePoint;
use habu_vm::stack::{CALLEE, reg};

impl Recorder<'_> {
    /// Where a suspended generator goes on; None if it is not suspended, or frames nest too deeply already.
    pub(super) fn pin_resume_point(&mut self, g: Rec<Value>, window: usize) -> Option<ResumePoint> {
        let generator = g.now.cast::<Generator>()?;
        let f = generator.get(gen_slot::FUNC).cast::<Function>()?;
        let point =
            ResumePoint::of(generator.get(gen_slot::PC)).filter(|point| point.is_masked())?;
        let end = self.base.wrapping_add(window + f.nregs.get() as usize);
        let code = Vm::function_code(f).data.get();
        let recursive = self.frames.iter().any(|frame| frame.code == code);
        if end > self.vm.stack_limit
            || recursive
            || self.frames.len() > MAX_INLINE_DEPTH
            || self.shelf.looping.contains(&(point.pc as usize))
        {
            self.step_whole = true;
            return None;
        }
        let pc = self.load(g, &GEN_PC);
        self.pin(pc);
        Some(point)
    }

    /// The function of the prelude that consumes an iterator instead of a native function.
    pub(super) fn hosted_function(
        &mut self,
        f: Rec<Value>,
        nargs: usize,
        base: usize,
    ) -> Option<Rec<Value>> {
        let last = nargs.checked_sub(1)?;
        // SAFETY: the arguments are in registers of the live window.
        let consumed = unsafe { reg(self.base, (base + last) as isize) };
        if !consumed.is_ptr() || consumed.is_unbound() {
            return None;
        }
        let function = match consumed.shape() {
            shape::GENERATOR => &GEN_FUNC,
            shape::MAP => &MAP_FUNC,
            shape::FILTER => &FILTER_FUNC,
            _ => return None,
        };
        let hosted = self.vm.hosted_for(f.now, nargs, consumed)?;
        if f.now.kind() == Kind::MethodDescr {
            let this = self.reg(base);
            if this.now.shape() != shape::STR {
                return None;
            }
            self.pin_kind(this);
        }
        let consumed = self.reg(base + last);
        self.pin_kind(consumed);
        self.pin(f);
        let function = self.load(consumed, function);
        self.pin_code(function);
        let hosted = self.konst(hosted.value());
        self.is_simple_function(hosted, nargs, base).then_some(hosted)
    }

    fn running_generator(&self) -> Option<Gc<Generator>> {
        // SAFETY: a recording keeps the callee words of open frames in memory.
        unsafe { reg(self.base, CALLEE) }.cast::<Generator>()
    }

    /// The running generator loops for long before it yields: recordings to come do not follow it.
    pub(super) fn step_whole_next_time(&mut self) {
        if let Some(g) = self.running_generator()
            && let Some(point) = ResumePoint::resumed_at(g.get(gen_slot::PC))
        {
            self.shelf.looping.insert(point.pc as usize);
        }
    }

    /// Opens the frame of a generator whose registers are in the window at register `base`.
    pub(super) fn open_generator(&mut self, g: Rec<Value>, pc: *const u32, base: usize) {
        let f = g.now.cast::<Generator>().and_then(|g| g.get(gen_slot::FUNC).cast::<Function>());
        let Some(f) = f else { return };
        let code = Vm::function_code(f).data.get();
        self.open_frame(base, g, pc, code, f.nregs.get() as usize);
    }

    fn register_field(&mut self, r: usize) -> FieldId {
        let offset = gen_word(gen_slot::REGS + r) as u32;
        self.field_at("generator.register", offset, MemType::Val, false)
    }

    pub(super) fn load_register(&mut self, g: Rec<Value>, r: usize) -> Rec<Value> {
        let now = g.now.cast::<Generator>().map_or(Value::UNBOUND, |g| g.get(gen_slot::REGS + r));
        let field = self.register_field(r);
        Rec { now, id: self.b.load(g.id, field) }
    }

    pub(super) fn save_register(&mut self, g: Rec<Value>, r: usize, v: Rec<Value>) {
        if let Some(generator) = g.now.cast::<Generator>() {
            generator.items()[gen_slot::REGS + r].set(v.now);
            self.vm.heap.barrier(generator.header());
        }
        let field = self.register_field(r);
        self.b.store(g.id, field, v.id);
        self.b.barrier(g.id, v.id);
        self.effect = true;
    }

    /// A generator object with all its words UNBOUND.
    pub(super) fn allocate_generator(&mut self, shape: u32, room: usize) -> Option<Rec<Value>> {
        let n = gen_slot::REGS + room;
        let g = Generator::zeroed_with_shape(&mut self.vm.heap, shape, n).ok()?;
        g.items().iter().for_each(|word| word.set(Value::UNBOUND));
        let header = Recorder::header_word(shape, habu_gc::VARIABLE, Kind::Generator as u8);
        let size = (ITEMS_OFFSET + 8 * n) as u32;
        let alloc = self.alloc_desc(format!("generator.{n}"), size, header, shape, Vec::new());
        let id = self.b.new_object(alloc);
        let len = self.field_at("generator.len", LEN_OFFSET as u32, MemType::Len, true);
        let count = self.b.const_raw(n as i64);
        self.b.store(id, len, count);
        let unbound = self.b.const_val(Value::UNBOUND.bits());
        for r in 0..room {
            let field = self.register_field(r);
            self.b.store(id, field, unbound);
        }
        Some(self.made(g.value(), id))
    }

    /// The runtime's word for the handled exception, as a field of a known address.
    fn handled_field(&mut self) -> (habu_trace::InstId, FieldId) {
        let at = self.b.const_raw(&raw const self.vm.handled as i64);
        (at, self.field_at("vm.handled", 0, MemType::Val, false))
    }

    pub(super) fn load_handled(&mut self) -> Rec<Value> {
        let (at, field) = self.handled_field();
        Rec { now: self.vm.handled, id: self.b.load(at, field) }
    }

    pub(super) fn store_handled(&mut self, v: Rec<Value>) {
        self.vm.handled = v.now;
        let (at, field) = self.handled_field();
        self.b.store(at, field, v.id);
        self.effect = true;
    }
}
