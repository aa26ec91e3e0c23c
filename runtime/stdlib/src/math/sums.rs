//! Sums and norms without needless rounding: fsum, sumprod, hypot, dist, prod.

use super::real::{scale, split};
use crate::util::{arg, as_f64, items};
use habu_object::{Value, float, int};
use habu_vm::{BinOp, NativeDef, PyResult, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("fsum", "(seq, /)", fsum),
    NativeDef::new("sumprod", "(p, q, /)", sumprod),
    NativeDef::new("hypot", "(*coordinates)", hypot),
    NativeDef::new("dist", "(p, q, /)", dist),
    NativeDef::new("prod", "(iterable, /, *, start=1)", prod),
];

/// Adds to a sum kept as floats that do not overlap (Shewchuk, 1996).
fn add_exact(partials: &mut Vec<f64>, mut x: f64) {
    let mut kept = 0;
    for i in 0..partials.len() {
        let mut y = partials[i];
        if x.abs() < y.abs() {
            std::mem::swap(&mut x, &mut y);
        }
        let hi = x + y;
        let lo = y - (hi - x);
        if lo != 0.0 {
            partials[kept] = lo;
            kept += 1;
        }
        x = hi;
    }
    partials.truncate(kept);
    partials.push(x);
}

/// The sum of such floats, rounded once, half to even.
fn rounded(partials: &[f64]) -> f64 {
    let Some((&last, mut rest)) = partials.split_last() else { return 0.0 };
    let (mut hi, mut lo) = (last, 0.0);
    while let Some((&y, before)) = rest.split_last() {
        rest = before;
        let x = hi;
        hi = x + y;
        lo = y - (hi - x);
        if lo != 0.0 {
            break;
        }
    }
    if let Some(&next) = rest.last()
        && ((lo < 0.0 && next < 0.0) || (lo > 0.0 && next > 0.0))
    {
        let y = lo * 2.0;
        let x = hi + y;
        if y == x - hi {
            hi = x;
        }
    }
    hi
}

fn fsum(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut partials = Vec::new();
    let (mut special, mut infinities) = (0.0, 0.0);
    vm.for_each(arg(args, 0), |vm, v| {
        let x = as_f64(vm, v)?;
        if !x.is_finite() {
            special += x;
            if x.is_infinite() {
                infinities += x;
            }
            return Ok(());
        }
        add_exact(&mut partials, x);
        if partials.last().is_some_and(|p| !p.is_finite()) {
            return Err(vm.overflow_error("intermediate overflow in fsum"));
        }
        Ok(())
    })?;
    if special != 0.0 || f64::is_nan(special) {
        if f64::is_nan(infinities) {
            return Err(vm.value_error("-inf + inf in fsum"));
        }
        return vm.new_float(special);
    }
    vm.new_float(rounded(&partials))
}

fn sum2(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

fn mul2(x: f64, y: f64) -> (f64, f64) {
    let z = x * y;
    (z, x.mul_add(y, -z))
}

/// A sum of products in three floats.
#[derive(Default)]
struct Triple {
    hi: f64,
    lo: f64,
    tiny: f64,
    used: bool,
}

impl Triple {
    fn add_product(&mut self, x: f64, y: f64) {
        let (p, p_low) = mul2(x, y);
        let (s, s_low) = sum2(self.hi, p);
        let (r1, r1_low) = sum2(self.lo, p_low);
        let (r2, r2_low) = sum2(r1, s_low);
        *self = Triple { hi: s, lo: r2, tiny: self.tiny + r1_low + r2_low, used: true };
    }

    fn value(&self) -> f64 {
        let (s, low) = sum2(self.lo, self.hi);
        self.tiny + low + s
    }
}

fn sumprod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (p, q) = (vm.iter(arg(args, 0))?, vm.iter(arg(args, 1))?);
    let mut total = Value::small_int(0);
    let mut floats = Triple::default();
    loop {
        let (x, y) = match (vm.next(p)?, vm.next(q)?) {
            (Some(x), Some(y)) => (x, y),
            (None, None) => break,
            _ => return Err(vm.value_error("Inputs are not the same length")),
        };
        let real = |v: Value| float::is_exact_float(v) || v.is_imm_float() || int::is_exact_int(v);
        if real(x) && real(y) && !(int::is_int_like(x) && int::is_int_like(y)) {
            let (fx, fy) = (as_f64(vm, x)?, as_f64(vm, y)?);
            let mut next = Triple { ..floats };
            next.add_product(fx, fy);
            if next.hi.is_finite() {
                floats = next;
                continue;
            }
            floats.used |= next.used;
        }
        if floats.used {
            let f = vm.new_float(floats.value())?;
            total = vm.binary_op(BinOp::Add, total, f)?;
            floats = Triple::default();
        }
        let product = vm.binary_op(BinOp::Mul, x, y)?;
        total = vm.binary_op(BinOp::Add, total, product)?;
    }
    if floats.used {
        let f = vm.new_float(floats.value())?;
        total = vm.binary_op(BinOp::Add, total, f)?;
    }
    Ok(total)
}

/// Euclidean norm of absolute values (CPython `vector_norm`).
fn norm(vec: &mut [f64]) -> f64 {
    let max = vec.iter().fold(0.0, |m: f64, x| m.max(*x));
    if max.is_infinite() {
        return max;
    }
    if vec.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || vec.len() <= 1 {
        return max;
    }
    let (_, e) = split(max);
    if e < -1023 {
        vec.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(vec);
    }
    let factor = scale(1.0, -e);
    let (mut sum, mut low1, mut low2) = (1.0, 0.0, 0.0);
    let mut add = |hi: f64, lo: f64| {
        let s = sum + hi;
        low2 += (sum - s) + hi;
        sum = s;
        low1 += lo;
        sum - 1.0 + (low1 + low2)
    };
    let mut square = 0.0;
    for x in vec.iter() {
        let (hi, lo) = mul2(x * factor, x * factor);
        square = add(hi, lo);
    }
    let h = square.sqrt();
    let (hi, lo) = mul2(-h, h);
    let x = add(hi, lo);
    (h + x / (2.0 * h)) / factor
}

fn hypot(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut vec = Vec::new();
    for v in items(arg(args, 0)) {
        vec.push(as_f64(vm, v)?.abs());
    }
    vm.new_float(norm(&mut vec))
}

fn dist(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (p, q) = (vm.tuple_from_iter(arg(args, 0))?, vm.tuple_from_iter(arg(args, 1))?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut vec = Vec::with_capacity(p.len());
    for i in 0..p.len() {
        let (x, y) = (as_f64(vm, p.get(i))?, as_f64(vm, q.get(i))?);
        vec.push((x - y).abs());
    }
    vm.new_float(norm(&mut vec))
}

fn prod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut total = if arg(args, 1).is_unbound() { Value::small_int(1) } else { arg(args, 1) };
    let it = vm.iter(arg(args, 0))?;
    while let Some(v) = vm.next(it)? {
        total = vm.binary_op(BinOp::Mul, total, v)?;
    }
    Ok(total)
}
