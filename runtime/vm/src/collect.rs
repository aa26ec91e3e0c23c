//! What a program asks of the collector: collections in which temporaries that only look alive keep nothing, and the
//! objects that are there.
//!
//! The value stack is scanned conservatively, so what a register held before its last use lives on until the register is
//! written again. Collections that happen by themselves can bear that; who calls `gc.collect()` wants to see the
//! unreachable go. The words are passed over, not cleared: compiled code may know what is in them.

use crate::frame::frame_function;
use crate::stack::{CALLER, LINK, RETURN_PC, reg};
use crate::vm::Vm;
use habu_bytecode::Decoded;
use habu_bytecode::decode::{clobbers, variable};
use habu_bytecode::liveness::Liveness;
use habu_gc::Marker;
use habu_object::dict::Dict;
use habu_object::{Code, Gc, Kind, List, Set, Tuple, Type, Value, type_flags};
use std::cell::Cell;

impl Vm {
    /// Collects everything unreachable and runs what that leaves to do, as asked for by a native function with `args`,
    /// the innermost words of the value stack that are in use.
    pub fn collect(&mut self, args: &[Value]) {
        wipe_stack();
        self.collect_on_clean_stack(args);
    }

    #[inline(never)]
    fn collect_on_clean_stack(&mut self, args: &[Value]) {
        let free = args.as_ptr_range().end.cast_mut();
        let innermost = self.base..=self.top;
        self.passed_over =
            if innermost.contains(&free) { self.dead_words(free) } else { Vec::new() };
        self.heap.collect(true);
        self.passed_over = Vec::new();
        self.run_finalizers();
    }

    /// Whether CPython's collector would look at a value: not at what cannot refer to others.
    pub fn is_tracked(&self, v: Value) -> bool {
        if v.object().is_none() {
            return false;
        }
        let class = self.type_of(v);
        if v.kind() == Kind::Type {
            return v.cast::<Type>().is_some_and(|c| c.has(type_flags::HEAP));
        }
        let atomic = matches!(
            v.kind(),
            Kind::None
                | Kind::Bool
                | Kind::Ellipsis
                | Kind::NotImplemented
                | Kind::Int
                | Kind::BigInt
                | Kind::Float
                | Kind::Complex
                | Kind::Str
                | Kind::Bytes
                | Kind::ByteArray
                | Kind::Range
                | Kind::Code
        );
        class.has(type_flags::HEAP) || !atomic && class != self.types.object()
    }

    /// Whether the finalizer of an object has been called.
    pub fn is_finalized(&self, v: Value) -> bool {
        let waits = |h: &habu_gc::Header| h.flags.get() & habu_gc::flags::FINALIZER != 0;
        self.type_of(v).has(type_flags::HAS_DEL) && v.header().is_some_and(|h| !waits(h))
    }

    /// What a program can see of the objects that are alive, after a collection. They are reachable, so the Vec hides
    /// nothing from the collector.
    pub fn live_objects(&mut self) -> Vec<Value> {
        let all = self.heap.survivors().into_iter();
        let values = all.map(|o| Value::from_bits(o.as_ptr() as u64 + 1));
        values.filter(|v| !is_internal(*v) && self.is_tracked(*v)).collect()
    }

    /// The values that an object directly refers to, which keeps them alive.
    pub fn referents(&self, v: Value) -> Vec<Value> {
        let mut found = Vec::new();
        match v.kind() {
            Kind::List => {
                found.extend(v.cast::<List>().iter().flat_map(|l| l.cells()).map(Cell::get))
            }
            Kind::Tuple => {
                found.extend(v.cast::<Tuple>().iter().flat_map(|t| t.items()).map(Cell::get));
            }
            Kind::Dict => {
                let mut pos = 0;
                while let Some((next, key, value, _)) =
                    v.cast::<Dict>().and_then(|d| d.next_entry(pos))
                {
                    found.extend([key, value]);
                    pos = next;
                }
            }
            Kind::Set | Kind::FrozenSet => {
                let mut pos = 0;
                while let Some((next, key, _)) = v.cast::<Set>().and_then(|s| s.next_key(pos)) {
                    found.push(key);
                    pos = next;
                }
            }
            _ if !self.is_tracked(v) => return found,
            _ => self.referents_of_words(v, &mut found),
        }
        if self.type_of(v).has(type_flags::HEAP) {
            found.push(self.type_of(v).value());
        }
        found
    }

    /// As the words of the object say, through the objects that only hold the parts of another.
    fn referents_of_words(&self, v: Value, found: &mut Vec<Value>) {
        let mut holders: Vec<Value> = vec![v];
        while let Some(holder) = holders.pop() {
            let Some(object) = holder.object() else { continue };
            // SAFETY: a value that is at hand is alive, and so is what its words refer to.
            for word in unsafe { self.heap.words(object) } {
                let value = Value::from_bits(word);
                if value.object().is_none() {
                    continue;
                }
                if is_internal(value) { holders.push(value) } else { found.push(value) }
            }
        }
    }

    /// The words of the value stack below `free` that no instruction will read, and those from there on, in order.
    fn dead_words(&mut self, free: *mut Value) -> Vec<*mut Value> {
        let mut words: Vec<*mut Value> =
            std::iter::successors(Some(free), |w| Some(w.wrapping_add(1)))
                .take_while(|w| *w < self.top)
                .collect();
        let (mut pc, mut base, mut inner) = (self.pc, self.base, free);
        while base > self.stack.start() {
            // SAFETY: the chain of caller words leads through live windows to the bottom.
            if let Some(func) = unsafe { frame_function(base) } {
                let code = Vm::function_code(func);
                let at = Vm::pc_index(code, pc);
                let end = inner.wrapping_sub(LINK);
                let room = (end as usize).saturating_sub(base as usize) / size_of::<Value>();
                words.extend(self.dead_registers(code, at, room).map(|r| base.wrapping_add(r)));
            }
            inner = base;
            // SAFETY: as above.
            (pc, base) = unsafe {
                (reg(base, RETURN_PC).bits() as *const u32, reg(base, CALLER).bits() as *mut Value)
            };
        }
        words.sort_unstable();
        words
    }

    /// The temporaries below `room` that are dead at the instruction that word `at` belongs to; variables live as long as
    /// their frame. A call's arguments are not among them: the callee may have put them in another order.
    fn dead_registers(
        &mut self,
        code: Gc<Code>,
        at: u32,
        room: usize,
    ) -> impl Iterator<Item = usize> + use<> {
        let data = self.code_data(code);
        let mut dead = Vec::new();
        let instruction = data.instructions().take_while(|d| d.pc <= at).last();
        if let Some(d) = instruction {
            let limit = call_window(&d).unwrap_or(usize::MAX).min(room).min(data.nregs as usize);
            let liveness = Liveness::compute(data);
            let is_dead = |r: u32| variable(data, r).is_none() && !liveness.is_live(d.pc, r);
            dead = (0..limit).filter(|r| is_dead(*r as u32)).collect();
        }
        dead.into_iter()
    }

    /// Marks what the words of the value stack below `end` may refer to.
    ///
    /// # Safety
    /// The words below `end` must be readable.
    pub(crate) unsafe fn mark_stack(&self, marker: &mut Marker<'_>, end: *mut Value) {
        let mut low = self.stack.start();
        for word in self.passed_over.iter().copied().chain([end]) {
            if low < word.min(end) {
                // SAFETY: by contract.
                unsafe { marker.mark_conservative_range(low.cast(), word.min(end).cast()) };
            }
            low = word.wrapping_add(1);
        }
    }
}

/// Whether a value is a part of others and never at hand in a program.
fn is_internal(v: Value) -> bool {
    matches!(v.kind(), Kind::Array | Kind::Blob | Kind::Unbound)
}

/// Overwrites the part of the native stack that the collection's own frames will use: they do not write all of their
/// words, and what earlier calls have left there would keep objects alive.
#[inline(never)]
fn wipe_stack() {
    let words = [0u64; 2048];
    std::hint::black_box(&words);
}

/// The first register of what belongs to the callee, if the instruction is a call.
fn call_window(d: &Decoded<'_>) -> Option<usize> {
    let range = clobbers(d);
    if range.is_empty() { None } else { Some(range.start as usize - 1) }
}
