//! Allocation by bumping the heap's pointer inline, and the write barrier.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use habu_gc::{VARIABLE, class_size, flags, size_class};
use habu_trace::{AliasClass, Inst, InstId, MemType, Op};

use super::context::{FLAGS, HEAP, bump_offsets};
use super::emit::{Emit, Region};
use crate::code::Rare;

/// Arrays of known length up to this many words are allocated and zeroed inline.
const INLINE_WORDS: u32 = 16;

impl Emit<'_, '_> {
    /// `new new_array barrier`.
    pub(super) fn alloc_inst(&mut self, id: InstId, inst: &Inst) {
        let args = self.at.trace.args(id);
        match inst.op {
            Op::Barrier => {
                if self.const_bits(args[1]).is_none_or(habu_trace::value::is_ptr) {
                    let object = self.get(args[0]);
                    self.barrier(object);
                }
                return;
            }
            Op::New => {
                let desc = self.at.trace.descs.alloc(inst.alloc());
                let (header, size) = (desc.header, desc.size);
                let v = self.new_object(header, size);
                let stored = self.stored_soon(id);
                self.zero(v, traced_words(header, size), &stored);
                self.set(id, v);
            }
            _ => {
                let v = self.new_array(inst, args[0]);
                self.set(id, v);
            }
        }
        self.at.pointers.insert(id);
    }

    fn new_array(&mut self, inst: &Inst, len: InstId) -> Value {
        let desc = self.at.trace.descs.alloc(inst.alloc());
        let (header, size) = (desc.header, desc.size);
        let elem = desc.elems.map_or(8, |e| self.at.trace.descs.array(e).elem.bytes());
        let known = self.at.trace.inst(len);
        if known.op == Op::ConstRaw && known.imm <= u64::from(INLINE_WORDS) {
            let bytes = size + known.imm as u32 * elem;
            let v = self.new_object(header, bytes);
            self.zero(v, (8..bytes as i32).step_by(8).collect(), &[]);
            return v;
        }
        let len = self.get(len);
        let bytes = self.b.ins().imul_imm_s(len, i64::from(elem));
        let bytes = self.b.ins().iadd_imm_s(bytes, i64::from(size));
        let helper = self.options.support.alloc_zeroed as usize as u64;
        let f = self.import(helper, "alloc_zeroed", &[I64, I64], &[I64]);
        let call = self.b.ins().call(f, &[self.context, bytes]);
        let address = self.b.inst_results(call)[0];
        self.finish_object(address, header)
    }

    /// A new object with its header, other words undefined; tagged.
    pub(super) fn new_object(&mut self, header: u64, size: u32) -> Value {
        let Some(class) = size_class(size as usize) else {
            let bytes = self.iconst(i64::from(size));
            let address = self.alloc_call(bytes);
            return self.finish_object(address, header);
        };
        let heap = match self.heap {
            Some(heap) => heap,
            None => self.b.ins().load(I64, Self::fixed(), self.context, HEAP),
        };
        let ((cur_at, end_at), cell) = (bump_offsets(class), class_size(class) as i64);
        let bump = self.flags(Region::Bump);
        let cur = self.b.ins().load(I64, bump, heap, cur_at);
        let end = self.b.ins().load(I64, bump, heap, end_at);
        let room = self.b.ins().isub(end, cur);
        let short = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, room, cell);
        let (slow, fast, done) = (self.cold_block(), self.b.create_block(), self.b.create_block());
        let address = self.b.append_block_param(done, I64);
        self.branch(short, slow, fast);
        self.b.switch_to_block(slow);
        let bytes = self.iconst(i64::from(size));
        let got = self.alloc_call(bytes);
        self.jump(done, &[got]);
        self.b.switch_to_block(fast);
        let next = self.b.ins().iadd_imm_s(cur, cell);
        self.b.ins().store(bump, next, heap, cur_at);
        self.jump(done, &[cur]);
        self.b.switch_to_block(done);
        self.finish_object(address, header)
    }

    fn alloc_call(&mut self, bytes: Value) -> Value {
        let helper = self.options.support.alloc as usize as u64;
        self.rare_call(Rare::Word, helper, "alloc", &[bytes])
    }

    fn finish_object(&mut self, address: Value, header: u64) -> Value {
        let header = self.iconst(header as i64);
        let flags = self.flags(Region::Class(AliasClass::SHAPE));
        self.b.ins().store(flags, header, address, 0);
        self.b.ins().iadd_imm_s(address, 1)
    }

    /// Writes zero words, except where something is stored before anyone looks.
    pub(super) fn zero(&mut self, object: Value, words: Vec<i32>, except: &[i32]) {
        let words = words.into_iter().filter(|at| !except.contains(at));
        let zero = self.iconst(0);
        for at in words {
            // No region: the store may alias that of the field.
            self.b.ins().store(MemFlagsData::trusted(), zero, object, at - 1);
        }
    }

    /// Offsets of the value fields that are stored before the collector may run or an exit may be taken.
    fn stored_soon(&self, new: InstId) -> Vec<i32> {
        let trace = self.at.trace;
        let mut stored = Vec::new();
        for id in trace.ids().skip(new.idx() + 1) {
            let inst = trace.inst(id);
            match inst.op {
                Op::Store => {
                    let desc = trace.descs.field(inst.field());
                    if trace.args(id)[0] == new && desc.ty == MemType::Val {
                        stored.push(desc.offset);
                    }
                }
                Op::New | Op::NewArray | Op::BoxFloat | Op::Call | Op::Phi => break,
                op if op.has_snap() => break,
                // May box a double.
                _ if trace.args(id).iter().any(|a| self.at.doubles.contains_key(a)) => break,
                _ => {}
            }
        }
        stored
    }

    /// Tells the collector of a store into the object.
    pub(super) fn barrier(&mut self, object: Value) {
        let flags_ = self.flags(Region::Class(AliasClass::SHAPE));
        let bits = self.b.ins().load(I8, flags_, object, FLAGS - 1);
        let old = self.b.ins().band_imm_u(bits, i64::from(flags::OLD));
        let (slow, done) = (self.cold_block(), self.b.create_block());
        self.branch(old, slow, done);
        self.b.switch_to_block(slow);
        let helper = self.options.support.remember as usize as u64;
        self.rare_call(Rare::Word, helper, "remember", &[object]);
        self.jump(done, &[]);
        self.b.switch_to_block(done);
    }
}

/// Offsets of the words of a new object that the collector would look at.
pub(super) fn traced_words(header: u64, size: u32) -> Vec<i32> {
    let slots = (header >> 32) as u16;
    let end =
        if slots == VARIABLE { size as i32 } else { (8 + 8 * i32::from(slots)).min(size as i32) };
    (8..end).step_by(8).collect()
}
