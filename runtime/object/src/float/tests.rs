//! Floats against `golden.tsv`: operation, operands, result as CPython 3.13 had it.

use super::*;

fn number(text: &str) -> f64 {
    fromhex(text).expect("a float")
}

/// Undoes Python's `ascii`.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = match after.as_bytes().first() {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => {
                out.push('\t');
                rest = &after[1..];
                continue;
            }
        };
        let code = u32::from_str_radix(&after[1..=digits], 16).expect("an escape");
        out.push(char::from_u32(code).expect("a character"));
        rest = &after[digits + 1..];
    }
    out + rest
}

fn evaluate(op: &str, left: &str, right: &str) -> String {
    match op {
        "parse" => return parse(&unescape(left)).map_or("Value".into(), hex),
        "fromhex" => {
            return match fromhex(left) {
                Ok(f) => hex(f),
                Err(HexError::Invalid) => "Value".into(),
                Err(HexError::Overflow) => "Overflow".into(),
            };
        }
        _ => {}
    }
    let a = number(left);
    match op {
        "repr" => {
            let text = repr(a);
            assert!(a.is_nan() || parse(&text) == Some(a));
            text
        }
        "hash" => hash(a).map_or("nan".into(), |h| h.to_string()),
        "hex" => hex(a),
        "round" => round(a, right.parse().expect("digits")).map_or("Overflow".into(), hex),
        "pow" => match pow(a, number(right)) {
            Ok(f) => hex(f),
            Err(e) => format!("{e:?}"),
        },
        "divmod" => {
            let b = number(right);
            match divmod(a, b) {
                Some((q, r)) => {
                    assert_eq!(floordiv(a, b).map(f64::to_bits), Some(q.to_bits()));
                    assert_eq!(modulo(a, b).map(hex), Some(hex(r)));
                    format!("{} {}", hex(q), hex(r))
                }
                None => "ZeroDivision".into(),
            }
        }
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn golden_cases() {
    for line in include_str!("golden.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [op, a, b, result] = fields[..] else { panic!("malformed: {line}") };
        assert_eq!(evaluate(op, a, b), result, "{op} {a} {b}");
    }
}

#[test]
fn values_are_immediate_where_they_can_be() {
    crate::singletons::init();
    let mut heap = Heap::new(habu_gc::Config::default());
    for f in [0.0, -0.0, 1.5, 1e300, 1e-300, f64::INFINITY, 5e-324] {
        let v = new(&mut heap, f).expect("memory");
        assert_eq!(v.is_imm_float(), Value::try_imm_float(f).is_some());
        assert_eq!(get(v).map(f64::to_bits), Some(f.to_bits()));
        assert!(is_exact_float(v) && is_float_like(v));
        let sub = with_shape(&mut heap, crate::kind::FIRST_FREE_SHAPE, f).expect("memory");
        assert_eq!(get(sub).map(f64::to_bits), Some(f.to_bits()));
        assert!(!is_exact_float(sub) && is_float_like(sub));
    }
    assert_eq!(get(Value::small_int(1)), None);
    assert_eq!(get(Value::NONE), None);
    assert_eq!(hash(f64::NAN), None);
}

#[test]
fn shortest_digits_that_tie_end_even() {
    assert_eq!(repr(4671890133867229.0 / 4.0), "1167972533466807.2");
    assert_eq!(repr(-3004517545874645.0 / 4.0), "-751129386468661.2");
    assert_eq!(repr(3004517545874647.0 / 4.0), "751129386468661.8");
    assert_eq!(repr(2f64.powi(-44)), "5.684341886080802e-14");
}

#[test]
fn numbered_nans_differ_inside_and_not_outside() {
    use super::{numbered_nan, outer_bits};
    for negative in [false, true] {
        let (a, b) = (numbered_nan(1, negative), numbered_nan(2, negative));
        assert!(a.is_nan() && b.is_nan() && a.to_bits() != b.to_bits());
        assert_eq!(outer_bits(a), outer_bits(b));
        assert_eq!(outer_bits(a) << 1, f64::NAN.to_bits() << 1);
        assert_eq!(outer_bits(a) >> 63, negative as u64);
    }
    let other = f64::from_bits(f64::NAN.to_bits() | 5);
    assert_eq!(outer_bits(other), other.to_bits());
    assert_eq!(outer_bits(1.5), 1.5f64.to_bits());
}
