//! Tagged ints, machine words and truth values.
//!
//! An int is `n << 2`, so sums, comparisons and bitwise ops work on the tagged words, and so does division: the
//! quotient of two tagged words is the untagged quotient.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I8;
use cranelift_codegen::ir::{InstBuilder, Value};
use habu_trace::{InstId, Op};

use super::emit::{Emit, Test};

impl Emit<'_, '_> {
    /// Ops on tagged ints and truth values. `false` if it is none.
    pub(super) fn int_inst(&mut self, id: InstId, op: Op, args: &[InstId]) -> bool {
        let cc = match op {
            Op::Lt => IntCC::SignedLessThan,
            Op::Le => IntCC::SignedLessThanOrEqual,
            Op::Gt => IntCC::SignedGreaterThan,
            Op::Ge => IntCC::SignedGreaterThanOrEqual,
            Op::Eq | Op::Is | Op::Req => IntCC::Equal,
            Op::Ne => IntCC::NotEqual,
            Op::Rlt => IntCC::UnsignedLessThan,
            Op::Rslt => IntCC::SignedLessThan,
            _ => return self.int_value(id, op, args),
        };
        let (a, b) = (self.get(args[0]), self.get(args[1]));
        self.test(id, Test::Int(cc, a, b));
        true
    }

    /// A comparison: emitted now only if something else than a guard needs it.
    pub(super) fn test(&mut self, id: InstId, test: Test) {
        if self.at.needed[id.idx()] {
            let v = self.emit_test(test);
            self.set(id, v);
        }
        self.at.tests.insert(id, test);
    }

    fn int_value(&mut self, id: InstId, op: Op, args: &[InstId]) -> bool {
        let v = match op {
            Op::Rshift => self.rshift(args[0], args[1]),
            Op::Floordiv => self.floordiv(args[0], args[1]),
            Op::Mod => self.modulo(args[0], args[1]),
            Op::Select | Op::BoolToVal => {
                let (c, a, b) = (self.get(args[0]), self.get(args[1]), self.get(args[2]));
                self.b.ins().select(c, a, b)
            }
            Op::Not => {
                let a = self.get(args[0]);
                let zero = self.b.ins().iconst(I8, 0);
                self.test(id, Test::Int(IntCC::Equal, a, zero));
                return true;
            }
            Op::IsInt => {
                let a = self.get(args[0]);
                let (tag, zero) = (self.b.ins().band_imm_s(a, 3), self.iconst(0));
                self.test(id, Test::Int(IntCC::Equal, tag, zero));
                return true;
            }
            Op::Neg | Op::Invert => {
                let a = self.get(args[0]);
                if op == Op::Neg { self.b.ins().ineg(a) } else { self.b.ins().bxor_imm_s(a, !3) }
            }
            Op::Add | Op::Sub | Op::Mul | Op::And | Op::Or | Op::Xor => {
                let (a, b) = (self.get(args[0]), self.get(args[1]));
                match op {
                    Op::Add => self.b.ins().iadd(a, b),
                    Op::Sub => self.b.ins().isub(a, b),
                    Op::Mul => {
                        let a = self.b.ins().sshr_imm_u(a, 2);
                        self.b.ins().imul(a, b)
                    }
                    Op::And => self.b.ins().band(a, b),
                    Op::Or => self.b.ins().bor(a, b),
                    _ => self.b.ins().bxor(a, b),
                }
            }
            _ => return false,
        };
        self.set(id, v);
        true
    }

    /// Ops on machine words. `false` if it is none.
    pub(super) fn raw_inst(&mut self, id: InstId, op: Op, args: &[InstId]) -> bool {
        let raw = matches!(
            op,
            Op::Radd
                | Op::Rsub
                | Op::Rmul
                | Op::Rand
                | Op::Ror
                | Op::Rxor
                | Op::Rshl
                | Op::Rshr
                | Op::Rsar
        );
        let v = if raw {
            let (a, b) = (self.get(args[0]), self.get(args[1]));
            match op {
                Op::Radd => self.b.ins().iadd(a, b),
                Op::Rsub => self.b.ins().isub(a, b),
                Op::Rmul => self.b.ins().imul(a, b),
                Op::Rand => self.b.ins().band(a, b),
                Op::Ror => self.b.ins().bor(a, b),
                Op::Rxor => self.b.ins().bxor(a, b),
                Op::Rshl => self.b.ins().ishl(a, b),
                Op::Rshr => self.b.ins().ushr(a, b),
                _ => self.b.ins().sshr(a, b),
            }
        } else {
            match op {
                Op::IntToRaw | Op::RawToInt | Op::ValToRaw | Op::RawToVal => {
                    let a = self.get(args[0]);
                    match op {
                        Op::IntToRaw => self.b.ins().sshr_imm_u(a, 2),
                        Op::RawToInt => self.b.ins().ishl_imm_u(a, 2),
                        _ => a,
                    }
                }
                _ => return false,
            }
        };
        self.set(id, v);
        true
    }

    fn rshift(&mut self, x: InstId, count: InstId) -> Value {
        let (a, known) = (self.get(x), self.const_int(count));
        let shifted = match known {
            Some(n) => self.b.ins().sshr_imm_u(a, n.clamp(0, 63)),
            None => {
                let n = self.get(count);
                let n = self.b.ins().sshr_imm_u(n, 2);
                let most = self.iconst(63);
                let n = self.b.ins().umin(n, most);
                self.b.ins().sshr(a, n)
            }
        };
        self.b.ins().band_imm_s(shifted, !3)
    }

    /// The exponent, if the inst is a positive power of two.
    fn power_of_two(&self, id: InstId) -> Option<u32> {
        let n = self.const_int(id)?;
        (n > 0 && n & (n - 1) == 0).then(|| n.trailing_zeros())
    }

    fn floordiv(&mut self, x: InstId, y: InstId) -> Value {
        let a = self.get(x);
        if let Some(k) = self.power_of_two(y) {
            let q = self.b.ins().sshr_imm_u(a, i64::from(k));
            return self.b.ins().band_imm_s(q, !3);
        }
        let b = self.get(y);
        let (q, _, wrong) = self.divide(a, b);
        let wrong = self.b.ins().uextend(cranelift_codegen::ir::types::I64, wrong);
        let q = self.b.ins().isub(q, wrong);
        self.b.ins().ishl_imm_u(q, 2)
    }

    fn modulo(&mut self, x: InstId, y: InstId) -> Value {
        let a = self.get(x);
        if let Some(k) = self.power_of_two(y) {
            return self.b.ins().band_imm_s(a, ((1i64 << k) - 1) << 2);
        }
        let b = self.get(y);
        let (_, r, wrong) = self.divide(a, b);
        let fixed = self.b.ins().iadd(r, b);
        self.b.ins().select(wrong, fixed, r)
    }

    /// Untagged quotient towards zero, tagged remainder, and whether Python's quotient is one less.
    fn divide(&mut self, a: Value, b: Value) -> (Value, Value, Value) {
        let q = self.b.ins().sdiv(a, b);
        let back = self.b.ins().imul(q, b);
        let r = self.b.ins().isub(a, back);
        let signs = self.b.ins().bxor(r, b);
        let differ = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let some = self.b.ins().icmp_imm_s(IntCC::NotEqual, r, 0);
        let wrong = self.b.ins().band(differ, some);
        (q, r, wrong)
    }
}
