//! Constant folding: expressions whose value is known, as far as CPython folds them and no further.
//!
//! Integers are folded while they fit 128 bits; beyond, the operation is left to run. What would raise is left alone.

use crate::error::Source;
use crate::surrogates;
use habu_bytecode::Const;
use ruff_python_ast::{self as ast, Expr, Number, Operator, UnaryOp};

/// Longest string or tuple that repetition makes at compile time.
const MAX_REPEAT: usize = 4096;
/// Longest tuple that repetition makes at compile time.
const MAX_TUPLE: usize = 256;

/// The value of an expression of `source`, if it is a constant.
pub(crate) fn fold(e: &Expr, source: &Source<'_>, optimize: u8) -> Option<Const> {
    match e {
        Expr::NumberLiteral(n) => number(&n.value),
        Expr::StringLiteral(s) => Some(string(s, source)),
        Expr::BytesLiteral(b) => Some(Const::Bytes(b.value.bytes().collect())),
        Expr::BooleanLiteral(b) => Some(Const::Bool(b.value)),
        Expr::NoneLiteral(_) => Some(Const::None),
        Expr::EllipsisLiteral(_) => Some(Const::Ellipsis),
        // What no literal stands for, in a tree that was not parsed.
        Expr::IpyEscapeCommand(c) => {
            source.made()?.constants.get(c.value.parse::<usize>().ok()?).cloned()
        }
        Expr::Name(n) if &*n.id == "__debug__" => Some(Const::Bool(optimize == 0)),
        Expr::Tuple(t) => {
            // The last element first: the rest is not looked at in vain.
            let mut items = Vec::with_capacity(t.elts.len());
            for e in t.elts.iter().rev() {
                items.push(fold(e, source, optimize)?);
            }
            items.reverse();
            Some(Const::Tuple(items.into()))
        }
        Expr::UnaryOp(u) => unary(u.op, fold(&u.operand, source, optimize)?),
        Expr::BinOp(b) => {
            let right = fold(&b.right, source, optimize)?;
            let left = fold(&b.left, source, optimize)?;
            binary(b.op, &left, &right)
        }
        _ => None,
    }
}

/// The value of a string literal, of which there may be several parts.
fn string(s: &ast::ExprStringLiteral, source: &Source<'_>) -> Const {
    let text = s.value.to_str();
    if !text.contains(char::REPLACEMENT_CHARACTER) {
        return Const::Str(text.into());
    }
    let mut points = Vec::new();
    let mut any = false;
    for part in s.value.iter() {
        match surrogates::of_literal(part, source.text) {
            Some(found) => {
                any = true;
                points.extend(found);
            }
            None => points.extend(part.value.chars().map(u32::from)),
        }
    }
    if any { Const::Surrogates(points.into()) } else { Const::Str(text.into()) }
}

/// Whether a constant is true.
pub(crate) fn truth(value: &Const) -> bool {
    match value {
        Const::None => false,
        Const::Bool(b) => *b,
        Const::Int(n) => *n != 0,
        Const::Float(x) => *x != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Bytes(s) => !s.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::Ellipsis | Const::BigInt(_) | Const::Surrogates(_) | Const::Code(_) => true,
    }
}

/// Whether two constants are the same key of a dict.
pub(crate) fn same_key(a: &Const, b: &Const) -> bool {
    match (as_float(a), as_float(b)) {
        (Some(x), Some(y)) => as_int(a).zip(as_int(b)).map_or(x == y, |(m, n)| m == n),
        _ => a == b,
    }
}

/// The text of a constant key in an error message.
pub(crate) fn key_repr(value: &Const) -> String {
    match value {
        Const::None => "None".to_string(),
        Const::Bool(b) => if *b { "True" } else { "False" }.to_string(),
        Const::Int(n) => n.to_string(),
        Const::BigInt(n) => n.to_string(),
        Const::Float(x) => format!("{x:?}"),
        Const::Complex(re, im) if *re == 0.0 => format!("{im}j"),
        Const::Complex(re, im) => format!("({re}{im:+}j)"),
        Const::Str(s) if s.contains('\'') && !s.contains('"') => format!("\"{s}\""),
        Const::Str(s) => {
            format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
        }
        Const::Bytes(s) => format!("b'{}'", s.escape_ascii()),
        _ => "...".to_string(),
    }
}

/// A number literal.
pub(crate) fn number(n: &Number) -> Option<Const> {
    Some(match n {
        Number::Int(n) => match n.as_i64() {
            Some(n) => Const::Int(n),
            None => match n.as_u64() {
                Some(n) => Const::BigInt(n.to_string().into()),
                None => Const::BigInt(decimal(&n.to_string()).into()),
            },
        },
        Number::Float(x) => Const::Float(*x),
        Number::Complex { real, imag } => Const::Complex(*real, *imag),
    })
}

/// The decimal digits of a literal in any base.
pub(crate) fn decimal(literal: &str) -> String {
    let digits: String = literal.chars().filter(|c| *c != '_').collect();
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ => return lower.trim_start_matches('0').to_string(),
    };
    // Base 10^9 limbs, least significant first.
    let mut limbs: Vec<u32> = vec![0];
    for digit in body.chars().filter_map(|c| c.to_digit(radix)) {
        let mut carry = digit as u64;
        for limb in &mut limbs {
            let value = *limb as u64 * radix as u64 + carry;
            *limb = (value % 1_000_000_000) as u32;
            carry = value / 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry as u32);
        }
    }
    let mut out = limbs.pop().unwrap_or(0).to_string();
    for limb in limbs.iter().rev() {
        out.push_str(&format!("{limb:09}"));
    }
    out
}

fn int(n: i128) -> Const {
    match i64::try_from(n) {
        Ok(n) => Const::Int(n),
        Err(_) => Const::BigInt(n.to_string().into()),
    }
}

/// The value of an int or bool constant of at most 128 bits.
fn as_int(value: &Const) -> Option<i128> {
    match value {
        Const::Int(n) => Some(*n as i128),
        Const::Bool(b) => Some(*b as i128),
        Const::BigInt(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn as_float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(x) => Some(*x),
        Const::Int(n) if n.unsigned_abs() <= 1 << 53 => Some(*n as f64),
        Const::Bool(b) => Some(*b as u8 as f64),
        _ => None,
    }
}

fn unary(op: UnaryOp, value: Const) -> Option<Const> {
    match (op, &value) {
        (UnaryOp::Not, _) => Some(Const::Bool(!truth(&value))),
        (UnaryOp::USub, Const::Float(x)) => Some(Const::Float(-x)),
        (UnaryOp::USub, Const::Complex(re, im)) => Some(Const::Complex(-re, -im)),
        (UnaryOp::USub, Const::BigInt(digits)) => Some(match digits.strip_prefix('-') {
            Some(rest) => Const::BigInt(rest.into()),
            None => match format!("-{digits}").parse::<i64>() {
                Ok(n) => Const::Int(n),
                Err(_) => Const::BigInt(format!("-{digits}").into()),
            },
        }),
        (UnaryOp::USub, _) => Some(int(as_int(&value)?.checked_neg()?)),
        (
            UnaryOp::UAdd,
            Const::Float(_) | Const::Complex(..) | Const::Int(_) | Const::BigInt(_),
        ) => Some(value),
        (UnaryOp::UAdd, Const::Bool(b)) => Some(Const::Int(*b as i64)),
        // `~True` warns at run time.
        (UnaryOp::Invert, Const::Int(n)) => Some(Const::Int(!n)),
        (UnaryOp::Invert, Const::BigInt(_)) => Some(int(!as_int(&value)?)),
        _ => None,
    }
}

/// A binary operation on constants.
pub(crate) fn binary(op: Operator, left: &Const, right: &Const) -> Option<Const> {
    if let (Const::Bool(a), Const::Bool(b)) = (left, right)
        && let Some(folded) = bool_binary(op, *a, *b)
    {
        return Some(folded);
    }
    if let (Some(a), Some(b)) = (as_int(left), as_int(right)) {
        return int_binary(op, a, b);
    }
    if let (Some(a), Some(b)) = (as_float(left), as_float(right)) {
        return float_binary(op, a, b);
    }
    match (op, left, right) {
        (Operator::Add, Const::Str(a), Const::Str(b)) if a.len() + b.len() <= MAX_REPEAT => {
            Some(Const::Str(format!("{a}{b}").into()))
        }
        (Operator::Add, Const::Bytes(a), Const::Bytes(b)) if a.len() + b.len() <= MAX_REPEAT => {
            Some(Const::Bytes([&**a, &**b].concat().into()))
        }
        (Operator::Add, Const::Tuple(a), Const::Tuple(b)) if a.len() + b.len() <= MAX_TUPLE => {
            Some(Const::Tuple([&**a, &**b].concat().into()))
        }
        (Operator::Mult, _, Const::Int(n)) => repeat(left, *n),
        (Operator::Mult, Const::Int(n), _) => repeat(right, *n),
        (Operator::Add, _, _) | (Operator::Sub, _, _) => complex_sum(op, left, right),
        _ => None,
    }
}

/// `3 + 4j`: sums of a real number and an imaginary literal.
fn complex_sum(op: Operator, left: &Const, right: &Const) -> Option<Const> {
    let parts = |value: &Const| match value {
        Const::Complex(re, im) => Some((*re, Some(*im))),
        value => as_float(value).map(|x| (x, None)),
    };
    let ((a, b), (c, d)) = (parts(left)?, parts(right)?);
    let sum = |x: f64, y: f64| if op == Operator::Add { x + y } else { x - y };
    Some(match (b, d) {
        (Some(b), Some(d)) => Const::Complex(sum(a, c), sum(b, d)),
        // Mixed arithmetic leaves the imaginary part alone (CPython 3.14).
        (None, Some(d)) => Const::Complex(sum(a, c), if op == Operator::Add { d } else { -d }),
        (Some(b), None) => Const::Complex(sum(a, c), b),
        (None, None) => return None,
    })
}

fn repeat(value: &Const, n: i64) -> Option<Const> {
    let n = n.max(0) as usize;
    let fits = |len: usize, max: usize| len.checked_mul(n).is_some_and(|total| total <= max);
    match value {
        Const::Str(s) if fits(s.len(), MAX_REPEAT) => Some(Const::Str(s.repeat(n).into())),
        Const::Bytes(s) if fits(s.len(), MAX_REPEAT) => Some(Const::Bytes(s.repeat(n).into())),
        Const::Tuple(items) if fits(items.len(), MAX_TUPLE) => {
            Some(Const::Tuple(std::iter::repeat_n(&**items, n).flatten().cloned().collect()))
        }
        _ => None,
    }
}

/// Bitwise operators on two bools give a bool.
fn bool_binary(op: Operator, a: bool, b: bool) -> Option<Const> {
    match op {
        Operator::BitAnd => Some(Const::Bool(a & b)),
        Operator::BitOr => Some(Const::Bool(a | b)),
        Operator::BitXor => Some(Const::Bool(a ^ b)),
        _ => None,
    }
}

fn int_binary(op: Operator, a: i128, b: i128) -> Option<Const> {
    let floor_div = |a: i128, b: i128| {
        let q = a.checked_div(b)?;
        Some(if a % b != 0 && ((a < 0) != (b < 0)) { q - 1 } else { q })
    };
    Some(int(match op {
        Operator::Add => a.checked_add(b)?,
        Operator::Sub => a.checked_sub(b)?,
        Operator::Mult => a.checked_mul(b)?,
        Operator::FloorDiv => floor_div(a, b)?,
        Operator::Mod => a.checked_sub(floor_div(a, b)?.checked_mul(b)?)?,
        Operator::Div => {
            let exact = |n: i128| n.unsigned_abs() <= 1 << 53;
            return (b != 0 && exact(a) && exact(b)).then(|| Const::Float(a as f64 / b as f64));
        }
        Operator::Pow => return int_pow(a, b),
        Operator::LShift => {
            let shift = u32::try_from(b).ok().filter(|s| *s < 127)?;
            let value = a.checked_shl(shift)?;
            if value >> shift != a {
                return None;
            }
            value
        }
        Operator::RShift => {
            if b < 0 {
                return None;
            }
            a >> b.min(127)
        }
        Operator::BitAnd => a & b,
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::MatMult => return None,
    }))
}

fn int_pow(a: i128, b: i128) -> Option<Const> {
    if b < 0 {
        return None;
    }
    let exponent = u32::try_from(b).ok()?;
    Some(int(a.checked_pow(exponent)?))
}

fn float_binary(op: Operator, a: f64, b: f64) -> Option<Const> {
    let value = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        Operator::Mod if b != 0.0 && a.is_finite() && b.is_finite() => {
            let rest = a % b;
            if rest == 0.0 {
                0.0f64.copysign(b)
            } else if (rest < 0.0) != (b < 0.0) {
                rest + b
            } else {
                rest
            }
        }
        // Small whole powers of positive numbers, where every library agrees.
        Operator::Pow if a > 0.0 && b == 2.0 => a * a,
        Operator::Pow if a > 0.0 && b == 0.5 => a.sqrt(),
        _ => return None,
    };
    Some(Const::Float(value))
}

/// The int literal (perhaps with a sign) that an expression is.
pub(crate) fn small_int(e: &Expr) -> Option<i64> {
    match e {
        Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Int(n), .. }) => n.as_i64(),
        Expr::UnaryOp(u) if u.op == UnaryOp::USub => match &*u.operand {
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Int(n), .. }) => {
                n.as_i64().map(|n| -n)
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Option<Const> {
        fold(
            ruff_python_parser::parse_expression(text).expect("test text parses").expr(),
            &Source::new(text, "<t>"),
            0,
        )
    }

    #[test]
    fn fold_arithmetic_as_python_does() {
        assert_eq!(folded("-7 // 2"), Some(Const::Int(-4)));
        assert_eq!(folded("-7 % 3"), Some(Const::Int(2)));
        assert_eq!(folded("7 % -3"), Some(Const::Int(-2)));
        assert_eq!(folded("2 ** 64"), Some(Const::BigInt("18446744073709551616".into())));
        assert_eq!(folded("1 << 63"), Some(Const::BigInt("9223372036854775808".into())));
        assert_eq!(folded("-9223372036854775808"), Some(Const::Int(i64::MIN)));
        assert_eq!(folded("1 / 2"), Some(Const::Float(0.5)));
        assert_eq!(folded("'a' * 3 + 'b'"), Some(Const::Str("aaab".into())));
        assert_eq!(
            folded("(1, 2) + (3,)").map(|c| format!("{c:?}")),
            folded("(1, 2, 3)").map(|c| format!("{c:?}"))
        );
        assert_eq!(folded("not ()"), Some(Const::Bool(true)));
    }

    #[test]
    fn fold_keeps_the_sign_of_zero() {
        let Some(Const::Float(x)) = folded("-0.0") else { panic!("not folded") };
        assert!(x == 0.0 && x.is_sign_negative());
        assert_eq!(folded("-0"), Some(Const::Int(0)));
    }

    #[test]
    fn dont_fold_what_raises_or_grows() {
        for text in [
            "1 // 0",
            "1 / 0",
            "1 << -1",
            "'x' * 100000",
            "2 ** 1000",
            "2 ** -1",
            "1.0 / 0",
            "x + 1",
        ] {
            assert_eq!(folded(text), None, "{text}");
        }
    }

    #[test]
    fn literals_of_every_base_become_decimal() {
        assert_eq!(decimal("0xFFFF_FFFF_FFFF_FFFF_FFFF"), "1208925819614629174706175");
        assert_eq!(decimal("0b1"), "1");
        assert_eq!(decimal("1_000"), "1000");
    }
}
