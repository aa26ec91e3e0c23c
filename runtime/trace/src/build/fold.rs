//! Folding: what an op comes to when its operands are known, wholly or in part.
//!
//! `pure` first brings an op into canonical form (constants to the right, greater-than turned round), then computes
//! with constants, then tries `simplify`, then shares it with an equal one. `guard` drops what is known to hold and
//! notes what the rest of the trace may rely on. Integer rules hold for all operands; float rules keep signed zeros.

use super::{Builder, Key, Kinds};
use crate::eval;
use crate::ops::{Gives, Op};
use crate::types::{InstId, SnapId, Type};
use crate::value;

impl Builder {
    /// A pure op.
    pub(super) fn pure(&mut self, op: Op, args: &[InstId]) -> InstId {
        let (mut op, mut a) = (op, [InstId(0); 3]);
        for (to, &from) in a.iter_mut().zip(args) {
            *to = self.operand(op, from);
        }
        let n = args.len();
        if self.rules.fold {
            op = self.canonical(op, &mut a);
            if let Some(id) = self.compute(op, &a[..n]).or_else(|| self.simplify(op, a)) {
                return id;
            }
        }
        self.share(op, &a[..n])
    }

    /// An operand of a pure op: identity tests may look at a virtual object without making it.
    fn operand(&mut self, op: Op, v: InstId) -> InstId {
        if self.rules.fold && matches!(op, Op::Is | Op::IsInt) {
            self.resolve(v)
        } else {
            self.escape(v)
        }
    }

    fn canonical(&self, op: Op, a: &mut [InstId; 3]) -> Op {
        let turned = match op {
            Op::Gt => Some(Op::Lt),
            Op::Ge => Some(Op::Le),
            Op::Fgt => Some(Op::Flt),
            Op::Fge => Some(Op::Fle),
            _ => None,
        };
        let key = |id: InstId| (self.trace.is_const(id), id);
        if turned.is_some() || (op.is_commutative() && key(a[0]) > key(a[1])) {
            a.swap(0, 1);
        }
        turned.unwrap_or(op)
    }

    /// The result of constants.
    fn compute(&mut self, op: Op, args: &[InstId]) -> Option<InstId> {
        if args.is_empty() || !args.iter().all(|&a| self.trace.is_const(a)) {
            return None;
        }
        let word = |i: usize| args.get(i).map_or(0, |&a| self.trace.inst(a).imm);
        if op == Op::BoxFloat {
            return value::from_f64(f64::from_bits(word(0))).map(|bits| self.const_val(bits));
        }
        if matches!(op, Op::Select) {
            return None;
        }
        let bits = eval::pure(op, 0, word(0), word(1), word(2))?;
        self.constant_of(op.info().gives, bits)
    }

    fn constant_of(&mut self, gives: Gives, bits: u64) -> Option<InstId> {
        Some(match gives {
            Gives::Int if !value::is_int(bits) => return None,
            Gives::Int | Gives::Val => self.const_val(bits),
            Gives::Raw => self.const_raw(bits as i64),
            Gives::F64 => self.const_f64(f64::from_bits(bits)),
            Gives::Bool => self.const_bool(bits != 0),
            _ => return None,
        })
    }

    /// The equal instruction before, or a new one.
    fn share(&mut self, op: Op, args: &[InstId]) -> InstId {
        let mut key = Key { op, args: [InstId(0); 3], imm: 0 };
        key.args[..args.len()].copy_from_slice(args);
        if self.rules.cse
            && let Some(&id) = self.shared.get(&key)
        {
            self.refresh(id);
            return self.resolve(id);
        }
        let id = self.append(op, args, 0, None);
        if op == Op::BoxFloat {
            self.gc_point();
        }
        if self.rules.fold
            && let Some(konst) = self.singleton(id)
        {
            return konst;
        }
        self.shared.insert(key, id);
        id
    }

    /// Operands may be known better by now.
    fn refresh(&mut self, id: InstId) {
        let new = self.initial_info(id);
        let info = &mut self.info[id.idx()];
        (info.lo, info.hi) = (info.lo.max(new.lo), info.hi.min(new.hi));
    }

    fn singleton(&mut self, id: InstId) -> Option<InstId> {
        let info = self.info[id.idx()];
        match self.trace.inst(id).ty {
            Type::Int if info.lo == info.hi => Some(self.const_int(info.lo)),
            Type::Raw if info.lo == info.hi => Some(self.const_raw(info.lo)),
            _ => None,
        }
    }

    /// The op and operands of the instruction that made a value.
    pub(super) fn made_by(&self, id: InstId) -> (Op, [InstId; 3]) {
        let inst = self.trace.inst(id);
        let mut args = inst.args;
        if inst.op != Op::Call {
            for arg in &mut args[..inst.nargs as usize] {
                *arg = self.resolve(*arg);
            }
        }
        (inst.op, args)
    }

    fn simplify(&mut self, op: Op, a: [InstId; 3]) -> Option<InstId> {
        match op.info().gives {
            Gives::Int => self.simplify_int(op, a[0], a[1]),
            Gives::Raw => self.simplify_raw(op, a[0], a[1]),
            Gives::F64 => self.simplify_f64(op, a[0], a[1]),
            Gives::Bool => self.simplify_bool(op, a[0], a[1]),
            _ => self.simplify_val(op, a),
        }
    }

    fn simplify_int(&mut self, op: Op, x: InstId, y: InstId) -> Option<InstId> {
        let c = self.int_const(y).filter(|_| op.info().wants.len() == 2);
        let made = self.made_by(x);
        match (op, c) {
            (Op::Add | Op::Sub | Op::Or | Op::Xor | Op::Rshift, Some(0)) => Some(x),
            (Op::Mul | Op::Floordiv, Some(1)) => Some(x),
            (Op::Mul | Op::And, Some(0)) => Some(y),
            (Op::And, Some(-1)) => Some(x),
            (Op::And | Op::Or, _) if x == y => Some(x),
            (Op::Sub | Op::Xor, _) if x == y => Some(self.const_int(0)),
            (Op::Mod, Some(1)) => Some(self.const_int(0)),
            (Op::Floordiv, Some(c)) if c > 0 && c & (c - 1) == 0 => {
                let count = self.const_int(c.trailing_zeros().into());
                Some(self.pure(Op::Rshift, &[x, count]))
            }
            (Op::Mod, Some(c)) if c > 0 && c & (c - 1) == 0 => {
                let mask = self.const_int(c - 1);
                Some(self.pure(Op::And, &[x, mask]))
            }
            (Op::Mod, Some(c))
                if c > 0 && self.info[x.idx()].lo >= 0 && self.info[x.idx()].hi < c =>
            {
                Some(x)
            }
            (Op::And, Some(c)) if self.is_mask_of(c, x) => Some(x),
            (Op::Invert, _) if made.0 == Op::Invert => Some(made.1[0]),
            (Op::Neg, _) if made.0 == Op::Neg => Some(made.1[0]),
            (Op::RawToInt, _) if made.0 == Op::IntToRaw => Some(made.1[0]),
            _ => None,
        }
    }

    /// Whether `x & c` is `x`.
    fn is_mask_of(&self, c: i64, x: InstId) -> bool {
        let info = &self.info[x.idx()];
        c > 0 && (c + 1) & c == 0 && info.lo >= 0 && info.hi <= c
    }

    fn simplify_raw(&mut self, op: Op, x: InstId, y: InstId) -> Option<InstId> {
        let c = self.raw_const(y).filter(|_| op.info().wants.len() == 2);
        let made = self.made_by(x);
        match (op, c) {
            (
                Op::Radd | Op::Rsub | Op::Ror | Op::Rxor | Op::Rshl | Op::Rshr | Op::Rsar,
                Some(0),
            ) => Some(x),
            (Op::Rmul, Some(1)) => Some(x),
            (Op::Rmul | Op::Rand, Some(0)) => Some(y),
            (Op::Rand, Some(-1)) => Some(x),
            (Op::Rand | Op::Ror, _) if x == y => Some(x),
            (Op::Rsub | Op::Rxor, _) if x == y => Some(self.const_raw(0)),
            (Op::Rand, Some(c)) if self.is_mask_of(c, x) => Some(x),
            (Op::Radd, Some(c)) if made.0 == Op::Radd => {
                let inner = self.raw_const(made.1[1])?;
                let sum = self.const_raw(inner.wrapping_add(c));
                Some(self.pure(Op::Radd, &[made.1[0], sum]))
            }
            (Op::IntToRaw, _) if made.0 == Op::RawToInt => Some(made.1[0]),
            (Op::ValToRaw, _) if made.0 == Op::RawToVal => Some(made.1[0]),
            _ => None,
        }
    }

    fn simplify_f64(&mut self, op: Op, x: InstId, y: InstId) -> Option<InstId> {
        let c = self.f64_const(y).filter(|_| op.info().wants.len() == 2);
        let made = self.made_by(x);
        match (op, c) {
            (Op::Fmul | Op::Fdiv, Some(1.0)) => Some(x),
            (Op::Fsub, Some(c)) if c.to_bits() == 0 => Some(x),
            (Op::Fadd, Some(c)) if c.to_bits() == (-0.0f64).to_bits() => Some(x),
            (Op::Fdiv, Some(c)) if exact_reciprocal(c) => {
                let r = self.const_f64(1.0 / c);
                Some(self.pure(Op::Fmul, &[x, r]))
            }
            (Op::Fneg, _) if made.0 == Op::Fneg => Some(made.1[0]),
            (Op::Fabs, _) if matches!(made.0, Op::Fneg | Op::Fabs) => {
                Some(self.pure(Op::Fabs, &[made.1[0]]))
            }
            (Op::Ffloor, _) if matches!(made.0, Op::Ffloor | Op::IntToF64) => Some(x),
            (Op::UnboxFloat, _) if made.0 == Op::BoxFloat => Some(made.1[0]),
            _ => None,
        }
    }

    fn simplify_bool(&mut self, op: Op, x: InstId, y: InstId) -> Option<InstId> {
        if let Some(&truth) = self.facts.get(&(op, x, y)) {
            return Some(self.const_bool(truth));
        }
        if let Some(truth) = self.decide(op, x, y) {
            return Some(self.const_bool(truth));
        }
        let made = self.made_by(x);
        match (op, made.0) {
            (Op::Not, Op::Not) => Some(made.1[0]),
            (Op::Not, Op::Lt) => Some(self.pure(Op::Le, &[made.1[1], made.1[0]])),
            (Op::Not, Op::Le) => Some(self.pure(Op::Lt, &[made.1[1], made.1[0]])),
            (Op::Not, Op::Eq) => Some(self.pure(Op::Ne, &made.1[..2])),
            (Op::Not, Op::Ne) => Some(self.pure(Op::Eq, &made.1[..2])),
            (Op::Is, Op::BoolToVal) if y == made.1[1] => Some(made.1[0]),
            (Op::Is, Op::BoolToVal) if y == made.1[2] => Some(self.pure(Op::Not, &[made.1[0]])),
            _ => None,
        }
    }

    /// The outcome of a comparison that ranges or tags decide.
    fn decide(&self, op: Op, x: InstId, y: InstId) -> Option<bool> {
        let (a, b) = (&self.info[x.idx()], &self.info[y.idx()]);
        let less = || (a.hi < b.lo).then_some(true).or((a.lo >= b.hi).then_some(false));
        let apart = a.hi < b.lo || b.hi < a.lo;
        match op {
            Op::Not => (a.lo == a.hi).then_some(a.lo == 0),
            Op::IsInt if a.kinds == Kinds::INT => Some(true),
            Op::IsInt if a.kinds.and(Kinds::INT).0 == 0 => Some(false),
            Op::Is if x == y => Some(true),
            Op::Is if a.kinds.and(b.kinds).0 == 0 || self.are_distinct(x, y) => Some(false),
            Op::Eq | Op::Req | Op::Le if x == y => Some(true),
            Op::Ne | Op::Lt | Op::Rlt | Op::Rslt if x == y => Some(false),
            Op::Eq | Op::Req if apart => Some(false),
            Op::Ne if apart => Some(true),
            Op::Lt | Op::Rslt => less(),
            Op::Le => (a.hi <= b.lo).then_some(true).or((a.lo > b.hi).then_some(false)),
            Op::Rlt if a.lo >= 0 && b.lo >= 0 => less().or_else(|| self.in_bounds(x, y)),
            _ => None,
        }
    }

    /// An index that is not negative is below a length if the tagged ints were found to be so.
    fn in_bounds(&self, index: InstId, len: InstId) -> Option<bool> {
        let (op, a) = self.made_by(index);
        if op != Op::IntToRaw {
            return None;
        }
        let key = Key { op: Op::RawToInt, args: [len, InstId(0), InstId(0)], imm: 0 };
        let tagged = self.shared.get(&key)?;
        self.facts.get(&(Op::Lt, a[0], *tagged)).copied().filter(|&below| below)
    }

    fn simplify_val(&mut self, op: Op, a: [InstId; 3]) -> Option<InstId> {
        let made = self.made_by(a[0]);
        match op {
            Op::Select | Op::BoolToVal => match self.known_bool(a[0]) {
                Some(true) => Some(a[1]),
                Some(false) => Some(a[2]),
                None if a[1] == a[2] => Some(a[1]),
                None => None,
            },
            Op::BoxFloat if made.0 == Op::UnboxFloat => Some(made.1[0]),
            Op::RawToVal if made.0 == Op::ValToRaw => Some(made.1[0]),
            _ => None,
        }
    }
}

/// Whether dividing by `c` is multiplying by its reciprocal.
fn exact_reciprocal(c: f64) -> bool {
    c.is_normal() && (1.0 / c).is_normal() && c.to_bits() << 12 == 0
}

/// Guards.
impl Builder {
    /// A value with an overflow guard, or without where the range shows that it cannot overflow.
    pub(super) fn guarded_value(
        &mut self,
        op: Op,
        args: &[InstId],
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) -> InstId {
        let mut a = [InstId(0); 3];
        for (to, &from) in a.iter_mut().zip(args) {
            *to = self.resolve(from);
        }
        let n = args.len();
        if self.rules.fold {
            self.canonical(op, &mut a);
            if let Some(id) = self.known_result(op, &a[..n]) {
                return id;
            }
        }
        let key = Key { op, args: a, imm: 0 };
        if self.rules.cse
            && let Some(&id) = self.shared.get(&key)
        {
            return self.resolve(id);
        }
        let snap = snap(self);
        let id = self.append(op, &a[..n], 0, Some(snap));
        self.shared.insert(key, id);
        id
    }

    fn known_result(&mut self, op: Op, a: &[InstId]) -> Option<InstId> {
        if a.iter().all(|&x| self.trace.is_const(x)) {
            let word = |i: usize| a.get(i).map_or(0, |&x| self.trace.inst(x).imm);
            return eval::guarded(op, word(0), word(1)).map(|bits| self.const_val(bits));
        }
        let (made, args) = self.made_by(a[0]);
        if op == Op::F64ToInt && made == Op::IntToF64 {
            let info = &self.info[args[0].idx()];
            return (info.lo >= -(1 << 53) && info.hi <= 1 << 53).then_some(args[0]);
        }
        let c = a.get(1).and_then(|&y| self.int_const(y));
        match (op, c) {
            (Op::LshiftOvf, Some(0)) => return Some(a[0]),
            (Op::LshiftOvf, Some(n @ 1..=60)) if self.rules.range => {
                let info = &self.info[a[0].idx()];
                let fits = |x: i64| value::fits_int(x.checked_mul(1 << n).unwrap_or(i64::MAX));
                if fits(info.lo) && fits(info.hi) {
                    let factor = self.const_int(1 << n);
                    return Some(self.pure(Op::Mul, &[a[0], factor]));
                }
                return None;
            }
            (Op::AddOvf | Op::SubOvf, Some(0)) | (Op::MulOvf, Some(1)) => return Some(a[0]),
            (Op::MulOvf, Some(0)) => return Some(a[1]),
            _ => {}
        }
        let plain = op.unguarded()?;
        let (lo, hi) = self.exact_range(op, a);
        let fits = value::INT_MIN as i128 <= lo && hi <= value::INT_MAX as i128;
        (self.rules.range && fits).then(|| self.pure(plain, a))
    }

    /// A guard without a value.
    pub(super) fn guard(
        &mut self,
        op: Op,
        args: &[InstId],
        imm: u64,
        snap: impl FnOnce(&mut Builder) -> SnapId,
    ) {
        let mut a = [InstId(0); 3];
        for (to, &from) in a.iter_mut().zip(args) {
            *to = self.resolve(from);
        }
        let mut op = op;
        if self.rules.fold {
            op = self.simpler_guard(op, &mut a);
            match self.holds(op, a[0], a[1], imm) {
                Some(true) => return,
                Some(false) if self.dead.is_none() => {
                    let snap = snap(self);
                    self.dead = Some((self.len(), snap));
                    return;
                }
                Some(false) => return,
                None => {}
            }
        }
        let n = op.info().wants.len();
        for v in &mut a[..n] {
            *v = self.force(*v);
        }
        let snap = snap(self);
        self.append(op, &a[..n], imm, Some(snap));
        if self.rules.fold {
            self.learn_guard(op, a[0], a[1], imm);
        }
    }

    /// Looks through what made the condition.
    fn simpler_guard(&self, op: Op, a: &mut [InstId; 3]) -> Op {
        let (made, args) = self.made_by(a[0]);
        let yes = op == Op::GuardTrue;
        match (op, made) {
            (Op::GuardTrue | Op::GuardFalse, Op::Not) => {
                a[0] = args[0];
                self.simpler_guard(if yes { Op::GuardFalse } else { Op::GuardTrue }, a)
            }
            (Op::GuardTrue | Op::GuardFalse, Op::IsInt) => {
                a[0] = args[0];
                if yes { Op::GuardInt } else { Op::GuardNotInt }
            }
            (Op::GuardIs | Op::GuardIsNot, Op::BoolToVal) if a[1] == args[1] || a[1] == args[2] => {
                let yes = (op == Op::GuardIs) == (a[1] == args[1]);
                a[0] = args[0];
                self.simpler_guard(if yes { Op::GuardTrue } else { Op::GuardFalse }, a)
            }
            _ => op,
        }
    }

    /// Whether a guard is known to hold or to fail.
    fn holds(&self, op: Op, v: InstId, other: InstId, imm: u64) -> Option<bool> {
        let info = &self.info[v.idx()];
        let kind = |want: Kinds| match info.kinds.and(want) {
            _ if info.kinds.minus(want).0 == 0 => Some(true),
            Kinds(0) => Some(false),
            _ => None,
        };
        let made = self.trace.inst(v).op;
        match op {
            Op::GuardInt => kind(Kinds::INT),
            Op::GuardNotInt => kind(Kinds::INT).map(|b| !b),
            // A boxed result counts as an immediate float: what is asked is whether it is a float.
            Op::GuardImmFloat if made == Op::BoxFloat => Some(true),
            Op::GuardImmFloat => kind(Kinds::FLOAT),
            Op::GuardNotImmFloat if made == Op::BoxFloat => None,
            Op::GuardNotImmFloat => kind(Kinds::FLOAT).map(|b| !b),
            Op::GuardPtr => kind(Kinds::PTR),
            Op::GuardShape | Op::GuardNotShape => {
                let same = match info.shape {
                    Some((shape, _)) => Some(shape == imm as u32),
                    None if info.kinds.and(Kinds::PTR).0 == 0 => Some(false),
                    None => None,
                };
                same.map(|same| same == (op == Op::GuardShape))
            }
            Op::GuardTrue => self.known_bool(v),
            Op::GuardFalse => self.known_bool(v).map(|b| !b),
            Op::GuardIs => self.identical(v, other),
            Op::GuardIsNot => self.identical(v, other).map(|b| !b),
            Op::GuardApart => self.are_distinct(v, other).then_some(true),
            _ => None,
        }
    }

    fn identical(&self, v: InstId, other: InstId) -> Option<bool> {
        self.decide(Op::Is, v, other).or_else(|| self.facts.get(&(Op::Is, v, other)).copied())
    }

    pub(super) fn learn_guard(&mut self, op: Op, v: InstId, other: InstId, imm: u64) {
        match op {
            Op::GuardInt => self.narrow_kinds(v, Kinds::INT),
            Op::GuardNotInt => self.narrow_kinds(v, Kinds::ANY.minus(Kinds::INT)),
            Op::GuardImmFloat => self.narrow_kinds(v, Kinds::FLOAT),
            Op::GuardNotImmFloat => self.narrow_kinds(v, Kinds::ANY.minus(Kinds::FLOAT)),
            Op::GuardPtr => self.narrow_kinds(v, Kinds::PTR),
            Op::GuardShape => self.set_shape(v, imm as u32, imm >> 32 & 1 != 0),
            Op::GuardTrue => self.learn(v, true),
            Op::GuardFalse => self.learn(v, false),
            Op::GuardIs => {
                self.narrow_kinds(v, self.info[other.idx()].kinds);
                if self.trace.is_const(other) {
                    self.replace(v, other);
                }
            }
            Op::GuardIsNot => {
                self.facts.insert((Op::Is, v, other), false);
            }
            Op::GuardApart => self.set_apart(v, other),
            _ => {}
        }
    }
}
