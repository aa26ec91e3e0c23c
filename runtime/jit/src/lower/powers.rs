//! Square roots and squares written as powers: the processor's, where they are sure to be the C library's.
//!
//! The rule and why it holds are in `object/src/float/power.rs`; here the same is said in machine code, with a call of
//! the helper where the rule does not decide.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value};
use habu_trace::{InstId, Op};

use habu_object::float::power::{ROOT_MARGIN, SIZES, SQUARE_MARGIN};

use super::emit::Emit;
use crate::code::Rare;

/// Bits of a mantissa that are stored.
const STORED: i64 = 52;

impl Emit<'_, '_> {
    /// The power, if the exponent is one of those that are quick.
    pub(super) fn power(&mut self, helper: u64, args: &[InstId]) -> Option<Value> {
        let exponent = self.at.trace.inst(args[1]);
        let exponent = (exponent.op == Op::ConstF64).then(|| f64::from_bits(exponent.imm))?;
        let x = self.get(args[0]);
        let (quick, sure) = if exponent == 0.5 {
            self.root(x)
        } else if exponent == 2.0 {
            self.square(x)
        } else {
            return None;
        };
        let w = self.get(args[1]);
        let (slow, done) = (self.cold_block(), self.b.create_block());
        let v = self.b.append_block_param(done, F64);
        self.b.ins().brif(sure, done, &[BlockArg::Value(quick)], slow, &[]);
        self.b.switch_to_block(slow);
        let called = self.rare_call(Rare::Doubles, helper, "FLOAT_POW", &[x, w]);
        self.jump(done, &[called]);
        self.b.switch_to_block(done);
        Some(v)
    }

    fn root(&mut self, x: Value) -> (Value, Value) {
        let root = self.b.ins().sqrt(x);
        let (exponent, m) = self.parts(x);
        let (half, n) = self.parts(root);
        let twice = self.b.ins().ishl_imm_u(half, 1);
        let shift = self.b.ins().isub(exponent, twice);
        let shift = self.b.ins().iadd_imm_s(shift, 1075);
        let wide = self.b.ins().ishl(m, shift);
        let square = self.b.ins().imul(n, n);
        let rest = self.b.ins().isub(wide, square);
        let rest = self.b.ins().iabs(rest);
        let margin = self.b.ins().ushr_imm_u(n, i64::from(ROOT_MARGIN.ilog2()));
        let most = self.b.ins().isub(n, margin);
        let near = self.b.ins().icmp(IntCC::UnsignedLessThan, rest, most);
        let fits = self.fits(exponent);
        (root, self.b.ins().band(near, fits))
    }

    fn square(&mut self, x: Value) -> (Value, Value) {
        let product = self.b.ins().fmul(x, x);
        let (_, m) = self.parts(x);
        let size = self.b.ins().fabs(x);
        let (exponent, _) = self.parts(size);
        let (high, low) = (self.b.ins().umulhi(m, m), self.b.ins().imul(m, m));
        // Bit 105 of the exact product says whether 53 or 52 bits are cut off.
        let more = self.b.ins().ushr_imm_u(high, 41);
        // To the top of a word: what is cut off as a fraction of 2^64, whose middle is the sign bit.
        let twelve = self.iconst(12);
        let up = self.b.ins().isub(twelve, more);
        let lost = self.b.ins().ishl(low, up);
        let middle = self.b.ins().bxor_imm_s(lost, i64::MIN);
        let distance = self.b.ins().iabs(middle);
        let far_off = ((1u64 << 63) / SQUARE_MARGIN) as i64;
        let far = self.b.ins().icmp_imm_s(IntCC::UnsignedGreaterThan, distance, far_off);
        let fits = self.fits(exponent);
        (product, self.b.ins().band(far, fits))
    }

    /// Sign and exponent, and the mantissa with the bit that is not stored.
    fn parts(&mut self, x: Value) -> (Value, Value) {
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), x);
        let exponent = self.b.ins().ushr_imm_u(bits, STORED);
        let stored = self.b.ins().band_imm_s(bits, (1 << STORED) - 1);
        (exponent, self.b.ins().bor_imm_s(stored, 1 << STORED))
    }

    /// Whether sign and exponent are those of a base that is dealt with.
    fn fits(&mut self, exponent: Value) -> Value {
        let above = self.b.ins().iadd_imm_s(exponent, -i64::from(SIZES.start));
        self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, above, i64::from(SIZES.end - SIZES.start))
    }
}
