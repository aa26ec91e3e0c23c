//! Doubles, and the words they are in.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value};
use habu_trace::{InstId, Op};

use super::emit::{Emit, Test};
use crate::code::Rare;

impl Emit<'_, '_> {
    /// Ops on doubles.
    pub(super) fn float_inst(&mut self, id: InstId, op: Op, args: &[InstId]) {
        let cc = match op {
            Op::Flt => FloatCC::LessThan,
            Op::Fle => FloatCC::LessThanOrEqual,
            Op::Fgt => FloatCC::GreaterThan,
            Op::Fge => FloatCC::GreaterThanOrEqual,
            Op::Feq => FloatCC::Equal,
            Op::Fne => FloatCC::NotEqual,
            _ => {
                let v = self.float_value(op, args);
                return self.set(id, v);
            }
        };
        let (a, b) = (self.get(args[0]), self.get(args[1]));
        self.test(id, Test::Float(cc, a, b));
    }

    fn float_value(&mut self, op: Op, args: &[InstId]) -> Value {
        if op == Op::UnboxFloat {
            return match self.at.doubles.get(&args[0]) {
                Some(&x) => x,
                None => {
                    let word = self.get(args[0]);
                    self.unbox_double(word)
                }
            };
        }
        let a = self.get(args[0]);
        match op {
            Op::Fneg => self.b.ins().fneg(a),
            Op::Fabs => self.b.ins().fabs(a),
            Op::Fsqrt => self.b.ins().sqrt(a),
            Op::Ffloor => self.b.ins().floor(a),
            Op::IntToF64 => {
                let n = self.b.ins().sshr_imm_u(a, 2);
                self.b.ins().fcvt_from_sint(F64, n)
            }
            Op::RawToF64 => self.b.ins().fcvt_from_sint(F64, a),
            Op::BoxFloat => self.box_double(a),
            _ => {
                let b = self.get(args[1]);
                match op {
                    Op::Fadd => self.b.ins().fadd(a, b),
                    Op::Fsub => self.b.ins().fsub(a, b),
                    Op::Fmul => self.b.ins().fmul(a, b),
                    Op::Fdiv => self.b.ins().fdiv(a, b),
                    other => unreachable!("{other:?} is lowered elsewhere"),
                }
            }
        }
    }

    /// A double constant, from the tree's constants.
    pub(super) fn double_const(&mut self, bits: u64) -> Value {
        match self.const_index.get(&bits) {
            Some(&i) => self.b.ins().load(F64, Self::fixed(), self.consts, 8 * i as i32),
            None => self.b.ins().f64const(f64::from_bits(bits)),
        }
    }

    pub(super) fn unbox_double(&mut self, word: Value) -> Value {
        let bits = self.b.ins().iadd_imm_s(word, -3);
        let bits = self.b.ins().rotr_imm_u(bits, 4);
        self.b.ins().bitcast(F64, MemFlagsData::new(), bits)
    }

    /// The word of a double; out of line for those that need an object.
    pub(super) fn box_double(&mut self, x: Value) -> Value {
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), x);
        let bits = self.b.ins().rotl_imm_u(bits, 4);
        let word = self.b.ins().iadd_imm_s(bits, 3);
        let tag = self.b.ins().band_imm_s(word, 2);
        let beyond = self.b.ins().icmp_imm_s(IntCC::Equal, tag, 0);
        let (slow, done) = (self.cold_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.ins().brif(beyond, slow, &[], done, &[BlockArg::Value(word)]);
        self.b.switch_to_block(slow);
        let helper = self.options.support.box_float as usize as u64;
        let object = self.rare_call(Rare::Double, helper, "box_float", &[x]);
        self.jump(done, &[object]);
        self.b.switch_to_block(done);
        result
    }
}
