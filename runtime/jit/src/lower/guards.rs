//! Guards: a branch to the exit, which is the first target and cold, or on to the next block.

use cranelift_codegen::ir::condcodes::{CondCode, FloatCC, IntCC};
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use habu_trace::{AliasClass, Inst, InstId, Op, Resume, SnapId, Type, value};

use super::Force;
use super::context::COUNTDOWN;
use super::emit::{Emit, Region, Test};

impl Emit<'_, '_> {
    /// Any op that names a snapshot.
    pub(super) fn guard_inst(&mut self, id: InstId, inst: &Inst) {
        let Some(snap) = inst.snap else { unreachable!("{id} names no snapshot") };
        let args = self.at.trace.args(id);
        if !args.first().is_some_and(|arg| self.cannot_repeat(*arg)) {
            self.force(id, inst.op, snap);
        }
        match inst.op {
            Op::AddOvf | Op::SubOvf | Op::MulOvf | Op::NegOvf => {
                self.overflow(id, inst.op, args, snap)
            }
            Op::LshiftOvf => self.lshift(id, args, snap),
            Op::F64ToInt => self.truncate(id, args, snap),
            Op::GuardTrue | Op::GuardFalse => self.guard_bool(inst.op, args[0], snap),
            Op::GuardNoRaise => {
                if let Some(status) = self.at.status {
                    self.exit_if(status, snap);
                }
            }
            Op::Safepoint => {
                // A constant, which a loop need not keep in a register.
                let at = self.iconst(self.options.poll as i64);
                // Others write the flag: a plain load in the loop would be taken for the one before the loop.
                let poll = self.b.ins().atomic_load(I32, MemFlagsData::trusted(), at);
                self.leave_if(poll, snap);
            }
            Op::GuardValid => {
                let invalid = self.b.ins().atomic_load(I64, MemFlagsData::trusted(), self.consts);
                self.leave_if(invalid, snap);
            }
            Op::GuardIs | Op::GuardIsNot | Op::GuardApart => {
                let (a, b) = (self.get(args[0]), self.get(args[1]));
                let cc = if inst.op == Op::GuardIs { IntCC::NotEqual } else { IntCC::Equal };
                let fail = self.b.ins().icmp(cc, a, b);
                self.exit_if(fail, snap);
                let pointer = self.const_bits(args[1]).is_some_and(value::is_ptr);
                if inst.op == Op::GuardIs && pointer {
                    self.at.pointers.insert(args[0]);
                }
            }
            Op::GuardShape | Op::GuardNotShape => self.guard_shape(inst, args[0], snap),
            op => self.guard_tag(op, args[0], snap),
        }
    }

    /// Leaves if `fail` is not zero.
    pub(super) fn exit_if(&mut self, fail: Value, snap: SnapId) {
        let exit = self.exit_block(snap);
        self.unless(fail, exit);
    }

    /// Leaves if `fail` is not zero, also where a bridge waits for those who leave: it would go on in this code.
    fn leave_if(&mut self, fail: Value, snap: SnapId) {
        let exit = self.way_out(snap);
        self.unless(fail, exit);
    }

    /// Whether a value comes from a call that has written: to leave for the op's start would write again. A guard on it
    /// leaves only when the call declined.
    fn cannot_repeat(&self, v: InstId) -> bool {
        let inst = self.at.trace.inst(v);
        inst.op == Op::Call && !self.at.trace.descs.helper(inst.helper()).effects.writes.is_none()
    }

    fn force(&mut self, id: InstId, op: Op, snap: SnapId) {
        // An exit to where the runtime noted needs a note: such a guard leaves only if it fails.
        let noted = self.at.trace.snapshots[snap.idx()].resume == Resume::Raise;
        if op == Op::GuardNoRaise || noted {
            return;
        }
        match self.options.force {
            Force::Guard { trace, inst } if trace == self.at.number && inst == id => {
                let yes = self.iconst(1);
                self.exit_if(yes, snap);
            }
            Force::Countdown => {
                let flags = self.flags(Region::Context);
                let left = self.b.ins().load(I64, flags, self.context, COUNTDOWN);
                let left = self.b.ins().iadd_imm_s(left, -1);
                self.b.ins().store(flags, left, self.context, COUNTDOWN);
                let zero = self.b.ins().icmp_imm_s(IntCC::Equal, left, 0);
                self.exit_if(zero, snap);
            }
            _ => {}
        }
    }

    fn guard_bool(&mut self, op: Op, cond: InstId, snap: SnapId) {
        let wanted = op == Op::GuardTrue;
        let fail = match self.at.tests.get(&cond).copied() {
            Some(Test::Int(cc, a, b)) => {
                self.emit_test(Test::Int(if wanted { cc.complement() } else { cc }, a, b))
            }
            Some(Test::Float(cc, a, b)) => {
                self.emit_test(Test::Float(if wanted { cc.complement() } else { cc }, a, b))
            }
            None => {
                let cond = self.get(cond);
                if wanted { self.b.ins().icmp_imm_s(IntCC::Equal, cond, 0) } else { cond }
            }
        };
        self.exit_if(fail, snap);
    }

    fn guard_tag(&mut self, op: Op, v: InstId, snap: SnapId) {
        if op == Op::GuardImmFloat && self.at.doubles.contains_key(&v) {
            // A double that is boxed only where its word is needed: whether the word is immediate matters to none.
            return;
        }
        if op == Op::GuardInt && self.inst_type(v) == Type::Int
            || op == Op::GuardPtr && self.is_pointer(v)
        {
            return;
        }
        let word = self.get(v);
        let fail = match op {
            Op::GuardInt => self.b.ins().band_imm_s(word, 3),
            Op::GuardNotInt => {
                let tag = self.b.ins().band_imm_s(word, 3);
                self.b.ins().icmp_imm_s(IntCC::Equal, tag, 0)
            }
            Op::GuardImmFloat => {
                let tag = self.b.ins().band_imm_s(word, 2);
                self.b.ins().icmp_imm_s(IntCC::Equal, tag, 0)
            }
            Op::GuardNotImmFloat => self.b.ins().band_imm_s(word, 2),
            Op::GuardPtr => self.not_pointer(word),
            other => unreachable!("{other:?} is no guard"),
        };
        self.exit_if(fail, snap);
        if op == Op::GuardPtr {
            self.at.pointers.insert(v);
        }
    }

    /// Not zero unless the word is a pointer.
    fn not_pointer(&mut self, word: Value) -> Value {
        let address = self.b.ins().iadd_imm_s(word, -1);
        self.b.ins().band_imm_s(address, 3)
    }

    fn guard_shape(&mut self, inst: &Inst, v: InstId, snap: SnapId) {
        let word = self.get(v);
        let is = inst.op == Op::GuardShape;
        if is && !self.is_pointer(v) {
            let fail = self.not_pointer(word);
            self.exit_if(fail, snap);
            self.at.pointers.insert(v);
        }
        let flags = self.flags(Region::Class(AliasClass::SHAPE));
        let shape = self.b.ins().load(I32, flags, word, -1);
        let cc = if is { IntCC::NotEqual } else { IntCC::Equal };
        let fail = self.b.ins().icmp_imm_u(cc, shape, i64::from(inst.shape().0));
        self.exit_if(fail, snap);
    }

    fn overflow(&mut self, id: InstId, op: Op, args: &[InstId], snap: SnapId) {
        let a = self.get(args[0]);
        let (v, overflow) = match op {
            Op::NegOvf => {
                let zero = self.iconst(0);
                self.b.ins().ssub_overflow(zero, a)
            }
            Op::AddOvf | Op::SubOvf if self.const_int(args[1]).is_some() => {
                return self.overflow_of_constant(id, op, args, snap);
            }
            _ => {
                let b = self.get(args[1]);
                match op {
                    Op::AddOvf => self.b.ins().sadd_overflow(a, b),
                    Op::SubOvf => self.b.ins().ssub_overflow(a, b),
                    _ => {
                        let (a, b) = match self.const_int(args[1]) {
                            // Untag the constant rather than the variable.
                            Some(n) => (a, self.iconst(n)),
                            None => (self.b.ins().sshr_imm_u(a, 2), b),
                        };
                        self.b.ins().smul_overflow(a, b)
                    }
                }
            }
        };
        self.exit_if(overflow, snap);
        self.set(id, v);
    }

    /// A sum or difference with a constant: it has wrapped if it lies on the wrong side of the other operand.
    fn overflow_of_constant(&mut self, id: InstId, op: Op, args: &[InstId], snap: SnapId) {
        let (a, b) = (self.get(args[0]), self.get(args[1]));
        let n = self.const_int(args[1]).unwrap_or_default();
        let (v, up) = match op {
            Op::AddOvf => (self.b.ins().iadd(a, b), n >= 0),
            _ => (self.b.ins().isub(a, b), n <= 0),
        };
        let wrong = if up { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
        let overflow = self.b.ins().icmp(wrong, v, a);
        self.exit_if(overflow, snap);
        self.set(id, v);
    }

    fn lshift(&mut self, id: InstId, args: &[InstId], snap: SnapId) {
        let (a, n) = (self.get(args[0]), self.get(args[1]));
        let n = self.b.ins().sshr_imm_u(n, 2);
        let shifted = self.b.ins().ishl(a, n);
        let back = self.b.ins().sshr(shifted, n);
        let lost = self.b.ins().icmp(IntCC::NotEqual, back, a);
        let known = self.const_int(args[1]);
        let fail = if known.is_some_and(|n| (0..=60).contains(&n)) {
            lost
        } else {
            let wide = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, n, 60);
            self.b.ins().bor(lost, wide)
        };
        self.exit_if(fail, snap);
        self.set(id, shifted);
    }

    fn truncate(&mut self, id: InstId, args: &[InstId], snap: SnapId) {
        let x = self.get(args[0]);
        let size = self.b.ins().fabs(x);
        let most = self.b.ins().f64const(2f64.powi(61));
        let fail = self.b.ins().fcmp(FloatCC::UnorderedOrGreaterThanOrEqual, size, most);
        self.exit_if(fail, snap);
        let n = self.b.ins().fcvt_to_sint_sat(I64, x);
        let v = self.b.ins().ishl_imm_u(n, 2);
        self.set(id, v);
    }
}
