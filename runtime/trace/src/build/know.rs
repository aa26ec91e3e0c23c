//! What is known of a value: tags, shape, range. Filled when an inst is appended, narrowed by guards.

use super::Builder;
use crate::ops::Op;
use crate::types::{InstId, MemType, Type};
use crate::value::{self, INT_MAX, INT_MIN};

/// A set of tags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kinds(pub u8);

impl Kinds {
    /// A tagged int.
    pub const INT: Kinds = Kinds(1);
    /// An immediate float.
    pub const FLOAT: Kinds = Kinds(2);
    /// A pointer.
    pub const PTR: Kinds = Kinds(4);
    /// Any word.
    pub const ANY: Kinds = Kinds(7);

    /// The tag of a word.
    pub fn of_bits(bits: u64) -> Kinds {
        if value::is_int(bits) {
            Kinds::INT
        } else if value::is_ptr(bits) {
            Kinds::PTR
        } else {
            Kinds::FLOAT
        }
    }

    /// The tags in both.
    pub fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    /// The tags in one but not the other.
    pub fn minus(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }
}

/// What is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Info {
    /// The possible tags of a Val.
    pub kinds: Kinds,
    /// The shape of the object, and whether it is stable.
    pub shape: Option<(u32, bool)>,
    /// The least value of an Int (untagged), Raw (signed) or Bool (0).
    pub lo: i64,
    /// The greatest.
    pub hi: i64,
}

impl Info {
    /// Nothing known but the type.
    pub fn of_type(ty: Type) -> Info {
        let (kinds, lo, hi) = match ty {
            Type::Val => (Kinds::ANY, INT_MIN, INT_MAX),
            Type::Int => (Kinds::INT, INT_MIN, INT_MAX),
            Type::Bool => (Kinds(0), 0, 1),
            _ => (Kinds(0), i64::MIN, i64::MAX),
        };
        Info { kinds, shape: None, lo, hi }
    }

    /// Whether everything known here also holds for `other`.
    pub fn covers(&self, other: &Info) -> bool {
        let shape = self.shape.is_none() || self.shape == other.shape;
        shape && other.kinds.minus(self.kinds).0 == 0 && self.lo <= other.lo && other.hi <= self.hi
    }
}

/// A range in a width where nothing overflows.
type Wide = (i128, i128);

fn add(a: Wide, b: Wide) -> Wide {
    (a.0 + b.0, a.1 + b.1)
}

fn sub(a: Wide, b: Wide) -> Wide {
    (a.0 - b.1, a.1 - b.0)
}

fn mul(a: Wide, b: Wide) -> Wide {
    let p = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
    (p.into_iter().min().unwrap_or(0), p.into_iter().max().unwrap_or(0))
}

/// The smallest `2^k - 1` that is not less than both (neither negative).
fn mask(a: i64, b: i64) -> i64 {
    let bits = 64 - (a | b).leading_zeros();
    if bits >= 63 { i64::MAX } else { (1 << bits) - 1 }
}

/// Ranges of results.
impl Builder {
    /// The range of an exact result of an arithmetic op, whether or not it fits.
    pub(super) fn exact_range(&self, op: Op, args: &[InstId]) -> Wide {
        let wide = |i: usize| {
            let info = &self.info[args[i].idx()];
            (info.lo as i128, info.hi as i128)
        };
        match op {
            Op::AddOvf | Op::Add | Op::Radd => add(wide(0), wide(1)),
            Op::SubOvf | Op::Sub | Op::Rsub => sub(wide(0), wide(1)),
            Op::MulOvf | Op::Mul | Op::Rmul => mul(wide(0), wide(1)),
            Op::NegOvf | Op::Neg => (-wide(0).1, -wide(0).0),
            _ => (i128::MIN, i128::MAX),
        }
    }

    /// What is known of a value when it is made.
    pub(super) fn initial_info(&self, id: InstId) -> Info {
        let inst = self.trace.inst(id);
        self.info_of(inst.op, inst.ty, inst.imm, self.trace.args(id))
    }

    pub(super) fn info_of(&self, op: Op, ty: Type, imm: u64, args: &[InstId]) -> Info {
        let mut info = Info::of_type(ty);
        match op {
            Op::ConstVal => {
                info.kinds = Kinds::of_bits(imm);
                if value::is_int(imm) {
                    (info.lo, info.hi) = (value::to_int(imm), value::to_int(imm));
                }
            }
            Op::ConstRaw | Op::ConstBool => (info.lo, info.hi) = (imm as i64, imm as i64),
            Op::BoxFloat => info.kinds = Kinds(Kinds::FLOAT.0 | Kinds::PTR.0),
            Op::BoolToVal => info.kinds = Kinds::PTR,
            Op::Load => bound(&mut info, self.trace.descs.fields[imm as usize].ty),
            Op::Aload => bound(&mut info, self.trace.descs.arrays[imm as usize].elem),
            Op::New | Op::NewArray => {
                let desc = &self.trace.descs.allocs[imm as usize];
                info.kinds = Kinds::PTR;
                info.shape = Some((desc.shape, desc.stable));
            }
            Op::Call => {
                if let Some(shape) = self.trace.descs.helpers[imm as usize].shape {
                    info.kinds = Kinds::PTR;
                    info.shape = Some((shape, true));
                }
            }
            Op::Select => {
                let (a, b) = (self.info[args[1].idx()], self.info[args[2].idx()]);
                info.kinds = Kinds(a.kinds.0 | b.kinds.0);
                (info.lo, info.hi) = (a.lo.min(b.lo), a.hi.max(b.hi));
            }
            _ if self.rules.range => self.int_range(op, args, &mut info),
            _ => {}
        }
        info
    }

    fn int_range(&self, op: Op, args: &[InstId], info: &mut Info) {
        let range = |i: usize| (self.info[args[i].idx()].lo, self.info[args[i].idx()].hi);
        let (lo, hi) = match op {
            Op::Radd | Op::Rsub | Op::Rmul => {
                let (lo, hi) = self.exact_range(op, args);
                match (i64::try_from(lo), i64::try_from(hi)) {
                    (Ok(lo), Ok(hi)) => (lo, hi),
                    _ => return,
                }
            }
            Op::Add
            | Op::AddOvf
            | Op::Sub
            | Op::SubOvf
            | Op::Mul
            | Op::MulOvf
            | Op::Neg
            | Op::NegOvf => {
                let (lo, hi) = self.exact_range(op, args);
                (lo.max(INT_MIN as i128) as i64, hi.min(INT_MAX as i128) as i64)
            }
            Op::And | Op::Rand => match (range(0), range(1)) {
                ((l, h), (m, k)) if l >= 0 && m >= 0 => (0, h.min(k)),
                ((l, h), _) if l >= 0 => (0, h),
                (_, (m, k)) if m >= 0 => (0, k),
                _ => return,
            },
            Op::Or | Op::Xor | Op::Ror | Op::Rxor => match (range(0), range(1)) {
                ((l, h), (m, k)) if l >= 0 && m >= 0 => (0, mask(h, k)),
                _ => return,
            },
            Op::Rshift => match (range(0), range(1)) {
                ((l, h), (m, k)) if m == k && m >= 0 => (l >> m.min(63), h >> m.min(63)),
                ((l, h), _) => (l.min(0), h.max(-1).max(if l < 0 { -1 } else { 0 })),
            },
            Op::Mod => match range(1) {
                (m, k) if m > 0 => (0, k - 1),
                (m, k) if k < 0 => (m + 1, 0),
                _ => return,
            },
            Op::Floordiv => match (range(0), range(1)) {
                ((l, h), (m, k)) if m == k && m > 0 => (l.div_euclid(m), h.div_euclid(m)),
                ((l, h), (m, _)) if m > 0 => (l.min(0), h.max(-1).max(if l < 0 { -1 } else { 0 })),
                _ => return,
            },
            Op::IntToRaw => range(0),
            Op::RawToInt => (range(0).0.max(INT_MIN), range(0).1.min(INT_MAX)),
            Op::Rshr if range(1).0 == range(1).1 => match (range(0), range(1).0 & 63) {
                ((l, h), n) if l >= 0 => (l >> n, h >> n),
                (_, n) if n > 0 => (0, ((u64::MAX) >> n) as i64),
                _ => return,
            },
            Op::Rsar if range(1).0 == range(1).1 => {
                (range(0).0 >> (range(1).0 & 63), range(0).1 >> (range(1).0 & 63))
            }
            _ => return,
        };
        (info.lo, info.hi) = (lo, hi);
    }
}

fn bound(info: &mut Info, ty: MemType) {
    let bits = if ty == MemType::Len { 60 } else { ty.bytes() * 8 };
    if bits < 64 {
        (info.lo, info.hi) = (0, (1 << bits) - 1);
    }
}

/// Narrowing.
impl Builder {
    pub(super) fn narrow_kinds(&mut self, id: InstId, kinds: Kinds) {
        let info = &mut self.info[id.idx()];
        info.kinds = info.kinds.and(kinds);
    }

    pub(super) fn set_shape(&mut self, id: InstId, shape: u32, stable: bool) {
        self.info[id.idx()].shape = Some((shape, stable));
        self.narrow_kinds(id, Kinds::PTR);
        if !stable {
            self.shaped.push(id);
        }
    }

    /// Intersects the range of a value, and of the value it is a conversion of.
    pub(super) fn narrow_range(&mut self, id: InstId, lo: i64, hi: i64) {
        if !self.rules.range {
            return;
        }
        let info = &mut self.info[id.idx()];
        (info.lo, info.hi) = (info.lo.max(lo), info.hi.min(hi));
        let inst = self.trace.inst(id);
        if matches!(inst.op, Op::IntToRaw | Op::RawToInt) {
            let from = &mut self.info[inst.args[0].idx()];
            (from.lo, from.hi) = (from.lo.max(lo), from.hi.min(hi));
        }
    }

    /// A condition was found to be true or false here.
    pub(super) fn learn(&mut self, cond: InstId, truth: bool) {
        let info = &mut self.info[cond.idx()];
        (info.lo, info.hi) = (truth.into(), truth.into());
        let (op, [a, b, _]) = self.made_by(cond);
        match op {
            Op::Not => self.learn(a, !truth),
            Op::IsInt if truth => self.narrow_kinds(a, Kinds::INT),
            Op::IsInt => self.narrow_kinds(a, Kinds::ANY.minus(Kinds::INT)),
            Op::Is if truth && self.trace.is_const(b) => self.replace(a, b),
            Op::Lt | Op::Rslt if truth => self.learn_less(a, b, 1),
            Op::Lt | Op::Rslt => self.learn_less(b, a, 0),
            Op::Le if truth => self.learn_less(a, b, 0),
            Op::Le => self.learn_less(b, a, 1),
            Op::Eq | Op::Req if truth => self.learn_equal(a, b),
            Op::Ne if !truth => self.learn_equal(a, b),
            Op::Eq | Op::Req => self.learn_unequal(a, b),
            Op::Ne => self.learn_unequal(a, b),
            Op::Rlt if truth && self.info[b.idx()].lo >= 0 => {
                self.narrow_range(a, 0, self.info[b.idx()].hi - 1);
                self.narrow_range(b, self.info[a.idx()].lo + 1, i64::MAX);
            }
            _ => {}
        }
        self.learn_relation(op, a, b, truth);
    }

    /// `a + by <= b`
    fn learn_less(&mut self, a: InstId, b: InstId, by: i64) {
        let (low, high) = (self.info[a.idx()].lo, self.info[b.idx()].hi);
        self.narrow_range(a, i64::MIN, high.saturating_sub(by));
        self.narrow_range(b, low.saturating_add(by), i64::MAX);
    }

    fn learn_equal(&mut self, a: InstId, b: InstId) {
        let (x, y) = (self.info[a.idx()], self.info[b.idx()]);
        self.narrow_range(a, y.lo, y.hi);
        self.narrow_range(b, x.lo, x.hi);
        if self.trace.is_const(b) {
            self.replace(a, b);
        }
    }

    fn learn_unequal(&mut self, a: InstId, b: InstId) {
        let (x, y) = (self.info[a.idx()], self.info[b.idx()]);
        if y.lo == y.hi && x.lo == y.lo && x.lo < x.hi {
            self.narrow_range(a, x.lo + 1, i64::MAX);
        } else if y.lo == y.hi && x.hi == y.hi && x.lo < x.hi {
            self.narrow_range(a, i64::MIN, x.hi - 1);
        }
    }

    /// Notes what the outcome of one comparison says of the others.
    fn learn_relation(&mut self, op: Op, a: InstId, b: InstId, truth: bool) {
        let mut note = |op, x, y, truth| self.facts.insert((op, x, y), truth);
        match (op, truth) {
            (Op::Lt, true) | (Op::Le, false) => {
                let (a, b) = if truth { (a, b) } else { (b, a) };
                note(Op::Lt, a, b, true);
                note(Op::Le, a, b, true);
                note(Op::Lt, b, a, false);
                note(Op::Le, b, a, false);
                for (x, y) in [(a, b), (b, a)] {
                    note(Op::Eq, x, y, false);
                    note(Op::Ne, x, y, true);
                }
            }
            (Op::Le, true) | (Op::Lt, false) => {
                let (a, b) = if truth { (a, b) } else { (b, a) };
                note(Op::Le, a, b, true);
                note(Op::Lt, b, a, false);
            }
            (Op::Eq | Op::Ne, _) => {
                let equal = truth == (op == Op::Eq);
                for (x, y) in [(a, b), (b, a)] {
                    note(Op::Eq, x, y, equal);
                    note(Op::Ne, x, y, !equal);
                    if equal {
                        note(Op::Lt, x, y, false);
                        note(Op::Le, x, y, true);
                    }
                }
            }
            (Op::Rlt | Op::Rslt | Op::Req | Op::Flt | Op::Fle | Op::Feq | Op::Fne | Op::Is, _) => {
                note(op, a, b, truth);
            }
            _ => {}
        }
    }
}
