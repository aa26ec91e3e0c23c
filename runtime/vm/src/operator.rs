//! Binary, unary and comparison operators: fast paths for the exact builtin numbers, special methods for the rest.
//!
//! Data model, "Emulating numeric types"; CPython `binary_op1`, `do_richcompare`.

use crate::error::{Exc, PyResult, Raised};
use crate::vm::Vm;
use habu_object::int::IntError;
use habu_object::{Gc, Kind, Type, Value, float, int};
use std::cmp::Ordering;

macro_rules! binary_ops {
    ($($name:ident $symbol:literal $method:ident $reflected:ident $inplace:ident;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "named as the operators")]
        pub enum BinOp { $($name,)* }

        /// All binary operators, in the op table's order.
        pub const BIN_OPS: &[BinOp] = &[$(BinOp::$name,)*];

        impl BinOp {
            /// The operator as messages show it.
            pub fn symbol(self) -> &'static str {
                match self { $(BinOp::$name => $symbol,)* }
            }
        }

        impl Vm {
            /// Names of the special methods: plain, reflected, in-place.
            pub fn op_names(&self, op: BinOp) -> (Value, Value, Value) {
                let n = &self.names;
                match op { $(BinOp::$name => (n.$method, n.$reflected, n.$inplace),)* }
            }
        }
    };
}

binary_ops! {
    Add "+" __add__ __radd__ __iadd__;
    Sub "-" __sub__ __rsub__ __isub__;
    Mul "*" __mul__ __rmul__ __imul__;
    TrueDiv "/" __truediv__ __rtruediv__ __itruediv__;
    FloorDiv "//" __floordiv__ __rfloordiv__ __ifloordiv__;
    Mod "%" __mod__ __rmod__ __imod__;
    Pow "** or pow()" __pow__ __rpow__ __ipow__;
    LShift "<<" __lshift__ __rlshift__ __ilshift__;
    RShift ">>" __rshift__ __rrshift__ __irshift__;
    And "&" __and__ __rand__ __iand__;
    Or "|" __or__ __ror__ __ior__;
    Xor "^" __xor__ __rxor__ __ixor__;
    MatMul "@" __matmul__ __rmatmul__ __imatmul__;
}

/// A rich comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "named as the operators")]
pub enum CmpOp {
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
}

impl CmpOp {
    /// All comparisons, in the op table's order.
    pub const ALL: [CmpOp; 6] = [CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge, CmpOp::Eq, CmpOp::Ne];

    /// The operator as messages show it.
    pub fn symbol(self) -> &'static str {
        ["<", "<=", ">", ">=", "==", "!="][self as usize]
    }

    /// The comparison with its operands exchanged.
    pub fn swapped(self) -> CmpOp {
        [CmpOp::Gt, CmpOp::Ge, CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne][self as usize]
    }

    /// Whether an ordering satisfies it.
    #[inline(always)]
    pub fn holds(self, o: Ordering) -> bool {
        match self {
            CmpOp::Lt => o == Ordering::Less,
            CmpOp::Le => o != Ordering::Greater,
            CmpOp::Gt => o == Ordering::Greater,
            CmpOp::Ge => o != Ordering::Less,
            CmpOp::Eq => o == Ordering::Equal,
            CmpOp::Ne => o != Ordering::Equal,
        }
    }
}

/// Whether a value is exactly an int or a bool.
#[inline(always)]
fn plain_int(v: Value) -> bool {
    v.is_int() || matches!(v.shape(), habu_object::shape::INT | habu_object::shape::BOOL)
}

/// The number of an exact int, bool or float, as a float; None if it does not convert.
#[inline(always)]
fn plain_float(v: Value) -> Option<f64> {
    if v.is_imm_float() {
        Some(v.as_imm_float())
    } else if v.is_int() {
        Some(v.as_int() as f64)
    } else if v.shape() == habu_object::shape::FLOAT {
        float::get(v)
    } else if plain_int(v) {
        int::to_f64(v).ok()
    } else {
        None
    }
}

impl Vm {
    /// Turns a failure of integer arithmetic into its exception.
    #[cold]
    pub fn int_error(&mut self, op: BinOp, e: IntError) -> Raised {
        match e {
            IntError::ZeroDivision => {
                let msg = match op {
                    BinOp::Pow => "zero to a negative power",
                    _ => "division by zero",
                };
                self.raise_msg(Exc::ZeroDivisionError, msg)
            }
            IntError::Negative => self.value_error("negative shift count"),
            IntError::TooLarge => self.raise_msg(Exc::OverflowError, "too many digits in integer"),
            IntError::Overflow if op == BinOp::TrueDiv => {
                self.overflow_error("integer division result too large for a float")
            }
            IntError::Overflow => self.overflow_error("int too large to convert to float"),
            IntError::NotANumber => self.value_error("cannot convert float NaN to integer"),
            IntError::NotInvertible => {
                self.value_error("base is not invertible for the given modulus")
            }
            IntError::Memory => Raised::from(habu_gc::OutOfMemory),
            IntError::Interrupted => match self.serve_poll() {
                Err(raised) => raised,
                Ok(()) => self.raise_args(Exc::KeyboardInterrupt, &[]),
            },
        }
    }

    /// Exact builtin numbers; None when the operands are anything else.
    #[inline]
    pub fn number_op(&mut self, op: BinOp, a: Value, b: Value) -> PyResult<Option<Value>> {
        if plain_int(a) && plain_int(b) {
            return self.int_op(op, a, b).map(Some);
        }
        let (fa, fb) = match (a.shape(), b.shape()) {
            (habu_object::shape::FLOAT, _) | (_, habu_object::shape::FLOAT) => {
                if plain_int(a) || plain_int(b) {
                    match (plain_float(a), plain_float(b)) {
                        (Some(x), Some(y)) => (x, y),
                        (None, _) if plain_int(a) && b.kind() == Kind::Float => {
                            return Err(self.overflow_error("int too large to convert to float"));
                        }
                        (_, None) if plain_int(b) && a.kind() == Kind::Float => {
                            return Err(self.overflow_error("int too large to convert to float"));
                        }
                        _ => return Ok(None),
                    }
                } else {
                    match (plain_float(a), plain_float(b)) {
                        (Some(x), Some(y)) => (x, y),
                        _ => return Ok(None),
                    }
                }
            }
            _ => return Ok(None),
        };
        self.float_op(op, fa, fb)
    }

    /// An operator on exact ints.
    pub fn int_op(&mut self, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
        let heap = &mut self.heap;
        let bools = a.kind() == Kind::Bool && b.kind() == Kind::Bool;
        let r = match op {
            BinOp::Add => int::add(heap, a, b),
            BinOp::Sub => int::sub(heap, a, b),
            BinOp::Mul => int::mul(heap, a, b),
            BinOp::FloorDiv => int::floordiv(heap, a, b),
            BinOp::Mod => int::modulo(heap, a, b),
            BinOp::LShift => int::lshift(heap, a, b),
            BinOp::RShift => int::rshift(heap, a, b),
            BinOp::And if bools => return Ok(Value::bool(a == Value::TRUE && b == Value::TRUE)),
            BinOp::Or if bools => return Ok(Value::bool(a == Value::TRUE || b == Value::TRUE)),
            BinOp::Xor if bools => return Ok(Value::bool(a != b)),
            BinOp::And => int::and(heap, a, b),
            BinOp::Or => int::or(heap, a, b),
            BinOp::Xor => int::xor(heap, a, b),
            BinOp::TrueDiv => {
                return match int::truediv(a, b) {
                    Ok(f) => self.new_float(f),
                    Err(e) => Err(self.int_error(op, e)),
                };
            }
            BinOp::Pow if int::is_negative(b) => {
                return match (int::to_f64(a), int::to_f64(b)) {
                    (Ok(x), Ok(y)) => match self.float_op(op, x, y)? {
                        Some(v) => Ok(v),
                        None => Ok(Value::NOT_IMPLEMENTED),
                    },
                    (Err(e), _) | (_, Err(e)) => Err(self.int_error(op, e)),
                };
            }
            BinOp::Pow => int::pow(heap, a, b),
            BinOp::MatMul => return Err(self.unsupported(op, a, b, false)),
        };
        match r {
            Ok(v) => Ok(v),
            Err(e) => Err(self.int_error(op, e)),
        }
    }

    /// An operator on floats; None when floats do not have it.
    pub fn float_op(&mut self, op: BinOp, a: f64, b: f64) -> PyResult<Option<Value>> {
        let r = match op {
            BinOp::Add => a + b,
            BinOp::Sub => a - b,
            BinOp::Mul => a * b,
            BinOp::TrueDiv => {
                if b == 0.0 {
                    return Err(self.raise_msg(Exc::ZeroDivisionError, "division by zero"));
                }
                a / b
            }
            BinOp::FloorDiv => match float::floordiv(a, b) {
                Some(f) => f,
                None => return Err(self.raise_msg(Exc::ZeroDivisionError, "division by zero")),
            },
            BinOp::Mod => match float::modulo(a, b) {
                Some(f) => f,
                None => return Err(self.raise_msg(Exc::ZeroDivisionError, "division by zero")),
            },
            BinOp::Pow => match float::pow(a, b) {
                Ok(f) => f,
                Err(float::PowError::ZeroDivision) => {
                    return Err(self.raise_msg(Exc::ZeroDivisionError, "zero to a negative power"));
                }
                Err(float::PowError::Overflow) => {
                    return Err(self.overflow_error("(34, 'Numerical result out of range')"));
                }
                Err(float::PowError::Complex) => {
                    return match habu_object::complex::pow((a, 0.0), (b, 0.0)) {
                        Ok((re, im)) => {
                            Ok(Some(habu_object::complex::new(&mut self.heap, re, im)?))
                        }
                        Err(_) => Err(self.overflow_error("complex exponentiation")),
                    };
                }
            },
            _ => return Ok(None),
        };
        self.new_float(r).map(Some)
    }

    /// `a op b`
    pub fn binary_op(&mut self, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
        if let Some(v) = self.number_op(op, a, b)? {
            return Ok(v);
        }
        let (name, reflected, _) = self.op_names(op);
        let r = self.binary_special(name, reflected, a, b)?;
        if r == Value::NOT_IMPLEMENTED {
            return Err(self.unsupported(op, a, b, false));
        }
        Ok(r)
    }

    /// `a op= b`
    pub fn inplace_op(&mut self, op: BinOp, a: Value, b: Value) -> PyResult<Value> {
        if let Some(v) = self.number_op(op, a, b)? {
            return Ok(v);
        }
        let (name, reflected, inplace) = self.op_names(op);
        if let Some(f) = self.special(a, inplace) {
            let r = self.call_unbound(f, a, &[b])?;
            if r != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        let r = self.binary_special(name, reflected, a, b)?;
        if r == Value::NOT_IMPLEMENTED {
            return Err(self.unsupported(op, a, b, true));
        }
        Ok(r)
    }

    /// The two-sided protocol: left method, reflected right method, the right one first if its class is a subclass
    /// that overrides it. NotImplemented if neither answers.
    pub fn binary_special(
        &mut self,
        name: Value,
        reflected: Value,
        a: Value,
        b: Value,
    ) -> PyResult<Value> {
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        let left = self.class_lookup(ta, name);
        let right = if ta == tb { None } else { self.class_lookup(tb, reflected) };
        if let Some(r) = right
            && self.is_subclass(tb, ta)
            && self.class_lookup(ta, reflected) != Some(r)
        {
            let v = self.call_unbound(r, b, &[a])?;
            if v != Value::NOT_IMPLEMENTED {
                return Ok(v);
            }
            return match left {
                Some(f) => self.call_unbound(f, a, &[b]),
                None => Ok(Value::NOT_IMPLEMENTED),
            };
        }
        if let Some(f) = left {
            let v = self.call_unbound(f, a, &[b])?;
            if v != Value::NOT_IMPLEMENTED {
                return Ok(v);
            }
        }
        match right {
            Some(f) => self.call_unbound(f, b, &[a]),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// The TypeError for operands that do not go together.
    #[cold]
    pub fn unsupported(&mut self, op: BinOp, a: Value, b: Value, inplace: bool) -> Raised {
        let symbol = match (op, inplace) {
            (BinOp::Pow, true) => "**=".to_owned(),
            (_, true) => format!("{}=", op.symbol()),
            _ => op.symbol().to_owned(),
        };
        let (ta, tb) = (self.type_name(a), self.type_name(b));
        if op == BinOp::Add {
            // Sequences give messages of their own (CPython sq_concat).
            let what = match a.kind() {
                Kind::Str => Some("str"),
                Kind::List => Some("list"),
                Kind::Tuple => Some("tuple"),
                Kind::Bytes | Kind::ByteArray => {
                    let msg = format!("can't concat {tb} to {ta}");
                    return self.type_error(&msg);
                }
                _ => None,
            };
            if let Some(what) = what {
                let msg = format!("can only concatenate {what} (not \"{tb}\") to {what}");
                return self.type_error(&msg);
            }
        }
        if op == BinOp::Mul {
            let sequence = |v: Value| {
                matches!(
                    v.kind(),
                    Kind::Str | Kind::List | Kind::Tuple | Kind::Bytes | Kind::ByteArray
                )
            };
            if sequence(a) || sequence(b) {
                let other = if sequence(a) { tb } else { ta };
                let msg = format!("can't multiply sequence by non-int of type '{other}'");
                return self.type_error(&msg);
            }
        }
        let msg = format!("unsupported operand type(s) for {symbol}: '{ta}' and '{tb}'");
        self.type_error(&msg)
    }

    /// `-v`, `+v`, `~v` by special method name.
    pub fn unary_op(&mut self, v: Value, name: Value) -> PyResult<Value> {
        if let Some(r) = self.call_special(v, name, &[])? {
            return Ok(r);
        }
        let symbol = if name == self.names.__neg__ {
            "-"
        } else if name == self.names.__pos__ {
            "+"
        } else {
            "~"
        };
        let msg = format!("bad operand type for unary {symbol}: '{}'", self.type_name(v));
        Err(self.type_error(&msg))
    }

    /// Comparison of exact ints, floats and strs; None when the operands are anything else.
    #[inline]
    pub fn simple_compare(&self, op: CmpOp, a: Value, b: Value) -> Option<bool> {
        if Value::both_int(a, b) {
            return Some(op.holds(a.as_int().cmp(&b.as_int())));
        }
        let (sa, sb) = (a.shape(), b.shape());
        use habu_object::shape::{BOOL, FLOAT, INT, STR};
        match (sa, sb) {
            (FLOAT, FLOAT) => {
                let (x, y) = (float::get(a)?, float::get(b)?);
                Some(match op {
                    CmpOp::Lt => x < y,
                    CmpOp::Le => x <= y,
                    CmpOp::Gt => x > y,
                    CmpOp::Ge => x >= y,
                    CmpOp::Eq => x == y,
                    CmpOp::Ne => x != y,
                })
            }
            (STR, STR) => {
                let (x, y) =
                    (a.cast::<habu_object::str::Str>()?, b.cast::<habu_object::str::Str>()?);
                Some(match op {
                    CmpOp::Eq => x.equals(&y),
                    CmpOp::Ne => !x.equals(&y),
                    _ => op.holds(x.compare(&y)),
                })
            }
            (INT | BOOL, INT | BOOL) => Some(op.holds(int::cmp(a, b))),
            (INT | BOOL, FLOAT) => {
                let o = int::cmp_f64(a, float::get(b)?);
                Some(o.map_or(op == CmpOp::Ne, |o| op.holds(o)))
            }
            (FLOAT, INT | BOOL) => {
                let o = int::cmp_f64(b, float::get(a)?);
                Some(o.map_or(op == CmpOp::Ne, |o| op.holds(o.reverse())))
            }
            _ => None,
        }
    }

    /// The special method name of a comparison.
    #[inline]
    pub fn cmp_name(&self, op: CmpOp) -> Value {
        let n = &self.names;
        match op {
            CmpOp::Lt => n.__lt__,
            CmpOp::Le => n.__le__,
            CmpOp::Gt => n.__gt__,
            CmpOp::Ge => n.__ge__,
            CmpOp::Eq => n.__eq__,
            CmpOp::Ne => n.__ne__,
        }
    }

    /// `a op b`, any object.
    pub fn compare(&mut self, op: CmpOp, a: Value, b: Value) -> PyResult<Value> {
        if let Some(t) = self.simple_compare(op, a, b) {
            return Ok(Value::bool(t));
        }
        self.check_native_stack()?;
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        let (name, swapped) = (self.cmp_name(op), self.cmp_name(op.swapped()));
        let mut right_done = false;
        if ta != tb && self.is_subclass(tb, ta) {
            right_done = true;
            let r = self.compare_method(tb, swapped, b, a)?;
            if r != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        let r = self.compare_method(ta, name, a, b)?;
        if r != Value::NOT_IMPLEMENTED {
            return Ok(r);
        }
        if !right_done {
            let r = self.compare_method(tb, swapped, b, a)?;
            if r != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        self.compare_by_identity(op, a, b, ta, tb)
    }

    fn compare_method(
        &mut self,
        class: Gc<Type>,
        name: Value,
        a: Value,
        b: Value,
    ) -> PyResult<Value> {
        match self.class_lookup(class, name) {
            Some(f) => self.call_unbound(f, a, &[b]),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// `a op b` as a truth value.
    pub fn compare_bool(&mut self, op: CmpOp, a: Value, b: Value) -> PyResult<bool> {
        let v = self.compare(op, a, b)?;
        self.truth(v)
    }

    /// `a is b or a == b`, as containers compare.
    #[inline]
    pub fn eq(&mut self, a: Value, b: Value) -> PyResult<bool> {
        if a == b {
            return Ok(true);
        }
        if let Some(t) = self.simple_compare(CmpOp::Eq, a, b) {
            return Ok(t);
        }
        self.compare_bool(CmpOp::Eq, a, b)
    }
}

impl Vm {
    /// What remains of a comparison after the left operand's method has answered NotImplemented.
    pub fn compare_reflected(&mut self, op: CmpOp, a: Value, b: Value) -> PyResult<Value> {
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        let swapped = self.cmp_name(op.swapped());
        let r = self.compare_method(tb, swapped, b, a)?;
        if r != Value::NOT_IMPLEMENTED {
            return Ok(r);
        }
        self.compare_by_identity(op, a, b, ta, tb)
    }

    fn compare_by_identity(
        &mut self,
        op: CmpOp,
        a: Value,
        b: Value,
        ta: Gc<Type>,
        tb: Gc<Type>,
    ) -> PyResult<Value> {
        match op {
            CmpOp::Eq => Ok(Value::bool(a == b)),
            CmpOp::Ne => Ok(Value::bool(a != b)),
            _ => {
                let msg = format!(
                    "'{}' not supported between instances of '{}' and '{}'",
                    op.symbol(),
                    self.class_name(ta),
                    self.class_name(tb)
                );
                Err(self.type_error(&msg))
            }
        }
    }
}
