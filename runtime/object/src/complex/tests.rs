//! Complex numbers against `golden.tsv`: operation, operands, result as CPython 3.13 had it (finite numbers, where
//! 3.14 agrees; powers as 3.13.1 rounds them); 3.14's rules for infinities and real operands are spelled out below.

use super::*;
use crate::float::tests::unescape;
use crate::float::{fromhex, hex};

fn number(text: &str) -> Parts {
    let (re, im) = text.split_once(' ').expect("two parts");
    (fromhex(re).expect("a float"), fromhex(im).expect("a float"))
}

fn show((re, im): Parts) -> String {
    format!("{} {}", hex(re), hex(im))
}

fn result(r: Result<Parts, ComplexError>) -> String {
    match r {
        Ok(z) => show(z),
        Err(e) => format!("{e:?}"),
    }
}

fn evaluate(op: &str, left: &str, right: &str) -> String {
    if op == "parse" {
        return parse(&unescape(left)).map_or("Value".into(), show);
    }
    let a = number(left);
    match op {
        "repr" => return repr(a),
        "hash" => return hash(a).map_or("nan".into(), |h| h.to_string()),
        "abs" => return abs(a).map_or("Overflow".into(), hex),
        _ => {}
    }
    let b = number(right);
    let (x, y) = (Operand::Complex(a.0, a.1), Operand::Complex(b.0, b.1));
    match op {
        "add" => show(add(x, y)),
        "sub" => show(sub(x, y)),
        "mul" => show(mul(x, y)),
        "div" => result(div(x, y)),
        "pow" => result(pow(a, b)),
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
fn a_real_operand_has_no_imaginary_part() {
    let inf = f64::INFINITY;
    let z = Operand::Complex(1.0, -0.0);
    assert_eq!(repr(add(z, Operand::Real(2.0))), "(3-0j)");
    assert_eq!(repr(sub(Operand::Real(2.0), Operand::Complex(1.0, 0.0))), "(1-0j)");
    assert_eq!(repr(sub(z, Operand::Real(1.0))), "-0j");
    assert_eq!(repr(mul(Operand::Complex(0.0, inf), Operand::Real(2.0))), "infj");
    assert_eq!(repr(mul(Operand::Real(inf), Operand::Complex(1.0, 2.0))), "(inf+infj)");
    let quotient = |a, b| div(a, b).map(repr);
    assert_eq!(quotient(Operand::Complex(4.0, inf), Operand::Real(2.0)).as_deref(), Ok("(2+infj)"));
    assert_eq!(quotient(Operand::Real(1.0), Operand::Complex(0.0, 2.0)).as_deref(), Ok("-0.5j"));
    assert_eq!(quotient(Operand::Real(1.0), Operand::Complex(inf, inf)).as_deref(), Ok("-0j"));
    assert_eq!(quotient(z, Operand::Real(0.0)), Err(ComplexError::ZeroDivision));
    assert_eq!(
        quotient(Operand::Real(1.0), Operand::Complex(0.0, 0.0)),
        Err(ComplexError::ZeroDivision)
    );
}

#[test]
fn infinities_survive_products_and_quotients() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let z = |re, im| Operand::Complex(re, im);
    assert_eq!(repr(mul(z(1e300, 1.0), z(nan, inf))), "(-inf+infj)");
    assert_eq!(div(z(inf, nan), z(1.0, 1.0)).map(repr).as_deref(), Ok("(inf-infj)"));
    assert_eq!(div(z(1.0, 1.0), z(inf, inf)).map(repr).as_deref(), Ok("0j"));
}

#[test]
fn values_hold_both_parts() {
    crate::singletons::init();
    let mut heap = Heap::new(habu_gc::Config::default());
    let z = new(&mut heap, 1.5, -0.0).expect("memory");
    assert_eq!(get(z).map(show), Some(show((1.5, -0.0))));
    assert_eq!(get(Value::small_int(1)), None);
}
