//! Trees that call and are called: how a tree begins, how it returns, how it calls another or ends in one.
//!
//! A called tree has the signature of all compiled code. It is called through a cell, so that it can be compiled anew or
//! given up while others call it; a cell without a tree holds a function that does nothing and says so, and the context
//! says which tree it was. The caller has put arguments and link words into memory and keeps its own state in registers
//! and its native frame. If the callee does not return, the runtime settles what became of it; only then the caller
//! leaves too, if it must. A tree that ends in another one jumps there: trees that lead to each other again and again do
//! not nest.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, SigRef, Value};
use habu_trace::{Inst, InstId, Op};

use super::context::{AT, BASE, LIMIT, NATIVE, NOT_RUN, RETURNED, TOP};
use super::emit::{Emit, Region};
use super::tree::has;

impl Emit<'_, '_> {
    /// The beginning of a tree: does nothing if its frames have no room, otherwise makes them the running ones.
    pub(super) fn begin(&mut self) {
        let end = self.end_of_frames();
        let at = self.b.ins().load(I64, Self::fixed(), self.context, LIMIT);
        let limit = self.b.ins().load(I64, MemFlagsData::trusted(), at, 0);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        let not_run = self.cold_block();
        self.unless(full, not_run);
        if has(self.input, |op| op == Op::CallTree) {
            let sp = self.b.ins().get_stack_pointer(I64);
            let limit = self.b.ins().load(I64, Self::fixed(), self.context, NATIVE);
            let deep = self.b.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
            self.unless(deep, not_run);
        }
        self.is_running(end);
        let here = self.b.create_block();
        self.b.ins().jump(here, &[]);
        self.b.switch_to_block(not_run);
        let (how, what) = (self.iconst(NOT_RUN as i64), self.iconst(0));
        self.b.ins().return_(&[how, what]);
        self.b.switch_to_block(here);
    }

    /// Ends the tree with its frame's value.
    pub(super) fn return_value(&mut self, v: Value) {
        self.tell_passes();
        let how = self.iconst(RETURNED as i64);
        self.b.ins().return_(&[how, v]);
    }

    /// `call_tree`.
    pub(super) fn tree_call_inst(&mut self, id: InstId, inst: &Inst) {
        let Some(snap) = inst.snap else { unreachable!("{id} names no snapshot") };
        let (tree, slot) = inst.tree();
        let window = self.slot_address(slot);
        let (how, what) = self.call_cell(tree, window);
        let end = self.end_of_frames();
        self.is_running(end);
        let (left, done) = (self.cold_block(), self.b.create_block());
        let v = self.b.append_block_param(done, I64);
        self.b.ins().brif(how, left, &[], done, &[BlockArg::Value(what)]);
        self.b.switch_to_block(left);
        let helper = self.options.support.tree_left as usize as u64;
        let f = self.import(helper, "tree_left", &[I64; 5], &[I64, I64]);
        let tree = self.iconst(tree.into());
        let call = self.b.ins().call(f, &[self.context, window, how, what, tree]);
        let (value, status) = (self.b.inst_results(call)[0], self.b.inst_results(call)[1]);
        let exit = self.exit_block(snap);
        self.b.ins().brif(status, exit, &[], done, &[BlockArg::Value(value)]);
        self.b.switch_to_block(done);
        self.set(id, v);
    }

    /// Ends the tree with another one in the same frame, which is up to date.
    pub(super) fn go_to(&mut self, tree: u64) {
        self.tell_passes();
        let (signature, code) = self.cell(tree as u32);
        self.b.ins().return_call_indirect(signature, code, &[self.context, self.base]);
    }

    /// Calls what a tree's cell holds.
    fn call_cell(&mut self, tree: u32, window: Value) -> (Value, Value) {
        let (signature, code) = self.cell(tree);
        let call = self.b.ins().call_indirect(signature, code, &[self.context, window]);
        (self.b.inst_results(call)[0], self.b.inst_results(call)[1])
    }

    /// What a tree's cell holds, which is entered next.
    fn cell(&mut self, tree: u32) -> (SigRef, Value) {
        let flags = self.flags(Region::Context);
        let number = self.iconst(tree.into());
        self.b.ins().store(flags, number, self.context, AT);
        let cell = self.import(self.input.cells[tree as usize], &format!("tree {tree}"), &[], &[]);
        let cell = self.b.ins().func_addr(I64, cell);
        let code = self.b.ins().load(I64, MemFlagsData::trusted(), cell, 0);
        let signature = self.b.func.signature.clone();
        (self.b.import_signature(signature), code)
    }

    /// Goes on here unless the condition holds, else at the block.
    pub(super) fn unless(&mut self, cond: Value, block: Block) {
        let next = self.b.create_block();
        self.branch(cond, block, next);
        self.b.switch_to_block(next);
    }

    fn end_of_frames(&mut self) -> Value {
        self.b.ins().iadd_imm_s(self.base, 8 * self.input.extent as i64)
    }

    /// Tells the runtime which tree runs, and which part of the stack of values it uses.
    fn is_running(&mut self, end: Value) {
        let flags = self.flags(Region::Context);
        self.b.ins().store(flags, self.base, self.context, BASE);
        let top = self.b.ins().load(I64, Self::fixed(), self.context, TOP);
        self.b.ins().store(MemFlagsData::trusted(), end, top, 0);
    }

    /// The address of the tree's constants.
    pub(super) fn consts_address(&mut self) -> Value {
        let f = self.import(self.consts_at, "constants", &[], &[]);
        self.b.ins().func_addr(I64, f)
    }

    /// The tree's tag.
    pub(super) fn tag(&mut self) -> Value {
        let consts = self.consts_address();
        self.b.ins().load(I64, MemFlagsData::trusted(), consts, 8)
    }
}
